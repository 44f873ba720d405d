// Bytes that are loaded one by one and put together become one load, a number that is stored byte by byte one store.
//
// A load: a tree of ORs whose leaves are widened loads, shifted to their places. A store: neighbouring stores of shifted
// parts of one value, or of constants. Both are recognised within a block, where nothing else touches memory meanwhile,
// in either byte order.
#define TRI_SSA_INTERNAL
#include <stdlib.h>

#include "compiler/ssa/internal.h"

#define ARG(value, index) ((value)->arguments.items[index])

enum { MOST_LEAVES = 32, MOST_PARTS = 8 };

struct place {
	struct tri_ssa_value *pointer, *index; // index may be NULL
	int64_t offset;
};

static struct place place_of(const struct tri_ssa_value *access)
{
	struct place place = {.pointer = tri_ssa_resolve(ARG(access, 0)), .offset = access->integer};
	for (;;) {
		struct tri_ssa_value *pointer = place.pointer;
		if (pointer->op == TRI_SSA_NIL_CHECK) {
			place.pointer = tri_ssa_resolve(ARG(pointer, 0));
		} else if (pointer->op == TRI_SSA_ADD && ssa_is_const(ARG(pointer, 1))) {
			place.offset += ARG(pointer, 1)->integer;
			place.pointer = tri_ssa_resolve(ARG(pointer, 0));
		} else if (pointer->op == TRI_SSA_ADD && !place.index) {
			place.index = tri_ssa_resolve(ARG(pointer, 1));
			place.pointer = tri_ssa_resolve(ARG(pointer, 0));
		} else {
			break;
		}
	}
	while (place.index && place.index->op == TRI_SSA_ADD && ssa_is_const(ARG(place.index, 1))) {
		place.offset += ARG(place.index, 1)->integer;
		place.index = tri_ssa_resolve(ARG(place.index, 0));
	}
	return place;
}

static bool same_object(const struct place *a, const struct place *b) { return a->pointer == b->pointer && a->index == b->index; }

// A part of a number in memory: where it lies, which bits it is.
struct part {
	struct tri_ssa_value *access; // LOAD or STORE
	struct place place;
	uint32_t size;               // bytes
	int64_t shift;               // of its lowest bit
	struct tri_ssa_value **slot; // loads: the operand that holds it
};

static bool constant_shift(const struct tri_ssa_value *value, int64_t *count)
{
	if (!ssa_is_const(ARG(value, 1)) || ARG(value, 1)->integer < 0 || ARG(value, 1)->integer >= 8 * tri_ssa_type_size(value->type))
		return false;
	*count = ARG(value, 1)->integer;
	return true;
}

static uint8_t type_of_size(uint32_t size)
{
	return size == 1 ? TRI_SSA_I8 : size == 2 ? TRI_SSA_I16 : size == 4 ? TRI_SSA_I32 : TRI_SSA_I64;
}

static struct tri_ssa_value *insert1(struct tri_ssa_func *function, struct tri_ssa_value *place, enum tri_ssa_op op, uint8_t type,
									 struct tri_ssa_value *x)
{
	struct tri_ssa_value *value = tri_ssa_new_value(function, op, type, place->pos);
	value->pos.is_statement = false;
	tri_ssa_insert_before(place, value);
	if (x)
		tri_ssa_add_argument(function, value, x);
	return value;
}

static struct tri_ssa_value *shifted(struct tri_ssa_func *function, struct tri_ssa_value *place, enum tri_ssa_op op,
									 struct tri_ssa_value *x, int64_t count)
{
	if (count == 0)
		return x;
	struct tri_ssa_value *amount = insert1(function, place, TRI_SSA_CONST, TRI_SSA_I8, NULL);
	amount->integer = count;
	struct tri_ssa_value *value = insert1(function, place, op, x->type, x);
	tri_ssa_add_argument(function, value, amount);
	return value;
}

// Parts that lie side by side in memory and in the number: 2, 4 or 8 bytes.
struct run {
	struct part *parts[MOST_PARTS]; // in memory's order
	uint32_t count, size;
	bool reversed; // the highest bits come first
};

static struct part *neighbour(struct part *parts, uint32_t count, const struct part *of, int64_t offset, int64_t shift)
{
	for (uint32_t i = 0; i < count; i++)
		if (parts[i].size == of->size && same_object(&parts[i].place, &of->place) && parts[i].place.offset == offset &&
			parts[i].shift == shift)
			return &parts[i];
	return NULL;
}

static bool find_run(struct part *parts, uint32_t count, struct part *first, struct run *run)
{
	for (int reversed = 0; reversed < 2; reversed++) {
		if (reversed && first->size != 1)
			continue;
		struct run found = {.parts = {first}, .count = 1, .reversed = reversed};
		int64_t step = 8 * (int64_t)first->size;
		while (found.count * first->size < 8) {
			const struct part *last = found.parts[found.count - 1];
			struct part *next = neighbour(parts, count, first, last->place.offset + first->size, last->shift + (reversed ? -step : step));
			if (!next)
				break;
			found.parts[found.count++] = next;
		}
		while (found.count & (found.count - 1)) // only powers of two
			found.count--;
		found.size = found.count * first->size;
		if (found.count > 1 && found.size > run->size)
			*run = found;
	}
	return run->count > 1;
}

