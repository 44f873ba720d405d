// Common subexpressions: a pure value equal to one that dominates it is replaced by that one.
//
// The dominator tree is walked with a hash table whose entries leave scope with their subtree.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/internal.h"

struct entry {
	struct tri_ssa_value *value;
	struct entry *next; // in the bucket
	uint32_t bucket;
};

struct table {
	struct entry **buckets;
	uint32_t mask;
	TRI_VECTOR(struct entry *) scope; // in order of insertion
};

static bool is_candidate(const struct tri_ssa_value *value)
{
	if (!ssa_has_flag(value, TRI_SSA_FLAG_PURE))
		return false;
	switch (value->op) {
	case TRI_SSA_PHI:
	case TRI_SSA_COPY:
	case TRI_SSA_ARGUMENT:
	case TRI_SSA_CONTEXT:
	case TRI_SSA_RESULT:
	case TRI_SSA_OUTGOING_AREA:
	case TRI_SSA_CURRENT_G:
		return false;
	case TRI_SSA_BITCAST: // an address as a number may be out of date after a safepoint
		return value->type == TRI_SSA_PTR || value->arguments.items[0]->type != TRI_SSA_PTR ||
			   value->arguments.items[0]->op == TRI_SSA_SYMBOL;
	default:
		return true;
	}
}

static uint32_t hash_of(const struct tri_ssa_value *value)
{
	uint64_t hash = (uint64_t)value->op * 31 + value->type;
	hash = hash * 0x9e3779b97f4a7c15u + (uint64_t)value->integer;
	uint64_t bits;
	memcpy(&bits, &value->number, 8);
	hash = hash * 0x9e3779b97f4a7c15u + bits;
	hash = hash * 0x9e3779b97f4a7c15u + (value->symbol ? value->symbol->id : 0) + (value->slot ? value->slot->id : 0);
	for (uint32_t i = 0; i < value->arguments.count; i++)
		hash = hash * 0x9e3779b97f4a7c15u + value->arguments.items[i]->id;
	return (uint32_t)(hash >> 29) ^ (uint32_t)hash;
}

static bool equal(const struct tri_ssa_value *a, const struct tri_ssa_value *b)
{
	if (a->op != b->op || a->type != b->type || a->integer != b->integer || memcmp(&a->number, &b->number, sizeof a->number) != 0 ||
		a->symbol != b->symbol || a->slot != b->slot || a->go_shift != b->go_shift || a->arguments.count != b->arguments.count)
		return false;
	for (uint32_t i = 0; i < a->arguments.count; i++)
		if (a->arguments.items[i] != b->arguments.items[i])
			return false;
	return true;
}

// Puts arguments of commutative operations in order of age, so that x+y finds y+x.
static void order_arguments(struct tri_ssa_value *value)
{
	if (!ssa_has_flag(value, TRI_SSA_FLAG_COMMUTE) || value->type == TRI_SSA_PTR)
		return;
	struct tri_ssa_value **arguments = value->arguments.items;
	if (!ssa_is_const(arguments[1]) && arguments[0]->id > arguments[1]->id) {
		struct tri_ssa_value *swap = arguments[0];
		arguments[0] = arguments[1];
		arguments[1] = swap;
	}
}

static void enter_block(struct tri_ssa_func *function, struct table *table, struct tri_ssa_block *block)
{
	for (struct tri_ssa_value *value = block->first; value; value = value->next) {
		for (uint32_t i = 0; i < value->arguments.count; i++)
			if (value->op != TRI_SSA_PHI && value->arguments.items[i]->op == TRI_SSA_COPY)
				tri_ssa_set_argument(value, i, tri_ssa_resolve(value->arguments.items[i]));
		if (value->op >= TRI_SSA_OP_COUNT || !is_candidate(value))
			continue;
		order_arguments(value);
		uint32_t bucket = hash_of(value) & table->mask;
		struct entry *found = table->buckets[bucket];
		while (found && !equal(found->value, value))
			found = found->next;
		if (found) {
			found->value->non_nil |= value->non_nil && (value->op == TRI_SSA_SYMBOL || value->op == TRI_SSA_SLOT);
			tri_ssa_make_copy(function, value, found->value);
			continue;
		}
		struct entry *entry = TRI_NEW(function->arena, struct entry);
		entry->value = value;
		entry->bucket = bucket;
		entry->next = table->buckets[bucket];
		table->buckets[bucket] = entry;
		tri_vector_push(function->arena, &table->scope, entry);
	}
}

struct frame {
	struct tri_ssa_block *block;
	uint32_t scope, child;
};

void ssa_pass_common(struct tri_ssa_func *function)
{
	struct table table = {0};
	uint32_t size = 64;
	while (size < function->next_value_id)
		size *= 2;
	table.mask = size - 1;
	table.buckets = TRI_NEW_ARRAY(function->arena, struct entry *, size);
	struct ssa_block_list *children = TRI_NEW_ARRAY(function->arena, struct ssa_block_list, function->next_block_id), order = {0};
	ssa_reverse_postorder(function, &order);
	for (uint32_t i = 0; i < order.count; i++)
		if (order.items[i]->dominator)
			tri_vector_push(function->arena, &children[order.items[i]->dominator->id], order.items[i]);
	TRI_VECTOR(struct frame) stack = {0};
	for (uint32_t i = 0; i < order.count; i++) {
		if (order.items[i]->dominator)
			continue;
		tri_vector_push(function->arena, &stack, ((struct frame){order.items[i], 0, 0}));
		enter_block(function, &table, order.items[i]);
		while (stack.count) {
			struct frame *top = &stack.items[stack.count - 1];
			struct ssa_block_list *below = &children[top->block->id];
			if (top->child < below->count) {
				struct tri_ssa_block *next = below->items[top->child++];
				tri_vector_push(function->arena, &stack, ((struct frame){next, table.scope.count, 0}));
				enter_block(function, &table, next);
				continue;
			}
			while (table.scope.count > top->scope) {
				struct entry *entry = table.scope.items[--table.scope.count];
				table.buckets[entry->bucket] = entry->next;
			}
			stack.count--;
		}
	}
	tri_ssa_remove_copies(function);
}
