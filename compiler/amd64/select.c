// Instruction selection: SSA values to machine instructions over virtual registers.
//
// Blocks are walked from their last value to their first, so that a value is met after its users: what
// nobody asked for is dropped, and what a user could absorb (an address, an immediate, a load that no
// write separates from its only user, a comparison) produces nothing of its own. Constants are never
// kept in registers across instructions; they are immediates, memory operands or made where used.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/select.h"
#include "compiler/amd64/layout.h"
#include <stdlib.h>

struct tri_ssa_value *select_resolve(struct tri_ssa_value *value)
{
	while (value->op == TRI_SSA_COPY || value->op == TRI_SSA_NIL_CHECK)
		value = value->arguments.items[0];
	return value;
}

uint32_t select_new_vreg(struct selector *selector, enum tri_ssa_type type)
{
	struct machine_function *function = selector->function;
	struct virtual_register vreg = {.type = (uint8_t)type, .hint_register = NO_REGISTER};
	tri_vector_push(function->arena, &function->vregs, vreg);
	return function->vregs.count - 1;
}

static struct instruction *new_instruction(struct selector *selector, enum machine_op op, unsigned width, uint32_t dst)
{
	struct instruction *instruction = TRI_NEW(selector->function->arena, struct instruction);
	instruction->op = (uint8_t)op;
	instruction->width = (uint8_t)width;
	instruction->dst = dst;
	instruction->pos = selector->pos;
	return instruction;
}

void select_append(struct selector *selector, struct instruction *instruction)
{
	instruction->previous = selector->group_last;
	if (selector->group_last)
		selector->group_last->next = instruction;
	else
		selector->group_first = instruction;
	selector->group_last = instruction;
}

struct instruction *select_emit(struct selector *selector, enum machine_op op, unsigned width, uint32_t dst)
{
	struct instruction *instruction = new_instruction(selector, op, width, dst);
	select_append(selector, instruction);
	return instruction;
}

// Moves the finished group to the front of the block.
static void finish_group(struct selector *selector)
{
	if (!selector->group_first)
		return;
	struct machine_block *block = selector->block;
	selector->group_last->next = block->first;
	if (block->first)
		block->first->previous = selector->group_last;
	else
		block->last = selector->group_last;
	block->first = selector->group_first;
	selector->group_first = selector->group_last = NULL;
}

// ---- Operands --------------------------------------------------------------------------------

static bool is_constant(const struct tri_ssa_value *value)
{
	return value->op == TRI_SSA_CONST || value->op == TRI_SSA_CONST_FLOAT || value->op == TRI_SSA_SYMBOL;
}

static bool is_frame_address(const struct tri_ssa_value *value)
{
	return value->op == TRI_SSA_SLOT || value->op == TRI_SSA_ARGUMENT_AREA || value->op == TRI_SSA_OUTGOING_AREA;
}

static int64_t constant_for_width(const struct tri_ssa_value *value)
{
	switch (tri_ssa_type_size(value->type)) {
	case 1:
		return (int8_t)value->integer;
	case 2:
		return (int16_t)value->integer;
	case 4:
		return (int32_t)value->integer;
	default:
		return value->integer;
	}
}

static struct tri_symbol *float_symbol(struct selector *selector, const struct tri_ssa_value *value)
{
	struct tri_symbol_table *table = selector->function->source->package->symbols;
	if (value->type == TRI_SSA_F32) {
		float number = (float)value->number;
		return tri_symbol_string(table, (const char *)&number, sizeof number);
	}
	return tri_symbol_string(table, (const char *)&value->number, sizeof value->number);
}

static bool is_positive_zero(const struct tri_ssa_value *value)
{
	uint64_t bits;
	memcpy(&bits, &value->number, sizeof bits);
	return bits == 0;
}

uint32_t select_vreg(struct selector *selector, struct tri_ssa_value *value)
{
	value = select_resolve(value);
	enum tri_ssa_type type = value->type;
	if (value->op == TRI_SSA_CONST || value->op == TRI_SSA_SYMBOL) {
		uint32_t vreg = select_new_vreg(selector, type);
		struct instruction *move = select_emit(selector, MACHINE_MOVE, 8, vreg);
		if (value->op == TRI_SSA_CONST)
			move->a = operand_immediate(constant_for_width(value));
		else
			move->a = (struct operand){.kind = OPERAND_SYMBOL, .symbol = value->symbol, .immediate = value->integer};
		return vreg;
	}
	if (value->op == TRI_SSA_CONST_FLOAT) {
		uint32_t vreg = select_new_vreg(selector, type);
		unsigned width = tri_ssa_type_size(type);
		if (is_positive_zero(value)) {
			struct instruction *move = select_emit(selector, MACHINE_MOVE, width, vreg);
			move->is_float = true;
			move->a = operand_immediate(0);
		} else {
			struct instruction *load = select_emit(selector, MACHINE_LOAD, width, vreg);
			load->is_float = true;
			load->mem = (struct address){.kind = BASE_NONE, .symbol = float_symbol(selector, value)};
		}
		return vreg;
	}
	if (is_frame_address(value)) {
		uint32_t vreg = select_new_vreg(selector, type);
		struct instruction *lea = select_emit(selector, MACHINE_LEA, 8, vreg);
		lea->mem = select_address(selector, value, 0);
		return vreg;
	}
	if (!selector->value_vreg[value->id])
		selector->value_vreg[value->id] = select_new_vreg(selector, type);
	return selector->value_vreg[value->id];
}

struct operand select_operand(struct selector *selector, struct tri_ssa_value *value)
{
	value = select_resolve(value);
	if (value->op == TRI_SSA_CONST) {
		int64_t constant = constant_for_width(value);
		if (constant == (int32_t)constant)
			return operand_immediate(constant);
		uint32_t vreg = select_new_vreg(selector, value->type);
		struct instruction *move = select_emit(selector, MACHINE_MOVE, 8, vreg);
		move->a = operand_immediate(constant);
		return operand_vreg(vreg);
	}
	if (value->op == TRI_SSA_SYMBOL)
		return (struct operand){.kind = OPERAND_SYMBOL, .symbol = value->symbol, .immediate = value->integer};
	return operand_vreg(select_vreg(selector, value));
}

static bool can_fold_load(struct selector *selector, struct tri_ssa_value *value)
{
	return !selector->keeps_loads && value->op == TRI_SSA_LOAD && value->use_count == 1 && value->block == selector->block->source &&
		   selector->epoch[value->id] == selector->now && !selector->value_vreg[value->id] && !selector->folded[value->id];
}

struct operand select_operand_or_memory(struct selector *selector, struct instruction *instruction, struct tri_ssa_value *value)
{
	struct tri_ssa_value *resolved = select_resolve(value);
	if (resolved == value && can_fold_load(selector, value)) {
		selector->folded[value->id] = true;
		instruction->mem = select_address(selector, value->arguments.items[0], value->integer);
		instruction->pos = value->pos; // where it faults when the pointer is nil
		return (struct operand){.kind = OPERAND_MEMORY};
	}
	if (resolved->op == TRI_SSA_CONST_FLOAT && !is_positive_zero(resolved)) {
		instruction->mem = (struct address){.kind = BASE_NONE, .symbol = float_symbol(selector, resolved)};
		return (struct operand){.kind = OPERAND_MEMORY};
	}
	return select_operand(selector, value);
}

// ---- Addresses -------------------------------------------------------------------------------

static bool fits32(int64_t value) { return value == (int32_t)value; }

