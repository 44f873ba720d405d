// Unit tests of source files, positions and diagnostics.
#include "compiler/source/source.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static struct tri_source_file *add_text(struct tri_source_set *set, const char *name, const char *text)
{
	return tri_source_add_text(set, name, text, strlen(text));
}

static void expect_place(const struct tri_source_set *set, tri_pos pos, const char *path, uint32_t line, uint32_t column)
{
	struct tri_location location = tri_source_locate(set, pos);
	assert_string_equal(location.path, path);
	assert_int_equal(location.line, line);
	assert_int_equal(location.column, column);
}

static void test_positions(void **state)
{
	(void)state;
	struct tri_source_set *set = tri_source_set_new();
	struct tri_source_file *a = add_text(set, "./a.go", "ab\n\nc"), *empty = add_text(set, "./e.go", "");
	struct tri_source_file *b = add_text(set, "./b.go", "x\n");
	assert_int_equal(a->base, 0);
	expect_place(set, TRI_NO_POS, "", 0, 0);
	expect_place(set, a->base + 1, "./a.go", 1, 1);
	expect_place(set, a->base + 1 + 2, "./a.go", 1, 3); // the newline belongs to its line
	expect_place(set, a->base + 1 + 3, "./a.go", 2, 1);
	expect_place(set, a->base + 1 + 5, "./a.go", 3, 2); // end of file
	expect_place(set, empty->base + 1, "./e.go", 1, 1);
	expect_place(set, b->base + 1, "./b.go", 1, 1);
	expect_place(set, b->base + 1 + 2, "./b.go", 2, 1);
	tri_source_set_free(set);
}

static void test_many_files(void **state)
{
	(void)state;
	struct tri_source_set *set = tri_source_set_new();
	uint32_t bases[1000];
	for (int i = 0; i < 1000; i++) {
		char name[32], text[64];
		snprintf(name, sizeof name, "f%d.go", i);
		memset(text, '\n', sizeof text);
		bases[i] = tri_source_add_text(set, name, text, (size_t)i % 50)->base;
	}
	for (int i = 0; i < 1000; i++) {
		char name[32];
		snprintf(name, sizeof name, "f%d.go", i);
		uint32_t length = (uint32_t)i % 50;
		expect_place(set, bases[i] + 1, name, 1, 1);
		expect_place(set, bases[i] + 1 + length, name, length + 1, 1);
	}
	tri_source_set_free(set);
}

static void test_line_directives(void **state)
{
	(void)state;
	struct tri_source_set *set = tri_source_set_new();
	struct tri_source_file *file = add_text(set, "a.go", "1\n2\nabcdef\n4\n");
	struct tri_line_directive directives[] = {
		{.offset = 2, .path = "x.y", .line = 100, .column = 0},
		{.offset = 6, .path = "z.y", .line = 7, .column = 30},
	};
	file->directives.items = directives;
	file->directives.count = 2;
	expect_place(set, file->base + 1, "a.go", 1, 1);
	expect_place(set, file->base + 1 + 2, "x.y", 100, 0);
	expect_place(set, file->base + 1 + 5, "x.y", 101, 0);
	expect_place(set, file->base + 1 + 6, "z.y", 7, 30);
	expect_place(set, file->base + 1 + 8, "z.y", 7, 32);
	expect_place(set, file->base + 1 + 11, "z.y", 8, 1);
	tri_source_set_free(set);
}

static void test_reading(void **state)
{
	(void)state;
	struct tri_source_set *set = tri_source_set_new();
	assert_null(tri_source_add_file(set, "/no/such/file.go", "file.go"));
	assert_int_equal(errno, ENOENT);
	assert_null(tri_source_add_file(set, "/", "root"));
	assert_int_equal(errno, EISDIR);
	char path[] = "/tmp/tricolor-source-XXXXXX";
	int descriptor = mkstemp(path);
	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, "package p\n", 10), 10);
	close(descriptor);
	struct tri_source_file *file = tri_source_add_file(set, path, "./p.go");
	unlink(path);
	assert_non_null(file);
	assert_string_equal(file->text, "package p\n");
	assert_int_equal(file->length, 10);
	assert_string_equal(file->path, path);
	tri_source_set_free(set);
}

struct fixture {
	struct tri_source_set *set;
	struct tri_source_file *file;
	struct tri_diags diags;
	struct tri_buffer out;
};

static void open_fixture(struct fixture *fixture, const char *text)
{
	*fixture = (struct fixture){.set = tri_source_set_new()};
	fixture->file = add_text(fixture->set, "./t.go", text);
	fixture->diags = (struct tri_diags){.arena = tri_arena_new(), .sources = fixture->set};
}

