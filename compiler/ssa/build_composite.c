// Composite literals. What is constant comes from read-only data when that is shorter than storing it.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

enum {
	STATIC_MINIMUM = 4,      // elements
	LARGEST_STATIC = 1 << 24 // bytes
};

struct tri_symbol *ssa_literal_symbol(struct builder *b, int64_t size)
{
	struct tri_symbol *symbol =
		tri_symbol_printf(b->package->symbols, "%s..stmp_%u", b->package->package->path, b->package->symbols->list.count);
	symbol->kind = TRI_SYMBOL_RODATA;
	symbol->local = true;
	symbol->align = 16;
	if (size)
		tri_symbol_put8(b->package->symbols, symbol, (uint64_t)size - 1, 0);
	return symbol;
}

// Elements of an array or slice literal into memory that holds zeros where it is not assigned (unless !zeroed).
static void elements_into(struct builder *b, struct tri_node *node, struct tri_type *element, int64_t length, struct tri_ssa_value *address,
						  int64_t offset, bool zeroed)
{
	tri_type_layout(element);
	int64_t size = element->size * length;
	uint32_t fixed = 0;
	for (uint32_t i = 0; i < node->list.count; i++)
		fixed += ssa_static_data(b->package, node->list.items[i]->y, NULL, 0);
	bool use_static = fixed >= STATIC_MINIMUM && fixed * 2 >= node->list.count && size > 0 && size <= LARGEST_STATIC;
	if (use_static) {
		struct tri_symbol *symbol = ssa_literal_symbol(b, size);
		for (uint32_t i = 0; i < node->list.count; i++)
			if (ssa_static_data(b->package, node->list.items[i]->y, NULL, 0))
				ssa_static_data(b->package, node->list.items[i]->y, symbol, element->size * node->list.items[i]->index);
		// Pointers in it lead to read-only data alone: no barrier.
		struct tri_ssa_value *copied =
			ssa_emit2(b, TRI_SSA_COPY_MEMORY, TRI_SSA_VOID, ssa_add_offset(b, address, offset), ssa_symbol_address(b, symbol, 0));
		copied->integer = size;
		zeroed = true;
	} else if (!zeroed && ((int64_t)node->list.count < length || tri_type_has_pointers(element)) && size) {
		struct tri_ssa_value *cleared = ssa_emit1(b, TRI_SSA_ZERO_MEMORY, TRI_SSA_VOID, ssa_add_offset(b, address, offset));
		cleared->integer = size;
		zeroed = true;
	}
	for (uint32_t i = 0; i < node->list.count; i++) {
		struct tri_node *keyed = node->list.items[i];
		if (use_static && ssa_static_data(b->package, keyed->y, NULL, 0))
			continue;
		struct place place = {.kind = PLACE_MEMORY, .type = element, .address = address, .offset = offset + element->size * keyed->index};
		ssa_expression_into(b, keyed->y, &place, zeroed);
	}
}

// The memory is new: nothing else sees it yet, and `zeroed` says whether it was cleared.
void ssa_composite_into(struct builder *b, struct tri_node *node, struct tri_ssa_value *address, int64_t offset, bool zeroed)
{
	struct tri_type *type = ssa_underlying(node->type);
	tri_type_layout(type);
	if (node->op == TRI_NODE_ARRAY_LITERAL) {
		elements_into(b, node, type->as.array.element, type->as.array.length, address, offset, zeroed);
		return;
	}
	bool calls = false;
	for (uint32_t i = 0; i < node->list.count; i++)
		calls |= ssa_has_call(node->list.items[i]->y);
	if (!zeroed && type->size &&
		(node->list.count < type->as.structure.field_count || (calls && tri_type_has_pointers(type)) || !ssa_is_frame_address(address))) {
		struct tri_ssa_value *cleared = ssa_emit1(b, TRI_SSA_ZERO_MEMORY, TRI_SSA_VOID, ssa_add_offset(b, address, offset));
		cleared->integer = type->size;
		zeroed = true;
	}
	for (uint32_t i = 0; i < node->list.count; i++) {
		struct tri_node *keyed = node->list.items[i];
		struct place place = {.kind = PLACE_MEMORY,
							  .type = type->as.structure.fields[keyed->index].type,
							  .address = address,
							  .offset = offset + type->as.structure.offsets[keyed->index]};
		ssa_expression_into(b, keyed->y, &place, zeroed);
	}
}

