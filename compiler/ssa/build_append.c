// append, and the room that it has in the frame.
//
// The array that an append makes may be in the frame where it does not outlive it (node->placement). How large it has to be is
// only known when the program runs, so there is room for 32 bytes, which is taken where it is enough. One room belongs to each
// variable that is appended to, and to each append to anything else. It is taken in one of two ways:
//
//   - Usually by the first append in the program's text, when the slice is empty, and only once while the function runs: a flag says
//     so, since somebody may still have the room's first slice when a loop comes round. The slice has all the room as its capacity, as
//     under Go.
//   - By each append that finds it large enough, where no other variable ever refers to the array, and the capacity is looked at
//     (escape/exclusive.c): then the slice has the capacity that it would have in the heap.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

struct append_room {
	struct tri_ssa_slot *slot;
	int64_t most;   // elements
	uint32_t taken; // word: whether it is
	bool is_tried;  // by an append of the first way
};

// Anything but a variable is evaluated once, by the append itself.
static const void *owner_of(const struct tri_node *slice) { return slice->op == TRI_NODE_LOCAL ? (const void *)slice->var : slice; }

static struct append_room *find_room(struct builder *b, const struct tri_node *slice, struct tri_type *element)
{
	if (element->size == 0 || element->size > SSA_SLICE_ROOM)
		return NULL;
	struct append_room *room = tri_map_get(&b->append_rooms, TRI_KEY(owner_of(slice)));
	if (room)
		return room;
	room = TRI_NEW(b->arena, struct append_room);
	room->most = SSA_SLICE_ROOM / element->size;
	room->slot = tri_ssa_new_slot(b->function, tri_type_array_of(b->universe, element, room->most), NULL);
	room->taken = ssa_new_word(b, TRI_SSA_BOOL);
	struct tri_ssa_block *here = b->block;
	b->block = b->function->entry;
	ssa_builder_write(b, room->taken, ssa_constant(b, TRI_SSA_BOOL, 0));
	b->block = here;
	tri_map_put(b->arena, &b->append_rooms, TRI_KEY(owner_of(slice)), room);
	return room;
}

// Slices in memory are grown in place, as under Go: the next append finds what this one took.
static struct append_room *room_for(struct builder *b, const struct tri_node *node, struct tri_type *element)
{
	bool has_room = node->placement == TRI_PLACE_STACK && !node->has_dots && !ssa_is_memory_place(b, node->x);
	return has_room ? find_room(b, node->x, element) : NULL;
}

// Takes the room if it is free, the slice is empty and what is appended fits; else continues in a block for growing.
static void try_room(struct builder *b, struct append_room *room, const struct operand *slice, struct tri_ssa_value *length,
					 uint32_t data_word, uint32_t capacity_word, struct tri_ssa_block *ready)
{
	struct tri_ssa_block *fits = ssa_new_cold_block(b), *free = ssa_new_cold_block(b), *take = ssa_new_cold_block(b),
						 *grow = ssa_new_cold_block(b);
	struct tri_ssa_value *most = ssa_constant(b, TRI_SSA_I64, room->most);
	room->is_tried = true;
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_LE_U, TRI_SSA_BOOL, length, most), fits, grow, TRI_SSA_LIKELY);
	ssa_start_block(b, fits);
	ssa_branch_on(b, ssa_builder_read(b, room->taken), grow, free, TRI_SSA_UNLIKELY);
	ssa_start_block(b, free);
	struct tri_ssa_value *none = ssa_constant(b, TRI_SSA_I64, 0);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, slice->words[1], none), take, grow, TRI_SSA_LIKELY);
	ssa_start_block(b, take);
	struct tri_ssa_value *live = ssa_emit0(b, TRI_SSA_SLOT_LIVE, TRI_SSA_VOID), *address = ssa_slot_address(b, room->slot, 0);
	live->slot = room->slot;
	ssa_zero_memory(b, room->slot->type, address, 0);
	ssa_builder_write(b, data_word, address);
	ssa_builder_write(b, capacity_word, ssa_constant(b, TRI_SSA_I64, room->most));
	ssa_builder_write(b, room->taken, ssa_constant(b, TRI_SSA_BOOL, 1));
	ssa_jump_to(b, ready);
	ssa_start_block(b, grow);
}

