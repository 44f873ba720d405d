// Constant folding, algebraic identities and strength reduction, one value at a time until nothing changes.
//
// A rule looks at a value and its arguments, and rewrites the value in place: to a constant, to a copy of another
// value, or to a cheaper operation. Division by constants has its own file (divide.c).
#define TRI_SSA_INTERNAL
#include <math.h>

#include "compiler/ssa/internal.h"

struct simplifier {
	struct tri_ssa_func *function;
	bool changed;
};

#define ARG(value, i) ((value)->arguments.items[i])

static uint32_t width_of(const struct tri_ssa_value *value) { return value->type == TRI_SSA_BOOL ? 1 : 8 * tri_ssa_type_size(value->type); }

static void set_const(struct simplifier *s, struct tri_ssa_value *value, int64_t integer)
{
	ssa_make_const(value, integer);
	s->changed = true;
}

static void set_copy(struct simplifier *s, struct tri_ssa_value *value, struct tri_ssa_value *source)
{
	tri_ssa_make_copy(s->function, value, source);
	s->changed = true;
}

static struct tri_ssa_value *const_before(struct simplifier *s, struct tri_ssa_value *place, enum tri_ssa_type type, int64_t integer)
{
	struct tri_ssa_value *value = tri_ssa_new_value(s->function, TRI_SSA_CONST, type, place->pos);
	value->pos.is_statement = false;
	value->integer = ssa_normalise(integer, type);
	tri_ssa_insert_before(place, value);
	return value;
}

static struct tri_ssa_value *value_before(struct simplifier *s, struct tri_ssa_value *place, enum tri_ssa_op op, enum tri_ssa_type type,
										  struct tri_ssa_value *x, struct tri_ssa_value *y)
{
	struct tri_ssa_value *value = tri_ssa_new_value(s->function, op, type, place->pos);
	value->pos.is_statement = false;
	tri_ssa_add_argument(s->function, value, x);
	if (y)
		tri_ssa_add_argument(s->function, value, y);
	tri_ssa_insert_before(place, value);
	return value;
}

static bool fold_binary(enum tri_ssa_op op, enum tri_ssa_type type, int64_t x, int64_t y, int64_t *result)
{
	uint64_t a = ssa_unsigned(x, type), c = ssa_unsigned(y, type), r;
	switch (op) {
	case TRI_SSA_ADD:
		r = (uint64_t)x + (uint64_t)y;
		break;
	case TRI_SSA_SUB:
		r = (uint64_t)x - (uint64_t)y;
		break;
	case TRI_SSA_MUL:
		r = (uint64_t)x * (uint64_t)y;
		break;
	case TRI_SSA_AND:
		r = (uint64_t)x & (uint64_t)y;
		break;
	case TRI_SSA_OR:
		r = (uint64_t)x | (uint64_t)y;
		break;
	case TRI_SSA_XOR:
		r = (uint64_t)x ^ (uint64_t)y;
		break;
	case TRI_SSA_DIV_S:
	case TRI_SSA_REM_S:
		if (y == 0)
			return false;
		if (y == -1)
			r = op == TRI_SSA_DIV_S ? 0 - (uint64_t)x : 0;
		else
			r = (uint64_t)(op == TRI_SSA_DIV_S ? x / y : x % y);
		break;
	case TRI_SSA_DIV_U:
	case TRI_SSA_REM_U:
		if (c == 0)
			return false;
		r = op == TRI_SSA_DIV_U ? a / c : a % c;
		break;
	case TRI_SSA_EQ:
		r = x == y;
		break;
	case TRI_SSA_NE:
		r = x != y;
		break;
	case TRI_SSA_LT_S:
		r = x < y;
		break;
	case TRI_SSA_LE_S:
		r = x <= y;
		break;
	case TRI_SSA_LT_U:
		r = a < c;
		break;
	case TRI_SSA_LE_U:
		r = a <= c;
		break;
	default:
		return false;
	}
	*result = (int64_t)r;
	return true;
}

static bool is_power_of_two(uint64_t value) { return value && !(value & (value - 1)); }

