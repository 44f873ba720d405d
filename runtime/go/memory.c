// Memory and types for reflect, internal/reflectlite, internal/runtime/maps and package strings: allocation by descriptor, typed
// copies, offsets in descriptors.
#include "runtime/go/hooks.h"

extern char panic_size[] __asm__("runtime.panicallocsize") __attribute__((weak));

enum { ADDRESS_BITS = 48 };

void *tri_go_newarray(const struct tri_rtype *type, int64_t count);
struct tri_words2 tri_go_make_no_zero(int64_t length);
void tri_go_typedmemclrpartial(const struct tri_rtype *type, void *at, uintptr_t offset, size_t size);
void tri_go_typedarrayclear(const struct tri_rtype *type, void *at, int64_t count);
void tri_go_reflect_growslice(const struct tri_rtype *type, void *old, int64_t length, int64_t capacity, int64_t added);
struct tri_words2 tri_go_growslice(void *old, int64_t new_length, int64_t old_capacity, int64_t added, const struct tri_rtype *type);
int64_t tri_go_reflect_slicecopy(const struct tri_rtype *type, void *to, int64_t to_length, int64_t to_capacity, const void *from,
								 int64_t from_length);
int64_t tri_go_typedslicecopy(const struct tri_rtype *type, void *to, int64_t to_length, const void *from, int64_t from_length);
struct tri_itab *tri_go_typeAssert(const struct tri_interface_rtype *interface, const struct tri_rtype *type);
void tri_go_iface_e2i(const struct tri_interface_rtype *interface, const struct tri_rtype *type, void *data, struct tri_iface *to);
uint64_t tri_go_not_in_heap(uintptr_t pointer);
void *tri_go_make_slice_copy_room(int64_t bytes);

void *tri_go_newarray(const struct tri_rtype *type, int64_t count)
{
	size_t bytes;
	if (count < 0 || __builtin_mul_overflow(type->size, (size_t)count, &bytes) || bytes > (size_t)1 << ADDRESS_BITS)
		tri_lang_call(panic_size, 0, 0, 0);
	return bytes == 0 ? tri_zero_base : tri_lang_alloc(type, (size_t)count);
}

// internal/bytealg.MakeNoZero: bytes whose contents do not matter.
struct tri_words2 tri_go_make_no_zero(int64_t length)
{
	if (length < 0 || length > (int64_t)1 << ADDRESS_BITS)
		tri_lang_panic(TRI_PANIC_MAKE_SLICE_LENGTH);
	size_t capacity = length == 0 ? 0 : tri_heap_rounded_size((size_t)length, false);
	tri_hook_results((uintptr_t)(length == 0 ? tri_zero_base : tri_lang_alloc_plain(capacity)), (uintptr_t)length, capacity);
	return (struct tri_words2){0, 0};
}

// Before words [first, first + count) of a value are cleared; `count` counts from the value's start.
static void shade_words(const struct tri_rtype *type, const void *value, size_t first, size_t end)
{
	struct tri_mutator *mutator = tri_mutator();
	const uintptr_t *words = value;
	size_t limit = type->pointer_bytes / 8 < end ? type->pointer_bytes / 8 : end;
	for (size_t word = first; word < limit; word++) {
		if (type->mask[word / 8] >> (word % 8) & 1)
			tri_gc_shade(mutator, words[word]);
	}
}

// `at` is the value's address plus `offset`.
void tri_go_typedmemclrpartial(const struct tri_rtype *type, void *at, uintptr_t offset, size_t size)
{
	if (TRI_UNLIKELY(tri_gc_is_marking()) && type->pointer_bytes)
		shade_words(type, (const char *)at - offset, offset / 8, (offset + size + 7) / 8);
	memset(at, 0, size);
}

void tri_go_typedarrayclear(const struct tri_rtype *type, void *at, int64_t count)
{
	if (TRI_UNLIKELY(tri_gc_is_marking()) && type->pointer_bytes) {
		for (int64_t i = 0; i < count; i++)
			shade_words(type, (const char *)at + (size_t)i * type->size, 0, type->size / 8);
	}
	memset(at, 0, (size_t)count * type->size);
}

// reflect.growslice: room for `added` more elements; the length stays.
void tri_go_reflect_growslice(const struct tri_rtype *type, void *old, int64_t length, int64_t capacity, int64_t added)
{
	added -= capacity - length; // what lies between length and capacity is kept
	struct tri_words2 grown = tri_go_growslice(old, capacity + added, capacity, added, type);
	tri_hook_results(grown.first, (uintptr_t)length, grown.second);
}

int64_t tri_go_reflect_slicecopy(const struct tri_rtype *type, void *to, int64_t to_length, int64_t to_capacity, const void *from,
								 int64_t from_length)
{
	(void)to_capacity;
	return tri_go_typedslicecopy(type, to, to_length, from, from_length);
}

// *to = src.(interface)
void tri_go_iface_e2i(const struct tri_interface_rtype *interface, const struct tri_rtype *type, void *data, struct tri_iface *to)
{
	struct tri_itab *itab = tri_go_typeAssert(interface, type);
	tri_gc_barrier(tri_mutator(), &to->data, data);
	*to = (struct tri_iface){itab, data};
}

