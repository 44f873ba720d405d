// Beginnings and ends of a trace's generations: with the world stopped, what goroutines and processors do is written down. A thread
// that runs or is in a system call says so itself, which ties processor and goroutine to it; everything else is said by nobody.
#include "runtime/sched/internal.h"
#include "runtime/sched/traced.h"

const char tri_traced_own_stop[] = "trace";

// ---- What is so, when a trace begins ---------------------------------------------------------------------------------------

// World stopped. Whether the machine has its processor still, or lost it in a system call.
static struct tri_processor *processor_of(const struct tri_machine *machine)
{
	struct tri_processor *processor = machine->processor;
	return processor && atomic_load(&processor->machine) == machine && processor->status_before != TRI_PROCESSOR_IDLE ? processor : NULL;
}

static void look_at_machine(struct tri_machine *machine)
{
	struct tri_processor *processor = processor_of(machine);
	uint64_t worker = machine->trace.worker.id;
	memset(&machine->trace, 0, sizeof machine->trace);
	machine->trace.worker.id = worker;
	machine->trace.writer.thread = (uint64_t)machine->thread_id;
	if (!processor)
		return;
	machine->trace.processor = processor;
	processor->trace.machine = machine;
	processor->trace.status = processor->status_before == TRI_PROCESSOR_RESTING ? TRI_TRACE_PROCESSOR_SYSCALL : TRI_TRACE_PROCESSOR_RUNNING;
}

static unsigned status_of(const struct tri_goroutine *goroutine)
{
	const struct tri_machine *machine = goroutine->machine;
	switch (atomic_load(&goroutine->state) & ~(uint32_t)TRI_GOROUTINE_SCANNED) {
	case TRI_GOROUTINE_RUNNABLE: // or stopped on its machine, and to go on there
		return machine ? TRI_TRACE_GO_RUNNING : TRI_TRACE_GO_RUNNABLE;
	case TRI_GOROUTINE_RUNNING:
		return TRI_TRACE_GO_RUNNING;
	case TRI_GOROUTINE_RESTING:
		return machine->trace.processor && machine->trace.processor->trace.status == TRI_TRACE_PROCESSOR_RUNNING ? TRI_TRACE_GO_RUNNING
																												 : TRI_TRACE_GO_SYSCALL;
	case TRI_GOROUTINE_WAITING:
		return TRI_TRACE_GO_WAITING;
	}
	return TRI_TRACE_GO_NONE;
}

// Most of the work, done before the world is stopped: the stacks of those who wait. Whether one has run since, its waiting_since tells.
static void look_at_stacks(void)
{
	struct tri_goroutine *goroutine;
	for (uint64_t i = 0; (goroutine = tri_goroutine_at(i)) != NULL; i++) {
		struct tri_traced *traced = &goroutine->traced;
		if (atomic_load(&goroutine->state) != TRI_GOROUTINE_WAITING || !tri_goroutine_hold(goroutine))
			continue;
		if (goroutine->kind == TRI_KIND_GO_CODE && atomic_load(&goroutine->state) == (TRI_GOROUTINE_WAITING | TRI_GOROUTINE_SCANNED)) {
			if (goroutine->waiting_since == 0)
				goroutine->waiting_since = tri_nanotime();
			traced->stack = NULL;
			tri_traced_first_waiting_stack(goroutine);
			traced->looked_at = goroutine->waiting_since;
		}
		tri_goroutine_release(goroutine);
	}
}

static void look_at_goroutine(struct tri_goroutine *goroutine)
{
	struct tri_traced *traced = &goroutine->traced;
	bool waits_still = traced->looked_at != 0 && traced->looked_at == goroutine->waiting_since;
	*traced = (struct tri_traced){.id = goroutine->id, .stack = waits_still ? traced->stack : NULL};
	if (goroutine->kind == TRI_KIND_C_THREAD)
		return;
	traced->state = (uint8_t)status_of(goroutine);
	if (traced->state == TRI_TRACE_GO_RUNNING || traced->state == TRI_TRACE_GO_SYSCALL) {
		traced->machine = goroutine->machine;
		goroutine->machine->trace.goroutine = traced;
	}
}

