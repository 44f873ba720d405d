// A function that returns a pointer to a small value it made: returning the value itself leaves its place to the caller.
//
// The function's callers in the file change with it: a variable that holds what it returned holds the value then.
#define TRI_ADVISE_INTERNAL
#include "compiler/advise/internal.h"

enum { MOST_BYTES = 128 };

static bool is_address_of(const struct advise_node *node)
{
	return tri_advise_is_expr(node, TRI_EXPR_UNARY) && tri_as_unary_expr(node->expr)->operator== TRI_OP_AND;
}

static bool is_indirection(const struct advise_node *node)
{
	return tri_advise_is_expr(node, TRI_EXPR_UNARY) && tri_as_unary_expr(node->expr)->operator== TRI_OP_MUL;
}

// The variable of pointer type `object` becomes one that holds what it pointed to: its uses, from definition on.
static bool use_as_value(struct adviser *a, const struct tri_object *object)
{
	const struct advise_node *declaration = tri_advise_declaration(a, object);
	for (const struct advise_node *use = tri_advise_next_use(a, object, NULL); use != NULL; use = tri_advise_next_use(a, object, use)) {
		const struct advise_node *parent = use->parent;
		if (use == declaration)
			continue;
		if (tri_advise_is_expr(parent, TRI_EXPR_SELECTOR) && parent->start == use->start)
			continue; // p.f and p.m() mean the same for both
		if (is_indirection(parent)) {
			tri_advise_replace(a, parent->start, use->start, "");
			continue;
		}
		bool as_operand =
			parent->what == ADVISE_EXPR && parent->kind == TRI_EXPR_CALL && use->expr != tri_as_call_expr(parent->expr)->function;
		bool as_value = tri_advise_is_stmt(parent, TRI_STMT_ASSIGN) && tri_as_assign_stmt(parent->stmt)->right == use->expr &&
						!tri_as_assign_stmt(parent->stmt)->define;
		if (!as_operand && !as_value)
			return false;
		tri_advise_replace(a, use->start, use->start, "&");
	}
	return declaration != NULL;
}

// An expression of type *T becomes one of type T.
static bool make_value(struct adviser *a, const struct advise_node *node, const char *type, bool with_definition)
{
	if (is_address_of(node)) {
		const struct tri_expr *operand = tri_as_unary_expr(node->expr)->operand;
		if (operand->kind != TRI_EXPR_NAME && operand->kind != TRI_EXPR_COMPOSITE)
			return false;
		tri_advise_replace(a, node->start, tri_expr_start(operand), "");
		return true;
	}
	if (tri_advise_is_builtin(node, TRI_BUILTIN_NEW) && tri_as_call_expr(node->expr)->arguments.items[0]->mode == TRI_MODE_TYPE) {
		struct tri_type *pointed = tri_type_underlying(node->expr->type)->as.pointer.element;
		if (tri_type_underlying(pointed)->kind != TRI_TYPE_STRUCT)
			return false;
		tri_advise_replace(a, node->start, node->end, tri_arena_printf(a->arena, "%s{}", type));
		return true;
	}
	if (node->expr->mode == TRI_MODE_NIL) {
		tri_advise_replace(a, node->start, node->end, tri_arena_printf(a->arena, "%s{}", type));
		return true;
	}
	const struct tri_object *object = tri_advise_local(node);
	if (!with_definition || object == NULL || object->is_parameter || object->is_result)
		return false;
	// A variable: what it is defined as, and its other uses.
	const struct advise_node *declaration = tri_advise_declaration(a, object);
	const struct advise_node *value = declaration != NULL ? tri_advise_right_side(a, declaration) : NULL;
	if (value == NULL || !make_value(a, value, type, false))
		return false;
	if (tri_advise_is_decl(declaration->parent, TRI_DECL_VAR) && tri_as_var_decl(declaration->parent->decl)->type_expr != NULL)
		return false;
	for (const struct advise_node *use = tri_advise_next_use(a, object, NULL); use != NULL; use = tri_advise_next_use(a, object, use)) {
		const struct advise_node *parent = use->parent;
		if (tri_advise_is_expr(parent, TRI_EXPR_LIST))
			parent = parent->parent;
		if (use == declaration || tri_advise_is_stmt(parent, TRI_STMT_RETURN))
			continue;
		parent = use->parent;
		if (tri_advise_is_expr(parent, TRI_EXPR_SELECTOR) && parent->start == use->start)
			continue;
		if (is_indirection(parent))
			tri_advise_replace(a, parent->start, use->start, "");
		else if (tri_advise_is_expr(parent, TRI_EXPR_CALL) && use->expr != tri_as_call_expr(parent->expr)->function)
			tri_advise_replace(a, use->start, use->start, "&");
		else
			return false;
	}
	return true;
}

