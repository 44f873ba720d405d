// Unit tests of the parser: trees, positions, errors in Go's words, bounded nesting.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on
#include "compiler/syntax/syntax.h"

#include <stdlib.h>

struct parsed {
	struct tri_source_set *sources;
	struct tri_file *file;
	struct tri_buffer messages;
};

static struct parsed parse(const char *text, size_t length)
{
	struct parsed parsed = {.sources = tri_source_set_new()};
	struct tri_arena *arena = tri_arena_new();
	struct tri_source_file *source = tri_source_add_text(parsed.sources, "x.go", text, length);
	struct tri_diags diags = {.arena = arena, .sources = parsed.sources};
	const struct tri_parse_options options = {.check_branches = true};
	parsed.file = tri_parse_file(arena, tri_name_table_new(), source, &diags, &options);
	const struct tri_diag_print_options print = {0};
	tri_diag_print(&diags, &print, &parsed.messages);
	tri_buffer_append_byte(&parsed.messages, 0);
	return parsed;
}

static struct parsed parse_c(const char *text) { return parse(text, strlen(text)); }

static void declarations_in_order(void **state)
{
	(void)state;
	struct parsed parsed = parse_c("package p\nimport \"unsafe\"\nconst a, b = 1, 2\nvar v int\ntype t struct{ x int }\nfunc (t) m() {}\n");
	assert_string_equal(parsed.messages.data, "");
	assert_string_equal(parsed.file->package_name->name->text, "p");
	static const uint8_t kinds[] = {TRI_DECL_IMPORT, TRI_DECL_CONST, TRI_DECL_VAR, TRI_DECL_TYPE, TRI_DECL_FUNCTION};
	assert_int_equal(parsed.file->decls.count, TRI_COUNT(kinds));
	for (uint32_t i = 0; i < TRI_COUNT(kinds); i++)
		assert_int_equal(parsed.file->decls.items[i]->kind, kinds[i]);
}

static void precedence_and_positions(void **state)
{
	(void)state;
	struct parsed parsed = parse_c("package p\nvar v = a + b*c\n");
	struct tri_expr *value = tri_as_var_decl(parsed.file->decls.items[0])->values;
	struct tri_binary_expr *sum = tri_as_binary_expr(value);
	assert_int_equal(sum->operator, TRI_OP_ADD);
	assert_int_equal(tri_as_binary_expr(sum->right)->operator, TRI_OP_MUL);
	// An operation stands at its operator, its start is its left operand's.
	assert_int_equal(tri_source_locate(parsed.sources, value->pos).column, 11);
	assert_int_equal(tri_source_locate(parsed.sources, tri_expr_start(value)).column, 9);
	struct tri_buffer text = {0};
	tri_expr_print(value, &text);
	assert_string_equal(text.data, "a + b * c");
	tri_buffer_free(&text);
}

static void errors_in_gos_words(void **state)
{
	(void)state;
	static const struct {
		const char *source, *message;
	} cases[] = {
		{"package p\nfunc f() {\n\tx := \n}\n", "x.go:4:1: syntax error: unexpected }, expected expression\n"},
		{"package p\nvar s = \"open\n", "x.go:2:14: newline in string\n"},
		{"package p\nfunc f() { break }\n", "x.go:2:12: break is not in a loop, switch, or select\n"},
	};
	for (unsigned i = 0; i < TRI_COUNT(cases); i++) {
		struct parsed parsed = parse_c(cases[i].source);
		assert_memory_equal(parsed.messages.data, cases[i].message, strlen(cases[i].message));
	}
}

static void several_errors_a_file(void **state)
{
	(void)state;
	struct parsed parsed = parse_c("package p\nvar a = )\nvar b = ]\nfunc f() {}\n");
	assert_non_null(strstr(parsed.messages.data, "x.go:2:"));
	assert_non_null(strstr(parsed.messages.data, "x.go:3:"));
}

static void deep_nesting_is_an_error(void **state)
{
	(void)state;
	struct tri_buffer text = {0};
	tri_buffer_append_c(&text, "package p\nvar v = ");
	for (int i = 0; i < 200000; i++)
		tri_buffer_append_byte(&text, '(');
	struct parsed parsed = parse(text.data, text.length);
	assert_true(parsed.messages.length > 1);
	tri_buffer_free(&text);
}

static void any_prefix_is_survived(void **state)
{
	(void)state;
	static const char text[] = "package p\nfunc (r *T[K]) m(a, b int, c ...string) (x []map[K]chan<- int, err error) {\n"
							   "L:\tfor i, v := range f(a)[1:2:3] { switch x := v.(type) { case int: goto L; default: go func() {}() } }\n"
							   "\tselect { case c <- 1: case y, ok := <-d: }\n\treturn T{1, k: {2}}, <-e\n}\n";
	for (size_t length = 0; length < sizeof text; length++)
		parse(text, length);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(declarations_in_order), cmocka_unit_test(precedence_and_positions), cmocka_unit_test(errors_in_gos_words),
		cmocka_unit_test(several_errors_a_file), cmocka_unit_test(deep_nesting_is_an_error), cmocka_unit_test(any_prefix_is_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
