// A collection, phase by phase:
//   sweep termination   what is still unswept from the last cycle is swept; the world stops for a moment: spans in slots
//                       are swept, runs in slots turn black, roots are counted, the barrier goes on
//   mark                the world runs. Workers scan roots and what they reach; mutators shade what they overwrite and store,
//                       allocate black, and help when they allocate faster than the workers mark
//   mark termination    when nothing is grey and every mutator's buffer is empty, the world stops again: the barrier goes
//                       off, the generation grows, which makes every span unswept, the pacer sets the next trigger
//   sweep               by allocation, by idle processors
// Nothing in the two stops depends on the size of the heap, the number of goroutines or their stacks.
//
// Who is done: a worker counts in `workers` from before it takes work until what it holds is published. When no worker is
// left, the shared queue is empty and all roots are scanned, whoever notices visits every mutator to flush its buffer;
// if that turned nothing grey, it stops the world and looks once more.
#include "runtime/gc/internal.h"

#include <time.h>

struct tri_gc_cycle tri_gc_cycle;
struct tri_gc_world tri_gc_world;
void (*tri_gc_report_hook)(const struct tri_gc_report *report);
void (*tri_gc_mark_begin_hook)(void), (*tri_gc_mark_end_hook)(void);

static struct tri_gc_totals totals; // written in stops and at cycle ends, under `busy`

enum {
	QUANTUM = 16 << 10, // bytes scanned between two looks at should_stop
	ASSIST_QUANTUM = 128 << 10,
	SEEKING = 5000,             // looks at an empty queue before an idle worker goes
	ASSIST_PATIENCE = 50,       // looks at an empty queue before an assist gives up
	LONG_PATIENCE = 5000,       // when the heap is beyond its goal: a quarter of a millisecond
	MOST_NAPS = 40,             // of one assist: a few milliseconds
	MOST_LONG_NAPS = 100,       // after that, of a millisecond, to keep a memory limit
	FRACTION_PERCENT = 25,      // of the processors, for marking
	LONGEST_FRACTION = 2500000, // ns in a row of a worker that has only a share of its processor
};

static uint64_t wall_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static bool take_busy(void)
{
	uint32_t free = 0;
	return atomic_compare_exchange_strong(&tri_gc_cycle.busy, &free, 1);
}

static void note_pause(int which, int64_t start, int64_t end)
{
	tri_gc_cycle.report.pause_start[which] = start;
	tri_gc_cycle.report.pause_length[which] = end - start;
	totals.pause_total += (uint64_t)(end - start);
	totals.cpu_pause += (uint64_t)((end - start) * tri_gc_world.processor_count());
}

static void tell(enum tri_gc_moment moment)
{
	if (tri_gc_world.tell)
		tri_gc_world.tell(moment);
}

// ---- Start -----------------------------------------------------------------------------------------

static void flush_stopped(void)
{
	for (struct tri_mutator *mutator = tri_mutators; mutator; mutator = mutator->next)
		tri_gc_barrier_flush(mutator);
}

