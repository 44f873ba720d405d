// What internal/cpu asks the processor, in place on a goroutine's stack.
#include "runtime/amd64/stub.h"

#ifndef TRI_C_LIBRARY // which has no compiled code to serve
// clang-format off
asm("	.text\n"
    // cpuid(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)
    FUNCTION("internal/cpu.cpuid")
    "	movl %edi, %eax\n"
    "	movl %esi, %ecx\n"
    "	cpuid\n"
    "	movl %edx, %esi\n"
    "	movl %ebx, %edx\n"
    "	movl %ecx, %edi\n"
    "	ret\n"
    END("internal/cpu.cpuid")
    // xgetbv() (eax, edx uint32)
    FUNCTION("internal/cpu.xgetbv")
    "	xorl %ecx, %ecx\n"
    "	xgetbv\n"
    "	ret\n"
    END("internal/cpu.xgetbv")
    // getGOAMD64level() int32: 1, as whatever the Go packages ask for can be turned off, though compiled code does not ask
    FUNCTION("internal/cpu.getGOAMD64level")
    "	movl $1, %eax\n"
    "	ret\n"
    END("internal/cpu.getGOAMD64level"));
// clang-format on
#endif
