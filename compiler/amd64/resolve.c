// After allocation: the moves between the parts of split lifetimes, on control-flow edges and for phis;
// the stores of spilled values; spill slots; what each call leaves live in slots.
#define _GNU_SOURCE // qsort_r
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/internal.h"

#include <stdlib.h>

static bool same_place(struct location a, struct location b)
{
	if (a.kind != b.kind)
		return false;
	return a.kind == LOCATION_REGISTER ? a.reg == b.reg : a.vreg == b.vreg;
}

static void add_move_before(struct machine_function *function, struct instruction *instruction, uint32_t vreg, struct location from,
							struct location to)
{
	struct move move = {from, to, vreg_of(function, vreg)->type};
	tri_vector_push(function->arena, &instruction->moves_before, move);
}

static void connect_parts(struct machine_function *function, uint32_t vreg)
{
	struct virtual_register *info = vreg_of(function, vreg);
	for (struct interval *part = info->interval; part && part->next_part; part = part->next_part) {
		struct interval *next = part->next_part;
		uint32_t position = next->ranges.items[0].from;
		if (tri_vector_last(&part->ranges).to != position || same_place(part->location, next->location))
			continue;
		if (amd64_block_at(function, position)->from == position)
			continue; // the edges into the block do it
		struct instruction *instruction = function->by_position.items[position / 2];
		if (next->location.kind == LOCATION_SPILL) {
			if (!info->store_at_definition)
				add_move_before(function, instruction, vreg, part->location, next->location);
			continue;
		}
		tri_assert(!(position & 1));
		add_move_before(function, instruction, vreg, part->location, next->location);
	}
}

// A loop's header may lie below its body, so the definition need not be in the first part.
static void store_definition(struct machine_function *function, uint32_t vreg)
{
	struct virtual_register *info = vreg_of(function, vreg);
	if (!info->spilled || !info->store_at_definition)
		return;
	uint32_t position = info->definition ? info->definition->position + 1 : info->definition_block->from;
	struct location defined = amd64_location_at(function, vreg, position);
	if (defined.kind != LOCATION_REGISTER) {
		tri_assert(!info->definition); // a phi may be made in its slot
		return;
	}
	struct location slot = {.kind = LOCATION_SPILL, .vreg = vreg};
	struct instruction *after = info->definition ? info->definition->next : info->definition_block->first;
	tri_assert(after);
	add_move_before(function, after, vreg, defined, slot);
}

// The moves of one edge; `index` is the edge's place among the target's predecessors.
static void resolve_edge(struct machine_function *function, struct machine_block *from, struct machine_block *to, uint32_t index)
{
	TRI_VECTOR(struct move) moves = {0};
	uint32_t end = from->to - 1;
	for (uint32_t word = 0; word < (function->vregs.count + 63) / 64; word++) {
		for (uint64_t bits = to->live_in.words[word]; bits; bits &= bits - 1) {
			uint32_t vreg = word * 64 + (uint32_t)__builtin_ctzll(bits);
			struct virtual_register *info = vreg_of(function, vreg);
			if (!info->interval->next_part)
				continue;
			struct location source = amd64_location_at(function, vreg, end), target = amd64_location_at(function, vreg, to->from);
			if (same_place(source, target))
				continue;
			if (target.kind == LOCATION_SPILL && info->store_at_definition)
				continue;
			struct move move = {source, target, info->type};
			tri_vector_push(function->arena, &moves, move);
		}
	}
	for (uint32_t i = 0; i < to->phis.count; i++) {
		struct phi *phi = &to->phis.items[i];
		struct operand *source = &phi->sources[index];
		struct move move = {.to = amd64_location_at(function, phi->dst, to->from), .type = vreg_of(function, phi->dst)->type};
		if (source->kind == OPERAND_VREG)
			move.from = amd64_location_at(function, source->vreg, end);
		else if (source->kind == OPERAND_IMMEDIATE)
			move.from = (struct location){.kind = LOCATION_IMMEDIATE, .immediate = source->immediate};
		else if (source->kind == OPERAND_SYMBOL)
			move.from = (struct location){.kind = LOCATION_SYMBOL, .immediate = source->immediate, .symbol = source->symbol};
		else
			tri_ice("%s: phi without operand", function->source->symbol->name);
		if (!same_place(move.from, move.to))
			tri_vector_push(function->arena, &moves, move);
	}
	if (moves.count == 0)
		return;
	bool at_end = from->successors.count == 1;
	tri_assert(at_end || to->predecessors.count == 1);
	for (uint32_t i = 0; i < moves.count; i++) {
		if (at_end)
			tri_vector_push(function->arena, &from->exit_moves, moves.items[i]);
		else
			tri_vector_push(function->arena, &to->entry_moves, moves.items[i]);
	}
}

// ---- Spill slots -------------------------------------------------------------------------------
// Lifetimes that do not overlap share a slot: greedy colouring in order of start, with a phi's own slot first.

static int by_start(const void *left, const void *right, void *context)
{
	const struct machine_function *function = context;
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	uint32_t from_a = vreg_of(function, a)->interval->ranges.items[0].from, from_b = vreg_of(function, b)->interval->ranges.items[0].from;
	if (from_a != from_b)
		return from_a < from_b ? -1 : 1;
	return a < b ? -1 : 1;
}

static bool intersect(const struct machine_function *function, uint32_t left, uint32_t right)
{
	const struct interval *a = vreg_of(function, left)->interval, *b = vreg_of(function, right)->interval;
	for (uint32_t i = 0, k = 0; a && b;) {
		struct range x = a->ranges.items[i], y = b->ranges.items[k];
		if (x.from < y.to && y.from < x.to)
			return true;
		if (x.to <= y.to) {
			if (++i == a->ranges.count)
				i = 0, a = a->next_part;
		} else if (++k == b->ranges.count) {
			k = 0, b = b->next_part;
		}
	}
	return false;
}

