// Selection of calls, returns and the function's entry: where values meet the calling convention.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/select.h"

static const uint8_t integer_arguments[] = {
#define X(index, name, number) number,
	TRI_ABI_INTEGER_ARGUMENTS(X)
#undef X
};
static const uint8_t integer_results[] = {
#define X(index, name, number) number,
	TRI_ABI_INTEGER_RESULTS(X)
#undef X
};

// The number and six words, as the kernel wants them.
static const uint8_t system_arguments[] = {RAX, RDI, RSI, RDX, R10, R8, R9};

static uint8_t argument_register(enum tri_ssa_type type, uint32_t index)
{
	if (tri_ssa_type_is_float(type)) {
		tri_assert(index < TRI_ABI_FLOAT_REGISTERS);
		return (uint8_t)(XMM0 + index);
	}
	tri_assert(index < TRI_ABI_INTEGER_REGISTERS);
	return integer_arguments[index];
}

static uint8_t result_register(enum tri_ssa_type type, uint32_t index)
{
	if (tri_ssa_type_is_float(type)) {
		tri_assert(index < TRI_ABI_FLOAT_REGISTERS);
		return (uint8_t)(XMM0 + index);
	}
	tri_assert(index < TRI_ABI_INTEGER_REGISTERS);
	return integer_results[index];
}

static void prefer_register(struct selector *selector, uint32_t vreg, uint8_t reg)
{
	struct virtual_register *info = vreg_of(selector->function, vreg);
	bool is_cold = selector->block->is_cold;
	if (info->hint_register == NO_REGISTER || (info->hint_is_cold && !is_cold)) {
		info->hint_register = reg;
		info->hint_is_cold = is_cold;
	}
}

// A value on its way into a fixed register: constants need no virtual register of their own.
static struct fixed_operand fixed_use(struct selector *selector, struct tri_ssa_value *value, uint8_t reg)
{
	struct fixed_operand fixed = {.reg = reg};
	struct tri_ssa_value *resolved = select_resolve(value);
	if (resolved->op == TRI_SSA_CONST) {
		fixed.value = operand_immediate(resolved->integer);
		return fixed;
	}
	struct operand operand = select_operand(selector, value);
	if (operand.kind == OPERAND_VREG) {
		fixed.vreg = operand.vreg;
		prefer_register(selector, operand.vreg, reg);
	}
	fixed.value = operand;
	return fixed;
}

// The instruction with what it calls and its arguments.
static struct instruction *call_instruction(struct selector *selector, struct tri_ssa_value *value, enum machine_op op)
{
	struct machine_function *function = selector->function;
	struct tri_ssa_call *call = value->call;
	uint32_t first = tri_ssa_call_has_target(call->kind) ? 1 : 0;
	tri_assert(value->arguments.count == first + call->argument_words.count);
	struct instruction *instruction = TRI_NEW(function->arena, struct instruction);
	instruction->op = (uint8_t)op;
	instruction->width = 8;
	instruction->pos = selector->pos;
	instruction->call = call;
	instruction->symbol = call->symbol;
	instruction->fixed_uses = TRI_NEW_ARRAY(function->arena, struct fixed_operand, value->arguments.count + 1);
	for (uint32_t i = 0; i < call->argument_words.count; i++) {
		struct tri_ssa_abi_word word = call->argument_words.items[i];
		tri_assert(word.in_register);
		struct tri_ssa_value *argument = value->arguments.items[first + i];
		instruction->fixed_uses[instruction->fixed_use_count++] =
			fixed_use(selector, argument,
					  call->kind == TRI_SSA_CALL_SYSTEM ? system_arguments[i] : argument_register(word.type, word.register_index));
	}
	if (call->kind == TRI_SSA_CALL_CLOSURE) {
		// The closure object travels in the context register; the code address is its first word.
		instruction->fixed_uses[instruction->fixed_use_count++] = fixed_use(selector, value->arguments.items[0], TRI_ABI_REGISTER_CONTEXT);
	} else if (call->kind == TRI_SSA_CALL_CODE) {
		// The context register is free: code pointers are called without a closure.
		instruction->fixed_uses[instruction->fixed_use_count++] = fixed_use(selector, value->arguments.items[0], TRI_ABI_REGISTER_CONTEXT);
	}
	return instruction;
}

void select_call(struct selector *selector, struct tri_ssa_value *value)
{
	struct machine_function *function = selector->function;
	struct tri_ssa_call *call = value->call;
	struct instruction *instruction = call_instruction(selector, value, MACHINE_CALL);
	instruction->clobbers = INTEGER_REGISTERS | FLOAT_REGISTERS;
	instruction->fixed_defs = TRI_NEW_ARRAY(function->arena, struct fixed_operand, call->result_words.count + 1);
	for (struct tri_ssa_value *result = value->next; result; result = result->next) {
		if (result->op != TRI_SSA_RESULT || result->arguments.items[0] != value)
			continue;
		uint32_t vreg = selector->value_vreg[result->id];
		if (!vreg)
			continue;
		uint8_t reg = result_register(result->type, (uint32_t)result->integer);
		tri_assert(instruction->fixed_def_count < call->result_words.count);
		instruction->fixed_defs[instruction->fixed_def_count++] = (struct fixed_operand){.vreg = vreg, .reg = reg};
		prefer_register(selector, vreg, reg);
	}
	select_append(selector, instruction);
}

