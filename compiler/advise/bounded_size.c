// make([]T, n) where n has a small bound: of that size, and sliced, it fits into the frame.
#define TRI_ADVISE_INTERNAL
#include "compiler/advise/internal.h"

#include <stdio.h>

enum { MOST_BYTES = 8192, DEEPEST = 8 };

struct bound {
	int64_t most;     // -1: not known
	const char *text; // as the source writes it, or NULL
};

static const struct bound unbounded = {.most = -1};

static struct bound bound_of(struct adviser *a, const struct advise_node *node, int depth);

static struct bound lesser(struct bound x, struct bound y)
{
	if (x.most < 0 || y.most < 0)
		return x.most < 0 ? y : x;
	return y.most < x.most ? y : x;
}

static struct bound constant_bound(struct adviser *a, const struct advise_node *node, int64_t less)
{
	int64_t value;
	if (node == NULL || node->expr->constant == NULL || !tri_constant_int64(node->expr->constant, &value) || value - less < 0)
		return unbounded;
	return (struct bound){.most = value - less, .text = less == 0 ? tri_advise_node_text(a, node) : NULL};
}

static const struct advise_node *node_of(const struct adviser *a, const struct tri_expr *expr) { return tri_advise_node_of(a, expr); }

// What the variable is at most when the condition is `truth`.
static struct bound bound_by_condition(struct adviser *a, const struct tri_expr *condition, const struct tri_object *object, bool truth)
{
	condition = tri_expr_unparen(condition);
	if (condition->kind == TRI_EXPR_UNARY && tri_as_unary_expr(condition)->operator== TRI_OP_NOT)
		return bound_by_condition(a, tri_as_unary_expr(condition)->operand, object, !truth);
	if (condition->kind != TRI_EXPR_BINARY)
		return unbounded;
	const struct tri_binary_expr *binary = tri_as_binary_expr(condition);
	if (binary->operator== TRI_OP_AND_AND || binary->operator== TRI_OP_OR_OR) {
		if ((binary->operator== TRI_OP_AND_AND) != truth)
			return unbounded;
		return lesser(bound_by_condition(a, binary->left, object, truth), bound_by_condition(a, binary->right, object, truth));
	}
	// As "variable operator constant", true.
	static const struct {
		uint8_t operator, turned, denied;
	} comparisons[] = {
		{TRI_OP_LESS, TRI_OP_GREATER, TRI_OP_GREATER_EQUAL},
		{TRI_OP_LESS_EQUAL, TRI_OP_GREATER_EQUAL, TRI_OP_GREATER},
		{TRI_OP_GREATER, TRI_OP_LESS, TRI_OP_LESS_EQUAL},
		{TRI_OP_GREATER_EQUAL, TRI_OP_LESS_EQUAL, TRI_OP_LESS},
	};
	const struct advise_node *left = node_of(a, tri_expr_unparen(binary->left)), *right = node_of(a, tri_expr_unparen(binary->right));
	uint8_t operator= binary->operator;
	bool turned = tri_advise_object(right) == object;
	for (int pass = 0; pass < 2; pass++) {
		if (pass == 0 ? !turned : truth)
			continue;
		for (size_t i = 0; i < TRI_COUNT(comparisons); i++) {
			if (comparisons[i].operator== operator) {
				operator= pass == 0 ? comparisons[i].turned : comparisons[i].denied;
				break;
			}
		}
	}
	if (tri_advise_object(turned ? right : left) != object)
		return unbounded;
	if (operator!= TRI_OP_LESS && operator!= TRI_OP_LESS_EQUAL)
		return unbounded;
	return constant_bound(a, turned ? left : right, operator== TRI_OP_LESS);
}

static bool leaves(const struct tri_block_stmt *block)
{
	const struct tri_stmt *last = block->list.count > 0 ? block->list.items[block->list.count - 1] : NULL;
	if (last == NULL)
		return false;
	if (last->kind == TRI_STMT_EXPR && tri_as_expr_stmt(last)->expr->kind == TRI_EXPR_CALL) {
		const struct tri_expr *function = tri_as_call_expr(tri_as_expr_stmt(last)->expr)->function;
		return function->mode == TRI_MODE_BUILTIN && function->kind == TRI_EXPR_NAME &&
			   tri_as_name_expr(function)->object->builtin == TRI_BUILTIN_PANIC;
	}
	return last->kind == TRI_STMT_RETURN || (last->kind == TRI_STMT_BRANCH && tri_as_branch_stmt(last)->token != TRI_TOKEN_FALLTHROUGH);
}

