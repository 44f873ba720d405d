// Exact constants: the values of literals, and their text in diagnostics.
#define TRI_CONSTANT_INTERNAL
#include "compiler/types/constant_internal.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// Returns the literal without digit separators, NUL-terminated.
static char *without_underscores(struct tri_arena *arena, const char *text, size_t length)
{
	char *clean = tri_arena_alloc(arena, length + 1);
	size_t out = 0;
	for (size_t i = 0; i < length; i++)
		if (text[i] != '_')
			clean[out++] = text[i];
	return clean;
}

// The base a prefix announces; `digits` is moved behind the prefix. `legacy_octal`: whether 0777 counts.
static int number_base(const char **digits, bool legacy_octal)
{
	const char *text = *digits;
	if (text[0] != '0' || text[1] == '\0')
		return 10;
	switch (tolower((unsigned char)text[1])) {
	case 'x':
		*digits = text + 2;
		return 16;
	case 'b':
		*digits = text + 2;
		return 2;
	case 'o':
		*digits = text + 2;
		return 8;
	default:
		return legacy_octal ? 8 : 10;
	}
}

static struct tri_constant *integer_literal(struct tri_arena *arena, const char *text, bool legacy_octal)
{
	int base = number_base(&text, legacy_octal);
	mpz_t value;
	if (*text == '\0' || mpz_init_set_str(value, text, base) != 0) {
		if (*text != '\0')
			mpz_clear(value);
		return NULL;
	}
	struct tri_constant *constant = tri_constant_make_integer(arena, value);
	mpz_clear(value);
	return constant;
}

// mantissa digits . digits [exponent]: collects the digits as an integer and the scale as a power
// of ten (or two, for hexadecimal), so that the value is exact.
static struct tri_constant *float_literal(struct tri_arena *arena, const char *text)
{
	const char *digits = text;
	int base = number_base(&digits, false);
	if (base == 2 || base == 8) { // an imaginary literal: its digits are an integer's
		struct tri_constant *integer = integer_literal(arena, text, false);
		return integer ? tri_constant_real(arena, tri_constant_to_float(arena, integer)) : NULL;
	}
	char *mantissa = tri_arena_alloc(arena, strlen(digits) + 2);
	size_t length = 0;
	long scale = 0; // digits after the point
	bool fraction = false;
	const char *p = digits;
	for (; *p; p++) {
		if (*p == '.') {
			fraction = true;
			continue;
		}
		if (base == 10 ? !isdigit((unsigned char)*p) : !isxdigit((unsigned char)*p))
			break;
		mantissa[length++] = *p;
		scale += fraction;
	}
	long exponent = 0;
	if (*p) {
		char *end = NULL;
		exponent = strtol(p + 1, &end, 10); // saturates, far outside every range
		if (*end)
			return NULL;
	}
	if (length == 0)
		mantissa[length++] = '0';
	mpz_t value;
	if (mpz_init_set_str(value, mantissa, base) != 0) {
		mpz_clear(value);
		return NULL;
	}
	struct tri_constant *constant = NULL;
	if (mpz_sgn(value) == 0) {
		mpq_t zero;
		mpq_init(zero);
		constant = tri_constant_make_rational(arena, zero);
		mpq_clear(zero);
		mpz_clear(value);
		return constant;
	}
	const long most = 2000000000;
	if (exponent < -most) {
		mpz_set_ui(value, 0);
		constant = tri_constant_real(arena, tri_constant_to_float(arena, tri_constant_make_integer(arena, value)));
	}
	if (exponent > most || exponent < -most) {
		mpz_clear(value);
		return constant;
	}
	long power = base == 10 ? exponent - scale : exponent - 4 * scale;
	double bits = (double)mpz_sizeinbase(value, 2) + (base == 10 ? (double)power * 3.321928094887362 : (double)power);
	if (fabs(bits) < TRI_RATIONAL_BITS && labs(power) < 4 * TRI_RATIONAL_BITS) {
		mpq_t exact;
		mpq_init(exact);
		mpz_t factor;
		mpz_init(factor);
		mpz_ui_pow_ui(factor, base == 10 ? 10 : 2, (unsigned long)labs(power));
		if (power >= 0) {
			mpz_mul(mpq_numref(exact), value, factor);
		} else {
			mpz_set(mpq_numref(exact), value);
			mpz_set(mpq_denref(exact), factor);
			mpq_canonicalize(exact);
		}
		constant = tri_constant_make_rational(arena, exact);
		mpz_clear(factor);
		mpq_clear(exact);
	} else {
		mpfr_t real, factor;
		widen_exponents();
		mpfr_init2(real, TRI_FLOAT_PRECISION + 64);
		mpfr_init2(factor, TRI_FLOAT_PRECISION + 64);
		mpfr_set_z(real, value, MPFR_RNDN);
		mpfr_ui_pow_ui(factor, base == 10 ? 10 : 2, (unsigned long)labs(power), MPFR_RNDN);
		if (power >= 0)
			mpfr_mul(real, real, factor, MPFR_RNDN);
		else
			mpfr_div(real, real, factor, MPFR_RNDN);
		constant = tri_constant_make_float(arena, real);
		mpfr_clears(real, factor, (mpfr_ptr)0);
	}
	mpz_clear(value);
	return constant;
}

