// The table of specials (special.h). Two hash tables under one lock: by object, for the sweeper; by number, for
// whoever holds a handle.
#include "runtime/special/special.h"
#include "runtime/heap/span.h"

enum kind { CLEANUP, WEAK, FINALIZER, PROFILE, HANDLE, BUBBLE };

struct special {
	struct special *next_object, *next_id; // chains of the two tables
	uintptr_t object;                      // 0: dead or detached
	uint64_t id;
	enum kind kind;
	union {
		void (*cleanup)(void *argument);
		void (*finalizer)(void *object, void *argument);
	} function;
	void *argument;
	uint64_t size;
};

void (*tri_special_queue_hook)(void);
void (*tri_special_profile_hook)(void *record, uint64_t size);

static struct tri_lock lock = TRI_LOCK_INIT(SPECIALS); // guards everything here
static struct special **by_object, **by_id;
static size_t capacity, count; // of each table, a power of two
static uint64_t last_id;
static struct special *spare, *queue_first, *queue_last; // linked by next_object
static _Atomic uint32_t queued;
static _Atomic uint64_t finalizers_due, cleanups_due;

static size_t hash_of(uint64_t key) { return key * 0x9e3779b97f4a7c15u >> 20; }

static void put(struct special *special)
{
	struct special **chain = &by_object[hash_of(special->object) & (capacity - 1)];
	special->next_object = *chain;
	*chain = special;
	chain = &by_id[hash_of(special->id) & (capacity - 1)];
	special->next_id = *chain;
	*chain = special;
}

static void grow(void)
{
	struct special **old = by_id;
	size_t old_capacity = capacity;
	capacity = capacity ? capacity * 2 : 1024;
	by_object = tri_permanent_alloc(capacity * sizeof(struct special *));
	by_id = tri_permanent_alloc(capacity * sizeof(struct special *));
	for (size_t i = 0; i < old_capacity; i++) {
		for (struct special *special = old[i]; special;) {
			struct special *next = special->next_id;
			if (special->object) {
				put(special);
			} else { // a weak pointer to a dead object: found by number alone
				struct special **chain = &by_id[hash_of(special->id) & (capacity - 1)];
				special->next_id = *chain;
				*chain = special;
			}
			special = next;
		}
	}
}

static struct special *find_id(uint64_t id)
{
	if (capacity == 0)
		return NULL;
	for (struct special *special = by_id[hash_of(id) & (capacity - 1)]; special; special = special->next_id) {
		if (special->id == id)
			return special;
	}
	return NULL;
}

// With the lock held, as whoever adds one does both.
static void forget(struct tri_span *span)
{
	if (atomic_fetch_sub_explicit(&span->special_count, 1, memory_order_relaxed) == 1)
		atomic_store_explicit(&span->special_filter, 0, memory_order_relaxed);
}

static void unlink_object(struct special *special)
{
	struct special **at = &by_object[hash_of(special->object) & (capacity - 1)];
	while (*at != special)
		at = &(*at)->next_object;
	*at = special->next_object;
	struct tri_span *span = tri_heap_span_of(special->object);
	forget(span);
	special->object = 0;
}

static void unlink_id(struct special *special)
{
	struct special **at = &by_id[hash_of(special->id) & (capacity - 1)];
	while (*at != special)
		at = &(*at)->next_id;
	*at = special->next_id;
	count--;
}

static void recycle(struct special *special)
{
	special->next_object = spare;
	spare = special;
}

// Returns with the lock held, or NULL without.
static struct special *attach(void *object, enum kind kind)
{
	size_t size;
	struct tri_span *span;
	uintptr_t base = (uintptr_t)tri_heap_find_object((uintptr_t)object, &size, &span);
	if (!base)
		return NULL;
	tri_lock(&lock);
	if (count >= capacity)
		grow();
	struct special *special = spare;
	if (special)
		spare = special->next_object;
	else
		special = tri_permanent_alloc(sizeof *special);
	*special = (struct special){.object = base, .id = ++last_id, .kind = kind};
	count++;
	put(special);
	uint64_t bit = (uint64_t)1 << (tri_span_object_index(span, base) & 63);
	atomic_fetch_or_explicit(&span->special_filter, bit, memory_order_relaxed);
	atomic_fetch_add_explicit(&span->special_count, 1, memory_order_relaxed);
	return special;
}

uint64_t tri_special_cleanup_add(void *object, void (*function)(void *argument), void *argument)
{
	struct special *special = attach(object, CLEANUP);
	if (!special)
		return 0;
	special->function.cleanup = function;
	special->argument = argument;
	uint64_t id = special->id;
	tri_unlock(&lock);
	return id;
}

