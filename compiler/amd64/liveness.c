// Positions, live sets and lifetimes.
//
// Instruction i stands at position 2i: it reads its operands there (from no early clobbered register), loses its clobbered registers and
// writes its results at 2i+1. A range [from, to) of a value that an instruction reads last ends at 2i+1;
// one that it defines begins at 2i+1, so operands and results may share registers (emit.c takes care).
// A block covers [first position, position after its last instruction).
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/internal.h"

static void visit_operand(const struct operand *operand, enum use_kind kind, amd64_use_visitor *visit, void *context)
{
	if (operand->kind == OPERAND_VREG)
		visit(context, operand->vreg, kind);
}

void amd64_each_use(const struct instruction *instruction, amd64_use_visitor *visit, void *context)
{
	visit_operand(&instruction->a, USE_SHOULD, visit, context);
	visit_operand(&instruction->b, USE_SHOULD, visit, context);
	visit_operand(&instruction->c, USE_SHOULD, visit, context);
	visit_operand(&instruction->d, USE_SHOULD, visit, context);
	const struct address *addresses[] = {&instruction->mem, &instruction->from};
	for (unsigned i = 0; i < TRI_COUNT(addresses); i++) {
		if (addresses[i]->kind == BASE_VREG && addresses[i]->base)
			visit(context, addresses[i]->base, USE_MUST);
		if (addresses[i]->index)
			visit(context, addresses[i]->index, USE_MUST);
	}
	for (uint32_t i = 0; i < instruction->fixed_use_count; i++) {
		if (instruction->fixed_uses[i].vreg)
			visit(context, instruction->fixed_uses[i].vreg, USE_ANY);
	}
	// The cold part of a barrier copes with operands anywhere, unless an address has two registers.
	const struct barrier *barrier = instruction->barrier;
	for (uint32_t i = 0; barrier && i < barrier->place_count; i++) {
		const struct address *place = &barrier->places[i];
		if (place->kind == BASE_VREG && place->base)
			visit(context, place->base, place->index ? USE_MUST : USE_ANY);
		if (place->index)
			visit(context, place->index, USE_MUST);
	}
	for (uint32_t i = 0; barrier && i < barrier->value_count; i++)
		visit_operand(&barrier->values[i], USE_ANY, visit, context);
}

void amd64_number(struct machine_function *function)
{
	uint32_t position = 0;
	for (uint32_t i = 0; i < function->blocks.count; i++) {
		struct machine_block *block = function->blocks.items[i];
		block->from = position;
		for (struct instruction *instruction = block->first; instruction; instruction = instruction->next) {
			instruction->position = position;
			tri_vector_push(function->arena, &function->by_position, instruction);
			for (unsigned reg = 0; reg < REGISTER_COUNT; reg++) {
				if (instruction->early_clobbers >> reg & 1)
					tri_vector_push(function->arena, &function->clobber_positions[reg], position);
				else if (instruction->clobbers >> reg & 1)
					tri_vector_push(function->arena, &function->clobber_positions[reg], position + 1);
			}
			if (instruction->dst) {
				struct virtual_register *vreg = vreg_of(function, instruction->dst);
				vreg->definition = instruction;
				vreg->definition_block = block;
			}
			for (uint32_t k = 0; k < instruction->fixed_def_count; k++) {
				struct virtual_register *vreg = vreg_of(function, instruction->fixed_defs[k].vreg);
				vreg->definition = instruction;
				vreg->definition_block = block;
			}
			position += 2;
		}
		for (uint32_t k = 0; k < block->phis.count; k++)
			vreg_of(function, block->phis.items[k].dst)->definition_block = block;
		block->to = position;
	}
}

// ---- Live sets -------------------------------------------------------------------------------

struct sets {
	struct tri_bits *read; // of the block: read before written
	struct tri_bits *written;
};

static void add_read(void *context, uint32_t vreg, enum use_kind kind)
{
	struct sets *sets = context;
	(void)kind;
	if (!tri_bits_has(sets->written, vreg))
		tri_bits_add(sets->read, vreg);
}

