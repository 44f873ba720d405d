// The subcommands of tricolor, one file each.
#ifndef TRI_CMD_COMMAND_H
#define TRI_CMD_COMMAND_H

#include "compiler/driver/driver.h"

// X(name, function, arguments, summary). arguments[0] is the subcommand's name; the result is the exit status.
#define TRI_COMMANDS(X) \
	X("build", command_build, "[flags] FILE.go... | PACKAGE", "compile a program") \
	X("run", command_run, "[flags] FILE.go... | PACKAGE [arguments]", "compile a program and run it") \
	X("check", command_check, "[flags] [FILE.go... | PACKAGE...]", "report errors and, with -m, where values live; nothing is written") \
	X("list", command_list, "[-deps] [-json] [-tests] [-tags=...] [PACKAGE...]", "print which packages there are") \
	X("env", command_env, "[-json] [NAME...]", "print where things are: GOROOT, its version, the go tool, the cache") \
	X("explain", command_explain, "[CODE...]", "say what the code of an error means, mostly with an example; without codes: list all") \
	X("help", command_help, "[COMMAND | debug]", "describe a command")

#define X(name, function, usage, summary) int function(int count, char **arguments);
TRI_COMMANDS(X)
#undef X

// Reads the flags at the front; `*first` is the index of what follows. False after a message (or after -h: *status is 0).
bool command_flags(struct tri_build_options *options, int count, char **arguments, int *first, int *status);
// A subcommand whose arguments all are the driver's: flags, then files or packages.
int command_driver(enum tri_build_goal goal, int count, char **arguments);
void command_usage(const char *name, bool to_stderr);

#endif