static void look_at_all(void)
{
	for (uint32_t i = 0; i < tri_sched.processor_count; i++) {
		tri_sched.processors[i]->trace.machine = NULL;
		tri_sched.processors[i]->trace.status = TRI_TRACE_PROCESSOR_IDLE;
	}
	for (struct tri_machine *machine = atomic_load(&tri_sched.machines); machine; machine = machine->next)
		look_at_machine(machine);
	struct tri_goroutine *goroutine;
	for (uint64_t i = 0; (goroutine = tri_goroutine_at(i)) != NULL; i++)
		look_at_goroutine(goroutine);
}

// ---- What the trace believes, when a generation begins -----------------------------------------------------------------------

static void write_goroutine(struct tri_traced *traced, uint64_t stack)
{
	if (traced->state == TRI_TRACE_GO_NONE)
		return;
	traced->sequence = 0;
	struct tri_trace_writer *writer = traced->machine ? &traced->machine->trace.writer : &tri_trace_outside;
	uint64_t thread = traced->machine ? writer->thread : TRI_TRACE_NO_THREAD;
	if (stack)
		tri_trace(writer, GO_STATUS_STACK, traced->id, thread, traced->state, stack);
	else
		tri_trace(writer, GO_STATUS, traced->id, thread, traced->state);
	if (traced->assists)
		tri_trace(writer, ASSIST_ACTIVE, traced->id);
}

static void write_all(uint64_t (*waiting_stack)(struct tri_goroutine *goroutine))
{
	for (uint32_t i = 0; i < tri_sched.processor_count; i++) {
		struct tri_processor *processor = tri_sched.processors[i];
		processor->trace.sequence = 0;
		struct tri_machine *machine = processor->trace.machine;
		tri_trace(machine ? &machine->trace.writer : &tri_trace_outside, PROCESSOR_STATUS, processor->id, processor->trace.status);
	}
	struct tri_goroutine *goroutine;
	for (uint64_t i = 0; (goroutine = tri_goroutine_at(i)) != NULL; i++) {
		bool waits = goroutine->traced.state == TRI_TRACE_GO_WAITING && goroutine->kind == TRI_KIND_GO_CODE;
		write_goroutine(&goroutine->traced, waits ? waiting_stack(goroutine) : 0);
	}
	for (struct tri_machine *machine = atomic_load(&tri_sched.machines); machine; machine = machine->next)
		write_goroutine(&machine->trace.worker, 0);
	tri_traced_first_events();
}

static void flush_all(void)
{
	for (struct tri_machine *machine = atomic_load(&tri_sched.machines); machine; machine = machine->next)
		tri_trace_flush(&machine->trace.writer);
}

void tri_traced_begin(void)
{
	tri_trace_prepare();
	look_at_stacks();
	tri_sched_stop_world(tri_traced_own_stop);
	tri_lock(&tri_trace_outside_lock);
	tri_trace_begin();
	look_at_all();
	tri_traced_collection_begins_anew();
	tri_traced_heap(true);
	tri_trace_sync();
	write_all(tri_traced_first_waiting_stack);
	tri_unlock(&tri_trace_outside_lock);
	tri_traced_world_stop("start trace");
	tri_sched_start_world();
}

bool tri_traced_advance(bool stop)
{
	if (!tri_is_tracing())
		return false;
	tri_sched_stop_world(tri_traced_own_stop);
	tri_lock(&tri_trace_outside_lock);
	flush_all();
	tri_trace_advance(stop);
	if (stop) {
		tri_traced_heap(false);
	} else {
		tri_trace_sync();
		write_all(tri_traced_waiting_stack);
	}
	tri_unlock(&tri_trace_outside_lock);
	if (!stop)
		tri_traced_world_stop("next generation of the trace");
	tri_sched_start_world();
	tri_trace_complete();
	tri_traced_wake_reader();
	return true;
}
