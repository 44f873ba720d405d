// Exact constants: folding of operators.
//
// Two operands are brought to the simpler form that can hold both (integer, rational, float,
// complex) and the operator is applied there.
#define TRI_CONSTANT_INTERNAL
#include "compiler/types/constant_internal.h"

int tri_constant_order(const struct tri_constant *left, const struct tri_constant *right)
{
	if (left->form == FORM_INTEGER && right->form == FORM_INTEGER)
		return mpz_cmp(left->as.integer, right->as.integer);
	if (left->form == FORM_RATIONAL && right->form == FORM_RATIONAL)
		return mpq_cmp(left->as.rational, right->as.rational);
	if (left->form == FORM_RATIONAL && right->form == FORM_INTEGER)
		return mpq_cmp_z(left->as.rational, right->as.integer);
	if (left->form == FORM_INTEGER && right->form == FORM_RATIONAL)
		return -mpq_cmp_z(right->as.rational, left->as.integer);
	mpfr_t a, b;
	widen_exponents();
	mpfr_inits2(TRI_FLOAT_PRECISION, a, b, (mpfr_ptr)0);
	tri_constant_get_float(a, left);
	tri_constant_get_float(b, right);
	int order = mpfr_cmp(a, b);
	mpfr_clears(a, b, (mpfr_ptr)0);
	return order;
}

static struct tri_constant *binary_integer(struct tri_arena *arena, enum tri_operator operator, mpz_srcptr left, mpz_srcptr right,
										   bool integer_division)
{
	if (operator== TRI_OP_DIV && !integer_division) {
		if (mpz_sgn(right) == 0)
			return NULL;
		mpq_t quotient;
		mpq_init(quotient);
		mpz_set(mpq_numref(quotient), left);
		mpz_set(mpq_denref(quotient), right);
		mpq_canonicalize(quotient);
		struct tri_constant *constant = tri_constant_make_rational(arena, quotient);
		mpq_clear(quotient);
		return constant;
	}
	mpz_t result;
	mpz_init(result);
	bool defined = true;
	switch ((int)operator) {
	case TRI_OP_ADD:
		mpz_add(result, left, right);
		break;
	case TRI_OP_SUB:
		mpz_sub(result, left, right);
		break;
	case TRI_OP_MUL:
		mpz_mul(result, left, right);
		break;
	case TRI_OP_DIV:
		defined = mpz_sgn(right) != 0;
		if (defined)
			mpz_tdiv_q(result, left, right);
		break;
	case TRI_OP_REM:
		defined = mpz_sgn(right) != 0;
		if (defined)
			mpz_tdiv_r(result, left, right);
		break;
	case TRI_OP_AND:
		mpz_and(result, left, right);
		break;
	case TRI_OP_OR:
		mpz_ior(result, left, right);
		break;
	case TRI_OP_XOR:
		mpz_xor(result, left, right);
		break;
	case TRI_OP_AND_NOT:
		mpz_com(result, right);
		mpz_and(result, left, result);
		break;
	default:
		defined = false;
	}
	struct tri_constant *constant = defined ? tri_constant_make_integer(arena, result) : NULL;
	mpz_clear(result);
	return constant;
}

static struct tri_constant *binary_rational(struct tri_arena *arena, enum tri_operator operator, const struct tri_constant * left,
											const struct tri_constant *right)
{
	mpq_t a, b;
	mpq_inits(a, b, (mpq_ptr)0);
	if (left->form == FORM_INTEGER)
		mpq_set_z(a, left->as.integer);
	else
		mpq_set(a, left->as.rational);
	if (right->form == FORM_INTEGER)
		mpq_set_z(b, right->as.integer);
	else
		mpq_set(b, right->as.rational);
	bool defined = true;
	switch ((int)operator) {
	case TRI_OP_ADD:
		mpq_add(a, a, b);
		break;
	case TRI_OP_SUB:
		mpq_sub(a, a, b);
		break;
	case TRI_OP_MUL:
		mpq_mul(a, a, b);
		break;
	case TRI_OP_DIV:
		defined = mpq_sgn(b) != 0;
		if (defined)
			mpq_div(a, a, b);
		break;
	default:
		defined = false;
	}
	struct tri_constant *constant = defined ? tri_constant_make_rational(arena, a) : NULL;
	mpq_clears(a, b, (mpq_ptr)0);
	return constant;
}

