// Bytes of x86-64 instructions. Only forms that emit.c uses; operands are hardware registers and
// addresses. References: Intel SDM volume 2.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/internal.h"

void encode_byte(struct encoder *encoder, uint8_t byte)
{
	tri_symbol_put8(encoder->table, encoder->symbol, encoder->offset, byte);
	encoder->offset++;
}

void encode_word32(struct encoder *encoder, uint32_t word)
{
	tri_symbol_put32(encoder->table, encoder->symbol, encoder->offset, word);
	encoder->offset += 4;
}

void encode_relocation(struct encoder *encoder, enum tri_relocation_kind kind, struct tri_symbol *target, int64_t addend)
{
	uint32_t size = kind == TRI_RELOC_ABS64 ? 8 : 4;
	tri_symbol_put_address(encoder->table, encoder->symbol, encoder->offset, kind, target, addend);
	encoder->offset += size;
}

static void put_opcode(struct encoder *encoder, uint32_t opcode)
{
	if (opcode > 0xffff)
		encode_byte(encoder, (uint8_t)(opcode >> 16));
	if (opcode > 0xff)
		encode_byte(encoder, (uint8_t)(opcode >> 8));
	encode_byte(encoder, (uint8_t)opcode);
}

// Prefixes in their order: operand size or mandatory prefix, then REX.
static void put_prefixes(struct encoder *encoder, uint8_t prefix, unsigned width, unsigned reg, unsigned index, unsigned base,
						 bool needs_rex)
{
	uint8_t rex = (uint8_t)((width == 8 ? 8 : 0) | (reg & 8 ? 4 : 0) | (index & 8 ? 2 : 0) | (base & 8 ? 1 : 0));
	if (width == 2)
		encode_byte(encoder, 0x66);
	if (prefix)
		encode_byte(encoder, prefix);
	if (rex || needs_rex)
		encode_byte(encoder, 0x40 | rex);
}

void encode_rr(struct encoder *encoder, uint8_t prefix, uint32_t opcode, unsigned width, unsigned reg, unsigned rm)
{
	bool low_bytes = width == 1 && ((reg >= 4 && reg < 8) || (rm >= 4 && rm < 8));
	put_prefixes(encoder, prefix, width, reg & 15, 0, rm & 15, low_bytes);
	put_opcode(encoder, opcode);
	encode_byte(encoder, (uint8_t)(0xc0 | (reg & 7) << 3 | (rm & 7)));
}

// The bytes behind an opcode that name a register and an address.
static void put_memory(struct encoder *encoder, unsigned reg, const struct memory *memory)
{
	bool has_base = memory->base != NO_REGISTER, has_index = memory->index != NO_REGISTER;
	unsigned field = (reg & 7) << 3;
	tri_assert(!has_index || memory->index != RSP);
	tri_assert(memory->displacement == (int32_t)memory->displacement);
	if (!has_base) {
		// No base: SIB without base, 32-bit absolute displacement.
		encode_byte(encoder, (uint8_t)(field | 4));
		encode_byte(encoder, (uint8_t)(memory->scale << 6 | (has_index ? memory->index & 7 : 4) << 3 | 5));
		if (memory->symbol)
			encode_relocation(encoder, TRI_RELOC_ABS32, memory->symbol, memory->displacement);
		else
			encode_word32(encoder, (uint32_t)memory->displacement);
		return;
	}
	bool wide = memory->symbol || memory->displacement != (int8_t)memory->displacement;
	bool none = !wide && memory->displacement == 0 && (memory->base & 7) != RBP;
	unsigned mode = wide ? 0x80 : none ? 0 : 0x40;
	if (has_index || (memory->base & 7) == RSP) {
		encode_byte(encoder, (uint8_t)(mode | field | 4));
		encode_byte(encoder, (uint8_t)(memory->scale << 6 | (has_index ? memory->index & 7 : 4) << 3 | (memory->base & 7)));
	} else {
		encode_byte(encoder, (uint8_t)(mode | field | (memory->base & 7)));
	}
	if (memory->symbol)
		encode_relocation(encoder, TRI_RELOC_ABS32, memory->symbol, memory->displacement);
	else if (wide)
		encode_word32(encoder, (uint32_t)memory->displacement);
	else if (!none)
		encode_byte(encoder, (uint8_t)memory->displacement);
}