// Operands that `block` hands to the phis of its successor are read at its end.
static void each_phi_source(const struct machine_block *block, void (*visit)(void *context, uint32_t vreg), void *context)
{
	for (uint32_t s = 0; s < block->successors.count; s++) {
		const struct machine_block *target = block->successors.items[s];
		for (uint32_t p = 0; p < target->predecessors.count; p++) {
			if (target->predecessors.items[p] != block)
				continue;
			for (uint32_t i = 0; i < target->phis.count; i++) {
				const struct operand *source = &target->phis.items[i].sources[p];
				if (source->kind == OPERAND_VREG)
					visit(context, source->vreg);
			}
		}
	}
}

static void add_live_out(void *context, uint32_t vreg) { tri_bits_add(context, vreg); }

static void compute_live_sets(struct machine_function *function)
{
	uint32_t count = function->vregs.count;
	struct tri_arena *arena = function->arena;
	struct sets *local = TRI_NEW_ARRAY(arena, struct sets, function->blocks.count);
	for (uint32_t i = 0; i < function->blocks.count; i++) {
		struct machine_block *block = function->blocks.items[i];
		block->live_in = tri_bits_new(arena, count);
		block->live_out = tri_bits_new(arena, count);
		local[i].read = TRI_NEW(arena, struct tri_bits);
		local[i].written = TRI_NEW(arena, struct tri_bits);
		*local[i].read = tri_bits_new(arena, count);
		*local[i].written = tri_bits_new(arena, count);
		for (uint32_t k = 0; k < block->phis.count; k++)
			tri_bits_add(local[i].written, block->phis.items[k].dst);
		for (struct instruction *instruction = block->first; instruction; instruction = instruction->next) {
			amd64_each_use(instruction, add_read, &local[i]);
			if (instruction->dst)
				tri_bits_add(local[i].written, instruction->dst);
			for (uint32_t k = 0; k < instruction->fixed_def_count; k++)
				tri_bits_add(local[i].written, instruction->fixed_defs[k].vreg);
		}
	}
	uint32_t words = (count + 63) / 64;
	for (bool changed = true; changed;) {
		changed = false;
		for (uint32_t i = function->blocks.count; i-- > 0;) {
			struct machine_block *block = function->blocks.items[i];
			for (uint32_t s = 0; s < block->successors.count; s++)
				changed |= tri_bits_union(&block->live_out, &block->successors.items[s]->live_in);
			each_phi_source(block, add_live_out, &block->live_out);
			for (uint32_t w = 0; w < words; w++) {
				uint64_t in = local[i].read->words[w] | (block->live_out.words[w] & ~local[i].written->words[w]);
				if (in & ~block->live_in.words[w]) {
					block->live_in.words[w] |= in;
					changed = true;
				}
			}
		}
	}
}

// ---- Intervals -------------------------------------------------------------------------------
// Built backwards: ranges and uses are collected in descending order and turned round at the end.

static struct interval *interval_of(struct machine_function *function, uint32_t vreg)
{
	struct virtual_register *info = vreg_of(function, vreg);
	if (!info->interval) {
		info->interval = TRI_NEW(function->arena, struct interval);
		info->interval->vreg = vreg;
	}
	return info->interval;
}

static void add_range(struct machine_function *function, uint32_t vreg, uint32_t from, uint32_t to)
{
	struct interval *interval = interval_of(function, vreg);
	if (interval->ranges.count > 0) {
		struct range *last = &tri_vector_last(&interval->ranges);
		if (last->from <= to) { // touches or overlaps what was added for later code
			if (from < last->from)
				last->from = from;
			if (to > last->to)
				last->to = to;
			return;
		}
	}
	struct range range = {from, to};
	tri_vector_push(function->arena, &interval->ranges, range);
}