static bool change_returns(struct adviser *a, const struct advise_node *function, uint32_t result, uint32_t result_count, const char *type,
						   bool has_zero)
{
	for (uint32_t i = function->index; i < function->behind; i++) {
		struct advise_node *node = a->nodes.items[i];
		if (!tri_advise_is_stmt(node, TRI_STMT_RETURN) || tri_advise_function(node) != function)
			continue;
		const struct tri_expr *results = tri_as_return_stmt(node->stmt)->results;
		if (results == NULL)
			return false;
		if (results->kind == TRI_EXPR_LIST)
			results = tri_as_list_expr(results)->elements.items[result];
		else if (result_count != 1)
			return false;
		const struct advise_node *value = tri_advise_node_of(a, results);
		if (results->mode == TRI_MODE_NIL && (result_count == 1 || !has_zero))
			return false; // nil tells the caller something
		if (value == NULL || !make_value(a, value, type, true))
			return false;
	}
	return true;
}

// A call whose result is used as it comes.
static bool change_call(struct adviser *a, struct advise_node *call, uint32_t result, const char *type_name)
{
	struct advise_node *parent = call->parent;
	if (tri_advise_is_stmt(parent, TRI_STMT_EXPR))
		return true;
	if (is_indirection(parent)) {
		tri_advise_replace(a, parent->start, call->start, "");
		return true;
	}
	if (tri_advise_is_expr(parent, TRI_EXPR_SELECTOR)) {
		const struct tri_selection *selection = tri_as_selector_expr(parent->expr)->selection;
		return selection != NULL && !tri_advise_is_assigned(call) &&
			   (selection->kind == TRI_SELECT_FIELD || !selection->object->pointer_receiver);
	}
	if (tri_advise_is_decl(parent, TRI_DECL_VAR)) {
		const struct tri_var_decl *decl = tri_as_var_decl(parent->decl);
		return decl->type_expr == NULL && result < decl->names.count && decl->names.items[result]->object != NULL &&
			   !decl->names.items[result]->object->is_package_level && use_as_value(a, decl->names.items[result]->object);
	}
	if (!tri_advise_is_stmt(parent, TRI_STMT_ASSIGN) || tri_as_assign_stmt(parent->stmt)->right != call->expr)
		return false;
	const struct tri_expr *left = tri_as_assign_stmt(parent->stmt)->left;
	if (left->kind == TRI_EXPR_LIST)
		left = tri_as_list_expr(left)->elements.items[result];
	const struct advise_node *target = tri_advise_node_of(a, left);
	if (target == NULL)
		return false;
	if (tri_as_assign_stmt(parent->stmt)->define) {
		if (tri_advise_object(target) == NULL)
			return left->kind == TRI_EXPR_NAME; // blank
		return tri_advise_declaration(a, tri_advise_object(target)) == target && use_as_value(a, tri_advise_object(target));
	}
	// last = f() keeps the pointer: the caller has a variable of its own for that.
	struct advise_node *statement = tri_advise_outer_statement(call);
	if (left != tri_as_assign_stmt(parent->stmt)->left || statement != parent || tri_as_assign_stmt(parent->stmt)->operator!= TRI_OP_NONE)
		return false;
	struct advise_node *function = tri_advise_declared_function(call);
	const char *name = function != NULL ? tri_advise_fresh_name(a, function, type_name) : NULL;
	if (name == NULL)
		return false;
	tri_advise_replace(a, call->start, call->end, tri_arena_printf(a->arena, "&%s", name));
	return tri_advise_insert_line(a, statement, tri_arena_printf(a->arena, "%s := %s", name, tri_advise_node_text(a, call)));
}

