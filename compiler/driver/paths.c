// Temporary folders, and where the runtime lies.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void tri_driver_message(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fputs("tricolor: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
}

const char *tri_driver_temporary_folder(struct tri_arena *arena)
{
	const char *base = getenv("TMPDIR");
	char *path = tri_arena_printf(arena, "%s/tricolor-XXXXXX", base != NULL && base[0] != '\0' ? base : "/tmp");
	if (mkdtemp(path) == NULL) {
		tri_driver_message("cannot make a temporary folder %s: %s", path, strerror(errno));
		return NULL;
	}
	return path;
}

// The folders made here hold files only.
void tri_driver_remove_folder(const char *folder)
{
	DIR *directory = opendir(folder);
	if (directory != NULL) {
		for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
			if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
				unlinkat(dirfd(directory), entry->d_name, 0);
		}
		closedir(directory);
	}
	rmdir(folder);
}

static bool exists(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0;
}

bool tri_driver_wants_debug_runtime(const struct tri_build_options *options)
{
	const char *kind = getenv("TRICOLOR_RUNTIME");
	return options->debug_runtime || (kind != NULL && strcmp(kind, "debug") == 0);
}

void tri_driver_put_go_on_path(const struct driver_build *build)
{
	if (build->load_options.goroot == NULL)
		return;
	const char *folder = tri_arena_printf(build->arena, "%s/bin", build->load_options.goroot), *path = getenv("PATH");
	setenv("PATH", path != NULL && path[0] != '\0' ? tri_arena_printf(build->arena, "%s:%s", folder, path) : folder, 1);
}

static const char *executable_folder(struct tri_arena *arena)
{
	char *path = realpath("/proc/self/exe", NULL);
	if (path == NULL)
		return NULL;
	char *slash = strrchr(path, '/');
	size_t length = slash != NULL ? (size_t)(slash - path) : 0;
	const char *folder = tri_arena_strdup(arena, path, length);
	free(path);
	return folder;
}

bool tri_driver_find_runtime(struct tri_arena *arena, bool debug, struct tri_driver_runtime *runtime)
{
	const char *folder = executable_folder(arena);
	if (folder == NULL) {
		tri_driver_message("cannot tell where this program lies, so the runtime cannot be found");
		return false;
	}
	const char *archive = debug ? "libtricolor_debug.a" : "libtricolor.a";
	static const char *const places[] = {"/../lib/tricolor" /* installed */, "/../.." /* build tree */};
	for (size_t i = 0; i < TRI_COUNT(places); i++) {
		runtime->library = tri_arena_printf(arena, "%s%s/%s", folder, places[i], archive);
		runtime->overlay = tri_arena_printf(arena, "%s%s/overlay", folder, places[i]);
		if (exists(runtime->library) && exists(runtime->overlay))
			return true;
	}
	tri_driver_message("cannot find the runtime (%s and overlay) beside %s; build or install it first", archive, folder);
	return false;
}
