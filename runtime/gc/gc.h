// The collector: roots, marking, sweeping, pacing. Works on the heap and on whoever registered as a
// source of roots; it knows neither goroutines nor stacks.
#ifndef TRI_RUNTIME_GC_H
#define TRI_RUNTIME_GC_H

#include <stdbool.h>
#include <stdint.h>

struct tri_gc_marker; // the state of one marking worker

// A source of roots: global data, goroutine stacks, C threads, runtime structures. The collector
// asks each for its units of work and has them scanned one at a time, possibly by several workers.
struct tri_gc_root_source {
	const char *name;
	uint32_t (*unit_count)(void *context); // taken once, at the start of marking
	void (*scan_unit)(void *context, uint32_t unit, struct tri_gc_marker *marker);
	void *context;
};
void tri_gc_add_root_source(const struct tri_gc_root_source *source);

// To be called by scan_unit. A precise slot holds a pointer, or an address outside the heap, or nil.
void tri_gc_mark_pointer(struct tri_gc_marker *marker, uintptr_t pointer);
// `mask` has one bit per word.
void tri_gc_mark_masked(struct tri_gc_marker *marker, const uintptr_t *words, const uint8_t *mask, uint32_t word_count);
void tri_gc_mark_conservative(struct tri_gc_marker *marker, const uintptr_t *low, const uintptr_t *high);

// What the scheduler provides: stopping and restarting every processor. Between the two no Go code
// runs and all stacks can be walked.
struct tri_gc_world {
	void (*stop)(const char *reason);
	void (*start)(void);
	int (*processor_count)(void);
	void (*root_bytes)(uint64_t *stacks, uint64_t *globals); // sizes that the pacer counts
};

void tri_gc_init(const struct tri_gc_world *world);
enum tri_gc_cause { TRI_GC_HEAP, TRI_GC_FORCED, TRI_GC_PERIODIC };

struct tri_gc_report { // of one cycle; times in nanoseconds (monotonic), sizes in bytes
	enum tri_gc_cause cause;
	int64_t start, stopped, mark_start, mark_end, end;
	int64_t mark_cpu;
	uint64_t live_before, live_marked, live_after, goal, stack_bytes, global_bytes;
	int processors;
};
extern void (*tri_gc_report_hook)(const struct tri_gc_report *report); // after each cycle; may be NULL

// Runs a whole cycle; on return everything unreachable at the call is free or being swept.
void tri_gc_collect(enum tri_gc_cause cause);

// GOGC's value; negative = off. Returns the previous one.
int32_t tri_gc_set_percent(int32_t percent);

// Nonzero while marking: compiled code and C tests it before pointer stores.
extern uint32_t tri_gc_barrier_enabled;
// Hybrid barrier: shades *slot's old value and the new one. Call before the store, when enabled.
void tri_gc_barrier(void **slot, void *value);
// The same for `words` words at `to` that are to be overwritten from `from` (NULL: cleared); `mask` NULL means that the
// destination's own layout is looked up.
void tri_gc_barrier_bulk(void *to, const void *from, uint32_t words, const uint8_t *mask);

#endif
