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

// ---- What the program is built of ----------------------------------------------------------------------

// The runtime hands it out without the 16 bytes at either end, by which other tools find it.
static const char build_info_start[] = "\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6";
static const char build_info_end[] = "\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2";

static int compare_modules(const void *left, const void *right)
{
	return strcmp((*(const struct tri_load_module *const *)left)->path, (*(const struct tri_load_module *const *)right)->path);
}

static void add_build_info(struct driver_build *build)
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
		tri_buffer_printf(&text, "dep\t%s\t%s\t\n", modules.items[i]->path,
						  modules.items[i]->version != NULL ? modules.items[i]->version : "(devel)");
	tri_buffer_append_c(&text, "build\t-buildmode=exe\nbuild\t-compiler=tricolor\n");
	if (build->options->tags != NULL && build->options->tags[0] != '\0')
		tri_buffer_printf(&text, "build\t-tags=%s\n", build->options->tags);
	tri_buffer_append_c(&text, "build\tCGO_ENABLED=0\nbuild\tGOARCH=amd64\nbuild\tGOOS=linux\nbuild\tGOAMD64=v1\n");
	tri_buffer_append(&text, build_info_end, 16);
	struct tri_program_string string = {"runtime.modinfo", tri_arena_strdup(build->arena, text.data, text.length), (uint32_t)text.length};
	tri_vector_push(build->arena, &build->strings, string);
	tri_buffer_free(&text);
}

// ---- GODEBUG -------------------------------------------------------------------------------------------

// The settings whose old value holds for a program written for an older Go: rows of GOROOT's own table, such as
// {Name: "x", Package: "p", Changed: 23, Old: "0"}.
static void add_debug_defaults(struct driver_build *build)
{
	int minor = build->main->module != NULL ? build->main->module->go_minor : 0;
	FILE *file =
		minor > 0 ? fopen(tri_arena_printf(build->arena, "%s/src/internal/godebugs/table.go", build->load_options.goroot), "r") : NULL;
	if (file == NULL)
		return;
	struct tri_buffer text = {0};
	char line[512];
	while (fgets(line, sizeof line, file) != NULL) {
		const char *name = strstr(line, "{Name: \""), *changed = strstr(line, "Changed: "), *old = strstr(line, "Old: \"");
		if (name == NULL || changed == NULL || old == NULL || atoi(changed + strlen("Changed: ")) <= minor)
			continue;
		name += strlen("{Name: \"");
		old += strlen("Old: \"");
		tri_buffer_printf(&text, "%s%.*s=%.*s", text.length > 0 ? "," : "", (int)strcspn(name, "\""), name, (int)strcspn(old, "\""), old);
	}
	fclose(file);
	if (text.length > 0)
		add_string(build, "runtime.godebugDefault", tri_arena_strdup(build->arena, text.data, text.length));
	tri_buffer_free(&text);
}

void tri_driver_add_program_strings(struct driver_build *build)
{
	build->strings.count = build->given_strings; // files may be read twice
	if (build->load_options.go_version != NULL)
		add_string(build, "runtime.buildVersion", build->load_options.go_version);
	if (build->load_options.goroot != NULL)
		add_string(build, "runtime.defaultGOROOT", build->load_options.goroot);
	add_build_info(build);
	add_debug_defaults(build);
}
