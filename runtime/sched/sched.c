// The scheduler's loop, parking and waking, the way back from C into goroutines.
//
// What runs next on a processor, in order: what the collector wants done here; timers that are due; now and then the
// global queue, for fairness; the processor's own queue; the global queue; descriptors that became ready; the other
// processors' queues. With nothing to run the processor marks or sweeps for the collector, and then becomes idle.
//
// The loop runs on the machine's own C stack, which begins anew each time: entering a goroutine abandons what lies
// on it.
#include "runtime/observe/observe.h"
#include "runtime/sched/bubble.h"
#include "runtime/sched/internal.h"

extern char __start_tri_layouts[] __attribute__((weak));
TRI_NORETURN void tri_asm_run_alloc(struct tri_g *g);
TRI_NORETURN void tri_sched_leave_c(void);
void *tri_sched_alloc_slot(const struct tri_layout_descriptor *descriptor);

enum {
	GLOBAL_EVERY = 61, // scheduling decisions between two looks at the global queue first
	STEAL_ROUNDS = 4,
	NEXT_KEPT = 4000, // nanoseconds for which a goroutine just made ready is left to its own processor
};

// ---- Whether others should help ------------------------------------------------------------------
// Goroutines that run for less time than it takes to wake a thread and to move them are better left to the processor
// that made them ready, where what they share stays in one cache. That is so while events (a goroutine made ready, a
// switch) follow one another quickly in one window after the other, unless a backlog has built up for long. What is
// left alone and then does wait after all is found by the monitor. Where two processors do little but wait for each other
// at channels, which makes both slower than one alone, the one with the higher number withdraws.

enum {
	WINDOW = 32,           // events
	QUICK = WINDOW * 1000, // cycles of the time stamp counter
	SLOW_WINDOWS = 4,      // so many in a row, and the processor is not quick any more
	BACKLOG = 128,
	LONG_BACKLOG = 256, // windows
};

static bool is_quick(const struct tri_processor *processor, uint64_t now)
{
	if (atomic_load_explicit(&processor->backlog, memory_order_relaxed) > LONG_BACKLOG)
		return false;
	if (now < atomic_load_explicit(&processor->alone_until, memory_order_relaxed))
		return true;
	return atomic_load_explicit(&processor->slow_windows, memory_order_relaxed) < SLOW_WINDOWS &&
		   now - atomic_load_explicit(&processor->window_start, memory_order_relaxed) <= 2 * QUICK;
}

static void end_window(struct tri_processor *processor, uint64_t now)
{
	uint32_t waiting = atomic_load_explicit(&processor->tail, memory_order_relaxed) -
					   atomic_load_explicit(&processor->head, memory_order_relaxed) +
					   atomic_load_explicit(&tri_sched.global_count, memory_order_relaxed);
	uint32_t backlog = waiting > BACKLOG ? atomic_load_explicit(&processor->backlog, memory_order_relaxed) + 1 : 0;
	uint32_t slow = atomic_load_explicit(&processor->slow_windows, memory_order_relaxed);
	if (now - atomic_load_explicit(&processor->window_start, memory_order_relaxed) < QUICK)
		slow = 0;
	else if (slow < SLOW_WINDOWS)
		slow++;
	atomic_store_explicit(&processor->backlog, backlog, memory_order_relaxed);
	atomic_store_explicit(&processor->slow_windows, slow, memory_order_relaxed);
	atomic_store_explicit(&processor->window_start, now, memory_order_relaxed);
}

// The owner made a goroutine ready: does it want help with what it has?
static bool wants_help(struct tri_processor *processor)
{
	bool window_ends = ++processor->events >= WINDOW;
	if (!window_ends && atomic_load_explicit(&tri_sched.idle_count, memory_order_relaxed) == 0)
		return false;
	uint64_t now = __builtin_ia32_rdtsc();
	if (window_ends) {
		processor->events = 0;
		end_window(processor, now);
	}
	return !is_quick(processor, now);
}

// Is anything in the processor's queue that another one should take?
static bool offers_work(const struct tri_processor *processor)
{
	return atomic_load_explicit(&processor->head, memory_order_relaxed) != atomic_load_explicit(&processor->tail, memory_order_relaxed) &&
		   !is_quick(processor, __builtin_ia32_rdtsc());
}

// ---- Entering a goroutine ------------------------------------------------------------------------

static bool asked_for(const struct tri_processor *processor, const struct tri_goroutine *goroutine)
{
	return atomic_load(&processor->wants_stop) || atomic_load(&processor->wants_visit) || atomic_load(&processor->wants_yield) ||
		   atomic_load(&goroutine->held_for);
}

// A request that came while the guard was being reset must not be lost.
static void reset_guard(const struct tri_processor *processor, struct tri_goroutine *goroutine)
{
	tri_stack_set_guard(&goroutine->abi);
	atomic_thread_fence(memory_order_seq_cst);
	if (asked_for(processor, goroutine) && !processor->mutator->pinned)
		__atomic_store_n(&goroutine->abi.stack_guard, UINTPTR_MAX, __ATOMIC_RELAXED);
}