void tri_gc_start(struct tri_mutator *mutator, enum tri_gc_cause cause)
{
	(void)mutator;
	if (atomic_load(&tri_gc_cycle.phase) != TRI_GC_OFF || !take_busy())
		return;
	struct tri_gc_report *report = &tri_gc_cycle.report;
	uint64_t cycles = atomic_load(&tri_gc_cycle.number);
	int64_t start = tri_nanotime();
	tri_heap_sweep_all();
	if (atomic_load(&tri_gc_cycle.phase) != TRI_GC_OFF || cycles != atomic_load(&tri_gc_cycle.number)) {
		atomic_store(&tri_gc_cycle.busy, 0);
		return;
	}
	int64_t stopping = tri_nanotime();
	tri_gc_world.stop("GC sweep termination");
	*report = (struct tri_gc_report){.cause = cause, .start = start};
	report->sweep_done = tri_nanotime();
	tri_heap_sweep_all();
	tri_heap_sweep_slots_stopped();
	tri_heap_mark_begin();
	tri_heap_settle_live();
	tri_gc_cycle.live_at_start = report->heap_at_start = atomic_load(&tri_heap.live);
	report->goal = atomic_load(&tri_gc_pacer.goal);
	tri_gc_span_choose(tri_gc_cycle.live_at_start);
	report->number = totals.cycles + 1;
	atomic_store(&tri_gc_cycle.marked_bytes, 0);
	atomic_store(&tri_gc_cycle.marked_objects, 0);
	atomic_store(&tri_gc_cycle.scanned_bytes, 0);
	atomic_store(&tri_gc_cycle.credit, 0);
	for (int i = 0; i < 4; i++)
		atomic_store(&tri_gc_cycle.cpu[i], 0);
	for (struct tri_mutator *other = tri_mutators; other; other = other->next) {
		other->assist_debt = 0;
		other->mark_time = 0;
	}
	// An attached thread at rest may still be in an assist of the last mark, about to look for roots.
	while (atomic_load(&tri_gc_cycle.workers) > 0)
		__builtin_ia32_pause();
	tri_gc_roots_begin();
	tri_gc_pacer_started();
	uint32_t epoch = (uint32_t)(atomic_fetch_add(&tri_gc_cycle.started, 1) + 1);
	atomic_store(&tri_gc_barrier_enabled, epoch ? epoch : 1);
	atomic_store(&tri_gc_cycle.phase, TRI_GC_MARK);
	tell(TRI_GC_MARK_BEGINS);
	int64_t started = tri_nanotime();
	tri_gc_cycle.mark_start = report->mark_start = started;
	note_pause(0, stopping, started);
	tri_gc_world.start();
	atomic_store(&tri_gc_cycle.busy, 0);
	tri_gc_world.wake_workers();
	if (tri_gc_mark_begin_hook)
		tri_gc_mark_begin_hook();
}

// ---- End -------------------------------------------------------------------------------------------

// Who enters between the first look and the last may hold what the looks between them missed.
static bool nothing_grey(void)
{
	uint64_t entered = atomic_load(&tri_gc_cycle.entered);
	return atomic_load(&tri_gc_cycle.workers) == 0 && tri_gc_shared_is_empty() && tri_gc_roots_done() &&
		   entered == atomic_load(&tri_gc_cycle.entered);
}

// Before taking work; until what is held is published.
static void enter(void)
{
	atomic_fetch_add(&tri_gc_cycle.workers, 1);
	atomic_fetch_add(&tri_gc_cycle.entered, 1);
}

static void leave(void) { atomic_fetch_sub(&tri_gc_cycle.workers, 1); }

static void flush_visited(struct tri_mutator *mutator, void *context)
{
	(void)context;
	tri_gc_barrier_flush(mutator);
}

// World stopped, nothing grey.
static void end_mark(int64_t done)
{
	struct tri_gc_report *report = &tri_gc_cycle.report;
	atomic_store(&tri_gc_barrier_enabled, 0);
	atomic_store(&tri_gc_cycle.phase, TRI_GC_OFF);
	if (TRI_DEBUG && tri_settings.verify_marks)
		tri_gc_verify();
	tri_heap_settle_live();
	uint64_t handed_out = atomic_load(&tri_heap.live) - tri_gc_cycle.live_at_start;
	uint64_t marked = atomic_load(&tri_gc_cycle.marked_bytes) + handed_out;
	report->mark_done = done;
	report->heap_at_end = atomic_load(&tri_heap.live);
	report->live_marked = marked;
	report->scanned_bytes = atomic_load(&tri_gc_cycle.scanned_bytes);
	report->cpu_assist = atomic_load(&tri_gc_cycle.cpu[0]);
	report->cpu_dedicated = atomic_load(&tri_gc_cycle.cpu[TRI_GC_DEDICATED]);
	report->cpu_fractional = atomic_load(&tri_gc_cycle.cpu[TRI_GC_FRACTIONAL]);
	report->cpu_idle = atomic_load(&tri_gc_cycle.cpu[TRI_GC_IDLE]);
	report->processors = tri_gc_world.processor_count();
	tri_gc_world.root_bytes(&report->stack_bytes, &report->global_bytes);
	tri_gc_pacer_ended(marked);
	tri_heap_mark_end(marked);
	if (tri_gc_mark_end_hook)
		tri_gc_mark_end_hook();
}

