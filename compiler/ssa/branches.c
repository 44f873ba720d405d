// Control flow: constant branches, empty blocks, chains of blocks, jumps over known conditions.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/internal.h"

static void fold_branch(struct tri_ssa_block *block, uint32_t taken)
{
	for (uint32_t i = block->successors.count; i-- > 0;)
		if (i != taken)
			tri_ssa_remove_edge(block, i);
	block->control->use_count--;
	block->control = NULL;
	block->kind = TRI_SSA_BLOCK_JUMP;
	block->likely = TRI_SSA_UNKNOWN;
}

static bool fold_constants(struct tri_ssa_func *function)
{
	bool changed = false;
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		if (block->kind == TRI_SSA_BLOCK_IF) {
			struct tri_ssa_value *control = block->control;
			if (ssa_is_const(control)) {
				fold_branch(block, control->integer ? 0 : 1);
				changed = true;
			} else if (control->op == TRI_SSA_NOT) { // branch on the opposite
				struct tri_ssa_value *inner = control->arguments.items[0];
				struct tri_ssa_block *yes = block->successors.items[0];
				if (yes == block->successors.items[1])
					continue;
				block->successors.items[0] = block->successors.items[1];
				block->successors.items[1] = yes;
				block->likely = block->likely == TRI_SSA_LIKELY     ? TRI_SSA_UNLIKELY
								: block->likely == TRI_SSA_UNLIKELY ? TRI_SSA_LIKELY
																	: TRI_SSA_UNKNOWN;
				block->control = inner;
				inner->use_count++;
				control->use_count--;
				if (control->use_count == 0)
					tri_ssa_remove(control);
				changed = true;
			}
		} else if (block->kind == TRI_SSA_BLOCK_SWITCH && ssa_is_const(block->control)) {
			uint64_t taken = (uint64_t)block->control->integer;
			if (taken < block->successors.count) {
				fold_branch(block, (uint32_t)taken);
				changed = true;
			}
		}
		// Nothing after a call that does not return.
		for (struct tri_ssa_value *value = block->first; value; value = value->next) {
			if (value->op != TRI_SSA_CALL || !value->call->no_return || (block->kind == TRI_SSA_BLOCK_UNREACHABLE && !value->next))
				continue;
			if (block->kind == TRI_SSA_BLOCK_UNREACHABLE)
				break;
			while (block->successors.count)
				tri_ssa_remove_edge(block, block->successors.count - 1);
			if (block->control)
				block->control->use_count--;
			block->control = NULL;
			for (uint32_t i = 0; i < block->results.count; i++)
				block->results.items[i]->use_count--;
			block->results.count = 0;
			block->kind = TRI_SSA_BLOCK_UNREACHABLE;
			changed = true;
			break;
		}
	}
	return changed;
}

// A block with one successor whose only predecessor it is takes that one's place.
static bool merge_chains(struct tri_ssa_func *function)
{
	bool changed = false;
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		for (;;) {
			if (block->kind != TRI_SSA_BLOCK_JUMP || block->successors.count != 1)
				break;
			struct tri_ssa_block *next = block->successors.items[0];
			if (next == block || next->predecessors.count != 1 || next == function->entry || next == function->defer_return_block)
				break;
			for (struct tri_ssa_value *phi = next->first, *after; phi && phi->op == TRI_SSA_PHI; phi = after) {
				after = phi->next;
				tri_ssa_make_copy(function, phi, phi->arguments.items[0]);
			}
			for (struct tri_ssa_value *value = next->first, *after; value; value = after) {
				after = value->next;
				tri_ssa_detach(value);
				tri_ssa_append(block, value);
			}
			block->kind = next->kind;
			block->control = next->control;
			block->likely = next->likely;
			block->pos = next->pos;
			block->results.items = next->results.items;
			block->results.count = next->results.count;
			block->results.capacity = next->results.capacity;
			block->successors.items = next->successors.items;
			block->successors.count = next->successors.count;
			block->successors.capacity = next->successors.capacity;
			for (uint32_t i = 0; i < block->successors.count; i++)
				for (uint32_t p = 0; p < block->successors.items[i]->predecessors.count; p++)
					if (block->successors.items[i]->predecessors.items[p] == next)
						block->successors.items[i]->predecessors.items[p] = block;
			next->kind = TRI_SSA_BLOCK_UNREACHABLE;
			next->control = NULL;
			memset(&next->results, 0, sizeof next->results);
			memset(&next->successors, 0, sizeof next->successors);
			next->predecessors.count = 0;
			changed = true;
		}
	}
	return changed;
}

static bool has_phi(const struct tri_ssa_block *block) { return block->first && block->first->op == TRI_SSA_PHI; }

static bool reaches_directly(const struct tri_ssa_block *from, const struct tri_ssa_block *to)
{
	for (uint32_t i = 0; i < from->successors.count; i++)
		if (from->successors.items[i] == to)
			return true;
	return false;
}

