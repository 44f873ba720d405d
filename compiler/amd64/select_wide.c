// Arithmetic with results of two words: products, and sums and differences with what they carry.
//
// SSA has an operation for each of the two results. Where both are wanted and stand close together, one instruction makes both, in the
// place of the first. A carry lies in a register; where the instruction that takes it follows the one that makes it, it stays in the
// processor's flag, and if nobody else wants it, only there.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/select.h"

enum { NEARBY = 16 }; // how far apart the two operations of a pair may be

// The operation of the other result, or -1.
static int partner_operation(enum tri_ssa_op op)
{
	switch (op) {
	case TRI_SSA_MUL_HIGH_U:
		return TRI_SSA_MUL;
	case TRI_SSA_CARRY_OUT:
		return TRI_SSA_ADD_CARRY;
	case TRI_SSA_BORROW_OUT:
		return TRI_SSA_SUB_BORROW;
	default:
		return -1;
	}
}

static bool has_same_arguments(const struct tri_ssa_value *value, const struct tri_ssa_value *other)
{
	if (value->type != other->type || value->arguments.count != other->arguments.count)
		return false;
	for (uint32_t i = 0; i < value->arguments.count; i++) {
		if (select_resolve(value->arguments.items[i]) != select_resolve(other->arguments.items[i]))
			return false;
	}
	return true;
}

void select_find_pairs(struct selector *selector, struct tri_ssa_block *block)
{
	for (struct tri_ssa_value *value = block->first; value; value = value->next) {
		int wanted = partner_operation(value->op);
		if (wanted < 0 || value->use_count == 0 || (value->op == TRI_SSA_MUL_HIGH_U && value->type != TRI_SSA_I64))
			continue;
		struct tri_ssa_value *before = value->previous, *after = value->next, *found = NULL;
		for (unsigned i = 0; i < NEARBY && !found; i++) {
			if (before && before->op == wanted && has_same_arguments(before, value))
				found = before;
			else if (after && after->op == wanted && has_same_arguments(after, value))
				found = after;
			before = before ? before->previous : NULL;
			after = after ? after->next : NULL;
		}
		if (!found || found->use_count == 0 || selector->partner[found->id])
			continue;
		selector->partner[found->id] = value;
		selector->partner[value->id] = found;
	}
}

static void hint_register(struct selector *selector, uint32_t vreg, uint8_t reg)
{
	if (vreg)
		vreg_of(selector->function, vreg)->hint_register = reg;
}

static void define_second(struct selector *selector, struct instruction *instruction, uint32_t vreg)
{
	instruction->fixed_defs = TRI_NEW_ARRAY(selector->function->arena, struct fixed_operand, 1);
	instruction->fixed_defs[0].vreg = vreg;
	instruction->fixed_def_count = 1;
}

static void select_product(struct selector *selector, const struct tri_ssa_value *value, uint32_t high, uint32_t low)
{
	uint32_t a = select_vreg(selector, value->arguments.items[0]), b = select_vreg(selector, value->arguments.items[1]);
	struct instruction *multiply = select_emit(selector, MACHINE_MULTIPLY_WIDE, 8, high);
	multiply->a = operand_vreg(a);
	multiply->b = operand_vreg(b);
	multiply->clobbers = 1u << RAX | 1u << RDX;
	define_second(selector, multiply, low);
	hint_register(selector, high, RDX);
	hint_register(selector, low, RAX);
}

static bool is_number(const struct tri_ssa_value *value) { return value->op == TRI_SSA_CONST; }

static void select_sum(struct selector *selector, const struct tri_ssa_value *value, bool subtract, uint32_t sum, uint32_t carry)
{
	struct tri_ssa_value *left = select_resolve(value->arguments.items[0]), *right = select_resolve(value->arguments.items[1]);
	struct tri_ssa_value *into = select_resolve(value->arguments.items[2]);
	if (!subtract && is_number(left)) {
		struct tri_ssa_value *other = left;
		left = right;
		right = other;
	}
	bool nothing = is_number(into) && into->integer == 0;
	uint32_t a = select_vreg(selector, left);
	struct operand b = select_operand(selector, right);
	if (b.kind == OPERAND_SYMBOL)
		b = operand_vreg(select_vreg(selector, right));
	struct operand c = nothing ? (struct operand){0} : operand_vreg(select_vreg(selector, into));
	if (!sum)
		sum = select_new_vreg(selector, TRI_SSA_I64);
	struct instruction *add = select_emit(selector, nothing && !carry ? MACHINE_ALU : MACHINE_ADD_CARRY, 8, sum);
	add->alu = subtract ? ALU_SUB : ALU_ADD;
	add->a = operand_vreg(a);
	add->b = b;
	add->c = c;
	vreg_of(selector->function, sum)->hint = a;
	if (carry) {
		define_second(selector, add, carry);
		selector->has_carries = true;
	}
}

