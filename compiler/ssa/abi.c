// Assignment of arguments and results to registers and stack: Go's ABIInternal with the register sequences of
// abi/call.h. A value travels entirely in registers or entirely on the stack.
#define TRI_SSA_INTERNAL
#include "abi/call.h"
#include "compiler/ssa/internal.h"

static uint8_t basic_type(enum tri_basic_kind kind)
{
	switch (kind) {
	case TRI_BASIC_BOOL:
	case TRI_BASIC_UNTYPED_BOOL:
		return TRI_SSA_BOOL;
	case TRI_BASIC_INT8:
	case TRI_BASIC_UINT8:
		return TRI_SSA_I8;
	case TRI_BASIC_INT16:
	case TRI_BASIC_UINT16:
		return TRI_SSA_I16;
	case TRI_BASIC_INT32:
	case TRI_BASIC_UINT32:
	case TRI_BASIC_UNTYPED_RUNE:
		return TRI_SSA_I32;
	case TRI_BASIC_FLOAT32:
		return TRI_SSA_F32;
	case TRI_BASIC_FLOAT64:
	case TRI_BASIC_UNTYPED_FLOAT:
		return TRI_SSA_F64;
	case TRI_BASIC_UNSAFE_POINTER:
	case TRI_BASIC_UNTYPED_NIL:
		return TRI_SSA_PTR;
	default:
		return TRI_SSA_I64;
	}
}

struct leaf_list {
	struct tri_ssa_leaf *items;
	uint32_t count;
};

static bool push(struct leaf_list *list, uint8_t type, int64_t offset)
{
	if (list->count == TRI_SSA_MAX_LEAVES)
		return false;
	list->items[list->count++] = (struct tri_ssa_leaf){.type = type, .offset = offset};
	return true;
}

static bool push_length(struct leaf_list *list, int64_t offset, bool is_length)
{
	if (!push(list, TRI_SSA_I64, offset))
		return false;
	list->items[list->count - 1].is_length = is_length;
	return true;
}

static bool add_leaves(struct tri_type *type, int64_t offset, struct leaf_list *list)
{
	type = tri_type_underlying(type);
	switch (type->kind) {
	case TRI_TYPE_BASIC:
		switch (type->as.basic.kind) {
		case TRI_BASIC_STRING:
		case TRI_BASIC_UNTYPED_STRING:
			return push(list, TRI_SSA_PTR, offset) && push_length(list, offset + 8, true);
		case TRI_BASIC_COMPLEX64:
			return push(list, TRI_SSA_F32, offset) && push(list, TRI_SSA_F32, offset + 4);
		case TRI_BASIC_COMPLEX128:
		case TRI_BASIC_UNTYPED_COMPLEX:
			return push(list, TRI_SSA_F64, offset) && push(list, TRI_SSA_F64, offset + 8);
		default:
			return push(list, basic_type(type->as.basic.kind), offset);
		}
	case TRI_TYPE_SLICE: {
		tri_type_layout(type->as.slice.element);
		bool takes_space = type->as.slice.element->size > 0;
		return push(list, TRI_SSA_PTR, offset) && push_length(list, offset + 8, takes_space) && push_length(list, offset + 16, takes_space);
	}
	case TRI_TYPE_INTERFACE:
		if (!push(list, TRI_SSA_PTR, offset))
			return false;
		list->items[list->count - 1].is_type_word = true;
		return push(list, TRI_SSA_PTR, offset + 8);
	case TRI_TYPE_ARRAY:
		return type->as.array.length == 0 || (type->as.array.length == 1 && add_leaves(type->as.array.element, offset, list));
	case TRI_TYPE_STRUCT:
		tri_type_layout(type);
		for (uint32_t i = 0; i < type->as.structure.field_count; i++)
			if (!add_leaves(type->as.structure.fields[i].type, offset + type->as.structure.offsets[i], list))
				return false;
		return true;
	default:
		return push(list, TRI_SSA_PTR, offset);
	}
}