void encode_rm(struct encoder *encoder, uint8_t prefix, uint32_t opcode, unsigned width, unsigned reg, const struct memory *memory)
{
	bool has_base = memory->base != NO_REGISTER, has_index = memory->index != NO_REGISTER;
	bool low_bytes = width == 1 && reg >= 4 && reg < 8;
	put_prefixes(encoder, prefix, width, reg & 15, has_index ? memory->index : 0, has_base ? memory->base : 0, low_bytes);
	put_opcode(encoder, opcode);
	put_memory(encoder, reg, memory);
}

// Three-byte VEX prefix of an operation on doubles in the 0f38 map; `rm` or `memory`.
void encode_vex(struct encoder *encoder, uint8_t opcode, unsigned reg, unsigned second, unsigned rm, const struct memory *memory)
{
	unsigned index = memory && memory->index != NO_REGISTER ? memory->index : 0;
	unsigned base = !memory ? rm & 15 : memory->base != NO_REGISTER ? memory->base : 0;
	encode_byte(encoder, 0xc4);
	encode_byte(encoder, (uint8_t)((reg & 8 ? 0 : 0x80) | (index & 8 ? 0 : 0x40) | (base & 8 ? 0 : 0x20) | 2));
	encode_byte(encoder, (uint8_t)(0x80 | (~second & 15) << 3 | 1));
	encode_byte(encoder, opcode);
	if (memory)
		put_memory(encoder, reg, memory);
	else
		encode_byte(encoder, (uint8_t)(0xc0 | (reg & 7) << 3 | (rm & 7)));
}

void encode_move(struct encoder *encoder, unsigned width, unsigned to, unsigned from)
{
	if (to == from)
		return;
	if (is_float_register(to)) {
		tri_assert(is_float_register(from));
		encode_rr(encoder, 0, 0x0f28, 4, to & 15, from & 15); // movaps
	} else {
		encode_rr(encoder, 0, 0x89, width == 8 ? 8 : 4, from, to);
	}
}

void encode_move_immediate(struct encoder *encoder, unsigned to, int64_t value, bool keep_flags)
{
	if (value == 0 && !keep_flags) {
		encode_rr(encoder, 0, 0x31, 4, to, to);
	} else if (value >= 0 && value <= UINT32_MAX) {
		put_prefixes(encoder, 0, 4, 0, 0, to, false);
		encode_byte(encoder, (uint8_t)(0xb8 | (to & 7)));
		encode_word32(encoder, (uint32_t)value);
	} else if (value == (int32_t)value) {
		encode_rr(encoder, 0, 0xc7, 8, 0, to);
		encode_word32(encoder, (uint32_t)value);
	} else {
		put_prefixes(encoder, 0, 8, 0, 0, to, false);
		encode_byte(encoder, (uint8_t)(0xb8 | (to & 7)));
		encode_word32(encoder, (uint32_t)value);
		encode_word32(encoder, (uint32_t)((uint64_t)value >> 32));
	}
}

void encode_move_symbol(struct encoder *encoder, unsigned to, struct tri_symbol *symbol, int64_t addend)
{
	put_prefixes(encoder, 0, 4, 0, 0, to, false);
	encode_byte(encoder, (uint8_t)(0xb8 | (to & 7)));
	encode_relocation(encoder, TRI_RELOC_ABS32, symbol, addend);
}

void encode_alu_rr(struct encoder *encoder, enum alu_op alu, unsigned width, unsigned to, unsigned from)
{
	uint32_t opcode = alu == ALU_TEST ? 0x84u : (uint32_t)alu * 8;
	encode_rr(encoder, 0, opcode | (width > 1), width, from, to);
}

void encode_alu_rm(struct encoder *encoder, enum alu_op alu, unsigned width, unsigned to, const struct memory *memory)
{
	uint32_t opcode = alu == ALU_TEST ? 0x84u : (uint32_t)alu * 8 + 2;
	encode_rm(encoder, 0, opcode | (width > 1), width, to, memory);
}

