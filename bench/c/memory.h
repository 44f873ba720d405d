// One program, three heaps: tricolor (-DHEAP_TRICOLOR), Boehm's collector (-DHEAP_BOEHM), malloc and free (-DHEAP_MALLOC).
// The programs free what they can name, which is nothing for the collectors. Each ends with lines "METRIC name value".
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline int64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

#if defined(HEAP_TRICOLOR)
#include <tricolor.h>
#define NODE_TYPE(name, type, ...) static tri_type name = TRI_TYPE(type, __VA_ARGS__)
#define FIELD TRI_FIELD
#define NEW(type, ctype) ((ctype *)tri_new(&(type)))
#define STORE(slot, value) tri_store(&(slot), value)
#define NEW_DOUBLES(count) ((double *)tri_new_bytes((count) * sizeof(double)))
#define FREES 0
#define FREE(object) ((void)0)
static inline void heap_start(void) { tri_init(NULL); }
static inline void report_pauses(void)
{
	struct tri_stats stats;
	tri_stats(&stats);
	uint64_t longest = 0;
	for (int i = 0; i < 256; i++)
		longest = stats.pause_ns[i] > longest ? stats.pause_ns[i] : longest; // both stops of a cycle together
	printf("METRIC collections %u\nMETRIC longest_pause_us %.1f\n", stats.num_gc, (double)longest / 1000);
}
#elif defined(HEAP_BOEHM)
#include <gc.h>
#define NODE_TYPE(name, type, ...) static const int name = 0
#define FIELD(type, field) 0
#define NEW(type, ctype) ((void)(type), (ctype *)GC_MALLOC(sizeof(ctype)))
#define STORE(slot, value) ((slot) = (value))
#define NEW_DOUBLES(count) ((double *)GC_MALLOC_ATOMIC((count) * sizeof(double)))
#define FREES 0
#define FREE(object) ((void)0)
static int64_t stopped_at, longest_pause;
static void on_event(GC_EventType event)
{
	if (event == GC_EVENT_PRE_STOP_WORLD)
		stopped_at = now();
	if (event == GC_EVENT_POST_START_WORLD && now() - stopped_at > longest_pause)
		longest_pause = now() - stopped_at;
}
static inline void heap_start(void)
{
	GC_INIT();
	GC_set_on_collection_event(on_event);
}
static inline void report_pauses(void)
{
	printf("METRIC collections %lu\nMETRIC longest_pause_us %.1f\n", (unsigned long)GC_get_gc_no(), (double)longest_pause / 1000);
}
#else
#define NODE_TYPE(name, type, ...) static const int name = 0
#define FIELD(type, field) 0
#define NEW(type, ctype) ((void)(type), (ctype *)calloc(1, sizeof(ctype)))
#define STORE(slot, value) ((slot) = (value))
#define NEW_DOUBLES(count) ((double *)malloc((count) * sizeof(double)))
#define FREES 1
#define FREE(object) free(object)
static inline void heap_start(void) {}
static inline void report_pauses(void) {}
#endif

#endif
