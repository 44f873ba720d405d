// tricolor.h: Go's memory system for C programs.
//
// A heap that collects itself, precisely and while the program runs; goroutines and channels; figures and profiles.
//
//	struct node {
//		struct node *left, *right;
//		int value;
//	};
//	static tri_type node_type = TRI_TYPE(struct node, TRI_FIELD(struct node, left), TRI_FIELD(struct node, right));
//
//	struct node *root = tri_new(&node_type);
//	tri_store(&root->left, tri_new(&node_type));
//
// The rules:
//  1. A type says which of its words are pointers into the heap. Only those keep objects alive. They may be NULL, may point
//     into the middle of an object, and may point outside the heap.
//  2. A pointer is stored into an object, or into a registered root, with tri_store, not with `=`. Reading needs nothing.
//     Local variables need nothing: stacks and registers are searched for pointers by the collector.
//  3. Memory that the collector does not know (malloc's, static variables) keeps nothing alive unless it is registered
//     (tri_root_add) or a handle is used (tri_handle_new).
//  4. Objects do not move. All memory is zero when it is handed out.
//
// Threads attach themselves at their first call and detach when they end. The collector stops and searches them by signal
// (SIGURG): system calls may return EINTR unless they are restarted (SA_RESTART is set). Calls that may block for long belong between
// tri_blocking_begin and tri_blocking_end, so that the collector need not interrupt them.
//
// Unless said otherwise every function may be called from any thread or goroutine, sizes are bytes, times nanoseconds, and
// functions that allocate may collect. Errors are returned as enum tri_error; what cannot be survived prints the call's name
// and what was wrong, and aborts.
#ifndef TRICOLOR_H
#define TRICOLOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef TRI_API
#define TRI_API __attribute__((visibility("default")))
#endif

// ---- Errors -----------------------------------------------------------------------------------------------------------

// X(tag, message)
#define TRI_ERRORS(X) \
	X(OK, "no error") \
	X(OUT_OF_MEMORY, "the system has no memory left") \
	X(TYPE_SIZE, "a type's size is zero, not a multiple of 8 although it has pointers, or too large") \
	X(TYPE_FIELD, "a type's pointer field lies outside its size or is not aligned to 8") \
	X(ROOT_UNKNOWN, "no root begins at this address: it was not added, or was removed already") \
	X(ROOT_KNOWN, "a root begins at this address already") \
	X(CLOSED, "the channel is closed") \
	X(WOULD_BLOCK, "the operation would have to wait") \
	X(FILE, "the file cannot be written") \
	X(VALUE, "an argument is out of its range") \
	X(STARTED, "the library runs already")

enum tri_error {
#define X(tag, message) TRI_ERROR_##tag,
	TRI_ERRORS(X)
#undef X
};
TRI_API const char *tri_error_name(enum tri_error error);    // "OUT_OF_MEMORY"; static
TRI_API const char *tri_error_message(enum tri_error error); // a sentence; static

// ---- Start -----------------------------------------------------------------------------------------------------------

struct tri_config {
	int32_t gc_percent;   // GOGC: how far the heap may grow between collections, in percent of what survived; < 0: off
	int64_t memory_limit; // GOMEMLIMIT: soft limit on the runtime's memory, bytes; INT64_MAX: none
	int32_t processors;   // GOMAXPROCS: threads that run goroutines and collect; 0: one per CPU
	int64_t profile_rate; // bytes between two allocations that the heap profile records; 1: every one; 0: none
};
// The values that the environment (GOGC, GOMEMLIMIT, GOMAXPROCS, GODEBUG) and the defaults give.
TRI_API void tri_config_default(struct tri_config *config);
// Starts the library; the first other call does it with the defaults. NULL: defaults. STARTED when it runs already; VALUE.
TRI_API enum tri_error tri_init(const struct tri_config *config);
TRI_API const char *tri_version(void); // "0.1.0"

// ---- Types -----------------------------------------------------------------------------------------------------------

