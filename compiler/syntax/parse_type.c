// Types, other than the lists of fields in parentheses (parse_parameter.c).
#define TRI_SYNTAX_INTERNAL
#include "compiler/syntax/parser.h"

static struct tri_expr *new_pointer(struct tri_parser *p, tri_pos pos, struct tri_expr *element)
{
	struct tri_unary_expr *pointer = TRI_PARSER_EXPR(p, unary_expr, UNARY, pos);
	pointer->operator= TRI_OP_MUL;
	pointer->operand = element;
	return &pointer->base;
}

struct tri_expr *tri_parse_type(struct tri_parser *p)
{
	struct tri_expr *type = tri_parse_type_or_null(p);
	if (type == NULL) {
		type = tri_parse_bad_expr(p);
		tri_parser_unexpected(p, ", expected type");
		tri_parser_skip_to(p, TRI_TOKEN_BIT(COMMA) | TRI_TOKEN_BIT(COLON) | TRI_TOKEN_BIT(SEMI) | TRI_TOKEN_BIT(RPAREN) |
								  TRI_TOKEN_BIT(RBRACK) | TRI_TOKEN_BIT(RBRACE));
	}
	return type;
}

// At "[", after a type's name.
static struct tri_expr *parse_instance(struct tri_parser *p, struct tri_expr *type)
{
	struct tri_index_expr *instance = TRI_PARSER_EXPR(p, index_expr, INDEX, tri_parser_pos(p));
	tri_parser_next(p);
	instance->operand = type;
	if (tri_parser_at(p, TRI_TOKEN_RBRACK)) {
		tri_parser_unexpected(p, ", expected type argument list");
		instance->index = tri_parse_bad_expr(p);
	} else {
		bool comma;
		instance->index = tri_parse_type_list(p, true, &comma);
	}
	tri_parser_want(p, TRI_TOKEN_RBRACK);
	return &instance->base;
}

struct tri_expr *tri_parse_qualified_name(struct tri_parser *p, struct tri_name_expr *name)
{
	struct tri_expr *type;
	if (name != NULL) {
		type = &name->base;
	} else if (tri_parser_at(p, TRI_TOKEN_NAME)) {
		type = &tri_parse_name(p)->base;
	} else {
		type = &tri_parser_new_name(p, tri_parser_pos(p), p->blank)->base;
		tri_parser_unexpected(p, ", expected name");
		tri_parser_skip_to(p, TRI_TOKEN_BIT(DOT) | TRI_TOKEN_BIT(SEMI) | TRI_TOKEN_BIT(RBRACE));
	}
	if (tri_parser_at(p, TRI_TOKEN_DOT)) {
		struct tri_selector_expr *selector = TRI_PARSER_EXPR(p, selector_expr, SELECTOR, tri_parser_pos(p));
		tri_parser_next(p);
		selector->operand = type;
		selector->selected = tri_parse_name(p);
		type = &selector->base;
	}
	if (tri_parser_at(p, TRI_TOKEN_LBRACK))
		type = parse_instance(p, type);
	return type;
}

struct tri_expr *tri_parse_array_type(struct tri_parser *p, tri_pos pos, struct tri_expr *length)
{
	if (length == NULL && !tri_parser_got(p, TRI_TOKEN_DOTS)) {
		p->expression_level++;
		length = tri_parse_expr(p);
		p->expression_level--;
	}
	if (tri_parser_at(p, TRI_TOKEN_COMMA)) {
		// As in a list of type parameters.
		tri_parser_syntax_error(p, tri_parser_pos(p), "unexpected comma; expected ]");
		tri_parser_next(p);
	}
	tri_parser_want(p, TRI_TOKEN_RBRACK);
	struct tri_array_type *type = TRI_PARSER_EXPR(p, array_type, ARRAY_TYPE, pos);
	type->length = length;
	type->element = tri_parse_type(p);
	return &type->base;
}

struct tri_expr *tri_parse_slice_type(struct tri_parser *p, tri_pos pos)
{
	struct tri_slice_type *type = TRI_PARSER_EXPR(p, slice_type, SLICE_TYPE, pos);
	type->element = tri_parse_type(p);
	return &type->base;
}

static struct tri_expr *parse_channel_type(struct tri_parser *p, tri_pos pos, enum tri_chan_direction direction)
{
	struct tri_chan_type *type = TRI_PARSER_EXPR(p, chan_type, CHAN_TYPE, pos);
	type->direction = (uint8_t)direction;
	type->element = tri_parse_type_or_null(p);
	if (type->element == NULL) {
		type->element = tri_parse_bad_expr(p);
		tri_parser_syntax_error(p, tri_parser_pos(p), "missing channel element type");
	}
	return &type->base;
}

