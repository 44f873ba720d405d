// What the collector finds through the scheduler: globals and goroutine stacks, each goroutine held while it is
// scanned; whatever C may hold for it is read conservatively.
#include "abi/call.h"
#include "runtime/gc/gc.h"
#include "runtime/observe/observe.h"
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

static void mark_range(struct tri_gc_marker *marker, uintptr_t low, uintptr_t high)
{
	if (low < high)
		tri_gc_mark_conservative(marker, (const uintptr_t *)((low + 7) & ~(uintptr_t)7), (const uintptr_t *)high);
}

static void mark_words(struct tri_gc_marker *marker, const uintptr_t *words, size_t count)
{
	tri_gc_mark_conservative(marker, words, words + count);
}

static void mark_piece(struct tri_gc_marker *marker, const struct tri_frame_words *piece)
{
	if (!piece->bits) {
		mark_words(marker, piece->base, piece->words);
		return;
	}
	for (uint32_t i = 0; i < piece->words; i++) {
		uint32_t bit = piece->first + i;
		if (!(bit & 7) && i + 8 <= piece->words && !piece->bits[bit / 8]) {
			i += 7;
			continue;
		}
		if ((piece->bits[bit / 8] >> (bit % 8) & 1) && piece->base[i])
			tri_gc_mark_pointer(marker, piece->base[i]);
	}
}

static void scan_frames(const struct tri_goroutine *goroutine, struct tri_gc_marker *marker)
{
	const struct tri_g *g = &goroutine->abi;
	struct tri_frame frame;
	if (!tri_frame_first(g, &frame))
		return;
	if (frame.at_entry && (frame.info->flags & TRI_FUNCTION_MADE)) {
		mark_words(marker, g->integer_registers, TRI_ABI_INTEGER_REGISTERS); // whose arguments they are is not known here
	} else if (frame.at_entry) {
		for (unsigned i = 0; i < 9; i++) {
			if (frame.info->entry_pointers >> i & 1)
				tri_gc_mark_pointer(marker, g->integer_registers[i]);
		}
	}
	do {
		struct tri_frame_words pieces[2];
		if (!tri_frame_words(&frame, pieces))
			continue;
		mark_piece(marker, &pieces[0]);
		mark_piece(marker, &pieces[1]);
	} while (tri_frame_next(&frame));
}

// What the machine's C code holds while the goroutine rests (or waits, an attached thread).
static void scan_rest(const struct tri_machine *machine, struct tri_gc_marker *marker)
{
	mark_words(marker, machine->rest_registers, TRI_COUNT(machine->rest_registers));
	mark_range(marker, machine->rest[0].low, machine->rest[0].high);
	mark_range(marker, machine->rest[1].low, machine->rest[1].high);
}

void tri_scan_held(struct tri_goroutine *goroutine, struct tri_gc_marker *marker)
{
	struct tri_g *g = &goroutine->abi;
	uint32_t state = atomic_load(&goroutine->state) & ~(uint32_t)TRI_GOROUTINE_SCANNED;
	mark_words(marker, (const uintptr_t *)&goroutine->wake_value, 1);
	mark_words(marker, (const uintptr_t *)&goroutine->waiter.element, 1);
	mark_words(marker, (const uintptr_t *)goroutine->words, TRI_COUNT(goroutine->words));
	for (const struct tri_waiter *waiter = goroutine->waiters; waiter; waiter = waiter->next_case) {
		mark_words(marker, (const uintptr_t *)&waiter->element, 1);
		mark_words(marker, (const uintptr_t *)&waiter->channel, 1);
	}
	if (goroutine->kind == TRI_KIND_C_THREAD) {
		if (goroutine->machine)
			scan_rest(goroutine->machine, marker);
		return;
	}
	if (state == TRI_GOROUTINE_RESTING)
		scan_rest(goroutine->machine, marker);
	if (goroutine->kind == TRI_KIND_C_STACK) {
		mark_words(marker, (const uintptr_t *)&goroutine->c_argument, 1);
		if (state != TRI_GOROUTINE_RESTING)
			mark_range(marker, goroutine->c_sp, g->stack_high);
		return;
	}
	mark_words(marker, (const uintptr_t *)&g->context, 1);
	mark_words(marker, (const uintptr_t *)&g->defers, 1);
	mark_words(marker, (const uintptr_t *)&g->panics, 1);
	mark_words(marker, g->result, TRI_COUNT(g->result));
	if (goroutine->registers_live) {
		mark_words(marker, g->integer_registers, TRI_COUNT(g->integer_registers));
		mark_words(marker, g->extra_registers, TRI_COUNT(g->extra_registers));
		mark_words(marker, (const uintptr_t *)g->float_registers, TRI_COUNT(g->float_registers));
	}
	if (g->interrupt) {
		mark_words(marker, g->interrupt->integer, TRI_COUNT(g->interrupt->integer));
		mark_words(marker, (const uintptr_t *)g->interrupt->floats, 2 * TRI_COUNT(g->interrupt->floats));
	}
	scan_frames(goroutine, marker);
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

static void scan_timers(void *context, uint32_t unit, struct tri_gc_marker *marker)
{
	(void)context;
	struct tri_timer_heap *heap = &tri_sched.processors[unit]->timers;
	tri_lock(&heap->lock);
	mark_words(marker, (const uintptr_t *)heap->timers, heap->count);
	tri_unlock(&heap->lock);
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

static void stack_bytes(uint64_t *in_use, uint64_t *mapped)
{
	*in_use = tri_stack_bytes();
	*mapped = tri_stack_mapped_bytes();
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
