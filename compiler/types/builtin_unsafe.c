// The functions of package unsafe.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static tri_pos operand_pos(const struct tri_operand *x) { return tri_expr_start(x->expr); }

// Whether the size is known only when type parameters are.
static bool has_variable_size(struct tri_checker *c, struct tri_type *type, struct tri_map *seen)
{
	struct tri_type *under = tri_type_underlying(type), *actual = tri_type_unalias(type);
	if (!under || !actual)
		return false;
	if (actual->kind == TRI_TYPE_NAMED) {
		if (tri_map_has(seen, TRI_KEY(actual)))
			return tri_map_get(seen, TRI_KEY(actual)) != NULL;
		tri_map_put(c->arena, seen, TRI_KEY(actual), actual); // so of a type that contains itself
	}
	bool result = false;
	if (under->kind == TRI_TYPE_ARRAY)
		result = has_variable_size(c, under->as.array.element, seen);
	else if (under->kind == TRI_TYPE_STRUCT)
		for (uint32_t i = 0; i < under->as.structure.field_count && !result; i++)
			result = has_variable_size(c, under->as.structure.fields[i].type, seen);
	else
		result = actual->kind == TRI_TYPE_PARAMETER;
	if (actual->kind == TRI_TYPE_NAMED)
		tri_map_put(c->arena, seen, TRI_KEY(actual), result ? actual : NULL);
	return result;
}

static bool variable_size(struct tri_checker *c, struct tri_type *type)
{
	struct tri_map seen = {0};
	return has_variable_size(c, type, &seen);
}

static void set_uintptr(struct tri_checker *c, struct tri_operand *x)
{
	x->mode = TRI_MODE_VALUE;
	x->type = tri_check_basic(c, TRI_BASIC_UINTPTR);
}

bool tri_check_offsetof(struct tri_checker *c, struct tri_operand *x, struct tri_builtin_call *b)
{
	struct tri_expr *argument = b->call->arguments.items[0];
	struct tri_expr *inner = (struct tri_expr *)(uintptr_t)tri_expr_unparen(argument);
	if (inner->kind != TRI_EXPR_SELECTOR) {
		tri_check_error(c, tri_expr_start(argument), TRI_CODE_BadOffsetofSyntax, "invalid argument: %s is not a selector expression",
						TRI_E(argument));
		(void)tri_check_use(c, argument);
		return false;
	}
	struct tri_selector_expr *selector = tri_as_selector_expr(inner);
	tri_check_expr(c, x, selector->operand);
	if (x->mode == TRI_MODE_INVALID)
		return false;
	struct tri_type *base = x->type, *under = tri_type_underlying(base);
	if (under && under->kind == TRI_TYPE_POINTER) {
		struct tri_type *element = tri_type_underlying(under->as.pointer.element);
		if (element && element->kind == TRI_TYPE_STRUCT)
			base = under->as.pointer.element;
	}
	const struct tri_name *name = selector->selected->name;
	struct tri_lookup found = tri_lookup_in(c->arena, base, false, c->package, name, false);
	if (!found.object) {
		tri_check_error(c, operand_pos(x), TRI_CODE_MissingFieldOrMethod, "invalid argument: %s has no single field %s", TRI_T(base),
						name->text);
		return false;
	}
	if (found.object->kind == TRI_OBJECT_FUNCTION) {
		tri_check_error(c, tri_expr_start(argument), TRI_CODE_InvalidOffsetof, "invalid argument: %s is a method value", TRI_E(argument));
		return false;
	}
	if (found.indirect) {
		tri_check_error(c, operand_pos(x), TRI_CODE_InvalidOffsetof, "invalid argument: field %s is embedded via a pointer in %s",
						name->text, TRI_T(base));
		return false;
	}
	struct tri_selection *selection = TRI_NEW(c->arena, struct tri_selection);
	*selection = (struct tri_selection){
		.kind = TRI_SELECT_FIELD, .receiver = base, .object = found.object, .path = found.path, .path_length = found.path_length};
	selector->selection = selection;
	selector->selected->object = found.object;
	struct tri_operand field = {
		.mode = x->mode == TRI_MODE_VARIABLE ? TRI_MODE_VARIABLE : TRI_MODE_VALUE, .expr = inner, .type = found.object->type};
	tri_check_record(c, &field);
	if (variable_size(c, base)) {
		set_uintptr(c, x);
		return true;
	}
	int64_t offset = 0;
	struct tri_type *type = base;
	for (uint32_t i = 0; i < found.path_length; i++) {
		struct tri_type *structure = tri_type_underlying(type);
		tri_type_layout(structure);
		if (structure->size < 0) {
			tri_check_error(c, operand_pos(x), TRI_CODE_TypeTooLarge, "%s is too large", TRI_X(x));
			return false;
		}
		offset += structure->as.structure.offsets[found.path[i]];
		type = structure->as.structure.fields[found.path[i]].type;
	}
	tri_check_set_constant(c, x, tri_constant_int(c->arena, offset), TRI_BASIC_UINTPTR);
	return true;
}

