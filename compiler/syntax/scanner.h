// The scanner, for compiler/syntax only: turns a file's bytes into tokens.
#ifndef TRI_COMPILER_SCANNER_H
#define TRI_COMPILER_SCANNER_H

#ifndef TRI_SYNTAX_INTERNAL
#error "compiler/syntax/scanner.h belongs to compiler/syntax; include compiler/syntax/syntax.h"
#endif

#include "compiler/base/base.h"
#include "compiler/syntax/token.h"

enum { TRI_SCANNER_CACHE_SIZE = 1024 };

struct tri_scanner {
	const char *text, *end; // *end is NUL
	const char *at;         // next byte to look at
	struct tri_name_table *names;
	// Whether a line end or the end of the file, coming next, ends a statement.
	bool newline_ends;

	// The current token.
	enum tri_token token;
	uint32_t offset;                    // of its first byte
	enum tri_operator operator;         // OPERATOR, STAR, ASSIGN_OPERATOR and INCREMENT
	int precedence;                     // OPERATOR and STAR; 0 when not binary
	enum tri_literal_kind literal_kind; // LITERAL
	bool literal_bad;                   // LITERAL: an error was reported about it
	const struct tri_name *name;        // NAME
	const char *literal;                // LITERAL: as written, not terminated; SEMI: what stood for it
	uint32_t literal_length;

	// Errors, and comments that begin with //line, /*line, //go: or //tricolor:, go to the owner.
	void *owner;
	void (*report)(void *owner, uint32_t offset, const char *message);
	void (*directive)(void *owner, uint32_t offset, uint32_t length);

	// Names seen lately, by a cheap hash, so that few of them ask the shared, locked table.
	const struct tri_name *cache[TRI_SCANNER_CACHE_SIZE];
};

void tri_scanner_init(struct tri_scanner *scanner, const char *text, uint32_t length, struct tri_name_table *names);
void tri_scanner_next(struct tri_scanner *scanner);
// At {: moves to the } that closes the block, without looking at more than brackets, strings and comments. False, without
// having moved, when the block has no end or holds a directive of lines.
bool tri_scanner_skip_block(struct tri_scanner *scanner);
// Skips all that is left: the next token is EOF.
void tri_scanner_abandon(struct tri_scanner *scanner);

#endif
