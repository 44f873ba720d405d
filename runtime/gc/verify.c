// The verifying mode: with the world stopped at the end of a mark, an independent walk over the whole heap checks that
// the marked set is closed: every pointer word of every marked object, found through the span's layout bit by bit, leads
// to a marked object or to none. With the roots marked this is exactly that nothing reachable is white. The page heap's
// own structure is walked too.
#include "runtime/gc/internal.h"

static void check_pointer(uintptr_t pointer, uintptr_t holder)
{
	size_t size;
	struct tri_span *span;
	uintptr_t base = (uintptr_t)tri_heap_find_object(pointer, &size, &span);
	if (!base)
		return;
	if (!tri_span_is_marked(span, tri_span_object_index(span, base)))
		tri_throw("mark verification: object %p (%zu bytes), held by %p, is reachable but not marked", (void *)base, size, (void *)holder);
}

static bool is_pointer_word(const struct tri_layout *layout, size_t word)
{
	uint32_t bit = (uint32_t)(word % layout->period_words);
	return layout->period_mask[bit / 8] >> (bit % 8) & 1;
}

uint64_t tri_gc_pointer_words(uintptr_t pointer, uint8_t *words, uint64_t count)
{
	size_t size;
	struct tri_span *span;
	uintptr_t base = (uintptr_t)tri_heap_find_object(pointer, &size, &span);
	if (!base)
		return 0;
	uint64_t first = (pointer - base) / 8, limit = size / 8;
	for (uint64_t i = first; i < limit && i - first < count; i++)
		words[i - first] = span->layout->has_pointers && is_pointer_word(span->layout, i);
	return limit - first;
}

static void check_object(const struct tri_span *span, uintptr_t base, size_t size)
{
	const struct tri_layout *layout = span->layout;
	if (!layout->has_pointers)
		return;
	for (size_t word = 0; word < size / 8; word++) {
		if (is_pointer_word(layout, word))
			check_pointer(((const uintptr_t *)base)[word], base);
	}
}

void tri_gc_verify(void)
{
	uintptr_t high = atomic_load(&tri_heap.high);
	for (uintptr_t at = tri_heap.low; at < high;) {
		struct tri_span *span = atomic_load(&tri_heap.spans[(at - tri_heap.low) >> TRI_PAGE_SHIFT]);
		if (tri_heap_page(at) != 0 && span->state == TRI_SPAN_LARGE && tri_span_is_marked(span, 0))
			check_object(span, span->base, (span->large_size + 7) & ~(size_t)7);
		for (uint32_t i = 0; tri_heap_page(at) != 0 && span->state == TRI_SPAN_SMALL && i < span->object_count; i++) {
			// A free slot may be marked by a pointer behind its neighbour's end: it holds nothing.
			if (tri_span_is_marked(span, i) && tri_span_bit(span->allocated, i))
				check_object(span, span->base + (uintptr_t)i * span->object_size, span->object_size);
		}
		at += span->page_count << TRI_PAGE_SHIFT;
	}
	tri_pages_check();
}
