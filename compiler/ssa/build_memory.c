// Shapes of types; operands; loads, stores, copies and clearing of whole Go values.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

const struct shape *ssa_shape_of(struct builder *b, struct tri_type *type)
{
	struct shape *shape = tri_map_get(&b->shapes, TRI_KEY(type));
	if (shape)
		return shape;
	shape = TRI_NEW(b->arena, struct shape);
	tri_map_put(b->arena, &b->shapes, TRI_KEY(type), shape);
	tri_type_layout(type);
	struct tri_ssa_leaf leaves[TRI_SSA_MAX_LEAVES];
	uint32_t count;
	if (!tri_ssa_type_leaves(type, leaves, &count) || count > MAX_WORDS) {
		shape->in_memory = true;
		return shape;
	}
	shape->count = (uint8_t)count;
	for (uint32_t i = 0; i < count; i++) {
		shape->types[i] = leaves[i].type;
		shape->offsets[i] = leaves[i].offset;
		shape->is_type_word[i] = leaves[i].is_type_word;
		shape->is_length[i] = leaves[i].is_length;
	}
	return shape;
}

uint8_t ssa_scalar_type(struct tri_type *type)
{
	struct tri_ssa_leaf leaves[TRI_SSA_MAX_LEAVES];
	uint32_t count;
	if (!tri_ssa_type_leaves(type, leaves, &count) || count < 1)
		tri_ice("type of no machine word where one is wanted");
	return leaves[0].type;
}

bool ssa_type_has_kind(struct tri_type *type, enum tri_type_kind kind) { return ssa_underlying(type)->kind == kind; }

struct tri_type *ssa_element_of(struct tri_type *type)
{
	type = ssa_underlying(type);
	switch (type->kind) {
	case TRI_TYPE_POINTER:
		return type->as.pointer.element;
	case TRI_TYPE_SLICE:
		return type->as.slice.element;
	case TRI_TYPE_ARRAY:
		return type->as.array.element;
	case TRI_TYPE_CHAN:
		return type->as.chan.element;
	default:
		tri_ice("type without element");
	}
}

bool ssa_is_unsigned(struct tri_type *type) { return tri_type_is(type, TRI_IS_UNSIGNED); }
bool ssa_is_string(struct tri_type *type) { return tri_type_is(type, TRI_IS_STRING); }
bool ssa_is_float(struct tri_type *type) { return tri_type_is(type, TRI_IS_FLOAT); }

struct operand ssa_operand_of(struct tri_type *type, struct tri_ssa_value *word)
{
	return (struct operand){.type = type, .count = 1, .words = {word}};
}

struct operand ssa_operand_of2(struct tri_type *type, struct tri_ssa_value *first, struct tri_ssa_value *second)
{
	return (struct operand){.type = type, .count = 2, .words = {first, second}};
}

struct operand ssa_operand_of3(struct tri_type *type, struct tri_ssa_value *first, struct tri_ssa_value *second,
							   struct tri_ssa_value *third)
{
	return (struct operand){.type = type, .count = 3, .words = {first, second, third}};
}

static struct tri_ssa_value *zero_word(struct builder *b, uint8_t type)
{
	return tri_ssa_type_is_float(type) ? ssa_constant_float(b, type, 0) : ssa_constant(b, type, 0);
}

struct operand ssa_zero_operand(struct builder *b, struct tri_type *type)
{
	const struct shape *shape = ssa_shape_of(b, type);
	struct operand result = {.type = type};
	if (shape->in_memory) {
		result.in_memory = true;
		result.address = ssa_temporary(b, type, true);
		return result;
	}
	result.count = shape->count;
	for (uint32_t i = 0; i < shape->count; i++)
		result.words[i] = zero_word(b, shape->types[i]);
	return result;
}

static struct tri_ssa_value *load_word(struct builder *b, uint8_t type, struct tri_ssa_value *address, int64_t offset)
{
	struct tri_ssa_value *value = ssa_emit1(b, TRI_SSA_LOAD, type, address);
	value->integer = offset;
	return value;
}

struct operand ssa_load(struct builder *b, struct tri_type *type, struct tri_ssa_value *address, int64_t offset)
{
	const struct shape *shape = ssa_shape_of(b, type);
	struct operand result = {.type = type};
	if (shape->in_memory) {
		result.in_memory = true;
		result.address = address;
		result.offset = offset;
		return result;
	}
	result.count = shape->count;
	for (uint32_t i = 0; i < shape->count; i++) {
		result.words[i] = load_word(b, shape->types[i], address, offset + shape->offsets[i]);
		result.words[i]->is_length = shape->is_length[i];
	}
	return result;
}

