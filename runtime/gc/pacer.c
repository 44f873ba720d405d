// The pacer: when the next cycle starts and how hard mutators help, so that marking ends as the heap reaches its goal.
//
// Goal (Go 1.18's design): what survived plus GOGC percent of what survived and the roots, at least 4 MiB times
// GOGC/100, at most what the memory limit leaves. Trigger: as far below the goal as the mutators are expected to allocate
// while marking runs, judged by the last cycles' ratio of bytes allocated to bytes scanned at equal processor time.
#include "runtime/gc/internal.h"

struct tri_gc_pacer tri_gc_pacer;

static const double GOAL_UTILISATION = 0.25;

static void store_ratio(_Atomic uint64_t *at, double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	atomic_store_explicit(at, bits, memory_order_relaxed);
}

static uint64_t goal_for(uint64_t marked)
{
	int32_t percent = atomic_load(&tri_gc_pacer.percent);
	uint64_t goal = UINT64_MAX;
	if (percent >= 0) {
		uint64_t stacks, globals, growth, minimum = ((uint64_t)4 << 20) * (uint64_t)percent / 100;
		tri_gc_world.root_bytes(&stacks, &globals);
		if (__builtin_mul_overflow(marked + stacks + globals, (uint64_t)percent, &growth))
			growth = UINT64_MAX - marked;
		goal = marked + growth / 100;
		if (goal < minimum)
			goal = minimum;
	}
	uint64_t limited = tri_gc_limit_goal(marked);
	return limited < goal ? limited : goal;
}

static double expected_cons_mark(void)
{
	double largest = 0;
	for (unsigned i = 0; i < TRI_COUNT(tri_gc_pacer.cons_mark); i++) {
		if (tri_gc_pacer.cons_mark[i] > largest)
			largest = tri_gc_pacer.cons_mark[i];
	}
	return largest;
}

static void set_trigger(uint64_t marked)
{
	uint64_t goal = goal_for(marked);
	atomic_store(&tri_gc_pacer.goal, goal);
	if (goal == UINT64_MAX) {
		atomic_store(&tri_heap.trigger, UINT64_MAX);
		tri_heap_set_sweep_ratio(0);
		atomic_store(&tri_heap_retain_goal, UINT64_MAX);
		return;
	}
	uint64_t stacks, globals;
	tri_gc_world.root_bytes(&stacks, &globals);
	double runway =
		expected_cons_mark() * (1 - GOAL_UTILISATION) / GOAL_UTILISATION * (double)(tri_gc_pacer.last_scanned + stacks + globals);
	uint64_t trigger = (double)goal > runway ? goal - (uint64_t)runway : 0;
	// Not so early that cycles follow one another, not so late that assists do all the work.
	uint64_t earliest = marked + (goal > marked ? (goal - marked) / 2 : 0);
	uint64_t latest = marked + (goal > marked ? (goal - marked) / 100 * 95 : 0);
	if (trigger < earliest)
		trigger = earliest;
	if (trigger > latest)
		trigger = latest;
	// What lives exceeds what the memory limit leaves: once the collector has had its share, the program goes on for a while.
	if (goal <= marked)
		trigger = marked + (tri_gc_limiter_on() ? marked / 3 : marked / 16);
	atomic_store(&tri_heap.trigger, trigger);
	// All is swept when three quarters of the way to the trigger are gone.
	uint64_t live = atomic_load(&tri_heap.live), way = trigger > live ? (trigger - live) / 4 * 3 : 0;
	double pages = (double)(marked >> TRI_PAGE_SHIFT) + 1024;
	tri_heap_set_sweep_ratio(way > 0 ? pages * 2 / (double)way : 1.0);
	atomic_store(&tri_heap_retain_goal, goal);
}

void tri_gc_pacer_started(void)
{
	tri_gc_pacer.triggered_at = atomic_load(&tri_heap.live);
	tri_gc_pacer_revise();
}

