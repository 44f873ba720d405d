// Goroutines and the scheduler: Go's G, M and P.
//
// A processor (P) is the right to run goroutines; there are GOMAXPROCS of them. A machine (M) is a thread; to run
// goroutines it holds a processor. A goroutine (G) is one of three kinds:
//   GO        compiled Go code on a moving stack. When it enters the runtime, the entry stub has saved where it stands, and C
//             runs on the machine's system stack: from then on the goroutine is at rest, and C need not return to it. A goroutine that
//             parks leaves its results for later in g->result; tri_asm_run continues it behind the stub's call.
//   C_STACK   C code of the C API on a mapped stack with a guard page; switched only in calls of the library.
//   C_THREAD  the program's own thread, attached: it has a machine and a mutator, but no processor; it is its own scheduler.
// C code of the last two kinds is stopped and scanned by signal, at any instruction outside the library.
#ifndef TRI_RUNTIME_SCHED_H
#define TRI_RUNTIME_SCHED_H

#include "abi/goroutine.h"
#include "runtime/base/base.h"
#include "runtime/base/histogram.h"
#include "runtime/base/lock.h"
#include "runtime/heap/heap.h"

enum tri_goroutine_kind { TRI_KIND_GO_CODE, TRI_KIND_C_STACK, TRI_KIND_C_THREAD };

// `state`, atomic. Who may change it: the goroutine's own machine while RUNNING or RESTING; whoever takes it from a queue
// while WAITING; the scheduler while RUNNABLE. With the SCANNED bit set, who set it owns the stack and everybody else waits.
enum tri_goroutine_state {
	TRI_GOROUTINE_DEAD,     // stack freed; the structure waits for reuse
	TRI_GOROUTINE_RUNNABLE, // in a run queue, its stack is at rest
	TRI_GOROUTINE_RUNNING,  // on a machine, in Go or in C
	TRI_GOROUTINE_WAITING,  // parked; whoever holds it in a queue may make it runnable
	TRI_GOROUTINE_RESTING,  // on a machine in C (system call, blocking region, helping the collector): stacks do not change
	TRI_GOROUTINE_SCANNED = 16,
};

// X(tag, text in traces)
#define TRI_WAIT_REASONS(X) \
	X(NONE, "running") \
	X(CHAN_RECEIVE, "chan receive") \
	X(CHAN_SEND, "chan send") \
	X(CHAN_RECEIVE_NIL, "chan receive (nil chan)") \
	X(CHAN_SEND_NIL, "chan send (nil chan)") \
	X(SELECT, "select") \
	X(SELECT_NONE, "select (no cases)") \
	X(SLEEP, "sleep") \
	X(SEMAPHORE, "semacquire") \
	X(SYNC_MUTEX, "sync.Mutex.Lock") \
	X(SYNC_READ, "sync.RWMutex.RLock") \
	X(SYNC_WRITE, "sync.RWMutex.Lock") \
	X(SYNC_WAIT_GROUP, "sync.WaitGroup.Wait") \
	X(SYNC_COND, "sync.Cond.Wait") \
	X(COROUTINE, "coroutine") \
	X(IO, "IO wait") \
	X(GC_WAIT, "GC assist wait") \
	X(FINALIZER, "finalizer wait") \
	X(SYNCTEST_RUN, "synctest.Run") \
	X(SYNCTEST_WAIT, "synctest.Wait") \
	X(TRACE_READER, "trace reader (blocked)") \
	X(SYSCALL, "syscall") \
	X(PREEMPTED, "preempted")

enum tri_wait_reason {
#define X(tag, text) TRI_WAIT_##tag,
	TRI_WAIT_REASONS(X)
#undef X
};

const char *tri_wait_text(enum tri_wait_reason reason); // "" for none

enum { TRI_WORD_LABELS }; // of tri_goroutine.words: pprof's labels, which new goroutines inherit

struct tri_chan;

// A goroutine's place in a channel's queue; a select has one for each of its cases.
struct tri_waiter {
	struct tri_goroutine *goroutine;
	struct tri_waiter *next, *previous; // in the channel's queue, guarded by the channel's lock
	struct tri_waiter *next_case;       // the goroutine's other waiters
	void *element;                      // to send from or receive into; may lie in the goroutine's stack
	struct tri_chan *channel;
	int64_t since;  // a mutex: nanoseconds (runtime/go/semaphore.c)
	uint32_t index; // of the case
	bool success;   // woken by a transfer, not by close
	bool is_select;
};

