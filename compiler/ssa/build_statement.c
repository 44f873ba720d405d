// Statements: assignments, branches, loops, labels.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

// ---- Assignment ------------------------------------------------------------------------------

static void write_checked(struct builder *b, const struct place *place, struct operand *value)
{
	if (place->kind == PLACE_BLANK)
		return;
	const struct shape *shape = ssa_shape_of(b, place->type);
	if (shape->in_memory != value->in_memory || (!shape->in_memory && shape->count != value->count))
		tri_ice("value and place differ in shape at an assignment in %s", b->source->symbol);
	value->type = place->type;
	ssa_write_place(b, place, value);
}

// Finding it calls nothing, not even the runtime.
static bool is_plain_place(const struct tri_node *node)
{
	while (node->op == TRI_NODE_FIELD || node->op == TRI_NODE_FIELD_POINTER || node->op == TRI_NODE_DEREF)
		node = node->x;
	return node->op == TRI_NODE_LOCAL || node->op == TRI_NODE_GLOBAL;
}

// The value of a variable or place that is written right away. `allocates`: there may be a collection in between, which
// does not see the outgoing area.
static struct operand value_to_store(struct builder *b, struct tri_node *node, bool allocates)
{
	bool is_call = node->op == TRI_NODE_CALL || node->op == TRI_NODE_CALL_CLOSURE || node->op == TRI_NODE_CALL_INTERFACE;
	if (is_call && node->type && !(allocates && tri_type_has_pointers(node->type)))
		b->unsettled = node;
	return ssa_expression(b, node);
}

static void assign_parallel(struct builder *b, struct tri_node *node)
{
	uint32_t count = node->list.count;
	struct operand *values = TRI_NEW_ARRAY(b->arena, struct operand, count + 1);
	for (uint32_t i = 0; i < count; i++)
		ssa_prepare_place(b, node->list.items[i]);
	ssa_expressions(b, node->other.items, count, values);
	for (uint32_t i = 0; i < count; i++)
		values[i] = ssa_settle(b, &values[i]);
	for (uint32_t i = 0; i < count; i++) {
		if (!node->list.items[i])
			continue;
		struct place place = ssa_place_of(b, node->list.items[i]);
		write_checked(b, &place, &values[i]);
	}
}

static void assign_tuple(struct builder *b, struct tri_node *node)
{
	for (uint32_t i = 0; i < node->list.count; i++)
		ssa_prepare_place(b, node->list.items[i]);
	struct operand *values;
	uint32_t count = ssa_tuple(b, node->x, &values);
	tri_assert(count >= node->list.count);
	if (node->list.count > 1)
		for (uint32_t i = 0; i < count; i++)
			values[i] = ssa_settle(b, &values[i]);
	for (uint32_t i = 0; i < node->list.count; i++) {
		if (!node->list.items[i])
			continue;
		struct place place = ssa_place_of(b, node->list.items[i]);
		write_checked(b, &place, &values[i]);
	}
}

void ssa_assign_statement(struct builder *b, struct tri_node *node)
{
	if (node->op == TRI_NODE_ASSIGN_PARALLEL) {
		assign_parallel(b, node);
		return;
	}
	if (node->op == TRI_NODE_ASSIGN_TUPLE) {
		assign_tuple(b, node);
		return;
	}
	if (!node->x) {
		ssa_effect(b, node->y);
		return;
	}
	if (ssa_is_map_element(node->x)) {
		ssa_map_assign(b, node);
		return;
	}
	bool ahead = ssa_has_call(node->x) || (ssa_has_call(node->y) && node->op == TRI_NODE_ASSIGN_OP);
	if (ahead)
		ssa_prepare_place(b, node->x);
	if (node->op == TRI_NODE_ASSIGN) {
		struct operand value = value_to_store(b, node->y, !is_plain_place(node->x));
		struct place place = ssa_place_of(b, node->x);
		write_checked(b, &place, &value);
		return;
	}
	struct operand right = ssa_expression(b, node->y);
	struct place place = ssa_place_of(b, node->x);
	struct operand left = ssa_read_place(b, &place);
	struct operand value = ssa_arithmetic(b, node->operator, node->x->type, &left, &right, node->y->type, node->bounded, node->y);
	write_checked(b, &place, &value);
}

