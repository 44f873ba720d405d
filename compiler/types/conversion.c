// Explicit conversions T(x).
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static bool is_bytes_or_runes(struct tri_type *type)
{
	struct tri_type *under = tri_type_underlying(type);
	if (!under || under->kind != TRI_TYPE_SLICE)
		return false;
	return tri_type_is_kind(under->as.slice.element, TRI_BASIC_UINT8) || tri_type_is_kind(under->as.slice.element, TRI_BASIC_INT32);
}

static bool is_pointer(struct tri_type *under) { return under->kind == TRI_TYPE_POINTER; }

static bool slice_to_array(struct tri_checker *c, struct tri_type *slice, struct tri_type *target, const char **cause)
{
	bool pointer = is_pointer(target);
	struct tri_type *array = pointer ? tri_type_underlying(target->as.pointer.element) : target;
	if (!array || array->kind != TRI_TYPE_ARRAY || !tri_type_identical(slice->as.slice.element, array->as.array.element))
		return false;
	int needed = pointer ? 17 : 20;
	if (c->env.go_minor >= needed)
		return true;
	*cause = tri_arena_printf(c->arena, "conversion of slice to array%s requires go1.%d or later%s", pointer ? " pointer" : "", needed,
							  tri_check_version_hint(c));
	return false;
}

static bool parameter_convertible(struct tri_checker *c, const struct tri_operand *x, struct tri_type *from, struct tri_type *to,
								  struct tri_type *written, const char **cause);
static bool convert_constant(struct tri_checker *c, struct tri_operand *x, struct tri_type *type);

static bool convertible(struct tri_checker *c, struct tri_operand *x, struct tri_type *type, const char **cause)
{
	enum tri_code code = TRI_CODE_COUNT;
	if (tri_check_assignable(c, x, type, cause, &code))
		return true;
	struct tri_type *from = tri_type_unalias(x->type), *to = tri_type_unalias(type);
	struct tri_type *from_under = tri_type_underlying(from), *to_under = tri_type_underlying(to);
	if (!from_under || !to_under)
		return true; // an error was reported
	bool from_parameter = from->kind == TRI_TYPE_PARAMETER, to_parameter = to->kind == TRI_TYPE_PARAMETER;
	if (!from_parameter && !to_parameter && tri_type_identical_ignoring_tags(from_under, to_under))
		return true;
	if (from->kind == TRI_TYPE_POINTER && to->kind == TRI_TYPE_POINTER && !tri_type_is_parameter(from->as.pointer.element) &&
		!tri_type_is_parameter(to->as.pointer.element) &&
		tri_type_identical_ignoring_tags(tri_type_underlying(from->as.pointer.element), tri_type_underlying(to->as.pointer.element)))
		return true;
	int real = TRI_IS_INTEGER | TRI_IS_FLOAT;
	if (tri_type_is(from_under, real) && tri_type_is(to_under, real))
		return true;
	if (tri_type_is(from_under, TRI_IS_COMPLEX) && tri_type_is(to_under, TRI_IS_COMPLEX))
		return true;
	if ((tri_type_is(from_under, TRI_IS_INTEGER) || is_bytes_or_runes(from_under)) && tri_type_is(to_under, TRI_IS_STRING))
		return true;
	if (tri_type_is(from_under, TRI_IS_STRING) && is_bytes_or_runes(to_under))
		return true;
	bool from_unsafe = tri_type_is_kind(from_under, TRI_BASIC_UNSAFE_POINTER);
	bool to_unsafe = tri_type_is_kind(to_under, TRI_BASIC_UNSAFE_POINTER);
	if (to_unsafe && (is_pointer(from_under) || tri_type_is_kind(from_under, TRI_BASIC_UINTPTR)))
		return true;
	if (from_unsafe && (is_pointer(to_under) || tri_type_is_kind(to_under, TRI_BASIC_UINTPTR)))
		return true;
	if (from_under->kind == TRI_TYPE_SLICE && (to_under->kind == TRI_TYPE_ARRAY || is_pointer(to_under))) {
		if (slice_to_array(c, from_under, to_under, cause))
			return true;
		if (**cause)
			return false;
	}
	return (from_parameter || to_parameter) && parameter_convertible(c, x, from, to, type, cause);
}

static bool fail_because(struct tri_checker *c, const char **cause, const char *text)
{
	*cause = **cause ? tri_arena_printf(c->arena, "%s\n\t%s", text, *cause) : text;
	return false;
}

