// Roots and handles of C programs.
//
// A root is a range of words, read conservatively. Adding one while the collector marks shades what it holds, removing one
// too: the collector sees the heap as it was when marking began. Handles are words in chunks of runtime memory that never
// move; a free one holds the number of the next, shifted and odd, which is no address of an object.
#include "runtime/capi/internal.h"
#include "runtime/gc/gc.h"
#include "runtime/special/special.h"

static struct tri_lock lock = TRI_LOCK_INIT(SPECIALS); // guards everything here

struct root {
	uintptr_t *start;
	size_t words;
	struct root *next;
};
static struct root *roots, *spare;

static void shade_range(const uintptr_t *words, size_t count)
{
	if (!tri_gc_is_marking())
		return;
	size_t size;
	struct tri_span *span;
	for (size_t i = 0; i < count; i++) {
		if (tri_heap_find_object(words[i], &size, &span))
			tri_gc_shade(tri_mutator(), words[i]);
	}
}

enum tri_error tri_root_add(void *start, size_t bytes)
{
	enum tri_error error = TRI_ERROR_OK;
	tri_capi_enter("tri_root_add");
	tri_lock(&lock);
	for (const struct root *root = roots; root; root = root->next) {
		if (root->start == start)
			error = TRI_ERROR_ROOT_KNOWN;
	}
	if (error == TRI_ERROR_OK) {
		struct root *root = spare;
		if (root)
			spare = root->next;
		else
			root = tri_permanent_alloc(sizeof *root);
		*root = (struct root){start, bytes / sizeof(uintptr_t), roots};
		roots = root;
	}
	tri_unlock(&lock);
	if (error == TRI_ERROR_OK)
		shade_range(start, bytes / sizeof(uintptr_t));
	tri_capi_leave();
	return error;
}

enum tri_error tri_root_remove(void *start)
{
	struct root *found = NULL;
	tri_capi_enter("tri_root_remove");
	tri_lock(&lock);
	for (struct root **at = &roots; *at && !found; at = &(*at)->next) {
		if ((*at)->start != start)
			continue;
		found = *at;
		*at = found->next;
		break;
	}
	size_t words = found ? found->words : 0;
	if (found) {
		found->next = spare;
		spare = found;
	}
	tri_unlock(&lock);
	shade_range(start, words);
	tri_capi_leave();
	return found ? TRI_ERROR_OK : TRI_ERROR_ROOT_UNKNOWN;
}

// ---- Handles ---------------------------------------------------------------------------------------

enum { CHUNK = 4096 };
struct chunk {
	uintptr_t words[CHUNK];
};
static struct chunk **chunks;
static uint32_t chunk_count, chunk_capacity;
static uint64_t free_handle; // number of the first free one, 0: none

static uintptr_t *handle_word(uint64_t number) { return &chunks[(number - 1) / CHUNK]->words[(number - 1) % CHUNK]; }

static bool add_chunk(void)
{
	tri_assert_held(&lock);
	if (chunk_count == chunk_capacity) {
		uint32_t capacity = chunk_capacity ? chunk_capacity * 2 : 64;
		struct chunk **grown = tri_permanent_alloc(capacity * sizeof(struct chunk *));
		if (chunk_count > 0)
			memcpy(grown, chunks, chunk_count * sizeof *grown);
		chunks = grown;
		chunk_capacity = capacity;
	}
	chunks[chunk_count++] = tri_permanent_alloc(sizeof(struct chunk));
	uint64_t first = (uint64_t)(chunk_count - 1) * CHUNK + 1;
	for (uint64_t i = CHUNK; i-- > 0;) {
		*handle_word(first + i) = free_handle << 1 | 1;
		free_handle = first + i;
	}
	return true;
}

tri_handle tri_handle_new(void *object)
{
	tri_capi_enter("tri_handle_new");
	tri_lock(&lock);
	if (free_handle == 0)
		add_chunk();
	uint64_t number = free_handle;
	free_handle = *handle_word(number) >> 1;
	*handle_word(number) = (uintptr_t)object;
	tri_unlock(&lock);
	if (tri_gc_is_marking())
		tri_gc_shade(tri_mutator(), (uintptr_t)object);
	tri_capi_leave();
	return number;
}

static uintptr_t *checked(tri_handle handle, const char *call)
{
	tri_assert_held(&lock);
	if (handle == 0 || handle > (uint64_t)chunk_count * CHUNK || (*handle_word(handle) & 1)) {
		tri_unlock(&lock);
		tri_capi_fail(call, "handle %llu is not in use: never made, or freed already", (unsigned long long)handle);
	}
	return handle_word(handle);
}

void *tri_handle_get(tri_handle handle)
{
	tri_capi_enter("tri_handle_get");
	tri_lock(&lock);
	void *object = (void *)*checked(handle, "tri_handle_get");
	tri_unlock(&lock);
	tri_capi_leave();
	return object;
}

void tri_handle_free(tri_handle handle)
{
	tri_capi_enter("tri_handle_free");
	tri_lock(&lock);
	uintptr_t *word = checked(handle, "tri_handle_free"), object = *word;
	*word = free_handle << 1 | 1;
	free_handle = handle;
	tri_unlock(&lock);
	if (tri_gc_is_marking())
		tri_gc_shade(tri_mutator(), object);
	tri_capi_leave();
}

// ---- The collector's view --------------------------------------------------------------------------

static uint32_t unit_count(void *context)
{
	(void)context;
	return 1 + chunk_count;
}

static void scan_unit(void *context, uint32_t unit, struct tri_gc_marker *marker)
{
	(void)context;
	tri_lock(&lock);
	if (unit == 0) {
		for (const struct root *root = roots; root; root = root->next)
			tri_gc_mark_conservative(marker, root->start, root->start + root->words);
	} else {
		const struct chunk *chunk = chunks[unit - 1];
		tri_gc_mark_conservative(marker, chunk->words, chunk->words + CHUNK);
	}
	tri_unlock(&lock);
}

void tri_capi_roots_init(void)
{
	static const struct tri_gc_root_source source = {"C roots", unit_count, scan_unit, NULL};
	tri_gc_add_root_source(&source);
}

// ---- Objects with an end ---------------------------------------------------------------------------

tri_cleanup tri_cleanup_add(void *object, void (*function)(void *argument), void *argument)
{
	tri_capi_enter("tri_cleanup_add");
	uint64_t id = tri_special_cleanup_add(object, function, argument);
	if (id == 0)
		tri_capi_fail("tri_cleanup_add", "%p is not an object of the heap", object);
	if (tri_gc_is_marking())
		tri_gc_shade(tri_mutator(), (uintptr_t)argument);
	tri_capi_leave();
	return id;
}

void tri_cleanup_stop(tri_cleanup cleanup)
{
	tri_capi_enter("tri_cleanup_stop");
	tri_special_cleanup_stop(cleanup);
	tri_capi_leave();
}

tri_weak tri_weak_new(void *object)
{
	tri_capi_enter("tri_weak_new");
	uint64_t id = tri_special_weak_new(object);
	if (id == 0)
		tri_capi_fail("tri_weak_new", "%p is not an object of the heap", object);
	tri_capi_leave();
	return id;
}

void *tri_weak_get(tri_weak weak)
{
	tri_capi_enter("tri_weak_get");
	void *object = tri_special_weak_get(tri_mutator(), weak);
	tri_capi_leave();
	return object;
}

void tri_weak_free(tri_weak weak)
{
	tri_capi_enter("tri_weak_free");
	tri_special_weak_free(weak);
	tri_capi_leave();
}