static struct tri_constant *binary_float(struct tri_arena *arena, enum tri_operator operator, const struct tri_constant * left,
										 const struct tri_constant *right)
{
	mpfr_t a, b;
	widen_exponents();
	mpfr_inits2(TRI_FLOAT_PRECISION, a, b, (mpfr_ptr)0);
	tri_constant_get_float(a, left);
	tri_constant_get_float(b, right);
	bool defined = true;
	switch ((int)operator) {
	case TRI_OP_ADD:
		mpfr_add(a, a, b, MPFR_RNDN);
		break;
	case TRI_OP_SUB:
		mpfr_sub(a, a, b, MPFR_RNDN);
		break;
	case TRI_OP_MUL:
		mpfr_mul(a, a, b, MPFR_RNDN);
		break;
	case TRI_OP_DIV:
		defined = !mpfr_zero_p(b);
		if (defined)
			mpfr_div(a, a, b, MPFR_RNDN);
		break;
	default:
		defined = false;
	}
	struct tri_constant *constant = defined ? tri_constant_make_float(arena, a) : NULL;
	if (defined && !constant)
		constant = tri_constant_unknown(arena);
	mpfr_clears(a, b, (mpfr_ptr)0);
	return constant;
}

// (a + bi) op (c + di), part by part. An undefined or unknown part makes the whole unknown.
static struct tri_constant *binary_complex(struct tri_arena *arena, enum tri_operator operator, const struct tri_constant * left,
										   const struct tri_constant *right)
{
	const struct tri_constant *a = left->as.complex.real, *b = left->as.complex.imag;
	const struct tri_constant *c = right->as.complex.real, *d = right->as.complex.imag;
	const struct tri_constant *real = NULL, *imag = NULL;
#define APPLY(op, x, y) tri_constant_binary(arena, TRI_OP_##op, (x), (y), false)
	switch ((int)operator) {
	case TRI_OP_ADD:
	case TRI_OP_SUB:
		real = tri_constant_binary(arena, operator, a, c, false);
		imag = tri_constant_binary(arena, operator, b, d, false);
		break;
	case TRI_OP_MUL:
		real = APPLY(SUB, APPLY(MUL, a, c), APPLY(MUL, b, d));
		imag = APPLY(ADD, APPLY(MUL, b, c), APPLY(MUL, a, d));
		break;
	case TRI_OP_DIV: {
		const struct tri_constant *norm = APPLY(ADD, APPLY(MUL, c, c), APPLY(MUL, d, d));
		if (tri_constant_sign(norm) == 0)
			return NULL;
		real = APPLY(DIV, APPLY(ADD, APPLY(MUL, a, c), APPLY(MUL, b, d)), norm);
		imag = APPLY(DIV, APPLY(SUB, APPLY(MUL, b, c), APPLY(MUL, a, d)), norm);
		break;
	}
	default:
		return NULL;
	}
#undef APPLY
	if (!real || !imag)
		return NULL;
	if (real->kind == TRI_CONSTANT_UNKNOWN || imag->kind == TRI_CONSTANT_UNKNOWN)
		return tri_constant_unknown(arena);
	return tri_constant_complex(arena, real, imag);
}

struct tri_constant *tri_constant_binary(struct tri_arena *arena, enum tri_operator operator, const struct tri_constant * left,
										 const struct tri_constant *right, bool integer_division)
{
	if (!left || !right)
		return NULL;
	if (left->kind == TRI_CONSTANT_UNKNOWN || right->kind == TRI_CONSTANT_UNKNOWN)
		return tri_constant_unknown(arena);
	if (left->kind == TRI_CONSTANT_BOOL && right->kind == TRI_CONSTANT_BOOL) {
		if (operator== TRI_OP_AND_AND)
			return tri_constant_bool(arena, left->as.boolean && right->as.boolean);
		if (operator== TRI_OP_OR_OR)
			return tri_constant_bool(arena, left->as.boolean || right->as.boolean);
		return NULL;
	}
	if (left->kind == TRI_CONSTANT_STRING && right->kind == TRI_CONSTANT_STRING) {
		if (operator!= TRI_OP_ADD)
			return NULL;
		size_t length = left->as.string.length + right->as.string.length;
		char *bytes = tri_arena_alloc(arena, length + 1);
		memcpy(bytes, left->as.string.bytes, left->as.string.length);
		memcpy(bytes + left->as.string.length, right->as.string.bytes, right->as.string.length);
		struct tri_constant *constant = TRI_NEW(arena, struct tri_constant);
		constant->kind = TRI_CONSTANT_STRING;
		constant->as.string.bytes = bytes;
		constant->as.string.length = length;
		return constant;
	}
	if (left->kind < TRI_CONSTANT_INT || right->kind < TRI_CONSTANT_INT)
		return NULL;
	if (left->kind == TRI_CONSTANT_COMPLEX || right->kind == TRI_CONSTANT_COMPLEX)
		return binary_complex(arena, operator, tri_constant_to_complex(arena, left), tri_constant_to_complex(arena, right));
	if (left->form == FORM_INTEGER && right->form == FORM_INTEGER)
		return binary_integer(arena, operator, left->as.integer, right->as.integer, integer_division);
	if (left->form != FORM_FLOAT && right->form != FORM_FLOAT)
		return binary_rational(arena, operator, left, right);
	return binary_float(arena, operator, left, right);
}