// Each specific type of the one must be convertible to each of the other.
static bool parameter_convertible(struct tri_checker *c, const struct tri_operand *x, struct tri_type *from, struct tri_type *to,
								  struct tri_type *written, const char **cause)
{
	bool from_parameter = from->kind == TRI_TYPE_PARAMETER, to_parameter = to->kind == TRI_TYPE_PARAMETER;
	struct tri_operand each = *x;
	struct tri_specific sources = tri_type_specific(from), targets = tri_type_specific(to);
	for (uint32_t i = 0; i < sources.count; i++) {
		each.type = tri_specific_type(&sources, i);
		if (!each.type)
			return false; // no specific types
		for (uint32_t j = 0; j < targets.count; j++) {
			struct tri_type *target = tri_specific_type(&targets, j);
			if (!target)
				return false;
			if (convertible(c, &each, target, cause))
				continue;
			const char *source_text = TRI_T(from_parameter ? each.type : x->type);
			if (from_parameter && to_parameter)
				return fail_because(c, cause,
									tri_arena_printf(c->arena, "cannot convert %s (in %s) to type %s (in %s)", source_text, TRI_T(from),
													 TRI_T(target), TRI_T(to)));
			if (from_parameter)
				return fail_because(
					c, cause, tri_arena_printf(c->arena, "cannot convert %s (in %s) to type %s", source_text, TRI_T(from), TRI_T(written)));
			return fail_because(c, cause,
								tri_arena_printf(c->arena, "cannot convert %s to type %s (in %s)", source_text, TRI_T(target), TRI_T(to)));
		}
	}
	return true;
}

// A constant to a type parameter: it must be convertible to each specific type, and is a constant no more.
static bool constant_to_parameter(struct tri_checker *c, struct tri_operand *x, struct tri_type *type, const char **cause)
{
	struct tri_specific specific = tri_type_specific(type);
	for (uint32_t i = 0; i < specific.count; i++) {
		struct tri_type *under = tri_specific_under(&specific, i);
		if (!under) {
			*cause = tri_arena_printf(c->arena, "%s does not contain specific types", TRI_T(type));
			return false;
		}
		if (tri_type_is(x->type, TRI_IS_STRING) && is_bytes_or_runes(under))
			continue;
		struct tri_operand copy = *x;
		if (under->kind == TRI_TYPE_BASIC && convert_constant(c, &copy, under))
			continue;
		if (tri_type_is(x->type, TRI_IS_INTEGER) && tri_type_is(under, TRI_IS_INTEGER))
			*cause = tri_arena_printf(c->arena, "constant %s overflows %s (in %s)", tri_check_constant_text(c, x->constant), TRI_T(under),
									  TRI_T(type));
		else
			*cause = tri_arena_printf(c->arena, "cannot convert %s to type %s (in %s)", TRI_X(x), TRI_T(under), TRI_T(type));
		return false;
	}
	return true;
}

static bool convert_constant(struct tri_checker *c, struct tri_operand *x, struct tri_type *type)
{
	struct tri_type *under = tri_type_underlying(type);
	if (tri_constant_representable(c->arena, x->constant, under->as.basic.kind, &x->constant))
		return true;
	if (!tri_type_is(x->type, TRI_IS_INTEGER) || !tri_type_is(under, TRI_IS_STRING))
		return false;
	// string(65)
	uint64_t rune = 0xFFFD;
	if (!tri_constant_uint64(x->constant, &rune) || rune > 0x10FFFF)
		rune = 0xFFFD;
	char *literal = tri_arena_printf(c->arena, "\"\\U%08X\"", (unsigned)rune);
	x->constant = tri_constant_from_literal(c->arena, TRI_LITERAL_STRING, literal, strlen(literal));
	return true;
}

void tri_check_conversion(struct tri_checker *c, struct tri_operand *x, struct tri_type *type)
{
	bool constant = x->mode == TRI_MODE_CONSTANT;
	bool to_constant = tri_type_is(type, TRI_IS_BOOLEAN | TRI_IS_NUMERIC | TRI_IS_STRING);
	const char *cause = "";
	bool valid = false;
	tri_pos pos = tri_expr_start(x->expr);
	if (constant && to_constant) {
		valid = convert_constant(c, x, type);
		if (!valid && tri_type_is(x->type, TRI_IS_INTEGER) && tri_type_is(type, TRI_IS_INTEGER)) {
			tri_check_error(c, pos, TRI_CODE_InvalidConversion, "constant %s overflows %s", tri_check_constant_text(c, x->constant),
							TRI_T(type));
			x->mode = TRI_MODE_INVALID;
			return;
		}
	} else if (constant && tri_type_is_parameter(type)) {
		valid = constant_to_parameter(c, x, type, &cause);
		x->mode = TRI_MODE_VALUE;
	} else if (convertible(c, x, type, &cause)) {
		valid = true;
		x->mode = TRI_MODE_VALUE;
	}
	if (!valid) {
		if (*cause)
			tri_check_error(c, pos, TRI_CODE_InvalidConversion, "cannot convert %s to type %s: %s", TRI_X(x), TRI_T(type), cause);
		else
			tri_check_error(c, pos, TRI_CODE_InvalidConversion, "cannot convert %s to type %s", TRI_X(x), TRI_T(type));
		x->mode = TRI_MODE_INVALID;
		return;
	}
	if (tri_type_is_untyped(x->type)) {
		struct tri_type *final = type;
		if (tri_type_is_kind(x->type, TRI_BASIC_UNTYPED_NIL))
			;
		else if ((tri_type_is_interface(type) && !tri_type_is_parameter(type)) || (constant && !to_constant))
			final = tri_type_default(c->universe, x->type);
		else if (x->mode == TRI_MODE_CONSTANT && tri_type_is(x->type, TRI_IS_INTEGER) && tri_type_is(type, TRI_IS_STRING))
			final = x->type; // an integer constant does not become a string
		tri_check_update_type(c, x->expr, final, true);
	}
	x->type = type;
}
