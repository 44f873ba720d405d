// Printing diagnostics as Go's compiler does, or as JSON, or with the source for people.
//
// The rules, in the order of reporting: of several syntax errors on one line only the first is
// kept, and of equal other errors following each other on one line too; unless all errors are
// wanted, the tenth error is the last. What remains is sorted by position and adjacent equal lines
// are printed once; when there was a tenth error, "too many errors" with its place ends the list.
#include "compiler/source/source.h"

#include <stdlib.h>

enum {
	MOST_ERRORS = 10,
	MOST_COLUMNS = 255, // Go's compiler keeps eight bits: places further right are printed without column
};

struct line {
	const struct tri_diag *diag;
	struct tri_location location;
	uint32_t order; // of reporting; makes the sort stable
};

static int compare_lines(const void *left, const void *right)
{
	const struct line *a = left, *b = right;
	if (a->diag->pos != b->diag->pos)
		return a->diag->pos < b->diag->pos ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static bool same_line(const struct tri_location *a, const struct tri_location *b)
{
	return a->line == b->line && a->file == b->file && a->path == b->path;
}

static void print_place(const struct tri_location *location, struct tri_buffer *out)
{
	if (location->file == NULL)
		return;
	tri_buffer_printf(out, "%s:%u:", location->path, location->line);
	if (location->column != 0 && location->column < MOST_COLUMNS)
		tri_buffer_printf(out, "%u:", location->column);
	tri_buffer_append_byte(out, ' ');
}

// Length of the well-formed UTF-8 sequence at the text's start, 0 when there is none.
static size_t utf8_length(const unsigned char *text)
{
	size_t length = text[0] < 0x80                      ? 1
					: text[0] >= 0xc2 && text[0] < 0xe0 ? 2
					: (text[0] & 0xf0) == 0xe0          ? 3
					: text[0] >= 0xf0 && text[0] < 0xf5 ? 4
														: 0;
	for (size_t i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	bool too_long = (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xf0 && text[1] < 0x90);
	bool beyond = (text[0] == 0xed && text[1] >= 0xa0) || (text[0] == 0xf4 && text[1] >= 0x90);
	return length > 1 && (too_long || beyond) ? 0 : length;
}

void tri_diag_print_json_text(const char *text, struct tri_buffer *out)
{
	tri_buffer_append_byte(out, '"');
	for (size_t length; *text != '\0'; text += length) {
		unsigned char byte = (unsigned char)*text;
		length = utf8_length((const unsigned char *)text);
		if (byte == '"' || byte == '\\')
			tri_buffer_printf(out, "\\%c", byte);
		else if (byte == '\n')
			tri_buffer_append_c(out, "\\n");
		else if (byte == '\t')
			tri_buffer_append_c(out, "\\t");
		else if (byte < 0x20)
			tri_buffer_printf(out, "\\u%04x", byte);
		else if (length > 0)
			tri_buffer_append(out, text, length);
		else
			tri_buffer_append_c(out, "\\ufffd");
		length += length == 0;
	}
	tri_buffer_append_byte(out, '"');
}

// "file":...,"line":...,"column":..., and nothing for no place.
static void print_json_place(const struct tri_location *location, struct tri_buffer *out)
{
	if (location->file == NULL)
		return;
	tri_buffer_append_c(out, "\"file\":");
	tri_diag_print_json_text(location->path, out);
	tri_buffer_printf(out, ",\"line\":%u,", location->line);
	if (location->column != 0)
		tri_buffer_printf(out, "\"column\":%u,", location->column);
}

static void print_json_related(const struct tri_diag *diag, const struct tri_source_set *sources, struct tri_buffer *out)
{
	tri_buffer_append_c(out, ",\"related\":[");
	for (uint32_t i = 0; i < diag->related_count; i++) {
		const struct tri_related *related = &diag->related[i];
		struct tri_location location = tri_source_locate(sources, related->pos);
		tri_buffer_append_c(out, i > 0 ? ",{" : "{");
		print_json_place(&location, out);
		tri_buffer_append_c(out, "\"message\":");
		tri_diag_print_json_text(related->message != NULL ? related->message : "", out);
		tri_buffer_append_byte(out, '}');
	}
	tri_buffer_append_byte(out, ']');
}

// One object a line.
static void print_json(const struct line *line, const struct tri_source_set *sources, const char *package, struct tri_buffer *out)
{
	tri_buffer_append_byte(out, '{');
	if (package != NULL) {
		tri_buffer_append_c(out, "\"package\":");
		tri_diag_print_json_text(package, out);
		tri_buffer_append_byte(out, ',');
	}
	print_json_place(&line->location, out);
	tri_buffer_printf(out, "\"severity\":\"%s\",", line->diag->severity == TRI_DIAG_ERROR ? "error" : "note");
	if (line->diag->code != NULL) {
		tri_buffer_append_c(out, "\"code\":");
		tri_diag_print_json_text(line->diag->code, out);
		tri_buffer_append_byte(out, ',');
	}
	tri_buffer_append_c(out, "\"message\":");
	tri_diag_print_json_text(line->diag->message, out);
	if (line->diag->related_count > 0)
		print_json_related(line->diag, sources, out);
	tri_buffer_append_c(out, "}\n");
}

void tri_diag_print_json_message(const char *severity, const char *path, uint32_t line, uint32_t column, const char *message,
								 struct tri_buffer *out)
{
	tri_buffer_append_byte(out, '{');
	if (path != NULL) {
		tri_buffer_append_c(out, "\"file\":");
		tri_diag_print_json_text(path, out);
		tri_buffer_printf(out, ",\"line\":%u,\"column\":%u,", line, column);
	}
	tri_buffer_printf(out, "\"severity\":\"%s\",\"message\":", severity);
	tri_diag_print_json_text(message, out);
	tri_buffer_append_c(out, "}\n");
}

// The source line and a caret below the position; tabs are kept so that the caret stays aligned.
static void print_excerpt(const struct tri_location *location, tri_pos pos, struct tri_buffer *out)
{
	const struct tri_source_file *file = location->file;
	if (file == NULL)
		return;
	const char *place = file->text + (pos - file->base - 1);
	const char *start = place, *end = place;
	while (start > file->text && start[-1] != '\n')
		start--;
	while (end < file->text + file->length && *end != '\n' && *end != '\r')
		end++;
	tri_buffer_append_c(out, "    ");
	for (const char *byte = start; byte < end; byte++)
		tri_buffer_append_byte(out, *byte == '\t' || (unsigned char)*byte >= 0x20 ? *byte : '?');
	tri_buffer_append_c(out, "\n    ");
	for (const char *byte = start; byte < place; byte++)
		if (((unsigned char)*byte & 0xc0) != 0x80) // one blank for a whole UTF-8 sequence
			tri_buffer_append_byte(out, *byte == '\t' ? '\t' : ' ');
	tri_buffer_append_c(out, "\033[1;32m^\033[0m\n");
}

// The first line stands out; places on lines of their own are followed by their source too.
static void print_for_people(const struct line *line, const struct tri_source_set *sources, struct tri_buffer *out)
{
	const struct tri_diag *diag = line->diag;
	size_t first = strcspn(diag->message, "\n");
	tri_buffer_append_c(out, "\033[1m");
	print_place(&line->location, out);
	tri_buffer_append_c(out, diag->severity == TRI_DIAG_ERROR ? "\033[31m" : "\033[36m");
	tri_buffer_append(out, diag->message, first);
	tri_buffer_append_c(out, "\033[0m");
	if (diag->code != NULL)
		tri_buffer_printf(out, " \033[2m[%s]\033[0m", diag->code);
	tri_buffer_append_byte(out, '\n');
	print_excerpt(&line->location, diag->pos, out);
	uint32_t next = 0;
	for (const char *rest = diag->message + first; *rest != '\0';) {
		rest++;
		size_t length = strcspn(rest, "\n");
		tri_buffer_append(out, rest, length);
		tri_buffer_append_byte(out, '\n');
		const struct tri_related *related = next < diag->related_count ? &diag->related[next] : NULL;
		if (related != NULL && related->message != NULL && strlen(related->message) <= length &&
			memcmp(rest + length - strlen(related->message), related->message, strlen(related->message)) == 0) {
			struct tri_location location = tri_source_locate(sources, related->pos);
			print_excerpt(&location, related->pos, out);
			next++;
		}
		rest += length;
	}
}

static void print_line(const struct line *line, const struct tri_source_set *sources, const struct tri_diag_print_options *options,
					   struct tri_buffer *out)
{
	if (options->json) {
		print_json(line, sources, options->package, out);
	} else if (options->colour) {
		print_for_people(line, sources, out);
	} else {
		print_place(&line->location, out);
		tri_buffer_printf(out, "%s\n", line->diag->message);
	}
}

void tri_diag_print(struct tri_diags *diags, const struct tri_diag_print_options *options, struct tri_buffer *out)
{
	struct line *lines = calloc(diags->list.count + 1, sizeof *lines);
	if (lines == NULL)
		tri_ice("out of memory");
	uint32_t count = 0, errors = 0;
	struct line last_syntax = {0}, last_other = {0}, tenth = {0};
	for (uint32_t i = 0; i < diags->list.count; i++) {
		const struct tri_diag *diag = &diags->list.items[i];
		struct line line = {diag, tri_source_locate(diags->sources, diag->pos), i};
		if (diag->severity == TRI_DIAG_ERROR && !options->every) {
			struct line *last = tri_diag_is_syntax_error(diag) ? &last_syntax : &last_other;
			if (last->diag != NULL && last->location.file != NULL && same_line(&last->location, &line.location) &&
				(last == &last_syntax || strcmp(last->diag->message, diag->message) == 0))
				continue;
			*last = line;
			errors++;
		}
		lines[count++] = line;
		if (errors == MOST_ERRORS && !options->all_errors) {
			tenth = line;
			break;
		}
	}

	bool sorted = !options->as_reported && !options->every;
	if (sorted)
		qsort(lines, count, sizeof *lines, compare_lines);
	for (uint32_t i = 0; i < count; i++) {
		if (sorted && i > 0 && lines[i].diag->pos == lines[i - 1].diag->pos &&
			strcmp(lines[i].diag->message, lines[i - 1].diag->message) == 0)
			continue;
		print_line(&lines[i], diags->sources, options, out);
	}
	if (tenth.diag != NULL) {
		struct tri_diag note = {.pos = tenth.diag->pos, .severity = TRI_DIAG_ERROR, .message = "too many errors"};
		tenth.diag = &note;
		if (options->json) {
			print_json(&tenth, diags->sources, options->package, out);
		} else {
			print_place(&tenth.location, out);
			tri_buffer_append_c(out, "too many errors\n");
		}
	}
	free(lines);
}
