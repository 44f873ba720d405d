// Bounds checks and other comparisons that earlier branches decide.
//
// A proof obligation is "x <= y + k" over the integers, at a place in the control-flow graph. It is discharged from
// the conditions of the branches that dominate the place, from what operations say of their results (x & 7 <= 7),
// and through phis by induction: while the claim for a phi is being proved for its arguments, it is assumed for
// the phi itself. Every step spends from a budget, so a query costs little however branchy the function is.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/internal.h"

enum { BUDGET = 300, DEPTH = 9, FACT_DISTANCE = 48, ACTIVE_LIMIT = 6 };
#define LENGTH_LIMIT ((int64_t)1 << 48)
#define SAFE_LIMIT ((int64_t)1 << 61)

struct claim { // phi <= y + k, or (lower) k <= phi when phi is on the right
	struct tri_ssa_value *x, *y;
	int64_t k;
};

struct prover {
	int budget;
	struct claim active[ACTIVE_LIMIT];
	uint32_t active_count;
};

// Sign extension does not change the number.
static struct tri_ssa_value *strip(struct tri_ssa_value *value)
{
	while (value && value->op == TRI_SSA_EXTEND_S)
		value = value->arguments.items[0];
	return value;
}

static int64_t type_maximum(uint8_t type)
{
	return type == TRI_SSA_I8 ? INT8_MAX : type == TRI_SSA_I16 ? INT16_MAX : type == TRI_SSA_I32 ? INT32_MAX : INT64_MAX;
}

static bool prove(struct prover *prover, struct tri_ssa_value *x, struct tri_ssa_value *y, int64_t k, struct tri_ssa_block *at, int depth);

static bool is_integer(const struct tri_ssa_value *value) { return value->type >= TRI_SSA_I8 && value->type <= TRI_SSA_I64; }

static bool cheaply_non_negative(const struct tri_ssa_value *value)
{
	return value->is_length || (ssa_is_const(value) && value->integer >= 0) || value->op == TRI_SSA_EXTEND_U ||
		   (value->op == TRI_SSA_AND && ssa_is_const(value->arguments.items[1]) && value->arguments.items[1]->integer >= 0);
}

// Calls `use` for each "a <= b + m" that the branch condition gives (a or b NULL: zero). Stops when it returns true.
typedef bool use_fact(void *context, struct tri_ssa_value *a, struct tri_ssa_value *b, int64_t m);

static bool facts_of(const struct tri_ssa_value *control, bool truth, use_fact *use, void *context)
{
	struct tri_ssa_value *x, *y;
	if (control->arguments.count != 2 || !is_integer(control->arguments.items[0]))
		return false;
	x = strip(control->arguments.items[0]);
	y = strip(control->arguments.items[1]);
	switch (control->op) {
	case TRI_SSA_LT_S:
		return truth ? use(context, x, y, -1) : use(context, y, x, 0);
	case TRI_SSA_LE_S:
		return truth ? use(context, x, y, 0) : use(context, y, x, -1);
	case TRI_SSA_LT_U:
	case TRI_SSA_LE_U: {
		bool strict = control->op == TRI_SSA_LT_U;
		if (truth && cheaply_non_negative(y))
			return use(context, x, y, strict ? -1 : 0) || use(context, NULL, x, 0);
		if (!truth && cheaply_non_negative(x) && cheaply_non_negative(y))
			return use(context, y, x, strict ? 0 : -1);
		return false;
	}
	case TRI_SSA_EQ:
	case TRI_SSA_NE:
		if (truth == (control->op == TRI_SSA_EQ))
			return use(context, x, y, 0) || use(context, y, x, 0);
		if (ssa_is_const_of(y, 0) && cheaply_non_negative(x))
			return use(context, NULL, x, -1); // not zero: at least one
		return false;
	default:
		return false;
	}
}

struct query {
	struct prover *prover;
	struct tri_ssa_value *x, *y;
	int64_t k;
	struct tri_ssa_block *at;
	int depth;
};

static bool difference(int64_t a, int64_t b, int64_t *result) { return !__builtin_sub_overflow(a, b, result); }

