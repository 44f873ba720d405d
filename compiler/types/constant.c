// Exact constants: representation, construction and questions.
//
// An integer is always exact. A float is a rational while its parts stay under TRI_RATIONAL_BITS
// bits and an MPFR number of TRI_FLOAT_PRECISION bits beyond that; it never goes back. Whoever
// computes uses temporary GMP and MPFR objects and hands the result to one of the
// tri_constant_make functions, which copy the limbs into the arena.
#define TRI_CONSTANT_INTERNAL
#include "compiler/types/constant_internal.h"

#include <float.h>
#include <limits.h>
#include <math.h>

static struct tri_constant *constant_new(struct tri_arena *arena, enum tri_constant_kind kind, enum constant_form form)
{
	struct tri_constant *constant = TRI_NEW(arena, struct tri_constant);
	constant->kind = kind;
	constant->form = form;
	return constant;
}

// Makes `target` a read-only integer on limbs copied into the arena.
static void copy_integer(struct tri_arena *arena, mpz_ptr target, mpz_srcptr value)
{
	size_t limbs = mpz_size(value);
	mp_limb_t *copy = TRI_NEW_ARRAY(arena, mp_limb_t, limbs ? limbs : 1);
	if (limbs)
		memcpy(copy, mpz_limbs_read(value), limbs * sizeof(mp_limb_t));
	mpz_roinit_n(target, copy, mpz_sgn(value) < 0 ? -(mp_size_t)limbs : (mp_size_t)limbs);
}

struct tri_constant *tri_constant_make_integer(struct tri_arena *arena, mpz_srcptr value)
{
	struct tri_constant *constant = constant_new(arena, TRI_CONSTANT_INT, FORM_INTEGER);
	copy_integer(arena, constant->as.integer, value);
	return constant;
}

static bool small_integer(mpz_srcptr value) { return mpz_sizeinbase(value, 2) < TRI_RATIONAL_BITS; }

struct tri_constant *tri_constant_make_rational(struct tri_arena *arena, mpq_srcptr value)
{
	if (!small_integer(mpq_numref(value)) || !small_integer(mpq_denref(value))) {
		mpfr_t real;
		mpfr_init2(real, TRI_FLOAT_PRECISION);
		mpfr_set_q(real, value, MPFR_RNDN);
		struct tri_constant *constant = tri_constant_make_float(arena, real);
		mpfr_clear(real);
		return constant;
	}
	struct tri_constant *constant = constant_new(arena, TRI_CONSTANT_FLOAT, FORM_RATIONAL);
	copy_integer(arena, mpq_numref(constant->as.rational), mpq_numref(value));
	copy_integer(arena, mpq_denref(constant->as.rational), mpq_denref(value));
	return constant;
}

struct tri_constant *tri_constant_make_float(struct tri_arena *arena, mpfr_srcptr value)
{
	if (mpfr_zero_p(value) || (mpfr_regular_p(value) && mpfr_get_exp(value) < INT_MIN)) { // too small is zero
		mpq_t zero;
		mpq_init(zero);
		struct tri_constant *constant = tri_constant_make_rational(arena, zero);
		mpq_clear(zero);
		return constant;
	}
	if (!mpfr_regular_p(value) || mpfr_get_exp(value) > INT_MAX)
		return NULL;
	struct tri_constant *constant = constant_new(arena, TRI_CONSTANT_FLOAT, FORM_FLOAT);
	void *significand = tri_arena_alloc(arena, mpfr_custom_get_size(TRI_FLOAT_PRECISION));
	mpfr_custom_init(significand, TRI_FLOAT_PRECISION);
	mpfr_custom_init_set(constant->as.real, MPFR_ZERO_KIND, 0, TRI_FLOAT_PRECISION, significand);
	mpfr_set(constant->as.real, value, MPFR_RNDN);
	return constant;
}

enum tri_constant_kind tri_constant_kind(const struct tri_constant *constant) { return constant->kind; }