static const char *print(struct fixture *fixture, struct tri_diag_print_options options)
{
	tri_buffer_free(&fixture->out);
	tri_buffer_append_c(&fixture->out, "");
	tri_diag_print(&fixture->diags, &options, &fixture->out);
	return fixture->out.data;
}

static void close_fixture(struct fixture *fixture)
{
	tri_arena_free(fixture->diags.arena);
	tri_source_set_free(fixture->set);
	tri_buffer_free(&fixture->out);
}

static void test_diagnostics_are_sorted_and_filtered(void **state)
{
	(void)state;
	struct fixture f;
	open_fixture(&f, "abc\ndef\n");
	tri_pos first = f.file->base + 1, second = first + 4;
	tri_diag_error(&f.diags, second, "X", "later %d", 1);
	tri_diag_error(&f.diags, first, "X", "twice");
	tri_diag_error(&f.diags, first + 1, "X", "twice");
	tri_diag_error(&f.diags, first + 1, "Syntax", "syntax error: one");
	tri_diag_error(&f.diags, first + 2, "Syntax", "syntax error: hidden, same line");
	tri_diag_note(&f.diags, first + 2, "note\n\tmore");
	tri_diag_error(&f.diags, TRI_NO_POS, "X", "nowhere");
	assert_int_equal(f.diags.error_count, 6);
	assert_string_equal(print(&f, (struct tri_diag_print_options){0}),
						"nowhere\n./t.go:1:1: twice\n./t.go:1:2: syntax error: one\n./t.go:1:3: note\n\tmore\n"
						"./t.go:2:1: later 1\n");
	close_fixture(&f);
}

static void test_too_many_errors(void **state)
{
	(void)state;
	struct fixture f;
	open_fixture(&f, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n");
	for (uint32_t i = 0; i < 12; i++)
		tri_diag_error(&f.diags, f.file->base + 1 + i, "X", "e%u", i);
	const char *text = print(&f, (struct tri_diag_print_options){0});
	assert_non_null(strstr(text, "./t.go:10:1: e9\n./t.go:10:1: too many errors\n"));
	assert_null(strstr(text, "e10"));
	text = print(&f, (struct tri_diag_print_options){.all_errors = true});
	assert_non_null(strstr(text, "./t.go:12:1: e11\n"));
	assert_null(strstr(text, "too many"));
	close_fixture(&f);
}

static void test_related_places(void **state)
{
	(void)state;
	struct fixture f;
	open_fixture(&f, "abc\ndef\n");
	tri_pos first = f.file->base + 1;
	(void)tri_diag_place(&f.diags, first + 1); // given out, but not used in what comes next
	tri_diag_error(&f.diags, first + 5, "X", "again\n\t%s: first", tri_diag_place(&f.diags, first));
	tri_diag_error(&f.diags, first + 6, "X", "inline %s\x80", tri_diag_place(&f.diags, first + 4));
	assert_int_equal(f.diags.list.items[0].related_count, 1);
	assert_string_equal(
		print(&f, (struct tri_diag_print_options){.json = true}),
		"{\"file\":\"./t.go\",\"line\":2,\"column\":2,\"severity\":\"error\",\"code\":\"X\","
		"\"message\":\"again\\n\\t./t.go:1:1: first\","
		"\"related\":[{\"file\":\"./t.go\",\"line\":1,\"column\":1,\"message\":\"first\"}]}\n"
		"{\"file\":\"./t.go\",\"line\":2,\"column\":3,\"severity\":\"error\",\"code\":\"X\",\"message\":\"inline ./t.go:2:1\\ufffd\","
		"\"related\":[{\"file\":\"./t.go\",\"line\":2,\"column\":1,\"message\":\"\"}]}\n");
	close_fixture(&f);
}

static void test_other_forms(void **state)
{
	(void)state;
	struct fixture f;
	open_fixture(&f, "\tab\n");
	tri_diag_error(&f.diags, f.file->base + 1 + 2, "Code", "say \"x\"\n\ty");
	assert_string_equal(print(&f, (struct tri_diag_print_options){.json = true}),
						"{\"file\":\"./t.go\",\"line\":1,\"column\":3,\"severity\":\"error\",\"code\":\"Code\","
						"\"message\":\"say \\\"x\\\"\\n\\ty\"}\n");
	const char *text = print(&f, (struct tri_diag_print_options){.colour = true});
	assert_non_null(strstr(text, "    \tab\n    \t \033[1;32m^"));
	close_fixture(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_positions),
		cmocka_unit_test(test_many_files),
		cmocka_unit_test(test_line_directives),
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_diagnostics_are_sorted_and_filtered),
		cmocka_unit_test(test_too_many_errors),
		cmocka_unit_test(test_related_places),
		cmocka_unit_test(test_other_forms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
