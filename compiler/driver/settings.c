// Strings that a program holds without anybody having written them: the version, what it was built of, the defaults of
// GODEBUG, and what -ldflags=-X sets. They are given to package variables when the program is written.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <stdio.h>
#include <stdlib.h>

// ---- -ldflags ------------------------------------------------------------------------------------------

// The next word; quotes of either kind keep blanks together. NULL at the end.
static const char *next_word(struct tri_arena *arena, const char **at)
{
	struct tri_buffer word = {0};
	const char *text = *at + strspn(*at, " \t\n");
	if (*text == '\0')
		return NULL;
	tri_buffer_append_c(&word, "");
	for (char quote = '\0'; *text != '\0' && (quote != '\0' || strchr(" \t\n", *text) == NULL); text++) {
		if (quote == '\0' && (*text == '\'' || *text == '"'))
			quote = *text;
		else if (*text == quote)
			quote = '\0';
		else
			tri_buffer_append_byte(&word, *text);
	}
	*at = text;
	const char *result = tri_arena_strdup(arena, word.data != NULL ? word.data : "", word.length);
	tri_buffer_free(&word);
	return result;
}

static const char *after(const char *word, const char *flag)
{
	word += word[0] == '-' && word[1] == '-';
	size_t length = strlen(flag);
	return strncmp(word, flag, length) == 0 ? word + length : NULL;
}

static void add_string(struct driver_build *build, const char *name, const char *value)
{
	struct tri_program_string string = {name, value};
	tri_vector_push(build->arena, &build->strings, string);
}

static bool set_variable(struct driver_build *build, const char *definition)
{
	const char *equals = definition != NULL ? strchr(definition, '=') : NULL;
	if (equals == NULL) {
		tri_driver_message("-ldflags: -X wants importpath.name=value");
		return false;
	}
	add_string(build, tri_arena_strdup(build->arena, definition, (size_t)(equals - definition)), equals + 1);
	return true;
}

bool tri_driver_read_linker_flags(struct driver_build *build)
{
	const char *at = build->options->linker_flags != NULL ? build->options->linker_flags : "";
	build->strings.count = 0;
	if (build->options->tested != NULL)
		add_string(build, "testing.testBinary", "1"); // what testing.Testing reports
	for (const char *word; (word = next_word(build->arena, &at)) != NULL;) {
		const char *value;
		if (strcmp(word, "-s") == 0 || strcmp(word, "-w") == 0 || strcmp(word, "-w=true") == 0 || strcmp(word, "-s=true") == 0) {
			build->strips_debug = true;
		} else if ((value = after(word, "-X")) != NULL) {
			if (!set_variable(build, *value == '=' ? value + 1 : next_word(build->arena, &at)))
				return false;
		} else if (after(word, "-buildid") == NULL && strcmp(word, "-w=false") != 0 && strcmp(word, "-s=false") != 0) {
			tri_driver_message("-ldflags: %s is not supported", word);
			return false;
		}
	}
	build->given_strings = build->strings.count;
	return true;
}

static struct tri_package *package_at(const struct driver_build *build, const char *path, size_t length)
{
	for (uint32_t i = 0; i < build->load->packages.count; i++) {
		struct tri_package *package = build->load->packages.items[i]->types;
		if (package != NULL && strlen(package->path) == length && strncmp(package->path, path, length) == 0)
			return package;
	}
	return NULL;
}

// -X gives a value to variables of type string; what is not there is passed over.
bool tri_driver_check_variables(struct driver_build *build)
{
	bool good = true;
	for (uint32_t i = 0; i < build->given_strings; i++) {
		const char *name = build->strings.items[i].name, *dot = strrchr(name, '.');
		const struct tri_package *package = dot != NULL ? package_at(build, name, (size_t)(dot - name)) : NULL;
		const struct tri_object *object =
			package != NULL ? tri_scope_lookup(package->scope, tri_name_intern_c(build->names, dot + 1)) : NULL;
		if (object == NULL || object->kind != TRI_OBJECT_VARIABLE)
			continue;
		struct tri_buffer type = {0};
		tri_type_print_link(object->type, &type);
		tri_buffer_append_byte(&type, 0);
		if (strcmp(type.data, "string") != 0) {
			tri_driver_print_header(build, build->main);
			fprintf(stderr, "%s: cannot set with -X: not a var of type string (type:%s)\n", name, type.data);
			good = false;
		}
		tri_buffer_free(&type);
	}
	return good;
}

// ---- What the program is built of ----------------------------------------------------------------------

// The runtime hands it out without the 16 bytes at either end, by which other tools find it.
static const char build_info_start[] = "\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6";
static const char build_info_end[] = "\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2";

static int compare_modules(const void *left, const void *right)
{
	return strcmp((*(const struct tri_load_module *const *)left)->path, (*(const struct tri_load_module *const *)right)->path);
}

