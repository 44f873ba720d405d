// tricolor test: for each package that patterns name, its test program is built and run in the package's folder, and the
// outcome is told in the go command's words.
#define _GNU_SOURCE // pipe2, vasprintf
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"
#include "compiler/driver/test_events.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	GRACE = 60,     // seconds that a test program has, beyond its own limit, to say where it hangs
	LAST_WORDS = 6, // and those between asking and ending it
};

struct outcome {
	int status;    // of the process, as wait gives it
	bool too_long; // it was stopped
	double seconds;
	struct tri_buffer output;          // standard output and error; empty when they were passed on
	struct driver_test_events *events; // or NULL
};

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

// ---- Running one -----------------------------------------------------------------------------------------

static char **program_arguments(struct tri_arena *arena, const char *execute, const char *program, const struct tri_test_options *test)
{
	const char *by = execute != NULL ? execute : "";
	char **list = TRI_NEW_ARRAY(arena, char *, test->argument_count + strlen(by) + 4);
	uint32_t count = tri_driver_split_words(arena, by, list);
	list[count++] = (char *)(uintptr_t)program;
	list[count++] = "-test.paniconexit0";
	list[count++] = tri_arena_printf(arena, "-test.timeout=%s", test->timeout);
	for (uint32_t i = 0; i < test->argument_count; i++)
		list[count++] = (char *)(uintptr_t)test->arguments[i];
	return list;
}

static pid_t start(const char *folder, char **arguments, int output)
{
	fflush(NULL);
	pid_t child = fork();
	if (child != 0)
		return child;
	if (output >= 0) {
		dup2(output, STDOUT_FILENO);
		dup2(output, STDERR_FILENO);
	}
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (nothing >= 0)
		dup2(nothing, STDIN_FILENO);
	if (chdir(folder) != 0)
		fprintf(stderr, "tricolor: %s: %s\n", folder, strerror(errno));
	else
		setenv("PWD", folder, 1);
	execvp(arguments[0], arguments);
	fprintf(stderr, "tricolor: cannot run %s: %s\n", arguments[0], strerror(errno));
	_exit(TRI_EXIT_FAILURE);
}

// Asks for the goroutines' stacks first.
static void stop(pid_t child, struct outcome *outcome)
{
	kill(child, outcome->too_long ? SIGKILL : SIGQUIT);
	outcome->too_long = true;
}

// Reads until the last writer is gone, which may outlive the test program by no more than a moment.
static void read_output(pid_t child, int input, double until, struct outcome *outcome)
{
	char bytes[4096];
	for (;;) {
		struct pollfd wait = {.fd = input, .events = POLLIN};
		int milliseconds = until > now() ? (int)((until - now()) * 1e3) + 1 : 0;
		int ready = poll(&wait, 1, milliseconds);
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready == 0) {
			stop(child, outcome);
			until = now() + LAST_WORDS;
			continue;
		}
		ssize_t got = read(input, bytes, sizeof bytes);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return;
		tri_buffer_append(&outcome->output, bytes, (size_t)got);
		if (outcome->events != NULL)
			driver_test_events_feed(outcome->events, bytes, (size_t)got);
	}
}

static void wait_for(pid_t child, double until, struct outcome *outcome)
{
	while (waitpid(child, &outcome->status, WNOHANG) == 0) {
		if (now() > until) {
			stop(child, outcome);
			until = now() + LAST_WORDS;
		}
		usleep(2000);
	}
}

static bool run_test(struct tri_arena *arena, const char *execute, const char *program, const char *folder,
					 const struct tri_test_options *test, struct outcome *outcome)
{
	int ends[2] = {-1, -1};
	if ((!test->streams || test->events) && pipe2(ends, O_CLOEXEC) != 0) {
		tri_driver_message("cannot make a pipe: %s", strerror(errno));
		return false;
	}
	double begin = now(), until = test->timeout_seconds > 0 ? begin + (double)test->timeout_seconds + GRACE : 1e18;
	pid_t child = start(folder, program_arguments(arena, execute, program, test), ends[1]);
	if (ends[1] >= 0)
		close(ends[1]);
	if (child < 0) {
		tri_driver_message("cannot start the test program: %s", strerror(errno));
		return false;
	}
	if (ends[0] >= 0) {
		read_output(child, ends[0], until, outcome);
		close(ends[0]);
	}
	wait_for(child, until, outcome);
	outcome->seconds = now() - begin;
	return true;
}

// ---- Telling ---------------------------------------------------------------------------------------------

static bool begins_with(const struct tri_buffer *text, const char *prefix)
{
	return text->length >= strlen(prefix) && memcmp(text->data, prefix, strlen(prefix)) == 0;
}

// A line of the go command's own.
static void say(struct driver_test_events *events, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct driver_test_events *events, const char *format, ...)
{
	char *text;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		tri_ice("out of memory");
	if (events != NULL)
		driver_test_events_feed(events, text, (size_t)length);
	else
		fputs(text, stdout);
	free(text);
}

static void say_signal(struct driver_test_events *events, int status)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	if (out == NULL)
		tri_ice("out of memory");
	tri_driver_print_signal(out, status);
	fclose(out);
	say(events, "%s", text);
	free(text);
}

