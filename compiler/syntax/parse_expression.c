// Expressions.
//
// Binary operators are parsed by precedence climbing. The delicate place is "{" after an operand:
// it begins a composite literal when the operand can be a type, but in the header of a statement
// (expression_level below zero) a plain name before "{" ends the header; parentheses and brackets
// raise the level again.
#define TRI_SYNTAX_INTERNAL
#include "compiler/syntax/parser.h"

struct tri_expr *tri_parse_bad_expr(struct tri_parser *p)
{
	return tri_parser_new_expr(p, sizeof(struct tri_bad_expr), TRI_EXPR_BAD_EXPR, tri_parser_pos(p));
}

struct tri_name_expr *tri_parser_new_name(struct tri_parser *p, tri_pos pos, const struct tri_name *name)
{
	struct tri_name_expr *expr = TRI_PARSER_EXPR(p, name_expr, NAME, pos);
	expr->name = name;
	return expr;
}

struct tri_name_expr *tri_parse_name(struct tri_parser *p)
{
	if (tri_parser_at(p, TRI_TOKEN_NAME)) {
		struct tri_name_expr *name = tri_parser_new_name(p, tri_parser_pos(p), p->scanner.name);
		tri_parser_next(p);
		return name;
	}
	struct tri_name_expr *name = tri_parser_new_name(p, tri_parser_pos(p), p->blank);
	tri_parser_unexpected(p, ", expected name");
	tri_parser_skip_to(p, 0);
	return name;
}

struct tri_literal_expr *tri_parse_literal_or_null(struct tri_parser *p)
{
	const struct tri_scanner *s = &p->scanner;
	if (s->token != TRI_TOKEN_LITERAL)
		return NULL;
	struct tri_literal_expr *literal = TRI_PARSER_EXPR(p, literal_expr, LITERAL, tri_parser_pos(p));
	literal->literal_kind = (uint8_t)s->literal_kind;
	literal->bad = s->literal_bad;
	char *text = tri_arena_strdup(p->arena, s->literal, s->literal_length);
	literal->text = text;
	literal->length = s->literal_length;
	if (text[0] == '`' && memchr(text, '\r', literal->length) != NULL) {
		uint32_t kept = 0;
		for (uint32_t i = 0; i < literal->length; i++)
			if (text[i] != '\r')
				text[kept++] = text[i];
		text[kept] = '\0';
		literal->length = kept;
	}
	tri_parser_next(p);
	return literal;
}

static struct tri_expr *new_list(struct tri_parser *p, tri_expr_list elements)
{
	struct tri_list_expr *list = TRI_PARSER_EXPR(p, list_expr, LIST, elements.items[0]->pos);
	list->elements = elements;
	return &list->base;
}

struct tri_expr *tri_parse_expr_list(struct tri_parser *p)
{
	struct tri_expr *first = tri_parse_expr(p);
	if (!tri_parser_at(p, TRI_TOKEN_COMMA))
		return first;
	tri_expr_list elements = {0};
	tri_vector_push(p->arena, &elements, first);
	while (tri_parser_got(p, TRI_TOKEN_COMMA))
		tri_vector_push(p->arena, &elements, tri_parse_expr(p));
	return new_list(p, elements);
}

struct tri_expr *tri_parse_type_list(struct tri_parser *p, bool types_only, bool *comma)
{
	p->expression_level++;
	struct tri_expr *result = types_only ? tri_parse_type(p) : tri_parse_expr(p);
	*comma = tri_parser_at(p, TRI_TOKEN_COMMA);
	if (*comma) {
		tri_expr_list elements = {0};
		tri_vector_push(p->arena, &elements, result);
		while (tri_parser_got(p, TRI_TOKEN_COMMA)) {
			struct tri_expr *type = tri_parse_type_or_null(p);
			if (type == NULL)
				break;
			tri_vector_push(p->arena, &elements, type);
		}
		if (elements.count > 1)
			result = new_list(p, elements);
	}
	p->expression_level--;
	return result;
}

// ---- Operators ---------------------------------------------------------------------------------

static struct tri_expr *parse_unary_expr(struct tri_parser *p);