bool select_wide(struct selector *selector, const struct tri_ssa_value *value)
{
	const struct tri_ssa_value *partner = selector->partner[value->id];
	if (!partner && (value->op == TRI_SSA_MUL || value->op == TRI_SSA_MUL_HIGH_U))
		return false;
	uint32_t own = selector->value_vreg[value->id], other = partner ? selector->value_vreg[partner->id] : 0;
	if (partner) {
		// Blocks are walked from their end: the first one met is the second of the pair.
		if (!selector->met[value->id]) {
			selector->met[partner->id] = true;
			return true;
		}
	}
	if (!own && !other)
		return true;
	switch ((enum tri_ssa_op)value->op) {
	case TRI_SSA_MUL:
	case TRI_SSA_MUL_HIGH_U: {
		uint32_t high = value->op == TRI_SSA_MUL ? other : own, low = value->op == TRI_SSA_MUL ? own : other;
		select_product(selector, value, high ? high : select_new_vreg(selector, TRI_SSA_I64),
					   low ? low : select_new_vreg(selector, TRI_SSA_I64));
		break;
	}
	case TRI_SSA_ADD_CARRY:
	case TRI_SSA_SUB_BORROW:
		select_sum(selector, value, value->op == TRI_SSA_SUB_BORROW, own, other);
		break;
	default:
		select_sum(selector, value, value->op == TRI_SSA_BORROW_OUT, other, own);
	}
	return true;
}

// ---- Carries in the flag -----------------------------------------------------------------------

// Instructions that the processor does, and emit.c makes, without a change to the flags, as long as it is told that they are in use.
static bool keeps_flags(const struct instruction *instruction)
{
	switch (instruction->op) {
	case MACHINE_MOVE:
	case MACHINE_LOAD:
	case MACHINE_STORE:
	case MACHINE_LEA:
	case MACHINE_KEEP_ALIVE:
		return true;
	default:
		return false;
	}
}

static void count_use(void *context, uint32_t vreg, enum use_kind kind)
{
	(void)kind;
	uint32_t *uses = context;
	uses[vreg]++;
}

void select_join_carries(struct machine_function *function)
{
	uint32_t *uses = TRI_NEW_ARRAY(function->arena, uint32_t, function->vregs.count);
	for (uint32_t i = 0; i < function->blocks.count; i++) {
		const struct machine_block *block = function->blocks.items[i];
		for (const struct instruction *instruction = block->first; instruction; instruction = instruction->next)
			amd64_each_use(instruction, count_use, uses);
		for (uint32_t k = 0; k < block->phis.count; k++) {
			for (uint32_t p = 0; p < block->predecessors.count; p++) {
				if (block->phis.items[k].sources[p].kind == OPERAND_VREG)
					uses[block->phis.items[k].sources[p].vreg]++;
			}
		}
	}
	for (uint32_t i = 0; i < function->blocks.count; i++) {
		for (struct instruction *maker = function->blocks.items[i]->first; maker; maker = maker->next) {
			if (maker->op != MACHINE_ADD_CARRY || maker->fixed_def_count == 0)
				continue;
			struct instruction *taker = maker->next;
			while (taker && keeps_flags(taker))
				taker = taker->next;
			uint32_t carry = maker->fixed_defs[0].vreg;
			if (!taker || taker->op != MACHINE_ADD_CARRY || taker->c.kind != OPERAND_VREG || taker->c.vreg != carry)
				continue;
			taker->c = (struct operand){0};
			taker->takes_carry = true;
			maker->leaves_carry = true;
			if (--uses[carry] == 0)
				maker->fixed_def_count = 0;
		}
	}
}
