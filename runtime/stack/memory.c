// Memory of stacks. Sizes are powers of two: up to 128 KiB pieces of chunks, kept in a list per size by each
// processor and in shared pools behind a lock; then mappings of their own; from 256 KiB one range of address
// space whose pages the kernel supplies as the stack reaches them, so that a deep stack is copied at most once
// more (where address space is limited, mappings go on). A few ranges are kept with their storage, since faulting pages in is most of what
// a deep stack costs.
#include "runtime/stack/stack.h"
#include "abi/call.h"
#include "runtime/base/base.h"
#include "runtime/base/lock.h"

int64_t tri_stack_limit = TRI_STACK_LIMIT;

#include <sys/mman.h>

struct piece {
	struct piece *next;
};

enum {
	CHUNK = 128 << 10,
	CACHED_BYTES = 64 << 10, // per order in a processor's cache; half of it moves at a time
	KEPT_RANGES = 4,
	KEPT_BYTES = 16 << 20, // storage that a kept range may hold
};

static struct tri_lock lock = TRI_LOCK_INIT(STACKS);
static struct piece *pool[TRI_STACK_ORDERS]; // guarded by lock
static uintptr_t kept[KEPT_RANGES];          // lowest addresses of ranges; guarded by lock
static unsigned kept_count;
static _Atomic uint64_t bytes_in_use, bytes_mapped, ranges_in_use;

static unsigned order_of(size_t size) { return size <= TRI_STACK_MINIMUM ? 0 : 64 - (unsigned)__builtin_clzll(size - 1) - 11; }
_Static_assert(TRI_STACK_MINIMUM == 1 << 11, "order_of");

static size_t accounted(size_t size) { return size == TRI_STACK_RANGE ? TRI_STACK_RESERVE_FROM : size; }

static void *try_map(size_t size) // NULL: there is no memory, or no address space
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return NULL;
	atomic_fetch_add_explicit(&bytes_mapped, accounted(size), memory_order_relaxed);
	return memory;
}

static void *map(size_t size)
{
	void *memory = try_map(size);
	if (!memory) {
		tri_print("runtime: out of memory: cannot allocate %zu-byte block (%llu in use)\n", size, (unsigned long long)tri_stack_bytes());
		tri_throw("out of memory");
	}
	return memory;
}

static struct piece *pool_take(unsigned order)
{
	tri_assert_held(&lock);
	if (!pool[order]) {
		size_t size = (size_t)TRI_STACK_MINIMUM << order;
		char *chunk = map(CHUNK);
		for (size_t at = CHUNK; at > 0; at -= size) {
			struct piece *piece = (struct piece *)(chunk + at - size);
			piece->next = pool[order];
			pool[order] = piece;
		}
	}
	struct piece *piece = pool[order];
	pool[order] = piece->next;
	return piece;
}

static uint32_t batch(unsigned order)
{
	uint32_t count = CACHED_BYTES >> (order + 11);
	return count > 1 ? count : 1;
}

static void *take_piece(unsigned order, struct tri_stack_cache *cache)
{
	if (!cache) {
		tri_lock(&lock);
		struct piece *piece = pool_take(order);
		tri_unlock(&lock);
		return piece;
	}
	if (!cache->pieces[order]) {
		tri_lock(&lock);
		for (uint32_t i = 0; i < batch(order); i++) {
			struct piece *piece = pool_take(order);
			piece->next = cache->pieces[order];
			cache->pieces[order] = piece;
			cache->counts[order]++;
		}
		tri_unlock(&lock);
	}
	struct piece *piece = cache->pieces[order];
	cache->pieces[order] = piece->next;
	cache->counts[order]--;
	return piece;
}

static void return_pieces(struct tri_stack_cache *cache, unsigned order, uint32_t count)
{
	tri_lock(&lock);
	for (; count > 0; count--) {
		struct piece *piece = cache->pieces[order];
		cache->pieces[order] = piece->next;
		cache->counts[order]--;
		piece->next = pool[order];
		pool[order] = piece;
	}
	tri_unlock(&lock);
}

static void give_piece(struct piece *piece, unsigned order, struct tri_stack_cache *cache)
{
	if (!cache) {
		tri_lock(&lock);
		piece->next = pool[order];
		pool[order] = piece;
		tri_unlock(&lock);
		return;
	}
	piece->next = cache->pieces[order];
	cache->pieces[order] = piece;
	if (++cache->counts[order] > 2 * batch(order))
		return_pieces(cache, order, batch(order));
}

void tri_stack_cache_flush(struct tri_stack_cache *cache)
{
	for (unsigned order = 0; order < TRI_STACK_ORDERS; order++)
		return_pieces(cache, order, cache->counts[order]);
}

static uintptr_t take_range(void) // 0: there is no address space for one
{
	tri_lock(&lock);
	uintptr_t low = kept_count > 0 ? kept[--kept_count] : 0;
	tri_unlock(&lock);
	if (!low) {
		low = (uintptr_t)try_map(TRI_STACK_RANGE);
		// Pages arrive one at a time: huge ones would charge 2 MiB for the first byte.
		if (low)
			madvise((void *)low, TRI_STACK_RANGE, MADV_NOHUGEPAGE);
	}
	return low;
}