static void define(struct machine_function *function, uint32_t vreg, uint32_t position)
{
	struct interval *interval = interval_of(function, vreg);
	if (interval->ranges.count == 0 || tri_vector_last(&interval->ranges).from > position) {
		struct range range = {position, position + 1}; // never read
		tri_vector_push(function->arena, &interval->ranges, range);
	} else {
		tri_vector_last(&interval->ranges).from = position;
	}
	struct use use = {position, USE_MUST};
	tri_vector_push(function->arena, &interval->uses, use);
}

struct use_context {
	struct machine_function *function;
	uint32_t block_from, position;
};

static void add_use(void *context, uint32_t vreg, enum use_kind kind)
{
	struct use_context *use = context;
	add_range(use->function, vreg, use->block_from, use->position + 1);
	struct use record = {use->position, kind};
	struct interval *interval = interval_of(use->function, vreg);
	if (interval->uses.count > 0 && tri_vector_last(&interval->uses).position == use->position) {
		if (tri_vector_last(&interval->uses).kind < kind)
			tri_vector_last(&interval->uses).kind = kind;
		return;
	}
	tri_vector_push(use->function->arena, &interval->uses, record);
}

void amd64_liveness(struct machine_function *function)
{
	compute_live_sets(function);
	for (uint32_t i = function->blocks.count; i-- > 0;) {
		struct machine_block *block = function->blocks.items[i];
		for (uint32_t word = 0; word < (function->vregs.count + 63) / 64; word++) {
			for (uint64_t bits = block->live_out.words[word]; bits; bits &= bits - 1)
				add_range(function, word * 64 + (uint32_t)__builtin_ctzll(bits), block->from, block->to);
		}
		struct use_context use = {function, block->from, 0};
		for (struct instruction *instruction = block->last; instruction; instruction = instruction->previous) {
			if (instruction->dst)
				define(function, instruction->dst, instruction->position + 1);
			for (uint32_t k = 0; k < instruction->fixed_def_count; k++)
				define(function, instruction->fixed_defs[k].vreg, instruction->position + 1);
			use.position = instruction->position;
			amd64_each_use(instruction, add_use, &use);
		}
		for (uint32_t k = 0; k < block->phis.count; k++) {
			uint32_t dst = block->phis.items[k].dst;
			struct interval *interval = interval_of(function, dst);
			if (interval->ranges.count == 0 || tri_vector_last(&interval->ranges).from > block->from)
				add_range(function, dst, block->from, block->from + 1);
		}
	}
	for (uint32_t vreg = 1; vreg < function->vregs.count; vreg++) {
		struct interval *interval = vreg_of(function, vreg)->interval;
		if (!interval)
			continue;
		for (uint32_t i = 0, k = interval->ranges.count; i + 1 < k--; i++) {
			struct range other = interval->ranges.items[i];
			interval->ranges.items[i] = interval->ranges.items[k];
			interval->ranges.items[k] = other;
		}
		for (uint32_t i = 0, k = interval->uses.count; i + 1 < k--; i++) {
			struct use other = interval->uses.items[i];
			interval->uses.items[i] = interval->uses.items[k];
			interval->uses.items[k] = other;
		}
	}
}

struct interval *amd64_part_at(const struct machine_function *function, uint32_t vreg, uint32_t position)
{
	// Questions come in ascending order mostly: the last answer is where to go on.
	struct virtual_register *info = vreg_of(function, vreg);
	struct interval *found = NULL, *part = info->recent && info->recent->ranges.items[0].from <= position ? info->recent : info->interval;
	for (; part; part = part->next_part) {
		if (part->ranges.items[0].from > position)
			break;
		found = part;
	}
	info->recent = found;
	return found;
}

struct location amd64_location_at(const struct machine_function *function, uint32_t vreg, uint32_t position)
{
	struct interval *part = amd64_part_at(function, vreg, position);
	if (!part)
		tri_ice("%s: virtual register %u has no place at %u", function->source->symbol->name, vreg, position);
	return part->location;
}

struct machine_block *amd64_block_at(const struct machine_function *function, uint32_t position)
{
	uint32_t low = 0, high = function->blocks.count;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (function->blocks.items[middle]->from <= position)
			low = middle;
		else
			high = middle;
	}
	return function->blocks.items[low];
}
