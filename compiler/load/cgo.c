// Packages that use C, for what is said of decisions: Go's own tool rewrites their files, as under go build, with the help
// of a C compiler; what it writes is read in their place.
//
// A file that imports "C" becomes NAME.cgo1.go, where uses of C are calls of functions that _cgo_gotypes.go declares. //line
// directives lead back to what was written. No code is made of any of it.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct cgo_run {
	struct load_worker *worker;
	struct load_scan *scan;
	const char *folder;            // of what is written
	tri_load_strings flags;        // of the C compiler
	tri_load_strings linker_flags; // which the tool writes down, a line each
	const char *problem;           // the first one
};

// ---- The tool --------------------------------------------------------------------------------------------

static bool is_outside_of_runtime(const char *path, bool *imports_syscall)
{
	static const char *const without[] = {"runtime/cgo", "runtime/race", "runtime/msan", "runtime/asan"};
	*imports_syscall = true;
	for (size_t i = 0; i < TRI_COUNT(without); i++)
		*imports_syscall = *imports_syscall && strcmp(path, without[i]) != 0;
	return strcmp(path, "runtime/cgo") != 0;
}

// What is said of a kind of flags in the environment comes first: words between blanks, or in quotes.
static void add_flags(struct cgo_run *run, tri_load_strings *flags, const char *variable, const char *otherwise,
					  const tri_load_strings *of_source)
{
	struct tri_arena *arena = run->worker->arena;
	const char *at = getenv(variable);
	if (at == NULL || at[0] == '\0')
		at = otherwise;
	for (at += strspn(at, " \t\r\n"); *at != '\0'; at += strspn(at, " \t\r\n")) {
		bool quoted = *at == '"' || *at == '\'';
		const char *ending = !quoted ? " \t\r\n" : *at == '"' ? "\"" : "'";
		at += quoted;
		size_t length = strcspn(at, ending);
		tri_vector_push(arena, flags, tri_arena_printf(arena, "%.*s", (int)length, at));
		at += length;
		if (quoted && *at == '\0' && run->problem == NULL)
			run->problem = tri_arena_printf(arena, "%s: unterminated %s string", variable, ending);
		at += quoted && *at != '\0';
	}
	for (uint32_t i = 0; i < of_source->count; i++)
		tri_vector_push(arena, flags, of_source->items[i]);
}

// As the go command has it.
static char **tool_environment(struct tri_arena *arena)
{
	TRI_VECTOR(char *) result = {0};
	for (uint32_t i = 0; environ[i] != NULL; i++) {
		if (strncmp(environ[i], "CGO_LDFLAGS=", 12) != 0 && strncmp(environ[i], "TERM=", 5) != 0)
			tri_vector_push(arena, &result, environ[i]);
	}
	tri_vector_push(arena, &result, (char *)(uintptr_t) "CGO_LDFLAGS=");
	tri_vector_push(arena, &result, (char *)(uintptr_t) "TERM=dumb");
	tri_vector_push(arena, &result, NULL);
	return result.items;
}

static int spawn(const struct cgo_run *run, char *const *arguments, const char *log)
{
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, run->scan->package->folder);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&actions, 1, 2);
	pid_t child;
	int problem = posix_spawn(&child, arguments[0], &actions, NULL, arguments, tool_environment(run->worker->arena)), status = 0;
	posix_spawn_file_actions_destroy(&actions);
	if (problem != 0)
		return 127;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
	}
	return status;
}

static void add_quoted(struct tri_buffer *out, const char *before, const char *word)
{
	tri_buffer_printf(out, "%s\"", before);
	for (; *word != '\0'; word++)
		tri_buffer_printf(out, "%s%c", *word == '"' || *word == '\\' ? "\\" : "", *word);
	tri_buffer_append_byte(out, '"');
}

static bool run_tool(struct cgo_run *run, const tri_load_strings *names)
{
	struct tri_arena *arena = run->worker->arena;
	const struct tri_load_package *package = run->scan->package;
	TRI_VECTOR(char *) arguments = {0};
	bool imports_syscall, imports_runtime = is_outside_of_runtime(package->path, &imports_syscall);
	const char *first[] = {run->scan->context->options->cgo_tool, "-objdir", run->folder, "-importpath", package->path};
	for (size_t i = 0; i < TRI_COUNT(first); i++)
		tri_vector_push(arena, &arguments, (char *)(uintptr_t)first[i]);
	if (!imports_runtime)
		tri_vector_push(arena, &arguments, (char *)(uintptr_t) "-import_runtime_cgo=false");
	if (!imports_syscall)
		tri_vector_push(arena, &arguments, (char *)(uintptr_t) "-import_syscall=false");
	struct tri_buffer linker = {0};
	for (uint32_t i = 0; i < run->linker_flags.count; i++)
		add_quoted(&linker, i > 0 ? " " : "-ldflags=", run->linker_flags.items[i]);
	if (linker.length > 0)
		tri_vector_push(arena, &arguments, tri_arena_strdup(arena, linker.data, linker.length));
	tri_buffer_free(&linker);
	const char *then[] = {"--", "-I", run->folder};
	for (size_t i = 0; i < TRI_COUNT(then); i++)
		tri_vector_push(arena, &arguments, (char *)(uintptr_t)then[i]);
	for (uint32_t i = 0; i < run->flags.count; i++)
		tri_vector_push(arena, &arguments, (char *)(uintptr_t)run->flags.items[i]);
	for (uint32_t i = 0; i < names->count; i++)
		tri_vector_push(arena, &arguments, (char *)(uintptr_t)names->items[i]);
	tri_vector_push(arena, &arguments, NULL);
	const char *log = tri_arena_printf(arena, "%slog", run->folder);
	if (spawn(run, arguments.items, log) == 0)
		return true;
	size_t length = 0;
	char *said = tri_load_read_file(log, &length);
	while (said != NULL && length > 0 && said[length - 1] == '\n')
		said[--length] = '\0';
	run->problem = tri_arena_printf(arena, "%s", said != NULL && length > 0 ? said : "go tool cgo cannot be run");
	free(said);
	return false;
}

