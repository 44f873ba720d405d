// complex, real and imag.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static tri_pos operand_pos(const struct tri_operand *x) { return tri_expr_start(x->expr); }

static void to_untyped_float(struct tri_checker *c, struct tri_operand *x)
{
	if (tri_type_is(x->type, TRI_IS_NUMERIC) && tri_constant_sign(tri_constant_imag(c->arena, x->constant)) == 0)
		x->type = tri_check_basic(c, TRI_BASIC_UNTYPED_FLOAT);
}

static enum tri_basic_kind complex_of(struct tri_type *type)
{
	return tri_type_is_kind(type, TRI_BASIC_FLOAT32)         ? TRI_BASIC_COMPLEX64
		   : tri_type_is_kind(type, TRI_BASIC_FLOAT64)       ? TRI_BASIC_COMPLEX128
		   : tri_type_is_kind(type, TRI_BASIC_UNTYPED_FLOAT) ? TRI_BASIC_UNTYPED_COMPLEX
															 : TRI_BASIC_INVALID;
}

static enum tri_basic_kind part_of(struct tri_type *type)
{
	return tri_type_is_kind(type, TRI_BASIC_COMPLEX64)         ? TRI_BASIC_FLOAT32
		   : tri_type_is_kind(type, TRI_BASIC_COMPLEX128)      ? TRI_BASIC_FLOAT64
		   : tri_type_is_kind(type, TRI_BASIC_UNTYPED_COMPLEX) ? TRI_BASIC_UNTYPED_FLOAT
															   : TRI_BASIC_INVALID;
}

// The result's type. For a type parameter it would be another one, with the results' types as its constraint, which the
// language does not have.
static struct tri_type *apply_to_types(struct tri_checker *c, struct tri_operand *x, enum tri_basic_kind (*function)(struct tri_type *),
									   enum tri_builtin builtin, enum tri_code code)
{
	struct tri_type *parameter = tri_type_is_parameter(x->type) ? tri_type_unalias(x->type) : NULL;
	struct tri_specific specific = tri_type_specific(x->type);
	struct tri_type_term *terms = TRI_NEW_ARRAY(c->arena, struct tri_type_term, specific.count);
	for (uint32_t i = 0; i < specific.count; i++) {
		enum tri_basic_kind kind = function(tri_specific_type(&specific, i));
		if (kind == TRI_BASIC_INVALID)
			return NULL;
		terms[i] = (struct tri_type_term){tri_check_basic(c, kind), specific.terms && specific.terms[i].tilde};
	}
	if (!parameter)
		return terms[0].type;
	tri_check_error(c, operand_pos(x), code, "%s not supported as argument to built-in %s for go1.18 (see go.dev/issue/50937)", TRI_X(x),
					tri_builtin_name(builtin));
	struct tri_type *set = tri_type_new(c->universe, TRI_TYPE_UNION);
	set->as.sum.terms = terms;
	set->as.sum.count = specific.count;
	struct tri_type *result = tri_type_new(c->universe, TRI_TYPE_PARAMETER);
	result->as.parameter = parameter->as.parameter;
	result->as.parameter.constraint = tri_type_new(c->universe, TRI_TYPE_INTERFACE);
	tri_vector_push(c->arena, &result->as.parameter.constraint->as.interface.embedded, set);
	return result;
}

bool tri_check_complex(struct tri_checker *c, struct tri_operand *x, struct tri_builtin_call *b)
{
	struct tri_operand *y = &b->arguments[1];
	bool x_untyped = tri_type_is_untyped(x->type), y_untyped = tri_type_is_untyped(y->type);
	if (x_untyped && y_untyped) {
		if (x->mode == TRI_MODE_CONSTANT && y->mode == TRI_MODE_CONSTANT) {
			to_untyped_float(c, x);
			to_untyped_float(c, y);
		} else {
			tri_check_convert_untyped(c, x, tri_check_basic(c, TRI_BASIC_FLOAT64));
			tri_check_convert_untyped(c, y, tri_check_basic(c, TRI_BASIC_FLOAT64));
		}
	} else if (x_untyped) {
		tri_check_convert_untyped(c, x, y->type);
	} else if (y_untyped) {
		tri_check_convert_untyped(c, y, x->type);
	}
	if (x->mode == TRI_MODE_INVALID || y->mode == TRI_MODE_INVALID)
		return false;
	if (!tri_type_identical(x->type, y->type)) {
		tri_check_error(c, operand_pos(x), TRI_CODE_InvalidComplex, "invalid operation: %s (mismatched types %s and %s)",
						TRI_E(&b->call->base), TRI_T(x->type), TRI_T(y->type));
		return false;
	}
	struct tri_type *type = apply_to_types(c, x, complex_of, TRI_BUILTIN_COMPLEX, TRI_CODE_InvalidComplex);
	if (!type) {
		tri_check_error(c, operand_pos(x), TRI_CODE_InvalidComplex, "invalid argument: arguments have type %s, expected floating-point",
						TRI_T(x->type));
		return false;
	}
	if (x->mode == TRI_MODE_CONSTANT && y->mode == TRI_MODE_CONSTANT) {
		const struct tri_constant *real = tri_constant_to_float(c->arena, x->constant);
		const struct tri_constant *imag = tri_constant_to_float(c->arena, y->constant);
		x->constant = real && imag ? tri_constant_complex(c->arena, real, imag) : tri_constant_unknown(c->arena);
	} else {
		x->mode = TRI_MODE_VALUE;
	}
	x->type = type;
	return true;
}

bool tri_check_complex_part(struct tri_checker *c, struct tri_operand *x, bool real)
{
	if (tri_type_is_untyped(x->type)) {
		if (x->mode == TRI_MODE_CONSTANT) {
			if (tri_type_is(x->type, TRI_IS_NUMERIC))
				x->type = tri_check_basic(c, TRI_BASIC_UNTYPED_COMPLEX);
		} else {
			tri_check_convert_untyped(c, x, tri_check_basic(c, TRI_BASIC_COMPLEX128));
			if (x->mode == TRI_MODE_INVALID)
				return false;
		}
	}
	enum tri_code code = real ? TRI_CODE_InvalidReal : TRI_CODE_InvalidImag;
	struct tri_type *type = apply_to_types(c, x, part_of, real ? TRI_BUILTIN_REAL : TRI_BUILTIN_IMAG, code);
	if (!type) {
		tri_check_error(c, operand_pos(x), code, "invalid argument: argument has type %s, expected complex type", TRI_T(x->type));
		return false;
	}
	if (x->mode == TRI_MODE_CONSTANT)
		x->constant = real ? tri_constant_real(c->arena, x->constant) : tri_constant_imag(c->arena, x->constant);
	else
		x->mode = TRI_MODE_VALUE;
	x->type = type;
	return true;
}
