// Safepoints: holding one goroutine, visiting every mutator, stopping the world.
//
// Holding. A goroutine that does not run (RUNNABLE, WAITING, RESTING) is held by setting the SCANNED bit of its state;
// whoever wants to change the state waits until the bit is gone. One that runs is asked to reach a safepoint; while
// `held_for` is not zero it will not run again, so that who waits for it wins.
//
// Stopping. Each processor ends up STOPPED: an idle or resting one by compare-and-swap, a running one by its machine
// at its next safepoint, which waits there until the world starts. Attached threads do not run while they are held for. Who stops looks at
// each processor in turn until all have stopped, so nothing here depends on the number of goroutines or on their stacks; machines stopped
// for a short time spin, since waking a thread takes longer than most stops.
#include "runtime/sched/internal.h"

static struct tri_lock world_lock = TRI_LOCK_INIT(WORLD);

// ---- Holding one goroutine -----------------------------------------------------------------------

void tri_goroutine_set_state(struct tri_goroutine *goroutine, uint32_t from, uint32_t to)
{
	if (from == TRI_GOROUTINE_RUNNING) { // nobody else changes it then
		if (atomic_load_explicit(&goroutine->state, memory_order_relaxed) != TRI_GOROUTINE_RUNNING)
			tri_throw("runtime: goroutine %llu is not running", (unsigned long long)goroutine->id);
		atomic_store_explicit(&goroutine->state, to, memory_order_release);
		return;
	}
	for (uint32_t tries = 1;; tries++) {
		if (to != TRI_GOROUTINE_RUNNING || atomic_load(&goroutine->held_for) == 0) {
			uint32_t state = from;
			if (atomic_compare_exchange_strong(&goroutine->state, &state, to)) {
				if (to != TRI_GOROUTINE_RUNNING || atomic_load(&goroutine->held_for) == 0)
					return;
				// Who began to hold it just now may have seen it at rest.
				atomic_store(&goroutine->state, from);
			} else if ((state & ~(uint32_t)TRI_GOROUTINE_SCANNED) != from)
				tri_throw("runtime: goroutine %llu is in state %u instead of %u", (unsigned long long)goroutine->id, state, from);
		}
		__builtin_ia32_pause();
		if (tries % 1000 == 0) {
			// Held for longer than a scan takes: its holder is not running, or the world is stopped.
			_Atomic uint32_t nobody = 0;
			tri_futex_wait(&nobody, 0, 20000);
		}
	}
}

bool tri_goroutine_hold(struct tri_goroutine *goroutine)
{
	bool asked = false, held = false;
	for (uint32_t tries = 0;; tries++) {
		uint32_t state = atomic_load(&goroutine->state);
		if (state == TRI_GOROUTINE_DEAD)
			break;
		if (!(state & TRI_GOROUTINE_SCANNED) && state != TRI_GOROUTINE_RUNNING &&
			atomic_compare_exchange_strong(&goroutine->state, &state, state | TRI_GOROUTINE_SCANNED)) {
			held = true;
			break;
		}
		if (state == TRI_GOROUTINE_RUNNING) {
			if (!asked)
				atomic_fetch_add(&goroutine->held_for, 1);
			asked = true;
			struct tri_machine *machine = goroutine->machine;
			if (tries % 256 == 0 && machine && machine->current == goroutine)
				tri_preempt(machine);
		}
		__builtin_ia32_pause();
		if (tries > 2000) {
			_Atomic uint32_t nobody = 0;
			tri_futex_wait(&nobody, 0, 20000);
		}
	}
	if (asked)
		atomic_fetch_sub(&goroutine->held_for, 1);
	return held;
}

void tri_goroutine_release(struct tri_goroutine *goroutine) { atomic_fetch_and(&goroutine->state, ~(uint32_t)TRI_GOROUTINE_SCANNED); }

// ---- Visiting every mutator ----------------------------------------------------------------------

static struct {
	void (*function)(struct tri_mutator *mutator, void *context);
	void *context;
} visit; // written while no processor wants a visit; one visitor at a time (the collector's cycle)