static bool try_fact(void *context, struct tri_ssa_value *a, struct tri_ssa_value *b, int64_t m)
{
	struct query *query = context;
	int64_t rest;
	if (!difference(query->k, m, &rest))
		return false;
	if (a == query->x && b == query->y)
		return rest >= 0;
	if (a && a == query->x)
		return prove(query->prover, b, query->y, rest, query->at, query->depth - 1);
	if (b && b == query->y)
		return prove(query->prover, query->x, a, rest, query->at, query->depth - 1);
	return false;
}

// Is there a fact "value < anything"? Then value + 1 does not overflow.
struct strictly {
	struct tri_ssa_value *value;
	int64_t step;
	bool below;
};

static bool find_strict(void *context, struct tri_ssa_value *a, struct tri_ssa_value *b, int64_t m)
{
	struct strictly *strictly = context;
	struct tri_ssa_value *limit = strictly->below ? b : a;
	if ((strictly->below ? a : b) != strictly->value || !limit || limit->type != strictly->value->type)
		return false;
	return m <= 0 && m + strictly->step <= 0;
}

static bool walk_facts(struct prover *prover, struct tri_ssa_block *at, use_fact *use, void *context)
{
	int distance = 0;
	for (struct tri_ssa_block *block = at; block && distance < FACT_DISTANCE && prover->budget > 0; block = block->dominator, distance++) {
		if (block->predecessors.count != 1)
			continue;
		struct tri_ssa_block *from = block->predecessors.items[0];
		if (from->kind != TRI_SSA_BLOCK_IF || from->successors.items[0] == from->successors.items[1])
			continue;
		if (facts_of(from->control, from->successors.items[0] == block, use, context))
			return true;
	}
	return false;
}

// value + step stays within the type.
static bool no_wrap(struct prover *prover, struct tri_ssa_value *value, int64_t step, struct tri_ssa_block *at, int depth)
{
	struct strictly strictly = {value, step > 0 ? step : -step, step > 0};
	if (step > SAFE_LIMIT || step < -SAFE_LIMIT)
		return false;
	if (walk_facts(prover, at, find_strict, &strictly))
		return true;
	int64_t maximum = type_maximum(value->type);
	if (maximum == INT64_MAX)
		maximum = SAFE_LIMIT * 2 - 1 + SAFE_LIMIT * 2;
	if (step > 0)
		return prove(prover, value, NULL, maximum - step, at, depth);
	return prove(prover, NULL, value, maximum + step, at, depth);
}

static bool assumed(const struct prover *prover, const struct tri_ssa_value *x, const struct tri_ssa_value *y, int64_t k)
{
	for (uint32_t i = 0; i < prover->active_count; i++) {
		const struct claim *claim = &prover->active[i];
		if (claim->x == x && claim->y == y && claim->k <= k)
			return true;
	}
	return false;
}

// The claim for every argument of a phi, each at the end of its predecessor, assuming it for the phi.
static bool by_induction(struct prover *prover, struct tri_ssa_value *phi, struct tri_ssa_value *x, struct tri_ssa_value *y, int64_t k,
						 int depth)
{
	struct tri_ssa_value *other = phi == x ? y : x;
	if (prover->active_count == ACTIVE_LIMIT)
		return false;
	// The other side must be the same value on every way round.
	if (other && !ssa_is_const(other) && !(other->block != phi->block && tri_ssa_dominates(other->block, phi->block)))
		return false;
	prover->active[prover->active_count++] = (struct claim){x, y, k};
	bool proved = true;
	for (uint32_t i = 0; i < phi->arguments.count && proved; i++) {
		struct tri_ssa_value *argument = strip(phi->arguments.items[i]);
		struct tri_ssa_block *from = phi->block->predecessors.items[i];
		proved = phi == x ? prove(prover, argument, y, k, from, depth - 1) : prove(prover, x, argument, k, from, depth - 1);
	}
	prover->active_count--;
	return proved;
}

// Two of at most SUM_LIMIT have a sum that does not wrap: lengths, and what is below one, by far.
static const int64_t SUM_LIMIT = INT64_MAX / 2;

