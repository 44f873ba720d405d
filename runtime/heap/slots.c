// Allocation, from fast to slow:
//   1. the mutator's current run of free slots for the layout: a load, an add, a compare, a store (compiled code has
//      this inline, abi/mutator.h);
//   2. the next of the runs that the last refill set aside (struct tri_pending_runs), a few instructions of assembly;
//   3. the next stretch of the span that the slot owns, its free slots found in its bits, cleared as a whole;
//   4. another span of the layout from its central lists: a partly free one, or an unswept one, which is swept now;
//   5. new pages. Before 3 to 5 the collector is asked: it may start a cycle, or have this mutator help with one.
// Pointer-free objects under 16 bytes share 16-byte slots.
//
// While marking, runs are handed out black: their mark bits are set with the run, so an object needs no further
// work when it is allocated.
#include "runtime/heap/internal.h"

#include <sys/mman.h>

struct tri_heap_hooks tri_heap_hooks;
struct tri_lock tri_mutators_lock = TRI_LOCK_INIT(MUTATORS);
struct tri_mutator *tri_mutators;
static _Atomic int64_t own_rate;
static _Atomic int64_t *_Atomic sample_rate = &own_rate;

enum {
	RUN_BYTES = 4096,        // a run is cleared in pieces that stay in the first-level cache until they are used
	REPORT_BYTES = 16 << 10, // handed out before the heap's counter and the collector are told
	UNSWEPT_TRIES = 100,     // full unswept spans looked at before new pages are taken
	MANY_SPANS = 16,         // a layout with so many gets larger ones
	LARGEST_SPAN = 16,       // pages
	LARGER = 4,
	KNOWN = 1, // cursor and limit of an empty slot that is in the list of active ones
	SLOT_TABLES = 2 * TRI_PENDING_OFFSET,
	LONG_RUN = 32, // objects: such a run is taken alone
};

void tri_heap_init(void)
{
	tri_pages_init();
	tri_layouts_init();
	atomic_store(&tri_heap.generation, 2);
	atomic_store(&tri_heap.trigger, (uint64_t)4 << 20);
}

// ---- Mutators ------------------------------------------------------------------------------------

static int64_t next_sample(struct tri_mutator *mutator);

struct tri_mutator *tri_mutator_new(void)
{
	static _Atomic uint64_t seed = 0x9e3779b97f4a7c15u;
	struct tri_mutator *mutator = tri_permanent_alloc(sizeof *mutator);
	mutator->barrier_next = mutator->barrier;
	mutator->barrier_end = mutator->barrier + TRI_BARRIER_ENTRIES;
	mutator->slots = tri_heap_reserve_table(SLOT_TABLES);
	mutator->slot_spans = tri_heap_reserve_table(tri_heap.slot_limit * sizeof *mutator->slot_spans);
	mutator->active_slots = tri_heap_reserve_table(tri_heap.slot_limit * sizeof *mutator->active_slots);
	mutator->slot_sampled = tri_heap_reserve_table(tri_heap.slot_limit * sizeof *mutator->slot_sampled);
	mutator->sample_epoch = 1;
	mutator->random = atomic_fetch_add(&seed, 0x9e3779b97f4a7c15u);
	mutator->sample_left = next_sample(mutator);
	tri_lock(&tri_mutators_lock);
	mutator->next = tri_mutators;
	if (tri_mutators)
		tri_mutators->previous = mutator;
	tri_mutators = mutator;
	tri_unlock(&tri_mutators_lock);
	return mutator;
}

static void add(_Atomic uint64_t *counter, uint64_t amount) // by its owner
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + amount, memory_order_relaxed);
}

// ---- Sampling for the heap profile ---------------------------------------------------------------

static int64_t current_rate(void)
{
	return atomic_load_explicit(atomic_load_explicit(&sample_rate, memory_order_relaxed), memory_order_relaxed);
}

