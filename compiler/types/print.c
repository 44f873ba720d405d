// Types and objects as text: for diagnostics, as canonical keys, and as reflect prints them.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

enum print_style {
	STYLE_DIAGNOSTIC, // as Go's type checker: package names, parameter names
	STYLE_RUNTIME,    // as reflect
	STYLE_COMPILER,   // as Go's compiler in -m: reflect's spacing, but relative to a package
	STYLE_LINK,       // as Go's link names: reflect's spacing, import paths
	STYLE_KEY,        // canonical: import paths, nothing that identity ignores
};

struct printer {
	struct tri_buffer *out;
	enum print_style style;
	const struct tri_package *relative_to;
	bool parameter_names;
	bool paths;              // packages by path: in type arguments, but for diagnostics
	struct tri_type *within; // what is printed is the shape of this type; or NULL
	struct tri_diags *diags; // to say where a type parameter is declared that hides a predeclared name; or NULL
};

static void print_type(struct printer *p, struct tri_type *type);

static void put(struct printer *p, const char *text) { tri_buffer_append_c(p->out, text); }

static void put_name(struct printer *p, const struct tri_name *name) { tri_buffer_append(p->out, name->text, name->length); }

// Whether a package of that name other than `package` is imported, directly or not, by `from` (or is it).
static bool has_namesake(struct tri_arena *arena, struct tri_map *seen, const struct tri_package *from, const struct tri_package *package)
{
	if (tri_map_put(arena, seen, TRI_KEY(from), seen))
		return false;
	if (from->name == package->name && strcmp(from->path, package->path) != 0)
		return true;
	for (uint32_t i = 0; i < from->imports.count; i++)
		if (has_namesake(arena, seen, from->imports.items[i], package))
			return true;
	return false;
}

// Where a package's name does not tell which one is meant, its path does.
static bool is_ambiguous(const struct tri_package *from, const struct tri_package *package)
{
	if (!from)
		return false;
	struct tri_arena *arena = tri_arena_new();
	struct tri_map seen = {0};
	bool ambiguous = has_namesake(arena, &seen, from, package);
	tri_arena_free(arena);
	return ambiguous;
}

static void put_package(struct printer *p, const struct tri_package *package)
{
	if (!package)
		return;
	if (p->style == STYLE_KEY || p->style == STYLE_LINK || p->paths || (p->style == STYLE_DIAGNOSTIC && !p->relative_to)) {
		put(p, package->path);
		put(p, ".");
	} else if (p->style == STYLE_DIAGNOSTIC && package != p->relative_to && is_ambiguous(p->relative_to, package)) {
		tri_buffer_printf(p->out, "\"%s\".", package->path);
	} else if (p->style == STYLE_DIAGNOSTIC && !p->relative_to) {
		put(p, package->path);
		put(p, ".");
	} else if (p->style == STYLE_RUNTIME || package != p->relative_to) {
		put_name(p, package->name);
		put(p, ".");
	}
}

static void print_quoted(struct printer *p, const char *text, uint32_t length)
{
	put(p, "\"");
	for (uint32_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];
		if (byte == '"' || byte == '\\')
			tri_buffer_printf(p->out, "\\%c", byte);
		else if (byte == '\n')
			put(p, "\\n");
		else if (byte == '\t')
			put(p, "\\t");
		else if (byte < 0x20 || byte == 0x7F)
			tri_buffer_printf(p->out, "\\x%02x", byte);
		else
			tri_buffer_append_byte(p->out, (char)byte);
	}
	put(p, "\"");
}

static void print_variables(struct printer *p, struct tri_object **variables, uint32_t count, bool variadic)
{
	put(p, "(");
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			put(p, p->style == STYLE_KEY ? "," : ", ");
		if (p->style == STYLE_DIAGNOSTIC && p->parameter_names && variables[i]->name && variables[i]->name->length > 0) {
			put_name(p, variables[i]->name);
			put(p, " ");
		}
		struct tri_type *type = variables[i]->type;
		if (variadic && i + 1 == count && type && type->kind == TRI_TYPE_SLICE) {
			put(p, "...");
			type = type->as.slice.element;
		}
		print_type(p, type);
	}
	put(p, ")");
}

