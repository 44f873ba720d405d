// Floating-point arithmetic and conversions (SSE2).
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/emit.h"

static uint8_t scalar_prefix(unsigned width) { return width == 8 ? 0xf2 : 0xf3; }

static void load_operand(struct emitter *emitter, const struct instruction *instruction, const struct operand *operand, unsigned dst)
{
	encode_move(&emitter->encoder, 8, dst, emit_operand(emitter, instruction, operand, dst));
}

static void arithmetic(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned dst = emit_dst(emitter, instruction);
	uint32_t opcode = 0x0f00u | instruction->alu;
	uint8_t prefix = scalar_prefix(instruction->width);
	unsigned a = emit_is_register(emitter, instruction, &instruction->a), b = emit_is_register(emitter, instruction, &instruction->b);
	const struct operand *right = &instruction->b;
	if (b == dst && a != dst) {
		if (instruction->alu == 0x58 || instruction->alu == 0x59) {
			right = &instruction->a;
		} else {
			encode_move(encoder, 8, FLOAT_SCRATCH, b);
			load_operand(emitter, instruction, &instruction->a, dst);
			encode_rr(encoder, prefix, opcode, 4, dst & 15, FLOAT_SCRATCH & 15);
			return;
		}
	} else {
		load_operand(emitter, instruction, &instruction->a, dst);
	}
	struct memory memory;
	if (emit_is_memory(emitter, instruction, right, &memory))
		encode_rm(encoder, prefix, opcode, 4, dst & 15, &memory);
	else
		encode_rr(encoder, prefix, opcode, 4, dst & 15, emit_operand(emitter, instruction, right, FLOAT_SCRATCH) & 15);
}

// Bits of `pattern` in XMM15, by way of R11.
static void load_pattern(struct emitter *emitter, uint64_t pattern)
{
	encode_move_immediate(&emitter->encoder, SCRATCH, (int64_t)pattern, true);
	encode_rr(&emitter->encoder, 0x66, 0x0f6e, 8, FLOAT_SCRATCH & 15, SCRATCH);
}

// Go's min and max: NaN if either is, -0 below +0.
static void minmax(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned dst = emit_dst(emitter, instruction);
	bool is_max = instruction->remainder;
	uint8_t prefix = scalar_prefix(instruction->width), compare_prefix = instruction->width == 8 ? 0x66 : 0;
	load_operand(emitter, instruction, &instruction->a, FLOAT_SCRATCH);
	// The first operand is safe in the scratch register, so the second may use the result's.
	unsigned b = emit_operand(emitter, instruction, &instruction->b, dst);
	encode_rr(encoder, compare_prefix, 0x0f2e, 4, 15, b & 15);
	uint32_t unordered = emit_skip(emitter, CC_P);
	uint32_t equal = emit_skip(emitter, CC_E);
	encode_rr(encoder, prefix, is_max ? 0x0f5f : 0x0f5d, 4, 15, b & 15);
	uint32_t done = emit_skip(emitter, -1);
	emit_land(emitter, unordered);
	encode_rr(encoder, prefix, 0x0f58, 4, 15, b & 15);
	uint32_t done_too = emit_skip(emitter, -1);
	emit_land(emitter, equal);
	encode_rr(encoder, 0, is_max ? 0x0f54 : 0x0f56, 4, 15, b & 15); // andps, orps: the sign of zero
	emit_land(emitter, done);
	emit_land(emitter, done_too);
	encode_move(encoder, 8, dst, FLOAT_SCRATCH);
}

static void from_integer(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned dst = emit_dst(emitter, instruction);
	uint8_t prefix = scalar_prefix(instruction->width);
	unsigned a = emit_operand(emitter, instruction, &instruction->a, SCRATCH);
	encode_rr(encoder, 0, 0x0f57, 4, dst & 15, dst & 15); // cut the dependency on the old contents
	if (instruction->sign) {
		encode_rr(encoder, prefix, 0x0f2a, instruction->from_width == 8 ? 8 : 4, dst & 15, a);
		return;
	}
	if (instruction->from_width == 4) {
		encode_rr(encoder, 0, 0x8b, 4, SCRATCH, a);
		encode_rr(encoder, prefix, 0x0f2a, 8, dst & 15, SCRATCH);
		return;
	}
	// Above the signed range: halve (keeping the lowest bit for rounding), convert, double.
	encode_move(encoder, 8, SCRATCH, a);
	encode_alu_rr(encoder, ALU_TEST, 8, SCRATCH, SCRATCH);
	uint32_t large = emit_skip(emitter, CC_S);
	encode_rr(encoder, prefix, 0x0f2a, 8, dst & 15, SCRATCH);
	uint32_t done = emit_skip(emitter, -1);
	emit_land(emitter, large);
	encode_rr(encoder, 0, 0xd1, 8, SHIFT_SHR, SCRATCH);
	uint32_t even = emit_skip(emitter, CC_AE);
	encode_alu_ri(encoder, ALU_OR, 8, SCRATCH, 1);
	emit_land(emitter, even);
	encode_rr(encoder, prefix, 0x0f2a, 8, dst & 15, SCRATCH);
	encode_rr(encoder, prefix, 0x0f58, 4, dst & 15, dst & 15);
	emit_land(emitter, done);
}

