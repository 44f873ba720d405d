// Internal to heap/: what its files share beyond span.h.
#ifndef TRI_RUNTIME_HEAP_INTERNAL_H
#define TRI_RUNTIME_HEAP_INTERNAL_H

#include "runtime/heap/span.h"

// Zero memory for a table that is written here and there, given storage page by page.
void *tri_heap_reserve_table(size_t bytes);

// page_heap.c
void tri_pages_publish(struct tri_span *span); // the span is ready: its pages' entries are written
bool tri_pages_all_clean(const struct tri_span *span);
void tri_pages_clear(struct tri_span *span); // zeroes those pages of a new span that were used before

struct tri_pages_figures { // pages
	uint64_t in_use, free_dirty, free_clean, mapped;
	uint64_t span_structures;
	uint64_t mark_blocks; // ever used
	uint64_t released;    // ever
};
extern struct tri_pages_figures tri_pages_figures;  // guarded by the PAGES lock; read without it for estimates
uint64_t tri_pages_release(uint64_t pages);         // free dirty pages go back to the system; how many did
uint64_t tri_pages_release_eagerly(uint64_t pages); // the same, at the cost of who asks

// Counters that no mutator owns: of those that were freed, of sweeping.
struct tri_heap_counters {
	_Atomic uint64_t frees_by_class[TRI_SIZE_CLASS_COUNT]; // objects; 0: large
	_Atomic uint64_t freed_large_bytes;
	_Atomic uint64_t allocated_large_bytes;
	_Atomic uint64_t dead_mallocs[TRI_SIZE_CLASS_COUNT], dead_bytes, dead_tiny; // of mutators given back
	_Atomic uint64_t spans;                                                     // SMALL and LARGE ones in being
	_Atomic uint64_t pages_swept;                                               // in this cycle
	_Atomic uint64_t sweep_basis;                                               // live when sweeping began
	_Atomic uint64_t sweep_ratio;                                               // pages per byte, as a double's bits
};
extern struct tri_heap_counters tri_heap_counters;

static inline struct tri_pending_runs *tri_pending(const struct tri_mutator *mutator, uint32_t index)
{
	return (struct tri_pending_runs *)((char *)mutator->slots + TRI_PENDING_OFFSET) + index;
}

static inline void tri_bits_set(uint64_t *bits, uint32_t from, uint32_t to, bool value)
{
	while (from < to) {
		uint32_t end = (from | 63) + 1 < to ? (from | 63) + 1 : to;
		uint64_t mask = (end - from == 64 ? ~(uint64_t)0 : (((uint64_t)1 << (end - from)) - 1)) << (from & 63);
		uint64_t word = __atomic_load_n(&bits[from >> 6], __ATOMIC_RELAXED);
		__atomic_store_n(&bits[from >> 6], value ? word | mask : word & ~mask, __ATOMIC_RELEASE);
		from = end;
	}
}

static inline void tri_span_list_push(struct tri_span **list, struct tri_span *span)
{
	span->previous = NULL;
	span->next = *list;
	if (*list)
		(*list)->previous = span;
	*list = span;
}

static inline void tri_span_list_remove(struct tri_span **list, struct tri_span *span)
{
	if (span->previous)
		span->previous->next = span->next;
	else
		*list = span->next;
	if (span->next)
		span->next->previous = span->previous;
	span->next = span->previous = NULL;
}

static inline struct tri_span *tri_span_list_take(struct tri_span **list)
{
	struct tri_span *span = *list;
	if (span)
		tri_span_list_remove(list, span);
	return span;
}

#endif
