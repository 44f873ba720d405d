// Package level: entering every declared name, imports, the order in which objects are declared.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

#include "compiler/syntax/unicode.h"

#include <stdlib.h>

struct method_declaration {
	struct tri_object *object;
	bool pointer;
	struct tri_name_expr *base; // the receiver's type name
};

struct collector {
	struct tri_checker *c;
	int go_minor;
	bool version_by_file;
	struct tri_scope *file_scope;
	struct tri_const_decl *last_constant; // last one with a type or values in the current group
	struct tri_group *group;              // of the previous declaration if it was a constant's
	TRI_VECTOR(struct method_declaration) methods;
	TRI_VECTOR(struct tri_scope *) file_scopes;
};

tri_expr_list tri_check_unpack_list(struct tri_checker *c, struct tri_expr *expr)
{
	tri_expr_list list = {0};
	if (!expr)
		return list;
	if (expr->kind == TRI_EXPR_LIST)
		return tri_as_list_expr(expr)->elements;
	tri_vector_push(c->arena, &list, expr);
	return list;
}

void tri_check_arity(struct tri_checker *c, tri_pos pos, struct tri_name_expr **names, uint32_t name_count, tri_expr_list values,
					 bool constant_decl, bool inherited)
{
	if (name_count < values.count) {
		struct tri_expr *extra = values.items[name_count];
		if (inherited)
			tri_check_error(c, pos, TRI_CODE_WrongAssignCount, "extra init expr at %s", tri_check_pos_text(c, extra->pos));
		else
			tri_check_error(c, tri_expr_start(extra), TRI_CODE_WrongAssignCount, "extra init expr %s", TRI_E(extra));
	} else if (name_count > values.count && (constant_decl || values.count != 1)) {
		struct tri_name_expr *missing = names[values.count];
		tri_check_error(c, missing->base.pos, TRI_CODE_WrongAssignCount, "missing init expr for %s", missing->name->text);
	}
}

static struct tri_declaration *new_declaration(struct collector *k)
{
	struct tri_declaration *declaration = TRI_NEW(k->c->arena, struct tri_declaration);
	declaration->file_scope = k->file_scope;
	declaration->go_minor = k->go_minor;
	declaration->version_by_file = k->version_by_file;
	return declaration;
}

static void enter_object(struct collector *k, struct tri_object *object, struct tri_declaration *declaration)
{
	struct tri_checker *c = k->c;
	object->is_package_level = true;
	object->order = c->objects.count + 1;
	tri_map_put(c->arena, &c->declarations, TRI_KEY(object), declaration);
	tri_vector_push(c->arena, &c->objects, object);
	tri_vector_push(c->arena, &c->package->objects, object);
}

static void declare_object(struct collector *k, struct tri_name_expr *name, struct tri_object *object, struct tri_declaration *declaration)
{
	struct tri_checker *c = k->c;
	object->is_package_level = true;
	if (name->name == c->init) {
		tri_check_error(c, name->base.pos, TRI_CODE_InvalidInitDecl, "cannot declare init - must be func");
		return;
	}
	if (name->name == c->main && c->package->name == c->main) {
		tri_check_error(c, name->base.pos, TRI_CODE_InvalidMainDecl, "cannot declare main - must be func");
		return;
	}
	tri_check_declare(c, c->package->scope, name, object, TRI_NO_POS);
	enter_object(k, object, declaration);
}

// ---- Imports ---------------------------------------------------------------------------------

enum { UNICODE_REPLACEMENT = 0xFFFD };

// The offset of the first character that no import path has, or the length.
static size_t bad_import_rune(const char *path, size_t length)
{
	for (size_t i = 0; i < length;) {
		int32_t rune;
		size_t size = tri_utf8_decode(path + i, length - i, &rune);
		if (size == 0 || rune == UNICODE_REPLACEMENT || rune <= ' ' || rune == 0x7F)
			return i;
		if (rune < 0x80 && strchr("!\"#$%&'()*,:;<=>?[\\]^{|}`", rune))
			return i;
		i += size;
	}
	return length;
}

bool tri_check_import_path_is_valid(const char *path, size_t length) { return bad_import_rune(path, length) == length; }

