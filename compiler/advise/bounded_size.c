// make([]T, n) where n has a small bound: of that size, and sliced, it fits into the frame.
#define TRI_ADVISE_INTERNAL
#include "compiler/advise/internal.h"

#include <stdio.h>

enum { MOST_BYTES = 8192, DEEPEST = 8 };

struct bound {
	int64_t most;        // -1: not known
	bool never_negative; // false: not known
	const char *text;    // of most, as the source writes it, or NULL
};

static const struct bound unbounded = {.most = -1};

static struct bound bound_of(struct adviser *a, const struct advise_node *node, int depth);

// Both hold.
static struct bound both(struct bound x, struct bound y)
{
	bool second = x.most < 0 || (y.most >= 0 && y.most < x.most);
	struct bound result = second ? y : x;
	result.never_negative = x.never_negative || y.never_negative;
	return result;
}

static bool constant_of(const struct advise_node *node, int64_t *value)
{
	return node != NULL && node->expr->constant != NULL && tri_constant_int64(node->expr->constant, value);
}

// At most as much as the constant, less some.
static struct bound constant_bound(struct adviser *a, const struct advise_node *node, int64_t less)
{
	int64_t value;
	if (!constant_of(node, &value) || value < less)
		return unbounded;
	return (struct bound){.most = value - less, .text = less == 0 ? tri_advise_node_text(a, node) : NULL};
}

static const struct advise_node *node_of(const struct adviser *a, const struct tri_expr *expr) { return tri_advise_node_of(a, expr); }

// What is known of the variable when the condition is `truth`.
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
		return both(bound_by_condition(a, binary->left, object, truth), bound_by_condition(a, binary->right, object, truth));
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
	const struct advise_node *limit = turned ? left : right;
	int64_t value;
	if (operator== TRI_OP_LESS || operator== TRI_OP_LESS_EQUAL)
		return constant_bound(a, limit, operator== TRI_OP_LESS);
	bool is_above = (operator== TRI_OP_GREATER || operator== TRI_OP_GREATER_EQUAL) && constant_of(limit, &value);
	return (struct bound){.most = -1, .never_negative = is_above && value >= (operator== TRI_OP_GREATER ? -1 : 0)};
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

