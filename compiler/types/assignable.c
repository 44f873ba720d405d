// Assignability, and whether a type has an interface's methods.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static bool has_name(struct tri_type *type) { return type->kind == TRI_TYPE_BASIC || type->kind == TRI_TYPE_NAMED; }

enum method_problem {
	METHOD_OK,
	METHOD_NOT_FOUND,
	METHOD_WRONG_NAME,
	METHOD_UNEXPORTED,
	METHOD_WRONG_TYPE,
	METHOD_AMBIGUOUS,
	METHOD_POINTER_RECEIVER,
	METHOD_IS_FIELD
};

// Compares one method that `t` wants with what `v` has; *found gets v's candidate.
static enum method_problem compare_method(struct tri_checker *c, struct tri_type *v, struct tri_object *wanted, bool is_static,
										  struct tri_object **found)
{
	*found = NULL;
	struct tri_type *under = tri_type_underlying(v);
	if (under && under->kind == TRI_TYPE_INTERFACE) {
		*found = tri_interface_find(under, wanted->package, wanted->name, false);
		if (!*found)
			return is_static ? METHOD_NOT_FOUND : METHOD_OK;
		return tri_type_identical((*found)->type, wanted->type) ? METHOD_OK : METHOD_WRONG_TYPE;
	}
	struct tri_lookup result = {.failure = TRI_LOOKUP_MISSING};
	struct tri_type *actual = tri_type_unalias(v);
	if (!(actual && actual->kind == TRI_TYPE_NAMED && under && under->kind == TRI_TYPE_POINTER))
		result = tri_lookup_in(c->arena, v, false, wanted->package, wanted->name, false);
	if (result.failure == TRI_LOOKUP_AMBIGUOUS)
		return METHOD_AMBIGUOUS;
	if (result.failure == TRI_LOOKUP_POINTER_RECEIVER)
		return METHOD_POINTER_RECEIVER;
	if (result.failure == TRI_LOOKUP_MISSING) {
		result = tri_lookup_in(c->arena, v, false, wanted->package, wanted->name, true);
		if (!result.object || result.object->kind != TRI_OBJECT_FUNCTION)
			return METHOD_NOT_FOUND;
		*found = result.object;
		return result.object->name == wanted->name ? METHOD_UNEXPORTED : METHOD_WRONG_NAME;
	}
	if (result.object->kind != TRI_OBJECT_FUNCTION)
		return METHOD_IS_FIELD;
	*found = result.object;
	tri_check_object(c, result.object);
	return tri_type_identical(result.object->type, wanted->type) ? METHOD_OK : METHOD_WRONG_TYPE;
}

static const char *problem_text(struct tri_checker *c, enum method_problem problem, struct tri_type *v, struct tri_type *t,
								struct tri_object *wanted, struct tri_object *found)
{
	const char *name = wanted->name->text;
	if (found)
		tri_check_object(c, found);
	switch (problem) {
	case METHOD_OK:
		break;
	case METHOD_NOT_FOUND:
		if (tri_type_is_interface_pointer(v))
			return tri_arena_printf(c->arena, "(type %s is pointer to interface, not interface)", TRI_T(v));
		if (tri_type_is_interface_pointer(t))
			return tri_arena_printf(c->arena, "(type %s is pointer to interface, not interface)", TRI_T(t));
		return tri_arena_printf(c->arena, "(missing method %s)", name);
	case METHOD_WRONG_NAME:
		return tri_arena_printf(c->arena, "(missing method %s)\n\t\thave %s\n\t\twant %s", name, tri_check_function_text(c, found),
								tri_check_function_text(c, wanted));
	case METHOD_UNEXPORTED:
		return tri_arena_printf(c->arena, "(unexported method %s)", name);
	case METHOD_WRONG_TYPE: {
		const char *have = tri_check_function_text(c, found), *want = tri_check_function_text(c, wanted);
		if (strcmp(have, want) == 0)
			return tri_arena_printf(c->arena, "(wrong type for method %s)", name);
		return tri_arena_printf(c->arena, "(wrong type for method %s)\n\t\thave %s\n\t\twant %s", name, have, want);
	}
	case METHOD_AMBIGUOUS:
		return tri_arena_printf(c->arena, "(ambiguous selector %s.%s)", TRI_T(v), name);
	case METHOD_POINTER_RECEIVER:
		return tri_arena_printf(c->arena, "(method %s has pointer receiver)", name);
	case METHOD_IS_FIELD:
		return tri_arena_printf(c->arena, "(%s.%s is a field, not a method)", TRI_T(v), name);
	}
	return "";
}

// A struct that embeds an invalid type might have had the method from there.
static bool has_invalid_embedded(struct tri_checker *c, struct tri_type *type, struct tri_map *seen)
{
	bool pointer = false;
	struct tri_type *under = tri_type_underlying(tri_type_dereference(type, &pointer));
	if (!under || under->kind != TRI_TYPE_STRUCT || tri_map_has(seen, TRI_KEY(under)))
		return false;
	tri_map_put(c->arena, seen, TRI_KEY(under), under);
	for (uint32_t i = 0; i < under->as.structure.field_count; i++) {
		const struct tri_struct_field *field = &under->as.structure.fields[i];
		if (field->embedded && (!tri_type_is_valid(field->type) || has_invalid_embedded(c, field->type, seen)))
			return true;
	}
	return false;
}

