// Room for results: strings that a function makes for its caller, in the caller's frame.
//
// For Go's compiler a string that a function makes and returns is in the heap, though most callers only look at it: they
// compare it, put it together with others, look it up in a map. Here such a function has a second form that takes a pointer
// to room in its caller's frame, for a short string; a caller that does not keep the result calls that one.
//
// A *maker* is an expression that makes a string, or a call of a function that has the second form. If the address of what it
// makes reaches nothing that outlives the function but results of type string, it may be made in the room. Those results are in
// the summary, so callers know which of a call's results may lie in their room: to them the call is a location of its own, whose
// address flows where those results go. Where it does not escape, the caller gives room in its frame; where it is a maker in turn,
// its own room is passed on.
//
// Why one room is enough for all makers of a function, in loops as well: whichever comes first when it runs takes it, and the
// others find none (ssa/build_string.c). So nothing in the room is ever overwritten while the function runs, and its caller
// gives the same room again only where it would use the same place in its frame again.
//
// What is returned is only held in variables of type string that live in frames: it is never stored where a write barrier is needed.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

bool tri_escape_is_maker(const struct escape_location *location)
{
	const struct tri_node *node = location->node;
	if (node == NULL)
		return false;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_CALL:
	case TRI_NODE_BYTES_TO_STRING:
	case TRI_NODE_RUNES_TO_STRING:
	case TRI_NODE_RUNE_TO_STRING:
	case TRI_NODE_CONCATENATE:
		return true;
	default:
		return false;
	}
}

static bool has_second_form(const struct tri_ir_func *function)
{
	return function->has_body && !function->is_closure && !function->is_wrapper && !function->is_method_value_wrapper &&
		   !function->is_go_defer_wrapper && !function->intrinsic;
}

// Graphs that are shown are those of Go's analysis.
static bool analyses_rooms(const struct escape_batch *batch)
{
	return (batch->options->precise || batch->precise) && batch->options->graph == NULL && !batch->has_other_memory;
}

void tri_escape_keep_maker(struct escape_location *maker, const struct escape_location *keeper)
{
	bool returned = keeper->is_result && keeper->function == maker->function && !(keeper->attributes & ESCAPE_ESCAPES) &&
					keeper->result_index <= TRI_ESCAPE_SUMMARY_RESULTS && tri_type_is(keeper->var->type, TRI_IS_STRING);
	if (returned)
		maker->returned |= (uint8_t)(1u << (keeper->result_index - 1));
	else
		maker->kept_elsewhere = true;
}

bool tri_escape_may_use_room(const struct escape_batch *batch, const struct escape_location *location)
{
	if (!tri_escape_is_maker(location) || location->returned == 0 || location->kept_elsewhere || !analyses_rooms(batch))
		return false;
	// The second analysis may find more results than callers were told of by the first.
	const struct tri_escape_summary *summary = location->function->escape_summary;
	return has_second_form(location->function) && (summary == NULL || (location->returned & ~summary->results_in_room) == 0);
}

uint8_t tri_escape_results_in_room(const struct escape_batch *batch, const struct tri_ir_func *function)
{
	uint8_t results = 0;
	for (uint32_t i = 0; i < batch->locations.count; i++) {
		const struct escape_location *location = batch->locations.items[i];
		if (location->function == function && (location->attributes & ESCAPE_ESCAPES) && tri_escape_may_use_room(batch, location))
			results |= location->returned;
	}
	return results;
}

void tri_escape_call_with_room(struct escape_walk *walk, const struct escape_sink *sinks, uint32_t sink_count, struct tri_node *call)
{
	struct escape_batch *batch = walk->batch;
	const struct tri_escape_summary *summary = call->function->escape_summary;
	// Who throws a result away measures what making it takes.
	if (summary == NULL || summary->results_in_room == 0 || sinks == NULL || call == walk->unused || !analyses_rooms(batch))
		return;
	struct escape_location *made = tri_escape_new_location(walk, call, NULL, false);
	for (uint32_t i = 0; i < sink_count && i < TRI_ESCAPE_SUMMARY_RESULTS; i++) {
		if (summary->results_in_room >> i & 1)
			tri_escape_flow(batch, tri_escape_shift(sinks[i], -1), made);
	}
}
