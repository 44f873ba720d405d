// Objects with an end: what is attached to single objects and outlives them: cleanups, weak pointers, finalizers, records
// of the heap profile.
//
// A table by address, in runtime memory. The span counts its objects' entries, so that the sweeper asks about dead objects
// of such spans alone (tri_heap_hooks.freed). A cleanup's function runs on a goroutine of the runtime, never in the
// sweeper.
#ifndef TRI_RUNTIME_SPECIAL_H
#define TRI_RUNTIME_SPECIAL_H

#include "runtime/gc/gc.h"
#include "runtime/heap/heap.h"
#include <stdbool.h>
#include <stdint.h>

void tri_special_init(void);

// What runs cleanups and finalizers: told once there is something in the queue.
extern void (*tri_special_queue_hook)(void);
struct tri_special_call {
	void (*cleanup)(void *argument); // one of the two, the other is NULL
	void (*finalizer)(void *object, void *argument);
	void *object, *argument;
};
// The next call that is due; false: none. Inside an operation of the calling goroutine, which makes the call outside.
bool tri_special_take(struct tri_mutator *mutator, struct tri_special_call *call);
bool tri_special_queue_is_empty(void);
struct tri_special_counts { // of calls that were ever due
	uint64_t finalizers, cleanups;
};
void tri_special_counts(struct tri_special_counts *counts);

// All return 0 when `object` is not in the heap. Called between operations of a mutator (no collection in between).
uint64_t tri_special_cleanup_add(void *object, void (*function)(void *argument), void *argument);
void tri_special_cleanup_stop(uint64_t id);
uint64_t tri_special_weak_new(void *object);
void *tri_special_weak_get(struct tri_mutator *mutator, uint64_t id);
void tri_special_weak_free(uint64_t id);
// Go's weak pointers: `handle` is an 8-byte object of the heap that holds the pointer while the object lives, and 0 afterwards. A
// pointer has one handle (pointers into one object differ). NULL: none yet.
void *tri_special_handle_find(struct tri_mutator *mutator, void *pointer);
void *tri_special_handle_add(struct tri_mutator *mutator, void *pointer, void *handle); // the one that was there, or `handle`
void *tri_special_handle_get(struct tri_mutator *mutator, const uintptr_t *handle);     // the pointer, or NULL
// One per object (false: it has one); NULL removes it. The object and all it leads to live until it has run.
bool tri_special_finalizer_set(void *object, void (*function)(void *object, void *argument), void *argument);
// The bubble that the object belongs to (package synctest), which `add` sets unless there is one; 0: none, or it is not in the heap.
uint64_t tri_special_bubble(void *object, uint64_t bubble, bool add);
void tri_special_bubble_remove(void *object);
// World stopped: each of three kinds. `argument` is what the finalizer was set with, or the profile's record.
enum tri_special_kind { TRI_SPECIAL_FINALIZER, TRI_SPECIAL_QUEUED_FINALIZER, TRI_SPECIAL_PROFILE };
typedef void (*tri_special_visit)(void *context, enum tri_special_kind kind, uintptr_t object, const void *argument);
void tri_special_each(tri_special_visit visit, void *context);
// For the heap profile: `record` is passed to the hook when the object is freed.
void tri_special_profile_add(void *object, void *record, uint64_t size);
extern void (*tri_special_profile_hook)(void *record, uint64_t size);

#endif
