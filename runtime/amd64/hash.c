// Hashing of bytes, in place on a goroutine's stack: func(p unsafe.Pointer, seed uintptr) uintptr for each size that descriptors of
// maps ask for, and memhash, which takes the size.
//
// The mixing step multiplies two words, each combined with a secret or with what was hashed so far, and folds the 128-bit product: two
// instructions that let each bit reach all others. The secrets are drawn when the program starts, so that nobody who chooses the keys
// can choose where they collide (runtime/base/secret.c).

// clang-format off
#define FUNCTION(name) \
	"	.globl " name "\n	.type " name ", @function\n	.p2align 4\n" name ":\n"
#define END(name) "	.size " name ", . - " name "\n"
// RAX = fold(RAX * with)
#define MIX(with) \
	"	mulq " with "\n" \
	"	xorq %rdx, %rax\n"
#define SECRET(number) "tri_hash_secret+8*" #number "(%rip)"

#ifndef TRI_C_LIBRARY // which has no compiled code to serve
asm("	.text\n"
    FUNCTION("runtime.memhash0")
    "	movq %rsi, %rax\n"
    "	ret\n"
    END("runtime.memhash0")
    FUNCTION("runtime.memhash8")
    "	movzbl (%rdi), %eax\n"
    "	jmp 1f\n"
    END("runtime.memhash8")
    FUNCTION("runtime.memhash16")
    "	movzwl (%rdi), %eax\n"
    "	jmp 1f\n"
    END("runtime.memhash16")
    FUNCTION("runtime.memhash32")
    "	movl (%rdi), %eax\n"
    "	jmp 1f\n"
    END("runtime.memhash32")
    FUNCTION("runtime.memhash64")
    "	movq (%rdi), %rax\n"
    "1:	xorq " SECRET(0) ", %rax\n"
    "	xorq " SECRET(1) ", %rsi\n"
    MIX("%rsi")
    "	ret\n"
    END("runtime.memhash64")
    FUNCTION("runtime.memhash128")
    "	movq (%rdi), %rax\n"
    "	xorq " SECRET(0) ", %rax\n"
    "	xorq 8(%rdi), %rsi\n"
    MIX("%rsi")
    "	xorq " SECRET(1) ", %rax\n"
    MIX(SECRET(2))
    "	ret\n"
    END("runtime.memhash128")
    FUNCTION("runtime.strhash")
    "	movq 8(%rdi), %rdx\n"
    "	movq (%rdi), %rdi\n"
    "	jmp runtime.memhash\n"
    END("runtime.strhash")
    // memhash(p, seed, size). RDI p, RSI what was hashed so far, RCX bytes left, R8 size
    FUNCTION("runtime.memhash")
    "	movq %rdx, %r8\n"
    "	movq %rdx, %rcx\n"
    "	xorq " SECRET(0) ", %rsi\n"
    "	cmpq $16, %rcx\n"
    "	ja 4f\n"
    "	cmpq $8, %rcx\n"
    "	jb 1f\n"
    "	movq (%rdi), %rax\n"
    "	movq -8(%rdi,%rcx), %r9\n"
    "	jmp 9f\n"
    "1:	cmpq $4, %rcx\n"
    "	jb 2f\n"
    "	movl (%rdi), %eax\n"
    "	movl -4(%rdi,%rcx), %r9d\n"
    "	jmp 9f\n"
    "2:	xorl %eax, %eax\n"
    "	xorl %r9d, %r9d\n"
    "	testq %rcx, %rcx\n"
    "	jz 9f\n"
    "	movzbl (%rdi), %eax\n"           // first, middle and last byte
    "	movzbl -1(%rdi,%rcx), %r9d\n"
    "	shrq $1, %rcx\n"
    "	movzbl (%rdi,%rcx), %edx\n"
    "	shlq $8, %rax\n"
    "	orq %rdx, %rax\n"
    "	jmp 9f\n"
    // Two independent chains of 16 bytes each keep the multiplier busy.
    "4:	cmpq $32, %rcx\n"
    "	jbe 6f\n"
    "	movq %rsi, %r10\n"
    "5:	movq (%rdi), %rax\n"
    "	xorq 8(%rdi), %rsi\n"
    "	xorq " SECRET(1) ", %rax\n"
    MIX("%rsi")
    "	movq %rax, %rsi\n"
    "	movq 16(%rdi), %rax\n"
    "	xorq 24(%rdi), %r10\n"
    "	xorq " SECRET(2) ", %rax\n"
    MIX("%r10")
    "	movq %rax, %r10\n"
    "	addq $32, %rdi\n"
    "	subq $32, %rcx\n"
    "	cmpq $32, %rcx\n"
    "	ja 5b\n"
    "	xorq %r10, %rsi\n"
    "	cmpq $16, %rcx\n"
    "	jbe 7f\n"
    "6:	movq (%rdi), %rax\n"
    "	xorq 8(%rdi), %rsi\n"
    "	xorq " SECRET(1) ", %rax\n"
    MIX("%rsi")
    "	movq %rax, %rsi\n"
    "7:	movq -16(%rdi,%rcx), %rax\n"     // the last 16 bytes, some of them perhaps again
    "	movq -8(%rdi,%rcx), %r9\n"
    "9:	xorq %rsi, %r9\n"
    "	xorq " SECRET(1) ", %rax\n"
    MIX("%r9")
    "	xorq %r8, %rax\n"
    "	xorq " SECRET(2) ", %rax\n"
    MIX(SECRET(3))
    "	ret\n"
    END("runtime.memhash")
);
#endif
// clang-format on
