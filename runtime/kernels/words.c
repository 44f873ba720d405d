// Arithmetic on long numbers, for math/big and crypto/internal/fips140/bigmod, in place on a goroutine's stack, of which it uses nothing.
// Numbers are words from the lowest to the highest; the time depends on their length alone.
//
// Products are added with two chains of carries, which the flags C and O hold side by side (Ozturk, Guilford, Gopal, Feghali, "New
// Instructions Supporting Large Integer Arithmetic on Intel Architecture Processors", 2012): MULX changes no flag, ADCX and ADOX one each.
#include "runtime/kernels/kernels.h"

// clang-format off
#ifndef TRI_C_LIBRARY
// RDI to, RSI and RDX from, RCX how many words, R8 the carry, 0 or 1; RAX the carry. LEA and DEC leave C alone.
#define CHAIN(name, operation) \
	FUNCTION(name) \
	"	movq %rcx, %r9\n" \
	"	andl $3, %ecx\n" \
	"	shrq $2, %r9\n" \
	"	jz 2f\n" \
	"	addq $-1, %r8\n" \
	"1:	movq (%rsi), %rax\n" \
	"	movq 8(%rsi), %r10\n" \
	"	movq 16(%rsi), %r11\n" \
	"	movq 24(%rsi), %rbx\n" \
	"	" operation " (%rdx), %rax\n" \
	"	" operation " 8(%rdx), %r10\n" \
	"	" operation " 16(%rdx), %r11\n" \
	"	" operation " 24(%rdx), %rbx\n" \
	"	movq %rax, (%rdi)\n" \
	"	movq %r10, 8(%rdi)\n" \
	"	movq %r11, 16(%rdi)\n" \
	"	movq %rbx, 24(%rdi)\n" \
	"	leaq 32(%rsi), %rsi\n" \
	"	leaq 32(%rdx), %rdx\n" \
	"	leaq 32(%rdi), %rdi\n" \
	"	decq %r9\n" \
	"	jnz 1b\n" \
	"	sbbq %r8, %r8\n" \
	"	negq %r8\n" \
	"2:	testl %ecx, %ecx\n" \
	"	jz 4f\n" \
	"	addq $-1, %r8\n" \
	"3:	movq (%rsi), %rax\n" \
	"	" operation " (%rdx), %rax\n" \
	"	movq %rax, (%rdi)\n" \
	"	leaq 8(%rsi), %rsi\n" \
	"	leaq 8(%rdx), %rdx\n" \
	"	leaq 8(%rdi), %rdi\n" \
	"	decq %rcx\n" \
	"	jnz 3b\n" \
	"	sbbq %r8, %r8\n" \
	"	negq %r8\n" \
	"4:	movq %r8, %rax\n" \
	"	ret\n" \
	END(name)

// addKernel, subKernel(z, x, y *Word, n int, carry Word) Word
asm("	.text\n"
    CHAIN("math/big.addKernel", "adcq")
    CHAIN("math/big.subKernel", "sbbq"));

// mulAddKernel(z, x *Word, n int, m, a Word) Word: z = x * m + a
asm("	.text\n"
    FUNCTION("math/big.mulAddKernel")
    "	movq %r8, %rax\n"
    "	movq %rdx, %r8\n"
    "	andl $3, %r8d\n"
    "	movq %rdx, %r9\n"
    "	movq %rcx, %rdx\n"
    "	shrq $2, %r9\n"
    "	jz 2f\n"
    "1:	mulxq (%rsi), %r10, %rcx\n"
    "	mulxq 8(%rsi), %r11, %rbx\n"
    "	addq %rax, %r10\n"
    "	adcq %rcx, %r11\n"
    "	mulxq 16(%rsi), %r12, %rcx\n"
    "	mulxq 24(%rsi), %r13, %rax\n"
    "	adcq %rbx, %r12\n"
    "	adcq %rcx, %r13\n"
    "	adcq $0, %rax\n"
    "	movq %r10, (%rdi)\n"
    "	movq %r11, 8(%rdi)\n"
    "	movq %r12, 16(%rdi)\n"
    "	movq %r13, 24(%rdi)\n"
    "	addq $32, %rsi\n"
    "	addq $32, %rdi\n"
    "	decq %r9\n"
    "	jnz 1b\n"
    "2:	testl %r8d, %r8d\n"
    "	jz 4f\n"
    "3:	mulxq (%rsi), %r10, %rcx\n"
    "	addq %rax, %r10\n"
    "	adcq $0, %rcx\n"
    "	movq %r10, (%rdi)\n"
    "	movq %rcx, %rax\n"
    "	addq $8, %rsi\n"
    "	addq $8, %rdi\n"
    "	decl %r8d\n"
    "	jnz 3b\n"
    "4:	ret\n"
    END("math/big.mulAddKernel"));

