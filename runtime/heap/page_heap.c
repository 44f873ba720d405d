// The page heap: runs of pages from one reserved address range.
//
// Free runs are spans too, named in tri_heap.spans at both ends so that neighbours coalesce. They are found by a two-level
// segregated fit (Masmano et al., "TLSF", 2004): bins of exact lengths up to 63 pages, then 16 bins per power of two, each
// set of bins with a bitmap, so that finding a run takes a few instructions whatever the heap's size. Runs that hold a
// page with storage ("dirty") and runs without ("clean") are binned apart: dirty ones are used first, and what is to
// be given back to the system is found at once.
//
// Huge pages are not asked for when the heap grows: the first touch of one clears 2 MiB, which was measured to take 2 to 5 ms
// (1.4 us for 4 KiB), more than faster translation gives back: `graph` 3.57 s with, 2.85 s without.
//
// A bit per page says that it is clean: never used, or given back; such a page reads as zero.
#include "runtime/heap/internal.h"

#include <sys/mman.h>

struct tri_heap tri_heap;
struct tri_pages_figures tri_pages_figures;
struct tri_heap_counters tri_heap_counters;

enum {
	EXACT = 64,
	SUB_SHIFT = 4,
	BINS = EXACT + (30 - 6) * (1 << SUB_SHIFT),
	BIN_WORDS = (BINS + 63) / 64,
	LOOKED_AT = 8, // runs of the bin below that may be long enough
	MAX_WORD_COUNT = (128 << 10) / 8 / 64 + 1,
};
static const size_t GROWTH = (size_t)4 << 20;
static const size_t RESERVED = (size_t)1 << 39, RESERVED_SMALL = (size_t)1 << 35;
enum { TRI_SPAN_RELEASING = TRI_SPAN_LARGE + 1 }; // a free run that is being given back: in no bin

static struct tri_lock lock = TRI_LOCK_INIT(PAGES); // guards everything below
struct bins {
	struct tri_span *runs[BINS];
	uint64_t used[BIN_WORDS];
};
static struct bins dirty_runs, clean_runs;
static struct tri_span *spare_spans[MAX_WORD_COUNT + 1]; // span structures by word_count
static uint64_t *clean;                                  // a bit per page
static uint32_t free_marks[MAX_WORD_COUNT + 1];          // blocks of marks by word_count: number of the first, each names the next
static uint32_t next_marks = 1;

void *tri_heap_reserve_table(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		tri_throw("runtime: cannot reserve address space for the heap's tables");
	return memory;
}

void tri_pages_init(void)
{
	// Where address space is limited, half of it: the tables take a seventh of that, and there are stacks and threads.
	size_t limit = tri_os_address_limit(), reserved = limit / 2 < RESERVED ? limit / 2 & ~(GROWTH - 1) : RESERVED;
	uintptr_t low = (uintptr_t)tri_os_reserve(reserved, GROWTH);
	if (!low && reserved > RESERVED_SMALL) {
		reserved = RESERVED_SMALL;
		low = (uintptr_t)tri_os_reserve(reserved, GROWTH);
	}
	if (!low)
		tri_throw("runtime: cannot reserve address space for the heap");
	tri_heap.low = low;
	atomic_store(&tri_heap.high, low);
	tri_heap.limit = low + reserved;
	size_t pages = reserved >> TRI_PAGE_SHIFT;
	tri_heap.pages = tri_heap_reserve_table(pages * sizeof *tri_heap.pages);
	tri_heap.spans = tri_heap_reserve_table(pages * sizeof *tri_heap.spans);
	tri_heap.marks = tri_heap_reserve_table(reserved / 8); // objects of 8 bytes are the smallest
	tri_heap.scanned = tri_heap_reserve_table(reserved / 64);
	tri_heap.queued = tri_heap_reserve_table(reserved / 64 / 8);
	clean = tri_heap_reserve_table(pages / 8);
}

// ---- Bins ----------------------------------------------------------------------------------------

static unsigned bin_of(size_t pages)
{
	if (pages < EXACT)
		return (unsigned)pages;
	unsigned exponent = 63 - (unsigned)__builtin_clzll(pages);
	unsigned bin = EXACT + (exponent - 6) * (1 << SUB_SHIFT) + (unsigned)(pages >> (exponent - SUB_SHIFT) & ((1 << SUB_SHIFT) - 1));
	return bin < BINS ? bin : BINS - 1;
}

// The first bin all of whose runs have at least so many pages.
static unsigned bin_for(size_t pages)
{
	if (pages < EXACT)
		return (unsigned)pages;
	unsigned exponent = 63 - (unsigned)__builtin_clzll(pages);
	return bin_of(pages + ((size_t)1 << (exponent - SUB_SHIFT)) - 1);
}

