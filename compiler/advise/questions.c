// Questions about names, variables, loops and calls that several kinds of advice ask.
#define TRI_ADVISE_INTERNAL
#include "compiler/advise/internal.h"

const struct tri_object *tri_advise_object(const struct advise_node *node)
{
	return tri_advise_is_expr(node, TRI_EXPR_NAME) ? tri_as_name_expr(node->expr)->object : NULL;
}

struct tri_object *tri_advise_local(const struct advise_node *node)
{
	struct tri_object *object = tri_advise_is_expr(node, TRI_EXPR_NAME) ? tri_as_name_expr(node->expr)->object : NULL;
	return object != NULL && object->kind == TRI_OBJECT_VARIABLE && !object->is_package_level ? object : NULL;
}

// Nodes are given as what is only looked at, and come back as the tree has them.
static struct advise_node *found(const struct advise_node *node) { return (struct advise_node *)(uintptr_t)node; }

struct advise_node *tri_advise_next_use(const struct adviser *a, const struct tri_object *object, const struct advise_node *after)
{
	for (uint32_t i = after == NULL ? 0 : after->index + 1; i < a->nodes.count; i++) {
		if (tri_advise_object(a->nodes.items[i]) == object)
			return a->nodes.items[i];
	}
	return NULL;
}

struct advise_node *tri_advise_function(const struct advise_node *node)
{
	while (node != NULL && !tri_advise_is_expr(node, TRI_EXPR_FUNCTION_LITERAL) && !tri_advise_is_decl(node, TRI_DECL_FUNCTION))
		node = node->parent;
	return found(node);
}

struct advise_node *tri_advise_declared_function(const struct advise_node *node)
{
	while (node != NULL && !tri_advise_is_decl(node, TRI_DECL_FUNCTION))
		node = node->parent;
	return found(node);
}

struct advise_node *tri_advise_outer_statement(const struct advise_node *node)
{
	for (; node != NULL; node = node->parent) {
		if (node->what == ADVISE_STMT && node->parent != NULL &&
			(tri_advise_is_stmt(node->parent, TRI_STMT_BLOCK) || node->parent->what == ADVISE_CLAUSE))
			return found(node);
	}
	return NULL;
}

struct advise_node *tri_advise_loop(const struct advise_node *node)
{
	const struct advise_node *function = tri_advise_function(node);
	for (node = node->parent; node != NULL && node != function; node = node->parent) {
		if (tri_advise_is_stmt(node, TRI_STMT_FOR))
			return found(node);
	}
	return NULL;
}

struct advise_node *tri_advise_declaration(const struct adviser *a, const struct tri_object *object)
{
	struct advise_node *name = object != NULL ? tri_advise_name_at(a, object->pos) : NULL;
	return tri_advise_object(name) == object ? name : NULL;
}

// What is changed when a part of it is: x in x.f, x[i] and (x).
static const struct advise_node *whole_of(const struct advise_node *node)
{
	while (node->parent != NULL && node->parent->what == ADVISE_EXPR) {
		const struct advise_node *parent = node->parent;
		bool part = parent->kind == TRI_EXPR_PAREN || (parent->kind == TRI_EXPR_SELECTOR && parent->start == node->start) ||
					(parent->kind == TRI_EXPR_INDEX && parent->start == node->start);
		if (!part)
			break;
		node = parent;
	}
	return node;
}

static bool is_target(const struct advise_node *node)
{
	const struct advise_node *parent = node->parent;
	if (tri_advise_is_expr(parent, TRI_EXPR_LIST)) {
		node = parent;
		parent = parent->parent;
	}
	if (tri_advise_is_stmt(parent, TRI_STMT_ASSIGN))
		return tri_as_assign_stmt(parent->stmt)->left == node->expr;
	if (tri_advise_is_stmt(parent, TRI_STMT_RANGE))
		return tri_as_range_clause(parent->stmt)->left == node->expr;
	return false;
}

bool tri_advise_is_assigned(const struct advise_node *name) { return is_target(whole_of(name)); }

bool tri_advise_is_address_taken(const struct advise_node *name)
{
	const struct advise_node *whole = whole_of(name), *parent = whole->parent;
	if (tri_advise_is_expr(parent, TRI_EXPR_UNARY) && tri_as_unary_expr(parent->expr)->operator== TRI_OP_AND)
		return true;
	if (tri_advise_is_expr(parent, TRI_EXPR_SLICE) && parent->start == whole->start)
		return whole->expr->type != NULL && tri_type_underlying(whole->expr->type)->kind == TRI_TYPE_ARRAY;
	for (const struct advise_node *part = name; part != whole; part = part->parent) {
		const struct tri_selection *selection =
			tri_advise_is_expr(part->parent, TRI_EXPR_SELECTOR) ? tri_as_selector_expr(part->parent->expr)->selection : NULL;
		if (selection != NULL && selection->kind == TRI_SELECT_METHOD_VALUE && selection->object->pointer_receiver &&
			tri_type_underlying(part->expr->type)->kind != TRI_TYPE_POINTER)
			return true;
	}
	return false;
}

