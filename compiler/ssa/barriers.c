// Write barriers: elides those that are not needed and expands the rest.
//
// The barrier is hybrid: before a pointer in the heap or in a global is overwritten, the old value and the new one
// are shaded. It is not needed for stores into frames (which are scanned whole), nor for storing a constant address
// or nil over a word of a fresh object that is still zero. A new object is allocated marked, so a pointer stored in
// it must still be shaded: the object will not be scanned.
//
// What remains is tested in batches: the stores of one stretch of a block without a call share one test of the
// flag and one cold block that calls the runtime for each.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/internal.h"

static const struct tri_ssa_value *base_of(const struct tri_ssa_value *address, int64_t *offset)
{
	for (;;) {
		if (address->op == TRI_SSA_ADD && address->arguments.items[1]->op == TRI_SSA_CONST) {
			*offset += address->arguments.items[1]->integer;
			address = address->arguments.items[0];
		} else if (address->op == TRI_SSA_NIL_CHECK || address->op == TRI_SSA_COPY) {
			address = address->arguments.items[0];
		} else {
			return address;
		}
	}
}

static bool in_frame(const struct tri_ssa_value *address)
{
	while (address->op == TRI_SSA_ADD || address->op == TRI_SSA_COPY || address->op == TRI_SSA_NIL_CHECK)
		address = address->arguments.items[0];
	return address->op == TRI_SSA_SLOT || address->op == TRI_SSA_OUTGOING_AREA || address->op == TRI_SSA_ARGUMENT_AREA;
}

// Storing a constant into a fresh object at a word nobody wrote before: walk back to the allocation.
static bool overwrites_zero(const struct tri_ssa_value *store)
{
	int64_t offset = store->integer;
	const struct tri_ssa_value *base = base_of(store->arguments.items[0], &offset);
	if (!base->fresh || base->op != TRI_SSA_RESULT || base->block != store->block)
		return false;
	for (const struct tri_ssa_value *value = store->previous; value && value != base; value = value->previous) {
		if (ssa_is_safepoint(value) || value->op == TRI_SSA_COPY_MEMORY)
			return false;
		if (value->op == TRI_SSA_STORE || value->op == TRI_SSA_STORE_BARRIER) {
			int64_t other = value->integer;
			const struct tri_ssa_value *written = base_of(value->arguments.items[0], &other);
			if (written == base && other < offset + 8 && offset < other + 8)
				return false;
		}
	}
	return true;
}

static bool is_static(const struct tri_ssa_value *value) { return value->op == TRI_SSA_CONST || value->op == TRI_SSA_SYMBOL; }

static bool needs_barrier(const struct tri_ssa_value *store)
{
	if (in_frame(store->arguments.items[0]))
		return false;
	return !(is_static(store->arguments.items[1]) && overwrites_zero(store));
}

// Can the value be had before `first`? Pure values in between are moved there.
static bool make_available(struct tri_ssa_value *value, struct tri_ssa_value *first, const bool *after, uint32_t depth)
{
	if (value->block != first->block || !after[value->id])
		return true;
	if (!ssa_has_flag(value, TRI_SSA_FLAG_PURE) || ssa_has_flag(value, TRI_SSA_FLAG_TRAP) || value->op == TRI_SSA_PHI ||
		value->op == TRI_SSA_RESULT || value->op == TRI_SSA_OUTGOING_AREA || depth == 0)
		return false;
	for (uint32_t i = 0; i < value->arguments.count; i++)
		if (!make_available(value->arguments.items[i], first, after, depth - 1))
			return false;
	return true;
}

static void move_up(struct tri_ssa_value *value, struct tri_ssa_value *first, bool *after)
{
	if (value->block != first->block || !after[value->id])
		return;
	for (uint32_t i = 0; i < value->arguments.count; i++)
		move_up(value->arguments.items[i], first, after);
	tri_ssa_detach(value);
	tri_ssa_insert_before(first, value);
	after[value->id] = false;
}

static struct tri_ssa_value *insert(struct tri_ssa_func *function, struct tri_ssa_block *block, enum tri_ssa_op op, enum tri_ssa_type type,
									struct tri_ssa_pos pos)
{
	pos.is_statement = false;
	struct tri_ssa_value *value = tri_ssa_new_value(function, op, type, pos);
	tri_ssa_append(block, value);
	return value;
}

static struct tri_ssa_block *split_before(struct tri_ssa_func *function, struct tri_ssa_value *place)
{
	struct tri_ssa_block *block = place->block, *rest = tri_ssa_new_block(function, block->kind);
	rest->control = block->control;
	rest->likely = block->likely;
	rest->pos = block->pos;
	rest->is_cold = block->is_cold;
	rest->results.items = block->results.items;
	rest->results.count = block->results.count;
	rest->results.capacity = block->results.capacity;
	rest->successors.items = block->successors.items;
	rest->successors.count = block->successors.count;
	rest->successors.capacity = block->successors.capacity;
	memset(&block->results, 0, sizeof block->results);
	memset(&block->successors, 0, sizeof block->successors);
	block->control = NULL;
	for (uint32_t i = 0; i < rest->successors.count; i++)
		for (uint32_t p = 0; p < rest->successors.items[i]->predecessors.count; p++)
			if (rest->successors.items[i]->predecessors.items[p] == block)
				rest->successors.items[i]->predecessors.items[p] = rest;
	while (place) {
		struct tri_ssa_value *next = place->next;
		tri_ssa_detach(place);
		tri_ssa_append(rest, place);
		place = next;
	}
	return rest;
}

