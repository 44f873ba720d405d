// Atomic read-modify-write instructions.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/emit.h"

static void lock(struct encoder *encoder) { encode_byte(encoder, 0xf0); }

// xchg locks by itself. The result's register may be part of the address: then the scratch register takes the value.
static void exchange(struct emitter *emitter, const struct instruction *instruction, const struct memory *memory)
{
	struct encoder *encoder = &emitter->encoder;
	bool adds = instruction->op == MACHINE_EXCHANGE_ADD;
	unsigned dst = instruction->dst ? emit_dst(emitter, instruction) : SCRATCH;
	unsigned work = dst == memory->base || dst == memory->index ? SCRATCH : dst;
	encode_move(encoder, 8, work, emit_operand(emitter, instruction, &instruction->a, work));
	if (adds)
		lock(encoder);
	uint32_t opcode = adds ? 0x0fc1 : 0x87;
	encode_rm(encoder, 0, instruction->width == 1 ? opcode - 1 : opcode, instruction->width, work, memory);
	encode_move(encoder, 8, dst, work);
}

static void compare_exchange(struct emitter *emitter, const struct instruction *instruction, const struct memory *memory)
{
	struct encoder *encoder = &emitter->encoder;
	encode_move(encoder, 8, RAX, emit_operand(emitter, instruction, &instruction->a, RAX));
	unsigned replacement = emit_operand(emitter, instruction, &instruction->b, SCRATCH), dst = emit_dst(emitter, instruction);
	lock(encoder);
	encode_rm(encoder, 0, instruction->width == 1 ? 0x0fb0 : 0x0fb1, instruction->width, replacement, memory);
	encode_rr(encoder, 0, 0x0f90 | CC_E, 1, 0, dst);
	encode_rr(encoder, 0, 0x0fb6, dst >= 4 && dst < 8 ? 1 : 4, dst, dst);
}

static void update(struct emitter *emitter, const struct instruction *instruction, const struct memory *memory)
{
	struct encoder *encoder = &emitter->encoder;
	if (instruction->a.kind == OPERAND_IMMEDIATE) {
		lock(encoder);
		encode_alu_mi(encoder, instruction->alu, instruction->width, memory, instruction->a.immediate);
		return;
	}
	unsigned reg = emit_operand(emitter, instruction, &instruction->a, SCRATCH);
	lock(encoder);
	encode_alu_mr(encoder, instruction->alu, instruction->width, memory, reg);
}

// The machine returns old values of additions only; all else is tried until nobody came in between.
static void fetch(struct emitter *emitter, const struct instruction *instruction, const struct memory *memory)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned width = instruction->width, wide = width < 4 ? 4 : width;
	encode_load(encoder, width, false, false, RAX, memory);
	uint32_t again = encoder->offset;
	struct memory spilled;
	encode_move(encoder, 8, SCRATCH, RAX);
	if (instruction->a.kind == OPERAND_IMMEDIATE)
		encode_alu_ri(encoder, instruction->alu, wide, SCRATCH, instruction->a.immediate);
	else if (emit_is_memory(emitter, instruction, &instruction->a, &spilled))
		encode_alu_rm(encoder, instruction->alu, wide, SCRATCH, &spilled);
	else
		encode_alu_rr(encoder, instruction->alu, wide, SCRATCH, emit_is_register(emitter, instruction, &instruction->a));
	lock(encoder);
	encode_rm(encoder, 0, width == 1 ? 0x0fb0 : 0x0fb1, width, SCRATCH, memory);
	encode_byte(encoder, 0x70 | CC_NE);
	encode_byte(encoder, (uint8_t)(again - (encoder->offset + 1)));
	encode_move(encoder, 8, emit_dst(emitter, instruction), RAX);
}

void emit_atomic(struct emitter *emitter, const struct instruction *instruction)
{
	struct memory memory = emit_memory(emitter, instruction, &instruction->mem);
	switch ((enum machine_op)instruction->op) {
	case MACHINE_EXCHANGE:
	case MACHINE_EXCHANGE_ADD:
		exchange(emitter, instruction, &memory);
		break;
	case MACHINE_COMPARE_EXCHANGE:
		compare_exchange(emitter, instruction, &memory);
		break;
	case MACHINE_ATOMIC_UPDATE:
		update(emitter, instruction, &memory);
		break;
	case MACHINE_ATOMIC_FETCH:
		fetch(emitter, instruction, &memory);
		break;
	default:
		tri_ice("not an atomic operation");
	}
}
