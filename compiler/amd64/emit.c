// From allocated machine instructions to bytes: places of operands, prologue and epilogue, blocks,
// branch displacements, frame maps, line rows.
//
// The function is emitted twice: first with 32-bit branch displacements, to learn the distances, then
// with 8-bit ones wherever they fit (distances only shrink between the two).
//
// A frame: see abi/function.h. Prologue:
//     cmp rsp, [r14+guard]; jbe grow        (frames over TRI_ABI_STACK_SMALL: lea r11, [rsp-size] first)
//     push rbp; mov rbp, rsp; sub rsp, size; clear the slot words that need it
//   grow: call runtime.morestack; jmp entry
// Functions that call nothing and need little are not checked: the reserve below the guard covers them.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/emit.h"

// ---- Places ------------------------------------------------------------------------------------

struct location emit_use_location(struct emitter *emitter, const struct instruction *instruction, uint32_t vreg)
{
	return amd64_location_at(emitter->function, vreg, instruction->position);
}

unsigned emit_dst(struct emitter *emitter, const struct instruction *instruction)
{
	struct location location = amd64_location_at(emitter->function, instruction->dst, instruction->position + 1);
	tri_assert(location.kind == LOCATION_REGISTER);
	return location.reg;
}

struct memory emit_spill(struct emitter *emitter, uint32_t vreg)
{
	struct virtual_register *info = vreg_of(emitter->function, vreg);
	tri_assert(info->spill_slot > 0);
	return (struct memory){
		.base = RSP, .index = NO_REGISTER, .displacement = emitter->function->spill_base + (int64_t)(info->spill_slot - 1) * 8};
}

static uint8_t address_register(struct emitter *emitter, const struct instruction *instruction, uint32_t vreg)
{
	struct location location = emit_use_location(emitter, instruction, vreg);
	tri_assert(location.kind == LOCATION_REGISTER);
	return location.reg;
}

struct memory emit_memory(struct emitter *emitter, const struct instruction *instruction, const struct address *address)
{
	struct memory memory = {.base = NO_REGISTER,
							.index = NO_REGISTER,
							.scale = address->scale,
							.displacement = address->displacement,
							.symbol = address->symbol};
	switch (address->kind) {
	case BASE_VREG:
		memory.base = address_register(emitter, instruction, address->base);
		break;
	case BASE_NONE:
		break;
	case BASE_SLOT:
		memory.base = RSP;
		memory.displacement += address->slot->frame_offset;
		break;
	case BASE_ARGUMENTS:
		memory.base = RBP;
		memory.displacement += 16;
		break;
	case BASE_OUTGOING:
		memory.base = RSP;
		break;
	case BASE_G:
		memory.base = R14;
		break;
	case BASE_SPILL:
		memory = emit_spill(emitter, address->base);
		break;
	}
	if (address->index)
		memory.index = address_register(emitter, instruction, address->index);
	return memory;
}

bool emit_reads_register(struct emitter *emitter, const struct instruction *instruction, const struct address *address, unsigned reg)
{
	struct memory memory = emit_memory(emitter, instruction, address);
	return memory.base == reg || memory.index == reg;
}

unsigned emit_is_register(struct emitter *emitter, const struct instruction *instruction, const struct operand *operand)
{
	if (operand->kind != OPERAND_VREG)
		return NO_REGISTER;
	struct location location = emit_use_location(emitter, instruction, operand->vreg);
	return location.kind == LOCATION_REGISTER ? location.reg : NO_REGISTER;
}

bool emit_is_memory(struct emitter *emitter, const struct instruction *instruction, const struct operand *operand, struct memory *memory)
{
	if (operand->kind == OPERAND_MEMORY) {
		*memory = emit_memory(emitter, instruction, &instruction->mem);
		return true;
	}
	if (operand->kind == OPERAND_VREG && emit_use_location(emitter, instruction, operand->vreg).kind == LOCATION_SPILL) {
		*memory = emit_spill(emitter, operand->vreg);
		return true;
	}
	return false;
}

