// The solver: from every location, finds the fewest dereferences with which each other location's value
// reaches it, and spreads attributes until nothing changes.
//
// A walk goes backwards over edges from its root. Counts are bounded below by 0 after each step (the
// address of a copy is not the address of what was copied), so there are no negative cycles, and the
// search is Bellman and Ford's with a queue. A location becomes a root again when it gains attributes,
// which happens a bounded number of times.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

struct queue { // double-ended, over a ring whose size is a power of two
	struct tri_arena *arena;
	struct escape_location **ring;
	uint32_t size, head, count;
};

static void grow(struct queue *queue)
{
	uint32_t size = queue->size == 0 ? 64 : queue->size * 2;
	struct escape_location **ring = TRI_NEW_ARRAY(queue->arena, struct escape_location *, size);
	for (uint32_t i = 0; i < queue->count; i++)
		ring[i] = queue->ring[(queue->head + i) & (queue->size - 1)];
	queue->ring = ring;
	queue->size = size;
	queue->head = 0;
}

static void push_front(struct queue *queue, struct escape_location *location)
{
	if (queue->count == queue->size)
		grow(queue);
	queue->head = (queue->head - 1) & (queue->size - 1);
	queue->ring[queue->head] = location;
	queue->count++;
}

static void push_back(struct queue *queue, struct escape_location *location)
{
	if (queue->count == queue->size)
		grow(queue);
	queue->ring[(queue->head + queue->count) & (queue->size - 1)] = location;
	queue->count++;
}

static struct escape_location *pop_front(struct queue *queue)
{
	struct escape_location *location = queue->ring[queue->head];
	queue->head = (queue->head + 1) & (queue->size - 1);
	queue->count--;
	return location;
}

struct solver {
	struct escape_batch *batch;
	struct queue roots, frontier;
	uint32_t walk;
};

static void enqueue_root(struct solver *solver, struct escape_location *location)
{
	if (location->queued)
		return;
	location->queued = true;
	// What escapes goes first: it may settle much at once.
	if (location->attributes & ESCAPE_ESCAPES)
		push_front(&solver->roots, location);
	else
		push_back(&solver->roots, location);
}

bool tri_escape_contains_closure(const struct tri_ir_func *outer, const struct tri_ir_func *inner)
{
	if (outer == inner || !inner->is_closure)
		return false;
	for (const struct tri_ir_func *function = inner->outer; function != NULL; function = function->outer) {
		if (function == outer)
			return true;
	}
	return false;
}

// May what is stored in `keeper` be used after `other`, if that is in a frame, is gone?
static bool outlives(struct escape_batch *batch, const struct escape_location *keeper, const struct escape_location *other)
{
	if (keeper->attributes & ESCAPE_ESCAPES)
		return true;
	if (keeper == &batch->mutator || keeper == &batch->callee)
		return false;
	if (keeper->is_result) {
		// A closure may return what is declared outside of it, as long as all its callers are known.
		const struct escape_function *state = keeper->function->escape;
		return !tri_escape_contains_closure(other->function, keeper->function) || state->results_lost;
	}
	if (keeper->function == other->function && keeper->loop_depth < other->loop_depth)
		return true; // another iteration sees it
	return tri_escape_contains_closure(keeper->function, other->function);
}

// Results beyond those that a summary holds count as leaks to the heap.
static void leak(struct escape_location *parameter, const struct escape_location *sink, int32_t derefs)
{
	if (!(sink->attributes & ESCAPE_ESCAPES) && sink->is_result && sink->function == parameter->function &&
		sink->result_index <= TRI_ESCAPE_SUMMARY_RESULTS) {
		tri_escape_add_leak(&parameter->leaks.results[sink->result_index - 1], derefs);
		return;
	}
	tri_escape_add_leak(&parameter->leaks.heap, derefs);
}

static void lose_results(struct solver *solver, const struct escape_location *root)
{
	if (root->node == NULL || root->node->op != TRI_NODE_CLOSURE)
		return;
	struct tri_ir_func *function = root->node->function;
	struct escape_function *state = function->escape;
	if (state == NULL || !tri_escape_in_batch(function) || state->results_lost)
		return;
	state->results_lost = true;
	for (uint32_t i = 0; i < function->results.count; i++)
		enqueue_root(solver, tri_escape_location_of(function->results.items[i]));
}

