// The page heap: runs of pages from one reserved address range.
//
// Free runs are spans too, marked in the page map at both ends so that neighbours coalesce. Runs below
// MANY pages have a list per length; longer ones share a list. The range grows upwards; its end is
// committed GROWTH bytes at a time.
#include "runtime/heap/span.h"

struct tri_heap tri_heap;

enum { MANY = 128 };
static const size_t GROWTH = (size_t)4 << 20;
static const size_t RESERVED = (size_t)1 << 39, RESERVED_SMALL = (size_t)1 << 35;

static struct tri_span *free_runs[MANY + 1]; // [MANY]: all longer ones
static struct tri_span *spare_spans[17];     // span structures by word_count
static size_t page_map_committed;            // bytes

void tri_pages_init(void)
{
	size_t reserved = RESERVED;
	uintptr_t low = (uintptr_t)tri_os_reserve(reserved, GROWTH);
	if (!low) {
		reserved = RESERVED_SMALL;
		low = (uintptr_t)tri_os_reserve(reserved, GROWTH);
	}
	if (!low)
		tri_throw("runtime: cannot reserve address space for the heap");
	tri_heap.low = tri_heap.high = low;
	tri_heap.limit = low + reserved;
	tri_heap.page_map = tri_os_reserve((reserved >> TRI_PAGE_SHIFT) * sizeof *tri_heap.page_map, 4096);
	if (!tri_heap.page_map)
		tri_throw("runtime: cannot reserve address space for the page map");
}

static struct tri_span *new_span(uint32_t object_count)
{
	uint32_t words = (object_count + 63) / 64;
	struct tri_span *span = spare_spans[words];
	if (span) {
		spare_spans[words] = span->next;
		memset(span, 0, sizeof *span + 2 * words * sizeof(uint64_t));
	} else {
		span = tri_permanent_alloc(sizeof *span + 2 * words * sizeof(uint64_t));
	}
	span->word_count = (uint16_t)words;
	span->marked = span->bits;
	span->allocated = span->bits + words;
	return span;
}

static void recycle_span(struct tri_span *span)
{
	span->next = spare_spans[span->word_count];
	spare_spans[span->word_count] = span;
}

static size_t page_index(uintptr_t address) { return (address - tri_heap.low) >> TRI_PAGE_SHIFT; }

static struct tri_span **list_for(size_t page_count) { return &free_runs[page_count < MANY ? page_count : MANY]; }

static void add_free_run(uintptr_t base, size_t page_count, bool needs_zero)
{
	struct tri_span *run = new_span(0);
	run->base = base;
	run->page_count = page_count;
	run->state = TRI_SPAN_FREE;
	run->needs_zero = needs_zero;
	tri_heap.page_map[page_index(base)] = run;
	tri_heap.page_map[page_index(base) + page_count - 1] = run;
	tri_span_list_push(list_for(page_count), run);
}

static void grow(size_t page_count)
{
	size_t bytes = (page_count << TRI_PAGE_SHIFT) + GROWTH - 1;
	bytes -= bytes % GROWTH;
	if (bytes > tri_heap.limit - tri_heap.high)
		tri_throw("runtime: out of memory: cannot allocate %zu-byte block (%zu in use)", page_count << TRI_PAGE_SHIFT,
				  (size_t)(tri_heap.high - tri_heap.low));
	size_t map_bytes = (page_index(tri_heap.high + bytes) * sizeof *tri_heap.page_map + 4095) & ~(size_t)4095;
	if (map_bytes > page_map_committed) {
		// In large steps: a change of protection per growth would split the mapping.
		map_bytes = (map_bytes + ((size_t)1 << 20)) & ~(((size_t)1 << 20) - 1);
		if (!tri_os_commit((char *)tri_heap.page_map + page_map_committed, map_bytes - page_map_committed))
			tri_throw("runtime: out of memory: cannot commit the page map");
		page_map_committed = map_bytes;
	}
	if (!tri_os_commit((void *)tri_heap.high, bytes))
		tri_throw("runtime: out of memory: cannot allocate %zu-byte block (%zu in use)", page_count << TRI_PAGE_SHIFT,
				  (size_t)(tri_heap.high - tri_heap.low));
	uintptr_t base = tri_heap.high;
	tri_heap.high += bytes;
	size_t pages = bytes >> TRI_PAGE_SHIFT;
	struct tri_span *before = base > tri_heap.low ? tri_heap.page_map[page_index(base) - 1] : NULL;
	if (before && before->state == TRI_SPAN_FREE && !before->needs_zero) {
		tri_span_list_remove(list_for(before->page_count), before);
		base = before->base;
		pages += before->page_count;
		recycle_span(before);
	}
	add_free_run(base, pages, false);
}

