// Block order, critical edges, loop rotation: from the SSA control-flow graph to machine blocks.
//
// Order is reverse postorder in which a loop's blocks stay together (at a branch the successor that
// leaves the loop is visited first, so it comes out last), cold blocks at the end. A loop whose header
// tests and whose last block jumps back is rotated: the header moves below the body, so that an
// iteration costs one branch.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/layout.h"

struct layout {
	struct machine_function *function;
	struct machine_block **of_ssa; // by SSA block id
	struct tri_bits visited;
	TRI_VECTOR(struct machine_block *) postorder;
};

static struct machine_block *new_block(struct machine_function *function, struct tri_ssa_block *source)
{
	struct machine_block *block = TRI_NEW(function->arena, struct machine_block);
	block->source = source;
	return block;
}

// Iterative depth-first walk: functions may have very many blocks.
static void walk(struct layout *layout, struct tri_ssa_block *entry)
{
	struct frame {
		struct tri_ssa_block *block;
		struct tri_ssa_block **order;
		uint32_t next;
	};
	struct tri_arena *arena = layout->function->arena;
	TRI_VECTOR(struct frame) stack = {0};
	struct tri_ssa_block *block = entry;
	tri_bits_add(&layout->visited, block->id);
	for (;;) {
		if (block) {
			uint32_t count = block->successors.count;
			struct frame frame = {block, TRI_NEW_ARRAY(arena, struct tri_ssa_block *, count + 1), 0};
			// Last successor first; then, stably, the shallower loops first.
			for (uint32_t i = 0; i < count; i++) {
				struct tri_ssa_block *successor = block->successors.items[count - 1 - i];
				uint32_t at = i;
				while (at > 0 && frame.order[at - 1]->loop_depth > successor->loop_depth) {
					frame.order[at] = frame.order[at - 1];
					at--;
				}
				frame.order[at] = successor;
			}
			tri_vector_push(arena, &stack, frame);
			block = NULL;
		}
		struct frame *top = &tri_vector_last(&stack);
		if (top->next < top->block->successors.count) {
			struct tri_ssa_block *successor = top->order[top->next++];
			if (!tri_bits_has(&layout->visited, successor->id)) {
				tri_bits_add(&layout->visited, successor->id);
				block = successor;
			}
			continue;
		}
		tri_vector_push(arena, &layout->postorder, layout->of_ssa[top->block->id]);
		if (--stack.count == 0)
			return;
	}
}

// A block from which only cold blocks are reached is cold; the builder marks the first of them.
static void spread_cold(struct tri_ssa_func *source)
{
	for (bool changed = true; changed;) {
		changed = false;
		for (uint32_t i = source->blocks.count; i-- > 0;) {
			struct tri_ssa_block *block = source->blocks.items[i];
			if (block->is_cold || block == source->entry)
				continue;
			bool cold = block->successors.count > 0 || block->kind == TRI_SSA_BLOCK_UNREACHABLE;
			for (uint32_t k = 0; k < block->successors.count; k++)
				cold = cold && block->successors.items[k]->is_cold && block->successors.items[k] != block;
			bool after_cold = block->predecessors.count > 0;
			for (uint32_t k = 0; k < block->predecessors.count; k++)
				after_cold = after_cold && block->predecessors.items[k]->is_cold;
			if (cold || after_cold) {
				block->is_cold = true;
				changed = true;
			}
		}
	}
}

// Is the block in the natural loop of the header? Everything that reaches a back edge without passing the header is.
static void mark_loop(struct tri_arena *arena, struct tri_ssa_block *header, uint32_t *mark, uint32_t number)
{
	TRI_VECTOR(struct tri_ssa_block *) work = {0};
	mark[header->id] = number;
	for (uint32_t i = 0; i < header->predecessors.count; i++) {
		struct tri_ssa_block *latch = header->predecessors.items[i];
		if (tri_ssa_dominates(header, latch) && mark[latch->id] != number) {
			mark[latch->id] = number;
			tri_vector_push(arena, &work, latch);
		}
	}
	while (work.count) {
		struct tri_ssa_block *block = work.items[--work.count];
		for (uint32_t i = 0; i < block->predecessors.count; i++) {
			struct tri_ssa_block *before = block->predecessors.items[i];
			if (mark[before->id] != number && before->dominator_enter) {
				mark[before->id] = number;
				tri_vector_push(arena, &work, before);
			}
		}
	}
}

