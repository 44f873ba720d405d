// Loads that find what a store or an earlier load left, stores that nobody reads, within extended basic blocks.
//
// What is known: a list of (base, offset, type, value) facts, handed from a block to a successor that has no other
// predecessor. A store kills facts it may overlap: two slots, two symbols and two offsets of one base are told
// apart; slots whose address goes nowhere are untouched by other stores and by calls.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/internal.h"

struct fact {
	struct tri_ssa_value *base; // not an ADD of a constant
	int64_t offset;
	uint8_t type;
	struct tri_ssa_value *value;
};

struct facts {
	TRI_VECTOR(struct fact) list;
};

enum { FACT_LIMIT = 64 };

static struct tri_ssa_value *split(struct tri_ssa_value *address, int64_t *offset)
{
	for (;;) {
		address = tri_ssa_resolve(address);
		if (address->op == TRI_SSA_ADD && address->arguments.items[1]->op == TRI_SSA_CONST) {
			*offset += address->arguments.items[1]->integer;
			address = address->arguments.items[0];
		} else if (address->op == TRI_SSA_NIL_CHECK) {
			address = address->arguments.items[0];
		} else {
			break;
		}
	}
	return address;
}

static bool same_base(const struct tri_ssa_value *a, const struct tri_ssa_value *b)
{
	if (a == b)
		return true;
	if (a->op != b->op)
		return false;
	return (a->op == TRI_SSA_SLOT && a->slot == b->slot) || (a->op == TRI_SSA_SYMBOL && a->symbol == b->symbol);
}

static int64_t inside(const struct tri_ssa_value *base)
{
	return base->op == TRI_SSA_SLOT || base->op == TRI_SSA_SYMBOL ? base->integer : 0;
}

static bool is_private_slot(const struct tri_ssa_value *base)
{
	return base->op == TRI_SSA_SLOT && !base->slot->address_taken && !base->slot->always_live;
}

static bool may_overlap(const struct fact *fact, const struct tri_ssa_value *base, int64_t offset, int64_t size)
{
	if (same_base(fact->base, base)) {
		int64_t a = fact->offset + inside(fact->base), b = offset + inside(base);
		return a < b + size && b < a + tri_ssa_type_size(fact->type);
	}
	if (is_private_slot(fact->base) || is_private_slot(base))
		return false;
	bool a_known = fact->base->op == TRI_SSA_SLOT || fact->base->op == TRI_SSA_SYMBOL,
		 b_known = base->op == TRI_SSA_SLOT || base->op == TRI_SSA_SYMBOL;
	if (a_known && b_known)
		return false; // different objects
	// A fresh object is no slot, no symbol, and no other fresh object.
	if ((fact->base->fresh && (b_known || base->fresh)) || (base->fresh && a_known))
		return false;
	return true;
}

static void kill(struct facts *facts, const struct tri_ssa_value *base, int64_t offset, int64_t size)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < facts->list.count; i++)
		if (!may_overlap(&facts->list.items[i], base, offset, size))
			facts->list.items[kept++] = facts->list.items[i];
	facts->list.count = kept;
}

// After a call: only slots that nobody else can reach, and read-only data.
static void kill_for_call(struct facts *facts)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < facts->list.count; i++) {
		const struct tri_ssa_value *base = facts->list.items[i].base;
		if (is_private_slot(base) || (base->op == TRI_SSA_SYMBOL && base->symbol->kind == TRI_SYMBOL_RODATA))
			facts->list.items[kept++] = facts->list.items[i];
	}
	facts->list.count = kept;
}

static void learn(struct tri_ssa_func *function, struct facts *facts, struct tri_ssa_value *base, int64_t offset,
				  struct tri_ssa_value *value)
{
	if (base->op == TRI_SSA_OUTGOING_AREA || facts->list.count >= FACT_LIMIT)
		return;
	struct fact fact = {base, offset, value->type, value};
	tri_vector_push(function->arena, &facts->list, fact);
}

static struct tri_ssa_value *find(const struct facts *facts, const struct tri_ssa_value *base, int64_t offset, uint8_t type)
{
	for (uint32_t i = facts->list.count; i-- > 0;) {
		const struct fact *fact = &facts->list.items[i];
		if (fact->type == type && same_base(fact->base, base) && fact->offset + inside(fact->base) == offset + inside(base))
			return tri_ssa_resolve(fact->value);
	}
	return NULL;
}

static void walk(struct tri_ssa_func *function, struct tri_ssa_block *block, struct facts *facts)
{
	for (struct tri_ssa_value *value = block->first; value; value = value->next) {
		switch (value->op) {
		case TRI_SSA_LOAD: {
			int64_t offset = value->integer;
			struct tri_ssa_value *base = split(value->arguments.items[0], &offset);
			struct tri_ssa_value *known = find(facts, base, offset, value->type);
			if (known)
				tri_ssa_make_copy(function, value, known);
			else
				learn(function, facts, base, offset, value);
			break;
		}
		case TRI_SSA_STORE:
		case TRI_SSA_STORE_BARRIER: {
			int64_t offset = value->integer;
			struct tri_ssa_value *base = split(value->arguments.items[0], &offset), *stored = tri_ssa_resolve(value->arguments.items[1]);
			kill(facts, base, offset, tri_ssa_type_size(stored->type));
			learn(function, facts, base, offset, stored);
			break;
		}
		case TRI_SSA_ZERO_MEMORY:
		case TRI_SSA_COPY_MEMORY: {
			int64_t offset = 0;
			struct tri_ssa_value *base = split(value->arguments.items[0], &offset);
			kill(facts, base, offset, value->integer);
			break;
		}
		case TRI_SSA_SLOT_LIVE: {
			uint32_t kept = 0;
			for (uint32_t i = 0; i < facts->list.count; i++)
				if (facts->list.items[i].base->op != TRI_SSA_SLOT || facts->list.items[i].base->slot != value->slot)
					facts->list.items[kept++] = facts->list.items[i];
			facts->list.count = kept;
			break;
		}
		case TRI_SSA_ATOMIC_LOAD: // other goroutines' writes become visible
		case TRI_SSA_ATOMIC_EXCHANGE:
		case TRI_SSA_ATOMIC_ADD:
		case TRI_SSA_ATOMIC_AND:
		case TRI_SSA_ATOMIC_OR:
		case TRI_SSA_ATOMIC_COMPARE_EXCHANGE:
		case TRI_SSA_CALL:
			kill_for_call(facts);
			break;
		default:
			break;
		}
	}
}

void ssa_pass_memory(struct tri_ssa_func *function)
{
	ssa_mark_slots(function);
	struct facts *at_end = TRI_NEW_ARRAY(function->arena, struct facts, function->next_block_id);
	struct ssa_block_list order = {0};
	ssa_reverse_postorder(function, &order);
	for (uint32_t i = 0; i < order.count; i++) {
		struct tri_ssa_block *block = order.items[i];
		struct facts *facts = &at_end[block->id];
		if (block->predecessors.count == 1 && block != function->defer_return_block) {
			struct facts *before = &at_end[block->predecessors.items[0]->id];
			for (uint32_t f = 0; f < before->list.count; f++)
				tri_vector_push(function->arena, &facts->list, before->list.items[f]);
		}
		walk(function, block, facts);
	}
	tri_ssa_remove_copies(function);
}
