// switch and select statements.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

static const struct tri_expr *const *case_expressions(const struct tri_case_clause *clause, uint32_t *count)
{
	*count = 0;
	if (clause->cases == NULL)
		return NULL;
	if (clause->cases->kind == TRI_EXPR_LIST) {
		const tri_expr_list *list = &tri_as_list_expr(clause->cases)->elements;
		*count = list->count;
		return (const struct tri_expr *const *)list->items;
	}
	*count = 1;
	return (const struct tri_expr *const *)&clause->cases;
}

// An operand that is evaluated only when its turn comes keeps its statements to itself.
struct tri_node *tri_ir_own_expression(struct function_builder *b, const struct tri_expr *expr)
{
	tri_node_list *statements = b->statements, own = {0};
	b->statements = &own;
	struct tri_node *value = tri_ir_expression(b, (struct tri_expr *)(uintptr_t)expr);
	b->statements = statements;
	return tri_ir_with_statements(b, &own, value);
}

static struct tri_node *new_case(struct function_builder *b, struct tri_node *node, const struct tri_case_clause *clause)
{
	struct tri_node *entry = tri_ir_node(b, TRI_NODE_CASE, clause->pos, NULL);
	entry->is_default = clause->cases == NULL;
	tri_vector_push(b->arena, &node->list, entry);
	return entry;
}

// An interface among the cases of a concrete tag: the tag is compared as that interface.
static struct tri_type *interface_among_cases(const struct tri_switch_stmt *stmt)
{
	for (uint32_t i = 0; i < stmt->clauses.count; i++) {
		uint32_t count;
		const struct tri_expr *const *cases = case_expressions(stmt->clauses.items[i], &count);
		for (uint32_t k = 0; k < count; k++) {
			if (cases[k]->type != NULL && cases[k]->mode != TRI_MODE_NIL && tri_type_is_interface(cases[k]->type))
				return cases[k]->type;
		}
	}
	return NULL;
}

static bool ends_in_fallthrough(const struct tri_case_clause *clause)
{
	if (clause->body.count == 0)
		return false;
	const struct tri_stmt *last = clause->body.items[clause->body.count - 1];
	return last->kind == TRI_STMT_BRANCH && tri_as_branch_stmt(last)->token == TRI_TOKEN_FALLTHROUGH;
}

// A switch over constants has one clause that runs, or none: *target. False when that is not known.
static bool find_constant_target(struct function_builder *b, const struct tri_switch_stmt *stmt, const struct tri_case_clause **target)
{
	const struct tri_constant *tag = tri_constant_bool(b->package->arena, true);
	if (stmt->tag != NULL)
		tag = stmt->tag->mode == TRI_MODE_CONSTANT ? stmt->tag->constant : NULL;
	*target = NULL;
	if (tag == NULL)
		return false;
	bool found = false;
	for (uint32_t i = 0; i < stmt->clauses.count && !found; i++) {
		const struct tri_case_clause *clause = stmt->clauses.items[i];
		if (clause->cases == NULL)
			*target = clause;
		uint32_t count;
		const struct tri_expr *const *cases = case_expressions(clause, &count);
		for (uint32_t k = 0; k < count && !found; k++) {
			if (cases[k]->mode != TRI_MODE_CONSTANT || cases[k]->constant == NULL)
				return false;
			if (tri_constant_kind(tag) != tri_constant_kind(cases[k]->constant))
				return false;
			if (tri_constant_compare(TRI_OP_EQUAL, tag, cases[k]->constant)) {
				*target = clause;
				found = true;
			}
		}
	}
	return *target == NULL || !ends_in_fallthrough(*target);
}