// An empty block that only jumps: its predecessors jump there themselves. Not when that would give a block two edges
// to one with phis, nor when a loop would lose the block before its header.
static bool skip_empty(struct tri_ssa_func *function)
{
	bool changed = false;
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		if (block == function->entry || block == function->defer_return_block || block->kind != TRI_SSA_BLOCK_JUMP || block->first)
			continue;
		struct tri_ssa_block *target = block->successors.items[0];
		if (target == block || !block->predecessors.count)
			continue;
		bool allowed = true;
		for (uint32_t p = 0; p < block->predecessors.count; p++) {
			struct tri_ssa_block *from = block->predecessors.items[p];
			if (reaches_directly(from, target) || from->kind == TRI_SSA_BLOCK_SWITCH)
				allowed = false;
			for (uint32_t q = 0; q < p; q++)
				if (block->predecessors.items[q] == from)
					allowed = false;
		}
		if (!allowed)
			continue;
		uint32_t edge = tri_ssa_edge_index(block, 0);
		struct ssa_value_list kept = {0};
		for (struct tri_ssa_value *phi = target->first; phi && phi->op == TRI_SSA_PHI; phi = phi->next)
			tri_vector_push(function->arena, &kept, phi->arguments.items[edge]);
		while (block->predecessors.count) {
			struct tri_ssa_block *from = block->predecessors.items[0];
			uint32_t successor = 0;
			while (from->successors.items[successor] != block)
				successor++;
			tri_ssa_redirect_edge(function, from, successor, target);
			uint32_t i = 0;
			for (struct tri_ssa_value *phi = target->first; phi && phi->op == TRI_SSA_PHI; phi = phi->next)
				tri_ssa_add_argument(function, phi, kept.items[i++]);
		}
		tri_ssa_remove_edge(block, 0);
		block->kind = TRI_SSA_BLOCK_UNREACHABLE;
		changed = true;
	}
	return changed;
}

// Both ways lead to the same place and nothing there depends on which.
static bool drop_useless_branches(struct tri_ssa_func *function)
{
	bool changed = false;
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		if (block->kind == TRI_SSA_BLOCK_IF && block->successors.items[0] == block->successors.items[1] &&
			!has_phi(block->successors.items[0])) {
			fold_branch(block, 0);
			changed = true;
		}
	}
	return changed;
}

// A block of nothing but a phi of booleans and a branch on it: predecessors that bring a constant jump past it.
static bool thread_jumps(struct tri_ssa_func *function)
{
	bool changed = false;
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		struct tri_ssa_value *phi = block->first;
		if (block->kind != TRI_SSA_BLOCK_IF || !phi || phi->op != TRI_SSA_PHI || phi->next || block->control != phi ||
			phi->use_count != 1 || block->successors.items[0] == block || block->successors.items[1] == block ||
			block->successors.items[0] == block->successors.items[1])
			continue;
		for (uint32_t p = 0; p < block->predecessors.count;) {
			struct tri_ssa_block *from = block->predecessors.items[p];
			struct tri_ssa_value *known = phi->arguments.items[p];
			struct tri_ssa_block *target = ssa_is_const(known) ? block->successors.items[known->integer ? 0 : 1] : NULL;
			if (!target || from->kind != TRI_SSA_BLOCK_JUMP || from == block || block->predecessors.count == 1) {
				p++;
				continue;
			}
			uint32_t edge = tri_ssa_edge_index(block, known->integer ? 0 : 1);
			struct ssa_value_list kept = {0};
			for (struct tri_ssa_value *other = target->first; other && other->op == TRI_SSA_PHI; other = other->next)
				tri_vector_push(function->arena, &kept, other->arguments.items[edge] == phi ? known : other->arguments.items[edge]);
			tri_ssa_redirect_edge(function, from, 0, target);
			uint32_t i = 0;
			for (struct tri_ssa_value *other = target->first; other && other->op == TRI_SSA_PHI; other = other->next)
				tri_ssa_add_argument(function, other, kept.items[i++]);
			changed = true;
		}
	}
	return changed;
}

void ssa_pass_branches(struct tri_ssa_func *function)
{
	ssa_pass_dead(function); // what is unused keeps blocks from looking empty
	for (bool changed = true; changed;) {
		changed = fold_constants(function);
		changed |= drop_useless_branches(function);
		if (changed)
			tri_ssa_remove_unreachable(function);
		if (thread_jumps(function)) {
			tri_ssa_remove_unreachable(function);
			changed = true;
		}
		if (skip_empty(function)) {
			tri_ssa_remove_unreachable(function);
			changed = true;
		}
		if (merge_chains(function)) {
			tri_ssa_remove_unreachable(function);
			changed = true;
		}
		ssa_pass_phis(function);
	}
}
