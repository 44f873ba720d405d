// The assembly between compiled Go code and C: an entry stub for each C row of abi/entry.def, stack growth,
// resuming and starting goroutines, the injected call after a fault. Written as top-level assembly so that
// the rows themselves generate the stubs.
//
// A stub leaves the return address where the call put it (so the processor's return prediction holds),
// notes where the goroutine stands, and runs the C function on the thread's system stack. The C function may
// park the goroutine and never return; tri_asm_resume continues it then, with results from g->result.
#include "abi/call.h"
#include "abi/goroutine.h"

#define STRING(x) STRING_(x)
#define STRING_(x) #x
#define OFFSET(name) STRING(name) "(%r14)"

// clang-format off
#define C 1
#define LEAF 2
#define GO 4
#define NORETURN 8
#define MAYPARK 16

#define SAVE_AND_SWITCH \
	"	movq %rsp, " OFFSET(TRI_G_SP) "\n" \
	"	movq %rbp, " OFFSET(TRI_G_BP) "\n" \
	"	movq " OFFSET(TRI_G_SYSTEM_SP) ", %rsp\n"
#define SWITCH_BACK \
	"	movq " OFFSET(TRI_G_SP) ", %rsp\n" \
	"	movq " OFFSET(TRI_G_BP) ", %rbp\n"
#define FUNCTION(name) \
	"	.globl " name "\n	.type " name ", @function\n	.p2align 4\n" name ":\n"
#define END(name) "	.size " name ", . - " name "\n"

