// The packages of a load on their way to code, on all processors.
//
// A unit's decisions are made when those of all that it imports are: what is decided of a unit (its functions with their
// summaries and inline bodies, its types) is only read by others from then on. Generating code of it depends on nothing
// else. Tasks of the first kind come first, as others wait for them. Whatever a unit has to say is kept until its turn.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

typedef TRI_VECTOR(struct driver_unit *) unit_list;

struct schedule {
	struct driver_build *build;
	pthread_mutex_t lock; // guards all below, and units' `waiting`
	pthread_cond_t changed;
	unit_list undecided, ungenerated; // ready
	uint32_t unfinished;              // units
	uint32_t printed;                 // units whose graphs are, in the order of all
};

// ---- Units ---------------------------------------------------------------------------------------------

static void begin_unit(struct driver_build *build, struct driver_unit *unit, struct tri_load_package *package)
{
	*unit = (struct driver_unit){.build = build, .package = package, .arena = tri_arena_new()};
	unit->universe = tri_universe_for_package(build->load->universe, unit->arena);
	unit->diags = (struct tri_diags){.arena = unit->arena, .sources = build->sources};
	if (package == build->main)
		build->main_unit = unit;
	unit->has_object = build->options->goal == TRI_BUILD_EXECUTABLE || (build->wants_code && package == build->main);
}

static void add_importer(struct driver_unit *imported, struct driver_unit *importer)
{
	tri_vector_push(imported->arena, &imported->importers, importer);
	importer->waiting++;
}

// Those of its imports, and of the runtime, which all packages outside of it refer to.
static void find_dependencies(struct driver_build *build, struct driver_unit *const *unit_of, uint32_t index)
{
	struct driver_unit *unit = &build->units[index];
	const struct tri_load_package *runtime = build->load->runtime;
	bool in_runtime = runtime == NULL || unit->package->order <= runtime->order;
	for (uint32_t i = 0; i < unit->package->imports.count; i++) {
		const struct tri_load_package *package = unit->package->imports.items[i].package;
		struct driver_unit *imported = package != NULL ? unit_of[package->order] : NULL;
		if (imported != NULL)
			add_importer(imported, unit);
	}
	if (!in_runtime && unit_of[runtime->order] != NULL)
		add_importer(unit_of[runtime->order], unit);
}

// Those that wait for it come later in the list, and know theirs.
static void find_urgency(struct driver_unit *unit)
{
	for (uint32_t i = 0; i < unit->importers.count; i++) {
		if (unit->importers.items[i]->urgency > unit->urgency)
			unit->urgency = unit->importers.items[i]->urgency;
	}
	for (uint32_t i = 0; i < unit->package->files.count; i++)
		unit->urgency += unit->package->files.items[i]->source->length;
}

static void make_units(struct driver_build *build)
{
	uint32_t count = build->load->packages.count;
	struct driver_unit **unit_of = TRI_NEW_ARRAY(build->arena, struct driver_unit *, count);
	build->units = TRI_NEW_ARRAY(build->arena, struct driver_unit, count);
	for (uint32_t i = 0; i < count; i++) {
		struct tri_load_package *package = build->load->packages.items[i];
		if (package->types == NULL || package->types->is_unsafe)
			continue;
		unit_of[i] = &build->units[build->unit_count++];
		begin_unit(build, unit_of[i], package);
	}
	for (uint32_t i = 0; i < build->unit_count; i++)
		find_dependencies(build, unit_of, i);
	for (uint32_t i = build->unit_count; i-- > 0;)
		find_urgency(&build->units[i]);
}

// ---- Tasks ---------------------------------------------------------------------------------------------

static void decide(struct driver_unit *unit)
{
	if (!unit->failed && unit->has_object && !unit->build->has_promises)
		unit->object = tri_driver_cached_object(unit);
	unit->failed = !tri_driver_analyse(unit);
	if (unit->failed && unit->package->kept_bodies != NULL && unit->diags.error_count == 0)
		unit->build->has_lost_entry = true;
	// Others look at its types from now on; those that code needs are made apart.
	unit->universe->finished = true;
	unit->universe = tri_universe_for_package(unit->universe, unit->arena);
	if (unit->ir != NULL)
		unit->ir->universe = unit->universe;
}

static void generate(struct driver_unit *unit)
{
	if (unit->failed || unit->ir->unsupported->error_count > 0)
		return;
	if (unit->object == NULL && unit->build->has_promises)
		unit->object = tri_driver_cached_object(unit);
	if (unit->object != NULL)
		return;
	unit->is_new = true;
	unit->failed = !tri_driver_generate(unit);
	if (!unit->failed)
		tri_driver_cache_object(unit);
}

static struct driver_unit *take_first(unit_list *list)
{
	struct driver_unit *first = list->items[0];
	list->count--;
	memmove(list->items, list->items + 1, list->count * sizeof list->items[0]);
	return first;
}

// What most work waits for goes first, so that at the end all processors have some.
static struct driver_unit *take_most_urgent(unit_list *list)
{
	uint32_t most = 0;
	for (uint32_t i = 1; i < list->count; i++) {
		if (list->items[i]->urgency > list->items[most]->urgency)
			most = i;
	}
	struct driver_unit *unit = list->items[most];
	list->items[most] = list->items[--list->count];
	return unit;
}

