// Expressions: literals, arithmetic, numeric conversions, conditions, and the way to everything else.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

bool ssa_has_call(const struct tri_node *node)
{
	if (!node)
		return false;
	switch (node->op) {
	case TRI_NODE_CALL:
	case TRI_NODE_CALL_CLOSURE:
	case TRI_NODE_CALL_INTERFACE:
	case TRI_NODE_INLINED_CALL:
	case TRI_NODE_STATEMENT_EXPR:
	case TRI_NODE_RECEIVE:
	case TRI_NODE_PANIC:
	case TRI_NODE_PRINT:
	case TRI_NODE_PRINTLN:
	case TRI_NODE_CLOSE:
	case TRI_NODE_CLEAR:
	case TRI_NODE_DELETE:
	case TRI_NODE_COPY:
	case TRI_NODE_RECOVER:
		return true;
	default:
		break;
	}
	if (ssa_has_call(node->x) || ssa_has_call(node->y) || ssa_has_call(node->z))
		return true;
	for (uint32_t i = 0; i < node->list.count; i++)
		if (ssa_has_call(node->list.items[i]))
			return true;
	return false;
}

void ssa_expressions(struct builder *b, struct tri_node *const *nodes, uint32_t count, struct operand *values)
{
	uint32_t last_call = 0;
	bool any = false;
	for (uint32_t i = 0; i < count; i++)
		if (ssa_has_call(nodes[i])) {
			last_call = i;
			any = true;
		}
	for (uint32_t i = 0; any && i <= last_call; i++)
		if (ssa_has_call(nodes[i])) {
			values[i] = ssa_expression(b, nodes[i]);
			if (i != last_call)
				values[i] = ssa_settle(b, &values[i]);
		}
	for (uint32_t i = 0; i < count; i++)
		if (!any || i > last_call || !ssa_has_call(nodes[i]))
			values[i] = ssa_expression(b, nodes[i]);
}

struct tri_ssa_value *ssa_scalar(struct builder *b, struct tri_node *node)
{
	struct operand value = ssa_expression(b, node);
	if (value.in_memory || value.count < 1)
		tri_ice("%s where one word is wanted in %s", tri_node_ops[node->op].tag, b->source->symbol);
	return value.words[0];
}

void ssa_effect(struct builder *b, struct tri_node *node)
{
	struct operand *ignored;
	switch (node->op) {
	case TRI_NODE_CALL:
	case TRI_NODE_CALL_CLOSURE:
	case TRI_NODE_CALL_INTERFACE:
	case TRI_NODE_INLINED_CALL:
	case TRI_NODE_RECEIVE:
		ssa_tuple(b, node, &ignored);
		break;
	case TRI_NODE_STRUCT_LITERAL:
	case TRI_NODE_ARRAY_LITERAL:
	case TRI_NODE_SLICE_LITERAL:
		for (uint32_t i = 0; i < node->list.count; i++)
			ssa_effect(b, node->list.items[i]->y);
		break;
	default:
		ssa_expression(b, node);
		break;
	}
}

static struct operand literal(struct builder *b, struct tri_node *node)
{
	struct tri_type *type = ssa_underlying(node->type);
	const struct tri_constant *value = node->value;
	if (!value)
		return ssa_zero_operand(b, node->type);
	if (type->kind != TRI_TYPE_BASIC) {
		int64_t number = 0;
		tri_constant_int64(value, &number);
		return ssa_operand_of(node->type, ssa_constant(b, TRI_SSA_PTR, number));
	}
	if (ssa_is_complex(type))
		return ssa_complex_constant(b, node->type, value);
	uint8_t machine = ssa_scalar_type(type);
	switch (tri_constant_kind(value)) {
	case TRI_CONSTANT_BOOL:
		return ssa_operand_of(node->type, ssa_constant(b, TRI_SSA_BOOL, tri_constant_bool_value(value)));
	case TRI_CONSTANT_STRING: {
		size_t length;
		const char *bytes = tri_constant_string_value(value, &length);
		return ssa_string_constant(b, node->type, bytes, length);
	}
	default:
		break;
	}
	if (machine == TRI_SSA_F32)
		return ssa_operand_of(node->type, ssa_constant_float(b, machine, (double)tri_constant_float32(value)));
	if (machine == TRI_SSA_F64)
		return ssa_operand_of(node->type, ssa_constant_float(b, machine, tri_constant_float64(value)));
	int64_t number = 0;
	uint64_t large = 0;
	if (!tri_constant_int64(value, &number) && tri_constant_uint64(value, &large))
		number = (int64_t)large;
	return ssa_operand_of(node->type, ssa_constant(b, machine, number));
}

