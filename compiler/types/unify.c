// Unification: what must the type parameters be for two types to match?
//
// Matching is structural. Unless it is exact it looks through the name of a defined type where the other type is a literal,
// ignores channel directions, and lets an interface match what has its methods: what then really is assignable or satisfies
// a constraint is found out later, with the types inferred. A type parameter that is not to be inferred matches as the
// underlying type that its type set has in common.
//
// Each parameter has a place that holds its type; parameters that were matched with each other share one.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

enum { DEEPEST = 50 };

// Interfaces being compared, which may mention each other.
struct pair {
	const struct tri_type *x, *y;
	const struct pair *outer;
};

struct tri_unifier tri_unifier_new(struct tri_checker *c, struct tri_type *const *parameters, struct tri_type *const *arguments,
								   uint32_t count)
{
	struct tri_unifier u = {
		.c = c,
		.parameters = parameters,
		.handles = TRI_NEW_ARRAY(c->arena, uint32_t, count),
		.types = TRI_NEW_ARRAY(c->arena, struct tri_type *, count),
		.count = count,
		.interface_inference = c->env.go_minor >= 21,
	};
	for (uint32_t i = 0; i < count; i++) {
		u.handles[i] = i;
		u.types[i] = arguments[i];
	}
	return u;
}

static int64_t bound_index(const struct tri_unifier *u, struct tri_type *type)
{
	type = tri_type_unalias(type);
	if (type && type->kind == TRI_TYPE_PARAMETER)
		for (uint32_t i = 0; i < u->count; i++)
			if (u->parameters[i] == type)
				return i;
	return -1;
}

static void set(struct tri_unifier *u, int64_t index, struct tri_type *type) { u->types[u->handles[index]] = type; }

// Two parameters share a place; false when both have types already.
static bool join(struct tri_unifier *u, int64_t x, int64_t y)
{
	uint32_t x_handle = u->handles[x], y_handle = u->handles[y];
	if (x_handle == y_handle)
		return true;
	if (u->types[x_handle] && u->types[y_handle])
		return false;
	uint32_t from = u->types[x_handle] ? y_handle : x_handle, to = u->types[x_handle] ? x_handle : y_handle;
	for (uint32_t i = 0; i < u->count; i++)
		if (u->handles[i] == from)
			u->handles[i] = to;
	return true;
}

static bool is_named(struct tri_type *type)
{
	type = tri_type_unalias(type);
	return type && type->kind == TRI_TYPE_NAMED;
}

static bool is_literal(struct tri_type *type) { return !is_named(type) && !tri_type_is_parameter(type); }

static struct tri_type *as_interface(struct tri_type *type)
{
	if (tri_type_is_parameter(type) || !tri_type_is_interface(type))
		return NULL;
	return tri_type_underlying(type);
}

static bool unify(struct tri_unifier *u, struct tri_type *x, struct tri_type *y, unsigned mode, const struct pair *outer);

// x is a parameter with an inferred type that y has matched: which of the two types stays?
static bool reconcile(struct tri_unifier *u, int64_t parameter, struct tri_type *x, struct tri_type *y, unsigned mode)
{
	struct tri_type *x_interface = as_interface(x), *y_interface = as_interface(y);
	bool x_named = is_named(x), y_named = is_named(y);
	if (x_interface && y_interface) {
		if (x_named && y_named)
			return tri_type_identical(x, y);
		uint32_t x_count = 0, y_count = 0;
		(void)tri_interface_methods(x_interface, &x_count);
		(void)tri_interface_methods(y_interface, &y_count);
		if (x_count != y_count)
			return false;
	} else if (x_interface || y_interface) {
		return false; // either would do, and the order of arguments must not decide
	}
	if (mode & TRI_UNIFY_EXACT || x_named)
		return true;
	// The name is kept, and the direction of a channel.
	struct tri_type *y_under = tri_type_underlying(y);
	if (y_named || (y_under && y_under->kind == TRI_TYPE_CHAN && y_under->as.chan.direction != TRI_CHAN_BOTH))
		set(u, parameter, y);
	return true;
}

static struct tri_object *find_method(struct tri_object **methods, uint32_t count, const struct tri_object *wanted)
{
	for (uint32_t i = 0; i < count; i++)
		if (tri_same_identifier(methods[i]->name, methods[i]->package, wanted->name, wanted->package))
			return methods[i];
	return NULL;
}

