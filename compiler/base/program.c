#include "compiler/base/base.h"

#include <stdlib.h>
#include <unistd.h>

const char *tri_find_program(struct tri_arena *arena, const char *name)
{
	if (strchr(name, '/') != NULL)
		return access(name, X_OK) == 0 ? name : NULL;
	const char *folders = getenv("PATH");
	for (size_t length; folders != NULL && *folders != '\0'; folders += length + (folders[length] == ':')) {
		length = strcspn(folders, ":");
		const char *path = tri_arena_printf(arena, "%.*s/%s", (int)length, folders, name);
		if (access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}
