// Generic code as Go's compiler has it, for what is said of decisions.
//
// An instance F[T] is a small function that calls F[go.shape.T] with a dictionary; calls of F[T] call the latter at once.
// Code is never made of this: the real instances are compiled, and more is known in them.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

enum {
	STATIC_DICTIONARY = 2,  // nodes of the address of a dictionary
	DYNAMIC_DICTIONARY = 4, // and of one that is an entry of the caller's own
};

static struct tri_type **shapes_of(struct tri_ir_package *package, const tri_type_list *parameters, struct tri_type *const *arguments,
								   uint32_t count)
{
	struct tri_type **shapes = TRI_NEW_ARRAY(package->arena, struct tri_type *, count + 1);
	uint32_t outer = count - parameters->count; // of the function that a local type is declared in
	for (uint32_t i = 0; i < count; i++)
		shapes[i] = tri_type_shape(package->universe, arguments[i], i >= outer ? parameters->items[i - outer] : NULL);
	return shapes;
}

static bool has_shapes(struct tri_type *const *arguments, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (tri_type_has_shape(arguments[i]))
			return true;
	}
	return false;
}

static void copy_variable(struct tri_ir_package *package, struct tri_ir_func *function, enum tri_var_class class, uint32_t index,
						  const struct tri_object *object)
{
	const struct tri_name *name = object->name;
	if (name == NULL || name->length == 0)
		name = tri_name_printf(package->universe->names, class == TRI_VAR_RESULT ? "~r%u" : "~p%u", index);
	tri_ir_new_variable(package, function, class, name, object->type, object->pos)->is_receiver = object->is_receiver;
}

// F[T], which calls F[go.shape.T].
static struct tri_ir_func *make_wrapper(struct tri_ir_package *package, const char *symbol, const char *short_name,
										struct tri_object *object, struct tri_type *signature, struct tri_ir_func *shaped)
{
	const struct tri_name *name = tri_name_intern_c(package->universe->names, symbol);
	struct tri_ir_func *function = tri_map_get(&package->instances, TRI_KEY(name));
	if (function != NULL)
		return function;
	signature = tri_type_underlying(signature);
	function = tri_ir_new_function(package, symbol, short_name, object->pos, signature);
	function->package = object->package;
	function->is_instance = true;
	function->has_body = true;
	function->shaped = shaped;
	function->decl = shaped->decl;
	function->object = object;
	function->pragmas = shaped->pragmas;
	tri_map_put(package->arena, &package->instances, TRI_KEY(name), function);
	tri_vector_push(package->arena, &package->functions, function);
	if (signature->as.function.receiver != NULL)
		copy_variable(package, function, TRI_VAR_PARAMETER, 0, signature->as.function.receiver);
	for (uint32_t i = 0; i < signature->as.function.parameter_count; i++)
		copy_variable(package, function, TRI_VAR_PARAMETER, i, signature->as.function.parameters[i]);
	for (uint32_t i = 0; i < signature->as.function.result_count; i++)
		copy_variable(package, function, TRI_VAR_RESULT, i, signature->as.function.results[i]);
	struct function_builder b = {.package = package, .arena = package->trees, .function = function, .statements = &function->body};
	tri_pos pos = function->decl != NULL ? function->decl->base.pos : object->pos;
	struct tri_node *call = tri_ir_node(&b, TRI_NODE_CALL, pos, tri_ir_result_type(package, signature));
	call->function = shaped;
	call->has_dots = signature->as.function.variadic;
	call->dictionary_cost = STATIC_DICTIONARY;
	for (uint32_t i = 0; i < function->parameters.count; i++) {
		struct tri_node *argument = tri_ir_local(&b, function->parameters.items[i], pos);
		tri_vector_push(package->trees, &call->list, argument);
	}
	struct tri_node *statement = tri_ir_node(&b, call->type != NULL ? TRI_NODE_RETURN : TRI_NODE_EXPRESSION, pos, NULL);
	if (call->type != NULL)
		tri_vector_push(package->trees, &statement->list, call);
	else
		statement->x = call;
	tri_ir_emit(&b, statement);
	return function;
}

struct tri_ir_func *tri_ir_shaped_function(struct tri_ir_package *package, const struct tri_name_expr *name, struct tri_type *signature)
{
	struct tri_object *object = name->object;
	uint32_t count = name->type_argument_count;
	struct tri_type **shapes = shapes_of(package, tri_function_type_parameters(object), name->type_arguments, count);
	struct tri_ir_func *shaped = tri_ir_function_instance(package, object, shapes, count);
	if (has_shapes(name->type_arguments, count))
		return shaped;
	const char *short_name =
		tri_arena_printf(package->arena, "%s%s", object->name->text, tri_ir_type_arguments(package, name->type_arguments, count));
	const char *symbol = tri_arena_printf(package->arena, "%s.%s", object->package->path, short_name);
	tri_ir_use_dictionary(package, shaped, name->type_arguments, count);
	return make_wrapper(package, symbol, short_name, object, signature, shaped);
}

