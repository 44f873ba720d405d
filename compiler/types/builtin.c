// Calls of predeclared functions and those of package unsafe.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

struct builtin_row {
	uint8_t arguments; // at least
	bool variadic;
	bool raw; // arguments are not all values: it evaluates them itself
	int go_minor;
};

static const struct builtin_row rows[TRI_BUILTIN_COUNT] = {
	[TRI_BUILTIN_APPEND] = {1, true, false, 0},
	[TRI_BUILTIN_ASSERT] = {1, false, false, 0},
	[TRI_BUILTIN_CAP] = {1, false, false, 0},
	[TRI_BUILTIN_CLEAR] = {1, false, false, 21},
	[TRI_BUILTIN_CLOSE] = {1, false, false, 0},
	[TRI_BUILTIN_COMPLEX] = {2, false, false, 0},
	[TRI_BUILTIN_COPY] = {2, false, false, 0},
	[TRI_BUILTIN_DELETE] = {2, false, false, 0},
	[TRI_BUILTIN_IMAG] = {1, false, false, 0},
	[TRI_BUILTIN_LEN] = {1, false, false, 0},
	[TRI_BUILTIN_MAKE] = {1, true, true, 0},
	[TRI_BUILTIN_MAX] = {1, true, false, 21},
	[TRI_BUILTIN_MIN] = {1, true, false, 21},
	[TRI_BUILTIN_NEW] = {1, false, true, 0},
	[TRI_BUILTIN_PANIC] = {1, false, false, 0},
	[TRI_BUILTIN_PRINT] = {0, true, false, 0},
	[TRI_BUILTIN_PRINTLN] = {0, true, false, 0},
	[TRI_BUILTIN_REAL] = {1, false, false, 0},
	[TRI_BUILTIN_RECOVER] = {0, false, false, 0},
	[TRI_BUILTIN_TRACE] = {0, true, false, 0},
	[TRI_BUILTIN_UNSAFE_ADD] = {2, false, false, 17},
	[TRI_BUILTIN_UNSAFE_ALIGNOF] = {1, false, false, 0},
	[TRI_BUILTIN_UNSAFE_OFFSETOF] = {1, false, true, 0},
	[TRI_BUILTIN_UNSAFE_SIZEOF] = {1, false, false, 0},
	[TRI_BUILTIN_UNSAFE_SLICE] = {2, false, false, 17},
	[TRI_BUILTIN_UNSAFE_SLICE_DATA] = {1, false, false, 20},
	[TRI_BUILTIN_UNSAFE_STRING] = {2, false, false, 20},
	[TRI_BUILTIN_UNSAFE_STRING_DATA] = {1, false, false, 20},
};

static tri_pos operand_pos(const struct tri_operand *x) { return tri_expr_start(x->expr); }

void tri_check_set_constant(struct tri_checker *c, struct tri_operand *x, struct tri_constant *value, enum tri_basic_kind kind)
{
	x->mode = TRI_MODE_CONSTANT;
	x->constant = value;
	x->type = tri_check_basic(c, kind);
}

// The element type of a slice argument, NULL (and the reason) for all else.
static struct tri_type *slice_element(struct tri_checker *c, struct tri_operand *x, const char **cause)
{
	struct tri_type *element = NULL;
	struct tri_specific specific = tri_type_specific(x->type);
	for (uint32_t i = 0; i < specific.count; i++) {
		struct tri_type *under = tri_specific_under(&specific, i);
		if (!under || under->kind != TRI_TYPE_SLICE) {
			*cause = x->mode == TRI_MODE_NIL && tri_type_is_untyped(x->type)
						 ? "argument must be a slice; have untyped nil"
						 : tri_arena_printf(c->arena, "argument must be a slice; have %s", TRI_X(x));
			return NULL;
		}
		if (!element) {
			element = under->as.slice.element;
		} else if (!tri_type_identical(element, under->as.slice.element)) {
			*cause = tri_arena_printf(c->arena, "mismatched slice element types %s and %s in %s", TRI_T(element),
									  TRI_T(under->as.slice.element), TRI_X(x));
			return NULL;
		}
	}
	return element;
}

