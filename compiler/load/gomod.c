// Reading go.mod and go.work files, and comparing versions.
//
// A line is a directive with words, or opens a block of them: `require (`. Words may be quoted.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_WORDS = 16 };

struct reader {
	struct tri_arena *arena;
	struct load_gomod *result;
	struct tri_buffer *problems;
	int line, column; // where the line's first word stands
	bool failed;
	const char *words[MOST_WORDS];
	uint32_t count;
};

TRI_PRINTF(2, 3) static void complain(struct reader *r, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	tri_buffer_printf(r->problems, r->column > 1 ? "%s:%d:%d: " : "%s:%d: ", r->result->file, r->line, r->column);
	tri_buffer_vprintf(r->problems, format, arguments);
	tri_buffer_append_byte(r->problems, '\n');
	va_end(arguments);
	r->failed = true;
}

// Splits the line into words; parentheses that stand alone are words, and so is =>.
static void split_line(struct reader *r, const char *text, const char *end)
{
	r->count = 0;
	while (text < end && r->count < MOST_WORDS) {
		if (*text == ' ' || *text == '\t' || *text == '\r') {
			text++;
			continue;
		}
		if (end - text >= 2 && text[0] == '/' && text[1] == '/')
			return;
		const char *start = text;
		if (*text == '"' || *text == '`') {
			char quote = *text++;
			start = text;
			while (text < end && *text != quote)
				text++;
			if (text == end) {
				complain(r, "unterminated quoted string");
				return;
			}
			r->words[r->count++] = tri_arena_strdup(r->arena, start, (size_t)(text - start));
			text++;
			continue;
		}
		if (*text == '(' || *text == ')' || *text == ',' || *text == '[' || *text == ']') {
			text++;
		} else {
			while (text < end && strchr(" \t\r(),[]\"`", *text) == NULL && !(end - text >= 2 && text[0] == '/' && text[1] == '/'))
				text++;
		}
		r->words[r->count++] = tri_arena_strdup(r->arena, start, (size_t)(text - start));
	}
}

static bool is_go_version(const char *text)
{
	if (strncmp(text, "1", 1) != 0 || (text[1] != '.' && text[1] != '\0'))
		return false;
	return text[1] == '\0' || (text[2] >= '0' && text[2] <= '9');
}

static bool is_folder_path(const char *text)
{
	return strcmp(text, ".") == 0 || strcmp(text, "..") == 0 || strncmp(text, "./", 2) == 0 || strncmp(text, "../", 3) == 0 ||
		   text[0] == '/';
}

static void add_replacement(struct reader *r, const char *const *words, uint32_t count)
{
	struct load_replacement replacement = {0};
	uint32_t arrow = 0;
	while (arrow < count && strcmp(words[arrow], "=>") != 0)
		arrow++;
	if (arrow == 0 || arrow > 2 || arrow + 1 >= count || count - arrow > 3) {
		complain(r, "usage: replace module/path [v1.2.3] => other/module v1.4\n\t or replace module/path [v1.2.3] => ../local/directory");
		return;
	}
	replacement.old_path = words[0];
	replacement.old_version = arrow == 2 ? words[1] : NULL;
	replacement.path = words[arrow + 1];
	replacement.version = count - arrow == 3 ? words[arrow + 2] : NULL;
	if (replacement.version == NULL && !is_folder_path(replacement.path)) {
		complain(r, "replacement module without version must be directory path (rooted or starting with . or ..)");
		return;
	}
	if (replacement.version != NULL && is_folder_path(replacement.path)) {
		complain(r, "replacement module directory path \"%s\" cannot have version", replacement.path);
		return;
	}
	tri_vector_push(r->arena, &r->result->replaces, replacement);
}

