// From a checked package to its tree with all decisions made: ir, inlining, static initialisation, escape analysis.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include "compiler/escape/escape.h"

static void verify_tree(const struct driver_unit *unit)
{
	if (tri_driver_debug_flag(unit->build->options, "verify"))
		tri_ir_verify(unit->ir);
}

static void dump_trees(struct driver_unit *unit)
{
	for (uint32_t i = 0; i < unit->ir->functions.count; i++)
		tri_ir_dump_func(unit->ir->functions.items[i], unit->build->sources, &unit->dumps);
}

static void inline_calls(struct driver_unit *unit, int report)
{
	const struct tri_build_options *chosen = unit->build->options;
	struct tri_inline_options options = {.disabled = chosen->no_inline, .cheap_calls = chosen->cheap_calls, .report = report};
	tri_ir_inline(unit->ir, &options);
	verify_tree(unit);
}

// The race detector is for all packages and checks pointers too, unless told otherwise. What -d says is for those that were named.
static void instrument(struct driver_unit *unit)
{
	const struct tri_build_options *options = unit->build->options;
	const char *path = unit->package->path;
	bool is_runtime = options->runtime_package || tri_is_runtime_package(path);
	int level = tri_driver_debug_level(options, "checkptr");
	unit->ir->race = options->race && (!is_runtime || strcmp(path, "internal/bytealg") == 0);
	if (!is_runtime && (options->race || options->checks_all || tri_load_is_meant(unit->package)))
		unit->ir->check_pointers = level >= 0 ? (uint8_t)level : options->race;
}

bool tri_driver_analyse(struct driver_unit *unit)
{
	const struct tri_build_options *options = unit->build->options;
	// -m=tricolor prints nothing of Go's own answer.
	bool is_meant = tri_load_is_meant(unit->package) || options->reports_all;
	int report = is_meant && !options->report_gain ? options->report : 0;
	if (unit->failed)
		return false;
	struct tri_symbol_table *symbols = tri_symbol_table_new(unit->arena, unit->build->names);
	unit->ir = tri_ir_build(unit->arena, unit->universe, unit->package->types, symbols, &unit->diags,
							options->report > 0 && !unit->build->wants_code);
	if (unit->diags.error_count > 0)
		return false;
	if (tri_load_is_meant(unit->package))
		tri_ir_add_promised_instances(unit->ir);
	instrument(unit);
	verify_tree(unit);
	if (unit->object != NULL && tri_driver_cached_decisions(unit))
		return true;
	if (unit->package->kept_bodies != NULL)
		return false;
	unit->object = NULL; // what was decided for it is lost
	inline_calls(unit, report);
	tri_ir_static_init(unit->ir);
	verify_tree(unit);
	struct tri_escape_options escape_options = {
		.report = report,
		.record = options->record_decisions && tri_load_is_meant(unit->package) ? &unit->decisions : NULL,
		.leaks = options->record_decisions ? &unit->leaks : NULL,
		.precise = !tri_driver_debug_flag(options, "goplacement"),
		.gain = options->report_gain && tri_load_is_meant(unit->package) ? &unit->gain : NULL,
		.graph = options->json && report > 0 && !unit->build->wants_code ? &unit->graph : NULL,
		.small_frames = options->small_frames,
		.report_uses = tri_driver_debug_level(options, "escapemutationscalls") > 0,
		.dump = tri_load_is_meant(unit->package) && tri_driver_debug_flag(options, "escape"),
	};
	tri_escape_analyse(unit->ir, &escape_options);
	verify_tree(unit);
	if (report > 0)
		tri_ir_report_bounds(unit->ir);
	if (tri_load_is_meant(unit->package) && !options->leaves_promises)
		tri_escape_check_promises(unit->ir);
	if (tri_load_is_meant(unit->package) && tri_driver_debug_flag(options, "ir"))
		dump_trees(unit);
	if (unit->has_object && unit->build->cache != NULL)
		tri_driver_write_decisions(unit, &unit->saved_decisions);
	if (!unit->build->wants_code && !unit->build->has_promises && !options->record_decisions)
		tri_ir_release_trees(unit->ir);
	return unit->diags.error_count == 0;
}

void tri_driver_analyse_new(struct driver_unit *unit)
{
	const struct tri_escape_options quiet = {
		.precise = !tri_driver_debug_flag(unit->build->options, "goplacement"),
		.small_frames = unit->build->options->small_frames,
	};
	if (tri_ir_build_instances(unit->ir) > 0)
		inline_calls(unit, 0);
	tri_escape_analyse(unit->ir, &quiet);
}