static size_t encode_utf8(char *out, uint32_t rune)
{
	if (rune > 0x10FFFF || (rune >= 0xD800 && rune < 0xE000))
		rune = 0xFFFD;
	if (rune < 0x80) {
		out[0] = (char)rune;
		return 1;
	}
	if (rune < 0x800) {
		out[0] = (char)(0xC0 | rune >> 6);
		out[1] = (char)(0x80 | (rune & 0x3F));
		return 2;
	}
	if (rune < 0x10000) {
		out[0] = (char)(0xE0 | rune >> 12);
		out[1] = (char)(0x80 | (rune >> 6 & 0x3F));
		out[2] = (char)(0x80 | (rune & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | rune >> 18);
	out[1] = (char)(0x80 | (rune >> 12 & 0x3F));
	out[2] = (char)(0x80 | (rune >> 6 & 0x3F));
	out[3] = (char)(0x80 | (rune & 0x3F));
	return 4;
}

// Decodes one sequence; malformed bytes give U+FFFD and advance by one.
static size_t decode_utf8(const char *text, size_t length, uint32_t *rune)
{
	const unsigned char *s = (const unsigned char *)text;
	uint32_t value = s[0];
	if (value < 0x80) {
		*rune = value;
		return 1;
	}
	size_t size = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2;
	uint32_t least = size == 4 ? 0x10000 : size == 3 ? 0x800 : 0x80;
	*rune = 0xFFFD;
	if (value < 0xC2 || value > 0xF4 || size > length)
		return 1;
	value &= 0xFFu >> (size + 1);
	for (size_t i = 1; i < size; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 1;
		value = value << 6 | (s[i] & 0x3F);
	}
	if (value < least || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
		return 1;
	*rune = value;
	return size;
}

// Reads one character or escape of a quoted literal. `is_byte`: the value is one byte, not a code point.
static bool unquote_one(const char **position, const char *end, uint32_t *rune, bool *is_byte)
{
	const char *p = *position;
	*is_byte = false;
	if (*p != '\\') {
		size_t size = decode_utf8(p, (size_t)(end - p), rune);
		*is_byte = size == 1 && (unsigned char)*p >= 0x80;
		if (*is_byte)
			*rune = (unsigned char)*p;
		*position = p + size;
		return true;
	}
	if (++p >= end)
		return false;
	char escape = *p++;
	int digits = 0, base = 16;
	switch (escape) {
	case 'a':
		*rune = '\a';
		break;
	case 'b':
		*rune = '\b';
		break;
	case 'f':
		*rune = '\f';
		break;
	case 'n':
		*rune = '\n';
		break;
	case 'r':
		*rune = '\r';
		break;
	case 't':
		*rune = '\t';
		break;
	case 'v':
		*rune = '\v';
		break;
	case '\\':
	case '\'':
	case '"':
		*rune = (unsigned char)escape;
		break;
	case 'x':
		digits = 2;
		*is_byte = true;
		break;
	case 'u':
		digits = 4;
		break;
	case 'U':
		digits = 8;
		break;
	default:
		if (escape < '0' || escape > '7')
			return false;
		p--;
		digits = 3;
		base = 8;
		*is_byte = true;
	}
	if (digits) {
		uint32_t value = 0;
		for (int i = 0; i < digits; i++, p++) {
			if (p >= end || !isxdigit((unsigned char)*p))
				return false;
			uint32_t digit = isdigit((unsigned char)*p) ? (uint32_t)(*p - '0') : (uint32_t)(tolower((unsigned char)*p) - 'a' + 10);
			value = value * (uint32_t)base + digit;
		}
		*rune = value;
	}
	*position = p;
	return true;
}

static struct tri_constant *quoted_literal(struct tri_arena *arena, enum tri_literal_kind kind, const char *text, size_t length)
{
	if (length < 2)
		return NULL;
	if (kind == TRI_LITERAL_STRING && text[0] == '`')
		return tri_constant_string(arena, text + 1, length - 2);
	const char *p = text + 1, *end = text + length - 1;
	uint32_t rune = 0;
	bool is_byte = false;
	if (kind == TRI_LITERAL_RUNE) {
		if (p >= end || !unquote_one(&p, end, &rune, &is_byte) || p != end)
			return NULL;
		return tri_constant_int(arena, rune);
	}
	char *bytes = tri_arena_alloc(arena, length * 2 + 4);
	size_t out = 0;
	while (p < end) {
		if (!unquote_one(&p, end, &rune, &is_byte))
			return NULL;
		if (is_byte)
			bytes[out++] = (char)rune;
		else
			out += encode_utf8(bytes + out, rune);
	}
	return tri_constant_string(arena, bytes, out);
}

struct tri_constant *tri_constant_from_literal(struct tri_arena *arena, enum tri_literal_kind kind, const char *text, size_t length)
{
	switch (kind) {
	case TRI_LITERAL_INT:
		return integer_literal(arena, without_underscores(arena, text, length), true);
	case TRI_LITERAL_FLOAT:
		return float_literal(arena, without_underscores(arena, text, length));
	case TRI_LITERAL_IMAGINARY: {
		if (length == 0)
			return NULL;
		struct tri_constant *imag = float_literal(arena, without_underscores(arena, text, length - 1));
		return imag ? tri_constant_complex(arena, tri_constant_int(arena, 0), imag) : NULL;
	}
	case TRI_LITERAL_RUNE:
	case TRI_LITERAL_STRING:
		return quoted_literal(arena, kind, text, length);
	}
	return NULL;
}

// ---- Text ------------------------------------------------------------------------------------

static void quote_rune(uint32_t rune, const char *bytes, size_t size, struct tri_buffer *out)
{
	static const char escapes[] = "\aa\bb\ff\nn\rr\tt\vv\\\\\"\"";
	if (rune == 0xFFFD && size == 1) {
		tri_buffer_printf(out, "\\x%02x", (unsigned char)bytes[0]);
		return;
	}
	for (size_t i = 0; rune < 0x80 && i + 1 < sizeof escapes; i += 2)
		if ((char)rune == escapes[i]) {
			tri_buffer_append_byte(out, '\\');
			tri_buffer_append_byte(out, escapes[i + 1]);
			return;
		}
	if (rune < 0x20 || rune == 0x7F)
		tri_buffer_printf(out, "\\x%02x", rune);
	else if (rune >= 0x80 && rune <= 0xA0)
		tri_buffer_printf(out, "\\u%04x", rune);
	else
		tri_buffer_append(out, bytes, size);
}

static void print_string(const struct tri_constant *constant, bool exact, struct tri_buffer *out)
{
	struct tri_buffer quoted = {0};
	tri_buffer_append_byte(&quoted, '"');
	const char *bytes = constant->as.string.bytes;
	for (size_t i = 0; i < constant->as.string.length;) {
		uint32_t rune = 0;
		size_t size = decode_utf8(bytes + i, constant->as.string.length - i, &rune);
		quote_rune(rune, bytes + i, size, &quoted);
		i += size;
	}
	tri_buffer_append_byte(&quoted, '"');
	// Diagnostics show at most 72 characters.
	size_t runes = 0, cut = quoted.length;
	for (size_t i = 0; i < quoted.length; runes++) {
		uint32_t rune = 0;
		if (runes == 69)
			cut = i;
		i += decode_utf8(quoted.data + i, quoted.length - i, &rune);
	}
	if (exact || runes <= 72) {
		tri_buffer_append(out, quoted.data, quoted.length);
	} else {
		tri_buffer_append(out, quoted.data, cut);
		tri_buffer_append_c(out, "...");
	}
	tri_buffer_free(&quoted);
}

// %.6g with Go's exponent form, which C's agrees with (e+06, e-07).
static void print_real(const struct tri_constant *constant, struct tri_buffer *out)
{
	double value = tri_constant_float64(constant);
	if (isfinite(value) && (tri_constant_sign(constant) == 0) == (value == 0)) {
		char text[64];
		(void)snprintf(text, sizeof text, "%.6g", value);
		bool integral = constant->form == FORM_INTEGER ||
						(constant->form == FORM_RATIONAL && mpz_cmp_ui(mpq_denref(constant->as.rational), 1) == 0) ||
						(constant->form == FORM_FLOAT && mpfr_integer_p(constant->as.real));
		if (!integral && !strchr(text, '.'))
			for (int digits = 7; digits <= 17; digits++) { // the shortest form that reads back; an exponent from 6 on
				(void)snprintf(text, sizeof text, fabs(value) < 1e6 ? "%.*g" : "%.*e", fabs(value) < 1e6 ? digits : digits - 1, value);
				if (strtod(text, NULL) == value)
					break;
			}
		tri_buffer_append_c(out, text);
		return;
	}
	// Outside float64's range: a decimal mantissa and exponent from the binary ones.
	mpfr_t real;
	mpfr_init2(real, TRI_FLOAT_PRECISION);
	tri_constant_get_float(real, constant);
	long exponent = 0;
	double mantissa = mpfr_get_d_2exp(&exponent, real, MPFR_RNDN);
	mpfr_clear(real);
	double decimal = (double)exponent * (M_LN2 / M_LN10);
	long power = (long)decimal;
	mantissa *= pow(10, decimal - (double)power);
	if (fabs(mantissa) < 1 - 0.5e-6) {
		mantissa *= 10;
		power--;
	} else if (fabs(mantissa) >= 10) {
		mantissa /= 10;
		power++;
	}
	tri_buffer_printf(out, "%.6ge%+ld", mantissa, power);
}

void tri_constant_print(const struct tri_constant *constant, bool exact, struct tri_buffer *out)
{
	switch (constant->kind) {
	case TRI_CONSTANT_UNKNOWN:
		tri_buffer_append_c(out, "unknown");
		return;
	case TRI_CONSTANT_BOOL:
		tri_buffer_append_c(out, constant->as.boolean ? "true" : "false");
		return;
	case TRI_CONSTANT_STRING:
		print_string(constant, exact, out);
		return;
	case TRI_CONSTANT_INT:
	case TRI_CONSTANT_FLOAT:
		if (constant->form == FORM_INTEGER || (exact && constant->form == FORM_RATIONAL)) {
			char *text =
				constant->form == FORM_INTEGER ? mpz_get_str(NULL, 10, constant->as.integer) : mpq_get_str(NULL, 10, constant->as.rational);
			void (*release)(void *, size_t) = NULL;
			mp_get_memory_functions(NULL, NULL, &release);
			tri_buffer_append_c(out, text);
			release(text, strlen(text) + 1);
			return;
		}
		print_real(constant, out);
		return;
	case TRI_CONSTANT_COMPLEX:
		tri_buffer_append_byte(out, '(');
		tri_constant_print(constant->as.complex.real, exact, out);
		tri_buffer_append_c(out, " + ");
		tri_constant_print(constant->as.complex.imag, exact, out);
		tri_buffer_append_c(out, "i)");
		return;
	}
}