// x << constant with a shift that an address can scale by.
static bool is_scaled(struct tri_ssa_value *value, uint8_t *scale, struct tri_ssa_value **index)
{
	if (value->op == TRI_SSA_SHL && value->arguments.items[1]->op == TRI_SSA_CONST && value->arguments.items[1]->integer >= 0 &&
		value->arguments.items[1]->integer <= 3) {
		*scale = (uint8_t)value->arguments.items[1]->integer;
		*index = value->arguments.items[0];
		return true;
	}
	if (value->op == TRI_SSA_MUL && value->arguments.items[1]->op == TRI_SSA_CONST) {
		int64_t factor = value->arguments.items[1]->integer;
		for (uint8_t s = 1; s <= 3; s++) {
			if (factor == (int64_t)1 << s) {
				*scale = s;
				*index = value->arguments.items[0];
				return true;
			}
		}
	}
	return false;
}

// Far into a value of gigabytes: the distance is in a register.
static struct address far_address(struct selector *selector, struct tri_ssa_value *value, int64_t displacement)
{
	struct address address = {.kind = BASE_VREG, .base = select_vreg(selector, select_resolve(value))};
	address.index = select_new_vreg(selector, TRI_SSA_I64);
	struct instruction *move = select_emit(selector, MACHINE_MOVE, 8, address.index);
	move->a = operand_immediate(displacement);
	return address;
}

struct address select_address(struct selector *selector, struct tri_ssa_value *value, int64_t displacement)
{
	if (!fits32(displacement))
		return far_address(selector, value, displacement);
	struct address address = {.kind = BASE_NONE, .displacement = displacement};
	struct tri_ssa_value *index = NULL;
	for (;;) {
		value = select_resolve(value);
		if (value->op == TRI_SSA_ADD && (value->type == TRI_SSA_PTR || value->type == TRI_SSA_I64)) {
			struct tri_ssa_value *left = value->arguments.items[0], *right = select_resolve(value->arguments.items[1]);
			if (right->op == TRI_SSA_CONST && fits32(address.displacement + right->integer)) {
				address.displacement += right->integer;
				value = left;
				continue;
			}
			if (!index) {
				index = right;
				value = left;
				continue;
			}
		}
		if (value->op == TRI_SSA_SYMBOL && fits32(address.displacement + value->integer)) {
			address.symbol = value->symbol;
			address.displacement += value->integer;
		} else if (is_frame_address(value) && fits32(address.displacement + value->integer)) {
			address.kind = value->op == TRI_SSA_SLOT ? BASE_SLOT : value->op == TRI_SSA_ARGUMENT_AREA ? BASE_ARGUMENTS : BASE_OUTGOING;
			address.slot = value->slot;
			address.displacement += value->integer;
		} else if (value->op == TRI_SSA_CURRENT_G ||
				   (value->op == TRI_SSA_BITCAST && select_resolve(value->arguments.items[0])->op == TRI_SSA_CURRENT_G)) {
			address.kind = BASE_G;
		} else {
			address.kind = BASE_VREG;
			address.base = select_vreg(selector, value);
		}
		break;
	}
	if (index) {
		// The index may carry a constant: a[i+1].
		struct tri_ssa_value *inner;
		uint8_t scale = 0;
		if (is_scaled(index, &scale, &inner))
			index = select_resolve(inner);
		else
			index = select_resolve(index);
		while (index->op == TRI_SSA_ADD && index->type == TRI_SSA_I64) {
			struct tri_ssa_value *right = select_resolve(index->arguments.items[1]);
			int64_t extra;
			if (right->op != TRI_SSA_CONST || __builtin_mul_overflow(right->integer, (int64_t)1 << scale, &extra) ||
				__builtin_add_overflow(extra, address.displacement, &extra) || !fits32(extra))
				break;
			address.displacement = extra;
			index = select_resolve(index->arguments.items[0]);
		}
		address.index = select_vreg(selector, index);
		address.scale = scale;
	}
	return address;
}

// ---- Conditions ------------------------------------------------------------------------------

enum condition invert_condition(enum condition condition)
{
	if (condition == CC_FLOAT_EQ)
		return CC_FLOAT_NE;
	if (condition == CC_FLOAT_NE)
		return CC_FLOAT_EQ;
	return condition ^ 1;
}

static enum condition swap_operands(enum condition condition)
{
	switch (condition) {
	case CC_L:
		return CC_G;
	case CC_LE:
		return CC_GE;
	case CC_B:
		return CC_A;
	case CC_BE:
		return CC_AE;
	case CC_G:
		return CC_L;
	case CC_GE:
		return CC_LE;
	case CC_A:
		return CC_B;
	case CC_AE:
		return CC_BE;
	default:
		return condition;
	}
}

// x & 1<<n, compared with zero: one instruction that brings the bit into the carry.
static bool select_bit_test(struct selector *selector, struct instruction *instruction, const struct tri_ssa_value *both)
{
	if (both->op != TRI_SSA_AND || tri_ssa_type_size(both->type) < 4)
		return false;
	for (uint32_t i = 0; i < 2; i++) {
		struct tri_ssa_value *mask = select_resolve(both->arguments.items[i]);
		if (mask->op != TRI_SSA_SHL || mask->go_shift || mask->type != both->type ||
			!is_constant(select_resolve(mask->arguments.items[0])) || select_resolve(mask->arguments.items[0])->integer != 1 ||
			is_constant(select_resolve(mask->arguments.items[1])))
			continue;
		instruction->bit_test = true;
		instruction->condition = instruction->condition == CC_NE ? CC_B : CC_AE;
		instruction->a = operand_vreg(select_vreg(selector, both->arguments.items[!i]));
		// BT takes the number modulo the width by itself.
		struct tri_ssa_value *number = select_resolve(mask->arguments.items[1]);
		if (number->op == TRI_SSA_AND && is_constant(select_resolve(number->arguments.items[1])) &&
			select_resolve(number->arguments.items[1])->integer == (int64_t)tri_ssa_type_size(both->type) * 8 - 1)
			number = number->arguments.items[0];
		instruction->b = operand_vreg(select_vreg(selector, number));
		return true;
	}
	return false;
}

