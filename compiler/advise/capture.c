// A variable that a function literal captures by reference although it keeps its value from there on: a copy, which nobody
// assigns, is captured by value.
#define TRI_ADVISE_INTERNAL
#include "compiler/advise/internal.h"

// The function literal that captures it: the outermost one without the declaration.
static struct advise_node *capturing_literal(struct advise_node *use, const struct advise_node *declaration)
{
	struct advise_node *literal = NULL;
	for (struct advise_node *node = use; node != NULL && !tri_advise_contains(node, declaration); node = node->parent) {
		if (tri_advise_is_expr(node, TRI_EXPR_FUNCTION_LITERAL))
			literal = node;
	}
	return literal;
}

// What a three-part loop does between iterations is done to the next one's variable.
static bool is_between_iterations(const struct adviser *a, const struct advise_node *use, const struct advise_node *declaration)
{
	for (const struct advise_node *node = use; node != NULL; node = node->parent) {
		if (!tri_advise_is_stmt(node->parent, TRI_STMT_FOR))
			continue;
		const struct tri_for_stmt *loop = tri_as_for_stmt(node->parent->stmt);
		if (node->stmt == loop->post && node->what == ADVISE_STMT && !loop->one_variable && loop->init != NULL) {
			for (uint32_t i = node->parent->index; i < node->index; i++) {
				if (a->nodes.items[i]->stmt == loop->init && tri_advise_contains(a->nodes.items[i], declaration))
					return true;
			}
		}
	}
	return false;
}

// Whether a copy made at the statement has the variable's value for as long as it is used.
static bool keeps_value(const struct adviser *a, const struct tri_object *object, const struct advise_node *declaration,
						const struct advise_node *statement)
{
	for (const struct advise_node *use = tri_advise_next_use(a, object, NULL); use != NULL; use = tri_advise_next_use(a, object, use)) {
		if (tri_advise_is_address_taken(use))
			return false;
		if (use == declaration || !tri_advise_is_assigned(use) || is_between_iterations(a, use, declaration))
			continue;
		if (use->start >= statement->start || tri_advise_function(use) != tri_advise_function(declaration->parent))
			return false;
		for (const struct advise_node *loop = statement->parent; loop != NULL; loop = loop->parent) { // comes again after the copy
			if (tri_advise_is_stmt(loop, TRI_STMT_FOR) && tri_advise_contains(loop, use) && !tri_advise_contains(loop, declaration))
				return false;
		}
	}
	return true;
}

void tri_advise_capture(struct adviser *a)
{
	const struct tri_escape_decision *decision = a->decision;
	const struct tri_object *object = decision->var != NULL ? decision->var->object : NULL;
	const struct advise_node *declaration = tri_advise_declaration(a, object);
	if (declaration == NULL || decision->steps.count == 0)
		return;
	const struct tri_escape_reason *capture = NULL;
	for (uint32_t i = 0; i < decision->steps.items[0].reasons.count; i++) {
		if (strcmp(decision->steps.items[0].reasons.items[i].why, "captured by a closure") == 0)
			capture = &decision->steps.items[0].reasons.items[i];
	}
	if (capture == NULL)
		return;
	for (struct advise_node *use = tri_advise_next_use(a, object, NULL); use != NULL; use = tri_advise_next_use(a, object, use)) {
		struct advise_node *literal = capturing_literal(use, declaration);
		struct advise_node *statement = literal != NULL ? tri_advise_outer_statement(literal) : NULL;
		if (statement == NULL || tri_advise_contains(statement, declaration))
			continue;
		if (!keeps_value(a, object, declaration, statement))
			return;
		const char *name = object->name->text;
		// In the declaration's own list of statements the name is taken.
		bool same_list =
			tri_advise_outer_statement(declaration) != NULL && tri_advise_outer_statement(declaration)->parent == statement->parent;
		bool parameter = object->is_parameter && tri_advise_function(statement->parent) == tri_advise_function(declaration->parent) &&
						 tri_advise_function(statement->parent) == statement->parent->parent;
		tri_advise_begin(a, TRI_ADVICE_FEWER, "give the function literal a copy, which nobody assigns and which it captures by value");
		if (!same_list && !parameter) {
			if (!tri_advise_insert_line(a, statement, tri_arena_printf(a->arena, "%s := %s", name, name)))
				return;
			tri_advise_finish(a);
			return;
		}
		const char *fresh = tri_advise_fresh_name(a, tri_advise_declared_function(statement), tri_arena_printf(a->arena, "%sCopy", name));
		if (fresh == NULL || !tri_advise_insert_line(a, statement, tri_arena_printf(a->arena, "%s := %s", fresh, name)))
			return;
		for (const struct advise_node *other = tri_advise_next_use(a, object, NULL); other != NULL;
			 other = tri_advise_next_use(a, object, other)) {
			if (tri_advise_contains(literal, other))
				tri_advise_replace(a, other->start, other->end, fresh);
		}
		tri_advise_finish(a);
		return;
	}
}
