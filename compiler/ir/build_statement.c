// Statements, but for assignments, loops, switches, go and defer.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

// ---- Code that can't run ---------------------------------------------------------------------------------
// Left out, as Go's compiler does, so that nothing in it counts as used: branches of constant conditions,
// and what follows a statement that leaves.

int tri_ir_static_condition(const struct tri_expr *condition)
{
	const struct tri_expr *inner = tri_expr_unparen(condition);
	if (inner->mode == TRI_MODE_CONSTANT && inner->constant != NULL && tri_constant_kind(inner->constant) == TRI_CONSTANT_BOOL)
		return tri_constant_bool_value(inner->constant) ? 1 : -1;
	// Go's compiler does not look into parentheses here.
	if (condition->kind == TRI_EXPR_UNARY && tri_as_unary_expr(condition)->operator== TRI_OP_NOT)
		return -tri_ir_static_condition(tri_as_unary_expr(condition)->operand);
	if (condition->kind == TRI_EXPR_BINARY) {
		const struct tri_binary_expr *binary = tri_as_binary_expr(condition);
		if (binary->operator== TRI_OP_AND_AND) {
			int left = tri_ir_static_condition(binary->left), right = tri_ir_static_condition(binary->right);
			return left < 0 ? -1 : left > 0 && right != 0 ? right : 0;
		}
		if (binary->operator== TRI_OP_OR_OR) {
			int left = tri_ir_static_condition(binary->left), right = tri_ir_static_condition(binary->right);
			return left > 0 ? 1 : left < 0 && right != 0 ? right : 0;
		}
	}
	return 0;
}

static bool is_panic_call(const struct tri_expr *expr)
{
	expr = tri_expr_unparen(expr);
	if (expr->kind != TRI_EXPR_CALL)
		return false;
	const struct tri_expr *callee = tri_expr_unparen(tri_as_call_expr(expr)->function);
	return callee->mode == TRI_MODE_BUILTIN && callee->kind == TRI_EXPR_NAME &&
		   tri_as_name_expr(callee)->object->builtin == TRI_BUILTIN_PANIC;
}

static bool terminates(const struct tri_stmt *stmt)
{
	if (stmt == NULL)
		return false;
	switch ((enum tri_stmt_kind)stmt->kind) {
	case TRI_STMT_BRANCH:
		return tri_as_branch_stmt(stmt)->token == TRI_TOKEN_GOTO;
	case TRI_STMT_RETURN:
		return true;
	case TRI_STMT_EXPR:
		return is_panic_call(tri_as_expr_stmt(stmt)->expr);
	case TRI_STMT_IF: {
		const struct tri_if_stmt *branch = tri_as_if_stmt(stmt);
		int condition = tri_ir_static_condition(branch->condition);
		return (condition < 0 || terminates(&branch->then_block->base)) && (condition > 0 || terminates(branch->else_stmt));
	}
	case TRI_STMT_BLOCK: {
		const struct tri_block_stmt *block = tri_as_block_stmt(stmt);
		for (uint32_t i = block->list.count; i-- > 0;) {
			if (block->list.items[i]->kind != TRI_STMT_EMPTY)
				return terminates(block->list.items[i]);
		}
		return false;
	}
	default:
		return false;
	}
}

void tri_ir_statements(struct function_builder *b, const tri_stmt_list *list)
{
	uint32_t after_last_label = 0;
	for (uint32_t i = 0; i < list->count; i++) {
		if (list->items[i]->kind == TRI_STMT_LABELED)
			after_last_label = i + 1;
	}
	bool dead = false;
	for (uint32_t i = 0; i < list->count; i++) {
		if (dead && i >= after_last_label)
			continue;
		tri_ir_statement(b, list->items[i]);
		dead = terminates(list->items[i]);
	}
}

void tri_ir_into(struct function_builder *b, tri_node_list *target, const tri_stmt_list *list)
{
	tri_node_list *statements = b->statements;
	b->statements = target;
	tri_ir_statements(b, list);
	b->statements = statements;
}

// ---- Kinds -------------------------------------------------------------------------------------------------

struct tri_node *tri_ir_target(struct function_builder *b, struct tri_stmt *stmt, enum tri_node_op op)
{
	struct tri_node *node = tri_map_get(&b->targets, TRI_KEY(stmt));
	if (node == NULL) {
		node = tri_ir_node(b, op, stmt->pos, NULL);
		tri_map_put(b->arena, &b->targets, TRI_KEY(stmt), node);
	}
	return node;
}