static void shift(struct simplifier *s, struct tri_ssa_value *value)
{
	struct tri_ssa_value *x = ARG(value, 0), *count = ARG(value, 1);
	uint32_t width = width_of(value);
	if (!ssa_is_const(count)) {
		// A masked count is below the width.
		const struct tri_ssa_value *inner = count;
		while (inner->op == TRI_SSA_EXTEND_U || (inner->op == TRI_SSA_TRUNCATE && ARG(inner, 0)->op == TRI_SSA_AND))
			inner = ARG(inner, 0);
		if (value->go_shift && inner->op == TRI_SSA_AND && ssa_is_const(ARG(inner, 1)) && ARG(inner, 1)->integer >= 0 &&
			(uint64_t)ARG(inner, 1)->integer < width) {
			value->go_shift = false;
			s->changed = true;
		}
		return;
	}
	uint64_t amount = ssa_unsigned(count->integer, count->type);
	if (amount >= width) {
		if (value->op != TRI_SSA_SHR_S) {
			set_const(s, value, 0);
			return;
		}
		amount = width - 1;
		tri_ssa_set_argument(value, 1, const_before(s, value, TRI_SSA_I8, (int64_t)amount));
		value->go_shift = false;
		s->changed = true;
		return;
	}
	if (value->go_shift) {
		value->go_shift = false;
		s->changed = true;
	}
	if (amount == 0) {
		set_copy(s, value, x);
		return;
	}
	if (ssa_is_const(x)) {
		uint64_t bits = ssa_unsigned(x->integer, x->type);
		set_const(s, value,
				  value->op == TRI_SSA_SHL     ? (int64_t)(bits << amount)
				  : value->op == TRI_SSA_SHR_U ? (int64_t)(bits >> amount)
											   : x->integer >> amount);
		return;
	}
	if (value->op == TRI_SSA_SHL && x->op == TRI_SSA_ADD && ssa_is_const(ARG(x, 1)) && x->use_count == 1 && value->type == TRI_SSA_I64) {
		// (i + c) << k = (i << k) + (c << k)
		struct tri_ssa_value *scaled = value_before(s, value, TRI_SSA_SHL, value->type, ARG(x, 0), count);
		struct tri_ssa_value *offset = const_before(s, value, value->type, (int64_t)((uint64_t)ARG(x, 1)->integer << amount));
		value->op = TRI_SSA_ADD;
		tri_ssa_set_argument(value, 0, scaled);
		tri_ssa_set_argument(value, 1, offset);
		s->changed = true;
		return;
	}
	// (x op c1) op c2
	if (x->op == value->op && !x->go_shift && ssa_is_const(ARG(x, 1))) {
		uint64_t total = amount + ssa_unsigned(ARG(x, 1)->integer, ARG(x, 1)->type);
		if (total >= width && value->op != TRI_SSA_SHR_S) {
			set_const(s, value, 0);
			return;
		}
		if (total >= width)
			total = width - 1;
		struct tri_ssa_value *inner = ARG(x, 0);
		tri_ssa_set_argument(value, 1, const_before(s, value, TRI_SSA_I8, (int64_t)total));
		tri_ssa_set_argument(value, 0, inner);
		s->changed = true;
	}
}

static void add(struct simplifier *s, struct tri_ssa_value *value)
{
	struct tri_ssa_value *x = ARG(value, 0), *y = ARG(value, 1);
	if (!ssa_is_const(y))
		return;
	if (y->integer == 0) {
		set_copy(s, value, x);
	} else if (x->op == TRI_SSA_ADD && ssa_is_const(ARG(x, 1))) {
		int64_t sum = (int64_t)((uint64_t)y->integer + (uint64_t)ARG(x, 1)->integer);
		struct tri_ssa_value *inner = ARG(x, 0);
		tri_ssa_set_argument(value, 1, const_before(s, value, y->type, sum));
		tri_ssa_set_argument(value, 0, inner);
		s->changed = true;
	} else if ((x->op == TRI_SSA_SLOT || x->op == TRI_SSA_SYMBOL) && x->type == TRI_SSA_PTR) {
		int64_t offset = x->integer + y->integer;
		struct tri_symbol *symbol = x->symbol;
		struct tri_ssa_slot *slot = x->slot;
		if (slot ? offset < 0 || offset > slot->size : offset < INT32_MIN || offset > INT32_MAX)
			return;
		enum tri_ssa_op op = x->op;
		ssa_make_const(value, 0);
		value->op = (uint16_t)op;
		value->integer = offset;
		value->symbol = symbol;
		value->slot = slot;
		value->non_nil = true;
		s->changed = true;
	}
}

