// Identifiers, and expressions that denote types.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static const char *object_kind_text(const struct tri_object *object)
{
	switch ((enum tri_object_kind)object->kind) {
	case TRI_OBJECT_PACKAGE_NAME:
		return "package name";
	case TRI_OBJECT_CONSTANT:
		return "constant";
	case TRI_OBJECT_TYPE:
		return "defined type";
	case TRI_OBJECT_VARIABLE:
		return object->is_package_level ? "package-level variable"
			   : object->is_receiver    ? "receiver"
			   : object->is_parameter   ? "parameter"
			   : object->is_result      ? "result variable"
										: "local variable";
	case TRI_OBJECT_FIELD:
		return "struct field";
	case TRI_OBJECT_FUNCTION:
		return object->function && object->function->receiver ? "method" : "function";
	case TRI_OBJECT_LABEL:
		return "label";
	case TRI_OBJECT_BUILTIN:
		return "built-in function";
	case TRI_OBJECT_NIL:
		return "untyped nil";
	}
	return "unknown symbol";
}

static const struct tri_scope *enclosing_function(const struct tri_scope *scope)
{
	while (scope && !scope->is_function)
		scope = scope->parent;
	return scope;
}

// The object may have come through a dot import, which is a file's.
static void mark_dot_import(struct tri_checker *c, const struct tri_object *object)
{
	for (const struct tri_scope *scope = c->env.scope; scope; scope = scope->parent) {
		const struct tri_map *seen = tri_map_get(&c->dot_imports, TRI_KEY(scope));
		struct tri_object *import = seen ? tri_map_get(seen, TRI_KEY(object)) : NULL;
		if (import)
			import->used = true;
	}
}

void tri_check_identifier(struct tri_checker *c, struct tri_operand *x, struct tri_name_expr *expr, bool want_type)
{
	x->mode = TRI_MODE_INVALID;
	x->expr = &expr->base;
	tri_pos pos = expr->base.pos;
	struct tri_object *object = tri_check_lookup(c, expr->name);
	if (!object) {
		if (expr->name == c->blank)
			tri_check_error(c, pos, TRI_CODE_InvalidBlank, "cannot use _ as value or type");
		else
			tri_check_error(c, pos, TRI_CODE_UndeclaredName, "undefined: %s", expr->name->text);
		return;
	}
	bool is_constraint = object->type == c->universe->comparable_type || object->type == c->universe->any_type;
	if (object->kind == TRI_OBJECT_TYPE && is_constraint && object->scope == c->universe->scope &&
		!tri_check_version(c, pos, 18, "predeclared %s", object->name->text))
		return;
	expr->object = object;
	bool is_type = object->kind == TRI_OBJECT_TYPE;
	if (!is_type && want_type) {
		tri_check_error(c, pos, TRI_CODE_NotAType, "%s (%s) is not a type", object->name->text, object_kind_text(object));
		if (object->kind == TRI_OBJECT_VARIABLE)
			tri_check_mark_used(c, object);
		return;
	}
	if (!object->type || (is_type && want_type && object->package == c->package))
		tri_check_object(c, object);
	if (!object->type) // a local declared in terms of itself can't be found, so this is a cycle just reported
		return;
	if (c->dot_imports.count > 0 && object->package != c->package)
		mark_dot_import(c, object);
	x->type = object->type;
	switch ((enum tri_object_kind)object->kind) {
	case TRI_OBJECT_PACKAGE_NAME:
		tri_check_error(c, pos, TRI_CODE_InvalidPkgUse, "use of package %s not in selector", object->name->text);
		return;
	case TRI_OBJECT_CONSTANT:
		tri_check_add_dependency(c, object);
		if (!tri_type_is_valid(object->type))
			return;
		if (object->scope == c->universe->scope && strcmp(object->name->text, "iota") == 0) {
			if (!c->env.iota) {
				tri_check_error(c, pos, TRI_CODE_InvalidIota, "cannot use iota outside constant declaration");
				return;
			}
			x->constant = (struct tri_constant *)(uintptr_t)c->env.iota;
		} else {
			x->constant = object->constant;
		}
		x->mode = TRI_MODE_CONSTANT;
		return;
	case TRI_OBJECT_TYPE:
		x->mode = TRI_MODE_TYPE;
		return;
	case TRI_OBJECT_VARIABLE:
		tri_check_mark_used(c, object);
		tri_check_add_dependency(c, object);
		if (!object->is_package_level && c->env.function_scope && enclosing_function(object->scope) != c->env.function_scope)
			object->captured = true;
		if (!tri_type_is_valid(object->type))
			return;
		x->mode = TRI_MODE_VARIABLE;
		return;
	case TRI_OBJECT_FUNCTION:
		tri_check_add_dependency(c, object);
		if (!tri_type_is_valid(object->type))
			return;
		x->mode = TRI_MODE_VALUE;
		return;
	case TRI_OBJECT_BUILTIN:
		x->builtin = object->builtin;
		x->mode = TRI_MODE_BUILTIN;
		return;
	case TRI_OBJECT_NIL:
		x->mode = TRI_MODE_NIL;
		return;
	case TRI_OBJECT_FIELD:
	case TRI_OBJECT_LABEL:
		break;
	}
	tri_ice("object %s in a scope", object->name->text);
}

