// Select over several channels.
//
// All channels are locked, in the order of their addresses; the cases are tried in random order; if none is ready, a
// waiter for each is queued, and the goroutine parks. Who wakes it wins `select_done` by compare-and-swap and leaves its
// waiter in wake_value. The other waiters are taken out of their queues by the goroutine itself, before it continues: it
// takes the lock of every channel for that, one after the other in the same order, so it cannot get past its former
// self's unlocking, and the waiters stay valid until then.
#include "runtime/lang/chan.h"

#include <stdlib.h>

struct select {
	const struct tri_select_case *cases;
	uint32_t count, sends;
	uint16_t *lock_order; // cases by address of their channel; those without channel left out
	uint32_t locked;
};

static struct tri_chan *channel_of(const struct select *select, uint32_t position)
{
	return select->cases[select->lock_order[position]].channel;
}

// Heap sort: a select may have thousands of cases.
static void sift(struct select *select, uint32_t at, uint32_t count)
{
	for (;;) {
		uint32_t child = 2 * at + 1;
		if (child >= count)
			return;
		if (child + 1 < count && channel_of(select, child) < channel_of(select, child + 1))
			child++;
		if (channel_of(select, at) >= channel_of(select, child))
			return;
		uint16_t swap = select->lock_order[at];
		select->lock_order[at] = select->lock_order[child];
		select->lock_order[child] = swap;
		at = child;
	}
}

static void sort_by_address(struct select *select)
{
	uint32_t count = select->locked;
	for (uint32_t i = count / 2; i-- > 0;)
		sift(select, i, count);
	for (uint32_t end = count; end-- > 1;) {
		uint16_t swap = select->lock_order[0];
		select->lock_order[0] = select->lock_order[end];
		select->lock_order[end] = swap;
		sift(select, 0, end);
	}
}

static void lock_all(const struct select *select)
{
	for (uint32_t i = 0; i < select->locked; i++) {
		if (i == 0 || channel_of(select, i) != channel_of(select, i - 1))
			tri_chan_lock(channel_of(select, i));
	}
}

static void unlock_all(const struct select *select)
{
	for (uint32_t i = select->locked; i-- > 0;) {
		if (i == 0 || channel_of(select, i) != channel_of(select, i - 1))
			tri_unlock(&channel_of(select, i)->lock);
	}
}

static uint32_t random_below(uint32_t limit)
{
	struct tri_mutator *mutator = tri_mutator();
	uint64_t x = mutator->random;
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	mutator->random = x;
	return (uint32_t)((x >> 32) * limit >> 32);
}

static enum tri_chan_outcome try_case(const struct select *select, uint32_t index, struct tri_goroutine **wake)
{
	const struct tri_select_case *one = &select->cases[index];
	return index < select->sends ? tri_chan_try_send(one->channel, one->element, wake)
								 : tri_chan_try_receive(one->channel, one->element, wake);
}

// At channels of timers: nobody is on the way to them any more.
static void arrive_all(const struct select *select)
{
	for (uint32_t i = 0; i < select->locked; i++)
		tri_chan_arrived(select->cases[select->lock_order[i]].channel);
}

// Locks everything and tries each case once. True: decided, unlocked. False: everything is still locked.
static bool decide(struct select *select, uint16_t *order, bool may_block, struct tri_select_result *result)
{
	uint16_t *poll_order = order;
	select->lock_order = order + select->count;
	for (uint32_t i = 0; i < select->count; i++) {
		if (!select->cases[i].channel)
			continue;
		tri_chan_check_bubble(select->cases[i].channel, "select on synctest channel");
		tri_chan_look_at_timer(select->cases[i].channel, may_block);
		uint32_t at = random_below(select->locked + 1);
		poll_order[select->locked] = poll_order[at];
		poll_order[at] = (uint16_t)i;
		select->lock_order[select->locked++] = (uint16_t)i;
	}
	sort_by_address(select);
	lock_all(select);
	for (uint32_t i = 0; i < select->locked; i++) {
		struct tri_goroutine *wake = NULL;
		uint32_t index = poll_order[i];
		enum tri_chan_outcome outcome = try_case(select, index, &wake);
		if (outcome == TRI_CHAN_BLOCKED)
			continue;
		if (may_block)
			arrive_all(select);
		unlock_all(select);
		if (wake)
			tri_sched_ready(wake, true);
		*result = (struct tri_select_result){index, outcome == TRI_CHAN_DONE && index >= select->sends,
											 outcome == TRI_CHAN_CLOSED && index < select->sends};
		return true;
	}
	if (may_block)
		return false;
	unlock_all(select);
	*result = (struct tri_select_result){-1, false, false};
	return true;
}

