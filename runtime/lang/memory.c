// Allocation entry points, typed copies and clears, boxing of small values, panics raised from C.
#include "runtime/lang/lang.h"

char tri_zero_base[16];

// ---- Panics from C ---------------------------------------------------------------------------------

extern char lang_panic[] __asm__("runtime.langpanic") __attribute__((weak));

void tri_lang_call(const char *code, uintptr_t a, uintptr_t b, uintptr_t c)
{
	// The goroutine stands at an entry point's call: it continues as if that call had been to `code`, with
	// the return address in place, so the trace shows the right line.
	struct tri_g *g = &tri_current()->abi;
	g->integer_registers[0] = a;
	g->integer_registers[1] = b;
	g->integer_registers[2] = c;
	g->context = NULL;
	g->sp -= 8;
	*(uintptr_t *)g->sp = (uintptr_t)code;
	tri_asm_run(g, true);
}

void tri_lang_panic(enum tri_panic_kind kind)
{
	if (!lang_panic)
		tri_throw("panic without package runtime");
	tri_lang_call(lang_panic, kind, 0, 0);
}

// ---- Allocation ------------------------------------------------------------------------------------

static void count_site(size_t bytes) { tri_observe_site(*(const uintptr_t *)tri_current()->abi.sp, bytes); }

void *tri_lang_alloc(const struct tri_rtype *type, size_t count)
{
	if (TRI_UNLIKELY(tri_settings.alloc_sites))
		count_site(tri_heap_rounded_size(type->size * count, type->pointer_bytes != 0));
	return tri_heap_alloc(tri_mutator(), type, count);
}

void *tri_lang_alloc_plain(size_t size)
{
	if (TRI_UNLIKELY(tri_settings.alloc_sites))
		count_site(tri_heap_rounded_size(size, false));
	return tri_heap_alloc_plain(tri_mutator(), size);
}

void *tri_go_newobject(const struct tri_rtype *type)
{
	if (TRI_UNLIKELY(type->size == 0))
		return tri_zero_base;
	return tri_lang_alloc(type, 1);
}

enum { ADDRESS_BITS = 48 };

// Go's limit on one allocation.
static bool too_large(size_t element, int64_t count)
{
	size_t bytes;
	return count < 0 || __builtin_mul_overflow(element, (size_t)count, &bytes) || bytes > (size_t)1 << ADDRESS_BITS;
}

void *tri_go_makeslice(const struct tri_rtype *type, int64_t length, int64_t capacity)
{
	if (too_large(type->size, capacity) || length < 0 || length > capacity)
		tri_lang_panic(too_large(type->size, length) ? TRI_PANIC_MAKE_SLICE_LENGTH : TRI_PANIC_MAKE_SLICE_CAPACITY);
	if (type->size == 0 || capacity == 0)
		return tri_zero_base;
	return tri_lang_alloc(type, (size_t)capacity);
}

// Doubles while small, then grows by a quarter plus 192 elements, the change being smooth (Go 1.18).
static int64_t next_capacity(int64_t needed, int64_t old)
{
	enum { THRESHOLD = 256 };
	if (needed > 2 * old)
		return needed;
	if (old < THRESHOLD)
		return 2 * old;
	uint64_t capacity = (uint64_t)old;
	while (capacity < (uint64_t)needed)
		capacity += (capacity + 3 * THRESHOLD) >> 2;
	return (int64_t)capacity <= 0 ? needed : (int64_t)capacity;
}

static void shade_array(void *data, size_t count, const struct tri_rtype *type)
{
	struct tri_mutator *mutator = tri_mutator();
	for (size_t i = 0; i < count; i++) {
		const uintptr_t *words = (const uintptr_t *)((const char *)data + i * type->size);
		for (size_t word = 0; word < type->pointer_bytes / 8; word++) {
			if (type->mask[word / 8] >> (word % 8) & 1)
				tri_gc_shade(mutator, words[word]);
		}
	}
}

struct tri_words2 tri_go_growslice(void *old, int64_t new_length, int64_t old_capacity, int64_t added, const struct tri_rtype *type)
{
	int64_t old_length = new_length - added;
	if (new_length < 0)
		tri_lang_panic(TRI_PANIC_GROW_SLICE);
	if (type->size == 0)
		return (struct tri_words2){(uintptr_t)tri_zero_base, (uintptr_t)new_length};
	int64_t capacity = next_capacity(new_length, old_capacity);
	if (too_large(type->size, capacity))
		tri_lang_panic(TRI_PANIC_GROW_SLICE);
	size_t bytes = tri_heap_rounded_size((size_t)capacity * type->size, type->pointer_bytes != 0);
	capacity = (int64_t)(bytes / type->size);
	void *data;
	if (type->pointer_bytes == 0)
		data = tri_lang_alloc_plain((size_t)capacity * type->size);
	else
		data = tri_lang_alloc(type, (size_t)capacity);
	memcpy(data, old, (size_t)old_length * type->size);
	// The new array is black: what it holds must not be white.
	if (TRI_UNLIKELY(tri_gc_is_marking()) && type->pointer_bytes)
		shade_array(data, (size_t)old_length, type);
	return (struct tri_words2){(uintptr_t)data, (uintptr_t)capacity};
}

enum { SLICE_ROOM = 32 }; // in the frame, for an array of a slice that nothing else refers to