// Lock held. Graphs are large: they are printed as soon as all before them are, and others wait for a slow reader.
static void print_graphs(struct schedule *schedule)
{
	struct driver_build *build = schedule->build;
	while (schedule->printed < build->unit_count && build->units[schedule->printed].decided) {
		struct tri_buffer *graph = &build->units[schedule->printed++].graph;
		if (graph->length > 0)
			fwrite(graph->data, 1, graph->length, stdout);
		tri_buffer_free(graph);
	}
}

// Lock held. The unit's decisions are made: it can be generated, and those that wait for no other be decided.
static void release(struct schedule *schedule, struct driver_unit *unit)
{
	struct tri_arena *arena = schedule->build->arena;
	unit->decided = true;
	print_graphs(schedule);
	if (unit->has_object)
		tri_vector_push(arena, &schedule->ungenerated, unit);
	else
		schedule->unfinished--;
	for (uint32_t i = 0; i < unit->importers.count; i++) {
		struct driver_unit *importer = unit->importers.items[i];
		importer->failed = importer->failed || unit->failed;
		if (--importer->waiting == 0)
			tri_vector_push(arena, &schedule->undecided, importer);
	}
	pthread_cond_broadcast(&schedule->changed);
}

static void *work(void *context)
{
	struct schedule *schedule = context;
	pthread_mutex_lock(&schedule->lock);
	while (schedule->unfinished > 0) {
		if (schedule->undecided.count > 0) {
			struct driver_unit *unit = take_most_urgent(&schedule->undecided);
			pthread_mutex_unlock(&schedule->lock);
			decide(unit);
			pthread_mutex_lock(&schedule->lock);
			release(schedule, unit);
		} else if (schedule->ungenerated.count > 0) {
			struct driver_unit *unit = take_first(&schedule->ungenerated);
			pthread_mutex_unlock(&schedule->lock);
			generate(unit);
			pthread_mutex_lock(&schedule->lock);
			if (--schedule->unfinished == 0)
				pthread_cond_broadcast(&schedule->changed);
		} else {
			pthread_cond_wait(&schedule->changed, &schedule->lock);
		}
	}
	pthread_mutex_unlock(&schedule->lock);
	return NULL;
}

// Trees may be nested thousands of levels deep, and many passes recurse: reserved, committed by use.
enum { WORKER_STACK_SIZE = 512 << 20, MOST_WORKERS = 64 };

static uint32_t worker_count(const struct driver_build *build)
{
	uint32_t count = build->options->thread_count;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	if (count == 0)
		count = processors > 0 ? (uint32_t)processors : 1;
	if (count > build->unit_count)
		count = build->unit_count;
	return count < MOST_WORKERS ? count : MOST_WORKERS;
}

// The calling thread, which has a deep stack too, works with the others.
static void run_schedule(struct driver_build *build)
{
	struct schedule schedule = {.build = build, .unfinished = build->unit_count};
	pthread_t threads[MOST_WORKERS];
	uint32_t started = 0, wanted = worker_count(build);
	pthread_mutex_init(&schedule.lock, NULL);
	pthread_cond_init(&schedule.changed, NULL);
	for (uint32_t i = 0; i < build->unit_count; i++) {
		if (build->units[i].waiting == 0)
			tri_vector_push(build->arena, &schedule.undecided, &build->units[i]);
	}
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, WORKER_STACK_SIZE);
	while (started + 1 < wanted && pthread_create(&threads[started], &attributes, work, &schedule) == 0)
		started++;
	pthread_attr_destroy(&attributes);
	work(&schedule);
	for (uint32_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_destroy(&schedule.lock);
	pthread_cond_destroy(&schedule.changed);
}

// ---- All of it -----------------------------------------------------------------------------------------

static void print_text(struct tri_buffer *text)
{
	if (text->length > 0)
		fwrite(text->data, 1, text->length, stdout);
	tri_buffer_free(text);
}

// -m=tricolor: what its lines amount to.
static void print_gain(const struct driver_build *build)
{
	struct tri_escape_gain sum = {0};
	for (uint32_t i = 0; i < build->unit_count; i++) {
		sum.heap += build->units[i].gain.heap;
		sum.kept += build->units[i].gain.kept;
		sum.rooms += build->units[i].gain.rooms;
	}
	if (sum.rooms > 0)
		fprintf(stderr, "%u calls make their result in the frame while it is short; under Go it is in the heap\n", sum.rooms);
	fprintf(stderr, "%u of %u values and variables that Go places in the heap stay in the frame\n", sum.kept, sum.heap);
}

bool tri_driver_make_units(struct driver_build *build)
{
	make_units(build);
	run_schedule(build);
	bool good = true;
	for (uint32_t i = 0; i < build->unit_count; i++) {
		struct driver_unit *unit = &build->units[i];
		if (unit->is_new && build->options->names_packages)
			fprintf(stderr, "%s\n", unit->package->display_path);
		print_text(&unit->dumps);
		print_text(&unit->listing);
		fflush(stdout);
		good = tri_driver_print_unit(unit) && !unit->failed && good;
	}
	if (build->options->report_gain)
		print_gain(build);
	return good;
}

void tri_driver_free_units(struct driver_build *build)
{
	for (uint32_t i = 0; i < build->unit_count; i++)
		tri_arena_free(build->units[i].arena);
	build->units = NULL;
	build->unit_count = 0;
}
