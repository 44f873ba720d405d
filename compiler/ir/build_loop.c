// for statements: conditions, three clauses, range.
//
// Each iteration has loop variables of its own, unless the file's language is older than Go 1.22. Where that can be seen - a function
// literal captures one, or its address is taken - the loop is rewritten over a hidden variable that carries the value from one iteration to
// the next.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

static bool is_shared(const struct tri_object *object) { return object != NULL && (object->captured || object->address_taken); }

static struct tri_node *assign_local(struct function_builder *b, struct tri_ir_var *to, struct tri_ir_var *from, bool define, tri_pos pos)
{
	struct tri_node *node = tri_ir_node(b, TRI_NODE_ASSIGN, pos, NULL);
	node->define = define;
	node->x = tri_ir_local(b, to, pos);
	node->y = tri_ir_local(b, from, pos);
	return node;
}

// ---- Three clauses ---------------------------------------------------------------------------------------

struct loop_variable {
	struct tri_object *object;
	struct tri_ir_var *carrier, *own; // hidden variable; the iteration's
};

typedef TRI_VECTOR(struct loop_variable) loop_variable_list;

static loop_variable_list shared_variables(struct function_builder *b, const struct tri_stmt *init)
{
	loop_variable_list list = {0};
	if (init == NULL || init->kind != TRI_STMT_ASSIGN || !tri_as_assign_stmt(init)->define)
		return list;
	struct tri_expr *left = tri_as_assign_stmt(init)->left;
	struct tri_expr *const *names = &left;
	uint32_t count = 1;
	if (left->kind == TRI_EXPR_LIST) {
		names = tri_as_list_expr(left)->elements.items;
		count = tri_as_list_expr(left)->elements.count;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (tri_ir_is_blank(names[i]))
			continue;
		struct loop_variable variable = {.object = tri_as_name_expr(names[i])->object};
		if (is_shared(variable.object))
			tri_vector_push(b->arena, &list, variable);
	}
	return list;
}

//	for i := 0; i < n; i++ { body }
//
// becomes, with carrier c and a flag:
//
//	for c, first := 0, true; ; c = i {
//		i := c
//		if first { first = false } else { i++ }
//		if i < n {} else { break }
//		body
//	}
//
// so that the post statement works on the next iteration's variable.
static void build_shared_loop(struct function_builder *b, struct tri_for_stmt *stmt, struct tri_node *loop, loop_variable_list *variables)
{
	tri_pos pos = stmt->base.pos;
	for (uint32_t i = 0; i < variables->count; i++) {
		struct loop_variable *variable = &variables->items[i];
		variable->carrier = variable->object->ir; // the init statement declared it
		variable->carrier->is_temporary = true;
		variable->carrier->name = tri_name_printf(b->package->universe->names, ".autotmp_%u", variable->carrier->index);
		variable->carrier->address_taken = false;
	}
	struct tri_ir_var *first = NULL;
	if (stmt->post != NULL)
		first = tri_ir_emit_temporary(b, tri_ir_boolean(b, pos, true), pos);

	tri_node_list *statements = b->statements;
	b->statements = &loop->body;
	b->loop_depth++;
	for (uint32_t i = 0; i < variables->count; i++) {
		struct loop_variable *variable = &variables->items[i];
		variable->own = tri_ir_declare_object(b, variable->object);
		tri_ir_emit_declare(b, variable->own, pos);
		tri_ir_emit(b, assign_local(b, variable->own, variable->carrier, true, pos));
	}
	if (stmt->post != NULL) {
		struct tri_node *node = tri_ir_node(b, TRI_NODE_IF, pos, NULL);
		node->x = tri_ir_local(b, first, pos);
		b->statements = &node->body;
		struct tri_node *done = tri_ir_node(b, TRI_NODE_ASSIGN, pos, NULL);
		done->x = tri_ir_local(b, first, pos);
		done->y = tri_ir_boolean(b, pos, false);
		tri_ir_emit(b, done);
		b->statements = &node->other;
		tri_ir_statement(b, stmt->post);
		b->statements = &loop->body;
		tri_ir_emit(b, node);
	}
	if (stmt->condition != NULL) {
		struct tri_node *node = tri_ir_node(b, TRI_NODE_IF, pos, NULL);
		node->x = tri_ir_expression(b, stmt->condition);
		struct tri_node *leave = tri_ir_node(b, TRI_NODE_BREAK, pos, NULL);
		leave->target = loop;
		tri_vector_push(b->arena, &node->other, leave);
		tri_ir_emit(b, node);
	}
	tri_ir_statements(b, &stmt->body->list);
	b->loop_depth--;
	b->statements = statements;

	struct tri_node *post = tri_ir_node(b, TRI_NODE_BLOCK, pos, NULL);
	for (uint32_t i = 0; i < variables->count; i++) {
		struct tri_node *carry = assign_local(b, variables->items[i].carrier, variables->items[i].own, false, pos);
		tri_vector_push(b->arena, &post->body, carry);
	}
	loop->y = post;
	tri_ir_emit(b, loop);
}

