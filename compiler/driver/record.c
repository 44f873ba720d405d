// Printing records.
//
// Of text/template's language there are: {{.Field}}, {{.Field.Field}}, {{.}}, {{"text"}}, {{join LIST "text"}}, {{len LIST}},
// {{if X}} {{else}} {{end}}, {{range LIST}} {{else}} {{end}}, {{with X}}, {{not X}}, comments, and {{- -}}, which take blanks away. A
// template is read while it is carried out; parts that are not taken are read all the same.
#include "compiler/driver/record.h"

#include "compiler/source/source.h"

#include <stdio.h>

struct driver_value *tri_driver_record_add(struct driver_record *record, const char *name)
{
	struct driver_field *field = TRI_NEW(record->arena, struct driver_field);
	field->name = name;
	tri_vector_push(record->arena, &record->fields, field);
	return &field->value;
}

static bool is_empty(const struct driver_value *value)
{
	switch (value->kind) {
	case DRIVER_TEXT:
		return value->text[0] == '\0';
	case DRIVER_TRUTH:
		return !value->truth;
	case DRIVER_NUMBER:
		return value->number == 0;
	case DRIVER_LIST:
		return value->list.count == 0;
	case DRIVER_RECORD:
		return value->record.fields.count == 0;
	}
	return true;
}

// ---- JSON ----------------------------------------------------------------------------------------------

void tri_driver_record_print_json(const struct driver_record *record, struct tri_buffer *out)
{
	const char *separator = "{";
	for (uint32_t i = 0; i < record->fields.count; i++) {
		const struct driver_field *field = record->fields.items[i];
		if (is_empty(&field->value))
			continue;
		tri_buffer_printf(out, "%s\"%s\":", separator, field->name);
		separator = ",";
		switch (field->value.kind) {
		case DRIVER_TEXT:
			tri_diag_print_json_text(field->value.text, out);
			break;
		case DRIVER_TRUTH:
			tri_buffer_append_c(out, "true");
			break;
		case DRIVER_NUMBER:
			tri_buffer_printf(out, "%llu", (unsigned long long)field->value.number);
			break;
		case DRIVER_LIST:
			for (uint32_t k = 0; k < field->value.list.count; k++) {
				tri_buffer_append_c(out, k == 0 ? "[" : ",");
				tri_diag_print_json_text(field->value.list.items[k], out);
			}
			tri_buffer_append_byte(out, ']');
			break;
		case DRIVER_RECORD:
			tri_driver_record_print_json(&field->value.record, out);
			break;
		}
	}
	tri_buffer_append_c(out, separator[0] == '{' ? "{}" : "}");
}

// ---- Templates -----------------------------------------------------------------------------------------

struct format {
	struct tri_arena *arena;
	const char *at;
	struct tri_buffer *out, *problem;
	bool failed;
	bool skipping; // what is read is not printed, and "." is not what it would be
};

enum { END_OF_TEXT, END_OF_BLOCK, ELSE_OF_BLOCK };

TRI_PRINTF(2, 3) static struct driver_value fail(struct format *f, const char *text, ...)
{
	va_list arguments;
	va_start(arguments, text);
	if (!f->failed)
		tri_buffer_vprintf(f->problem, text, arguments);
	va_end(arguments);
	f->failed = true;
	f->at += strlen(f->at);
	return (struct driver_value){.kind = DRIVER_TEXT, .text = ""};
}

static const char blanks[] = " \t\r\n";

static bool is_blank(char c) { return c != '\0' && strchr(blanks, c) != NULL; }

static void skip_blanks(struct format *f) { f->at += strspn(f->at, blanks); }

static bool take(struct format *f, const char *word)
{
	size_t length = strlen(word);
	if (strncmp(f->at, word, length) != 0)
		return false;
	f->at += length;
	return true;
}

static bool take_word(struct format *f, const char *word)
{
	size_t length = strcspn(f->at, " \t\r\n}.\"()-");
	if (strlen(word) != length || strncmp(f->at, word, length) != 0)
		return false;
	f->at += length;
	skip_blanks(f);
	return true;
}

// "text", with \n, \t, \" and \\, or `text`.
static const char *take_quoted(struct format *f)
{
	char quote = *f->at++;
	struct tri_buffer text = {0};
	for (; *f->at != '\0' && *f->at != quote; f->at++) {
		char c = *f->at;
		if (c == '\\' && quote == '"' && f->at[1] != '\0') {
			c = *++f->at;
			c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
		}
		tri_buffer_append_byte(&text, (uint8_t)c);
	}
	f->at += *f->at == quote;
	const char *result = tri_arena_strdup(f->arena, text.length > 0 ? text.data : "", text.length);
	tri_buffer_free(&text);
	return result;
}

