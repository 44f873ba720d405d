// The import graph: what is wrong with it, in the go command's words, and an order in which imports come first.
//
// The graph is walked depth first from the packages named, imports by path. A package's own problem is reported when
// the walk leaves it, with the chain of imports by which it was reached first.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

#include <stdio.h>

enum visit { NOT_SEEN, ON_STACK, DONE };

struct step {
	struct tri_load_package *package;
	tri_pos pos; // of the import that led there
};

struct graph {
	struct load_context *context;
	TRI_VECTOR(struct step) stack;
	struct tri_map missing; // import paths (interned) that were reported
};

static const char *file_name(struct load_context *context, tri_pos pos)
{
	const char *path = tri_source_locate(context->sources, pos).path;
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

// "package a\n\timports b from a.go\n\timports ..."
static const char *chain(struct graph *g, bool with_files, const struct step *last)
{
	struct tri_buffer text = {0};
	for (uint32_t i = 0; i <= g->stack.count; i++) {
		const struct step *step = i < g->stack.count ? &g->stack.items[i] : last;
		if (step == NULL)
			continue;
		tri_buffer_printf(&text, i == 0 ? "package %s" : "\n\timports %s", step->package->path);
		if (with_files && step->pos != TRI_NO_POS)
			tri_buffer_printf(&text, " from %s", file_name(g->context, step->pos));
	}
	const char *result = tri_arena_strdup(g->context->arena, text.data, text.length);
	tri_buffer_free(&text);
	return result;
}

// ---- Rules for imports -------------------------------------------------------------------------------------

// The path up to the last element "internal": what lies under it may import the package. NULL: no such element.
static const char *parent_of_internal(struct tri_arena *arena, const char *path)
{
	const char *found = NULL;
	for (const char *at = path; (at = strstr(at, "internal")) != NULL; at += strlen("internal")) {
		if ((at == path || at[-1] == '/') && (at[8] == '/' || at[8] == '\0'))
			found = at;
	}
	if (found == NULL)
		return NULL;
	return tri_arena_strdup(arena, path, found == path ? 0 : (size_t)(found - path) - 1);
}

static const char *importer_path(struct load_context *context, const struct tri_load_package *importer)
{
	if (importer->scan->given_files.count > 0) { // judged by where the files lie
		struct load_place place = tri_load_find_folder(context, importer->folder);
		return place.problem == NULL ? place.path : ".";
	}
	return importer->is_external_test ? importer->scan->tested->path : importer->path;
}

static bool may_import(struct load_context *context, const struct tri_load_package *importer, const struct tri_load_package *imported)
{
	const char *parent = parent_of_internal(context->arena, imported->path);
	if (parent == NULL || importer->is_test_main)
		return true;
	const char *from = importer_path(context, importer);
	if (!imported->is_standard)
		return tri_load_has_prefix(from, parent);
	if (context->options->standard_library)
		return true;
	if (!importer->is_standard && !tri_load_has_prefix(importer->folder, context->modules.goroot_source))
		return false;
	static const char fips[] = "crypto/internal/fips140";
	if (tri_load_has_prefix(from, "crypto") && tri_load_has_prefix(imported->path, fips))
		return true;
	if (tri_load_has_prefix(from, fips))
		return tri_load_has_prefix(imported->path, "crypto/internal");
	return tri_load_has_prefix(from, parent);
}

// What is wrong with one package importing another, or NULL.
static const char *import_problem(struct graph *g, const struct tri_load_package *importer, const struct tri_load_import *import)
{
	struct load_context *context = g->context;
	const struct tri_load_package *imported = import->package;
	if (imported->scan->problem != LOAD_FINE)
		return NULL;
	const char *vendor = strstr(import->path, "/vendor/");
	if (vendor != NULL || strncmp(import->path, "vendor/", 7) == 0)
		return tri_arena_printf(context->arena, "%s: %s must be imported as %s", tri_load_place_text(context, import->pos), import->path,
								vendor != NULL ? vendor + 8 : import->path + 7);
	if (!may_import(context, importer, imported))
		return tri_arena_printf(context->arena, "%s\n\t%s: use of internal package %s not allowed", chain(g, false, NULL),
								tri_load_place_text(context, import->pos), imported->path);
	if (strcmp(imported->name, "main") == 0 && strcmp(imported->folder, importer->folder) != 0)
		return tri_arena_printf(context->arena, "%s: import \"%s\" is a program, not an importable package",
								tri_load_place_text(context, import->pos), imported->path);
	return NULL;
}

static const char *own_problem(struct graph *g, const struct tri_load_package *package, tri_pos imported_at)
{
	struct load_context *context = g->context;
	const struct load_scan *scan = package->scan;
	bool is_root = g->stack.count == 1;
	switch (scan->problem) {
	case LOAD_FINE:
		if (scan->embed_problem != NULL)
			return tri_arena_printf(context->arena, "%s: %s", tri_load_place_text(context, scan->embed_pos), scan->embed_problem);
		break;
	case LOAD_NO_FILES:
		if ((scan->from_pattern_with_dots && is_root) || scan->only_tests)
			return NULL;
		return tri_arena_printf(context->arena, "%s: %s", chain(g, false, NULL), scan->message);
	case LOAD_TWO_NAMES:
	case LOAD_BAD_FILE:
	case LOAD_UNREADABLE:
		if (is_root)
			return scan->message;
		return tri_arena_printf(context->arena, "%s: %s", tri_load_place_text(context, imported_at), scan->message);
	}
	return NULL;
}

// ---- The walk ----------------------------------------------------------------------------------------------

static void report_missing(struct graph *g, const struct tri_load_import *import, const char *problem)
{
	struct load_context *context = g->context;
	if (context->options->types_alone)
		return; // the checker will say so
	const struct tri_name *key = tri_name_intern_c(context->names, import->path);
	if (tri_map_put(context->arena, &g->missing, TRI_KEY(key), (void *)(uintptr_t)key) != NULL)
		return;
	const char *place = tri_load_place_text(context, import->pos);
	tri_load_error(context, "%s: %s", place, problem);
	if (import->path[0] == '.')
		tri_load_error(context, "%s: local import \"%s\" in non-local package", place, import->path);
}

static void visit(struct graph *g, struct tri_load_package *package, tri_pos imported_at);

// The first problem of the package's imports; those of the imported packages are reported.
static const char *visit_imports(struct graph *g, struct tri_load_package *package)
{
	struct load_context *context = g->context;
	const char *problem = NULL;
	for (uint32_t i = 0; i < package->imports.count && !context->options->parse_only; i++) {
		const struct tri_load_import *import = &package->imports.items[i];
		if (import->package == NULL) {
			report_missing(g, import, package->scan->import_problems.items[i]);
			continue;
		}
		struct load_scan *imported = import->package->scan;
		if (imported->visit == ON_STACK) {
			struct step last = {import->package, import->pos};
			if (imported->cycle == NULL)
				imported->cycle = tri_arena_printf(context->arena, "%s: import cycle not allowed", chain(g, true, &last));
			continue;
		}
		if (imported->visit == NOT_SEEN)
			visit(g, import->package, import->pos);
		if (problem == NULL)
			problem = import_problem(g, package, import);
	}
	return problem;
}

// The chain of imports by which a package's own tests lead back to it, in `g->stack`; false when there is none.
static bool find_way(struct graph *g, struct tri_load_package *from, const struct tri_load_package *to, struct tri_map *seen)
{
	struct tri_arena *arena = g->context->arena;
	if (tri_map_put(arena, seen, TRI_KEY(from), from) != NULL)
		return false;
	for (uint32_t i = 0; i < from->imports.count; i++) {
		const struct tri_load_import *import = &from->imports.items[i];
		struct step step = {import->package, import->pos};
		if (import->package == NULL)
			continue;
		tri_vector_push(arena, &g->stack, step);
		if (import->package == to || find_way(g, import->package, to, seen))
			return true;
		g->stack.count--;
	}
	return false;
}

static const char *test_cycle(struct graph *g, struct tri_load_package *package)
{
	struct tri_map seen = {0};
	uint32_t depth = g->stack.count;
	const char *problem = NULL;
	if (package->is_test_variant && find_way(g, package, package->scan->tested, &seen))
		problem = tri_arena_printf(g->context->arena, "%s: import cycle not allowed in test", chain(g, true, NULL));
	g->stack.count = depth;
	return problem;
}

static void visit(struct graph *g, struct tri_load_package *package, tri_pos imported_at)
{
	struct load_context *context = g->context;
	struct load_scan *scan = package->scan;
	struct step here = {package, imported_at};
	scan->visit = ON_STACK;
	tri_vector_push(context->arena, &g->stack, here);
	const char *problem = own_problem(g, package, imported_at);
	const char *of_imports = visit_imports(g, package);
	if (problem == NULL)
		problem = of_imports != NULL ? of_imports : scan->cycle != NULL ? scan->cycle : test_cycle(g, package);
	if (problem != NULL)
		tri_load_error(context, "%s", problem);
	g->stack.count--;
	scan->visit = DONE;
	if (scan->problem != LOAD_NO_FILES) {
		package->order = context->load->packages.count;
		tri_vector_push(context->arena, &context->load->packages, package);
	} else if (scan->only_tests && (!scan->from_pattern_with_dots || g->stack.count > 0) && !context->options->tests &&
			   !context->options->no_check) {
		const char *message = tri_arena_printf(context->arena, "%s: %s", package->path, scan->message);
		tri_vector_push(context->arena, &context->late_errors, message);
	}
}

void tri_load_sort_packages(struct load_context *context)
{
	struct graph graph = {.context = context};
	if (context->runtime != NULL)
		visit(&graph, context->runtime, TRI_NO_POS);
	for (uint32_t i = 0; i < context->roots.count; i++) {
		struct load_scan *scan = context->roots.items[i]->scan;
		bool is_nothing = scan->problem == LOAD_NO_FILES && scan->from_pattern_with_dots;
		// Commands that came with the vendored packages are no part of cmd.
		if (scan->from_pattern_with_dots && tri_load_has_prefix(scan->package->path, "cmd/vendor") &&
			strcmp(scan->package->name, "main") == 0)
			continue;
		if (scan->visit == NOT_SEEN && !is_nothing)
			visit(&graph, context->roots.items[i], TRI_NO_POS);
	}
}
