#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "compiler/types/constant.h"

static struct tri_arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = tri_arena_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	tri_arena_free(arena);
	return 0;
}

static struct tri_constant *literal(enum tri_literal_kind kind, const char *text)
{
	return tri_constant_from_literal(arena, kind, text, strlen(text));
}

static void assert_prints(const struct tri_constant *constant, bool exact, const char *expected)
{
	struct tri_buffer buffer = {0};
	assert_non_null(constant);
	tri_constant_print(constant, exact, &buffer);
	assert_string_equal(buffer.data, expected);
	tri_buffer_free(&buffer);
}

#define INT(text) literal(TRI_LITERAL_INT, text)
#define FLOAT(text) literal(TRI_LITERAL_FLOAT, text)
#define IMAGINARY(text) literal(TRI_LITERAL_IMAGINARY, text)
#define STRING(text) literal(TRI_LITERAL_STRING, text)
#define RUNE(text) literal(TRI_LITERAL_RUNE, text)
#define BINARY(op, a, b) tri_constant_binary(arena, TRI_OP_##op, (a), (b), true)

static void integers_of_any_size(void **state)
{
	(void)state;
	assert_prints(INT("0x_ff"), false, "255");
	assert_prints(INT("0b1010"), false, "10");
	assert_prints(INT("0o17"), false, "15");
	assert_prints(INT("017"), false, "15");
	assert_prints(INT("1_000_000"), false, "1000000");
	struct tri_constant *big = tri_constant_shift(arena, TRI_OP_SHL, INT("1"), 100);
	assert_prints(big, false, "1267650600228229401496703205376");
	assert_int_equal(tri_constant_bit_length(big), 101);
	assert_prints(BINARY(DIV, big, INT("3")), false, "422550200076076467165567735125");
	int64_t value = 0;
	assert_false(tri_constant_int64(big, &value));
	assert_true(tri_constant_int64(tri_constant_int(arena, INT64_MIN), &value));
	assert_true(value == INT64_MIN);
	uint64_t unsigned_value = 0;
	assert_true(tri_constant_uint64(tri_constant_uint(arena, UINT64_MAX), &unsigned_value));
	assert_true(unsigned_value == UINT64_MAX);
}

static void integer_operators_follow_go(void **state)
{
	(void)state;
	assert_prints(BINARY(DIV, INT("7"), tri_constant_int(arena, -2)), false, "-3");
	assert_prints(BINARY(REM, tri_constant_int(arena, -7), INT("2")), false, "-1");
	assert_prints(BINARY(AND_NOT, INT("0xff"), INT("0x0f")), false, "240");
	assert_prints(BINARY(AND, tri_constant_int(arena, -1), INT("0xf0")), false, "240");
	assert_null(BINARY(DIV, INT("1"), INT("0")));
	assert_null(BINARY(REM, INT("1"), INT("0")));
	assert_prints(tri_constant_unary(arena, TRI_OP_XOR, INT("1"), 8), false, "254");
	assert_prints(tri_constant_unary(arena, TRI_OP_XOR, INT("1"), 0), false, "-2");
	assert_prints(tri_constant_shift(arena, TRI_OP_SHR, tri_constant_int(arena, -5), 1), false, "-3");
}

static void rationals_are_exact(void **state)
{
	(void)state;
	struct tri_constant *third = tri_constant_binary(arena, TRI_OP_DIV, INT("1"), INT("3"), false);
	assert_int_equal(tri_constant_kind(third), TRI_CONSTANT_FLOAT);
	assert_prints(third, true, "1/3");
	assert_true(tri_constant_compare(TRI_OP_EQUAL, BINARY(MUL, third, INT("3")), INT("1")));
	assert_prints(BINARY(ADD, FLOAT("0.1"), FLOAT("0.2")), true, "3/10");
	assert_prints(FLOAT("0x1p-2"), true, "1/4");
	assert_prints(FLOAT("0x1.8p1"), true, "3");
	int64_t value = 0;
	assert_true(tri_constant_int64(FLOAT("1e3"), &value) && value == 1000);
	assert_false(tri_constant_int64(FLOAT("1.5"), &value));
}