struct tri_constant *tri_constant_unknown(struct tri_arena *arena) { return constant_new(arena, TRI_CONSTANT_UNKNOWN, FORM_NONE); }

struct tri_constant *tri_constant_bool(struct tri_arena *arena, bool value)
{
	struct tri_constant *constant = constant_new(arena, TRI_CONSTANT_BOOL, FORM_NONE);
	constant->as.boolean = value;
	return constant;
}

struct tri_constant *tri_constant_int(struct tri_arena *arena, int64_t value)
{
	mpz_t integer;
	mpz_init_set_si(integer, value);
	struct tri_constant *constant = tri_constant_make_integer(arena, integer);
	mpz_clear(integer);
	return constant;
}

struct tri_constant *tri_constant_uint(struct tri_arena *arena, uint64_t value)
{
	mpz_t integer;
	mpz_init_set_ui(integer, value);
	struct tri_constant *constant = tri_constant_make_integer(arena, integer);
	mpz_clear(integer);
	return constant;
}

struct tri_constant *tri_constant_double(struct tri_arena *arena, double value)
{
	if (!isfinite(value))
		return tri_constant_unknown(arena);
	struct tri_constant *constant;
	int exponent = 0;
	(void)frexp(value, &exponent);
	if (exponent > -TRI_RATIONAL_BITS && exponent < TRI_RATIONAL_BITS) {
		mpq_t rational;
		mpq_init(rational);
		mpq_set_d(rational, value);
		constant = tri_constant_make_rational(arena, rational);
		mpq_clear(rational);
	} else {
		mpfr_t real;
		mpfr_init2(real, TRI_FLOAT_PRECISION);
		mpfr_set_d(real, value, MPFR_RNDN);
		constant = tri_constant_make_float(arena, real);
		mpfr_clear(real);
	}
	return constant;
}

struct tri_constant *tri_constant_string(struct tri_arena *arena, const char *bytes, size_t length)
{
	struct tri_constant *constant = constant_new(arena, TRI_CONSTANT_STRING, FORM_NONE);
	constant->as.string.bytes = tri_arena_strdup(arena, bytes, length);
	constant->as.string.length = length;
	return constant;
}

struct tri_constant *tri_constant_complex(struct tri_arena *arena, const struct tri_constant *real, const struct tri_constant *imag)
{
	struct tri_constant *constant = constant_new(arena, TRI_CONSTANT_COMPLEX, FORM_NONE);
	constant->as.complex.real = real;
	constant->as.complex.imag = imag;
	return constant;
}

bool tri_constant_bool_value(const struct tri_constant *constant) { return constant->kind == TRI_CONSTANT_BOOL && constant->as.boolean; }

const char *tri_constant_string_value(const struct tri_constant *constant, size_t *length)
{
	if (constant->kind != TRI_CONSTANT_STRING) {
		*length = 0;
		return "";
	}
	*length = constant->as.string.length;
	return constant->as.string.bytes;
}

// Finds the integer value of a number into an initialised mpz; false when it has none.
static bool get_integer(const struct tri_constant *constant, mpz_ptr out)
{
	if (constant->kind == TRI_CONSTANT_COMPLEX)
		return tri_constant_sign(constant->as.complex.imag) == 0 && get_integer(constant->as.complex.real, out);
	switch (constant->form) {
	case FORM_INTEGER:
		mpz_set(out, constant->as.integer);
		return true;
	case FORM_RATIONAL:
		if (mpz_cmp_ui(mpq_denref(constant->as.rational), 1) != 0)
			return false;
		mpz_set(out, mpq_numref(constant->as.rational));
		return true;
	case FORM_FLOAT: {
		mpfr_exp_t exponent = mpfr_get_exp(constant->as.real);
		if (exponent <= -TRI_RATIONAL_BITS || exponent >= TRI_RATIONAL_BITS)
			return false; // integral perhaps, but of no use as an integer
		if (mpfr_integer_p(constant->as.real)) {
			mpfr_get_z(out, constant->as.real, MPFR_RNDN);
			return true;
		}
		// Earlier roundings may have left the value a few last bits away from an integer.
		bool found = false;
		mpfr_t rounded;
		mpfr_init2(rounded, TRI_FLOAT_PRECISION - 4);
		mpfr_set(rounded, constant->as.real, MPFR_RNDD);
		found = mpfr_integer_p(rounded);
		if (!found) {
			mpfr_set(rounded, constant->as.real, MPFR_RNDU);
			found = mpfr_integer_p(rounded);
		}
		if (found)
			mpfr_get_z(out, rounded, MPFR_RNDN);
		mpfr_clear(rounded);
		return found;
	}
	case FORM_NONE:
		break;
	}
	return false;
}