// Whether all types are strings or byte slices; *has_string: one is a string.
static bool is_bytes_or_string(struct tri_checker *c, struct tri_type *type, bool *has_string)
{
	*has_string = false;
	struct tri_specific specific = tri_type_specific(type);
	for (uint32_t i = 0; i < specific.count; i++) {
		struct tri_type *under = tri_specific_under(&specific, i);
		if (under && under->kind == TRI_TYPE_SLICE && tri_type_identical(under->as.slice.element, c->universe->byte_type))
			continue;
		if (!tri_type_is(under, TRI_IS_STRING))
			return false;
		*has_string = true;
	}
	return true;
}

static bool assignable_to_bytes(struct tri_checker *c, struct tri_operand *x)
{
	enum tri_code code = TRI_CODE_COUNT;
	return tri_check_assignable(c, x, tri_type_slice_of(c->universe, c->universe->byte_type), NULL, &code);
}

static bool check_append(struct tri_checker *c, struct tri_operand *x, struct tri_builtin_call *b)
{
	const char *cause = NULL;
	struct tri_type *slice = x->type;
	struct tri_type *element = slice_element(c, x, &cause);
	if (!element) {
		tri_check_error(c, operand_pos(x), TRI_CODE_InvalidAppend, "invalid append: %s", cause);
		return false;
	}
	x->mode = TRI_MODE_VALUE;
	bool has_string = false;
	if (b->count == 2 && b->call->has_dots && assignable_to_bytes(c, x) && is_bytes_or_string(c, b->arguments[1].type, &has_string) &&
		has_string) {
		if (tri_type_is_untyped(b->arguments[1].type))
			tri_check_convert_untyped(c, &b->arguments[1], tri_check_basic(c, TRI_BASIC_STRING)); // append([]byte, string...)
		return true;
	}
	struct tri_type *parameters[] = {slice, tri_type_slice_of(c->universe, element)};
	struct tri_type *signature = tri_type_function_of(c->universe, parameters, 2, &slice, 1, true);
	struct tri_call_operands operands = {.items = b->arguments, .count = b->count};
	(void)tri_check_arguments(c, b->call, signature, (tri_type_list){0}, (tri_expr_list){0}, &operands);
	x->type = slice;
	return true;
}

static bool has_length(struct tri_type *type, bool is_len)
{
	struct tri_specific specific = tri_type_specific(type);
	for (uint32_t i = 0; i < specific.count; i++) {
		struct tri_type *under = tri_type_array_behind(tri_specific_type(&specific, i));
		switch (under ? (int)under->kind : -1) {
		case TRI_TYPE_ARRAY:
		case TRI_TYPE_SLICE:
		case TRI_TYPE_CHAN:
			break;
		case TRI_TYPE_MAP:
			if (!is_len)
				return false;
			break;
		default:
			if (!is_len || !tri_type_is(under, TRI_IS_STRING))
				return false;
		}
	}
	return true;
}

static bool check_length(struct tri_checker *c, struct tri_operand *x, enum tri_builtin builtin)
{
	struct tri_type *under = tri_type_array_behind(x->type);
	bool is_len = builtin == TRI_BUILTIN_LEN, valid = false;
	switch (under ? (int)under->kind : -1) {
	case TRI_TYPE_BASIC:
		if (!is_len || !tri_type_is(under, TRI_IS_STRING))
			break;
		if (x->mode == TRI_MODE_CONSTANT && tri_constant_kind(x->constant) == TRI_CONSTANT_STRING) {
			size_t length = 0;
			(void)tri_constant_string_value(x->constant, &length);
			tri_check_set_constant(c, x, tri_constant_int(c->arena, (int64_t)length), TRI_BASIC_INT);
			return true;
		}
		valid = true;
		break;
	case TRI_TYPE_ARRAY:
		if (!c->env.has_call_or_receive) {
			int64_t length = under->as.array.length;
			tri_check_set_constant(c, x, length >= 0 ? tri_constant_int(c->arena, length) : tri_constant_unknown(c->arena), TRI_BASIC_INT);
			return true;
		}
		valid = true;
		break;
	case TRI_TYPE_SLICE:
	case TRI_TYPE_CHAN:
		valid = true;
		break;
	case TRI_TYPE_MAP:
		valid = is_len;
		break;
	case TRI_TYPE_INTERFACE:
		valid = tri_type_is_parameter(x->type) && has_length(x->type, is_len);
		break;
	default:
		break;
	}
	if (!valid) {
		if (tri_type_is_valid(under))
			tri_check_error(c, operand_pos(x), is_len ? TRI_CODE_InvalidLen : TRI_CODE_InvalidCap, "invalid argument: %s for built-in %s",
							TRI_X(x), tri_builtin_name(builtin));
		return false;
	}
	x->mode = TRI_MODE_VALUE;
	x->type = tri_check_basic(c, TRI_BASIC_INT);
	return true;
}

