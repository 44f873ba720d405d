// Exact constants: booleans, strings, integers of any size (GMP), rationals and floats (GMP
// rationals while small, MPFR with 512 bits of precision beyond), complex pairs.
// Values are immutable; storage comes from the arena given (GMP limbs included).
#ifndef TRI_COMPILER_CONSTANT_H
#define TRI_COMPILER_CONSTANT_H

#include "compiler/base/base.h"
#include "compiler/syntax/token.h"

enum tri_constant_kind {
	TRI_CONSTANT_UNKNOWN, // an error was reported
	TRI_CONSTANT_BOOL,
	TRI_CONSTANT_STRING,
	TRI_CONSTANT_INT,
	TRI_CONSTANT_FLOAT,
	TRI_CONSTANT_COMPLEX,
};

struct tri_constant;

enum tri_constant_kind tri_constant_kind(const struct tri_constant *constant);
struct tri_constant *tri_constant_bool(struct tri_arena *arena, bool value);
struct tri_constant *tri_constant_int(struct tri_arena *arena, int64_t value);
struct tri_constant *tri_constant_uint(struct tri_arena *arena, uint64_t value);
struct tri_constant *tri_constant_double(struct tri_arena *arena, double value);
struct tri_constant *tri_constant_string(struct tri_arena *arena, const char *bytes, size_t length);

bool tri_constant_bool_value(const struct tri_constant *constant);
const char *tri_constant_string_value(const struct tri_constant *constant, size_t *length);
// Whether the value is an integer that fits, and the value (a FLOAT with integral value counts).
bool tri_constant_int64(const struct tri_constant *constant, int64_t *value);
bool tri_constant_uint64(const struct tri_constant *constant, uint64_t *value);
double tri_constant_float64(const struct tri_constant *constant); // rounded to nearest even; ±Inf when too large
float tri_constant_float32(const struct tri_constant *constant);
struct tri_constant *tri_constant_real(struct tri_arena *arena, const struct tri_constant *constant);
struct tri_constant *tri_constant_imag(struct tri_arena *arena, const struct tri_constant *constant);
int tri_constant_sign(const struct tri_constant *constant);
// As Go prints it in diagnostics (%v of go/constant's String, or ExactString when exact).
void tri_constant_print(const struct tri_constant *constant, bool exact, struct tri_buffer *out);

// Folding for later stages: NULL when the operation is not defined on the values (division by zero
// included). Integer division truncates when `integer_division`.
struct tri_constant *tri_constant_binary(struct tri_arena *arena, enum tri_operator operator, const struct tri_constant * left,
										 const struct tri_constant *right, bool integer_division);
bool tri_constant_compare(enum tri_operator operator, const struct tri_constant * left, const struct tri_constant *right);
// + - ^ !; `precision` is the width in bits of an unsigned result of ^, 0 when signed or untyped. NULL when undefined.
struct tri_constant *tri_constant_unary(struct tri_arena *arena, enum tri_operator operator, const struct tri_constant * operand,
										uint32_t precision);
// operator is SHL or SHR, the operand an integer.
struct tri_constant *tri_constant_shift(struct tri_arena *arena, enum tri_operator operator, const struct tri_constant * operand,
										uint64_t count);

// The value of a literal as written; NULL when malformed or out of every range (an exponent of billions).
struct tri_constant *tri_constant_from_literal(struct tri_arena *arena, enum tri_literal_kind kind, const char *text, size_t length);
struct tri_constant *tri_constant_unknown(struct tri_arena *arena);
// Parts must be integers or floats.
struct tri_constant *tri_constant_complex(struct tri_arena *arena, const struct tri_constant *real, const struct tri_constant *imag);

// The same value as another kind; NULL when the value has none there (1.5 as integer).
const struct tri_constant *tri_constant_to_int(struct tri_arena *arena, const struct tri_constant *constant);
const struct tri_constant *tri_constant_to_float(struct tri_arena *arena, const struct tri_constant *constant);
const struct tri_constant *tri_constant_to_complex(struct tri_arena *arena, const struct tri_constant *constant);
// Bits of an integer's absolute value.
uint64_t tri_constant_bit_length(const struct tri_constant *constant);

#endif