bool tri_constant_int64(const struct tri_constant *constant, int64_t *value)
{
	if (constant->form == FORM_INTEGER) {
		if (!mpz_fits_slong_p(constant->as.integer))
			return false;
		*value = mpz_get_si(constant->as.integer);
		return true;
	}
	mpz_t integer;
	mpz_init(integer);
	bool fits = get_integer(constant, integer) && mpz_fits_slong_p(integer);
	if (fits)
		*value = mpz_get_si(integer);
	mpz_clear(integer);
	return fits;
}

bool tri_constant_uint64(const struct tri_constant *constant, uint64_t *value)
{
	mpz_t integer;
	mpz_init(integer);
	bool fits = get_integer(constant, integer) && mpz_fits_ulong_p(integer);
	if (fits)
		*value = mpz_get_ui(integer);
	mpz_clear(integer);
	return fits;
}

void tri_constant_get_float(mpfr_ptr out, const struct tri_constant *constant)
{
	switch (constant->form) {
	case FORM_INTEGER:
		mpfr_set_z(out, constant->as.integer, MPFR_RNDN);
		return;
	case FORM_RATIONAL:
		mpfr_set_q(out, constant->as.rational, MPFR_RNDN);
		return;
	case FORM_FLOAT:
		mpfr_set(out, constant->as.real, MPFR_RNDN);
		return;
	case FORM_NONE:
		mpfr_set_zero(out, 1);
		return;
	}
}

// Sets `out` so that rounding it to a machine float gives the rounding of the exact value: an
// inexact conversion is truncated and then moved off by less than its last place, so no tie appears
// that was not there.
static void get_for_rounding(mpfr_ptr out, const struct tri_constant *constant)
{
	int inexact = 0;
	mpfr_set_prec(out, TRI_FLOAT_PRECISION);
	if (constant->form == FORM_INTEGER)
		inexact = mpfr_set_z(out, constant->as.integer, MPFR_RNDZ);
	else if (constant->form == FORM_RATIONAL)
		inexact = mpfr_set_q(out, constant->as.rational, MPFR_RNDZ);
	else
		tri_constant_get_float(out, constant);
	if (inexact == 0)
		return;
	mpfr_t nudge;
	mpfr_init2(nudge, 2);
	mpfr_set_si_2exp(nudge, mpfr_sgn(out), mpfr_get_exp(out) - TRI_FLOAT_PRECISION - 8, MPFR_RNDN);
	mpfr_prec_round(out, TRI_FLOAT_PRECISION + 64, MPFR_RNDZ);
	mpfr_add(out, out, nudge, MPFR_RNDZ);
	mpfr_clear(nudge);
}

double tri_constant_float64(const struct tri_constant *constant)
{
	if (constant->kind == TRI_CONSTANT_COMPLEX)
		return tri_constant_float64(constant->as.complex.real);
	mpfr_t real;
	mpfr_init2(real, TRI_FLOAT_PRECISION);
	get_for_rounding(real, constant);
	double value = mpfr_get_d(real, MPFR_RNDN);
	mpfr_clear(real);
	return value;
}