// The current goroutine goes on where it stands.
static TRI_NORETURN void resume(struct tri_machine *machine, struct tri_goroutine *goroutine)
{
	struct tri_g *g = &goroutine->abi;
	struct tri_processor *processor = machine->processor;
	g->system_sp = machine->system_sp;
	g->mutator = processor->mutator;
	g->slots = (uintptr_t)processor->mutator->slots - (uintptr_t)__start_tri_layouts;
	reset_guard(processor, goroutine);
	struct tri_interrupt *interrupt = g->interrupt;
	if (interrupt) {
		g->interrupt = NULL;
		// Its words are read before the next Go instruction, and only signals in Go code write a record.
		interrupt->next = machine->spare_interrupts;
		machine->spare_interrupts = interrupt;
		tri_asm_resume_interrupt(g, interrupt);
	}
	if (goroutine->registers_live) {
		goroutine->registers_live = false;
		tri_asm_run_alloc(g);
	}
	bool at_entry = goroutine->at_entry;
	goroutine->at_entry = false;
	tri_asm_run(g, at_entry);
}

// What has to be done before the goroutine goes on may end in other goroutines' turns, and so again here.
static void do_before(void *opaque)
{
	struct tri_goroutine *goroutine = opaque;
	void (*before)(struct tri_goroutine *) = goroutine->before_resume;
	goroutine->before_resume = NULL;
	before(goroutine);
	resume(tri_thread_machine, goroutine);
}

void tri_execute(struct tri_machine *machine, struct tri_goroutine *goroutine)
{
	struct tri_processor *processor = machine->processor;
	tri_goroutine_set_state(goroutine, TRI_GOROUTINE_RUNNABLE, TRI_GOROUTINE_RUNNING);
	goroutine->machine = machine;
	goroutine->waiting_since = 0;
	// A C goroutine stands in the library, which is left by operation_end; and so does this stack, on which a request's
	// handler must not take it for stopped.
	tri_thread_operations = 1;
	atomic_signal_fence(memory_order_seq_cst);
	tri_thread_goroutine = goroutine;
	machine->current = goroutine;
	atomic_store_explicit(&processor->switches, processor->switches + 1, memory_order_relaxed);
	processor->events++;
	if (TRI_UNLIKELY((goroutine->runnable_since | goroutine->blocked_since) != 0))
		tri_note_running(processor, goroutine);
	if (tri_is_tracing())
		tri_traced_run(machine, goroutine);
	if (goroutine->kind == TRI_KIND_C_STACK)
		tri_asm_c_enter(goroutine->c_sp);
	if (goroutine->before_resume) {
		uintptr_t left; // this stack is used no more: do_before starts where it begins
		tri_asm_c_leave(&left, machine->system_sp, do_before, goroutine);
	}
	resume(machine, goroutine);
}

// ---- Parking -------------------------------------------------------------------------------------

// The current goroutine stops being this machine's; it is at rest from here on.
static struct tri_goroutine *leave(struct tri_machine *machine)
{
	struct tri_goroutine *goroutine = machine->current;
	machine->current = NULL;
	tri_thread_goroutine = NULL;
	goroutine->machine = NULL;
	return goroutine;
}

void tri_sched_park_with(enum tri_wait_reason reason, void (*release)(void *), void *argument)
{
	struct tri_machine *machine = tri_thread_machine;
	struct tri_goroutine *goroutine = leave(machine);
	goroutine->wait_reason = (uint8_t)reason;
	if (TRI_UNLIKELY(atomic_load_explicit(&tri_sched_blocks_noted, memory_order_relaxed) != 0))
		tri_note_blocked(goroutine);
	if (tri_is_tracing())
		tri_traced_park(machine, goroutine);
	// Who runs a bubble has told it already that it waits.
	struct tri_bubble *bubble = reason == TRI_WAIT_SYNCTEST_RUN ? NULL : goroutine->bubble;
	if (TRI_UNLIKELY(bubble != NULL))
		tri_bubble_parks(goroutine);
	tri_goroutine_set_state(goroutine, TRI_GOROUTINE_RUNNING, TRI_GOROUTINE_WAITING);
	if (release)
		release(argument);
	if (TRI_UNLIKELY(bubble != NULL))
		tri_bubble_release(bubble);
	tri_sched_next();
}

static void unlock(void *lock) { tri_unlock(lock); }

void tri_sched_park(enum tri_wait_reason reason, struct tri_lock *lock) { tri_sched_park_with(reason, lock ? unlock : NULL, lock); }