// Values with blanks or quotes are quoted.
static void add_setting(struct tri_buffer *text, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	tri_buffer_printf(text, "build\t%s=", name);
	if (value[strcspn(value, " \t\n\"`\\")] == '\0')
		tri_buffer_append_c(text, value);
	else
		tri_diag_print_json_text(value, text);
	tri_buffer_append_byte(text, '\n');
}

// What go.sum beside the main module's go.mod says of the module's files; "" when it says nothing.
static const char *checksum(struct driver_build *build, const char *path, const char *version)
{
	const struct tri_load_module *main = build->main->module;
	FILE *file = main != NULL && main->folder != NULL ? fopen(tri_arena_printf(build->arena, "%s/go.sum", main->folder), "re") : NULL;
	const char *wanted = tri_arena_printf(build->arena, "%s %s ", path, version), *found = "";
	char line[1024];
	while (file != NULL && found[0] == '\0' && fgets(line, sizeof line, file) != NULL) {
		if (strncmp(line, wanted, strlen(wanted)) == 0)
			found = tri_arena_strdup(build->arena, line + strlen(wanted), strcspn(line + strlen(wanted), "\r\n"));
	}
	if (file != NULL)
		fclose(file);
	return found;
}

static void add_dependency(struct driver_build *build, struct tri_buffer *text, const struct tri_load_module *module)
{
	const char *path = module->path, *version = module->version;
	if (version == NULL) { // another module of the workspace
		tri_buffer_printf(text, "dep\t%s\t(devel)\t\n", path);
		return;
	}
	if (module->replacement_path != NULL) {
		tri_buffer_printf(text, "dep\t%s\t%s\n", path, version);
		path = module->replacement_path;
		version = module->replacement_version != NULL ? module->replacement_version : "(devel)";
	}
	tri_buffer_printf(text, "%s\t%s\t%s\t%s\n", path == module->path ? "dep" : "=>", path, version, checksum(build, path, version));
}

static void add_build_info(struct driver_build *build, const char *debug_defaults)
{
	const struct tri_load *load = build->load;
	struct tri_buffer text = {0};
	tri_buffer_append(&text, build_info_start, 16);
	tri_buffer_printf(&text, "path\t%s\n", build->main->path);
	if (build->main->module != NULL)
		tri_buffer_printf(&text, "mod\t%s\t(devel)\t\n", build->main->module->path);
	TRI_VECTOR(const struct tri_load_module *) modules = {0};
	for (uint32_t i = 0; i < load->packages.count; i++) {
		const struct tri_load_package *package = load->packages.items[i];
		bool known = package->is_standard || package->module == NULL || package->module == build->main->module;
		for (uint32_t k = 0; k < modules.count && !known; k++)
			known = modules.items[k] == package->module;
		if (!known)
			tri_vector_push(build->arena, &modules, package->module);
	}
	if (modules.count > 1)
		qsort(modules.items, modules.count, sizeof modules.items[0], compare_modules);
	for (uint32_t i = 0; i < modules.count; i++)
		add_dependency(build, &text, modules.items[i]);
	tri_buffer_append_c(&text, "build\t-buildmode=exe\nbuild\t-compiler=tricolor\n");
	add_setting(&text, "-gcflags", build->options->compiler_flags);
	add_setting(&text, "-ldflags", build->options->trim_paths ? NULL : build->options->linker_flags); // it may hold paths
	add_setting(&text, "-tags", build->options->tags);
	add_setting(&text, "-trimpath", build->options->trim_paths ? "true" : NULL);
	add_setting(&text, "DefaultGODEBUG", debug_defaults);
	tri_buffer_append_c(&text, "build\tCGO_ENABLED=0\nbuild\tGOARCH=amd64\nbuild\tGOOS=linux\nbuild\tGOAMD64=v1\n");
	tri_buffer_append(&text, build_info_end, 16);
	build->information = (struct driver_bytes){tri_arena_strdup(build->arena, text.data, text.length), text.length};
	struct tri_program_string string = {"runtime.modinfo", build->information.bytes, (uint32_t)text.length};
	tri_vector_push(build->arena, &build->strings, string);
	tri_buffer_free(&text);
}

void tri_driver_add_program_strings(struct driver_build *build)
{
	build->strings.count = build->given_strings; // files may be read twice
	if (build->load_options.go_version != NULL)
		add_string(build, "runtime.buildVersion", build->load_options.go_version);
	if (build->load_options.goroot != NULL)
		add_string(build, "runtime.defaultGOROOT", build->load_options.goroot);
	const char *defaults = tri_driver_debug_defaults(build);
	if (defaults[0] != '\0')
		add_string(build, "runtime.godebugDefault", defaults);
	add_build_info(build, defaults);
}
