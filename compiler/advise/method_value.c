// A method value that a loop makes anew each time, of a receiver that stays the same: it can be made once, before the loop.
#define TRI_ADVISE_INTERNAL
#include "compiler/advise/internal.h"

// Whether x.m is the same for all iterations. A method that takes its receiver by value gets what that is when the method
// value is made, one with a pointer only needs that to stay.
static bool is_invariant(const struct adviser *a, const struct advise_node *operand, const struct tri_selection *selection,
						 const struct advise_node *loop)
{
	const struct tri_object *object = tri_advise_local(operand);
	struct tri_type *type = operand->expr->type != NULL ? tri_type_underlying(operand->expr->type) : NULL;
	if (object == NULL || type == NULL || type->kind == TRI_TYPE_INTERFACE || selection->path_length > 0)
		return false;
	bool is_pointer = type->kind == TRI_TYPE_POINTER;
	if (!selection->object->pointer_receiver && is_pointer)
		return false; // what it points to is copied
	if (selection->object->pointer_receiver && !is_pointer) {
		const struct advise_node *declaration = tri_advise_declaration(a, object);
		return declaration != NULL && !tri_advise_contains(loop, declaration); // always the address of one variable
	}
	return tri_advise_is_invariant(a, object, loop, !is_pointer);
}

void tri_advise_method_value(struct adviser *a)
{
	const struct tri_node *node = a->decision->node;
	struct advise_node *selector = node != NULL && node->op == TRI_NODE_METHOD_VALUE ? tri_advise_node_of(a, node->source) : NULL;
	if (!tri_advise_is_expr(selector, TRI_EXPR_SELECTOR))
		return;
	const struct tri_selector_expr *expr = tri_as_selector_expr(selector->expr);
	const struct advise_node *operand = tri_advise_node_of(a, expr->operand);
	const struct advise_node *outermost = NULL;
	for (struct advise_node *loop = tri_advise_loop(selector); loop != NULL; loop = tri_advise_loop(loop)) {
		if (expr->selection == NULL || !is_invariant(a, operand, expr->selection, loop))
			break;
		outermost = loop;
	}
	if (outermost == NULL)
		return;
	if (tri_advise_is_stmt(outermost->parent, TRI_STMT_LABELED))
		outermost = outermost->parent;
	struct advise_node *function = tri_advise_declared_function(selector);
	const char *method = expr->selected->name->text;
	char *wish = tri_arena_strdup(a->arena, method, strlen(method));
	if (wish[0] >= 'A' && wish[0] <= 'Z')
		wish[0] = (char)(wish[0] - 'A' + 'a');
	const char *name = tri_advise_fresh_name(a, function, wish);
	if (name == NULL || strlen(name) == 0)
		return;
	tri_advise_begin(a, TRI_ADVICE_LESS_OFTEN, "bind the method before the loop");
	const char *line = tri_arena_printf(a->arena, "%s := %s", name, tri_advise_node_text(a, selector));
	tri_advise_replace(a, selector->start, selector->end, name);
	if (tri_advise_insert_line(a, outermost, line))
		tri_advise_finish(a);
}