// The comparison itself, as flags that `code` tests.
static void select_comparison(struct selector *selector, struct instruction *instruction, const struct tri_ssa_value *condition,
							  enum condition code, bool invert)
{
	struct tri_ssa_value *left = condition->arguments.items[0], *right = condition->arguments.items[1];
	enum tri_ssa_type type = left->type;
	instruction->width = (uint8_t)tri_ssa_type_size(type);
	instruction->is_float = tri_ssa_type_is_float(type);
	if (instruction->is_float) {
		if (code == CC_E || code == CC_NE) {
			code = code == CC_E ? CC_FLOAT_EQ : CC_FLOAT_NE;
		} else {
			struct tri_ssa_value *other = left;
			left = right;
			right = other;
		}
		instruction->a = operand_vreg(select_vreg(selector, left));
		instruction->b = select_operand_or_memory(selector, instruction, right);
		if (instruction->b.kind == OPERAND_IMMEDIATE || instruction->b.kind == OPERAND_SYMBOL)
			instruction->b = operand_vreg(select_vreg(selector, right));
		// The inverse of "above" is "below or equal", which holds for unordered operands: right.
		instruction->condition = (uint8_t)(invert ? invert_condition(code) : code);
		return;
	}
	struct tri_ssa_value *left_value = select_resolve(left);
	if (is_constant(left_value) && !is_constant(select_resolve(right))) {
		struct tri_ssa_value *other = left;
		left = right;
		right = other;
		code = swap_operands(code);
		left_value = select_resolve(left);
	}
	if (invert)
		code = invert_condition(code);
	instruction->condition = (uint8_t)code;
	struct tri_ssa_value *right_value = select_resolve(right);
	bool zero = right_value->op == TRI_SSA_CONST && constant_for_width(right_value) == 0;
	if (zero && (code == CC_E || code == CC_NE) && select_bit_test(selector, instruction, left_value))
		return;
	if (zero && (code == CC_E || code == CC_NE) && left_value->op == TRI_SSA_AND && left_value->use_count == 1 && left_value == left) {
		instruction->test = true;
		instruction->a = operand_vreg(select_vreg(selector, left_value->arguments.items[0]));
		instruction->b = select_operand(selector, left_value->arguments.items[1]);
		return;
	}
	bool folds = can_fold_load(selector, left) && select_resolve(left) == left;
	if (folds && (right_value->op == TRI_SSA_CONST || right_value->op == TRI_SSA_SYMBOL || !can_fold_load(selector, right))) {
		instruction->a = select_operand_or_memory(selector, instruction, left);
		instruction->b = select_operand(selector, right);
		return;
	}
	instruction->a = operand_vreg(select_vreg(selector, left));
	if (zero) {
		instruction->test = true;
		instruction->b = instruction->a;
		return;
	}
	instruction->b = select_operand_or_memory(selector, instruction, right);
}

void select_condition(struct selector *selector, struct instruction *instruction, struct tri_ssa_value *condition)
{
	bool invert = false;
	condition = select_resolve(condition);
	while (condition->op == TRI_SSA_NOT && condition->type == TRI_SSA_BOOL && condition->use_count == 1) {
		invert = !invert;
		condition = select_resolve(condition->arguments.items[0]);
	}
	enum condition code;
	switch (condition->op) {
	case TRI_SSA_EQ:
		code = CC_E;
		break;
	case TRI_SSA_NE:
		code = CC_NE;
		break;
	case TRI_SSA_LT_S:
		code = CC_L;
		break;
	case TRI_SSA_LE_S:
		code = CC_LE;
		break;
	case TRI_SSA_LT_U:
		code = CC_B;
		break;
	case TRI_SSA_LE_U:
		code = CC_BE;
		break;
	case TRI_SSA_LT_F:
		code = CC_A; // compared the other way round, so that NaN is false
		break;
	case TRI_SSA_LE_F:
		code = CC_AE;
		break;
	default: {
		// Any other boolean: test its low byte.
		instruction->width = 1;
		instruction->test = true;
		instruction->condition = (uint8_t)(invert ? CC_E : CC_NE);
		instruction->a = operand_vreg(select_vreg(selector, condition));
		instruction->b = operand_immediate(1);
		return;
	}
	}
	// A condition with several users is compared again for each, from the same registers.
	selector->keeps_loads = condition->use_count > 1;
	select_comparison(selector, instruction, condition, code, invert);
	selector->keeps_loads = false;
}

// ---- Values ----------------------------------------------------------------------------------

static void hint(struct selector *selector, uint32_t to, uint32_t from)
{
	if (to && from && !vreg_of(selector->function, to)->hint)
		vreg_of(selector->function, to)->hint = from;
	if (to && from && !vreg_of(selector->function, from)->hint)
		vreg_of(selector->function, from)->hint = to;
}

// A LEA computes this addition in one instruction without destroying an operand.
static bool try_lea(struct selector *selector, struct tri_ssa_value *value, uint32_t dst)
{
	struct tri_ssa_value *left = select_resolve(value->arguments.items[0]), *right = select_resolve(value->arguments.items[1]);
	if (tri_ssa_type_size(value->type) != 8)
		return false;
	uint8_t scale;
	struct tri_ssa_value *inner;
	bool plain_constant = right->op == TRI_SSA_CONST;
	if (plain_constant && left->op != TRI_SSA_ADD && !is_frame_address(left) && left->op != TRI_SSA_SYMBOL)
		return false; // add reg, imm is shorter when the operand dies; emit.c turns it into LEA otherwise
	if (!plain_constant && !is_scaled(right, &scale, &inner) && left->op != TRI_SSA_ADD && right->op != TRI_SSA_ADD &&
		!is_frame_address(left) && left->op != TRI_SSA_SYMBOL)
		return false;
	if (left->op == TRI_SSA_ADD && left->use_count > 1 && !plain_constant)
		return false;
	struct address address = select_address(selector, value, 0);
	struct instruction *lea = select_emit(selector, MACHINE_LEA, 8, dst);
	lea->mem = address;
	return true;
}

static void select_alu(struct selector *selector, struct tri_ssa_value *value, enum alu_op alu, uint32_t dst)
{
	struct tri_ssa_value *left = value->arguments.items[0], *right = value->arguments.items[1];
	unsigned size = tri_ssa_type_size(value->type);
	if (alu == ALU_ADD && try_lea(selector, value, dst))
		return;
	if (alu != ALU_SUB && is_constant(select_resolve(left)) && !is_constant(select_resolve(right))) {
		struct tri_ssa_value *other = left;
		left = right;
		right = other;
	}
	struct instruction *instruction = new_instruction(selector, MACHINE_ALU, size < 4 ? 4 : size, dst);
	instruction->alu = (uint8_t)alu;
	instruction->a = select_operand(selector, left);
	if (instruction->a.kind != OPERAND_VREG)
		instruction->a = operand_vreg(select_vreg(selector, left));
	// A folded load must have the operation's width.
	instruction->b = size >= 4 ? select_operand_or_memory(selector, instruction, right) : select_operand(selector, right);
	hint(selector, dst, instruction->a.vreg);
	select_append(selector, instruction);
}

static void select_unary(struct selector *selector, struct tri_ssa_value *value, enum machine_op op, uint32_t dst)
{
	unsigned size = tri_ssa_type_size(value->type);
	uint32_t a = select_vreg(selector, value->arguments.items[0]);
	struct instruction *instruction = select_emit(selector, op, size < 4 ? 4 : size, dst);
	instruction->a = operand_vreg(a);
	hint(selector, dst, a);
}

// A narrow operand widened to at least 32 bits.
static uint32_t widened(struct selector *selector, struct tri_ssa_value *value, bool sign)
{
	unsigned size = tri_ssa_type_size(value->type);
	uint32_t vreg = select_vreg(selector, value);
	if (size >= 4)
		return vreg;
	uint32_t wide = select_new_vreg(selector, TRI_SSA_I32);
	struct instruction *extend = select_emit(selector, MACHINE_EXTEND, size, wide);
	extend->sign = sign;
	extend->a = operand_vreg(vreg);
	return wide;
}

