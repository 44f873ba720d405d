// Packages with their _test.go files.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

void tri_load_make_tests(struct load_context *context) { tri_load_error(context, "-tests is not supported yet"); }
