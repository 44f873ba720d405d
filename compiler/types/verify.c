// Verifies a checked tree: what later stages rely on, looked at once for all.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

struct verifier {
	struct tri_buffer *out;
	bool valid;
};

static void verify_expr(struct verifier *v, const struct tri_expr *expr);
static void verify_stmt(struct verifier *v, const struct tri_stmt *stmt);

static void complain(struct verifier *v, const struct tri_expr *expr, const char *what)
{
	v->valid = false;
	tri_expr_print(expr, v->out);
	tri_buffer_printf(v->out, " (at %u): %s\n", expr->pos, what);
}

static bool is_blank(const struct tri_expr *expr)
{
	expr = tri_expr_unparen(expr);
	return expr->kind == TRI_EXPR_NAME && strcmp(tri_as_name_expr(expr)->name->text, "_") == 0;
}

static void verify_list(struct verifier *v, const tri_expr_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		verify_expr(v, list->items[i]);
}

static void verify_stmts(struct verifier *v, const tri_stmt_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		verify_stmt(v, list->items[i]);
}

static void verify_constant(struct verifier *v, const struct tri_expr *expr)
{
	if (!expr->constant || tri_constant_kind(expr->constant) == TRI_CONSTANT_UNKNOWN) {
		complain(v, expr, "constant without value");
		return;
	}
	if (tri_type_is_parameter(expr->type)) // converted when the type argument is known
		return;
	enum tri_constant_kind kind = tri_constant_kind(expr->constant);
	bool fits = tri_type_is(expr->type, TRI_IS_BOOLEAN)   ? kind == TRI_CONSTANT_BOOL
				: tri_type_is(expr->type, TRI_IS_STRING)  ? kind == TRI_CONSTANT_STRING
				: tri_type_is(expr->type, TRI_IS_INTEGER) ? kind == TRI_CONSTANT_INT
				: tri_type_is(expr->type, TRI_IS_FLOAT)   ? kind == TRI_CONSTANT_FLOAT
				: tri_type_is(expr->type, TRI_IS_COMPLEX) ? kind == TRI_CONSTANT_COMPLEX
														  : false;
	if (!fits)
		complain(v, expr, "constant of another kind than its type");
}