// Owned by the caller; `run` is called on a scheduler's C stack, without locks held, with a processor; it must not block.
struct tri_timer {
	int64_t when, period; // nanoseconds, monotonic; period 0: once
	void (*run)(void *argument, uint64_t sequence, int64_t delay);
	void *argument;
	uint64_t sequence;
	_Atomic uint32_t state; // timers.c
	uint32_t heap_index;
	uint32_t order; // among those of one deadline
	struct tri_timer_heap *heap;
};

// What the reader of an execution trace believes of a goroutine (traced.h). Changed by who may change the goroutine's state.
struct tri_traced {
	uint64_t id;
	struct tri_machine *machine;   // RUNNING, SYSCALL
	struct tri_trace_entry *stack; // WAITING: where, in this generation's table; NULL: nobody looked yet
	int64_t looked_at;             // before the trace begins: its waiting_since when that was its stack; 0: nobody looked
	uint32_t sequence;             // of what others did to it, in this generation
	uint8_t state;                 // enum tri_trace_go_status
	bool assists;                  // helps the collector
};

struct tri_goroutine {
	struct tri_g abi; // first: R14 points here
	_Atomic uint32_t state;
	uint8_t kind;                 // enum tri_goroutine_kind
	uint8_t wait_reason;          // enum tri_wait_reason
	bool at_entry;                // stopped in morestack: continue with all registers
	bool registers_live;          // stopped in the slow path of an inlined allocation: the register area holds values
	_Atomic uint32_t held_for;    // somebody waits to scan or stop it: it does not continue until zero
	uint32_t created_at;          // return address of the go statement (compiled code lies below 4 GiB); 0: none
	_Atomic uint32_t select_done; // a select: 0 until one case won
	uint32_t select_sends, select_room_count;
	uint64_t id, parent_id;
	struct tri_goroutine *next;                             // run queue or free list
	struct tri_machine *machine;                            // RUNNING, RESTING: on which
	struct tri_waiter waiter;                               // for operations on one channel
	struct tri_waiter *waiters;                             // those it waits with; NULL when it waits for none
	struct tri_waiter *select_room;                         // for its waiters, kept for the next one
	void (*before_resume)(struct tri_goroutine *goroutine); // runs once on the machine that continues it; GO
	void *wake_value;                                       // from the waker to the woken
	struct tri_timer *sleep_timer;                          // made at the first sleep, kept
	int64_t waiting_since;                                  // as the collector saw it, for traces; 0: it has run since
	int64_t runnable_since;                                 // one time in 32: since when it waits to run; else 0
	struct tri_bubble *bubble;                              // bubble.h; NULL: in none
	bool bubble_idle;                                       // it waits, and only another of its bubble can wake it
	bool durable;                                           // about to wait like that, by who parks it at channels or a WaitGroup
	uint8_t turns;
	uint8_t blocked_skip;          // frames of who asked to wait that its record leaves out
	int64_t blocked_since;         // 0: it does not wait, or nobody wants to know
	uintptr_t blocked_in;          // the entry stub's address
	bool is_system;                // the runtime's own: not counted, not traced
	uint32_t thread_locks;         // calls of LockOSThread without their UnlockOSThread
	struct tri_machine *locked_to; // the only machine that may run it; NULL: any
	struct tri_traced traced;
	void *words[4]; // what others keep per goroutine (overlay/runtime/hooks.go)
	union {
		// C kinds: the mapped stack (C_STACK: [low, high) in abi.stack_low/high) and where it stands.
		struct {
			uintptr_t c_sp;
			void (*c_function)(void *argument);
			void *c_argument;
		};
		// GO: the fault that is being turned into a panic.
		struct {
			uintptr_t signal_address, signal_pc;
			int signal, signal_code;
		};
	};
};

struct tri_machine;
struct tri_processor;

// ---- Waiting that is profiled ----------------------------------------------------------------------------------------
// Goroutines that wait for others to do something note since when, while this is not zero; and before they go on the hook is called.
extern _Atomic int64_t tri_sched_blocks_noted;
extern void (*tri_sched_unblocked_hook)(struct tri_goroutine *goroutine, int64_t nanoseconds);

