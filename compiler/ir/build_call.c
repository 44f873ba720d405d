// Calls: whom they call, their receivers, arguments that come from one tuple, variadic slices.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

static bool is_tuple_call(const tri_expr_list *arguments)
{
	if (arguments->count != 1)
		return false;
	const struct tri_expr *only = tri_expr_unparen(arguments->items[0]);
	return only->kind == TRI_EXPR_CALL && only->type != NULL && only->type->kind == TRI_TYPE_TUPLE;
}

// The values of the arguments; one call with several results gives them all, through temporaries.
static tri_node_list argument_values(struct function_builder *b, const tri_expr_list *arguments)
{
	tri_node_list values = {0};
	if (is_tuple_call(arguments))
		return tri_ir_unpack(b, arguments->items[0]);
	for (uint32_t i = 0; i < arguments->count; i++) {
		struct tri_node *value = tri_ir_expression(b, arguments->items[i]);
		tri_vector_push(b->arena, &values, value);
	}
	return values;
}

// Converts to the parameters' types and packs what belongs to a variadic one.
static void add_arguments(struct function_builder *b, struct tri_node *call, const tri_node_list *values, struct tri_type *signature,
						  bool has_dots)
{
	signature = tri_type_underlying(signature);
	uint32_t count = signature->as.function.parameter_count;
	bool variadic = signature->as.function.variadic && !has_dots;
	uint32_t fixed = variadic ? count - 1 : count, next = 0;
	for (uint32_t i = 0; i < fixed && next < values->count; i++) {
		struct tri_node *value = tri_ir_convert_implicitly(b, values->items[next++], signature->as.function.parameters[i]->type);
		tri_vector_push(b->arena, &call->list, value);
	}
	if (!variadic)
		return;
	call->has_dots = true; // as if the slice had been passed
	struct tri_type *type = signature->as.function.parameters[count - 1]->type;
	if (next == values->count) {
		struct tri_node *none = tri_ir_literal(b, call->pos, type, NULL);
		tri_vector_push(b->arena, &call->list, none);
		return;
	}
	struct tri_node *slice = tri_ir_node(b, TRI_NODE_SLICE_LITERAL, call->pos, type);
	slice->is_variadic = slice->implicit = true;
	slice->index = values->count - next;
	struct tri_type *element = tri_type_underlying(type)->as.slice.element;
	for (uint32_t i = 0; next < values->count; i++) {
		struct tri_node *keyed = tri_ir_node(b, TRI_NODE_KEYED, values->items[next]->pos, NULL);
		keyed->index = i;
		keyed->y = tri_ir_convert_implicitly(b, values->items[next++], element);
		tri_vector_push(b->arena, &slice->list, keyed);
	}
	tri_vector_push(b->arena, &call->list, slice);
}

// Operands are evaluated before statements that later arguments need; constants and variables that nothing
// changes meanwhile may stay where they are.
static bool may_stay(const struct tri_node *node) { return node->op == TRI_NODE_LITERAL || node->op == TRI_NODE_FUNCTION; }

static struct tri_node *keep_before(struct function_builder *b, struct tri_node *value)
{
	if (may_stay(value))
		return value;
	return tri_ir_local(b, tri_ir_emit_temporary(b, value, value->pos), value->pos);
}

static bool calls_something(const struct tri_node *node);

static void find_call(void *context, struct tri_node **child)
{
	bool *found = context;
	*found = *found || calls_something(*child);
}

// Does evaluating it call a function, a builtin one included, or receive?
static bool calls_something(const struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_CALL:
	case TRI_NODE_CALL_CLOSURE:
	case TRI_NODE_CALL_INTERFACE:
	case TRI_NODE_APPEND:
	case TRI_NODE_LEN:
	case TRI_NODE_CAP:
	case TRI_NODE_COPY:
	case TRI_NODE_MAKE_SLICE:
	case TRI_NODE_MAKE_CHAN:
	case TRI_NODE_MAKE_MAP:
	case TRI_NODE_MIN:
	case TRI_NODE_MAX:
	case TRI_NODE_COMPLEX:
	case TRI_NODE_REAL:
	case TRI_NODE_IMAG:
	case TRI_NODE_RECEIVE:
	case TRI_NODE_RECOVER:
	case TRI_NODE_UNSAFE_ADD:
	case TRI_NODE_UNSAFE_SLICE:
	case TRI_NODE_UNSAFE_STRING:
	case TRI_NODE_UNSAFE_SLICE_DATA:
	case TRI_NODE_UNSAFE_STRING_DATA:
		return true;
	default:
		break;
	}
	bool found = false;
	tri_node_each((struct tri_node *)(uintptr_t)node, find_call, &found);
	return found;
}

// What is called, or whose method is, is evaluated before the arguments, and goes through a temporary when that is a call.
static struct tri_node *keep_callee(struct function_builder *b, struct tri_node *callee, const struct tri_call_expr *expr)
{
	if (calls_something(callee))
		return tri_ir_local(b, tri_ir_emit_temporary(b, callee, callee->pos), callee->pos);
	return is_tuple_call(&expr->arguments) ? keep_before(b, callee) : callee;
}

