// Finalizers, cleanups and weak pointers of Go programs, and what the collector tells Go code: calls wait in C until the Go
// goroutine that makes them asks for the next one.
#include "runtime/go/hooks.h"
#include "runtime/special/special.h"

enum { RAN_NOTHING, RAN_CLEANUP, RAN_FINALIZER }; // overlay/runtime/finalizer.go

void tri_go_special_next(void);
uint64_t tri_go_special_busy(void);
uint64_t tri_go_special_cleanup(void *object, void *function);
void tri_go_special_stop(uint64_t id);
int64_t tri_go_special_finalizer(void *object, void *function);
void *tri_go_object_base(void *pointer);
uint64_t tri_go_is_global(uintptr_t pointer);
void *tri_go_weak_handle(void *pointer);
void *tri_go_weak_get(uintptr_t *handle);
void tri_go_start_system(void *closure);
void tri_go_lend_goroutine(bool lent);
void tri_go_stop_world(void);
void tri_go_start_world(void);
void tri_go_await_collection(void);
void tri_go_claim_collection(void);
void tri_go_set_goroutine_word(int64_t which, void *value);
void *tri_go_get_goroutine_word(int64_t which);

// A goroutine of the runtime that waits to be told something.
struct listener {
	struct tri_lock lock; // rank SPECIALS
	struct tri_goroutine *waiting;
	bool told; // while nobody waited
};

static void tell(struct listener *listener)
{
	tri_lock(&listener->lock);
	struct tri_goroutine *goroutine = listener->waiting;
	listener->waiting = NULL;
	listener->told = goroutine == NULL;
	tri_unlock(&listener->lock);
	if (goroutine)
		tri_sched_ready(goroutine, false);
}

// False: it was told already.
static void await(struct listener *listener)
{
	tri_lock(&listener->lock);
	if (listener->told) {
		listener->told = false;
		tri_unlock(&listener->lock);
		return;
	}
	listener->waiting = tri_current();
	tri_sched_park(TRI_WAIT_FINALIZER, &listener->lock);
}

// ---- Calls -------------------------------------------------------------------------------------------------

static struct listener calls = {.lock = TRI_LOCK_INIT(SPECIALS)};

// They mark what the calls are; the Go functions are the arguments.
static void cleanup_in_go(void *function) { (void)function; }

static void finalizer_in_go(void *object, void *function)
{
	(void)object;
	(void)function;
}

static void call_is_due(void) { tell(&calls); }

// (what, function, object). Nothing when the caller has waited: it asks again.
void tri_go_special_next(void)
{
	struct tri_special_call call;
	tri_hook_results(RAN_NOTHING, 0, 0);
	if (tri_special_take(tri_mutator(), &call))
		tri_hook_results(call.cleanup ? RAN_CLEANUP : RAN_FINALIZER, (uintptr_t)call.argument, (uintptr_t)call.object);
	else
		await(&calls);
}

// It waits for the next call, and there is none.
uint64_t tri_go_special_busy(void)
{
	tri_lock(&calls.lock);
	bool idle = (calls.waiting || !tri_special_queue_hook) && !calls.told;
	tri_unlock(&calls.lock);
	return !idle || !tri_special_queue_is_empty();
}

uint64_t tri_go_special_cleanup(void *object, void *function)
{
	tri_special_queue_hook = call_is_due;
	return tri_special_cleanup_add(object, cleanup_in_go, function);
}

void tri_go_special_stop(uint64_t id) { tri_special_cleanup_stop(id); }

// 0: done, 1: the object has a finalizer.
int64_t tri_go_special_finalizer(void *object, void *function)
{
	tri_special_queue_hook = call_is_due;
	return tri_special_finalizer_set(object, function ? finalizer_in_go : NULL, function) || !function ? 0 : 1;
}

void *tri_go_object_base(void *pointer)
{
	size_t size;
	struct tri_span *span;
	return tri_heap_find_object((uintptr_t)pointer, &size, &span);
}

// In the program's file, which lies below 2 GiB.
uint64_t tri_go_is_global(uintptr_t pointer) { return pointer < (uintptr_t)1 << 31; }

// ---- Weak pointers -------------------------------------------------------------------------------------------

void *tri_go_weak_handle(void *pointer)
{
	void *known = tri_special_handle_find(tri_mutator(), pointer);
	if (known)
		return known;
	uintptr_t *handle = tri_heap_alloc_plain(tri_mutator(), sizeof *handle);
	*handle = (uintptr_t)pointer;
	return tri_special_handle_add(tri_mutator(), pointer, handle);
}

void *tri_go_weak_get(uintptr_t *handle) { return handle ? tri_special_handle_get(tri_mutator(), handle) : NULL; }

// ---- The collector's cycle -------------------------------------------------------------------------------------

static struct listener cycles = {.lock = TRI_LOCK_INIT(SPECIALS)};
static _Atomic bool claimed;

static void cycle_begins(void)
{
	if (!atomic_exchange(&claimed, false))
		tell(&cycles);
}

void tri_go_await_collection(void)
{
	tri_gc_mark_begin_hook = cycle_begins;
	await(&cycles);
}

void tri_go_claim_collection(void) { atomic_store(&claimed, true); }

// Between the two the calling goroutine runs alone, and stays where it is.
void tri_go_stop_world(void)
{
	tri_sched_stop_world("Go");
	tri_mutator()->pinned++;
}

void tri_go_start_world(void)
{
	tri_mutator()->pinned--;
	tri_sched_start_world();
	tri_sched_unpinned();
}

// ---- Goroutines ------------------------------------------------------------------------------------------------

void tri_go_start_system(void *closure)
{
	struct tri_goroutine *goroutine = tri_goroutine_new(closure, *(const uintptr_t *)tri_current()->abi.sp);
	tri_goroutine_make_system(goroutine);
	tri_sched_start(goroutine);
}

void tri_go_lend_goroutine(bool lent) { tri_goroutine_lend(lent); }

void tri_go_set_goroutine_word(int64_t which, void *value)
{
	if (tri_gc_is_marking()) { // the goroutine may have been scanned, and what it had be known elsewhere
		tri_gc_shade(tri_mutator(), (uintptr_t)value);
		tri_gc_shade(tri_mutator(), (uintptr_t)tri_current()->words[which]);
	}
	tri_current()->words[which] = value;
}

void *tri_go_get_goroutine_word(int64_t which) { return tri_current()->words[which]; }