// Exponentially distributed with the rate as its mean, so that samples form a Poisson process over bytes.
static int64_t next_sample(struct tri_mutator *mutator)
{
	int64_t rate = current_rate();
	mutator->sample_rate = rate;
	if (rate <= 0)
		return INT64_MAX;
	if (rate == 1)
		return 0;
	uint64_t x = mutator->random;
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	mutator->random = x;
	// -ln(u) for u in (0, 1]: the exponent is exact, the mantissa's logarithm a polynomial good to 1e-3.
	uint64_t bits = (x >> 11) | 1;
	int exponent = 63 - __builtin_clzll(bits);
	double mantissa = (double)bits / (double)((uint64_t)1 << exponent) - 1; // [0, 1)
	double log2 = exponent - 53 + mantissa * (1.4426 + mantissa * (-0.7213 * 0.9316 + mantissa * (0.4809 * 0.6868 - 0.1006 * 1.0)));
	double length = -log2 * 0.6931471805599453 * (double)rate;
	return length > 1e15 ? (int64_t)1e15 : (int64_t)length;
}

void tri_heap_set_sample_rate(int64_t bytes) { atomic_store(atomic_load(&sample_rate), bytes); }

void tri_heap_sample_by(_Atomic int64_t *variable) { atomic_store(&sample_rate, variable); }

// ---- Runs ----------------------------------------------------------------------------------------

static uint32_t next_bit(const uint64_t *bits, uint32_t from, uint32_t count, uint64_t flip)
{
	while (from < count) {
		uint64_t word = (bits[from >> 6] ^ flip) >> (from & 63);
		if (word) {
			from += (uint32_t)__builtin_ctzll(word);
			return from < count ? from : count;
		}
		from = (from | 63) + 1;
	}
	return count;
}

static void blacken(const struct tri_span *span, uint32_t from, uint32_t to)
{
	for (; from < to; from++)
		tri_span_keep(span, from);
}

// All free slots of a span that is allocated from while marking turn black at once. Fresh objects hold what the barrier
// has shaded, so they count as scanned.
static void blacken_free(struct tri_span *span)
{
	uint32_t generation = atomic_load_explicit(&tri_heap.generation, memory_order_relaxed);
	if (span->black_generation == generation)
		return;
	span->black_generation = generation;
	for (uint32_t word = 0; word < span->word_count; word++) {
		uint64_t free_slots = ~span->allocated[word];
		if (word == span->object_count >> 6)
			free_slots &= tri_span_guard_bit(span) - 1;
		// Before the marks, or a worker that has this span would scan what the slots held.
		if (free_slots && tri_heap.scanned_used)
			atomic_fetch_or_explicit(&tri_heap.scanned[span->marks + word], free_slots, memory_order_release);
		for (uint64_t left = free_slots; left; left &= left - 1)
			tri_span_keep(span, word * 64 + (uint32_t)__builtin_ctzll(left));
	}
}

static void check_poison(const struct tri_span *span, uintptr_t from, uintptr_t to)
{
	for (const uint8_t *byte = (const uint8_t *)from; byte < (const uint8_t *)to; byte++) {
		if (*byte != 0xdb && *byte != 0)
			tri_throw("freed memory at %p was written (span of %u-byte objects)", (const void *)byte, span->object_size);
	}
}

// How many of `available` objects the next run may have: one at a time when every allocation is to be seen; up to the
// one that the profile samples; else all. That one is the next of its slot, whatever is allocated elsewhere in the
// meantime: were it the next of all, large objects would take the samples of small ones.
static uint32_t run_length(struct tri_mutator *mutator, uint32_t index, uint32_t size, uint32_t available, bool *sampled)
{
	if (TRI_UNLIKELY(tri_settings.alloc_sites || (TRI_DEBUG && tri_settings.collect_always)))
		available = 1;
	if (TRI_UNLIKELY(mutator->attentive > 0)) {
		mutator->attentive -= size;
		available = 1;
	}
	if (mutator->sample_left == INT64_MAX)
		return available;
	if (TRI_UNLIKELY(mutator->slot_sampled[index] == mutator->sample_epoch)) {
		mutator->slot_sampled[index] = 0;
		*sampled = true;
		return 1;
	}
	int64_t left = mutator->sample_left / size;
	if (TRI_LIKELY(left >= available)) {
		mutator->sample_left -= (int64_t)size * available;
		return available;
	}
	mutator->sample_left = next_sample(mutator);
	if (left > 0) {
		mutator->slot_sampled[index] = mutator->sample_epoch;
		return (uint32_t)left;
	}
	*sampled = true;
	return 1;
}

