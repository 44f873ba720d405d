// Waiting for descriptors.
#ifndef TRI_RUNTIME_NETPOLL_H
#define TRI_RUNTIME_NETPOLL_H

#include "runtime/sched/sched.h"

enum tri_poll_mode { TRI_POLL_READ, TRI_POLL_WRITE };

struct tri_poll_descriptor { // guarded by the poller's lock, down to the next comment
	int fd;
	bool closing, failed;             // no more waiting; the system cannot say when it is ready
	bool expired[2];                  // by mode: its deadline has passed
	struct tri_goroutine *waiting[2]; // by mode: a parked goroutine, NULL, or 1: an event nobody waited for
	struct tri_poll_descriptor *next;
	struct tri_lock lock;          // rank TIMER_STATE: guards starting and stopping the deadlines
	struct tri_timer deadlines[2]; // by mode
};

// What internal/poll is told (pollNoError and so on).
enum tri_poll_outcome { TRI_POLL_OK, TRI_POLL_CLOSING, TRI_POLL_TIMEOUT, TRI_POLL_NOT_POLLABLE };

// The descriptor must be non-blocking. NULL: *error says why (EPERM for plain files).
struct tri_poll_descriptor *tri_poll_open(int fd, int *error);
// Wakes who waits. The caller closes the descriptor itself afterwards.
void tri_poll_close(struct tri_poll_descriptor *descriptor);
// Until an event of the mode came since the last wait; may return early. One goroutine at a time per mode.
void tri_poll_wait(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode); // C kinds
// GO: may not return; the result is in g->result then. `always`: closing and deadlines do not count.
enum tri_poll_outcome tri_poll_park(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode, bool always);
// Whether waiting is possible; forgets an event that came since the last wait.
enum tri_poll_outcome tri_poll_reset(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode);
// Waits end at `when` (monotonic; 0: never; < 0: now).
void tri_poll_set_deadline(struct tri_poll_descriptor *descriptor, enum tri_poll_mode mode, int64_t when);
void tri_poll_unblock(struct tri_poll_descriptor *descriptor); // wakes who waits, for good
bool tri_poll_owns(int fd);                                    // one of the poller's own descriptors
bool tri_poll_start(void);                                     // false: the system has none, errno says why

#endif
