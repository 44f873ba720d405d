// Shapes: what Go's compiler puts in the place of type arguments.
//
// It compiles a generic function once for all arguments of one shape, that is of one underlying type, and for pointers
// once for all when the constraint only asks for methods. What is decided in such a function holds for all of them, which
// its diagnostics name go.shape.int and the like. A shape is a defined type of a package that has no other use.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

bool tri_type_is_shape(struct tri_type *type)
{
	type = tri_type_unalias(type);
	return type->kind == TRI_TYPE_NAMED && type->as.named.object->package != NULL &&
		   type->as.named.object->package == type->home->shape_package;
}

static bool any_has_shape(struct tri_type *const *types, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (tri_type_has_shape(types[i]))
			return true;
	return false;
}

static bool variable_has_shape(struct tri_object *const *variables, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (tri_type_has_shape(variables[i]->type))
			return true;
	return false;
}

bool tri_type_has_shape(struct tri_type *type)
{
	type = type ? tri_type_unalias(type) : NULL;
	if (!type)
		return false;
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_NAMED:
		return tri_type_is_shape(type) || any_has_shape(type->as.named.arguments, type->as.named.argument_count);
	case TRI_TYPE_POINTER:
		return tri_type_has_shape(type->as.pointer.element);
	case TRI_TYPE_SLICE:
		return tri_type_has_shape(type->as.slice.element);
	case TRI_TYPE_ARRAY:
		return tri_type_has_shape(type->as.array.element);
	case TRI_TYPE_MAP:
		return tri_type_has_shape(type->as.map.key) || tri_type_has_shape(type->as.map.element);
	case TRI_TYPE_CHAN:
		return tri_type_has_shape(type->as.chan.element);
	case TRI_TYPE_TUPLE:
		return any_has_shape(type->as.tuple.types, type->as.tuple.count);
	case TRI_TYPE_FUNCTION:
		return variable_has_shape(type->as.function.parameters, type->as.function.parameter_count) ||
			   variable_has_shape(type->as.function.results, type->as.function.result_count);
	case TRI_TYPE_STRUCT:
		for (uint32_t i = 0; i < type->as.structure.field_count; i++)
			if (tri_type_has_shape(type->as.structure.fields[i].type))
				return true;
		return false;
	case TRI_TYPE_INTERFACE: {
		uint32_t count = 0;
		struct tri_object **methods = tri_interface_methods(type, &count);
		return variable_has_shape(methods, count);
	}
	case TRI_TYPE_BASIC:
	case TRI_TYPE_ALIAS:
	case TRI_TYPE_PARAMETER:
	case TRI_TYPE_UNION:
		break;
	}
	return false;
}

enum { LONGEST_TEXT = 500 };

// Longer texts are replaced by their SHA-256 in hexadecimal, of which Go's compiler inverts the first byte.
static void hash_text(struct tri_buffer *text)
{
	uint8_t digest[32];
	tri_sha256(text->data, text->length, digest);
	digest[0] ^= 0xff;
	text->length = 0;
	for (size_t i = 0; i < sizeof digest; i++)
		tri_buffer_printf(text, "%02x", digest[i]);
}

struct tri_type *tri_type_shape(struct tri_universe *universe, struct tri_type *argument, struct tri_type *parameter)
{
	argument = tri_type_unalias(argument);
	struct tri_type *under = tri_type_underlying(argument), *constraint = parameter ? tri_parameter_interface(parameter) : NULL;
	if (constraint)
		tri_interface_complete(constraint);
	bool methods_only = !constraint || !(constraint->as.interface.has_terms || constraint->as.interface.comparable_constraint);
	// Pointers to what is not in the heap are told apart, as they are none to the collector.
	bool any_pointer = methods_only && under->kind == TRI_TYPE_POINTER && tri_type_has_pointers(under);
	if (tri_type_is_shape(argument) && (!any_pointer || tri_type_has_shape(under)))
		return argument;
	if (any_pointer && (argument->kind == TRI_TYPE_POINTER || tri_type_is_shape(argument)))
		under = tri_type_pointer_to(universe, universe->basic[TRI_BASIC_UINT8]);
	struct tri_buffer text = {0};
	tri_type_print_shape(under, argument, &text);
	if (text.length > LONGEST_TEXT)
		hash_text(&text);
	const struct tri_name *name = tri_name_intern(universe->names, text.data, text.length);
	tri_buffer_free(&text);
	struct tri_type *shape = tri_map_get(&universe->shapes, TRI_KEY(name));
	if (shape)
		return shape;
	struct tri_object *object = TRI_NEW(universe->arena, struct tri_object);
	object->kind = TRI_OBJECT_TYPE;
	object->name = name;
	object->package = universe->shape_package;
	object->is_package_level = true;
	shape = tri_type_new(universe, TRI_TYPE_NAMED);
	shape->as.named.object = object;
	shape->as.named.underlying = under;
	object->type = shape;
	tri_map_put(universe->arena, &universe->shapes, TRI_KEY(name), shape);
	return shape;
}
