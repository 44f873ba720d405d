// Channels: a ring of elements, two queues of parked goroutines, a lock.
//
// Invariant, under the lock: at most one queue is non-empty but for goroutines that wait with both in a select; a queue
// of receivers means an empty ring, of senders a full one. A sender that finds a receiver copies straight into the place
// where that one wants the value, which may lie in its stack: it is parked, and a stack whose goroutine waits on a channel
// does not move without the channel's lock. A stack needs no write barrier, but a value on its way to a stack that was
// scanned already must be shaded.
//
// The channel is collected memory; its lock word and queues are plain words to the collector. Waiters lie in goroutine
// structures (one operation) or in memory of the selecting goroutine, which is parked meanwhile.
#include "runtime/lang/chan.h"

static const uint8_t chan_mask = 1 << 2 | 1 << 3; // ring and timer are collected memory
static const struct tri_rtype chan_header_type = {.size = sizeof(struct tri_chan),
												  .pointer_bytes = 32,
												  .align = 8,
												  .field_align = 8,
												  .kind = TRI_KIND_STRUCT,
												  .mask = (uint8_t *)&chan_mask};

// A small ring without pointers lies behind its channel.
enum { STEP = 16, STEPS = 32 };

static struct tri_chan *new_with_ring(struct tri_mutator *mutator, size_t ring_bytes)
{
	static struct tri_layout *_Atomic layouts[STEPS + 1]; // by ring size, rounded up
	size_t steps = (ring_bytes + STEP - 1) / STEP, size = sizeof(struct tri_chan) + steps * STEP;
	struct tri_layout *layout = atomic_load_explicit(&layouts[steps], memory_order_acquire);
	if (!layout) {
		uint8_t mask[(sizeof(struct tri_chan) + STEPS * STEP) / 64 + 1] = {chan_mask};
		layout = tri_layout_for_mask(size, mask, (uint32_t)(size / 8));
		atomic_store_explicit(&layouts[steps], layout, memory_order_release);
	}
	struct tri_chan *channel = tri_heap_alloc_layout(mutator, layout, size, false);
	channel->ring = (char *)(channel + 1);
	return channel;
}

static struct tri_chan *init(struct tri_chan *channel, const struct tri_rtype *element, size_t capacity)
{
	channel->lock.rank = TRI_RANK_CHAN;
	channel->capacity = capacity;
	channel->element = element;
	channel->bubble = tri_current() ? tri_current()->bubble : NULL;
	return channel;
}

struct tri_chan *tri_chan_new(struct tri_mutator *mutator, const struct tri_rtype *element, size_t capacity)
{
	size_t bytes = capacity * element->size;
	if (bytes > 0 && bytes <= STEP * STEPS && element->pointer_bytes == 0)
		return init(new_with_ring(mutator, bytes), element, capacity);
	char *ring = capacity > 0 && element->size > 0 ? tri_heap_alloc(mutator, element, capacity) : NULL;
	struct tri_chan *channel = tri_heap_alloc(tri_mutator(), &chan_header_type, 1);
	// A cycle may have begun between the two: then the header is black, and the ring is not.
	if (tri_gc_is_marking())
		tri_gc_shade(tri_mutator(), (uintptr_t)ring);
	channel->ring = ring;
	return init(channel, element, capacity);
}

struct tri_chan *tri_go_makechan(const struct tri_chan_rtype *type, int64_t size)
{
	const struct tri_rtype *element = type->element;
	size_t bytes;
	if (size < 0 || __builtin_mul_overflow(element->size, (size_t)size, &bytes) || bytes > (size_t)1 << 47)
		tri_lang_panic(TRI_PANIC_MAKE_CHAN);
	return tri_chan_new(tri_mutator(), element, (size_t)size);
}

void tri_chan_outside(const char *what) { tri_fatal("%s from outside bubble", what); }

// ---- Queues (under the channel's lock) -----------------------------------------------------------

