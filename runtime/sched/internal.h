// Internal to sched/: processors, machines, what the files of this room share. See sched.h for the terms.
#ifndef TRI_RUNTIME_SCHED_INTERNAL_H
#define TRI_RUNTIME_SCHED_INTERNAL_H

#include "runtime/gc/gc.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/timers.h"
#include "runtime/sched/traced.h"
#include "runtime/stack/stack.h"

#include <pthread.h>
#include <signal.h>
#include <sys/types.h>
#include <time.h>

enum {
	TRI_QUEUE_SIZE = 2048, // waves of a thousand goroutines stay with their processor
	TRI_SIGNAL_STACK_SIZE = 64 << 10,
};

// Who owns a processor, by status:
enum tri_processor_status {
	TRI_PROCESSOR_IDLE,    // the idle list, under sched.lock
	TRI_PROCESSOR_RUNNING, // its machine
	TRI_PROCESSOR_RESTING, // its machine may take it back by compare-and-swap; so may the monitor and who stops the world
	TRI_PROCESSOR_STOPPED, // who stopped the world
};

struct tri_processor {
	_Atomic uint32_t status; // enum tri_processor_status
	uint32_t status_before;  // while STOPPED: what it was
	uint32_t id;
	struct tri_mutator *mutator;
	struct tri_machine *_Atomic machine; // RUNNING, RESTING
	// Asked of its machine; checked at safepoints.
	_Atomic uint32_t wants_stop;  // the world is being stopped
	_Atomic uint32_t wants_yield; // its time slice is over
	_Atomic uint32_t wants_visit; // visit_mutators waits for it
	// Run queue: a ring. The owner pushes at tail; anybody takes at head by compare-and-swap.
	_Atomic uint32_t head, tail;
	struct tri_goroutine *_Atomic run_next; // runs before the ring
	struct tri_goroutine *_Atomic queue[TRI_QUEUE_SIZE];
	uint32_t tick; // of the scheduler, by the owner
	// How quickly goroutines follow one another here (see sched.c): written by the owner.
	uint32_t events;                        // in the current window
	_Atomic uint32_t backlog, slow_windows; // windows in a row with many goroutines waiting; that were slow
	_Atomic uint64_t window_start;          // time stamp counter
	_Atomic uint64_t alone_until;           // nobody takes work from here before (time stamp counter)
	uint32_t alone_for;                     // cycles; guarded by sched.lock
	uint32_t contentions;                   // since contention_start
	uint64_t contention_start;
	bool retires;                    // set while the world is stopped: it is one too many
	bool withdraws;                  // leaves its goroutines to another processor at its next scheduling decision
	_Atomic uint32_t switches;       // the monitor compares: unchanged = the same goroutine runs on
	_Atomic uint64_t created, ended; // goroutines, by the owner
	uint64_t next_id, last_id;       // a batch of ids
	struct tri_goroutine *dead;      // structures for reuse, owner only
	uint32_t dead_count;
	struct tri_stack_cache stacks; // owner only
	struct tri_timer_heap timers;
	uint32_t random;
	struct tri_processor *next_idle;
	struct tri_histogram latencies; // owner only
	struct {                        // what the reader of a trace believes; by its owner, in a system call under tri_trace_outside_lock
		struct tri_machine *machine;
		uint32_t sequence;
		uint8_t status; // enum tri_trace_processor_status
	} trace;
	// The monitor's notes.
	uint32_t seen_switches;
	int64_t seen_since, rest_since;
};

struct tri_machine {
	uintptr_t system_sp; // where the C stack of the scheduler begins; first: assembly stores it
	struct tri_processor *processor;
	struct tri_goroutine *current;          // NULL in the scheduler
	struct tri_goroutine *thread_goroutine; // an attached thread's own; NULL for the scheduler's threads
	pid_t thread_id;
	pthread_t thread;
	struct tri_note note; // sleeps here
	bool spinning;
	bool waits_for_processor;      // in rest_end
	struct tri_processor *granted; // by whoever woke it
	// While its goroutine is RESTING (or WAITING, an attached thread's): what of the C stack is in use, the signal stack when a
	// handler waits there, and the callee-saved registers.
	struct {
		uintptr_t low, high;
	} rest[2];
	uintptr_t rest_registers[6];
	uint32_t rest_depth;                    // rests nest
	_Atomic uint32_t in_handler;            // an attached thread or C goroutine waits in the signal handler
	_Atomic uint32_t signalled;             // a preemption signal is under way
	struct tri_interrupt *spare_interrupts; // for the signal handler
	bool has_cpu_timer;                     // guarded by the CPU profile's lock, and so is:
	timer_t cpu_timer;
	volatile uintptr_t growing;    // the function that asked for a larger stack, which is being moved: a handler must not walk it
	struct tri_goroutine *locked;  // the only goroutine that it runs; NULL: any
	struct tri_note locked_note;   // woken with a processor in `granted` when that goroutine is to run; cleared by who waits
	void *end[5];                  // where its thread's function returns (__builtin_setjmp)
	bool is_first;                 // the thread that the program began with, which gets its signals: it never ends
	struct tri_machine *next;      // all machines
	struct tri_machine *next_idle; // under sched.lock
	void *signal_stack;
	struct { // what the reader of a trace believes; by the machine itself, or while the world is stopped
		struct tri_trace_writer writer;
		struct tri_processor *processor;
		struct tri_traced *goroutine; // RUNNING, SYSCALL
		struct tri_traced worker;     // stands for the collector's work
	} trace;
};