// Reports a path that can't be one; the path's text otherwise.
static const char *import_path(struct tri_checker *c, struct tri_literal_expr *literal)
{
	struct tri_constant *value = tri_constant_from_literal(c->arena, TRI_LITERAL_STRING, literal->text, literal->length);
	size_t length = 0;
	const char *path = value ? tri_constant_string_value(value, &length) : "";
	if (length == 0) {
		tri_check_error(c, literal->base.pos, TRI_CODE_BadImportPath, "invalid import path (empty string)");
		return NULL;
	}
	if (path[0] == '/') {
		tri_check_error(c, literal->base.pos, TRI_CODE_BadImportPath, "could not import %s (import path cannot be absolute path)", path);
		return NULL;
	}
	size_t bad = bad_import_rune(path, length);
	if (bad < length) {
		int32_t rune;
		size_t size = tri_utf8_decode(path + bad, length - bad, &rune);
		if (size == 0 || rune == UNICODE_REPLACEMENT)
			tri_check_error(c, literal->base.pos, TRI_CODE_BadImportPath, "invalid import path (invalid character U+FFFD '\xEF\xBF\xBD')");
		else if (rune > ' ' && rune != 0x7F)
			tri_check_error(c, literal->base.pos, TRI_CODE_BadImportPath, "invalid import path (invalid character U+%04X '%.*s')",
							(unsigned)rune, (int)size, path + bad);
		else
			tri_check_error(c, literal->base.pos, TRI_CODE_BadImportPath, "invalid import path (invalid character U+%04X)", (unsigned)rune);
		return NULL;
	}
	return path;
}

// The package, or an incomplete one of a likely name when it could not be had.
static struct tri_package *import_package(struct tri_checker *c, const char *path, tri_pos pos)
{
	if (strcmp(path, "unsafe") == 0)
		return c->universe->unsafe_package;
	struct tri_package *package = c->options->importer ? c->options->importer(c->options->importer_context, path, pos) : NULL;
	if (package)
		return package;
	if (!c->options->importer)
		tri_check_error(c, pos, TRI_CODE_BrokenImport, "could not import %s (importing packages is not supported yet)", path);
	c->error_reported = true;
	package = TRI_NEW(c->arena, struct tri_package);
	package->path = path;
	const char *slash = strrchr(path, '/');
	package->name = tri_name_intern_c(c->universe->names, slash && slash[1] ? slash + 1 : path);
	package->scope = TRI_NEW(c->arena, struct tri_scope);
	return package;
}

static void dot_import(struct collector *k, struct tri_import_decl *decl, struct tri_object *import)
{
	struct tri_checker *c = k->c;
	const struct tri_map *names = &import->imported->scope->names;
	struct tri_map *seen = tri_map_get(&c->dot_imports, TRI_KEY(k->file_scope));
	if (!seen) {
		seen = TRI_NEW(c->arena, struct tri_map);
		tri_map_put(c->arena, &c->dot_imports, TRI_KEY(k->file_scope), seen);
	}
	for (uint32_t i = 0; i < names->count; i++) {
		struct tri_object *object = names->entries[i].value;
		if (!tri_name_is_exported(object->name))
			continue;
		struct tri_object *other = tri_scope_lookup(k->file_scope, object->name);
		if (other) {
			tri_check_error(c, decl->local_name->base.pos, TRI_CODE_DuplicateDecl, "%s redeclared in this block%s", other->name->text,
							tri_check_other_declaration(c, other));
			continue;
		}
		tri_map_put(c->arena, &k->file_scope->names, TRI_KEY(object->name), object);
		tri_map_put(c->arena, seen, TRI_KEY(object), import);
	}
}

static void collect_import(struct collector *k, struct tri_import_decl *decl)
{
	struct tri_checker *c = k->c;
	if (!decl->path || decl->path->bad)
		return;
	const char *path = import_path(c, decl->path);
	if (!path)
		return;
	struct tri_package *imported = import_package(c, path, decl->path->base.pos);
	const struct tri_name *name = decl->local_name ? decl->local_name->name : imported->name;
	if (name == c->init) {
		tri_check_error(c, decl->base.pos, TRI_CODE_InvalidInitDecl, "cannot import package as init - init must be a func");
		return;
	}
	bool known = false;
	for (uint32_t i = 0; i < c->package->imports.count; i++)
		known = known || c->package->imports.items[i] == imported;
	if (!known && imported->complete)
		tri_vector_push(c->arena, &c->package->imports, imported);
	tri_pos pos = decl->local_name ? decl->local_name->base.pos : decl->path->base.pos;
	struct tri_object *import = tri_check_new_object(c, TRI_OBJECT_PACKAGE_NAME, pos, name, tri_check_basic(c, TRI_BASIC_INVALID));
	import->imported = imported;
	import->used = !imported->complete;
	if (decl->local_name)
		decl->local_name->object = import;
	tri_vector_push(c->arena, &c->imports, import);
	if (name == c->dot)
		dot_import(k, decl, import);
	else
		tri_check_declare(c, k->file_scope, NULL, import, TRI_NO_POS);
}

