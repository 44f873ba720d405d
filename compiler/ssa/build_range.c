// range loops. The operand is evaluated once; what changes from one iteration to the next lives in words that the
// body cannot name.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

struct range {
	struct tri_node *node;
	struct targets *targets;
	struct tri_ssa_block *header, *body;
};

static void assign_place(struct builder *b, struct range *range, struct tri_node *place_node, struct operand value)
{
	if (!place_node)
		return;
	if (range->node->define && place_node->op == TRI_NODE_LOCAL)
		ssa_builder_declare(b, place_node->var, false);
	struct place place = ssa_place_of(b, place_node);
	value.type = place.type;
	ssa_write_place(b, &place, &value);
}

// Both are assigned as by one statement: what the places are made of is looked at before.
static void assign_places(struct builder *b, struct range *range, const struct operand *key, const struct operand *value)
{
	struct tri_node *node = range->node;
	struct operand values[2] = {*key, *value};
	if (node->y && node->z && !node->define) {
		values[0] = ssa_settle(b, key);
		values[1] = ssa_settle(b, value);
		ssa_prepare_place(b, node->y);
		ssa_prepare_place(b, node->z);
	}
	assign_place(b, range, node->y, values[0]);
	assign_place(b, range, node->z, values[1]);
}

static void begin(struct builder *b, struct range *range)
{
	range->targets = TRI_NEW(b->arena, struct targets);
	range->node->ssa = range->targets;
	range->targets->leave = ssa_new_block(b);
	range->targets->next = ssa_new_block(b);
	range->header = ssa_new_block(b);
	range->body = ssa_new_block(b);
	ssa_jump_to(b, range->header);
	ssa_start_open_block(b, range->header);
}

static void body(struct builder *b, struct range *range)
{
	ssa_statements(b, &range->node->body);
	ssa_jump_to(b, range->targets->next);
	ssa_start_block(b, range->targets->next);
}

static void finish(struct builder *b, struct range *range)
{
	ssa_jump_to(b, range->header);
	ssa_seal_block(range->header);
	ssa_start_block(b, range->targets->leave);
}

// i from 0 to limit - 1; `data` (or NULL): elements
static void range_counted(struct builder *b, struct range *range, struct tri_type *key_type, struct tri_ssa_value *limit,
						  bool unsigned_limit, struct tri_ssa_value *data, bool check_pointer, struct tri_type *element)
{
	struct tri_node *node = range->node;
	uint32_t counter = ssa_new_word(b, limit->type);
	ssa_builder_write(b, counter, ssa_constant(b, limit->type, 0));
	begin(b, range);
	struct tri_ssa_value *index = ssa_builder_read(b, counter);
	ssa_branch_on(b, ssa_emit2(b, unsigned_limit ? TRI_SSA_LT_U : TRI_SSA_LT_S, TRI_SSA_BOOL, index, limit), range->body,
				  range->targets->leave, TRI_SSA_UNKNOWN);
	ssa_start_block(b, range->body);
	struct operand value = {0};
	if (node->z && data) {
		tri_type_layout(element);
		if (check_pointer)
			data = ssa_nil_check(b, data);
		int64_t offset = 0;
		struct tri_ssa_value *address = ssa_element_address(b, data, index, element->size, &offset);
		value = ssa_load(b, element, address, offset);
	}
	struct operand key = ssa_operand_of(key_type, index);
	assign_places(b, range, &key, &value);
	body(b, range);
	index = ssa_builder_read(b, counter);
	ssa_builder_write(b, counter, ssa_emit2(b, TRI_SSA_ADD, index->type, index, ssa_constant(b, index->type, 1)));
	finish(b, range);
}

static void range_string(struct builder *b, struct range *range, const struct operand *string)
{
	struct tri_type *integer = b->universe->basic[TRI_BASIC_INT];
	uint32_t at = ssa_new_word(b, TRI_SSA_I64), after = ssa_new_word(b, TRI_SSA_I64), rune = ssa_new_word(b, TRI_SSA_I32);
	ssa_builder_write(b, at, ssa_constant(b, TRI_SSA_I64, 0));
	begin(b, range);
	struct tri_ssa_value *index = ssa_builder_read(b, at);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_LT_S, TRI_SSA_BOOL, index, string->words[1]), range->body, range->targets->leave,
				  TRI_SSA_UNKNOWN);
	ssa_start_block(b, range->body);
	struct tri_ssa_value *address = ssa_emit2(b, TRI_SSA_ADD, TRI_SSA_PTR, string->words[0], index);
	address->non_nil = true;
	struct tri_ssa_value *byte = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_I8, address);
	struct tri_ssa_block *plain = ssa_new_block(b), *encoded = ssa_new_block(b), *have = ssa_new_block(b);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_LE_S, TRI_SSA_BOOL, ssa_constant(b, TRI_SSA_I8, 0), byte), plain, encoded, TRI_SSA_LIKELY);
	ssa_start_block(b, plain);
	ssa_builder_write(b, rune, ssa_emit1(b, TRI_SSA_EXTEND_U, TRI_SSA_I32, byte));
	ssa_builder_write(b, after, ssa_emit2(b, TRI_SSA_ADD, TRI_SSA_I64, index, ssa_constant(b, TRI_SSA_I64, 1)));
	ssa_jump_to(b, have);
	encoded->is_cold = true;
	ssa_start_block(b, encoded);
	ENTRY_CALL(b, decoderune, string->words[0], string->words[1], index);
	struct tri_ssa_value *end = b->results[1];
	ssa_builder_write(b, rune, ssa_emit1(b, TRI_SSA_TRUNCATE, TRI_SSA_I32, b->results[0]));
	ssa_builder_write(b, after, end);
	ssa_jump_to(b, have);
	ssa_start_block(b, have);
	struct operand key = ssa_operand_of(integer, index), value = ssa_operand_of(b->universe->rune_type, ssa_builder_read(b, rune));
	assign_places(b, range, &key, &value);
	body(b, range);
	ssa_builder_write(b, at, ssa_builder_read(b, after));
	finish(b, range);
}