static void visit_processor(struct tri_machine *self, struct tri_processor *processor)
{
	if (self->processor == processor) {
		visit.function(processor->mutator, visit.context);
		return;
	}
	atomic_store(&processor->wants_visit, 1);
	for (uint32_t tries = 0; atomic_load(&processor->wants_visit); tries++) {
		uint32_t status = atomic_load(&processor->status);
		if (status == TRI_PROCESSOR_IDLE) {
			tri_lock(&tri_sched.lock);
			if (atomic_load(&processor->status) == TRI_PROCESSOR_IDLE && atomic_exchange(&processor->wants_visit, 0))
				visit.function(processor->mutator, visit.context);
			tri_unlock(&tri_sched.lock);
		} else if (status == TRI_PROCESSOR_RESTING) {
			if (atomic_compare_exchange_strong(&processor->status, &status, TRI_PROCESSOR_STOPPED)) {
				if (atomic_exchange(&processor->wants_visit, 0))
					visit.function(processor->mutator, visit.context);
				atomic_store(&processor->status, TRI_PROCESSOR_RESTING);
			}
		} else if (status == TRI_PROCESSOR_RUNNING && tries % 256 == 0) {
			struct tri_machine *machine = atomic_load(&processor->machine);
			if (machine)
				tri_preempt(machine);
		}
		if (self->processor)
			tri_safepoint(self);
		__builtin_ia32_pause();
		if (tries > 1000) { // its thread does not run at the moment
			_Atomic uint32_t nobody = 0;
			tri_futex_wait(&nobody, 0, 20000);
		}
	}
}

static void visit_mutators(void (*function)(struct tri_mutator *mutator, void *context), void *context)
{
	struct tri_machine *self = tri_thread_machine;
	visit.function = function;
	visit.context = context;
	tri_goroutine_rest_begin();
	for (uint32_t i = 0; i < tri_sched.processor_count; i++)
		visit_processor(self, tri_sched.processors[i]);
	for (struct tri_machine *machine = atomic_load(&tri_sched.machines); machine; machine = machine->next) {
		struct tri_goroutine *thread = machine->thread_goroutine;
		if (!thread)
			continue;
		if (machine == self) {
			function(thread->abi.mutator, context);
		} else if (tri_goroutine_hold(thread)) {
			function(thread->abi.mutator, context);
			tri_goroutine_release(thread);
		}
	}
	tri_goroutine_rest_end();
}

// ---- Stopping the world --------------------------------------------------------------------------

void tri_world_stop_here(struct tri_machine *machine)
{
	struct tri_processor *processor = machine->processor;
	processor->status_before = TRI_PROCESSOR_RUNNING;
	bool rests = machine->current && atomic_load(&machine->current->state) == TRI_GOROUTINE_RUNNING;
	if (rests)
		tri_goroutine_rest_begin();
	atomic_store(&processor->status, TRI_PROCESSOR_STOPPED);
	for (uint32_t tries = 0; atomic_load(&processor->status) == TRI_PROCESSOR_STOPPED; tries++) {
		__builtin_ia32_pause();
		if (tries > 2000) {
			uint32_t epoch = atomic_load(&tri_sched.world_epoch);
			if (atomic_load(&processor->status) == TRI_PROCESSOR_STOPPED)
				tri_futex_wait(&tri_sched.world_epoch, epoch, 1000000);
		}
	}
	if (rests)
		tri_goroutine_rest_end();
}

void tri_safepoint(struct tri_machine *machine)
{
	struct tri_processor *processor = machine->processor;
	if (atomic_load_explicit(&processor->wants_visit, memory_order_acquire) && atomic_exchange(&processor->wants_visit, 0))
		visit.function(processor->mutator, visit.context);
	while (atomic_load_explicit(&processor->wants_stop, memory_order_acquire))
		tri_world_stop_here(machine);
}

// One look at a processor; true when it has stopped.
static bool stop_processor(struct tri_processor *processor)
{
	uint32_t status = atomic_load(&processor->status);
	if (status == TRI_PROCESSOR_STOPPED)
		return true;
	if (status == TRI_PROCESSOR_RUNNING)
		return false;
	if (!atomic_compare_exchange_strong(&processor->status, &status, TRI_PROCESSOR_STOPPED))
		return false;
	processor->status_before = status;
	return true;
}

