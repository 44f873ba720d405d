// From patterns to packages: ".", "./dir", "./...", "path/...", import paths, std, cmd, all, and lists of Go files.
//
// Workers scan the packages found so far while folders are still being walked.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);
	return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

// "..." stands for any text.
static bool glob(const char *pattern, const char *text)
{
	for (; *pattern != '\0'; pattern++, text++) {
		if (strncmp(pattern, "...", 3) == 0) {
			for (;; text++) {
				if (glob(pattern + 3, text))
					return true;
				if (*text == '\0')
					return false;
			}
		}
		if (*pattern != *text)
			return false;
	}
	return *text == '\0';
}

bool tri_load_pattern_matches(const char *pattern, const char *path)
{
	if (glob(pattern, path))
		return true;
	// net/... is also net.
	size_t length = strlen(pattern);
	return ends_with(pattern, "/...") && strlen(path) == length - 4 && strncmp(path, pattern, length - 4) == 0;
}

static struct tri_load_package *add_root(struct load_context *context, const struct load_place *place, bool with_dots)
{
	struct tri_load_package *package = tri_load_want_package(context, place);
	if (with_dots && !package->is_named)
		package->scan->from_pattern_with_dots = true;
	if (!with_dots)
		package->scan->from_pattern_with_dots = false;
	if (!package->is_named) {
		package->is_named = true;
		tri_vector_push(context->arena, &context->roots, package);
	}
	return package;
}

// ---- Walking -------------------------------------------------------------------------------------------

struct walk {
	struct load_context *context;
	struct tri_arena *arena;
	const char *pattern;     // what names have to match; NULL: anything
	const char *module_root; // where a go.mod and a vendor folder are to be expected
	const struct tri_load_module *module;
	bool is_standard, by_folder; // by_folder: names are "./x", not import paths
	uint32_t found;
};

static int compare_names(const void *left, const void *right) { return strcmp(*(const char *const *)left, *(const char *const *)right); }

static bool is_ignored(const struct walk *walk, const char *folder)
{
	const struct load_modules *modules = &walk->context->modules;
	for (uint32_t m = 0; m < modules->files.count; m++) {
		const struct load_gomod *file = modules->files.items[m];
		for (uint32_t i = 0; i < file->ignores.count; i++) {
			const char *ignored = file->ignores.items[i];
			if (strncmp(ignored, "./", 2) == 0 ? strcmp(tri_load_join(walk->arena, modules->mains.items[m]->folder, ignored), folder) == 0
											   : ends_with(folder, tri_arena_printf(walk->arena, "/%s", ignored)))
				return true;
		}
	}
	return false;
}

static bool is_main_folder(const struct load_context *context, const char *folder)
{
	for (uint32_t i = 0; i < context->modules.mains.count; i++) {
		if (strcmp(context->modules.mains.items[i]->folder, folder) == 0)
			return true;
	}
	return false;
}

static void visit(struct walk *walk, const char *folder, const char *name)
{
	struct load_context *context = walk->context;
	pthread_mutex_lock(&context->lock);
	struct load_place place = {.path = name, .folder = folder, .module = walk->module, .is_standard = walk->is_standard};
	if (walk->by_folder)
		place = tri_load_find_folder(context, folder);
	if (place.problem == NULL) {
		walk->found++;
		(void)add_root(context, &place, true);
	}
	pthread_mutex_unlock(&context->lock);
}