bool tri_ssa_type_leaves(struct tri_type *type, struct tri_ssa_leaf *leaves, uint32_t *count)
{
	struct leaf_list list = {leaves, 0};
	bool fits = add_leaves(type, 0, &list);
	*count = list.count;
	return fits;
}

struct assignment {
	struct tri_arena *arena;
	uint32_t integers, floats;
	int64_t stack;
};

static int64_t align_up(int64_t value, int64_t align) { return align > 1 ? (value + align - 1) / align * align : value; }

static void assign(struct assignment *state, struct tri_type *type, struct tri_ssa_abi_value *value)
{
	struct tri_ssa_leaf leaves[TRI_SSA_MAX_LEAVES];
	uint32_t count;
	tri_type_layout(type);
	value->type = type;
	bool fits = tri_ssa_type_leaves(type, leaves, &count);
	uint32_t integers = 0, floats = 0;
	for (uint32_t i = 0; i < count; i++)
		tri_ssa_type_is_float(leaves[i].type) ? floats++ : integers++;
	if (fits && type->size > 0 && state->integers + integers <= TRI_ABI_INTEGER_REGISTERS &&
		state->floats + floats <= TRI_ABI_FLOAT_REGISTERS) {
		value->in_registers = true;
		value->words = TRI_NEW_ARRAY(state->arena, struct tri_ssa_abi_word, count + 1);
		value->word_count = count;
		for (uint32_t i = 0; i < count; i++)
			value->words[i] = (struct tri_ssa_abi_word){
				.type = leaves[i].type,
				.in_register = true,
				.register_index = (uint8_t)(tri_ssa_type_is_float(leaves[i].type) ? state->floats++ : state->integers++)};
		return;
	}
	state->stack = align_up(state->stack, type->align);
	value->stack_offset = (int32_t)state->stack;
	if (fits) {
		value->words = TRI_NEW_ARRAY(state->arena, struct tri_ssa_abi_word, count + 1);
		value->word_count = count;
		for (uint32_t i = 0; i < count; i++)
			value->words[i] = (struct tri_ssa_abi_word){.type = leaves[i].type, .stack_offset = (int32_t)(state->stack + leaves[i].offset)};
	}
	state->stack += type->size;
}

struct tri_ssa_abi *tri_ssa_abi_assign_types(struct tri_arena *arena, struct tri_type *const *parameters, uint32_t parameter_count,
											 struct tri_type *const *results, uint32_t result_count)
{
	struct tri_ssa_abi *abi = TRI_NEW(arena, struct tri_ssa_abi);
	abi->parameter_count = parameter_count;
	abi->result_count = result_count;
	abi->parameters = TRI_NEW_ARRAY(arena, struct tri_ssa_abi_value, parameter_count + 1);
	abi->results = TRI_NEW_ARRAY(arena, struct tri_ssa_abi_value, result_count + 1);
	struct assignment state = {.arena = arena};
	for (uint32_t i = 0; i < parameter_count; i++)
		assign(&state, parameters[i], &abi->parameters[i]);
	state.stack = align_up(state.stack, 8);
	abi->stack_argument_size = (int32_t)state.stack;
	state.integers = state.floats = 0;
	for (uint32_t i = 0; i < result_count; i++)
		assign(&state, results[i], &abi->results[i]);
	abi->stack_size = (int32_t)align_up(state.stack, 8);
	return abi;
}

struct tri_ssa_abi *tri_ssa_abi_assign(struct tri_arena *arena, struct tri_type *receiver, struct tri_type *signature)
{
	signature = tri_type_underlying(signature);
	uint32_t count = signature->as.function.parameter_count, results = signature->as.function.result_count;
	struct tri_type **types = TRI_NEW_ARRAY(arena, struct tri_type *, count + results + 1);
	uint32_t n = 0;
	if (receiver)
		types[n++] = receiver;
	for (uint32_t i = 0; i < count; i++)
		types[n++] = signature->as.function.parameters[i]->type;
	for (uint32_t i = 0; i < results; i++)
		types[n + i] = signature->as.function.results[i]->type;
	return tri_ssa_abi_assign_types(arena, types, n, types + n, results);
}