void tri_chan_enqueue(struct tri_chan_queue *queue, struct tri_waiter *waiter)
{
	waiter->next = NULL;
	waiter->previous = queue->last;
	if (queue->last)
		queue->last->next = waiter;
	else
		queue->first = waiter;
	queue->last = waiter;
}

void tri_chan_unlink(struct tri_chan_queue *queue, struct tri_waiter *waiter)
{
	if (!waiter->previous && queue->first != waiter)
		return; // taken out already
	if (waiter->previous)
		waiter->previous->next = waiter->next;
	else
		queue->first = waiter->next;
	if (waiter->next)
		waiter->next->previous = waiter->previous;
	else
		queue->last = waiter->previous;
	waiter->next = waiter->previous = NULL;
}

// The first whose goroutine nobody else has woken for another case.
static struct tri_waiter *dequeue(struct tri_chan_queue *queue)
{
	for (;;) {
		struct tri_waiter *waiter = queue->first;
		if (!waiter)
			return NULL;
		tri_chan_unlink(queue, waiter);
		uint32_t undecided = 0;
		if (!waiter->is_select || atomic_compare_exchange_strong(&waiter->goroutine->select_done, &undecided, 1))
			return waiter;
	}
}

// ---- Copying -------------------------------------------------------------------------------------

static char *ring_slot(const struct tri_chan *channel, uint64_t index) { return channel->ring + index * channel->element->size; }

static uint64_t advance(const struct tri_chan *channel, uint64_t index) { return index + 1 == channel->capacity ? 0 : index + 1; }

// `to` may be the heap, a stack or NULL.
static void copy(const struct tri_chan *channel, void *to, const void *from)
{
	const struct tri_rtype *element = channel->element;
	if (!to || element->size == 0)
		return;
	if (element->size == 8 && element->pointer_bytes == 0)
		*(uint64_t *)to = *(const uint64_t *)from;
	else
		tri_go_typedmemmove(element, to, from);
}

static void clear(const struct tri_chan *channel, void *at)
{
	const struct tri_rtype *element = channel->element;
	if (at && element->size > 0) {
		if (element->pointer_bytes == 0)
			memset(at, 0, element->size);
		else
			tri_go_typedmemclr(element, at);
	}
}

// The waiter's goroutine goes on, once the lock is released.
static struct tri_goroutine *finish(struct tri_waiter *waiter, bool success)
{
	struct tri_goroutine *goroutine = waiter->goroutine;
	waiter->success = success;
	if (waiter->is_select) {
		goroutine->wake_value = waiter;
	} else {
		waiter->element = NULL;
		goroutine->waiters = NULL;
		goroutine->abi.result[0] = success;
	}
	return goroutine;
}

// ---- One attempt, under the lock -----------------------------------------------------------------

enum tri_chan_outcome tri_chan_try_send(struct tri_chan *channel, const void *element, struct tri_goroutine **wake)
{
	if (channel->closed)
		return TRI_CHAN_CLOSED;
	if (TRI_UNLIKELY(channel->timer != NULL)) {
		tri_chan_timer_send(channel, element, wake);
		return TRI_CHAN_DONE;
	}
	struct tri_waiter *receiver = dequeue(&channel->receivers);
	if (receiver) {
		copy(channel, receiver->element, element);
		*wake = finish(receiver, true);
		return TRI_CHAN_DONE;
	}
	if (channel->count == channel->capacity)
		return TRI_CHAN_BLOCKED;
	copy(channel, ring_slot(channel, channel->send_at), element);
	channel->send_at = advance(channel, channel->send_at);
	atomic_store_explicit((_Atomic uint64_t *)&channel->count, channel->count + 1, memory_order_relaxed);
	return TRI_CHAN_DONE;
}

