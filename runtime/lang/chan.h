// Channels: what chan.c, select.c and the C API share.
#ifndef TRI_RUNTIME_CHAN_H
#define TRI_RUNTIME_CHAN_H

#include "runtime/lang/lang.h"

struct tri_chan_queue {
	struct tri_waiter *first, *last;
};

struct tri_chan {
	uint64_t count, capacity; // compiled code reads these (struct tri_chan_header)
	char *ring;               // collected memory of the element's type, of its own or behind the channel; NULL without buffer
	void *timer;              // collected memory; NULL: a channel like others
	const struct tri_rtype *element;
	struct tri_lock lock;         // rank CHAN; guards everything but capacity, ring, timer and element, which never change
	uint64_t send_at, receive_at; // ring indices
	struct tri_chan_queue receivers, senders;
	bool closed;
	// A timer's channel (time.NewTimer, go/timers.c): count and capacity are 0 for good, and the ring is one place of which
	// only the runtime knows.
	bool timer_full;
	struct tri_bubble *bubble; // of who made it; NULL: none
};
_Static_assert(offsetof(struct tri_chan, count) == offsetof(struct tri_chan_header, count), "abi");
_Static_assert(offsetof(struct tri_chan, capacity) == offsetof(struct tri_chan_header, capacity), "abi");
_Static_assert(offsetof(struct tri_chan, ring) == 16 && offsetof(struct tri_chan, timer) == 24, "chan_mask");

static inline void tri_chan_lock(struct tri_chan *channel)
{
	if (TRI_LIKELY(tri_try_lock(&channel->lock)))
		return;
	tri_lock(&channel->lock);
	tri_sched_contended();
}

// A channel of a bubble is for its goroutines alone.
TRI_NORETURN void tri_chan_outside(const char *what);
static inline void tri_chan_check_bubble(const struct tri_chan *channel, const char *what)
{
	if (TRI_UNLIKELY(channel->bubble != NULL) && channel->bubble != tri_current()->bubble)
		tri_chan_outside(what);
}

enum tri_chan_outcome {
	TRI_CHAN_DONE,    // sent; received a value
	TRI_CHAN_CLOSED,  // not sent; received the zero value because the channel is closed
	TRI_CHAN_BLOCKED, // would have to wait
};

// Checked sizes only. May collect.
struct tri_chan *tri_chan_new(struct tri_mutator *mutator, const struct tri_rtype *element, size_t capacity);
// With the channel's lock held; *wake is to be made ready once it is released.
enum tri_chan_outcome tri_chan_try_send(struct tri_chan *channel, const void *element, struct tri_goroutine **wake);
enum tri_chan_outcome tri_chan_try_receive(struct tri_chan *channel, void *element, struct tri_goroutine **wake);
void tri_chan_enqueue(struct tri_chan_queue *queue, struct tri_waiter *waiter);
void tri_chan_unlink(struct tri_chan_queue *queue, struct tri_waiter *waiter); // no-op when it is out already
// The goroutine, parked in a send, will panic when it goes on.
void tri_chan_make_panic(struct tri_goroutine *goroutine);

// ---- Channels of timers ---------------------------------------------------------------------------------
struct tri_chan_timer_hooks {
	bool (*is_due)(const void *timer); // cheap
	void (*send_due)(void *timer);     // no locks held
	void (*watch)(void *timer);        // somebody is about to wait; no locks held
	void (*arrived)(void *timer);      // who was about to wait is queued, with the channel's lock held, or need not wait
};
extern const struct tri_chan_timer_hooks *tri_chan_timer_hooks; // set before the first channel has a timer
void tri_chan_set_timer(struct tri_chan *channel, void *timer); // new, with room for one value
// With the lock held. A value that finds the last one still there is dropped.
void tri_chan_timer_send(struct tri_chan *channel, const void *element, struct tri_goroutine **wake);
bool tri_chan_timer_discard(struct tri_chan *channel); // true: there was a value that nobody had received
// Before a receive, without locks.
static inline void tri_chan_look_at_timer(struct tri_chan *channel, bool may_wait)
{
	if (TRI_LIKELY(channel->timer == NULL))
		return;
	if (tri_chan_timer_hooks->is_due(channel->timer))
		tri_chan_timer_hooks->send_due(channel->timer);
	if (may_wait)
		tri_chan_timer_hooks->watch(channel->timer);
}
// After tri_chan_look_at_timer(channel, true), once.
static inline void tri_chan_arrived(struct tri_chan *channel)
{
	if (TRI_UNLIKELY(channel->timer != NULL))
		tri_chan_timer_hooks->arrived(channel->timer);
}

// For C goroutines and threads; channel is not NULL. The element is in C memory or in the heap.
enum tri_chan_outcome tri_chan_send(struct tri_chan *channel, const void *element, bool may_block);
enum tri_chan_outcome tri_chan_receive(struct tri_chan *channel, void *element, bool may_block);
bool tri_chan_close(struct tri_chan *channel); // false: it was closed already

// select.c
struct tri_select_case {      // Go's runtime.scase: what compiled code lays out; sends first, then receives
	struct tri_chan *channel; // NULL: never ready
	void *element;            // to send from or to receive into; NULL: the value is dropped
};
struct tri_select_result {
	int64_t index; // -1: none was ready and blocking was not wanted
	bool received;
	bool closed_send; // the case is a send on a closed channel
};
// For C goroutines and threads. `waiters` is room for one per case.
struct tri_select_result tri_chan_select(const struct tri_select_case *cases, uint32_t sends, uint32_t receives, struct tri_waiter *waiters,
										 bool may_block);

#endif
