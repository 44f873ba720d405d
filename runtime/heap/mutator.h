// A mutator: whatever allocates and stores pointers on its own, that is a processor of the scheduler or an attached
// C thread that has none. Owned by the thread that holds it; others touch it only while the world is stopped or
// while its owner stands at a safepoint.
#ifndef TRI_RUNTIME_MUTATOR_H
#define TRI_RUNTIME_MUTATOR_H

#include "abi/mutator.h"
#include "runtime/base/base.h"
#include "runtime/base/lock.h"

struct tri_span;
struct tri_gc_marker;

enum { TRI_BARRIER_ENTRIES = 504 }; // at most a chunk of the collector's queue

struct tri_mutator {
	// The write barrier's buffer: pointers to shade. runtime.shade appends (abi/mutator.h).
	uintptr_t *barrier_next, *barrier_end;
	// Allocation (heap/). The arrays are reserved address ranges that never move; slot i belongs to
	// tri_heap.slot_layouts[i].
	struct tri_slot *slots;
	struct tri_span **slot_spans; // the span a slot's run lies in, or NULL
	uint32_t *active_slots;       // those whose span is not NULL
	uint32_t active_count;
	uintptr_t tiny_cursor, tiny_limit;
	uint64_t unreported;    // bytes handed out that tri_heap.live does not count yet
	int64_t sample_left;    // bytes until the next allocation that the heap profile records
	int64_t sample_rate;    // that this was chosen for
	uint32_t *slot_sampled; // slots whose next allocation the profile records: they hold sample_epoch
	uint32_t sample_epoch;  // grows when the rate changes
	int64_t attentive;      // bytes for which every allocation looks whether the rate has changed
	uint64_t random;
	// Ever, by this mutator, runs as a whole (what is left in the slots counts as allocated); written by the owner.
	_Atomic uint64_t allocated_bytes, tiny_objects;
	_Atomic uint64_t allocated_objects[68]; // by size class; 0: large
	// Collector (gc/).
	struct tri_gc_marker *marker; // grey objects that its barrier and assists found
	int64_t assist_debt;          // bytes of marking owed for what was allocated while marking
	uint64_t assist_time;         // nanoseconds
	uint64_t mark_time;           // nanoseconds of this cycle that its processor marked
	// The list of all mutators, guarded by tri_mutators_lock.
	struct tri_mutator *next, *previous;
	void *owner; // the scheduler's: its processor or thread
	// The goroutine that runs here keeps the processor and reaches no safepoint while it is not zero. The owner's.
	volatile uint32_t pinned;
	uintptr_t barrier[TRI_BARRIER_ENTRIES];
};
_Static_assert(offsetof(struct tri_mutator, barrier_next) == TRI_MUTATOR_BARRIER_NEXT, "abi");
_Static_assert(offsetof(struct tri_mutator, barrier_end) == TRI_MUTATOR_BARRIER_END, "abi");

extern struct tri_lock tri_mutators_lock;
extern struct tri_mutator *tri_mutators; // walk it with the lock held or the world stopped

struct tri_mutator *tri_mutator_new(void);
// Gives everything back: unused slots, the barrier's buffer, counters (kept in the totals). The owner calls it.
void tri_mutator_free(struct tri_mutator *mutator);

#endif
