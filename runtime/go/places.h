// Program counters as Go code has them (symbols.c).
#ifndef TRI_RUNTIME_PLACES_H
#define TRI_RUNTIME_PLACES_H

#include <stdint.h>

// The program counters that stand for all functions at one return address, inlined ones first and wrappers left out; how many.
int64_t tri_go_expand(uintptr_t return_address, uintptr_t *pcs, int64_t limit);

struct tri_g;
// Those of a goroutine that stands in C or waits, from the skip-th function on.
int64_t tri_go_stack(const struct tri_g *g, int64_t skip, uintptr_t *pcs, int64_t limit);

#endif
