// The back end's stages in order; see amd64.h.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/internal.h"

struct tri_code *tri_amd64_compile(struct tri_arena *arena, struct tri_ssa_func *function, const struct tri_amd64_options *options)
{
	struct machine_function machine = {.arena = function->arena, .source = function, .options = options};
	amd64_select(&machine);
	amd64_number(&machine);
	amd64_liveness(&machine);
	amd64_allocate(&machine);
	amd64_resolve(&machine);
	if (!amd64_frame(&machine))
		return NULL;
	if (options && options->check_live)
		amd64_check_allocation(&machine);
	if (options && options->dump && options->dump_out)
		amd64_dump(&machine, function->symbol->name, options->dump_out);
	struct tri_code *code = amd64_emit(arena, &machine);
	if (options && options->listing && options->listing_out)
		amd64_listing(&machine, code, options->listing_out);
	return code;
}
