// Run queues. Each processor has a ring that its owner fills and anybody empties, and one goroutine that runs
// before the ring (the one just made ready by the running one, which often waits for it). What does not fit goes
// to the global queue, half a ring at a time.
//
// Ring: the owner alone moves `tail` (release), everybody moves `head` by compare-and-swap after reading the slots
// it is about to take; a slot is read before the swap that claims it, so a failed swap discards what was read.
#include "runtime/sched/internal.h"

static bool take_ring(struct tri_processor *processor, struct tri_goroutine **taken)
{
	for (;;) {
		uint32_t head = atomic_load_explicit(&processor->head, memory_order_acquire);
		uint32_t tail = atomic_load_explicit(&processor->tail, memory_order_relaxed);
		if (head == tail)
			return false;
		struct tri_goroutine *goroutine = atomic_load_explicit(&processor->queue[head % TRI_QUEUE_SIZE], memory_order_relaxed);
		if (atomic_compare_exchange_weak_explicit(&processor->head, &head, head + 1, memory_order_release, memory_order_relaxed)) {
			*taken = goroutine;
			return true;
		}
	}
}

static void put_global_locked(struct tri_goroutine *goroutine)
{
	tri_assert_held(&tri_sched.lock);
	goroutine->next = NULL;
	if (tri_sched.queue_last)
		tri_sched.queue_last->next = goroutine;
	else
		tri_sched.queue_first = goroutine;
	tri_sched.queue_last = goroutine;
	tri_sched.queue_count++;
	atomic_store_explicit(&tri_sched.global_count, tri_sched.queue_count, memory_order_relaxed);
}

void tri_queue_put_global(struct tri_goroutine *goroutine)
{
	tri_note_runnable(goroutine);
	tri_lock(&tri_sched.lock);
	put_global_locked(goroutine);
	tri_unlock(&tri_sched.lock);
}

// The ring is full: half of it and the newcomer move to the global queue. False: somebody took from it meanwhile.
static bool put_overflow(struct tri_processor *processor, struct tri_goroutine *goroutine, uint32_t head)
{
	struct tri_goroutine *batch[TRI_QUEUE_SIZE / 2];
	for (uint32_t i = 0; i < TRI_QUEUE_SIZE / 2; i++)
		batch[i] = atomic_load_explicit(&processor->queue[(head + i) % TRI_QUEUE_SIZE], memory_order_relaxed);
	if (!atomic_compare_exchange_strong_explicit(&processor->head, &head, head + TRI_QUEUE_SIZE / 2, memory_order_release,
												 memory_order_relaxed))
		return false;
	tri_lock(&tri_sched.lock);
	for (uint32_t i = 0; i < TRI_QUEUE_SIZE / 2; i++)
		put_global_locked(batch[i]);
	put_global_locked(goroutine);
	tri_unlock(&tri_sched.lock);
	return true;
}

void tri_queue_put(struct tri_processor *processor, struct tri_goroutine *goroutine, bool next)
{
	tri_note_runnable(goroutine);
	if (next) {
		goroutine = atomic_exchange_explicit(&processor->run_next, goroutine, memory_order_acq_rel);
		if (!goroutine)
			return;
	}
	for (;;) {
		uint32_t head = atomic_load_explicit(&processor->head, memory_order_acquire);
		uint32_t tail = atomic_load_explicit(&processor->tail, memory_order_relaxed);
		if (tail - head < TRI_QUEUE_SIZE) {
			atomic_store_explicit(&processor->queue[tail % TRI_QUEUE_SIZE], goroutine, memory_order_relaxed);
			atomic_store_explicit(&processor->tail, tail + 1, memory_order_release);
			return;
		}
		if (put_overflow(processor, goroutine, head))
			return;
	}
}

struct tri_goroutine *tri_queue_take(struct tri_processor *processor)
{
	struct tri_goroutine *goroutine = NULL;
	if (atomic_load_explicit(&processor->run_next, memory_order_relaxed))
		goroutine = atomic_exchange_explicit(&processor->run_next, NULL, memory_order_acq_rel);
	if (!goroutine)
		take_ring(processor, &goroutine);
	return goroutine;
}

