// Allocation, from fast to slow:
//   1. the cache's current run of free slots for the layout: a load, an add, a compare, a store;
//   2. the next run of free slots in the cache's span, found in its bits, cleared as a whole;
//   3. another span of the layout: a partly free one, or unswept ones, which are swept now;
//   4. new pages. Before 3 and 4 a collection starts when the heap has reached the trigger.
// Objects over 32 KiB get spans of their own. Pointer-free objects under 16 bytes share 16-byte slots.
#include "runtime/heap/span.h"

void (*tri_heap_trigger_hook)(void);

struct cache_slot {
	uintptr_t cursor, limit; // free slots, cleared
	uint32_t object_size;
	struct tri_span *span;
	struct tri_layout *layout;
};

struct tri_heap_cache {
	struct cache_slot *slots; // by layout number
	uint32_t slot_count;
	uintptr_t tiny_cursor, tiny_limit;
	struct tri_heap_cache *next;
};

static struct tri_heap_cache *all_caches;

extern char __start_tri_types[] __attribute__((weak)), __stop_tri_types[] __attribute__((weak));

void tri_heap_init(void)
{
	tri_pages_init();
	tri_heap.trigger = (uint64_t)4 << 20;
}

struct tri_heap_cache *tri_heap_cache_new(void)
{
	struct tri_heap_cache *cache = tri_permanent_alloc(sizeof *cache);
	cache->next = all_caches;
	all_caches = cache;
	return cache;
}

// ---- Slow paths --------------------------------------------------------------------------------

static uint32_t next_zero(const uint64_t *bits, uint32_t from, uint32_t count)
{
	while (from < count) {
		uint64_t word = ~bits[from >> 6] >> (from & 63);
		if (word) {
			from += (uint32_t)__builtin_ctzll(word);
			return from < count ? from : count;
		}
		from = (from | 63) + 1;
	}
	return count;
}

static uint32_t next_one(const uint64_t *bits, uint32_t from, uint32_t count)
{
	while (from < count) {
		uint64_t word = bits[from >> 6] >> (from & 63);
		if (word) {
			from += (uint32_t)__builtin_ctzll(word);
			return from < count ? from : count;
		}
		from = (from | 63) + 1;
	}
	return count;
}

static void set_bits(uint64_t *bits, uint32_t from, uint32_t to, bool value)
{
	while (from < to) {
		uint32_t end = (from | 63) + 1 < to ? (from | 63) + 1 : to;
		uint64_t mask = (end - from == 64 ? ~(uint64_t)0 : (((uint64_t)1 << (end - from)) - 1)) << (from & 63);
		if (value)
			bits[from >> 6] |= mask;
		else
			bits[from >> 6] &= ~mask;
		from = end;
	}
}

static void check_poison(const struct tri_span *span, uintptr_t from, uintptr_t to)
{
	for (const uint8_t *byte = (const uint8_t *)from; byte < (const uint8_t *)to; byte++) {
		if (*byte != 0xdb && *byte != 0)
			tri_throw("freed memory at %p was written (span of %u-byte objects)", (const void *)byte, span->object_size);
	}
}

// Makes the next run of free slots of the slot's span current. False: the span is used up.
static bool next_run(struct cache_slot *slot)
{
	struct tri_span *span = slot->span;
	if (!span)
		return false;
	uint32_t from = next_zero(span->allocated, span->search_from, span->object_count);
	if (from == span->object_count) {
		span->search_from = from;
		return false;
	}
	uint32_t to = next_one(span->allocated, from, span->object_count);
	// A long run is cleared in pieces that stay in the first-level cache until they are used.
	uint32_t piece = 4096 / span->object_size + 1;
	if (to - from > piece)
		to = from + piece;
	set_bits(span->allocated, from, to, true);
	span->search_from = to;
	slot->cursor = span->base + (uintptr_t)from * span->object_size;
	slot->limit = span->base + (uintptr_t)to * span->object_size;
	if (TRI_DEBUG && tri_settings.poison && span->needs_zero)
		check_poison(span, slot->cursor, slot->limit);
	if (span->needs_zero)
		memset((void *)slot->cursor, 0, slot->limit - slot->cursor);
	uint64_t bytes = slot->limit - slot->cursor;
	tri_heap.live += bytes;
	tri_heap.total_allocated += bytes;
	tri_heap.allocated_objects += to - from;
	return true;
}

