// Function bodies and statements, but for switch, select and range.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

void tri_check_function_body(struct tri_checker *c, struct tri_declaration *declaration, struct tri_type *signature,
							 struct tri_scope *scope, struct tri_block_stmt *body, const struct tri_constant *iota)
{
	struct tri_environment outer = c->env;
	tri_object_list locals = {0};
	struct tri_map panic_calls = {0};
	c->env = (struct tri_environment){
		.declaration = declaration,
		.scope = scope,
		.function_scope = scope,
		.iota = iota,
		.signature = signature,
		.locals = &locals,
		.panic_calls = &panic_calls,
		.go_minor = outer.go_minor,
		.version_by_file = outer.version_by_file,
	};
	tri_check_stmt_list(c, body->list);
	if (signature->as.function.result_count > 0 && !tri_check_is_terminating(c, body))
		tri_check_error(c, body->rbrace, TRI_CODE_MissingReturn, "missing return");
	for (uint32_t i = 0; i < locals.count; i++)
		if (!locals.items[i]->used)
			tri_check_error(c, locals.items[i]->pos, TRI_CODE_UnusedVar, "declared and not used: %s", locals.items[i]->name->text);
	c->env = outer;
}

void tri_check_stmt_list(struct tri_checker *c, tri_stmt_list list)
{
	for (uint32_t i = 0; i < list.count; i++)
		tri_check_stmt(c, list.items[i]);
}

static void check_condition(struct tri_checker *c, struct tri_expr *condition, const char *statement)
{
	struct tri_operand x;
	tri_check_expr(c, &x, condition);
	if (x.mode == TRI_MODE_INVALID)
		return;
	if (!tri_type_all_are(x.type, TRI_IS_BOOLEAN))
		tri_check_error(c, tri_expr_start(condition), TRI_CODE_InvalidCond, "non-boolean condition in %s statement", statement);
	else
		tri_check_update_type(c, condition, tri_type_default(c->universe, x.type), true);
}

static void check_call_stmt(struct tri_checker *c, struct tri_call_stmt *stmt)
{
	bool is_go = stmt->token == TRI_TOKEN_GO;
	const char *keyword = is_go ? "go" : "defer";
	enum tri_code code = is_go ? TRI_CODE_InvalidGo : TRI_CODE_InvalidDefer;
	if (stmt->call->kind != TRI_EXPR_CALL) {
		tri_check_error(c, tri_expr_start(stmt->call), code, "expression in %s must be function call", keyword);
		(void)tri_check_use(c, stmt->call);
		return;
	}
	struct tri_operand x;
	const char *message = "requires function call, not conversion";
	switch (tri_check_raw(c, &x, stmt->call, NULL)) {
	case TRI_USE_CONVERSION:
		break;
	case TRI_USE_EXPRESSION:
		message = "discards result of";
		code = TRI_CODE_UnusedResults;
		break;
	case TRI_USE_STATEMENT:
		return;
	}
	tri_check_error(c, tri_expr_start(x.expr), code, "%s %s %s", keyword, message, TRI_X(&x));
}

static void check_expr_stmt(struct tri_checker *c, struct tri_expr_stmt *stmt)
{
	struct tri_operand x;
	enum tri_expr_use use = tri_check_raw(c, &x, stmt->expr, NULL);
	tri_pos pos = tri_expr_start(stmt->expr);
	if (x.mode == TRI_MODE_BUILTIN)
		tri_check_error(c, pos, TRI_CODE_UncalledBuiltin, "%s must be called", TRI_X(&x));
	else if (x.mode == TRI_MODE_TYPE)
		tri_check_error(c, pos, TRI_CODE_NotAnExpr, "%s is not an expression", TRI_X(&x));
	else if (use != TRI_USE_STATEMENT)
		tri_check_error(c, pos, TRI_CODE_UnusedExpr, "%s is not used", TRI_X(&x));
}

static void check_send(struct tri_checker *c, struct tri_send_stmt *stmt)
{
	struct tri_operand channel, value;
	tri_check_expr(c, &channel, stmt->channel);
	tri_check_expr(c, &value, stmt->value);
	if (channel.mode == TRI_MODE_INVALID || value.mode == TRI_MODE_INVALID)
		return;
	struct tri_type *element = tri_check_chan_element(c, tri_expr_start(stmt->channel), &channel, false);
	if (element)
		tri_check_assignment(c, &value, element, "send");
}

static void check_assign(struct tri_checker *c, struct tri_assign_stmt *stmt)
{
	struct tri_operand x;
	if (!stmt->right) { // x++, x--
		tri_check_expr(c, &x, stmt->left);
		if (x.mode == TRI_MODE_INVALID)
			return;
		if (!tri_type_all_are(x.type, TRI_IS_NUMERIC)) {
			const char *operator= tri_operator_text((enum tri_operator)stmt->operator);
			tri_check_error(c, tri_expr_start(stmt->left), TRI_CODE_NonNumericIncDec, "invalid operation: %s%s%s (non-numeric type %s)",
							TRI_E(stmt->left), operator, operator, TRI_T(x.type));
			return;
		}
		tri_check_assign_variable(c, stmt->left, NULL, &x, "assignment");
		return;
	}
	tri_expr_list left = tri_check_unpack_list(c, stmt->left), right = tri_check_unpack_list(c, stmt->right);
	if (stmt->define) {
		tri_check_short_declaration(c, stmt->base.pos, left, right);
		return;
	}
	if (stmt->operator== TRI_OP_NONE) {
		tri_check_assign_variables(c, left, right);
		return;
	}
	if (left.count != 1 || right.count != 1) {
		tri_check_error(c, tri_expr_start(stmt->left), TRI_CODE_MultiValAssignOp,
						"assignment operation %s requires single-valued expressions", tri_operator_text((enum tri_operator)stmt->operator));
		return;
	}
	tri_check_binary(c, &x, NULL, left.items[0], right.items[0], (enum tri_operator)stmt->operator);
	// The result stands for the left side in what follows: its own expression must not be retyped.
	tri_check_assign_variable(c, left.items[0], NULL, &x, "assignment");
}

