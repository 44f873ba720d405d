// tricolor why: the story of one decision.
#include "cmd/tricolor/command.h"

int command_why(int count, char **arguments)
{
	struct tri_build_options options = {.goal = TRI_BUILD_ANALYSIS};
	int first, status;
	if (!command_flags(TRI_COMMAND_CHECK, &options, count, arguments, &first, &status))
		return status;
	if (first == count) {
		command_usage(arguments[0], true);
		return TRI_EXIT_FAILURE;
	}
	options.inputs = (const char *const *)(arguments + first + 1);
	options.input_count = (uint32_t)(count - first - 1);
	return tri_driver_why(&options, arguments[first]);
}
