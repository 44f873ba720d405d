// Which files make the package, and what they are called in messages.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);
	return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

// x_linux.go, x_amd64.go and x_linux_amd64.go name the systems that they are for.
static bool name_fits_target(const char *file)
{
	static const char *const systems[] = {"aix", "android", "darwin",  "dragonfly", "freebsd", "illumos", "ios",
										  "js",  "netbsd",  "openbsd", "plan9",     "solaris", "wasip1",  "windows"};
	static const char *const machines[] = {"386",    "arm",   "arm64",   "loong64", "mips",  "mips64", "mips64le",
										   "mipsle", "ppc64", "ppc64le", "riscv64", "s390x", "wasm"};
	char suffix[64];
	for (size_t i = 0; i < TRI_COUNT(systems) + TRI_COUNT(machines); i++) {
		const char *other = i < TRI_COUNT(systems) ? systems[i] : machines[i - TRI_COUNT(systems)];
		suffix[0] = '_';
		size_t length = strlen(other);
		memcpy(suffix + 1, other, length);
		memcpy(suffix + 1 + length, ".go", sizeof ".go");
		if (ends_with(file, suffix))
			return false;
		memcpy(suffix + 1 + length, "_amd64.go", sizeof "_amd64.go");
		if (ends_with(file, suffix))
			return false;
	}
	return true;
}

static int compare_paths(const void *left, const void *right) { return strcmp(*(const char *const *)left, *(const char *const *)right); }

static bool add_folder(struct driver_build *build, const char *folder)
{
	DIR *directory = opendir(folder);
	if (directory == NULL) {
		tri_driver_message("%s: %s", folder, strerror(errno));
		return false;
	}
	for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		const char *name = entry->d_name;
		if (name[0] == '.' || name[0] == '_' || !ends_with(name, ".go") || ends_with(name, "_test.go") || !name_fits_target(name))
			continue;
		const char *path = tri_arena_printf(build->arena, "%s/%s", folder, name);
		tri_vector_push(build->arena, &build->paths, path);
	}
	closedir(directory);
	if (build->paths.count == 0) {
		tri_driver_message("no Go files in %s", folder);
		return false;
	}
	qsort(build->paths.items, build->paths.count, sizeof build->paths.items[0], compare_paths);
	return true;
}

bool tri_driver_find_files(struct driver_build *build)
{
	const struct tri_build_options *options = build->options;
	if (options->input_count == 0)
		return add_folder(build, ".");
	struct stat status;
	if (options->input_count == 1 && !ends_with(options->inputs[0], ".go")) {
		if (stat(options->inputs[0], &status) == 0 && S_ISDIR(status.st_mode))
			return add_folder(build, options->inputs[0]);
		tri_driver_message("%s is neither a Go file nor a folder", options->inputs[0]);
		return false;
	}
	for (uint32_t i = 0; i < options->input_count; i++) {
		if (!ends_with(options->inputs[i], ".go")) {
			tri_driver_message("named files must be .go files: %s", options->inputs[i]);
			return false;
		}
		tri_vector_push(build->arena, &build->paths, options->inputs[i]);
	}
	return true;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

// As the go command shortens names: relative to the working folder where that is shorter.
const char *tri_driver_display_path(struct tri_arena *arena, const char *path)
{
	char *folder = getcwd(NULL, 0);
	const char *base = base_name(path);
	const char *parent = base == path ? "." : tri_arena_strdup(arena, path, (size_t)(base - path));
	char *resolved = realpath(parent, NULL);
	const char *result = path;
	if (folder != NULL && resolved != NULL) {
		size_t length = strlen(folder);
		while (length > 1 && folder[length - 1] == '/')
			length--;
		if (strcmp(folder, resolved) == 0) {
			result = tri_arena_printf(arena, "./%s", base);
		} else if (strncmp(folder, resolved, length) == 0 && resolved[length] == '/') {
			result = tri_arena_printf(arena, "%s/%s", resolved + length + 1, base);
		} else {
			size_t common = 0, slash = 0;
			while (folder[common] != '\0' && folder[common] == resolved[common]) {
				if (folder[common] == '/')
					slash = common;
				common++;
			}
			if (folder[common] == '/' && resolved[common] == '\0')
				slash = common;
			struct tri_buffer relative = {0};
			for (const char *p = folder + slash; *p != '\0'; p++) {
				if (*p == '/')
					tri_buffer_append_c(&relative, "../");
			}
			if (resolved[slash] != '\0')
				tri_buffer_printf(&relative, "%s/", resolved + slash + 1);
			tri_buffer_append_c(&relative, base);
			const char *absolute = tri_arena_printf(arena, "%s/%s", resolved, base);
			result = relative.length < strlen(absolute) ? tri_arena_strdup(arena, relative.data, relative.length) : absolute;
			tri_buffer_free(&relative);
		}
	}
	free(folder);
	free(resolved);
	return result;
}

static const char *default_name(struct driver_build *build)
{
	const struct tri_build_options *options = build->options;
	if (options->input_count > 0 && ends_with(options->inputs[0], ".go")) {
		const char *base = base_name(options->inputs[0]);
		return tri_arena_strdup(build->arena, base, strlen(base) - strlen(".go"));
	}
	char *folder = realpath(options->input_count > 0 ? options->inputs[0] : ".", NULL);
	const char *base = folder != NULL ? base_name(folder) : "a.out";
	const char *name = tri_arena_strdup(build->arena, base, strlen(base));
	free(folder);
	return name[0] != '\0' ? name : "a.out";
}

static bool is_folder(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

const char *tri_driver_output(struct driver_build *build)
{
	const char *given = build->options->output, *name = default_name(build);
	if (given == NULL && is_folder(name)) {
		tri_driver_message("build output \"%s\" already exists and is a directory", name);
		return NULL;
	}
	if (given == NULL)
		return name;
	bool folder = is_folder(given), slash = given[0] != '\0' && given[strlen(given) - 1] == '/';
	if (slash && !folder && mkdir(given, 0777) != 0) {
		tri_driver_message("cannot make %s: %s", given, strerror(errno));
		return NULL;
	}
	if (!folder && !slash)
		return given;
	return tri_arena_printf(build->arena, slash ? "%s%s" : "%s/%s", given, name);
}