struct tri_expr *tri_parse_expr(struct tri_parser *p) { return tri_parse_binary_expr(p, NULL, 0); }

struct tri_expr *tri_parse_binary_expr(struct tri_parser *p, struct tri_expr *operand, int precedence)
{
	struct tri_expr *left = operand != NULL ? operand : parse_unary_expr(p);
	uint32_t length = 0;
	while ((tri_parser_at(p, TRI_TOKEN_OPERATOR) || tri_parser_at(p, TRI_TOKEN_STAR)) && p->scanner.precedence > precedence) {
		if (!tri_parser_extend_chain(p, &length))
			break;
		struct tri_binary_expr *binary = TRI_PARSER_EXPR(p, binary_expr, BINARY, tri_parser_pos(p));
		binary->operator=(uint8_t) p->scanner.operator;
		int own_precedence = p->scanner.precedence;
		tri_parser_next(p);
		binary->left = left;
		binary->right = tri_parse_binary_expr(p, NULL, own_precedence);
		left = &binary->base;
	}
	return left;
}

static struct tri_expr *new_unary(struct tri_parser *p, tri_pos pos, enum tri_operator operator, struct tri_expr * operand)
{
	struct tri_unary_expr *unary = TRI_PARSER_EXPR(p, unary_expr, UNARY, pos);
	unary->operator=(uint8_t) operator;
	unary->operand = operand;
	return &unary->base;
}

// What followed "<-" turned out to be a channel type, so the arrow belongs to its outermost "chan":
// <-(chan E) becomes (<-chan E), and in <-(chan<- E) the arrow between moves on to E, which must
// then be a channel type in its turn: (<-chan (<-E)).
static void give_arrow_to_channel(struct tri_parser *p, struct tri_expr *type)
{
	struct tri_expr *at = type;
	enum tri_chan_direction direction = TRI_CHAN_SEND_ONLY;
	while (direction == TRI_CHAN_SEND_ONLY) {
		if (at->kind != TRI_EXPR_CHAN_TYPE) {
			struct tri_buffer text = {0};
			tri_expr_print(at, &text);
			tri_parser_syntax_error(p, tri_parser_pos(p), "unexpected %s, expected chan", text.data);
			tri_buffer_free(&text);
			return;
		}
		struct tri_chan_type *channel = tri_as_chan_type(at);
		direction = (enum tri_chan_direction)channel->direction;
		if (direction == TRI_CHAN_RECEIVE_ONLY)
			tri_parser_syntax_error(p, tri_parser_pos(p), "unexpected <-, expected chan");
		channel->direction = TRI_CHAN_RECEIVE_ONLY;
		at = channel->element;
	}
}

static struct tri_expr *parse_unary_operation(struct tri_parser *p)
{
	tri_pos pos = tri_parser_pos(p);
	if (tri_parser_got(p, TRI_TOKEN_ARROW)) {
		struct tri_expr *operand = parse_unary_expr(p);
		if (operand->kind != TRI_EXPR_CHAN_TYPE)
			return new_unary(p, pos, TRI_OP_RECEIVE, operand);
		give_arrow_to_channel(p, operand);
		return operand;
	}
	enum tri_operator operator= p->scanner.operator;
	tri_parser_next(p);
	struct tri_expr *operand = parse_unary_expr(p);
	if (operator== TRI_OP_AND) // &(T{}) is allowed, and the parentheses mean nothing
		operand = (struct tri_expr *)(uintptr_t)tri_expr_unparen(operand);
	return new_unary(p, pos, operator, operand);
}

static bool at_unary_operator(const struct tri_parser *p)
{
	switch (tri_parser_token(p)) {
	case TRI_TOKEN_ARROW:
	case TRI_TOKEN_STAR:
		return true;
	case TRI_TOKEN_OPERATOR:
		switch (p->scanner.operator) {
		case TRI_OP_ADD:
		case TRI_OP_SUB:
		case TRI_OP_NOT:
		case TRI_OP_XOR:
		case TRI_OP_TILDE:
		case TRI_OP_AND:
			return true;
		default:
			return false;
		}
	default:
		return false;
	}
}

