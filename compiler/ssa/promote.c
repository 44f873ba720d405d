// Promotion: a slot that is only loaded and stored in whole words, at the same offsets with the same types, lives in
// values instead. SSA construction again, for memory: phis at iterated dominance frontiers are avoided by the same
// lookup on demand that the builder uses.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/internal.h"

enum { MAX_CELLS = 8 };

struct cell {
	int64_t offset;
	uint8_t type;
};

struct candidate {
	bool rejected;
	uint32_t cell_count;
	struct cell cells[MAX_CELLS];
	uint32_t first; // cell number in the function
};

// A number and the float of its size are the same bits (math.Float64bits reads one as the other).
static bool same_bits(uint8_t a, uint8_t b)
{
	return a == b || (a == TRI_SSA_I64 && b == TRI_SSA_F64) || (a == TRI_SSA_F64 && b == TRI_SSA_I64) ||
		   (a == TRI_SSA_I32 && b == TRI_SSA_F32) || (a == TRI_SSA_F32 && b == TRI_SSA_I32);
}

static bool add_cell(struct candidate *candidate, int64_t offset, uint8_t type)
{
	int64_t size = tri_ssa_type_size(type);
	for (uint32_t i = 0; i < candidate->cell_count; i++) {
		struct cell *cell = &candidate->cells[i];
		if (cell->offset == offset && same_bits(cell->type, type))
			return true;
		if (cell->offset < offset + size && offset < cell->offset + tri_ssa_type_size(cell->type))
			return false;
	}
	if (candidate->cell_count == MAX_CELLS)
		return false;
	candidate->cells[candidate->cell_count++] = (struct cell){offset, type};
	return true;
}

// All words of small slots that ZERO_MEMORY clears become cells by their loads and stores; a clear writes zero to each.
static void examine(struct tri_ssa_func *function, struct candidate *candidates)
{
	for (uint32_t i = 0; i < function->slots.count; i++)
		candidates[i].rejected = function->slots.items[i]->always_live || function->slots.items[i]->size > 64;
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		for (struct tri_ssa_value *value = block->first; value; value = value->next)
			for (uint32_t i = 0; i < value->arguments.count; i++) {
				struct tri_ssa_value *address = value->arguments.items[i];
				if (address->op != TRI_SSA_SLOT)
					continue;
				struct candidate *candidate = &candidates[address->slot->id];
				bool good = false;
				if (value->op == TRI_SSA_LOAD)
					good = add_cell(candidate, address->integer + value->integer, value->type);
				else if (value->op == TRI_SSA_STORE && i == 0)
					good = add_cell(candidate, address->integer + value->integer, value->arguments.items[1]->type);
				else if (value->op == TRI_SSA_ZERO_MEMORY)
					good = address->integer == 0 && value->integer >= address->slot->size;
				if (!good)
					candidate->rejected = true;
			}
		for (uint32_t i = 0; i < block->results.count; i++)
			if (block->results.items[i]->op == TRI_SSA_SLOT)
				candidates[block->results.items[i]->slot->id].rejected = true;
	}
}

struct promoter {
	struct tri_ssa_func *function;
	struct candidate *candidates;
	struct tri_map *at_end;     // per block: cell -> value
	uint8_t *types;             // per cell
	struct ssa_value_list phis; // integer: cell
};

static struct tri_ssa_value *at_start(struct promoter *promoter, struct tri_ssa_block *block, enum tri_ssa_op op, uint8_t type)
{
	struct tri_ssa_pos pos = block->first ? block->first->pos : block->pos;
	pos.is_statement = false;
	struct tri_ssa_value *value = tri_ssa_new_value(promoter->function, op, type, pos);
	if (op == TRI_SSA_PHI) {
		if (block->first)
			tri_ssa_insert_before(block->first, value);
		else
			tri_ssa_append(block, value);
		return value;
	}
	tri_ssa_insert_behind_phis(block, value);
	return value;
}

