// Values, blocks and edges: what every pass edits a function with.
//
// A value belongs to at most one block and its uses are counted, not listed: replacing a value is done by turning
// it into a COPY and letting one sweep resolve all copies. Edges are kept on both sides in order, since the order
// of predecessors is the order of phi arguments.
#include "compiler/ssa/ssa.h"

const struct tri_ssa_op_info tri_ssa_ops[TRI_SSA_OP_COUNT] = {
#define PURE TRI_SSA_FLAG_PURE
#define READ TRI_SSA_FLAG_READ
#define WRITE TRI_SSA_FLAG_WRITE
#define TRAP TRI_SSA_FLAG_TRAP
#define CALL TRI_SSA_FLAG_CALL
#define COMMUTE TRI_SSA_FLAG_COMMUTE
#define OP(tag, arguments, flags, text) {#tag, arguments, flags},
#include "compiler/ssa/ops.def"
#undef OP
};

struct tri_ssa_block *tri_ssa_new_block(struct tri_ssa_func *function, enum tri_ssa_block_kind kind)
{
	struct tri_ssa_block *block = TRI_NEW(function->arena, struct tri_ssa_block);
	block->id = function->next_block_id++;
	block->kind = (uint8_t)kind;
	tri_vector_push(function->arena, &function->blocks, block);
	return block;
}

void tri_ssa_add_edge(struct tri_ssa_func *function, struct tri_ssa_block *from, struct tri_ssa_block *to)
{
	tri_vector_push(function->arena, &from->successors, to);
	tri_vector_push(function->arena, &to->predecessors, from);
}

uint32_t tri_ssa_edge_index(const struct tri_ssa_block *from, uint32_t successor)
{
	const struct tri_ssa_block *to = from->successors.items[successor];
	uint32_t nth = 0;
	for (uint32_t i = 0; i < successor; i++)
		nth += from->successors.items[i] == to;
	for (uint32_t i = 0; i < to->predecessors.count; i++)
		if (to->predecessors.items[i] == from && nth-- == 0)
			return i;
	tri_ice("edge b%u -> b%u has no other end", from->id, to->id);
}

static void remove_incoming(struct tri_ssa_block *to, uint32_t index)
{
	for (struct tri_ssa_value *phi = to->first; phi && phi->op == TRI_SSA_PHI; phi = phi->next) {
		phi->arguments.items[index]->use_count--;
		for (uint32_t i = index + 1; i < phi->arguments.count; i++)
			phi->arguments.items[i - 1] = phi->arguments.items[i];
		phi->arguments.count--;
	}
	for (uint32_t i = index + 1; i < to->predecessors.count; i++)
		to->predecessors.items[i - 1] = to->predecessors.items[i];
	to->predecessors.count--;
}

void tri_ssa_remove_edge(struct tri_ssa_block *from, uint32_t successor)
{
	remove_incoming(from->successors.items[successor], tri_ssa_edge_index(from, successor));
	for (uint32_t i = successor + 1; i < from->successors.count; i++)
		from->successors.items[i - 1] = from->successors.items[i];
	from->successors.count--;
}

void tri_ssa_redirect_edge(struct tri_ssa_func *function, struct tri_ssa_block *from, uint32_t successor, struct tri_ssa_block *to)
{
	remove_incoming(from->successors.items[successor], tri_ssa_edge_index(from, successor));
	// The n-th edge to `to` among the successors must be the n-th among the predecessors: an edge put before
	// another of the same pair takes that one's number, so the new predecessor goes in at the right place.
	uint32_t before = 0;
	for (uint32_t i = 0; i < successor; i++)
		before += from->successors.items[i] == to;
	from->successors.items[successor] = to;
	uint32_t after = 0;
	for (uint32_t i = successor + 1; i < from->successors.count; i++)
		after += from->successors.items[i] == to;
	if (after != 0)
		tri_ice("redirecting an edge before another one between b%u and b%u", from->id, to->id);
	(void)before;
	tri_vector_push(function->arena, &to->predecessors, from);
}

struct tri_ssa_value *tri_ssa_new_value(struct tri_ssa_func *function, enum tri_ssa_op op, enum tri_ssa_type type, struct tri_ssa_pos pos)
{
	struct tri_ssa_value *value = TRI_NEW(function->arena, struct tri_ssa_value);
	value->op = (uint16_t)op;
	value->type = (uint8_t)type;
	value->id = function->next_value_id++;
	value->pos = pos;
	return value;
}

void tri_ssa_append(struct tri_ssa_block *block, struct tri_ssa_value *value)
{
	value->block = block;
	value->previous = block->last;
	value->next = NULL;
	if (block->last)
		block->last->next = value;
	else
		block->first = value;
	block->last = value;
}

void tri_ssa_insert_before(struct tri_ssa_value *place, struct tri_ssa_value *value)
{
	value->block = place->block;
	value->next = place;
	value->previous = place->previous;
	if (place->previous)
		place->previous->next = value;
	else
		place->block->first = value;
	place->previous = value;
}

void tri_ssa_insert_after(struct tri_ssa_value *place, struct tri_ssa_value *value)
{
	if (place->next)
		tri_ssa_insert_before(place->next, value);
	else
		tri_ssa_append(place->block, value);
}

void tri_ssa_insert_behind_phis(struct tri_ssa_block *block, struct tri_ssa_value *value)
{
	struct tri_ssa_value *place = block->first;
	while (place && place->op == TRI_SSA_PHI)
		place = place->next;
	if (place)
		tri_ssa_insert_before(place, value);
	else
		tri_ssa_append(block, value);
}

