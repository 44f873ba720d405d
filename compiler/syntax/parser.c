// The parser: entry point, files, tokens, errors and recovery.
//
// It is a recursive descent parser, one file for each part of the grammar (parse_*.c), over the
// tokens of scanner.c. The tree, the places of its nodes, and the wording and number of errors
// follow Go's own compiler: types, for instance, are parsed as expressions wherever the two cannot
// be told apart, and told apart afterwards.
//
// After an error a production makes the best of what it has, skips to a token that can follow it
// (tri_parser_skip_to) and goes on, so one file can have many errors. At the end of the file
// nothing more is said if something was said before.
#define TRI_SYNTAX_INTERNAL
#include "compiler/syntax/parser.h"

#include <stdio.h>

// ---- Errors ------------------------------------------------------------------------------------

static void report(struct tri_parser *p, tri_pos pos, const char *code, const char *prefix, const char *format, va_list arguments)
{
	struct tri_buffer message = {0};
	tri_buffer_append_c(&message, prefix);
	tri_buffer_vprintf(&message, format, arguments);
	tri_diag_error(p->diags, pos, code, "%s", message.data);
	tri_buffer_free(&message);
	p->error_count++;
}

static bool is_silent(const struct tri_parser *p) { return tri_parser_at(p, TRI_TOKEN_EOF) && p->error_count > 0; }

void tri_parser_error(struct tri_parser *p, tri_pos pos, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	report(p, pos, "Syntax", "", format, arguments);
	va_end(arguments);
}

void tri_parser_error_of_kind(struct tri_parser *p, tri_pos pos, const char *code, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	report(p, pos, code, "", format, arguments);
	va_end(arguments);
}

void tri_parser_syntax_error(struct tri_parser *p, tri_pos pos, const char *format, ...)
{
	if (is_silent(p))
		return;
	va_list arguments;
	va_start(arguments, format);
	report(p, pos, "Syntax", "syntax error: ", format, arguments);
	va_end(arguments);
}

static void append_current_token(const struct tri_parser *p, struct tri_buffer *out)
{
	const struct tri_scanner *s = &p->scanner;
	switch (s->token) {
	case TRI_TOKEN_NAME:
		tri_buffer_append_c(out, "name ");
		tri_buffer_append(out, s->name->text, s->name->length);
		break;
	case TRI_TOKEN_SEMI:
		tri_buffer_append(out, s->literal, s->literal_length);
		break;
	case TRI_TOKEN_LITERAL:
		tri_buffer_append_c(out, "literal ");
		tri_buffer_append(out, s->literal, s->literal_length);
		break;
	case TRI_TOKEN_OPERATOR:
		tri_buffer_append_c(out, tri_operator_text(s->operator));
		break;
	case TRI_TOKEN_ASSIGN_OPERATOR:
		tri_buffer_printf(out, "%s=", tri_operator_text(s->operator));
		break;
	case TRI_TOKEN_INCREMENT:
		tri_buffer_printf(out, "%s%s", tri_operator_text(s->operator), tri_operator_text(s->operator));
		break;
	default:
		tri_buffer_append_c(out, tri_parser_token_name(s->token).text);
		break;
	}
}

void tri_parser_unexpected(struct tri_parser *p, const char *format, ...)
{
	if (is_silent(p))
		return;
	struct tri_buffer prefix = {0};
	tri_buffer_append_c(&prefix, "syntax error: unexpected ");
	append_current_token(p, &prefix);
	va_list arguments;
	va_start(arguments, format);
	report(p, tri_parser_pos(p), "Syntax", prefix.data, format, arguments);
	va_end(arguments);
	tri_buffer_free(&prefix);
}

struct tri_token_name tri_parser_token_name(enum tri_token token)
{
	struct tri_token_name name;
	const char *text = tri_token_text(token);
	if (token == TRI_TOKEN_COMMA)
		snprintf(name.text, sizeof name.text, "comma");
	else if (token == TRI_TOKEN_SEMI)
		snprintf(name.text, sizeof name.text, "semicolon or newline");
	else
		snprintf(name.text, sizeof name.text, "%s%s", token >= TRI_TOKEN_BREAK ? "keyword " : "", text);
	return name;
}

// ---- Tokens and recovery -----------------------------------------------------------------------

