// Internal to compiler/driver.
#ifndef TRI_COMPILER_DRIVER_INTERNAL_H
#define TRI_COMPILER_DRIVER_INTERNAL_H

#ifndef TRI_DRIVER_INTERNAL
#error "compiler/driver/internal.h is private to compiler/driver"
#endif

#include "compiler/driver/driver.h"
#include "compiler/ir/ir.h"
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
	struct tri_universe *universe;
	TRI_VECTOR(const char *) paths; // Go files
	TRI_VECTOR(struct tri_file *) files;
	struct tri_package *package;
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
bool tri_driver_find_files(struct driver_build *build);
const char *tri_driver_display_path(struct tri_arena *arena, const char *path);
// Where the output goes: -o (a folder: into it), else named after the first file or the folder; NULL after a message.
const char *tri_driver_output(struct driver_build *build);

// ---- frontend.c: files to analysed tree. False: errors, to be printed.
bool tri_driver_parse(struct driver_build *build);
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
