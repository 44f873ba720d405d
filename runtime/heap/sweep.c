// Sweeping. At the end of a mark every span is unswept, by a change of the generation alone; the lists' parity turns
// the swept lists into the unswept ones. A span is swept when an allocation wants a slot of its layout, in proportion
// to what is handed out, by idle processors, and what is left before the next mark begins.
#include "runtime/heap/internal.h"

struct tri_lock tri_large_lock = TRI_LOCK_INIT(CENTRAL);
struct tri_span *tri_large_spans[2];

static void poison_freed(struct tri_span *span)
{
	for (uint32_t i = 0; i < span->object_count; i++) {
		if (tri_span_bit(span->allocated, i) && !tri_span_is_marked(span, i))
			memset((void *)(span->base + (uintptr_t)i * span->object_size), 0xdb, span->object_size);
	}
}

// Objects with finalizers and the like: who keeps them decides, and may mark some.
static void ask_about_dead(struct tri_span *span)
{
	uint64_t filter = atomic_load_explicit(&span->special_filter, memory_order_relaxed);
	for (uint32_t i = 0; i < span->object_count; i++) {
		if ((filter >> (i & 63) & 1) && tri_span_bit(span->allocated, i) && !tri_span_is_marked(span, i))
			tri_heap_hooks.freed(span, span->base + (uintptr_t)i * span->object_size);
	}
}

