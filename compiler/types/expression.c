// Expressions: dispatch by kind, and what all kinds share.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

void tri_check_record(struct tri_checker *c, struct tri_operand *x)
{
	struct tri_expr *expr = x->expr;
	expr->mode = (uint8_t)x->mode;
	expr->shift_operand = false;
	expr->constant = NULL;
	switch ((int)x->mode) {
	case TRI_MODE_INVALID:
		expr->type = tri_check_basic(c, TRI_BASIC_INVALID);
		break;
	case TRI_MODE_NO_VALUE:
		expr->type = NULL;
		break;
	case TRI_MODE_CONSTANT:
		expr->constant = x->constant;
		expr->type = x->type;
		break;
	default:
		expr->type = x->type;
	}
}

void tri_check_record_comma_ok(struct tri_expr *expr)
{
	for (;;) {
		expr->comma_ok = true;
		if (expr->kind != TRI_EXPR_PAREN)
			return;
		expr = tri_as_paren_expr(expr)->inner;
	}
}

// The variable that holds the storage `expr` denotes, NULL when that is behind a pointer.
static struct tri_object *root_variable(struct tri_expr *expr)
{
	for (;;) {
		switch ((int)expr->kind) {
		case TRI_EXPR_NAME: {
			struct tri_object *object = tri_as_name_expr(expr)->object;
			return object && object->kind == TRI_OBJECT_VARIABLE ? object : NULL;
		}
		case TRI_EXPR_PAREN:
			expr = tri_as_paren_expr(expr)->inner;
			break;
		case TRI_EXPR_SELECTOR: {
			struct tri_selector_expr *selector = tri_as_selector_expr(expr);
			if (!selector->selection) { // package.variable
				struct tri_object *object = selector->selected->object;
				return object && object->kind == TRI_OBJECT_VARIABLE ? object : NULL;
			}
			if (selector->selection->indirect)
				return NULL;
			expr = selector->operand;
			break;
		}
		case TRI_EXPR_INDEX: {
			struct tri_expr *operand = tri_as_index_expr(expr)->operand;
			struct tri_type *under = tri_type_underlying(operand->type);
			if (!under || under->kind != TRI_TYPE_ARRAY)
				return NULL;
			expr = operand;
			break;
		}
		default:
			return NULL;
		}
	}
}

// The variable may be another package's, and other importers' threads mark it too.
static void mark(bool *flag)
{
	if (!__atomic_load_n(flag, __ATOMIC_RELAXED))
		__atomic_store_n(flag, true, __ATOMIC_RELAXED);
}

void tri_check_mark_address_taken(struct tri_expr *expr)
{
	struct tri_object *variable = root_variable(expr);
	if (variable)
		mark(&variable->address_taken);
}

void tri_check_mark_reassigned(struct tri_expr *expr)
{
	struct tri_object *variable = root_variable(expr);
	if (variable)
		mark(&variable->reassigned);
}

void tri_check_type_assertion(struct tri_checker *c, struct tri_expr *expr, struct tri_operand *x, struct tri_type *type, bool type_switch)
{
	const char *cause = "";
	if (tri_type_is_interface(type) || tri_check_has_all_methods(c, type, x->type, false, &tri_identity, &cause))
		return;
	if (type_switch)
		tri_check_error(c, tri_expr_start(expr), TRI_CODE_ImpossibleAssert,
						"impossible type switch case: %s\n\t%s cannot have dynamic type %s %s", TRI_E(expr), TRI_X(x), TRI_T(type), cause);
	else
		tri_check_error(c, tri_expr_start(expr), TRI_CODE_ImpossibleAssert, "impossible type assertion: %s\n\t%s does not implement %s %s",
						TRI_E(expr), TRI_T(type), TRI_T(x->type), cause);
}