static struct tri_expr *parse_map_type(struct tri_parser *p)
{
	struct tri_map_type *type = TRI_PARSER_EXPR(p, map_type, MAP_TYPE, tri_parser_pos(p));
	tri_parser_next(p);
	tri_parser_want(p, TRI_TOKEN_LBRACK);
	type->key = tri_parse_type(p);
	tri_parser_want(p, TRI_TOKEN_RBRACK);
	type->element = tri_parse_type(p);
	return &type->base;
}

// ---- Structs -----------------------------------------------------------------------------------

static void add_embedded(struct tri_parser *p, struct tri_struct_type *type, tri_pos pos, struct tri_expr *embedded)
{
	struct tri_field *field = tri_parser_new_field(p, pos, NULL, embedded);
	field->embedded = true;
	field->tag = tri_parse_literal_or_null(p);
	tri_vector_push(p->arena, &type->fields, field);
}

// At a name: fields, or an embedded type.
static void parse_named_fields(struct tri_parser *p, struct tri_struct_type *type)
{
	tri_pos pos = tri_parser_pos(p);
	struct tri_name_expr *name = tri_parse_name(p);
	switch (tri_parser_token(p)) {
	case TRI_TOKEN_DOT:
	case TRI_TOKEN_LITERAL:
	case TRI_TOKEN_SEMI:
	case TRI_TOKEN_RBRACE:
		add_embedded(p, type, pos, tri_parse_qualified_name(p, name));
		return;
	default:
		break;
	}

	TRI_VECTOR(struct tri_name_expr *) names = {0};
	tri_vector_push(p->arena, &names, name);
	while (tri_parser_got(p, TRI_TOKEN_COMMA))
		tri_vector_push(p->arena, &names, tri_parse_name(p));

	struct tri_expr *field_type;
	if (names.count == 1 && tri_parser_at(p, TRI_TOKEN_LBRACK)) {
		// T [n]E is a field, T[A, B] an embedded instance.
		field_type = tri_parse_array_or_arguments(p);
		if (field_type->kind == TRI_EXPR_INDEX) {
			tri_as_index_expr(field_type)->operand = &name->base;
			add_embedded(p, type, pos, field_type);
			return;
		}
	} else {
		field_type = tri_parse_type(p);
	}
	struct tri_literal_expr *tag = tri_parse_literal_or_null(p);
	for (uint32_t i = 0; i < names.count; i++) {
		struct tri_field *field = tri_parser_new_field(p, names.items[i]->base.pos, names.items[i], field_type);
		field->tag = tag;
		tri_vector_push(p->arena, &type->fields, field);
	}
}

static void parse_field_declaration(struct tri_parser *p, struct tri_struct_type *type)
{
	tri_pos pos = tri_parser_pos(p);
	if (tri_parser_at(p, TRI_TOKEN_NAME)) {
		parse_named_fields(p, type);
		return;
	}
	bool pointer = tri_parser_got(p, TRI_TOKEN_STAR);
	tri_pos pointer_pos = pos;
	bool paren = tri_parser_at(p, TRI_TOKEN_LPAREN);
	if (!pointer && !paren) {
		tri_parser_unexpected(p, ", expected field name or embedded type");
		tri_parser_skip_to(p, TRI_TOKEN_BIT(SEMI) | TRI_TOKEN_BIT(RBRACE));
		return;
	}
	if (paren) {
		tri_parser_syntax_error(p, tri_parser_pos(p), "cannot parenthesize embedded type");
		tri_parser_next(p);
		if (!pointer) {
			pointer_pos = tri_parser_pos(p);
			pointer = tri_parser_got(p, TRI_TOKEN_STAR);
		}
	}
	struct tri_expr *embedded = tri_parse_qualified_name(p, NULL);
	if (paren)
		tri_parser_got(p, TRI_TOKEN_RPAREN); // one complaint was enough
	if (pointer)
		embedded = new_pointer(p, pointer_pos, embedded);
	add_embedded(p, type, pos, embedded);
}

