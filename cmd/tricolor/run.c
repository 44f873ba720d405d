// tricolor run: the files (or the folder) come first, the program's own arguments follow.
#include "cmd/tricolor/command.h"

static bool is_go_file(const char *text)
{
	size_t length = strlen(text);
	return length > 3 && strcmp(text + length - 3, ".go") == 0;
}

int command_run(int count, char **arguments)
{
	struct tri_build_options options = {.goal = TRI_BUILD_EXECUTABLE};
	int first, status;
	if (!command_flags(TRI_COMMAND_RUN, &options, &count, &arguments, &first, &status))
		return status;
	int end = first;
	while (end < count && is_go_file(arguments[end]))
		end++;
	if (end == first && end < count)
		end++;
	options.inputs = (const char *const *)(arguments + first);
	options.input_count = (uint32_t)(end - first);
	return tri_driver_run(&options, (const char *const *)(arguments + end), (uint32_t)(count - end));
}