// ---- Arithmetic ------------------------------------------------------------------------------

static struct tri_ssa_value *shift(struct builder *b, enum tri_operator operator, struct tri_type * type, struct tri_ssa_value *x,
								   struct tri_ssa_value *count, struct tri_type *count_type, bool bounded)
{
	if (!ssa_is_unsigned(count_type) && !(ssa_is_const(count) && count->integer >= 0) && !bounded) {
		struct tri_ssa_value *negative = ssa_emit2(b, TRI_SSA_LE_S, TRI_SSA_BOOL, ssa_constant(b, count->type, 0), count);
		ssa_check(b, negative, ENTRY_panicshift, NULL, NULL);
	}
	enum tri_ssa_op op = operator== TRI_OP_SHL ? TRI_SSA_SHL : ssa_is_unsigned(type) ? TRI_SSA_SHR_U : TRI_SSA_SHR_S;
	struct tri_ssa_value *value = ssa_emit2(b, op, x->type, x, count);
	value->go_shift = !bounded && !(ssa_is_const(count) && ssa_unsigned(count->integer, count->type) < 8 * tri_ssa_type_size(x->type));
	return value;
}

static struct tri_ssa_value *divide(struct builder *b, enum tri_operator operator, struct tri_type * type, struct tri_ssa_value *x,
									struct tri_ssa_value *y)
{
	if (!ssa_is_const(y) || y->integer == 0) {
		struct tri_ssa_value *nonzero = ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, y, ssa_constant(b, y->type, 0));
		ssa_check(b, nonzero, ENTRY_panicdivide, NULL, NULL);
	}
	enum tri_ssa_op op = operator== TRI_OP_DIV   ? ssa_is_unsigned(type) ? TRI_SSA_DIV_U : TRI_SSA_DIV_S
						 : ssa_is_unsigned(type) ? TRI_SSA_REM_U
												 : TRI_SSA_REM_S;
	return ssa_emit2(b, op, x->type, x, y);
}

struct operand ssa_arithmetic(struct builder *b, enum tri_operator operator, struct tri_type * type, const struct operand *x,
							  const struct operand *y, struct tri_type *count_type, bool bounded, const struct tri_node *divisor)
{
	(void)divisor;
	struct tri_ssa_value *left = x->words[0], *right = y->words[0];
	enum tri_ssa_type machine = left->type;
	if (operator== TRI_OP_ADD && ssa_is_string(type)) {
		struct operand values[2] = {*x, *y};
		return ssa_concatenate_operands(b, type, values, 2, TRI_PLACE_HEAP);
	}
	if (ssa_is_complex(type))
		return ssa_complex_arithmetic(b, operator, type, x, y);
	if (operator== TRI_OP_SHL || operator== TRI_OP_SHR)
		return ssa_operand_of(type, shift(b, operator, type, left, right, count_type, bounded));
	bool real = tri_ssa_type_is_float(machine);
	switch (operator) {
	case TRI_OP_ADD:
		return ssa_operand_of(type, ssa_emit2(b, real ? TRI_SSA_ADD_F : TRI_SSA_ADD, machine, left, right));
	case TRI_OP_SUB:
		return ssa_operand_of(type, ssa_emit2(b, real ? TRI_SSA_SUB_F : TRI_SSA_SUB, machine, left, right));
	case TRI_OP_MUL:
		return ssa_operand_of(type, ssa_emit2(b, real ? TRI_SSA_MUL_F : TRI_SSA_MUL, machine, left, right));
	case TRI_OP_DIV:
		if (real)
			return ssa_operand_of(type, ssa_emit2(b, TRI_SSA_DIV_F, machine, left, right));
		return ssa_operand_of(type, divide(b, operator, type, left, right));
	case TRI_OP_REM:
		return ssa_operand_of(type, divide(b, operator, type, left, right));
	case TRI_OP_AND:
	case TRI_OP_AND_AND:
		return ssa_operand_of(type, ssa_emit2(b, TRI_SSA_AND, machine, left, right));
	case TRI_OP_OR:
	case TRI_OP_OR_OR:
		return ssa_operand_of(type, ssa_emit2(b, TRI_SSA_OR, machine, left, right));
	case TRI_OP_XOR:
		return ssa_operand_of(type, ssa_emit2(b, TRI_SSA_XOR, machine, left, right));
	case TRI_OP_AND_NOT:
		return ssa_operand_of(type, ssa_emit2(b, TRI_SSA_AND, machine, left, ssa_emit1(b, TRI_SSA_NOT, machine, right)));
	default:
		tri_ice("operator %s in arithmetic", tri_operator_text(operator));
	}
}

