// Strings: constants, concatenation, conversions.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

struct operand ssa_string_constant(struct builder *b, struct tri_type *type, const char *bytes, size_t length)
{
	struct tri_ssa_value *data =
		length ? ssa_symbol_address(b, tri_symbol_string(b->package->symbols, bytes, length), 0) : ssa_constant(b, TRI_SSA_PTR, 0);
	return ssa_operand_of2(type, data, ssa_constant(b, TRI_SSA_I64, (int64_t)length));
}

struct tri_ssa_value *ssa_string_room(struct builder *b, enum tri_placement placement)
{
	struct tri_ssa_value *none = ssa_constant(b, TRI_SSA_PTR, 0);
	if (placement == TRI_PLACE_STACK)
		return ssa_temporary(b, tri_type_array_of(b->universe, b->universe->byte_type, SSA_STRING_ROOM), false);
	if (placement != TRI_PLACE_CALLER || !b->has_room)
		return none;
	struct tri_ssa_value *room = ssa_builder_read(b, b->room_word);
	ssa_builder_write(b, b->room_word, none);
	return room;
}

struct operand ssa_concatenate_operands(struct builder *b, struct tri_type *type, struct operand *values, uint32_t count,
										enum tri_placement placement)
{
	struct tri_type *string = b->universe->basic[TRI_BASIC_STRING];
	struct tri_ssa_value *parts = ssa_temporary(b, tri_type_array_of(b->universe, string, count), false);
	for (uint32_t i = 0; i < count; i++) {
		struct operand part = values[i];
		part.type = string;
		ssa_store(b, parts, 16 * (int64_t)i, &part);
	}
	ENTRY_CALL(b, concatstrings, ssa_string_room(b, placement), parts, ssa_constant(b, TRI_SSA_I64, count));
	return ssa_operand_of2(type, b->results[0], b->results[1]);
}

static bool may_borrow(const struct tri_node *node) { return node->op == TRI_NODE_BYTES_TO_STRING && !node->ssa; }

void ssa_borrow_strings(struct builder *b, struct tri_node *const *nodes, uint32_t count, struct operand *values)
{
	struct tri_node **sources = TRI_NEW_ARRAY(b->arena, struct tri_node *, count + 1);
	for (uint32_t i = 0; i < count; i++)
		sources[i] = may_borrow(nodes[i]) ? nodes[i]->x : nodes[i];
	ssa_expressions(b, sources, count, values);
	for (uint32_t i = 0; i < count; i++)
		if (sources[i] != nodes[i])
			values[i] = ssa_operand_of2(nodes[i]->type, values[i].words[0], values[i].words[1]);
}

// Whether the result is a copy of all its parts: a single part that is not empty is taken as it is.
static bool always_copies(const struct tri_node *node)
{
	for (uint32_t i = 0; i < node->list.count; i++) {
		const struct tri_node *part = node->list.items[i];
		size_t length;
		if (part->op == TRI_NODE_LITERAL && part->value && tri_constant_string_value(part->value, &length) && length > 0)
			return true;
	}
	return false;
}

struct operand ssa_concatenate(struct builder *b, struct tri_node *node)
{
	struct operand *values = TRI_NEW_ARRAY(b->arena, struct operand, node->list.count + 1);
	if (always_copies(node))
		ssa_borrow_strings(b, node->list.items, node->list.count, values);
	else
		ssa_expressions(b, node->list.items, node->list.count, values);
	return ssa_concatenate_operands(b, node->type, values, node->list.count, node->placement);
}

// The bytes of a constant: an array of just their number, as under Go.
static struct operand constant_bytes(struct builder *b, struct tri_node *node, const struct operand *text, size_t length)
{
	struct tri_type *byte = b->universe->byte_type;
	struct tri_ssa_value *count = ssa_constant(b, TRI_SSA_I64, (int64_t)length), *data;
	if (length == 0)
		data = ssa_symbol_address(b, tri_symbol_get(b->package->symbols, "runtime.zerobase"), 0);
	else if (node->placement == TRI_PLACE_STACK && length <= SSA_LARGEST_SLICE)
		data = ssa_temporary(b, tri_type_array_of(b->universe, byte, (int64_t)length), false);
	else if (!(data = ssa_new_small(b, byte, (int64_t)length)))
		data = ENTRY_CALL(b, makeslice, ssa_type_address(b, byte), count, count);
	if (length > 0)
		ENTRY_CALL(b, memmove, data, text->words[0], count);
	return ssa_operand_of3(node->type, data, count, count);
}

struct operand ssa_convert_string(struct builder *b, struct tri_node *node)
{
	struct operand value = ssa_expression(b, node->x);
	bool in_frame = node->placement == TRI_PLACE_STACK;
	struct tri_universe *universe = b->universe;
	struct tri_ssa_value *buffer;
	switch (node->op) {
	case TRI_NODE_BYTES_TO_STRING:
		ENTRY_CALL(b, slicebytetostring, ssa_string_room(b, node->placement), value.words[0], value.words[1]);
		return ssa_operand_of2(node->type, b->results[0], b->results[1]);
	case TRI_NODE_RUNES_TO_STRING:
		ENTRY_CALL(b, slicerunetostring, ssa_string_room(b, node->placement), value.words[0], value.words[1], value.words[2]);
		return ssa_operand_of2(node->type, b->results[0], b->results[1]);
	case TRI_NODE_RUNE_TO_STRING:
		ENTRY_CALL(b, intstring, ssa_string_room(b, node->placement), ssa_to_int(b, value.words[0], node->x->type));
		return ssa_operand_of2(node->type, b->results[0], b->results[1]);
	case TRI_NODE_STRING_TO_BYTES:
		if (node->zero_copy) {
			// No bytes are still a slice that is not nil.
			struct tri_ssa_value *none = ssa_symbol_address(b, tri_symbol_get(b->package->symbols, "runtime.zerobase"), 0);
			struct tri_ssa_value *any = ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, value.words[0], ssa_constant(b, TRI_SSA_PTR, 0));
			struct tri_ssa_value *data = ssa_emit3(b, TRI_SSA_SELECT, TRI_SSA_PTR, any, value.words[0], none);
			return ssa_operand_of3(node->type, data, value.words[1], value.words[1]);
		}
		if (node->x->op == TRI_NODE_LITERAL)
			return constant_bytes(b, node, &value, (size_t)value.words[1]->integer);
		buffer = in_frame ? ssa_temporary(b, tri_type_array_of(universe, universe->byte_type, 32), false) : ssa_constant(b, TRI_SSA_PTR, 0);
		ENTRY_CALL(b, stringtoslicebyte, buffer, value.words[0], value.words[1]);
		return ssa_operand_of3(node->type, b->results[0], b->results[1], b->results[2]);
	default:
		buffer = in_frame ? ssa_temporary(b, tri_type_array_of(universe, universe->rune_type, 32), false) : ssa_constant(b, TRI_SSA_PTR, 0);
		ENTRY_CALL(b, stringtoslicerune, buffer, value.words[0], value.words[1]);
		return ssa_operand_of3(node->type, b->results[0], b->results[1], b->results[2]);
	}
}