static void select_shift(struct selector *selector, struct tri_ssa_value *value, unsigned kind, uint32_t dst)
{
	unsigned size = tri_ssa_type_size(value->type);
	struct tri_ssa_value *count = select_resolve(value->arguments.items[1]);
	bool right = kind == SHIFT_SHR || kind == SHIFT_SAR;
	uint32_t a = right ? widened(selector, value->arguments.items[0], kind == SHIFT_SAR) : select_vreg(selector, value->arguments.items[0]);
	unsigned width = kind == SHIFT_ROL ? size : size < 4 ? 4 : size;
	if (count->op == TRI_SSA_CONST) {
		uint64_t amount = (uint64_t)count->integer;
		if (kind != SHIFT_ROL && amount >= size * 8) {
			if (kind != SHIFT_SAR) {
				struct instruction *move = select_emit(selector, MACHINE_MOVE, 8, dst);
				move->a = operand_immediate(0);
				return;
			}
			amount = size * 8 - 1;
		}
		struct instruction *shift = select_emit(selector, MACHINE_SHIFT, width, dst);
		shift->alu = (uint8_t)kind;
		shift->a = operand_vreg(a);
		shift->b = operand_immediate((int64_t)amount);
		hint(selector, dst, a);
		return;
	}
	unsigned count_size = tri_ssa_type_size(count->type);
	uint32_t count_vreg = select_vreg(selector, count);
	if (value->go_shift && count_size < 4) {
		uint32_t wide = select_new_vreg(selector, TRI_SSA_I32);
		struct instruction *extend = select_emit(selector, MACHINE_EXTEND, count_size, wide);
		extend->a = operand_vreg(count_vreg);
		count_vreg = wide;
		count_size = 4;
	}
	struct instruction *shift = select_emit(selector, MACHINE_SHIFT, width, dst);
	shift->alu = (uint8_t)kind;
	shift->go_shift = value->go_shift && kind != SHIFT_ROL;
	shift->from_width = (uint8_t)(count_size == 8 ? 8 : 4);
	shift->a = operand_vreg(a);
	shift->b = operand_vreg(count_vreg);
	shift->clobbers = 1u << RCX;
	vreg_of(selector->function, count_vreg)->hint_register = RCX;
	hint(selector, dst, a);
}

static void select_divide(struct selector *selector, struct tri_ssa_value *value, bool sign, bool remainder, uint32_t dst)
{
	unsigned size = tri_ssa_type_size(value->type);
	uint32_t a = widened(selector, value->arguments.items[0], sign), b = widened(selector, value->arguments.items[1], sign);
	struct instruction *divide = select_emit(selector, MACHINE_DIVIDE, size < 4 ? 4 : size, dst);
	divide->sign = sign;
	divide->remainder = remainder;
	divide->a = operand_vreg(a);
	divide->b = operand_vreg(b);
	divide->from_width = (uint8_t)size; // narrow operands cannot overflow the wider division
	divide->clobbers = 1u << RAX | 1u << RDX;
	vreg_of(selector->function, dst)->hint_register = remainder ? RDX : RAX;
	if (vreg_of(selector->function, a)->hint_register == NO_REGISTER)
		vreg_of(selector->function, a)->hint_register = RAX;
}

static void select_multiply(struct selector *selector, struct tri_ssa_value *value, uint32_t dst)
{
	unsigned size = tri_ssa_type_size(value->type);
	struct tri_ssa_value *left = value->arguments.items[0], *right = value->arguments.items[1];
	if (is_constant(select_resolve(left))) {
		struct tri_ssa_value *other = left;
		left = right;
		right = other;
	}
	struct instruction *multiply = new_instruction(selector, MACHINE_MULTIPLY, size < 4 ? 4 : size, dst);
	multiply->a = operand_vreg(select_vreg(selector, left));
	multiply->b = size >= 4 ? select_operand_or_memory(selector, multiply, right) : select_operand(selector, right);
	if (multiply->b.kind == OPERAND_SYMBOL)
		multiply->b = operand_vreg(select_vreg(selector, right));
	hint(selector, dst, multiply->a.vreg);
	select_append(selector, multiply);
}

static void select_multiply_high(struct selector *selector, struct tri_ssa_value *value, bool sign, uint32_t dst)
{
	unsigned size = tri_ssa_type_size(value->type);
	tri_assert(size >= 4);
	struct instruction *multiply = new_instruction(selector, MACHINE_MULTIPLY_HIGH, size, dst);
	multiply->sign = sign;
	multiply->a = operand_vreg(select_vreg(selector, value->arguments.items[0]));
	multiply->b = operand_vreg(select_vreg(selector, value->arguments.items[1]));
	multiply->clobbers = 1u << RAX | 1u << RDX;
	vreg_of(selector->function, dst)->hint_register = RDX;
	select_append(selector, multiply);
}

static void select_float_alu(struct selector *selector, struct tri_ssa_value *value, unsigned opcode, uint32_t dst)
{
	struct instruction *instruction = new_instruction(selector, MACHINE_FLOAT_ALU, tri_ssa_type_size(value->type), dst);
	instruction->alu = (uint8_t)opcode;
	instruction->is_float = true;
	instruction->a = operand_vreg(select_vreg(selector, value->arguments.items[0]));
	instruction->b = select_operand_or_memory(selector, instruction, value->arguments.items[1]);
	if (instruction->b.kind == OPERAND_IMMEDIATE)
		instruction->b = operand_vreg(select_vreg(selector, value->arguments.items[1]));
	hint(selector, dst, instruction->a.vreg);
	select_append(selector, instruction);
}

static void select_simple(struct selector *selector, struct tri_ssa_value *value, enum machine_op op, unsigned width, unsigned from_width,
						  bool sign, bool is_float, uint32_t dst)
{
	uint32_t a = select_vreg(selector, value->arguments.items[0]);
	struct instruction *instruction = select_emit(selector, op, width, dst);
	instruction->from_width = (uint8_t)from_width;
	instruction->sign = sign;
	instruction->is_float = is_float;
	instruction->a = operand_vreg(a);
}

static void select_extend(struct selector *selector, struct tri_ssa_value *value, bool sign, uint32_t dst)
{
	struct tri_ssa_value *inner = value->arguments.items[0];
	unsigned from = tri_ssa_type_size(inner->type);
	if (can_fold_load(selector, inner)) {
		selector->folded[inner->id] = true;
		struct address address = select_address(selector, inner->arguments.items[0], inner->integer);
		struct instruction *load = select_emit(selector, MACHINE_LOAD, from, dst);
		load->sign = sign;
		load->mem = address;
		load->pos = inner->pos;
		return;
	}
	uint32_t a = select_vreg(selector, inner);
	if (inner->op >= TRI_SSA_EQ && inner->op <= TRI_SSA_LE_F) { // what SET makes is wide already
		struct instruction *move = select_emit(selector, MACHINE_MOVE, 4, dst);
		move->a = operand_vreg(a);
		hint(selector, dst, a);
		return;
	}
	struct instruction *extend = select_emit(selector, MACHINE_EXTEND, from, dst);
	extend->sign = sign;
	extend->a = operand_vreg(a);
	hint(selector, dst, a);
}

