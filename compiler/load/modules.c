// Which modules take part, at which versions, and where they lie.
//
// Versions are chosen by minimal version selection: of all the versions of a module that the main modules and what they
// require ask for, the greatest. Modules of Go 1.17 and later list all that their packages need, so what stands behind
// their requirements is not looked at ("pruned"). What is not in the module cache is missing only when a package of it
// is asked for. No network is used.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { FIRST_PRUNED_MINOR = 17, FIRST_VENDOR_MINOR = 14 };

static bool is_file(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

// The folder at or above `folder` that holds `file`.
const char *tri_load_find_upwards(struct tri_arena *arena, const char *folder, const char *file)
{
	for (size_t length = strlen(folder); length > 0; length--) {
		if (folder[length] != '/' && folder[length] != '\0')
			continue;
		const char *here = tri_arena_strdup(arena, folder, length);
		if (is_file(tri_arena_printf(arena, "%s/%s", here, file)))
			return here;
	}
	return NULL;
}

// Upper-case letters are kept as ! and the lower-case one, for file systems that do not tell them apart.
static const char *escape(struct tri_arena *arena, const char *text)
{
	struct tri_buffer out = {0};
	tri_buffer_append_c(&out, "");
	for (; *text != '\0'; text++) {
		if (*text >= 'A' && *text <= 'Z')
			tri_buffer_printf(&out, "!%c", *text - 'A' + 'a');
		else
			tri_buffer_append_byte(&out, *text);
	}
	const char *result = tri_arena_strdup(arena, out.data, out.length);
	tri_buffer_free(&out);
	return result;
}

static const char *module_cache(struct tri_arena *arena)
{
	const char *cache = getenv("GOMODCACHE"), *path = getenv("GOPATH"), *home = getenv("HOME");
	if (cache != NULL && cache[0] != '\0')
		return cache;
	if (path != NULL && path[0] != '\0')
		return tri_arena_printf(arena, "%.*s/pkg/mod", (int)strcspn(path, ":"), path);
	return tri_arena_printf(arena, "%s/go/pkg/mod", home != NULL ? home : "");
}

static int minor_of(const char *go_version)
{
	int minor = tri_load_go_minor(go_version);
	return minor != 0 ? minor : TRI_LOAD_GO_MINOR_MISSING;
}

// ---- Main modules --------------------------------------------------------------------------------------

static bool report_problems(struct load_context *context, const char *file, struct tri_buffer *problems)
{
	bool any = problems->length > 0;
	if (any)
		tri_load_error(context, "go: errors parsing %s:\n%.*s", file, (int)problems->length - 1, problems->data);
	tri_buffer_free(problems);
	return any;
}

static bool is_too_new(struct load_context *context, const char *file, const char *go_version)
{
	const char *running = context->options->go_version != NULL ? context->options->go_version : "go1.26";
	if (go_version == NULL || tri_load_compare_versions(go_version, running + strlen("go")) <= 0)
		return false;
	tri_load_error(context, "go: %s requires go >= %s (running go %s; GOTOOLCHAIN=local)", file, go_version, running + strlen("go"));
	return true;
}

static bool add_main(struct load_context *context, const char *folder)
{
	struct tri_arena *arena = context->arena;
	struct load_gomod *file = TRI_NEW(arena, struct load_gomod);
	struct tri_buffer problems = {0};
	const char *path = tri_arena_printf(arena, "%s/go.mod", folder);
	const char *shown = tri_load_short_path(context, arena, path);
	if (strncmp(shown, "./", 2) == 0)
		shown += 2;
	bool read = tri_load_read_gomod(arena, path, shown, file, &problems);
	if (report_problems(context, shown, &problems))
		return false;
	if (!read) {
		tri_load_error(context, "go: cannot load module %s listed in go.work file: open %s: no such file or directory", folder, shown);
		return false;
	}
	if (file->path == NULL) {
		tri_load_error(
			context, "go: error reading %s: missing module declaration. To specify the module path:\n\tgo mod edit -module=example.com/mod",
			shown);
		return false;
	}
	if (is_too_new(context, shown, file->go_version))
		return false;
	struct tri_load_module *module = TRI_NEW(arena, struct tri_load_module);
	module->path = file->path;
	module->folder = folder;
	module->go_version = file->go_version;
	module->go_minor = minor_of(file->go_version);
	module->is_main = true;
	for (uint32_t i = 0; i < file->debug_settings.count; i++)
		tri_vector_push(arena, &module->debug_settings, file->debug_settings.items[i]);
	tri_vector_push(arena, &context->modules.mains, module);
	tri_vector_push(arena, &context->modules.files, file);
	tri_vector_push(arena, &context->modules.list, module);
	return true;
}

static bool add_workspace(struct load_context *context, const char *path)
{
	struct load_modules *modules = &context->modules;
	struct tri_buffer problems = {0};
	bool read = tri_load_read_gomod(context->arena, path, "go.work", &modules->work, &problems);
	if (report_problems(context, "go.work", &problems))
		return false;
	if (!read) {
		tri_load_error(context, "go: cannot read %s", path);
		return false;
	}
	if (is_too_new(context, "go.work", modules->work.go_version))
		return false;
	modules->is_workspace = modules->has_modules = true;
	modules->root = tri_arena_strdup(context->arena, path, (size_t)(strrchr(path, '/') - path));
	for (uint32_t i = 0; i < modules->work.uses.count; i++) {
		if (!add_main(context, tri_load_join(context->arena, modules->root, modules->work.uses.items[i])))
			return false;
	}
	return true;
}

// ---- Minimal version selection ---------------------------------------------------------------------------

struct selection {
	struct load_context *context;
	struct tri_map selected; // path (interned) -> version
	struct tri_map seen;     // path@version (interned), with a mark for unpruned ones -> itself
	TRI_VECTOR(struct load_requirement) queue;
	TRI_VECTOR(bool) pruned; // beside queue
};

static const struct load_replacement *find_replacement(const struct load_context *context, const char *path, const char *version,
													   const char **base)
{
	const struct load_modules *modules = &context->modules;
	const struct load_replacement *found = NULL;
	for (uint32_t m = 0; m <= modules->files.count; m++) {
		bool is_work = m == modules->files.count;
		const struct load_gomod *file = is_work ? &modules->work : modules->files.items[m];
		for (uint32_t i = 0; i < file->replaces.count; i++) {
			const struct load_replacement *replacement = &file->replaces.items[i];
			if (strcmp(replacement->old_path, path) != 0)
				continue;
			if (replacement->old_version != NULL && strcmp(replacement->old_version, version) != 0)
				continue;
			if (found != NULL && !is_work && found->old_version != NULL)
				continue;
			found = replacement;
			*base = is_work ? modules->root : modules->mains.items[m]->folder;
		}
	}
	return found;
}

// Where a version's go.mod lies, and its files.
static void locate(struct load_context *context, const char *path, const char *version, const char **gomod, const char **folder)
{
	struct tri_arena *arena = context->arena;
	const char *base = NULL;
	const struct load_replacement *replacement = find_replacement(context, path, version, &base);
	if (replacement != NULL && replacement->version == NULL) {
		*folder = tri_load_join(arena, base, replacement->path);
		*gomod = tri_arena_printf(arena, "%s/go.mod", *folder);
		return;
	}
	if (replacement != NULL) {
		path = replacement->path;
		version = replacement->version;
	}
	const char *escaped = escape(arena, path), *escaped_version = escape(arena, version);
	*folder = tri_arena_printf(arena, "%s/%s@%s", context->modules.module_cache, escaped, escaped_version);
	*gomod = tri_arena_printf(arena, "%s/cache/download/%s/@v/%s.mod", context->modules.module_cache, escaped, escaped_version);
	if (!is_file(*gomod))
		*gomod = tri_arena_printf(arena, "%s/go.mod", *folder);
}

static bool is_excluded(const struct load_context *context, const struct load_requirement *requirement)
{
	for (uint32_t m = 0; m < context->modules.files.count; m++) {
		const struct load_gomod *file = context->modules.files.items[m];
		for (uint32_t i = 0; i < file->excludes.count; i++) {
			if (strcmp(file->excludes.items[i].path, requirement->path) == 0 &&
				strcmp(file->excludes.items[i].version, requirement->version) == 0)
				return true;
		}
	}
	return false;
}

static bool is_main(const struct load_context *context, const char *path)
{
	for (uint32_t i = 0; i < context->modules.mains.count; i++) {
		if (strcmp(context->modules.mains.items[i]->path, path) == 0)
			return true;
	}
	return false;
}

// Takes note of a requirement; `follow`: and looks at what that version requires itself.
static void require(struct selection *s, const struct load_requirement *requirement, bool follow, bool pruned)
{
	struct load_context *context = s->context;
	if (is_main(context, requirement->path) || is_excluded(context, requirement))
		return;
	uintptr_t key = TRI_KEY(tri_name_intern_c(context->names, requirement->path));
	const char *known = tri_map_get(&s->selected, key);
	if (known == NULL || tri_load_compare_versions(known, requirement->version) < 0)
		tri_map_put(context->arena, &s->selected, key, (void *)(uintptr_t)requirement->version);
	if (!follow)
		return;
	const struct tri_name *node = tri_name_printf(context->names, "%s@%s%s", requirement->path, requirement->version, pruned ? "" : "+");
	if (tri_map_has(&s->seen, TRI_KEY(node)))
		return;
	tri_map_put(context->arena, &s->seen, TRI_KEY(node), (void *)(uintptr_t)node);
	tri_vector_push(context->arena, &s->queue, *requirement);
	tri_vector_push(context->arena, &s->pruned, pruned);
}

// False after reporting a module that needs a newer Go.
static bool select_versions(struct load_context *context)
{
	bool good = true;
	struct load_modules *modules = &context->modules;
	struct selection s = {.context = context};
	for (uint32_t m = 0; m < modules->files.count; m++) {
		bool pruned = minor_of(modules->files.items[m]->go_version) >= FIRST_PRUNED_MINOR && !modules->is_workspace;
		for (uint32_t i = 0; i < modules->files.items[m]->requires.count; i++)
			require(&s, &modules->files.items[m]->requires.items[i], true, pruned);
	}
	for (uint32_t i = 0; i < s.queue.count; i++) {
		struct load_requirement at = s.queue.items[i];
		bool pruned = s.pruned.items[i];
		const char *gomod, *folder;
		locate(context, at.path, at.version, &gomod, &folder);
		struct load_gomod file;
		struct tri_buffer problems = {0};
		(void)tri_load_read_gomod(context->arena, gomod, gomod, &file, &problems);
		tri_buffer_free(&problems); // a module that was published; what can't be read is passed over
		bool supports_pruning = minor_of(file.go_version) >= FIRST_PRUNED_MINOR;
		for (uint32_t j = 0; j < file.requires.count; j++)
			require(&s, &file.requires.items[j], !pruned || !supports_pruning, pruned && supports_pruning);
	}
	for (uint32_t i = 0; i < s.selected.count; i++) {
		struct tri_load_module *module = TRI_NEW(context->arena, struct tri_load_module);
		const char *gomod;
		module->path = ((const struct tri_name *)s.selected.entries[i].key)->text;
		module->version = s.selected.entries[i].value;
		locate(context, module->path, module->version, &gomod, &module->folder);
		const char *base;
		const struct load_replacement *replacement = find_replacement(context, module->path, module->version, &base);
		if (replacement != NULL) {
			module->replacement_path = replacement->path;
			module->replacement_version = replacement->version;
		}
		if (!tri_load_is_folder(module->folder))
			module->folder = NULL;
		struct load_gomod file;
		struct tri_buffer problems = {0};
		(void)tri_load_read_gomod(context->arena, gomod, gomod, &file, &problems);
		tri_buffer_free(&problems);
		module->go_version = file.go_version;
		module->go_minor = minor_of(file.go_version);
		tri_vector_push(context->arena, &modules->list, module);
		const char *node = tri_arena_printf(context->arena, "%s@%s", module->path, module->version);
		good = !is_too_new(context, node, module->go_version) && good;
	}
	return good;
}

// ---- Vendor folders --------------------------------------------------------------------------------------

// modules.txt: "# path version" begins a module, "## explicit; go 1.21" says more of it, other lines are its packages.
// `prefix`: what stands before the import paths of the packages, "" as a rule. Modules of GOROOT are not in the list of modules.
static void read_vendored(struct load_context *context, const char *folder, const char *prefix, struct tri_map *packages,
						  tri_load_strings *explicit_modules)
{
	FILE *file = fopen(tri_arena_printf(context->arena, "%s/modules.txt", folder), "re");
	if (file == NULL)
		return;
	struct tri_load_module *module = NULL;
	char line[4096];
	while (fgets(line, sizeof line, file) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if (strncmp(line, "# ", 2) == 0) {
			size_t length = strcspn(line + 2, " ");
			const char *version = line + 2 + length + strspn(line + 2 + length, " ");
			module = TRI_NEW(context->arena, struct tri_load_module);
			module->path = tri_arena_strdup(context->arena, line + 2, length);
			module->version = tri_arena_strdup(context->arena, version, strcspn(version, " "));
			const char *arrow = strstr(version, " => ");
			if (arrow != NULL) { // a path, and a version unless it is a folder
				arrow += strlen(" => ");
				const char *space = strchr(arrow, ' ');
				module->replacement_path = tri_arena_strdup(context->arena, arrow, strcspn(arrow, " "));
				module->replacement_version = space != NULL ? tri_arena_strdup(context->arena, space + 1, strlen(space + 1)) : NULL;
			}
			module->folder = folder;
			module->go_minor = TRI_LOAD_GO_MINOR_MISSING;
			if (prefix[0] == '\0')
				tri_vector_push(context->arena, &context->modules.list, module);
		} else if (strncmp(line, "## ", 3) == 0 && module != NULL) {
			const char *go = strstr(line, "go 1.");
			if (go != NULL) {
				module->go_version = tri_arena_strdup(context->arena, go + 3, strcspn(go + 3, "; "));
				module->go_minor = minor_of(module->go_version);
			}
			if (strstr(line, "explicit") != NULL)
				tri_vector_push(context->arena, explicit_modules, tri_arena_printf(context->arena, "%s@%s", module->path, module->version));
		} else if (line[0] != '#' && line[0] != '\0' && module != NULL) {
			const struct tri_name *name = tri_name_printf(context->names, prefix[0] != '\0' ? "%s/%s" : "%s%s", prefix, line);
			tri_map_put(context->arena, packages, TRI_KEY(name), module);
		}
	}
	fclose(file);
}

// The packages in the vendor folders of GOROOT have the language versions of the modules they were taken from.
const struct tri_load_module *tri_load_vendored_in_goroot(struct load_context *context, const char *path)
{
	static const char *const folders[] = {"vendor", "cmd/vendor"};
	struct load_modules *modules = &context->modules;
	for (size_t i = 0; i < TRI_COUNT(folders); i++) {
		if (!tri_load_has_prefix(path, folders[i]))
			continue;
		if (!modules->goroot_vendor_read[i]) {
			modules->goroot_vendor_read[i] = true;
			const char *folder = tri_arena_printf(context->arena, "%s/%s", modules->goroot_source, folders[i]);
			tri_load_strings unused = {0};
			read_vendored(context, folder, folders[i], &modules->goroot_vendored, &unused);
		}
		return tri_map_get(&modules->goroot_vendored, TRI_KEY(tri_name_intern_c(context->names, path)));
	}
	return NULL;
}

static bool in_list(const tri_load_strings *list, const char *text)
{
	for (uint32_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i], text) == 0)
			return true;
	}
	return false;
}

