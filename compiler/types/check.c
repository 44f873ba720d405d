// The type checker.
//
// A package is checked in steps. collect (resolve.c) enters every package-level name in the
// package's scope without looking at types. Then each object is declared (declaration.c), on
// demand and at most once, in whatever order uses ask for it; the path of objects being declared
// finds cycles. What must wait until types are complete (function bodies, map keys, embedded
// fields, method collisions) is put off with tri_check_later and done when a declaration or
// statement is finished. At last come the order of initialisation and unused imports.
//
// Checking an expression fills a tri_operand and writes the expression's mode, type and value into
// the tree (tri_check_record). An untyped expression gets its final type when its context is known:
// tri_check_update_type walks down again (untyped.c).
//
// An operand of mode INVALID means an error was reported; whoever gets one stays silent.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

#include <stdlib.h>

void tri_check_later(struct tri_checker *c, tri_action *action, void *data)
{
	struct tri_delayed delayed = {action, data, c->env.go_minor, c->env.version_by_file};
	tri_vector_push(c->arena, &c->delayed, delayed);
}

void tri_check_delayed(struct tri_checker *c, uint32_t from)
{
	int go_minor = c->env.go_minor;
	bool version_by_file = c->env.version_by_file;
	for (uint32_t i = from; i < c->delayed.count; i++) {
		struct tri_delayed delayed = c->delayed.items[i]; // the list may move
		c->env.go_minor = delayed.go_minor;
		c->env.version_by_file = delayed.version_by_file;
		delayed.action(c, delayed.data);
	}
	c->delayed.count = from;
	c->env.go_minor = go_minor;
	c->env.version_by_file = version_by_file;
}

static void check_package_names(struct tri_checker *c)
{
	struct tri_package *package = c->package;
	for (uint32_t i = 0; i < package->files.count; i++) {
		struct tri_name_expr *name = package->files.items[i]->package_name;
		if (!name)
			continue;
		if (!package->name) {
			if (name->name == c->blank)
				tri_check_error(c, name->base.pos, TRI_CODE_BlankPkgName, "invalid package name _");
			else
				package->name = name->name;
		} else if (name->name != package->name && name->name != c->blank) {
			tri_check_error(c, name->base.pos, TRI_CODE_MismatchedPkgName, "package %s; expected package %s", name->name->text,
							package->name->text);
		}
	}
	if (!package->name)
		package->name = tri_name_intern_c(c->universe->names, "_");
}

// From here on a named type's underlying type is a literal or basic type, and interfaces are complete.
static void complete_types(struct tri_checker *c)
{
	for (uint32_t i = 0; i < c->named_types.count; i++) {
		struct tri_type *type = c->named_types.items[i];
		struct tri_type *under = tri_type_underlying(type);
		type->as.named.underlying = under ? under : tri_check_basic(c, TRI_BASIC_INVALID);
	}
	for (uint32_t i = 0; i < c->named_types.count; i++) {
		uint32_t count = 0;
		(void)tri_interface_methods(c->named_types.items[i], &count);
	}
	for (uint32_t i = 0; i < c->type_parameters.count; i++)
		tri_interface_complete(tri_parameter_interface(c->type_parameters.items[i]));
	for (uint32_t i = 0; i < c->interfaces.count; i++) {
		uint32_t count = 0;
		(void)tri_interface_methods(c->interfaces.items[i].type, &count);
	}
}

// What Go's compiler looks at only when types are right.
static void check_afterwards(struct tri_checker *c)
{
	if (c->diags->error_count == 0)
		tri_check_anonymous_cycles(c);
	if (c->diags->error_count > 0)
		return;
	tri_check_directives(c);
	for (uint32_t i = 0; i < c->without_body.count; i++)
		if (!c->without_body.items[i]->linkname && c->without_body.items[i]->name != c->blank)
			tri_check_error(c, c->without_body.items[i]->decl->pos, TRI_CODE_BadDecl, "missing function body");
	tri_check_sizes(c);
}

static int compare_imports(const void *a, const void *b)
{
	return strcmp((*(struct tri_package *const *)a)->path, (*(struct tri_package *const *)b)->path);
}

struct tri_package *tri_check_package(struct tri_universe *universe, struct tri_arena *arena, const char *path, struct tri_file **files,
									  uint32_t file_count, struct tri_diags *diags, const struct tri_check_options *options)
{
	if (universe->finished) // shared by others: this package's types must be its own while they are made
		universe = tri_universe_for_package(universe, arena);
	struct tri_package *package = TRI_NEW(arena, struct tri_package);
	package->path = path;
	package->scope = TRI_NEW(arena, struct tri_scope);
	package->scope->parent = universe->scope;
	struct tri_checker checker = {
		.universe = universe,
		.arena = arena,
		.package = package,
		.diags = diags,
		.options = options,
		.blank = tri_name_intern_c(universe->names, "_"),
		.init = tri_name_intern_c(universe->names, "init"),
		.main = tri_name_intern_c(universe->names, "main"),
		.dot = tri_name_intern_c(universe->names, "."),
	};
	checker.env.scope = package->scope;
	checker.env.go_minor = options->go_minor ? options->go_minor : 26;
	checker.passes_over_values = options->compiled_before;
	for (uint32_t i = 0; i < file_count; i++) {
		tri_vector_push(arena, &package->files, files[i]);
		checker.passes_over_values = checker.passes_over_values && files[i]->local_type_count == 0;
	}

	struct tri_checker *c = &checker;
	check_package_names(c);
	tri_check_collect_objects(c);
	tri_check_direct_cycles(c);
	tri_check_package_objects(c);
	tri_check_delayed(c, 0);
	complete_types(c);
	if (!options->declarations_only && !options->compiled_before) {
		tri_check_init_order(c);
		tri_check_unused_imports(c);
	}
	if (!c->error_reported && !options->compiled_before)
		tri_check_instance_cycles(c);
	tri_check_apply_linknames(c);
	if (!options->types_alone && !options->compiled_before)
		check_afterwards(c);
	if (package->imports.count > 1)
		qsort(package->imports.items, package->imports.count, sizeof(struct tri_package *), compare_imports);
	package->had_errors = c->error_reported;
	package->compiled_before = options->compiled_before;
	package->complete = true;
	universe->finished = true;
	return package;
}
