// The way of a program through the compiler, in order:
//
//   load and check packages                                                  (frontend.c)
//   for each, imports first (units.c):
//     tree -> inline -> static initialisation -> escape analysis             (analyse.c)
//     -> for each function: SSA, optimise, machine code -> type descriptors  (backend.c)
//   all objects -> link                                                      (backend.c)
//
// Each step runs only when those before it reported no error, and whatever was reported is printed at once.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"
#include "compiler/source/goroot.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

void tri_driver_begin(struct driver_build *build, const struct tri_build_options *options)
{
	*build =
		(struct driver_build){.options = options, .arena = tri_arena_new(), .names = tri_name_table_new(), .sources = tri_source_set_new()};
}

void tri_driver_end(struct driver_build *build)
{
	tri_driver_free_units(build);
	tri_load_free(build->load);
	tri_source_set_free(build->sources);
	tri_name_table_free(build->names);
	tri_arena_free(build->arena);
}

static bool is_command(const struct driver_build *build) { return strcmp(build->main->name, "main") == 0; }

static bool has_main_function(const struct driver_build *build)
{
	const struct tri_object *object = tri_scope_lookup(build->package->scope, tri_name_intern_c(build->names, "main"));
	return object != NULL && object->kind == TRI_OBJECT_FUNCTION;
}

// Where values live is of interest when something asks for it, or for code.
static bool asks_for_decisions(const struct tri_build_options *options)
{
	static const char *const flags[] = {"ir", "escape", "verify"};
	bool any = options->report > 0 || options->record_decisions;
	for (size_t i = 0; i < TRI_COUNT(flags); i++)
		any = any || tri_driver_debug_flag(options, flags[i]);
	return any;
}

static bool find_runtime(struct driver_build *build)
{
	const struct tri_build_options *options = build->options;
	bool needs_it = build->wants_code && options->goal == TRI_BUILD_EXECUTABLE;
	return !needs_it || tri_driver_find_runtime(build->arena, tri_driver_wants_debug_runtime(options), &build->runtime);
}

static int check_command(struct driver_build *build)
{
	if (has_main_function(build))
		return TRI_EXIT_OK;
	tri_driver_print_header(build, build->main);
	fputs("runtime.main_main\xc2\xb7"
		  "f: function main is undeclared in the main package\n",
		  stderr);
	return TRI_EXIT_SOURCE_ERROR;
}

bool tri_driver_has_promises(const struct driver_build *build)
{
	for (uint32_t i = 0; i < build->load->packages.count; i++) {
		const struct tri_load_package *package = build->load->packages.items[i];
		for (uint32_t f = 0; tri_load_is_meant(package) && f < package->files.count; f++) {
			const struct tri_file *file = package->files.items[f];
			for (uint32_t d = 0; d < file->decls.count; d++) {
				const struct tri_decl *decl = file->decls.items[d];
				if (decl->kind == TRI_DECL_FUNCTION && decl->pragma != NULL && (decl->pragma->bits & (1u << TRI_PRAGMA_BIT_NOALLOC)))
					return true;
			}
		}
	}
	return false;
}

// Promises are checked with the decisions of everything that is imported, which is loaded without its bodies otherwise.
static int load(struct driver_build *build)
{
	int status = tri_driver_load(build);
	if (status != TRI_EXIT_OK || build->options->goal != TRI_BUILD_ANALYSIS || build->wants_decisions || !tri_driver_has_promises(build))
		return status;
	tri_load_free(build->load);
	build->load = NULL;
	build->wants_decisions = true;
	return tri_driver_load(build);
}

// Several packages have no output, or each command has one in the folder that -o names: build->commands.
static bool may_have_several_outputs(struct driver_build *build)
{
	const char *output = build->options->output;
	if (build->options->goal == TRI_BUILD_OBJECT) {
		tri_driver_message("-buildmode=package compiles one package: name one");
		return false;
	}
	if (output == NULL || strcmp(output, "/dev/null") == 0)
		return true;
	if (!tri_driver_names_folder(output)) {
		tri_driver_message("cannot write multiple packages to non-directory %s", output);
		return false;
	}
	for (uint32_t i = 0; i < build->load->named.count; i++) {
		const struct tri_load_package *package = build->load->named.items[i];
		if (strcmp(package->name, "main") == 0 && package->types != NULL)
			tri_vector_push(build->arena, &build->commands, tri_arena_strdup(build->arena, package->path, strlen(package->path)));
	}
	if (build->commands.count == 0)
		tri_driver_message("no main packages to build");
	return build->commands.count > 0;
}

