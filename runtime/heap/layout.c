// Size classes and layouts: from a type to the kind of span its objects live in.
#include "runtime/heap/span.h"

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

// Class by size: steps of 8 bytes up to 1 KiB, of 128 above; built at start.
static uint8_t class_by_8[1024 / 8 + 1], class_by_128[(TRI_MAX_SMALL_SIZE - 1024) / 128 + 1];
static struct tri_layout *plain_layouts[TRI_SIZE_CLASS_COUNT], *pointer_layouts[TRI_SIZE_CLASS_COUNT];

enum { HASH_SIZE = 1024 };
static struct tri_layout *by_mask[HASH_SIZE];

struct type_entry { // (type, class) -> layout, for arrays and types without a prefix
	const struct tri_rtype *type;
	struct tri_layout *layout;
	unsigned size_class;
	struct type_entry *next;
};
static struct type_entry *by_type[HASH_SIZE];

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
}

unsigned tri_size_class(size_t size)
{
	if (TRI_UNLIKELY(class_by_8[1] == 0))
		build_class_tables();
	if (size <= 1024)
		return class_by_8[(size + 7) / 8];
	return class_by_128[(size - 1024 + 127) / 128];
}

static bool mask_bit(const uint8_t *mask, size_t word) { return mask[word / 8] >> (word % 8) & 1; }

static struct tri_layout *new_layout(unsigned size_class, bool has_pointers, uint32_t period, const uint8_t *mask)
{
	struct tri_layout *layout = tri_permanent_alloc(sizeof *layout);
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
	if (tri_heap.layout_count == tri_heap.layout_capacity) {
		uint32_t capacity = tri_heap.layout_capacity ? tri_heap.layout_capacity * 2 : 256;
		struct tri_layout **grown = tri_permanent_alloc(capacity * sizeof *grown);
		if (tri_heap.layout_count > 0)
			memcpy(grown, tri_heap.layouts, tri_heap.layout_count * sizeof *grown);
		tri_heap.layouts = grown;
		tri_heap.layout_capacity = capacity;
	}
	layout->number = tri_heap.layout_count;
	tri_heap.layouts[tri_heap.layout_count++] = layout;
	return layout;
}

struct tri_layout *tri_layout_plain(size_t size)
{
	unsigned class = size > TRI_MAX_SMALL_SIZE ? 0 : tri_size_class(size);
	if (!plain_layouts[class])
		plain_layouts[class] = new_layout(class, false, 1, NULL);
	return plain_layouts[class];
}

struct tri_layout *tri_layout_pointers(size_t size)
{
	static const uint8_t one = 1;
	unsigned class = size > TRI_MAX_SMALL_SIZE ? 0 : tri_size_class(size);
	if (!pointer_layouts[class])
		pointer_layouts[class] = new_layout(class, true, 1, &one);
	return pointer_layouts[class];
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

static struct tri_layout *intern(unsigned class, const struct tri_rtype *type)
{
	uint32_t period = (uint32_t)(type->size / 8), bytes = (period + 7) / 8;
	uint8_t *mask = tri_permanent_alloc(bytes + 1);
	bool all = true;
	for (uint32_t word = 0; word < period; word++) {
		if (word < type->pointer_bytes / 8 && mask_bit(type->mask, word))
			mask[word / 8] |= (uint8_t)(1 << (word % 8));
		else
			all = false;
	}
	if (all)
		return tri_layout_pointers(class ? tri_class_sizes[class] : (size_t)TRI_MAX_SMALL_SIZE + 1);
	uint32_t hash = class * 31 + period;
	for (uint32_t i = 0; i < bytes; i++)
		hash = hash * 16777619u ^ mask[i];
	struct tri_layout **chain = &by_mask[hash % HASH_SIZE];
	for (struct tri_layout *layout = *chain; layout; layout = layout->hash_next) {
		if (layout->size_class == class && layout->period_words == period && memcmp(layout->period_mask, mask, bytes) == 0)
			return layout;
	}
	struct tri_layout *layout = new_layout(class, true, period, mask);
	layout->hash_next = *chain;
	*chain = layout;
	return layout;
}

struct tri_layout *tri_layout_for(const struct tri_rtype *type, size_t count, size_t size)
{
	if (type->pointer_bytes == 0)
		return tri_layout_plain(size);
	type = period_type(type);
	unsigned class = size > TRI_MAX_SMALL_SIZE ? 0 : tri_size_class(size);
	if (type->size == 8)
		return tri_layout_pointers(size);
	uint32_t hash = (uint32_t)(((uintptr_t)type >> 4) * 2654435761u + class * 40503u);
	struct type_entry **chain = &by_type[hash % HASH_SIZE];
	for (struct type_entry *entry = *chain; entry; entry = entry->next) {
		if (entry->type == type && entry->size_class == class)
			return entry->layout;
	}
	struct type_entry *entry = tri_permanent_alloc(sizeof *entry);
	*entry = (struct type_entry){type, intern(class, type), class, *chain};
	*chain = entry;
	(void)count;
	return entry->layout;
}