void tri_special_cleanup_stop(uint64_t id)
{
	tri_lock(&lock);
	struct special *special = find_id(id);
	if (special && special->kind == CLEANUP && special->object) {
		unlink_object(special);
		unlink_id(special);
		recycle(special);
	}
	tri_unlock(&lock);
}

uint64_t tri_special_weak_new(void *object)
{
	struct special *special = attach(object, WEAK);
	if (!special)
		return 0;
	special->argument = object; // the address as given: it may point inside
	uint64_t id = special->id;
	tri_unlock(&lock);
	return id;
}

// The object may have been found dead by the last mark, but not be swept yet. The sweeper says that it has asked before it
// clears marks, so an object without a mark is alive if it has, as its specials would be detached otherwise.
static bool is_alive(uintptr_t object)
{
	tri_assert_held(&lock);
	struct tri_span *span = tri_heap_span_of(object);
	bool marked = tri_span_is_marked(span, tri_span_object_index(span, object));
	atomic_thread_fence(memory_order_acquire);
	uint32_t generation = atomic_load(&tri_heap.generation);
	return marked || tri_gc_is_marking() || atomic_load(&span->asked) == generation || atomic_load(&span->generation) == generation;
}

void *tri_special_weak_get(struct tri_mutator *mutator, uint64_t id)
{
	void *object = NULL;
	tri_lock(&lock);
	struct special *special = find_id(id);
	if (special && special->kind == WEAK && special->object && is_alive(special->object))
		object = special->argument;
	tri_unlock(&lock);
	if (object && tri_gc_is_marking())
		tri_gc_shade(mutator, (uintptr_t)object);
	return object;
}

void tri_special_weak_free(uint64_t id)
{
	tri_lock(&lock);
	struct special *special = find_id(id);
	if (special && special->kind == WEAK) {
		if (special->object)
			unlink_object(special);
		unlink_id(special);
		recycle(special);
	}
	tri_unlock(&lock);
}

// ---- Handles -------------------------------------------------------------------------------------

struct immortal { // a pointer to what is not in the heap
	struct immortal *next;
	uintptr_t handle;
};
static struct immortal *immortals;

static void *shaded(struct tri_mutator *mutator, void *pointer)
{
	if (pointer && tri_gc_is_marking())
		tri_gc_shade(mutator, (uintptr_t)pointer);
	return pointer;
}

static struct special *find_handle(uintptr_t object, const void *pointer, const struct special *other_than)
{
	tri_assert_held(&lock);
	struct special *special = capacity ? by_object[hash_of(object) & (capacity - 1)] : NULL;
	while (special &&
		   (special->object != object || special->kind != HANDLE || special->size != (uintptr_t)pointer || special == other_than))
		special = special->next_object;
	return special;
}

static void *immortal_handle(void *pointer)
{
	tri_lock(&lock);
	struct immortal *immortal = immortals;
	while (immortal && immortal->handle != (uintptr_t)pointer)
		immortal = immortal->next;
	if (!immortal) {
		immortal = tri_permanent_alloc(sizeof *immortal);
		*immortal = (struct immortal){immortals, (uintptr_t)pointer};
		immortals = immortal;
	}
	tri_unlock(&lock);
	return &immortal->handle;
}

void *tri_special_handle_find(struct tri_mutator *mutator, void *pointer)
{
	size_t size;
	struct tri_span *span;
	uintptr_t base = (uintptr_t)tri_heap_find_object((uintptr_t)pointer, &size, &span);
	if (!base)
		return immortal_handle(pointer);
	tri_lock(&lock);
	const struct special *special = find_handle(base, pointer, NULL);
	void *handle = special ? special->argument : NULL;
	tri_unlock(&lock);
	return shaded(mutator, handle);
}

void *tri_special_handle_add(struct tri_mutator *mutator, void *pointer, void *handle)
{
	struct special *special = attach(pointer, HANDLE);
	special->size = (uintptr_t)pointer;
	special->argument = handle;
	const struct special *known = find_handle(special->object, pointer, special);
	if (known) {
		handle = known->argument;
		unlink_object(special);
		unlink_id(special);
		recycle(special);
	}
	tri_unlock(&lock);
	return shaded(mutator, handle);
}

