// The poller as internal/poll has it: descriptors by handle, modes 'r' and 'w', deadlines relative to now.
#include "runtime/go/hooks.h"
#include "runtime/sched/netpoll.h"

#include <errno.h>

void tri_go_poll_init(void);
struct tri_words2 tri_go_poll_open(uintptr_t fd);
void tri_go_poll_close(struct tri_poll_descriptor *descriptor);
int64_t tri_go_poll_reset(struct tri_poll_descriptor *descriptor, int64_t mode);
int64_t tri_go_poll_wait(struct tri_poll_descriptor *descriptor, int64_t mode);
void tri_go_poll_wait_canceled(struct tri_poll_descriptor *descriptor, int64_t mode);
void tri_go_poll_set_deadline(struct tri_poll_descriptor *descriptor, int64_t delay, int64_t mode);
void tri_go_poll_unblock(struct tri_poll_descriptor *descriptor);
uint64_t tri_go_poll_owns(uintptr_t fd);

static enum tri_poll_mode mode_of(int64_t mode) { return mode == 'r' ? TRI_POLL_READ : TRI_POLL_WRITE; }

void tri_go_poll_init(void)
{
	if (!tri_poll_start())
		tri_throw("runtime: netpollinit failed (error %d)", errno);
}

struct tri_words2 tri_go_poll_open(uintptr_t fd)
{
	int error;
	struct tri_poll_descriptor *descriptor = tri_poll_open((int)fd, &error);
	return (struct tri_words2){(uintptr_t)descriptor, (uintptr_t)error};
}

void tri_go_poll_close(struct tri_poll_descriptor *descriptor) { tri_poll_close(descriptor); }

int64_t tri_go_poll_reset(struct tri_poll_descriptor *descriptor, int64_t mode) { return tri_poll_reset(descriptor, mode_of(mode)); }

int64_t tri_go_poll_wait(struct tri_poll_descriptor *descriptor, int64_t mode) { return tri_poll_park(descriptor, mode_of(mode), false); }

void tri_go_poll_wait_canceled(struct tri_poll_descriptor *descriptor, int64_t mode) { tri_poll_park(descriptor, mode_of(mode), true); }

// `delay` in nanoseconds; 0: no deadline, negative: passed. `mode` may be the sum of both.
void tri_go_poll_set_deadline(struct tri_poll_descriptor *descriptor, int64_t delay, int64_t mode)
{
	int64_t when = delay;
	if (delay > 0 && __builtin_add_overflow(tri_nanotime(), delay, &when))
		when = INT64_MAX;
	if (mode == 'r' || mode == 'r' + 'w')
		tri_poll_set_deadline(descriptor, TRI_POLL_READ, when);
	if (mode == 'w' || mode == 'r' + 'w')
		tri_poll_set_deadline(descriptor, TRI_POLL_WRITE, when);
}

void tri_go_poll_unblock(struct tri_poll_descriptor *descriptor) { tri_poll_unblock(descriptor); }

uint64_t tri_go_poll_owns(uintptr_t fd) { return tri_poll_owns((int)fd); }
