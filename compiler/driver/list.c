// What tricolor list prints: import paths, one JSON object a package with the names that `go list -json` has, or what a template
// in `go list -f` says of the same names.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include "compiler/driver/record.h"

#include <stdio.h>
#include <stdlib.h>

static void add_text(struct driver_record *record, const char *name, const char *text)
{
	*tri_driver_record_add(record, name) = (struct driver_value){.kind = DRIVER_TEXT, .text = text != NULL ? text : ""};
}

static void add_truth(struct driver_record *record, const char *name, bool truth)
{
	*tri_driver_record_add(record, name) = (struct driver_value){.kind = DRIVER_TRUTH, .truth = truth};
}

static struct driver_value *add_list(struct driver_record *record, const char *name)
{
	struct driver_value *value = tri_driver_record_add(record, name);
	*value = (struct driver_value){.kind = DRIVER_LIST};
	return value;
}

static void add_item(struct driver_record *record, struct driver_value *list, const char *text)
{
	tri_vector_push(record->arena, &list->list, text);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

static void add_module(struct driver_record *record, const struct tri_load_module *module)
{
	struct driver_value *value = tri_driver_record_add(record, "Module");
	*value = (struct driver_value){.kind = DRIVER_RECORD};
	value->record.arena = record->arena;
	if (module == NULL)
		return;
	add_text(&value->record, "Path", module->path);
	add_text(&value->record, "Version", module->version);
	add_truth(&value->record, "Main", module->is_main);
	struct driver_value *replacement = tri_driver_record_add(&value->record, "Replace");
	*replacement = (struct driver_value){.kind = DRIVER_RECORD};
	replacement->record.arena = record->arena;
	if (module->replacement_path != NULL) {
		add_text(&replacement->record, "Path", module->replacement_path);
		add_text(&replacement->record, "Version", module->replacement_version);
	}
	add_text(&value->record, "Dir", module->folder);
	add_text(&value->record, "GoMod", module->folder != NULL ? tri_arena_printf(record->arena, "%s/go.mod", module->folder) : NULL);
	add_text(&value->record, "GoVersion", module->go_version);
}

static int compare_texts(const void *left, const void *right) { return strcmp(*(const char *const *)left, *(const char *const *)right); }

// All that the package imports, and what that imports.
static void add_dependencies(struct driver_record *record, const struct tri_load_package *package)
{
	struct driver_value *list = add_list(record, "Deps");
	struct tri_map seen = {0};
	TRI_VECTOR(const struct tri_load_package *) open = {0};
	tri_vector_push(record->arena, &open, package);
	while (open.count > 0) {
		const struct tri_load_package *next = open.items[--open.count];
		for (uint32_t i = 0; i < next->imports.count; i++) {
			const struct tri_load_package *imported = next->imports.items[i].package;
			if (imported == NULL || tri_map_has(&seen, TRI_KEY(imported)))
				continue;
			tri_map_put(record->arena, &seen, TRI_KEY(imported), (void *)(uintptr_t)imported);
			tri_vector_push(record->arena, &open, imported);
			add_item(record, list, imported->display_path);
		}
	}
	if (list->list.count > 1)
		qsort(list->list.items, list->list.count, sizeof list->list.items[0], compare_texts);
}

static struct driver_record describe(struct tri_arena *arena, const struct driver_build *build, const struct tri_load_package *package)
{
	struct driver_record record = {.arena = arena};
	const struct tri_load_module *module = package->is_standard ? NULL : package->module;
	add_text(&record, "Dir", package->folder);
	add_text(&record, "ImportPath", package->display_path);
	add_text(&record, "Name", package->name);
	add_text(&record, "Root", module != NULL ? module->folder : package->is_standard ? build->load_options.goroot : NULL);
	add_module(&record, module);
	add_truth(&record, "Goroot", package->is_standard);
	add_truth(&record, "Standard", package->is_standard);
	add_truth(&record, "DepOnly", !package->is_named);
	struct driver_value *files = add_list(&record, "GoFiles");
	for (uint32_t i = 0; i < package->files.count; i++)
		add_item(&record, files, base_name(package->files.items[i]->source->path));
	struct driver_value *embedded = add_list(&record, "EmbedFiles");
	for (uint32_t i = 0; i < package->embeds.count; i++) {
		for (uint32_t j = 0; j < package->embeds.items[i].files.count; j++)
			add_item(&record, embedded, package->embeds.items[i].files.items[j]);
	}
	struct driver_value *imports = add_list(&record, "Imports");
	for (uint32_t i = 0; i < package->imports.count; i++) {
		const struct tri_load_package *imported = package->imports.items[i].package;
		add_item(&record, imports, imported != NULL ? imported->display_path : package->imports.items[i].path);
	}
	add_dependencies(&record, package);
	return record;
}

bool tri_driver_list(const struct driver_build *build)
{
	const struct tri_build_options *options = build->options;
	struct tri_buffer out = {0}, problem = {0};
	bool all = options->dependencies, good = true;
	uint32_t count = all ? build->load->packages.count : build->load->named.count;
	for (uint32_t i = 0; i < count && good; i++) {
		const struct tri_load_package *package = all ? build->load->packages.items[i] : build->load->named.items[i];
		if (options->format == NULL && !options->json) {
			tri_buffer_printf(&out, "%s\n", package->display_path);
			continue;
		}
		struct tri_arena *arena = tri_arena_new();
		struct driver_record record = describe(arena, build, package);
		size_t before = out.length;
		if (options->json)
			tri_driver_record_print_json(&record, &out);
		else
			good = tri_driver_record_format(&record, options->format, &out, &problem);
		if (options->json || (out.length > before && out.data[out.length - 1] != '\n'))
			tri_buffer_append_byte(&out, '\n');
		tri_arena_free(arena);
	}
	if (out.length > 0 && good)
		fwrite(out.data, 1, out.length, stdout);
	if (!good)
		tri_driver_message("list -f: %.*s", (int)problem.length, problem.data);
	tri_buffer_free(&out);
	tri_buffer_free(&problem);
	return good;
}
