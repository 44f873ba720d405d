// tricolor check: everything up to the decisions about memory, without output.
#include "cmd/tricolor/command.h"

int command_check(int count, char **arguments) { return command_driver(TRI_COMMAND_CHECK, TRI_BUILD_ANALYSIS, count, arguments); }