// Where stores need no barrier: frames are scanned when a cycle ends... by their maps, never by barriers.
bool ssa_is_frame_address(const struct tri_ssa_value *address)
{
	while (address->op == TRI_SSA_ADD || address->op == TRI_SSA_COPY || address->op == TRI_SSA_NIL_CHECK)
		address = address->arguments.items[0];
	return address->op == TRI_SSA_SLOT || address->op == TRI_SSA_OUTGOING_AREA || address->op == TRI_SSA_ARGUMENT_AREA;
}

static void store_word(struct builder *b, struct tri_ssa_value *address, int64_t offset, struct tri_ssa_value *word, bool barrier)
{
	enum tri_ssa_op op = barrier && word->type == TRI_SSA_PTR ? TRI_SSA_STORE_BARRIER : TRI_SSA_STORE;
	struct tri_ssa_value *value = ssa_emit2(b, op, TRI_SSA_VOID, address, word);
	value->integer = offset;
}

// Larger pointerful values are copied by the runtime, which knows whether a barrier is due.
enum { WORDWISE_LIMIT = 8 };

static void copy_words_with_barrier(struct builder *b, struct tri_type *type, struct tri_ssa_value *to, int64_t to_offset,
									const struct operand *from)
{
	uint32_t words = (uint32_t)(type->size / 8);
	struct tri_bits mask = tri_bits_new(b->arena, words);
	tri_type_pointer_mask(type, 0, &mask);
	struct tri_ssa_value *values[WORDWISE_LIMIT];
	for (uint32_t i = 0; i < words; i++)
		values[i] = load_word(b, tri_bits_has(&mask, i) ? TRI_SSA_PTR : TRI_SSA_I64, from->address, from->offset + 8 * (int64_t)i);
	for (uint32_t i = 0; i < words; i++)
		store_word(b, to, to_offset + 8 * (int64_t)i, values[i], true);
}

void ssa_store(struct builder *b, struct tri_ssa_value *address, int64_t offset, const struct operand *value)
{
	struct tri_type *type = value->type;
	tri_type_layout(type);
	bool barrier = !ssa_is_frame_address(address);
	if (!value->in_memory) {
		const struct shape *shape = ssa_shape_of(b, type);
		for (uint32_t i = 0; i < shape->count; i++)
			store_word(b, address, offset + shape->offsets[i], value->words[i], barrier && !shape->is_type_word[i]);
		return;
	}
	if (type->size == 0)
		return;
	if (barrier && tri_type_has_pointers(type)) {
		if (type->size <= 8 * WORDWISE_LIMIT) {
			copy_words_with_barrier(b, type, address, offset, value);
		} else {
			struct tri_ssa_value *to = ssa_add_offset(b, address, offset);
			ENTRY_CALL(b, typedmemmove, ssa_type_address(b, type), to, ssa_add_offset(b, value->address, value->offset));
		}
		return;
	}
	struct tri_ssa_value *to = ssa_add_offset(b, address, offset), *from = ssa_add_offset(b, value->address, value->offset);
	// Two array pointers made from one slice may overlap in part; nothing else can without package unsafe.
	if (barrier && tri_type_underlying(type)->kind == TRI_TYPE_ARRAY && !ssa_is_frame_address(from) && from->op != TRI_SSA_SYMBOL) {
		ENTRY_CALL(b, memmove, to, from, ssa_constant(b, TRI_SSA_I64, type->size));
		return;
	}
	struct tri_ssa_value *copied = ssa_emit2(b, TRI_SSA_COPY_MEMORY, TRI_SSA_VOID, to, from);
	copied->integer = type->size;
}

void ssa_zero_memory(struct builder *b, struct tri_type *type, struct tri_ssa_value *address, int64_t offset)
{
	const struct shape *shape = ssa_shape_of(b, type);
	if (!shape->in_memory) {
		struct operand zero = ssa_zero_operand(b, type);
		ssa_store(b, address, offset, &zero);
	} else if (type->size == 0) {
		return;
	} else if (!ssa_is_frame_address(address) && tri_type_has_pointers(type)) {
		ENTRY_CALL(b, typedmemclr, ssa_type_address(b, type), ssa_add_offset(b, address, offset));
	} else {
		struct tri_ssa_value *value = ssa_emit1(b, TRI_SSA_ZERO_MEMORY, TRI_SSA_VOID, ssa_add_offset(b, address, offset));
		value->integer = type->size;
	}
}