enum tri_chan_outcome tri_chan_try_receive(struct tri_chan *channel, void *element, struct tri_goroutine **wake)
{
	if (channel->count > 0) {
		char *slot = ring_slot(channel, channel->receive_at);
		copy(channel, element, slot);
		struct tri_waiter *sender = dequeue(&channel->senders);
		channel->receive_at = advance(channel, channel->receive_at);
		if (sender) {
			// The ring is full: the slot just emptied is the one behind the last.
			copy(channel, slot, sender->element);
			channel->send_at = channel->receive_at;
			*wake = finish(sender, true);
		} else {
			clear(channel, slot);
			atomic_store_explicit((_Atomic uint64_t *)&channel->count, channel->count - 1, memory_order_relaxed);
		}
		return TRI_CHAN_DONE;
	}
	if (TRI_UNLIKELY(channel->timer_full)) {
		copy(channel, element, channel->ring);
		tri_chan_timer_discard(channel);
		return TRI_CHAN_DONE;
	}
	struct tri_waiter *sender = dequeue(&channel->senders);
	if (sender) {
		copy(channel, element, sender->element);
		*wake = finish(sender, true);
		return TRI_CHAN_DONE;
	}
	if (!channel->closed)
		return TRI_CHAN_BLOCKED;
	clear(channel, element);
	return TRI_CHAN_CLOSED;
}

// ---- Channels of timers --------------------------------------------------------------------------

const struct tri_chan_timer_hooks *tri_chan_timer_hooks;

void tri_chan_set_timer(struct tri_chan *channel, void *timer)
{
	tri_gc_barrier(tri_mutator(), &channel->timer, timer);
	channel->timer = timer;
	channel->capacity = 0;
}

void tri_chan_timer_send(struct tri_chan *channel, const void *element, struct tri_goroutine **wake)
{
	struct tri_waiter *receiver = dequeue(&channel->receivers);
	if (receiver) {
		copy(channel, receiver->element, element);
		*wake = finish(receiver, true);
	} else if (!channel->timer_full) {
		copy(channel, channel->ring, element);
		atomic_store_explicit((_Atomic bool *)&channel->timer_full, true, memory_order_release);
	}
}

bool tri_chan_timer_discard(struct tri_chan *channel)
{
	bool was_full = channel->timer_full;
	if (was_full)
		clear(channel, channel->ring);
	channel->timer_full = false;
	return was_full;
}

static struct tri_waiter *wait_here(struct tri_chan *channel, void *element)
{
	struct tri_goroutine *goroutine = tri_current();
	struct tri_waiter *waiter = &goroutine->waiter;
	waiter->goroutine = goroutine;
	waiter->element = element;
	waiter->channel = channel;
	waiter->next_case = NULL;
	waiter->is_select = false;
	waiter->success = false;
	goroutine->waiters = waiter;
	goroutine->durable = channel->bubble != NULL;
	goroutine->abi.result[0] = goroutine->abi.result[1] = goroutine->abi.result[2] = 0;
	return waiter;
}

// ---- Go's entry points ---------------------------------------------------------------------------

void tri_go_chansend1(struct tri_chan *channel, const void *element)
{
	if (!channel)
		tri_sched_park(TRI_WAIT_CHAN_SEND_NIL, NULL);
	tri_chan_check_bubble(channel, "send on synctest channel");
	struct tri_goroutine *wake = NULL;
	tri_chan_lock(channel);
	enum tri_chan_outcome outcome = tri_chan_try_send(channel, element, &wake);
	if (outcome == TRI_CHAN_BLOCKED) {
		tri_chan_enqueue(&channel->senders, wait_here(channel, (void *)(uintptr_t)element));
		tri_sched_park(TRI_WAIT_CHAN_SEND, &channel->lock);
	}
	tri_unlock(&channel->lock);
	if (outcome == TRI_CHAN_CLOSED)
		tri_lang_panic(TRI_PANIC_SEND_CLOSED);
	if (wake)
		tri_sched_ready(wake, true);
}