// Moves the header of a loop that is left there to the loop's end: one branch an iteration instead of two.
static void rotate_loops(struct machine_function *function, struct machine_block **order, uint32_t count)
{
	struct tri_ssa_func *source = function->source;
	uint32_t *mark = TRI_NEW_ARRAY(function->arena, uint32_t, source->next_block_id), number = 0;
	bool *done = TRI_NEW_ARRAY(function->arena, bool, source->next_block_id);
	for (uint32_t i = 1; i < count; i++) {
		struct tri_ssa_block *header = order[i]->source;
		if (header->kind != TRI_SSA_BLOCK_IF || header->loop_header != header || order[i]->is_cold || done[header->id])
			continue;
		done[header->id] = true;
		mark_loop(function->arena, header, mark, ++number);
		// The loop's contiguous blocks.
		uint32_t end = i + 1;
		while (end < count && mark[order[end]->source->id] == number && !order[end]->is_cold)
			end++;
		bool innermost = true;
		for (uint32_t k = i; k < end; k++)
			innermost &= order[k]->source->loop_header == header;
		struct tri_ssa_block *last = order[end - 1]->source;
		bool leaves = mark[header->successors.items[0]->id] != number || mark[header->successors.items[1]->id] != number;
		if (end - i < 2 || last->kind != TRI_SSA_BLOCK_JUMP || last->successors.items[0] != header || !leaves) {
			if (innermost)
				order[i]->loop_end = order[end - 1];
			continue;
		}
		struct machine_block *moved = order[i];
		memmove(order + i, order + i + 1, (end - i - 1) * sizeof *order);
		order[end - 1] = moved;
		if (innermost)
			order[i]->loop_end = moved;
		i--; // what stands here now may be the header of an inner loop
	}
}

// Puts a block on the edge from `from`'s k-th successor slot.
static struct machine_block *split_edge(struct machine_function *function, struct machine_block *from, uint32_t k)
{
	struct machine_block *to = from->successors.items[k];
	// Which of `to`'s predecessor entries is this edge: the n-th edge from `from`.
	uint32_t earlier = 0;
	for (uint32_t i = 0; i < k; i++)
		earlier += from->successors.items[i] == to;
	struct machine_block *middle = new_block(function, NULL);
	middle->is_cold = from->is_cold || to->is_cold;
	middle->loop_depth = from->loop_depth < to->loop_depth ? from->loop_depth : to->loop_depth;
	middle->loop = from->loop_depth < to->loop_depth ? from->loop : to->loop;
	for (uint32_t i = 0; i < to->predecessors.count; i++) {
		if (to->predecessors.items[i] != from)
			continue;
		if (earlier-- > 0)
			continue;
		to->predecessors.items[i] = middle;
		break;
	}
	tri_vector_push(function->arena, &middle->predecessors, from);
	tri_vector_push(function->arena, &middle->successors, to);
	from->successors.items[k] = middle;
	return middle;
}

// The loop around a header's own is the one that its nearest dominator of lesser depth is in.
static void find_loops(struct machine_function *function, struct layout *layout)
{
	struct tri_ssa_func *source = function->source;
	for (uint32_t i = 0; i < source->blocks.count; i++) {
		struct tri_ssa_block *block = source->blocks.items[i];
		struct machine_block *machine = layout->of_ssa[block->id];
		if (!block->loop_header)
			continue;
		machine->loop = layout->of_ssa[block->loop_header->id];
		if (block->loop_header != block)
			continue;
		const struct tri_ssa_block *outside = block->dominator;
		while (outside && outside->loop_depth >= block->loop_depth)
			outside = outside->dominator;
		if (outside && outside->loop_header && outside->loop_depth + 1 == block->loop_depth)
			machine->outer_loop = layout->of_ssa[outside->loop_header->id];
	}
}