void tri_check_unused_imports(struct tri_checker *c)
{
	for (uint32_t i = 0; i < c->imports.count; i++) {
		struct tri_object *import = c->imports.items[i];
		if (import->used || import->name == c->blank)
			continue;
		const char *path = import->imported->path;
		const char *slash = strrchr(path, '/');
		if (import->name == c->dot || strcmp(import->name->text, slash ? slash + 1 : path) == 0)
			tri_check_error(c, import->pos, TRI_CODE_UnusedImport, "\"%s\" imported and not used", path);
		else
			tri_check_error(c, import->pos, TRI_CODE_UnusedImport, "\"%s\" imported as %s and not used", path, import->name->text);
	}
}

// ---- Declarations ----------------------------------------------------------------------------

static void collect_constants(struct collector *k, struct tri_const_decl *decl)
{
	struct tri_checker *c = k->c;
	if (!decl->base.group || decl->base.group != k->group)
		k->last_constant = NULL;
	k->group = decl->base.group;
	bool inherited = true;
	if (decl->type_expr || decl->values) {
		k->last_constant = decl;
		inherited = false;
	}
	struct tri_const_decl *source = k->last_constant;
	tri_expr_list values = tri_check_unpack_list(c, source ? source->values : NULL);
	for (uint32_t i = 0; i < decl->names.count; i++) {
		struct tri_name_expr *name = decl->names.items[i];
		struct tri_object *object = tri_check_new_object(c, TRI_OBJECT_CONSTANT, name->base.pos, name->name, NULL);
		object->decl = &decl->base;
		struct tri_declaration *declaration = new_declaration(k);
		declaration->type_expr = source ? source->type_expr : NULL;
		declaration->value = i < values.count ? values.items[i] : NULL;
		declaration->inherited = inherited && source;
		declaration->iota = tri_constant_int(c->arena, decl->iota);
		declare_object(k, name, object, declaration);
	}
	tri_check_arity(c, decl->base.pos, decl->names.items, decl->names.count, values, true, inherited && source);
}

static void collect_variables(struct collector *k, struct tri_var_decl *decl)
{
	struct tri_checker *c = k->c;
	tri_expr_list values = tri_check_unpack_list(c, decl->values);
	struct tri_object **left = TRI_NEW_ARRAY(c->arena, struct tri_object *, decl->names.count);
	struct tri_declaration *shared = NULL;
	if (!decl->values || decl->values->kind != TRI_EXPR_LIST) { // var a, b = f(), or no value at all
		shared = new_declaration(k);
		shared->left = left;
		shared->left_count = decl->names.count;
		shared->type_expr = decl->type_expr;
		shared->value = decl->values;
	}
	for (uint32_t i = 0; i < decl->names.count; i++) {
		struct tri_name_expr *name = decl->names.items[i];
		left[i] = tri_check_new_object(c, TRI_OBJECT_VARIABLE, name->base.pos, name->name, NULL);
		left[i]->decl = &decl->base;
		left[i]->used = true;
		struct tri_declaration *declaration = shared;
		if (!declaration) {
			declaration = new_declaration(k);
			declaration->type_expr = decl->type_expr;
			declaration->value = i < values.count ? values.items[i] : NULL;
		}
		declare_object(k, name, left[i], declaration);
		name->object = left[i];
	}
	if (!decl->type_expr || values.count > 0)
		tri_check_arity(c, decl->base.pos, decl->names.items, decl->names.count, values, false, false);
}