// A phi and its operands in one slot need no copies between slots. Their lifetimes have holes where each other's are, so they are
// compared range by range.
struct slot {
	uint32_t busy_until;
	TRI_VECTOR(uint32_t) members;
};

struct partners {
	TRI_VECTOR(uint32_t) of; // phis and operands that a phi ties to it
};

static void add_partners(struct machine_function *function, struct partners *partners)
{
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		const struct machine_block *block = function->blocks.items[b];
		for (uint32_t i = 0; i < block->phis.count; i++) {
			const struct phi *phi = &block->phis.items[i];
			for (uint32_t p = 0; p < block->predecessors.count; p++) {
				if (phi->sources[p].kind != OPERAND_VREG || !vreg_of(function, phi->dst)->spilled ||
					!vreg_of(function, phi->sources[p].vreg)->spilled)
					continue;
				tri_vector_push(function->arena, &partners[phi->dst].of, phi->sources[p].vreg);
				tri_vector_push(function->arena, &partners[phi->sources[p].vreg].of, phi->dst);
			}
		}
	}
}

enum { MOST_PARTNERS = 8, MOST_MEMBERS = 32 };

static uint32_t partner_slot(const struct machine_function *function, const struct partners *partners, const struct slot *slots,
							 uint32_t vreg)
{
	for (uint32_t i = 0; i < partners[vreg].of.count && i < MOST_PARTNERS; i++) {
		uint32_t colour = vreg_of(function, partners[vreg].of.items[i])->spill_slot;
		if (colour == 0 || slots[colour - 1].members.count > MOST_MEMBERS)
			continue;
		const struct slot *slot = &slots[colour - 1];
		bool is_free = true;
		for (uint32_t k = 0; k < slot->members.count && is_free; k++)
			is_free = !intersect(function, vreg, slot->members.items[k]);
		if (is_free)
			return colour;
	}
	return 0;
}

static void assign_spill_slots(struct machine_function *function)
{
	TRI_VECTOR(uint32_t) spilled = {0};
	for (uint32_t vreg = 1; vreg < function->vregs.count; vreg++) {
		if (vreg_of(function, vreg)->spilled)
			tri_vector_push(function->arena, &spilled, vreg);
	}
	if (spilled.count == 0)
		return;
	qsort_r(spilled.items, spilled.count, sizeof *spilled.items, by_start, function);
	TRI_VECTOR(struct slot) slots = {0};
	struct partners *partners = TRI_NEW_ARRAY(function->arena, struct partners, function->vregs.count);
	add_partners(function, partners);
	for (uint32_t i = 0; i < spilled.count; i++) {
		struct virtual_register *info = vreg_of(function, spilled.items[i]);
		uint32_t from = info->interval->ranges.items[0].from, to = 0;
		for (struct interval *part = info->interval; part; part = part->next_part)
			to = tri_vector_last(&part->ranges).to;
		uint32_t colour = partner_slot(function, partners, slots.items, spilled.items[i]);
		if (colour == 0) {
			while (colour < slots.count && slots.items[colour].busy_until > from)
				colour++;
			if (colour == slots.count)
				tri_vector_push(function->arena, &slots, (struct slot){0});
			colour++;
		}
		struct slot *slot = &slots.items[colour - 1];
		if (to > slot->busy_until)
			slot->busy_until = to;
		tri_vector_push(function->arena, &slot->members, spilled.items[i]);
		info->spill_slot = colour;
	}
	function->spill_size = (int32_t)slots.count * 8;
}

// ---- Calls -------------------------------------------------------------------------------------

static void note_live_spills(struct machine_function *function)
{
	TRI_VECTOR(struct instruction *) calls = {0};
	for (uint32_t i = 0; i < function->by_position.count; i++) {
		if (is_safepoint(function->by_position.items[i]))
			tri_vector_push(function->arena, &calls, function->by_position.items[i]);
	}
	for (uint32_t vreg = 1; vreg < function->vregs.count; vreg++) {
		struct virtual_register *info = vreg_of(function, vreg);
		if (!info->spilled || info->type != TRI_SSA_PTR)
			continue;
		for (struct interval *part = info->interval; part; part = part->next_part) {
			if (part->location.kind != LOCATION_SPILL)
				continue;
			for (uint32_t r = 0; r < part->ranges.count; r++) {
				struct range range = part->ranges.items[r];
				uint32_t low = 0, high = calls.count;
				while (low < high) {
					uint32_t middle = low + (high - low) / 2;
					if (calls.items[middle]->position + 1 < range.from)
						low = middle + 1;
					else
						high = middle;
				}
				for (; low < calls.count && calls.items[low]->position + 1 < range.to; low++)
					tri_vector_push(function->arena, &calls.items[low]->live_spills, vreg);
			}
		}
	}
}

void amd64_resolve(struct machine_function *function)
{
	for (uint32_t vreg = 1; vreg < function->vregs.count; vreg++) {
		if (!vreg_of(function, vreg)->interval)
			continue;
		connect_parts(function, vreg);
		store_definition(function, vreg);
	}
	for (uint32_t i = 0; i < function->blocks.count; i++) {
		struct machine_block *block = function->blocks.items[i];
		for (uint32_t s = 0; s < block->successors.count; s++) {
			struct machine_block *target = block->successors.items[s];
			for (uint32_t p = 0; p < target->predecessors.count; p++) {
				// Two edges from one block to the same target were both split, so this matches once.
				if (target->predecessors.items[p] == block)
					resolve_edge(function, block, target, p);
			}
		}
	}
	assign_spill_slots(function);
	note_live_spills(function);
}
