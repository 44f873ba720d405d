// Escape analysis: the analysis of one batch of functions, and what it writes into the tree.
//
// How it works
//
// A *location* stands for each variable and each allocating expression. An *edge* from location S to
// location D with n dereferences says that S's value, dereferenced n times, is stored in D; -1 says that
// its address is. Assignments, calls and so on become edges, without regard to control flow; struct
// fields and array elements are not told apart from the whole. Storing through a pointer is storing in
// the heap. A walk through the functions of a batch makes the graph (statement.c, expression.c, assign.c,
// call.c): each expression is evaluated into a *sink*, a location and a count of dereferences.
//
// Then (solve.c) a location whose address reaches another that outlives it - the heap, a result, a
// variable declared outside the loop or the closure - escapes. What flows from parameters to results and
// the heap is the function's summary (summary.c), which is all that later batches see of it.
//
// Batches are strongly connected components of the call graph, callees first (components.c). Closures are
// in the batch of the function around them and share its locations for captured variables; whether they
// capture by value or by reference is decided here, since it depends on what inlining left.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

#include <stdio.h>

enum { MAX_CAPTURED_BY_VALUE = 128 }; // bytes

bool tri_escape_in_batch(const struct tri_ir_func *function)
{
	const struct escape_function *state = function->escape;
	return state != NULL && state->phase != ESCAPE_UNSEEN && state->phase < ESCAPE_SUMMARISED;
}

bool tri_escape_is_closure(const struct tri_ir_func *function) { return function->is_closure && function->captures.count > 0; }

bool tri_escape_is_blank(const struct tri_ir_var *var) { return var->name->length == 1 && var->name->text[0] == '_'; }

bool tri_escape_is_quiet(const struct tri_ir_func *function) { return function->is_wrapper || function->is_method_value_wrapper; }

// ---- What can't be in a frame anyway ---------------------------------------------------------------

static int64_t type_size(struct tri_type *type)
{
	tri_type_layout(type);
	return type->size < 0 ? INT64_MAX : type->size;
}

static int64_t closure_size(const struct tri_ir_func *function)
{
	int64_t size = 8;
	for (uint32_t i = 0; i < function->captures.count; i++) {
		const struct tri_ir_var *capture = function->captures.items[i];
		int64_t part = capture->by_value ? type_size(capture->type) : 8;
		size += (part + 7) & ~(int64_t)7;
	}
	return size;
}

static bool is_small_constant(const struct tri_node *node, int64_t *value)
{
	return node->op == TRI_NODE_LITERAL && node->value != NULL && tri_constant_int64(node->value, value) && *value == (int32_t)*value;
}

const char *tri_escape_heap_reason(const struct escape_batch *batch, const struct escape_location *location)
{
	const bool small = batch->options->small_frames;
	const int64_t most_declared = small ? TRI_ESCAPE_SMALL_DECLARED : TRI_ESCAPE_MAX_DECLARED;
	const int64_t most_implicit = small ? TRI_ESCAPE_SMALL_IMPLICIT : TRI_ESCAPE_MAX_IMPLICIT;
	static const char too_large[] = "too large for stack";
	if (location->var != NULL) {
		uint8_t class = location->var->class;
		if (class == TRI_VAR_PARAMETER || class == TRI_VAR_RESULT)
			return NULL;
		return type_size(location->var->type) > most_declared ? too_large : NULL;
	}
	const struct tri_node *node = location->node;
	if (node == NULL || node->type == NULL)
		return NULL;
	if (type_size(node->type) > most_declared)
		return too_large;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_NEW:
	case TRI_NODE_ADDRESS_LITERAL: {
		struct tri_type *pointed = tri_type_underlying(node->type)->as.pointer.element;
		return type_size(pointed) > most_implicit ? too_large : NULL;
	}
	case TRI_NODE_CLOSURE:
		return closure_size(node->function) > most_implicit ? too_large : NULL;
	case TRI_NODE_METHOD_VALUE:
		return 8 + type_size(node->x->type) > most_implicit ? too_large : NULL;
	case TRI_NODE_MAKE_SLICE: {
		int64_t element = type_size(tri_type_underlying(node->type)->as.slice.element), count;
		if (element == 0)
			return "zero-sized element";
		// A size that is not known gets a small buffer in the frame, for when it is enough.
		if (!is_small_constant(node->y != NULL ? node->y : node->x, &count))
			return NULL;
		return count > most_implicit / element ? too_large : NULL;
	}
	default:
		return NULL;
	}
}

// ---- Closures ----------------------------------------------------------------------------------------

