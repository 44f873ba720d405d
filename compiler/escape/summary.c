// What callers need to know of a function: how each parameter leaks.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

#include <stdio.h>

void tri_escape_no_leaks(struct escape_leaks *leaks)
{
	leaks->heap = leaks->mutator = leaks->callee = -1;
	for (uint32_t i = 0; i < TRI_ESCAPE_SUMMARY_RESULTS; i++)
		leaks->results[i] = -1;
}

void tri_escape_add_leak(int8_t *slot, int32_t derefs)
{
	if (derefs > INT8_MAX)
		derefs = INT8_MAX;
	if (*slot < 0 || derefs < *slot)
		*slot = (int8_t)derefs;
}

// A path that is no shorter than the one to the heap adds nothing.
static void drop_longer(int8_t *slot, int8_t heap)
{
	if (*slot >= heap)
		*slot = -1;
}

static void simplify(struct escape_leaks *leaks)
{
	if (leaks->heap < 0)
		return;
	drop_longer(&leaks->mutator, leaks->heap);
	drop_longer(&leaks->callee, leaks->heap);
	for (uint32_t i = 0; i < TRI_ESCAPE_SUMMARY_RESULTS; i++)
		drop_longer(&leaks->results[i], leaks->heap);
}

static bool is_uintptr(struct tri_type *type)
{
	struct tri_type *underlying = tri_type_underlying(type);
	return underlying->kind == TRI_TYPE_BASIC && underlying->as.basic.kind == TRI_BASIC_UINTPTR;
}

struct parameter_report {
	struct escape_batch *batch;
	struct tri_ir_func *function;
	struct tri_ir_var *parameter;
	bool enabled;
};

static void report(const struct parameter_report *where, const char *before, const char *after)
{
	if (!where->enabled)
		return;
	const struct tri_ir_var *parameter = where->parameter;
	const struct tri_object *object = parameter->object;
	const char *name = parameter->name->text;
	char number[16];
	if (object != NULL && (object->name == NULL || object->name->length == 0)) { // it has no name at all
		const struct tri_ir_func *function = where->function;
		bool has_receiver = function->parameters.count > 0 && function->parameters.items[0]->is_receiver;
		snprintf(number, sizeof number, "~p%u", parameter->index - has_receiver);
		name = number;
	}
	tri_diag_note(where->batch->package->diags, tri_escape_var_pos(parameter), "%s%s%s", before, name, after);
}

static void report_leaks(const struct parameter_report *where, const struct escape_leaks *leaks)
{
	if (!where->enabled)
		return;
	struct tri_diags *diags = where->batch->package->diags;
	tri_pos pos = tri_escape_var_pos(where->parameter);
	const char *name = where->parameter->name->text;
	bool any = false;
	if (leaks->heap >= 0) {
		tri_diag_note(diags, pos, leaks->heap == 0 ? "leaking param: %s" : "leaking param content: %s", name);
		any = true;
	}
	for (uint32_t i = 0; i < TRI_ESCAPE_SUMMARY_RESULTS && i < where->function->results.count; i++) {
		if (leaks->results[i] < 0)
			continue;
		tri_diag_note(diags, pos, "leaking param: %s to result %s level=%d", name,
					  tri_escape_var_text(where->batch, where->function->results.items[i]), leaks->results[i]);
		any = true;
	}
	if (!where->batch->options->report_uses) {
		if (!any)
			tri_diag_note(diags, pos, "%s does not escape", name);
		return;
	}
	if (leaks->mutator >= 0)
		tri_diag_note(diags, pos, "mutates param: %s derefs=%d", name, leaks->mutator);
	if (leaks->callee >= 0)
		tri_diag_note(diags, pos, "calls param: %s derefs=%d", name, leaks->callee);
	if (!any && leaks->mutator < 0 && leaks->callee < 0)
		tri_diag_note(diags, pos, "%s does not escape, mutate, or call", name);
}

