// Words: positions, names of locations, and the flow that led to a decision (-m=2).
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

static tri_pos outermost(const struct tri_inline_site *site, tri_pos pos)
{
	for (; site != NULL; site = site->parent)
		pos = site->call_pos;
	return pos;
}

tri_pos tri_escape_node_pos(const struct tri_node *node) { return outermost(node->inline_site, node->pos); }
tri_pos tri_escape_var_pos(const struct tri_ir_var *var) { return outermost(var->inline_site, var->pos); }

tri_pos tri_escape_location_pos(const struct escape_location *location)
{
	if (location->var != NULL)
		return tri_escape_var_pos(location->var);
	return location->node != NULL ? tri_escape_node_pos(location->node) : TRI_NO_POS;
}

const char *tri_escape_function_text(struct escape_batch *batch, const struct tri_ir_func *function)
{
	if (function->package == NULL || function->package == batch->package->package)
		return function->short_name;
	return tri_arena_printf(batch->arena, "%s.%s", function->package->name->text, function->short_name);
}

const char *tri_escape_node_text(struct escape_batch *batch, const struct tri_node *node)
{
	struct tri_buffer text = {0};
	tri_node_print(node, batch->package->package, &text);
	const char *copy = tri_arena_strdup(batch->arena, text.data == NULL ? "" : text.data, text.length);
	tri_buffer_free(&text);
	return copy;
}

const char *tri_escape_var_text(struct escape_batch *batch, const struct tri_ir_var *var)
{
	struct tri_buffer text = {0};
	tri_ir_variable_print(var, batch->package->package, &text);
	const char *copy = tri_arena_strdup(batch->arena, text.data, text.length);
	tri_buffer_free(&text);
	return copy;
}

const char *tri_escape_location_text(struct escape_batch *batch, const struct escape_location *location)
{
	if (location->var != NULL)
		return tri_escape_var_text(batch, location->var);
	if (location->node != NULL)
		return tri_escape_node_text(batch, location->node);
	return location == &batch->heap ? "{heap}" : "{temp}";
}

// As the end of a flow: allocations are told from the values that they hold.
const char *tri_escape_end_text(struct escape_batch *batch, const struct escape_location *location)
{
	const char *text = tri_escape_location_text(batch, location);
	if (location->var != NULL || location->node == NULL)
		return text;
	return tri_arena_printf(batch->arena, "{storage for %s}", text);
}

bool tri_escape_explains(const struct escape_batch *batch)
{
	return batch->options->report >= 2 || batch->options->record != NULL || batch->options->leaks != NULL || batch->options->graph != NULL;
}

// ---- Recording -----------------------------------------------------------------------------------

static const char *kept(struct escape_batch *batch, const char *text)
{
	return tri_arena_strdup(batch->package->arena, text, strlen(text));
}

static struct tri_escape_decision *decision_of(struct escape_batch *batch, struct escape_location *location)
{
	if (location->decision != NULL)
		return location->decision;
	struct tri_escape_decision *decision = TRI_NEW(batch->package->arena, struct tri_escape_decision);
	decision->pos = tri_escape_location_pos(location);
	decision->text = kept(batch, tri_escape_location_text(batch, location));
	decision->function = location->function->short_name;
	decision->site = location->var != NULL ? location->var->inline_site : location->node != NULL ? location->node->inline_site : NULL;
	decision->node = location->node;
	decision->var = location->var;
	location->decision = decision;
	return decision;
}

void tri_escape_record(struct escape_batch *batch, struct escape_location *location, bool escapes)
{
	if (batch->options->record == NULL || tri_escape_is_quiet(location->function) || (location->var != NULL && !escapes))
		return;
	struct tri_escape_decision *decision = decision_of(batch, location);
	decision->heap = escapes;
	decision->in_loop = location->loop_depth > 1;
	tri_vector_push(batch->package->arena, batch->options->record, decision);
}

