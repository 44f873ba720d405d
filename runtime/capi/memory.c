// Types, allocation, stores.
#include "runtime/capi/internal.h"
#include "runtime/gc/gc.h"

static bool (*_Atomic out_of_memory_handler)(size_t size);

// What tricolor.h's inlined paths repeat.
_Static_assert(offsetof(struct tri_mutator, slots) == 2 * sizeof(void *), "struct tri_inline_mutator");
_Static_assert(sizeof(struct tri_slot) == 2 * sizeof(uintptr_t), "struct tri_inline_slot");

// ---- Types -----------------------------------------------------------------------------------------

enum { MAX_TYPE_SIZE = 1 << 30 };

enum tri_error tri_type_check(const tri_type *type)
{
	if (type->size == 0 || type->size > MAX_TYPE_SIZE || (type->pointer_count > 0 && type->size % sizeof(void *) != 0))
		return TRI_ERROR_TYPE_SIZE;
	for (size_t i = 0; i < type->pointer_count; i++) {
		if (type->pointers[i] % sizeof(void *) != 0 || type->pointers[i] > type->size - sizeof(void *))
			return TRI_ERROR_TYPE_FIELD;
	}
	return TRI_ERROR_OK;
}

// derived[0]: the layout of one object, [1]: a descriptor as Go's, [2]: the mutator's slot (high half) and the slot's size, 0 for
// large objects. Several threads may make them: the same values.
static void derive(tri_type *type, const char *call)
{
	enum tri_error error = tri_type_check(type);
	if (error != TRI_ERROR_OK)
		tri_capi_fail(call, "type %s (%zu bytes): %s", type->name, type->size, tri_error_message(error));
	size_t words = (type->size + 7) / 8, last = 0;
	struct tri_rtype *rtype = tri_permanent_alloc(sizeof *rtype + (words + 7) / 8);
	uint8_t *mask = (uint8_t *)(rtype + 1);
	for (size_t i = 0; i < type->pointer_count; i++) {
		size_t word = type->pointers[i] / 8;
		mask[word / 8] |= (uint8_t)(1 << (word % 8));
		if (word + 1 > last)
			last = word + 1;
	}
	*rtype = (struct tri_rtype){
		.size = type->size, .pointer_bytes = last * 8, .align = 8, .field_align = 8, .kind = TRI_KIND_STRUCT, .mask = mask};
	struct tri_layout *layout = tri_heap_layout_of(rtype, type->size);
	__atomic_store_n(&type->derived[1], rtype, __ATOMIC_RELEASE);
	uint64_t slot = tri_heap_layout_slot(layout);
	__atomic_store_n(&type->derived[2], (void *)(uintptr_t)slot, __ATOMIC_RELEASE);
	__atomic_store_n(&type->derived[0], layout, __ATOMIC_RELEASE);
}

struct tri_layout *tri_capi_layout(tri_type *type, const char *call)
{
	struct tri_layout *layout = __atomic_load_n(&type->derived[0], __ATOMIC_ACQUIRE);
	if (TRI_UNLIKELY(!layout)) {
		derive(type, call);
		layout = type->derived[0];
	}
	return layout;
}

const struct tri_rtype *tri_capi_rtype(tri_type *type, const char *call)
{
	tri_capi_layout(type, call);
	return type->derived[1];
}

// ---- Allocation ------------------------------------------------------------------------------------

void tri_set_out_of_memory_handler(bool (*handler)(size_t size)) { atomic_store(&out_of_memory_handler, handler); }

// In an operation. The collector is asked once, then the program's handler.
static __attribute__((noinline)) void *allocate_again(struct tri_layout *layout, size_t size)
{
	tri_gc_collect(tri_mutator(), TRI_GC_MEMORY);
	for (;;) {
		void *object = tri_heap_alloc_layout(tri_mutator(), layout, size, true);
		if (object)
			return object;
		bool (*handler)(size_t) = atomic_load(&out_of_memory_handler);
		if (!handler)
			return NULL;
		tri_capi_leave();
		bool again = handler(size);
		tri_capi_enter("out of memory");
		if (!again)
			return NULL;
	}
}

