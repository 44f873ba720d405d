// Instantiating what the source instantiates: type arguments, their number, and whether they satisfy the constraints.
//
// Verification waits until types are complete; until then an instance is taken to be valid.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

bool tri_check_type_list(struct tri_checker *c, tri_expr_list list, struct tri_type **types)
{
	bool valid = true;
	for (uint32_t i = 0; i < list.count; i++) {
		types[i] = tri_check_variable_type(c, list.items[i]);
		valid = valid && tri_type_is_valid(types[i]);
	}
	return valid;
}

int64_t tri_check_arguments_satisfy(struct tri_checker *c, const tri_type_list *parameters, struct tri_type **arguments, const char **cause)
{
	for (uint32_t i = 0; i < parameters->count; i++) {
		(void)tri_parameter_interface(parameters->items[i]);
		struct tri_type *bound = tri_type_substitute(c->universe, parameters->items[i]->as.parameter.constraint, parameters->items,
													 arguments, parameters->count);
		*cause = "";
		if (!tri_check_implements(c, arguments[i], bound, true, cause))
			return i;
	}
	return -1;
}

// ---- Types -----------------------------------------------------------------------------------

static bool check_argument_count(struct tri_checker *c, tri_pos pos, const char *name, uint32_t wanted, uint32_t count)
{
	if (count == wanted)
		return true;
	tri_check_error(c, pos, TRI_CODE_WrongTypeArgCount, "%s type arguments for type %s: have %u, want %u",
					count < wanted ? "not enough" : "too many", name, count, wanted);
	return false;
}

struct instance_check {
	struct tri_expr *generic;
	struct tri_type *type;
	struct tri_type **arguments;
	tri_expr_list list;
};

static void verify_instance(struct tri_checker *c, void *data)
{
	const struct instance_check *check = data;
	bool named = check->type->kind == TRI_TYPE_NAMED;
	const struct tri_type *origin = named ? check->type->as.named.origin : check->type->as.alias.origin;
	const tri_type_list *parameters = named ? &origin->as.named.parameters : &origin->as.alias.parameters;
	const struct tri_object *object = named ? origin->as.named.object : origin->as.alias.object;
	tri_pos pos = check->generic->pos;
	if (!check_argument_count(c, pos, object->name->text, parameters->count, check->list.count))
		return;
	const char *cause = "";
	int64_t failed = tri_check_arguments_satisfy(c, parameters, check->arguments, &cause);
	if (failed >= 0)
		tri_check_error(c, tri_expr_start(check->list.items[failed]), TRI_CODE_InvalidTypeArg, "%s", cause);
	else
		tri_check_record_instance(c, pos, parameters, check->arguments, check->list);
}

struct tri_type *tri_check_instantiated_type(struct tri_checker *c, struct tri_index_expr *expr)
{
	struct tri_type *invalid = tri_check_basic(c, TRI_BASIC_INVALID);
	(void)tri_check_version(c, tri_expr_start(&expr->base), 18, "type instantiation");
	const char *cause = NULL;
	struct tri_type *generic = tri_check_generic_type(c, expr->operand, &cause);
	tri_expr_list list = tri_check_unpack_list(c, expr->index);
	if (cause) {
		struct tri_buffer text = {0};
		for (uint32_t i = 0; i < list.count; i++)
			tri_buffer_printf(&text, "%s%s", i > 0 ? ", " : "", TRI_E(list.items[i]));
		tri_check_error(c, tri_expr_start(expr->operand), TRI_CODE_NotAGenericType, "invalid operation: %s[%s] (%s)", TRI_E(expr->operand),
						text.data ? text.data : "", cause);
		tri_buffer_free(&text);
	}
	if (!tri_type_is_valid(generic) && !tri_type_is_generic(generic))
		return invalid;
	struct tri_type **arguments = TRI_NEW_ARRAY(c->arena, struct tri_type *, list.count);
	if (!tri_check_type_list(c, list, arguments))
		return invalid;
	if (generic->kind == TRI_TYPE_ALIAS) {
		if (generic->as.alias.parameters.count == 0) // an alias of a generic type, which is reported where it is declared
			return invalid;
		if (!check_argument_count(c, expr->operand->pos, generic->as.alias.object->name->text, generic->as.alias.parameters.count,
								  list.count))
			return invalid;
	}
	struct tri_type *type = tri_type_instantiate(c->universe, generic, arguments, list.count);
	if (type->kind == TRI_TYPE_NAMED && type->as.named.pos == type->as.named.object->pos)
		type->as.named.pos = expr->operand->pos;
	expr->type_arguments = arguments;
	expr->type_argument_count = list.count;
	struct instance_check *check = TRI_NEW(c->arena, struct instance_check);
	*check = (struct instance_check){expr->operand, type, arguments, list};
	tri_check_later(c, verify_instance, check);
	return type;
}

// ---- Functions -------------------------------------------------------------------------------

struct signature_check {
	tri_pos pos;
	const tri_type_list *parameters;
	struct tri_type **arguments;
	tri_expr_list list;
};

static void verify_signature(struct tri_checker *c, void *data)
{
	const struct signature_check *check = data;
	const char *cause = "";
	int64_t failed = tri_check_arguments_satisfy(c, check->parameters, check->arguments, &cause);
	if (failed < 0) {
		tri_check_record_instance(c, check->pos, check->parameters, check->arguments, check->list);
		return;
	}
	tri_pos pos = failed < (int64_t)check->list.count ? tri_expr_start(check->list.items[failed]) : check->pos;
	tri_check_error(c, pos, TRI_CODE_InvalidTypeArg, "%s", cause);
}

