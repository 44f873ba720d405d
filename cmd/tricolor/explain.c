// tricolor explain: what the code of an error means.
#include "cmd/tricolor/command.h"

#include <stdio.h>

static const struct explanation {
	const char *code, *text, *example;
} explanations[] = {
#define X(code, text, example) {#code, text, example},
#include "cmd/tricolor/explanations.def"
#undef X
};

static const char *package_clause(const struct explanation *explanation)
{
	return strstr(explanation->example, "package ") != NULL ? "" : "package p\n\n";
}

static void print_example(const struct explanation *explanation)
{
	if (explanation->example[0] == '\0')
		return;
	fputs("\nAn example:\n\n", stdout);
	for (const char *line = explanation->example; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		printf(length > 0 ? "    %.*s\n" : "%.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

// For the test that compiles them: each as "CODE LENGTH\n" and the program.
static void print_examples(void)
{
	for (size_t i = 0; i < TRI_COUNT(explanations); i++) {
		const struct explanation *e = &explanations[i];
		if (e->example[0] != '\0')
			printf("%s %zu\n%s%s\n", e->code, strlen(package_clause(e)) + strlen(e->example) + 1, package_clause(e), e->example);
	}
}

static void print_list(void)
{
	for (size_t i = 0; i < TRI_COUNT(explanations); i++)
		printf("%-24s %s\n", explanations[i].code, explanations[i].text);
}

static bool explain(const char *code)
{
	for (size_t i = 0; i < TRI_COUNT(explanations); i++) {
		if (strcmp(explanations[i].code, code) != 0)
			continue;
		printf("%s: %s\n", code, explanations[i].text);
		print_example(&explanations[i]);
		return true;
	}
	fprintf(stderr, "tricolor explain: no error has the code %s; `tricolor explain` lists them\n", code);
	return false;
}

int command_explain(int count, char **arguments)
{
	if (count == 1)
		print_list();
	else if (strcmp(arguments[1], "-examples") == 0)
		print_examples();
	else if (arguments[1][0] == '-')
		command_usage("explain", false);
	int status = TRI_EXIT_OK;
	for (int i = 1; i < count && arguments[1][0] != '-'; i++) {
		if (i > 1)
			putchar('\n');
		if (!explain(arguments[i]))
			status = TRI_EXIT_FAILURE;
	}
	return status;
}
