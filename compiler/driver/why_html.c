// Stories as a page: the way of a value as a picture, from where it is made down to what outlives it, beside the lines of the
// source, and the proposed change in colours. The page needs nothing else.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <stdio.h>

static const char style[] =
	"body{font:15px/1.5 system-ui,sans-serif;max-width:62em;margin:2em auto;padding:0 1em;color:#223}"
	"h1{font-size:1.3em}h2{font-size:1.1em;margin:2em 0 .3em}code,pre,.code{font-family:ui-monospace,monospace;font-size:13px}"
	"pre{background:#f5f6f8;border-radius:6px;padding:.7em 1em;overflow-x:auto;tab-size:4;margin:.6em 0}"
	".gone{background:#fde8e8;display:block}.come{background:#e3f6e6;display:block}.place{color:#778}svg{display:block;max-width:100%}"
	"@media(prefers-color-scheme:dark){body{background:#16181d;color:#dde}pre{background:#22252c}.gone{background:#4a2228}"
	".come{background:#1d4028}svg text{fill:#dde}svg rect{fill:#22252c}}";

static void add_escaped(const char *text, size_t length, struct tri_buffer *out)
{
	for (size_t i = 0; i < length; i++) {
		switch (text[i]) {
		case '<':
			tri_buffer_append_c(out, "&lt;");
			break;
		case '>':
			tri_buffer_append_c(out, "&gt;");
			break;
		case '&':
			tri_buffer_append_c(out, "&amp;");
			break;
		case '"':
			tri_buffer_append_c(out, "&quot;");
			break;
		default:
			tri_buffer_append_byte(out, text[i]);
		}
	}
}

static void add_text(const char *text, struct tri_buffer *out) { add_escaped(text, strlen(text), out); }

// ---- The picture --------------------------------------------------------------------------------------

enum { WIDTH = 860, BOX_LEFT = 10, BOX_WIDTH = 330, BOX_HEIGHT = 34, STEP = 24, LONGEST = 40, MOST_CODE = 62 };

static void add_clipped(const char *text, size_t most, struct tri_buffer *out)
{
	size_t length = strcspn(text, "\n");
	bool clipped = length > most;
	if (clipped) {
		length = most;
		while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) // not within a character
			length--;
	}
	add_escaped(text, length, out);
	tri_buffer_append_c(out, clipped ? "\xe2\x80\xa6" : "");
}

static void add_box(int y, const char *text, const char *colour, struct tri_buffer *out)
{
	tri_buffer_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#fff\" stroke=\"%s\" stroke-width=\"2\"/>",
					  BOX_LEFT, y, BOX_WIDTH, BOX_HEIGHT, colour);
	tri_buffer_printf(out, "<text x=\"%d\" y=\"%d\" class=\"code\">", BOX_LEFT + 12, y + 22);
	add_clipped(text, LONGEST, out);
	tri_buffer_append_c(out, "</text>\n");
}

static void add_arrow(int from, int to, struct tri_buffer *out)
{
	int x = BOX_LEFT + 30;
	tri_buffer_printf(
		out, "<path d=\"M%d %dV%d\" stroke=\"#889\" stroke-width=\"2\" fill=\"none\"/><path d=\"M%d %dl-5 -8h10z\" fill=\"#889\"/>", x,
		from, to - 6, x, to);
}

static const char *end_of(const char *to)
{
	if (strcmp(to, "{heap}") == 0)
		return "whatever outlives the function";
	return to[0] == '~' && to[1] == 'r' ? "the caller, as a result" : to;
}

static void add_reason(const struct driver_build *build, const struct tri_escape_reason *reason, int y, struct tri_buffer *out)
{
	struct tri_location at = tri_source_locate(build->sources, reason->pos);
	tri_buffer_printf(out, "<text x=\"%d\" y=\"%d\" font-size=\"13\">", BOX_LEFT + 50, y);
	add_text(tri_driver_words_for_reason(reason->why), out);
	tri_buffer_append_c(out, ": <tspan class=\"code\">");
	add_clipped(reason->text, MOST_CODE, out);
	tri_buffer_printf(out, "</tspan> <tspan class=\"place\" fill=\"#778\">line %u</tspan></text>\n", at.line);
}