// Bytes still to scan over bytes that may still be handed out.
void tri_gc_pacer_revise(void)
{
	uint64_t goal = atomic_load_explicit(&tri_gc_pacer.goal, memory_order_relaxed);
	if (goal == UINT64_MAX) {
		store_ratio(&tri_gc_pacer.assist_ratio, 0);
		return;
	}
	uint64_t stacks, globals, live = atomic_load_explicit(&tri_heap.live, memory_order_relaxed);
	tri_gc_world.root_bytes(&stacks, &globals);
	uint64_t scanned = atomic_load_explicit(&tri_gc_cycle.scanned_bytes, memory_order_relaxed);
	uint64_t expected = tri_gc_pacer.last_scanned + stacks + globals;
	uint64_t roots = tri_gc_roots_done() ? 0 : stacks + globals; // not in scanned_bytes
	bool first = tri_gc_pacer.last_scanned == 0, limited = atomic_load_explicit(&tri_gc_memory_limit, memory_order_relaxed) != INT64_MAX;
	if (live > goal || scanned > expected || first) {
		// Beyond the plan, or without one: everything that is live may have to be scanned, within a tenth more heap where
		// memory has no limit.
		expected = tri_gc_cycle.live_at_start;
		if (!limited)
			goal += goal / 10;
	} else {
		expected = tri_gc_pacer.last_scanned + roots;
	}
	uint64_t left_to_scan = expected > scanned + 1000 ? expected - scanned : 1000;
	uint64_t room = goal > live ? goal - live : 1;
	if (room < 64 << 10)
		room = 64 << 10;
	store_ratio(&tri_gc_pacer.assist_ratio, (double)left_to_scan / (double)room);
}

void tri_gc_pacer_ended(uint64_t marked_bytes)
{
	const struct tri_gc_report *report = &tri_gc_cycle.report;
	uint64_t live = atomic_load(&tri_heap.live);
	uint64_t allocated = live > tri_gc_pacer.triggered_at ? live - tri_gc_pacer.triggered_at : 0;
	uint64_t stacks, globals; // as much a part of the work as the heap's objects: all of it, where these hold no pointers
	tri_gc_world.root_bytes(&stacks, &globals);
	uint64_t scanned = report->scanned_bytes + stacks + globals + 1;
	int64_t duration = (report->mark_done - report->mark_start) * report->processors;
	int64_t marking = report->cpu_assist + report->cpu_dedicated + report->cpu_fractional;
	double utilisation = duration > 0 ? (double)marking / (double)duration : GOAL_UTILISATION;
	double idle = duration > 0 ? (double)report->cpu_idle / (double)duration : 0;
	if (utilisation > 0.95)
		utilisation = 0.95;
	memmove(tri_gc_pacer.cons_mark + 1, tri_gc_pacer.cons_mark, sizeof tri_gc_pacer.cons_mark - sizeof tri_gc_pacer.cons_mark[0]);
	tri_gc_pacer.cons_mark[0] = (double)allocated * (utilisation + idle) / ((double)scanned * (1 - utilisation));
	tri_gc_pacer.last_scanned = report->scanned_bytes;
	tri_gc_pacer.last_marked = marked_bytes;
	// Time that nobody else wanted is neither the collector's nor the program's. Where memory is limited, the time between
	// marks counts, in which the program had a processor at least. Where it is not, assists take at most half of what the
	// program has while marking runs, and rather let the heap exceed its goal: `trees` 0.31 of Go's time instead of 0.54.
	static int64_t last_done; // world stopped
	bool limited = atomic_load_explicit(&tri_gc_memory_limit, memory_order_relaxed) != INT64_MAX;
	int64_t between = limited && last_done ? report->mark_start - last_done : 0;
	last_done = report->mark_done;
	tri_gc_limiter_account(marking, (duration > report->cpu_idle ? duration - report->cpu_idle : marking) + between);
	tri_gc_limit_marked(live);
	atomic_store(&tri_heap.live, marked_bytes);
	set_trigger(marked_bytes);
}

void tri_gc_pacer_update(void)
{
	if (atomic_load(&tri_gc_cycle.phase) == TRI_GC_OFF)
		set_trigger(tri_gc_pacer.last_marked);
	else
		atomic_store(&tri_gc_pacer.goal, goal_for(tri_gc_pacer.last_marked));
}

void tri_gc_pacer_init(void)
{
	atomic_store(&tri_gc_pacer.percent, tri_settings.gc_percent);
	set_trigger(0);
}

int32_t tri_gc_set_percent(int32_t percent)
{
	int32_t old = atomic_exchange(&tri_gc_pacer.percent, percent < 0 ? -1 : percent);
	tri_gc_pacer_update();
	return old;
}

uint64_t tri_gc_goal(void)
{
	uint64_t goal = atomic_load(&tri_gc_pacer.goal);
	return goal == UINT64_MAX || atomic_load(&tri_gc_pacer.percent) < 0 ? 0 : goal;
}
