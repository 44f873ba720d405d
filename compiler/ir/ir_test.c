// The typed tree, from source: what it is built of, the inliner's lines, static data, made functions, and that the
// verifier notices broken trees. The lines and the link names are those of Go's compiler for the same source.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/ir/ir.h"
#include "compiler/syntax/syntax.h"

struct fixture {
	struct tri_arena *arena;
	struct tri_name_table *names;
	struct tri_source_set *sources;
	struct tri_diags diags;
	struct tri_ir_package *package;
};

static void build(struct fixture *fixture, const char *source)
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
	tri_ir_verify(fixture->package);
}

static void finish(struct fixture *fixture)
{
	tri_source_set_free(fixture->sources);
	tri_name_table_free(fixture->names);
	tri_arena_free(fixture->arena);
}

static void print_lines(const struct fixture *fixture, const struct tri_diags *diags, struct tri_buffer *out)
{
	tri_buffer_append_c(out, "");
	for (uint32_t i = 0; i < diags->list.count; i++) {
		const struct tri_diag *diag = &diags->list.items[i];
		struct tri_location place = tri_source_locate(fixture->sources, diag->pos);
		tri_buffer_printf(out, "%u:%u: %s\n", place.line, place.column, diag->message);
	}
}

static void assert_lines(const struct fixture *fixture, const struct tri_diags *diags, const char *expected)
{
	struct tri_buffer out = {0};
	print_lines(fixture, diags, &out);
	assert_string_equal(out.data, expected);
	tri_buffer_free(&out);
}

static struct tri_ir_func *function_named(const struct fixture *fixture, const char *symbol)
{
	for (uint32_t i = 0; i < fixture->package->functions.count; i++) {
		if (strcmp(fixture->package->functions.items[i]->symbol, symbol) == 0)
			return fixture->package->functions.items[i];
	}
	fail_msg("no function %s", symbol);
	return NULL;
}

static struct tri_ir_global *global_named(const struct fixture *fixture, const char *symbol)
{
	for (uint32_t i = 0; i < fixture->package->globals.count; i++) {
		if (strcmp(fixture->package->globals.items[i]->symbol, symbol) == 0)
			return fixture->package->globals.items[i];
	}
	fail_msg("no package variable %s", symbol);
	return NULL;
}

struct count {
	enum tri_node_op op;
	uint32_t found;
};

static void count_node(void *context, struct tri_node **child)
{
	struct count *count = context;
	count->found += (*child)->op == count->op;
	tri_node_each(*child, count_node, context);
}

static uint32_t count_nodes(const struct tri_ir_func *function, enum tri_node_op op)
{
	struct count count = {.op = op};
	for (uint32_t i = 0; i < function->body.count; i++) {
		struct tri_node *node = function->body.items[i];
		count_node(&count, &node);
	}
	return count.found;
}

// ---- Building --------------------------------------------------------------------------------------------------

static void link_names(void **state)
{
	(void)state;
	static const char source[] = "package p\n"
								 "type T struct{ n int }\n"
								 "func (t T) m()  {}\n"
								 "func (t *T) p() {}\n"
								 "type I interface{ m() }\n"
								 "var g = func() int { return func() int { return 1 }() }\n"
								 "func init() { x() }\n"
								 "func init() {}\n"
								 "func f(n int) {\n"
								 "\tfunc() {\n"
								 "\t\tfunc() { x(); n++ }()\n"
								 "\t}()\n"
								 "\tfunc() { x(); n++ }()\n"
								 "\tgo y(n)\n"
								 "\tdefer y(n)\n"
								 "\tgo x()\n"
								 "}\n"
								 "func x()    {}\n"
								 "func y(int) {}\n"
								 "func methods(t T, i I) (func(), func(T), func(*T), func(I), func()) {\n"
								 "\treturn t.m, T.m, (*T).p, I.m, i.m\n"
								 "}\n";
	static const char *const expected[] = {
		"p.T.m", "p.(*T).p",  "p.init",      "p.init.func1", "p.init.func1.1", "p.init.0",       "p.init.1",
		"p.f",   "p.f.func1", "p.f.func1.1", "p.f.func2",    "p.f.gowrap1",    "p.f.deferwrap2", "p.x",
		"p.y",   "p.methods", "p.T.m-fm",    "p.I.m",        "p.I.m-fm",
	};
	struct fixture fixture;
	build(&fixture, source);
	for (size_t i = 0; i < TRI_COUNT(expected); i++)
		function_named(&fixture, expected[i]);
	assert_int_equal(fixture.package->functions.count, TRI_COUNT(expected));
	assert_ptr_equal(function_named(&fixture, "p.init"), fixture.package->init);
	assert_ptr_equal(function_named(&fixture, "p.f.func1.1")->outer, function_named(&fixture, "p.f.func1"));
	finish(&fixture);
}