// Arguments for the parameters of a function around the type end with a semicolon.
static void print_list(struct printer *p, struct tri_type *const *types, uint32_t count, uint32_t outer)
{
	struct printer inner = *p;
	inner.paths = p->style != STYLE_DIAGNOSTIC;
	if (p->style == STYLE_COMPILER)
		inner.style = STYLE_LINK;
	put(p, "[");
	for (uint32_t i = 0; i < count; i++) {
		put(p, i == 0 ? "" : p->style == STYLE_DIAGNOSTIC ? ", " : i == outer ? ";" : ",");
		struct tri_type *type = types[i];
		// What a shape is made of has shapes as arguments too, but for a type that is made of itself.
		bool shaped = p->within && !tri_type_is_shape(type) && tri_type_has_shape(type) && !tri_type_identical(type, p->within);
		put(p, shaped ? "go.shape." : "");
		print_type(&inner, shaped ? tri_type_underlying(type) : type);
	}
	put(p, "]");
}

// [P, Q any, R fmt.Stringer]
static void print_parameters(struct printer *p, const tri_type_list *parameters)
{
	put(p, "[");
	struct tri_type *previous = NULL;
	for (uint32_t i = 0; i < parameters->count; i++) {
		struct tri_type *constraint = parameters->items[i]->as.parameter.constraint;
		if (i > 0 && constraint != previous) {
			put(p, " ");
			print_type(p, previous);
		}
		put(p, i > 0 ? ", " : "");
		print_type(p, parameters->items[i]);
		previous = constraint;
	}
	put(p, " ");
	print_type(p, previous);
	put(p, "]");
}

static void print_signature(struct printer *p, struct tri_type *type)
{
	if (type->as.function.type_parameters.count > 0)
		print_parameters(p, &type->as.function.type_parameters);
	print_variables(p, type->as.function.parameters, type->as.function.parameter_count, type->as.function.variadic);
	uint32_t results = type->as.function.result_count;
	if (results == 0)
		return;
	struct tri_object *first = type->as.function.results[0];
	put(p, " ");
	if (results == 1 && (p->style != STYLE_DIAGNOSTIC || !first->name))
		print_type(p, first->type);
	else
		print_variables(p, type->as.function.results, results, false);
}

// The name of an instance is not that of the field which embeds it.
static bool is_instance(struct tri_type *type)
{
	type = tri_type_unalias(type);
	if (type->kind == TRI_TYPE_POINTER)
		type = tri_type_unalias(type->as.pointer.element);
	return type->kind == TRI_TYPE_NAMED && type->as.named.origin;
}

static void print_struct(struct printer *p, struct tri_type *type)
{
	bool spaced = p->style == STYLE_RUNTIME || p->style == STYLE_COMPILER || p->style == STYLE_LINK;
	put(p, spaced ? "struct {" : "struct{");
	for (uint32_t i = 0; i < type->as.structure.field_count; i++) {
		const struct tri_struct_field *field = &type->as.structure.fields[i];
		if (i > 0)
			put(p, ";");
		if (spaced || (i > 0 && p->style == STYLE_DIAGNOSTIC))
			put(p, " ");
		if (!field->embedded || p->style == STYLE_KEY || (p->style == STYLE_LINK && is_instance(field->type))) {
			if ((p->style == STYLE_KEY || p->style == STYLE_LINK) && !tri_name_is_exported(field->name))
				put_package(p, field->package);
			put_name(p, field->name);
			put(p, !field->embedded ? " " : p->style == STYLE_KEY ? "?" : " = ");
		}
		print_type(p, field->type);
		if (field->tag_length > 0) {
			put(p, " ");
			print_quoted(p, field->tag, field->tag_length);
		}
	}
	put(p, spaced && type->as.structure.field_count > 0 ? " }" : "}");
}

