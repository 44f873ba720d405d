// tricolor why: one decision told as a story, and the smallest known change that would make it another.
//
// A change is only proposed after the changed text has been analysed, in memory, and what it is for has come true there.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <stdio.h>
#include <stdlib.h>

// ---- The place asked for ----------------------------------------------------------------------------

struct why_place {
	char *path; // absolute, from malloc
	uint32_t line, column;
};

static bool parse_place(const char *text, struct why_place *place)
{
	unsigned line = 0, column = 0;
	int used = 0;
	const char *end = strstr(text, ".go:");
	if (end == NULL || sscanf(end, ".go:%u%n:%u%n", &line, &used, &column, &used) < 1 || line == 0 || end[used] != '\0')
		return false;
	char *path = strndup(text, (size_t)(end - text) + 3);
	place->path = path != NULL ? realpath(path, NULL) : NULL;
	free(path);
	place->line = line;
	place->column = column;
	return true;
}

static bool is_in_file(const struct tri_location *at, const struct why_place *place)
{
	if (at->file == NULL || at->file->path == NULL)
		return false;
	char *path = realpath(at->file->path, NULL);
	bool same = path != NULL && strcmp(path, place->path) == 0;
	free(path);
	return same;
}

static bool is_at(const struct driver_build *build, tri_pos pos, const struct why_place *place)
{
	struct tri_location at = tri_source_locate(build->sources, pos);
	return at.line == place->line && (place->column == 0 || at.column == place->column) && is_in_file(&at, place);
}

// Where a slice that outlives its function is taken.
static bool is_sliced_at(const struct driver_build *build, const struct tri_escape_decision *decision, const struct why_place *place)
{
	for (uint32_t i = 0; i < decision->steps.count; i++) {
		for (uint32_t k = 0; k < decision->steps.items[i].reasons.count; k++) {
			const struct tri_escape_reason *reason = &decision->steps.items[i].reasons.items[k];
			if (strcmp(reason->why, "slice") == 0 && is_at(build, reason->pos, place))
				return true;
		}
	}
	return false;
}

static bool is_asked_for(const struct driver_build *build, const struct tri_escape_decision *decision, const struct why_place *place)
{
	return decision->kind == TRI_ESCAPE_LEAVES ? is_sliced_at(build, decision, place) : is_at(build, decision->pos, place);
}

static void find_stories(struct driver_build *build, const struct why_place *place, driver_story_list *found)
{
	for (uint32_t u = 0; u < build->unit_count; u++) {
		const struct driver_unit *unit = &build->units[u];
		for (uint32_t i = 0; i < unit->decisions.count; i++) {
			const struct driver_story story = {.decision = unit->decisions.items[i]};
			if (is_asked_for(build, story.decision, place))
				tri_vector_push(build->arena, found, story);
		}
	}
}

// ---- Is a change worth it? --------------------------------------------------------------------------

// What the packages named do with memory, as far as decisions tell.
struct why_measure {
	uint32_t heap, in_loops, unknown, leaving;
};

static bool keeps_part(const struct tri_escape_decision *decision)
{
	for (uint32_t i = 0; i < decision->steps.count; i++) {
		for (uint32_t k = 0; k < decision->steps.items[i].reasons.count; k++) {
			if (strcmp(decision->steps.items[i].reasons.items[k].why, "slice") == 0)
				return true;
		}
	}
	return false;
}

static void measure(struct driver_build *build, void *context)
{
	struct why_measure *sum = context;
	for (uint32_t u = 0; u < build->unit_count; u++) {
		const struct driver_unit *unit = &build->units[u];
		for (uint32_t i = 0; i < unit->decisions.count; i++) {
			const struct tri_escape_decision *decision = unit->decisions.items[i];
			bool appends = decision->node != NULL && decision->node->op == TRI_NODE_APPEND; // only when there is no room
			bool counts = tri_driver_takes_heap(decision) && !appends;
			sum->heap += counts;
			sum->in_loops += counts && decision->in_loop;
			sum->unknown += tri_driver_has_unknown_size(decision);
			sum->leaving += keeps_part(decision) && !appends;
		}
	}
}