// Variables of a loop are copied for every iteration exactly when a closure or a pointer can tell the difference.
static void loop_variables(void **state)
{
	(void)state;
	static const char *const format = "package p\n"
									  "func keep(func()) {}\n"
									  "func look(*int)   {}\n"
									  "func f() {\n"
									  "\tfor i := 0; i < 3; i++ {\n"
									  "\t\t%s\n"
									  "\t}\n"
									  "}\n";
	static const struct {
		const char *body;
		bool copied;
	} cases[] = {
		{"keep(nil)", false}, {"_ = i", false}, {"keep(func() { println(i) })", true}, {"keep(func() { i++ })", true}, {"look(&i)", true},
	};
	for (size_t i = 0; i < TRI_COUNT(cases); i++) {
		struct tri_buffer source = {0};
		tri_buffer_printf(&source, format, cases[i].body);
		struct fixture fixture;
		build(&fixture, source.data);
		uint32_t declared = count_nodes(function_named(&fixture, "p.f"), TRI_NODE_DECLARE);
		if ((declared > 1) != cases[i].copied)
			fail_msg("%s: %u variables", cases[i].body, declared);
		finish(&fixture);
		tri_buffer_free(&source);
	}
}

// What a constant condition excludes is not in the tree.
static void dead_branches(void **state)
{
	(void)state;
	struct fixture fixture;
	build(&fixture, "package p\n"
					"const debug = false\n"
					"func f() {\n"
					"\tif debug {\n"
					"\t\tprintln(1)\n"
					"\t}\n"
					"\tif !debug || g() {\n"
					"\t\treturn\n"
					"\t} else {\n"
					"\t\tprintln(2)\n"
					"\t}\n"
					"}\n"
					"func g() bool { return true }\n");
	const struct tri_ir_func *function = function_named(&fixture, "p.f");
	assert_int_equal(count_nodes(function, TRI_NODE_PRINTLN), 0);
	assert_int_equal(count_nodes(function, TRI_NODE_RETURN), 1);
	finish(&fixture);
}

// Implicit conversions, dereferences, packed arguments and promoted fields are nodes of their own.
static void explicit_operations(void **state)
{
	(void)state;
	struct fixture fixture;
	build(&fixture, "package p\n"
					"type inner struct{ n int }\n"
					"func (in *inner) set(v int) { in.n = v }\n"
					"type outer struct{ *inner }\n"
					"func many(v ...any) {}\n"
					"func f(o outer, s string) {\n"
					"\to.set(o.n)\n"
					"\tmany(1, s)\n"
					"\tmany()\n"
					"}\n");
	const struct tri_ir_func *function = function_named(&fixture, "p.f");
	assert_int_equal(count_nodes(function, TRI_NODE_CALL), 3);
	assert_int_equal(count_nodes(function, TRI_NODE_CONVERT_INTERFACE), 2);
	assert_int_equal(count_nodes(function, TRI_NODE_SLICE_LITERAL), 1);
	assert_int_equal(count_nodes(function, TRI_NODE_FIELD_POINTER), 1);
	assert_int_equal(count_nodes(function, TRI_NODE_FIELD), 2); // o.inner, for the receiver and for o.n
	finish(&fixture);
}

