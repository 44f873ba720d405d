// Substitution: a type with type parameters replaced.
//
// What mentions none of the parameters is returned as it is, so substitution shares as much as it can. Instances of
// generic types are not looked into: only their arguments are replaced, and the new instance expands when
// asked (instantiate.c). That ends every recursion, since only a name can lead a type back to itself.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

struct substitution {
	struct tri_universe *universe;
	struct tri_type *const *parameters, *const *arguments;
	uint32_t count;
	bool of_shapes; // which are replaced instead of parameters
};

static struct tri_type *substitute(const struct substitution *s, struct tri_type *type);

// The types replaced, or `types` itself when nothing changed.
static struct tri_type **substitute_list(const struct substitution *s, struct tri_type **types, uint32_t count)
{
	struct tri_type **changed = types;
	for (uint32_t i = 0; i < count; i++) {
		struct tri_type *type = substitute(s, types[i]);
		if (type == types[i])
			continue;
		if (changed == types) {
			changed = TRI_NEW_ARRAY(s->universe->arena, struct tri_type *, count);
			memcpy(changed, types, count * sizeof *types);
		}
		changed[i] = type;
	}
	return changed;
}

static struct tri_object *with_type(const struct substitution *s, struct tri_object *object, struct tri_type *type)
{
	struct tri_object *copy = TRI_NEW(s->universe->arena, struct tri_object);
	*copy = *object;
	copy->type = type;
	copy->origin = object->origin ? object->origin : object;
	copy->ir = NULL;
	return copy;
}

struct tri_object **tri_substitute_objects(struct tri_universe *universe, struct tri_object **objects, uint32_t count,
										   struct tri_type *const *parameters, struct tri_type *const *arguments, uint32_t parameter_count)
{
	struct substitution s = {universe, parameters, arguments, parameter_count};
	struct tri_object **changed = objects;
	for (uint32_t i = 0; i < count; i++) {
		struct tri_type *type = substitute(&s, objects[i]->type);
		if (type == objects[i]->type)
			continue;
		if (changed == objects) {
			changed = TRI_NEW_ARRAY(universe->arena, struct tri_object *, count);
			memcpy(changed, objects, count * sizeof *objects);
		}
		changed[i] = with_type(&s, objects[i], type);
	}
	return changed;
}

static struct tri_object **substitute_objects(const struct substitution *s, struct tri_object **objects, uint32_t count)
{
	return tri_substitute_objects(s->universe, objects, count, s->parameters, s->arguments, s->count);
}

static struct tri_type *substitute_struct(const struct substitution *s, struct tri_type *type)
{
	uint32_t count = type->as.structure.field_count;
	struct tri_struct_field *fields = type->as.structure.fields, *changed = fields;
	for (uint32_t i = 0; i < count; i++) {
		struct tri_type *field_type = substitute(s, fields[i].type);
		if (field_type == fields[i].type)
			continue;
		if (changed == fields) {
			changed = TRI_NEW_ARRAY(s->universe->arena, struct tri_struct_field, count);
			memcpy(changed, fields, count * sizeof *fields);
		}
		changed[i].type = field_type;
		if (fields[i].object)
			changed[i].object = with_type(s, fields[i].object, field_type);
	}
	return changed == fields ? type : tri_type_struct_of(s->universe, changed, count);
}

static struct tri_type *substitute_function(const struct substitution *s, struct tri_type *type)
{
	struct tri_object **parameters = substitute_objects(s, type->as.function.parameters, type->as.function.parameter_count);
	struct tri_object **results = substitute_objects(s, type->as.function.results, type->as.function.result_count);
	if (parameters == type->as.function.parameters && results == type->as.function.results)
		return type;
	struct tri_type *copy = tri_type_new(s->universe, TRI_TYPE_FUNCTION);
	copy->as.function = type->as.function;
	copy->as.function.parameters = parameters;
	copy->as.function.results = results;
	return copy;
}

static struct tri_type *substitute_interface(const struct substitution *s, struct tri_type *type)
{
	struct tri_object **methods = substitute_objects(s, type->as.interface.methods.items, type->as.interface.methods.count);
	struct tri_type **embedded = substitute_list(s, type->as.interface.embedded.items, type->as.interface.embedded.count);
	if (methods == type->as.interface.methods.items && embedded == type->as.interface.embedded.items)
		return type;
	struct tri_type *copy = tri_type_new(s->universe, TRI_TYPE_INTERFACE);
	copy->as.interface.implicit = type->as.interface.implicit;
	for (uint32_t i = 0; i < type->as.interface.methods.count; i++)
		tri_vector_push(s->universe->arena, &copy->as.interface.methods, methods[i]);
	for (uint32_t i = 0; i < type->as.interface.embedded.count; i++)
		tri_vector_push(s->universe->arena, &copy->as.interface.embedded, embedded[i]);
	return copy;
}

