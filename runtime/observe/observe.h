// What the runtime says of itself: the gctrace line, counters, allocation by place.
#ifndef TRI_RUNTIME_OBSERVE_H
#define TRI_RUNTIME_OBSERVE_H

#include "runtime/gc/gc.h"
#include <stddef.h>
#include <stdint.h>

// Listens to the collector: counts cycles, prints a line for each when GODEBUG=gctrace=1.
void tri_observe_init(int64_t start_time);

// Allocation by place (TRICOLOR_DEBUG=allocsites=1): counted by return address, written at exit to the file
// that TRICOLOR_ALLOCSITES names, a line "file:line objects bytes function" for each source line.
void tri_observe_site(uintptr_t pc, size_t bytes);
void tri_observe_write_sites(void);
// Supplied by the symboliser; false when the address is in no compiled function.
struct tri_site_place {
	const char *function, *file;
	uint32_t line;
};
extern bool (*tri_observe_locate_hook)(uintptr_t pc, struct tri_site_place *place);

// ---- MemStats --------------------------------------------------------------------------------------------------------
// What the scheduler provides.
struct tri_observe_world {
	void (*stop)(const char *reason);
	void (*start)(void);
	void (*stack_bytes)(uint64_t *in_use, uint64_t *mapped);
	uint64_t (*goroutine_count)(void);
};
extern struct tri_observe_world tri_observe_world;

// Go's runtime.MemStats: bytes but for the counts, and nanoseconds.
struct tri_mem_stats {
	uint64_t alloc, total_alloc, sys, lookups, mallocs, frees;
	uint64_t heap_alloc, heap_sys, heap_idle, heap_inuse, heap_released, heap_objects;
	uint64_t stack_inuse, stack_sys, mspan_inuse, mspan_sys, mcache_inuse, mcache_sys, buck_hash_sys, gc_sys, other_sys;
	uint64_t next_gc, last_gc;
	uint64_t pause_total_ns, pause_ns[256], pause_end[256];
	uint32_t num_gc, num_forced_gc;
	double gc_cpu_fraction;
	bool enable_gc, debug_gc;
	struct {
		uint32_t size;
		uint64_t mallocs, frees;
	} by_size[68];
	uint64_t goroutines;
};
void tri_observe_stats(struct tri_mem_stats *stats); // stops the world for a moment
struct tri_heap_figures;
// The same, with what it was made from, of the same moment.
void tri_observe_figures(struct tri_mem_stats *stats, struct tri_heap_figures *heap, struct tri_gc_totals *gc);

// ---- Waiting -----------------------------------------------------------------------------------------------------------
// Where goroutines waited, by the stack of who waited (BLOCK), or of who kept others waiting (MUTEX).
enum tri_observe_contention { TRI_CONTENTION_BLOCK, TRI_CONTENTION_MUTEX };
// Nanoseconds or, for mutexes, one event in so many; 0: off. The value before.
int64_t tri_observe_contention_rate(enum tri_observe_contention which, int64_t rate);       // negative: only asks
bool tri_observe_contention_wanted(enum tri_observe_contention which, int64_t nanoseconds); // of this event, by chance
void tri_observe_contention_add(enum tri_observe_contention which, const uintptr_t *stack, uint32_t depth, int64_t nanoseconds);
void tri_observe_each_contention(enum tri_observe_contention which,
								 void (*visit)(void *context, int64_t count, int64_t nanoseconds, const uintptr_t *stack, uint32_t depth),
								 void *context);
uint64_t tri_observe_contention_bytes(void); // of the tables

// ---- Heap profile ------------------------------------------------------------------------------------------------------
// One allocation in `bytes` is recorded on average; 1: every one, 0: none.
void tri_observe_profile_start(int64_t bytes);
void tri_observe_profile_mark_ended(void); // at the end of a mark, the world stopped
void tri_observe_profile_take(void);       // after that, the world running: what is old enough begins to show
void tri_observe_profile_swept(void);      // all that the last mark found dead is freed: it shows as such
struct tri_observe_record {                // as sampled, not scaled
	uint64_t allocated_objects, allocated_bytes, freed_objects, freed_bytes;
	const uintptr_t *stack;
	uint32_t depth;
	uint64_t size;      // of one object
	const void *itself; // what the objects' specials have
};
void tri_observe_each_record(void (*visit)(void *context, const struct tri_observe_record *record), void *context); // takes a lock
uint64_t tri_observe_profile_bytes(void);                                                                           // of the tables
bool tri_observe_heap_profile(const char *path); // pprof's format; false: the file cannot be written
// At the program's start: on when Go code reads the profile, sampled as runtime.MemProfileRate says, or because of
// TRICOLOR_MEMPROFILE=FILE[,rate=N].
void tri_observe_profile_init(void);
void tri_observe_profile_main_begins(struct tri_mutator *mutator);
bool tri_observe_profile_wanted_at_exit(void);
void tri_observe_profile_at_exit(void);
// Return addresses of the calling goroutine's Go or C code, innermost first; how many.
extern uint32_t (*tri_observe_callers_hook)(uintptr_t *pcs, uint32_t limit);
// The source position of an instruction; `inlined` 0: the innermost, else what *next was. *next 0: there is no outer one. NULL: C
// code alone, whose symbols pprof finds itself.
extern bool (*tri_observe_place_hook)(uintptr_t pc, uint32_t inlined, struct tri_site_place *place, uint32_t *next);

#endif
