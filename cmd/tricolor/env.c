// tricolor env: what tricolor found on this machine.
#include "cmd/tricolor/command.h"
#include "compiler/source/goroot.h"

#include <stdio.h>

static void print_json_string(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			printf("\\u%04x", *text);
		else
			putchar(*text);
	}
	putchar('"');
}

int command_env(int count, char **arguments)
{
	bool json = false;
	int first = 1;
	for (; first < count && arguments[first][0] == '-'; first++) {
		if (strcmp(arguments[first], "-json") == 0) {
			json = true;
			continue;
		}
		bool help = strcmp(arguments[first], "-h") == 0 || strcmp(arguments[first], "-help") == 0 || strcmp(arguments[first], "--help") == 0;
		if (!help)
			fprintf(stderr, "tricolor env: %s: unknown flag\n", arguments[first]);
		command_usage("env", !help);
		return help ? TRI_EXIT_OK : TRI_EXIT_FAILURE;
	}
	struct tri_arena *arena = tri_arena_new();
	struct tri_goroot goroot = tri_goroot_find(arena);
	const struct {
		const char *name, *value;
	} rows[] = {
		{"GOROOT", goroot.path}, {"GOVERSION", goroot.version}, {"GOTOOL", goroot.go_tool}, {"TRICOLORCACHE", tri_cache_folder(arena)},
		{"TRICOLORVERSION", TRI_VERSION},
	};
	int status = TRI_EXIT_OK;
	if (first < count) {
		// Named values alone, one a line, as `go env NAME` prints them.
		for (; first < count; first++) {
			const char *value = NULL;
			for (size_t i = 0; i < TRI_COUNT(rows); i++) {
				if (strcmp(rows[i].name, arguments[first]) == 0)
					value = rows[i].value;
			}
			puts(value != NULL ? value : "");
			if (value == NULL || value[0] == '\0')
				status = TRI_EXIT_FAILURE;
		}
	} else {
		if (json)
			puts("{");
		for (size_t i = 0; i < TRI_COUNT(rows); i++) {
			if (json) {
				printf("\t\"%s\": ", rows[i].name);
				print_json_string(rows[i].value);
				puts(i + 1 < TRI_COUNT(rows) ? "," : "");
			} else {
				printf("%s='%s'\n", rows[i].name, rows[i].value);
			}
		}
		if (json)
			puts("}");
		if (goroot.path[0] == '\0' && !json)
			fputs("tricolor env: no Go 1.26 found: run ./setup, or set GOROOT to a go1.26 release\n", stderr);
	}
	tri_arena_free(arena);
	return status;
}