uint64_t tri_go_not_in_heap(uintptr_t pointer)
{
	size_t size;
	struct tri_span *span;
	return tri_heap_find_object(pointer, &size, &span) == NULL;
}

void tri_go_function_parameter(const struct tri_func_rtype *type);

// (number of parameters, whether variadic, type of the first)
void tri_go_function_parameter(const struct tri_func_rtype *type)
{
	enum { UNCOMMON_SIZE = sizeof(struct tri_uncommon) };
	const char *behind = (const char *)type + ((sizeof *type + 7) & ~(size_t)7);
	if (type->type.flags & TRI_TFLAG_UNCOMMON)
		behind += UNCOMMON_SIZE;
	tri_hook_results(type->in_count, type->out_count >> 15, type->in_count ? *(const uintptr_t *)behind : 0);
}

// ---- Calls through reflect -----------------------------------------------------------------------------------

struct register_arguments { // abi.RegArgs
	uintptr_t integers[9];
	uint64_t floats[15];
	uintptr_t pointers[9];
	uint8_t return_is_pointer[2];
};

void tri_go_reflect_results(const struct tri_rtype *type, char *arguments, const char *frame, uint32_t size, uint32_t results,
							struct register_arguments *registers);

// A call has returned: its stack results go from the frame to the block of arguments, and pointers among the registers to where
// the collector looks for them. Nothing has been able to collect since the call returned.
void tri_go_reflect_results(const struct tri_rtype *type, char *arguments, const char *frame, uint32_t size, uint32_t results,
							struct register_arguments *registers)
{
	bool marking = tri_gc_is_marking();
	if (size > results) {
		if (marking && type && type->pointer_bytes) {
			shade_words(type, arguments, results / 8, size / 8);
			shade_words(type, frame, results / 8, size / 8);
		}
		memcpy(arguments + results, frame + results, size - results);
	}
	for (unsigned i = 0; i < TRI_COUNT(registers->pointers); i++) {
		if (!(registers->return_is_pointer[i / 8] >> (i % 8) & 1))
			continue;
		if (marking)
			tri_gc_shade(tri_mutator(), registers->integers[i]);
		registers->pointers[i] = registers->integers[i];
	}
}

// ---- Offsets in descriptors (lang/offsets.c) -------------------------------------------------------------

int64_t tri_go_add_reflect_offset(uintptr_t pointer);
uintptr_t tri_go_resolve_offset(uintptr_t in_module, int32_t offset);
uintptr_t tri_go_resolve_type_offset(uintptr_t in_module, int32_t offset);

int64_t tri_go_add_reflect_offset(uintptr_t pointer) { return tri_lang_add_offset(pointer); }

uintptr_t tri_go_resolve_offset(uintptr_t in_module, int32_t offset)
{
	(void)in_module;
	return tri_lang_offset(offset);
}

uintptr_t tri_go_resolve_type_offset(uintptr_t in_module, int32_t offset)
{
	enum { UNREACHABLE = -1 };
	(void)in_module;
	return offset == UNREACHABLE ? 0 : tri_lang_offset(offset);
}

struct tri_words2 tri_go_typelinks(void);

struct tri_words2 tri_go_typelinks(void)
{
	int64_t count;
	const int32_t *links = tri_lang_typelinks(&count);
	return (struct tri_words2){(uintptr_t)links, (uintptr_t)count};
}

// ---- Channels, as reflect has them -------------------------------------------------------------------------

struct tri_chan *tri_go_makechan(const struct tri_chan_rtype *type, int64_t size);
void tri_go_chansend1(struct tri_chan *channel, const void *element);
uint64_t tri_go_chanrecv2(struct tri_chan *channel, void *element);
uint64_t tri_go_selectnbsend(struct tri_chan *channel, const void *element);
struct tri_words2 tri_go_selectnbrecv(void *element, struct tri_chan *channel);

uint64_t tri_go_reflect_chansend(struct tri_chan *channel, const void *element, bool may_not_block);
struct tri_words2 tri_go_reflect_chanrecv(struct tri_chan *channel, bool may_not_block, void *element);

uint64_t tri_go_reflect_chansend(struct tri_chan *channel, const void *element, bool may_not_block)
{
	if (may_not_block)
		return tri_go_selectnbsend(channel, element);
	tri_go_chansend1(channel, element);
	return 1; // what a parked sender finds in g->result when it goes on
}

static void finish_receive(struct tri_goroutine *goroutine)
{
	goroutine->abi.result[1] = goroutine->abi.result[0];
	goroutine->abi.result[0] = 1;
}

struct tri_words2 tri_go_reflect_chanrecv(struct tri_chan *channel, bool may_not_block, void *element)
{
	if (may_not_block)
		return tri_go_selectnbrecv(element, channel);
	struct tri_goroutine *goroutine = tri_current();
	goroutine->before_resume = finish_receive; // when it parks
	uint64_t received = tri_go_chanrecv2(channel, element);
	goroutine->before_resume = NULL;
	return (struct tri_words2){1, received};
}
