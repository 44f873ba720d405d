// Literals: numbers and strings, functions, composite literals.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

// Digit separators, binary literals and the like came with Go 1.13.
static void check_literal_version(struct tri_checker *c, const struct tri_literal_expr *expr)
{
	const char *text = expr->text;
	if (expr->length <= 2 || c->env.go_minor >= 13)
		return;
	int radix = text[0] == '0' ? text[1] | 0x20 : 0;
	const char *what = strchr(text, '_')                                       ? "underscore in numeric literal"
					   : radix == 'b'                                          ? "binary literal"
					   : radix == 'o'                                          ? "0o/0O-style octal literal"
					   : radix == 'x' && expr->literal_kind != TRI_LITERAL_INT ? "hexadecimal floating-point literal"
																			   : NULL;
	if (what)
		(void)tri_check_version(c, expr->base.pos, 13, "%s", what);
}

void tri_check_basic_literal(struct tri_checker *c, struct tri_operand *x, struct tri_literal_expr *expr)
{
	static const enum tri_basic_kind kinds[] = {
		[TRI_LITERAL_INT] = TRI_BASIC_UNTYPED_INT,           [TRI_LITERAL_FLOAT] = TRI_BASIC_UNTYPED_FLOAT,
		[TRI_LITERAL_IMAGINARY] = TRI_BASIC_UNTYPED_COMPLEX, [TRI_LITERAL_RUNE] = TRI_BASIC_UNTYPED_RUNE,
		[TRI_LITERAL_STRING] = TRI_BASIC_UNTYPED_STRING,
	};
	enum { MOST_DIGITS = 10000 };
	bool numeric = expr->literal_kind <= TRI_LITERAL_IMAGINARY;
	if (numeric && expr->length > MOST_DIGITS) {
		tri_check_error(c, expr->base.pos, TRI_CODE_InvalidConstVal, "excessively long constant: %.10s... (%u chars)", expr->text,
						expr->length);
		return;
	}
	if (numeric)
		check_literal_version(c, expr);
	enum tri_literal_kind kind = (enum tri_literal_kind)expr->literal_kind;
	struct tri_constant *value = tri_constant_from_literal(c->arena, kind, expr->text, expr->length);
	if (!value) {
		tri_check_error(c, expr->base.pos, TRI_CODE_InvalidConstVal, "malformed constant: %s", expr->text);
		return;
	}
	x->mode = TRI_MODE_CONSTANT;
	x->type = tri_check_basic(c, kinds[kind]);
	x->constant = value;
	x->expr = &expr->base;
	tri_check_overflow(c, x, expr->base.pos);
}

struct literal_body {
	struct tri_declaration *declaration;
	const struct tri_constant *iota;
	struct tri_type *signature;
	struct tri_scope *scope; // of this evaluation: x[func() int {...}()]++ evaluates its operand twice
	struct tri_function_expr *expr;
};

static void check_literal_body(struct tri_checker *c, void *data)
{
	const struct literal_body *body = data;
	tri_check_function_body(c, body->declaration, body->signature, body->scope, body->expr->body, body->iota);
}

void tri_check_function_literal(struct tri_checker *c, struct tri_operand *x, struct tri_function_expr *expr)
{
	struct tri_type *signature = tri_check_type(c, &expr->signature->base);
	if (!tri_type_is_valid(signature))
		return;
	if (expr->body && !c->options->declarations_only) {
		// The body may use variables that the statement around it declares, so it is checked after that statement.
		struct literal_body *body = TRI_NEW(c->arena, struct literal_body);
		body->declaration = c->env.declaration;
		body->iota = c->env.iota;
		body->signature = signature;
		body->scope = expr->signature->scope;
		body->expr = expr;
		tri_check_later(c, check_literal_body, body);
	}
	x->mode = TRI_MODE_VALUE;
	x->type = signature;
}

// ---- Composite literals ----------------------------------------------------------------------