bool tri_check_has_all_methods(struct tri_checker *c, struct tri_type *v, struct tri_type *t, bool is_static, const char **cause)
{
	if (!tri_type_is_valid(v))
		return true;
	uint32_t count = 0;
	struct tri_object **methods = tri_interface_methods(t, &count);
	for (uint32_t i = 0; i < count; i++) {
		struct tri_object *found = NULL;
		enum method_problem problem = compare_method(c, v, methods[i], is_static, &found);
		if (problem == METHOD_OK)
			continue;
		struct tri_map seen = {0};
		if (has_invalid_embedded(c, v, &seen))
			return true;
		if (cause)
			*cause = problem_text(c, problem, v, t, methods[i], found);
		return false;
	}
	return true;
}

bool tri_check_implements(struct tri_checker *c, struct tri_type *v, struct tri_type *t, const char **cause)
{
	struct tri_type *v_under = tri_type_underlying(v), *t_under = tri_type_underlying(t);
	if (!tri_type_is_valid(v_under) || !tri_type_is_valid(t_under))
		return true;
	if (v_under->kind == TRI_TYPE_POINTER && !tri_type_is_valid(tri_type_underlying(v_under->as.pointer.element)))
		return true;
	if (t_under->kind != TRI_TYPE_INTERFACE) {
		if (cause) {
			const char *text = TRI_T(t);
			*cause = tri_type_is_interface_pointer(t_under)
						 ? tri_arena_printf(c->arena, "%s does not implement %s (type %s is pointer to interface, not interface)", TRI_T(v),
											text, text)
						 : tri_arena_printf(c->arena, "%s does not implement %s (%s is not an interface)", TRI_T(v), text, text);
		}
		return false;
	}
	const char *detail = "";
	if (tri_check_has_all_methods(c, v, t, true, &detail))
		return true;
	if (cause)
		*cause = tri_arena_printf(c->arena, "%s does not implement %s %s", TRI_T(v), TRI_T(t), detail);
	return false;
}

bool tri_check_assignable(struct tri_checker *c, struct tri_operand *x, struct tri_type *type, const char **cause, enum tri_code *code)
{
	*code = TRI_CODE_IncompatibleAssign;
	if (x->mode == TRI_MODE_INVALID || !tri_type_is_valid(type) || !tri_type_is_valid(x->type))
		return true;
	struct tri_type *v = tri_type_unalias(x->type), *t = tri_type_unalias(type);
	if (tri_type_identical(v, t))
		return true;
	struct tri_type *v_under = tri_type_underlying(v), *t_under = tri_type_underlying(t);
	if (!v_under || !t_under)
		return true;
	if (tri_type_is_untyped(v_under)) {
		struct tri_constant *value = NULL;
		enum tri_code ignored = TRI_CODE_COUNT;
		return tri_check_implicit_type(c, x, t, &value, &ignored) != NULL;
	}
	if (tri_type_identical(v_under, t_under) && (!has_name(v) || !has_name(t)))
		return true;
	if (t_under->kind == TRI_TYPE_INTERFACE || tri_type_is_interface_pointer(t_under)) {
		if (tri_check_implements(c, v, t, cause))
			return true;
		*code = TRI_CODE_InvalidIfaceAssign;
		return false;
	}
	if (v_under->kind == TRI_TYPE_INTERFACE && tri_check_implements(c, t, v, NULL)) {
		if (cause)
			*cause = "need type assertion";
		return false;
	}
	if (v_under->kind == TRI_TYPE_CHAN && v_under->as.chan.direction == TRI_CHAN_BOTH && t_under->kind == TRI_TYPE_CHAN &&
		tri_type_identical(v_under->as.chan.element, t_under->as.chan.element)) {
		*code = TRI_CODE_InvalidChanAssign;
		return !has_name(v) || !has_name(t);
	}
	return false;
}

const char *tri_check_incomparable_cause(struct tri_checker *c, struct tri_type *type)
{
	struct tri_type *under = tri_type_underlying(type);
	switch (under ? (int)under->kind : -1) {
	case TRI_TYPE_SLICE:
	case TRI_TYPE_FUNCTION:
	case TRI_TYPE_MAP:
		return tri_arena_printf(c->arena, "%s can only be compared to nil", tri_type_composite_kind(type));
	case TRI_TYPE_STRUCT:
		for (uint32_t i = 0; i < under->as.structure.field_count; i++)
			if (!tri_type_comparable(under->as.structure.fields[i].type))
				return tri_arena_printf(c->arena, "struct containing %s cannot be compared", TRI_T(under->as.structure.fields[i].type));
		return "";
	case TRI_TYPE_ARRAY:
		return tri_arena_printf(c->arena, "%s cannot be compared", TRI_T(type));
	default:
		return "";
	}
}
