// Functions that nobody wrote: method wrappers and the code behind method values.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

static struct tri_ir_func *find(struct tri_ir_package *package, const char *symbol)
{
	const struct tri_name *name = tri_name_intern_c(package->universe->names, symbol);
	return tri_map_get(&package->made_functions, TRI_KEY(name));
}

static struct tri_ir_func *new_wrapper(struct tri_ir_package *package, const char *symbol, const char *short_name,
									   struct tri_type *signature)
{
	struct tri_ir_func *function = tri_ir_new_function(package, symbol, short_name, TRI_NO_POS, signature);
	function->has_body = true;
	function->is_wrapper = true;
	const struct tri_name *name = tri_name_intern_c(package->universe->names, symbol);
	tri_map_put(package->arena, &package->made_functions, TRI_KEY(name), function);
	tri_vector_push(package->arena, &package->functions, function);
	return function;
}

// Parameters and results like the method's, but variables of the wrapper's own.
static void copy_parameters(struct tri_ir_package *package, struct tri_ir_func *function, struct tri_type *signature)
{
	signature = tri_type_underlying(signature);
	for (uint32_t i = 0; i < signature->as.function.parameter_count; i++) {
		const struct tri_name *name = tri_name_printf(package->universe->names, ".p%u", i);
		tri_ir_new_variable(package, function, TRI_VAR_PARAMETER, name, signature->as.function.parameters[i]->type, TRI_NO_POS);
	}
	for (uint32_t i = 0; i < signature->as.function.result_count; i++) {
		const struct tri_name *name = tri_name_printf(package->universe->names, "~r%u", i);
		tri_ir_new_variable(package, function, TRI_VAR_RESULT, name, signature->as.function.results[i]->type, TRI_NO_POS);
	}
}

struct tri_type *tri_ir_result_type(struct tri_ir_package *package, struct tri_type *signature)
{
	signature = tri_type_underlying(signature);
	uint32_t count = signature->as.function.result_count;
	if (count == 0)
		return NULL;
	if (count == 1)
		return signature->as.function.results[0]->type;
	struct tri_type **types = TRI_NEW_ARRAY(package->arena, struct tri_type *, count);
	for (uint32_t i = 0; i < count; i++)
		types[i] = signature->as.function.results[i]->type;
	return tri_type_tuple_of(package->universe, types, count);
}

// Calls the method on `x` with the wrapper's parameters from `first_parameter` on, and returns what it returns.
static void call_method(struct function_builder *b, struct tri_node *x, struct tri_object *method, uint32_t first_parameter)
{
	struct tri_ir_func *function = b->function;
	struct tri_node *call = tri_ir_node(b, TRI_NODE_CALL, TRI_NO_POS, tri_ir_result_type(b->package, method->type));
	call->object = method;
	if (tri_type_is_interface(x->type)) {
		call->op = TRI_NODE_CALL_INTERFACE;
		call->x = x;
		call->index = tri_ir_interface_method_index(x->type, method);
	} else {
		call->function = tri_ir_function_for(b->package, method);
		struct tri_node *receiver = tri_ir_receiver(b, x, method);
		tri_vector_push(b->arena, &call->list, receiver);
	}
	for (uint32_t i = first_parameter; i < function->parameters.count; i++) {
		struct tri_node *argument = tri_ir_local(b, function->parameters.items[i], TRI_NO_POS);
		tri_vector_push(b->arena, &call->list, argument);
	}
	struct tri_node *statement = tri_ir_node(b, call->type != NULL ? TRI_NODE_RETURN : TRI_NODE_EXPRESSION, TRI_NO_POS, NULL);
	if (call->type != NULL)
		tri_vector_push(b->arena, &statement->list, call);
	else
		statement->x = call;
	tri_ir_emit(b, statement);
}

// if this == nil { panic }
static void check_not_nil(struct function_builder *b, struct tri_ir_var *this)
{
	struct tri_node *nil = tri_ir_literal(b, TRI_NO_POS, this->type, NULL);
	struct tri_node *node = tri_ir_node(b, TRI_NODE_IF, TRI_NO_POS, NULL);
	node->x = tri_ir_compare(b, TRI_OP_EQUAL, TRI_NO_POS, tri_ir_basic(b, TRI_BASIC_BOOL), tri_ir_local(b, this, TRI_NO_POS), nil);
	struct tri_node *panic = tri_ir_node(b, TRI_NODE_WRAPPER_PANIC, TRI_NO_POS, NULL);
	struct tri_node *statement = tri_ir_unary(b, TRI_NODE_EXPRESSION, TRI_NO_POS, NULL, panic);
	tri_vector_push(b->arena, &node->body, statement);
	tri_ir_emit(b, node);
}

