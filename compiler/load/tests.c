// Packages with their _test.go files, and external tests.
//
// A package p whose folder has tests is loaded a second time with those of package p ("p [p.test]"), and its external
// tests, package p_test, import that instead of p. What else they import may itself import p; two packages p in one program
// would have different types, so all that leads to p is copied for the test and imports the package with its tests. Copies
// are made when all else is checked, test by test, and given back after each.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

struct test {
	struct tri_load_package *package, *variant, *external;
};

static struct tri_load_package *new_test(struct load_context *context, struct tri_load_package *package, const char *path, uint32_t kinds)
{
	struct load_place place = {.path = path, .folder = package->folder, .module = package->module, .is_standard = package->is_standard};
	struct tri_load_package *test = tri_load_new_package(context, &place);
	test->display_path = tri_arena_printf(context->arena, "%s [%s.test]", path, package->path);
	test->declarations_only = false;
	test->scan->kinds = kinds;
	test->scan->tested = package;
	test->scan->from_pattern_with_dots = true;
	return test;
}

static bool has_files(const struct tri_load_package *package, enum load_file_kind kind)
{
	for (uint32_t i = 0; i < package->scan->files.count; i++) {
		if (package->scan->files.items[i].kind == kind)
			return true;
	}
	return false;
}

static void import_variant(struct tri_load_package *external, const struct tri_load_package *package, struct tri_load_package *variant)
{
	for (uint32_t i = 0; i < external->imports.count; i++) {
		if (external->imports.items[i].package == package)
			external->imports.items[i].package = variant;
	}
}

void tri_load_make_tests(struct load_context *context)
{
	TRI_VECTOR(struct test) tests = {0};
	for (uint32_t i = 0; i < context->roots.count; i++) {
		struct tri_load_package *package = context->roots.items[i];
		struct test test = {.package = package};
		if (package->has_tests && package->scan->given_files.count == 0) {
			test.variant = new_test(context, package, package->path, 1 << LOAD_FILE_PACKAGE | 1 << LOAD_FILE_TEST);
			test.variant->is_test_variant = true;
			test.external =
				new_test(context, package, tri_arena_printf(context->arena, "%s_test", package->path), 1 << LOAD_FILE_EXTERNAL_TEST);
			test.external->is_external_test = true;
			tri_load_pool_add(context->pool, tri_load_scan_package, test.variant);
			tri_load_pool_add(context->pool, tri_load_scan_package, test.external);
		}
		tri_vector_push(context->arena, &tests, test);
	}
	tri_load_pool_wait(context->pool);
	context->roots.count = 0;
	for (uint32_t i = 0; i < tests.count; i++) {
		const struct test *test = &tests.items[i];
		bool inner = test->variant != NULL && has_files(test->variant, LOAD_FILE_TEST);
		bool outer = test->external != NULL && test->external->files.count > 0;
		struct tri_load_package *main = inner ? test->variant : test->package;
		test->package->is_named = !inner;
		main->is_named = true;
		tri_vector_push(context->arena, &context->roots, main);
		if (outer) {
			test->external->is_named = true;
			tri_vector_push(context->arena, &context->roots, test->external);
		}
		if (outer && inner) {
			import_variant(test->external, test->package, test->variant);
			test->external->scan->later = true;
			tri_vector_push(context->arena, &context->later, test->external);
		}
	}
}

// ---- Copies ----------------------------------------------------------------------------------------------

struct copier {
	struct load_context *context;
	struct tri_arena *arena; // for this test
	const struct tri_load_package *package;
	struct tri_load_package *variant;
	struct tri_map done; // package -> itself, its copy or the variant
	TRI_VECTOR(struct tri_load_package *) copies;
};

static struct tri_load_package *copy_for_test(struct copier *c, struct tri_load_package *package);