// ---- Figures ---------------------------------------------------------------------------------------------------------
// From the request to stop the world until it stands; from there until it runs again is told as the total.
extern struct tri_histogram tri_sched_stopping[2], tri_sched_stopped[2]; // [0] for the collector, [1] for others
struct tri_sched_figures {
	uint64_t created;                               // goroutines, ever; the runtime's own left out below
	uint64_t running, runnable, waiting, not_in_go; // the last: in system calls, or C that blocks
	uint64_t threads, processors;
	int64_t processor_time, idle_time;        // nanoseconds: of all processors since the start; of those without work
	uint64_t latencies[TRI_HISTOGRAM_COUNTS]; // from runnable to running, one in 32
};
void tri_sched_figures(struct tri_sched_figures *figures, bool with_states); // states: looks at every goroutine

extern __thread struct tri_goroutine *tri_thread_goroutine;          // runs on this thread; NULL in the scheduler
extern TRI_EXPORTED __thread struct tri_mutator *tri_thread_mutator; // what this thread allocates with; NULL without processor

static inline struct tri_goroutine *tri_current(void) { return tri_thread_goroutine; }
static inline struct tri_mutator *tri_mutator(void) { return tri_thread_mutator; }

// Those that were ever begun.
void tri_sched_each_thread(void (*visit)(void *context, const struct tri_machine *machine, uint64_t number, int thread_id), void *context);

// ---- Life ----------------------------------------------------------------------------------------------------------
struct tri_goroutine *tri_goroutine_new(void *closure, uintptr_t created_at); // GO: dead until started
struct tri_goroutine *tri_goroutine_new_c(void (*function)(void *), void *argument,
										  size_t stack_size);    // C_STACK: the same; NULL when memory is out
TRI_NORETURN void tri_sched_exit(void);                          // the current goroutine is done (GO and C_STACK)
uint64_t tri_goroutine_count(void);                              // living ones, the runtime's own left out
void tri_goroutine_make_system(struct tri_goroutine *goroutine); // not started yet: it is the runtime's own
void tri_goroutine_lend(bool lent); // such a one runs code of the program: traces and profiles show it, but it is not counted
// Every goroutine ever made, for traces and dumps; NULL past the end. Dead ones included.
struct tri_goroutine *tri_goroutine_at(uint64_t index);
uint64_t tri_goroutine_slots(void);

// ---- Parking ---------------------------------------------------------------------------------------------------------
// Parks the current goroutine and releases `lock` (may be NULL) once it counts as waiting. From then on
// tri_sched_ready may be called for it, also before the machine has found something else to do.
TRI_NORETURN void tri_sched_park(enum tri_wait_reason reason, struct tri_lock *lock); // GO: continues behind the stub, with g->result
void tri_sched_wait(enum tri_wait_reason reason, struct tri_lock *lock);              // C kinds: returns when made ready
// The same with any function instead of a lock. What it uses must not lie in the goroutine's stack.
TRI_NORETURN void tri_sched_park_with(enum tri_wait_reason reason, void (*release)(void *), void *argument);
void tri_sched_wait_with(enum tri_wait_reason reason, void (*release)(void *), void *argument);
// A new goroutine: it runs next here, or elsewhere if a processor is idle.
void tri_sched_start(struct tri_goroutine *goroutine);
// The current goroutine had to wait for a lock that goroutines of other processors hold now and then, for a moment. Where
// that happens all the time, this processor leaves its goroutines to the other one.
void tri_sched_contended(void);
// WAITING -> run queue of this processor (`next`: it runs before the others there), or wakes its thread. From any thread.
void tri_sched_ready(struct tri_goroutine *goroutine, bool next);
TRI_NORETURN void tri_sched_switch(struct tri_goroutine *next); // GO: waits, and `next`, which waited, goes on in its time slice
TRI_NORETURN void tri_sched_yield(void);                        // GO: to the back of the global queue, continues behind the stub
void tri_sched_yield_c(void);                                   // C kinds
TRI_NORETURN void tri_sched_next(void);                         // the machine looks for something else to run
void tri_sched_unpinned(void);                                  // GO, on its way out of C: what was asked meanwhile is answered then
bool tri_sched_should_yield(void);                              // C code on this processor is asked to make room (stop, slice's end)
// The current goroutine runs on its machine alone, and that one runs nothing else, until unlocked as often.
void tri_sched_lock_thread(void);
void tri_sched_unlock_thread(void);
extern int64_t tri_sched_thread_limit;   // machines; debug.SetMaxThreads
bool tri_sched_may_spin(void);           // waiting by spinning is worth while: others run, nothing waits for this processor
int tri_sched_processor_id(void);        // below GOMAXPROCS
int tri_sched_set_processors(int count); // GOMAXPROCS; < 1 only asks; stops the world; previous value

