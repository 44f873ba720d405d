// Marking object by object. White objects become grey when a pointer to them is found and their mark is set; black
// when their words have been looked at.
//
// Both looks, at the mark and at the object, miss the caches on a large heap. So a pointer that was found first waits
// in a ring (`found`) while its mark is fetched; if that was clear the object is grey and lies on the
// marker's stack; before it is scanned it waits in a second ring (`ahead`) while its lines arrive. (Prefetching behind a
// queue: Cher, Hosking, Vitek, "Software prefetching for mark-sweep garbage collection", ASPLOS 2004.) What it takes to
// find the mark and the object's start is in the page map, 8 bytes a page, and small tables; the span is not touched.
// Objects without pointers turn black at once.
#include "runtime/gc/internal.h"

static void push_piece(struct tri_gc_marker *marker, uintptr_t base, uintptr_t end)
{
	// Popped in the opposite order: the marked address first.
	tri_gc_chunk_push(marker, end);
	marker->chunk->items[marker->chunk->count++] = base | 1;
}

static void grey_large(struct tri_gc_marker *marker, uintptr_t pointer, tri_page page)
{
	if (atomic_exchange_explicit(tri_marks_of_block(tri_page_marks(page)), 1, memory_order_relaxed))
		return;
	const struct tri_span *span = tri_heap_span_of(pointer);
	marker->marked_objects++;
	marker->marked_bytes += span->page_count << TRI_PAGE_SHIFT;
	if (tri_page_has_pointers(page))
		push_piece(marker, span->base, span->base + ((span->large_size + 7) & ~(size_t)7));
}

static inline __attribute__((always_inline)) void grey(struct tri_gc_marker *marker, const struct tri_gc_found *found)
{
	// Two markers may both find it white: then it is scanned, and counted, twice.
	if (atomic_load_explicit(found->mark, memory_order_relaxed))
		return;
	atomic_store_explicit(found->mark, 1, memory_order_relaxed);
	marker->marked_objects++;
	marker->marked_bytes += tri_class_sizes[tri_page_class(found->page)];
	if (tri_page_has_pointers(found->page))
		tri_gc_chunk_push(marker, found->base);
}

void tri_gc_settle(struct tri_gc_marker *marker)
{
	while (marker->found_count > 0) {
		struct tri_gc_found found = marker->found[marker->found_first];
		marker->found_first = (marker->found_first + 1) % TRI_GC_FOUND;
		marker->found_count--;
		if (tri_gc_by_span)
			tri_gc_span_grey(marker, &found);
		else
			grey(marker, &found);
	}
}

// `far`: the mark words do not fit into a near cache: the look at them is put off.
static inline __attribute__((always_inline)) void find(struct tri_gc_marker *marker, uintptr_t pointer, bool far)
{
	if (!tri_heap_contains(pointer))
		return;
	if (TRI_UNLIKELY(tri_gc_by_span) && tri_page_kind(tri_heap_page(pointer)) == TRI_PAGE_SMALL) {
		tri_gc_span_find(marker, pointer);
		return;
	}
	tri_page page = tri_heap_page(pointer);
	struct tri_gc_found found = {.page = page};
	if (TRI_LIKELY(tri_page_kind(page) == TRI_PAGE_SMALL)) {
		uint32_t index = tri_page_object_index(page, pointer), size = tri_class_sizes[tri_page_class(page)];
		found.mark = tri_marks_of_block(tri_page_marks(page)) + index;
		uintptr_t span = (pointer & ~(uintptr_t)(TRI_PAGE_SIZE - 1)) - ((uintptr_t)tri_page_in_span(page) << TRI_PAGE_SHIFT);
		found.base = span + (uintptr_t)index * size;
	} else {
		if (tri_page_kind(page) == TRI_PAGE_LARGE)
			grey_large(marker, pointer, page);
		return;
	}
	if (!far) {
		grey(marker, &found);
		return;
	}
	__builtin_prefetch((const void *)found.mark, 1);
	if (marker->found_count == TRI_GC_FOUND) {
		struct tri_gc_found oldest = marker->found[marker->found_first];
		marker->found[marker->found_first] = found;
		marker->found_first = (marker->found_first + 1) % TRI_GC_FOUND;
		grey(marker, &oldest);
	} else {
		marker->found[(marker->found_first + marker->found_count++) % TRI_GC_FOUND] = found;
	}
}

// The slack behind a span's last object: an index that no object has. Its mark may lie behind the span's blocks.
static inline bool is_object(uintptr_t pointer)
{
	size_t size;
	struct tri_span *span;
	return tri_heap_find_object(pointer, &size, &span) != NULL;
}

// Up to here the mark words of small objects are a megabyte or two, and lie near.
static inline bool marks_are_far(void)
{
	enum { NEAR = 128 << 20 };
	return atomic_load_explicit(&tri_heap.high, memory_order_relaxed) - tri_heap.low > NEAR;
}

void tri_gc_mark_pointer(struct tri_gc_marker *marker, uintptr_t pointer)
{
	if (marks_are_far())
		find(marker, pointer, true);
	else
		find(marker, pointer, false);
}

void tri_gc_mark_masked(struct tri_gc_marker *marker, const uintptr_t *words, const uint8_t *mask, uint32_t word_count)
{
	for (uint32_t i = 0; i < word_count; i += 8) {
		for (unsigned bits = mask[i / 8]; bits; bits &= bits - 1) {
			uint32_t word = i + (uint32_t)__builtin_ctz(bits);
			if (word < word_count)
				find(marker, __atomic_load_n(&words[word], __ATOMIC_RELAXED), true);
		}
	}
}

