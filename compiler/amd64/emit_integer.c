// Integer arithmetic, moves and conditions. Two-operand machine forms are made from three-operand
// instructions here: the result register may be that of any operand, so each form says in which order
// it reads and writes, with R11 as the way out.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/emit.h"

// dst = operand, any place.
static void load_operand(struct emitter *emitter, const struct instruction *instruction, const struct operand *operand, unsigned dst)
{
	unsigned reg = emit_operand(emitter, instruction, operand, dst);
	if (reg != dst)
		encode_move(&emitter->encoder, 8, dst, reg);
}

static void apply_alu(struct emitter *emitter, const struct instruction *instruction, unsigned dst, const struct operand *b)
{
	struct encoder *encoder = &emitter->encoder;
	struct memory memory;
	if (b->kind == OPERAND_IMMEDIATE) {
		encode_alu_ri(encoder, instruction->alu, instruction->width, dst, b->immediate);
	} else if (emit_is_memory(emitter, instruction, b, &memory)) {
		encode_alu_rm(encoder, instruction->alu, instruction->width, dst, &memory);
	} else {
		unsigned reg = emit_operand(emitter, instruction, b, SCRATCH);
		encode_alu_rr(encoder, instruction->alu, instruction->width, dst, reg);
	}
}

static void alu(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned dst = emit_dst(emitter, instruction);
	unsigned a = emit_is_register(emitter, instruction, &instruction->a), b = emit_is_register(emitter, instruction, &instruction->b);
	bool commutes = instruction->alu != ALU_SUB;
	if (instruction->alu == ALU_ADD && a != NO_REGISTER && a != dst && instruction->width >= 4) {
		struct memory sum = {.base = (uint8_t)a, .index = NO_REGISTER};
		if (instruction->b.kind == OPERAND_IMMEDIATE) {
			sum.displacement = instruction->b.immediate;
			encode_rm(encoder, 0, 0x8d, instruction->width, dst, &sum);
			return;
		}
		if (b != NO_REGISTER && b != dst) {
			sum.index = (uint8_t)b;
			encode_rm(encoder, 0, 0x8d, instruction->width, dst, &sum);
			return;
		}
	}
	if (instruction->alu == ALU_SUB && a != NO_REGISTER && a != dst && instruction->b.kind == OPERAND_IMMEDIATE &&
		instruction->b.immediate != INT32_MIN && instruction->width >= 4) {
		struct memory difference = {.base = (uint8_t)a, .index = NO_REGISTER, .displacement = -instruction->b.immediate};
		encode_rm(encoder, 0, 0x8d, instruction->width, dst, &difference);
		return;
	}
	if (a == dst) {
		apply_alu(emitter, instruction, dst, &instruction->b);
		return;
	}
	if (b == dst) {
		if (commutes) {
			apply_alu(emitter, instruction, dst, &instruction->a);
			return;
		}
		encode_move(encoder, 8, SCRATCH, dst);
		load_operand(emitter, instruction, &instruction->a, dst);
		encode_alu_rr(encoder, instruction->alu, instruction->width, dst, SCRATCH);
		return;
	}
	if (instruction->b.kind == OPERAND_MEMORY && emit_reads_register(emitter, instruction, &instruction->mem, dst)) {
		struct memory memory = emit_memory(emitter, instruction, &instruction->mem);
		encode_load(encoder, instruction->width, false, false, SCRATCH, &memory);
		load_operand(emitter, instruction, &instruction->a, dst);
		encode_alu_rr(encoder, instruction->alu, instruction->width, dst, SCRATCH);
		return;
	}
	load_operand(emitter, instruction, &instruction->a, dst);
	apply_alu(emitter, instruction, dst, &instruction->b);
}