static void expression_switch(struct function_builder *b, struct tri_switch_stmt *stmt, struct tri_node *node)
{
	const struct tri_case_clause *target;
	if (find_constant_target(b, stmt, &target)) {
		if (target == NULL)
			return;
		struct tri_node *entry = new_case(b, node, target);
		entry->is_default = true;
		tri_ir_into(b, &entry->body, &target->body);
		return;
	}
	struct tri_type *type = NULL;
	if (stmt->tag != NULL) {
		node->x = tri_ir_expression(b, stmt->tag);
		if (tri_type_is(node->x->type, TRI_IS_UNTYPED) && tri_type_is(node->x->type, TRI_IS_BOOLEAN))
			node->x->type = tri_ir_basic(b, TRI_BASIC_BOOL);
		if (!tri_type_is_interface(node->x->type)) {
			struct tri_type *interface = interface_among_cases(stmt);
			if (interface != NULL)
				node->x = tri_ir_convert_implicitly(b, node->x, interface);
		}
		type = node->x->type;
	}
	for (uint32_t i = 0; i < stmt->clauses.count; i++) {
		const struct tri_case_clause *clause = stmt->clauses.items[i];
		struct tri_node *entry = new_case(b, node, clause);
		uint32_t count;
		const struct tri_expr *const *cases = case_expressions(clause, &count);
		for (uint32_t k = 0; k < count; k++) {
			struct tri_node *value = tri_ir_own_expression(b, cases[k]);
			if (type != NULL)
				value = tri_ir_convert_implicitly(b, value, type);
			else if (tri_type_is_interface(value->type)) // true, in an interface
				value = tri_ir_compare(b, TRI_OP_EQUAL, value->pos, tri_ir_basic(b, TRI_BASIC_BOOL), value,
									   tri_ir_boolean(b, value->pos, true));
			else
				value = tri_ir_convert_implicitly(b, value, tri_ir_basic(b, TRI_BASIC_BOOL));
			tri_vector_push(b->arena, &entry->list, value);
		}
		tri_ir_into(b, &entry->body, &clause->body);
	}
}

static bool may_match(struct function_builder *b, const struct tri_node *x, const struct tri_expr *type)
{
	return type->mode != TRI_MODE_TYPE || tri_ir_may_hold(b, x->type, type->type);
}

// Where the last name in a type expression stands.
static tri_pos last_name(const struct tri_expr *type)
{
	switch ((enum tri_expr_kind)type->kind) {
	case TRI_EXPR_PAREN:
		return last_name(tri_as_paren_expr(type)->inner);
	case TRI_EXPR_SELECTOR:
		return tri_as_selector_expr(type)->selected->base.pos;
	case TRI_EXPR_UNARY:
		return last_name(tri_as_unary_expr(type)->operand);
	case TRI_EXPR_SLICE_TYPE:
		return last_name(tri_as_slice_type(type)->element);
	case TRI_EXPR_ARRAY_TYPE:
		return last_name(tri_as_array_type(type)->element);
	case TRI_EXPR_MAP_TYPE:
		return last_name(tri_as_map_type(type)->element);
	case TRI_EXPR_CHAN_TYPE:
		return last_name(tri_as_chan_type(type)->element);
	default:
		return type->pos;
	}
}

// Each clause has a variable of its own, which counts as declared behind the clause's types.
static struct tri_ir_var *declare_clause_variable(struct function_builder *b, const struct tri_case_clause *clause)
{
	struct tri_ir_var *var = tri_ir_declare_object(b, clause->implicit_object);
	uint32_t count;
	const struct tri_expr *const *cases = case_expressions(clause, &count);
	var->pos = count > 0 ? last_name(cases[count - 1]) : clause->pos;
	return var;
}

static void type_switch(struct function_builder *b, struct tri_switch_stmt *stmt, struct tri_node *node)
{
	struct tri_type_switch_guard *guard = tri_as_type_switch_guard(stmt->tag);
	node->op = TRI_NODE_TYPE_SWITCH;
	node->x = tri_ir_expression(b, guard->operand);
	for (uint32_t i = 0; i < stmt->clauses.count; i++) {
		const struct tri_case_clause *clause = stmt->clauses.items[i];
		uint32_t count, possible = 0;
		const struct tri_expr *const *cases = case_expressions(clause, &count);
		for (uint32_t k = 0; k < count; k++)
			possible += may_match(b, node->x, cases[k]);
		if (count > 0 && possible == 0)
			continue;
		struct tri_node *entry = new_case(b, node, clause);
		for (uint32_t k = 0; k < count; k++) {
			struct tri_node *type;
			if (!may_match(b, node->x, cases[k]))
				continue;
			if (cases[k]->mode == TRI_MODE_NIL || cases[k]->mode == TRI_MODE_VALUE)
				type = tri_ir_literal(b, cases[k]->pos, node->x->type, NULL);
			else
				type = tri_ir_node(b, TRI_NODE_TYPE, cases[k]->pos, cases[k]->type);
			tri_vector_push(b->arena, &entry->list, type);
		}
		if (clause->implicit_object != NULL)
			entry->var = declare_clause_variable(b, clause);
		tri_ir_into(b, &entry->body, &clause->body);
	}
}

