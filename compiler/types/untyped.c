// Untyped operands: representability, implicit conversion, and giving an expression its final type
// once its context is known.
//
// An expression whose recorded type is untyped is still open. When its context fixes a type,
// tri_check_update_type walks down to the operands that share the type, records it, and converts
// constants. Operands of a constant expression stay untyped: only the whole has a value at run time.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

#include <math.h>

static bool is_comparison(int operator) { return operator>= TRI_OP_EQUAL && operator<= TRI_OP_GREATER_EQUAL; }

void tri_check_update_type(struct tri_checker *c, struct tri_expr *expr, struct tri_type *type, bool final)
{
	if (!tri_type_is_untyped(expr->type) || expr->mode == TRI_MODE_INVALID)
		return;
	bool constant = expr->mode == TRI_MODE_CONSTANT;
	switch ((int)expr->kind) {
	case TRI_EXPR_PAREN:
		tri_check_update_type(c, tri_as_paren_expr(expr)->inner, type, final);
		break;
	case TRI_EXPR_UNARY:
		if (!constant)
			tri_check_update_type(c, tri_as_unary_expr(expr)->operand, type, final);
		break;
	case TRI_EXPR_BINARY: {
		struct tri_binary_expr *binary = tri_as_binary_expr(expr);
		if (constant || is_comparison(binary->operator)) // a comparison's operands have types of their own
			break;
		tri_check_update_type(c, binary->left, type, final);
		if (binary->operator!= TRI_OP_SHL && binary->operator!= TRI_OP_SHR)
			tri_check_update_type(c, binary->right, type, final);
		break;
	}
	default:
		break;
	}
	if (!final && tri_type_is_untyped(type)) {
		expr->type = tri_type_underlying(type);
		return;
	}
	if (expr->shift_operand && !tri_type_all_are(type, TRI_IS_INTEGER)) {
		tri_check_error(c, tri_expr_start(expr), TRI_CODE_InvalidShiftOperand,
						"invalid operation: shifted operand %s (type %s) must be integer", TRI_E(expr), TRI_T(type));
		expr->mode = TRI_MODE_INVALID;
		return;
	}
	if (constant) {
		struct tri_operand x = {.mode = TRI_MODE_CONSTANT, .expr = expr, .type = expr->type, .constant = expr->constant};
		enum tri_code code = TRI_CODE_COUNT;
		struct tri_constant *value = NULL;
		if (!tri_type_is_untyped(type)) {
			if (!tri_check_implicit_type(c, &x, type, &value, &code)) {
				struct tri_type *under = tri_type_is_parameter(type) ? type : tri_type_underlying(type);
				tri_check_invalid_conversion(c, code, &x, under ? under : type);
				expr->mode = TRI_MODE_INVALID;
				return;
			}
			if (value)
				expr->constant = value;
		}
	}
	expr->type = type;
}

// ---- Representability ------------------------------------------------------------------------

static bool integer_fits(const struct tri_constant *value, enum tri_basic_kind kind)
{
	if (kind == TRI_BASIC_UNTYPED_INT || kind == TRI_BASIC_UNTYPED_RUNE)
		return true;
	int64_t bits = tri_basic_size(kind) * 8;
	if (tri_basic_flags(kind) & TRI_IS_UNSIGNED)
		return tri_constant_sign(value) >= 0 && tri_constant_bit_length(value) <= (uint64_t)bits;
	int64_t signed_value = 0;
	if (!tri_constant_int64(value, &signed_value))
		return false;
	return bits == 64 || (signed_value >= -((int64_t)1 << (bits - 1)) && signed_value < (int64_t)1 << (bits - 1));
}

static struct tri_constant *round_float(struct tri_arena *arena, const struct tri_constant *value, bool single)
{
	double rounded = single ? (double)tri_constant_float32(value) : tri_constant_float64(value);
	return isfinite(rounded) ? tri_constant_double(arena, rounded) : NULL;
}

