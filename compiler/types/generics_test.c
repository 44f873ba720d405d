#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/types/test_fixture.h"

static struct tri_package *import_checked(void *context, const char *path, tri_pos at)
{
	(void)path, (void)at;
	return context;
}

// Checks a package that may import `imported`.
static void check(struct fixture *f, const char *path, struct tri_package *imported, const char *text)
{
	struct tri_source_file *source = tri_source_add_text(f->sources, "x.go", text, strlen(text));
	struct tri_parse_options parse_options = {.check_branches = true};
	struct tri_file *file = tri_parse_file(f->arena, f->names, source, &f->diags, &parse_options);
	struct tri_check_options options = {.go_minor = 26, .importer = import_checked, .importer_context = imported};
	f->package = tri_check_package(tri_universe_for_package(f->universe, f->arena), f->arena, path, &file, 1, &f->diags, &options);
}

static void check_valid(struct fixture *f, const char *text)
{
	check(f, "main", NULL, text);
	if (f->diags.error_count > 0)
		print_error("%s\n", f->diags.list.items[0].message);
	assert_int_equal(f->diags.error_count, 0);
	struct tri_buffer problems = {0};
	if (!tri_check_verify(f->package, &problems))
		fail_msg("%s", problems.data);
	tri_buffer_free(&problems);
}

static void assert_messages(struct fixture *f, const char *text, uint32_t count, const char *const *messages)
{
	check(f, "main", NULL, text);
	for (uint32_t i = 0; i < f->diags.list.count; i++)
		if (i >= count || strcmp(f->diags.list.items[i].message, messages[i]) != 0)
			fail_msg("message %u: %s", i, f->diags.list.items[i].message);
	assert_int_equal(f->diags.list.count, count);
}
#define assert_reports(f, text, ...) \
	assert_messages(f, text, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *), (const char *[]){__VA_ARGS__})

static struct tri_type *type(struct fixture *f, const char *name)
{
	struct tri_object *found = tri_scope_lookup(f->package->scope, tri_name_intern_c(f->names, name));
	assert_non_null(found);
	return found->type;
}

static void assert_text(struct fixture *f, struct tri_type *t, const char *text)
{
	assert_string_equal(tri_type_string(f->arena, t, f->package), text);
}

static void instances(void **state)
{
	struct fixture *f = *state;
	check_valid(f, "package main\n"
				   "type List[T any] struct { next *List[T]; value T }\n"
				   "func (l *List[E]) Push(e E) *List[E] { return &List[E]{l, e} }\n"
				   "type Pair[A, B any] struct { a A; b B }\n"
				   "type Ints = List[int]\n"
				   "var a List[int]\nvar b Ints\nvar c = a.Push(1).next.value\nvar d Pair[string, []List[bool]]\n"
				   "func main() {}\n");
	assert_true(tri_type_identical(type(f, "a"), type(f, "b")));
	assert_ptr_equal(type(f, "a"), tri_type_unalias(type(f, "b")));
	assert_text(f, type(f, "c"), "int");
	assert_text(f, type(f, "d"), "Pair[string, []List[bool]]");
	assert_string_equal(tri_type_key(f->universe, type(f, "d")), "main.Pair[string,[]main.List[bool]]");
	tri_type_layout(type(f, "a"));
	assert_int_equal(type(f, "a")->size, 16);
	assert_int_equal(tri_type_underlying(type(f, "d"))->as.structure.fields[1].type->kind, TRI_TYPE_SLICE);
	uint32_t count = 0;
	struct tri_method *methods = tri_method_set(f->universe, tri_type_pointer_to(f->universe, type(f, "a")), &count);
	assert_int_equal(count, 1);
	assert_text(f, methods[0].function->type, "func(e int) *List[int]");
	assert_ptr_equal(methods[0].function->instance, type(f, "a"));
	assert_non_null(methods[0].function->origin);
}