// True: a value was received; false: the channel is closed and empty.
static bool receive(struct tri_chan *channel, void *element)
{
	if (!channel)
		tri_sched_park(TRI_WAIT_CHAN_RECEIVE_NIL, NULL);
	tri_chan_check_bubble(channel, "receive on synctest channel");
	tri_chan_look_at_timer(channel, true);
	struct tri_goroutine *wake = NULL;
	tri_chan_lock(channel);
	enum tri_chan_outcome outcome = tri_chan_try_receive(channel, element, &wake);
	if (outcome == TRI_CHAN_BLOCKED) {
		tri_chan_enqueue(&channel->receivers, wait_here(channel, element));
		tri_chan_arrived(channel);
		tri_sched_park(TRI_WAIT_CHAN_RECEIVE, &channel->lock);
	}
	tri_chan_arrived(channel);
	tri_unlock(&channel->lock);
	if (wake)
		tri_sched_ready(wake, true);
	return outcome == TRI_CHAN_DONE;
}

void tri_go_chanrecv1(struct tri_chan *channel, void *element) { receive(channel, element); }

uint64_t tri_go_chanrecv2(struct tri_chan *channel, void *element) { return receive(channel, element); }

// Whether an attempt that may not block can be given up without the lock: one look at words that change atomically, as
// if the attempt had been made at that moment.
static bool surely_blocked(const struct tri_chan *channel, bool sends)
{
	if (atomic_load_explicit((const _Atomic bool *)&channel->closed, memory_order_acquire))
		return false;
	uint64_t count = atomic_load_explicit((const _Atomic uint64_t *)&channel->count, memory_order_relaxed);
	if (channel->timer)
		return !sends && !atomic_load_explicit((const _Atomic bool *)&channel->timer_full, memory_order_acquire);
	if (sends)
		return channel->capacity == 0 ? !__atomic_load_n(&channel->receivers.first, __ATOMIC_RELAXED) : count == channel->capacity;
	return channel->capacity == 0 ? !__atomic_load_n(&channel->senders.first, __ATOMIC_RELAXED) : count == 0;
}

uint64_t tri_go_selectnbsend(struct tri_chan *channel, const void *element)
{
	if (!channel)
		return 0;
	tri_chan_check_bubble(channel, "send on synctest channel");
	if (surely_blocked(channel, true))
		return 0;
	struct tri_goroutine *wake = NULL;
	tri_chan_lock(channel);
	enum tri_chan_outcome outcome = tri_chan_try_send(channel, element, &wake);
	tri_unlock(&channel->lock);
	if (outcome == TRI_CHAN_CLOSED)
		tri_lang_panic(TRI_PANIC_SEND_CLOSED);
	if (wake)
		tri_sched_ready(wake, true);
	return outcome == TRI_CHAN_DONE;
}

struct tri_words2 tri_go_selectnbrecv(void *element, struct tri_chan *channel)
{
	if (!channel)
		return (struct tri_words2){0, 0};
	tri_chan_check_bubble(channel, "receive on synctest channel");
	tri_chan_look_at_timer(channel, false);
	if (surely_blocked(channel, false))
		return (struct tri_words2){0, 0};
	struct tri_goroutine *wake = NULL;
	tri_chan_lock(channel);
	enum tri_chan_outcome outcome = tri_chan_try_receive(channel, element, &wake);
	tri_unlock(&channel->lock);
	if (wake)
		tri_sched_ready(wake, true);
	return (struct tri_words2){outcome != TRI_CHAN_BLOCKED, outcome == TRI_CHAN_DONE};
}

// ---- C goroutines and threads --------------------------------------------------------------------

