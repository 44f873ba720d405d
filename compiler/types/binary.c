// Unary and binary operators.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static bool is_shift(enum tri_operator operator) { return operator== TRI_OP_SHL || operator== TRI_OP_SHR; }

static bool is_comparison(enum tri_operator operator) { return operator>= TRI_OP_EQUAL && operator<= TRI_OP_GREATER_EQUAL; }

// What an operator's operands must be: flags of basic types.
static int operand_flags(enum tri_operator operator, bool unary)
{
	switch ((int)operator) {
	case TRI_OP_ADD:
		return unary ? TRI_IS_NUMERIC : TRI_IS_NUMERIC | TRI_IS_STRING;
	case TRI_OP_SUB:
	case TRI_OP_MUL:
	case TRI_OP_DIV:
		return TRI_IS_NUMERIC;
	case TRI_OP_REM:
	case TRI_OP_AND:
	case TRI_OP_OR:
	case TRI_OP_XOR:
	case TRI_OP_AND_NOT:
		return TRI_IS_INTEGER;
	case TRI_OP_AND_AND:
	case TRI_OP_OR_OR:
	case TRI_OP_NOT:
		return TRI_IS_BOOLEAN;
	default:
		return 0;
	}
}

static bool operator_defined(struct tri_checker *c, struct tri_operand *x, enum tri_operator operator, bool unary)
{
	if (tri_type_all_are(x->type, operand_flags(operator, unary)))
		return true;
	tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_UndefinedOp, "invalid operation: operator %s not defined on %s",
					tri_operator_text(operator), TRI_X(x));
	return false;
}

// Where an operation's errors are reported: at its operator.
static tri_pos operator_pos(const struct tri_expr *expr)
{
	return expr->kind == TRI_EXPR_UNARY || expr->kind == TRI_EXPR_BINARY ? expr->pos : tri_expr_start(expr);
}

static const char *usable_channel(struct tri_checker *c, struct tri_type *type, struct tri_type *under, const void *data)
{
	bool receive = *(const bool *)data;
	if (!under)
		return "no specific channel type";
	if (under->kind != TRI_TYPE_CHAN)
		return tri_arena_printf(c->arena, "non-channel %s", TRI_T(type));
	if (receive && under->as.chan.direction == TRI_CHAN_SEND_ONLY)
		return tri_arena_printf(c->arena, "send-only channel %s", TRI_T(type));
	if (!receive && under->as.chan.direction == TRI_CHAN_RECEIVE_ONLY)
		return tri_arena_printf(c->arena, "receive-only channel %s", TRI_T(type));
	return NULL;
}

struct tri_type *tri_check_chan_element(struct tri_checker *c, tri_pos pos, struct tri_operand *x, bool receive)
{
	const char *cause = "";
	struct tri_type *channel = tri_check_common(c, x->type, usable_channel, &receive, &cause);
	if (channel)
		return channel->as.chan.element;
	const char *operation = receive ? "receive from" : "send to";
	enum tri_code code = receive ? TRI_CODE_InvalidReceive : TRI_CODE_InvalidSend;
	if (tri_type_is_parameter(x->type))
		tri_check_error(c, pos, code, "invalid operation: cannot %s %s: %s", operation, TRI_X(x), cause);
	else
		tri_check_error(c, pos, code, "invalid operation: cannot %s %s %s", operation, cause, TRI_X(x));
	return NULL;
}

static void check_address(struct tri_checker *c, struct tri_operand *x, struct tri_unary_expr *expr)
{
	const struct tri_expr *inner = tri_expr_unparen(expr->operand);
	if (inner->kind != TRI_EXPR_COMPOSITE && x->mode != TRI_MODE_VARIABLE) {
		tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_UnaddressableOperand, "invalid operation: cannot take address of %s",
						TRI_X(x));
		x->mode = TRI_MODE_INVALID;
		return;
	}
	tri_check_mark_address_taken(expr->operand);
	x->mode = TRI_MODE_VALUE;
	x->type = tri_type_pointer_to(c->universe, x->type);
}

