// Locations, the edges between them, and sinks: the contexts in which expressions are evaluated.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

struct escape_location *tri_escape_new_location(struct escape_walk *walk, struct tri_node *node, struct tri_ir_var *var, bool persists)
{
	struct escape_batch *batch = walk->batch;
	struct escape_location *location = TRI_NEW(batch->arena, struct escape_location);
	location->node = node;
	location->var = var;
	location->function = walk->function;
	location->loop_depth = walk->loop_depth;
	location->id = batch->locations.count + 1;
	tri_escape_no_leaks(&location->leaks);
	if (persists)
		location->attributes |= ESCAPE_PERSISTS;
	if (var != NULL) {
		tri_assert(var->escape == NULL);
		location->is_parameter = var->class == TRI_VAR_PARAMETER;
		location->is_result = var->class == TRI_VAR_RESULT;
		var->escape = location;
	}
	tri_vector_push(batch->arena, &batch->locations, location);
	return location;
}

struct tri_ir_var *tri_escape_canonical(struct tri_ir_var *var)
{
	while (var->class == TRI_VAR_CAPTURE && var->outer != NULL)
		var = var->outer;
	return var;
}

struct escape_location *tri_escape_location_of(struct tri_ir_var *var)
{
	struct escape_location *location = tri_escape_canonical(var)->escape;
	if (location == NULL)
		tri_ice("escape: variable %s of %s has no location", var->name->text, var->function ? var->function->symbol : "?");
	return location;
}

struct escape_sink tri_escape_into(struct escape_location *location) { return (struct escape_sink){.to = location}; }

static struct escape_sink add_note(struct escape_batch *batch, struct escape_sink sink, const struct tri_node *node,
								   const struct tri_ir_var *var, const char *why)
{
	if (tri_escape_explains(batch) || batch->options->dump) {
		struct escape_note *note = TRI_NEW(batch->arena, struct escape_note);
		*note = (struct escape_note){.next = sink.notes, .node = node, .var = var, .why = why};
		sink.notes = note;
	}
	return sink;
}

struct escape_sink tri_escape_note(struct escape_batch *batch, struct escape_sink sink, const struct tri_node *where, const char *why)
{
	return add_note(batch, sink, where, NULL, why);
}

struct escape_sink tri_escape_note_var(struct escape_batch *batch, struct escape_sink sink, const struct tri_ir_var *where, const char *why)
{
	return add_note(batch, sink, NULL, where, why);
}

struct escape_sink tri_escape_shift(struct escape_sink sink, int32_t delta)
{
	sink.derefs += delta;
	tri_assert(sink.derefs >= -1);
	sink.takes_address = delta < 0;
	return sink;
}

struct escape_sink tri_escape_deref(struct escape_batch *batch, struct escape_sink sink, const struct tri_node *where, const char *why)
{
	return tri_escape_note(batch, tri_escape_shift(sink, 1), where, why);
}

struct escape_sink tri_escape_address(struct escape_batch *batch, struct escape_sink sink, const struct tri_node *where, const char *why)
{
	return tri_escape_note(batch, tri_escape_shift(sink, -1), where, why);
}

struct escape_sink tri_escape_unbox(struct escape_batch *batch, struct escape_sink sink, struct tri_type *type,
									const struct tri_node *where, const char *why)
{
	if (!tri_type_is_interface(type) && !tri_type_is_direct_interface(type))
		sink = tri_escape_shift(sink, 1);
	return tri_escape_note(batch, sink, where, why);
}

