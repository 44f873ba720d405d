// What the parser's files share; for compiler/syntax only.
//
// Every production function starts at its first token and ends behind its last one. Functions
// named ..._or_null give NULL, without an error, when the production does not begin at the
// current token; all others give a node always, a bad_expr where nothing could be understood.
#ifndef TRI_COMPILER_PARSER_H
#define TRI_COMPILER_PARSER_H

#ifndef TRI_SYNTAX_INTERNAL
#error "compiler/syntax/parser.h belongs to compiler/syntax; include compiler/syntax/syntax.h"
#endif

#include "compiler/syntax/scanner.h"
#include "compiler/syntax/syntax.h"

enum {
	// Deepest nesting of one production in another. It bounds this parser's own recursion; passes
	// that walk the tree recursively need stack for that many levels and for TRI_LONGEST_CHAIN.
	TRI_DEEPEST_NESTING = 10000,
	// Most operators that may follow each other in one expression (a + b + c ..., a.b.c ...): such
	// a chain is built without recursion, but is as deep a tree.
	TRI_LONGEST_CHAIN = 100000,
};

// A //go: directive that waits for the declaration it belongs to.
struct tri_pending_directive {
	tri_pos pos;
	uint32_t group; // where it may stand: enum directive_group in directive.c
};

struct tri_parser {
	struct tri_scanner scanner;
	struct tri_arena *arena;
	struct tri_name_table *names;
	struct tri_source_file *source;
	struct tri_diags *diags;
	const struct tri_parse_options *options;
	struct tri_file *file;
	const struct tri_name *blank;

	uint32_t error_count;
	uint32_t directive_error_count; // apart, since they do not make the grammar's errors less certain
	uint32_t depth;                 // of nested productions
	uint32_t function_depth;        // inside how many function bodies
	// Below zero: in the header of an if, for or switch, where T{ begins the block, not a literal.
	int expression_level;
	bool before_package; // nothing but comments was seen

	// //go: directives since the last declaration or statement.
	uint32_t pragma_bits;
	TRI_VECTOR(struct tri_pending_directive) pending;
	TRI_VECTOR(struct tri_embed) embeds;
};

// ---- Tokens (parser.c) -------------------------------------------------------------------------

static inline enum tri_token tri_parser_token(const struct tri_parser *p) { return p->scanner.token; }

static inline bool tri_parser_at(const struct tri_parser *p, enum tri_token token) { return p->scanner.token == token; }

static inline bool tri_parser_at_operator(const struct tri_parser *p, enum tri_operator operator)
{
	return p->scanner.token == TRI_TOKEN_OPERATOR && p->scanner.operator== operator;
}

static inline tri_pos tri_parser_pos_at(const struct tri_parser *p, uint32_t offset) { return p->source->base + offset + 1; }

static inline tri_pos tri_parser_pos(const struct tri_parser *p) { return tri_parser_pos_at(p, p->scanner.offset); }

static inline void tri_parser_next(struct tri_parser *p) { tri_scanner_next(&p->scanner); }

// Takes the token when it is there.
static inline bool tri_parser_got(struct tri_parser *p, enum tri_token token)
{
	if (p->scanner.token != token)
		return false;
	tri_scanner_next(&p->scanner);
	return true;
}

// Takes the token; complains and skips one token when another is there.
void tri_parser_want(struct tri_parser *p, enum tri_token token);
// Takes "="; takes ":=" too, with a complaint.
bool tri_parser_got_assign(struct tri_parser *p);
// As diagnostics name the token when they expect it.
struct tri_token_name {
	char text[32];
};
struct tri_token_name tri_parser_token_name(enum tri_token token);

// ---- Errors and recovery (parser.c) ------------------------------------------------------------

// An error as it stands.
void tri_parser_error(struct tri_parser *p, tri_pos pos, const char *format, ...) TRI_PRINTF(3, 4);
// With the code that the type checker has for it.
void tri_parser_error_of_kind(struct tri_parser *p, tri_pos pos, const char *code, const char *format, ...) TRI_PRINTF(4, 5);
// "syntax error: " and the message.
void tri_parser_syntax_error(struct tri_parser *p, tri_pos pos, const char *format, ...) TRI_PRINTF(3, 4);
// "syntax error: unexpected <current token>" and the text, which begins with a blank or a comma.
void tri_parser_unexpected(struct tri_parser *p, const char *format, ...) TRI_PRINTF(2, 3);

#define TRI_TOKEN_BIT(token) ((uint64_t)1 << TRI_TOKEN_##token)
// Skips to a token of the set, to the end of the file or, inside functions, to a keyword that
// begins a statement. An empty set skips exactly one token.
void tri_parser_skip_to(struct tri_parser *p, uint64_t tokens);

// Nesting: enter says false, after an error, when it is too deep; leave must be called only
// after true.
bool tri_parser_enter(struct tri_parser *p);
static inline void tri_parser_leave(struct tri_parser *p) { p->depth--; }
// The same for the length of a chain.
bool tri_parser_extend_chain(struct tri_parser *p, uint32_t *length);