// The current goroutine, of kind C_STACK, stops; `left` runs on the scheduler's stack. Returns when it goes on, perhaps on another
// machine. It has to stand in the library from before its stack is left until `left` has given it up: a handler that
// came in between would take the scheduler's stack for its own.
static void leave_c_stack(struct tri_machine *machine, void (*left)(void *), void *argument)
{
	if (tri_thread_operations == 0)
		tri_throw("runtime: a goroutine leaves its stack outside of an operation");
	uint32_t operations = tri_thread_operations;
	tri_asm_c_leave(&machine->current->c_sp, machine->system_sp, left, argument);
	tri_thread_operations = operations;
}

struct c_wait {
	enum tri_wait_reason reason;
	void (*release)(void *);
	void *argument;
};

static void c_wait_left(void *opaque)
{
	struct c_wait wait = *(struct c_wait *)opaque; // on the goroutine's stack, which may run elsewhere in a moment
	tri_sched_park_with(wait.reason, wait.release, wait.argument);
}

static void thread_wait(struct tri_machine *machine, const struct c_wait *wait)
{
	struct tri_goroutine *goroutine = machine->current;
	goroutine->wait_reason = (uint8_t)wait->reason;
	tri_note_clear(&machine->note);
	tri_goroutine_rest_begin();
	tri_goroutine_set_state(goroutine, TRI_GOROUTINE_RESTING, TRI_GOROUTINE_WAITING);
	if (wait->release)
		wait->release(wait->argument);
	tri_note_wait(&machine->note, -1);
	machine->rest_depth = 0;
	tri_goroutine_set_state(goroutine, TRI_GOROUTINE_RUNNABLE, TRI_GOROUTINE_RUNNING);
	goroutine->wait_reason = TRI_WAIT_NONE;
}

void tri_sched_wait_with(enum tri_wait_reason reason, void (*release)(void *), void *argument)
{
	struct tri_machine *machine = tri_thread_machine;
	struct tri_goroutine *goroutine = machine->current;
	struct c_wait wait = {reason, release, argument};
	if (goroutine->kind == TRI_KIND_C_THREAD) {
		thread_wait(machine, &wait);
		return;
	}
	leave_c_stack(machine, c_wait_left, &wait);
}

void tri_sched_wait(enum tri_wait_reason reason, struct tri_lock *lock) { tri_sched_wait_with(reason, lock ? unlock : NULL, lock); }

void tri_sched_start(struct tri_goroutine *goroutine)
{
	struct tri_machine *machine = tri_thread_machine;
	if (TRI_UNLIKELY(goroutine->bubble != NULL))
		tri_bubble_begins(goroutine, false);
	if (tri_is_tracing())
		tri_traced_create(goroutine);
	atomic_store_explicit(&goroutine->state, TRI_GOROUTINE_RUNNABLE, memory_order_release);
	tri_monitor_start();
	if (machine && machine->processor) {
		tri_queue_put(machine->processor, goroutine, true);
		if (!wants_help(machine->processor))
			return;
	} else {
		tri_queue_put_global(goroutine);
	}
	tri_machine_wake_one();
}

void tri_sched_ready(struct tri_goroutine *goroutine, bool next)
{
	// A thread's machine is read before the thread can go on.
	struct tri_machine *own = goroutine->kind == TRI_KIND_C_THREAD ? goroutine->machine : NULL;
	if (TRI_UNLIKELY(goroutine->bubble != NULL))
		tri_bubble_wakes(goroutine);
	if (tri_is_tracing())
		tri_traced_ready(goroutine);
	tri_goroutine_set_state(goroutine, TRI_GOROUTINE_WAITING, TRI_GOROUTINE_RUNNABLE);
	if (own) {
		tri_note_wake(&own->note);
		return;
	}
	struct tri_machine *machine = tri_thread_machine;
	if (machine && machine->processor) {
		tri_queue_put(machine->processor, goroutine, next);
		if (next && atomic_load_explicit(&machine->processor->head, memory_order_relaxed) ==
						atomic_load_explicit(&machine->processor->tail, memory_order_relaxed))
			return; // the caller is likely to wait for it: it is not worth another processor's attention
		if (!wants_help(machine->processor))
			return;
	} else {
		tri_queue_put_global(goroutine);
	}
	tri_machine_wake_one();
}

// ---- Preemption's other end ----------------------------------------------------------------------

static TRI_NORETURN void make_room(struct tri_machine *machine, bool to_global, enum tri_traced_stop reason)
{
	struct tri_processor *processor = machine->processor;
	struct tri_goroutine *goroutine = leave(machine);
	goroutine->wait_reason = TRI_WAIT_NONE;
	if (tri_is_tracing())
		tri_traced_stop(machine, goroutine, reason);
	tri_goroutine_set_state(goroutine, TRI_GOROUTINE_RUNNING, TRI_GOROUTINE_RUNNABLE);
	if (to_global)
		tri_queue_put_global(goroutine);
	else
		tri_queue_put(processor, goroutine, true);
	tri_sched_next();
}