void tri_check_unary(struct tri_checker *c, struct tri_operand *x, struct tri_unary_expr *expr)
{
	tri_check_expr(c, x, expr->operand);
	if (x->mode == TRI_MODE_INVALID)
		return;
	enum tri_operator operator=(enum tri_operator) expr->operator;
	switch ((int)operator) {
	case TRI_OP_AND:
		check_address(c, x, expr);
		return;
	case TRI_OP_RECEIVE: {
		struct tri_type *element = tri_check_chan_element(c, tri_expr_start(x->expr), x, true);
		x->mode = element ? TRI_MODE_COMMA_OK : TRI_MODE_INVALID;
		if (element)
			x->type = element;
		c->env.has_call_or_receive = true;
		return;
	}
	case TRI_OP_TILDE:
		if (!tri_type_all_are(x->type, TRI_IS_INTEGER)) {
			tri_check_error(c, expr->base.pos, TRI_CODE_UndefinedOp, "cannot use ~ outside of interface or type constraint");
			x->mode = TRI_MODE_INVALID;
			return;
		}
		tri_check_error(c, expr->base.pos, TRI_CODE_UndefinedOp,
						"cannot use ~ outside of interface or type constraint (use ^ for bitwise complement)");
		operator= TRI_OP_XOR;
		break;
	default:
		break;
	}
	if (!operator_defined(c, x, operator, true)) {
		x->mode = TRI_MODE_INVALID;
		return;
	}
	if (x->mode != TRI_MODE_CONSTANT) {
		x->mode = TRI_MODE_VALUE;
		return;
	}
	if (tri_constant_kind(x->constant) == TRI_CONSTANT_UNKNOWN)
		return;
	uint32_t precision = 0;
	if (tri_type_is(x->type, TRI_IS_UNSIGNED))
		precision = (uint32_t)tri_basic_size(tri_type_underlying(x->type)->as.basic.kind) * 8;
	struct tri_constant *value = tri_constant_unary(c->arena, operator, x->constant, precision);
	x->constant = value ? value : tri_constant_unknown(c->arena);
	x->expr = &expr->base;
	tri_check_overflow(c, x, expr->base.pos);
}

// ---- Comparison ------------------------------------------------------------------------------

static bool ordered(struct tri_type *type) { return tri_type_all_are(type, TRI_IS_INTEGER | TRI_IS_FLOAT | TRI_IS_STRING); }

static bool assignable(struct tri_checker *c, struct tri_operand *x, struct tri_type *type)
{
	enum tri_code code = TRI_CODE_COUNT;
	return tri_check_assignable(c, x, type, NULL, &code);
}

void tri_check_comparison(struct tri_checker *c, struct tri_operand *x, struct tri_operand *y, enum tri_operator operator, bool switch_case)
{
	if (!tri_type_is_valid(x->type) || !tri_type_is_valid(y->type)) {
		x->mode = TRI_MODE_INVALID;
		return;
	}
	if (switch_case)
		operator= TRI_OP_EQUAL;
	struct tri_operand *culprit = NULL;
	const char *cause = "";
	enum tri_code code = TRI_CODE_UndefinedOp;
	if (!assignable(c, x, y->type) && !assignable(c, y, x->type)) {
		culprit = y;
		code = TRI_CODE_MismatchedTypes;
		cause = tri_arena_printf(c->arena, "mismatched types %s and %s", TRI_T(x->type), TRI_T(y->type));
	} else if (operator== TRI_OP_EQUAL || operator== TRI_OP_NOT_EQUAL) {
		if (x->mode == TRI_MODE_NIL || y->mode == TRI_MODE_NIL) {
			if (!tri_type_has_nil(x->mode == TRI_MODE_NIL ? y->type : x->type))
				culprit = y;
			else if (tri_type_is_untyped(x->type) && tri_type_is_untyped(y->type))
				culprit = y; // nil == nil
		} else if (!tri_type_comparable(x->type)) {
			culprit = x;
			cause = tri_check_incomparable_cause(c, x->type);
		} else if (!tri_type_comparable(y->type)) {
			culprit = y;
			cause = tri_check_incomparable_cause(c, y->type);
		}
	} else if (!ordered(x->type)) {
		culprit = x;
	} else if (!ordered(y->type)) {
		culprit = y;
	}
	if (!culprit) {
		if (x->mode == TRI_MODE_CONSTANT && y->mode == TRI_MODE_CONSTANT) {
			x->constant = tri_constant_bool(c->arena, tri_constant_compare(operator, x->constant, y->constant));
		} else {
			x->mode = TRI_MODE_VALUE;
			// The operands are never materialised as the result's type, so they are final now.
			tri_check_update_type(c, x->expr, tri_type_default(c->universe, x->type), true);
			tri_check_update_type(c, y->expr, tri_type_default(c->universe, y->type), true);
		}
		x->type = tri_check_basic(c, TRI_BASIC_UNTYPED_BOOL);
		return;
	}
	if (!*cause && (tri_type_is_parameter(x->type) || tri_type_is_parameter(y->type))) {
		if (!tri_type_is_parameter(x->type))
			culprit = y;
		cause = tri_arena_printf(c->arena, "type parameter %s cannot use operator %s", TRI_T(culprit->type), tri_operator_text(operator));
	} else if (!*cause) {
		const char *what = tri_type_composite_kind(culprit->type);
		cause =
			tri_arena_printf(c->arena, "operator %s not defined on %s", tri_operator_text(operator), *what ? what : TRI_T(culprit->type));
	}
	if (switch_case)
		tri_check_error(c, tri_expr_start(x->expr), code, "invalid case %s in switch on %s (%s)", TRI_E(x->expr), TRI_E(y->expr), cause);
	else
		tri_check_error(c, tri_expr_start(culprit->expr), code, "invalid operation: %s %s %s (%s)", TRI_E(x->expr),
						tri_operator_text(operator), TRI_E(y->expr), cause);
	x->mode = TRI_MODE_INVALID;
}

