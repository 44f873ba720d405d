// Expression switches, type switches, select.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static void report_second_default(struct tri_checker *c, tri_pos pos, tri_pos first)
{
	tri_check_error(c, pos, TRI_CODE_DuplicateDefault, "multiple defaults (first at %s)", tri_check_pos_text(c, first));
}

static void check_defaults(struct tri_checker *c, const struct tri_switch_stmt *stmt)
{
	const struct tri_case_clause *first = NULL;
	for (uint32_t i = 0; i < stmt->clauses.count; i++) {
		const struct tri_case_clause *clause = stmt->clauses.items[i];
		if (clause->cases)
			continue;
		if (first)
			report_second_default(c, clause->pos, first->pos);
		else
			first = clause;
	}
}

// ---- Expression switches ---------------------------------------------------------------------

struct seen_value {
	tri_pos pos;
	struct tri_type *type;
};

typedef TRI_VECTOR(struct seen_value) seen_values;

// Integers, floats and strings may occur once per type.
static bool is_duplicate(struct tri_checker *c, struct tri_map *seen, const struct tri_operand *value)
{
	enum tri_constant_kind kind = tri_constant_kind(value->constant);
	if (kind != TRI_CONSTANT_INT && kind != TRI_CONSTANT_FLOAT && kind != TRI_CONSTANT_STRING)
		return false;
	struct tri_buffer text = {0};
	size_t length = 0;
	if (kind == TRI_CONSTANT_STRING) {
		const char *bytes = tri_constant_string_value(value->constant, &length);
		tri_buffer_append(&text, bytes, length);
	} else {
		tri_constant_print(value->constant, true, &text);
	}
	const struct tri_name *key = tri_name_intern(c->universe->names, text.data ? text.data : "", text.length);
	tri_buffer_free(&text);
	seen_values *values = tri_map_get(seen, TRI_KEY(key));
	if (!values) {
		values = TRI_NEW(c->arena, seen_values);
		tri_map_put(c->arena, seen, TRI_KEY(key), values);
	}
	for (uint32_t i = 0; i < values->count; i++)
		if (tri_type_identical(values->items[i].type, value->type)) {
			tri_check_error(c, tri_expr_start(value->expr), TRI_CODE_DuplicateCase,
							"duplicate case %s in expression switch\n\t%s: previous case", TRI_X(value),
							tri_check_pos_text(c, values->items[i].pos));
			return true;
		}
	struct seen_value entry = {value->expr->pos, value->type};
	tri_vector_push(c->arena, values, entry);
	return false;
}

static void check_case_values(struct tri_checker *c, struct tri_operand *tag, tri_expr_list cases, struct tri_map *seen)
{
	for (uint32_t i = 0; i < cases.count; i++) {
		struct tri_operand value;
		tri_check_expr(c, &value, cases.items[i]);
		if (tag->mode == TRI_MODE_INVALID || value.mode == TRI_MODE_INVALID)
			continue;
		tri_check_convert_untyped(c, &value, tag->type);
		if (value.mode == TRI_MODE_INVALID)
			continue;
		struct tri_operand result = value;
		tri_check_comparison(c, &result, tag, TRI_OP_EQUAL, true);
		if (result.mode != TRI_MODE_INVALID && value.mode == TRI_MODE_CONSTANT)
			(void)is_duplicate(c, seen, &value);
	}
}

// Stands for the missing tag of `switch {`.
static struct tri_operand true_operand(struct tri_checker *c, const struct tri_switch_stmt *stmt)
{
	struct tri_name_expr *name = TRI_NEW(c->arena, struct tri_name_expr);
	name->base.kind = TRI_EXPR_NAME;
	name->base.pos = stmt->clauses.count > 0 ? stmt->clauses.items[0]->pos : stmt->rbrace;
	name->name = tri_name_intern_c(c->universe->names, "true");
	struct tri_operand x = {
		.mode = TRI_MODE_CONSTANT,
		.expr = &name->base,
		.type = tri_check_basic(c, TRI_BASIC_BOOL),
		.constant = tri_constant_bool(c->arena, true),
	};
	tri_check_record(c, &x);
	return x;
}

