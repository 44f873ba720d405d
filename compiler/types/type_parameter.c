// Lists of type parameters, and their constraints.
//
// All parameters of a list are declared before the first constraint is looked at, since constraints may mention each
// other's parameters, and the generic type itself. Until its constraint is known a parameter has none.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

struct tri_type *tri_check_declare_parameter(struct tri_checker *c, struct tri_name_expr *name, uint32_t index, tri_pos scope_start)
{
	struct tri_type *parameter = tri_type_new(c->universe, TRI_TYPE_PARAMETER);
	struct tri_object *object = tri_check_new_object(c, TRI_OBJECT_TYPE, name->base.pos, name->name, parameter);
	parameter->as.parameter.object = object;
	parameter->as.parameter.index = index;
	parameter->as.parameter.constraint = tri_check_basic(c, TRI_BASIC_INVALID);
	tri_check_declare(c, c->env.scope, name, object, scope_start);
	tri_vector_push(c->arena, &c->type_parameters, parameter);
	return parameter;
}

// ~T and A|B stand for an interface around them.
static struct tri_type *check_bound(struct tri_checker *c, struct tri_expr *expr)
{
	bool is_set = (expr->kind == TRI_EXPR_UNARY && tri_as_unary_expr(expr)->operator== TRI_OP_TILDE) ||
				  (expr->kind == TRI_EXPR_BINARY && tri_as_binary_expr(expr)->operator== TRI_OP_OR);
	if (!is_set)
		return tri_check_type(c, expr);
	struct tri_field *element = TRI_NEW(c->arena, struct tri_field);
	element->pos = expr->pos;
	element->type_expr = expr;
	struct tri_interface_type *interface = TRI_NEW(c->arena, struct tri_interface_type);
	interface->base.kind = TRI_EXPR_INTERFACE_TYPE;
	interface->base.pos = expr->pos;
	tri_vector_push(c->arena, &interface->methods, element);
	struct tri_type *type = tri_check_type(c, &interface->base);
	if (type->kind == TRI_TYPE_INTERFACE)
		type->as.interface.implicit = true;
	return type;
}

void tri_check_type_parameters(struct tri_checker *c, tri_type_list *parameters, const tri_field_list *fields)
{
	for (uint32_t i = 0; i < fields->count; i++) {
		struct tri_field *field = fields->items[i];
		struct tri_type *parameter = tri_check_declare_parameter(c, field->name, i, fields->items[0]->pos);
		field->object = parameter->as.parameter.object;
		tri_vector_push(c->arena, parameters, parameter);
	}
	bool outer = c->env.in_type_parameters;
	c->env.in_type_parameters = true;
	struct tri_type *bound = NULL;
	for (uint32_t i = 0; i < fields->count; i++) {
		struct tri_expr *type_expr = fields->items[i]->type_expr;
		if (i == 0 || type_expr != fields->items[i - 1]->type_expr) {
			bound = check_bound(c, type_expr);
			if (tri_type_is_parameter(bound)) {
				tri_check_error(c, tri_expr_start(type_expr), TRI_CODE_MisplacedTypeParam, "cannot use a type parameter as constraint");
				bound = tri_check_basic(c, TRI_BASIC_INVALID);
			}
		}
		parameters->items[i]->as.parameter.constraint = bound;
	}
	c->env.in_type_parameters = outer;
}