static int64_t find_field(struct tri_type *type, const struct tri_package *from, const struct tri_name *name, bool fold_case)
{
	for (uint32_t i = 0; i < type->as.structure.field_count; i++) {
		const struct tri_struct_field *field = &type->as.structure.fields[i];
		if (field->name->length == 1 && field->name->text[0] == '_')
			continue;
		if (fold_case ? tri_name_equal_fold(field->name, name) : tri_same_identifier(field->name, field->package, name, from))
			return i;
	}
	return -1;
}

static void keyed_fields(struct tri_checker *c, struct tri_composite_expr *expr, struct tri_type *base, struct tri_type *under)
{
	struct tri_bits visited = tri_bits_new(c->arena, under->as.structure.field_count + 1);
	for (uint32_t i = 0; i < expr->elements.count; i++) {
		struct tri_expr *element = expr->elements.items[i];
		if (element->kind != TRI_EXPR_KEY_VALUE) {
			tri_check_error(c, tri_expr_start(element), TRI_CODE_MixedStructLit,
							"mixture of field:value and value elements in struct literal");
			continue;
		}
		struct tri_key_value_expr *pair = tri_as_key_value_expr(element);
		struct tri_operand x;
		tri_pos pos = tri_expr_start(pair->key);
		int64_t index = -1;
		if (pair->key->kind == TRI_EXPR_NAME)
			index = find_field(under, c->package, tri_as_name_expr(pair->key)->name, false);
		tri_check_expr_with_hint(c, &x, pair->value, NULL);
		if (pair->key->kind != TRI_EXPR_NAME) {
			tri_check_error(c, pos, TRI_CODE_InvalidLitField, "invalid field name %s in struct literal", TRI_E(pair->key));
			continue;
		}
		struct tri_name_expr *key = tri_as_name_expr(pair->key);
		if (index < 0) {
			int64_t other = find_field(under, c->package, key->name, true);
			struct tri_object *alternative = other >= 0 ? under->as.structure.fields[other].object : NULL;
			tri_check_error(c, pos, TRI_CODE_MissingLitField, "%s", tri_check_lookup_error(c, base, key->name, alternative, true));
			continue;
		}
		const struct tri_struct_field *field = &under->as.structure.fields[index];
		key->object = field->object;
		pair->field = field->object;
		tri_check_assignment(c, &x, field->type, "struct literal");
		if (tri_bits_has(&visited, (uint32_t)index))
			tri_check_error(c, pos, TRI_CODE_DuplicateLitField, "duplicate field name %s in struct literal", key->name->text);
		tri_bits_add(&visited, (uint32_t)index);
	}
}

static void positional_fields(struct tri_checker *c, struct tri_composite_expr *expr, struct tri_type *base, struct tri_type *under)
{
	uint32_t field_count = under->as.structure.field_count;
	for (uint32_t i = 0; i < expr->elements.count; i++) {
		struct tri_expr *element = expr->elements.items[i];
		struct tri_operand x;
		if (element->kind == TRI_EXPR_KEY_VALUE) {
			tri_check_error(c, tri_expr_start(element), TRI_CODE_MixedStructLit,
							"mixture of field:value and value elements in struct literal");
			continue;
		}
		tri_check_expr(c, &x, element);
		if (i >= field_count) {
			tri_check_error(c, tri_expr_start(element), TRI_CODE_InvalidStructLit, "too many values in struct literal of type %s",
							TRI_T(base));
			break;
		}
		const struct tri_struct_field *field = &under->as.structure.fields[i];
		if (!tri_name_is_exported(field->name) && field->package != c->package) {
			tri_check_error(c, tri_expr_start(element), TRI_CODE_UnexportedLitField,
							"implicit assignment to unexported field %s in struct literal of type %s", field->name->text, TRI_T(base));
			continue;
		}
		tri_check_assignment(c, &x, field->type, "struct literal");
	}
	if (expr->elements.count < field_count)
		tri_check_error(c, expr->rbrace, TRI_CODE_InvalidStructLit, "too few values in struct literal of type %s", TRI_T(base));
}

