// Memory of stacks. Sizes are powers of two: up to 128 KiB from free lists of pieces of chunks; then
// mappings of their own; from 256 KiB one range of address space whose pages the kernel supplies as the
// stack reaches them, so that a deep stack is copied at most once more.
#include "runtime/stack/stack.h"
#include "abi/call.h"
#include "runtime/base/base.h"

#include <sys/mman.h>

struct piece {
	struct piece *next;
};

enum { ORDERS = 7, CHUNK = 128 << 10 };
static struct piece *free_pieces[ORDERS]; // 2 KiB to 128 KiB
static uint64_t bytes_in_use;

static unsigned order_of(size_t size)
{
	unsigned order = 0;
	while (((size_t)TRI_STACK_MINIMUM << order) < size)
		order++;
	return order;
}

static void *map(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		tri_throw("runtime: out of memory: cannot allocate a stack of %zu bytes", size);
	return memory;
}

static void *take_piece(unsigned order)
{
	if (!free_pieces[order]) {
		size_t size = (size_t)TRI_STACK_MINIMUM << order;
		char *chunk = map(CHUNK);
		for (size_t at = CHUNK; at > 0; at -= size) {
			struct piece *piece = (struct piece *)(chunk + at - size);
			piece->next = free_pieces[order];
			free_pieces[order] = piece;
		}
	}
	struct piece *piece = free_pieces[order];
	free_pieces[order] = piece->next;
	return piece;
}

void tri_stack_set_guard(struct tri_g *g)
{
	g->stack_guard = TRI_DEBUG && tri_settings.move_stacks ? UINTPTR_MAX : g->stack_low + TRI_ABI_STACK_RESERVE + TRI_ABI_STACK_SMALL;
}

void tri_stack_alloc(struct tri_g *g, size_t size)
{
	void *memory;
	if (size >= TRI_STACK_RESERVE_FROM) {
		size = TRI_STACK_RANGE;
		memory = map(size);
		// Pages arrive one at a time: huge ones would charge 2 MiB for the first byte.
		madvise(memory, size, MADV_NOHUGEPAGE);
	} else if (size > TRI_STACK_POOLED) {
		memory = map(size);
	} else {
		memory = take_piece(order_of(size));
	}
	bytes_in_use += size >= TRI_STACK_RESERVE_FROM ? TRI_STACK_RESERVE_FROM : size;
	g->stack_low = (uintptr_t)memory;
	g->stack_high = g->stack_low + size;
	tri_stack_set_guard(g);
}

void tri_stack_free(struct tri_g *g)
{
	size_t size = g->stack_high - g->stack_low;
	if (size == 0)
		return;
	bytes_in_use -= size >= TRI_STACK_RESERVE_FROM ? TRI_STACK_RESERVE_FROM : size;
	if (size > TRI_STACK_POOLED) {
		tri_os_unmap((void *)g->stack_low, size);
	} else {
		if (TRI_DEBUG && (tri_settings.poison || tri_settings.move_stacks))
			memset((void *)g->stack_low, 0xdb, size);
		struct piece *piece = (struct piece *)g->stack_low;
		unsigned order = order_of(size);
		piece->next = free_pieces[order];
		free_pieces[order] = piece;
	}
	g->stack_low = g->stack_high = 0;
}

uint64_t tri_stack_bytes(void) { return bytes_in_use; }
