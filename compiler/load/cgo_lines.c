// #cgo lines of the comments above import "C": [condition...] NAME: flags
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

static const char *const names[] = {
	[LOAD_CGO_CPPFLAGS] = "CPPFLAGS", [LOAD_CGO_CFLAGS] = "CFLAGS",   [LOAD_CGO_CXXFLAGS] = "CXXFLAGS",
	[LOAD_CGO_FFLAGS] = "FFLAGS",     [LOAD_CGO_LDFLAGS] = "LDFLAGS", [LOAD_CGO_PKG_CONFIG] = "pkg-config",
};

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// "linux,!arm darwin": one of the words holds when all of its tags do.
static bool condition_holds(const struct load_scan *scan, const char *at, const char *end)
{
	const struct load_tags tags = tri_load_tags_for(scan->context, scan->package);
	while (at < end) {
		bool all = true;
		while (at < end && !is_blank(*at)) {
			bool negated = *at == '!';
			const char *start = at + negated;
			at = start;
			while (at < end && *at != ',' && !is_blank(*at))
				at++;
			all = all && tri_load_tag_holds(&tags, start, (size_t)(at - start)) != negated;
			at += at < end && *at == ',';
		}
		if (all)
			return true;
		while (at < end && is_blank(*at))
			at++;
	}
	return false;
}

// Characters that mean nothing to a shell, or that paths and linkers need all the same.
static bool is_plain(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
		if (!letter && (c == '\0' || strchr("+-.,/=_:$@%! ~^", c) == NULL))
			return false;
	}
	return true;
}

// With the folder for each ${SRCDIR}.
static const char *with_folder(struct tri_arena *arena, const char *folder, const char *word, bool *malformed)
{
	static const char name[] = "${SRCDIR}";
	struct tri_buffer out = {0};
	bool plain = true;
	for (const char *at = word, *next; at != NULL; at = next != NULL ? next + strlen(name) : NULL) {
		next = strstr(at, name);
		size_t length = next != NULL ? (size_t)(next - at) : strlen(at);
		plain = plain && is_plain(at, length);
		tri_buffer_append(&out, at, length);
		if (next != NULL)
			tri_buffer_append_c(&out, folder);
		plain = plain && (next == NULL || is_plain(folder, strlen(folder)));
	}
	*malformed = !plain || out.length == 0;
	const char *result = out.length > 0 ? tri_arena_strdup(arena, out.data, out.length) : "";
	tri_buffer_free(&out);
	return result;
}

// Folders of -I and -L are the package's.
static void make_absolute(struct tri_arena *arena, const char *folder, tri_load_strings *words)
{
	for (uint32_t i = 0; i < words->count; i++) {
		const char *word = words->items[i];
		if (word[0] != '-' || (word[1] != 'I' && word[1] != 'L'))
			continue;
		if (word[2] == '\0' && ++i < words->count && words->items[i][0] != '/')
			words->items[i] = tri_load_join(arena, folder, words->items[i]);
		else if (word[2] != '\0' && word[2] != '/')
			words->items[i] = tri_arena_printf(arena, "%.2s%s", word, tri_load_join(arena, folder, word + 2));
	}
}

// Words between blanks. Quotes hold blanks together; what is behind a backslash is itself, in quotes, too. False: a quote
// or a backslash is left.
static bool split_words(struct tri_arena *arena, tri_load_strings *words, const char *at, const char *end)
{
	struct tri_buffer word = {0};
	char quote = '\0';
	bool escaped = false, begun = false;
	for (; at < end; at++) {
		if (!escaped && *at == '\\') {
			escaped = true;
		} else if (!escaped && quote != '\0' && *at == quote) {
			quote = '\0';
		} else if (!escaped && quote == '\0' && (*at == '"' || *at == '\'')) {
			quote = *at;
			begun = true;
		} else if (!escaped && quote == '\0' && is_blank(*at)) {
			if (begun)
				tri_vector_push(arena, words, word.length > 0 ? tri_arena_strdup(arena, word.data, word.length) : "");
			word.length = 0;
			begun = false;
		} else {
			tri_buffer_append_byte(&word, *at);
			escaped = false;
			begun = true;
		}
	}
	if (begun)
		tri_vector_push(arena, words, word.length > 0 ? tri_arena_strdup(arena, word.data, word.length) : "");
	tri_buffer_free(&word);
	return quote == '\0' && !escaped;
}

// "#cgo noescape f" and "#cgo nocallback f" are the tool's.
static bool is_about_function(const char *at, const char *end)
{
	const char *words[3];
	size_t lengths[3], count = 0;
	while (at < end) {
		const char *start = at;
		while (at < end && !is_blank(*at))
			at++;
		if (at > start && count == TRI_COUNT(words))
			return false;
		if (at > start) {
			words[count] = start;
			lengths[count++] = (size_t)(at - start);
		}
		at += at < end;
	}
	return count == 2 &&
		   ((lengths[0] == 8 && memcmp(words[0], "noescape", 8) == 0) || (lengths[0] == 10 && memcmp(words[0], "nocallback", 10) == 0));
}

