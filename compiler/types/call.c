// Calls and conversions: what is called, and matching arguments with parameters.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static const char *summary_of_operands(struct tri_checker *c, const struct tri_operand *operands, uint32_t count, bool has_dots)
{
	struct tri_type **types = TRI_NEW_ARRAY(c->arena, struct tri_type *, count);
	for (uint32_t i = 0; i < count; i++)
		types[i] = operands[i].type;
	return tri_check_types_summary(c, types, count, false, has_dots);
}

static const char *summary_of_parameters(struct tri_checker *c, struct tri_type *signature)
{
	uint32_t count = signature->as.function.parameter_count;
	struct tri_type **types = TRI_NEW_ARRAY(c->arena, struct tri_type *, count);
	for (uint32_t i = 0; i < count; i++)
		types[i] = signature->as.function.parameters[i]->type;
	return tri_check_types_summary(c, types, count, signature->as.function.variadic, false);
}

static bool check_count(struct tri_checker *c, struct tri_call_expr *call, struct tri_type *signature,
						const struct tri_call_operands *operands)
{
	uint32_t parameters = signature->as.function.parameter_count, wanted = parameters, count = operands->count;
	bool variadic = signature->as.function.variadic;
	tri_pos call_pos = tri_expr_start(&call->base);
	if (!variadic && call->has_dots) {
		tri_check_error(c, call_pos, TRI_CODE_NonVariadicDotDotDot, "cannot use ... in call to non-variadic %s", TRI_E(call->function));
		return false;
	}
	if (variadic && call->has_dots && call->arguments.count == 1 && count > 1) {
		tri_check_error(c, call_pos, TRI_CODE_InvalidDotDotDot, "cannot use ... with %u-valued %s", count, TRI_E(call->arguments.items[0]));
		return false;
	}
	if (variadic && !call->has_dots)
		wanted = count + 1 >= parameters ? count : parameters - 1;
	if (count == wanted)
		return true;
	tri_pos pos = call_pos;
	if (count > wanted)
		pos = tri_expr_start(operands->items[wanted].expr);
	else if (count > 0)
		pos = tri_expr_start(operands->items[count - 1].expr);
	tri_check_error(c, pos, TRI_CODE_WrongArgCount, "%s arguments in call to %s\n\thave %s\n\twant %s",
					count > wanted ? "too many" : "not enough", TRI_E(call->function),
					summary_of_operands(c, operands->items, count, call->has_dots), summary_of_parameters(c, signature));
	return false;
}

// The type of the parameter that each operand is passed for.
static struct tri_type **parameter_types(struct tri_checker *c, const struct tri_call_expr *call, struct tri_type *signature,
										 uint32_t count)
{
	uint32_t parameters = signature->as.function.parameter_count;
	struct tri_type **types = TRI_NEW_ARRAY(c->arena, struct tri_type *, count);
	for (uint32_t i = 0; i < count; i++) {
		bool in_dots = signature->as.function.variadic && !call->has_dots && i + 1 >= parameters;
		struct tri_type *type = signature->as.function.parameters[in_dots ? parameters - 1 : i]->type;
		types[i] = in_dots && type->kind == TRI_TYPE_SLICE ? type->as.slice.element : type;
	}
	return types;
}

static bool is_generic_function(const struct tri_type *type)
{
	return type && type->kind == TRI_TYPE_FUNCTION && type->as.function.type_parameters.count > 0;
}

// Generic functions among the operands: their type parameters, renamed since one function may be passed twice, are inferred
// with those of the function called.
static bool add_generic_operands(struct tri_checker *c, struct tri_call_operands *operands, struct tri_inference *inference)
{
	bool any = false;
	for (uint32_t i = 0; i < operands->count; i++) {
		struct tri_operand *operand = &operands->items[i];
		if (operand->mode == TRI_MODE_INVALID || !is_generic_function(operand->type))
			continue;
		if (!any)
			(void)tri_check_version(c, tri_expr_start(operand->expr), 21, "implicitly instantiated function as argument");
		any = true;
		struct tri_type *generic = operand->type;
		const tri_type_list *parameters = &generic->as.function.type_parameters;
		tri_type_list renamed = tri_check_rename_parameters(c, parameters);
		struct tri_type *signature = tri_type_new(c->universe, TRI_TYPE_FUNCTION);
		signature->as.function = generic->as.function;
		signature->as.function.type_parameters = renamed;
		signature->as.function.parameters =
			tri_substitute_objects(c->universe, generic->as.function.parameters, generic->as.function.parameter_count, parameters->items,
								   renamed.items, renamed.count);
		signature->as.function.results = tri_substitute_objects(
			c->universe, generic->as.function.results, generic->as.function.result_count, parameters->items, renamed.items, renamed.count);
		operand->type = signature;
		const tri_type_list *partial = operands->partial ? &operands->partial[i] : NULL;
		for (uint32_t p = 0; p < renamed.count; p++) {
			tri_vector_push(c->arena, &inference->parameters, renamed.items[p]);
			tri_vector_push(c->arena, &inference->arguments, partial && p < partial->count ? partial->items[p] : NULL);
		}
	}
	return any;
}