void tri_sched_preempted(struct tri_machine *machine)
{
	struct tri_processor *processor = machine->processor;
	struct tri_goroutine *goroutine = machine->current;
	if (processor->mutator->pinned)
		resume(machine, goroutine); // tri_sched_unpinned looks again
	if (atomic_load(&processor->wants_yield))
		make_room(machine, true, TRI_TRACED_PREEMPTED);
	if (asked_for(processor, goroutine)) {
		// Its stacks are at rest: whoever wants to scan it can, while the others' wishes are met.
		tri_goroutine_set_state(goroutine, TRI_GOROUTINE_RUNNING, TRI_GOROUTINE_RUNNABLE);
		machine->current = NULL;
		tri_safepoint(machine);
		machine->current = goroutine;
		tri_goroutine_set_state(goroutine, TRI_GOROUTINE_RUNNABLE, TRI_GOROUTINE_RUNNING);
		if (processor->retires)
			make_room(machine, true, TRI_TRACED_PREEMPTED);
	}
	resume(machine, goroutine);
}

void tri_sched_unpinned(void)
{
	struct tri_machine *machine = tri_thread_machine;
	if (asked_for(machine->processor, machine->current))
		__atomic_store_n(&machine->current->abi.stack_guard, UINTPTR_MAX, __ATOMIC_RELAXED);
}

// From an entry stub that found the guard poisoned on its way back to Go code; the results are in g->result.
void tri_sched_leave_c(void) { tri_sched_preempted(tri_thread_machine); }

// From runtime.allocSlow. A poisoned guard is answered here and only here: the assembly must not look again, since
// how the goroutine goes on (registers_live) is decided with the same look.
void *tri_sched_alloc_slot(const struct tri_layout_descriptor *descriptor)
{
	struct tri_goroutine *goroutine = tri_current();
	goroutine->registers_live = true;
	if (TRI_UNLIKELY(tri_settings.alloc_sites))
		tri_observe_site(*(const uintptr_t *)goroutine->abi.sp, descriptor->size);
	void *object = tri_heap_alloc_slot(tri_mutator(), descriptor);
	goroutine->abi.result[0] = (uintptr_t)object;
	if (__atomic_load_n(&goroutine->abi.stack_guard, __ATOMIC_RELAXED) == UINTPTR_MAX)
		tri_sched_preempted(tri_thread_machine);
	goroutine->registers_live = false;
	return object;
}

TRI_NORETURN static void yield_left(void *unused)
{
	(void)unused;
	make_room(tri_thread_machine, true, TRI_TRACED_YIELD);
}

void tri_sched_yield(void) { make_room(tri_thread_machine, true, TRI_TRACED_YIELD); }

void tri_sched_yield_c(void)
{
	struct tri_machine *machine = tri_thread_machine;
	if (machine->current->kind == TRI_KIND_C_THREAD) {
		sched_yield();
		return;
	}
	leave_c_stack(machine, (void (*)(void *))yield_left, NULL);
}

bool tri_sched_should_yield(void)
{
	const struct tri_machine *machine = tri_thread_machine;
	return machine->processor && asked_for(machine->processor, machine->current);
}

// ---- Looking for work ----------------------------------------------------------------------------

// True: it was the last one that looked for work.
static bool end_spinning(struct tri_machine *machine)
{
	if (!machine->spinning)
		return false;
	machine->spinning = false;
	return atomic_fetch_sub(&tri_sched.spinning, 1) == 1;
}

static void stop_spinning(struct tri_machine *machine)
{
	// The last one that looked found work: there may be more of it.
	if (end_spinning(machine))
		tri_machine_wake_one();
}

static bool processor_is_wanted(void *opaque)
{
	const struct tri_machine *machine = opaque;
	const struct tri_processor *processor = machine->processor;
	return atomic_load_explicit(&processor->wants_stop, memory_order_relaxed) ||
		   atomic_load_explicit(&processor->wants_visit, memory_order_relaxed) ||
		   atomic_load_explicit(&processor->wants_yield, memory_order_relaxed);
}

// For an idle worker: also whether there is anything to run.
static bool idle_is_over(void *opaque)
{
	const struct tri_machine *machine = opaque;
	if (processor_is_wanted(opaque) || atomic_load_explicit(&tri_sched.global_count, memory_order_relaxed) > 0 ||
		atomic_load_explicit(&tri_sched.waiting_count, memory_order_relaxed) > 0)
		return true;
	for (uint32_t i = 0; i < tri_sched.processor_count; i++) {
		const struct tri_processor *processor = tri_sched.processors[i];
		if (processor == machine->processor ? !tri_queue_is_empty(processor) : offers_work(processor))
			return true;
	}
	return false;
}

static uint32_t next_random(struct tri_processor *processor)
{
	uint32_t x = processor->random;
	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return processor->random = x;
}