// Of a package that is no command.
static int write_package(struct driver_build *build, const char *output)
{
	if (tri_driver_names_folder(output)) {
		tri_driver_message("no main packages to build");
		return TRI_EXIT_SOURCE_ERROR;
	}
	return tri_driver_write_object(build, output) ? TRI_EXIT_OK : TRI_EXIT_FAILURE;
}

static int run_build(struct driver_build *build)
{
	const struct tri_build_options *options = build->options;
	build->wants_code = options->goal == TRI_BUILD_EXECUTABLE || options->goal == TRI_BUILD_OBJECT;
	build->wants_decisions = build->wants_code || (options->goal == TRI_BUILD_ANALYSIS && asks_for_decisions(options));
	const char *cache = tri_build_cache_folder(build->arena);
	if (build->wants_code && cache != NULL && !tri_driver_is_cache_folder(cache))
		return TRI_EXIT_FAILURE;
	if (!find_runtime(build) || !tri_driver_read_linker_flags(build))
		return TRI_EXIT_FAILURE;
	int status = load(build);
	if (build->from_cache || build->has_no_output)
		return build->from_cache ? TRI_EXIT_OK : TRI_EXIT_FAILURE;
	if (status != TRI_EXIT_OK || !build->wants_decisions || tri_driver_debug_flag(options, "checker"))
		return status;
	if (build->wants_code && build->main == NULL && !may_have_several_outputs(build))
		return TRI_EXIT_SOURCE_ERROR;
	build->has_promises = tri_driver_has_promises(build);
	bool made = tri_driver_make_units(build);
	if (build->has_lost_entry && !build->needs_all_bodies) {
		tri_driver_free_units(build);
		tri_load_free(build->load);
		build->load = NULL;
		build->needs_all_bodies = true;
		return run_build(build);
	}
	if (!made)
		return TRI_EXIT_SOURCE_ERROR;
	// As with the go command, packages that are no command, or several, are compiled and their output thrown away, unless a file
	// for one is named.
	if (options->goal == TRI_BUILD_EXECUTABLE && build->main != NULL && !is_command(build) && options->output != NULL &&
		options->tested == NULL && !build->runs && strcmp(options->output, "/dev/null") != 0)
		return write_package(build, options->output);
	if (!build->wants_code || build->main == NULL || (options->goal == TRI_BUILD_EXECUTABLE && !is_command(build)))
		return TRI_EXIT_OK;
	if (options->goal == TRI_BUILD_EXECUTABLE && (status = check_command(build)) == TRI_EXIT_OK && !tri_driver_check_variables(build))
		status = TRI_EXIT_SOURCE_ERROR;
	const char *output = status != TRI_EXIT_OK ? NULL : build->output != NULL ? build->output : tri_driver_output(build);
	if (output == NULL)
		return status == TRI_EXIT_OK ? TRI_EXIT_FAILURE : status;
	bool done = options->goal == TRI_BUILD_OBJECT ? tri_driver_write_object(build, output) : tri_driver_link(build, output);
	if (done && options->goal == TRI_BUILD_EXECUTABLE)
		tri_driver_cache_program(build, output);
	tri_driver_bound_cache(build);
	return done ? TRI_EXIT_OK : TRI_EXIT_FAILURE;
}

// Trees may be nested thousands of levels deep, and many passes recurse: the stages run on a stack that is
// reserved generously and committed by use.
enum { STAGE_STACK_SIZE = 1 << 30 };

struct stage_thread {
	struct driver_build *build;
	int result;
};

static void *run_stages(void *context)
{
	struct stage_thread *thread = context;
	thread->result = run_build(thread->build);
	return NULL;
}

static int run_on_large_stack(struct driver_build *build)
{
	struct stage_thread thread = {.build = build};
	pthread_attr_t attributes;
	pthread_t id;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STAGE_STACK_SIZE);
	int problem = pthread_create(&id, &attributes, run_stages, &thread);
	pthread_attr_destroy(&attributes);
	if (problem != 0) // no room for it: most programs do without
		run_stages(&thread);
	else
		pthread_join(id, NULL);
	return thread.result;
}

int tri_driver_visit_decisions(const struct tri_build_options *options, void (*visit)(struct driver_build *build, void *context),
							   void *context)
{
	struct driver_build build;
	tri_driver_begin(&build, options);
	int result = run_on_large_stack(&build);
	if (result == TRI_EXIT_OK)
		visit(&build, context);
	tri_driver_end(&build);
	return result;
}

