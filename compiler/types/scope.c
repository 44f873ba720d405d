// Scopes and the objects in them.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

struct tri_scope *tri_check_open_scope(struct tri_checker *c)
{
	struct tri_scope *scope = TRI_NEW(c->arena, struct tri_scope);
	scope->parent = c->env.scope;
	c->env.scope = scope;
	return scope;
}

void tri_check_close_scope(struct tri_checker *c) { c->env.scope = c->env.scope->parent; }

struct tri_object *tri_check_new_object(struct tri_checker *c, enum tri_object_kind kind, tri_pos pos, const struct tri_name *name,
										struct tri_type *type)
{
	struct tri_object *object = TRI_NEW(c->arena, struct tri_object);
	object->kind = (uint8_t)kind;
	object->pos = pos;
	object->name = name;
	object->type = type;
	object->package = c->package;
	return object;
}

void tri_check_declare(struct tri_checker *c, struct tri_scope *scope, struct tri_name_expr *name_expr, struct tri_object *object,
					   tri_pos scope_start)
{
	object->scope = scope;
	if (object->name != c->blank) {
		struct tri_object *other = tri_scope_lookup(scope, object->name);
		if (other) {
			tri_check_error(c, object->pos, TRI_CODE_DuplicateDecl, "%s redeclared in this block%s", object->name->text,
							tri_check_other_declaration(c, other));
			return;
		}
		tri_map_put(c->arena, &scope->names, TRI_KEY(object->name), object);
		object->scope_start = scope_start;
		if (object->kind == TRI_OBJECT_VARIABLE && c->env.locals && !object->is_parameter && !object->is_result && !object->is_receiver &&
			!object->is_package_level)
			tri_vector_push(c->arena, c->env.locals, object);
	}
	if (name_expr) {
		name_expr->object = object;
		name_expr->base.type = object->type;
	}
}

// Declared names are entered when their scope begins, so no position is needed to tell what is visible.
struct tri_object *tri_check_lookup(struct tri_checker *c, const struct tri_name *name)
{
	return tri_scope_lookup_parent(c->env.scope, name, TRI_NO_POS);
}
