// Statements.
#define TRI_SYNTAX_INTERNAL
#include "compiler/syntax/parser.h"

static struct tri_stmt *parse_statement_or_null(struct tri_parser *p);

static tri_stmt_list parse_statement_list(struct tri_parser *p)
{
	const uint64_t ends = TRI_TOKEN_BIT(EOF) | TRI_TOKEN_BIT(RBRACE) | TRI_TOKEN_BIT(CASE) | TRI_TOKEN_BIT(DEFAULT);
	tri_stmt_list list = {0};
	while ((ends >> tri_parser_token(p) & 1) == 0) {
		struct tri_stmt *stmt = parse_statement_or_null(p);
		tri_parser_drop_pragma(p);
		if (stmt == NULL)
			break;
		tri_vector_push(p->arena, &list, stmt);
		if (!tri_parser_got(p, TRI_TOKEN_SEMI) && !tri_parser_at(p, TRI_TOKEN_RBRACE)) {
			tri_parser_unexpected(p, " at end of statement");
			tri_parser_skip_to(p, TRI_TOKEN_BIT(SEMI) | TRI_TOKEN_BIT(RBRACE) | TRI_TOKEN_BIT(CASE) | TRI_TOKEN_BIT(DEFAULT));
			tri_parser_got(p, TRI_TOKEN_SEMI);
		}
	}
	return list;
}

// `context` says after what the "{" is missing, when it can be.
static struct tri_block_stmt *parse_block(struct tri_parser *p, const char *context)
{
	struct tri_block_stmt *block = TRI_PARSER_STMT(p, block_stmt, BLOCK, tri_parser_pos(p));
	if (!tri_parser_got(p, TRI_TOKEN_LBRACE)) {
		tri_parser_unexpected(p, ", expected { after %s", context);
		tri_parser_skip_to(p, TRI_TOKEN_BIT(NAME) | TRI_TOKEN_BIT(RBRACE));
		block->rbrace = tri_parser_pos(p);
		if (tri_parser_got(p, TRI_TOKEN_RBRACE))
			return block;
	}
	block->list = parse_statement_list(p);
	block->rbrace = tri_parser_pos(p);
	tri_parser_want(p, TRI_TOKEN_RBRACE);
	return block;
}

struct tri_block_stmt *tri_parse_function_body(struct tri_parser *p)
{
	if (p->options->skip_bodies && tri_parser_at(p, TRI_TOKEN_LBRACE)) {
		struct tri_block_stmt *empty = TRI_PARSER_STMT(p, block_stmt, BLOCK, tri_parser_pos(p));
		if (tri_scanner_skip_block(&p->scanner)) {
			empty->rbrace = tri_parser_pos(p);
			tri_parser_next(p);
			return empty;
		}
	}
	p->function_depth++;
	uint32_t errors = p->error_count;
	struct tri_block_stmt *body = parse_block(p, "");
	p->function_depth--;
	// In a body with syntax errors wrong branches would mostly be their consequence.
	if (p->options->check_branches && errors == p->error_count)
		tri_parser_check_branches(p, body);
	return body;
}

// ---- Simple statements -------------------------------------------------------------------------

static struct tri_stmt *new_expr_stmt(struct tri_parser *p, struct tri_expr *expr)
{
	struct tri_expr_stmt *stmt = TRI_PARSER_STMT(p, expr_stmt, EXPR, expr->pos);
	stmt->expr = expr;
	return &stmt->base;
}

// At "range".
static struct tri_stmt *parse_range(struct tri_parser *p, struct tri_expr *left, bool define)
{
	struct tri_range_clause *range = TRI_PARSER_STMT(p, range_clause, RANGE, tri_parser_pos(p));
	tri_parser_next(p);
	range->left = left;
	range->define = define;
	range->operand = tri_parse_expr(p);
	// The compiler's type checker says this in its own way.
	if (!p->options->check_branches && left != NULL && left->kind == TRI_EXPR_LIST && tri_as_list_expr(left)->elements.count > 2)
		tri_parser_error(p, tri_as_list_expr(left)->elements.items[2]->pos, "expected at most 2 expressions");
	return &range->base;
}