static void retire_span(struct cache_slot *slot)
{
	if (!slot->span)
		return;
	slot->span->in_cache = false;
	tri_span_list_push(&slot->layout->full, slot->span);
	slot->span = NULL;
}

static void refill(struct cache_slot *slot)
{
	struct tri_layout *layout = slot->layout;
	if (next_run(slot))
		return;
	retire_span(slot);
	if (tri_heap.live >= tri_heap.trigger && tri_heap_trigger_hook)
		tri_heap_trigger_hook();
	for (;;) {
		struct tri_span *span = layout->partial;
		if (!span && layout->unswept) {
			span = layout->unswept;
			tri_span_list_remove(&layout->unswept, span);
			tri_sweep_span(span);
			continue;
		}
		if (span) {
			tri_span_list_remove(&layout->partial, span);
		} else {
			uint32_t pages = tri_class_pages[layout->size_class];
			uint32_t count = (pages << TRI_PAGE_SHIFT) / layout->object_size;
			span = tri_pages_alloc(pages, count);
			span->layout = layout;
			span->object_size = layout->object_size;
			span->object_count = count;
			span->divide_magic = UINT32_MAX / layout->object_size + 1;
			span->state = TRI_SPAN_SMALL;
			span->swept = true;
		}
		span->in_cache = true;
		slot->span = span;
		if (next_run(slot))
			return;
		retire_span(slot);
	}
}

static struct cache_slot *slot_for(struct tri_heap_cache *cache, struct tri_layout *layout)
{
	if (TRI_UNLIKELY(layout->number >= cache->slot_count)) {
		uint32_t count = cache->slot_count ? cache->slot_count * 2 : 256;
		while (count <= layout->number)
			count *= 2;
		struct cache_slot *slots = tri_permanent_alloc(count * sizeof *slots);
		if (cache->slot_count > 0)
			memcpy(slots, cache->slots, cache->slot_count * sizeof *slots);
		cache->slots = slots;
		cache->slot_count = count;
	}
	struct cache_slot *slot = &cache->slots[layout->number];
	if (TRI_UNLIKELY(!slot->layout)) {
		slot->layout = layout;
		slot->object_size = layout->object_size;
	}
	return slot;
}

static inline void *take(struct cache_slot *slot)
{
	uintptr_t object = slot->cursor, next = object + slot->object_size;
	if (TRI_UNLIKELY(next > slot->limit)) {
		refill(slot);
		object = slot->cursor;
		next = object + slot->object_size;
	}
	slot->cursor = next;
	return (void *)object;
}

static void *alloc_large(struct tri_layout *layout, size_t size)
{
	size_t pages = (size + TRI_PAGE_SIZE - 1) >> TRI_PAGE_SHIFT;
	if (pages << TRI_PAGE_SHIFT < size)
		tri_throw("runtime: out of memory: cannot allocate %zu-byte block", size);
	if (tri_heap.live + (pages << TRI_PAGE_SHIFT) >= tri_heap.trigger && tri_heap_trigger_hook)
		tri_heap_trigger_hook();
	struct tri_span *span = tri_pages_alloc(pages, 1);
	span->state = TRI_SPAN_LARGE;
	span->layout = layout;
	span->object_count = 1;
	span->large_size = size;
	span->swept = true;
	span->allocated[0] = 1;
	tri_span_list_push(&tri_large_spans, span);
	if (span->needs_zero)
		memset((void *)span->base, 0, pages << TRI_PAGE_SHIFT);
	tri_heap.live += pages << TRI_PAGE_SHIFT;
	tri_heap.total_allocated += pages << TRI_PAGE_SHIFT;
	tri_heap.allocated_objects++;
	return (void *)span->base;
}

static inline void collect_if_always(void)
{
	if (TRI_DEBUG && TRI_UNLIKELY(tri_settings.collect_always) && tri_heap_trigger_hook)
		tri_heap_trigger_hook();
}

