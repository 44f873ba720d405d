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

// What stands in (T), *T, *(T) ...: a type name or an instantiation.
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

static struct tri_type *follow_pointers(struct tri_type *type)
{
	while (type && type->kind == TRI_TYPE_POINTER)
		type = type->as.pointer.element;
	return type;
}

// The type of a receiver without type parameters. It must not be an instance under another name.
static struct tri_type *plain_receiver(struct tri_checker *c, struct tri_expr *expr, struct tri_expr *base)
{
	struct tri_type *type = tri_check_variable_type(c, expr), *alias = follow_pointers(type);
	while (alias && alias->kind == TRI_TYPE_ALIAS) {
		struct tri_type *target = follow_pointers(alias->as.alias.actual);
		if (target && (target->kind == TRI_TYPE_NAMED   ? target->as.named.origin
					   : target->kind == TRI_TYPE_ALIAS ? target->as.alias.origin
														: NULL)) {
			tri_check_error(c, tri_expr_start(base), TRI_CODE_InvalidRecv, "cannot define new methods on instantiated type %s",
							TRI_T(target));
			return tri_check_basic(c, TRI_BASIC_INVALID);
		}
		alias = target;
	}
	return type;
}

// The name of a type parameter that a receiver declares; a blank one after an error.
static struct tri_name_expr *receiver_parameter_name(struct tri_checker *c, struct tri_expr *expr)
{
	if (expr->kind == TRI_EXPR_NAME)
		return tri_as_name_expr(expr);
	if (expr->kind != TRI_EXPR_BAD_EXPR)
		tri_check_error(c, tri_expr_start(expr), TRI_CODE_BadDecl, "receiver type parameter %s must be an identifier", TRI_E(expr));
	struct tri_name_expr *name = TRI_NEW(c->arena, struct tri_name_expr);
	name->base.kind = TRI_EXPR_NAME;
	name->base.pos = expr->pos;
	name->name = c->blank;
	return name;
}

// Marks what surrounds a receiver's base with its type: (T[P]), *T[P] ...
static void record_receiver(struct tri_expr *expr, struct tri_type *type)
{
	for (;;) {
		expr->mode = TRI_MODE_TYPE;
		expr->type = type;
		if (expr->kind == TRI_EXPR_PAREN) {
			expr = tri_as_paren_expr(expr)->inner;
		} else if (expr->kind == TRI_EXPR_UNARY && type->kind == TRI_TYPE_POINTER) {
			expr = tri_as_unary_expr(expr)->operand;
			type = type->as.pointer.element;
		} else {
			return;
		}
	}
}

// func (r *T[P, Q]) ...: declares P and Q, with the constraints of T's parameters. They also are the type arguments.
static struct tri_type *generic_receiver(struct tri_checker *c, struct tri_field *field, struct tri_index_expr *base, bool pointer,
										 tri_pos scope_start, tri_type_list *parameters)
{
	struct tri_type *invalid = tri_check_basic(c, TRI_BASIC_INVALID);
	tri_pos pos = tri_expr_start(base->operand);
	const char *cause = NULL;
	struct tri_type *generic = tri_check_generic_type(c, base->operand, &cause);
	if (cause)
		tri_check_error(c, pos, TRI_CODE_InvalidRecv, "%s", cause);
	if (tri_type_is_generic(generic) && generic->kind == TRI_TYPE_ALIAS) {
		tri_check_error(c, pos, TRI_CODE_InvalidRecv, "cannot define new methods on generic alias type %s", TRI_T(generic));
		generic = invalid;
	}
	tri_expr_list list = tri_check_unpack_list(c, base->index);
	for (uint32_t i = 0; i < list.count; i++) {
		struct tri_type *parameter = tri_check_declare_parameter(c, receiver_parameter_name(c, list.items[i]), i, scope_start);
		list.items[i]->mode = TRI_MODE_TYPE;
		list.items[i]->type = parameter;
		tri_vector_push(c->arena, parameters, parameter);
	}
	if (generic->kind != TRI_TYPE_NAMED)
		return invalid;
	const tri_type_list *declared = &generic->as.named.parameters;
	if (declared->count == parameters->count)
		for (uint32_t i = 0; i < declared->count; i++) {
			tri_check_same_parameter(c, parameters->items[i], declared->items[i]);
			parameters->items[i]->as.parameter.constraint = tri_type_substitute(c->universe, declared->items[i]->as.parameter.constraint,
																				declared->items, parameters->items, declared->count);
		}
	else
		tri_check_error(c, pos, TRI_CODE_BadRecv, "receiver declares %u type parameter%s, but receiver base type declares %u",
						parameters->count, parameters->count == 1 ? "" : "s", declared->count);
	(void)tri_check_version(c, pos, 18, "type instantiation");
	struct tri_type *type = tri_type_instantiate(c->universe, generic, parameters->items, parameters->count);
	if (pointer)
		type = tri_type_pointer_to(c->universe, type);
	record_receiver(field->type_expr, type);
	return type;
}

static struct tri_object *collect_receiver(struct tri_checker *c, struct tri_field *field, tri_pos scope_start, tri_type_list *parameters)
{
	bool pointer = false;
	struct tri_expr *base = tri_check_receiver_base(field->type_expr, &pointer);
	bool generic = base->kind == TRI_EXPR_INDEX;
	struct tri_type *type = generic ? generic_receiver(c, field, tri_as_index_expr(base), pointer, scope_start, parameters)
									: plain_receiver(c, field->type_expr, base);
	const struct tri_name *name = field->name ? field->name->name : NULL;
	tri_pos pos = field->name ? field->name->base.pos : field->pos;
	struct tri_object *receiver = tri_check_new_object(c, TRI_OBJECT_VARIABLE, pos, name, type);
	receiver->is_receiver = true;
	field->object = receiver;
	struct receiver_check *check = TRI_NEW(c->arena, struct receiver_check);
	check->base = generic ? tri_as_index_expr(base)->operand : base;
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

void tri_check_function_type(struct tri_checker *c, struct tri_type *signature, struct tri_field *receiver,
							 const tri_field_list *type_parameters, struct tri_function_type *expr)
{
	struct tri_scope *scope = tri_check_open_scope(c);
	scope->is_function = true;
	expr->scope = scope;
	struct tri_object *receiver_object =
		receiver ? collect_receiver(c, receiver, expr->base.pos, &signature->as.function.receiver_type_parameters) : NULL;
	if (type_parameters && type_parameters->count > 0)
		tri_check_type_parameters(c, &signature->as.function.type_parameters, type_parameters);
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
