// Every object there is, for heap dumps.
#include "runtime/heap/internal.h"
#include "runtime/heap/mutator.h"
#include "runtime/heap/span.h"

// What a mutator has taken of the span and not handed out yet: bits of `free`.
static void take_runs(const struct tri_span *span, const struct tri_mutator *mutator, uint32_t slot_number, uint64_t *free)
{
	const struct tri_slot *slot = &mutator->slots[slot_number];
	for (uintptr_t at = slot->cursor; at < slot->limit; at += span->object_size) {
		uint32_t index = tri_span_object_index(span, at);
		free[index / 64] |= (uint64_t)1 << (index % 64);
	}
	const struct tri_pending_runs *pending = tri_pending(mutator, slot_number);
	for (uint64_t left = pending->free; left; left &= left - 1) {
		uint32_t index = tri_span_object_index(span, pending->base) + (uint32_t)__builtin_ctzll(left);
		free[index / 64] |= (uint64_t)1 << (index % 64);
	}
}

static void walk_small(const struct tri_span *span, tri_heap_visit visit, void *context)
{
	enum { MOST_OBJECTS = TRI_PAGE_SIZE * 128 / 8 };
	static uint64_t free[MOST_OBJECTS / 64]; // one walk at a time: the world is stopped
	memset(free, 0, span->word_count * sizeof *free);
	for (const struct tri_mutator *mutator = span->in_slot ? tri_mutators : NULL; mutator; mutator = mutator->next) {
		for (uint32_t i = 0; i < mutator->active_count; i++) {
			if (mutator->slot_spans[mutator->active_slots[i]] == span)
				take_runs(span, mutator, mutator->active_slots[i], free);
		}
	}
	for (uint32_t i = 0; i < span->object_count; i++) {
		if (tri_span_bit(span->allocated, i) && !tri_span_bit(free, i))
			visit(context, span->base + (uintptr_t)i * span->object_size, span->object_size, span->layout);
	}
}

void tri_heap_each_object(tri_heap_visit visit, void *context)
{
	uintptr_t high = atomic_load(&tri_heap.high);
	for (uintptr_t at = tri_heap.low; at < high;) {
		const struct tri_span *span = atomic_load(&tri_heap.spans[(at - tri_heap.low) >> TRI_PAGE_SHIFT]);
		if (tri_heap_page(at) != 0 && span->state == TRI_SPAN_LARGE)
			visit(context, span->base, (span->large_size + 7) & ~(size_t)7, span->layout);
		else if (tri_heap_page(at) != 0)
			walk_small(span, visit, context);
		at += span->page_count << TRI_PAGE_SHIFT;
	}
}
