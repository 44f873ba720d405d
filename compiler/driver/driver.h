// The driver: from files to an executable, an object, or a list of errors. It owns the order of the stages
// and everything outside of the compiler proper: finding files, temporary folders, the runtime, the link.
#ifndef TRI_COMPILER_DRIVER_H
#define TRI_COMPILER_DRIVER_H

#include "compiler/base/base.h"

#include <stdio.h>

enum tri_exit {
	TRI_EXIT_OK,
	TRI_EXIT_SOURCE_ERROR = 1, // the program is at fault; diagnostics were printed
	TRI_EXIT_FAILURE = 2,      // usage, files, the linker, or the compiler itself
};

// Which command's flags.
enum tri_command { TRI_COMMAND_BUILD, TRI_COMMAND_RUN, TRI_COMMAND_CHECK, TRI_COMMAND_LIST, TRI_COMMAND_TEST, TRI_COMMAND_WHY };

enum tri_build_goal {
	TRI_BUILD_EXECUTABLE,
	TRI_BUILD_OBJECT,   // -buildmode=package: one package's object file
	TRI_BUILD_ANALYSIS, // up to escape analysis, no output
	TRI_BUILD_SYNTAX,   // parse only
	TRI_BUILD_LIST,     // find packages and print what they are
	TRI_BUILD_FIND,     // find packages
};

// Automatic: on a terminal, unless NO_COLOR or TERM=dumb say otherwise.
enum tri_colour { TRI_COLOUR_AUTOMATIC, TRI_COLOUR_ALWAYS, TRI_COLOUR_NEVER };

struct tri_build_options {
	enum tri_build_goal goal;
	const char *const *inputs; // Go files, or patterns of packages; none: the working folder
	uint32_t input_count;
	const char *output;         // -o; NULL: named after the first file or the folder
	const char *tested;         // import path of the one package whose test program is built; NULL: none
	const char *package_path;   // -p; NULL: "main" for commands
	int report;                 // -m level
	bool report_gain;           // -m=tricolor: only where values are placed better than Go's compiler places them
	bool no_inline;             // -l
	bool cheap_calls;           // -l=4: calls hardly count for the inliner
	bool small_frames;          // -smallframes: lower limits for what may be in a frame
	bool race;                  // -race: decisions as with the race detector, of which there is no code
	bool all_errors;            // -e
	bool listing;               // -S, to standard output
	bool verbose;               // -x: the commands that are run
	const char *compiler_flags; // -gcflags, applied already
	bool reports_all;           // -gcflags=all=-m: decisions in all packages, not in those that were named alone
	bool checks_all;            // -gcflags=all=-d=checkptr: likewise
	const char *linker_flags;   // -ldflags
	const char *execute;        // -exec: the program by which programs are run, with its arguments
	bool names_packages;        // -v: those that are compiled
	bool anew;                  // -a: nothing is taken from the cache
	bool trim_paths;            // -trimpath
	const char *format;         // -f: of lists
	enum tri_colour colour;     // diagnostics with colours and source lines
	bool json;
	bool html;                                 // why -html
	bool sarif;                                // -sarif: decisions as SARIF, to standard output
	int go_minor;                              // -lang=go1.N; 0: the newest version
	const char *tags;                          // -tags: build tags that hold too
	const char *module_mode;                   // -mod
	bool dependencies;                         // -deps: list what is imported too
	bool tests;                                // -tests: _test.go files too
	uint32_t thread_count;                     // -c: of loading and checking; 0: one per processor
	bool standard_library;                     // -std: its own directives are allowed
	bool runtime_package;                      // -+: those of package runtime too
	bool allow_no_body;                        // -complete=false: functions without a body are someone else's code
	bool debug_runtime;                        // -d=debugruntime, or TRICOLOR_RUNTIME=debug
	bool record_decisions;                     // for tri_driver_visit_decisions
	bool leaves_promises;                      // broken ones are no errors
	bool quiet;                                // errors are not printed
	const char *replaced_path, *replaced_text; // what a file is taken to hold, or NULL
	const char *debug;                         // -d: comma-separated; tri_driver_debug_help lists them
};

// Returns an enum tri_exit. Diagnostics and -m lines go to standard error. On failure no output file is left.
int tri_driver_build(const struct tri_build_options *options);

// Tells why what stands at "FILE:LINE" or "FILE:LINE:COLUMN" lives where it does. Without inputs the file is looked at alone.
int tri_driver_why(const struct tri_build_options *options, const char *place);

// Builds in a temporary folder and runs the program with `arguments` (the program's own, without its name).
// Returns the program's exit status, or an enum tri_exit.
int tri_driver_run(const struct tri_build_options *options, const char *const *arguments, uint32_t argument_count);

struct tri_test_options {
	char **arguments; // of the test programs
	uint32_t argument_count;
	const char *timeout;  // for each package, as -test.timeout takes it
	long timeout_seconds; // the same, rounded up; 0: none
	bool only_compiles;   // -c
	bool streams;         // output is passed on as it comes; else it is kept, and shown
	bool shows_passed;    // also when the tests pass
	bool events;          // -json: what happens, as a stream of JSON objects
};
// Builds and runs the test programs of the packages that options->inputs name, one after the other, and says on standard
// output how each ended. Returns an enum tri_exit: TRI_EXIT_SOURCE_ERROR when a test failed or did not compile.
int tri_driver_test(const struct tri_build_options *options, const struct tri_test_options *test);

// Go command style flags, the value included where there is one: -o=x and "-o x".
// Reads from arguments[*index] and advances; false: not a flag of these (or wrong: *problem is then set).
bool tri_driver_parse_flag(enum tri_command command, struct tri_build_options *options, char **arguments, int argument_count, int *index,
						   const char **problem);
// Whether the command has the flag, another one has it, or none. One that is refused with a reason counts as the command's.
enum tri_flag_kind { TRI_FLAG_UNKNOWN, TRI_FLAG_OTHER, TRI_FLAG_OWN };
enum tri_flag_kind tri_driver_flag_kind(enum tri_command command, const char *text);
// The command's flags, one a line.
void tri_driver_print_flags(enum tri_command command, FILE *out);

// Removes the build cache. An enum tri_exit.
int tri_driver_clean_cache(void);

extern const char tri_driver_debug_help[];

#endif