static void check_assert(struct tri_checker *c, struct tri_operand *x, struct tri_assert_expr *expr)
{
	tri_check_expr(c, x, expr->operand);
	if (x->mode == TRI_MODE_INVALID)
		return;
	if (tri_type_is_parameter(x->type)) {
		tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_InvalidAssert,
						"invalid operation: cannot use type assertion on type parameter value %s", TRI_X(x));
		x->mode = TRI_MODE_INVALID;
		return;
	}
	if (!tri_type_is_interface(x->type)) {
		tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_InvalidAssert, "invalid operation: %s is not an interface", TRI_X(x));
		x->mode = TRI_MODE_INVALID;
		return;
	}
	struct tri_type *type = tri_check_variable_type(c, expr->type_expr);
	if (!tri_type_is_valid(type)) {
		x->mode = TRI_MODE_INVALID;
		return;
	}
	tri_check_type_assertion(c, &expr->base, x, type, false);
	x->mode = TRI_MODE_COMMA_OK;
	x->type = type;
}

static void check_indirection(struct tri_checker *c, struct tri_operand *x, struct tri_unary_expr *expr)
{
	tri_check_expr_or_type(c, x, expr->operand);
	if (x->mode == TRI_MODE_INVALID)
		return;
	if (x->mode == TRI_MODE_TYPE) {
		tri_check_valid_variable_type(c, expr->operand, x->type);
		x->type = tri_type_pointer_to(c->universe, x->type);
		return;
	}
	struct tri_specific specific = tri_type_specific(x->type);
	struct tri_type *element = NULL;
	for (uint32_t i = 0; i < specific.count; i++) {
		struct tri_type *under = tri_specific_under(&specific, i);
		const char *problem = NULL;
		if (!under || under->kind != TRI_TYPE_POINTER)
			problem = tri_arena_printf(c->arena, "cannot indirect %s", TRI_X(x));
		else if (element && !tri_type_identical(element, under->as.pointer.element))
			problem = tri_arena_printf(c->arena, "pointers of %s must have identical base types", TRI_X(x));
		if (problem) {
			tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_InvalidIndirection, "invalid operation: %s", problem);
			x->mode = TRI_MODE_INVALID;
			return;
		}
		element = under->as.pointer.element;
	}
	x->mode = TRI_MODE_VARIABLE;
	x->type = element;
}

