// The block and the mutex profile of Go programs: where the stacks come from. A block is recorded when its goroutine is about to go
// on, with its own stack; a wait for a mutex by who ends it, with the stack of that one.
#include "runtime/go/hooks.h"
#include "runtime/go/places.h"
#include "runtime/observe/observe.h"

enum { DEPTH = 128 };

int64_t tri_go_contention_rate(int64_t which, int64_t rate);
int64_t tri_go_contention_read(int64_t which, int64_t (*counts)[2], uintptr_t *stacks, int64_t limit, int64_t depth);
void tri_go_block_event(int64_t nanoseconds, int64_t skip);

static void unblocked(struct tri_goroutine *goroutine, int64_t nanoseconds)
{
	if (!tri_observe_contention_wanted(TRI_CONTENTION_BLOCK, nanoseconds))
		return;
	// Channel operations are functions of package runtime that the program calls; semaphores are behind functions of others.
	uintptr_t stack[DEPTH];
	int64_t depth = 0, skip = 0;
	if (goroutine->wait_reason == TRI_WAIT_CHAN_RECEIVE || goroutine->wait_reason == TRI_WAIT_CHAN_SEND ||
		goroutine->wait_reason == TRI_WAIT_SELECT)
		stack[depth++] = goroutine->blocked_in;
	else
		skip = goroutine->blocked_skip;
	depth += tri_go_stack(&goroutine->abi, skip, stack + depth, DEPTH - depth);
	tri_observe_contention_add(TRI_CONTENTION_BLOCK, stack, (uint32_t)depth, nanoseconds);
}

void tri_go_mutex_event(int64_t nanoseconds, int64_t skip)
{
	uintptr_t stack[DEPTH];
	if (tri_observe_contention_wanted(TRI_CONTENTION_MUTEX, nanoseconds))
		tri_observe_contention_add(TRI_CONTENTION_MUTEX, stack, (uint32_t)tri_go_stack(&tri_current()->abi, skip, stack, DEPTH),
								   nanoseconds);
}

// For runtime/pprof's tests: the skip-th caller, this function counted as the first, has waited.
void tri_go_block_event(int64_t nanoseconds, int64_t skip)
{
	uintptr_t stack[DEPTH];
	nanoseconds = nanoseconds > 0 ? nanoseconds : 1;
	if (tri_observe_contention_wanted(TRI_CONTENTION_BLOCK, nanoseconds))
		tri_observe_contention_add(TRI_CONTENTION_BLOCK, stack,
								   (uint32_t)tri_go_stack(&tri_current()->abi, skip > 0 ? skip - 1 : 0, stack, DEPTH), nanoseconds);
}

int64_t tri_go_contention_rate(int64_t which, int64_t rate)
{
	int64_t before = tri_observe_contention_rate((enum tri_observe_contention)which, rate);
	if (which == TRI_CONTENTION_BLOCK && rate >= 0) {
		tri_sched_unblocked_hook = unblocked;
		atomic_store(&tri_sched_blocks_noted, rate);
	}
	return before;
}

struct records {
	int64_t (*counts)[2];
	uintptr_t *stacks;
	int64_t found, limit, depth;
};

static void add(void *opaque, int64_t count, int64_t nanoseconds, const uintptr_t *stack, uint32_t depth)
{
	struct records *records = opaque;
	if (records->found < records->limit) {
		uintptr_t *to = records->stacks + records->found * records->depth;
		int64_t most = depth < records->depth ? depth : records->depth;
		memcpy(to, stack, (size_t)most * sizeof *to);
		if (most < records->depth)
			to[most] = 0;
		records->counts[records->found][0] = count;
		records->counts[records->found][1] = nanoseconds;
	}
	records->found++;
}

int64_t tri_go_contention_read(int64_t which, int64_t (*counts)[2], uintptr_t *stacks, int64_t limit, int64_t depth)
{
	struct records records = {counts, stacks, 0, limit, depth};
	tri_observe_each_contention((enum tri_observe_contention)which, add, &records);
	return records.found;
}
