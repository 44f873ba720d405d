// SARIF 2.1.0 (the OASIS standard for results of static analysis): heap decisions as results, the way of the value as a code
// flow, a change that was borne out as a fix. Code review tools and editors read it.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <stdio.h>

static const struct {
	const char *id, *text;
} rules[] = {
	{"heap-variable", "A variable is moved to the heap"},
	{"heap-value", "The value of an expression is placed in the heap"},
	{"append", "An append may take a new array from the heap"},
	{"unknown-size", "A slice of unknown size is made in the heap unless it is small"},
	{"kept-array", "A slice or string keeps all of the array that it is a part of"},
	{"channel", "A channel is placed in the heap"},
	{"goroutine", "A goroutine is started"},
	{"deferred-in-loop", "A deferred call in a loop is kept in the heap"},
	{"map-growth", "An assignment may make a map grow"},
	{"string-growth", "A string is put together anew"},
	{"frame", "A value stays in the frame"},
};

enum { RULE_VARIABLE, RULE_VALUE, RULE_APPEND, RULE_UNKNOWN_SIZE, RULE_KEPT_ARRAY, RULE_CHANNEL, RULE_FRAME = TRI_COUNT(rules) - 1 };

static uint32_t rule_of(const struct tri_escape_decision *decision)
{
	if (decision->kind == TRI_ESCAPE_LEAVES)
		return RULE_KEPT_ARRAY;
	if (decision->kind == TRI_ESCAPE_LEAKS)
		return RULE_FRAME;
	if (decision->kind != TRI_ESCAPE_VALUE)
		return RULE_CHANNEL + (uint32_t)(decision->kind - TRI_ESCAPE_CHANNEL);
	if (decision->node != NULL && decision->node->op == TRI_NODE_APPEND)
		return RULE_APPEND;
	if (tri_driver_has_unknown_size(decision))
		return RULE_UNKNOWN_SIZE;
	if (!tri_driver_takes_heap(decision))
		return RULE_FRAME;
	return decision->var != NULL ? RULE_VARIABLE : RULE_VALUE;
}

// ---- Places -------------------------------------------------------------------------------------------

static void add_uri(const char *path, struct tri_buffer *out)
{
	struct tri_buffer uri = {0};
	if (path[0] == '/')
		tri_buffer_append_c(&uri, "file://");
	if (path[0] == '.' && path[1] == '/')
		path += 2;
	for (const unsigned char *c = (const unsigned char *)path; *c != '\0'; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || strchr("/-._~@+", *c) != NULL;
		if (plain)
			tri_buffer_append_byte(&uri, (char)*c);
		else
			tri_buffer_printf(&uri, "%%%02X", *c);
	}
	tri_buffer_append_c(out, "{\"uri\":");
	tri_diag_print_json_text(uri.data != NULL ? uri.data : "", out);
	tri_buffer_append_c(out, "}");
	tri_buffer_free(&uri);
}

// Columns count characters here, bytes everywhere else.
static uint32_t character_column(const struct tri_location *at)
{
	if (at->file == NULL || at->line == 0 || at->line > at->file->line_offsets.count || at->file->directives.count > 0)
		return at->column;
	const char *line = at->file->text + at->file->line_offsets.items[at->line - 1];
	uint32_t column = 1;
	for (uint32_t i = 0; i + 1 < at->column && line[i] != '\0'; i++)
		column += ((unsigned char)line[i + 1] & 0xC0) != 0x80;
	return column;
}

static void add_location(const struct driver_build *build, tri_pos pos, const char *message, struct tri_buffer *out)
{
	struct tri_location at = tri_source_locate(build->sources, pos);
	tri_buffer_append_c(out, "{\"physicalLocation\":{\"artifactLocation\":");
	add_uri(at.path, out);
	if (at.line > 0) {
		tri_buffer_printf(out, ",\"region\":{\"startLine\":%u", at.line);
		if (at.column > 0)
			tri_buffer_printf(out, ",\"startColumn\":%u", character_column(&at));
		tri_buffer_append_c(out, "}");
	}
	tri_buffer_append_c(out, "}");
	if (message != NULL) {
		tri_buffer_append_c(out, ",\"message\":{\"text\":");
		tri_diag_print_json_text(message, out);
		tri_buffer_append_c(out, "}");
	}
	tri_buffer_append_c(out, "}");
}

// ---- Results ------------------------------------------------------------------------------------------

static uint32_t add_steps(const struct driver_build *build, const struct tri_escape_decision *decision, uint32_t count,
						  struct tri_buffer *out)
{
	for (uint32_t i = 0; i < decision->steps.count; i++) {
		for (uint32_t k = 0; k < decision->steps.items[i].reasons.count; k++) {
			const struct tri_escape_reason *reason = &decision->steps.items[i].reasons.items[k];
			struct tri_buffer message = {0};
			tri_buffer_printf(&message, "%s: %s", tri_driver_words_for_reason(reason->why), reason->text);
			tri_buffer_append_c(out, count++ == 0 ? ",\"codeFlows\":[{\"threadFlows\":[{\"locations\":[{\"location\":" : ",{\"location\":");
			add_location(build, reason->pos, message.data, out);
			tri_buffer_append_c(out, "}");
			tri_buffer_free(&message);
		}
	}
	return count;
}