// A post statement is one node.
static struct tri_node *post_statement(struct function_builder *b, struct tri_stmt *stmt)
{
	tri_node_list *statements = b->statements, own = {0};
	b->statements = &own;
	tri_ir_statement(b, stmt);
	b->statements = statements;
	if (own.count == 0)
		return NULL;
	if (own.count == 1)
		return own.items[0];
	struct tri_node *block = tri_ir_node(b, TRI_NODE_BLOCK, stmt->pos, NULL);
	block->body = own;
	return block;
}

static void for_clauses(struct function_builder *b, struct tri_for_stmt *stmt)
{
	struct tri_node *loop = tri_ir_target(b, &stmt->base, TRI_NODE_FOR);
	struct tri_node *outer = tri_ir_node(b, TRI_NODE_BLOCK, stmt->base.pos, NULL);
	outer->implicit = true;
	tri_node_list *statements = b->statements;
	b->statements = &outer->body;
	if (stmt->init != NULL)
		tri_ir_statement(b, stmt->init);
	loop_variable_list shared = {0};
	if (!stmt->one_variable)
		shared = shared_variables(b, stmt->init);
	if (shared.count > 0) {
		build_shared_loop(b, stmt, loop, &shared);
	} else {
		b->loop_depth++;
		if (stmt->condition != NULL && tri_ir_static_condition(stmt->condition) <= 0)
			loop->x = tri_ir_expression(b, stmt->condition);
		if (stmt->post != NULL)
			loop->y = post_statement(b, stmt->post);
		tri_ir_into(b, &loop->body, &stmt->body->list);
		b->loop_depth--;
		if (tri_ir_is_bench_loop(loop))
			tri_ir_keep_results(b, &loop->body);
		tri_ir_emit(b, loop);
	}
	b->statements = statements;
	tri_ir_emit(b, outer);
}

// ---- range -------------------------------------------------------------------------------------------------

static bool names_shared(const struct tri_expr *expr)
{
	return expr != NULL && !tri_ir_is_blank(expr) && is_shared(tri_as_name_expr((struct tri_expr *)(uintptr_t)expr)->object);
}

static struct tri_node *range_place(struct function_builder *b, struct tri_node *loop, struct tri_expr *expr, bool define,
									bool one_variable)
{
	if (expr == NULL || tri_ir_is_blank(expr))
		return NULL;
	if (!define)
		return tri_ir_place(b, expr);
	struct tri_object *object = tri_as_name_expr(expr)->object;
	tri_pos pos = expr->pos;
	if (one_variable) { // which is there before the loop
		b->loop_depth--;
		struct tri_ir_var *var = tri_ir_declare_object(b, object);
		b->loop_depth++;
		tri_ir_emit_declare(b, var, pos);
		tri_vector_last(b->statements)->implicit = true; // the clause does it
		return tri_ir_local(b, var, pos);
	}
	if (!is_shared(object))
		return tri_ir_local(b, tri_ir_declare_object(b, object), pos);
	struct tri_ir_var *carrier = tri_ir_temporary(b, object->type, pos);
	struct tri_ir_var *own = tri_ir_declare_object(b, object);
	struct tri_node *declare = tri_ir_node(b, TRI_NODE_DECLARE, pos, NULL);
	declare->var = own;
	tri_vector_push(b->arena, &loop->body, declare);
	struct tri_node *copy = assign_local(b, own, carrier, true, loop->pos);
	tri_vector_push(b->arena, &loop->body, copy);
	return tri_ir_local(b, carrier, pos);
}