void tri_queue_give_all(struct tri_processor *processor)
{
	for (struct tri_goroutine *goroutine; (goroutine = tri_queue_take(processor)) != NULL;)
		put_global_locked(goroutine);
}

// Half of the victim's ring moves to the thief's; the last one taken is returned.
struct tri_goroutine *tri_queue_steal(struct tri_processor *thief, struct tri_processor *victim, bool also_next)
{
	for (;;) {
		uint32_t head = atomic_load_explicit(&victim->head, memory_order_acquire);
		uint32_t tail = atomic_load_explicit(&victim->tail, memory_order_acquire);
		uint32_t count = tail - head;
		count -= count / 2;
		if (count == 0)
			break;
		if (count > TRI_QUEUE_SIZE / 2) // head and tail were read at different moments
			continue;
		uint32_t own_tail = atomic_load_explicit(&thief->tail, memory_order_relaxed);
		for (uint32_t i = 0; i < count; i++) {
			struct tri_goroutine *goroutine = atomic_load_explicit(&victim->queue[(head + i) % TRI_QUEUE_SIZE], memory_order_relaxed);
			atomic_store_explicit(&thief->queue[(own_tail + i) % TRI_QUEUE_SIZE], goroutine, memory_order_relaxed);
		}
		if (!atomic_compare_exchange_strong_explicit(&victim->head, &head, head + count, memory_order_acq_rel, memory_order_relaxed))
			continue;
		count--;
		struct tri_goroutine *last = atomic_load_explicit(&thief->queue[(own_tail + count) % TRI_QUEUE_SIZE], memory_order_relaxed);
		atomic_store_explicit(&thief->tail, own_tail + count, memory_order_release);
		return last;
	}
	if (!also_next)
		return NULL;
	struct tri_goroutine *next = atomic_load_explicit(&victim->run_next, memory_order_acquire);
	if (next && atomic_compare_exchange_strong_explicit(&victim->run_next, &next, NULL, memory_order_acq_rel, memory_order_relaxed))
		return next;
	return NULL;
}

bool tri_queue_is_empty(const struct tri_processor *processor)
{
	return atomic_load(&processor->head) == atomic_load(&processor->tail) && !atomic_load(&processor->run_next);
}

// A fair share of the global queue, at most `limit` (0: as much as fits): one is returned, the others go to the
// processor's ring, which the caller found empty enough for half its size.
struct tri_goroutine *tri_queue_take_global(struct tri_processor *processor, uint32_t limit)
{
	if (atomic_load_explicit(&tri_sched.global_count, memory_order_relaxed) == 0)
		return NULL;
	tri_lock(&tri_sched.lock);
	uint32_t count = tri_sched.queue_count / tri_sched.processor_count + 1;
	if (count > tri_sched.queue_count)
		count = tri_sched.queue_count;
	if (limit > 0 && count > limit)
		count = limit;
	if (count > TRI_QUEUE_SIZE / 2)
		count = TRI_QUEUE_SIZE / 2;
	struct tri_goroutine *first = NULL, *rest = NULL;
	if (count > 0) {
		first = tri_sched.queue_first;
		rest = first->next;
		struct tri_goroutine *last = first;
		for (uint32_t i = 1; i < count; i++)
			last = last->next;
		tri_sched.queue_first = last->next;
		if (!tri_sched.queue_first)
			tri_sched.queue_last = NULL;
		last->next = NULL;
		tri_sched.queue_count -= count;
		atomic_store_explicit(&tri_sched.global_count, tri_sched.queue_count, memory_order_relaxed);
	}
	tri_unlock(&tri_sched.lock);
	if (!first)
		return NULL;
	if (first == rest)
		tri_throw("runtime: global run queue is broken");
	first->next = NULL;
	while (count > 1 && rest) {
		struct tri_goroutine *next = rest->next;
		rest->next = NULL;
		tri_queue_put(processor, rest, false);
		rest = next;
		count--;
	}
	return first;
}