static void walk_folder(struct walk *walk, const char *folder, const char *name)
{
	DIR *directory = opendir(folder);
	if (directory == NULL)
		return;
	TRI_VECTOR(const char *) folders = {0};
	bool has_go = false, begins_module = false;
	for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		const char *file = entry->d_name;
		bool is_folder = entry->d_type == DT_DIR;
		if (entry->d_type == DT_UNKNOWN)
			is_folder = tri_load_is_folder(tri_arena_printf(walk->arena, "%s/%s", folder, file));
		if (is_folder && file[0] != '.' && file[0] != '_' && strcmp(file, "testdata") != 0)
			tri_vector_push(walk->arena, &folders, tri_arena_strdup(walk->arena, file, strlen(file)));
		has_go = has_go || (!is_folder && ends_with(file, ".go"));
		begins_module = begins_module || strcmp(file, "go.mod") == 0;
	}
	closedir(directory);
	if (begins_module && strcmp(folder, walk->module_root) != 0 && (!walk->is_standard || walk->by_folder) &&
		!walk->context->modules.is_workspace)
		return;
	if (has_go && name[0] != '\0' && (walk->pattern == NULL || tri_load_pattern_matches(walk->pattern, name)))
		visit(walk, folder, name);
	if (folders.count > 1)
		qsort(folders.items, folders.count, sizeof folders.items[0], compare_names);
	for (uint32_t i = 0; i < folders.count; i++) {
		const char *below = folders.items[i];
		if (!walk->is_standard && strcmp(below, "vendor") == 0 && is_main_folder(walk->context, folder))
			continue;
		const char *path = tri_arena_printf(walk->arena, "%s/%s", folder, below);
		const char *below_name = name[0] != '\0' ? tri_arena_printf(walk->arena, "%s/%s", name, below) : below;
		if (walk->is_standard && walk->pattern == NULL && (strcmp(below_name, "cmd") == 0 || strcmp(below_name, "builtin") == 0))
			continue; // not part of std
		if (walk->is_standard && !walk->by_folder && walk->context->options->cgo_tool == NULL && strcmp(below_name, "runtime/cgo") == 0)
			continue; // nothing without cgo
		if (!is_ignored(walk, path))
			walk_folder(walk, path, below_name);
	}
}

// ---- Kinds of patterns -----------------------------------------------------------------------------------

static void walk_standard(struct load_context *context, struct tri_arena *arena, const char *pattern, uint32_t *found)
{
	struct walk walk = {
		.context = context, .arena = arena, .pattern = pattern, .module_root = context->modules.goroot_source, .is_standard = true};
	const char *name = "";
	if (pattern != NULL) { // begin at the part that is given
		size_t length = (size_t)(strstr(pattern, "...") - pattern);
		while (length > 0 && pattern[length - 1] != '/')
			length--;
		name = tri_arena_strdup(arena, pattern, length > 0 ? length - 1 : 0);
	}
	const char *folder = tri_arena_printf(arena, "%s%s%s", context->modules.goroot_source, name[0] != '\0' ? "/" : "", name);
	walk_folder(&walk, folder, name);
	*found += walk.found;
}

static void walk_module(struct load_context *context, struct tri_arena *arena, const struct tri_load_module *module, const char *pattern,
						uint32_t *found)
{
	struct walk walk = {.context = context, .arena = arena, .pattern = pattern, .module_root = module->folder, .module = module};
	walk_folder(&walk, module->folder, module->path);
	*found += walk.found;
}

// A pattern that can match what lies under the module's path.
static bool may_match_below(const char *pattern, const char *path)
{
	size_t fixed = (size_t)(strstr(pattern, "...") - pattern), length = strlen(path);
	return strncmp(pattern, path, fixed < length ? fixed : length) == 0;
}

static bool is_in_module(const struct load_modules *modules, const char *folder)
{
	for (uint32_t i = 0; i < modules->list.count; i++) {
		if (modules->list.items[i]->folder != NULL && tri_load_has_prefix(folder, modules->list.items[i]->folder))
			return true;
	}
	return false;
}

static void match_vendored(struct load_context *context, const char *pattern, uint32_t *found)
{
	const struct tri_map *vendored = &context->modules.vendored_packages;
	for (uint32_t i = 0; i < vendored->count; i++) {
		const char *path = ((const struct tri_name *)vendored->entries[i].key)->text;
		if (!tri_load_pattern_matches(pattern, path))
			continue;
		pthread_mutex_lock(&context->lock);
		struct load_place place = tri_load_find_package(context, path, NULL);
		if (place.problem == NULL) {
			(void)add_root(context, &place, true);
			++*found;
		}
		pthread_mutex_unlock(&context->lock);
	}
}