// ---- Interface ---------------------------------------------------------------------------------

static inline bool has_prefix(const struct tri_rtype *type)
{
	return (const char *)type >= __start_tri_types && (const char *)type < __stop_tri_types;
}

void *tri_heap_alloc(struct tri_heap_cache *cache, const struct tri_rtype *type, size_t count)
{
	collect_if_always();
	if (TRI_LIKELY(count == 1 && has_prefix(type))) {
		struct tri_type_prefix *prefix = (struct tri_type_prefix *)(uintptr_t)type - 1;
		uint32_t number = prefix->layout;
		if (TRI_LIKELY(number != 0 && number <= cache->slot_count && cache->slots[number - 1].layout))
			return take(&cache->slots[number - 1]);
	}
	size_t size;
	if (__builtin_mul_overflow(type->size, count, &size))
		tri_throw("runtime: allocation size out of range");
	if (type->pointer_bytes == 0)
		return tri_heap_alloc_plain(cache, size, true);
	struct tri_layout *layout = tri_layout_for(type, count, size);
	if (size > TRI_MAX_SMALL_SIZE)
		return alloc_large(layout, size);
	if (count == 1 && has_prefix(type))
		((struct tri_type_prefix *)(uintptr_t)type - 1)->layout = layout->number + 1;
	return take(slot_for(cache, layout));
}

void *tri_heap_alloc_plain(struct tri_heap_cache *cache, size_t size, bool zero)
{
	collect_if_always();
	(void)zero; // runs are cleared as a whole
	if (size < 16) {
		uintptr_t align = size & 7 ? size & 3 ? size & 1 ? 1 : 2 : 4 : 8;
		uintptr_t at = (cache->tiny_cursor + align - 1) & ~(align - 1);
		if (at + size > cache->tiny_limit || at == 0) {
			at = (uintptr_t)take(slot_for(cache, tri_layout_plain(16)));
			cache->tiny_limit = at + 16;
		}
		cache->tiny_cursor = at + size;
		return (void *)at;
	}
	if (size > TRI_MAX_SMALL_SIZE)
		return alloc_large(tri_layout_plain(size), size);
	return take(slot_for(cache, tri_layout_plain(size)));
}

void *tri_heap_alloc_pointers(struct tri_heap_cache *cache, size_t size)
{
	collect_if_always();
	struct tri_layout *layout = tri_layout_pointers(size);
	if (size > TRI_MAX_SMALL_SIZE)
		return alloc_large(layout, size);
	return take(slot_for(cache, layout));
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
	if (!span || span->state == TRI_SPAN_FREE)
		return NULL;
	*span_out = span;
	if (span->state == TRI_SPAN_LARGE) {
		*size = span->page_count << TRI_PAGE_SHIFT;
		return (void *)span->base;
	}
	uint32_t index = tri_span_object_index(span, address);
	if (index >= span->object_count || !tri_span_bit(span->allocated, index))
		return NULL;
	*size = span->object_size;
	return (void *)(span->base + (uintptr_t)index * span->object_size);
}

void tri_caches_flush(void)
{
	for (struct tri_heap_cache *cache = all_caches; cache; cache = cache->next) {
		cache->tiny_cursor = cache->tiny_limit = 0;
		for (uint32_t i = 0; i < cache->slot_count; i++) {
			struct cache_slot *slot = &cache->slots[i];
			if (!slot->span)
				continue;
			uint32_t unused = (uint32_t)((slot->limit - slot->cursor) / slot->object_size);
			uint32_t from = (uint32_t)((slot->cursor - slot->span->base) / slot->object_size);
			set_bits(slot->span->allocated, from, from + unused, false);
			tri_heap.live -= (uint64_t)unused * slot->object_size;
			tri_heap.total_allocated -= (uint64_t)unused * slot->object_size;
			tri_heap.allocated_objects -= unused;
			// Slots taken back are clean, but others of the span may not be: it is cleared again.
			slot->cursor = slot->limit = 0;
			retire_span(slot);
		}
	}
}