static int64_t lowest_shift(const struct run *run) { return run->parts[run->reversed ? run->count - 1 : 0]->shift; }

// ---- Loads -----------------------------------------------------------------------------------

struct tree {
	struct part parts[MOST_LEAVES];
	uint32_t count;
};

static bool inside_tree(const struct tri_ssa_value *value, const struct tri_ssa_value *root)
{
	return value->op == TRI_SSA_OR && value->type == root->type && value->use_count == 1 && value->block == root->block;
}

static void collect_leaves(struct tri_ssa_value *node, const struct tri_ssa_value *root, struct tree *tree)
{
	for (uint32_t i = 0; i < 2; i++) {
		struct tri_ssa_value *leaf = ARG(node, i);
		if (inside_tree(leaf, root)) {
			collect_leaves(leaf, root, tree);
			continue;
		}
		int64_t shift = 0;
		if (leaf->op == TRI_SSA_SHL && constant_shift(leaf, &shift)) {
			leaf = ARG(leaf, 0);
		}
		if (leaf->op != TRI_SSA_EXTEND_U || ARG(leaf, 0)->op != TRI_SSA_LOAD || ARG(leaf, 0)->type == TRI_SSA_BOOL ||
			ARG(leaf, 0)->block != root->block || tree->count == MOST_LEAVES)
			continue;
		struct tri_ssa_value *load = ARG(leaf, 0);
		tree->parts[tree->count++] = (struct part){
			.access = load, .place = place_of(load), .size = tri_ssa_type_size(load->type), .shift = shift, .slot = &ARG(node, i)};
	}
}

static bool memory_is_quiet(const struct run *run, const struct tri_ssa_value *root)
{
	uint32_t missing = run->count;
	for (const struct tri_ssa_value *value = root->previous; value; value = value->previous) {
		for (uint32_t i = 0; i < run->count; i++)
			if (run->parts[i]->access == value && --missing == 0)
				return true;
		if (tri_ssa_ops[value->op].flags & (TRI_SSA_FLAG_WRITE | TRI_SSA_FLAG_CALL) && value->op != TRI_SSA_NIL_CHECK)
			return false;
	}
	return false;
}

// The parts leave the tree, the whole joins it at the root.
static void replace_loads(struct tri_ssa_func *function, struct tri_ssa_value *root, const struct run *run)
{
	struct tri_ssa_value *first = run->parts[0]->access;
	struct tri_ssa_value *whole = insert1(function, root, TRI_SSA_LOAD, type_of_size(run->size), ARG(first, 0));
	whole->integer = first->integer;
	if (run->reversed)
		whole = insert1(function, root, TRI_SSA_BYTE_SWAP, whole->type, whole);
	if (whole->type != root->type)
		whole = insert1(function, root, TRI_SSA_EXTEND_U, root->type, whole);
	whole = shifted(function, root, TRI_SSA_SHL, whole, lowest_shift(run));
	struct tri_ssa_value *start = root->block->first;
	while (start->op == TRI_SSA_PHI)
		start = start->next;
	struct tri_ssa_value *zero = insert1(function, start, TRI_SSA_CONST, root->type, NULL);
	for (uint32_t i = 0; i < run->count; i++) {
		(*run->parts[i]->slot)->use_count--;
		*run->parts[i]->slot = zero;
		zero->use_count++;
	}
	struct tri_ssa_value *rest = insert1(function, root, TRI_SSA_OR, root->type, ARG(root, 0));
	tri_ssa_add_argument(function, rest, ARG(root, 1));
	tri_ssa_set_argument(root, 0, rest);
	tri_ssa_set_argument(root, 1, whole);
}

static bool combine_loads(struct tri_ssa_func *function, struct tri_ssa_value *root)
{
	struct tree tree = {.count = 0};
	collect_leaves(root, root, &tree);
	struct run best = {.count = 0};
	int64_t width = 8 * (int64_t)tri_ssa_type_size(root->type);
	for (uint32_t i = 0; i < tree.count; i++) {
		struct run run = {.count = 0};
		if (find_run(tree.parts, tree.count, &tree.parts[i], &run) && run.size > best.size && lowest_shift(&run) + 8 * run.size <= width &&
			memory_is_quiet(&run, root))
			best = run;
	}
	if (best.count > 1)
		replace_loads(function, root, &best);
	return best.count > 1; // the operands moved: what is left is looked at again
}

// ---- Stores ----------------------------------------------------------------------------------

struct stored {
	struct tri_ssa_value *whole; // NULL: constants
	struct part parts[MOST_PARTS];
	uint32_t count;
};

