// Goroutines, channels, select, descriptors, collecting: thin functions over the runtime's.
#include "runtime/capi/internal.h"
#include "runtime/gc/gc.h"
#include "runtime/lang/chan.h"
#include "runtime/sched/netpoll.h"

#include <stdlib.h>

enum tri_error tri_go(void (*function)(void *argument), void *argument, size_t stack_size)
{
	tri_capi_enter("tri_go");
	struct tri_goroutine *goroutine = tri_goroutine_new_c(function, argument, stack_size);
	if (goroutine)
		tri_sched_start(goroutine);
	tri_capi_leave();
	return goroutine ? TRI_ERROR_OK : TRI_ERROR_OUT_OF_MEMORY;
}

void tri_yield(void)
{
	tri_capi_enter("tri_yield");
	tri_sched_yield_c();
	tri_capi_leave();
}

void tri_sleep(int64_t nanoseconds)
{
	tri_capi_enter("tri_sleep");
	tri_sched_sleep(nanoseconds);
	tri_capi_leave();
}

int tri_processors(void)
{
	tri_capi_enter("tri_processors");
	int count = tri_sched_set_processors(0);
	tri_capi_leave();
	return count;
}

static enum tri_error wait_for(int descriptor, enum tri_poll_mode mode, const char *call)
{
	tri_capi_enter(call);
	int error;
	struct tri_poll_descriptor *poll = tri_poll_open(descriptor, &error);
	if (poll) {
		tri_poll_wait(poll, mode);
		tri_poll_close(poll);
	}
	tri_capi_leave();
	return poll ? TRI_ERROR_OK : TRI_ERROR_VALUE;
}

enum tri_error tri_wait_readable(int descriptor) { return wait_for(descriptor, TRI_POLL_READ, "tri_wait_readable"); }
enum tri_error tri_wait_writable(int descriptor) { return wait_for(descriptor, TRI_POLL_WRITE, "tri_wait_writable"); }

// ---- Channels --------------------------------------------------------------------------------------

tri_channel *tri_channel_new(tri_type *type, size_t capacity)
{
	size_t bytes;
	if (__builtin_mul_overflow(type->size, capacity, &bytes) || bytes > (size_t)1 << 40)
		return NULL;
	tri_capi_enter("tri_channel_new");
	struct tri_chan *channel = tri_chan_new(tri_mutator(), tri_capi_rtype(type, "tri_channel_new"), capacity);
	tri_capi_leave();
	return channel;
}

static enum tri_error outcome_error(enum tri_chan_outcome outcome)
{
	return outcome == TRI_CHAN_DONE ? TRI_ERROR_OK : outcome == TRI_CHAN_CLOSED ? TRI_ERROR_CLOSED : TRI_ERROR_WOULD_BLOCK;
}

static void need_channel(const tri_channel *channel, const char *call)
{
	if (!channel)
		tri_capi_fail(call, "the channel is NULL");
}

static enum tri_error send(tri_channel *channel, const void *element, bool may_block, const char *call)
{
	need_channel(channel, call);
	tri_capi_enter(call);
	enum tri_chan_outcome outcome = tri_chan_send(channel, element, may_block);
	tri_capi_leave();
	return outcome_error(outcome);
}

static enum tri_error receive(tri_channel *channel, void *element, bool may_block, const char *call)
{
	need_channel(channel, call);
	tri_capi_enter(call);
	enum tri_chan_outcome outcome = tri_chan_receive(channel, element, may_block);
	tri_capi_leave();
	return outcome_error(outcome);
}

enum tri_error tri_channel_send(tri_channel *channel, const void *element)
{
	return send(channel, element, true, "tri_channel_send");
}
enum tri_error tri_channel_try_send(tri_channel *channel, const void *element)
{
	return send(channel, element, false, "tri_channel_try_send");
}
enum tri_error tri_channel_receive(tri_channel *channel, void *element)
{
	return receive(channel, element, true, "tri_channel_receive");
}
enum tri_error tri_channel_try_receive(tri_channel *channel, void *element)
{
	return receive(channel, element, false, "tri_channel_try_receive");
}

enum tri_error tri_channel_close(tri_channel *channel)
{
	need_channel(channel, "tri_channel_close");
	tri_capi_enter("tri_channel_close");
	bool closed = tri_chan_close(channel);
	tri_capi_leave();
	return closed ? TRI_ERROR_OK : TRI_ERROR_CLOSED;
}

size_t tri_channel_length(const tri_channel *channel)
{
	need_channel(channel, "tri_channel_length");
	return atomic_load_explicit((const _Atomic uint64_t *)&channel->count, memory_order_relaxed);
}

int tri_select(const struct tri_case *cases, size_t count, bool may_block, enum tri_error *error)
{
	enum { FEW = 16 };
	if (count > UINT16_MAX)
		tri_capi_fail("tri_select", "%zu cases; at most %u are allowed", count, UINT16_MAX);
	tri_capi_enter("tri_select");
	struct tri_select_case few_cases[FEW], *ordered = few_cases;
	struct tri_waiter few_waiters[FEW], *waiters = few_waiters;
	uint16_t few_origins[FEW], *origins = few_origins;
	if (count > FEW) {
		ordered = malloc(count * sizeof *ordered);
		waiters = malloc(count * sizeof *waiters);
		origins = malloc(count * sizeof *origins);
		if (!ordered || !waiters || !origins)
			tri_capi_fail("tri_select", "%s", tri_error_message(TRI_ERROR_OUT_OF_MEMORY));
	}
	uint32_t sends = 0, at = 0;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < count; i++) {
			if (cases[i].send != (pass == 0))
				continue;
			ordered[at] = (struct tri_select_case){cases[i].channel, cases[i].element};
			origins[at++] = (uint16_t)i;
			sends += pass == 0;
		}
	}
	struct tri_select_result result = tri_chan_select(ordered, sends, (uint32_t)count - sends, waiters, may_block);
	if (error)
		*error = result.index < 0                                       ? TRI_ERROR_WOULD_BLOCK
				 : result.index < sends ? (result.closed_send ? TRI_ERROR_CLOSED : TRI_ERROR_OK)
				 : result.received                                      ? TRI_ERROR_OK
																		: TRI_ERROR_CLOSED;
	int index = result.index < 0 ? -1 : origins[result.index];
	if (count > FEW) {
		free(ordered);
		free(waiters);
		free(origins);
	}
	tri_capi_leave();
	return index;
}

// ---- Collecting ------------------------------------------------------------------------------------

void tri_collect(void)
{
	tri_capi_enter("tri_collect");
	tri_gc_collect(tri_mutator(), TRI_GC_FORCED);
	tri_capi_leave();
}

int32_t tri_set_gc_percent(int32_t percent)
{
	tri_capi_enter("tri_set_gc_percent");
	int32_t before = tri_gc_set_percent(percent);
	tri_capi_leave();
	return before;
}

int64_t tri_set_memory_limit(int64_t bytes)
{
	tri_capi_enter("tri_set_memory_limit");
	int64_t before = tri_gc_set_memory_limit(bytes);
	tri_capi_leave();
	return before;
}

void tri_free_os_memory(void)
{
	tri_capi_enter("tri_free_os_memory");
	tri_gc_free_os_memory(tri_mutator());
	tri_capi_leave();
}