struct operand ssa_composite(struct builder *b, struct tri_node *node)
{
	const struct shape *shape = ssa_shape_of(b, node->type);
	struct tri_type *type = ssa_underlying(node->type);
	if (shape->in_memory) {
		struct operand result = {.type = node->type, .in_memory = true};
		if (type->size > 0 && type->size <= LARGEST_STATIC && ssa_static_data(b->package, node, NULL, 0)) { // it is only read
			struct tri_symbol *symbol = ssa_literal_symbol(b, type->size);
			ssa_static_data(b->package, node, symbol, 0);
			result.address = ssa_symbol_address(b, symbol, 0);
			return result;
		}
		result.address = ssa_temporary(b, node->type, false);
		ssa_composite_into(b, node, result.address, 0, false);
		return result;
	}
	uint32_t count = node->list.count;
	struct tri_node **nodes = TRI_NEW_ARRAY(b->arena, struct tri_node *, count + 1);
	struct operand *values = TRI_NEW_ARRAY(b->arena, struct operand, count + 1);
	for (uint32_t i = 0; i < count; i++)
		nodes[i] = node->list.items[i]->y;
	ssa_expressions(b, nodes, count, values);
	struct operand result = ssa_zero_operand(b, node->type);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t first = 0;
		if (type->kind == TRI_TYPE_STRUCT)
			for (int64_t f = 0; f < node->list.items[i]->index; f++)
				first += ssa_shape_of(b, type->as.structure.fields[f].type)->count;
		for (uint32_t w = 0; w < values[i].count; w++)
			result.words[first + w] = values[i].words[w];
	}
	return result;
}

struct operand ssa_slice_literal(struct builder *b, struct tri_node *node)
{
	struct tri_type *element = ssa_element_of(node->type);
	int64_t length = node->index;
	struct tri_ssa_value *count = ssa_constant(b, TRI_SSA_I64, length);
	struct tri_type *array = tri_type_array_of(b->universe, element, length);
	bool in_frame = node->placement == TRI_PLACE_STACK;
	if (length == 0) {
		struct tri_ssa_value *base = ssa_symbol_address(b, tri_symbol_get(b->package->symbols, "runtime.zerobase"), 0);
		return ssa_operand_of3(node->type, base, count, ssa_constant(b, TRI_SSA_I64, 0));
	}
	struct tri_ssa_value *address = in_frame ? ssa_temporary(b, array, false) : ssa_new_object(b, array);
	elements_into(b, node, element, length, address, 0, !in_frame);
	return ssa_operand_of3(node->type, address, count, ssa_constant(b, TRI_SSA_I64, length));
}

struct operand ssa_address_literal(struct builder *b, struct tri_node *node)
{
	struct tri_type *type = node->x->type;
	bool in_frame = node->placement == TRI_PLACE_STACK;
	struct tri_node *literal = node->x;
	const struct shape *shape = ssa_shape_of(b, type);
	if (!shape->in_memory || (literal->op != TRI_NODE_STRUCT_LITERAL && literal->op != TRI_NODE_ARRAY_LITERAL)) {
		struct operand value = ssa_expression(b, literal);
		struct tri_ssa_value *address = in_frame ? ssa_temporary(b, type, false) : ssa_new_object(b, type);
		value.type = type;
		ssa_store(b, address, 0, &value);
		return ssa_operand_of(node->type, address);
	}
	struct tri_ssa_value *address = in_frame ? ssa_temporary(b, type, false) : ssa_new_object(b, type);
	ssa_composite_into(b, literal, address, 0, !in_frame);
	return ssa_operand_of(node->type, address);
}
