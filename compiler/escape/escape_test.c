// Escape analysis, from source to the lines of -m. What Go's compiler prints is what is expected.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/escape/escape.h"
#include "compiler/syntax/syntax.h"

static const struct {
	const char *name, *source, *lines;
} cases[] = {
	{
		"returned pointer",
		"package p\n"
		"\n"
		"func f() *int {\n"
		"\tx := 1\n"
		"\treturn &x\n"
		"}\n",
		"4:2: moved to heap: x\n",
	},
	{
		"pointer that stays",
		"package p\n"
		"\n"
		"func f() int {\n"
		"\tx := 1\n"
		"\tp := &x\n"
		"\treturn *p\n"
		"}\n",
		"",
	},
	{
		"closure by value and by reference",
		"package p\n"
		"\n"
		"func f() func() int {\n"
		"\ta, b := 1, 2\n"
		"\tb++\n"
		"\treturn func() int { b++; return a + b }\n"
		"}\n",
		"4:5: moved to heap: b\n"
		"6:9: func literal escapes to heap\n",
	},
	{
		"result of a parameter",
		"package p\n"
		"\n"
		"func f(p *int, q **int) (*int, *int) {\n"
		"\treturn p, *q\n"
		"}\n",
		"3:8: leaking param: p to result ~r0 level=0\n"
		"3:16: leaking param: q to result ~r1 level=1\n",
	},
	{
		"parameter into a global",
		"package p\n"
		"\n"
		"var g *int\n"
		"\n"
		"func f(p *int, q **int) {\n"
		"\tg = p\n"
		"\tg = *q\n"
		"}\n",
		"5:8: leaking param: p\n"
		"5:16: leaking param content: q\n",
	},
	{
		"through a call",
		"package p\n"
		"\n"
		"func id(p *int) *int { return p }\n"
		"\n"
		"var g *int\n"
		"\n"
		"func f() {\n"
		"\tx, y := 1, 2\n"
		"\tid(&x)\n"
		"\tg = id(&y)\n"
		"}\n",
		"3:9: leaking param: p to result ~r0 level=0\n"
		"8:5: moved to heap: y\n",
	},
	{
		"number out of an interface",
		"package p\n"
		"\n"
		"func f(a []any) (n int, ok bool) {\n"
		"\tn, ok = a[0].(int)\n"
		"\treturn\n"
		"}\n",
		"3:8: a does not escape\n",
	},
	{
		"addresses as numbers",
		"package p\n"
		"\n"
		"//go:uintptrescapes\n"
		"func f(a ...uintptr) {}\n"
		"\n"
		"func g() { f(1, 2) }\n",
		"4:8: marking a as escaping ...uintptr\n"
		"6:13: ... argument escapes to heap\n",
	},
	{
		"mutual recursion",
		"package p\n"
		"\n"
		"func even(p *int, n int) *int {\n"
		"\tif n == 0 {\n"
		"\t\treturn p\n"
		"\t}\n"
		"\treturn odd(p, n-1)\n"
		"}\n"
		"\n"
		"func odd(p *int, n int) *int {\n"
		"\tif n == 0 {\n"
		"\t\treturn nil\n"
		"\t}\n"
		"\treturn even(p, n-1)\n"
		"}\n",
		"3:11: leaking param: p\n"
		"10:10: leaking param: p\n",
	},
	{
		"loop",
		"package p\n"
		"\n"
		"func f() {\n"
		"\tvar p *int\n"
		"\tfor i := 0; i < 3; i++ {\n"
		"\t\tx := i\n"
		"\t\tp = &x\n"
		"\t}\n"
		"\tprintln(p)\n"
		"}\n",
		"6:3: moved to heap: x\n",
	},
	{
		"goto loop",
		"package p\n"
		"\n"
		"func f() {\n"
		"\tvar p *int\n"
		"\ti := 0\n"
		"again:\n"
		"\tx := new(int)\n"
		"\tp = x\n"
		"\tif i++; i < 3 {\n"
		"\t\tgoto again\n"
		"\t}\n"
		"\tprintln(p)\n"
		"}\n",
		"7:10: new(int) escapes to heap\n",
	},
	{
		"sizes",
		"package p\n"
		"\n"
		"func f(n int) {\n"
		"\ta := make([]int, n)\n"
		"\tb := make([]int, 10)\n"
		"\tc := make([]int, 1<<20)\n"
		"\tk := 4\n"
		"\td := make([]byte, k)\n"
		"\tprintln(len(a), len(b), len(c), len(d))\n"
		"\tvar e [1 << 20]int\n"
		"\tprintln(len(e), e[n])\n"
		"}\n",
		"10:6: moved to heap: e\n"
		"4:11: make([]int, n) does not escape\n"
		"5:11: make([]int, 10) does not escape\n"
		"6:11: make([]int, 1048576) escapes to heap\n"
		"8:11: make([]byte, 4) does not escape\n",
	},
	{
		"interfaces",
		"package p\n"
		"\n"
		"var g any\n"
		"\n"
		"func f(x int, p *int) {\n"
		"\tg = x\n"
		"\tg = p\n"
		"\tvar l any = x\n"
		"\t_, ok := l.(int)\n"
		"\tprintln(ok)\n"
		"}\n",
		"5:15: leaking param: p\n"
		"6:6: x escapes to heap\n"
		"8:14: x does not escape\n",
	},
	{
		"variadic",
		"package p\n"
		"\n"
		"var g []*int\n"
		"\n"
		"func keep(p ...*int)  { g = p }\n"
		"func look(p ...*int) { println(len(p)) }\n"
		"\n"
		"func f() {\n"
		"\tx, y := 1, 2\n"
		"\tkeep(&x)\n"
		"\tlook(&y)\n"
		"}\n",
		"5:11: leaking param: p\n"
		"6:11: p does not escape\n"
		"9:2: moved to heap: x\n"
		"10:6: ... argument escapes to heap\n"
		"11:6: ... argument does not escape\n",
	},
	{
		"self-assignment",
		"package p\n"
		"\n"
		"type b struct {\n"
		"\tbuf []byte\n"
		"\tn   *b\n"
		"}\n"
		"\n"
		"func (b *b) f(n int) {\n"
		"\tb.buf = b.buf[n:]\n"
		"}\n",
		"9:8: (*b).f ignoring self-assignment in b.buf = b.buf[n:]\n"
		"8:7: b does not escape\n",
	},
	{
		"method value",
		"package p\n"
		"\n"
		"type t struct{ p *int }\n"
		"\n"
		"func (t *t) m() *int { return t.p }\n"
		"\n"
		"func f(v *t) func() *int { return v.m }\n",
		"5:7: leaking param: t to result ~r0 level=1\n"
		"7:8: leaking param: v\n"
		"7:36: v.m escapes to heap\n",
	},
	{
		"defer and go",
		"package p\n"
		"\n"
		"func f(p, q *int) {\n"
		"\tdefer func() { println(*p) }()\n"
		"\tgo func() { println(*q) }()\n"
		"}\n",
		"3:8: p does not escape\n"
		"3:11: leaking param: q\n"
		"4:8: func literal does not escape\n"
		"5:5: func literal escapes to heap\n",
	},
	{
		"strings",
		"package p\n"
		"\n"
		"var g string\n"
		"\n"
		"func f(s string, b []byte) int {\n"
		"\tc := []byte(s)\n"
		"\tg = string(b) + s\n"
		"\treturn len(c)\n"
		"}\n",
		"5:8: s does not escape\n"
		"5:18: b does not escape\n"
		"6:14: ([]byte)(s) does not escape\n"
		"6:14: zero-copy string->[]byte conversion\n"
		"7:16: string(b) + s escapes to heap\n"
		"7:13: string(b) does not escape\n",
	},
	{
		"append",
		"package p\n"
		"\n"
		"var g *int\n"
		"\n"
		"func f(s []*int) []*int {\n"
		"\tx := 1\n"
		"\treturn append(s, &x)\n"
		"}\n",
		"5:8: leaking param content: s\n"
		"5:8: leaking param: s to result ~r0 level=0\n"
		"6:2: moved to heap: x\n"
		"7:15: append escapes to heap\n",
	},
	{
		"dead variable",
		"package p\n"
		"\n"
		"func f() {\n"
		"\tx := func() int { return 1 }\n"
		"\t_ = x\n"
		"}\n"
		"\n"
		"func h() {\n"
		"\tx := 0\n"
		"\tp := &x\n"
		"\tvar q *int\n"
		"\tq = p\n"
		"\t_ = q\n"
		"}\n",
		"4:7: func literal does not escape\n",
	},
};