static struct tri_type *substitute_union(const struct substitution *s, struct tri_type *type)
{
	struct tri_type_term *terms = type->as.sum.terms;
	for (uint32_t i = 0; i < type->as.sum.count; i++) {
		struct tri_type *term = substitute(s, terms[i].type);
		if (term == terms[i].type)
			continue;
		if (terms == type->as.sum.terms) {
			terms = TRI_NEW_ARRAY(s->universe->arena, struct tri_type_term, type->as.sum.count);
			memcpy(terms, type->as.sum.terms, type->as.sum.count * sizeof *terms);
		}
		terms[i].type = term;
	}
	if (terms == type->as.sum.terms)
		return type;
	struct tri_type *copy = tri_type_new(s->universe, TRI_TYPE_UNION);
	copy->as.sum.terms = terms;
	copy->as.sum.count = type->as.sum.count;
	return copy;
}

// A type declared in a generic function, with its own arguments if it is generic: as the function's parameters are replaced it
// becomes an instance with one more argument for each.
static struct tri_type *substitute_local(const struct substitution *s, struct tri_type *generic, struct tri_type **own, uint32_t own_count)
{
	const tri_type_list *outer = &generic->as.named.outer_parameters;
	struct tri_type **outer_arguments = substitute_list(s, outer->items, outer->count);
	struct tri_type **own_arguments = substitute_list(s, own, own_count);
	if (outer_arguments == outer->items)
		return own_arguments == own ? (own_count > 0 ? tri_type_instantiate(s->universe, generic, own, own_count) : generic)
									: tri_type_instantiate(s->universe, generic, own_arguments, own_count);
	struct tri_type **arguments = TRI_NEW_ARRAY(s->universe->arena, struct tri_type *, outer->count + own_count);
	memcpy(arguments, outer_arguments, outer->count * sizeof *arguments);
	if (own_count > 0)
		memcpy(arguments + outer->count, own_arguments, own_count * sizeof *arguments);
	return tri_type_instantiate(s->universe, generic, arguments, outer->count + own_count);
}

static struct tri_type *substitute(const struct substitution *s, struct tri_type *type)
{
	if (!type) // met while it is being declared, in code that is wrong
		return s->universe->basic[TRI_BASIC_INVALID];
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_BASIC:
		return type;
	case TRI_TYPE_NAMED: {
		for (uint32_t i = 0; s->of_shapes && i < s->count; i++)
			if (s->parameters[i] == type)
				return s->arguments[i];
		if (!type->as.named.origin)
			return type->as.named.outer_parameters.count > 0 ? substitute_local(s, type, NULL, 0) : type;
		if (type->as.named.origin->as.named.outer_parameters.count > 0 &&
			type->as.named.argument_count == type->as.named.origin->as.named.parameters.count)
			return substitute_local(s, type->as.named.origin, type->as.named.arguments, type->as.named.argument_count);
		if (type->as.named.argument_count !=
			type->as.named.origin->as.named.outer_parameters.count + type->as.named.origin->as.named.parameters.count) // reported elsewhere
			return s->universe->basic[TRI_BASIC_INVALID];
		struct tri_type **arguments = substitute_list(s, type->as.named.arguments, type->as.named.argument_count);
		if (arguments == type->as.named.arguments)
			return type;
		return tri_type_instantiate(s->universe, type->as.named.origin, arguments, type->as.named.argument_count);
	}
	case TRI_TYPE_ALIAS: {
		if (type->as.alias.origin && type->as.alias.object->is_package_level) {
			struct tri_type **arguments = substitute_list(s, type->as.alias.arguments, type->as.alias.argument_count);
			if (arguments == type->as.alias.arguments)
				return type;
			return tri_type_instantiate(s->universe, type->as.alias.origin, arguments, type->as.alias.argument_count);
		}
		if (type->as.alias.parameters.count > 0 || !type->as.alias.actual)
			return type;
		// An alias declared in a generic function may mention the function's type parameters.
		struct tri_type *actual = substitute(s, type->as.alias.actual);
		return actual == type->as.alias.actual ? type : actual;
	}
	case TRI_TYPE_POINTER: {
		struct tri_type *element = substitute(s, type->as.pointer.element);
		return element == type->as.pointer.element ? type : tri_type_pointer_to(s->universe, element);
	}
	case TRI_TYPE_SLICE: {
		struct tri_type *element = substitute(s, type->as.slice.element);
		return element == type->as.slice.element ? type : tri_type_slice_of(s->universe, element);
	}
	case TRI_TYPE_ARRAY: {
		struct tri_type *element = substitute(s, type->as.array.element);
		return element == type->as.array.element ? type : tri_type_array_of(s->universe, element, type->as.array.length);
	}
	case TRI_TYPE_STRUCT:
		return substitute_struct(s, type);
	case TRI_TYPE_FUNCTION:
		return substitute_function(s, type);
	case TRI_TYPE_INTERFACE:
		return substitute_interface(s, type);
	case TRI_TYPE_MAP: {
		struct tri_type *key = substitute(s, type->as.map.key), *element = substitute(s, type->as.map.element);
		if (key == type->as.map.key && element == type->as.map.element)
			return type;
		return tri_type_map_of(s->universe, key, element);
	}
	case TRI_TYPE_CHAN: {
		struct tri_type *element = substitute(s, type->as.chan.element);
		return element == type->as.chan.element ? type : tri_type_chan_of(s->universe, element, type->as.chan.direction);
	}
	case TRI_TYPE_TUPLE: {
		struct tri_type **types = substitute_list(s, type->as.tuple.types, type->as.tuple.count);
		if (types == type->as.tuple.types)
			return type;
		struct tri_type *copy = tri_type_tuple_of(s->universe, types, type->as.tuple.count);
		if (type->as.tuple.variables)
			copy->as.tuple.variables = substitute_objects(s, type->as.tuple.variables, type->as.tuple.count);
		return copy;
	}
	case TRI_TYPE_PARAMETER:
		for (uint32_t i = 0; i < s->count; i++)
			if (s->parameters[i] == type)
				return s->arguments[i] ? s->arguments[i] : type;
		return type;
	case TRI_TYPE_UNION:
		return substitute_union(s, type);
	}
	return type;
}

