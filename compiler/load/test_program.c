// The program that tests one package: the package with its own _test.go files in place of the package, the external tests, and
// a package main made here, which hands the functions found in the test files to package testing.
//
// There is one package of that path in the program, so nothing has to be loaded twice: what imports it gets it with its tests.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

#include <locale.h>
#include <wchar.h>
#include <wctype.h>

enum test_kind { KIND_TEST, KIND_BENCHMARK, KIND_FUZZ, KIND_EXAMPLE, KIND_COUNT };

static const struct {
	const char *prefix, *argument; // argument: the type's name; NULL: none
	const char *variable, *element;
} kinds[KIND_COUNT] = {
	[KIND_TEST] = {"Test", "T", "tests", "InternalTest"},
	[KIND_BENCHMARK] = {"Benchmark", "B", "benchmarks", "InternalBenchmark"},
	[KIND_FUZZ] = {"Fuzz", "F", "fuzzTargets", "InternalFuzzTarget"},
	[KIND_EXAMPLE] = {"Example", NULL, "examples", "InternalExample"},
};

struct program {
	struct load_context *context;
	struct tri_load_package *package, *external;
	struct tri_buffer rows[KIND_COUNT];
	const char *test_main; // "_test" or "_xtest": whose TestMain is called; NULL: none
	bool uses[2];          // names of the package, of the external tests
	locale_t characters;
};

// ---- Functions -------------------------------------------------------------------------------------------

// Is there a character behind the prefix that is a lower-case letter? Then the function is no test.
static bool has_prefix(const struct program *p, const char *name, const char *prefix)
{
	size_t length = strlen(prefix);
	if (strncmp(name, prefix, length) != 0)
		return false;
	wchar_t character = 0;
	mbstate_t state = {0};
	locale_t before = uselocale(p->characters);
	size_t got = mbrtowc(&character, name + length, strlen(name + length), &state);
	uselocale(before);
	return got == 0 || got == (size_t)-1 || got == (size_t)-2 || !iswlower_l((wint_t)character, p->characters);
}

// One parameter of type *NAME or *p.NAME, and no results: that is all that can be seen without types.
static bool takes(const struct tri_function_decl *function, const char *name)
{
	const struct tri_function_type *signature = function->signature;
	if (signature->results.count > 0 || signature->parameters.count != 1)
		return false;
	const struct tri_expr *type = signature->parameters.items[0]->type_expr;
	if (type == NULL || type->kind != TRI_EXPR_UNARY || tri_as_unary_expr(type)->operator!= TRI_OP_MUL)
		return false;
	type = tri_as_unary_expr(type)->operand;
	if (type->kind == TRI_EXPR_SELECTOR)
		return strcmp(tri_as_selector_expr(type)->selected->name->text, name) == 0;
	return type->kind == TRI_EXPR_NAME && strcmp(tri_as_name_expr(type)->name->text, name) == 0;
}

static void check_signature(struct program *p, const struct tri_function_decl *function, const char *argument)
{
	const char *name = function->name->name->text, *place = tri_load_place_text(p->context, function->name->base.pos);
	if (function->type_parameters.count > 0)
		tri_load_error(p->context, "%s: wrong signature for %s, test functions cannot have type parameters", place, name);
	else if (!takes(function, argument))
		tri_load_error(p->context, "%s: wrong signature for %s, must be: func %s(%c *testing.%s)", place, name, name,
					   argument[0] - 'A' + 'a', argument);
}

// ---- The output that an example promises -------------------------------------------------------------------

// Steps over a string, a rune or one byte of other text.
static const char *skip_literal(const char *at, const char *end)
{
	char quote = *at++;
	if (quote != '"' && quote != '\'' && quote != '`')
		return at;
	while (at < end && *at != quote)
		at += *at == '\\' && quote != '`' && at + 1 < end ? 2 : 1;
	return at < end ? at + 1 : end;
}

static const char *end_of_comment(const char *at, const char *end)
{
	const char *stop = at[1] == '/' ? memchr(at, '\n', (size_t)(end - at)) : memmem(at + 2, (size_t)(end - at) - 2, "*/", 2);
	if (stop == NULL)
		return end;
	return at[1] == '/' ? stop : stop + 2;
}

