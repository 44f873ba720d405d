// What goroutines and processors do, as events of an execution trace.
#include "runtime/sched/traced.h"
#include "runtime/heap/span.h"
#include "runtime/sched/internal.h"

struct tri_goroutine *_Atomic tri_traced_reader;

// ---- Stacks --------------------------------------------------------------------------------------------------------------

static struct tri_trace_entry *stack_of(const struct tri_g *g, uint32_t skip, uintptr_t from)
{
	uintptr_t pcs[TRI_TRACE_STACK_DEPTH];
	uint32_t depth = 0;
	struct tri_frame frame;
	if (!tri_frame_first(g, &frame))
		return NULL;
	do {
		bool exact = frame.faulted || frame.at_entry || frame.interrupted;
		pcs[depth++] = exact ? frame.pc + 1 : frame.pc;
	} while (depth < TRI_TRACE_STACK_DEPTH && tri_frame_next(&frame));
	return tri_trace_stack(pcs, depth, skip, from);
}

// Where the goroutine, which stands in C, left Go code: the entry stub's address.
static uintptr_t left_in(const struct tri_goroutine *goroutine) { return ((const uintptr_t *)goroutine->abi.system_sp)[-1]; }

static bool is_go(const struct tri_goroutine *goroutine) { return goroutine && goroutine->kind == TRI_KIND_GO_CODE; }

// Of the goroutine that the machine runs, in C: none when that is the scheduler or C code.
static uint64_t own_stack(const struct tri_machine *machine, uint32_t skip, bool with_stub)
{
	const struct tri_goroutine *goroutine = machine->current;
	if (!is_go(goroutine) || goroutine != tri_thread_goroutine)
		return 0;
	return tri_trace_number(stack_of(&goroutine->abi, skip, with_stub ? left_in(goroutine) : 0));
}

// ---- Reasons -------------------------------------------------------------------------------------------------------------

// What Go's traces call them; a stack leaves `skip` functions out, or begins with the runtime's own (`stub`).
static const struct reason {
	const char *text;
	bool stub;
	uint8_t skip;
} reasons[] = {
	[TRI_WAIT_NONE] = {"unspecified", false, 0},
	[TRI_WAIT_CHAN_RECEIVE] = {"chan receive", true, 0},
	[TRI_WAIT_CHAN_SEND] = {"chan send", true, 0},
	[TRI_WAIT_CHAN_RECEIVE_NIL] = {"forever", true, 0},
	[TRI_WAIT_CHAN_SEND_NIL] = {"forever", true, 0},
	[TRI_WAIT_SELECT] = {"select", true, 0},
	[TRI_WAIT_SELECT_NONE] = {"forever", true, 0},
	[TRI_WAIT_SLEEP] = {"sleep", false, 0},
	[TRI_WAIT_SEMAPHORE] = {"sync", false, 0},
	[TRI_WAIT_SYNC_MUTEX] = {"sync", false, 0},
	[TRI_WAIT_SYNC_READ] = {"sync", false, 0},
	[TRI_WAIT_SYNC_WRITE] = {"sync", false, 0},
	[TRI_WAIT_SYNC_WAIT_GROUP] = {"sync", false, 0},
	[TRI_WAIT_SYNC_COND] = {"sync.(*Cond).Wait", false, 1}, // what waits for it (overlay/runtime/waits.go)
	[TRI_WAIT_COROUTINE] = {"coroutine", false, 0},
	[TRI_WAIT_IO] = {"network", false, 3}, // the same, (*pollDesc).wait and who calls that
	[TRI_WAIT_GC_WAIT] = {"wait until GC ends", false, 0},
	[TRI_WAIT_FINALIZER] = {"system goroutine wait", false, 0},
	[TRI_WAIT_SYNCTEST_RUN] = {"synctest", false, 0},
	[TRI_WAIT_SYNCTEST_WAIT] = {"synctest", false, 0},
	[TRI_WAIT_TRACE_READER] = {"system goroutine wait", false, 0},
	[TRI_WAIT_SYSCALL] = {"unspecified", false, 0},
	[TRI_WAIT_PREEMPTED] = {"preempted", false, 0},
};

static bool is_semaphore(unsigned reason)
{
	return reason == TRI_WAIT_SEMAPHORE || reason == TRI_WAIT_SYNC_MUTEX || reason == TRI_WAIT_SYNC_READ || reason == TRI_WAIT_SYNC_WRITE ||
		   reason == TRI_WAIT_SYNC_WAIT_GROUP;
}

// ---- Goroutines ----------------------------------------------------------------------------------------------------------

