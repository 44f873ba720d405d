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

bool command_flags(enum tri_command command, struct tri_build_options *options, int *count, char ***arguments, int *first, int *status)
{
	char **list = command_with_environment(command, count, *arguments);
	*first = 1;
	*status = TRI_EXIT_FAILURE;
	if (list == NULL)
		return false;
	*arguments = list;
	while (*first < *count && list[*first][0] == '-' && list[*first][1] != '\0') {
		const char *flag = list[*first], *problem;
		if (strcmp(flag, "-h") == 0 || strcmp(flag, "-help") == 0 || strcmp(flag, "--help") == 0) {
			command_usage(list[0], false);
			*status = TRI_EXIT_OK;
			return false;
		}
		if (tri_driver_parse_flag(command, options, list, *count, first, &problem))
			continue;
		fprintf(stderr, "tricolor %s: %s: %s\n", list[0], flag, problem != NULL ? problem : "unknown flag");
		return false;
	}
	return true;
}

int command_driver(enum tri_command command, enum tri_build_goal goal, int count, char **arguments)
{
	struct tri_build_options options = {.goal = goal};
	int first, status;
	if (!command_flags(command, &options, &count, &arguments, &first, &status))
		return status;
	options.inputs = (const char *const *)(arguments + first);
	options.input_count = (uint32_t)(count - first);
	return tri_driver_build(&options);
}

// Commands that Go developers' fingers know and that are not there.
static bool print_other_command(const char *name)
{
	static const struct {
		const char *name, *instead;
	} others[] = {
		{"vet", "`go vet` looks for suspicious code; `tricolor check` for errors"},
		{"fmt", "gofmt formats"},
		{"mod", "`go mod` changes modules; tricolor takes what lies in vendor folders and the module cache"},
		{"work", "`go work` changes workspaces; tricolor obeys go.work"},
		{"get", "`go get` fetches modules; tricolor takes what lies in the module cache"},
		{"install", "`tricolor build -o FOLDER/` writes commands to a folder"},
		{"generate", "`go generate` runs generators"},
		{"tool", "`go tool` runs Go's tools: pprof and trace read what tricolor's programs write"},
		{"doc", "`go doc` shows documentation"},
		{"fix", "`go fix` brings old code up to date"},
		{"bug", "report what is wrong where you found tricolor"},
	};
	for (size_t i = 0; i < TRI_COUNT(others); i++) {
		if (strcmp(others[i].name, name) == 0) {
			fprintf(stderr, "tricolor %s: there is no such command: %s\n", name, others[i].instead);
			return true;
		}
	}
	return false;
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
	if (command == NULL && print_other_command(arguments[1]))
		return TRI_EXIT_FAILURE;
	if (command == NULL) {
		fprintf(stderr, "tricolor %s: unknown command\n\n", arguments[1]);
		overview(stderr);
		return TRI_EXIT_FAILURE;
	}
	return command->function(count - 1, arguments + 1);
}