static void append_comment(struct tri_buffer *text, const char *at, const char *end)
{
	if (at[1] == '*') {
		tri_buffer_append(text, at + 2, (size_t)(end - at) - 4);
	} else {
		at += 2;
		at += at < end && *at == ' ';
		while (end > at && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
			end--;
		tri_buffer_append(text, at, (size_t)(end - at));
	}
	tri_buffer_append_byte(text, '\n');
}

// The text of the last group of comments in the function's body: comments on following lines without anything in between.
static void last_comments(const struct tri_function_decl *function, const struct tri_source_file *source, struct tri_buffer *text)
{
	const char *at = source->text + (function->body->base.pos - source->base),
			   *end = source->text + (function->body->rbrace - source->base);
	uint32_t lines = 2; // since the last comment
	while (at < end) {
		if (*at == '/' && at + 1 < end && (at[1] == '/' || at[1] == '*')) {
			const char *stop = end_of_comment(at, end);
			if (lines > 1)
				text->length = 0;
			append_comment(text, at, stop);
			at = stop;
			lines = 0;
		} else if (*at == '\n') {
			lines++;
			at++;
		} else if (*at == ' ' || *at == '\t' || *at == '\r') {
			at++;
		} else {
			lines = 2;
			at = skip_literal(at, end);
		}
	}
	tri_buffer_append_byte(text, '\0');
}

// "Output:" or "Unordered output:" at the beginning, in any case of letters. NULL: the example is only compiled.
static const char *promised_output(const char *comments, bool *unordered)
{
	static const char word[] = "output:", before[] = "unordered ";
	comments += strspn(comments, " \t\r\n\f\v");
	*unordered = strncasecmp(comments, before, strlen(before)) == 0;
	if (*unordered)
		comments += strlen(before);
	if (strncasecmp(comments, word, strlen(word)) != 0)
		return NULL;
	comments += strlen(word);
	comments += strspn(comments, " ");
	return comments + (*comments == '\n');
}

// A Go string literal.
static void append_quoted(struct tri_buffer *out, const char *text)
{
	tri_buffer_append_byte(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			tri_buffer_printf(out, "\\%c", *text);
		else if ((unsigned char)*text < ' ')
			tri_buffer_printf(out, "\\x%02x", (unsigned)*text);
		else
			tri_buffer_append_byte(out, *text);
	}
	tri_buffer_append_byte(out, '"');
}

// ---- Collecting ------------------------------------------------------------------------------------------

static void add_row(struct program *p, enum test_kind kind, bool external, const struct tri_function_decl *function,
					const struct tri_source_file *source)
{
	const char *name = function->name->name->text;
	struct tri_buffer *row = &p->rows[kind], comments = {0};
	const char *output = NULL;
	bool unordered = false;
	if (kind == KIND_EXAMPLE) {
		last_comments(function, source, &comments);
		output = promised_output(comments.data, &unordered);
	}
	if (kind != KIND_EXAMPLE || output != NULL) {
		tri_buffer_printf(row, "\t{\"%s\", %s.%s", name, external ? "_xtest" : "_test", name);
		if (output != NULL) {
			tri_buffer_append_c(row, ", ");
			append_quoted(row, output);
			tri_buffer_append_c(row, unordered ? ", true" : ", false");
		}
		tri_buffer_append_c(row, "},\n");
		p->uses[external] = true;
	}
	tri_buffer_free(&comments);
}

static void look_at(struct program *p, const struct tri_function_decl *function, bool external, const struct tri_source_file *source)
{
	const char *name = function->name->name->text;
	if (strcmp(name, "TestMain") == 0 && !takes(function, "T")) {
		check_signature(p, function, "M");
		if (p->test_main != NULL)
			tri_load_error(p->context, "multiple definitions of TestMain");
		p->test_main = external ? "_xtest" : "_test";
		p->uses[external] = true;
		return;
	}
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		if (!has_prefix(p, name, kinds[kind].prefix))
			continue;
		if (kind == KIND_EXAMPLE) {
			const struct tri_function_type *signature = function->signature;
			if (signature->parameters.count > 0 || signature->results.count > 0 || function->type_parameters.count > 0 ||
				function->body == NULL)
				return;
		} else {
			check_signature(p, function, kinds[kind].argument);
		}
		add_row(p, (enum test_kind)kind, external, function, source);
		return;
	}
}

static void collect(struct program *p, const struct tri_load_package *package, enum load_file_kind kind)
{
	for (uint32_t i = 0; package != NULL && i < package->scan->files.count; i++) {
		const struct load_file *file = &package->scan->files.items[i];
		for (uint32_t j = 0; file->kind == kind && j < file->tree->decls.count; j++) {
			struct tri_decl *decl = file->tree->decls.items[j];
			if (decl->kind == TRI_DECL_FUNCTION && tri_as_function_decl(decl)->receiver == NULL)
				look_at(p, tri_as_function_decl(decl), kind == LOAD_FILE_EXTERNAL_TEST, file->source);
		}
	}
}

// ---- Package main ----------------------------------------------------------------------------------------

