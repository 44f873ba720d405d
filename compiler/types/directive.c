// Directives: //go:linkname, and what the others demand of the functions they stand above.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static struct tri_object *linkname_target(struct tri_checker *c, const struct tri_linkname *linkname)
{
	struct tri_object *object = tri_scope_lookup(c->package->scope, linkname->local);
	return object && (object->kind == TRI_OBJECT_FUNCTION || object->kind == TRI_OBJECT_VARIABLE) ? object : NULL;
}

void tri_check_apply_linknames(struct tri_checker *c)
{
	for (uint32_t i = 0; i < c->package->files.count; i++) {
		const struct tri_file *file = c->package->files.items[i];
		for (uint32_t j = 0; j < file->linknames.count; j++) {
			const struct tri_linkname *linkname = &file->linknames.items[j];
			struct tri_object *object = linkname_target(c, linkname);
			if (object && linkname->remote)
				object->linkname = linkname->remote;
			else if (object && !object->linkname) // the name it has anyway, but its body may be elsewhere
				object->linkname = tri_arena_printf(c->arena, "%s.%s", c->package->path, object->name->text);
		}
	}
}

static bool imports(const struct tri_file *file, const char *wanted)
{
	for (uint32_t i = 0; i < file->decls.count; i++) {
		if (file->decls.items[i]->kind != TRI_DECL_IMPORT)
			continue;
		const struct tri_literal_expr *path = tri_as_import_decl(file->decls.items[i])->path;
		if (path && path->length == strlen(wanted) + 2 && memcmp(path->text + 1, wanted, strlen(wanted)) == 0)
			return true;
	}
	return false;
}

static void check_linkname(struct tri_checker *c, const struct tri_linkname *linkname, bool allowed, struct tri_map *seen)
{
	if (!allowed) {
		tri_check_error(c, linkname->pos, TRI_CODE_BadDirective, "//go:linkname only allowed in Go files that import \"unsafe\"");
		return;
	}
	if (linkname->remote && strchr(linkname->remote, '[') && strchr(linkname->remote, ']')) {
		tri_check_error(c, linkname->pos, TRI_CODE_BadDirective, "//go:linkname reference of an instantiation is not allowed");
		return;
	}
	struct tri_object *object = linkname_target(c, linkname);
	if (!object) {
		if (c->options->go_minor == 0 || c->options->go_minor >= 18)
			tri_check_error(c, linkname->pos, TRI_CODE_BadDirective, "//go:linkname must refer to declared function or variable");
	} else if (tri_map_has(seen, TRI_KEY(object))) {
		tri_check_error(c, linkname->pos, TRI_CODE_BadDirective, "duplicate //go:linkname for %s", linkname->local->text);
	} else {
		tri_map_put(c->arena, seen, TRI_KEY(object), object);
	}
}

static void check_function(struct tri_checker *c, const struct tri_function_decl *decl)
{
	if (!decl->base.pragma || decl->name->name == c->blank)
		return;
	uint32_t bits = decl->base.pragma->bits;
	const uint32_t nosplit = 1u << TRI_PRAGMA_BIT_NOSPLIT, keep = 1u << TRI_PRAGMA_BIT_UINTPTRKEEPALIVE;
	if (bits & 1u << TRI_PRAGMA_BIT_SYSTEMSTACK && bits & nosplit)
		tri_check_error(c, decl->base.pos, TRI_CODE_BadDirective, "go:nosplit and go:systemstack cannot be combined");
	if (!decl->body)
		return;
	if (bits & 1u << TRI_PRAGMA_BIT_NOESCAPE)
		tri_check_error(c, decl->base.pos, TRI_CODE_BadDirective, "can only use //go:noescape with external func implementations");
	if (bits & keep && !(bits & 1u << TRI_PRAGMA_BIT_UINTPTRESCAPES) && !(bits & nosplit))
		tri_check_error(c, decl->base.pos, TRI_CODE_BadDirective, "go:uintptrkeepalive requires go:nosplit");
}

enum tri_embed_kind tri_type_embed_kind(struct tri_type *type)
{
	struct tri_type *actual = tri_type_unalias(type), *under = tri_type_underlying(type);
	if (!actual || !under)
		return TRI_EMBED_NONE;
	const struct tri_object *object = actual->kind == TRI_TYPE_NAMED ? actual->as.named.object : NULL;
	if (object && object->package && strcmp(object->package->path, "embed") == 0 && strcmp(object->name->text, "FS") == 0)
		return TRI_EMBED_FILES;
	if (tri_type_is_kind(under, TRI_BASIC_STRING))
		return TRI_EMBED_STRING;
	if (under->kind == TRI_TYPE_SLICE && tri_type_is_kind(under->as.slice.element, TRI_BASIC_UINT8))
		return TRI_EMBED_BYTES;
	return TRI_EMBED_NONE;
}

static const char *embed_problem(const struct tri_checker *c, const struct tri_file *file, const struct tri_embed_decl *embed)
{
	const struct tri_var_decl *decl = tri_as_var_decl(embed->decl);
	if (!imports(file, "embed"))
		return "go:embed requires import \"embed\" (or import _ \"embed\", if package is not used)";
	if (decl->names.count > 1)
		return "go:embed cannot apply to multiple vars";
	if (decl->values)
		return "go:embed cannot apply to var with initializer";
	if (!decl->type_expr)
		return "go:embed cannot apply to var without type";
	if (embed->in_function)
		return "go:embed cannot apply to var inside func";
	enum { FIRST_VERSION = 16 };
	if (c->options->go_minor && c->options->go_minor < FIRST_VERSION)
		return tri_arena_printf(c->arena, "go:embed requires go1.16 or later (-lang was set to go1.%d; check go.mod)",
								c->options->go_minor);
	return NULL;
}

static void check_embed(struct tri_checker *c, const struct tri_file *file, const struct tri_embed_decl *embed)
{
	const char *problem = embed_problem(c, file, embed);
	if (problem) {
		tri_check_error(c, embed->decl->pragma->embeds.items[0].pos, TRI_CODE_BadDirective, "%s", problem);
		return;
	}
	const struct tri_name_expr *name = tri_as_var_decl(embed->decl)->names.items[0];
	if (name->object && tri_type_embed_kind(name->object->type) == TRI_EMBED_NONE)
		tri_check_error(c, name->base.pos, TRI_CODE_BadDirective, "go:embed cannot apply to var of type %s", TRI_T(name->object->type));
}

void tri_check_directives(struct tri_checker *c)
{
	struct tri_map seen = {0}; // what a linkname was given to
	for (uint32_t i = 0; i < c->package->files.count; i++) {
		const struct tri_file *file = c->package->files.items[i];
		for (uint32_t j = 0; j < file->misplaced_directives.count; j++)
			tri_check_error(c, file->misplaced_directives.items[j].pos, TRI_CODE_BadDirective, "misplaced %s directive",
							file->misplaced_directives.items[j].kind);
		bool allowed = imports(file, "unsafe");
		for (uint32_t j = 0; j < file->linknames.count; j++)
			check_linkname(c, &file->linknames.items[j], allowed, &seen);
		for (uint32_t j = 0; j < file->embed_decls.count; j++)
			check_embed(c, file, &file->embed_decls.items[j]);
		for (uint32_t j = 0; j < file->decls.count; j++)
			if (file->decls.items[j]->kind == TRI_DECL_FUNCTION)
				check_function(c, tri_as_function_decl(file->decls.items[j]));
	}
}