static bool order_satisfies(enum tri_operator operator, int order)
{
	switch ((int)operator) {
	case TRI_OP_EQUAL:
		return order == 0;
	case TRI_OP_NOT_EQUAL:
		return order != 0;
	case TRI_OP_LESS:
		return order < 0;
	case TRI_OP_LESS_EQUAL:
		return order <= 0;
	case TRI_OP_GREATER:
		return order > 0;
	case TRI_OP_GREATER_EQUAL:
		return order >= 0;
	default:
		return false;
	}
}

bool tri_constant_compare(enum tri_operator operator, const struct tri_constant * left, const struct tri_constant *right)
{
	if (left->kind == TRI_CONSTANT_BOOL && right->kind == TRI_CONSTANT_BOOL)
		return order_satisfies(operator, left->as.boolean - right->as.boolean);
	if (left->kind == TRI_CONSTANT_STRING && right->kind == TRI_CONSTANT_STRING) {
		size_t shorter = left->as.string.length < right->as.string.length ? left->as.string.length : right->as.string.length;
		int order = memcmp(left->as.string.bytes, right->as.string.bytes, shorter);
		if (order == 0)
			order = (left->as.string.length > right->as.string.length) - (left->as.string.length < right->as.string.length);
		return order_satisfies(operator, order);
	}
	if (left->kind < TRI_CONSTANT_INT || right->kind < TRI_CONSTANT_INT)
		return false;
	if (left->kind == TRI_CONSTANT_COMPLEX || right->kind == TRI_CONSTANT_COMPLEX) {
		const struct tri_constant *a = left->kind == TRI_CONSTANT_COMPLEX ? left->as.complex.real : left;
		const struct tri_constant *c = right->kind == TRI_CONSTANT_COMPLEX ? right->as.complex.real : right;
		bool equal = tri_constant_order(a, c) == 0;
		if (left->kind == right->kind)
			equal = equal && tri_constant_order(left->as.complex.imag, right->as.complex.imag) == 0;
		else
			equal = equal && tri_constant_sign((left->kind == TRI_CONSTANT_COMPLEX ? left : right)->as.complex.imag) == 0;
		return operator== TRI_OP_NOT_EQUAL ? !equal : operator== TRI_OP_EQUAL && equal;
	}
	return order_satisfies(operator, tri_constant_order(left, right));
}

struct tri_constant *tri_constant_unary(struct tri_arena *arena, enum tri_operator operator, const struct tri_constant * operand,
										uint32_t precision)
{
	if (operand->kind == TRI_CONSTANT_UNKNOWN)
		return tri_constant_unknown(arena);
	switch ((int)operator) {
	case TRI_OP_ADD: {
		if (operand->kind < TRI_CONSTANT_INT)
			return NULL;
		struct tri_constant *copy = TRI_NEW(arena, struct tri_constant);
		*copy = *operand; // limbs are immutable and may be shared
		return copy;
	}
	case TRI_OP_SUB:
		if (operand->kind < TRI_CONSTANT_INT)
			return NULL;
		if (operand->form == FORM_FLOAT) {
			mpfr_t negated;
			mpfr_init2(negated, TRI_FLOAT_PRECISION);
			mpfr_neg(negated, operand->as.real, MPFR_RNDN);
			struct tri_constant *constant = tri_constant_make_float(arena, negated);
			mpfr_clear(negated);
			return constant;
		}
		if (operand->kind == TRI_CONSTANT_COMPLEX)
			return tri_constant_complex(arena, tri_constant_unary(arena, operator, operand->as.complex.real, 0),
										tri_constant_unary(arena, operator, operand->as.complex.imag, 0));
		return tri_constant_binary(arena, TRI_OP_SUB, tri_constant_int(arena, 0), operand, true);
	case TRI_OP_XOR: {
		if (operand->form != FORM_INTEGER)
			return NULL;
		mpz_t result;
		mpz_init(result);
		mpz_com(result, operand->as.integer);
		if (precision > 0)
			mpz_fdiv_r_2exp(result, result, precision); // an unsigned complement stays within its type
		struct tri_constant *constant = tri_constant_make_integer(arena, result);
		mpz_clear(result);
		return constant;
	}
	case TRI_OP_NOT:
		return operand->kind == TRI_CONSTANT_BOOL ? tri_constant_bool(arena, !operand->as.boolean) : NULL;
	default:
		return NULL;
	}
}

struct tri_constant *tri_constant_shift(struct tri_arena *arena, enum tri_operator operator, const struct tri_constant * operand,
										uint64_t count)
{
	if (operand->kind == TRI_CONSTANT_UNKNOWN)
		return tri_constant_unknown(arena);
	if (operand->form != FORM_INTEGER)
		return NULL;
	mpz_t result;
	mpz_init(result);
	if (operator== TRI_OP_SHL)
		mpz_mul_2exp(result, operand->as.integer, count);
	else
		mpz_fdiv_q_2exp(result, operand->as.integer, count);
	struct tri_constant *constant = tri_constant_make_integer(arena, result);
	mpz_clear(result);
	return constant;
}