float tri_constant_float32(const struct tri_constant *constant)
{
	if (constant->kind == TRI_CONSTANT_COMPLEX)
		return tri_constant_float32(constant->as.complex.real);
	mpfr_t real;
	mpfr_init2(real, TRI_FLOAT_PRECISION);
	get_for_rounding(real, constant);
	float value = mpfr_get_flt(real, MPFR_RNDN);
	mpfr_clear(real);
	return value;
}

struct tri_constant *tri_constant_real(struct tri_arena *arena, const struct tri_constant *constant)
{
	if (constant->kind == TRI_CONSTANT_UNKNOWN)
		return tri_constant_unknown(arena);
	const struct tri_constant *part = constant->kind == TRI_CONSTANT_COMPLEX ? constant->as.complex.real : constant;
	struct tri_constant *copy = TRI_NEW(arena, struct tri_constant);
	*copy = *part; // limbs are immutable and may be shared
	return copy;
}

struct tri_constant *tri_constant_imag(struct tri_arena *arena, const struct tri_constant *constant)
{
	if (constant->kind == TRI_CONSTANT_UNKNOWN)
		return tri_constant_unknown(arena);
	if (constant->kind != TRI_CONSTANT_COMPLEX)
		return tri_constant_int(arena, 0);
	struct tri_constant *copy = TRI_NEW(arena, struct tri_constant);
	*copy = *constant->as.complex.imag;
	return copy;
}

int tri_constant_sign(const struct tri_constant *constant)
{
	if (constant->kind == TRI_CONSTANT_COMPLEX)
		return tri_constant_sign(constant->as.complex.real) | tri_constant_sign(constant->as.complex.imag);
	switch (constant->form) {
	case FORM_INTEGER:
		return mpz_sgn(constant->as.integer);
	case FORM_RATIONAL:
		return mpq_sgn(constant->as.rational);
	case FORM_FLOAT:
		return mpfr_sgn(constant->as.real);
	case FORM_NONE:
		break;
	}
	return 1; // unknown values pass tests against zero
}

uint64_t tri_constant_bit_length(const struct tri_constant *constant)
{
	if (constant->form != FORM_INTEGER || mpz_sgn(constant->as.integer) == 0)
		return 0;
	return mpz_sizeinbase(constant->as.integer, 2);
}

const struct tri_constant *tri_constant_to_int(struct tri_arena *arena, const struct tri_constant *constant)
{
	if (constant->kind == TRI_CONSTANT_INT)
		return constant;
	mpz_t integer;
	mpz_init(integer);
	const struct tri_constant *result = NULL;
	if (get_integer(constant, integer))
		result = tri_constant_make_integer(arena, integer);
	mpz_clear(integer);
	return result;
}

const struct tri_constant *tri_constant_to_float(struct tri_arena *arena, const struct tri_constant *constant)
{
	switch (constant->kind) {
	case TRI_CONSTANT_FLOAT:
		return constant;
	case TRI_CONSTANT_INT: {
		mpq_t rational;
		mpq_init(rational);
		mpq_set_z(rational, constant->as.integer);
		const struct tri_constant *result = tri_constant_make_rational(arena, rational);
		mpq_clear(rational);
		return result;
	}
	case TRI_CONSTANT_COMPLEX:
		return tri_constant_sign(constant->as.complex.imag) == 0 ? tri_constant_to_float(arena, constant->as.complex.real) : NULL;
	case TRI_CONSTANT_UNKNOWN:
	case TRI_CONSTANT_BOOL:
	case TRI_CONSTANT_STRING:
		break;
	}
	return NULL;
}

const struct tri_constant *tri_constant_to_complex(struct tri_arena *arena, const struct tri_constant *constant)
{
	switch (constant->kind) {
	case TRI_CONSTANT_COMPLEX:
		return constant;
	case TRI_CONSTANT_INT:
	case TRI_CONSTANT_FLOAT:
		return tri_constant_complex(arena, constant, tri_constant_int(arena, 0));
	case TRI_CONSTANT_UNKNOWN:
	case TRI_CONSTANT_BOOL:
	case TRI_CONSTANT_STRING:
		break;
	}
	return NULL;
}