static bool was_compared(const struct pair *outer, const struct tri_type *x, const struct tri_type *y)
{
	for (; outer; outer = outer->outer)
		if ((outer->x == x && outer->y == y) || (outer->x == y && outer->y == x))
			return true;
	return false;
}

// `subset`: one may have more methods than the other.
static bool unify_interfaces(struct tri_unifier *u, struct tri_type *x, struct tri_type *y, bool subset, const struct pair *outer)
{
	uint32_t x_count = 0, y_count = 0;
	struct tri_object **x_methods = tri_interface_methods(x, &x_count), **y_methods = tri_interface_methods(y, &y_count);
	if (!tri_type_set_same_terms(x, y) || (!subset && x_count != y_count))
		return false;
	if (was_compared(outer, x, y))
		return true;
	struct pair here = {x, y, outer};
	if (x_count > y_count) {
		struct tri_object **methods = x_methods;
		uint32_t count = x_count;
		x_methods = y_methods;
		x_count = y_count;
		y_methods = methods;
		y_count = count;
	}
	for (uint32_t i = 0; i < x_count; i++) {
		const struct tri_object *other = find_method(y_methods, y_count, x_methods[i]);
		if (!other || !unify(u, x_methods[i]->type, other->type, TRI_UNIFY_EXACT, &here))
			return false;
	}
	return true;
}

// A type that is no interface must have the interface's methods.
static bool unify_with_interface(struct tri_unifier *u, struct tri_type *interface, struct tri_type *type, const struct pair *outer)
{
	uint32_t count = 0;
	struct tri_object **methods = tri_interface_methods(interface, &count);
	for (uint32_t i = 0; i < count; i++) {
		struct tri_lookup found = tri_lookup_in(u->c->arena, type, false, methods[i]->package, methods[i]->name, false);
		if (found.failure != TRI_LOOKUP_FOUND || found.object->kind != TRI_OBJECT_FUNCTION)
			return false;
		tri_check_object(u->c, found.object);
		if (!unify(u, methods[i]->type, found.object->type, TRI_UNIFY_EXACT, outer))
			return false;
	}
	return true;
}

static bool unify_tuples(struct tri_unifier *u, struct tri_object **x, uint32_t count, struct tri_object **y, uint32_t y_count,
						 unsigned mode, const struct pair *outer)
{
	if (count != y_count)
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!unify(u, x[i]->type, y[i]->type, mode, outer))
			return false;
	return true;
}

static bool unify_structs(struct tri_unifier *u, struct tri_type *x, struct tri_type *y, unsigned mode, const struct pair *outer)
{
	if (x->as.structure.field_count != y->as.structure.field_count)
		return false;
	for (uint32_t i = 0; i < x->as.structure.field_count; i++) {
		const struct tri_struct_field *f = &x->as.structure.fields[i], *g = &y->as.structure.fields[i];
		if (f->embedded != g->embedded || f->tag_length != g->tag_length ||
			(f->tag_length > 0 && memcmp(f->tag, g->tag, f->tag_length) != 0) ||
			!tri_same_identifier(f->name, f->package, g->name, g->package) || !unify(u, f->type, g->type, mode, outer))
			return false;
	}
	return true;
}

