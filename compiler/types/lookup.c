// Fields, methods, embedding: lookup by name, an interface's methods, method sets.
//
// A lookup goes breadth first through embedded fields. The shallowest depth that has the name
// wins; two finds at that depth are ambiguous. A named type met before is not entered again.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

#include <stdlib.h>

struct tri_type *tri_type_dereference(struct tri_type *type, bool *pointer)
{
	struct tri_type *actual = tri_type_unalias(type);
	*pointer = actual && actual->kind == TRI_TYPE_POINTER;
	return *pointer ? actual->as.pointer.element : type;
}

struct tri_type *tri_type_array_behind(struct tri_type *type)
{
	struct tri_type *under = tri_type_underlying(type);
	if (under && under->kind == TRI_TYPE_POINTER) {
		struct tri_type *element = tri_type_underlying(under->as.pointer.element);
		if (element && element->kind == TRI_TYPE_ARRAY)
			return element;
	}
	return under;
}

bool tri_type_is_interface_pointer(struct tri_type *type)
{
	struct tri_type *under = tri_type_underlying(type);
	return under && under->kind == TRI_TYPE_POINTER && tri_type_is_interface(under->as.pointer.element);
}

const char *tri_type_composite_kind(struct tri_type *type)
{
	struct tri_type *under = tri_type_underlying(type);
	if (!under)
		return "";
	switch ((enum tri_type_kind)under->kind) {
	case TRI_TYPE_ARRAY:
		return "array";
	case TRI_TYPE_SLICE:
		return "slice";
	case TRI_TYPE_STRUCT:
		return "struct";
	case TRI_TYPE_POINTER:
		return "pointer";
	case TRI_TYPE_FUNCTION:
		return "func";
	case TRI_TYPE_INTERFACE:
		return "interface";
	case TRI_TYPE_MAP:
		return "map";
	case TRI_TYPE_CHAN:
		return "chan";
	case TRI_TYPE_TUPLE:
		return "tuple";
	case TRI_TYPE_UNION:
		return "union";
	case TRI_TYPE_BASIC:
	case TRI_TYPE_NAMED:
	case TRI_TYPE_ALIAS:
	case TRI_TYPE_PARAMETER:
		break;
	}
	return "";
}

// Letters that differ in case only; ASCII, which is what misspelt selectors are about.
bool tri_name_equal_fold(const struct tri_name *a, const struct tri_name *b)
{
	if (a->length != b->length)
		return false;
	for (uint32_t i = 0; i < a->length; i++) {
		unsigned char x = (unsigned char)a->text[i], y = (unsigned char)b->text[i];
		if (x >= 'A' && x <= 'Z')
			x = (unsigned char)(x + 32);
		if (y >= 'A' && y <= 'Z')
			y = (unsigned char)(y + 32);
		if (x != y)
			return false;
	}
	return true;
}

static bool matches(const struct tri_name *name, const struct tri_package *package, const struct tri_package *from,
					const struct tri_name *wanted, bool fold_case)
{
	if (fold_case && tri_name_equal_fold(name, wanted))
		return true;
	return tri_same_identifier(name, package, wanted, from);
}

// A type found by following embedded fields.
struct embedded {
	struct tri_type *type;
	const struct embedded *outer; // the embedded type whose field this is, NULL at depth 0
	uint32_t index;               // of the field there
	uint32_t depth;
	bool indirect; // a pointer was followed
	bool multiple; // occurs several times at this depth
};

typedef TRI_VECTOR(struct embedded *) embedded_list;

static void set_path(struct tri_arena *arena, struct tri_lookup *result, const struct embedded *e, bool is_field, uint32_t index)
{
	uint32_t length = e->depth + (is_field ? 1 : 0);
	result->path = TRI_NEW_ARRAY(arena, uint32_t, length);
	result->path_length = length;
	if (is_field)
		result->path[--length] = index;
	for (; e->outer; e = e->outer)
		result->path[--length] = e->index;
}

// Records a find; false when it is the second at this depth.
static bool found(struct tri_arena *arena, struct tri_lookup *result, const struct embedded *e, struct tri_object *object, bool is_field,
				  uint32_t index)
{
	if (result->object || e->multiple) {
		*result = (struct tri_lookup){.failure = TRI_LOOKUP_AMBIGUOUS};
		return false;
	}
	result->failure = TRI_LOOKUP_FOUND;
	result->object = object;
	result->indirect = e->indirect;
	set_path(arena, result, e, is_field, index);
	return true;
}

// Adds an embedded field's type to the next depth, or marks the one that is there already.
static void enter(struct tri_arena *arena, embedded_list *next, const struct embedded *outer, struct tri_type *type, uint32_t index)
{
	bool pointer = false;
	type = tri_type_dereference(type, &pointer);
	for (uint32_t i = 0; i < next->count; i++)
		if (tri_type_identical(next->items[i]->type, type)) {
			next->items[i]->multiple = true;
			return;
		}
	struct embedded *e = TRI_NEW(arena, struct embedded);
	e->type = type;
	e->outer = outer;
	e->index = index;
	e->depth = outer->depth + 1;
	e->indirect = outer->indirect || pointer;
	e->multiple = outer->multiple;
	tri_vector_push(arena, next, e);
}

