// Timers: a heap per processor. The scheduler runs what is due on the processor it looks from, its own first; idle
// machines sleep until the earliest deadline of all.
#include "runtime/sched/bubble.h"
#include "runtime/sched/internal.h"

enum { IDLE, IN_HEAP };
enum { WAYS = 4 };

void tri_timers_init(struct tri_timer_heap *heap) { heap->lock.rank = TRI_RANK_TIMERS; }

static bool before(const struct tri_timer *a, const struct tri_timer *b)
{
	return a->when < b->when || (a->when == b->when && a->order < b->order);
}

static void place(struct tri_timer_heap *heap, uint32_t at, struct tri_timer *timer)
{
	heap->timers[at] = timer;
	timer->heap_index = at;
}

static void sift_up(struct tri_timer_heap *heap, uint32_t at)
{
	struct tri_timer *timer = heap->timers[at];
	while (at > 0 && before(timer, heap->timers[(at - 1) / WAYS])) {
		place(heap, at, heap->timers[(at - 1) / WAYS]);
		at = (at - 1) / WAYS;
	}
	place(heap, at, timer);
}

static void sift_down(struct tri_timer_heap *heap, uint32_t at)
{
	struct tri_timer *timer = heap->timers[at];
	for (;;) {
		uint32_t child = at * WAYS + 1, least = child;
		if (child >= heap->count)
			break;
		for (uint32_t i = child + 1; i < child + WAYS && i < heap->count; i++) {
			if (before(heap->timers[i], heap->timers[least]))
				least = i;
		}
		if (!before(heap->timers[least], timer))
			break;
		place(heap, at, heap->timers[least]);
		at = least;
	}
	place(heap, at, timer);
}

static void note_first(struct tri_timer_heap *heap) { atomic_store(&heap->first, heap->count > 0 ? heap->timers[0]->when : 0); }

// ---- Arrays ----------------------------------------------------------------------------------------------
// Of 64 timers, or twice as many as another; those that are not in use wait for a heap of their size.

struct spare {
	struct spare *next;
};
enum { SMALLEST = 64, SIZES = 27 };

static struct tri_lock spare_lock = TRI_LOCK_INIT(LEAF); // guards spares
static struct spare *spares[SIZES];

static struct spare **spares_of(uint32_t capacity) { return &spares[__builtin_ctz(capacity / SMALLEST)]; }

static struct tri_timer **array_new(uint32_t capacity)
{
	tri_lock(&spare_lock);
	struct spare **spare = spares_of(capacity), *found = *spare;
	if (found)
		*spare = found->next;
	tri_unlock(&spare_lock);
	return found ? (struct tri_timer **)found : tri_permanent_alloc(capacity * sizeof(struct tri_timer *));
}

static void array_free(struct tri_timer **timers, uint32_t capacity)
{
	if (capacity == 0)
		return;
	struct spare *spare = (struct spare *)timers;
	tri_lock(&spare_lock);
	spare->next = *spares_of(capacity);
	*spares_of(capacity) = spare;
	tri_unlock(&spare_lock);
}

static void grow(struct tri_timer_heap *heap)
{
	tri_assert_held(&heap->lock);
	uint32_t capacity = heap->capacity ? heap->capacity * 2 : SMALLEST;
	struct tri_timer **grown = array_new(capacity);
	if (heap->count > 0)
		memcpy(grown, heap->timers, heap->count * sizeof *grown);
	array_free(heap->timers, heap->capacity);
	heap->timers = grown;
	heap->capacity = capacity;
}

// ---- The heap --------------------------------------------------------------------------------------------

static void insert(struct tri_timer_heap *heap, struct tri_timer *timer)
{
	tri_assert_held(&heap->lock);
	if (heap->closed)
		return;
	if (heap->count == heap->capacity)
		grow(heap);
	heap->timers[heap->count] = timer;
	sift_up(heap, heap->count++);
	atomic_store(&timer->state, IN_HEAP);
	note_first(heap);
}

static void take_out(struct tri_timer_heap *heap, struct tri_timer *timer)
{
	tri_assert_held(&heap->lock);
	uint32_t at = timer->heap_index;
	struct tri_timer *last = heap->timers[--heap->count];
	if (last != timer) {
		place(heap, at, last);
		sift_up(heap, at);
		sift_down(heap, last->heap_index);
	}
	atomic_store(&timer->state, IDLE);
	note_first(heap);
}

// A timer may live longer, as may who is about to stop it: it finds that there is nothing to do.
void tri_timers_close(struct tri_timer_heap *heap)
{
	tri_lock(&heap->lock);
	for (uint32_t i = 0; i < heap->count; i++) {
		heap->timers[i]->heap = NULL;
		atomic_store(&heap->timers[i]->state, IDLE);
	}
	array_free(heap->timers, heap->capacity);
	heap->timers = NULL;
	heap->count = heap->capacity = 0;
	heap->closed = true;
	note_first(heap);
	tri_unlock(&heap->lock);
}