static struct tri_expr *parse_unary_expr(struct tri_parser *p)
{
	if (!tri_parser_enter(p))
		return tri_parse_bad_expr(p);
	struct tri_expr *expr = at_unary_operator(p) ? parse_unary_operation(p) : tri_parse_primary_expr(p, NULL, true);
	tri_parser_leave(p);
	return expr;
}

// ---- Operands ----------------------------------------------------------------------------------

static struct tri_expr *parse_parenthesised(struct tri_parser *p, bool keep_parens)
{
	tri_pos pos = tri_parser_pos(p);
	tri_parser_next(p);
	p->expression_level++;
	struct tri_expr *inner = tri_parse_expr(p);
	p->expression_level--;
	tri_parser_want(p, TRI_TOKEN_RPAREN);
	// Before "{" the parentheses must be known, since (T){} is not a literal.
	if (!keep_parens && !tri_parser_at(p, TRI_TOKEN_LBRACE))
		return inner;
	struct tri_paren_expr *paren = TRI_PARSER_EXPR(p, paren_expr, PAREN, pos);
	paren->inner = inner;
	return &paren->base;
}

static struct tri_expr *parse_function_operand(struct tri_parser *p)
{
	tri_pos pos = tri_parser_pos(p);
	tri_parser_next(p);
	struct tri_function_type *signature = tri_parse_function_type(p, "function type", NULL);
	if (!tri_parser_at(p, TRI_TOKEN_LBRACE))
		return &signature->base;
	p->expression_level++;
	struct tri_function_expr *function = TRI_PARSER_EXPR(p, function_expr, FUNCTION_LITERAL, pos);
	function->signature = signature;
	function->body = tri_parse_function_body(p);
	p->expression_level--;
	return &function->base;
}

static struct tri_expr *parse_operand(struct tri_parser *p, bool keep_parens)
{
	switch (tri_parser_token(p)) {
	case TRI_TOKEN_NAME:
		return &tri_parse_name(p)->base;
	case TRI_TOKEN_LITERAL:
		return &tri_parse_literal_or_null(p)->base;
	case TRI_TOKEN_LPAREN:
		return parse_parenthesised(p, keep_parens);
	case TRI_TOKEN_FUNC:
		return parse_function_operand(p);
	case TRI_TOKEN_LBRACK:
	case TRI_TOKEN_CHAN:
	case TRI_TOKEN_MAP:
	case TRI_TOKEN_STRUCT:
	case TRI_TOKEN_INTERFACE:
		return tri_parse_type(p);
	default: {
		struct tri_expr *bad = tri_parse_bad_expr(p);
		tri_parser_unexpected(p, ", expected expression");
		tri_parser_skip_to(p, TRI_TOKEN_BIT(RPAREN) | TRI_TOKEN_BIT(RBRACK) | TRI_TOKEN_BIT(RBRACE));
		return bad;
	}
	}
}

// ---- Composite literals ------------------------------------------------------------------------

static struct tri_composite_expr *parse_literal_value(struct tri_parser *p);

static struct tri_expr *parse_element(struct tri_parser *p)
{
	return tri_parser_at(p, TRI_TOKEN_LBRACE) ? &parse_literal_value(p)->base : tri_parse_expr(p);
}

// At "{".
static struct tri_composite_expr *parse_literal_value(struct tri_parser *p)
{
	struct tri_composite_expr *literal = TRI_PARSER_EXPR(p, composite_expr, COMPOSITE, tri_parser_pos(p));
	if (!tri_parser_enter(p))
		return literal;
	p->expression_level++;
	tri_parser_want(p, TRI_TOKEN_LBRACE);
	struct tri_parser_list list = {.context = "composite literal", .separator = TRI_TOKEN_COMMA, .close = TRI_TOKEN_RBRACE};
	while (tri_parser_list_more(p, &list)) {
		struct tri_expr *element = parse_element(p);
		if (tri_parser_at(p, TRI_TOKEN_COLON)) {
			struct tri_key_value_expr *pair = TRI_PARSER_EXPR(p, key_value_expr, KEY_VALUE, tri_parser_pos(p));
			tri_parser_next(p);
			pair->key = element;
			pair->value = parse_element(p);
			element = &pair->base;
			literal->key_count++;
		}
		tri_vector_push(p->arena, &literal->elements, element);
	}
	literal->rbrace = list.end;
	p->expression_level--;
	tri_parser_leave(p);
	return literal;
}