static void block(struct function_builder *b, struct tri_block_stmt *stmt)
{
	struct tri_node *node = tri_ir_node(b, TRI_NODE_BLOCK, stmt->base.pos, NULL);
	tri_ir_into(b, &node->body, &stmt->list);
	tri_ir_emit(b, node);
}

void tri_ir_branch(struct function_builder *b, struct tri_branch_stmt *stmt)
{
	struct tri_node *node;
	if (tri_ir_range_body_branch(b, stmt))
		return;
	switch ((enum tri_token)stmt->token) {
	case TRI_TOKEN_BREAK:
		node = tri_ir_node(b, TRI_NODE_BREAK, stmt->base.pos, NULL);
		node->target = tri_map_get(&b->targets, TRI_KEY(stmt->target));
		break;
	case TRI_TOKEN_CONTINUE:
		node = tri_ir_node(b, TRI_NODE_CONTINUE, stmt->base.pos, NULL);
		node->target = tri_map_get(&b->targets, TRI_KEY(stmt->target));
		break;
	case TRI_TOKEN_FALLTHROUGH:
		node = tri_ir_node(b, TRI_NODE_FALLTHROUGH, stmt->base.pos, NULL);
		tri_ir_emit(b, node);
		return;
	case TRI_TOKEN_GOTO:
		node = tri_ir_node(b, TRI_NODE_GOTO, stmt->base.pos, NULL);
		node->target = tri_ir_target(b, stmt->target, TRI_NODE_LABEL);
		node->name = stmt->label->name;
		b->function->has_goto = true;
		break;
	default:
		tri_ice("branch statement with token %u", stmt->token);
	}
	tri_assert(node->target != NULL);
	tri_ir_emit(b, node);
}

static void labeled(struct function_builder *b, struct tri_labeled_stmt *stmt)
{
	struct tri_node *node = tri_ir_target(b, &stmt->base, TRI_NODE_LABEL);
	node->name = stmt->label->name;
	tri_ir_emit(b, node);
	tri_ir_statement(b, stmt->body);
}

// As tri_ir_static_condition, but also for conditions of which one side decides; what need not be evaluated is taken out of it.
static int decided_condition(struct tri_expr **condition)
{
	struct tri_expr *expr = *condition;
	int known = tri_ir_static_condition(expr);
	if (known != 0 || expr->kind != TRI_EXPR_BINARY)
		return known;
	struct tri_binary_expr *binary = tri_as_binary_expr(expr);
	if (binary->operator!= TRI_OP_AND_AND && binary->operator!= TRI_OP_OR_OR)
		return 0;
	int decides = binary->operator== TRI_OP_AND_AND ? -1 : 1;
	struct tri_expr *left = binary->left, *right = binary->right;
	int x = decided_condition(&left);
	if (x == decides) {
		*condition = left;
		return x;
	}
	int y = decided_condition(&right);
	if (x != -decides && y != decides)
		return 0;
	if (left->constant != NULL)
		*condition = right;
	return y;
}

static void if_statement(struct function_builder *b, struct tri_if_stmt *stmt)
{
	if (stmt->init != NULL) {
		// The variables of the init statement have a block of their own.
		struct tri_node *outer = tri_ir_node(b, TRI_NODE_BLOCK, stmt->base.pos, NULL);
		outer->implicit = true;
		tri_node_list *statements = b->statements;
		b->statements = &outer->body;
		struct tri_stmt *init = stmt->init;
		tri_ir_statement(b, init);
		stmt->init = NULL;
		if_statement(b, stmt);
		stmt->init = init;
		b->statements = statements;
		tri_ir_emit(b, outer);
		return;
	}
	struct tri_expr *test = stmt->condition;
	int condition = decided_condition(&test);
	if (condition != 0 && tri_ir_static_condition(test) == 0) { // evaluated all the same
		struct tri_node *evaluate = tri_ir_node(b, TRI_NODE_ASSIGN, test->pos, NULL);
		evaluate->y = tri_ir_expression(b, test);
		tri_ir_emit(b, evaluate);
	}
	if (condition > 0) {
		block(b, stmt->then_block);
		return;
	}
	if (condition < 0) {
		if (stmt->else_stmt != NULL)
			tri_ir_statement(b, stmt->else_stmt);
		return;
	}
	struct tri_node *node = tri_ir_node(b, TRI_NODE_IF, stmt->base.pos, NULL);
	node->x = tri_ir_expression(b, test);
	tri_ir_into(b, &node->body, &stmt->then_block->list);
	if (stmt->else_stmt != NULL) {
		if (stmt->else_stmt->kind == TRI_STMT_BLOCK) {
			tri_ir_into(b, &node->other, &tri_as_block_stmt(stmt->else_stmt)->list);
		} else {
			tri_node_list *statements = b->statements;
			b->statements = &node->other;
			tri_ir_statement(b, stmt->else_stmt);
			b->statements = statements;
		}
	}
	tri_ir_emit(b, node);
}

