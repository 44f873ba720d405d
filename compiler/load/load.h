// The package loader: from patterns to checked packages.
//
// In: patterns as the go command takes them. Out: every package named or imported, parsed and checked, in an order in
// which imports come first; and what is wrong, in the go command's words. No network is ever used: modules come from
// vendor folders and the module cache.
//
// Loading has two stages. First all files are found and parsed, breadth first, by a pool of threads; nothing is checked
// unless the import graph is sound. Then packages are checked in parallel, each as soon as its imports are done.
#ifndef TRI_COMPILER_LOAD_H
#define TRI_COMPILER_LOAD_H

#include "compiler/base/base.h"
#include "compiler/source/source.h"
#include "compiler/syntax/syntax.h"
#include "compiler/types/types.h"

struct tri_load;

struct tri_load_options {
	const char *const *patterns; // none: "."
	uint32_t pattern_count;
	const char *goroot, *go_version; // "go1.26.3"
	const char *working_folder;      // absolute; messages name files relative to it
	const char *tags;                // -tags: separated by commas or blanks; NULL: none
	const char *module_mode;         // -mod: "mod", "vendor", "readonly" or NULL
	const char *package_path;        // -p: import path of the package that listed files make; NULL: the go command's
	bool tests;                      // also what _test.go files make: packages with their tests, and external tests
	const char *tested;              // import path of the one package named: its test program is loaded (test_program.c)
	bool despite_errors;             // packages are checked though what they import has errors
	bool trim_paths;                 // programs name files after modules and packages, not after where they lie
	bool no_check;                   // found, parsed and put in order
	bool parse_only;                 // no checking
	bool check_branches;             // as in tri_parse_options
	bool allow_no_body;              // functions without a body are someone else's code
	bool standard_library;           // directives of the standard library are allowed everywhere
	bool runtime_package;            // and those of package runtime
	bool types_alone;                // as in tri_check_options, and packages with syntax errors are checked too
	int go_minor;                    // language version of the packages named; 0: what their modules say
	bool all_bodies;                 // function bodies of packages that are only imported are checked too
	// For code: a folder of files that stand in for parts of the standard library, which is then chosen as overlay.c says,
	// with package runtime and all it imports first among the packages. NULL: Go's own choice.
	const char *overlay;
	// Called when all files are read and the packages in order, before any is checked; false: none will be.
	bool (*after_reading)(void *context, struct tri_load *load);
	void *after_reading_context;
	// The tool that rewrites packages which use C; NULL: files that import "C" do not exist.
	const char *cgo_tool;
	const char *replaced_path; // this file, by its absolute path,
	const char *replaced_text; // is taken to hold this; or NULL
	uint32_t thread_count;     // 0: one per processor
};

struct tri_load_import {
	const char *path; // as written
	tri_pos pos;
	struct tri_load_package *package; // NULL: could not be found, an error was reported
};

// What a module provides; NULL module: the standard library.
struct tri_load_module {
	const char *path, *version; // version NULL: a main module
	// What stands in for it: a module, or a folder as go.mod names it (version NULL). NULL: nothing does.
	const char *replacement_path, *replacement_version;
	const char *folder;     // absolute; NULL: not present, see problem
	int go_minor;           // language version of its packages
	const char *go_version; // "1.21", or NULL
	bool is_main;
	TRI_VECTOR(const char *) debug_settings; // godebug lines of a main module's go.mod: "name=value"
};

enum tri_load_state {
	TRI_LOAD_READ,    // found and parsed
	TRI_LOAD_FAILED,  // errors of its own
	TRI_LOAD_SKIPPED, // not checked, since an import failed
	TRI_LOAD_CHECKED,
};

struct tri_load_embed { // one pattern of a //go:embed directive
	const struct tri_embed_decl *decl;
	const struct tri_embed *embed;
	TRI_VECTOR(const char *) files; // relative to the package's folder, sorted
};

struct tri_load_package {
	const char *path;         // import path: "fmt", "vendor/golang.org/x/net/idna", "command-line-arguments"
	const char *display_path; // for headers: with " [p.test]" for a variant made for tests
	const char *folder;       // absolute
	const char *name;
	const struct tri_load_module *module;
	bool is_standard;        // lies in GOROOT
	bool is_named;           // by a pattern
	bool is_test_variant;    // has _test.go files of the package itself, or imports such a variant
	bool is_external_test;   // package p_test
	bool is_tested;          // in a test program: what it tests, and the tests of package p_test
	bool is_test_main;       // package main of a test program
	bool declarations_only;  // only imported, and not the user's: function bodies are left out
	bool has_other_language; // assembly and the like: functions may have no body here
	bool has_tests;          // _test.go files that fit
	// Set by after_reading: what is compiled of the package is there already. Of its functions, numbered in the order of files
	// and declarations, those bodies are kept whose bit is set; the others are left out.
	const uint8_t *kept_bodies;
	TRI_VECTOR(struct tri_file *) files;        // sorted by name
	TRI_VECTOR(struct tri_load_import) imports; // each path once, by position
	TRI_VECTOR(struct tri_load_embed) embeds;
	struct tri_diags diags;    // of parser and checker
	struct tri_package *types; // when CHECKED or FAILED in checking
	enum tri_load_state state;
	uint32_t order;         // in the list of packages
	struct load_scan *scan; // the loader's own
};

// Whether flags and promises are about the package: it was named, or the test program of what was named tests it.
static inline bool tri_load_is_meant(const struct tri_load_package *package)
{
	return package->is_tested || (package->is_named && !package->is_test_main);
}

struct tri_load {
	struct tri_arena *arena;
	TRI_VECTOR(struct tri_load_package *) packages; // imports before importers, else by path
	TRI_VECTOR(struct tri_load_package *) named;    // by patterns, in their order; also those of which there are only tests
	TRI_VECTOR(const char *) errors;                // of loading, complete messages of one or more lines
	TRI_VECTOR(const char *) warnings;
	struct tri_load_package *runtime; // with options.overlay; what it imports stands before it
	struct tri_universe *universe;    // NULL after parse_only
	double scan_seconds, check_seconds;
	uint64_t line_count, byte_count;
	size_t arena_bytes;
	struct load_context *context; // the loader's own
};

// A package of the standard library that is not taken as Go takes it for linux/amd64, when code is made.
struct tri_load_overlay_row {
	const char *path;
	bool real_machine;   // amd64; else the machine is unknown, which leaves the files in Go alone
	const char *tags;    // that hold in addition
	const char *only;    // files of Go's that are taken, separated by blanks; NULL: all that fit
	const char *without; // those that are not
	const char *reason;
};
const struct tri_load_overlay_row *tri_load_overlay_rows(uint32_t *count);

// Never NULL. The names and sources are the caller's and must live as long as the result.
struct tri_load *tri_load_packages(const struct tri_load_options *options, struct tri_name_table *names, struct tri_source_set *sources);
void tri_load_free(struct tri_load *load);

#endif
