// Struct types: fields, tags, embedding.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static const char *quoted(struct tri_checker *c, const char *text, uint32_t length)
{
	char *copy = tri_arena_alloc(c->arena, 2 * (size_t)length + 3), *end = copy;
	*end++ = '"';
	for (uint32_t i = 0; i < length; i++) {
		if (text[i] == '"' || text[i] == '\\')
			*end++ = '\\';
		*end++ = text[i];
	}
	*end++ = '"';
	*end = '\0';
	return copy;
}

struct embedded_check {
	struct tri_type *type;
	tri_pos pos;
};

static void check_embedded(struct tri_checker *c, void *data)
{
	const struct embedded_check *check = data;
	bool pointer = false;
	struct tri_type *type = tri_type_dereference(check->type, &pointer);
	struct tri_type *under = tri_type_underlying(type);
	if (!tri_type_is_valid(under))
		return;
	if (tri_type_is_parameter(type))
		tri_check_error(c, check->pos, TRI_CODE_MisplacedTypeParam, "embedded field type cannot be a (pointer to a) type parameter");
	else if (under->kind == TRI_TYPE_BASIC && under->as.basic.kind == TRI_BASIC_UNSAFE_POINTER)
		tri_check_error(c, check->pos, TRI_CODE_InvalidPtrEmbed, "embedded field type cannot be unsafe.Pointer");
	else if (under->kind == TRI_TYPE_POINTER)
		tri_check_error(c, check->pos, TRI_CODE_InvalidPtrEmbed, "embedded field type cannot be a pointer");
	else if (under->kind == TRI_TYPE_INTERFACE && pointer)
		tri_check_error(c, check->pos, TRI_CODE_InvalidPtrEmbed, "embedded field type cannot be a pointer to an interface");
}

// T, *T, p.T, *p.T and instantiations name the field; NULL for all else.
static struct tri_name_expr *embedded_name(struct tri_expr *expr, bool pointer_allowed)
{
	switch ((int)expr->kind) {
	case TRI_EXPR_NAME:
		return tri_as_name_expr(expr);
	case TRI_EXPR_UNARY:
		if (pointer_allowed && tri_as_unary_expr(expr)->operator== TRI_OP_MUL)
			return embedded_name(tri_as_unary_expr(expr)->operand, false);
		return NULL;
	case TRI_EXPR_SELECTOR:
		return tri_as_selector_expr(expr)->selected;
	case TRI_EXPR_INDEX:
		return embedded_name(tri_as_index_expr(expr)->operand, false);
	case TRI_EXPR_PAREN: // reported by the parser
		return embedded_name(tri_as_paren_expr(expr)->inner, pointer_allowed);
	default:
		return NULL;
	}
}

static void set_tag(struct tri_checker *c, struct tri_struct_field *field, const struct tri_literal_expr *tag)
{
	if (!tag || tag->bad)
		return;
	struct tri_constant *value =
		tag->literal_kind == TRI_LITERAL_STRING ? tri_constant_from_literal(c->arena, TRI_LITERAL_STRING, tag->text, tag->length) : NULL;
	if (!value) {
		tri_check_error(c, tag->base.pos, TRI_CODE_InvalidSyntaxTree, "incorrect tag syntax: %s", quoted(c, tag->text, tag->length));
		return;
	}
	size_t length = 0;
	field->tag = tri_constant_string_value(value, &length);
	field->tag_length = (uint32_t)length;
}

struct tri_type *tri_check_struct_type(struct tri_checker *c, struct tri_struct_type *expr)
{
	uint32_t count = 0;
	struct tri_struct_field *fields = TRI_NEW_ARRAY(c->arena, struct tri_struct_field, expr->fields.count);
	struct tri_map seen = {0};
	struct tri_type *type = NULL;
	struct tri_expr *previous = NULL;
	for (uint32_t i = 0; i < expr->fields.count; i++) {
		struct tri_field *syntax = expr->fields.items[i];
		if (syntax->type_expr != previous) {
			type = tri_check_variable_type(c, syntax->type_expr);
			previous = syntax->type_expr;
		}
		struct tri_name_expr *name = syntax->name;
		struct tri_type *field_type = type;
		bool embedded = !name;
		tri_pos type_pos = tri_expr_start(syntax->type_expr);
		if (embedded) {
			name = embedded_name(syntax->type_expr, true);
			if (!name) {
				tri_check_error(c, type_pos, TRI_CODE_InvalidSyntaxTree, "invalid embedded field type %s", TRI_E(syntax->type_expr));
				continue;
			}
		}
		struct tri_object *object = tri_check_new_object(c, TRI_OBJECT_FIELD, name->base.pos, name->name, field_type);
		object->embedded = embedded;
		syntax->object = object;
		if (!embedded)
			name->object = object;
		struct tri_object *other = name->name == c->blank ? NULL : tri_map_put(c->arena, &seen, TRI_KEY(name->name), object);
		if (other) {
			tri_check_error(c, object->pos, TRI_CODE_DuplicateDecl, "%s redeclared%s", name->name->text,
							tri_check_other_declaration(c, other));
			tri_map_put(c->arena, &seen, TRI_KEY(name->name), other);
		} else {
			struct tri_struct_field *field = &fields[count++];
			*field = (struct tri_struct_field){
				.name = name->name, .object = object, .type = field_type, .package = c->package, .embedded = embedded};
			set_tag(c, field, syntax->tag);
		}
		if (embedded) {
			struct embedded_check *check = TRI_NEW(c->arena, struct embedded_check);
			check->type = field_type;
			check->pos = type_pos;
			tri_check_later(c, check_embedded, check);
		}
	}
	return tri_type_struct_of(c->universe, fields, count);
}
