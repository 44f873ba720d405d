// What the scheduler and the collector tell an execution trace (trace/trace.h). Each function is called where the thing happens, by
// who holds the machine's running processor, and only while tracing (tri_is_tracing); none of them waits or stops the world.
//
// A trace is a sequence of changes that a strict reader follows: what it believes of goroutines, processors and threads is kept
// beside the real state, as struct tri_traced and in the processors and machines, and changes only with the events that say so. A
// new generation begins with that, so no event can contradict it. The real state counts once, when a trace begins.
#ifndef TRI_RUNTIME_TRACED_H
#define TRI_RUNTIME_TRACED_H

#include "runtime/gc/gc.h"
#include "runtime/sched/sched.h"
#include "runtime/trace/trace.h"

enum tri_traced_stop { TRI_TRACED_YIELD, TRI_TRACED_PREEMPTED };

void tri_traced_acquire(struct tri_machine *machine);                               // it has a processor now
void tri_traced_release(struct tri_machine *machine);                               // it is about to give it up
void tri_traced_create(struct tri_goroutine *goroutine);                            // about to be queued for the first time
void tri_traced_run(struct tri_machine *machine, struct tri_goroutine *goroutine);  // about to go on
void tri_traced_park(struct tri_machine *machine, struct tri_goroutine *goroutine); // about to wait, for its wait_reason
void tri_traced_stop(struct tri_machine *machine, struct tri_goroutine *goroutine, enum tri_traced_stop reason);
void tri_traced_end(struct tri_machine *machine, struct tri_goroutine *goroutine);
void tri_traced_switch(struct tri_machine *machine, struct tri_goroutine *from, struct tri_goroutine *to);
// About to become runnable; from any thread, with a processor or without.
void tri_traced_ready(struct tri_goroutine *goroutine);
void tri_traced_rest_begin(struct tri_machine *machine); // a system call, or something like it
void tri_traced_rest_end(struct tri_machine *machine);   // with a processor, the same one or another
void tri_traced_world_stop(const char *reason);          // about to be stopped by this machine
void tri_traced_world_start(void);                       // about to be started
void tri_traced_processors(uint32_t count);              // GOMAXPROCS; the world is stopped
// The collector works on a machine that runs no goroutine: to the trace it is a goroutine of its own.
void tri_traced_work_begin(struct tri_machine *machine, const char *label);
void tri_traced_work_end(struct tri_machine *machine);

void tri_traced_collector(enum tri_gc_moment moment);

// ---- Between the two files ---------------------------------------------------------------------------------------------------
extern const char tri_traced_own_stop[];                            // the reason of stops that the trace itself makes, told otherwise
uint64_t tri_traced_waiting_stack(struct tri_goroutine *goroutine); // a generation begins that is not the first
uint64_t tri_traced_first_waiting_stack(struct tri_goroutine *goroutine);
void tri_traced_heap(bool tell); // how large it is, from now on or no more; world stopped
void tri_traced_collection_begins_anew(void);
void tri_traced_first_events(void); // of a generation, by who stopped the world

// ---- For package runtime -------------------------------------------------------------------------------------------------
// What the program says of itself, from a goroutine in Go; so many functions are left out of the stack.
void tri_traced_user(enum tri_trace_event event, const uint64_t *arguments, unsigned count, uint32_t skip);
void tri_traced_begin(void);        // tracing begins
bool tri_traced_advance(bool stop); // the next generation begins, or tracing ends; false: nothing is being traced
// The goroutine that reads waits until tri_trace_readable differs from `seen`; GO. False: it does, or another one waits.
bool tri_traced_wait_readable(uint32_t seen);
void tri_traced_wake_reader(void);
struct tri_goroutine *tri_traced_take_reader(void);     // runnable, if it waits and there is something; NULL
extern struct tri_goroutine *_Atomic tri_traced_reader; // the one that waits

#endif
