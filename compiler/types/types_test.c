#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/types/test_fixture.h"

static void check(struct fixture *f, const char *text)
{
	struct tri_source_file *source = tri_source_add_text(f->sources, "x.go", text, strlen(text));
	struct tri_parse_options parse_options = {.check_branches = true};
	struct tri_file *file = tri_parse_file(f->arena, f->names, source, &f->diags, &parse_options);
	struct tri_check_options options = {.go_minor = 26};
	f->package = tri_check_package(f->universe, f->arena, "main", &file, 1, &f->diags, &options);
}

static void check_valid(struct fixture *f, const char *text)
{
	check(f, text);
	if (f->diags.error_count > 0)
		print_error("%s\n", f->diags.list.items[0].message);
	assert_int_equal(f->diags.error_count, 0);
	struct tri_buffer problems = {0};
	if (!tri_check_verify(f->package, &problems))
		fail_msg("%s", problems.data);
	tri_buffer_free(&problems);
}

static void assert_error(struct fixture *f, uint32_t index, uint32_t line, uint32_t column, const char *message)
{
	assert_true(index < f->diags.list.count);
	const struct tri_diag *diag = &f->diags.list.items[index];
	struct tri_location at = tri_source_locate(f->sources, diag->pos);
	assert_string_equal(diag->message, message);
	assert_int_equal(at.line, line);
	assert_int_equal(at.column, column);
}

static struct tri_object *object(struct fixture *f, const char *name)
{
	struct tri_object *found = tri_scope_lookup(f->package->scope, tri_name_intern_c(f->names, name));
	assert_non_null(found);
	return found;
}

static struct tri_type *type(struct fixture *f, const char *name) { return object(f, name)->type; }

static void assert_layout(struct tri_type *t, int64_t size, int64_t align, int64_t pointer_bytes)
{
	tri_type_layout(t);
	assert_int_equal(t->size, size);
	assert_int_equal(t->align, align);
	assert_int_equal(t->pointer_bytes, pointer_bytes);
}

static void layout(void **state)
{
	struct fixture *f = *state;
	check_valid(f, "package main\n"
				   "type A struct { a bool; b int64; c bool; d *int; e int32 }\n"
				   "type B struct { a int32; b struct{} }\n"
				   "type C [3]A\n"
				   "type D struct { s string; i interface{}; f func(); c complex64; x []byte; m map[int]int }\n"
				   "type E struct { _ [0]func(); b byte }\n"
				   "type F [1 << 40]int64\n"
				   "type G struct{}\n");
	assert_layout(type(f, "A"), 40, 8, 32);
	int64_t *offsets = tri_type_underlying(type(f, "A"))->as.structure.offsets;
	assert_int_equal(offsets[1], 8);
	assert_int_equal(offsets[3], 24);
	assert_layout(type(f, "B"), 8, 4, 0); // padded, so that &b stays inside
	assert_layout(type(f, "C"), 120, 8, 112);
	assert_layout(type(f, "D"), 80, 8, 80);
	assert_layout(type(f, "E"), 8, 8, 0);
	assert_layout(type(f, "G"), 0, 1, 0);
	assert_layout(type(f, "F"), (int64_t)8 << 40, 8, 0);

	struct tri_bits bits = tri_bits_new(f->arena, 10);
	tri_type_pointer_mask(type(f, "D"), 0, &bits);
	// string, interface (both words), func, complex, slice, map
	static const bool expected[10] = {true, false, true, true, true, false, true, false, false, true};
	for (uint32_t i = 0; i < 10; i++)
		assert_int_equal(tri_bits_has(&bits, i), expected[i]);
	bits = tri_bits_new(f->arena, 15);
	tri_type_pointer_mask(type(f, "C"), 0, &bits);
	for (uint32_t i = 0; i < 15; i++)
		assert_int_equal(tri_bits_has(&bits, i), i % 5 == 3);
}