static void collect_function(struct collector *k, struct tri_function_decl *decl)
{
	struct tri_checker *c = k->c;
	const struct tri_name *name = decl->name->name;
	struct tri_object *object = tri_check_new_object(c, TRI_OBJECT_FUNCTION, decl->name->base.pos, name, NULL);
	object->decl = &decl->base;
	object->function = decl;
	object->is_package_level = true;
	decl->name->object = object;
	bool has_parameter_error = false;
	if (!decl->receiver) {
		bool is_main = name == c->main && c->package->name == c->main;
		if (name == c->init || is_main) {
			enum tri_code code = is_main ? TRI_CODE_InvalidMainDecl : TRI_CODE_InvalidInitDecl;
			if (decl->type_parameters.count > 0) {
				tri_check_error(c, decl->type_parameters.items[0]->pos, code, "func %s must have no type parameters", name->text);
				has_parameter_error = true;
			}
			if (decl->signature->parameters.count > 0 || decl->signature->results.count > 0)
				tri_check_error(c, decl->name->base.pos, code, "func %s must have no arguments and no return values", name->text);
		}
		if (name == c->init) {
			object->scope = c->package->scope;
			tri_vector_push(c->arena, &c->package->init_functions, object);
			if (!decl->body && !decl->body_left_out)
				tri_check_error(c, object->pos, TRI_CODE_MissingInitBody, "func init must have a body");
		} else {
			tri_check_declare(c, c->package->scope, decl->name, object, TRI_NO_POS);
		}
	} else {
		struct method_declaration method = {.object = object};
		struct tri_expr *base = tri_check_receiver_base(decl->receiver->type_expr, &method.pointer);
		if (base->kind == TRI_EXPR_INDEX)
			base = tri_as_index_expr(base)->operand;
		object->pointer_receiver = method.pointer;
		if (base && base->kind == TRI_EXPR_NAME && name != c->blank) {
			method.base = tri_as_name_expr(base);
			tri_vector_push(c->arena, &k->methods, method);
		}
	}
	if (decl->type_parameters.count > 0 && !has_parameter_error)
		(void)tri_check_version(c, decl->type_parameters.items[0]->pos, 18, "type parameter");
	struct tri_declaration *declaration = new_declaration(k);
	declaration->function_decl = decl;
	enter_object(k, object, declaration);
}

static void collect_declaration(struct collector *k, struct tri_decl *decl)
{
	if (decl->kind != TRI_DECL_CONST) {
		k->last_constant = NULL;
		k->group = NULL;
	}
	switch ((enum tri_decl_kind)decl->kind) {
	case TRI_DECL_IMPORT:
		collect_import(k, tri_as_import_decl(decl));
		return;
	case TRI_DECL_CONST:
		collect_constants(k, tri_as_const_decl(decl));
		return;
	case TRI_DECL_VAR:
		collect_variables(k, tri_as_var_decl(decl));
		return;
	case TRI_DECL_TYPE: {
		struct tri_type_decl *type_decl = tri_as_type_decl(decl);
		struct tri_object *object = tri_check_new_object(k->c, TRI_OBJECT_TYPE, type_decl->name->base.pos, type_decl->name->name, NULL);
		object->decl = decl;
		struct tri_declaration *declaration = new_declaration(k);
		declaration->type_decl = type_decl;
		declare_object(k, type_decl->name, object, declaration);
		return;
	}
	case TRI_DECL_FUNCTION:
		collect_function(k, tri_as_function_decl(decl));
		return;
	}
}

// A name declared in the package must not also be a file's import.
static void check_import_conflicts(struct collector *k)
{
	struct tri_checker *c = k->c;
	for (uint32_t i = 0; i < k->file_scopes.count; i++) {
		const struct tri_map *names = &k->file_scopes.items[i]->names;
		for (uint32_t j = 0; j < names->count; j++) {
			struct tri_object *object = names->entries[j].value;
			struct tri_object *other = tri_scope_lookup(c->package->scope, object->name);
			if (!other)
				continue;
			if (object->kind == TRI_OBJECT_PACKAGE_NAME)
				tri_check_error(c, other->pos, TRI_CODE_DuplicateDecl, "%s already declared through import of package %s (\"%s\")%s",
								other->name->text, object->imported->name->text, object->imported->path,
								tri_check_other_declaration(c, object));
			else
				tri_check_error(c, other->pos, TRI_CODE_DuplicateDecl, "%s already declared through dot-import of package %s (\"%s\")%s",
								other->name->text, object->package ? object->package->name->text : "unsafe",
								object->package ? object->package->path : "unsafe", tri_check_other_declaration(c, object));
		}
	}
}