void encode_alu_mr(struct encoder *encoder, enum alu_op alu, unsigned width, const struct memory *memory, unsigned from)
{
	uint32_t opcode = alu == ALU_TEST ? 0x84u : (uint32_t)alu * 8;
	encode_rm(encoder, 0, opcode | (width > 1), width, from, memory);
}

static void put_immediate(struct encoder *encoder, unsigned width, int64_t value)
{
	encode_byte(encoder, (uint8_t)value);
	if (width > 1)
		encode_byte(encoder, (uint8_t)(value >> 8));
	if (width > 2) {
		encode_byte(encoder, (uint8_t)(value >> 16));
		encode_byte(encoder, (uint8_t)(value >> 24));
	}
}

void encode_alu_ri(struct encoder *encoder, enum alu_op alu, unsigned width, unsigned to, int64_t value)
{
	if (alu == ALU_TEST) {
		encode_rr(encoder, 0, width == 1 ? 0xf6 : 0xf7, width, 0, to);
		put_immediate(encoder, width, value);
	} else if (width == 1) {
		encode_rr(encoder, 0, 0x80, 1, alu, to);
		// The register field holds the operation, never SPL..DIL: only `to` may need the REX prefix,
		// which encode_rr adds for either.
		encode_byte(encoder, (uint8_t)value);
	} else if (value == (int8_t)value) {
		encode_rr(encoder, 0, 0x83, width, alu, to);
		encode_byte(encoder, (uint8_t)value);
	} else {
		encode_rr(encoder, 0, 0x81, width, alu, to);
		put_immediate(encoder, width, value);
	}
}

void encode_alu_mi(struct encoder *encoder, enum alu_op alu, unsigned width, const struct memory *memory, int64_t value)
{
	unsigned operation = alu == ALU_TEST ? 0 : alu;
	// The operation field is below 4 or the width is not 1 where REX would matter: it never does for memory.
	if (alu == ALU_TEST) {
		encode_rm(encoder, 0, width == 1 ? 0xf6 : 0xf7, width, operation, memory);
		put_immediate(encoder, width, value);
	} else if (width == 1) {
		encode_rm(encoder, 0, 0x80, 1, operation, memory);
		encode_byte(encoder, (uint8_t)value);
	} else if (value == (int8_t)value) {
		encode_rm(encoder, 0, 0x83, width, operation, memory);
		encode_byte(encoder, (uint8_t)value);
	} else {
		encode_rm(encoder, 0, 0x81, width, operation, memory);
		put_immediate(encoder, width, value);
	}
}

void encode_load(struct encoder *encoder, unsigned width, bool sign, bool is_float, unsigned to, const struct memory *memory)
{
	if (is_float) {
		encode_rm(encoder, width == 8 ? 0xf2 : 0xf3, 0x0f10, 4, to & 15, memory);
		return;
	}
	switch (width) {
	case 1:
		encode_rm(encoder, 0, sign ? 0x0fbe : 0x0fb6, sign ? 8 : 4, to, memory);
		break;
	case 2:
		encode_rm(encoder, 0, sign ? 0x0fbf : 0x0fb7, sign ? 8 : 4, to, memory);
		break;
	case 4:
		encode_rm(encoder, 0, sign ? 0x63 : 0x8b, sign ? 8 : 4, to, memory);
		break;
	default:
		encode_rm(encoder, 0, 0x8b, 8, to, memory);
	}
}

void encode_store(struct encoder *encoder, unsigned width, bool is_float, const struct memory *memory, unsigned from)
{
	if (is_float)
		encode_rm(encoder, width == 8 ? 0xf2 : 0xf3, 0x0f11, 4, from & 15, memory);
	else
		encode_rm(encoder, 0, width == 1 ? 0x88 : 0x89, width, from, memory);
}

void encode_store_immediate(struct encoder *encoder, unsigned width, const struct memory *memory, int64_t value)
{
	tri_assert(width < 8 || value == (int32_t)value);
	encode_rm(encoder, 0, width == 1 ? 0xc6 : 0xc7, width, 0, memory);
	put_immediate(encoder, width, value);
}