// A variable and its initial value.
static void define(struct builder *b, struct tri_ir_var *var, struct tri_node *value_node)
{
	struct variable *variable = ssa_builder_variable(b, var);
	bool literal =
		(value_node->op == TRI_NODE_STRUCT_LITERAL || value_node->op == TRI_NODE_ARRAY_LITERAL || value_node->op == TRI_NODE_ZERO) &&
		ssa_shape_of(b, var->type)->in_memory;
	if (literal) {
		ssa_builder_declare(b, var, false);
		struct place place = ssa_builder_variable_place(b, var);
		ssa_expression_into(b, value_node, &place, variable->kind == VARIABLE_POINTER);
		return;
	}
	struct operand value = value_to_store(b, value_node, variable->kind == VARIABLE_POINTER);
	ssa_builder_declare(b, var, false);
	struct place place = ssa_builder_variable_place(b, var);
	write_checked(b, &place, &value);
}

// ---- Branches --------------------------------------------------------------------------------

static bool never_returns(const tri_node_list *list)
{
	if (!list->count)
		return false;
	const struct tri_node *last = tri_vector_last(list);
	return last->op == TRI_NODE_EXPRESSION && last->x && last->x->op == TRI_NODE_PANIC;
}

static void if_statement(struct builder *b, struct tri_node *node)
{
	if (node->x->op == TRI_NODE_LITERAL && node->x->value) {
		ssa_statements(b, tri_constant_bool_value(node->x->value) ? &node->body : &node->other);
		return;
	}
	struct tri_ssa_block *yes = ssa_new_block(b), *end = ssa_new_block(b), *no = node->other.count ? ssa_new_block(b) : end;
	enum tri_ssa_likely likely = never_returns(&node->body)    ? TRI_SSA_UNLIKELY
								 : never_returns(&node->other) ? TRI_SSA_LIKELY
															   : TRI_SSA_UNKNOWN;
	ssa_condition(b, node->x, yes, no, likely);
	ssa_start_block(b, yes);
	ssa_statements(b, &node->body);
	ssa_jump_to(b, end);
	if (node->other.count) {
		ssa_start_block(b, no);
		ssa_statements(b, &node->other);
		ssa_jump_to(b, end);
	}
	ssa_start_block(b, end);
}

static struct targets *new_targets(struct builder *b, struct tri_node *node)
{
	struct targets *targets = TRI_NEW(b->arena, struct targets);
	node->ssa = targets;
	targets->leave = ssa_new_block(b);
	targets->next = ssa_new_block(b);
	return targets;
}

static void for_statement(struct builder *b, struct tri_node *node)
{
	ssa_statements(b, &node->list);
	struct targets *targets = new_targets(b, node);
	struct tri_ssa_block *header = ssa_new_block(b), *body = ssa_new_block(b);
	ssa_jump_to(b, header);
	ssa_start_open_block(b, header);
	if (node->x)
		ssa_condition(b, node->x, body, targets->leave, TRI_SSA_UNKNOWN);
	else
		ssa_jump_to(b, body);
	ssa_start_block(b, body);
	ssa_statements(b, &node->body);
	ssa_jump_to(b, targets->next);
	ssa_start_block(b, targets->next);
	if (node->y) {
		tri_node_list post = {&node->y, 1, 1};
		ssa_statements(b, &post);
	}
	ssa_jump_to(b, header);
	ssa_seal_block(header);
	ssa_start_block(b, targets->leave);
}

static struct tri_ssa_block *label_block(struct builder *b, struct tri_node *label)
{
	struct tri_ssa_block *block = tri_map_get(&b->labels, TRI_KEY(label));
	if (!block) {
		block = ssa_new_block(b);
		tri_map_put(b->arena, &b->labels, TRI_KEY(label), block);
	}
	return block;
}