static struct tri_goroutine *steal(struct tri_machine *machine)
{
	struct tri_processor *processor = machine->processor;
	uint32_t count = tri_sched.processor_count;
	if (count < 2)
		return NULL;
	for (int round = 0; round < STEAL_ROUNDS; round++) {
		uint32_t first = next_random(processor) % count;
		for (uint32_t i = 0; i < count; i++) {
			struct tri_processor *victim = tri_sched.processors[(first + i) % count];
			if (victim == processor || atomic_load_explicit(&victim->status, memory_order_relaxed) == TRI_PROCESSOR_IDLE ||
				is_quick(victim, __builtin_ia32_rdtsc()))
				continue;
			if (atomic_load(&tri_sched.stopping))
				return NULL;
			struct tri_goroutine *goroutine = tri_queue_steal(processor, victim, false);
			if (goroutine)
				return goroutine;
			if (round < STEAL_ROUNDS - 1 || !atomic_load_explicit(&victim->run_next, memory_order_relaxed))
				continue;
			// Only if its own processor does not come to it: the usual waker waits next.
			uint32_t switches = atomic_load(&victim->switches);
			struct tri_goroutine *next = atomic_load(&victim->run_next);
			int64_t end = tri_nanotime() + NEXT_KEPT;
			while (tri_nanotime() < end)
				__builtin_ia32_pause();
			if (switches == atomic_load(&victim->switches) && next == atomic_load(&victim->run_next) &&
				(goroutine = tri_queue_steal(processor, victim, true)) != NULL)
				return goroutine;
		}
	}
	return NULL;
}

// The processor's queue takes them; NULL: the global one.
static void queue_polled(struct tri_goroutine *list, struct tri_processor *processor)
{
	while (list) {
		struct tri_goroutine *goroutine = list;
		list = goroutine->next;
		goroutine->next = NULL;
		if (tri_is_tracing())
			tri_traced_ready(goroutine);
		tri_goroutine_set_state(goroutine, TRI_GOROUTINE_WAITING, TRI_GOROUTINE_RUNNABLE);
		if (processor)
			tri_queue_put(processor, goroutine, false);
		else
			tri_queue_put_global(goroutine);
		tri_netpoll_placed();
	}
}

// Goroutines that the poller made ready: the first is returned, the others are queued.
static struct tri_goroutine *poll(struct tri_machine *machine, int64_t timeout)
{
	struct tri_goroutine *list = tri_netpoll(timeout), *first = list;
	if (!first)
		return NULL;
	list = first->next;
	first->next = NULL;
	if (tri_is_tracing())
		tri_traced_ready(first);
	tri_goroutine_set_state(first, TRI_GOROUTINE_WAITING, TRI_GOROUTINE_RUNNABLE);
	queue_polled(list, machine->processor);
	return first;
}

static bool any_work(void)
{
	if (atomic_load(&tri_sched.global_count) > 0)
		return true;
	for (uint32_t i = 0; i < tri_sched.processor_count; i++) {
		const struct tri_processor *processor = tri_sched.processors[i];
		if (atomic_load(&processor->status) == TRI_PROCESSOR_IDLE ? !tri_queue_is_empty(processor) : offers_work(processor))
			return true;
	}
	return tri_gc_worker_wanted(tri_sched.processors[0]->mutator, true) != TRI_GC_NO_WORKER;
}

void tri_sched_check_deadlock(void)
{
	tri_assert_held(&tri_sched.lock);
	if (tri_sched.library || atomic_load(&tri_sched.idle_count) + atomic_load(&tri_sched.retired_count) != tri_sched.processor_count ||
		tri_sched.queue_count > 0 || atomic_load(&tri_sched.resting) > 0 || atomic_load(&tri_sched.attached) > 0 || tri_netpoll_in_use() ||
		tri_netpoll_has_in_hand() || tri_timers_next() != 0 || any_work())
		return;
	tri_unlock(&tri_sched.lock);
	if (tri_goroutine_count() == 0)
		tri_fatal("no goroutines (main called runtime.Goexit) - deadlock!");
	tri_fatal("all goroutines are asleep - deadlock!");
}

static _Atomic uint32_t polling; // one machine at most waits in the poller

bool tri_sched_polls(void) { return atomic_load(&polling) != 0; }

// Has no processor; whoever takes it off the list of idle machines grants it one.
static void become_idle(struct tri_machine *machine)
{
	tri_assert_held(&tri_sched.lock);
	machine->granted = NULL;
	machine->next_idle = tri_sched.idle_machines;
	tri_sched.idle_machines = machine;
	tri_sched.idle_machine_count++;
}

static void wait_idle(struct tri_machine *machine) // after become_idle, without the lock; returns with a processor
{
	tri_note_wait(&machine->note, -1);
	tri_processor_acquire(machine, machine->granted);
}

