// Instantiation cycles: generic code that instantiates itself with ever larger types has no finite set of instances.
//
// A graph has a vertex for each type parameter, and for each type declared in a generic function (it is implicitly
// parameterised by the function's type parameters). An edge says that the source flows into the target when something is
// instantiated: with weight 0 when it is the type argument itself, with weight 1 when it is a part of it. A cycle of positive
// weight has no end.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

struct vertex {
	int weight;      // of the heaviest path known to end here
	uint32_t length; // of that path
	uint32_t edge;   // its last edge
	struct tri_object *object;
};

struct edge {
	uint32_t source, target;
	int weight;
	tri_pos pos;
	struct tri_type *type;
};

struct tri_monomorphic {
	TRI_VECTOR(struct vertex) vertices;
	TRI_VECTOR(struct edge) edges;
	struct tri_map originals; // a receiver's type parameter -> its type's
	struct tri_map indices;   // object -> vertex + 1, or NONE
};

#define NONE ((uintptr_t)-1)

static struct tri_monomorphic *graph(struct tri_checker *c)
{
	if (!c->monomorphic)
		c->monomorphic = TRI_NEW(c->arena, struct tri_monomorphic);
	return c->monomorphic;
}

void tri_check_same_parameter(struct tri_checker *c, struct tri_type *receiver_parameter, struct tri_type *parameter)
{
	tri_map_put(c->arena, &graph(c)->originals, TRI_KEY(receiver_parameter), parameter);
}

static uint32_t new_vertex(struct tri_checker *c, struct tri_object *object)
{
	struct tri_monomorphic *g = graph(c);
	struct vertex vertex = {.object = object};
	tri_vector_push(c->arena, &g->vertices, vertex);
	tri_map_put(c->arena, &g->indices, TRI_KEY(object), (void *)(uintptr_t)g->vertices.count);
	return g->vertices.count - 1;
}

static uint32_t parameter_vertex(struct tri_checker *c, struct tri_type *parameter)
{
	struct tri_monomorphic *g = graph(c);
	struct tri_type *original = tri_map_get(&g->originals, TRI_KEY(parameter));
	struct tri_object *object = (original ? original : parameter)->as.parameter.object;
	uintptr_t index = (uintptr_t)tri_map_get(&g->indices, TRI_KEY(object));
	return index ? (uint32_t)(index - 1) : new_vertex(c, object);
}

static void add_edge(struct tri_checker *c, uint32_t target, uint32_t source, int weight, tri_pos pos, struct tri_type *type)
{
	struct edge edge = {source, target, weight, pos, type};
	tri_vector_push(c->arena, &graph(c)->edges, edge);
}

// The vertex of a type declared in a generic function; false for all others.
static bool local_type_vertex(struct tri_checker *c, struct tri_object *object, uint32_t *vertex)
{
	if (object->package != c->package || object->is_package_level)
		return false;
	struct tri_monomorphic *g = graph(c);
	uintptr_t known = (uintptr_t)tri_map_get(&g->indices, TRI_KEY(object));
	if (known) {
		*vertex = (uint32_t)(known - 1);
		return known != NONE;
	}
	bool found = false;
	for (const struct tri_scope *scope = object->scope; scope && scope != c->package->scope; scope = scope->parent)
		for (uint32_t i = 0; i < scope->names.count; i++) {
			const struct tri_object *name = scope->names.entries[i].value;
			if (!name || name->kind != TRI_OBJECT_TYPE || name->pos >= object->pos || !name->type || name->type->kind != TRI_TYPE_PARAMETER)
				continue;
			if (!found)
				*vertex = new_vertex(c, object);
			found = true;
			add_edge(c, *vertex, parameter_vertex(c, name->type), 1, object->pos, name->type);
		}
	if (!found)
		tri_map_put(c->arena, &g->indices, TRI_KEY(object), (void *)NONE);
	return found;
}

struct flow {
	struct tri_checker *c;
	uint32_t target;
	struct tri_type *argument;
	tri_pos pos;
};

static void add_flow(const struct flow *f, uint32_t source, const struct tri_type *type)
{
	add_edge(f->c, f->target, source, type == f->argument ? 0 : 1, f->pos, f->argument);
}

static void flow(const struct flow *f, struct tri_type *type);

static void flow_objects(const struct flow *f, struct tri_object **objects, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		flow(f, objects[i]->type);
}

