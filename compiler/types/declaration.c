// Declaring one object: constants, variables, types, functions, at package level and in functions.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

void tri_check_push(struct tri_checker *c, struct tri_object *object) { tri_vector_push(c->arena, &c->path, object); }

void tri_check_pop(struct tri_checker *c) { c->path.count--; }

void tri_check_add_dependency(struct tri_checker *c, struct tri_object *object)
{
	if (object->instance)
		object = object->origin;
	if (c->env.declaration && tri_map_has(&c->declarations, TRI_KEY(object)))
		tri_map_put(c->arena, &c->env.declaration->dependencies, TRI_KEY(object), object);
}

// An object came up again while being declared. Values alone may (the order of initialisation
// finds what is wrong with them), and types through at least one definition (pointers to itself).
static bool valid_cycle(struct tri_checker *c, struct tri_object *object)
{
	uint32_t start = (uint32_t)tri_check_path_index(c, object);
	struct tri_object **cycle = c->path.items + start;
	uint32_t count = c->path.count - start, values = 0, definitions = 0;
	for (uint32_t i = 0; i < count; i++) {
		// Through a list of type parameters a generic type may come back to itself.
		if (c->env.in_type_parameters && cycle[i]->kind == TRI_OBJECT_TYPE && tri_type_is_generic(cycle[i]->type))
			return true;
		if (cycle[i]->kind == TRI_OBJECT_CONSTANT || cycle[i]->kind == TRI_OBJECT_VARIABLE)
			values++;
		else if (cycle[i]->kind == TRI_OBJECT_TYPE && !(cycle[i]->type && cycle[i]->type->kind == TRI_TYPE_ALIAS))
			definitions++;
	}
	if (values == count || (values == 0 && definitions > 0))
		return true;
	tri_check_cycle_error(c, cycle, count, tri_check_first_in_source(cycle, count));
	return false;
}

static void declare_constant(struct tri_checker *c, struct tri_object *object, struct tri_expr *type_expr, struct tri_expr *value,
							 const struct tri_constant *iota, bool inherited)
{
	const struct tri_constant *outer_iota = c->env.iota;
	tri_pos outer_error_pos = c->env.error_pos;
	c->env.iota = iota;
	c->env.error_pos = TRI_NO_POS;
	object->constant = tri_constant_unknown(c->arena);
	if (type_expr) {
		struct tri_type *type = tri_check_type(c, type_expr);
		int constant_flags = TRI_IS_BOOLEAN | TRI_IS_NUMERIC | TRI_IS_STRING;
		if (!tri_type_is(type, constant_flags)) {
			if (tri_type_is_valid(tri_type_underlying(type)))
				tri_check_error(c, tri_expr_start(type_expr), TRI_CODE_InvalidConstType, "invalid constant type %s", TRI_T(type));
			object->type = tri_check_basic(c, TRI_BASIC_INVALID);
			goto finish;
		}
		object->type = type;
	}
	struct tri_operand x = {.mode = TRI_MODE_INVALID, .type = tri_check_basic(c, TRI_BASIC_INVALID)};
	if (value) {
		if (inherited)
			c->env.error_pos = object->pos;
		tri_check_expr(c, &x, value);
	}
	tri_check_init_constant(c, object, &x);
finish:
	c->env.iota = outer_iota;
	c->env.error_pos = outer_error_pos;
}

// T{...} and &T{...} tell their type without their elements.
static struct tri_type *type_of_literal(struct tri_checker *c, const struct tri_expr *value)
{
	bool pointer = value->kind == TRI_EXPR_UNARY && tri_as_unary_expr(value)->operator== TRI_OP_AND;
	if (pointer)
		value = tri_expr_unparen(tri_as_unary_expr(value)->operand);
	struct tri_expr *type_expr = value->kind == TRI_EXPR_COMPOSITE ? tri_as_composite_expr(value)->type_expr : NULL;
	if (type_expr == NULL || (type_expr->kind == TRI_EXPR_ARRAY_TYPE && tri_as_array_type(type_expr)->length == NULL))
		return NULL;
	struct tri_type *type = tri_check_type(c, type_expr);
	return pointer ? tri_type_pointer_to(c->universe, type) : type;
}

