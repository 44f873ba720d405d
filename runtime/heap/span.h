// Internal to heap/ and gc/: spans, layouts, page maps, mark bits.
//
// A span is a run of pages that holds objects of one size and one layout, or one large object, or nothing.
//
// Bits, one per object. `allocated` (in the span, written by its owner alone) says which slots hold objects; slots
// of a run handed to a mutator count as allocated, what is left of a run when the span is given up is taken back.
// Marks lie apart, densely, in tri_heap.marks, because marking touches them at random: a byte per object, 0 or 1, in blocks
// of 64. A bit would have to be set by a locked instruction, which had been a third of the time of marking small objects;
// bytes are stored, and now and then two markers find the same object. Sweeping a span frees allocated & ~marked, makes
// allocated = marked and clears the marks.
//
// Generations. tri_heap.generation grows by one at each mark termination. A span with span->generation ==
// tri_heap.generation is swept; every span is, before a mark begins. While marking, new runs are handed out marked.
//
// Ownership of a span: the page heap (FREE), a central list of its layout, a mutator's slot, or a sweeper that took it from a
// list. Only the owner writes its fields.
#ifndef TRI_RUNTIME_SPAN_H
#define TRI_RUNTIME_SPAN_H

#include "runtime/base/base.h"
#include "runtime/base/lock.h"
#include "runtime/heap/heap.h"

enum {
	TRI_PAGE_SHIFT = 13,
	TRI_PAGE_SIZE = 1 << TRI_PAGE_SHIFT,
	TRI_SIZE_CLASS_COUNT = 68, // 0 is for large objects
	TRI_MAX_SMALL_SIZE = 32768,
	TRI_MALLOC_HEADER_LIMIT = 512, // Go's: above it, pointerful objects carry an 8-byte header that capacities show
};

// ---- The page map: what marking needs to know, in 8 bytes per page --------------------------------------------------
// Written with release order after the span is ready; 0 for a free page.
typedef uint64_t tri_page;
enum {
	TRI_PAGE_KIND_SHIFT = 0, // 2 bits: enum tri_page_kind
	TRI_PAGE_POINTERS_SHIFT = 2,
	TRI_PAGE_CLASS_SHIFT = 3,   // 7 bits
	TRI_PAGE_INDEX_SHIFT = 10,  // 7 bits: of this page in its (small) span
	TRI_PAGE_LAYOUT_SHIFT = 17, // 15 bits: layout number; when numbers run out, layouts become all-pointers
	TRI_PAGE_MARKS_SHIFT = 32,  // 32 bits: number of the span's first block of marks
};
enum tri_page_kind { TRI_PAGE_NONE, TRI_PAGE_SMALL, TRI_PAGE_LARGE };
static inline enum tri_page_kind tri_page_kind(tri_page page) { return (enum tri_page_kind)(page & 3); }
static inline bool tri_page_has_pointers(tri_page page) { return page >> TRI_PAGE_POINTERS_SHIFT & 1; }
static inline unsigned tri_page_class(tri_page page) { return page >> TRI_PAGE_CLASS_SHIFT & 127; }
static inline uint32_t tri_page_in_span(tri_page page) { return page >> TRI_PAGE_INDEX_SHIFT & 127; }
static inline uint32_t tri_page_layout(tri_page page) { return page >> TRI_PAGE_LAYOUT_SHIFT & 0x7fff; }
static inline uint32_t tri_page_marks(tri_page page) { return (uint32_t)(page >> TRI_PAGE_MARKS_SHIFT); }
enum { TRI_MAX_LAYOUTS = 1 << 15 };

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
	uint32_t marks;                  // number of its first block of marks
	uint8_t state;                   // enum tri_span_state
	bool needs_zero;                 // pages were used before
	bool in_slot;                    // owned by a mutator's slot
	_Atomic uint32_t generation;     // last swept for this tri_heap.generation
	_Atomic uint32_t asked;          // generation for which `freed` was asked about all dead objects; before marks are cleared
	_Atomic uint32_t special_count;  // finalizers and the like: the sweeper asks tri_heap_hooks.freed about this span's dead objects
	_Atomic uint64_t special_filter; // bit i: an object whose index modulo 64 is i has one; others are not asked about
	uint16_t word_count;             // of each bit set
	uint32_t black_generation;       // its free slots were blackened in the mark of this generation
	uint32_t search_from;            // first slot the next refill looks at
	size_t large_size;               // LARGE: bytes asked for
	uint64_t allocated[];            // word_count
};

