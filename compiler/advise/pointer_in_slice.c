// Pointers to variables that only a local slice keeps: a slice of the values has them all in its array.
#define TRI_ADVISE_INTERNAL
#include "compiler/advise/internal.h"

static bool is_unary(const struct advise_node *node, enum tri_operator operator)
{
	return tri_advise_is_expr(node, TRI_EXPR_UNARY) && tri_as_unary_expr(node->expr)->operator== operator;
}

// append(s, ..., &x, ...) around the address, assigned to s itself; NULL: something else.
static struct advise_node *append_around(const struct adviser *a, const struct advise_node *address, const struct tri_object **slice)
{
	struct advise_node *call = address->parent;
	if (!tri_advise_is_builtin(call, TRI_BUILTIN_APPEND) || tri_as_call_expr(call->expr)->has_dots)
		return NULL;
	*slice = tri_advise_local(tri_advise_operand(a, call, 0));
	const struct advise_node *statement = call->parent;
	bool to_itself = tri_advise_is_stmt(statement, TRI_STMT_ASSIGN) && !tri_as_assign_stmt(statement->stmt)->define &&
					 tri_advise_object(tri_advise_node_of(a, tri_as_assign_stmt(statement->stmt)->left)) == *slice;
	return *slice != NULL && to_itself ? call : NULL;
}

// The variable's only other uses come before its address is taken, in the same iteration.
static bool is_complete(const struct adviser *a, const struct advise_node *address, const struct advise_node *call)
{
	const struct tri_expr *operand = tri_as_unary_expr(address->expr)->operand;
	if (operand->kind == TRI_EXPR_COMPOSITE)
		return true;
	const struct tri_object *object = tri_advise_local(tri_advise_node_of(a, operand));
	const struct advise_node *declaration = tri_advise_declaration(a, object);
	if (declaration == NULL || object->captured)
		return false;
	for (const struct advise_node *use = tri_advise_next_use(a, object, NULL); use != NULL; use = tri_advise_next_use(a, object, use)) {
		if (use->index >= call->behind || (tri_advise_is_address_taken(use) && !tri_advise_contains(address, use)))
			return false;
	}
	for (const struct advise_node *loop = call->parent; loop != NULL; loop = loop->parent) {
		if (tri_advise_is_stmt(loop, TRI_STMT_FOR) && !tri_advise_contains(loop, declaration))
			return false; // the pointers are all to one variable
	}
	return true;
}

static bool is_read_only(const struct adviser *a, const struct advise_node *name)
{
	const struct advise_node *parent = name->parent;
	if (tri_advise_is_assigned(name) || tri_advise_is_address_taken(name))
		return false;
	if (!tri_advise_is_expr(parent, TRI_EXPR_SELECTOR) || parent->start != name->start)
		return false;
	const struct tri_selection *selection = tri_as_selector_expr(parent->expr)->selection;
	return selection != NULL && (selection->kind == TRI_SELECT_FIELD || !selection->object->pointer_receiver);
}

// `for _, x := range s`: x is a copy of the element then.
static bool change_loop(struct adviser *a, const struct advise_node *clause)
{
	const struct tri_range_clause *range = tri_as_range_clause(clause->stmt);
	if (range->left == NULL || range->left->kind != TRI_EXPR_LIST)
		return true;
	const struct tri_expr *second = tri_as_list_expr(range->left)->elements.items[1];
	const struct advise_node *name = tri_advise_node_of(a, second);
	if (tri_advise_object(name) == NULL)
		return second->kind == TRI_EXPR_NAME; // blank
	if (!range->define)
		return false;
	for (const struct advise_node *use = tri_advise_next_use(a, tri_advise_object(name), NULL); use != NULL;
		 use = tri_advise_next_use(a, tri_advise_object(name), use)) {
		if (use == name)
			continue;
		if (is_unary(use->parent, TRI_OP_MUL) && !tri_advise_is_assigned(use->parent) && !tri_advise_is_address_taken(use->parent))
			tri_advise_replace(a, use->parent->start, use->start, "");
		else if (!is_read_only(a, use))
			return false;
	}
	return true;
}

// The type *T in var s []*T, []*T{} and make([]*T, ...).
static bool change_type(struct adviser *a, const struct advise_node *written)
{
	if (tri_advise_is_expr(written, TRI_EXPR_COMPOSITE)) {
		if (tri_as_composite_expr(written->expr)->elements.count > 0 || tri_as_composite_expr(written->expr)->type_expr == NULL)
			return false;
		written = tri_advise_node_of(a, tri_as_composite_expr(written->expr)->type_expr);
	} else if (tri_advise_is_builtin(written, TRI_BUILTIN_MAKE)) {
		// Elements that are there from the start would be values, not nil.
		const struct advise_node *length = tri_advise_operand(a, written, 1);
		int64_t count;
		if (length == NULL || length->expr->constant == NULL || !tri_constant_int64(length->expr->constant, &count) || count != 0)
			return false;
		written = tri_advise_operand(a, written, 0);
	}
	if (!tri_advise_is_expr(written, TRI_EXPR_SLICE_TYPE))
		return false;
	const struct advise_node *element = tri_advise_node_of(a, tri_as_slice_type(written->expr)->element);
	if (!is_unary(element, TRI_OP_MUL))
		return false;
	tri_advise_replace(a, element->start, element->start + 1, "");
	return true;
}