// Describes objects of one kind. Static storage; filled in by TRI_TYPE or tri_type_define; the library keeps what it
// derives in `derived`. Checked at its first use: a wrong type aborts there (tri_type_check asks beforehand).
typedef struct tri_type {
	const char *name;
	size_t size;            // of one object
	const size_t *pointers; // offsets of pointer fields
	size_t pointer_count;
	void *derived[3];
} tri_type;

#define TRI_FIELD(type, field) offsetof(type, field)
// An object of C type `type` with these pointer fields (TRI_FIELD...); at least one.
#define TRI_TYPE(type, ...) \
	{ \
#type, sizeof(type), (const size_t[]){__VA_ARGS__ }, sizeof((const size_t[]){__VA_ARGS__}) / sizeof(size_t), { 0, 0, 0 } \
	}
// One without pointers.
#define TRI_TYPE_PLAIN(type) \
	{ \
#type, sizeof(type), 0, 0, { 0, 0, 0 } \
	}
// OK, TYPE_SIZE or TYPE_FIELD. Does not collect.
TRI_API enum tri_error tri_type_check(const tri_type *type);

// ---- Allocation --------------------------------------------------------------------------------------------------------
// The results are owned by the collector: they live as long as something that counts points to them. NULL when memory is out
// (after a collection), unless a handler was set. All may collect.

TRI_API void *tri_new(tri_type *type);
TRI_API void *tri_new_array(tri_type *type, size_t count); // `count` consecutive objects; NULL also for too large a product
TRI_API void *tri_new_bytes(size_t size);                  // without pointers, aligned to 16 from 16 bytes on
TRI_API void *tri_new_pointers(size_t count);              // an array of pointers into the heap
TRI_API char *tri_new_string(const char *text);            // a copy, NUL-terminated
// Called instead of returning NULL; it may free memory and return true to have the allocation tried once more.
TRI_API void tri_set_out_of_memory_handler(bool (*handler)(size_t size));

// ---- Stores ----------------------------------------------------------------------------------------------------------
// *slot = value, with the collector told. `slot` is the address of a pointer field of an object, of an element of an array, or
// of a word of a registered root. Does not collect.
#define tri_store(slot, value) tri_store_pointer((void **)(slot), (void *)(value))
TRI_API void tri_store_pointer(void **slot, void *value);
// Copies objects of a type over others, overlapping or not.
TRI_API void tri_copy(tri_type *type, void *to, const void *from, size_t count);

// ---- Roots and handles -----------------------------------------------------------------------------------------------

// `bytes` of memory outside the heap, from `start` on, count as pointers from now on (conservatively: any words). Stores into it go
// through tri_store. OUT_OF_MEMORY, ROOT_KNOWN.
TRI_API enum tri_error tri_root_add(void *start, size_t bytes);
TRI_API enum tri_error tri_root_remove(void *start); // ROOT_UNKNOWN
#define TRI_ROOT(variable) tri_root_add(&(variable), sizeof(variable))

// A handle keeps one object alive from memory that the collector does not know. 0 when memory is out.
typedef uint64_t tri_handle;
TRI_API tri_handle tri_handle_new(void *object);
TRI_API void *tri_handle_get(tri_handle handle); // aborts for a handle that is not in use
TRI_API void tri_handle_free(tri_handle handle); // aborts for a handle that is not in use

// ---- Threads ----------------------------------------------------------------------------------------------------------
TRI_API enum tri_error tri_thread_attach(void); // by itself at the first call; OUT_OF_MEMORY
TRI_API void tri_thread_detach(void);           // by itself when the thread ends; its stack keeps nothing alive afterwards
// Between the two the thread does not use the heap: no reads of objects, no stores, no calls. The collector does not wait for it.
TRI_API void tri_blocking_begin(void);
TRI_API void tri_blocking_end(void);

// ---- Goroutines --------------------------------------------------------------------------------------------------------
// C functions on stacks of their own, run by as many threads as there are processors. They are switched only inside calls of this
// library, so thread-local variables may differ behind such a call.