static void record_step(struct escape_batch *batch, const struct escape_location *to, const struct escape_location *source, int32_t derefs,
						const struct escape_note *notes)
{
	struct tri_arena *arena = batch->package->arena;
	struct tri_escape_step step = {
		.to = kept(batch, tri_escape_end_text(batch, to)),
		.from = kept(batch, tri_escape_end_text(batch, source)),
		.node = source->node,
		.var = source->var,
		.derefs = derefs,
	};
	for (const struct escape_note *note = notes; note != NULL; note = note->next) {
		struct tri_escape_reason reason = {
			.text = kept(batch, note->var != NULL ? tri_escape_var_text(batch, note->var) : tri_escape_node_text(batch, note->node)),
			.why = note->why,
			.pos = note->var != NULL ? tri_escape_var_pos(note->var) : tri_escape_node_pos(note->node),
			.node = note->node,
		};
		tri_vector_push(arena, &step.reasons, reason);
	}
	tri_vector_push(arena, &batch->story->steps, step);
}

static void begin_story(struct escape_batch *batch, struct escape_location *location)
{
	if (batch->options->record == NULL)
		return;
	batch->story = decision_of(batch, location);
	batch->story->steps.count = 0;
}

static void say(struct escape_batch *batch, tri_pos pos, const char *text)
{
	if (batch->options->report >= 2)
		tri_diag_note(batch->package->diags, pos, "%s", text);
}

static void explain_edge(struct escape_batch *batch, tri_pos pos, const struct escape_location *to, const struct escape_location *source,
						 int32_t derefs, const struct escape_note *notes)
{
	struct tri_diags *diags = batch->package->diags;
	if (batch->story != NULL)
		record_step(batch, to, source, derefs, notes);
	if (batch->options->report < 2)
		return;
	struct tri_buffer stars = {0};
	for (int32_t i = 0; i < derefs; i++)
		tri_buffer_append_byte(&stars, '*');
	tri_diag_note(diags, pos, "  flow: %s \xe2\x86\x90 %s%s:", tri_escape_end_text(batch, to),
				  derefs < 0           ? "&"
				  : stars.data == NULL ? ""
									   : stars.data,
				  tri_escape_end_text(batch, source));
	tri_buffer_free(&stars);
	for (const struct escape_note *note = notes; note != NULL; note = note->next) {
		const char *what = note->var != NULL ? tri_escape_var_text(batch, note->var) : tri_escape_node_text(batch, note->node);
		tri_pos at = note->var != NULL ? tri_escape_var_pos(note->var) : tri_escape_node_pos(note->node);
		struct tri_location place = tri_source_locate(batch->package->sources, at);
		tri_diag_note(diags, pos, "    from %s (%s) at %s:%u:%u", what, note->why, place.path, place.line, place.column);
	}
}

static void explain_path(struct escape_batch *batch, const struct escape_location *root, struct escape_location *location)
{
	uint32_t stamp = ++batch->explanations;
	tri_pos pos = tri_escape_location_pos(location);
	while (location != root) {
		if (location->explained == stamp) {
			say(batch, pos, "  warning: truncated explanation due to assignment cycle; see golang.org/issue/35518");
			return;
		}
		location->explained = stamp;
		struct escape_location *to = location->toward;
		const struct escape_edge *edge = &to->edges.items[location->toward_edge];
		explain_edge(batch, pos, to, location, edge->derefs, edge->notes);
		location = to;
	}
}

// As explain_path(), without printing.
static void record_path(struct escape_batch *batch, const struct escape_location *root, struct escape_location *location)
{
	uint32_t stamp = ++batch->explanations;
	for (; location != root && location->explained != stamp; location = location->toward) {
		location->explained = stamp;
		const struct escape_edge *edge = &location->toward->edges.items[location->toward_edge];
		record_step(batch, location->toward, location, edge->derefs, edge->notes);
	}
}

static bool is_explained(const struct escape_location *location)
{
	return (location->var != NULL || (location->node != NULL && location->node->op != TRI_NODE_CALL)) &&
		   !tri_escape_is_quiet(location->function);
}

void tri_escape_explain_escape(struct escape_batch *batch, struct escape_location *root, struct escape_location *location)
{
	if (!is_explained(location))
		return;
	begin_story(batch, location);
	say(batch, tri_escape_location_pos(location),
		tri_arena_printf(batch->arena, "%s escapes to heap in %s:", tri_escape_location_text(batch, location),
						 tri_escape_function_text(batch, location->function)));
	explain_path(batch, root, location);
	batch->story = NULL;
}