// Elements of an array or slice literal; the length they need.
static int64_t indexed_elements(struct tri_checker *c, tri_expr_list elements, struct tri_type *type, int64_t length)
{
	struct tri_map visited = {0};
	int64_t index = 0, most = 0;
	for (uint32_t i = 0; i < elements.count; i++) {
		struct tri_expr *element = elements.items[i], *value = element;
		bool valid = false;
		if (element->kind == TRI_EXPR_KEY_VALUE) {
			struct tri_key_value_expr *pair = tri_as_key_value_expr(element);
			int64_t key = -1;
			if (tri_type_is_valid(tri_check_index(c, pair->key, length, &key))) {
				if (key >= 0) {
					index = key;
					valid = true;
				} else {
					tri_check_error(c, tri_expr_start(element), TRI_CODE_InvalidLitIndex, "index %s must be integer constant",
									TRI_E(pair->key));
				}
			}
			value = pair->value;
		} else if (length >= 0 && index >= length) {
			tri_check_error(c, tri_expr_start(element), TRI_CODE_OversizeArrayLit, "index %lld is out of bounds (>= %lld)",
							(long long)index, (long long)length);
		} else {
			valid = true;
		}
		if (valid) {
			if (tri_map_has(&visited, (uintptr_t)index))
				tri_check_error(c, tri_expr_start(element), TRI_CODE_DuplicateLitKey, "duplicate index %lld in array or slice literal",
								(long long)index);
			tri_map_put(c->arena, &visited, (uintptr_t)index, element);
		}
		if (++index > most)
			most = index;
		struct tri_operand x;
		tri_check_expr_with_hint(c, &x, value, type);
		tri_check_assignment(c, &x, type, "array or slice literal");
	}
	return most;
}

// Constants as map keys, found by text: kind of value, value, and the type when it varies.
static bool is_duplicate_key(struct tri_checker *c, struct tri_map *visited, const struct tri_operand *key, bool by_type)
{
	const struct tri_constant *value = key->constant;
	if (tri_constant_kind(value) == TRI_CONSTANT_UNKNOWN)
		return false;
	struct tri_buffer text = {0};
	if (tri_constant_kind(value) == TRI_CONSTANT_STRING) {
		size_t length = 0;
		const char *bytes = tri_constant_string_value(value, &length);
		tri_buffer_append(&text, bytes, length);
	} else {
		const struct tri_constant *integer = tri_constant_kind(value) >= TRI_CONSTANT_INT ? tri_constant_to_int(c->arena, value) : NULL;
		tri_constant_print(integer ? integer : value, true, &text);
	}
	const struct tri_name *name = tri_name_intern(c->universe->names, text.data ? text.data : "", text.length);
	tri_buffer_free(&text);
	TRI_VECTOR(struct tri_type *) *types = tri_map_get(visited, TRI_KEY(name));
	if (!types) {
		types = tri_arena_alloc(c->arena, sizeof *types);
		tri_map_put(c->arena, visited, TRI_KEY(name), types);
	}
	for (uint32_t i = 0; i < types->count; i++)
		if (!by_type || tri_type_identical(types->items[i], key->type))
			return true;
	tri_vector_push(c->arena, types, key->type);
	return false;
}