struct tri_sched {
	struct tri_lock lock;                           // rank SCHED: guards all down to the next comment
	struct tri_goroutine *queue_first, *queue_last; // the global run queue
	uint32_t queue_count;
	struct tri_processor *idle_processors;
	struct tri_machine *idle_machines;
	uint32_t machine_count, idle_machine_count;
	int64_t clock, processor_time, idle_time;         // processor time and how much of it was idle, up to `clock` (tri_sched_clock)
	struct tri_machine *waiting_first, *waiting_last; // in rest_end, for a processor (next_idle)
	bool library;                                     // a C program: no deadlock is ever reported
	// Atomic, readable by all.
	_Atomic uint32_t global_count;  // = queue_count
	_Atomic uint32_t idle_count;    // processors
	_Atomic uint32_t waiting_count; // machines that wait for a processor
	_Atomic uint32_t spinning;      // machines that look for work
	_Atomic uint32_t resting;       // goroutines in system calls or blocking regions
	_Atomic uint32_t attached;      // C threads
	_Atomic uint32_t stopping;      // the world is stopped or being stopped
	_Atomic uint32_t world_epoch;   // grows at each start of the world; stopped ones wait for it
	struct tri_machine *_Atomic machines;
	struct tri_processor **processors; // fixed once made; [0, processor_count) are in use
	uint32_t processor_count;          // changes only while the world is stopped, and only grows
	_Atomic uint32_t limit;            // GOMAXPROCS: those from here on are retired, or will be at their next scheduling decision
	_Atomic uint32_t retired_count;    // idle, but not in the list
};
extern struct tri_sched tri_sched;
extern __thread struct tri_machine *tri_thread_machine;

// queue.c
void tri_queue_put(struct tri_processor *processor, struct tri_goroutine *goroutine, bool next);
struct tri_goroutine *tri_queue_take(struct tri_processor *processor);
struct tri_goroutine *tri_queue_steal(struct tri_processor *thief, struct tri_processor *victim, bool also_next);
bool tri_queue_is_empty(const struct tri_processor *processor);
void tri_queue_put_global(struct tri_goroutine *goroutine); // takes sched.lock
void tri_queue_give_all(struct tri_processor *processor);   // to the global queue; the owner, with sched.lock held
struct tri_goroutine *tri_queue_take_global(struct tri_processor *processor, uint32_t limit); // takes sched.lock

// figures.c
void tri_sched_clock(void); // before the number of processors, or of idle ones, changes; sched.lock held
void tri_latency_begin(struct tri_goroutine *goroutine);
void tri_note_blocked(struct tri_goroutine *goroutine); // it is about to wait
void tri_note_running(struct tri_processor *processor, struct tri_goroutine *goroutine);
// A goroutine becomes runnable.
static inline void tri_note_runnable(struct tri_goroutine *goroutine)
{
	enum { EVERY = 32 };
	if (TRI_UNLIKELY(++goroutine->turns % EVERY == 0))
		tri_latency_begin(goroutine);
}

// machine.c
struct tri_machine *tri_machine_new(void);
void tri_machine_adopt_thread(struct tri_machine *machine); // the calling thread becomes this machine: TLS, signal stack
void tri_machine_wake_one(void); // an idle processor starts to look for work, if there is one and none looks already
void tri_all_threads_init(void); // the handler of TRI_SIGNAL_ALL_THREADS
void tri_threads_hold(void);     // no thread begins until
void tri_threads_release(void);
TRI_NORETURN void tri_machine_end(struct tri_machine *machine); // its goroutine ended while it was locked to the thread, which ends too
void tri_machine_hand_off(struct tri_processor *processor);     // some machine runs it, or it becomes idle
void tri_processor_acquire(struct tri_machine *machine, struct tri_processor *processor);
struct tri_processor *tri_processor_release(struct tri_machine *machine);
void tri_processor_idle_put(struct tri_processor *processor); // sched.lock held
struct tri_processor *tri_processor_idle_get(void);           // sched.lock held

