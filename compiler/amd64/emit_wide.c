// Products of two words; sums and differences with a carry, in a register or in the processor's flag.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/emit.h"

static unsigned second_dst(struct emitter *emitter, const struct instruction *instruction)
{
	struct location location = amd64_location_at(emitter->function, instruction->fixed_defs[0].vreg, instruction->position + 1);
	tri_assert(location.kind == LOCATION_REGISTER);
	return location.reg;
}

static void move_operand(struct emitter *emitter, const struct instruction *instruction, const struct operand *operand, unsigned to)
{
	encode_move(&emitter->encoder, 8, to, emit_operand(emitter, instruction, operand, to));
}

static void multiply_wide(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	const struct operand *left = &instruction->a, *right = &instruction->b;
	if (emit_is_register(emitter, instruction, right) == RAX) {
		left = &instruction->b;
		right = &instruction->a;
	}
	move_operand(emitter, instruction, left, RAX);
	struct memory memory;
	if (emit_is_memory(emitter, instruction, right, &memory))
		encode_rm(encoder, 0, 0xf7, 8, 4, &memory);
	else
		encode_rr(encoder, 0, 0xf7, 8, 4, emit_operand(emitter, instruction, right, SCRATCH));
	unsigned high = emit_dst(emitter, instruction), low = second_dst(emitter, instruction);
	if (high == RAX && low == RDX) {
		encode_rr(encoder, 0, 0x87, 8, RAX, RDX); // xchg
	} else if (high == RAX) {
		encode_move(encoder, 8, low, RAX);
		encode_move(encoder, 8, high, RDX);
	} else {
		encode_move(encoder, 8, high, RDX);
		encode_move(encoder, 8, low, RAX);
	}
}

static void apply(struct emitter *emitter, const struct instruction *instruction, enum alu_op alu, unsigned dst, const struct operand *b)
{
	struct encoder *encoder = &emitter->encoder;
	struct memory memory;
	if (b->kind == OPERAND_IMMEDIATE)
		encode_alu_ri(encoder, alu, 8, dst, b->immediate);
	else if (emit_is_memory(emitter, instruction, b, &memory))
		encode_alu_rm(encoder, alu, 8, dst, &memory);
	else
		encode_alu_rr(encoder, alu, 8, dst, emit_operand(emitter, instruction, b, SCRATCH));
}

// From the carry's arrival in the flag on, nothing but moves may stand before the operation.
static void add_carry(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	struct memory memory;
	unsigned dst = emit_dst(emitter, instruction);
	bool subtract = instruction->alu == ALU_SUB, takes = instruction->takes_carry || instruction->c.kind != OPERAND_NONE;
	enum alu_op alu = takes ? subtract ? ALU_SUB_BORROW : ALU_ADD_CARRY : instruction->alu;
	if (instruction->c.kind != OPERAND_NONE) { // its lowest bit: bt
		if (emit_is_memory(emitter, instruction, &instruction->c, &memory))
			encode_rm(encoder, 0, 0x0fba, 8, 4, &memory);
		else
			encode_rr(encoder, 0, 0x0fba, 8, 4, emit_operand(emitter, instruction, &instruction->c, SCRATCH));
		encode_byte(encoder, 0);
	}
	if (emit_is_register(emitter, instruction, &instruction->a) == dst) {
		apply(emitter, instruction, alu, dst, &instruction->b);
	} else if (emit_is_register(emitter, instruction, &instruction->b) == dst) {
		if (subtract) {
			encode_move(encoder, 8, SCRATCH, dst);
			move_operand(emitter, instruction, &instruction->a, dst);
			encode_alu_rr(encoder, alu, 8, dst, SCRATCH);
		} else {
			apply(emitter, instruction, alu, dst, &instruction->a);
		}
	} else {
		move_operand(emitter, instruction, &instruction->a, dst);
		apply(emitter, instruction, alu, dst, &instruction->b);
	}
	if (instruction->fixed_def_count > 0) {
		unsigned carry = second_dst(emitter, instruction);
		encode_rr(encoder, 0, 0x0f90 | CC_B, 1, 0, carry);
		encode_rr(encoder, 0, 0x0fb6, carry >= 4 && carry < 8 ? 1 : 4, carry, carry); // movzx
	}
	emitter->flag_in_use = instruction->leaves_carry;
}

void emit_wide(struct emitter *emitter, const struct instruction *instruction)
{
	if (instruction->op == MACHINE_MULTIPLY_WIDE)
		multiply_wide(emitter, instruction);
	else
		add_carry(emitter, instruction);
}
