// Temporary folders, and where the runtime lies.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

struct driver_bytes tri_driver_read_file(struct tri_arena *arena, const char *path)
{
	struct driver_bytes result = {0};
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	if (file < 0)
		return result;
	if (fstat(file, &status) != 0 || status.st_size > INT32_MAX) {
		errno = EFBIG;
	} else {
		char *bytes = tri_arena_alloc(arena, (size_t)status.st_size + 1);
		size_t got = 0;
		for (ssize_t part = 1; got < (size_t)status.st_size && part != 0; got += part > 0 ? (size_t)part : 0) {
			part = read(file, bytes + got, (size_t)status.st_size - got);
			if (part < 0 && errno != EINTR)
				break;
		}
		result = (struct driver_bytes){bytes, got};
		if (got < (size_t)status.st_size) // it shrank, or can't be read
			result.bytes = NULL;
	}
	int problem = errno;
	close(file);
	errno = problem;
	return result;
}

static bool make_folder(const char *path) { return mkdir(path, 0777) == 0 || errno == EEXIST; }

bool tri_driver_make_folders(struct tri_arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	if (make_folder(path))
		return true;
	if (errno != ENOENT || slash == NULL || slash == path)
		return false;
	return tri_driver_make_folders(arena, tri_arena_strdup(arena, path, (size_t)(slash - path))) && make_folder(path);
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
