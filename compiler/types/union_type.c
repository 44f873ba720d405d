// Unions A|B and terms ~A, the elements of constraint interfaces.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

enum { MOST_TERMS = TRI_MOST_UNION_TERMS };

struct union_check {
	struct tri_type *type;
	tri_expr_list terms;
};

static bool is_operation(const struct tri_expr *expr, enum tri_operator operator)
{
	if (expr->kind == TRI_EXPR_BINARY)
		return tri_as_binary_expr(expr)->operator== operator;
	return expr->kind == TRI_EXPR_UNARY && tri_as_unary_expr(expr)->operator== operator;
}

static const char *term_text(struct tri_checker *c, const struct tri_type_term *term)
{
	return tri_arena_printf(c->arena, "%s%s", term->tilde ? "~" : "", tri_type_string(c->arena, term->type, NULL));
}

// An interface as a term may have no methods and must not be comparable.
static void check_interface_term(struct tri_checker *c, tri_pos pos, const struct tri_type_term *term, struct tri_type *interface)
{
	tri_interface_complete(interface);
	if (interface->as.interface.all_method_count > 0)
		tri_check_error(c, pos, TRI_CODE_InvalidUnion, "cannot use %s in union (%s contains methods)", term_text(c, term),
						term_text(c, term));
	else if (term->type == c->universe->comparable_type)
		tri_check_error(c, pos, TRI_CODE_InvalidUnion, "cannot use comparable in union");
	else if (interface->as.interface.comparable_constraint)
		tri_check_error(c, pos, TRI_CODE_InvalidUnion, "cannot use %s in union (%s embeds comparable)", term_text(c, term),
						term_text(c, term));
}

static void check_terms(struct tri_checker *c, void *data)
{
	const struct union_check *check = data;
	const struct tri_type_term *terms = check->type->as.sum.terms;
	for (uint32_t i = 0; i < check->type->as.sum.count; i++) {
		const struct tri_type_term *term = &terms[i];
		tri_pos pos = tri_expr_start(check->terms.items[i]);
		struct tri_type *under = tri_type_underlying(term->type);
		if (!tri_type_is_valid(term->type) || !under)
			continue;
		bool interface = under->kind == TRI_TYPE_INTERFACE;
		if (term->tilde && interface) {
			tri_check_error(c, pos, TRI_CODE_InvalidUnion, "invalid use of ~ (%s is an interface)", TRI_T(term->type));
			continue;
		}
		if (term->tilde && !tri_type_identical(under, term->type)) {
			tri_check_error(c, pos, TRI_CODE_InvalidUnion, "invalid use of ~ (underlying type of %s is %s)", TRI_T(term->type),
							TRI_T(under));
			continue;
		}
		if (interface) {
			check_interface_term(c, pos, term, under);
			continue;
		}
		for (uint32_t j = 0; j < i; j++)
			if (!tri_type_is_interface(terms[j].type) && tri_type_is_valid(terms[j].type) && tri_terms_overlap(&terms[j], term)) {
				tri_check_error(c, pos, TRI_CODE_InvalidUnion, "overlapping terms %s and %s", term_text(c, term), term_text(c, &terms[j]));
				break;
			}
	}
}

static struct tri_type_term parse_term(struct tri_checker *c, struct tri_expr *expr)
{
	bool tilde = is_operation(expr, TRI_OP_TILDE);
	struct tri_expr *type_expr = tilde ? tri_as_unary_expr(expr)->operand : expr;
	struct tri_type_term term = {tri_check_type(c, type_expr), tilde};
	if (tri_type_is_parameter(term.type)) {
		if (tilde)
			tri_check_error(c, tri_expr_start(type_expr), TRI_CODE_MisplacedTypeParam, "type in term %s cannot be a type parameter",
							TRI_E(expr));
		else
			tri_check_error(c, tri_expr_start(type_expr), TRI_CODE_MisplacedTypeParam, "term cannot be a type parameter");
		term.type = tri_check_basic(c, TRI_BASIC_INVALID);
	}
	if (tilde) {
		expr->mode = TRI_MODE_TYPE;
		expr->type = term.type;
	}
	return term;
}

static void flatten(struct tri_checker *c, struct tri_expr *expr, tri_expr_list *terms)
{
	if (expr->kind == TRI_EXPR_BINARY && is_operation(expr, TRI_OP_OR)) {
		flatten(c, tri_as_binary_expr(expr)->left, terms);
		expr = tri_as_binary_expr(expr)->right;
	}
	tri_vector_push(c->arena, terms, expr);
}

struct tri_type *tri_check_union(struct tri_checker *c, struct tri_expr *expr)
{
	tri_expr_list list = {0};
	flatten(c, expr, &list);
	TRI_VECTOR(struct tri_type_term) terms = {0};
	bool too_many = false;
	for (uint32_t i = 0; i < list.count; i++) {
		struct tri_type_term term = parse_term(c, list.items[i]);
		if (list.count == 1 && !term.tilde)
			return term.type;
		if (terms.count < MOST_TERMS) {
			tri_vector_push(c->arena, &terms, term);
		} else if (!too_many) {
			tri_check_error(c, tri_expr_start(list.items[i]), TRI_CODE_InvalidUnion,
							"cannot handle more than %d union terms (implementation limitation)", MOST_TERMS);
			too_many = true;
		}
	}
	struct tri_type *type = tri_check_basic(c, TRI_BASIC_INVALID);
	if (!too_many) {
		type = tri_type_new(c->universe, TRI_TYPE_UNION);
		type->as.sum.terms = terms.items;
		type->as.sum.count = terms.count;
		struct union_check *check = TRI_NEW(c->arena, struct union_check);
		check->type = type;
		check->terms = list;
		tri_check_later(c, check_terms, check);
	}
	expr->mode = TRI_MODE_TYPE;
	expr->type = type;
	return type;
}
