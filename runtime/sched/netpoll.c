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
static _Atomic uint32_t open_count, breaking;

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
		*descriptor = (struct tri_poll_descriptor){.fd = fd};
		struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = descriptor};
		if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
			*error = errno;
			descriptor->next = spare;
			spare = descriptor;
			descriptor = NULL;
		} else {
			atomic_fetch_add(&open_count, 1);
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
	return goroutine;
}

void tri_poll_close(struct tri_poll_descriptor *descriptor)
{
	tri_lock(&lock);
	epoll_ctl(epoll_fd, EPOLL_CTL_DEL, descriptor->fd, NULL);
	descriptor->closing = true;
	struct tri_goroutine *woken[2] = {wake(&descriptor->waiting[0]), wake(&descriptor->waiting[1])};
	descriptor->next = spare;
	spare = descriptor;
	atomic_fetch_sub(&open_count, 1);
	tri_unlock(&lock);
	for (int i = 0; i < 2; i++) {
		if (woken[i])
			tri_sched_ready(woken[i], false);
	}
}

// True: ready already (the event is used up). False: the current goroutine has its place and must park with `*held`.
static bool wait_place(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode, struct tri_lock **held)
{
	tri_lock(&lock);
	struct tri_goroutine **place = &descriptor->waiting[mode];
	if (*place == READY || descriptor->closing) {
		*place = NULL;
		tri_unlock(&lock);
		return true;
	}
	tri_check(*place == NULL);
	*place = tri_current();
	*held = &lock;
	return false;
}

void tri_poll_wait(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode)
{
	struct tri_lock *held;
	if (!wait_place(descriptor, mode, &held))
		tri_sched_wait(TRI_WAIT_IO, held);
}

void tri_poll_park(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode)
{
	struct tri_lock *held;
	if (!wait_place(descriptor, mode, &held))
		tri_sched_park(TRI_WAIT_IO, held);
}

bool tri_netpoll_in_use(void) { return atomic_load_explicit(&open_count, memory_order_relaxed) > 0; }

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
