// Parameter lists: parameters, results, receivers, type parameters; and the elements of
// constraints, which may stand in type parameter lists directly.
//
// Whether "(a, b)" lists two types or the names of parameters whose type comes later is only known
// at its end. So each entry is first parsed as what it looks like (a lone name goes to `name`) and
// the whole list is sorted out afterwards.
#define TRI_SYNTAX_INTERNAL
#include "compiler/syntax/parser.h"

struct tri_field *tri_parser_new_field(struct tri_parser *p, tri_pos pos, struct tri_name_expr *name, struct tri_expr *type_expr)
{
	struct tri_field *field = TRI_NEW(p->arena, struct tri_field);
	field->pos = pos;
	field->name = name;
	field->type_expr = type_expr;
	return field;
}

// ---- Constraint elements -----------------------------------------------------------------------

static struct tri_expr *parse_term(struct tri_parser *p)
{
	if (tri_parser_at_operator(p, TRI_OP_TILDE)) {
		struct tri_unary_expr *tilde = TRI_PARSER_EXPR(p, unary_expr, UNARY, tri_parser_pos(p));
		tilde->operator= TRI_OP_TILDE;
		tri_parser_next(p);
		tilde->operand = tri_parse_type(p);
		return &tilde->base;
	}
	struct tri_expr *type = tri_parse_type_or_null(p);
	if (type == NULL) {
		type = tri_parse_bad_expr(p);
		tri_parser_unexpected(p, ", expected ~ term or type");
		tri_parser_skip_to(p, TRI_TOKEN_BIT(OPERATOR) | TRI_TOKEN_BIT(SEMI) | TRI_TOKEN_BIT(RPAREN) | TRI_TOKEN_BIT(RBRACK) |
								  TRI_TOKEN_BIT(RBRACE));
	}
	return type;
}

struct tri_field *tri_parse_embedded_element(struct tri_parser *p, struct tri_field *field)
{
	if (field == NULL) {
		tri_pos pos = tri_parser_pos(p);
		field = tri_parser_new_field(p, pos, NULL, parse_term(p));
	}
	uint32_t length = 0;
	while (tri_parser_at_operator(p, TRI_OP_OR) && tri_parser_extend_chain(p, &length)) {
		struct tri_binary_expr *join = TRI_PARSER_EXPR(p, binary_expr, BINARY, tri_parser_pos(p));
		join->operator= TRI_OP_OR;
		tri_parser_next(p);
		join->left = field->type_expr;
		join->right = parse_term(p);
		field->type_expr = &join->base;
	}
	return field;
}

struct tri_expr *tri_parse_array_or_arguments(struct tri_parser *p)
{
	tri_pos pos = tri_parser_pos(p);
	tri_parser_want(p, TRI_TOKEN_LBRACK);
	if (tri_parser_got(p, TRI_TOKEN_RBRACK))
		return tri_parse_slice_type(p, pos);
	bool comma;
	struct tri_expr *inside = tri_parse_type_list(p, false, &comma);
	tri_parser_want(p, TRI_TOKEN_RBRACK);
	struct tri_expr *element = comma ? NULL : tri_parse_type_or_null(p);
	if (element != NULL) {
		struct tri_array_type *array = TRI_PARSER_EXPR(p, array_type, ARRAY_TYPE, pos);
		array->length = inside;
		array->element = element;
		return &array->base;
	}
	struct tri_index_expr *instance = TRI_PARSER_EXPR(p, index_expr, INDEX, pos);
	instance->index = inside;
	return &instance->base;
}

// ---- One entry of a list -----------------------------------------------------------------------

static void parse_dots(struct tri_parser *p, struct tri_field *field)
{
	struct tri_dots_type *dots = TRI_PARSER_EXPR(p, dots_type, DOTS_TYPE, tri_parser_pos(p));
	tri_parser_next(p);
	dots->element = tri_parse_type_or_null(p);
	if (dots->element != NULL) {
		field->type_expr = &dots->base;
	} else {
		field->type_expr = tri_parse_bad_expr(p);
		tri_parser_syntax_error(p, tri_parser_pos(p), "... is missing type");
	}
}

// NULL when there is nothing (reported).
static struct tri_field *parse_entry_or_null(struct tri_parser *p, struct tri_name_expr *name, const struct tri_parameter_options *options)
{
	bool unions = options->close == TRI_TOKEN_RBRACK;
	if (name == NULL && unions && tri_parser_at_operator(p, TRI_OP_TILDE))
		return tri_parse_embedded_element(p, NULL);