// At "=" or ":=".
static struct tri_stmt *parse_assignment(struct tri_parser *p, struct tri_expr *left, enum tri_token keyword)
{
	tri_pos pos = tri_parser_pos(p);
	bool define = tri_parser_at(p, TRI_TOKEN_DEFINE);
	tri_parser_next(p);
	if (keyword == TRI_TOKEN_FOR && tri_parser_at(p, TRI_TOKEN_RANGE))
		return parse_range(p, left, define);

	struct tri_expr *right = tri_parse_expr_list(p);
	if (keyword == TRI_TOKEN_SWITCH && define && right->kind == TRI_EXPR_TYPE_SWITCH_GUARD) {
		if (left->kind == TRI_EXPR_NAME)
			tri_as_type_switch_guard(right)->name = tri_as_name_expr(left);
		if (left->kind == TRI_EXPR_NAME || (left->kind != TRI_EXPR_LIST && !p->options->check_branches))
			return new_expr_stmt(p, right);
	}
	struct tri_assign_stmt *assign = TRI_PARSER_STMT(p, assign_stmt, ASSIGN, pos);
	assign->left = left;
	assign->right = right;
	assign->define = define;
	return &assign->base;
}

// An expression alone, or before op=, ++, -- or <-.
static struct tri_stmt *parse_after_expr(struct tri_parser *p, struct tri_expr *expr)
{
	tri_pos pos = tri_parser_pos(p);
	if (tri_parser_got(p, TRI_TOKEN_ARROW)) {
		struct tri_send_stmt *send = TRI_PARSER_STMT(p, send_stmt, SEND, pos);
		send->channel = expr;
		send->value = tri_parse_expr(p);
		return &send->base;
	}
	bool increment = tri_parser_at(p, TRI_TOKEN_INCREMENT);
	if (!increment && !tri_parser_at(p, TRI_TOKEN_ASSIGN_OPERATOR))
		return new_expr_stmt(p, expr);
	struct tri_assign_stmt *assign = TRI_PARSER_STMT(p, assign_stmt, ASSIGN, pos);
	assign->left = expr;
	assign->operator=(uint8_t) p->scanner.operator;
	assign->increment = increment;
	tri_parser_next(p);
	if (!increment)
		assign->right = tri_parse_expr(p);
	return &assign->base;
}

// `left` is the expression list it begins with, when that was parsed already. `keyword` is that of
// the statement whose header this is: FOR allows range, SWITCH a type switch guard. EOF for none.
static struct tri_stmt *parse_simple_statement(struct tri_parser *p, struct tri_expr *left, enum tri_token keyword)
{
	if (keyword == TRI_TOKEN_FOR && tri_parser_at(p, TRI_TOKEN_RANGE))
		return parse_range(p, NULL, false);
	if (left == NULL)
		left = tri_parse_expr_list(p);
	if (tri_parser_at(p, TRI_TOKEN_ASSIGN) || tri_parser_at(p, TRI_TOKEN_DEFINE))
		return parse_assignment(p, left, keyword);
	if (left->kind != TRI_EXPR_LIST)
		return parse_after_expr(p, left);
	tri_parser_unexpected(p, ", expected := or = or comma");
	tri_parser_skip_to(p, TRI_TOKEN_BIT(SEMI) | TRI_TOKEN_BIT(RBRACE));
	return new_expr_stmt(p, tri_as_list_expr(left)->elements.items[0]);
}

// ---- Headers of if, for and switch -------------------------------------------------------------

struct header {
	struct tri_stmt *init, *post;
	struct tri_expr *condition;
};

static void print_emphasised(const struct tri_expr *expr, struct tri_buffer *out)
{
	bool binary = expr->kind == TRI_EXPR_BINARY;
	tri_buffer_append_c(out, binary ? "(" : "");
	tri_expr_print(expr, out);
	tri_buffer_append_c(out, binary ? ")" : "");
}