static bool is_better(const struct why_measure *before, const struct why_measure *after, enum tri_advice_aim aim)
{
	// A copy of a part is one value more.
	uint32_t most = before->heap + (aim == TRI_ADVICE_KEEP_LESS);
	if (after->heap > most || after->unknown > before->unknown || after->in_loops > before->in_loops || after->leaving > before->leaving)
		return false;
	switch (aim) {
	case TRI_ADVICE_FEWER:
		return after->heap < before->heap;
	case TRI_ADVICE_LESS_OFTEN:
		return after->in_loops < before->in_loops;
	case TRI_ADVICE_KNOWN_SIZE:
		return after->unknown < before->unknown;
	case TRI_ADVICE_KEEP_LESS:
		return after->leaving < before->leaving;
	}
	return false;
}

static const struct tri_package *package_of(const struct driver_build *build, const struct tri_escape_decision *decision)
{
	for (uint32_t u = 0; u < build->unit_count; u++) {
		const struct driver_unit *unit = &build->units[u];
		for (uint32_t i = 0; i < unit->decisions.count; i++) {
			if (unit->decisions.items[i] == decision)
				return unit->package->types;
		}
	}
	return NULL;
}

// -d=advice
static void print_trial(const struct tri_advice *advice, bool compiles, const struct why_measure *before, const struct why_measure *after)
{
	struct tri_buffer diff = {0};
	tri_advice_print_diff(advice, "  ", &diff);
	fprintf(stderr, "tried: %s\n%s", advice->summary, diff.data != NULL ? diff.data : "");
	if (!compiles)
		fputs("it does not compile\n", stderr);
	else
		fprintf(stderr, "in the heap %u -> %u, in loops %u -> %u, of unknown size %u -> %u, kept parts %u -> %u\n", before->heap,
				after->heap, before->in_loops, after->in_loops, before->unknown, after->unknown, before->leaving, after->leaving);
	tri_buffer_free(&diff);
}

// The first change that helps, as the analysis of the changed text shows.
static const struct tri_advice *prove_advice(struct driver_build *build, const struct tri_build_options *options,
											 const struct tri_escape_decision *decision)
{
	tri_advice_list list = {0};
	const struct tri_package *package = package_of(build, decision);
	if (package != NULL)
		tri_advise(build->arena, package, build->sources, decision, &list);
	struct why_measure before = {0};
	measure(build, &before);
	for (uint32_t i = 0; i < list.count; i++) {
		struct tri_build_options changed = *options;
		changed.replaced_path = list.items[i]->file->path;
		changed.replaced_text = tri_advice_apply(build->arena, list.items[i]);
		changed.quiet = true;
		struct why_measure after = {0};
		bool compiles = tri_driver_visit_decisions(&changed, measure, &after) == TRI_EXIT_OK;
		if (tri_driver_debug_flag(options, "advice"))
			print_trial(list.items[i], compiles, &before, &after);
		if (compiles && is_better(&before, &after, list.items[i]->aim))
			return list.items[i];
	}
	return NULL;
}

// ---- Nothing there ----------------------------------------------------------------------------------

// A generic function around the line, of which there is no instance in what was looked at.
static const char *generic_function_at(const struct driver_build *build, const struct why_place *place)
{
	for (uint32_t u = 0; u < build->unit_count; u++) {
		const struct tri_package *package = build->units[u].package->types;
		for (uint32_t f = 0; f < package->files.count; f++) {
			for (uint32_t i = 0; i < package->files.items[f]->decls.count; i++) {
				const struct tri_decl *decl = package->files.items[f]->decls.items[i];
				if (decl->kind != TRI_DECL_FUNCTION || tri_as_function_decl(decl)->body == NULL)
					continue;
				const struct tri_function_decl *function = tri_as_function_decl(decl);
				struct tri_location start = tri_source_locate(build->sources, function->name->base.pos);
				struct tri_location end = tri_source_locate(build->sources, function->body->rbrace);
				if (start.line <= place->line && place->line <= end.line && is_in_file(&start, place) && function->name->object != NULL &&
					tri_function_type_parameters(function->name->object)->count > 0)
					return function->name->name->text;
			}
		}
	}
	return NULL;
}

static bool has_decisions_in(const struct driver_build *build, const char *generic)
{
	for (uint32_t u = 0; u < build->unit_count; u++) {
		const struct driver_unit *unit = &build->units[u];
		for (uint32_t i = 0; unit->ir != NULL && i < unit->ir->functions.count; i++) {
			const struct tri_ir_func *function = unit->ir->functions.items[i];
			if (function->is_instance && function->object != NULL && strcmp(function->object->name->text, generic) == 0)
				return true;
		}
	}
	return false;
}