// Operands of 32 bits and less have room for a bit that saves the case of zero.
static void select_bit_count(struct selector *selector, struct tri_ssa_value *value, uint32_t dst)
{
	struct tri_ssa_value *argument = value->arguments.items[0];
	unsigned size = tri_ssa_type_size(argument->type);
	uint32_t a = select_vreg(selector, argument);
	if (size < 8 && value->op != TRI_SSA_TRAILING_ZEROS) {
		uint32_t wide = select_new_vreg(selector, TRI_SSA_I64);
		select_emit(selector, MACHINE_EXTEND, size, wide)->a = operand_vreg(a);
		a = wide;
	}
	if (value->op == TRI_SSA_POPULATION) {
		select_emit(selector, MACHINE_POPULATION, 8, dst)->a = operand_vreg(a);
		return;
	}
	if (value->op == TRI_SSA_TRAILING_ZEROS) {
		if (size < 8) { // a bit above the operand stops the search
			uint32_t stop = select_new_vreg(selector, TRI_SSA_I64), stopped = select_new_vreg(selector, TRI_SSA_I64);
			struct instruction *set = NULL;
			if (size == 4) {
				select_emit(selector, MACHINE_MOVE, 8, stop)->a = operand_immediate((int64_t)1 << 32);
				set = select_emit(selector, MACHINE_ALU, 8, stopped);
				set->b = operand_vreg(stop);
			} else {
				set = select_emit(selector, MACHINE_ALU, 4, stopped);
				set->b = operand_immediate((int64_t)1 << (size * 8));
			}
			set->alu = ALU_OR;
			set->a = operand_vreg(a);
			a = stopped;
		}
		struct instruction *scan = select_emit(selector, MACHINE_BIT_SCAN_FORWARD, 8, dst);
		scan->a = operand_vreg(a);
		scan->non_zero = size < 8;
		return;
	}
	uint32_t top = select_new_vreg(selector, TRI_SSA_I64);
	if (size < 8) { // the length of x is where the top bit of 2x+1 stands
		struct instruction *shifted = select_emit(selector, MACHINE_LEA, 8, top);
		shifted->mem = (struct address){.kind = BASE_VREG, .base = a, .index = a, .displacement = 1};
		struct instruction *scan = select_emit(selector, MACHINE_BIT_SCAN_REVERSE, 8, dst);
		scan->a = operand_vreg(top);
		scan->non_zero = true;
		return;
	}
	select_emit(selector, MACHINE_BIT_SCAN_REVERSE, 8, top)->a = operand_vreg(a); // -1 for zero
	struct instruction *add = select_emit(selector, MACHINE_ALU, 8, dst);
	add->alu = ALU_ADD;
	add->a = operand_vreg(top);
	add->b = operand_immediate(1);
	hint(selector, dst, top);
}

static void select_choice(struct selector *selector, struct tri_ssa_value *value, uint32_t dst)
{
	struct instruction *choose = new_instruction(selector, MACHINE_CHOOSE, 8, dst);
	select_condition(selector, choose, value->arguments.items[0]);
	choose->from_width = (uint8_t)tri_ssa_type_size(value->type); // width of the chosen values
	choose->c = operand_vreg(select_vreg(selector, value->arguments.items[1]));
	choose->d = operand_vreg(select_vreg(selector, value->arguments.items[2]));
	choose->sign = tri_ssa_type_is_float(value->type); // values are floats: emitted as a branch
	select_append(selector, choose);
	hint(selector, dst, choose->d.vreg);
}

static void select_store(struct selector *selector, struct tri_ssa_value *value)
{
	struct tri_ssa_value *stored = value->arguments.items[1];
	unsigned width = tri_ssa_type_size(stored->type);
	struct tri_ssa_value *operation = stored;
	// [m] = [m] op x
	static const struct {
		uint16_t op;
		uint8_t alu;
	} forms[] = {
		{TRI_SSA_ADD, ALU_ADD}, {TRI_SSA_SUB, ALU_SUB}, {TRI_SSA_AND, ALU_AND}, {TRI_SSA_OR, ALU_OR}, {TRI_SSA_XOR, ALU_XOR},
	};
	for (uint32_t i = 0; i < TRI_COUNT(forms); i++) {
		if (operation->op != forms[i].op || operation->use_count != 1 || operation->block != value->block ||
			selector->value_vreg[operation->id])
			continue;
		struct tri_ssa_value *load = operation->arguments.items[0];
		if (!can_fold_load(selector, load) || load->integer != value->integer ||
			select_resolve(load->arguments.items[0]) != select_resolve(value->arguments.items[0]) || load->type != stored->type)
			continue;
		selector->folded[operation->id] = selector->folded[load->id] = true;
		struct operand operand = select_operand(selector, operation->arguments.items[1]);
		struct address address = select_address(selector, value->arguments.items[0], value->integer);
		struct instruction *update = select_emit(selector, MACHINE_ALU_MEMORY, width, 0);
		update->alu = forms[i].alu;
		update->a = operand;
		update->mem = address;
		return;
	}
	struct tri_ssa_value *resolved = select_resolve(stored);
	struct operand operand;
	bool is_float = tri_ssa_type_is_float(stored->type);
	if (resolved->op == TRI_SSA_CONST_FLOAT && is_positive_zero(resolved)) {
		operand = operand_immediate(0);
		is_float = false;
	} else if (resolved->op == TRI_SSA_TRUNCATE) {
		operand = operand_vreg(select_vreg(selector, resolved->arguments.items[0]));
	} else {
		operand = select_operand(selector, stored);
	}
	struct address address = select_address(selector, value->arguments.items[0], value->integer);
	struct instruction *store = select_emit(selector, MACHINE_STORE, width, 0);
	store->is_float = is_float;
	store->a = operand;
	store->mem = address;
}

// Block copies and clears need the index field for their loop counter.
static struct address without_index(struct selector *selector, struct address address)
{
	if (!address.index)
		return address;
	uint32_t vreg = select_new_vreg(selector, TRI_SSA_PTR);
	select_emit(selector, MACHINE_LEA, 8, vreg)->mem = address;
	return (struct address){.kind = BASE_VREG, .base = vreg};
}

enum { LARGEST_INDEXED = 3 };

static void select_barrier(struct selector *selector, struct tri_ssa_value *value)
{
	struct tri_arena *arena = selector->function->arena;
	struct barrier *barrier = TRI_NEW(arena, struct barrier);
	uint32_t count = value->arguments.count;
	barrier->place_count = (uint32_t)value->integer;
	barrier->value_count = count - barrier->place_count;
	barrier->places = TRI_NEW_ARRAY(arena, struct address, barrier->place_count + 1);
	barrier->values = TRI_NEW_ARRAY(arena, struct operand, barrier->value_count + 1);
	uint32_t indexed = 0;
	for (uint32_t i = 0; i < barrier->place_count; i++) {
		struct address place = select_address(selector, value->arguments.items[i], 0);
		if (place.index && ++indexed > LARGEST_INDEXED) // each takes two registers at once
			place = without_index(selector, place);
		barrier->places[i] = place;
	}
	for (uint32_t i = 0; i < barrier->value_count; i++)
		barrier->values[i] = select_operand(selector, value->arguments.items[barrier->place_count + i]);
	select_emit(selector, MACHINE_BARRIER, 8, 0)->barrier = barrier;
}

static void select_atomic(struct selector *selector, struct tri_ssa_value *value, uint32_t dst)
{
	enum tri_ssa_op op = value->op;
	unsigned width = tri_ssa_type_size(value->arguments.items[1]->type);
	struct operand a = select_operand(selector, value->arguments.items[1]), b = {0};
	if (op == TRI_SSA_ATOMIC_COMPARE_EXCHANGE)
		b = select_operand(selector, value->arguments.items[2]);
	struct address address = select_address(selector, value->arguments.items[0], 0);
	bool updates = op != TRI_SSA_ATOMIC_EXCHANGE && op != TRI_SSA_ATOMIC_COMPARE_EXCHANGE && !dst;
	enum machine_op machine = updates                                 ? MACHINE_ATOMIC_UPDATE
							  : op == TRI_SSA_ATOMIC_EXCHANGE         ? MACHINE_EXCHANGE
							  : op == TRI_SSA_ATOMIC_ADD              ? MACHINE_EXCHANGE_ADD
							  : op == TRI_SSA_ATOMIC_COMPARE_EXCHANGE ? MACHINE_COMPARE_EXCHANGE
																	  : MACHINE_ATOMIC_FETCH;
	if (machine == MACHINE_COMPARE_EXCHANGE && !dst)
		dst = select_new_vreg(selector, TRI_SSA_BOOL);
	struct instruction *atomic = select_emit(selector, machine, width, dst);
	atomic->alu = op == TRI_SSA_ATOMIC_ADD ? ALU_ADD : op == TRI_SSA_ATOMIC_AND ? ALU_AND : ALU_OR;
	atomic->a = a;
	atomic->b = b;
	atomic->mem = address;
	if (machine == MACHINE_COMPARE_EXCHANGE || machine == MACHINE_ATOMIC_FETCH)
		atomic->early_clobbers = 1u << RAX;
}