static struct tri_ssa_value *zero_at_start(struct promoter *promoter, struct tri_ssa_block *block, uint8_t type)
{
	return at_start(promoter, block, tri_ssa_type_is_float(type) ? TRI_SSA_CONST_FLOAT : TRI_SSA_CONST, type);
}

static struct tri_ssa_value *value_at_start(struct promoter *promoter, struct tri_ssa_block *block, uint32_t cell);

static struct tri_ssa_value *value_at_end(struct promoter *promoter, struct tri_ssa_block *start, uint32_t cell)
{
	struct tri_ssa_block *block = start;
	struct tri_ssa_value *value;
	while (!(value = tri_map_get(&promoter->at_end[block->id], cell))) {
		if (block->predecessors.count == 1 && block != promoter->function->defer_return_block) {
			block = block->predecessors.items[0];
			continue;
		}
		value = value_at_start(promoter, block, cell);
		tri_map_put(promoter->function->arena, &promoter->at_end[block->id], cell, value);
		break;
	}
	for (struct tri_ssa_block *between = start; between != block; between = between->predecessors.items[0])
		tri_map_put(promoter->function->arena, &promoter->at_end[between->id], cell, value);
	return value;
}

static struct tri_ssa_value *value_at_start(struct promoter *promoter, struct tri_ssa_block *block, uint32_t cell)
{
	if (!block->predecessors.count)
		return zero_at_start(promoter, block, promoter->types[cell]);
	if (block->predecessors.count == 1)
		return value_at_end(promoter, block->predecessors.items[0], cell);
	struct tri_ssa_value *phi = at_start(promoter, block, TRI_SSA_PHI, promoter->types[cell]);
	phi->integer = cell;
	tri_vector_push(promoter->function->arena, &promoter->phis, phi);
	return phi;
}

// Rewrites one block given that loads not preceded by a store in it look to the block's start. Loads of that kind are
// collected, since the start's value may be known only after every block's stores are.
struct pending_load {
	struct tri_ssa_value *load;
	uint32_t cell;
};

// The load's value is `found`, read as the load's type.
static void replace_load(struct tri_ssa_func *function, struct tri_ssa_value *load, struct tri_ssa_value *found)
{
	if (load->type == found->type) {
		tri_ssa_make_copy(function, load, found);
		return;
	}
	load->op = TRI_SSA_BITCAST;
	load->integer = 0;
	tri_ssa_set_argument(load, 0, found);
}

static uint32_t cell_of(const struct candidate *candidate, int64_t offset)
{
	for (uint32_t i = 0; i < candidate->cell_count; i++)
		if (candidate->cells[i].offset == offset)
			return candidate->first + i;
	tri_ice("promotion lost a cell");
}

