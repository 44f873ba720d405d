// What GODEBUG says when the environment does not: the settings whose old value holds for a program written for an older Go,
// then godebug lines of go.mod, then //go:debug lines of package main.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <stdio.h>
#include <stdlib.h>

struct setting {
	const char *name, *value;
};

struct settings {
	struct tri_arena *arena;
	TRI_VECTOR(struct setting) list;
};

static void set(struct settings *settings, const char *name, const char *value)
{
	for (uint32_t i = 0; i < settings->list.count; i++) {
		if (strcmp(settings->list.items[i].name, name) == 0) {
			settings->list.items[i].value = value;
			return;
		}
	}
	struct setting setting = {name, value};
	tri_vector_push(settings->arena, &settings->list, setting);
}

// "name=value".
static void set_text(struct settings *settings, const char *text, size_t length)
{
	const char *equals = memchr(text, '=', length);
	if (equals == NULL || equals == text)
		return;
	const char *name = tri_arena_strdup(settings->arena, text, (size_t)(equals - text));
	set(settings, name, tri_arena_strdup(settings->arena, equals + 1, length - (size_t)(equals - text) - 1));
}

// //go:debug lines stand above the package clause.
static void read_file(struct settings *settings, const struct tri_source_file *file)
{
	static const char directive[] = "//go:debug";
	const size_t length = sizeof directive - 1;
	for (const char *line = file->text; line != NULL && *line != '\0' && strncmp(line, "package", 7) != 0;) {
		const char *end = strchr(line, '\n');
		if (strncmp(line, directive, length) == 0 && (line[length] == ' ' || line[length] == '\t')) {
			const char *text = line + length + strspn(line + length, " \t");
			set_text(settings, text, strcspn(text, " \t\r\n"));
		}
		line = end != NULL ? end + 1 : NULL;
	}
}

// Rows of GOROOT's own table, such as {Name: "x", Package: "p", Changed: 23, Old: "0"}.
static void read_table(struct settings *settings, const char *goroot, int minor)
{
	FILE *file = fopen(tri_arena_printf(settings->arena, "%s/src/internal/godebugs/table.go", goroot), "re");
	char line[512];
	while (file != NULL && fgets(line, sizeof line, file) != NULL) {
		const char *name = strstr(line, "{Name: \""), *changed = strstr(line, "Changed: "), *old = strstr(line, "Old: \"");
		if (name == NULL || changed == NULL || old == NULL || atoi(changed + strlen("Changed: ")) <= minor)
			continue;
		name += strlen("{Name: \"");
		old += strlen("Old: \"");
		set(settings, tri_arena_strdup(settings->arena, name, strcspn(name, "\"")),
			tri_arena_strdup(settings->arena, old, strcspn(old, "\"")));
	}
	if (file != NULL)
		fclose(file);
}

static int compare(const void *left, const void *right)
{
	return strcmp(((const struct setting *)left)->name, ((const struct setting *)right)->name);
}

// default=go1.N: as if that version had been in go.mod.
static int default_minor(const struct settings *settings)
{
	for (uint32_t i = 0; i < settings->list.count; i++) {
		const struct setting *setting = &settings->list.items[i];
		if (strcmp(setting->name, "default") == 0)
			return atoi(setting->value + (strncmp(setting->value, "go1.", 4) == 0 ? 4 : strncmp(setting->value, "1.", 2) == 0 ? 2 : 0));
	}
	return 0;
}

const char *tri_driver_debug_defaults(struct driver_build *build)
{
	struct settings said = {.arena = build->arena}, all = {.arena = build->arena};
	const struct tri_load_module *module = build->main->module;
	for (uint32_t i = 0; module != NULL && i < module->debug_settings.count; i++)
		set_text(&said, module->debug_settings.items[i], strlen(module->debug_settings.items[i]));
	for (uint32_t i = 0; strcmp(build->main->name, "main") == 0 && i < build->main->files.count; i++)
		read_file(&said, build->main->files.items[i]->source);
	int minor = default_minor(&said);
	if (minor == 0 && module != NULL)
		minor = module->go_minor;
	if (minor > 0 && build->load_options.goroot != NULL)
		read_table(&all, build->load_options.goroot, minor);
	for (uint32_t i = 0; i < said.list.count; i++) {
		if (strcmp(said.list.items[i].name, "default") != 0)
			set(&all, said.list.items[i].name, said.list.items[i].value);
	}
	if (all.list.count > 1)
		qsort(all.list.items, all.list.count, sizeof all.list.items[0], compare);
	const char *text = "";
	for (uint32_t i = 0; i < all.list.count; i++)
		text = tri_arena_printf(build->arena, "%s%s%s=%s", text, i > 0 ? "," : "", all.list.items[i].name, all.list.items[i].value);
	return text;
}
