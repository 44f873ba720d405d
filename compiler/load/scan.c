// One package: its folder listed, files chosen, read and parsed, imports found.
//
// The worker that lists the folder reads the files in the order of their names, which fixes their positions; they are
// parsed in parallel. Whoever parses the last file puts the package together and asks for its imports.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

#include "compiler/source/goroot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);
	return length > end_length && strcmp(text + length - end_length, end) == 0;
}

// ---- Packages --------------------------------------------------------------------------------------------

// Bodies matter in what is asked for, and in all the user's own code: errors there are the user's to mend.
static bool needs_bodies(const struct load_context *context, const struct load_place *place)
{
	bool is_own = !place->is_standard && (place->module == NULL || place->module->is_main);
	return is_own || context->options->parse_only || tri_load_may_be_named(context, place);
}

struct tri_load_package *tri_load_new_package(struct load_context *context, const struct load_place *place)
{
	struct tri_arena *arena = context->arena;
	struct tri_load_package *package = TRI_NEW(arena, struct tri_load_package);
	package->path = package->display_path = tri_arena_strdup(arena, place->path, strlen(place->path));
	package->folder = tri_arena_strdup(arena, place->folder, strlen(place->folder));
	package->module = place->module;
	package->is_standard = place->is_standard;
	if (place->is_standard)
		package->module = tri_load_vendored_in_goroot(context, place->path);
	package->declarations_only = !context->options->all_bodies && !needs_bodies(context, place);
	package->scan = TRI_NEW(arena, struct load_scan);
	package->scan->context = context;
	package->scan->package = package;
	package->scan->kinds = 1 << LOAD_FILE_PACKAGE;
	if (context->options->tested != NULL && strcmp(context->options->tested, package->path) == 0)
		package->scan->kinds |= 1 << LOAD_FILE_TEST;
	tri_vector_push(arena, &context->packages, package);
	return package;
}

struct tri_load_package *tri_load_want_package(struct load_context *context, const struct load_place *place)
{
	const struct tri_name *key = tri_name_intern_c(context->names, place->path);
	struct tri_load_package *package = tri_map_get(&context->table, TRI_KEY(key));
	if (package != NULL)
		return package;
	package = tri_load_new_package(context, place);
	tri_map_put(context->arena, &context->table, TRI_KEY(key), package);
	tri_load_pool_add(context->pool, tri_load_scan_package, package);
	return package;
}

// ---- Choosing files --------------------------------------------------------------------------------------

static int compare_names(const void *left, const void *right) { return strcmp(*(const char *const *)left, *(const char *const *)right); }

static bool list_folder(struct tri_arena *arena, const char *folder, tri_load_strings *names)
{
	DIR *directory = opendir(folder);
	if (directory == NULL)
		return false;
	for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		if (entry->d_type != DT_DIR)
			tri_vector_push(arena, names, tri_arena_strdup(arena, entry->d_name, strlen(entry->d_name)));
	}
	closedir(directory);
	if (names->count > 1)
		qsort(names->items, names->count, sizeof names->items[0], compare_names);
	return true;
}

char *tri_load_read_file(const char *path, size_t *length)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return NULL;
	struct stat status;
	size_t capacity = 0, used = 0;
	if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
		capacity = (size_t)status.st_size + 2;
	if (capacity < 4096)
		capacity = 4096;
	char *text = malloc(capacity);
	while (text != NULL) {
		ssize_t got = read(descriptor, text + used, capacity - 1 - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			free(text);
			text = NULL;
		}
		if (got <= 0)
			break;
		used += (size_t)got;
		if (used == capacity - 1) {
			char *grown = realloc(text, capacity *= 2);
			if (grown == NULL)
				free(text);
			text = grown;
		}
	}
	int problem = errno;
	close(descriptor);
	errno = problem;
	if (text != NULL)
		text[used] = '\0';
	*length = used;
	return text;
}

static void fail(struct load_scan *scan, enum load_problem problem, const char *message)
{
	if (scan->problem != LOAD_FINE)
		return;
	scan->problem = problem;
	scan->message = message;
}

// Files of other languages count only for whether functions may lack a body.
static bool is_other_language(const char *name) { return ends_with(name, ".s") || ends_with(name, ".syso"); }