static void select_value(struct selector *selector, struct tri_ssa_value *value)
{
	uint32_t id = value->id;
	if (selector->folded[id])
		return;
	const struct tri_ssa_op_info *info = &tri_ssa_ops[value->op];
	uint32_t dst = selector->value_vreg[id];
	bool effect = info->flags & (TRI_SSA_FLAG_WRITE | TRI_SSA_FLAG_CALL);
	if (selector->partner[id] && select_wide(selector, value))
		return;
	if (!dst && !effect)
		return;
	unsigned size = tri_ssa_type_size(value->type);
	bool is_float = tri_ssa_type_is_float(value->type);
	switch ((enum tri_ssa_op)value->op) {
	case TRI_SSA_CONST:
	case TRI_SSA_CONST_FLOAT:
	case TRI_SSA_SYMBOL:
	case TRI_SSA_SLOT:
	case TRI_SSA_ARGUMENT_AREA:
	case TRI_SSA_OUTGOING_AREA:
	case TRI_SSA_COPY:
	case TRI_SSA_PHI:
	case TRI_SSA_ARGUMENT: // by the ENTRY instruction
	case TRI_SSA_CONTEXT:
	case TRI_SSA_RESULT: // by the CALL
		break;
	case TRI_SSA_CURRENT_G: {
		struct instruction *lea = select_emit(selector, MACHINE_LEA, 8, dst);
		lea->mem = (struct address){.kind = BASE_G};
		break;
	}
	case TRI_SSA_ADD:
		select_alu(selector, value, ALU_ADD, dst);
		break;
	case TRI_SSA_SUB:
		select_alu(selector, value, ALU_SUB, dst);
		break;
	case TRI_SSA_AND:
		select_alu(selector, value, ALU_AND, dst);
		break;
	case TRI_SSA_OR:
		select_alu(selector, value, ALU_OR, dst);
		break;
	case TRI_SSA_XOR:
		select_alu(selector, value, ALU_XOR, dst);
		break;
	case TRI_SSA_MUL:
		select_multiply(selector, value, dst);
		break;
	case TRI_SSA_MUL_HIGH_S:
		select_multiply_high(selector, value, true, dst);
		break;
	case TRI_SSA_MUL_HIGH_U:
		select_multiply_high(selector, value, false, dst);
		break;
	case TRI_SSA_ADD_CARRY:
	case TRI_SSA_CARRY_OUT:
	case TRI_SSA_SUB_BORROW:
	case TRI_SSA_BORROW_OUT:
		select_wide(selector, value);
		break;
	case TRI_SSA_DIV_S:
		select_divide(selector, value, true, false, dst);
		break;
	case TRI_SSA_DIV_U:
		select_divide(selector, value, false, false, dst);
		break;
	case TRI_SSA_REM_S:
		select_divide(selector, value, true, true, dst);
		break;
	case TRI_SSA_REM_U:
		select_divide(selector, value, false, true, dst);
		break;
	case TRI_SSA_DIV_WIDE_U: {
		uint32_t high = select_vreg(selector, value->arguments.items[0]), low = select_vreg(selector, value->arguments.items[1]);
		uint32_t divisor = select_vreg(selector, value->arguments.items[2]);
		struct instruction *divide = select_emit(selector, MACHINE_DIVIDE_WIDE, 8, dst);
		divide->a = operand_vreg(high);
		divide->b = operand_vreg(low);
		divide->c = operand_vreg(divisor);
		divide->early_clobbers = 1u << RAX | 1u << RDX;
		vreg_of(selector->function, dst)->hint_register = RAX;
		break;
	}
	case TRI_SSA_NEG:
		select_unary(selector, value, MACHINE_NEGATE, dst);
		break;
	case TRI_SSA_NOT:
		if (value->type == TRI_SSA_BOOL) {
			uint32_t a = select_vreg(selector, value->arguments.items[0]);
			struct instruction *flip = select_emit(selector, MACHINE_ALU, 4, dst);
			flip->alu = ALU_XOR;
			flip->a = operand_vreg(a);
			flip->b = operand_immediate(1);
			hint(selector, dst, a);
		} else {
			select_unary(selector, value, MACHINE_COMPLEMENT, dst);
		}
		break;
	case TRI_SSA_SHL:
		select_shift(selector, value, SHIFT_SHL, dst);
		break;
	case TRI_SSA_SHR_U:
		select_shift(selector, value, SHIFT_SHR, dst);
		break;
	case TRI_SSA_SHR_S:
		select_shift(selector, value, SHIFT_SAR, dst);
		break;
	case TRI_SSA_ROTATE_LEFT:
		select_shift(selector, value, SHIFT_ROL, dst);
		break;
	case TRI_SSA_BIT_LENGTH:
	case TRI_SSA_TRAILING_ZEROS:
	case TRI_SSA_POPULATION:
		select_bit_count(selector, value, dst);
		break;
	case TRI_SSA_BYTE_SWAP:
		select_simple(selector, value, MACHINE_BYTE_SWAP, size, 0, false, false, dst);
		break;
	case TRI_SSA_EQ:
	case TRI_SSA_NE:
	case TRI_SSA_LT_S:
	case TRI_SSA_LE_S:
	case TRI_SSA_LT_U:
	case TRI_SSA_LE_U:
	case TRI_SSA_LT_F:
	case TRI_SSA_LE_F: {
		struct instruction *set = new_instruction(selector, MACHINE_SET, 8, dst);
		select_condition(selector, set, value);
		select_append(selector, set);
		break;
	}
	case TRI_SSA_SELECT:
		select_choice(selector, value, dst);
		break;
	case TRI_SSA_TRUNCATE: {
		uint32_t a = select_vreg(selector, value->arguments.items[0]);
		struct instruction *move = select_emit(selector, MACHINE_MOVE, 4, dst);
		move->a = operand_vreg(a);
		hint(selector, dst, a);
		break;
	}
	case TRI_SSA_EXTEND_S:
		select_extend(selector, value, true, dst);
		break;
	case TRI_SSA_EXTEND_U:
		select_extend(selector, value, false, dst);
		break;
	case TRI_SSA_BITCAST: {
		struct tri_ssa_value *inner = value->arguments.items[0];
		if (tri_ssa_type_is_float(inner->type) != is_float) {
			select_simple(selector, value, MACHINE_BITCAST, size, 0, false, is_float, dst);
			break;
		}
		struct operand a = select_operand(selector, inner);
		struct instruction *move = select_emit(selector, MACHINE_MOVE, size, dst);
		move->is_float = is_float;
		move->a = a;
		if (a.kind == OPERAND_VREG)
			hint(selector, dst, a.vreg);
		break;
	}
	case TRI_SSA_S_TO_FLOAT:
	case TRI_SSA_U_TO_FLOAT:
		select_simple(selector, value, MACHINE_INT_TO_FLOAT, size, tri_ssa_type_size(value->arguments.items[0]->type),
					  value->op == TRI_SSA_S_TO_FLOAT, true, dst);
		break;
	case TRI_SSA_FLOAT_TO_S:
	case TRI_SSA_FLOAT_TO_U:
		select_simple(selector, value, MACHINE_FLOAT_TO_INT, size, tri_ssa_type_size(value->arguments.items[0]->type),
					  value->op == TRI_SSA_FLOAT_TO_S, false, dst);
		break;
	case TRI_SSA_FLOAT_TO_FLOAT:
		select_simple(selector, value, MACHINE_FLOAT_TO_FLOAT, size, tri_ssa_type_size(value->arguments.items[0]->type), false, true, dst);
		break;
	case TRI_SSA_ADD_F:
		select_float_alu(selector, value, 0x58, dst);
		break;
	case TRI_SSA_SUB_F:
		select_float_alu(selector, value, 0x5c, dst);
		break;
	case TRI_SSA_MUL_F:
		select_float_alu(selector, value, 0x59, dst);
		break;
	case TRI_SSA_DIV_F:
		select_float_alu(selector, value, 0x5e, dst);
		break;
	case TRI_SSA_NEG_F:
		select_simple(selector, value, MACHINE_FLOAT_NEGATE, size, 0, false, true, dst);
		break;
	case TRI_SSA_SQRT:
		select_simple(selector, value, MACHINE_SQUARE_ROOT, size, 0, false, true, dst);
		break;
	case TRI_SSA_ROUND:
		select_simple(selector, value, MACHINE_ROUND, size, 0, false, true, dst);
		selector->group_last->alu = (uint8_t)value->integer;
		break;
	case TRI_SSA_MULTIPLY_ADD_F: {
		uint32_t a = select_vreg(selector, value->arguments.items[0]), b = select_vreg(selector, value->arguments.items[1]);
		uint32_t c = select_vreg(selector, value->arguments.items[2]);
		struct instruction *multiply_add = select_emit(selector, MACHINE_MULTIPLY_ADD, size, dst);
		multiply_add->is_float = true;
		multiply_add->a = operand_vreg(a);
		multiply_add->b = operand_vreg(b);
		multiply_add->c = operand_vreg(c);
		break;
	}
	case TRI_SSA_MIN_F:
	case TRI_SSA_MAX_F: {
		uint32_t a = select_vreg(selector, value->arguments.items[0]), b = select_vreg(selector, value->arguments.items[1]);
		struct instruction *minmax = select_emit(selector, MACHINE_FLOAT_MINMAX, size, dst);
		minmax->is_float = true;
		minmax->remainder = value->op == TRI_SSA_MAX_F;
		minmax->a = operand_vreg(a);
		minmax->b = operand_vreg(b);
		break;
	}
	case TRI_SSA_ATOMIC_LOAD: // an aligned load is atomic, and the machine keeps later accesses behind it
	case TRI_SSA_LOAD: {
		struct address address = select_address(selector, value->arguments.items[0], value->integer);
		struct instruction *load = select_emit(selector, MACHINE_LOAD, size, dst ? dst : select_new_vreg(selector, value->type));
		load->is_float = is_float;
		load->mem = address;
		break;
	}
	case TRI_SSA_STORE:
	case TRI_SSA_STORE_BARRIER: // a barrier that survived the barrier pass needs none
		select_store(selector, value);
		break;
	case TRI_SSA_ATOMIC_EXCHANGE:
	case TRI_SSA_ATOMIC_ADD:
	case TRI_SSA_ATOMIC_AND:
	case TRI_SSA_ATOMIC_OR:
	case TRI_SSA_ATOMIC_COMPARE_EXCHANGE:
		select_atomic(selector, value, dst);
		break;
	case TRI_SSA_ZERO_MEMORY: {
		struct address address = without_index(selector, select_address(selector, value->arguments.items[0], 0));
		struct instruction *zero = select_emit(selector, MACHINE_ZERO_MEMORY, 8, 0);
		zero->mem = address;
		zero->c = operand_immediate(value->integer);
		break;
	}
	case TRI_SSA_COPY_MEMORY: {
		struct address to = without_index(selector, select_address(selector, value->arguments.items[0], 0));
		struct address from = without_index(selector, select_address(selector, value->arguments.items[1], 0));
		struct instruction *copy = select_emit(selector, MACHINE_COPY_MEMORY, 8, 0);
		copy->mem = to;
		copy->from = from;
		copy->c = operand_immediate(value->integer);
		break;
	}
	case TRI_SSA_SLOT_LIVE: {
		struct instruction *live = select_emit(selector, MACHINE_SLOT_LIVE, 8, 0);
		live->mem = (struct address){.kind = BASE_SLOT, .slot = value->slot};
		break;
	}
	case TRI_SSA_NIL_CHECK:
		if (!selector->covered[id]) {
			struct address address = select_address(selector, value->arguments.items[0], 0);
			struct instruction *check = select_emit(selector, MACHINE_NIL_CHECK, 1, 0);
			check->mem = address;
		}
		break;
	case TRI_SSA_KEEP_ALIVE: {
		struct tri_ssa_value *kept = select_resolve(value->arguments.items[0]);
		if (is_constant(kept) || kept->op == TRI_SSA_CONST_FLOAT || kept->op == TRI_SSA_SYMBOL)
			break; // never dies
		struct instruction *keep = select_emit(selector, MACHINE_KEEP_ALIVE, 8, 0);
		if (kept->op == TRI_SSA_SLOT)
			keep->mem = (struct address){.kind = BASE_SLOT, .slot = kept->slot};
		else
			keep->a = operand_vreg(select_vreg(selector, kept));
		break;
	}
	case TRI_SSA_PREFETCH: {
		struct address address = select_address(selector, value->arguments.items[0], value->integer);
		select_emit(selector, MACHINE_PREFETCH, 1, 0)->mem = address;
		break;
	}
	case TRI_SSA_NEW_OBJECT: {
		struct instruction *allocate = select_emit(selector, MACHINE_ALLOCATE, 8, dst ? dst : select_new_vreg(selector, TRI_SSA_PTR));
		allocate->symbol = value->symbol;
		allocate->c = operand_immediate(value->integer);
		break;
	}
	case TRI_SSA_BARRIER:
		select_barrier(selector, value);
		break;
	case TRI_SSA_BARRIER_END:
		select_emit(selector, MACHINE_BARRIER_END, 8, 0);
		break;
	case TRI_SSA_CALL:
		select_call(selector, value);
		break;
	default:
		tri_ice("no instruction for SSA operation %s", info->name);
	}
}

