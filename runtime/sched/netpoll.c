// The network poller: epoll, edge-triggered. A goroutine that would block on a descriptor parks in the descriptor's
// reader or writer place; machines with nothing else to do wait here, at most one at a time, and running ones look in
// now and then. A descriptor's place holds nobody, READY (an event came while nobody waited), or a parked goroutine.
#include "runtime/sched/netpoll.h"
#include "runtime/sched/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

static struct tri_lock lock = TRI_LOCK_INIT(NETPOLL); // guards what follows and all descriptors' places
static int epoll_fd = -1, break_fd = -1;
static struct tri_poll_descriptor *spare;
static _Atomic uint32_t waiting_count, breaking; // goroutines parked here
static _Atomic uint32_t in_hand;                 // no longer, and in no queue yet: whoever found them will see to that

#define READY ((struct tri_goroutine *)1)

static bool start(void)
{
	tri_assert_held(&lock);
	if (epoll_fd >= 0)
		return true;
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	break_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
	return epoll_fd >= 0 && break_fd >= 0 && epoll_ctl(epoll_fd, EPOLL_CTL_ADD, break_fd, &event) == 0;
}

struct tri_poll_descriptor *tri_poll_open(int fd, int *error)
{
	tri_lock(&lock);
	*error = start() ? 0 : errno;
	struct tri_poll_descriptor *descriptor = NULL;
	if (*error == 0) {
		descriptor = spare;
		if (descriptor)
			spare = descriptor->next;
		else
			descriptor = tri_permanent_alloc(sizeof *descriptor);
		// The timers keep their sequences: an expiry of the last use finds that it comes too late.
		descriptor->fd = fd;
		descriptor->closing = descriptor->failed = descriptor->expired[0] = descriptor->expired[1] = false;
		descriptor->waiting[0] = descriptor->waiting[1] = NULL;
		descriptor->lock.rank = TRI_RANK_TIMER_STATE;
		struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = descriptor};
		if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
			*error = errno;
			descriptor->next = spare;
			spare = descriptor;
			descriptor = NULL;
		}
	}
	tri_unlock(&lock);
	if (descriptor)
		tri_monitor_start();
	return descriptor;
}

static struct tri_goroutine *wake(struct tri_goroutine **place)
{
	struct tri_goroutine *goroutine = *place;
	if (goroutine == READY)
		return NULL;
	*place = goroutine ? NULL : READY;
	if (goroutine) {
		atomic_fetch_add(&in_hand, 1); // first: at no moment is it nowhere
		atomic_fetch_sub(&waiting_count, 1);
	}
	return goroutine;
}

// Somebody who waits goes on, but nothing is ready.
static struct tri_goroutine *interrupt(struct tri_goroutine **place) { return *place == READY || !*place ? NULL : wake(place); }

static void ready_both(struct tri_goroutine *const woken[2])
{
	for (int i = 0; i < 2; i++) {
		if (woken[i]) {
			tri_sched_ready(woken[i], false);
			tri_netpoll_placed();
		}
	}
}

void tri_poll_unblock(struct tri_poll_descriptor *descriptor)
{
	struct tri_goroutine *woken[2];
	tri_lock(&descriptor->lock);
	for (int mode = 0; mode < 2; mode++)
		tri_timer_stop(&descriptor->deadlines[mode]);
	tri_lock(&lock);
	descriptor->closing = true;
	for (int mode = 0; mode < 2; mode++)
		woken[mode] = interrupt(&descriptor->waiting[mode]);
	tri_unlock(&lock);
	tri_unlock(&descriptor->lock);
	ready_both(woken);
}

void tri_poll_close(struct tri_poll_descriptor *descriptor)
{
	tri_poll_unblock(descriptor);
	tri_lock(&lock);
	epoll_ctl(epoll_fd, EPOLL_CTL_DEL, descriptor->fd, NULL);
	descriptor->next = spare;
	spare = descriptor;
	tri_unlock(&lock);
}

static enum tri_poll_outcome state_of(const struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode)
{
	return descriptor->closing                           ? TRI_POLL_CLOSING
		   : descriptor->expired[mode]                   ? TRI_POLL_TIMEOUT
		   : descriptor->failed && mode == TRI_POLL_READ ? TRI_POLL_NOT_POLLABLE
														 : TRI_POLL_OK;
}

// True: ready already (the event is used up). False: the current goroutine has its place and must park with `lock` held.
static bool wait_place(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode)
{
	tri_assert_held(&lock);
	struct tri_goroutine **place = &descriptor->waiting[mode];
	if (*place == READY) {
		*place = NULL;
		return true;
	}
	if (*place != NULL)
		tri_throw("runtime: double wait");
	*place = tri_current();
	atomic_fetch_add(&waiting_count, 1);
	return false;
}

void tri_poll_wait(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode)
{
	tri_lock(&lock);
	if (descriptor->closing || wait_place(descriptor, mode))
		tri_unlock(&lock);
	else
		tri_sched_wait(TRI_WAIT_IO, &lock);
}

// On the way back into Go code: why the goroutine was woken.
static void finish_park(struct tri_goroutine *goroutine)
{
	const struct tri_poll_descriptor *descriptor = goroutine->wake_value;
	goroutine->wake_value = NULL;
	tri_lock(&lock);
	goroutine->abi.result[0] = state_of(descriptor, (enum tri_poll_mode)goroutine->abi.result[0]);
	tri_unlock(&lock);
}

