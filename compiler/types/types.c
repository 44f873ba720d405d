// Types as data: constructors, and the questions that need no checker.
//
// Types under construction are met everywhere (a struct refers to the named type it is defining),
// so every question here tolerates a missing part and answers as for an invalid type.
#define _GNU_SOURCE // recursive mutex
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

#include <locale.h>
#include <pthread.h>
#include <wctype.h>

struct tri_type *tri_type_new(struct tri_universe *universe, enum tri_type_kind kind)
{
	struct tri_type *type = TRI_NEW(universe->arena, struct tri_type);
	type->kind = (uint8_t)kind;
	type->home = universe;
	type->id = atomic_fetch_add_explicit(universe->next_type_id, 1, memory_order_relaxed);
	return type;
}

// One lock for everything: what is computed late is little, and parts of it ask for each other.
static pthread_mutex_t lazy_lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

struct tri_universe *tri_lazy_begin(struct tri_universe *home)
{
	if (!home->finished)
		return home;
	pthread_mutex_lock(&lazy_lock);
	return home->late;
}

void tri_lazy_end(struct tri_universe *home)
{
	if (home->finished)
		pthread_mutex_unlock(&lazy_lock);
}

struct tri_type *tri_type_pointer_to(struct tri_universe *universe, struct tri_type *element)
{
	struct tri_type *known = atomic_load_explicit(&element->pointer_type, memory_order_acquire);
	if (known)
		return known;
	struct tri_type *type = tri_type_new(universe, TRI_TYPE_POINTER);
	type->as.pointer.element = element;
	// Another package's thread may be first with its own: all use that one.
	bool first = atomic_compare_exchange_strong_explicit(&element->pointer_type, &known, type, memory_order_acq_rel, memory_order_acquire);
	return first ? type : known;
}

struct tri_type *tri_type_slice_of(struct tri_universe *universe, struct tri_type *element)
{
	struct tri_type *type = tri_type_new(universe, TRI_TYPE_SLICE);
	type->as.slice.element = element;
	return type;
}

struct tri_type *tri_type_array_of(struct tri_universe *universe, struct tri_type *element, int64_t length)
{
	struct tri_type *type = tri_type_new(universe, TRI_TYPE_ARRAY);
	type->as.array.element = element;
	type->as.array.length = length;
	return type;
}

struct tri_type *tri_type_struct_of(struct tri_universe *universe, const struct tri_struct_field *fields, uint32_t count)
{
	struct tri_type *type = tri_type_new(universe, TRI_TYPE_STRUCT);
	type->as.structure.fields = TRI_NEW_ARRAY(universe->arena, struct tri_struct_field, count);
	if (count)
		memcpy(type->as.structure.fields, fields, count * sizeof *fields);
	type->as.structure.field_count = count;
	type->as.structure.offsets = TRI_NEW_ARRAY(universe->arena, int64_t, count);
	return type;
}

struct tri_type *tri_type_map_of(struct tri_universe *universe, struct tri_type *key, struct tri_type *element)
{
	struct tri_type *type = tri_type_new(universe, TRI_TYPE_MAP);
	type->as.map.key = key;
	type->as.map.element = element;
	return type;
}

struct tri_type *tri_type_chan_of(struct tri_universe *universe, struct tri_type *element, enum tri_chan_direction direction)
{
	struct tri_type *type = tri_type_new(universe, TRI_TYPE_CHAN);
	type->as.chan.element = element;
	type->as.chan.direction = direction;
	return type;
}

struct tri_type *tri_type_tuple_of(struct tri_universe *universe, struct tri_type *const *types, uint32_t count)
{
	struct tri_type *type = tri_type_new(universe, TRI_TYPE_TUPLE);
	type->as.tuple.types = TRI_NEW_ARRAY(universe->arena, struct tri_type *, count);
	if (count)
		memcpy(type->as.tuple.types, types, count * sizeof *types);
	type->as.tuple.count = count;
	return type;
}

static struct tri_object **variables_of(struct tri_universe *universe, struct tri_type *const *types, uint32_t count)
{
	struct tri_object **variables = TRI_NEW_ARRAY(universe->arena, struct tri_object *, count);
	for (uint32_t i = 0; i < count; i++) {
		variables[i] = TRI_NEW(universe->arena, struct tri_object);
		variables[i]->kind = TRI_OBJECT_VARIABLE;
		variables[i]->is_parameter = true;
		variables[i]->type = types[i];
	}
	return variables;
}