// What a narrow store stores: bits of a wider value from `shift` on, or a constant.
static bool part_of(struct tri_ssa_value *store, struct part *part, struct tri_ssa_value **whole)
{
	struct tri_ssa_value *value = ARG(store, 1);
	if (value->type < TRI_SSA_I8 || value->type > TRI_SSA_I32)
		return false;
	*part = (struct part){.access = store, .place = place_of(store), .size = tri_ssa_type_size(value->type)};
	*whole = NULL;
	if (ssa_is_const(value))
		return true;
	if (value->op != TRI_SSA_TRUNCATE)
		return false;
	value = ARG(value, 0);
	if ((value->op == TRI_SSA_SHR_U || value->op == TRI_SSA_SHR_S) && constant_shift(value, &part->shift))
		value = ARG(value, 0);
	*whole = value;
	return part->shift + 8 * part->size <= 8 * tri_ssa_type_size(value->type);
}

static void replace_stores(struct tri_ssa_func *function, struct stored *stored, const struct run *run)
{
	struct tri_ssa_value *last = stored->parts[stored->count - 1].access, *value;
	uint8_t type = type_of_size(run->size);
	if (stored->whole) {
		value = shifted(function, last, TRI_SSA_SHR_U, stored->whole, lowest_shift(run));
		if (value->type != type)
			value = insert1(function, last, TRI_SSA_TRUNCATE, type, value);
		if (run->reversed)
			value = insert1(function, last, TRI_SSA_BYTE_SWAP, type, value);
	} else {
		uint64_t bits = 0;
		for (uint32_t i = run->count; i-- > 0;)
			bits = bits << (8 * run->parts[i]->size) |
				   ssa_unsigned(ARG(run->parts[i]->access, 1)->integer, ARG(run->parts[i]->access, 1)->type);
		value = insert1(function, last, TRI_SSA_CONST, type, NULL);
		value->integer = ssa_normalise((int64_t)bits, type);
	}
	struct tri_ssa_value *store = insert1(function, last, TRI_SSA_STORE, TRI_SSA_VOID, ARG(run->parts[0]->access, 0));
	store->integer = run->parts[0]->access->integer;
	tri_ssa_add_argument(function, store, value);
	for (uint32_t i = 0; i < run->count; i++)
		tri_ssa_remove(run->parts[i]->access);
}

// The stores so far, when another access or the block's end comes.
static bool finish_stores(struct tri_ssa_func *function, struct stored *stored)
{
	struct run best = {.count = 0};
	for (uint32_t i = 0; i < stored->count; i++) {
		if (!stored->whole) // constants: as if their shifts followed their places
			for (uint32_t k = 0; k < stored->count; k++)
				stored->parts[k].shift = 8 * (stored->parts[k].place.offset - stored->parts[i].place.offset);
		struct run run = {.count = 0};
		if (find_run(stored->parts, stored->count, &stored->parts[i], &run) && run.size > best.size && !(run.reversed && !stored->whole))
			best = run;
	}
	bool found = best.count > 1;
	if (found) {
		if (!stored->whole && best.size == 8) { // a constant of 8 bytes must be one that an instruction can hold
			uint64_t bits = 0;
			for (uint32_t i = best.count; i-- > 0;)
				bits = bits << (8 * best.parts[i]->size) |
					   ssa_unsigned(ARG(best.parts[i]->access, 1)->integer, ARG(best.parts[i]->access, 1)->type);
			found = (int64_t)bits == (int32_t)bits || best.parts[0]->size < 4;
		}
		if (found)
			replace_stores(function, stored, &best);
	}
	stored->count = 0;
	return found;
}

static bool combine_stores(struct tri_ssa_func *function, struct tri_ssa_block *block)
{
	struct stored stored = {.count = 0};
	bool changed = false;
	for (struct tri_ssa_value *value = block->first, *next; value; value = next) {
		next = value->next;
		struct part part;
		struct tri_ssa_value *whole;
		if (value->op == TRI_SSA_STORE && part_of(value, &part, &whole)) {
			// A second store to the same bytes, or to another object, starts anew.
			bool fits = stored.count > 0 && stored.count < MOST_PARTS && stored.whole == whole &&
						same_object(&stored.parts[0].place, &part.place) && stored.parts[0].size == part.size;
			for (uint32_t i = 0; i < stored.count; i++)
				fits &= llabs(stored.parts[i].place.offset - part.place.offset) >= part.size;
			if (!fits)
				changed |= finish_stores(function, &stored);
			stored.whole = whole;
			stored.parts[stored.count++] = part;
			continue;
		}
		if (tri_ssa_ops[value->op].flags & (TRI_SSA_FLAG_READ | TRI_SSA_FLAG_WRITE | TRI_SSA_FLAG_CALL | TRI_SSA_FLAG_TRAP))
			changed |= finish_stores(function, &stored);
	}
	return changed | finish_stores(function, &stored);
}

void ssa_pass_combine(struct tri_ssa_func *function)
{
	bool changed = false;
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		for (struct tri_ssa_value *value = block->last, *previous; value; value = previous) {
			previous = value->previous;
			if (value->op != TRI_SSA_OR || value->type < TRI_SSA_I16 || value->type > TRI_SSA_I64)
				continue;
			bool again = true;
			while (again) {
				again = combine_loads(function, value);
				changed |= again;
			}
		}
		while (combine_stores(function, block))
			changed = true;
	}
	if (changed) {
		ssa_pass_simplify(function);
		ssa_pass_dead(function);
	}
}