// -trimpath: "fmt/print.go", "example.com/m@v1.2.3/p/p.go"; files that were listed are named as they are shown.
static const char *recorded_path(struct load_worker *worker, const struct load_scan *scan, const char *name, const char *shown)
{
	const struct tri_load_package *package = scan->package;
	const struct tri_load_module *module = package->module;
	if (scan->given_files.count > 0)
		return shown;
	if (package->is_standard || module == NULL || module->version == NULL || !tri_load_has_prefix(package->path, module->path))
		return tri_arena_printf(worker->arena, "%s/%s", package->path, name);
	return tri_arena_printf(worker->arena, "%s@%s%s/%s", module->path, module->version, package->path + strlen(module->path), name);
}

static void add_file(struct load_worker *worker, struct load_scan *scan, const char *name, const char *path, char *text, size_t length)
{
	struct load_file file = {.name = name, .scan = scan};
	const char *shown = tri_load_short_path(scan->context, worker->arena, path);
	const struct tri_load_options *options = scan->context->options;
	if (options->replaced_path != NULL && text != NULL && strcmp(options->replaced_path, path) == 0) {
		free(text);
		text = strdup(options->replaced_text);
		length = strlen(options->replaced_text);
	}
	file.source = tri_source_add_owned(scan->context->sources, path, shown, text, length);
	if (file.source == NULL)
		fail(scan, LOAD_UNREADABLE, tri_arena_printf(worker->arena, "open %s: %s", shown, strerror(errno)));
	else
		tri_vector_push(worker->arena, &scan->files, file);
	if (file.source != NULL && options->trim_paths)
		file.source->recorded = recorded_path(worker, scan, name, shown);
}

static void add_text(struct load_worker *worker, struct load_scan *scan)
{
	struct load_file file = {.name = "_testmain.go", .scan = scan};
	file.source = tri_source_add_text(scan->context->sources, file.name, scan->text, strlen(scan->text));
	tri_vector_push(worker->arena, &scan->files, file);
}

// Does the file belong to the package by its name alone?
static bool name_fits(struct load_scan *scan, const char *name)
{
	bool is_go = ends_with(name, ".go");
	if (!is_go && !is_other_language(name))
		return false;
	if (scan->given_files.count > 0) {
		scan->test_count += ends_with(name, "_test.go");
		return true;
	}
	if (name[0] == '_' || name[0] == '.')
		return false;
	struct load_tags tags = tri_load_tags_for(scan->context, scan->package);
	if (!tri_load_name_fits(name, &tags)) {
		scan->ignored_count += is_go;
		return false;
	}
	if (ends_with(name, "_test.go")) {
		scan->test_count++;
		return (scan->kinds & ~(1u << LOAD_FILE_PACKAGE)) != 0;
	}
	return true;
}

static void choose_file(struct load_worker *worker, struct load_scan *scan, const char *folder, const char *name)
{
	if (!name_fits(scan, name))
		return;
	if (ends_with(name, ".syso")) {
		scan->package->has_other_language = true;
		return;
	}
	const char *path = tri_load_join(worker->arena, folder, name), *problem = NULL;
	size_t length = 0;
	char *text = tri_load_read_file(path, &length);
	if (text == NULL) {
		const char *shown = tri_load_short_path(scan->context, worker->arena, path);
		fail(scan, LOAD_UNREADABLE, tri_arena_printf(worker->arena, "open %s: %s", shown, strerror(errno)));
		return;
	}
	bool is_go = ends_with(name, ".go");
	struct load_tags tags = tri_load_tags_for(scan->context, scan->package);
	bool fits = scan->given_files.count > 0 || tri_load_header_fits(text, length, &tags, &problem);
	if (problem != NULL)
		fail(scan, LOAD_BAD_FILE,
			 tri_arena_printf(worker->arena, strncmp(problem, "multiple", 8) == 0 ? "%s: %s" : "%s: parsing //go:build line: %s", name,
							  problem));
	if (fits && is_go) {
		add_file(worker, scan, name, path, text, length);
		return;
	}
	scan->ignored_count += is_go && problem == NULL;
	if (fits)
		scan->package->has_other_language = true;
	free(text);
}