// A statement stands where a condition is expected; mostly "=" was meant to be "==".
static void report_statement_as_value(struct tri_parser *p, const struct tri_stmt *stmt)
{
	struct tri_buffer text = {0};
	const struct tri_assign_stmt *assign = stmt->kind == TRI_STMT_ASSIGN ? tri_as_assign_stmt(stmt) : NULL;
	if (assign != NULL && assign->operator== TRI_OP_NONE && !assign->define) {
		tri_buffer_append_c(&text, "assignment ");
		print_emphasised(assign->left, &text);
		tri_buffer_append_c(&text, " = ");
		print_emphasised(assign->right, &text);
	} else {
		tri_parser_print_stmt(stmt, &text);
	}
	tri_parser_syntax_error(p, stmt->pos, "cannot use %s as value", text.data);
	tri_buffer_free(&text);
}

// Behind the first simple statement, when there is more to the header.
static struct tri_stmt *parse_second_clause(struct tri_parser *p, enum tri_token keyword, struct header *header)
{
	struct tri_stmt *condition = NULL;
	if (keyword != TRI_TOKEN_FOR)
		return tri_parser_at(p, TRI_TOKEN_LBRACE) ? NULL : parse_simple_statement(p, NULL, keyword);
	if (!tri_parser_at(p, TRI_TOKEN_SEMI)) {
		if (tri_parser_at(p, TRI_TOKEN_LBRACE)) {
			tri_parser_unexpected(p, ", expected for loop condition");
			return NULL;
		}
		condition = parse_simple_statement(p, NULL, TRI_TOKEN_EOF);
	}
	tri_parser_want(p, TRI_TOKEN_SEMI);
	if (!tri_parser_at(p, TRI_TOKEN_LBRACE)) {
		header->post = parse_simple_statement(p, NULL, TRI_TOKEN_EOF);
		if (header->post->kind == TRI_STMT_ASSIGN && tri_as_assign_stmt(header->post)->define && p->options->check_branches)
			tri_parser_syntax_error(p, header->post->pos, "cannot declare in post statement of for loop");
	}
	return condition;
}

// Behind the keyword, up to the "{".
static struct header parse_header(struct tri_parser *p, enum tri_token keyword)
{
	struct header header = {0};
	if (tri_parser_at(p, TRI_TOKEN_LBRACE)) {
		if (keyword == TRI_TOKEN_IF) {
			tri_parser_syntax_error(p, tri_parser_pos(p), "missing condition in if statement");
			header.condition = tri_parse_bad_expr(p);
		}
		return header;
	}

	int outer_level = p->expression_level;
	p->expression_level = -1;
	if (!tri_parser_at(p, TRI_TOKEN_SEMI)) {
		if (tri_parser_got(p, TRI_TOKEN_VAR))
			tri_parser_syntax_error(p, tri_parser_pos(p), "var declaration not allowed in %s initializer", tri_token_text(keyword));
		header.init = parse_simple_statement(p, NULL, keyword);
		if (header.init->kind == TRI_STMT_RANGE) {
			p->expression_level = outer_level;
			return header;
		}
	}

	struct tri_stmt *condition;
	tri_pos semicolon = TRI_NO_POS;
	const char *semicolon_text = NULL; // "semicolon" or "newline"
	if (tri_parser_at(p, TRI_TOKEN_LBRACE)) {
		condition = header.init;
		header.init = NULL;
	} else {
		if (tri_parser_at(p, TRI_TOKEN_SEMI)) {
			semicolon = tri_parser_pos(p);
			semicolon_text = p->scanner.literal;
			tri_parser_next(p);
		} else {
			tri_parser_want(p, TRI_TOKEN_LBRACE); // rather than ";": it is what was forgotten
			if (!tri_parser_at(p, TRI_TOKEN_LBRACE))
				tri_parser_skip_to(p, TRI_TOKEN_BIT(LBRACE) | TRI_TOKEN_BIT(RBRACE));
		}
		condition = parse_second_clause(p, keyword, &header);
	}

