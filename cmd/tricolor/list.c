// tricolor list: which packages patterns name, and what they consist of.
#include "cmd/tricolor/command.h"

int command_list(int count, char **arguments) { return command_driver(TRI_COMMAND_LIST, TRI_BUILD_LIST, count, arguments); }
