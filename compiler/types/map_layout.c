// How maps hold their entries: the groups of slots that internal/runtime/maps allocates and walks.
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

enum { SLOTS = 8, LARGEST_INLINE = 128 };

static struct tri_struct_field field(struct tri_universe *universe, const char *name, struct tri_type *type)
{
	return (struct tri_struct_field){.name = tri_name_intern_c(universe->names, name), .type = type};
}

// Equal keys may differ in their bytes (0 and -0; strings at other addresses): the newer key replaces the older.
static bool needs_key_update(struct tri_type *type)
{
	type = tri_type_underlying(type);
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_BASIC:
		return tri_type_is(type, TRI_IS_FLOAT | TRI_IS_COMPLEX | TRI_IS_STRING);
	case TRI_TYPE_INTERFACE:
		return true;
	case TRI_TYPE_ARRAY:
		return needs_key_update(type->as.array.element);
	case TRI_TYPE_STRUCT:
		for (uint32_t i = 0; i < type->as.structure.field_count; i++) {
			if (needs_key_update(type->as.structure.fields[i].type))
				return true;
		}
		return false;
	default:
		return false;
	}
}

// The functions for small keys serve keys of one size that are equal when their bytes are, and strings.
static enum tri_map_variant variant_of(struct tri_type *key, struct tri_type *element)
{
	if (element->size > LARGEST_INLINE)
		return TRI_MAP_ANY;
	if (tri_type_is(key, TRI_IS_STRING))
		return TRI_MAP_STRING;
	if (!tri_type_is_plain_memory(key))
		return TRI_MAP_ANY;
	if (key->size == 4 && key->align == 4)
		return TRI_MAP_32;
	if (key->size == 8 && key->align == 8)
		return tri_type_has_pointers(key) ? TRI_MAP_POINTER : TRI_MAP_64;
	return TRI_MAP_ANY;
}

struct tri_map_layout tri_map_layout(struct tri_universe *universe, struct tri_type *map)
{
	map = tri_type_underlying(map);
	struct tri_type *key = map->as.map.key, *element = map->as.map.element;
	tri_type_layout(key);
	tri_type_layout(element);
	struct tri_map_layout layout = {.variant = variant_of(key, element)};
	layout.needs_key_update = needs_key_update(key);
	layout.hash_may_panic = tri_type_holds_interface(key);
	layout.indirect_key = key->size > LARGEST_INLINE;
	layout.indirect_element = element->size > LARGEST_INLINE;
	struct tri_struct_field slot_fields[] = {
		field(universe, "key", layout.indirect_key ? tri_type_pointer_to(universe, key) : key),
		field(universe, "elem", layout.indirect_element ? tri_type_pointer_to(universe, element) : element),
	};
	layout.slot = tri_type_struct_of(universe, slot_fields, TRI_COUNT(slot_fields));
	tri_type_layout(layout.slot);
	layout.element_offset = layout.slot->as.structure.offsets[1];
	struct tri_struct_field group_fields[] = {
		field(universe, "ctrl", universe->basic[TRI_BASIC_UINT64]),
		field(universe, "slots", tri_type_array_of(universe, layout.slot, SLOTS)),
	};
	layout.group = tri_type_struct_of(universe, group_fields, TRI_COUNT(group_fields));
	tri_type_layout(layout.group);
	tri_assert(layout.group->size > 8);
	return layout;
}