// ---- Shifts ----------------------------------------------------------------------------------

// Checks and converts the count; false after an error.
static bool shift_count(struct tri_checker *c, struct tri_operand *y)
{
	tri_pos pos = tri_expr_start(y->expr);
	if (y->mode == TRI_MODE_CONSTANT) {
		const struct tri_constant *value =
			tri_constant_kind(y->constant) >= TRI_CONSTANT_INT ? tri_constant_to_int(c->arena, y->constant) : NULL;
		if (value && tri_constant_sign(value) < 0) {
			tri_check_error(c, pos, TRI_CODE_InvalidShiftCount, "invalid operation: negative shift count %s", TRI_X(y));
			return false;
		}
		if (tri_type_is_untyped(y->type)) {
			// The count keeps its untyped type when all is constant; else it is a uint.
			tri_check_representable(c, y, tri_check_basic(c, TRI_BASIC_UINT));
			return y->mode != TRI_MODE_INVALID;
		}
		if (!value && tri_constant_kind(y->constant) != TRI_CONSTANT_UNKNOWN) {
			tri_check_error(c, pos, TRI_CODE_InvalidShiftCount, "invalid operation: invalid shift count %s", TRI_X(y));
			return false;
		}
		if (!tri_type_all_are(y->type, TRI_IS_INTEGER)) { // a float constant of integral value will do
			y->constant = value ? (struct tri_constant *)(uintptr_t)value : tri_constant_unknown(c->arena);
			y->type = tri_check_basic(c, TRI_BASIC_UINT);
			y->expr->type = y->type;
			y->expr->constant = y->constant;
		}
		return true;
	}
	if (tri_type_all_are(y->type, TRI_IS_INTEGER) && !tri_type_is_untyped(y->type))
		return tri_type_all_are(y->type, TRI_IS_UNSIGNED) ||
			   tri_check_version(c, pos, 13, "invalid operation: signed shift count %s", TRI_X(y));
	if (tri_type_is_untyped(y->type)) {
		tri_check_convert_untyped(c, y, tri_check_basic(c, TRI_BASIC_UINT));
		return y->mode != TRI_MODE_INVALID;
	}
	tri_check_error(c, pos, TRI_CODE_InvalidShiftCount, "invalid operation: shift count %s must be integer", TRI_X(y));
	return false;
}

