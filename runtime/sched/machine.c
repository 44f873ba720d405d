// Machines and processors: who holds which, waking and sleeping, the list of idle ones.
//
// Waking rule (Go's): whoever makes work visible wakes a machine for an idle processor only if none is spinning, that
// is, looking for work; a spinning machine that finds some wakes the next before it runs it; one that finds none
// stops spinning first and looks once more at every queue before it sleeps. So work is never left lying while
// processors are idle, and a burst of work wakes machines one after the other.
#define _GNU_SOURCE
#include "runtime/sched/cpu_profile.h"
#include "runtime/sched/internal.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int64_t tri_sched_thread_limit = 10000;
struct tri_sched tri_sched = {.lock = TRI_LOCK_INIT(SCHED)};
__thread struct tri_machine *tri_thread_machine;
__thread struct tri_goroutine *tri_thread_goroutine;
__thread struct tri_mutator *tri_thread_mutator;
__thread volatile uint32_t tri_thread_operations, tri_thread_pending;

struct tri_machine *tri_machine_self(void) { return tri_thread_machine; }

struct tri_machine *tri_machine_new(void)
{
	struct tri_machine *machine = tri_permanent_alloc(sizeof *machine);
	tri_interrupt_supply(machine);
	struct tri_machine *first = atomic_load(&tri_sched.machines);
	do {
		machine->next = first;
	} while (!atomic_compare_exchange_weak(&tri_sched.machines, &first, machine));
	return machine;
}

void tri_machine_adopt_thread(struct tri_machine *machine)
{
	machine->thread = pthread_self();
	stack_t old;
	if (!machine->signal_stack && sigaltstack(NULL, &old) == 0 && (old.ss_flags & SS_DISABLE)) {
		stack_t stack = {.ss_size = TRI_SIGNAL_STACK_SIZE};
		stack.ss_sp = mmap(NULL, stack.ss_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (stack.ss_sp == MAP_FAILED || sigaltstack(&stack, NULL) != 0)
			tri_throw("runtime: cannot set up a signal stack");
		machine->signal_stack = stack.ss_sp;
	}
	tri_thread_machine = machine;
	tri_cpu_profile_thread_begins(machine, (int)syscall(SYS_gettid));
}

// ---- Processors ----------------------------------------------------------------------------------

void tri_processor_acquire(struct tri_machine *machine, struct tri_processor *processor)
{
	machine->processor = processor;
	atomic_store(&processor->machine, machine);
	atomic_store(&processor->status, TRI_PROCESSOR_RUNNING);
	processor->mutator->owner = processor;
	tri_thread_mutator = processor->mutator;
	if (tri_is_tracing())
		tri_traced_acquire(machine);
}

// The machine keeps running without it; the caller puts it somewhere.
struct tri_processor *tri_processor_release(struct tri_machine *machine)
{
	struct tri_processor *processor = machine->processor;
	if (tri_is_tracing())
		tri_traced_release(machine);
	machine->processor = NULL;
	tri_thread_mutator = NULL;
	atomic_store(&processor->machine, NULL);
	return processor;
}

void tri_processor_idle_put(struct tri_processor *processor)
{
	tri_assert_held(&tri_sched.lock);
	atomic_store(&processor->machine, NULL);
	tri_sched_clock();
	processor->next_idle = tri_sched.idle_processors;
	tri_sched.idle_processors = processor;
	atomic_fetch_add(&tri_sched.idle_count, 1);
	atomic_store(&processor->status, TRI_PROCESSOR_IDLE);
}

struct tri_processor *tri_processor_idle_get(void)
{
	tri_assert_held(&tri_sched.lock);
	struct tri_processor *processor = tri_sched.idle_processors;
	if (!processor || atomic_load(&tri_sched.stopping))
		return NULL;
	tri_sched_clock();
	tri_sched.idle_processors = processor->next_idle;
	atomic_fetch_sub(&tri_sched.idle_count, 1);
	atomic_store(&processor->status, TRI_PROCESSOR_RUNNING);
	return processor;
}

// ---- Threads -------------------------------------------------------------------------------------

static struct tri_machine *ended; // whose threads are gone; guarded by sched.lock

static void *machine_thread(void *opaque)
{
	struct tri_machine *machine = opaque;
	if (__builtin_setjmp(machine->end) == 0) {
		tri_machine_adopt_thread(machine);
		tri_processor_acquire(machine, machine->granted);
		tri_asm_machine_start(&machine->system_sp, tri_sched_next);
	}
	machine = tri_thread_machine;
	tri_cpu_profile_thread_ends(machine);
	tri_thread_machine = NULL; // signals find nothing to do from here on
	stack_t off = {.ss_flags = SS_DISABLE};
	sigaltstack(&off, NULL);
	munmap(machine->signal_stack, TRI_SIGNAL_STACK_SIZE);
	machine->signal_stack = NULL;
	tri_lock(&tri_sched.lock);
	tri_sched.machine_count--;
	machine->next_idle = ended;
	ended = machine;
	tri_unlock(&tri_sched.lock);
	return NULL;
}

void tri_machine_end(struct tri_machine *machine)
{
	tri_machine_hand_off(tri_processor_release(machine));
	tri_lock(&tri_sched.lock);
	tri_sched_check_deadlock();
	tri_unlock(&tri_sched.lock);
	while (machine->is_first)
		pause();
	__builtin_longjmp(machine->end, 1);
}

static atomic_flag held = ATOMIC_FLAG_INIT; // by who begins a thread, or sees that nobody does

void tri_threads_hold(void)
{
	while (atomic_flag_test_and_set_explicit(&held, memory_order_acquire))
		sched_yield();
}

void tri_threads_release(void) { atomic_flag_clear_explicit(&held, memory_order_release); }

// A machine takes over the processor (status RUNNING, held by nobody): an idle one or a new one.
static void start_machine(struct tri_processor *processor, bool spinning)
{
	tri_lock(&tri_sched.lock);
	struct tri_machine *machine = tri_sched.idle_machines, *again = NULL;
	if (machine) {
		tri_sched.idle_machines = machine->next_idle;
		tri_sched.idle_machine_count--;
	} else {
		tri_sched.machine_count++;
		again = ended;
		if (again)
			ended = again->next_idle;
	}
	bool too_many = tri_sched.machine_count > tri_sched_thread_limit;
	tri_unlock(&tri_sched.lock);
	if (too_many) {
		// Said once, though several processors may want a machine at this moment.
		static atomic_flag said = ATOMIC_FLAG_INIT;
		if (!atomic_flag_test_and_set(&said))
			tri_print("runtime: program exceeds %lld-thread limit\n", (long long)tri_sched_thread_limit);
		tri_throw("thread exhaustion");
	}
	if (machine) {
		machine->spinning = spinning;
		machine->granted = processor;
		atomic_store(&processor->machine, machine);
		tri_note_wake(&machine->note);
		return;
	}
	enum { SYSTEM_STACK = 512 << 10 };
	machine = again ? again : tri_machine_new();
	atomic_store(&machine->signalled, 0);
	machine->spinning = spinning;
	machine->granted = processor;
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, SYSTEM_STACK);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	// Signals of the program go to its first thread; only ours reach this one.
	sigset_t all, before;
	sigfillset(&all);
	sigdelset(&all, SIGURG);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	sigdelset(&all, SIGTRAP);
	sigdelset(&all, SIGSYS);
	sigdelset(&all, SIGABRT);
	sigdelset(&all, SIGPROF);
	sigdelset(&all, TRI_SIGNAL_ALL_THREADS);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_t thread;
	tri_threads_hold();
	int error = pthread_create(&thread, &attributes, machine_thread, machine);
	tri_threads_release();
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	if (error) {
		tri_print("runtime: failed to create new OS thread (have %u already; errno=%d)\n", tri_sched.machine_count, error);
		if (error == EAGAIN)
			tri_print("runtime: may need to increase max user processes (ulimit -u)\n");
		tri_throw("newosproc");
	}
}

