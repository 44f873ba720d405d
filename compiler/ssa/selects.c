// Branches that only choose between values become selections, which no processor can predict wrongly:
//
//     if c { n++ }              n += c
//     if x < least { least = x }
//
// That is a block with a branch whose ways meet again at once, one or both through a block of at most two cheap operations without
// effect. As in Go's compiler, a value that addresses of loads depend on keeps its branch: the processor loads ahead on the
// predicted way, but waits for a selection. So do branches of which one way is known to be rare, and small values.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/internal.h"

enum { ARM_VALUES = 2, PHIS = 2 };

struct candidate {
	struct tri_ssa_block *arms[2]; // by successor of the branch; NULL where it goes to `join` directly
	struct tri_ssa_block *join;
};

// The values that addresses of loads are computed from, by id.
static bool *find_addresses(struct tri_ssa_func *function)
{
	bool *found = TRI_NEW_ARRAY(function->arena, bool, function->next_value_id);
	struct ssa_value_list work = {0};
	for (uint32_t b = 0; b < function->blocks.count; b++)
		for (struct tri_ssa_value *value = function->blocks.items[b]->first; value; value = value->next)
			if (value->op == TRI_SSA_LOAD || value->op == TRI_SSA_ATOMIC_LOAD)
				tri_vector_push(function->arena, &work, value->arguments.items[0]);
			else if (value->op == TRI_SSA_COPY_MEMORY)
				tri_vector_push(function->arena, &work, value->arguments.items[1]);
	while (work.count) {
		struct tri_ssa_value *value = work.items[--work.count];
		if (found[value->id] || tri_ssa_type_is_float(value->type) || value->op == TRI_SSA_CALL)
			continue;
		found[value->id] = true;
		for (uint32_t i = 0; i < value->arguments.count; i++)
			tri_vector_push(function->arena, &work, value->arguments.items[i]);
	}
	return found;
}

static bool is_cheap(const struct tri_ssa_value *value)
{
	switch ((enum tri_ssa_op)value->op) {
	case TRI_SSA_CONST:
	case TRI_SSA_ADD:
	case TRI_SSA_SUB:
	case TRI_SSA_NEG:
	case TRI_SSA_NOT:
	case TRI_SSA_AND:
	case TRI_SSA_OR:
	case TRI_SSA_XOR:
	case TRI_SSA_SHL:
	case TRI_SSA_SHR_U:
	case TRI_SSA_SHR_S:
	case TRI_SSA_TRUNCATE:
	case TRI_SSA_EXTEND_S:
	case TRI_SSA_EXTEND_U:
		// A pointer beside its object must not come to be.
		return value->type != TRI_SSA_PTR && !value->go_shift;
	case TRI_SSA_KEEP_ALIVE: // may keep for longer
		return true;
	default:
		return false;
	}
}

static uint32_t count_computed(const struct tri_ssa_block *arm)
{
	uint32_t count = 0;
	for (const struct tri_ssa_value *value = arm->first; value; value = value->next)
		count += value->op != TRI_SSA_CONST && value->op != TRI_SSA_KEEP_ALIVE;
	return count;
}

// A block that can be done away with: entered by this branch alone, and all of it may be computed on both ways.
static bool is_arm(const struct tri_ssa_func *function, const struct tri_ssa_block *block)
{
	if (block->kind != TRI_SSA_BLOCK_JUMP || block->predecessors.count != 1 || block == function->entry ||
		block == function->defer_return_block)
		return false;
	for (const struct tri_ssa_value *value = block->first; value; value = value->next) {
		if (!is_cheap(value))
			return false;
	}
	return count_computed(block) <= ARM_VALUES;
}

static bool find(const struct tri_ssa_func *function, const struct tri_ssa_block *block, struct candidate *found)
{
	if (block->kind != TRI_SSA_BLOCK_IF || block->likely != TRI_SSA_UNKNOWN)
		return false;
	const struct tri_ssa_value *control = block->control;
	if ((control->op == TRI_SSA_EQ || control->op == TRI_SSA_NE) && tri_ssa_type_is_float(control->arguments.items[0]->type))
		return false; // takes two branches as a selection
	struct tri_ssa_block *yes = block->successors.items[0], *no = block->successors.items[1];
	bool yes_is_arm = yes != no && is_arm(function, yes), no_is_arm = yes != no && is_arm(function, no);
	if (yes_is_arm && yes->successors.items[0] == no)
		*found = (struct candidate){{yes, NULL}, no};
	else if (no_is_arm && no->successors.items[0] == yes)
		*found = (struct candidate){{NULL, no}, yes};
	else if (yes_is_arm && no_is_arm && yes->successors.items[0] == no->successors.items[0] && count_computed(yes) <= 1 &&
			 count_computed(no) <= 1)
		*found = (struct candidate){{yes, no}, yes->successors.items[0]};
	else
		return false;
	return found->join != block && found->join->predecessors.count == 2 && found->join != function->defer_return_block;
}

