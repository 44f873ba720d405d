// tricolor: the command. Finds the subcommand and hands over.
#include "cmd/tricolor/command.h"

#include <stdio.h>

static const struct command {
	const char *name;
	int (*function)(int count, char **arguments);
	const char *usage, *summary;
	int flags;
} commands[] = {
#define X(name, function, usage, summary, flags) {name, function, usage, summary, flags},
	TRI_COMMANDS(X)
#undef X
};

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < TRI_COUNT(commands); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static void overview(FILE *out)
{
	fputs("tricolor compiles Go programs.\n\nUsage: tricolor COMMAND [arguments]\n\n", out);
	for (size_t i = 0; i < TRI_COUNT(commands); i++)
		fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].summary);
	fputs("\n`tricolor help COMMAND` says more.\n", out);
}

void command_usage(const char *name, bool to_stderr)
{
	FILE *out = to_stderr ? stderr : stdout;
	const struct command *command = find_command(name);
	if (command == NULL) {
		overview(out);
		return;
	}
	fprintf(out, "Usage: tricolor %s%s%s\n\n%c%s.\n", command->name, command->usage[0] != '\0' ? " " : "", command->usage,
			command->summary[0] - 'a' + 'A', command->summary + 1);
	if (command->flags >= 0) {
		fputc('\n', out);
		tri_driver_print_flags((enum tri_command)command->flags, out);
		if (command->function == command_test)
			command_print_test_flags(out);
		if (command->function == command_why)
			command_print_why_help(out);
	}
}

int command_help(int count, char **arguments)
{
	if (count > 1 && strcmp(arguments[1], "debug") == 0)
		fputs(tri_driver_debug_help, stdout);
	else if (count > 1 && find_command(arguments[1]) == NULL) {
		fprintf(stderr, "tricolor help %s: there is no such command\n\n", arguments[1]);
		overview(stderr);
		return TRI_EXIT_FAILURE;
	} else
		command_usage(count > 1 ? arguments[1] : "", false);
	return TRI_EXIT_OK;
}

bool command_flags(enum tri_command command, struct tri_build_options *options, int count, char **arguments, int *first, int *status)
{
	*first = 1;
	while (*first < count && arguments[*first][0] == '-' && arguments[*first][1] != '\0') {
		const char *flag = arguments[*first], *problem;
		if (strcmp(flag, "-h") == 0 || strcmp(flag, "-help") == 0 || strcmp(flag, "--help") == 0) {
			command_usage(arguments[0], false);
			*status = TRI_EXIT_OK;
			return false;
		}
		if (tri_driver_parse_flag(command, options, arguments, count, first, &problem))
			continue;
		fprintf(stderr, "tricolor %s: %s: %s\n", arguments[0], flag, problem != NULL ? problem : "unknown flag");
		*status = TRI_EXIT_FAILURE;
		return false;
	}
	return true;
}

int command_driver(enum tri_command command, enum tri_build_goal goal, int count, char **arguments)
{
	struct tri_build_options options = {.goal = goal};
	int first, status;
	if (!command_flags(command, &options, count, arguments, &first, &status))
		return status;
	options.inputs = (const char *const *)(arguments + first);
	options.input_count = (uint32_t)(count - first);
	return tri_driver_build(&options);
}

int main(int count, char **arguments)
{
	if (count < 2) {
		overview(stderr);
		return TRI_EXIT_FAILURE;
	}
	if (strcmp(arguments[1], "-h") == 0 || strcmp(arguments[1], "-help") == 0 || strcmp(arguments[1], "--help") == 0) {
		overview(stdout);
		return TRI_EXIT_OK;
	}
	if (strcmp(arguments[1], "--version") == 0)
		return command_version(1, arguments);
	const struct command *command = find_command(arguments[1]);
	if (command == NULL) {
		fprintf(stderr, "tricolor %s: unknown command\n\n", arguments[1]);
		overview(stderr);
		return TRI_EXIT_FAILURE;
	}
	return command->function(count - 1, arguments + 1);
}