static void substitution(void **state)
{
	struct fixture *f = *state;
	check_valid(f, "package main\ntype T[P any] map[string][]P\n"
				   "func f[A comparable, B any](a A, g func(A, *B) T[B]) (chan A, struct{ b B }) { return nil, struct{ b B }{} }\n"
				   "func main() {}\n");
	struct tri_type *generic = type(f, "f");
	struct tri_type *arguments[] = {f->universe->basic[TRI_BASIC_INT], f->universe->basic[TRI_BASIC_STRING]};
	struct tri_type *instance = tri_type_substitute(f->universe, generic, generic->as.function.type_parameters.items, arguments, 2);
	assert_text(f, instance->as.function.parameters[1]->type, "func(int, *string) T[string]");
	assert_text(f, tri_type_underlying(instance->as.function.parameters[1]->type->as.function.results[0]->type), "map[string][]string");
	assert_text(f, instance->as.function.results[1]->type, "struct{b string}");
	assert_true(tri_type_mentions_parameter(generic));
	assert_false(tri_type_mentions_parameter(instance));
}

// What a generic function declares belongs to each of its instances.
static void local_types(void **state)
{
	struct fixture *f = *state;
	check_valid(f, "package main\n"
				   "func f[A, B any]() {\n\ttype T struct{ a A; next *T }\n\ttype G[C any] struct{ b B; c C }\n\ttype L = []B\n"
				   "\tvar x T\n\tvar y map[string]G[A]\n\tvar z L\n\t_, _, _ = x, y, z\n}\nfunc main() { f[int, bool]() }\n");
	struct tri_type *generic = type(f, "f");
	const struct tri_object *function = tri_scope_lookup(f->package->scope, tri_name_intern_c(f->names, "f"));
	struct tri_type *arguments[] = {f->universe->basic[TRI_BASIC_INT], f->universe->basic[TRI_BASIC_BOOL]};
	const char *const texts[] = {"main.T\xC2\xB7\x31[int,bool]", "map[string]main.G\xC2\xB7\x31[int,bool;int]", "[]bool"};
	for (uint32_t i = 0; i < 3; i++) {
		const struct tri_stmt *stmt = function->function->body->list.items[3 + i];
		const struct tri_var_decl *variable = tri_as_var_decl(tri_as_decl_stmt(stmt)->decls.items[0]);
		struct tri_type *declared = variable->names.items[0]->object->type;
		assert_true(tri_type_mentions_parameter(declared));
		struct tri_type *instance = tri_type_substitute(f->universe, declared, generic->as.function.type_parameters.items, arguments, 2);
		assert_false(tri_type_mentions_parameter(instance));
		assert_string_equal(tri_type_key(f->universe, instance), texts[i]);
		if (i == 0)
			assert_true(tri_type_identical(tri_type_underlying(instance)->as.structure.fields[1].type->as.pointer.element, instance));
		if (i == 1)
			assert_text(f, tri_type_underlying(instance->as.map.element), "struct{b bool; c int}");
	}
}

static const struct tri_name_expr *called(struct fixture *f, uint32_t statement)
{
	struct tri_object *main = tri_scope_lookup(f->package->scope, tri_name_intern_c(f->names, "main"));
	const struct tri_stmt *stmt = main->function->body->list.items[statement];
	struct tri_expr *expr = tri_as_assign_stmt(stmt)->right;
	if (expr->kind == TRI_EXPR_CALL)
		expr = tri_as_call_expr(expr)->function;
	if (expr->kind == TRI_EXPR_INDEX)
		expr = tri_as_index_expr(expr)->operand;
	return tri_as_name_expr(expr);
}

