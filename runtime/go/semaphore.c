// Semaphores and condition lists: what package sync and internal/poll wait with.
//
// A semaphore is a word anywhere in memory; who waits for it is found through a table by address. A bucket's list has one
// entry per address, which is the first of those who wait there. They use the goroutine's own waiter (sched.h): `element`
// is the address, `next` who comes after it at the same address, `previous` the last of them (in the first), `next_case`
// the next address (in the first).
//
// A release with somebody waiting hands its unit over: the count is increased only when nobody waits. So a woken goroutine
// need not look again, and there is no way to overtake it. sync.Mutex is not affected: it counts in its own state, and
// uses the semaphore to sleep.
#include "runtime/go/hooks.h"

enum { BUCKETS = 251 };

static struct bucket {
	struct tri_lock lock; // guards the list, and increments of its semaphores
	struct tri_waiter *addresses;
} __attribute__((aligned(64))) buckets[BUCKETS];

static struct bucket *bucket_of(const void *address)
{
	struct bucket *bucket = &buckets[((uintptr_t)address >> 3) % BUCKETS];
	bucket->lock.rank = TRI_RANK_SEMAPHORE;
	return bucket;
}

static bool try_take(_Atomic uint32_t *semaphore)
{
	uint32_t count = atomic_load(semaphore);
	while (count > 0) {
		if (atomic_compare_exchange_weak(semaphore, &count, count - 1))
			return true;
	}
	return false;
}

static struct tri_waiter **find(struct bucket *bucket, const void *address)
{
	struct tri_waiter **at = &bucket->addresses;
	while (*at && (*at)->element != address)
		at = &(*at)->next_case;
	return at;
}

static void enqueue(struct bucket *bucket, struct tri_waiter *waiter, bool first)
{
	struct tri_waiter **at = find(bucket, waiter->element), *head = *at;
	if (!head) {
		waiter->previous = waiter;
		*at = waiter;
	} else if (first) {
		waiter->next = head;
		waiter->previous = head->previous;
		waiter->next_case = head->next_case;
		head->next_case = NULL;
		*at = waiter;
	} else {
		head->previous->next = waiter;
		head->previous = waiter;
	}
}

static struct tri_waiter *dequeue(struct bucket *bucket, const void *address)
{
	struct tri_waiter **at = find(bucket, address), *head = *at;
	if (!head)
		return NULL;
	if (head->next) {
		head->next->previous = head->previous;
		head->next->next_case = head->next_case;
		*at = head->next;
	} else {
		*at = head->next_case;
	}
	return head;
}

static struct tri_waiter *waiter_for(void *address)
{
	struct tri_goroutine *goroutine = tri_current();
	goroutine->waiter = (struct tri_waiter){.goroutine = goroutine, .element = address};
	return &goroutine->waiter;
}

// Those of a condition's list.
static void check_bubble(const struct tri_goroutine *goroutine)
{
	if (TRI_LIKELY(!goroutine->bubble) || goroutine->bubble == tri_current()->bubble)
		return;
	tri_print("semaphore wake of synctest goroutine %llu from outside bubble\n", (unsigned long long)goroutine->id);
	tri_fatal("semaphore wake of synctest goroutine from outside bubble");
}

static void wake(struct tri_waiter *waiter)
{
	waiter->element = NULL;
	tri_sched_ready(waiter->goroutine, true);
}

_Atomic uint64_t tri_go_mutex_wait;

static bool is_mutex(enum tri_wait_reason reason)
{
	return reason == TRI_WAIT_SYNC_MUTEX || reason == TRI_WAIT_SYNC_READ || reason == TRI_WAIT_SYNC_WRITE;
}

// `skip`: so many frames of package sync that a profile leaves out, behind that of the hook (overlay/runtime/waits.go).
static void acquire(_Atomic uint32_t *semaphore, bool first, int64_t skip, enum tri_wait_reason reason)
{
	if (try_take(semaphore))
		return;
	struct bucket *bucket = bucket_of((const void *)semaphore);
	tri_lock(&bucket->lock);
	if (try_take(semaphore)) {
		tri_unlock(&bucket->lock);
		return;
	}
	struct tri_waiter *waiter = waiter_for((void *)semaphore);
	waiter->since = is_mutex(reason) ? tri_nanotime() : 0;
	tri_current()->blocked_skip = (uint8_t)(skip + 1);
	enqueue(bucket, waiter, first);
	tri_sched_park(reason, &bucket->lock);
}

void tri_go_semacquire(_Atomic uint32_t *semaphore);
void tri_go_semacquire_profiled(_Atomic uint32_t *semaphore);
void tri_go_semacquire_wait_group(_Atomic uint32_t *semaphore, bool durable);
void tri_go_semacquire_mutex(_Atomic uint32_t *semaphore, bool first, int64_t skip);
void tri_go_semacquire_read(_Atomic uint32_t *semaphore, bool first, int64_t skip);
void tri_go_semacquire_write(_Atomic uint32_t *semaphore, bool first, int64_t skip);
void tri_go_semrelease(_Atomic uint32_t *semaphore, bool hand_off, int64_t skip);
void tri_go_semrelease_plain(_Atomic uint32_t *semaphore);

