// Selectors: package.name, fields, method values and method expressions.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static const char *tail(const struct tri_name *name)
{
	const char *text = name->text + 1;
	while (((unsigned char)*text & 0xC0) == 0x80)
		text++;
	return text;
}

const char *tri_check_lookup_error(struct tri_checker *c, struct tri_type *type, const struct tri_name *selected, struct tri_object *object,
								   bool struct_literal)
{
	enum { MISSING, MISSPELT, UNEXPORTED, INACCESSIBLE } error = MISSING;
	const char *name = selected->text, *other = object ? object->name->text : "";
	if (object) {
		if (object->package == c->package)
			error = MISSPELT;
		else if (tri_name_is_exported(selected))
			error = tri_name_is_exported(object->name) ? MISSPELT : strcmp(tail(selected), tail(object->name)) == 0 ? UNEXPORTED : MISSING;
		else if (tri_name_is_exported(object->name))
			error = strcmp(tail(selected), tail(object->name)) == 0 ? MISSPELT : MISSING;
		else if (selected == object->name)
			error = INACCESSIBLE;
	}
	if (struct_literal)
		switch (error) {
		case MISSING:
			return tri_arena_printf(c->arena, "unknown field %s in struct literal of type %s", name, TRI_T(type));
		case MISSPELT:
			return tri_arena_printf(c->arena, "unknown field %s in struct literal of type %s, but does have %s", name, TRI_T(type), other);
		case UNEXPORTED:
			return tri_arena_printf(c->arena, "unknown field %s in struct literal of type %s, but does have unexported %s", name,
									TRI_T(type), other);
		case INACCESSIBLE:
			return tri_arena_printf(c->arena, "cannot refer to unexported field %s in struct literal of type %s", other, TRI_T(type));
		}
	const char *what = object && object->kind == TRI_OBJECT_FUNCTION ? "method" : "field";
	switch (error) {
	case MISSING:
		break;
	case MISSPELT:
		return tri_arena_printf(c->arena, "type %s has no field or method %s, but does have %s %s", TRI_T(type), name, what, other);
	case UNEXPORTED:
		return tri_arena_printf(c->arena, "type %s has no field or method %s, but does have unexported %s %s", TRI_T(type), name, what,
								other);
	case INACCESSIBLE:
		return tri_arena_printf(c->arena, "cannot refer to unexported %s %s", what, other);
	}
	return tri_arena_printf(c->arena, "type %s has no field or method %s", TRI_T(type), name);
}

// package.name; the operand's mode says whether it worked.
static void check_qualified(struct tri_checker *c, struct tri_operand *x, struct tri_selector_expr *expr, struct tri_object *import)
{
	struct tri_name_expr *selected = expr->selected;
	struct tri_package *package = import->imported;
	import->used = true;
	tri_as_name_expr(expr->operand)->object = import;
	expr->operand->mode = TRI_MODE_PACKAGE;
	x->mode = TRI_MODE_INVALID;
	struct tri_object *object = tri_scope_lookup(package->scope, selected->name);
	if (!object) {
		if (!package->complete)
			return;
		for (uint32_t i = 0; i < package->scope->names.count; i++) {
			struct tri_object *other = package->scope->names.entries[i].value;
			if (tri_name_is_exported(other->name) && tri_name_equal_fold(other->name, selected->name)) {
				tri_check_error(c, selected->base.pos, TRI_CODE_UndeclaredImportedName, "undefined: %s (but have %s)", TRI_E(&expr->base),
								other->name->text);
				return;
			}
		}
		tri_check_error(c, selected->base.pos, TRI_CODE_UndeclaredImportedName, "undefined: %s", TRI_E(&expr->base));
		return;
	}
	if (!tri_name_is_exported(object->name))
		tri_check_error(c, selected->base.pos, TRI_CODE_UnexportedName, "name %s not exported by package %s", selected->name->text,
						package->name->text);
	selected->object = object;
	x->type = object->type;
	x->expr = &expr->base;
	switch ((enum tri_object_kind)object->kind) {
	case TRI_OBJECT_CONSTANT:
		x->mode = TRI_MODE_CONSTANT;
		x->constant = object->constant;
		break;
	case TRI_OBJECT_TYPE:
		x->mode = TRI_MODE_TYPE;
		break;
	case TRI_OBJECT_VARIABLE:
		x->mode = TRI_MODE_VARIABLE;
		break;
	case TRI_OBJECT_FUNCTION:
		x->mode = TRI_MODE_VALUE;
		break;
	case TRI_OBJECT_BUILTIN:
		x->mode = TRI_MODE_BUILTIN;
		x->builtin = object->builtin;
		break;
	case TRI_OBJECT_PACKAGE_NAME:
	case TRI_OBJECT_FIELD:
	case TRI_OBJECT_LABEL:
	case TRI_OBJECT_NIL:
		tri_ice("package scope of %s has object %s", package->path, object->name->text);
	}
	if (x->mode != TRI_MODE_BUILTIN && !tri_type_is_valid(object->type))
		x->mode = TRI_MODE_INVALID;
}