static void maps(void **state)
{
	struct fixture *f = *state;
	check_valid(f, "package main\n"
				   "type Large [17]int\n"
				   "type A map[string]int\n"
				   "type B map[int32]Large\n"
				   "type C map[struct{ a, b uint16 }]bool\n"
				   "type D map[struct{ a, b uint32 }]bool\n"
				   "type E map[*int]struct{}\n"
				   "type F map[Large]float64\n"
				   "type G map[[2]interface{}]int\n"
				   "type H map[struct{}]struct{}\n");
	static const struct {
		const char *name;
		enum tri_map_variant variant;
		bool needs_key_update, holds_interface, indirect_key, indirect_element;
		int64_t element_offset, slot_size, group_size;
	} rows[] = {
		{"A", TRI_MAP_STRING, true, false, false, false, 16, 24, 200},  {"B", TRI_MAP_ANY, false, false, false, true, 8, 16, 136},
		{"C", TRI_MAP_ANY, false, false, false, false, 4, 6, 56},       {"D", TRI_MAP_ANY, false, false, false, false, 8, 12, 104},
		{"E", TRI_MAP_POINTER, false, false, false, false, 8, 16, 136}, {"F", TRI_MAP_ANY, false, false, true, false, 8, 16, 136},
		{"G", TRI_MAP_ANY, true, true, false, false, 32, 40, 328},      {"H", TRI_MAP_ANY, false, false, false, false, 0, 0, 16},
	};
	for (size_t i = 0; i < TRI_COUNT(rows); i++) {
		struct tri_map_layout layout = tri_map_layout(f->universe, type(f, rows[i].name));
		assert_int_equal(layout.variant, rows[i].variant);
		assert_int_equal(layout.needs_key_update, rows[i].needs_key_update);
		assert_int_equal(layout.hash_may_panic, rows[i].holds_interface);
		assert_int_equal(layout.indirect_key, rows[i].indirect_key);
		assert_int_equal(layout.indirect_element, rows[i].indirect_element);
		assert_int_equal(layout.element_offset, rows[i].element_offset);
		assert_int_equal(layout.slot->size, rows[i].slot_size);
		assert_int_equal(layout.group->size, rows[i].group_size);
	}
}

static void direct_interfaces(void **state)
{
	struct fixture *f = *state;
	check_valid(f, "package main\nimport \"unsafe\"\n"
				   "type P *int\ntype S struct { p *int }\ntype T struct { a [1]S }\ntype U struct { p *int; z struct{} }\n"
				   "type V unsafe.Pointer\ntype W [2]*int\ntype X int\n");
	static const char direct[] = "PSTV", indirect[] = "UWX";
	for (const char *p = direct; *p; p++)
		assert_true(tri_type_is_direct_interface(type(f, (char[]){*p, 0})));
	for (const char *p = indirect; *p; p++)
		assert_false(tri_type_is_direct_interface(type(f, (char[]){*p, 0})));
}

static void identity_and_keys(void **state)
{
	struct fixture *f = *state;
	check_valid(f, "package main\n"
				   "type N struct { next *N; tag int `json:\"x\"` }\n"
				   "type I interface { M(I) I; m() }\n"
				   "var a struct { X int `t`; y []byte }\n"
				   "var b struct { X int `t`; y []uint8 }\n"
				   "var c struct { X int; y []byte }\n"
				   "var d func(a int, b ...string) (x error)\n"
				   "var e func(int, ...string) error\n"
				   "var g func(int, []string) error\n"
				   "var h interface { A(); B() }\n"
				   "var i interface { B(); interface { A() } }\n"
				   "var j map[[2]rune]<-chan *N\n"
				   "var k map[[2]int32]<-chan *N\n"
				   "var l any\nvar m interface{}\n"
				   "func one() { type T int; var _ T }\nfunc two() { type T int; var _ T }\n");
	static const char same[][2] = {"ab", "de", "hi", "jk", "lm"}, other[][2] = {"ac", "dg", "ah", "lj"};
	for (size_t n = 0; n < TRI_COUNT(same); n++) {
		struct tri_type *x = type(f, (char[]){same[n][0], 0}), *y = type(f, (char[]){same[n][1], 0});
		assert_true(tri_type_identical(x, y));
		assert_string_equal(tri_type_key(f->universe, x), tri_type_key(f->universe, y));
	}
	for (size_t n = 0; n < TRI_COUNT(other); n++) {
		struct tri_type *x = type(f, (char[]){other[n][0], 0}), *y = type(f, (char[]){other[n][1], 0});
		assert_false(tri_type_identical(x, y));
		assert_string_not_equal(tri_type_key(f->universe, x), tri_type_key(f->universe, y));
	}
	assert_int_equal(f->package->local_types.count, 2);
	struct tri_type *first = f->package->local_types.items[0], *second = f->package->local_types.items[1];
	assert_false(tri_type_identical(first, second));
	assert_string_not_equal(tri_type_key(f->universe, first), tri_type_key(f->universe, second));
}