static void map_elements(struct tri_checker *c, struct tri_composite_expr *expr, struct tri_type *under)
{
	struct tri_map visited = {0};
	bool by_type = tri_type_is_interface(under->as.map.key) && !tri_type_is_parameter(under->as.map.key);
	for (uint32_t i = 0; i < expr->elements.count; i++) {
		struct tri_expr *element = expr->elements.items[i];
		if (element->kind != TRI_EXPR_KEY_VALUE) {
			tri_check_error(c, tri_expr_start(element), TRI_CODE_MissingLitKey, "missing key in map literal");
			continue;
		}
		struct tri_key_value_expr *pair = tri_as_key_value_expr(element);
		struct tri_operand x;
		tri_check_expr_with_hint(c, &x, pair->key, under->as.map.key);
		tri_check_assignment(c, &x, under->as.map.key, "map literal");
		if (x.mode == TRI_MODE_INVALID)
			continue;
		if (x.mode == TRI_MODE_CONSTANT && is_duplicate_key(c, &visited, &x, by_type)) {
			tri_check_error(c, tri_expr_start(x.expr), TRI_CODE_DuplicateLitKey, "duplicate key %s in map literal",
							tri_check_constant_text(c, x.constant));
			continue;
		}
		tri_check_expr_with_hint(c, &x, pair->value, under->as.map.element);
		tri_check_assignment(c, &x, under->as.map.element, "map literal");
	}
}

void tri_check_composite_literal(struct tri_checker *c, struct tri_operand *x, struct tri_composite_expr *expr, struct tri_type *hint)
{
	struct tri_type *type = tri_check_basic(c, TRI_BASIC_INVALID), *base = type;
	bool is_element = false, open_array = false;
	expr->elided_pointer = false;
	if (expr->type_expr && expr->type_expr->kind == TRI_EXPR_ARRAY_TYPE && !tri_as_array_type(expr->type_expr)->length) {
		struct tri_type *element = tri_check_variable_type(c, tri_as_array_type(expr->type_expr)->element);
		type = base = tri_type_array_of(c->universe, element, -1);
		open_array = true;
	} else if (expr->type_expr) {
		type = base = tri_check_type(c, expr->type_expr);
	} else if (hint) {
		type = base = hint;
		struct tri_type *under = tri_type_common_underlying(base);
		if (under && under->kind == TRI_TYPE_POINTER) {
			base = under->as.pointer.element;
			expr->elided_pointer = true;
		}
		is_element = true;
	} else {
		tri_check_error(c, tri_expr_start(&expr->base), TRI_CODE_UntypedLit, "missing type in composite literal");
	}
	struct tri_type *under = tri_type_common_underlying(base);
	// A struct still being declared, as in [len(T{}.f)]int within T, has no fields to check against.
	if (base->kind == TRI_TYPE_NAMED && !tri_check_finite_size(c, base))
		under = NULL;
	switch (under ? (int)under->kind : -1) {
	case TRI_TYPE_STRUCT:
		if (expr->elements.count == 0)
			break;
		if (expr->elements.items[0]->kind == TRI_EXPR_KEY_VALUE)
			keyed_fields(c, expr, base, under);
		else
			positional_fields(c, expr, base, under);
		break;
	case TRI_TYPE_ARRAY: {
		int64_t length = indexed_elements(c, expr->elements, under->as.array.element, under->as.array.length);
		if (open_array) {
			under->as.array.length = length;
			expr->type_expr->mode = TRI_MODE_TYPE;
			expr->type_expr->type = under;
		}
		break;
	}
	case TRI_TYPE_SLICE:
		(void)indexed_elements(c, expr->elements, under->as.slice.element, -1);
		break;
	case TRI_TYPE_MAP:
		map_elements(c, expr, under);
		break;
	default:
		for (uint32_t i = 0; i < expr->elements.count; i++) {
			struct tri_expr *element = expr->elements.items[i];
			(void)tri_check_use(c, element->kind == TRI_EXPR_KEY_VALUE ? tri_as_key_value_expr(element)->value : element);
		}
		if (under && !tri_type_is_valid(under))
			break; // an error was reported
		if (under || tri_type_is_parameter(base))
			tri_check_error(c, tri_expr_start(&expr->base), TRI_CODE_InvalidLit, "invalid composite literal%s type %s%s",
							is_element ? " element" : "", TRI_T(type), under ? "" : " (no common underlying type)");
		x->mode = TRI_MODE_INVALID;
		return;
	}
	x->mode = TRI_MODE_VALUE;
	x->type = type;
}