int tri_driver_build(const struct tri_build_options *options)
{
	if (options->sarif) {
		struct tri_build_options recording = *options;
		recording.record_decisions = true;
		recording.report = 0; // they are not printed twice
		return tri_driver_visit_decisions(&recording, tri_driver_write_sarif_of_all, NULL);
	}
	struct driver_build build;
	tri_driver_begin(&build, options);
	int result = run_on_large_stack(&build);
	// Everything is compiled, and in the cache: each command by itself is linked from there.
	struct tri_arena *arena = tri_arena_new();
	TRI_VECTOR(const char *) commands = {0};
	for (uint32_t i = 0; result == TRI_EXIT_OK && i < build.commands.count; i++)
		tri_vector_push(arena, &commands, tri_arena_strdup(arena, build.commands.items[i], strlen(build.commands.items[i])));
	tri_driver_end(&build);
	for (uint32_t i = 0; result == TRI_EXIT_OK && i < commands.count; i++) {
		struct tri_build_options one = *options;
		one.inputs = &commands.items[i];
		one.input_count = 1;
		one.anew = false;
		one.report = 0; // was said
		one.listing = one.names_packages = false;
		result = tri_driver_build(&one);
	}
	tri_arena_free(arena);
	return result;
}

// ---- run -----------------------------------------------------------------------------------------------

// As `go run` tells it: what the program's status was, while its own is 1.
static int tell_end(int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return TRI_EXIT_OK;
	if (WIFSIGNALED(status))
		tri_driver_print_signal(stderr, status);
	else
		fprintf(stderr, "exit status %d\n", WEXITSTATUS(status));
	return 1;
}

uint32_t tri_driver_split_words(struct tri_arena *arena, const char *text, char **words)
{
	static const char blanks[] = " \t\n";
	uint32_t count = 0;
	for (text += strspn(text, blanks); *text != '\0'; text += strspn(text, blanks)) {
		size_t length = strcspn(text, blanks);
		words[count++] = tri_arena_strdup(arena, text, length);
		text += length;
	}
	return count;
}

// The program gets the terminal's signals itself; the driver waits to clean up after it.
static int run_program(struct tri_arena *arena, const char *execute, const char *program, const char *const *arguments,
					   uint32_t argument_count)
{
	const char *by = execute != NULL ? execute : "";
	char **list = TRI_NEW_ARRAY(arena, char *, argument_count + strlen(by) + 2);
	uint32_t count = tri_driver_split_words(arena, by, list);
	list[count++] = (char *)(uintptr_t)program;
	for (uint32_t i = 0; i < argument_count; i++)
		list[count++] = (char *)(uintptr_t)arguments[i];
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		execvp(list[0], list);
		fprintf(stderr, "tricolor: cannot run %s: %s\n", list[0], strerror(errno));
		_exit(TRI_EXIT_FAILURE);
	}
	if (child < 0) {
		tri_driver_message("cannot start the program: %s", strerror(errno));
		return TRI_EXIT_FAILURE;
	}
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old_interrupt, old_quit;
	sigaction(SIGINT, &ignore, &old_interrupt);
	sigaction(SIGQUIT, &ignore, &old_quit);
	int status;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
	}
	sigaction(SIGINT, &old_interrupt, NULL);
	sigaction(SIGQUIT, &old_quit, NULL);
	return tell_end(status);
}

int tri_driver_run(const struct tri_build_options *options, const char *const *arguments, uint32_t argument_count)
{
	struct driver_build build;
	tri_driver_begin(&build, options);
	int result = TRI_EXIT_FAILURE;
	const char *folder = tri_driver_temporary_folder(build.arena);
	if (folder != NULL) {
		struct tri_build_options with_output = *options;
		with_output.output = tri_arena_printf(build.arena, "%s/program", folder);
		build.options = &with_output;
		build.runs = true;
		result = run_on_large_stack(&build);
		if (result == TRI_EXIT_OK && !is_command(&build)) {
			tri_driver_message("package %s is not a main package", build.main->name);
			result = TRI_EXIT_SOURCE_ERROR;
		} else if (result == TRI_EXIT_OK) {
			tri_driver_put_go_on_path(&build);
			result = run_program(build.arena, options->execute, with_output.output, arguments, argument_count);
		}
		tri_driver_remove_folder(folder);
	}
	tri_driver_end(&build);
	return result;
}