void amd64_layout(struct machine_function *function)
{
	struct tri_ssa_func *source = function->source;
	struct tri_arena *arena = function->arena;
	tri_ssa_dominators(source);
	tri_ssa_loops(source);
	spread_cold(source);
	struct layout layout = {.function = function};
	layout.of_ssa = TRI_NEW_ARRAY(arena, struct machine_block *, source->next_block_id);
	layout.visited = tri_bits_new(arena, source->next_block_id);
	for (uint32_t i = 0; i < source->blocks.count; i++) {
		struct tri_ssa_block *block = source->blocks.items[i];
		struct machine_block *machine = new_block(function, block);
		machine->is_cold = block->is_cold;
		machine->loop_depth = block->loop_depth;
		layout.of_ssa[block->id] = machine;
		block->machine = machine;
	}
	find_loops(function, &layout);
	walk(&layout, source->entry);
	// The block that resumes after a panic has no predecessor of its own kind.
	if (source->defer_return_block && !tri_bits_has(&layout.visited, source->defer_return_block->id)) {
		struct layout rest = layout;
		rest.postorder.items = NULL;
		rest.postorder.count = rest.postorder.capacity = 0;
		walk(&rest, source->defer_return_block);
		for (uint32_t i = 0; i < layout.postorder.count; i++)
			tri_vector_push(arena, &rest.postorder, layout.postorder.items[i]);
		layout.postorder.items = rest.postorder.items;
		layout.postorder.count = rest.postorder.count;
	}
	uint32_t count = layout.postorder.count, filled = 0;
	struct machine_block **order = TRI_NEW_ARRAY(arena, struct machine_block *, count);
	for (int cold = 0; cold < 2; cold++) {
		for (uint32_t i = count; i-- > 0;) {
			if (layout.postorder.items[i]->is_cold == cold)
				order[filled++] = layout.postorder.items[i];
		}
	}
	rotate_loops(function, order, count);
	for (uint32_t i = 0; i < count; i++) {
		struct tri_ssa_block *block = order[i]->source;
		for (uint32_t k = 0; k < block->successors.count; k++)
			tri_vector_push(arena, &order[i]->successors, layout.of_ssa[block->successors.items[k]->id]);
		for (uint32_t k = 0; k < block->predecessors.count; k++) {
			// Unreachable predecessors have no code; their phi operands are dropped with them.
			tri_vector_push(arena, &order[i]->predecessors, layout.of_ssa[block->predecessors.items[k]->id]);
		}
	}
	TRI_VECTOR(struct machine_block *) cold_edges = {0};
	for (uint32_t i = 0; i < count; i++) {
		struct machine_block *block = order[i];
		tri_vector_push(arena, &function->blocks, block);
		if (block->successors.count < 2)
			continue;
		for (uint32_t k = 0; k < block->successors.count; k++) {
			if (block->successors.items[k]->predecessors.count < 2)
				continue;
			struct machine_block *middle = split_edge(function, block, k);
			if (middle->is_cold && !block->is_cold)
				tri_vector_push(arena, &cold_edges, middle);
			else
				tri_vector_push(arena, &function->blocks, middle);
		}
	}
	for (uint32_t i = 0; i < cold_edges.count; i++)
		tri_vector_push(arena, &function->blocks, cold_edges.items[i]);
	for (uint32_t i = 0; i < function->blocks.count; i++) {
		struct machine_block *block = function->blocks.items[i];
		block->index = i;
		block->is_loop_header = block->source && block->source->loop_header == block->source;
		for (struct machine_block *loop = block->is_cold ? NULL : block->loop; loop; loop = loop->outer_loop) {
			if (!loop->loop_first)
				loop->loop_first = block;
			loop->loop_last = block;
		}
	}
}