unsigned emit_operand(struct emitter *emitter, const struct instruction *instruction, const struct operand *operand, unsigned scratch)
{
	struct encoder *encoder = &emitter->encoder;
	struct memory memory;
	unsigned reg = emit_is_register(emitter, instruction, operand);
	if (reg != NO_REGISTER)
		return reg;
	if (emit_is_memory(emitter, instruction, operand, &memory)) {
		unsigned width = operand->kind == OPERAND_MEMORY ? instruction->width : 8;
		encode_load(encoder, width, false, is_float_register(scratch), scratch, &memory);
	} else if (operand->kind == OPERAND_IMMEDIATE) {
		if (is_float_register(scratch)) {
			tri_assert(operand->immediate == 0);
			encode_rr(encoder, 0, 0x0f57, 4, scratch & 15, scratch & 15);
		} else {
			encode_move_immediate(encoder, scratch, operand->immediate, true);
		}
	} else {
		tri_assert(operand->kind == OPERAND_SYMBOL);
		encode_move_symbol(encoder, scratch, operand->symbol, operand->immediate);
	}
	return scratch;
}

// ---- Branches ----------------------------------------------------------------------------------

// An empty block that only jumps on is skipped.
struct machine_block *amd64_final_target(struct machine_block *block)
{
	for (unsigned steps = 0; steps < 64; steps++) {
		if (block->first != block->last || !block->first || block->first->op != MACHINE_JUMP ||
			block->first->moves_before.count + block->entry_moves.count + block->exit_moves.count > 0)
			return block;
		block = block->successors.items[0];
	}
	return block;
}

void emit_jump_to(struct emitter *emitter, int condition, struct machine_block *target)
{
	struct encoder *encoder = &emitter->encoder;
	uint32_t number = emitter->branch_count++;
	bool is_short = emitter->long_branch && !emitter->long_branch[number];
	if (condition < 0) {
		encode_byte(encoder, is_short ? 0xeb : 0xe9);
	} else if (is_short) {
		encode_byte(encoder, (uint8_t)(0x70 | condition));
	} else {
		encode_byte(encoder, 0x0f);
		encode_byte(encoder, (uint8_t)(0x80 | condition));
	}
	struct fixup fixup = {.at = encoder->offset, .target = amd64_final_target(target), .is_short = is_short};
	tri_vector_push(emitter->function->arena, &emitter->fixups, fixup);
	if (is_short)
		encode_byte(encoder, 0);
	else
		encode_word32(encoder, 0);
}

uint32_t emit_skip(struct emitter *emitter, int condition)
{
	encode_byte(&emitter->encoder, (uint8_t)(condition < 0 ? 0xeb : 0x70 | condition));
	encode_byte(&emitter->encoder, 0);
	return emitter->encoder.offset;
}

void emit_land(struct emitter *emitter, uint32_t mark)
{
	uint32_t distance = emitter->encoder.offset - mark;
	tri_assert(distance < 128);
	emitter->encoder.symbol->data.items[mark - 1] = (uint8_t)distance;
}

// ---- Frame -------------------------------------------------------------------------------------

static void clear_words(struct emitter *emitter, const struct tri_bits *which, const struct tri_ssa_slot *only)
{
	struct machine_function *function = emitter->function;
	struct encoder *encoder = &emitter->encoder;
	bool cleared_scratch = false;
	for (uint32_t i = 0; i < function->source->slots.count; i++) {
		const struct tri_ssa_slot *slot = function->source->slots.items[i];
		if (!slot->has_pointers || (only && slot != only))
			continue;
		uint32_t first = function->slot_words[slot->id], count = (uint32_t)((slot->size + 7) / 8), total = 0;
		for (uint32_t word = 0; word < count; word++)
			total += tri_bits_has(which, first + word);
		if (total == 0)
			continue;
		if (total > 16) { // a large slot: cleared as a whole; no register is free to give away at the entry
			struct memory memory = {.base = RSP, .index = NO_REGISTER, .displacement = slot->frame_offset};
			emit_zero(emitter, memory, (int64_t)count * 8 > slot->size ? slot->size : (int64_t)count * 8);
			continue;
		}
		for (uint32_t word = 0; word < count; word++) {
			if (!tri_bits_has(which, first + word))
				continue;
			struct memory memory = {.base = RSP, .index = NO_REGISTER, .displacement = slot->frame_offset + (int64_t)word * 8};
			if (word + 1 < count && tri_bits_has(which, first + word + 1)) {
				if (!cleared_scratch)
					encode_rr(encoder, 0, 0x0f57, 4, 15, 15);
				cleared_scratch = true;
				encode_rm(encoder, 0, 0x0f11, 4, 15, &memory); // movups
				word++;
			} else {
				encode_store_immediate(encoder, 8, &memory, 0);
			}
		}
	}
}

// Calls that do not return check the stack themselves, and nothing lies between.
static bool returns_from_call(const struct instruction *instruction)
{
	return instruction->op == MACHINE_CALL && !instruction->call->no_return;
}

