// tricolor env: where things are, for people and scripts.
#include "cmd/tricolor/command.h"
#include "compiler/source/goroot.h"

#include <stdio.h>

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

static void print_all(const struct row *rows, size_t count, bool json)
{
	if (json)
		puts("{");
	for (size_t i = 0; i < count; i++) {
		if (json)
			printf("\t\"%s\": ", rows[i].name);
		else
			printf("%s=", rows[i].name);
		print_text(rows[i].value);
		puts(json && i + 1 < count ? "," : "");
	}
	if (json)
		puts("}");
}

int command_env(int count, char **arguments)
{
	struct tri_arena *arena = tri_arena_new();
	struct tri_goroot go = tri_goroot_find(arena);
	const char *cache = tri_build_cache_folder(arena);
	const struct row rows[] = {
		{"GOROOT", go.path != NULL ? go.path : ""}, {"GOVERSION", go.version != NULL ? go.version : ""},
		{"GOTOOL", go.tool != NULL ? go.tool : ""}, {"TRICOLORCACHE", cache != NULL ? cache : "off"},
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
	if (status == TRI_EXIT_OK && first == count)
		print_all(rows, TRI_COUNT(rows), json);
	// Named values, one a line, as `go env NAME` does.
	for (; status == TRI_EXIT_OK && first < count; first++) {
		const char *value = "";
		for (size_t i = 0; i < TRI_COUNT(rows); i++) {
			if (strcmp(rows[i].name, arguments[first]) == 0)
				value = rows[i].value;
		}
		puts(value);
	}
	tri_arena_free(arena);
	return status;
}
