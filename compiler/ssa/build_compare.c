// Comparisons of all comparable types.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

static struct tri_ssa_value *invert_unless(struct builder *b, struct tri_ssa_value *equal, bool want_equal)
{
	return want_equal ? equal : ssa_emit1(b, TRI_SSA_NOT, TRI_SSA_BOOL, equal);
}

// Joins evaluations that must not happen on every path: each test jumps to `unequal` when it fails.
struct equality {
	struct tri_ssa_block *unequal;
};

static void require(struct builder *b, struct equality *equality, struct tri_ssa_value *test)
{
	struct tri_ssa_block *next = ssa_new_block(b);
	ssa_branch_on(b, test, next, equality->unequal, TRI_SSA_UNKNOWN);
	ssa_start_block(b, next);
}

static struct tri_ssa_value *finish(struct builder *b, struct equality *equality)
{
	uint32_t word = ssa_new_word(b, TRI_SSA_BOOL);
	struct tri_ssa_block *end = ssa_new_block(b);
	ssa_builder_write(b, word, ssa_constant(b, TRI_SSA_BOOL, 1));
	ssa_jump_to(b, end);
	ssa_start_block(b, equality->unequal);
	ssa_builder_write(b, word, ssa_constant(b, TRI_SSA_BOOL, 0));
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	return ssa_builder_read(b, word);
}

static bool equal_test(struct builder *b, const struct operand *x, const struct operand *y, struct equality *equality);

static void string_test(struct builder *b, const struct operand *x, const struct operand *y, struct equality *equality)
{
	if (x->words[0] == y->words[0] && x->words[1] == y->words[1]) // x != x, as generic code asks for NaN
		return;
	require(b, equality, ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, x->words[1], y->words[1]));
	const struct operand *fixed = ssa_is_const(y->words[1]) ? y : ssa_is_const(x->words[1]) ? x : NULL;
	if (fixed) {
		int64_t length = fixed->words[1]->integer;
		if (length == 0)
			return;
		// Short constants are compared in pieces.
		const struct operand *other = fixed == y ? x : y;
		struct tri_ssa_value *bytes = fixed->words[0];
		if (length <= 16 && bytes->op == TRI_SSA_SYMBOL && bytes->symbol->kind == TRI_SYMBOL_RODATA &&
			bytes->symbol->data.count >= (uint64_t)(bytes->integer + length)) {
			const uint8_t *data = bytes->symbol->data.items + bytes->integer;
			for (int64_t at = 0; at < length;) {
				int64_t size = length - at >= 8 ? 8 : length - at >= 4 ? 4 : length - at >= 2 ? 2 : 1;
				uint64_t piece = 0;
				memcpy(&piece, data + at, (size_t)size);
				uint8_t type = size == 8 ? TRI_SSA_I64 : size == 4 ? TRI_SSA_I32 : size == 2 ? TRI_SSA_I16 : TRI_SSA_I8;
				struct tri_ssa_value *loaded = ssa_emit1(b, TRI_SSA_LOAD, type, other->words[0]);
				loaded->integer = at;
				require(b, equality, ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, loaded, ssa_constant(b, type, (int64_t)piece)));
				at += size;
			}
			return;
		}
	}
	struct tri_ssa_value *same = ENTRY_CALL_BOOL(b, memequal, x->words[0], y->words[0], x->words[1]);
	require(b, equality, same);
}

