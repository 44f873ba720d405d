// Write barriers: elides those that are not needed and expands the rest.
//
// The barrier is hybrid: before a pointer in the heap or in a global is overwritten, the old value and the new one
// are shaded. It is not needed for stores into frames (which are scanned whole). Where a fresh object is still zero
// there is no old value; storing a constant address there needs no barrier, and storing zero is no store. A new
// object is allocated marked, so a pointer stored in it must still be shaded: the object will not be scanned.
//
// What remains is tested in batches: the stores of one stretch of a block without a safepoint share one BARRIER,
// that is one test of the flag. From there to BARRIER_END the code must not be interrupted, or the flag could change
// between the test and a store (abi/mutator.h).
#define TRI_SSA_INTERNAL
#include <math.h>

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

// Can an address that is no constant offset from the fresh object `base` lie in it? What was computed before the
// allocation cannot, nor can another object.
static bool may_point_into(const struct tri_ssa_value *address, const struct tri_ssa_value *base)
{
	while (address->op == TRI_SSA_ADD || address->op == TRI_SSA_COPY || address->op == TRI_SSA_NIL_CHECK)
		address = address->arguments.items[0];
	switch (address->op) {
	case TRI_SSA_SLOT:
	case TRI_SSA_SYMBOL:
	case TRI_SSA_CONST:
	case TRI_SSA_ARGUMENT:
	case TRI_SSA_ARGUMENT_AREA:
	case TRI_SSA_OUTGOING_AREA:
	case TRI_SSA_CONTEXT:
	case TRI_SSA_PHI:
		return false;
	default:
		return address == base || (!address->fresh && address->block == base->block);
	}
}

// Does the store write to a word of a fresh object that nobody wrote before? Walks back to the allocation.
static bool overwrites_zero(const struct tri_ssa_value *store)
{
	int64_t offset = store->integer, size = tri_ssa_type_size(store->arguments.items[1]->type);
	const struct tri_ssa_value *base = base_of(store->arguments.items[0], &offset);
	if (!base->fresh || (base->op != TRI_SSA_RESULT && base->op != TRI_SSA_NEW_OBJECT) || base->block != store->block)
		return false;
	for (const struct tri_ssa_value *value = store->previous; value && value != base; value = value->previous) {
		int64_t other = value->integer, length;
		switch (value->op) {
		case TRI_SSA_CALL: // may have been given the object
			if (!value->call->is_leaf || value->arguments.count > 0)
				return false;
			continue;
		case TRI_SSA_ATOMIC_EXCHANGE:
		case TRI_SSA_ATOMIC_ADD:
		case TRI_SSA_ATOMIC_AND:
		case TRI_SSA_ATOMIC_OR:
		case TRI_SSA_ATOMIC_COMPARE_EXCHANGE:
			return false;
		case TRI_SSA_STORE:
		case TRI_SSA_STORE_BARRIER:
			length = tri_ssa_type_size(value->arguments.items[1]->type);
			break;
		case TRI_SSA_COPY_MEMORY:
			other = 0;
			length = value->integer;
			break;
		default:
			continue;
		}
		const struct tri_ssa_value *written = base_of(value->arguments.items[0], &other);
		if (written == base ? other < offset + size && offset < other + length : may_point_into(written, base))
			return false;
	}
	return true;
}

static bool is_atomic_store(const struct tri_ssa_value *value)
{
	return (value->op == TRI_SSA_ATOMIC_EXCHANGE && value->type == TRI_SSA_PTR) ||
		   (value->op == TRI_SSA_ATOMIC_COMPARE_EXCHANGE && value->arguments.items[2]->type == TRI_SSA_PTR);
}

static bool is_static(const struct tri_ssa_value *value) { return value->op == TRI_SSA_CONST || value->op == TRI_SSA_SYMBOL; }

static bool needs_barrier(const struct tri_ssa_value *store)
{
	if (in_frame(store->arguments.items[0]))
		return false;
	// The collector would find it in the barrier's buffer after the frame has moved; nothing outside of a frame may hold it.
	tri_assert(!in_frame(store->arguments.items[1]));
	return !(is_static(store->arguments.items[1]) && overwrites_zero(store));
}