static void check_shift(struct tri_checker *c, struct tri_operand *x, struct tri_operand *y, struct tri_expr *expr,
						enum tri_operator operator)
{
	const struct tri_constant *value = NULL;
	if (x->mode == TRI_MODE_CONSTANT && tri_constant_kind(x->constant) >= TRI_CONSTANT_INT)
		value = tri_constant_to_int(c->arena, x->constant);
	bool unknown = x->mode == TRI_MODE_CONSTANT && tri_constant_kind(x->constant) == TRI_CONSTANT_UNKNOWN;
	if (!tri_type_all_are(x->type, TRI_IS_INTEGER) && !(tri_type_is_untyped(x->type) && value)) {
		if (!unknown)
			tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_InvalidShiftOperand,
							"invalid operation: shifted operand %s must be integer", TRI_X(x));
		x->mode = TRI_MODE_INVALID;
		return;
	}
	if (!shift_count(c, y)) {
		x->mode = TRI_MODE_INVALID;
		return;
	}
	if (x->mode == TRI_MODE_CONSTANT && y->mode == TRI_MODE_CONSTANT) {
		bool integer = tri_type_is(x->type, TRI_IS_INTEGER);
		if (unknown || tri_constant_kind(y->constant) == TRI_CONSTANT_UNKNOWN) {
			x->constant = tri_constant_unknown(c->arena);
			if (!integer)
				x->type = tri_check_basic(c, TRI_BASIC_UNTYPED_INT);
			return;
		}
		enum { MOST_COUNT = 1023 - 1 + 52 }; // reaches the smallest float64
		uint64_t count = 0;
		if (!tri_constant_uint64(y->constant, &count) || count > MOST_COUNT) {
			tri_check_error(c, tri_expr_start(y->expr), TRI_CODE_InvalidShiftCount, "invalid operation: invalid shift count %s", TRI_X(y));
			x->mode = TRI_MODE_INVALID;
			return;
		}
		if (!integer)
			x->type = tri_check_basic(c, TRI_BASIC_UNTYPED_INT);
		x->constant = tri_constant_shift(c->arena, operator, value, count);
		if (expr)
			x->expr = expr;
		tri_check_overflow(c, x, operator_pos(x->expr));
		return;
	}
	if (y->mode == TRI_MODE_CONSTANT)
		tri_check_update_type(c, y->expr, tri_check_basic(c, TRI_BASIC_UINT), true);
	if (x->mode == TRI_MODE_CONSTANT && tri_type_is_untyped(x->type)) {
		// The operand takes its type from the context of the whole shift.
		for (struct tri_expr *e = x->expr;; e = tri_as_paren_expr(e)->inner) {
			e->shift_operand = tri_type_is_untyped(e->type);
			if (e->kind != TRI_EXPR_PAREN)
				break;
		}
		x->mode = TRI_MODE_VALUE;
		return;
	}
	if (!tri_type_all_are(x->type, TRI_IS_INTEGER)) {
		tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_InvalidShiftOperand, "invalid operation: shifted operand %s must be integer",
						TRI_X(x));
		x->mode = TRI_MODE_INVALID;
		return;
	}
	x->mode = TRI_MODE_VALUE;
}

// ---- Arithmetic and logic --------------------------------------------------------------------

// Whether converting the untyped one of two operands makes sense; if not, the mismatch itself is reported.
static bool may_convert(struct tri_operand *x, struct tri_operand *y)
{
	if (!tri_type_is_untyped(x->type) && !tri_type_is_untyped(y->type))
		return false;
	if (tri_type_all_are(x->type, TRI_IS_NUMERIC) != tri_type_all_are(y->type, TRI_IS_NUMERIC))
		return false;
	if ((tri_type_is_interface(x->type) && !tri_type_is_parameter(x->type)) ||
		(tri_type_is_interface(y->type) && !tri_type_is_parameter(y->type)))
		return true;
	if (tri_type_all_are(x->type, TRI_IS_BOOLEAN) != tri_type_all_are(y->type, TRI_IS_BOOLEAN))
		return false;
	if (tri_type_all_are(x->type, TRI_IS_STRING) != tri_type_all_are(y->type, TRI_IS_STRING))
		return false;
	if (x->mode == TRI_MODE_NIL)
		return tri_type_has_nil(y->type);
	if (y->mode == TRI_MODE_NIL)
		return tri_type_has_nil(x->type);
	struct tri_type *x_under = tri_type_underlying(x->type), *y_under = tri_type_underlying(y->type);
	return x_under && y_under && x_under->kind != TRI_TYPE_POINTER && y_under->kind != TRI_TYPE_POINTER;
}

void tri_check_match_types(struct tri_checker *c, struct tri_operand *x, struct tri_operand *y)
{
	if (!may_convert(x, y))
		return;
	tri_check_convert_untyped(c, x, y->type);
	if (x->mode == TRI_MODE_INVALID)
		return;
	tri_check_convert_untyped(c, y, x->type);
	if (y->mode == TRI_MODE_INVALID)
		x->mode = TRI_MODE_INVALID;
}

static bool is_zero(const struct tri_constant *value)
{
	return tri_constant_kind(value) != TRI_CONSTANT_UNKNOWN && tri_constant_sign(value) == 0;
}

