// The assembly between compiled Go code and C: an entry stub for each C row of abi/entry.def, stack growth,
// resuming and starting goroutines, the slow path of inlined allocation. Written as top-level assembly so that
// the rows themselves generate the stubs.
//
// A stub leaves the return address where the call put it (so the processor's return prediction holds),
// notes where the goroutine stands, and runs the C function on the thread's system stack. The C function may
// park the goroutine and never return; tri_asm_resume continues it then, with results from g->result.
#include "abi/call.h"
#include "abi/goroutine.h"
#include "abi/mutator.h"
#include "runtime/amd64/stub.h"

// clang-format off
#define C 1
#define LEAF 2
#define GO 4
#define NORETURN 8
#define MAYPARK 16

#define STUB(name, arguments, results, flags) \
	asm("	.text\n" \
	    "	.if (" STRING((flags)) ") & 1\n" \
	    ENTRY_STUB("runtime." #name, "tri_go_" #name, results) \
	    "	.endif\n");
#define ENTRY(name, arguments, results, flags) STUB(name, arguments, results, flags)
#ifndef TRI_C_LIBRARY // which has no compiled code to serve
#include "abi/entry.def"
#include "runtime/go/overlay_entry.def"
#endif
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
    "	movq $0, " OFFSET(TRI_G_CONTEXT) "\n"
    F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7) F(8) F(9) F(10) F(11) F(12) F(13) F(14)
#undef F
    SWITCH_BACK
    "	ret\n"
    END("tri_asm_resume_entry")

    // tri_asm_run(g, at_entry): leaves C for a goroutine; g->system_sp says where its C stack starts.
    FUNCTION("tri_asm_run")
    "	movq %rdi, %r14\n"
    "	testl %esi, %esi\n"
    "	jne tri_asm_resume_entry\n"
    "	movq " OFFSET(TRI_G_CONTEXT) ", %r10\n"
    "	movq " OFFSET(TRI_G_RESULT) ", %rax\n"
    "	movq 8+" OFFSET(TRI_G_RESULT) ", %rdx\n"
    "	movq 16+" OFFSET(TRI_G_RESULT) ", %rdi\n"
    "	movq $0, " OFFSET(TRI_G_CONTEXT) "\n"
    FORGET_RESULTS
    SWITCH_BACK
    "	ret\n"
    END("tri_asm_run")

    // tri_asm_resume_interrupt(g, interrupt): continues a goroutine at the instruction where a signal stopped it. The
    // two words below its stack pointer are used: Go code keeps nothing there.
    FUNCTION("tri_asm_resume_interrupt")
    "	movq %rdi, %r14\n"
#define F(n) "	movups 16*" #n "+" STRING(TRI_INTERRUPT_FLOATS) "(%rsi), %xmm" #n "\n"
    F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7) F(8) F(9) F(10) F(11) F(12) F(13) F(14) F(15)
#undef F
    "	ldmxcsr " STRING(TRI_INTERRUPT_MXCSR) "(%rsi)\n"
    "	movq 32(%rsi), %rsp\n"
    "	movq " STRING(TRI_INTERRUPT_PC) "(%rsi), %rax\n"
    "	movq %rax, -8(%rsp)\n"
    "	movq " STRING(TRI_INTERRUPT_FLAGS) "(%rsi), %rax\n"
    "	movq %rax, -16(%rsp)\n"
    "	movq 0(%rsi), %rax\n"
    "	movq 8(%rsi), %rcx\n"
    "	movq 16(%rsi), %rdx\n"
    "	movq 24(%rsi), %rbx\n"
    "	movq 40(%rsi), %rbp\n"
    "	movq 56(%rsi), %rdi\n"
    "	movq 64(%rsi), %r8\n"
    "	movq 72(%rsi), %r9\n"
    "	movq 80(%rsi), %r10\n"
    "	movq 88(%rsi), %r11\n"
    "	movq 96(%rsi), %r12\n"
    "	movq 104(%rsi), %r13\n"
    "	movq 120(%rsi), %r15\n"
    "	movq 48(%rsi), %rsi\n"
    "	leaq -16(%rsp), %rsp\n"
    "	popfq\n"
    "	ret\n"
    END("tri_asm_resume_interrupt")

    // runtime.allocSlow: R11 descriptor in, R11 object out, all other registers kept (abi/mutator.h). A pending run becomes
    // the slot's; when there is none, C finds the next ones. The registers lie in the goroutine meanwhile, where the collector
    // reads them conservatively.
    FUNCTION("runtime.allocSlow")
    "	pushq %rax\n"
    "	movq " OFFSET(TRI_G_SLOTS) ", %rax\n"
    "	addq %r11, %rax\n" // the slot
    "	pushq %rdx\n"
    "	movq " STRING(TRI_PENDING_OFFSET) "(%rax), %rdx\n"
    "	testq %rdx, %rdx\n"
    "	jz 1f\n"
    "	pushq %rcx\n"
    "	movl (%r11), %r11d\n" // size
    "	bsfq %rdx, %rcx\n"
    "	shrq %cl, %rdx\n"
    "	imulq %r11, %rcx\n"
    "	addq 8+" STRING(TRI_PENDING_OFFSET) "(%rax), %rcx\n" // cursor
    "	movq %rcx, (%rax)\n"
    "	notq %rdx\n"
    "	bsfq %rdx, %rcx\n" // objects in the run
    "	notq %rdx\n"
    "	shrq %cl, %rdx\n"
    "	movq %rdx, " STRING(TRI_PENDING_OFFSET) "(%rax)\n"
    "	imulq %r11, %rcx\n"
    "	movq (%rax), %rdx\n"
    "	addq %rdx, %rcx\n" // limit
    "	movq %rcx, 8(%rax)\n"
    "	movq %rcx, 8+" STRING(TRI_PENDING_OFFSET) "(%rax)\n"
    "	addq %rdx, %r11\n"
    "	movq %r11, (%rax)\n"
    "	movq %rdx, %r11\n"
    "	popq %rcx\n"
    "	popq %rdx\n"
    "	popq %rax\n"
    "	ret\n"
    "1:	popq %rdx\n"
    "	popq %rax\n"