static struct bins *bins_of(const struct tri_span *run) { return run->needs_zero ? &dirty_runs : &clean_runs; }

static void bin_add(struct tri_span *run)
{
	struct bins *bins = bins_of(run);
	unsigned bin = bin_of(run->page_count);
	tri_span_list_push(&bins->runs[bin], run);
	bins->used[bin / 64] |= (uint64_t)1 << (bin % 64);
}

static void bin_remove(struct tri_span *run)
{
	struct bins *bins = bins_of(run);
	unsigned bin = bin_of(run->page_count);
	tri_span_list_remove(&bins->runs[bin], run);
	if (!bins->runs[bin])
		bins->used[bin / 64] &= ~((uint64_t)1 << (bin % 64));
}

static struct tri_span *find_in(struct bins *bins, size_t pages)
{
	unsigned bin = bin_for(pages);
	uint64_t word = bins->used[bin / 64] >> (bin % 64) << (bin % 64);
	for (unsigned i = bin / 64;;) {
		if (word) {
			struct tri_span *run = bins->runs[i * 64 + (unsigned)__builtin_ctzll(word)];
			if (run->page_count >= pages) // always, but for the last bin
				return run;
		}
		if (++i == BIN_WORDS)
			break;
		word = bins->used[i];
	}
	int looked = 0;
	for (struct tri_span *run = bins->runs[bin_of(pages)]; run && looked < LOOKED_AT; run = run->next, looked++) {
		if (run->page_count >= pages)
			return run;
	}
	return NULL;
}

// ---- Structures ----------------------------------------------------------------------------------

static struct tri_span *new_span(uint32_t object_count)
{
	// One bit more than objects: see tri_span_guard_bit.
	uint32_t words = object_count ? (object_count + 64) / 64 : 0;
	struct tri_span *span = spare_spans[words];
	if (span) {
		spare_spans[words] = span->next;
		memset(span, 0, sizeof *span + words * sizeof(uint64_t));
	} else {
		span = tri_permanent_alloc(sizeof *span + words * sizeof(uint64_t));
		tri_pages_figures.span_structures++;
	}
	span->word_count = (uint16_t)words;
	if (words > 0) {
		uint32_t marks = free_marks[words];
		if (marks) {
			uint32_t *next = (uint32_t *)(void *)tri_marks_of_block(marks);
			free_marks[words] = *next;
			*next = 0;
		} else {
			marks = next_marks;
			next_marks += words;
			tri_pages_figures.mark_blocks += words;
		}
		span->marks = marks;
	}
	return span;
}

static void recycle_span(struct tri_span *span)
{
	uint32_t words = span->word_count;
	if (words > 0) {
		memset((void *)tri_marks_of_block(span->marks), 0, (size_t)words * TRI_MARK_BLOCK);
		*(uint32_t *)(void *)tri_marks_of_block(span->marks) = free_marks[words];
		free_marks[words] = span->marks;
	}
	span->next = spare_spans[words];
	spare_spans[words] = span;
}

// ---- Runs ----------------------------------------------------------------------------------------

static size_t page_index(uintptr_t address) { return (address - tri_heap.low) >> TRI_PAGE_SHIFT; }

static uint64_t bit_mask(size_t from, size_t to) // of bits [from, to) of one word
{
	return (to - from == 64 ? ~(uint64_t)0 : ((uint64_t)1 << (to - from)) - 1) << (from & 63);
}

static size_t count_clean(size_t from, size_t to)
{
	size_t count = 0;
	while (from < to) {
		size_t end = (from | 63) + 1 < to ? (from | 63) + 1 : to;
		count += (size_t)__builtin_popcountll(clean[from / 64] & bit_mask(from, end));
		from = end;
	}
	return count;
}

static void set_clean(size_t from, size_t to, bool value)
{
	while (from < to) {
		size_t end = (from | 63) + 1 < to ? (from | 63) + 1 : to;
		if (value)
			clean[from / 64] |= bit_mask(from, end);
		else
			clean[from / 64] &= ~bit_mask(from, end);
		from = end;
	}
}

static void name_ends(struct tri_span *run)
{
	size_t first = page_index(run->base);
	atomic_store_explicit(&tri_heap.spans[first], run, memory_order_relaxed);
	atomic_store_explicit(&tri_heap.spans[first + run->page_count - 1], run, memory_order_relaxed);
}

static void add_free_run(uintptr_t base, size_t pages)
{
	struct tri_span *run = new_span(0);
	run->base = base;
	run->page_count = pages;
	run->state = TRI_SPAN_FREE;
	size_t first = page_index(base);
	run->needs_zero = count_clean(first, first + pages) < pages;
	name_ends(run);
	bin_add(run);
}