bool tri_constant_representable(struct tri_arena *arena, const struct tri_constant *value, enum tri_basic_kind kind,
								struct tri_constant **rounded)
{
	enum tri_constant_kind value_kind = tri_constant_kind(value);
	int flags = tri_basic_flags(kind);
	if (value_kind == TRI_CONSTANT_UNKNOWN)
		return true;
	if (flags & TRI_IS_INTEGER) {
		const struct tri_constant *integer = value_kind < TRI_CONSTANT_INT ? NULL : tri_constant_to_int(arena, value);
		if (!integer)
			return false;
		if (rounded)
			*rounded = (struct tri_constant *)(uintptr_t)integer;
		return integer_fits(integer, kind);
	}
	if (flags & TRI_IS_FLOAT) {
		const struct tri_constant *real = value_kind < TRI_CONSTANT_INT ? NULL : tri_constant_to_float(arena, value);
		if (!real)
			return false;
		if (kind == TRI_BASIC_UNTYPED_FLOAT)
			return true;
		struct tri_constant *result = round_float(arena, real, kind == TRI_BASIC_FLOAT32);
		if (result && rounded)
			*rounded = result;
		return result != NULL;
	}
	if (flags & TRI_IS_COMPLEX) {
		const struct tri_constant *complex = value_kind < TRI_CONSTANT_INT ? NULL : tri_constant_to_complex(arena, value);
		if (!complex)
			return false;
		if (kind == TRI_BASIC_UNTYPED_COMPLEX)
			return true;
		bool single = kind == TRI_BASIC_COMPLEX64;
		struct tri_constant *real = round_float(arena, tri_constant_real(arena, complex), single);
		struct tri_constant *imag = round_float(arena, tri_constant_imag(arena, complex), single);
		if (real && imag && rounded)
			*rounded = tri_constant_complex(arena, real, imag);
		return real && imag;
	}
	if (flags & TRI_IS_STRING)
		return value_kind == TRI_CONSTANT_STRING;
	if (flags & TRI_IS_BOOLEAN)
		return value_kind == TRI_CONSTANT_BOOL;
	return false;
}

// Rounds a constant operand's value to a basic type; false and the code of the error otherwise.
static bool represent(struct tri_checker *c, struct tri_operand *x, struct tri_type *basic, struct tri_constant **value,
					  enum tri_code *code)
{
	*value = x->constant;
	if (tri_constant_representable(c->arena, x->constant, basic->as.basic.kind, value))
		return true;
	*code = TRI_CODE_InvalidConstVal;
	if (tri_type_is(x->type, TRI_IS_NUMERIC) && tri_type_is(basic, TRI_IS_NUMERIC))
		*code = !tri_type_is(x->type, TRI_IS_INTEGER) && tri_type_is(basic, TRI_IS_INTEGER) ? TRI_CODE_TruncatedFloat
																							: TRI_CODE_NumericOverflow;
	return false;
}

void tri_check_invalid_conversion(struct tri_checker *c, enum tri_code code, struct tri_operand *x, struct tri_type *target)
{
	const char *format = code == TRI_CODE_TruncatedFloat    ? "%s truncated to %s"
						 : code == TRI_CODE_NumericOverflow ? "%s overflows %s"
															: "cannot convert %s to type %s";
	tri_check_error(c, tri_expr_start(x->expr), code, format, TRI_X(x), TRI_T(target));
}

void tri_check_representable(struct tri_checker *c, struct tri_operand *x, struct tri_type *basic)
{
	struct tri_constant *value = NULL;
	enum tri_code code = TRI_CODE_COUNT;
	if (represent(c, x, basic, &value, &code)) {
		x->constant = value;
		return;
	}
	tri_check_invalid_conversion(c, code, x, basic);
	x->mode = TRI_MODE_INVALID;
}

static const char *operation_name(const struct tri_expr *expr)
{
	if (expr->kind == TRI_EXPR_UNARY && tri_as_unary_expr(expr)->operator== TRI_OP_XOR)
		return "bitwise complement ";
	if (expr->kind == TRI_EXPR_BINARY)
		switch ((int)tri_as_binary_expr(expr)->operator) {
		case TRI_OP_ADD:
			return "addition ";
		case TRI_OP_SUB:
			return "subtraction ";
		case TRI_OP_XOR:
			return "bitwise XOR ";
		case TRI_OP_MUL:
			return "multiplication ";
		case TRI_OP_SHL:
			return "shift ";
		default:
			break;
		}
	return "";
}