#define STUB(name, arguments, results, flags) \
	asm("	.text\n" \
	    "	.if (" STRING((flags)) ") & 1\n" \
	    FUNCTION("runtime." #name) \
	    SAVE_AND_SWITCH \
	    "	call tri_go_" #name "\n" \
	    SWITCH_BACK \
	    "	.ifc \"" results "\",\"l\"\n" \
	    "	movq " OFFSET(TRI_G_RESULT) ", %rax\n" \
	    "	movq 8+" OFFSET(TRI_G_RESULT) ", %rdx\n" \
	    "	movq 16+" OFFSET(TRI_G_RESULT) ", %rdi\n" \
	    "	.endif\n" \
	    "	ret\n" \
	    END("runtime." #name) \
	    "	.endif\n");
#define ENTRY(name, arguments, results, flags) STUB(name, arguments, results, flags)
#include "abi/entry.def"
#include "runtime/go/overlay_entry.def"
#undef ENTRY

// Called from a function's entry that found too little stack. All argument registers are saved in the
// goroutine, where the stack mover corrects those that hold pointers.
asm("	.text\n"
    FUNCTION("runtime.morestack")
#define X(index, name, number) "	movq %" STRING(REGISTER_##name) ", 8*" #index "+" OFFSET(TRI_G_INTEGER_REGISTERS) "\n"
#define REGISTER_RDI rdi
#define REGISTER_RSI rsi
#define REGISTER_RDX rdx
#define REGISTER_RCX rcx
#define REGISTER_R8 r8
#define REGISTER_R9 r9
#define REGISTER_RAX rax
#define REGISTER_RBX rbx
#define REGISTER_R12 r12
    TRI_ABI_INTEGER_ARGUMENTS(X)
#undef X
    "	movq %r10, " OFFSET(TRI_G_CONTEXT) "\n"
#define F(n) "	movsd %xmm" #n ", 8*" #n "+" OFFSET(TRI_G_FLOAT_REGISTERS) "\n"
    F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7) F(8) F(9) F(10) F(11) F(12) F(13) F(14)
#undef F
    SAVE_AND_SWITCH
    "	movq %r14, %rdi\n"
    "	call tri_stack_more\n"
    END("runtime.morestack")
    // Continues a goroutine that stopped at a function entry: reloads everything and returns there.
    FUNCTION("tri_asm_resume_entry")
#define X(index, name, number) "	movq 8*" #index "+" OFFSET(TRI_G_INTEGER_REGISTERS) ", %" STRING(REGISTER_##name) "\n"
    TRI_ABI_INTEGER_ARGUMENTS(X)
#undef X
    "	movq " OFFSET(TRI_G_CONTEXT) ", %r10\n"
#define F(n) "	movsd 8*" #n "+" OFFSET(TRI_G_FLOAT_REGISTERS) ", %xmm" #n "\n"
    F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7) F(8) F(9) F(10) F(11) F(12) F(13) F(14)
#undef F
    SWITCH_BACK
    "	ret\n"
    END("tri_asm_resume_entry")

    // tri_asm_run(g, at_entry): leaves the C world for a goroutine; its C stack starts anew below this frame.
    FUNCTION("tri_asm_run")
    "	movq %rdi, %r14\n"
    "	movq tri_asm_system_sp(%rip), %rsp\n"
    "	movq %rsp, " OFFSET(TRI_G_SYSTEM_SP) "\n"
    "	testl %esi, %esi\n"
    "	jne tri_asm_resume_entry\n"
    "	movq " OFFSET(TRI_G_CONTEXT) ", %r10\n"
    "	movq " OFFSET(TRI_G_RESULT) ", %rax\n"
    "	movq 8+" OFFSET(TRI_G_RESULT) ", %rdx\n"
    SWITCH_BACK
    "	ret\n"
    END("tri_asm_run")

    // tri_asm_start(): sets the base of the system stack and enters the scheduler, for good.
    FUNCTION("tri_asm_start")
    "	andq $-16, %rsp\n"
    "	movq %rsp, tri_asm_system_sp(%rip)\n"
    "	call tri_sched_next\n"
    "	ud2\n"
    END("tri_asm_start")
    "	.local tri_asm_system_sp\n"
    "	.comm tri_asm_system_sp, 8, 8\n"

    // The first code of a goroutine: R10 is its func value; falls into the end of goroutines.
    FUNCTION("tri_asm_goroutine_start")
    "	.cfi_startproc\n	.cfi_undefined rip\n" // debuggers stop here
    "	call *(%r10)\n"
    "	.globl tri_asm_goroutine_return\n"
    "tri_asm_goroutine_return:\n"
    SAVE_AND_SWITCH
    "	call tri_sched_exit\n"
    "	ud2\n"
    "	.cfi_endproc\n"
    END("tri_asm_goroutine_start")

    // tri_asm_callee_registers(uintptr_t out[6]): what C may still hold in registers, for scanning.
    FUNCTION("tri_asm_callee_registers")
    "	movq %rbx, (%rdi)\n"
    "	movq %rbp, 8(%rdi)\n"
    "	movq %r12, 16(%rdi)\n"
    "	movq %r13, 24(%rdi)\n"
    "	movq %r15, 32(%rdi)\n"
    "	movq %rsp, 40(%rdi)\n"
    "	ret\n"
    END("tri_asm_callee_registers")

    // ---- Leaves: run on the goroutine's stack, use none of it ----
    // memmove(to, from, bytes): overlapping allowed; small sizes without a loop.
    FUNCTION("runtime.memmove")
    "	movq %rdx, %rcx\n"
    "	cmpq $16, %rdx\n"
    "	ja 1f\n"
    "	cmpq $8, %rdx\n"
    "	jae 8f\n"
    "	cmpq $4, %rdx\n"
    "	jae 4f\n"
    "	testq %rdx, %rdx\n"
    "	je 9f\n"
    "	movzbl (%rsi), %eax\n"
    "	movzbl -1(%rsi,%rdx), %r8d\n"
    "	cmpq $2, %rdx\n"
    "	jbe 2f\n"
    "	movzbl 1(%rsi), %r9d\n"
    "	movb %r9b, 1(%rdi)\n"
    "2:	movb %al, (%rdi)\n"
    "	movb %r8b, -1(%rdi,%rdx)\n"
    "9:	ret\n"
    "4:	movl (%rsi), %eax\n"
    "	movl -4(%rsi,%rdx), %r8d\n"
    "	movl %eax, (%rdi)\n"
    "	movl %r8d, -4(%rdi,%rdx)\n"
    "	ret\n"
    "8:	movq (%rsi), %rax\n"
    "	movq -8(%rsi,%rdx), %r8\n"
    "	movq %rax, (%rdi)\n"
    "	movq %r8, -8(%rdi,%rdx)\n"
    "	ret\n"
    "1:	cmpq $32, %rdx\n"
    "	ja 1f\n"
    "	movups (%rsi), %xmm0\n"
    "	movups -16(%rsi,%rdx), %xmm1\n"
    "	movups %xmm0, (%rdi)\n"
    "	movups %xmm1, -16(%rdi,%rdx)\n"
    "	ret\n"
    "1:	cmpq $64, %rdx\n"
    "	ja 1f\n"
    "	movups (%rsi), %xmm0\n"
    "	movups 16(%rsi), %xmm1\n"
    "	movups -32(%rsi,%rdx), %xmm2\n"
    "	movups -16(%rsi,%rdx), %xmm3\n"
    "	movups %xmm0, (%rdi)\n"
    "	movups %xmm1, 16(%rdi)\n"
    "	movups %xmm2, -32(%rdi,%rdx)\n"
    "	movups %xmm3, -16(%rdi,%rdx)\n"
    "	ret\n"
    "1:	movq %rdi, %rax\n"
    "	subq %rsi, %rax\n"
    "	cmpq %rdx, %rax\n" // to - from < bytes: the end would be overwritten first
    "	jb 5f\n"
    "	cmpq $1024, %rdx\n"
    "	jae 6f\n"
    // Forward, 32 bytes at a time; the last 32 by their end.
    "	movups -32(%rsi,%rdx), %xmm4\n"
    "	movups -16(%rsi,%rdx), %xmm5\n"
    "	leaq -32(%rdi,%rdx), %r8\n"
    "3:	movups (%rsi), %xmm0\n"
    "	movups 16(%rsi), %xmm1\n"
    "	movups %xmm0, (%rdi)\n"
    "	movups %xmm1, 16(%rdi)\n"
    "	addq $32, %rsi\n"
    "	addq $32, %rdi\n"
    "	subq $32, %rcx\n"
    "	cmpq $32, %rcx\n"
    "	ja 3b\n"
    "	movups %xmm4, (%r8)\n"
    "	movups %xmm5, 16(%r8)\n"
    "	ret\n"
    "6:	rep movsb\n"
    "	ret\n"
    // Backward; the first 32 last.
    "5:	movups (%rsi), %xmm4\n"
    "	movups 16(%rsi), %xmm5\n"
    "3:	movups -32(%rsi,%rcx), %xmm0\n"
    "	movups -16(%rsi,%rcx), %xmm1\n"
    "	movups %xmm0, -32(%rdi,%rcx)\n"
    "	movups %xmm1, -16(%rdi,%rcx)\n"
    "	subq $32, %rcx\n"
    "	cmpq $32, %rcx\n"
    "	ja 3b\n"
    "	movups %xmm4, (%rdi)\n"
    "	movups %xmm5, 16(%rdi)\n"
    "	ret\n"
    END("runtime.memmove")
    // memclrNoHeapPointers(at, bytes)
    FUNCTION("runtime.memclrNoHeapPointers")
    "	movq %rsi, %rcx\n"
    "	xorl %eax, %eax\n"
    "	cmpq $512, %rcx\n"
    "	jae 1f\n"
    "	xorps %xmm0, %xmm0\n"
    "2:	cmpq $16, %rcx\n"
    "	jb 3f\n"
    "	movups %xmm0, (%rdi)\n"
    "	addq $16, %rdi\n"
    "	subq $16, %rcx\n"
    "	jmp 2b\n"
    "1:	cld\n"
    "3:	rep stosb\n"
    "	ret\n"
    END("runtime.memclrNoHeapPointers")
    // memequal(p, q, bytes) -> 0 or 1
    FUNCTION("runtime.memequal")
    "	cmpq %rsi, %rdi\n"
    "	je 8f\n"
    "1:	cmpq $16, %rdx\n"
    "	jb 2f\n"
    "	movups (%rdi), %xmm0\n"
    "	movups (%rsi), %xmm1\n"
    "	pcmpeqb %xmm1, %xmm0\n"
    "	pmovmskb %xmm0, %eax\n"
    "	cmpl $0xffff, %eax\n"
    "	jne 9f\n"
    "	addq $16, %rdi\n"
    "	addq $16, %rsi\n"
    "	subq $16, %rdx\n"
    "	jmp 1b\n"
    "2:	cmpq $8, %rdx\n"
    "	jb 3f\n"
    "	movq (%rdi), %rax\n"
    "	cmpq (%rsi), %rax\n"
    "	jne 9f\n"
    "	addq $8, %rdi\n"
    "	addq $8, %rsi\n"
    "	subq $8, %rdx\n"
    "3:	testq %rdx, %rdx\n"
    "	je 8f\n"
    "	movzbl (%rdi), %eax\n"
    "	cmpb (%rsi), %al\n"
    "	jne 9f\n"
    "	incq %rdi\n"
    "	incq %rsi\n"
    "	decq %rdx\n"
    "	jmp 3b\n"
    "8:	movl $1, %eax\n"
    "	ret\n"
    "9:	xorl %eax, %eax\n"
    "	ret\n"
    END("runtime.memequal")
    // cmpstring(p, n, q, m) -> -1, 0, 1
    FUNCTION("runtime.cmpstring")
    "	movq %rsi, %r8\n"
    "	cmpq %rcx, %r8\n"
    "	cmovaq %rcx, %r8\n" // shorter length
    "	xorl %r9d, %r9d\n"
    "1:	leaq 8(%r9), %rax\n"
    "	cmpq %r8, %rax\n"
    "	ja 2f\n"
    "	movq (%rdi,%r9), %r10\n"
    "	movq (%rdx,%r9), %r11\n"
    "	cmpq %r11, %r10\n"
    "	jne 4f\n"
    "	movq %rax, %r9\n"
    "	jmp 1b\n"
    "4:	bswapq %r10\n"
    "	bswapq %r11\n"
    "	cmpq %r11, %r10\n"
    "	jmp 5f\n"
    "2:	cmpq %r8, %r9\n"
    "	jae 3f\n"
    "	movzbl (%rdi,%r9), %r10d\n"
    "	movzbl (%rdx,%r9), %r11d\n"
    "	incq %r9\n"
    "	cmpl %r11d, %r10d\n"
    "	je 2b\n"
    "	jmp 5f\n"
    "3:	cmpq %rcx, %rsi\n"
    "5:	seta %al\n"
    "	setb %cl\n"
    "	subb %cl, %al\n"
    "	movsbq %al, %rax\n"
    "	ret\n"
    END("runtime.cmpstring")
);
// clang-format on