// What a loop over the operand gives first and second; NULL: nothing.
static void range_types(struct function_builder *b, struct tri_type *operand, struct tri_type *types[2])
{
	struct tri_type *type = tri_type_underlying(operand);
	types[0] = tri_ir_basic(b, TRI_BASIC_INT);
	types[1] = NULL;
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_SLICE:
		types[1] = type->as.slice.element;
		break;
	case TRI_TYPE_ARRAY:
		types[1] = type->as.array.element;
		break;
	case TRI_TYPE_POINTER:
		types[1] = tri_type_underlying(type->as.pointer.element)->as.array.element;
		break;
	case TRI_TYPE_MAP:
		types[0] = type->as.map.key;
		types[1] = type->as.map.element;
		break;
	case TRI_TYPE_CHAN:
		types[0] = type->as.chan.element;
		break;
	default:
		if (tri_type_is(operand, TRI_IS_STRING))
			types[1] = b->package->universe->rune_type;
		else
			types[0] = operand;
	}
}

// Places of other types than the loop gives, which are interfaces: it gives to variables of its own, from which the body's first
// statement assigns.
static void convert_range_places(struct function_builder *b, struct tri_node *loop)
{
	struct tri_type *types[2];
	range_types(b, loop->x->type, types);
	struct tri_node **places[2] = {&loop->y, &loop->z};
	bool differ = false;
	for (int i = 0; i < 2; i++)
		differ |= *places[i] != NULL && types[i] != NULL && !tri_type_identical((*places[i])->type, types[i]);
	if (!differ)
		return;
	struct tri_node *assign = tri_ir_node(b, TRI_NODE_ASSIGN_PARALLEL, loop->pos, NULL);
	for (int i = 0; i < 2; i++) {
		if (*places[i] == NULL)
			continue;
		tri_pos pos = (*places[i])->pos;
		struct tri_ir_var *carrier = tri_ir_temporary(b, types[i], pos);
		struct tri_node *value = tri_ir_convert_implicitly(b, tri_ir_local(b, carrier, pos), (*places[i])->type);
		tri_vector_push(b->arena, &assign->list, *places[i]);
		tri_vector_push(b->arena, &assign->other, value);
		*places[i] = tri_ir_local(b, carrier, pos);
	}
	loop->define = true;
	tri_vector_push(b->arena, &loop->body, assign);
}

static void for_range(struct function_builder *b, struct tri_for_stmt *stmt, struct tri_range_clause *clause)
{
	if (tri_type_underlying(clause->operand->type)->kind == TRI_TYPE_FUNCTION) {
		tri_ir_range_function(b, stmt, clause);
		return;
	}
	struct tri_node *loop = tri_ir_target(b, &stmt->base, TRI_NODE_RANGE);
	loop->pos = stmt->base.pos;
	loop->x = tri_ir_expression(b, clause->operand);
	struct tri_expr *key = clause->left, *value = NULL;
	if (key != NULL && key->kind == TRI_EXPR_LIST) {
		const tri_expr_list *list = &tri_as_list_expr(key)->elements;
		key = list->items[0];
		value = list->count > 1 ? list->items[1] : NULL;
	}
	if (tri_type_is(loop->x->type, TRI_IS_UNTYPED)) {
		struct tri_type *as = key != NULL && key->type != NULL ? key->type : tri_ir_basic(b, TRI_BASIC_INT);
		loop->x = tri_ir_convert_implicitly(b, loop->x, as);
	}
	bool one_variable = clause->define && stmt->one_variable && (names_shared(key) || names_shared(value));
	loop->define = clause->define && !one_variable;
	b->loop_depth++;
	loop->y = range_place(b, loop, key, clause->define, one_variable);
	loop->z = range_place(b, loop, value, clause->define, one_variable);
	if (!clause->define)
		convert_range_places(b, loop);
	tri_ir_into(b, &loop->body, &stmt->body->list);
	b->loop_depth--;
	tri_ir_emit(b, loop);
}

void tri_ir_for(struct function_builder *b, struct tri_for_stmt *stmt)
{
	if (stmt->init != NULL && stmt->init->kind == TRI_STMT_RANGE)
		for_range(b, stmt, tri_as_range_clause(stmt->init));
	else
		for_clauses(b, stmt);
}
