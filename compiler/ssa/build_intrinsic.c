// Calls of functions that are operations: atomic access, bit tricks, system calls (ir/intrinsics.def).
//
// The address of an atomic operation faults by itself when it is nil. Where a pointer is stored with a barrier, it is
// checked first: the barrier looks at the old value ahead of the operation.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

struct intrinsic {
	struct builder *b;
	const struct tri_ir_func *function;
	const struct operand *arguments;
	struct operand *results;
};

static struct tri_ssa_value *word(const struct intrinsic *i, uint32_t argument) { return i->arguments[argument].words[0]; }

static void give(const struct intrinsic *i, uint32_t result, struct tri_ssa_value *value)
{
	i->results[result] = ssa_operand_of(i->function->results.items[result]->type, value);
}

static struct tri_ssa_value *as_number(struct builder *b, struct tri_ssa_value *value)
{
	return value->type == TRI_SSA_PTR ? ssa_emit1(b, TRI_SSA_BITCAST, TRI_SSA_I64, value) : value;
}

// ---- Atomic access ---------------------------------------------------------------------------

static void atomic(const struct intrinsic *i)
{
	struct builder *b = i->b;
	struct tri_ssa_value *address = word(i, 0);
	enum tri_intrinsic kind = i->function->intrinsic;
	if (kind == TRI_INTRINSIC_ATOMIC_LOAD) {
		give(i, 0, ssa_emit1(b, TRI_SSA_ATOMIC_LOAD, ssa_scalar_type(i->function->results.items[0]->type), address));
		return;
	}
	bool compares = kind == TRI_INTRINSIC_ATOMIC_COMPARE_EXCHANGE || kind == TRI_INTRINSIC_ATOMIC_COMPARE_EXCHANGE_NO_BARRIER;
	struct tri_ssa_value *value = word(i, compares ? 2 : 1), *old;
	if (kind == TRI_INTRINSIC_ATOMIC_STORE_NO_BARRIER || kind == TRI_INTRINSIC_ATOMIC_COMPARE_EXCHANGE_NO_BARRIER)
		value = as_number(b, value);
	else if (value->type == TRI_SSA_PTR)
		address = ssa_nil_check(b, address);
	switch (kind) {
	case TRI_INTRINSIC_ATOMIC_STORE:
	case TRI_INTRINSIC_ATOMIC_STORE_NO_BARRIER:
		ssa_emit2(b, TRI_SSA_ATOMIC_EXCHANGE, value->type, address, value);
		break;
	case TRI_INTRINSIC_ATOMIC_EXCHANGE:
		give(i, 0, ssa_emit2(b, TRI_SSA_ATOMIC_EXCHANGE, value->type, address, value));
		break;
	case TRI_INTRINSIC_ATOMIC_ADD:
		old = ssa_emit2(b, TRI_SSA_ATOMIC_ADD, value->type, address, value);
		give(i, 0, ssa_emit2(b, TRI_SSA_ADD, value->type, old, value));
		break;
	case TRI_INTRINSIC_ATOMIC_AND:
	case TRI_INTRINSIC_ATOMIC_OR:
		old = ssa_emit2(b, kind == TRI_INTRINSIC_ATOMIC_AND ? TRI_SSA_ATOMIC_AND : TRI_SSA_ATOMIC_OR, value->type, address, value);
		if (i->function->results.count > 0)
			give(i, 0, old);
		break;
	default: {
		struct tri_ssa_value *expected = word(i, 1);
		if (value->type != expected->type)
			expected = as_number(b, expected);
		give(i, 0, ssa_emit3(b, TRI_SSA_ATOMIC_COMPARE_EXCHANGE, TRI_SSA_BOOL, address, expected, value));
		break;
	}
	}
}

// ---- Arithmetic ------------------------------------------------------------------------------

static void count_bits(const struct intrinsic *i, enum tri_ssa_op op) { give(i, 0, ssa_emit1(i->b, op, TRI_SSA_I64, word(i, 0))); }

