// Internal to compiler/load.
#ifndef TRI_COMPILER_LOAD_INTERNAL_H
#define TRI_COMPILER_LOAD_INTERNAL_H

#ifndef TRI_LOAD_INTERNAL
#error "compiler/load/internal.h is private to compiler/load"
#endif

#ifndef _GNU_SOURCE
#define _GNU_SOURCE // memmem
#endif

#include <pthread.h>

#include "compiler/load/load.h"

enum {
	TRI_LOAD_GO_MINOR = 26,        // the newest language version known
	TRI_LOAD_GO_MINOR_MISSING = 16 // of a module whose go.mod names none
};

typedef TRI_VECTOR(const char *) tri_load_strings;

// ---- constraint.c: do a file's name and header fit linux/amd64, gc, Go 1.26 and the tags given?
struct load_tags {
	const char *given, *own; // those of -tags, and of the package alone: separated by commas or blanks; NULL: none
	bool pretends;           // the machine is one that Go does not know
	bool uses_c;             // the tag cgo holds
	bool generates;          // for code: without the experiments that concern Go's own back end
};
bool tri_load_tag_holds(const struct load_tags *tags, const char *tag, size_t length);
bool tri_load_name_fits(const char *name, const struct load_tags *tags);
// `problem`: what is wrong with the //go:build line, or NULL.
bool tri_load_header_fits(const char *text, size_t length, const struct load_tags *tags, const char **problem);

struct load_context;
// ---- overlay.c: what code is generated for
struct load_tags tri_load_tags_for(const struct load_context *context, const struct tri_load_package *package);
// Whether the package is made of that file of its folder, as far as the table knows.
bool tri_load_overlay_takes(const struct load_context *context, const struct tri_load_package *package, const char *name);
// The folder of files that come in addition; NULL: none.
const char *tri_load_overlay_folder(const struct load_context *context, const struct tri_load_package *package, struct tri_arena *arena);

// ---- gomod.c: go.mod and go.work files
struct load_requirement {
	const char *path, *version;
};

struct load_replacement {
	const char *old_path, *old_version; // version NULL: all
	const char *path, *version;         // version NULL: `path` is a folder
};

struct load_gomod {
	const char *file;       // as messages name it
	const char *path;       // of the module; NULL in go.work
	const char *go_version; // "1.21", or NULL
	TRI_VECTOR(struct load_requirement) requires;
	TRI_VECTOR(struct load_replacement) replaces;
	TRI_VECTOR(struct load_requirement) excludes;
	tri_load_strings uses;    // go.work
	tri_load_strings ignores; // folders that patterns pass over
	tri_load_strings debug_settings;
};

// Reads a file; false when it can't be read, or when something is wrong: `problems` then gets lines "go.mod:3: ...".
bool tri_load_read_gomod(struct tri_arena *arena, const char *path, const char *display_path, struct load_gomod *result,
						 struct tri_buffer *problems);
// Semantic versions, with Go's pseudo-versions; less than, equal to, or greater than 0.
int tri_load_compare_versions(const char *a, const char *b);
// The N of "1.N", with whatever follows; 0 when it is none.
int tri_load_go_minor(const char *go_version);

// ---- modules.c: what modules there are, and where
struct load_modules {
	const char *goroot_source; // GOROOT/src
	const char *module_cache;
	bool has_modules; // a go.mod or go.work was found, outside of GOROOT
	bool in_goroot;   // the working folder lies in the standard library's modules
	bool is_workspace;
	bool vendored;    // imports come from `vendor_folder`
	const char *root; // folder of go.mod or go.work
	const char *vendor_folder;
	TRI_VECTOR(struct tri_load_module *) mains;
	TRI_VECTOR(struct tri_load_module *) list; // mains included; the versions that minimal version selection chose
	TRI_VECTOR(struct load_gomod *) files;     // of mains, in their order
	struct tri_map vendored_packages;          // import path (interned) -> struct tri_load_module *
	struct load_gomod work;
	struct tri_map goroot_vendored; // as vendored_packages, for the vendor folders of GOROOT
	bool goroot_vendor_read[2];     // vendor, cmd/vendor
};

struct load_context;
// False after reporting what makes loading impossible.
bool tri_load_find_modules(struct load_context *context);

// The module that a package in GOROOT's vendor folders was taken from; NULL: it lies in none.
const struct tri_load_module *tri_load_vendored_in_goroot(struct load_context *context, const char *path);

