// The link: the C compiler driver runs the system linker over our objects and the runtime's archive.
#define _GNU_SOURCE
#define TRI_COMPILER_OBJECT_IMPLEMENTATION
#include "compiler/object/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

// Runs a command with its standard error gathered. False: it did not start or did not succeed.
static bool run(char *const *arguments, struct tri_buffer *message)
{
	int pipe_ends[2];
	if (pipe2(pipe_ends, O_CLOEXEC) != 0) {
		tri_buffer_printf(message, "cannot create a pipe: %s\n", strerror(errno));
		return false;
	}
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 2);
	pid_t child;
	int error = posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(pipe_ends[1]);
	if (error != 0) {
		close(pipe_ends[0]);
		tri_buffer_printf(message, "cannot run %s: %s (install gcc or clang, or set CC)\n", arguments[0], strerror(error));
		return false;
	}
	char text[4096];
	ssize_t length;
	while ((length = read(pipe_ends[0], text, sizeof text)) > 0 || (length < 0 && errno == EINTR)) {
		if (length > 0)
			tri_buffer_append(message, text, (size_t)length);
	}
	close(pipe_ends[0]);
	int status;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// An output that is there already and no plain file (/dev/null, a pipe) is written to, never replaced.
static bool is_special(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static bool copy_to(const char *from, const char *to)
{
	int source = open(from, O_RDONLY | O_CLOEXEC), target = open(to, O_WRONLY | O_CLOEXEC);
	bool copied = source >= 0 && target >= 0;
	char chunk[1 << 16];
	for (ssize_t length; copied && (length = read(source, chunk, sizeof chunk)) != 0;) {
		copied = length > 0;
		for (ssize_t written = 0, step; copied && written < length; written += step) {
			step = write(target, chunk + written, (size_t)(length - written));
			copied = step >= 0;
		}
	}
	int error = errno;
	if (source >= 0)
		close(source);
	if (target >= 0)
		close(target);
	errno = error;
	return copied;
}

static bool has_gold(void)
{
	struct tri_arena *arena = tri_arena_new();
	bool found = tri_find_program(arena, "ld.gold") != NULL;
	tri_arena_free(arena);
	return found;
}

static bool run_linker(const struct tri_link_options *options, const char *compiler, bool gold, const char *output,
					   struct tri_buffer *message)
{
	char **arguments = calloc(options->input_count + 16, sizeof *arguments);
	if (!arguments)
		tri_ice("out of memory");
	struct tri_buffer identity = {0};
	uint32_t count = 0;
	arguments[count++] = (char *)(uintptr_t)compiler;
	if (gold)
		arguments[count++] = (char *)(uintptr_t) "-fuse-ld=gold";
	arguments[count++] = (char *)(uintptr_t) "-static";
	arguments[count++] = (char *)(uintptr_t) "-no-pie";
	if (options->identity[0] != 0 || options->identity[1] != 0) {
		tri_buffer_printf(&identity, "-Wl,--build-id=0x%016llx%016llx", (unsigned long long)options->identity[0],
						  (unsigned long long)options->identity[1]);
		arguments[count++] = identity.data;
	}
	if (options->strip_debug)
		arguments[count++] = (char *)(uintptr_t) "-Wl,--strip-debug";
	arguments[count++] = (char *)(uintptr_t) "-o";
	arguments[count++] = (char *)(uintptr_t)output;
	for (uint32_t i = 0; i < options->input_count; i++)
		arguments[count++] = (char *)(uintptr_t)options->inputs[i];
	arguments[count++] = (char *)(uintptr_t) "-lz"; // heap profiles
	arguments[count++] = (char *)(uintptr_t) "-lm";
	if (options->verbose) {
		for (uint32_t i = 0; i < count; i++)
			fprintf(stderr, "%s%s", i ? " " : "", arguments[i]);
		fputc('\n', stderr);
	}
	bool linked = run(arguments, message);
	free(arguments);
	tri_buffer_free(&identity);
	return linked;
}

// gold takes half of the time that the usual linker takes. Where it is missing, or does not know what to do, that one is run.
bool tri_object_link(const struct tri_link_options *options, struct tri_buffer *message)
{
	const char *chosen = getenv("CC");
	bool own_choice = chosen != NULL && *chosen != '\0';
	struct tri_buffer temporary = {0};
	bool special = is_special(options->output);
	tri_buffer_printf(&temporary, "%s.link-%ld", special ? options->inputs[0] : options->output, (long)getpid());
	bool linked = !own_choice && has_gold() && run_linker(options, "cc", true, temporary.data, message);
	if (!linked) {
		message->length = 0;
		linked = run_linker(options, own_choice ? chosen : "cc", false, temporary.data, message);
	}
	if (linked && !(special ? copy_to(temporary.data, options->output) : rename(temporary.data, options->output) == 0)) {
		tri_buffer_printf(message, "cannot write %s: %s\n", options->output, strerror(errno));
		linked = false;
	}
	if (!linked || special)
		unlink(temporary.data);
	tri_buffer_free(&temporary);
	return linked;
}
