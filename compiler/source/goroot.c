// Finding GOROOT; see goroot.h.
#include "compiler/source/goroot.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// The first line of VERSION, or "".
static const char *version_of(struct tri_arena *arena, const char *root)
{
	char line[128];
	FILE *file = fopen(tri_arena_printf(arena, "%s/VERSION", root), "r");
	if (file == NULL)
		return "";
	bool read = fgets(line, sizeof line, file) != NULL;
	fclose(file);
	if (!read)
		return "";
	return tri_arena_strdup(arena, line, strcspn(line, " \r\n"));
}

static bool use(struct tri_arena *arena, struct tri_goroot *goroot, const char *path)
{
	const char *version = version_of(arena, path);
	if (strncmp(version, "go1.26", 6) != 0 || access(tri_arena_printf(arena, "%s/src/runtime", path), R_OK) != 0)
		return false;
	const char *tool = tri_arena_printf(arena, "%s/bin/go", path);
	*goroot = (struct tri_goroot){path, version, access(tool, X_OK) == 0 ? tool : ""};
	return true;
}

const char *tri_cache_folder(struct tri_arena *arena)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	if (cache != NULL && cache[0] == '/')
		return tri_arena_printf(arena, "%s/tricolor", cache);
	return tri_arena_printf(arena, "%s/.cache/tricolor", home != NULL ? home : "/tmp");
}

static bool ask_go(struct tri_arena *arena, struct tri_goroot *goroot)
{
	char line[4096];
	FILE *output = popen("go env GOROOT 2>/dev/null", "r");
	if (output == NULL)
		return false;
	bool read = fgets(line, sizeof line, output) != NULL;
	bool succeeded = pclose(output) == 0;
	if (!read || !succeeded)
		return false;
	return use(arena, goroot, tri_arena_strdup(arena, line, strcspn(line, "\r\n")));
}

struct tri_goroot tri_goroot_find(struct tri_arena *arena)
{
	struct tri_goroot goroot = {"", "", ""};
	const char *variable = getenv("GOROOT");
	if (variable != NULL && use(arena, &goroot, variable))
		return goroot;
	if (ask_go(arena, &goroot))
		return goroot;
	glob_t found;
	if (glob(tri_arena_printf(arena, "%s/go-1.26*", tri_cache_folder(arena)), 0, NULL, &found) == 0) {
		// The newest patch release is last, as far as names sort; any 1.26 does.
		for (size_t i = found.gl_pathc; i-- > 0 && goroot.path[0] == '\0';)
			use(arena, &goroot, tri_arena_strdup(arena, found.gl_pathv[i], strlen(found.gl_pathv[i])));
		globfree(&found);
	}
	if (goroot.path[0] == '\0')
		use(arena, &goroot, "/usr/lib/go-1.26");
	return goroot;
}