static void print_method(struct printer *p, struct tri_object *method)
{
	if (p->style != STYLE_DIAGNOSTIC && !tri_name_is_exported(method->name))
		put_package(p, method->package);
	put_name(p, method->name);
	if (method->type && method->type->kind == TRI_TYPE_FUNCTION)
		print_signature(p, method->type);
}

static void print_interface(struct printer *p, struct tri_type *type)
{
	if (p->style == STYLE_DIAGNOSTIC) {
		if (type->as.interface.is_any) {
			put(p, "any");
			return;
		}
		if (type->as.interface.comparable_constraint && type->as.interface.embedded.count == 0) {
			put(p, "interface{comparable}");
			return;
		}
		if (type->as.interface.implicit && type->as.interface.methods.count == 0 && type->as.interface.embedded.count == 1) {
			print_type(p, type->as.interface.embedded.items[0]);
			return;
		}
		put(p, "interface{");
		for (uint32_t i = 0; i < type->as.interface.methods.count; i++) {
			put(p, i > 0 ? "; " : "");
			print_method(p, type->as.interface.methods.items[i]);
		}
		for (uint32_t i = 0; i < type->as.interface.embedded.count; i++) {
			put(p, i > 0 || type->as.interface.methods.count > 0 ? "; " : "");
			print_type(p, type->as.interface.embedded.items[i]);
		}
		put(p, "}");
		return;
	}
	if (p->style == STYLE_COMPILER && type->as.interface.is_any) {
		put(p, "any");
		return;
	}
	bool spaced = p->style != STYLE_KEY;
	uint32_t count = 0;
	struct tri_object **methods = tri_interface_methods(type, &count);
	put(p, spaced ? "interface {" : "interface{");
	for (uint32_t i = 0; i < count; i++) {
		put(p, i > 0 ? ";" : "");
		put(p, spaced ? " " : "");
		print_method(p, methods[i]);
	}
	if (type->as.interface.comparable_constraint)
		put(p, "comparable");
	for (uint32_t i = 0; i < type->as.interface.term_count; i++) {
		put(p, i == 0 && count == 0 ? "" : i == 0 ? ";" : "|");
		put(p, type->as.interface.terms[i].tilde ? "~" : "");
		print_type(p, type->as.interface.terms[i].type);
	}
	put(p, spaced && count > 0 ? " }" : "}");
}

static void print_chan(struct printer *p, struct tri_type *type)
{
	struct tri_type *element = type->as.chan.element;
	bool parentheses = false;
	switch (type->as.chan.direction) {
	case TRI_CHAN_BOTH:
		put(p, "chan ");
		parentheses = element->kind == TRI_TYPE_CHAN && element->as.chan.direction == TRI_CHAN_RECEIVE_ONLY;
		break;
	case TRI_CHAN_SEND_ONLY:
		put(p, "chan<- ");
		break;
	case TRI_CHAN_RECEIVE_ONLY:
		put(p, "<-chan ");
		break;
	}
	put(p, parentheses ? "(" : "");
	print_type(p, element);
	put(p, parentheses ? ")" : "");
}