static bool change_callers(struct adviser *a, const struct tri_object *function, uint32_t result, const char *type_name)
{
	for (struct advise_node *use = tri_advise_next_use(a, function, NULL); use != NULL; use = tri_advise_next_use(a, function, use)) {
		struct advise_node *callee = use->parent;
		if (tri_advise_is_decl(callee, TRI_DECL_FUNCTION))
			continue;
		if (!tri_advise_is_expr(callee, TRI_EXPR_SELECTOR) || callee->start == use->start)
			callee = use;
		struct advise_node *call = callee->parent;
		if (!tri_advise_is_expr(call, TRI_EXPR_CALL) || tri_as_call_expr(call->expr)->function != callee->expr ||
			!change_call(a, call, result, type_name))
			return false;
	}
	return true;
}

// "item" for type Item or pkg.Item.
static const char *name_for(struct adviser *a, const char *type)
{
	const char *last = strrchr(type, '.');
	char *name = tri_arena_strdup(a->arena, last != NULL ? last + 1 : type, strlen(last != NULL ? last + 1 : type));
	if (name[0] >= 'A' && name[0] <= 'Z')
		name[0] = (char)(name[0] - 'A' + 'a');
	else if (last == NULL && name[0] != '\0')
		name[1] = '\0';
	return name;
}

void tri_advise_returned_pointer(struct adviser *a)
{
	const struct tri_escape_decision *decision = a->decision;
	struct advise_node *place =
		decision->var != NULL ? tri_advise_declaration(a, decision->var->object) : tri_advise_node_of(a, decision->node->source);
	struct advise_node *function = place != NULL ? tri_advise_function(place) : NULL;
	if (!tri_advise_is_decl(function, TRI_DECL_FUNCTION) || decision->steps.count == 0)
		return;
	const struct tri_function_decl *decl = tri_as_function_decl(function->decl);
	if (decl->type_parameters.count > 0)
		return;
	struct tri_type *pointed = decision->var != NULL ? decision->var->type : NULL;
	if (decision->node != NULL && (decision->node->op == TRI_NODE_ADDRESS_LITERAL || decision->node->op == TRI_NODE_NEW))
		pointed = tri_type_underlying(decision->node->type)->as.pointer.element;
	if (pointed == NULL || tri_advise_size(pointed) > MOST_BYTES)
		return;
	for (uint32_t i = 0; i < decl->signature->results.count; i++) {
		const struct tri_field *field = decl->signature->results.items[i];
		struct advise_node *written = tri_advise_node_of(a, field->type_expr);
		if (written == NULL || field->name != NULL || !is_indirection(written) ||
			!tri_type_identical(tri_type_underlying(written->expr->type)->as.pointer.element, pointed))
			continue;
		const char *type = tri_advise_text(a, tri_expr_start(tri_as_unary_expr(written->expr)->operand), written->end);
		bool has_zero = tri_type_underlying(pointed)->kind == TRI_TYPE_STRUCT;
		tri_advise_begin(a, TRI_ADVICE_FEWER, "return the value itself: who calls has a place for it");
		if (decl->name->name->text[0] >= 'A' && decl->name->name->text[0] <= 'Z')
			a->draft->warning = "other packages that call it have to change, too";
		tri_advise_replace(a, written->start, written->start + 1, "");
		if (change_returns(a, function, i, decl->signature->results.count, type, has_zero) &&
			change_callers(a, decl->name->object, i, name_for(a, type)))
			tri_advise_finish(a);
	}
}
