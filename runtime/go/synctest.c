// Package internal/synctest: bubbles (sched/bubble.h) for the functions in overlay/runtime/synctest.go.
#include "runtime/go/hooks.h"
#include "runtime/sched/bubble.h"
#include "runtime/special/special.h"

struct tri_bubble *tri_go_bubble_current(void);
struct tri_bubble *tri_go_bubble_new(void);
void tri_go_bubble_start(void *closure);
void tri_go_bubble_idle(void);
uint64_t tri_go_bubble_advance(void);
int64_t tri_go_bubble_leave(void);
int64_t tri_go_bubble_wait(void);
void tri_go_bubble_waited(void);
void tri_go_bubble_hold(struct tri_bubble *bubble, int64_t count);
void tri_go_bubble_enter(struct tri_bubble *bubble);
int64_t tri_go_bubble_associate(void *object, int64_t action);

struct tri_bubble *tri_go_bubble_current(void) { return tri_bubble_current(); }

struct tri_bubble *tri_go_bubble_new(void) { return tri_bubble_new(); }

void tri_go_bubble_start(void *closure)
{
	struct tri_bubble *bubble = tri_bubble_current();
	tri_bubble_start_main(bubble, tri_goroutine_new(closure, *(const uintptr_t *)tri_current()->abi.sp));
	tri_bubble_hold(bubble);
}

// The root, which holds the bubble: runs what is due and waits until nobody else can run.
void tri_go_bubble_idle(void)
{
	tri_bubble_run_timers(tri_bubble_current());
	tri_bubble_await_idle(tri_bubble_current());
}

uint64_t tri_go_bubble_advance(void) { return tri_bubble_advance(tri_bubble_current()); }

enum { ENDED, MAIN_ENDED, BLOCKED }; // overlay/runtime/synctest.go

int64_t tri_go_bubble_leave(void)
{
	const struct tri_bubble *bubble = tri_bubble_current();
	int64_t result = bubble->total == 1 ? ENDED : bubble->done ? MAIN_ENDED : BLOCKED;
	tri_bubble_leave();
	return result;
}

// 0 when it has waited; below 0: somebody else does.
int64_t tri_go_bubble_wait(void)
{
	tri_hook_results(0, 0, 0);
	return tri_bubble_wait_begin(tri_bubble_current()) ? 0 : -1;
}

void tri_go_bubble_waited(void) { tri_bubble_wait_end(tri_bubble_current()); }

void tri_go_bubble_hold(struct tri_bubble *bubble, int64_t count)
{
	if (count > 0)
		tri_bubble_hold(bubble);
	else
		tri_bubble_release(bubble);
}

// A goroutine that is not counted among the bubble's, or NULL: leaves it.
void tri_go_bubble_enter(struct tri_bubble *bubble) { tri_current()->bubble = bubble; }

enum { ASK, ADD, REMOVE };

// 0: in no bubble, 1: in the current one, 2: in another one.
int64_t tri_go_bubble_associate(void *object, int64_t action)
{
	const struct tri_bubble *bubble = tri_bubble_current();
	if (action == REMOVE) {
		tri_special_bubble_remove(object);
		return 0;
	}
	uint64_t id = tri_special_bubble(object, bubble->id, action == ADD);
	return id == 0 ? 0 : id == bubble->id ? 1 : 2;
}