// What a place in a select clause needs is evaluated in the clause, what a channel needs before it.
static void select_evaluates_places_late(void **state)
{
	(void)state;
	struct fixture fixture;
	build(&fixture, "package p\n"
					"func channel(a, b int) chan int { return nil }\n"
					"func two() (int, int) { return 0, 0 }\n"
					"func f(values []any) {\n"
					"\tselect {\n"
					"\tcase values[1] = <-channel(two()):\n"
					"\tcase x, ok := <-channel(1, 2):\n"
					"\t\tprintln(x, ok)\n"
					"\tcase channel(3, 4) <- 5:\n"
					"\tdefault:\n"
					"\t}\n"
					"}\n");
	const struct tri_ir_func *function = function_named(&fixture, "p.f");
	struct tri_node *node = NULL;
	for (uint32_t i = 0; i < function->body.count; i++) {
		if (function->body.items[i]->op == TRI_NODE_SELECT)
			node = function->body.items[i];
	}
	assert_non_null(node);
	assert_int_equal(node->list.count, 4);
	struct tri_node *const *clauses = node->list.items;
	assert_int_equal(clauses[0]->x->op, TRI_NODE_ASSIGN);
	assert_int_equal(clauses[0]->x->x->op, TRI_NODE_INDEX);
	assert_int_equal(clauses[0]->x->y->op, TRI_NODE_CONVERT_INTERFACE);
	assert_int_equal(clauses[0]->x->y->x->op, TRI_NODE_RECEIVE);
	assert_int_equal(clauses[1]->x->op, TRI_NODE_ASSIGN_TUPLE);
	assert_int_equal(clauses[1]->index, 2); // the declarations of x and ok
	assert_int_equal(clauses[2]->x->op, TRI_NODE_SEND);
	assert_true(clauses[3]->is_default);
	tri_ir_verify(fixture.package);
	finish(&fixture);
}

// The body of a loop over a function is a function; leaving for elsewhere goes through numbers.
static void loops_over_functions(void **state)
{
	(void)state;
	struct fixture fixture;
	build(&fixture, "package p\n"
					"func f(seq func(func(int) bool)) (r int) {\n"
					"outer:\n"
					"\tfor {\n"
					"\t\tfor x := range seq {\n"
					"\t\t\tfor y := range seq {\n"
					"\t\t\t\tdefer func() {}()\n"
					"\t\t\t\tif x == y { continue }\n"
					"\t\t\t\tif x > y { break outer }\n"
					"\t\t\t\treturn x\n"
					"\t\t\t}\n"
					"\t\t}\n"
					"\t}\n"
					"\treturn\n"
					"}\n");
	const struct tri_ir_func *outer = NULL, *first = NULL, *second = NULL;
	for (uint32_t i = 0; i < fixture.package->functions.count; i++) {
		const struct tri_ir_func *function = fixture.package->functions.items[i];
		outer = strcmp(function->short_name, "f") == 0 ? function : outer;
		first = strcmp(function->short_name, "f-range1") == 0 ? function : first;
		second = strcmp(function->short_name, "f-range2") == 0 ? function : second;
	}
	assert_true(outer != NULL && first != NULL && second != NULL);
	assert_true(outer->has_defer && outer->has_range_defer);
	assert_true(!first->has_defer && !second->has_defer);
	assert_true(second->outer == first && first->outer == outer);
	assert_string_equal(first->parameters.items[0]->name->text, "x");
	assert_true(outer->results.items[0]->reassigned);
	tri_ir_verify(fixture.package);
	finish(&fixture);
}

// A value that later stages cannot hold is told where it stands (printing leaves out what repeats on a line).
static void not_supported_yet(void **state)
{
	(void)state;
	struct fixture fixture;
	build(&fixture, "package p\n"
					"func f() {\n"
					"\tx := [1 << 31]byte{}\n"
					"\t_ = x\n"
					"}\n");
	struct tri_buffer out = {0};
	print_lines(&fixture, fixture.package->unsupported, &out);
	static const char *const expected[] = {
		"values of more than 1 GB are not supported yet\n",
	};
	for (size_t i = 0; i < TRI_COUNT(expected); i++) {
		if (strstr(out.data, expected[i]) == NULL)
			fail_msg("%s is not in:\n%s", expected[i], out.data);
	}
	tri_buffer_free(&out);
	finish(&fixture);
}

// ---- Printing --------------------------------------------------------------------------------------------------