	if (condition == NULL) {
		if (keyword == TRI_TOKEN_IF && semicolon != TRI_NO_POS) {
			if (strcmp(semicolon_text, "semicolon") == 0)
				tri_parser_syntax_error(p, semicolon, "missing condition in if statement");
			else
				tri_parser_syntax_error(p, semicolon, "unexpected %s, expected { after if clause", semicolon_text);
			header.condition = tri_parse_bad_expr(p);
			header.condition->pos = semicolon;
		}
	} else if (condition->kind == TRI_STMT_EXPR) {
		header.condition = tri_as_expr_stmt(condition)->expr;
	} else {
		report_statement_as_value(p, condition);
	}
	p->expression_level = outer_level;
	return header;
}

static struct tri_stmt *parse_if(struct tri_parser *p)
{
	struct tri_if_stmt *stmt = TRI_PARSER_STMT(p, if_stmt, IF, tri_parser_pos(p));
	tri_parser_next(p);
	struct header header = parse_header(p, TRI_TOKEN_IF);
	stmt->init = header.init;
	stmt->condition = header.condition;
	if (stmt->condition == NULL) // a statement stood there, or nothing; reported
		stmt->condition = tri_parse_bad_expr(p);
	stmt->then_block = parse_block(p, "if clause");
	if (tri_parser_got(p, TRI_TOKEN_ELSE)) {
		if (tri_parser_at(p, TRI_TOKEN_IF) || tri_parser_at(p, TRI_TOKEN_LBRACE)) {
			stmt->else_stmt = parse_statement_or_null(p);
		} else {
			tri_parser_syntax_error(p, tri_parser_pos(p), "else must be followed by if or statement block");
			tri_parser_skip_to(p, TRI_TOKEN_BIT(NAME) | TRI_TOKEN_BIT(RBRACE));
		}
	}
	return &stmt->base;
}

static struct tri_stmt *parse_for(struct tri_parser *p)
{
	struct tri_for_stmt *stmt = TRI_PARSER_STMT(p, for_stmt, FOR, tri_parser_pos(p));
	tri_parser_next(p);
	struct header header = parse_header(p, TRI_TOKEN_FOR);
	stmt->init = header.init;
	stmt->condition = header.condition;
	stmt->post = header.post;
	stmt->body = parse_block(p, "for clause");
	return &stmt->base;
}

// ---- switch and select -------------------------------------------------------------------------

static void open_clauses(struct tri_parser *p, const char *statement)
{
	if (tri_parser_got(p, TRI_TOKEN_LBRACE))
		return;
	tri_parser_syntax_error(p, tri_parser_pos(p), "missing { after %s clause", statement);
	tri_parser_skip_to(p, TRI_TOKEN_BIT(CASE) | TRI_TOKEN_BIT(DEFAULT) | TRI_TOKEN_BIT(RBRACE));
}

static bool has_more_clauses(const struct tri_parser *p) { return !tri_parser_at(p, TRI_TOKEN_EOF) && !tri_parser_at(p, TRI_TOKEN_RBRACE); }

// Takes "case" (and says so) or "default"; complains about anything else.
static bool open_case(struct tri_parser *p)
{
	if (tri_parser_got(p, TRI_TOKEN_CASE))
		return true;
	if (!tri_parser_got(p, TRI_TOKEN_DEFAULT)) {
		tri_parser_unexpected(p, ", expected case or default or }");
		tri_parser_skip_to(p, TRI_TOKEN_BIT(COLON) | TRI_TOKEN_BIT(CASE) | TRI_TOKEN_BIT(DEFAULT) | TRI_TOKEN_BIT(RBRACE));
	}
	return false;
}

static struct tri_case_clause *parse_case(struct tri_parser *p)
{
	struct tri_case_clause *clause = TRI_NEW(p->arena, struct tri_case_clause);
	clause->pos = tri_parser_pos(p);
	if (open_case(p))
		clause->cases = tri_parse_expr_list(p);
	clause->colon = tri_parser_pos(p);
	tri_parser_want(p, TRI_TOKEN_COLON);
	clause->body = parse_statement_list(p);
	return clause;
}