struct tri_ir_func *tri_ir_find_shaped(struct tri_ir_package *package, struct tri_object *object, struct tri_type *const *arguments,
									   uint32_t count)
{
	struct tri_type **shapes = shapes_of(package, tri_function_type_parameters(object), arguments, count);
	const char *symbol = tri_arena_printf(package->arena, "%s.%s%s", object->package->path, object->name->text,
										  tri_ir_type_arguments(package, shapes, count));
	return tri_map_get(&package->instances, TRI_KEY(tri_name_intern_c(package->universe->names, symbol)));
}

struct tri_object *tri_ir_shaped_method(struct tri_ir_package *package, struct tri_object *method)
{
	struct tri_type *instance = method->instance, *origin = instance->as.named.origin;
	uint32_t count = instance->as.named.argument_count;
	struct tri_type **shapes = shapes_of(package, &origin->as.named.parameters, instance->as.named.arguments, count);
	bool same = true;
	for (uint32_t i = 0; i < count; i++)
		same = same && tri_type_unalias(instance->as.named.arguments[i]) == shapes[i];
	if (same)
		return method;
	struct tri_type *shaped = tri_type_instantiate(package->universe, origin, shapes, count);
	for (uint32_t i = 0; i < tri_named_method_count(shaped); i++) {
		struct tri_object *found = tri_named_method(shaped, i);
		if (found->name == method->name)
			return found;
	}
	tri_ice("%s is no method of its shape", method->name->text);
}

struct tri_ir_func *tri_ir_method_of_instance(struct tri_ir_package *package, struct tri_object *method)
{
	if (!package->shapes || method->instance == NULL || tri_ir_shaped_method(package, method) == method)
		return tri_ir_function_for(package, method);
	tri_ir_request_method(package, method);
	struct tri_type *receiver = tri_type_underlying(method->type)->as.function.receiver->type;
	const char *symbol, *short_name;
	tri_ir_method_names(package, receiver, method->name, &symbol, &short_name);
	return tri_map_get(&package->instances, TRI_KEY(tri_name_intern_c(package->universe->names, symbol)));
}

// Is an argument of the instance a struct with a field of that instance?
static bool is_made_of_itself(const struct tri_type *instance)
{
	for (uint32_t i = 0; i < instance->as.named.argument_count; i++) {
		const struct tri_type *argument = tri_type_underlying(instance->as.named.arguments[i]);
		for (uint32_t f = 0; argument->kind == TRI_TYPE_STRUCT && f < argument->as.structure.field_count; f++) {
			struct tri_type *field = argument->as.structure.fields[f].type;
			if (tri_type_identical(field, (struct tri_type *)(uintptr_t)instance))
				return true;
		}
	}
	return false;
}

void tri_ir_request_method(struct tri_ir_package *package, struct tri_object *method)
{
	struct tri_ir_func *function = tri_ir_function_for(package, method);
	struct tri_type *receiver = tri_type_underlying(method->type)->as.function.receiver->type;
	if (!package->shapes || tri_ir_shaped_method(package, method) == method)
		return;
	const char *symbol, *short_name;
	tri_ir_method_names(package, receiver, method->name, &symbol, &short_name);
	const struct tri_type *instance = method->instance;
	if (has_shapes(instance->as.named.arguments, instance->as.named.argument_count)) {
		if (is_made_of_itself(instance)) // its arguments could not be made shapes in time
			tri_ir_instance(package, symbol, short_name, method, NULL, 0);
	} else {
		tri_ir_use_dictionary(package, function, instance->as.named.arguments, instance->as.named.argument_count);
		make_wrapper(package, symbol, short_name, method, method->type, function);
	}
}

void tri_ir_set_dictionary(struct tri_node *call, const struct function_builder *b)
{
	if (call->op != TRI_NODE_CALL || !b->package->shapes || !call->function->is_instance)
		return;
	tri_ir_note_method_call(b, call);
	while (b->outer != NULL)
		b = b->outer;
	call->dictionary_cost = b->function->is_instance ? DYNAMIC_DICTIONARY : STATIC_DICTIONARY;
}

struct tri_node *tri_ir_dictionary_call(struct function_builder *b, struct tri_node *x, struct tri_call_expr *expr)
{
	struct tri_node *call = tri_ir_node(b, TRI_NODE_CALL_CLOSURE, expr->base.pos, expr->base.type);
	call->has_dots = expr->has_dots;
	call->x = tri_ir_node(b, TRI_NODE_DICTIONARY, expr->base.pos, tri_expr_unparen(expr->function)->type);
	tri_vector_push(b->arena, &call->list, x);
	return call;
}