// ---- Blocks ----------------------------------------------------------------------------------

// Effects that loads may be moved across.
static bool leaves_memory_alone(const struct tri_ssa_value *value)
{
	switch (value->op) {
	case TRI_SSA_NIL_CHECK:
	case TRI_SSA_KEEP_ALIVE:
	case TRI_SSA_NEW_OBJECT:
	case TRI_SSA_BARRIER:
	case TRI_SSA_BARRIER_END:
		return true;
	default:
		return false;
	}
}

static void number_epochs(struct selector *selector, struct tri_ssa_block *block)
{
	uint32_t epoch = 0;
	for (struct tri_ssa_value *value = block->first; value; value = value->next) {
		selector->epoch[value->id] = epoch;
		if (leaves_memory_alone(value))
			continue;
		epoch += (tri_ssa_ops[value->op].flags & (TRI_SSA_FLAG_WRITE | TRI_SSA_FLAG_CALL)) != 0;
	}
}

// An access of the checked pointer at a small offset, before any other effect, faults in its place.
static void cover_nil_checks(struct selector *selector, struct tri_ssa_block *block)
{
	for (struct tri_ssa_value *check = block->first; check; check = check->next) {
		if (check->op != TRI_SSA_NIL_CHECK)
			continue;
		struct tri_ssa_value *pointer = select_resolve(check);
		for (struct tri_ssa_value *next = check->next; next; next = next->next) {
			bool access = (next->op == TRI_SSA_LOAD && next->use_count > 0) || next->op == TRI_SSA_STORE ||
						  next->op == TRI_SSA_STORE_BARRIER ||
						  (next->op >= TRI_SSA_ATOMIC_LOAD && next->op <= TRI_SSA_ATOMIC_COMPARE_EXCHANGE);
			if (access && next->integer >= 0 && next->integer < 4096 && select_resolve(next->arguments.items[0]) == pointer) {
				selector->covered[check->id] = true;
				break;
			}
			if (!leaves_memory_alone(next) && (tri_ssa_ops[next->op].flags & (TRI_SSA_FLAG_WRITE | TRI_SSA_FLAG_CALL)))
				break;
		}
	}
}