static void add_directive(struct reader *r, const char *verb, const char *const *words, uint32_t count)
{
	struct load_gomod *result = r->result;
	static const char *const without_meaning[] = {"toolchain", "retract", "tool"};
	for (size_t i = 0; i < TRI_COUNT(without_meaning); i++) {
		if (strcmp(verb, without_meaning[i]) == 0)
			return;
	}
	if (strcmp(verb, "module") == 0) {
		if (result->path != NULL)
			complain(r, "repeated module statement");
		else if (count != 1)
			complain(r, "usage: module module/path");
		else
			result->path = words[0];
	} else if (strcmp(verb, "go") == 0) {
		if (result->go_version != NULL)
			complain(r, "repeated go statement");
		else if (count != 1)
			complain(r, "go directive expects exactly one argument");
		else if (!is_go_version(words[0]))
			complain(r, "invalid go version '%s': must match format 1.23.0", words[0]);
		else
			result->go_version = words[0];
	} else if (strcmp(verb, "require") == 0 || strcmp(verb, "exclude") == 0) {
		if (count != 2) {
			complain(r, "usage: %s module/path v1.2.3", verb);
			return;
		}
		struct load_requirement requirement = {words[0], words[1]};
		if (verb[0] == 'r')
			tri_vector_push(r->arena, &result->requires, requirement);
		else
			tri_vector_push(r->arena, &result->excludes, requirement);
	} else if (strcmp(verb, "replace") == 0) {
		add_replacement(r, words, count);
	} else if (strcmp(verb, "godebug") == 0) {
		if (count != 1 || strchr(words[0], '=') == NULL)
			complain(r, "usage: godebug key=value");
		else
			tri_vector_push(r->arena, &result->debug_settings, words[0]);
	} else if (strcmp(verb, "use") == 0 || strcmp(verb, "ignore") == 0) {
		if (count != 1)
			complain(r, "usage: %s local/dir", verb);
		else if (verb[0] == 'u')
			tri_vector_push(r->arena, &result->uses, words[0]);
		else
			tri_vector_push(r->arena, &result->ignores, words[0]);
	} else {
		complain(r, "unknown directive: %s", verb);
	}
}

static void read_text(struct reader *r, const char *text, const char *end)
{
	const char *block = NULL;
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		r->line++;
		r->column = 1 + (int)strspn(text, " \t");
		split_line(r, text, newline != NULL ? newline : end);
		text = newline != NULL ? newline + 1 : end;
		if (r->count == 0)
			continue;
		if (block != NULL && strcmp(r->words[0], ")") == 0)
			block = NULL;
		else if (block != NULL)
			add_directive(r, block, r->words, r->count);
		else if (r->count == 2 && strcmp(r->words[1], "(") == 0)
			block = r->words[0];
		else
			add_directive(r, r->words[0], r->words + 1, r->count - 1);
	}
	if (block != NULL)
		complain(r, "syntax error (unterminated block started at %s)", block);
}

bool tri_load_read_gomod(struct tri_arena *arena, const char *path, const char *display_path, struct load_gomod *result,
						 struct tri_buffer *problems)
{
	*result = (struct load_gomod){.file = display_path};
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return false;
	struct tri_buffer text = {0};
	char chunk[4096];
	for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
		tri_buffer_append(&text, chunk, got);
	fclose(file);
	struct reader reader = {.arena = arena, .result = result, .problems = problems};
	if (text.length > 0)
		read_text(&reader, text.data, text.data + text.length);
	tri_buffer_free(&text);
	return !reader.failed;
}

// ---- Versions --------------------------------------------------------------------------------------------

static int compare_numbers(const char *a, size_t a_length, const char *b, size_t b_length)
{
	if (a_length != b_length)
		return a_length < b_length ? -1 : 1;
	return memcmp(a, b, a_length);
}

// Identifiers between dots: numbers by value and before words, words by their bytes.
static int compare_prereleases(const char *a, const char *b)
{
	if (*a == '\0' || *b == '\0') // a release comes after its prereleases
		return (*a == '\0') - (*b == '\0');
	while (*a != '\0' && *b != '\0') {
		a++; // over - or .
		b++;
		size_t a_length = strcspn(a, "."), b_length = strcspn(b, ".");
		bool a_number = strspn(a, "0123456789") >= a_length, b_number = strspn(b, "0123456789") >= b_length;
		int order;
		if (a_number != b_number) {
			order = a_number ? -1 : 1;
		} else if (a_number) {
			order = compare_numbers(a, a_length, b, b_length);
		} else {
			order = memcmp(a, b, a_length < b_length ? a_length : b_length);
			if (order == 0)
				order = (a_length > b_length) - (a_length < b_length);
		}
		if (order != 0)
			return order;
		a += a_length;
		b += b_length;
	}
	return (*a != '\0') - (*b != '\0');
}

int tri_load_compare_versions(const char *a, const char *b)
{
	a += *a == 'v';
	b += *b == 'v';
	for (int part = 0; part < 3; part++) {
		size_t a_length = strspn(a, "0123456789"), b_length = strspn(b, "0123456789");
		int order = compare_numbers(a, a_length, b, b_length);
		if (order != 0)
			return order;
		a += a_length;
		b += b_length;
		a += *a == '.';
		b += *b == '.';
	}
	// What follows a + says nothing about the order.
	char a_rest[256], b_rest[256];
	snprintf(a_rest, sizeof a_rest, "%.*s", (int)strcspn(a, "+"), a);
	snprintf(b_rest, sizeof b_rest, "%.*s", (int)strcspn(b, "+"), b);
	return compare_prereleases(a_rest, b_rest);
}

int tri_load_go_minor(const char *go_version)
{
	if (go_version == NULL || strncmp(go_version, "1.", 2) != 0)
		return 0;
	return atoi(go_version + 2);
}