static void give_range(uintptr_t low)
{
	// What lies deeper than a kept range may hold is dropped; the rest stays warm.
	tri_lock(&lock);
	bool keep = kept_count < KEPT_RANGES;
	if (keep)
		kept[kept_count++] = low;
	tri_unlock(&lock);
	if (keep) {
		madvise((void *)low, TRI_STACK_RANGE - KEPT_BYTES, MADV_DONTNEED);
		return;
	}
	tri_os_unmap((void *)low, TRI_STACK_RANGE);
	atomic_fetch_sub_explicit(&bytes_mapped, TRI_STACK_RESERVE_FROM, memory_order_relaxed);
}

void tri_stack_set_guard(struct tri_g *g)
{
	// A range that grows in place may be larger than a stack may become.
	uintptr_t low = g->stack_low;
	if (TRI_UNLIKELY(g->stack_high - low == TRI_STACK_RANGE && (uint64_t)tri_stack_limit < TRI_STACK_RANGE))
		low = g->stack_high - (uintptr_t)(tri_stack_limit < TRI_STACK_RESERVE_FROM ? TRI_STACK_RESERVE_FROM : tri_stack_limit);
	uintptr_t guard = TRI_DEBUG && tri_settings.move_stacks ? UINTPTR_MAX : low + TRI_ABI_STACK_RESERVE + TRI_ABI_STACK_SMALL;
	__atomic_store_n(&g->stack_guard, guard, __ATOMIC_RELAXED);
}

void tri_stack_alloc(struct tri_g *g, size_t size, struct tri_stack_cache *cache)
{
	void *memory = size >= TRI_STACK_RESERVE_FROM ? (void *)take_range() : NULL;
	if (memory) {
		size = TRI_STACK_RANGE;
		atomic_fetch_add_explicit(&ranges_in_use, 1, memory_order_relaxed);
	} else if (size > TRI_STACK_POOLED) {
		memory = map(size);
	} else {
		memory = take_piece(order_of(size), cache);
	}
	atomic_fetch_add_explicit(&bytes_in_use, accounted(size), memory_order_relaxed);
	g->stack_low = (uintptr_t)memory;
	g->stack_high = g->stack_low + size;
	tri_stack_set_guard(g);
}

void tri_stack_free(struct tri_g *g, struct tri_stack_cache *cache)
{
	size_t size = g->stack_high - g->stack_low;
	if (size == 0)
		return;
	atomic_fetch_sub_explicit(&bytes_in_use, accounted(size), memory_order_relaxed);
	if (size == TRI_STACK_RANGE) {
		atomic_fetch_sub_explicit(&ranges_in_use, 1, memory_order_relaxed);
		give_range(g->stack_low);
	} else if (size > TRI_STACK_POOLED) {
		tri_os_unmap((void *)g->stack_low, size);
		atomic_fetch_sub_explicit(&bytes_mapped, size, memory_order_relaxed);
	} else {
		if (TRI_DEBUG && (tri_settings.poison || tri_settings.move_stacks))
			memset((void *)g->stack_low, 0xdb, size);
		give_piece((struct piece *)g->stack_low, order_of(size), cache);
	}
	g->stack_low = g->stack_high = 0;
}

void tri_stack_trim(struct tri_g *g)
{
	enum { SLACK = 256 << 10 };
	if (g->stack_high - g->stack_low != TRI_STACK_RANGE)
		return;
	uintptr_t end = (g->sp - SLACK) & ~(uintptr_t)4095;
	if (end > g->stack_low && end < g->stack_high)
		madvise((void *)g->stack_low, end - g->stack_low, MADV_DONTNEED);
}

uint64_t tri_stack_range_storage(const struct tri_g *g)
{
	enum { PAGE = 4096, PIECE = 256 };
	if (g->stack_high - g->stack_low != TRI_STACK_RANGE)
		return 0;
	uint64_t pages = 0, before;
	uintptr_t end = g->stack_high;
	do {
		uint8_t has_storage[PIECE];
		before = pages;
		end -= PIECE * PAGE;
		if (mincore((void *)end, PIECE * PAGE, has_storage) != 0)
			break;
		for (uint32_t i = 0; i < PIECE; i++)
			pages += has_storage[i] & 1;
	} while (pages > before && end > g->stack_low);
	return pages * PAGE > TRI_STACK_RESERVE_FROM ? pages * PAGE - TRI_STACK_RESERVE_FROM : 0;
}

bool tri_stack_has_ranges(void) { return atomic_load_explicit(&ranges_in_use, memory_order_relaxed) > 0; }

uint64_t tri_stack_bytes(void) { return atomic_load_explicit(&bytes_in_use, memory_order_relaxed); }

uint64_t tri_stack_mapped_bytes(void) { return atomic_load_explicit(&bytes_mapped, memory_order_relaxed); }