struct tri_words2 tri_go_growslicebuf(void *old, int64_t new_length, int64_t old_capacity, int64_t added, const struct tri_rtype *type,
									  char *room)
{
	size_t needed, old_bytes = (size_t)(new_length - added) * type->size;
	if (new_length < 0 || __builtin_mul_overflow((size_t)new_length, type->size, &needed) || needed > SLICE_ROOM)
		return tri_go_growslice(old, new_length, old_capacity, added, type);
	size_t capacity = tri_heap_rounded_size(needed, type->pointer_bytes != 0) / type->size;
	if (capacity * type->size > SLICE_ROOM)
		capacity = SLICE_ROOM / type->size;
	if (old != room && old_bytes > 0)
		memmove(room, old, old_bytes);
	// What an earlier slice left behind may point to what was freed, and a barrier looks at what it overwrites.
	memset(room + old_bytes, 0, capacity * type->size - old_bytes);
	return (struct tri_words2){(uintptr_t)room, (uintptr_t)capacity};
}

struct tri_words2 tri_go_moveslice(const void *old, int64_t length, int64_t capacity, const struct tri_rtype *type, int64_t keeps)
{
	size_t count = (size_t)(keeps ? capacity : length);
	if (count == 0)
		return (struct tri_words2){(uintptr_t)tri_zero_base, 0};
	size_t room = keeps ? count : tri_heap_rounded_size(count * type->size, type->pointer_bytes != 0) / type->size;
	char *data = type->pointer_bytes == 0 ? tri_lang_alloc_plain(room * type->size) : tri_lang_alloc(type, room);
	memcpy(data, old, count * type->size);
	if (TRI_UNLIKELY(tri_gc_is_marking()) && type->pointer_bytes)
		shade_array(data, count, type);
	return (struct tri_words2){(uintptr_t)data, (uintptr_t)room};
}

// ---- Typed memory --------------------------------------------------------------------------------

void tri_go_typedmemmove(const struct tri_rtype *type, void *to, const void *from)
{
	if (to == from)
		return;
	if (TRI_UNLIKELY(tri_gc_is_marking()) && type->pointer_bytes)
		tri_gc_barrier_bulk(tri_mutator(), to, from, (uint32_t)(type->pointer_bytes / 8), type->mask);
	memmove(to, from, type->size);
}

void tri_go_typedmemclr(const struct tri_rtype *type, void *at)
{
	if (TRI_UNLIKELY(tri_gc_is_marking()) && type->pointer_bytes)
		tri_gc_barrier_bulk(tri_mutator(), at, NULL, (uint32_t)(type->pointer_bytes / 8), type->mask);
	memset(at, 0, type->size);
}

int64_t tri_go_typedslicecopy(const struct tri_rtype *type, void *to, int64_t to_length, const void *from, int64_t from_length)
{
	int64_t count = to_length < from_length ? to_length : from_length;
	if (count == 0)
		return 0;
	size_t bytes = (size_t)count * type->size;
	if (TRI_UNLIKELY(tri_gc_is_marking()) && type->pointer_bytes)
		tri_gc_barrier_bulk(tri_mutator(), to, from, (uint32_t)(bytes / 8), NULL);
	memmove(to, from, bytes);
	return count;
}

void tri_go_memclrHasPointers(void *at, size_t bytes)
{
	if (TRI_UNLIKELY(tri_gc_is_marking()))
		tri_gc_barrier_bulk(tri_mutator(), at, NULL, (uint32_t)(bytes / 8), NULL);
	memset(at, 0, bytes);
}

void tri_go_writeBarrier(void **slot, void *value) { tri_gc_barrier(tri_mutator(), slot, value); }

// ---- Boxing --------------------------------------------------------------------------------------

// The values 0..255 of all integer types: the box of a small number is not allocated (little-endian).
#define ROW4(n) n, n + 1, n + 2, n + 3
#define ROW16(n) ROW4(n), ROW4(n + 4), ROW4(n + 8), ROW4(n + 12)
#define ROW64(n) ROW16(n), ROW16(n + 16), ROW16(n + 32), ROW16(n + 48)
const uint64_t tri_static_integers[256] = {ROW64(0), ROW64(64), ROW64(128), ROW64(192)};
// A zero value of any type of at most so many bytes.
const uint8_t tri_zero_value[1024] __asm__("runtime.zeroVal") __attribute__((aligned(16))) = {0};

static const void *box(uint64_t value, size_t size)
{
	if (value < 256)
		return &tri_static_integers[value];
	void *boxed = tri_lang_alloc_plain(size);
	memcpy(boxed, &value, size);
	return boxed;
}

const void *tri_go_convT16(uint64_t value) { return box(value & 0xffff, 2); }
const void *tri_go_convT32(uint64_t value) { return box(value & 0xffffffff, 4); }
const void *tri_go_convT64(uint64_t value) { return box(value, 8); }

static const uint8_t first_word_mask = 1;
static const struct tri_rtype string_type = {
	.size = 16, .pointer_bytes = 8, .align = 8, .field_align = 8, .kind = TRI_KIND_STRING, .mask = (uint8_t *)&first_word_mask};
static const struct tri_rtype slice_type = {
	.size = 24, .pointer_bytes = 8, .align = 8, .field_align = 8, .kind = TRI_KIND_SLICE, .mask = (uint8_t *)&first_word_mask};

const void *tri_go_convTstring(const char *data, int64_t length)
{
	if (length == 0)
		return tri_zero_value;
	struct tri_string *boxed = tri_lang_alloc(&string_type, 1);
	*boxed = (struct tri_string){data, length};
	if (TRI_UNLIKELY(tri_gc_is_marking()))
		tri_gc_shade(tri_mutator(), (uintptr_t)data);
	return boxed;
}

const void *tri_go_convTslice(void *data, int64_t length, int64_t capacity)
{
	if (!data)
		return tri_zero_value;
	struct tri_slice *boxed = tri_lang_alloc(&slice_type, 1);
	*boxed = (struct tri_slice){data, length, capacity};
	if (TRI_UNLIKELY(tri_gc_is_marking()))
		tri_gc_shade(tri_mutator(), (uintptr_t)data);
	return boxed;
}