__attribute__((no_sanitize("address"))) void tri_gc_mark_conservative(struct tri_gc_marker *marker, const uintptr_t *low,
																	  const uintptr_t *high)
{
	for (const uintptr_t *word = low; word < high; word++) {
		uintptr_t pointer = __atomic_load_n(word, __ATOMIC_RELAXED);
		if (tri_heap_contains(pointer) && is_object(pointer))
			find(marker, pointer, true);
	}
}

static void scan_masked(struct tri_gc_marker *marker, uintptr_t base, uintptr_t end, const struct tri_layout *layout)
{
	for (uintptr_t at = base; at < end; at += (uintptr_t)layout->period_words * 8) {
		size_t left = (end - at) / 8;
		uint32_t count = left < layout->period_words ? (uint32_t)left : layout->period_words;
		tri_gc_mark_masked(marker, (const uintptr_t *)at, layout->period_mask, count);
	}
}

size_t tri_gc_piece_period(uintptr_t base) { return (size_t)tri_heap.layouts[tri_page_layout(tri_heap_page(base))]->period_words * 8; }

static uint64_t scan_piece(struct tri_gc_marker *marker, uintptr_t base, uintptr_t end)
{
	const struct tri_layout *layout = tri_heap.layouts[tri_page_layout(tri_heap_page(base))];
	size_t period = (size_t)layout->period_words * 8;
	if (end - base > TRI_GC_PIECE) {
		// A piece ends where the mask begins anew.
		size_t piece = TRI_GC_PIECE - TRI_GC_PIECE % period;
		if (piece == 0)
			piece = period;
		if (piece < end - base) {
			push_piece(marker, base + piece, end);
			end = base + piece;
		}
	}
	if (layout->all_pointers) {
		for (uintptr_t at = base; at < end; at += 8)
			find(marker, __atomic_load_n((const uintptr_t *)at, __ATOMIC_RELAXED), true);
	} else {
		scan_masked(marker, base, end, layout);
	}
	return end - base;
}

static inline __attribute__((always_inline)) uint64_t scan(struct tri_gc_marker *marker, struct tri_gc_grey grey_object, bool far)
{
	tri_page page = grey_object.page;
	uint32_t size = tri_class_sizes[tri_page_class(page)];
	const uintptr_t *words = (const uintptr_t *)grey_object.base;
	if (TRI_LIKELY(size <= 512)) {
		for (uint64_t bits = tri_layout_masks[tri_page_layout(page)]; bits; bits &= bits - 1)
			find(marker, __atomic_load_n(&words[__builtin_ctzll(bits)], __ATOMIC_RELAXED), far);
	} else {
		scan_masked(marker, grey_object.base, grey_object.base + size, tri_heap.layouts[tri_page_layout(page)]);
	}
	return size;
}

static inline __attribute__((always_inline)) uint64_t drain(struct tri_gc_marker *marker, uint64_t bytes, bool far)
{
	uint64_t scanned = 0;
	while (scanned < bytes) {
		uintptr_t item;
		// What lies in large objects comes before spans: the longer a span waits, the more of its objects are found.
		bool others = marker->chunk && (marker->chunk->count > 0 || marker->chunk->next);
		if (marker->span_count > 0 && !others) {
			uintptr_t base = marker->spans[marker->span_first];
			marker->span_first = (marker->span_first + 1) % TRI_GC_SPANS;
			marker->span_count--;
			if (marker->span_count > 8) {
				uintptr_t ahead = marker->spans[(marker->span_first + 7) % TRI_GC_SPANS];
				__builtin_prefetch((const void *)&tri_heap.pages[(ahead - tri_heap.low) >> TRI_PAGE_SHIFT]);
			}
			scanned += tri_gc_span_scan(marker, base);
			continue;
		}
		while (scanned < bytes && marker->ahead_count < TRI_GC_AHEAD && tri_gc_chunk_pop(marker, &item)) {
			if (TRI_UNLIKELY(item & 1)) {
				uintptr_t end;
				tri_gc_chunk_pop(marker, &end);
				scanned += scan_piece(marker, item & ~(uintptr_t)1, end);
				continue;
			}
			__builtin_prefetch((const void *)item);
			struct tri_gc_grey next = {item, tri_heap_page(item)};
			// An object of more than a line's length has words in the next line, or nearly always.
			if (tri_class_sizes[tri_page_class(next.page)] > 64)
				__builtin_prefetch((const void *)(item + 64));
			marker->ahead[(marker->ahead_first + marker->ahead_count++) % TRI_GC_AHEAD] = next;
		}
		if (marker->ahead_count == 0) {
			if (marker->found_count > 0)
				tri_gc_settle(marker);
			else if (!tri_gc_more_spans(marker) && marker->span_count == 0)
				break;
			continue;
		}
		struct tri_gc_grey object = marker->ahead[marker->ahead_first];
		marker->ahead_first = (marker->ahead_first + 1) % TRI_GC_AHEAD;
		marker->ahead_count--;
		scanned += scan(marker, object, far);
	}
	marker->scanned_bytes += scanned;
	return scanned;
}

uint64_t tri_gc_drain(struct tri_gc_marker *marker, uint64_t bytes)
{
	return marks_are_far() ? drain(marker, bytes, true) : drain(marker, bytes, false);
}
