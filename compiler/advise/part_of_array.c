// A small part of a slice or string that outlives all the rest of it: a copy of the part lets the rest go.
#define TRI_ADVISE_INTERNAL
#include "compiler/advise/internal.h"

#include <stdio.h>

enum { SMALL_PART = 4 }; // the part is at most one of so many

// Bytes that x[:10] or x[2:10] refers to; -1: not known.
static int64_t part_size(const struct tri_slice_expr *slice, int64_t element)
{
	int64_t low = 0, high;
	if (slice->index[1] == NULL || slice->index[1]->constant == NULL || !tri_constant_int64(slice->index[1]->constant, &high))
		return -1;
	if (slice->index[0] != NULL && (slice->index[0]->constant == NULL || !tri_constant_int64(slice->index[0]->constant, &low)))
		return -1;
	return high >= low && high < 1 << 20 ? (high - low) * element : -1;
}

// Of make([]T, 100), which the variable is defined as.
static int64_t made_size(const struct adviser *a, const struct tri_object *object, int64_t element)
{
	const struct advise_node *declaration = tri_advise_declaration(a, object);
	const struct advise_node *value = declaration != NULL ? tri_advise_right_side(a, declaration) : NULL;
	if (!tri_advise_is_builtin(value, TRI_BUILTIN_MAKE))
		return -1;
	const tri_expr_list *arguments = &tri_as_call_expr(value->expr)->arguments;
	int64_t count;
	const struct tri_expr *last = arguments->items[arguments->count - 1];
	return last->constant != NULL && tri_constant_int64(last->constant, &count) ? count * element : -1;
}

// Bytes of what is sliced, as far as the decision tells; -1: not known.
static int64_t whole_size(const struct adviser *a, const struct tri_escape_decision *decision, int64_t element)
{
	int64_t count;
	if (decision->kind == TRI_ESCAPE_LEAVES)
		return made_size(a, decision->var->object, element);
	if (decision->var != NULL && tri_type_underlying(decision->var->type)->kind == TRI_TYPE_ARRAY)
		return tri_advise_size(decision->var->type);
	const struct tri_node *node = decision->node;
	if (node != NULL && node->op == TRI_NODE_MAKE_SLICE) {
		const struct tri_node *size = node->y != NULL ? node->y : node->x;
		if (size->op == TRI_NODE_LITERAL && size->value != NULL && tri_constant_int64(size->value, &count))
			return count * element;
	}
	return -1;
}

// The variable that is sliced is not looked at any more once the part is taken: nobody can tell the copy from the part.
static bool is_last_use(const struct adviser *a, const struct advise_node *slice)
{
	const struct advise_node *root = slice;
	while (root->index + 1 < root->behind && root->what == ADVISE_EXPR && root->kind != TRI_EXPR_NAME) {
		const struct advise_node *first = a->nodes.items[root->index + 1];
		if (root->kind == TRI_EXPR_UNARY || root->kind == TRI_EXPR_CALL || root->kind == TRI_EXPR_COMPOSITE)
			return false;
		root = first;
	}
	const struct tri_object *object = tri_advise_local(root);
	const struct advise_node *declaration = tri_advise_declaration(a, object);
	if (declaration == NULL || object->is_parameter)
		return false; // the rest is somebody else's
	struct advise_node *statement = tri_advise_outer_statement(slice);
	if (statement == NULL)
		return false;
	bool returns = tri_advise_is_stmt(statement, TRI_STMT_RETURN);
	for (const struct advise_node *loop = statement->parent; loop != NULL && !returns; loop = loop->parent) {
		if (tri_advise_is_stmt(loop, TRI_STMT_FOR) && !tri_advise_contains(loop, declaration))
			return false;
	}
	for (const struct advise_node *use = tri_advise_next_use(a, object, NULL); use != NULL; use = tri_advise_next_use(a, object, use)) {
		if (tri_advise_function(use->parent) != tri_advise_function(declaration->parent))
			return false;
		if (use->index >= statement->behind && !returns)
			return false;
	}
	return true;
}

void tri_advise_part_of_array(struct adviser *a)
{
	const struct tri_escape_decision *decision = a->decision;
	for (uint32_t i = 0; i < decision->steps.count; i++) {
		for (uint32_t k = 0; k < decision->steps.items[i].reasons.count; k++) {
			const struct tri_escape_reason *reason = &decision->steps.items[i].reasons.items[k];
			if (strcmp(reason->why, "slice") != 0 || reason->node == NULL)
				continue;
			struct advise_node *part = tri_advise_node_of(a, reason->node->source);
			if (!tri_advise_is_expr(part, TRI_EXPR_SLICE) || part->expr->type == NULL)
				continue;
			struct tri_type *type = tri_type_underlying(part->expr->type);
			bool is_string = tri_type_is(type, TRI_IS_STRING);
			if (!is_string && type->kind != TRI_TYPE_SLICE)
				continue;
			int64_t element = is_string ? 1 : tri_advise_size(type->as.slice.element);
			int64_t size = part_size(tri_as_slice_expr(part->expr), element), whole = whole_size(a, decision, element);
			if (size < 0 || (whole >= 0 && whole / SMALL_PART < size) || !is_last_use(a, part))
				continue;
			const char *text = tri_advise_node_text(a, part);
			const char *summary =
				whole >= 0
					? tri_arena_printf(a->arena, "keep a copy of the %lld bytes that are needed, not all of the %lld", (long long)size,
									   (long long)whole)
					: tri_arena_printf(a->arena, "keep a copy of the %lld bytes that are needed, not all of the array", (long long)size);
			tri_advise_begin(a, TRI_ADVICE_KEEP_LESS, summary);
			if (is_string) {
				tri_advise_replace(a, part->start, part->end, tri_arena_printf(a->arena, "strings.Clone(%s)", text));
				if (!tri_advise_import(a, "strings", NULL))
					return;
			} else {
				tri_advise_replace(
					a, part->start, part->end,
					tri_arena_printf(a->arena, "append(%s(nil), %s...)", tri_type_string(a->arena, part->expr->type, a->package), text));
			}
			tri_advise_finish(a);
			return;
		}
	}
}
