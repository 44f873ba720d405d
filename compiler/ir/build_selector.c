// x.f in all its meanings: fields, promoted fields, method values and method expressions.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

static struct tri_type *pointed_to(struct tri_type *type)
{
	struct tri_type *underlying = tri_type_underlying(type);
	return underlying->kind == TRI_TYPE_POINTER ? underlying->as.pointer.element : NULL;
}

struct tri_node *tri_ir_field(struct function_builder *b, struct tri_node *x, uint32_t index, tri_pos pos)
{
	struct tri_type *element = pointed_to(x->type);
	struct tri_type *type = tri_type_underlying(element != NULL ? element : x->type);
	tri_assert(type->kind == TRI_TYPE_STRUCT && index < type->as.structure.field_count);
	struct tri_struct_field *field = &type->as.structure.fields[index];
	struct tri_node *node = tri_ir_unary(b, element != NULL ? TRI_NODE_FIELD_POINTER : TRI_NODE_FIELD, pos, field->type, x);
	node->index = index;
	node->object = field->object;
	return node;
}

struct tri_node *tri_ir_follow(struct function_builder *b, struct tri_node *x, const uint32_t *path, uint32_t length, tri_pos pos)
{
	for (uint32_t i = 0; i < length; i++) {
		x = tri_ir_field(b, x, path[i], pos);
		x->implicit = true;
	}
	return x;
}

bool tri_ir_has_pointer_receiver(const struct tri_object *method)
{
	const struct tri_object *receiver = tri_type_underlying(method->type)->as.function.receiver;
	return receiver != NULL && receiver->type != NULL && tri_type_unalias(receiver->type)->kind == TRI_TYPE_POINTER;
}

struct tri_node *tri_ir_receiver(struct function_builder *b, struct tri_node *x, const struct tri_object *method)
{
	struct tri_type *element = pointed_to(x->type);
	if (tri_ir_has_pointer_receiver(method)) {
		if (element == NULL) {
			x = tri_ir_unary(b, TRI_NODE_ADDRESS, x->pos, tri_type_pointer_to(b->package->universe, x->type), x);
			x->implicit = true;
		}
	} else if (element != NULL && tri_type_unalias(x->type)->kind == TRI_TYPE_POINTER) {
		x = tri_ir_unary(b, TRI_NODE_DEREF, x->pos, element, x);
		x->implicit = true;
	}
	return x;
}

uint32_t tri_ir_interface_method_index(struct tri_type *interface, const struct tri_object *method)
{
	uint32_t count;
	struct tri_object **methods = tri_interface_methods(interface, &count);
	for (uint32_t i = 0; i < count; i++) {
		if (methods[i] == method)
			return i;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (methods[i]->name == method->name)
			return i;
	}
	tri_ice("method %s is not in its interface", method->name->text);
}

// The type of x.m: the method's signature without a receiver.
static struct tri_node *method_value(struct function_builder *b, struct tri_selector_expr *expr)
{
	const struct tri_selection *selection = expr->selection;
	struct tri_node *x = tri_ir_expression(b, expr->operand);
	x = tri_ir_follow(b, x, selection->path, selection->path_length, expr->base.pos);
	struct tri_node *node = tri_ir_node(b, TRI_NODE_METHOD_VALUE, expr->base.pos, expr->base.type);
	node->object = selection->object;
	if (tri_type_is_interface(x->type)) {
		node->x = x;
		node->index = tri_ir_interface_method_index(x->type, selection->object);
	} else {
		node->x = tri_ir_receiver(b, x, selection->object);
	}
	node->function = tri_ir_method_value_wrapper(b->package, node->x->type, selection->object);
	return node;
}

static struct tri_node *method_expression(struct function_builder *b, struct tri_selector_expr *expr)
{
	const struct tri_selection *selection = expr->selection;
	struct tri_node *node = tri_ir_node(b, TRI_NODE_FUNCTION, expr->base.pos, expr->base.type);
	struct tri_method method = {
		.function = selection->object,
		.path = selection->path,
		.path_length = selection->path_length,
		.indirect = selection->indirect,
		.pointer_receiver = tri_ir_has_pointer_receiver(selection->object),
	};
	node->function = tri_ir_method_wrapper(b->package, selection->receiver, &method, false);
	return node;
}

struct tri_node *tri_ir_selector(struct function_builder *b, struct tri_selector_expr *expr)
{
	const struct tri_selection *selection = expr->selection;
	switch (selection->kind) {
	case TRI_SELECT_METHOD_VALUE:
		return method_value(b, expr);
	case TRI_SELECT_METHOD_EXPR:
		return method_expression(b, expr);
	case TRI_SELECT_FIELD:
		break;
	}
	struct tri_node *x = tri_ir_expression(b, expr->operand);
	x = tri_ir_follow(b, x, selection->path, selection->path_length - 1, expr->base.pos);
	return tri_ir_field(b, x, selection->path[selection->path_length - 1], expr->base.pos);
}