static void multiply(struct simplifier *s, struct tri_ssa_value *value)
{
	struct tri_ssa_value *x = ARG(value, 0), *y = ARG(value, 1);
	if (!ssa_is_const(y))
		return;
	uint64_t factor = ssa_unsigned(y->integer, y->type);
	if (factor == 0) {
		set_const(s, value, 0);
	} else if (factor == 1) {
		set_copy(s, value, x);
	} else if (y->integer == -1) {
		value->op = TRI_SSA_NEG;
		y->use_count--;
		value->arguments.count = 1;
		s->changed = true;
	} else if (is_power_of_two(factor)) {
		value->op = TRI_SSA_SHL;
		tri_ssa_set_argument(value, 1, const_before(s, value, TRI_SSA_I8, __builtin_ctzll(factor)));
		s->changed = true;
	} else if (x->op == TRI_SSA_ADD && ssa_is_const(ARG(x, 1)) && x->use_count == 1 && value->type == TRI_SSA_I64) {
		// (i + c) * k = i * k + c * k: the constant part goes into the access
		int64_t product = (int64_t)((uint64_t)ARG(x, 1)->integer * factor);
		struct tri_ssa_value *scaled = value_before(s, value, TRI_SSA_MUL, value->type, ARG(x, 0), y);
		struct tri_ssa_value *offset = const_before(s, value, value->type, product);
		value->op = TRI_SSA_ADD;
		tri_ssa_set_argument(value, 0, scaled);
		tri_ssa_set_argument(value, 1, offset);
		s->changed = true;
	}
}

static void bitwise(struct simplifier *s, struct tri_ssa_value *value)
{
	struct tri_ssa_value *x = ARG(value, 0), *y = ARG(value, 1);
	if (x == y) {
		if (value->op == TRI_SSA_XOR)
			set_const(s, value, 0);
		else
			set_copy(s, value, x);
		return;
	}
	if (!ssa_is_const(y))
		return;
	bool ones = value->type == TRI_SSA_BOOL ? y->integer == 1 : y->integer == -1;
	if (y->integer == 0) {
		if (value->op == TRI_SSA_AND)
			set_const(s, value, 0);
		else
			set_copy(s, value, x);
	} else if (ones && value->op == TRI_SSA_AND) {
		set_copy(s, value, x);
	} else if (ones && value->op == TRI_SSA_OR) {
		set_const(s, value, value->type == TRI_SSA_BOOL ? 1 : -1);
	} else if (ones) {
		value->op = TRI_SSA_NOT;
		y->use_count--;
		value->arguments.count = 1;
		s->changed = true;
	} else if (x->op == value->op && ssa_is_const(ARG(x, 1)) && value->type != TRI_SSA_BOOL) {
		int64_t a = ARG(x, 1)->integer, c = y->integer;
		struct tri_ssa_value *inner = ARG(x, 0);
		tri_ssa_set_argument(value, 1,
							 const_before(s, value, value->type,
										  value->op == TRI_SSA_AND  ? a & c
										  : value->op == TRI_SSA_OR ? a | c
																	: a ^ c));
		tri_ssa_set_argument(value, 0, inner);
		s->changed = true;
	}
}

static bool non_nil(const struct tri_ssa_value *value)
{
	return value->non_nil || value->op == TRI_SSA_SLOT || value->op == TRI_SSA_SYMBOL || value->op == TRI_SSA_NIL_CHECK;
}