static void read_line(struct load_cgo_lines *lines, const struct tri_source_file *source, const char *line, const char *end)
{
	while (end > line && is_blank(end[-1]))
		end--;
	const char *at = line;
	while (at < end && is_blank(*at))
		at++;
	if (end - at < 5 || memcmp(at, "#cgo", 4) != 0 || (at[4] != ' ' && at[4] != '\t') || is_about_function(at + 5, end) ||
		lines->problem != NULL)
		return;
	struct tri_arena *arena = lines->arena;
	const char *folder = lines->scan->package->folder, *whole = tri_arena_strdup(arena, line, (size_t)(end - line));
	lines->problem = tri_arena_printf(arena, "%s: invalid #cgo line: %s", source->path, whole);
	const char *colon = memchr(at, ':', (size_t)(end - at)), *condition = at + 5, *behind = colon;
	while (behind != NULL && behind > condition && is_blank(behind[-1]))
		behind--;
	const char *name = behind;
	while (name != NULL && name > condition && !is_blank(name[-1]))
		name--;
	if (colon == NULL || name == behind)
		return;
	while (condition < name && is_blank(*condition))
		condition++;
	tri_load_strings words = {0};
	if (condition < name && !condition_holds(lines->scan, condition, name)) {
		lines->problem = NULL;
		return;
	}
	if (!split_words(arena, &words, colon + 1, end))
		return;
	for (uint32_t i = 0; i < words.count; i++) {
		bool malformed;
		words.items[i] = with_folder(arena, folder, words.items[i], &malformed);
		if (malformed) {
			lines->problem = tri_arena_printf(arena, "%s: malformed #cgo argument: %s", source->path, words.items[i]);
			return;
		}
	}
	lines->problem = tri_arena_printf(arena, "%s: invalid #cgo verb: %s", source->path, whole);
	for (size_t kind = 0; kind < TRI_COUNT(names); kind++) {
		if (strlen(names[kind]) != (size_t)(behind - name) || memcmp(names[kind], name, strlen(names[kind])) != 0)
			continue;
		lines->problem = NULL;
		if (kind != LOAD_CGO_PKG_CONFIG)
			make_absolute(arena, folder, &words);
		for (uint32_t i = 0; i < words.count; i++)
			tri_vector_push(arena, &lines->flags[kind], words.items[i]);
	}
}

// Lines of all comments from one place to the other.
static void read_comments(struct load_cgo_lines *lines, const struct tri_source_file *source, const char *at, const char *end)
{
	for (; at < end; at++) {
		if (at[0] != '/')
			continue;
		bool block = at[1] == '*';
		const char *stop = block ? strstr(at + 2, "*/") : strchr(at, '\n');
		if (stop == NULL)
			stop = source->text + source->length;
		at += 2;
		at += !block && *at == ' ';
		while (at < stop) {
			const char *next = memchr(at, '\n', (size_t)(stop - at));
			read_line(lines, source, at, next != NULL ? next : stop);
			at = next != NULL ? next + 1 : stop;
		}
		at += block;
	}
}

// A run of comments that no empty line breaks.
struct comments {
	const char *start, *end;
};

// Behind the comment.
static const char *skip_comment(const char *at, const char *end)
{
	const char *stop = at[1] == '*' ? strstr(at + 2, "*/") : strchr(at, '\n');
	return stop == NULL ? end : at[1] == '*' ? stop + 2 : stop;
}

// Behind the string, word or other character.
static const char *skip_token(const char *at, const char *end)
{
	if (*at == '"' || *at == '`') {
		const char *stop = strchr(at + 1, *at);
		return stop == NULL ? end : stop + 1;
	}
	const char *start = at;
	while (at < end && !is_blank(*at) && strchr("/\"`();", *at) == NULL)
		at++;
	return at + (at == start);
}

static bool is_word(const char *start, const char *end, const char *word)
{
	return strlen(word) == (size_t)(end - start) && memcmp(start, word, strlen(word)) == 0;
}

static bool closes(const char *at)
{
	while (is_blank(*at) || *at == ';')
		at++;
	return *at == ')';
}

// What a file begins with is comments, words, strings and parentheses, up to the first other declaration.
void tri_load_read_cgo_lines(struct load_cgo_lines *lines, const struct tri_source_file *source)
{
	static const char *const others[] = {"const", "func", "type", "var"};
	const struct comments none = {0};
	struct comments above = none, above_import = none; // the next word; the word import
	uint32_t specs = 0, newlines = 0;
	bool in_group = false, first_on_line = true;
	for (const char *at = source->text, *end = at + source->length; at < end;) {
		if (is_blank(*at)) {
			first_on_line = first_on_line || *at == '\n';
			newlines += *at++ == '\n';
			if (newlines > 1)
				above = none;
			continue;
		}
		const char *start = at;
		newlines = 0;
		if (at[0] == '/' && (at[1] == '/' || at[1] == '*')) {
			at = skip_comment(at, end);
			if (first_on_line)
				above = (struct comments){above.start != NULL ? above.start : start, at};
			continue;
		}
		at = skip_token(at, end);
		for (size_t i = 0; i < TRI_COUNT(others); i++) {
			if (is_word(start, at, others[i]))
				return;
		}
		if (is_word(start, at, "import")) {
			above_import = above;
			in_group = false;
			specs = 0;
		}
		in_group = in_group || *start == '(';
		specs += *start == '"' || *start == '`';
		if (is_word(start, at, "\"C\"") || is_word(start, at, "`C`")) {
			bool alone = !in_group || (specs == 1 && closes(at));
			struct comments own = in_group && above.start != NULL ? above : alone ? above_import : none;
			read_comments(lines, source, own.start, own.end);
		}
		above = none;
		first_on_line = false;
	}
}

const char *tri_load_check_cgo_lines(const struct load_cgo_lines *lines)
{
	const char *problem = lines->problem;
	for (size_t kind = LOAD_CGO_CPPFLAGS; kind <= LOAD_CGO_LDFLAGS && problem == NULL; kind++) {
		problem = tri_load_check_cgo_flags(lines->arena, names[kind], &lines->flags[kind]);
		if (problem != NULL)
			problem = tri_arena_printf(lines->arena, "%s: %s", lines->scan->package->path, problem);
	}
	if (problem == NULL && lines->flags[LOAD_CGO_PKG_CONFIG].count > 0)
		problem = "#cgo pkg-config is not supported yet";
	return problem;
}
