// Instances of generic functions and methods: one function for each list of type arguments.
//
// A use asks for its instance, which is built after the functions that the source declares; building it may ask for more.
// Methods of an instantiated type are asked for when a value of a type occurs that the type is part of: its
// descriptor will list them.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

static const struct tri_name *interned(struct tri_ir_package *package, const char *symbol)
{
	return tri_name_intern(package->universe->names, symbol, strlen(symbol));
}

// "[int,main.T]"
const char *tri_ir_type_arguments(struct tri_ir_package *package, struct tri_type *const *arguments, uint32_t count)
{
	struct tri_buffer text = {0};
	for (uint32_t i = 0; i < count; i++) {
		tri_buffer_append_c(&text, i == 0 ? "[" : ",");
		tri_type_print_link(arguments[i], &text);
	}
	tri_buffer_append_c(&text, "]");
	const char *result = tri_arena_strdup(package->arena, text.data, text.length);
	tri_buffer_free(&text);
	return result;
}

struct tri_ir_func *tri_ir_instance(struct tri_ir_package *package, const char *symbol, const char *short_name, struct tri_object *object,
									struct tri_type *const *arguments, uint32_t count)
{
	const struct tri_name *name = interned(package, symbol);
	struct tri_ir_func *function = tri_map_get(&package->instances, TRI_KEY(name));
	if (function != NULL)
		return function;
	struct tri_object *instance = tri_function_instance(package->universe, object, arguments);
	function = tri_ir_new_function(package, symbol, short_name, object->pos, instance->type);
	function->package = object->package;
	function->object = instance;
	function->is_instance = true;
	function->decl = instance->function;
	function->has_body = instance->function != NULL && instance->function->body != NULL;
	if (instance->function != NULL && instance->function->base.pragma != NULL)
		function->pragmas = instance->function->base.pragma->bits;
	instance->ir = function;
	if (package->shapes)
		function->dictionary = tri_ir_new_dictionary(package, instance, arguments, count);
	tri_ir_find_intrinsic(function);
	tri_map_put(package->arena, &package->instances, TRI_KEY(name), function);
	tri_ir_declare_parameters(package, function, instance->type->as.function.receiver);
	if (function->has_body)
		tri_vector_push(package->arena, &package->unbuilt, function);
	return function;
}

struct tri_ir_func *tri_ir_function_instance(struct tri_ir_package *package, struct tri_object *object, struct tri_type *const *arguments,
											 uint32_t count)
{
	const char *short_name = tri_arena_printf(package->arena, "%s%s", object->name->text, tri_ir_type_arguments(package, arguments, count));
	const char *symbol = tri_arena_printf(package->arena, "%s.%s", object->package->path, short_name);
	return tri_ir_instance(package, symbol, short_name, object, arguments, count);
}

struct tri_node *tri_ir_generic_function(struct function_builder *b, struct tri_expr *expr)
{
	struct tri_expr *inner = expr;
	if (inner->kind == TRI_EXPR_INDEX)
		inner = (struct tri_expr *)(uintptr_t)tri_expr_unparen(tri_as_index_expr(inner)->operand);
	const struct tri_name_expr *name = inner->kind == TRI_EXPR_SELECTOR ? tri_as_selector_expr(inner)->selected : tri_as_name_expr(inner);
	struct tri_node *node = tri_ir_node(b, TRI_NODE_FUNCTION, expr->pos, NULL);
	if (b->package->shapes)
		tri_ir_note_generic_use(b, name);
	if (b->package->shapes)
		node->function = tri_ir_shaped_function(b->package, name, expr->type);
	else
		node->function = tri_ir_function_instance(b->package, name->object, name->type_arguments, name->type_argument_count);
	node->type = b->package->shapes ? expr->type : node->function->signature;
	return node;
}

static void request_list(struct tri_ir_package *package, struct tri_type **types, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		tri_ir_request_methods(package, types[i]);
}

static void request_objects(struct tri_ir_package *package, struct tri_object **objects, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		tri_ir_request_methods(package, objects[i]->type);
}

static void request_named(struct tri_ir_package *package, struct tri_type *type)
{
	if (type->as.named.origin != NULL) {
		request_list(package, type->as.named.arguments, type->as.named.argument_count);
		bool interface = tri_type_is_interface(type);
		for (uint32_t i = 0; !interface && i < tri_named_method_count(type); i++)
			tri_ir_request_method(package, tri_named_method(type, i));
	}
	tri_ir_request_methods(package, tri_type_underlying(type));
}

void tri_ir_request_methods(struct tri_ir_package *package, struct tri_type *type)
{
	type = tri_type_unalias(type);
	if (type == NULL || tri_map_has(&package->requested, TRI_KEY(type)))
		return;
	tri_map_put(package->arena, &package->requested, TRI_KEY(type), type);
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_NAMED:
		request_named(package, type);
		break;
	case TRI_TYPE_POINTER:
		tri_ir_request_methods(package, type->as.pointer.element);
		break;
	case TRI_TYPE_SLICE:
		tri_ir_request_methods(package, type->as.slice.element);
		break;
	case TRI_TYPE_ARRAY:
		tri_ir_request_methods(package, type->as.array.element);
		break;
	case TRI_TYPE_STRUCT:
		for (uint32_t i = 0; i < type->as.structure.field_count; i++)
			tri_ir_request_methods(package, type->as.structure.fields[i].type);
		break;
	case TRI_TYPE_FUNCTION:
		request_objects(package, type->as.function.parameters, type->as.function.parameter_count);
		request_objects(package, type->as.function.results, type->as.function.result_count);
		break;
	case TRI_TYPE_INTERFACE: {
		uint32_t count = 0;
		struct tri_object **methods = tri_interface_methods(type, &count);
		request_objects(package, methods, count);
		break;
	}
	case TRI_TYPE_MAP:
		tri_ir_request_methods(package, type->as.map.key);
		tri_ir_request_methods(package, type->as.map.element);
		break;
	case TRI_TYPE_CHAN:
		tri_ir_request_methods(package, type->as.chan.element);
		break;
	case TRI_TYPE_TUPLE:
		request_list(package, type->as.tuple.types, type->as.tuple.count);
		break;
	case TRI_TYPE_BASIC:
	case TRI_TYPE_ALIAS:
	case TRI_TYPE_PARAMETER:
	case TRI_TYPE_UNION:
		break;
	}
}