static void account(const struct tri_gc_report *report)
{
	totals.cpu_assist += (uint64_t)report->cpu_assist;
	totals.cpu_dedicated += (uint64_t)report->cpu_dedicated;
	totals.cpu_fractional += (uint64_t)report->cpu_fractional;
	totals.cpu_idle += (uint64_t)report->cpu_idle;
	totals.cycles++;
	totals.forced_cycles += report->cause == TRI_GC_FORCED;
	uint32_t slot = (totals.cycles + 255) % 256;
	totals.pauses[slot] = (uint64_t)(report->pause_length[0] + report->pause_length[1]);
	totals.last_end = totals.pause_ends[slot] = wall_clock();
	totals.next_goal = atomic_load(&tri_gc_pacer.goal);
	totals.live_marked = report->live_marked;
	totals.scanned_bytes = report->scanned_bytes;
	totals.stack_bytes = report->stack_bytes;
	totals.global_bytes = report->global_bytes;
	if (tri_gc_limiter_on())
		totals.limiter_cycle = totals.cycles;
	static int64_t began;
	if (began == 0)
		began = report->start;
	int64_t passed = (report->end - began) * report->processors;
	uint64_t used = totals.cpu_assist + totals.cpu_dedicated + totals.cpu_fractional + totals.cpu_pause;
	totals.cpu_fraction = passed > 0 ? (double)used / (double)passed : 0;
	tri_gc_cycle.report.utilisation = totals.cpu_fraction;
}

// The mode that collects at every allocation. What it has done counts in collections of small programs: those that look at
// much memory, a large heap or thousands of stacks, count for several.
static _Atomic uint64_t always_done;

static void note_always_done(const struct tri_gc_report *report)
{
	enum { SMALL_PROGRAM = 256 << 10 }; // bytes of its heap and stacks
	atomic_fetch_add(&always_done, 1 + (report->scanned_bytes + report->stack_bytes) / SMALL_PROGRAM);
}

static bool is_due_always(void)
{
	enum { WHOLE = 1 << 14, STEP = 1 << 12 };
	static _Atomic uint64_t waited; // allocations since the last one that was due
	if (atomic_fetch_add(&waited, 1) + 1 < tri_hostile_distance(atomic_load(&always_done), WHOLE, STEP))
		return false;
	atomic_store(&waited, 0);
	return true;
}

bool tri_gc_try_finish(struct tri_mutator *mutator)
{
	(void)mutator;
	if (atomic_load(&tri_gc_cycle.phase) != TRI_GC_MARK || !nothing_grey() || !take_busy())
		return false;
	bool ended = false;
	if (atomic_load(&tri_gc_cycle.phase) == TRI_GC_MARK) {
		tri_gc_world.visit_mutators(flush_visited, NULL);
		if (nothing_grey()) {
			int64_t stopping = tri_nanotime();
			tri_gc_world.stop("GC mark termination");
			int64_t stopped = tri_nanotime();
			flush_stopped();
			ended = nothing_grey();
			if (ended) {
				end_mark(stopped);
				tell(TRI_GC_MARK_ENDS);
			}
			int64_t end = tri_nanotime();
			tri_gc_cycle.report.end = end;
			note_pause(1, stopping, end);
			tri_gc_world.start();
		}
	}
	if (ended) {
		account(&tri_gc_cycle.report);
		if (TRI_DEBUG && tri_settings.collect_always)
			note_always_done(&tri_gc_cycle.report);
		atomic_fetch_add(&tri_gc_cycle.number, 1);
		if (tri_gc_report_hook)
			tri_gc_report_hook(&tri_gc_cycle.report);
	}
	atomic_store(&tri_gc_cycle.busy, 0);
	if (ended || !tri_gc_shared_is_empty())
		tri_gc_world.wake_workers(); // an idle processor sweeps, or marks what the flush has found
	return ended;
}

