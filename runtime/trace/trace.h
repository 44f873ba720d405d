// Execution traces in Go 1.26's format: buffers, tables of strings and stacks, generations, the reader's end. What is traced is
// the scheduler's business (sched/traced.h).
//
// A trace is a row of generations, each of which can be read alone: batches of events, one thread's each, then the strings and
// stacks that these refer to. A generation ends, and the next begins, while the world is stopped and tri_trace_outside_lock is held.
// So who may write is who holds a running processor, into its machine's writer, or that lock, into tri_trace_outside; both see one
// generation from one safepoint to the next, and no events of one are written once it has ended.
#ifndef TRI_RUNTIME_TRACE_H
#define TRI_RUNTIME_TRACE_H

#include "runtime/base/base.h"
#include "runtime/base/lock.h"

enum tri_trace_event {
#define EVENT(tag, number, arguments) TRI_TRACE_##tag = number,
#include "runtime/trace/events.def"
#undef EVENT
};

// What goroutines and processors do, in status events.
enum tri_trace_go_status { TRI_TRACE_GO_NONE, TRI_TRACE_GO_RUNNABLE, TRI_TRACE_GO_RUNNING, TRI_TRACE_GO_SYSCALL, TRI_TRACE_GO_WAITING };
enum tri_trace_processor_status {
	TRI_TRACE_PROCESSOR_NONE,
	TRI_TRACE_PROCESSOR_RUNNING,
	TRI_TRACE_PROCESSOR_IDLE,
	TRI_TRACE_PROCESSOR_SYSCALL
};

enum { TRI_TRACE_STACK_DEPTH = 128 };
#define TRI_TRACE_NO_THREAD UINT64_MAX
#define TRI_TRACE_NO_PROCESSOR UINT64_MAX

// Changes while the world is stopped and the outside lock is held.
extern _Atomic uint32_t tri_tracing;
static inline bool tri_is_tracing(void) { return TRI_UNLIKELY(atomic_load_explicit(&tri_tracing, memory_order_relaxed) != 0); }

// ---- Writing -----------------------------------------------------------------------------------------------------------
struct tri_trace_buffer;
struct tri_trace_entry;
struct tri_trace_writer {
	struct tri_trace_buffer *buffer; // NULL: none yet
	uint64_t thread;                 // in the trace; changes only while there is no buffer
};
extern struct tri_lock tri_trace_outside_lock;
extern struct tri_trace_writer tri_trace_outside; // of no thread; under that lock

void tri_trace_write(struct tri_trace_writer *writer, enum tri_trace_event event, const uint64_t *arguments);
#define tri_trace(writer, event, ...) tri_trace_write(writer, TRI_TRACE_##event, (const uint64_t[]){__VA_ARGS__ __VA_OPT__(, ) 0})
void tri_trace_flush(struct tri_trace_writer *writer);

uint64_t tri_trace_string(const char *text, size_t length); // longer than Go's limit: cut
uint64_t tri_trace_text(const char *text);
// Said once, like a message: it is not kept.
uint64_t tri_trace_message(const char *text, size_t length);
// `pcs`: return addresses, the innermost first. `skip`: so many of the functions they stand for, inlined ones counted, are left
// out. `from`: where the runtime was entered, which is shown when it is a function that programs call; 0: nowhere.
// NULL: no stack.
struct tri_trace_entry *tri_trace_stack(const uintptr_t *pcs, uint32_t depth, uint32_t skip, uintptr_t from);
uint64_t tri_trace_number(const struct tri_trace_entry *stack); // for events of the generation that it was made in; NULL: 0
// The same stack for the generation that begins, while the world is stopped for that: what was made in the one before dies soon after.
struct tri_trace_entry *tri_trace_carry(struct tri_trace_entry *stack);

// ---- Generations -------------------------------------------------------------------------------------------------------
void tri_trace_prepare(void); // nobody reads any more: from here on there may be stacks for the trace that begins
void tri_trace_begin(void);   // world stopped
uint64_t tri_trace_generation(void);
void tri_trace_advance(bool stop); // all writers are flushed; the next generation begins, or tracing ends. World stopped, lock held
void tri_trace_sync(void);         // the clocks, at the beginning of each
void tri_trace_complete(void);     // the tables of the generation before follow. The world runs
void tri_trace_end(void);          // who reads has read all

// Names of places that are no compiled code; NULL: unknown, "": not to be shown.
extern const char *(*tri_trace_native_hook)(uintptr_t pc);

// ---- CPU samples -------------------------------------------------------------------------------------------------------
// From a signal handler; `thread` and so on as in the trace. Those that find no room are lost.
void tri_trace_sample(uint64_t thread, uint64_t processor, uint64_t goroutine, const uintptr_t *pcs, uint32_t depth);
void tri_trace_samples_poll(void); // now and then, while there may be samples: makes room for more

// ---- Reading: one reader at a time -------------------------------------------------------------------------------------
enum tri_trace_read {
	TRI_TRACE_READ_BYTES,      // good until the next call
	TRI_TRACE_READ_GENERATION, // one is read to its end
	TRI_TRACE_READ_END,        // and it was the last
	TRI_TRACE_READ_NOTHING,    // until more is there
	TRI_TRACE_READ_TAKEN,      // another goroutine waits for that (runtime/go)
};
enum tri_trace_read tri_trace_next(const void **bytes, size_t *length);
extern _Atomic uint32_t tri_trace_readable; // grows with each thing that a reader which found nothing may look for

#endif
