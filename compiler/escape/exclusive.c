// Slices that a function builds in its frame and moves to the heap when they are finished.
//
//	var list []int
//	for ... { list = append(list, x) }
//	return list
//
// The array escapes, but only at the return. Until then nothing else refers to it, so it can be begun in the frame
// (ssa/build_append.c), and moved when it leaves: one array of the right size instead of those of 1, 2 and 4 elements.
//
// A variable *owns* its array while no other variable refers to the same array in this frame. What keeps it so: assigning it nil,
// a literal, a part of itself or an append to itself; reading and writing elements, its length and capacity; passing it to a
// function that does nothing but read elements. Leaving is being returned, assigned to something else, or ranged over. Where
// all that happens to a variable is of these kinds, and it leaves at one place only that is not in a loop of its own, a node
// before that place moves the array, if it is in the frame at all, and its appends count as staying there. Anything else that
// happens to it leaves it as it was decided.
//
// An array whose capacity is looked at (cap, slicing, callees) has the capacities it would have in the heap.
//
// The tree of a function that is to be run is changed; nothing is said of it, since Go's compiler says nothing either.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

struct owned_slice {
	struct tri_ir_var *var;
	uint32_t understood, all; // uses
	tri_node_list *list;      // where it leaves, and the statement there
	struct tri_node *leaves;
	tri_node_list appends;
	int32_t loop_depth, weight; // of its declaration; how often appends may run, as a guess
	bool given_up, capacity_used;
};

struct owner_walk {
	struct tri_arena *arena;
	struct tri_ir_package *package;
	struct tri_ir_func *function;
	TRI_VECTOR(struct owned_slice *) slices;
	struct tri_map by_var;
	tri_node_list *list; // the list that the statement at hand stands in, or NULL
	int32_t loop_depth;
};

static struct owned_slice *slice_of(const struct owner_walk *walk, const struct tri_node *node)
{
	return node != NULL && node->op == TRI_NODE_LOCAL ? tri_map_get(&walk->by_var, TRI_KEY(node->var)) : NULL;
}

static void leave(const struct owner_walk *walk, struct owned_slice *slice, struct tri_node *statement)
{
	if (slice->leaves != NULL || walk->list == NULL || walk->loop_depth > slice->loop_depth)
		slice->given_up = true;
	slice->leaves = statement;
	slice->list = walk->list;
}

static bool is_nil(const struct tri_node *value)
{
	return value == NULL || value->op == TRI_NODE_ZERO || (value->op == TRI_NODE_LITERAL && value->value == NULL);
}

static void assign(const struct owner_walk *walk, const struct tri_node *place, struct tri_node *value, struct tri_node *statement)
{
	struct owned_slice *slice = slice_of(walk, place), *other = slice_of(walk, value);
	if (slice != NULL && is_nil(value)) {
		slice->understood++;
	} else if (slice != NULL && value->op == TRI_NODE_SLICE_LITERAL) {
		slice->understood++;
		slice->capacity_used = true;
	} else if (slice != NULL && (value->op == TRI_NODE_SLICE || value->op == TRI_NODE_APPEND) && slice_of(walk, value->x) == slice) {
		slice->understood += 2;
		if (value->op == TRI_NODE_SLICE) {
			slice->capacity_used = true;
		} else {
			tri_vector_push(walk->arena, &slice->appends, value);
			slice->weight += 1 + walk->loop_depth - slice->loop_depth;
		}
	}
	if (other != NULL) {
		other->understood++;
		leave(walk, other, statement);
	}
}

// &s[i], &s[i].f: somebody else has the array.
static void take_address(const struct owner_walk *walk, const struct tri_node *place)
{
	while (place->op == TRI_NODE_FIELD || (place->op == TRI_NODE_INDEX && tri_type_underlying(place->x->type)->kind == TRI_TYPE_ARRAY))
		place = place->x;
	struct owned_slice *slice = place->op == TRI_NODE_INDEX ? slice_of(walk, place->x) : NULL;
	if (slice != NULL)
		slice->given_up = true;
}

