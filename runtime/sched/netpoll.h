// Waiting for descriptors.
#ifndef TRI_RUNTIME_NETPOLL_H
#define TRI_RUNTIME_NETPOLL_H

#include "runtime/sched/sched.h"

enum tri_poll_mode { TRI_POLL_READ, TRI_POLL_WRITE };

struct tri_poll_descriptor { // guarded by the poller's lock
	int fd;
	bool closing;
	struct tri_goroutine *waiting[2]; // by mode: a parked goroutine, NULL, or 1: an event nobody waited for
	struct tri_poll_descriptor *next;
};

// The descriptor must be non-blocking. NULL: *error says why (EPERM for plain files).
struct tri_poll_descriptor *tri_poll_open(int fd, int *error);
// Wakes who waits. The caller closes the descriptor itself afterwards.
void tri_poll_close(struct tri_poll_descriptor *descriptor);
// Until an event of the mode came since the last wait; may return early. One goroutine at a time per mode.
void tri_poll_wait(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode); // C kinds
void tri_poll_park(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode); // GO: may not return

#endif
