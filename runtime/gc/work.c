// The queue of grey objects. Each marker has a stack of chunks of its own; full chunks that it does not need soon lie in a
// shared list for the others. When a worker finds nothing it says that it seeks, and markers that have more than
// one chunk give some away.
#include "runtime/gc/internal.h"

static struct tri_lock lock = TRI_LOCK_INIT(MARK_QUEUE); // guards the lists below
static struct tri_gc_chunk *full, *empty;
static struct tri_gc_chunk *unmarked; // from write barriers: pointers whose marks are still to be seen
// Spans, first in, first out, and taken after everything else: the longer a span waits, the more of its objects are found
// before it is scanned.
static struct tri_gc_chunk *spans_first, *spans_last;
static struct tri_gc_marker *markers;
static _Atomic uint32_t full_count; // of the lists `full`, `unmarked` and of spans
enum { MOST_UNMARKED = 64 };
static uint32_t unmarked_count;

static struct tri_gc_chunk *get_empty(void)
{
	tri_lock(&lock);
	struct tri_gc_chunk *chunk = empty;
	if (chunk)
		empty = chunk->next;
	tri_unlock(&lock);
	if (!chunk)
		chunk = tri_permanent_alloc(sizeof *chunk);
	chunk->count = 0;
	chunk->next = NULL;
	return chunk;
}

static void put_empty(struct tri_gc_chunk *chunk)
{
	tri_lock(&lock);
	chunk->next = empty;
	empty = chunk;
	tri_unlock(&lock);
}

static void put_full(struct tri_gc_chunk *chunk)
{
	tri_lock(&lock);
	chunk->next = full;
	full = chunk;
	atomic_fetch_add_explicit(&full_count, 1, memory_order_relaxed);
	tri_unlock(&lock);
}

static void put_spans(struct tri_gc_chunk *chunk)
{
	chunk->next = NULL;
	tri_lock(&lock);
	if (spans_last)
		spans_last->next = chunk;
	else
		spans_first = chunk;
	spans_last = chunk;
	atomic_fetch_add_explicit(&full_count, 1, memory_order_relaxed);
	tri_unlock(&lock);
}

bool tri_gc_shared_is_empty(void) { return atomic_load(&full_count) == 0; }

bool tri_gc_take_shared(struct tri_gc_marker *marker)
{
	if (tri_gc_shared_is_empty())
		return false;
	tri_lock(&lock);
	struct tri_gc_chunk *chunk = full ? full : unmarked ? unmarked : spans_first;
	bool is_full = full, is_unmarked = !full && unmarked;
	if (is_full) {
		full = chunk->next;
	} else if (is_unmarked) {
		unmarked = chunk->next;
		unmarked_count--;
	} else if (chunk) {
		spans_first = chunk->next;
		if (!spans_first)
			spans_last = NULL;
	}
	if (chunk)
		atomic_fetch_sub_explicit(&full_count, 1, memory_order_relaxed);
	tri_unlock(&lock);
	if (!chunk)
		return false;
	if (!is_full) {
		for (uint64_t i = 0; i < chunk->count; i++) {
			if (is_unmarked)
				tri_gc_mark_pointer(marker, chunk->items[i]);
			else
				tri_gc_span_put(marker, chunk->items[i]);
		}
		put_empty(chunk);
		return true;
	}
	chunk->next = marker->chunk;
	marker->chunk = chunk;
	return true;
}

bool tri_gc_give_pointers(const uintptr_t *pointers, uint32_t count)
{
	if (__atomic_load_n(&unmarked_count, __ATOMIC_RELAXED) >= MOST_UNMARKED)
		return false;
	struct tri_gc_chunk *chunk = get_empty();
	memcpy(chunk->items, pointers, count * sizeof *pointers);
	chunk->count = count;
	tri_lock(&lock);
	chunk->next = unmarked;
	unmarked = chunk;
	unmarked_count++;
	atomic_fetch_add_explicit(&full_count, 1, memory_order_relaxed);
	tri_unlock(&lock);
	return true;
}

void tri_gc_chunk_push_slow(struct tri_gc_marker *marker, uintptr_t item)
{
	struct tri_gc_chunk *chunk = marker->chunk, *fresh = get_empty();
	if (chunk && chunk->next) {
		// Two full ones below would lie idle: the older ones go to the others.
		struct tri_gc_chunk *older = chunk->next;
		chunk->next = NULL;
		while (older) {
			struct tri_gc_chunk *next = older->next;
			put_full(older);
			older = next;
		}
		tri_gc_world.wake_workers();
	}
	fresh->next = chunk;
	marker->chunk = fresh;
	fresh->items[fresh->count++] = item;
}

bool tri_gc_chunk_pop_slow(struct tri_gc_marker *marker, uintptr_t *item)
{
	struct tri_gc_chunk *chunk = marker->chunk;
	while (chunk && chunk->count == 0) {
		if (!chunk->next)
			return false;
		marker->chunk = chunk->next;
		put_empty(chunk);
		chunk = marker->chunk;
	}
	if (!chunk)
		return false;
	*item = chunk->items[--chunk->count];
	return true;
}

