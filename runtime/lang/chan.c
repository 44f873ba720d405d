// Channels: a ring of elements and two queues of parked goroutines.
//
// Invariant: at most one queue is non-empty, and a queue of receivers means an empty ring, of senders a full
// one. A sender that finds a receiver copies straight into the place where that one wants the value, which
// may lie in its stack: it is parked, so the stack is at rest, and a stack needs no write barrier.
#include "runtime/lang/lang.h"

struct tri_chan {
	uint64_t count, capacity; // compiled code reads these (struct tri_chan_header)
	char *ring;               // collected memory of its own, of the element's type; NULL without buffer
	const struct tri_rtype *element;
	uint64_t send_at, receive_at; // ring indices
	bool closed;
	struct tri_waiter *receivers_first, *receivers_last, *senders_first, *senders_last; // C memory
};
_Static_assert(offsetof(struct tri_chan, capacity) == offsetof(struct tri_chan_header, capacity), "abi");

static const uint8_t chan_mask = 1 << 2; // the ring alone is collected memory
static const struct tri_rtype chan_header_type = {.size = sizeof(struct tri_chan),
												  .pointer_bytes = 24,
												  .align = 8,
												  .field_align = 8,
												  .kind = TRI_KIND_STRUCT,
												  .mask = (uint8_t *)&chan_mask};

struct tri_chan *tri_go_makechan(const struct tri_chan_rtype *type, int64_t size)
{
	const struct tri_rtype *element = type->element;
	size_t bytes;
	if (size < 0 || __builtin_mul_overflow(element->size, (size_t)size, &bytes) || bytes > (size_t)1 << 47)
		tri_lang_panic(TRI_PANIC_MAKE_CHAN);
	char *ring = size > 0 && element->size > 0 ? tri_lang_alloc(element, (size_t)size) : NULL;
	struct tri_chan *channel = tri_lang_alloc(&chan_header_type, 1);
	channel->capacity = (uint64_t)size;
	channel->ring = ring;
	channel->element = element;
	return channel;
}

static void enqueue(struct tri_waiter **first, struct tri_waiter **last, struct tri_waiter *waiter)
{
	waiter->next = NULL;
	if (*last)
		(*last)->next = waiter;
	else
		*first = waiter;
	*last = waiter;
}

static struct tri_waiter *dequeue(struct tri_waiter **first, struct tri_waiter **last)
{
	struct tri_waiter *waiter = *first;
	if (waiter) {
		*first = waiter->next;
		if (!*first)
			*last = NULL;
	}
	return waiter;
}

// The waiter's goroutine goes on; `result` is what its entry point returns.
static void wake(struct tri_waiter *waiter, bool success)
{
	struct tri_goroutine *goroutine = waiter->goroutine;
	waiter->success = success;
	waiter->element = NULL;
	goroutine->abi.result[0] = success;
	tri_sched_ready(goroutine);
}

static struct tri_waiter *wait_here(void *element)
{
	struct tri_goroutine *goroutine = tri_current();
	goroutine->waiter.goroutine = goroutine;
	goroutine->waiter.element = element;
	goroutine->abi.result[0] = goroutine->abi.result[1] = 0;
	return &goroutine->waiter;
}

static char *ring_slot(const struct tri_chan *channel, uint64_t index) { return channel->ring + index * channel->element->size; }

static uint64_t advance(const struct tri_chan *channel, uint64_t index) { return index + 1 == channel->capacity ? 0 : index + 1; }

static void copy(const struct tri_chan *channel, void *to, const void *from)
{
	if (to && channel->element->size > 0)
		tri_go_typedmemmove(channel->element, to, from);
}

void tri_go_chansend1(struct tri_chan *channel, const void *element)
{
	if (!channel)
		tri_sched_park(TRI_WAIT_CHAN_SEND_NIL);
	if (channel->closed)
		tri_lang_panic(TRI_PANIC_SEND_CLOSED);
	struct tri_waiter *receiver = dequeue(&channel->receivers_first, &channel->receivers_last);
	if (receiver) {
		copy(channel, receiver->element, element);
		wake(receiver, true);
		return;
	}
	if (channel->count < channel->capacity) {
		copy(channel, ring_slot(channel, channel->send_at), element);
		channel->send_at = advance(channel, channel->send_at);
		channel->count++;
		return;
	}
	enqueue(&channel->senders_first, &channel->senders_last, wait_here((void *)(uintptr_t)element));
	tri_sched_park(TRI_WAIT_CHAN_SEND);
}

// 1: a value was received; 0: the channel is closed and empty.
static bool receive(struct tri_chan *channel, void *element)
{
	if (!channel)
		tri_sched_park(TRI_WAIT_CHAN_RECEIVE_NIL);
	if (channel->count > 0) {
		char *slot = ring_slot(channel, channel->receive_at);
		copy(channel, element, slot);
		tri_go_typedmemclr(channel->element, slot);
		channel->receive_at = advance(channel, channel->receive_at);
		channel->count--;
		struct tri_waiter *sender = dequeue(&channel->senders_first, &channel->senders_last);
		if (sender) {
			copy(channel, ring_slot(channel, channel->send_at), sender->element);
			channel->send_at = advance(channel, channel->send_at);
			channel->count++;
			wake(sender, true);
		}
		return true;
	}
	struct tri_waiter *sender = dequeue(&channel->senders_first, &channel->senders_last);
	if (sender) {
		copy(channel, element, sender->element);
		wake(sender, true);
		return true;
	}
	if (channel->closed) {
		if (element && channel->element->size > 0)
			tri_go_typedmemclr(channel->element, element);
		return false;
	}
	enqueue(&channel->receivers_first, &channel->receivers_last, wait_here(element));
	tri_sched_park(TRI_WAIT_CHAN_RECEIVE);
}

void tri_go_chanrecv1(struct tri_chan *channel, void *element) { receive(channel, element); }

uint64_t tri_go_chanrecv2(struct tri_chan *channel, void *element) { return receive(channel, element); }

extern char lang_panic[] __asm__("runtime.langpanic") __attribute__((weak));

void tri_go_closechan(struct tri_chan *channel)
{
	if (!channel)
		tri_lang_panic(TRI_PANIC_CLOSE_NIL);
	if (channel->closed)
		tri_lang_panic(TRI_PANIC_CLOSE_CLOSED);
	channel->closed = true;
	struct tri_waiter *waiter;
	while ((waiter = dequeue(&channel->receivers_first, &channel->receivers_last)) != NULL) {
		if (waiter->element && channel->element->size > 0)
			tri_go_typedmemclr(channel->element, waiter->element);
		wake(waiter, false);
	}
	while ((waiter = dequeue(&channel->senders_first, &channel->senders_last)) != NULL) {
		// A parked sender panics when it goes on: it continues in the overlay instead of behind its send.
		struct tri_g *g = &waiter->goroutine->abi;
		g->integer_registers[0] = TRI_PANIC_SEND_CLOSED;
		g->sp -= 8;
		*(uintptr_t *)g->sp = (uintptr_t)lang_panic;
		waiter->goroutine->at_entry = true;
		wake(waiter, false);
	}
}

void tri_go_block(void) { tri_sched_park(TRI_WAIT_SELECT_NONE); }

void tri_go_newproc(void *closure)
{
	uintptr_t created_at = *(const uintptr_t *)tri_current()->abi.sp;
	tri_sched_ready(tri_goroutine_new(closure, created_at));
	tri_signals_start_slices();
}

void tri_go_goexit(void) { tri_sched_exit(); }
