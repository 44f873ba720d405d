// Shared between the SSA passes; not for other modules.
#ifndef TRI_COMPILER_SSA_INTERNAL_H
#define TRI_COMPILER_SSA_INTERNAL_H

#ifndef TRI_SSA_INTERNAL
#error "compiler/ssa/internal.h is private to compiler/ssa"
#endif

#include "compiler/ssa/ssa.h"

struct ssa_block_list {
	struct tri_ssa_block **items;
	uint32_t count, capacity;
};
struct ssa_value_list {
	struct tri_ssa_value **items;
	uint32_t count, capacity;
};

// All reachable blocks; a block comes after its dominator, and after all predecessors but those of back edges.
void ssa_reverse_postorder(struct tri_ssa_func *function, struct ssa_block_list *order);

static inline bool ssa_has_flag(const struct tri_ssa_value *value, enum tri_ssa_op_flag flag)
{
	return (tri_ssa_ops[value->op].flags & flag) != 0;
}
static inline bool ssa_is_safepoint(const struct tri_ssa_value *value)
{
	return value->op == TRI_SSA_NEW_OBJECT || (value->op == TRI_SSA_CALL && !value->call->is_leaf);
}
static inline bool ssa_is_const(const struct tri_ssa_value *value) { return value->op == TRI_SSA_CONST; }
static inline bool ssa_is_const_of(const struct tri_ssa_value *value, int64_t integer)
{
	return value->op == TRI_SSA_CONST && value->integer == integer;
}
// The low bits of a type's width, sign-extended: the normal form of CONST.
static inline int64_t ssa_normalise(int64_t integer, enum tri_ssa_type type)
{
	switch (type) {
	case TRI_SSA_BOOL:
		return integer != 0;
	case TRI_SSA_I8:
		return (int8_t)integer;
	case TRI_SSA_I16:
		return (int16_t)integer;
	case TRI_SSA_I32:
		return (int32_t)integer;
	default:
		return integer;
	}
}
static inline uint64_t ssa_unsigned(int64_t integer, enum tri_ssa_type type)
{
	switch (type) {
	case TRI_SSA_BOOL:
		return integer != 0;
	case TRI_SSA_I8:
		return (uint8_t)integer;
	case TRI_SSA_I16:
		return (uint16_t)integer;
	case TRI_SSA_I32:
		return (uint32_t)integer;
	default:
		return (uint64_t)integer;
	}
}

// One row of passes.c.
struct ssa_pass {
	const char *name;
	void (*run)(struct tri_ssa_func *function);
	const char *requires[4]; // passes that must have run before (any occurrence)
	bool needs_dominators;
	bool mandatory; // lowers something that the back end does not know: cannot be disabled
};

void ssa_pass_phis(struct tri_ssa_func *function);
void ssa_pass_simplify(struct tri_ssa_func *function);
void ssa_pass_dead(struct tri_ssa_func *function);
void ssa_pass_common(struct tri_ssa_func *function);
void ssa_pass_nil_checks(struct tri_ssa_func *function);
void ssa_pass_bounds(struct tri_ssa_func *function);
void ssa_pass_memory(struct tri_ssa_func *function);
void ssa_pass_promote(struct tri_ssa_func *function);
void ssa_pass_branches(struct tri_ssa_func *function);
void ssa_pass_barriers(struct tri_ssa_func *function);
void ssa_pass_combine(struct tri_ssa_func *function);
void ssa_pass_divide(struct tri_ssa_func *function);
void ssa_pass_selects(struct tri_ssa_func *function);
void ssa_pass_finish(struct tri_ssa_func *function);

// Known at the block, from dominating branches. Needs dominators.
bool ssa_is_non_negative(struct tri_ssa_value *value, struct tri_ssa_block *at);

// Sets slot->address_taken and folds constant offsets into SLOT and LOAD/STORE.
void ssa_mark_slots(struct tri_ssa_func *function);

// Turns value into a constant in place (arguments dropped).
void ssa_make_const(struct tri_ssa_value *value, int64_t integer);
void ssa_make_const_float(struct tri_ssa_value *value, double number);

#endif