static void check_return(struct tri_checker *c, struct tri_return_stmt *stmt)
{
	struct tri_type *signature = c->env.signature;
	struct tri_object **results = signature->as.function.results;
	uint32_t count = signature->as.function.result_count;
	tri_expr_list values = tri_check_unpack_list(c, stmt->results);
	if (values.count == 0 && count > 0 && results[0]->name) {
		for (uint32_t i = 0; i < count; i++) {
			struct tri_object *inner = tri_check_lookup(c, results[i]->name);
			if (inner && inner != results[i] && results[i]->name != c->blank)
				tri_check_error(c, stmt->base.pos, TRI_CODE_OutOfScopeResult,
								"result parameter %s not in scope at return\n\t%s: inner declaration of %s", results[i]->name->text,
								tri_check_pos_text(c, inner->pos), tri_check_object_text(c, results[i]));
		}
		return;
	}
	if (values.count > 0)
		for (uint32_t i = 0; i < count; i++)
			results[i]->reassigned = true;
	tri_check_init_variables(c, results, count, values, &stmt->base);
}

static void check_for(struct tri_checker *c, struct tri_for_stmt *stmt)
{
	enum { FIRST_WITH_VARIABLES_EACH = 22 };
	stmt->one_variable = c->env.go_minor < FIRST_WITH_VARIABLES_EACH;
	if (stmt->init && stmt->init->kind == TRI_STMT_RANGE) {
		tri_check_range(c, stmt, tri_as_range_clause(stmt->init));
		return;
	}
	(void)tri_check_open_scope(c);
	if (stmt->init)
		tri_check_stmt(c, stmt->init);
	if (stmt->condition)
		check_condition(c, stmt->condition, "for");
	if (stmt->post)
		tri_check_stmt(c, stmt->post);
	if (stmt->post && stmt->post->kind == TRI_STMT_ASSIGN && tri_as_assign_stmt(stmt->post)->define)
		(void)tri_check_use(c, tri_as_assign_stmt(stmt->post)->left); // a syntax error; no need to call it unused too
	tri_check_stmt(c, &stmt->body->base);
	tri_check_close_scope(c);
}

static void check_if(struct tri_checker *c, struct tri_if_stmt *stmt)
{
	(void)tri_check_open_scope(c);
	if (stmt->init)
		tri_check_stmt(c, stmt->init);
	if (stmt->condition)
		check_condition(c, stmt->condition, "if");
	tri_check_stmt(c, &stmt->then_block->base);
	if (stmt->else_stmt)
		tri_check_stmt(c, stmt->else_stmt);
	tri_check_close_scope(c);
}

void tri_check_stmt(struct tri_checker *c, struct tri_stmt *stmt)
{
	uint32_t top = c->delayed.count;
	switch ((enum tri_stmt_kind)stmt->kind) {
	case TRI_STMT_EMPTY:
	case TRI_STMT_BRANCH: // the parser checked it
		break;
	case TRI_STMT_LABELED:
		tri_check_stmt(c, tri_as_labeled_stmt(stmt)->body);
		break;
	case TRI_STMT_BLOCK:
		(void)tri_check_open_scope(c);
		tri_check_stmt_list(c, tri_as_block_stmt(stmt)->list);
		tri_check_close_scope(c);
		break;
	case TRI_STMT_EXPR:
		check_expr_stmt(c, tri_as_expr_stmt(stmt));
		break;
	case TRI_STMT_SEND:
		check_send(c, tri_as_send_stmt(stmt));
		break;
	case TRI_STMT_DECL:
		tri_check_declaration_stmt(c, tri_as_decl_stmt(stmt));
		break;
	case TRI_STMT_ASSIGN:
		check_assign(c, tri_as_assign_stmt(stmt));
		break;
	case TRI_STMT_CALL:
		check_call_stmt(c, tri_as_call_stmt(stmt));
		break;
	case TRI_STMT_RETURN:
		check_return(c, tri_as_return_stmt(stmt));
		break;
	case TRI_STMT_IF:
		check_if(c, tri_as_if_stmt(stmt));
		break;
	case TRI_STMT_FOR:
		check_for(c, tri_as_for_stmt(stmt));
		break;
	case TRI_STMT_SWITCH:
		tri_check_switch(c, tri_as_switch_stmt(stmt));
		break;
	case TRI_STMT_SELECT:
		tri_check_select(c, tri_as_select_stmt(stmt));
		break;
	case TRI_STMT_RANGE: // only within a for statement
		tri_ice("range clause outside a for statement");
	}
	tri_check_delayed(c, top);
}
