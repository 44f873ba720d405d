// What the collector finds through the scheduler: globals, goroutines, each held while it is scanned (scan.c), and timers.
#include "runtime/gc/gc.h"
#include "runtime/observe/observe.h"
#include "runtime/sched/bubble.h"
#include "runtime/sched/internal.h"

extern const struct tri_global_root __start_tri_roots[] __attribute__((weak)), __stop_tri_roots[] __attribute__((weak));

// ---- Globals -------------------------------------------------------------------------------------

static uint32_t global_count(void *context)
{
	(void)context;
	return (uint32_t)(__stop_tri_roots - __start_tri_roots);
}

static void scan_global(void *context, uint32_t unit, struct tri_gc_marker *marker)
{
	(void)context;
	const struct tri_global_root *root = &__start_tri_roots[unit];
	tri_gc_mark_masked(marker, (const uintptr_t *)(uintptr_t)root->address, (const uint8_t *)(uintptr_t)root->mask, root->words);
}

// ---- Goroutines ----------------------------------------------------------------------------------

static uint32_t goroutine_count(void *context)
{
	(void)context;
	return (uint32_t)tri_goroutine_slots();
}

static bool points_into_stack(const struct tri_g *g, const void *address)
{
	return (uintptr_t)address - g->stack_low < g->stack_high - g->stack_low;
}

// A stack used for less than a quarter becomes half as large, if nothing outside it may point into it: neither C code, nor
// registers, nor another goroutine that is about to send.
static void shrink(struct tri_goroutine *goroutine)
{
	struct tri_g *g = &goroutine->abi;
	uint32_t state = atomic_load(&goroutine->state) & ~(uint32_t)TRI_GOROUTINE_SCANNED;
	size_t size = g->stack_high - g->stack_low;
	if (goroutine->kind != TRI_KIND_GO_CODE || size <= TRI_STACK_MINIMUM || state == TRI_GOROUTINE_RESTING)
		return;
	if (size == TRI_STACK_RANGE) {
		tri_stack_trim(g);
		return;
	}
	size_t used = g->stack_high - g->sp;
	if (used + 1024 > size / 4 || g->interrupt || goroutine->registers_live)
		return;
	if (state == TRI_GOROUTINE_RUNNABLE && !goroutine->at_entry)
		return; // results that wait in g->result may point into the frame
	if (points_into_stack(g, goroutine->waiter.element))
		return;
	for (const struct tri_waiter *waiter = goroutine->waiters; waiter; waiter = waiter->next_case) {
		if (points_into_stack(g, waiter->element) || points_into_stack(g, waiter))
			return;
	}
	tri_stack_move(g, size / 2, goroutine->at_entry, NULL);
}

static void scan_goroutine(void *context, uint32_t unit, struct tri_gc_marker *marker)
{
	(void)context;
	struct tri_goroutine *goroutine = tri_goroutine_at(unit);
	if (!tri_goroutine_hold(goroutine))
		return;
	tri_scan_held(goroutine, marker);
	if (goroutine->waiting_since == 0 && atomic_load(&goroutine->state) == (TRI_GOROUTINE_WAITING | TRI_GOROUTINE_SCANNED))
		goroutine->waiting_since = tri_nanotime();
	goroutine->abi.black_in = atomic_load_explicit(&tri_gc_barrier_enabled, memory_order_relaxed);
	shrink(goroutine);
	tri_goroutine_release(goroutine);
}

// ---- Timers that run -----------------------------------------------------------------------------
// A Go timer is collected memory, and is kept by the heap of the processor that will run it.

static uint32_t timer_unit_count(void *context)
{
	(void)context;
	return tri_sched.processor_count;
}

static void scan_heap(void *marker, struct tri_timer_heap *heap)
{
	tri_lock(&heap->lock);
	tri_gc_mark_conservative(marker, (const uintptr_t *)heap->timers, (const uintptr_t *)heap->timers + heap->count);
	tri_unlock(&heap->lock);
}

static void scan_timers(void *context, uint32_t unit, struct tri_gc_marker *marker)
{
	(void)context;
	scan_heap(marker, &tri_sched.processors[unit]->timers);
	if (unit == 0)
		tri_bubble_each_timer(scan_heap, marker);
}

// ---- Sizes ---------------------------------------------------------------------------------------

void tri_root_bytes(uint64_t *stacks, uint64_t *globals);

void tri_root_bytes(uint64_t *stacks, uint64_t *globals)
{
	static _Atomic uint64_t counted;
	uint64_t known = atomic_load_explicit(&counted, memory_order_relaxed);
	if (known == 0) {
		for (const struct tri_global_root *root = __start_tri_roots; root < __stop_tri_roots; root++)
			known += (uint64_t)root->words * 8;
		atomic_store_explicit(&counted, known, memory_order_relaxed);
	}
	*stacks = tri_stack_bytes();
	*globals = known;
}

static void stack_bytes(uint64_t *in_use, uint64_t *mapped) // the world is stopped
{
	uint64_t storage = 0, slots = tri_stack_has_ranges() ? tri_goroutine_slots() : 0;
	for (uint64_t i = 0; i < slots; i++)
		storage += tri_stack_range_storage(&tri_goroutine_at(i)->abi);
	*in_use = tri_stack_bytes() + storage;
	*mapped = tri_stack_mapped_bytes() + storage;
}

extern const struct tri_gc_world tri_sched_world;

void tri_roots_init(void)
{
	static const struct tri_gc_root_source sources[] = {
		{"globals", global_count, scan_global, NULL},
		{"goroutines", goroutine_count, scan_goroutine, NULL},
		{"timers", timer_unit_count, scan_timers, NULL},
	};
	for (unsigned i = 0; i < TRI_COUNT(sources); i++)
		tri_gc_add_root_source(&sources[i]);
	tri_gc_init(&tri_sched_world);
	tri_observe_world = (struct tri_observe_world){tri_sched_stop_world, tri_sched_start_world, stack_bytes, tri_goroutine_count};
}