// Nil, zero or false where there is zero already.
static bool is_redundant(const struct tri_ssa_value *store)
{
	const struct tri_ssa_value *stored = store->arguments.items[1];
	bool zero = (stored->op == TRI_SSA_CONST && stored->integer == 0) ||
				(stored->op == TRI_SSA_CONST_FLOAT && stored->number == 0 && !signbit(stored->number));
	return zero && overwrites_zero(store);
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

static struct tri_ssa_value *insert(struct tri_ssa_func *function, struct tri_ssa_value *place, enum tri_ssa_op op, enum tri_ssa_type type)
{
	struct tri_ssa_pos pos = place->pos;
	pos.is_statement = false;
	struct tri_ssa_value *value = tri_ssa_new_value(function, op, type, pos);
	tri_ssa_insert_before(place, value);
	return value;
}

static struct tri_ssa_value *place_of(struct tri_ssa_func *function, struct tri_ssa_value *first, const struct tri_ssa_value *store)
{
	struct tri_ssa_value *address = store->arguments.items[0];
	if (!store->integer)
		return address;
	struct tri_ssa_value *offset = insert(function, first, TRI_SSA_CONST, TRI_SSA_I64);
	offset->integer = store->integer;
	struct tri_ssa_value *sum = insert(function, first, TRI_SSA_ADD, TRI_SSA_PTR);
	tri_ssa_add_argument(function, sum, address);
	tri_ssa_add_argument(function, sum, offset);
	return sum;
}

static void expand(struct tri_ssa_func *function, struct tri_ssa_value **stores, uint32_t count)
{
	struct tri_ssa_value *first = stores[0], *last = stores[count - 1];
	struct ssa_value_list shaded = {0};
	for (uint32_t i = 0; i < count; i++)
		if (!overwrites_zero(stores[i]))
			tri_vector_push(function->arena, &shaded, place_of(function, first, stores[i]));
	uint32_t places = shaded.count;
	for (uint32_t i = 0; i < count; i++) {
		stores[i]->op = TRI_SSA_STORE;
		struct tri_ssa_value *value = tri_ssa_resolve(stores[i]->arguments.items[1]);
		bool known = is_static(value);
		for (uint32_t k = places; k < shaded.count; k++)
			known |= shaded.items[k] == value;
		if (!known)
			tri_vector_push(function->arena, &shaded, value);
	}
	struct tri_ssa_value *barrier = insert(function, first, TRI_SSA_BARRIER, TRI_SSA_VOID);
	barrier->integer = places;
	for (uint32_t i = 0; i < shaded.count; i++)
		tri_ssa_add_argument(function, barrier, shaded.items[i]);
	struct tri_ssa_value *end = insert(function, last, TRI_SSA_BARRIER_END, TRI_SSA_VOID);
	tri_ssa_detach(end);
	tri_ssa_insert_after(last, end);
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
		if (other->op == TRI_SSA_CALL || other->op == TRI_SSA_NEW_OBJECT || other->op == TRI_SSA_NIL_CHECK || is_atomic_store(other))
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

// An atomic operation has a barrier of its own. Another goroutine may change the old value between barrier and operation; the
// one that it puts there was shaded by its own barrier, or need not be.
static void guard_atomic(struct tri_ssa_func *function, struct tri_ssa_value *atomic)
{
	struct tri_ssa_value *address = atomic->arguments.items[0],
						 *stored = tri_ssa_resolve(atomic->arguments.items[atomic->arguments.count - 1]);
	if (in_frame(address))
		return;
	struct tri_ssa_value *barrier = insert(function, atomic, TRI_SSA_BARRIER, TRI_SSA_VOID);
	barrier->integer = 1;
	tri_ssa_add_argument(function, barrier, address);
	if (!is_static(stored))
		tri_ssa_add_argument(function, barrier, stored);
	struct tri_ssa_value *end = insert(function, atomic, TRI_SSA_BARRIER_END, TRI_SSA_VOID);
	tri_ssa_detach(end);
	tri_ssa_insert_after(atomic, end);
}

void ssa_pass_barriers(struct tri_ssa_func *function)
{
	bool *after = TRI_NEW_ARRAY(function->arena, bool, function->next_value_id);
	TRI_VECTOR(struct batch) batches = {0};
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		for (struct tri_ssa_value *value = function->blocks.items[b]->first, *next; value; value = next) {
			next = value->next;
			if (is_atomic_store(value))
				guard_atomic(function, value);
			if (value->op != TRI_SSA_STORE_BARRIER && value->op != TRI_SSA_STORE)
				continue;
			if (is_redundant(value)) {
				tri_ssa_remove(value);
				continue;
			}
			if (value->op == TRI_SSA_STORE)
				continue;
			if (!needs_barrier(value)) {
				value->op = TRI_SSA_STORE;
				continue;
			}
			struct batch batch = collect(value, after);
			tri_vector_push(function->arena, &batches, batch);
			next = batch.stores[batch.count - 1]->next;
		}
	}
	for (uint32_t i = 0; i < batches.count; i++)
		expand(function, batches.items[i].stores, batches.items[i].count);
}
