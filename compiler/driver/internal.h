// Internal to compiler/driver.
#ifndef TRI_COMPILER_DRIVER_INTERNAL_H
#define TRI_COMPILER_DRIVER_INTERNAL_H

#ifndef TRI_DRIVER_INTERNAL
#error "compiler/driver/internal.h is private to compiler/driver"
#endif

#include "compiler/advise/advise.h"
#include "compiler/driver/driver.h"
#include "compiler/escape/escape.h"
#include "compiler/ir/ir.h"
#include "compiler/load/load.h"
#include "compiler/object/object.h"
#include "compiler/source/goroot.h"
#include "compiler/source/source.h"
#include "compiler/syntax/syntax.h"
#include "compiler/types/types.h"

#include <stdio.h>

// The runtime's files, beside the running executable (build tree or installed).
struct tri_driver_runtime {
	const char *library; // libtricolor.a or libtricolor_debug.a
	const char *overlay; // folder of the Go files that stand in for parts of the standard library
};

struct tri_driver_key { // of an entry in the build cache
	uint64_t words[2];
};

struct driver_bytes { // of a file; NULL: none
	const char *bytes;
	size_t size;
};

// A package on its way to code. Its arena holds all that is made of it after checking.
struct driver_unit {
	struct driver_build *build;
	struct tri_load_package *package;
	struct tri_arena *arena;
	struct tri_universe *universe; // makes its types from here on
	struct tri_diags diags;
	struct tri_ir_package *ir;
	struct tri_object_file *object;
	struct tri_buffer listing, dumps; // -S, and what -d= asked for
	struct tri_buffer graph;          // of escape analysis, as JSON, until it is its turn to be printed
	struct tri_escape_gain gain;      // -m=tricolor
	bool decided;
	bool has_object;                            // code is wanted
	bool is_new;                                // it was not in the cache
	struct tri_buffer saved_decisions;          // for the cache
	tri_escape_decisions decisions;             // when they are recorded
	tri_escape_decisions leaks;                 // then also, of parameters
	bool failed;                                // errors, of its own or of what it imports
	TRI_VECTOR(struct driver_unit *) importers; // which wait for its decisions
	uint32_t waiting;                           // for how many
	uint64_t urgency;                           // bytes of source on the longest way from here to one that nobody waits for
};

// Everything about one compilation. All of it ends with the build.
struct driver_build {
	const struct tri_build_options *options;
	struct tri_arena *arena;
	struct tri_name_table *names;
	struct tri_source_set *sources;
	struct tri_load_options load_options;
	const char *refused_goroot; // struct tri_goroot
	struct tri_load *load;
	struct tri_load_package *main; // the one package that was asked for; NULL when there are several
	struct tri_package *package;   // what its checking gave
	struct driver_unit *units;     // of the packages that are compiled, imports first
	uint32_t unit_count;
	struct driver_unit *main_unit; // of `main`
	struct tri_driver_runtime runtime;
	bool wants_code, wants_decisions;
	bool runs;                                     // the output is run and removed
	bool strips_debug;                             // -ldflags=-w or -s
	TRI_VECTOR(struct tri_program_string) strings; // that the program holds besides
	struct driver_bytes information;               // what the program is built of, between the marks
	uint32_t given_strings;                        // the first of them: what -ldflags said
	// The build cache: its folder, NULL when it is not used; keys of packages by their order.
	const char *cache;
	struct tri_driver_key compiler_key, library_key, program_key, *keys;
	struct driver_bytes *found;  // decisions of packages whose object is there, by their order
	_Atomic bool has_lost_entry; // what was found is no good: bodies that were left out are needed
	bool needs_all_bodies;       // after that
	_Atomic bool cache_has_grown;
	bool from_cache;                            // the output is there already
	struct tri_map embedded;                    // files of //go:embed by their interned paths, once they were read
	const char *output;                         // its name, once it is known
	TRI_VECTOR(const char *) commands;          // import paths of several that are to have an output each
	bool has_promises;                          // a package that was named has //tricolor:noalloc: everything has to be decided anew
	bool has_no_output;                         // nor can have; a message was printed
	const struct tri_load_package *last_header; // "# path" was printed last for it
};

// What -d= asked for.
bool tri_driver_debug_flag(const struct tri_build_options *options, const char *name);
// The number of the item "name=N", 1 of "name" alone, -1 when absent.
int tri_driver_debug_level(const struct tri_build_options *options, const char *name);
// The rest of the item that begins with `prefix`, e.g. "ssa/"; NULL when absent. From the arena.
const char *tri_driver_debug_value(const struct tri_build_options *options, struct tri_arena *arena, const char *prefix);