static bool only_reads(const struct tri_ir_func *callee, uint32_t index)
{
	if (callee->escape_summary == NULL || callee->intrinsic)
		return false;
	struct escape_leaks leaks = tri_escape_parameter_leaks(callee, index);
	for (uint32_t i = 0; i < TRI_ESCAPE_SUMMARY_RESULTS; i++) {
		if (leaks.results[i] >= 0)
			return false;
	}
	return leaks.heap < 0 && leaks.mutator < 0 && leaks.callee < 0;
}

static void use(const struct owner_walk *walk, struct tri_node *node)
{
	struct owned_slice *slice;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_LOCAL:
		if ((slice = slice_of(walk, node)) != NULL)
			slice->all++;
		break;
	case TRI_NODE_DECLARE:
		if ((slice = tri_map_get(&walk->by_var, TRI_KEY(node->var))) != NULL)
			slice->loop_depth = walk->loop_depth;
		break;
	case TRI_NODE_INDEX:
	case TRI_NODE_LEN:
	case TRI_NODE_CAP:
		if ((slice = slice_of(walk, node->x)) != NULL) {
			slice->understood++;
			slice->capacity_used |= node->op == TRI_NODE_CAP;
		}
		break;
	case TRI_NODE_ADDRESS:
		take_address(walk, node->x);
		break;
	case TRI_NODE_RANGE:
		if ((slice = slice_of(walk, node->x)) != NULL) {
			slice->understood++;
			leave(walk, slice, node);
		}
		break;
	case TRI_NODE_RETURN:
		for (uint32_t i = 0; i < node->list.count; i++) {
			if ((slice = slice_of(walk, node->list.items[i])) != NULL) {
				slice->understood++;
				leave(walk, slice, node);
			}
		}
		for (uint32_t i = 0; node->list.count == 0 && i < walk->function->results.count; i++) {
			if ((slice = tri_map_get(&walk->by_var, TRI_KEY(walk->function->results.items[i]))) != NULL)
				leave(walk, slice, node);
		}
		break;
	case TRI_NODE_CALL:
		for (uint32_t i = 0; i < node->list.count; i++) {
			if ((slice = slice_of(walk, node->list.items[i])) != NULL && only_reads(node->function, i)) {
				slice->understood++;
				slice->capacity_used = true;
			}
		}
		break;
	case TRI_NODE_ASSIGN:
		assign(walk, node->x, node->y, node);
		break;
	case TRI_NODE_ASSIGN_PARALLEL:
		for (uint32_t i = 0; i < node->list.count; i++)
			assign(walk, node->list.items[i], node->other.items[i], node);
		break;
	default:
		break;
	}
}

static void visit(struct owner_walk *walk, struct tri_node *node, tri_node_list *list);

static void visit_list(struct owner_walk *walk, struct tri_node *node, tri_node_list *list)
{
	// What a select clause runs first is counted, and initial statements of a loop ran before.
	bool fixed = (node->op == TRI_NODE_CASE && node->index > 0) || (node->op == TRI_NODE_FOR && list == &node->list);
	for (uint32_t i = 0; i < list->count; i++) {
		struct tri_node *child = list->items[i];
		if (child != NULL)
			visit(walk, child, !fixed && tri_node_ops[child->op].class == TRI_NODE_CLASS_S ? list : NULL);
	}
}