static void assert_text(struct fixture *f, const char *name, const char *diagnostic, const char *runtime)
{
	assert_string_equal(tri_type_string(f->arena, type(f, name), f->package), diagnostic);
	struct tri_buffer out = {0};
	tri_type_print_runtime(type(f, name), &out);
	assert_string_equal(out.data, runtime);
	tri_buffer_free(&out);
}

static void printing(void **state)
{
	struct fixture *f = *state;
	check_valid(f, "package main\ntype T struct{}\n"
				   "var a struct { x, Y int; T; t T `k:\"v\"` }\n"
				   "var b func(n int, s ...T) (r int, err error)\n"
				   "var c chan (<-chan T)\n"
				   "var d map[string][]*T\n"
				   "var e interface { m() T; N(x int) }\n"
				   "var g struct{}\nvar h interface{}\nvar i any\nvar j []byte\nvar k [3]rune\n");
	assert_text(f, "a", "struct{x int; Y int; T; t T \"k:\\\"v\\\"\"}", "struct { x int; Y int; main.T; t main.T \"k:\\\"v\\\"\" }");
	assert_text(f, "b", "func(n int, s ...T) (r int, err error)", "func(int, ...main.T) (int, error)");
	assert_text(f, "c", "chan (<-chan T)", "chan (<-chan main.T)");
	assert_text(f, "d", "map[string][]*T", "map[string][]*main.T");
	assert_text(f, "e", "interface{N(x int); m() T}", "interface { N(int); main.m() main.T }");
	assert_text(f, "g", "struct{}", "struct {}");
	assert_text(f, "h", "interface{}", "interface {}");
	assert_text(f, "i", "any", "interface {}");
	assert_text(f, "j", "[]byte", "[]uint8");
	assert_text(f, "k", "[3]rune", "[3]int32");
}

static void assert_methods(struct fixture *f, struct tri_type *t, const char *expected)
{
	uint32_t count = 0;
	struct tri_method *methods = tri_method_set(f->universe, t, &count);
	struct tri_buffer out = {0};
	tri_buffer_append_c(&out, "");
	for (uint32_t i = 0; i < count; i++)
		tri_buffer_printf(&out, "%s%s/%u%s", i > 0 ? " " : "", methods[i].function->name->text, methods[i].path_length,
						  methods[i].indirect ? "*" : "");
	assert_string_equal(out.data, expected);
	tri_buffer_free(&out);
}

static void method_sets(void **state)
{
	struct fixture *f = *state;
	check_valid(f, "package main\n"
				   "type T struct { x int }\nfunc (T) V() {}\nfunc (*T) P() {}\nfunc (T) low() {}\n"
				   "type E struct { T }\ntype F struct { *T }\n"
				   "type G struct { E; F }\n" // V at the same depth twice
				   "type H struct { E; V int }\n"
				   "type I interface { B(); a(); A() }\ntype J struct { I }\ntype K *T\n");
	struct tri_type *t = type(f, "T");
	assert_methods(f, t, "V/0 low/0");
	assert_methods(f, tri_type_pointer_to(f->universe, t), "P/0* V/0* low/0*");
	assert_methods(f, type(f, "E"), "V/1 low/1");
	assert_methods(f, type(f, "F"), "P/1* V/1* low/1*");
	assert_methods(f, type(f, "G"), "");
	assert_methods(f, type(f, "H"), "low/2");
	assert_methods(f, type(f, "I"), "A/0 B/0 a/0");
	assert_methods(f, type(f, "J"), "A/1 B/1 a/1");
	assert_methods(f, type(f, "K"), "");

	struct tri_object *missing = NULL;
	assert_true(tri_type_implements(f->universe, type(f, "J"), type(f, "I"), &missing));
	assert_false(tri_type_implements(f->universe, t, type(f, "I"), &missing));
	assert_string_equal(missing->name->text, "A");

	struct tri_selection selection;
	assert_true(tri_lookup_field_or_method(f->universe, type(f, "H"), f->package, tri_name_intern_c(f->names, "x"), &selection));
	assert_int_equal(selection.path_length, 3);
	assert_false(tri_lookup_field_or_method(f->universe, type(f, "G"), f->package, tri_name_intern_c(f->names, "x"), &selection));
}