// ---- Workers ---------------------------------------------------------------------------------------

// There is something a worker could do, be it to end the phase.
static bool work_is_left(void)
{
	return !tri_gc_shared_is_empty() || tri_gc_roots_left() ||
		   (atomic_load(&tri_gc_cycle.workers) == 0 && atomic_load(&tri_gc_cycle.busy) == 0);
}

// Who was woken to help may find that what was to be shared has been taken back: it comes in all the same, once, and seeks.
static bool was_called(void)
{
	return atomic_load_explicit(&tri_gc_cycle.called, memory_order_relaxed) && atomic_load(&tri_gc_cycle.workers) > 0 &&
		   atomic_exchange(&tri_gc_cycle.called, 0);
}

static void call_workers(void)
{
	atomic_store(&tri_gc_cycle.called, 1);
	tri_gc_world.wake_workers();
}

enum tri_gc_worker tri_gc_worker_wanted(struct tri_mutator *mutator, bool idle)
{
	if (!tri_gc_is_marking() || (!work_is_left() && !(idle && was_called())))
		return TRI_GC_NO_WORKER;
	if (idle) {
		// Threads of the program that run beside the processors need CPUs too.
		int outside = tri_gc_world.outside_count(), room = tri_gc_world.processor_count() - outside;
		return outside == 0 || (int)atomic_load(&tri_gc_cycle.running) < (room > 1 ? room : 1) ? TRI_GC_IDLE : TRI_GC_NO_WORKER;
	}
	// A quarter of the processors: whole ones as far as they go, the rest as a share of everybody's time.
	int processors = tri_gc_world.processor_count();
	uint32_t dedicated = (uint32_t)processors / 4;
	if (atomic_load_explicit(&tri_gc_cycle.dedicated, memory_order_relaxed) < dedicated)
		return TRI_GC_DEDICATED;
	// Idle processors that mark already do the quarter's work.
	if (atomic_load_explicit(&tri_gc_cycle.running, memory_order_relaxed) * 100 >= (uint32_t)(processors * FRACTION_PERCENT))
		return TRI_GC_NO_WORKER;
	double share = ((double)processors * FRACTION_PERCENT / 100 - dedicated) / processors;
	int64_t passed = tri_nanotime() - tri_gc_cycle.mark_start;
	return (double)mutator->mark_time < share * (double)passed ? TRI_GC_FRACTIONAL : TRI_GC_NO_WORKER;
}

static bool share_is_used(const struct tri_mutator *mutator, int64_t worked, int64_t now)
{
	int processors = tri_gc_world.processor_count(), dedicated = processors / 4;
	double share = ((double)processors * FRACTION_PERCENT / 100 - dedicated) / processors;
	// A processor that is late with its share does not make up for it at one go: goroutines wait for it.
	if (worked > LONGEST_FRACTION)
		return true;
	return (double)((int64_t)mutator->mark_time + worked) > 1.2 * share * (double)(now - tri_gc_cycle.mark_start);
}

