// The packages of a load on their way to code, imports before importers.
//
// A unit that is done is only read by others: its functions with their summaries and inline bodies, its types.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <stdio.h>

static void begin_unit(struct driver_build *build, struct driver_unit *unit, struct tri_load_package *package)
{
	*unit = (struct driver_unit){.build = build, .package = package, .arena = tri_arena_new()};
	unit->universe = tri_universe_for_package(build->load->universe, unit->arena);
	unit->diags = (struct tri_diags){.arena = unit->arena, .sources = build->sources};
}

static bool run_unit(struct driver_unit *unit)
{
	bool good = tri_driver_analyse(unit);
	bool has_object = unit->build->options->goal == TRI_BUILD_EXECUTABLE || unit == unit->build->main_unit;
	if (good && unit->build->wants_code && has_object && unit->ir->unsupported->error_count == 0)
		good = tri_driver_generate(unit);
	unit->universe->finished = true;
	return good;
}

static void print_text(struct tri_buffer *text)
{
	if (text->length > 0)
		fwrite(text->data, 1, text->length, stdout);
	tri_buffer_free(text);
}

bool tri_driver_make_units(struct driver_build *build)
{
	uint32_t count = build->load->packages.count;
	build->units = TRI_NEW_ARRAY(build->arena, struct driver_unit, count);
	for (uint32_t i = 0; i < count; i++) {
		struct tri_load_package *package = build->load->packages.items[i];
		if (package->types == NULL || package->types->is_unsafe)
			continue;
		struct driver_unit *unit = &build->units[build->unit_count++];
		begin_unit(build, unit, package);
		if (package == build->main)
			build->main_unit = unit;
	}
	bool good = true;
	for (uint32_t i = 0; i < build->unit_count && good; i++) {
		struct driver_unit *unit = &build->units[i];
		(void)run_unit(unit);
		print_text(&unit->dumps);
		print_text(&unit->listing);
		fflush(stdout);
		good = tri_driver_print_unit(unit);
	}
	return good;
}

void tri_driver_free_units(struct driver_build *build)
{
	for (uint32_t i = 0; i < build->unit_count; i++)
		tri_arena_free(build->units[i].arena);
}
