// Tokens, operators and literal kinds of Go: one row generates the enum, the text and the
// precedence.
#ifndef TRI_COMPILER_TOKEN_H
#define TRI_COMPILER_TOKEN_H

// X(tag, text): tokens that stand for themselves in diagnostics
#define TRI_TOKENS(X) \
	X(EOF, "EOF") \
	X(NAME, "name") \
	X(LITERAL, "literal") \
	X(OPERATOR, "op") /* binary operators except * */ \
	X(ASSIGN_OPERATOR, "op=") \
	X(INCREMENT, "opop") /* ++ -- */ \
	X(ASSIGN, "=") \
	X(DEFINE, ":=") \
	X(ARROW, "<-") \
	X(STAR, "*") \
	X(LPAREN, "(") \
	X(LBRACK, "[") \
	X(LBRACE, "{") \
	X(RPAREN, ")") \
	X(RBRACK, "]") \
	X(RBRACE, "}") \
	X(COMMA, ",") \
	X(SEMI, ";") \
	X(COLON, ":") \
	X(DOT, ".") \
	X(DOTS, "...") \
	X(BREAK, "break") \
	X(CASE, "case") \
	X(CHAN, "chan") \
	X(CONST, "const") \
	X(CONTINUE, "continue") \
	X(DEFAULT, "default") \
	X(DEFER, "defer") \
	X(ELSE, "else") \
	X(FALLTHROUGH, "fallthrough") \
	X(FOR, "for") \
	X(FUNC, "func") \
	X(GO, "go") \
	X(GOTO, "goto") \
	X(IF, "if") \
	X(IMPORT, "import") \
	X(INTERFACE, "interface") \
	X(MAP, "map") \
	X(PACKAGE, "package") \
	X(RANGE, "range") \
	X(RETURN, "return") \
	X(SELECT, "select") \
	X(STRUCT, "struct") \
	X(SWITCH, "switch") \
	X(TYPE, "type") \
	X(VAR, "var")

enum tri_token {
#define X(tag, text) TRI_TOKEN_##tag,
	TRI_TOKENS(X)
#undef X
		TRI_TOKEN_COUNT
};

// X(tag, text, binary precedence; 0 = not binary)
#define TRI_OPERATORS(X) \
	X(NONE, "", 0) \
	X(DEFINE, ":", 0) \
	X(NOT, "!", 0) \
	X(RECEIVE, "<-", 0) \
	X(TILDE, "~", 0) \
	X(OR_OR, "||", 1) \
	X(AND_AND, "&&", 2) \
	X(EQUAL, "==", 3) \
	X(NOT_EQUAL, "!=", 3) \
	X(LESS, "<", 3) \
	X(LESS_EQUAL, "<=", 3) \
	X(GREATER, ">", 3) \
	X(GREATER_EQUAL, ">=", 3) \
	X(ADD, "+", 4) \
	X(SUB, "-", 4) \
	X(OR, "|", 4) \
	X(XOR, "^", 4) /* unary: complement */ \
	X(MUL, "*", 5) /* unary: indirection, pointer type */ \
	X(DIV, "/", 5) \
	X(REM, "%", 5) \
	X(AND, "&", 5) /* unary: address of */ \
	X(AND_NOT, "&^", 5) \
	X(SHL, "<<", 5) \
	X(SHR, ">>", 5)

enum tri_operator {
#define X(tag, text, precedence) TRI_OP_##tag,
	TRI_OPERATORS(X)
#undef X
		TRI_OP_COUNT
};

enum tri_literal_kind { TRI_LITERAL_INT, TRI_LITERAL_FLOAT, TRI_LITERAL_IMAGINARY, TRI_LITERAL_RUNE, TRI_LITERAL_STRING };

const char *tri_token_text(enum tri_token token);
const char *tri_operator_text(enum tri_operator operator);
int tri_operator_precedence(enum tri_operator operator);

#endif
