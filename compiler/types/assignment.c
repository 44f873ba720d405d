// Assignments and initialisations, of one variable or several, and short variable declarations.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

void tri_check_assignment(struct tri_checker *c, struct tri_operand *x, struct tri_type *type, const char *context)
{
	tri_check_single_value(c, x);
	if (x->mode == TRI_MODE_INVALID)
		return;
	tri_pos pos = tri_expr_start(x->expr);
	if (x->mode < TRI_MODE_CONSTANT || x->mode == TRI_MODE_PACKAGE) {
		tri_check_error(c, pos, TRI_CODE_IncompatibleAssign, "cannot assign %s to %s in %s", TRI_X(x), type ? TRI_T(type) : "<nil>",
						context);
		x->mode = TRI_MODE_INVALID;
		return;
	}
	if (tri_type_is_untyped(x->type)) {
		struct tri_type *target = type;
		if (x->mode == TRI_MODE_NIL) {
			if (!type) {
				tri_check_error(c, pos, TRI_CODE_UntypedNilUse, "use of untyped nil in %s", context);
				x->mode = TRI_MODE_INVALID;
				return;
			}
		} else if (!type || (tri_type_is_interface(type) && !tri_type_is_parameter(type))) {
			target = tri_type_default(c->universe, x->type);
		}
		struct tri_constant *value = NULL;
		enum tri_code code = TRI_CODE_COUNT;
		struct tri_type *new_type = tri_check_implicit_type(c, x, target, &value, &code);
		if (!new_type) {
			const char *suffix = code == TRI_CODE_TruncatedFloat ? " (truncated)" : code == TRI_CODE_NumericOverflow ? " (overflows)" : "";
			if (!*suffix)
				code = TRI_CODE_IncompatibleAssign;
			tri_check_error(c, pos, code, "cannot use %s as %s value in %s%s", TRI_X(x), TRI_T(target), context, suffix);
			x->mode = TRI_MODE_INVALID;
			return;
		}
		bool changes = new_type != x->type;
		tri_check_give_type(c, x, new_type, value);
		if (changes && x->expr->mode == TRI_MODE_INVALID)
			x->mode = TRI_MODE_INVALID; // a shift's operand was not an integer after all
	}
	if (x->mode != TRI_MODE_INVALID && x->type && x->type->kind == TRI_TYPE_FUNCTION && x->type->as.function.type_parameters.count > 0) {
		tri_check_error(c, pos, TRI_CODE_WrongTypeArgCount, "cannot use generic function %s without instantiation in %s", TRI_X(x),
						context);
		x->mode = TRI_MODE_INVALID;
		return;
	}
	if (!type || x->mode == TRI_MODE_INVALID)
		return;
	const char *cause = "";
	enum tri_code code = TRI_CODE_COUNT;
	if (tri_check_assignable(c, x, type, &cause, &code))
		return;
	tri_check_error(c, pos, code, "cannot use %s as %s value in %s%s%s", TRI_X(x), TRI_T(type), context, *cause ? ": " : "", cause);
	x->mode = TRI_MODE_INVALID;
}

static void set_invalid(struct tri_checker *c, struct tri_object *object)
{
	if (!object->type)
		object->type = tri_check_basic(c, TRI_BASIC_INVALID);
}

void tri_check_init_constant(struct tri_checker *c, struct tri_object *left, struct tri_operand *x)
{
	if (x->mode == TRI_MODE_INVALID || !tri_type_is_valid(x->type) || (left->type && !tri_type_is_valid(left->type))) {
		set_invalid(c, left);
		return;
	}
	if (x->mode != TRI_MODE_CONSTANT) {
		tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_InvalidConstInit, "%s is not constant", TRI_X(x));
		set_invalid(c, left);
		return;
	}
	if (!left->type)
		left->type = x->type;
	tri_check_assignment(c, x, left->type, "constant declaration");
	if (x->mode != TRI_MODE_INVALID)
		left->constant = x->constant;
}

