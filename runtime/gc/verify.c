// The verifying mode: after a mark, an independent walk over the whole heap checks that the marked set is
// closed: every pointer word of every marked object, found through the span's layout bit by bit, leads to a
// marked object or to none, and no free slot is marked. With the roots marked this is exactly that nothing
// reachable is white. The page heap's own structure is walked too.
#include "runtime/gc/mark.h"

static void check_pointer(uintptr_t pointer, uintptr_t holder)
{
	size_t size;
	struct tri_span *span;
	uintptr_t base = (uintptr_t)tri_heap_find_object(pointer, &size, &span);
	if (!base)
		return;
	uint32_t index = span->state == TRI_SPAN_LARGE ? 0 : (uint32_t)((base - span->base) / span->object_size);
	if (!tri_span_bit(span->marked, index))
		tri_throw("mark verification: object %p (%zu bytes), held by %p, is reachable but not marked", (void *)base, size, (void *)holder);
}

static void check_object(const struct tri_span *span, uintptr_t base, size_t size)
{
	const struct tri_layout *layout = span->layout;
	if (!layout->has_pointers)
		return;
	for (size_t word = 0; word < size / 8; word++) {
		uint32_t bit = (uint32_t)(word % layout->period_words);
		if (layout->period_mask[bit / 8] >> (bit % 8) & 1)
			check_pointer(((const uintptr_t *)base)[word], base);
	}
}

void tri_gc_verify(void)
{
	for (uintptr_t at = tri_heap.low; at < tri_heap.high;) {
		struct tri_span *span = tri_heap_span_of(at);
		if (span->state == TRI_SPAN_LARGE && tri_span_bit(span->marked, 0))
			check_object(span, span->base, (span->large_size + 7) & ~(size_t)7);
		for (uint32_t i = 0; span->state == TRI_SPAN_SMALL && i < span->object_count; i++) {
			uintptr_t object = span->base + (uintptr_t)i * span->object_size;
			if (!tri_span_bit(span->marked, i))
				continue;
			if (!tri_span_bit(span->allocated, i))
				tri_throw("mark verification: free slot %p is marked", (void *)object);
			check_object(span, object, span->object_size);
		}
		at += span->page_count << TRI_PAGE_SHIFT;
	}
	tri_pages_check();
}