// Two words and a carry (or borrow), which are 0 or 1, to a word and a carry.
static void add_or_subtract(const struct intrinsic *i, bool subtract)
{
	struct builder *b = i->b;
	struct tri_ssa_value *x = word(i, 0), *y = word(i, 1), *carry = word(i, 2);
	give(i, 0, ssa_emit3(b, subtract ? TRI_SSA_SUB_BORROW : TRI_SSA_ADD_CARRY, TRI_SSA_I64, x, y, carry));
	give(i, 1, ssa_emit3(b, subtract ? TRI_SSA_BORROW_OUT : TRI_SSA_CARRY_OUT, TRI_SSA_I64, x, y, carry));
}

static void divide_wide(const struct intrinsic *i)
{
	struct builder *b = i->b;
	struct tri_ssa_value *high = word(i, 0), *low = word(i, 1), *divisor = word(i, 2);
	ssa_check(b, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, divisor, ssa_constant(b, TRI_SSA_I64, 0)), ENTRY_panicdivide, NULL, NULL);
	ssa_check(b, ssa_emit2(b, TRI_SSA_LT_U, TRI_SSA_BOOL, high, divisor), ENTRY_panicoverflow, NULL, NULL);
	struct tri_ssa_value *quotient = ssa_emit3(b, TRI_SSA_DIV_WIDE_U, TRI_SSA_I64, high, low, divisor);
	struct tri_ssa_value *product = ssa_emit2(b, TRI_SSA_MUL, TRI_SSA_I64, quotient, divisor);
	give(i, 0, quotient);
	give(i, 1, ssa_emit2(b, TRI_SSA_SUB, TRI_SSA_I64, low, product));
}

static void multiply(const struct intrinsic *i)
{
	struct builder *b = i->b;
	struct tri_ssa_value *high = ssa_emit2(b, TRI_SSA_MUL_HIGH_U, TRI_SSA_I64, word(i, 0), word(i, 1));
	struct tri_ssa_value *low = ssa_emit2(b, TRI_SSA_MUL, TRI_SSA_I64, word(i, 0), word(i, 1));
	if (i->function->intrinsic == TRI_INTRINSIC_MULTIPLY_WIDE) {
		give(i, 0, high);
		give(i, 1, low);
	} else {
		give(i, 0, low);
		give(i, 1, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, high, ssa_constant(b, TRI_SSA_I64, 0)));
	}
}

static void choose(const struct intrinsic *i)
{
	struct tri_ssa_value *chosen = ssa_emit2(i->b, TRI_SSA_NE, TRI_SSA_BOOL, word(i, 0), ssa_constant(i->b, TRI_SSA_I64, 0));
	give(i, 0, ssa_emit3(i->b, TRI_SSA_SELECT, TRI_SSA_I64, chosen, word(i, 1), word(i, 2)));
}

static void round_to(const struct intrinsic *i, enum tri_ssa_round mode)
{
	struct tri_ssa_value *rounded = ssa_emit1(i->b, TRI_SSA_ROUND, TRI_SSA_F64, word(i, 0));
	rounded->integer = mode;
	give(i, 0, rounded);
}

// The machine's instruction where there is one, else the function itself, whose body computes in integers.
static void multiply_add(const struct intrinsic *i)
{
	struct builder *b = i->b;
	struct tri_ssa_value *x = word(i, 0), *y = word(i, 1), *z = word(i, 2);
	struct tri_ssa_block *quick = ssa_new_block(b), *slow = ssa_new_cold_block(b), *end = ssa_new_block(b);
	uint32_t result = ssa_new_word(b, TRI_SSA_F64);
	struct tri_symbol *flag = tri_symbol_get(b->package->symbols, "tri_cpu_has_fma");
	struct tri_ssa_value *has = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_I8, ssa_symbol_address(b, flag, 0));
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, has, ssa_constant(b, TRI_SSA_I8, 0)), quick, slow, TRI_SSA_LIKELY);
	ssa_start_block(b, quick);
	ssa_builder_write(b, result, ssa_emit3(b, TRI_SSA_MULTIPLY_ADD_F, TRI_SSA_F64, x, y, z));
	ssa_jump_to(b, end);
	ssa_start_block(b, slow);
	struct operand called;
	ssa_call_function(b, i->function, i->arguments, &called);
	ssa_builder_write(b, result, called.words[0]);
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	give(i, 0, ssa_builder_read(b, result));
}