#define X(index, name, number) "	movq %" STRING(REGISTER_##name) ", 8*" #index "+" OFFSET(TRI_G_INTEGER_REGISTERS) "\n"
    TRI_ABI_INTEGER_ARGUMENTS(X)
#undef X
    "	movq %r10, 72+" OFFSET(TRI_G_INTEGER_REGISTERS) "\n"
    "	movq %r13, " OFFSET(TRI_G_EXTRA_REGISTERS) "\n"
    "	movq %r15, 8+" OFFSET(TRI_G_EXTRA_REGISTERS) "\n"
#define F(n) "	movsd %xmm" #n ", 8*" #n "+" OFFSET(TRI_G_FLOAT_REGISTERS) "\n"
    F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7) F(8) F(9) F(10) F(11) F(12) F(13) F(14)
#undef F
    SAVE_AND_SWITCH
    "	movq %r11, %rdi\n"
    "	call tri_sched_alloc_slot\n"
    END("runtime.allocSlow")
    // falls through
    // R14 is the goroutine; reloads everything and returns behind the call of runtime.allocSlow.
    FUNCTION("tri_asm_resume_alloc")
    "	movq " OFFSET(TRI_G_RESULT) ", %r11\n"
    "	movq $0, " OFFSET(TRI_G_RESULT) "\n"
#define X(index, name, number) "	movq 8*" #index "+" OFFSET(TRI_G_INTEGER_REGISTERS) ", %" STRING(REGISTER_##name) "\n"
    TRI_ABI_INTEGER_ARGUMENTS(X)
#undef X
    "	movq 72+" OFFSET(TRI_G_INTEGER_REGISTERS) ", %r10\n"
    "	movq " OFFSET(TRI_G_EXTRA_REGISTERS) ", %r13\n"
    "	movq 8+" OFFSET(TRI_G_EXTRA_REGISTERS) ", %r15\n"
#define F(n) "	movsd 8*" #n "+" OFFSET(TRI_G_FLOAT_REGISTERS) ", %xmm" #n "\n"
    F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7) F(8) F(9) F(10) F(11) F(12) F(13) F(14)
