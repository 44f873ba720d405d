// The monitor: a thread without a processor that keeps the others honest. It ends time slices, takes processors from
// system calls that last, sees that goroutines left to a busy processor are found by an idle one, that timers do not
// wait for a busy one, gives the collector its clock, and makes room for a trace's samples. It sleeps longer the less there is to do.
#include "runtime/sched/internal.h"

#include <signal.h>

enum {
	SHORTEST = 100 * 1000, // nanoseconds between two looks
	LONGEST = 10 * 1000 * 1000,
	SLICE = 10 * 1000 * 1000,
	LONG_REST = 20 * 1000, // a system call longer than this loses its processor, if others want it
	COLLECTOR_CLOCK = 10 * 1000 * 1000,
};

static bool others_want(const struct tri_processor *processor, bool timers_are_due)
{
	return timers_are_due || !tri_queue_is_empty(processor) || atomic_load(&tri_sched.global_count) > 0 ||
		   atomic_load(&tri_sched.waiting_count) > 0 || tri_gc_is_marking();
}

static bool look_at(struct tri_processor *processor, int64_t now, bool timers_are_due)
{
	uint32_t status = atomic_load(&processor->status), switches = atomic_load(&processor->switches);
	if (status == TRI_PROCESSOR_RESTING) {
		if (processor->rest_since == 0 || processor->seen_switches != switches) {
			processor->rest_since = now;
			processor->seen_switches = switches;
			return false;
		}
		if (now - processor->rest_since < LONG_REST || !others_want(processor, timers_are_due))
			return false;
		if (atomic_compare_exchange_strong(&processor->status, &status, TRI_PROCESSOR_RUNNING)) {
			processor->rest_since = 0;
			tri_machine_hand_off(processor);
			return true;
		}
		return false;
	}
	processor->rest_since = 0;
	if (status != TRI_PROCESSOR_RUNNING)
		return false;
	if (processor->seen_switches != switches) {
		processor->seen_switches = switches;
		processor->seen_since = now;
		return false;
	}
	// What it made ready long ago waits for it still: an idle processor may have it.
	if ((!tri_queue_is_empty(processor) || atomic_load(&tri_sched.global_count) > 0) && atomic_load(&tri_sched.idle_count) > 0)
		tri_machine_wake_one();
	struct tri_machine *machine = atomic_load(&processor->machine);
	if (now - processor->seen_since >= SLICE && machine && machine->current && others_want(processor, timers_are_due)) {
		processor->seen_since = now;
		atomic_store(&processor->wants_yield, 1);
		tri_preempt(machine);
		return true;
	}
	return false;
}

static void *monitor(void *unused)
{
	(void)unused;
	int64_t delay = SHORTEST, collector_at = 0;
	for (;;) {
		_Atomic uint32_t nobody = 0;
		tri_futex_wait(&nobody, 0, delay);
		int64_t now = tri_nanotime();
		int64_t deadline = tri_timers_next();
		bool acted = false, timers_are_due = deadline && deadline < now;
		for (uint32_t i = 0; i < tri_sched.processor_count; i++)
			acted |= look_at(tri_sched.processors[i], now, timers_are_due);
		if (timers_are_due && atomic_load(&tri_sched.idle_count) > 0)
			tri_machine_wake_one();
		if (now - collector_at >= COLLECTOR_CLOCK) {
			collector_at = now;
			tri_gc_monitor(now);
			tri_sched_poll_late();
			if (tri_is_tracing())
				tri_trace_samples_poll();
		}
		delay = acted ? SHORTEST : delay * 2 > LONGEST ? LONGEST : delay * 2;
	}
	return NULL;
}

void tri_monitor_start(void)
{
	static _Atomic uint32_t started;
	if (atomic_load_explicit(&started, memory_order_relaxed) || atomic_exchange(&started, 1))
		return;
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 128 << 10);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	sigset_t all, before;
	sigfillset(&all);
	sigdelset(&all, TRI_SIGNAL_ALL_THREADS);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_t thread;
	tri_threads_hold();
	int error = pthread_create(&thread, &attributes, monitor, NULL);
	tri_threads_release();
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	if (error)
		tri_throw("runtime: cannot create the monitor thread (error %d)", error);
}
