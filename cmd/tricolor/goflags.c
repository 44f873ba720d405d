// $GOFLAGS: flags that every command gets that has them.
#include "cmd/tricolor/command.h"

#include <stdio.h>
#include <stdlib.h>

static const char blanks[] = " \t\n";

static bool is_wanted(enum tri_command command, const char *word, bool *known)
{
	enum tri_flag_kind kind = word[0] == '-' ? tri_driver_flag_kind(command, word) : TRI_FLAG_UNKNOWN;
	bool for_tests = word[0] == '-' && command_is_test_flag(word);
	*known = kind != TRI_FLAG_UNKNOWN || for_tests;
	return kind == TRI_FLAG_OWN || (for_tests && command == TRI_COMMAND_TEST);
}

char **command_with_environment(enum tri_command command, int *count, char **arguments)
{
	const char *text = getenv("GOFLAGS");
	if (text == NULL || text[strspn(text, blanks)] == '\0')
		return arguments;
	char **list = calloc((size_t)*count + strlen(text) + 1, sizeof *list); // stays as long as the process
	if (list == NULL)
		tri_ice("out of memory");
	int used = 0;
	list[used++] = arguments[0];
	for (text += strspn(text, blanks); *text != '\0'; text += strspn(text, blanks)) {
		size_t length = strcspn(text, blanks);
		char *word = strndup(text, length);
		if (word == NULL)
			tri_ice("out of memory");
		bool known, wanted = is_wanted(command, word, &known);
		if (!known) {
			fprintf(stderr, "tricolor: parsing $GOFLAGS: unknown flag %s\n", word);
			while (used > 1)
				free(list[--used]);
			free(list);
			free(word);
			return NULL;
		}
		if (wanted)
			list[used++] = word;
		else
			free(word);
		text += length;
	}
	memcpy(list + used, arguments + 1, (size_t)(*count - 1) * sizeof *list);
	*count += used - 1;
	return list;
}
