// tricolor env: where things are, for people and scripts.
#include "cmd/tricolor/command.h"
#include "compiler/source/goroot.h"

#include <stdio.h>
#include <stdlib.h>

struct row {
	const char *name, *value;
};

static void print_text(const char *text)
{
	putchar('"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
	putchar('"');
}

static void print_shell(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		printf("%s=", rows[i].name);
		print_text(rows[i].value);
		puts("");
	}
}

static const char *value_of(const struct row *rows, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].value;
	}
	return "";
}

static void print_member(const char *name, const char *value, bool last)
{
	putchar('\t');
	print_text(name);
	fputs(": ", stdout);
	print_text(value);
	puts(last ? "" : ",");
}

// All rows, or those that are named.
static void print_json(const struct row *rows, size_t count, char **names, size_t name_count)
{
	puts("{");
	for (size_t i = 0; name_count == 0 && i < count; i++)
		print_member(rows[i].name, rows[i].value, i + 1 == count);
	for (size_t i = 0; i < name_count; i++)
		print_member(names[i], value_of(rows, count, names[i]), i + 1 == name_count);
	puts("}");
}

static const char *go_path(struct tri_arena *arena)
{
	const char *path = getenv("GOPATH"), *home = getenv("HOME");
	return path != NULL && path[0] != '\0' ? path : home != NULL ? tri_arena_printf(arena, "%s/go", home) : "";
}

int command_env(int count, char **arguments)
{
	struct tri_arena *arena = tri_arena_new();
	struct tri_goroot go = tri_goroot_find(arena);
	const char *cache = tri_build_cache_folder(arena);
	const char *flags = getenv("GOFLAGS");
	const struct row rows[] = {
		{"GOARCH", "amd64"},
		{"GOFLAGS", flags != NULL ? flags : ""},
		{"GOOS", "linux"},
		{"GOPATH", go_path(arena)},
		{"GOROOT", go.path != NULL ? go.path : ""},
		{"GOVERSION", go.version != NULL ? go.version : ""},
		{"GOTOOL", go.tool != NULL ? go.tool : ""},
		{"TRICOLORCACHE", cache != NULL ? cache : "off"},
		{"TRICOLORVERSION", TRI_VERSION},
	};
	int status = TRI_EXIT_OK, first = 1;
	bool json = false;
	for (; first < count && arguments[first][0] == '-'; first++) {
		if (strcmp(arguments[first], "-json") == 0 || strcmp(arguments[first], "--json") == 0) {
			json = true;
		} else if (strcmp(arguments[first], "-h") == 0 || strcmp(arguments[first], "--help") == 0) {
			command_usage("env", false);
			tri_arena_free(arena);
			return TRI_EXIT_OK;
		} else {
			fprintf(stderr, "tricolor env: %s: unknown flag\n", arguments[first]);
			status = TRI_EXIT_FAILURE;
		}
	}
	if (status == TRI_EXIT_OK && json)
		print_json(rows, TRI_COUNT(rows), arguments + first, (size_t)(count - first));
	else if (status == TRI_EXIT_OK && first == count)
		print_shell(rows, TRI_COUNT(rows));
	// Named values, one a line, as `go env NAME` does.
	for (; status == TRI_EXIT_OK && !json && first < count; first++)
		puts(value_of(rows, TRI_COUNT(rows), arguments[first]));
	tri_arena_free(arena);
	return status;
}