// Gives a package variable, and those declared with it, the type that is known without the value; false: none is.
static bool declare_without_value(struct tri_checker *c, struct tri_object *object, const struct tri_declaration *declaration)
{
	if (declaration->value == NULL)
		return false;
	if (declaration->type_expr != NULL)
		object->type = tri_check_variable_type(c, declaration->type_expr);
	else if (declaration->left_count <= 1)
		object->type = type_of_literal(c, declaration->value);
	for (uint32_t i = 0; object->type != NULL && i < declaration->left_count; i++)
		declaration->left[i]->type = object->type;
	return object->type != NULL;
}

static void declare_variable(struct tri_checker *c, struct tri_object *object, struct tri_object **left, uint32_t left_count,
							 struct tri_expr *type_expr, struct tri_expr *value)
{
	if (type_expr)
		object->type = tri_check_variable_type(c, type_expr);
	if (!value) {
		if (!type_expr)
			object->type = tri_check_basic(c, TRI_BASIC_INVALID);
		return;
	}
	if (!left || left_count == 1) {
		struct tri_operand x;
		struct tri_target target = tri_check_target(object->type, object->name->text);
		tri_check_expr_for(c, &target, &x, value);
		tri_check_init_variable(c, object, &x, "variable declaration");
		return;
	}
	if (type_expr)
		for (uint32_t i = 0; i < left_count; i++)
			left[i]->type = object->type;
	tri_expr_list values = {0};
	tri_vector_push(c->arena, &values, value);
	tri_check_init_variables(c, left, left_count, values, NULL);
}

static void check_valid_later(struct tri_checker *c, void *data)
{
	struct tri_object *object = data;
	if (object->type && object->type->kind == TRI_TYPE_NAMED)
		tri_check_valid_type(c, object->type);
}

// The type parameters that are visible where a local type is declared, outermost first.
static void collect_outer_parameters(struct tri_checker *c, const struct tri_scope *scope, tri_type_list *parameters)
{
	if (!scope || scope == c->package->scope)
		return;
	collect_outer_parameters(c, scope->parent, parameters);
	for (uint32_t i = 0; i < scope->names.count; i++) {
		const struct tri_object *object = scope->names.entries[i].value;
		if (object && object->kind == TRI_OBJECT_TYPE && object->type && object->type->kind == TRI_TYPE_PARAMETER)
			tri_vector_push(c->arena, parameters, object->type);
	}
}

static void declare_type(struct tri_checker *c, struct tri_object *object, struct tri_type_decl *decl, bool is_local)
{
	struct tri_type *invalid = tri_check_basic(c, TRI_BASIC_INVALID);
	tri_check_later(c, check_valid_later, object);
	bool generic = decl->type_parameters.count > 0;
	tri_pos first = generic ? decl->type_parameters.items[0]->pos : TRI_NO_POS;
	if (decl->alias) {
		if (!generic || tri_check_version(c, first, 23, "generic type alias"))
			(void)tri_check_version(c, decl->base.pos, 9, "type alias");
		struct tri_type *alias = tri_type_new(c->universe, TRI_TYPE_ALIAS);
		alias->as.alias.object = object;
		object->type = alias;
		if (generic) {
			(void)tri_check_open_scope(c);
			tri_check_type_parameters(c, &alias->as.alias.parameters, &decl->type_parameters);
		}
		struct tri_type *actual = tri_check_declared_type(c, decl->type_expr, object);
		for (uint32_t i = 0; i < alias->as.alias.parameters.count; i++)
			if (actual == alias->as.alias.parameters.items[i]) {
				tri_check_error(c, tri_expr_start(decl->type_expr), TRI_CODE_MisplacedTypeParam,
								"cannot use type parameter declared in alias declaration as RHS");
				actual = invalid;
			}
		if (!alias->as.alias.actual) // else a cycle was reported
			alias->as.alias.actual = actual;
		if (generic)
			tri_check_close_scope(c);
		return;
	}
	if (generic)
		(void)tri_check_version(c, first, 18, "type parameter");
	struct tri_type *named = tri_type_new(c->universe, TRI_TYPE_NAMED);
	named->as.named.object = object;
	object->type = named;
	tri_vector_push(c->arena, &c->named_types, named);
	if (is_local) {
		uintptr_t count = (uintptr_t)tri_map_get(&c->local_type_counts, TRI_KEY(object->name)) + 1;
		tri_map_put(c->arena, &c->local_type_counts, TRI_KEY(object->name), (void *)count);
		named->as.named.local_index = (uint32_t)count;
		tri_vector_push(c->arena, &c->package->local_types, named);
		collect_outer_parameters(c, object->scope, &named->as.named.outer_parameters);
	}
	if (generic) {
		(void)tri_check_open_scope(c);
		tri_check_type_parameters(c, &named->as.named.parameters, &decl->type_parameters);
	}
	struct tri_type *right = tri_check_declared_type(c, decl->type_expr, object);
	if (tri_type_is_parameter(right)) {
		tri_check_error(c, tri_expr_start(decl->type_expr), TRI_CODE_MisplacedTypeParam,
						"cannot use a type parameter as RHS in type declaration");
		right = invalid;
	}
	if (!named->as.named.underlying)
		named->as.named.underlying = right;
	if (generic)
		tri_check_close_scope(c);
}