static bool is_known(const struct tri_traced *traced) { return traced->state != TRI_TRACE_GO_NONE; }

static void unblock(struct tri_trace_writer *writer, struct tri_traced *traced, uint64_t stack)
{
	if (traced->state != TRI_TRACE_GO_WAITING)
		return;
	traced->state = TRI_TRACE_GO_RUNNABLE;
	tri_trace(writer, GO_UNBLOCK, traced->id, ++traced->sequence, stack);
}

static void start(struct tri_machine *machine, struct tri_traced *traced)
{
	if (machine->trace.goroutine == &machine->trace.worker)
		tri_traced_work_end(machine);
	traced->state = TRI_TRACE_GO_RUNNING;
	traced->machine = machine;
	machine->trace.goroutine = traced;
	tri_trace(&machine->trace.writer, GO_START, traced->id, ++traced->sequence);
}

// It runs no more: the machine runs nothing that the trace knows of.
static void leave(struct tri_machine *machine, struct tri_traced *traced, unsigned state)
{
	traced->state = (uint8_t)state;
	traced->machine = NULL;
	machine->trace.goroutine = NULL;
}

static void create(struct tri_machine *machine, struct tri_traced *traced, uintptr_t function, uint64_t stack)
{
	uintptr_t return_address = function + 1;
	traced->state = TRI_TRACE_GO_RUNNABLE;
	traced->sequence = 0;
	traced->assists = false;
	tri_trace(&machine->trace.writer, GO_CREATE, traced->id, function ? tri_trace_number(tri_trace_stack(&return_address, 1, 0, 0)) : 0,
			  stack);
}

static uintptr_t function_of(const struct tri_goroutine *goroutine)
{
	return is_go(goroutine) && goroutine->abi.context ? *(const uintptr_t *)goroutine->abi.context : 0;
}

void tri_traced_create(struct tri_goroutine *goroutine)
{
	struct tri_machine *machine = tri_thread_machine;
	goroutine->traced = (struct tri_traced){.id = goroutine->id};
	// One that is started from elsewhere is created when it first runs.
	if (machine && machine->processor && machine->trace.processor == machine->processor)
		create(machine, &goroutine->traced, function_of(goroutine), own_stack(machine, 0, false));
}

void tri_traced_run(struct tri_machine *machine, struct tri_goroutine *goroutine)
{
	struct tri_traced *traced = &goroutine->traced;
	if (machine->trace.goroutine == traced && traced->state == TRI_TRACE_GO_RUNNING)
		return;
	if (!is_known(traced)) {
		*traced = (struct tri_traced){.id = goroutine->id};
		create(machine, traced, function_of(goroutine), 0);
	}
	unblock(&machine->trace.writer, traced, 0);
	start(machine, traced);
}

static struct tri_trace_entry *waiting_stack(const struct tri_goroutine *goroutine, bool just_now)
{
	const struct reason *reason = &reasons[goroutine->wait_reason];
	uint32_t skip = is_semaphore(goroutine->wait_reason) ? goroutine->blocked_skip : reason->skip;
	return is_go(goroutine) ? stack_of(&goroutine->abi, skip, just_now && reason->stub ? left_in(goroutine) : 0) : NULL;
}

void tri_traced_park(struct tri_machine *machine, struct tri_goroutine *goroutine)
{
	struct tri_traced *traced = &goroutine->traced;
	if (machine->trace.goroutine != traced)
		return;
	leave(machine, traced, TRI_TRACE_GO_WAITING);
	traced->stack = waiting_stack(goroutine, true);
	tri_trace(&machine->trace.writer, GO_BLOCK, tri_trace_text(reasons[goroutine->wait_reason].text), tri_trace_number(traced->stack));
}

uint64_t tri_traced_first_waiting_stack(struct tri_goroutine *goroutine)
{
	struct tri_traced *traced = &goroutine->traced;
	tri_debug_check(!traced->stack || traced->stack == waiting_stack(goroutine, false)); // what was looked at before is so still
	if (!traced->stack)
		traced->stack = waiting_stack(goroutine, false);
	return tri_trace_number(traced->stack);
}

uint64_t tri_traced_waiting_stack(struct tri_goroutine *goroutine)
{
	struct tri_traced *traced = &goroutine->traced;
	traced->stack = traced->stack ? tri_trace_carry(traced->stack) : waiting_stack(goroutine, false);
	return tri_trace_number(traced->stack);
}