static void expand(struct tri_ssa_func *function, struct tri_ssa_value **stores, uint32_t count)
{
	struct tri_ssa_value *first = stores[0];
	struct tri_ssa_pos pos = first->pos;
	struct tri_symbol_table *symbols = function->package->symbols;
	struct tri_ssa_block *block = first->block;
	struct tri_ssa_block *rest = split_before(function, first), *slow = tri_ssa_new_block(function, TRI_SSA_BLOCK_JUMP);
	slow->is_cold = true;
	slow->pos = pos;
	struct tri_ssa_value *flag = insert(function, block, TRI_SSA_SYMBOL, TRI_SSA_PTR, pos);
	flag->symbol = tri_symbol_get(symbols, "tri_gc_barrier_enabled");
	flag->non_nil = true;
	struct tri_ssa_value *state = insert(function, block, TRI_SSA_LOAD, TRI_SSA_I32, pos);
	tri_ssa_add_argument(function, state, flag);
	struct tri_ssa_value *zero = insert(function, block, TRI_SSA_CONST, TRI_SSA_I32, pos);
	struct tri_ssa_value *enabled = insert(function, block, TRI_SSA_NE, TRI_SSA_BOOL, pos);
	tri_ssa_add_argument(function, enabled, state);
	tri_ssa_add_argument(function, enabled, zero);
	block->kind = TRI_SSA_BLOCK_IF;
	block->control = enabled;
	enabled->use_count++;
	block->likely = TRI_SSA_UNLIKELY;
	block->pos = pos;
	tri_ssa_add_edge(function, block, slow);
	tri_ssa_add_edge(function, block, rest);
	for (uint32_t i = 0; i < count; i++) {
		struct tri_ssa_value *address = stores[i]->arguments.items[0];
		if (stores[i]->integer) {
			struct tri_ssa_value *offset = insert(function, slow, TRI_SSA_CONST, TRI_SSA_I64, pos);
			offset->integer = stores[i]->integer;
			struct tri_ssa_value *sum = insert(function, slow, TRI_SSA_ADD, TRI_SSA_PTR, pos);
			tri_ssa_add_argument(function, sum, address);
			tri_ssa_add_argument(function, sum, offset);
			address = sum;
		}
		struct tri_ssa_value *call = insert(function, slow, TRI_SSA_CALL, TRI_SSA_VOID, stores[i]->pos);
		call->pos.is_statement = false;
		call->call = TRI_NEW(function->arena, struct tri_ssa_call);
		call->call->symbol = tri_symbol_get(symbols, "runtime.writeBarrier");
		for (uint8_t w = 0; w < 2; w++) {
			struct tri_ssa_abi_word word = {.type = TRI_SSA_PTR, .in_register = true, .register_index = w};
			tri_vector_push(function->arena, &call->call->argument_words, word);
		}
		tri_ssa_add_argument(function, call, address);
		tri_ssa_add_argument(function, call, stores[i]->arguments.items[1]);
		stores[i]->op = TRI_SSA_STORE;
	}
	tri_ssa_add_edge(function, slow, rest);
	function->has_calls = true;
}

enum { BATCH_LIMIT = 8 };

struct batch {
	struct tri_ssa_value *stores[BATCH_LIMIT];
	uint32_t count;
};

// The stores from `first` on that can share its test; what they need in between is moved before it.
static struct batch collect(struct tri_ssa_value *first, bool *after)
{
	struct batch batch = {{first}, 1};
	after[first->id] = true;
	struct tri_ssa_value *other = first->next, *next;
	for (; other && batch.count < BATCH_LIMIT; other = next) {
		next = other->next;
		if (other->op == TRI_SSA_CALL || other->op == TRI_SSA_NIL_CHECK)
			break;
		after[other->id] = true;
		if (other->op != TRI_SSA_STORE_BARRIER)
			continue;
		if (!needs_barrier(other)) {
			other->op = TRI_SSA_STORE;
			continue;
		}
		if (!make_available(other->arguments.items[0], first, after, 8) || !make_available(other->arguments.items[1], first, after, 8))
			break;
		move_up(other->arguments.items[0], first, after);
		move_up(other->arguments.items[1], first, after);
		batch.stores[batch.count++] = other;
	}
	for (struct tri_ssa_value *value = first; value && value != other; value = value->next)
		after[value->id] = false;
	if (other)
		after[other->id] = false;
	return batch;
}

void ssa_pass_barriers(struct tri_ssa_func *function)
{
	bool *after = TRI_NEW_ARRAY(function->arena, bool, function->next_value_id);
	TRI_VECTOR(struct batch) batches = {0};
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		for (struct tri_ssa_value *value = function->blocks.items[b]->first; value; value = value->next) {
			if (value->op != TRI_SSA_STORE_BARRIER)
				continue;
			if (!needs_barrier(value)) {
				value->op = TRI_SSA_STORE;
				continue;
			}
			struct batch batch = collect(value, after);
			tri_vector_push(function->arena, &batches, batch);
			value = batch.stores[batch.count - 1];
		}
	}
	// From the last to the first, so that each split moves only what lies up to the next one.
	while (batches.count) {
		struct batch *batch = &batches.items[--batches.count];
		expand(function, batch->stores, batch->count);
	}
}