struct tri_type *tri_type_function_of(struct tri_universe *universe, struct tri_type *const *parameters, uint32_t parameter_count,
									  struct tri_type *const *results, uint32_t result_count, bool variadic)
{
	struct tri_type *type = tri_type_new(universe, TRI_TYPE_FUNCTION);
	type->as.function.parameters = variables_of(universe, parameters, parameter_count);
	type->as.function.parameter_count = parameter_count;
	type->as.function.results = variables_of(universe, results, result_count);
	type->as.function.result_count = result_count;
	type->as.function.variadic = variadic;
	return type;
}

struct tri_type *tri_type_unalias(struct tri_type *type)
{
	while (type && type->kind == TRI_TYPE_ALIAS)
		type = type->as.alias.actual;
	return type;
}

struct tri_type *tri_type_underlying(struct tri_type *type)
{
	enum { LONGEST_CHAIN = 1000 }; // type T[P any] T[*P] has no end; it is reported elsewhere
	type = tri_type_unalias(type);
	// A chain of defined types is as long as it was when its last link was completed.
	for (int i = 0; type && type->kind == TRI_TYPE_NAMED; i++) {
		if (i == LONGEST_CHAIN)
			return type->home->basic[TRI_BASIC_INVALID];
		type = tri_type_unalias(type->as.named.origin ? tri_instance_underlying(type) : type->as.named.underlying);
	}
	return type && type->kind == TRI_TYPE_PARAMETER ? tri_parameter_interface(type) : type;
}

bool tri_type_is(struct tri_type *type, int basic_flags)
{
	struct tri_type *under = tri_type_underlying(type);
	return under && under->kind == TRI_TYPE_BASIC && (tri_basic_flags(under->as.basic.kind) & basic_flags) != 0;
}

bool tri_type_is_kind(struct tri_type *type, enum tri_basic_kind kind)
{
	struct tri_type *under = tri_type_underlying(type);
	return under && under->kind == TRI_TYPE_BASIC && under->as.basic.kind == kind;
}

bool tri_type_is_valid(struct tri_type *type)
{
	struct tri_type *actual = tri_type_unalias(type);
	return actual && !(actual->kind == TRI_TYPE_BASIC && actual->as.basic.kind == TRI_BASIC_INVALID);
}

bool tri_type_is_untyped(struct tri_type *type)
{
	return type && type->kind == TRI_TYPE_BASIC && (tri_basic_flags(type->as.basic.kind) & TRI_IS_UNTYPED);
}

bool tri_type_is_interface(struct tri_type *type)
{
	struct tri_type *under = tri_type_underlying(type);
	return under && under->kind == TRI_TYPE_INTERFACE;
}

bool tri_type_has_nil(struct tri_type *type)
{
	struct tri_type *under = tri_type_underlying(type);
	if (!under)
		return false;
	switch ((enum tri_type_kind)under->kind) {
	case TRI_TYPE_BASIC:
		return under->as.basic.kind == TRI_BASIC_UNSAFE_POINTER || under->as.basic.kind == TRI_BASIC_UNTYPED_NIL;
	case TRI_TYPE_POINTER:
	case TRI_TYPE_SLICE:
	case TRI_TYPE_FUNCTION:
	case TRI_TYPE_MAP:
	case TRI_TYPE_CHAN:
		return true;
	case TRI_TYPE_INTERFACE: {
		if (!tri_type_is_parameter(type))
			return true;
		struct tri_specific specific = tri_type_specific(type);
		for (uint32_t i = 0; i < specific.count; i++)
			if (!tri_type_has_nil(tri_specific_type(&specific, i)))
				return false;
		return true;
	}
	case TRI_TYPE_NAMED:
	case TRI_TYPE_ALIAS:
	case TRI_TYPE_ARRAY:
	case TRI_TYPE_STRUCT:
	case TRI_TYPE_TUPLE:
	case TRI_TYPE_PARAMETER:
	case TRI_TYPE_UNION:
		break;
	}
	return false;
}

// Named types being walked, so that an (invalid) recursive array or struct ends.
struct walk {
	const struct tri_type *type;
	const struct walk *outer;
};

