// Complex numbers: two words, the real and the imaginary part.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

bool ssa_is_complex(struct tri_type *type) { return tri_type_is(type, TRI_IS_COMPLEX); }

struct operand ssa_complex_constant(struct builder *b, struct tri_type *type, const struct tri_constant *value)
{
	uint8_t part = ssa_scalar_type(type);
	struct tri_ssa_value *words[2];
	const struct tri_constant *parts[2] = {tri_constant_real(b->arena, value), tri_constant_imag(b->arena, value)};
	for (int i = 0; i < 2; i++)
		words[i] =
			ssa_constant_float(b, part, part == TRI_SSA_F32 ? (double)tri_constant_float32(parts[i]) : tri_constant_float64(parts[i]));
	return ssa_operand_of2(type, words[0], words[1]);
}

static struct tri_ssa_value *part_as(struct builder *b, struct tri_ssa_value *part, enum tri_ssa_type type)
{
	return part->type == type ? part : ssa_emit1(b, TRI_SSA_FLOAT_TO_FLOAT, type, part);
}

struct operand ssa_convert_complex(struct builder *b, const struct operand *value, struct tri_type *to)
{
	uint8_t part = ssa_scalar_type(to);
	struct tri_ssa_value *real = part_as(b, value->words[0], part), *imaginary = part_as(b, value->words[1], part);
	return ssa_operand_of2(to, real, imaginary);
}

struct operand ssa_negate_complex(struct builder *b, const struct operand *value)
{
	struct tri_ssa_value *real = ssa_emit1(b, TRI_SSA_NEG_F, value->words[0]->type, value->words[0]);
	struct tri_ssa_value *imaginary = ssa_emit1(b, TRI_SSA_NEG_F, value->words[1]->type, value->words[1]);
	return ssa_operand_of2(value->type, real, imaginary);
}

static struct tri_ssa_value *product(struct builder *b, struct tri_ssa_value *x, struct tri_ssa_value *y)
{
	return ssa_emit2(b, TRI_SSA_MUL_F, TRI_SSA_F64, x, y);
}

// Products and quotients are computed in double precision: what cancels would lose too much in single precision.
struct operand ssa_complex_arithmetic(struct builder *b, enum tri_operator operator, struct tri_type * type, const struct operand *x,
									  const struct operand *y)
{
	enum tri_ssa_type part = x->words[0]->type;
	if (operator== TRI_OP_ADD || operator== TRI_OP_SUB) {
		enum tri_ssa_op op = operator== TRI_OP_ADD ? TRI_SSA_ADD_F : TRI_SSA_SUB_F;
		struct tri_ssa_value *real = ssa_emit2(b, op, part, x->words[0], y->words[0]);
		struct tri_ssa_value *imaginary = ssa_emit2(b, op, part, x->words[1], y->words[1]);
		return ssa_operand_of2(type, real, imaginary);
	}
	struct tri_ssa_value *a = part_as(b, x->words[0], TRI_SSA_F64), *ai = part_as(b, x->words[1], TRI_SSA_F64);
	struct tri_ssa_value *c = part_as(b, y->words[0], TRI_SSA_F64), *ci = part_as(b, y->words[1], TRI_SSA_F64);
	struct tri_ssa_value *real, *imaginary;
	if (operator== TRI_OP_MUL) {
		struct tri_ssa_value *first = product(b, a, c);
		real = ssa_emit2(b, TRI_SSA_SUB_F, TRI_SSA_F64, first, product(b, ai, ci));
		first = product(b, a, ci);
		imaginary = ssa_emit2(b, TRI_SSA_ADD_F, TRI_SSA_F64, first, product(b, ai, c));
	} else if (operator== TRI_OP_DIV) {
		real = ENTRY_CALL(b, complex128div, a, ai, c, ci);
		imaginary = b->results[1];
	} else {
		tri_ice("operator %s on complex numbers", tri_operator_text(operator));
	}
	real = part_as(b, real, part);
	return ssa_operand_of2(type, real, part_as(b, imaginary, part));
}

// complex, real, imag
struct operand ssa_complex_builtin(struct builder *b, struct tri_node *node)
{
	if (node->op == TRI_NODE_COMPLEX) {
		struct operand parts[2];
		ssa_expressions(b, (struct tri_node *const[]){node->x, node->y}, 2, parts);
		return ssa_operand_of2(node->type, parts[0].words[0], parts[1].words[0]);
	}
	struct operand value = ssa_expression(b, node->x);
	return ssa_operand_of(node->type, value.words[node->op == TRI_NODE_REAL ? 0 : 1]);
}
