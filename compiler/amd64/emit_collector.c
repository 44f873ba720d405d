// Inlined allocation and the write barrier: see abi/mutator.h for what they do and what the runtime's halves keep.
//
// Both test something and go on in line; what happens otherwise stands behind the function's blocks. No register is
// given up for the slow path: the runtime's halves change R11 and the flags alone, so to the register allocator neither
// is a call. An allocation is a safepoint all the same, and its map names the values in spill slots; those in registers
// are saved by the runtime and scanned conservatively.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/emit.h"

static void add_unsafe(struct emitter *emitter, uint32_t start)
{
	struct tri_code_range range = {start, emitter->encoder.offset};
	if (range.end > range.start)
		tri_vector_push(emitter->arena, &emitter->code->unsafe, range);
}

static uint32_t branch_to_slow_path(struct emitter *emitter, unsigned condition)
{
	struct encoder *encoder = &emitter->encoder;
	encode_byte(encoder, 0x0f);
	encode_byte(encoder, (uint8_t)(0x80 | condition));
	encode_word32(encoder, 0);
	return encoder->offset - 4;
}

static void allocate(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	unsigned dst = emit_dst(emitter, instruction);
	int64_t size = instruction->c.immediate;
	uint32_t start = encoder->offset;
	struct memory slots = {.base = R14, .index = NO_REGISTER, .displacement = TRI_G_SLOTS};
	struct memory cursor = {.base = SCRATCH, .index = NO_REGISTER, .symbol = instruction->symbol};
	struct memory limit = cursor;
	limit.displacement = 8;
	encode_load(encoder, 8, false, false, SCRATCH, &slots);
	encode_load(encoder, 8, false, false, dst, &cursor);
	encode_alu_ri(encoder, ALU_ADD, 8, dst, size);
	encode_alu_rm(encoder, ALU_CMP, 8, dst, &limit);
	struct slow_path slow = {.instruction = instruction, .branch = branch_to_slow_path(emitter, CC_A)};
	encode_store(encoder, 8, false, &cursor, dst);
	encode_alu_ri(encoder, ALU_SUB, 8, dst, size);
	add_unsafe(emitter, start);
	slow.return_to = encoder->offset;
	tri_vector_push(emitter->function->arena, &emitter->slow_paths, slow);
}

static void barrier(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	emitter->unsafe_start = encoder->offset;
	struct memory flag = {.base = NO_REGISTER, .index = NO_REGISTER, .symbol = tri_symbol_get(encoder->table, "tri_gc_barrier_enabled")};
	encode_alu_mi(encoder, ALU_CMP, 4, &flag, 0);
	struct slow_path slow = {.instruction = instruction, .branch = branch_to_slow_path(emitter, CC_NE)};
	slow.return_to = encoder->offset;
	tri_vector_push(emitter->function->arena, &emitter->slow_paths, slow);
}

void emit_collector(struct emitter *emitter, const struct instruction *instruction)
{
	switch ((enum machine_op)instruction->op) {
	case MACHINE_ALLOCATE:
		allocate(emitter, instruction);
		break;
	case MACHINE_BARRIER:
		barrier(emitter, instruction);
		break;
	case MACHINE_BARRIER_END:
		add_unsafe(emitter, emitter->unsafe_start);
		break;
	default:
		tri_ice("not the collector's");
	}
}

// ---- Slow paths --------------------------------------------------------------------------------

static void call_runtime(struct emitter *emitter, const char *name)
{
	encode_byte(&emitter->encoder, 0xe8);
	encode_relocation(&emitter->encoder, TRI_RELOC_CALL32, tri_symbol_get(emitter->encoder.table, name), -4);
}

static void allocate_slowly(struct emitter *emitter, const struct instruction *instruction)
{
	encode_move_symbol(&emitter->encoder, SCRATCH, instruction->symbol, 0);
	call_runtime(emitter, "runtime.allocSlow");
	emit_safepoint(emitter, instruction);
	encode_move(&emitter->encoder, 8, emit_dst(emitter, instruction), SCRATCH);
}

static void load_old_pointer(struct emitter *emitter, const struct instruction *instruction, const struct address *place)
{
	struct memory memory;
	if (place->kind == BASE_VREG && !place->index && emit_use_location(emitter, instruction, place->base).kind != LOCATION_REGISTER) {
		struct memory spill = emit_spill(emitter, place->base);
		encode_load(&emitter->encoder, 8, false, false, SCRATCH, &spill);
		memory = (struct memory){.base = SCRATCH, .index = NO_REGISTER, .displacement = place->displacement, .symbol = place->symbol};
	} else {
		memory = emit_memory(emitter, instruction, place);
	}
	encode_load(&emitter->encoder, 8, false, false, SCRATCH, &memory);
}

static void shade(struct emitter *emitter, const struct instruction *instruction)
{
	const struct barrier *barrier = instruction->barrier;
	for (uint32_t i = 0; i < barrier->place_count; i++) {
		load_old_pointer(emitter, instruction, &barrier->places[i]);
		call_runtime(emitter, "runtime.shade");
	}
	for (uint32_t i = 0; i < barrier->value_count; i++) {
		unsigned reg = emit_operand(emitter, instruction, &barrier->values[i], SCRATCH);
		if (reg != SCRATCH)
			encode_move(&emitter->encoder, 8, SCRATCH, reg);
		call_runtime(emitter, "runtime.shadeNew");
	}
}

void emit_slow_paths(struct emitter *emitter)
{
	struct encoder *encoder = &emitter->encoder;
	for (uint32_t i = 0; i < emitter->slow_paths.count; i++) {
		const struct slow_path *slow = &emitter->slow_paths.items[i];
		uint32_t start = encoder->offset;
		tri_symbol_put32(encoder->table, encoder->symbol, slow->branch, start - (slow->branch + 4));
		emit_note_position(emitter, slow->instruction->pos);
		if (slow->instruction->op == MACHINE_ALLOCATE)
			allocate_slowly(emitter, slow->instruction);
		else
			shade(emitter, slow->instruction);
		encode_byte(encoder, 0xe9);
		encode_word32(encoder, slow->return_to - (encoder->offset + 4));
		if (slow->instruction->op == MACHINE_BARRIER)
			add_unsafe(emitter, start);
	}
}
