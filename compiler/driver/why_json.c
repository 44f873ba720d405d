// One decision as a JSON object on a line of its own (docs/decisions.md has its members).
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <stdio.h>

static void add_place(const struct driver_build *build, tri_pos pos, struct tri_buffer *out)
{
	struct tri_location at = tri_source_locate(build->sources, pos);
	tri_buffer_append_c(out, "\"file\":");
	tri_diag_print_json_text(at.path, out);
	tri_buffer_printf(out, ",\"line\":%u,\"column\":%u", at.line, at.column);
}

static void add_text(const char *name, const char *text, struct tri_buffer *out)
{
	if (text == NULL)
		return;
	tri_buffer_printf(out, ",\"%s\":", name);
	tri_diag_print_json_text(text, out);
}

static void add_edits(const struct driver_build *build, const struct tri_advice *advice, struct tri_buffer *out)
{
	struct tri_buffer diff = {0};
	tri_advice_print_diff(advice, "", &diff);
	tri_buffer_append_c(out, ",\"suggestion\":{\"purpose\":");
	tri_diag_print_json_text(tri_driver_advice_purpose(advice), out);
	add_text("summary", advice->summary, out);
	add_text("warning", advice->warning, out);
	add_text("diff", diff.data, out);
	tri_buffer_append_c(out, ",\"edits\":[");
	for (uint32_t i = 0; i < advice->edits.count; i++) {
		const struct tri_advice_edit *edit = &advice->edits.items[i];
		struct tri_location end = tri_source_locate(build->sources, advice->file->base + 1 + edit->offset + edit->length);
		tri_buffer_append_c(out, i > 0 ? ",{" : "{");
		add_place(build, advice->file->base + 1 + edit->offset, out);
		tri_buffer_printf(out, ",\"endLine\":%u,\"endColumn\":%u", end.line, end.column);
		add_text("text", edit->text, out);
		tri_buffer_append_c(out, "}");
	}
	tri_buffer_append_c(out, "]}");
	tri_buffer_free(&diff);
}

static void add_steps(const struct driver_build *build, const struct tri_escape_decision *decision, struct tri_buffer *out)
{
	tri_buffer_append_c(out, ",\"steps\":[");
	for (uint32_t i = 0; i < decision->steps.count; i++) {
		const struct tri_escape_step *step = &decision->steps.items[i];
		tri_buffer_printf(out, "%s{\"derefs\":%d", i > 0 ? "," : "", step->derefs);
		add_text("from", step->from, out);
		add_text("to", step->to, out);
		tri_buffer_append_c(out, ",\"reasons\":[");
		for (uint32_t k = 0; k < step->reasons.count; k++) {
			tri_buffer_append_c(out, k > 0 ? ",{" : "{");
			add_place(build, step->reasons.items[k].pos, out);
			add_text("expression", step->reasons.items[k].text, out);
			add_text("why", step->reasons.items[k].why, out);
			tri_buffer_append_c(out, "}");
		}
		tri_buffer_append_c(out, "]}");
	}
	tri_buffer_append_c(out, "]");
}

static void add_callees(const struct driver_build *build, const struct tri_escape_decision *decision, struct tri_buffer *out)
{
	struct driver_callee callee;
	for (uint32_t depth = 0; tri_driver_next_callee(build, decision, depth, &callee); depth++) {
		decision = callee.leak;
		tri_buffer_append_c(out, depth > 0 ? ",{" : ",\"callees\":[{");
		add_place(build, decision->pos, out);
		add_text("function", callee.name, out);
		add_text("parameter", decision->text, out);
		tri_buffer_printf(out, ",\"content\":%s", decision->is_content ? "true" : "false");
		add_steps(build, decision, out);
		add_text("ending", tri_driver_ending(build, decision), out);
		tri_buffer_append_c(out, "}");
		if (!tri_driver_next_callee(build, decision, depth + 1, &callee)) {
			tri_buffer_append_c(out, "]");
			return;
		}
	}
}

void tri_driver_tell_json(const struct driver_build *build, const struct driver_story *story)
{
	static const char *const kinds[] = {
		[TRI_ESCAPE_VALUE] = "value",         [TRI_ESCAPE_LEAVES] = "leaves",
		[TRI_ESCAPE_LEAKS] = "leaks",         [TRI_ESCAPE_CHANNEL] = "channel",
		[TRI_ESCAPE_GOROUTINE] = "goroutine", [TRI_ESCAPE_DEFERRED] = "deferred",
		[TRI_ESCAPE_MAP_GROWS] = "mapGrows",  [TRI_ESCAPE_STRING_GROWS] = "stringGrows",
	};
	const struct tri_escape_decision *decision = story->decision;
	struct tri_buffer out = {0};
	tri_buffer_append_c(&out, "{");
	add_place(build, decision->pos, &out);
	add_text("what", decision->text, &out);
	add_text("function", decision->function, &out);
	add_text("kind", kinds[decision->kind], &out);
	tri_buffer_printf(&out, ",\"variable\":%s,\"heap\":%s,\"inLoop\":%s", decision->var != NULL ? "true" : "false",
					  decision->heap ? "true" : "false", decision->in_loop ? "true" : "false");
	if (decision->is_kept)
		tri_buffer_append_c(&out, ",\"kept\":true");
	add_text("verdict", tri_driver_verdict(decision), &out);
	add_text("inlinedFrom", decision->site != NULL ? decision->site->callee->short_name : NULL, &out);
	add_steps(build, decision, &out);
	add_callees(build, decision, &out);
	add_text("ending", tri_driver_ending(build, decision), &out);
	add_text("remark", tri_driver_remark(decision), &out);
	if (story->advice != NULL)
		add_edits(build, story->advice, &out);
	printf("%s}\n", out.data);
	tri_buffer_free(&out);
}
