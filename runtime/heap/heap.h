// The heap: size classes, spans of one layout, per-mutator slots, central lists, the page heap.
//
// Knows nothing of goroutines or of Go code. Its callers are gc/ (marking, sweeping), lang/ and go/
// (allocation), the C API. An object's layout says which of its words hold pointers; objects of one span share
// one layout, so neither allocation nor marking touches per-object type information.
#ifndef TRI_RUNTIME_HEAP_H
#define TRI_RUNTIME_HEAP_H

#include "abi/type.h"
#include "runtime/heap/mutator.h"

struct tri_span;   // heap/span.h, shared with gc/ alone
struct tri_layout; // how the words of an object are to be read

void tri_heap_init(void);

// Zeroed memory for `count` consecutive values of `type` (count 1: new; arrays: make, append). The
// size must have been checked against Go's limits. May start or help a collection through the hooks below
// before it allocates; never returns NULL (throws "out of memory" as Go does).
void *tri_heap_alloc(struct tri_mutator *mutator, const struct tri_rtype *type, size_t count);
// Memory without pointers, zeroed.
void *tri_heap_alloc_plain(struct tri_mutator *mutator, size_t size);
// All words are pointers or zero (closures of unknown shape, runtime structures).
void *tri_heap_alloc_pointers(struct tri_mutator *mutator, size_t size);
// One object of a layout (the C API's types); NULL instead of a throw when memory is out and `may_fail`.
void *tri_heap_alloc_layout(struct tri_mutator *mutator, struct tri_layout *layout, size_t size, bool may_fail);
// The slow path of inlined allocation.
void *tri_heap_alloc_slot(struct tri_mutator *mutator, const struct tri_layout_descriptor *descriptor);
// The layout of objects of `size` bytes that repeat a mask of `period` words (one bit each).
struct tri_layout *tri_layout_for_mask(size_t size, const uint8_t *mask, uint32_t period);

// Layouts by kind of object, for tri_heap_alloc_layout: values of a type, `size` bytes of them in all; without pointers; all pointers.
struct tri_layout *tri_heap_layout_of(const struct tri_rtype *type, size_t size);
struct tri_layout *tri_heap_layout_plain(size_t size);
struct tri_layout *tri_heap_layout_pointers(size_t size);
// Number of the mutators' slot for the layout in the high half, the slot's size in the low one; 0 for large objects.
uint64_t tri_heap_layout_slot(const struct tri_layout *layout);

// Bytes that an allocation of `size` really gets: append rounds capacities up to it.
size_t tri_heap_rounded_size(size_t size, bool has_pointers);

// The object that contains `address` (interior pointers count): base and size; NULL when address is
// not in an allocated slot of the heap.
void *tri_heap_find_object(uintptr_t address, size_t *size, struct tri_span **span);
// Where the slot that contains `address` begins, whether or not an object is in it; 0 outside of the heap's spans.
uintptr_t tri_heap_slot_at(uintptr_t address);

// What others attach. All run on the allocating thread, without locks held; each may be NULL.
struct tri_heap_hooks {
	void (*trigger)(struct tri_mutator *mutator);              // the heap has reached the collector's trigger
	void (*assist)(struct tri_mutator *mutator, size_t bytes); // so many bytes are about to be handed out while marking
	void (*told)(void); // tri_heap.live has grown; for the time of an execution trace, set while the world is stopped
	void (*sampled)(struct tri_mutator *mutator, void *object, size_t size); // an allocation for the profile
	void (*freed)(struct tri_span *span, uintptr_t object); // an object with specials was not marked: called by the sweeper;
															// may mark it again (tri_span_keep) to keep it one cycle more
};
extern struct tri_heap_hooks tri_heap_hooks;

// Allocation profile: average bytes between samples (0 off, 1 every allocation). Go's MemProfileRate.
// Mutators notice a change when their runs end.
void tri_heap_set_sample_rate(int64_t bytes);
// The program is about to begin, and may set the rate first of all: the next allocations notice at once.
void tri_heap_expect_rate(struct tri_mutator *mutator);
void tri_heap_sample_by(_Atomic int64_t *variable); // the rate lies there from now on

// ---- Figures (bytes unless said otherwise); consistent only while the world is stopped ------------------------
struct tri_heap_figures {
	uint64_t total_allocated, mallocs, frees, tiny_allocs; // ever; counts of objects
	uint64_t live;                                         // objects, swept or not
	uint64_t span_bytes;                                   // HeapInuse: in spans
	uint64_t idle_bytes, released_bytes;                   // HeapIdle (released included), HeapReleased
	uint64_t mapped_bytes;                                 // HeapSys
	uint64_t span_structures, span_structures_mapped;      // MSpanInuse, MSpanSys
	uint64_t slot_bytes, slot_bytes_mapped;                // MCacheInuse, MCacheSys
	uint64_t scavenged_background, scavenged_eager;        // given back ever: by the monitor; because of a limit or by request
	uint64_t background_time, eager_time;                  // nanoseconds that it took
	uint64_t table_bytes;                                  // page maps, mark bits: GCSys
	struct {
		uint32_t size;
		uint64_t mallocs, frees;
	} by_size[68];
	uint64_t large_mallocs, large_frees, large_bytes_allocated, large_bytes_freed;
};
void tri_heap_figures(struct tri_heap_figures *figures);

// ---- Memory and the operating system ---------------------------------------------------------------------------
uint64_t tri_heap_scavenge(uint64_t bytes);    // returns free pages to the system, at least `bytes` if there are; those released
void tri_heap_background_step(int64_t now);    // called every 10 ms or so by the monitor: releases at Go's rate
extern _Atomic uint64_t tri_heap_memory_limit; // bytes that spans and free pages with storage may have; UINT64_MAX: any
extern _Atomic uint64_t tri_heap_retain_goal;  // bytes of spans and free pages that the background scavenger leaves (set by the pacer)

#endif