// What the words of an object are. Layouts are interned: equal masks in equal size classes are one layout. Immutable
// but for the lists.
struct tri_layout {
	uint32_t number;    // index in tri_heap.layouts
	uint32_t slot;      // index of a mutator's slot
	uint8_t size_class; // 0: large
	bool has_pointers;
	bool all_pointers;
	uint32_t period_words;      // the mask repeats: elements of an array
	const uint8_t *period_mask; // one bit per word
	uint64_t mask;              // objects of at most 64 words: the whole object's bits
	uint32_t object_size;
	struct tri_layout *hash_next;
	// Spans in no slot; [g & 1] holds those swept for generation g, [(g + 1) & 1] the unswept ones.
	struct tri_lock lock; // rank CENTRAL, guards the lists
	struct tri_span *partial[2], *full[2];
	_Atomic uint32_t span_count; // those in being: many make the next ones larger
};

extern const uint32_t tri_class_sizes[TRI_SIZE_CLASS_COUNT];
extern const uint8_t tri_class_pages[TRI_SIZE_CLASS_COUNT]; // of a span
extern uint32_t tri_class_magic[TRI_SIZE_CLASS_COUNT];      // (offset * magic) >> 32 = offset / size
extern uint64_t tri_layout_masks[TRI_MAX_LAYOUTS];          // layout->mask by number, for marking

struct tri_heap {
	uintptr_t low;                   // of the reserved range
	_Atomic uintptr_t high;          // end of what is in use; grows
	uintptr_t limit;                 // end of the reserved range
	_Atomic tri_page *pages;         // by (address - low) >> TRI_PAGE_SHIFT
	struct tri_span *_Atomic *spans; // the same pages' spans; every page of a used span, ends of free ones
	_Atomic uint8_t *marks;          // in blocks of TRI_MARK_BLOCK; reserved for the whole range
	_Atomic uint64_t *scanned;       // a word per block of marks; used by marking span by span alone
	bool scanned_used;               // a cycle has marked span by span: sweeping clears `scanned`
	_Atomic uint8_t *queued;         // by a span's first block of marks, likewise
	struct tri_layout **layouts;     // reserved for TRI_MAX_LAYOUTS
	_Atomic uint32_t layout_count;
	struct tri_layout **slot_layouts; // by slot number
	uint32_t slot_limit;              // length of a mutator's arrays
	_Atomic uint32_t generation;
	_Atomic uint32_t marking; // runs are handed out marked; changes only while the world is stopped
	_Atomic uint64_t trigger; // a collection starts when live reaches it (UINT64_MAX: never)
	// What changes often stands apart from what marking reads all the time.
	_Alignas(64) _Atomic uint64_t live; // bytes marked at the last mark + handed out since, but for what mutators have not reported
	_Alignas(64) _Atomic uint64_t unswept_spans; // 0: sweeping is over
};
extern struct tri_heap tri_heap;

static inline bool tri_heap_contains(uintptr_t address)
{
	return address - tri_heap.low < atomic_load_explicit(&tri_heap.high, memory_order_relaxed) - tri_heap.low;
}

static inline tri_page tri_heap_page(uintptr_t address) // address is in the heap's range
{
	return atomic_load_explicit(&tri_heap.pages[(address - tri_heap.low) >> TRI_PAGE_SHIFT], memory_order_acquire);
}

static inline struct tri_span *tri_heap_span_of(uintptr_t address) // NULL: free or outside
{
	if (!tri_heap_contains(address) || tri_heap_page(address) == 0)
		return NULL;
	return atomic_load_explicit(&tri_heap.spans[(address - tri_heap.low) >> TRI_PAGE_SHIFT], memory_order_acquire);
}

// For an address in a SMALL page: index of its slot (may be object_count or more in a span's slack).
static inline uint32_t tri_page_object_index(tri_page page, uintptr_t address)
{
	uint32_t offset = (uint32_t)((address - tri_heap.low) & (TRI_PAGE_SIZE - 1)) + (tri_page_in_span(page) << TRI_PAGE_SHIFT);
	return (uint32_t)(((uint64_t)offset * tri_class_magic[tri_page_class(page)]) >> 32);
}

static inline uint32_t tri_span_object_index(const struct tri_span *span, uintptr_t address)
{
	if (span->state == TRI_SPAN_LARGE)
		return 0;
	return (uint32_t)(((uint64_t)(uint32_t)(address - span->base) * tri_class_magic[span->layout->size_class]) >> 32);
}