static struct tri_expr *parse_struct_type(struct tri_parser *p)
{
	struct tri_struct_type *type = TRI_PARSER_EXPR(p, struct_type, STRUCT_TYPE, tri_parser_pos(p));
	tri_parser_next(p);
	tri_parser_want(p, TRI_TOKEN_LBRACE);
	struct tri_parser_list list = {.context = "struct type", .separator = TRI_TOKEN_SEMI, .close = TRI_TOKEN_RBRACE};
	while (tri_parser_list_more(p, &list))
		parse_field_declaration(p, type);
	return &type->base;
}

// ---- Interfaces --------------------------------------------------------------------------------

static void parse_method_signature(struct tri_parser *p, struct tri_field *field, struct tri_name_expr *name)
{
	field->name = name;
	field->type_expr = &tri_parse_function_type(p, "interface method", NULL)->base;
}

// At "[" after a name in an interface: an embedded instance T[A, B], or a method with type
// parameters, which does not exist but is a likely mistake.
static void parse_method_brackets(struct tri_parser *p, struct tri_field *field, struct tri_name_expr *name)
{
	tri_pos pos = tri_parser_pos(p);
	tri_parser_next(p);
	if (tri_parser_at(p, TRI_TOKEN_RBRACK)) {
		tri_pos end = tri_parser_pos(p);
		tri_parser_next(p);
		bool method = tri_parser_at(p, TRI_TOKEN_LPAREN);
		tri_parser_error(p, end, "empty type %s list", method ? "parameter" : "argument");
		if (method)
			parse_method_signature(p, field, name);
		else
			field->type_expr = &name->base;
		return;
	}

	tri_field_list list = tri_parse_parameters(p, &(struct tri_parameter_options){.close = TRI_TOKEN_RBRACK});
	if (list.count == 0) {
		if (tri_parser_at(p, TRI_TOKEN_LPAREN))
			parse_method_signature(p, field, name);
		else
			field->type_expr = &name->base;
		return;
	}
	if (list.items[0]->name != NULL) {
		parse_method_signature(p, field, name);
		tri_parser_error(p, pos, "interface method must have no type parameters");
		return;
	}

	struct tri_index_expr *instance = TRI_PARSER_EXPR(p, index_expr, INDEX, pos);
	instance->operand = &name->base;
	instance->index = list.items[0]->type_expr;
	if (list.count > 1) {
		struct tri_list_expr *arguments = TRI_PARSER_EXPR(p, list_expr, LIST, list.items[0]->pos);
		for (uint32_t i = 0; i < list.count; i++)
			tri_vector_push(p->arena, &arguments->elements, list.items[i]->type_expr);
		instance->index = &arguments->base;
	}
	field->type_expr = &instance->base;
}

static struct tri_field *parse_interface_element(struct tri_parser *p)
{
	if (!tri_parser_at(p, TRI_TOKEN_NAME))
		return tri_parse_embedded_element(p, NULL);
	struct tri_field *field = tri_parser_new_field(p, tri_parser_pos(p), NULL, NULL);
	struct tri_name_expr *name = tri_parse_name(p);
	if (tri_parser_at(p, TRI_TOKEN_LPAREN))
		parse_method_signature(p, field, name);
	else if (tri_parser_at(p, TRI_TOKEN_LBRACK))
		parse_method_brackets(p, field, name);
	else
		field->type_expr = tri_parse_qualified_name(p, name);
	return field->name != NULL ? field : tri_parse_embedded_element(p, field);
}

static struct tri_expr *parse_interface_type(struct tri_parser *p)
{
	struct tri_interface_type *type = TRI_PARSER_EXPR(p, interface_type, INTERFACE_TYPE, tri_parser_pos(p));
	tri_parser_next(p);
	tri_parser_want(p, TRI_TOKEN_LBRACE);
	struct tri_parser_list list = {.context = "interface type", .separator = TRI_TOKEN_SEMI, .close = TRI_TOKEN_RBRACE};
	while (tri_parser_list_more(p, &list))
		tri_vector_push(p->arena, &type->methods, parse_interface_element(p));
	return &type->base;
}

// ---- Functions ---------------------------------------------------------------------------------

static tri_field_list parse_results(struct tri_parser *p)
{
	if (tri_parser_got(p, TRI_TOKEN_LPAREN))
		return tri_parse_parameters(p, &(struct tri_parameter_options){.close = TRI_TOKEN_RPAREN});
	tri_field_list results = {0};
	tri_pos pos = tri_parser_pos(p);
	struct tri_expr *type = tri_parse_type_or_null(p);
	if (type != NULL)
		tri_vector_push(p->arena, &results, tri_parser_new_field(p, pos, NULL, type));
	return results;
}