// `dynamic`: comparing interfaces, which may panic, counts.
static bool comparable(struct tri_type *type, bool dynamic, const struct walk *outer)
{
	struct tri_type *under = tri_type_underlying(type);
	if (!under)
		return true;
	for (const struct walk *w = outer; w; w = w->outer)
		if (w->type == type)
			return true;
	struct walk here = {type, outer};
	switch ((enum tri_type_kind)under->kind) {
	case TRI_TYPE_BASIC:
		return under->as.basic.kind != TRI_BASIC_UNTYPED_NIL;
	case TRI_TYPE_ARRAY:
		return comparable(under->as.array.element, dynamic, &here);
	case TRI_TYPE_STRUCT:
		for (uint32_t i = 0; i < under->as.structure.field_count; i++)
			if (!comparable(under->as.structure.fields[i].type, dynamic, &here))
				return false;
		return true;
	case TRI_TYPE_POINTER:
	case TRI_TYPE_CHAN:
		return true;
	case TRI_TYPE_INTERFACE:
		if (dynamic && !tri_type_is_parameter(type))
			return true;
		tri_interface_complete(under);
		if (!under->as.interface.has_terms)
			return under->as.interface.comparable_constraint;
		for (uint32_t i = 0; i < under->as.interface.term_count; i++)
			if (!comparable(under->as.interface.terms[i].type, false, &here))
				return false;
		return under->as.interface.term_count > 0;
	case TRI_TYPE_NAMED:
	case TRI_TYPE_ALIAS:
	case TRI_TYPE_SLICE:
	case TRI_TYPE_FUNCTION:
	case TRI_TYPE_MAP:
	case TRI_TYPE_TUPLE:
	case TRI_TYPE_PARAMETER:
	case TRI_TYPE_UNION:
		break;
	}
	return false;
}

bool tri_type_comparable(struct tri_type *type) { return comparable(type, true, NULL); }

bool tri_type_strictly_comparable(struct tri_type *type) { return comparable(type, false, NULL); }

struct tri_type *tri_type_default(struct tri_universe *universe, struct tri_type *type)
{
	if (!tri_type_is_untyped(type))
		return type;
	switch ((int)type->as.basic.kind) {
	case TRI_BASIC_UNTYPED_BOOL:
		return universe->basic[TRI_BASIC_BOOL];
	case TRI_BASIC_UNTYPED_INT:
		return universe->basic[TRI_BASIC_INT];
	case TRI_BASIC_UNTYPED_RUNE:
		return universe->rune_type;
	case TRI_BASIC_UNTYPED_FLOAT:
		return universe->basic[TRI_BASIC_FLOAT64];
	case TRI_BASIC_UNTYPED_COMPLEX:
		return universe->basic[TRI_BASIC_COMPLEX128];
	case TRI_BASIC_UNTYPED_STRING:
		return universe->basic[TRI_BASIC_STRING];
	default:
		return type; // nil keeps its type
	}
}

bool tri_name_is_exported(const struct tri_name *name)
{
	unsigned char first = (unsigned char)name->text[0];
	if (first < 0x80)
		return first >= 'A' && first <= 'Z';
	uint32_t rune = 0;
	int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
	rune = first & (0x3Fu >> more);
	for (int i = 1; i <= more && i < (int)name->length; i++)
		rune = rune << 6 | ((unsigned char)name->text[i] & 0x3F);
	locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (!unicode)
		return false;
	bool upper = iswupper_l((wint_t)rune, unicode);
	freelocale(unicode);
	return upper;
}

bool tri_same_identifier(const struct tri_name *a, const struct tri_package *a_package, const struct tri_name *b,
						 const struct tri_package *b_package)
{
	if (a != b)
		return false;
	if (tri_name_is_exported(a))
		return true;
	if (!a_package || !b_package)
		return a_package == b_package;
	return a_package == b_package || strcmp(a_package->path, b_package->path) == 0;
}

struct tri_object *tri_scope_lookup(const struct tri_scope *scope, const struct tri_name *name)
{
	return tri_map_get(&scope->names, TRI_KEY(name));
}

struct tri_object *tri_scope_lookup_parent(const struct tri_scope *scope, const struct tri_name *name, tri_pos at)
{
	for (; scope; scope = scope->parent) {
		struct tri_object *object = tri_map_get(&scope->names, TRI_KEY(name));
		if (object && (at == TRI_NO_POS || object->scope_start <= at))
			return object;
	}
	return NULL;
}