// Leaves the type arguments with the name of the generic function.
static void annotate_use(struct tri_expr *expr, struct tri_type **arguments, uint32_t count)
{
	for (;;) {
		switch ((int)expr->kind) {
		case TRI_EXPR_PAREN:
			expr = tri_as_paren_expr(expr)->inner;
			break;
		case TRI_EXPR_INDEX:
			tri_as_index_expr(expr)->type_arguments = arguments;
			tri_as_index_expr(expr)->type_argument_count = count;
			expr = tri_as_index_expr(expr)->operand;
			break;
		case TRI_EXPR_SELECTOR:
			expr = &tri_as_selector_expr(expr)->selected->base;
			break;
		case TRI_EXPR_NAME:
			tri_as_name_expr(expr)->type_arguments = arguments;
			tri_as_name_expr(expr)->type_argument_count = count;
			return;
		default:
			return;
		}
	}
}

struct tri_type *tri_check_instantiate_signature(struct tri_checker *c, tri_pos pos, struct tri_expr *expr, struct tri_type *signature,
												 struct tri_type **arguments, tri_expr_list list)
{
	const tri_type_list *parameters = &signature->as.function.type_parameters;
	struct tri_type *instance = tri_type_new(c->universe, TRI_TYPE_FUNCTION);
	instance->as.function = signature->as.function;
	instance->as.function.parameters =
		tri_substitute_objects(c->universe, signature->as.function.parameters, signature->as.function.parameter_count, parameters->items,
							   arguments, parameters->count);
	instance->as.function.results = tri_substitute_objects(c->universe, signature->as.function.results, signature->as.function.result_count,
														   parameters->items, arguments, parameters->count);
	instance->as.function.type_parameters = (tri_type_list){0};
	if (expr)
		annotate_use(expr, arguments, parameters->count);
	struct signature_check *check = TRI_NEW(c->arena, struct signature_check);
	*check = (struct signature_check){pos, parameters, arguments, list};
	tri_check_later(c, verify_signature, check);
	return instance;
}

// The assignment of a generic function is a call, with the variable as its argument, of a function whose parameter
// has the generic function's type.
static void infer_from_target(struct tri_checker *c, const struct tri_target *target, struct tri_operand *x, struct tri_type *signature,
							  struct tri_inference *inference)
{
	struct tri_type *parameter = tri_type_new(c->universe, TRI_TYPE_FUNCTION);
	parameter->as.function = signature->as.function;
	parameter->as.function.type_parameters = (tri_type_list){0};
	parameter->as.function.receiver = NULL;
	inference->parameter_types = TRI_NEW(c->arena, struct tri_type *);
	*inference->parameter_types = parameter;
	struct tri_name_expr *name = TRI_NEW(c->arena, struct tri_name_expr);
	name->base.kind = TRI_EXPR_NAME;
	name->base.pos = x->expr->pos;
	name->name = tri_name_intern_c(c->universe->names, target->description);
	inference->operands = TRI_NEW(c->arena, struct tri_operand);
	*inference->operands = (struct tri_operand){.mode = TRI_MODE_VALUE, .expr = &name->base, .type = target->signature};
	inference->operand_count = 1;
	inference->reverse = true;
}

bool tri_check_instantiate_function(struct tri_checker *c, const struct tri_target *target, tri_pos pos, struct tri_operand *x,
									struct tri_index_expr *index, bool infer, struct tri_type ***partial, uint32_t *partial_count)
{
	if (partial)
		*partial = NULL;
	if (index)
		x->expr = &index->base;
	bool version_valid = tri_check_version(c, index ? index->base.pos : pos, 18, "function instantiation");
	tri_expr_list list = {0};
	if (index)
		list = tri_check_unpack_list(c, index->index);
	struct tri_type *signature = x->type;
	const tri_type_list *parameters = &signature->as.function.type_parameters;
	uint32_t wanted = parameters->count;
	struct tri_type **arguments = TRI_NEW_ARRAY(c->arena, struct tri_type *, list.count > wanted ? list.count : wanted);
	if (!tri_check_type_list(c, list, arguments)) {
		x->mode = TRI_MODE_INVALID;
		return false;
	}
	if (list.count > wanted) {
		tri_check_error(c, tri_expr_start(list.items[list.count - 1]), TRI_CODE_WrongTypeArgCount, "got %u type arguments but want %u",
						list.count, wanted);
		x->mode = TRI_MODE_INVALID;
		return false;
	}
	if (list.count < wanted) {
		if (!infer) {
			*partial = arguments;
			*partial_count = list.count;
			return true;
		}
		struct tri_inference inference = {.pos = pos, .parameters = tri_check_rename_parameters(c, parameters)};
		for (uint32_t i = 0; i < list.count; i++)
			tri_vector_push(c->arena, &inference.arguments, arguments[i]);
		if (target && target->signature) {
			if (version_valid)
				(void)tri_check_version(c, index ? index->base.pos : pos, 21, "%s instantiated function in assignment",
										index ? "partially" : "implicitly");
			infer_from_target(c, target, x, signature, &inference);
			*inference.parameter_types =
				tri_type_substitute(c->universe, *inference.parameter_types, parameters->items, inference.parameters.items, wanted);
		}
		arguments = tri_check_infer(c, &inference);
		if (!arguments) {
			if (inference.error)
				tri_check_error(c, inference.error_pos, TRI_CODE_CannotInferTypeArgs, "%s", inference.error);
			x->mode = TRI_MODE_INVALID;
			return false;
		}
	}
	x->type = tri_check_instantiate_signature(c, x->expr->pos, x->expr, signature, arguments, list);
	x->mode = TRI_MODE_VALUE;
	return true;
}
