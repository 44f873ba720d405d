// Size classes and layouts: from a type to the kind of span its objects live in.
//
// Layouts are made under a lock and never change or go away, so they are found without one: chains are published at
// their heads, and a type's prefix remembers its layout.
#include "runtime/heap/internal.h"

#include <sys/mman.h>

const uint32_t tri_class_sizes[TRI_SIZE_CLASS_COUNT] = {
	0,
#define SIZE_CLASS(number, size, pages) size,
#include "abi/size_classes.def"
#undef SIZE_CLASS
};
const uint8_t tri_class_pages[TRI_SIZE_CLASS_COUNT] = {
	0,
#define SIZE_CLASS(number, size, pages) pages,
#include "abi/size_classes.def"
#undef SIZE_CLASS
};
uint32_t tri_class_magic[TRI_SIZE_CLASS_COUNT];
uint64_t tri_layout_masks[TRI_MAX_LAYOUTS];

// Class by size: steps of 8 bytes up to 1 KiB, of 128 above; built at start.
static uint8_t class_by_8[1024 / 8 + 1], class_by_128[(TRI_MAX_SMALL_SIZE - 1024) / 128 + 1];
static struct tri_layout *plain_layouts[TRI_SIZE_CLASS_COUNT], *pointer_layouts[TRI_SIZE_CLASS_COUNT];

enum { HASH_SIZE = 1024 };
static struct tri_lock lock = TRI_LOCK_INIT(LAYOUTS); // guards making layouts
static struct tri_layout *_Atomic by_mask[HASH_SIZE]; // chains grow at the head

struct type_entry { // (type, class) -> layout, for arrays and types without a prefix
	const struct tri_rtype *type;
	struct tri_layout *layout;
	unsigned size_class;
	struct type_entry *next;
};
static struct type_entry *_Atomic by_type[HASH_SIZE];

static const struct tri_layout_descriptor *descriptors_start(void)
{
	extern const struct tri_layout_descriptor __start_tri_layouts[] __attribute__((weak));
	return __start_tri_layouts;
}

static uint32_t descriptor_count(void)
{
	extern const struct tri_layout_descriptor __start_tri_layouts[] __attribute__((weak)), __stop_tri_layouts[] __attribute__((weak));
	return (uint32_t)(__stop_tri_layouts - __start_tri_layouts);
}

static void build_class_tables(void)
{
	unsigned class = 1;
	for (size_t size = 0; size <= 1024; size += 8) {
		while (tri_class_sizes[class] < size)
			class ++;
		class_by_8[size / 8] = (uint8_t) class;
	}
	class = 1;
	for (size_t size = 1024; size <= TRI_MAX_SMALL_SIZE; size += 128) {
		while (tri_class_sizes[class] < size)
			class ++;
		class_by_128[(size - 1024) / 128] = (uint8_t) class;
	}
	// Rounded up: exact for offsets up to 128 KiB, since the error per unit is below 2^15 / 2^32.
	for (class = 1; class < TRI_SIZE_CLASS_COUNT; class ++)
		tri_class_magic[class] = UINT32_MAX / tri_class_sizes[class] + 1;
}

unsigned tri_size_class(size_t size)
{
	if (size <= 1024)
		return class_by_8[(size + 7) / 8];
	return class_by_128[(size - 1024 + 127) / 128];
}

static bool mask_bit(const uint8_t *mask, size_t word) { return mask[word / 8] >> (word % 8) & 1; }

static uint32_t next_slot; // guarded by lock

