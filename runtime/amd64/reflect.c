// Calls whose types are known at run time: runtime.reflectcall, and the code of functions that reflect makes.
//
// reflect works out where arguments and results go (its algorithm is that of abi/call.h) and keeps the registers in an
// abi.RegArgs: integers in the order of the argument registers, or of the result registers, then floats, then the pointers
// among the integers once more, where the collector sees them, then a bit for each result that is a pointer.
//
// The frames here are read conservatively and no word of them is corrected when the stack moves: arguments of a call through
// reflect escape, so nothing on its way leads into a stack. The one address of a stack that reflectcall has to keep, that
// of its RegArgs, is kept as a distance from the stack's upper end.
//
// A frame has one size, as all have, so there is a function for each power of two.
#include "abi/call.h"
#include "abi/function.h"
#include "runtime/amd64/stub.h"

#ifndef TRI_C_LIBRARY // which has no compiled code to serve
_Static_assert(TRI_ABI_INTEGER_REGISTERS == 9 && TRI_ABI_FLOAT_REGISTERS == 15, "abi.RegArgs");

// clang-format off
#define LOAD_FLOATS(base) \
	"	.irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14\n" \
	"	movsd 72+8*\\n(" base "), %xmm\\n\n" \
	"	.endr\n"
#define STORE_FLOATS(base) \
	"	.irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14\n" \
	"	movsd %xmm\\n, 72+8*\\n(" base ")\n" \
	"	.endr\n"

// A function that morestack, the unwinder and the mover know: a row in the function table; the check at its entry has the form
// of compiled ones, and so has the end.
#define ENTER(frame) \
	"	leaq -(" frame ")(%rsp), %r11\n" \
	"	cmpq " OFFSET(TRI_G_STACK_GUARD) ", %r11\n" \
	"	.byte 0x0f, 0x86\n	.long 8f - . - 4\n" /* jbe, long form */ \
	"	pushq %rbp\n" \
	"	movq %rsp, %rbp\n" \
	"	subq $(" frame "), %rsp\n"
#define LEAVE(start, frame) \
	"	addq $(" frame "), %rsp\n" \
	"	popq %rbp\n" \
	"	ret\n" \
	"8:	call runtime.morestack\n" \
	"	.byte 0xe9\n	.long " start " - . - 4\n" /* jmp, long form */
#define ROW(start, text, frame, pointers, flags) \
	"	.section .rodata.str1.1,\"aMS\",@progbits,1\n" \
	"7:	.string \"" text "\"\n" \
	"	.section " TRI_SECTION_FUNCTIONS ",\"aw\"\n" \
	"	.long " start ", 9b - " start ", 7b, " frame ", 0, 0\n" \
	"	.short " pointers ", " flags ", 0, 0\n" \
	"	.long 0, 0\n" \
	"	.text\n"

