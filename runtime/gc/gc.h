// The collector: roots, marking, pacing. Works on the heap and on whoever registered as a source of roots; it
// knows neither goroutines nor stacks. The scheduler gives it processors to work on and stops the world for it.
#ifndef TRI_RUNTIME_GC_H
#define TRI_RUNTIME_GC_H

#include "runtime/heap/mutator.h"
#include <stdbool.h>
#include <stdint.h>

struct tri_gc_marker; // the state of one marking worker

// ---- Roots --------------------------------------------------------------------------------------------------------
// A source of roots: global data, goroutine stacks, C threads, runtime structures. The collector asks each for its
// number of units while the world is stopped at the start of marking, and has units scanned one at a time, by several
// workers, while mutators run; each unit once per cycle. scan_unit runs on a worker's C stack. It may wait for a mutator
// to reach a safepoint, so no mutator may wait for the collector while it is not at one.
struct tri_gc_root_source {
	const char *name;
	uint32_t (*unit_count)(void *context);
	void (*scan_unit)(void *context, uint32_t unit, struct tri_gc_marker *marker);
	void *context;
};
void tri_gc_add_root_source(const struct tri_gc_root_source *source);

// To be called by scan_unit. A precise slot holds a pointer, or an address outside the heap, or nil.
void tri_gc_mark_pointer(struct tri_gc_marker *marker, uintptr_t pointer);
// `mask` has one bit per word.
void tri_gc_mark_masked(struct tri_gc_marker *marker, const uintptr_t *words, const uint8_t *mask, uint32_t word_count);
// Any words: only addresses inside allocated slots count.
void tri_gc_mark_conservative(struct tri_gc_marker *marker, const uintptr_t *low, const uintptr_t *high);

// ---- What the scheduler provides -------------------------------------------------------------------------------------
enum tri_gc_moment { TRI_GC_MARK_BEGINS, TRI_GC_MARK_ENDS, TRI_GC_ASSIST_BEGINS, TRI_GC_ASSIST_ENDS };
struct tri_gc_world {
	// Between the two no mutator runs and all stacks can be walked. The caller may be a mutator itself, standing in C.
	void (*stop)(const char *reason);
	void (*start)(void);
	// Has `visit` run once for each mutator while that one is at a safepoint (on its own thread or another); returns when
	// all were visited. The world is not stopped as a whole.
	void (*visit_mutators)(void (*visit)(struct tri_mutator *mutator, void *context), void *context);
	int (*processor_count)(void);                            // GOMAXPROCS
	int (*outside_count)(void);                              // threads that run without a processor: they take CPUs from idle workers
	void (*root_bytes)(uint64_t *stacks, uint64_t *globals); // sizes that the pacer counts
	void (*wake_workers)(void);                              // there is marking to do: idle processors come and help
	// The calling mutator's stacks do not change between the two, so that others may scan them meanwhile. No allocation, no
	// pointer stores into the heap in between.
	void (*rest_begin)(void);
	void (*rest_end)(void);
	// A safepoint of the calling mutator, and whether one is wanted of it.
	void (*safepoint)(void);
	bool (*safepoint_wanted)(void);
	// Sleeps the calling mutator for about this long (rest included) so that others get the processor.
	void (*pause)(int64_t nanoseconds);
	// Hears of what an execution trace shows; NULL: nobody does. Marking begins and ends while the world is stopped.
	void (*tell)(enum tri_gc_moment moment);
};
void tri_gc_init(const struct tri_gc_world *world);

// Called by the scheduler when it looks for something to do on a processor: whether this processor should mark now. DEDICATED:
// until told to stop; FRACTIONAL: a share of its time; IDLE: while there is nothing else to run.
enum tri_gc_worker { TRI_GC_NO_WORKER, TRI_GC_DEDICATED, TRI_GC_FRACTIONAL, TRI_GC_IDLE };
enum tri_gc_worker tri_gc_worker_wanted(struct tri_mutator *mutator, bool idle);
// Marks until `should_stop` says so (asked often), or nothing is left to do at the moment. Ends the mark phase if it finds that
// everything is marked (stops the world for that through the interface above).
void tri_gc_work(struct tri_mutator *mutator, enum tri_gc_worker kind, bool (*should_stop)(void *context), void *context);
// Sweeps a little in the background on an idle processor; false when there is nothing to sweep.
bool tri_gc_background_sweep(void);
// About every 10 ms from the monitor: forced collection after two minutes, limits that follow the cgroup, scavenging.
void tri_gc_monitor(int64_t now);
static inline bool tri_gc_is_marking(void);

