// Marking: white objects become grey when a pointer to them is found (their mark bit is set and they are
// queued) and black when their words have been looked at.
//
// Objects wait in a short ring between being queued for scanning and being scanned, so that the prefetch of
// their first line has time to arrive. Objects without pointers turn black at once.
#include "runtime/gc/mark.h"

#include <sys/mman.h>

static void push(struct tri_gc_marker *marker, struct tri_gc_work work)
{
	if (TRI_UNLIKELY(marker->count == marker->capacity)) {
		size_t capacity = marker->capacity ? marker->capacity * 2 : 4096;
		struct tri_gc_work *grown = mmap(NULL, capacity * sizeof work, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (grown == MAP_FAILED)
			tri_throw("runtime: out of memory: the collector's mark stack needs %zu bytes", capacity * sizeof work);
		if (marker->capacity > 0) {
			memcpy(grown, marker->stack, marker->count * sizeof work);
			tri_os_unmap(marker->stack, marker->capacity * sizeof work);
		}
		marker->stack = grown;
		marker->capacity = capacity;
	}
	marker->stack[marker->count++] = work;
}

static inline void grey(struct tri_gc_marker *marker, struct tri_span *span, uint32_t index)
{
	uint64_t bit = (uint64_t)1 << (index & 63), *word = &span->marked[index >> 6];
	if (*word & bit)
		return;
	*word |= bit;
	marker->marked_objects++;
	size_t size = span->state == TRI_SPAN_LARGE ? span->page_count << TRI_PAGE_SHIFT : span->object_size;
	marker->marked_bytes += size;
	const struct tri_layout *layout = span->layout;
	if (!layout->has_pointers)
		return;
	uintptr_t base = span->state == TRI_SPAN_LARGE ? span->base : span->base + (uintptr_t)index * span->object_size;
	if (span->state == TRI_SPAN_LARGE)
		size = (span->large_size + 7) & ~(size_t)7;
	__builtin_prefetch((const void *)base);
	push(marker, (struct tri_gc_work){base, size, layout});
}

void tri_gc_mark_pointer(struct tri_gc_marker *marker, uintptr_t pointer)
{
	struct tri_span *span = tri_heap_span_of(pointer);
	if (!span || TRI_UNLIKELY(span->state == TRI_SPAN_FREE))
		return;
	if (TRI_UNLIKELY(span->state == TRI_SPAN_LARGE)) {
		grey(marker, span, 0);
		return;
	}
	uint32_t index = tri_span_object_index(span, pointer);
	// One-past-the-end pointers may fall into slack or a free slot: not objects.
	if (TRI_UNLIKELY(index >= span->object_count) || !tri_span_bit(span->allocated, index))
		return;
	grey(marker, span, index);
}

void tri_gc_mark_masked(struct tri_gc_marker *marker, const uintptr_t *words, const uint8_t *mask, uint32_t word_count)
{
	for (uint32_t i = 0; i < word_count; i += 8) {
		for (unsigned bits = mask[i / 8]; bits; bits &= bits - 1) {
			uint32_t word = i + (uint32_t)__builtin_ctz(bits);
			if (word < word_count && words[word])
				tri_gc_mark_pointer(marker, words[word]);
		}
	}
}

void tri_gc_mark_conservative(struct tri_gc_marker *marker, const uintptr_t *low, const uintptr_t *high)
{
	for (const uintptr_t *word = low; word < high; word++)
		tri_gc_mark_pointer(marker, *word);
}

static void scan(struct tri_gc_marker *marker, struct tri_gc_work work)
{
	const struct tri_layout *layout = work.layout;
	if (work.bytes > TRI_GC_PIECE) {
		// The first piece ends where the mask begins anew.
		size_t period = (size_t)layout->period_words * 8, piece = TRI_GC_PIECE - TRI_GC_PIECE % period;
		if (piece == 0)
			piece = period;
		if (piece < work.bytes) {
			push(marker, (struct tri_gc_work){work.base + piece, work.bytes - piece, layout});
			work.bytes = piece;
		}
	}
	const uintptr_t *words = (const uintptr_t *)work.base;
	size_t count = work.bytes / 8;
	marker->scanned_words += count;
	if (layout->all_pointers) {
		for (size_t i = 0; i < count; i++) {
			if (words[i])
				tri_gc_mark_pointer(marker, words[i]);
		}
	} else if (count <= 64 && layout->size_class != 0) {
		for (uint64_t bits = layout->mask; bits; bits &= bits - 1) {
			uintptr_t pointer = words[__builtin_ctzll(bits)];
			if (pointer)
				tri_gc_mark_pointer(marker, pointer);
		}
	} else {
		for (size_t from = 0; from < count; from += layout->period_words) {
			size_t left = count - from;
			uint32_t length = left < layout->period_words ? (uint32_t)left : layout->period_words;
			tri_gc_mark_masked(marker, words + from, layout->period_mask, length);
		}
	}
}

void tri_gc_drain(struct tri_gc_marker *marker)
{
	for (;;) {
		while (marker->ahead_count < TRI_GC_AHEAD && marker->count > 0) {
			struct tri_gc_work work = marker->stack[--marker->count];
			__builtin_prefetch((const void *)work.base);
			marker->ahead[(marker->ahead_first + marker->ahead_count++) % TRI_GC_AHEAD] = work;
		}
		if (marker->ahead_count == 0)
			return;
		struct tri_gc_work work = marker->ahead[marker->ahead_first];
		marker->ahead_first = (marker->ahead_first + 1) % TRI_GC_AHEAD;
		marker->ahead_count--;
		scan(marker, work);
	}
}