// Where a package lies.
struct load_place {
	const char *path;   // import path
	const char *folder; // NULL: nowhere, see problem
	const struct tri_load_module *module;
	bool is_standard;
	const char *problem;
};
// `from`: the importing package, or NULL for what a pattern names.
struct load_place tri_load_find_package(struct load_context *context, const char *path, const struct tri_load_package *from);
// The import path of a folder, for patterns and for the rule of internal packages.
struct load_place tri_load_find_folder(struct load_context *context, const char *folder);
// The folder at or above `folder` that holds `file`, or NULL.
const char *tri_load_find_upwards(struct tri_arena *arena, const char *folder, const char *file);
bool tri_load_is_folder(const char *path);
bool tri_load_has_prefix(const char *path, const char *prefix); // whole elements: a/b/c has a/b
// Absolute, without "." and "..".
const char *tri_load_join(struct tri_arena *arena, const char *folder, const char *path);
// As the go command shortens names in messages.
const char *tri_load_short_path(struct load_context *context, struct tri_arena *arena, const char *path);

// ---- pattern.c
void tri_load_expand_patterns(struct load_context *context);
bool tri_load_pattern_matches(const char *pattern, const char *path);
// Whether a pattern names the package, or might: what patterns find is known for certain only when all are expanded.
bool tri_load_may_be_named(const struct load_context *context, const struct load_place *place);

// ---- scan.c: one package's folder
enum load_problem { LOAD_FINE, LOAD_NO_FILES, LOAD_TWO_NAMES, LOAD_BAD_FILE, LOAD_UNREADABLE };

enum load_file_kind { LOAD_FILE_PACKAGE, LOAD_FILE_TEST, LOAD_FILE_EXTERNAL_TEST, LOAD_FILE_KINDS };

struct load_file {
	const char *name; // in the folder
	struct tri_source_file *source;
	struct tri_file *tree;
	struct tri_diags diags; // of the parser
	struct load_scan *scan;
	enum load_file_kind kind;
	bool is_generated; // by cgo
};

// What was found in a folder, or in the list of files given. One thread at a time writes to it: the one that lists the
// folder, then for each file the one that parses it, then the one that comes last.
struct load_scan {
	struct load_context *context;
	struct tri_load_package *package;
	tri_load_strings given_files;          // instead of the folder
	const char *text;                      // instead of files: the package's one file
	uint32_t kinds;                        // 1 << enum load_file_kind: what makes the package
	const struct tri_load_package *copied; // of a copy for tests: parses that package's files
	bool has_assembly;                     // for amd64, where code is made
	bool later;                            // imports copies: checked after all others
	TRI_VECTOR(struct load_file) files;
	_Atomic uint32_t unparsed;
	uint32_t ignored_count, test_count; // files left out by constraints; _test.go files
	enum load_problem problem;
	const char *message;       // of the problem
	const char *embed_problem; // what is wrong with a pattern of //go:embed
	tri_pos embed_pos;
	tri_load_strings import_problems; // by index into package->imports; NULL: none
	bool unread;                      // a file's package clause was wrong, and nothing behind it was read
	bool only_tests;                  // no file but tests: an error only when it comes to building
	bool from_pattern_with_dots;      // nothing to complain about when there are no files
	// Of the walk for errors and order (graph.c).
	int visit;
	const char *cycle; // the message about one that begins and ends here
	// Of checking (check.c).
	_Atomic uint32_t unchecked_imports;
	uint64_t urgency; // how much is to be done from here to the last package that waits for this one
	TRI_VECTOR(struct tri_load_package *) importers;
	struct tri_arena *arena; // what the checker makes; NULL: not checked
	// Of tests (tests.c).
	struct tri_load_package *tested; // of what has tests: the package without
};

struct load_worker;
// From malloc, with a NUL behind; NULL and errno.
char *tri_load_read_file(const char *path, size_t *length);
// ---- cgo.c: adds what Go's tool makes of these files of the package; what went wrong, or NULL
const char *tri_load_run_cgo(struct load_worker *worker, struct load_scan *scan, const tri_load_strings *names);