void tri_traced_stop(struct tri_machine *machine, struct tri_goroutine *goroutine, enum tri_traced_stop reason)
{
	static const char *const texts[] = {[TRI_TRACED_YIELD] = "runtime.Gosched", [TRI_TRACED_PREEMPTED] = "preempted"};
	struct tri_traced *traced = &goroutine->traced;
	if (machine->trace.goroutine != traced)
		return;
	uint64_t stack =
		is_go(goroutine) ? tri_trace_number(stack_of(&goroutine->abi, 0, reason == TRI_TRACED_YIELD ? left_in(goroutine) : 0)) : 0;
	leave(machine, traced, TRI_TRACE_GO_RUNNABLE);
	tri_trace(&machine->trace.writer, GO_STOP, tri_trace_text(texts[reason]), stack);
}

void tri_traced_end(struct tri_machine *machine, struct tri_goroutine *goroutine)
{
	if (machine->trace.goroutine != &goroutine->traced)
		return;
	leave(machine, &goroutine->traced, TRI_TRACE_GO_NONE);
	tri_trace(&machine->trace.writer, GO_DESTROY);
}

void tri_traced_switch(struct tri_machine *machine, struct tri_goroutine *from, struct tri_goroutine *to)
{
	struct tri_traced *traced = &to->traced;
	if (machine->trace.goroutine != &from->traced || traced->state != TRI_TRACE_GO_WAITING) {
		tri_traced_park(machine, from);
		return;
	}
	leave(machine, &from->traced, TRI_TRACE_GO_WAITING);
	from->traced.stack = NULL;
	traced->state = TRI_TRACE_GO_RUNNING;
	traced->machine = machine;
	machine->trace.goroutine = traced;
	tri_trace(&machine->trace.writer, GO_SWITCH, traced->id, ++traced->sequence);
}

void tri_traced_ready(struct tri_goroutine *goroutine)
{
	struct tri_machine *machine = tri_thread_machine;
	if (machine && machine->trace.processor && machine->processor == machine->trace.processor) {
		const struct reason *reason = &reasons[goroutine->wait_reason];
		uint32_t skip = is_semaphore(goroutine->wait_reason) && machine->current ? machine->current->blocked_skip : 0;
		unblock(&machine->trace.writer, &goroutine->traced, own_stack(machine, skip, reason->stub));
		return;
	}
	tri_lock(&tri_trace_outside_lock);
	if (tri_is_tracing())
		unblock(&tri_trace_outside, &goroutine->traced, 0);
	tri_unlock(&tri_trace_outside_lock);
}

// ---- Processors ----------------------------------------------------------------------------------------------------------

// A processor that was in a system call got lost to its machine, and both that one and the next to have it may be the first to say so.
static void steal(struct tri_machine *machine, struct tri_processor *processor, const struct tri_machine *from)
{
	tri_lock(&tri_trace_outside_lock);
	const struct tri_machine *owner = processor->trace.machine;
	if (processor->trace.status == TRI_TRACE_PROCESSOR_SYSCALL && (!from || from == owner)) {
		processor->trace.status = TRI_TRACE_PROCESSOR_IDLE;
		processor->trace.machine = NULL;
		tri_trace(&machine->trace.writer, PROCESSOR_STEAL, processor->id, ++processor->trace.sequence, owner->trace.writer.thread);
	}
	tri_unlock(&tri_trace_outside_lock);
}

void tri_traced_acquire(struct tri_machine *machine)
{
	struct tri_processor *processor = machine->processor;
	if (machine->trace.writer.thread != (uint64_t)machine->thread_id) { // a new thread
		tri_trace_flush(&machine->trace.writer);
		machine->trace.writer.thread = (uint64_t)machine->thread_id;
	}
	if (machine->trace.processor)
		steal(machine, machine->trace.processor, machine);
	steal(machine, processor, NULL);
	machine->trace.processor = processor;
	processor->trace.machine = machine;
	processor->trace.status = TRI_TRACE_PROCESSOR_RUNNING;
	tri_trace(&machine->trace.writer, PROCESSOR_START, processor->id, ++processor->trace.sequence);
}

void tri_traced_release(struct tri_machine *machine)
{
	struct tri_processor *processor = machine->trace.processor;
	if (!processor)
		return;
	if (processor->trace.status == TRI_TRACE_PROCESSOR_RUNNING)
		tri_traced_work_end(machine);
	machine->trace.processor = NULL;
	processor->trace.machine = NULL;
	processor->trace.status = TRI_TRACE_PROCESSOR_IDLE;
	tri_trace(&machine->trace.writer, PROCESSOR_STOP);
}

