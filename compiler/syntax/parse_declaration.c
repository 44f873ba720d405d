// Declarations.
#define TRI_SYNTAX_INTERNAL
#include "compiler/syntax/parser.h"

static void init_decl(struct tri_parser *p, struct tri_decl *decl, enum tri_decl_kind kind, struct tri_group *group)
{
	decl->kind = (uint8_t)kind;
	decl->pos = tri_parser_pos(p);
	decl->group = group;
	decl->pragma = tri_parser_take_pragma(p, kind);
	if (decl->pragma != NULL && decl->pragma->embeds.count > 0) {
		struct tri_embed_decl embed = {decl, p->function_depth > 0};
		tri_vector_push(p->arena, &p->file->embed_decls, embed);
	}
}

static struct tri_decl *parse_import(struct tri_parser *p, struct tri_group *group)
{
	struct tri_import_decl *import = TRI_NEW(p->arena, struct tri_import_decl);
	init_decl(p, &import->base, TRI_DECL_IMPORT, group);
	if (tri_parser_at(p, TRI_TOKEN_NAME)) {
		import->local_name = tri_parse_name(p);
	} else if (tri_parser_at(p, TRI_TOKEN_DOT)) {
		import->local_name = tri_parser_new_name(p, tri_parser_pos(p), tri_name_intern_c(p->names, "."));
		tri_parser_next(p);
	}
	import->path = tri_parse_literal_or_null(p);
	if (import->path == NULL) {
		tri_parser_syntax_error(p, tri_parser_pos(p), "missing import path");
		tri_parser_skip_to(p, TRI_TOKEN_BIT(SEMI) | TRI_TOKEN_BIT(RPAREN));
	} else if (!import->path->bad && import->path->literal_kind != TRI_LITERAL_STRING) {
		tri_parser_syntax_error(p, import->path->base.pos, "import path must be a string");
		import->path->bad = true;
	}
	return &import->base;
}

static struct tri_decl *parse_const(struct tri_parser *p, struct tri_group *group, int64_t iota)
{
	struct tri_const_decl *constant = TRI_NEW(p->arena, struct tri_const_decl);
	init_decl(p, &constant->base, TRI_DECL_CONST, group);
	constant->iota = iota;
	do
		tri_vector_push(p->arena, &constant->names, tri_parse_name(p));
	while (tri_parser_got(p, TRI_TOKEN_COMMA));
	if (!tri_parser_at(p, TRI_TOKEN_EOF) && !tri_parser_at(p, TRI_TOKEN_SEMI) && !tri_parser_at(p, TRI_TOKEN_RPAREN)) {
		constant->type_expr = tri_parse_type_or_null(p);
		if (tri_parser_got_assign(p))
			constant->values = tri_parse_expr_list(p);
	}
	return &constant->base;
}

static struct tri_decl *parse_var(struct tri_parser *p, struct tri_group *group)
{
	struct tri_var_decl *variable = TRI_NEW(p->arena, struct tri_var_decl);
	init_decl(p, &variable->base, TRI_DECL_VAR, group);
	do
		tri_vector_push(p->arena, &variable->names, tri_parse_name(p));
	while (tri_parser_got(p, TRI_TOKEN_COMMA));
	bool assign = tri_parser_got_assign(p);
	if (!assign) {
		variable->type_expr = tri_parse_type(p);
		assign = tri_parser_got_assign(p);
	}
	if (assign)
		variable->values = tri_parse_expr_list(p);
	return &variable->base;
}

// ---- Types -------------------------------------------------------------------------------------

