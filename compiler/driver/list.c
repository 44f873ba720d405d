// What tricolor list prints: import paths, or one JSON object a package with the names that `go list -json` has.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <stdio.h>

static void print_field(struct tri_buffer *out, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	tri_buffer_printf(out, "\"%s\":", name);
	tri_diag_print_json_text(value, out);
	tri_buffer_append_byte(out, ',');
}

static void begin_list(struct tri_buffer *out, const char *name) { tri_buffer_printf(out, "\"%s\":[", name); }

static void print_item(struct tri_buffer *out, const char *value)
{
	tri_diag_print_json_text(value, out);
	tri_buffer_append_byte(out, ',');
}

// Takes back the last comma.
static void end(struct tri_buffer *out, const char *text)
{
	if (out->length > 0 && out->data[out->length - 1] == ',')
		out->length--;
	tri_buffer_append_c(out, text);
}

static void print_module(struct tri_buffer *out, const struct tri_load_module *module)
{
	if (module == NULL)
		return;
	tri_buffer_append_c(out, "\"Module\":{");
	print_field(out, "Path", module->path);
	print_field(out, "Version", module->version);
	print_field(out, "Dir", module->folder);
	print_field(out, "GoVersion", module->go_version);
	if (module->is_main)
		tri_buffer_append_c(out, "\"Main\":true");
	end(out, "},");
}

static void print_json(struct tri_buffer *out, const struct tri_load_package *package)
{
	tri_buffer_append_byte(out, '{');
	print_field(out, "Dir", package->folder);
	print_field(out, "ImportPath", package->display_path);
	print_field(out, "Name", package->name);
	if (package->is_standard)
		tri_buffer_append_c(out, "\"Standard\":true,");
	if (!package->is_named)
		tri_buffer_append_c(out, "\"DepOnly\":true,");
	if (!package->is_standard)
		print_module(out, package->module);
	begin_list(out, "GoFiles");
	for (uint32_t i = 0; i < package->files.count; i++) {
		const char *path = package->files.items[i]->source->path, *slash = strrchr(path, '/');
		print_item(out, slash != NULL ? slash + 1 : path);
	}
	end(out, "],");
	if (package->embeds.count > 0) {
		begin_list(out, "EmbedFiles");
		for (uint32_t i = 0; i < package->embeds.count; i++) {
			for (uint32_t j = 0; j < package->embeds.items[i].files.count; j++)
				print_item(out, package->embeds.items[i].files.items[j]);
		}
		end(out, "],");
	}
	begin_list(out, "Imports");
	for (uint32_t i = 0; i < package->imports.count; i++) {
		const struct tri_load_package *imported = package->imports.items[i].package;
		print_item(out, imported != NULL ? imported->display_path : package->imports.items[i].path);
	}
	end(out, "]}\n");
}

void tri_driver_list(const struct driver_build *build)
{
	struct tri_buffer out = {0};
	bool all = build->options->dependencies;
	uint32_t count = all ? build->load->packages.count : build->load->named.count;
	for (uint32_t i = 0; i < count; i++) {
		const struct tri_load_package *package = all ? build->load->packages.items[i] : build->load->named.items[i];
		if (build->options->json)
			print_json(&out, package);
		else
			tri_buffer_printf(&out, "%s\n", package->display_path);
	}
	if (out.length > 0)
		fwrite(out.data, 1, out.length, stdout);
	tri_buffer_free(&out);
}
