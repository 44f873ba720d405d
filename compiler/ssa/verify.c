// Checks the invariants of the form after a pass: shape of edges, phis, argument counts and types, definitions
// dominating uses, use counts. A violation is an internal compiler error that names the pass.
#define TRI_SSA_INTERNAL
#include <stdlib.h>

#include "compiler/ssa/internal.h"

struct verifier {
	const struct tri_ssa_func *function;
	const char *after;
};

static TRI_NORETURN void fail(const struct verifier *verifier, const struct tri_ssa_block *block, const struct tri_ssa_value *value,
							  const char *message)
{
	struct tri_buffer text = {0};
	tri_ssa_dump(verifier->function, &text);
	tri_ice("SSA of %s broken after %s: block %u, v%u (%s): %s\n%s", verifier->function->symbol ? verifier->function->symbol->name : "?",
			verifier->after, block->id, value ? value->id : 0, value && value->op < TRI_SSA_OP_COUNT ? tri_ssa_ops[value->op].name : "-",
			message, text.data);
}

static bool is_integer(uint8_t type) { return type >= TRI_SSA_BOOL && type <= TRI_SSA_PTR; }

static void check_types(const struct verifier *verifier, const struct tri_ssa_block *block, const struct tri_ssa_value *value)
{
	struct tri_ssa_value *const *arguments = value->arguments.items;
#define CHECK(condition) \
	do { \
		if (!(condition)) \
			fail(verifier, block, value, "types: " #condition); \
	} while (0)
	switch (value->op) {
	case TRI_SSA_CONST:
		CHECK(is_integer(value->type) && value->integer == ssa_normalise(value->integer, value->type));
		break;
	case TRI_SSA_CONST_FLOAT:
		CHECK(tri_ssa_type_is_float(value->type));
		break;
	case TRI_SSA_SYMBOL:
		CHECK(value->type == TRI_SSA_PTR && value->symbol);
		break;
	case TRI_SSA_SLOT:
		CHECK(value->type == TRI_SSA_PTR && value->slot);
		break;
	case TRI_SSA_PHI:
		for (uint32_t i = 0; i < value->arguments.count; i++)
			CHECK(arguments[i]->type == value->type);
		break;
	case TRI_SSA_ADD:
		CHECK(value->type == arguments[0]->type && is_integer(value->type));
		CHECK(arguments[1]->type == (value->type == TRI_SSA_PTR ? TRI_SSA_I64 : value->type));
		break;
	case TRI_SSA_SUB:
	case TRI_SSA_MUL:
	case TRI_SSA_MUL_HIGH_S:
	case TRI_SSA_MUL_HIGH_U:
	case TRI_SSA_DIV_S:
	case TRI_SSA_DIV_U:
	case TRI_SSA_REM_S:
	case TRI_SSA_REM_U:
	case TRI_SSA_AND:
	case TRI_SSA_OR:
	case TRI_SSA_XOR:
		CHECK(is_integer(value->type) && arguments[0]->type == value->type && arguments[1]->type == value->type);
		break;
	case TRI_SSA_ADD_CARRY:
	case TRI_SSA_CARRY_OUT:
	case TRI_SSA_SUB_BORROW:
	case TRI_SSA_BORROW_OUT:
		for (uint32_t i = 0; i < 3; i++)
			CHECK(value->type == TRI_SSA_I64 && arguments[i]->type == TRI_SSA_I64);
		break;
	case TRI_SSA_SHL:
	case TRI_SSA_SHR_U:
	case TRI_SSA_SHR_S:
	case TRI_SSA_ROTATE_LEFT:
		CHECK(is_integer(value->type) && arguments[0]->type == value->type && is_integer(arguments[1]->type));
		break;
	case TRI_SSA_COPY:
	case TRI_SSA_NEG:
	case TRI_SSA_NOT:
		CHECK(arguments[0]->type == value->type);
		break;
	case TRI_SSA_EQ:
	case TRI_SSA_NE:
		CHECK(value->type == TRI_SSA_BOOL && arguments[0]->type == arguments[1]->type && arguments[0]->type != TRI_SSA_VOID);
		break;
	case TRI_SSA_LT_S:
	case TRI_SSA_LE_S:
	case TRI_SSA_LT_U:
	case TRI_SSA_LE_U:
		CHECK(value->type == TRI_SSA_BOOL && arguments[0]->type == arguments[1]->type && is_integer(arguments[0]->type));
		break;
	case TRI_SSA_LT_F:
	case TRI_SSA_LE_F:
		CHECK(value->type == TRI_SSA_BOOL && arguments[0]->type == arguments[1]->type && tri_ssa_type_is_float(arguments[0]->type));
		break;
	case TRI_SSA_SELECT:
		CHECK(arguments[0]->type == TRI_SSA_BOOL && arguments[1]->type == value->type && arguments[2]->type == value->type);
		break;
	case TRI_SSA_TRUNCATE:
		CHECK(tri_ssa_type_size(value->type) < tri_ssa_type_size(arguments[0]->type));
		break;
	case TRI_SSA_EXTEND_S:
	case TRI_SSA_EXTEND_U:
		CHECK(tri_ssa_type_size(value->type) > tri_ssa_type_size(arguments[0]->type) || arguments[0]->type == TRI_SSA_BOOL);
		break;
	case TRI_SSA_BITCAST:
		CHECK(tri_ssa_type_size(value->type) == tri_ssa_type_size(arguments[0]->type));
		break;
	case TRI_SSA_BIT_LENGTH:
	case TRI_SSA_TRAILING_ZEROS:
	case TRI_SSA_POPULATION:
		CHECK(value->type == TRI_SSA_I64 && is_integer(arguments[0]->type));
		break;
	case TRI_SSA_ADD_F:
	case TRI_SSA_SUB_F:
	case TRI_SSA_MUL_F:
	case TRI_SSA_DIV_F:
	case TRI_SSA_MIN_F:
	case TRI_SSA_MAX_F:
		CHECK(tri_ssa_type_is_float(value->type) && arguments[0]->type == value->type && arguments[1]->type == value->type);
		break;
	case TRI_SSA_S_TO_FLOAT:
	case TRI_SSA_U_TO_FLOAT:
		CHECK(tri_ssa_type_is_float(value->type) && (arguments[0]->type == TRI_SSA_I32 || arguments[0]->type == TRI_SSA_I64));
		break;
	case TRI_SSA_FLOAT_TO_S:
	case TRI_SSA_FLOAT_TO_U:
		CHECK(tri_ssa_type_is_float(arguments[0]->type) && (value->type == TRI_SSA_I32 || value->type == TRI_SSA_I64));
		break;
	case TRI_SSA_LOAD:
		CHECK(arguments[0]->type == TRI_SSA_PTR && value->type != TRI_SSA_VOID);
		break;
	case TRI_SSA_STORE:
		CHECK(arguments[0]->type == TRI_SSA_PTR && arguments[1]->type != TRI_SSA_VOID);
		break;
	case TRI_SSA_STORE_BARRIER:
		CHECK(arguments[0]->type == TRI_SSA_PTR && arguments[1]->type == TRI_SSA_PTR);
		break;
	case TRI_SSA_ATOMIC_LOAD:
		CHECK(arguments[0]->type == TRI_SSA_PTR && is_integer(value->type));
		break;
	case TRI_SSA_ATOMIC_EXCHANGE:
	case TRI_SSA_ATOMIC_ADD:
	case TRI_SSA_ATOMIC_AND:
	case TRI_SSA_ATOMIC_OR:
		CHECK(arguments[0]->type == TRI_SSA_PTR && is_integer(value->type) && arguments[1]->type == value->type);
		break;
	case TRI_SSA_ATOMIC_COMPARE_EXCHANGE:
		CHECK(arguments[0]->type == TRI_SSA_PTR && value->type == TRI_SSA_BOOL && is_integer(arguments[1]->type));
		CHECK(arguments[1]->type == arguments[2]->type);
		break;
	case TRI_SSA_ZERO_MEMORY:
		CHECK(arguments[0]->type == TRI_SSA_PTR);
		break;
	case TRI_SSA_COPY_MEMORY:
		CHECK(arguments[0]->type == TRI_SSA_PTR && arguments[1]->type == TRI_SSA_PTR);
		break;
	case TRI_SSA_NIL_CHECK:
		CHECK(arguments[0]->type == TRI_SSA_PTR && value->type == TRI_SSA_PTR);
		break;
	case TRI_SSA_NEW_OBJECT:
		CHECK(value->type == TRI_SSA_PTR && value->symbol && value->integer > 0);
		break;
	case TRI_SSA_BARRIER:
		CHECK(value->integer >= 0 && value->integer <= value->arguments.count);
		for (uint32_t i = 0; i < value->arguments.count; i++)
			CHECK(arguments[i]->type == TRI_SSA_PTR);
		break;
	case TRI_SSA_CALL: {
		uint32_t first = tri_ssa_call_has_target(value->call->kind) ? 1 : 0;
		CHECK(value->arguments.count == first + value->call->argument_words.count);
		for (uint32_t i = 0; i < value->call->argument_words.count; i++)
			CHECK(arguments[first + i]->type == value->call->argument_words.items[i].type);
		break;
	}
	case TRI_SSA_RESULT: {
		CHECK(arguments[0]->op == TRI_SSA_CALL);
		const struct tri_ssa_value *before = value->previous;
		while (before && before->op == TRI_SSA_RESULT)
			before = before->previous;
		CHECK(before == arguments[0]);
		break;
	}
	default:
		break;
	}
#undef CHECK
}

static void check_block(const struct verifier *verifier, const struct tri_ssa_block *block)
{
	static const int successor_counts[] = {1, 2, 0, 0, -1};
	if (successor_counts[block->kind] >= 0 && block->successors.count != (uint32_t)successor_counts[block->kind])
		fail(verifier, block, NULL, "number of successors");
	bool wants_control = block->kind == TRI_SSA_BLOCK_IF || block->kind == TRI_SSA_BLOCK_SWITCH;
	if (wants_control != (block->control != NULL))
		fail(verifier, block, NULL, "control");
	if (block->kind == TRI_SSA_BLOCK_IF && block->control->type != TRI_SSA_BOOL)
		fail(verifier, block, NULL, "type of control");
	for (uint32_t i = 0; i < block->successors.count; i++)
		(void)tri_ssa_edge_index(block, i);
	for (uint32_t i = 0; i < block->predecessors.count; i++) {
		const struct tri_ssa_block *from = block->predecessors.items[i];
		uint32_t forth = 0, back = 0;
		for (uint32_t s = 0; s < from->successors.count; s++)
			forth += from->successors.items[s] == block;
		for (uint32_t p = 0; p < block->predecessors.count; p++)
			back += block->predecessors.items[p] == from;
		if (forth != back)
			fail(verifier, block, NULL, "edges differ at their two ends");
	}
}

void tri_ssa_verify(const struct tri_ssa_func *function, const char *after)
{
	struct verifier verifier = {function, after};
	// Dominators are an analysis on the blocks; recomputing them does no harm to whoever holds the function.
	tri_ssa_dominators((struct tri_ssa_func *)function);
	uint32_t *position = calloc(function->next_value_id, sizeof *position);
	uint32_t *uses = calloc(function->next_value_id, sizeof *uses);
	if (!position || !uses)
		tri_ice("out of memory");
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		const struct tri_ssa_block *block = function->blocks.items[b];
		check_block(&verifier, block);
		uint32_t count = 0;
		bool phis = true;
		for (const struct tri_ssa_value *value = block->first; value; value = value->next) {
			if (value->block != block || (value->next && value->next->previous != value))
				fail(&verifier, block, value, "list");
			if (position[value->id])
				fail(&verifier, block, value, "defined twice");
			position[value->id] = ++count;
			if (value->op == TRI_SSA_PHI && !phis)
				fail(&verifier, block, value, "phi after other values");
			phis = value->op == TRI_SSA_PHI;
			if (value->op == TRI_SSA_PHI && value->arguments.count != block->predecessors.count)
				fail(&verifier, block, value, "phi arguments and predecessors");
			if (value->op < TRI_SSA_OP_COUNT && tri_ssa_ops[value->op].arguments >= 0 &&
				value->arguments.count != (uint32_t)tri_ssa_ops[value->op].arguments)
				fail(&verifier, block, value, "number of arguments");
			check_types(&verifier, block, value);
		}
	}
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		const struct tri_ssa_block *block = function->blocks.items[b];
		for (const struct tri_ssa_value *value = block->first; value; value = value->next)
			for (uint32_t i = 0; i < value->arguments.count; i++) {
				const struct tri_ssa_value *argument = value->arguments.items[i];
				uses[argument->id]++;
				if (!position[argument->id] || !argument->block)
					fail(&verifier, block, value, "argument is in no block");
				const struct tri_ssa_block *at = value->op == TRI_SSA_PHI ? block->predecessors.items[i] : block;
				if (!at->dominator_enter)
					continue;
				if (argument->block == at ? value->op != TRI_SSA_PHI && position[argument->id] >= position[value->id]
										  : !tri_ssa_dominates(argument->block, at))
					fail(&verifier, block, value, "argument does not dominate");
			}
		if (block->control) {
			uses[block->control->id]++;
			if (!position[block->control->id] || (block->dominator_enter && !tri_ssa_dominates(block->control->block, block)))
				fail(&verifier, block, block->control, "control does not dominate");
		}
		for (uint32_t i = 0; i < block->results.count; i++) {
			uses[block->results.items[i]->id]++;
			if (!position[block->results.items[i]->id] ||
				(block->dominator_enter && !tri_ssa_dominates(block->results.items[i]->block, block)))
				fail(&verifier, block, block->results.items[i], "result does not dominate");
		}
	}
	for (uint32_t b = 0; b < function->blocks.count; b++)
		for (const struct tri_ssa_value *value = function->blocks.items[b]->first; value; value = value->next)
			if (uses[value->id] != value->use_count)
				fail(&verifier, function->blocks.items[b], value, "use count");
	free(position);
	free(uses);
}