static void multiply(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned dst = emit_dst(emitter, instruction);
	struct memory memory;
	if (instruction->b.kind == OPERAND_IMMEDIATE) {
		int64_t factor = instruction->b.immediate;
		bool is_byte = factor == (int8_t)factor;
		if (emit_is_memory(emitter, instruction, &instruction->a, &memory)) {
			encode_rm(encoder, 0, is_byte ? 0x6b : 0x69, instruction->width, dst, &memory);
		} else {
			unsigned a = emit_operand(emitter, instruction, &instruction->a, SCRATCH);
			encode_rr(encoder, 0, is_byte ? 0x6b : 0x69, instruction->width, dst, a);
		}
		if (is_byte)
			encode_byte(encoder, (uint8_t)factor);
		else
			encode_word32(encoder, (uint32_t)factor);
		return;
	}
	unsigned b = emit_is_register(emitter, instruction, &instruction->b);
	const struct operand *left = &instruction->a, *right = &instruction->b;
	if (b == dst) {
		left = &instruction->b;
		right = &instruction->a;
	} else if (emit_is_register(emitter, instruction, left) != dst && right->kind == OPERAND_MEMORY &&
			   emit_reads_register(emitter, instruction, &instruction->mem, dst)) {
		memory = emit_memory(emitter, instruction, &instruction->mem);
		encode_load(encoder, instruction->width, false, false, SCRATCH, &memory);
		load_operand(emitter, instruction, left, dst);
		encode_rr(encoder, 0, 0x0faf, instruction->width, dst, SCRATCH);
		return;
	}
	load_operand(emitter, instruction, left, dst);
	if (emit_is_memory(emitter, instruction, right, &memory))
		encode_rm(encoder, 0, 0x0faf, instruction->width, dst, &memory);
	else
		encode_rr(encoder, 0, 0x0faf, instruction->width, dst, emit_operand(emitter, instruction, right, SCRATCH));
}

static void multiply_high(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	const struct operand *left = &instruction->a, *right = &instruction->b;
	if (emit_is_register(emitter, instruction, right) == RAX) {
		left = &instruction->b;
		right = &instruction->a;
	}
	load_operand(emitter, instruction, left, RAX);
	struct memory memory;
	unsigned operation = instruction->sign ? 5 : 4;
	if (emit_is_memory(emitter, instruction, right, &memory))
		encode_rm(encoder, 0, 0xf7, instruction->width, operation, &memory);
	else
		encode_rr(encoder, 0, 0xf7, instruction->width, operation, emit_operand(emitter, instruction, right, SCRATCH));
	encode_move(encoder, 8, emit_dst(emitter, instruction), RDX);
}

// Go defines the most negative number divided by -1; the machine faults. Operands that were widened for
// the division cannot overflow it.
static void divide(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned width = instruction->width;
	unsigned divisor = emit_is_register(emitter, instruction, &instruction->b);
	if (divisor == NO_REGISTER || divisor == RAX || divisor == RDX) {
		load_operand(emitter, instruction, &instruction->b, SCRATCH);
		divisor = SCRATCH;
	}
	load_operand(emitter, instruction, &instruction->a, RAX);
	if (instruction->sign) {
		uint32_t past = 0;
		if (instruction->from_width >= 4) {
			encode_alu_ri(encoder, ALU_CMP, width, divisor, -1);
			uint32_t divide_it = emit_skip(emitter, CC_NE);
			if (instruction->remainder)
				encode_alu_rr(encoder, ALU_XOR, 4, RDX, RDX);
			else
				encode_rr(encoder, 0, 0xf7, width, 3, RAX); // neg
			past = emit_skip(emitter, -1);
			emit_land(emitter, divide_it);
		}
		if (width == 8)
			encode_byte(encoder, 0x48);
		encode_byte(encoder, 0x99); // cdq, cqo
		encode_rr(encoder, 0, 0xf7, width, 7, divisor);
		if (past)
			emit_land(emitter, past);
	} else {
		encode_alu_rr(encoder, ALU_XOR, 4, RDX, RDX);
		encode_rr(encoder, 0, 0xf7, width, 6, divisor);
	}
	encode_move(encoder, 8, emit_dst(emitter, instruction), instruction->remainder ? RDX : RAX);
}

static void divide_wide(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	load_operand(emitter, instruction, &instruction->a, RDX);
	load_operand(emitter, instruction, &instruction->b, RAX);
	struct memory memory;
	if (emit_is_memory(emitter, instruction, &instruction->c, &memory))
		encode_rm(encoder, 0, 0xf7, 8, 6, &memory);
	else
		encode_rr(encoder, 0, 0xf7, 8, 6, emit_operand(emitter, instruction, &instruction->c, SCRATCH));
	encode_move(encoder, 8, emit_dst(emitter, instruction), RAX);
}