// ---- Control --------------------------------------------------------------------------------------------------------
// X(tag, text)
#define TRI_GC_CAUSES(X) X(HEAP, "heap") X(FORCED, "forced") X(PERIODIC, "periodic") X(MEMORY, "memory")
enum tri_gc_cause {
#define X(tag, text) TRI_GC_##tag,
	TRI_GC_CAUSES(X)
#undef X
};
// Runs a whole cycle, helping; on return everything unreachable at the call has been found and swept. The calling mutator is
// `mutator`.
void tri_gc_collect(struct tri_mutator *mutator, enum tri_gc_cause cause);

uint64_t tri_gc_goal(void); // of the heap's size, bytes; 0: there is none

// runtime/debug's. Each returns the previous value.
int32_t tri_gc_set_percent(int32_t percent);             // GOGC; negative = off
int64_t tri_gc_set_memory_limit(int64_t bytes);          // GOMEMLIMIT; negative: only asks
void tri_gc_free_os_memory(struct tri_mutator *mutator); // a forced collection, then everything free goes back

// ---- Write barrier ---------------------------------------------------------------------------------------------------
// Nonzero while marking, another value in each mark: compiled code and C test it before pointer stores.
extern TRI_EXPORTED _Atomic uint32_t tri_gc_barrier_enabled;
// Equal to it once all roots of the mark, and so all stacks, have been scanned.
extern TRI_EXPORTED _Atomic uint32_t tri_gc_stacks_black;
static inline bool tri_gc_is_marking(void) { return atomic_load_explicit(&tri_gc_barrier_enabled, memory_order_relaxed) != 0; }
// Appends to the mutator's buffer; nil is accepted. Only while enabled.
static inline void tri_gc_shade(struct tri_mutator *mutator, uintptr_t pointer);
void tri_gc_barrier_flush(struct tri_mutator *mutator); // marks what the buffer holds
void tri_gc_barrier_full(struct tri_mutator *mutator);  // the buffer has no room left: empties it
// Hybrid barrier: shades *slot's old value and the new one. Call before the store, when enabled.
void tri_gc_barrier(struct tri_mutator *mutator, void **slot, void *value);
// The same for `words` words at `to` that are to be overwritten from `from` (NULL: cleared); `mask` NULL means that the
// destination's own layout is looked up.
void tri_gc_barrier_bulk(struct tri_mutator *mutator, void *to, const void *from, uint32_t words, const uint8_t *mask);

static inline void tri_gc_shade(struct tri_mutator *mutator, uintptr_t pointer)
{
	if (!pointer)
		return;
	*mutator->barrier_next++ = pointer;
	if (mutator->barrier_next == mutator->barrier_end)
		tri_gc_barrier_full(mutator);
}

// ---- What it says of itself ----------------------------------------------------------------------------------------------
struct tri_gc_report { // of one cycle; times in nanoseconds (monotonic), sizes in bytes
	enum tri_gc_cause cause;
	uint32_t number;                         // 1 is the first
	int64_t start, sweep_done;               // asked for; sweep termination begins (world stopped)
	int64_t mark_start, mark_done, end;      // world runs again and marks; world stopped for termination; world runs again
	int64_t pause_start[2], pause_length[2]; // sweep termination, mark termination
	int64_t cpu_sweep_termination, cpu_assist, cpu_dedicated, cpu_fractional, cpu_idle, cpu_mark_termination;
	uint64_t heap_at_start, heap_at_end, live_marked, goal, stack_bytes, global_bytes, scanned_bytes;
	double utilisation; // of the collector's processors since the program began
	int processors;
};
extern void (*tri_gc_mark_begin_hook)(void);                           // marking has begun, the world runs; may be NULL
extern void (*tri_gc_mark_end_hook)(void);                             // at the end of each mark, the world stopped; may be NULL
extern void (*tri_gc_report_hook)(const struct tri_gc_report *report); // after each cycle; may be NULL

struct tri_gc_totals { // since the start
	uint32_t cycles, forced_cycles;
	uint64_t pause_total;                  // nanoseconds
	uint64_t pauses[256], pause_ends[256]; // rings as in MemStats: [(cycles + 255) % 256] is the last; ends in wall-clock nanoseconds
	uint64_t last_end;                     // wall clock
	uint64_t cpu_assist, cpu_dedicated, cpu_fractional, cpu_idle, cpu_pause; // nanoseconds
	uint64_t next_goal;                                                      // NextGC
	double cpu_fraction;                                                     // GCCPUFraction
	uint64_t live_marked, scanned_bytes, stack_bytes, global_bytes;          // of the last cycle
	uint32_t limiter_cycle;                                                  // the last in which the collector was held back; 0: none
	int32_t percent;                                                         // GOGC; negative = off
	int64_t memory_limit;
};
void tri_gc_totals(struct tri_gc_totals *totals);

// What the collector takes for pointers from `pointer` to the end of its object: a byte, 1 or 0, for each word, of which `words` has
// room for `count`. The number of words; 0 outside the heap.
uint64_t tri_gc_pointer_words(uintptr_t pointer, uint8_t *words, uint64_t count);

#endif