// Whether Go would assemble a file of the package.
static bool has_assembly(struct load_worker *worker, const struct load_scan *scan, const tri_load_strings *names)
{
	const struct load_tags tags = {.given = scan->context->options->tags};
	bool found = false;
	for (uint32_t i = 0; i < names->count && !found; i++) {
		const char *name = names->items[i], *problem;
		if (!ends_with(name, ".s") || name[0] == '_' || name[0] == '.' || !tri_load_name_fits(name, &tags))
			continue;
		size_t length = 0;
		char *text = tri_load_read_file(tri_load_join(worker->arena, scan->package->folder, name), &length);
		found = text != NULL && tri_load_header_fits(text, length, &tags, &problem);
		free(text);
	}
	return found;
}

// ---- Putting the package together --------------------------------------------------------------------------

static bool in_package(const struct load_scan *scan, const struct load_file *file) { return (scan->kinds >> file->kind & 1) != 0; }

static const char *package_name(const struct load_file *file)
{
	const struct tri_name_expr *name = file->tree->package_name;
	return name != NULL && name->name != NULL && strcmp(name->name->text, "_") != 0 ? name->name->text : NULL;
}

// An import path that is none is left to the type checker to report.
static const char *import_path(struct tri_arena *arena, const struct tri_literal_expr *literal)
{
	if (literal == NULL || literal->bad)
		return NULL;
	struct tri_constant *value = tri_constant_from_literal(arena, TRI_LITERAL_STRING, literal->text, literal->length);
	size_t length = 0;
	const char *path = value != NULL ? tri_constant_string_value(value, &length) : "";
	if (length == 0 || path[0] == '/' || !tri_check_import_path_is_valid(path, length))
		return NULL;
	return path;
}

static bool imports_c(struct tri_arena *arena, const struct load_file *file)
{
	for (uint32_t i = 0; i < file->tree->decls.count; i++) {
		const struct tri_decl *decl = file->tree->decls.items[i];
		if (decl->kind != TRI_DECL_IMPORT)
			break;
		const char *path = import_path(arena, tri_as_import_decl(decl)->path);
		if (path != NULL && strcmp(path, "C") == 0)
			return true;
	}
	return false;
}

// What a file is: its name says whether it is a test, its package clause whether an external one.
static void classify(struct load_scan *scan, struct load_file *file, const char **name, const char **first)
{
	const char *here = package_name(file);
	file->kind = LOAD_FILE_PACKAGE;
	if (ends_with(file->name, "_test.go") && (scan->given_files.count == 0 || scan->context->options->tested != NULL)) {
		file->kind = LOAD_FILE_TEST;
		if (here != NULL && ends_with(here, "_test")) {
			file->kind = LOAD_FILE_EXTERNAL_TEST;
			here = tri_arena_strdup(scan->context->arena, here, strlen(here) - strlen("_test"));
		}
	}
	if (here == NULL)
		return;
	if (*name == NULL || scan->context->options->parse_only) {
		*name = here;
		*first = file->name;
	} else if (strcmp(*name, here) != 0) {
		fail(scan, LOAD_TWO_NAMES,
			 tri_arena_printf(scan->context->arena, "found packages %s (%s) and %s (%s) in %s", *name, *first, here, file->name,
							  scan->package->folder));
	}
}

static int compare_imports(const void *left, const void *right)
{
	const struct tri_load_import *a = left, *b = right;
	int order = strcmp(a->path, b->path);
	return order != 0 ? order : (a->pos > b->pos) - (a->pos < b->pos);
}

static void add_imports(struct tri_arena *arena, struct tri_load_package *package, const struct tri_file *file)
{
	for (uint32_t i = 0; i < file->decls.count; i++) {
		const struct tri_decl *decl = file->decls.items[i];
		if (decl->kind != TRI_DECL_IMPORT)
			continue;
		const struct tri_import_decl *import_decl = tri_as_import_decl(decl);
		const char *path = import_path(arena, import_decl->path);
		if (path == NULL || strcmp(path, "unsafe") == 0)
			continue;
		struct tri_load_import import = {.path = path, .pos = import_decl->path->base.pos};
		if (import_decl->local_name != NULL)
			import.pos = import_decl->local_name->base.pos;
		tri_vector_push(arena, &package->imports, import);
	}
}

// By path, each once, at its first place.
static void sort_imports(struct tri_load_package *package)
{
	if (package->imports.count > 1)
		qsort(package->imports.items, package->imports.count, sizeof package->imports.items[0], compare_imports);
	uint32_t kept = 0;
	for (uint32_t i = 0; i < package->imports.count; i++) {
		if (kept == 0 || strcmp(package->imports.items[kept - 1].path, package->imports.items[i].path) != 0)
			package->imports.items[kept++] = package->imports.items[i];
	}
	package->imports.count = kept;
}