// Small straight code needs no frame: what can find it half-way is a fault, and the unwinder knows (abi/function.h). Loops
// have one, since preemption stops at bodies with frames only.
static bool needs_no_frame(const struct machine_function *function)
{
	if (function->frame_size > 0 || function->source->defer_return_block)
		return false;
	for (uint32_t i = 0; i < function->blocks.count; i++)
		if (function->blocks.items[i]->loop_depth > 0)
			return false;
	for (uint32_t i = 0; i < function->by_position.count; i++) {
		const struct instruction *instruction = function->by_position.items[i];
		switch (instruction->op) {
		case MACHINE_CALL:
			if (!instruction->call->no_return || instruction->call->outgoing_size > 0)
				return false;
			break;
		case MACHINE_ALLOCATE:
		case MACHINE_BARRIER:
			return false;
		default:
			if (instruction->mem.kind == BASE_ARGUMENTS || instruction->from.kind == BASE_ARGUMENTS)
				return false;
		}
	}
	return true;
}

static uint32_t prologue(struct emitter *emitter)
{
	struct machine_function *function = emitter->function;
	struct encoder *encoder = &emitter->encoder;
	if (emitter->frameless)
		return 0;
	bool calls = false;
	for (uint32_t i = 0; i < function->by_position.count && !calls; i++)
		calls = returns_from_call(function->by_position.items[i]);
	uint32_t pragma = function->source->source ? function->source->source->pragmas : 0;
	bool checked = (calls || function->frame_size > TRI_ABI_STACK_SMALL / 2) && !(pragma & 1u << TRI_PRAGMA_BIT_NOSPLIT);
	uint32_t grow = 0;
	if (checked) {
		struct memory guard = {.base = R14, .index = NO_REGISTER, .displacement = TRI_G_STACK_GUARD};
		unsigned compared = RSP;
		if (function->frame_size > TRI_ABI_STACK_SMALL) {
			struct memory below = {.base = RSP, .index = NO_REGISTER, .displacement = -(int64_t)function->frame_size};
			encode_rm(encoder, 0, 0x8d, 8, SCRATCH, &below);
			compared = SCRATCH;
		}
		encode_alu_rm(encoder, ALU_CMP, 8, compared, &guard);
		encode_byte(encoder, 0x0f);
		encode_byte(encoder, 0x80 | CC_BE);
		grow = encoder->offset;
		encode_word32(encoder, 0);
	}
	encode_byte(encoder, 0x55); // push rbp
	emitter->code->push_offset = encoder->offset;
	encode_rr(encoder, 0, 0x89, 8, RSP, RBP);
	emitter->code->frame_offset = encoder->offset;
	if (function->frame_size > 0)
		encode_alu_ri(encoder, ALU_SUB, 8, RSP, function->frame_size);
	clear_words(emitter, &function->zeroed_at_entry, NULL);
	return grow;
}

static void growth_call(struct emitter *emitter, uint32_t branch)
{
	struct encoder *encoder = &emitter->encoder;
	if (branch == 0)
		return;
	emitter->code->grow_offset = encoder->offset;
	tri_symbol_put32(encoder->table, encoder->symbol, branch, encoder->offset - (branch + 4));
	encode_byte(encoder, 0xe8);
	encode_relocation(encoder, TRI_RELOC_CALL32, tri_symbol_get(encoder->table, "runtime.morestack"), -4);
	encode_byte(encoder, 0xe9);
	encode_word32(encoder, (uint32_t) - (int32_t)(encoder->offset + 4));
}

// ---- Rows --------------------------------------------------------------------------------------

void emit_note_position(struct emitter *emitter, struct tri_ssa_pos pos)
{
	if (pos.pos == TRI_NO_POS)
		return;
	if (emitter->has_last_pos && emitter->last_pos.pos == pos.pos && emitter->last_pos.site == pos.site)
		return;
	struct tri_code_line line = {emitter->encoder.offset, pos};
	if (emitter->code->lines.count > 0 && tri_vector_last(&emitter->code->lines).offset == line.offset)
		tri_vector_last(&emitter->code->lines) = line;
	else
		tri_vector_push(emitter->arena, &emitter->code->lines, line);
	emitter->last_pos = pos;
	emitter->has_last_pos = true;
}

static struct tri_bits empty_map(struct emitter *emitter)
{
	return tri_bits_new(emitter->arena, (uint32_t)emitter->function->frame_size / 8 + emitter->code->argument_words);
}

