// Reporting: how operands, types and positions read in diagnostics, and which errors are kept back.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static const char *const code_names[TRI_CODE_COUNT] = {
#define X(code) #code,
#include "compiler/types/codes.def"
#undef X
};

static const char *take_text(struct tri_checker *c, struct tri_buffer *buffer)
{
	const char *text = tri_arena_strdup(c->arena, buffer->data ? buffer->data : "", buffer->length);
	tri_buffer_free(buffer);
	return text;
}

// Does a further line of a message stand for itself: "file.go:1:2: other declaration of x", "have (int)", "want ()"?
static bool is_separate(const char *line)
{
	if (strncmp(line, "have ", 5) == 0 || strncmp(line, "want ", 5) == 0)
		return true;
	const char *end = strchr(line, '\n');
	for (const char *p = strchr(line, ':'); p && (!end || p < end); p = strchr(p + 1, ':')) {
		size_t digits = strspn(p + 1, "0123456789");
		if (digits > 0 && p[1 + digits] == ':' && strspn(p + 2 + digits, "0123456789") > 0)
			return true;
	}
	return false;
}

// Whether the text occurs behind the beginning, in what the message says first.
static bool mentions(const char *message, const char *text)
{
	const char *at = strstr(message, text), *end = strstr(message, "\n\t");
	while (end && !is_separate(end + 2))
		end = strstr(end + 2, "\n\t");
	return at && at > message && (!end || at < end);
}

void tri_check_error(struct tri_checker *c, tri_pos pos, enum tri_code code, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	struct tri_buffer buffer = {0};
	tri_buffer_vprintf(&buffer, format, arguments);
	va_end(arguments);
	const char *message = take_text(c, &buffer);
	// What mentions something invalid follows from an error that was reported.
	if (c->error_reported && (mentions(message, "invalid operand") || mentions(message, "invalid type")))
		return;
	c->error_reported = true;
	if (code == TRI_CODE_InvalidSyntaxTree)
		message = tri_arena_printf(c->arena, "invalid syntax tree: %s", message);
	if (c->env.error_pos != TRI_NO_POS)
		pos = c->env.error_pos;
	tri_diag_error(c->diags, pos, code_names[code], "%s", message);
}

// Says where the language version comes from, which is what the reader has to change.
const char *tri_check_version_hint(struct tri_checker *c)
{
	return tri_arena_printf(c->arena,
							c->env.version_by_file ? " (file declares //go:build go1.%d)" : " (-lang was set to go1.%d; check go.mod)",
							c->env.go_minor);
}

bool tri_check_version(struct tri_checker *c, tri_pos at, int minor, const char *format, ...)
{
	if (c->env.go_minor >= minor)
		return true;
	va_list arguments;
	va_start(arguments, format);
	struct tri_buffer buffer = {0};
	tri_buffer_vprintf(&buffer, format, arguments);
	va_end(arguments);
	const char *message = tri_arena_printf(c->arena, "%s requires go1.%d or later", take_text(c, &buffer), minor);
	tri_check_error(c, at, TRI_CODE_UnsupportedFeature, "%s%s", message, tri_check_version_hint(c));
	return false;
}

const char *tri_check_type_text(struct tri_checker *c, struct tri_type *type)
{
	struct tri_buffer buffer = {0};
	tri_type_print_located(type, c->package, c->diags, &buffer);
	return take_text(c, &buffer);
}

const char *tri_check_expr_text(struct tri_checker *c, const struct tri_expr *expr)
{
	struct tri_buffer buffer = {0};
	tri_expr_print(expr, &buffer);
	return take_text(c, &buffer);
}

const char *tri_check_constant_text(struct tri_checker *c, const struct tri_constant *constant)
{
	struct tri_buffer buffer = {0};
	tri_constant_print(constant, false, &buffer);
	return take_text(c, &buffer);
}

const char *tri_check_object_text(struct tri_checker *c, struct tri_object *object)
{
	struct tri_buffer buffer = {0};
	tri_object_print(object, c->package, &buffer);
	return take_text(c, &buffer);
}

const char *tri_check_function_text(struct tri_checker *c, struct tri_object *function)
{
	struct tri_buffer buffer = {0};
	tri_buffer_append_c(&buffer, function->name->text);
	if (function->type && function->type->kind == TRI_TYPE_FUNCTION)
		tri_signature_print(function->type, c->package, false, &buffer);
	return take_text(c, &buffer);
}