// What go.mod requires and what the vendor folder holds must agree.
static bool vendor_is_consistent(struct load_context *context, const tri_load_strings *explicit_modules)
{
	const struct load_modules *modules = &context->modules;
	struct tri_buffer problems = {0};
	for (uint32_t m = 0; m < modules->files.count; m++) {
		const struct load_gomod *file = modules->files.items[m];
		for (uint32_t i = 0; i < file->requires.count; i++) {
			const struct load_requirement *requirement = &file->requires.items[i];
			const char *node = tri_arena_printf(context->arena, "%s@%s", requirement->path, requirement->version);
			if (!in_list(explicit_modules, node))
				tri_buffer_printf(&problems, "\n\t%s: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt",
								  node);
		}
		for (uint32_t i = 0; i < explicit_modules->count && !modules->is_workspace; i++) {
			bool required = false;
			for (uint32_t j = 0; j < file->requires.count && !required; j++)
				required = strcmp(explicit_modules->items[i], tri_arena_printf(context->arena, "%s@%s", file->requires.items[j].path,
																			   file->requires.items[j].version)) == 0;
			if (!required)
				tri_buffer_printf(&problems, "\n\t%s: is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod",
								  explicit_modules->items[i]);
		}
	}
	bool consistent = problems.length == 0;
	if (!consistent)
		tri_load_error(context,
					   "go: inconsistent vendoring in %s:%s\n\n\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.\n"
					   "\tTo sync the vendor directory, run:\n\t\tgo %s vendor",
					   modules->root, problems.data, modules->is_workspace ? "work" : "mod");
	tri_buffer_free(&problems);
	return consistent;
}

