#define _GNU_SOURCE // strverscmp
#include "compiler/source/goroot.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const char *tri_cache_folder(struct tri_arena *arena)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	if (cache != NULL && cache[0] != '\0')
		return tri_arena_printf(arena, "%s/tricolor", cache);
	return tri_arena_printf(arena, "%s/.cache/tricolor", home != NULL && home[0] != '\0' ? home : "/tmp");
}

const char *tri_build_cache_folder(struct tri_arena *arena)
{
	const char *given = getenv("TRICOLORCACHE");
	if (given != NULL && strcmp(given, "off") == 0)
		return NULL;
	return given != NULL && given[0] != '\0' ? given : tri_arena_printf(arena, "%s/build", tri_cache_folder(arena));
}

static bool is_file(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

// The first line of GOROOT/VERSION, when it is a Go 1.26 with sources.
static const char *version_of(struct tri_arena *arena, const char *root)
{
	if (!is_file(tri_arena_printf(arena, "%s/src/runtime/runtime.go", root)))
		return NULL;
	FILE *file = fopen(tri_arena_printf(arena, "%s/VERSION", root), "r");
	if (file == NULL)
		return NULL;
	char line[128];
	bool read = fgets(line, sizeof line, file) != NULL;
	fclose(file);
	if (!read)
		return NULL;
	size_t length = strcspn(line, " \r\n");
	bool fits = strncmp(line, "go1.26", 6) == 0 && (line[6] < '0' || line[6] > '9');
	return fits ? tri_arena_strdup(arena, line, length) : NULL;
}

static bool use(struct tri_arena *arena, const char *root, struct tri_goroot *found)
{
	const char *version = version_of(arena, root);
	if (version == NULL)
		return false;
	found->path = root;
	found->version = version;
	const char *tool = tri_arena_printf(arena, "%s/bin/go", root);
	found->tool = access(tool, X_OK) == 0 ? tool : NULL;
	return true;
}

// The go tool on PATH lies in GOROOT/bin, perhaps behind a link.
static bool use_folder_of_tool(struct tri_arena *arena, struct tri_goroot *found)
{
	const char *tool = tri_find_program(arena, "go");
	char *real = tool != NULL ? realpath(tool, NULL) : NULL;
	if (real == NULL)
		return false;
	char *slash = strrchr(real, '/');
	size_t end = slash != NULL ? (size_t)(slash - real) : 0;
	bool in_bin = end > 4 && strncmp(real + end - 4, "/bin", 4) == 0;
	bool used = in_bin && use(arena, tri_arena_strdup(arena, real, end - 4), found);
	free(real);
	return used;
}

// Asks the go tool, for installations of another shape.
static bool use_go_on_path(struct tri_arena *arena, struct tri_goroot *found)
{
	FILE *pipe = popen("go env GOROOT 2>/dev/null", "r");
	if (pipe == NULL)
		return false;
	char line[4096];
	bool read = fgets(line, sizeof line, pipe) != NULL;
	pclose(pipe);
	if (!read)
		return false;
	size_t length = strcspn(line, "\r\n");
	return length > 0 && use(arena, tri_arena_strdup(arena, line, length), found);
}

// The newest of the cache folder's go-1.26*.
static void use_cached(struct tri_arena *arena, struct tri_goroot *found)
{
	const char *cache = tri_cache_folder(arena);
	DIR *directory = opendir(cache);
	if (directory == NULL)
		return;
	for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		if (strncmp(entry->d_name, "go-1.26", 7) != 0)
			continue;
		struct tri_goroot candidate = {0};
		const char *root = tri_arena_printf(arena, "%s/%s", cache, entry->d_name);
		if (use(arena, root, &candidate) && (found->path == NULL || strverscmp(candidate.version, found->version) > 0))
			*found = candidate;
	}
	closedir(directory);
}

struct tri_goroot tri_goroot_find(struct tri_arena *arena)
{
	struct tri_goroot found = {0};
	const char *root = getenv("GOROOT");
	if (root != NULL && root[0] != '\0') { // nothing else will do then
		if (!use(arena, root, &found))
			found.refused = root;
		return found;
	}
	if (!use_folder_of_tool(arena, &found) && !use_go_on_path(arena, &found) &&
		!use(arena, "/usr/lib/go-1.26", &found)) // where Debian has it
		use_cached(arena, &found);
	return found;
}