// Goes through `separator`-separated elements up to `close`, which is taken too:
//     for (list = ...; tri_parser_list_more(p, &list);) { parse an element }
// `last` may be set inside the loop: no more elements are accepted. Afterwards `end` is the place
// of the closing token.
struct tri_parser_list {
	const char *context; // "argument list" and the like
	enum tri_token separator, close;
	bool started, last, done;
	tri_pos end;
};
bool tri_parser_list_more(struct tri_parser *p, struct tri_parser_list *list);

// ---- Productions -------------------------------------------------------------------------------

#define TRI_PARSER_EXPR(p, name, tag, at) ((struct tri_##name *)tri_parser_new_expr((p), sizeof(struct tri_##name), TRI_EXPR_##tag, (at)))
#define TRI_PARSER_STMT(p, name, tag, at) ((struct tri_##name *)tri_parser_new_stmt((p), sizeof(struct tri_##name), TRI_STMT_##tag, (at)))
struct tri_expr *tri_parser_new_expr(struct tri_parser *p, size_t size, enum tri_expr_kind kind, tri_pos pos);
struct tri_stmt *tri_parser_new_stmt(struct tri_parser *p, size_t size, enum tri_stmt_kind kind, tri_pos pos);

// parse_expression.c
struct tri_expr *tri_parse_bad_expr(struct tri_parser *p);
struct tri_name_expr *tri_parse_name(struct tri_parser *p);
struct tri_name_expr *tri_parser_new_name(struct tri_parser *p, tri_pos pos, const struct tri_name *name);
struct tri_literal_expr *tri_parse_literal_or_null(struct tri_parser *p);
struct tri_expr *tri_parse_expr(struct tri_parser *p);
struct tri_expr *tri_parse_expr_list(struct tri_parser *p);
// `operand` is what was parsed of it already, or NULL.
struct tri_expr *tri_parse_binary_expr(struct tri_parser *p, struct tri_expr *operand, int precedence);
struct tri_expr *tri_parse_primary_expr(struct tri_parser *p, struct tri_expr *operand, bool keep_parens);
// "a, b," between brackets; the first one may be any expression unless `types_only`.
struct tri_expr *tri_parse_type_list(struct tri_parser *p, bool types_only, bool *comma);

// parse_type.c
struct tri_expr *tri_parse_type(struct tri_parser *p);
struct tri_expr *tri_parse_type_or_null(struct tri_parser *p);
struct tri_expr *tri_parse_qualified_name(struct tri_parser *p, struct tri_name_expr *name);
// After "[" and "[]"; `pos` is that of the bracket, `length` an already parsed length or NULL.
struct tri_expr *tri_parse_array_type(struct tri_parser *p, tri_pos pos, struct tri_expr *length);
struct tri_expr *tri_parse_slice_type(struct tri_parser *p, tri_pos pos);
// After "func" and a name. With `context` (what is being declared) type parameters are refused.
struct tri_function_type *tri_parse_function_type(struct tri_parser *p, const char *context, tri_field_list *type_parameters);
bool tri_parser_is_type_element(const struct tri_expr *expr);

// parse_parameter.c
struct tri_parameter_options {
	enum tri_token close;
	bool require_names; // type parameters
	bool allow_dots;
	// What was parsed already: the first name, and then perhaps the type that belongs to it.
	struct tri_name_expr *name;
	struct tri_expr *type_expr;
};
tri_field_list tri_parse_parameters(struct tri_parser *p, const struct tri_parameter_options *options);
struct tri_field *tri_parse_embedded_element(struct tri_parser *p, struct tri_field *field);
// name[...]: an array type, or an index_expr whose operand the caller fills in.
struct tri_expr *tri_parse_array_or_arguments(struct tri_parser *p);
struct tri_field *tri_parser_new_field(struct tri_parser *p, tri_pos pos, struct tri_name_expr *name, struct tri_expr *type_expr);

// parse_declaration.c
typedef TRI_VECTOR(struct tri_decl *) tri_parser_decl_list;
// At the keyword const, type, var or import: the declaration or the parenthesised group.
void tri_parse_declaration(struct tri_parser *p, tri_parser_decl_list *list);
struct tri_decl *tri_parse_function_declaration(struct tri_parser *p);

// parse_statement.c
struct tri_block_stmt *tri_parse_function_body(struct tri_parser *p);

// branches.c
// Resolves the labels and branches of one function body and reports what is wrong with them.
void tri_parser_check_branches(struct tri_parser *p, struct tri_block_stmt *body);

// directive.c
// A comment that is a directive, from the scanner.
void tri_parser_directive(struct tri_parser *p, uint32_t offset, uint32_t length);
// Gives the waiting directives to a declaration; those that may not stand there are reported.
struct tri_pragma *tri_parser_take_pragma(struct tri_parser *p, enum tri_decl_kind kind);
void tri_parser_take_package_pragma(struct tri_parser *p);
// No declaration follows: reports the waiting directives and forgets them.
void tri_parser_drop_pragma(struct tri_parser *p);

// print.c
// A statement in the short form, for error messages: simple statements only.
void tri_parser_print_stmt(const struct tri_stmt *stmt, struct tri_buffer *out);

#endif