static void initialisation_order(void **state)
{
	struct fixture *f = *state;
	check_valid(f, "package main\n"
				   "var a = c\nvar b = 1\nvar c = f()\nvar d, e = g()\nvar _ = b\nvar z int\n"
				   "func f() int { return d }\nfunc g() (int, int) { return z, 2 }\n");
	struct tri_buffer order = {0};
	for (uint32_t i = 0; i < f->package->initializers.count; i++) {
		const struct tri_initializer *initializer = &f->package->initializers.items[i];
		for (uint32_t j = 0; j < initializer->left_count; j++)
			tri_buffer_append_c(&order, initializer->left[j] ? initializer->left[j]->name->text : "_");
		tri_buffer_append_c(&order, " ");
	}
	assert_string_equal(order.data, "b _ de c a "); // z, without a value, counts as a step of its own, as in Go's compiler
	tri_buffer_free(&order);
}

static void initialisation_cycle(void **state)
{
	struct fixture *f = *state;
	check(f, "package main\nvar x = f()\nfunc f() int { return y }\nvar y = x\n");
	assert_int_equal(f->diags.error_count, 1);
	assert_error(f, 0, 2, 5, "initialization cycle for x\n\tx.go:2:5: x refers to f\n\tx.go:3:6: f refers to y\n\tx.go:4:5: y refers to x");
}

// The variable `name` of the first function, found through its uses.
static struct tri_object *find_local(const tri_stmt_list *list, const char *name)
{
	for (uint32_t i = 0; i < list->count; i++) {
		const struct tri_stmt *stmt = list->items[i];
		if (stmt->kind != TRI_STMT_ASSIGN || !tri_as_assign_stmt(stmt)->define)
			continue;
		const struct tri_expr *left = tri_as_assign_stmt(stmt)->left;
		if (left->kind == TRI_EXPR_NAME && strcmp(tri_as_name_expr(left)->name->text, name) == 0)
			return tri_as_name_expr(left)->object;
	}
	fail_msg("no local %s", name);
	return NULL;
}

static void flags_of_locals(void **state)
{
	struct fixture *f = *state;
	check_valid(f, "package main\ntype T struct { n [4]int; p *T }\nfunc (t *T) m() {}\nfunc use(...any) {}\n"
				   "func main() {\n"
				   "plain := 1\ncaptured := 2\nassigned := 3\nassigned = 4\naddressed := 5\n"
				   "method := T{}\nmethod.m()\nsliced := [2]int{}\nfield := T{}\nfield.n[1] = 2\nbehind := T{}\nbehind.p.n[1] = 2\n"
				   "counted := 0\ncounted++\n"
				   "use(func() int { return captured }, plain, assigned, &addressed, method, sliced[:], field, behind, counted)\n}\n"
				   "func init() {}\n");
	const struct tri_function_decl *decl = object(f, "main")->function;
	static const struct {
		const char *name;
		bool captured, reassigned, address_taken;
	} expected[] = {
		{"plain", false, false, false},    {"captured", true, false, false}, {"assigned", false, true, false},
		{"addressed", false, false, true}, {"method", false, false, true},   {"sliced", false, false, true},
		{"field", false, true, false},     {"behind", false, false, false},  {"counted", false, true, false},
	};
	for (size_t i = 0; i < TRI_COUNT(expected); i++) {
		const struct tri_object *local = find_local(&decl->body->list, expected[i].name);
		assert_int_equal(local->captured, expected[i].captured);
		assert_int_equal(local->reassigned, expected[i].reassigned);
		assert_int_equal(local->address_taken, expected[i].address_taken);
	}
}