static struct tri_layout *new_layout(unsigned size_class, bool has_pointers, uint32_t period, const uint8_t *mask, uint32_t slot)
{
	uint32_t number = atomic_load_explicit(&tri_heap.layout_count, memory_order_relaxed);
	struct tri_layout *layout = tri_permanent_alloc(sizeof *layout);
	layout->lock.rank = TRI_RANK_CENTRAL;
	layout->number = number;
	layout->slot = slot;
	layout->size_class = (uint8_t)size_class;
	layout->has_pointers = has_pointers;
	layout->period_words = period;
	layout->object_size = tri_class_sizes[size_class];
	uint8_t *copy = tri_permanent_alloc((period + 7) / 8 + 1);
	layout->all_pointers = has_pointers;
	for (uint32_t word = 0; word < period; word++) {
		if (has_pointers && mask_bit(mask, word))
			copy[word / 8] |= (uint8_t)(1 << (word % 8));
		else
			layout->all_pointers = false;
	}
	layout->period_mask = copy;
	uint32_t words = layout->object_size / 8;
	if (has_pointers && words <= 64) {
		for (uint32_t word = 0; word < words; word++) {
			// Trailing words that complete no element are never written: reading them as zero is harmless.
			if (mask_bit(copy, word % period))
				layout->mask |= (uint64_t)1 << word;
		}
	}
	tri_layout_masks[number] = layout->mask;
	tri_heap.layouts[number] = layout;
	tri_heap.slot_layouts[slot] = layout;
	atomic_store_explicit(&tri_heap.layout_count, number + 1, memory_order_release);
	return layout;
}

struct tri_layout *tri_layout_plain(size_t size) { return plain_layouts[size > TRI_MAX_SMALL_SIZE ? 0 : tri_size_class(size)]; }

struct tri_layout *tri_layout_pointers(size_t size) { return pointer_layouts[size > TRI_MAX_SMALL_SIZE ? 0 : tri_size_class(size)]; }

// `slot` < 0: the next free one.
static struct tri_layout *intern(unsigned class, const uint8_t *mask, uint32_t period, int64_t slot)
{
	uint32_t bytes = (period + 7) / 8;
	bool all = true, none = true;
	for (uint32_t word = 0; word < period; word++) {
		if (mask_bit(mask, word))
			none = false;
		else
			all = false;
	}
	if (slot < 0 && (all || none))
		return all ? pointer_layouts[class] : plain_layouts[class];
	uint32_t hash = class * 31 + period;
	for (uint32_t i = 0; i < bytes; i++)
		hash = (hash ^ mask[i]) * 16777619u;
	struct tri_layout *_Atomic *chain = &by_mask[hash % HASH_SIZE];
	for (int locked = 0;; locked++) {
		for (struct tri_layout *layout = atomic_load_explicit(chain, memory_order_acquire); layout; layout = layout->hash_next) {
			if (layout->size_class == class && layout->period_words == period && memcmp(layout->period_mask, mask, bytes) == 0) {
				if (locked)
					tri_unlock(&lock);
				return layout;
			}
		}
		if (locked)
			break;
		tri_lock(&lock);
	}
	if (atomic_load(&tri_heap.layout_count) == TRI_MAX_LAYOUTS - 1) {
		// The page map has no room for more numbers: every word is looked at instead.
		tri_unlock(&lock);
		return pointer_layouts[class];
	}
	struct tri_layout *layout = new_layout(class, !none, period, mask, slot < 0 ? next_slot++ : (uint32_t)slot);
	layout->hash_next = atomic_load_explicit(chain, memory_order_relaxed);
	atomic_store_explicit(chain, layout, memory_order_release);
	tri_unlock(&lock);
	return layout;
}

