// From the analysed tree to an object file, and to an executable.
//
// Everything is compiled in memory first; files come into being only when nothing can go wrong any more
// but the writing and the linking themselves.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include "compiler/amd64/amd64.h"
#include "compiler/escape/escape.h"
#include "compiler/object/object.h"
#include "compiler/ssa/ssa.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct backend {
	struct driver_build *build;
	struct tri_object_file *object;
	struct tri_ssa_pass_options passes;
	struct tri_amd64_options machine;
	uint32_t compiled; // of build->ir->functions
};

// Function literals that nothing creates any more, since their code was inlined or is dead.
static bool is_unreachable(const struct tri_ir_func *function) { return function->is_closure && function->escape_summary == NULL; }

static void compile_function(struct backend *backend, struct tri_ir_func *function)
{
	struct driver_build *build = backend->build;
	struct tri_arena *arena = tri_arena_new();
	struct tri_ssa_func *ssa = tri_ssa_build(arena, build->ir, function);
	tri_ssa_optimise(ssa, &backend->passes);
	struct tri_code *code = tri_amd64_compile(build->arena, ssa, &backend->machine);
	if (code != NULL)
		tri_object_add_code(backend->object, code);
	tri_arena_free(arena);
}

// Functions that later stages ask for (wrappers, equality) are added to the list while it is worked through.
// They are new to escape analysis, which passes over what it has seen.
static void compile_functions(struct backend *backend)
{
	struct driver_build *build = backend->build;
	struct tri_ir_package *ir = build->ir;
	const struct tri_escape_options quiet = {0};
	uint32_t analysed = ir->functions.count;
	for (; backend->compiled < ir->functions.count; backend->compiled++) {
		if (backend->compiled == analysed) {
			analysed = ir->functions.count;
			tri_escape_analyse(ir, &quiet);
		}
		struct tri_ir_func *function = ir->functions.items[backend->compiled];
		if (function->has_body && !is_unreachable(function))
			compile_function(backend, function);
	}
}

// Functions without a body that are operations of the compiler's: as values they need code.
static void compile_intrinsics(struct backend *backend)
{
	const struct tri_ir_package *ir = backend->build->ir;
	for (uint32_t i = 0; i < ir->intrinsics.count; i++)
		compile_function(backend, ir->intrinsics.items[i]);
}

static bool has_function(const struct tri_ir_package *ir, const struct tri_ir_func *function)
{
	for (uint32_t i = 0; i < ir->functions.count; i++) {
		if (ir->functions.items[i] == function)
			return true;
	}
	return false;
}

static void compile_package(struct backend *backend)
{
	struct driver_build *build = backend->build;
	if (build->ir->init != NULL && !has_function(build->ir, build->ir->init))
		tri_vector_push(build->ir->arena, &build->ir->functions, build->ir->init);
	compile_intrinsics(backend);
	uint32_t added;
	do {
		compile_functions(backend);
		added = tri_object_write_types(backend->object);
	} while (added > 0 || backend->compiled < build->ir->functions.count);
	if (build->options->goal == TRI_BUILD_EXECUTABLE) {
		const char *const packages[] = {"runtime", build->package->path};
		tri_object_add_inits(backend->object, packages, TRI_COUNT(packages));
	}
}

static bool write_object(const struct backend *backend, const char *path)
{
	if (tri_object_write_elf(backend->object, path))
		return true;
	tri_driver_message("cannot write %s: %s", path, strerror(errno));
	return false;
}

static bool link_program(const struct backend *backend, const char *output)
{
	struct driver_build *build = backend->build;
	const char *kind = getenv("TRICOLOR_RUNTIME");
	bool debug = build->options->debug_runtime || (kind != NULL && strcmp(kind, "debug") == 0);
	struct tri_driver_runtime runtime;
	if (!tri_driver_find_runtime(build->arena, debug, &runtime))
		return false;
	const char *folder = tri_driver_temporary_folder(build->arena);
	if (folder == NULL)
		return false;
	const char *object = tri_arena_printf(build->arena, "%s/main.o", folder);
	bool done = write_object(backend, object);
	if (done) {
		const char *const inputs[] = {object, runtime.object, runtime.library};
		struct tri_link_options options = {
			.output = output,
			.inputs = inputs,
			.input_count = TRI_COUNT(inputs),
			.strip_debug = build->options->strip_debug,
			.verbose = build->options->verbose,
		};
		struct tri_buffer message = {0};
		done = tri_object_link(&options, &message);
		if (!done)
			tri_driver_message("the link failed:\n%s", message.data != NULL ? message.data : "");
		tri_buffer_free(&message);
	}
	tri_driver_remove_folder(folder);
	return done;
}

bool tri_driver_emit(struct driver_build *build, const char *output)
{
	const struct tri_build_options *options = build->options;
	struct tri_buffer dumps = {0};
	struct backend backend = {
		.build = build,
		.object = tri_object_new(build->arena, build->ir),
		.passes =
			{
				.dump = tri_driver_debug_value(options, build->arena, "ssa/"),
				.disable = tri_driver_debug_value(options, build->arena, "disable/"),
				.verify = tri_driver_debug_flag(options, "verify"),
				.time = tri_driver_debug_flag(options, "time"),
				.dump_out = &dumps,
			},
		.machine =
			{
				.listing = options->listing,
				.listing_out = &build->listing,
				.check_live = tri_driver_debug_flag(options, "verify"),
				.dump = tri_driver_debug_value(options, build->arena, "amd64/"),
				.dump_out = &dumps,
			},
	};
	compile_package(&backend);
	if (dumps.length > 0)
		fwrite(dumps.data, 1, dumps.length, stdout);
	tri_buffer_free(&dumps);
	if (build->listing.length > 0)
		fwrite(build->listing.data, 1, build->listing.length, stdout);
	tri_buffer_free(&build->listing);
	fflush(stdout);
	if (build->diags.error_count > 0) {
		tri_driver_print_diagnostics(build);
		return false;
	}
	return options->goal == TRI_BUILD_OBJECT ? write_object(&backend, output) : link_program(&backend, output);
}