static struct tri_node *call_method(struct function_builder *b, struct tri_call_expr *expr, struct tri_selector_expr *selector)
{
	const struct tri_selection *selection = selector->selection;
	struct tri_node *x = tri_ir_expression(b, selector->operand);
	x = tri_ir_follow(b, x, selection->path, selection->path_length, selector->base.pos);
	struct tri_type *signature = selection->object->type;
	if (tri_type_is_shape(x->type)) {
		struct tri_node *dictionary_call = tri_ir_dictionary_call(b, x, expr);
		tri_node_list arguments = argument_values(b, &expr->arguments);
		add_arguments(b, dictionary_call, &arguments, selector->base.type, expr->has_dots);
		return dictionary_call;
	}
	struct tri_node *call = tri_ir_node(b, TRI_NODE_CALL, expr->base.pos, expr->base.type);
	call->object = selection->object;
	call->has_dots = expr->has_dots;
	if (tri_type_is_interface(x->type)) {
		call->op = TRI_NODE_CALL_INTERFACE;
		call->index = tri_ir_interface_method_index(x->type, selection->object);
		call->x = keep_callee(b, x, expr);
	} else {
		call->function = tri_ir_function_for(b->package, selection->object);
		tri_ir_set_dictionary(call, b);
		x = tri_ir_receiver(b, x, selection->object);
		if (is_tuple_call(&expr->arguments))
			x = keep_before(b, x);
		tri_vector_push(b->arena, &call->list, x);
	}
	tri_node_list values = argument_values(b, &expr->arguments);
	add_arguments(b, call, &values, signature, expr->has_dots);
	return call;
}

// T.m(x, ...): a call of m when it is T's own method, else of a wrapper.
static struct tri_node *call_method_expression(struct function_builder *b, struct tri_call_expr *expr, struct tri_selector_expr *selector)
{
	const struct tri_selection *selection = selector->selection;
	struct tri_node *call = tri_ir_node(b, TRI_NODE_CALL, expr->base.pos, expr->base.type);
	call->object = selection->object;
	call->has_dots = expr->has_dots;
	tri_node_list values = argument_values(b, &expr->arguments);
	struct tri_node *function = tri_ir_selector(b, selector);
	call->function = function->function;
	add_arguments(b, call, &values, selector->base.type, expr->has_dots);
	return call;
}

static struct tri_node *call_function(struct function_builder *b, struct tri_call_expr *expr)
{
	struct tri_expr *callee = (struct tri_expr *)(uintptr_t)tri_expr_unparen(expr->function);
	if (callee->kind == TRI_EXPR_SELECTOR) {
		struct tri_selector_expr *selector = tri_as_selector_expr(callee);
		if (selector->selection != NULL && selector->selection->kind == TRI_SELECT_METHOD_VALUE)
			return call_method(b, expr, selector);
		if (selector->selection != NULL && selector->selection->kind == TRI_SELECT_METHOD_EXPR)
			return call_method_expression(b, expr, selector);
	}
	struct tri_node *function = tri_ir_expression(b, callee);
	struct tri_node *call = tri_ir_node(b, TRI_NODE_CALL, expr->base.pos, expr->base.type);
	call->has_dots = expr->has_dots;
	if (function->op == TRI_NODE_FUNCTION) {
		call->function = function->function->shaped != NULL ? function->function->shaped : function->function;
		tri_ir_set_dictionary(call, b);
	} else {
		call->op = TRI_NODE_CALL_CLOSURE;
		call->x = keep_callee(b, function, expr);
	}
	tri_node_list values = argument_values(b, &expr->arguments);
	add_arguments(b, call, &values, callee->type, expr->has_dots);
	return call;
}

struct tri_node *tri_ir_call_without_arguments(struct function_builder *b, struct tri_expr *function, tri_pos pos)
{
	struct tri_call_expr expr = {.base = {.kind = TRI_EXPR_CALL, .pos = pos}, .function = function};
	return call_function(b, &expr);
}

struct tri_node *tri_ir_call(struct function_builder *b, struct tri_call_expr *expr)
{
	const struct tri_expr *callee = tri_expr_unparen(expr->function);
	if (callee->mode == TRI_MODE_TYPE)
		return tri_ir_conversion(b, tri_ir_expression(b, expr->arguments.items[0]), expr->base.type, expr->arguments.items[0]->pos);
	// What the call needs first hangs on it, so that its place among other operands is kept.
	tri_node_list *statements = b->statements, own = {0};
	b->statements = &own;
	struct tri_node *call;
	if (callee->mode == TRI_MODE_BUILTIN) {
		const struct tri_object *object =
			callee->kind == TRI_EXPR_SELECTOR ? tri_as_selector_expr(callee)->selected->object : tri_as_name_expr(callee)->object;
		call = tri_ir_builtin(b, expr, object->builtin);
	} else {
		call = call_function(b, expr);
	}
	b->statements = statements;
	return tri_ir_with_statements(b, &own, call);
}
