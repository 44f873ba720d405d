// The block and the mutex profile: how often and how long goroutines waited, by call stack.
//
// A block shorter than the rate is recorded by chance, as likely as it is long, and counts for as many as were not; of the waits
// for mutexes one in `rate` is recorded and counts for all of these. So both profiles' sums are what they would be without sampling.
#include "runtime/observe/observe.h"
#include "runtime/observe/stack_table.h"

struct waits {
	struct tri_stack_entry entry; // without a key
	double count, nanoseconds;
};

static struct tri_lock lock = TRI_LOCK_INIT(PROFILE); // guards the tables
static struct tri_stack_table tables[2];
static _Atomic int64_t rates[2];

int64_t tri_observe_contention_rate(enum tri_observe_contention which, int64_t rate)
{
	return rate < 0 ? atomic_load(&rates[which]) : atomic_exchange(&rates[which], rate);
}

bool tri_observe_contention_wanted(enum tri_observe_contention which, int64_t nanoseconds)
{
	int64_t rate = atomic_load_explicit(&rates[which], memory_order_relaxed);
	if (rate <= 0)
		return false;
	int64_t chance = (int64_t)(tri_random() % (uint64_t)rate);
	return which == TRI_CONTENTION_MUTEX ? chance == 0 : nanoseconds >= rate || chance <= nanoseconds;
}

void tri_observe_contention_add(enum tri_observe_contention which, const uintptr_t *stack, uint32_t depth, int64_t nanoseconds)
{
	double rate = (double)atomic_load_explicit(&rates[which], memory_order_relaxed), time = nanoseconds > 0 ? (double)nanoseconds : 1;
	double count = which == TRI_CONTENTION_MUTEX ? rate : time < rate ? rate / time : 1;
	tri_lock(&lock);
	struct waits *waits = (struct waits *)tri_stack_table_find(&tables[which], stack, depth, 0, sizeof *waits);
	waits->count += count;
	waits->nanoseconds += count * time;
	tri_unlock(&lock);
}

void tri_observe_each_contention(enum tri_observe_contention which,
								 void (*visit)(void *context, int64_t count, int64_t nanoseconds, const uintptr_t *stack, uint32_t depth),
								 void *context)
{
	tri_lock(&lock);
	for (const struct tri_stack_entry *entry = tables[which].all; entry; entry = entry->next_all) {
		const struct waits *waits = (const struct waits *)entry;
		visit(context, (int64_t)waits->count, (int64_t)waits->nanoseconds, entry->stack, entry->depth);
	}
	tri_unlock(&lock);
}

uint64_t tri_observe_contention_bytes(void) { return tables[0].bytes + tables[1].bytes; }