// Splits "name type" that was read as an expression: P *T as P*T, P (T) as a call. The split is made
// when the rest can only be a type, or when `force` says that it must be one. On success gives the
// name and changes *expr to the type (NULL for a lone name).
static struct tri_name_expr *split_term(struct tri_parser *p, struct tri_expr **expr, bool force)
{
	struct tri_expr *whole = *expr;
	if (whole->kind == TRI_EXPR_NAME) {
		*expr = NULL;
		return tri_as_name_expr(whole);
	}
	if (whole->kind == TRI_EXPR_BINARY) {
		struct tri_binary_expr *binary = tri_as_binary_expr(whole);
		if (binary->operator!= TRI_OP_MUL || binary->left->kind != TRI_EXPR_NAME ||(!force && !tri_parser_is_type_element(binary->right)))
			return NULL;
		struct tri_unary_expr *pointer = TRI_PARSER_EXPR(p, unary_expr, UNARY, whole->pos);
		pointer->operator= TRI_OP_MUL;
		pointer->operand = binary->right;
		*expr = &pointer->base;
		return tri_as_name_expr(binary->left);
	}
	if (whole->kind == TRI_EXPR_CALL) {
		struct tri_call_expr *call = tri_as_call_expr(whole);
		if (call->function->kind != TRI_EXPR_NAME || call->arguments.count != 1 || call->has_dots ||
			(!force && !tri_parser_is_type_element(call->arguments.items[0])))
			return NULL;
		*expr = (struct tri_expr *)(uintptr_t)tri_expr_unparen(call->arguments.items[0]);
		return tri_as_name_expr(call->function);
	}
	return NULL;
}

// The same for a union: the name stands in front of its first term, and one term that can only be
// a type is enough.
static struct tri_name_expr *split_name_and_type(struct tri_parser *p, struct tri_expr **expr, bool force)
{
	TRI_VECTOR(struct tri_binary_expr *) joins = {0}; // from the last "|" to the first
	struct tri_expr *type = *expr;
	while (type->kind == TRI_EXPR_BINARY && tri_as_binary_expr(type)->operator== TRI_OP_OR) {
		struct tri_binary_expr *join = tri_as_binary_expr(type);
		tri_vector_push(p->arena, &joins, join);
		force = force || tri_parser_is_type_element(join->right);
		type = join->left;
	}
	struct tri_name_expr *name = split_term(p, &type, force);
	if (name == NULL || (type == NULL && joins.count > 0))
		return NULL;
	for (uint32_t i = joins.count; i-- > 0;) {
		struct tri_binary_expr *join = TRI_PARSER_EXPR(p, binary_expr, BINARY, joins.items[i]->base.pos);
		join->operator= TRI_OP_OR;
		join->left = type;
		join->right = joins.items[i]->right;
		type = &join->base;
	}
	*expr = type;
	return name;
}

static void parse_alias_and_type(struct tri_parser *p, struct tri_type_decl *type)
{
	type->alias = tri_parser_got_assign(p);
	type->type_expr = tri_parse_type_or_null(p);
}

// After "type T [": an array or slice type, or type parameters. When a name follows, an expression
// is parsed, as for an array length, and looked at: if it can be split into a parameter's name and
// constraint it is the first type parameter. A lone name before "]" is an array length, and what
// could be both is a type parameter if a comma follows.
static void parse_brackets_of_type(struct tri_parser *p, struct tri_type_decl *type, tri_pos pos)
{
	if (tri_parser_got(p, TRI_TOKEN_RBRACK)) {
		type->type_expr = tri_parse_slice_type(p, pos);
		return;
	}
	if (!tri_parser_at(p, TRI_TOKEN_NAME)) {
		type->type_expr = tri_parse_array_type(p, pos, NULL);
		return;
	}
	struct tri_expr *length = &tri_parse_name(p)->base;
	if (!tri_parser_at(p, TRI_TOKEN_LBRACK)) { // P []E would be no expression
		p->expression_level++;
		length = tri_parse_binary_expr(p, tri_parse_primary_expr(p, length, false), 0);
		p->expression_level--;
	}
	struct tri_expr *constraint = length;
	struct tri_name_expr *name = split_name_and_type(p, &constraint, tri_parser_at(p, TRI_TOKEN_COMMA));
	if (name == NULL || (constraint == NULL && tri_parser_at(p, TRI_TOKEN_RBRACK))) {
		type->type_expr = tri_parse_array_type(p, pos, length);
		return;
	}
	type->type_parameters = tri_parse_parameters(
		p, &(struct tri_parameter_options){.close = TRI_TOKEN_RBRACK, .require_names = true, .name = name, .type_expr = constraint});
	parse_alias_and_type(p, type);
}