// The free slots among the TRI_PENDING_LIMIT from `from` on, but no more than `most`, bit 0 being `from`.
static uint64_t free_window(const struct tri_span *span, uint32_t from, uint32_t most)
{
	uint32_t word = from >> 6, shift = from & 63;
	uint64_t bits = ~span->allocated[word] >> shift;
	if (shift > 0 && word + 1 < span->word_count)
		bits |= ~span->allocated[word + 1] << (64 - shift);
	uint32_t left = span->object_count - from, length = left < TRI_PENDING_LIMIT ? left : TRI_PENDING_LIMIT;
	bits &= ((uint64_t)1 << length) - 1;
	while ((uint32_t)__builtin_popcountll(bits) > most)
		bits &= ~((uint64_t)1 << (63 - __builtin_clzll(bits)));
	return bits;
}

static inline void clear(uintptr_t start, uintptr_t end)
{
	enum { SHORT = 192 };
	if (end - start > SHORT) {
		memset((void *)start, 0, end - start);
		return;
	}
	for (uintptr_t word = start; word < end; word += 8)
		*(volatile uint64_t *)word = 0; // a call costs more
}

// The next of the pending runs becomes the slot's. False: there is none.
static inline bool next_pending(struct tri_mutator *mutator, uint32_t index, uint32_t size)
{
	struct tri_pending_runs *pending = tri_pending(mutator, index);
	if (pending->free == 0)
		return false;
	unsigned skipped = (unsigned)__builtin_ctzll(pending->free);
	uint64_t rest = pending->free >> skipped;
	unsigned length = (unsigned)__builtin_ctzll(~rest);
	uintptr_t start = pending->base + (uintptr_t)skipped * size, end = start + (uintptr_t)length * size;
	pending->free = rest >> length;
	pending->base = end;
	mutator->slots[index].cursor = start;
	mutator->slots[index].limit = end;
	return true;
}

static void count_taken(struct tri_mutator *mutator, const struct tri_span *span, uint32_t objects)
{
	uint64_t bytes = (uint64_t)objects * span->object_size;
	add(&mutator->allocated_bytes, bytes);
	add(&mutator->allocated_objects[span->layout->size_class], objects);
	mutator->unreported += bytes;
}

// Takes scattered free slots: those of a stretch that begins at `from`. All are cleared now, while their lines come in.
static void take_window(struct tri_mutator *mutator, uint32_t index, struct tri_span *span, uint32_t from, uint32_t most, bool *sampled)
{
	uint64_t bits = free_window(span, from, most);
	bits = free_window(span, from, run_length(mutator, index, span->object_size, (uint32_t)__builtin_popcountll(bits), sampled));
	uint32_t size = span->object_size, count = (uint32_t)__builtin_popcountll(bits);
	struct tri_pending_runs *pending = tri_pending(mutator, index);
	pending->free = bits;
	pending->base = span->base + (uintptr_t)from * size;
	for (uint64_t left = bits; left;) {
		unsigned first = (unsigned)__builtin_ctzll(left), length = (unsigned)__builtin_ctzll(~(left >> first));
		uintptr_t start = pending->base + (uintptr_t)first * size, end = start + (uintptr_t)length * size;
		if (span->needs_zero) {
			if (TRI_DEBUG && tri_settings.poison)
				check_poison(span, start, end);
			clear(start, end);
		}
		tri_bits_set(span->allocated, from + first, from + first + length, true);
		left &= left + ((uint64_t)1 << first);
	}
	span->search_from = from + 64 - (uint32_t)__builtin_clzll(bits);
	count_taken(mutator, span, count);
	next_pending(mutator, index, size);
}