static struct driver_value field_of(struct format *f, const struct driver_value *value, const char *name, size_t length)
{
	if (f->skipping)
		return *value;
	if (value->kind != DRIVER_RECORD)
		return fail(f, "can't evaluate field %.*s: it is not of a record", (int)length, name);
	for (uint32_t i = 0; i < value->record.fields.count; i++) {
		const struct driver_field *field = value->record.fields.items[i];
		if (strlen(field->name) == length && strncmp(field->name, name, length) == 0)
			return field->value;
	}
	if (value->record.fields.count == 0) // a package without a module
		return (struct driver_value){.kind = DRIVER_TEXT, .text = ""};
	fail(f, "there is no field %.*s; there are", (int)length, name);
	for (uint32_t i = 0; i < value->record.fields.count; i++)
		tri_buffer_printf(f->problem, "%s %s", i > 0 ? "," : "", value->record.fields.items[i]->name);
	return (struct driver_value){.kind = DRIVER_TEXT, .text = ""};
}

static struct driver_value operand(struct format *f, const struct driver_value *dot);

static struct driver_value pipeline(struct format *f, const struct driver_value *dot)
{
	skip_blanks(f);
	if (take_word(f, "join")) {
		struct driver_value list = operand(f, dot), separator = operand(f, dot);
		if (f->skipping)
			return separator;
		if (list.kind != DRIVER_LIST || separator.kind != DRIVER_TEXT)
			return fail(f, "join wants a list and a text");
		struct tri_buffer text = {0};
		for (uint32_t i = 0; i < list.list.count; i++)
			tri_buffer_printf(&text, "%s%s", i > 0 ? separator.text : "", list.list.items[i]);
		struct driver_value result = {.kind = DRIVER_TEXT,
									  .text = tri_arena_strdup(f->arena, text.length > 0 ? text.data : "", text.length)};
		tri_buffer_free(&text);
		return result;
	}
	if (take_word(f, "len")) {
		struct driver_value value = operand(f, dot);
		struct driver_value length = {.kind = DRIVER_NUMBER};
		if (f->skipping)
			return length;
		if (value.kind != DRIVER_LIST && value.kind != DRIVER_TEXT)
			return fail(f, "len wants a list or a text");
		length.number = value.kind == DRIVER_LIST ? value.list.count : strlen(value.text);
		return length;
	}
	if (take_word(f, "not")) {
		struct driver_value value = operand(f, dot);
		return (struct driver_value){.kind = DRIVER_TRUTH, .truth = is_empty(&value)};
	}
	return operand(f, dot);
}

