// Function types: receivers, parameters, results.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static struct tri_expr *unparen(struct tri_expr *expr)
{
	while (expr->kind == TRI_EXPR_PAREN)
		expr = tri_as_paren_expr(expr)->inner;
	return expr;
}

// The type name in (T), *T, *(T) ...; the generic type of an instantiation.
struct tri_expr *tri_check_receiver_base(struct tri_expr *expr, bool *pointer)
{
	*pointer = false;
	struct tri_expr *base = unparen(expr);
	if (base->kind == TRI_EXPR_UNARY && tri_as_unary_expr(base)->operator== TRI_OP_MUL) {
		*pointer = true;
		base = unparen(tri_as_unary_expr(base)->operand);
	}
	return base;
}

struct receiver_check {
	struct tri_expr *base;
	struct tri_object *receiver;
};

static void check_receiver(struct tri_checker *c, void *data)
{
	const struct receiver_check *check = data;
	tri_pos pos = tri_expr_start(check->base);
	bool pointer = false;
	struct tri_type *type = tri_type_dereference(check->receiver->type, &pointer);
	struct tri_type *actual = tri_type_unalias(type);
	if (!tri_type_is_valid(actual))
		return;
	if (actual->kind == TRI_TYPE_NAMED) {
		if (actual->as.named.object->package != c->package) {
			tri_check_error(c, pos, TRI_CODE_InvalidRecv, "cannot define new methods on non-local type %s", TRI_T(type));
			return;
		}
		struct tri_type *under = tri_type_underlying(actual);
		const char *cause = NULL;
		if (tri_type_is_kind(under, TRI_BASIC_UNSAFE_POINTER))
			cause = "unsafe.Pointer";
		else if (under && (under->kind == TRI_TYPE_POINTER || under->kind == TRI_TYPE_INTERFACE))
			cause = "pointer or interface type";
		if (cause)
			tri_check_error(c, pos, TRI_CODE_InvalidRecv, "invalid receiver type %s (%s)", TRI_T(type), cause);
	} else if (actual->kind == TRI_TYPE_BASIC) {
		tri_check_error(c, pos, TRI_CODE_InvalidRecv, "cannot define new methods on non-local type %s", TRI_T(type));
	} else {
		tri_check_error(c, pos, TRI_CODE_InvalidRecv, "invalid receiver type %s", TRI_T(check->receiver->type));
	}
}

static struct tri_object *collect_receiver(struct tri_checker *c, struct tri_field *field)
{
	struct tri_type *type = tri_check_variable_type(c, field->type_expr);
	const struct tri_name *name = field->name ? field->name->name : NULL;
	tri_pos pos = field->name ? field->name->base.pos : field->pos;
	struct tri_object *receiver = tri_check_new_object(c, TRI_OBJECT_VARIABLE, pos, name, type);
	receiver->is_receiver = true;
	field->object = receiver;
	bool pointer = false;
	struct receiver_check *check = TRI_NEW(c->arena, struct receiver_check);
	check->base = tri_check_receiver_base(field->type_expr, &pointer);
	check->receiver = receiver;
	tri_check_later(c, check_receiver, check);
	return receiver;
}

static struct tri_object **collect_parameters(struct tri_checker *c, const tri_field_list *list, bool results, bool *variadic)
{
	struct tri_object **variables = TRI_NEW_ARRAY(c->arena, struct tri_object *, list->count);
	struct tri_type *type = NULL;
	struct tri_expr *previous = NULL;
	*variadic = false;
	for (uint32_t i = 0; i < list->count; i++) {
		struct tri_field *field = list->items[i];
		if (field->type_expr != previous) {
			struct tri_expr *type_expr = previous = field->type_expr;
			if (type_expr->kind == TRI_EXPR_DOTS_TYPE) {
				if (!results && i + 1 == list->count)
					*variadic = true;
				else
					tri_check_error(c, type_expr->pos, TRI_CODE_InvalidSyntaxTree, "invalid use of ...");
				type_expr = tri_as_dots_type(type_expr)->element;
			}
			type = tri_check_variable_type(c, type_expr);
		}
		const struct tri_name *name = field->name ? field->name->name : NULL;
		tri_pos pos = field->name ? field->name->base.pos : field->pos;
		variables[i] = tri_check_new_object(c, TRI_OBJECT_VARIABLE, pos, name, type);
		variables[i]->is_parameter = !results;
		variables[i]->is_result = results;
		field->object = variables[i];
	}
	if (*variadic) {
		struct tri_object *last = variables[list->count - 1];
		last->type = tri_type_slice_of(c->universe, last->type);
		list->items[list->count - 1]->type_expr->mode = TRI_MODE_TYPE;
		list->items[list->count - 1]->type_expr->type = last->type;
	}
	return variables;
}

static void declare_all(struct tri_checker *c, const tri_field_list *list, struct tri_object **variables, tri_pos start)
{
	for (uint32_t i = 0; i < list->count; i++) {
		variables[i]->scope = c->env.scope;
		if (list->items[i]->name)
			tri_check_declare(c, c->env.scope, list->items[i]->name, variables[i], start);
	}
}

void tri_check_function_type(struct tri_checker *c, struct tri_type *signature, struct tri_field *receiver, struct tri_function_type *expr)
{
	struct tri_scope *scope = tri_check_open_scope(c);
	scope->is_function = true;
	expr->scope = scope;
	struct tri_object *receiver_object = receiver ? collect_receiver(c, receiver) : NULL;
	bool variadic = false, ignored = false;
	struct tri_object **parameters = collect_parameters(c, &expr->parameters, false, &variadic);
	struct tri_object **results = collect_parameters(c, &expr->results, true, &ignored);
	tri_pos start = tri_expr_end(&expr->base);
	if (receiver_object) {
		receiver_object->scope = scope;
		if (receiver->name)
			tri_check_declare(c, scope, receiver->name, receiver_object, start);
	}
	declare_all(c, &expr->parameters, parameters, start);
	declare_all(c, &expr->results, results, start);
	signature->as.function.receiver = receiver_object;
	signature->as.function.parameters = parameters;
	signature->as.function.parameter_count = expr->parameters.count;
	signature->as.function.results = results;
	signature->as.function.result_count = expr->results.count;
	signature->as.function.variadic = variadic;
	tri_check_close_scope(c);
	expr->base.mode = TRI_MODE_TYPE;
	expr->base.type = signature;
}
