// tricolor clean: removes what can be made again.
#include "cmd/tricolor/command.h"

#include <stdio.h>

int command_clean(int count, char **arguments)
{
	if (count == 2 && strcmp(arguments[1], "-cache") == 0)
		return tri_driver_clean_cache();
	bool help =
		count == 2 && (strcmp(arguments[1], "-h") == 0 || strcmp(arguments[1], "-help") == 0 || strcmp(arguments[1], "--help") == 0);
	command_usage("clean", !help);
	return help ? TRI_EXIT_OK : TRI_EXIT_FAILURE;
}
