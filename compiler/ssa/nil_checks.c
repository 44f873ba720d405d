// Nil checks: one that another check of the same pointer dominates goes, and so does one on the side of a branch
// where the pointer was compared with nil.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/internal.h"

// Does the edge from `from` into `block` say that `pointer` is not nil?
static bool edge_says_non_nil(const struct tri_ssa_block *from, const struct tri_ssa_block *block, const struct tri_ssa_value *pointer)
{
	if (from->kind != TRI_SSA_BLOCK_IF || from->successors.items[0] == from->successors.items[1])
		return false;
	const struct tri_ssa_value *control = from->control;
	if ((control->op != TRI_SSA_EQ && control->op != TRI_SSA_NE) || control->arguments.items[0] != pointer ||
		!ssa_is_const_of(control->arguments.items[1], 0))
		return false;
	return from->successors.items[control->op == TRI_SSA_NE ? 0 : 1] == block;
}

struct checks {
	TRI_VECTOR(struct tri_ssa_value *) list; // of one pointer
};

void ssa_pass_nil_checks(struct tri_ssa_func *function)
{
	struct checks *checks = TRI_NEW_ARRAY(function->arena, struct checks, function->next_value_id);
	struct ssa_block_list order = {0};
	ssa_reverse_postorder(function, &order);
	for (uint32_t i = 0; i < order.count; i++) {
		struct tri_ssa_block *block = order.items[i];
		for (struct tri_ssa_value *value = block->first, *next; value; value = next) {
			next = value->next;
			if (value->op != TRI_SSA_NIL_CHECK)
				continue;
			struct tri_ssa_value *pointer = tri_ssa_resolve(value->arguments.items[0]);
			if (pointer->op == TRI_SSA_NIL_CHECK || pointer->non_nil) {
				tri_ssa_make_copy(function, value, pointer);
				continue;
			}
			// Reverse postorder visits dominators first, and earlier values of a block before later ones.
			struct tri_ssa_value *earlier = NULL;
			for (uint32_t c = 0; c < checks[pointer->id].list.count && !earlier; c++)
				if (tri_ssa_dominates(checks[pointer->id].list.items[c]->block, block))
					earlier = checks[pointer->id].list.items[c];
			bool known = earlier != NULL;
			for (struct tri_ssa_block *at = block; at && !known; at = at->dominator)
				known = at->predecessors.count == 1 && edge_says_non_nil(at->predecessors.items[0], at, pointer);
			if (known)
				tri_ssa_make_copy(function, value, earlier ? earlier : pointer);
			else
				tri_vector_push(function->arena, &checks[pointer->id].list, value);
		}
	}
	tri_ssa_remove_copies(function);
}
