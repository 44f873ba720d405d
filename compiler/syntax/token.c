// Texts and precedences of tokens and operators.
#include "compiler/syntax/token.h"

const char *tri_token_text(enum tri_token token)
{
	static const char *const texts[] = {
#define X(tag, text) [TRI_TOKEN_##tag] = text,
		TRI_TOKENS(X)
#undef X
	};
	return texts[token];
}

const char *tri_operator_text(enum tri_operator operator)
{
	static const char *const texts[] = {
#define X(tag, text, precedence) [TRI_OP_##tag] = text,
		TRI_OPERATORS(X)
#undef X
	};
	return texts[operator];
}

int tri_operator_precedence(enum tri_operator operator)
{
	static const int precedences[] = {
#define X(tag, text, precedence) [TRI_OP_##tag] = precedence,
		TRI_OPERATORS(X)
#undef X
	};
	return precedences[operator];
}