static void write_main(struct program *p, struct tri_buffer *out)
{
	const struct tri_load_package *package = p->package;
	bool has_path = strcmp(package->path, "command-line-arguments") != 0 && strncmp(package->path, "_/", 2) != 0;
	tri_buffer_append_c(out, "package main\n\nimport (\n\t\"os\"\n");
	if (p->test_main != NULL)
		tri_buffer_append_c(out, "\t\"reflect\"\n");
	tri_buffer_append_c(out, "\t\"testing\"\n\t\"testing/internal/testdeps\"\n\n");
	if (package->files.count > 0)
		tri_buffer_printf(out, "\t%s \"%s\"\n", p->uses[0] ? "_test" : "_", package->path);
	if (p->external != NULL)
		tri_buffer_printf(out, "\t%s \"%s\"\n", p->uses[1] ? "_xtest" : "_", p->external->path);
	tri_buffer_append_c(out, ")\n\n");
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		tri_buffer_printf(out, "var %s = []testing.%s{\n", kinds[kind].variable, kinds[kind].element);
		tri_buffer_append(out, p->rows[kind].data, p->rows[kind].length);
		tri_buffer_append_c(out, "}\n\n");
	}
	tri_buffer_append_c(out, "func main() {\n");
	tri_buffer_printf(out, "\ttestdeps.ModulePath = \"%s\"\n\ttestdeps.ImportPath = \"%s\"\n",
					  package->module != NULL && package->module->path != NULL ? package->module->path : "", has_path ? package->path : "");
	tri_buffer_append_c(out, "\tm := testing.MainStart(testdeps.TestDeps{}, tests, benchmarks, fuzzTargets, examples)\n");
	if (p->test_main == NULL)
		tri_buffer_append_c(out, "\tos.Exit(m.Run())\n}\n");
	else // the status that m.Run left behind, should TestMain return
		tri_buffer_printf(out, "\t%s.TestMain(m)\n\tos.Exit(int(reflect.ValueOf(m).Elem().FieldByName(\"exitCode\").Int()))\n}\n",
						  p->test_main);
}

static struct tri_load_package *new_package(struct load_context *context, const struct tri_load_package *package, const char *path)
{
	struct load_place place = {.path = path, .folder = package->folder, .module = package->module, .is_standard = package->is_standard};
	struct tri_load_package *made = tri_load_new_package(context, &place);
	made->declarations_only = false;
	made->scan->tested = (struct tri_load_package *)(uintptr_t)package;
	return made;
}

static struct tri_load_package *load_external(struct load_context *context, struct tri_load_package *package)
{
	struct tri_load_package *external = new_package(context, package, tri_arena_printf(context->arena, "%s_test", package->path));
	external->display_path = tri_arena_printf(context->arena, "%s [%s.test]", external->path, package->path);
	external->scan->kinds = 1 << LOAD_FILE_EXTERNAL_TEST;
	external->scan->given_files = package->scan->given_files;
	external->scan->from_pattern_with_dots = true;
	external->is_external_test = true;
	const struct tri_name *key = tri_name_intern_c(context->names, external->path);
	tri_map_put(context->arena, &context->table, TRI_KEY(key), external);
	tri_load_pool_add(context->pool, tri_load_scan_package, external);
	tri_load_pool_wait(context->pool);
	return external->files.count > 0 ? external : NULL;
}

void tri_load_make_test_program(struct load_context *context)
{
	if (context->roots.count != 1)
		tri_ice("a test program is of one package, not of %u", context->roots.count);
	struct program p = {.context = context, .package = context->roots.items[0]};
	p.package->display_path = tri_arena_printf(context->arena, "%s [%s.test]", p.package->path, p.package->path);
	p.characters = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (p.characters == (locale_t)0)
		p.characters = newlocale(LC_CTYPE_MASK, "C", (locale_t)0);
	p.external = load_external(context, p.package);
	collect(&p, p.package, LOAD_FILE_TEST);
	collect(&p, p.external, LOAD_FILE_EXTERNAL_TEST);
	struct tri_buffer text = {0};
	write_main(&p, &text);
	struct tri_load_package *main = new_package(context, p.package, tri_arena_printf(context->arena, "%s.test", p.package->path));
	main->scan->text = tri_arena_strdup(context->arena, text.data, text.length);
	main->is_test_main = true;
	tri_load_pool_add(context->pool, tri_load_scan_package, main);
	tri_load_pool_wait(context->pool);
	tri_buffer_free(&text);
	for (int kind = 0; kind < KIND_COUNT; kind++)
		tri_buffer_free(&p.rows[kind]);
	freelocale(p.characters);
	// The program is what was asked for; the others are what it imports.
	p.package->is_named = false;
	p.package->is_tested = true;
	if (p.external != NULL)
		p.external->is_tested = true;
	main->is_named = true;
	context->roots.items[0] = main;
}