// The operand of a closure expression for a capture: the enclosing function's variable, or its address.
static void set_capture_operand(struct tri_ir_package *package, struct tri_node *closure, uint32_t index, bool by_value)
{
	struct tri_node *operand = closure->list.items[index];
	if (operand->op == TRI_NODE_ADDRESS && by_value) {
		closure->list.items[index] = operand->x;
	} else if (operand->op == TRI_NODE_LOCAL && !by_value) {
		struct tri_node *address = tri_node_new(package, TRI_NODE_ADDRESS, operand->pos);
		address->inline_site = operand->inline_site;
		address->implicit = true;
		address->x = operand;
		address->type = tri_type_pointer_to(package->universe, operand->type);
		closure->list.items[index] = address;
	}
}

static void flow_captures(struct escape_batch *batch, const struct escape_closure *closure)
{
	struct tri_ir_func *function = closure->node->function;
	for (uint32_t i = 0; i < function->captures.count; i++) {
		struct tri_ir_var *capture = function->captures.items[i], *var = tri_escape_canonical(capture);
		struct escape_location *location = tri_escape_location_of(var);
		if (var == capture)
			continue; // a made-up function's own
		int64_t size = type_size(var->type);
		bool by_value = !location->address_taken && !location->reassigned && size <= MAX_CAPTURED_BY_VALUE;
		capture->by_value = by_value;
		var->address_taken = !by_value || location->address_taken;
		set_capture_operand(batch->package, closure->node, i, by_value);
		if (batch->options->report >= 2 && !tri_escape_is_quiet(function))
			tri_diag_note(batch->package->diags, tri_escape_var_pos(var), "%s capturing by %s: %s (addr=%s assign=%s width=%lld)",
						  tri_escape_function_text(batch, var->function), by_value ? "value" : "ref", tri_escape_var_text(batch, var),
						  location->address_taken ? "true" : "false", location->reassigned ? "true" : "false", (long long)size);
		struct escape_sink sink = closure->sink;
		if (!by_value)
			sink = tri_escape_note_var(batch, tri_escape_shift(sink, -1), capture, "reference");
		tri_escape_flow(batch, tri_escape_note_var(batch, sink, capture, "captured by a closure"), location);
	}
}

// ---- Results -----------------------------------------------------------------------------------------

static void report_location(struct escape_batch *batch, const struct escape_location *location, bool escapes)
{
	struct tri_diags *diags = batch->package->diags;
	const struct tri_node *node = location->node;
	const struct tri_inline_site *site = location->var != NULL ? location->var->inline_site : node->inline_site;
	if (batch->options->report < 1 || tri_escape_is_quiet(location->function) || tri_ir_is_within_intrinsic(site))
		return;
	tri_pos pos = tri_escape_location_pos(location);
	if (location->var != NULL) {
		if (escapes)
			tri_diag_note(diags, pos, "moved to heap: %s", tri_escape_var_text(batch, location->var));
		return;
	}
	if (node->op == TRI_NODE_CLOSURE && node->function->is_go_defer_wrapper)
		return;
	const char *text = node->op == TRI_NODE_APPEND ? "append" : tri_escape_node_text(batch, node);
	tri_diag_note(diags, pos, escapes ? "%s escapes to heap" : "%s does not escape", text);
}

static void write_location(struct escape_batch *batch, struct escape_location *location)
{
	struct tri_node *node = location->node;
	bool escapes = location->attributes & ESCAPE_ESCAPES;
	if (location->var != NULL) {
		location->var->heap = escapes;
		// Inlining took the closures away that referred to it.
		if (location->var->class == TRI_VAR_LOCAL && !location->address_taken && !location->captured)
			location->var->address_taken = false;
		location->var->escape = NULL;
	} else if (node != NULL) {
		node->placement = !escapes ? TRI_PLACE_STACK : tri_escape_may_use_room(batch, location) ? TRI_PLACE_CALLER : TRI_PLACE_HEAP;
		if (node->op == TRI_NODE_CALL)
			return; // nothing that Go's compiler would speak of
	} else {
		return;
	}
	report_location(batch, location, escapes);
	tri_escape_record(batch, location, escapes);
	if (node != NULL && node->op == TRI_NODE_STRING_TO_BYTES && !(location->attributes & ESCAPE_MUTATES)) {
		node->zero_copy = true;
		if (batch->options->report >= 1 && !tri_escape_is_quiet(location->function))
			tri_diag_note(batch->package->diags, tri_escape_location_pos(location), "zero-copy string->[]byte conversion");
	}
}

// ---- A batch -----------------------------------------------------------------------------------------