void tri_go_semacquire(_Atomic uint32_t *semaphore) { acquire(semaphore, false, -1, TRI_WAIT_SEMAPHORE); } // without a hook's frame
void tri_go_semacquire_profiled(_Atomic uint32_t *semaphore) { acquire(semaphore, false, 0, TRI_WAIT_SEMAPHORE); }
void tri_go_semacquire_wait_group(_Atomic uint32_t *semaphore, bool durable)
{
	tri_current()->durable = durable;
	acquire(semaphore, false, 0, TRI_WAIT_SYNC_WAIT_GROUP);
}
void tri_go_semacquire_mutex(_Atomic uint32_t *semaphore, bool first, int64_t skip)
{
	acquire(semaphore, first, skip, TRI_WAIT_SYNC_MUTEX);
}
void tri_go_semacquire_read(_Atomic uint32_t *semaphore, bool first, int64_t skip) { acquire(semaphore, first, skip, TRI_WAIT_SYNC_READ); }
void tri_go_semacquire_write(_Atomic uint32_t *semaphore, bool first, int64_t skip)
{
	acquire(semaphore, first, skip, TRI_WAIT_SYNC_WRITE);
}

// `hand_off`: the woken goroutine runs at once, in the rest of the caller's time.
void tri_go_semrelease(_Atomic uint32_t *semaphore, bool hand_off, int64_t skip)
{
	struct bucket *bucket = bucket_of((const void *)semaphore);
	tri_lock(&bucket->lock);
	struct tri_waiter *waiter = dequeue(bucket, (const void *)semaphore);
	if (!waiter)
		atomic_fetch_add(semaphore, 1);
	tri_unlock(&bucket->lock);
	if (!waiter)
		return;
	if (waiter->since) {
		int64_t waited = tri_nanotime() - waiter->since;
		atomic_fetch_add_explicit(&tri_go_mutex_wait, (uint64_t)waited, memory_order_relaxed);
		tri_go_mutex_event(waited, skip);
	}
	tri_current()->blocked_skip = (uint8_t)skip;
	wake(waiter);
	if (hand_off)
		tri_sched_yield();
}

void tri_go_semrelease_plain(_Atomic uint32_t *semaphore) { tri_go_semrelease(semaphore, false, 0); }

// ---- Condition lists (sync.Cond) ---------------------------------------------------------------------

struct notify_list {         // sync.notifyList
	_Atomic uint32_t wait;   // the next waiter's ticket
	_Atomic uint32_t notify; // the ticket to be notified next; changes under the bucket's lock
	uintptr_t unused;
	struct tri_waiter *first, *last; // goroutine structures: not collected memory
};

uint32_t tri_go_notify_add(struct notify_list *list);
void tri_go_notify_wait(struct notify_list *list, uint32_t ticket);
void tri_go_notify_all(struct notify_list *list);
void tri_go_notify_one(struct notify_list *list);
void tri_go_notify_check(uintptr_t size);

uint32_t tri_go_notify_add(struct notify_list *list) { return atomic_fetch_add(&list->wait, 1); }

void tri_go_notify_wait(struct notify_list *list, uint32_t ticket)
{
	struct bucket *bucket = bucket_of(list);
	tri_lock(&bucket->lock);
	if ((int32_t)(ticket - atomic_load(&list->notify)) < 0) { // notified already
		tri_unlock(&bucket->lock);
		return;
	}
	struct tri_waiter *waiter = waiter_for(list);
	waiter->index = ticket;
	waiter->goroutine->blocked_skip = 1;
	if (list->last)
		list->last->next = waiter;
	else
		list->first = waiter;
	list->last = waiter;
	tri_sched_park(TRI_WAIT_SYNC_COND, &bucket->lock);
}

void tri_go_notify_all(struct notify_list *list)
{
	if (atomic_load(&list->wait) == atomic_load(&list->notify))
		return;
	struct bucket *bucket = bucket_of(list);
	tri_lock(&bucket->lock);
	struct tri_waiter *waiter = list->first;
	list->first = list->last = NULL;
	atomic_store(&list->notify, atomic_load(&list->wait));
	tri_unlock(&bucket->lock);
	while (waiter) {
		struct tri_waiter *next = waiter->next;
		check_bubble(waiter->goroutine);
		wake(waiter);
		waiter = next;
	}
}

void tri_go_notify_one(struct notify_list *list)
{
	if (atomic_load(&list->wait) == atomic_load(&list->notify))
		return;
	struct bucket *bucket = bucket_of(list);
	tri_lock(&bucket->lock);
	uint32_t ticket = atomic_load(&list->notify);
	struct tri_waiter *found = NULL;
	if (ticket != atomic_load(&list->wait)) {
		atomic_store(&list->notify, ticket + 1);
		// Whoever has the ticket may not have come to wait yet; it will see that it need not.
		struct tri_waiter *before = NULL;
		for (found = list->first; found && found->index != ticket; found = found->next)
			before = found;
		if (found) {
			if (before)
				before->next = found->next;
			else
				list->first = found->next;
			if (list->last == found)
				list->last = before;
		}
	}
	tri_unlock(&bucket->lock);
	if (!found)
		return;
	check_bubble(found->goroutine);
	wake(found);
}

void tri_go_notify_check(uintptr_t size)
{
	if (size != sizeof(struct notify_list))
		tri_throw("bad notifyList size - sync.notifyList has %zu bytes, the runtime's %zu", (size_t)size, sizeof(struct notify_list));
}

// ---- Spinning, pinning -------------------------------------------------------------------------------

uint64_t tri_go_can_spin(int64_t tried);
void tri_go_do_spin(void);
int64_t tri_go_proc_pin(void);
void tri_go_proc_unpin(void);

uint64_t tri_go_can_spin(int64_t tried)
{
	enum { TRIES = 4 };
	return tried < TRIES && tri_sched_may_spin();
}

void tri_go_do_spin(void)
{
	for (int i = 0; i < 30; i++)
		__builtin_ia32_pause();
}

// Between the two the goroutine keeps its processor, and no world is stopped.
int64_t tri_go_proc_pin(void)
{
	tri_mutator()->pinned++;
	return tri_sched_processor_id();
}

void tri_go_proc_unpin(void)
{
	if (--tri_mutator()->pinned == 0)
		tri_sched_unpinned();
}
