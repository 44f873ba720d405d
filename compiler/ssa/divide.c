// Division and remainder by constants: shifts for powers of two, else multiplication by a scaled inverse (Granlund
// and Montgomery, 1994; Warren, Hacker's Delight, chapter 10). Narrow operands are widened to 64 bits first, where a
// 64-bit inverse is always exact.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/internal.h"

struct divider {
	struct tri_ssa_func *function;
	struct tri_ssa_value *place; // new values go before it
};

static struct tri_ssa_value *number(struct divider *d, enum tri_ssa_type type, int64_t integer)
{
	struct tri_ssa_value *value = tri_ssa_new_value(d->function, TRI_SSA_CONST, type, d->place->pos);
	value->pos.is_statement = false;
	value->integer = ssa_normalise(integer, type);
	tri_ssa_insert_before(d->place, value);
	return value;
}

static struct tri_ssa_value *make(struct divider *d, enum tri_ssa_op op, enum tri_ssa_type type, struct tri_ssa_value *x,
								  struct tri_ssa_value *y)
{
	struct tri_ssa_value *value = tri_ssa_new_value(d->function, op, type, d->place->pos);
	value->pos.is_statement = false;
	tri_ssa_add_argument(d->function, value, x);
	if (y)
		tri_ssa_add_argument(d->function, value, y);
	tri_ssa_insert_before(d->place, value);
	return value;
}

static struct tri_ssa_value *shift(struct divider *d, enum tri_ssa_op op, struct tri_ssa_value *x, uint32_t count)
{
	return count ? make(d, op, x->type, x, number(d, TRI_SSA_I8, count)) : x;
}

static uint32_t log2_of(uint64_t value) { return 63 - (uint32_t)__builtin_clzll(value); }
static bool is_power_of_two(uint64_t value) { return (value & (value - 1)) == 0; }

// ceil(log2 c) = l; x / c = (((x - t) >> 1) + t) >> (l - 1) with t = high(x * m), m = floor(2^64 (2^l - c) / c) + 1
static struct tri_ssa_value *unsigned_quotient(struct divider *d, struct tri_ssa_value *x, uint64_t divisor, bool narrow)
{
	if (is_power_of_two(divisor))
		return shift(d, TRI_SSA_SHR_U, x, log2_of(divisor));
	if (narrow)
		return make(d, TRI_SSA_MUL_HIGH_U, TRI_SSA_I64, x, number(d, TRI_SSA_I64, (int64_t)(UINT64_MAX / divisor + 1)));
	uint32_t bits = log2_of(divisor) + 1;
	unsigned __int128 scale = ((unsigned __int128)1 << bits) - divisor;
	uint64_t inverse = (uint64_t)((scale << 64) / divisor) + 1;
	struct tri_ssa_value *high = make(d, TRI_SSA_MUL_HIGH_U, TRI_SSA_I64, x, number(d, TRI_SSA_I64, (int64_t)inverse));
	struct tri_ssa_value *half = shift(d, TRI_SSA_SHR_U, make(d, TRI_SSA_SUB, TRI_SSA_I64, x, high), 1);
	return shift(d, TRI_SSA_SHR_U, make(d, TRI_SSA_ADD, TRI_SSA_I64, half, high), bits - 1);
}