enum tri_poll_outcome tri_poll_park(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode, bool always)
{
	tri_lock(&lock);
	enum tri_poll_outcome outcome = always ? TRI_POLL_OK : state_of(descriptor, mode);
	if (outcome != TRI_POLL_OK || wait_place(descriptor, mode)) {
		tri_unlock(&lock);
		return outcome;
	}
	struct tri_goroutine *goroutine = tri_current();
	goroutine->wake_value = descriptor;
	goroutine->abi.result[0] = mode;
	goroutine->before_resume = finish_park;
	tri_sched_park(TRI_WAIT_IO, &lock);
}

enum tri_poll_outcome tri_poll_reset(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode)
{
	tri_lock(&lock);
	enum tri_poll_outcome outcome = state_of(descriptor, mode);
	if (outcome == TRI_POLL_OK && descriptor->waiting[mode] == READY)
		descriptor->waiting[mode] = NULL;
	tri_unlock(&lock);
	return outcome;
}

// ---- Deadlines -----------------------------------------------------------------------------------

static void deadline_passed(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode)
{
	tri_lock(&lock);
	descriptor->expired[mode] = true;
	struct tri_goroutine *woken = interrupt(&descriptor->waiting[mode]);
	tri_unlock(&lock);
	if (woken) {
		tri_sched_ready(woken, false);
		tri_netpoll_placed();
	}
}

static void expire(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode, uint64_t sequence)
{
	tri_lock(&descriptor->lock);
	if (sequence == descriptor->deadlines[mode].sequence)
		deadline_passed(descriptor, mode);
	tri_unlock(&descriptor->lock);
}

static void expire_read(void *descriptor, uint64_t sequence, int64_t delay)
{
	(void)delay;
	expire(descriptor, TRI_POLL_READ, sequence);
}

static void expire_write(void *descriptor, uint64_t sequence, int64_t delay)
{
	(void)delay;
	expire(descriptor, TRI_POLL_WRITE, sequence);
}

void tri_poll_set_deadline(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode, int64_t when)
{
	tri_lock(&descriptor->lock);
	struct tri_timer *timer = &descriptor->deadlines[mode];
	tri_timer_stop(timer);
	timer->sequence++; // an expiry under way comes too late
	tri_lock(&lock);
	bool closing = descriptor->closing;
	descriptor->expired[mode] = false;
	tri_unlock(&lock);
	if (!closing && when < 0) {
		deadline_passed(descriptor, mode);
	} else if (!closing && when > 0) {
		timer->run = mode == TRI_POLL_READ ? expire_read : expire_write;
		timer->argument = descriptor;
		tri_timer_start(timer, when, 0);
	}
	tri_unlock(&descriptor->lock);
}

// ---- The poller ----------------------------------------------------------------------------------

bool tri_poll_start(void)
{
	tri_lock(&lock);
	bool can = start();
	tri_unlock(&lock);
	return can;
}

bool tri_poll_owns(int fd) { return epoll_fd >= 0 && (fd == epoll_fd || fd == break_fd); }

bool tri_netpoll_in_use(void) { return atomic_load_explicit(&waiting_count, memory_order_relaxed) > 0; }

bool tri_netpoll_has_in_hand(void) { return atomic_load(&in_hand) > 0; }

void tri_netpoll_placed(void) { atomic_fetch_sub(&in_hand, 1); }

void tri_netpoll_break(void)
{
	tri_lock(&lock);
	bool can = start();
	tri_unlock(&lock);
	uint64_t one = 1;
	if (can && atomic_exchange(&breaking, 1) == 0 && write(break_fd, &one, sizeof one) < 0)
		atomic_store(&breaking, 0);
}

struct tri_goroutine *tri_netpoll(int64_t timeout)
{
	enum { EVENTS = 64 };
	struct epoll_event events[EVENTS];
	if (epoll_fd < 0) {
		tri_lock(&lock);
		bool can = start();
		tri_unlock(&lock);
		if (!can)
			return NULL;
	}
	int milliseconds = timeout < 0 ? -1 : timeout == 0 ? 0 : timeout > 1000000000000 ? 1000000 : (int)((timeout + 999999) / 1000000);
	int count = epoll_wait(epoll_fd, events, EVENTS, milliseconds);
	struct tri_goroutine *list = NULL;
	tri_lock(&lock);
	for (int i = 0; i < count; i++) {
		struct tri_poll_descriptor *descriptor = events[i].data.ptr;
		if (!descriptor) {
			uint64_t value;
			if (timeout != 0 && read(break_fd, &value, sizeof value) > 0)
				atomic_store(&breaking, 0);
			continue;
		}
		uint32_t both = EPOLLHUP | EPOLLERR;
		descriptor->failed = events[i].events == EPOLLERR;
		struct tri_goroutine *woken[2] = {
			events[i].events & (EPOLLIN | EPOLLRDHUP | both) ? wake(&descriptor->waiting[0]) : NULL,
			events[i].events & (EPOLLOUT | both) ? wake(&descriptor->waiting[1]) : NULL,
		};
		for (int mode = 0; mode < 2; mode++) {
			if (woken[mode]) {
				woken[mode]->next = list;
				list = woken[mode];
			}
		}
	}
	tri_unlock(&lock);
	return list;
}