// world.c
void tri_world_stop_here(struct tri_machine *machine);    // with a processor that is asked to stop; returns when the world runs
void tri_safepoint(struct tri_machine *machine);          // does what is asked of the machine's processor but for yielding
bool tri_goroutine_hold(struct tri_goroutine *goroutine); // SCANNED; false when dead
void tri_goroutine_release(struct tri_goroutine *goroutine);
void tri_goroutine_set_state(struct tri_goroutine *goroutine, uint32_t from, uint32_t to); // waits while it is held

// preempt.c
void tri_preempt(struct tri_machine *machine); // asks for a safepoint, by stack guard and by signal
void tri_preempt_init(void);
// Whether a goroutine stands in a function's body, where its frame is whole; `signal_context` is a handler's ucontext_t.
bool tri_can_interrupt(const struct tri_goroutine *goroutine, const void *signal_context);
void tri_interrupt_fill(struct tri_interrupt *record, const void *signal_context);

// Of code that a signal interrupted, wherever it stands; these only read. The address of the return address of the function at `pc`:
// by its frame pointer in the body, among the nearest words before and behind it; 0 if nothing there is one.
uintptr_t tri_interrupted_return(const struct tri_g *g, uintptr_t pc, uintptr_t sp, uintptr_t bp);
bool tri_is_text(uintptr_t pc);                            // of any code
bool tri_is_go_return(uintptr_t pc);                       // where a call in Go code, or a goroutine's start, returns to
bool tri_is_in_stack(const struct tri_g *g, uintptr_t at); // a word of the goroutine's stack
// Traces of all goroutines but `current`. `hold`: for good, so that none begins to run while its stack is read.
void tri_trace_others(const struct tri_goroutine *current, bool all_frames, bool hold);
void tri_quit_init(void);
// Signals that end the program with a trace wait for the end of a handler with this in its mask: between the two there is no stack to show.
void tri_quit_block(sigset_t *mask); // SIGQUIT and its kin
const char *tri_signal_text(int number);
// From a signal handler: what a signal that nobody deals with, or a fault outside of Go code, leads to.
TRI_NORETURN void tri_end_by_signal(int number, siginfo_t *info, void *context);
void tri_interrupt_supply(struct tri_machine *machine);

// monitor.c
void tri_monitor_start(void);

// netpoll.c: goroutines whose descriptors became ready (linked by `next`); waits `timeout` nanoseconds, -1 without limit
struct tri_goroutine *tri_netpoll(int64_t timeout);
bool tri_netpoll_in_use(void);
bool tri_netpoll_has_in_hand(void); // goroutines that were found, and are in no queue yet
void tri_netpoll_placed(void);      // one of those that tri_netpoll gave is in a queue, or about to run on a processor
void tri_netpoll_break(void);       // a waiting tri_netpoll returns

// timers.c: runs what is due; the next deadline, or 0
bool tri_timers_are_due(struct tri_processor *processor); // cheap: no clock is read when it has no timers
int64_t tri_timers_next(void);                            // earliest deadline of all processors, or 0

// rest.c
void tri_goroutine_rest_begin(void); // the goroutine's stacks alone: its processor stays (assembly, as tri_sched_rest_begin)
void tri_goroutine_rest_end(void);
void tri_machine_wait_for_processor(struct tri_machine *machine);
bool tri_processor_grant(struct tri_processor *processor); // to a machine in rest_end; sched.lock held; false: none waits

// goroutine.c
uint64_t tri_goroutine_new_id(void);
struct tri_goroutine *tri_goroutine_new_thread(void);
void tri_goroutine_free_thread(struct tri_goroutine *goroutine);

// scan.c
void tri_scan_held(struct tri_goroutine *goroutine, struct tri_gc_marker *marker);

// sched.c
// The machine's goroutine was stopped, at an instruction or at a function's entry or on its way out of C: answers what was
// asked for, then it goes on or makes room.
TRI_NORETURN void tri_sched_preempted(struct tri_machine *machine);
void tri_sched_poll_late(void);
bool tri_sched_polls(void);          // a machine waits in the poller
void tri_sched_check_deadlock(void); // sched.lock held
TRI_NORETURN void tri_execute(struct tri_machine *machine, struct tri_goroutine *goroutine);

// amd64/entry.c
TRI_NORETURN void tri_asm_resume_interrupt(struct tri_g *g, const struct tri_interrupt *interrupt);
TRI_NORETURN void tri_asm_machine_start(uintptr_t *system_sp, void (*function)(void)); // notes RSP, calls function below it
void tri_asm_c_leave(uintptr_t *save_sp, uintptr_t system_sp, void (*function)(void *), void *argument);
TRI_NORETURN void tri_asm_c_enter(uintptr_t sp);

#endif