static bool is_small(struct prover *prover, struct tri_ssa_value *x, int64_t limit, struct tri_ssa_block *at, int depth)
{
	return prove(prover, NULL, strip(x), 0, at, depth) && prove(prover, strip(x), NULL, limit, at, depth);
}

static bool upper_bound(struct prover *prover, struct tri_ssa_value *x, struct tri_ssa_value *y, int64_t k, struct tri_ssa_block *at,
						int depth)
{
	struct tri_ssa_value *const *arguments = x->arguments.items;
	int64_t rest;
	if (x->is_length && !y && k >= LENGTH_LIMIT)
		return true;
	if (!y && x->type != TRI_SSA_I64 && is_integer(x) && k >= type_maximum(x->type))
		return true;
	switch (x->op) {
	case TRI_SSA_ADD:
		if (!ssa_is_const(arguments[1]) || !difference(k, arguments[1]->integer, &rest))
			return false;
		return prove(prover, strip(arguments[0]), y, rest, at, depth - 1) &&
			   no_wrap(prover, arguments[0], arguments[1]->integer, at, depth - 1);
	case TRI_SSA_SUB:
		return prove(prover, arguments[0], y, k, at, depth - 1) && prove(prover, NULL, arguments[1], 0, at, depth - 1) &&
			   prove(prover, NULL, arguments[0], 0, at, depth - 1);
	case TRI_SSA_AND:
		if (!ssa_is_const(arguments[1]) || arguments[1]->integer < 0)
			return false;
		return difference(k, arguments[1]->integer, &rest) && prove(prover, NULL, y, rest, at, depth - 1);
	case TRI_SSA_EXTEND_U: {
		struct tri_ssa_value *inner = arguments[0];
		int64_t most = inner->type == TRI_SSA_BOOL  ? 1
					   : inner->type == TRI_SSA_I8  ? 255
					   : inner->type == TRI_SSA_I16 ? 65535
													: (int64_t)UINT32_MAX;
		const struct tri_ssa_value *operand = inner->arguments.count == 2 ? inner->arguments.items[1] : NULL;
		if (inner->op == TRI_SSA_AND && ssa_is_const(operand) && operand->integer >= 0)
			most = operand->integer;
		else if (inner->op == TRI_SSA_SHR_U && ssa_is_const(operand) && !inner->go_shift)
			most >>= ssa_unsigned(operand->integer, operand->type) & 63;
		else if (inner->op == TRI_SSA_DIV_U && ssa_is_const(operand) && operand->integer != 0)
			most = (int64_t)((uint64_t)most / ssa_unsigned(operand->integer, operand->type));
		return difference(k, most, &rest) && prove(prover, NULL, y, rest, at, depth - 1);
	}
	case TRI_SSA_SHR_U:
	case TRI_SSA_SHR_S: {
		if (!ssa_is_const(arguments[1]) || x->go_shift)
			return false;
		uint64_t count = ssa_unsigned(arguments[1]->integer, arguments[1]->type);
		if (x->op == TRI_SSA_SHR_U && x->type == TRI_SSA_I64 && count > 0 && count < 64) {
			int64_t most = (int64_t)(UINT64_MAX >> count);
			if (difference(k, most, &rest) && prove(prover, NULL, y, rest, at, depth - 1))
				return true;
		}
		return prove(prover, NULL, arguments[0], 0, at, depth - 1) && prove(prover, arguments[0], y, k, at, depth - 1);
	}
	case TRI_SSA_REM_S:
		if (!ssa_is_const(arguments[1]) || arguments[1]->integer <= 0)
			return false;
		return difference(k, arguments[1]->integer - 1, &rest) && prove(prover, NULL, y, rest, at, depth - 1);
	case TRI_SSA_REM_U: // below the divisor, if that is a signed number too
		return prove(prover, NULL, arguments[1], -1, at, depth - 1) && !__builtin_add_overflow(k, 1, &rest) &&
			   prove(prover, arguments[1], y, rest, at, depth - 1);
	case TRI_SSA_DIV_S:
		return ssa_is_const(arguments[1]) && arguments[1]->integer > 0 && prove(prover, NULL, arguments[0], 0, at, depth - 1) &&
			   prove(prover, arguments[0], y, k, at, depth - 1);
	case TRI_SSA_SELECT: {
		const struct tri_ssa_value *test = arguments[0];
		bool is_min = (test->op == TRI_SSA_LT_S || test->op == TRI_SSA_LE_S) && test->arguments.items[0] == arguments[1] &&
					  test->arguments.items[1] == arguments[2];
		bool first = prove(prover, strip(arguments[1]), y, k, at, depth - 1);
		if (is_min)
			return first || prove(prover, strip(arguments[2]), y, k, at, depth - 1);
		return first && prove(prover, strip(arguments[2]), y, k, at, depth - 1);
	}
	case TRI_SSA_PHI:
		return by_induction(prover, x, x, y, k, depth);
	default:
		return false;
	}
}