static struct tri_span *find_run(size_t page_count)
{
	for (size_t length = page_count; length < MANY; length++) {
		if (free_runs[length])
			return free_runs[length];
	}
	struct tri_span *best = NULL;
	for (struct tri_span *run = free_runs[MANY]; run; run = run->next) {
		if (run->page_count >= page_count &&
			(!best || run->page_count < best->page_count || (run->page_count == best->page_count && run->base < best->base)))
			best = run;
	}
	return best;
}

struct tri_span *tri_pages_alloc(size_t page_count, uint32_t object_count)
{
	struct tri_span *run = find_run(page_count);
	if (!run) {
		grow(page_count);
		run = find_run(page_count);
	}
	tri_span_list_remove(list_for(run->page_count), run);
	if (run->page_count > page_count)
		add_free_run(run->base + (page_count << TRI_PAGE_SHIFT), run->page_count - page_count, run->needs_zero);
	struct tri_span *span = new_span(object_count);
	span->base = run->base;
	span->page_count = page_count;
	span->needs_zero = run->needs_zero;
	recycle_span(run);
	struct tri_span **map = &tri_heap.page_map[page_index(span->base)];
	for (size_t i = 0; i < page_count; i++)
		map[i] = span;
	tri_heap.pages_in_use += page_count;
	return span;
}

void tri_pages_free(struct tri_span *span)
{
	uintptr_t base = span->base;
	size_t pages = span->page_count;
	tri_heap.pages_in_use -= pages;
	memset(&tri_heap.page_map[page_index(base)], 0, pages * sizeof *tri_heap.page_map);
	recycle_span(span);
	// Large runs would be cleared a second time when they are used again; dropping them costs the same and
	// gives the memory back meanwhile.
	bool needs_zero = true;
	if (pages << TRI_PAGE_SHIFT >= (size_t)1 << 20 && !tri_settings.poison) {
		tri_os_release((void *)base, pages << TRI_PAGE_SHIFT);
		needs_zero = false;
	}
	struct tri_span *before = base > tri_heap.low ? tri_heap.page_map[page_index(base) - 1] : NULL;
	if (before && before->state == TRI_SPAN_FREE) {
		tri_span_list_remove(list_for(before->page_count), before);
		base = before->base;
		pages += before->page_count;
		needs_zero |= before->needs_zero;
		recycle_span(before);
	}
	uintptr_t end = base + (pages << TRI_PAGE_SHIFT);
	struct tri_span *after = end < tri_heap.high ? tri_heap.page_map[page_index(end)] : NULL;
	if (after && after->state == TRI_SPAN_FREE) {
		tri_span_list_remove(list_for(after->page_count), after);
		pages += after->page_count;
		needs_zero |= after->needs_zero;
		recycle_span(after);
	}
	add_free_run(base, pages, needs_zero);
}

void tri_pages_check(void)
{
	uint64_t in_use = 0;
	struct tri_span *previous = NULL;
	for (uintptr_t at = tri_heap.low; at < tri_heap.high;) {
		struct tri_span *span = tri_heap.page_map[page_index(at)];
		tri_check(span && span->base == at && span->page_count > 0);
		tri_check(tri_heap.page_map[page_index(at) + span->page_count - 1] == span);
		if (span->state == TRI_SPAN_FREE)
			tri_check(!previous || previous->state != TRI_SPAN_FREE || previous->needs_zero != span->needs_zero);
		else
			in_use += span->page_count;
		previous = span;
		at += span->page_count << TRI_PAGE_SHIFT;
	}
	tri_check(in_use == tri_heap.pages_in_use);
}