// Is the variable given a value between the two places, or where it may come between them?
static bool is_assigned_between(const struct adviser *a, const struct tri_object *object, tri_pos from, const struct advise_node *to)
{
	const struct advise_node *function = tri_advise_function(to);
	for (const struct advise_node *use = tri_advise_next_use(a, object, NULL); use != NULL; use = tri_advise_next_use(a, object, use)) {
		if (tri_advise_is_address_taken(use))
			return true;
		if (!tri_advise_is_assigned(use))
			continue;
		if (tri_advise_function(use) != function || (use->start > from && use->start < to->start))
			return true;
		for (const struct advise_node *loop = to->parent; loop != NULL && loop->start > from; loop = loop->parent) {
			if (tri_advise_is_stmt(loop, TRI_STMT_FOR) && tri_advise_contains(loop, use))
				return true; // the loop begins behind the guard and goes round
		}
	}
	return false;
}

// `if n > limit { n = limit }`
static struct bound bound_by_clamp(struct adviser *a, const struct tri_if_stmt *guard, const struct tri_object *object)
{
	const struct tri_stmt *only = guard->then_block->list.count == 1 ? guard->then_block->list.items[0] : NULL;
	if (only == NULL || only->kind != TRI_STMT_ASSIGN || guard->else_stmt != NULL || tri_as_assign_stmt(only)->operator!= TRI_OP_NONE)
		return unbounded;
	if (tri_as_assign_stmt(only)->right == NULL || tri_advise_object(node_of(a, tri_as_assign_stmt(only)->left)) != object)
		return unbounded;
	struct bound otherwise = bound_by_condition(a, guard->condition, object, false);
	struct bound value = constant_bound(a, node_of(a, tri_as_assign_stmt(only)->right), 0);
	if (otherwise.most < 0 || value.most < 0)
		return unbounded;
	return value.most >= otherwise.most ? value : otherwise;
}

static struct bound bound_by_guards(struct adviser *a, const struct advise_node *use, const struct tri_object *object)
{
	struct bound bound = unbounded;
	for (const struct advise_node *node = use; node->parent != NULL; node = node->parent) {
		const struct advise_node *parent = node->parent;
		if (parent->what == ADVISE_EXPR && parent->kind == TRI_EXPR_FUNCTION_LITERAL)
			break;
		if (tri_advise_is_stmt(parent, TRI_STMT_IF) && node->what == ADVISE_STMT && node->stmt != tri_as_if_stmt(parent->stmt)->init) {
			const struct tri_if_stmt *around = tri_as_if_stmt(parent->stmt);
			bool truth = node->stmt == &around->then_block->base;
			if (!is_assigned_between(a, object, parent->start, use))
				bound = lesser(bound, bound_by_condition(a, around->condition, object, truth));
		}
		if (node->what != ADVISE_STMT || !(tri_advise_is_stmt(parent, TRI_STMT_BLOCK) || parent->what == ADVISE_CLAUSE))
			continue;
		for (uint32_t i = parent->index + 1; i < node->index; i = a->nodes.items[i]->behind) {
			const struct advise_node *before = a->nodes.items[i];
			if (!tri_advise_is_stmt(before, TRI_STMT_IF) || is_assigned_between(a, object, before->end, use))
				continue;
			const struct tri_if_stmt *guard = tri_as_if_stmt(before->stmt);
			if (leaves(guard->then_block) && guard->else_stmt == NULL)
				bound = lesser(bound, bound_by_condition(a, guard->condition, object, false));
			else
				bound = lesser(bound, bound_by_clamp(a, guard, object));
		}
	}
	return bound;
}

// The only value that the variable is ever given.
static struct bound bound_by_definition(struct adviser *a, const struct tri_object *object, int depth)
{
	const struct advise_node *declaration = tri_advise_declaration(a, object);
	if (declaration == NULL || object->is_parameter)
		return unbounded;
	for (const struct advise_node *use = tri_advise_next_use(a, object, NULL); use != NULL; use = tri_advise_next_use(a, object, use)) {
		if ((use != declaration && tri_advise_is_assigned(use)) || tri_advise_is_address_taken(use))
			return unbounded;
	}
	const struct advise_node *value = tri_advise_right_side(a, declaration);
	return value != NULL ? bound_of(a, value, depth + 1) : unbounded;
}

static struct bound bound_by_type(struct tri_type *type)
{
	struct tri_type *underlying = type != NULL ? tri_type_underlying(type) : NULL;
	if (underlying != NULL && underlying->kind == TRI_TYPE_BASIC && underlying->as.basic.kind == TRI_BASIC_UINT8)
		return (struct bound){.most = UINT8_MAX};
	return unbounded;
}