// ---- The machine and the runtime -------------------------------------------------------------

static struct tri_ssa_value *area(struct builder *b, int64_t offset)
{
	struct tri_ssa_value *value = ssa_emit0(b, TRI_SSA_ARGUMENT_AREA, TRI_SSA_PTR);
	value->integer = offset;
	value->non_nil = true;
	return value;
}

// What R10 held at the entry.
static void closure_pointer(const struct intrinsic *i)
{
	struct builder *b = i->b;
	struct tri_ssa_value *context;
	if (b->source->captures.count) {
		context = ssa_builder_read(b, b->context_word);
	} else {
		context = tri_ssa_new_value(b->function, TRI_SSA_CONTEXT, TRI_SSA_PTR, b->pos);
		struct tri_ssa_block *entry = b->function->entry;
		if (entry->first)
			tri_ssa_insert_before(entry->first, context);
		else
			tri_ssa_append(entry, context);
		b->function->uses_context = true;
	}
	give(i, 0, as_number(b, context));
}

// Errors are results between -4095 and -1.
static void system_call(const struct intrinsic *i)
{
	struct builder *b = i->b;
	struct tri_ssa_call *how = TRI_NEW(b->arena, struct tri_ssa_call);
	how->kind = TRI_SSA_CALL_SYSTEM;
	how->is_leaf = true;
	b->function->has_calls = true;
	struct tri_ssa_value *call = ssa_emit0(b, TRI_SSA_CALL, TRI_SSA_VOID), *results[2];
	call->call = how;
	for (uint32_t a = 0; a < i->function->parameters.count; a++) {
		struct tri_ssa_abi_word where = {.type = TRI_SSA_I64, .in_register = true, .register_index = (uint8_t)a};
		tri_vector_push(b->arena, &how->argument_words, where);
		tri_ssa_add_argument(b->function, call, word(i, a));
	}
	for (uint32_t r = 0; r < 2; r++) {
		struct tri_ssa_abi_word where = {.type = TRI_SSA_I64, .in_register = true, .register_index = (uint8_t)r};
		tri_vector_push(b->arena, &how->result_words, where);
		results[r] = ssa_emit1(b, TRI_SSA_RESULT, TRI_SSA_I64, call);
		results[r]->integer = r;
	}
	struct tri_ssa_value *failed = ssa_emit2(b, TRI_SSA_LE_U, TRI_SSA_BOOL, ssa_constant(b, TRI_SSA_I64, -4095), results[0]);
	struct tri_ssa_value *zero = ssa_constant(b, TRI_SSA_I64, 0), *none = ssa_constant(b, TRI_SSA_I64, -1);
	give(i, 0, ssa_emit3(b, TRI_SSA_SELECT, TRI_SSA_I64, failed, none, results[0]));
	give(i, 1, ssa_emit3(b, TRI_SSA_SELECT, TRI_SSA_I64, failed, zero, results[1]));
	give(i, 2, ssa_emit3(b, TRI_SSA_SELECT, TRI_SSA_I64, failed, ssa_emit1(b, TRI_SSA_NEG, TRI_SSA_I64, results[0]), zero));
}

