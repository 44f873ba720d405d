// Branches, calls, the entry and the return.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/emit.h"

// Operands into fixed registers, together.
static void move_into_fixed(struct emitter *emitter, const struct instruction *instruction)
{
	struct move *moves = TRI_NEW_ARRAY(emitter->function->arena, struct move, instruction->fixed_use_count + 1);
	for (uint32_t i = 0; i < instruction->fixed_use_count; i++) {
		const struct fixed_operand *fixed = &instruction->fixed_uses[i];
		struct move *move = &moves[i];
		move->to = (struct location){.kind = LOCATION_REGISTER, .reg = fixed->reg};
		move->type = is_float_register(fixed->reg) ? TRI_SSA_F64 : TRI_SSA_I64;
		if (fixed->vreg)
			move->from = emit_use_location(emitter, instruction, fixed->vreg);
		else if (fixed->value.kind == OPERAND_IMMEDIATE)
			move->from = (struct location){.kind = LOCATION_IMMEDIATE, .immediate = fixed->value.immediate};
		else
			move->from = (struct location){.kind = LOCATION_SYMBOL, .immediate = fixed->value.immediate, .symbol = fixed->value.symbol};
	}
	emit_parallel_moves(emitter, moves, instruction->fixed_use_count);
}

static void move_from_fixed(struct emitter *emitter, const struct instruction *instruction)
{
	struct move *moves = TRI_NEW_ARRAY(emitter->function->arena, struct move, instruction->fixed_def_count + 1);
	for (uint32_t i = 0; i < instruction->fixed_def_count; i++) {
		const struct fixed_operand *fixed = &instruction->fixed_defs[i];
		moves[i].from = (struct location){.kind = LOCATION_REGISTER, .reg = fixed->reg};
		moves[i].to = amd64_location_at(emitter->function, fixed->vreg, instruction->position + 1);
		moves[i].type = vreg_of(emitter->function, fixed->vreg)->type;
	}
	emit_parallel_moves(emitter, moves, instruction->fixed_def_count);
}

static void branch(struct emitter *emitter, const struct instruction *instruction)
{
	emit_compare(emitter, instruction);
	struct machine_block *yes = amd64_final_target(emitter->block->successors.items[0]),
						 *no = amd64_final_target(emitter->block->successors.items[1]);
	unsigned condition = instruction->condition;
	bool yes_next = yes == emitter->next;
	if (condition == CC_FLOAT_EQ || condition == CC_FLOAT_NE) {
		if (condition == CC_FLOAT_EQ) {
			struct machine_block *other = yes;
			yes = no;
			no = other;
		}
		// Now: to `yes` when different or unordered.
		emit_jump_to(emitter, CC_NE, yes);
		emit_jump_to(emitter, CC_P, yes);
		if (no != emitter->next)
			emit_jump_to(emitter, -1, no);
		return;
	}
	if (yes_next) {
		emit_jump_to(emitter, (int)invert_condition(condition), no);
		return;
	}
	emit_jump_to(emitter, (int)condition, yes);
	if (no != emitter->next)
		emit_jump_to(emitter, -1, no);
}

static void table_jump(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	struct tri_symbol *symbol = tri_symbol_printf(encoder->table, "%s.jump.%u", encoder->symbol->name, emitter->block->index);
	symbol->kind = TRI_SYMBOL_RODATA;
	symbol->align = 8;
	symbol->local = true;
	symbol->relocations.count = 0;
	struct table table = {symbol, emitter->block};
	tri_vector_push(emitter->function->arena, &emitter->tables, table);
	unsigned index = emit_operand(emitter, instruction, &instruction->a, SCRATCH);
	struct memory memory = {.base = NO_REGISTER, .index = (uint8_t)index, .scale = 3, .symbol = symbol};
	encode_rm(encoder, 0, 0xff, 4, 4, &memory);
}

static void call(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	move_into_fixed(emitter, instruction);
	struct tri_code_framed framed = {0};
	if (emitter->frameless) {
		encode_byte(encoder, 0x55); // push rbp
		framed.pushed = encoder->offset;
		encode_rr(encoder, 0, 0x89, 8, RSP, RBP);
		framed.framed = encoder->offset;
	}
	switch (instruction->call->kind) {
	case TRI_SSA_CALL_SYMBOL:
		encode_byte(encoder, 0xe8);
		encode_relocation(encoder, TRI_RELOC_CALL32, instruction->symbol, -4);
		break;
	case TRI_SSA_CALL_CLOSURE: {
		if (instruction->symbol) {
			encode_byte(encoder, 0xe8);
			encode_relocation(encoder, TRI_RELOC_CALL32, instruction->symbol, -4);
			break;
		}
		struct memory code = {.base = TRI_ABI_REGISTER_CONTEXT, .index = NO_REGISTER};
		encode_rm(encoder, 0, 0xff, 4, 2, &code);
		break;
	}
	case TRI_SSA_CALL_CODE:
		encode_rr(encoder, 0, 0xff, 4, 2, TRI_ABI_REGISTER_CONTEXT);
		break;
	case TRI_SSA_CALL_SYSTEM:
		encode_byte(encoder, 0x0f);
		encode_byte(encoder, 0x05);
		break;
	}
	if (emitter->frameless) {
		framed.end = encoder->offset;
		tri_vector_push(emitter->arena, &emitter->code->framed, framed);
	}
	if (!instruction->call->is_leaf)
		emit_safepoint(emitter, instruction);
	move_from_fixed(emitter, instruction);
}

static void leave_frame(struct emitter *emitter)
{
	struct encoder *encoder = &emitter->encoder;
	if (emitter->function->frame_size > 0)
		encode_alu_ri(encoder, ALU_ADD, 8, RSP, emitter->function->frame_size);
	if (!emitter->frameless)
		encode_byte(encoder, 0x5d); // pop rbp
}

static void tail_call(struct emitter *emitter, const struct instruction *instruction)
{
	struct encoder *encoder = &emitter->encoder;
	move_into_fixed(emitter, instruction);
	leave_frame(emitter);
	if (instruction->call->kind == TRI_SSA_CALL_CODE) {
		encode_rr(encoder, 0, 0xff, 4, 4, TRI_ABI_REGISTER_CONTEXT);
		return;
	}
	encode_byte(encoder, 0xe9);
	encode_relocation(encoder, TRI_RELOC_CALL32, instruction->symbol, -4);
}

void emit_control(struct emitter *emitter, const struct instruction *instruction)
{
	switch ((enum machine_op)instruction->op) {
	case MACHINE_BRANCH:
		branch(emitter, instruction);
		break;
	case MACHINE_JUMP:
		if (emitter->next != amd64_final_target(emitter->block->successors.items[0]))
			emit_jump_to(emitter, -1, emitter->block->successors.items[0]);
		break;
	case MACHINE_TABLE_JUMP:
		table_jump(emitter, instruction);
		break;
	case MACHINE_ENTRY:
		move_from_fixed(emitter, instruction);
		break;
	case MACHINE_CALL:
		call(emitter, instruction);
		break;
	case MACHINE_RETURN:
		move_into_fixed(emitter, instruction);
		leave_frame(emitter);
		encode_byte(&emitter->encoder, 0xc3);
		break;
	case MACHINE_TAIL_CALL:
		tail_call(emitter, instruction);
		break;
	case MACHINE_TRAP:
		encode_byte(&emitter->encoder, 0x0f);
		encode_byte(&emitter->encoder, 0x0b);
		break;
	default:
		tri_ice("not a control transfer");
	}
}