// A thread that does not run stays so while it is held for. Its state may change otherwise: who wakes it does not wait for
// the world, as that one may be what the world waits for.
static bool thread_is_stopped(const struct tri_goroutine *thread)
{
	return (atomic_load(&thread->state) & ~(uint32_t)TRI_GOROUTINE_SCANNED) != TRI_GOROUTINE_RUNNING;
}

static void acquire_world(struct tri_machine *self)
{
	while (!tri_try_lock(&world_lock)) {
		if (self->processor)
			tri_safepoint(self);
		else if (self->current && self->current->kind == TRI_KIND_C_THREAD) {
			tri_goroutine_rest_begin();
			__builtin_ia32_pause();
			tri_goroutine_rest_end();
		}
		__builtin_ia32_pause();
	}
}

struct tri_histogram tri_sched_stopping[2], tri_sched_stopped[2];
static int64_t stop_asked; // guarded by world_lock, and so is:
static bool stop_is_other;

void tri_sched_stop_world(const char *reason)
{
	struct tri_machine *self = tri_thread_machine;
	acquire_world(self);
	stop_asked = tri_nanotime();
	stop_is_other = strncmp(reason, "GC", 2) != 0;
	if (tri_is_tracing())
		tri_traced_world_stop(reason);
	tri_goroutine_rest_begin();
	atomic_store(&tri_sched.stopping, 1);
	uint32_t count = tri_sched.processor_count;
	tri_lock(&tri_sched.lock);
	for (uint32_t i = 0; i < count; i++) {
		struct tri_processor *processor = tri_sched.processors[i];
		if (processor == self->processor) {
			processor->status_before = TRI_PROCESSOR_RUNNING;
			atomic_store(&processor->status, TRI_PROCESSOR_STOPPED);
		} else {
			atomic_store(&processor->wants_stop, 1);
			if (!stop_processor(processor)) {
				struct tri_machine *machine = atomic_load(&processor->machine);
				if (machine)
					tri_preempt(machine);
			}
		}
	}
	struct tri_machine *threads = atomic_load(&tri_sched.machines);
	bool any_threads = atomic_load(&tri_sched.attached) > 0;
	for (struct tri_machine *machine = any_threads ? threads : NULL; machine; machine = machine->next) {
		struct tri_goroutine *thread = machine->thread_goroutine;
		if (thread && machine != self) {
			atomic_fetch_add(&thread->held_for, 1);
			if (!thread_is_stopped(thread))
				tri_preempt(machine);
		}
	}
	tri_unlock(&tri_sched.lock);
	for (uint32_t tries = 1;; tries++) {
		bool all = true;
		for (uint32_t i = 0; i < count; i++) {
			struct tri_processor *processor = tri_sched.processors[i];
			if (stop_processor(processor))
				continue;
			all = false;
			struct tri_machine *machine = atomic_load(&processor->machine);
			if (tries % 512 == 0 && machine)
				tri_preempt(machine);
		}
		for (struct tri_machine *machine = any_threads ? threads : NULL; machine; machine = machine->next) {
			struct tri_goroutine *thread = machine->thread_goroutine;
			if (!thread || machine == self || thread_is_stopped(thread))
				continue;
			all = false;
			if (tries % 512 == 0)
				tri_preempt(machine);
		}
		if (all)
			break;
		__builtin_ia32_pause();
		if (tries > 20000) {
			_Atomic uint32_t nobody = 0;
			tri_futex_wait(&nobody, 0, 20000);
		}
	}
	tri_histogram_add(&tri_sched_stopping[stop_is_other], tri_nanotime() - stop_asked);
}

