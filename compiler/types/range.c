// for ... range, over everything that can be ranged over.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

struct iteration {
	struct tri_type *key, *value; // NULL: no such variable
	const char *cause;            // why not, or ""
	bool valid;
};

#define YIELD_FORM "func must be func(yield func(...) bool): "

static struct iteration over_function(struct tri_checker *c, struct tri_type *function)
{
	struct iteration it = {.cause = ""};
	if (c->env.go_minor < 23) {
		it.cause = "requires go1.23 or later";
		return it;
	}
	if (function->as.function.parameter_count != 1) {
		it.cause = YIELD_FORM "wrong argument count";
		return it;
	}
	if (function->as.function.result_count != 0) {
		it.cause = YIELD_FORM "unexpected results";
		return it;
	}
	const char *cause = "";
	struct tri_type *yield = tri_check_common(c, function->as.function.parameters[0]->type, NULL, NULL, &cause);
	if (!yield || yield->kind != TRI_TYPE_FUNCTION) {
		it.cause = yield ? YIELD_FORM "argument is not func" : tri_arena_printf(c->arena, YIELD_FORM "in yield type, %s", cause);
		return it;
	}
	if (yield->as.function.parameter_count > 2) {
		it.cause = YIELD_FORM "yield func has too many parameters";
		return it;
	}
	if (yield->as.function.result_count != 1 ||
		!tri_type_identical(yield->as.function.results[0]->type, tri_check_basic(c, TRI_BASIC_BOOL))) {
		bool boolean = yield->as.function.result_count == 1 && tri_type_is(yield->as.function.results[0]->type, TRI_IS_BOOLEAN);
		it.cause = boolean ? YIELD_FORM "yield func returns user-defined boolean, not bool" : YIELD_FORM "yield func does not return bool";
		return it;
	}
	if (yield->as.function.parameter_count >= 1)
		it.key = yield->as.function.parameters[0]->type;
	if (yield->as.function.parameter_count >= 2)
		it.value = yield->as.function.parameters[1]->type;
	it.valid = true;
	return it;
}

static const char *permits_receive(struct tri_checker *c, struct tri_type *type, struct tri_type *under, const void *data)
{
	(void)data;
	if (under && under->kind == TRI_TYPE_CHAN && under->as.chan.direction == TRI_CHAN_SEND_ONLY)
		return tri_arena_printf(c->arena, "receive from send-only channel %s", TRI_T(type));
	return NULL;
}

static struct iteration iterate(struct tri_checker *c, struct tri_type *type)
{
	struct iteration it = {.cause = ""};
	struct tri_type *integer = tri_check_basic(c, TRI_BASIC_INT);
	struct tri_type *under = tri_check_common(c, type, permits_receive, NULL, &it.cause);
	if (!under)
		return it;
	under = tri_type_array_behind(under);
	switch (under ? (int)under->kind : -1) {
	case TRI_TYPE_BASIC:
		if (tri_type_is(under, TRI_IS_STRING))
			return (struct iteration){integer, c->universe->rune_type, "", true};
		if (tri_type_is(under, TRI_IS_INTEGER)) {
			if (c->env.go_minor < 22) {
				it.cause = "requires go1.22 or later";
				return it;
			}
			return (struct iteration){type, NULL, "", true};
		}
		break;
	case TRI_TYPE_ARRAY:
		return (struct iteration){integer, under->as.array.element, "", true};
	case TRI_TYPE_SLICE:
		return (struct iteration){integer, under->as.slice.element, "", true};
	case TRI_TYPE_MAP:
		return (struct iteration){under->as.map.key, under->as.map.element, "", true};
	case TRI_TYPE_CHAN:
		return (struct iteration){under->as.chan.element, NULL, "", true};
	case TRI_TYPE_FUNCTION:
		return over_function(c, under);
	default:
		break;
	}
	return it;
}