void tri_gc_work(struct tri_mutator *mutator, enum tri_gc_worker kind, bool (*should_stop)(void *context), void *context)
{
	if (kind == TRI_GC_DEDICATED)
		atomic_fetch_add(&tri_gc_cycle.dedicated, 1);
	atomic_fetch_add(&tri_gc_cycle.running, 1);
	struct tri_gc_marker *marker = tri_gc_marker_get();
	int64_t begin = tri_nanotime();
	enter();
	bool stop = false;
	while (!stop && tri_gc_is_marking()) {
		uint64_t scanned = tri_gc_drain(marker, QUANTUM);
		if (scanned < QUANTUM && !tri_gc_root_next(marker) && !tri_gc_take_shared(marker))
			break;
		if (atomic_load_explicit(&tri_gc_cycle.seeking, memory_order_relaxed) > 0)
			tri_gc_share_some(marker);
		int64_t credit = (int64_t)marker->scanned_bytes;
		if (credit > QUANTUM) {
			atomic_fetch_add_explicit(&tri_gc_cycle.credit, credit, memory_order_relaxed);
			atomic_fetch_add_explicit(&tri_gc_cycle.scanned_bytes, marker->scanned_bytes, memory_order_relaxed);
			marker->scanned_bytes = 0;
		}
		stop = should_stop(context) || (kind == TRI_GC_FRACTIONAL && share_is_used(mutator, tri_nanotime() - begin, tri_nanotime()));
	}
	tri_gc_marker_put(marker);
	leave();
	atomic_fetch_sub(&tri_gc_cycle.running, 1);
	int64_t worked = tri_nanotime() - begin;
	mutator->mark_time += (uint64_t)worked;
	atomic_fetch_add(&tri_gc_cycle.cpu[kind], worked);
	if (kind == TRI_GC_DEDICATED)
		atomic_fetch_sub(&tri_gc_cycle.dedicated, 1);
	if (nothing_grey())
		tri_gc_try_finish(mutator);
	else if (kind == TRI_GC_IDLE && !stop && tri_gc_is_marking()) {
		// Others hold what is left: wait a little for a share of it.
		atomic_fetch_add(&tri_gc_cycle.seeking, 1);
		for (int i = 0; i < SEEKING && tri_gc_shared_is_empty() && !should_stop(context) && !nothing_grey(); i++)
			__builtin_ia32_pause();
		atomic_fetch_sub(&tri_gc_cycle.seeking, 1);
	}
}

bool tri_gc_background_sweep(void)
{
	if (atomic_load(&tri_gc_cycle.phase) != TRI_GC_OFF)
		return false;
	return tri_heap_sweep_one() > 0;
}

// ---- Assists ---------------------------------------------------------------------------------------

static bool is_beyond_goal(void)
{
	return atomic_load_explicit(&tri_heap.live, memory_order_relaxed) > atomic_load_explicit(&tri_gc_pacer.goal, memory_order_relaxed);
}

static bool is_far_beyond_goal(void)
{
	uint64_t goal = atomic_load_explicit(&tri_gc_pacer.goal, memory_order_relaxed);
	return atomic_load_explicit(&tri_heap.live, memory_order_relaxed) / 3 > goal / 2;
}