// A wrapper that ends with a call whose results are its own jumps there: wrappers are in no traceback, and nothing of their
// frames is needed any more when all arguments travel in registers. A call that came with an inlined method is that method's:
// the method is in tracebacks, and what it calls is not called by whoever runs deferred functions.
static struct tri_ssa_value *tail_call_of(const struct tri_ssa_func *function, const struct tri_ssa_block *block)
{
	const struct tri_ir_func *source = function->source;
	const struct tri_ssa_abi *abi = function->abi;
	if (!source || !(source->is_wrapper || source->is_method_value_wrapper) || source->has_defer || !abi || abi->stack_size > 0 ||
		function->slots.count > 0)
		return NULL;
	struct tri_ssa_value *call = block->last;
	while (call && call->op == TRI_SSA_RESULT)
		call = call->previous;
	if (!call || call->op != TRI_SSA_CALL || call->call->is_leaf || call->call->no_return || call->call->outgoing_size > 0 ||
		call->pos.site || (call->call->kind != TRI_SSA_CALL_SYMBOL && call->call->kind != TRI_SSA_CALL_CODE))
		return NULL;
	uint32_t next = 0;
	for (uint32_t i = 0; i < abi->result_count; i++)
		for (uint32_t k = 0; k < abi->results[i].word_count; k++, next++) {
			const struct tri_ssa_value *result = block->results.items[next];
			const struct tri_ssa_abi_word *word = &abi->results[i].words[k];
			if (result->op != TRI_SSA_RESULT || result->arguments.items[0] != call || result->use_count != 1 ||
				result->integer != word->register_index || tri_ssa_type_is_float(result->type) != tri_ssa_type_is_float(word->type))
				return NULL;
		}
	return call;
}

bool select_tail_call(struct selector *selector, struct tri_ssa_block *block)
{
	struct tri_ssa_value *call = tail_call_of(selector->function->source, block);
	if (!call)
		return false;
	for (struct tri_ssa_value *value = call; value; value = value->next)
		selector->folded[value->id] = true;
	selector->pos = call->pos;
	select_append(selector, call_instruction(selector, call, MACHINE_TAIL_CALL));
	return true;
}

void select_return(struct selector *selector, struct tri_ssa_block *block)
{
	struct machine_function *function = selector->function;
	struct tri_ssa_abi *abi = function->source->abi;
	struct fixed_operand *uses = TRI_NEW_ARRAY(function->arena, struct fixed_operand, block->results.count + 1);
	uint32_t count = 0;
	for (uint32_t i = 0; abi && i < abi->result_count; i++) {
		if (!abi->results[i].in_registers)
			continue;
		for (uint32_t k = 0; k < abi->results[i].word_count; k++) {
			struct tri_ssa_abi_word word = abi->results[i].words[k];
			tri_assert(count < block->results.count);
			struct tri_ssa_value *value = block->results.items[count];
			uses[count++] = fixed_use(selector, value, result_register(word.type, word.register_index));
		}
	}
	tri_assert(count == block->results.count);
	struct instruction *instruction = select_emit(selector, MACHINE_RETURN, 8, 0);
	instruction->fixed_uses = uses;
	instruction->fixed_use_count = count;
}

void select_entry(struct selector *selector)
{
	struct machine_function *function = selector->function;
	struct tri_ssa_block *entry = function->source->entry;
	uint32_t count = 0;
	for (struct tri_ssa_value *value = entry->first; value; value = value->next)
		count += value->op == TRI_SSA_ARGUMENT || value->op == TRI_SSA_CONTEXT;
	struct instruction *instruction = select_emit(selector, MACHINE_ENTRY, 8, 0);
	instruction->fixed_defs = TRI_NEW_ARRAY(function->arena, struct fixed_operand, count + 1);
	for (struct tri_ssa_value *value = entry->first; value; value = value->next) {
		if (value->op != TRI_SSA_ARGUMENT && value->op != TRI_SSA_CONTEXT)
			continue;
		uint32_t vreg = selector->value_vreg[value->id];
		if (!vreg)
			continue;
		uint8_t reg = value->op == TRI_SSA_CONTEXT ? TRI_ABI_REGISTER_CONTEXT : argument_register(value->type, (uint32_t)value->integer);
		instruction->fixed_defs[instruction->fixed_def_count++] = (struct fixed_operand){.vreg = vreg, .reg = reg};
		prefer_register(selector, vreg, reg);
	}
}