struct body {
	struct tri_declaration *declaration;
	struct tri_type *signature;
	struct tri_scope *scope;
	struct tri_block_stmt *block;
};

static void check_body_later(struct tri_checker *c, void *data)
{
	struct body *body = data;
	tri_check_function_body(c, body->declaration, body->signature, body->scope, body->block, NULL);
}

static void declare_function(struct tri_checker *c, struct tri_object *object, struct tri_declaration *declaration)
{
	struct tri_function_decl *decl = declaration->function_decl;
	struct tri_type *signature = tri_type_new(c->universe, TRI_TYPE_FUNCTION);
	object->type = signature; // before its parts, which may lead back here
	tri_check_function_type(c, signature, decl->receiver, &decl->type_parameters, decl->signature);
	if (decl->receiver && !tri_type_is_valid(signature->as.function.receiver->type))
		object->pointer_receiver = false; // an error was reported
	if (decl->body_left_out)
		return;
	if (!decl->body) {
		if (decl->type_parameters.count > 0) {
			tri_check_error(c, decl->base.pos, TRI_CODE_BadDecl, "generic function is missing function body");
			return;
		}
		if (!c->options->allow_no_body)
			tri_vector_push(c->arena, &c->without_body, object);
		return;
	}
	if (c->options->declarations_only)
		return;
	struct body *body = TRI_NEW(c->arena, struct body);
	body->declaration = declaration;
	body->signature = signature;
	body->scope = decl->signature->scope;
	body->block = decl->body;
	tri_check_later(c, check_body_later, body);
}

void tri_check_object(struct tri_checker *c, struct tri_object *object)
{
	if (object->instance) { // an instance's method: the generic one must be known first
		if (!object->type && object->origin->package == c->package)
			tri_check_object(c, object->origin);
		tri_instance_method_resolve(object);
		return;
	}
	if (tri_check_path_index(c, object) >= 0) {
		bool valid = valid_cycle(c, object);
		bool is_value = object->kind == TRI_OBJECT_CONSTANT || object->kind == TRI_OBJECT_VARIABLE;
		if (is_value ? !valid || !object->type : object->kind == TRI_OBJECT_TYPE && !valid)
			object->type = tri_check_basic(c, TRI_BASIC_INVALID);
		return;
	}
	struct tri_declaration *declaration = tri_map_get(&c->declarations, TRI_KEY(object));
	if (object->type || !declaration)
		return;
	tri_check_push(c, object);
	struct tri_environment outer = c->env;
	c->env = (struct tri_environment){
		.scope = declaration->file_scope, .go_minor = declaration->go_minor, .version_by_file = declaration->version_by_file};
	switch ((enum tri_object_kind)object->kind) {
	case TRI_OBJECT_CONSTANT:
		c->env.declaration = declaration;
		declare_constant(c, object, declaration->type_expr, declaration->value, declaration->iota, declaration->inherited);
		break;
	case TRI_OBJECT_VARIABLE:
		c->env.declaration = declaration;
		if (c->passes_over_values && declare_without_value(c, object, declaration))
			break;
		declare_variable(c, object, declaration->left, declaration->left_count, declaration->type_expr, declaration->value);
		break;
	case TRI_OBJECT_TYPE:
		declare_type(c, object, declaration->type_decl, false);
		tri_check_collect_methods(c, object);
		break;
	case TRI_OBJECT_FUNCTION:
		declare_function(c, object, declaration);
		break;
	case TRI_OBJECT_PACKAGE_NAME:
	case TRI_OBJECT_FIELD:
	case TRI_OBJECT_LABEL:
	case TRI_OBJECT_BUILTIN:
	case TRI_OBJECT_NIL:
		tri_ice("no declaration for object %s", object->name->text);
	}
	if (!object->type)
		object->type = tri_check_basic(c, TRI_BASIC_INVALID);
	c->env = outer;
	tri_check_pop(c);
}

