// runtime.shade, the write barrier's half in assembly (abi/mutator.h): appends the pointer in R11 to the buffer of the
// processor's mutator. Nothing but R11 and the flags is lost, so compiled code keeps its values in registers around
// it. It is called within an unsafe range (abi/function.h) and is no safepoint: the goroutine is not stopped here, and
// what it left in g->sp is of no use.
//
// A full buffer is flushed on the system stack, where all registers that C may change are kept meanwhile.
#include "abi/goroutine.h"
#include "abi/mutator.h"

#define STRING(x) STRING_(x)
#define STRING_(x) #x
#define G(name) STRING(name) "(%r14)"
#define MUTATOR(name) STRING(name) "(%rax)"

// clang-format off
#define INTEGERS(X) X(rdx) X(rsi) X(rdi) X(r8) X(r9) X(r10)
#define FLOATS(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)

asm("	.text\n"
    "	.globl runtime.shade\n	.type runtime.shade, @function\n	.p2align 4\n"
    "runtime.shade:\n"
    "	testq %r11, %r11\n"
    "	je 1f\n"
    "	pushq %rax\n"
    "	pushq %rcx\n"
    "	movq " G(TRI_G_MUTATOR) ", %rax\n"
    "	movq " MUTATOR(TRI_MUTATOR_BARRIER_NEXT) ", %rcx\n"
    "	movq %r11, (%rcx)\n"
    "	addq $8, %rcx\n"
    "	movq %rcx, " MUTATOR(TRI_MUTATOR_BARRIER_NEXT) "\n"
    "	cmpq " MUTATOR(TRI_MUTATOR_BARRIER_END) ", %rcx\n"
    "	je 2f\n"
    "	popq %rcx\n"
    "	popq %rax\n"
    "1:	ret\n"
    // The system stack is aligned: an even number of words, then whole vector registers.
    "2:	movq %rsp, %rcx\n"
    "	movq " G(TRI_G_SYSTEM_SP) ", %rsp\n"
    "	pushq %rcx\n"
#define X(name) "	pushq %" #name "\n"
    INTEGERS(X)
#undef X
    "	subq $(256 + 8), %rsp\n"
#define X(number) "	movups %xmm" #number ", 16*" #number "(%rsp)\n"
    FLOATS(X)
#undef X
    "	movq %rax, %rdi\n"
    "	call tri_gc_barrier_full\n"
#define X(number) "	movups 16*" #number "(%rsp), %xmm" #number "\n"
    FLOATS(X)
#undef X
    "	addq $(256 + 8), %rsp\n"
    "	popq %r10\n"
    "	popq %r9\n"
    "	popq %r8\n"
    "	popq %rdi\n"
    "	popq %rsi\n"
    "	popq %rdx\n"
    "	popq %rcx\n"
    "	movq %rcx, %rsp\n"
    "	popq %rcx\n"
    "	popq %rax\n"
    "	ret\n"
    "	.size runtime.shade, . - runtime.shade\n"
#ifndef TRI_C_LIBRARY // which has no compiled code to serve
    "	.globl runtime.shadeNew\n	.type runtime.shadeNew, @function\n	.p2align 4\n"
    "runtime.shadeNew:\n"
    "	pushq %rax\n"
    "	movl " G(TRI_G_BLACK_IN) ", %eax\n"
    "	cmpl tri_gc_barrier_enabled(%rip), %eax\n"
    "	popq %rax\n"
    "	jne runtime.shade\n"
    "	ret\n"
    "	.size runtime.shadeNew, . - runtime.shadeNew\n"
#endif
);
// clang-format on