void tri_check_init_variable(struct tri_checker *c, struct tri_object *left, struct tri_operand *x, const char *context)
{
	if (x->mode == TRI_MODE_INVALID || !tri_type_is_valid(x->type) || (left->type && !tri_type_is_valid(left->type))) {
		set_invalid(c, left);
		x->mode = TRI_MODE_INVALID;
		return;
	}
	if (!left->type) {
		if (tri_type_is_kind(x->type, TRI_BASIC_UNTYPED_NIL)) {
			tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_UntypedNilUse, "use of untyped nil in %s", context);
			set_invalid(c, left);
			x->mode = TRI_MODE_INVALID;
			return;
		}
		left->type = tri_type_default(c->universe, x->type);
	}
	tri_check_assignment(c, x, left->type, context);
}

// The type of an assignment's left side: NULL for _, invalid after an error.
static struct tri_type *left_type(struct tri_checker *c, struct tri_expr *left)
{
	struct tri_type *invalid = tri_check_basic(c, TRI_BASIC_INVALID);
	const struct tri_expr *inner = tri_expr_unparen(left);
	struct tri_object *variable = NULL;
	if (inner->kind == TRI_EXPR_NAME) {
		const struct tri_name *name = tri_as_name_expr(inner)->name;
		if (name == c->blank)
			return NULL;
		variable = tri_check_lookup(c, name);
		if (variable && variable->kind != TRI_OBJECT_VARIABLE)
			variable = NULL;
	}
	bool used = variable && variable->used;
	struct tri_operand x;
	tri_check_expr(c, &x, left);
	if (variable && variable->package == c->package)
		variable->used = used; // being assigned to is no use
	if (x.mode == TRI_MODE_INVALID || !tri_type_is_valid(x.type))
		return invalid;
	if (x.mode == TRI_MODE_VARIABLE || x.mode == TRI_MODE_MAP_INDEX) {
		tri_check_mark_reassigned(left);
		return x.type;
	}
	if (x.expr->kind == TRI_EXPR_SELECTOR && tri_as_selector_expr(x.expr)->operand->mode == TRI_MODE_MAP_INDEX) {
		tri_check_error(c, tri_expr_start(x.expr), TRI_CODE_UnaddressableFieldAssign, "cannot assign to struct field %s in map",
						TRI_E(x.expr));
		return invalid;
	}
	tri_check_error(c, tri_expr_start(x.expr), TRI_CODE_UnassignableOperand,
					"cannot assign to %s (neither addressable nor a map index expression)", TRI_E(x.expr));
	return invalid;
}

void tri_check_assign_variable(struct tri_checker *c, struct tri_expr *left, struct tri_expr *right, struct tri_operand *x,
							   const char *context)
{
	struct tri_type *type = left_type(c, left);
	if (type && !tri_type_is_valid(type)) {
		if (x)
			x->mode = TRI_MODE_INVALID;
		else
			(void)tri_check_use(c, right);
		return;
	}
	struct tri_operand value;
	if (!x) {
		x = &value;
		struct tri_type *under = type ? tri_type_underlying(type) : NULL;
		struct tri_target target = {under && under->kind == TRI_TYPE_FUNCTION ? under : NULL, NULL};
		if (target.signature)
			target.description = TRI_E(left);
		tri_check_expr_for(c, &target, x, right);
	}
	if (!type && strcmp(context, "assignment") == 0)
		context = "assignment to _ identifier";
	tri_check_assignment(c, x, type, context);
}

// ---- Several at once -------------------------------------------------------------------------

const char *tri_check_types_summary(struct tri_checker *c, struct tri_type *const *types, uint32_t count, bool variadic, bool has_dots)
{
	struct tri_buffer out = {0};
	tri_buffer_append_c(&out, "(");
	for (uint32_t i = 0; i < count; i++) {
		struct tri_type *type = types[i];
		bool last = i + 1 == count;
		if (i > 0)
			tri_buffer_append_c(&out, ", ");
		if (last && variadic) {
			tri_buffer_append_c(&out, "...");
			if (type && type->kind == TRI_TYPE_SLICE)
				type = type->as.slice.element;
		}
		if (!tri_type_is_valid(type)) {
			tri_buffer_append_c(&out, "unknown type");
		} else if (tri_type_is_untyped(type)) {
			const char *name = tri_basic_name(type->as.basic.kind);
			tri_buffer_append_c(&out, tri_type_is(type, TRI_IS_NUMERIC) ? "number" : name + strlen("untyped "));
		} else {
			tri_buffer_append_c(&out, TRI_T(type));
		}
		if (last && has_dots)
			tri_buffer_append_c(&out, "...");
	}
	tri_buffer_append_c(&out, ")");
	const char *text = tri_arena_strdup(c->arena, out.data, out.length);
	tri_buffer_free(&out);
	return text;
}

