// Bubbles of goroutines with a clock of their own (package testing/synctest): see bubble.c.
#ifndef TRI_RUNTIME_BUBBLE_H
#define TRI_RUNTIME_BUBBLE_H

#include "runtime/sched/sched.h"
#include "runtime/sched/timers.h"

struct tri_bubble {
	struct tri_lock lock; // rank LEAF: guards the counts, root and waiter, and `now`, which also every running goroutine may read
	uint64_t id;
	int64_t now;                                // Unix nanoseconds
	struct tri_goroutine *root, *main, *waiter; // who runs the bubble; its first goroutine; who waits for the others
	int64_t total, running;                     // goroutines; those that are not durably blocked
	int64_t active;                             // reasons not to wake anybody although nobody runs
	bool waiting, done;                         // somebody waits, or is about to; main has ended
	struct tri_timer_heap timers;
	struct tri_bubble *next; // of those that exist
};

struct tri_bubble *tri_bubble_new(void); // of the current goroutine, its root
void tri_bubble_leave(void);             // the root ends it
void tri_bubble_start_main(struct tri_bubble *bubble, struct tri_goroutine *goroutine);
void tri_bubble_hold(struct tri_bubble *bubble); // it does not become idle until released
void tri_bubble_release(struct tri_bubble *bubble);
void tri_bubble_run_timers(struct tri_bubble *bubble); // the root: what is due by its clock
void tri_bubble_await_idle(struct tri_bubble *bubble); // the root, which holds it: parks until nobody runs, unless that is so
// The clock goes to the next timer; false: there is none, or main has ended.
bool tri_bubble_advance(struct tri_bubble *bubble);
bool tri_bubble_wait_begin(struct tri_bubble *bubble); // false: somebody waits already. Then parks until nobody runs.
void tri_bubble_wait_end(struct tri_bubble *bubble);

static inline struct tri_bubble *tri_bubble_current(void)
{
	const struct tri_goroutine *goroutine = tri_current();
	return goroutine ? goroutine->bubble : NULL;
}

// What the scheduler tells: the goroutine is in a bubble.
void tri_bubble_begins(struct tri_goroutine *goroutine, bool waits); // it starts to exist
void tri_bubble_ends(struct tri_goroutine *goroutine);
void tri_bubble_parks(struct tri_goroutine *goroutine); // about to wait; holds the bubble until it is released
void tri_bubble_wakes(struct tri_goroutine *goroutine); // about to be runnable
void tri_bubble_each_timer(void (*visit)(void *context, struct tri_timer_heap *heap), void *context);

#endif