// ---- Methods ---------------------------------------------------------------------------------

static void check_field_uniqueness(struct tri_checker *c, void *data)
{
	struct tri_type *named = data;
	struct tri_type *under = tri_type_underlying(named);
	if (!under || under->kind != TRI_TYPE_STRUCT)
		return;
	for (uint32_t i = 0; i < under->as.structure.field_count; i++) {
		const struct tri_struct_field *field = &under->as.structure.fields[i];
		for (uint32_t j = 0; j < named->as.named.methods.count; j++) {
			struct tri_object *method = named->as.named.methods.items[j];
			if (field->name != c->blank && tri_same_identifier(field->name, field->package, method->name, method->package))
				tri_check_error(c, method->pos, TRI_CODE_DuplicateFieldAndMethod, "field and method with the same name %s%s",
								field->name->text, tri_check_other_declaration(c, field->object));
		}
	}
}

void tri_check_collect_methods(struct tri_checker *c, struct tri_object *type_object)
{
	tri_object_list *methods = tri_map_get(&c->methods, TRI_KEY(type_object));
	if (!methods)
		return;
	tri_map_put(c->arena, &c->methods, TRI_KEY(type_object), NULL);
	struct tri_type *base = tri_type_unalias(type_object->type);
	if (base && base->kind != TRI_TYPE_NAMED)
		base = NULL;
	if (base)
		tri_check_later(c, check_field_uniqueness, base);
	for (uint32_t i = 0; i < methods->count; i++) {
		struct tri_object *method = methods->items[i], *other = NULL;
		for (uint32_t j = 0; j < i && !other; j++)
			if (methods->items[j]->name == method->name)
				other = methods->items[j];
		if (other)
			tri_check_error(c, method->pos, TRI_CODE_DuplicateMethod, "method %s.%s already declared at %s", type_object->name->text,
							method->name->text, tri_check_pos_text(c, other->pos));
		else if (base)
			tri_vector_push(c->arena, &base->as.named.methods, method);
	}
}

// ---- In functions ----------------------------------------------------------------------------

static tri_pos declaration_end(struct tri_name_expr *last_name, struct tri_expr *type_expr, struct tri_expr *values)
{
	if (values)
		return tri_expr_end(values);
	return tri_expr_end(type_expr ? type_expr : &last_name->base);
}

static void local_constants(struct tri_checker *c, struct tri_const_decl *decl, struct tri_const_decl *source, bool inherited)
{
	uint32_t top = c->delayed.count;
	tri_expr_list values = tri_check_unpack_list(c, source ? source->values : NULL);
	const struct tri_constant *iota = tri_constant_int(c->arena, decl->iota);
	struct tri_object **objects = TRI_NEW_ARRAY(c->arena, struct tri_object *, decl->names.count);
	for (uint32_t i = 0; i < decl->names.count; i++) {
		struct tri_name_expr *name = decl->names.items[i];
		objects[i] = tri_check_new_object(c, TRI_OBJECT_CONSTANT, name->base.pos, name->name, NULL);
		objects[i]->decl = &decl->base;
		declare_constant(c, objects[i], source ? source->type_expr : NULL, i < values.count ? values.items[i] : NULL, iota, inherited);
	}
	tri_check_arity(c, decl->base.pos, decl->names.items, decl->names.count, values, true, inherited);
	tri_check_delayed(c, top);
	tri_pos start = declaration_end(tri_vector_last(&decl->names), decl->type_expr, decl->values);
	for (uint32_t i = 0; i < decl->names.count; i++)
		tri_check_declare(c, c->env.scope, decl->names.items[i], objects[i], start);
}

