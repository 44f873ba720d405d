// Index and slice expressions.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static int64_t string_length(const struct tri_operand *x)
{
	if (x->mode != TRI_MODE_CONSTANT)
		return -1;
	size_t length = 0;
	(void)tri_constant_string_value(x->constant, &length);
	return (int64_t)length;
}

// A string that is indexed or sliced exists at run time.
static void materialise_string(struct tri_checker *c, struct tri_operand *x)
{
	if (tri_type_is_untyped(x->type))
		tri_check_convert_untyped(c, x, tri_check_basic(c, TRI_BASIC_STRING));
}

static struct tri_expr *single_index(struct tri_checker *c, struct tri_index_expr *expr)
{
	if (expr->index->kind != TRI_EXPR_LIST)
		return expr->index;
	tri_expr_list list = tri_as_list_expr(expr->index)->elements;
	if (list.count > 1)
		tri_check_error(c, tri_expr_start(list.items[1]), TRI_CODE_InvalidIndex, "invalid operation: more than one index");
	return list.count > 0 ? list.items[0] : NULL;
}

static void check_map_index(struct tri_checker *c, struct tri_operand *x, struct tri_index_expr *expr, struct tri_type *key_type,
							struct tri_type *element)
{
	struct tri_expr *index = single_index(c, expr);
	if (!index) {
		x->mode = TRI_MODE_INVALID;
		return;
	}
	struct tri_operand key;
	tri_check_expr(c, &key, index);
	tri_check_assignment(c, &key, key_type, "map index");
	x->mode = TRI_MODE_MAP_INDEX;
	x->type = element;
	x->expr = &expr->base;
}

// What indexing any of a type parameter's types gives: the same element type, and key type when they are maps.
struct indexed {
	struct tri_type *key, *element;
	int64_t length; // the smallest, -1 when unknown
	enum tri_operand_mode mode;
};

static bool index_specific(struct tri_checker *c, const struct tri_operand *x, struct indexed *result)
{
	struct tri_specific specific = tri_type_specific(x->type);
	*result = (struct indexed){.length = -1, .mode = TRI_MODE_VARIABLE};
	for (uint32_t i = 0; i < specific.count; i++) {
		struct tri_type *under = tri_specific_under(&specific, i), *key = NULL, *element = NULL;
		int64_t length = -1;
		switch (under ? (int)under->kind : -1) {
		case TRI_TYPE_BASIC:
			if (!tri_type_is(under, TRI_IS_STRING))
				break;
			element = c->universe->byte_type;
			result->mode = TRI_MODE_VALUE;
			break;
		case TRI_TYPE_ARRAY:
			length = under->as.array.length;
			element = under->as.array.element;
			if (x->mode != TRI_MODE_VARIABLE)
				result->mode = TRI_MODE_VALUE;
			break;
		case TRI_TYPE_POINTER:
			under = tri_type_underlying(under->as.pointer.element);
			if (!under || under->kind != TRI_TYPE_ARRAY)
				break;
			length = under->as.array.length;
			element = under->as.array.element;
			break;
		case TRI_TYPE_SLICE:
			element = under->as.slice.element;
			break;
		case TRI_TYPE_MAP:
			key = under->as.map.key;
			element = under->as.map.element;
			break;
		default:
			break;
		}
		if (!element)
			return false;
		if (!result->element) {
			result->length = length;
			result->key = key;
			result->element = element;
			continue;
		}
		if (!key != !result->key || (key && !tri_type_identical(key, result->key)) || !tri_type_identical(element, result->element))
			return false;
		if (length >= 0 && length < result->length)
			result->length = length;
	}
	return true;
}