static void add_variable(struct escape_walk *walk, struct tri_ir_var *var)
{
	if (var->escape == NULL)
		tri_escape_new_location(walk, NULL, var, true);
}

static void add_variables(struct escape_batch *batch, struct tri_ir_func *function)
{
	struct escape_walk walk = {.batch = batch, .function = function, .loop_depth = 1};
	tri_escape_function(batch->package->arena, function)->phase = ESCAPE_PLANNED;
	for (uint32_t i = 0; i < function->parameters.count; i++)
		add_variable(&walk, function->parameters.items[i]);
	for (uint32_t i = 0; i < function->results.count; i++)
		add_variable(&walk, function->results.items[i]);
	for (uint32_t i = 0; i < function->locals.count; i++)
		add_variable(&walk, function->locals.items[i]);
	// Wrappers have captures that are no other function's variables.
	for (uint32_t i = 0; i < function->captures.count; i++) {
		if (tri_escape_canonical(function->captures.items[i]) == function->captures.items[i])
			add_variable(&walk, function->captures.items[i]);
	}
	for (uint32_t i = 0; i < function->results.count; i++)
		tri_escape_location_of(function->results.items[i])->result_index = i + 1;
}

static bool starts_a_body(const struct tri_ir_func *function)
{
	return ((const struct escape_function *)function->escape)->phase == ESCAPE_PLANNED && function->has_body;
}

static void build_graph(struct escape_batch *batch)
{
	for (uint32_t i = 0; i < batch->functions.count; i++)
		add_variables(batch, batch->functions.items[i]);
	// Closures are walked where they are created, so a pass over the others reaches them.
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < batch->functions.count; i++) {
			struct tri_ir_func *function = batch->functions.items[i];
			if ((pass == 0 && tri_escape_is_closure(function)) || !starts_a_body(function))
				continue;
			tri_escape_find_definitions(function);
			tri_escape_body(batch, function);
		}
	}
	for (uint32_t i = 0; i < batch->closures.count; i++)
		flow_captures(batch, &batch->closures.items[i]);
	for (uint32_t i = 0; i < batch->locations.count; i++) {
		struct escape_location *location = batch->locations.items[i];
		tri_escape_use_constants(batch, location);
		const char *reason = tri_escape_heap_reason(batch, location);
		if (reason == NULL)
			continue;
		struct escape_sink sink = tri_escape_shift(tri_escape_into(&batch->heap), -1);
		sink = location->var != NULL ? tri_escape_note_var(batch, sink, location->var, reason)
									 : tri_escape_note(batch, sink, location->node, reason);
		tri_escape_flow(batch, sink, location);
	}
}

struct analysis {
	struct tri_ir_package *package;
	const struct tri_escape_options *options;
};

static struct escape_batch *new_batch(const struct analysis *analysis, const struct tri_escape_options *options,
									  struct tri_ir_func *const *functions, uint32_t count)
{
	struct tri_arena *arena = tri_arena_new(); // the graph's; gone after the batch
	struct escape_batch *batch = TRI_NEW(arena, struct escape_batch);
	batch->arena = arena;
	batch->package = analysis->package;
	batch->options = options;
	const char *path = batch->package->package->path;
	batch->has_other_memory = strcmp(path, "runtime") == 0 || strncmp(path, "internal/runtime/", 17) == 0;
	batch->heap.attributes = ESCAPE_ALL;
	batch->mutator.attributes = ESCAPE_MUTATES;
	batch->callee.attributes = ESCAPE_CALLS;
	for (uint32_t i = 0; i < count; i++)
		tri_vector_push(arena, &batch->functions, functions[i]);
	return batch;
}

static void set_phase(const struct escape_batch *batch, enum escape_phase phase)
{
	for (uint32_t i = 0; i < batch->functions.count; i++) {
		struct escape_function *state = batch->functions.items[i]->escape;
		state->phase = phase;
		state->results_lost = false;
	}
}

static bool is_in_heap(const struct escape_location *location)
{
	if (location->node != NULL && location->node->op == TRI_NODE_CALL)
		return false;
	return location->var != NULL ? location->var->heap : location->node != NULL && location->node->placement != TRI_PLACE_STACK;
}

// What a call makes in room that the function gives it: its maker is in the heap for Go's compiler.
static void report_room(struct escape_batch *batch, const struct escape_location *location)
{
	struct tri_escape_gain *gain = batch->options->gain;
	if (gain == NULL || location->node == NULL || location->node->op != TRI_NODE_CALL || location->node->placement != TRI_PLACE_STACK)
		return;
	gain->rooms++;
	if (!tri_escape_is_quiet(location->function) && !tri_ir_is_within_intrinsic(location->node->inline_site))
		tri_diag_note(batch->package->diags, tri_escape_location_pos(location),
					  "the result of %s is made in the frame while it is short; Go makes it in the heap",
					  tri_escape_location_text(batch, location));
}