void tri_gc_span_put_slow(struct tri_gc_marker *marker, uintptr_t base)
{
	struct tri_gc_chunk *chunk = marker->more_spans;
	if (chunk && chunk->count == TRI_GC_CHUNK) {
		put_spans(chunk);
		tri_gc_world.wake_workers();
		chunk = NULL;
	}
	if (!chunk)
		chunk = marker->more_spans = get_empty();
	chunk->items[chunk->count++] = base;
}

bool tri_gc_more_spans(struct tri_gc_marker *marker)
{
	struct tri_gc_chunk *chunk = marker->more_spans;
	if (!chunk)
		return false;
	marker->more_spans = NULL;
	for (uint64_t i = 0; i < chunk->count; i++)
		tri_gc_span_put(marker, chunk->items[i]);
	put_empty(chunk);
	return true;
}

static void add_totals(struct tri_gc_marker *marker)
{
	atomic_fetch_add(&tri_gc_cycle.marked_bytes, marker->marked_bytes);
	atomic_fetch_add(&tri_gc_cycle.marked_objects, marker->marked_objects);
	atomic_fetch_add(&tri_gc_cycle.scanned_bytes, marker->scanned_bytes);
	marker->marked_bytes = marker->marked_objects = marker->scanned_bytes = 0;
}

// The oldest of the marker's queue.
static void give_spans(struct tri_gc_marker *marker, uint32_t count)
{
	while (count > 0) {
		struct tri_gc_chunk *chunk = get_empty();
		for (; count > 0 && chunk->count < TRI_GC_CHUNK; count--) {
			chunk->items[chunk->count++] = marker->spans[marker->span_first];
			marker->span_first = (marker->span_first + 1) % TRI_GC_SPANS;
			marker->span_count--;
		}
		put_spans(chunk);
	}
}

void tri_gc_publish(struct tri_gc_marker *marker)
{
	tri_gc_settle(marker);
	while (marker->ahead_count > 0) {
		struct tri_gc_grey grey = marker->ahead[marker->ahead_first];
		marker->ahead_first = (marker->ahead_first + 1) % TRI_GC_AHEAD;
		marker->ahead_count--;
		tri_gc_chunk_push(marker, grey.base);
	}
	give_spans(marker, marker->span_count);
	if (marker->more_spans)
		put_spans(marker->more_spans);
	marker->more_spans = NULL;
	add_totals(marker);
	while (marker->chunk) {
		struct tri_gc_chunk *chunk = marker->chunk;
		marker->chunk = chunk->next;
		if (chunk->count > 0)
			put_full(chunk);
		else
			put_empty(chunk);
	}
}

// While a large object is being scanned, half of what is left of it is what others get: its pointers are to be followed
// before the spans that they lead to, so that a span is scanned when most of its objects have been found.
static bool share_piece(struct tri_gc_marker *marker)
{
	for (struct tri_gc_chunk *chunk = marker->chunk; chunk; chunk = chunk->next) {
		for (uint64_t i = chunk->count; i-- > 1;) {
			if (!(chunk->items[i] & 1))
				continue;
			uintptr_t base = chunk->items[i] & ~(uintptr_t)1, end = chunk->items[i - 1];
			size_t half = (end - base) / 2;
			half -= half % tri_gc_piece_period(base);
			if (half < TRI_GC_PIECE)
				return false;
			chunk->items[i - 1] = base + half;
			struct tri_gc_chunk *given = get_empty();
			given->items[0] = end;
			given->items[1] = (base + half) | 1;
			given->count = 2;
			put_full(given);
			return true;
		}
	}
	return false;
}

void tri_gc_share_some(struct tri_gc_marker *marker)
{
	if (atomic_load_explicit(&full_count, memory_order_relaxed) > 0 || share_piece(marker))
		return;
	if (marker->span_count > 16) {
		give_spans(marker, marker->span_count / 2);
		return;
	}
	struct tri_gc_chunk *chunk = marker->chunk;
	if (!chunk)
		return;
	if (chunk->next) {
		struct tri_gc_chunk *given = chunk->next;
		chunk->next = given->next;
		put_full(given);
	} else if (chunk->count >= 16) {
		// The older half; pairs (a piece of a large object) must stay together.
		uint64_t half = chunk->count / 2;
		if (chunk->items[half] & 1)
			half++;
		struct tri_gc_chunk *given = get_empty();
		given->count = half;
		memcpy(given->items, chunk->items, half * sizeof(uintptr_t));
		chunk->count -= half;
		memmove(chunk->items, chunk->items + half, chunk->count * sizeof(uintptr_t));
		put_full(given);
	}
}

struct tri_gc_marker *tri_gc_marker_get(void)
{
	tri_lock(&lock);
	struct tri_gc_marker *marker = markers;
	if (marker)
		markers = marker->next;
	tri_unlock(&lock);
	return marker ? marker : tri_permanent_alloc(sizeof *marker);
}

void tri_gc_marker_put(struct tri_gc_marker *marker)
{
	tri_gc_publish(marker);
	tri_lock(&lock);
	marker->next = markers;
	markers = marker;
	tri_unlock(&lock);
}
