// Checking packages in parallel, each as soon as all that it imports is checked.
//
// A package has an arena of its own, which one thread at a time uses; those that import it read what it made.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

static void check_package(struct load_worker *worker, void *data);

// Packages of the standard library some of whose functions the runtime supplies.
static bool has_functions_elsewhere(const struct tri_load_package *package)
{
	static const char *const paths[] = {"bytes",         "internal/poll", "net",  "os",      "runtime/metrics",
										"runtime/pprof", "runtime/trace", "sync", "syscall", "time"};
	bool for_code = package->scan->context->options->overlay != NULL; // functions that are missing are missed when linked
	if (package->has_other_language || (for_code && package->is_standard))
		return true;
	for (size_t i = 0; i < TRI_COUNT(paths) && package->is_standard; i++) {
		if (strcmp(paths[i], package->path) == 0)
			return true;
	}
	return false;
}

static struct tri_package *import_package(void *data, const char *path, tri_pos at)
{
	struct tri_load_package *package = data;
	struct tri_package *imported = NULL;
	for (uint32_t i = 0; i < package->imports.count; i++) {
		const struct tri_load_import *import = &package->imports.items[i];
		if (strcmp(import->path, path) == 0)
			imported = import->package != NULL ? import->package->types : NULL;
	}
	if (imported == NULL) // what the loader let pass
		tri_diag_error(&package->diags, at, "BrokenImport", "could not import %s (no such package)", path);
	return imported;
}

static bool imports_are_good(const struct tri_load_package *package)
{
	for (uint32_t i = 0; i < package->imports.count; i++) {
		const struct tri_load_package *imported = package->imports.items[i].package;
		const struct tri_load_options *options = package->scan->context->options;
		if (imported == NULL && options->types_alone)
			continue;
		bool usable = imported != NULL && imported->types != NULL;
		if (!usable || (imported->state != TRI_LOAD_CHECKED && !options->despite_errors))
			return false;
	}
	return true;
}

static int go_minor(const struct tri_load_package *package)
{
	if (package->is_named && package->scan->context->options->go_minor != 0)
		return package->scan->context->options->go_minor;
	return package->module != NULL ? package->module->go_minor : TRI_LOAD_GO_MINOR;
}

static const char *types_path(const struct load_context *context, const struct tri_load_package *package)
{
	if (context->options->tested != NULL) // a command that is tested is not the program's main package
		return package->is_test_main ? "main" : package->path;
	return strcmp(package->name, "main") == 0 && context->options->package_path == NULL ? "main" : package->path;
}

// A copy has trees of its own, since the checker writes to them.
static void parse_again(struct tri_load_package *package)
{
	struct load_scan *scan = package->scan;
	struct tri_parse_options options = tri_load_parse_options(package);
	package->diags = (struct tri_diags){.arena = scan->arena, .sources = scan->context->sources};
	for (uint32_t i = 0; i < scan->copied->files.count; i++) {
		struct tri_file *file =
			tri_parse_file(scan->arena, scan->context->names, scan->copied->files.items[i]->source, &package->diags, &options);
		tri_vector_push(scan->arena, &package->files, file);
	}
}

static void leave_out_bodies(struct tri_load_package *package)
{
	uint32_t number = 0;
	for (uint32_t i = 0; i < package->files.count; i++) {
		for (uint32_t j = 0; j < package->files.items[i]->decls.count; j++) {
			if (package->files.items[i]->decls.items[j]->kind != TRI_DECL_FUNCTION)
				continue;
			struct tri_function_decl *function = tri_as_function_decl(package->files.items[i]->decls.items[j]);
			bool kept = package->kept_bodies[number / 8] >> number % 8 & 1;
			number++;
			if (kept || function->body == NULL)
				continue;
			function->body = NULL;
			function->body_left_out = true;
		}
	}
}

