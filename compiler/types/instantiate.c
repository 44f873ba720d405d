// Instances of generic types.
//
// An instance is a named type with an origin and arguments. Its underlying type and its methods' signatures are made
// from those of the origin when they are first asked for: the origin may still be being declared when its
// instances are first written, and instances of recursive types would otherwise have no end.
//
// Identical instances made by one copy of the universe are one pointer (tri_universe.instances), so expansion
// of mutually recursive instances meets itself and ends. Across packages tri_type_identical decides. What is made of
// a finished package's instance is made under the lock of tri_lazy_begin, and by the late copy.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

// ---- Finding an instance ---------------------------------------------------------------------

static uintptr_t mix(uintptr_t hash, uintptr_t value) { return (hash ^ value) * (uintptr_t)0x9E3779B97F4A7C15u; }

// Equal for identical types, also while parts of them are being declared.
static uintptr_t hash_type(struct tri_type *type, int depth)
{
	type = tri_type_unalias(type);
	if (!type || depth == 0)
		return 1;
	uintptr_t hash = mix(0, type->kind);
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_BASIC:
		return mix(hash, type->as.basic.kind);
	case TRI_TYPE_NAMED:
		hash = mix(hash, TRI_KEY(type->as.named.object) >> 4);
		for (uint32_t i = 0; i < type->as.named.argument_count; i++)
			hash = mix(hash, hash_type(type->as.named.arguments[i], depth - 1));
		return hash;
	case TRI_TYPE_PARAMETER:
		return mix(hash, TRI_KEY(type) >> 4);
	case TRI_TYPE_POINTER:
		return mix(hash, hash_type(type->as.pointer.element, depth - 1));
	case TRI_TYPE_SLICE:
		return mix(hash, hash_type(type->as.slice.element, depth - 1));
	case TRI_TYPE_ARRAY:
		return mix(hash, hash_type(type->as.array.element, depth - 1));
	case TRI_TYPE_MAP:
		return mix(mix(hash, hash_type(type->as.map.key, depth - 1)), hash_type(type->as.map.element, depth - 1));
	case TRI_TYPE_CHAN:
		return mix(hash, hash_type(type->as.chan.element, depth - 1));
	case TRI_TYPE_STRUCT:
		return mix(hash, type->as.structure.field_count);
	case TRI_TYPE_FUNCTION:
		return mix(mix(hash, type->as.function.parameter_count), type->as.function.result_count);
	case TRI_TYPE_INTERFACE:
	case TRI_TYPE_TUPLE:
	case TRI_TYPE_UNION:
	case TRI_TYPE_ALIAS:
		break;
	}
	return hash;
}

struct instance_list {
	TRI_VECTOR(struct tri_type *) items;
};

static struct tri_type *find_instance(const struct instance_list *list, struct tri_type *generic, struct tri_type *const *arguments,
									  uint32_t count)
{
	for (uint32_t i = 0; list && i < list->items.count; i++) {
		struct tri_type *instance = list->items.items[i];
		bool named = instance->kind == TRI_TYPE_NAMED;
		struct tri_type **known = named ? instance->as.named.arguments : instance->as.alias.arguments;
		if ((named ? instance->as.named.origin : instance->as.alias.origin) != generic ||
			(named ? instance->as.named.argument_count : instance->as.alias.argument_count) != count)
			continue;
		bool same = true;
		for (uint32_t a = 0; a < count && same; a++)
			same = tri_type_identical(known[a], arguments[a]);
		if (same)
			return instance;
	}
	return NULL;
}

struct tri_type *tri_type_instantiate(struct tri_universe *universe, struct tri_type *generic, struct tri_type *const *arguments,
									  uint32_t count)
{
	enum { HASH_DEPTH = 4 };
	bool named = generic->kind == TRI_TYPE_NAMED;
	uintptr_t hash = mix(0, TRI_KEY(generic) >> 4);
	for (uint32_t i = 0; i < count; i++)
		hash = mix(hash, hash_type(arguments[i], HASH_DEPTH));
	struct instance_list *list = tri_map_get(&universe->instances, hash);
	struct tri_type *instance = find_instance(list, generic, arguments, count);
	if (instance)
		return instance;
	struct tri_type **copy = TRI_NEW_ARRAY(universe->arena, struct tri_type *, count);
	memcpy(copy, arguments, count * sizeof *copy);
	if (named) {
		instance = tri_type_new(universe, TRI_TYPE_NAMED);
		instance->as.named.object = generic->as.named.object;
		instance->as.named.local_index = generic->as.named.local_index;
		instance->as.named.origin = generic;
		instance->as.named.arguments = copy;
		instance->as.named.argument_count = count;
		instance->as.named.pos = generic->as.named.object->pos;
	} else {
		struct tri_type *actual =
			count == generic->as.alias.parameters.count
				? tri_type_substitute(universe, generic->as.alias.actual, generic->as.alias.parameters.items, copy, count)
				: universe->basic[TRI_BASIC_INVALID];
		instance = tri_type_new(universe, TRI_TYPE_ALIAS);
		instance->as.alias.object = generic->as.alias.object;
		instance->as.alias.actual = actual;
		instance->as.alias.origin = generic;
		instance->as.alias.arguments = copy;
		instance->as.alias.argument_count = count;
		if (!generic->as.alias.actual) // still being declared: the next one may know more
			return instance;
	}
	list = tri_map_get(&universe->instances, hash); // substitution may have added some
	if (!list) {
		list = TRI_NEW(universe->arena, struct instance_list);
		tri_map_put(universe->arena, &universe->instances, hash, list);
	}
	tri_vector_push(universe->arena, &list->items, instance);
	return instance;
}