#undef F
    SWITCH_BACK
    "	ret\n"
    END("tri_asm_resume_alloc")
    // tri_asm_run_alloc(g): the same from C.
    FUNCTION("tri_asm_run_alloc")
    "	movq %rdi, %r14\n"
    "	jmp tri_asm_resume_alloc\n"
    END("tri_asm_run_alloc")

    // tri_asm_machine_start(system_sp, function): notes where the scheduler's C stack begins, and runs function there.
    FUNCTION("tri_asm_machine_start")
    "	andq $-16, %rsp\n"
    "	movq %rsp, (%rdi)\n"
    "	call *%rsi\n"
    "	ud2\n"
    END("tri_asm_machine_start")

    // tri_asm_c_leave(save_sp, system_sp, function, argument): a C goroutine stops; function(argument) runs on the
    // scheduler's stack. tri_asm_c_enter(sp) lets it go on: returns from tri_asm_c_leave.
    FUNCTION("tri_asm_c_leave")
    "	pushq %rbp\n"
    "	pushq %rbx\n"
    "	pushq %r12\n"
    "	pushq %r13\n"
    "	pushq %r14\n"
    "	pushq %r15\n"
    "	movq %rsp, (%rdi)\n"
    "	movq %rsi, %rsp\n"
    "	movq %rcx, %rdi\n"
    "	call *%rdx\n"
    "	ud2\n"
    END("tri_asm_c_leave")
    FUNCTION("tri_asm_c_enter")
    "	movq %rdi, %rsp\n"
    "	popq %r15\n"
    "	popq %r14\n"
    "	popq %r13\n"
    "	popq %r12\n"
    "	popq %rbx\n"
    "	popq %rbp\n"
    "	ret\n"
    END("tri_asm_c_enter")

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

    // tri_sched_rest_begin(long_call), tri_goroutine_rest_begin(): what C may hold in registers that calls preserve is noted
    // before C code of the runtime can put it elsewhere.
    FUNCTION("tri_sched_rest_begin")
    "	leaq tri_rest_begin_noted(%rip), %rax\n"
    "1:	movq %rsp, %rdx\n"
    "	pushq %rbx\n"
    "	pushq %rbp\n"
    "	pushq %r12\n"
    "	pushq %r13\n"
    "	pushq %r14\n"
    "	pushq %r15\n"
    "	subq $8, %rsp\n"
    "	leaq 8(%rsp), %rsi\n"
    "	call *%rax\n"
    "	addq $56, %rsp\n"
    "	ret\n"
    END("tri_sched_rest_begin")
    FUNCTION("tri_goroutine_rest_begin")
    "	leaq tri_goroutine_rest_begin_noted(%rip), %rax\n"
    "	jmp 1b\n"
    END("tri_goroutine_rest_begin")

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
    // memequal(p, q, bytes) -> 0 or 1. Ends are compared with loads that overlap what was compared before.
    FUNCTION("runtime.memequal")
    "	cmpq %rsi, %rdi\n"
    "	je 8f\n"
    "	cmpq $16, %rdx\n"
    "	jb 2f\n"
    "1:	movups (%rdi), %xmm0\n"
    "	movups (%rsi), %xmm1\n"
    "	pcmpeqb %xmm1, %xmm0\n"
    "	pmovmskb %xmm0, %eax\n"
    "	cmpl $0xffff, %eax\n"
    "	jne 9f\n"
    "	addq $16, %rdi\n"
    "	addq $16, %rsi\n"
    "	subq $16, %rdx\n"
    "	cmpq $16, %rdx\n"
    "	jae 1b\n"
    "	testq %rdx, %rdx\n"
    "	je 8f\n"
    "	movups -16(%rdi,%rdx), %xmm0\n"
    "	movups -16(%rsi,%rdx), %xmm1\n"
    "	pcmpeqb %xmm1, %xmm0\n"
    "	pmovmskb %xmm0, %eax\n"
    "	cmpl $0xffff, %eax\n"
    "	jne 9f\n"
    "8:	movl $1, %eax\n"
    "	ret\n"
    "2:	cmpq $8, %rdx\n"
    "	jb 3f\n"
    "	movq (%rdi), %rax\n"
    "	movq -8(%rdi,%rdx), %rcx\n"
    "	xorq (%rsi), %rax\n"
    "	xorq -8(%rsi,%rdx), %rcx\n"
    "	jmp 7f\n"
    "3:	cmpq $4, %rdx\n"
    "	jb 4f\n"
    "	movl (%rdi), %eax\n"
    "	movl -4(%rdi,%rdx), %ecx\n"
    "	xorl (%rsi), %eax\n"
    "	xorl -4(%rsi,%rdx), %ecx\n"
    "	jmp 7f\n"
    "4:	testq %rdx, %rdx\n"
    "	je 8b\n"
    "	movzbl (%rdi), %eax\n" // first, last and middle byte
    "	movzbl -1(%rdi,%rdx), %ecx\n"
    "	xorb (%rsi), %al\n"
    "	xorb -1(%rsi,%rdx), %cl\n"
    "	shrq $1, %rdx\n"
    "	movzbl (%rdi,%rdx), %r8d\n"
    "	xorb (%rsi,%rdx), %r8b\n"
    "	orl %r8d, %ecx\n"
    "7:	orq %rcx, %rax\n"
    "	sete %al\n"
    "	movzbl %al, %eax\n"
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
    "	cmpq $32, %r8\n"
    "	jb 1f\n"
    "	leaq -16(%r8), %r10\n"
    "7:	movups (%rdi,%r9), %xmm0\n"
    "	movups (%rdx,%r9), %xmm1\n"
    "	pcmpeqb %xmm1, %xmm0\n"
    "	pmovmskb %xmm0, %eax\n"
    "	xorl $0xffff, %eax\n"
    "	jne 8f\n"
    "	addq $16, %r9\n"
    "	cmpq %r10, %r9\n"
    "	jbe 7b\n"
    "	jmp 1f\n"
    "8:	bsfl %eax, %eax\n"
    "	addq %rax, %r9\n"
    "	movzbl (%rdi,%r9), %r10d\n"
    "	movzbl (%rdx,%r9), %r11d\n"
    "	cmpl %r11d, %r10d\n"
    "	jmp 5f\n"
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
    "	cmpq $8, %r8\n"
    "	jb 6f\n"
    "	movq -8(%rdi,%r8), %r10\n" // the last 8 bytes, some of them again
    "	movq -8(%rdx,%r8), %r11\n"
    "	cmpq %r11, %r10\n"
    "	jne 4b\n"
    "	jmp 3f\n"
    "6:	cmpq %r8, %r9\n"
    "	jae 3f\n"
    "	movzbl (%rdi,%r9), %r10d\n"
    "	movzbl (%rdx,%r9), %r11d\n"
    "	incq %r9\n"
    "	cmpl %r11d, %r10d\n"
    "	je 6b\n"
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