void tri_sched_start_world(void)
{
	struct tri_machine *self = tri_thread_machine;
	if (tri_is_tracing())
		tri_traced_world_start();
	tri_lock(&tri_sched.lock);
	for (struct tri_machine *machine = atomic_load(&tri_sched.attached) ? atomic_load(&tri_sched.machines) : NULL; machine;
		 machine = machine->next) {
		struct tri_goroutine *thread = machine->thread_goroutine;
		if (!thread || machine == self || atomic_load(&thread->held_for) == 0)
			continue;
		atomic_fetch_sub(&thread->held_for, 1);
	}
	atomic_store(&tri_sched.stopping, 0);
	for (uint32_t i = 0; i < tri_sched.processor_count; i++) {
		struct tri_processor *processor = tri_sched.processors[i];
		atomic_store(&processor->wants_stop, 0);
		if (atomic_load(&processor->status) == TRI_PROCESSOR_STOPPED)
			atomic_store(&processor->status, processor->status_before);
	}
	atomic_fetch_add(&tri_sched.world_epoch, 1);
	tri_unlock(&tri_sched.lock);
	tri_futex_wake(&tri_sched.world_epoch, INT32_MAX);
	tri_histogram_add(&tri_sched_stopped[stop_is_other], tri_nanotime() - stop_asked);
	tri_unlock(&world_lock);
	(void)self;
	tri_goroutine_rest_end();
}

void tri_sched_freeze(void)
{
	enum { PATIENCE = 100 };
	const struct tri_machine *self = tri_thread_machine;
	atomic_store(&tri_sched.stopping, 1);
	for (int tries = 0; tries < PATIENCE; tries++) {
		bool all = true;
		for (uint32_t i = 0; i < tri_sched.processor_count; i++) {
			struct tri_processor *processor = tri_sched.processors[i];
			if (self && processor == self->processor)
				continue;
			atomic_store(&processor->wants_stop, 1);
			if (stop_processor(processor))
				continue;
			all = false;
			struct tri_machine *machine = atomic_load(&processor->machine);
			if (machine && tries % 16 == 0)
				tri_preempt(machine);
		}
		if (all)
			break;
		_Atomic uint32_t nobody = 0;
		tri_futex_wait(&nobody, 0, 50000);
	}
}

// ---- What the collector sees ---------------------------------------------------------------------

static int processor_count(void) { return (int)atomic_load_explicit(&tri_sched.limit, memory_order_relaxed); }

static int outside_count(void)
{
	int count = 0;
	if (atomic_load_explicit(&tri_sched.attached, memory_order_relaxed) == 0)
		return 0;
	for (const struct tri_machine *machine = atomic_load(&tri_sched.machines); machine; machine = machine->next) {
		const struct tri_goroutine *thread = machine->thread_goroutine;
		count += thread && atomic_load_explicit(&thread->state, memory_order_relaxed) == TRI_GOROUTINE_RUNNING;
	}
	return count;
}

static void wake_workers(void)
{
	tri_monitor_start();
	tri_machine_wake_one();
}

static void pause_mutator(int64_t nanoseconds)
{
	struct tri_machine *self = tri_thread_machine;
	if (self->processor)
		tri_safepoint(self);
	tri_sched_rest_begin(nanoseconds > 20000);
	_Atomic uint32_t nobody = 0;
	if (nanoseconds > 0)
		tri_futex_wait(&nobody, 0, nanoseconds);
	tri_sched_rest_end();
}

static void safepoint(void)
{
	struct tri_machine *self = tri_thread_machine;
	tri_goroutine_rest_begin();
	if (self->processor)
		tri_safepoint(self);
	tri_goroutine_rest_end(); // an attached thread waits here while it is held for
}

static bool safepoint_wanted(void)
{
	const struct tri_machine *self = tri_thread_machine;
	if (!self->processor)
		return self->current && atomic_load_explicit(&self->current->held_for, memory_order_relaxed) > 0;
	return atomic_load(&self->processor->wants_stop) || atomic_load(&self->processor->wants_visit);
}

extern void tri_root_bytes(uint64_t *stacks, uint64_t *globals);

const struct tri_gc_world tri_sched_world = {
	.stop = tri_sched_stop_world,
	.start = tri_sched_start_world,
	.visit_mutators = visit_mutators,
	.processor_count = processor_count,
	.outside_count = outside_count,
	.root_bytes = tri_root_bytes,
	.wake_workers = wake_workers,
	.rest_begin = tri_goroutine_rest_begin,
	.rest_end = tri_goroutine_rest_end,
	.safepoint = safepoint,
	.safepoint_wanted = safepoint_wanted,
	.pause = pause_mutator,
	.tell = tri_traced_collector,
};