struct variable_type {
	struct tri_expr *expr;
	struct tri_type *type;
};

static void check_not_constraint(struct tri_checker *c, void *data)
{
	const struct variable_type *v = data;
	struct tri_type *under = tri_type_underlying(v->type);
	if (!under || under->kind != TRI_TYPE_INTERFACE || tri_interface_is_method_set(under))
		return;
	if (!under->as.interface.comparable_constraint)
		tri_check_error(c, tri_expr_start(v->expr), TRI_CODE_MisplacedConstraintIface,
						"cannot use type %s outside a type constraint: interface contains type constraints", TRI_T(v->type));
	else
		tri_check_error(c, tri_expr_start(v->expr), TRI_CODE_MisplacedConstraintIface,
						"cannot use type %s outside a type constraint: interface is (or embeds) comparable", TRI_T(v->type));
}

void tri_check_valid_variable_type(struct tri_checker *c, struct tri_expr *expr, struct tri_type *type)
{
	if (tri_type_is_parameter(type))
		return;
	struct variable_type *v = TRI_NEW(c->arena, struct variable_type);
	v->expr = expr;
	v->type = type;
	tri_check_later(c, check_not_constraint, v);
}

struct tri_type *tri_check_type(struct tri_checker *c, struct tri_expr *expr) { return tri_check_declared_type(c, expr, NULL); }

struct tri_type *tri_check_variable_type(struct tri_checker *c, struct tri_expr *expr)
{
	struct tri_type *type = tri_check_declared_type(c, expr, NULL);
	tri_check_valid_variable_type(c, expr, type);
	return type;
}

static int64_t array_length(struct tri_checker *c, struct tri_expr *expr)
{
	if (expr->kind == TRI_EXPR_NAME) {
		const struct tri_name *name = tri_as_name_expr(expr)->name;
		struct tri_object *object = tri_check_lookup(c, name);
		if (!object) {
			tri_check_error(c, expr->pos, TRI_CODE_InvalidArrayLen, "undefined array length %s or missing type constraint", name->text);
			return -1;
		}
		if (object->kind != TRI_OBJECT_CONSTANT) {
			tri_check_error(c, expr->pos, TRI_CODE_InvalidArrayLen, "invalid array length %s", name->text);
			return -1;
		}
	}
	struct tri_operand x;
	tri_check_expr(c, &x, expr);
	if (x.mode != TRI_MODE_CONSTANT) {
		if (x.mode != TRI_MODE_INVALID)
			tri_check_error(c, tri_expr_start(x.expr), TRI_CODE_InvalidArrayLen, "array length %s must be constant", TRI_X(&x));
		return -1;
	}
	bool integer = tri_type_is(x.type, TRI_IS_INTEGER);
	int64_t length = 0;
	if ((tri_type_is_untyped(x.type) || integer) && tri_constant_int64(x.constant, &length) && length >= 0)
		return length;
	tri_check_error(c, tri_expr_start(x.expr), TRI_CODE_InvalidArrayLen,
					integer ? "invalid array length %s" : "array length %s must be integer", TRI_X(&x));
	return -1;
}

struct map_key {
	struct tri_expr *expr;
	struct tri_type *type;
};

static void check_map_key(struct tri_checker *c, void *data)
{
	const struct map_key *key = data;
	if (tri_type_is_valid(key->type) && tri_type_is_valid(tri_type_underlying(key->type)) && !tri_type_comparable(key->type))
		tri_check_error(c, tri_expr_start(key->expr), TRI_CODE_IncomparableMapKey, "invalid map key type %s%s", TRI_T(key->type),
						tri_type_is_parameter(key->type) ? " (missing comparable constraint)" : "");
}

static struct tri_type *type_of_operand(struct tri_checker *c, struct tri_operand *x)
{
	switch ((int)x->mode) {
	case TRI_MODE_TYPE:
		return x->type;
	case TRI_MODE_INVALID:
		break;
	case TRI_MODE_NO_VALUE:
		tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_NotAType, "%s used as type", TRI_X(x));
		break;
	default:
		tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_NotAType, "%s is not a type", TRI_X(x));
	}
	return tri_check_basic(c, TRI_BASIC_INVALID);
}