struct fixture {
	struct tri_arena *arena;
	struct tri_name_table *names;
	struct tri_source_set *sources;
	struct tri_diags diags;
	struct tri_ir_package *package;
};

static void analyse(struct fixture *fixture, const char *source, int report)
{
	*fixture = (struct fixture){.arena = tri_arena_new(), .names = tri_name_table_new(), .sources = tri_source_set_new()};
	fixture->diags = (struct tri_diags){.arena = fixture->arena, .sources = fixture->sources};
	struct tri_source_file *file = tri_source_add_text(fixture->sources, "x.go", source, strlen(source));
	struct tri_parse_options parse_options = {.check_branches = true};
	struct tri_file *tree = tri_parse_file(fixture->arena, fixture->names, file, &fixture->diags, &parse_options);
	struct tri_universe *universe = tri_universe_new(fixture->arena, fixture->names);
	struct tri_check_options check_options = {.go_minor = 26};
	struct tri_package *package = tri_check_package(universe, fixture->arena, "p", &tree, 1, &fixture->diags, &check_options);
	assert_int_equal(fixture->diags.error_count, 0);
	struct tri_symbol_table *symbols = tri_symbol_table_new(fixture->arena, fixture->names);
	fixture->package = tri_ir_build(fixture->arena, universe, package, symbols, &fixture->diags, false);
	assert_int_equal(fixture->diags.error_count, 0);
	tri_ir_static_init(fixture->package);
	struct tri_escape_options options = {.report = report, .precise = report == 0};
	tri_escape_analyse(fixture->package, &options);
	tri_ir_verify(fixture->package);
}