void tri_machine_wake_one(void)
{
	if (atomic_load(&tri_sched.idle_count) == 0 || atomic_load(&tri_sched.spinning) != 0)
		return;
	uint32_t none = 0;
	if (!atomic_compare_exchange_strong(&tri_sched.spinning, &none, 1))
		return;
	tri_lock(&tri_sched.lock);
	struct tri_processor *processor = tri_processor_idle_get();
	tri_unlock(&tri_sched.lock);
	if (processor)
		start_machine(processor, true);
	else
		atomic_fetch_sub(&tri_sched.spinning, 1);
}

static bool has_work(struct tri_processor *processor)
{
	if (!tri_queue_is_empty(processor) || atomic_load(&tri_sched.global_count) > 0)
		return true;
	return tri_gc_worker_wanted(processor->mutator, true) != TRI_GC_NO_WORKER;
}

// The processor (RUNNING, without machine) is given up by one that rests or waits.
void tri_machine_hand_off(struct tri_processor *processor)
{
	atomic_store(&processor->machine, NULL);
	tri_lock(&tri_sched.lock);
	if (tri_processor_grant(processor)) {
		tri_unlock(&tri_sched.lock);
		return;
	}
	tri_unlock(&tri_sched.lock);
	// The others may all run goroutines that are locked to their threads: then nobody else would look.
	bool nobody_polls = (tri_netpoll_in_use() || tri_timers_next() != 0) && !tri_sched_polls();
	if (nobody_polls || has_work(processor) || atomic_load(&processor->wants_stop) || atomic_load(&processor->wants_visit)) {
		start_machine(processor, false);
		return;
	}
	tri_lock(&tri_sched.lock);
	tri_processor_idle_put(processor);
	bool global = tri_sched.queue_count > 0;
	tri_unlock(&tri_sched.lock);
	if (global)
		tri_machine_wake_one();
}
