// Marking span by span. A pointer that is found sets the object's mark, as in mark.c, but what is queued is the object's
// span, once, in a queue that is first in, first out: while the span waits, more of its objects are found, and they are
// scanned together, in the order of their addresses. (Go's design "green tea", golang/go issue 73581.)
//
// For each block of marks there is a word of `scanned` bits: marked objects whose words have been looked at. A worker that takes a
// span claims marked & ~scanned by setting those bits. `queued` says that a span is in a queue; it is cleared before the
// marks are read, so an object marked later queues the span again. Both are cleared with the marks, by sweeping.
//
// An object's words are compared with the heap's range eight at a time where the processor has AVX-512.
#include "runtime/gc/internal.h"

#include <immintrin.h>

bool tri_gc_by_span;

enum { MASKED_WORDS = 64 };

static inline void grey(struct tri_gc_marker *marker, const struct tri_gc_found *found)
{
	// The exchange orders the mark before the look at `queued`, as who scans the span orders the two the other way round.
	if (atomic_load_explicit(found->mark, memory_order_relaxed) || atomic_exchange_explicit(found->mark, 1, memory_order_seq_cst))
		return;
	marker->marked_objects++;
	marker->marked_bytes += tri_class_sizes[tri_page_class(found->page)];
	if (!tri_page_has_pointers(found->page))
		return;
	_Atomic uint8_t *queued = &tri_heap.queued[tri_page_marks(found->page)];
	if (atomic_load_explicit(queued, memory_order_relaxed) || atomic_exchange_explicit(queued, 1, memory_order_acq_rel))
		return;
	tri_gc_span_put(marker, found->base);
}

void tri_gc_span_grey(struct tri_gc_marker *marker, const struct tri_gc_found *found) { grey(marker, found); }

// As in mark.c, a pointer waits in the marker's ring while its object's mark is fetched.
static inline void found(struct tri_gc_marker *marker, uintptr_t pointer)
{
	tri_page page = tri_heap_page(pointer);
	if (TRI_UNLIKELY(tri_page_kind(page) != TRI_PAGE_SMALL)) {
		if (tri_page_kind(page) == TRI_PAGE_LARGE)
			tri_gc_mark_pointer(marker, pointer);
		return;
	}
	struct tri_gc_found next = {
		.mark = tri_marks_of_block(tri_page_marks(page)) + tri_page_object_index(page, pointer),
		.base = (pointer & ~(uintptr_t)(TRI_PAGE_SIZE - 1)) - ((uintptr_t)tri_page_in_span(page) << TRI_PAGE_SHIFT),
		.page = page,
	};
	__builtin_prefetch((const void *)next.mark, 1);
	if (marker->found_count < TRI_GC_FOUND) {
		marker->found[(marker->found_first + marker->found_count++) % TRI_GC_FOUND] = next;
		return;
	}
	struct tri_gc_found oldest = marker->found[marker->found_first];
	marker->found[marker->found_first] = next;
	marker->found_first = (marker->found_first + 1) % TRI_GC_FOUND;
	grey(marker, &oldest);
}

void tri_gc_span_find(struct tri_gc_marker *marker, uintptr_t pointer)
{
	if (tri_heap_contains(pointer))
		found(marker, pointer);
}

// ---- One object's words --------------------------------------------------------------------------

static void scan_plain(struct tri_gc_marker *marker, const uintptr_t *words, uint64_t mask)
{
	for (; mask; mask &= mask - 1)
		tri_gc_span_find(marker, __atomic_load_n(&words[__builtin_ctzll(mask)], __ATOMIC_RELAXED));
}

__attribute__((target("avx512f"))) static void scan_avx512(struct tri_gc_marker *marker, const uintptr_t *words, uint64_t mask)
{
	__m512i low = _mm512_set1_epi64((long long)tri_heap.low);
	__m512i length = _mm512_set1_epi64((long long)(atomic_load_explicit(&tri_heap.high, memory_order_relaxed) - tri_heap.low));
	for (; mask; mask >>= 8, words += 8) {
		if (!(mask & 0xff))
			continue;
		__m512i values = _mm512_maskz_loadu_epi64((__mmask8)mask, words);
		__mmask8 inside = _mm512_mask_cmplt_epu64_mask((__mmask8)mask, _mm512_sub_epi64(values, low), length);
		if (!inside)
			continue;
		uintptr_t pointers[8];
		_mm512_storeu_si512(pointers, _mm512_maskz_compress_epi64(inside, values));
		for (int i = 0, count = __builtin_popcount(inside); i < count; i++)
			found(marker, pointers[i]);
	}
}

static void (*scan_words)(struct tri_gc_marker *marker, const uintptr_t *words, uint64_t mask) = scan_plain;

// World stopped. By objects while the heap is small and near: `mixed` (90 MB) 1.20 s against 1.28 s; by spans when it is not:
// `graph` 0.55 against 0.78.
void tri_gc_span_choose(uint64_t live)
{
	enum { LARGE = 128 << 20 };
	tri_gc_by_span =
		tri_settings.gc_strategy == TRI_GC_STRATEGY_SPANS || (tri_settings.gc_strategy == TRI_GC_STRATEGY_AUTOMATIC && live > LARGE);
	tri_heap.scanned_used |= tri_gc_by_span;
}

void tri_gc_span_init(void)
{
	__builtin_cpu_init();
	if (__builtin_cpu_supports("avx512f"))
		scan_words = scan_avx512;
}

// ---- One span ------------------------------------------------------------------------------------

static void scan_large_object(struct tri_gc_marker *marker, const struct tri_layout *layout, uintptr_t base, uint32_t size)
{
	for (uint32_t word = 0; word < size / 8; word++) {
		uint32_t bit = word % layout->period_words;
		if (layout->period_mask[bit / 8] >> (bit % 8) & 1)
			tri_gc_span_find(marker, __atomic_load_n((const uintptr_t *)base + word, __ATOMIC_RELAXED));
	}
}

uint64_t tri_gc_span_scan(struct tri_gc_marker *marker, uintptr_t base)
{
	tri_page page = tri_heap_page(base);
	uint32_t marks = tri_page_marks(page), size = tri_class_sizes[tri_page_class(page)];
	const struct tri_span *span = tri_heap_span_of(base);
	uint64_t mask = tri_layout_masks[tri_page_layout(page)], scanned_bytes = 0;
	atomic_store_explicit(&tri_heap.queued[marks], 0, memory_order_seq_cst);
	for (uint32_t i = 0; i < span->word_count; i++) {
		uint64_t marked = tri_marks_gather(marks + i);
		if (i == (span->object_count >> 6))
			marked &= tri_span_guard_bit(span) - 1;
		uint64_t before = atomic_load_explicit(&tri_heap.scanned[marks + i], memory_order_relaxed);
		if (!(marked & ~before))
			continue;
		uint64_t claimed = marked & ~atomic_fetch_or_explicit(&tri_heap.scanned[marks + i], marked, memory_order_relaxed);
		for (uint64_t left = claimed; left; left &= left - 1)
			__builtin_prefetch((const void *)(base + ((uintptr_t)i * 64 + (unsigned)__builtin_ctzll(left)) * size));
		for (; claimed; claimed &= claimed - 1) {
			uintptr_t object = base + ((uintptr_t)i * 64 + (unsigned)__builtin_ctzll(claimed)) * size;
			if (TRI_LIKELY(size <= MASKED_WORDS * 8))
				scan_words(marker, (const uintptr_t *)object, mask);
			else
				scan_large_object(marker, span->layout, object, size);
			scanned_bytes += size;
		}
	}
	return scanned_bytes;
}
