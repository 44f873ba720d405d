// Assignability, and whether a type has an interface's methods.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static bool has_name(struct tri_type *type)
{
	return type->kind == TRI_TYPE_BASIC || type->kind == TRI_TYPE_NAMED || type->kind == TRI_TYPE_PARAMETER;
}

static bool is_parameter(const struct tri_type *type) { return type->kind == TRI_TYPE_PARAMETER; }

const char *tri_check_interface_pointer_text(struct tri_checker *c, struct tri_type *type)
{
	struct tri_type *under = tri_type_underlying(type);
	const char *what = tri_type_is_parameter(under->as.pointer.element) ? "type parameter" : "interface";
	return tri_arena_printf(c->arena, "type %s is pointer to %s, not %s", TRI_T(type), what, what);
}

static bool identical(void *data, struct tri_type *a, struct tri_type *b)
{
	(void)data;
	return tri_type_identical(a, b);
}

const struct tri_equivalence tri_identity = {identical, NULL};

static bool equivalent(const struct tri_equivalence *equivalence, struct tri_type *a, struct tri_type *b)
{
	return equivalence->same(equivalence->data, a, b);
}

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
										  const struct tri_equivalence *equivalence, struct tri_object **found)
{
	*found = NULL;
	struct tri_type *under = tri_type_underlying(v);
	if (under && under->kind == TRI_TYPE_INTERFACE) {
		*found = tri_interface_find(under, wanted->package, wanted->name, false);
		if (!*found)
			return is_static ? METHOD_NOT_FOUND : METHOD_OK;
		return equivalent(equivalence, (*found)->type, wanted->type) ? METHOD_OK : METHOD_WRONG_TYPE;
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
	return equivalent(equivalence, result.object->type, wanted->type) ? METHOD_OK : METHOD_WRONG_TYPE;
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
			return tri_arena_printf(c->arena, "(%s)", tri_check_interface_pointer_text(c, v));
		if (tri_type_is_interface_pointer(t))
			return tri_arena_printf(c->arena, "(%s)", tri_check_interface_pointer_text(c, t));
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

bool tri_check_has_all_methods(struct tri_checker *c, struct tri_type *v, struct tri_type *t, bool is_static,
							   const struct tri_equivalence *equivalence, const char **cause)
{
	if (!tri_type_is_valid(v))
		return true;
	uint32_t count = 0;
	struct tri_object **methods = tri_interface_methods(t, &count);
	for (uint32_t i = 0; i < count; i++) {
		struct tri_object *found = NULL;
		enum method_problem problem = compare_method(c, v, methods[i], is_static, equivalence, &found);
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

static bool mentions(struct tri_type *t, struct tri_type *type)
{
	if (t->kind == TRI_TYPE_INTERFACE) {
		for (uint32_t i = 0; i < t->as.interface.embedded.count; i++)
			if (mentions(t->as.interface.embedded.items[i], type))
				return true;
		return false;
	}
	if (t->kind == TRI_TYPE_UNION) {
		for (uint32_t i = 0; i < t->as.sum.count; i++)
			if (mentions(t->as.sum.terms[i].type, type))
				return true;
		return false;
	}
	return tri_type_identical(t, type);
}

// Why v, which is no interface, is in none of t's terms; NULL when it is in one.
static const char *not_in_terms(struct tri_checker *c, struct tri_type *v, struct tri_type *t)
{
	struct tri_type *interface = tri_type_underlying(t), *alternative = NULL;
	for (uint32_t i = 0; i < interface->as.interface.term_count; i++) {
		const struct tri_type_term *term = &interface->as.interface.terms[i];
		if (tri_term_includes(term, v))
			return NULL;
		const struct tri_type_term wider = {term->type, true};
		if (!alternative && !term->tilde && tri_type_identical(term->type, tri_type_underlying(term->type)) && tri_term_includes(&wider, v))
			alternative = term->type;
	}
	if (alternative)
		return tri_arena_printf(c->arena, "possibly missing ~ for %s in %s", TRI_T(alternative), TRI_T(t));
	if (mentions(interface, v))
		return tri_arena_printf(c->arena, "%s mentions %s, but %s is not in the type set of %s", TRI_T(t), TRI_T(v), TRI_T(v), TRI_T(t));
	struct tri_buffer terms = {0};
	for (uint32_t i = 0; i < interface->as.interface.term_count; i++) {
		tri_buffer_append_c(&terms, i > 0 ? " | " : "");
		tri_buffer_append_c(&terms, interface->as.interface.terms[i].tilde ? "~" : "");
		tri_type_print(interface->as.interface.terms[i].type, NULL, &terms);
	}
	const char *text = tri_arena_printf(c->arena, "%s missing in %s", TRI_T(v), terms.data);
	tri_buffer_free(&terms);
	return text;
}

bool tri_check_implements(struct tri_checker *c, struct tri_type *v, struct tri_type *t, bool constraint, const char **cause)
{
	const char *verb = constraint ? "satisfy" : "implement";
	struct tri_type *v_under = tri_type_underlying(v), *t_under = tri_type_underlying(t);
	if (!tri_type_is_valid(v_under) || !tri_type_is_valid(t_under))
		return true;
	if (v_under->kind == TRI_TYPE_POINTER && !tri_type_is_valid(tri_type_underlying(v_under->as.pointer.element)))
		return true;
	if (t_under->kind != TRI_TYPE_INTERFACE) {
		if (cause) {
			const char *detail = tri_type_is_interface_pointer(t_under)
									 ? tri_arena_printf(c->arena, "type %s is pointer to interface, not interface", TRI_T(t))
									 : tri_arena_printf(c->arena, "%s is not an interface", TRI_T(t));
			*cause = tri_arena_printf(c->arena, "%s does not %s %s (%s)", TRI_T(v), verb, TRI_T(t), detail);
		}
		return false;
	}
	if (tri_interface_is_unrestricted(t_under))
		return true;
	bool v_interface = v_under->kind == TRI_TYPE_INTERFACE;
	if (v_interface && tri_interface_is_empty_set(v_under))
		return true;
	if (tri_interface_is_empty_set(t_under)) {
		if (cause)
			*cause = tri_arena_printf(c->arena, "cannot %s %s (empty type set)", verb, TRI_T(t));
		return false;
	}
	const char *detail = "";
	if (!tri_check_has_all_methods(c, v, t, true, &tri_identity, &detail)) {
		if (cause)
			*cause = tri_arena_printf(c->arena, "%s does not %s %s %s", TRI_T(v), verb, TRI_T(t), detail);
		return false;
	}
	if (t_under->as.interface.has_terms) {
		const char *missing = NULL;
		if (v_interface ? !tri_type_set_within(v_under, t_under) : (missing = not_in_terms(c, v, t)) != NULL) {
			if (cause)
				*cause = missing ? tri_arena_printf(c->arena, "%s does not %s %s (%s)", TRI_T(v), verb, TRI_T(t), missing)
								 : tri_arena_printf(c->arena, "%s does not %s %s", TRI_T(v), verb, TRI_T(t));
			return false;
		}
	}
	// What a comparable constraint asks for.
	if (!tri_interface_is_comparable(t_under) || tri_type_strictly_comparable(v))
		return true;
	if (constraint && tri_type_comparable(v)) {
		if (c->env.go_minor >= 20)
			return true;
		if (cause)
			*cause = tri_arena_printf(c->arena, "%s to %s comparable requires go1.20 or later", TRI_T(v), verb);
		return false;
	}
	if (cause)
		*cause = tri_arena_printf(c->arena, "%s does not %s comparable", TRI_T(v), verb);
	return false;
}

static void prepend_cause(struct tri_checker *c, const char **cause, const char *text)
{
	if (cause)
		*cause = **cause ? tri_arena_printf(c->arena, "%s\n\t%s", text, *cause) : text;
}

// x to a type parameter t: to each of its specific types.
static bool assignable_to_parameter(struct tri_checker *c, struct tri_operand *x, struct tri_type *t, const char **cause,
									enum tri_code *code)
{
	struct tri_specific specific = tri_type_specific(t);
	for (uint32_t i = 0; i < specific.count; i++) {
		struct tri_type *type = tri_specific_type(&specific, i);
		if (!type)
			return false;
		if (!tri_check_assignable(c, x, type, cause, code)) {
			prepend_cause(c, cause, tri_arena_printf(c->arena, "cannot assign %s to %s (in %s)", TRI_T(x->type), TRI_T(type), TRI_T(t)));
			return false;
		}
	}
	return true;
}

static bool assignable_from_parameter(struct tri_checker *c, struct tri_operand *x, struct tri_type *v, struct tri_type *t,
									  const char **cause, enum tri_code *code)
{
	struct tri_operand each = *x;
	struct tri_specific specific = tri_type_specific(v);
	for (uint32_t i = 0; i < specific.count; i++) {
		each.type = tri_specific_type(&specific, i);
		if (!each.type)
			return false;
		if (!tri_check_assignable(c, &each, t, cause, code)) {
			prepend_cause(c, cause, tri_arena_printf(c->arena, "cannot assign %s (in %s) to %s", TRI_T(each.type), TRI_T(v), TRI_T(t)));
			return false;
		}
	}
	return true;
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
	bool v_parameter = is_parameter(v), t_parameter = is_parameter(t);
	if (tri_type_is_untyped(v_under)) {
		struct tri_constant *value = NULL;
		enum tri_code ignored = TRI_CODE_COUNT;
		struct tri_specific specific = tri_type_specific(t);
		for (uint32_t i = 0; i < specific.count; i++) {
			struct tri_type *each = tri_specific_type(&specific, i);
			if (!each || !tri_check_implicit_type(c, x, each, &value, &ignored))
				return false;
		}
		return true;
	}
	if (tri_type_identical(v_under, t_under) && (!has_name(v) || !has_name(t)) && !v_parameter && !t_parameter)
		return true;
	if ((t_under->kind == TRI_TYPE_INTERFACE && !t_parameter) || tri_type_is_interface_pointer(t_under)) {
		if (tri_check_implements(c, v, t, false, cause))
			return true;
		if (!v_parameter) {
			*code = TRI_CODE_InvalidIfaceAssign;
			return false;
		}
		if (cause)
			*cause = "";
	}
	if (v_under->kind == TRI_TYPE_INTERFACE && !v_parameter && tri_check_implements(c, t, v, false, NULL)) {
		if (cause)
			*cause = "need type assertion";
		return false;
	}
	if (v_under->kind == TRI_TYPE_CHAN && v_under->as.chan.direction == TRI_CHAN_BOTH && t_under->kind == TRI_TYPE_CHAN &&
		tri_type_identical(v_under->as.chan.element, t_under->as.chan.element)) {
		*code = TRI_CODE_InvalidChanAssign;
		return !has_name(v) || !has_name(t);
	}
	if (t_parameter && !has_name(v))
		return assignable_to_parameter(c, x, t, cause, code);
	if (v_parameter && !has_name(t))
		return assignable_from_parameter(c, x, v, type, cause, code);
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
	case TRI_TYPE_INTERFACE:
		return tri_interface_is_empty_set(under) ? "empty type set" : "incomparable types in type set";
	default:
		return "";
	}
}