void tri_escape_record_leaving(struct escape_batch *batch, struct escape_location *root, struct escape_location *location)
{
	if (batch->options->record == NULL || location->leaves || !is_explained(location))
		return;
	location->leaves = true;
	struct tri_escape_decision *decision = TRI_NEW(batch->package->arena, struct tri_escape_decision), *story = batch->story;
	*decision = (struct tri_escape_decision){
		.kind = TRI_ESCAPE_LEAVES,
		.pos = tri_escape_location_pos(location),
		.text = kept(batch, tri_escape_location_text(batch, location)),
		.function = location->function->short_name,
		.var = location->var,
		.in_loop = location->loop_depth > 1,
		.site = location->var->inline_site,
	};
	tri_vector_push(batch->package->arena, batch->options->record, decision);
	batch->story = decision;
	record_path(batch, root, location);
	batch->story = story;
}

// ---- What is no location -------------------------------------------------------------------------

struct other_search {
	struct escape_batch *batch;
	struct tri_ir_func *function;
	uint32_t loops; // around
};

static void record_other(struct other_search *search, enum tri_escape_kind kind, const struct tri_node *node, const char *text)
{
	struct escape_batch *batch = search->batch;
	struct tri_escape_decision *decision = TRI_NEW(batch->package->arena, struct tri_escape_decision);
	*decision = (struct tri_escape_decision){
		.kind = (uint8_t)kind,
		.pos = tri_escape_node_pos(node),
		.text = kept(batch, text),
		.function = search->function->short_name,
		.node = node,
		.heap = true,
		.in_loop = search->loops > 0,
		.site = node->inline_site,
	};
	tri_vector_push(batch->package->arena, batch->options->record, decision);
}

static void record_place(struct other_search *search, const struct tri_node *statement, const struct tri_node *place)
{
	if (place != NULL && place->op == TRI_NODE_INDEX && tri_type_underlying(place->x->type)->kind == TRI_TYPE_MAP)
		record_other(search, TRI_ESCAPE_MAP_GROWS, place, tri_escape_node_text(search->batch, place));
	else if (place != NULL && statement->op == TRI_NODE_ASSIGN_OP && tri_type_is(place->type, TRI_IS_STRING))
		record_other(search, TRI_ESCAPE_STRING_GROWS, statement, tri_escape_node_text(search->batch, place));
}

static void record_others(void *context, struct tri_node *node)
{
	struct other_search *search = context;
	bool loop = node->op == TRI_NODE_FOR || node->op == TRI_NODE_RANGE;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_MAKE_CHAN:
		record_other(search, TRI_ESCAPE_CHANNEL, node, tri_escape_node_text(search->batch, node));
		break;
	case TRI_NODE_GO:
		record_other(search, TRI_ESCAPE_GOROUTINE, node, "the goroutine");
		break;
	case TRI_NODE_DEFER:
		if (node->placement == TRI_PLACE_HEAP)
			record_other(search, TRI_ESCAPE_DEFERRED, node, "the deferred call");
		break;
	case TRI_NODE_ASSIGN:
	case TRI_NODE_ASSIGN_OP:
		record_place(search, node, node->x);
		break;
	case TRI_NODE_ASSIGN_PARALLEL:
	case TRI_NODE_ASSIGN_TUPLE:
		for (uint32_t i = 0; i < node->list.count; i++)
			record_place(search, node, node->list.items[i]);
		break;
	default:
		break;
	}
	search->loops += loop;
	tri_escape_each_child(node, record_others, context);
	search->loops -= loop;
}

void tri_escape_record_others(struct escape_batch *batch, struct tri_ir_func *function)
{
	struct other_search search = {.batch = batch, .function = function};
	for (uint32_t i = 0; batch->options->record != NULL && !tri_escape_is_quiet(function) && i < function->body.count; i++)
		record_others(&search, function->body.items[i]);
}

