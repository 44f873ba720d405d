// The graph of a batch as JSON, an object a line: locations, then edges. docs/decisions.md has the members.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

static void add_text(const char *name, const char *text, struct tri_buffer *out)
{
	tri_buffer_printf(out, ",\"%s\":", name);
	tri_diag_print_json_text(text, out);
}

static void add_place(const struct escape_batch *batch, tri_pos pos, struct tri_buffer *out)
{
	struct tri_location at = tri_source_locate(batch->package->sources, pos);
	if (at.line == 0)
		return;
	add_text("file", at.path, out);
	tri_buffer_printf(out, ",\"line\":%u,\"column\":%u", at.line, at.column);
}

static const char *what_of(const struct escape_batch *batch, const struct escape_location *location)
{
	if (location == &batch->heap)
		return "heap";
	if (location == &batch->mutator)
		return "written";
	if (location == &batch->callee)
		return "called";
	if (location->is_parameter)
		return "parameter";
	if (location->is_result)
		return "result";
	return location->var != NULL ? "variable" : location->node != NULL ? "expression" : "temporary";
}

static void write_location(struct escape_batch *batch, const struct escape_location *location, struct tri_buffer *out)
{
	static const char *const names[] = {"escapes", "persists", "mutates", "calls"};
	bool escapes = location->attributes & ESCAPE_ESCAPES;
	tri_buffer_printf(out, "{\"kind\":\"location\",\"id\":%u,\"what\":\"%s\"", location->id, what_of(batch, location));
	if (location->var != NULL || location->node != NULL)
		add_text("text", tri_escape_location_text(batch, location), out);
	if (location->function != NULL) {
		add_text("function", location->function->short_name, out);
		tri_buffer_printf(out, ",\"loopDepth\":%d", location->loop_depth);
	}
	add_place(batch, tri_escape_location_pos(location), out);
	if (location->var != NULL || location->node != NULL)
		tri_buffer_printf(out, ",\"placement\":\"%s\"", escapes ? "heap" : "frame");
	if (location->kept_by != NULL)
		tri_buffer_printf(out, ",\"keptBy\":%u", location->kept_by->id);
	tri_buffer_append_c(out, ",\"attributes\":[");
	for (uint32_t i = 0, count = 0; i < TRI_COUNT(names); i++) {
		if (location->attributes & (1u << i))
			tri_buffer_printf(out, "%s\"%s\"", count++ > 0 ? "," : "", names[i]);
	}
	tri_buffer_append_c(out, "]}\n");
}

static void write_edges(struct escape_batch *batch, const struct escape_location *to, struct tri_buffer *out)
{
	for (uint32_t i = 0; i < to->edges.count; i++) {
		const struct escape_edge *edge = &to->edges.items[i];
		tri_buffer_printf(out, "{\"kind\":\"edge\",\"from\":%u,\"to\":%u,\"derefs\":%d,\"reasons\":[", edge->source->id, to->id,
						  edge->derefs);
		for (const struct escape_note *note = edge->notes; note != NULL; note = note->next) {
			tri_buffer_append_c(out, note == edge->notes ? "{\"why\":" : ",{\"why\":");
			tri_diag_print_json_text(note->why, out);
			add_text("expression", note->var != NULL ? tri_escape_var_text(batch, note->var) : tri_escape_node_text(batch, note->node),
					 out);
			add_place(batch, note->var != NULL ? tri_escape_var_pos(note->var) : tri_escape_node_pos(note->node), out);
			tri_buffer_append_byte(out, '}');
		}
		tri_buffer_append_c(out, "]}\n");
	}
}

void tri_escape_write_graph(struct escape_batch *batch, struct tri_buffer *out)
{
	struct escape_location *special[] = {&batch->heap, &batch->mutator, &batch->callee};
	tri_buffer_append_c(out, "{\"kind\":\"group\",\"package\":");
	tri_diag_print_json_text(batch->package->package->path, out);
	tri_buffer_append_c(out, ",\"functions\":[");
	for (uint32_t i = 0; i < batch->functions.count; i++) {
		tri_buffer_append_c(out, i > 0 ? "," : "");
		tri_diag_print_json_text(batch->functions.items[i]->short_name, out);
	}
	tri_buffer_printf(out, "],\"locations\":%u}\n", batch->locations.count + (uint32_t)TRI_COUNT(special));
	for (uint32_t i = 0; i < TRI_COUNT(special); i++) {
		special[i]->id = batch->locations.count + 1 + i;
		write_location(batch, special[i], out);
	}
	for (uint32_t i = 0; i < batch->locations.count; i++)
		write_location(batch, batch->locations.items[i], out);
	for (uint32_t i = 0; i < TRI_COUNT(special); i++)
		write_edges(batch, special[i], out);
	for (uint32_t i = 0; i < batch->locations.count; i++)
		write_edges(batch, batch->locations.items[i], out);
}