	struct tri_field *field = tri_parser_new_field(p, name != NULL ? name->base.pos : tri_parser_pos(p), NULL, NULL);
	if (name == NULL && tri_parser_at(p, TRI_TOKEN_NAME))
		name = tri_parse_name(p);
	if (name != NULL) {
		bool is_type = true; // `name` begins a type, or stands before one
		if (tri_parser_at(p, TRI_TOKEN_LBRACK)) {
			field->type_expr = tri_parse_array_or_arguments(p);
			if (field->type_expr->kind == TRI_EXPR_INDEX)
				tri_as_index_expr(field->type_expr)->operand = &name->base;
			else
				field->name = name;
		} else if (tri_parser_at(p, TRI_TOKEN_DOT)) {
			field->type_expr = tri_parse_qualified_name(p, name);
		} else if (unions && tri_parser_at_operator(p, TRI_OP_OR)) {
			field->type_expr = &name->base;
		} else {
			field->name = name;
			is_type = false;
		}
		if (is_type)
			return unions ? tri_parse_embedded_element(p, field) : field;
	}

	if (tri_parser_at(p, TRI_TOKEN_DOTS)) {
		parse_dots(p, field);
		return field;
	}
	if (unions && tri_parser_at_operator(p, TRI_OP_TILDE)) {
		field->type_expr = tri_parse_embedded_element(p, NULL)->type_expr;
		return field;
	}
	field->type_expr = tri_parse_type_or_null(p);
	if (unions && field->type_expr != NULL)
		tri_parse_embedded_element(p, field);
	if (field->name != NULL || field->type_expr != NULL)
		return field;
	tri_parser_unexpected(p, ", expected %s", tri_parser_token_name(options->close).text);
	tri_parser_skip_to(p, TRI_TOKEN_BIT(COMMA) | ((uint64_t)1 << options->close));
	return NULL;
}

// ---- The whole list ----------------------------------------------------------------------------

// Every entry must have a name and a type: types spread leftwards over names without one, and what
// is then still missing is an error, reported once.
static void complete_named(struct tri_parser *p, tri_field_list *list, const struct tri_parameter_options *options, bool names_lack_types,
						   tri_pos end)
{
	tri_pos wrong = TRI_NO_POS; // the leftmost incomplete entry
	struct tri_expr *type = NULL;
	for (uint32_t i = list->count; i-- > 0;) {
		struct tri_field *field = list->items[i];
		if (field->type_expr != NULL) {
			type = field->type_expr;
			if (field->name == NULL) {
				wrong = tri_expr_start(type);
				field->name = tri_parser_new_name(p, wrong, p->blank);
			}
		} else if (type != NULL) {
			field->type_expr = type;
		} else {
			wrong = field->name->base.pos;
			field->type_expr = tri_parse_bad_expr(p);
			field->type_expr->pos = wrong;
		}
	}
	if (wrong == TRI_NO_POS)
		return;
	if (names_lack_types)
		tri_parser_syntax_error(p, end, options->require_names ? "missing type constraint" : "missing parameter type");
	else if (!options->require_names)
		tri_parser_syntax_error(p, wrong, "missing parameter name");
	else
		tri_parser_syntax_error(p, wrong, "missing type parameter name%s", list->count == 1 ? " or invalid array length" : "");
}

static void check_dots(struct tri_parser *p, tri_field_list *list, bool allowed)
{
	bool reported = false;
	for (uint32_t i = 0; i < list->count; i++) {
		struct tri_field *field = list->items[i];
		if (field->type_expr->kind != TRI_EXPR_DOTS_TYPE || (allowed && i + 1 == list->count))
			continue;
		if (!reported)
			tri_parser_error(p, field->type_expr->pos, allowed ? "can only use ... with final parameter" : "invalid use of ...");
		reported = true;
		field->type_expr = tri_as_dots_type(field->type_expr)->element;
	}
}

tri_field_list tri_parse_parameters(struct tri_parser *p, const struct tri_parameter_options *options)
{
	tri_field_list list = {0};
	struct tri_name_expr *name = options->name;
	struct tri_expr *type = options->type_expr;
	if (type != NULL && tri_parser_got(p, options->close)) {
		tri_vector_push(p->arena, &list, tri_parser_new_field(p, name->base.pos, name, type));
		return list;
	}

	uint32_t named = 0, typed = 0; // entries with name and type, entries with a type
	struct tri_parser_list tokens = {.context = "parameter list", .separator = TRI_TOKEN_COMMA, .close = options->close};
	while (tri_parser_list_more(p, &tokens)) {
		struct tri_field *field =
			type != NULL ? tri_parser_new_field(p, name->base.pos, name, type) : parse_entry_or_null(p, name, options);
		name = NULL;
		type = NULL;
		if (field == NULL)
			continue;
		if (field->type_expr != NULL) {
			typed++;
			named += field->name != NULL;
		}
		tri_vector_push(p->arena, &list, field);
	}
	if (list.count == 0)
		return list;

	if (named == 0 && !options->require_names) {
		for (uint32_t i = 0; i < list.count; i++) { // lone names are types
			struct tri_field *field = list.items[i];
			if (field->name != NULL) {
				field->type_expr = &field->name->base;
				field->name = NULL;
			}
		}
	} else if (named != list.count) {
		complete_named(p, &list, options, named == typed, tokens.end);
	}
	check_dots(p, &list, options->allow_dots);
	return list;
}
