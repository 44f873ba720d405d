// Package runtime/metrics: the values behind the rows of metrics.def. The Go side (overlay/runtime/metrics.go) finds a row by
// its name, has all values read at once into one array of words, and takes what it wants from there.
#include "runtime/go/hooks.h"
#include "runtime/observe/observe.h"
#include "runtime/special/special.h"
#include "runtime/stack/stack.h"

enum metric_kind {
	COUNT,   // a number
	SECONDS, // nanoseconds
	TIMES,   // a histogram with the bounds of tri_histogram
	SIZES,   // one by size of object
	STATES,  // a number, for which every goroutine has to be looked at
};

enum { SIZE_CLASSES = 68 };

struct figures {
	struct tri_mem_stats stats;
	struct tri_heap_figures heap;
	struct tri_gc_totals gc;
	struct tri_sched_figures sched;
	struct tri_special_counts due, executed;
	int64_t gc_time, user_time;
	uint64_t allocated_by_size[SIZE_CLASSES], freed_by_size[SIZE_CLASSES];
};

static const struct {
	const char *name;
	enum metric_kind kind;
} rows[] = {
#define METRIC(name, kind, value) {name, kind},
#include "runtime/go/metrics.def"
#undef METRIC
};

struct tri_words2 tri_go_metric_find(const char *name, int64_t length);
struct tri_string tri_go_metric_name(int64_t index);
int64_t tri_go_metric_bounds(int64_t kind, double *bounds);
int64_t tri_go_metric_words(void);
void tri_go_metric_read(uint64_t *words, bool with_states, uint64_t finalizers_run, uint64_t cleanups_run);

// The row's number and kind, or a number below zero.
struct tri_words2 tri_go_metric_find(const char *name, int64_t length)
{
	size_t low = 0, high = TRI_COUNT(rows);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strncmp(rows[middle].name, name, (size_t)length);
		if (order == 0)
			order = rows[middle].name[length] != 0;
		if (order == 0)
			return (struct tri_words2){middle, rows[middle].kind};
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return (struct tri_words2){(uintptr_t)-1, 0};
}

struct tri_string tri_go_metric_name(int64_t index)
{
	if (index >= (int64_t)TRI_COUNT(rows))
		return (struct tri_string){0};
	return (struct tri_string){rows[index].name, (int64_t)strlen(rows[index].name)};
}

// How many bounds the buckets of a histogram have, counts being one less; written unless `bounds` is NULL.
int64_t tri_go_metric_bounds(int64_t kind, double *bounds)
{
	if (kind == TIMES) {
		if (bounds)
			tri_histogram_bounds(bounds);
		return TRI_HISTOGRAM_COUNTS + 1;
	}
	if (!bounds)
		return SIZE_CLASSES + 1;
	// Sizes are whole numbers: a class ends before the next one.
	struct tri_heap_figures heap;
	tri_heap_figures(&heap);
	bounds[0] = 1;
	for (unsigned i = 1; i < SIZE_CLASSES; i++)
		bounds[i] = heap.by_size[i].size + 1;
	bounds[SIZE_CLASSES] = __builtin_inf();
	return SIZE_CLASSES + 1;
}

// Of the array that tri_go_metric_read fills: a word for each row, and behind these the histograms' counts, in the order of their rows.
int64_t tri_go_metric_words(void)
{
	int64_t words = TRI_COUNT(rows);
	for (size_t i = 0; i < TRI_COUNT(rows); i++)
		words += rows[i].kind == TIMES ? TRI_HISTOGRAM_COUNTS : rows[i].kind == SIZES ? SIZE_CLASSES : 0;
	return words;
}

// A cycle's processor time is known when it has ended; until then it counts as the program's, which must not sink afterwards.
static int64_t never_less(int64_t nanoseconds)
{
	static _Atomic int64_t told;
	int64_t before = atomic_load(&told);
	while (nanoseconds > before) {
		if (atomic_compare_exchange_weak(&told, &before, nanoseconds))
			return nanoseconds;
	}
	return before;
}

static void read_figures(struct figures *now, bool with_states)
{
	tri_special_counts(&now->due);
	tri_observe_figures(&now->stats, &now->heap, &now->gc);
	tri_sched_figures(&now->sched, with_states);
	now->gc_time = (int64_t)(now->gc.cpu_assist + now->gc.cpu_dedicated + now->gc.cpu_fractional + now->gc.cpu_idle + now->gc.cpu_pause);
	now->user_time = never_less(now->sched.processor_time - now->sched.idle_time - now->gc_time - (int64_t)now->heap.eager_time);
	for (unsigned i = 0; i < SIZE_CLASSES; i++) {
		unsigned at = i == 0 ? SIZE_CLASSES - 1 : i - 1; // class 0 are the large ones
		now->allocated_by_size[at] = now->heap.by_size[i].mallocs;
		now->freed_by_size[at] = now->heap.by_size[i].frees;
	}
}

static void put_scalar(uint64_t *word, enum metric_kind kind, uint64_t value)
{
	double seconds = (double)(int64_t)value / 1e9;
	if (kind == SECONDS)
		memcpy(word, &seconds, sizeof seconds);
	else
		*word = value;
}

void tri_go_metric_read(uint64_t *words, bool with_states, uint64_t finalizers_run, uint64_t cleanups_run)
{
	struct figures figures = {.executed = {finalizers_run, cleanups_run}}, *now = &figures;
	read_figures(now, with_states);
	uint64_t row = 0, counts = TRI_COUNT(rows);
#define METRIC_COUNT(value) put_scalar(&words[row], COUNT, (uint64_t)(value))
#define METRIC_STATES(value) put_scalar(&words[row], COUNT, (uint64_t)(value))
#define METRIC_SECONDS(value) put_scalar(&words[row], SECONDS, (uint64_t)(value))
#define METRIC_HISTOGRAM(from, count) \
	for (unsigned i = 0; i < (count); i++) \
		words[counts + i] = (from)[i]; \
	words[row] = counts; \
	counts += (count)
#define METRIC_TIMES(from) METRIC_HISTOGRAM(from, TRI_HISTOGRAM_COUNTS)
#define METRIC_SIZES(from) METRIC_HISTOGRAM(from, SIZE_CLASSES)
#define METRIC(name, kind, value) \
	METRIC_##kind(value); \
	row++;
#include "runtime/go/metrics.def"
}
