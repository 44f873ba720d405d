#include "tests/fuzz/compile_text.h"

#include "compiler/escape/escape.h"
#include "compiler/ir/ir.h"
#include "compiler/source/source.h"
#include "compiler/syntax/syntax.h"
#include "compiler/types/types.h"

struct compilation {
	struct tri_arena *arena;
	struct tri_name_table *names;
	struct tri_source_set *sources;
	struct tri_diags diags;
	struct tri_universe *universe;
	struct tri_package *package;
};

static struct tri_package *no_imports(void *context, const char *path, tri_pos at)
{
	struct compilation *c = context;
	tri_diag_error(&c->diags, at, "BrokenImport", "could not import %s", path);
	return NULL;
}

static void print_everything(struct compilation *c)
{
	for (int form = 0; form < 8; form++) {
		struct tri_diag_print_options options = {.all_errors = form & 1, .json = form & 2, .colour = form & 4};
		struct tri_buffer out = {0};
		tri_diag_print(&c->diags, &options, &out);
		tri_buffer_free(&out);
	}
}

static void analyse(struct compilation *c)
{
	struct tri_buffer problems = {0};
	if (!tri_check_verify(c->package, &problems))
		tri_ice("unfinished tree:\n%s", problems.data);
	tri_buffer_free(&problems);
	struct tri_symbol_table *symbols = tri_symbol_table_new(c->arena, c->names);
	struct tri_ir_package *ir = tri_ir_build(c->arena, c->universe, c->package, symbols, &c->diags, false);
	if (c->diags.error_count > 0 || ir->unsupported->error_count > 0)
		return;
	tri_ir_verify(ir);
	struct tri_inline_options inlining = {.report = 2};
	tri_ir_inline(ir, &inlining);
	tri_ir_static_init(ir);
	tri_ir_verify(ir);
	struct tri_escape_options escape = {.report = 2};
	tri_escape_analyse(ir, &escape);
	tri_ir_verify(ir);
}

unsigned fuzz_compile_text(const char *text, size_t length, int flags)
{
	struct compilation c = {.arena = tri_arena_new(), .names = tri_name_table_new(), .sources = tri_source_set_new()};
	c.diags.arena = c.arena;
	c.diags.sources = c.sources;
	struct tri_source_file *source = tri_source_add_text(c.sources, "x.go", text, length);
	struct tri_parse_options parse_options = {.check_branches = true};
	struct tri_file *file = tri_parse_file(c.arena, c.names, source, &c.diags, &parse_options);
	if ((c.diags.syntax_error_count == 0 && !file->unread) || flags & FUZZ_AFTER_SYNTAX_ERRORS) {
		c.universe = tri_universe_new(c.arena, c.names);
		struct tri_check_options options = {.importer = no_imports, .importer_context = &c, .go_minor = 26, .allow_no_body = true};
		c.package = tri_check_package(c.universe, c.arena, "main", &file, 1, &c.diags, &options);
	}
	if (c.package != NULL && c.diags.error_count == 0 && flags & FUZZ_ANALYSE)
		analyse(&c);
	unsigned errors = c.diags.error_count;
	print_everything(&c);
	tri_source_set_free(c.sources);
	tri_name_table_free(c.names);
	tri_arena_free(c.arena);
	return errors;
}