static void expand_dots(struct load_context *context, struct tri_arena *arena, const char *pattern)
{
	const struct load_modules *modules = &context->modules;
	uint32_t found = 0;
	if (pattern[0] == '.' || pattern[0] == '/') {
		size_t length = (size_t)(strstr(pattern, "...") - pattern);
		while (length > 0 && pattern[length - 1] != '/')
			length--;
		const char *given = tri_arena_strdup(arena, pattern, length);
		const char *folder = tri_load_join(arena, context->options->working_folder, given);
		if (!modules->has_modules && !modules->in_goroot && !tri_load_has_prefix(folder, modules->goroot_source)) {
			tri_load_error(context, "pattern %s: directory prefix %s does not contain main module or its selected dependencies", pattern,
						   tri_arena_strdup(arena, pattern, length > 1 ? length - 1 : 1));
			return;
		}
		if (modules->has_modules && !is_in_module(modules, folder) && !tri_load_has_prefix(folder, modules->goroot_source)) {
			tri_load_error(context, "pattern %s: directory prefix %s does not contain %s or %s selected dependencies", pattern,
						   tri_arena_strdup(arena, pattern, length > 1 ? length - 1 : 1),
						   modules->is_workspace ? "modules listed in go.work" : "main module", modules->is_workspace ? "their" : "its");
			return;
		}
		if (!tri_load_is_folder(folder)) {
			tri_load_error(context, "pattern %s: lstat %s: no such file or directory", pattern, given);
			return;
		}
		// Names are taken relative to the folder, patterns with them: what is matched is absolute.
		const char *absolute = tri_arena_printf(arena, "%s%s%s", folder, strcmp(folder, "/") == 0 ? "" : "/", pattern + length);
		struct walk walk = {.context = context, .arena = arena, .pattern = absolute, .module_root = folder, .by_folder = true};
		walk.is_standard = tri_load_has_prefix(folder, modules->goroot_source);
		walk_folder(&walk, folder, folder);
		found = walk.found;
	} else {
		if (may_match_below(pattern, "") || tri_load_is_folder(modules->goroot_source))
			walk_standard(context, arena, pattern, &found);
		for (uint32_t i = 0; i < modules->list.count; i++) {
			const struct tri_load_module *module = modules->list.items[i];
			if (module->folder != NULL && module->folder != modules->vendor_folder && may_match_below(pattern, module->path))
				walk_module(context, arena, module, pattern, &found);
		}
	}
	match_vendored(context, pattern, &found);
	if (found == 0)
		tri_load_warning(context, "go: warning: \"%s\" matched no packages", pattern);
}

static bool is_local(const char *pattern)
{
	return pattern[0] == '/' || strcmp(pattern, ".") == 0 || strcmp(pattern, "..") == 0 || strncmp(pattern, "./", 2) == 0 ||
		   strncmp(pattern, "../", 3) == 0;
}

static void expand_one(struct load_context *context, const char *pattern)
{
	pthread_mutex_lock(&context->lock);
	struct load_place place;
	if (is_local(pattern)) {
		const char *folder = tri_load_join(context->arena, context->options->working_folder, pattern);
		place = tri_load_find_folder(context, folder);
		// A folder outside of any module is a package all the same, as a list of its files would be.
		if (place.problem != NULL && tri_load_is_folder(folder) && !context->modules.has_modules &&
			strncmp(place.problem, "no Go files", 11) != 0)
			place = (struct load_place){.path = "command-line-arguments", .folder = folder};
	} else {
		place = tri_load_find_package(context, pattern, NULL);
	}
	if (place.problem == NULL)
		(void)add_root(context, &place, false);
	pthread_mutex_unlock(&context->lock);
	if (place.problem != NULL)
		tri_load_error(context, "%s", place.problem);
}

bool tri_load_may_be_named(const struct load_context *context, const struct load_place *place)
{
	const struct tri_load_options *options = context->options;
	if (options->pattern_count == 0 && strcmp(place->folder, options->working_folder) == 0)
		return true;
	for (uint32_t i = 0; i < options->pattern_count; i++) {
		const char *pattern = options->patterns[i];
		size_t length = strlen(pattern);
		while (length > 1 && pattern[length - 1] == '/')
			length--;
		bool is_cmd = tri_load_has_prefix(place->path, "cmd");
		if (strcmp(pattern, "all") == 0)
			return true;
		if (is_local(pattern)) {
			const char *dots = strstr(pattern, "...");
			size_t fixed = dots != NULL ? (size_t)(dots - pattern) : length;
			while (dots != NULL && fixed > 0 && pattern[fixed - 1] != '/')
				fixed--;
			const char *given = tri_arena_strdup(context->arena, pattern, fixed);
			const char *folder = tri_load_join(context->arena, options->working_folder, given);
			if (dots != NULL ? tri_load_has_prefix(place->folder, folder) : strcmp(place->folder, folder) == 0)
				return true;
			continue;
		}
		if (strcmp(pattern, "std") == 0 ? place->is_standard && !is_cmd : strcmp(pattern, "cmd") == 0 && is_cmd)
			return true;
		if (strncmp(pattern, place->path, length) == 0 && place->path[length] == '\0')
			return true;
		if (strstr(pattern, "...") != NULL && tri_load_pattern_matches(pattern, place->path))
			return true;
	}
	return false;
}