static struct tri_span *free_neighbour(size_t index)
{
	struct tri_span *run = atomic_load_explicit(&tri_heap.spans[index], memory_order_relaxed);
	return run && run->state == TRI_SPAN_FREE ? run : NULL;
}

static void add_coalesced(uintptr_t base, size_t pages)
{
	struct tri_span *before = base > tri_heap.low ? free_neighbour(page_index(base) - 1) : NULL;
	if (before) {
		bin_remove(before);
		base = before->base;
		pages += before->page_count;
		recycle_span(before);
	}
	uintptr_t end = base + (pages << TRI_PAGE_SHIFT);
	struct tri_span *after = end < atomic_load_explicit(&tri_heap.high, memory_order_relaxed) ? free_neighbour(page_index(end)) : NULL;
	if (after) {
		bin_remove(after);
		pages += after->page_count;
		recycle_span(after);
	}
	add_free_run(base, pages);
}

static bool grow(size_t page_count)
{
	uintptr_t high = atomic_load_explicit(&tri_heap.high, memory_order_relaxed);
	size_t bytes = page_count << TRI_PAGE_SHIFT;
	if (bytes >> TRI_PAGE_SHIFT != page_count || bytes > tri_heap.limit - high)
		return false;
	bytes = (bytes + GROWTH - 1) & ~(GROWTH - 1);
	if (bytes > tri_heap.limit - high || !tri_os_commit((void *)high, bytes))
		return false;
	size_t first = page_index(high), pages = bytes >> TRI_PAGE_SHIFT;
	set_clean(first, first + pages, true);
	tri_pages_figures.mapped += pages;
	tri_pages_figures.free_clean += pages;
	atomic_store_explicit(&tri_heap.high, high + bytes, memory_order_release);
	add_coalesced(high, pages);
	return true;
}

_Atomic uint64_t tri_heap_memory_limit = UINT64_MAX;

struct tri_span *tri_pages_alloc(size_t page_count, uint32_t object_count)
{
	tri_lock(&lock);
	struct tri_span *run = find_in(&dirty_runs, page_count);
	if (!run)
		run = find_in(&clean_runs, page_count);
	if (!run) {
		if (!grow(page_count)) {
			tri_unlock(&lock);
			return NULL;
		}
		run = find_in(&dirty_runs, page_count);
		if (!run)
			run = find_in(&clean_runs, page_count);
	}
	bin_remove(run);
	uintptr_t base = run->base;
	size_t rest = run->page_count - page_count, first = page_index(base);
	size_t clean_pages = run->needs_zero ? count_clean(first, first + page_count) : page_count;
	recycle_span(run);
	if (rest > 0)
		add_free_run(base + (page_count << TRI_PAGE_SHIFT), rest);
	struct tri_span *span = new_span(object_count);
	span->base = base;
	span->page_count = page_count;
	span->needs_zero = clean_pages < page_count;
	span->state = TRI_SPAN_SMALL;
	name_ends(span); // so that neighbours see that it is not free
	tri_pages_figures.in_use += page_count;
	tri_pages_figures.free_clean -= clean_pages;
	tri_pages_figures.free_dirty -= page_count - clean_pages;
	uint64_t spans = tri_pages_figures.in_use << TRI_PAGE_SHIFT, resident = spans + (tri_pages_figures.free_dirty << TRI_PAGE_SHIFT);
	tri_unlock(&lock);
	atomic_fetch_add_explicit(&tri_heap_counters.spans, 1, memory_order_relaxed);
	// Near the memory limit every page that gets storage has to be made up for; beyond it, when the spans alone exceed it, that
	// would only have the same pages faulted in again and again.
	uint64_t limit = atomic_load_explicit(&tri_heap_memory_limit, memory_order_relaxed);
	if (TRI_UNLIKELY(resident > limit && clean_pages > 0 && spans < limit))
		tri_pages_release_eagerly((resident - limit) >> TRI_PAGE_SHIFT);
	return span;
}

void tri_pages_clear(struct tri_span *span)
{
	size_t first = page_index(span->base), count = span->page_count;
	for (size_t i = 0; i < count;) {
		bool is_clean = clean[(first + i) / 64] >> ((first + i) % 64) & 1;
		size_t end = i + 1;
		while (end < count && (bool)(clean[(first + end) / 64] >> ((first + end) % 64) & 1) == is_clean)
			end++;
		if (!is_clean)
			memset((void *)(span->base + (i << TRI_PAGE_SHIFT)), 0, (end - i) << TRI_PAGE_SHIFT);
		i = end;
	}
	span->needs_zero = false;
}