static void finish(struct fixture *fixture)
{
	tri_source_set_free(fixture->sources);
	tri_name_table_free(fixture->names);
	tri_arena_free(fixture->arena);
}

static void lines_of(const struct fixture *fixture, struct tri_buffer *out)
{
	tri_buffer_append_c(out, "");
	for (uint32_t i = 0; i < fixture->diags.list.count; i++) {
		const struct tri_diag *diag = &fixture->diags.list.items[i];
		struct tri_location place = tri_source_locate(fixture->sources, diag->pos);
		tri_buffer_printf(out, "%u:%u: %s\n", place.line, place.column, diag->message);
	}
}

static void decisions(void **state)
{
	(void)state;
	for (size_t i = 0; i < TRI_COUNT(cases); i++) {
		struct fixture fixture;
		analyse(&fixture, cases[i].source, 1);
		struct tri_buffer out = {0};
		lines_of(&fixture, &out);
		if (strcmp(out.data, cases[i].lines) != 0)
			print_error("%s\n", cases[i].name);
		assert_string_equal(out.data, cases[i].lines);
		tri_buffer_free(&out);
		finish(&fixture);
	}
}

static void explanation(void **state)
{
	(void)state;
	struct fixture fixture;
	analyse(&fixture, "package p\n\nfunc f() *int {\n\tx := 1\n\tp := &x\n\treturn p\n}\n", 2);
	struct tri_buffer out = {0};
	lines_of(&fixture, &out);
	assert_string_equal(out.data, "4:2: x escapes to heap in f:\n"
								  "4:2:   flow: p \xe2\x86\x90 &x:\n"
								  "4:2:     from &x (address-of) at x.go:5:7\n"
								  "4:2:     from p := &x (assign) at x.go:5:4\n"
								  "4:2:   flow: ~r0 \xe2\x86\x90 p:\n"
								  "4:2:     from return p (return) at x.go:6:2\n"
								  "4:2: moved to heap: x\n");
	tri_buffer_free(&out);
	finish(&fixture);
}

