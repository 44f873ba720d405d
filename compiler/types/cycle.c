// Cycles among types: T defined as itself, and types of infinite size.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

#include <stdlib.h>

int64_t tri_check_path_index(struct tri_checker *c, const struct tri_object *object)
{
	for (uint32_t i = 0; i < c->path.count; i++)
		if (c->path.items[i] == object)
			return i;
	return -1;
}

uint32_t tri_check_first_in_source(struct tri_object **cycle, uint32_t count)
{
	uint32_t first = 0;
	for (uint32_t i = 1; i < count; i++)
		if (cycle[i]->pos < cycle[first]->pos)
			first = i;
	return first;
}

static const char *cycle_name(struct tri_checker *c, const struct tri_object *object)
{
	if (object->package && object->package != c->package)
		return tri_arena_printf(c->arena, "%s.%s", object->package->name->text, object->name->text);
	return object->name->text;
}

void tri_check_cycle_error(struct tri_checker *c, struct tri_object **cycle, uint32_t count, uint32_t start)
{
	struct tri_object *object = cycle[start];
	bool is_type = object->kind == TRI_OBJECT_TYPE;
	if (is_type && object->type && object->type->kind == TRI_TYPE_ALIAS)
		object->type->as.alias.actual = tri_check_basic(c, TRI_BASIC_INVALID);
	if (count == 1) {
		tri_check_error(c, object->pos, TRI_CODE_InvalidDeclCycle,
						is_type ? "invalid recursive type: %s refers to itself" : "invalid cycle in declaration: %s refers to itself",
						cycle_name(c, object));
		return;
	}
	struct tri_buffer message = {0};
	tri_buffer_printf(&message, is_type ? "invalid recursive type %s" : "invalid cycle in declaration of %s", cycle_name(c, object));
	for (uint32_t i = 0; i < count; i++) {
		struct tri_object *next = cycle[(start + i + 1) % count];
		tri_buffer_printf(&message, "\n\t%s: %s refers to %s", tri_check_pos_text(c, object->pos), cycle_name(c, object),
						  cycle_name(c, next));
		object = next;
	}
	tri_check_error(c, cycle[start]->pos, TRI_CODE_InvalidDeclCycle, "%s", message.data);
	tri_buffer_free(&message);
}

// type T1 T2; type T2 T1: found from the names alone, so that later steps never meet them.
static void direct_cycle(struct tri_checker *c, struct tri_object *object, struct tri_map *done)
{
	tri_object_list path = {0};
	while (object && !tri_map_has(done, TRI_KEY(object))) {
		for (uint32_t i = 0; i < path.count; i++)
			if (path.items[i] == object) {
				object->type = tri_check_basic(c, TRI_BASIC_INVALID);
				uint32_t count = path.count - i;
				tri_check_cycle_error(c, path.items + i, count, tri_check_first_in_source(path.items + i, count));
				goto finish;
			}
		tri_vector_push(c->arena, &path, object);
		struct tri_expr *target = ((struct tri_declaration *)tri_map_get(&c->declarations, TRI_KEY(object)))->type_decl->type_expr;
		if (target->kind != TRI_EXPR_NAME)
			break;
		object = tri_scope_lookup(c->package->scope, tri_as_name_expr(target)->name);
		if (object && object->kind != TRI_OBJECT_TYPE)
			break;
	}
finish:
	for (uint32_t i = 0; i < path.count; i++)
		tri_map_put(c->arena, done, TRI_KEY(path.items[i]), path.items[i]);
}

void tri_check_direct_cycles(struct tri_checker *c)
{
	struct tri_map done = {0};
	for (uint32_t i = 0; i < c->objects.count; i++)
		if (c->objects.items[i]->kind == TRI_OBJECT_TYPE)
			direct_cycle(c, c->objects.items[i], &done);
}

// What stands for a named type in a cycle: for an instance, an object of its own where it was written.
static struct tri_object *cycle_object(struct tri_checker *c, const struct tri_type *named)
{
	struct tri_object *object = named->as.named.object;
	if (!named->as.named.origin)
		return object;
	struct tri_object *own = tri_map_get(&c->instance_objects, TRI_KEY(named));
	if (own)
		return own;
	own = TRI_NEW(c->arena, struct tri_object);
	*own = *object;
	own->pos = named->as.named.pos;
	tri_map_put(c->arena, &c->instance_objects, TRI_KEY(named), own);
	return own;
}

