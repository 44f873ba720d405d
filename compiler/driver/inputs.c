// What the output is called.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);
	return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

// v2 and so on at the end of a module's path say nothing about what it is.
static bool is_major_version(const char *name)
{
	return name[0] == 'v' && name[1] >= '1' && name[1] <= '9' && strcmp(name, "v1") != 0 &&
		   name[1 + strspn(name + 1, "0123456789")] == '\0';
}

static const char *default_name(struct driver_build *build)
{
	const struct tri_build_options *options = build->options;
	if (options->input_count > 0 && ends_with(options->inputs[0], ".go")) {
		const char *base = base_name(options->inputs[0]);
		return tri_arena_strdup(build->arena, base, strlen(base) - strlen(".go"));
	}
	// A package is named after the last part of its path, or of its folder's when it has none.
	const struct tri_load_package *package = build->main;
	const char *path = package->module != NULL ? package->path : package->folder, *name = base_name(path);
	if (name > path + 1 && is_major_version(name)) {
		const char *before = tri_arena_strdup(build->arena, path, (size_t)(name - path) - 1);
		name = base_name(before);
	}
	return name[0] != '\0' ? name : "a.out";
}

bool tri_driver_is_folder(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool tri_driver_names_folder(const char *output)
{
	size_t length = strlen(output);
	return (length > 0 && output[length - 1] == '/') || tri_driver_is_folder(output);
}

const char *tri_driver_output(struct driver_build *build)
{
	const char *given = build->options->output, *name = default_name(build);
	if (given == NULL && tri_driver_is_folder(name)) {
		tri_driver_message("build output \"%s\" already exists and is a directory", name);
		return NULL;
	}
	if (given == NULL)
		return name;
	bool folder = tri_driver_is_folder(given);
	const char *end = strrchr(given, '/');
	const char *parent = end != NULL && end != given ? tri_arena_strdup(build->arena, given, (size_t)(end - given)) : NULL;
	if (!folder && parent != NULL && !tri_driver_make_folders(build->arena, parent)) {
		tri_driver_message("cannot make %s: %s", parent, strerror(errno));
		return NULL;
	}
	if (parent != NULL && (!tri_driver_is_folder(parent) || access(parent, W_OK) != 0)) {
		tri_driver_message("cannot write to %s: %s", parent, tri_driver_is_folder(parent) ? strerror(errno) : "it is not a folder");
		return NULL;
	}
	if (!tri_driver_names_folder(given))
		return given;
	return tri_arena_printf(build->arena, end != NULL && end[1] == '\0' ? "%s%s" : "%s/%s", given, name);
}
