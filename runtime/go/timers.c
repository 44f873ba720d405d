// Package time: the clock, Sleep, timers.
//
// A timer (time.Timer, in collected memory) either calls a function, on a goroutine of its own, or sends the time on a
// channel. The channel of such a timer is synchronous: it has room for one value, which len and cap do not show, and Stop
// and Reset throw a value away that nobody has received. Who looks at the channel first lets the timer send what is due
// (lang/chan.c), so a receive never misses a deadline that has passed.
//
// A timer is in a processor's heap, which keeps it alive, while its deadline may matter to somebody: always when it calls a
// function, else while a goroutine waits at the channel. So a forgotten timer is garbage like anything else.
//
// `lock` orders Stop, Reset and the timer's expiry, which may have left the processor's heap already: an expiry whose
// sequence is not the current one comes too late.
#include "runtime/go/hooks.h"
#include "runtime/sched/bubble.h"
#include "runtime/lang/chan.h"
#include "runtime/stack/stack.h"

#include <time.h>

struct go_timer { // the overlay's timeTimer; begins as time.Timer
	struct tri_chan *receiver;
	bool made;
	void *function;            // func() value; NULL: the time is sent on `channel`
	struct tri_chan *channel;  // of a timer that sends
	struct tri_lock lock;      // rank TIMER_STATE: guards `armed` and starting and stopping `timer`
	uint32_t armed;            // it has not expired and was not stopped
	uint32_t watched;          // somebody may wait at the channel: it belongs into a processor's heap of timers
	_Atomic uint32_t arrivals; // goroutines between watch and arrived: they will wait, but are not queued yet
	struct tri_bubble *bubble; // whose clock it goes by, which may have ended; NULL: the real one
	struct tri_timer timer;
};
_Static_assert(sizeof(struct go_timer) <= 160, "overlay/runtime/timers.go");
_Static_assert(offsetof(struct go_timer, lock) == 32, "overlay/runtime/timers.go");

void tri_go_time_start(struct go_timer *timer, int64_t when, int64_t period);
uint64_t tri_go_time_stop(struct go_timer *timer);
uint64_t tri_go_time_reset(struct go_timer *timer, int64_t when, int64_t period);
void tri_go_time_now(void);
int64_t tri_go_sleep(int64_t nanoseconds);
int64_t tri_go_time_nano(void);

static const int64_t second = 1000000000;

static struct timespec wall_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return now;
}

static int64_t now_of(const struct tri_bubble *bubble) { return bubble ? bubble->now : tri_nanotime(); }

int64_t tri_go_time_nano(void) { return now_of(tri_bubble_current()); }

void tri_go_time_now(void)
{
	const struct tri_bubble *bubble = tri_bubble_current();
	if (TRI_UNLIKELY(bubble != NULL)) { // a time without a monotonic reading
		tri_hook_results((uintptr_t)(bubble->now / second), (uintptr_t)(bubble->now % second), 0);
		return;
	}
	struct timespec now = wall_clock();
	tri_hook_results((uintptr_t)now.tv_sec, (uintptr_t)now.tv_nsec, (uintptr_t)tri_nanotime());
}

// Returns how long it slept at least; `nanoseconds` are more than 0.
int64_t tri_go_sleep(int64_t nanoseconds)
{
	tri_current()->abi.result[0] = (uintptr_t)nanoseconds; // parked goroutines do not return to here
	tri_sched_sleep_park(nanoseconds);
}

// ---- What is sent --------------------------------------------------------------------------------------

struct time { // time.Time with a monotonic reading: what time.Now gives
	uint64_t wall;
	int64_t monotonic;
	void *location;
};

extern void *time_local __asm__("time.Local") __attribute__((weak));
extern int64_t time_start __asm__("time.startNano") __attribute__((weak));

// The time now, less the delay, as package time represents it.
static struct time time_value(int64_t delay)
{
	enum { NANOSECOND_BITS = 30 };
	const int64_t unix_to_1885 = (int64_t)(1969 * 365 + 492 - 19 + 4) * 86400 - (int64_t)(1884 * 365 + 471 - 18 + 4) * 86400;
	struct timespec now = wall_clock();
	int64_t nanoseconds = (int64_t)now.tv_nsec - delay % second, seconds = (int64_t)now.tv_sec - delay / second;
	if (nanoseconds < 0) {
		nanoseconds += second;
		seconds--;
	}
	return (struct time){(uint64_t)1 << 63 | (uint64_t)(seconds + unix_to_1885) << NANOSECOND_BITS | (uint64_t)nanoseconds,
						 tri_nanotime() - delay - (&time_start ? time_start : 0), &time_local ? time_local : NULL};
}