static void interface_test(struct builder *b, const struct operand *x, const struct operand *y, struct equality *equality)
{
	require(b, equality, ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, x->words[0], y->words[0]));
	// A constant type word, as a boxed concrete operand has, decides how the data words compare.
	bool empty = ssa_underlying(x->type)->as.interface.all_method_count == 0;
	uint32_t count;
	tri_interface_methods(ssa_underlying(x->type), &count);
	empty = count == 0;
	uint32_t same_word = ssa_new_word(b, TRI_SSA_BOOL);
	struct tri_ssa_block *nonnil = ssa_new_block(b), *end = ssa_new_block(b);
	ssa_builder_write(b, same_word, ssa_constant(b, TRI_SSA_BOOL, 1));
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, x->words[0], ssa_constant(b, TRI_SSA_PTR, 0)), nonnil, end, TRI_SSA_UNKNOWN);
	ssa_start_block(b, nonnil);
	struct tri_ssa_value *same = empty ? ENTRY_CALL(b, efaceeq, x->words[0], x->words[1], y->words[1])
									   : ENTRY_CALL(b, ifaceeq, x->words[0], x->words[1], y->words[1]);
	ssa_builder_write(b, same_word, ssa_entry_bool(b, same));
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	require(b, equality, ssa_builder_read(b, same_word));
}

static bool is_zero_constant(const struct tri_ssa_value *value) { return value->op == TRI_SSA_CONST && value->integer == 0; }

// In order, but what takes a call comes last among the fields up to one whose comparison may panic: bytes of strings are
// looked at when all else is equal.
static void fields_test(struct builder *b, struct tri_type *type, const struct operand *x, const struct operand *y,
						struct equality *equality)
{
	uint32_t count = type->as.structure.field_count;
	const struct tri_struct_field *fields = type->as.structure.fields;
	for (uint32_t from = 0, to; from < count; from = to) {
		for (to = from; to < count && !tri_type_holds_interface(fields[to].type); to++)
			;
		if (to == from)
			to++;
		for (int round = 0; round < 2; round++)
			for (uint32_t i = from; i < to; i++) {
				if (!strcmp(fields[i].name->text, "_"))
					continue;
				bool quick = ssa_shape_of(b, fields[i].type)->count == 1, string = ssa_is_string(fields[i].type);
				struct operand first = ssa_field_of(b, x, type, i), second = ssa_field_of(b, y, type, i);
				if (round == 0 && string)
					require(b, equality, ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, first.words[1], second.words[1]));
				else if (quick == (round == 0))
					equal_test(b, &first, &second, equality);
			}
	}
}

static void aggregate_test(struct builder *b, const struct operand *x, const struct operand *y, struct equality *equality)
{
	struct tri_type *type = ssa_underlying(x->type);
	tri_type_layout(type);
	if (type->size == 0)
		return;
	bool is_equality_function = b->source->symbol && !strncmp(b->source->symbol, "type:.eq", 8);
	if (!x->in_memory || (type->kind == TRI_TYPE_STRUCT && (type->as.structure.field_count <= 4 || is_equality_function) &&
						  !tri_type_is_plain_memory(type))) {
		if (type->kind == TRI_TYPE_ARRAY) { // of one element
			struct operand first = *x, second = *y;
			first.type = second.type = type->as.array.element;
			equal_test(b, &first, &second, equality);
			return;
		}
		fields_test(b, type, x, y, equality);
		return;
	}
	struct tri_ssa_value *left = ssa_add_offset(b, x->address, x->offset), *right = ssa_add_offset(b, y->address, y->offset);
	if (tri_type_is_plain_memory(type)) {
		if (type->size <= 32 && type->size % 8 == 0) {
			for (int64_t at = 0; at < type->size; at += 8) {
				struct tri_ssa_value *first = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_I64, left),
									 *second = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_I64, right);
				first->integer = second->integer = at;
				require(b, equality, ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, first, second));
			}
			return;
		}
		require(b, equality, ENTRY_CALL_BOOL(b, memequal, left, right, ssa_constant(b, TRI_SSA_I64, type->size)));
		return;
	}
	struct tri_ir_func *function = tri_ir_equal_function(b->package, x->type);
	struct tri_ssa_call *record = TRI_NEW(b->arena, struct tri_ssa_call);
	record->kind = TRI_SSA_CALL_SYMBOL;
	record->symbol = tri_symbol_get(b->package->symbols, function->symbol);
	struct tri_type *pointer = b->universe->basic[TRI_BASIC_UNSAFE_POINTER], *boolean = b->universe->basic[TRI_BASIC_BOOL];
	struct tri_ssa_abi *abi =
		tri_ssa_abi_assign_types(b->arena, (struct tri_type *const[]){pointer, pointer}, 2, (struct tri_type *const[]){boolean}, 1);
	struct operand arguments[2] = {ssa_operand_of(pointer, left), ssa_operand_of(pointer, right)}, result;
	ssa_emit_call(b, record, NULL, abi, arguments, &result);
	require(b, equality, result.words[0]);
}