// Makes the next free slots of the slot's span current. False: the span is used up.
static bool next_run(struct tri_mutator *mutator, uint32_t index, struct tri_span *span, bool *sampled)
{
	uint32_t from = next_bit(span->allocated, span->search_from, span->object_count, ~(uint64_t)0);
	if (from == span->object_count) {
		span->search_from = from;
		return false;
	}
	if (atomic_load_explicit(&tri_heap.marking, memory_order_relaxed))
		blacken_free(span);
	uint32_t to = next_bit(span->allocated, from, span->object_count, 0);
	uint32_t piece = RUN_BYTES / span->object_size + 1;
	if (to - from < LONG_RUN && to - from < piece && to < span->object_count) {
		take_window(mutator, index, span, from, piece, sampled);
		return true;
	}
	if (to - from > piece)
		to = from + piece;
	to = from + run_length(mutator, index, span->object_size, to - from, sampled);
	uintptr_t start = span->base + (uintptr_t)from * span->object_size, end = span->base + (uintptr_t)to * span->object_size;
	if (span->needs_zero) {
		if (TRI_DEBUG && tri_settings.poison)
			check_poison(span, start, end);
		memset((void *)start, 0, end - start);
	} else {
		// Pages without storage get it by a write: a read first would map the zero page, and the write then costs a
		// second fault and a flush of every processor's translations.
		enum { SYSTEM_PAGE = 4096 };
		for (uintptr_t page = start; page < end; page = (page | (SYSTEM_PAGE - 1)) + 1)
			*(volatile uint8_t *)page = 0;
	}
	tri_bits_set(span->allocated, from, to, true);
	span->search_from = to;
	mutator->slots[index].cursor = start;
	mutator->slots[index].limit = end;
	count_taken(mutator, span, to - from);
	return true;
}

// ---- Spans for slots -----------------------------------------------------------------------------

static uint32_t current_generation(void) { return atomic_load_explicit(&tri_heap.generation, memory_order_relaxed); }

// The slot's span goes back to the lists; it has no free slot left that this mutator knows of.
static void retire(struct tri_mutator *mutator, uint32_t index)
{
	struct tri_span *span = mutator->slot_spans[index];
	mutator->slot_spans[index] = NULL;
	// Empty, but known to be in the list of active slots.
	mutator->slots[index].cursor = mutator->slots[index].limit = KNOWN;
	struct tri_layout *layout = span->layout;
	span->in_slot = false;
	tri_lock(&layout->lock);
	tri_span_list_push(span->search_from < span->object_count ? &layout->partial[current_generation() & 1]
															  : &layout->full[current_generation() & 1],
					   span);
	tri_unlock(&layout->lock);
}

static bool has_free_slot(const struct tri_span *span)
{
	return next_bit(span->allocated, 0, span->object_count, ~(uint64_t)0) < span->object_count;
}

// A span of the layout with a free slot from its lists, or NULL. The caller owns it.
static struct tri_span *take_listed(struct tri_layout *layout)
{
	uint32_t swept = current_generation() & 1;
	for (int tries = 0; tries < UNSWEPT_TRIES; tries++) {
		tri_lock(&layout->lock);
		struct tri_span *span = tri_span_list_take(&layout->partial[swept]);
		bool unswept = false;
		if (!span) {
			span = tri_span_list_take(&layout->partial[!swept]);
			if (!span)
				span = tri_span_list_take(&layout->full[!swept]);
			unswept = span != NULL;
		}
		tri_unlock(&layout->lock);
		if (!span)
			return NULL;
		if (unswept)
			tri_sweep_span(span, false);
		span->search_from = 0;
		if (has_free_slot(span))
			return span;
		tri_lock(&layout->lock);
		tri_span_list_push(&layout->full[swept], span);
		tri_unlock(&layout->lock);
	}
	return NULL;
}

// Near the memory limit what is dead is swept before fresh pages are taken.
static void make_room(size_t pages)
{
	uint64_t limit = atomic_load_explicit(&tri_heap_memory_limit, memory_order_relaxed);
	if (TRI_LIKELY(limit == UINT64_MAX))
		return;
	while ((tri_pages_figures.in_use + pages) << TRI_PAGE_SHIFT > limit - limit / 16 && tri_heap_sweep_one() > 0)
		;
}

static struct tri_span *new_small_span(struct tri_layout *layout)
{
	uint32_t pages = tri_class_pages[layout->size_class];
	if (atomic_load_explicit(&layout->span_count, memory_order_relaxed) >= MANY_SPANS && pages * LARGER <= LARGEST_SPAN)
		pages *= LARGER;
	uint32_t count = (pages << TRI_PAGE_SHIFT) / layout->object_size;
	make_room(pages);
	struct tri_span *span = tri_pages_alloc(pages, count);
	if (!span)
		return NULL;
	span->layout = layout;
	span->object_size = layout->object_size;
	span->object_count = count;
	atomic_store_explicit(&span->generation, current_generation(), memory_order_relaxed);
	atomic_fetch_add_explicit(&layout->span_count, 1, memory_order_relaxed);
	tri_span_keep(span, count);
	tri_pages_publish(span);
	return span;
}