static enum tri_expr_use check_kind(struct tri_checker *c, const struct tri_target *target, struct tri_operand *x, struct tri_expr *expr,
									struct tri_type *hint)
{
	*x = (struct tri_operand){.mode = TRI_MODE_INVALID, .type = tri_check_basic(c, TRI_BASIC_INVALID), .expr = expr};
	switch ((enum tri_expr_kind)expr->kind) {
	case TRI_EXPR_BAD_EXPR:
		break;
	case TRI_EXPR_NAME:
		tri_check_identifier(c, x, tri_as_name_expr(expr), false);
		x->expr = expr;
		return TRI_USE_EXPRESSION;
	case TRI_EXPR_LITERAL:
		if (!tri_as_literal_expr(expr)->bad)
			tri_check_basic_literal(c, x, tri_as_literal_expr(expr));
		break;
	case TRI_EXPR_FUNCTION_LITERAL:
		tri_check_function_literal(c, x, tri_as_function_expr(expr));
		break;
	case TRI_EXPR_COMPOSITE:
		tri_check_composite_literal(c, x, tri_as_composite_expr(expr), hint);
		break;
	case TRI_EXPR_PAREN: {
		enum tri_expr_use use = tri_check_raw(c, x, tri_as_paren_expr(expr)->inner, NULL);
		x->expr = expr;
		return use;
	}
	case TRI_EXPR_SELECTOR:
		tri_check_selector(c, x, tri_as_selector_expr(expr), false);
		x->expr = expr;
		return TRI_USE_EXPRESSION;
	case TRI_EXPR_INDEX:
		if (tri_check_index_expr(c, x, tri_as_index_expr(expr)))
			(void)tri_check_instantiate_function(c, target, expr->pos, x, tri_as_index_expr(expr), true, NULL, NULL);
		break;
	case TRI_EXPR_SLICE:
		tri_check_slice_expr(c, x, tri_as_slice_expr(expr));
		break;
	case TRI_EXPR_ASSERT:
		check_assert(c, x, tri_as_assert_expr(expr));
		break;
	case TRI_EXPR_TYPE_SWITCH_GUARD:
		tri_check_error(c, tri_expr_start(expr), TRI_CODE_InvalidSyntaxTree, "use of .(type) outside type switch");
		(void)tri_check_use(c, tri_as_type_switch_guard(expr)->operand);
		break;
	case TRI_EXPR_CALL:
		return tri_check_call(c, x, tri_as_call_expr(expr));
	case TRI_EXPR_LIST:
		tri_check_error(c, tri_expr_start(expr), TRI_CODE_InvalidSyntaxTree, "unexpected list of expressions");
		break;
	case TRI_EXPR_UNARY: {
		struct tri_unary_expr *unary = tri_as_unary_expr(expr);
		if (unary->operator== TRI_OP_MUL)
			check_indirection(c, x, unary);
		else
			tri_check_unary(c, x, unary);
		if (x->mode != TRI_MODE_INVALID && unary->operator== TRI_OP_RECEIVE) {
			x->expr = expr;
			return TRI_USE_STATEMENT;
		}
		break;
	}
	case TRI_EXPR_BINARY: {
		struct tri_binary_expr *binary = tri_as_binary_expr(expr);
		tri_check_binary(c, x, expr, binary->left, binary->right, (enum tri_operator)binary->operator);
		break;
	}
	case TRI_EXPR_KEY_VALUE:
		tri_check_error(c, tri_expr_start(expr), TRI_CODE_InvalidSyntaxTree, "no key:value expected");
		break;
	case TRI_EXPR_DOTS_TYPE:
		tri_check_error(c, expr->pos, TRI_CODE_InvalidSyntaxTree, "invalid use of ...");
		break;
	case TRI_EXPR_ARRAY_TYPE:
	case TRI_EXPR_SLICE_TYPE:
	case TRI_EXPR_STRUCT_TYPE:
	case TRI_EXPR_INTERFACE_TYPE:
	case TRI_EXPR_FUNCTION_TYPE:
	case TRI_EXPR_MAP_TYPE:
	case TRI_EXPR_CHAN_TYPE:
		x->mode = TRI_MODE_TYPE;
		x->type = tri_check_type(c, expr);
		break;
	}
	x->expr = expr;
	return x->mode == TRI_MODE_INVALID ? TRI_USE_STATEMENT : TRI_USE_EXPRESSION; // no second error when invalid
}

struct tri_target tri_check_target(struct tri_type *type, const char *description)
{
	struct tri_type *under = tri_type_underlying(type);
	return (struct tri_target){under && under->kind == TRI_TYPE_FUNCTION ? under : NULL, description};
}

void tri_check_not_generic(struct tri_checker *c, const struct tri_target *target, struct tri_operand *x)
{
	if (x->mode == TRI_MODE_INVALID || x->mode == TRI_MODE_NO_VALUE || !x->type)
		return;
	const char *what = NULL;
	if (tri_type_is_generic(x->type)) {
		what = "type";
	} else if (x->type->kind == TRI_TYPE_FUNCTION && x->type->as.function.type_parameters.count > 0) {
		if (target && target->signature) {
			(void)tri_check_instantiate_function(c, target, x->expr->pos, x, NULL, true, NULL, NULL);
			return;
		}
		what = "function";
	}
	if (!what)
		return;
	tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_WrongTypeArgCount, "cannot use generic %s %s without instantiation", what,
					TRI_E(x->expr));
	x->mode = TRI_MODE_INVALID;
	x->type = tri_check_basic(c, TRI_BASIC_INVALID);
}

