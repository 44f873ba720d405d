// The order in which package-level variables are initialised.
//
// A variable depends on what its initial value mentions, directly or in the bodies of functions it
// mentions. Of the variables that depend on no uninitialised one, the first in the source is next.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

struct node {
	struct tri_object *object; // constant or variable
	TRI_VECTOR(struct node *) dependents;
	uint32_t pending; // dependencies not initialised yet
	bool done;
};

struct queue_entry {
	struct node *node;
	uint32_t pending; // when entered; an entry is stale when the node's has changed
};

struct sorter {
	struct tri_checker *c;
	struct tri_map nodes; // object -> struct node *
	TRI_VECTOR(struct queue_entry) heap;
};

static bool before(const struct queue_entry *a, const struct queue_entry *b)
{
	bool a_constant = a->node->object->kind == TRI_OBJECT_CONSTANT, b_constant = b->node->object->kind == TRI_OBJECT_CONSTANT;
	if (a_constant != b_constant)
		return a_constant;
	if (a->pending != b->pending)
		return a->pending < b->pending;
	return a->node->object->order < b->node->object->order;
}

static void push(struct sorter *s, struct node *node)
{
	struct queue_entry entry = {node, node->pending};
	tri_vector_push(s->c->arena, &s->heap, entry);
	struct queue_entry *heap = s->heap.items;
	for (uint32_t i = s->heap.count - 1; i > 0 && before(&heap[i], &heap[(i - 1) / 2]); i = (i - 1) / 2) {
		struct queue_entry other = heap[(i - 1) / 2];
		heap[(i - 1) / 2] = heap[i];
		heap[i] = other;
	}
}

static struct queue_entry pop(struct sorter *s)
{
	struct queue_entry *heap = s->heap.items, first = heap[0];
	heap[0] = heap[--s->heap.count];
	for (uint32_t i = 0;;) {
		uint32_t least = i;
		for (uint32_t child = 2 * i + 1; child <= 2 * i + 2 && child < s->heap.count; child++)
			if (before(&heap[child], &heap[least]))
				least = child;
		if (least == i)
			return first;
		struct queue_entry other = heap[i];
		heap[i] = heap[least];
		heap[least] = other;
		i = least;
	}
}

static struct tri_declaration *declaration_of(struct sorter *s, const struct tri_object *object)
{
	return tri_map_get(&s->c->declarations, TRI_KEY(object));
}

// Adds to `node` all it depends on through `object`; `seen` holds the functions walked and the nodes added.
static void add_dependencies(struct sorter *s, struct node *node, const struct tri_object *object, struct tri_map *seen)
{
	const struct tri_map *dependencies = &declaration_of(s, object)->dependencies;
	for (uint32_t i = 0; i < dependencies->count; i++) {
		struct tri_object *other = dependencies->entries[i].value;
		if (tri_map_has(seen, TRI_KEY(other)))
			continue;
		tri_map_put(s->c->arena, seen, TRI_KEY(other), other);
		if (other->kind == TRI_OBJECT_FUNCTION) {
			add_dependencies(s, node, other, seen);
			continue;
		}
		struct node *target = tri_map_get(&s->nodes, TRI_KEY(other));
		if (target) {
			tri_vector_push(s->c->arena, &target->dependents, node);
			node->pending++;
		}
	}
}

// A path from one object back to `to`, innermost last; false when there is none.
static bool find_cycle(struct sorter *s, const struct tri_object *from, const struct tri_object *to, struct tri_map *seen,
					   tri_object_list *cycle)
{
	if (tri_map_has(seen, TRI_KEY(from)))
		return false;
	tri_map_put(s->c->arena, seen, TRI_KEY(from), (void *)(uintptr_t)from);
	const struct tri_map *dependencies = &declaration_of(s, from)->dependencies;
	tri_object_list sorted = {0};
	for (uint32_t i = 0; i < dependencies->count; i++) {
		tri_vector_push(s->c->arena, &sorted, (struct tri_object *)dependencies->entries[i].value);
		for (uint32_t j = sorted.count - 1; j > 0 && sorted.items[j]->order < sorted.items[j - 1]->order; j--) {
			struct tri_object *other = sorted.items[j];
			sorted.items[j] = sorted.items[j - 1];
			sorted.items[j - 1] = other;
		}
	}
	for (uint32_t i = 0; i < sorted.count; i++) {
		if (sorted.items[i] == to || find_cycle(s, sorted.items[i], to, seen, cycle)) {
			tri_vector_push(s->c->arena, cycle, sorted.items[i]);
			return true;
		}
	}
	return false;
}