// Gives the processor up and sleeps until there may be work; returns with a processor.
static void sleep_idle(struct tri_machine *machine)
{
	tri_lock(&tri_sched.lock);
	struct tri_processor *processor = machine->processor;
	if (atomic_load(&processor->wants_stop) || atomic_load(&processor->wants_visit) || tri_sched.queue_count > 0) {
		tri_unlock(&tri_sched.lock);
		return;
	}
	tri_processor_release(machine);
	tri_processor_idle_put(processor);
	bool was_spinning = machine->spinning;
	machine->spinning = false;
	tri_note_clear(&machine->note);
	if (!was_spinning)
		tri_sched_check_deadlock();
	tri_unlock(&tri_sched.lock);
	if (was_spinning) {
		atomic_fetch_sub(&tri_sched.spinning, 1);
		// Work that became visible while this machine was the reason not to wake another.
		if (any_work()) {
			tri_lock(&tri_sched.lock);
			processor = tri_processor_idle_get();
			tri_unlock(&tri_sched.lock);
			if (processor) {
				atomic_fetch_add(&tri_sched.spinning, 1);
				machine->spinning = true;
				tri_processor_acquire(machine, processor);
				return;
			}
		}
	}
	int64_t deadline = tri_timers_next();
	uint32_t nobody = 0;
	if ((deadline || tri_netpoll_in_use()) && atomic_compare_exchange_strong(&polling, &nobody, 1)) {
		int64_t now = tri_nanotime(), timeout = deadline == 0 ? -1 : deadline > now ? deadline - now : 0;
		struct tri_goroutine *goroutine = poll(machine, timeout);
		atomic_store(&polling, 0);
		tri_lock(&tri_sched.lock);
		processor = tri_processor_idle_get();
		tri_unlock(&tri_sched.lock);
		if (goroutine) {
			if (processor) {
				tri_processor_acquire(machine, processor);
				tri_queue_put(processor, goroutine, false);
				tri_netpoll_placed();
				return;
			}
			tri_queue_put_global(goroutine);
			tri_netpoll_placed();
		} else if (processor) {
			tri_processor_acquire(machine, processor);
			return;
		}
	}
	tri_lock(&tri_sched.lock);
	// Looked at again under the lock: a processor may have become free for what is queued meanwhile.
	if (tri_sched.queue_count > 0 && (processor = tri_processor_idle_get()) != NULL) {
		tri_unlock(&tri_sched.lock);
		tri_processor_acquire(machine, processor);
		return;
	}
	become_idle(machine);
	tri_sched_check_deadlock();
	tri_unlock(&tri_sched.lock);
	wait_idle(machine);
}

static struct tri_processor *running_below(const struct tri_processor *processor)
{
	for (uint32_t i = 0; i < processor->id; i++) {
		if (atomic_load(&tri_sched.processors[i]->status) == TRI_PROCESSOR_RUNNING)
			return tri_sched.processors[i];
	}
	return NULL;
}

// Each time that the two meet again soon, the other is left alone for longer.
static void leave_alone(struct tri_processor *other)
{
	enum { SHORTEST = 1 << 21, LONGEST = 1 << 27 /* cycles: about 1 ms and 50 ms */ };
	uint64_t now = __builtin_ia32_rdtsc(), until = atomic_load_explicit(&other->alone_until, memory_order_relaxed);
	uint64_t span = now - until < 4 * (uint64_t)other->alone_for ? 2 * (uint64_t)other->alone_for : SHORTEST;
	other->alone_for = span < SHORTEST ? SHORTEST : span > LONGEST ? LONGEST : (uint32_t)span;
	atomic_store_explicit(&other->alone_until, now + other->alone_for, memory_order_relaxed);
}

void tri_sched_contended(void)
{
	enum { MANY = 16, SHORT = MANY * 10000 /* cycles */ };
	struct tri_machine *machine = tri_thread_machine;
	struct tri_processor *processor = machine->processor;
	if (!processor || ++processor->contentions < MANY)
		return;
	uint64_t now = __builtin_ia32_rdtsc();
	bool often = now - processor->contention_start < SHORT;
	processor->contentions = 0;
	processor->contention_start = now;
	if (!often || !running_below(processor) || machine->current->kind != TRI_KIND_GO_CODE)
		return;
	processor->withdraws = true;
	atomic_store_explicit(&processor->wants_yield, 1, memory_order_relaxed);
	__atomic_store_n(&machine->current->abi.stack_guard, UINTPTR_MAX, __ATOMIC_RELAXED);
}

// Leaves what the processor has to another one that runs, and becomes idle. That one can't become idle itself before it
// has looked at the global queue under the lock. False: it is not possible now.
static bool withdraw(struct tri_machine *machine)
{
	struct tri_processor *processor = machine->processor;
	processor->withdraws = false;
	tri_lock(&tri_sched.lock);
	struct tri_processor *other = running_below(processor);
	if (atomic_load(&processor->wants_stop) || atomic_load(&processor->wants_visit) || atomic_load(&tri_sched.stopping) ||
		tri_netpoll_in_use() || tri_sched.waiting_first || !other) {
		tri_unlock(&tri_sched.lock);
		return false;
	}
	leave_alone(other);
	tri_queue_give_all(processor);
	tri_processor_release(machine);
	tri_processor_idle_put(processor);
	(void)end_spinning(machine);
	tri_note_clear(&machine->note);
	become_idle(machine);
	tri_unlock(&tri_sched.lock);
	wait_idle(machine);
	return true;
}

