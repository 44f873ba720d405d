// The subcommands of tricolor, one file each.
#ifndef TRI_CMD_COMMAND_H
#define TRI_CMD_COMMAND_H

#include "compiler/driver/driver.h"

// X(name, function, arguments, summary, flags). arguments[0] is the subcommand's name; the result is the exit status.
// flags: -1, or the enum tri_command whose flags it takes.
#define TRI_COMMANDS(X) \
	X("build", command_build, "[flags] FILE.go... | PACKAGE", "compile a program", TRI_COMMAND_BUILD) \
	X("run", command_run, "[flags] FILE.go... | PACKAGE [arguments]", "compile a program and run it", TRI_COMMAND_RUN) \
	X("test", command_test, "[flags] [PACKAGE...] [-args arguments]", "compile and run the tests of packages", TRI_COMMAND_TEST) \
	X("check", command_check, "[flags] [FILE.go... | PACKAGE...]", "report errors and, with -m, where values live; nothing is written", \
	  TRI_COMMAND_CHECK) \
	X("list", command_list, "[flags] [PACKAGE...]", "print which packages there are", TRI_COMMAND_LIST) \
	X("why", command_why, "[flags] FILE.go:LINE[:COLUMN] [FILE.go... | PACKAGE]", "tell why a value lives in the heap or the frame", \
	  TRI_COMMAND_WHY) \
	X("clean", command_clean, "-cache", "empty the build cache", -1) \
	X("env", command_env, "[-json] [NAME...]", "print where things are: GOROOT, its version, the go tool, the cache", -1) \
	X("explain", command_explain, "[CODE...]", "say what the code of an error means, mostly with an example; without codes: list all", -1) \
	X("version", command_version, "", "print the versions of tricolor and of the Go it compiles for", -1) \
	X("help", command_help, "[COMMAND | debug]", "describe a command", -1)

#define X(name, function, usage, summary, flags) int function(int count, char **arguments);
TRI_COMMANDS(X)
#undef X

// Reads the flags of $GOFLAGS, with which the arguments are replaced, and those at the front; `*first` is the index of what
// follows. False after a message (or after -h: *status is 0).
bool command_flags(enum tri_command command, struct tri_build_options *options, int *count, char ***arguments, int *first, int *status);
// A subcommand whose arguments all are the driver's: flags, then files or packages.
int command_driver(enum tri_command command, enum tri_build_goal goal, int count, char **arguments);
// The arguments with the flags that $GOFLAGS adds in front, those for other commands left out. NULL after a message.
char **command_with_environment(enum tri_command command, int *count, char **arguments);
bool command_is_test_flag(const char *text);
void command_usage(const char *name, bool to_stderr);
void command_print_why_help(FILE *out);
void command_print_test_flags(FILE *out); // those that only tricolor test has

#endif
