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