struct operand ssa_convert_number(struct builder *b, const struct operand *value, struct tri_type *to)
{
	struct tri_ssa_value *x = value->words[0];
	uint8_t from_type = x->type, to_type = ssa_scalar_type(to);
	bool from_unsigned = ssa_is_unsigned(value->type);
	if (from_type == to_type)
		return ssa_operand_of(to, x);
	bool from_float = tri_ssa_type_is_float(from_type), to_float = tri_ssa_type_is_float(to_type);
	if (from_float && to_float)
		return ssa_operand_of(to, ssa_emit1(b, TRI_SSA_FLOAT_TO_FLOAT, to_type, x));
	if (to_float) {
		if (from_type == TRI_SSA_I64 && from_unsigned)
			return ssa_operand_of(to, ssa_emit1(b, TRI_SSA_U_TO_FLOAT, to_type, x));
		x = ssa_to_int(b, x, value->type);
		return ssa_operand_of(to, ssa_emit1(b, TRI_SSA_S_TO_FLOAT, to_type, x));
	}
	if (from_float) {
		if (to_type == TRI_SSA_I64)
			return ssa_operand_of(to, ssa_emit1(b, ssa_is_unsigned(to) ? TRI_SSA_FLOAT_TO_U : TRI_SSA_FLOAT_TO_S, TRI_SSA_I64, x));
		if (to_type == TRI_SSA_I32 && ssa_is_unsigned(to))
			return ssa_operand_of(to, ssa_emit1(b, TRI_SSA_TRUNCATE, TRI_SSA_I32, ssa_emit1(b, TRI_SSA_FLOAT_TO_S, TRI_SSA_I64, x)));
		x = ssa_emit1(b, TRI_SSA_FLOAT_TO_S, TRI_SSA_I32, x);
		return ssa_operand_of(to, to_type == TRI_SSA_I32 ? x : ssa_emit1(b, TRI_SSA_TRUNCATE, to_type, x));
	}
	if (tri_ssa_type_size(from_type) == tri_ssa_type_size(to_type)) // pointer and integer
		return ssa_operand_of(to, ssa_emit1(b, TRI_SSA_BITCAST, to_type, x));
	if (tri_ssa_type_size(from_type) > tri_ssa_type_size(to_type))
		return ssa_operand_of(to, ssa_emit1(b, TRI_SSA_TRUNCATE, to_type, x));
	return ssa_operand_of(to, ssa_emit1(b, from_unsigned ? TRI_SSA_EXTEND_U : TRI_SSA_EXTEND_S, to_type, x));
}

