// Loads, stores, addresses, block clears and copies.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/emit.h"

enum { UNROLLED = 256 }; // larger blocks are handled by a loop

// Bytes [0, size) at `memory` become zero. Uses XMM15 and, for large sizes, R11; changes flags then.
void emit_zero(struct emitter *emitter, struct memory memory, int64_t size)
{
	struct encoder *encoder = &emitter->encoder;
	if (size >= 16)
		encode_rr(encoder, 0, 0x0f57, 4, 15, 15);
	if (size > UNROLLED) {
		int64_t looped = size & ~(int64_t)31;
		struct memory element = memory;
		element.index = SCRATCH;
		element.scale = 0;
		element.displacement += looped;
		encode_move_immediate(encoder, SCRATCH, -looped, true);
		uint32_t top = encoder->offset;
		encode_rm(encoder, 0, 0x0f11, 4, 15, &element);
		element.displacement += 16;
		encode_rm(encoder, 0, 0x0f11, 4, 15, &element);
		encode_alu_ri(encoder, ALU_ADD, 8, SCRATCH, 32);
		encode_byte(encoder, 0x70 | CC_NE);
		encode_byte(encoder, (uint8_t)(top - (encoder->offset + 1)));
		memory.displacement += looped;
		size -= looped;
	}
	for (; size >= 16; size -= 16, memory.displacement += 16)
		encode_rm(encoder, 0, 0x0f11, 4, 15, &memory);
	for (unsigned width = 8; width > 0; width /= 2) {
		for (; size >= width; size -= width, memory.displacement += width)
			encode_store_immediate(encoder, width, &memory, 0);
	}
}

static void copy_block(struct emitter *emitter, struct memory to, struct memory from, int64_t size)
{
	struct encoder *encoder = &emitter->encoder;
	if (size > UNROLLED) {
		int64_t looped = size & ~(int64_t)31;
		struct memory source = from, target = to;
		source.index = target.index = SCRATCH;
		source.scale = target.scale = 0;
		source.displacement += looped;
		target.displacement += looped;
		encode_move_immediate(encoder, SCRATCH, -looped, true);
		uint32_t top = encoder->offset;
		for (unsigned half = 0; half < 2; half++) {
			encode_rm(encoder, 0, 0x0f10, 4, 15, &source);
			encode_rm(encoder, 0, 0x0f11, 4, 15, &target);
			source.displacement += 16;
			target.displacement += 16;
		}
		encode_alu_ri(encoder, ALU_ADD, 8, SCRATCH, 32);
		encode_byte(encoder, 0x70 | CC_NE);
		encode_byte(encoder, (uint8_t)(top - (encoder->offset + 1)));
		from.displacement += looped;
		to.displacement += looped;
		size -= looped;
	}
	for (; size >= 16; size -= 16, from.displacement += 16, to.displacement += 16) {
		encode_rm(encoder, 0, 0x0f10, 4, 15, &from);
		encode_rm(encoder, 0, 0x0f11, 4, 15, &to);
	}
	for (unsigned width = 8; width > 0; width /= 2) {
		for (; size >= width; size -= width, from.displacement += width, to.displacement += width) {
			encode_load(encoder, width, false, false, SCRATCH, &from);
			encode_store(encoder, width, false, &to, SCRATCH);
		}
	}
}

static void store(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	struct memory memory = emit_memory(emitter, instruction, &instruction->mem);
	const struct operand *value = &instruction->a;
	if (value->kind == OPERAND_SYMBOL && instruction->width == 8) {
		encode_rm(encoder, 0, 0xc7, 8, 0, &memory);
		encode_relocation(encoder, TRI_RELOC_ABS32, value->symbol, value->immediate);
		return;
	}
	if (value->kind == OPERAND_IMMEDIATE && (instruction->width < 8 || value->immediate == (int32_t)value->immediate)) {
		encode_store_immediate(encoder, instruction->width, &memory, value->immediate);
		return;
	}
	// Spilled values are copied through the integer scratch, floats too: only their bits matter.
	unsigned reg = emit_operand(emitter, instruction, value, SCRATCH);
	encode_store(encoder, instruction->width, is_float_register(reg), &memory, reg);
}

void emit_access(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	struct memory memory = emit_memory(emitter, instruction, &instruction->mem);
	switch ((enum machine_op)instruction->op) {
	case MACHINE_LOAD:
		encode_load(encoder, instruction->width, instruction->sign, instruction->is_float, emit_dst(emitter, instruction), &memory);
		break;
	case MACHINE_STORE:
		store(emitter, instruction);
		break;
	case MACHINE_LEA: {
		unsigned dst = emit_dst(emitter, instruction);
		if (memory.base == NO_REGISTER && memory.index == NO_REGISTER && memory.symbol)
			encode_move_symbol(encoder, dst, memory.symbol, memory.displacement);
		else if (memory.index == NO_REGISTER && memory.displacement == 0 && !memory.symbol)
			encode_move(encoder, 8, dst, memory.base);
		else
			encode_rm(encoder, 0, 0x8d, 8, dst, &memory);
		break;
	}
	case MACHINE_ALU_MEMORY:
		if (instruction->a.kind == OPERAND_IMMEDIATE) {
			encode_alu_mi(encoder, instruction->alu, instruction->width, &memory, instruction->a.immediate);
		} else {
			unsigned reg = emit_operand(emitter, instruction, &instruction->a, SCRATCH);
			encode_alu_mr(encoder, instruction->alu, instruction->width, &memory, reg);
		}
		break;
	case MACHINE_NIL_CHECK:
		encode_rm(encoder, 0, 0x84, 1, RAX, &memory);
		break;
	case MACHINE_ZERO_MEMORY:
		emit_zero(emitter, memory, instruction->c.immediate);
		break;
	case MACHINE_COPY_MEMORY:
		copy_block(emitter, memory, emit_memory(emitter, instruction, &instruction->from), instruction->c.immediate);
		break;
	case MACHINE_PREFETCH:
		encode_rm(encoder, 0, 0x0f18, 4, 1, &memory);
		break;
	default:
		tri_ice("not a memory access");
	}
}