// The same without a monotonic reading.
static struct time bubble_time(int64_t unix_time)
{
	const int64_t unix_to_internal = (int64_t)(1969 * 365 + 492 - 19 + 4) * 86400;
	return (struct time){(uint64_t)(unix_time % second), unix_time / second + unix_to_internal, &time_local ? time_local : NULL};
}

// ---- Expiry --------------------------------------------------------------------------------------------

// True: more goroutines wait, or are about to.
static bool send(struct go_timer *timer, int64_t delay)
{
	struct tri_chan *channel = timer->channel;
	struct time value = timer->bubble ? bubble_time(timer->bubble->now - delay) : time_value(delay);
	struct tri_goroutine *wake = NULL;
	tri_chan_lock(channel);
	tri_chan_timer_send(channel, &value, &wake);
	bool more = channel->receivers.first != NULL || atomic_load(&timer->arrivals) > 0;
	tri_unlock(&channel->lock);
	if (wake)
		tri_sched_ready(wake, false);
	return more;
}

static void unwatch(struct go_timer *timer)
{
	tri_assert_held(&timer->lock);
	timer->watched = 0;
	tri_timer_stop(&timer->timer);
}

// Return address of the go statement in time.goFunc, whose work it is to start the function.
static uintptr_t creator(void)
{
	extern char go_func[] __asm__("time.goFunc") __attribute__((weak));
	const struct tri_function_info *info = tri_function_at((uintptr_t)go_func);
	const struct tri_frame_maps *maps = info ? (const struct tri_frame_maps *)(uintptr_t)info->maps : NULL;
	return maps && maps->count > 1 ? info->entry + maps->entries[1].return_offset : 0; // [0] is the entry
}

static void expire(void *opaque, uint64_t sequence, int64_t delay)
{
	struct go_timer *timer = opaque;
	if (tri_gc_is_marking()) { // the heap of timers, a root, has let go of it
		tri_gc_shade(tri_mutator(), (uintptr_t)timer);
		tri_gc_shade(tri_mutator(), (uintptr_t)timer->function);
	}
	tri_lock(&timer->lock);
	bool runs = timer->armed && sequence == timer->timer.sequence;
	if (runs && timer->timer.period == 0)
		timer->armed = 0;
	if (runs && timer->channel && !send(timer, delay) && !timer->bubble)
		unwatch(timer);
	tri_unlock(&timer->lock);
	if (runs && timer->function)
		tri_sched_start(tri_goroutine_new(timer->function, creator()));
}

static int64_t next_after(int64_t when, int64_t period, int64_t now)
{
	int64_t step, next;
	if (__builtin_mul_overflow(period, 1 + (now - when) / period, &step) || __builtin_add_overflow(when, step, &next))
		return INT64_MAX;
	return next;
}

// Sets the deadline, and puts the timer into a heap if somebody waits; the heap keeps it alive.
static void schedule(struct go_timer *timer, int64_t when, int64_t period)
{
	tri_assert_held(&timer->lock);
	if (!timer->channel || timer->watched || timer->bubble) {
		if (tri_gc_is_marking()) // the heap of timers may have been scanned
			tri_gc_shade(tri_mutator(), (uintptr_t)timer);
		if (timer->bubble)
			tri_timer_start_in(timer->bubble, &timer->timer, when, period);
		else
			tri_timer_start(&timer->timer, when, period);
		return;
	}
	tri_timer_stop(&timer->timer);
	timer->timer.sequence++;
	timer->timer.when = when > 0 ? when : 1;
	timer->timer.period = period;
}

// Lets the channel's timer send what is due but has not been sent yet.
static void send_due(void *opaque)
{
	struct go_timer *timer = opaque;
	tri_lock(&timer->lock);
	int64_t now = now_of(timer->bubble), when = timer->timer.when, period = timer->timer.period;
	if (timer->armed && when <= now) {
		tri_timer_stop(&timer->timer);
		if (period > 0)
			schedule(timer, next_after(when, period, now), period);
		else
			timer->armed = 0; // if it has left the heap, its expiry will find that it comes too late
		send(timer, now - when);
	}
	tri_unlock(&timer->lock);
}