// Whether the expression can only be a value, never a type.
static bool is_value(const struct tri_expr *expr)
{
	for (;;) {
		switch (expr->kind) {
		case TRI_EXPR_LITERAL:
		case TRI_EXPR_COMPOSITE:
		case TRI_EXPR_FUNCTION_LITERAL:
		case TRI_EXPR_SLICE:
		case TRI_EXPR_ASSERT:
		case TRI_EXPR_TYPE_SWITCH_GUARD:
		case TRI_EXPR_CALL:
		case TRI_EXPR_BINARY:
			return true;
		case TRI_EXPR_UNARY:
			return tri_as_unary_expr(expr)->operator!= TRI_OP_MUL;
		case TRI_EXPR_PAREN:
			expr = tri_as_paren_expr(expr)->inner;
			break;
		case TRI_EXPR_INDEX:
			if (is_value(tri_as_index_expr(expr)->index))
				return true;
			expr = tri_as_index_expr(expr)->operand;
			break;
		default:
			return false;
		}
	}
}

// Whether "{" after the operand begins the elements of a literal of that type.
static bool can_be_literal_type(const struct tri_parser *p, const struct tri_expr *type)
{
	switch (type->kind) {
	case TRI_EXPR_NAME:
	case TRI_EXPR_SELECTOR:
		return p->expression_level >= 0;
	case TRI_EXPR_INDEX:
		return p->expression_level >= 0 && !is_value(type);
	case TRI_EXPR_ARRAY_TYPE:
	case TRI_EXPR_SLICE_TYPE:
	case TRI_EXPR_STRUCT_TYPE:
	case TRI_EXPR_MAP_TYPE:
		return true;
	default:
		return false;
	}
}

// ---- What follows an operand -------------------------------------------------------------------

// At ".".
static struct tri_expr *parse_after_dot(struct tri_parser *p, struct tri_expr *operand)
{
	tri_pos pos = tri_parser_pos(p);
	tri_parser_next(p);
	if (tri_parser_at(p, TRI_TOKEN_NAME)) {
		struct tri_selector_expr *selector = TRI_PARSER_EXPR(p, selector_expr, SELECTOR, pos);
		selector->operand = operand;
		selector->selected = tri_parse_name(p);
		return &selector->base;
	}
	if (!tri_parser_got(p, TRI_TOKEN_LPAREN)) {
		tri_parser_unexpected(p, ", expected name or (");
		tri_parser_skip_to(p, TRI_TOKEN_BIT(SEMI) | TRI_TOKEN_BIT(RPAREN));
		return operand;
	}
	struct tri_expr *result;
	if (tri_parser_got(p, TRI_TOKEN_TYPE)) {
		struct tri_type_switch_guard *guard = TRI_PARSER_EXPR(p, type_switch_guard, TYPE_SWITCH_GUARD, pos);
		guard->operand = operand;
		result = &guard->base;
	} else {
		struct tri_assert_expr *assertion = TRI_PARSER_EXPR(p, assert_expr, ASSERT, pos);
		assertion->operand = operand;
		assertion->type_expr = tri_parse_type(p);
		result = &assertion->base;
	}
	tri_parser_want(p, TRI_TOKEN_RPAREN);
	return result;
}

