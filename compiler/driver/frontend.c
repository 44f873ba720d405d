// From files to the analysed tree: source, syntax, types, ir, escape.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include "compiler/escape/escape.h"

#include <errno.h>
#include <stdio.h>

// ---- Messages ----------------------------------------------------------------------------------------

void tri_driver_print_header(struct driver_build *build)
{
	if (!build->header_printed && !build->options->json)
		fprintf(stderr, "# %s\n", build->options->package_path != NULL ? build->options->package_path : "command-line-arguments");
	build->header_printed = true;
}

static void print_list(struct driver_build *build, struct tri_diags *diags)
{
	if (diags->list.count == 0)
		return;
	tri_driver_print_header(build);
	struct tri_diag_print_options options = {
		.all_errors = build->options->all_errors,
		.as_reported = diags->error_count == 0,
		.every = tri_driver_debug_flag(build->options, "checker"),
		.json = build->options->json,
		.colour = build->options->colour,
	};
	struct tri_buffer out = {0};
	tri_diag_print(diags, &options, &out);
	fwrite(out.data, 1, out.length, stderr);
	tri_buffer_free(&out);
	diags->list.count = 0;
}

void tri_driver_print_diagnostics(struct driver_build *build) { print_list(build, &build->diags); }

bool tri_driver_is_supported(struct driver_build *build)
{
	print_list(build, build->ir->unsupported);
	return build->ir->unsupported->error_count == 0;
}

static void print_dump(struct tri_buffer *text)
{
	if (text->length > 0)
		fwrite(text->data, 1, text->length, stdout);
	tri_buffer_free(text);
}

// ---- Stages ------------------------------------------------------------------------------------------

bool tri_driver_parse(struct driver_build *build)
{
	const char *path_option = build->options->package_path;
	bool is_runtime = build->options->runtime_package || (path_option != NULL && strcmp(path_option, "runtime") == 0);
	struct tri_parse_options options = {
		.check_branches = build->options->goal != TRI_BUILD_SYNTAX,
		.runtime_package = is_runtime,
		.standard_library = is_runtime || build->options->standard_library,
	};
	bool all_read = true;
	for (uint32_t i = 0; i < build->paths.count; i++) {
		const char *path = build->paths.items[i];
		struct tri_source_file *source = tri_source_add_file(build->sources, path, tri_driver_display_path(build->arena, path));
		if (source == NULL) {
			tri_driver_message("open %s: %s", path, strerror(errno));
			build->failed = true;
			return false;
		}
		struct tri_file *file = tri_parse_file(build->arena, build->names, source, &build->diags, &options);
		tri_vector_push(build->arena, &build->files, file);
		all_read &= !file->unread;
		if (tri_driver_debug_flag(build->options, "syntax")) {
			struct tri_buffer text = {0};
			tri_file_dump(file, build->sources, &text);
			print_dump(&text);
		}
	}
	// Go's compiler looks at types unless what is wrong is called a syntax error: others leave whole trees.
	return (all_read && build->diags.syntax_error_count == 0) || tri_driver_debug_flag(build->options, "checker");
}

static struct tri_package *import_package(void *context, const char *path, tri_pos at)
{
	struct driver_build *build = context;
	tri_diag_error(&build->diags, at, "BrokenImport", "could not import %s (importing packages is not supported yet)", path);
	return NULL;
}

static const char *package_path(const struct driver_build *build)
{
	if (build->options->package_path != NULL)
		return build->options->package_path;
	const struct tri_name_expr *name = build->files.items[0]->package_name;
	return name != NULL && name->name != NULL && strcmp(name->name->text, "main") == 0 ? "main" : "command-line-arguments";
}

static bool check_types(struct driver_build *build)
{
	build->universe = tri_universe_new(build->arena, build->names);
	struct tri_check_options options = {
		.importer = import_package,
		.importer_context = build,
		.go_minor = build->options->go_minor != 0 ? build->options->go_minor : 26,
		// A whole program has no assembly beside it; a package compiled for the runtime has.
		.allow_no_body = build->options->goal == TRI_BUILD_OBJECT || build->options->allow_no_body,
	};
	options.types_alone = tri_driver_debug_flag(build->options, "checker");
	if (options.types_alone)
		tri_universe_declare_test_functions(build->universe);
	build->package = tri_check_package(build->universe, build->arena, package_path(build), build->files.items, build->files.count,
									   &build->diags, &options);
	return build->diags.error_count == 0;
}

static void verify_tree(const struct driver_build *build)
{
	if (tri_driver_debug_flag(build->options, "verify"))
		tri_ir_verify(build->ir);
}

bool tri_driver_analyse(struct driver_build *build)
{
	if (!check_types(build))
		return false;
	if (tri_driver_debug_flag(build->options, "checker"))
		return true;
	struct tri_symbol_table *symbols = tri_symbol_table_new(build->arena, build->names);
	build->ir = tri_ir_build(build->arena, build->universe, build->package, symbols, &build->diags);
	if (build->diags.error_count > 0)
		return false;
	verify_tree(build);
	struct tri_inline_options inline_options = {.disabled = build->options->no_inline, .report = build->options->report};
	tri_ir_inline(build->ir, &inline_options);
	verify_tree(build);
	tri_ir_static_init(build->ir);
	verify_tree(build);
	struct tri_escape_options escape_options = {
		.report = build->options->report,
		.dump = tri_driver_debug_flag(build->options, "escape"),
	};
	tri_escape_analyse(build->ir, &escape_options);
	verify_tree(build);
	if (tri_driver_debug_flag(build->options, "ir")) {
		struct tri_buffer text = {0};
		for (uint32_t i = 0; i < build->ir->functions.count; i++)
			tri_ir_dump_func(build->ir->functions.items[i], build->sources, &text);
		print_dump(&text);
	}
	return build->diags.error_count == 0;
}
