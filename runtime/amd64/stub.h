// The assembly of an entry stub: how compiled Go code calls a C function on the thread's system stack.
//
// A stub leaves the return address where the call put it, notes where the goroutine stands, and calls the C function with
// the argument registers as they are: up to six words arrive. Results are the C function's one or two words; of three
// ("iii", and slices, "l") the words in g->result.
#ifndef TRI_AMD64_STUB_H
#define TRI_AMD64_STUB_H

#include "abi/goroutine.h"

#define STRING(x) STRING_(x)
#define STRING_(x) #x
#define OFFSET(name) STRING(name) "(%r14)"

// clang-format off
#define SAVE_AND_SWITCH \
	"	movq %rsp, " OFFSET(TRI_G_SP) "\n" \
	"	movq %rbp, " OFFSET(TRI_G_BP) "\n" \
	"	movq " OFFSET(TRI_G_SYSTEM_SP) ", %rsp\n"
#define SWITCH_BACK \
	"	movq " OFFSET(TRI_G_SP) ", %rsp\n" \
	"	movq " OFFSET(TRI_G_BP) ", %rbp\n"
// The collector reads the words where results wait: what has been fetched must not stay there.
#define FORGET_RESULTS \
	"	movq $0, " OFFSET(TRI_G_RESULT) "\n" \
	"	movq $0, 8+" OFFSET(TRI_G_RESULT) "\n" \
	"	movq $0, 16+" OFFSET(TRI_G_RESULT) "\n"
#define FUNCTION(name) \
	"	.globl \"" name "\"\n	.type \"" name "\", @function\n	.p2align 4\n\"" name "\":\n"
#define END(name) "	.size \"" name "\", . - \"" name "\"\n"

#define ENTRY_STUB(name, function, results) \
	    FUNCTION(name) \
	    SAVE_AND_SWITCH \
	    "	call " function "\n" \
	    SWITCH_BACK \
	    "	cmpq $-1, " OFFSET(TRI_G_STACK_GUARD) "\n" \
	    "	je 9f\n" \
	    "	.ifeqs \"" results "\",\"l\"\n" \
	    "	movq " OFFSET(TRI_G_RESULT) ", %rax\n" \
	    "	movq 8+" OFFSET(TRI_G_RESULT) ", %rdx\n" \
	    "	movq 16+" OFFSET(TRI_G_RESULT) ", %rdi\n" \
	    FORGET_RESULTS \
	    "	.endif\n" \
	    "	.ifeqs \"" results "\",\"iii\"\n" \
	    "	movq " OFFSET(TRI_G_RESULT) ", %rax\n" \
	    "	movq 8+" OFFSET(TRI_G_RESULT) ", %rdx\n" \
	    "	movq 16+" OFFSET(TRI_G_RESULT) ", %rdi\n" \
	    FORGET_RESULTS \
	    "	.endif\n" \
	    "	ret\n" \
	    "9:\n" \
	    "	.ifnes \"" results "\",\"l\"\n" \
	    "	.ifnes \"" results "\",\"iii\"\n" \
	    "	movq %rax, " OFFSET(TRI_G_RESULT) "\n" \
	    "	movq %rdx, 8+" OFFSET(TRI_G_RESULT) "\n" \
	    "	.endif\n" \
	    "	.endif\n" \
	    "	movq " OFFSET(TRI_G_SYSTEM_SP) ", %rsp\n" \
	    "	call tri_sched_leave_c\n" \
	    END(name)
// clang-format on

#endif