static bool check_clear(struct tri_checker *c, struct tri_operand *x)
{
	struct tri_specific specific = tri_type_specific(x->type);
	for (uint32_t i = 0; i < specific.count; i++) {
		struct tri_type *under = tri_specific_under(&specific, i);
		if (under && (under->kind == TRI_TYPE_MAP || under->kind == TRI_TYPE_SLICE))
			continue;
		tri_check_error(c, operand_pos(x), TRI_CODE_InvalidClear,
						"invalid argument: cannot clear %s: argument must be (or constrained by) map or slice", TRI_X(x));
		return false;
	}
	x->mode = TRI_MODE_NO_VALUE;
	return true;
}

static bool check_close(struct tri_checker *c, struct tri_operand *x)
{
	struct tri_specific specific = tri_type_specific(x->type);
	for (uint32_t i = 0; i < specific.count; i++) {
		struct tri_type *under = tri_specific_under(&specific, i);
		if (!under || under->kind != TRI_TYPE_CHAN) {
			tri_check_error(c, operand_pos(x), TRI_CODE_InvalidClose, "invalid operation: cannot close non-channel %s", TRI_X(x));
			return false;
		}
		if (under->as.chan.direction == TRI_CHAN_RECEIVE_ONLY) {
			tri_check_error(c, operand_pos(x), TRI_CODE_InvalidClose, "invalid operation: cannot close receive-only channel %s", TRI_X(x));
			return false;
		}
	}
	x->mode = TRI_MODE_NO_VALUE;
	return true;
}

static bool check_copy(struct tri_checker *c, struct tri_operand *x, struct tri_builtin_call *b)
{
	struct tri_operand *y = &b->arguments[1];
	const char *cause = NULL;
	bool from_string = tri_type_all_are(y->type, TRI_IS_STRING), has_string = false;
	if (!(assignable_to_bytes(c, x) && is_bytes_or_string(c, y->type, &has_string) && x->mode != TRI_MODE_NIL)) {
		struct tri_type *target = slice_element(c, x, &cause);
		if (!target) {
			tri_check_error(c, operand_pos(x), TRI_CODE_InvalidCopy, "invalid copy: %s", cause);
			return false;
		}
		struct tri_type *source = from_string ? c->universe->byte_type : slice_element(c, y, &cause);
		if (!source) {
			tri_check_error(c, operand_pos(y), TRI_CODE_InvalidCopy, "invalid copy: %s", cause);
			return false;
		}
		if (!tri_type_identical(target, source)) {
			tri_check_error(c, operand_pos(x), TRI_CODE_InvalidCopy,
							"invalid copy: arguments %s and %s have different element types %s and %s", TRI_X(x), TRI_X(y), TRI_T(target),
							TRI_T(source));
			return false;
		}
	}
	if (from_string && tri_type_is_untyped(y->type))
		tri_check_convert_untyped(c, y, tri_check_basic(c, TRI_BASIC_STRING));
	x->mode = TRI_MODE_VALUE;
	x->type = tri_check_basic(c, TRI_BASIC_INT);
	return true;
}

