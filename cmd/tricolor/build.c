// tricolor build
#include "cmd/tricolor/command.h"

int command_build(int count, char **arguments) { return command_driver(TRI_COMMAND_BUILD, TRI_BUILD_EXECUTABLE, count, arguments); }