static void verify_operands(struct verifier *v, const struct tri_expr *expr)
{
	switch ((enum tri_expr_kind)expr->kind) {
	case TRI_EXPR_COMPOSITE: {
		const struct tri_composite_expr *literal = tri_as_composite_expr(expr);
		struct tri_type *under = tri_type_common_underlying(expr->type);
		if (literal->elided_pointer && under)
			under = tri_type_common_underlying(under->as.pointer.element);
		bool is_struct = under && under->kind == TRI_TYPE_STRUCT;
		for (uint32_t i = 0; i < literal->elements.count; i++) {
			const struct tri_expr *element = literal->elements.items[i];
			if (element->kind != TRI_EXPR_KEY_VALUE) {
				verify_expr(v, element);
				continue;
			}
			const struct tri_key_value_expr *pair = tri_as_key_value_expr(element);
			if (!is_struct)
				verify_expr(v, pair->key);
			else if (!pair->field)
				complain(v, element, "field not resolved");
			verify_expr(v, pair->value);
		}
		return;
	}
	case TRI_EXPR_FUNCTION_LITERAL:
		verify_stmt(v, &tri_as_function_expr(expr)->body->base);
		return;
	case TRI_EXPR_PAREN:
		verify_expr(v, tri_as_paren_expr(expr)->inner);
		return;
	case TRI_EXPR_SELECTOR: {
		const struct tri_selector_expr *selector = tri_as_selector_expr(expr);
		if (!selector->selected->object)
			complain(v, expr, "selector not resolved");
		if (selector->selection)
			verify_expr(v, selector->operand);
		return;
	}
	case TRI_EXPR_INDEX:
		verify_expr(v, tri_as_index_expr(expr)->operand);
		verify_expr(v, tri_as_index_expr(expr)->index);
		return;
	case TRI_EXPR_SLICE:
		verify_expr(v, tri_as_slice_expr(expr)->operand);
		for (int i = 0; i < 3; i++)
			if (tri_as_slice_expr(expr)->index[i])
				verify_expr(v, tri_as_slice_expr(expr)->index[i]);
		return;
	case TRI_EXPR_ASSERT:
		verify_expr(v, tri_as_assert_expr(expr)->operand);
		return;
	case TRI_EXPR_UNARY:
		verify_expr(v, tri_as_unary_expr(expr)->operand);
		return;
	case TRI_EXPR_BINARY:
		verify_expr(v, tri_as_binary_expr(expr)->left);
		verify_expr(v, tri_as_binary_expr(expr)->right);
		return;
	case TRI_EXPR_CALL:
		verify_expr(v, tri_as_call_expr(expr)->function);
		verify_list(v, &tri_as_call_expr(expr)->arguments);
		return;
	case TRI_EXPR_LIST:
		verify_list(v, &tri_as_list_expr(expr)->elements);
		return;
	case TRI_EXPR_NAME:
		if (!is_blank(expr) && !tri_as_name_expr(expr)->object)
			complain(v, expr, "name not resolved");
		return;
	case TRI_EXPR_BAD_EXPR:
	case TRI_EXPR_LITERAL:
	case TRI_EXPR_KEY_VALUE:
	case TRI_EXPR_TYPE_SWITCH_GUARD:
	case TRI_EXPR_ARRAY_TYPE:
	case TRI_EXPR_SLICE_TYPE:
	case TRI_EXPR_DOTS_TYPE:
	case TRI_EXPR_STRUCT_TYPE:
	case TRI_EXPR_INTERFACE_TYPE:
	case TRI_EXPR_FUNCTION_TYPE:
	case TRI_EXPR_MAP_TYPE:
	case TRI_EXPR_CHAN_TYPE:
		return;
	}
}

static void verify_expr(struct verifier *v, const struct tri_expr *expr)
{
	if (is_blank(expr))
		return;
	if (expr->kind == TRI_EXPR_LIST) {
		verify_operands(v, expr);
		return;
	}
	if (expr->mode == TRI_MODE_INVALID) {
		complain(v, expr, "not checked");
		return;
	}
	if (expr->mode == TRI_MODE_TYPE || expr->mode == TRI_MODE_BUILTIN || expr->mode == TRI_MODE_PACKAGE)
		return;
	if (expr->mode != TRI_MODE_NO_VALUE && !tri_type_is_valid(expr->type)) {
		complain(v, expr, "without type");
		return;
	}
	if (expr->type && tri_type_is_untyped(expr->type)) {
		complain(v, expr, "still untyped");
		return;
	}
	if (expr->mode == TRI_MODE_CONSTANT) { // its operands never run
		verify_constant(v, expr);
		return;
	}
	verify_operands(v, expr);
}

static void verify_optional(struct verifier *v, const struct tri_expr *expr)
{
	if (expr)
		verify_expr(v, expr);
}

// Of a type switch's case, where nil stands for no type and has none.
static void verify_types(struct verifier *v, const struct tri_expr *cases)
{
	if (!cases || cases->mode == TRI_MODE_NIL)
		return;
	if (cases->kind != TRI_EXPR_LIST) {
		verify_expr(v, cases);
		return;
	}
	const tri_expr_list *list = &tri_as_list_expr(cases)->elements;
	for (uint32_t i = 0; i < list->count; i++)
		verify_types(v, list->items[i]);
}

static void verify_switch(struct verifier *v, const struct tri_switch_stmt *stmt)
{
	if (stmt->init)
		verify_stmt(v, stmt->init);
	bool on_type = stmt->tag && stmt->tag->kind == TRI_EXPR_TYPE_SWITCH_GUARD;
	if (on_type)
		verify_expr(v, tri_as_type_switch_guard(stmt->tag)->operand);
	else
		verify_optional(v, stmt->tag);
	for (uint32_t i = 0; i < stmt->clauses.count; i++) {
		if (on_type)
			verify_types(v, stmt->clauses.items[i]->cases);
		else
			verify_optional(v, stmt->clauses.items[i]->cases);
		verify_stmts(v, &stmt->clauses.items[i]->body);
	}
}