static uint32_t predecessor_index(const struct tri_ssa_block *block, const struct tri_ssa_block *predecessor)
{
	uint32_t index = 0;
	while (block->predecessors.items[index] != predecessor)
		index++;
	return index;
}

static bool pays(const struct candidate *candidate, const bool *is_address)
{
	uint32_t chosen = 0;
	for (const struct tri_ssa_value *phi = candidate->join->first; phi && phi->op == TRI_SSA_PHI; phi = phi->next) {
		if (phi->arguments.items[0] == phi->arguments.items[1])
			continue;
		bool fits = phi->type == TRI_SSA_I16 || phi->type == TRI_SSA_I32 || phi->type == TRI_SSA_I64 || phi->type == TRI_SSA_PTR;
		if (!fits || is_address[phi->id])
			return false;
		chosen++;
	}
	return chosen > 0 && chosen <= (candidate->arms[0] && candidate->arms[1] ? 1 : PHIS);
}

static void convert(struct tri_ssa_func *function, struct tri_ssa_block *block, const struct candidate *candidate)
{
	struct tri_ssa_block *join = candidate->join;
	for (uint32_t i = 0; i < 2; i++) {
		for (struct tri_ssa_value *value = candidate->arms[i] ? candidate->arms[i]->first : NULL, *next; value; value = next) {
			next = value->next;
			tri_ssa_detach(value);
			tri_ssa_append(block, value);
		}
	}
	uint32_t edges[2];
	for (uint32_t i = 0; i < 2; i++)
		edges[i] = predecessor_index(join, candidate->arms[i] ? candidate->arms[i] : block);
	struct ssa_value_list chosen = {0};
	for (const struct tri_ssa_value *phi = join->first; phi && phi->op == TRI_SSA_PHI; phi = phi->next) {
		struct tri_ssa_value *value = phi->arguments.items[0];
		if (phi->arguments.items[1] != value) {
			value = tri_ssa_new_value(function, TRI_SSA_SELECT, phi->type, phi->pos);
			value->non_nil = phi->non_nil;
			value->is_length = phi->is_length;
			tri_ssa_append(block, value);
			tri_ssa_add_argument(function, value, block->control);
			for (uint32_t i = 0; i < 2; i++)
				tri_ssa_add_argument(function, value, phi->arguments.items[edges[i]]);
		}
		tri_vector_push(function->arena, &chosen, value);
	}
	for (uint32_t i = 0; i < 2; i++) {
		if (candidate->arms[i]) {
			tri_ssa_remove_edge(candidate->arms[i], 0);
			candidate->arms[i]->kind = TRI_SSA_BLOCK_UNREACHABLE;
		}
	}
	if (candidate->arms[0] && candidate->arms[1]) {
		tri_ssa_redirect_edge(function, block, 0, join);
		tri_ssa_remove_edge(block, 1);
	} else {
		tri_ssa_remove_edge(block, candidate->arms[0] ? 0 : 1);
	}
	block->control->use_count--;
	block->control = NULL;
	block->kind = TRI_SSA_BLOCK_JUMP;
	uint32_t i = 0;
	for (struct tri_ssa_value *phi = join->first, *next; phi && phi->op == TRI_SSA_PHI; phi = next) {
		next = phi->next;
		tri_ssa_make_copy(function, phi, chosen.items[i++]);
	}
}

void ssa_pass_selects(struct tri_ssa_func *function)
{
	ssa_pass_dead(function); // what is unused makes arms look costly
	const bool *is_address = NULL;
	bool changed = false;
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		struct candidate candidate;
		if (!find(function, block, &candidate))
			continue;
		if (!is_address)
			is_address = find_addresses(function);
		if (!pays(&candidate, is_address))
			continue;
		convert(function, block, &candidate);
		changed = true;
	}
	if (changed) {
		tri_ssa_remove_copies(function);
		tri_ssa_remove_unreachable(function);
	}
}