// Pages are swept for what is handed out, so that all is swept before the next cycle.
static void pay_for_sweeping(void)
{
	if (atomic_load_explicit(&tri_heap.unswept_spans, memory_order_relaxed) == 0)
		return;
	uint64_t bits = atomic_load_explicit(&tri_heap_counters.sweep_ratio, memory_order_relaxed);
	double ratio;
	memcpy(&ratio, &bits, sizeof ratio);
	uint64_t live = atomic_load_explicit(&tri_heap.live, memory_order_relaxed);
	uint64_t basis = atomic_load_explicit(&tri_heap_counters.sweep_basis, memory_order_relaxed);
	if (ratio <= 0 || live <= basis)
		return;
	uint64_t owed = (uint64_t)(ratio * (double)(live - basis));
	while (atomic_load_explicit(&tri_heap_counters.pages_swept, memory_order_relaxed) < owed) {
		if (tri_heap_sweep_one() == 0)
			break;
	}
}

static void report(struct tri_mutator *mutator)
{
	atomic_fetch_add_explicit(&tri_heap.live, mutator->unreported, memory_order_relaxed);
	mutator->unreported = 0;
}

void tri_heap_settle_live(void)
{
	for (struct tri_mutator *mutator = tri_mutators; mutator; mutator = mutator->next)
		report(mutator);
}

static void ask_collector(struct tri_mutator *mutator, size_t bytes)
{
	if (mutator->unreported < REPORT_BYTES && bytes < REPORT_BYTES && !(TRI_DEBUG && tri_settings.collect_always))
		return;
	bytes += mutator->unreported;
	report(mutator);
	if (TRI_UNLIKELY(tri_heap_hooks.told != NULL))
		tri_heap_hooks.told();
	if (atomic_load_explicit(&tri_heap.marking, memory_order_relaxed)) {
		if (tri_heap_hooks.assist)
			tri_heap_hooks.assist(mutator, bytes);
	} else if (atomic_load_explicit(&tri_heap.live, memory_order_relaxed) >=
				   atomic_load_explicit(&tri_heap.trigger, memory_order_relaxed) ||
			   (TRI_DEBUG && TRI_UNLIKELY(tri_settings.collect_always))) {
		if (tri_heap_hooks.trigger)
			tri_heap_hooks.trigger(mutator);
	}
}

// False: memory is out. The slot's run is not empty otherwise.
static bool refill(struct tri_mutator *mutator, uint32_t index, bool *sampled)
{
	struct tri_layout *layout = tri_heap.slot_layouts[index];
	ask_collector(mutator, 0);
	for (;;) {
		struct tri_span *span = mutator->slot_spans[index];
		if (span) {
			// It may have been in the slot while a mark ended: its owner sweeps it.
			if (atomic_load_explicit(&span->generation, memory_order_relaxed) != current_generation())
				tri_sweep_span(span, false);
			if (next_run(mutator, index, span, sampled))
				return true;
			retire(mutator, index);
		}
		span = take_listed(layout);
		if (!span) {
			pay_for_sweeping();
			span = take_listed(layout);
		}
		if (!span && !(span = new_small_span(layout)))
			return false;
		span->in_slot = true;
		mutator->slot_spans[index] = span;
		if (mutator->slots[index].limit == 0) {
			mutator->slots[index].cursor = mutator->slots[index].limit = KNOWN;
			mutator->active_slots[mutator->active_count++] = index;
		}
	}
}

static TRI_NORETURN void out_of_memory(size_t size)
{
	if (tri_os_address_limit() == SIZE_MAX)
		tri_throw("runtime: out of memory"); // the system refuses
	tri_print("runtime: out of memory: cannot allocate %zu-byte block (%zu in use)\n", size,
			  (size_t)(tri_pages_figures.in_use << TRI_PAGE_SHIFT));
	tri_throw("out of memory");
}

static void give_back_slots(struct tri_mutator *mutator);

// The rate has changed: runs that were taken with the old one would hide what should be sampled now.
static void change_rate(struct tri_mutator *mutator)
{
	give_back_slots(mutator);
	mutator->sample_epoch++;
	mutator->sample_left = next_sample(mutator);
}

