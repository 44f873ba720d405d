// The predeclared functions and those of package unsafe.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

static struct tri_node *as_int(struct function_builder *b, struct tri_expr *expr)
{
	struct tri_node *node = tri_ir_expression(b, expr);
	struct tri_type *type = tri_ir_basic(b, TRI_BASIC_INT);
	if (node->op == TRI_NODE_LITERAL && b->package->shapes && !tri_type_is(node->type, TRI_IS_UNTYPED))
		return node; // messages show it with its type
	if (tri_type_is(node->type, TRI_IS_UNTYPED) || node->op == TRI_NODE_LITERAL)
		return tri_ir_convert_implicitly(b, node, type);
	if (tri_type_identical(node->type, type))
		return node;
	struct tri_node *conversion = tri_ir_unary(b, TRI_NODE_CONVERT, node->pos, type, node);
	conversion->implicit = true;
	return conversion;
}

static struct tri_node *make(struct function_builder *b, struct tri_call_expr *expr)
{
	struct tri_type *type = tri_type_underlying(expr->base.type);
	enum tri_node_op op = type->kind == TRI_TYPE_SLICE  ? TRI_NODE_MAKE_SLICE
						  : type->kind == TRI_TYPE_CHAN ? TRI_NODE_MAKE_CHAN
														: TRI_NODE_MAKE_MAP;
	struct tri_node *node = tri_ir_node(b, op, expr->base.pos, expr->base.type);
	if (expr->arguments.count > 1)
		node->x = as_int(b, expr->arguments.items[1]);
	if (expr->arguments.count > 2)
		node->y = as_int(b, expr->arguments.items[2]);
	return node;
}

// The arguments' values; one call with several results gives them all.
static void argument_values(struct function_builder *b, struct tri_call_expr *expr, tri_node_list *values)
{
	if (expr->arguments.count == 1) {
		const struct tri_expr *only = tri_expr_unparen(expr->arguments.items[0]);
		if (only->kind == TRI_EXPR_CALL && only->type != NULL && only->type->kind == TRI_TYPE_TUPLE) {
			*values = tri_ir_unpack(b, expr->arguments.items[0]);
			return;
		}
	}
	for (uint32_t i = 0; i < expr->arguments.count; i++) {
		struct tri_node *value = tri_ir_expression(b, expr->arguments.items[i]);
		tri_vector_push(b->arena, values, value);
	}
}

static struct tri_node *append(struct function_builder *b, struct tri_call_expr *expr)
{
	struct tri_node *node = tri_ir_node(b, TRI_NODE_APPEND, expr->base.pos, expr->base.type);
	node->has_dots = expr->has_dots;
	tri_node_list values = {0};
	argument_values(b, expr, &values);
	node->x = tri_ir_convert_implicitly(b, values.items[0], expr->base.type);
	struct tri_type *element = tri_type_underlying(expr->base.type)->as.slice.element;
	for (uint32_t i = 1; i < values.count; i++) {
		struct tri_node *value = values.items[i];
		if (!expr->has_dots)
			value = tri_ir_convert_implicitly(b, value, element);
		else if (value->op == TRI_NODE_LITERAL && value->value == NULL)
			value->type = expr->base.type;
		tri_vector_push(b->arena, &node->list, value);
	}
	return node;
}

static void add_list(struct function_builder *b, struct tri_node *node, struct tri_call_expr *expr, struct tri_type *type)
{
	tri_node_list values = {0};
	argument_values(b, expr, &values);
	for (uint32_t i = 0; i < values.count; i++) {
		struct tri_node *value = values.items[i];
		if (type != NULL)
			value = tri_ir_convert_implicitly(b, value, type);
		else if (value->type != NULL && value->type->kind == TRI_TYPE_BASIC && value->type->as.basic.kind == TRI_BASIC_UNTYPED_BOOL)
			value->type = tri_ir_basic(b, TRI_BASIC_BOOL);
		tri_vector_push(b->arena, &node->list, value);
	}
}

// new(value) is the address of a fresh variable.
static struct tri_node *new_value(struct function_builder *b, struct tri_call_expr *expr)
{
	tri_pos pos = expr->base.pos;
	if (expr->arguments.items[0]->mode == TRI_MODE_TYPE)
		return tri_ir_node(b, TRI_NODE_NEW, pos, expr->base.type);
	struct tri_type *type = tri_type_underlying(expr->base.type)->as.pointer.element;
	struct tri_ir_var *var = tri_ir_emit_temporary(b, tri_ir_expression_as(b, expr->arguments.items[0], type), pos);
	var->address_taken = true;
	return tri_ir_unary(b, TRI_NODE_ADDRESS, pos, expr->base.type, tri_ir_local(b, var, pos));
}

