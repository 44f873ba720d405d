// Internal to lang/: the C side of Go's own operations. Functions named tri_go_<entry> are the targets of the
// stubs generated from abi/entry.def; they run on the system stack with the calling goroutine at rest.
#ifndef TRI_RUNTIME_LANG_H
#define TRI_RUNTIME_LANG_H

#include "abi/type.h"
#include "runtime/base/base.h"
#include "runtime/gc/gc.h"
#include "runtime/heap/heap.h"
#include "runtime/observe/observe.h"
#include "runtime/sched/sched.h"

struct tri_words2 { // two results, in RAX and RDX
	uintptr_t first, second;
};

extern const uint64_t tri_static_integers[256] __asm__("runtime.staticuint64s"); // the boxes of small numbers
extern char tri_zero_base[] __asm__("runtime.zerobase");                         // address of all zero-sized values

// Raises a Go panic on the calling goroutine: makes it continue in an overlay function instead of returning.
enum tri_panic_kind {
	TRI_PANIC_MAKE_SLICE_LENGTH,
	TRI_PANIC_MAKE_SLICE_CAPACITY,
	TRI_PANIC_GROW_SLICE,
	TRI_PANIC_MAKE_CHAN,
	TRI_PANIC_SEND_CLOSED,
	TRI_PANIC_CLOSE_NIL,
	TRI_PANIC_CLOSE_CLOSED,
};
TRI_NORETURN void tri_lang_panic(enum tri_panic_kind kind);
TRI_NORETURN void tri_lang_call(const char *code, uintptr_t a, uintptr_t b, uintptr_t c); // continues in code(a, b, c)

// Memory for the calling goroutine, counted by place when asked to.
void *tri_lang_alloc(const struct tri_rtype *type, size_t count);
void *tri_lang_alloc_plain(size_t size);

// What an offset in a descriptor stands for (offsets.c), and one for what reflect made.
uintptr_t tri_lang_offset(int32_t offset);
int32_t tri_lang_add_offset(uintptr_t pointer);

// Addresses of the descriptors without a name, by the text of their types.
const int32_t *tri_lang_typelinks(int64_t *count);

// The method tables that have been made, but for those that say that a type does not implement an interface.
void tri_lang_each_itab(void (*visit)(void *context, const struct tri_itab *itab), void *context);

// Entry points that others of lang/ use too.
void tri_go_typedmemmove(const struct tri_rtype *type, void *to, const void *from);
void tri_go_typedmemclr(const struct tri_rtype *type, void *at);

#endif