// The slice in the heap: what lies in its room is copied there.
struct operand ssa_move_to_heap(struct builder *b, struct tri_node *node)
{
	struct operand slice = ssa_expression(b, node->x);
	struct tri_type *element = ssa_element_of(node->type);
	tri_type_layout(element);
	struct append_room *room = find_room(b, node->x, element);
	if (!room)
		return slice;
	uint32_t data_word = ssa_new_word(b, TRI_SSA_PTR), capacity_word = ssa_new_word(b, TRI_SSA_I64);
	ssa_builder_write(b, data_word, slice.words[0]);
	ssa_builder_write(b, capacity_word, slice.words[2]);
	struct tri_ssa_block *above = ssa_new_block(b), *move = ssa_new_block(b), *end = ssa_new_block(b);
	struct tri_ssa_value *address = ssa_slot_address(b, room->slot, 0);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_LE_U, TRI_SSA_BOOL, address, slice.words[0]), above, end, TRI_SSA_UNKNOWN);
	ssa_start_block(b, above);
	struct tri_ssa_value *past = ssa_slot_address(b, room->slot, room->most * element->size);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_LT_U, TRI_SSA_BOOL, slice.words[0], past), move, end, TRI_SSA_UNKNOWN);
	ssa_start_block(b, move);
	ENTRY_CALL(b, moveslice, slice.words[0], slice.words[1], slice.words[2], ssa_type_address(b, element),
			   ssa_constant(b, TRI_SSA_I64, node->index));
	ssa_builder_write(b, data_word, b->results[0]);
	ssa_builder_write(b, capacity_word, b->results[1]);
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	return ssa_operand_of3(node->type, ssa_builder_read(b, data_word), slice.words[1], ssa_builder_read(b, capacity_word));
}

// append(s, make([]T, n)...): the zeros are written where they go, and the slice between is never made.
static bool appends_zeros(const struct tri_node *node)
{
	return node->has_dots && node->list.count == 1 && node->list.items[0]->op == TRI_NODE_MAKE_SLICE && !node->list.items[0]->y;
}

struct operand ssa_append(struct builder *b, struct tri_node *node)
{
	uint32_t count = node->list.count;
	bool zeros = appends_zeros(node);
	struct tri_node **nodes = TRI_NEW_ARRAY(b->arena, struct tri_node *, count + 1);
	struct operand *values = TRI_NEW_ARRAY(b->arena, struct operand, count + 1);
	nodes[0] = node->x;
	for (uint32_t i = 0; i < count; i++)
		nodes[i + 1] = zeros ? node->list.items[i]->x : node->list.items[i];
	ssa_expressions(b, nodes, count + 1, values);
	struct operand slice = values[0];
	slice.type = node->type;
	if (!count)
		return slice;
	struct tri_type *element = ssa_element_of(node->type);
	tri_type_layout(element);
	struct tri_ssa_value *added;
	if (zeros) {
		added = ssa_to_int(b, values[1].words[0], nodes[1]->type);
		ssa_check(b, ssa_emit2(b, TRI_SSA_LE_S, TRI_SSA_BOOL, ssa_constant(b, TRI_SSA_I64, 0), added), ENTRY_panicmakeslicelen, NULL, NULL);
	} else {
		added = node->has_dots ? values[1].words[1] : ssa_constant(b, TRI_SSA_I64, count);
	}
	struct tri_ssa_value *old_length = slice.words[1];
	struct tri_ssa_value *length = ssa_emit2(b, TRI_SSA_ADD, TRI_SSA_I64, old_length, added);
	uint32_t data_word = ssa_new_word(b, TRI_SSA_PTR), capacity_word = ssa_new_word(b, TRI_SSA_I64);
	ssa_builder_write(b, data_word, slice.words[0]);
	ssa_builder_write(b, capacity_word, slice.words[2]);
	struct tri_ssa_block *grow = ssa_new_cold_block(b), *ready = ssa_new_block(b);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_LE_U, TRI_SSA_BOOL, length, slice.words[2]), ready, grow, TRI_SSA_LIKELY);
	ssa_start_block(b, grow);
	struct append_room *room = room_for(b, node, element);
	if (room && !node->index && !room->is_tried)
		try_room(b, room, &slice, length, data_word, capacity_word, ready);
	if (room && node->index)
		ENTRY_CALL(b, growslicebuf, slice.words[0], length, slice.words[2], added, ssa_type_address(b, element),
				   ssa_slot_address(b, room->slot, 0));
	else
		ENTRY_CALL(b, growslice, slice.words[0], length, slice.words[2], added, ssa_type_address(b, element));
	ssa_builder_write(b, data_word, b->results[0]);
	ssa_builder_write(b, capacity_word, b->results[1]);
	ssa_jump_to(b, ready);
	ssa_start_block(b, ready);
	struct tri_ssa_value *data = ssa_builder_read(b, data_word);
	int64_t offset = 0;
	struct tri_ssa_value *first = ssa_element_address(b, data, old_length, element->size, &offset);
	if (zeros) {
		ssa_clear_elements(b, element, ssa_add_offset(b, first, offset), added);
	} else if (node->has_dots) {
		ssa_move_elements(b, element, ssa_add_offset(b, first, offset), values[1].words[0], added);
	} else {
		for (uint32_t i = 0; i < count; i++) {
			values[i + 1].type = element;
			ssa_store(b, first, offset + element->size * (int64_t)i, &values[i + 1]);
		}
	}
	return ssa_operand_of3(node->type, data, length, ssa_builder_read(b, capacity_word));
}