void tri_heap_expect_rate(struct tri_mutator *mutator)
{
	enum { FOR_BYTES = 256 << 10 };
	give_back_slots(mutator);
	mutator->attentive = FOR_BYTES;
}

static void *take_slow(struct tri_mutator *mutator, uint32_t index, bool may_fail)
{
	if (TRI_UNLIKELY(mutator->sample_rate != current_rate()))
		change_rate(mutator);
	struct tri_slot *slot = &mutator->slots[index];
	bool sampled = false;
	uint32_t size = tri_heap.slot_layouts[index]->object_size;
	if (!next_pending(mutator, index, size) && !refill(mutator, index, &sampled)) {
		if (may_fail)
			return NULL;
		out_of_memory(size);
	}
	void *object = (void *)slot->cursor;
	slot->cursor += size;
	if (TRI_UNLIKELY(sampled) && tri_heap_hooks.sampled)
		tri_heap_hooks.sampled(mutator, object, size);
	return object;
}

static inline void *take(struct tri_mutator *mutator, uint32_t index, uint32_t size)
{
	struct tri_slot *slot = &mutator->slots[index];
	uintptr_t object = slot->cursor, next = object + size;
	if (TRI_UNLIKELY(next > slot->limit))
		return take_slow(mutator, index, false);
	slot->cursor = next;
	return (void *)object;
}

// ---- Large objects -------------------------------------------------------------------------------

static void *alloc_large(struct tri_mutator *mutator, struct tri_layout *layout, size_t size, bool may_fail)
{
	size_t pages = (size + TRI_PAGE_SIZE - 1) >> TRI_PAGE_SHIFT, bytes = pages << TRI_PAGE_SHIFT;
	if (bytes < size) {
		if (may_fail)
			return NULL;
		out_of_memory(size);
	}
	if (TRI_UNLIKELY(mutator->sample_rate != current_rate()))
		change_rate(mutator);
	ask_collector(mutator, bytes);
	pay_for_sweeping();
	make_room(pages);
	struct tri_span *span = tri_pages_alloc(pages, 1);
	if (!span) {
		if (may_fail)
			return NULL;
		out_of_memory(size);
	}
	span->state = TRI_SPAN_LARGE;
	span->layout = layout;
	span->object_size = 0;
	span->object_count = 1;
	span->large_size = size;
	atomic_store_explicit(&span->generation, current_generation(), memory_order_relaxed);
	if (span->needs_zero)
		tri_pages_clear(span);
	span->allocated[0] = 1;
	if (atomic_load_explicit(&tri_heap.marking, memory_order_relaxed))
		blacken(span, 0, 1);
	tri_lock(&tri_large_lock);
	tri_span_list_push(&tri_large_spans[current_generation() & 1], span);
	tri_unlock(&tri_large_lock);
	tri_pages_publish(span);
	mutator->unreported += bytes;
	add(&mutator->allocated_bytes, bytes);
	add(&mutator->allocated_objects[0], 1);
	atomic_fetch_add_explicit(&tri_heap_counters.allocated_large_bytes, bytes, memory_order_relaxed);
	if (mutator->sample_left != INT64_MAX && (mutator->sample_left -= (int64_t)size) < 0) {
		mutator->sample_left = next_sample(mutator);
		if (tri_heap_hooks.sampled)
			tri_heap_hooks.sampled(mutator, (void *)span->base, size);
	}
	return (void *)span->base;
}

// ---- Interface -----------------------------------------------------------------------------------

static inline bool has_prefix(const struct tri_rtype *type)
{
	extern const char __start_tri_types[] __attribute__((weak)), __stop_tri_types[] __attribute__((weak));
	return (const char *)type >= __start_tri_types && (const char *)type < __stop_tri_types;
}