static void instantiate_operands(struct tri_checker *c, struct tri_call_operands *operands, struct tri_type **arguments)
{
	for (uint32_t i = 0; i < operands->count; i++) {
		struct tri_operand *operand = &operands->items[i];
		if (operand->mode == TRI_MODE_INVALID || !is_generic_function(operand->type))
			continue;
		uint32_t count = operand->type->as.function.type_parameters.count;
		operand->type = tri_check_instantiate_signature(c, operand->expr->pos, operand->expr, operand->type, arguments, (tri_expr_list){0});
		tri_check_record(c, operand);
		arguments += count;
	}
}

struct tri_type *tri_check_arguments(struct tri_checker *c, struct tri_call_expr *call, struct tri_type *signature,
									 tri_type_list explicit_arguments, tri_expr_list list, struct tri_call_operands *operands)
{
	if (!check_count(c, call, signature, operands))
		return signature;
	struct tri_type **types = parameter_types(c, call, signature, operands->count);
	struct tri_inference inference = {.pos = call->base.pos};
	const tri_type_list *own = &signature->as.function.type_parameters;
	if (own->count > 0) {
		bool index = call->function->kind == TRI_EXPR_INDEX;
		(void)tri_check_version(c, index ? tri_expr_start(call->function) : tri_expr_start(&call->base), 18,
								index ? "function instantiation" : "implicit function instantiation");
		inference.parameters = tri_check_rename_parameters(c, own);
		for (uint32_t i = 0; i < operands->count; i++)
			types[i] = tri_type_substitute(c->universe, types[i], own->items, inference.parameters.items, own->count);
		for (uint32_t i = 0; i < own->count; i++)
			tri_vector_push(c->arena, &inference.arguments, i < explicit_arguments.count ? explicit_arguments.items[i] : NULL);
	}
	bool generic_operands = add_generic_operands(c, operands, &inference);
	if (inference.parameters.count > 0) {
		inference.parameter_types = types;
		inference.operands = operands->items;
		inference.operand_count = operands->count;
		struct tri_type **arguments = tri_check_infer(c, &inference);
		if (!arguments) {
			if (inference.error)
				tri_check_error(c, inference.error_pos, TRI_CODE_CannotInferTypeArgs, "in call to %s, %s", TRI_E(call->function),
								inference.error);
			return signature;
		}
		if (own->count > 0) {
			signature = tri_check_instantiate_signature(c, call->base.pos, call->function, signature, arguments, list);
			call->type_arguments = arguments;
			call->type_argument_count = own->count;
			types = parameter_types(c, call, signature, operands->count);
		}
		if (generic_operands)
			instantiate_operands(c, operands, arguments + own->count);
	}
	if (operands->count == 0)
		return signature;
	const char *context = tri_arena_printf(c->arena, "argument to %s", TRI_E(call->function));
	for (uint32_t i = 0; i < operands->count; i++)
		tri_check_assignment(c, &operands->items[i], types[i], context);
	return signature;
}

// An operand that may be a generic function, explicitly instantiated in part.
static void generic_operand(struct tri_checker *c, struct tri_operand *x, struct tri_expr *expr, tri_type_list *partial)
{
	if (expr->kind != TRI_EXPR_INDEX) {
		(void)tri_check_raw_generic(c, x, expr);
		return;
	}
	struct tri_index_expr *index = tri_as_index_expr(expr);
	if (!tri_check_index_expr(c, x, index)) {
		x->expr = expr;
		tri_check_record(c, x);
		return;
	}
	struct tri_type **types = NULL;
	uint32_t count = 0;
	// Before Go 1.21 there was no inference for arguments.
	(void)tri_check_instantiate_function(c, NULL, x->expr->pos, x, index, c->env.go_minor < 21, &types, &count);
	x->expr = expr;
	for (uint32_t i = 0; types && i < count; i++)
		tri_vector_push(c->arena, partial, types[i]);
	tri_check_record(c, x);
}