void tri_escape_explain_direct(struct escape_batch *batch, struct escape_location *to, struct escape_location *source, int32_t derefs,
							   const struct escape_note *notes)
{
	if (!is_explained(source))
		return;
	tri_pos pos = tri_escape_location_pos(source);
	begin_story(batch, source);
	say(batch, pos,
		tri_arena_printf(batch->arena, "%s escapes to heap in %s:", tri_escape_location_text(batch, source),
						 tri_escape_function_text(batch, source->function)));
	explain_edge(batch, pos, to, source, derefs, notes);
	batch->story = NULL;
}

// The way with the fewest dereferences: what it says of the parameter is what callers know.
static void record_leak(struct escape_batch *batch, struct escape_location *root, struct escape_location *location, int32_t derefs)
{
	if (location->leak != NULL && location->leak_derefs <= derefs)
		return;
	if (location->leak == NULL) {
		location->leak = TRI_NEW(batch->package->arena, struct tri_escape_decision);
		tri_vector_push(batch->package->arena, batch->options->leaks, location->leak);
	}
	*location->leak = (struct tri_escape_decision){
		.kind = TRI_ESCAPE_LEAKS,
		.pos = tri_escape_location_pos(location),
		.text = kept(batch, tri_escape_location_text(batch, location)),
		.function = location->function->short_name,
		.var = location->var,
		.is_content = derefs > 0,
	};
	location->leak_derefs = derefs;
	batch->story = location->leak;
	record_path(batch, root, location);
	batch->story = NULL;
}

void tri_escape_explain_leak(struct escape_batch *batch, struct escape_location *root, struct escape_location *location, int32_t derefs)
{
	if (!is_explained(location))
		return;
	bool is_returned = root->is_result && root->function == location->function && !(root->attributes & ESCAPE_ESCAPES);
	if (batch->options->leaks != NULL && !is_returned && location->var != NULL)
		record_leak(batch, root, location, derefs);
	if (batch->options->report < 2)
		return;
	tri_diag_note(batch->package->diags, tri_escape_location_pos(location),
				  "parameter %s leaks to %s for %s with derefs=%d:", tri_escape_location_text(batch, location),
				  tri_escape_end_text(batch, root), tri_escape_function_text(batch, location->function), derefs);
	explain_path(batch, root, location);
}

// ---- -d=escape -----------------------------------------------------------------------------------

static void dump_location(struct escape_batch *batch, const struct escape_location *location, struct tri_buffer *out)
{
	struct tri_location place = tri_source_locate(batch->package->sources, tri_escape_location_pos(location));
	tri_buffer_printf(out, "  %u %s", location->id, tri_escape_end_text(batch, location));
	if (place.line != 0)
		tri_buffer_printf(out, " at %u:%u", place.line, place.column);
	if (location->function != NULL)
		tri_buffer_printf(out, " in %s depth %d", location->function->short_name, location->loop_depth);
	static const char *const names[] = {"escapes", "persists", "mutates", "calls"};
	for (uint32_t i = 0; i < TRI_COUNT(names); i++) {
		if (location->attributes & (1u << i))
			tri_buffer_printf(out, " %s", names[i]);
	}
	tri_buffer_append_byte(out, '\n');
	for (uint32_t i = 0; i < location->edges.count; i++) {
		const struct escape_edge *edge = &location->edges.items[i];
		tri_buffer_printf(out, "    \xe2\x86\x90 %u %s, derefs %d", edge->source->id, tri_escape_end_text(batch, edge->source),
						  edge->derefs);
		for (const struct escape_note *note = edge->notes; note != NULL; note = note->next)
			tri_buffer_printf(out, "%s%s", note == edge->notes ? " (" : ", ", note->why);
		tri_buffer_append_c(out, edge->notes != NULL ? ")\n" : "\n");
	}
}

void tri_escape_dump(struct escape_batch *batch, struct tri_buffer *out)
{
	tri_buffer_append_c(out, "escape graph of");
	for (uint32_t i = 0; i < batch->functions.count; i++)
		tri_buffer_printf(out, " %s", batch->functions.items[i]->short_name);
	tri_buffer_append_c(out, "\n");
	dump_location(batch, &batch->heap, out);
	for (uint32_t i = 0; i < batch->locations.count; i++)
		dump_location(batch, batch->locations.items[i], out);
}