static void report_missing(struct tri_checker *c, struct tri_operand *x, struct tri_selector_expr *expr, enum tri_lookup_failure failure)
{
	const struct tri_name *selected = expr->selected->name;
	tri_pos pos = expr->selected->base.pos;
	if (!tri_type_is_valid(tri_type_underlying(x->type)))
		return;
	if (failure == TRI_LOOKUP_AMBIGUOUS) {
		tri_check_error(c, pos, TRI_CODE_AmbiguousSelector, "ambiguous selector %s.%s", TRI_E(x->expr), selected->text);
		return;
	}
	if (failure == TRI_LOOKUP_POINTER_RECEIVER) {
		const char *type = TRI_T(x->type);
		if (x->mode == TRI_MODE_TYPE)
			tri_check_error(c, pos, TRI_CODE_InvalidMethodExpr, "invalid method expression %s.%s (needs pointer receiver (*%s).%s)", type,
							selected->text, type, selected->text);
		else
			tri_check_error(c, pos, TRI_CODE_InvalidMethodExpr, "cannot call pointer method %s on %s", selected->text, type);
		return;
	}
	const char *why;
	if (tri_type_is_interface_pointer(x->type)) {
		why = tri_check_interface_pointer_text(c, x->type);
	} else {
		struct tri_lookup other = tri_lookup_in(c->arena, x->type, x->mode == TRI_MODE_VARIABLE, c->package, selected, true);
		why = tri_check_lookup_error(c, x->type, selected, other.object, false);
	}
	tri_check_error(c, pos, TRI_CODE_MissingFieldOrMethod, "%s.%s undefined (%s)", TRI_E(x->expr), selected->text, why);
}

// T.m is a function whose first parameter is the receiver.
static struct tri_type *method_expression_type(struct tri_checker *c, struct tri_type *receiver_type, struct tri_type *method)
{
	struct tri_type *type = tri_type_new(c->universe, TRI_TYPE_FUNCTION);
	uint32_t count = method->as.function.parameter_count;
	struct tri_object **parameters = TRI_NEW_ARRAY(c->arena, struct tri_object *, count + 1);
	const struct tri_object *receiver = method->as.function.receiver;
	const struct tri_name *name = NULL; // either all parameters are named or none
	if (count > 0 && method->as.function.parameters[0]->name)
		name = receiver->name ? receiver->name : c->blank;
	parameters[0] = tri_check_new_object(c, TRI_OBJECT_VARIABLE, receiver->pos, name, receiver_type);
	parameters[0]->is_parameter = true;
	for (uint32_t i = 0; i < count; i++)
		parameters[i + 1] = method->as.function.parameters[i];
	type->as.function.parameters = parameters;
	type->as.function.parameter_count = count + 1;
	type->as.function.results = method->as.function.results;
	type->as.function.result_count = method->as.function.result_count;
	type->as.function.variadic = method->as.function.variadic;
	return type;
}