bool tri_check_index_expr(struct tri_checker *c, struct tri_operand *x, struct tri_index_expr *expr)
{
	tri_check_generic_expr_or_type(c, x, expr->operand);
	if (x->mode == TRI_MODE_INVALID) {
		(void)tri_check_use(c, expr->index);
		return false;
	}
	if (x->mode == TRI_MODE_TYPE) {
		struct tri_type *type = tri_check_variable_type(c, &expr->base);
		x->mode = tri_type_is_valid(type) ? TRI_MODE_TYPE : TRI_MODE_INVALID;
		x->type = type;
		return false;
	}
	if (x->mode == TRI_MODE_VALUE && x->type && x->type->kind == TRI_TYPE_FUNCTION && x->type->as.function.type_parameters.count > 0)
		return true;
	tri_check_not_generic(c, NULL, x);
	if (x->mode == TRI_MODE_INVALID)
		return false;
	struct tri_type *under = tri_type_underlying(x->type);
	struct tri_type *element = NULL;
	int64_t length = -1;
	switch (under ? (int)under->kind : -1) {
	case TRI_TYPE_BASIC:
		if (!tri_type_is(under, TRI_IS_STRING))
			break;
		length = string_length(x);
		materialise_string(c, x);
		x->mode = TRI_MODE_VALUE;
		element = c->universe->byte_type;
		break;
	case TRI_TYPE_ARRAY:
		length = under->as.array.length;
		if (x->mode != TRI_MODE_VARIABLE)
			x->mode = TRI_MODE_VALUE;
		element = under->as.array.element;
		break;
	case TRI_TYPE_POINTER: {
		struct tri_type *array = tri_type_underlying(under->as.pointer.element);
		if (!array || array->kind != TRI_TYPE_ARRAY)
			break;
		length = array->as.array.length;
		x->mode = TRI_MODE_VARIABLE;
		element = array->as.array.element;
		break;
	}
	case TRI_TYPE_SLICE:
		x->mode = TRI_MODE_VARIABLE;
		element = under->as.slice.element;
		break;
	case TRI_TYPE_MAP:
		check_map_index(c, x, expr, under->as.map.key, under->as.map.element);
		return false;
	case TRI_TYPE_INTERFACE: {
		struct indexed indexed;
		if (!tri_type_is_parameter(x->type) || !index_specific(c, x, &indexed))
			break;
		if (indexed.key) {
			check_map_index(c, x, expr, indexed.key, indexed.element);
			return false;
		}
		length = indexed.length;
		x->mode = indexed.mode;
		element = indexed.element;
		break;
	}
	default:
		break;
	}
	if (!element) {
		tri_check_error(c, expr->base.pos, TRI_CODE_NonSliceableOperand, "cannot index %s", TRI_X(x));
		(void)tri_check_use(c, expr->index);
		x->mode = TRI_MODE_INVALID;
		return false;
	}
	struct tri_expr *index = single_index(c, expr);
	if (!index) {
		x->mode = TRI_MODE_INVALID;
		return false;
	}
	x->type = element;
	int64_t value = -1;
	(void)tri_check_index(c, index, length, &value);
	return false;
}

// The underlying type that slicing goes by: strings count as byte slices, and make the result a string. NULL after an error.
static struct tri_type *sliced_type(struct tri_checker *c, struct tri_operand *x)
{
	if (!tri_type_is_parameter(x->type))
		return tri_type_underlying(x->type);
	struct tri_specific specific = tri_type_specific(x->type);
	struct tri_type *first = NULL, *common = NULL;
	bool has_string = false;
	for (uint32_t i = 0; i < specific.count; i++) {
		struct tri_type *type = tri_specific_type(&specific, i), *under = tri_specific_under(&specific, i);
		tri_pos pos = tri_expr_start(x->expr);
		if (!under) {
			tri_check_error(c, pos, TRI_CODE_NonSliceableOperand, "cannot slice %s: no specific type in %s", TRI_X(x), TRI_T(x->type));
			return NULL;
		}
		if (tri_type_is(under, TRI_IS_STRING)) {
			under = tri_type_slice_of(c->universe, c->universe->byte_type);
			has_string = true;
		}
		if (!common) {
			first = type;
			common = under;
		} else if (!tri_type_identical(common, under)) {
			tri_check_error(c, pos, TRI_CODE_NonSliceableOperand, "cannot slice %s: %s and %s have different underlying types", TRI_X(x),
							TRI_T(first), TRI_T(type));
			return NULL;
		}
	}
	return has_string ? tri_check_basic(c, TRI_BASIC_STRING) : common;
}