static inline void *allocate(struct tri_layout *layout, size_t size)
{
	void *object = tri_heap_alloc_layout(tri_mutator(), layout, size, true);
	return TRI_LIKELY(object != NULL) ? object : allocate_again(layout, size);
}

void *tri_new(tri_type *type)
{
	tri_capi_enter("tri_new");
	uint64_t known = (uint64_t)(uintptr_t)__atomic_load_n(&type->derived[2], __ATOMIC_RELAXED);
	if (TRI_LIKELY(known != 0)) {
		struct tri_slot *slot = &tri_thread_mutator->slots[known >> 32];
		uintptr_t object = slot->cursor, next = object + (uint32_t)known;
		if (TRI_LIKELY(next <= slot->limit)) {
			slot->cursor = next;
			tri_capi_leave();
			return (void *)object;
		}
	}
	void *object = allocate(tri_capi_layout(type, "tri_new"), type->size);
	tri_capi_leave();
	return object;
}

void *tri_new_array(tri_type *type, size_t count)
{
	size_t size;
	if (count == 0)
		count = 1;
	if (__builtin_mul_overflow(type->size, count, &size) || size > (size_t)1 << 47)
		return NULL;
	tri_capi_enter("tri_new_array");
	void *object = allocate(tri_heap_layout_of(tri_capi_rtype(type, "tri_new_array"), size), size);
	tri_capi_leave();
	return object;
}

void *tri_new_bytes(size_t size)
{
	if (size > (size_t)1 << 47)
		return NULL;
	tri_capi_enter("tri_new_bytes");
	void *object = size > 0 && size < 16 ? tri_heap_alloc_plain(tri_mutator(), size)
										 : allocate(tri_heap_layout_plain(size ? size : 1), size ? size : 1);
	tri_capi_leave();
	return object;
}

void *tri_new_pointers(size_t count)
{
	if (count > (size_t)1 << 44)
		return NULL;
	tri_capi_enter("tri_new_pointers");
	size_t size = (count ? count : 1) * sizeof(void *);
	void *object = allocate(tri_heap_layout_pointers(size), size);
	tri_capi_leave();
	return object;
}

char *tri_new_string(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = tri_new_bytes(size);
	if (copy)
		memcpy(copy, text, size);
	return copy;
}

// ---- Stores ----------------------------------------------------------------------------------------

void tri_store_marking(void **slot, void *value)
{
	struct tri_mutator *mutator = tri_mutator();
	tri_gc_shade(mutator, (uintptr_t)*slot);
	// Threads hand each other what lies on their stacks: one thread's black stack is not enough.
	if (atomic_load_explicit(&tri_gc_stacks_black, memory_order_acquire) !=
		atomic_load_explicit(&tri_gc_barrier_enabled, memory_order_relaxed))
		tri_gc_shade(mutator, (uintptr_t)value);
	__atomic_store_n(slot, value, __ATOMIC_RELEASE);
}

void tri_store_pointer(void **slot, void *value)
{
	tri_capi_enter("tri_store");
	if (TRI_UNLIKELY(tri_gc_is_marking()))
		tri_store_marking(slot, value);
	else
		__atomic_store_n(slot, value, __ATOMIC_RELEASE);
	tri_capi_leave();
}

void tri_copy(tri_type *type, void *to, const void *from, size_t count)
{
	tri_capi_enter("tri_copy");
	const struct tri_rtype *rtype = tri_capi_rtype(type, "tri_copy");
	if (TRI_UNLIKELY(tri_gc_is_marking())) {
		for (size_t i = 0; i < count; i++)
			tri_gc_barrier_bulk(tri_mutator(), (char *)to + i * rtype->size, (const char *)from + i * rtype->size,
								(uint32_t)(rtype->pointer_bytes / 8), rtype->mask);
	}
	memmove(to, from, count * rtype->size);
	tri_capi_leave();
}
