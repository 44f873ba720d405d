// An independent check of register allocation: follows each block symbolically, knowing only the moves
// and instructions that will be emitted, and verifies that every operand is where the instruction will
// look for it. Blocks are connected through the places that the allocator promises at their starts.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/internal.h"

struct contents { // which virtual register each place holds; 0 = unknown
	uint32_t registers[REGISTER_COUNT];
	uint32_t *slots; // by colour
	uint32_t slot_count;
};

struct checker {
	const struct machine_function *function;
	struct contents now;
	const struct machine_block *block;
	const struct instruction *instruction;
};

static uint32_t held(const struct checker *checker, struct location location)
{
	if (location.kind == LOCATION_REGISTER)
		return checker->now.registers[location.reg];
	if (location.kind == LOCATION_SPILL)
		return checker->now.slots[vreg_of(checker->function, location.vreg)->spill_slot];
	return 0;
}

static void put(struct checker *checker, struct location location, uint32_t vreg)
{
	if (location.kind == LOCATION_REGISTER)
		checker->now.registers[location.reg] = vreg;
	else if (location.kind == LOCATION_SPILL)
		checker->now.slots[vreg_of(checker->function, location.vreg)->spill_slot] = vreg;
}

static void expect(const struct checker *checker, uint32_t vreg, struct location location, const char *what)
{
	uint32_t found = held(checker, location);
	if (found != vreg)
		tri_ice("%s: block %u, position %u: %s v%u is not in its place (v%u is)", checker->function->source->symbol->name,
				checker->block->index, checker->instruction ? checker->instruction->position : checker->block->to, what, vreg, found);
}

static void apply_moves(struct checker *checker, const struct move *moves, uint32_t count)
{
	uint32_t *values = TRI_NEW_ARRAY(checker->function->arena, uint32_t, count + 1);
	for (uint32_t i = 0; i < count; i++)
		values[i] = held(checker, moves[i].from);
	for (uint32_t i = 0; i < count; i++)
		put(checker, moves[i].to, values[i]);
}

static void check_use(void *context, uint32_t vreg, enum use_kind kind)
{
	struct checker *checker = context;
	struct location location = amd64_location_at(checker->function, vreg, checker->instruction->position);
	if (kind == USE_MUST && location.kind != LOCATION_REGISTER)
		tri_ice("%s: position %u: v%u must be in a register", checker->function->source->symbol->name, checker->instruction->position,
				vreg);
	if (location.kind == LOCATION_REGISTER && checker->instruction->early_clobbers >> location.reg & 1)
		tri_ice("%s: position %u: v%u is in a register that is lost early", checker->function->source->symbol->name,
				checker->instruction->position, vreg);
	expect(checker, vreg, location, "operand");
}

static void enter_block(struct checker *checker)
{
	const struct machine_block *block = checker->block;
	memset(checker->now.registers, 0, sizeof checker->now.registers);
	memset(checker->now.slots, 0, checker->now.slot_count * sizeof *checker->now.slots);
	for (uint32_t vreg = 1; vreg < checker->function->vregs.count; vreg++) {
		struct virtual_register *info = vreg_of(checker->function, vreg);
		if (!tri_bits_has(&block->live_in, vreg))
			continue;
		put(checker, amd64_location_at(checker->function, vreg, block->from), vreg);
		if (info->spilled && info->store_at_definition)
			checker->now.slots[info->spill_slot] = vreg;
	}
	for (uint32_t i = 0; i < block->phis.count; i++)
		put(checker, amd64_location_at(checker->function, block->phis.items[i].dst, block->from), block->phis.items[i].dst);
}

// At the end of an edge the phis' operands count as the phis.
static void check_edge(struct checker *checker, const struct machine_block *target, uint32_t index)
{
	struct contents before = checker->now;
	before.slots = TRI_NEW_ARRAY(checker->function->arena, uint32_t, checker->now.slot_count);
	memcpy(before.slots, checker->now.slots, checker->now.slot_count * sizeof *before.slots);
	if (checker->block->successors.count != 1)
		apply_moves(checker, target->entry_moves.items, target->entry_moves.count);
	for (uint32_t i = 0; i < target->phis.count; i++) {
		const struct operand *source = &target->phis.items[i].sources[index];
		if (source->kind == OPERAND_VREG)
			expect(checker, source->vreg, amd64_location_at(checker->function, target->phis.items[i].dst, target->from), "phi operand");
	}
	for (uint32_t vreg = 1; vreg < checker->function->vregs.count; vreg++) {
		if (!tri_bits_has(&target->live_in, vreg))
			continue;
		struct virtual_register *info = vreg_of(checker->function, vreg);
		expect(checker, vreg, amd64_location_at(checker->function, vreg, target->from), "live value");
		if (info->spilled && info->store_at_definition && checker->now.slots[info->spill_slot] != vreg)
			tri_ice("%s: v%u is not stored on the edge %u -> %u", checker->function->source->symbol->name, vreg, checker->block->index,
					target->index);
	}
	checker->now = before;
}

void amd64_check_allocation(struct machine_function *function)
{
	struct checker checker = {.function = function};
	checker.now.slot_count = (uint32_t)function->spill_size / 8 + 1;
	checker.now.slots = TRI_NEW_ARRAY(function->arena, uint32_t, checker.now.slot_count);
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct machine_block *block = function->blocks.items[b];
		checker.block = block;
		checker.instruction = NULL;
		enter_block(&checker);
		for (struct instruction *instruction = block->first; instruction; instruction = instruction->next) {
			checker.instruction = instruction;
			apply_moves(&checker, instruction->moves_before.items, instruction->moves_before.count);
			amd64_each_use(instruction, check_use, &checker);
			for (unsigned reg = 0; reg < REGISTER_COUNT; reg++) {
				if ((instruction->clobbers | instruction->early_clobbers) >> reg & 1)
					checker.now.registers[reg] = 0;
			}
			if (instruction->dst)
				put(&checker, amd64_location_at(function, instruction->dst, instruction->position + 1), instruction->dst);
			for (uint32_t i = 0; i < instruction->fixed_def_count; i++)
				put(&checker, amd64_location_at(function, instruction->fixed_defs[i].vreg, instruction->position + 1),
					instruction->fixed_defs[i].vreg);
			for (uint32_t i = 0; i < instruction->live_spills.count; i++) {
				uint32_t vreg = instruction->live_spills.items[i];
				struct location slot = {.kind = LOCATION_SPILL, .vreg = vreg};
				expect(&checker, vreg, slot, "pointer across a call");
			}
		}
		checker.instruction = NULL;
		apply_moves(&checker, block->exit_moves.items, block->exit_moves.count);
		for (uint32_t s = 0; s < block->successors.count; s++) {
			struct machine_block *target = block->successors.items[s];
			for (uint32_t p = 0; p < target->predecessors.count; p++) {
				if (target->predecessors.items[p] == block)
					check_edge(&checker, target, p);
			}
		}
	}
}