// At the first ":" inside the brackets, or at what stands in its place.
static struct tri_expr *parse_slice_bounds(struct tri_parser *p, tri_pos pos, struct tri_expr *operand, struct tri_expr *low)
{
	if (!tri_parser_got(p, TRI_TOKEN_COLON)) {
		tri_parser_unexpected(p, ", expected comma, : or ]");
		tri_parser_skip_to(p, TRI_TOKEN_BIT(COMMA) | TRI_TOKEN_BIT(COLON) | TRI_TOKEN_BIT(RBRACK));
	}
	p->expression_level++;
	struct tri_slice_expr *slice = TRI_PARSER_EXPR(p, slice_expr, SLICE, pos);
	slice->operand = operand;
	slice->index[0] = low;
	if (!tri_parser_at(p, TRI_TOKEN_COLON) && !tri_parser_at(p, TRI_TOKEN_RBRACK))
		slice->index[1] = tri_parse_expr(p);
	if (tri_parser_at(p, TRI_TOKEN_COLON)) {
		slice->full = true;
		if (slice->index[1] == NULL) {
			tri_parser_error(p, tri_parser_pos(p), "middle index required in 3-index slice");
			slice->index[1] = tri_parse_bad_expr(p);
		}
		tri_parser_next(p);
		if (tri_parser_at(p, TRI_TOKEN_RBRACK)) {
			tri_parser_error(p, tri_parser_pos(p), "final index required in 3-index slice");
			slice->index[2] = tri_parse_bad_expr(p);
		} else {
			slice->index[2] = tri_parse_expr(p);
		}
	}
	p->expression_level--;
	tri_parser_want(p, TRI_TOKEN_RBRACK);
	return &slice->base;
}

// At "[": an index, a list of type arguments, or slice bounds.
static struct tri_expr *parse_brackets(struct tri_parser *p, struct tri_expr *operand)
{
	tri_pos pos = tri_parser_pos(p);
	tri_parser_next(p);
	if (tri_parser_at(p, TRI_TOKEN_COLON))
		return parse_slice_bounds(p, pos, operand, NULL);

	struct tri_expr *index;
	bool comma = false;
	if (tri_parser_at(p, TRI_TOKEN_RBRACK)) {
		tri_parser_unexpected(p, ", expected operand");
		index = tri_parse_bad_expr(p);
	} else {
		index = tri_parse_type_list(p, false, &comma);
	}
	if (!comma && !tri_parser_at(p, TRI_TOKEN_RBRACK))
		return parse_slice_bounds(p, pos, operand, index);
	tri_parser_want(p, TRI_TOKEN_RBRACK);
	struct tri_index_expr *result = TRI_PARSER_EXPR(p, index_expr, INDEX, pos);
	result->operand = operand;
	result->index = index;
	return &result->base;
}

// At "(".
static struct tri_expr *parse_call(struct tri_parser *p, struct tri_expr *function)
{
	struct tri_call_expr *call = TRI_PARSER_EXPR(p, call_expr, CALL, tri_parser_pos(p));
	tri_parser_next(p);
	call->function = function;
	p->expression_level++;
	struct tri_parser_list list = {.context = "argument list", .separator = TRI_TOKEN_COMMA, .close = TRI_TOKEN_RPAREN};
	while (tri_parser_list_more(p, &list)) {
		tri_vector_push(p->arena, &call->arguments, tri_parse_expr(p));
		call->has_dots = tri_parser_got(p, TRI_TOKEN_DOTS);
		list.last = call->has_dots;
	}
	p->expression_level--;
	return &call->base;
}

struct tri_expr *tri_parse_primary_expr(struct tri_parser *p, struct tri_expr *operand, bool keep_parens)
{
	struct tri_expr *expr = operand != NULL ? operand : parse_operand(p, keep_parens);
	for (uint32_t length = 0; tri_parser_extend_chain(p, &length);) {
		switch (tri_parser_token(p)) {
		case TRI_TOKEN_DOT:
			expr = parse_after_dot(p, expr);
			break;
		case TRI_TOKEN_LBRACK:
			expr = parse_brackets(p, expr);
			break;
		case TRI_TOKEN_LPAREN:
			expr = parse_call(p, expr);
			break;
		case TRI_TOKEN_LBRACE: {
			const struct tri_expr *type = tri_expr_unparen(expr);
			if (!can_be_literal_type(p, type))
				return expr;
			if (type != expr)
				tri_parser_syntax_error(p, tri_parser_pos(p), "cannot parenthesize type in composite literal");
			struct tri_composite_expr *literal = parse_literal_value(p);
			literal->type_expr = expr;
			expr = &literal->base;
			break;
		}
		default:
			return expr;
		}
	}
	return expr;
}
