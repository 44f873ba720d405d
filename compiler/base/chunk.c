// Chunks: the pieces that arenas are made of, handed from arena to arena as malloc's are from user to user.
//
// Touching memory for the first time is a large part of what a compiler does, so it should happen seldom and in large steps.
// Chunks whose size is a power of two are cut out of ranges of huge pages and never go back to the system: once an arena
// is done with one, the next arena that needs its size takes it, cleared as far as it was written. That also keeps
// threads from changing the process' mappings, which would stop the others for a moment each time.
//
// Chunks of other sizes hold one large allocation; malloc and mmap know best about those. So they do about all
// chunks under the address sanitizer, which then sees uses of arenas that were freed.
#define TRI_BASE_INTERNAL
#include "compiler/base/base.h"
#include "compiler/base/internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
	HUGE_PAGE = 2 << 20,
	RANGE = TRI_BASE_LARGEST_CHUNK, // asked of the system at once
	CLASSES = 9,                    // smallest to largest, by powers of two
};

_Static_assert(TRI_BASE_SMALLEST_CHUNK << (CLASSES - 1) == TRI_BASE_LARGEST_CHUNK, "classes reach from the smallest to the largest");
_Static_assert(RANGE % HUGE_PAGE == 0, "ranges are of huge pages");

// The process' spare memory, of all threads.
static struct {
	pthread_mutex_t lock; // guards what follows
	struct tri_base_chunk *spare[CLASSES];
	char *fresh, *end; // the rest of a range, zeroed
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER};

// The class of a chunk with so much data; -1: it has none.
static int class_of(size_t size)
{
#ifdef TRI_BASE_POISON
	(void)size;
	return -1;
#else
	size_t whole = sizeof(struct tri_base_chunk) + size;
	if (whole < TRI_BASE_SMALLEST_CHUNK || whole > TRI_BASE_LARGEST_CHUNK || (whole & (whole - 1)) != 0)
		return -1;
	return __builtin_ctzll(whole) - __builtin_ctzll(TRI_BASE_SMALLEST_CHUNK);
#endif
}

// Lock held. False: no room, nothing has changed.
static bool take_range(void)
{
	char *mapping = mmap(NULL, RANGE + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mapping == MAP_FAILED)
		return false;
	size_t before = -(uintptr_t)mapping % HUGE_PAGE;
	if (before > 0)
		munmap(mapping, before);
	munmap(mapping + before + RANGE, HUGE_PAGE - before);
	pool.fresh = mapping + before;
	pool.end = pool.fresh + RANGE;
	madvise(pool.fresh, RANGE, MADV_HUGEPAGE);
	return true;
}

// Lock held. What is left of a range becomes spare chunks: one for each power of two in its size.
static void keep_rest(void)
{
	for (int class = 0; class < CLASSES && pool.fresh < pool.end; class ++) {
		size_t whole = (size_t)TRI_BASE_SMALLEST_CHUNK << class;
		if (((size_t)(pool.end - pool.fresh) & whole) == 0)
			continue;
		struct tri_base_chunk *chunk = (struct tri_base_chunk *)pool.fresh;
		*chunk = (struct tri_base_chunk){.next = pool.spare[class], .size = whole - sizeof *chunk};
		pool.spare[class] = chunk;
		pool.fresh += whole;
	}
}

static struct tri_base_chunk *take_of_class(int class)
{
	size_t whole = (size_t)TRI_BASE_SMALLEST_CHUNK << class;
	struct tri_base_chunk *chunk = NULL;
	pthread_mutex_lock(&pool.lock);
	if (pool.spare[class] != NULL) {
		chunk = pool.spare[class];
		pool.spare[class] = chunk->next;
	} else {
		bool has_room = (size_t)(pool.end - pool.fresh) >= whole;
		if (!has_room) {
			keep_rest();
			has_room = take_range();
		}
		if (has_room) {
			chunk = (struct tri_base_chunk *)pool.fresh;
			pool.fresh += whole;
		}
	}
	pthread_mutex_unlock(&pool.lock);
	if (chunk == NULL)
		tri_base_out_of_memory(whole);
	memset(chunk->data, 0, chunk->dirty);
	chunk->dirty = 0;
	chunk->size = whole - sizeof *chunk;
	return chunk;
}

struct tri_base_chunk *tri_base_take_chunk(size_t size)
{
	int class = class_of(size);
	if (class >= 0)
		return take_of_class(class);
	struct tri_base_chunk *chunk = tri_base_calloc(1, sizeof *chunk + size);
	chunk->size = size;
	return chunk;
}

void tri_base_give_chunk(struct tri_base_chunk *chunk, size_t used)
{
	int class = class_of(chunk->size);
	if (class < 0) {
		free(chunk);
		return;
	}
	chunk->dirty = used;
	pthread_mutex_lock(&pool.lock);
	chunk->next = pool.spare[class];
	pool.spare[class] = chunk;
	pthread_mutex_unlock(&pool.lock);
}
