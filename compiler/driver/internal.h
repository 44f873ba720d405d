// Internal to compiler/driver.
#ifndef TRI_COMPILER_DRIVER_INTERNAL_H
#define TRI_COMPILER_DRIVER_INTERNAL_H

#ifndef TRI_DRIVER_INTERNAL
#error "compiler/driver/internal.h is private to compiler/driver"
#endif

#include "compiler/driver/driver.h"
#include "compiler/ir/ir.h"
#include "compiler/load/load.h"
#include "compiler/source/source.h"
#include "compiler/syntax/syntax.h"
#include "compiler/types/types.h"

// Everything about one compilation. All of it ends with the build.
struct driver_build {
	const struct tri_build_options *options;
	struct tri_arena *arena;
	struct tri_name_table *names;
	struct tri_source_set *sources;
	struct tri_diags diags;
	struct tri_load_options load_options;
	struct tri_load *load;
	struct tri_load_package *main; // the one package that was asked for; NULL when there are several
	struct tri_universe *universe; // of that package
	struct tri_package *package;   // what its checking gave
	struct tri_ir_package *ir;
	struct tri_buffer listing; // -S and dumps of the back end
	bool header_printed;       // "# command-line-arguments"
	bool failed;               // something other than the source is wrong; a message was printed
};

// What -d= asked for.
bool tri_driver_debug_flag(const struct tri_build_options *options, const char *name);
// The rest of the item that begins with `prefix`, e.g. "ssa/"; NULL when absent. From the arena.
const char *tri_driver_debug_value(const struct tri_build_options *options, struct tri_arena *arena, const char *prefix);

// ---- inputs.c
// Where the output goes: -o (a folder: into it), else named after the first file or the folder; NULL after a message.
const char *tri_driver_output(struct driver_build *build);

// ---- frontend.c: files to analysed tree. False: errors, to be printed.
// Loads and checks what the inputs name, and prints what is wrong. An enum tri_exit.
int tri_driver_load(struct driver_build *build);
// ---- list.c: prints the packages, one a line or as JSON.
void tri_driver_list(const struct driver_build *build);

// Whether code can be generated: for one package that imports nothing. Else says so.
bool tri_driver_is_alone(struct driver_build *build);
bool tri_driver_analyse(struct driver_build *build);
// Prints and forgets what was reported so far.
void tri_driver_print_diagnostics(struct driver_build *build);
// Reports what the back end can't do yet; false when there was something.
bool tri_driver_is_supported(struct driver_build *build);
void tri_driver_print_header(struct driver_build *build);

// ---- backend.c: analysed tree to object file or executable. False: a message was printed.
bool tri_driver_emit(struct driver_build *build, const char *output);

// ---- paths.c
TRI_PRINTF(1, 2) void tri_driver_message(const char *format, ...); // "tricolor: ..." to standard error
// A new folder for temporary files; NULL after a message. To be removed with all it holds.
const char *tri_driver_temporary_folder(struct tri_arena *arena);
void tri_driver_remove_folder(const char *folder);
// The runtime's files, beside the running executable (build tree or installed); NULL after a message.
struct tri_driver_runtime {
	const char *library; // libtricolor.a or libtricolor_debug.a
	const char *object;  // package runtime, compiled from overlay/
};
bool tri_driver_find_runtime(struct tri_arena *arena, bool debug, struct tri_driver_runtime *runtime);

#endif