void ssa_intrinsic(struct builder *b, const struct tri_ir_func *function, const struct operand *arguments, struct operand *results)
{
	const struct intrinsic call = {b, function, arguments, results}, *i = &call;
	struct tri_ssa_value *value;
	switch ((enum tri_intrinsic)function->intrinsic) {
	case TRI_INTRINSIC_NONE:
		tri_ice("%s is no intrinsic", function->symbol);
	case TRI_INTRINSIC_ATOMIC_LOAD:
	case TRI_INTRINSIC_ATOMIC_STORE:
	case TRI_INTRINSIC_ATOMIC_STORE_NO_BARRIER:
	case TRI_INTRINSIC_ATOMIC_EXCHANGE:
	case TRI_INTRINSIC_ATOMIC_ADD:
	case TRI_INTRINSIC_ATOMIC_COMPARE_EXCHANGE:
	case TRI_INTRINSIC_ATOMIC_COMPARE_EXCHANGE_NO_BARRIER:
	case TRI_INTRINSIC_ATOMIC_AND:
	case TRI_INTRINSIC_ATOMIC_OR:
		atomic(i);
		break;
	case TRI_INTRINSIC_TRAILING_ZEROS:
		count_bits(i, TRI_SSA_TRAILING_ZEROS);
		break;
	case TRI_INTRINSIC_BIT_LENGTH:
		count_bits(i, TRI_SSA_BIT_LENGTH);
		break;
	case TRI_INTRINSIC_POPULATION:
		count_bits(i, TRI_SSA_POPULATION);
		break;
	case TRI_INTRINSIC_BYTE_SWAP:
		give(i, 0, ssa_emit1(b, TRI_SSA_BYTE_SWAP, word(i, 0)->type, word(i, 0)));
		break;
	case TRI_INTRINSIC_ROTATE_LEFT:
		give(i, 0, ssa_emit2(b, TRI_SSA_ROTATE_LEFT, word(i, 0)->type, word(i, 0), word(i, 1)));
		break;
	case TRI_INTRINSIC_MULTIPLY_WIDE:
	case TRI_INTRINSIC_MULTIPLY_CHECKED:
		multiply(i);
		break;
	case TRI_INTRINSIC_ADD_CARRY:
		add_or_subtract(i, false);
		break;
	case TRI_INTRINSIC_SUBTRACT_BORROW:
		add_or_subtract(i, true);
		break;
	case TRI_INTRINSIC_DIVIDE_WIDE:
		divide_wide(i);
		break;
	case TRI_INTRINSIC_BOOL_TO_BYTE:
		give(i, 0, ssa_emit1(b, TRI_SSA_EXTEND_U, TRI_SSA_I8, word(i, 0)));
		break;
	case TRI_INTRINSIC_CHOOSE:
		choose(i);
		break;
	case TRI_INTRINSIC_SQUARE_ROOT:
		give(i, 0, ssa_emit1(b, TRI_SSA_SQRT, TRI_SSA_F64, word(i, 0)));
		break;
	case TRI_INTRINSIC_ROUND_TO_EVEN:
		round_to(i, TRI_SSA_ROUND_TO_EVEN);
		break;
	case TRI_INTRINSIC_ROUND_DOWN:
		round_to(i, TRI_SSA_ROUND_DOWN);
		break;
	case TRI_INTRINSIC_ROUND_UP:
		round_to(i, TRI_SSA_ROUND_UP);
		break;
	case TRI_INTRINSIC_ROUND_TO_ZERO:
		round_to(i, TRI_SSA_ROUND_TO_ZERO);
		break;
	case TRI_INTRINSIC_MULTIPLY_ADD:
		multiply_add(i);
		break;
	case TRI_INTRINSIC_CALLER_PC:
		value = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_I64, area(b, -8));
		give(i, 0, value);
		break;
	case TRI_INTRINSIC_CALLER_SP:
		give(i, 0, as_number(b, area(b, 0)));
		break;
	case TRI_INTRINSIC_CLOSURE_POINTER:
		closure_pointer(i);
		break;
	case TRI_INTRINSIC_PREFETCH:
		ssa_emit1(b, TRI_SSA_PREFETCH, TRI_SSA_VOID, word(i, 0));
		break;
	case TRI_INTRINSIC_KEEP_ALIVE:
		ssa_emit1(b, TRI_SSA_KEEP_ALIVE, TRI_SSA_VOID, arguments[0].words[1]);
		break;
	case TRI_INTRINSIC_NOTHING:
		break;
	case TRI_INTRINSIC_BYTES_AS_STRING:
		results[0] = ssa_operand_of2(function->results.items[0]->type, word(i, 0), word(i, 1));
		break;
	case TRI_INTRINSIC_FUNCTION_ADDRESS: // a func value is stored in the interface itself
		give(i, 0, ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_I64, arguments[0].words[1]));
		break;
	case TRI_INTRINSIC_SYSTEM_CALL:
		system_call(i);
		break;
	}
}