static void run_checker(struct tri_load_package *package)
{
	struct load_scan *scan = package->scan;
	struct load_context *context = scan->context;
	scan->arena = tri_arena_new();
	if (scan->copied != NULL)
		parse_again(package);
	if (package->kept_bodies != NULL)
		leave_out_bodies(package);
	struct tri_check_options options = {
		.importer = import_package,
		.importer_context = package,
		.go_minor = go_minor(package),
		.allow_no_body = has_functions_elsewhere(package) || context->options->allow_no_body,
		.types_alone = context->options->types_alone,
		.declarations_only = package->declarations_only,
		.compiled_before = package->kept_bodies != NULL,
	};
	struct tri_universe *universe = tri_universe_for_package(context->load->universe, scan->arena);
	package->diags.arena = scan->arena;
	package->types = tri_check_package(universe, scan->arena, types_path(context, package), package->files.items, package->files.count,
									   &package->diags, &options);
	if (package->diags.error_count == 0 && package->kept_bodies == NULL)
		tri_load_check_embeds(package);
	package->state = package->diags.error_count > 0 || package->types->had_errors ? TRI_LOAD_FAILED : TRI_LOAD_CHECKED;
}

static void release_importers(struct load_worker *worker, struct tri_load_package *package)
{
	for (uint32_t i = 0; i < package->scan->importers.count; i++) {
		struct tri_load_package *importer = package->scan->importers.items[i];
		if (atomic_fetch_sub_explicit(&importer->scan->unchecked_imports, 1, memory_order_acq_rel) == 1)
			tri_load_pool_add_urgent(worker->pool, check_package, importer, importer->scan->urgency);
	}
}

static void check_package(struct load_worker *worker, void *data)
{
	struct tri_load_package *package = data;
	if (package->is_standard && strcmp(package->path, "unsafe") == 0) { // known to the checker; its source is for people
		package->types = package->scan->context->load->universe->unsafe_package;
		package->state = TRI_LOAD_CHECKED;
	}
	if (package->state == TRI_LOAD_READ) {
		if (imports_are_good(package))
			run_checker(package);
		else
			package->state = TRI_LOAD_SKIPPED;
	}
	release_importers(worker, package);
}

// The packages of the longest way through the graph come first, or the end of it is left for one thread alone. The work that
// a package makes goes by its size; declarations alone are a small part of it. Imports come before importers in the list.
static void find_urgencies(struct tri_load_package **packages, uint32_t count)
{
	enum { WHOLE_TO_DECLARATIONS = 4 };
	for (uint32_t i = 0; i < count; i++)
		packages[i]->scan->urgency = 0;
	for (uint32_t i = count; i > 0; i--) {
		struct tri_load_package *package = packages[i - 1];
		uint64_t work = 1;
		for (uint32_t j = 0; j < package->files.count; j++)
			work += package->files.items[j]->source->length;
		package->scan->urgency += package->declarations_only ? work / WHOLE_TO_DECLARATIONS + 1 : work;
		for (uint32_t j = 0; j < package->imports.count; j++) {
			struct tri_load_package *imported = package->imports.items[j].package;
			if (imported != NULL && imported->scan->urgency < package->scan->urgency &&
				atomic_load(&imported->scan->unchecked_imports) != 0)
				imported->scan->urgency = package->scan->urgency;
		}
	}
}

// What is neither in the list nor finished has no part in the count.
void tri_load_check(struct load_context *context, struct tri_load_package **packages, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		atomic_store(&packages[i]->scan->unchecked_imports, 1);
	find_urgencies(packages, count);
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t j = 0; j < packages[i]->imports.count; j++) {
			struct tri_load_package *imported = packages[i]->imports.items[j].package;
			if (imported == NULL || atomic_load(&imported->scan->unchecked_imports) == 0)
				continue;
			tri_vector_push(context->arena, &imported->scan->importers, packages[i]);
			atomic_fetch_add(&packages[i]->scan->unchecked_imports, 1);
		}
	}
	for (uint32_t i = 0; i < count; i++) {
		if (atomic_fetch_sub(&packages[i]->scan->unchecked_imports, 1) == 1)
			tri_load_pool_add_urgent(context->pool, check_package, packages[i], packages[i]->scan->urgency);
	}
	tri_load_pool_wait(context->pool);
}
