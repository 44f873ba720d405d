// Internal to compiler/amd64: what the files of instruction selection share.
#ifndef TRI_AMD64_SELECT_H
#define TRI_AMD64_SELECT_H
#include "compiler/amd64/internal.h"

struct selector {
	struct machine_function *function;
	struct machine_block *block;
	// Instructions of the value being selected, in order; put in front of the block when it is done.
	struct instruction *group_first, *group_last;
	uint32_t *epoch;                // by value id: number of writes before it in its block
	uint32_t *value_vreg;           // by value id: virtual register, 0 = not needed so far
	bool *folded;                   // by value id: became part of its user
	bool keeps_loads;               // none is to be folded now: what reads it may read it again
	struct tri_ssa_value **partner; // by value id: what one instruction makes together with it (select_wide.c)
	bool *met;                      // by value id: the second of a pair was
	bool has_carries;
	bool *covered; // NIL_CHECK whose fault a following access takes over
	uint32_t now;  // epoch of the instruction being made
	struct tri_ssa_pos pos;
};

// Through copies and nil checks to the value that is computed.
struct tri_ssa_value *select_resolve(struct tri_ssa_value *value);
uint32_t select_new_vreg(struct selector *selector, enum tri_ssa_type type);
uint32_t select_vreg(struct selector *selector, struct tri_ssa_value *value);          // value in a virtual register
struct operand select_operand(struct selector *selector, struct tri_ssa_value *value); // register or immediate
// Register, immediate, or the memory of a load that can be folded (then `instruction->mem` is set).
struct operand select_operand_or_memory(struct selector *selector, struct instruction *instruction, struct tri_ssa_value *value);
struct address select_address(struct selector *selector, struct tri_ssa_value *base, int64_t displacement);
void select_append(struct selector *selector, struct instruction *instruction); // to the group being made
struct instruction *select_emit(struct selector *selector, enum machine_op op, unsigned width, uint32_t dst);
// Fills condition, a, b, width of a SET, CHOOSE or BRANCH.
void select_condition(struct selector *selector, struct instruction *instruction, struct tri_ssa_value *condition);
void select_find_pairs(struct selector *selector, struct tri_ssa_block *block); // select_wide.c
// Of a value with two words, or one of them; false: it is an operation like others.
bool select_wide(struct selector *selector, const struct tri_ssa_value *value);
void select_join_carries(struct machine_function *function); // leaves carries in the flag where the next instruction takes them
void select_call(struct selector *selector, struct tri_ssa_value *value);      // select_call.c
bool select_tail_call(struct selector *selector, struct tri_ssa_block *block); // false: the block ends as it says
void select_return(struct selector *selector, struct tri_ssa_block *block);
void select_entry(struct selector *selector);

static inline struct operand operand_vreg(uint32_t vreg) { return (struct operand){.kind = OPERAND_VREG, .vreg = vreg}; }
static inline struct operand operand_immediate(int64_t value) { return (struct operand){.kind = OPERAND_IMMEDIATE, .immediate = value}; }

#endif