// Scans for what the mutator owes, as far as there is anything in the shared queue or among the roots (the stack of a goroutine
// that runs is waited for; whoever assists rests, and can be scanned meanwhile).
// The processor stays the mutator's: who allocates goes on with the same slots.
static void pay(struct tri_mutator *mutator)
{
	int64_t credit = atomic_load(&tri_gc_cycle.credit);
	if (credit > 0) {
		int64_t used = credit < mutator->assist_debt ? credit : mutator->assist_debt;
		atomic_fetch_sub(&tri_gc_cycle.credit, used);
		mutator->assist_debt -= used;
		if (mutator->assist_debt <= 0)
			return;
	}
	int64_t begin = tri_nanotime();
	tri_gc_world.rest_begin();
	struct tri_gc_marker *marker = tri_gc_marker_get();
	enter();
	uint64_t owed = (uint64_t)mutator->assist_debt, paid = 0;
	if (owed > 4 * ASSIST_QUANTUM)
		owed = 4 * ASSIST_QUANTUM;
	bool woken = false, seeking = false;
	int patience = is_beyond_goal() ? LONG_PATIENCE : ASSIST_PATIENCE;
	for (int tries = 0, naps = 0; paid < owed && tries < patience && tri_gc_is_marking();) {
		uint64_t piece = owed - paid < 2 * QUANTUM ? owed - paid : 2 * QUANTUM, scanned = tri_gc_drain(marker, piece);
		paid += scanned;
		// Workers that have nothing to do get a share: the sooner they mark, the less the mutator does.
		if (scanned > 0 && (atomic_load_explicit(&tri_gc_cycle.seeking, memory_order_relaxed) > seeking ||
							(!woken && atomic_load_explicit(&tri_gc_cycle.running, memory_order_relaxed) == 0))) {
			tri_gc_share_some(marker);
			if (!woken && !tri_gc_shared_is_empty()) {
				call_workers();
				woken = true;
			}
		}
		if (scanned >= piece || tri_gc_take_shared(marker) || tri_gc_root_next(marker))
			continue;
		if (!seeking)
			atomic_fetch_add(&tri_gc_cycle.seeking, 1);
		seeking = true;
		// Everybody who could hold something grey looks for work: the phase is about to end.
		if (atomic_load(&tri_gc_cycle.seeking) >= atomic_load(&tri_gc_cycle.workers))
			break;
		// Workers hold what is left; they share when somebody seeks. Where the machine has other things to do than to run
		// them, and the heap is far beyond its goal, they get the time in which it would grow on.
		tries++;
		if (tries == patience && naps < MOST_NAPS && is_far_beyond_goal()) {
			static const struct timespec nap = {.tv_nsec = 50000};
			nanosleep(&nap, NULL);
			tries--;
			naps++;
		}
		__builtin_ia32_pause();
	}
	if (seeking)
		atomic_fetch_sub(&tri_gc_cycle.seeking, 1);
	tri_gc_marker_put(marker);
	leave();
	// Behind leave: who gives pointers away wakes nobody while somebody works.
	if (!tri_gc_shared_is_empty() && atomic_load_explicit(&tri_gc_cycle.running, memory_order_seq_cst) == 0)
		call_workers();
	mutator->assist_debt -= (int64_t)paid;
	// What cannot be paid now is no debt for ever: the phase is about to end.
	if (mutator->assist_debt > 16 * ASSIST_QUANTUM)
		mutator->assist_debt = 16 * ASSIST_QUANTUM;
	tri_gc_world.rest_end();
	int64_t worked = tri_nanotime() - begin;
	atomic_fetch_add(&tri_gc_cycle.cpu[0], worked);
	mutator->assist_time += (uint64_t)worked;
	if (nothing_grey())
		tri_gc_try_finish(mutator);
}

// What a memory limit leaves is to be kept: whoever allocates beyond the goal helps until the cycle ends, or waits for its end,
// which others may keep from coming because the machine has other things to do than to run them. Not where what lives takes
// nearly all of it: the program would stand still.
static void keep_limit(struct tri_mutator *mutator)
{
	uint64_t goal = atomic_load(&tri_gc_pacer.goal);
	if (tri_gc_pacer.last_marked > goal / 8 * 7)
		return;
	for (int naps = 0; naps < MOST_NAPS + MOST_LONG_NAPS && is_beyond_goal() && tri_gc_is_marking() && !tri_gc_limiter_on();) {
		mutator->assist_debt = 4 * ASSIST_QUANTUM;
		pay(mutator);
		if (mutator->assist_debt < 4 * ASSIST_QUANTUM)
			continue;
		tri_gc_world.rest_begin(); // its stack may be what is left to scan
		nanosleep(&(struct timespec){.tv_nsec = naps++ < MOST_NAPS ? 50000 : 1000000}, NULL);
		tri_gc_world.rest_end();
		if (nothing_grey())
			tri_gc_try_finish(mutator);
	}
	mutator->assist_debt = 0;
}

static void assist(struct tri_mutator *mutator, size_t bytes)
{
	bool limited = atomic_load_explicit(&tri_gc_memory_limit, memory_order_relaxed) != INT64_MAX;
	uint64_t bits = atomic_load_explicit(&tri_gc_pacer.assist_ratio, memory_order_relaxed);
	double ratio;
	memcpy(&ratio, &bits, sizeof ratio);
	mutator->assist_debt += (int64_t)(ratio * (double)bytes);
	// Where little is left to scan nobody owes much, but the cycle has to end all the same.
	bool waits = limited && is_beyond_goal();
	if (waits && mutator->assist_debt < ASSIST_QUANTUM)
		mutator->assist_debt = ASSIST_QUANTUM;
	if (mutator->assist_debt < ASSIST_QUANTUM || mutator->pinned)
		return;
	if (tri_gc_limiter_on())
		return;
	tri_gc_pacer_revise();
	tell(TRI_GC_ASSIST_BEGINS);
	pay(mutator);
	if (waits)
		keep_limit(mutator);
	tell(TRI_GC_ASSIST_ENDS);
}