void *tri_heap_alloc(struct tri_mutator *mutator, const struct tri_rtype *type, size_t count)
{
	if (TRI_LIKELY(count == 1 && has_prefix(type))) {
		// Slot number + 1, kept where the compiler left room for it.
		struct tri_type_prefix *prefix = (struct tri_type_prefix *)(uintptr_t)type - 1;
		uint32_t known = __atomic_load_n(&prefix->layout, __ATOMIC_RELAXED);
		if (TRI_LIKELY(known != 0))
			return take(mutator, known - 1, tri_heap.slot_layouts[known - 1]->object_size);
	}
	size_t size;
	if (__builtin_mul_overflow(type->size, count, &size))
		tri_throw("runtime: allocation size out of range");
	if (type->pointer_bytes == 0)
		return tri_heap_alloc_plain(mutator, size);
	struct tri_layout *layout = tri_layout_for(type, count, size);
	if (size > TRI_MAX_SMALL_SIZE)
		return alloc_large(mutator, layout, size, false);
	if (count == 1 && has_prefix(type))
		__atomic_store_n(&((struct tri_type_prefix *)(uintptr_t)type - 1)->layout, layout->slot + 1, __ATOMIC_RELAXED);
	return take(mutator, layout->slot, layout->object_size);
}

void *tri_heap_alloc_plain(struct tri_mutator *mutator, size_t size)
{
	if (size < 16) {
		uintptr_t align = size & 7 ? size & 3 ? size & 1 ? 1 : 2 : 4 : 8;
		uintptr_t at = (mutator->tiny_cursor + align - 1) & ~(align - 1);
		if (at + size > mutator->tiny_limit || at == 0) {
			at = (uintptr_t)take(mutator, tri_layout_plain(16)->slot, 16);
			mutator->tiny_limit = at + 16;
		} else {
			add(&mutator->tiny_objects, 1);
		}
		mutator->tiny_cursor = at + size;
		return (void *)at;
	}
	struct tri_layout *layout = tri_layout_plain(size);
	if (size > TRI_MAX_SMALL_SIZE)
		return alloc_large(mutator, layout, size, false);
	return take(mutator, layout->slot, layout->object_size);
}

void *tri_heap_alloc_pointers(struct tri_mutator *mutator, size_t size)
{
	struct tri_layout *layout = tri_layout_pointers(size);
	if (size > TRI_MAX_SMALL_SIZE)
		return alloc_large(mutator, layout, size, false);
	return take(mutator, layout->slot, layout->object_size);
}

void *tri_heap_alloc_layout(struct tri_mutator *mutator, struct tri_layout *layout, size_t size, bool may_fail)
{
	if (layout->size_class == 0)
		return alloc_large(mutator, layout, size, may_fail);
	struct tri_slot *slot = &mutator->slots[layout->slot];
	uintptr_t object = slot->cursor, next = object + layout->object_size;
	if (TRI_UNLIKELY(next > slot->limit))
		return take_slow(mutator, layout->slot, may_fail);
	slot->cursor = next;
	return (void *)object;
}

void *tri_heap_alloc_slot(struct tri_mutator *mutator, const struct tri_layout_descriptor *descriptor)
{
	extern const struct tri_layout_descriptor __start_tri_layouts[] __attribute__((weak));
	return take(mutator, (uint32_t)(descriptor - __start_tri_layouts), descriptor->size);
}

size_t tri_heap_rounded_size(size_t size, bool has_pointers)
{
	size_t header = has_pointers && size > TRI_MALLOC_HEADER_LIMIT ? 8 : 0;
	if (size <= TRI_MAX_SMALL_SIZE - 8)
		return tri_class_sizes[tri_size_class(size + header)] - header;
	size_t rounded = (size + TRI_PAGE_SIZE - 1) & ~(size_t)(TRI_PAGE_SIZE - 1);
	return rounded < size ? size : rounded;
}

void *tri_heap_find_object(uintptr_t address, size_t *size, struct tri_span **span_out)
{
	struct tri_span *span = tri_heap_span_of(address);
	if (!span)
		return NULL;
	*span_out = span;
	if (span->state == TRI_SPAN_LARGE) {
		*size = span->page_count << TRI_PAGE_SHIFT;
		return (void *)span->base;
	}
	uint32_t index = tri_span_object_index(span, address);
	if (index >= span->object_count || !(__atomic_load_n(&span->allocated[index >> 6], __ATOMIC_ACQUIRE) >> (index & 63) & 1))
		return NULL;
	*size = span->object_size;
	return (void *)(span->base + (uintptr_t)index * span->object_size);
}

uintptr_t tri_heap_slot_at(uintptr_t address)
{
	const struct tri_span *span = tri_heap_span_of(address);
	if (!span)
		return 0;
	if (span->state == TRI_SPAN_LARGE)
		return span->base;
	uint32_t index = tri_span_object_index(span, address);
	return span->base + (uintptr_t)(index < span->object_count ? index : span->object_count) * span->object_size;
}