static struct tri_type *check_type(struct tri_checker *c, struct tri_expr *expr, struct tri_object *defined)
{
	struct tri_type *invalid = tri_check_basic(c, TRI_BASIC_INVALID);
	struct tri_operand x = {.mode = TRI_MODE_INVALID, .type = invalid, .expr = expr};
	switch ((enum tri_expr_kind)expr->kind) {
	case TRI_EXPR_BAD_EXPR:
		return invalid;
	case TRI_EXPR_NAME:
		tri_check_identifier(c, &x, tri_as_name_expr(expr), true);
		return type_of_operand(c, &x);
	case TRI_EXPR_SELECTOR:
		tri_check_selector(c, &x, tri_as_selector_expr(expr), true);
		return type_of_operand(c, &x);
	case TRI_EXPR_INDEX:
		return tri_check_instantiated_type(c, tri_as_index_expr(expr));
	case TRI_EXPR_PAREN:
		return tri_check_declared_type(c, tri_as_paren_expr(expr)->inner, defined);
	case TRI_EXPR_ARRAY_TYPE: {
		struct tri_array_type *array = tri_as_array_type(expr);
		int64_t length = -1;
		if (array->length)
			length = array_length(c, array->length);
		else
			tri_check_error(c, expr->pos, TRI_CODE_BadDotDotDotSyntax, "invalid use of [...] array (outside a composite literal)");
		struct tri_type *element = tri_check_variable_type(c, array->element);
		if (length < 0)
			return invalid;
		struct tri_type *type = tri_type_array_of(c->universe, element, length);
		tri_check_note_size(c, type, defined ? defined->pos : expr->pos);
		return type;
	}
	case TRI_EXPR_SLICE_TYPE:
		return tri_type_slice_of(c->universe, tri_check_variable_type(c, tri_as_slice_type(expr)->element));
	case TRI_EXPR_DOTS_TYPE:
		tri_check_error(c, expr->pos, TRI_CODE_InvalidSyntaxTree, "invalid use of ...");
		(void)tri_check_type(c, tri_as_dots_type(expr)->element);
		return invalid;
	case TRI_EXPR_STRUCT_TYPE:
		return tri_check_struct_type(c, tri_as_struct_type(expr));
	case TRI_EXPR_UNARY:
		if (tri_as_unary_expr(expr)->operator== TRI_OP_MUL) {
			struct tri_type *element = tri_check_variable_type(c, tri_as_unary_expr(expr)->operand);
			return tri_type_is_valid(element) || (element && element->kind == TRI_TYPE_ALIAS && !element->as.alias.actual)
					   ? tri_type_pointer_to(c->universe, element)
					   : invalid;
		}
		break;
	case TRI_EXPR_FUNCTION_TYPE: {
		struct tri_type *signature = tri_type_new(c->universe, TRI_TYPE_FUNCTION);
		tri_check_function_type(c, signature, NULL, NULL, tri_as_function_type(expr));
		return signature;
	}
	case TRI_EXPR_INTERFACE_TYPE:
		return tri_check_interface_type(c, tri_as_interface_type(expr), defined);
	case TRI_EXPR_MAP_TYPE: {
		struct tri_map_type *map = tri_as_map_type(expr);
		struct map_key *key = TRI_NEW(c->arena, struct map_key);
		key->expr = map->key;
		key->type = tri_check_variable_type(c, map->key);
		struct tri_type *element = tri_check_variable_type(c, map->element);
		tri_check_later(c, check_map_key, key);
		return tri_type_map_of(c->universe, key->type, element);
	}
	case TRI_EXPR_CHAN_TYPE: {
		struct tri_chan_type *chan = tri_as_chan_type(expr);
		struct tri_type *type =
			tri_type_chan_of(c->universe, tri_check_variable_type(c, chan->element), (enum tri_chan_direction)chan->direction);
		tri_check_note_size(c, type, defined ? defined->pos : expr->pos);
		return type;
	}
	case TRI_EXPR_LITERAL:
	case TRI_EXPR_COMPOSITE:
	case TRI_EXPR_KEY_VALUE:
	case TRI_EXPR_FUNCTION_LITERAL:
	case TRI_EXPR_SLICE:
	case TRI_EXPR_ASSERT:
	case TRI_EXPR_TYPE_SWITCH_GUARD:
	case TRI_EXPR_BINARY:
	case TRI_EXPR_CALL:
	case TRI_EXPR_LIST:
		break;
	}
	tri_check_error(c, tri_expr_start(expr), TRI_CODE_NotAType, "%s is not a type", TRI_E(expr));
	(void)tri_check_use(c, expr);
	return invalid;
}

struct tri_type *tri_check_declared_type(struct tri_checker *c, struct tri_expr *expr, struct tri_object *defined)
{
	struct tri_type *type = check_type(c, expr, defined);
	if (tri_type_is_generic(type)) {
		tri_check_error(c, tri_expr_start(expr), TRI_CODE_WrongTypeArgCount, "cannot use generic type %s without instantiation",
						TRI_T(type));
		type = tri_check_basic(c, TRI_BASIC_INVALID);
	}
	expr->mode = TRI_MODE_TYPE;
	expr->type = type;
	return type;
}

struct tri_type *tri_check_generic_type(struct tri_checker *c, struct tri_expr *expr, const char **cause)
{
	struct tri_type *type = check_type(c, expr, NULL);
	if (tri_type_is_valid(type) && !tri_type_is_generic(type)) {
		*cause = tri_arena_printf(c->arena, "%s is not a generic type", TRI_T(type));
		type = tri_check_basic(c, TRI_BASIC_INVALID);
	}
	expr->mode = TRI_MODE_TYPE;
	expr->type = type;
	return type;
}