// ---- driver.c
void tri_driver_begin(struct driver_build *build, const struct tri_build_options *options);
void tri_driver_end(struct driver_build *build);

// ---- inputs.c
// Where the output goes: -o (a folder: into it), else named after the first file or the folder; NULL after a message.
const char *tri_driver_output(struct driver_build *build);
bool tri_driver_is_folder(const char *path);
bool tri_driver_names_folder(const char *output); // it is one, or ends in a slash: to be made

// ---- frontend.c: files to analysed tree. False: errors, to be printed.
// Loads and checks what the inputs name, and prints what is wrong. An enum tri_exit.
int tri_driver_load(struct driver_build *build);
// ---- list.c: prints the packages, one a line, as JSON or as -f says. False after a message.
bool tri_driver_list(const struct driver_build *build);

void tri_driver_print_header(struct driver_build *build, const struct tri_load_package *package);

// ---- units.c: the packages of the load, one after the other. False: something was printed.
bool tri_driver_make_units(struct driver_build *build);
void tri_driver_free_units(struct driver_build *build);
// Prints and forgets what was reported of it so far; false when errors were among it.
bool tri_driver_print_unit(struct driver_unit *unit);

// ---- analyse.c: a checked package to its tree with all decisions made. False: errors, to be printed.
bool tri_driver_analyse(struct driver_unit *unit);
// For functions that came later: everything that the others have been through.
void tri_driver_analyse_new(struct driver_unit *unit);

// ---- embed.c: what variables hold from the start
void tri_driver_fill_embeds(struct driver_unit *unit);
// A file that one of the package's variables holds, read once; not by several threads. NULL bytes and errno: it can't be read.
struct driver_bytes tri_driver_read_embedded(struct driver_build *build, const struct tri_load_package *package, const char *name);

// ---- settings.c
// What -ldflags says; false after a message.
bool tri_driver_read_linker_flags(struct driver_build *build);
// ---- godebug.c: the default of GODEBUG in the program of the main package; "" when there is none.
const char *tri_driver_debug_defaults(struct driver_build *build);

// ---- settings.c
// When types are known: whether the variables that it sets can be; false after a message.
bool tri_driver_check_variables(struct driver_build *build);
// After the load's files are read.
void tri_driver_add_program_strings(struct driver_build *build);

// ---- backend.c: a tree to an object in memory; objects to files. False: errors in the unit, or a message was printed.
bool tri_driver_generate(struct driver_unit *unit);
bool tri_driver_write_object(struct driver_build *build, const char *output);
bool tri_driver_link(struct driver_build *build, const char *output);

// ---- decisions.c
void tri_driver_write_decisions(struct driver_unit *unit, struct tri_buffer *out);
// Of a unit whose tree is built; false when they are not those of its functions.
bool tri_driver_read_decisions(struct driver_unit *unit, const char *bytes, size_t size);
// Which functions' bodies others need, as struct tri_load_package has it; false when these are no decisions.
bool tri_driver_find_kept_bodies(struct driver_bytes decisions, struct tri_load_package *package);

// ---- cache.c
bool tri_driver_is_cache_folder(const char *path); // false after a message: it is not absolute
// What was decided of the unit's functions when its object was made, into the tree; false: not there.
bool tri_driver_cached_decisions(struct driver_unit *unit);
// After the load's files are read: finds out what everything depends on.
void tri_driver_make_keys(struct driver_build *build);
// After that: packages that were compiled before need not be looked at in full.
void tri_driver_find_compiled(struct driver_build *build);
struct tri_object_file *tri_driver_cached_object(struct driver_unit *unit); // NULL: not there
void tri_driver_cache_object(struct driver_unit *unit);
bool tri_driver_cached_program(struct driver_build *build, const char *output); // false: not there
void tri_driver_cache_program(struct driver_build *build, const char *output);
void tri_driver_bound_cache(const struct driver_build *build);

// ---- driver.c
// //tricolor:noalloc above a function of a package that was named.
bool tri_driver_has_promises(const struct driver_build *build);
// Makes all decisions and, when there are no errors, shows them before they are freed. An enum tri_exit.
int tri_driver_visit_decisions(const struct tri_build_options *options, void (*visit)(struct driver_build *build, void *context),
							   void *context);

// Puts the text's words, separated by blanks, into the list, which has room for as many as it has bytes; returns how many.
uint32_t tri_driver_split_words(struct tri_arena *arena, const char *text, char **words);