static void verify_stmt(struct verifier *v, const struct tri_stmt *stmt)
{
	switch ((enum tri_stmt_kind)stmt->kind) {
	case TRI_STMT_EMPTY:
	case TRI_STMT_BRANCH:
		return;
	case TRI_STMT_LABELED:
		verify_stmt(v, tri_as_labeled_stmt(stmt)->body);
		return;
	case TRI_STMT_BLOCK:
		verify_stmts(v, &tri_as_block_stmt(stmt)->list);
		return;
	case TRI_STMT_EXPR:
		verify_expr(v, tri_as_expr_stmt(stmt)->expr);
		return;
	case TRI_STMT_SEND:
		verify_expr(v, tri_as_send_stmt(stmt)->channel);
		verify_expr(v, tri_as_send_stmt(stmt)->value);
		return;
	case TRI_STMT_DECL: {
		const struct tri_decl_stmt *decl = tri_as_decl_stmt(stmt);
		for (uint32_t i = 0; i < decl->decls.count; i++)
			if (decl->decls.items[i]->kind == TRI_DECL_VAR)
				verify_optional(v, tri_as_var_decl(decl->decls.items[i])->values);
		return;
	}
	case TRI_STMT_ASSIGN:
		verify_expr(v, tri_as_assign_stmt(stmt)->left);
		verify_optional(v, tri_as_assign_stmt(stmt)->right);
		return;
	case TRI_STMT_CALL:
		verify_expr(v, tri_as_call_stmt(stmt)->call);
		return;
	case TRI_STMT_RETURN:
		verify_optional(v, tri_as_return_stmt(stmt)->results);
		return;
	case TRI_STMT_IF: {
		const struct tri_if_stmt *if_stmt = tri_as_if_stmt(stmt);
		if (if_stmt->init)
			verify_stmt(v, if_stmt->init);
		verify_expr(v, if_stmt->condition);
		verify_stmt(v, &if_stmt->then_block->base);
		if (if_stmt->else_stmt)
			verify_stmt(v, if_stmt->else_stmt);
		return;
	}
	case TRI_STMT_FOR: {
		const struct tri_for_stmt *for_stmt = tri_as_for_stmt(stmt);
		if (for_stmt->init)
			verify_stmt(v, for_stmt->init);
		verify_optional(v, for_stmt->condition);
		if (for_stmt->post)
			verify_stmt(v, for_stmt->post);
		verify_stmt(v, &for_stmt->body->base);
		return;
	}
	case TRI_STMT_SWITCH:
		verify_switch(v, tri_as_switch_stmt(stmt));
		return;
	case TRI_STMT_SELECT:
		for (uint32_t i = 0; i < tri_as_select_stmt(stmt)->clauses.count; i++) {
			const struct tri_comm_clause *clause = tri_as_select_stmt(stmt)->clauses.items[i];
			if (clause->comm)
				verify_stmt(v, clause->comm);
			verify_stmts(v, &clause->body);
		}
		return;
	case TRI_STMT_RANGE:
		verify_optional(v, tri_as_range_clause(stmt)->left);
		verify_expr(v, tri_as_range_clause(stmt)->operand);
		return;
	}
}

bool tri_check_verify(const struct tri_package *package, struct tri_buffer *out)
{
	struct verifier verifier = {out, true};
	for (uint32_t i = 0; i < package->objects.count; i++) {
		const struct tri_object *object = package->objects.items[i];
		if (object->kind == TRI_OBJECT_FUNCTION && object->function && object->function->body && object->type->kind == TRI_TYPE_FUNCTION)
			verify_stmt(&verifier, &object->function->body->base);
	}
	for (uint32_t i = 0; i < package->initializers.count; i++)
		verify_expr(&verifier, package->initializers.items[i].right);
	return verifier.valid;
}
