// tricolor version: in the form of `go version`, so that scripts find what they look for.
#include "cmd/tricolor/command.h"
#include "compiler/source/goroot.h"

#include <stdio.h>

int command_version(int count, char **arguments)
{
	if (count > 1) {
		bool help = strcmp(arguments[1], "-h") == 0 || strcmp(arguments[1], "-help") == 0 || strcmp(arguments[1], "--help") == 0;
		command_usage("version", !help);
		return help ? TRI_EXIT_OK : TRI_EXIT_FAILURE;
	}
	struct tri_arena *arena = tri_arena_new();
	struct tri_goroot go = tri_goroot_find(arena);
	printf("tricolor version %s %s linux/amd64\n", TRI_VERSION, go.version != NULL ? go.version : "(no Go found)");
	tri_arena_free(arena);
	return TRI_EXIT_OK;
}