static struct operand convert(struct builder *b, struct tri_node *node)
{
	bool checks = ssa_checks_pointers(b);
	if (checks && ssa_is_number_to_unsafe(node))
		return ssa_checked_number_to_pointer(b, node);
	struct operand value = ssa_expression(b, node->x);
	if (checks)
		ssa_note_original(b, node, value.words[0]);
	if (checks && ssa_is_from_unsafe(node) && node != b->checked_later)
		ssa_check_alignment(b, value.words[0], ssa_underlying(node->type)->as.pointer.element, NULL);
	struct tri_type *from = ssa_underlying(node->x->type), *to = ssa_underlying(node->type);
	bool numbers = tri_type_is(from, TRI_IS_NUMERIC) && tri_type_is(to, TRI_IS_NUMERIC);
	if (ssa_is_complex(to)) {
		value = ssa_convert_complex(b, &value, node->type);
	} else if (numbers || (value.count == 1 && !value.in_memory && value.words[0]->type != ssa_scalar_type(node->type))) {
		value = ssa_convert_number(b, &value, node->type);
	}
	value.type = node->type;
	return value;
}

// ---- Conditions ------------------------------------------------------------------------------

void ssa_condition(struct builder *b, struct tri_node *node, struct tri_ssa_block *yes, struct tri_ssa_block *no,
				   enum tri_ssa_likely likely)
{
	struct tri_ssa_block *middle;
	switch (node->op) {
	case TRI_NODE_NOT:
		ssa_condition(b, node->x, no, yes,
					  likely == TRI_SSA_LIKELY     ? TRI_SSA_UNLIKELY
					  : likely == TRI_SSA_UNLIKELY ? TRI_SSA_LIKELY
												   : likely);
		return;
	case TRI_NODE_AND_AND:
		middle = ssa_new_block(b);
		ssa_condition(b, node->x, middle, no, likely == TRI_SSA_LIKELY ? likely : TRI_SSA_UNKNOWN);
		ssa_start_block(b, middle);
		ssa_condition(b, node->y, yes, no, likely);
		return;
	case TRI_NODE_OR_OR:
		middle = ssa_new_block(b);
		ssa_condition(b, node->x, yes, middle, likely == TRI_SSA_UNLIKELY ? likely : TRI_SSA_UNKNOWN);
		ssa_start_block(b, middle);
		ssa_condition(b, node->y, yes, no, likely);
		return;
	default: {
		struct tri_ssa_value *value = ssa_scalar(b, node);
		ssa_branch_on(b, value, yes, no, likely);
	}
	}
}

// && and || as values: a word written on both ways.
static struct operand logical(struct builder *b, struct tri_node *node)
{
	uint32_t word = ssa_new_word(b, TRI_SSA_BOOL);
	struct tri_ssa_block *more = ssa_new_block(b), *end = ssa_new_block(b), *quick = ssa_new_block(b);
	bool and = node->op == TRI_NODE_AND_AND;
	ssa_condition(b, node->x, and? more : quick, and? quick : more, TRI_SSA_UNKNOWN);
	ssa_start_block(b, quick);
	ssa_builder_write(b, word, ssa_constant(b, TRI_SSA_BOOL, !and));
	ssa_jump_to(b, end);
	ssa_start_block(b, more);
	ssa_builder_write(b, word, ssa_scalar(b, node->y));
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	return ssa_operand_of(node->type, ssa_builder_read(b, word));
}

static struct operand min_max(struct builder *b, struct tri_node *node)
{
	bool max = node->op == TRI_NODE_MAX;
	struct operand *values = TRI_NEW_ARRAY(b->arena, struct operand, node->list.count);
	ssa_expressions(b, node->list.items, node->list.count, values);
	struct operand result = values[0];
	for (uint32_t i = 1; i < node->list.count; i++) {
		if (ssa_is_float(node->type)) {
			result.words[0] = ssa_emit2(b, max ? TRI_SSA_MAX_F : TRI_SSA_MIN_F, result.words[0]->type, result.words[0], values[i].words[0]);
			continue;
		}
		struct tri_ssa_value *better =
			max ? ssa_compare(b, TRI_OP_LESS, &result, &values[i]) : ssa_compare(b, TRI_OP_LESS, &values[i], &result);
		for (uint32_t w = 0; w < result.count; w++)
			result.words[w] = ssa_emit3(b, TRI_SSA_SELECT, result.words[w]->type, better, values[i].words[w], result.words[w]);
	}
	result.type = node->type;
	return result;
}