// Types of the same kind, part by part.
static bool unify_parts(struct tri_unifier *u, struct tri_type *x, struct tri_type *y, unsigned mode, const struct pair *outer)
{
	unsigned element_mode = mode & TRI_UNIFY_ASSIGN ? mode | TRI_UNIFY_EXACT : mode;
	switch ((enum tri_type_kind)x->kind) {
	case TRI_TYPE_BASIC:
		return x->as.basic.kind == y->as.basic.kind;
	case TRI_TYPE_ARRAY:
		return (x->as.array.length < 0 || y->as.array.length < 0 || x->as.array.length == y->as.array.length) &&
			   unify(u, x->as.array.element, y->as.array.element, element_mode, outer);
	case TRI_TYPE_SLICE:
		return unify(u, x->as.slice.element, y->as.slice.element, element_mode, outer);
	case TRI_TYPE_POINTER:
		return unify(u, x->as.pointer.element, y->as.pointer.element, element_mode, outer);
	case TRI_TYPE_STRUCT:
		return unify_structs(u, x, y, element_mode, outer);
	case TRI_TYPE_FUNCTION: // parameters first: what they tell is part of messages when the results do not match
		return x->as.function.variadic == y->as.function.variadic &&
			   unify_tuples(u, x->as.function.parameters, x->as.function.parameter_count, y->as.function.parameters,
							y->as.function.parameter_count, element_mode, outer) &&
			   unify_tuples(u, x->as.function.results, x->as.function.result_count, y->as.function.results, y->as.function.result_count,
							element_mode, outer);
	case TRI_TYPE_INTERFACE:
		return unify_interfaces(u, x, y, false, outer);
	case TRI_TYPE_MAP:
		return unify(u, x->as.map.key, y->as.map.key, element_mode, outer) &&
			   unify(u, x->as.map.element, y->as.map.element, element_mode, outer);
	case TRI_TYPE_CHAN:
		return (!(mode & TRI_UNIFY_EXACT) || x->as.chan.direction == y->as.chan.direction) &&
			   unify(u, x->as.chan.element, y->as.chan.element, element_mode, outer);
	case TRI_TYPE_NAMED:
		// Arguments first: what they tell makes for better messages even when the types differ.
		if (x->as.named.argument_count != y->as.named.argument_count)
			return false;
		for (uint32_t i = 0; i < x->as.named.argument_count; i++)
			if (!unify(u, x->as.named.arguments[i], y->as.named.arguments[i], mode, outer))
				return false;
		return x->as.named.object == y->as.named.object;
	case TRI_TYPE_ALIAS:
	case TRI_TYPE_TUPLE:
	case TRI_TYPE_PARAMETER:
	case TRI_TYPE_UNION:
		break;
	}
	return false;
}

static bool match(struct tri_unifier *u, struct tri_type *x, struct tri_type *y, unsigned mode, const struct pair *outer)
{
	if (!x || !y)
		return false;
	if (tri_type_unalias(x) == tri_type_unalias(y))
		return true;
	if (u->depth > DEEPEST)
		return false;
	// A defined type comes second, a parameter to be inferred first.
	if (is_named(x) || bound_index(u, y) >= 0) {
		struct tri_type *swap = x;
		x = y;
		y = swap;
	}
	bool exact = mode & TRI_UNIFY_EXACT;
	if (!exact && is_named(y) && is_literal(x) && !(u->interface_inference && tri_type_is_interface(x))) {
		y = tri_type_underlying(y);
		if (!y || tri_type_unalias(x) == y)
			return y;
	}
	int64_t x_index = bound_index(u, x), y_index = bound_index(u, y);
	if (x_index >= 0 && y_index >= 0)
		return join(u, x_index, y_index) ||
			   unify(u, tri_unifier_at(u, (uint32_t)x_index), tri_unifier_at(u, (uint32_t)y_index), mode, outer);
	if (x_index >= 0) {
		struct tri_type *known = tri_unifier_at(u, (uint32_t)x_index);
		if (known)
			return unify(u, known, y, mode, outer) && reconcile(u, x_index, known, y, mode);
		set(u, x_index, y);
		return true;
	}
	if (u->interface_inference && !exact) {
		struct tri_type *x_interface = as_interface(x), *y_interface = as_interface(y);
		if (x_interface && y_interface)
			return unify_interfaces(u, x_interface, y_interface, true, outer);
		if (x_interface || y_interface)
			return unify_with_interface(u, x_interface ? x_interface : y_interface, x_interface ? y : x, outer);
	}
	if (tri_type_is_parameter(y)) {
		struct tri_type *swap = x;
		x = y;
		y = swap;
	}
	struct tri_type *x_actual = tri_type_unalias(x), *y_actual = tri_type_unalias(y);
	if (x_actual->kind == TRI_TYPE_PARAMETER) { // not to be inferred
		struct tri_type *common = tri_type_common_underlying(x_actual);
		return common && unify(u, common, y, TRI_UNIFY_ASSIGN, outer);
	}
	return x_actual->kind == y_actual->kind && unify_parts(u, x_actual, y_actual, mode, outer);
}

static bool unify(struct tri_unifier *u, struct tri_type *x, struct tri_type *y, unsigned mode, const struct pair *outer)
{
	u->depth++;
	bool result = match(u, x, y, mode, outer);
	u->depth--;
	return result;
}

bool tri_unify(struct tri_unifier *u, struct tri_type *x, struct tri_type *y, unsigned mode) { return unify(u, x, y, mode, NULL); }