static bool lower_bound(struct prover *prover, struct tri_ssa_value *x, struct tri_ssa_value *y, int64_t k, struct tri_ssa_block *at,
						int depth)
{
	struct tri_ssa_value *const *arguments = y->arguments.items;
	int64_t sum;
	// What is at least zero: x <= 0 + k is enough.
	if (cheaply_non_negative(y) && prove(prover, x, NULL, k, at, depth - 1))
		return true;
	if (!x && y->type != TRI_SSA_I64 && is_integer(y) && k > type_maximum(y->type))
		return true;
	switch (y->op) {
	case TRI_SSA_ADD:
		if (!ssa_is_const(arguments[1]))
			return !x && k >= 0 && y->type == TRI_SSA_I64 && is_small(prover, arguments[0], SUM_LIMIT, at, depth - 1) &&
				   is_small(prover, arguments[1], SUM_LIMIT, at, depth - 1);
		if (__builtin_add_overflow(k, arguments[1]->integer, &sum))
			return false;
		return prove(prover, x, strip(arguments[0]), sum, at, depth - 1) &&
			   no_wrap(prover, arguments[0], arguments[1]->integer, at, depth - 1);
	case TRI_SSA_SUB: // at least zero when the subtrahend is not larger
		return prove(prover, x, NULL, k, at, depth - 1) && prove(prover, arguments[1], arguments[0], 0, at, depth - 1) &&
			   prove(prover, NULL, arguments[1], 0, at, depth - 1);
	case TRI_SSA_SHL: {
		if (x || k < 0 || y->type != TRI_SSA_I64 || !ssa_is_const(arguments[1]) || y->go_shift)
			return false;
		uint64_t count = ssa_unsigned(arguments[1]->integer, arguments[1]->type);
		return count < 62 && is_small(prover, arguments[0], SUM_LIMIT >> count, at, depth - 1);
	}
	case TRI_SSA_SHR_U:
		return ssa_is_const(arguments[1]) && arguments[1]->integer > 0 && prove(prover, x, NULL, k, at, depth - 1);
	case TRI_SSA_SHR_S:
	case TRI_SSA_REM_S:
	case TRI_SSA_DIV_S:
		if (y->op == TRI_SSA_DIV_S && !(ssa_is_const(arguments[1]) && arguments[1]->integer > 0))
			return false;
		return prove(prover, x, NULL, k, at, depth - 1) && prove(prover, NULL, arguments[0], 0, at, depth - 1);
	case TRI_SSA_REM_U:
		return prove(prover, x, NULL, k, at, depth - 1) && prove(prover, NULL, arguments[1], -1, at, depth - 1);
	case TRI_SSA_SELECT:
		return prove(prover, x, strip(arguments[1]), k, at, depth - 1) && prove(prover, x, strip(arguments[2]), k, at, depth - 1);
	case TRI_SSA_PHI:
		return by_induction(prover, y, x, y, k, depth);
	default:
		return false;
	}
}

