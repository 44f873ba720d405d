// Arenas: storage that is bumped out of chunks and given back all at once.
//
// An allocation only moves a pointer through a zeroed chunk. Each chunk is larger than the one before (up to a bound):
// small arenas stay small, and large ones ask rarely. What does not fit into a chunk's remainder opens a new one; an
// allocation larger than that gets a chunk of its own and leaves the current one in use. Chunks come from a pool that
// all threads share (chunk.c).
//
// Under the address sanitizer the unused part of each chunk is poisoned and allocations are
// separated by poisoned gaps, so overruns inside an arena are caught as those of malloc are.
#define TRI_BASE_INTERNAL
#include "compiler/base/base.h"
#include "compiler/base/internal.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef TRI_BASE_POISON
#include <sanitizer/asan_interface.h>
enum { ARENA_GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
enum { ARENA_GAP = 0 };
#endif

enum {
	ARENA_ALIGNMENT = 16,
	ARENA_FIRST_CHUNK = TRI_BASE_SMALLEST_CHUNK,
	ARENA_LARGEST_CHUNK = TRI_BASE_LARGEST_CHUNK,
};

struct tri_arena {
	char *free, *end; // unused part of the current chunk
	size_t used;
	size_t next_chunk_size;
	struct tri_base_chunk *chunks;        // all of them
	struct tri_arena *children, *sibling; // tri_arena_new_within
};

void tri_base_out_of_memory(size_t size)
{
	fprintf(stderr, "tricolor: out of memory (could not allocate %zu bytes)\n", size);
	exit(2);
}

void *tri_base_calloc(size_t count, size_t size)
{
	void *result = calloc(count, size);
	if (result == NULL && count != 0 && size != 0)
		tri_base_out_of_memory(count * size);
	return result;
}

void *tri_base_realloc(void *old, size_t size)
{
	void *result = realloc(old, size);
	if (result == NULL && size != 0)
		tri_base_out_of_memory(size);
	return result;
}

struct tri_arena *tri_arena_new(void)
{
	struct tri_arena *arena = tri_base_calloc(1, sizeof *arena);
	arena->next_chunk_size = ARENA_FIRST_CHUNK;
	return arena;
}

struct tri_arena *tri_arena_new_within(struct tri_arena *parent)
{
	struct tri_arena *arena = tri_arena_new();
	arena->sibling = parent->children;
	parent->children = arena;
	return arena;
}

void tri_arena_clear(struct tri_arena *arena)
{
	for (struct tri_arena *child = arena->children, *next; child != NULL; child = next) {
		next = child->sibling;
		tri_arena_free(child);
	}
	for (struct tri_base_chunk *chunk = arena->chunks, *next; chunk != NULL; chunk = next) {
		next = chunk->next;
		ASAN_UNPOISON_MEMORY_REGION(chunk->data, chunk->size);
		bool is_current = chunk->data + chunk->size == arena->end;
		tri_base_give_chunk(chunk, is_current ? (size_t)(arena->free - chunk->data) : chunk->size);
	}
	*arena = (struct tri_arena){.next_chunk_size = ARENA_FIRST_CHUNK, .sibling = arena->sibling};
}

void tri_arena_free(struct tri_arena *arena)
{
	if (arena == NULL)
		return;
	tri_arena_clear(arena);
	free(arena);
}

static char *add_chunk(struct tri_arena *arena, size_t size)
{
	struct tri_base_chunk *chunk = tri_base_take_chunk(size);
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	ASAN_POISON_MEMORY_REGION(chunk->data, chunk->size);
	return chunk->data;
}

void *tri_arena_alloc(struct tri_arena *arena, size_t size)
{
	if (size > SIZE_MAX / 2)
		tri_base_out_of_memory(size);
	if (size == 0) // an address of its own all the same
		size = 1;
	size_t rounded = (size + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT + ARENA_GAP;
	char *result;
	if (rounded <= (size_t)(arena->end - arena->free)) {
		result = arena->free;
		arena->free += rounded;
	} else if (rounded > arena->next_chunk_size / 4) {
		result = add_chunk(arena, rounded);
	} else {
		size_t chunk_size = arena->next_chunk_size - sizeof(struct tri_base_chunk);
		result = add_chunk(arena, chunk_size);
		arena->free = result + rounded;
		arena->end = result + chunk_size;
		if (arena->next_chunk_size < ARENA_LARGEST_CHUNK)
			arena->next_chunk_size *= 2;
	}
	arena->used += rounded;
	ASAN_UNPOISON_MEMORY_REGION(result, size);
	return result;
}

char *tri_arena_strdup(struct tri_arena *arena, const char *text, size_t length)
{
	char *copy = tri_arena_alloc(arena, length + 1);
	if (length != 0)
		memcpy(copy, text, length);
	return copy;
}

char *tri_arena_printf(struct tri_arena *arena, const char *format, ...)
{
	va_list arguments, again;
	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		tri_ice("unprintable format: %s", format);
	char *text = tri_arena_alloc(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

size_t tri_arena_used(const struct tri_arena *arena) { return arena->used; }

void *tri_vector_grow(struct tri_arena *arena, void *items, uint32_t *capacity, size_t item_size)
{
	uint32_t old = *capacity;
	if (old > UINT32_MAX / 2)
		tri_base_out_of_memory((size_t)old * 2 * item_size);
	uint32_t wanted = old == 0 ? 4 : old * 2;
	void *grown = tri_arena_alloc(arena, wanted * item_size);
	if (old != 0)
		memcpy(grown, items, old * item_size);
	*capacity = wanted;
	return grown;
}