static void print_type(struct printer *p, struct tri_type *type)
{
	if (!type) {
		put(p, "<nil>");
		return;
	}
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_BASIC:
		if (type->as.basic.second_name && (p->style == STYLE_DIAGNOSTIC || p->style == STYLE_COMPILER))
			put(p, type->as.basic.kind == TRI_BASIC_UINT8 ? "byte" : "rune");
		else
			put(p, tri_basic_name(type->as.basic.kind));
		return;
	case TRI_TYPE_NAMED:
		put_package(p, type->as.named.object->package);
		put_name(p, type->as.named.object->name);
		if ((p->style == STYLE_KEY || p->style == STYLE_LINK) && type->as.named.local_index > 0)
			tri_buffer_printf(p->out, "\xC2\xB7%u", type->as.named.local_index);
		if (type->as.named.origin)
			print_list(p, type->as.named.arguments, type->as.named.argument_count,
					   type->as.named.argument_count - type->as.named.origin->as.named.parameters.count);
		else if (type->as.named.parameters.count > 0 && p->style == STYLE_DIAGNOSTIC)
			print_parameters(p, &type->as.named.parameters);
		return;
	case TRI_TYPE_ALIAS:
		if (p->style != STYLE_DIAGNOSTIC) {
			print_type(p, tri_type_unalias(type));
			return;
		}
		put_package(p, type->as.alias.object->package);
		put_name(p, type->as.alias.object->name);
		if (type->as.alias.origin)
			print_list(p, type->as.alias.arguments, type->as.alias.argument_count, 0);
		else if (type->as.alias.parameters.count > 0)
			print_parameters(p, &type->as.alias.parameters);
		return;
	case TRI_TYPE_POINTER:
		put(p, "*");
		print_type(p, type->as.pointer.element);
		return;
	case TRI_TYPE_SLICE:
		put(p, "[]");
		print_type(p, type->as.slice.element);
		return;
	case TRI_TYPE_ARRAY:
		tri_buffer_printf(p->out, "[%lld]", (long long)type->as.array.length);
		print_type(p, type->as.array.element);
		return;
	case TRI_TYPE_STRUCT:
		print_struct(p, type);
		return;
	case TRI_TYPE_FUNCTION:
		put(p, "func");
		print_signature(p, type);
		return;
	case TRI_TYPE_INTERFACE:
		print_interface(p, type);
		return;
	case TRI_TYPE_MAP:
		put(p, "map[");
		print_type(p, type->as.map.key);
		put(p, "]");
		print_type(p, type->as.map.element);
		return;
	case TRI_TYPE_CHAN:
		print_chan(p, type);
		return;
	case TRI_TYPE_TUPLE:
		if (type->as.tuple.variables) {
			print_variables(p, type->as.tuple.variables, type->as.tuple.count, false);
			return;
		}
		put(p, "(");
		for (uint32_t i = 0; i < type->as.tuple.count; i++) {
			put(p, i > 0 ? ", " : "");
			print_type(p, type->as.tuple.types[i]);
		}
		put(p, ")");
		return;
	case TRI_TYPE_PARAMETER:
		put_name(p, type->as.parameter.object->name);
		if (p->style == STYLE_KEY)
			tri_buffer_printf(p->out, "\xC2\xB7%u", type->id);
		if (p->diags && tri_scope_lookup(type->home->scope, type->as.parameter.object->name))
			tri_buffer_printf(p->out, " /* with %s declared at %s */", type->as.parameter.object->name->text,
							  tri_diag_place(p->diags, type->as.parameter.object->pos));
		return;
	case TRI_TYPE_UNION:
		for (uint32_t i = 0; i < type->as.sum.count; i++) {
			put(p, i > 0 ? " | " : "");
			put(p, type->as.sum.terms[i].tilde ? "~" : "");
			print_type(p, type->as.sum.terms[i].type);
		}
		return;
	}
}

void tri_type_print(struct tri_type *type, const struct tri_package *relative_to, struct tri_buffer *out)
{
	struct printer p = {.out = out, .style = STYLE_DIAGNOSTIC, .relative_to = relative_to, .parameter_names = true};
	print_type(&p, type);
}

void tri_type_print_located(struct tri_type *type, const struct tri_package *relative_to, struct tri_diags *diags, struct tri_buffer *out)
{
	struct printer p = {.out = out, .style = STYLE_DIAGNOSTIC, .relative_to = relative_to, .parameter_names = true, .diags = diags};
	print_type(&p, type);
}

void tri_type_print_compiler(struct tri_type *type, const struct tri_package *relative_to, struct tri_buffer *out)
{
	struct printer p = {.out = out, .style = STYLE_COMPILER, .relative_to = relative_to};
	print_type(&p, type);
}