static struct driver_value operand(struct format *f, const struct driver_value *dot)
{
	skip_blanks(f);
	if (*f->at == '"' || *f->at == '`')
		return (struct driver_value){.kind = DRIVER_TEXT, .text = take_quoted(f)};
	if (take(f, "(")) {
		struct driver_value value = pipeline(f, dot);
		skip_blanks(f);
		return take(f, ")") ? value : fail(f, "unclosed (");
	}
	if (*f->at != '.')
		return fail(f, "\"%.*s\" is not supported, only fields, texts, join, len, not, if, range, with", (int)strcspn(f->at, " \t\r\n}"),
					f->at);
	struct driver_value value = *dot;
	while (!f->failed && take(f, ".")) {
		size_t length = strspn(f->at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
		const char *name = f->at;
		f->at += length;
		if (length > 0)
			value = field_of(f, &value, name, length);
	}
	return value;
}

static void print(struct format *f, const struct driver_value *value)
{
	switch (value->kind) {
	case DRIVER_TEXT:
		tri_buffer_append_c(f->out, value->text);
		break;
	case DRIVER_TRUTH:
		tri_buffer_append_c(f->out, value->truth ? "true" : "false");
		break;
	case DRIVER_NUMBER:
		tri_buffer_printf(f->out, "%llu", (unsigned long long)value->number);
		break;
	case DRIVER_LIST:
		tri_buffer_append_byte(f->out, '[');
		for (uint32_t i = 0; i < value->list.count; i++)
			tri_buffer_printf(f->out, "%s%s", i > 0 ? " " : "", value->list.items[i]);
		tri_buffer_append_byte(f->out, ']');
		break;
	case DRIVER_RECORD: // as Go prints a module
		for (uint32_t i = 0; i < value->record.fields.count && i < 2; i++) {
			const struct driver_value *part = &value->record.fields.items[i]->value;
			tri_buffer_printf(f->out, "%s%s", i > 0 && !is_empty(part) ? " " : "", part->text);
		}
		break;
	}
}

static void end_action(struct format *f)
{
	skip_blanks(f);
	if (is_blank(f->at[-1]) && take(f, "-}}"))
		skip_blanks(f);
	else if (!take(f, "}}"))
		fail(f, "\"%.*s\" is not expected before }}", (int)strcspn(f->at, " \t\r\n}"), f->at);
}

static int block(struct format *f, const struct driver_value *dot, bool taken);

// if, with: one of two blocks.
static void choice(struct format *f, const struct driver_value *dot, bool with, bool taken)
{
	struct driver_value value = pipeline(f, dot);
	end_action(f);
	bool yes = !is_empty(&value);
	if (block(f, with ? &value : dot, taken && yes) == ELSE_OF_BLOCK)
		block(f, dot, taken && !yes);
}

static void range(struct format *f, const struct driver_value *dot, bool taken)
{
	struct driver_value value = pipeline(f, dot);
	end_action(f);
	if (value.kind != DRIVER_LIST && taken && !f->failed) {
		fail(f, "range wants a list");
		return;
	}
	const char *body = f->at;
	uint32_t count = taken ? value.list.count : 0;
	for (uint32_t i = 0; i < count && !f->failed; i++) {
		struct driver_value item = {.kind = DRIVER_TEXT, .text = value.list.items[i]};
		f->at = body;
		if (block(f, &item, true) == ELSE_OF_BLOCK)
			block(f, dot, false);
	}
	if (count == 0 && block(f, dot, false) == ELSE_OF_BLOCK)
		block(f, dot, taken);
}

static int action(struct format *f, const struct driver_value *dot, bool taken)
{
	f->skipping = !taken;
	skip_blanks(f);
	if (take(f, "/*")) {
		const char *end = strstr(f->at, "*/");
		f->at = end != NULL ? end + 2 : f->at + strlen(f->at);
		end_action(f);
	} else if (take_word(f, "end")) {
		end_action(f);
		return END_OF_BLOCK;
	} else if (take_word(f, "else")) {
		end_action(f);
		return ELSE_OF_BLOCK;
	} else if (take_word(f, "if")) {
		choice(f, dot, false, taken);
	} else if (take_word(f, "with")) {
		choice(f, dot, true, taken);
	} else if (take_word(f, "range")) {
		range(f, dot, taken);
	} else {
		struct tri_buffer nowhere = {0}, *out = f->out;
		if (!taken)
			f->out = &nowhere;
		struct driver_value value = pipeline(f, dot);
		end_action(f);
		if (!f->failed)
			print(f, &value);
		f->out = out;
		tri_buffer_free(&nowhere);
	}
	return END_OF_TEXT;
}

// Up to the {{end}} or {{else}} that belongs to it, or the end of the text.
static int block(struct format *f, const struct driver_value *dot, bool taken)
{
	while (*f->at != '\0' && !f->failed) {
		const char *open = strstr(f->at, "{{");
		size_t length = open != NULL ? (size_t)(open - f->at) : strlen(f->at), kept = length;
		bool trims = open != NULL && open[2] == '-' && is_blank(open[3]);
		while (trims && kept > 0 && is_blank(f->at[kept - 1])) // of the template alone, never of what values have put out
			kept--;
		if (taken)
			tri_buffer_append(f->out, f->at, kept);
		f->at += length;
		if (open == NULL)
			break;
		f->at += trims ? 3 : 2;
		int end = action(f, dot, taken);
		if (end != END_OF_TEXT)
			return end;
	}
	return END_OF_TEXT;
}

bool tri_driver_record_format(const struct driver_record *record, const char *format, struct tri_buffer *out, struct tri_buffer *problem)
{
	struct format f = {.arena = record->arena, .at = format, .out = out, .problem = problem};
	const struct driver_value dot = {.kind = DRIVER_RECORD, .record = *record};
	if (block(&f, &dot, true) != END_OF_TEXT)
		fail(&f, "unexpected {{end}}");
	return !f.failed;
}