static inline bool tri_span_bit(const uint64_t *bits, uint32_t index) { return bits[index >> 6] >> (index & 63) & 1; }

enum { TRI_MARK_BLOCK = 64 };
static inline _Atomic uint8_t *tri_marks_of_block(uint32_t block) { return &tri_heap.marks[(size_t)block * TRI_MARK_BLOCK]; }
static inline _Atomic uint8_t *tri_span_mark(const struct tri_span *span, uint32_t index)
{
	return tri_marks_of_block(span->marks) + index;
}
static inline bool tri_span_is_marked(const struct tri_span *span, uint32_t index)
{
	return atomic_load_explicit(tri_span_mark(span, index), memory_order_relaxed);
}
// The slack behind a small span's last object looks like one object more, to a pointer behind the last one's end. The mark
// of that index is always set, so marking takes it for done.
static inline uint64_t tri_span_guard_bit(const struct tri_span *span) { return (uint64_t)1 << (span->object_count & 63); }
// Marks without scanning: for the sweeper's `freed` hook, and for slots that are handed out while marking.
static inline void tri_span_keep(const struct tri_span *span, uint32_t index)
{
	atomic_store_explicit(tri_span_mark(span, index), 1, memory_order_relaxed);
}
// A block's marks, a bit each.
static inline uint64_t tri_marks_gather(uint32_t block)
{
	_Atomic uint8_t *marks = tri_marks_of_block(block);
	uint64_t bits = 0;
	for (unsigned i = 0; i < 8; i++) {
		// Eight bytes of 0 or 1: the product has byte j's bit at 56 + j.
		uint64_t eight = __atomic_load_n((const uint64_t *)(const void *)marks + i, __ATOMIC_RELAXED);
		bits |= (eight * 0x0102040810204080u >> 56) << (8 * i);
	}
	return bits;
}

// ---- For the collector -----------------------------------------------------------------------------------------------
// World stopped: tri_heap.live is exact.
void tri_heap_settle_live(void);
// World stopped, all spans swept: runs in slots become black, runs from now on are black.
void tri_heap_mark_begin(void);
// World stopped: the generation grows, every span is unswept, nothing else is done. live becomes `marked_bytes`
// (which includes what was handed out while marking).
void tri_heap_mark_end(uint64_t marked_bytes);
// Sweeps one unswept span that nobody else owns; its pages, or 0 when none is left to take.
size_t tri_heap_sweep_one(void);
// Sweeps all, waits for sweepers under way, and has spans in slots swept (world stopped, or called from the stop).
void tri_heap_sweep_all(void);           // what lies in lists; callable any time outside marking
void tri_heap_sweep_slots_stopped(void); // world stopped: those in slots that are still unswept
// Proportional sweeping: pages to sweep per byte handed out, so that all is swept when live reaches the trigger.
void tri_heap_set_sweep_ratio(double pages_per_byte);

// ---- For heap dumps (walk.c) -----------------------------------------------------------------------------------------
// World stopped, everything swept: each object that has been handed out.
typedef void (*tri_heap_visit)(void *context, uintptr_t object, size_t size, const struct tri_layout *layout);
void tri_heap_each_object(tri_heap_visit visit, void *context);

// ---- Within heap/ ----------------------------------------------------------------------------------------------------
// page_heap.c; lock PAGES inside
struct tri_span *tri_pages_alloc(size_t page_count, uint32_t object_count); // NULL when memory is out
void tri_pages_free(struct tri_span *span);
void tri_pages_init(void);
void tri_pages_check(void); // walks everything: debug, world stopped

// layout.c
struct tri_layout *tri_layout_for(const struct tri_rtype *type, size_t count, size_t size);
struct tri_layout *tri_layout_plain(size_t size);
struct tri_layout *tri_layout_pointers(size_t size);
unsigned tri_size_class(size_t size); // 1..67; size <= TRI_MAX_SMALL_SIZE
void tri_layouts_init(void);          // makes the layouts of section tri_layouts

// sweep.c
void tri_sweep_span(struct tri_span *span, bool to_list); // owner calls it; to_list: into the layout's lists or the page heap
extern struct tri_lock tri_large_lock;
extern struct tri_span *tri_large_spans[2]; // large objects, by generation parity as in struct tri_layout

#endif