void tri_escape_flow(struct escape_batch *batch, struct escape_sink sink, struct escape_location *source)
{
	if (sink.takes_address)
		source->address_taken = true;

	struct escape_location *to = sink.to;
	if (to == &batch->blank)
		return;
	if (to == source && sink.derefs >= 0) // x = x, x = *x
		return;
	if ((to->attributes & ESCAPE_ESCAPES) && sink.derefs < 0) {
		// Its address goes to the heap: decided already, no edge needed.
		if (tri_escape_explains(batch))
			tri_escape_explain_direct(batch, to, source, sink.derefs, sink.notes);
		if (!(source->attributes & ESCAPE_ESCAPES))
			source->kept_by = to;
		source->kept_elsewhere = true;
		source->attributes |= ESCAPE_ALL;
		if (batch->options->graph == NULL)
			return;
	}
	struct escape_edge edge = {.source = source, .derefs = sink.derefs, .notes = sink.notes};
	tri_vector_push(batch->arena, &to->edges, edge);
}

// A sink that leads to all of `sinks`, through a temporary. None of them may take an address: storing the
// address of the temporary would not be the same as storing that of the value.
struct escape_sink tri_escape_tee(struct escape_walk *walk, const struct escape_sink *sinks, uint32_t count)
{
	if (count == 0)
		return tri_escape_into(&walk->batch->blank);
	if (count == 1)
		return sinks[0];
	struct escape_location *temporary = tri_escape_new_location(walk, NULL, NULL, false);
	for (uint32_t i = 0; i < count; i++) {
		tri_assert(sinks[i].derefs >= 0);
		tri_escape_flow(walk->batch, sinks[i], temporary);
	}
	return tri_escape_into(temporary);
}

// A sink that leads to `sink`, but after the statement: what flows through it must persist.
struct escape_sink tri_escape_later(struct escape_walk *walk, struct escape_sink sink)
{
	struct escape_location *temporary = tri_escape_new_location(walk, NULL, NULL, true);
	tri_escape_flow(walk->batch, sink, temporary);
	return tri_escape_into(temporary);
}

struct escape_sink tri_escape_spill(struct escape_walk *walk, struct escape_sink sink, struct tri_node *node)
{
	struct escape_location *location = tri_escape_new_location(walk, node, NULL, false);
	tri_escape_flow(walk->batch, tri_escape_address(walk->batch, sink, node, "spill"), location);
	if (walk->batch->precise)
		tri_map_put(walk->batch->arena, &walk->batch->spills, TRI_KEY(node), location);
	return tri_escape_into(location);
}

// ---- Memory outside of the heap ----------------------------------------------------------------------

// Structs that embed internal/runtime/sys.NotInHeap.
static bool is_outside(struct tri_type *type)
{
	type = tri_type_unalias(type);
	if (type->kind == TRI_TYPE_NAMED) {
		const struct tri_object *object = type->as.named.object;
		if (object->package != NULL && strcmp(object->name->text, "NotInHeap") == 0 &&
			strcmp(object->package->path, "internal/runtime/sys") == 0)
			return true;
	}
	struct tri_type *under = tri_type_underlying(type);
	if (under->kind == TRI_TYPE_ARRAY)
		return is_outside(under->as.array.element);
	for (uint32_t i = 0; under->kind == TRI_TYPE_STRUCT && i < under->as.structure.field_count; i++) {
		if (is_outside(under->as.structure.fields[i].type))
			return true;
	}
	return false;
}

bool tri_escape_has_pointers(const struct escape_batch *batch, struct tri_type *type)
{
	if (!tri_type_has_pointers(type))
		return false;
	if (!batch->has_other_memory)
		return true;
	struct tri_type *under = tri_type_underlying(type);
	switch ((enum tri_type_kind)under->kind) {
	case TRI_TYPE_POINTER:
		return !is_outside(under->as.pointer.element);
	case TRI_TYPE_ARRAY:
		return tri_escape_has_pointers(batch, under->as.array.element);
	case TRI_TYPE_STRUCT:
		for (uint32_t i = 0; i < under->as.structure.field_count; i++) {
			if (tri_escape_has_pointers(batch, under->as.structure.fields[i].type))
				return true;
		}
		return false;
	default:
		return true;
	}
}