// ---- cgo_lines.c
enum load_cgo_flags {
	LOAD_CGO_CPPFLAGS,
	LOAD_CGO_CFLAGS,
	LOAD_CGO_CXXFLAGS,
	LOAD_CGO_FFLAGS,
	LOAD_CGO_LDFLAGS,
	LOAD_CGO_PKG_CONFIG,
	LOAD_CGO_COUNT
};
struct load_cgo_lines {
	struct tri_arena *arena;
	const struct load_scan *scan;
	tri_load_strings flags[LOAD_CGO_COUNT]; // by enum load_cgo_flags
	const char *problem;                    // the first one
};
void tri_load_read_cgo_lines(struct load_cgo_lines *lines, const struct tri_source_file *source);
// Once all files are read: what is wrong with the lines or may not be given to a C compiler, or NULL.
const char *tri_load_check_cgo_lines(const struct load_cgo_lines *lines);

// ---- cgo_flags.c
// `name` is that of the line, such as CFLAGS. An error in the go command's words, or NULL.
const char *tri_load_check_cgo_flags(struct tri_arena *arena, const char *name, const tri_load_strings *flags);
// Runs in a worker: lists the folder and asks for its files to be parsed; the last of them asks for the imports.
void tri_load_scan_package(struct load_worker *worker, void *package);
struct tri_parse_options tri_load_parse_options(const struct tri_load_package *package);
// A package like `package` whose files are parsed anew, with files of the kinds given by bits.
struct tri_load_package *tri_load_new_package(struct load_context *context, const struct load_place *place);
// The package of that import path, made and put in line for scanning when it is new. Thread safe.
struct tri_load_package *tri_load_want_package(struct load_context *context, const struct load_place *place);

// ---- tests.c: packages with their tests, external tests, copies of what imports tested packages
void tri_load_make_tests(struct load_context *context);
// Checks external tests that import copies, when all else is checked.
void tri_load_check_tests(struct load_context *context);

// ---- test_program.c: for the package of the option `tested`
void tri_load_make_test_program(struct load_context *context);

// ---- graph.c: errors of the graph, the order of packages
void tri_load_sort_packages(struct load_context *context);

// ---- check.c
// Those of the packages that are not checked yet; what else they import must be.
void tri_load_check(struct load_context *context, struct tri_load_package **packages, uint32_t count);

// ---- embed.c: finds the files that the patterns of //go:embed match; a pattern that can't be matched is the scan's problem
void tri_load_match_embeds(struct tri_arena *arena, struct tri_load_package *package);
// After checking: variables that take one file and were given several.
void tri_load_check_embeds(struct tri_load_package *package);

// ---- pool.c: threads with deep stacks that work off a list of tasks
typedef void load_task(struct load_worker *worker, void *data);

struct load_worker {
	struct load_pool *pool;
	struct load_context *context;
	struct tri_arena *arena; // the thread's own; lives as long as the load
	pthread_t thread;
};

struct load_pool *tri_load_pool_new(struct load_context *context, uint32_t thread_count);
void tri_load_pool_add(struct load_pool *pool, load_task *task, void *data); // priority 0
void tri_load_pool_add_urgent(struct load_pool *pool, load_task *task, void *data, uint64_t priority);
// Returns when all tasks, and those that they added, are done.
void tri_load_pool_wait(struct load_pool *pool);
void tri_load_pool_end(struct load_pool *pool); // the workers' arenas stay
size_t tri_load_pool_memory(const struct load_pool *pool);
void tri_load_pool_free(struct load_pool *pool);

// ---- load.c
struct load_context {
	const struct tri_load_options *options;
	struct tri_load *load;
	struct tri_arena *arena; // guarded by `lock` while workers run
	struct tri_name_table *names;
	struct tri_source_set *sources;
	struct load_modules modules;
	struct load_pool *pool;
	pthread_mutex_t lock;                           // recursive; guards arena, packages, table, the load's errors
	TRI_VECTOR(struct tri_load_package *) packages; // in order of discovery
	struct tri_map table;                           // import path (interned) -> package
	TRI_VECTOR(struct tri_load_package *) roots;    // named by patterns, in their order
	TRI_VECTOR(struct tri_load_package *) later;    // external tests that import copies
	struct tri_arena *walk_arena;                   // names found by patterns
	struct tri_map places;                          // kind of importer and path (interned) -> struct load_place *
	tri_load_strings late_errors;                   // reported when there are no others
	struct tri_load_package *runtime;               // wanted by every program; NULL when no code is made
	bool name_all;                                  // the pattern "all": what is imported counts as named
};

TRI_PRINTF(2, 3) void tri_load_error(struct load_context *context, const char *format, ...);
TRI_PRINTF(2, 3) void tri_load_warning(struct load_context *context, const char *format, ...);
const char *tri_load_place_text(struct load_context *context, tri_pos pos); // file:line:col

#endif