static void untyped_operands_get_their_type(void **state)
{
	struct fixture *f = *state;
	check_valid(f, "package main\n"
				   "var s uint\nvar a float32 = 1\nvar b int64 = 1 << s\nvar c = 1.0 << 3\nvar d interface{} = 'x'\n"
				   "var e = \"abc\"[s]\nvar g = a == 2\nvar h []int = nil\nvar i = h == nil\nvar j = append([]byte(nil), \"x\"...)\n"
				   "func main() { if s > 1 && true { println(1, 2.5, 'x', nil == h, 1 << s) }\n"
				   "switch { case s == 1: }; switch 1.5 { case 2: }; for i := range 3 { _ = i }; _ = 1i; _ = s << 2.0 }\n");
	assert_string_equal(tri_type_string(f->arena, type(f, "c"), f->package), "int");
	assert_string_equal(tri_type_string(f->arena, type(f, "g"), f->package), "bool");
	for (uint32_t i = 0; i < f->package->initializers.count; i++) {
		const struct tri_initializer *initializer = &f->package->initializers.items[i];
		if (strcmp(initializer->left[0]->name->text, "b") == 0) {
			const struct tri_binary_expr *shift = tri_as_binary_expr(initializer->right);
			assert_string_equal(tri_type_string(f->arena, shift->left->type, f->package), "int64");
		}
		if (strcmp(initializer->left[0]->name->text, "a") == 0)
			assert_int_equal(tri_constant_kind(initializer->right->constant), TRI_CONSTANT_FLOAT);
		if (strcmp(initializer->left[0]->name->text, "d") == 0)
			assert_string_equal(tri_type_string(f->arena, initializer->right->type, f->package), "rune");
	}
}

static void verification_finds_damage(void **state)
{
	struct fixture *f = *state;
	check_valid(f, "package main\nvar x = y + 1\nvar y int\n");
	struct tri_binary_expr *sum = tri_as_binary_expr(f->package->initializers.items[0].right);
	sum->right->type = f->universe->basic[TRI_BASIC_UNTYPED_INT];
	struct tri_buffer out = {0};
	assert_false(tri_check_verify(f->package, &out));
	assert_non_null(strstr(out.data, "still untyped"));
	tri_buffer_free(&out);
}

static void errors_in_go_words(void **state)
{
	struct fixture *f = *state;
	check(f, "package main\nimport \"unsafe\"\nfunc f(a int) (int, string) { return a }\n"
			 "func main() {\n\tvar x int8 = 300\n\tx, y := f(\"a\")\n\tz := undefinedName + 1\n\tnil := 3\n}\n");
	assert_error(f, 0, 3, 38, "not enough return values\n\thave (int)\n\twant (int, string)");
	assert_error(f, 1, 5, 15, "cannot use 300 (untyped int constant) as int8 value in variable declaration (overflows)");
	assert_error(f, 2, 6, 12, "cannot use \"a\" (untyped string constant) as int value in argument to f");
	assert_error(f, 3, 6, 10, "cannot use f(\"a\") (value of type int) as int8 value in assignment");
	assert_error(f, 4, 7, 7, "undefined: undefinedName");
	assert_error(f, 5, 5, 6, "declared and not used: x");
	assert_error(f, 6, 6, 5, "declared and not used: y");
	assert_error(f, 7, 7, 2, "declared and not used: z");
	assert_error(f, 8, 8, 2, "declared and not used: nil");
	assert_error(f, 9, 2, 8, "\"unsafe\" imported and not used");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(layout, set_up, tear_down),
		cmocka_unit_test_setup_teardown(maps, set_up, tear_down),
		cmocka_unit_test_setup_teardown(direct_interfaces, set_up, tear_down),
		cmocka_unit_test_setup_teardown(identity_and_keys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(printing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(method_sets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(initialisation_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(initialisation_cycle, set_up, tear_down),
		cmocka_unit_test_setup_teardown(flags_of_locals, set_up, tear_down),
		cmocka_unit_test_setup_teardown(untyped_operands_get_their_type, set_up, tear_down),
		cmocka_unit_test_setup_teardown(verification_finds_damage, set_up, tear_down),
		cmocka_unit_test_setup_teardown(errors_in_go_words, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