static void keep(struct builder *b, struct tri_node *variable)
{
	struct operand value = ssa_expression(b, variable);
	if (value.in_memory)
		ssa_emit1(b, TRI_SSA_KEEP_ALIVE, TRI_SSA_VOID, value.address);
	for (uint32_t i = 0; !value.in_memory && i < value.count; i++)
		ssa_emit1(b, TRI_SSA_KEEP_ALIVE, TRI_SSA_VOID, value.words[i]);
}

static void statement(struct builder *b, struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_DECLARE:
		ssa_builder_declare(b, node->var, true);
		break;
	case TRI_NODE_ASSIGN:
	case TRI_NODE_ASSIGN_OP:
	case TRI_NODE_ASSIGN_PARALLEL:
	case TRI_NODE_ASSIGN_TUPLE:
		ssa_assign_statement(b, node);
		break;
	case TRI_NODE_EXPRESSION:
		ssa_effect(b, node->x);
		break;
	case TRI_NODE_KEEP:
		keep(b, node->x);
		break;
	case TRI_NODE_SEND: {
		struct operand values[2];
		ssa_expressions(b, (struct tri_node *const[]){node->x, node->y}, 2, values);
		values[1].type = ssa_element_of(node->x->type);
		ENTRY_CALL(b, chansend1, values[0].words[0], ssa_spill(b, &values[1]));
		break;
	}
	case TRI_NODE_RETURN:
		ssa_builder_return(b, node);
		break;
	case TRI_NODE_IF:
		if_statement(b, node);
		break;
	case TRI_NODE_FOR:
		for_statement(b, node);
		break;
	case TRI_NODE_RANGE:
		ssa_range_statement(b, node);
		break;
	case TRI_NODE_SWITCH:
		ssa_switch_statement(b, node);
		break;
	case TRI_NODE_TYPE_SWITCH:
		ssa_type_switch(b, node);
		break;
	case TRI_NODE_BREAK:
		ssa_jump_to(b, ((struct targets *)node->target->ssa)->leave);
		break;
	case TRI_NODE_CONTINUE:
		ssa_jump_to(b, ((struct targets *)node->target->ssa)->next);
		break;
	case TRI_NODE_FALLTHROUGH:
		ssa_jump_to(b, b->fallthrough);
		break;
	case TRI_NODE_GOTO:
		ssa_jump_to(b, label_block(b, node->target));
		break;
	case TRI_NODE_LABEL: {
		struct tri_ssa_block *block = label_block(b, node);
		ssa_jump_to(b, block);
		ssa_start_open_block(b, block);
		break;
	}
	case TRI_NODE_BLOCK:
		ssa_statements(b, &node->body);
		break;
	case TRI_NODE_GO:
		ssa_go_statement(b, node);
		break;
	case TRI_NODE_DEFER:
		ssa_defer_statement(b, node);
		break;
	case TRI_NODE_SELECT:
		ssa_select_statement(b, node);
		break;
	default:
		ssa_effect(b, node);
		break; // an expression standing as a statement
	}
}

void ssa_statements(struct builder *b, const tri_node_list *list)
{
	struct tri_ssa_pos saved = b->pos;
	for (uint32_t i = 0; i < list->count; i++) {
		struct tri_node *node = list->items[i];
		if (!node)
			continue;
		if (node->pos)
			b->pos.pos = node->pos;
		b->pos.site = node->inline_site;
		b->pos.is_statement = true;
		struct tri_node *next = i + 1 < list->count ? list->items[i + 1] : NULL;
		if (node->op == TRI_NODE_DECLARE && next && next->op == TRI_NODE_ASSIGN && next->define && next->x &&
			next->x->op == TRI_NODE_LOCAL && next->x->var == node->var) {
			if (next->pos)
				b->pos.pos = next->pos;
			define(b, node->var, next->y);
			i++;
			continue;
		}
		statement(b, node);
	}
	b->pos.pos = saved.pos;
	b->pos.site = saved.site;
}
