// What inlined code touches of the processor it runs on: allocation slots and the buffer of the write barrier.
//
// Inline allocation. The compiler emits one struct tri_layout_descriptor per (size, pointer mask) it allocates
// inline, in section tri_layouts, as a COMDAT symbol whose name says both, so that equal ones are one. Every
// mutator owns an array of struct tri_slot with one slot per descriptor, in the section's order, and more behind
// them for layouts that only exist at run time. g->slots is the address of that array minus the address of the
// section's start: a descriptor's address plus g->slots is its slot, and the code is
//	mov r11, [r14+TRI_G_SLOTS]
//	mov dst, [r11+descriptor]		; cursor
//	add dst, size
//	cmp dst, [r11+descriptor+8]		; limit
//	ja  slow
//	mov [r11+descriptor], dst
//	sub dst, size
// where size is the descriptor's `size`. From the first instruction to the last but one lies an unsafe range
// (abi/function.h). The slow path is `mov r11d, descriptor; call runtime.allocSlow; mov dst, r11`: it keeps every
// register but R11 and the flags (the goroutine's register area is scanned conservatively meanwhile), but it is a
// safepoint: it has a frame map, in which slots hold what they hold, and registers need no slot.
// Memory handed out is zero.
//
// Write barrier. While *tri_gc_barrier_enabled (32 bits; another value in each mark) is not zero, a store of a pointer into
// memory that may be heap or global is preceded by `mov r11, old; call runtime.shade; mov r11, new; call runtime.shadeNew`,
// which clobber R11 and the flags only; nil is accepted. The range from the test of the flag to behind the store is
// unsafe; they are no safepoints.
//
// runtime.shadeNew does nothing once the goroutine's stack has been scanned: what such a goroutine holds is grey or
// black, or white and reachable from a grey object by a path whose first broken link shades what is behind it. (The
// condition on the insertion half in Go proposal 17503, which Go itself does not test.)
#ifndef TRI_ABI_MUTATOR_H
#define TRI_ABI_MUTATOR_H

// Further runs. A span with survivors scattered over it has free slots in short runs. A refill takes those of a whole
// stretch of slots at once and clears them; struct tri_pending_runs, TRI_PENDING_OFFSET bytes behind a slot, says which they
// are, and the first thing that the slow path does is to make the next of them the slot's run.

// Offsets in struct tri_mutator, for assembly.
#define TRI_MUTATOR_BARRIER_NEXT 0
#define TRI_MUTATOR_BARRIER_END 8
#define TRI_PENDING_OFFSET 1048576

#ifndef __ASSEMBLER__
#include <stdint.h>

struct tri_layout_descriptor {
	uint32_t size;  // bytes of a slot: a size class (abi/size_classes.def), at most 512
	uint32_t flags; // enum tri_layout_descriptor_flag
	uint64_t mask;  // bit i: word i of the object holds a pointer; 0: none
};
_Static_assert(sizeof(struct tri_layout_descriptor) == 16, "abi");
enum { TRI_LAYOUT_INLINE_LIMIT = 512 };

struct tri_slot { // free, zeroed memory of one layout
	uintptr_t cursor, limit;
};
_Static_assert(sizeof(struct tri_slot) == sizeof(struct tri_layout_descriptor), "a slot per descriptor");

struct tri_pending_runs {
	uint64_t free; // bit i: the slot at base + i * size belongs to the mutator; bit 63 is clear
	uintptr_t base;
};
enum { TRI_PENDING_LIMIT = 63 };
_Static_assert(sizeof(struct tri_pending_runs) == sizeof(struct tri_slot), "at one distance");
#endif

#endif