static bool check_listed(struct load_context *context, const char **folder)
{
	const struct tri_load_options *options = context->options;
	const char *first = NULL;
	for (uint32_t i = 0; i < options->pattern_count; i++) {
		const char *file = options->patterns[i];
		struct stat status;
		if (!ends_with(file, ".go")) {
			tri_load_error(context, "named files must be .go files: %s", file);
			return false;
		}
		if (stat(tri_load_join(context->arena, options->working_folder, file), &status) != 0) {
			tri_load_error(context, "open %s: %s", file, strerror(errno));
			return false;
		}
		const char *slash = strrchr(file, '/');
		const char *parent = slash != NULL ? tri_arena_strdup(context->arena, file, (size_t)(slash - file) + 1) : "./";
		if (i > 0 && !options->parse_only && strcmp(tri_load_join(context->arena, options->working_folder, parent), *folder) != 0) {
			tri_load_error(context, "named files must all be in one directory; have %s and %s", first, parent);
			return false;
		}
		if (i == 0) {
			first = parent;
			*folder = tri_load_join(context->arena, options->working_folder, parent);
		}
	}
	return true;
}

static void expand_files(struct load_context *context)
{
	const struct tri_load_options *options = context->options;
	const char *folder = NULL;
	pthread_mutex_lock(&context->lock);
	if (check_listed(context, &folder)) {
		const char *path = options->package_path != NULL ? options->package_path : "command-line-arguments";
		struct load_place place = {.path = path, .folder = folder};
		// The files belong to the module around them: its language version counts.
		if (context->modules.mains.count > 0)
			place.module = context->modules.mains.items[0];
		struct tri_load_package *package = tri_load_new_package(context, &place);
		for (uint32_t i = 0; i < options->pattern_count; i++) {
			const char *slash = strrchr(options->patterns[i], '/'), *name = slash != NULL ? slash + 1 : options->patterns[i];
			if (options->parse_only) // may lie anywhere
				name = tri_load_join(context->arena, options->working_folder, options->patterns[i]);
			tri_vector_push(context->arena, &package->scan->given_files, name);
		}
		package->is_named = true;
		tri_vector_push(context->arena, &context->roots, package);
		tri_load_pool_add(context->pool, tri_load_scan_package, package);
	}
	pthread_mutex_unlock(&context->lock);
}

static void want_runtime(struct load_context *context)
{
	pthread_mutex_lock(&context->lock);
	struct load_place place = tri_load_find_package(context, "runtime", NULL);
	if (place.problem == NULL)
		context->runtime = tri_load_want_package(context, &place);
	pthread_mutex_unlock(&context->lock);
	if (place.problem != NULL)
		tri_load_error(context, "%s", place.problem);
}

void tri_load_expand_patterns(struct load_context *context)
{
	const struct tri_load_options *options = context->options;
	if (options->overlay != NULL)
		want_runtime(context);
	if (options->pattern_count > 0 && ends_with(options->patterns[0], ".go")) {
		expand_files(context);
		return;
	}
	struct tri_arena *arena = tri_arena_new();
	static const char *const here[] = {"."};
	const char *const *patterns = options->pattern_count > 0 ? options->patterns : here;
	uint32_t count = options->pattern_count > 0 ? options->pattern_count : 1, found = 0;
	for (uint32_t i = 0; i < count; i++) {
		const char *pattern = patterns[i];
		size_t length = strlen(pattern);
		while (length > 1 && pattern[length - 1] == '/')
			pattern = tri_arena_strdup(arena, pattern, --length);
		if (strcmp(pattern, "std") == 0) {
			walk_standard(context, arena, NULL, &found);
		} else if (strcmp(pattern, "cmd") == 0) {
			walk_standard(context, arena, "cmd/...", &found);
		} else if (strcmp(pattern, "all") == 0) {
			for (uint32_t m = 0; m < context->modules.mains.count; m++)
				walk_module(context, arena, context->modules.mains.items[m], NULL, &found);
			context->name_all = true;
			if (context->modules.in_goroot)
				walk_standard(context, arena, NULL, &found);
			if (!context->modules.has_modules && !context->modules.in_goroot)
				tri_load_warning(context, "go: warning: \"all\" matched no packages");
		} else if (strstr(pattern, "...") != NULL) {
			expand_dots(context, arena, pattern);
		} else {
			expand_one(context, pattern);
		}
	}
	// Names of packages were made while walking.
	context->walk_arena = arena;
}