static void check_expression_switch(struct tri_checker *c, struct tri_switch_stmt *stmt)
{
	struct tri_operand x;
	if (stmt->tag) {
		tri_check_expr(c, &x, stmt->tag);
		tri_check_assignment(c, &x, NULL, "switch expression");
		if (x.mode != TRI_MODE_INVALID && !tri_type_comparable(x.type) && !tri_type_has_nil(x.type)) {
			tri_check_error(c, tri_expr_start(x.expr), TRI_CODE_InvalidExprSwitch, "cannot switch on %s (%s is not comparable)", TRI_X(&x),
							TRI_T(x.type));
			x.mode = TRI_MODE_INVALID;
		}
	} else {
		x = true_operand(c, stmt);
	}
	check_defaults(c, stmt);
	struct tri_map seen = {0};
	for (uint32_t i = 0; i < stmt->clauses.count; i++) {
		struct tri_case_clause *clause = stmt->clauses.items[i];
		check_case_values(c, &x, tri_check_unpack_list(c, clause->cases), &seen);
		(void)tri_check_open_scope(c);
		tri_check_stmt_list(c, clause->body);
		tri_check_close_scope(c);
	}
}

// ---- Type switches ---------------------------------------------------------------------------

struct seen_type {
	struct tri_type *type; // NULL: nil
	struct tri_expr *expr;
};

typedef TRI_VECTOR(struct seen_type) seen_types;

static bool is_nil(struct tri_checker *c, const struct tri_expr *expr)
{
	const struct tri_expr *inner = tri_expr_unparen(expr);
	if (inner->kind != TRI_EXPR_NAME)
		return false;
	struct tri_object *object = tri_check_lookup(c, tri_as_name_expr(inner)->name);
	return object && object->kind == TRI_OBJECT_NIL;
}

// Checks a clause's types; returns the type its variable has.
static struct tri_type *check_case_types(struct tri_checker *c, struct tri_operand *x, tri_expr_list cases, seen_types *seen)
{
	struct tri_type *type = NULL;
	for (uint32_t i = 0; i < cases.count; i++) {
		struct tri_expr *expr = cases.items[i];
		if (is_nil(c, expr)) {
			struct tri_operand ignored;
			type = NULL;
			tri_check_expr(c, &ignored, expr);
		} else {
			type = tri_check_variable_type(c, expr);
			if (!tri_type_is_valid(type))
				continue;
		}
		const struct seen_type *other = NULL;
		for (uint32_t j = 0; j < seen->count && !other; j++)
			if (type && seen->items[j].type ? tri_type_identical(type, seen->items[j].type) : type == seen->items[j].type)
				other = &seen->items[j];
		if (other) {
			tri_check_error(c, tri_expr_start(expr), TRI_CODE_DuplicateCase, "duplicate case %s in type switch\n\t%s: previous case",
							type ? TRI_T(type) : "nil", tri_check_pos_text(c, tri_expr_start(other->expr)));
			continue;
		}
		struct seen_type entry = {type, expr};
		tri_vector_push(c->arena, seen, entry);
		if (x && type)
			tri_check_type_assertion(c, expr, x, type, true);
	}
	if (cases.count == 1 && type)
		return type;
	return x ? x->type : tri_check_basic(c, TRI_BASIC_INVALID);
}