static struct tri_call_operands generic_operands(struct tri_checker *c, tri_expr_list list)
{
	struct tri_call_operands operands = {.count = list.count};
	operands.items = TRI_NEW_ARRAY(c->arena, struct tri_operand, list.count);
	operands.partial = TRI_NEW_ARRAY(c->arena, tri_type_list, list.count);
	for (uint32_t i = 0; i < list.count; i++) {
		struct tri_operand *x = &operands.items[i];
		generic_operand(c, x, list.items[i], &operands.partial[i]);
		tri_check_exclude(c, x, TRI_EXCLUDE_NO_VALUE | TRI_EXCLUDE_BUILTIN | TRI_EXCLUDE_TYPE);
		if (list.count > 1)
			tri_check_single_value(c, x);
	}
	struct tri_operand *only = operands.items;
	if (list.count != 1 || only->mode == TRI_MODE_INVALID || !only->type || only->type->kind != TRI_TYPE_TUPLE)
		return operands;
	const struct tri_type *tuple = only->type;
	operands.count = tuple->as.tuple.count;
	operands.items = TRI_NEW_ARRAY(c->arena, struct tri_operand, operands.count);
	operands.partial = NULL;
	for (uint32_t i = 0; i < operands.count; i++)
		operands.items[i] = (struct tri_operand){.mode = TRI_MODE_VALUE, .expr = list.items[0], .type = tuple->as.tuple.types[i]};
	return operands;
}

static void check_conversion_call(struct tri_checker *c, struct tri_operand *x, struct tri_call_expr *call)
{
	struct tri_type *type = x->type;
	x->mode = TRI_MODE_INVALID;
	uint32_t count = call->arguments.count;
	if (count == 0) {
		tri_check_error(c, tri_expr_start(&call->base), TRI_CODE_WrongArgCount, "missing argument in conversion to %s", TRI_T(type));
		return;
	}
	if (count > 1) {
		(void)tri_check_use_list(c, call->arguments);
		tri_check_error(c, tri_expr_start(call->arguments.items[count - 1]), TRI_CODE_WrongArgCount,
						"too many arguments in conversion to %s", TRI_T(type));
		return;
	}
	tri_check_expr(c, x, call->arguments.items[0]);
	if (x->mode == TRI_MODE_INVALID)
		return;
	struct tri_type *under = tri_type_underlying(type);
	if (under && under->kind == TRI_TYPE_INTERFACE && !tri_type_is_parameter(type) && !tri_interface_is_method_set(under)) {
		tri_check_error(c, tri_expr_start(&call->base), TRI_CODE_MisplacedConstraintIface,
						"cannot use interface %s in conversion (contains specific type constraints or is comparable)", TRI_T(type));
		return;
	}
	if (call->has_dots) {
		tri_check_error(c, tri_expr_start(call->arguments.items[0]), TRI_CODE_BadDotDotDotSyntax, "invalid use of ... in conversion to %s",
						TRI_T(type));
		x->mode = TRI_MODE_INVALID;
		return;
	}
	tri_check_conversion(c, x, type);
}

static enum tri_expr_use builtin_use(enum tri_builtin builtin)
{
	switch ((int)builtin) {
	case TRI_BUILTIN_ASSERT:
	case TRI_BUILTIN_CLEAR:
	case TRI_BUILTIN_CLOSE:
	case TRI_BUILTIN_COPY:
	case TRI_BUILTIN_DELETE:
	case TRI_BUILTIN_PANIC:
	case TRI_BUILTIN_PRINT:
	case TRI_BUILTIN_PRINTLN:
	case TRI_BUILTIN_RECOVER:
		return TRI_USE_STATEMENT;
	default:
		return TRI_USE_EXPRESSION;
	}
}

static struct tri_type *result_tuple(struct tri_checker *c, struct tri_type *signature)
{
	uint32_t count = signature->as.function.result_count;
	struct tri_type **types = TRI_NEW_ARRAY(c->arena, struct tri_type *, count);
	for (uint32_t i = 0; i < count; i++)
		types[i] = signature->as.function.results[i]->type;
	struct tri_type *tuple = tri_type_tuple_of(c->universe, types, count);
	tuple->as.tuple.variables = signature->as.function.results;
	return tuple;
}

static const char *is_function(struct tri_checker *c, struct tri_type *type, struct tri_type *under, const void *data)
{
	(void)data;
	return !under || under->kind == TRI_TYPE_FUNCTION ? NULL : tri_arena_printf(c->arena, "%s is not a function", TRI_T(type));
}

static enum tri_expr_use invalid_call(struct tri_checker *c, struct tri_operand *x, struct tri_call_expr *call, bool use_arguments)
{
	if (use_arguments)
		(void)tri_check_use_list(c, call->arguments);
	x->mode = TRI_MODE_INVALID;
	x->expr = &call->base;
	return TRI_USE_STATEMENT;
}