// Number 0 is a layout too: the page map's entries are told from empty ones by their kind.
void tri_layouts_init(void)
{
	static const uint8_t one = 1, zero = 0;
	build_class_tables();
	uint32_t count = descriptor_count();
	size_t bytes = (TRI_MAX_LAYOUTS + (size_t)count) * sizeof(struct tri_layout *);
	tri_heap.layouts = tri_heap_reserve_table(bytes);
	tri_heap.slot_layouts = tri_heap_reserve_table(bytes);
	tri_heap.slot_limit = TRI_MAX_LAYOUTS + count;
	if (tri_heap.slot_limit > TRI_PENDING_OFFSET / sizeof(struct tri_slot))
		tri_throw("runtime: more than %u layouts of objects", (uint32_t)(TRI_PENDING_OFFSET / sizeof(struct tri_slot)) - TRI_MAX_LAYOUTS);
	next_slot = count;
	const struct tri_layout_descriptor *descriptor = descriptors_start();
	for (uint32_t i = 0; i < count; i++, descriptor++) {
		unsigned class = tri_size_class(descriptor->size);
		if (tri_class_sizes[class] != descriptor->size || descriptor->size > TRI_LAYOUT_INLINE_LIMIT)
			tri_throw("runtime: allocation descriptor of %u bytes: not a size class", descriptor->size);
		uint32_t words = descriptor->size / 8;
		bool plain = descriptor->mask == 0;
		bool all = !plain && descriptor->mask == (words == 64 ? ~(uint64_t)0 : ((uint64_t)1 << words) - 1);
		struct tri_layout **special = plain ? &plain_layouts[class] : all ? &pointer_layouts[class] : NULL;
		if (special && !*special)
			*special = new_layout(class, all, 1, all ? &one : &zero, i);
		else if (special)
			tri_heap.slot_layouts[i] = *special;
		else
			tri_heap.slot_layouts[i] = intern(class, (const uint8_t *)&descriptor->mask, words, i);
	}
	for (unsigned class = 0; class < TRI_SIZE_CLASS_COUNT; class ++) {
		if (!plain_layouts[class])
			plain_layouts[class] = new_layout(class, false, 1, &zero, next_slot++);
		if (!pointer_layouts[class])
			pointer_layouts[class] = new_layout(class, true, 1, &one, next_slot++);
	}
}

struct tri_layout *tri_layout_for_mask(size_t size, const uint8_t *mask, uint32_t period)
{
	return intern(size > TRI_MAX_SMALL_SIZE ? 0 : tri_size_class(size), mask, period, -1);
}

// The mask that repeats through the object: a nested array's is its element's.
static const struct tri_rtype *period_type(const struct tri_rtype *type)
{
	while (type->kind == TRI_KIND_ARRAY) {
		const struct tri_array_rtype *array = (const struct tri_array_rtype *)type;
		if (array->length == 0)
			break;
		type = array->element;
	}
	return type;
}

static struct tri_layout *make_for_type(unsigned class, const struct tri_rtype *type)
{
	uint32_t period = (uint32_t)(type->size / 8);
	uint8_t *mask = tri_permanent_alloc((period + 7) / 8 + 1);
	for (uint32_t word = 0; word < type->pointer_bytes / 8; word++) {
		if (mask_bit(type->mask, word))
			mask[word / 8] |= (uint8_t)(1 << (word % 8));
	}
	return intern(class, mask, period, -1);
}

struct tri_layout *tri_layout_for(const struct tri_rtype *type, size_t count, size_t size)
{
	(void)count;
	if (type->pointer_bytes == 0)
		return tri_layout_plain(size);
	type = period_type(type);
	if (type->size == 8)
		return tri_layout_pointers(size);
	unsigned class = size > TRI_MAX_SMALL_SIZE ? 0 : tri_size_class(size);
	uint32_t hash = (uint32_t)(((uintptr_t)type >> 4) * 2654435761u + class * 40503u);
	struct type_entry *_Atomic *chain = &by_type[hash % HASH_SIZE];
	struct type_entry *head = atomic_load_explicit(chain, memory_order_acquire);
	for (struct type_entry *entry = head; entry; entry = entry->next) {
		if (entry->type == type && entry->size_class == class)
			return entry->layout;
	}
	struct type_entry *entry = tri_permanent_alloc(sizeof *entry);
	*entry = (struct type_entry){type, make_for_type(class, type), class, head};
	// Two threads may both enter it: the entries say the same.
	while (!atomic_compare_exchange_weak_explicit(chain, &entry->next, entry, memory_order_release, memory_order_acquire))
		;
	return entry->layout;
}

struct tri_layout *tri_heap_layout_of(const struct tri_rtype *type, size_t size) { return tri_layout_for(type, 1, size); }
struct tri_layout *tri_heap_layout_plain(size_t size) { return tri_layout_plain(size); }
struct tri_layout *tri_heap_layout_pointers(size_t size) { return tri_layout_pointers(size); }

uint64_t tri_heap_layout_slot(const struct tri_layout *layout)
{
	return layout->size_class == 0 ? 0 : (uint64_t)layout->slot << 32 | layout->object_size;
}
