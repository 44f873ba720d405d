// The way of a program through the compiler, in order:
//
//   load and check packages -> tree -> inline -> static initialisation -> escape analysis   (frontend.c)
//   -> for each function: SSA, optimise, machine code -> type descriptors -> object -> link        (backend.c)
//
// Each step runs only when those before it reported no error, and whatever was reported is printed at once.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void begin(struct driver_build *build, const struct tri_build_options *options)
{
	*build =
		(struct driver_build){.options = options, .arena = tri_arena_new(), .names = tri_name_table_new(), .sources = tri_source_set_new()};
	build->diags.arena = build->arena;
	build->diags.sources = build->sources;
}

static void end(struct driver_build *build)
{
	tri_load_free(build->load);
	tri_source_set_free(build->sources);
	tri_name_table_free(build->names);
	tri_arena_free(build->arena);
}

static bool is_command(const struct driver_build *build) { return strcmp(build->package->name->text, "main") == 0; }

static bool has_main_function(const struct driver_build *build)
{
	const struct tri_object *object = tri_scope_lookup(build->package->scope, tri_name_intern_c(build->names, "main"));
	return object != NULL && object->kind == TRI_OBJECT_FUNCTION;
}

static int run_build(struct driver_build *build)
{
	const struct tri_build_options *options = build->options;
	int status = tri_driver_load(build);
	if (status != TRI_EXIT_OK || options->goal == TRI_BUILD_SYNTAX || options->goal == TRI_BUILD_LIST ||
		tri_driver_debug_flag(options, "checker"))
		return status;
	// Where values live is of interest when something asks for it.
	bool wants_decisions = options->report > 0 || tri_driver_debug_flag(options, "ir") || tri_driver_debug_flag(options, "escape") ||
						   tri_driver_debug_flag(options, "verify");
	if (options->goal == TRI_BUILD_ANALYSIS && !wants_decisions)
		return TRI_EXIT_OK;
	// Decisions and code are made for single packages only.
	bool alone = build->main != NULL && build->main->imports.count == 0;
	if (!alone && options->goal == TRI_BUILD_EXECUTABLE && build->main != NULL && !is_command(build))
		return TRI_EXIT_OK;
	if (!tri_driver_is_alone(build))
		return TRI_EXIT_SOURCE_ERROR;
	bool good = tri_driver_analyse(build);
	tri_driver_print_diagnostics(build);
	if (!good)
		return TRI_EXIT_SOURCE_ERROR;
	if (options->goal == TRI_BUILD_ANALYSIS)
		return TRI_EXIT_OK;
	// As with the go command, a package that is no command is checked and its output thrown away.
	if (options->goal == TRI_BUILD_EXECUTABLE && !is_command(build))
		return TRI_EXIT_OK;
	if (!tri_driver_is_supported(build))
		return TRI_EXIT_SOURCE_ERROR;
	if (options->goal == TRI_BUILD_EXECUTABLE && !has_main_function(build)) {
		tri_driver_print_header(build);
		fputs("runtime.main_main\xc2\xb7"
			  "f: function main is undeclared in the main package\n",
			  stderr);
		return TRI_EXIT_SOURCE_ERROR;
	}
	const char *output = tri_driver_output(build);
	if (output == NULL)
		return TRI_EXIT_FAILURE;
	if (tri_driver_emit(build, output))
		return TRI_EXIT_OK;
	return build->diags.error_count > 0 ? TRI_EXIT_SOURCE_ERROR : TRI_EXIT_FAILURE;
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

int tri_driver_build(const struct tri_build_options *options)
{
	struct driver_build build;
	begin(&build, options);
	int result = run_on_large_stack(&build);
	end(&build);
	return result;
}

// ---- run -----------------------------------------------------------------------------------------------

// The program gets the terminal's signals itself; the driver waits to clean up after it.
static int run_program(const char *program, const char *const *arguments, uint32_t argument_count)
{
	char **list = calloc((size_t)argument_count + 2, sizeof *list);
	if (list == NULL)
		tri_ice("out of memory");
	list[0] = (char *)(uintptr_t)program;
	for (uint32_t i = 0; i < argument_count; i++)
		list[i + 1] = (char *)(uintptr_t)arguments[i];
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		execv(program, list);
		fprintf(stderr, "tricolor: cannot run %s: %s\n", program, strerror(errno));
		_exit(TRI_EXIT_FAILURE);
	}
	free(list);
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
	if (WIFSIGNALED(status)) {
		fprintf(stderr, "signal: %s\n", strsignal(WTERMSIG(status)));
		return 128 + WTERMSIG(status);
	}
	return WEXITSTATUS(status);
}

int tri_driver_run(const struct tri_build_options *options, const char *const *arguments, uint32_t argument_count)
{
	struct driver_build build;
	begin(&build, options);
	int result = TRI_EXIT_FAILURE;
	const char *folder = tri_driver_temporary_folder(build.arena);
	if (folder != NULL) {
		struct tri_build_options with_output = *options;
		with_output.output = tri_arena_printf(build.arena, "%s/program", folder);
		build.options = &with_output;
		result = run_on_large_stack(&build);
		if (result == TRI_EXIT_OK && !is_command(&build)) {
			tri_driver_message("package %s is not a main package", build.package->name->text);
			result = TRI_EXIT_SOURCE_ERROR;
		} else if (result == TRI_EXIT_OK) {
			result = run_program(with_output.output, arguments, argument_count);
		}
		tri_driver_remove_folder(folder);
	}
	end(&build);
	return result;
}