static void return_statement(struct function_builder *b, struct tri_return_stmt *stmt)
{
	struct tri_node *node = tri_ir_node(b, TRI_NODE_RETURN, stmt->base.pos, NULL);
	const struct tri_ir_func *function = tri_ir_returning_function(b);
	if (stmt->results == NULL) {
		if (!tri_ir_range_body_return(b, &node->list, stmt->base.pos))
			tri_ir_emit(b, node);
		return;
	}
	tri_node_list values = {0};
	if (stmt->results->kind == TRI_EXPR_LIST) {
		const tri_expr_list *list = &tri_as_list_expr(stmt->results)->elements;
		for (uint32_t i = 0; i < list->count; i++) {
			struct tri_node *value = tri_ir_expression_as(b, list->items[i], function->results.items[i]->type);
			tri_vector_push(b->arena, &values, value);
		}
	} else if (function->results.count > 1) {
		values = tri_ir_unpack(b, stmt->results);
		for (uint32_t i = 0; i < values.count; i++) {
			values.items[i]->pos = stmt->base.pos; // where what is made of them is reported
			values.items[i] = tri_ir_convert_implicitly(b, values.items[i], function->results.items[i]->type);
		}
	} else {
		struct tri_node *value = tri_ir_expression_as(b, stmt->results, function->results.items[0]->type);
		tri_vector_push(b->arena, &values, value);
	}
	if (tri_ir_range_body_return(b, &values, stmt->base.pos))
		return;
	node->list = values;
	tri_ir_emit(b, node);
}

static void declarations(struct function_builder *b, struct tri_decl_stmt *stmt)
{
	for (uint32_t i = 0; i < stmt->decls.count; i++) {
		if (stmt->decls.items[i]->kind == TRI_DECL_VAR)
			tri_ir_variable_declaration(b, tri_as_var_decl(stmt->decls.items[i]));
	}
}

void tri_ir_statement(struct function_builder *b, struct tri_stmt *stmt)
{
	struct tri_node *node;
	switch ((enum tri_stmt_kind)stmt->kind) {
	case TRI_STMT_EMPTY:
		break;
	case TRI_STMT_LABELED:
		labeled(b, tri_as_labeled_stmt(stmt));
		break;
	case TRI_STMT_BLOCK:
		block(b, tri_as_block_stmt(stmt));
		break;
	case TRI_STMT_EXPR:
		node = tri_ir_node(b, TRI_NODE_EXPRESSION, stmt->pos, NULL);
		node->x = tri_ir_expression(b, tri_as_expr_stmt(stmt)->expr);
		node->pos = node->x->pos;
		tri_ir_emit(b, node);
		break;
	case TRI_STMT_SEND: {
		struct tri_send_stmt *send = tri_as_send_stmt(stmt);
		node = tri_ir_node(b, TRI_NODE_SEND, stmt->pos, NULL);
		node->x = tri_ir_expression(b, send->channel);
		node->y = tri_ir_expression_as(b, send->value, tri_type_underlying(node->x->type)->as.chan.element);
		tri_ir_emit(b, node);
		break;
	}
	case TRI_STMT_DECL:
		declarations(b, tri_as_decl_stmt(stmt));
		break;
	case TRI_STMT_ASSIGN:
		tri_ir_assign(b, tri_as_assign_stmt(stmt));
		break;
	case TRI_STMT_BRANCH:
		tri_ir_branch(b, tri_as_branch_stmt(stmt));
		break;
	case TRI_STMT_CALL:
		tri_ir_go_or_defer(b, tri_as_call_stmt(stmt));
		break;
	case TRI_STMT_RETURN:
		return_statement(b, tri_as_return_stmt(stmt));
		break;
	case TRI_STMT_IF:
		if_statement(b, tri_as_if_stmt(stmt));
		break;
	case TRI_STMT_FOR:
		tri_ir_for(b, tri_as_for_stmt(stmt));
		break;
	case TRI_STMT_SWITCH:
		tri_ir_switch(b, tri_as_switch_stmt(stmt));
		break;
	case TRI_STMT_SELECT:
		tri_ir_select(b, tri_as_select_stmt(stmt));
		break;
	case TRI_STMT_RANGE:
		tri_ice("range clause outside a for statement");
	}
}