static void report_gain(struct escape_batch *batch, const struct escape_location *location)
{
	const struct tri_inline_site *site = location->var != NULL ? location->var->inline_site : location->node->inline_site;
	if (tri_escape_is_quiet(location->function) || tri_ir_is_within_intrinsic(site))
		return;
	tri_diag_note(batch->package->diags, tri_escape_location_pos(location), "%s stays in the frame; Go %s",
				  tri_escape_location_text(batch, location), location->var != NULL ? "moves it to the heap" : "places it in the heap");
}

// The same functions once more. All placements are those of the second analysis then: a mixture could let something in the heap
// point to something in a frame. Callers know the functions by the first one's summaries, which promise less.
static void place_precisely(const struct analysis *analysis, const struct escape_batch *first)
{
	const struct tri_escape_options quiet = {.small_frames = analysis->options->small_frames};
	struct escape_batch *batch = new_batch(analysis, &quiet, first->functions.items, first->functions.count);
	struct tri_escape_gain *gain = analysis->options->gain;
	batch->precise = true;
	set_phase(batch, ESCAPE_UNSEEN);
	build_graph(batch);
	tri_escape_solve(batch);
	set_phase(batch, ESCAPE_SUMMARISED);
	for (uint32_t i = 0; i < batch->locations.count; i++) {
		struct escape_location *location = batch->locations.items[i];
		bool was_in_heap = is_in_heap(location);
		write_location(batch, location);
		// Arrays that append makes are always in the heap here.
		bool appends = location->node != NULL && location->node->op == TRI_NODE_APPEND;
		if (gain == NULL || !was_in_heap || is_in_heap(location) || appends)
			continue;
		gain->kept++;
		report_gain(batch, location);
	}
	tri_arena_free(batch->arena);
}

static void analyse_batch(void *context, struct tri_ir_func *const *functions, uint32_t count)
{
	const struct analysis *analysis = context;
	struct escape_batch *batch = new_batch(analysis, analysis->options, functions, count);
	build_graph(batch);
	tri_escape_solve(batch);
	if (analysis->options->dump) {
		struct tri_buffer out = {0};
		tri_escape_dump(batch, &out);
		fwrite(out.data, 1, out.length, stdout);
		tri_buffer_free(&out);
	}
	for (uint32_t i = 0; i < count; i++) {
		((struct escape_function *)functions[i]->escape)->phase = ESCAPE_SUMMARISED;
		tri_escape_summarise(batch, functions[i]);
	}
	if (analysis->options->graph != NULL)
		tri_escape_write_graph(batch, analysis->options->graph);
	for (uint32_t i = 0; i < batch->locations.count; i++) {
		write_location(batch, batch->locations.items[i]);
		if (analysis->options->gain != NULL)
			analysis->options->gain->heap += is_in_heap(batch->locations.items[i]);
		report_room(batch, batch->locations.items[i]);
	}
	for (uint32_t i = 0; i < count; i++)
		tri_escape_record_others(batch, functions[i]);
	if (analysis->options->precise && batch->has_known_targets) {
		place_precisely(analysis, batch);
		for (uint32_t i = 0; i < batch->locations.count; i++) {
			const struct escape_location *location = batch->locations.items[i];
			if (location->decision != NULL)
				location->decision->is_kept = location->decision->heap && !is_in_heap(location);
		}
	}
	tri_arena_free(batch->arena);
}

void tri_escape_analyse(struct tri_ir_package *package, const struct tri_escape_options *options)
{
	struct tri_arena *scratch = tri_arena_new();
	TRI_VECTOR(struct tri_ir_func *) added = {0};
	for (uint32_t i = 0; i < package->functions.count; i++) {
		struct tri_ir_func *function = package->functions.items[i];
		if (function->escape_summary != NULL)
			continue;
		tri_vector_push(scratch, &added, function);
		if (!tri_escape_is_closure(function))
			tri_escape_remove_dead_locals(scratch, package, function);
	}
	struct analysis analysis = {.package = package, .options = options};
	tri_escape_visit_components(package->arena, package, analyse_batch, &analysis);
	for (uint32_t i = 0; i < added.count; i++) {
		if (added.items[i]->escape_summary != NULL && !package->shapes)
			tri_escape_move_slices(scratch, package, added.items[i]);
	}
	tri_arena_free(scratch);
}
