// A bubble is a set of goroutines that are started from one, with a clock of their own, which stands still while any of them can do
// something. A goroutine is durably blocked when only another one of its bubble can let it go on: at a channel made in the
// bubble, in Sleep, at a condition, at a WaitGroup of the bubble. When all are, somebody is woken: who waits for that
// (synctest.Wait), or the root, which moves the clock to the next timer and runs what is due then.
//
// `running` and `active` are kept so that their sum is 0 only when that is so; who makes it 0 wakes. Who is woken finds `active`
// increased on its behalf, so that nobody else is woken before it has looked.
#include "runtime/sched/bubble.h"
#include "runtime/sched/internal.h"

static const int64_t start_time = 946684800000000000; // midnight UTC 2000-01-01

static struct tri_lock list_lock = TRI_LOCK_INIT(NETPOLL); // guards what follows
static struct tri_bubble *bubbles;
static uint64_t last_id;

struct tri_bubble *tri_bubble_new(void)
{
	struct tri_bubble *bubble = tri_permanent_alloc(sizeof *bubble);
	*bubble = (struct tri_bubble){.now = start_time, .root = tri_current(), .total = 1, .running = 1};
	tri_timers_init(&bubble->timers);
	tri_lock(&list_lock);
	bubble->id = ++last_id;
	bubble->next = bubbles;
	bubbles = bubble;
	tri_unlock(&list_lock);
	tri_current()->bubble = bubble;
	return bubble;
}

// Goroutines that are left blocked keep it, and its timers. Else the collector is told of its timers no more, so its heap lets
// go of them. The structure stays for good: channels, timers and who holds the bubble (synctest.acquire) may outlive it and
// know it by its address.
void tri_bubble_leave(void)
{
	struct tri_bubble *bubble = tri_current()->bubble;
	tri_current()->bubble = NULL;
	tri_lock(&bubble->lock);
	bool is_last = bubble->total == 1;
	tri_unlock(&bubble->lock);
	if (!is_last)
		return;
	tri_timers_close(&bubble->timers);
	tri_lock(&list_lock);
	struct tri_bubble **at = &bubbles;
	while (*at != bubble)
		at = &(*at)->next;
	*at = bubble->next;
	tri_unlock(&list_lock);
}

void tri_bubble_each_timer(void (*visit)(void *context, struct tri_timer_heap *heap), void *context)
{
	tri_lock(&list_lock);
	struct tri_bubble *first = bubbles;
	tri_unlock(&list_lock);
	// Without the lock: none is ever freed, and one that leaves the list meanwhile still leads to those behind it.
	for (struct tri_bubble *bubble = first; bubble; bubble = bubble->next)
		visit(context, &bubble->timers);
}

static struct tri_goroutine *whom_to_wake(struct tri_bubble *bubble)
{
	tri_assert_held(&bubble->lock);
	if (bubble->running > 0 || bubble->active > 0)
		return NULL;
	bubble->active++;
	int64_t next = atomic_load(&bubble->timers.first);
	return bubble->waiter && !(next > 0 && next <= bubble->now) ? bubble->waiter : bubble->root;
}

static void change(struct tri_bubble *bubble, int64_t total, int64_t running, int64_t active)
{
	tri_lock(&bubble->lock);
	bubble->total += total;
	bubble->running += running;
	bubble->active += active;
	struct tri_goroutine *goroutine = whom_to_wake(bubble);
	tri_unlock(&bubble->lock);
	if (goroutine)
		tri_sched_ready(goroutine, false);
}

void tri_bubble_hold(struct tri_bubble *bubble) { change(bubble, 0, 0, 1); }

void tri_bubble_release(struct tri_bubble *bubble) { change(bubble, 0, 0, -1); }

void tri_bubble_begins(struct tri_goroutine *goroutine, bool waits)
{
	goroutine->bubble_idle = waits;
	change(goroutine->bubble, 1, !waits, 0);
}

void tri_bubble_ends(struct tri_goroutine *goroutine)
{
	struct tri_bubble *bubble = goroutine->bubble;
	goroutine->bubble = NULL;
	if (goroutine == bubble->main)
		bubble->done = true;
	change(bubble, -1, -1, 0);
}

static bool is_durable(const struct tri_goroutine *goroutine)
{
	switch (goroutine->wait_reason) {
	case TRI_WAIT_CHAN_RECEIVE_NIL:
	case TRI_WAIT_CHAN_SEND_NIL:
	case TRI_WAIT_SELECT_NONE:
	case TRI_WAIT_SLEEP:
	case TRI_WAIT_SYNC_COND:
	case TRI_WAIT_COROUTINE:
	case TRI_WAIT_SYNCTEST_WAIT:
		return true;
	case TRI_WAIT_CHAN_RECEIVE:
	case TRI_WAIT_CHAN_SEND:
	case TRI_WAIT_SELECT:
	case TRI_WAIT_SYNC_WAIT_GROUP:
		return goroutine->durable;
	default:
		return false;
	}
}

void tri_bubble_parks(struct tri_goroutine *goroutine)
{
	bool durable = is_durable(goroutine);
	goroutine->durable = false;
	goroutine->bubble_idle = durable;
	change(goroutine->bubble, 0, durable ? -1 : 0, 1);
}

void tri_bubble_wakes(struct tri_goroutine *goroutine)
{
	if (!goroutine->bubble_idle)
		return;
	goroutine->bubble_idle = false;
	change(goroutine->bubble, 0, 1, 0);
}

// ---- The root ----------------------------------------------------------------------------------------------

void tri_bubble_start_main(struct tri_bubble *bubble, struct tri_goroutine *goroutine)
{
	bubble->main = goroutine;
	tri_sched_start(goroutine);
}

void tri_bubble_run_timers(struct tri_bubble *bubble) { tri_timers_check(&bubble->timers, bubble->now); }

void tri_bubble_await_idle(struct tri_bubble *bubble)
{
	struct tri_goroutine *root = tri_current();
	tri_lock(&bubble->lock);
	if (bubble->running == 1 && bubble->active == 1) { // itself, and what it holds
		tri_unlock(&bubble->lock);
		return;
	}
	bubble->active--;
	bubble->running--;
	root->bubble_idle = true;
	tri_sched_park(TRI_WAIT_SYNCTEST_RUN, &bubble->lock);
}

bool tri_bubble_advance(struct tri_bubble *bubble)
{
	tri_lock(&bubble->lock);
	int64_t next = atomic_load(&bubble->timers.first);
	bool advances = next != 0 && !bubble->done;
	if (advances && next < bubble->now)
		tri_throw("time went backwards");
	if (advances)
		bubble->now = next;
	tri_unlock(&bubble->lock);
	return advances;
}

// ---- Who waits ---------------------------------------------------------------------------------------------

bool tri_bubble_wait_begin(struct tri_bubble *bubble)
{
	tri_lock(&bubble->lock);
	bool already = bubble->waiting;
	bubble->waiting = true;
	if (!already)
		bubble->waiter = tri_current();
	tri_unlock(&bubble->lock);
	if (already)
		return false;
	tri_sched_park(TRI_WAIT_SYNCTEST_WAIT, NULL);
}

void tri_bubble_wait_end(struct tri_bubble *bubble)
{
	tri_lock(&bubble->lock);
	bubble->active--;
	bubble->waiter = NULL;
	bubble->waiting = false;
	tri_unlock(&bubble->lock);
}