static bool equal_test(struct builder *b, const struct operand *x, const struct operand *y, struct equality *equality)
{
	struct tri_type *type = ssa_underlying(x->type);
	if (ssa_is_string(type)) {
		string_test(b, x, y, equality);
	} else if (type->kind == TRI_TYPE_INTERFACE) {
		if (is_zero_constant(y->words[0]) || is_zero_constant(x->words[0]))
			require(b, equality, ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, x->words[0], y->words[0]));
		else
			interface_test(b, x, y, equality);
	} else if (type->kind == TRI_TYPE_STRUCT || type->kind == TRI_TYPE_ARRAY) {
		aggregate_test(b, x, y, equality);
	} else {
		for (uint32_t i = 0; i < (ssa_is_complex(type) ? 2u : 1u); i++)
			require(b, equality, ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, x->words[i], y->words[i]));
	}
	return true;
}

static struct tri_ssa_value *ordered(struct builder *b, enum tri_operator operator, struct tri_type * type, struct tri_ssa_value *x,
									 struct tri_ssa_value *y)
{
	bool swap = operator== TRI_OP_GREATER || operator== TRI_OP_GREATER_EQUAL;
	bool or_equal = operator== TRI_OP_LESS_EQUAL || operator== TRI_OP_GREATER_EQUAL;
	enum tri_ssa_op op = tri_ssa_type_is_float(x->type) ? or_equal ? TRI_SSA_LE_F : TRI_SSA_LT_F
						 : ssa_is_unsigned(type)        ? or_equal ? TRI_SSA_LE_U : TRI_SSA_LT_U
						 : or_equal                     ? TRI_SSA_LE_S
														: TRI_SSA_LT_S;
	return ssa_emit2(b, op, TRI_SSA_BOOL, swap ? y : x, swap ? x : y);
}

struct tri_ssa_value *ssa_compare(struct builder *b, enum tri_operator operator, const struct operand * x, const struct operand *y)
{
	struct tri_type *type = ssa_underlying(x->type);
	bool equality_operator = operator== TRI_OP_EQUAL || operator== TRI_OP_NOT_EQUAL;
	if (!equality_operator) {
		if (!ssa_is_string(type))
			return ordered(b, operator, type, x->words[0], y->words[0]);
		struct tri_ssa_value *sign = ENTRY_CALL(b, cmpstring, x->words[0], x->words[1], y->words[0], y->words[1]);
		return ordered(b, operator, b->universe->basic[TRI_BASIC_INT], sign, ssa_constant(b, TRI_SSA_I64, 0));
	}
	bool want_equal = operator== TRI_OP_EQUAL;
	bool scalar_words = x->count == 1 && !x->in_memory && type->kind != TRI_TYPE_STRUCT && type->kind != TRI_TYPE_ARRAY;
	// Slices and interfaces against nil: the first word tells.
	bool against_nil = (type->kind == TRI_TYPE_SLICE || type->kind == TRI_TYPE_INTERFACE) && !x->in_memory &&
					   (is_zero_constant(x->words[0]) || is_zero_constant(y->words[0]));
	if (scalar_words || against_nil)
		return ssa_emit2(b, want_equal ? TRI_SSA_EQ : TRI_SSA_NE, TRI_SSA_BOOL, x->words[0], y->words[0]);
	struct equality equality = {ssa_new_block(b)};
	equal_test(b, x, y, &equality);
	return invert_unless(b, finish(b, &equality), want_equal);
}
