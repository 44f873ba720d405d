// Places: what can be assigned to, and elements of arrays, slices and strings.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

bool ssa_is_memory_place(struct builder *b, const struct tri_node *node)
{
	if (node->ssa)
		return false;
	switch (node->op) {
	case TRI_NODE_LOCAL:
		return ssa_builder_variable(b, node->var)->kind != VARIABLE_WORDS;
	case TRI_NODE_GLOBAL:
	case TRI_NODE_DEREF:
	case TRI_NODE_FIELD_POINTER:
		return true;
	case TRI_NODE_FIELD:
		return ssa_is_memory_place(b, node->x);
	case TRI_NODE_INDEX:
		switch (ssa_underlying(node->x->type)->kind) {
		case TRI_TYPE_SLICE:
		case TRI_TYPE_POINTER:
			return true;
		case TRI_TYPE_ARRAY:
			return ssa_is_memory_place(b, node->x);
		default:
			return false;
		}
	default:
		return false;
	}
}

static void keep(struct builder *b, struct tri_node *node)
{
	if (node->op == TRI_NODE_LITERAL)
		return;
	struct operand *kept = TRI_NEW(b->arena, struct operand);
	struct operand value = ssa_expression(b, node);
	*kept = ssa_settle(b, &value); // keys of maps may be large
	node->ssa = kept;
}

// Evaluates the operands of a place (pointers, slices, indices) now; place_of then uses them and makes the checks.
void ssa_prepare_place(struct builder *b, struct tri_node *node)
{
	if (!node)
		return;
	switch (node->op) {
	case TRI_NODE_DEREF:
	case TRI_NODE_FIELD_POINTER:
		keep(b, node->x);
		break;
	case TRI_NODE_FIELD:
		ssa_prepare_place(b, node->x);
		break;
	case TRI_NODE_INDEX:
		if (ssa_type_has_kind(node->x->type, TRI_TYPE_ARRAY))
			ssa_prepare_place(b, node->x);
		else
			keep(b, node->x);
		keep(b, node->y);
		break;
	default:
		break;
	}
}

void ssa_bounds_check(struct builder *b, struct tri_ssa_value *index, struct tri_ssa_value *length, bool is_unsigned_index)
{
	if (ssa_is_const(index) && ssa_is_const(length) && index->integer >= 0 && index->integer < length->integer)
		return;
	struct tri_ssa_value *inside = ssa_emit2(b, TRI_SSA_LT_U, TRI_SSA_BOOL, index, length);
	ssa_check(b, inside, is_unsigned_index ? ENTRY_panicIndexU : ENTRY_panicIndex, index, length);
}

struct tri_ssa_value *ssa_index_value(struct builder *b, struct tri_node *index, bool *is_unsigned_index)
{
	*is_unsigned_index = ssa_is_unsigned(index->type);
	return ssa_to_int(b, ssa_scalar(b, index), index->type);
}

struct tri_ssa_value *ssa_element_address(struct builder *b, struct tri_ssa_value *data, struct tri_ssa_value *index, int64_t size,
										  int64_t *offset)
{
	int64_t constant_offset;
	if (ssa_is_const(index) && !__builtin_mul_overflow(index->integer, size, &constant_offset) && constant_offset >= 0 &&
		constant_offset < INT32_MAX) {
		*offset += constant_offset;
		return data;
	}
	struct tri_ssa_value *scaled = index;
	if (size == 0)
		return data;
	if (size != 1)
		scaled = ssa_emit2(b, TRI_SSA_MUL, TRI_SSA_I64, index, ssa_constant(b, TRI_SSA_I64, size));
	struct tri_ssa_value *address = ssa_emit2(b, TRI_SSA_ADD, TRI_SSA_PTR, data, scaled);
	address->non_nil = true; // behind a bounds check
	return address;
}

static struct place pointed_to(struct builder *b, struct tri_node *pointer, struct tri_type *type, int64_t offset)
{
	struct tri_ssa_value *address = ssa_nil_check(b, ssa_scalar(b, pointer));
	return (struct place){.kind = PLACE_MEMORY, .type = type, .address = address, .offset = offset};
}