// `stack_size` 0: 64 KiB. `argument` may point into the heap. OUT_OF_MEMORY.
TRI_API enum tri_error tri_go(void (*function)(void *argument), void *argument, size_t stack_size);
TRI_API void tri_yield(void);
TRI_API void tri_sleep(int64_t nanoseconds);
TRI_API int tri_processors(void); // GOMAXPROCS

// Waits until the descriptor, which is non-blocking, can be read or written. VALUE: it cannot be waited for.
TRI_API enum tri_error tri_wait_readable(int descriptor);
TRI_API enum tri_error tri_wait_writable(int descriptor);

// ---- Channels ----------------------------------------------------------------------------------------------------------
typedef struct tri_chan tri_channel; // an object of the heap

// Elements of `type`; capacity 0: sender and receiver meet. NULL when memory is out.
TRI_API tri_channel *tri_channel_new(tri_type *type, size_t capacity);
// The element is copied from or to `element` (receive: NULL drops it). OK or CLOSED.
TRI_API enum tri_error tri_channel_send(tri_channel *channel, const void *element);
TRI_API enum tri_error tri_channel_receive(tri_channel *channel, void *element); // CLOSED: *element is zero
// WOULD_BLOCK instead of waiting.
TRI_API enum tri_error tri_channel_try_send(tri_channel *channel, const void *element);
TRI_API enum tri_error tri_channel_try_receive(tri_channel *channel, void *element);
TRI_API enum tri_error tri_channel_close(tri_channel *channel); // CLOSED: it was already
TRI_API size_t tri_channel_length(const tri_channel *channel);

struct tri_case {
	tri_channel *channel; // NULL: never ready
	void *element;
	bool send;
};
// Performs one of the cases that are ready, any of them; waits for one unless `may_block` is false. The case's index, or -1 when none
// was ready. *error (may be NULL): OK or CLOSED.
TRI_API int tri_select(const struct tri_case *cases, size_t count, bool may_block, enum tri_error *error);

// ---- Collecting --------------------------------------------------------------------------------------------------------
TRI_API void tri_collect(void);                      // a whole cycle; returns when all garbage is swept
TRI_API int32_t tri_set_gc_percent(int32_t percent); // the previous value; negative: off
TRI_API int64_t tri_set_memory_limit(int64_t bytes); // the previous value; negative: only asks
TRI_API void tri_free_os_memory(void);               // collects, then gives free memory back to the system

// ---- Objects with an end ---------------------------------------------------------------------------------------------
// Runs function(argument) once, some time after the object became unreachable; on a goroutine of the library. `argument` must not be or
// lead to the object, which would keep it alive. Several are allowed. 0 when memory is out.
typedef uint64_t tri_cleanup;
TRI_API tri_cleanup tri_cleanup_add(void *object, void (*function)(void *argument), void *argument);
TRI_API void tri_cleanup_stop(tri_cleanup cleanup); // it does not run if it has not begun
// A weak pointer does not keep its object alive; it reads NULL once the object is gone. 0 when memory is out.
typedef uint64_t tri_weak;
TRI_API tri_weak tri_weak_new(void *object);
TRI_API void *tri_weak_get(tri_weak weak); // the object, alive as long as the result is used, or NULL
TRI_API void tri_weak_free(tri_weak weak);

// ---- Figures and profiles ----------------------------------------------------------------------------------------------

// Go's runtime.MemStats; bytes but for the counts, and nanoseconds.
struct tri_stats {
	uint64_t alloc, total_alloc, sys, lookups, mallocs, frees;
	uint64_t heap_alloc, heap_sys, heap_idle, heap_inuse, heap_released, heap_objects;
	uint64_t stack_inuse, stack_sys, mspan_inuse, mspan_sys, mcache_inuse, mcache_sys, buck_hash_sys, gc_sys, other_sys;
	uint64_t next_gc, last_gc;                              // last_gc: since 1970
	uint64_t pause_total_ns, pause_ns[256], pause_end[256]; // rings: the last is at (num_gc + 255) % 256
	uint32_t num_gc, num_forced_gc;
	double gc_cpu_fraction;
	bool enable_gc, debug_gc;
	struct {
		uint32_t size;
		uint64_t mallocs, frees;
	} by_size[68];
	uint64_t goroutines; // living ones, attached threads included
};
TRI_API void tri_stats(struct tri_stats *stats); // stops the world for some microseconds

