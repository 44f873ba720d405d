// Span lists and sweeping. After a mark every span is unswept; one is swept when an allocation wants a slot
// of its layout, and the rest before the next mark begins.
#include "runtime/heap/span.h"

struct tri_span *tri_large_spans;

void tri_span_list_push(struct tri_span **list, struct tri_span *span)
{
	span->previous = NULL;
	span->next = *list;
	if (*list)
		(*list)->previous = span;
	*list = span;
}

void tri_span_list_remove(struct tri_span **list, struct tri_span *span)
{
	if (span->previous)
		span->previous->next = span->next;
	else
		*list = span->next;
	if (span->next)
		span->next->previous = span->previous;
	span->next = span->previous = NULL;
}

static void poison_freed(struct tri_span *span)
{
	for (uint32_t i = 0; i < span->object_count; i++) {
		if (tri_span_bit(span->allocated, i) && !tri_span_bit(span->marked, i))
			memset((void *)(span->base + (uintptr_t)i * span->object_size), 0xdb, span->object_size);
	}
}

void tri_sweep_span(struct tri_span *span)
{
	uint32_t kept = 0, had = 0;
	for (uint32_t i = 0; i < span->word_count; i++) {
		kept += (uint32_t)__builtin_popcountll(span->marked[i]);
		had += (uint32_t)__builtin_popcountll(span->allocated[i]);
	}
	tri_debug_check(kept <= had);
	tri_heap.freed_objects += had - kept;
	if (TRI_DEBUG && tri_settings.poison)
		poison_freed(span);
	if (kept == 0) {
		tri_pages_free(span);
		return;
	}
	if (had != kept)
		span->needs_zero = true;
	uint64_t *swap = span->allocated;
	span->allocated = span->marked;
	span->marked = swap;
	memset(span->marked, 0, span->word_count * sizeof *span->marked);
	span->swept = true;
	span->search_from = 0;
	tri_span_list_push(kept < span->object_count ? &span->layout->partial : &span->layout->full, span);
}

static struct tri_span *take_first(struct tri_span **list)
{
	struct tri_span *span = *list;
	if (span)
		tri_span_list_remove(list, span);
	return span;
}

void tri_sweep_all(void)
{
	for (uint32_t i = 0; i < tri_heap.layout_count; i++) {
		struct tri_span *span;
		while ((span = take_first(&tri_heap.layouts[i]->unswept)) != NULL)
			tri_sweep_span(span);
	}
}

static void move_list(struct tri_span **from, struct tri_span **to)
{
	struct tri_span *span;
	while ((span = take_first(from)) != NULL) {
		span->swept = false;
		tri_span_list_push(to, span);
	}
}

void tri_sweep_start(void)
{
	for (uint32_t i = 0; i < tri_heap.layout_count; i++) {
		struct tri_layout *layout = tri_heap.layouts[i];
		move_list(&layout->partial, &layout->unswept);
		move_list(&layout->full, &layout->unswept);
	}
	// Large objects are few: they are freed at once, so that their memory is there for what follows.
	for (struct tri_span *span = tri_large_spans; span;) {
		struct tri_span *next = span->next;
		if (tri_span_bit(span->marked, 0)) {
			span->marked[0] = 0;
		} else {
			tri_span_list_remove(&tri_large_spans, span);
			tri_heap.freed_objects++;
			if (TRI_DEBUG && tri_settings.poison)
				memset((void *)span->base, 0xdb, span->page_count << TRI_PAGE_SHIFT);
			tri_pages_free(span);
		}
		span = next;
	}
}