// Lock held. What an import path means depends on the importer only within the standard library.
static const struct load_place *find_place(struct load_context *context, const char *path, const struct tri_load_package *from)
{
	const char *kind = !from->is_standard ? "" : tri_load_has_prefix(from->path, "cmd") ? "cmd " : "std ";
	const struct tri_name *key = tri_name_printf(context->names, "%s%s", kind, path);
	struct load_place *place = tri_map_get(&context->places, TRI_KEY(key));
	if (place == NULL) {
		place = TRI_NEW(context->arena, struct load_place);
		*place = tri_load_find_package(context, path, from);
		tri_map_put(context->arena, &context->places, TRI_KEY(key), place);
	}
	return place;
}

// What only the main package of a test program can import.
static struct tri_load_package *tested_package(const struct tri_load_package *main, const char *path)
{
	const struct load_scan *scan = main->scan;
	if (strcmp(path, scan->tested->path) == 0)
		return scan->tested;
	const struct tri_name *key = tri_name_intern_c(scan->context->names, path);
	struct tri_load_package *package = tri_map_get(&scan->context->table, TRI_KEY(key));
	return package != NULL && package->is_external_test ? package : NULL;
}

static void resolve_imports(struct load_context *context, struct tri_load_package *package)
{
	struct load_scan *scan = package->scan;
	scan->import_problems.items = TRI_NEW_ARRAY(context->arena, const char *, package->imports.count);
	scan->import_problems.count = scan->import_problems.capacity = package->imports.count;
	for (uint32_t i = 0; i < package->imports.count; i++) {
		struct tri_load_import *import = &package->imports.items[i];
		if (package->is_test_main && (import->package = tested_package(package, import->path)) != NULL)
			continue;
		const struct load_place *place = find_place(context, import->path, package);
		if (place->problem != NULL)
			scan->import_problems.items[i] = place->problem;
		else
			import->package = tri_load_want_package(context, place);
	}
}

// Lock held.
static void take_files(struct load_worker *worker, struct load_scan *scan)
{
	struct tri_load_package *package = scan->package;
	const char *name = NULL, *first = NULL;
	for (uint32_t i = 0; i < scan->files.count; i++) {
		struct load_file *file = &scan->files.items[i];
		const char *here = package_name(file);
		// Files "package documentation" are for people; those that use C were replaced, or do not exist.
		bool documentation = here != NULL && strcmp(here, "documentation") == 0 && scan->given_files.count == 0;
		if (documentation || imports_c(worker->arena, file)) {
			scan->ignored_count += documentation || scan->context->options->cgo_tool == NULL;
			continue;
		}
		classify(scan, file, &name, &first);
		if (!in_package(scan, file))
			continue;
		tri_vector_push(worker->arena, &package->files, file->tree);
		add_imports(worker->arena, package, file->tree);
		for (uint32_t j = 0; j < file->diags.list.count; j++)
			tri_vector_push(worker->arena, &package->diags.list, file->diags.list.items[j]);
		package->diags.error_count += file->diags.error_count;
		package->diags.syntax_error_count += file->diags.syntax_error_count;
		scan->unread = scan->unread || file->tree->unread;
	}
	package->name = name != NULL ? name : "";
	if (package->is_external_test)
		package->name = tri_arena_printf(scan->context->arena, "%s_test", package->name);
}

// Go's tool rewrites the files that use C.
static void replace_c(struct load_worker *worker, struct load_scan *scan)
{
	tri_load_strings names = {0};
	for (uint32_t i = 0; i < scan->files.count; i++) {
		const struct load_file *file = &scan->files.items[i];
		if (!ends_with(file->name, "_test.go") && imports_c(worker->arena, file))
			tri_vector_push(worker->arena, &names, file->name);
	}
	if (names.count == 0)
		return;
	const char *problem = tri_load_run_cgo(worker, scan, &names);
	if (problem != NULL)
		fail(scan, LOAD_BAD_FILE, problem);
	scan->package->has_other_language = true;
}