void tri_traced_rest_begin(struct tri_machine *machine)
{
	struct tri_processor *processor = machine->trace.processor;
	struct tri_traced *traced = machine->trace.goroutine;
	if (!processor || !traced || traced->state != TRI_TRACE_GO_RUNNING)
		return;
	uint64_t stack = own_stack(machine, 1, false); // without syscall.Syscall or its kin
	processor->trace.status = TRI_TRACE_PROCESSOR_SYSCALL;
	traced->state = TRI_TRACE_GO_SYSCALL;
	tri_trace(&machine->trace.writer, GO_SYSCALL_BEGIN, ++processor->trace.sequence, stack);
}

void tri_traced_rest_end(struct tri_machine *machine)
{
	struct tri_processor *processor = machine->trace.processor;
	struct tri_traced *traced = machine->trace.goroutine;
	if (!processor || !traced || traced->state != TRI_TRACE_GO_SYSCALL)
		return;
	if (processor->trace.status == TRI_TRACE_PROCESSOR_SYSCALL) {
		processor->trace.status = TRI_TRACE_PROCESSOR_RUNNING;
		traced->state = TRI_TRACE_GO_RUNNING;
		tri_trace(&machine->trace.writer, GO_SYSCALL_END);
		return;
	}
	tri_trace(&machine->trace.writer, GO_SYSCALL_END_BLOCKED);
	start(machine, traced);
}

void tri_traced_processors(uint32_t count)
{
	struct tri_machine *machine = tri_thread_machine;
	for (uint32_t i = 0; i < tri_sched.processor_count; i++) {
		struct tri_processor *processor = tri_sched.processors[i];
		if (processor->trace.status != TRI_TRACE_PROCESSOR_NONE)
			continue;
		processor->trace.status = TRI_TRACE_PROCESSOR_IDLE;
		processor->trace.sequence = 0;
		tri_lock(&tri_trace_outside_lock);
		tri_trace(&tri_trace_outside, PROCESSOR_STATUS, processor->id, TRI_TRACE_PROCESSOR_IDLE);
		tri_unlock(&tri_trace_outside_lock);
	}
	if (machine->trace.processor && machine->trace.goroutine)
		tri_trace(&machine->trace.writer, PROCESSORS_CHANGE, count, own_stack(machine, 0, true));
}

// ---- The collector's own time ----------------------------------------------------------------------------------------------

void tri_traced_work_begin(struct tri_machine *machine, const char *label)
{
	struct tri_traced *worker = &machine->trace.worker;
	if (!machine->trace.processor || machine->trace.goroutine)
		return;
	if (!is_known(worker)) {
		if (worker->id == 0)
			worker->id = tri_goroutine_new_id();
		create(machine, worker, (uintptr_t)tri_gc_work, 0);
	}
	unblock(&machine->trace.writer, worker, 0);
	start(machine, worker);
	tri_trace(&machine->trace.writer, GO_LABEL, tri_trace_text(label));
}

void tri_traced_work_end(struct tri_machine *machine)
{
	struct tri_traced *worker = &machine->trace.worker;
	if (machine->trace.goroutine != worker)
		return;
	leave(machine, worker, TRI_TRACE_GO_WAITING);
	tri_trace(&machine->trace.writer, GO_BLOCK, tri_trace_text("system goroutine wait"), 0);
}

// Somebody has to be what the machine does. A trace that began meanwhile knows of no worker yet.
static bool has_goroutine(struct tri_machine *machine)
{
	if (machine->trace.processor && !machine->trace.goroutine && !machine->current)
		tri_traced_work_begin(machine, "GC (idle)");
	return machine->trace.processor && machine->trace.goroutine;
}

// ---- Collections ---------------------------------------------------------------------------------------------------------

// Changed by who stopped the world.
static struct {
	uint64_t sequence;
	bool runs; // as the trace has it
} collection;

static void tell_goal(struct tri_machine *machine) { tri_trace(&machine->trace.writer, HEAP_GOAL, tri_gc_goal()); }

static void tell_live(void)
{
	struct tri_machine *machine = tri_thread_machine;
	if (machine->trace.processor && machine->processor == machine->trace.processor)
		tri_trace(&machine->trace.writer, HEAP_LIVE, atomic_load(&tri_heap.live));
}

void tri_traced_heap(bool tell) { tri_heap_hooks.told = tell ? tell_live : NULL; }

void tri_traced_collection_begins_anew(void)
{
	collection.sequence = 1;
	collection.runs = tri_gc_is_marking();
}

void tri_traced_first_events(void)
{
	struct tri_machine *machine = tri_thread_machine;
	tri_trace(&machine->trace.writer, PROCESSORS_CHANGE, atomic_load(&tri_sched.limit), own_stack(machine, 0, true));
	if (collection.runs)
		tri_trace(&machine->trace.writer, COLLECTION_ACTIVE, collection.sequence++);
	tell_goal(machine);
}