static void floats_round_once(void **state)
{
	(void)state;
	// Each is a tie or next to one: rounding to 512 bits first must not decide it.
	static const char *const texts[] = {"0.1",
										"1e23",
										"9007199254740993.0",
										"9007199254740993.00000000000000000000000001",
										"2.2250738585072011e-308",
										"4.9e-324",
										"2.4703282292062328e-324",
										"1.7976931348623157e308"};
	for (size_t i = 0; i < TRI_COUNT(texts); i++)
		assert_true(tri_constant_float64(FLOAT(texts[i])) == strtod(texts[i], NULL));
	assert_true(isinf(tri_constant_float64(FLOAT("1e400"))));
	assert_true(tri_constant_float32(FLOAT("0.1")) == 0.1f);
	assert_true(isinf(tri_constant_float32(FLOAT("1e39"))));
	assert_true(tri_constant_float64(tri_constant_double(arena, 5e-324)) == 5e-324);
}

static void exponents_beyond_floats(void **state)
{
	(void)state;
	assert_non_null(FLOAT("1e646456991"));
	assert_null(FLOAT("6e5518446744"));
	assert_int_equal(tri_constant_sign(FLOAT("1e-1000000000")), 0);
	struct tri_constant *quotient = BINARY(DIV, FLOAT("1e5000"), FLOAT("1e4999"));
	assert_true(fabs(tri_constant_float64(quotient) - 10) < 1e-12);
	assert_prints(FLOAT("1e5000"), false, "1e+5000");
	// Rounding errors of earlier steps do not hide an integer.
	int64_t value = 0;
	assert_true(tri_constant_int64(quotient, &value) && value == 10);
}

static void complex_arithmetic(void **state)
{
	(void)state;
	struct tri_constant *i = IMAGINARY("1i");
	assert_prints(BINARY(MUL, i, i), false, "(-1 + 0i)");
	struct tri_constant *z = BINARY(ADD, INT("1"), IMAGINARY("2i"));
	assert_prints(z, false, "(1 + 2i)");
	assert_true(tri_constant_compare(TRI_OP_EQUAL, BINARY(DIV, z, z), INT("1")));
	assert_null(BINARY(DIV, z, IMAGINARY("0i")));
	assert_prints(IMAGINARY("0123i"), false, "(0 + 123i)");
	assert_prints(IMAGINARY("0x10i"), false, "(0 + 16i)");
	assert_null(tri_constant_to_int(arena, z));
	assert_non_null(tri_constant_to_int(arena, BINARY(MUL, i, i)));
}

static void strings_and_runes(void **state)
{
	(void)state;
	size_t length = 0;
	const char *text = tri_constant_string_value(STRING("\"a\\n\\x00\\u00e9\\U0001F600\\377\""), &length);
	assert_int_equal(length, 10);
	assert_memory_equal(text, "a\n\0\xC3\xA9\xF0\x9F\x98\x80\xFF", 10);
	text = tri_constant_string_value(STRING("`a\\n`"), &length);
	assert_int_equal(length, 3);
	assert_string_equal(text, "a\\n");
	assert_prints(RUNE("'\\''"), false, "39");
	assert_prints(RUNE("'é'"), false, "233");
	assert_prints(STRING("\"tab\\t\\\"q\\\"\""), false, "\"tab\\t\\\"q\\\"\"");
	char quoted[202];
	memset(quoted, 'x', sizeof quoted - 1);
	quoted[0] = quoted[200] = '"';
	quoted[201] = '\0';
	struct tri_buffer out = {0};
	tri_constant_print(STRING(quoted), false, &out);
	assert_int_equal(out.length, 72);
	assert_string_equal(out.data + 69, "...");
	tri_buffer_free(&out);
}

static void comparison(void **state)
{
	(void)state;
	assert_true(tri_constant_compare(TRI_OP_LESS, INT("1"), FLOAT("1.5")));
	assert_true(tri_constant_compare(TRI_OP_GREATER, FLOAT("1e5000"), INT("1")));
	assert_true(tri_constant_compare(TRI_OP_LESS, STRING("\"a\""), STRING("\"ab\"")));
	assert_true(tri_constant_compare(TRI_OP_NOT_EQUAL, tri_constant_bool(arena, true), tri_constant_bool(arena, false)));
	assert_true(tri_constant_compare(TRI_OP_EQUAL, INT("2"), FLOAT("2.0")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_of_any_size),    cmocka_unit_test(integer_operators_follow_go),
		cmocka_unit_test(rationals_are_exact),     cmocka_unit_test(floats_round_once),
		cmocka_unit_test(exponents_beyond_floats), cmocka_unit_test(complex_arithmetic),
		cmocka_unit_test(strings_and_runes),       cmocka_unit_test(comparison),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
