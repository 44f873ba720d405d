// Searching, counting and comparing bytes, in place on a goroutine's stack: what internal/bytealg declares without bodies.
// Sixteen bytes at a time. Ends are looked at with loads that overlap what was looked at before; fewer than sixteen bytes are loaded
// with what lies behind them in their page, or else with what lies before them, and the rest is masked away.

// clang-format off
#define ENTRY(name) \
	"	.globl \"" name "\"\n	.type \"" name "\", @function\n\"" name "\":\n"
#define FUNCTION(name) "	.p2align 4\n" ENTRY(name)
#define END(name) "	.size \"" name "\", . - \"" name "\"\n"
// All bytes of `to` become the lowest of `from`; clears XMM7.
#define SPREAD(from, to) \
	"	movd " from ", " to "\n" \
	"	pxor %xmm7, %xmm7\n" \
	"	pshufb %xmm7, " to "\n"
// A bit of `mask` for each of sixteen bytes that is as those of XMM0; overwrites XMM1.
#define MATCHES(at, mask) \
	"	movups " at ", %xmm1\n" \
	"	pcmpeqb %xmm0, %xmm1\n" \
	"	pmovmskb %xmm1, " mask "\n"
// The same for RSI < 16 bytes at RDI, RSI > 0; overwrites RCX, R8.
#define FEW_MATCHES(mask) \
	"	movl %edi, %ecx\n" \
	"	andl $0xfff, %ecx\n" \
	"	cmpl $0xff0, %ecx\n" \
	"	ja 91f\n" \
	MATCHES("(%rdi)", mask) \
	"	movl %esi, %ecx\n" \
	"	movl $1, %r8d\n" \
	"	shll %cl, %r8d\n" \
	"	decl %r8d\n" \
	"	andl %r8d, " mask "\n" \
	"	jmp 92f\n" \
	"91:\n" \
	MATCHES("-16(%rdi,%rsi)", mask) \
	"	movl $16, %ecx\n" \
	"	subl %esi, %ecx\n" \
	"	shrl %cl, " mask "\n" \
	"92:\n"

#ifndef TRI_C_LIBRARY // which has no compiled code to serve
asm("	.text\n"
    // IndexByte(bytes []byte, byte) int
    FUNCTION("internal/bytealg.IndexByte")
    "	movl %ecx, %edx\n"
    END("internal/bytealg.IndexByte")
    // IndexByteString(text string, byte) int
    ENTRY("internal/bytealg.IndexByteString")
    SPREAD("%edx", "%xmm0")
    "	cmpq $16, %rsi\n"
    "	jb 5f\n"
    "	movq %rdi, %r8\n"
    "	leaq -16(%rdi,%rsi), %r9\n" // the last sixteen
    "	cmpq $64, %rsi\n"
    "	jb 2f\n"
    "	leaq -48(%r9), %r10\n" // the last sixty-four
    "1:	movups (%r8), %xmm1\n"
    "	movups 16(%r8), %xmm2\n"
    "	movups 32(%r8), %xmm3\n"
    "	movups 48(%r8), %xmm4\n"
    "	pcmpeqb %xmm0, %xmm1\n"
    "	pcmpeqb %xmm0, %xmm2\n"
    "	pcmpeqb %xmm0, %xmm3\n"
    "	pcmpeqb %xmm0, %xmm4\n"
    "	movaps %xmm1, %xmm5\n"
    "	movaps %xmm3, %xmm6\n"
    "	por %xmm2, %xmm5\n"
    "	por %xmm4, %xmm6\n"
    "	por %xmm6, %xmm5\n"
    "	pmovmskb %xmm5, %eax\n"
    "	testl %eax, %eax\n"
    "	jnz 2f\n" // found again, sixteen by sixteen
    "	addq $64, %r8\n"
    "	cmpq %r10, %r8\n"
    "	jbe 1b\n"
    "	cmpq %r9, %r8\n"
    "	ja 3f\n"
    "2:\n"
    MATCHES("(%r8)", "%eax")
    "	testl %eax, %eax\n"
    "	jnz 4f\n"
    "	addq $16, %r8\n"
    "	cmpq %r9, %r8\n"
    "	jbe 2b\n"
    "3:	movq %r9, %r8\n"
    MATCHES("(%r8)", "%eax")
    "	testl %eax, %eax\n"
    "	jz 6f\n"
    "4:	bsfl %eax, %eax\n"
    "	addq %r8, %rax\n"
    "	subq %rdi, %rax\n"
    "	ret\n"
    "5:	testq %rsi, %rsi\n"
    "	jz 6f\n"
    FEW_MATCHES("%eax")
    "	bsfl %eax, %eax\n"
    "	jz 6f\n"
    "	ret\n"
    "6:	movq $-1, %rax\n"
    "	ret\n"
    END("internal/bytealg.IndexByteString")
    // Count(bytes []byte, byte) int
    FUNCTION("internal/bytealg.Count")
    "	movl %ecx, %edx\n"
    END("internal/bytealg.Count")
    // CountString(text string, byte) int
    ENTRY("internal/bytealg.CountString")
    SPREAD("%edx", "%xmm0")
    "	xorl %eax, %eax\n"
    "	cmpq $16, %rsi\n"
    "	jb 2f\n"
    "	movq %rdi, %r8\n"
    "	leaq -16(%rdi,%rsi), %r9\n"
    "1:\n"
    MATCHES("(%r8)", "%ecx")
    "	popcntl %ecx, %ecx\n"
    "	addq %rcx, %rax\n"
    "	addq $16, %r8\n"
    "	cmpq %r9, %r8\n"
    "	jbe 1b\n"
    "	movq %r8, %rcx\n"
    "	subq %r9, %rcx\n" // so many of the last sixteen are counted
    MATCHES("(%r9)", "%edx")
    "	shrl %cl, %edx\n"
    "	popcntl %edx, %edx\n"
    "	addq %rdx, %rax\n"
    "	ret\n"
    "2:	testq %rsi, %rsi\n"
    "	jz 3f\n"
    FEW_MATCHES("%eax")
    "	popcntl %eax, %eax\n"
    "3:	ret\n"
    END("internal/bytealg.CountString")
    // Compare(a, b []byte) int
    FUNCTION("internal/bytealg.Compare")
    "	movq %rcx, %rdx\n"
    "	movq %r8, %rcx\n"
    "	jmp runtime.cmpstring\n"
    END("internal/bytealg.Compare"));

