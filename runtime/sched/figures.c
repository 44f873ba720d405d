// What the scheduler counts for runtime/metrics: how long goroutines wait to run, processor time, states.
#include "runtime/sched/internal.h"

void tri_latency_begin(struct tri_goroutine *goroutine) { goroutine->runnable_since = tri_nanotime(); }

_Atomic int64_t tri_sched_blocks_noted;
void (*tri_sched_unblocked_hook)(struct tri_goroutine *goroutine, int64_t nanoseconds);

void tri_note_blocked(struct tri_goroutine *goroutine)
{
	switch (goroutine->wait_reason) {
	case TRI_WAIT_CHAN_RECEIVE:
	case TRI_WAIT_CHAN_SEND:
	case TRI_WAIT_SELECT:
	case TRI_WAIT_SEMAPHORE:
	case TRI_WAIT_SYNC_MUTEX:
	case TRI_WAIT_SYNC_READ:
	case TRI_WAIT_SYNC_WRITE:
	case TRI_WAIT_SYNC_WAIT_GROUP:
	case TRI_WAIT_SYNC_COND:
		break;
	default:
		return;
	}
	if (goroutine->kind != TRI_KIND_GO_CODE || goroutine->is_system)
		return;
	goroutine->blocked_since = tri_nanotime();
	goroutine->blocked_in = ((const uintptr_t *)goroutine->abi.system_sp)[-1];
}

void tri_note_running(struct tri_processor *processor, struct tri_goroutine *goroutine)
{
	int64_t now = tri_nanotime(), runnable = goroutine->runnable_since, blocked = goroutine->blocked_since;
	goroutine->runnable_since = goroutine->blocked_since = 0;
	if (runnable)
		tri_histogram_add(&processor->latencies, now - runnable);
	if (blocked && tri_sched_unblocked_hook)
		tri_sched_unblocked_hook(goroutine, now - blocked);
}

void tri_sched_clock(void)
{
	tri_assert_held(&tri_sched.lock);
	int64_t now = tri_nanotime(), passed = tri_sched.clock ? now - tri_sched.clock : 0;
	tri_sched.clock = now;
	tri_sched.processor_time += passed * atomic_load_explicit(&tri_sched.limit, memory_order_relaxed);
	tri_sched.idle_time += passed * atomic_load_explicit(&tri_sched.idle_count, memory_order_relaxed);
}

static void count_states(struct tri_sched_figures *figures)
{
	uint64_t slots = tri_goroutine_slots(), resting = 0;
	for (uint64_t i = 0; i < slots; i++) {
		const struct tri_goroutine *goroutine = tri_goroutine_at(i);
		if (goroutine->is_system)
			continue;
		switch (atomic_load_explicit(&goroutine->state, memory_order_relaxed) & ~(uint32_t)TRI_GOROUTINE_SCANNED) {
		case TRI_GOROUTINE_RUNNABLE:
			figures->runnable++;
			break;
		case TRI_GOROUTINE_RUNNING:
			figures->running++;
			break;
		case TRI_GOROUTINE_WAITING:
			figures->waiting++;
			break;
		case TRI_GOROUTINE_RESTING:
			resting++;
			break;
		}
	}
	// The others that rest are helping the collector, or stand still for a moment.
	uint64_t away = atomic_load(&tri_sched.resting);
	figures->not_in_go = away < resting ? away : resting;
	figures->running += resting - figures->not_in_go;
}

void tri_sched_figures(struct tri_sched_figures *figures, bool with_states)
{
	*figures = (struct tri_sched_figures){0};
	if (with_states)
		count_states(figures);
	tri_lock(&tri_sched.lock);
	tri_sched_clock();
	figures->processor_time = tri_sched.processor_time;
	figures->idle_time = tri_sched.idle_time;
	figures->threads = tri_sched.machine_count + 1; // the monitor
	figures->processors = atomic_load(&tri_sched.limit);
	tri_unlock(&tri_sched.lock);
	for (uint32_t i = 0; i < tri_sched.processor_count; i++) {
		const struct tri_processor *processor = tri_sched.processors[i];
		figures->created += atomic_load_explicit(&processor->created, memory_order_relaxed);
		for (unsigned j = 0; j < TRI_HISTOGRAM_COUNTS; j++)
			figures->latencies[j] += atomic_load_explicit(&processor->latencies.counts[j], memory_order_relaxed);
	}
}

void tri_sched_each_thread(void (*visit)(void *context, const struct tri_machine *machine, uint64_t number, int thread_id), void *context)
{
	uint64_t number = 0;
	for (const struct tri_machine *machine = atomic_load(&tri_sched.machines); machine; machine = machine->next)
		visit(context, machine, number++, machine->thread_id);
}