static void shift(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned dst = emit_dst(emitter, instruction), width = instruction->width;
	if (instruction->b.kind == OPERAND_IMMEDIATE) {
		load_operand(emitter, instruction, &instruction->a, dst);
		if (instruction->b.immediate == 1) {
			encode_rr(encoder, 0, width == 1 ? 0xd0 : 0xd1, width, instruction->alu, dst);
		} else {
			encode_rr(encoder, 0, width == 1 ? 0xc0 : 0xc1, width, instruction->alu, dst);
			encode_byte(encoder, (uint8_t)instruction->b.immediate);
		}
		return;
	}
	unsigned count = emit_is_register(emitter, instruction, &instruction->b);
	unsigned work = dst == RCX || count == dst ? SCRATCH : dst;
	load_operand(emitter, instruction, &instruction->a, work);
	load_operand(emitter, instruction, &instruction->b, RCX);
	if (instruction->go_shift && instruction->alu == SHIFT_SAR) {
		encode_alu_ri(encoder, ALU_CMP, instruction->from_width, RCX, width * 8 - 1);
		uint32_t small = emit_skip(emitter, CC_BE);
		encode_move_immediate(encoder, RCX, width * 8 - 1, true);
		emit_land(emitter, small);
	}
	encode_rr(encoder, 0, width == 1 ? 0xd2 : 0xd3, width, instruction->alu, work);
	if (instruction->go_shift && instruction->alu != SHIFT_SAR) {
		// All ones when the count is below the width, else zero.
		encode_alu_ri(encoder, ALU_CMP, instruction->from_width, RCX, width * 8);
		encode_rr(encoder, 0, 0x19, 8, RCX, RCX); // sbb
		encode_alu_rr(encoder, ALU_AND, 8, work, RCX);
	}
	encode_move(encoder, 8, dst, work);
}

// BT takes the number of the bit modulo the width if the operand is a register; of memory it goes on beyond the operand.
static void emit_bit_test(struct emitter *emitter, const struct instruction *instruction)
{
	enum { BT = 0x0fa3 };
	struct encoder *encoder = &emitter->encoder;
	unsigned width = instruction->width, value = emit_is_register(emitter, instruction, &instruction->a);
	unsigned number = emit_is_register(emitter, instruction, &instruction->b);
	struct memory memory;
	if (number != NO_REGISTER) {
		if (value == NO_REGISTER)
			value = emit_operand(emitter, instruction, &instruction->a, SCRATCH);
		encode_rr(encoder, 0, BT, width, number, value);
		return;
	}
	number = emit_operand(emitter, instruction, &instruction->b, SCRATCH);
	if (value != NO_REGISTER) {
		encode_rr(encoder, 0, BT, width, number, value);
	} else if (emit_is_memory(emitter, instruction, &instruction->a, &memory)) {
		encode_alu_ri(encoder, ALU_AND, 4, SCRATCH, (int64_t)width * 8 - 1);
		encode_rm(encoder, 0, BT, width, SCRATCH, &memory);
	} else {
		tri_ice("bit test of an operand of kind %d", instruction->a.kind);
	}
}

// Sets the flags for instruction->condition.
void emit_compare(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	struct memory memory;
	unsigned width = instruction->width;
	if (instruction->is_float) {
		unsigned a = emit_operand(emitter, instruction, &instruction->a, FLOAT_SCRATCH);
		uint8_t prefix = width == 8 ? 0x66 : 0;
		if (emit_is_memory(emitter, instruction, &instruction->b, &memory))
			encode_rm(encoder, prefix, 0x0f2e, 4, a & 15, &memory);
		else
			encode_rr(encoder, prefix, 0x0f2e, 4, a & 15, emit_operand(emitter, instruction, &instruction->b, FLOAT_SCRATCH) & 15);
		return;
	}
	if (instruction->bit_test) {
		emit_bit_test(emitter, instruction);
		return;
	}
	enum alu_op operation = instruction->test ? ALU_TEST : ALU_CMP;
	unsigned a = emit_is_register(emitter, instruction, &instruction->a);
	bool a_in_memory = a == NO_REGISTER && emit_is_memory(emitter, instruction, &instruction->a, &memory);
	bool against_itself = instruction->test && instruction->b.kind == OPERAND_VREG && instruction->a.kind == OPERAND_VREG &&
						  instruction->b.vreg == instruction->a.vreg;
	if (a_in_memory && against_itself) {
		encode_alu_mi(encoder, ALU_CMP, width, &memory, 0);
		return;
	}
	if (a_in_memory && instruction->b.kind == OPERAND_IMMEDIATE) {
		encode_alu_mi(encoder, operation, width, &memory, instruction->b.immediate);
		return;
	}
	unsigned b = emit_is_register(emitter, instruction, &instruction->b);
	if (a_in_memory && b != NO_REGISTER) {
		encode_alu_mr(encoder, operation, width, &memory, b);
		return;
	}
	if (instruction->b.kind == OPERAND_SYMBOL) {
		// cmp takes the address as its 32-bit immediate.
		if (a_in_memory && !instruction->test) {
			encode_rm(encoder, 0, 0x81, width, ALU_CMP, &memory);
		} else {
			a = emit_operand(emitter, instruction, &instruction->a, SCRATCH);
			tri_assert(!instruction->test);
			encode_rr(encoder, 0, 0x81, width, ALU_CMP, a);
		}
		encode_relocation(encoder, TRI_RELOC_ABS32, instruction->b.symbol, instruction->b.immediate);
		return;
	}
	a = emit_operand(emitter, instruction, &instruction->a, SCRATCH);
	if (instruction->b.kind == OPERAND_IMMEDIATE)
		encode_alu_ri(encoder, operation, width, a, instruction->b.immediate);
	else if (against_itself)
		encode_alu_rr(encoder, operation, width, a, a);
	else if (b != NO_REGISTER)
		encode_alu_rr(encoder, operation, width, a, b);
	else if (emit_is_memory(emitter, instruction, &instruction->b, &memory))
		encode_alu_rm(encoder, operation, width, a, &memory);
	else
		tri_ice("comparison with an operand of kind %d", instruction->b.kind);
}

