// The compiler's own small library: arenas, growable arrays, interned names, hash maps,
// text buffers, and the internal compiler error. It depends on libc and pthreads alone.
//
// Ownership: everything allocated from an arena lives until the arena is destroyed; nothing
// is freed one by one. Arenas, maps and buffers belong to one thread at a time. The name table
// is shared by all threads and locks itself.
#ifndef TRI_COMPILER_BASE_H
#define TRI_COMPILER_BASE_H

#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TRI_PRINTF(format_index, first) __attribute__((format(printf, format_index, first)))
#define TRI_NORETURN __attribute__((noreturn))
#define TRI_UNUSED __attribute__((unused))
#define TRI_COUNT(array) (sizeof(array) / sizeof((array)[0]))

// ---- Arena -----------------------------------------------------------------------------------

struct tri_arena;

// Creates an empty arena. Never returns NULL: running out of memory ends the compiler with a
// message (exit 2), as every allocation here does.
struct tri_arena *tri_arena_new(void);
void tri_arena_free(struct tri_arena *arena);
// Gives all that it holds back; it is as when it was new.
void tri_arena_clear(struct tri_arena *arena);
// One that is freed with `parent`, and may be used by another thread than `parent` is.
struct tri_arena *tri_arena_new_within(struct tri_arena *parent);

// Zeroed storage, aligned to 16 bytes.
void *tri_arena_alloc(struct tri_arena *arena, size_t size) __attribute__((malloc, alloc_size(2)));
char *tri_arena_strdup(struct tri_arena *arena, const char *text, size_t length);
char *tri_arena_printf(struct tri_arena *arena, const char *format, ...) TRI_PRINTF(2, 3);
// Bytes handed out so far, for -d=memory reports.
size_t tri_arena_used(const struct tri_arena *arena);

#define TRI_NEW(arena, type) ((type *)tri_arena_alloc((arena), sizeof(type)))
#define TRI_NEW_ARRAY(arena, type, count) ((type *)tri_arena_alloc((arena), sizeof(type) * (size_t)(count)))

// ---- Growable arrays -------------------------------------------------------------------------
// A vector is { items, count, capacity }; a zeroed one is empty. Storage comes from an arena, so
// growing leaves the old storage behind (amortised: at most as much again).

#define TRI_VECTOR(type) \
	struct { \
		type *items; \
		uint32_t count, capacity; \
	}

void *tri_vector_grow(struct tri_arena *arena, void *items, uint32_t *capacity, size_t item_size);

#define tri_vector_push(arena, vector, item) \
	do { \
		if ((vector)->count == (vector)->capacity) \
			(vector)->items = tri_vector_grow((arena), (vector)->items, &(vector)->capacity, sizeof *(vector)->items); \
		(vector)->items[(vector)->count++] = (item); \
	} while (0)

#define tri_vector_last(vector) ((vector)->items[(vector)->count - 1])

// ---- Interned names --------------------------------------------------------------------------
// Equal text means equal pointer within one table. Names live as long as their table.

struct tri_name {
	uint32_t length; // bytes, without the terminating NUL
	uint32_t hash;
	char text[]; // NUL-terminated; may contain NUL bytes when length says so
};

struct tri_name_table;
struct tri_name_table *tri_name_table_new(void);
void tri_name_table_free(struct tri_name_table *table);
const struct tri_name *tri_name_intern(struct tri_name_table *table, const char *text, size_t length);
const struct tri_name *tri_name_intern_c(struct tri_name_table *table, const char *text);
const struct tri_name *tri_name_printf(struct tri_name_table *table, const char *format, ...) TRI_PRINTF(2, 3);

// ---- Hash map --------------------------------------------------------------------------------
// Keys are words (pointers, interned names, integers); key 0 is allowed. Iteration follows
// insertion order, so output never depends on addresses. Zeroed = empty.

struct tri_map_entry {
	uintptr_t key;
	void *value;
};

struct tri_map {
	struct tri_map_entry *entries; // in insertion order; count of them
	uint32_t *slots;               // open addressing, entry index + 1
	uint32_t count, capacity, slot_count;
};

void *tri_map_get(const struct tri_map *map, uintptr_t key); // NULL when absent
bool tri_map_has(const struct tri_map *map, uintptr_t key);
// Inserts or replaces; returns the previous value or NULL.
void *tri_map_put(struct tri_arena *arena, struct tri_map *map, uintptr_t key, void *value);

#define TRI_KEY(pointer) ((uintptr_t)(const void *)(pointer))

// ---- Bit sets --------------------------------------------------------------------------------

struct tri_bits {
	uint64_t *words;
	uint32_t bit_count;
};

struct tri_bits tri_bits_new(struct tri_arena *arena, uint32_t bit_count);
static inline bool tri_bits_has(const struct tri_bits *bits, uint32_t index) { return (bits->words[index >> 6] >> (index & 63)) & 1; }
static inline void tri_bits_add(struct tri_bits *bits, uint32_t index) { bits->words[index >> 6] |= (uint64_t)1 << (index & 63); }
static inline void tri_bits_remove(struct tri_bits *bits, uint32_t index) { bits->words[index >> 6] &= ~((uint64_t)1 << (index & 63)); }
// target |= source; says whether target changed. Sizes must be equal.
bool tri_bits_union(struct tri_bits *target, const struct tri_bits *source);

// ---- Text buffers ----------------------------------------------------------------------------
// Heap-allocated, NUL-terminated after every operation; zeroed = empty.

struct tri_buffer {
	char *data;
	size_t length, capacity;
};

void tri_buffer_append(struct tri_buffer *buffer, const void *bytes, size_t length);
void tri_buffer_append_c(struct tri_buffer *buffer, const char *text);
void tri_buffer_append_byte(struct tri_buffer *buffer, char byte);
void tri_buffer_printf(struct tri_buffer *buffer, const char *format, ...) TRI_PRINTF(2, 3);
void tri_buffer_vprintf(struct tri_buffer *buffer, const char *format, va_list arguments);
void tri_buffer_free(struct tri_buffer *buffer);

// ---- Programs --------------------------------------------------------------------------------

// The path of what a shell would run by that name: itself when it has a slash, else the first on $PATH; NULL: there is none.
const char *tri_find_program(struct tri_arena *arena, const char *name);

// ---- Hashes ----------------------------------------------------------------------------------

void tri_sha256(const void *data, size_t length, uint8_t digest[32]);

// ---- Internal compiler errors ----------------------------------------------------------------
// A broken invariant of the compiler itself: prints the place and the message, asks for a report,
// removes nothing, exits 2. Never used for anything a user's program can cause on purpose.

TRI_NORETURN void tri_ice_at(const char *file, int line, const char *format, ...) TRI_PRINTF(3, 4);
#define tri_ice(...) tri_ice_at(__FILE__, __LINE__, __VA_ARGS__)
// Cheap assertions stay on in every build of the compiler.
#define tri_assert(condition) ((condition) ? (void)0 : tri_ice("assertion failed: %s", #condition))

#endif