// Every line is returned by a function and printed back; `as` is Go's wording where it differs.
static void expressions_in_words(void **state)
{
	(void)state;
	static const struct {
		const char *expression, *as;
	} cases[] = {
		{"n + 1", NULL},
		{"-n", NULL},
		{"(n + 1) * 2", NULL},
		{"!b && n < 3", NULL},
		{"s[1:n]", NULL},
		{"a[n]", NULL},
		{"*q", NULL},
		{"t.n", NULL},
		{"&t.n", NULL},
		{"len(s)", NULL},
		{"\"text\\n\" + s", NULL},
		{"make([]int, n)", NULL},
		{"make([]int, n, 2*n)", "make([]int, n, 2 * n)"},
		{"append(a, n, 2)", NULL},
		{"new(int)", NULL},
		{"[]int{1, 2, n}", "[]int{...}"},
		{"[]int{}", NULL},
		{"&T{n: 1}", "&T{...}"},
		{"T{}", NULL},
		{"string(y)", NULL},
		{"[]byte(s)", "([]byte)(s)"},
		{"float64(n)", NULL},
		{"func() {}", "func literal"},
		{"i.(T)", NULL},
		{"f(n, true)", NULL},
	};
	for (size_t i = 0; i < TRI_COUNT(cases); i++) {
		struct tri_buffer source = {0};
		tri_buffer_printf(&source,
						  "package p\n"
						  "type T struct{ n int }\n"
						  "func f(n int, b bool) int { return n }\n"
						  "func g(n int, b bool, s string, a []int, q *int, t *T, y []byte, i any) {\n"
						  "\tx := %s\n"
						  "\t_ = x\n"
						  "}\n",
						  cases[i].expression);
		struct fixture fixture;
		build(&fixture, source.data);
		const struct tri_ir_func *function = function_named(&fixture, "p.g");
		const struct tri_node *assignment = NULL;
		for (uint32_t k = 0; k < function->body.count && assignment == NULL; k++)
			assignment = function->body.items[k]->op == TRI_NODE_ASSIGN ? function->body.items[k] : NULL;
		assert_non_null(assignment);
		struct tri_buffer out = {0};
		tri_node_print(assignment->y, fixture.package->package, &out);
		assert_string_equal(out.data, cases[i].as != NULL ? cases[i].as : cases[i].expression);
		tri_buffer_free(&out);
		tri_buffer_free(&source);
		finish(&fixture);
	}
}

// ---- Inlining --------------------------------------------------------------------------------------------------

static const char inline_source[] = "package p\n" // line 1
									"type T struct{ a, b int }\n"
									"func (t T) value() int     { return t.a }\n"
									"func (t *T) pointer() *int { return &t.b }\n"
									"func leaf(x int) int { return x + 1 }\n"
									"func outer(x int) int { return leaf(leaf(x)) }\n" // line 6
									"//go:noinline\n"
									"func never() {}\n"
									"func deferring() { defer never() }\n"
									"func literal(n int) int {\n" // line 10
									"\treturn func() int { return n + 1 }()\n"
									"}\n"
									"func use(t *T) int {\n"
									"\tnever()\n"
									"\treturn t.value() + *t.pointer() + outer(1)\n" // line 15
									"}\n"
									"func loop(n int) (sum int) {\n"
									"\tfor i := range n {\n"
									"\t\tsum += i\n"
									"\t}\n" // line 20
									"\treturn\n"
									"}\n"
									"func dead() int {\n"
									"\tif false {\n"
									"\t\tnever()\n" // line 25
									"\t\tnever()\n"
									"\t}\n"
									"\treturn 1\n"
									"}\n";

static void inline_decisions(void **state)
{
	(void)state;
	struct fixture fixture;
	build(&fixture, inline_source);
	struct tri_inline_options options = {.report = 1};
	tri_ir_inline(fixture.package, &options);
	tri_ir_verify(fixture.package);
	assert_lines(&fixture, &fixture.diags,
				 "3:6: can inline T.value\n"
				 "4:6: can inline (*T).pointer\n"
				 "5:6: can inline leaf\n"
				 "6:6: can inline outer\n"
				 "11:9: can inline literal.func1\n"
				 "10:6: can inline literal\n"
				 "17:6: can inline loop\n"
				 "23:6: can inline dead\n"
				 "6:41: inlining call to leaf\n"
				 "6:36: inlining call to leaf\n"
				 "11:36: inlining call to literal.func1\n"
				 "15:16: inlining call to T.value\n"
				 "15:31: inlining call to (*T).pointer\n"
				 "15:41: inlining call to outer\n"
				 "15:41: inlining call to leaf\n"
				 "15:41: inlining call to leaf\n");
	const struct tri_ir_func *use = function_named(&fixture, "p.use");
	assert_int_equal(count_nodes(use, TRI_NODE_CALL), 1); // never
	assert_int_equal(count_nodes(use, TRI_NODE_INLINED_CALL), 5);
	assert_int_equal(use->inline_sites.count, 5);
	finish(&fixture);
}