// GOMAXPROCS was lowered: the processor's work goes to the others.
static void retire(struct tri_machine *machine)
{
	struct tri_processor *processor = machine->processor;
	tri_lock(&tri_sched.lock);
	if (!processor->retires || atomic_load(&processor->wants_stop) || atomic_load(&processor->wants_visit)) {
		tri_unlock(&tri_sched.lock);
		return;
	}
	processor->retires = false;
	tri_queue_give_all(processor);
	tri_processor_release(machine);
	atomic_store(&processor->status, TRI_PROCESSOR_IDLE);
	atomic_fetch_add(&tri_sched.retired_count, 1);
	(void)end_spinning(machine);
	tri_note_clear(&machine->note);
	become_idle(machine);
	tri_unlock(&tri_sched.lock);
	tri_machine_wake_one();
	wait_idle(machine);
}

// A machine that comes back from a system call waits for a processor: it gets this one.
static bool give_to_waiting(struct tri_machine *machine)
{
	if (atomic_load_explicit(&tri_sched.waiting_count, memory_order_relaxed) == 0)
		return false;
	tri_lock(&tri_sched.lock);
	struct tri_processor *processor = machine->processor;
	bool given = tri_sched.waiting_first != NULL;
	if (given) {
		tri_processor_release(machine);
		tri_processor_grant(processor);
		(void)end_spinning(machine);
		tri_note_clear(&machine->note);
		become_idle(machine);
	}
	tri_unlock(&tri_sched.lock);
	if (!given)
		return false;
	wait_idle(machine);
	return true;
}

// Runs what is due of other processors' timers: those of an idle one have nobody else.
static bool run_timers_of_others(const struct tri_processor *own)
{
	bool ran = false;
	for (uint32_t i = 0; i < tri_sched.processor_count; i++) {
		struct tri_processor *processor = tri_sched.processors[i];
		if (processor != own && tri_timers_are_due(processor)) {
			tri_timers_check(&processor->timers, tri_nanotime());
			ran = true;
		}
	}
	return ran;
}

static void collect(struct tri_machine *machine, enum tri_gc_worker worker, bool (*should_stop)(void *machine))
{
	if (tri_is_tracing())
		tri_traced_work_begin(machine, worker == TRI_GC_IDLE         ? "GC (idle)"
									   : worker == TRI_GC_FRACTIONAL ? "GC (fractional)"
																	 : "GC (dedicated)");
	tri_gc_work(machine->processor->mutator, worker, should_stop, machine);
	if (tri_is_tracing())
		tri_traced_work_end(machine);
}

static struct tri_goroutine *find_work(struct tri_machine *machine)
{
	for (;;) {
		struct tri_processor *processor = machine->processor;
		tri_safepoint(machine);
		atomic_store_explicit(&processor->wants_yield, 0, memory_order_relaxed);
		tri_interrupt_supply(machine);
		if (TRI_UNLIKELY(processor->retires)) {
			retire(machine);
			continue;
		}
		if (processor->withdraws && withdraw(machine))
			continue;
		struct tri_goroutine *goroutine;
		if (TRI_UNLIKELY(atomic_load_explicit(&tri_traced_reader, memory_order_relaxed) != NULL) &&
			(goroutine = tri_traced_take_reader()) != NULL)
			return goroutine;
		uint32_t tick = ++processor->tick;
		if (tick % GLOBAL_EVERY == 0) {
			if (give_to_waiting(machine))
				continue;
			if ((goroutine = tri_queue_take_global(processor, 1)) != NULL)
				return goroutine;
		}
		enum tri_gc_worker worker = tri_gc_worker_wanted(processor->mutator, false);
		if (worker != TRI_GC_NO_WORKER) {
			stop_spinning(machine);
			collect(machine, worker, processor_is_wanted);
			tri_safepoint(machine);
		}
		if (tri_timers_are_due(processor))
			tri_timers_check(&processor->timers, tri_nanotime());
		if ((goroutine = tri_queue_take(processor)) != NULL || (goroutine = tri_queue_take_global(processor, 0)) != NULL)
			return goroutine;
		if (tri_netpoll_in_use() && (goroutine = poll(machine, 0)) != NULL) {
			tri_netpoll_placed();
			return goroutine;
		}
		if (run_timers_of_others(processor))
			continue;
		if (!machine->spinning && 2 * atomic_load(&tri_sched.spinning) < tri_sched.processor_count - atomic_load(&tri_sched.idle_count)) {
			machine->spinning = true;
			atomic_fetch_add(&tri_sched.spinning, 1);
		}
		if (machine->spinning && (goroutine = steal(machine)) != NULL)
			return goroutine;
		if (atomic_load(&processor->wants_stop) || atomic_load(&processor->wants_visit))
			continue;
		if (tri_gc_worker_wanted(processor->mutator, true) == TRI_GC_IDLE) {
			(void)end_spinning(machine);
			collect(machine, TRI_GC_IDLE, idle_is_over);
			if (idle_is_over(machine) || tri_gc_worker_wanted(processor->mutator, true) == TRI_GC_IDLE)
				continue;
		}
		while (!idle_is_over(machine) && tri_gc_background_sweep())
			;
		if (give_to_waiting(machine) || idle_is_over(machine))
			continue;
		sleep_idle(machine);
	}
}