static struct tri_comm_clause *parse_communication(struct tri_parser *p)
{
	struct tri_comm_clause *clause = TRI_NEW(p->arena, struct tri_comm_clause);
	clause->pos = tri_parser_pos(p);
	if (open_case(p))
		clause->comm = parse_simple_statement(p, NULL, TRI_TOKEN_EOF);
	clause->colon = tri_parser_pos(p);
	tri_parser_want(p, TRI_TOKEN_COLON);
	clause->body = parse_statement_list(p);
	return clause;
}

static struct tri_stmt *parse_switch(struct tri_parser *p)
{
	struct tri_switch_stmt *stmt = TRI_PARSER_STMT(p, switch_stmt, SWITCH, tri_parser_pos(p));
	tri_parser_next(p);
	struct header header = parse_header(p, TRI_TOKEN_SWITCH);
	stmt->init = header.init;
	stmt->tag = header.condition;
	open_clauses(p, "switch");
	while (has_more_clauses(p))
		tri_vector_push(p->arena, &stmt->clauses, parse_case(p));
	stmt->rbrace = tri_parser_pos(p);
	tri_parser_want(p, TRI_TOKEN_RBRACE);
	return &stmt->base;
}

static struct tri_stmt *parse_select(struct tri_parser *p)
{
	struct tri_select_stmt *stmt = TRI_PARSER_STMT(p, select_stmt, SELECT, tri_parser_pos(p));
	tri_parser_next(p);
	open_clauses(p, "select");
	while (has_more_clauses(p))
		tri_vector_push(p->arena, &stmt->clauses, parse_communication(p));
	stmt->rbrace = tri_parser_pos(p);
	tri_parser_want(p, TRI_TOKEN_RBRACE);
	return &stmt->base;
}

// ---- Others ------------------------------------------------------------------------------------

static struct tri_stmt *parse_declaration_statement(struct tri_parser *p)
{
	struct tri_decl_stmt *stmt = TRI_PARSER_STMT(p, decl_stmt, DECL, tri_parser_pos(p));
	tri_parser_decl_list list = {0};
	tri_parse_declaration(p, &list);
	stmt->decls.items = list.items;
	stmt->decls.count = list.count;
	stmt->decls.capacity = list.capacity;
	return &stmt->base;
}

static struct tri_stmt *parse_go_or_defer(struct tri_parser *p)
{
	struct tri_call_stmt *stmt = TRI_PARSER_STMT(p, call_stmt, CALL, tri_parser_pos(p));
	enum tri_token keyword = tri_parser_token(p);
	stmt->token = (uint8_t)keyword;
	tri_parser_next(p);
	struct tri_expr *call = tri_parse_primary_expr(p, NULL, tri_parser_at(p, TRI_TOKEN_LPAREN));
	struct tri_expr *inner = (struct tri_expr *)(uintptr_t)tri_expr_unparen(call);
	if (inner != call)
		tri_parser_error(p, call->pos, "expression in %s must not be parenthesized", tri_token_text(keyword));
	if (!p->options->check_branches && inner->kind != TRI_EXPR_CALL && inner->kind != TRI_EXPR_BAD_EXPR)
		tri_parser_error(p, inner->pos, "expression in %s must be function call", tri_token_text(keyword));
	stmt->call = inner;
	return &stmt->base;
}

static struct tri_stmt *parse_branch(struct tri_parser *p)
{
	struct tri_branch_stmt *stmt = TRI_PARSER_STMT(p, branch_stmt, BRANCH, tri_parser_pos(p));
	enum tri_token keyword = tri_parser_token(p);
	stmt->token = (uint8_t)keyword;
	tri_parser_next(p);
	if (keyword == TRI_TOKEN_GOTO || (keyword != TRI_TOKEN_FALLTHROUGH && tri_parser_at(p, TRI_TOKEN_NAME)))
		stmt->label = tri_parse_name(p);
	return &stmt->base;
}

static struct tri_stmt *parse_return(struct tri_parser *p)
{
	struct tri_return_stmt *stmt = TRI_PARSER_STMT(p, return_stmt, RETURN, tri_parser_pos(p));
	tri_parser_next(p);
	if (!tri_parser_at(p, TRI_TOKEN_SEMI) && !tri_parser_at(p, TRI_TOKEN_RBRACE))
		stmt->results = tri_parse_expr_list(p);
	return &stmt->base;
}