static void to_integer(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned dst = emit_dst(emitter, instruction);
	uint8_t prefix = scalar_prefix(instruction->from_width);
	bool is_double = instruction->from_width == 8;
	struct memory memory;
	if (instruction->sign) {
		unsigned width = instruction->width == 8 ? 8 : 4;
		if (emit_is_memory(emitter, instruction, &instruction->a, &memory))
			encode_rm(encoder, prefix, 0x0f2c, width, dst, &memory);
		else
			encode_rr(encoder, prefix, 0x0f2c, width, dst, emit_operand(emitter, instruction, &instruction->a, FLOAT_SCRATCH) & 15);
		return;
	}
	// At or above 2^63: convert 2^63 - x, negate, set the top bit.
	unsigned a = emit_is_register(emitter, instruction, &instruction->a);
	uint64_t limit = is_double ? 0x43e0000000000000u : 0x5f000000u;
	load_pattern(emitter, limit);
	if (a == NO_REGISTER) {
		// Spilled: subtract and compare from memory.
		tri_assert(emit_is_memory(emitter, instruction, &instruction->a, &memory));
		encode_rm(encoder, is_double ? 0x66 : 0, 0x0f2e, 4, 15, &memory);
	} else {
		encode_rr(encoder, is_double ? 0x66 : 0, 0x0f2e, 4, 15, a & 15);
	}
	uint32_t large = emit_skip(emitter, CC_BE); // limit <= x, or unordered
	if (a == NO_REGISTER)
		encode_rm(encoder, prefix, 0x0f2c, 8, dst, &memory);
	else
		encode_rr(encoder, prefix, 0x0f2c, 8, dst, a & 15);
	uint32_t done = emit_skip(emitter, -1);
	emit_land(emitter, large);
	if (a == NO_REGISTER)
		encode_rm(encoder, prefix, 0x0f5c, 4, 15, &memory);
	else
		encode_rr(encoder, prefix, 0x0f5c, 4, 15, a & 15);
	encode_rr(encoder, prefix, 0x0f2c, 8, dst, 15);
	encode_rr(encoder, 0, 0xf7, 8, 3, dst);
	encode_move_immediate(encoder, SCRATCH, INT64_MIN, true);
	encode_alu_rr(encoder, ALU_XOR, 8, dst, SCRATCH);
	emit_land(emitter, done);
}

static void bitcast(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned dst = emit_dst(emitter, instruction), width = instruction->width;
	struct memory memory;
	if (emit_is_memory(emitter, instruction, &instruction->a, &memory))
		encode_load(encoder, width, false, is_float_register(dst), dst, &memory);
	else if (is_float_register(dst))
		encode_rr(encoder, 0x66, 0x0f6e, width, dst & 15, emit_operand(emitter, instruction, &instruction->a, SCRATCH));
	else
		encode_rr(encoder, 0x66, 0x0f7e, width, emit_operand(emitter, instruction, &instruction->a, FLOAT_SCRATCH) & 15, dst);
}

// The sum is made in the scratch register; a product of two spilled factors takes one of them through the result's.
static void multiply_add(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned dst = emit_dst(emitter, instruction);
	const struct operand *left = &instruction->a, *right = &instruction->b;
	if (emit_is_register(emitter, instruction, left) == NO_REGISTER) {
		left = &instruction->b;
		right = &instruction->a;
	}
	load_operand(emitter, instruction, &instruction->c, FLOAT_SCRATCH);
	unsigned first = emit_operand(emitter, instruction, left, dst);
	struct memory memory;
	if (emit_is_memory(emitter, instruction, right, &memory))
		encode_vex(encoder, 0xb9, FLOAT_SCRATCH & 15, first & 15, 0, &memory);
	else
		encode_vex(encoder, 0xb9, FLOAT_SCRATCH & 15, first & 15, emit_is_register(emitter, instruction, right) & 15, NULL);
	encode_move(encoder, 8, dst, FLOAT_SCRATCH);
}

void emit_float(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	switch ((enum machine_op)instruction->op) {
	case MACHINE_FLOAT_ALU:
		arithmetic(emitter, instruction);
		break;
	case MACHINE_FLOAT_NEGATE: {
		unsigned dst = emit_dst(emitter, instruction);
		load_pattern(emitter, instruction->width == 8 ? (uint64_t)1 << 63 : (uint64_t)1 << 31);
		load_operand(emitter, instruction, &instruction->a, dst);
		encode_rr(encoder, 0, 0x0f57, 4, dst & 15, FLOAT_SCRATCH & 15);
		break;
	}
	case MACHINE_SQUARE_ROOT: {
		unsigned dst = emit_dst(emitter, instruction);
		unsigned a = emit_operand(emitter, instruction, &instruction->a, dst);
		encode_rr(encoder, scalar_prefix(instruction->width), 0x0f51, 4, dst & 15, a & 15);
		break;
	}
	case MACHINE_ROUND: {
		unsigned dst = emit_dst(emitter, instruction);
		unsigned a = emit_operand(emitter, instruction, &instruction->a, dst);
		encode_rr(encoder, 0x66, 0x0f3a0b, 4, dst & 15, a & 15);
		encode_byte(encoder, 8 | instruction->alu); // without the precision exception
		break;
	}
	case MACHINE_MULTIPLY_ADD:
		multiply_add(emitter, instruction);
		break;
	case MACHINE_FLOAT_MINMAX:
		minmax(emitter, instruction);
		break;
	case MACHINE_INT_TO_FLOAT:
		from_integer(emitter, instruction);
		break;
	case MACHINE_FLOAT_TO_INT:
		to_integer(emitter, instruction);
		break;
	case MACHINE_FLOAT_TO_FLOAT: {
		unsigned dst = emit_dst(emitter, instruction);
		unsigned a = emit_operand(emitter, instruction, &instruction->a, dst);
		encode_rr(encoder, scalar_prefix(instruction->from_width), 0x0f5a, 4, dst & 15, a & 15);
		break;
	}
	case MACHINE_BITCAST:
		bitcast(emitter, instruction);
		break;
	default:
		tri_ice("not a floating-point operation");
	}
}