static bool check_delete(struct tri_checker *c, struct tri_operand *x, struct tri_builtin_call *b)
{
	struct tri_type *key = NULL;
	struct tri_specific specific = tri_type_specific(x->type);
	for (uint32_t i = 0; i < specific.count; i++) {
		struct tri_type *under = tri_specific_under(&specific, i);
		if (!under || under->kind != TRI_TYPE_MAP) {
			tri_check_error(c, operand_pos(x), TRI_CODE_InvalidDelete, "invalid argument: %s is not a map", TRI_X(x));
			return false;
		}
		if (key && !tri_type_identical(key, under->as.map.key)) {
			tri_check_error(c, operand_pos(x), TRI_CODE_InvalidDelete, "invalid argument: maps of %s must have identical key types",
							TRI_X(x));
			return false;
		}
		key = under->as.map.key;
	}
	*x = b->arguments[1];
	tri_check_assignment(c, x, key, "argument to delete");
	if (x->mode == TRI_MODE_INVALID)
		return false;
	x->mode = TRI_MODE_NO_VALUE;
	return true;
}

static const char *can_be_made(struct tri_checker *c, struct tri_type *type, struct tri_type *under, const void *data)
{
	(void)c, (void)type, (void)data;
	if (!under)
		return "no specific type";
	bool made = under->kind == TRI_TYPE_SLICE || under->kind == TRI_TYPE_MAP || under->kind == TRI_TYPE_CHAN;
	return made ? NULL : "type must be slice, map, or channel";
}

static bool check_make(struct tri_checker *c, struct tri_operand *x, struct tri_builtin_call *b)
{
	struct tri_expr **list = b->call->arguments.items;
	struct tri_type *type = tri_check_variable_type(c, list[0]);
	if (!tri_type_is_valid(type))
		return false;
	const char *cause = "";
	const struct tri_type *under = tri_check_common(c, type, can_be_made, NULL, &cause);
	if (!under) {
		tri_check_error(c, tri_expr_start(list[0]), TRI_CODE_InvalidMake, "invalid argument: cannot make %s: %s", TRI_E(list[0]), cause);
		return false;
	}
	uint32_t least = under->kind == TRI_TYPE_SLICE ? 2 : 1;
	if (b->count < least || b->count > least + 1) {
		tri_check_error(c, tri_expr_start(&b->call->base), TRI_CODE_WrongArgCount,
						"invalid operation: %s expects %u or %u arguments; found %u", TRI_E(&b->call->base), least, least + 1, b->count);
		return false;
	}
	int64_t sizes[2] = {-1, -1};
	for (uint32_t i = 1; i < b->count; i++)
		(void)tri_check_index(c, list[i], -1, &sizes[i - 1]);
	if (sizes[0] >= 0 && sizes[1] >= 0 && sizes[0] > sizes[1])
		tri_check_error(c, tri_expr_start(list[1]), TRI_CODE_SwappedMakeArgs, "invalid argument: length and capacity swapped");
	x->mode = TRI_MODE_VALUE;
	x->type = type;
	return true;
}

static bool check_extreme(struct tri_checker *c, struct tri_operand *x, struct tri_builtin_call *b, enum tri_builtin builtin)
{
	enum tri_operator better = builtin == TRI_BUILTIN_MAX ? TRI_OP_GREATER : TRI_OP_LESS;
	for (uint32_t i = 0; i < b->count; i++) {
		struct tri_operand *argument = &b->arguments[i];
		if (!tri_type_all_are(argument->type, TRI_IS_INTEGER | TRI_IS_FLOAT | TRI_IS_STRING)) {
			tri_check_error(c, operand_pos(argument), TRI_CODE_InvalidMinMaxOperand, "invalid argument: %s cannot be ordered",
							TRI_X(argument));
			return false;
		}
		if (i == 0)
			continue;
		tri_check_match_types(c, x, argument);
		if (x->mode == TRI_MODE_INVALID)
			return false;
		if (!tri_type_identical(x->type, argument->type)) {
			tri_check_error(c, operand_pos(argument), TRI_CODE_MismatchedTypes,
							"invalid argument: mismatched types %s (previous argument) and %s (type of %s)", TRI_T(x->type),
							TRI_T(argument->type), TRI_E(argument->expr));
			return false;
		}
		if (x->mode == TRI_MODE_CONSTANT && argument->mode == TRI_MODE_CONSTANT) {
			if (tri_constant_compare(better, argument->constant, x->constant))
				*x = *argument;
		} else {
			x->mode = TRI_MODE_VALUE;
		}
	}
	if (x->mode != TRI_MODE_CONSTANT) {
		x->mode = TRI_MODE_VALUE;
		tri_check_assignment(c, x, c->universe->empty_interface,
							 tri_arena_printf(c->arena, "argument to built-in %s", tri_builtin_name(builtin)));
		if (x->mode == TRI_MODE_INVALID)
			return false;
	}
	for (uint32_t i = 0; i < b->count; i++)
		tri_check_update_type(c, b->arguments[i].expr, x->type, true);
	return true;
}

