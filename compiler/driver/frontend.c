// From files to checked packages, and messages about them.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include "compiler/source/goroot.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// ---- Messages ----------------------------------------------------------------------------------------

void tri_driver_print_header(struct driver_build *build, const struct tri_load_package *package)
{
	if (build->last_header != package && !build->options->json && !build->options->quiet)
		fprintf(stderr, "# %s\n", package->display_path);
	build->last_header = package;
}

static bool wants_colour(const struct tri_build_options *options)
{
	if (options->colour != TRI_COLOUR_AUTOMATIC || options->json)
		return options->colour == TRI_COLOUR_ALWAYS;
	const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
	return isatty(STDERR_FILENO) && (none == NULL || *none == '\0') && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

static void print_diags(struct driver_build *build, const struct tri_load_package *package, struct tri_diags *diags)
{
	struct tri_diag_print_options options = {
		.all_errors = build->options->all_errors,
		.as_reported = diags->error_count == 0,
		.every = tri_driver_debug_flag(build->options, "checker"),
		.json = build->options->json,
		.package = package != NULL ? package->display_path : NULL,
		.colour = wants_colour(build->options),
	};
	struct tri_buffer out = {0};
	tri_diag_print(diags, &options, &out);
	if (!build->options->quiet)
		fwrite(out.data, 1, out.length, stderr);
	tri_buffer_free(&out);
}

bool tri_driver_print_unit(struct driver_unit *unit)
{
	bool for_code = unit->ir != NULL && unit->has_object;
	struct tri_diags *lists[] = {&unit->diags, for_code ? unit->ir->unsupported : NULL};
	bool good = true;
	for (size_t i = 0; i < TRI_COUNT(lists) && good; i++) {
		struct tri_diags *diags = lists[i];
		if (diags == NULL || diags->list.count == 0)
			continue;
		good = diags->error_count == 0;
		tri_driver_print_header(unit->build, unit->package);
		print_diags(unit->build, unit->package, diags);
		diags->list.count = 0;
	}
	return good;
}

static void print_dump(struct tri_buffer *text)
{
	if (text->length > 0)
		fwrite(text->data, 1, text->length, stdout);
	tri_buffer_free(text);
}

// ---- Loading -----------------------------------------------------------------------------------------

// Messages of the loader begin with a place, as a rule: file.go:line:column.
static void print_json_message(const char *severity, const char *message, struct tri_buffer *out)
{
	const char *end = strstr(message, ".go:");
	unsigned line, column;
	int length = 0;
	if (end == NULL || sscanf(end, ".go:%u:%u: %n", &line, &column, &length) != 2 || length == 0 ||
		memchr(message, '\n', (size_t)(end - message)) != NULL) {
		tri_diag_print_json_message(severity, NULL, 0, 0, message, out);
		return;
	}
	char *path = strndup(message, (size_t)(end - message) + strlen(".go"));
	if (path == NULL)
		tri_ice("out of memory");
	tri_diag_print_json_message(severity, path, line, column, end + length, out);
	free(path);
}

static void print_message(const struct driver_build *build, const char *severity, const char *message)
{
	struct tri_buffer out = {0};
	if (build->options->json)
		print_json_message(severity, message, &out);
	else
		tri_buffer_printf(&out, "%s\n", message);
	fwrite(out.data, 1, out.length, stderr);
	tri_buffer_free(&out);
}

static void print_package(struct driver_build *build, struct tri_load_package *package)
{
	if (package->diags.list.count == 0)
		return;
	tri_driver_print_header(build, package);
	print_diags(build, package, &package->diags);
}

static void print_trees(const struct driver_build *build)
{
	for (uint32_t i = 0; i < build->load->packages.count; i++) {
		const struct tri_load_package *package = build->load->packages.items[i];
		for (uint32_t j = 0; tri_load_is_meant(package) && j < package->files.count; j++) {
			struct tri_buffer text = {0};
			tri_file_dump(package->files.items[j], build->sources, &text);
			print_dump(&text);
		}
	}
}

static void print_times(const struct driver_build *build)
{
	const struct tri_load *load = build->load;
	uint32_t checked = 0;
	for (uint32_t i = 0; i < load->packages.count; i++)
		checked += load->packages.items[i]->state == TRI_LOAD_CHECKED;
	printf("load   %8.1f ms  %u packages, %llu lines, %.1f MB\n", load->scan_seconds * 1e3, load->packages.count,
		   (unsigned long long)load->line_count, (double)load->byte_count * 1e-6);
	printf("check  %8.1f ms  %u packages good, %.1f MB of trees and types\n", load->check_seconds * 1e3, checked,
		   (double)load->arena_bytes * 1e-6);
}

static void find_main(struct driver_build *build)
{
	uint32_t named = 0;
	for (uint32_t i = 0; i < build->load->packages.count; i++) {
		if (build->load->packages.items[i]->is_named && named++ == 0)
			build->main = build->load->packages.items[i];
	}
	if (named != 1)
		build->main = NULL;
}

// A program that was made before of the same files need not be made again.
static bool after_reading(void *context, struct tri_load *load)
{
	struct driver_build *build = context;
	build->load = load;
	find_main(build);
	if (build->main != NULL && build->options->goal == TRI_BUILD_EXECUTABLE)
		tri_driver_add_program_strings(build);
	tri_driver_make_keys(build);
	if (build->cache == NULL)
		return true;
	if (build->main != NULL && strcmp(build->main->name, "main") == 0) {
		build->output = tri_driver_output(build);
		build->has_no_output = build->output == NULL;
		build->from_cache = !build->has_no_output && tri_driver_cached_program(build, build->output);
		if (build->from_cache || build->has_no_output)
			return false;
	}
	if (!build->needs_all_bodies && !build->options->anew && !tri_driver_has_promises(build))
		tri_driver_find_compiled(build);
	return true;
}

// Go uses C by default where there is a compiler for it. Here that is for what is said of decisions: no code is made of it.
static const char *find_cgo_tool(struct driver_build *build, const struct tri_goroot *go)
{
	const struct tri_build_options *options = build->options;
	const char *enabled = getenv("CGO_ENABLED"), *compiler = getenv("CC");
	bool asked = enabled != NULL && strcmp(enabled, "1") == 0, unset = enabled == NULL || enabled[0] == '\0';
	if (options->goal != TRI_BUILD_ANALYSIS || options->standard_library || (!asked && !(unset && options->report > 0)))
		return NULL;
	size_t words = compiler != NULL ? strcspn(compiler, " ") : 0;
	if (go->path == NULL || tri_find_program(build->arena, words > 0 ? tri_arena_strdup(build->arena, compiler, words) : "gcc") == NULL)
		return NULL;
	const char *tool = tri_arena_printf(build->arena, "%s/pkg/tool/linux_amd64/cgo", go->path);
	return access(tool, X_OK) == 0 ? tool : NULL;
}

static struct tri_load_options load_options(struct driver_build *build)
{
	const struct tri_build_options *options = build->options;
	struct tri_goroot go = tri_goroot_find(build->arena);
	build->refused_goroot = go.refused;
	char *folder = realpath(".", NULL);
	struct tri_load_options result = {
		.patterns = options->inputs,
		.pattern_count = options->input_count,
		.goroot = go.path,
		.go_version = go.version,
		.working_folder = folder != NULL ? tri_arena_strdup(build->arena, folder, strlen(folder)) : "/",
		.tags = !options->race          ? options->tags
				: options->tags == NULL ? "race"
										: tri_arena_printf(build->arena, "%s,race", options->tags),
		.module_mode = options->module_mode,
		.package_path = options->package_path,
		.tests = options->tests,
		.trim_paths = options->trim_paths,
		.parse_only = options->goal == TRI_BUILD_SYNTAX,
		.no_check = options->goal == TRI_BUILD_LIST || options->goal == TRI_BUILD_FIND,
		.tested = options->tested,
		.check_branches = options->goal != TRI_BUILD_SYNTAX,
		// A whole program has no assembly beside it; a package compiled for the runtime has.
		.allow_no_body = options->goal == TRI_BUILD_OBJECT || options->allow_no_body,
		.standard_library = options->standard_library,
		.runtime_package = options->runtime_package,
		.all_bodies = build->wants_code || build->wants_decisions,
		.overlay = build->wants_code && options->goal == TRI_BUILD_EXECUTABLE ? build->runtime.overlay : NULL,
		.after_reading = build->wants_code ? after_reading : NULL,
		.after_reading_context = build,
		.types_alone = tri_driver_debug_flag(options, "checker"),
		.despite_errors = tri_driver_debug_flag(options, "despite"),
		.go_minor = options->go_minor,
		.cgo_tool = find_cgo_tool(build, &go),
		.replaced_path = options->replaced_path,
		.replaced_text = options->replaced_text,
		.thread_count = options->thread_count,
	};
	free(folder);
	return result;
}

// Prints everything that was reported, package by package; false when something is wrong.
static bool print_load(struct driver_build *build)
{
	struct tri_load *load = build->load;
	for (uint32_t i = 0; i < load->warnings.count; i++)
		print_message(build, "note", load->warnings.items[i]);
	for (uint32_t i = 0; i < load->errors.count; i++)
		print_message(build, "error", load->errors.items[i]);
	bool good = load->errors.count == 0;
	for (uint32_t i = 0; i < load->packages.count && load->errors.count == 0; i++) {
		struct tri_load_package *package = load->packages.items[i];
		print_package(build, package);
		good = good && package->diags.error_count == 0 && package->state != TRI_LOAD_FAILED;
	}
	return good;
}

// Files are chosen for one system; asking for another must not go unnoticed.
static bool is_for_target(struct driver_build *build)
{
	static const char *const wanted[][2] = {{"GOOS", "linux"}, {"GOARCH", "amd64"}};
	for (size_t i = 0; i < TRI_COUNT(wanted); i++) {
		const char *value = getenv(wanted[i][0]);
		if (value == NULL || value[0] == '\0' || strcmp(value, wanted[i][1]) == 0)
			continue;
		print_message(build, "error",
					  tri_arena_printf(build->arena, "tricolor: %s=%s is not supported yet, only linux on amd64", wanted[i][0], value));
		return false;
	}
	return true;
}

int tri_driver_load(struct driver_build *build)
{
	if (!is_for_target(build))
		return TRI_EXIT_FAILURE;
	build->load_options = load_options(build);
	if (build->refused_goroot != NULL) {
		print_message(build, "error",
					  tri_arena_printf(build->arena, "tricolor: GOROOT=%s: no sources of Go 1.26 there", build->refused_goroot));
		return TRI_EXIT_FAILURE;
	}
	build->load = tri_load_packages(&build->load_options, build->names, build->sources);
	find_main(build);
	if (build->main != NULL)
		build->package = build->main->types;
	if (tri_driver_debug_flag(build->options, "syntax"))
		print_trees(build);
	// What is wrong within a package does not hinder finding it.
	bool good = build->options->goal == TRI_BUILD_FIND && build->load->errors.count == 0 ? true : print_load(build);
	if (tri_driver_debug_flag(build->options, "time"))
		print_times(build);
	if (good && build->options->goal == TRI_BUILD_LIST && !tri_driver_list(build))
		return TRI_EXIT_SOURCE_ERROR;
	return good ? TRI_EXIT_OK : TRI_EXIT_SOURCE_ERROR;
}