void *tri_special_handle_get(struct tri_mutator *mutator, const uintptr_t *handle)
{
	size_t size;
	struct tri_span *span;
	tri_lock(&lock); // the sweeper clears handles with it
	void *pointer = (void *)*handle;
	uintptr_t base = pointer ? (uintptr_t)tri_heap_find_object((uintptr_t)pointer, &size, &span) : 0;
	if (base && !is_alive(base))
		pointer = NULL;
	tri_unlock(&lock);
	return shaded(mutator, pointer);
}

bool tri_special_finalizer_set(void *object, void (*function)(void *object, void *argument), void *argument)
{
	size_t size;
	struct tri_span *span;
	uintptr_t base = (uintptr_t)tri_heap_find_object((uintptr_t)object, &size, &span);
	if (!base)
		return false;
	tri_lock(&lock);
	struct special *known = NULL;
	for (struct special *special = capacity ? by_object[hash_of(base) & (capacity - 1)] : NULL; special; special = special->next_object) {
		if (special->object == base && special->kind == FINALIZER)
			known = special;
	}
	if (known && !function) {
		unlink_object(known);
		unlink_id(known);
		recycle(known);
	}
	tri_unlock(&lock);
	if (known || !function)
		return !function;
	struct special *special = attach(object, FINALIZER);
	special->function.finalizer = function;
	special->argument = argument;
	tri_unlock(&lock);
	return true;
}

void tri_special_profile_add(void *object, void *record, uint64_t size)
{
	struct special *special = attach(object, PROFILE);
	if (!special)
		return;
	special->argument = record;
	special->size = size;
	tri_unlock(&lock);
}

// ---- Bubbles -------------------------------------------------------------------------------------

static struct special *find_bubble(const void *object)
{
	tri_assert_held(&lock);
	size_t size;
	struct tri_span *span;
	uintptr_t base = (uintptr_t)tri_heap_find_object((uintptr_t)object, &size, &span);
	struct special *special = capacity && base ? by_object[hash_of(base) & (capacity - 1)] : NULL;
	while (special && (special->object != base || special->kind != BUBBLE || special->argument != object))
		special = special->next_object;
	return special;
}

uint64_t tri_special_bubble(void *object, uint64_t bubble, bool add)
{
	tri_lock(&lock);
	const struct special *known = find_bubble(object);
	uint64_t found = known ? known->size : 0;
	tri_unlock(&lock);
	if (known || !add)
		return found;
	struct special *special = attach(object, BUBBLE);
	if (!special)
		return 0;
	known = find_bubble(object); // by somebody else meanwhile; the new one has no argument yet
	found = known ? known->size : bubble;
	if (known) {
		unlink_object(special);
		unlink_id(special);
		recycle(special);
	} else {
		special->argument = object;
		special->size = bubble;
	}
	tri_unlock(&lock);
	return found;
}

void tri_special_bubble_remove(void *object)
{
	tri_lock(&lock);
	struct special *special = find_bubble(object);
	if (special) {
		unlink_object(special);
		unlink_id(special);
		recycle(special);
	}
	tri_unlock(&lock);
}

// ---- Sweeping ------------------------------------------------------------------------------------

static void enqueue(struct special *special)
{
	special->next_object = NULL;
	if (queue_last)
		queue_last->next_object = special;
	else
		queue_first = special;
	queue_last = special;
	atomic_fetch_add(&queued, 1);
	atomic_fetch_add_explicit(special->kind == FINALIZER ? &finalizers_due : &cleanups_due, 1, memory_order_relaxed);
}

void tri_special_counts(struct tri_special_counts *counts)
{
	counts->finalizers = atomic_load(&finalizers_due);
	counts->cleanups = atomic_load(&cleanups_due);
}

static bool has_finalizer(uintptr_t object)
{
	for (const struct special *special = by_object[hash_of(object) & (capacity - 1)]; special; special = special->next_object) {
		if (special->object == object && special->kind == FINALIZER)
			return true;
	}
	return false;
}

// The object is dead. A finalizer keeps it for one cycle more; weak pointers are cleared first, all the same.
static void freed(struct tri_span *span, uintptr_t object)
{
	bool any = false;
	tri_lock(&lock);
	bool revived = has_finalizer(object);
	for (struct special **at = &by_object[hash_of(object) & (capacity - 1)]; *at;) {
		struct special *special = *at;
		if (special->object != object || (revived && (special->kind == CLEANUP || special->kind == PROFILE))) {
			at = &special->next_object;
			continue;
		}
		*at = special->next_object;
		forget(span);
		special->object = 0;
		switch (special->kind) {
		case WEAK: // its owner frees it
			break;
		case HANDLE:
			*(uintptr_t *)special->argument = 0;
			unlink_id(special);
			recycle(special);
			break;
		case PROFILE:
			unlink_id(special);
			if (tri_special_profile_hook)
				tri_special_profile_hook(special->argument, special->size);
			recycle(special);
			break;
		case BUBBLE:
			unlink_id(special);
			recycle(special);
			break;
		case FINALIZER:
			tri_span_keep(span, tri_span_object_index(span, object));
			special->size = object;
			unlink_id(special);
			enqueue(special);
			any = true;
			break;
		case CLEANUP:
			unlink_id(special);
			enqueue(special);
			any = true;
			break;
		}
	}
	tri_unlock(&lock);
	if (any && tri_special_queue_hook)
		tri_special_queue_hook();
}

