// tricolor list: which packages patterns name, and what they consist of.
#include "cmd/tricolor/command.h"

int command_list(int count, char **arguments)
{
	struct tri_build_options options = {.goal = TRI_BUILD_LIST};
	int first, status;
	if (!command_flags(&options, count, arguments, &first, &status))
		return status;
	options.inputs = (const char *const *)(arguments + first);
	options.input_count = (uint32_t)(count - first);
	return tri_driver_build(&options);
}