static void visit(struct owner_walk *walk, struct tri_node *node, tri_node_list *list)
{
	tri_node_list *outer = walk->list;
	if (tri_node_ops[node->op].class == TRI_NODE_CLASS_S)
		walk->list = list;
	use(walk, node);
	if (!tri_node_is_leaf(node)) {
		bool loop = node->op == TRI_NODE_FOR || node->op == TRI_NODE_RANGE;
		struct tri_node *operands[] = {node->x, node->y, node->z};
		walk->loop_depth += loop;
		for (uint32_t i = 0; i < TRI_COUNT(operands); i++) {
			if (operands[i] != NULL)
				visit(walk, operands[i], NULL);
		}
		visit_list(walk, node, &node->list);
		visit_list(walk, node, &node->body);
		visit_list(walk, node, &node->other);
		walk->loop_depth -= loop;
	}
	walk->list = outer;
}

static void track(struct owner_walk *walk, struct tri_ir_var *var)
{
	struct tri_type *type = tri_type_underlying(var->type);
	if (type->kind != TRI_TYPE_SLICE || var->heap || var->address_taken)
		return;
	struct owned_slice *slice = TRI_NEW(walk->arena, struct owned_slice);
	slice->var = var;
	tri_vector_push(walk->arena, &walk->slices, slice);
	tri_map_put(walk->arena, &walk->by_var, TRI_KEY(var), slice);
}

static void insert_move(const struct owner_walk *walk, const struct owned_slice *slice)
{
	struct tri_node *move = tri_node_new(walk->package, TRI_NODE_MOVE_TO_HEAP, slice->leaves->pos);
	struct tri_node *places[2], *statement = tri_node_new(walk->package, TRI_NODE_ASSIGN, slice->leaves->pos);
	for (uint32_t i = 0; i < TRI_COUNT(places); i++) {
		places[i] = tri_node_new(walk->package, TRI_NODE_LOCAL, slice->leaves->pos);
		places[i]->var = slice->var;
		places[i]->type = slice->var->type;
		places[i]->inline_site = slice->leaves->inline_site;
	}
	move->x = places[0];
	move->type = slice->var->type;
	move->index = slice->capacity_used;
	statement->x = places[1];
	statement->y = move;
	move->inline_site = statement->inline_site = slice->leaves->inline_site;
	tri_node_list *list = slice->list;
	uint32_t at = 0;
	while (list->items[at] != slice->leaves)
		at++;
	tri_vector_push(walk->package->trees, list, NULL);
	memmove(list->items + at + 1, list->items + at, (list->count - 1 - at) * sizeof list->items[0]);
	list->items[at] = statement;
}

// It was decided already that the array stays in the frame, wherever the variable's value goes. (Go's compiler moves it.)
static bool stays(const struct owned_slice *slice)
{
	for (uint32_t i = 0; i < slice->appends.count; i++) {
		if (slice->appends.items[i]->placement != TRI_PLACE_STACK)
			return false;
	}
	return true;
}

void tri_escape_move_slices(struct tri_arena *scratch, struct tri_ir_package *package, struct tri_ir_func *function)
{
	struct owner_walk walk = {.arena = scratch, .package = package, .function = function};
	for (uint32_t i = 0; i < function->parameters.count; i++)
		track(&walk, function->parameters.items[i]);
	for (uint32_t i = 0; i < function->locals.count; i++)
		track(&walk, function->locals.items[i]);
	// A recovered panic returns results as they are.
	for (uint32_t i = 0; !function->has_defer && i < function->results.count; i++)
		track(&walk, function->results.items[i]);
	if (walk.slices.count == 0)
		return;
	for (uint32_t i = 0; i < function->body.count; i++)
		visit(&walk, function->body.items[i], &function->body);
	for (uint32_t i = 0; i < walk.slices.count; i++) {
		struct owned_slice *slice = walk.slices.items[i];
		if (slice->given_up || slice->understood != slice->all || slice->leaves == NULL || slice->weight < 2 || stays(slice))
			continue;
		insert_move(&walk, slice);
		for (uint32_t k = 0; k < slice->appends.count; k++) {
			slice->appends.items[k]->placement = TRI_PLACE_STACK;
			slice->appends.items[k]->index = slice->capacity_used;
		}
	}
}