// Copies a package of whose imports some were replaced.
static struct tri_load_package *make_copy(struct copier *c, struct tri_load_package *package, struct tri_load_package **imports)
{
	struct tri_load_package *copy = TRI_NEW(c->arena, struct tri_load_package);
	*copy = *package;
	copy->display_path = tri_arena_printf(c->context->arena, "%s [%s.test]", package->path, c->package->path);
	copy->files.items = NULL;
	copy->files.count = copy->files.capacity = 0;
	copy->embeds.count = 0;
	copy->types = NULL;
	copy->state = TRI_LOAD_READ;
	copy->is_named = false;
	copy->imports.items = TRI_NEW_ARRAY(c->arena, struct tri_load_import, package->imports.count);
	for (uint32_t i = 0; i < package->imports.count; i++) {
		copy->imports.items[i] = package->imports.items[i];
		copy->imports.items[i].package = imports[i];
	}
	copy->scan = TRI_NEW(c->arena, struct load_scan);
	copy->scan->context = c->context;
	copy->scan->package = copy;
	copy->scan->copied = package;
	tri_vector_push(c->arena, &c->copies, copy);
	return copy;
}

static struct tri_load_package *copy_for_test(struct copier *c, struct tri_load_package *package)
{
	struct tri_load_package *known = package == c->package ? c->variant : tri_map_get(&c->done, TRI_KEY(package));
	if (known != NULL)
		return known;
	struct tri_load_package **imports = TRI_NEW_ARRAY(c->arena, struct tri_load_package *, package->imports.count);
	bool changed = false;
	for (uint32_t i = 0; i < package->imports.count; i++) {
		struct tri_load_package *imported = package->imports.items[i].package;
		imports[i] = imported != NULL ? copy_for_test(c, imported) : NULL;
		changed = changed || imports[i] != imported;
	}
	// The variant's own files were parsed for it alone.
	struct tri_load_package *result = changed && package != c->variant ? make_copy(c, package, imports) : package;
	tri_map_put(c->arena, &c->done, TRI_KEY(package), result);
	return result;
}

// What was reported about a copy outlives it.
static void keep_diagnostics(struct load_context *context, const struct tri_load_package *copy)
{
	if (copy->diags.error_count == 0)
		return;
	struct tri_load_package *kept = TRI_NEW(context->arena, struct tri_load_package);
	*kept = *copy;
	kept->types = NULL;
	kept->files.count = 0;
	kept->imports.count = 0;
	kept->state = TRI_LOAD_FAILED;
	kept->diags = (struct tri_diags){.arena = context->arena, .sources = context->sources};
	for (uint32_t i = 0; i < copy->diags.list.count; i++) {
		const struct tri_diag *diag = &copy->diags.list.items[i];
		tri_diag_error(&kept->diags, diag->pos, diag->code, "%s", diag->message);
	}
	tri_vector_push(context->arena, &context->load->packages, kept);
}

static void check_test(struct load_context *context, struct tri_load_package *external)
{
	struct copier c = {.context = context, .arena = tri_arena_new(), .package = external->scan->tested};
	for (uint32_t i = 0; i < external->imports.count; i++) {
		struct tri_load_package *imported = external->imports.items[i].package;
		if (imported != NULL && imported->is_test_variant)
			c.variant = imported;
	}
	for (uint32_t i = 0; i < external->imports.count && c.variant != NULL; i++) {
		struct tri_load_import *import = &external->imports.items[i];
		if (import->package != NULL && import->package != c.variant)
			import->package = copy_for_test(&c, import->package);
	}
	tri_vector_push(c.arena, &c.copies, external);
	tri_load_check(context, c.copies.items, c.copies.count);
	for (uint32_t i = 0; i + 1 < c.copies.count; i++) {
		keep_diagnostics(context, c.copies.items[i]);
		tri_arena_free(c.copies.items[i]->scan->arena);
	}
	external->types = NULL; // it mentions what was given back
	external->imports.count = 0;
	tri_arena_free(c.arena);
}

void tri_load_check_tests(struct load_context *context)
{
	for (uint32_t i = 0; i < context->later.count; i++)
		check_test(context, context->later.items[i]);
}