// Before a goroutine waits at the channel.
static void watch(void *opaque)
{
	struct go_timer *timer = opaque;
	tri_lock(&timer->lock); // an expiry that saw nobody wait has decided by then
	bool was_watched = timer->watched;
	atomic_fetch_add(&timer->arrivals, 1);
	timer->watched = 1;
	if (timer->armed && !was_watched)
		schedule(timer, timer->timer.when, timer->timer.period);
	tri_unlock(&timer->lock);
}

static void arrived(void *opaque)
{
	struct go_timer *timer = opaque;
	atomic_fetch_sub(&timer->arrivals, 1);
}

static bool is_due(const void *opaque)
{
	const struct go_timer *timer = opaque;
	int64_t when = __atomic_load_n(&timer->timer.when, __ATOMIC_RELAXED);
	return __atomic_load_n(&timer->armed, __ATOMIC_RELAXED) && when <= now_of(__atomic_load_n(&timer->bubble, __ATOMIC_RELAXED));
}

// ---- Starting and stopping -----------------------------------------------------------------------------

static void arm(struct go_timer *timer, int64_t when, int64_t period)
{
	tri_assert_held(&timer->lock);
	timer->armed = 1;
	timer->timer.run = expire;
	timer->timer.argument = timer;
	schedule(timer, when, period);
}

static bool disarm(struct go_timer *timer)
{
	tri_assert_held(&timer->lock);
	tri_timer_stop(&timer->timer);
	bool was_armed = timer->armed;
	timer->armed = 0;
	if (timer->channel) {
		tri_chan_lock(timer->channel);
		was_armed |= tri_chan_timer_discard(timer->channel);
		tri_unlock(&timer->channel->lock);
	}
	return was_armed;
}

// In a bubble what is due does not wait until everybody else is blocked.
static void run_at_once(struct go_timer *timer, int64_t when)
{
	if (!timer->bubble || timer->channel || when > timer->bubble->now)
		return;
	if (tri_timer_stop(&timer->timer))
		expire(timer, timer->timer.sequence, 0);
}

void tri_go_time_start(struct go_timer *timer, int64_t when, int64_t period)
{
	static const struct tri_chan_timer_hooks hooks = {is_due, send_due, watch, arrived};
	tri_chan_timer_hooks = &hooks;
	timer->lock.rank = TRI_RANK_TIMER_STATE;
	timer->bubble = tri_bubble_current();
	if (timer->channel)
		tri_chan_set_timer(timer->channel, timer);
	tri_lock(&timer->lock);
	arm(timer, when, period);
	tri_unlock(&timer->lock);
	run_at_once(timer, when);
}

static void check_bubble(const struct go_timer *timer, const char *what)
{
	if (timer->bubble && !tri_bubble_current())
		tri_fatal("%s of synctest timer from outside bubble", what);
}

static void check_made(const struct go_timer *timer)
{
	extern char panic[] __asm__("runtime.panictimer") __attribute__((weak));
	if (!timer->made)
		tri_lang_call(panic, 0, 0, 0);
}

// What has expired but was not noticed yet counts as expired: a receive afterwards does not block.
static void notice(struct go_timer *timer)
{
	if (timer->channel && is_due(timer))
		send_due(timer);
}

uint64_t tri_go_time_stop(struct go_timer *timer)
{
	check_made(timer);
	check_bubble(timer, "stop");
	notice(timer);
	tri_lock(&timer->lock);
	bool was_armed = disarm(timer);
	tri_unlock(&timer->lock);
	return was_armed;
}

uint64_t tri_go_time_reset(struct go_timer *timer, int64_t when, int64_t period)
{
	check_made(timer);
	check_bubble(timer, "reset");
	notice(timer);
	tri_lock(&timer->lock);
	if (timer->bubble && !timer->armed) // else it stays where it waits, as in Go: for ever, if that bubble has ended
		__atomic_store_n(&timer->bubble, tri_bubble_current(), __ATOMIC_RELAXED);
	bool was_armed = disarm(timer);
	arm(timer, when, period);
	tri_unlock(&timer->lock);
	run_at_once(timer, when);
	return was_armed;
}