static void report_mismatch(struct tri_checker *c, tri_expr_list right, uint32_t left_count, uint32_t right_count)
{
	struct tri_expr *first = right.items[0];
	const char *variables = tri_arena_printf(c->arena, "%u variable%s", left_count, left_count == 1 ? "" : "s");
	const char *values = tri_arena_printf(c->arena, "%u value%s", right_count, right_count == 1 ? "" : "s");
	const struct tri_expr *inner = tri_expr_unparen(first);
	if (right.count == 1 && inner->kind == TRI_EXPR_CALL)
		tri_check_error(c, tri_expr_start(first), TRI_CODE_WrongAssignCount, "assignment mismatch: %s but %s returns %s", variables,
						TRI_E(tri_as_call_expr(inner)->function), values);
	else
		tri_check_error(c, tri_expr_start(first), TRI_CODE_WrongAssignCount, "assignment mismatch: %s but %s", variables, values);
}

static void report_return(struct tri_checker *c, tri_pos pos, struct tri_object **left, uint32_t left_count,
						  const struct tri_operand *right, uint32_t right_count)
{
	if (right_count > left_count)
		pos = tri_expr_start(right[left_count].expr);
	else if (right_count > 0)
		pos = tri_expr_start(right[right_count - 1].expr);
	struct tri_type **have = TRI_NEW_ARRAY(c->arena, struct tri_type *, right_count);
	struct tri_type **want = TRI_NEW_ARRAY(c->arena, struct tri_type *, left_count);
	for (uint32_t i = 0; i < right_count; i++)
		have[i] = right[i].type;
	for (uint32_t i = 0; i < left_count; i++)
		want[i] = left[i]->type;
	tri_check_error(c, pos, TRI_CODE_WrongResultCount, "%s return values\n\thave %s\n\twant %s",
					right_count > left_count ? "too many" : "not enough", tri_check_types_summary(c, have, right_count, false, false),
					tri_check_types_summary(c, want, left_count, false, false));
}

static bool is_call(tri_expr_list list) { return list.count == 1 && tri_expr_unparen(list.items[0])->kind == TRI_EXPR_CALL; }

void tri_check_init_variables(struct tri_checker *c, struct tri_object **left, uint32_t count, tri_expr_list right,
							  struct tri_stmt *return_stmt)
{
	const char *context = return_stmt ? "return statement" : "assignment";
	if (count == right.count && !is_call(right)) {
		for (uint32_t i = 0; i < count; i++) {
			struct tri_operand x;
			const struct tri_name *name = left[i]->name;
			struct tri_target target = tri_check_target(left[i]->type, name && name->length > 0 ? name->text
																	   : return_stmt            ? "result variable"
																								: "");
			tri_check_expr_for(c, &target, &x, right.items[i]);
			tri_check_init_variable(c, left[i], &x, context);
		}
		return;
	}
	if (right.count != 1) {
		if (tri_check_use_list(c, right)) {
			if (return_stmt) {
				uint32_t value_count = 0;
				struct tri_operand *values = tri_check_expr_list(c, right, &value_count);
				report_return(c, return_stmt->pos, left, count, values, value_count);
			} else {
				report_mismatch(c, right, count, right.count);
			}
		}
		for (uint32_t i = 0; i < count; i++)
			set_invalid(c, left[i]);
		return;
	}
	uint32_t value_count = 0;
	bool comma_ok = false;
	struct tri_operand *values = tri_check_multi(c, right.items[0], count == 2 && !return_stmt, &value_count, &comma_ok);
	if (count == value_count) {
		for (uint32_t i = 0; i < count; i++)
			tri_check_init_variable(c, left[i], &values[i], context);
		if (comma_ok && values[0].mode != TRI_MODE_INVALID && values[1].mode != TRI_MODE_INVALID)
			tri_check_record_comma_ok(right.items[0]);
		return;
	}
	if (values[0].mode != TRI_MODE_INVALID) {
		if (return_stmt)
			report_return(c, return_stmt->pos, left, count, values, value_count);
		else
			report_mismatch(c, right, count, value_count);
	}
	for (uint32_t i = 0; i < count; i++)
		set_invalid(c, left[i]);
}