static bool check_new(struct tri_checker *c, struct tri_operand *x, struct tri_builtin_call *b)
{
	struct tri_expr *argument = b->call->arguments.items[0];
	tri_check_expr_or_type(c, x, argument);
	tri_check_exclude(c, x, TRI_EXCLUDE_NO_VALUE | TRI_EXCLUDE_BUILTIN);
	if (x->mode == TRI_MODE_INVALID)
		return false;
	if (x->mode == TRI_MODE_TYPE) {
		tri_check_valid_variable_type(c, argument, x->type);
	} else {
		if (tri_type_is_untyped(x->type)) {
			tri_check_assignment(c, x, NULL, "argument to new");
			if (x->mode == TRI_MODE_INVALID)
				return false;
		}
		(void)tri_check_version(c, tri_expr_start(b->call->function), 26, "new(%s)", TRI_E(argument));
	}
	x->mode = TRI_MODE_VALUE;
	x->type = tri_type_pointer_to(c->universe, x->type);
	return true;
}

static bool check_print(struct tri_checker *c, struct tri_operand *x, struct tri_builtin_call *b, enum tri_builtin builtin)
{
	const char *context = tri_arena_printf(c->arena, "argument to built-in %s", tri_builtin_name(builtin));
	for (uint32_t i = 0; i < b->count; i++) {
		tri_check_assignment(c, &b->arguments[i], NULL, context);
		if (b->arguments[i].mode == TRI_MODE_INVALID)
			return false;
	}
	x->mode = TRI_MODE_NO_VALUE;
	return true;
}

static bool check_panic(struct tri_checker *c, struct tri_operand *x, struct tri_builtin_call *b)
{
	if (c->env.panic_calls)
		tri_map_put(c->arena, c->env.panic_calls, TRI_KEY(b->call), b->call);
	tri_check_assignment(c, x, c->universe->empty_interface, "argument to panic");
	if (x->mode == TRI_MODE_INVALID)
		return false;
	x->mode = TRI_MODE_NO_VALUE;
	return true;
}

static bool evaluate(struct tri_checker *c, struct tri_operand *x, struct tri_builtin_call *b, const struct builtin_row *row)
{
	b->count = b->call->arguments.count;
	if (row->raw)
		return true;
	b->arguments = tri_check_expr_list(c, b->call->arguments, &b->count);
	for (uint32_t i = 0; i < b->count; i++)
		if (b->arguments[i].mode == TRI_MODE_INVALID)
			return false;
	if (b->count > 0)
		*x = b->arguments[0];
	return true;
}

// Its value is that of the condition, also when it does not hold.
static bool check_assert(struct tri_checker *c, struct tri_operand *x, const struct tri_builtin_call *b)
{
	if (x->mode != TRI_MODE_CONSTANT || !tri_type_is(x->type, TRI_IS_BOOLEAN)) {
		tri_check_error(c, operand_pos(x), TRI_CODE_Test, "invalid argument: %s is not a boolean constant", TRI_X(x));
		return false;
	}
	if (tri_constant_kind(x->constant) == TRI_CONSTANT_BOOL && !tri_constant_bool_value(x->constant))
		tri_check_error(c, tri_expr_start(&b->call->base), TRI_CODE_Test, "%s failed", TRI_E(&b->call->base));
	return true;
}