// For divisor >= 2.
static struct tri_ssa_value *signed_quotient(struct divider *d, struct tri_ssa_value *x, uint64_t divisor, bool narrow, bool non_negative)
{
	if (is_power_of_two(divisor)) {
		uint32_t bits = log2_of(divisor);
		if (non_negative)
			return shift(d, TRI_SSA_SHR_U, x, bits);
		struct tri_ssa_value *sign = shift(d, TRI_SSA_SHR_S, x, 63);
		struct tri_ssa_value *bias = shift(d, TRI_SSA_SHR_U, sign, 64 - bits);
		return shift(d, TRI_SSA_SHR_S, make(d, TRI_SSA_ADD, TRI_SSA_I64, x, bias), bits);
	}
	struct tri_ssa_value *quotient;
	if (narrow) {
		quotient = make(d, TRI_SSA_MUL_HIGH_S, TRI_SSA_I64, x, number(d, TRI_SSA_I64, (int64_t)(UINT64_MAX / divisor + 1)));
	} else {
		const uint64_t two63 = (uint64_t)1 << 63;
		uint64_t limit = two63 - 1 - two63 % divisor, q1 = two63 / limit, r1 = two63 % limit, q2 = two63 / divisor, r2 = two63 % divisor,
				 delta;
		uint32_t power = 63;
		do {
			power++;
			q1 *= 2;
			r1 *= 2;
			if (r1 >= limit) {
				q1++;
				r1 -= limit;
			}
			q2 *= 2;
			r2 *= 2;
			if (r2 >= divisor) {
				q2++;
				r2 -= divisor;
			}
			delta = divisor - r2;
		} while (q1 < delta || (q1 == delta && r1 == 0));
		int64_t inverse = (int64_t)(q2 + 1);
		quotient = make(d, TRI_SSA_MUL_HIGH_S, TRI_SSA_I64, x, number(d, TRI_SSA_I64, inverse));
		if (inverse < 0)
			quotient = make(d, TRI_SSA_ADD, TRI_SSA_I64, quotient, x);
		quotient = shift(d, TRI_SSA_SHR_S, quotient, power - 64);
	}
	if (non_negative)
		return quotient;
	// Towards zero: one more when x is negative.
	return make(d, TRI_SSA_SUB, TRI_SSA_I64, quotient, shift(d, TRI_SSA_SHR_S, x, 63));
}

static void divide(struct tri_ssa_func *function, struct tri_ssa_value *value)
{
	struct tri_ssa_value *x = value->arguments.items[0], *y = value->arguments.items[1];
	bool is_signed = value->op == TRI_SSA_DIV_S || value->op == TRI_SSA_REM_S,
		 remainder = value->op == TRI_SSA_REM_S || value->op == TRI_SSA_REM_U;
	uint8_t type = value->type;
	struct divider d = {function, value};
	bool narrow = type != TRI_SSA_I64;
	uint64_t divisor = is_signed ? (y->integer < 0 ? 0 - (uint64_t)y->integer : (uint64_t)y->integer) : ssa_unsigned(y->integer, type);
	struct tri_ssa_value *result;
	if (divisor == 0)
		return;
	if (divisor == 1) {
		result = remainder ? number(&d, type, 0) : is_signed && y->integer < 0 ? make(&d, TRI_SSA_NEG, type, x, NULL) : x;
		tri_ssa_make_copy(function, value, result);
		return;
	}
	bool non_negative = is_signed && ssa_is_non_negative(x, value->block);
	if (remainder && is_power_of_two(divisor) && (!is_signed || non_negative)) {
		tri_ssa_make_copy(function, value, make(&d, TRI_SSA_AND, type, x, number(&d, type, (int64_t)(divisor - 1))));
		return;
	}
	struct tri_ssa_value *wide = narrow ? make(&d, is_signed ? TRI_SSA_EXTEND_S : TRI_SSA_EXTEND_U, TRI_SSA_I64, x, NULL) : x;
	result = is_signed ? signed_quotient(&d, wide, divisor, narrow, non_negative) : unsigned_quotient(&d, wide, divisor, narrow);
	if (is_signed && y->integer < 0 && !remainder) // the remainder has the dividend's sign whatever the divisor's
		result = make(&d, TRI_SSA_NEG, TRI_SSA_I64, result, NULL);
	if (remainder) {
		struct tri_ssa_value *whole = is_power_of_two(divisor)
										  ? shift(&d, TRI_SSA_SHL, result, log2_of(divisor))
										  : make(&d, TRI_SSA_MUL, TRI_SSA_I64, result, number(&d, TRI_SSA_I64, (int64_t)divisor));
		result = make(&d, TRI_SSA_SUB, TRI_SSA_I64, wide, whole);
	}
	if (narrow)
		result = make(&d, TRI_SSA_TRUNCATE, type, result, NULL);
	tri_ssa_make_copy(function, value, result);
}

void ssa_pass_divide(struct tri_ssa_func *function)
{
	for (uint32_t b = 0; b < function->blocks.count; b++)
		for (struct tri_ssa_value *value = function->blocks.items[b]->first, *next; value; value = next) {
			next = value->next;
			if (value->op >= TRI_SSA_DIV_S && value->op <= TRI_SSA_REM_U && ssa_is_const(value->arguments.items[1]) &&
				value->type != TRI_SSA_PTR)
				divide(function, value);
		}
	tri_ssa_remove_copies(function);
}