enum tri_chan_outcome tri_chan_send(struct tri_chan *channel, const void *element, bool may_block)
{
	struct tri_goroutine *wake = NULL;
	tri_chan_lock(channel);
	enum tri_chan_outcome outcome = tri_chan_try_send(channel, element, &wake);
	if (outcome == TRI_CHAN_BLOCKED && may_block) {
		struct tri_waiter *waiter = wait_here(channel, (void *)(uintptr_t)element);
		tri_chan_enqueue(&channel->senders, waiter);
		tri_sched_wait(TRI_WAIT_CHAN_SEND, &channel->lock);
		return waiter->success ? TRI_CHAN_DONE : TRI_CHAN_CLOSED;
	}
	tri_unlock(&channel->lock);
	if (wake)
		tri_sched_ready(wake, true);
	return outcome;
}

enum tri_chan_outcome tri_chan_receive(struct tri_chan *channel, void *element, bool may_block)
{
	struct tri_goroutine *wake = NULL;
	tri_chan_lock(channel);
	enum tri_chan_outcome outcome = tri_chan_try_receive(channel, element, &wake);
	if (outcome == TRI_CHAN_BLOCKED && may_block) {
		struct tri_waiter *waiter = wait_here(channel, element);
		tri_chan_enqueue(&channel->receivers, waiter);
		tri_sched_wait(TRI_WAIT_CHAN_RECEIVE, &channel->lock);
		return waiter->success ? TRI_CHAN_DONE : TRI_CHAN_CLOSED;
	}
	tri_unlock(&channel->lock);
	if (wake)
		tri_sched_ready(wake, true);
	return outcome;
}

// ---- Closing -------------------------------------------------------------------------------------

extern char lang_panic[] __asm__("runtime.langpanic") __attribute__((weak));

void tri_chan_make_panic(struct tri_goroutine *goroutine)
{
	// A parked sender panics when it goes on: it continues in the overlay instead of behind its send.
	struct tri_g *g = &goroutine->abi;
	g->integer_registers[0] = TRI_PANIC_SEND_CLOSED;
	g->sp -= 8;
	*(uintptr_t *)g->sp = (uintptr_t)lang_panic;
	goroutine->at_entry = true;
}

bool tri_chan_close(struct tri_chan *channel)
{
	struct tri_goroutine *woken = NULL;
	tri_chan_lock(channel);
	if (channel->closed) {
		tri_unlock(&channel->lock);
		return false;
	}
	atomic_store_explicit((_Atomic bool *)&channel->closed, true, memory_order_release);
	struct tri_waiter *waiter;
	while ((waiter = dequeue(&channel->receivers)) != NULL) {
		clear(channel, waiter->element);
		struct tri_goroutine *goroutine = finish(waiter, false);
		goroutine->next = woken;
		woken = goroutine;
	}
	while ((waiter = dequeue(&channel->senders)) != NULL) {
		struct tri_goroutine *goroutine = finish(waiter, false);
		if (goroutine->kind == TRI_KIND_GO_CODE && !waiter->is_select)
			tri_chan_make_panic(goroutine);
		goroutine->next = woken;
		woken = goroutine;
	}
	tri_unlock(&channel->lock);
	while (woken) {
		struct tri_goroutine *goroutine = woken;
		woken = goroutine->next;
		goroutine->next = NULL;
		tri_sched_ready(goroutine, false);
	}
	return true;
}

void tri_go_closechan(struct tri_chan *channel)
{
	if (!channel)
		tri_lang_panic(TRI_PANIC_CLOSE_NIL);
	tri_chan_check_bubble(channel, "close of synctest channel");
	if (!tri_chan_close(channel))
		tri_lang_panic(TRI_PANIC_CLOSE_CLOSED);
}

void tri_go_block(void) { tri_sched_park(TRI_WAIT_SELECT_NONE, NULL); }

void tri_go_newproc(void *closure)
{
	uintptr_t created_at = *(const uintptr_t *)tri_current()->abi.sp;
	if (!closure)
		tri_fatal("go of nil func value");
	tri_sched_start(tri_goroutine_new(closure, created_at));
}

void tri_go_goexit(void) { tri_sched_exit(); }