// A type may have promoted methods of one name from several packages, where the name is not exported.
static const char *qualified(struct tri_ir_package *package, struct tri_type *receiver, const struct tri_object *method, const char *symbol)
{
	struct tri_type *base = receiver->kind == TRI_TYPE_POINTER ? tri_type_unalias(receiver->as.pointer.element) : receiver;
	const struct tri_package *home = base->kind == TRI_TYPE_NAMED ? base->as.named.object->package : NULL;
	const char *name = method->name->text;
	unsigned char first = (unsigned char)name[0];
	bool exported = first >= 0x80 || (first >= 'A' && first <= 'Z');
	if (exported || home == NULL || method->package == NULL || method->package == home)
		return symbol;
	int prefix = (int)(strlen(symbol) - strlen(name));
	return tri_arena_printf(package->arena, "%.*s%s.%s", prefix, symbol, method->package->path, name);
}

struct tri_ir_func *tri_ir_method_wrapper(struct tri_ir_package *package, struct tri_type *receiver, const struct tri_method *method,
										  bool interface_receiver_word)
{
	receiver = tri_type_unalias(receiver);
	if (interface_receiver_word && !tri_type_is_direct_interface(receiver))
		receiver = tri_type_pointer_to(package->universe, receiver);
	bool pointer = receiver->kind == TRI_TYPE_POINTER;
	bool declared = !tri_type_is_interface(receiver) && tri_type_underlying(method->function->type)->as.function.receiver != NULL;
	if (declared && method->path_length == 0 && pointer == tri_ir_has_pointer_receiver(method->function) &&
		!tri_type_is_interface(tri_type_underlying(method->function->type)->as.function.receiver->type))
		return tri_ir_function_for(package, method->function);
	const char *symbol, *short_name;
	tri_ir_method_names(package, receiver, method->function->name, &symbol, &short_name);
	symbol = qualified(package, receiver, method->function, symbol);
	struct tri_ir_func *function = find(package, symbol);
	if (function != NULL)
		return function;
	function = new_wrapper(package, symbol, short_name, method->function->type);
	const struct tri_name *name = tri_name_intern_c(package->universe->names, ".this");
	struct tri_ir_var *this = tri_ir_new_variable(package, function, TRI_VAR_PARAMETER, name, receiver, TRI_NO_POS);
	this->is_receiver = true;
	this->address_taken = !pointer && tri_ir_has_pointer_receiver(method->function);
	copy_parameters(package, function, method->function->type);
	struct function_builder b = {.package = package, .arena = package->trees, .function = function, .statements = &function->body};
	if (pointer && declared && method->path_length == 0 && !tri_ir_has_pointer_receiver(method->function))
		check_not_nil(&b, this);
	struct tri_node *x = tri_ir_local(&b, this, TRI_NO_POS);
	x = tri_ir_follow(&b, x, method->path, method->path_length, TRI_NO_POS);
	call_method(&b, x, method->function, 1);
	return function;
}

// The function of a method value: its receiver is captured by value.
struct tri_ir_func *tri_ir_method_value_wrapper(struct tri_ir_package *package, struct tri_type *receiver, struct tri_object *method)
{
	const char *symbol, *short_name;
	tri_ir_method_names(package, receiver, method->name, &symbol, &short_name);
	symbol = tri_arena_printf(package->arena, "%s-fm", symbol);
	short_name = tri_arena_printf(package->arena, "%s-fm", short_name);
	struct tri_ir_func *function = find(package, symbol);
	if (function != NULL)
		return function;
	function = new_wrapper(package, symbol, short_name, method->type);
	function->is_method_value_wrapper = true;
	const struct tri_name *name = tri_name_intern_c(package->universe->names, ".this");
	struct tri_ir_var *this = tri_ir_new_variable(package, function, TRI_VAR_CAPTURE, name, receiver, TRI_NO_POS);
	this->by_value = true;
	copy_parameters(package, function, method->type);
	struct function_builder b = {.package = package, .arena = package->trees, .function = function, .statements = &function->body};
	call_method(&b, tri_ir_local(&b, this, TRI_NO_POS), method, 0);
	return function;
}