// A local variable that refers to an array.
static bool is_local_array(const struct escape_location *location)
{
	if (location->var == NULL || location->is_parameter || location->is_result)
		return false;
	return tri_type_underlying(location->var->type)->kind == TRI_TYPE_SLICE || tri_type_is(location->var->type, TRI_IS_STRING);
}

static void walk_from(struct solver *solver, struct escape_location *root)
{
	struct escape_batch *batch = solver->batch;
	bool records = batch->options->record != NULL && (root == &batch->heap || root->is_result);
	uint32_t walk = ++solver->walk;
	root->walk = walk;
	root->derefs = 0;
	root->toward = NULL;
	if (root->attributes & ESCAPE_CALLS)
		lose_results(solver, root);

	push_back(&solver->frontier, root);
	while (solver->frontier.count > 0) {
		struct escape_location *location = pop_front(&solver->frontier);
		location->queued_in_walk = 0;
		int32_t derefs = location->derefs;
		uint8_t gained = 0;
		if (derefs < 0) { // its address reaches the root
			derefs = 0;
			if (outlives(batch, root, location)) {
				if (!(location->attributes & ESCAPE_ESCAPES) && tri_escape_explains(batch))
					tri_escape_explain_escape(batch, root, location);
				if (!(location->attributes & ESCAPE_ESCAPES))
					location->kept_by = root;
				if (tri_escape_is_maker(location))
					tri_escape_keep_maker(location, root);
				gained |= ESCAPE_ALL;
			} else if (root->attributes & ESCAPE_PERSISTS) {
				gained |= ESCAPE_PERSISTS;
			}
		} else if (derefs == 0 && records && is_local_array(location) && outlives(batch, root, location)) {
			tri_escape_record_leaving(batch, root, location);
		}
		if (derefs == 0)
			gained |= root->attributes & (ESCAPE_MUTATES | ESCAPE_CALLS);
		if (location->is_parameter) {
			if (outlives(batch, root, location)) {
				if (!(location->attributes & ESCAPE_ESCAPES) && tri_escape_explains(batch))
					tri_escape_explain_leak(batch, root, location, derefs);
				leak(location, root, derefs);
			}
			if (root->attributes & ESCAPE_MUTATES)
				tri_escape_add_leak(&location->leaks.mutator, derefs);
			if (root->attributes & ESCAPE_CALLS)
				tri_escape_add_leak(&location->leaks.callee, derefs);
		}
		if (gained & ~location->attributes) {
			location->attributes |= gained;
			enqueue_root(solver, location);
			if (location->attributes & ESCAPE_ESCAPES)
				continue; // its own walk goes on from here
		}
		for (uint32_t i = 0; i < location->edges.count; i++) {
			struct escape_edge *edge = &location->edges.items[i];
			struct escape_location *source = edge->source;
			// Makers hold nothing; of them it matters what all keeps them.
			if ((source->attributes & ESCAPE_ESCAPES) && (source->returned == 0 || source->kept_elsewhere))
				continue;
			int32_t total = derefs + edge->derefs;
			if (source->walk == walk && source->derefs <= total)
				continue;
			source->walk = walk;
			source->derefs = total;
			source->toward = location;
			source->toward_edge = i;
			if (source->queued_in_walk != walk) {
				source->queued_in_walk = walk;
				push_back(&solver->frontier, source);
			}
		}
	}
}

void tri_escape_solve(struct escape_batch *batch)
{
	struct solver solver = {.batch = batch, .roots.arena = batch->arena, .frontier.arena = batch->arena};
	for (uint32_t i = 0; i < batch->locations.count; i++) {
		push_front(&solver.roots, batch->locations.items[i]);
		batch->locations.items[i]->queued = true;
	}
	struct escape_location *special[] = {&batch->mutator, &batch->callee, &batch->heap};
	for (uint32_t i = 0; i < TRI_COUNT(special); i++) {
		push_front(&solver.roots, special[i]);
		special[i]->queued = true;
	}
	while (solver.roots.count > 0) {
		struct escape_location *root = pop_front(&solver.roots);
		root->queued = false;
		walk_from(&solver, root);
	}
}