bool tri_special_queue_is_empty(void) { return atomic_load(&queued) == 0; }

bool tri_special_take(struct tri_mutator *mutator, struct tri_special_call *call)
{
	tri_lock(&lock);
	struct special *special = queue_first;
	if (special) {
		queue_first = special->next_object;
		if (!queue_first)
			queue_last = NULL;
		atomic_fetch_sub(&queued, 1);
		bool finalizes = special->kind == FINALIZER;
		*call = (struct tri_special_call){.cleanup = finalizes ? NULL : special->function.cleanup,
										  .finalizer = finalizes ? special->function.finalizer : NULL,
										  .object = finalizes ? (void *)special->size : NULL,
										  .argument = special->argument};
		recycle(special);
	}
	tri_unlock(&lock);
	// The caller's stack may have been scanned, and the queue not yet.
	if (special && tri_gc_is_marking()) {
		tri_gc_shade(mutator, (uintptr_t)call->object);
		tri_gc_shade(mutator, (uintptr_t)call->argument);
	}
	return special != NULL;
}

void tri_special_each(tri_special_visit visit, void *context)
{
	tri_lock(&lock);
	for (size_t i = 0; i < capacity; i++) {
		for (const struct special *special = by_object[i]; special; special = special->next_object) {
			if (special->kind == FINALIZER || special->kind == PROFILE)
				visit(context, special->kind == FINALIZER ? TRI_SPECIAL_FINALIZER : TRI_SPECIAL_PROFILE, special->object,
					  special->argument);
		}
	}
	for (const struct special *special = queue_first; special; special = special->next_object) {
		if (special->kind == FINALIZER)
			visit(context, TRI_SPECIAL_QUEUED_FINALIZER, (uintptr_t)special->size, special->argument);
	}
	tri_unlock(&lock);
}

// ---- Roots ---------------------------------------------------------------------------------------
// What cleanups and finalizers will be called with, and what an object with a finalizer leads to (not the object).

enum { UNITS = 64 };

static uint32_t unit_count(void *context)
{
	(void)context;
	return capacity ? UNITS : 0;
}

static void scan_object(const struct special *special, struct tri_gc_marker *marker)
{
	struct tri_span *span = tri_heap_span_of(special->object);
	const struct tri_layout *layout = span->layout;
	size_t words = (span->state == TRI_SPAN_LARGE ? span->large_size : span->object_size) / 8;
	for (size_t i = 0; layout->has_pointers && i < words; i += layout->period_words) {
		uint32_t length = words - i < layout->period_words ? (uint32_t)(words - i) : layout->period_words;
		tri_gc_mark_masked(marker, (const uintptr_t *)special->object + i, layout->period_mask, length);
	}
}

static void scan_unit(void *context, uint32_t unit, struct tri_gc_marker *marker)
{
	(void)context;
	tri_lock(&lock);
	for (size_t i = unit * capacity / UNITS; i < (unit + 1) * capacity / UNITS; i++) {
		for (const struct special *special = by_object[i]; special; special = special->next_object) {
			if (special->kind == CLEANUP || special->kind == FINALIZER || special->kind == HANDLE)
				tri_gc_mark_conservative(marker, (const uintptr_t *)&special->argument, (const uintptr_t *)&special->argument + 1);
			if (special->kind == FINALIZER)
				scan_object(special, marker);
		}
	}
	if (unit == 0) {
		for (const struct special *special = queue_first; special; special = special->next_object) {
			uintptr_t held[2] = {(uintptr_t)special->argument, special->kind == FINALIZER ? special->size : 0};
			tri_gc_mark_conservative(marker, held, held + 2);
		}
	}
	tri_unlock(&lock);
}

void tri_special_init(void)
{
	static const struct tri_gc_root_source source = {"specials", unit_count, scan_unit, NULL};
	tri_gc_add_root_source(&source);
	tri_heap_hooks.freed = freed;
}