static struct escape_leaks parameter_leaks(struct escape_batch *batch, struct tri_ir_func *function, struct tri_ir_var *parameter)
{
	struct parameter_report where = {
		.batch = batch,
		.function = function,
		.parameter = parameter,
		.enabled =
			batch->options->report > 0 && !tri_ir_is_shared(function) && parameter->name->text[0] != '#' && !tri_escape_is_quiet(function),
	};
	struct escape_leaks leaks;
	tri_escape_no_leaks(&leaks);
	if (!function->has_body) {
		if (is_uintptr(parameter->type)) {
			report(&where, "assuming ", " is unsafe uintptr");
			return leaks;
		}
		if (!tri_escape_has_pointers(batch, parameter->type))
			return leaks;
		// Nothing is known of code that is not Go's, unless it is promised.
		if (function->pragmas & (1u << TRI_PRAGMA_BIT_NOESCAPE)) {
			if (!tri_escape_is_blank(parameter))
				report(&where, "", " does not escape");
			leaks.mutator = leaks.callee = 0;
		} else {
			if (!tri_escape_is_blank(parameter))
				report(&where, "leaking param: ", "");
			leaks.heap = 0;
		}
		return leaks;
	}
	if (function->pragmas & (1u << TRI_PRAGMA_BIT_UINTPTRESCAPES)) {
		struct tri_type *type = tri_type_underlying(parameter->type);
		bool is_last = parameter == tri_vector_last(&function->parameters);
		bool is_dots = is_last && function->signature->as.function.variadic && type->kind == TRI_TYPE_SLICE;
		if (is_uintptr(type)) {
			report(&where, "marking ", " as escaping uintptr");
			return leaks;
		}
		if (is_dots && is_uintptr(type->as.slice.element)) {
			report(&where, "marking ", " as escaping ...uintptr");
			leaks.heap = 0; // nothing is promised of the slice itself
			return leaks;
		}
	}
	if (!tri_escape_has_pointers(batch, parameter->type) || tri_escape_is_blank(parameter))
		return leaks;
	const struct escape_location *location = tri_escape_location_of(parameter);
	leaks = location->leaks;
	simplify(&leaks);
	if (!(location->attributes & ESCAPE_ESCAPES))
		report_leaks(&where, &leaks);
	return leaks;
}

void tri_escape_summarise(struct escape_batch *batch, struct tri_ir_func *function)
{
	struct tri_arena *arena = batch->package->arena;
	struct tri_escape_summary *summary = TRI_NEW(arena, struct tri_escape_summary);
	summary->parameter_count = function->parameters.count;
	summary->result_count = function->results.count;
	summary->results_in_room = tri_escape_results_in_room(batch, function);
	summary->parameters = TRI_NEW_ARRAY(arena, struct tri_escape_leak, summary->parameter_count + 1);
	for (uint32_t i = 0; i < summary->parameter_count; i++) {
		struct escape_leaks leaks = parameter_leaks(batch, function, function->parameters.items[i]);
		struct tri_escape_leak *entry = &summary->parameters[i];
		entry->heap = leaks.heap;
		entry->mutator = leaks.mutator;
		entry->callee = leaks.callee;
		entry->results = TRI_NEW_ARRAY(arena, int8_t, summary->result_count + 1);
		for (uint32_t k = 0; k < summary->result_count; k++)
			entry->results[k] = k < TRI_ESCAPE_SUMMARY_RESULTS ? leaks.results[k] : -1;
	}
	function->escape_summary = summary;
}

struct escape_leaks tri_escape_parameter_leaks(const struct tri_ir_func *function, uint32_t index)
{
	struct escape_leaks leaks;
	tri_escape_no_leaks(&leaks);
	const struct tri_escape_summary *summary = function->escape_summary;
	if (summary == NULL || index >= summary->parameter_count) {
		// Another package's function of which no summary came along.
		leaks.heap = 0;
		return leaks;
	}
	const struct tri_escape_leak *entry = &summary->parameters[index];
	leaks.heap = entry->heap;
	leaks.mutator = entry->mutator;
	leaks.callee = entry->callee;
	for (uint32_t i = 0; i < summary->result_count && i < TRI_ESCAPE_SUMMARY_RESULTS; i++)
		leaks.results[i] = entry->results[i];
	return leaks;
}