void tri_parser_want(struct tri_parser *p, enum tri_token token)
{
	if (tri_parser_got(p, token))
		return;
	tri_parser_unexpected(p, ", expected %s", tri_parser_token_name(token).text);
	tri_parser_skip_to(p, 0);
}

bool tri_parser_got_assign(struct tri_parser *p)
{
	if (tri_parser_at(p, TRI_TOKEN_DEFINE))
		tri_parser_unexpected(p, ", expected =");
	else if (!tri_parser_at(p, TRI_TOKEN_ASSIGN))
		return false;
	tri_parser_next(p);
	return true;
}

// Keywords that begin a statement: inside a function, skipping stops at them.
static const uint64_t statement_keywords = TRI_TOKEN_BIT(BREAK) | TRI_TOKEN_BIT(CONST) | TRI_TOKEN_BIT(CONTINUE) | TRI_TOKEN_BIT(DEFER) |
										   TRI_TOKEN_BIT(FALLTHROUGH) | TRI_TOKEN_BIT(FOR) | TRI_TOKEN_BIT(GO) | TRI_TOKEN_BIT(GOTO) |
										   TRI_TOKEN_BIT(IF) | TRI_TOKEN_BIT(RETURN) | TRI_TOKEN_BIT(SELECT) | TRI_TOKEN_BIT(SWITCH) |
										   TRI_TOKEN_BIT(TYPE) | TRI_TOKEN_BIT(VAR);
_Static_assert(TRI_TOKEN_COUNT <= 64, "sets of tokens are 64-bit words");

void tri_parser_skip_to(struct tri_parser *p, uint64_t tokens)
{
	if (tokens == 0) {
		if (!tri_parser_at(p, TRI_TOKEN_EOF))
			tri_parser_next(p);
		return;
	}
	tokens |= TRI_TOKEN_BIT(EOF);
	if (p->function_depth > 0)
		tokens |= statement_keywords;
	while ((tokens >> tri_parser_token(p) & 1) == 0)
		tri_parser_next(p);
}

static void give_up(struct tri_parser *p)
{
	tri_parser_error(p, tri_parser_pos(p), "exceeded max nesting depth");
	tri_scanner_abandon(&p->scanner);
}

bool tri_parser_enter(struct tri_parser *p)
{
	if (p->depth >= TRI_DEEPEST_NESTING) {
		give_up(p);
		return false;
	}
	p->depth++;
	return true;
}

bool tri_parser_extend_chain(struct tri_parser *p, uint32_t *length)
{
	if (*length >= TRI_LONGEST_CHAIN) {
		give_up(p);
		return false;
	}
	++*length;
	return true;
}

bool tri_parser_list_more(struct tri_parser *p, struct tri_parser_list *list)
{
	if (list->started) {
		// The separator may be left out before the closing token.
		if (!tri_parser_got(p, list->separator) && !tri_parser_at(p, list->close)) {
			tri_parser_unexpected(p, " in %s; possibly missing %s or %s", list->context, tri_parser_token_name(list->separator).text,
								  tri_parser_token_name(list->close).text);
			tri_parser_skip_to(p, TRI_TOKEN_BIT(RPAREN) | TRI_TOKEN_BIT(RBRACK) | TRI_TOKEN_BIT(RBRACE));
			if (!tri_parser_at(p, list->close)) {
				list->end = tri_parser_pos(p);
				return false;
			}
		}
	}
	list->started = true;
	if (!list->last && !tri_parser_at(p, TRI_TOKEN_EOF) && !tri_parser_at(p, list->close))
		return true;
	list->end = tri_parser_pos(p);
	tri_parser_want(p, list->close);
	return false;
}

// ---- Nodes -------------------------------------------------------------------------------------

struct tri_expr *tri_parser_new_expr(struct tri_parser *p, size_t size, enum tri_expr_kind kind, tri_pos pos)
{
	struct tri_expr *expr = tri_arena_alloc(p->arena, size);
	expr->kind = (uint8_t)kind;
	expr->pos = pos;
	return expr;
}

struct tri_stmt *tri_parser_new_stmt(struct tri_parser *p, size_t size, enum tri_stmt_kind kind, tri_pos pos)
{
	struct tri_stmt *stmt = tri_arena_alloc(p->arena, size);
	stmt->kind = (uint8_t)kind;
	stmt->pos = pos;
	return stmt;
}

// ---- Files -------------------------------------------------------------------------------------