static struct tri_node *operands(struct function_builder *b, struct tri_call_expr *expr, enum tri_node_op op)
{
	struct tri_node *node = tri_ir_node(b, op, expr->base.pos, expr->base.type);
	tri_node_list values = {0};
	argument_values(b, expr, &values);
	if (values.count > 0)
		node->x = values.items[0];
	if (values.count > 1)
		node->y = values.items[1];
	return node;
}

static struct tri_node *complex_number(struct function_builder *b, struct tri_call_expr *expr)
{
	struct tri_node *node = operands(b, expr, TRI_NODE_COMPLEX);
	const struct tri_type *type = tri_type_underlying(expr->base.type);
	struct tri_type *part = tri_ir_basic(b, type->as.basic.kind == TRI_BASIC_COMPLEX64 ? TRI_BASIC_FLOAT32 : TRI_BASIC_FLOAT64);
	node->x = tri_ir_convert_implicitly(b, node->x, part);
	node->y = tri_ir_convert_implicitly(b, node->y, part);
	return node;
}

struct tri_node *tri_ir_builtin(struct function_builder *b, struct tri_call_expr *expr, enum tri_builtin builtin)
{
	tri_pos pos = expr->base.pos;
	struct tri_type *type = expr->base.type;
	struct tri_node *node;
	switch (builtin) {
	case TRI_BUILTIN_APPEND:
		return append(b, expr);
	case TRI_BUILTIN_CAP:
		return operands(b, expr, TRI_NODE_CAP);
	case TRI_BUILTIN_LEN:
		return operands(b, expr, TRI_NODE_LEN);
	case TRI_BUILTIN_CLEAR:
		return operands(b, expr, TRI_NODE_CLEAR);
	case TRI_BUILTIN_CLOSE:
		return operands(b, expr, TRI_NODE_CLOSE);
	case TRI_BUILTIN_COMPLEX:
		return complex_number(b, expr);
	case TRI_BUILTIN_REAL:
		return operands(b, expr, TRI_NODE_REAL);
	case TRI_BUILTIN_IMAG:
		return operands(b, expr, TRI_NODE_IMAG);
	case TRI_BUILTIN_COPY:
		return operands(b, expr, TRI_NODE_COPY);
	case TRI_BUILTIN_DELETE:
		node = operands(b, expr, TRI_NODE_DELETE);
		node->y = tri_ir_convert_implicitly(b, node->y, tri_type_underlying(node->x->type)->as.map.key);
		return node;
	case TRI_BUILTIN_MAKE:
		return make(b, expr);
	case TRI_BUILTIN_MAX:
	case TRI_BUILTIN_MIN:
		node = tri_ir_node(b, builtin == TRI_BUILTIN_MAX ? TRI_NODE_MAX : TRI_NODE_MIN, pos, type);
		add_list(b, node, expr, type);
		return node;
	case TRI_BUILTIN_NEW:
		return new_value(b, expr);
	case TRI_BUILTIN_PANIC:
		node = tri_ir_node(b, TRI_NODE_PANIC, pos, NULL);
		node->x = tri_ir_expression_as(b, expr->arguments.items[0], b->package->universe->any_type);
		return node;
	case TRI_BUILTIN_PRINT:
	case TRI_BUILTIN_PRINTLN:
		node = tri_ir_node(b, builtin == TRI_BUILTIN_PRINT ? TRI_NODE_PRINT : TRI_NODE_PRINTLN, pos, NULL);
		add_list(b, node, expr, NULL);
		return node;
	case TRI_BUILTIN_RECOVER:
		b->function->has_recover = true;
		return tri_ir_node(b, TRI_NODE_RECOVER, pos, type);
	case TRI_BUILTIN_UNSAFE_ADD:
		return operands(b, expr, TRI_NODE_UNSAFE_ADD);
	case TRI_BUILTIN_UNSAFE_SLICE:
		return operands(b, expr, TRI_NODE_UNSAFE_SLICE);
	case TRI_BUILTIN_UNSAFE_SLICE_DATA:
		return operands(b, expr, TRI_NODE_UNSAFE_SLICE_DATA);
	case TRI_BUILTIN_UNSAFE_STRING:
		return operands(b, expr, TRI_NODE_UNSAFE_STRING);
	case TRI_BUILTIN_UNSAFE_STRING_DATA:
		return operands(b, expr, TRI_NODE_UNSAFE_STRING_DATA);
	case TRI_BUILTIN_UNSAFE_ALIGNOF:
	case TRI_BUILTIN_UNSAFE_OFFSETOF:
	case TRI_BUILTIN_UNSAFE_SIZEOF:
	case TRI_BUILTIN_ASSERT:
	case TRI_BUILTIN_TRACE:
	case TRI_BUILTIN_COUNT:
		break;
	}
	tri_ice("builtin %d has a constant value", (int)builtin);
}