static struct tri_stmt *new_empty(struct tri_parser *p)
{
	return tri_parser_new_stmt(p, sizeof(struct tri_empty_stmt), TRI_STMT_EMPTY, tri_parser_pos(p));
}

// At the ":". NULL, after an error, when no statement follows.
static struct tri_stmt *parse_labeled_or_null(struct tri_parser *p, struct tri_name_expr *label)
{
	struct tri_labeled_stmt *stmt = TRI_PARSER_STMT(p, labeled_stmt, LABELED, tri_parser_pos(p));
	stmt->label = label;
	tri_parser_next(p);
	// Before "}" the statement is an empty one whose semicolon was left out.
	stmt->body = tri_parser_at(p, TRI_TOKEN_RBRACE) ? new_empty(p) : parse_statement_or_null(p);
	if (stmt->body != NULL)
		return &stmt->base;
	tri_parser_syntax_error(p, stmt->base.pos, "missing statement after label");
	return NULL;
}

static struct tri_stmt *parse_statement_at(struct tri_parser *p)
{
	switch (tri_parser_token(p)) {
	case TRI_TOKEN_VAR:
	case TRI_TOKEN_CONST:
	case TRI_TOKEN_TYPE:
		return parse_declaration_statement(p);
	default:
		tri_parser_drop_pragma(p); // only declarations have directives
	}

	switch (tri_parser_token(p)) {
	case TRI_TOKEN_NAME: {
		struct tri_expr *left = tri_parse_expr_list(p);
		if (left->kind == TRI_EXPR_NAME && tri_parser_at(p, TRI_TOKEN_COLON))
			return parse_labeled_or_null(p, tri_as_name_expr(left));
		return parse_simple_statement(p, left, TRI_TOKEN_EOF);
	}
	case TRI_TOKEN_OPERATOR:
		switch (p->scanner.operator) {
		case TRI_OP_ADD:
		case TRI_OP_SUB:
		case TRI_OP_AND:
		case TRI_OP_XOR:
		case TRI_OP_NOT:
			return parse_simple_statement(p, NULL, TRI_TOKEN_EOF);
		default:
			return NULL;
		}
	case TRI_TOKEN_STAR:
	case TRI_TOKEN_ARROW:
	case TRI_TOKEN_LITERAL:
	case TRI_TOKEN_FUNC:
	case TRI_TOKEN_LPAREN:
	case TRI_TOKEN_LBRACK:
	case TRI_TOKEN_STRUCT:
	case TRI_TOKEN_MAP:
	case TRI_TOKEN_CHAN:
	case TRI_TOKEN_INTERFACE:
		return parse_simple_statement(p, NULL, TRI_TOKEN_EOF);
	case TRI_TOKEN_LBRACE:
		return &parse_block(p, "")->base;
	case TRI_TOKEN_IF:
		return parse_if(p);
	case TRI_TOKEN_FOR:
		return parse_for(p);
	case TRI_TOKEN_SWITCH:
		return parse_switch(p);
	case TRI_TOKEN_SELECT:
		return parse_select(p);
	case TRI_TOKEN_RETURN:
		return parse_return(p);
	case TRI_TOKEN_GO:
	case TRI_TOKEN_DEFER:
		return parse_go_or_defer(p);
	case TRI_TOKEN_BREAK:
	case TRI_TOKEN_CONTINUE:
	case TRI_TOKEN_FALLTHROUGH:
	case TRI_TOKEN_GOTO:
		return parse_branch(p);
	case TRI_TOKEN_SEMI:
		return new_empty(p);
	default:
		return NULL;
	}
}

static struct tri_stmt *parse_statement_or_null(struct tri_parser *p)
{
	if (!tri_parser_enter(p))
		return NULL;
	struct tri_stmt *stmt = parse_statement_at(p);
	tri_parser_leave(p);
	return stmt;
}