struct tri_function_type *tri_parse_function_type(struct tri_parser *p, const char *context, tri_field_list *type_parameters)
{
	struct tri_function_type *type = TRI_PARSER_EXPR(p, function_type, FUNCTION_TYPE, tri_parser_pos(p));
	if (tri_parser_got(p, TRI_TOKEN_LBRACK)) {
		if (context != NULL)
			tri_parser_syntax_error(p, type->base.pos, "%s must have no type parameters", context);
		if (tri_parser_at(p, TRI_TOKEN_RBRACK)) {
			tri_parser_syntax_error(p, tri_parser_pos(p), "empty type parameter list");
			tri_parser_next(p);
		} else {
			tri_field_list list =
				tri_parse_parameters(p, &(struct tri_parameter_options){.close = TRI_TOKEN_RBRACK, .require_names = true});
			if (type_parameters != NULL)
				*type_parameters = list;
		}
	}
	tri_parser_want(p, TRI_TOKEN_LPAREN);
	type->parameters = tri_parse_parameters(p, &(struct tri_parameter_options){.close = TRI_TOKEN_RPAREN, .allow_dots = true});
	type->results = parse_results(p);
	return type;
}

// ---- Any type ----------------------------------------------------------------------------------

static struct tri_expr *parse_type_at(struct tri_parser *p)
{
	tri_pos pos = tri_parser_pos(p);
	switch (tri_parser_token(p)) {
	case TRI_TOKEN_NAME:
		return tri_parse_qualified_name(p, NULL);
	case TRI_TOKEN_STAR:
		tri_parser_next(p);
		return new_pointer(p, pos, tri_parse_type(p));
	case TRI_TOKEN_LPAREN: {
		tri_parser_next(p);
		struct tri_expr *type = tri_parse_type(p); // parentheses around a type mean nothing
		tri_parser_want(p, TRI_TOKEN_RPAREN);
		return type;
	}
	case TRI_TOKEN_LBRACK:
		tri_parser_next(p);
		if (tri_parser_got(p, TRI_TOKEN_RBRACK))
			return tri_parse_slice_type(p, pos);
		return tri_parse_array_type(p, pos, NULL);
	case TRI_TOKEN_MAP:
		return parse_map_type(p);
	case TRI_TOKEN_CHAN:
		tri_parser_next(p);
		return parse_channel_type(p, pos, tri_parser_got(p, TRI_TOKEN_ARROW) ? TRI_CHAN_SEND_ONLY : TRI_CHAN_BOTH);
	case TRI_TOKEN_ARROW:
		tri_parser_next(p);
		tri_parser_want(p, TRI_TOKEN_CHAN);
		return parse_channel_type(p, pos, TRI_CHAN_RECEIVE_ONLY);
	case TRI_TOKEN_FUNC:
		tri_parser_next(p);
		return &tri_parse_function_type(p, "function type", NULL)->base;
	case TRI_TOKEN_STRUCT:
		return parse_struct_type(p);
	case TRI_TOKEN_INTERFACE:
		return parse_interface_type(p);
	default:
		return NULL;
	}
}

struct tri_expr *tri_parse_type_or_null(struct tri_parser *p)
{
	if (!tri_parser_enter(p))
		return tri_parse_bad_expr(p);
	struct tri_expr *type = parse_type_at(p);
	tri_parser_leave(p);
	return type;
}

bool tri_parser_is_type_element(const struct tri_expr *expr)
{
	for (;;) {
		switch (expr->kind) {
		case TRI_EXPR_ARRAY_TYPE:
		case TRI_EXPR_STRUCT_TYPE:
		case TRI_EXPR_FUNCTION_TYPE:
		case TRI_EXPR_INTERFACE_TYPE:
		case TRI_EXPR_SLICE_TYPE:
		case TRI_EXPR_MAP_TYPE:
		case TRI_EXPR_CHAN_TYPE:
			return true;
		case TRI_EXPR_BINARY:
			if (tri_parser_is_type_element(tri_as_binary_expr(expr)->right))
				return true;
			expr = tri_as_binary_expr(expr)->left;
			break;
		case TRI_EXPR_UNARY:
			if (tri_as_unary_expr(expr)->operator== TRI_OP_TILDE)
				return true;
			expr = tri_as_unary_expr(expr)->operand;
			break;
		case TRI_EXPR_PAREN:
			expr = tri_as_paren_expr(expr)->inner;
			break;
		default:
			return false;
		}
	}
}