static bool select_member(struct tri_checker *c, struct tri_operand *x, struct tri_selector_expr *expr, bool want_type)
{
	tri_check_expr_or_type(c, x, expr->operand);
	if (x->mode == TRI_MODE_INVALID)
		return false;
	if (x->mode == TRI_MODE_BUILTIN) {
		tri_check_error(c, expr->base.pos, TRI_CODE_UncalledBuiltin, "invalid use of %s in selector expression", TRI_X(x));
		return false;
	}
	if (want_type) {
		tri_check_error(c, expr->selected->base.pos, TRI_CODE_NotAType, "%s is not a type", TRI_E(&expr->base));
		return false;
	}
	if (x->mode == TRI_MODE_NIL) {
		tri_check_error(c, expr->selected->base.pos, TRI_CODE_MissingFieldOrMethod, "%s.%s undefined (type %s has no field or method %s)",
						TRI_E(x->expr), expr->selected->name->text, TRI_T(x->type), expr->selected->name->text);
		return false;
	}
	const struct tri_name *name = expr->selected->name;
	struct tri_lookup found = tri_lookup_in(c->arena, x->type, x->mode == TRI_MODE_VARIABLE, c->package, name, false);
	if (found.failure != TRI_LOOKUP_FOUND) {
		report_missing(c, x, expr, found.failure);
		return false;
	}
	struct tri_object *object = found.object;
	bool is_method = object->kind == TRI_OBJECT_FUNCTION;
	if (is_method)
		tri_check_object(c, object);
	struct tri_selection *selection = TRI_NEW(c->arena, struct tri_selection);
	*selection = (struct tri_selection){
		.receiver = x->type, .object = object, .path = found.path, .path_length = found.path_length, .indirect = found.indirect};
	expr->selected->object = object;
	expr->selection = selection;
	if (is_method && !tri_type_is_valid(object->type)) // declared in terms of itself
		return false;
	if (x->mode == TRI_MODE_TYPE) {
		if (!is_method) {
			tri_check_error(c, expr->selected->base.pos, TRI_CODE_MissingFieldOrMethod, "%s.%s undefined (type %s has no method %s)",
							TRI_E(x->expr), name->text, TRI_T(x->type), name->text);
			return false;
		}
		if (!object->type->as.function.receiver) {
			tri_check_error(c, tri_expr_start(&expr->base), TRI_CODE_InvalidDeclCycle, "illegal cycle in method declaration");
			return false;
		}
		selection->kind = TRI_SELECT_METHOD_EXPR;
		x->mode = TRI_MODE_VALUE;
		x->type = method_expression_type(c, x->type, object->type);
		tri_check_add_dependency(c, object);
	} else if (is_method) {
		selection->kind = TRI_SELECT_METHOD_VALUE;
		if (object->pointer_receiver && !found.indirect)
			tri_check_mark_address_taken(expr->operand);
		x->mode = TRI_MODE_VALUE;
		x->type = object->type;
		tri_check_add_dependency(c, object);
	} else {
		selection->kind = TRI_SELECT_FIELD;
		x->mode = x->mode == TRI_MODE_VARIABLE || found.indirect ? TRI_MODE_VARIABLE : TRI_MODE_VALUE;
		x->type = object->type;
	}
	return true;
}

void tri_check_selector(struct tri_checker *c, struct tri_operand *x, struct tri_selector_expr *expr, bool want_type)
{
	expr->selection = NULL;
	if (expr->operand->kind == TRI_EXPR_NAME) {
		struct tri_object *import = tri_check_lookup(c, tri_as_name_expr(expr->operand)->name);
		if (import && import->kind == TRI_OBJECT_PACKAGE_NAME) {
			check_qualified(c, x, expr, import);
			x->expr = &expr->base;
			return;
		}
	}
	if (!select_member(c, x, expr, want_type)) {
		x->mode = TRI_MODE_INVALID;
		x->type = tri_check_basic(c, TRI_BASIC_INVALID);
	}
	x->expr = &expr->base;
}
