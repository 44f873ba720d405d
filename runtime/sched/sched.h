// Goroutines and the scheduler.
//
// This version has one processor on one thread; what would be shared between processors is gathered in struct
// tri_processor. A goroutine that parks leaves its results for later in g->result, and C never returns to the
// stub that parked: tri_asm_run continues the goroutine behind the stub's call.
#ifndef TRI_RUNTIME_SCHED_H
#define TRI_RUNTIME_SCHED_H

#include "abi/goroutine.h"
#include "runtime/base/base.h"
#include "runtime/heap/heap.h"

enum tri_goroutine_state {
	TRI_GOROUTINE_RUNNABLE, // in a run queue, its stack is at rest
	TRI_GOROUTINE_RUNNING,
	TRI_GOROUTINE_WAITING, // parked; whoever holds it in a queue may make it runnable
	TRI_GOROUTINE_DEAD,    // stack freed; the structure waits for reuse
};

// X(tag, text in traces)
#define TRI_WAIT_REASONS(X) \
	X(NONE, "running") \
	X(CHAN_RECEIVE, "chan receive") \
	X(CHAN_SEND, "chan send") \
	X(CHAN_RECEIVE_NIL, "chan receive (nil chan)") \
	X(CHAN_SEND_NIL, "chan send (nil chan)") \
	X(SELECT_NONE, "select (no cases)")

enum tri_wait_reason {
#define X(tag, text) TRI_WAIT_##tag,
	TRI_WAIT_REASONS(X)
#undef X
};

// A goroutine's place in a channel's queue.
struct tri_waiter {
	struct tri_goroutine *goroutine;
	struct tri_waiter *next;
	void *element; // to send from or receive into; may lie in the goroutine's stack
	bool success;  // woken by a transfer, not by close
};

struct tri_goroutine {
	struct tri_g abi; // first: R14 points here
	uint64_t id, parent_id;
	uint8_t state;                  // enum tri_goroutine_state
	uint8_t wait_reason;            // enum tri_wait_reason
	bool at_entry;                  // stopped in morestack: continue with all registers
	struct tri_goroutine *next;     // run queue or free list
	struct tri_goroutine *all_next; // every goroutine ever made
	uintptr_t created_at;           // return address of the go statement
	struct tri_waiter waiter;
	int signal; // of the fault that is being turned into a panic
	uintptr_t signal_address, signal_pc, signal_code;
};

struct tri_processor {
	struct tri_goroutine *current;
	struct tri_goroutine *queue_first, *queue_last;
	struct tri_heap_cache *cache;
	struct tri_goroutine *dead; // reusable
};
extern struct tri_processor tri_processor;

static inline struct tri_goroutine *tri_current(void) { return tri_processor.current; }

struct tri_goroutine *tri_goroutine_new(void *closure, uintptr_t created_at); // runnable, not queued
void tri_sched_ready(struct tri_goroutine *goroutine);                        // waiting or new -> run queue
TRI_NORETURN void tri_sched_park(enum tri_wait_reason reason);                // the current one; results are set by the waker
TRI_NORETURN void tri_sched_next(void);                                       // runs something else
TRI_NORETURN void tri_sched_exit(void);                                       // the current goroutine is done
TRI_NORETURN void tri_stack_more(struct tri_g *g);                            // from morestack
extern struct tri_goroutine *tri_all_goroutines;

void tri_trace_init(void);
void tri_signals_init(void);
void tri_signals_start_slices(void); // when there is more than one goroutine
void tri_roots_init(void);

// amd64/entry.c
TRI_NORETURN void tri_asm_run(struct tri_g *g, bool at_entry);
TRI_NORETURN void tri_asm_start(void);
extern char tri_asm_goroutine_start[], tri_asm_goroutine_return[];
void tri_asm_callee_registers(uintptr_t out[6]);

#endif
