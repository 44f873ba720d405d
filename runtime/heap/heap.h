// The heap: size classes, spans of one layout, per-processor caches, central lists, the page heap.
//
// Knows nothing of goroutines or of Go code. Its callers are gc/ (marking, sweeping), lang/ and go/
// (allocation). An object's layout says which of its words hold pointers; objects of one span share
// one layout, so neither allocation nor marking touches per-object type information.
#ifndef TRI_RUNTIME_HEAP_H
#define TRI_RUNTIME_HEAP_H

#include "abi/type.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tri_span;       // heap/span.h, shared with gc/ alone
struct tri_heap_cache; // one per processor; used by the thread that holds the processor

void tri_heap_init(void);
struct tri_heap_cache *tri_heap_cache_new(void);

// Zeroed memory for `count` consecutive values of `type` (count 1: new; arrays: make, append). The
// size must have been checked against tri_heap_max_alloc. May start or help a collection through
// the hook below before it allocates; never returns NULL (throws "out of memory" as Go does).
void *tri_heap_alloc(struct tri_heap_cache *cache, const struct tri_rtype *type, size_t count);
// Memory without pointers; zeroed when `zero`.
void *tri_heap_alloc_plain(struct tri_heap_cache *cache, size_t size, bool zero);
// All words are pointers or zero (closures of unknown shape, runtime structures).
void *tri_heap_alloc_pointers(struct tri_heap_cache *cache, size_t size);

// Bytes that an allocation of `size` really gets: append rounds capacities up to it.
size_t tri_heap_rounded_size(size_t size, bool has_pointers);

// The object that contains `address` (interior pointers count): base and size; NULL when address is
// not in a live or free object slot of the heap.
void *tri_heap_find_object(uintptr_t address, size_t *size, struct tri_span **span);

// Called on the allocating thread when the heap has reached the collector's trigger.
extern void (*tri_heap_trigger_hook)(void);

#endif