static void set_condition(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned dst = emit_dst(emitter, instruction);
	emit_compare(emitter, instruction);
	unsigned condition = instruction->condition;
	if (condition == CC_FLOAT_EQ || condition == CC_FLOAT_NE) {
		bool equal = condition == CC_FLOAT_EQ;
		encode_rr(encoder, 0, 0x0f90 | (equal ? CC_NP : CC_P), 1, 0, SCRATCH);
		encode_rr(encoder, 0, 0x0f90 | (equal ? CC_E : CC_NE), 1, 0, dst);
		encode_alu_rr(encoder, equal ? ALU_AND : ALU_OR, 4, dst, SCRATCH);
	} else {
		encode_rr(encoder, 0, 0x0f90 | condition, 1, 0, dst);
	}
	encode_rr(encoder, 0, 0x0fb6, dst >= 4 && dst < 8 ? 1 : 4, dst, dst); // movzx dst, low byte
}

static void choose(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned dst = emit_dst(emitter, instruction);
	const struct operand *yes = &instruction->c, *no = &instruction->d;
	unsigned condition = instruction->condition;
	emit_compare(emitter, instruction);
	if (emit_is_register(emitter, instruction, yes) == dst) {
		const struct operand *other = yes;
		yes = no;
		no = other;
		condition = invert_condition(condition);
	}
	bool is_float = is_float_register(dst), parity = condition >= CC_FLOAT_EQ;
	struct memory memory;
	// The value for "no" first; neither loads nor moves change the flags.
	unsigned reg = emit_operand(emitter, instruction, no, dst);
	if (reg != dst)
		encode_move(encoder, 8, dst, reg);
	if (!is_float && !parity) {
		if (emit_is_memory(emitter, instruction, yes, &memory))
			encode_rm(encoder, 0, 0x0f40 | condition, 8, dst, &memory);
		else
			encode_rr(encoder, 0, 0x0f40 | condition, 8, dst, emit_operand(emitter, instruction, yes, SCRATCH));
		return;
	}
	uint32_t past = 0, past_too = 0;
	if (condition == CC_FLOAT_EQ) {
		past = emit_skip(emitter, CC_NE);
		past_too = emit_skip(emitter, CC_P);
	} else if (condition == CC_FLOAT_NE) {
		uint32_t different = emit_skip(emitter, CC_NE);
		past = emit_skip(emitter, CC_NP);
		emit_land(emitter, different);
	} else {
		past = emit_skip(emitter, (int)invert_condition(condition));
	}
	reg = emit_operand(emitter, instruction, yes, dst);
	if (reg != dst)
		encode_move(encoder, 8, dst, reg);
	emit_land(emitter, past);
	if (past_too)
		emit_land(emitter, past_too);
}