// ---- What it wrote ---------------------------------------------------------------------------------------

// The text, with the name of the file it was made of as messages name it.
static char *with_shown_name(char *text, size_t *length, const char *shown)
{
	static const char directive[] = "\n//line ";
	char *line = strstr(text, directive), *end = line != NULL ? strchr(line + 1, '\n') : NULL;
	if (end == NULL)
		return text;
	char *changed = NULL;
	int size = asprintf(&changed, "%.*s%s%s:1:1%s", (int)(line - text), text, directive, shown, end);
	free(text);
	*length = size > 0 ? (size_t)size : 0;
	return size > 0 ? changed : NULL;
}

static void take(struct cgo_run *run, const char *name, const char *written)
{
	struct tri_arena *arena = run->worker->arena;
	struct load_context *context = run->scan->context;
	const char *path = tri_arena_printf(arena, "%s%s", run->folder, name);
	size_t length = 0;
	char *text = tri_load_read_file(path, &length);
	if (text != NULL && written != NULL)
		text = with_shown_name(text, &length, tri_load_short_path(context, arena, written));
	struct load_file file = {.name = name, .scan = run->scan, .is_generated = true};
	file.source = text != NULL ? tri_source_add_owned(context->sources, path, name, text, length) : NULL;
	if (file.source == NULL) {
		run->problem = tri_arena_printf(arena, "go tool cgo did not write %s", name);
		return;
	}
	struct tri_parse_options options = tri_load_parse_options(run->scan->package);
	options.standard_library = true; // its directives
	file.diags = (struct tri_diags){.arena = arena, .sources = context->sources};
	file.tree = tri_parse_file(arena, context->names, file.source, &file.diags, &options);
	tri_vector_push(arena, &run->scan->files, file);
}

static void remove_folder(const char *folder)
{
	DIR *directory = opendir(folder);
	for (const struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(directory), entry->d_name, 0);
	}
	if (directory != NULL)
		closedir(directory);
	rmdir(folder);
}

const char *tri_load_run_cgo(struct load_worker *worker, struct load_scan *scan, const tri_load_strings *names)
{
	const char *temporary = getenv("TMPDIR");
	char *folder = (char *)(uintptr_t)tri_arena_printf(worker->arena, "%s/tricolor-cgo-XXXXXX",
													   temporary != NULL && temporary[0] != '\0' ? temporary : "/tmp");
	if (mkdtemp(folder) == NULL)
		return tri_arena_printf(worker->arena, "%s: %s", folder, strerror(errno));
	// With the slash, the tool's own temporary files go there, too.
	struct cgo_run run = {.worker = worker, .scan = scan, .folder = tri_arena_printf(worker->arena, "%s/", folder)};
	struct load_cgo_lines lines = {.arena = worker->arena, .scan = scan};
	for (uint32_t i = 0; i < scan->files.count; i++) {
		for (uint32_t j = 0; j < names->count; j++) {
			if (strcmp(scan->files.items[i].name, names->items[j]) == 0)
				tri_load_read_cgo_lines(&lines, scan->files.items[i].source);
		}
	}
	run.problem = tri_load_check_cgo_lines(&lines);
	add_flags(&run, &run.flags, "CGO_CPPFLAGS", "", &lines.flags[LOAD_CGO_CPPFLAGS]);
	add_flags(&run, &run.flags, "CGO_CFLAGS", "-O2 -g", &lines.flags[LOAD_CGO_CFLAGS]);
	add_flags(&run, &run.linker_flags, "CGO_LDFLAGS", "-O2 -g", &lines.flags[LOAD_CGO_LDFLAGS]);
	if (run.problem == NULL && run_tool(&run, names)) {
		take(&run, "_cgo_gotypes.go", NULL);
		for (uint32_t i = 0; i < names->count && run.problem == NULL; i++) {
			const char *name = names->items[i];
			take(&run, tri_arena_printf(worker->arena, "%.*s.cgo1.go", (int)(strlen(name) - strlen(".go")), name),
				 tri_load_join(worker->arena, scan->package->folder, name));
		}
	}
	remove_folder(folder);
	return run.problem;
}