static struct tri_timer_heap *home(void)
{
	struct tri_machine *machine = tri_thread_machine;
	return &(machine && machine->processor ? machine->processor : tri_sched.processors[0])->timers;
}

static bool start_in(struct tri_timer_heap *heap, struct tri_timer *timer, int64_t when, int64_t period)
{
	tri_timer_stop(timer);
	tri_lock(&heap->lock);
	timer->when = when > 0 ? when : 1;
	timer->period = period;
	timer->heap = heap;
	timer->sequence++;
	insert(heap, timer);
	bool is_first = heap->count > 0 && heap->timers[0] == timer;
	tri_unlock(&heap->lock);
	return is_first;
}

void tri_timer_start(struct tri_timer *timer, int64_t when, int64_t period)
{
	bool is_first = start_in(home(), timer, when, period);
	tri_monitor_start();
	if (is_first)
		tri_netpoll_break(); // a machine that sleeps until a later deadline looks again
}

void tri_timer_start_in(struct tri_bubble *bubble, struct tri_timer *timer, int64_t when, int64_t period)
{
	timer->order = (uint32_t)tri_random(); // nobody should rely on one
	start_in(&bubble->timers, timer, when, period);
}

bool tri_timer_stop(struct tri_timer *timer)
{
	struct tri_timer_heap *heap = timer->heap;
	if (!heap)
		return false;
	tri_lock(&heap->lock);
	bool waiting = atomic_load(&timer->state) == IN_HEAP && timer->heap == heap;
	if (waiting)
		take_out(heap, timer);
	tri_unlock(&heap->lock);
	return waiting;
}

bool tri_timers_are_due(struct tri_processor *processor)
{
	int64_t first = atomic_load_explicit(&processor->timers.first, memory_order_relaxed);
	return first != 0 && first <= tri_nanotime();
}

int64_t tri_timers_check(struct tri_timer_heap *heap, int64_t now)
{
	for (;;) {
		tri_lock(&heap->lock);
		struct tri_timer *timer = heap->count > 0 ? heap->timers[0] : NULL;
		if (!timer || timer->when > now) {
			tri_unlock(&heap->lock);
			return timer ? timer->when : 0;
		}
		int64_t delay = now - timer->when;
		void (*run)(void *, uint64_t, int64_t) = timer->run;
		void *argument = timer->argument;
		uint64_t sequence = timer->sequence;
		take_out(heap, timer);
		if (timer->period > 0) {
			int64_t step;
			if (__builtin_mul_overflow(timer->period, 1 + delay / timer->period, &step) ||
				__builtin_add_overflow(timer->when, step, &timer->when))
				timer->when = INT64_MAX;
			insert(heap, timer);
		}
		tri_unlock(&heap->lock);
		run(argument, sequence, delay);
	}
}

int64_t tri_timers_next(void)
{
	int64_t earliest = 0;
	for (uint32_t i = 0; i < tri_sched.processor_count; i++) {
		int64_t first = atomic_load(&tri_sched.processors[i]->timers.first);
		if (first && (!earliest || first < earliest))
			earliest = first;
	}
	return earliest;
}

// ---- Sleeping ------------------------------------------------------------------------------------

static void wake_sleeper(void *goroutine, uint64_t sequence, int64_t delay)
{
	(void)sequence;
	(void)delay;
	tri_sched_ready(goroutine, false);
}

static struct tri_lock *prepare_sleep(int64_t nanoseconds)
{
	struct tri_goroutine *goroutine = tri_current();
	if (!goroutine->sleep_timer)
		goroutine->sleep_timer = tri_permanent_alloc(sizeof *goroutine->sleep_timer);
	struct tri_timer *timer = goroutine->sleep_timer;
	timer->run = wake_sleeper;
	timer->argument = goroutine;
	struct tri_bubble *bubble = goroutine->bubble;
	struct tri_timer_heap *heap = bubble ? &bubble->timers : home();
	tri_lock(&heap->lock);
	if (__builtin_add_overflow(bubble ? bubble->now : tri_nanotime(), nanoseconds, &timer->when))
		timer->when = INT64_MAX;
	timer->period = 0;
	timer->order = bubble ? (uint32_t)tri_random() : 0;
	timer->heap = heap;
	insert(heap, timer);
	return &heap->lock; // nobody runs it before the goroutine counts as waiting
}

void tri_sched_sleep_park(int64_t nanoseconds)
{
	if (nanoseconds <= 0)
		tri_sched_yield();
	tri_monitor_start();
	struct tri_lock *lock = prepare_sleep(nanoseconds);
	tri_sched_park(TRI_WAIT_SLEEP, lock);
}

void tri_sched_sleep(int64_t nanoseconds)
{
	if (nanoseconds <= 0) {
		tri_sched_yield_c();
		return;
	}
	tri_monitor_start();
	struct tri_lock *lock = prepare_sleep(nanoseconds);
	tri_netpoll_break();
	tri_sched_wait(TRI_WAIT_SLEEP, lock);
}