void ssa_pass_promote(struct tri_ssa_func *function)
{
	if (!function->slots.count)
		return;
	struct candidate *candidates = TRI_NEW_ARRAY(function->arena, struct candidate, function->slots.count);
	examine(function, candidates);
	uint32_t cells = 0;
	for (uint32_t i = 0; i < function->slots.count; i++) {
		candidates[i].first = cells;
		if (!candidates[i].rejected)
			cells += candidates[i].cell_count;
	}
	if (!cells)
		return;
	struct promoter promoter = {.function = function, .candidates = candidates};
	promoter.at_end = TRI_NEW_ARRAY(function->arena, struct tri_map, function->next_block_id);
	promoter.types = TRI_NEW_ARRAY(function->arena, uint8_t, cells);
	for (uint32_t i = 0; i < function->slots.count; i++)
		for (uint32_t c = 0; !candidates[i].rejected && c < candidates[i].cell_count; c++)
			promoter.types[candidates[i].first + c] = candidates[i].cells[c].type;
	TRI_VECTOR(struct pending_load) pending = {0};
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		struct tri_map *known = &promoter.at_end[block->id];
		for (struct tri_ssa_value *value = block->first, *next; value; value = next) {
			next = value->next;
			if (value->op == TRI_SSA_SLOT_LIVE && !candidates[value->slot->id].rejected) {
				const struct candidate *candidate = &candidates[value->slot->id];
				for (uint32_t c = 0; c < candidate->cell_count; c++)
					tri_map_put(function->arena, known, candidate->first + c, NULL);
				// Undefined from here: any value, but none from before.
				for (uint32_t c = 0; c < candidate->cell_count; c++) {
					uint8_t type = candidate->cells[c].type;
					struct tri_ssa_value *undefined =
						tri_ssa_new_value(function, tri_ssa_type_is_float(type) ? TRI_SSA_CONST_FLOAT : TRI_SSA_CONST, type, value->pos);
					tri_ssa_insert_before(value, undefined);
					tri_map_put(function->arena, known, candidate->first + c, undefined);
				}
				tri_ssa_remove(value);
				continue;
			}
			if (!value->arguments.count || value->arguments.items[0]->op != TRI_SSA_SLOT ||
				candidates[value->arguments.items[0]->slot->id].rejected)
				continue;
			struct tri_ssa_value *address = value->arguments.items[0];
			const struct candidate *candidate = &candidates[address->slot->id];
			if (value->op == TRI_SSA_LOAD) {
				uint32_t cell = cell_of(candidate, address->integer + value->integer);
				struct tri_ssa_value *found = tri_map_get(known, cell);
				if (found)
					replace_load(function, value, found);
				else
					tri_vector_push(function->arena, &pending, ((struct pending_load){value, cell}));
			} else if (value->op == TRI_SSA_STORE) {
				uint32_t cell = cell_of(candidate, address->integer + value->integer);
				struct tri_ssa_value *stored = value->arguments.items[1];
				if (stored->type != promoter.types[cell]) {
					struct tri_ssa_value *cast = tri_ssa_new_value(function, TRI_SSA_BITCAST, promoter.types[cell], value->pos);
					cast->pos.is_statement = false;
					tri_ssa_insert_before(value, cast);
					tri_ssa_add_argument(function, cast, stored);
					stored = cast;
				}
				tri_map_put(function->arena, known, cell, stored);
				tri_ssa_remove(value);
			} else if (value->op == TRI_SSA_ZERO_MEMORY) {
				for (uint32_t c = 0; c < candidate->cell_count; c++) {
					uint8_t type = candidate->cells[c].type;
					struct tri_ssa_value *zero =
						tri_ssa_new_value(function, tri_ssa_type_is_float(type) ? TRI_SSA_CONST_FLOAT : TRI_SSA_CONST, type, value->pos);
					tri_ssa_insert_before(value, zero);
					tri_map_put(function->arena, known, candidate->first + c, zero);
				}
				tri_ssa_remove(value);
			}
		}
	}
	// at_start values of a block that itself stores later: kept apart from what it leaves at its end.
	struct tri_map *starts = TRI_NEW_ARRAY(function->arena, struct tri_map, function->next_block_id);
	for (uint32_t i = 0; i < pending.count; i++) {
		struct tri_ssa_value *load = pending.items[i].load;
		struct tri_ssa_block *block = load->block;
		uint32_t cell = pending.items[i].cell;
		struct tri_ssa_value *value = tri_map_get(&starts[block->id], cell);
		if (!value) {
			bool stores = tri_map_get(&promoter.at_end[block->id], cell) != NULL;
			// Without a store in the block, its end knows what its start knows.
			value = stores ? value_at_start(&promoter, block, cell) : value_at_end(&promoter, block, cell);
			tri_map_put(function->arena, &starts[block->id], cell, value);
		}
		replace_load(function, load, value);
	}
	while (promoter.phis.count) {
		struct tri_ssa_value *phi = promoter.phis.items[--promoter.phis.count];
		uint32_t cell = (uint32_t)phi->integer;
		phi->integer = 0;
		for (uint32_t p = 0; p < phi->block->predecessors.count; p++)
			tri_ssa_add_argument(function, phi, value_at_end(&promoter, phi->block->predecessors.items[p], cell));
	}
	tri_ssa_remove_copies(function);
	ssa_pass_phis(function);
}