struct tri_type *tri_type_substitute(struct tri_universe *universe, struct tri_type *type, struct tri_type *const *parameters,
									 struct tri_type *const *arguments, uint32_t count)
{
	if (count == 0)
		return type;
	struct substitution s = {universe, parameters, arguments, count};
	return substitute(&s, type);
}

struct tri_type *tri_type_replace_shapes(struct tri_universe *universe, struct tri_type *type, struct tri_type *const *shapes,
										 struct tri_type *const *arguments, uint32_t count)
{
	struct substitution s = {universe, shapes, arguments, count, .of_shapes = true};
	return substitute(&s, type);
}

// ---- Mentioning ------------------------------------------------------------------------------

// Interfaces being looked into: one may mention itself in a method.
struct mention {
	struct tri_type *const *parameters;
	uint32_t count;
	const struct tri_type *interface;
	const struct mention *outer;
};

static bool mentions(const struct mention *m, struct tri_type *type);

static bool objects_mention(const struct mention *m, struct tri_object **objects, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (mentions(m, objects[i]->type))
			return true;
	return false;
}

static bool list_mentions(const struct mention *m, struct tri_type **types, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (mentions(m, types[i]))
			return true;
	return false;
}

static bool interface_mentions(const struct mention *m, struct tri_type *type)
{
	for (const struct mention *o = m; o; o = o->outer)
		if (o->interface == type)
			return false;
	struct mention inner = {m->parameters, m->count, type, m};
	tri_interface_complete(type);
	if (objects_mention(&inner, type->as.interface.all_methods, type->as.interface.all_method_count))
		return true;
	for (uint32_t i = 0; i < type->as.interface.term_count; i++)
		if (mentions(&inner, type->as.interface.terms[i].type))
			return true;
	return false;
}

static bool mentions(const struct mention *m, struct tri_type *type)
{
	type = tri_type_unalias(type);
	if (!type)
		return false;
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_BASIC:
	case TRI_TYPE_ALIAS:
		return false;
	case TRI_TYPE_NAMED: {
		const struct tri_type *declared = type->as.named.origin ? type->as.named.origin : type;
		if (!m->parameters && declared->as.named.outer_parameters.count > 0 &&
			type->as.named.argument_count <= declared->as.named.parameters.count)
			return true;
		return list_mentions(m, type->as.named.arguments, type->as.named.argument_count);
	}
	case TRI_TYPE_POINTER:
		return mentions(m, type->as.pointer.element);
	case TRI_TYPE_SLICE:
		return mentions(m, type->as.slice.element);
	case TRI_TYPE_ARRAY:
		return mentions(m, type->as.array.element);
	case TRI_TYPE_STRUCT:
		for (uint32_t i = 0; i < type->as.structure.field_count; i++)
			if (mentions(m, type->as.structure.fields[i].type))
				return true;
		return false;
	case TRI_TYPE_FUNCTION:
		return objects_mention(m, type->as.function.parameters, type->as.function.parameter_count) ||
			   objects_mention(m, type->as.function.results, type->as.function.result_count);
	case TRI_TYPE_INTERFACE:
		return interface_mentions(m, type);
	case TRI_TYPE_MAP:
		return mentions(m, type->as.map.key) || mentions(m, type->as.map.element);
	case TRI_TYPE_CHAN:
		return mentions(m, type->as.chan.element);
	case TRI_TYPE_TUPLE:
		return list_mentions(m, type->as.tuple.types, type->as.tuple.count);
	case TRI_TYPE_PARAMETER:
		for (uint32_t i = 0; i < m->count; i++)
			if (m->parameters[i] == type)
				return true;
		return !m->parameters;
	case TRI_TYPE_UNION:
		for (uint32_t i = 0; i < type->as.sum.count; i++)
			if (mentions(m, type->as.sum.terms[i].type))
				return true;
		return false;
	}
	return false;
}

bool tri_type_mentions(struct tri_type *type, struct tri_type *const *parameters, uint32_t count)
{
	struct mention m = {.parameters = parameters, .count = count};
	return mentions(&m, type);
}

bool tri_type_mentions_parameter(struct tri_type *type) { return tri_type_mentions(type, NULL, 0); }