static void add_argument_words(struct emitter *emitter, struct tri_bits *map)
{
	const struct tri_bits *arguments = &emitter->function->source->argument_pointer_mask;
	for (uint32_t i = 0; i < emitter->code->argument_words && i < arguments->bit_count; i++) {
		if (tri_bits_has(arguments, i))
			tri_bits_add(map, (uint32_t)emitter->function->frame_size / 8 + i);
	}
}

static void add_slot_words(struct emitter *emitter, const struct tri_bits *words, struct tri_bits *map)
{
	struct machine_function *function = emitter->function;
	for (uint32_t i = 0; i < function->source->slots.count && words; i++) {
		const struct tri_ssa_slot *slot = function->source->slots.items[i];
		if (!slot->has_pointers)
			continue;
		for (uint32_t word = 0; word < (uint32_t)((slot->size + 7) / 8); word++) {
			if (tri_bits_has(words, function->slot_words[slot->id] + word))
				tri_bits_add(map, (uint32_t)(slot->frame_offset / 8) + word);
		}
	}
}

void emit_safepoint(struct emitter *emitter, const struct instruction *call)
{
	struct tri_code_safepoint safepoint = {.return_offset = emitter->encoder.offset, .map = empty_map(emitter)};
	for (uint32_t i = 0; i < call->live_spills.count; i++) {
		struct memory slot = emit_spill(emitter, call->live_spills.items[i]);
		tri_bits_add(&safepoint.map, (uint32_t)slot.displacement / 8);
	}
	add_argument_words(emitter, &safepoint.map);
	if (emitter->code->has_objects) {
		safepoint.live = empty_map(emitter);
		tri_bits_union(&safepoint.live, &safepoint.map);
		add_slot_words(emitter, call->live_slots, &safepoint.live);
	}
	add_slot_words(emitter, call->used_slots, &safepoint.map);
	tri_vector_push(emitter->arena, &emitter->code->safepoints, safepoint);
}

// ---- Blocks ------------------------------------------------------------------------------------

static void emit_instruction(struct emitter *emitter, const struct instruction *instruction)
{
	emit_note_position(emitter, instruction->pos);
	emit_parallel_moves(emitter, instruction->moves_before.items, instruction->moves_before.count);
	if (instruction == emitter->block->last)
		emit_parallel_moves(emitter, emitter->block->exit_moves.items, emitter->block->exit_moves.count);
	switch ((enum machine_op)instruction->op) {
	case MACHINE_SLOT_LIVE:
		if (instruction->mem.slot->has_pointers && instruction->in_use_before)
			clear_words(emitter, &emitter->function->zeroed_when_live, instruction->mem.slot);
		break;
	case MACHINE_KEEP_ALIVE:
		break;
	case MACHINE_LOAD:
	case MACHINE_STORE:
	case MACHINE_LEA:
	case MACHINE_ALU_MEMORY:
	case MACHINE_NIL_CHECK:
	case MACHINE_ZERO_MEMORY:
	case MACHINE_COPY_MEMORY:
	case MACHINE_PREFETCH:
		emit_access(emitter, instruction);
		break;
	case MACHINE_EXCHANGE:
	case MACHINE_EXCHANGE_ADD:
	case MACHINE_COMPARE_EXCHANGE:
	case MACHINE_ATOMIC_UPDATE:
	case MACHINE_ATOMIC_FETCH:
		emit_atomic(emitter, instruction);
		break;
	case MACHINE_FLOAT_ALU:
	case MACHINE_FLOAT_NEGATE:
	case MACHINE_SQUARE_ROOT:
	case MACHINE_ROUND:
	case MACHINE_MULTIPLY_ADD:
	case MACHINE_FLOAT_MINMAX:
	case MACHINE_INT_TO_FLOAT:
	case MACHINE_FLOAT_TO_INT:
	case MACHINE_FLOAT_TO_FLOAT:
	case MACHINE_BITCAST:
		emit_float(emitter, instruction);
		break;
	case MACHINE_ALLOCATE:
	case MACHINE_BARRIER:
	case MACHINE_BARRIER_END:
		emit_collector(emitter, instruction);
		break;
	case MACHINE_BRANCH:
	case MACHINE_JUMP:
	case MACHINE_TABLE_JUMP:
	case MACHINE_ENTRY:
	case MACHINE_CALL:
	case MACHINE_TAIL_CALL:
	case MACHINE_RETURN:
	case MACHINE_TRAP:
		emit_control(emitter, instruction);
		break;
	case MACHINE_MULTIPLY_WIDE:
	case MACHINE_ADD_CARRY:
		emit_wide(emitter, instruction);
		break;
	default:
		emit_integer(emitter, instruction);
	}
}