// Everything is locked: waiters are queued, in lock order.
static void enqueue_all(const struct select *select, struct tri_waiter *waiters)
{
	struct tri_goroutine *goroutine = tri_current();
	atomic_store(&goroutine->select_done, 0);
	goroutine->wake_value = NULL;
	struct tri_waiter **link = &goroutine->waiters;
	bool all_in_bubble = true;
	for (uint32_t i = 0; i < select->locked; i++) {
		uint32_t index = select->lock_order[i];
		const struct tri_select_case *one = &select->cases[index];
		struct tri_waiter *waiter = &waiters[i];
		*waiter = (struct tri_waiter){
			.goroutine = goroutine, .element = one->element, .channel = one->channel, .index = index, .is_select = true};
		tri_chan_enqueue(index < select->sends ? &one->channel->senders : &one->channel->receivers, waiter);
		*link = waiter;
		link = &waiter->next_case;
		all_in_bubble = all_in_bubble && one->channel->bubble != NULL;
	}
	*link = NULL;
	goroutine->durable = all_in_bubble;
	arrive_all(select);
}

// The parked goroutine's channels are unlocked by their waiters: cases and orders lie in its stack. Nothing of it is
// touched after the last lock is released.
static void unlock_waiters(void *opaque)
{
	struct tri_waiter *waiter = opaque;
	while (waiter) {
		struct tri_waiter *next = waiter->next_case;
		if (!next || next->channel != waiter->channel)
			tri_unlock(&waiter->channel->lock);
		waiter = next;
	}
}

static struct tri_select_result unlink_waiters(struct tri_goroutine *goroutine, uint32_t sends)
{
	struct tri_waiter *won = goroutine->wake_value;
	struct tri_select_result result = {won->index, won->success && won->index >= sends, !won->success && won->index < sends};
	for (struct tri_waiter *waiter = goroutine->waiters; waiter;) {
		struct tri_chan *channel = waiter->channel;
		tri_chan_lock(channel);
		for (; waiter && waiter->channel == channel; waiter = waiter->next_case)
			tri_chan_unlink(waiter->index < sends ? &channel->senders : &channel->receivers, waiter);
		tri_unlock(&channel->lock);
	}
	goroutine->waiters = NULL;
	goroutine->wake_value = NULL;
	return result;
}

struct tri_select_result tri_chan_select(const struct tri_select_case *cases, uint32_t sends, uint32_t receives, struct tri_waiter *waiters,
										 bool may_block)
{
	struct select select = {.cases = cases, .count = sends + receives, .sends = sends};
	struct tri_select_result result;
	uint16_t few[64], *order = few;
	if (2 * select.count > TRI_COUNT(few) && !(order = malloc(2 * select.count * sizeof *order)))
		tri_throw("runtime: out of memory: select with %u cases", select.count);
	bool decided = decide(&select, order, may_block, &result);
	if (!decided)
		enqueue_all(&select, waiters);
	if (order != few)
		free(order);
	if (decided)
		return result;
	struct tri_goroutine *goroutine = tri_current();
	tri_sched_wait_with(TRI_WAIT_SELECT, unlock_waiters, goroutine->waiters);
	return unlink_waiters(tri_current(), sends);
}

// ---- Go's entry point ----------------------------------------------------------------------------

// On the way back into Go code.
static void finish_select(struct tri_goroutine *goroutine)
{
	struct tri_select_result result = unlink_waiters(goroutine, goroutine->select_sends);
	goroutine->abi.result[0] = (uintptr_t)result.index;
	goroutine->abi.result[1] = result.received;
	if (result.closed_send)
		tri_chan_make_panic(goroutine);
}

struct tri_words2 tri_go_selectgo(const struct tri_select_case *cases, uint16_t *order, int64_t sends, int64_t receives, int64_t may_block)
{
	struct select select = {.cases = cases, .count = (uint32_t)(sends + receives), .sends = (uint32_t)sends};
	struct tri_select_result result;
	if (decide(&select, order, may_block != 0, &result)) {
		if (result.closed_send)
			tri_lang_panic(TRI_PANIC_SEND_CLOSED);
		return (struct tri_words2){(uintptr_t)result.index, result.received};
	}
	struct tri_goroutine *goroutine = tri_current();
	if (select.locked == 0) // all channels are nil
		tri_sched_park(TRI_WAIT_SELECT, NULL);
	if (goroutine->select_room_count < select.locked) {
		free(goroutine->select_room);
		goroutine->select_room = malloc(select.locked * sizeof *goroutine->select_room);
		if (!goroutine->select_room)
			tri_throw("runtime: out of memory: select with %u cases", select.locked);
		goroutine->select_room_count = select.locked;
	}
	goroutine->select_sends = (uint32_t)sends;
	enqueue_all(&select, goroutine->select_room);
	goroutine->before_resume = finish_select;
	tri_sched_park_with(TRI_WAIT_SELECT, unlock_waiters, goroutine->waiters);
}