// Follows aliases from a receiver's type name to the declared type, without checking anything.
static struct tri_object *receiver_type(struct tri_checker *c, struct tri_name_expr *name, bool *pointer)
{
	struct tri_map seen = {0};
	while (name) {
		struct tri_object *object = tri_scope_lookup(c->package->scope, name->name);
		if (!object || object->kind != TRI_OBJECT_TYPE || tri_map_has(&seen, TRI_KEY(object)))
			return NULL;
		struct tri_type_decl *decl = ((struct tri_declaration *)tri_map_get(&c->declarations, TRI_KEY(object)))->type_decl;
		if (!decl->alias)
			return object;
		if (decl->type_parameters.count > 0)
			return NULL;
		tri_map_put(c->arena, &seen, TRI_KEY(object), object);
		bool through_pointer = false;
		struct tri_expr *target = tri_check_receiver_base(decl->type_expr, &through_pointer);
		if (through_pointer && *pointer)
			return NULL;
		*pointer = *pointer || through_pointer;
		name = target->kind == TRI_EXPR_NAME ? tri_as_name_expr(target) : NULL;
	}
	return NULL;
}

// A file's //go:build go1.N sets its language version, which is 1.21 at least: older ones did not choose by file.
static int file_version(struct tri_checker *c, const struct tri_file *file, bool *by_file)
{
	enum { FIRST_MINOR_BY_FILE = 21, CURRENT_MINOR = 26 };
	const char *version = file->source ? file->source->go_version : NULL;
	*by_file = false;
	if (!version || strncmp(version, "go1.", 4) != 0)
		return c->env.go_minor;
	int minor = atoi(version + 4);
	if (minor > CURRENT_MINOR)
		tri_check_error(c, file->package_name->base.pos, TRI_CODE_TooNew, "file requires newer Go version %s", version);
	*by_file = minor >= FIRST_MINOR_BY_FILE;
	return minor > FIRST_MINOR_BY_FILE ? minor : FIRST_MINOR_BY_FILE;
}

void tri_check_collect_objects(struct tri_checker *c)
{
	struct collector collector = {.c = c};
	struct collector *k = &collector;
	for (uint32_t i = 0; i < c->package->files.count; i++) {
		const struct tri_file *file = c->package->files.items[i];
		k->go_minor = file_version(c, file, &k->version_by_file);
		k->file_scope = TRI_NEW(c->arena, struct tri_scope);
		k->file_scope->parent = c->package->scope;
		k->last_constant = NULL;
		k->group = NULL;
		tri_vector_push(c->arena, &k->file_scopes, k->file_scope);
		for (uint32_t j = 0; j < file->decls.count; j++)
			collect_declaration(k, file->decls.items[j]);
	}
	check_import_conflicts(k);
	for (uint32_t i = 0; i < k->methods.count; i++) {
		struct method_declaration *method = &k->methods.items[i];
		struct tri_object *type = receiver_type(c, method->base, &method->pointer);
		if (!type)
			continue;
		method->object->pointer_receiver = method->pointer;
		tri_object_list *methods = tri_map_get(&c->methods, TRI_KEY(type));
		if (!methods) {
			methods = TRI_NEW(c->arena, tri_object_list);
			tri_map_put(c->arena, &c->methods, TRI_KEY(type), methods);
		}
		tri_vector_push(c->arena, methods, method->object);
	}
}

// Defined types come first, then aliases, then all else: what is declared early keeps its position
// in error messages about cycles, and aliases find the types they name.
void tri_check_package_objects(struct tri_checker *c)
{
	for (uint32_t i = 0; i < c->objects.count; i++)
		if (c->objects.items[i]->kind == TRI_OBJECT_TYPE && c->objects.items[i]->type)
			tri_check_collect_methods(c, c->objects.items[i]);
	for (int round = 0; round < 3; round++)
		for (uint32_t i = 0; i < c->objects.count; i++) {
			struct tri_object *object = c->objects.items[i];
			int wanted = 2;
			if (object->kind == TRI_OBJECT_TYPE)
				wanted = ((struct tri_declaration *)tri_map_get(&c->declarations, TRI_KEY(object)))->type_decl->alias ? 1 : 0;
			if (wanted == round)
				tri_check_object(c, object);
		}
}