// x <= y + k at the end of `at`'s dominating branches; NULL stands for zero.
static bool prove(struct prover *prover, struct tri_ssa_value *x, struct tri_ssa_value *y, int64_t k, struct tri_ssa_block *at, int depth)
{
	if (x && ssa_is_const(x)) {
		if (!difference(k, x->integer, &k))
			return false;
		x = NULL;
	}
	if (y && ssa_is_const(y)) {
		if (__builtin_add_overflow(k, y->integer, &k))
			return false;
		y = NULL;
	}
	if (x == y)
		return k >= 0;
	if (--prover->budget <= 0 || depth <= 0)
		return false;
	if (assumed(prover, x, y, k))
		return true;
	struct query query = {prover, x, y, k, at, depth};
	if (x && upper_bound(prover, x, y, k, at, depth))
		return true;
	if (y && lower_bound(prover, x, y, k, at, depth))
		return true;
	return walk_facts(prover, at, try_fact, &query);
}

static bool holds(struct tri_ssa_value *x, struct tri_ssa_value *y, int64_t k, struct tri_ssa_block *at)
{
	struct prover prover = {.budget = BUDGET};
	return prove(&prover, strip(x), strip(y), k, at, DEPTH);
}

bool ssa_is_non_negative(struct tri_ssa_value *value, struct tri_ssa_block *at) { return holds(NULL, value, 0, at); }

// The same condition was branched on before.
static int decided_before(const struct tri_ssa_value *control, const struct tri_ssa_block *at)
{
	int distance = 0;
	for (const struct tri_ssa_block *block = at; block && distance < FACT_DISTANCE; block = block->dominator, distance++) {
		if (block->predecessors.count != 1)
			continue;
		const struct tri_ssa_block *from = block->predecessors.items[0];
		if (from->kind == TRI_SSA_BLOCK_IF && from->control == control && from->successors.items[0] != from->successors.items[1])
			return from->successors.items[0] == block;
	}
	return -1;
}

// 1: always true, 0: always false, -1: unknown
static int decide(const struct tri_ssa_value *control, struct tri_ssa_block *at)
{
	int before = decided_before(control, at);
	if (before >= 0)
		return before;
	if (control->arguments.count != 2 || !is_integer(control->arguments.items[0]))
		return -1;
	struct tri_ssa_value *x = control->arguments.items[0], *y = control->arguments.items[1];
	switch (control->op) {
	case TRI_SSA_LT_S:
		return holds(x, y, -1, at) ? 1 : holds(y, x, 0, at) ? 0 : -1;
	case TRI_SSA_LE_S:
		return holds(x, y, 0, at) ? 1 : holds(y, x, -1, at) ? 0 : -1;
	case TRI_SSA_LT_U:
		if (holds(NULL, x, 0, at))
			return holds(x, y, -1, at) ? 1 : holds(NULL, y, 0, at) && holds(y, x, 0, at) ? 0 : -1;
		return -1;
	case TRI_SSA_LE_U:
		if (holds(NULL, x, 0, at))
			return holds(x, y, 0, at) ? 1 : holds(NULL, y, 0, at) && holds(y, x, -1, at) ? 0 : -1;
		return -1;
	case TRI_SSA_EQ:
	case TRI_SSA_NE:
		if (ssa_is_const(y) && (holds(x, y, -1, at) || holds(y, x, -1, at)))
			return control->op == TRI_SSA_NE;
		return -1;
	default:
		return -1;
	}
}

void ssa_pass_bounds(struct tri_ssa_func *function)
{
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct tri_ssa_block *block = function->blocks.items[b];
		if (!block->dominator_enter)
			continue;
		for (struct tri_ssa_value *value = block->first; value; value = value->next)
			if (value->go_shift && is_integer(value->arguments.items[1]) && value->arguments.items[1]->type == TRI_SSA_I64) {
				struct tri_ssa_value *count = value->arguments.items[1];
				if (holds(NULL, count, 0, block) && holds(count, NULL, 8 * (int64_t)tri_ssa_type_size(value->type) - 1, block))
					value->go_shift = false;
			}
		if (block->kind != TRI_SSA_BLOCK_IF)
			continue;
		int known = decide(block->control, block);
		if (known < 0)
			continue;
		struct tri_ssa_value *constant = tri_ssa_new_value(function, TRI_SSA_CONST, TRI_SSA_BOOL, block->pos);
		constant->pos.is_statement = false;
		constant->integer = known;
		tri_ssa_append(block, constant);
		block->control->use_count--;
		block->control = constant;
		constant->use_count++;
	}
}