static void range_channel(struct builder *b, struct range *range, struct tri_ssa_value *channel)
{
	struct tri_node *node = range->node;
	struct tri_type *element = ssa_element_of(node->x->type);
	begin(b, range);
	struct tri_ssa_value *address = ssa_temporary(b, element, true);
	struct tri_ssa_value *received = ENTRY_CALL_BOOL(b, chanrecv2, channel, address);
	ssa_branch_on(b, received, range->body, range->targets->leave, TRI_SSA_LIKELY);
	ssa_start_block(b, range->body);
	if (node->y)
		assign_place(b, range, node->y, ssa_load(b, element, address, 0));
	body(b, range);
	finish(b, range);
}

static void range_map(struct builder *b, struct range *range, struct tri_ssa_value *map)
{
	struct tri_node *node = range->node;
	struct tri_type *type = ssa_underlying(node->x->type);
	struct tri_ssa_value *iterator = ssa_map_iterator(b, type, map);
	begin(b, range);
	struct tri_ssa_value *key = ssa_map_iterator_key(b, iterator);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, key, ssa_constant(b, TRI_SSA_PTR, 0)), range->body, range->targets->leave,
				  TRI_SSA_LIKELY);
	ssa_start_block(b, range->body);
	struct operand values[2] = {0};
	if (node->y)
		values[0] = ssa_load(b, type->as.map.key, key, 0);
	if (node->z)
		values[1] = ssa_load(b, type->as.map.element, ssa_map_iterator_element(b, iterator), 0);
	assign_places(b, range, &values[0], &values[1]);
	body(b, range);
	ssa_map_iterator_advance(b, iterator);
	finish(b, range);
}

// Arrays are copied, unless nobody can tell.
static struct tri_ssa_value *array_to_range(struct builder *b, struct tri_node *array)
{
	if (ssa_is_memory_place(b, array)) {
		bool constant_local = array->op == TRI_NODE_LOCAL && !array->var->address_taken && !array->var->reassigned;
		struct place place = ssa_place_of(b, array);
		struct operand value = {.type = array->type, .in_memory = true, .address = place.address, .offset = place.offset};
		if (!ssa_shape_of(b, array->type)->in_memory)
			value = ssa_load(b, array->type, place.address, place.offset);
		else if (!constant_local)
			value = ssa_settle(b, &value);
		return ssa_spill(b, &value);
	}
	struct operand value = ssa_expression(b, array);
	return ssa_spill(b, &value);
}

void ssa_range_statement(struct builder *b, struct tri_node *node)
{
	struct range range = {.node = node};
	struct tri_type *type = ssa_underlying(node->x->type), *integer = b->universe->basic[TRI_BASIC_INT];
	if (type->kind == TRI_TYPE_ARRAY || type->kind == TRI_TYPE_POINTER) {
		struct tri_type *array = type->kind == TRI_TYPE_ARRAY ? type : ssa_underlying(type->as.pointer.element);
		struct tri_ssa_value *data = NULL;
		if (node->z)
			data = type->kind == TRI_TYPE_ARRAY ? array_to_range(b, node->x) : ssa_scalar(b, node->x);
		else if (ssa_has_call(node->x))
			ssa_effect(b, node->x);
		range_counted(b, &range, integer, ssa_constant(b, TRI_SSA_I64, array->as.array.length), false, data, type->kind == TRI_TYPE_POINTER,
					  array->as.array.element);
		return;
	}
	struct operand value = ssa_expression(b, node->x);
	if (type->kind == TRI_TYPE_SLICE)
		range_counted(b, &range, integer, value.words[1], false, value.words[0], false, type->as.slice.element);
	else if (type->kind == TRI_TYPE_MAP)
		range_map(b, &range, value.words[0]);
	else if (type->kind == TRI_TYPE_CHAN)
		range_channel(b, &range, value.words[0]);
	else if (ssa_is_string(type))
		range_string(b, &range, &value);
	else
		range_counted(b, &range, node->x->type, value.words[0], ssa_is_unsigned(type), NULL, false, NULL);
}