// Whether a value of the type can be used although the type may still be being declared.
bool tri_check_finite_size(struct tri_checker *c, struct tri_type *type)
{
	type = tri_type_unalias(type);
	if (!type)
		return true;
	if (type->kind == TRI_TYPE_NAMED) {
		if (tri_map_has(&c->finite, TRI_KEY(type)))
			return tri_map_get(&c->finite, TRI_KEY(type)) != NULL;
		if (type->as.named.object->package != c->package)
			return true;
		if (type->as.named.origin && !type->as.named.expanded)
			return true;
		struct tri_object *object = cycle_object(c, type);
		int64_t index = tri_check_path_index(c, object);
		if (index >= 0) {
			struct tri_object **cycle = c->path.items + index;
			uint32_t count = c->path.count - (uint32_t)index;
			tri_check_cycle_error(c, cycle, count, tri_check_first_in_source(cycle, count));
			return false;
		}
		tri_check_push(c, object);
		bool finite = tri_check_finite_size(c, type->as.named.underlying);
		tri_check_pop(c);
		tri_map_put(c->arena, &c->finite, TRI_KEY(type), finite ? type : NULL);
		return finite;
	}
	if (type->kind == TRI_TYPE_ARRAY)
		return tri_check_finite_size(c, type->as.array.element);
	if (type->kind == TRI_TYPE_STRUCT)
		for (uint32_t i = 0; i < type->as.structure.field_count; i++)
			if (!tri_check_finite_size(c, type->as.structure.fields[i].type))
				return false;
	return true;
}

// Does a type contain itself? `nest` holds the named types being looked into, `path` those on the way here. Within an
// instance a type parameter stands for its argument, which is looked at as from outside of the instance: the nest without it.
struct containment {
	struct tri_checker *c;
	tri_type_list nest, path;
};

static bool valid_type(struct containment *k, struct tri_type *type);

static void report_containment(struct containment *k, struct tri_type *type)
{
	struct tri_type *declared = type->as.named.origin ? type->as.named.origin : type;
	if (declared->as.named.object->package == k->c->package)
		declared->as.named.underlying = tri_check_basic(k->c, TRI_BASIC_INVALID);
	tri_object_list cycle = {0};
	for (uint32_t i = 0; i < k->path.count; i++)
		if (cycle.count > 0 || tri_type_identical(k->path.items[i], type))
			tri_vector_push(k->c->arena, &cycle, cycle_object(k->c, k->path.items[i]));
	tri_check_cycle_error(k->c, cycle.items, cycle.count, 0);
}

static bool valid_named(struct containment *k, struct tri_type *type)
{
	struct tri_checker *c = k->c;
	bool plain = !type->as.named.origin && type->as.named.parameters.count == 0;
	if (plain && (tri_map_has(&c->valid, TRI_KEY(type)) || type->as.named.object->package != c->package))
		return true;
	for (uint32_t i = 0; i < k->nest.count; i++)
		if (tri_type_identical(k->nest.items[i], type)) {
			report_containment(k, type);
			return false;
		}
	tri_vector_push(c->arena, &k->nest, type);
	tri_vector_push(c->arena, &k->path, type);
	bool result = valid_type(k, (type->as.named.origin ? type->as.named.origin : type)->as.named.underlying);
	k->nest.count--;
	k->path.count--;
	if (result && plain)
		tri_map_put(c->arena, &c->valid, TRI_KEY(type), type);
	return result;
}

static bool valid_parameter(struct containment *k, const struct tri_type *parameter)
{
	if (k->nest.count == 0)
		return true;
	struct tri_type *instance = tri_vector_last(&k->nest);
	if (!instance->as.named.origin)
		return true;
	const tri_type_list *parameters = &instance->as.named.origin->as.named.parameters;
	for (uint32_t i = 0; i < parameters->count && i < instance->as.named.argument_count; i++)
		if (parameters->items[i] == parameter) {
			k->nest.count--;
			bool result = valid_type(k, instance->as.named.arguments[i]);
			k->nest.items[k->nest.count++] = instance;
			return result;
		}
	return true;
}