static struct bound bound_of_binary(struct adviser *a, const struct tri_binary_expr *binary, int depth)
{
	const struct advise_node *left = node_of(a, binary->left), *right = node_of(a, binary->right);
	struct bound x = bound_of(a, left, depth + 1), y = bound_of(a, right, depth + 1), none = unbounded;
	switch ((enum tri_operator)binary->operator) {
	case TRI_OP_AND:
		x = constant_bound(a, left, 0);
		y = constant_bound(a, right, 0);
		return lesser((struct bound){.most = x.most}, (struct bound){.most = y.most});
	case TRI_OP_REM:
		return (struct bound){.most = constant_bound(a, right, 1).most};
	case TRI_OP_ADD:
		return x.most < 0 || y.most < 0 || x.most > MOST_BYTES || y.most > MOST_BYTES ? none : (struct bound){.most = x.most + y.most};
	case TRI_OP_MUL:
		return x.most < 0 || y.most < 0 || x.most > MOST_BYTES || y.most > MOST_BYTES ? none : (struct bound){.most = x.most * y.most};
	default:
		return none;
	}
}

// A value that is too large does not come to the slice; one that is negative panics either way.
static struct bound bound_of(struct adviser *a, const struct advise_node *node, int depth)
{
	if (node == NULL || node->what != ADVISE_EXPR || depth > DEEPEST)
		return unbounded;
	struct bound bound = constant_bound(a, node, 0);
	if (bound.most >= 0)
		return bound;
	bound = bound_by_type(node->expr->type);
	switch ((enum tri_expr_kind)node->kind) {
	case TRI_EXPR_PAREN:
		return bound_of(a, node_of(a, tri_as_paren_expr(node->expr)->inner), depth + 1);
	case TRI_EXPR_NAME: {
		const struct tri_object *object = tri_advise_local(node);
		if (object != NULL)
			bound = lesser(bound, lesser(bound_by_guards(a, node, object), bound_by_definition(a, object, depth)));
		return bound;
	}
	case TRI_EXPR_BINARY:
		return lesser(bound, bound_of_binary(a, tri_as_binary_expr(node->expr), depth));
	case TRI_EXPR_CALL:
		if (tri_advise_is_builtin(node, TRI_BUILTIN_MIN)) {
			for (uint32_t i = 0; i < tri_as_call_expr(node->expr)->arguments.count; i++)
				bound = lesser(bound, bound_of(a, tri_advise_operand(a, node, i), depth + 1));
			return bound;
		}
		if (tri_as_call_expr(node->expr)->function->mode == TRI_MODE_TYPE && tri_type_is(node->expr->type, TRI_IS_INTEGER)) {
			const struct advise_node *operand = tri_advise_operand(a, node, 0); // int(b)
			return operand != NULL && tri_type_is(operand->expr->type, TRI_IS_INTEGER) ? lesser(bound, bound_of(a, operand, depth + 1))
																					   : bound;
		}
		return bound;
	default:
		return bound;
	}
}

void tri_advise_bounded_size(struct adviser *a)
{
	const struct tri_node *node = a->decision->node;
	struct advise_node *call = node != NULL && node->op == TRI_NODE_MAKE_SLICE ? tri_advise_node_of(a, node->source) : NULL;
	if (!tri_advise_is_builtin(call, TRI_BUILTIN_MAKE))
		return;
	struct advise_node *size = tri_advise_operand(a, call, 1), *capacity = tri_advise_operand(a, call, 2);
	struct advise_node *decisive = capacity != NULL ? capacity : size;
	if (decisive == NULL || decisive->expr->constant != NULL)
		return;
	struct bound bound = bound_of(a, decisive, 0);
	int64_t element = tri_advise_size(tri_type_underlying(call->expr->type)->as.slice.element);
	if (bound.most <= 0 || element <= 0 || element > MOST_BYTES || bound.most > MOST_BYTES / element)
		return;
	const char *most = bound.text != NULL ? bound.text : tri_arena_printf(a->arena, "%lld", (long long)bound.most);
	tri_advise_begin(a, TRI_ADVICE_KNOWN_SIZE, "make it as large as it can get, and take the part that is needed");
	tri_advise_replace(a, decisive->start, decisive->end, most);
	if (capacity == NULL)
		tri_advise_replace(a, call->end, call->end, tri_arena_printf(a->arena, "[:%s]", tri_advise_node_text(a, size)));
	tri_advise_finish(a);
}