void ssa_write_words(struct builder *b, uint32_t first, const struct operand *value)
{
	for (uint32_t i = 0; i < value->count; i++)
		ssa_builder_write(b, first + i, value->words[i]);
}

struct operand ssa_read_words(struct builder *b, struct tri_type *type, uint32_t first)
{
	const struct shape *shape = ssa_shape_of(b, type);
	struct operand result = {.type = type, .count = shape->count};
	for (uint32_t i = 0; i < shape->count; i++)
		result.words[i] = ssa_builder_read(b, first + i);
	return result;
}

struct operand ssa_read_place(struct builder *b, const struct place *place)
{
	if (place->kind == PLACE_WORDS)
		return ssa_read_words(b, place->type, place->first_word);
	return ssa_load(b, place->type, place->address, place->offset);
}

void ssa_write_place(struct builder *b, const struct place *place, const struct operand *value)
{
	if (place->kind == PLACE_WORDS)
		ssa_write_words(b, place->first_word, value);
	else if (place->kind == PLACE_MEMORY)
		ssa_store(b, place->address, place->offset, value);
}

struct tri_ssa_value *ssa_temporary(struct builder *b, struct tri_type *type, bool zero)
{
	struct tri_ssa_slot *slot = tri_ssa_new_slot(b->function, type, NULL);
	struct tri_ssa_value *live = ssa_emit0(b, TRI_SSA_SLOT_LIVE, TRI_SSA_VOID);
	live->slot = slot;
	struct tri_ssa_value *address = ssa_slot_address(b, slot, 0);
	if (zero)
		ssa_zero_memory(b, type, address, 0);
	return address;
}

struct tri_ssa_value *ssa_spill(struct builder *b, const struct operand *value)
{
	if (value->in_memory)
		return ssa_add_offset(b, value->address, value->offset);
	struct tri_ssa_value *address = ssa_temporary(b, value->type, false);
	ssa_store(b, address, 0, value);
	return address;
}

struct operand ssa_settle(struct builder *b, const struct operand *value)
{
	if (!value->in_memory)
		return *value;
	struct operand result = {.type = value->type, .in_memory = true, .address = ssa_temporary(b, value->type, false)};
	ssa_store(b, result.address, 0, value);
	return result;
}

struct operand ssa_field_of(struct builder *b, const struct operand *value, struct tri_type *structure, int64_t index)
{
	structure = ssa_underlying(structure);
	tri_type_layout(structure);
	struct tri_type *type = structure->as.structure.fields[index].type;
	if (value->in_memory)
		return ssa_load(b, type, value->address, value->offset + structure->as.structure.offsets[index]);
	uint32_t first = 0;
	for (int64_t i = 0; i < index; i++)
		first += ssa_shape_of(b, structure->as.structure.fields[i].type)->count;
	struct operand result = {.type = type, .count = ssa_shape_of(b, type)->count};
	for (uint32_t i = 0; i < result.count; i++)
		result.words[i] = value->words[first + i];
	return result;
}

struct tri_ssa_value *ssa_type_address(struct builder *b, struct tri_type *type)
{
	return ssa_symbol_address(b, tri_ssa_type_symbol(b->package, type), 0);
}

struct tri_ssa_value *ssa_new_small(struct builder *b, struct tri_type *type, int64_t count)
{
	struct tri_symbol *layout = tri_ssa_layout_symbol(b->package, type, count);
	if (!layout)
		return NULL;
	struct tri_ssa_value *value = ssa_emit0(b, TRI_SSA_NEW_OBJECT, TRI_SSA_PTR);
	uint32_t size;
	memcpy(&size, layout->data.items, sizeof size);
	value->symbol = layout;
	value->integer = size;
	value->non_nil = true;
	value->fresh = true;
	return value;
}

struct tri_ssa_value *ssa_new_object(struct builder *b, struct tri_type *type)
{
	tri_type_layout(type);
	if (type->size == 0)
		return ssa_symbol_address(b, tri_symbol_get(b->package->symbols, "runtime.zerobase"), 0);
	struct tri_ssa_value *value = ssa_new_small(b, type, 1);
	if (!value)
		value = ENTRY_CALL(b, newobject, ssa_type_address(b, type));
	value->non_nil = true;
	value->fresh = true;
	return value;
}

struct tri_ssa_value *ssa_to_int(struct builder *b, struct tri_ssa_value *value, struct tri_type *type)
{
	if (value->type == TRI_SSA_I64)
		return value;
	return ssa_emit1(b, ssa_is_unsigned(type) ? TRI_SSA_EXTEND_U : TRI_SSA_EXTEND_S, TRI_SSA_I64, value);
}
