// Collecting diagnostics, with the other places that they speak of.
#include "compiler/source/source.h"

bool tri_diag_is_syntax_error(const struct tri_diag *diag) { return strncmp(diag->message, "syntax error", strlen("syntax error")) == 0; }

const char *tri_diag_place(struct tri_diags *diags, tri_pos pos)
{
	if (diags->sources == NULL)
		return "?";
	struct tri_location location = tri_source_locate(diags->sources, pos);
	const char *path = location.path != NULL ? location.path : "?";
	struct tri_mentioned mentioned = {.pos = pos};
	if (location.column != 0)
		mentioned.text = tri_arena_printf(diags->arena, "%s:%u:%u", path, location.line, location.column);
	else
		mentioned.text = tri_arena_printf(diags->arena, "%s:%u", path, location.line);
	tri_vector_push(diags->arena, &diags->mentioned, mentioned);
	return mentioned.text;
}

// The place as it stands in the message, not as the beginning of a longer one.
static const char *find_place(const char *message, const char *place)
{
	size_t length = strlen(place);
	for (const char *at = strstr(message, place); at != NULL; at = strstr(at + 1, place))
		if (at[length] < '0' || at[length] > '9')
			return at;
	return NULL;
}

// What was mentioned since the last report, as far as it is in this message. A line of its own says what is there.
static void relate(struct tri_diags *diags, struct tri_diag *diag)
{
	TRI_VECTOR(struct tri_related) list = {0};
	for (uint32_t i = 0; i < diags->mentioned.count; i++) {
		const struct tri_mentioned *mentioned = &diags->mentioned.items[i];
		const char *at = find_place(diag->message, mentioned->text);
		if (at == NULL)
			continue;
		struct tri_related related = {.pos = mentioned->pos};
		const char *behind = at + strlen(mentioned->text);
		if (at > diag->message && at[-1] == '\t' && behind[0] == ':' && behind[1] == ' ')
			related.message = tri_arena_strdup(diags->arena, behind + 2, strcspn(behind + 2, "\n"));
		tri_vector_push(diags->arena, &list, related);
	}
	diag->related = list.items;
	diag->related_count = list.count;
	diags->mentioned.count = 0;
}

static void report(struct tri_diags *diags, tri_pos pos, enum tri_severity severity, const char *code, const char *format,
				   va_list arguments)
{
	struct tri_buffer text = {0};
	tri_buffer_vprintf(&text, format, arguments);
	struct tri_diag diag = {
		.pos = pos,
		.severity = severity,
		.code = code,
		.message = tri_arena_strdup(diags->arena, text.data, text.length),
	};
	tri_buffer_free(&text);
	relate(diags, &diag);
	tri_vector_push(diags->arena, &diags->list, diag);
	if (severity == TRI_DIAG_ERROR) {
		diags->error_count++;
		diags->syntax_error_count += tri_diag_is_syntax_error(&diag);
	}
}

void tri_diag_verror(struct tri_diags *diags, tri_pos pos, const char *code, const char *format, va_list arguments)
{
	report(diags, pos, TRI_DIAG_ERROR, code, format, arguments);
}

void tri_diag_error(struct tri_diags *diags, tri_pos pos, const char *code, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	report(diags, pos, TRI_DIAG_ERROR, code, format, arguments);
	va_end(arguments);
}

void tri_diag_note(struct tri_diags *diags, tri_pos pos, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	report(diags, pos, TRI_DIAG_NOTE, NULL, format, arguments);
	va_end(arguments);
}