// ---- Expanding one ---------------------------------------------------------------------------

// What the arguments stand for: the generic type's parameters, with those of the function around it or without.
static const tri_type_list *instance_parameters(struct tri_universe *universe, const struct tri_type *instance, tri_type_list *storage)
{
	const struct tri_type *generic = instance->as.named.origin;
	uint32_t count = instance->as.named.argument_count;
	if (count == generic->as.named.parameters.count)
		return &generic->as.named.parameters;
	if (count != generic->as.named.outer_parameters.count + generic->as.named.parameters.count)
		return NULL;
	for (uint32_t i = 0; i < generic->as.named.outer_parameters.count; i++)
		tri_vector_push(universe->arena, storage, generic->as.named.outer_parameters.items[i]);
	for (uint32_t i = 0; i < generic->as.named.parameters.count; i++)
		tri_vector_push(universe->arena, storage, generic->as.named.parameters.items[i]);
	return storage;
}

struct tri_type *tri_instance_underlying(struct tri_type *instance)
{
	if (atomic_load_explicit(&instance->as.named.expanded, memory_order_acquire))
		return instance->as.named.underlying;
	struct tri_type *generic = instance->as.named.origin;
	struct tri_universe *universe = tri_lazy_begin(instance->home);
	struct tri_type *right = generic->as.named.underlying; // NULL while the generic type is being declared
	if (!instance->as.named.expanded && !instance->as.named.expanding && right) {
		instance->as.named.expanding = true;
		tri_type_list storage = {0};
		const tri_type_list *parameters = instance_parameters(universe, instance, &storage);
		instance->as.named.underlying =
			parameters ? tri_type_substitute(universe, right, parameters->items, instance->as.named.arguments, parameters->count)
					   : universe->basic[TRI_BASIC_INVALID];
		instance->as.named.expanding = false;
		atomic_store_explicit(&instance->as.named.expanded, true, memory_order_release);
	}
	struct tri_type *under = instance->as.named.underlying;
	tri_lazy_end(instance->home);
	return under;
}

// The signature of an instance's method from the generic one, with the receiver's parameters replaced.
static struct tri_type *method_signature(struct tri_universe *universe, struct tri_type *instance, struct tri_type *generic)
{
	const tri_type_list *parameters = &generic->as.function.receiver_type_parameters;
	struct tri_type **arguments = instance->as.named.arguments;
	uint32_t count = instance->as.named.argument_count;
	struct tri_type *signature = tri_type_new(universe, TRI_TYPE_FUNCTION);
	signature->as.function = generic->as.function;
	if (parameters->count != count) // an error was reported
		return signature;
	signature->as.function.receiver_type_parameters = (tri_type_list){0};
	signature->as.function.receiver =
		*tri_substitute_objects(universe, &generic->as.function.receiver, 1, parameters->items, arguments, count);
	signature->as.function.parameters = tri_substitute_objects(universe, generic->as.function.parameters,
															   generic->as.function.parameter_count, parameters->items, arguments, count);
	signature->as.function.results = tri_substitute_objects(universe, generic->as.function.results, generic->as.function.result_count,
															parameters->items, arguments, count);
	return signature;
}

uint32_t tri_named_method_count(struct tri_type *named)
{
	struct tri_type *origin = named->as.named.origin;
	return origin ? origin->as.named.methods.count : named->as.named.methods.count;
}

void tri_instance_method_resolve(struct tri_object *method)
{
	struct tri_type *generic = method->origin->type;
	if (method->type || !generic || generic->kind != TRI_TYPE_FUNCTION || !generic->as.function.receiver)
		return; // the generic method's signature is not known yet
	struct tri_universe *universe = tri_lazy_begin(method->instance->home);
	if (!method->type)
		method->type = method_signature(universe, method->instance, generic);
	tri_lazy_end(method->instance->home);
}

struct tri_object *tri_named_method(struct tri_type *named, uint32_t index)
{
	struct tri_type *origin = named->as.named.origin;
	if (!origin)
		return named->as.named.methods.items[index];
	struct tri_universe *universe = tri_lazy_begin(named->home);
	while (named->as.named.methods.count <= index)
		tri_vector_push(universe->arena, &named->as.named.methods, NULL);
	struct tri_object *method = named->as.named.methods.items[index];
	if (!method) {
		method = TRI_NEW(universe->arena, struct tri_object);
		*method = *origin->as.named.methods.items[index];
		method->origin = origin->as.named.methods.items[index];
		method->instance = named;
		method->type = NULL;
		method->ir = NULL;
		named->as.named.methods.items[index] = method;
	}
	tri_instance_method_resolve(method);
	tri_lazy_end(named->home);
	return method;
}

const tri_type_list *tri_function_type_parameters(const struct tri_object *function)
{
	const struct tri_type *type = function->type;
	return type->as.function.type_parameters.count > 0 ? &type->as.function.type_parameters : &type->as.function.receiver_type_parameters;
}

bool tri_type_is_generic(struct tri_type *type)
{
	if (!type)
		return false;
	if (type->kind == TRI_TYPE_ALIAS && type->as.alias.parameters.count > 0)
		return true;
	struct tri_type *actual = tri_type_unalias(type);
	return actual && actual->kind == TRI_TYPE_NAMED && actual->as.named.parameters.count > 0;
}
