// Dominator tree (Cooper, Harvey, Kennedy: iterate over reverse postorder), loops, and reachability.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/internal.h"

struct walk_frame {
	struct tri_ssa_block *block;
	uint32_t next;
};

// Postorder from `root` without recursion: functions can be chains of a hundred thousand blocks.
static void postorder_from(struct tri_ssa_func *function, struct tri_ssa_block *root, bool *seen, struct ssa_block_list *order)
{
	if (seen[root->id])
		return;
	TRI_VECTOR(struct walk_frame) stack = {0};
	seen[root->id] = true;
	tri_vector_push(function->arena, &stack, ((struct walk_frame){root, 0}));
	while (stack.count) {
		struct walk_frame *top = &stack.items[stack.count - 1];
		if (top->next < top->block->successors.count) {
			struct tri_ssa_block *successor = top->block->successors.items[top->next++];
			if (!seen[successor->id]) {
				seen[successor->id] = true;
				tri_vector_push(function->arena, &stack, ((struct walk_frame){successor, 0}));
			}
		} else {
			tri_vector_push(function->arena, order, top->block);
			stack.count--;
		}
	}
}

void ssa_reverse_postorder(struct tri_ssa_func *function, struct ssa_block_list *order)
{
	bool *seen = TRI_NEW_ARRAY(function->arena, bool, function->next_block_id);
	order->count = 0;
	if (function->defer_return_block)
		postorder_from(function, function->defer_return_block, seen, order);
	postorder_from(function, function->entry, seen, order);
	for (uint32_t i = 0, j = order->count; i + 1 < j; i++) {
		struct tri_ssa_block *swap = order->items[i];
		order->items[i] = order->items[--j];
		order->items[j] = swap;
	}
}

void tri_ssa_remove_unreachable(struct tri_ssa_func *function)
{
	struct ssa_block_list order = {0};
	ssa_reverse_postorder(function, &order);
	if (order.count == function->blocks.count)
		return;
	bool *reached = TRI_NEW_ARRAY(function->arena, bool, function->next_block_id);
	for (uint32_t i = 0; i < order.count; i++)
		reached[order.items[i]->id] = true;
	uint32_t kept = 0;
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		if (!reached[block->id])
			while (block->successors.count)
				tri_ssa_remove_edge(block, block->successors.count - 1);
	}
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		if (reached[block->id])
			function->blocks.items[kept++] = block;
	}
	function->blocks.count = kept;
	tri_ssa_count_uses(function);
}

static struct tri_ssa_block *intersect(struct tri_ssa_block *a, struct tri_ssa_block *b, const uint32_t *number)
{
	while (a != b) {
		while (a && number[a->id] > number[b->id])
			a = a->dominator;
		if (!a)
			return NULL;
		while (b && number[b->id] > number[a->id])
			b = b->dominator;
		if (!b)
			return NULL;
	}
	return a;
}

void tri_ssa_dominators(struct tri_ssa_func *function)
{
	struct ssa_block_list order = {0};
	ssa_reverse_postorder(function, &order);
	uint32_t *number = TRI_NEW_ARRAY(function->arena, uint32_t, function->next_block_id);
	bool *done = TRI_NEW_ARRAY(function->arena, bool, function->next_block_id);
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		block->dominator = NULL;
		block->dominator_enter = block->dominator_leave = 0;
	}
	for (uint32_t i = 0; i < order.count; i++)
		number[order.items[i]->id] = i + 1;
	done[function->entry->id] = true;
	if (function->defer_return_block)
		done[function->defer_return_block->id] = true;
	for (bool changed = true; changed;) {
		changed = false;
		for (uint32_t i = 0; i < order.count; i++) {
			struct tri_ssa_block *block = order.items[i];
			if (block == function->entry || block == function->defer_return_block)
				continue;
			struct tri_ssa_block *dominator = NULL;
			bool first = true;
			for (uint32_t p = 0; p < block->predecessors.count; p++) {
				struct tri_ssa_block *predecessor = block->predecessors.items[p];
				if (!number[predecessor->id] || !done[predecessor->id])
					continue;
				dominator = first ? predecessor : dominator ? intersect(dominator, predecessor, number) : NULL;
				first = false;
			}
			if (!done[block->id] || block->dominator != dominator) {
				done[block->id] = true;
				block->dominator = dominator;
				changed = true;
			}
		}
	}
	// Intervals: children in reverse postorder, linked through per-block lists.
	struct tri_ssa_block **child = TRI_NEW_ARRAY(function->arena, struct tri_ssa_block *, function->next_block_id);
	struct tri_ssa_block **sibling = TRI_NEW_ARRAY(function->arena, struct tri_ssa_block *, function->next_block_id);
	for (uint32_t i = order.count; i-- > 0;) {
		struct tri_ssa_block *block = order.items[i];
		if (block->dominator) {
			sibling[block->id] = child[block->dominator->id];
			child[block->dominator->id] = block;
		}
	}
	uint32_t clock = 0;
	for (uint32_t i = 0; i < order.count; i++) {
		struct tri_ssa_block *root = order.items[i];
		if (root->dominator)
			continue;
		struct tri_ssa_block *block = root;
		block->dominator_enter = ++clock;
		for (;;) {
			if (child[block->id]) {
				struct tri_ssa_block *next = child[block->id];
				child[block->id] = sibling[next->id];
				block = next;
				block->dominator_enter = ++clock;
				continue;
			}
			block->dominator_leave = ++clock;
			if (block == root)
				break;
			block = block->dominator;
		}
	}
}

// Natural loops of the back edges (target dominates source). Irreducible cycles have no header and count as no loop.
void tri_ssa_loops(struct tri_ssa_func *function)
{
	struct ssa_block_list order = {0};
	ssa_reverse_postorder(function, &order);
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		function->blocks.items[b]->loop_depth = 0;
		function->blocks.items[b]->loop_header = NULL;
	}
	uint32_t *mark = TRI_NEW_ARRAY(function->arena, uint32_t, function->next_block_id);
	struct ssa_block_list work = {0};
	// Outer headers come first in reverse postorder, so a later (inner) one overrides loop_header.
	for (uint32_t i = 0; i < order.count; i++) {
		struct tri_ssa_block *header = order.items[i];
		work.count = 0;
		for (uint32_t p = 0; p < header->predecessors.count; p++) {
			struct tri_ssa_block *source = header->predecessors.items[p];
			if (tri_ssa_dominates(header, source) && mark[source->id] != i + 1) {
				mark[source->id] = i + 1;
				tri_vector_push(function->arena, &work, source);
			}
		}
		if (!work.count)
			continue;
		if (mark[header->id] != i + 1) {
			mark[header->id] = i + 1;
			header->loop_depth++;
			header->loop_header = header;
		}
		while (work.count) {
			struct tri_ssa_block *block = work.items[--work.count];
			if (block->loop_header != header) {
				block->loop_depth++;
				block->loop_header = header;
			}
			if (block == header)
				continue;
			for (uint32_t p = 0; p < block->predecessors.count; p++) {
				struct tri_ssa_block *predecessor = block->predecessors.items[p];
				if (mark[predecessor->id] != i + 1 && predecessor->dominator_enter) {
					mark[predecessor->id] = i + 1;
					tri_vector_push(function->arena, &work, predecessor);
				}
			}
		}
	}
}