static struct tri_decl *parse_type_declaration(struct tri_parser *p, struct tri_group *group)
{
	struct tri_type_decl *type = TRI_NEW(p->arena, struct tri_type_decl);
	init_decl(p, &type->base, TRI_DECL_TYPE, group);
	p->file->local_type_count += p->function_depth > 0;
	type->name = tri_parse_name(p);
	tri_pos pos = tri_parser_pos(p);
	if (tri_parser_got(p, TRI_TOKEN_LBRACK))
		parse_brackets_of_type(p, type, pos);
	else
		parse_alias_and_type(p, type);
	if (type->type_expr == NULL) {
		type->type_expr = tri_parse_bad_expr(p);
		tri_parser_unexpected(p, " in type declaration");
		tri_parser_skip_to(p, TRI_TOKEN_BIT(SEMI) | TRI_TOKEN_BIT(RPAREN));
	}
	return &type->base;
}

// ---- Groups ------------------------------------------------------------------------------------

static struct tri_decl *parse_one(struct tri_parser *p, enum tri_token keyword, struct tri_group *group, int64_t iota)
{
	switch (keyword) {
	case TRI_TOKEN_IMPORT:
		return parse_import(p, group);
	case TRI_TOKEN_CONST:
		return parse_const(p, group, iota);
	case TRI_TOKEN_TYPE:
		return parse_type_declaration(p, group);
	case TRI_TOKEN_VAR:
		return parse_var(p, group);
	default:
		tri_ice("%s begins no declaration", tri_token_text(keyword));
	}
}

void tri_parse_declaration(struct tri_parser *p, tri_parser_decl_list *list)
{
	enum tri_token keyword = tri_parser_token(p);
	tri_parser_next(p);
	if (!tri_parser_at(p, TRI_TOKEN_LPAREN)) {
		tri_vector_push(p->arena, list, parse_one(p, keyword, NULL, 0));
		return;
	}
	struct tri_group *group = TRI_NEW(p->arena, struct tri_group);
	group->pos = tri_parser_pos(p);
	tri_parser_drop_pragma(p); // before "(" is taken: what follows belongs to the first member
	tri_parser_next(p);
	int64_t iota = 0;
	struct tri_parser_list tokens = {.context = "grouped declaration", .separator = TRI_TOKEN_SEMI, .close = TRI_TOKEN_RPAREN};
	while (tri_parser_list_more(p, &tokens))
		tri_vector_push(p->arena, list, parse_one(p, keyword, group, iota++));
}

// ---- Functions ---------------------------------------------------------------------------------

struct tri_decl *tri_parse_function_declaration(struct tri_parser *p)
{
	struct tri_function_decl *function = TRI_NEW(p->arena, struct tri_function_decl);
	init_decl(p, &function->base, TRI_DECL_FUNCTION, NULL);

	bool method = tri_parser_got(p, TRI_TOKEN_LPAREN);
	if (method) {
		tri_field_list receivers = tri_parse_parameters(p, &(struct tri_parameter_options){.close = TRI_TOKEN_RPAREN});
		if (receivers.count == 0 && p->options->check_branches)
			tri_parser_error(p, tri_parser_pos(p), "method has no receiver");
		if (receivers.count > 0)
			function->receiver = receivers.items[0];
		if (receivers.count > 1 && p->options->check_branches)
			tri_parser_error(p, tri_parser_pos(p), "method has multiple receivers");
	}

	if (tri_parser_at(p, TRI_TOKEN_NAME)) {
		function->name = tri_parse_name(p);
		function->signature = tri_parse_function_type(p, method ? "method" : NULL, &function->type_parameters);
	} else {
		function->name = tri_parser_new_name(p, tri_parser_pos(p), p->blank);
		function->signature = TRI_PARSER_EXPR(p, function_type, FUNCTION_TYPE, tri_parser_pos(p));
		tri_parser_unexpected(p, method ? ", expected name" : ", expected name or (");
		tri_parser_skip_to(p, TRI_TOKEN_BIT(LBRACE) | TRI_TOKEN_BIT(SEMI));
	}
	uint32_t types_before = p->file->local_type_count;
	if (tri_parser_at(p, TRI_TOKEN_LBRACE))
		function->body = tri_parse_function_body(p);
	function->declares_types = p->file->local_type_count > types_before;
	return &function->base;
}