static struct place index_place(struct builder *b, struct tri_node *node)
{
	struct tri_type *type = ssa_underlying(node->x->type);
	struct place place = {.kind = PLACE_MEMORY, .type = node->type};
	bool unsigned_index = ssa_is_unsigned(node->y->type);
	struct tri_ssa_value *index, *length;
	tri_type_layout(node->type);
	if (type->kind == TRI_TYPE_ARRAY) {
		// The index may hold calls that change the array's holder: it comes first when it does, but after the calls
		// that the array's own operands make.
		bool index_first = ssa_has_call(node->y);
		if (index_first && ssa_has_call(node->x))
			ssa_prepare_place(b, node->x);
		index = index_first ? ssa_index_value(b, node->y, &unsigned_index) : NULL;
		struct place array = ssa_place_of(b, node->x);
		if (!index)
			index = ssa_index_value(b, node->y, &unsigned_index);
		length = ssa_constant(b, TRI_SSA_I64, type->as.array.length);
		if (!node->bounded)
			ssa_bounds_check(b, index, length, unsigned_index);
		if (type->as.array.length == 0) // not reached
			return (struct place){.kind = PLACE_MEMORY, .type = node->type, .address = ssa_temporary(b, node->type, false)};
		if (array.kind == PLACE_WORDS) { // one element
			array.type = node->type;
			return array;
		}
		place.offset = array.offset;
		place.address = ssa_element_address(b, array.address, index, node->type->size, &place.offset);
		return place;
	}
	struct operand values[2];
	ssa_expressions(b, (struct tri_node *const[]){node->x, node->y}, 2, values);
	index = ssa_to_int(b, values[1].words[0], node->y->type);
	struct tri_ssa_value *data = values[0].words[0];
	if (type->kind == TRI_TYPE_POINTER) {
		data = ssa_nil_check(b, data);
		length = ssa_constant(b, TRI_SSA_I64, ssa_underlying(type->as.pointer.element)->as.array.length);
	} else {
		length = values[0].words[1];
	}
	if (!node->bounded)
		ssa_bounds_check(b, index, length, unsigned_index);
	place.address = ssa_element_address(b, data, index, node->type->size, &place.offset);
	return place;
}

static struct place place_of(struct builder *b, struct tri_node *node);

// A panic on the way to the place is the expression's, not the statement's.
struct place ssa_place_of(struct builder *b, struct tri_node *node)
{
	struct tri_ssa_pos outer = ssa_enter_position(b, node);
	struct place place = place_of(b, node);
	ssa_leave_position(b, outer);
	return place;
}

static struct place place_of(struct builder *b, struct tri_node *node)
{
	switch (node->op) {
	case TRI_NODE_LOCAL: {
		struct place place = ssa_builder_variable_place(b, node->var);
		place.type = node->type;
		return place;
	}
	case TRI_NODE_GLOBAL: {
		// Variables without size share one address, as objects without size do.
		tri_type_layout(node->type);
		struct tri_symbol *symbol = node->global->data ? node->global->data : tri_symbol_get(b->package->symbols, node->global->symbol);
		if (node->type->size == 0)
			symbol = tri_symbol_get(b->package->symbols, "runtime.zerobase");
		return (struct place){.kind = PLACE_MEMORY, .type = node->type, .address = ssa_symbol_address(b, symbol, 0)};
	}
	case TRI_NODE_DEREF:
		return pointed_to(b, node->x, node->type, 0);
	case TRI_NODE_FIELD_POINTER: {
		struct tri_type *structure = ssa_underlying(ssa_underlying(node->x->type)->as.pointer.element);
		tri_type_layout(structure);
		return pointed_to(b, node->x, node->type, structure->as.structure.offsets[node->index]);
	}
	case TRI_NODE_FIELD: {
		struct tri_type *structure = ssa_underlying(node->x->type);
		tri_type_layout(structure);
		struct place place = ssa_place_of(b, node->x);
		if (place.kind == PLACE_WORDS)
			for (int64_t i = 0; i < node->index; i++)
				place.first_word += ssa_shape_of(b, structure->as.structure.fields[i].type)->count;
		else
			place.offset += structure->as.structure.offsets[node->index];
		place.type = node->type;
		return place;
	}
	case TRI_NODE_INDEX:
		return ssa_is_map_element(node) ? ssa_map_place(b, node) : index_place(b, node);
	case TRI_NODE_CONVERT: { // representation kept
		struct place place = ssa_place_of(b, node->x);
		place.type = node->type;
		return place;
	}
	default: { // a value whose address is wanted all the same: a temporary holds it
		struct operand value = ssa_expression(b, node);
		if (value.in_memory && value.address->op == TRI_SSA_SYMBOL) // read-only data, perhaps
			value = ssa_settle(b, &value);
		return (struct place){.kind = PLACE_MEMORY, .type = node->type, .address = ssa_spill(b, &value)};
	}
	}
}