void tri_ir_switch(struct function_builder *b, struct tri_switch_stmt *stmt)
{
	struct tri_node *node = tri_ir_target(b, &stmt->base, TRI_NODE_SWITCH);
	struct tri_node *outer = NULL;
	tri_node_list *statements = b->statements;
	if (stmt->init != NULL) {
		outer = tri_ir_node(b, TRI_NODE_BLOCK, stmt->base.pos, NULL);
		outer->implicit = true;
		b->statements = &outer->body;
		tri_ir_statement(b, stmt->init);
	}
	if (stmt->tag != NULL && stmt->tag->kind == TRI_EXPR_TYPE_SWITCH_GUARD)
		type_switch(b, stmt, node);
	else
		expression_switch(b, stmt, node);
	tri_ir_emit(b, node);
	b->statements = statements;
	if (outer != NULL)
		tri_ir_emit(b, outer);
}

// The statement that receives; what stands before it declares or belongs to a place, what stands behind it converts.
static uint32_t find_receive(const tri_node_list *statements, const struct tri_node *receive)
{
	for (uint32_t i = 0; i < statements->count; i++) {
		const struct tri_node *node = statements->items[i];
		const struct tri_node *value = node->op == TRI_NODE_ASSIGN ? node->y : node->x;
		while (value != NULL && value != receive)
			value = value->x;
		if (value != NULL)
			return i;
	}
	tri_ice("select clause without communication");
}

// Operands are evaluated before any clause is chosen, places only in the clause that was: the statements of a
// channel operand stay with it, those of a place become part of the clause.
static void communication(struct function_builder *b, struct tri_comm_clause *clause, struct tri_node *entry)
{
	if (clause->comm->kind == TRI_STMT_SEND) {
		struct tri_send_stmt *send = tri_as_send_stmt(clause->comm);
		struct tri_node *node = tri_ir_node(b, TRI_NODE_SEND, send->base.pos, NULL);
		node->x = tri_ir_own_expression(b, send->channel);
		tri_node_list *statements = b->statements, own = {0};
		b->statements = &own;
		struct tri_node *value = tri_ir_expression_as(b, send->value, tri_type_underlying(node->x->type)->as.chan.element);
		b->statements = statements;
		node->y = tri_ir_with_statements(b, &own, value);
		entry->x = node;
		return;
	}
	const struct tri_expr *expr =
		clause->comm->kind == TRI_STMT_EXPR ? tri_as_expr_stmt(clause->comm)->expr : tri_as_assign_stmt(clause->comm)->right;
	tri_node_list *statements = b->statements, own = {0};
	b->statements = &own;
	b->communication = tri_expr_unparen(expr);
	tri_ir_statement(b, clause->comm);
	b->communication = NULL;
	b->statements = statements;
	uint32_t receive = find_receive(&own, b->received);
	entry->x = own.items[receive];
	entry->index = receive;
	for (uint32_t k = 0; k < own.count; k++) {
		if (k != receive)
			tri_vector_push(b->arena, &entry->body, own.items[k]);
	}
}

void tri_ir_select(struct function_builder *b, struct tri_select_stmt *stmt)
{
	struct tri_node *node = tri_ir_target(b, &stmt->base, TRI_NODE_SELECT);
	for (uint32_t i = 0; i < stmt->clauses.count; i++) {
		struct tri_comm_clause *clause = stmt->clauses.items[i];
		struct tri_node *entry = tri_ir_node(b, TRI_NODE_CASE, clause->pos, NULL);
		entry->is_default = clause->comm == NULL;
		if (clause->comm != NULL)
			communication(b, clause, entry);
		tri_ir_into(b, &entry->body, &clause->body);
		tri_vector_push(b->arena, &node->list, entry);
	}
	tri_ir_emit(b, node);
}