static void collection_begins(void)
{
	struct tri_machine *machine = tri_thread_machine;
	if (!has_goroutine(machine))
		return;
	collection.runs = true;
	tri_trace(&machine->trace.writer, COLLECTION_BEGIN, collection.sequence++, own_stack(machine, 0, true));
}

static void collection_ends(void)
{
	struct tri_machine *machine = tri_thread_machine;
	if (!collection.runs || !has_goroutine(machine))
		return;
	collection.runs = false;
	tri_trace(&machine->trace.writer, COLLECTION_END, collection.sequence++);
	tri_trace(&machine->trace.writer, HEAP_LIVE, atomic_load(&tri_heap.live));
	tell_goal(machine);
}

static void assist(bool begins)
{
	struct tri_machine *machine = tri_thread_machine;
	struct tri_traced *traced = machine->trace.goroutine;
	if (!machine->trace.processor || !traced || traced->state != TRI_TRACE_GO_RUNNING || traced->assists == begins)
		return;
	traced->assists = begins;
	if (begins)
		tri_trace(&machine->trace.writer, ASSIST_BEGIN, own_stack(machine, 0, true));
	else
		tri_trace(&machine->trace.writer, ASSIST_END);
}

void tri_traced_collector(enum tri_gc_moment moment)
{
	if (!tri_is_tracing())
		return;
	switch (moment) {
	case TRI_GC_MARK_BEGINS:
		collection_begins();
		break;
	case TRI_GC_MARK_ENDS:
		collection_ends();
		break;
	case TRI_GC_ASSIST_BEGINS:
	case TRI_GC_ASSIST_ENDS:
		assist(moment == TRI_GC_ASSIST_BEGINS);
		break;
	}
}

// ---- Stops ---------------------------------------------------------------------------------------------------------------

// Guarded by the world's lock.
static bool stop_is_told;

void tri_traced_world_stop(const char *reason)
{
	struct tri_machine *machine = tri_thread_machine;
	if (reason == tri_traced_own_stop || !has_goroutine(machine))
		return;
	stop_is_told = true;
	tri_trace(&machine->trace.writer, WORLD_STOP_BEGIN, tri_trace_text(reason), own_stack(machine, 0, true));
}

void tri_traced_world_start(void)
{
	struct tri_machine *machine = tri_thread_machine;
	if (stop_is_told && machine->trace.goroutine)
		tri_trace(&machine->trace.writer, WORLD_STOP_END);
	stop_is_told = false;
}

// ---- The program's own events ----------------------------------------------------------------------------------------------

void tri_traced_user(enum tri_trace_event event, const uint64_t *arguments, unsigned count, uint32_t skip)
{
	struct tri_machine *machine = tri_thread_machine;
	uint64_t all[5];
	if (!machine->trace.processor || !machine->trace.goroutine)
		return;
	memcpy(all, arguments, count * sizeof *all);
	all[count] = own_stack(machine, skip, false);
	tri_trace_write(&machine->trace.writer, event, all);
}

// ---- The reader ------------------------------------------------------------------------------------------------------------

static struct tri_lock reader_lock = TRI_LOCK_INIT(SEMAPHORE);
static uint32_t reader_has_seen; // guarded by reader_lock

bool tri_traced_wait_readable(uint32_t seen)
{
	tri_lock(&reader_lock);
	if (atomic_load(&tri_trace_readable) != seen || atomic_load(&tri_traced_reader)) {
		tri_unlock(&reader_lock);
		return false;
	}
	reader_has_seen = seen;
	atomic_store(&tri_traced_reader, tri_current());
	tri_sched_park(TRI_WAIT_TRACE_READER, &reader_lock);
}

static struct tri_goroutine *take_reader(void)
{
	struct tri_goroutine *goroutine = NULL;
	tri_lock(&reader_lock);
	if (atomic_load(&tri_trace_readable) != reader_has_seen)
		goroutine = atomic_exchange(&tri_traced_reader, NULL);
	tri_unlock(&reader_lock);
	return goroutine;
}

struct tri_goroutine *tri_traced_take_reader(void)
{
	struct tri_goroutine *goroutine = take_reader();
	if (!goroutine)
		return NULL;
	if (tri_is_tracing())
		tri_traced_ready(goroutine);
	tri_goroutine_set_state(goroutine, TRI_GOROUTINE_WAITING, TRI_GOROUTINE_RUNNABLE);
	return goroutine;
}

void tri_traced_wake_reader(void)
{
	struct tri_goroutine *goroutine = take_reader();
	if (goroutine)
		tri_sched_ready(goroutine, false);
}