static void flow(const struct flow *f, struct tri_type *type)
{
	type = tri_type_unalias(type);
	if (!type)
		return;
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_PARAMETER:
		add_flow(f, parameter_vertex(f->c, type), type);
		return;
	case TRI_TYPE_NAMED: {
		uint32_t vertex = 0;
		if (local_type_vertex(f->c, type->as.named.object, &vertex))
			add_flow(f, vertex, type);
		for (uint32_t i = 0; i < type->as.named.argument_count; i++)
			flow(f, type->as.named.arguments[i]);
		return;
	}
	case TRI_TYPE_POINTER:
		flow(f, type->as.pointer.element);
		return;
	case TRI_TYPE_SLICE:
		flow(f, type->as.slice.element);
		return;
	case TRI_TYPE_ARRAY:
		flow(f, type->as.array.element);
		return;
	case TRI_TYPE_CHAN:
		flow(f, type->as.chan.element);
		return;
	case TRI_TYPE_MAP:
		flow(f, type->as.map.key);
		flow(f, type->as.map.element);
		return;
	case TRI_TYPE_STRUCT:
		for (uint32_t i = 0; i < type->as.structure.field_count; i++)
			flow(f, type->as.structure.fields[i].type);
		return;
	case TRI_TYPE_FUNCTION:
		flow_objects(f, type->as.function.parameters, type->as.function.parameter_count);
		flow_objects(f, type->as.function.results, type->as.function.result_count);
		return;
	case TRI_TYPE_INTERFACE:
		flow_objects(f, type->as.interface.methods.items, type->as.interface.methods.count);
		return;
	case TRI_TYPE_BASIC:
	case TRI_TYPE_ALIAS:
	case TRI_TYPE_TUPLE:
	case TRI_TYPE_UNION:
		return;
	}
}

void tri_check_record_instance(struct tri_checker *c, tri_pos pos, const tri_type_list *parameters, struct tri_type **arguments,
							   tri_expr_list list)
{
	for (uint32_t i = 0; i < parameters->count; i++) {
		if (parameters->items[i]->as.parameter.object->package != c->package)
			continue; // imported code can't instantiate ours
		if (!tri_type_mentions_parameter(arguments[i]) && c->package->local_types.count == 0)
			continue;
		struct flow f = {c, parameter_vertex(c, parameters->items[i]), tri_type_unalias(arguments[i]), pos};
		if (i < list.count)
			f.pos = tri_expr_start(list.items[i]);
		flow(&f, f.argument);
	}
}

static void report(struct tri_checker *c, uint32_t vertex)
{
	struct tri_monomorphic *g = c->monomorphic;
	TRI_VECTOR(uint32_t) stack = {0};
	struct tri_bits seen = tri_bits_new(c->arena, g->vertices.count);
	while (!tri_bits_has(&seen, vertex)) {
		tri_vector_push(c->arena, &stack, vertex);
		tri_bits_add(&seen, vertex);
		vertex = g->edges.items[g->vertices.items[vertex].edge].source;
	}
	uint32_t first = 0;
	while (stack.items[first] != vertex)
		first++;
	struct tri_buffer message = {0};
	tri_buffer_append_c(&message, "instantiation cycle:");
	for (uint32_t i = first; i < stack.count; i++) {
		const struct edge *edge = &g->edges.items[g->vertices.items[stack.items[i]].edge];
		const struct tri_object *object = g->vertices.items[edge->target].object;
		bool is_parameter = object->type && object->type->kind == TRI_TYPE_PARAMETER;
		tri_buffer_printf(&message, "\n\t%s: %s %s %s", tri_check_pos_text(c, edge->pos), object->name->text,
						  is_parameter ? "instantiated as" : "implicitly parameterized by", TRI_T(edge->type));
	}
	tri_check_error(c, g->vertices.items[vertex].object->pos, TRI_CODE_InvalidInstanceCycle, "%s", message.data);
	tri_buffer_free(&message);
}

// Bellman and Ford's algorithm: a path that is longer than there are vertices has a cycle.
void tri_check_instance_cycles(struct tri_checker *c)
{
	struct tri_monomorphic *g = c->monomorphic;
	if (!g)
		return;
	for (bool again = true; again;) {
		again = false;
		for (uint32_t i = 0; i < g->edges.count; i++) {
			const struct edge *edge = &g->edges.items[i];
			const struct vertex *source = &g->vertices.items[edge->source];
			struct vertex *target = &g->vertices.items[edge->target];
			int weight = source->weight + edge->weight;
			if (weight <= target->weight)
				continue;
			target->edge = i;
			target->length = source->length + 1;
			if (target->length == g->vertices.count) {
				report(c, edge->target);
				return;
			}
			target->weight = weight;
			again = true;
		}
	}
}
