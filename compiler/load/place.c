// From import paths to folders, and back.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

#include <dirent.h>
#include <sys/stat.h>

bool tri_load_is_folder(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool tri_load_has_prefix(const char *path, const char *prefix)
{
	size_t length = strlen(prefix);
	return length == 0 || (strncmp(path, prefix, length) == 0 && (path[length] == '/' || path[length] == '\0'));
}

const char *tri_load_join(struct tri_arena *arena, const char *folder, const char *path)
{
	char *joined = path[0] == '/' ? tri_arena_strdup(arena, path, strlen(path)) : tri_arena_printf(arena, "%s/%s", folder, path);
	char *out = joined;
	for (const char *at = joined; *at != '\0';) {
		at += strspn(at, "/");
		size_t length = strcspn(at, "/");
		if (length == 2 && at[0] == '.' && at[1] == '.') {
			while (out > joined && *--out != '/') {
			}
		} else if (length > 0 && !(length == 1 && at[0] == '.')) {
			*out++ = '/';
			memmove(out, at, length);
			out += length;
		}
		at += length;
	}
	if (out == joined)
		*out++ = '/';
	*out = '\0';
	return joined;
}

// "./x.go" beside the working folder, "../a/x.go" where that is shorter than the whole path.
const char *tri_load_short_path(struct load_context *context, struct tri_arena *arena, const char *path)
{
	const char *folder = context->options->working_folder;
	size_t common = 0, slash = 0;
	while (folder[common] != '\0' && folder[common] == path[common]) {
		if (folder[common] == '/')
			slash = common;
		common++;
	}
	if (folder[common] == '\0' && path[common] == '/') {
		const char *rest = path + common + 1;
		return strchr(rest, '/') != NULL ? rest : tri_arena_printf(arena, "./%s", rest);
	}
	if (folder[common] == '/' && path[common] == '\0')
		slash = common;
	struct tri_buffer relative = {0};
	for (const char *at = folder + slash; *at != '\0'; at++) {
		if (*at == '/')
			tri_buffer_append_c(&relative, "../");
	}
	if (path[slash] != '\0')
		tri_buffer_append_c(&relative, path + slash + 1);
	const char *result =
		relative.length > 0 && relative.length < strlen(path) ? tri_arena_strdup(arena, relative.data, relative.length) : path;
	tri_buffer_free(&relative);
	return result;
}

// A folder is a package only if it holds Go files, whatever their constraints.
static bool has_go_files(const char *folder)
{
	DIR *directory = opendir(folder);
	if (directory == NULL)
		return false;
	bool found = false;
	for (const struct dirent *entry; !found && (entry = readdir(directory)) != NULL;) {
		size_t length = strlen(entry->d_name);
		found = length > 3 && strcmp(entry->d_name + length - 3, ".go") == 0;
	}
	closedir(directory);
	return found;
}

static bool looks_standard(const char *path) { return memchr(path, '.', strcspn(path, "/")) == NULL; }

// The package's folder in a module, unless a module of its own begins on the way there.
static const char *folder_in_module(struct tri_arena *arena, const struct tri_load_module *module, const char *path)
{
	const char *rest = path + strlen(module->path);
	const char *folder = tri_arena_printf(arena, "%s%s", module->folder, rest);
	for (size_t length = strlen(folder); length > strlen(module->folder); length--) {
		if (folder[length] != '\0' && folder[length] != '/')
			continue;
		struct stat status;
		if (stat(tri_arena_printf(arena, "%.*s/go.mod", (int)length, folder), &status) == 0)
			return NULL;
	}
	return has_go_files(folder) ? folder : NULL;
}

static struct load_place standard_place(struct load_context *context, const char *path)
{
	const char *folder = tri_arena_printf(context->arena, "%s/%s", context->modules.goroot_source, path);
	return (struct load_place){.path = path, .folder = tri_load_is_folder(folder) ? folder : NULL, .is_standard = true};
}

static const char *missing_module_problem(struct load_context *context, const char *path)
{
	const struct load_modules *modules = &context->modules;
	struct tri_arena *arena = context->arena;
	if (!modules->has_modules)
		return tri_arena_printf(arena,
								"no required module provides package %s: go.mod file not found in current directory or any parent "
								"directory; see 'go help modules'",
								path);
	for (uint32_t m = 0; m < modules->files.count; m++) {
		const struct load_gomod *file = modules->files.items[m];
		for (uint32_t i = 0; i < file->replaces.count; i++) {
			const struct load_replacement *replacement = &file->replaces.items[i];
			if (tri_load_has_prefix(path, replacement->old_path))
				return tri_arena_printf(arena, "module %s provides package %s and is replaced but not required; to add it:\n\tgo get %s",
										replacement->old_path, path, replacement->old_path);
		}
	}
	return tri_arena_printf(arena, "no required module provides package %s; to add it:\n\tgo get %s", path, path);
}

static struct load_place find_in_modules(struct load_context *context, const char *path)
{
	const struct load_modules *modules = &context->modules;
	struct tri_arena *arena = context->arena;
	struct load_place place = {.path = path};
	const struct tri_load_module *absent = NULL, *first = NULL;
	struct tri_buffer several = {0};
	uint32_t count = 0;
	for (uint32_t i = 0; i < modules->list.count; i++) {
		const struct tri_load_module *module = modules->list.items[i];
		if (!tri_load_has_prefix(path, module->path))
			continue;
		if (module->folder == NULL) {
			absent = module;
			continue;
		}
		const char *folder = folder_in_module(arena, module, path);
		if (folder == NULL)
			continue;
		if (count++ == 0) {
			first = module;
			place.folder = folder;
		}
		tri_buffer_printf(&several, module->version != NULL ? "\n\t%s %s (%s)" : "\n\t%s%s (%s)", module->path,
						  module->version != NULL ? module->version : "", folder);
	}
	place.module = first;
	if (count > 1) {
		place.folder = NULL;
		place.problem = tri_arena_printf(arena, "ambiguous import: found package %s in multiple modules:%s", path, several.data);
	} else if (count == 0 && absent != NULL) {
		place.problem = tri_arena_printf(
			arena, "module %s@%s, which may provide package %s, is not in the module cache; to fetch it:\n\tgo mod download %s",
			absent->path, absent->version, path, absent->path);
	} else if (count == 0) {
		place.problem = missing_module_problem(context, path);
	}
	tri_buffer_free(&several);
	return place;
}

static struct load_place find_vendored(struct load_context *context, const char *path)
{
	const struct load_modules *modules = &context->modules;
	for (uint32_t i = 0; i < modules->mains.count; i++) {
		const struct tri_load_module *module = modules->mains.items[i];
		const char *folder = tri_load_has_prefix(path, module->path) ? folder_in_module(context->arena, module, path) : NULL;
		if (folder != NULL)
			return (struct load_place){.path = path, .folder = folder, .module = module};
	}
	const struct tri_load_module *module = tri_map_get(&modules->vendored_packages, TRI_KEY(tri_name_intern_c(context->names, path)));
	const char *folder = tri_arena_printf(context->arena, "%s/%s", modules->vendor_folder, path);
	if (module != NULL && has_go_files(folder))
		return (struct load_place){.path = path, .folder = folder, .module = module};
	const char *why =
		context->options->module_mode != NULL ? "" : "\n\t(Go version in go.mod is at least 1.14 and vendor directory exists.)";
	const char *problem =
		tri_arena_printf(context->arena, "cannot find module providing package %s: import lookup disabled by -mod=vendor%s", path, why);
	return (struct load_place){.path = path, .problem = problem};
}

// Why no package can have this path, as the go command says it; NULL when one can.
static const char *malformed_path(struct tri_arena *arena, const char *path)
{
	if (strstr(path, "//") != NULL)
		return tri_arena_printf(arena, "malformed import path \"%s\": double slash", path);
	for (const char *element = path, *at = path;; at++) {
		unsigned char byte = (unsigned char)*at;
		if (byte == '/' || byte == '\0') {
			int length = (int)(at - element);
			if (length == 0)
				return tri_arena_printf(arena, "malformed import path \"%s\": trailing slash", path);
			if (strspn(element, ".") >= (size_t)length)
				return tri_arena_printf(arena, "malformed import path \"%s\": invalid path element \"%.*s\"", path, length, element);
			if (at[-1] == '.')
				return tri_arena_printf(arena, "malformed import path \"%s\": trailing dot in path element", path);
			if (byte == '\0')
				return NULL;
			element = at + 1;
		} else if (byte >= 0x80) {
			int size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
			return tri_arena_printf(arena, "malformed import path \"%s\": invalid char '%.*s'", path, size, at);
		}
	}
}

struct load_place tri_load_find_package(struct load_context *context, const char *path, const struct tri_load_package *from)
{
	const struct load_modules *modules = &context->modules;
	if (path[0] == '.' && (path[1] == '/' || (path[1] == '.' && path[2] == '/')))
		return (struct load_place){
			.path = path,
			.problem =
				tri_arena_printf(context->arena, "\"%s\" is relative, but relative import paths are not supported in module mode", path),
		};
	if (path[0] == '/')
		return (struct load_place){
			.path = path, .problem = tri_arena_printf(context->arena, "\"%s\" is not a package path; see 'go help packages'", path)};
	const char *malformed = malformed_path(context->arena, path);
	if (malformed != NULL)
		return (struct load_place){.path = path, .problem = malformed};
	if (from != NULL && from->is_standard && !looks_standard(path)) {
		const char *vendor = tri_load_has_prefix(from->path, "cmd") ? "cmd/vendor" : "vendor";
		struct load_place place = standard_place(context, tri_arena_printf(context->arena, "%s/%s", vendor, path));
		if (place.folder != NULL)
			return place;
	}
	if (looks_standard(path)) {
		struct load_place place = standard_place(context, path);
		if (place.folder != NULL && has_go_files(place.folder))
			return place;
	}
	if (modules->vendored &&
		(!looks_standard(path) || tri_map_has(&modules->vendored_packages, TRI_KEY(tri_name_intern_c(context->names, path)))))
		return find_vendored(context, path);
	struct load_place place = find_in_modules(context, path);
	if (place.folder == NULL && looks_standard(path) && place.module == NULL)
		place.problem =
			context->options->goroot != NULL
				? tri_arena_printf(context->arena, "package %s is not in std (%s/%s)", path, modules->goroot_source, path)
				: tri_arena_printf(context->arena, "package %s: cannot find Go 1.26's sources; set GOROOT, or put go on PATH", path);
	return place;
}

struct load_place tri_load_find_folder(struct load_context *context, const char *folder)
{
	const struct load_modules *modules = &context->modules;
	struct tri_arena *arena = context->arena;
	struct load_place place = {.folder = NULL};
	struct stat status;
	for (uint32_t i = 0; i < modules->mains.count && stat(folder, &status) == 0 && !S_ISDIR(status.st_mode); i++) {
		const struct tri_load_module *module = modules->mains.items[i];
		if (!tri_load_has_prefix(folder, module->folder))
			continue;
		place.problem = tri_arena_printf(arena, "main module (%s) does not contain package %s%s", module->path, module->path,
										 folder + strlen(module->folder));
		return place;
	}
	if (!tri_load_is_folder(folder)) {
		place.problem = tri_arena_printf(arena, "stat %s: directory not found", folder);
		return place;
	}
	if (!has_go_files(folder)) {
		place.problem = tri_arena_printf(arena, "no Go files in %s", folder);
		return place;
	}
	if (tri_load_has_prefix(folder, modules->goroot_source) && strlen(folder) > strlen(modules->goroot_source) &&
		(modules->in_goroot || !modules->has_modules))
		return (struct load_place){.path = folder + strlen(modules->goroot_source) + 1, .folder = folder, .is_standard = true};
	for (uint32_t i = 0; i < modules->list.count; i++) {
		const struct tri_load_module *module = modules->list.items[i];
		if (module->folder == NULL || !tri_load_has_prefix(folder, module->folder) || module->folder == modules->vendor_folder)
			continue;
		const char *path = tri_arena_printf(arena, "%s%s", module->path, folder + strlen(module->folder));
		if (folder_in_module(arena, module, path) == NULL)
			continue;
		return (struct load_place){.path = path, .folder = folder, .module = module};
	}
	if (tri_load_has_prefix(folder, modules->goroot_source) && strlen(folder) > strlen(modules->goroot_source))
		return (struct load_place){.path = folder + strlen(modules->goroot_source) + 1, .folder = folder, .is_standard = true};
	const char *shown = strcmp(folder, context->options->working_folder) == 0
							? "current directory"
							: tri_arena_printf(arena, "directory %s", tri_load_short_path(context, arena, folder));
	if (strncmp(shown, "directory ./", 12) == 0)
		shown = tri_arena_printf(arena, "directory %s", shown + 12);
	const char *root = modules->is_workspace ? tri_load_find_upwards(arena, folder, "go.mod") : NULL;
	if (root != NULL) {
		const char *where = tri_load_short_path(context, arena, root);
		place.problem =
			tri_arena_printf(arena,
							 "%s is contained in a module that is not one of the workspace modules listed in go.work. You can add "
							 "the module to the workspace using:\n\tgo work use %s",
							 shown, where + (strncmp(where, "./", 2) == 0 ? 2 : 0));
		return place;
	}
	place.problem = modules->is_workspace
						? tri_arena_printf(arena, "%s outside modules listed in go.work or their selected dependencies", shown)
						: tri_arena_printf(arena, "%s outside main module or its selected dependencies", shown);
	return place;
}