// The init functions stay functions; a method of that name is like any other.
static void inline_methods_called_init(void **state)
{
	(void)state;
	struct fixture fixture;
	build(&fixture, "package p\n"
					"\n"
					"type T struct{ n int }\n"
					"func (t *T) init() { t.n = 1 }\n"
					"func made() *T { t := &T{}; t.init(); return t }\n"
					"var x = made()\n"
					"func init() { x.n = 2 }\n");
	struct tri_inline_options options = {.report = 1};
	tri_ir_inline(fixture.package, &options);
	tri_ir_verify(fixture.package);
	struct tri_buffer text = {0};
	print_lines(&fixture, &fixture.diags, &text);
	assert_non_null(strstr(text.data, "6:13: inlining call to made\n"));
	assert_non_null(strstr(text.data, "6:13: inlining call to (*T).init\n"));
	assert_null(strstr(text.data, "inlining call to init\n"));
	tri_buffer_free(&text);
	finish(&fixture);
}

static void inline_costs(void **state)
{
	(void)state;
	struct fixture fixture;
	build(&fixture, inline_source);
	struct tri_inline_options options = {.report = 2};
	tri_ir_inline(fixture.package, &options);
	struct tri_buffer out = {0};
	print_lines(&fixture, &fixture.diags, &out);
	static const char *const expected[] = {
		"3:6: can inline T.value with cost 3 as: method(T) func() int { return t.a }\n",
		"4:6: can inline (*T).pointer with cost 4 as: method(*T) func() *int { return &t.b }\n",
		"6:6: can inline outer with cost 14 as: func(int) int { return leaf(leaf(x)) }\n",
		"8:6: cannot inline never: marked go:noinline\n",
		"9:6: cannot inline deferring: unhandled op DEFER\n",
		"10:6: can inline literal with cost 22 as: func(int) int { return (func literal)() }\n",
		"13:6: cannot inline use: function too complex: cost 92 exceeds budget 80\n",
		"17:6: can inline loop with cost 9 as: func(int) int { for loop; return  }\n",
		"23:6: can inline dead with cost 2 as: func() int { return 1 }\n",
	};
	for (size_t i = 0; i < TRI_COUNT(expected); i++) {
		if (strstr(out.data, expected[i]) == NULL)
			fail_msg("%s is not in:\n%s", expected[i], out.data);
	}
	tri_buffer_free(&out);
	finish(&fixture);
}

// Every variable and node of an inlined body belongs to the caller and knows the call it came through.
static void inlined_variables(void **state)
{
	(void)state;
	struct fixture fixture;
	build(&fixture, "package p\n"
					"func swap(a, b int) (int, int) { t := a; a = b; return a, t }\n"
					"func f(x, y int) (int, int) { return swap(x, y) }\n");
	struct tri_inline_options options = {0};
	tri_ir_inline(fixture.package, &options);
	tri_ir_verify(fixture.package);
	const struct tri_ir_func *function = function_named(&fixture, "p.f");
	assert_int_equal(function->inline_sites.count, 1);
	assert_ptr_equal(function->inline_sites.items[0]->callee, function_named(&fixture, "p.swap"));
	assert_null(function->inline_sites.items[0]->parent);
	uint32_t inlined = 0;
	for (uint32_t i = 0; i < function->locals.count; i++)
		inlined += function->locals.items[i]->inline_site == function->inline_sites.items[0];
	assert_true(inlined >= 5); // a, b, t, two results
	finish(&fixture);
}

static void no_inlining(void **state)
{
	(void)state;
	struct fixture fixture;
	build(&fixture, inline_source);
	struct tri_inline_options options = {.disabled = true, .report = 1};
	tri_ir_inline(fixture.package, &options);
	assert_lines(&fixture, &fixture.diags, "");
	assert_int_equal(count_nodes(function_named(&fixture, "p.outer"), TRI_NODE_CALL), 2);
	finish(&fixture);
}

// ---- Static data -----------------------------------------------------------------------------------------------

static uint64_t word_at(const struct tri_symbol *symbol, uint64_t offset)
{
	uint64_t word = 0;
	assert_true(offset + 8 <= symbol->data.count);
	memcpy(&word, symbol->data.items + offset, 8);
	return word;
}