bool tri_check_builtin(struct tri_checker *c, struct tri_operand *x, struct tri_call_expr *call, enum tri_builtin builtin)
{
	const struct builtin_row *row = &rows[builtin];
	struct tri_builtin_call b = {.call = call};
	const char *name = tri_builtin_name(builtin);
	tri_pos call_pos = tri_expr_start(&call->base);
	if (call->has_dots && builtin != TRI_BUILTIN_APPEND) {
		tri_check_error(c, call_pos, TRI_CODE_InvalidDotDotDot, "invalid operation: invalid use of ... with built-in %s", name);
		(void)tri_check_use_list(c, call->arguments);
		return false;
	}
	bool is_length = builtin == TRI_BUILTIN_LEN || builtin == TRI_BUILTIN_CAP;
	bool outer_call_or_receive = c->env.has_call_or_receive;
	if (is_length)
		c->env.has_call_or_receive = false;
	bool valid = evaluate(c, x, &b, row);
	if (valid && (b.count < row->arguments || (!row->variadic && b.count > row->arguments))) {
		tri_check_error(c, call_pos, TRI_CODE_WrongArgCount, "invalid operation: %s arguments for %s (expected %d, found %u)",
						b.count < row->arguments ? "not enough" : "too many", TRI_E(&call->base), row->arguments, b.count);
		valid = false;
	}
	if (!valid) {
		if (is_length)
			c->env.has_call_or_receive = outer_call_or_receive;
		return false;
	}
	bool is_unsafe = builtin >= TRI_BUILTIN_UNSAFE_ADD;
	if (row->go_minor)
		(void)tri_check_version(c, tri_expr_start(call->function), row->go_minor, "%s%s",
								is_unsafe                      ? "unsafe."
								: builtin == TRI_BUILTIN_CLEAR ? ""
															   : "built-in ",
								name);
	switch (builtin) {
	case TRI_BUILTIN_APPEND:
		return check_append(c, x, &b);
	case TRI_BUILTIN_ASSERT:
		return check_assert(c, x, &b);
	case TRI_BUILTIN_CAP:
	case TRI_BUILTIN_LEN:
		valid = check_length(c, x, builtin);
		c->env.has_call_or_receive = outer_call_or_receive;
		return valid;
	case TRI_BUILTIN_CLEAR:
		return check_clear(c, x);
	case TRI_BUILTIN_CLOSE:
		return check_close(c, x);
	case TRI_BUILTIN_COMPLEX:
		return tri_check_complex(c, x, &b);
	case TRI_BUILTIN_COPY:
		return check_copy(c, x, &b);
	case TRI_BUILTIN_DELETE:
		return check_delete(c, x, &b);
	case TRI_BUILTIN_IMAG:
	case TRI_BUILTIN_REAL:
		return tri_check_complex_part(c, x, builtin == TRI_BUILTIN_REAL);
	case TRI_BUILTIN_MAKE:
		return check_make(c, x, &b);
	case TRI_BUILTIN_MAX:
	case TRI_BUILTIN_MIN:
		return check_extreme(c, x, &b, builtin);
	case TRI_BUILTIN_NEW:
		return check_new(c, x, &b);
	case TRI_BUILTIN_PANIC:
		return check_panic(c, x, &b);
	case TRI_BUILTIN_PRINT:
	case TRI_BUILTIN_PRINTLN:
		return check_print(c, x, &b, builtin);
	case TRI_BUILTIN_RECOVER:
		x->mode = TRI_MODE_VALUE;
		x->type = c->universe->empty_interface;
		return true;
	case TRI_BUILTIN_TRACE:
		if (b.count > 0)
			*x = b.arguments[b.count - 1];
		else
			x->mode = TRI_MODE_NO_VALUE;
		return true;
	case TRI_BUILTIN_UNSAFE_ALIGNOF:
	case TRI_BUILTIN_UNSAFE_SIZEOF:
		return tri_check_sizeof(c, x, builtin == TRI_BUILTIN_UNSAFE_SIZEOF);
	case TRI_BUILTIN_UNSAFE_OFFSETOF:
		return tri_check_offsetof(c, x, &b);
	case TRI_BUILTIN_UNSAFE_ADD:
	case TRI_BUILTIN_UNSAFE_SLICE:
	case TRI_BUILTIN_UNSAFE_SLICE_DATA:
	case TRI_BUILTIN_UNSAFE_STRING:
	case TRI_BUILTIN_UNSAFE_STRING_DATA:
		return tri_check_unsafe(c, x, &b, builtin);
	case TRI_BUILTIN_COUNT:
		break;
	}
	tri_ice("builtin %d", (int)builtin);
}