// ---- len and cap -----------------------------------------------------------------------------

static struct operand length(struct builder *b, struct tri_node *node)
{
	struct tri_type *type = ssa_underlying(node->x->type);
	bool is_capacity = node->op == TRI_NODE_CAP;
	if (type->kind == TRI_TYPE_POINTER)
		type = ssa_underlying(type->as.pointer.element);
	if (type->kind == TRI_TYPE_ARRAY) {
		if (ssa_has_call(node->x))
			ssa_effect(b, node->x);
		return ssa_operand_of(node->type, ssa_constant(b, TRI_SSA_I64, type->as.array.length));
	}
	struct operand value = ssa_expression(b, node->x);
	if (type->kind != TRI_TYPE_CHAN && type->kind != TRI_TYPE_MAP)
		return ssa_operand_of(node->type, value.words[is_capacity ? 2 : 1]);
	uint32_t word = ssa_new_word(b, TRI_SSA_I64);
	struct tri_ssa_block *present = ssa_new_block(b), *end = ssa_new_block(b);
	ssa_builder_write(b, word, ssa_constant(b, TRI_SSA_I64, 0));
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, value.words[0], ssa_constant(b, TRI_SSA_PTR, 0)), present, end, TRI_SSA_LIKELY);
	ssa_start_block(b, present);
	struct tri_ssa_value *loaded = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_I64, value.words[0]);
	loaded->integer = is_capacity ? 8 : 0;
	ssa_builder_write(b, word, loaded);
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	return ssa_operand_of(node->type, ssa_builder_read(b, word));
}

// ---- Dispatch --------------------------------------------------------------------------------

uint32_t ssa_tuple(struct builder *b, struct tri_node *node, struct operand **values)
{
	struct tri_ssa_pos outer = ssa_enter_position(b, node);
	uint32_t count;
	switch (node->op) {
	case TRI_NODE_CALL:
	case TRI_NODE_CALL_CLOSURE:
	case TRI_NODE_CALL_INTERFACE:
		count = ssa_call(b, node, values);
		break;
	case TRI_NODE_INLINED_CALL:
		ssa_statements(b, &node->body);
		count = node->list.count;
		*values = TRI_NEW_ARRAY(b->arena, struct operand, count + 1);
		for (uint32_t i = 0; i < count; i++)
			(*values)[i] = ssa_expression(b, node->list.items[i]);
		break;
	case TRI_NODE_STATEMENT_EXPR:
		ssa_statements(b, &node->body);
		count = ssa_tuple(b, node->x, values);
		break;
	case TRI_NODE_TYPE_ASSERT:
		*values = TRI_NEW_ARRAY(b->arena, struct operand, 2);
		count = ssa_type_assert(b, node, *values);
		break;
	case TRI_NODE_INDEX:
		tri_assert(node->comma_ok && ssa_is_map_element(node));
		*values = TRI_NEW_ARRAY(b->arena, struct operand, 2);
		ssa_map_lookup(b, node, *values);
		count = 2;
		break;
	case TRI_NODE_RECEIVE: {
		if (node->ssa) { // of a chosen select clause: it was received already
			*values = node->ssa;
			count = node->comma_ok ? 2 : 1;
			break;
		}
		*values = TRI_NEW_ARRAY(b->arena, struct operand, 2);
		struct tri_ssa_value *channel = ssa_scalar(b, node->x);
		struct tri_type *element = ssa_element_of(node->x->type);
		struct tri_ssa_value *address = ssa_temporary(b, element, true);
		if (node->comma_ok) {
			struct tri_ssa_value *received = ENTRY_CALL_BOOL(b, chanrecv2, channel, address);
			(*values)[1] = ssa_operand_of(b->universe->basic[TRI_BASIC_BOOL], received);
		} else {
			ENTRY_CALL(b, chanrecv1, channel, address);
		}
		(*values)[0] = ssa_load(b, element, address, 0);
		count = node->comma_ok ? 2 : 1;
		break;
	}
	default:
		*values = TRI_NEW_ARRAY(b->arena, struct operand, 1);
		(*values)[0] = ssa_expression(b, node);
		count = 1;
		break;
	}
	ssa_leave_position(b, outer);
	return count;
}