bool tri_advise_is_defined_by(const struct advise_node *name)
{
	const struct advise_node *parent = name->parent;
	if (tri_advise_is_decl(parent, TRI_DECL_VAR))
		return true;
	if (tri_advise_is_expr(parent, TRI_EXPR_LIST))
		parent = parent->parent;
	return is_target(name) && ((tri_advise_is_stmt(parent, TRI_STMT_ASSIGN) && tri_as_assign_stmt(parent->stmt)->define) ||
							   (tri_advise_is_stmt(parent, TRI_STMT_RANGE) && tri_as_range_clause(parent->stmt)->define));
}

bool tri_advise_is_invariant(const struct adviser *a, const struct tri_object *object, const struct advise_node *loop, bool parts)
{
	const struct advise_node *declaration = tri_advise_declaration(a, object);
	if (declaration == NULL || tri_advise_contains(loop, declaration))
		return false;
	for (const struct advise_node *use = tri_advise_next_use(a, object, NULL); use != NULL; use = tri_advise_next_use(a, object, use)) {
		bool assigned = parts ? tri_advise_is_assigned(use) : is_target(use);
		// Function literals run at any time, and so does whoever has its address.
		bool anywhere = tri_advise_function(use->parent) != tri_advise_function(declaration->parent);
		if (assigned && use != declaration && (anywhere || tri_advise_contains(loop, use)))
			return false;
		if (tri_advise_is_address_taken(use) && (parts || use->parent == NULL || tri_advise_is_expr(use->parent, TRI_EXPR_UNARY)))
			return false;
	}
	return true;
}

const struct advise_node *tri_advise_right_side(const struct adviser *a, const struct advise_node *name)
{
	const struct advise_node *parent = name->parent;
	const struct tri_expr *right = NULL;
	if (tri_advise_is_decl(parent, TRI_DECL_VAR) && tri_as_var_decl(parent->decl)->names.count == 1)
		right = tri_as_var_decl(parent->decl)->values;
	else if (tri_advise_is_stmt(parent, TRI_STMT_ASSIGN) && tri_as_assign_stmt(parent->stmt)->left == name->expr &&
			 tri_as_assign_stmt(parent->stmt)->operator== TRI_OP_NONE)
		right = tri_as_assign_stmt(parent->stmt)->right;
	return tri_advise_node_of(a, right);
}

bool tri_advise_is_builtin(const struct advise_node *call, enum tri_builtin builtin)
{
	if (!tri_advise_is_expr(call, TRI_EXPR_CALL))
		return false;
	const struct tri_expr *function = tri_expr_unparen(tri_as_call_expr(call->expr)->function);
	if (function->mode != TRI_MODE_BUILTIN || function->kind != TRI_EXPR_NAME)
		return false;
	const struct tri_object *object = tri_as_name_expr(function)->object;
	return object != NULL && object->builtin == builtin;
}

bool tri_advise_is_package_function(const struct advise_node *call, const char *package, const char *function)
{
	if (!tri_advise_is_expr(call, TRI_EXPR_CALL) || tri_as_call_expr(call->expr)->function->kind != TRI_EXPR_SELECTOR)
		return false;
	const struct tri_selector_expr *selector = tri_as_selector_expr(tri_as_call_expr(call->expr)->function);
	const struct tri_object *object = selector->selected->object;
	return selector->selection == NULL && object != NULL && object->package != NULL && strcmp(object->package->path, package) == 0 &&
		   strcmp(object->name->text, function) == 0;
}

struct advise_node *tri_advise_operand(const struct adviser *a, const struct advise_node *call, uint32_t index)
{
	const tri_expr_list *arguments = &tri_as_call_expr(call->expr)->arguments;
	return index < arguments->count ? tri_advise_node_of(a, arguments->items[index]) : NULL;
}

static bool is_used(const struct adviser *a, const struct advise_node *within, const char *name)
{
	for (uint32_t i = within->index; i < within->behind; i++) {
		const struct advise_node *node = a->nodes.items[i];
		if (tri_advise_is_expr(node, TRI_EXPR_NAME) && strcmp(tri_as_name_expr(node->expr)->name->text, name) == 0 &&
			!(tri_advise_is_expr(node->parent, TRI_EXPR_SELECTOR) && node->start != node->parent->start))
			return true;
	}
	return false;
}

const char *tri_advise_fresh_name(struct adviser *a, const struct advise_node *within, const char *wish)
{
	static const char *const endings[] = {"", "Value", "Once", "Copy"};
	for (size_t i = 0; i < TRI_COUNT(endings); i++) {
		const char *name = tri_arena_printf(a->arena, "%s%s", wish, endings[i]);
		if (!is_used(a, within, name))
			return name;
	}
	return NULL;
}

int64_t tri_advise_size(struct tri_type *type)
{
	tri_type_layout(type);
	return type->size < 0 ? INT64_MAX : type->size;
}