static void extend(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned dst = emit_dst(emitter, instruction), from = instruction->width;
	struct memory memory;
	if (emit_is_memory(emitter, instruction, &instruction->a, &memory)) {
		encode_load(encoder, from, instruction->sign, false, dst, &memory);
		return;
	}
	unsigned a = emit_operand(emitter, instruction, &instruction->a, SCRATCH);
	if (from == 4) {
		if (instruction->sign)
			encode_rr(encoder, 0, 0x63, 8, dst, a);
		else
			encode_rr(encoder, 0, 0x8b, 4, dst, a); // writing 32 bits clears the rest
		return;
	}
	uint32_t opcode = (instruction->sign ? 0x0fbe : 0x0fb6) + (from == 2);
	// SPL..DIL need a REX prefix: a 64-bit sign extension has one, width 1 forces one.
	unsigned width = instruction->sign ? 8 : from == 1 && a >= 4 && a < 8 ? 1 : 4;
	encode_rr(encoder, 0, opcode, width, dst, a);
}

static void bit_scan(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned dst = emit_dst(emitter, instruction), width = instruction->width;
	bool forward = instruction->op == MACHINE_BIT_SCAN_FORWARD;
	struct memory memory;
	uint32_t opcode = forward ? 0x0fbc : 0x0fbd;
	if (!instruction->non_zero)
		encode_move_immediate(encoder, SCRATCH, forward ? (int64_t)width * 8 : -1, true);
	if (emit_is_memory(emitter, instruction, &instruction->a, &memory))
		encode_rm(encoder, 0, opcode, width, dst, &memory);
	else
		encode_rr(encoder, 0, opcode, width, dst, emit_operand(emitter, instruction, &instruction->a, dst));
	if (!instruction->non_zero)
		encode_rr(encoder, 0, 0x0f40 | CC_E, 8, dst, SCRATCH);
}

void emit_integer(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	switch ((enum machine_op)instruction->op) {
	case MACHINE_MOVE: {
		unsigned dst = emit_dst(emitter, instruction);
		if (instruction->a.kind == OPERAND_IMMEDIATE && !is_float_register(dst))
			encode_move_immediate(encoder, dst, instruction->a.immediate, emitter->flag_in_use);
		else
			load_operand(emitter, instruction, &instruction->a, dst);
		break;
	}
	case MACHINE_ALU:
		alu(emitter, instruction);
		break;
	case MACHINE_MULTIPLY:
		multiply(emitter, instruction);
		break;
	case MACHINE_MULTIPLY_HIGH:
		multiply_high(emitter, instruction);
		break;
	case MACHINE_DIVIDE:
		divide(emitter, instruction);
		break;
	case MACHINE_DIVIDE_WIDE:
		divide_wide(emitter, instruction);
		break;
	case MACHINE_NEGATE:
	case MACHINE_COMPLEMENT: {
		unsigned dst = emit_dst(emitter, instruction);
		load_operand(emitter, instruction, &instruction->a, dst);
		encode_rr(encoder, 0, 0xf7, instruction->width, instruction->op == MACHINE_NEGATE ? 3 : 2, dst);
		break;
	}
	case MACHINE_SHIFT:
		shift(emitter, instruction);
		break;
	case MACHINE_EXTEND:
		extend(emitter, instruction);
		break;
	case MACHINE_BIT_SCAN_FORWARD:
	case MACHINE_BIT_SCAN_REVERSE:
		bit_scan(emitter, instruction);
		break;
	case MACHINE_POPULATION: {
		unsigned dst = emit_dst(emitter, instruction);
		encode_rr(encoder, 0xf3, 0x0fb8, instruction->width, dst, emit_operand(emitter, instruction, &instruction->a, dst));
		break;
	}
	case MACHINE_BYTE_SWAP: {
		unsigned dst = emit_dst(emitter, instruction);
		load_operand(emitter, instruction, &instruction->a, dst);
		if (instruction->width == 2) {
			encode_rr(encoder, 0, 0xc1, 2, 0, dst); // rol
			encode_byte(encoder, 8);
		} else {
			// The register is in the opcode's low bits: emitted as a two-byte opcode with the right REX.
			uint8_t rex = (uint8_t)((instruction->width == 8 ? 0x48 : 0x40) | (dst & 8 ? 1 : 0));
			encode_byte(encoder, rex);
			encode_byte(encoder, 0x0f);
			encode_byte(encoder, (uint8_t)(0xc8 | (dst & 7)));
		}
		break;
	}
	case MACHINE_SET:
		set_condition(emitter, instruction);
		break;
	case MACHINE_CHOOSE:
		choose(emitter, instruction);
		break;
	default:
		tri_ice("no encoding for machine operation %d", instruction->op);
	}
}