// The heap profile in pprof's format (gzip), as of the last collection; read it with `go tool pprof`. FILE, OUT_OF_MEMORY.
TRI_API enum tri_error tri_heap_profile(const char *path);
// Text: every goroutine and what it waits for.
TRI_API void tri_goroutine_dump(int descriptor);
// Figures in Prometheus's text format. Returns the length needed; writes at most `size` bytes, NUL-terminated if size > 0.
TRI_API size_t tri_metrics(char *buffer, size_t size);

// ---- Inlined paths ------------------------------------------------------------------------------------------------------
// tri_new and tri_store without a call when nothing is in the way. Define TRI_NO_INLINE for the plain functions. What they
// touch is the library's own and may change between versions of the same number before the first dot.
#ifndef TRI_NO_INLINE
struct tri_inline_slot {
	uintptr_t cursor, limit;
};
struct tri_inline_mutator {
	void *barrier[2];
	struct tri_inline_slot *slots;
};
// Read anew at each use: a goroutine may continue on another thread behind a call, where a kept address would be the first one's.
#define TRI_INLINE_TLS __attribute__((tls_model("initial-exec")))
struct tri_mutator;
extern TRI_API __thread struct tri_mutator *tri_thread_mutator TRI_INLINE_TLS;  // NULL: the thread is not attached yet
extern TRI_API __thread volatile uint32_t tri_thread_operations TRI_INLINE_TLS; // inside, a signal only notes its request ...
extern TRI_API __thread volatile uint32_t tri_thread_pending TRI_INLINE_TLS;    // ... here
extern TRI_API volatile uint32_t tri_barrier_flag __asm__("tri_gc_barrier_enabled");
extern TRI_API volatile uint32_t tri_stacks_black __asm__("tri_gc_stacks_black");
TRI_API void tri_sched_operation_pending(void);
TRI_API void tri_store_marking(void **slot, void *value); // within an operation, while the collector marks

static inline __attribute__((always_inline)) void tri_inline_leave(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	uint32_t depth = tri_thread_operations - 1;
	tri_thread_operations = depth;
	if (__builtin_expect(depth == 0 && tri_thread_pending, 0))
		tri_sched_operation_pending();
}

static inline void *tri_inline_new(tri_type *type)
{
	uint64_t known = (uint64_t)(uintptr_t)__atomic_load_n(&type->derived[2], __ATOMIC_RELAXED);
	if (__builtin_expect(known == 0 || !tri_thread_mutator, 0))
		return tri_new(type);
	tri_thread_operations = tri_thread_operations + 1;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	struct tri_inline_slot *slot = &((struct tri_inline_mutator *)tri_thread_mutator)->slots[known >> 32];
	uintptr_t object = slot->cursor, next = object + (uint32_t)known;
	int fits = next <= slot->limit;
	if (__builtin_expect(fits, 1))
		slot->cursor = next;
	tri_inline_leave();
	return __builtin_expect(fits, 1) ? (void *)object : tri_new(type);
}

static inline void tri_inline_store(void **slot, void *value)
{
	if (__builtin_expect(!tri_thread_mutator, 0)) {
		tri_store_pointer(slot, value);
		return;
	}
	tri_thread_operations = tri_thread_operations + 1;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	// While marking the old pointer is shaded, and the new one until all stacks have been scanned.
	uint32_t flag = tri_barrier_flag;
	if (__builtin_expect(flag != 0, 0) && (*slot || tri_stacks_black != flag))
		tri_store_marking(slot, value);
	else
		__atomic_store_n(slot, value, __ATOMIC_RELEASE);
	tri_inline_leave();
}

#define tri_new(type) tri_inline_new(type)
#undef tri_store
#define tri_store(slot, value) tri_inline_store((void **)(slot), (void *)(value))
#endif

#ifdef __cplusplus
}
#endif

#endif