// One word of the product; the upper half of the last one is in `carry`, this one's goes to `next`.
#define PRODUCT(offset, carry, next) \
	"	mulxq " offset "(%r10), %r8, " next "\n" \
	"	adcxq " carry ", %r8\n" \
	"	adoxq " offset "(%rsi), %r8\n" \
	"	movq %r8, " offset "(%rdi)\n"
// RDI = RSI + R10 * RDX + RAX, of eight words RCX times; RAX the carry. Falls through with both flags clear.
#define EIGHTS \
	"	xorl %r11d, %r11d\n" \
	"1:\n" \
	PRODUCT("0", "%rax", "%rbx") \
	PRODUCT("8", "%rbx", "%rax") \
	PRODUCT("16", "%rax", "%rbx") \
	PRODUCT("24", "%rbx", "%rax") \
	PRODUCT("32", "%rax", "%rbx") \
	PRODUCT("40", "%rbx", "%rax") \
	PRODUCT("48", "%rax", "%rbx") \
	PRODUCT("56", "%rbx", "%rax") \
	"	adcxq %r11, %rax\n" \
	"	adoxq %r11, %rax\n" \
	"	leaq 64(%r10), %r10\n" \
	"	leaq 64(%rsi), %rsi\n" \
	"	leaq 64(%rdi), %rdi\n" \
	"	decq %rcx\n" \
	"	jnz 1b\n"

// addMulKernel(z, x, y *Word, n int, m, a Word) Word: z = x + y * m + a
asm("	.text\n"
    FUNCTION("math/big.addMulKernel")
    "	movq %rdx, %r10\n"
    "	movq %r8, %rdx\n"
    "	movq %r9, %rax\n"
    "	movl %ecx, %r9d\n"
    "	andl $7, %r9d\n"
    "	shrq $3, %rcx\n"
    "	jz 2f\n"
    EIGHTS
    "2:	testl %r9d, %r9d\n"
    "	jz 4f\n"
    "3:	mulxq (%r10), %r8, %rbx\n"
    "	addq %rax, %r8\n"
    "	adcq $0, %rbx\n"
    "	addq (%rsi), %r8\n"
    "	adcq $0, %rbx\n"
    "	movq %r8, (%rdi)\n"
    "	movq %rbx, %rax\n"
    "	addq $8, %r10\n"
    "	addq $8, %rsi\n"
    "	addq $8, %rdi\n"
    "	decl %r9d\n"
    "	jnz 3b\n"
    "4:	ret\n"
    END("math/big.addMulKernel"));

// addMul1024, 1536, 2048(z, x *uint, y uint) uint: z += x * y
#define FIXED(bits, eights) \
	FUNCTION("crypto/internal/fips140/bigmod.addMul" bits) \
	"	movl $" eights ", %ecx\n" \
	"	movq %rsi, %r10\n" \
	"	movq %rdi, %rsi\n" \
	"	xorl %eax, %eax\n" \
	EIGHTS \
	"	ret\n" \
	END("crypto/internal/fips140/bigmod.addMul" bits)
asm("	.text\n"
    FIXED("1024", "2")
    FIXED("1536", "3")
    FIXED("2048", "4"));
#endif
// clang-format on
