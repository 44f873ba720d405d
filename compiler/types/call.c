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

void tri_check_arguments(struct tri_checker *c, struct tri_call_expr *call, struct tri_type *signature, struct tri_operand *arguments,
						 uint32_t count)
{
	uint32_t parameters = signature->as.function.parameter_count, wanted = parameters;
	bool variadic = signature->as.function.variadic;
	tri_pos call_pos = tri_expr_start(&call->base);
	if (!variadic && call->has_dots) {
		tri_check_error(c, call_pos, TRI_CODE_NonVariadicDotDotDot, "cannot use ... in call to non-variadic %s", TRI_E(call->function));
		return;
	}
	if (variadic && call->has_dots && call->arguments.count == 1 && count > 1) {
		tri_check_error(c, call_pos, TRI_CODE_InvalidDotDotDot, "cannot use ... with %u-valued %s", count, TRI_E(call->arguments.items[0]));
		return;
	}
	if (variadic && !call->has_dots)
		wanted = count + 1 >= parameters ? count : parameters - 1;
	if (count != wanted) {
		tri_pos pos = call_pos;
		if (count > wanted)
			pos = tri_expr_start(arguments[wanted].expr);
		else if (count > 0)
			pos = tri_expr_start(arguments[count - 1].expr);
		tri_check_error(c, pos, TRI_CODE_WrongArgCount, "%s arguments in call to %s\n\thave %s\n\twant %s",
						count > wanted ? "too many" : "not enough", TRI_E(call->function),
						summary_of_operands(c, arguments, count, call->has_dots), summary_of_parameters(c, signature));
		return;
	}
	if (count == 0)
		return;
	const char *context = tri_arena_printf(c->arena, "argument to %s", TRI_E(call->function));
	for (uint32_t i = 0; i < count; i++) {
		struct tri_type *type;
		if (variadic && !call->has_dots && i + 1 >= parameters) {
			type = signature->as.function.parameters[parameters - 1]->type;
			type = type->kind == TRI_TYPE_SLICE ? type->as.slice.element : type;
		} else {
			type = signature->as.function.parameters[i]->type;
		}
		tri_check_assignment(c, &arguments[i], type, context);
	}
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

enum tri_expr_use tri_check_call(struct tri_checker *c, struct tri_operand *x, struct tri_call_expr *call)
{
	tri_check_expr_or_type(c, x, call->function);
	if (x->mode == TRI_MODE_INVALID) {
		(void)tri_check_use_list(c, call->arguments);
		x->expr = &call->base;
		return TRI_USE_STATEMENT;
	}
	if (x->mode == TRI_MODE_TYPE) {
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
	struct tri_type *signature = tri_type_underlying(x->type);
	if (!signature || signature->kind != TRI_TYPE_FUNCTION) {
		if (tri_type_is_valid(signature))
			tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_InvalidCall, "invalid operation: cannot call %s: %s is not a function",
							TRI_X(x), TRI_T(x->type));
		x->mode = TRI_MODE_INVALID;
		x->expr = &call->base;
		return TRI_USE_STATEMENT;
	}
	uint32_t count = 0;
	struct tri_operand *arguments = tri_check_expr_list(c, call->arguments, &count);
	tri_check_arguments(c, call, signature, arguments, count);
	switch (signature->as.function.result_count) {
	case 0:
		x->mode = TRI_MODE_NO_VALUE;
		break;
	case 1:
		x->mode = TRI_MODE_VALUE;
		x->type = signature->as.function.results[0]->type;
		break;
	default:
		x->mode = TRI_MODE_VALUE;
		x->type = result_tuple(c, signature);
	}
	x->expr = &call->base;
	c->env.has_call_or_receive = true;
	return TRI_USE_STATEMENT;
}