bool tri_check_sizeof(struct tri_checker *c, struct tri_operand *x, bool size)
{
	tri_check_assignment(c, x, NULL, size ? "argument to unsafe.Sizeof" : "argument to unsafe.Alignof");
	if (x->mode == TRI_MODE_INVALID)
		return false;
	if (variable_size(c, x->type)) {
		set_uintptr(c, x);
		return true;
	}
	tri_type_layout(x->type);
	if (size && x->type->size < 0) {
		tri_check_error(c, operand_pos(x), TRI_CODE_TypeTooLarge, "%s is too large", TRI_X(x));
		return false;
	}
	tri_check_set_constant(c, x, tri_constant_int(c->arena, size ? x->type->size : x->type->align), TRI_BASIC_UINTPTR);
	return true;
}

bool tri_check_unsafe(struct tri_checker *c, struct tri_operand *x, struct tri_builtin_call *b, enum tri_builtin builtin)
{
	struct tri_type *under = tri_type_common_underlying(x->type);
	struct tri_type *byte_pointer = tri_type_pointer_to(c->universe, c->universe->byte_type);
	switch ((int)builtin) {
	case TRI_BUILTIN_UNSAFE_ADD:
		tri_check_assignment(c, x, tri_check_basic(c, TRI_BASIC_UNSAFE_POINTER), "argument to unsafe.Add");
		if (x->mode == TRI_MODE_INVALID || !tri_check_valid_index(c, &b->arguments[1], TRI_CODE_InvalidUnsafeAdd, "length", true))
			return false;
		x->type = tri_check_basic(c, TRI_BASIC_UNSAFE_POINTER);
		break;
	case TRI_BUILTIN_UNSAFE_SLICE:
		if (!under || under->kind != TRI_TYPE_POINTER) {
			tri_check_error(c, operand_pos(x), TRI_CODE_InvalidUnsafeSlice, "invalid argument: %s is not a pointer", TRI_X(x));
			return false;
		}
		if (!tri_check_valid_index(c, &b->arguments[1], TRI_CODE_InvalidUnsafeSlice, "length", false))
			return false;
		x->type = tri_type_slice_of(c->universe, under->as.pointer.element);
		break;
	case TRI_BUILTIN_UNSAFE_SLICE_DATA:
		if (!under || under->kind != TRI_TYPE_SLICE) {
			tri_check_error(c, operand_pos(x), TRI_CODE_InvalidUnsafeSliceData, "invalid argument: %s is not a slice", TRI_X(x));
			return false;
		}
		x->type = tri_type_pointer_to(c->universe, under->as.slice.element);
		break;
	case TRI_BUILTIN_UNSAFE_STRING:
		tri_check_assignment(c, x, byte_pointer, "argument to unsafe.String");
		if (x->mode == TRI_MODE_INVALID || !tri_check_valid_index(c, &b->arguments[1], TRI_CODE_InvalidUnsafeString, "length", false))
			return false;
		x->type = tri_check_basic(c, TRI_BASIC_STRING);
		break;
	default: // unsafe.StringData
		tri_check_assignment(c, x, tri_check_basic(c, TRI_BASIC_STRING), "argument to unsafe.StringData");
		if (x->mode == TRI_MODE_INVALID)
			return false;
		x->type = byte_pointer;
		break;
	}
	x->mode = TRI_MODE_VALUE;
	return true;
}
