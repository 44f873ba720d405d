// Stores through pointers of which it is known where they point: more than Go's compiler knows.
//
// For Go's compiler `p.f = &x` stores in the heap, whatever p is, and x is moved there. But where p is defined as &t or &T{...}
// and never assigned again, the store writes to t, or to what the literal made, and x need only live as long as that: the value
// flows to that location, like that of t.f = &x.
//
// Why that is right: p holds the address of that location whenever the store runs, since its only definition comes before
// all of its uses. Whoever reads the value does so through a pointer to the location. Those pointers are edges of the graph, as
// all flows of the location's address are, and reading dereferences one: so the solver finds what is stored behind it. When
// the location itself is moved to the heap, it outlives everything, and what was stored in it follows. Summaries keep
// saying that the value leaks: callers learn nothing new.
//
// A pointer to a frame may only be written where no write barrier is needed, since the barrier's buffer is no frame: the
// collector would find a stale pointer there after the stack has moved. Stores to a frame's slot have no barrier, so the
// pointer must be known as such to the compiler's later stages, too: a local variable of this very function, not one that it
// captured, and a value that is stored word by word. A goto can make a loop with two entries, where a variable that is assigned
// once is a phi all the same: nothing is known of pointers in functions that have one.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

enum { MOST_BYTES = 32 };

static bool is_plain_local(const struct escape_walk *walk, const struct tri_ir_var *var)
{
	return var->class == TRI_VAR_LOCAL && var->function == walk->function && var->escape != NULL;
}

// Through variables that are assigned once, to what the first one is defined as.
static const struct tri_node *definition(const struct escape_walk *walk, const struct tri_node *node)
{
	for (;;) {
		if (node->op == TRI_NODE_CONVERT && tri_type_underlying(node->x->type)->kind == TRI_TYPE_POINTER)
			node = node->x;
		else if (node->op == TRI_NODE_INLINED_CALL && node->list.count == 1)
			node = node->list.items[0];
		else if (node->op == TRI_NODE_STATEMENT_EXPR)
			node = node->x;
		else if (node->op == TRI_NODE_LOCAL && is_plain_local(walk, node->var)) {
			const struct escape_location *location = node->var->escape;
			if (location->not_constant || location->defined_value == NULL)
				return NULL;
			node = location->defined_value;
		} else
			return node;
	}
}

static struct escape_location *variable_of(const struct escape_walk *walk, const struct tri_node *place)
{
	while (place->op == TRI_NODE_FIELD || (place->op == TRI_NODE_INDEX && tri_type_underlying(place->x->type)->kind == TRI_TYPE_ARRAY))
		place = place->x;
	return place->op == TRI_NODE_LOCAL && is_plain_local(walk, place->var) ? place->var->escape : NULL;
}

struct escape_location *tri_escape_target(struct escape_walk *walk, struct tri_node *pointer, struct tri_type *stored)
{
	struct escape_batch *batch = walk->batch;
	if (!tri_type_has_pointers(stored) || walk->function->has_goto)
		return NULL;
	tri_type_layout(stored);
	if (stored->size < 0 || stored->size > MOST_BYTES)
		return NULL;
	const struct tri_node *value = definition(walk, pointer);
	struct escape_location *target = NULL;
	if (value == NULL)
		return NULL;
	if (value->op == TRI_NODE_ADDRESS)
		target = variable_of(walk, value->x);
	else if (value->op == TRI_NODE_ADDRESS_LITERAL || value->op == TRI_NODE_NEW)
		target = batch->precise ? tri_map_get(&batch->spills, TRI_KEY(value)) : &batch->heap;
	if (target != NULL)
		batch->has_known_targets = true;
	return batch->precise ? target : NULL;
}