static bool valid_type(struct containment *k, struct tri_type *type)
{
	type = tri_type_unalias(type);
	if (!type)
		return true;
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_ARRAY:
		return valid_type(k, type->as.array.element);
	case TRI_TYPE_STRUCT:
		for (uint32_t i = 0; i < type->as.structure.field_count; i++)
			if (!valid_type(k, type->as.structure.fields[i].type))
				return false;
		return true;
	case TRI_TYPE_INTERFACE:
		for (uint32_t i = 0; i < type->as.interface.embedded.count; i++)
			if (!valid_type(k, type->as.interface.embedded.items[i]))
				return false;
		return true;
	case TRI_TYPE_UNION:
		for (uint32_t i = 0; i < type->as.sum.count; i++)
			if (!valid_type(k, type->as.sum.terms[i].type))
				return false;
		return true;
	case TRI_TYPE_NAMED:
		return valid_named(k, type);
	case TRI_TYPE_PARAMETER:
		return valid_parameter(k, type);
	case TRI_TYPE_BASIC:
	case TRI_TYPE_ALIAS:
	case TRI_TYPE_POINTER:
	case TRI_TYPE_SLICE:
	case TRI_TYPE_FUNCTION:
	case TRI_TYPE_MAP:
	case TRI_TYPE_CHAN:
	case TRI_TYPE_TUPLE:
		break;
	}
	return true;
}

void tri_check_valid_type(struct tri_checker *c, struct tri_type *named)
{
	struct containment k = {.c = c};
	(void)valid_type(&k, named);
}

static bool mentions_interface(struct tri_checker *c, struct tri_type *type, struct tri_map *visited);

// `visited` maps an interface to 1 while its methods are being looked at, to 2 afterwards.
static bool interface_is_cyclic(struct tri_checker *c, struct tri_type *interface, struct tri_map *visited)
{
	uint32_t count = 0;
	struct tri_object **methods = tri_interface_methods(interface, &count);
	if (count == 0)
		return false;
	uintptr_t state = (uintptr_t)tri_map_get(visited, TRI_KEY(interface));
	if (state)
		return state == 1;
	tri_map_put(c->arena, visited, TRI_KEY(interface), (void *)1);
	for (uint32_t i = 0; i < count; i++)
		if (mentions_interface(c, methods[i]->type, visited))
			return true;
	tri_map_put(c->arena, visited, TRI_KEY(interface), (void *)2);
	return false;
}

static bool mentions_interface(struct tri_checker *c, struct tri_type *type, struct tri_map *visited)
{
	type = tri_type_unalias(type);
	if (!type)
		return false;
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_POINTER:
		return mentions_interface(c, type->as.pointer.element, visited);
	case TRI_TYPE_SLICE:
		return mentions_interface(c, type->as.slice.element, visited);
	case TRI_TYPE_ARRAY:
		return mentions_interface(c, type->as.array.element, visited);
	case TRI_TYPE_CHAN:
		return mentions_interface(c, type->as.chan.element, visited);
	case TRI_TYPE_MAP:
		return mentions_interface(c, type->as.map.key, visited) || mentions_interface(c, type->as.map.element, visited);
	case TRI_TYPE_STRUCT:
		for (uint32_t i = 0; i < type->as.structure.field_count; i++)
			if (mentions_interface(c, type->as.structure.fields[i].type, visited))
				return true;
		return false;
	case TRI_TYPE_INTERFACE:
		return interface_is_cyclic(c, type, visited);
	case TRI_TYPE_FUNCTION:
		for (uint32_t i = 0; i < type->as.function.parameter_count; i++)
			if (mentions_interface(c, type->as.function.parameters[i]->type, visited))
				return true;
		for (uint32_t i = 0; i < type->as.function.result_count; i++)
			if (mentions_interface(c, type->as.function.results[i]->type, visited))
				return true;
		return false;
	case TRI_TYPE_BASIC:
	case TRI_TYPE_NAMED: // a name ends the walk: such a cycle is fine
	case TRI_TYPE_ALIAS:
	case TRI_TYPE_TUPLE:
	case TRI_TYPE_PARAMETER:
	case TRI_TYPE_UNION:
		break;
	}
	return false;
}

static int compare_literals(const void *a, const void *b)
{
	const struct tri_interface_literal *x = a, *y = b;
	return (x->pos > y->pos) - (x->pos < y->pos);
}

void tri_check_anonymous_cycles(struct tri_checker *c)
{
	struct tri_map visited = {0};
	if (c->interfaces.count > 1)
		qsort(c->interfaces.items, c->interfaces.count, sizeof *c->interfaces.items, compare_literals);
	for (uint32_t l = 0; l < c->interfaces.count; l++) {
		if (!interface_is_cyclic(c, c->interfaces.items[l].type, &visited))
			continue;
		tri_check_error(c, c->interfaces.items[l].pos, TRI_CODE_InvalidTypeCycle,
						"invalid recursive type: anonymous interface refers to itself (see https://go.dev/issue/56103)");
		for (uint32_t i = 0; i < visited.count; i++) // one report for each cycle
			visited.entries[i].value = (void *)2;
	}
}
