// Generic functions with //tricolor:noalloc of which the package itself has no instance: one is made with types that stand in for
// all, so that the promise does not go unchecked.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

// A string has a pointer, takes two words and needs memory as an interface value. NULL: no simple type will do.
static struct tri_type *stand_in(struct tri_universe *universe, struct tri_type *parameter)
{
	struct tri_type *interface = tri_parameter_interface(parameter), *string = universe->basic[TRI_BASIC_STRING], *first = NULL;
	uint32_t method_count = 0;
	(void)tri_interface_methods(interface, &method_count);
	if (method_count > 0)
		return NULL;
	if (!interface->as.interface.has_terms)
		return string;
	for (uint32_t i = 0; i < interface->as.interface.term_count; i++) {
		struct tri_type *type = interface->as.interface.terms[i].type;
		if (type == string)
			return string;
		if (first == NULL && type->kind == TRI_TYPE_BASIC)
			first = type;
	}
	return first;
}

static bool has_instance(const struct tri_ir_package *package, const struct tri_object *object)
{
	for (uint32_t i = 0; i < package->functions.count; i++) {
		if (package->functions.items[i]->is_instance && package->functions.items[i]->pos == object->pos)
			return true;
	}
	return false;
}

static void instantiate(struct tri_ir_package *package, struct tri_object *object)
{
	const tri_type_list *parameters = tri_function_type_parameters(object);
	struct tri_type **arguments = TRI_NEW_ARRAY(package->arena, struct tri_type *, parameters->count);
	for (uint32_t i = 0; i < parameters->count; i++) {
		arguments[i] = stand_in(package->universe, parameters->items[i]);
		if (arguments[i] == NULL)
			return;
	}
	(void)tri_ir_function_instance(package, object, arguments, parameters->count);
}

void tri_ir_add_promised_instances(struct tri_ir_package *package)
{
	for (uint32_t i = 0; i < package->package->objects.count && !package->package->compiled_before && !package->shapes; i++) {
		struct tri_object *object = package->package->objects.items[i];
		if (object->kind != TRI_OBJECT_FUNCTION || object->function == NULL || object->function->body == NULL ||
			object->function->base.pragma == NULL || !(object->function->base.pragma->bits & 1u << TRI_PRAGMA_BIT_NOALLOC))
			continue;
		bool is_method = object->type->as.function.receiver != NULL;
		if (!is_method && tri_function_type_parameters(object)->count > 0 && !has_instance(package, object))
			instantiate(package, object);
	}
	(void)tri_ir_build_instances(package);
}
