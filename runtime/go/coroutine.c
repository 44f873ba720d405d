// Coroutines: two goroutines that run by turns, for iter.Pull. A switch goes straight from one to the other.
#include "runtime/go/hooks.h"
#include "runtime/sched/bubble.h"

struct coroutine {                   // the overlay's coro, in collected memory
	struct tri_goroutine *goroutine; // WAITING: who goes on at the next switch
	void *function;
};

void tri_go_coroutine_new(struct coroutine *coroutine, void *start);
void tri_go_coroutine_switch(struct coroutine *coroutine);
TRI_NORETURN void tri_go_coroutine_exit(struct coroutine *coroutine);

void tri_go_coroutine_new(struct coroutine *coroutine, void *start)
{
	struct tri_goroutine *goroutine = tri_goroutine_new(start, *(const uintptr_t *)tri_current()->abi.sp);
	goroutine->wait_reason = TRI_WAIT_COROUTINE;
	if (goroutine->bubble)
		tri_bubble_begins(goroutine, true);
	atomic_store_explicit(&goroutine->state, TRI_GOROUTINE_WAITING, memory_order_release);
	coroutine->goroutine = goroutine;
}

static struct tri_goroutine *take(struct coroutine *coroutine, struct tri_goroutine *instead)
{
	struct tri_goroutine *goroutine = __atomic_exchange_n(&coroutine->goroutine, instead, __ATOMIC_ACQ_REL);
	if (!goroutine)
		tri_throw("coroswitch on exited coro");
	return goroutine;
}

void tri_go_coroutine_switch(struct coroutine *coroutine) { tri_sched_switch(take(coroutine, tri_current())); }

void tri_go_coroutine_exit(struct coroutine *coroutine)
{
	tri_sched_ready(take(coroutine, NULL), true);
	tri_sched_exit();
}