static void add_picture(const struct driver_build *build, const struct tri_escape_decision *decision, struct tri_buffer *out)
{
	static const char kept[] = "#c33", passing[] = "#889", outliving[] = "#335";
	uint32_t reasons = 0;
	for (uint32_t i = 0; i < decision->steps.count; i++)
		reasons += decision->steps.items[i].reasons.count;
	int height = (int)(decision->steps.count + 1) * (BOX_HEIGHT + STEP) + (int)reasons * STEP + 10, y = 4;
	tri_buffer_printf(out, "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"the way to the heap\">\n",
					  WIDTH, height, WIDTH, height);
	add_box(y, decision->text, kept, out);
	for (uint32_t i = 0; i < decision->steps.count; i++) {
		const struct tri_escape_step *step = &decision->steps.items[i];
		bool last = i + 1 == decision->steps.count;
		int top = y + BOX_HEIGHT, next = top + STEP + (int)step->reasons.count * STEP;
		for (uint32_t k = 0; k < step->reasons.count; k++)
			add_reason(build, &step->reasons.items[k], top + STEP + (int)k * STEP, out);
		add_arrow(top, next, out);
		add_box(next, end_of(step->to), last ? outliving : passing, out);
		y = next;
	}
	tri_buffer_append_c(out, "</svg>\n");
}

// ---- The page -----------------------------------------------------------------------------------------

static void add_paragraph(const char *text, struct tri_buffer *out)
{
	tri_buffer_append_c(out, "<p>");
	add_text(text, out);
	tri_buffer_append_c(out, "</p>\n");
}

static void add_change(const struct tri_advice *advice, struct tri_buffer *out)
{
	struct tri_buffer diff = {0};
	tri_advice_print_diff(advice, "", &diff);
	tri_buffer_printf(out, "<p>To %s, %s. The changed program was analysed:</p>\n<pre>", tri_driver_advice_purpose(advice),
					  advice->summary);
	for (const char *line = diff.data; line != NULL && *line != '\0';) {
		size_t length = strcspn(line, "\n");
		const char *class = line[0] == '-' ? "gone" : line[0] == '+' ? "come" : NULL;
		if (class != NULL)
			tri_buffer_printf(out, "<span class=\"%s\">", class);
		add_escaped(line, length, out);
		tri_buffer_append_c(out, class != NULL ? "</span>" : "\n");
		line += length + (line[length] == '\n');
	}
	tri_buffer_append_c(out, "</pre>\n");
	if (advice->warning != NULL)
		tri_buffer_printf(out, "<p>But %s.</p>\n", advice->warning);
	tri_buffer_free(&diff);
}

static void add_story(const struct driver_build *build, const struct driver_story *story, struct tri_buffer *out)
{
	const struct tri_escape_decision *decision = story->decision;
	struct tri_location at = tri_source_locate(build->sources, decision->pos);
	tri_buffer_append_c(out, "<h2><code>");
	add_text(decision->text, out);
	tri_buffer_printf(out, "</code> %s in <code>", tri_driver_verdict(decision));
	add_text(decision->function, out);
	tri_buffer_append_c(out, "</code></h2>\n<div class=\"place\">");
	add_text(at.path, out);
	tri_buffer_printf(out, ":%u:%u</div>\n", at.line, at.column);
	if (at.file != NULL && at.line > 0 && at.line <= at.file->line_offsets.count) {
		const char *line = at.file->text + at.file->line_offsets.items[at.line - 1];
		tri_buffer_append_c(out, "<pre>");
		add_escaped(line, strcspn(line, "\r\n"), out);
		tri_buffer_append_c(out, "</pre>\n");
	}
	if (decision->steps.count > 0)
		add_picture(build, decision, out);
	struct driver_callee callee;
	const struct tri_escape_decision *part = decision;
	for (uint32_t depth = 0; tri_driver_next_callee(build, part, depth, &callee); depth++) {
		add_paragraph(tri_driver_ending(build, part), out);
		part = callee.leak;
		add_picture(build, part, out);
	}
	const char *sentences[] = {tri_driver_ending(build, part), tri_driver_remark(decision)};
	for (size_t i = 0; i < TRI_COUNT(sentences); i++) {
		if (sentences[i] != NULL)
			add_paragraph(sentences[i], out);
	}
	if (story->advice != NULL)
		add_change(story->advice, out);
}

void tri_driver_write_html(const struct driver_build *build, const struct driver_story *stories, uint32_t count, const char *place)
{
	struct tri_buffer out = {0};
	tri_buffer_printf(&out, "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>tricolor why</title><style>%s</style>\n<h1>",
					  style);
	add_text(place, &out);
	tri_buffer_append_c(&out, "</h1>\n");
	for (uint32_t i = 0; i < count; i++)
		add_story(build, &stories[i], &out);
	tri_buffer_append_c(&out, "</html>\n");
	fwrite(out.data, 1, out.length, stdout);
	tri_buffer_free(&out);
}