// ---- The collector's view of slots ---------------------------------------------------------------

static uint32_t slot_index(const struct tri_span *span, uintptr_t address)
{
	return (uint32_t)((address - span->base) / span->object_size);
}

void tri_heap_mark_begin(void)
{
	for (struct tri_mutator *mutator = tri_mutators; mutator; mutator = mutator->next) {
		mutator->tiny_cursor = mutator->tiny_limit = 0;
		for (uint32_t i = 0; i < mutator->active_count; i++) {
			uint32_t index = mutator->active_slots[i];
			const struct tri_span *span = mutator->slot_spans[index];
			const struct tri_slot *slot = &mutator->slots[index];
			if (span && slot->cursor < slot->limit)
				blacken(span, slot_index(span, slot->cursor), slot_index(span, slot->limit));
			const struct tri_pending_runs *pending = tri_pending(mutator, index);
			for (uint64_t left = pending->free; left; left &= left - 1) {
				uint32_t object = slot_index(span, pending->base) + (uint32_t)__builtin_ctzll(left);
				blacken(span, object, object + 1);
			}
		}
	}
	atomic_store(&tri_heap.marking, 1);
}

void tri_heap_sweep_slots_stopped(void)
{
	for (struct tri_mutator *mutator = tri_mutators; mutator; mutator = mutator->next) {
		for (uint32_t i = 0; i < mutator->active_count; i++) {
			struct tri_span *span = mutator->slot_spans[mutator->active_slots[i]];
			if (span && atomic_load_explicit(&span->generation, memory_order_relaxed) != current_generation())
				tri_sweep_span(span, false);
		}
	}
}

static void give_back_slots(struct tri_mutator *mutator)
{
	bool marking = atomic_load(&tri_heap.marking);
	for (uint32_t i = 0; i < mutator->active_count; i++) {
		uint32_t index = mutator->active_slots[i];
		struct tri_span *span = mutator->slot_spans[index];
		struct tri_slot *slot = &mutator->slots[index];
		if (!span)
			continue;
		if (atomic_load_explicit(&span->generation, memory_order_relaxed) != current_generation())
			tri_sweep_span(span, false);
		// While marking they are black: the next sweep but one takes them back.
		while (!marking && (slot->cursor < slot->limit || next_pending(mutator, index, span->object_size))) {
			uint32_t from = slot_index(span, slot->cursor), to = slot_index(span, slot->limit);
			tri_bits_set(span->allocated, from, to, false);
			if (from < span->search_from)
				span->search_from = from;
			span->needs_zero = true;
			// tri_heap.live keeps them until the next mark: whether it counts them still depends on when they were taken.
			add(&mutator->allocated_bytes, -(uint64_t)(slot->limit - slot->cursor));
			add(&mutator->allocated_objects[span->layout->size_class], -(uint64_t)(to - from));
			slot->cursor = slot->limit;
		}
		tri_pending(mutator, index)->free = 0;
		retire(mutator, index);
	}
}

void tri_mutator_free(struct tri_mutator *mutator)
{
	give_back_slots(mutator);
	report(mutator);
	tri_lock(&tri_mutators_lock);
	if (mutator->previous)
		mutator->previous->next = mutator->next;
	else
		tri_mutators = mutator->next;
	if (mutator->next)
		mutator->next->previous = mutator->previous;
	for (unsigned class = 0; class < TRI_SIZE_CLASS_COUNT; class ++)
		tri_heap_counters.dead_mallocs[class] += mutator->allocated_objects[class];
	tri_heap_counters.dead_bytes += mutator->allocated_bytes;
	tri_heap_counters.dead_tiny += mutator->tiny_objects;
	tri_unlock(&tri_mutators_lock);
	munmap(mutator->slots, SLOT_TABLES);
	munmap(mutator->slot_sampled, tri_heap.slot_limit * sizeof *mutator->slot_sampled);
	munmap(mutator->slot_spans, tri_heap.slot_limit * sizeof *mutator->slot_spans);
	munmap(mutator->active_slots, tri_heap.slot_limit * sizeof *mutator->active_slots);
	// The structure itself is not reused: others may still look at its list links.
}