static void comparison(struct simplifier *s, struct tri_ssa_value *value)
{
	struct tri_ssa_value *x = ARG(value, 0), *y = ARG(value, 1);
	bool real = tri_ssa_type_is_float(x->type);
	if (x == y && !real) {
		set_const(s, value, value->op == TRI_SSA_EQ || value->op == TRI_SSA_LE_S || value->op == TRI_SSA_LE_U);
		return;
	}
	if (value->op != TRI_SSA_EQ && value->op != TRI_SSA_NE) {
		if (!ssa_is_const(y) || real)
			return;
		if (value->op == TRI_SSA_LT_U && y->integer == 0)
			set_const(s, value, 0);
		else if (value->op == TRI_SSA_LE_U && y->integer == -1)
			set_const(s, value, 1);
		return;
	}
	bool equal = value->op == TRI_SSA_EQ;
	if (real || !ssa_is_const(y))
		return;
	if (x->type == TRI_SSA_BOOL) { // b == true, b != false: b; the others its opposite
		if (equal == (y->integer != 0)) {
			set_copy(s, value, x);
		} else {
			value->op = TRI_SSA_NOT;
			y->use_count--;
			value->arguments.count = 1;
			s->changed = true;
		}
		return;
	}
	if (x->type == TRI_SSA_PTR && y->integer == 0 && non_nil(x)) {
		set_const(s, value, !equal);
		return;
	}
	// Extensions compare as what they extend, when the constant is one.
	if ((x->op == TRI_SSA_EXTEND_U || x->op == TRI_SSA_EXTEND_S) && ARG(x, 0)->type != TRI_SSA_BOOL) {
		struct tri_ssa_value *narrow = ARG(x, 0);
		int64_t cut = ssa_normalise(y->integer, narrow->type);
		bool same = x->op == TRI_SSA_EXTEND_S ? ssa_normalise(cut, x->type) == y->integer
											  : ssa_normalise((int64_t)ssa_unsigned(cut, narrow->type), x->type) == y->integer;
		if (!same) {
			set_const(s, value, !equal);
			return;
		}
		tri_ssa_set_argument(value, 1, const_before(s, value, narrow->type, cut));
		tri_ssa_set_argument(value, 0, narrow);
		s->changed = true;
		return;
	}
	if (x->op == TRI_SSA_EXTEND_U && ARG(x, 0)->type == TRI_SSA_BOOL) {
		if (y->integer != 0 && y->integer != 1) {
			set_const(s, value, !equal);
			return;
		}
		struct tri_ssa_value *truth = ARG(x, 0);
		tri_ssa_set_argument(value, 1, const_before(s, value, TRI_SSA_BOOL, y->integer));
		tri_ssa_set_argument(value, 0, truth);
		s->changed = true;
	}
}

static void negate_bool(struct simplifier *s, struct tri_ssa_value *value)
{
	struct tri_ssa_value *x = ARG(value, 0);
	static const struct {
		uint16_t op, opposite;
		bool swap;
	} opposites[] = {
		{TRI_SSA_EQ, TRI_SSA_NE, false},    {TRI_SSA_NE, TRI_SSA_EQ, false},    {TRI_SSA_LT_S, TRI_SSA_LE_S, true},
		{TRI_SSA_LE_S, TRI_SSA_LT_S, true}, {TRI_SSA_LT_U, TRI_SSA_LE_U, true}, {TRI_SSA_LE_U, TRI_SSA_LT_U, true},
	};
	for (size_t i = 0; i < TRI_COUNT(opposites); i++) {
		if (x->op != opposites[i].op)
			continue;
		struct tri_ssa_value *first = ARG(x, opposites[i].swap ? 1 : 0), *second = ARG(x, opposites[i].swap ? 0 : 1);
		value->op = opposites[i].opposite;
		tri_ssa_set_argument(value, 0, first);
		tri_ssa_add_argument(s->function, value, second);
		s->changed = true;
		return;
	}
}

static void conversion(struct simplifier *s, struct tri_ssa_value *value)
{
	struct tri_ssa_value *x = ARG(value, 0);
	if (ssa_is_const(x)) {
		set_const(s, value, value->op == TRI_SSA_EXTEND_U ? (int64_t)ssa_unsigned(x->integer, x->type) : x->integer);
		return;
	}
	if (value->op == TRI_SSA_TRUNCATE && (x->op == TRI_SSA_EXTEND_S || x->op == TRI_SSA_EXTEND_U)) {
		struct tri_ssa_value *inner = ARG(x, 0);
		uint32_t from = tri_ssa_type_size(inner->type), to = tri_ssa_type_size(value->type);
		if (inner->type == value->type) {
			set_copy(s, value, inner);
		} else if (inner->type == TRI_SSA_BOOL || from < to) {
			value->op = x->op;
			tri_ssa_set_argument(value, 0, inner);
			s->changed = true;
		} else {
			tri_ssa_set_argument(value, 0, inner);
			s->changed = true;
		}
	} else if ((value->op == x->op && value->op != TRI_SSA_BITCAST) || (value->op == TRI_SSA_EXTEND_S && x->op == TRI_SSA_EXTEND_U)) {
		// Two steps of a kind; a zero-extended value has no sign bit.
		value->op = x->op;
		tri_ssa_set_argument(value, 0, ARG(x, 0));
		s->changed = true;
	}
}