// ---- Rest: system calls, blocking regions --------------------------------------------------------------------------
// Between the two the current goroutine's stacks may be scanned, its processor may be taken, the world may be stopped; no heap
// access. `long_call`: it may block, the processor is given up at once.
void tri_sched_rest_begin(bool long_call); // in assembly: notes the callee-saved registers first
void tri_sched_rest_end(void);             // waits for a processor again

// ---- Attached threads ------------------------------------------------------------------------------------------------
// The calling thread becomes a C_THREAD goroutine with a mutator; idempotent. False when memory is out.
bool tri_sched_attach(void);
void tri_sched_detach(void);
// Code of the library that C threads and C goroutines run: between the two, signals only note their request.
extern TRI_EXPORTED __thread volatile uint32_t tri_thread_operations; // how deep the thread stands in the library
extern TRI_EXPORTED __thread volatile uint32_t tri_thread_pending;    // a request came meanwhile
TRI_EXPORTED void tri_sched_operation_pending(void);
static inline void tri_sched_operation_begin(void)
{
	tri_thread_operations++;
	atomic_signal_fence(memory_order_seq_cst);
}
static inline void tri_sched_operation_end(void) // a safepoint when one was asked for
{
	atomic_signal_fence(memory_order_seq_cst);
	if (--tri_thread_operations == 0 && TRI_UNLIKELY(tri_thread_pending))
		tri_sched_operation_pending();
}

// ---- System calls that every thread makes (all_threads.c) -----------------------------------------------------------
struct tri_all_threads_call { // runtime.allThreadsCall of the overlay
	uintptr_t number, arguments[6];
	uintptr_t results[2], error;
};
void tri_sched_call_on_all_threads(struct tri_all_threads_call *call);
enum { TRI_SIGNAL_ALL_THREADS = 34 }; // what interrupts them; no thread of ours blocks it for long

// ---- Timers ------------------------------------------------------------------------------------------------------------
void tri_timer_start(struct tri_timer *timer, int64_t when, int64_t period);
struct tri_bubble;
void tri_timer_start_in(struct tri_bubble *bubble, struct tri_timer *timer, int64_t when, int64_t period); // by its clock
bool tri_timer_stop(struct tri_timer *timer);                // true: it was running and will not run
TRI_NORETURN void tri_sched_sleep_park(int64_t nanoseconds); // GO
void tri_sched_sleep(int64_t nanoseconds);                   // C kinds

// ---- The world -----------------------------------------------------------------------------------------------------------
void tri_sched_stop_world(const char *reason); // "GC ...": counted with the collector's pauses
void tri_sched_start_world(void);
// For the end of the process: stops what can be stopped within some milliseconds, takes no locks, never lets it go on.
void tri_sched_freeze(void);
void tri_sched_init(void);                       // processors, the first machine
void tri_sched_init_library(int processors);     // the same for a C program; processors 0: as the environment says
TRI_NORETURN void tri_sched_main(void *closure); // runs goroutine 1 and everything else, on the calling thread

void tri_trace_init(bool go_code);                                                // false: a C program, whose symbols are not known here
void tri_print_goroutine(const struct tri_goroutine *goroutine, bool all_frames); // "goroutine N [state]:" and its frames
void tri_print_stacks(bool all); // of the current goroutine, or of all while the world is stopped
void tri_signals_init(void);
void tri_roots_init(void);

// amd64/entry.c
struct tri_machine *tri_machine_self(void);
TRI_NORETURN void tri_asm_run(struct tri_g *g, bool at_entry);
extern char tri_asm_goroutine_start[], tri_asm_goroutine_return[];
void tri_asm_callee_registers(uintptr_t out[6]);

#endif