static const struct tri_ir_func *function_named(const struct fixture *fixture, const char *name)
{
	for (uint32_t i = 0; i < fixture->package->functions.count; i++) {
		if (strcmp(fixture->package->functions.items[i]->short_name, name) == 0)
			return fixture->package->functions.items[i];
	}
	fail_msg("no function %s", name);
	return NULL;
}

// The results of a function with more of them than a summary holds count as the heap.
static void summary(void **state)
{
	(void)state;
	struct fixture fixture;
	analyse(&fixture, "package p\n\nfunc f(a *int, b **int, c int) (v, w, x, y, z, last *int) {\n\treturn nil, a, *b, nil, nil, *b\n}\n",
			0);
	const struct tri_escape_summary *result = function_named(&fixture, "f")->escape_summary;
	assert_non_null(result);
	assert_int_equal(result->parameter_count, 3);
	assert_int_equal(result->parameters[0].heap, -1);
	assert_int_equal(result->parameters[0].results[0], -1);
	assert_int_equal(result->parameters[0].results[1], 0);
	assert_int_equal(result->parameters[1].heap, 1);
	assert_int_equal(result->parameters[1].results[2], -1);
	finish(&fixture);
}

// Which results a caller may give room for: strings that the function made and that nothing else keeps.
static void results_in_room(void **state)
{
	(void)state;
	struct fixture fixture;
	analyse(&fixture,
			"package p\n\nvar g string\n\n"
			"func fresh(b []byte) string { return string(b) }\n"
			"func passes(b []byte) (int, string) { return 1, fresh(b) }\n"
			"func given(s string) string { return s }\n"
			"func keeps(b []byte) string { s := string(b); g = s; return s }\n"
			"func points(b []byte) *string { s := string(b); return &s }\n"
			"func boxes(b []byte) any { return fresh(b) }\n"
			"func later(b []byte) (s string) { defer func() { s = string(b) }(); return }\n"
			"func repeats(n int, b []byte) (s string) {\n\tfor i := 0; i < n; i++ {\n\t\ts = s + string(b)\n\t}\n\treturn\n}\n"
			"func gathers(n int, b []byte) string {\n\ts := g\n\tfor i := 0; i < n; i++ {\n\t\ts = s + string(b)\n\t}\n\treturn s\n}\n",
			0);
	static const struct {
		const char *name;
		uint8_t results;
	} wanted[] = {{"fresh", 1}, {"passes", 2}, {"given", 0},   {"keeps", 0},  {"points", 0},
				  {"boxes", 0}, {"later", 0},  {"repeats", 1}, {"gathers", 0}};
	for (uint32_t i = 0; i < TRI_COUNT(wanted); i++) {
		const struct tri_escape_summary *found = function_named(&fixture, wanted[i].name)->escape_summary;
		if (found->results_in_room != wanted[i].results)
			fail_msg("%s has room for results %u", wanted[i].name, found->results_in_room);
	}
	finish(&fixture);
}

// What the decisions are for: variables and allocations carry them.
static void placement(void **state)
{
	(void)state;
	struct fixture fixture;
	analyse(&fixture, "package p\n\nvar g *int\n\nfunc f() {\n\tx, y := 1, 2\n\tg = &x\n\tp := &y\n\t*p = 3\n}\n", 0);
	const struct tri_ir_func *function = function_named(&fixture, "f");
	uint32_t seen = 0;
	for (uint32_t i = 0; i < function->locals.count; i++) {
		const struct tri_ir_var *var = function->locals.items[i];
		if (strcmp(var->name->text, "x") == 0 || strcmp(var->name->text, "y") == 0) {
			assert_int_equal(var->heap, var->name->text[0] == 'x');
			seen++;
		}
	}
	assert_int_equal(seen, 2);
	finish(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decisions),       cmocka_unit_test(explanation), cmocka_unit_test(summary),
		cmocka_unit_test(results_in_room), cmocka_unit_test(placement),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