// Explicit type arguments of the callee. When they are all there the signature is instantiated and `arguments` stays empty.
static bool explicit_arguments(struct tri_checker *c, struct tri_index_expr *index, struct tri_call_expr *call, struct tri_type **signature,
							   tri_expr_list *list, tri_type_list *arguments)
{
	*list = tri_check_unpack_list(c, index->index);
	struct tri_type **types = TRI_NEW_ARRAY(c->arena, struct tri_type *, list->count);
	if (!tri_check_type_list(c, *list, types))
		return false;
	uint32_t wanted = (*signature)->as.function.type_parameters.count;
	if (list->count > wanted) {
		tri_check_error(c, tri_expr_start(list->items[wanted]), TRI_CODE_WrongTypeArgCount, "got %u type arguments but want %u",
						list->count, wanted);
		return false;
	}
	if (list->count < wanted) {
		for (uint32_t i = 0; i < list->count; i++)
			tri_vector_push(c->arena, arguments, types[i]);
		return true;
	}
	(void)tri_check_version(c, tri_expr_start(&index->base), 18, "function instantiation");
	*signature = tri_check_instantiate_signature(c, index->base.pos, &index->base, *signature, types, *list);
	call->type_arguments = types;
	call->type_argument_count = wanted;
	*list = (tri_expr_list){0};
	return true;
}

static void set_result(struct tri_checker *c, struct tri_operand *x, struct tri_type *signature)
{
	switch (signature->as.function.result_count) {
	case 0:
		x->mode = TRI_MODE_NO_VALUE;
		return;
	case 1:
		x->mode = TRI_MODE_VALUE;
		x->type = signature->as.function.results[0]->type;
		break;
	default:
		x->mode = TRI_MODE_VALUE;
		x->type = result_tuple(c, signature);
	}
	// When inference failed a result that depends on it is unknown.
	const tri_type_list *parameters = &signature->as.function.type_parameters;
	if (parameters->count > 0 && tri_type_mentions(x->type, parameters->items, parameters->count))
		x->mode = TRI_MODE_INVALID;
}

enum tri_expr_use tri_check_call(struct tri_checker *c, struct tri_operand *x, struct tri_call_expr *call)
{
	struct tri_index_expr *instance = NULL;
	if (call->function->kind == TRI_EXPR_INDEX) {
		*x = (struct tri_operand){.mode = TRI_MODE_INVALID, .type = tri_check_basic(c, TRI_BASIC_INVALID), .expr = call->function};
		if (tri_check_index_expr(c, x, tri_as_index_expr(call->function)))
			instance = tri_as_index_expr(call->function);
		x->expr = call->function;
		tri_check_record(c, x);
	} else {
		tri_check_generic_expr_or_type(c, x, call->function);
	}
	if (x->mode == TRI_MODE_INVALID)
		return invalid_call(c, x, call, true);
	if (x->mode == TRI_MODE_TYPE) {
		tri_check_not_generic(c, NULL, x);
		if (x->mode != TRI_MODE_INVALID)
			check_conversion_call(c, x, call);
		x->expr = &call->base;
		return TRI_USE_CONVERSION;
	}
	if (x->mode == TRI_MODE_BUILTIN) {
		enum tri_builtin builtin = x->builtin;
		if (!tri_check_builtin(c, x, call, builtin))
			x->mode = TRI_MODE_INVALID;
		x->expr = &call->base;
		if (x->mode != TRI_MODE_INVALID && x->mode != TRI_MODE_CONSTANT)
			c->env.has_call_or_receive = true;
		return builtin_use(builtin);
	}
	const char *cause = "";
	struct tri_type *signature = tri_check_common(c, x->type, is_function, NULL, &cause);
	if (!signature || signature->kind != TRI_TYPE_FUNCTION) {
		if (tri_type_is_valid(tri_type_underlying(x->type)))
			tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_InvalidCall, "invalid operation: cannot call %s: %s", TRI_X(x), cause);
		return invalid_call(c, x, call, false);
	}
	bool was_generic = signature->as.function.type_parameters.count > 0;
	tri_expr_list list = {0};
	tri_type_list arguments = {0};
	if (instance && !explicit_arguments(c, instance, call, &signature, &list, &arguments))
		return invalid_call(c, x, call, true);
	struct tri_call_operands operands = generic_operands(c, call->arguments);
	signature = tri_check_arguments(c, call, signature, arguments, list, &operands);
	if (was_generic && signature->as.function.type_parameters.count == 0) {
		call->function->mode = TRI_MODE_VALUE;
		call->function->type = signature;
	}
	set_result(c, x, signature);
	x->expr = &call->base;
	c->env.has_call_or_receive = true;
	return TRI_USE_STATEMENT;
}