// RCX bytes, at least 2, at R12 and RDX: on to `differ` if they are not the same. Overwrites RAX, R11.
#define COMPARE(differ) \
	"	cmpq $8, %rcx\n" \
	"	jb 71f\n" \
	"	xorl %r11d, %r11d\n" \
	"70:	movq (%r12,%r11), %rax\n" \
	"	cmpq (%rdx,%r11), %rax\n" \
	"	jne " differ "\n" \
	"	addq $8, %r11\n" \
	"	leaq 8(%r11), %rax\n" \
	"	cmpq %rcx, %rax\n" \
	"	jbe 70b\n" \
	"	movq -8(%r12,%rcx), %rax\n" \
	"	cmpq -8(%rdx,%rcx), %rax\n" \
	"	jne " differ "\n" \
	"	jmp 73f\n" \
	"71:	cmpq $4, %rcx\n" \
	"	jb 72f\n" \
	"	movl (%r12), %eax\n" \
	"	cmpl (%rdx), %eax\n" \
	"	jne " differ "\n" \
	"	movl -4(%r12,%rcx), %eax\n" \
	"	cmpl -4(%rdx,%rcx), %eax\n" \
	"	jne " differ "\n" \
	"	jmp 73f\n" \
	"72:	movzwl (%r12), %eax\n" \
	"	cmpw (%rdx), %ax\n" \
	"	jne " differ "\n" \
	"	movzwl -2(%r12,%rcx), %eax\n" \
	"	cmpw -2(%rdx,%rcx), %ax\n" \
	"	jne " differ "\n" \
	"73:\n"

// Places are looked at where both the first and the last byte are right.
asm("	.text\n"
    // Index(bytes, wanted []byte) int
    FUNCTION("internal/bytealg.Index")
    "	movq %rcx, %rdx\n"
    "	movq %r8, %rcx\n"
    END("internal/bytealg.Index")
    // IndexString(text, wanted string) int; wanted has at least 2 bytes
    ENTRY("internal/bytealg.IndexString")
    "	movq %rdi, %r8\n"
    "	movq %rsi, %r9\n"
    "	subq %rcx, %r9\n"
    "	jb 8f\n"
    "	addq %rdi, %r9\n"      // the last place
    "	leaq -15(%r9), %r13\n" // the last sixteen places
    "	cmpq %r13, %r8\n"
    "	ja 5f\n"
    "	movzbl (%rdx), %eax\n"
    SPREAD("%eax", "%xmm0")
    "	movzbl -1(%rdx,%rcx), %eax\n"
    SPREAD("%eax", "%xmm2")
    "1:\n"
    MATCHES("(%r8)", "%ebx")
    "	testl %ebx, %ebx\n"
    "	jz 4f\n"
    "	movups -1(%r8,%rcx), %xmm3\n"
    "	pcmpeqb %xmm2, %xmm3\n"
    "	pmovmskb %xmm3, %eax\n"
    "	andl %eax, %ebx\n"
    "	jz 4f\n"
    "2:	bsfl %ebx, %r12d\n"
    "	addq %r8, %r12\n"
    COMPARE("3f")
    "	movq %r12, %rax\n"
    "	subq %rdi, %rax\n"
    "	ret\n"
    "3:	leal -1(%rbx), %eax\n"
    "	andl %eax, %ebx\n"
    "	jnz 2b\n"
    "4:	cmpq %r13, %r8\n"
    "	je 8f\n"
    "	addq $16, %r8\n"
    "	cmpq %r13, %r8\n"
    "	jbe 1b\n"
    "	movq %r13, %r8\n"
    "	jmp 1b\n"
    // Fewer than sixteen places, one by one.
    "5:	movq %rdi, %r12\n"
    "	movzwl (%rdx), %r10d\n"
    "6:	cmpw %r10w, (%r12)\n"
    "	jne 7f\n"
    COMPARE("7f")
    "	movq %r12, %rax\n"
    "	subq %rdi, %rax\n"
    "	ret\n"
    "7:	incq %r12\n"
    "	cmpq %r9, %r12\n"
    "	jbe 6b\n"
    "8:	movq $-1, %rax\n"
    "	ret\n"
    END("internal/bytealg.IndexString"));
#endif