// reflectcall(*type of the stack arguments, *func value, stack arguments, their size, offset of the results, frame size, *RegArgs)
// in RDI RSI RDX RCX R8 R9 RAX.
#define KEPT 48
#define CALL(number, size) \
asm("	.text\n" \
    "	.type runtime.reflectcall" #number ", @function\n	.p2align 4\n" \
    "runtime.reflectcall" #number ":\n" \
    ENTER(#size "+" STRING(KEPT)) \
    "	movq %rdi, " #size "(%rsp)\n" \
    "	movq %rdx, " #size "+8(%rsp)\n" \
    "	movl %ecx, " #size "+16(%rsp)\n" \
    "	movl %r8d, " #size "+20(%rsp)\n" \
    "	movq %rax, " #size "+24(%rsp)\n" /* RegArgs: the address, or the distance */ \
    "	movq $0, " #size "+32(%rsp)\n" \
    "	movq " OFFSET(TRI_G_STACK_HIGH) ", %r11\n" \
    "	subq %rax, %r11\n" \
    "	movq " OFFSET(TRI_G_STACK_HIGH) ", %r10\n" \
    "	subq " OFFSET(TRI_G_STACK_LOW) ", %r10\n" \
    "	cmpq %r10, %r11\n" \
    "	ja 1f\n" \
    "	movq %r11, " #size "+24(%rsp)\n" \
    "	movq $1, " #size "+32(%rsp)\n" \
    "1:	movq %rsi, %r10\n" \
    "	movq %rax, %r12\n" \
    "	xorl %eax, %eax\n" \
    "	movq %rsp, %rdi\n" \
    "	movl %ecx, %ecx\n" \
    "	movq %rcx, %r11\n" \
    "	movq %rdx, %rsi\n" \
    "	rep movsb\n" \
    "	movq $" #size ", %rcx\n" /* the rest is where results will be: no garbage that looks like pointers */ \
    "	subq %r11, %rcx\n" \
    "	rep stosb\n" \
    LOAD_FLOATS("%r12") \
    "	movq 0(%r12), %rdi\n" \
    "	movq 8(%r12), %rsi\n" \
    "	movq 16(%r12), %rdx\n" \
    "	movq 24(%r12), %rcx\n" \
    "	movq 32(%r12), %r8\n" \
    "	movq 40(%r12), %r9\n" \
    "	movq 48(%r12), %rax\n" \
    "	movq 56(%r12), %rbx\n" \
    "	movq 64(%r12), %r12\n" \
    "	call *(%r10)\n" \
    "	movq " #size "+24(%rsp), %r11\n" \
    "	cmpq $0, " #size "+32(%rsp)\n" \
    "	je 1f\n" \
    "	negq %r11\n" \
    "	addq " OFFSET(TRI_G_STACK_HIGH) ", %r11\n" \
    "1:	movq %rax, 0(%r11)\n" \
    "	movq %rdx, 8(%r11)\n" \
    "	movq %rdi, 16(%r11)\n" \
    "	movq %rsi, 24(%r11)\n" \
    "	movq %rcx, 32(%r11)\n" \
    "	movq %r8, 40(%r11)\n" \
    "	movq %r9, 48(%r11)\n" \
    "	movq %rbx, 56(%r11)\n" \
    "	movq %r12, 64(%r11)\n" \
    STORE_FLOATS("%r11") \
    "	movq " #size "(%rsp), %rdi\n" \
    "	movq " #size "+8(%rsp), %rsi\n" \
    "	movq %rsp, %rdx\n" \
    "	movl " #size "+16(%rsp), %ecx\n" \
    "	movl " #size "+20(%rsp), %r8d\n" \
    "	movq %r11, %r9\n" \
    "	call runtime.reflectresults\n" \
    LEAVE("runtime.reflectcall" #number, #size "+" STRING(KEPT)) \
    "9:	.size runtime.reflectcall" #number ", . - runtime.reflectcall" #number "\n" \
    ROW("runtime.reflectcall" #number, "runtime.reflectcall", #size "+" STRING(KEPT), "0x47", STRING(TRI_FUNCTION_FLAGS_CALL)));
#define TRI_FUNCTION_FLAGS_CALL 288 /* TRI_FUNCTION_CONSERVATIVE | TRI_FUNCTION_RUNTIME */
_Static_assert(TRI_FUNCTION_FLAGS_CALL == (TRI_FUNCTION_CONSERVATIVE | TRI_FUNCTION_RUNTIME), "flags");

#define SIZES(X) \
	X(0, 0) X(1, 32) X(2, 64) X(3, 128) X(4, 256) X(5, 512) X(6, 1024) X(7, 2048) X(8, 4096) X(9, 8192) X(10, 16384) X(11, 32768) \
	X(12, 65536) X(13, 131072) X(14, 262144) X(15, 524288) X(16, 1048576) X(17, 2097152) X(18, 4194304) X(19, 8388608)

SIZES(CALL)

#define PICK(number, size) \
    "	cmpl $" #size ", %r9d\n" \
    "	jbe runtime.reflectcall" #number "\n"
asm("	.text\n"
    FUNCTION("runtime.reflectcall")
    SIZES(PICK)
    "	jmp runtime.badreflectcall\n"
    END("runtime.reflectcall")
    ENTRY_STUB("runtime.reflectresults", "tri_go_reflect_results", "")
    "	.weak runtime.badreflectcall\n");

// The code of a function that reflect made: R10 is its context (reflect.makeFuncCtxt), which is kept in the frame's first
// word, where the unwinder finds how many bytes of arguments lie in the caller's frame.
#define STUB_FRAME 304
#define MADE(start, target) \
asm("	.text\n" \
    FUNCTION(start) \
    ENTER(STRING(STUB_FRAME)) \
    "	movq %r10, (%rsp)\n" \
    "	movq $0, 8(%rsp)\n" /* whether the results are valid */ \
    "	movq %rdi, 16+0(%rsp)\n" \
    "	movq %rsi, 16+8(%rsp)\n" \
    "	movq %rdx, 16+16(%rsp)\n" \
    "	movq %rcx, 16+24(%rsp)\n" \
    "	movq %r8, 16+32(%rsp)\n" \
    "	movq %r9, 16+40(%rsp)\n" \
    "	movq %rax, 16+48(%rsp)\n" \
    "	movq %rbx, 16+56(%rsp)\n" \
    "	movq %r12, 16+64(%rsp)\n" \
    "	leaq 16(%rsp), %r11\n" \
    STORE_FLOATS("%r11") \
    "	xorl %eax, %eax\n" \
    "	leaq 16+192(%rsp), %rdi\n" /* Ptrs, ReturnIsPtr */ \
    "	movl $80, %ecx\n" \
    "	rep stosb\n" \
    "	movq (%rsp), %rdi\n" \
    "	leaq 16(%rsp), %rsi\n" \
    "	call reflect.moveMakeFuncArgPtrs\n" \
    "	movq (%rsp), %rdi\n" \
    "	leaq " STRING(STUB_FRAME) "+16(%rsp), %rsi\n" \
    "	leaq 8(%rsp), %rdx\n" \
    "	leaq 16(%rsp), %rcx\n" \
    "	call " target "\n" \
    "	leaq 16(%rsp), %r11\n" \
    LOAD_FLOATS("%r11") \
    "	movq 0(%r11), %rax\n" \
    "	movq 8(%r11), %rdx\n" \
    "	movq 16(%r11), %rdi\n" \
    "	movq 24(%r11), %rsi\n" \
    "	movq 32(%r11), %rcx\n" \
    "	movq 40(%r11), %r8\n" \
    "	movq 48(%r11), %r9\n" \
    "	movq 56(%r11), %rbx\n" \
    "	movq 64(%r11), %r12\n" \
    LEAVE(start, STRING(STUB_FRAME)) \
    "9:\n" END(start) \
    ROW(start, start, STRING(STUB_FRAME), "0", STRING(TRI_FUNCTION_FLAGS_MADE)) \
    "	.weak " target "\n	.weak reflect.moveMakeFuncArgPtrs\n");
#define TRI_FUNCTION_FLAGS_MADE 770 /* TRI_FUNCTION_CONSERVATIVE | TRI_FUNCTION_MADE | TRI_FUNCTION_WRAPPER */
_Static_assert(TRI_FUNCTION_FLAGS_MADE == (TRI_FUNCTION_CONSERVATIVE | TRI_FUNCTION_MADE | TRI_FUNCTION_WRAPPER), "flags");

MADE("reflect.makeFuncStub", "reflect.callReflect")
MADE("reflect.methodValueCall", "reflect.callMethod")
// clang-format on
#endif