// Between numbers and floats: constants, and loads that nobody else uses.
static bool cast_in_place(struct simplifier *s, struct tri_ssa_value *value)
{
	struct tri_ssa_value *x = ARG(value, 0);
	bool to_float = tri_ssa_type_is_float(value->type);
	if (to_float == tri_ssa_type_is_float(x->type))
		return false;
	if (x->op == TRI_SSA_LOAD && x->use_count == 1) {
		x->type = value->type;
		set_copy(s, value, x);
		return true;
	}
	if (ssa_is_const(x) && value->type == TRI_SSA_F64) {
		double number;
		memcpy(&number, &x->integer, sizeof number);
		if (isnan(number))
			return false;
		ssa_make_const_float(value, number);
		s->changed = true;
		return true;
	}
	if (x->op == TRI_SSA_CONST_FLOAT && value->type == TRI_SSA_I64) {
		int64_t bits;
		memcpy(&bits, &x->number, sizeof bits);
		set_const(s, value, bits);
		return true;
	}
	return false;
}

static bool fold_float(enum tri_ssa_op op, enum tri_ssa_type type, double x, double y, double *result)
{
	float a = (float)x, c = (float)y;
	bool narrow = type == TRI_SSA_F32;
	switch (op) {
	case TRI_SSA_ADD_F:
		*result = narrow ? (double)(a + c) : x + y;
		return true;
	case TRI_SSA_SUB_F:
		*result = narrow ? (double)(a - c) : x - y;
		return true;
	case TRI_SSA_MUL_F:
		*result = narrow ? (double)(a * c) : x * y;
		return true;
	case TRI_SSA_DIV_F:
		*result = narrow ? (double)(a / c) : x / y;
		return y != 0;
	default:
		return false;
	}
}

// Nothing from `from` to `to`, in its block, writes memory or waits for others who do.
static bool is_memory_same(const struct tri_ssa_value *from, const struct tri_ssa_value *to)
{
	if (from->block != to->block)
		return false;
	for (const struct tri_ssa_value *value = from->next; value != to; value = value->next) {
		if (value->op != TRI_SSA_KEEP_ALIVE && (ssa_has_flag(value, TRI_SSA_FLAG_WRITE) || ssa_has_flag(value, TRI_SSA_FLAG_CALL)))
			return false;
	}
	return true;
}

// A selection between x and x + 1 adds the condition.
static void select_number(struct simplifier *s, struct tri_ssa_value *value)
{
	if (value->type != TRI_SSA_I16 && value->type != TRI_SSA_I32 && value->type != TRI_SSA_I64)
		return;
	for (uint32_t i = 1; i <= 2; i++) {
		struct tri_ssa_value *more = ARG(value, i), *base = ARG(value, 3 - i), *condition = ARG(value, 0);
		bool of_constants = ssa_is_const(more) && ssa_is_const_of(base, 0);
		if (!of_constants && (more->op != TRI_SSA_ADD || ARG(more, 0) != base || !ssa_is_const(ARG(more, 1))))
			continue;
		int64_t step = of_constants ? more->integer : ARG(more, 1)->integer;
		if (step != 1 && (step != -1 || of_constants))
			continue;
		if (i == 2)
			condition = value_before(s, value, TRI_SSA_NOT, TRI_SSA_BOOL, condition, NULL);
		struct tri_ssa_value *number = value_before(s, value, TRI_SSA_EXTEND_U, value->type, condition, NULL);
		if (of_constants)
			set_copy(s, value, number);
		else
			set_copy(s, value, value_before(s, value, step == 1 ? TRI_SSA_ADD : TRI_SSA_SUB, value->type, base, number));
		return;
	}
}