static void finish_scan(struct load_worker *worker, struct load_scan *scan)
{
	struct load_context *context = scan->context;
	struct tri_load_package *package = scan->package;
	package->diags.arena = worker->arena;
	package->diags.sources = context->sources;
	if (context->options->cgo_tool != NULL && !context->options->parse_only)
		replace_c(worker, scan);
	pthread_mutex_lock(&context->lock);
	take_files(worker, scan);
	pthread_mutex_unlock(&context->lock);
	if (!context->options->parse_only)
		tri_load_match_embeds(worker->arena, package);
	pthread_mutex_lock(&context->lock);
	package->has_tests = scan->test_count > 0;
	// Go's compiler looks at types unless what is wrong is called a syntax error: others leave whole trees.
	if ((package->diags.syntax_error_count > 0 || scan->unread) && !context->options->types_alone)
		package->state = TRI_LOAD_FAILED;
	if (package->files.count == 0 && scan->problem == LOAD_FINE) {
		scan->only_tests = scan->test_count > 0 && scan->ignored_count == 0;
		const char *what = scan->ignored_count > 0 ? "build constraints exclude all Go files in"
						   : scan->only_tests      ? "no non-test Go files in"
												   : "no Go files in";
		scan->problem = LOAD_NO_FILES;
		scan->message = tri_arena_printf(context->arena, "%s %s", what, package->folder);
	}
	sort_imports(package);
	if (!context->options->parse_only)
		resolve_imports(context, package);
	for (uint32_t i = 0; i < package->files.count; i++) {
		const struct tri_source_file *source = package->files.items[i]->source;
		context->load->byte_count += source->length;
		context->load->line_count += source->line_offsets.count;
	}
	pthread_mutex_unlock(&context->lock);
}

// ---- Tasks -----------------------------------------------------------------------------------------------

static void file_done(struct load_worker *worker, struct load_scan *scan)
{
	if (atomic_fetch_sub_explicit(&scan->unparsed, 1, memory_order_acq_rel) == 1)
		finish_scan(worker, scan);
}

struct tri_parse_options tri_load_parse_options(const struct tri_load_package *package)
{
	const struct tri_load_options *options = package->scan->context->options;
	bool is_ours = package->is_standard || options->package_path != NULL;
	bool is_runtime = options->runtime_package || (is_ours && tri_is_runtime_package(package->path));
	return (struct tri_parse_options){
		.check_branches = options->check_branches,
		.skip_bodies = package->declarations_only,
		.again = package->scan->copied != NULL,
		.runtime_package = is_runtime,
		.standard_library = is_runtime || package->is_standard || options->standard_library,
	};
}

static void parse_file(struct load_worker *worker, void *data)
{
	struct load_file *file = data;
	struct load_scan *scan = file->scan;
	struct tri_parse_options parse_options = tri_load_parse_options(scan->package);
	file->diags = (struct tri_diags){.arena = worker->arena, .sources = scan->context->sources};
	file->tree = tri_parse_file(worker->arena, scan->context->names, file->source, &file->diags, &parse_options);
	file_done(worker, scan);
}

void tri_load_scan_package(struct load_worker *worker, void *data)
{
	struct tri_load_package *package = data;
	struct load_scan *scan = package->scan;
	tri_load_strings names = scan->given_files;
	if (scan->text != NULL)
		add_text(worker, scan);
	else if (names.count == 0 && !list_folder(worker->arena, package->folder, &names))
		fail(scan, LOAD_UNREADABLE, tri_arena_printf(worker->arena, "%s: %s", package->folder, strerror(errno)));
	if (scan->context->options->overlay != NULL && !package->is_standard)
		scan->has_assembly = has_assembly(worker, scan, &names);
	for (uint32_t i = 0; i < names.count; i++) {
		if (tri_load_overlay_takes(scan->context, package, names.items[i]))
			choose_file(worker, scan, package->folder, names.items[i]);
	}
	tri_load_strings more = {0};
	const char *overlay = tri_load_overlay_folder(scan->context, package, worker->arena);
	if (overlay != NULL && !list_folder(worker->arena, overlay, &more))
		fail(scan, LOAD_UNREADABLE, tri_arena_printf(worker->arena, "%s: %s", overlay, strerror(errno)));
	for (uint32_t i = 0; i < more.count; i++)
		choose_file(worker, scan, overlay, more.items[i]);
	// One more than there are files: the package is not finished before all tasks exist.
	uint32_t count = scan->files.count;
	atomic_store(&scan->unparsed, count + 1);
	for (uint32_t i = 0; i < count; i++)
		tri_load_pool_add(worker->pool, parse_file, &scan->files.items[i]);
	file_done(worker, scan);
}