void tri_type_print_link(struct tri_type *type, struct tri_buffer *out)
{
	struct printer p = {.out = out, .style = STYLE_LINK};
	print_type(&p, type);
}

void tri_type_print_shape(struct tri_type *type, struct tri_type *argument, struct tri_buffer *out)
{
	struct printer p = {.out = out, .style = STYLE_LINK, .within = argument};
	print_type(&p, type);
}

void tri_type_print_runtime(struct tri_type *type, struct tri_buffer *out)
{
	struct printer p = {.out = out, .style = STYLE_RUNTIME};
	print_type(&p, type);
}

const char *tri_type_string(struct tri_arena *arena, struct tri_type *type, const struct tri_package *relative_to)
{
	struct tri_buffer buffer = {0};
	tri_type_print(type, relative_to, &buffer);
	const char *text = tri_arena_strdup(arena, buffer.data ? buffer.data : "", buffer.length);
	tri_buffer_free(&buffer);
	return text;
}

const char *tri_type_key(struct tri_universe *universe, struct tri_type *type)
{
	if (type->key)
		return type->key;
	struct tri_buffer buffer = {0};
	struct printer p = {.out = &buffer, .style = STYLE_KEY};
	print_type(&p, type);
	type->key = tri_arena_strdup(universe->arena, buffer.data ? buffer.data : "", buffer.length);
	tri_buffer_free(&buffer);
	return type->key;
}

void tri_signature_print(struct tri_type *signature, const struct tri_package *relative_to, bool names, struct tri_buffer *out)
{
	struct printer p = {.out = out, .style = STYLE_DIAGNOSTIC, .relative_to = relative_to, .parameter_names = names};
	print_signature(&p, signature);
}

void tri_object_print(struct tri_object *object, const struct tri_package *relative_to, struct tri_buffer *out)
{
	struct printer p = {.out = out, .style = STYLE_DIAGNOSTIC, .relative_to = relative_to, .parameter_names = true};
	struct tri_type *type = object->type;
	switch ((enum tri_object_kind)object->kind) {
	case TRI_OBJECT_PACKAGE_NAME:
		put(&p, "package ");
		put_name(&p, object->name);
		return;
	case TRI_OBJECT_NIL:
		put(&p, "nil");
		return;
	case TRI_OBJECT_FUNCTION:
		put(&p, "func ");
		if (type && type->kind == TRI_TYPE_FUNCTION && type->as.function.receiver) {
			put(&p, "(");
			print_type(&p, type->as.function.receiver->type);
			put(&p, ").");
		} else {
			put_package(&p, object->package);
		}
		put_name(&p, object->name);
		if (type && type->kind == TRI_TYPE_FUNCTION)
			print_signature(&p, type);
		return;
	case TRI_OBJECT_CONSTANT:
		put(&p, "const ");
		break;
	case TRI_OBJECT_TYPE:
		put(&p, "type ");
		break;
	case TRI_OBJECT_VARIABLE:
		put(&p, "var ");
		break;
	case TRI_OBJECT_FIELD:
		put(&p, "field ");
		break;
	case TRI_OBJECT_LABEL:
		put(&p, "label ");
		type = NULL;
		break;
	case TRI_OBJECT_BUILTIN:
		put(&p, "builtin ");
		type = NULL;
		break;
	}
	if (object->is_package_level)
		put_package(&p, object->package);
	put_name(&p, object->name);
	if (!type || (object->kind == TRI_OBJECT_TYPE && type->kind == TRI_TYPE_BASIC))
		return;
	put(&p, " ");
	if (object->kind == TRI_OBJECT_TYPE) {
		put(&p, type->kind == TRI_TYPE_ALIAS ? "= " : "");
		type = type->kind == TRI_TYPE_ALIAS ? type->as.alias.actual : tri_type_underlying(type);
	}
	print_type(&p, type);
}