static void report_cycle(struct sorter *s, const tri_object_list *cycle)
{
	struct tri_checker *c = s->c;
	struct tri_object *object = cycle->items[0];
	if (cycle->count == 1) {
		tri_check_error(c, object->pos, TRI_CODE_InvalidInitCycle, "initialization cycle: %s refers to itself", object->name->text);
		return;
	}
	struct tri_buffer message = {0};
	tri_buffer_printf(&message, "initialization cycle for %s", object->name->text);
	for (uint32_t i = cycle->count; i-- > 0;) {
		struct tri_object *next = cycle->items[i];
		tri_buffer_printf(&message, "\n\t%s: %s refers to %s", tri_check_pos_text(c, object->pos), object->name->text, next->name->text);
		object = next;
	}
	tri_check_error(c, cycle->items[0]->pos, TRI_CODE_InvalidInitCycle, "%s", message.data);
	tri_buffer_free(&message);
}

static void emit(struct sorter *s, struct tri_object *object, struct tri_map *emitted)
{
	struct tri_checker *c = s->c;
	struct tri_declaration *declaration = declaration_of(s, object);
	if (object->kind != TRI_OBJECT_VARIABLE || !declaration->value || tri_map_has(emitted, TRI_KEY(declaration)))
		return;
	tri_map_put(c->arena, emitted, TRI_KEY(declaration), declaration);
	struct tri_initializer initializer = {.right = declaration->value, .pos = object->pos};
	initializer.left_count = declaration->left ? declaration->left_count : 1;
	initializer.left = TRI_NEW_ARRAY(c->arena, struct tri_object *, initializer.left_count);
	for (uint32_t i = 0; i < initializer.left_count; i++) {
		struct tri_object *left = declaration->left ? declaration->left[i] : object;
		initializer.left[i] = left->name == c->blank ? NULL : left;
	}
	tri_vector_push(c->arena, &c->package->initializers, initializer);
}

void tri_check_init_order(struct tri_checker *c)
{
	struct sorter sorter = {.c = c};
	struct sorter *s = &sorter;
	for (uint32_t i = 0; i < c->objects.count; i++) {
		struct tri_object *object = c->objects.items[i];
		if (object->kind != TRI_OBJECT_VARIABLE && object->kind != TRI_OBJECT_CONSTANT)
			continue;
		struct node *node = TRI_NEW(c->arena, struct node);
		node->object = object;
		tri_map_put(c->arena, &s->nodes, TRI_KEY(object), node);
	}
	for (uint32_t i = 0; i < s->nodes.count; i++) {
		struct node *node = s->nodes.entries[i].value;
		struct tri_map seen = {0};
		add_dependencies(s, node, node->object, &seen);
		push(s, node);
	}
	struct tri_map emitted = {0};
	while (s->heap.count > 0) {
		struct queue_entry entry = pop(s);
		struct node *node = entry.node;
		if (node->done || entry.pending != node->pending)
			continue;
		node->done = true;
		if (node->pending > 0) {
			struct tri_map seen = {0};
			tri_object_list cycle = {0};
			if (find_cycle(s, node->object, node->object, &seen, &cycle))
				report_cycle(s, &cycle);
		}
		for (uint32_t i = 0; i < node->dependents.count; i++) {
			struct node *dependent = node->dependents.items[i];
			dependent->pending--;
			if (!dependent->done)
				push(s, dependent);
		}
		emit(s, node->object, &emitted);
	}
}
