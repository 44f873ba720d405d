// Stubs for what the standard library links to (runtime/go/hooks.def), and the system calls.
#include "abi/call.h"
#include "runtime/amd64/stub.h"

#ifndef TRI_C_LIBRARY // which has no compiled code to serve
// clang-format off
#define HOOK(symbol, function, results) asm("	.text\n" ENTRY_STUB(symbol, #function, results));
#define JUMP(symbol, target) asm("	.text\n" FUNCTION(symbol) "	jmp \"" target "\"\n" END(symbol));
#include "runtime/go/hooks.def"

asm("	.text\n"
    // Syscall6(number, 6 arguments) (r1, r2, errno): arguments in RDI RSI RDX RCX R8 R9 RAX, results in RAX RDX RDI. Uses no stack.
    FUNCTION("internal/runtime/syscall/linux.Syscall6")
    "	movq %rcx, %r10\n" // third
    "	movq %rax, %r11\n" // sixth
    "	movq %rdi, %rax\n"
    "	movq %rsi, %rdi\n"
    "	movq %rdx, %rsi\n"
    "	movq %r10, %rdx\n"
    "	movq %r8, %r10\n"
    "	movq %r9, %r8\n"
    "	movq %r11, %r9\n"
    "	syscall\n"
    "	cmpq $-4095, %rax\n"
    "	jae 1f\n"
    "	xorl %edi, %edi\n"
    "	ret\n"
    "1:	negq %rax\n"
    "	movq %rax, %rdi\n"
    "	movq $-1, %rax\n"
    "	xorl %edx, %edx\n"
    "	ret\n"
    END("internal/runtime/syscall/linux.Syscall6")

    // rawSyscallNoError(number, 3 arguments) (r1, r2)
    FUNCTION("syscall.rawSyscallNoError")
    "	movq %rdi, %rax\n"
    "	movq %rsi, %rdi\n"
    "	movq %rdx, %rsi\n"
    "	movq %rcx, %rdx\n"
    "	syscall\n"
    "	ret\n"
    END("syscall.rawSyscallNoError")

    // rawVforkSyscall(number, 3 arguments) (r1, errno): the child goes on with the same stack, and overwrites the return
    // address before the parent needs it: each keeps it in a register of its own.
    FUNCTION("syscall.rawVforkSyscall")
    "	popq %r12\n"
    "	movq %rdi, %rax\n"
    "	movq %rsi, %rdi\n"
    "	movq %rdx, %rsi\n"
    "	movq %rcx, %rdx\n"
    "	xorl %r10d, %r10d\n"
    "	xorl %r8d, %r8d\n"
    "	xorl %r9d, %r9d\n"
    "	syscall\n"
    "	pushq %r12\n"
    "	cmpq $-4095, %rax\n"
    "	jae 1f\n"
    "	xorl %edx, %edx\n"
    "	ret\n"
    "1:	negq %rax\n"
    "	movq %rax, %rdx\n"
    "	movq $-1, %rax\n"
    "	ret\n"
    END("syscall.rawVforkSyscall")

    // runtime.entersyscall: what follows in the caller's frame, up to runtime.exitsyscall, runs while the goroutine rests, so a
    // poisoned guard must wait.
    FUNCTION("runtime.entersyscall")
    SAVE_AND_SWITCH
    "	call tri_go_entersyscall\n"
    SWITCH_BACK
    "	ret\n"
    END("runtime.entersyscall")
);
// clang-format on
#endif
