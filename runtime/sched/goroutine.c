// The life of goroutines: their structures, made once and reused, the table of all of them, their ids.
#include "abi/call.h"
#include "runtime/sched/bubble.h"
#include "runtime/sched/internal.h"

#include <sys/mman.h>

enum {
	KEPT_DEAD = 128, // structures that a processor keeps; beyond it half go to the shared list
	ID_BATCH = 16,
	FRESH = 64,
};
static const size_t TABLE_BYTES = (size_t)1 << 34; // address space for two thousand million of them, where it is not limited

static struct tri_lock lock = TRI_LOCK_INIT(GOROUTINES);
static struct tri_goroutine *shared_dead; // guarded by lock
static struct tri_goroutine **table;      // [0, slots): written under lock before slots grows
static size_t table_bytes;                // guarded by lock
static _Atomic uint64_t slots;
static _Atomic uint64_t last_id;
static _Atomic uint64_t threads_alive, system_count;

static struct tri_goroutine *new_structure(void)
{
	static struct tri_goroutine *fresh; // guarded by lock; made many at a time: nothing is lost to alignment
	static uint32_t fresh_count;
	tri_lock(&lock);
	if (fresh_count == 0) {
		fresh_count = FRESH;
		fresh = tri_permanent_alloc(FRESH * sizeof *fresh);
	}
	struct tri_goroutine *goroutine = fresh++;
	fresh_count--;
	goroutine->kind = TRI_KIND_GO_CODE;
	if (!table) {
		size_t share = tri_os_address_limit() / 64;
		table_bytes = share < TABLE_BYTES ? share & ~(size_t)4095 : TABLE_BYTES;
		table = mmap(NULL, table_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (table == MAP_FAILED)
			tri_throw("runtime: cannot reserve address space for the table of goroutines");
	}
	uint64_t index = atomic_load_explicit(&slots, memory_order_relaxed);
	if (index == table_bytes / sizeof *table)
		tri_throw("runtime: too many goroutines");
	goroutine->turns = (uint8_t)index; // whose waiting is measured is spread over all
	table[index] = goroutine;
	atomic_store_explicit(&slots, index + 1, memory_order_release);
	tri_unlock(&lock);
	return goroutine;
}

uint64_t tri_goroutine_slots(void) { return atomic_load_explicit(&slots, memory_order_acquire); }

struct tri_goroutine *tri_goroutine_at(uint64_t index) { return index < tri_goroutine_slots() ? table[index] : NULL; }

uint64_t tri_goroutine_count(void)
{
	uint64_t count = atomic_load(&threads_alive) - atomic_load(&system_count);
	for (uint32_t i = 0; i < tri_sched.processor_count; i++) {
		const struct tri_processor *processor = tri_sched.processors[i];
		count +=
			atomic_load_explicit(&processor->created, memory_order_relaxed) - atomic_load_explicit(&processor->ended, memory_order_relaxed);
	}
	return count;
}

void tri_goroutine_make_system(struct tri_goroutine *goroutine)
{
	goroutine->is_system = true;
	goroutine->bubble = NULL;
	atomic_fetch_add(&system_count, 1);
}

void tri_goroutine_lend(bool lent) { tri_current()->is_system = !lent; }

static struct tri_goroutine *take_dead(struct tri_processor *processor)
{
	struct tri_goroutine *goroutine;
	if (processor) {
		if (!processor->dead && atomic_load_explicit((_Atomic(struct tri_goroutine *) *)&shared_dead, memory_order_relaxed)) {
			tri_lock(&lock);
			for (int i = 0; i < KEPT_DEAD / 2 && shared_dead; i++) {
				struct tri_goroutine *moved = shared_dead;
				shared_dead = moved->next;
				moved->next = processor->dead;
				processor->dead = moved;
				processor->dead_count++;
			}
			tri_unlock(&lock);
		}
		goroutine = processor->dead;
		if (goroutine) {
			processor->dead = goroutine->next;
			processor->dead_count--;
		}
	} else {
		tri_lock(&lock);
		goroutine = shared_dead;
		if (goroutine)
			shared_dead = goroutine->next;
		tri_unlock(&lock);
	}
	return goroutine;
}

static void give_dead(struct tri_processor *processor, struct tri_goroutine *goroutine)
{
	if (!processor) {
		tri_lock(&lock);
		goroutine->next = shared_dead;
		shared_dead = goroutine;
		tri_unlock(&lock);
		return;
	}
	goroutine->next = processor->dead;
	processor->dead = goroutine;
	if (++processor->dead_count <= KEPT_DEAD)
		return;
	tri_lock(&lock);
	while (processor->dead_count > KEPT_DEAD / 2) {
		struct tri_goroutine *moved = processor->dead;
		processor->dead = moved->next;
		processor->dead_count--;
		moved->next = shared_dead;
		shared_dead = moved;
	}
	tri_unlock(&lock);
}

uint64_t tri_goroutine_new_id(void) { return atomic_fetch_add(&last_id, 1) + 1; }

static void give_id(struct tri_processor *processor, struct tri_goroutine *goroutine)
{
	if (!processor) {
		goroutine->id = tri_goroutine_new_id();
		return;
	}
	if (processor->next_id == processor->last_id) {
		processor->next_id = atomic_fetch_add(&last_id, ID_BATCH);
		processor->last_id = processor->next_id + ID_BATCH;
	}
	goroutine->id = ++processor->next_id;
}

static void start_anew(struct tri_processor *processor, struct tri_goroutine *goroutine, enum tri_goroutine_kind kind)
{
	struct tri_goroutine *parent = tri_current();
	give_id(processor, goroutine);
	goroutine->parent_id = parent ? parent->id : 0;
	goroutine->kind = (uint8_t)kind;
	goroutine->wait_reason = TRI_WAIT_NONE;
	goroutine->at_entry = goroutine->registers_live = false;
	goroutine->next = NULL;
	goroutine->signal = 0;
	goroutine->abi.defers = goroutine->abi.panics = goroutine->abi.spare_defers = NULL;
	goroutine->abi.interrupt = NULL;
	goroutine->abi.black_in = 0;
	goroutine->is_system = false;
	goroutine->thread_locks = 0;
	goroutine->locked_to = NULL;
	goroutine->bubble = parent && kind == TRI_KIND_GO_CODE ? parent->bubble : NULL;
	goroutine->bubble_idle = goroutine->durable = false;
	goroutine->traced.state = TRI_TRACE_GO_NONE;
	memset(goroutine->words, 0, sizeof goroutine->words);
	if (parent && kind == TRI_KIND_GO_CODE)
		goroutine->words[TRI_WORD_LABELS] = parent->words[TRI_WORD_LABELS];
	if (processor)
		atomic_store_explicit(&processor->created, processor->created + 1, memory_order_relaxed);
}

struct tri_goroutine *tri_goroutine_new(void *closure, uintptr_t created_at)
{
	struct tri_machine *machine = tri_thread_machine;
	struct tri_processor *processor = machine->processor;
	struct tri_goroutine *goroutine = take_dead(processor);
	if (!goroutine)
		goroutine = new_structure();
	struct tri_g *g = &goroutine->abi;
	size_t size = tri_stack_usual_size(created_at);
	if (g->stack_high != 0 && g->stack_high - g->stack_low < size)
		tri_stack_free(g, &processor->stacks);
	if (g->stack_high == 0)
		tri_stack_alloc(g, size, &processor->stacks);
	start_anew(processor, goroutine, TRI_KIND_GO_CODE);
	goroutine->created_at = (uint32_t)created_at;
	g->context = closure;
	g->bp = 0;
	memset(g->result, 0, sizeof g->result);
	// tri_asm_run returns to the start code; its `call` then finds RSP aligned as a body's.
	g->sp = g->stack_high - 8 - 16;
	*(uintptr_t *)g->sp = (uintptr_t)tri_asm_goroutine_start;
	// The collector scans a goroutine once: one born while it marks counts as scanned, so what it starts with
	// must be grey.
	g->black_in = atomic_load_explicit(&tri_gc_barrier_enabled, memory_order_relaxed);
	if (g->black_in) {
		tri_gc_shade(processor->mutator, (uintptr_t)closure);
		tri_gc_shade(processor->mutator, (uintptr_t)goroutine->words[TRI_WORD_LABELS]);
	}
	return goroutine;
}

// ---- C goroutines --------------------------------------------------------------------------------

static void c_main(void)
{
	struct tri_goroutine *goroutine = tri_current();
	tri_sched_operation_end(); // of the library's call that runs it
	goroutine->c_function(goroutine->c_argument);
	tri_sched_operation_begin();
	tri_sched_exit();
}

struct tri_goroutine *tri_goroutine_new_c(void (*function)(void *), void *argument, size_t stack_size)
{
	enum { GUARD = 4096, DEFAULT = 64 << 10, MINIMUM = 16 << 10 };
	if (stack_size == 0)
		stack_size = DEFAULT;
	if (stack_size < MINIMUM)
		stack_size = MINIMUM;
	stack_size = (stack_size + GUARD - 1) & ~(size_t)(GUARD - 1);
	char *memory = mmap(NULL, stack_size + GUARD, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (memory == MAP_FAILED)
		return NULL;
	mprotect(memory, GUARD, PROT_NONE);
	struct tri_processor *processor = tri_thread_machine->processor;
	struct tri_goroutine *goroutine = take_dead(processor);
	if (!goroutine)
		goroutine = new_structure();
	if (goroutine->abi.stack_high)
		tri_stack_free(&goroutine->abi, processor ? &processor->stacks : NULL);
	start_anew(processor, goroutine, TRI_KIND_C_STACK);
	if (!processor)
		atomic_fetch_add(&threads_alive, 1);
	goroutine->created_at = 0;
	goroutine->c_function = function;
	goroutine->c_argument = argument;
	goroutine->abi.stack_low = (uintptr_t)memory;
	goroutine->abi.stack_high = (uintptr_t)memory + GUARD + stack_size;
	// tri_asm_c_enter pops six registers and returns to c_main, whose frame must look as if it had been called: RSP is
	// 8 above a multiple of 16, and the word there says that nobody called.
	uintptr_t *top = (uintptr_t *)(goroutine->abi.stack_high - 24);
	*--top = (uintptr_t)c_main;
	top -= 6;
	memset(top, 0, 6 * sizeof *top);
	goroutine->c_sp = (uintptr_t)top;
	if (tri_gc_is_marking() && tri_mutator())
		tri_gc_shade(tri_mutator(), (uintptr_t)argument);
	return goroutine;
}

// ---- The end -------------------------------------------------------------------------------------

// On the scheduler's stack: nothing of the goroutine's is used any more.
static void finish(struct tri_goroutine *goroutine)
{
	struct tri_machine *machine = tri_thread_machine;
	struct tri_processor *processor = machine->processor;
	tri_thread_goroutine = NULL;
	machine->current = NULL;
	goroutine->machine = NULL;
	if (tri_is_tracing())
		tri_traced_end(machine, goroutine);
	if (TRI_UNLIKELY(goroutine->bubble != NULL))
		tri_bubble_ends(goroutine);
	if (tri_gc_is_marking()) // a sample of the CPU profile may have them
		tri_gc_shade(processor->mutator, (uintptr_t)goroutine->words[TRI_WORD_LABELS]);
	bool ends_thread = goroutine->locked_to != NULL; // which is nobody else's, whatever was done to it
	machine->locked = NULL;
	struct tri_g *g = &goroutine->abi;
	tri_goroutine_set_state(goroutine, TRI_GOROUTINE_RUNNING, TRI_GOROUTINE_DEAD);
	g->context = NULL;
	g->sp = 0;
	if (goroutine->kind == TRI_KIND_C_STACK) {
		tri_os_unmap((void *)g->stack_low, g->stack_high - g->stack_low);
		g->stack_low = g->stack_high = 0;
	} else {
		size_t size = g->stack_high - g->stack_low;
		tri_stack_note_size(goroutine->created_at, size);
		// A stack of the usual size stays with the structure for the next goroutine.
		if (size > TRI_STACK_MINIMUM || (TRI_DEBUG && tri_settings.move_stacks))
			tri_stack_free(g, &processor->stacks);
	}
	atomic_store_explicit(&processor->ended, processor->ended + 1, memory_order_relaxed);
	give_dead(processor, goroutine);
	if (ends_thread)
		tri_machine_end(machine);
	tri_sched_next();
}

static void finish_c(void *goroutine) { finish(goroutine); }

void tri_sched_exit(void)
{
	struct tri_goroutine *goroutine = tri_current();
	if (goroutine->kind == TRI_KIND_GO_CODE) // its C runs on the scheduler's stack already
		finish(goroutine);
	if (goroutine->kind != TRI_KIND_C_STACK)
		tri_throw("runtime: an attached thread ends as a goroutine");
	tri_asm_c_leave(&goroutine->c_sp, tri_thread_machine->system_sp, finish_c, goroutine);
	tri_throw("runtime: a goroutine continues after its end");
}

// ---- Attached threads' structures (thread.c) -------------------------------------------------------

struct tri_goroutine *tri_goroutine_new_thread(void)
{
	struct tri_goroutine *goroutine = take_dead(NULL);
	if (!goroutine)
		goroutine = new_structure();
	if (goroutine->abi.stack_high)
		tri_stack_free(&goroutine->abi, NULL);
	start_anew(NULL, goroutine, TRI_KIND_C_THREAD);
	atomic_fetch_add(&threads_alive, 1);
	return goroutine;
}

void tri_goroutine_free_thread(struct tri_goroutine *goroutine)
{
	goroutine->machine = NULL;
	tri_goroutine_set_state(goroutine, TRI_GOROUTINE_RUNNING, TRI_GOROUTINE_DEAD);
	atomic_fetch_sub(&threads_alive, 1);
	give_dead(NULL, goroutine);
}
