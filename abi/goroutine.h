// The part of a goroutine that compiled code and assembly know by offset. The scheduler's own
// fields follow in its private structure, which begins with this one.
#ifndef TRI_ABI_GOROUTINE_H
#define TRI_ABI_GOROUTINE_H

// Offsets, usable from assembly; checked below.
#define TRI_G_STACK_LOW 0
#define TRI_G_STACK_HIGH 8
#define TRI_G_STACK_GUARD 16
#define TRI_G_SYSTEM_SP 24
#define TRI_G_PC 32
#define TRI_G_SP 40
#define TRI_G_BP 48
#define TRI_G_CONTEXT 56
#define TRI_G_RESULT 64
#define TRI_G_DEFERS 96
#define TRI_G_PANICS 104
#define TRI_G_SLOTS 112
#define TRI_G_MUTATOR 120
#define TRI_G_INTEGER_REGISTERS 128
#define TRI_G_EXTRA_REGISTERS 208
#define TRI_G_FLOAT_REGISTERS 224
#define TRI_G_BLACK_IN 344
#define TRI_G_SPARE_DEFERS 360
#define TRI_INTERRUPT_PC 128
#define TRI_INTERRUPT_FLAGS 136
#define TRI_INTERRUPT_FLOATS 144
#define TRI_INTERRUPT_MXCSR 400

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct tri_g {
	uintptr_t stack_low, stack_high; // [low, high)
	// Entry checks compare with this: stack_low + reserve, or UINTPTR_MAX to make the next function
	// entry call the runtime (preemption, the move-at-every-entry mode). Atomic when others write it.
	uintptr_t stack_guard;
	uintptr_t system_sp; // system stack of the thread that runs this goroutine; set when scheduled
	// Where it continues when not running Go code: saved by entry stubs, parking, morestack. `sp` points at
	// the return address, which is the pc to continue at; pc is free for the scheduler's notes.
	uintptr_t pc, sp, bp;
	void *context;       // closure for R10 at the first entry, and while in morestack
	uintptr_t result[4]; // results of an entry point that has more than two words or that parked
	void *defers;        // runtime._defer list (Go structure, overlay), newest first; may lie in frames
	void *panics;        // runtime._panic list (Go structure, overlay)
	// Of the processor that runs this goroutine; both change when it continues on another.
	uintptr_t slots;             // allocation slots, biased (abi/mutator.h)
	struct tri_mutator *mutator; // abi/mutator.h
	// Registers kept while the goroutine is out of Go code: in morestack the argument registers in argument
	// order; in the slow path of an inlined allocation all of them, which the collector then scans
	// conservatively.
	uintptr_t integer_registers[10];
	uintptr_t extra_registers[2]; // R13, R15
	double float_registers[15];
	// tri_gc_barrier_enabled of the mark in which the stack was scanned: what it holds needs no shading when it is stored
	// (abi/mutator.h). 32 bits.
	uint64_t black_in;
	// Stopped by a signal at an instruction: all its registers; NULL otherwise. Its stack does not move then.
	struct tri_interrupt *interrupt;
	void *spare_defers; // runtime._defer records of the heap to use again; a collection drops them
};

// Registers by hardware number (RSP included), as the signal found them.
struct tri_interrupt {
	uintptr_t integer[16];
	uintptr_t pc, flags;
	uint64_t floats[16][2];
	uint32_t mxcsr;
	uint32_t is_unentered; // pc lies before or behind the instructions between which the frame is there; RSP is that of the return address
	struct tri_interrupt *next;
};

// A deferred call: Go's runtime._defer. In the frame of the function that defers (outside loops), or in
// the heap. The list in tri_g runs from the newest.
struct tri_defer {
	struct tri_defer *link;
	void *fn;    // func() value
	void *frame; // RSP of the deferring function's body, typed as a pointer so that moving corrects it
};
_Static_assert(sizeof(struct tri_defer) == 24, "abi");

_Static_assert(offsetof(struct tri_g, stack_low) == TRI_G_STACK_LOW, "abi");
_Static_assert(offsetof(struct tri_g, stack_high) == TRI_G_STACK_HIGH, "abi");
_Static_assert(offsetof(struct tri_g, stack_guard) == TRI_G_STACK_GUARD, "abi");
_Static_assert(offsetof(struct tri_g, system_sp) == TRI_G_SYSTEM_SP, "abi");
_Static_assert(offsetof(struct tri_g, pc) == TRI_G_PC, "abi");
_Static_assert(offsetof(struct tri_g, sp) == TRI_G_SP, "abi");
_Static_assert(offsetof(struct tri_g, bp) == TRI_G_BP, "abi");
_Static_assert(offsetof(struct tri_g, context) == TRI_G_CONTEXT, "abi");
_Static_assert(offsetof(struct tri_g, result) == TRI_G_RESULT, "abi");
_Static_assert(offsetof(struct tri_g, defers) == TRI_G_DEFERS, "abi");
_Static_assert(offsetof(struct tri_g, panics) == TRI_G_PANICS, "abi");
_Static_assert(offsetof(struct tri_g, slots) == TRI_G_SLOTS, "abi");
_Static_assert(offsetof(struct tri_g, mutator) == TRI_G_MUTATOR, "abi");
_Static_assert(offsetof(struct tri_g, extra_registers) == TRI_G_EXTRA_REGISTERS, "abi");
_Static_assert(offsetof(struct tri_g, integer_registers) == TRI_G_INTEGER_REGISTERS, "abi");
_Static_assert(offsetof(struct tri_g, float_registers) == TRI_G_FLOAT_REGISTERS, "abi");
_Static_assert(offsetof(struct tri_g, black_in) == TRI_G_BLACK_IN, "abi");
_Static_assert(offsetof(struct tri_g, spare_defers) == TRI_G_SPARE_DEFERS, "abi");
_Static_assert(offsetof(struct tri_interrupt, pc) == TRI_INTERRUPT_PC, "abi");
_Static_assert(offsetof(struct tri_interrupt, flags) == TRI_INTERRUPT_FLAGS, "abi");
_Static_assert(offsetof(struct tri_interrupt, floats) == TRI_INTERRUPT_FLOATS, "abi");
_Static_assert(offsetof(struct tri_interrupt, mxcsr) == TRI_INTERRUPT_MXCSR, "abi");
#endif

#endif