// Only out of its block; its arguments stay so that it can be put elsewhere.
static void unlink(struct tri_ssa_value *value)
{
	if (value->previous)
		value->previous->next = value->next;
	else
		value->block->first = value->next;
	if (value->next)
		value->next->previous = value->previous;
	else
		value->block->last = value->previous;
	value->block = NULL;
	value->previous = value->next = NULL;
}

void tri_ssa_detach(struct tri_ssa_value *value) { unlink(value); }

void tri_ssa_remove(struct tri_ssa_value *value)
{
	unlink(value);
	for (uint32_t i = 0; i < value->arguments.count; i++)
		value->arguments.items[i]->use_count--;
	value->arguments.count = 0;
}

void tri_ssa_add_argument(struct tri_ssa_func *function, struct tri_ssa_value *value, struct tri_ssa_value *argument)
{
	tri_vector_push(function->arena, &value->arguments, argument);
	argument->use_count++;
}

void tri_ssa_set_argument(struct tri_ssa_value *value, uint32_t index, struct tri_ssa_value *argument)
{
	argument->use_count++;
	value->arguments.items[index]->use_count--;
	value->arguments.items[index] = argument;
}

void tri_ssa_replace_all_uses(struct tri_ssa_func *function, struct tri_ssa_value *old, struct tri_ssa_value *replacement)
{
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		for (struct tri_ssa_value *value = block->first; value; value = value->next)
			for (uint32_t i = 0; i < value->arguments.count; i++)
				if (value->arguments.items[i] == old)
					tri_ssa_set_argument(value, i, replacement);
		if (block->control == old) {
			block->control = replacement;
			old->use_count--;
			replacement->use_count++;
		}
		for (uint32_t i = 0; i < block->results.count; i++)
			if (block->results.items[i] == old) {
				block->results.items[i] = replacement;
				old->use_count--;
				replacement->use_count++;
			}
	}
}

void tri_ssa_move_behind_phis(struct tri_ssa_value *phi)
{
	struct tri_ssa_value *last = phi;
	while (last->next && last->next->op == TRI_SSA_PHI)
		last = last->next;
	if (last != phi) {
		unlink(phi);
		tri_ssa_insert_after(last, phi);
	}
}

void tri_ssa_make_copy(struct tri_ssa_func *function, struct tri_ssa_value *value, struct tri_ssa_value *source)
{
	source->use_count++;
	for (uint32_t i = 0; i < value->arguments.count; i++)
		value->arguments.items[i]->use_count--;
	value->arguments.count = 0;
	if (value->op == TRI_SSA_PHI)
		tri_ssa_move_behind_phis(value);
	value->op = TRI_SSA_COPY;
	value->integer = 0;
	value->symbol = NULL;
	value->slot = NULL;
	tri_vector_push(function->arena, &value->arguments, source);
}

// Path compression keeps long chains of copies linear.
static struct tri_ssa_value *resolve(struct tri_ssa_value *value)
{
	struct tri_ssa_value *end = tri_ssa_resolve(value);
	while (value->op == TRI_SSA_COPY && value->arguments.items[0] != end) {
		struct tri_ssa_value *next = value->arguments.items[0];
		tri_ssa_set_argument(value, 0, end);
		value = next;
	}
	return end;
}

void tri_ssa_remove_copies(struct tri_ssa_func *function)
{
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		for (struct tri_ssa_value *value = block->first; value; value = value->next)
			for (uint32_t i = 0; i < value->arguments.count; i++)
				if (value->arguments.items[i]->op == TRI_SSA_COPY && value->op != TRI_SSA_COPY)
					tri_ssa_set_argument(value, i, resolve(value->arguments.items[i]));
		if (block->control && block->control->op == TRI_SSA_COPY) {
			struct tri_ssa_value *end = resolve(block->control);
			block->control->use_count--;
			end->use_count++;
			block->control = end;
		}
		for (uint32_t i = 0; i < block->results.count; i++)
			if (block->results.items[i]->op == TRI_SSA_COPY) {
				struct tri_ssa_value *end = resolve(block->results.items[i]);
				block->results.items[i]->use_count--;
				end->use_count++;
				block->results.items[i] = end;
			}
	}
	for (uint32_t b = 0; b < function->blocks.count; b++)
		for (struct tri_ssa_value *value = function->blocks.items[b]->first, *next; value; value = next) {
			next = value->next;
			if (value->op == TRI_SSA_COPY)
				tri_ssa_remove(value);
		}
}

struct tri_ssa_slot *tri_ssa_new_slot(struct tri_ssa_func *function, struct tri_type *type, const char *name)
{
	struct tri_ssa_slot *slot = TRI_NEW(function->arena, struct tri_ssa_slot);
	slot->id = function->slots.count;
	slot->name = name;
	slot->type = type;
	if (type) {
		tri_type_layout(type);
		slot->size = type->size;
		slot->align = type->align < 8 ? 8 : type->align;
		slot->pointer_mask = tri_bits_new(function->arena, (uint32_t)((slot->size + 7) / 8));
		slot->has_pointers = tri_type_has_pointers(type);
		if (slot->has_pointers)
			tri_type_pointer_mask(type, 0, &slot->pointer_mask);
	}
	tri_vector_push(function->arena, &function->slots, slot);
	return slot;
}

void tri_ssa_count_uses(struct tri_ssa_func *function)
{
	for (uint32_t b = 0; b < function->blocks.count; b++)
		for (struct tri_ssa_value *value = function->blocks.items[b]->first; value; value = value->next)
			value->use_count = 0;
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		for (struct tri_ssa_value *value = block->first; value; value = value->next)
			for (uint32_t i = 0; i < value->arguments.count; i++)
				value->arguments.items[i]->use_count++;
		if (block->control)
			block->control->use_count++;
		for (uint32_t i = 0; i < block->results.count; i++)
			block->results.items[i]->use_count++;
	}
}