// From here on what still has specials is alive, whatever its mark says (special.c reads the two in the other order).
static void set_asked(struct tri_span *span)
{
	atomic_store_explicit(&span->asked, atomic_load_explicit(&tri_heap.generation, memory_order_relaxed), memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
}

static void count_swept(const struct tri_span *span)
{
	atomic_fetch_add_explicit(&tri_heap_counters.pages_swept, span->page_count, memory_order_relaxed);
	atomic_fetch_sub_explicit(&tri_heap.unswept_spans, 1, memory_order_relaxed);
}

static void sweep_large(struct tri_span *span)
{
	if (!tri_span_is_marked(span, 0) && atomic_load_explicit(&span->special_count, memory_order_relaxed) > 0 && tri_heap_hooks.freed)
		tri_heap_hooks.freed(span, span->base);
	set_asked(span);
	count_swept(span);
	if (!tri_span_is_marked(span, 0)) {
		atomic_fetch_add_explicit(&tri_heap_counters.frees_by_class[0], 1, memory_order_relaxed);
		atomic_fetch_add_explicit(&tri_heap_counters.freed_large_bytes, span->page_count << TRI_PAGE_SHIFT, memory_order_relaxed);
		if (TRI_DEBUG && tri_settings.poison)
			memset((void *)span->base, 0xdb, span->page_count << TRI_PAGE_SHIFT);
		tri_pages_free(span);
		return;
	}
	atomic_store_explicit(tri_span_mark(span, 0), 0, memory_order_relaxed);
	uint32_t generation = atomic_load_explicit(&tri_heap.generation, memory_order_relaxed);
	atomic_store_explicit(&span->generation, generation, memory_order_relaxed);
	tri_lock(&tri_large_lock);
	tri_span_list_push(&tri_large_spans[generation & 1], span);
	tri_unlock(&tri_large_lock);
}

void tri_sweep_span(struct tri_span *span, bool to_list)
{
	if (atomic_load_explicit(&span->special_count, memory_order_relaxed) > 0 && tri_heap_hooks.freed)
		ask_about_dead(span);
	set_asked(span);
	// Free slots may be marked too: blackened in advance, or found by a pointer behind their neighbour's end.
	uint32_t kept = 0, had = 0;
	if (TRI_DEBUG && tri_settings.poison)
		poison_freed(span);
	for (uint32_t i = 0; i < span->word_count; i++) {
		uint64_t guard = i == (span->object_count >> 6) ? tri_span_guard_bit(span) : 0;
		uint64_t all = tri_marks_gather(span->marks + i), marked = all & span->allocated[i];
		kept += (uint32_t)__builtin_popcountll(marked);
		had += (uint32_t)__builtin_popcountll(span->allocated[i]);
		__atomic_store_n(&span->allocated[i], marked, __ATOMIC_RELAXED);
		if (all != guard) {
			memset((void *)tri_marks_of_block(span->marks + i), 0, TRI_MARK_BLOCK);
			if (guard)
				tri_span_keep(span, span->object_count);
		}
		if (TRI_UNLIKELY(tri_heap.scanned_used))
			atomic_store_explicit(&tri_heap.scanned[span->marks + i], 0, memory_order_relaxed);
	}
	if (had > kept)
		atomic_fetch_add_explicit(&tri_heap_counters.frees_by_class[span->layout->size_class], had - kept, memory_order_relaxed);
	struct tri_layout *layout = span->layout;
	count_swept(span);
	uint32_t generation = atomic_load_explicit(&tri_heap.generation, memory_order_relaxed);
	atomic_store_explicit(&span->generation, generation, memory_order_relaxed);
	if (had != kept)
		span->needs_zero = true;
	span->search_from = 0;
	if (!to_list)
		return;
	if (kept == 0) {
		atomic_fetch_sub_explicit(&layout->span_count, 1, memory_order_relaxed);
		tri_pages_free(span);
		return;
	}
	tri_lock(&layout->lock);
	tri_span_list_push(kept < span->object_count ? &layout->partial[generation & 1] : &layout->full[generation & 1], span);
	tri_unlock(&layout->lock);
}

size_t tri_heap_sweep_one(void)
{
	static _Atomic uint32_t next_layout;
	if (atomic_load_explicit(&tri_heap.unswept_spans, memory_order_relaxed) == 0)
		return 0;
	uint32_t unswept = (atomic_load_explicit(&tri_heap.generation, memory_order_relaxed) + 1) & 1;
	if (__atomic_load_n(&tri_large_spans[unswept], __ATOMIC_RELAXED)) {
		tri_lock(&tri_large_lock);
		struct tri_span *span = tri_span_list_take(&tri_large_spans[unswept]);
		tri_unlock(&tri_large_lock);
		if (span) {
			size_t pages = span->page_count;
			sweep_large(span);
			return pages;
		}
	}
	uint32_t count = atomic_load_explicit(&tri_heap.layout_count, memory_order_acquire);
	uint32_t first = atomic_load_explicit(&next_layout, memory_order_relaxed);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t number = (first + i) % count;
		struct tri_layout *layout = tri_heap.layouts[number];
		if (!__atomic_load_n(&layout->full[unswept], __ATOMIC_RELAXED) && !__atomic_load_n(&layout->partial[unswept], __ATOMIC_RELAXED))
			continue;
		tri_lock(&layout->lock);
		struct tri_span *span = tri_span_list_take(&layout->full[unswept]);
		if (!span)
			span = tri_span_list_take(&layout->partial[unswept]);
		tri_unlock(&layout->lock);
		if (!span)
			continue;
		atomic_store_explicit(&next_layout, number, memory_order_relaxed);
		size_t pages = span->page_count;
		tri_sweep_span(span, true);
		return pages;
	}
	return 0;
}

void tri_heap_sweep_all(void)
{
	while (tri_heap_sweep_one() > 0)
		;
}

void tri_heap_mark_end(uint64_t marked_bytes)
{
	atomic_store(&tri_heap.marking, 0);
	atomic_store(&tri_heap.live, marked_bytes);
	atomic_store(&tri_heap_counters.pages_swept, 0);
	atomic_store(&tri_heap_counters.sweep_basis, marked_bytes);
	atomic_store(&tri_heap.unswept_spans, atomic_load(&tri_heap_counters.spans));
	atomic_fetch_add(&tri_heap.generation, 1);
}

void tri_heap_set_sweep_ratio(double pages_per_byte)
{
	uint64_t bits;
	memcpy(&bits, &pages_per_byte, sizeof bits);
	atomic_store(&tri_heap_counters.sweep_ratio, bits);
}