static void uses_carry_their_type_arguments(void **state)
{
	struct fixture *f = *state;
	check_valid(f, "package main\n"
				   "func pair[A, B any](a A, b B) (A, B) { return a, b }\n"
				   "func apply[S ~[]E, E, R any](s S, f func(E) R) []R { return nil }\n"
				   "func id[T any](x T) T { return x }\n"
				   "type names []string\n"
				   "func main() {\n\t_, _ = pair(1, \"x\")\n\t_, _ = pair[float64](1, 'x')\n\t_ = apply(names{}, id)\n"
				   "\tvar g func(bool) bool\n\tg = id\n\t_ = g\n}\n");
	const struct tri_name_expr *name = called(f, 0);
	assert_int_equal(name->type_argument_count, 2);
	assert_text(f, name->type_arguments[0], "int");
	assert_text(f, name->type_arguments[1], "string");
	name = called(f, 1);
	assert_text(f, name->type_arguments[0], "float64");
	assert_text(f, name->type_arguments[1], "rune");
	name = called(f, 2);
	assert_int_equal(name->type_argument_count, 3);
	assert_text(f, name->type_arguments[0], "names");
	assert_text(f, name->type_arguments[1], "string");
	assert_text(f, name->type_arguments[2], "string");
	name = called(f, 4);
	assert_int_equal(name->type_argument_count, 1);
	assert_text(f, name->type_arguments[0], "bool");
}

static void errors_in_go_words(void **state)
{
	struct fixture *f = *state;
	assert_reports(
		f,
		"package main\n"
		"type Number interface { ~int | ~float64 }\n"
		"func sum[T Number](x ...T) (s T) { for _, v := range x { s += v }; return }\n"
		"func two[A, B any](a A) B { var b B; return b }\n"
		"type L[T any] []T\n"
		"func bad[T any](a, b T) bool { return a == b }\n"
		"func main() {\n\t_ = sum(\"x\")\n\t_ = two(1)\n\tvar _ L\n\tvar _ Number\n\t_ = sum[int, int](1)\n}\n",
		"invalid operation: a == b (incomparable types in type set)", "string does not satisfy Number (string missing in ~int | ~float64)",
		"in call to two, cannot infer B (declared at x.go:4:13)", "cannot use generic type L[T any] without instantiation",
		"cannot use type Number outside a type constraint: interface contains type constraints", "got 2 type arguments but want 1");
}

static void cycles(void **state)
{
	struct fixture *f = *state;
	assert_reports(f, "package main\ntype T[P any] struct { f T[P] }\nfunc main() {}\n", "invalid recursive type: T refers to itself");
}

static void endless_instances(void **state)
{
	struct fixture *f = *state;
	assert_reports(f, "package main\nfunc f[P any]() { f[*P]() }\nfunc main() {}\n",
				   "instantiation cycle:\n\tx.go:2:21: P instantiated as *P");
}

// An instance that one package made and another asks for.
static void instances_of_finished_packages(void **state)
{
	struct fixture *f = *state;
	check(f, "lib", NULL,
		  "package lib\ntype Box[T any] struct { v T }\nfunc (b Box[T]) Get() T { return b.v }\ntype Holder struct { B Box[int] }\n");
	struct tri_package *lib = f->package;
	check(f, "main", lib,
		  "package main\nimport \"lib\"\nvar h lib.Holder\nvar x = h.B.Get()\nvar b lib.Box[int] = h.B\n"
		  "type R struct { r lib.Box[R] }\nfunc main() {}\n");
	assert_int_equal(f->diags.error_count, 1);
	assert_string_equal(f->diags.list.items[0].message,
						"invalid recursive type R\n\tx.go:6:6: R refers to lib.Box\n\tx.go:6:22: lib.Box refers to R");
	assert_text(f, type(f, "x"), "int");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(instances, set_up, tear_down),
		cmocka_unit_test_setup_teardown(substitution, set_up, tear_down),
		cmocka_unit_test_setup_teardown(local_types, set_up, tear_down),
		cmocka_unit_test_setup_teardown(uses_carry_their_type_arguments, set_up, tear_down),
		cmocka_unit_test_setup_teardown(errors_in_go_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cycles, set_up, tear_down),
		cmocka_unit_test_setup_teardown(endless_instances, set_up, tear_down),
		cmocka_unit_test_setup_teardown(instances_of_finished_packages, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