static const struct tri_relocation *address_at(const struct tri_symbol *symbol, uint64_t offset)
{
	for (uint32_t i = 0; i < symbol->relocations.count; i++) {
		if (symbol->relocations.items[i].offset == offset)
			return &symbol->relocations.items[i];
	}
	fail_msg("no address at %s+%llu", symbol->name, (unsigned long long)offset);
	return NULL;
}

static void static_data(void **state)
{
	(void)state;
	struct fixture fixture;
	build(&fixture, "package p\n"
					"type pair struct { a int; s string }\n"
					"var number = 40 + 2\n"
					"var text = \"hello\"\n"
					"var empty [4]int\n"
					"var values = []pair{{1, \"x\"}, {2, \"yz\"}}\n"
					"var here = &number\n"
					"var code = f\n"
					"var later = f()\n"
					"func f() int { return number }\n");
	struct tri_inline_options options = {.disabled = true};
	tri_ir_inline(fixture.package, &options);
	tri_ir_static_init(fixture.package);
	tri_ir_verify(fixture.package);

	const struct tri_symbol *number = global_named(&fixture, "p.number")->data;
	assert_int_equal(number->kind, TRI_SYMBOL_DATA);
	assert_int_equal(word_at(number, 0), 42);

	const struct tri_symbol *text = global_named(&fixture, "p.text")->data;
	const struct tri_relocation *bytes = address_at(text, 0);
	assert_int_equal(word_at(text, 8), 5);
	assert_memory_equal(bytes->target->data.items + bytes->addend, "hello", 5);
	assert_true(tri_bits_has(&text->pointer_mask, 0));
	assert_false(tri_bits_has(&text->pointer_mask, 1));

	const struct tri_symbol *empty = global_named(&fixture, "p.empty")->data;
	assert_int_equal(empty->kind, TRI_SYMBOL_BSS);
	assert_int_equal(empty->size, 32);

	const struct tri_symbol *values = global_named(&fixture, "p.values")->data;
	const struct tri_symbol *array = address_at(values, 0)->target;
	assert_int_equal(word_at(values, 8), 2);
	assert_int_equal(word_at(values, 16), 2);
	assert_int_equal(word_at(array, 0), 1);
	assert_int_equal(word_at(array, 16), 1);
	assert_int_equal(word_at(array, 24), 2);
	assert_int_equal(word_at(array, 40), 2);

	assert_ptr_equal(address_at(global_named(&fixture, "p.here")->data, 0)->target, number);
	const struct tri_symbol *value = address_at(global_named(&fixture, "p.code")->data, 0)->target;
	assert_string_equal(address_at(value, 0)->target->name, "p.f");

	// What is left for init: the one call.
	assert_int_equal(global_named(&fixture, "p.later")->data->kind, TRI_SYMBOL_BSS);
	assert_int_equal(count_nodes(fixture.package->init, TRI_NODE_ASSIGN), 1);
	assert_int_equal(count_nodes(fixture.package->init, TRI_NODE_CALL), 1);
	finish(&fixture);
}

// Variables are initialised after those they depend on, through functions too.
static void initialisation_order(void **state)
{
	(void)state;
	struct fixture fixture;
	build(&fixture, "package p\n"
					"var a = f()\n"
					"var b = g()\n"
					"func f() int { return b }\n"
					"func g() int { return 2 }\n");
	const tri_node_list *body = &fixture.package->init->body;
	const struct tri_node *assignments[2] = {NULL};
	uint32_t count = 0;
	for (uint32_t i = 0; i < body->count; i++) {
		if (body->items[i]->op == TRI_NODE_ASSIGN) {
			assert_true(count < 2);
			assignments[count++] = body->items[i];
		}
	}
	assert_int_equal(count, 2);
	assert_string_equal(assignments[0]->x->global->symbol, "p.b");
	assert_string_equal(assignments[1]->x->global->symbol, "p.a");
	finish(&fixture);
}

// ---- Functions nobody wrote ---------------------------------------------------------------------------------------

