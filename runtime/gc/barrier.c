// The write barrier: Yuasa's deletion barrier with Dijkstra's insertion barrier (Go proposal 17503): both the overwritten
// and the new pointer are shaded, so a stack is scanned once. Pointers collect in the mutator's buffer; a full buffer
// goes to the workers as it is, or is marked here when there are none or they have enough to do.
#include "runtime/gc/internal.h"

_Atomic uint32_t tri_gc_barrier_enabled, tri_gc_stacks_black;

void tri_gc_barrier_flush(struct tri_mutator *mutator)
{
	uintptr_t *end = mutator->barrier_next;
	mutator->barrier_next = mutator->barrier;
	if (end == mutator->barrier || !tri_gc_is_marking())
		return;
	struct tri_gc_marker *marker = mutator->marker;
	if (!marker)
		marker = mutator->marker = tri_permanent_alloc(sizeof *marker);
	for (uintptr_t *at = mutator->barrier; at < end; at++)
		tri_gc_mark_pointer(marker, *at);
	tri_gc_publish(marker);
}

void tri_gc_barrier_full(struct tri_mutator *mutator)
{
	_Static_assert((int)TRI_BARRIER_ENTRIES <= (int)TRI_GC_CHUNK, "the buffer fits into a chunk");
	if (atomic_load_explicit(&tri_gc_cycle.workers, memory_order_relaxed) == 0 || !tri_gc_is_marking() ||
		!tri_gc_give_pointers(mutator->barrier, (uint32_t)(mutator->barrier_next - mutator->barrier))) {
		tri_gc_barrier_flush(mutator);
		return;
	}
	mutator->barrier_next = mutator->barrier;
	if (atomic_load(&tri_gc_cycle.workers) == 0)
		tri_gc_world.wake_workers();
}

void tri_gc_barrier(struct tri_mutator *mutator, void **slot, void *value)
{
	if (!tri_gc_is_marking())
		return;
	tri_gc_shade(mutator, (uintptr_t)*slot);
	tri_gc_shade(mutator, (uintptr_t)value);
}

void tri_gc_barrier_bulk(struct tri_mutator *mutator, void *to, const void *from, uint32_t words, const uint8_t *mask)
{
	if (!tri_gc_is_marking())
		return;
	size_t size;
	struct tri_span *span;
	uintptr_t base = 0;
	if (!mask) {
		base = (uintptr_t)tri_heap_find_object((uintptr_t)to, &size, &span);
		if (!base || !span->layout->has_pointers)
			return; // not in the heap: a stack or a global without a mask
	}
	for (uint32_t i = 0; i < words; i++) {
		bool pointer;
		if (mask) {
			pointer = mask[i / 8] >> (i % 8) & 1;
		} else {
			uint32_t word = (uint32_t)((((uintptr_t)to - base) / 8 + i) % span->layout->period_words);
			pointer = span->layout->period_mask[word / 8] >> (word % 8) & 1;
		}
		if (!pointer)
			continue;
		tri_gc_shade(mutator, ((const uintptr_t *)to)[i]);
		if (from)
			tri_gc_shade(mutator, ((const uintptr_t *)from)[i]);
	}
}