static enum tri_expr_use check_raw(struct tri_checker *c, const struct tri_target *target, struct tri_operand *x, struct tri_expr *expr,
								   struct tri_type *hint, bool allow_generic)
{
	enum tri_expr_use use = check_kind(c, target, x, expr, hint);
	if (!allow_generic)
		tri_check_not_generic(c, target, x);
	if (x->mode != TRI_MODE_INVALID && x->mode != TRI_MODE_NO_VALUE && !tri_check_finite_size(c, x->type)) {
		x->mode = TRI_MODE_INVALID;
		x->type = tri_check_basic(c, TRI_BASIC_INVALID);
	}
	tri_check_record(c, x);
	return use;
}

enum tri_expr_use tri_check_raw(struct tri_checker *c, struct tri_operand *x, struct tri_expr *expr, struct tri_type *hint)
{
	return check_raw(c, NULL, x, expr, hint, false);
}

enum tri_expr_use tri_check_raw_generic(struct tri_checker *c, struct tri_operand *x, struct tri_expr *expr)
{
	return check_raw(c, NULL, x, expr, NULL, true);
}

void tri_check_expr_for(struct tri_checker *c, const struct tri_target *target, struct tri_operand *x, struct tri_expr *expr)
{
	(void)check_raw(c, target, x, expr, NULL, false);
	tri_check_exclude(c, x, TRI_EXCLUDE_NO_VALUE | TRI_EXCLUDE_BUILTIN | TRI_EXCLUDE_TYPE);
	tri_check_single_value(c, x);
}

void tri_check_exclude(struct tri_checker *c, struct tri_operand *x, unsigned modes)
{
	if (!(modes & 1u << x->mode))
		return;
	tri_pos pos = tri_expr_start(x->expr);
	if (x->mode == TRI_MODE_NO_VALUE)
		tri_check_error(c, pos, TRI_CODE_TooManyValues, modes & TRI_EXCLUDE_TYPE ? "%s used as value" : "%s used as value or type",
						TRI_X(x));
	else if (x->mode == TRI_MODE_BUILTIN)
		tri_check_error(c, pos, TRI_CODE_UncalledBuiltin, "%s must be called", TRI_X(x));
	else if (x->mode == TRI_MODE_TYPE)
		tri_check_error(c, pos, TRI_CODE_NotAnExpr, "%s is not an expression", TRI_X(x));
	x->mode = TRI_MODE_INVALID;
}

void tri_check_single_value(struct tri_checker *c, struct tri_operand *x)
{
	if (x->mode != TRI_MODE_VALUE || !x->type || x->type->kind != TRI_TYPE_TUPLE)
		return;
	tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_TooManyValues, "multiple-value %s in single-value context", TRI_X(x));
	x->mode = TRI_MODE_INVALID;
}

void tri_check_expr(struct tri_checker *c, struct tri_operand *x, struct tri_expr *expr) { tri_check_expr_with_hint(c, x, expr, NULL); }

void tri_check_expr_with_hint(struct tri_checker *c, struct tri_operand *x, struct tri_expr *expr, struct tri_type *hint)
{
	(void)tri_check_raw(c, x, expr, hint);
	tri_check_exclude(c, x, TRI_EXCLUDE_NO_VALUE | TRI_EXCLUDE_BUILTIN | TRI_EXCLUDE_TYPE);
	tri_check_single_value(c, x);
}

void tri_check_expr_or_type(struct tri_checker *c, struct tri_operand *x, struct tri_expr *expr)
{
	(void)tri_check_raw(c, x, expr, NULL);
	tri_check_exclude(c, x, TRI_EXCLUDE_NO_VALUE);
	tri_check_single_value(c, x);
}

void tri_check_generic_expr_or_type(struct tri_checker *c, struct tri_operand *x, struct tri_expr *expr)
{
	(void)tri_check_raw_generic(c, x, expr);
	tri_check_exclude(c, x, TRI_EXCLUDE_NO_VALUE);
	tri_check_single_value(c, x);
}

