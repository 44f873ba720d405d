// Internal to heap/ and gc/: spans, layouts, the page map.
//
// A span is a run of pages that holds objects of one size and one layout, or one large object, or nothing.
// Bits, one per object: `allocated` says which slots hold objects (slots of a run handed to a cache count as
// allocated; flushing the cache takes the unused rest back), `marked` which the current or last mark reached.
// Sweeping a span frees allocated & ~marked.
#ifndef TRI_RUNTIME_SPAN_H
#define TRI_RUNTIME_SPAN_H

#include "runtime/base/base.h"
#include "runtime/heap/heap.h"

enum {
	TRI_PAGE_SHIFT = 13,
	TRI_PAGE_SIZE = 1 << TRI_PAGE_SHIFT,
	TRI_SIZE_CLASS_COUNT = 68, // 0 is for large objects
	TRI_MAX_SMALL_SIZE = 32768,
	TRI_MALLOC_HEADER_LIMIT = 512, // Go's: above it, pointerful objects carry an 8-byte header that capacities show
};

enum tri_span_state {
	TRI_SPAN_FREE, // in the page heap's free lists
	TRI_SPAN_SMALL,
	TRI_SPAN_LARGE,
};

struct tri_span {
	struct tri_span *next, *previous; // of the list it is in
	uintptr_t base;
	size_t page_count;
	struct tri_layout *layout;
	uint32_t object_size; // bytes; SMALL
	uint32_t object_count;
	uint32_t divide_magic; // (offset * magic) >> 32 = offset / object_size
	uint8_t state;         // enum tri_span_state
	bool needs_zero;       // pages were used before
	bool swept;            // for the last mark; unswept spans must not be allocated from
	bool in_cache;
	bool released;        // FREE: storage given back to the system
	uint16_t word_count;  // of each bit set
	uint32_t search_from; // first slot the next refill looks at
	size_t large_size;    // LARGE: bytes asked for
	uint64_t *marked;
	uint64_t *allocated;
	uint64_t bits[]; // 2 * word_count
};

// What the words of an object are. Layouts are interned: equal masks in equal size classes are one layout.
struct tri_layout {
	uint32_t number;    // index in tri_heap.layouts
	uint8_t size_class; // 0: large
	bool has_pointers;
	bool all_pointers;
	uint32_t period_words;      // the mask repeats: elements of an array
	const uint8_t *period_mask; // one bit per word
	uint64_t mask;              // objects of at most 64 words: the whole object's bits
	uint32_t object_size;
	struct tri_layout *hash_next;
	// Spans of this layout, each in exactly one list or in a cache.
	struct tri_span *unswept, *partial, *full;
};

struct tri_heap {
	uintptr_t low, high;        // committed part of the reserved range
	uintptr_t limit;            // end of the reserved range
	struct tri_span **page_map; // by (address - low) >> TRI_PAGE_SHIFT; every page of a used span, ends of free ones
	struct tri_layout **layouts;
	uint32_t layout_count, layout_capacity;
	// Accounting, bytes.
	uint64_t live;    // marked at the last mark + handed out since
	uint64_t trigger; // a collection starts when live reaches it
	uint64_t pages_in_use;
	uint64_t total_allocated; // ever, by refills and large objects
	uint64_t allocated_objects, freed_objects;
};
extern struct tri_heap tri_heap;

static inline struct tri_span *tri_heap_span_of(uintptr_t address)
{
	if (address - tri_heap.low >= tri_heap.high - tri_heap.low)
		return NULL;
	return tri_heap.page_map[(address - tri_heap.low) >> TRI_PAGE_SHIFT];
}

static inline uint32_t tri_span_object_index(const struct tri_span *span, uintptr_t address)
{
	return (uint32_t)(((uint64_t)(uint32_t)(address - span->base) * span->divide_magic) >> 32);
}

static inline bool tri_span_bit(const uint64_t *bits, uint32_t index) { return bits[index >> 6] >> (index & 63) & 1; }

// page_heap.c
struct tri_span *tri_pages_alloc(size_t page_count, uint32_t object_count); // throws when memory is out
void tri_pages_free(struct tri_span *span);
void tri_pages_init(void);
void tri_pages_check(void); // walks everything: debug

// layout.c
struct tri_layout *tri_layout_for(const struct tri_rtype *type, size_t count, size_t size);
struct tri_layout *tri_layout_plain(size_t size);
struct tri_layout *tri_layout_pointers(size_t size);
unsigned tri_size_class(size_t size); // 1..67; size <= TRI_MAX_SMALL_SIZE
extern const uint32_t tri_class_sizes[TRI_SIZE_CLASS_COUNT];
extern const uint8_t tri_class_pages[TRI_SIZE_CLASS_COUNT];

// sweep.c
void tri_span_list_push(struct tri_span **list, struct tri_span *span);
void tri_span_list_remove(struct tri_span **list, struct tri_span *span);
// Frees what the last mark did not reach; the span (in no list) goes to its list, or back to the page heap.
void tri_sweep_span(struct tri_span *span);
void tri_sweep_all(void);
void tri_sweep_start(void);              // after a mark: every span is unswept
extern struct tri_span *tri_large_spans; // all large objects
void tri_caches_flush(void);             // gives unused slots back; before a mark

#endif