// `if n > limit { n = limit }`, `if n < 0 { n = 0 }`
static struct bound bound_by_clamp(struct adviser *a, const struct tri_if_stmt *guard, const struct tri_object *object)
{
	const struct tri_stmt *only = guard->then_block->list.count == 1 ? guard->then_block->list.items[0] : NULL;
	if (only == NULL || only->kind != TRI_STMT_ASSIGN || guard->else_stmt != NULL || tri_as_assign_stmt(only)->operator!= TRI_OP_NONE)
		return unbounded;
	if (tri_as_assign_stmt(only)->right == NULL || tri_advise_object(node_of(a, tri_as_assign_stmt(only)->left)) != object)
		return unbounded;
	struct bound otherwise = bound_by_condition(a, guard->condition, object, false);
	const struct advise_node *limit = node_of(a, tri_as_assign_stmt(only)->right);
	struct bound given = constant_bound(a, limit, 0);
	if (given.most < 0)
		return unbounded;
	if (otherwise.most >= 0 && given.most >= otherwise.most)
		return (struct bound){.most = given.most, .text = given.text, .never_negative = otherwise.never_negative};
	return otherwise;
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
				bound = both(bound, bound_by_condition(a, around->condition, object, truth));
		}
		if (node->what != ADVISE_STMT || !(tri_advise_is_stmt(parent, TRI_STMT_BLOCK) || parent->what == ADVISE_CLAUSE))
			continue;
		for (uint32_t i = parent->index + 1; i < node->index; i = a->nodes.items[i]->behind) {
			const struct advise_node *before = a->nodes.items[i];
			if (!tri_advise_is_stmt(before, TRI_STMT_IF) || is_assigned_between(a, object, before->end, use))
				continue;
			const struct tri_if_stmt *guard = tri_as_if_stmt(before->stmt);
			if (leaves(guard->then_block) && guard->else_stmt == NULL)
				bound = both(bound, bound_by_condition(a, guard->condition, object, false));
			else
				bound = both(bound, bound_by_clamp(a, guard, object));
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

static bool is_signed(enum tri_basic_kind kind) { return kind >= TRI_BASIC_INT && kind <= TRI_BASIC_INT64; }

// Of a type that is known and has integers.
static bool integer_kind(struct tri_type *type, enum tri_basic_kind *kind)
{
	struct tri_type *underlying = type != NULL ? tri_type_underlying(type) : NULL;
	if (underlying == NULL || underlying->kind != TRI_TYPE_BASIC || !tri_type_is(underlying, TRI_IS_INTEGER))
		return false;
	*kind = underlying->as.basic.kind;
	return true;
}

static struct bound bound_by_type(struct tri_type *type)
{
	enum tri_basic_kind kind;
	if (!integer_kind(type, &kind))
		return unbounded;
	return (struct bound){.most = kind == TRI_BASIC_UINT8 ? UINT8_MAX : -1, .never_negative = !is_signed(kind)};
}

// Results that do not fit wrap: to less, when what is added or multiplied is not negative.
static struct bound bound_of_binary(struct adviser *a, const struct tri_binary_expr *binary, int depth)
{
	const struct advise_node *left = node_of(a, binary->left), *right = node_of(a, binary->right);
	struct bound x = bound_of(a, left, depth + 1), y = bound_of(a, right, depth + 1);
	bool known = x.most >= 0 && y.most >= 0 && x.most <= MOST_BYTES && y.most <= MOST_BYTES;
	bool positive = x.never_negative && y.never_negative;
	bool fits = binary->base.type != NULL && tri_advise_size(binary->base.type) >= 4;
	switch ((enum tri_operator)binary->operator) {
	case TRI_OP_AND:
		return (struct bound){.most = both(constant_bound(a, left, 0), constant_bound(a, right, 0)).most,
							  .never_negative = x.never_negative || y.never_negative};
	case TRI_OP_REM:
		return (struct bound){.most = constant_bound(a, right, 1).most, .never_negative = x.never_negative};
	case TRI_OP_ADD:
		return known && (x.never_negative || y.never_negative) ? (struct bound){.most = x.most + y.most, .never_negative = positive && fits}
															   : unbounded;
	case TRI_OP_MUL:
		return known && positive ? (struct bound){.most = x.most * y.most, .never_negative = fits} : unbounded;
	default:
		return unbounded;
	}
}

// A negative value may become a large one, unless all values of its type are the other's, too.
static struct bound bound_of_conversion(struct adviser *a, const struct advise_node *node, int depth)
{
	const struct advise_node *operand = tri_advise_operand(a, node, 0);
	enum tri_basic_kind from, to;
	if (operand == NULL || !integer_kind(operand->expr->type, &from) || !integer_kind(node->expr->type, &to))
		return unbounded;
	struct bound bound = bound_of(a, operand, depth + 1);
	int64_t before = tri_advise_size(operand->expr->type), after = tri_advise_size(node->expr->type);
	bool keeps_negative = is_signed(to) && after >= before;
	if (!bound.never_negative)
		return keeps_negative ? bound : unbounded;
	bound.never_negative = after > before || (keeps_negative && is_signed(from)) || (bound.most >= 0 && bound.most <= INT8_MAX);
	return bound;
}

static struct bound bound_of_call(struct adviser *a, const struct advise_node *node, int depth)
{
	const struct tri_call_expr *call = tri_as_call_expr(node->expr);
	if (call->function->mode == TRI_MODE_TYPE)
		return bound_of_conversion(a, node, depth);
	struct bound result = unbounded;
	bool all = true, some = false;
	if (tri_advise_is_builtin(node, TRI_BUILTIN_MIN) || tri_advise_is_builtin(node, TRI_BUILTIN_MAX)) {
		for (uint32_t i = 0; i < call->arguments.count; i++) {
			struct bound argument = bound_of(a, tri_advise_operand(a, node, i), depth + 1);
			all = all && argument.never_negative;
			some = some || argument.never_negative;
			result = both(result, argument);
		}
	}
	if (tri_advise_is_builtin(node, TRI_BUILTIN_MIN))
		return (struct bound){.most = result.most, .text = result.text, .never_negative = all};
	bool is_length = tri_advise_is_builtin(node, TRI_BUILTIN_LEN) || tri_advise_is_builtin(node, TRI_BUILTIN_CAP);
	return (struct bound){.most = -1, .never_negative = some || is_length};
}

// A value that is too large does not come to the slice; one that is negative panics either way.
static struct bound bound_of(struct adviser *a, const struct advise_node *node, int depth)
{
	if (node == NULL || node->what != ADVISE_EXPR || depth > DEEPEST)
		return unbounded;
	struct bound bound = constant_bound(a, node, 0);
	if (bound.most >= 0) {
		bound.never_negative = true;
		return bound;
	}
	bound = bound_by_type(node->expr->type);
	switch ((enum tri_expr_kind)node->kind) {
	case TRI_EXPR_PAREN:
		return bound_of(a, node_of(a, tri_as_paren_expr(node->expr)->inner), depth + 1);
	case TRI_EXPR_NAME: {
		const struct tri_object *object = tri_advise_local(node);
		if (object != NULL)
			bound = both(bound, both(bound_by_guards(a, node, object), bound_by_definition(a, object, depth)));
		return bound;
	}
	case TRI_EXPR_BINARY:
		return both(bound, bound_of_binary(a, tri_as_binary_expr(node->expr), depth));
	case TRI_EXPR_CALL:
		return both(bound, bound_of_call(a, node, depth));
	default:
		return bound;
	}
}

// Can the expression be evaluated once more, to the same value?
static bool is_repeatable(const struct adviser *a, const struct advise_node *expr)
{
	for (uint32_t i = expr->index; i < expr->behind; i++) {
		const struct advise_node *node = a->nodes.items[i];
		if (tri_advise_is_expr(node, TRI_EXPR_UNARY) && tri_as_unary_expr(node->expr)->operator== TRI_OP_RECEIVE)
			return false;
		if (tri_advise_is_expr(node, TRI_EXPR_CALL) && tri_as_call_expr(node->expr)->function->mode != TRI_MODE_TYPE &&
			tri_as_call_expr(node->expr)->function->mode != TRI_MODE_BUILTIN)
			return false;
		if (tri_advise_is_expr(node, TRI_EXPR_FUNCTION_LITERAL))
			return false;
	}
	return true;
}

// gofmt has blanks around the colons of an outer slice expression when an index is binary.
static bool has_blanks(const struct advise_node *call, const struct advise_node *size, const struct advise_node *capacity)
{
	if (!tri_advise_is_expr(size, TRI_EXPR_BINARY) && !tri_advise_is_expr(capacity, TRI_EXPR_BINARY))
		return false;
	for (const struct advise_node *node = call; node->parent != NULL && node->parent->what == ADVISE_EXPR; node = node->parent) {
		const struct advise_node *parent = node->parent;
		bool several = parent->kind == TRI_EXPR_CALL && tri_as_call_expr(parent->expr)->arguments.count > 1;
		bool index = (parent->kind == TRI_EXPR_INDEX || parent->kind == TRI_EXPR_SLICE) && parent->start != node->start;
		if (several || index || parent->kind == TRI_EXPR_BINARY)
			return false;
	}
	return true;
}

void tri_advise_bounded_size(struct adviser *a)
{
	const struct tri_node *node = a->decision->node;
	struct advise_node *call = node != NULL && node->op == TRI_NODE_MAKE_SLICE ? tri_advise_node_of(a, node->source) : NULL;
	if (!tri_advise_is_builtin(call, TRI_BUILTIN_MAKE))
		return;
	struct advise_node *size = tri_advise_operand(a, call, 1), *capacity = tri_advise_operand(a, call, 2);
	struct advise_node *decisive = capacity != NULL ? capacity : size;
	if (decisive == NULL || decisive->expr->constant != NULL || (capacity == NULL && !is_repeatable(a, size)))
		return;
	struct bound bound = bound_of(a, decisive, 0);
	int64_t element = tri_advise_size(tri_type_underlying(call->expr->type)->as.slice.element);
	if (bound.most <= 0 || element <= 0 || element > MOST_BYTES || bound.most > MOST_BYTES / element)
		return;
	const char *most = bound.text != NULL ? bound.text : tri_arena_printf(a->arena, "%lld", (long long)bound.most);
	tri_advise_begin(a, TRI_ADVICE_KNOWN_SIZE, "make it as large as it can get, and take the part that is needed");
	tri_advise_replace(a, size->start, decisive->end, most);
	// The capacity stays what it was: appending is to copy when it did.
	const char *blank = has_blanks(call, size, capacity) ? " " : "";
	tri_advise_replace(a, call->end, call->end,
					   tri_arena_printf(a->arena, "[:%s%s%s:%s%s]", blank, tri_advise_node_text(a, size), blank, blank,
										tri_advise_node_text(a, decisive)));
	tri_advise_finish(a);
}