static void simplify(struct simplifier *s, struct tri_ssa_value *value)
{
	enum tri_ssa_op op = value->op;
	// Constants stand on the right.
	if (ssa_has_flag(value, TRI_SSA_FLAG_COMMUTE) && value->type != TRI_SSA_PTR && ssa_is_const(ARG(value, 0)) &&
		!ssa_is_const(ARG(value, 1))) {
		struct tri_ssa_value *swap = ARG(value, 0);
		ARG(value, 0) = ARG(value, 1);
		ARG(value, 1) = swap;
		s->changed = true;
	}
	if (value->arguments.count == 2 && ssa_is_const(ARG(value, 0)) && ssa_is_const(ARG(value, 1)) &&
		ssa_has_flag(value, TRI_SSA_FLAG_PURE) && op != TRI_SSA_PHI) {
		int64_t result;
		if (op != TRI_SSA_SHL && op != TRI_SSA_SHR_U && op != TRI_SSA_SHR_S &&
			fold_binary(op, ARG(value, 0)->type, ARG(value, 0)->integer, ARG(value, 1)->integer, &result)) {
			set_const(s, value, result);
			return;
		}
	}
	switch (op) {
	case TRI_SSA_SHL:
	case TRI_SSA_SHR_U:
	case TRI_SSA_SHR_S:
		shift(s, value);
		break;
	case TRI_SSA_ADD:
		add(s, value);
		break;
	case TRI_SSA_SUB:
		if (ARG(value, 0) == ARG(value, 1)) {
			set_const(s, value, 0);
		} else if (ssa_is_const(ARG(value, 1)) && value->type != TRI_SSA_PTR) {
			value->op = TRI_SSA_ADD;
			tri_ssa_set_argument(value, 1, const_before(s, value, value->type, (int64_t)(0 - (uint64_t)ARG(value, 1)->integer)));
			s->changed = true;
		} else if (ARG(value, 0)->op == TRI_SSA_ADD && ARG(ARG(value, 0), 0) == ARG(value, 1) && value->type != TRI_SSA_PTR) {
			set_copy(s, value, ARG(ARG(value, 0), 1)); // (x + y) - x
		} else if (ssa_is_const_of(ARG(value, 0), 0)) {
			struct tri_ssa_value *x = ARG(value, 1);
			value->op = TRI_SSA_NEG;
			tri_ssa_set_argument(value, 0, x);
			x->use_count--;
			value->arguments.count = 1;
			s->changed = true;
		}
		break;
	case TRI_SSA_MUL:
		multiply(s, value);
		break;
	case TRI_SSA_AND:
	case TRI_SSA_OR:
	case TRI_SSA_XOR:
		bitwise(s, value);
		break;
	case TRI_SSA_EQ:
	case TRI_SSA_NE:
	case TRI_SSA_LT_S:
	case TRI_SSA_LE_S:
	case TRI_SSA_LT_U:
	case TRI_SSA_LE_U:
		comparison(s, value);
		break;
	case TRI_SSA_NEG:
		if (ssa_is_const(ARG(value, 0)))
			set_const(s, value, (int64_t)(0 - (uint64_t)ARG(value, 0)->integer));
		else if (ARG(value, 0)->op == TRI_SSA_NEG)
			set_copy(s, value, ARG(ARG(value, 0), 0));
		break;
	case TRI_SSA_NOT:
		if (ssa_is_const(ARG(value, 0)))
			set_const(s, value, value->type == TRI_SSA_BOOL ? !ARG(value, 0)->integer : ~ARG(value, 0)->integer);
		else if (ARG(value, 0)->op == TRI_SSA_NOT)
			set_copy(s, value, ARG(ARG(value, 0), 0));
		else if (value->type == TRI_SSA_BOOL)
			negate_bool(s, value);
		break;
	case TRI_SSA_TRUNCATE:
	case TRI_SSA_EXTEND_S:
	case TRI_SSA_EXTEND_U:
		conversion(s, value);
		break;
	case TRI_SSA_BITCAST:
		if (cast_in_place(s, value))
			break;
		if (ARG(value, 0)->op == TRI_SSA_BITCAST && ARG(ARG(value, 0), 0)->type == value->type && value->type != TRI_SSA_PTR)
			set_copy(s, value, ARG(ARG(value, 0), 0));
		break;
	case TRI_SSA_SELECT:
		if (ssa_is_const(ARG(value, 0)))
			set_copy(s, value, ARG(value, ARG(value, 0)->integer ? 1 : 2));
		else if (ARG(value, 1) == ARG(value, 2))
			set_copy(s, value, ARG(value, 1));
		else
			select_number(s, value);
		break;
	case TRI_SSA_ADD_F:
	case TRI_SSA_SUB_F:
	case TRI_SSA_MUL_F:
	case TRI_SSA_DIV_F: {
		double result;
		if (ARG(value, 0)->op == TRI_SSA_CONST_FLOAT && ARG(value, 1)->op == TRI_SSA_CONST_FLOAT &&
			fold_float(op, value->type, ARG(value, 0)->number, ARG(value, 1)->number, &result) && !isnan(result)) {
			ssa_make_const_float(value, result);
			s->changed = true;
		} else if (op == TRI_SSA_DIV_F && ARG(value, 1)->op == TRI_SSA_CONST_FLOAT) {
			// Division by a power of two is exact as a multiplication.
			int exponent;
			double divisor = ARG(value, 1)->number;
			if (frexp(fabs(divisor), &exponent) == 0.5 && exponent > -100 && exponent < 100) {
				struct tri_ssa_value *inverse = tri_ssa_new_value(s->function, TRI_SSA_CONST_FLOAT, value->type, value->pos);
				inverse->number = 1 / divisor;
				tri_ssa_insert_before(value, inverse);
				value->op = TRI_SSA_MUL_F;
				tri_ssa_set_argument(value, 1, inverse);
				s->changed = true;
			}
		}
		break;
	}
	case TRI_SSA_S_TO_FLOAT:
		if (ssa_is_const(ARG(value, 0))) {
			double number = value->type == TRI_SSA_F32 ? (double)(float)ARG(value, 0)->integer : (double)ARG(value, 0)->integer;
			ssa_make_const_float(value, number);
			s->changed = true;
		}
		break;
	case TRI_SSA_FLOAT_TO_FLOAT:
		if (ARG(value, 0)->op == TRI_SSA_CONST_FLOAT) {
			ssa_make_const_float(value, ARG(value, 0)->number);
			s->changed = true;
		}
		break;
	case TRI_SSA_NIL_CHECK:
		if (non_nil(ARG(value, 0)))
			set_copy(s, value, ARG(value, 0));
		break;
	case TRI_SSA_KEEP_ALIVE:
		// What is loaded for that alone is kept by the place that it lies in, as long as nothing is written there.
		if (ARG(value, 0)->op == TRI_SSA_LOAD && ARG(value, 0)->use_count == 1 && is_memory_same(ARG(value, 0), value)) {
			tri_ssa_set_argument(value, 0, ARG(ARG(value, 0), 0));
			s->changed = true;
		}
		break;
	case TRI_SSA_LOAD:
	case TRI_SSA_STORE:
	case TRI_SSA_STORE_BARRIER: {
		// Constant parts of addresses go into the access.
		struct tri_ssa_value *address = ARG(value, 0);
		if (address->op == TRI_SSA_ADD && ssa_is_const(ARG(address, 1))) {
			int64_t offset = value->integer + ARG(address, 1)->integer;
			if (offset >= INT32_MIN && offset <= INT32_MAX) {
				value->integer = offset;
				tri_ssa_set_argument(value, 0, ARG(address, 0));
				s->changed = true;
			}
		}
		break;
	}
	default:
		break;
	}
}

void ssa_pass_simplify(struct tri_ssa_func *function)
{
	struct simplifier s = {function, true};
	while (s.changed) {
		s.changed = false;
		for (uint32_t b = 0; b < function->blocks.count; b++)
			for (struct tri_ssa_value *value = function->blocks.items[b]->first, *next; value; value = next) {
				next = value->next;
				if (value->op < TRI_SSA_OP_COUNT)
					simplify(&s, value);
			}
		tri_ssa_remove_copies(function);
	}
}