static bool tell(const char *path, const struct outcome *outcome, const struct tri_test_options *test)
{
	bool passed = WIFEXITED(outcome->status) && WEXITSTATUS(outcome->status) == 0 && !outcome->too_long;
	struct driver_test_events *events = outcome->events;
	if (events == NULL && (!passed || test->shows_passed))
		fwrite(outcome->output.data, 1, outcome->output.length, stdout);
	bool streamed = test->streams || outcome->output.length == 0;
	if (outcome->output.length > 0 && outcome->output.data[outcome->output.length - 1] != '\n' &&
		(events != NULL || !passed || test->shows_passed))
		say(events, "\n");
	if (passed) {
		bool none = begins_with(&outcome->output, "testing: warning: no tests to run\n");
		say(events, "ok  \t%s\t%.3fs%s\n", path, outcome->seconds, none ? " [no tests to run]" : "");
	} else {
		if (outcome->too_long)
			say(events, "*** Test killed: ran too long (%lds).\n", test->timeout_seconds + GRACE);
		else if (WIFSIGNALED(outcome->status))
			say_signal(events, outcome->status);
		else if (streamed)
			say(events, "exit status %d\n", WEXITSTATUS(outcome->status));
		say(events, "%sFAIL\t%s\t%.3fs\n", events != NULL ? "\x16" : "", path, outcome->seconds); // marked (test_events.c)
	}
	fflush(stdout);
	return passed;
}

// ---- One package -----------------------------------------------------------------------------------------

struct tested {
	const char *path, *folder;
	bool has_tests;
};

static const char *program_name(struct tri_arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	return tri_arena_printf(arena, "%s.test", slash != NULL ? slash + 1 : path);
}

static bool test_package(struct tri_arena *arena, const struct tri_build_options *options, const struct tri_test_options *test,
						 const struct tested *tested, const char *const *inputs, uint32_t input_count, const char *folder,
						 struct driver_test_events *events)
{
	struct tri_build_options build_options = *options;
	const char *name = program_name(arena, tested->path);
	build_options.inputs = inputs;
	build_options.input_count = input_count;
	build_options.goal = TRI_BUILD_EXECUTABLE;
	build_options.tested = tested->path;
	build_options.output = options->output != NULL ? options->output
						   : test->only_compiles   ? name
												   : tri_arena_printf(arena, "%s/%s", folder, name);
	if (tri_driver_build(&build_options) != TRI_EXIT_OK) {
		say(events, "FAIL\t%s [build failed]\n", tested->path);
		fflush(stdout);
		return false;
	}
	if (test->only_compiles)
		return true;
	const char *program = build_options.output[0] == '/' ? build_options.output : realpath(build_options.output, NULL);
	struct outcome outcome = {.events = events};
	bool passed =
		program != NULL && run_test(arena, options->execute, program, tested->folder, test, &outcome) && tell(tested->path, &outcome, test);
	tri_buffer_free(&outcome.output);
	if (options->output == NULL)
		unlink(program); // the next one may be as large
	return passed;
}

// ---- All of them -----------------------------------------------------------------------------------------

// The packages that the patterns name; an enum tri_exit.
static int find_packages(struct tri_arena *arena, const struct tri_build_options *options, struct tested **list, uint32_t *count)
{
	struct driver_build build;
	struct tri_build_options find = *options;
	find.goal = TRI_BUILD_FIND;
	tri_driver_begin(&build, &find);
	int status = tri_driver_load(&build);
	tri_driver_put_go_on_path(&build);
	const struct tri_load *load = build.load;
	*count = 0;
	if (status == TRI_EXIT_OK) {
		*list = TRI_NEW_ARRAY(arena, struct tested, load->named.count);
		for (uint32_t i = 0; i < load->named.count; i++) {
			const struct tri_load_package *package = load->named.items[i];
			(*list)[(*count)++] = (struct tested){
				.path = tri_arena_strdup(arena, package->path, strlen(package->path)),
				.folder = tri_arena_strdup(arena, package->folder, strlen(package->folder)),
				.has_tests = package->has_tests,
			};
		}
	}
	tri_driver_end(&build);
	return status;
}

int tri_driver_test(const struct tri_build_options *options, const struct tri_test_options *test)
{
	struct tri_arena *arena = tri_arena_new();
	struct tested *list = NULL;
	uint32_t count = 0;
	int status = find_packages(arena, options, &list, &count);
	const char *folder = status == TRI_EXIT_OK ? tri_driver_temporary_folder(arena) : NULL;
	if (status == TRI_EXIT_OK && folder == NULL)
		status = TRI_EXIT_FAILURE;
	if (count > 1 && options->output != NULL && folder != NULL) {
		tri_driver_message("-o names one file, but there are %u packages to test", count);
		status = TRI_EXIT_FAILURE;
	}
	bool all_passed = true;
	for (uint32_t i = 0; i < count && status == TRI_EXIT_OK; i++) {
		bool alone = count == 1, passed = true;
		struct driver_test_events stream, *events = test->events && !test->only_compiles ? &stream : NULL;
		if (events != NULL)
			driver_test_events_begin(events, list[i].path);
		if (!list[i].has_tests)
			say(events, "?   \t%s\t[no test files]\n", list[i].path);
		else
			passed = test_package(arena, options, test, &list[i], alone ? options->inputs : &list[i].path, alone ? options->input_count : 1,
								  folder, events);
		if (events != NULL)
			driver_test_events_end(events, !passed ? "fail" : list[i].has_tests ? "pass" : "skip");
		all_passed &= passed;
	}
	if (!all_passed && !test->events && options->input_count > 0)
		puts("FAIL");
	if (folder != NULL)
		tri_driver_remove_folder(folder);
	tri_arena_free(arena);
	return status != TRI_EXIT_OK ? status : all_passed ? TRI_EXIT_OK : TRI_EXIT_SOURCE_ERROR;
}