const char *tri_check_pos_text(struct tri_checker *c, tri_pos pos) { return tri_diag_place(c->diags, pos); }

const char *tri_check_other_declaration(struct tri_checker *c, const struct tri_object *object)
{
	if (object->pos == TRI_NO_POS)
		return "";
	return tri_arena_printf(c->arena, "\n\t%s: other declaration of %s", tri_check_pos_text(c, object->pos), object->name->text);
}

static const char *mode_text(enum tri_operand_mode mode)
{
	switch (mode) {
	case TRI_MODE_INVALID:
		return "invalid operand";
	case TRI_MODE_NO_VALUE:
		return "no value";
	case TRI_MODE_BUILTIN:
		return "built-in";
	case TRI_MODE_TYPE:
		return "type";
	case TRI_MODE_CONSTANT:
		return "constant";
	case TRI_MODE_VARIABLE:
		return "variable";
	case TRI_MODE_MAP_INDEX:
		return "map index expression";
	case TRI_MODE_VALUE:
		return "value";
	case TRI_MODE_NIL:
		return "nil";
	case TRI_MODE_COMMA_OK:
		return "comma, ok expression";
	case TRI_MODE_PACKAGE:
		return "package";
	}
	return "";
}

// expression (mode value of kind type T), as far as the parts apply.
const char *tri_check_operand_text(struct tri_checker *c, const struct tri_operand *x)
{
	if (x->mode == TRI_MODE_NIL) {
		if (!tri_type_is_valid(x->type))
			return "nil (with invalid type)";
		if (tri_type_is_untyped(x->type))
			return "nil";
		return tri_arena_printf(c->arena, "nil (of type %s)", TRI_T(x->type));
	}
	const char *text = "";
	if (x->expr)
		text = TRI_E(x->expr);
	else if (x->mode == TRI_MODE_BUILTIN)
		text = tri_builtin_name(x->builtin);
	else if (x->mode == TRI_MODE_TYPE)
		text = TRI_T(x->type);
	else if (x->mode == TRI_MODE_CONSTANT)
		text = tri_check_constant_text(c, x->constant);
	struct tri_buffer out = {0};
	if (*text)
		tri_buffer_printf(&out, "%s (", text);
	bool has_type = false;
	if (x->mode != TRI_MODE_INVALID && x->mode != TRI_MODE_NO_VALUE && x->mode != TRI_MODE_BUILTIN && x->mode != TRI_MODE_TYPE && x->type) {
		if (tri_type_is_untyped(x->type))
			tri_buffer_printf(&out, "%s ", TRI_T(x->type));
		else
			has_type = true;
	}
	tri_buffer_append_c(&out, mode_text(x->mode));
	if (x->mode == TRI_MODE_CONSTANT && x->constant) {
		const char *value = tri_check_constant_text(c, x->constant);
		if (strcmp(value, text) != 0)
			tri_buffer_printf(&out, " %s", value);
	}
	if (has_type && !tri_type_is_valid(x->type)) {
		tri_buffer_append_c(&out, " with invalid type");
	} else if (has_type) {
		tri_buffer_append_c(&out, " of ");
		struct tri_type *parameter = tri_type_is_parameter(x->type) ? tri_type_unalias(x->type) : NULL;
		if (tri_type_is_generic(x->type))
			tri_buffer_append_c(&out, "generic ");
		if (!parameter && (x->type->kind == TRI_TYPE_NAMED || x->type->kind == TRI_TYPE_ALIAS)) {
			const char *kind = tri_type_composite_kind(x->type);
			struct tri_type *under = tri_type_underlying(x->type);
			if (!*kind && under && under->kind == TRI_TYPE_BASIC)
				kind = under->as.basic.kind == TRI_BASIC_UNSAFE_POINTER ? "Pointer" : TRI_T(under);
			tri_buffer_printf(&out, "%s ", kind);
		}
		tri_buffer_printf(&out, "type %s", TRI_T(x->type));
		if (parameter) {
			tri_buffer_printf(&out, " constrained by %s", TRI_T(parameter->as.parameter.constraint));
			struct tri_type *interface = tri_parameter_interface(parameter);
			if (interface->as.interface.complete && tri_interface_is_empty_set(interface))
				tri_buffer_append_c(&out, " with empty type set");
		}
	}
	if (*text)
		tri_buffer_append_c(&out, ")");
	return take_text(c, &out);
}
