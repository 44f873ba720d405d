// Internal to the constant_*.c files: the representation of a constant.
#ifndef TRI_COMPILER_CONSTANT_INTERNAL_H
#define TRI_COMPILER_CONSTANT_INTERNAL_H

#ifndef TRI_CONSTANT_INTERNAL
#error "constant_internal.h belongs to the constant_*.c files alone"
#endif

#include <gmp.h>
#include <mpfr.h>

#include "compiler/types/constant.h"

// Numerators, denominators and exponents beyond this many bits are kept as floats, so that a chain
// of operations cannot make a rational grow without bound.
#define TRI_RATIONAL_BITS 4096
#define TRI_FLOAT_PRECISION 512

enum constant_form {
	FORM_NONE, // unknown, boolean, string, complex: the kind says it all
	FORM_INTEGER,
	FORM_RATIONAL,
	FORM_FLOAT,
};

// Number objects point at limbs in the arena and are never cleared; they are read-only after construction.
struct tri_constant {
	enum tri_constant_kind kind;
	enum constant_form form;
	union {
		bool boolean;
		struct {
			const char *bytes;
			size_t length;
		} string;
		mpz_t integer;
		mpq_t rational;
		mpfr_t real;
		struct {
			const struct tri_constant *real, *imag;
		} complex;
	} as;
};

// MPFR's exponent range is a setting of the thread, and narrower at first than Go's constants need.
static inline void widen_exponents(void)
{
	mpfr_set_emin(mpfr_get_emin_min());
	mpfr_set_emax(mpfr_get_emax_max());
}

struct tri_constant *tri_constant_make_integer(struct tri_arena *arena, mpz_srcptr value);
// `value` must be canonical. Becomes a float when its parts are too large.
struct tri_constant *tri_constant_make_rational(struct tri_arena *arena, mpq_srcptr value);
// NULL for infinities, NaN and exponents beyond 32 bits; what is too small becomes zero.
struct tri_constant *tri_constant_make_float(struct tri_arena *arena, mpfr_srcptr value);
// Sets an initialised mpfr_t of TRI_FLOAT_PRECISION from an integer, rational or float.
void tri_constant_get_float(mpfr_ptr out, const struct tri_constant *constant);
// Orders two integers or floats.
int tri_constant_order(const struct tri_constant *left, const struct tri_constant *right);

#endif