static void made_functions(void **state)
{
	(void)state;
	struct fixture fixture;
	build(&fixture, "package p\n"
					"type T struct { s string; f [3]float64; _ int }\n"
					"func (t T) m(n int, v ...string) (int, error) { return n, nil }\n"
					"type E struct { name string; *T }\n"
					"var t T\n"
					"var e E\n");
	struct tri_type *type = global_named(&fixture, "p.t")->type, *embedding = global_named(&fixture, "p.e")->type;
	struct tri_ir_func *equal = tri_ir_equal_function(fixture.package, type);
	assert_ptr_equal(tri_ir_equal_function(fixture.package, type), equal);
	assert_string_equal(equal->symbol, "type:.eq.p.T");
	assert_int_equal(count_nodes(equal, TRI_NODE_COMPARE), 1); // of all fields: the comparison knows their order
	tri_ir_equal_function(fixture.package, tri_type_underlying(type)->as.structure.fields[1].type);
	struct tri_ir_func *hash = tri_ir_hash_function(fixture.package, type);
	assert_ptr_equal(tri_ir_hash_function(fixture.package, type), hash);
	assert_string_equal(hash->symbol, "type:.hash.p.T");
	assert_int_equal(count_nodes(hash, TRI_NODE_CALL), 2); // the string and the array; the blank field is not hashed
	struct tri_type *integer = fixture.package->universe->basic[TRI_BASIC_INT];
	assert_string_equal(tri_ir_hash_function(fixture.package, integer)->symbol, "runtime.memhash64");
	assert_false(tri_ir_hash_function(fixture.package, integer)->has_body);
	struct tri_type *words = tri_type_array_of(fixture.package->universe, integer, 3);
	assert_string_equal(tri_ir_hash_function(fixture.package, words)->symbol, "type:.hashmem24");

	uint32_t count;
	const struct tri_method *methods = tri_method_set(fixture.package->universe, embedding, &count);
	assert_int_equal(count, 1);
	struct tri_ir_func *wrapper = tri_ir_method_wrapper(fixture.package, embedding, &methods[0], false);
	assert_string_equal(wrapper->symbol, "p.E.m");
	assert_ptr_equal(tri_ir_method_wrapper(fixture.package, embedding, &methods[0], false), wrapper);
	struct tri_type *pointer = tri_type_pointer_to(fixture.package->universe, embedding);
	methods = tri_method_set(fixture.package->universe, pointer, &count);
	assert_int_equal(count, 1);
	assert_string_equal(tri_ir_method_wrapper(fixture.package, pointer, &methods[0], false)->symbol, "p.(*E).m");
	tri_ir_verify(fixture.package);
	finish(&fixture);
}

// ---- Verification ----------------------------------------------------------------------------------------------

static void break_type(struct tri_ir_func *function) { function->body.items[0]->list.items[0]->type = NULL; }
static void break_operand(struct tri_ir_func *function) { function->body.items[0]->list.items[0]->y = NULL; }
static void break_variable(struct tri_ir_func *function) { function->body.items[0]->list.items[0]->x->var = NULL; }
static void break_owner(struct tri_ir_func *function)
{
	static struct tri_ir_func other;
	function->body.items[0]->list.items[0]->x->var->function = &other;
}
static void break_nothing(struct tri_ir_func *function) { (void)function; }

// A broken tree ends the compiler with status 2; a child process does it for us.
static void broken_trees(void **state)
{
	(void)state;
	static const struct {
		void (*breaks)(struct tri_ir_func *function);
		int status;
	} cases[] = {{break_type, 2}, {break_operand, 2}, {break_variable, 2}, {break_owner, 2}, {break_nothing, 0}};
	for (size_t i = 0; i < TRI_COUNT(cases); i++) {
		struct fixture fixture;
		build(&fixture, "package p\nfunc f(x int) int { return x + 1 }\n");
		struct tri_ir_func *function = function_named(&fixture, "p.f");
		cases[i].breaks(function);
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			int nowhere = open("/dev/null", O_WRONLY);
			dup2(nowhere, 2);
			tri_ir_verify(fixture.package);
			_exit(0);
		}
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), cases[i].status);
		finish(&fixture);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(link_names),
		cmocka_unit_test(loop_variables),
		cmocka_unit_test(dead_branches),
		cmocka_unit_test(explicit_operations),
		cmocka_unit_test(select_evaluates_places_late),
		cmocka_unit_test(loops_over_functions),
		cmocka_unit_test(not_supported_yet),
		cmocka_unit_test(expressions_in_words),
		cmocka_unit_test(inline_decisions),
		cmocka_unit_test(inline_methods_called_init),
		cmocka_unit_test(inline_costs),
		cmocka_unit_test(inlined_variables),
		cmocka_unit_test(no_inlining),
		cmocka_unit_test(static_data),
		cmocka_unit_test(initialisation_order),
		cmocka_unit_test(made_functions),
		cmocka_unit_test(broken_trees),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