static void check_type_switch(struct tri_checker *c, struct tri_switch_stmt *stmt, struct tri_type_switch_guard *guard)
{
	struct tri_name_expr *name = guard->name;
	if (name && name->name == c->blank) {
		tri_check_error(c, name->base.pos, TRI_CODE_NoNewVar, "no new variable on left side of :=");
		name = NULL;
	}
	struct tri_operand operand, *x = NULL;
	tri_check_expr(c, &operand, guard->operand);
	if (operand.mode != TRI_MODE_INVALID) {
		if (tri_type_is_parameter(operand.type))
			tri_check_error(c, tri_expr_start(operand.expr), TRI_CODE_InvalidTypeSwitch,
							"cannot use type switch on type parameter value %s", TRI_X(&operand));
		else if (tri_type_is_interface(operand.type))
			x = &operand;
		else
			tri_check_error(c, tri_expr_start(operand.expr), TRI_CODE_InvalidTypeSwitch, "%s is not an interface", TRI_X(&operand));
	}
	check_defaults(c, stmt);
	seen_types seen = {0};
	tri_object_list variables = {0};
	for (uint32_t i = 0; i < stmt->clauses.count; i++) {
		struct tri_case_clause *clause = stmt->clauses.items[i];
		struct tri_type *type = check_case_types(c, x, tri_check_unpack_list(c, clause->cases), &seen);
		(void)tri_check_open_scope(c);
		if (name) {
			struct tri_object *variable = tri_check_new_object(c, TRI_OBJECT_VARIABLE, name->base.pos, name->name, type);
			tri_check_declare(c, c->env.scope, NULL, variable, clause->colon);
			clause->implicit_object = variable;
			tri_vector_push(c->arena, &variables, variable);
		}
		tri_check_stmt_list(c, clause->body);
		tri_check_close_scope(c);
	}
	if (!name)
		return;
	bool used = false;
	for (uint32_t i = 0; i < variables.count; i++) {
		used = used || variables.items[i]->used;
		variables.items[i]->used = true; // reported once, for the switch
	}
	if (!used)
		tri_check_error(c, name->base.pos, TRI_CODE_UnusedVar, "%s declared and not used", name->name->text);
}

void tri_check_switch(struct tri_checker *c, struct tri_switch_stmt *stmt)
{
	(void)tri_check_open_scope(c);
	if (stmt->init)
		tri_check_stmt(c, stmt->init);
	if (stmt->tag && stmt->tag->kind == TRI_EXPR_TYPE_SWITCH_GUARD)
		check_type_switch(c, stmt, tri_as_type_switch_guard(stmt->tag));
	else
		check_expression_switch(c, stmt);
	tri_check_close_scope(c);
}

// ---- Select ----------------------------------------------------------------------------------

static bool is_receive(const struct tri_expr *expr)
{
	if (!expr)
		return false;
	const struct tri_expr *inner = tri_expr_unparen(expr);
	return inner->kind == TRI_EXPR_UNARY && tri_as_unary_expr(inner)->operator== TRI_OP_RECEIVE;
}

static bool is_communication(const struct tri_stmt *stmt)
{
	if (!stmt || stmt->kind == TRI_STMT_SEND)
		return true;
	if (stmt->kind == TRI_STMT_ASSIGN)
		return is_receive(tri_as_assign_stmt(stmt)->right);
	return stmt->kind == TRI_STMT_EXPR && is_receive(tri_as_expr_stmt(stmt)->expr);
}

void tri_check_select(struct tri_checker *c, struct tri_select_stmt *stmt)
{
	const struct tri_comm_clause *first_default = NULL;
	for (uint32_t i = 0; i < stmt->clauses.count; i++) {
		const struct tri_comm_clause *clause = stmt->clauses.items[i];
		if (clause->comm)
			continue;
		if (first_default)
			report_second_default(c, clause->pos, first_default->pos);
		else
			first_default = clause;
	}
	for (uint32_t i = 0; i < stmt->clauses.count; i++) {
		struct tri_comm_clause *clause = stmt->clauses.items[i];
		if (!is_communication(clause->comm)) {
			tri_check_error(c, clause->comm->pos, TRI_CODE_InvalidSelectCase,
							"select case must be send or receive (possibly with assignment)");
			continue;
		}
		(void)tri_check_open_scope(c);
		if (clause->comm)
			tri_check_stmt(c, clause->comm);
		tri_check_stmt_list(c, clause->body);
		tri_check_close_scope(c);
	}
}