static void local_variables(struct tri_checker *c, struct tri_var_decl *decl)
{
	uint32_t top = c->delayed.count, count = decl->names.count;
	tri_expr_list values = tri_check_unpack_list(c, decl->values);
	struct tri_object **objects = TRI_NEW_ARRAY(c->arena, struct tri_object *, count);
	for (uint32_t i = 0; i < count; i++) {
		struct tri_name_expr *name = decl->names.items[i];
		objects[i] = tri_check_new_object(c, TRI_OBJECT_VARIABLE, name->base.pos, name->name, NULL);
		objects[i]->decl = &decl->base;
	}
	struct tri_type *type = NULL;
	for (uint32_t i = 0; i < count; i++) {
		if (values.count == 1 && count > 1) { // all at once
			declare_variable(c, objects[0], objects, count, decl->type_expr, values.items[0]);
			break;
		}
		struct tri_expr *value = i < values.count ? values.items[i] : NULL;
		if (i > 0 && decl->type_expr) { // the type expression was checked for the first name
			objects[i]->type = type;
			if (value) {
				struct tri_operand x;
				struct tri_target target = tri_check_target(type, objects[i]->name->text);
				tri_check_expr_for(c, &target, &x, value);
				tri_check_init_variable(c, objects[i], &x, "variable declaration");
			}
			continue;
		}
		declare_variable(c, objects[i], NULL, 0, decl->type_expr, value);
		type = objects[i]->type;
	}
	if (values.count > count)
		for (uint32_t i = count; i < values.count; i++)
			(void)tri_check_use(c, values.items[i]);
	if (!decl->type_expr || values.count > 0)
		tri_check_arity(c, decl->base.pos, decl->names.items, count, values, false, false);
	tri_check_delayed(c, top);
	tri_pos start = declaration_end(tri_vector_last(&decl->names), decl->type_expr, decl->values);
	for (uint32_t i = 0; i < count; i++)
		tri_check_declare(c, c->env.scope, decl->names.items[i], objects[i], start);
}

static void local_type(struct tri_checker *c, struct tri_type_decl *decl)
{
	struct tri_object *object = tri_check_new_object(c, TRI_OBJECT_TYPE, decl->name->base.pos, decl->name->name, NULL);
	object->decl = &decl->base;
	tri_check_declare(c, c->env.scope, decl->name, object, decl->name->base.pos);
	tri_check_push(c, object);
	declare_type(c, object, decl, true);
	tri_check_pop(c);
}

void tri_check_declaration_stmt(struct tri_checker *c, struct tri_decl_stmt *stmt)
{
	struct tri_const_decl *last = NULL;
	struct tri_group *group = NULL;
	for (uint32_t i = 0; i < stmt->decls.count; i++) {
		struct tri_decl *decl = stmt->decls.items[i];
		if (decl->kind == TRI_DECL_CONST) {
			struct tri_const_decl *constants = tri_as_const_decl(decl);
			if (!decl->group || decl->group != group)
				last = NULL;
			group = decl->group;
			bool inherited = true;
			if (constants->type_expr || constants->values) {
				last = constants;
				inherited = false;
			}
			local_constants(c, constants, last, inherited && last);
			continue;
		}
		group = NULL;
		last = NULL;
		if (decl->kind == TRI_DECL_VAR)
			local_variables(c, tri_as_var_decl(decl));
		else if (decl->kind == TRI_DECL_TYPE)
			local_type(c, tri_as_type_decl(decl));
	}
}