struct tri_operand *tri_check_multi(struct tri_checker *c, struct tri_expr *expr, bool allow_comma_ok, uint32_t *count, bool *comma_ok)
{
	struct tri_operand x;
	*comma_ok = false;
	(void)tri_check_raw(c, &x, expr, NULL);
	tri_check_exclude(c, &x, TRI_EXCLUDE_NO_VALUE | TRI_EXCLUDE_BUILTIN | TRI_EXCLUDE_TYPE);
	if (x.mode != TRI_MODE_INVALID && x.type && x.type->kind == TRI_TYPE_TUPLE) {
		*count = x.type->as.tuple.count;
		struct tri_operand *list = TRI_NEW_ARRAY(c->arena, struct tri_operand, *count);
		for (uint32_t i = 0; i < *count; i++)
			list[i] = (struct tri_operand){.mode = TRI_MODE_VALUE, .expr = expr, .type = x.type->as.tuple.types[i]};
		return list;
	}
	struct tri_operand *list = TRI_NEW_ARRAY(c->arena, struct tri_operand, 2);
	list[0] = x;
	*count = 1;
	if (allow_comma_ok && (x.mode == TRI_MODE_MAP_INDEX || x.mode == TRI_MODE_COMMA_OK)) {
		list[1] = (struct tri_operand){.mode = TRI_MODE_VALUE, .expr = expr, .type = tri_check_basic(c, TRI_BASIC_UNTYPED_BOOL)};
		*count = 2;
		*comma_ok = true;
	}
	return list;
}

struct tri_operand *tri_check_expr_list(struct tri_checker *c, tri_expr_list list, uint32_t *count)
{
	bool comma_ok = false;
	*count = list.count;
	if (list.count == 1)
		return tri_check_multi(c, list.items[0], false, count, &comma_ok);
	struct tri_operand *operands = TRI_NEW_ARRAY(c->arena, struct tri_operand, list.count);
	for (uint32_t i = 0; i < list.count; i++)
		tri_check_expr(c, &operands[i], list.items[i]);
	return operands;
}

static bool use_one(struct tri_checker *c, struct tri_expr *expr, bool left)
{
	if (!expr)
		return true;
	struct tri_operand x = {.mode = TRI_MODE_VALUE};
	struct tri_expr *inner = (struct tri_expr *)(uintptr_t)tri_expr_unparen(expr);
	if (inner->kind == TRI_EXPR_NAME) {
		const struct tri_name *name = tri_as_name_expr(inner)->name;
		if (name == c->blank)
			return true;
		struct tri_object *object = left ? tri_check_lookup(c, name) : NULL;
		bool used = object && object->used;
		tri_check_generic_expr_or_type(c, &x, inner);
		if (object && object->kind == TRI_OBJECT_VARIABLE && object->package == c->package)
			object->used = used; // being assigned to is no use
	} else if (inner->kind == TRI_EXPR_LIST) {
		bool valid = true;
		tri_expr_list list = tri_as_list_expr(inner)->elements;
		for (uint32_t i = 0; i < list.count; i++)
			valid = use_one(c, list.items[i], left) && valid;
		return valid;
	} else {
		(void)tri_check_raw_generic(c, &x, expr);
	}
	return x.mode != TRI_MODE_INVALID;
}

bool tri_check_use(struct tri_checker *c, struct tri_expr *expr) { return use_one(c, expr, false); }

bool tri_check_use_left(struct tri_checker *c, struct tri_expr *expr) { return use_one(c, expr, true); }

bool tri_check_use_list(struct tri_checker *c, tri_expr_list list)
{
	bool valid = true;
	for (uint32_t i = 0; i < list.count; i++)
		valid = use_one(c, list.items[i], false) && valid;
	return valid;
}