static void select_terminator(struct selector *selector)
{
	struct machine_block *block = selector->block;
	struct tri_ssa_block *source = block->source;
	selector->pos = source->pos;
	switch ((enum tri_ssa_block_kind)source->kind) {
	case TRI_SSA_BLOCK_JUMP:
		select_emit(selector, MACHINE_JUMP, 8, 0);
		break;
	case TRI_SSA_BLOCK_IF: {
		struct instruction *branch = new_instruction(selector, MACHINE_BRANCH, 8, 0);
		select_condition(selector, branch, source->control);
		select_append(selector, branch);
		break;
	}
	case TRI_SSA_BLOCK_RETURN:
		if (!select_tail_call(selector, source))
			select_return(selector, source);
		break;
	case TRI_SSA_BLOCK_UNREACHABLE:
		select_emit(selector, MACHINE_TRAP, 8, 0);
		break;
	case TRI_SSA_BLOCK_SWITCH: {
		uint32_t a = select_vreg(selector, source->control);
		select_emit(selector, MACHINE_TABLE_JUMP, 8, 0)->a = operand_vreg(a);
		break;
	}
	}
}

static void select_block(struct selector *selector)
{
	struct machine_block *block = selector->block;
	struct tri_ssa_block *source = block->source;
	if (!source) {
		select_emit(selector, MACHINE_JUMP, 8, 0);
		finish_group(selector);
		return;
	}
	number_epochs(selector, source);
	cover_nil_checks(selector, source);
	select_find_pairs(selector, source);
	selector->now = source->last ? selector->epoch[source->last->id] + 1 : 0;
	if (source->last) {
		const struct tri_ssa_value *last = source->last;
		bool effect = tri_ssa_ops[last->op].flags & (TRI_SSA_FLAG_WRITE | TRI_SSA_FLAG_CALL);
		if (!effect || leaves_memory_alone(last))
			selector->now--;
	}
	select_terminator(selector);
	finish_group(selector);
	// Phi operands: made before the terminator, so after it in this backward walk.
	for (uint32_t s = 0; s < source->successors.count; s++) {
		struct tri_ssa_block *target = source->successors.items[s];
		for (uint32_t p = 0; p < target->predecessors.count; p++) {
			if (target->predecessors.items[p] != source)
				continue;
			struct machine_block *machine = target->machine;
			uint32_t index = 0;
			for (struct tri_ssa_value *phi = target->first; phi && phi->op == TRI_SSA_PHI; phi = phi->next, index++) {
				struct operand *operand = &machine->phis.items[index].sources[p];
				if (operand->kind == OPERAND_NONE && machine->phis.items[index].dst)
					*operand = select_operand(selector, phi->arguments.items[p]);
			}
		}
	}
	// A block with two successors that needs such values: they go in front of the branch, which is fine.
	finish_group(selector);
	for (struct tri_ssa_value *value = source->last; value; value = value->previous) {
		selector->now = selector->epoch[value->id];
		selector->pos = value->pos;
		select_value(selector, value);
		finish_group(selector);
	}
	if (source == selector->function->source->entry) {
		select_entry(selector);
		finish_group(selector);
	}
}

static int by_dominator_depth(const void *left, const void *right)
{
	const struct machine_block *a = *(struct machine_block *const *)left, *b = *(struct machine_block *const *)right;
	uint32_t enter_a = a->source ? a->source->dominator_enter : UINT32_MAX;
	uint32_t enter_b = b->source ? b->source->dominator_enter : UINT32_MAX;
	if (enter_a != enter_b)
		return enter_a > enter_b ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

void amd64_select(struct machine_function *function)
{
	struct tri_ssa_func *source = function->source;
	struct tri_arena *arena = function->arena;
	amd64_layout(function);
	tri_ssa_count_uses(source);
	uint32_t count = source->next_value_id;
	struct selector selector = {.function = function};
	selector.epoch = TRI_NEW_ARRAY(arena, uint32_t, count);
	selector.value_vreg = TRI_NEW_ARRAY(arena, uint32_t, count);
	selector.folded = TRI_NEW_ARRAY(arena, bool, count);
	selector.covered = TRI_NEW_ARRAY(arena, bool, count);
	selector.partner = TRI_NEW_ARRAY(arena, struct tri_ssa_value *, count);
	selector.met = TRI_NEW_ARRAY(arena, bool, count);
	struct virtual_register none = {.hint_register = NO_REGISTER};
	tri_vector_push(arena, &function->vregs, none);
	// Phis first: a loop's phi is used before (in layout order) or after its operands are selected.
	for (uint32_t i = 0; i < function->blocks.count; i++) {
		struct machine_block *block = function->blocks.items[i];
		if (!block->source)
			continue;
		for (struct tri_ssa_value *phi = block->source->first; phi && phi->op == TRI_SSA_PHI; phi = phi->next) {
			struct phi machine = {0};
			if (phi->use_count > 0) {
				machine.dst = select_new_vreg(&selector, phi->type);
				vreg_of(function, machine.dst)->is_phi = true;
				selector.value_vreg[phi->id] = machine.dst;
			}
			machine.sources = TRI_NEW_ARRAY(arena, struct operand, block->predecessors.count + 1);
			tri_vector_push(arena, &block->phis, machine);
		}
	}
	// Users before definitions: a value's block dominates the blocks of its users, so the dominator tree
	// is walked from its leaves up.
	struct machine_block **order = TRI_NEW_ARRAY(arena, struct machine_block *, function->blocks.count);
	memcpy(order, function->blocks.items, function->blocks.count * sizeof *order);
	qsort(order, function->blocks.count, sizeof *order, by_dominator_depth);
	for (uint32_t i = 0; i < function->blocks.count; i++) {
		selector.block = order[i];
		select_block(&selector);
	}
	for (uint32_t i = 0; i < function->blocks.count; i++) {
		struct machine_block *block = function->blocks.items[i];
		uint32_t live_phis = 0;
		for (uint32_t k = 0; k < block->phis.count; k++) {
			struct phi phi = block->phis.items[k];
			if (!phi.dst)
				continue;
			block->phis.items[live_phis++] = phi;
			for (uint32_t p = 0; p < block->predecessors.count; p++) {
				if (phi.sources[p].kind == OPERAND_VREG)
					hint(&selector, phi.dst, phi.sources[p].vreg);
			}
		}
		block->phis.count = live_phis;
	}
	if (selector.has_carries)
		select_join_carries(function);
}