// Parts so small that their squares vanish divide like zero.
static bool norm_is_zero(struct tri_checker *c, const struct tri_constant *value)
{
	if (tri_constant_kind(value) < TRI_CONSTANT_INT)
		return false;
	const struct tri_constant *real = tri_constant_real(c->arena, value), *imag = tri_constant_imag(c->arena, value);
	return is_zero(tri_constant_binary(c->arena, TRI_OP_MUL, real, real, false)) &&
		   is_zero(tri_constant_binary(c->arena, TRI_OP_MUL, imag, imag, false));
}

// Doubling a constant fifty times would take more memory than there is.
enum { MOST_STRING = 1 << 28 };

static size_t string_length(const struct tri_constant *value)
{
	size_t length = 0;
	(void)tri_constant_string_value(value, &length);
	return length;
}

void tri_check_binary(struct tri_checker *c, struct tri_operand *x, struct tri_expr *expr, struct tri_expr *left, struct tri_expr *right,
					  enum tri_operator operator)
{
	struct tri_operand y;
	tri_check_expr(c, x, left);
	tri_check_expr(c, &y, right);
	if (x->mode == TRI_MODE_INVALID)
		return;
	if (y.mode == TRI_MODE_INVALID) {
		x->mode = TRI_MODE_INVALID;
		x->expr = y.expr;
		return;
	}
	if (is_shift(operator)) {
		check_shift(c, x, &y, expr, operator);
		return;
	}
	tri_check_match_types(c, x, &y);
	if (x->mode == TRI_MODE_INVALID)
		return;
	if (is_comparison(operator)) {
		tri_check_comparison(c, x, &y, operator, false);
		return;
	}
	if (!tri_type_identical(x->type, y.type)) {
		if (tri_type_is_valid(x->type) && tri_type_is_valid(y.type)) {
			if (expr)
				tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_MismatchedTypes, "invalid operation: %s (mismatched types %s and %s)",
								TRI_E(expr), TRI_T(x->type), TRI_T(y.type));
			else
				tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_MismatchedTypes,
								"invalid operation: %s %s= %s (mismatched types %s and %s)", TRI_E(left), tri_operator_text(operator),
								TRI_E(right), TRI_T(x->type), TRI_T(y.type));
		}
		x->mode = TRI_MODE_INVALID;
		return;
	}
	if (!operator_defined(c, x, operator, false)) {
		x->mode = TRI_MODE_INVALID;
		return;
	}
	bool integer = tri_type_all_are(x->type, TRI_IS_INTEGER);
	if ((operator== TRI_OP_DIV || operator== TRI_OP_REM) && (x->mode == TRI_MODE_CONSTANT || integer) && y.mode == TRI_MODE_CONSTANT &&
		is_zero(y.constant)) {
		tri_check_error(c, tri_expr_start(y.expr), TRI_CODE_DivByZero, "invalid operation: division by zero");
		x->mode = TRI_MODE_INVALID;
		return;
	}
	if (x->mode != TRI_MODE_CONSTANT || y.mode != TRI_MODE_CONSTANT) {
		x->mode = TRI_MODE_VALUE;
		return;
	}
	if (operator== TRI_OP_DIV && tri_type_is(x->type, TRI_IS_COMPLEX) && norm_is_zero(c, y.constant)) {
		tri_check_error(c, tri_expr_start(y.expr), TRI_CODE_DivByZero, "invalid operation: division by zero");
		x->mode = TRI_MODE_INVALID;
		return;
	}
	if (tri_constant_kind(x->constant) == TRI_CONSTANT_UNKNOWN || tri_constant_kind(y.constant) == TRI_CONSTANT_UNKNOWN) {
		x->constant = tri_constant_unknown(c->arena);
		return;
	}
	if (tri_constant_kind(x->constant) == TRI_CONSTANT_STRING && string_length(x->constant) + string_length(y.constant) > MOST_STRING) {
		tri_check_error(c, operator_pos(expr ? expr : x->expr), TRI_CODE_InvalidConstVal, "constant string too long");
		x->mode = TRI_MODE_INVALID;
		return;
	}
	struct tri_constant *value = tri_constant_binary(c->arena, operator, x->constant, y.constant, integer);
	x->constant = value ? value : tri_constant_unknown(c->arena);
	if (expr)
		x->expr = expr;
	tri_check_overflow(c, x, operator_pos(x->expr));
}
