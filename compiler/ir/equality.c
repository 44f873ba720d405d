// Equality of types that are not plain memory: one function a type, which compares part by part.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

static struct tri_ir_var *parameter(struct tri_ir_package *package, struct tri_ir_func *function, const char *name)
{
	return tri_ir_new_variable(package, function, TRI_VAR_PARAMETER, tri_name_intern_c(package->universe->names, name),
							   package->universe->basic[TRI_BASIC_UNSAFE_POINTER], TRI_NO_POS);
}

static struct tri_node *typed(struct function_builder *b, struct tri_ir_var *pointer, struct tri_type *type)
{
	struct tri_node *value = tri_ir_local(b, pointer, TRI_NO_POS);
	return tri_ir_unary(b, TRI_NODE_CONVERT, TRI_NO_POS, tri_type_pointer_to(b->package->universe, type), value);
}

static void return_value(struct function_builder *b, struct tri_node *value)
{
	struct tri_node *node = tri_ir_node(b, TRI_NODE_RETURN, TRI_NO_POS, NULL);
	tri_vector_push(b->arena, &node->list, value);
	tri_ir_emit(b, node);
}

// if !(x == y) { return false }
static void require_equal(struct function_builder *b, struct tri_node *x, struct tri_node *y)
{
	struct tri_node *node = tri_ir_node(b, TRI_NODE_IF, TRI_NO_POS, NULL);
	node->x = tri_ir_compare(b, TRI_OP_NOT_EQUAL, TRI_NO_POS, tri_ir_basic(b, TRI_BASIC_BOOL), x, y);
	tri_node_list *statements = b->statements;
	b->statements = &node->body;
	return_value(b, tri_ir_boolean(b, TRI_NO_POS, false));
	b->statements = statements;
	tri_ir_emit(b, node);
}

// All at once: the comparison of structs knows the order that is best.
static void compare_struct(struct function_builder *b, struct tri_type *type, struct tri_ir_var *p, struct tri_ir_var *q)
{
	struct tri_node *x = tri_ir_unary(b, TRI_NODE_DEREF, TRI_NO_POS, type, typed(b, p, type));
	struct tri_node *y = tri_ir_unary(b, TRI_NODE_DEREF, TRI_NO_POS, type, typed(b, q, type));
	require_equal(b, x, y);
}

static struct tri_node *element(struct function_builder *b, struct tri_ir_var *array, struct tri_type *type, struct tri_ir_var *index)
{
	struct tri_node *node = tri_ir_unary(b, TRI_NODE_INDEX, TRI_NO_POS, tri_type_underlying(type)->as.array.element, typed(b, array, type));
	node->y = tri_ir_local(b, index, TRI_NO_POS);
	node->bounded = true;
	return node;
}

static void compare_array(struct function_builder *b, struct tri_type *type, struct tri_ir_var *p, struct tri_ir_var *q)
{
	struct tri_type *int_type = tri_ir_basic(b, TRI_BASIC_INT);
	struct tri_ir_var *index = tri_ir_emit_temporary(b, tri_ir_integer(b, TRI_NO_POS, int_type, 0), TRI_NO_POS);
	struct tri_node *loop = tri_ir_node(b, TRI_NODE_FOR, TRI_NO_POS, NULL);
	loop->x = tri_ir_compare(b, TRI_OP_LESS, TRI_NO_POS, tri_ir_basic(b, TRI_BASIC_BOOL), tri_ir_local(b, index, TRI_NO_POS),
							 tri_ir_integer(b, TRI_NO_POS, int_type, tri_type_underlying(type)->as.array.length));
	loop->y = tri_ir_node(b, TRI_NODE_ASSIGN_OP, TRI_NO_POS, NULL);
	loop->y->operator= TRI_OP_ADD;
	loop->y->x = tri_ir_local(b, index, TRI_NO_POS);
	loop->y->y = tri_ir_integer(b, TRI_NO_POS, int_type, 1);
	tri_node_list *statements = b->statements;
	b->statements = &loop->body;
	require_equal(b, element(b, p, type, index), element(b, q, type, index));
	b->statements = statements;
	tri_ir_emit(b, loop);
}

struct tri_ir_func *tri_ir_equal_function(struct tri_ir_package *package, struct tri_type *type)
{
	type = tri_type_unalias(type);
	const char *symbol = tri_arena_printf(package->arena, "type:.eq.%s", tri_type_key(package->universe, type));
	const struct tri_name *name = tri_name_intern_c(package->universe->names, symbol);
	struct tri_ir_func *function = tri_map_get(&package->made_functions, TRI_KEY(name));
	if (function != NULL)
		return function;
	struct tri_type *pointer = package->universe->basic[TRI_BASIC_UNSAFE_POINTER], *boolean = package->universe->basic[TRI_BASIC_BOOL];
	struct tri_type *parameters[] = {pointer, pointer}, *results[] = {boolean};
	struct tri_type *signature = tri_type_function_of(package->universe, parameters, 2, results, 1, false);
	function = tri_ir_new_function(package, symbol, symbol, TRI_NO_POS, signature);
	function->has_body = function->is_wrapper = true;
	tri_map_put(package->arena, &package->made_functions, TRI_KEY(name), function);
	tri_vector_push(package->arena, &package->functions, function);
	struct tri_ir_var *p = parameter(package, function, "p"), *q = parameter(package, function, "q");
	tri_ir_new_variable(package, function, TRI_VAR_RESULT, tri_name_intern_c(package->universe->names, "~r0"), boolean, TRI_NO_POS);
	struct function_builder b = {.package = package, .arena = package->trees, .function = function, .statements = &function->body};
	switch ((enum tri_type_kind)tri_type_underlying(type)->kind) {
	case TRI_TYPE_STRUCT:
		compare_struct(&b, type, p, q);
		return_value(&b, tri_ir_boolean(&b, TRI_NO_POS, true));
		break;
	case TRI_TYPE_ARRAY:
		compare_array(&b, type, p, q);
		return_value(&b, tri_ir_boolean(&b, TRI_NO_POS, true));
		break;
	default: {
		struct tri_node *x = tri_ir_unary(&b, TRI_NODE_DEREF, TRI_NO_POS, type, typed(&b, p, type));
		struct tri_node *y = tri_ir_unary(&b, TRI_NODE_DEREF, TRI_NO_POS, type, typed(&b, q, type));
		return_value(&b, tri_ir_compare(&b, TRI_OP_EQUAL, TRI_NO_POS, boolean, x, y));
	}
	}
	return function;
}
