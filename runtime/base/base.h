// What every part of the runtime stands on: memory from the operating system, fatal errors,
// settings from the environment, time, locks.
//
// Nothing here allocates from the collected heap. Memory for the runtime's own structures comes from
// tri_permanent_alloc and is never given back.
#ifndef TRI_RUNTIME_BASE_H
#define TRI_RUNTIME_BASE_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TRI_NORETURN __attribute__((noreturn))
#define TRI_PRINTF(format_index, first) __attribute__((format(printf, format_index, first)))
// Seen by users of the shared C library.
#define TRI_EXPORTED __attribute__((visibility("default")))
#define TRI_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define TRI_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define TRI_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#ifndef TRI_DEBUG
#define TRI_DEBUG 0
#endif

// ---- Memory from the operating system -----------------------------------------------------------
// Sizes are bytes, multiples of the system page.

// Address space without storage; NULL when there is none left.
void *tri_os_reserve(size_t size, size_t align);
// How much the process may have in all (ulimit -v); SIZE_MAX: as much as there is.
size_t tri_os_address_limit(void);
// Storage for a reserved range: readable, writable, zero. False when the system refuses.
bool tri_os_commit(void *address, size_t size);
// Contents may be dropped; the range reads as zero afterwards. Address space stays reserved.
void tri_os_release(void *address, size_t size);
// Gives address space and storage back.
void tri_os_unmap(void *address, size_t size);
// No access at all: a use is a fault.
void tri_os_protect(void *address, size_t size);
uint64_t tri_os_resident_bytes(void);

// Zeroed, 16-byte aligned, for the life of the process. Throws when memory is out.
void *tri_permanent_alloc(size_t size);
uint64_t tri_permanent_bytes(void); // got from the system for it

// ---- Random numbers -----------------------------------------------------------------------------

uint64_t tri_random(void); // cannot be guessed

// ---- Hashing ------------------------------------------------------------------------------------

// What the functions of runtime/amd64/hash.c are keyed with; drawn once, before any Go code runs.
extern uint64_t tri_hash_secret[4];
void tri_hash_init(void);

// ---- Fatal errors -------------------------------------------------------------------------------

// A broken state that no program can recover from: prints "fatal error: ...", goroutine traces
// (through the hook), exits 2. Does not allocate.
TRI_NORETURN void tri_throw(const char *format, ...) TRI_PRINTF(1, 2);
// The same for errors that are the program's, e.g. deadlock: only user goroutines are traced.
TRI_NORETURN void tri_fatal(const char *format, ...) TRI_PRINTF(1, 2);
// Prints to standard error without allocating or buffering; long output is cut at 1 KiB a call.
void tri_print(const char *format, ...) TRI_PRINTF(1, 2);
void tri_write_error(const char *bytes, size_t length);
struct tri_print_sink { // where this thread's prints go instead, as long as there is room; `at` NULL: to standard error
	char *at, *end;
};
extern _Thread_local struct tri_print_sink tri_print_sink;
// What ends the process decides which goroutines are traced, and whether the runtime's own frames are shown.
enum tri_end { TRI_END_PANIC, TRI_END_FATAL, TRI_END_THROW };
extern void (*tri_fatal_trace_hook)(enum tri_end end);
TRI_NORETURN void tri_end_process(void); // with status 2, or with a core dump where GOTRACEBACK=crash asks for one
void tri_crash_begins(void);             // what is printed from now on tells a fatal error
extern int tri_crash_fd;                 // where fatal errors are written as well; -1: nowhere

// Three tiers: always; in debug builds; in debug builds and only when a mode asks (whole structures).
#define tri_check(condition) \
	do { \
		if (TRI_UNLIKELY(!(condition))) \
			tri_throw("%s:%d: %s", __FILE__, __LINE__, #condition); \
	} while (0)
#if TRI_DEBUG
#define tri_debug_check(condition) tri_check(condition)
#else
#define tri_debug_check(condition) ((void)sizeof(condition))
#endif

// ---- Settings -----------------------------------------------------------------------------------

// X(field, name): GODEBUG=name=number,...
#define TRI_GODEBUG_SETTINGS(X) X(gctrace, "gctrace") X(scavtrace, "scavtrace")

// X(field, name): TRICOLOR_DEBUG=name=number,... in debug builds
#define TRI_HOSTILE_SETTINGS(X) \
	X(collect_always, "gcalways") /* a collection at every allocation */ \
	X(move_stacks, "movestack")   /* every function entry moves the stack */ \
	X(poison, "poison")           /* freed memory is filled and checked when it is used again */ \
	X(verify_marks, "verify")     /* a second mark checks the first */ \
	X(fail_commit, "failalloc")   /* the heap grows so many times, 4 MiB or one large object each, then memory is out */
// In any build.
#define TRI_DEBUG_SETTINGS(X) X(alloc_sites, "allocsites") /* counts allocations by place */

// How the collector marks: GODEBUG=gc=objects or gc=greentea; by default the one that suits the heap's size.
enum tri_gc_strategy { TRI_GC_STRATEGY_AUTOMATIC, TRI_GC_STRATEGY_OBJECTS, TRI_GC_STRATEGY_SPANS };

// GOTRACEBACK.
struct tri_traceback {
	int32_t level; // 0: no traces, 1: the program's frames, 2: the runtime's too
	bool all;      // goroutines other than the one to blame
	bool crash;    // the process ends by SIGABRT
};

struct tri_settings {
	int32_t gc_strategy; // enum tri_gc_strategy
	int32_t gc_percent;  // GOGC; -1 = off
	struct tri_traceback traceback;
#define X(field, name) int32_t field;
	TRI_GODEBUG_SETTINGS(X)
	TRI_HOSTILE_SETTINGS(X)
	TRI_DEBUG_SETTINGS(X)
#undef X
};
extern struct tri_settings tri_settings; // written once, by tri_settings_init, before any thread starts

// Programs end in every mode, those that call or allocate millions of times, too: a mode that does something each time does
// it so for `whole` times, then at distances that double with every `step` times more.
static inline uint64_t tri_hostile_distance(uint64_t done, uint64_t whole, uint64_t step)
{
	uint64_t doublings = done < whole ? 0 : (done - whole) / step + 1;
	return (uint64_t)1 << (doublings < 40 ? doublings : 40);
}

void tri_settings_init(void);
void tri_cpu_init(void);                                       // throws where compiled code could not run
struct tri_traceback tri_settings_traceback(const char *text); // what a GOTRACEBACK asks for

struct tri_process { // as main found it; strings and vectors are never changed
	int argument_count;
	char **arguments, **environment;
	sigset_t signal_mask; // what was blocked; programs that it starts get the same
};
extern struct tri_process tri_process;

// ---- Time ---------------------------------------------------------------------------------------

int64_t tri_nanotime(void);         // monotonic
int64_t tri_process_cpu_time(void); // nanoseconds of this process, all threads

#endif