// The named types that a lookup has met: few, as a rule, and then nothing is allocated.
enum { FEW_TYPES = 8 };

struct met_types {
	const struct tri_type *few[FEW_TYPES];
	uint32_t count;
	struct tri_map more;
};

static bool meet(struct tri_arena *arena, struct met_types *met, struct tri_type *type)
{
	for (uint32_t i = 0; i < met->count; i++)
		if (met->few[i] == type)
			return false;
	if (met->count < FEW_TYPES) {
		met->few[met->count++] = type;
		return true;
	}
	return !tri_map_put(arena, &met->more, TRI_KEY(type), type);
}

static struct tri_lookup lookup(struct tri_arena *arena, struct tri_type *type, bool addressable, const struct tri_package *from,
								const struct tri_name *name, bool fold_case)
{
	struct tri_lookup result = {.failure = TRI_LOOKUP_MISSING};
	if (name->length == 1 && name->text[0] == '_')
		return result;
	bool pointer = false;
	struct embedded start = {.type = tri_type_dereference(type, &pointer)};
	start.indirect = pointer;
	if (pointer && tri_type_is_interface(start.type))
		return result;                                                    // a pointer to an interface has no methods
	struct embedded *first_items[] = {&start}, *next_items[2][FEW_TYPES]; // enough for most types
	embedded_list current = {first_items, 1, 1};
	struct met_types met;
	met.count = 0;
	met.more = (struct tri_map){0};
	enum { DEEPEST = 100 }; // type T[P any] struct{ *T[*P] } has no end; it is reported elsewhere
	for (int depth = 0; current.count > 0 && depth < DEEPEST; depth++) {
		embedded_list next = {next_items[depth % 2], 0, FEW_TYPES};
		for (uint32_t i = 0; i < current.count; i++) {
			const struct embedded *e = current.items[i];
			struct tri_type *actual = tri_type_unalias(e->type);
			if (actual && actual->kind == TRI_TYPE_NAMED) {
				if (!meet(arena, &met, actual))
					continue;
				struct tri_object *method = NULL;
				const struct tri_type *declared = actual->as.named.origin ? actual->as.named.origin : actual;
				for (uint32_t m = 0; m < declared->as.named.methods.count && !method; m++) {
					const struct tri_object *candidate = declared->as.named.methods.items[m];
					if (matches(candidate->name, candidate->package, from, name, fold_case))
						method = tri_named_method(actual, m);
				}
				if (method) {
					if (!found(arena, &result, e, method, false, 0))
						return result;
					continue; // the type can have no field or interface method of that name
				}
			}
			struct tri_type *under = tri_type_underlying(actual);
			if (under && under->kind == TRI_TYPE_STRUCT) {
				for (uint32_t f = 0; f < under->as.structure.field_count; f++) {
					const struct tri_struct_field *field = &under->as.structure.fields[f];
					if (matches(field->name, field->package, from, name, fold_case)) {
						if (!found(arena, &result, e, field->object, true, f))
							return result;
						continue;
					}
					if (!result.object && field->embedded)
						enter(arena, &next, e, field->type, f);
				}
			} else if (under && under->kind == TRI_TYPE_INTERFACE) {
				struct tri_object *method = tri_interface_find(under, from, name, fold_case);
				if (method && !found(arena, &result, e, method, false, 0))
					return result;
			}
		}
		if (result.object) {
			if (result.object->kind == TRI_OBJECT_FUNCTION && result.object->pointer_receiver && !result.indirect && !addressable)
				return (struct tri_lookup){.failure = TRI_LOOKUP_POINTER_RECEIVER, .indirect = true};
			return result;
		}
		current = next;
	}
	return result;
}

struct tri_lookup tri_lookup_in(struct tri_arena *arena, struct tri_type *type, bool addressable, const struct tri_package *from,
								const struct tri_name *name, bool fold_case)
{
	// A defined pointer type has no methods, but the fields of what it points to.
	struct tri_type *actual = tri_type_unalias(type);
	if (actual && actual->kind == TRI_TYPE_NAMED) {
		struct tri_type *under = tri_type_underlying(actual);
		if (under && under->kind == TRI_TYPE_POINTER) {
			struct tri_lookup result = lookup(arena, under, false, from, name, fold_case);
			if (result.object && result.object->kind == TRI_OBJECT_FUNCTION)
				return (struct tri_lookup){.failure = TRI_LOOKUP_MISSING};
			return result;
		}
	}
	return lookup(arena, type, addressable, from, name, fold_case);
}