void tri_check_slice_expr(struct tri_checker *c, struct tri_operand *x, struct tri_slice_expr *expr)
{
	tri_check_expr(c, x, expr->operand);
	if (x->mode == TRI_MODE_INVALID) {
		for (int i = 0; i < 3; i++)
			(void)tri_check_use(c, expr->index[i]);
		return;
	}
	struct tri_type *under = sliced_type(c, x);
	if (!under && tri_type_is_parameter(x->type)) {
		x->mode = TRI_MODE_INVALID;
		return;
	}
	bool valid = false;
	int64_t length = -1;
	switch (under ? (int)under->kind : -1) {
	case TRI_TYPE_BASIC:
		if (!tri_type_is(under, TRI_IS_STRING))
			break;
		if (expr->full) {
			struct tri_expr *at = expr->index[2] ? expr->index[2] : &expr->base;
			tri_check_error(c, tri_expr_start(at), TRI_CODE_InvalidSliceExpr, "invalid operation: 3-index slice of string");
			x->mode = TRI_MODE_INVALID;
			return;
		}
		valid = true;
		length = string_length(x);
		materialise_string(c, x);
		break;
	case TRI_TYPE_ARRAY:
		if (x->mode != TRI_MODE_VARIABLE) {
			tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_NonSliceableOperand, "cannot slice unaddressable value %s", TRI_X(x));
			x->mode = TRI_MODE_INVALID;
			return;
		}
		valid = true;
		length = under->as.array.length;
		tri_check_mark_address_taken(expr->operand);
		x->type = tri_type_slice_of(c->universe, under->as.array.element);
		break;
	case TRI_TYPE_POINTER: {
		struct tri_type *array = tri_type_underlying(under->as.pointer.element);
		if (!array || array->kind != TRI_TYPE_ARRAY)
			break;
		valid = true;
		length = array->as.array.length;
		x->type = tri_type_slice_of(c->universe, array->as.array.element);
		break;
	}
	case TRI_TYPE_SLICE:
		valid = true;
		break;
	default:
		break;
	}
	if (!valid) {
		tri_check_error(c, tri_expr_start(x->expr), TRI_CODE_NonSliceableOperand, "cannot slice %s", TRI_X(x));
		x->mode = TRI_MODE_INVALID;
		return;
	}
	x->mode = TRI_MODE_VALUE;
	if (expr->full && (!expr->index[1] || !expr->index[2])) { // reported by the parser
		x->mode = TRI_MODE_INVALID;
		return;
	}
	int64_t indices[3];
	for (int i = 0; i < 3; i++) {
		indices[i] = -1;
		if (expr->index[i])
			(void)tri_check_index(c, expr->index[i], length >= 0 ? length + 1 : -1, &indices[i]);
		else if (i == 0)
			indices[i] = 0;
		else if (length >= 0)
			indices[i] = length;
	}
	for (int i = 0; i < 2; i++)
		for (int j = i + 1; j < 3 && indices[i] > 0; j++)
			if (indices[j] >= 0 && indices[j] < indices[i]) {
				tri_check_error(c, tri_expr_start(expr->index[j]), TRI_CODE_SwappedSliceIndices, "invalid slice indices: %lld < %lld",
								(long long)indices[j], (long long)indices[i]);
				return;
			}
}

bool tri_check_valid_index(struct tri_checker *c, struct tri_operand *x, enum tri_code code, const char *what, bool allow_negative)
{
	if (x->mode == TRI_MODE_INVALID)
		return false;
	tri_check_convert_untyped(c, x, tri_check_basic(c, TRI_BASIC_INT));
	if (x->mode == TRI_MODE_INVALID)
		return false;
	tri_pos pos = tri_expr_start(x->expr);
	if (!tri_type_all_are(x->type, TRI_IS_INTEGER)) {
		tri_check_error(c, pos, code, "invalid argument: %s %s must be integer", what, TRI_X(x));
		return false;
	}
	if (x->mode != TRI_MODE_CONSTANT || tri_constant_kind(x->constant) == TRI_CONSTANT_UNKNOWN)
		return true;
	if (!allow_negative && tri_constant_sign(x->constant) < 0) {
		tri_check_error(c, pos, code, "invalid argument: %s %s must not be negative", what, TRI_X(x));
		return false;
	}
	if (!tri_constant_representable(c->arena, x->constant, TRI_BASIC_INT, NULL)) {
		tri_check_error(c, pos, code, "invalid argument: %s %s overflows int", what, TRI_X(x));
		return false;
	}
	return true;
}

struct tri_type *tri_check_index(struct tri_checker *c, struct tri_expr *expr, int64_t most, int64_t *value)
{
	struct tri_operand x;
	struct tri_type *invalid = tri_check_basic(c, TRI_BASIC_INVALID);
	*value = -1;
	tri_check_expr(c, &x, expr);
	if (!tri_check_valid_index(c, &x, TRI_CODE_InvalidIndex, "index", false))
		return invalid;
	if (x.mode != TRI_MODE_CONSTANT)
		return x.type;
	int64_t index = 0;
	if (!tri_constant_int64(x.constant, &index))
		return invalid;
	if (most >= 0 && index >= most) {
		tri_check_error(c, tri_expr_start(x.expr), TRI_CODE_InvalidIndex, "invalid argument: index %s out of bounds [0:%lld]",
						tri_check_constant_text(c, x.constant), (long long)most);
		return invalid;
	}
	*value = index;
	return x.type;
}