static void add_flow(const struct driver_build *build, const struct tri_escape_decision *decision, struct tri_buffer *out)
{
	uint32_t count = add_steps(build, decision, 0, out);
	struct driver_callee callee;
	for (uint32_t depth = 0; tri_driver_next_callee(build, decision, depth, &callee); depth++) {
		decision = callee.leak;
		count = add_steps(build, decision, count, out);
	}
	if (count > 0)
		tri_buffer_append_c(out, "]}]}]");
}

static void add_fix(const struct driver_build *build, const struct tri_advice *advice, struct tri_buffer *out)
{
	tri_buffer_append_c(out, ",\"fixes\":[{\"description\":{\"text\":");
	tri_diag_print_json_text(advice->summary, out);
	tri_buffer_append_c(out, "},\"artifactChanges\":[{\"artifactLocation\":");
	add_uri(tri_source_locate(build->sources, advice->file->base + 1).path, out);
	tri_buffer_append_c(out, ",\"replacements\":[");
	for (uint32_t i = 0; i < advice->edits.count; i++) {
		const struct tri_advice_edit *edit = &advice->edits.items[i];
		struct tri_location start = tri_source_locate(build->sources, advice->file->base + 1 + edit->offset);
		struct tri_location end = tri_source_locate(build->sources, advice->file->base + 1 + edit->offset + edit->length);
		tri_buffer_printf(out,
						  "%s{\"deletedRegion\":{\"startLine\":%u,\"startColumn\":%u,\"endLine\":%u,\"endColumn\":%u},"
						  "\"insertedContent\":{\"text\":",
						  i > 0 ? "," : "", start.line, character_column(&start), end.line, character_column(&end));
		tri_diag_print_json_text(edit->text, out);
		tri_buffer_append_c(out, "}}");
	}
	tri_buffer_append_c(out, "]}]}]");
}

static void add_result(const struct driver_build *build, const struct driver_story *story, struct tri_buffer *out)
{
	const struct tri_escape_decision *decision = story->decision;
	uint32_t rule = rule_of(decision);
	struct tri_buffer message = {0};
	const char *ending = tri_driver_ending(build, decision), *remark = tri_driver_remark(decision);
	tri_buffer_printf(&message, "%s %s in %s.", decision->text, tri_driver_verdict(decision), decision->function);
	if (ending != NULL)
		tri_buffer_printf(&message, " %s", ending);
	if (remark != NULL)
		tri_buffer_printf(&message, " %s", remark);
	bool in_frame = rule == RULE_FRAME;
	tri_buffer_printf(out, "{\"ruleId\":\"%s\",\"ruleIndex\":%u,\"level\":\"%s\",\"kind\":\"%s\",\"message\":{\"text\":", rules[rule].id,
					  rule, in_frame ? "none" : "note", in_frame ? "informational" : "fail");
	tri_diag_print_json_text(message.data, out);
	tri_buffer_free(&message);
	tri_buffer_append_c(out, "},\"locations\":[");
	add_location(build, decision->pos, NULL, out);
	tri_buffer_append_c(out, "]");
	add_flow(build, decision, out);
	if (story->advice != NULL)
		add_fix(build, story->advice, out);
	tri_buffer_append_c(out, "}");
}

// ---- The log ------------------------------------------------------------------------------------------

static void print_start(void)
{
	struct tri_buffer out = {0};
	tri_buffer_append_c(
		&out, "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{"
			  "\"name\":\"tricolor\",\"rules\":[");
	for (size_t i = 0; i < TRI_COUNT(rules); i++) {
		tri_buffer_printf(&out, "%s{\"id\":\"%s\",\"shortDescription\":{\"text\":", i > 0 ? "," : "", rules[i].id);
		tri_diag_print_json_text(rules[i].text, &out);
		tri_buffer_append_c(&out, "},\"defaultConfiguration\":{\"level\":\"note\"}}");
	}
	printf("%s]}},\"columnKind\":\"unicodeCodePoints\",\"results\":[", out.data);
	tri_buffer_free(&out);
}

static void print_result(const struct driver_build *build, const struct driver_story *story, bool first)
{
	struct tri_buffer out = {0};
	add_result(build, story, &out);
	printf("%s\n%s", first ? "" : ",", out.data);
	tri_buffer_free(&out);
}

static void print_end(void)
{
	puts("\n]}]}");
	fflush(stdout);
}

void tri_driver_write_sarif(const struct driver_build *build, const struct driver_story *stories, uint32_t count)
{
	print_start();
	for (uint32_t i = 0; i < count; i++)
		print_result(build, &stories[i], i == 0);
	print_end();
}

void tri_driver_write_sarif_of_all(struct driver_build *build, TRI_UNUSED void *context)
{
	bool first = true;
	print_start();
	for (uint32_t u = 0; u < build->unit_count; u++) {
		const struct driver_unit *unit = &build->units[u];
		for (uint32_t i = 0; i < unit->decisions.count; i++) {
			const struct driver_story story = {.decision = unit->decisions.items[i]};
			if (story.decision->site != NULL || rule_of(story.decision) == RULE_FRAME || story.decision->kind == TRI_ESCAPE_LEAVES)
				continue;
			print_result(build, &story, first);
			first = false;
		}
	}
	print_end();
}
