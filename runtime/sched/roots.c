// What the collector finds through the scheduler: globals, goroutine stacks, the C stack of the thread that
// collects.
#include "runtime/gc/gc.h"
#include "runtime/sched/sched.h"
#include "runtime/stack/stack.h"

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

static struct tri_goroutine **snapshot; // taken when marking starts
static uint32_t snapshot_count, snapshot_capacity;

static uint32_t goroutine_count(void *context)
{
	(void)context;
	snapshot_count = 0;
	for (struct tri_goroutine *goroutine = tri_all_goroutines; goroutine; goroutine = goroutine->all_next) {
		if (goroutine->state == TRI_GOROUTINE_DEAD)
			continue;
		if (snapshot_count == snapshot_capacity) {
			uint32_t capacity = snapshot_capacity ? snapshot_capacity * 2 : 1024;
			struct tri_goroutine **grown = tri_permanent_alloc(capacity * sizeof(struct tri_goroutine *));
			if (snapshot_count > 0)
				memcpy(grown, snapshot, snapshot_count * sizeof *grown);
			snapshot = grown;
			snapshot_capacity = capacity;
		}
		snapshot[snapshot_count++] = goroutine;
	}
	return snapshot_count;
}

static void mark_piece(struct tri_gc_marker *marker, const struct tri_frame_words *piece)
{
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

static void scan_goroutine(void *context, uint32_t unit, struct tri_gc_marker *marker)
{
	(void)context;
	struct tri_goroutine *goroutine = snapshot[unit];
	struct tri_g *g = &goroutine->abi;
	tri_gc_mark_pointer(marker, (uintptr_t)g->context);
	tri_gc_mark_pointer(marker, (uintptr_t)g->defers);
	tri_gc_mark_pointer(marker, (uintptr_t)g->panics);
	tri_gc_mark_pointer(marker, (uintptr_t)goroutine->waiter.element);
	for (unsigned i = 0; i < TRI_COUNT(g->result); i++)
		tri_gc_mark_pointer(marker, g->result[i]);
	struct tri_frame frame;
	if (!tri_frame_first(g, &frame))
		return;
	if (frame.at_entry) {
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

// ---- The C stack ---------------------------------------------------------------------------------
// An entry point that allocates may hold its arguments nowhere but in C frames.

static uint32_t one(void *context)
{
	(void)context;
	return 1;
}

static __attribute__((noinline)) void scan_c_stack(void *context, uint32_t unit, struct tri_gc_marker *marker)
{
	(void)context;
	(void)unit;
	uintptr_t registers[6];
	tri_asm_callee_registers(registers);
	tri_gc_mark_conservative(marker, registers, registers + 5);
	struct tri_goroutine *current = tri_current();
	if (current)
		tri_gc_mark_conservative(marker, (const uintptr_t *)registers[5], (const uintptr_t *)current->abi.system_sp);
}

// ---- The world -----------------------------------------------------------------------------------

static void stop_world(const char *reason) { (void)reason; }
static void start_world(void) {}
static int processor_count(void) { return 1; }

static void root_bytes(uint64_t *stacks, uint64_t *globals)
{
	static uint64_t counted;
	if (counted == 0) {
		for (const struct tri_global_root *root = __start_tri_roots; root < __stop_tri_roots; root++)
			counted += (uint64_t)root->words * 8;
	}
	*stacks = tri_stack_bytes();
	*globals = counted;
}

void tri_roots_init(void)
{
	static const struct tri_gc_root_source sources[] = {
		{"globals", global_count, scan_global, NULL},
		{"goroutines", goroutine_count, scan_goroutine, NULL},
		{"C stack", one, scan_c_stack, NULL},
	};
	for (unsigned i = 0; i < TRI_COUNT(sources); i++)
		tri_gc_add_root_source(&sources[i]);
	static const struct tri_gc_world world = {stop_world, start_world, processor_count, root_bytes};
	tri_gc_init(&world);
}