void tri_check_overflow(struct tri_checker *c, struct tri_operand *x, tri_pos operator_pos)
{
	if (tri_constant_kind(x->constant) == TRI_CONSTANT_UNKNOWN) {
		tri_check_error(c, operator_pos, TRI_CODE_InvalidConstVal, "constant result is not representable");
		return;
	}
	if (!tri_type_is_untyped(x->type)) {
		tri_check_representable(c, x, tri_type_underlying(x->type));
		return;
	}
	enum { MOST_BITS = 512 }; // untyped integers may not grow without bound
	if (tri_constant_bit_length(x->constant) > MOST_BITS) {
		tri_check_error(c, operator_pos, TRI_CODE_InvalidConstVal, "constant %soverflow", x->expr ? operation_name(x->expr) : "");
		x->constant = tri_constant_unknown(c->arena);
	}
}

// ---- Implicit conversion ---------------------------------------------------------------------

struct tri_type *tri_check_larger_untyped(struct tri_type *x, struct tri_type *y)
{
	if (x == y)
		return x;
	if (tri_type_is(x, TRI_IS_NUMERIC) && tri_type_is(y, TRI_IS_NUMERIC))
		return x->as.basic.kind > y->as.basic.kind ? x : y;
	return NULL;
}

struct tri_type *tri_check_implicit_type(struct tri_checker *c, struct tri_operand *x, struct tri_type *target, struct tri_constant **value,
										 enum tri_code *code)
{
	*value = NULL;
	*code = TRI_CODE_InvalidUntypedConversion;
	if (x->mode == TRI_MODE_INVALID || !tri_type_is_untyped(x->type) || !tri_type_is_valid(target))
		return x->type;
	if (tri_type_is_untyped(target))
		return tri_check_larger_untyped(x->type, target);
	if (x->mode == TRI_MODE_NIL)
		return tri_type_has_nil(target) ? target : NULL;
	struct tri_type *under = tri_type_underlying(target);
	if (!under)
		return NULL;
	if (tri_type_is_parameter(target)) {
		struct tri_specific specific = tri_type_specific(target);
		for (uint32_t i = 0; i < specific.count; i++) {
			struct tri_type *each = tri_specific_under(&specific, i);
			struct tri_constant *ignored = NULL;
			enum tri_code ignored_code = TRI_CODE_COUNT;
			if (!each || !tri_check_implicit_type(c, x, each, &ignored, &ignored_code))
				return NULL;
		}
		return target;
	}
	if (under->kind == TRI_TYPE_INTERFACE) {
		// Only an interface without methods takes an untyped value: its default type.
		return tri_interface_is_unrestricted(under) ? tri_type_default(c->universe, x->type) : NULL;
	}
	if (under->kind != TRI_TYPE_BASIC)
		return NULL;
	if (x->mode == TRI_MODE_CONSTANT)
		return represent(c, x, under, value, code) ? target : NULL;
	// Non-constant untyped values: comparisons, and shifts of constants.
	int flags = tri_basic_flags(x->type->as.basic.kind);
	int wanted = flags & TRI_IS_BOOLEAN ? TRI_IS_BOOLEAN : flags & TRI_IS_NUMERIC ? TRI_IS_NUMERIC : flags & TRI_IS_STRING;
	return tri_type_is(target, wanted) ? target : NULL;
}

void tri_check_convert_untyped(struct tri_checker *c, struct tri_operand *x, struct tri_type *target)
{
	struct tri_constant *value = NULL;
	enum tri_code code = TRI_CODE_COUNT;
	struct tri_type *type = tri_check_implicit_type(c, x, target, &value, &code);
	if (!type) {
		struct tri_type *under = tri_type_is_parameter(target) ? target : tri_type_underlying(target);
		tri_check_invalid_conversion(c, code, x, under ? under : target);
		x->mode = TRI_MODE_INVALID;
		return;
	}
	tri_check_give_type(c, x, type, value);
}

void tri_check_give_type(struct tri_checker *c, struct tri_operand *x, struct tri_type *type, struct tri_constant *value)
{
	if (value) {
		x->constant = value;
		if (tri_type_is_untyped(x->expr->type))
			x->expr->constant = value;
	}
	if (type != x->type) {
		x->type = type;
		tri_check_update_type(c, x->expr, type, false);
	}
}