static void define_variables(struct tri_checker *c, struct tri_for_stmt *stmt, struct tri_operand *x, struct tri_expr *const left[2],
							 const struct iteration *it)
{
	bool over_integer = x->mode != TRI_MODE_INVALID && tri_type_is(x->type, TRI_IS_INTEGER);
	struct tri_type *types[2] = {it->key, it->value};
	tri_object_list variables = {0};
	for (int i = 0; i < 2; i++) {
		if (!left[i])
			continue;
		struct tri_object *variable;
		if (left[i]->kind == TRI_EXPR_NAME) {
			struct tri_name_expr *name = tri_as_name_expr(left[i]);
			variable = tri_check_new_object(c, TRI_OBJECT_VARIABLE, left[i]->pos, name->name, NULL);
			if (name->name != c->blank) {
				name->object = variable;
				tri_vector_push(c->arena, &variables, variable);
			}
		} else {
			tri_check_error(c, tri_expr_start(left[i]), TRI_CODE_InvalidSyntaxTree, "cannot declare %s", TRI_E(left[i]));
			variable = tri_check_new_object(c, TRI_OBJECT_VARIABLE, left[i]->pos, c->blank, NULL);
		}
		if (!it->valid || !tri_type_is_valid(types[i])) {
			variable->type = tri_check_basic(c, TRI_BASIC_INVALID);
			variable->used = true; // an error was reported
			continue;
		}
		if (over_integer) {
			tri_check_init_variable(c, variable, x, "range clause");
		} else {
			struct tri_operand y = {.mode = TRI_MODE_VALUE, .expr = left[i], .type = types[i]};
			tri_check_init_variable(c, variable, &y, "assignment");
		}
		left[i]->mode = TRI_MODE_VARIABLE;
		left[i]->type = variable->type;
	}
	if (variables.count == 0)
		tri_check_error(c, stmt->base.pos, TRI_CODE_NoNewVar, "no new variables on left side of :=");
	for (uint32_t i = 0; i < variables.count; i++)
		tri_check_declare(c, c->env.scope, NULL, variables.items[i], stmt->body->base.pos);
}

static void assign_variables(struct tri_checker *c, struct tri_operand *x, struct tri_expr *const left[2], const struct iteration *it)
{
	bool over_integer = x->mode != TRI_MODE_INVALID && tri_type_is(x->type, TRI_IS_INTEGER);
	struct tri_type *types[2] = {it->key, it->value};
	for (int i = 0; i < 2; i++) {
		if (!left[i] || !it->valid || !tri_type_is_valid(types[i]))
			continue;
		if (over_integer) {
			tri_check_assign_variable(c, left[i], NULL, x, "range clause");
			if (x->mode != TRI_MODE_INVALID && !tri_type_is(x->type, TRI_IS_INTEGER))
				tri_check_error(c, tri_expr_start(left[i]), TRI_CODE_InvalidRangeExpr, "cannot use iteration variable of type %s",
								TRI_T(x->type));
		} else {
			struct tri_operand y = {.mode = TRI_MODE_VALUE, .expr = left[i], .type = types[i]};
			tri_check_assign_variable(c, left[i], NULL, &y, "assignment");
		}
	}
}

void tri_check_range(struct tri_checker *c, struct tri_for_stmt *stmt, struct tri_range_clause *clause)
{
	tri_expr_list list = tri_check_unpack_list(c, clause->left);
	struct tri_expr *left[2] = {list.count > 0 ? list.items[0] : NULL, list.count > 1 ? list.items[1] : NULL};
	struct tri_expr *extra = list.count > 2 ? list.items[2] : NULL;
	struct tri_operand x;
	tri_check_expr(c, &x, clause->operand);
	struct iteration it = {.cause = ""};
	if (x.mode != TRI_MODE_INVALID) {
		it = iterate(c, x.type);
		if (!it.valid && *it.cause)
			tri_check_error(c, tri_expr_start(x.expr), TRI_CODE_InvalidRangeExpr, "cannot range over %s: %s%s", TRI_X(&x), it.cause,
							strncmp(it.cause, "requires go", 11) == 0 ? tri_check_version_hint(c) : "");
		else if (!it.valid && tri_type_is_valid(tri_type_underlying(x.type)))
			tri_check_error(c, tri_expr_start(x.expr), TRI_CODE_InvalidRangeExpr, "cannot range over %s", TRI_X(&x));
		else if (it.valid && !it.key && left[0])
			tri_check_error(c, tri_expr_start(left[0]), TRI_CODE_InvalidIterVar, "range over %s permits no iteration variables", TRI_X(&x));
		else if (it.valid && !it.value && left[1])
			tri_check_error(c, tri_expr_start(left[1]), TRI_CODE_InvalidIterVar, "range over %s permits only one iteration variable",
							TRI_X(&x));
		else if (extra)
			tri_check_error(c, tri_expr_start(extra), TRI_CODE_InvalidIterVar, "range clause permits at most two iteration variables");
	}
	(void)tri_check_open_scope(c);
	if (clause->define)
		define_variables(c, stmt, &x, left, &it);
	else if (left[0])
		assign_variables(c, &x, left, &it);
	if (it.valid && x.mode != TRI_MODE_INVALID && tri_type_is_untyped(x.type)) // no variable gave it a type
		tri_check_assignment(c, &x, NULL, "range clause");
	tri_check_stmt(c, &stmt->body->base);
	tri_check_close_scope(c);
}