static void on_scanner_error(void *owner, uint32_t offset, const char *message)
{
	struct tri_parser *p = owner;
	tri_parser_error(p, tri_parser_pos_at(p, offset), "%s", message);
}

static void on_directive(void *owner, uint32_t offset, uint32_t length) { tri_parser_directive(owner, offset, length); }

static const uint64_t declaration_keywords =
	TRI_TOKEN_BIT(IMPORT) | TRI_TOKEN_BIT(CONST) | TRI_TOKEN_BIT(TYPE) | TRI_TOKEN_BIT(VAR) | TRI_TOKEN_BIT(FUNC);

static bool ends_with_bodyless_function(const tri_parser_decl_list *list)
{
	if (list->count == 0 || tri_vector_last(list)->kind != TRI_DECL_FUNCTION)
		return false;
	return tri_as_function_decl(tri_vector_last(list))->body == NULL;
}

static void parse_declarations(struct tri_parser *p, tri_parser_decl_list *list)
{
	enum tri_token previous = TRI_TOKEN_IMPORT;
	while (!tri_parser_at(p, TRI_TOKEN_EOF)) {
		enum tri_token token = tri_parser_token(p);
		if (token == TRI_TOKEN_IMPORT && previous != TRI_TOKEN_IMPORT)
			tri_parser_syntax_error(p, tri_parser_pos(p), "imports must appear before other declarations");
		previous = token;

		if (token == TRI_TOKEN_FUNC) {
			tri_parser_next(p);
			tri_vector_push(p->arena, list, tri_parse_function_declaration(p));
		} else if ((declaration_keywords >> token & 1) != 0) {
			tri_parse_declaration(p, list);
		} else {
			if (token == TRI_TOKEN_LBRACE && ends_with_bodyless_function(list))
				tri_parser_syntax_error(p, tri_parser_pos(p), "unexpected semicolon or newline before {");
			else
				tri_parser_syntax_error(p, tri_parser_pos(p), "non-declaration statement outside function body");
			tri_parser_skip_to(p, declaration_keywords);
			continue;
		}

		// Before the next token is read: directives in front of it belong to the next declaration.
		tri_parser_drop_pragma(p);
		if (!tri_parser_at(p, TRI_TOKEN_EOF) && !tri_parser_got(p, TRI_TOKEN_SEMI)) {
			tri_parser_unexpected(p, " after top level declaration");
			tri_parser_skip_to(p, declaration_keywords);
		}
	}
}

static void parse_file(struct tri_parser *p)
{
	p->before_package = true;
	tri_parser_next(p);
	p->before_package = false;
	if (!tri_parser_got(p, TRI_TOKEN_PACKAGE)) {
		p->file->package_name = tri_parser_new_name(p, tri_parser_pos(p), p->blank);
		tri_parser_syntax_error(p, tri_parser_pos(p), "package statement must be first");
		p->file->unread = true;
		return;
	}
	tri_parser_take_package_pragma(p);
	p->file->package_name = tri_parse_name(p);
	tri_parser_want(p, TRI_TOKEN_SEMI);
	if (p->error_count > 0) { // the rest of such a file only gives more of the same
		p->file->unread = true;
		return;
	}

	tri_parser_decl_list list = {0};
	parse_declarations(p, &list);
	tri_parser_drop_pragma(p);
	p->file->decls.items = list.items;
	p->file->decls.count = list.count;
	p->file->decls.capacity = list.capacity;
}

struct tri_file *tri_parse_file(struct tri_arena *arena, struct tri_name_table *names, struct tri_source_file *source,
								struct tri_diags *diags, const struct tri_parse_options *options)
{
	struct tri_parser *p = TRI_NEW(arena, struct tri_parser);
	p->arena = arena;
	p->names = names;
	p->source = source;
	p->diags = diags;
	p->options = options;
	p->file = TRI_NEW(arena, struct tri_file);
	p->file->source = source;
	p->blank = tri_name_intern_c(names, "_");
	tri_scanner_init(&p->scanner, source->text, source->length, names);
	p->scanner.owner = p;
	p->scanner.report = on_scanner_error;
	p->scanner.directive = on_directive;

	parse_file(p);
	p->file->eof = tri_parser_pos_at(p, source->length);
	p->file->had_errors = p->error_count + p->directive_error_count > 0;
	return p->file;
}