// A loop that fits into one line of the instruction cache lies in one: a matrix product whose inner loop of 39 bytes crossed
// a boundary took 1.55 s instead of 1.14 s. Larger ones begin in the upper or lower half of a line.
static void align_loop(struct emitter *emitter, const struct machine_block *first)
{
	enum { LINE = 64, LARGE = 256 };
	static const uint8_t nops[][9] = {{0x90},
									  {0x66, 0x90},
									  {0x0f, 0x1f, 0x00},
									  {0x0f, 0x1f, 0x40, 0x00},
									  {0x0f, 0x1f, 0x44, 0x00, 0x00},
									  {0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
									  {0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00},
									  {0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
									  {0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00}};
	uint32_t at = emitter->encoder.offset % LINE, padding;
	if (!emitter->long_branch) {
		padding = LINE - 1; // sizes are still estimates; no branch may find itself further away in the end
	} else {
		uint32_t size = first->loop_end->code_end - first->code_offset;
		if (size > LARGE || at + size <= LINE)
			return;
		padding = size <= LINE ? LINE - at : -at % (LINE / 2);
		emitter->code->symbol->align = LINE;
	}
	while (padding > 0) {
		uint32_t length = padding < TRI_COUNT(nops) ? padding : (uint32_t)TRI_COUNT(nops);
		for (uint32_t i = 0; i < length; i++)
			encode_byte(&emitter->encoder, nops[length - 1][i]);
		padding -= length;
	}
}

static void emit_body(struct emitter *emitter)
{
	struct machine_function *function = emitter->function;
	struct tri_code *code = emitter->code;
	struct tri_symbol *symbol = emitter->encoder.symbol;
	symbol->data.count = 0;
	symbol->relocations.count = 0;
	code->lines.count = code->safepoints.count = 0;
	emitter->encoder.offset = 0;
	emitter->fixups.count = 0;
	emitter->branch_count = 0;
	emitter->tables.count = 0;
	emitter->slow_paths.count = 0;
	code->unsafe.count = 0;
	emitter->has_last_pos = false;
	code->framed.count = 0;
	if (function->source->source) {
		struct tri_ssa_pos start = {.pos = function->source->source->pos};
		emit_note_position(emitter, start);
	}
	struct tri_code_safepoint entry = {.map = empty_map(emitter)};
	add_argument_words(emitter, &entry.map);
	if (code->has_objects)
		entry.live = entry.map;
	tri_vector_push(emitter->arena, &code->safepoints, entry);
	uint32_t grow = prologue(emitter);
	for (uint32_t i = 0; i < function->blocks.count; i++) {
		struct machine_block *block = function->blocks.items[i];
		emitter->block = block;
		// The block whose code follows: skipped ones have none.
		uint32_t following = i + 1;
		while (following < function->blocks.count &&
			   amd64_final_target(function->blocks.items[following]) != function->blocks.items[following])
			following++;
		emitter->next = following < function->blocks.count ? function->blocks.items[following] : NULL;
		if (block->loop_end && !block->is_cold)
			align_loop(emitter, block);
		block->code_offset = emitter->encoder.offset;
		if (block->source && block->source == function->source->defer_return_block)
			code->defer_return = emitter->encoder.offset;
		if (amd64_final_target(block) != block) {
			// Nobody comes here; falling in is impossible, as fallthrough goes to final targets.
			for (struct instruction *instruction = block->first; instruction; instruction = instruction->next)
				instruction->code_offset = emitter->encoder.offset;
			continue;
		}
		emit_parallel_moves(emitter, block->entry_moves.items, block->entry_moves.count);
		for (struct instruction *instruction = block->first; instruction; instruction = instruction->next) {
			instruction->code_offset = emitter->encoder.offset;
			emit_instruction(emitter, instruction);
		}
		block->code_end = emitter->encoder.offset;
	}
	emit_slow_paths(emitter);
	growth_call(emitter, grow);
}

static int64_t fixup_distance(const struct fixup *fixup)
{
	return (int64_t)fixup->target->code_offset - (int64_t)(fixup->at + (fixup->is_short ? 1 : 4));
}

static void choose_branch_sizes(struct emitter *emitter)
{
	emitter->long_branch = TRI_NEW_ARRAY(emitter->function->arena, bool, emitter->branch_count + 1);
	for (uint32_t i = 0; i < emitter->fixups.count; i++) {
		int64_t distance = fixup_distance(&emitter->fixups.items[i]);
		emitter->long_branch[i] = distance != (int8_t)distance;
	}
}

static void patch(struct emitter *emitter)
{
	for (uint32_t i = 0; i < emitter->fixups.count; i++) {
		struct fixup *fixup = &emitter->fixups.items[i];
		int64_t distance = fixup_distance(fixup);
		if (fixup->is_short) {
			tri_assert(distance == (int8_t)distance);
			emitter->encoder.symbol->data.items[fixup->at] = (uint8_t)distance;
		} else {
			tri_symbol_put32(emitter->encoder.table, emitter->encoder.symbol, fixup->at, (uint32_t)distance);
		}
	}
	for (uint32_t i = 0; i < emitter->tables.count; i++) {
		struct table *table = &emitter->tables.items[i];
		for (uint32_t k = 0; k < table->source->successors.count; k++)
			tri_symbol_put_address(emitter->encoder.table, table->symbol, (uint64_t)k * 8, TRI_RELOC_ABS64, emitter->encoder.symbol,
								   amd64_final_target(table->source->successors.items[k])->code_offset);
	}
}

static void describe_objects(struct emitter *emitter)
{
	const struct machine_function *function = emitter->function;
	emitter->code->has_objects = function->has_objects;
	if (!function->has_objects)
		return;
	emitter->code->flags |= TRI_FUNCTION_OBJECTS;
	emitter->code->slot_starts = tri_bits_new(emitter->arena, (uint32_t)function->frame_size / 8);
	for (uint32_t i = 0; i < function->source->slots.count; i++) {
		const struct tri_ssa_slot *slot = function->source->slots.items[i];
		if (slot->size > 0)
			tri_bits_add(&emitter->code->slot_starts, (uint32_t)(slot->frame_offset / 8));
	}
}

static void describe_variables(struct emitter *emitter)
{
	struct machine_function *function = emitter->function;
	for (uint32_t i = 0; i < function->source->slots.count; i++) {
		const struct tri_ssa_slot *slot = function->source->slots.items[i];
		if (!slot->name || !slot->type)
			continue;
		struct tri_code_variable variable = {
			.name = tri_arena_strdup(emitter->arena, slot->name, strlen(slot->name)),
			.type = slot->type,
			.frame_base_offset = (int32_t)(slot->frame_offset - function->frame_size - 16),
		};
		tri_vector_push(emitter->arena, &emitter->code->variables, variable);
	}
}

struct tri_code *amd64_emit(struct tri_arena *arena, struct machine_function *function)
{
	struct tri_ssa_func *source = function->source;
	struct tri_code *code = TRI_NEW(arena, struct tri_code);
	code->symbol = source->symbol;
	code->source = source->source;
	code->frame_size = (uint32_t)function->frame_size;
	code->entry_pointers = source->entry_pointers;
	code->argument_words = (uint16_t)(source->abi ? source->abi->stack_argument_size / 8 : 0);
	if (source->source) {
		if (source->source->is_wrapper || source->source->is_method_value_wrapper || source->source->is_go_defer_wrapper)
			code->flags |= TRI_FUNCTION_WRAPPER;
		if (source->source->has_defer)
			code->flags |= TRI_FUNCTION_HAS_DEFER;
		if (source->source->parameters.count == 0)
			code->flags |= TRI_FUNCTION_NO_ARGUMENTS;
	}
	if (source->uses_context)
		code->flags |= TRI_FUNCTION_CLOSURE;
	struct emitter emitter = {.function = function, .code = code, .arena = arena, .frameless = needs_no_frame(function)};
	if (emitter.frameless)
		code->flags |= TRI_FUNCTION_FRAMELESS;
	emitter.encoder.table = source->package->symbols;
	emitter.encoder.symbol = source->symbol;
	if (source->symbol->kind != TRI_SYMBOL_UNDEFINED)
		tri_ice("two functions are called %s", source->symbol->name);
	source->symbol->kind = TRI_SYMBOL_TEXT;
	source->symbol->align = 16;
	describe_objects(&emitter);
	emit_body(&emitter);
	choose_branch_sizes(&emitter);
	emit_body(&emitter);
	patch(&emitter);
	describe_variables(&emitter);
	emit_describe_arguments(&emitter);
	return code;
}