bool tri_lookup_field_or_method(struct tri_universe *universe, struct tri_type *type, const struct tri_package *from,
								const struct tri_name *name, struct tri_selection *result)
{
	struct tri_lookup found_it = tri_lookup_in(universe->arena, type, true, from, name, false);
	if (found_it.failure != TRI_LOOKUP_FOUND)
		return false;
	*result = (struct tri_selection){
		.kind = found_it.object->kind == TRI_OBJECT_FIELD ? TRI_SELECT_FIELD : TRI_SELECT_METHOD_VALUE,
		.receiver = type,
		.object = found_it.object,
		.path = found_it.path,
		.path_length = found_it.path_length,
		.indirect = found_it.indirect,
	};
	return true;
}

// ---- Interfaces ------------------------------------------------------------------------------

struct tri_object *tri_interface_find(struct tri_type *interface, const struct tri_package *from, const struct tri_name *name,
									  bool fold_case)
{
	uint32_t count = 0;
	struct tri_object **methods = tri_interface_methods(interface, &count);
	for (uint32_t i = 0; i < count; i++)
		if (matches(methods[i]->name, methods[i]->package, from, name, fold_case))
			return methods[i];
	return NULL;
}

// ---- Method sets -----------------------------------------------------------------------------

struct candidate {
	const struct tri_name *name;
	const struct tri_package *package;
};

struct candidates {
	TRI_VECTOR(struct candidate) list;
	struct tri_map seen; // named types entered
};

static void add_candidate(struct tri_arena *arena, struct candidates *candidates, const struct tri_object *method)
{
	for (uint32_t i = 0; i < candidates->list.count; i++)
		if (tri_same_identifier(candidates->list.items[i].name, candidates->list.items[i].package, method->name, method->package))
			return;
	struct candidate candidate = {method->name, method->package};
	tri_vector_push(arena, &candidates->list, candidate);
}

// The names of all methods that the type or something embedded in it has, at any depth.
static void collect_candidates(struct tri_arena *arena, struct candidates *candidates, struct tri_type *type)
{
	bool pointer = false;
	struct tri_type *actual = tri_type_unalias(tri_type_dereference(type, &pointer));
	if (!actual || tri_map_has(&candidates->seen, TRI_KEY(actual)))
		return;
	tri_map_put(arena, &candidates->seen, TRI_KEY(actual), actual);
	if (actual->kind == TRI_TYPE_NAMED) {
		const struct tri_type *declared = actual->as.named.origin ? actual->as.named.origin : actual;
		for (uint32_t i = 0; i < declared->as.named.methods.count; i++)
			add_candidate(arena, candidates, declared->as.named.methods.items[i]);
	}
	struct tri_type *under = tri_type_underlying(actual);
	if (!under)
		return;
	if (under->kind == TRI_TYPE_INTERFACE) {
		uint32_t count = 0;
		struct tri_object **methods = tri_interface_methods(under, &count);
		for (uint32_t i = 0; i < count; i++)
			add_candidate(arena, candidates, methods[i]);
	} else if (under->kind == TRI_TYPE_STRUCT) {
		for (uint32_t i = 0; i < under->as.structure.field_count; i++)
			if (under->as.structure.fields[i].embedded)
				collect_candidates(arena, candidates, under->as.structure.fields[i].type);
	}
}

static int compare_set_entries(const void *a, const void *b)
{
	const struct tri_method *x = a, *y = b;
	return tri_method_name_compare(x->function->name, x->function->package, y->function->name, y->function->package);
}

struct tri_method *tri_method_set(struct tri_universe *universe, struct tri_type *type, uint32_t *count)
{
	struct tri_arena *arena = universe->arena;
	struct candidates candidates = {.seen = {0}};
	collect_candidates(arena, &candidates, type);
	struct tri_method *methods = TRI_NEW_ARRAY(arena, struct tri_method, candidates.list.count);
	*count = 0;
	for (uint32_t i = 0; i < candidates.list.count; i++) {
		struct tri_lookup result =
			tri_lookup_in(arena, type, false, candidates.list.items[i].package, candidates.list.items[i].name, false);
		if (result.failure != TRI_LOOKUP_FOUND || result.object->kind != TRI_OBJECT_FUNCTION)
			continue;
		methods[(*count)++] = (struct tri_method){
			.function = result.object,
			.path = result.path,
			.path_length = result.path_length,
			.indirect = result.indirect,
			.pointer_receiver = result.object->pointer_receiver,
		};
	}
	if (*count > 1)
		qsort(methods, *count, sizeof *methods, compare_set_entries);
	return methods;
}

bool tri_type_implements(struct tri_universe *universe, struct tri_type *type, struct tri_type *interface, struct tri_object **missing)
{
	uint32_t count = 0;
	struct tri_object **methods = tri_interface_methods(interface, &count);
	for (uint32_t i = 0; i < count; i++) {
		struct tri_lookup result = tri_lookup_in(universe->arena, type, false, methods[i]->package, methods[i]->name, false);
		if (result.failure != TRI_LOOKUP_FOUND || result.object->kind != TRI_OBJECT_FUNCTION ||
			!tri_type_identical(result.object->type, methods[i]->type)) {
			if (missing)
				*missing = methods[i];
			return false;
		}
	}
	return true;
}
