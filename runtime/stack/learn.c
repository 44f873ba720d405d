// How large the stacks of goroutines started at one place usually become. A goroutine whose predecessors all grew
// starts with what they ended with, so it does not copy its way up again (golang/go issue 80137 puts the copying
// at up to 4 % of a fleet's CPU).
//
// A small table by the address of the go statement; a place that loses its row to another starts anew. Rows are
// written without a lock: a torn guess costs a copy, not correctness.
#include "runtime/base/base.h"
#include "runtime/stack/stack.h"

enum {
	ROWS = 512,
	TRUSTED = 8, // as many goroutines in a row have to agree
};

static struct {
	_Atomic uintptr_t place;
	_Atomic uint32_t order; // of the size above the minimum
	_Atomic uint32_t agreed;
} rows[ROWS];

static unsigned row_of(uintptr_t place) { return (unsigned)(place * 0x9e3779b97f4a7c15u >> 32) % ROWS; }

size_t tri_stack_usual_size(uintptr_t created_at)
{
	unsigned row = row_of(created_at);
	if (atomic_load_explicit(&rows[row].place, memory_order_relaxed) != created_at ||
		atomic_load_explicit(&rows[row].agreed, memory_order_relaxed) < TRUSTED)
		return TRI_STACK_MINIMUM;
	return (size_t)TRI_STACK_MINIMUM << atomic_load_explicit(&rows[row].order, memory_order_relaxed);
}

void tri_stack_note_size(uintptr_t created_at, size_t size)
{
	unsigned row = row_of(created_at);
	if (size > TRI_STACK_RESERVE_FROM)
		size = TRI_STACK_RESERVE_FROM;
	uint32_t order = 0;
	while (((size_t)TRI_STACK_MINIMUM << order) < size)
		order++;
	if (atomic_load_explicit(&rows[row].place, memory_order_relaxed) != created_at) {
		atomic_store_explicit(&rows[row].place, created_at, memory_order_relaxed);
		atomic_store_explicit(&rows[row].order, order, memory_order_relaxed);
		atomic_store_explicit(&rows[row].agreed, 1, memory_order_relaxed);
		return;
	}
	uint32_t known = atomic_load_explicit(&rows[row].order, memory_order_relaxed);
	uint32_t agreed = atomic_load_explicit(&rows[row].agreed, memory_order_relaxed);
	if (order < known) {
		// One that needed less: the claim shrinks, so that a few deep ones do not make all others large.
		atomic_store_explicit(&rows[row].order, order, memory_order_relaxed);
		atomic_store_explicit(&rows[row].agreed, 1, memory_order_relaxed);
	} else if (agreed < TRUSTED) {
		atomic_store_explicit(&rows[row].agreed, agreed + 1, memory_order_relaxed);
	} else if (order > known) {
		atomic_store_explicit(&rows[row].order, order, memory_order_relaxed);
		atomic_store_explicit(&rows[row].agreed, 1, memory_order_relaxed);
	}
}
