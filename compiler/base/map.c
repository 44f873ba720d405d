// Hash maps from words to pointers that remember insertion order, and bit sets.
//
// Entries lie in one array in the order they were added; the slots hold entry numbers plus one,
// with linear probing. There is no removal, so a probe ends at the first free slot. Most maps are small (the scopes of
// blocks): the first few entries have no slots and are looked through one by one.
#define TRI_BASE_INTERNAL
#include "compiler/base/base.h"
#include "compiler/base/internal.h"

enum { MOST_WITHOUT_SLOTS = 8 };

// The entry for the key, or NULL. The free slot where it belongs goes to *free_slot.
static struct tri_map_entry *find_entry(const struct tri_map *map, uintptr_t key, uint32_t *free_slot)
{
	if (map->slot_count == 0) {
		for (uint32_t i = 0; i < map->count; i++) {
			if (map->entries[i].key == key)
				return &map->entries[i];
		}
		return NULL;
	}
	uint32_t mask = map->slot_count - 1;
	for (uint32_t i = (uint32_t)tri_base_mix(key) & mask;; i = (i + 1) & mask) {
		uint32_t number = map->slots[i];
		if (number == 0) {
			if (free_slot != NULL)
				*free_slot = i;
			return NULL;
		}
		if (map->entries[number - 1].key == key)
			return &map->entries[number - 1];
	}
}

static void grow_slots(struct tri_arena *arena, struct tri_map *map)
{
	map->slot_count = map->slot_count == 0 ? 4 * MOST_WITHOUT_SLOTS : map->slot_count * 2;
	map->slots = TRI_NEW_ARRAY(arena, uint32_t, map->slot_count);
	uint32_t mask = map->slot_count - 1;
	for (uint32_t number = 1; number <= map->count; number++) {
		uint32_t i = (uint32_t)tri_base_mix(map->entries[number - 1].key) & mask;
		while (map->slots[i] != 0)
			i = (i + 1) & mask;
		map->slots[i] = number;
	}
}

void *tri_map_get(const struct tri_map *map, uintptr_t key)
{
	const struct tri_map_entry *entry = find_entry(map, key, NULL);
	return entry == NULL ? NULL : entry->value;
}

bool tri_map_has(const struct tri_map *map, uintptr_t key) { return find_entry(map, key, NULL) != NULL; }

void *tri_map_put(struct tri_arena *arena, struct tri_map *map, uintptr_t key, void *value)
{
	uint32_t slot = 0;
	struct tri_map_entry *entry = find_entry(map, key, &slot);
	if (entry != NULL) {
		void *previous = entry->value;
		entry->value = value;
		return previous;
	}
	if (map->count >= MOST_WITHOUT_SLOTS && map->count >= map->slot_count / 4 * 3) {
		grow_slots(arena, map);
		find_entry(map, key, &slot);
	}
	if (map->count == map->capacity)
		map->entries = tri_vector_grow(arena, map->entries, &map->capacity, sizeof *map->entries);
	map->entries[map->count++] = (struct tri_map_entry){key, value};
	if (map->slot_count != 0)
		map->slots[slot] = map->count;
	return NULL;
}

struct tri_bits tri_bits_new(struct tri_arena *arena, uint32_t bit_count)
{
	size_t words = ((size_t)bit_count + 63) / 64;
	return (struct tri_bits){TRI_NEW_ARRAY(arena, uint64_t, words), bit_count};
}

bool tri_bits_union(struct tri_bits *target, const struct tri_bits *source)
{
	tri_assert(target->bit_count == source->bit_count);
	size_t words = ((size_t)target->bit_count + 63) / 64;
	uint64_t added = 0;
	for (size_t i = 0; i < words; i++) {
		added |= source->words[i] & ~target->words[i];
		target->words[i] |= source->words[i];
	}
	return added != 0;
}