static struct operand evaluate(struct builder *b, struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_LITERAL:
		return literal(b, node);
	case TRI_NODE_ZERO:
		return ssa_zero_operand(b, node->type);
	case TRI_NODE_FUNCTION:
		return ssa_operand_of(node->type, ssa_symbol_address(b, tri_ssa_function_value_symbol(b->package, node->function), 0));
	case TRI_NODE_CLOSURE:
		return ssa_closure(b, node);
	case TRI_NODE_METHOD_VALUE:
		return ssa_method_value(b, node);

	case TRI_NODE_LOCAL:
	case TRI_NODE_GLOBAL:
	case TRI_NODE_DEREF:
	case TRI_NODE_FIELD_POINTER: {
		struct place place = ssa_place_of(b, node);
		struct operand value = ssa_read_place(b, &place);
		value.type = node->type;
		return value;
	}
	case TRI_NODE_FIELD:
	case TRI_NODE_INDEX: {
		if (ssa_is_memory_place(b, node)) {
			struct place place = ssa_place_of(b, node);
			return ssa_read_place(b, &place);
		}
		if (ssa_is_map_part(node))
			return ssa_map_part(b, node);
		if (node->op == TRI_NODE_FIELD) {
			struct operand value = ssa_expression(b, node->x);
			return ssa_field_of(b, &value, node->x->type, node->index);
		}
		struct operand both[2];
		struct tri_type *type = ssa_underlying(node->x->type);
		ssa_expressions(b, (struct tri_node *const[]){node->x, node->y}, 2, both);
		struct operand value = both[0];
		struct tri_ssa_value *index = ssa_to_int(b, both[1].words[0], node->y->type);
		bool unsigned_index = ssa_is_unsigned(node->y->type);
		if (type->kind == TRI_TYPE_ARRAY) {
			if (!node->bounded)
				ssa_bounds_check(b, index, ssa_constant(b, TRI_SSA_I64, type->as.array.length), unsigned_index);
			if (type->as.array.length == 0)
				return ssa_zero_operand(b, node->type);
			if (!value.in_memory) {
				value.type = node->type;
				return value;
			}
			int64_t offset = 0;
			tri_type_layout(node->type);
			struct tri_ssa_value *address =
				ssa_element_address(b, ssa_add_offset(b, value.address, value.offset), index, node->type->size, &offset);
			return ssa_load(b, node->type, address, offset);
		}
		if (!ssa_is_string(type))
			tri_ice("index of a type that is no place");
		if (!node->bounded)
			ssa_bounds_check(b, index, value.words[1], unsigned_index);
		int64_t offset = 0;
		struct tri_ssa_value *address = ssa_element_address(b, value.words[0], index, 1, &offset);
		return ssa_load(b, node->type, address, offset);
	}
	case TRI_NODE_ADDRESS: {
		struct place place = ssa_place_of(b, node->x);
		if (place.kind != PLACE_MEMORY)
			tri_ice("address of a value in registers (%s)", tri_node_ops[node->x->op].tag);
		return ssa_operand_of(node->type, ssa_add_offset(b, place.address, place.offset));
	}
	case TRI_NODE_SLICE:
		return ssa_slice_expression(b, node);

	case TRI_NODE_NEGATE: {
		if (ssa_is_complex(node->type)) {
			struct operand number = ssa_expression(b, node->x);
			return ssa_negate_complex(b, &number);
		}
		struct tri_ssa_value *value = ssa_scalar(b, node->x);
		return ssa_operand_of(node->type,
							  ssa_emit1(b, tri_ssa_type_is_float(value->type) ? TRI_SSA_NEG_F : TRI_SSA_NEG, value->type, value));
	}
	case TRI_NODE_NOT:
		return ssa_operand_of(node->type, ssa_emit1(b, TRI_SSA_NOT, TRI_SSA_BOOL, ssa_scalar(b, node->x)));
	case TRI_NODE_COMPLEMENT: {
		struct tri_ssa_value *value = ssa_scalar(b, node->x);
		return ssa_operand_of(node->type, ssa_emit1(b, TRI_SSA_NOT, value->type, value));
	}
	case TRI_NODE_ARITHMETIC: {
		struct operand values[2];
		ssa_expressions(b, (struct tri_node *const[]){node->x, node->y}, 2, values);
		return ssa_arithmetic(b, node->operator, node->type, &values[0], &values[1], node->y->type, node->bounded, node->y);
	}
	case TRI_NODE_CONCATENATE:
		return ssa_concatenate(b, node);
	case TRI_NODE_COMPARE: {
		struct operand values[2];
		ssa_borrow_strings(b, (struct tri_node *const[]){node->x, node->y}, 2, values);
		return ssa_operand_of(node->type, ssa_compare(b, node->operator, & values[0], &values[1]));
	}
	case TRI_NODE_AND_AND:
	case TRI_NODE_OR_OR:
		return logical(b, node);
	case TRI_NODE_MIN:
	case TRI_NODE_MAX:
		return min_max(b, node);

	case TRI_NODE_CONVERT:
		return convert(b, node);
	case TRI_NODE_CONVERT_INTERFACE:
		return ssa_convert_interface(b, node);
	case TRI_NODE_BYTES_TO_STRING:
	case TRI_NODE_RUNES_TO_STRING:
	case TRI_NODE_RUNE_TO_STRING:
	case TRI_NODE_STRING_TO_BYTES:
	case TRI_NODE_STRING_TO_RUNES:
		return ssa_convert_string(b, node);
	case TRI_NODE_SLICE_TO_ARRAY:
	case TRI_NODE_SLICE_TO_ARRAY_POINTER:
		return ssa_slice_to_array(b, node);

	case TRI_NODE_TYPE_ASSERT:
	case TRI_NODE_CALL:
	case TRI_NODE_CALL_CLOSURE:
	case TRI_NODE_CALL_INTERFACE:
	case TRI_NODE_INLINED_CALL:
	case TRI_NODE_RECEIVE: {
		struct operand *values;
		uint32_t count = ssa_tuple(b, node, &values);
		return count ? values[0] : (struct operand){0};
	}
	case TRI_NODE_STATEMENT_EXPR:
		ssa_statements(b, &node->body);
		return node->x ? ssa_expression(b, node->x) : (struct operand){0};

	case TRI_NODE_LEN:
	case TRI_NODE_CAP:
		return length(b, node);
	case TRI_NODE_MOVE_TO_HEAP:
		return ssa_move_to_heap(b, node);
	case TRI_NODE_APPEND:
		return ssa_append(b, node);
	case TRI_NODE_COPY:
		return ssa_copy(b, node);
	case TRI_NODE_CLEAR:
		if (ssa_type_has_kind(node->x->type, TRI_TYPE_MAP))
			ssa_map_clear(b, node->x);
		else
			ssa_clear_slice(b, node);
		return (struct operand){0};
	case TRI_NODE_DELETE:
		ssa_map_delete(b, node);
		return (struct operand){0};
	case TRI_NODE_NEW: {
		struct tri_type *type = ssa_underlying(node->type)->as.pointer.element;
		struct operand initial = {0};
		if (node->x)
			initial = ssa_expression(b, node->x);
		bool in_frame = node->placement == TRI_PLACE_STACK;
		struct tri_ssa_value *address = in_frame ? ssa_temporary(b, type, !node->x) : ssa_new_object(b, type);
		if (node->x)
			ssa_store(b, address, 0, &initial);
		return ssa_operand_of(node->type, address);
	}
	case TRI_NODE_MAKE_SLICE:
		return ssa_make_slice(b, node);
	case TRI_NODE_MAKE_CHAN: {
		struct tri_ssa_value *size = node->x ? ssa_to_int(b, ssa_scalar(b, node->x), node->x->type) : ssa_constant(b, TRI_SSA_I64, 0);
		struct tri_ssa_value *channel = ENTRY_CALL(b, makechan, ssa_type_address(b, node->type), size);
		return ssa_operand_of(node->type, channel);
	}
	case TRI_NODE_MAKE_MAP:
		return ssa_make_map(b, node);
	case TRI_NODE_MAP_LITERAL:
		return ssa_map_literal(b, node);
	case TRI_NODE_CLOSE:
		ENTRY_CALL(b, closechan, ssa_scalar(b, node->x));
		return (struct operand){0};
	case TRI_NODE_PANIC: {
		struct operand value = ssa_expression(b, node->x);
		ENTRY_CALL(b, gopanic, value.words[0], value.words[1]);
		b->block->is_cold = true;
		ssa_end_unreachable(b);
		return (struct operand){0};
	}
	case TRI_NODE_RECOVER:
		return ssa_recover(b, node);
	case TRI_NODE_NIL_CHECK:
		ssa_nil_check(b, ssa_expression(b, node->x).words[0]);
		return (struct operand){0};
	case TRI_NODE_WRAPPER_PANIC:
		ENTRY_CALL(b, panicwrap, NULL);
		b->block->is_cold = true;
		ssa_end_unreachable(b);
		return (struct operand){0};
	case TRI_NODE_RANGE_PANIC:
		ENTRY_CALL(b, panicrangestate, ssa_scalar(b, node->x));
		b->block->is_cold = true;
		ssa_end_unreachable(b);
		return (struct operand){0};
	case TRI_NODE_DEFER_LIST:
		return ssa_operand_of(node->type, ENTRY_CALL(b, deferrangefunc, NULL));
	case TRI_NODE_COMPLEX:
	case TRI_NODE_REAL:
	case TRI_NODE_IMAG:
		return ssa_complex_builtin(b, node);
	case TRI_NODE_PRINT:
	case TRI_NODE_PRINTLN:
		ssa_print_call(b, node);
		return (struct operand){0};
	case TRI_NODE_UNSAFE_ADD:
	case TRI_NODE_UNSAFE_SLICE:
	case TRI_NODE_UNSAFE_STRING:
	case TRI_NODE_UNSAFE_SLICE_DATA:
	case TRI_NODE_UNSAFE_STRING_DATA:
		return ssa_unsafe_builtin(b, node);

	case TRI_NODE_STRUCT_LITERAL:
	case TRI_NODE_ARRAY_LITERAL:
		return ssa_composite(b, node);
	case TRI_NODE_SLICE_LITERAL:
		return ssa_slice_literal(b, node);
	case TRI_NODE_ADDRESS_LITERAL:
		return ssa_address_literal(b, node);
	default:
		tri_ice("%s in SSA construction of %s", tri_node_ops[node->op].tag, b->source->symbol);
	}
}

struct operand ssa_expression(struct builder *b, struct tri_node *node)
{
	if (node->ssa) { // evaluated ahead of its turn by prepare_place
		struct operand value = *(struct operand *)node->ssa;
		node->ssa = NULL;
		return value;
	}
	struct tri_ssa_pos outer = ssa_enter_position(b, node);
	struct operand value = evaluate(b, node);
	ssa_leave_position(b, outer);
	return value;
}

void ssa_expression_into(struct builder *b, struct tri_node *node, const struct place *place, bool zeroed)
{
	if (place->kind == PLACE_MEMORY && (node->op == TRI_NODE_STRUCT_LITERAL || node->op == TRI_NODE_ARRAY_LITERAL) &&
		ssa_shape_of(b, node->type)->in_memory) {
		ssa_composite_into(b, node, place->address, place->offset, zeroed);
		return;
	}
	if (place->kind == PLACE_MEMORY && node->op == TRI_NODE_ZERO) {
		if (!zeroed)
			ssa_zero_memory(b, node->type, place->address, place->offset);
		return;
	}
	struct operand value = ssa_expression(b, node);
	ssa_write_place(b, place, &value);
}