static bool change_declaration(struct adviser *a, const struct advise_node *declaration)
{
	if (tri_advise_is_decl(declaration->parent, TRI_DECL_VAR)) {
		const struct tri_var_decl *decl = tri_as_var_decl(declaration->parent->decl);
		if (decl->names.count != 1 || (decl->type_expr != NULL && decl->values != NULL))
			return false;
		return change_type(a, tri_advise_node_of(a, decl->type_expr != NULL ? decl->type_expr : decl->values));
	}
	const struct advise_node *value = tri_advise_right_side(a, declaration);
	return value != NULL && change_type(a, value);
}

static bool change_append(struct adviser *a, const struct advise_node *call)
{
	for (uint32_t i = 1; i < tri_as_call_expr(call->expr)->arguments.count; i++) {
		const struct advise_node *added = tri_advise_operand(a, call, i);
		if (!is_unary(added, TRI_OP_AND) || !is_complete(a, added, call))
			return false;
		tri_advise_replace(a, added->start, tri_expr_start(tri_as_unary_expr(added->expr)->operand), "");
	}
	return true;
}

static bool change_uses(struct adviser *a, const struct tri_object *slice, const struct advise_node *declaration)
{
	for (const struct advise_node *use = tri_advise_next_use(a, slice, NULL); use != NULL; use = tri_advise_next_use(a, slice, use)) {
		const struct advise_node *parent = use->parent, *around = parent->parent;
		if (use == declaration || tri_advise_is_builtin(parent, TRI_BUILTIN_LEN) || tri_advise_is_builtin(parent, TRI_BUILTIN_CAP))
			continue;
		if (tri_advise_is_stmt(parent, TRI_STMT_ASSIGN) && tri_as_assign_stmt(parent->stmt)->left == use->expr) {
			const struct advise_node *value = tri_advise_node_of(a, tri_as_assign_stmt(parent->stmt)->right);
			if (tri_advise_is_builtin(value, TRI_BUILTIN_APPEND) && tri_advise_object(tri_advise_operand(a, value, 0)) == slice)
				continue; // changed where the slice is its operand
			return false;
		}
		if (tri_advise_is_builtin(parent, TRI_BUILTIN_APPEND) && tri_advise_operand(a, parent, 0) == use) {
			const struct tri_object *same = NULL;
			const struct advise_node *first = tri_advise_operand(a, parent, 1);
			if (first == NULL || append_around(a, first, &same) != parent || same != slice || !change_append(a, parent))
				return false;
			continue;
		}
		if (tri_advise_is_stmt(parent, TRI_STMT_RANGE) && tri_as_range_clause(parent->stmt)->operand == use->expr) {
			if (!change_loop(a, parent))
				return false;
			continue;
		}
		if (tri_advise_is_expr(parent, TRI_EXPR_INDEX) && parent->start == use->start) {
			if (tri_advise_is_expr(around, TRI_EXPR_SELECTOR) && around->start == parent->start)
				continue; // s[i].f: the element is a variable, too
			if (is_unary(around, TRI_OP_MUL)) {
				tri_advise_replace(a, around->start, parent->start, "");
				continue;
			}
		}
		return false;
	}
	return true;
}

void tri_advise_pointer_in_slice(struct adviser *a)
{
	const struct tri_escape_decision *decision = a->decision;
	const struct tri_object *object = decision->var != NULL ? decision->var->object : NULL, *slice = NULL;
	const struct advise_node *call = NULL;
	if (object != NULL) {
		for (const struct advise_node *use = tri_advise_next_use(a, object, NULL); use != NULL && call == NULL;
			 use = tri_advise_next_use(a, object, use)) {
			if (is_unary(use->parent, TRI_OP_AND))
				call = append_around(a, use->parent, &slice);
		}
	} else if (decision->node != NULL && decision->node->op == TRI_NODE_ADDRESS_LITERAL) {
		const struct advise_node *literal = tri_advise_node_of(a, decision->node->source);
		if (literal != NULL && tri_advise_is_expr(literal, TRI_EXPR_COMPOSITE))
			literal = literal->parent;
		call = is_unary(literal, TRI_OP_AND) ? append_around(a, literal, &slice) : NULL;
	}
	const struct advise_node *declaration = tri_advise_declaration(a, slice);
	if (call == NULL || declaration == NULL || slice->is_parameter || slice->is_result || slice->captured)
		return;
	tri_advise_begin(a, TRI_ADVICE_FEWER, "keep the values in the slice, not pointers to them");
	if (change_declaration(a, declaration) && change_uses(a, slice, declaration))
		tri_advise_finish(a);
}