void tri_sched_switch(struct tri_goroutine *next)
{
	struct tri_machine *machine = tri_thread_machine;
	struct tri_processor *processor = machine->processor;
	struct tri_goroutine *goroutine = leave(machine);
	struct tri_bubble *bubble = goroutine->bubble;
	goroutine->wait_reason = TRI_WAIT_COROUTINE;
	if (tri_is_tracing()) {
		if (machine->locked || next->locked_to)
			tri_traced_park(machine, goroutine);
		else
			tri_traced_switch(machine, goroutine, next);
	}
	if (TRI_UNLIKELY(bubble != NULL))
		tri_bubble_parks(goroutine);
	tri_goroutine_set_state(goroutine, TRI_GOROUTINE_RUNNING, TRI_GOROUTINE_WAITING);
	if (machine->locked || next->locked_to) {
		tri_sched_ready(next, true);
		if (bubble)
			tri_bubble_release(bubble);
		tri_sched_next();
	}
	if (TRI_UNLIKELY(next->bubble != NULL))
		tri_bubble_wakes(next);
	if (TRI_UNLIKELY(bubble != NULL))
		tri_bubble_release(bubble);
	tri_goroutine_set_state(next, TRI_GOROUTINE_WAITING, TRI_GOROUTINE_RUNNABLE);
	// To the monitor it is the same goroutine: two that switch for ever have one time slice.
	atomic_store_explicit(&processor->switches, processor->switches - 1, memory_order_relaxed);
	tri_execute(machine, next);
}

// Looks in at the poller for processors that are all busy.
void tri_sched_poll_late(void)
{
	if (!tri_netpoll_in_use() || atomic_load(&polling))
		return;
	struct tri_goroutine *list = tri_netpoll(0);
	queue_polled(list, NULL);
	if (list)
		tri_machine_wake_one();
}

// ---- Goroutines that are locked to their thread --------------------------------------------------

void tri_sched_lock_thread(void)
{
	struct tri_machine *machine = tri_thread_machine;
	struct tri_goroutine *goroutine = machine->current;
	goroutine->thread_locks++;
	goroutine->locked_to = machine;
	machine->locked = goroutine;
}

void tri_sched_unlock_thread(void)
{
	struct tri_machine *machine = tri_thread_machine;
	struct tri_goroutine *goroutine = machine->current;
	if (goroutine->thread_locks == 0 || --goroutine->thread_locks > 0)
		return;
	goroutine->locked_to = NULL;
	machine->locked = NULL;
}

// The machine runs one goroutine alone, which has stopped: others run on its processor until somebody finds it runnable.
static TRI_NORETURN void wait_for_locked(struct tri_machine *machine)
{
	struct tri_processor *processor = tri_processor_release(machine);
	tri_machine_hand_off(processor);
	tri_lock(&tri_sched.lock);
	tri_sched_check_deadlock();
	tri_unlock(&tri_sched.lock);
	tri_note_wait(&machine->locked_note, -1);
	tri_note_clear(&machine->locked_note);
	tri_processor_acquire(machine, machine->granted);
	tri_execute(machine, machine->locked);
}

// Gives the processor to the machine that alone may run the goroutine; returns with another one.
static void run_on_its_machine(struct tri_machine *machine, struct tri_goroutine *goroutine)
{
	struct tri_machine *own = goroutine->locked_to;
	struct tri_processor *processor = tri_processor_release(machine);
	tri_lock(&tri_sched.lock);
	tri_note_clear(&machine->note);
	become_idle(machine);
	tri_unlock(&tri_sched.lock);
	own->granted = processor;
	atomic_store(&processor->machine, own);
	tri_note_wake(&own->locked_note);
	wait_idle(machine);
}

void tri_sched_next(void)
{
	struct tri_machine *machine = tri_thread_machine;
	if (TRI_UNLIKELY(machine->locked != NULL))
		wait_for_locked(machine);
	for (;;) {
		struct tri_goroutine *goroutine = find_work(machine);
		stop_spinning(machine);
		if (TRI_LIKELY(!goroutine->locked_to || goroutine->locked_to == machine))
			tri_execute(machine, goroutine);
		run_on_its_machine(machine, goroutine);
	}
}
