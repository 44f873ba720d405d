// Copies, redundant phis, dead values, slot facts: the housekeeping between the larger passes.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/internal.h"

// The one value a phi stands for: all arguments the same, itself aside. NULL when there are two.
static struct tri_ssa_value *phi_value(const struct tri_ssa_value *phi)
{
	struct tri_ssa_value *same = NULL;
	for (uint32_t i = 0; i < phi->arguments.count; i++) {
		struct tri_ssa_value *argument = tri_ssa_resolve(phi->arguments.items[i]);
		if (argument == phi || argument == same)
			continue;
		if (same && !(same->op == TRI_SSA_CONST && argument->op == TRI_SSA_CONST && same->integer == argument->integer))
			return NULL;
		if (!same)
			same = argument;
	}
	return same;
}

void ssa_pass_phis(struct tri_ssa_func *function)
{
	for (bool changed = true; changed;) {
		changed = false;
		for (uint32_t b = 0; b < function->blocks.count; b++)
			for (struct tri_ssa_value *value = function->blocks.items[b]->first, *next; value && value->op == TRI_SSA_PHI; value = next) {
				next = value->next;
				struct tri_ssa_value *same = phi_value(value);
				if (!same)
					continue;
				if (same->op == TRI_SSA_CONST && value->arguments.count > 1) {
					// The constant may stand where it does not dominate; each place gets its own.
					while (value->arguments.count)
						value->arguments.items[--value->arguments.count]->use_count--;
					int64_t integer = same->integer;
					tri_ssa_move_behind_phis(value);
					ssa_make_const(value, integer);
				} else {
					tri_ssa_make_copy(function, value, same);
				}
				changed = true;
			}
	}
	tri_ssa_remove_copies(function);
}

void ssa_make_const(struct tri_ssa_value *value, int64_t integer)
{
	for (uint32_t i = 0; i < value->arguments.count; i++)
		value->arguments.items[i]->use_count--;
	value->arguments.count = 0;
	value->op = TRI_SSA_CONST;
	value->integer = ssa_normalise(integer, value->type);
	value->symbol = NULL;
	value->slot = NULL;
	value->go_shift = false;
}

void ssa_make_const_float(struct tri_ssa_value *value, double number)
{
	for (uint32_t i = 0; i < value->arguments.count; i++)
		value->arguments.items[i]->use_count--;
	value->arguments.count = 0;
	value->op = TRI_SSA_CONST_FLOAT;
	value->integer = 0;
	value->number = value->type == TRI_SSA_F32 ? (double)(float)number : number;
}

// Loads may go too, except those that stand for a nil check, which are never made: the check is its own value.
static bool is_removable(const struct tri_ssa_value *value)
{
	return ssa_has_flag(value, TRI_SSA_FLAG_PURE) || value->op == TRI_SSA_LOAD || value->op == TRI_SSA_NEW_OBJECT;
}

void ssa_pass_dead(struct tri_ssa_func *function)
{
	// Mark from the effects: cycles of phis that only feed each other go as well.
	bool *live = TRI_NEW_ARRAY(function->arena, bool, function->next_value_id);
	struct ssa_value_list work = {0};
#define MARK(v) \
	do { \
		struct tri_ssa_value *marked = (v); \
		if (!live[marked->id]) { \
			live[marked->id] = true; \
			tri_vector_push(function->arena, &work, marked); \
		} \
	} while (0)
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		for (struct tri_ssa_value *value = block->first; value; value = value->next)
			if (!is_removable(value))
				MARK(value);
		if (block->control)
			MARK(block->control);
		for (uint32_t i = 0; i < block->results.count; i++)
			MARK(block->results.items[i]);
	}
	while (work.count) {
		struct tri_ssa_value *value = work.items[--work.count];
		for (uint32_t i = 0; i < value->arguments.count; i++)
			MARK(value->arguments.items[i]);
	}
#undef MARK
	for (uint32_t b = 0; b < function->blocks.count; b++)
		for (struct tri_ssa_value *value = function->blocks.items[b]->first, *next; value; value = next) {
			next = value->next;
			if (!live[value->id])
				tri_ssa_remove(value);
		}
}

static bool is_slot_access(const struct tri_ssa_value *value, uint32_t argument)
{
	switch (value->op) {
	case TRI_SSA_LOAD:
	case TRI_SSA_ZERO_MEMORY:
	case TRI_SSA_COPY_MEMORY:
	case TRI_SSA_NIL_CHECK:
		return true;
	case TRI_SSA_STORE:
	case TRI_SSA_STORE_BARRIER:
		return argument == 0;
	default:
		return false;
	}
}

void ssa_mark_slots(struct tri_ssa_func *function)
{
	for (uint32_t i = 0; i < function->slots.count; i++)
		function->slots.items[i]->address_taken = false;
	for (uint32_t b = 0; b < function->blocks.count; b++)
		for (struct tri_ssa_value *value = function->blocks.items[b]->first; value; value = value->next)
			for (uint32_t i = 0; i < value->arguments.count; i++) {
				struct tri_ssa_value *argument = value->arguments.items[i];
				if (argument->op == TRI_SSA_SLOT && !is_slot_access(value, i))
					argument->slot->address_taken = true;
			}
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		for (uint32_t i = 0; i < block->results.count; i++)
			if (block->results.items[i]->op == TRI_SSA_SLOT)
				block->results.items[i]->slot->address_taken = true;
	}
}

static bool *find_used_slots(struct tri_ssa_func *function)
{
	bool *used = TRI_NEW_ARRAY(function->arena, bool, function->slots.count + 1);
	for (uint32_t b = 0; b < function->blocks.count; b++)
		for (struct tri_ssa_value *value = function->blocks.items[b]->first; value; value = value->next)
			if (value->op == TRI_SSA_SLOT)
				used[value->slot->id] = true;
	return used;
}

// Last: slots that nobody uses go, facts are brought up to date.
void ssa_pass_finish(struct tri_ssa_func *function)
{
	ssa_pass_dead(function);
	bool *used = find_used_slots(function);
	for (uint32_t b = 0; b < function->blocks.count; b++)
		for (struct tri_ssa_value *value = function->blocks.items[b]->first, *next; value; value = next) {
			next = value->next;
			if (value->op == TRI_SSA_SLOT_LIVE && !used[value->slot->id])
				tri_ssa_remove(value);
		}
	uint32_t kept = 0;
	for (uint32_t i = 0; i < function->slots.count; i++) {
		struct tri_ssa_slot *slot = function->slots.items[i];
		if (used[slot->id]) {
			slot->id = kept;
			function->slots.items[kept++] = slot;
		}
	}
	function->slots.count = kept;
	function->entry->is_cold = false;
	ssa_mark_slots(function);
	function->has_calls = false;
	for (uint32_t b = 0; b < function->blocks.count; b++)
		for (struct tri_ssa_value *value = function->blocks.items[b]->first; value; value = value->next)
			function->has_calls |= value->op == TRI_SSA_CALL;
}