static bool wants_vendor(const struct load_context *context)
{
	const struct load_modules *modules = &context->modules;
	const char *mode = context->options->module_mode;
	if (mode != NULL)
		return strcmp(mode, "vendor") == 0;
	const char *go_version = modules->is_workspace ? modules->work.go_version : modules->files.items[0]->go_version;
	return minor_of(go_version) >= FIRST_VENDOR_MINOR && tri_load_is_folder(modules->vendor_folder);
}

bool tri_load_find_modules(struct load_context *context)
{
	struct load_modules *modules = &context->modules;
	struct tri_arena *arena = context->arena;
	const char *folder = context->options->working_folder, *workspace = getenv("GOWORK");
	modules->goroot_source = tri_arena_printf(arena, "%s/src", context->options->goroot != NULL ? context->options->goroot : "");
	modules->module_cache = module_cache(arena);
	const char *root = tri_load_find_upwards(arena, folder, "go.mod");
	if (root != NULL && (strcmp(root, modules->goroot_source) == 0 || tri_load_has_prefix(root, modules->goroot_source))) {
		modules->in_goroot = true;
		return true;
	}
	if (workspace == NULL || workspace[0] == '\0') {
		const char *above = tri_load_find_upwards(arena, folder, "go.work");
		workspace = above != NULL ? tri_arena_printf(arena, "%s/go.work", above) : NULL;
	} else if (strcmp(workspace, "off") == 0) {
		workspace = NULL;
	}
	if (workspace != NULL) {
		if (!add_workspace(context, workspace))
			return false;
	} else if (root != NULL) {
		modules->has_modules = true;
		modules->root = root;
		if (!add_main(context, root))
			return false;
	} else {
		return true;
	}
	modules->vendor_folder = tri_arena_printf(arena, "%s/vendor", modules->root);
	if (modules->mains.count > 0 && wants_vendor(context)) {
		modules->vendored = true;
		tri_load_strings explicit_modules = {0};
		read_vendored(context, modules->vendor_folder, "", &modules->vendored_packages, &explicit_modules);
		return vendor_is_consistent(context, &explicit_modules);
	}
	return select_versions(context);
}