void tri_check_assign_variables(struct tri_checker *c, tri_expr_list left, tri_expr_list right)
{
	if (left.count == right.count && !is_call(right)) {
		for (uint32_t i = 0; i < left.count; i++)
			tri_check_assign_variable(c, left.items[i], right.items[i], NULL, "assignment");
		return;
	}
	if (right.count != 1) {
		bool valid = true;
		for (uint32_t i = 0; i < left.count; i++)
			valid = tri_check_use_left(c, left.items[i]) && valid;
		if (tri_check_use_list(c, right) && valid)
			report_mismatch(c, right, left.count, right.count);
		return;
	}
	uint32_t count = 0;
	bool comma_ok = false;
	struct tri_operand *values = tri_check_multi(c, right.items[0], left.count == 2, &count, &comma_ok);
	if (left.count == count) {
		for (uint32_t i = 0; i < count; i++)
			tri_check_assign_variable(c, left.items[i], NULL, &values[i], "assignment");
		if (comma_ok && values[0].mode != TRI_MODE_INVALID && values[1].mode != TRI_MODE_INVALID)
			tri_check_record_comma_ok(right.items[0]);
		return;
	}
	if (values[0].mode != TRI_MODE_INVALID)
		report_mismatch(c, right, left.count, count);
	for (uint32_t i = 0; i < left.count; i++)
		(void)tri_check_use_left(c, left.items[i]);
}

void tri_check_short_declaration(struct tri_checker *c, tri_pos pos, tri_expr_list left, tri_expr_list right)
{
	uint32_t top = c->delayed.count;
	struct tri_object **variables = TRI_NEW_ARRAY(c->arena, struct tri_object *, left.count);
	struct tri_map seen = {0};
	tri_object_list fresh = {0};
	bool failed = false;
	for (uint32_t i = 0; i < left.count; i++) {
		struct tri_expr *expr = left.items[i];
		if (expr->kind != TRI_EXPR_NAME) {
			(void)tri_check_use_left(c, expr);
			tri_check_error(c, tri_expr_start(expr), TRI_CODE_BadDecl, "non-name %s on left side of :=", TRI_E(expr));
			failed = true;
			continue;
		}
		struct tri_name_expr *name = tri_as_name_expr(expr);
		bool blank = name->name == c->blank;
		if (!blank && tri_map_put(c->arena, &seen, TRI_KEY(name->name), name)) {
			tri_check_error(c, expr->pos, TRI_CODE_RepeatedDecl, "%s repeated on left side of :=", name->name->text);
			failed = true;
			continue;
		}
		struct tri_object *known = blank ? NULL : tri_scope_lookup(c->env.scope, name->name);
		if (known) {
			name->object = known;
			if (known->kind == TRI_OBJECT_VARIABLE) {
				variables[i] = known;
				known->reassigned = true;
			} else {
				tri_check_error(c, expr->pos, TRI_CODE_UnassignableOperand, "cannot assign to %s", name->name->text);
				failed = true;
			}
			continue;
		}
		variables[i] = tri_check_new_object(c, TRI_OBJECT_VARIABLE, expr->pos, name->name, NULL);
		if (!blank) {
			name->object = variables[i];
			tri_vector_push(c->arena, &fresh, variables[i]);
		}
	}
	for (uint32_t i = 0; i < left.count; i++)
		if (!variables[i]) // an error was reported; its value is checked all the same
			variables[i] = tri_check_new_object(c, TRI_OBJECT_VARIABLE, left.items[i]->pos, c->blank, NULL);
	tri_check_init_variables(c, variables, left.count, right, NULL);
	tri_check_delayed(c, top); // function literals must not see the new variables
	for (uint32_t i = 0; i < left.count; i++)
		if (left.items[i]->kind == TRI_EXPR_NAME) {
			left.items[i]->mode = TRI_MODE_VARIABLE;
			left.items[i]->type = variables[i]->type;
		}
	if (fresh.count == 0 && !failed) {
		tri_check_error(c, pos, TRI_CODE_NoNewVar, "no new variables on left side of :=");
		return;
	}
	tri_pos start = right.count > 0 ? tri_expr_end(tri_vector_last(&right)) : pos;
	for (uint32_t i = 0; i < fresh.count; i++)
		tri_check_declare(c, c->env.scope, NULL, fresh.items[i], start);
}