// ---- signals.c
// "signal: killed", of the status of a process that a signal has ended.
void tri_driver_print_signal(FILE *out, int status);

// ---- why.c: decisions told one by one
struct driver_story {
	const struct tri_escape_decision *decision;
	const struct tri_advice *advice; // which the analysis of the changed text has borne out, or NULL
};
typedef TRI_VECTOR(struct driver_story) driver_story_list;
// ---- why_related.c
// What a line is about where no memory is taken: the variables in it, and values on their way. Column 0: all of the line.
void tri_driver_find_related(const struct driver_build *build, const struct tri_source_file *file, uint32_t line, uint32_t column,
							 driver_story_list *found);
// ---- why_words.c
// "is moved to the heap", "stays in the frame" and so on.
const char *tri_driver_verdict(const struct tri_escape_decision *decision);
// Whether it takes memory from the heap, whatever Go's compiler says of it.
bool tri_driver_takes_heap(const struct tri_escape_decision *decision);
bool tri_driver_has_unknown_size(const struct tri_escape_decision *decision);
const char *tri_driver_words_for_reason(const char *why); // "return": "it is returned"
// What there is to know beyond the flow, in whole sentences; NULL: nothing.
const char *tri_driver_remark(const struct tri_escape_decision *decision);
// Why the end of the flow is the heap; NULL: no flow.
const char *tri_driver_ending(const struct driver_build *build, const struct tri_escape_decision *decision);
const char *tri_driver_advice_purpose(const struct tri_advice *advice); // "keep it out of the heap"
void tri_driver_tell_story(const struct driver_build *build, const struct driver_story *story);
// ---- why_callee.c: what becomes of an argument
struct driver_callee {
	enum driver_callee_kind {
		DRIVER_CALLEE_NONE,       // the flow does not end in a call
		DRIVER_CALLEE_UNKNOWN,    // a function value
		DRIVER_CALLEE_METHOD,     // of an interface value: any
		DRIVER_CALLEE_WITHOUT_GO, // declared without a body
		DRIVER_CALLEE_KNOWN,
	} kind;
	const struct tri_ir_func *function;
	const struct tri_ir_var *parameter;     // that it becomes; NULL when that is not known
	const struct tri_escape_decision *leak; // the parameter's way on; NULL when there is no record of it
	const char *name;                       // of the function, with its package when that is another one
};
struct driver_callee tri_driver_find_callee(const struct driver_build *build, const struct tri_escape_decision *decision);
// For telling what becomes of it from call to call, `depth` counted from 0: the callee in which there is more to tell, if so.
bool tri_driver_next_callee(const struct driver_build *build, const struct tri_escape_decision *decision, uint32_t depth,
							struct driver_callee *callee);
// ---- why_json.c
void tri_driver_tell_json(const struct driver_build *build, const struct driver_story *story);
// ---- why_html.c: a page with the way as a picture
void tri_driver_write_html(const struct driver_build *build, const struct driver_story *stories, uint32_t count, const char *place);
// ---- sarif.c: SARIF 2.1.0, the whole log
void tri_driver_write_sarif(const struct driver_build *build, const struct driver_story *stories, uint32_t count);
// All heap decisions of the packages that are named, as such a log. A visitor of tri_driver_visit_decisions.
void tri_driver_write_sarif_of_all(struct driver_build *build, void *context);

// ---- paths.c
TRI_PRINTF(1, 2) void tri_driver_message(const char *format, ...); // "tricolor: ..." to standard error
// A new folder for temporary files; NULL after a message. To be removed with all it holds.
const char *tri_driver_temporary_folder(struct tri_arena *arena);
void tri_driver_remove_folder(const char *folder);
// NULL bytes and errno: it can't be read, or is too large.
struct driver_bytes tri_driver_read_file(struct tri_arena *arena, const char *path);
// The folder, with those above it that are not there. False and errno.
bool tri_driver_make_folders(struct tri_arena *arena, const char *path);
// Programs that are started from here on find the go command that belongs to the standard library first, as under go run
// and go test.
void tri_driver_put_go_on_path(const struct driver_build *build);
// False after a message.
bool tri_driver_find_runtime(struct tri_arena *arena, bool debug, struct tri_driver_runtime *runtime);
// Whether -d or $TRICOLOR_RUNTIME asks for the runtime that checks itself.
bool tri_driver_wants_debug_runtime(const struct tri_build_options *options);

#endif