void tri_pages_publish(struct tri_span *span)
{
	const struct tri_layout *layout = span->layout;
	bool large = span->state == TRI_SPAN_LARGE;
	tri_page entry = (large ? TRI_PAGE_LARGE : TRI_PAGE_SMALL) << TRI_PAGE_KIND_SHIFT |
					 (tri_page)layout->has_pointers << TRI_PAGE_POINTERS_SHIFT | (tri_page)layout->size_class << TRI_PAGE_CLASS_SHIFT |
					 (tri_page)layout->number << TRI_PAGE_LAYOUT_SHIFT | (tri_page)span->marks << TRI_PAGE_MARKS_SHIFT;
	size_t first = page_index(span->base);
	for (size_t i = 0; i < span->page_count; i++) {
		atomic_store_explicit(&tri_heap.spans[first + i], span, memory_order_relaxed);
		atomic_store_explicit(&tri_heap.pages[first + i], large ? entry : entry | (tri_page)i << TRI_PAGE_INDEX_SHIFT,
							  memory_order_release);
	}
}

void tri_pages_free(struct tri_span *span)
{
	uintptr_t base = span->base;
	size_t pages = span->page_count, first = page_index(base);
	for (size_t i = 0; i < pages; i++)
		atomic_store_explicit(&tri_heap.pages[first + i], 0, memory_order_release);
	// Large runs would be cleared when they are used again; dropping them costs the same and gives the memory back
	// meanwhile.
	bool drop = pages << TRI_PAGE_SHIFT >= (size_t)1 << 20 && !tri_settings.poison;
	if (drop)
		tri_os_release((void *)base, pages << TRI_PAGE_SHIFT);
	atomic_fetch_sub_explicit(&tri_heap_counters.spans, 1, memory_order_relaxed);
	tri_lock(&lock);
	recycle_span(span);
	tri_pages_figures.in_use -= pages;
	if (drop)
		tri_pages_figures.free_clean += pages;
	else
		tri_pages_figures.free_dirty += pages;
	set_clean(first, first + pages, drop);
	add_coalesced(base, pages);
	tri_unlock(&lock);
}

// ---- Giving storage back -------------------------------------------------------------------------

uint64_t tri_pages_release(uint64_t pages)
{
	uint64_t released = 0;
	tri_lock(&lock);
	while (released < pages) {
		unsigned word = BIN_WORDS;
		while (word > 0 && dirty_runs.used[word - 1] == 0)
			word--;
		if (word == 0)
			break;
		unsigned bin = (word - 1) * 64 + 63 - (unsigned)__builtin_clzll(dirty_runs.used[word - 1]);
		struct tri_span *run = dirty_runs.runs[bin];
		// Out of the bins and of its neighbours' sight while the system works on it.
		bin_remove(run);
		run->state = TRI_SPAN_RELEASING;
		size_t first = page_index(run->base), count = run->page_count;
		size_t dirty = count - count_clean(first, first + count);
		tri_unlock(&lock);
		tri_os_release((void *)run->base, count << TRI_PAGE_SHIFT);
		tri_lock(&lock);
		set_clean(first, first + count, true);
		tri_pages_figures.free_dirty -= dirty;
		tri_pages_figures.free_clean += dirty;
		released += dirty;
		tri_pages_figures.released += dirty;
		uintptr_t base = run->base;
		recycle_span(run);
		add_coalesced(base, count);
	}
	tri_unlock(&lock);
	return released;
}

// ---- Checking ------------------------------------------------------------------------------------

void tri_pages_check(void)
{
	uint64_t in_use = 0, dirty = 0, clean_pages = 0, releasing = 0;
	const struct tri_span *previous = NULL;
	tri_lock(&lock); // the background scavenger works while the world is stopped
	uintptr_t high = atomic_load(&tri_heap.high);
	for (uintptr_t at = tri_heap.low; at < high;) {
		size_t first = page_index(at);
		const struct tri_span *span = atomic_load(&tri_heap.spans[first]);
		tri_check(span && span->base == at && span->page_count > 0);
		tri_check(atomic_load(&tri_heap.spans[first + span->page_count - 1]) == span);
		if (span->state == TRI_SPAN_FREE) {
			tri_check(!previous || previous->state != TRI_SPAN_FREE);
			size_t count = count_clean(first, first + span->page_count);
			tri_check(span->needs_zero == (count < span->page_count));
			clean_pages += count;
			dirty += span->page_count - count;
		} else if (span->state == TRI_SPAN_RELEASING) {
			releasing += span->page_count;
		} else {
			in_use += span->page_count;
		}
		previous = span;
		at += span->page_count << TRI_PAGE_SHIFT;
	}
	tri_check(in_use == tri_pages_figures.in_use);
	tri_check(releasing > 0 || (dirty == tri_pages_figures.free_dirty && clean_pages == tri_pages_figures.free_clean));
	tri_check(dirty + clean_pages + releasing == tri_pages_figures.free_dirty + tri_pages_figures.free_clean);
	tri_unlock(&lock);
}