// ---- Control ---------------------------------------------------------------------------------------

static void reach_trigger(struct tri_mutator *mutator)
{
	if (TRI_DEBUG && tri_settings.collect_always) {
		if (is_due_always() || atomic_load(&tri_heap.live) >= atomic_load(&tri_heap.trigger))
			tri_gc_collect(mutator, TRI_GC_HEAP);
		return;
	}
	if (mutator->pinned) // must not be stopped, which waiting for another's stop of the world would do; asked again soon
		return;
	tri_gc_start(mutator, TRI_GC_HEAP);
}

static bool stop_for_safepoint(void *context)
{
	(void)context;
	return tri_gc_world.safepoint_wanted();
}

// Helps until the cycle under way has ended.
static void help_to_end(struct tri_mutator *mutator, uint64_t number)
{
	while (atomic_load(&tri_gc_cycle.number) < number) {
		tri_gc_world.safepoint();
		if (!tri_gc_is_marking()) {
			__builtin_ia32_pause();
			continue;
		}
		tri_gc_world.rest_begin();
		tri_gc_work(mutator, TRI_GC_IDLE, stop_for_safepoint, NULL);
		tri_gc_world.rest_end();
	}
}

void tri_gc_collect(struct tri_mutator *mutator, enum tri_gc_cause cause)
{
	// One that is under way began before the call: what became garbage since may have been found alive by it.
	uint64_t started = atomic_load(&tri_gc_cycle.started);
	if (atomic_load(&tri_gc_cycle.number) < started)
		help_to_end(mutator, started);
	uint64_t wanted = started + 1;
	while (atomic_load(&tri_gc_cycle.started) < wanted) {
		tri_gc_start(mutator, cause);
		tri_gc_world.safepoint();
	}
	help_to_end(mutator, wanted);
	if (cause != TRI_GC_FORCED)
		return;
	tri_heap_sweep_all();
	// And what lies in slots, so that everything that ended is known to have.
	tri_gc_world.stop("GC sweep");
	tri_heap_sweep_slots_stopped();
	tri_gc_world.start();
}

void tri_gc_free_os_memory(struct tri_mutator *mutator)
{
	tri_gc_collect(mutator, TRI_GC_FORCED);
	tri_heap_scavenge(UINT64_MAX >> 1);
}

void tri_gc_totals(struct tri_gc_totals *out)
{
	*out = totals;
	out->percent = atomic_load(&tri_gc_pacer.percent);
	out->memory_limit = atomic_load(&tri_gc_memory_limit);
}

void tri_gc_monitor(int64_t now)
{
	enum { TWO_MINUTES = 120 };
	static int64_t last_cycle_at;
	static uint64_t last_cycle;
	tri_gc_limit_monitor(now);
	tri_heap_background_step(now);
	uint64_t cycle = atomic_load(&tri_gc_cycle.number);
	if (cycle != last_cycle || last_cycle_at == 0) {
		last_cycle = cycle;
		last_cycle_at = now;
	}
	// The next allocation that asks starts it.
	if (now - last_cycle_at > (int64_t)TWO_MINUTES * 1000000000 && atomic_load(&tri_gc_pacer.percent) >= 0)
		atomic_store(&tri_heap.trigger, 0);
}

void tri_gc_init(const struct tri_gc_world *world)
{
	tri_gc_world = *world;
	tri_gc_span_init();
	tri_gc_limit_init();
	tri_gc_pacer_init();
	tri_heap_hooks.trigger = reach_trigger;
	tri_heap_hooks.assist = assist;
}
