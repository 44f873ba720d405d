// From the analysed tree to an object, and from objects to an executable.
//
// Everything is compiled in memory first; files come into being only when nothing can go wrong any more
// but the writing and the linking themselves.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include "compiler/amd64/amd64.h"
#include "compiler/object/object.h"
#include "compiler/ssa/ssa.h"

#include <errno.h>
#include <stdlib.h>

struct backend {
	struct driver_unit *unit;
	struct tri_ssa_pass_options passes;
	struct tri_amd64_options machine;
	uint32_t compiled; // of unit->ir->functions
};

// Function literals that nothing creates any more, since their code was inlined or is dead.
static bool is_unreachable(const struct tri_ir_func *function) { return function->is_closure && function->escape_summary == NULL; }

// func _() { ... }
static bool is_nameless(const struct tri_ir_func *function)
{
	return function->object != NULL && strcmp(function->object->name->text, "_") == 0;
}

static void compile_form(struct backend *backend, struct tri_ir_func *function, bool with_room)
{
	struct driver_unit *unit = backend->unit;
	struct tri_arena *arena = tri_arena_new();
	struct tri_ssa_func *ssa = tri_ssa_build(arena, unit->ir, function, with_room);
	tri_ssa_optimise(ssa, &backend->passes);
	struct tri_code *code = tri_amd64_compile(unit->arena, ssa, &backend->machine);
	if (code != NULL)
		tri_object_add_code(unit->object, code);
	for (uint32_t i = 0; i < ssa->called_methods.count && code != NULL; i++)
		tri_symbol_add_mark(unit->ir->symbols, code->symbol, ssa->called_methods.items[i]);
	tri_arena_free(arena);
}

static void compile_function(struct backend *backend, struct tri_ir_func *function)
{
	compile_form(backend, function, false);
	if (function->escape_summary != NULL && function->escape_summary->results_in_room != 0)
		compile_form(backend, function, true);
}

// Functions that later stages ask for (wrappers, equality, instances' methods) are added to the list while it is worked
// through. They are new to the earlier stages, which pass over what they have seen.
static void compile_functions(struct backend *backend)
{
	struct tri_ir_package *ir = backend->unit->ir;
	uint32_t analysed = ir->functions.count;
	for (; backend->compiled < ir->functions.count; backend->compiled++) {
		if (backend->compiled == analysed) {
			tri_driver_analyse_new(backend->unit);
			analysed = ir->functions.count;
		}
		struct tri_ir_func *function = ir->functions.items[backend->compiled];
		if (function->has_body && !is_unreachable(function) && !is_nameless(function))
			compile_function(backend, function);
	}
}

// Functions without a body that are operations of the compiler's: as values they need code.
static void compile_intrinsics(struct backend *backend)
{
	const struct tri_ir_package *ir = backend->unit->ir;
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
	struct tri_ir_package *ir = backend->unit->ir;
	if (ir->init != NULL && !has_function(ir, ir->init))
		tri_vector_push(ir->arena, &ir->functions, ir->init);
	compile_intrinsics(backend);
	uint32_t added;
	do {
		compile_functions(backend);
		added = tri_object_write_types(backend->unit->object);
		if (ir->unbuilt.count > 0)
			tri_driver_analyse_new(backend->unit);
	} while (added > 0 || backend->compiled < ir->functions.count);
	tri_object_finish(backend->unit->object);
}

bool tri_driver_generate(struct driver_unit *unit)
{
	const struct tri_build_options *options = unit->build->options;
	struct tri_arena *arena = unit->arena;
	bool named = tri_load_is_meant(unit->package), verify = tri_driver_debug_flag(options, "verify");
	unit->object = tri_object_new(arena, unit->ir);
	tri_driver_fill_embeds(unit);
	struct backend backend = {
		.unit = unit,
		.passes =
			{
				.dump = named ? tri_driver_debug_value(options, arena, "ssa/") : NULL,
				.disable = tri_driver_debug_value(options, arena, "disable/"),
				.verify = verify,
				.time = named && tri_driver_debug_flag(options, "time"),
				.dump_out = &unit->dumps,
			},
		.machine =
			{
				.listing = named && options->listing,
				.listing_out = &unit->listing,
				.check_live = verify,
				.dump = named ? tri_driver_debug_value(options, arena, "amd64/") : NULL,
				.dump_out = &unit->dumps,
			},
	};
	compile_package(&backend);
	return unit->diags.error_count == 0;
}

bool tri_driver_write_object(struct driver_build *build, const char *output)
{
	if (tri_object_write_elf(build->main_unit->object, output))
		return true;
	tri_driver_message("cannot write %s: %s", output, strerror(errno));
	return false;
}

// ---- Executables ---------------------------------------------------------------------------------------

static bool write_program(struct driver_build *build, const char *path)
{
	struct tri_object_file **objects = TRI_NEW_ARRAY(build->arena, struct tri_object_file *, build->unit_count);
	for (uint32_t i = 0; i < build->unit_count; i++)
		objects[i] = build->units[i].object;
	struct tri_program_options options = {
		.objects = objects,
		.object_count = build->unit_count,
		.library = build->runtime.library,
		.strings = build->strings.items,
		.string_count = build->strings.count,
		.hides_folder = build->options->trim_paths,
		.version = build->load_options.go_version,
		.build_information = build->information.bytes,
		.build_information_length = build->information.size,
		.output = path,
	};
	struct tri_buffer message = {0};
	bool at_fault, done = tri_object_write_program(build->arena, &options, &message, &at_fault);
	if (!done)
		tri_driver_message("the link failed:\n%s", message.data != NULL ? message.data : "");
	tri_buffer_free(&message);
	return done;
}

static bool run_linker(const struct driver_build *build, const char *object, const char *output)
{
	const char *const inputs[] = {object, build->runtime.library};
	struct tri_link_options options = {
		.output = output,
		.inputs = inputs,
		.input_count = TRI_COUNT(inputs),
		.strip_debug = build->strips_debug,
		.verbose = build->options->verbose,
		.identity = {build->program_key.words[1], build->program_key.words[0]},
	};
	struct tri_buffer message = {0};
	bool done = tri_object_link(&options, &message);
	if (!done)
		tri_driver_message("the link failed:\n%s", message.data != NULL ? message.data : "");
	tri_buffer_free(&message);
	return done;
}

bool tri_driver_link(struct driver_build *build, const char *output)
{
	const char *folder = tri_driver_temporary_folder(build->arena);
	if (folder == NULL)
		return false;
	const char *object = tri_arena_printf(build->arena, "%s/program.o", folder);
	bool done = write_program(build, object) && run_linker(build, object, output);
	tri_driver_remove_folder(folder);
	return done;
}
