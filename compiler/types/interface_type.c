// Interface types: methods, embedded interfaces, methods declared twice.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

struct interface_check {
	struct tri_type *type;
	TRI_VECTOR(tri_pos) embedded_pos;
};

struct known_method {
	struct tri_object *method;
	tri_pos pos; // of the method or of the embedded interface it came with
};

static void report_duplicate(struct tri_checker *c, tri_pos pos, const struct known_method *other)
{
	tri_check_error(c, pos, TRI_CODE_DuplicateDecl, "duplicate method %s\n\t%s: other declaration of method %s", other->method->name->text,
					tri_check_pos_text(c, other->pos), other->method->name->text);
}

// An element that the language version does not have takes no part in the type set.
static void leave_out(struct tri_checker *c, struct tri_type *type, uint32_t index)
{
	type->as.interface.embedded.items[index] = tri_check_basic(c, TRI_BASIC_INVALID);
	type->as.interface.complete = false;
}

// Explicit methods must differ in name; embedded ones may repeat a method of identical type.
static void check_methods(struct tri_checker *c, void *data)
{
	const struct interface_check *check = data;
	struct tri_type *type = check->type;
	TRI_VECTOR(struct known_method) known = {0};
	for (uint32_t i = 0; i < type->as.interface.methods.count; i++) {
		struct known_method method = {type->as.interface.methods.items[i], type->as.interface.methods.items[i]->pos};
		bool repeated = false;
		for (uint32_t j = 0; j < known.count && !repeated; j++)
			if (known.items[j].method->name == method.method->name) {
				report_duplicate(c, method.pos, &known.items[j]);
				repeated = true;
			}
		if (!repeated)
			tri_vector_push(c->arena, &known, method);
	}
	for (uint32_t i = 0; i < type->as.interface.embedded.count; i++) {
		struct tri_type *embedded = type->as.interface.embedded.items[i];
		tri_pos pos = check->embedded_pos.items[i];
		struct tri_type *under = tri_type_underlying(embedded);
		if (!tri_type_is_valid(under))
			continue;
		if (under->kind == TRI_TYPE_UNION) {
			if (!tri_check_version(c, pos, 18, "embedding interface element %s", TRI_T(under)))
				leave_out(c, type, i);
			else if (tri_union_term_count(c->arena, under) > TRI_MOST_UNION_TERMS)
				tri_check_error(c, pos, TRI_CODE_InvalidUnion, "cannot handle more than %d union terms (implementation limitation)",
								TRI_MOST_UNION_TERMS);
			continue;
		}
		if (under->kind != TRI_TYPE_INTERFACE) {
			if (!tri_check_version(c, pos, 18, "embedding non-interface type %s", TRI_T(embedded)))
				leave_out(c, type, i);
			continue;
		}
		uint32_t count = 0;
		struct tri_object **methods = tri_interface_methods(under, &count);
		for (uint32_t m = 0; m < count; m++) {
			struct known_method method = {methods[m], pos};
			const struct known_method *other = NULL;
			for (uint32_t j = 0; j < known.count && !other; j++)
				if (tri_same_identifier(known.items[j].method->name, known.items[j].method->package, methods[m]->name, methods[m]->package))
					other = &known.items[j];
			if (!other)
				tri_vector_push(c->arena, &known, method);
			else if (c->env.go_minor < 14 || !tri_type_identical(other->method->type, methods[m]->type))
				report_duplicate(c, pos, other);
		}
	}
}

static struct tri_object *new_method(struct tri_checker *c, struct tri_type *interface, struct tri_field *field, struct tri_object *defined)
{
	struct tri_type *signature = tri_check_type(c, field->type_expr);
	if (!tri_type_is_valid(signature) || signature->kind != TRI_TYPE_FUNCTION)
		return NULL;
	struct tri_type *receiver = interface;
	if (defined && defined->type && defined->type->kind == TRI_TYPE_NAMED)
		receiver = defined->type;
	tri_pos pos = field->name->base.pos;
	signature->as.function.receiver = tri_check_new_object(c, TRI_OBJECT_VARIABLE, pos, NULL, receiver);
	signature->as.function.receiver->is_receiver = true;
	struct tri_object *method = tri_check_new_object(c, TRI_OBJECT_FUNCTION, pos, field->name->name, signature);
	field->name->object = method;
	field->object = method;
	return method;
}

struct tri_type *tri_check_interface_type(struct tri_checker *c, struct tri_interface_type *expr, struct tri_object *defined)
{
	struct tri_type *type = tri_type_new(c->universe, TRI_TYPE_INTERFACE);
	type->as.interface.unfinished = true;
	struct interface_check *check = TRI_NEW(c->arena, struct interface_check);
	check->type = type;
	struct tri_interface_literal literal = {type, expr->base.pos};
	tri_vector_push(c->arena, &c->interfaces, literal);
	for (uint32_t i = 0; i < expr->methods.count; i++) {
		struct tri_field *field = expr->methods.items[i];
		if (field->name) {
			if (field->name->name == c->blank) {
				tri_check_error(c, field->name->base.pos, TRI_CODE_BlankIfaceMethod, "methods must have a unique non-blank name");
				continue;
			}
			struct tri_object *method = new_method(c, type, field, defined);
			if (method)
				tri_vector_push(c->arena, &type->as.interface.methods, method);
			continue;
		}
		struct tri_expr *element = field->type_expr;
		tri_vector_push(c->arena, &type->as.interface.embedded, tri_check_union(c, element));
		tri_vector_push(c->arena, &check->embedded_pos, tri_expr_start(element));
	}
	tri_methods_sort(type->as.interface.methods.items, type->as.interface.methods.count); // Go prints them so
	type->as.interface.unfinished = false;
	tri_check_later(c, check_methods, check);
	return type;
}
