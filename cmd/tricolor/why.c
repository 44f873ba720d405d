// tricolor why: the story of one decision.
#include "cmd/tricolor/command.h"

int command_why(int count, char **arguments)
{
	struct tri_build_options options = {.goal = TRI_BUILD_ANALYSIS};
	int first, status;
	if (!command_flags(TRI_COMMAND_WHY, &options, &count, &arguments, &first, &status))
		return status;
	if (first == count) {
		command_usage(arguments[0], true);
		return TRI_EXIT_FAILURE;
	}
	options.inputs = (const char *const *)(arguments + first + 1);
	options.input_count = (uint32_t)(count - first - 1);
	return tri_driver_why(&options, arguments[first]);
}

void command_print_why_help(FILE *out)
{
	fputs("\nIt tells the way of a value to what outlives its function, step by step with the lines of the source, and shows a change\n"
		  "that helps where it knows one; the changed text was analysed then. Of several decisions on a line it lists the columns.\n"
		  "The file is looked at alone, unless files or a package are named behind the place.\n"
		  "\n  tricolor why main.go:12\n  tricolor why server/cache.go:80:14 ./server\n",
		  out);
}