static void say_nothing_found(const struct driver_build *build, const struct why_place *place, const char *text)
{
	const char *generic = generic_function_at(build, place);
	if (generic != NULL && !has_decisions_in(build, generic)) {
		tri_driver_message("%s lies in %s, which is generic and not called here: where its values live depends on the types it is called "
						   "with. Name a package that does, behind the place",
						   text, generic);
		return;
	}
	tri_driver_message("nothing at %s is given a place in memory: name the line of a variable or of an expression that allocates", text);
}

// ---- The command ------------------------------------------------------------------------------------

struct tell {
	const struct why_place *place;
	const struct tri_build_options *options;
	const char *text; // of the place
	int status;
};

static void list_stories(const struct driver_build *build, const driver_story_list *found, const char *text, bool related)
{
	if (related)
		printf("At %s itself no memory is taken. It has to do with:\n\n", text);
	else
		printf("%u decisions are made at %s. One is told below, the others with their columns behind the line:\n\n", found->count, text);
	for (uint32_t i = 0; i < found->count; i++) {
		const struct tri_escape_decision *decision = found->items[i].decision;
		struct tri_location at = tri_source_locate(build->sources, decision->pos);
		printf("  :%u:%u  %s %s\n", at.line, at.column, decision->text, tri_driver_verdict(decision));
	}
	putchar('\n');
}

static const struct tri_source_file *file_of(const struct driver_build *build, const struct why_place *place)
{
	for (uint32_t u = 0; u < build->unit_count; u++) {
		const struct tri_load_package *package = build->units[u].package;
		for (uint32_t i = 0; i < package->files.count; i++) {
			const struct tri_location at = {.file = package->files.items[i]->source};
			if (is_in_file(&at, place))
				return at.file;
		}
	}
	return NULL;
}

// Of several on a line: what can be changed, else what is in the heap, else the first.
static const struct driver_story *most_wanted(const driver_story_list *found)
{
	const struct driver_story *best = &found->items[0];
	int best_rank = -1;
	for (uint32_t i = 0; i < found->count; i++) {
		const struct driver_story *story = &found->items[i];
		bool is_more = tri_driver_has_unknown_size(story->decision) || story->decision->kind == TRI_ESCAPE_LEAKS;
		int rank = story->advice != NULL ? 3 : tri_driver_takes_heap(story->decision) ? 2 : is_more;
		if (rank > best_rank) {
			best = story;
			best_rank = rank;
		}
	}
	return best;
}

static void tell(struct driver_build *build, void *context)
{
	struct tell *t = context;
	driver_story_list found = {0};
	find_stories(build, t->place, &found);
	bool related = found.count == 0;
	const struct tri_source_file *file = related ? file_of(build, t->place) : NULL;
	if (file != NULL)
		tri_driver_find_related(build, file, t->place->line, t->place->column, &found);
	if (found.count == 0) {
		say_nothing_found(build, t->place, t->text);
		t->status = TRI_EXIT_SOURCE_ERROR;
		return;
	}
	for (uint32_t i = 0; i < found.count; i++)
		found.items[i].advice = prove_advice(build, t->options, found.items[i].decision);
	if (t->options->sarif) {
		tri_driver_write_sarif(build, found.items, found.count);
		return;
	}
	if (t->options->html) {
		tri_driver_write_html(build, found.items, found.count, t->text);
		return;
	}
	for (uint32_t i = 0; t->options->json && i < found.count; i++)
		tri_driver_tell_json(build, &found.items[i]);
	if (!t->options->json) {
		if (found.count > 1 || (related && !is_at(build, found.items[0].decision->pos, t->place)))
			list_stories(build, &found, t->text, related);
		tri_driver_tell_story(build, most_wanted(&found));
	}
	fflush(stdout);
}

int tri_driver_why(const struct tri_build_options *options, const char *text)
{
	struct why_place place = {0};
	if (!parse_place(text, &place)) {
		tri_driver_message("%s is not FILE.go:LINE or FILE.go:LINE:COLUMN", text);
		return TRI_EXIT_FAILURE;
	}
	if (place.path == NULL) {
		tri_driver_message("cannot find the file of %s", text);
		return TRI_EXIT_FAILURE;
	}
	struct tri_build_options own = *options;
	own.goal = TRI_BUILD_ANALYSIS;
	own.record_decisions = true;
	own.leaves_promises = true; // the question may be about one
	const char *file = place.path;
	if (own.input_count == 0) {
		own.inputs = &file;
		own.input_count = 1;
	}
	struct tell t = {.place = &place, .options = &own, .text = text};
	int status = tri_driver_visit_decisions(&own, tell, &t);
	free(place.path);
	return status != TRI_EXIT_OK ? status : t.status;
}
