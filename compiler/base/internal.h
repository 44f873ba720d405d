// Shared by the files of compiler/base only: allocation that cannot fail, and hashing.
#ifndef TRI_COMPILER_BASE_INTERNAL_H
#define TRI_COMPILER_BASE_INTERNAL_H

#ifndef TRI_BASE_INTERNAL
#error "compiler/base/internal.h belongs to compiler/base; include compiler/base/base.h"
#endif

#include "compiler/base/base.h"

// As calloc and realloc, but end the compiler (exit 2) when memory runs out.
void *tri_base_calloc(size_t count, size_t size) __attribute__((malloc));
void *tri_base_realloc(void *old, size_t size);
TRI_NORETURN void tri_base_out_of_memory(size_t size);

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TRI_BASE_POISON 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(TRI_BASE_POISON)
#define TRI_BASE_POISON 1
#endif

// ---- chunk.c: what arenas are made of

enum { // bytes, headers included
	TRI_BASE_SMALLEST_CHUNK = 16 << 10,
	TRI_BASE_LARGEST_CHUNK = 4 << 20, // of those that are used again
};

struct tri_base_chunk {
	struct tri_base_chunk *next;
	size_t size;  // of data
	size_t dirty; // bytes of it that may not be zero, while it waits for its next use
	_Alignas(16) char data[];
};

// Zeroed, `size` bytes of data. Ends the compiler when memory runs out.
struct tri_base_chunk *tri_base_take_chunk(size_t size);
// Nothing beyond the first `used` bytes was written.
void tri_base_give_chunk(struct tri_base_chunk *chunk, size_t used);

// Spreads the bits of a word over the whole word; the low bits are then good slot numbers.
static inline uint64_t tri_base_mix(uint64_t word)
{
	word ^= word >> 32;
	word *= 0xd6e8feb86659fd93u;
	word ^= word >> 32;
	word *= 0xd6e8feb86659fd93u;
	word ^= word >> 32;
	return word;
}

#endif
