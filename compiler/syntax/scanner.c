// The scanner.
//
// It walks over the whole file in memory, one byte at a time; the file ends in a NUL, so ASCII
// needs no check against the end. Bytes that are not plain ASCII (0 and everything from 0x80) go
// through settle(), which decodes UTF-8, and reports and steps over what is not allowed in source
// text: NUL, invalid encoding, a byte order mark that is not at the start. Bytes stepped over
// inside a token stay part of the token's text.
//
// Newlines end statements after certain tokens; newline_ends carries that from one token to the
// next. Wording and places of errors are those of Go's compiler.
#define _GNU_SOURCE // memmem
#define TRI_SYNTAX_INTERNAL
#include "compiler/syntax/scanner.h"

#include <stdio.h>

#include "compiler/syntax/unicode.h"

enum { RUNE_EOF = -1, BYTE_ORDER_MARK = 0xfeff };

enum {
	IN_NAME = 1,  // letter, digit or _
	IS_DIGIT = 2, // decimal
	IS_HEX = 4,
};

static const uint8_t classes[256] = {
	['0' ... '9'] = IN_NAME | IS_DIGIT | IS_HEX,
	['a' ... 'f'] = IN_NAME | IS_HEX,
	['g' ... 'z'] = IN_NAME,
	['A' ... 'F'] = IN_NAME | IS_HEX,
	['G' ... 'Z'] = IN_NAME,
	['_'] = IN_NAME,
};

static bool is_class(int32_t rune, int class) { return rune >= 0 && rune < 0x80 && (classes[rune] & class) != 0; }

// ---- Errors ------------------------------------------------------------------------------------

static uint32_t offset_of(const struct tri_scanner *s, const char *place) { return (uint32_t)(place - s->text); }

static void report(struct tri_scanner *s, const char *place, const char *format, ...) TRI_PRINTF(3, 4);
static void report(struct tri_scanner *s, const char *place, const char *format, ...)
{
	struct tri_buffer message = {0};
	va_list arguments;
	va_start(arguments, format);
	tri_buffer_vprintf(&message, format, arguments);
	va_end(arguments);
	s->report(s->owner, offset_of(s, place), message.data);
	tri_buffer_free(&message);
}

struct rune_text {
	char text[32];
};

// U+0040 '@', the quoted part for printable code points only.
static struct rune_text describe(int32_t rune)
{
	struct rune_text result;
	int length = snprintf(result.text, sizeof result.text, "U+%04X", (unsigned)rune);
	if (tri_rune_is_printable(rune)) {
		char *out = result.text + length;
		*out++ = ' ';
		*out++ = '\'';
		out += tri_utf8_encode(rune, out);
		*out++ = '\'';
		*out = '\0';
	}
	return result;
}

// The code point as a Go rune literal.
static struct rune_text quote(int32_t rune)
{
	static const char escapes[] = "\aa\bb\ff\nn\rr\tt\vv''\\\\";
	struct rune_text result;
	for (const char *escape = escapes; *escape != '\0'; escape += 2) {
		if (rune == *escape) {
			snprintf(result.text, sizeof result.text, "'\\%c'", escape[1]);
			return result;
		}
	}
	if (tri_rune_is_printable(rune)) {
		char *out = result.text;
		*out++ = '\'';
		out += tri_utf8_encode(rune, out);
		*out++ = '\'';
		*out = '\0';
	} else if (rune < ' ' || rune == 0x7f) {
		snprintf(result.text, sizeof result.text, "'\\x%02x'", (unsigned)rune);
	} else {
		snprintf(result.text, sizeof result.text, rune < 0x10000 ? "'\\u%04x'" : "'\\U%08x'", (unsigned)rune);
	}
	return result;
}

// ---- Reading -----------------------------------------------------------------------------------

// The code point at s->at and its size, or RUNE_EOF; steps over what source text may not contain.
static int32_t settle(struct tri_scanner *s, size_t *size)
{
	for (;;) {
		if (s->at == s->end) {
			*size = 0;
			return RUNE_EOF;
		}
		int32_t rune;
		*size = tri_utf8_decode(s->at, (size_t)(s->end - s->at), &rune);
		if (*size == 0) {
			report(s, s->at, "invalid UTF-8 encoding");
			s->at++;
		} else if (rune == 0 && s->at != s->text) { // the first is an invalid character like others
			report(s, s->at, "invalid NUL character");
			s->at++;
		} else if (rune == BYTE_ORDER_MARK) {
			if (s->at != s->text)
				report(s, s->at, "invalid BOM in the middle of the file");
			s->at += *size;
		} else {
			return rune;
		}
	}
}

static inline bool is_plain(char byte) { return (signed char)byte > 0; }

static inline int32_t peek(struct tri_scanner *s)
{
	size_t size;
	return is_plain(*s->at) ? *s->at : settle(s, &size);
}

static inline void skip(struct tri_scanner *s)
{
	size_t size = 1;
	if (!is_plain(*s->at))
		settle(s, &size);
	s->at += size;
}

static inline bool accept(struct tri_scanner *s, char byte)
{
	if (*s->at != byte && (is_plain(*s->at) || peek(s) != byte))
		return false;
	s->at++;
	return true;
}

// Advances over plain ASCII other than the given byte, eight bytes a step.
static void skip_plain_until(struct tri_scanner *s, char stop)
{
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
	const char *at = s->at;
	while (s->end - at >= 8) {
		uint64_t word;
		memcpy(&word, at, 8);
		uint64_t different = word ^ (ones * (unsigned char)stop);
		// A byte's top bit is set when the byte is not ASCII, or it or the difference is zero; bytes
		// above such a one may be marked wrongly, which only sends them to the loop below.
		if (((word | (word - ones) | (different - ones)) & tops) != 0)
			break;
		at += 8;
	}
	while (is_plain(*at) && *at != stop)
		at++;
	s->at = at;
}

// ---- Comments ----------------------------------------------------------------------------------

static bool begins_with(const struct tri_scanner *s, const char *place, const char *prefix)
{
	size_t length = strlen(prefix);
	return (size_t)(s->end - place) >= length && memcmp(place, prefix, length) == 0;
}

// After the "//". Leaves the newline.
static void skip_line_comment(struct tri_scanner *s)
{
	const char *body = s->at;
	for (;;) {
		skip_plain_until(s, '\n');
		if (*s->at == '\n' || peek(s) == RUNE_EOF)
			break;
		if (!is_plain(*s->at))
			skip(s);
	}
	if ((*body == 'g' && begins_with(s, body, "go:")) || (*body == 'l' && begins_with(s, body, "line ")) ||
		(*body == 't' && begins_with(s, body, "tricolor:")))
		s->directive(s->owner, offset_of(s, body - 2), (uint32_t)(s->at - body) + 2);
}

// After the "/*". Says whether the comment contains a newline.
static bool skip_block_comment(struct tri_scanner *s)
{
	const char *body = s->at;
	for (;;) {
		skip_plain_until(s, '*');
		if (*s->at == '*') {
			s->at++;
			if (accept(s, '/'))
				break;
		} else if (peek(s) == RUNE_EOF) {
			report(s, body - 2, "comment not terminated");
			return memchr(body, '\n', (size_t)(s->at - body)) != NULL;
		} else if (!is_plain(*s->at)) {
			skip(s);
		}
	}
	if (begins_with(s, body, "line "))
		s->directive(s->owner, offset_of(s, body - 2), (uint32_t)(s->at - body) + 2);
	return memchr(body, '\n', (size_t)(s->at - body)) != NULL;
}

// ---- Names and keywords ------------------------------------------------------------------------

// Keywords by their first letter; the token enum is alphabetical.
static const struct {
	uint8_t first, count;
} keywords[26] = {
	['b' - 'a'] = {TRI_TOKEN_BREAK, 1}, ['c' - 'a'] = {TRI_TOKEN_CASE, 4},        ['d' - 'a'] = {TRI_TOKEN_DEFAULT, 2},
	['e' - 'a'] = {TRI_TOKEN_ELSE, 1},  ['f' - 'a'] = {TRI_TOKEN_FALLTHROUGH, 3}, ['g' - 'a'] = {TRI_TOKEN_GO, 2},
	['i' - 'a'] = {TRI_TOKEN_IF, 3},    ['m' - 'a'] = {TRI_TOKEN_MAP, 1},         ['p' - 'a'] = {TRI_TOKEN_PACKAGE, 1},
	['r' - 'a'] = {TRI_TOKEN_RANGE, 2}, ['s' - 'a'] = {TRI_TOKEN_SELECT, 3},      ['t' - 'a'] = {TRI_TOKEN_TYPE, 1},
	['v' - 'a'] = {TRI_TOKEN_VAR, 1},
};
_Static_assert(TRI_TOKEN_CONTINUE == TRI_TOKEN_CASE + 3, "keywords are in alphabetical order");
_Static_assert(TRI_TOKEN_FUNC == TRI_TOKEN_FALLTHROUGH + 2, "keywords are in alphabetical order");
_Static_assert(TRI_TOKEN_INTERFACE == TRI_TOKEN_IF + 2, "keywords are in alphabetical order");
_Static_assert(TRI_TOKEN_SWITCH == TRI_TOKEN_SELECT + 2, "keywords are in alphabetical order");

// NAME when the text is no keyword.
static enum tri_token find_keyword(const char *text, size_t length)
{
	if (text[0] < 'a' || text[0] > 'z')
		return TRI_TOKEN_NAME;
	unsigned first = keywords[text[0] - 'a'].first;
	unsigned count = keywords[text[0] - 'a'].count;
	for (unsigned token = first; token < first + count; token++) {
		const char *keyword = tri_token_text((enum tri_token)token);
		if (strlen(keyword) == length && memcmp(keyword, text, length) == 0) // the text may hold a NUL
			return (enum tri_token)token;
	}
	return TRI_TOKEN_NAME;
}

static const struct tri_name *intern(struct tri_scanner *s, const char *text, size_t length)
{
	// First, last and middle bytes tell most names of one file apart.
	uint32_t hash = (uint32_t)(unsigned char)text[0] * 31 + (unsigned char)text[length - 1];
	hash = hash * 131 + (unsigned char)text[length / 2];
	hash = hash * 137 + (uint32_t)length;
	const struct tri_name **slot = &s->cache[(hash ^ hash >> 10) % TRI_SCANNER_CACHE_SIZE];
	if (*slot == NULL || (*slot)->length != length || memcmp((*slot)->text, text, length) != 0)
		*slot = tri_name_intern(s->names, text, length);
	return *slot;
}

// At the first character of a name, which has been checked when it is ASCII.
static void scan_name(struct tri_scanner *s)
{
	const char *start = s->at;
	while (classes[(unsigned char)*s->at] & IN_NAME)
		s->at++;
	if (!is_plain(*s->at)) {
		for (;;) {
			size_t size;
			int32_t rune = settle(s, &size);
			if (rune < 0x80 ? !is_class(rune, IN_NAME) : false)
				break;
			if (rune >= 0x80 && !tri_rune_is_letter(rune)) {
				if (!tri_rune_is_digit(rune))
					report(s, s->at, "invalid character %s in identifier", describe(rune).text);
				else if (s->at == start)
					report(s, s->at, "identifier cannot begin with digit %s", describe(rune).text);
			}
			s->at += size;
		}
	}
	size_t length = (size_t)(s->at - start);
	s->token = find_keyword(start, length);
	if (s->token == TRI_TOKEN_NAME) {
		s->name = intern(s, start, length);
		s->newline_ends = true;
	} else {
		s->newline_ends = s->token == TRI_TOKEN_BREAK || s->token == TRI_TOKEN_CONTINUE || s->token == TRI_TOKEN_FALLTHROUGH ||
						  s->token == TRI_TOKEN_RETURN;
	}
}

// ---- Literals ----------------------------------------------------------------------------------

static void set_literal(struct tri_scanner *s, enum tri_literal_kind kind, bool bad)
{
	s->token = TRI_TOKEN_LITERAL;
	s->newline_ends = true;
	s->literal = s->text + s->offset;
	s->literal_length = (uint32_t)(s->at - s->literal);
	s->literal_kind = kind;
	s->literal_bad = bad;
}

static const char *base_name(int base) { return base == 2 ? "binary" : base == 8 ? "octal" : base == 10 ? "decimal" : "hexadecimal"; }

struct digits {
	bool any, separators;
	const char *invalid; // first digit that the base does not have, or NULL
};

// Digits and underscores. Decimal digits too large for the base are taken, but noted.
static void scan_digits(struct tri_scanner *s, int base, struct digits *digits)
{
	for (;;) {
		int32_t rune = peek(s);
		if (rune == '_')
			digits->separators = true;
		else if (is_class(rune, base == 16 ? IS_HEX : IS_DIGIT))
			digits->any = true;
		else
			return;
		if (base < 10 && rune != '_' && rune >= '0' + base && digits->invalid == NULL)
			digits->invalid = s->at;
		s->at++;
	}
}

// The first underscore that does not stand between digits (a base prefix counts as one), or NULL.
static const char *find_stray_separator(const char *text, size_t length)
{
	bool hexadecimal = false, after_digit = false, after_separator = false;
	size_t i = 0;
	if (length >= 2 && text[0] == '0' && strchr("xXoObB", text[1]) != NULL) {
		hexadecimal = (text[1] | 0x20) == 'x';
		after_digit = true;
		i = 2;
	}
	for (; i < length; i++) {
		if (text[i] == '_') {
			if (!after_digit)
				return text + i;
			after_digit = false;
			after_separator = true;
			continue;
		}
		after_digit = is_class((unsigned char)text[i], hexadecimal ? IS_HEX : IS_DIGIT);
		if (after_separator && !after_digit)
			return text + i - 1;
		after_separator = false;
	}
	return after_separator ? text + length - 1 : NULL;
}

// At a digit, or after the point when `after_point`. Only the first mistake is reported.
static void scan_number(struct tri_scanner *s, bool after_point)
{
	enum tri_literal_kind kind = TRI_LITERAL_INT;
	int base = 10;
	bool prefix = false; // 0x, 0o or 0b
	bool bad = false;
	struct digits digits = {0};

	if (!after_point) {
		if (*s->at == '0') {
			s->at++;
			int32_t letter = peek(s) | 0x20;
			prefix = letter == 'x' || letter == 'o' || letter == 'b';
			base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
			if (prefix)
				s->at++;
			else
				digits.any = true; // the 0 itself
		}
		scan_digits(s, base, &digits);
		if (peek(s) == '.') {
			if (prefix && base != 16) {
				report(s, s->at, "invalid radix point in %s literal", base_name(base));
				bad = true;
			}
			s->at++;
			after_point = true;
		}
	}
	if (after_point) {
		kind = TRI_LITERAL_FLOAT;
		scan_digits(s, base, &digits);
	}
	if (!digits.any && !bad) {
		peek(s);
		report(s, s->at, "%s literal has no digits", base_name(base));
		bad = true;
	}

	int32_t letter = peek(s);
	int32_t exponent = letter | 0x20;
	if (letter != RUNE_EOF && (exponent == 'e' || exponent == 'p')) {
		bool decimal = !prefix;
		if (!bad && exponent == 'e' && !decimal) {
			report(s, s->at, "'%c' exponent requires decimal mantissa", (char)letter);
			bad = true;
		} else if (!bad && exponent == 'p' && !(prefix && base == 16)) {
			report(s, s->at, "'%c' exponent requires hexadecimal mantissa", (char)letter);
			bad = true;
		}
		s->at++;
		kind = TRI_LITERAL_FLOAT;
		int32_t sign = peek(s);
		if (sign == '+' || sign == '-')
			s->at++;
		struct digits exponent_digits = {0};
		scan_digits(s, 10, &exponent_digits);
		digits.separators |= exponent_digits.separators;
		if (!exponent_digits.any && !bad) {
			report(s, s->at, "exponent has no digits");
			bad = true;
		}
	} else if (prefix && base == 16 && kind == TRI_LITERAL_FLOAT && !bad) {
		report(s, s->at, "hexadecimal mantissa requires a 'p' exponent");
		bad = true;
	}

	if (peek(s) == 'i') {
		kind = TRI_LITERAL_IMAGINARY;
		s->at++;
	}

	set_literal(s, kind, bad);
	if (kind == TRI_LITERAL_INT && digits.invalid != NULL && !bad) {
		report(s, digits.invalid, "invalid digit '%c' in %s literal", *digits.invalid, base_name(base));
		bad = true;
	}
	if (digits.separators && !bad) {
		const char *stray = find_stray_separator(s->literal, s->literal_length);
		if (stray != NULL) {
			report(s, stray, "'_' must separate successive digits");
			bad = true;
		}
	}
	s->literal_bad = bad;
}

// After a backslash. Says whether the escape is fine; at the end of the file it is, since the
// literal that is not terminated will be reported.
static bool scan_escape(struct tri_scanner *s, char quote_byte)
{
	int32_t rune = peek(s);
	int digits, base;
	uint32_t largest = 0x10ffff;
	switch (rune) {
	case 'a':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't':
	case 'v':
	case '\\':
		s->at++;
		return true;
	case '0' ... '7':
		digits = 3;
		base = 8;
		largest = 255;
		break;
	case 'x':
	case 'u':
	case 'U':
		s->at++;
		digits = rune == 'x' ? 2 : rune == 'u' ? 4 : 8;
		base = 16;
		if (rune == 'x')
			largest = 255;
		break;
	case RUNE_EOF:
		return true;
	default:
		if (rune == quote_byte) {
			s->at++;
			return true;
		}
		report(s, s->at, "unknown escape");
		return false;
	}

	uint32_t value = 0;
	for (; digits > 0; digits--) {
		int32_t digit = peek(s);
		if (digit == RUNE_EOF)
			return true;
		uint32_t digit_value = !is_class(digit, IS_HEX) ? 16u : digit <= '9' ? (uint32_t)digit - '0' : ((uint32_t)digit | 0x20) - 'a' + 10;
		if (digit_value >= (uint32_t)base) {
			report(s, s->at, "invalid character %s in %s escape", quote(digit).text, base_name(base));
			return false;
		}
		value = value * (uint32_t)base + digit_value;
		s->at++;
	}
	if (value > largest && base == 8) {
		peek(s);
		report(s, s->at, "octal escape value %u > 255", value);
		return false;
	}
	if (value > largest || (value >= 0xd800 && value < 0xe000)) {
		peek(s);
		char plain[16];
		snprintf(plain, sizeof plain, "U+%04X", value);
		report(s, s->at, "escape is invalid Unicode code point %s", plain);
		return false;
	}
	return true;
}

static void scan_rune(struct tri_scanner *s)
{
	const char *start = s->at++;
	bool bad = false;
	for (unsigned count = 0;; count++) {
		int32_t rune = peek(s);
		if (rune == '\'') {
			if (!bad && count == 0)
				report(s, s->at, "empty rune literal or unescaped '");
			else if (!bad && count != 1)
				report(s, start, "more than one character in rune literal");
			bad |= count != 1;
			s->at++;
			break;
		}
		if (rune == '\n' || rune == RUNE_EOF) {
			if (!bad && rune == '\n')
				report(s, s->at, "newline in rune literal");
			else if (!bad)
				report(s, start, "rune literal not terminated");
			bad = true;
			break;
		}
		skip(s);
		if (rune == '\\' && !scan_escape(s, '\''))
			bad = true;
	}
	set_literal(s, TRI_LITERAL_RUNE, bad);
}

static void scan_string(struct tri_scanner *s)
{
	const char *start = s->at++;
	bool bad = false;
	for (;;) {
		while (is_plain(*s->at) && *s->at != '"' && *s->at != '\\' && *s->at != '\n')
			s->at++;
		int32_t rune = peek(s);
		if (rune == '"') {
			s->at++;
			break;
		}
		if (rune == '\n' || rune == RUNE_EOF) {
			if (rune == '\n')
				report(s, s->at, "newline in string");
			else
				report(s, start, "string not terminated");
			bad = true;
			break;
		}
		skip(s);
		if (rune == '\\' && !scan_escape(s, '"'))
			bad = true;
	}
	set_literal(s, TRI_LITERAL_STRING, bad);
}

static void scan_raw_string(struct tri_scanner *s)
{
	const char *start = s->at++;
	bool bad = false;
	for (;;) {
		skip_plain_until(s, '`');
		int32_t rune = peek(s);
		if (rune == '`') {
			s->at++;
			break;
		}
		if (rune == RUNE_EOF) {
			report(s, start, "string not terminated");
			bad = true;
			break;
		}
		skip(s);
	}
	set_literal(s, TRI_LITERAL_STRING, bad);
}

// ---- Tokens ------------------------------------------------------------------------------------

static void set_semicolon(struct tri_scanner *s, const char *literal)
{
	s->token = TRI_TOKEN_SEMI;
	s->literal = literal;
	s->literal_length = (uint32_t)strlen(literal);
}

static void set_simple(struct tri_scanner *s, enum tri_token token)
{
	s->at++;
	s->token = token;
}

static void set_closing(struct tri_scanner *s, enum tri_token token)
{
	set_simple(s, token);
	s->newline_ends = true;
}

static void set_operator(struct tri_scanner *s, enum tri_operator operator)
{
	s->token = TRI_TOKEN_OPERATOR;
	s->operator= operator;
	s->precedence = tri_operator_precedence(operator);
}

// An operator that has an assigning form.
static void set_arithmetic(struct tri_scanner *s, enum tri_operator operator)
{
	set_operator(s, operator);
	if (accept(s, '='))
		s->token = TRI_TOKEN_ASSIGN_OPERATOR;
}

// + and -, which also have a doubled form.
static void set_additive(struct tri_scanner *s, char byte, enum tri_operator operator)
{
	set_operator(s, operator);
	if (accept(s, byte)) {
		s->token = TRI_TOKEN_INCREMENT;
		s->newline_ends = true;
	} else if (accept(s, '=')) {
		s->token = TRI_TOKEN_ASSIGN_OPERATOR;
	}
}

static void scan_dot(struct tri_scanner *s)
{
	s->at++;
	if (is_class(peek(s), IS_DIGIT)) {
		scan_number(s, true);
		return;
	}
	if (s->at[0] == '.' && s->at[1] == '.') {
		s->at += 2;
		s->token = TRI_TOKEN_DOTS;
		return;
	}
	s->token = TRI_TOKEN_DOT;
}

static void scan_less(struct tri_scanner *s)
{
	s->at++;
	if (accept(s, '='))
		set_operator(s, TRI_OP_LESS_EQUAL);
	else if (accept(s, '<'))
		set_arithmetic(s, TRI_OP_SHL);
	else if (accept(s, '-'))
		s->token = TRI_TOKEN_ARROW;
	else
		set_operator(s, TRI_OP_LESS);
}

static void scan_greater(struct tri_scanner *s)
{
	s->at++;
	if (accept(s, '='))
		set_operator(s, TRI_OP_GREATER_EQUAL);
	else if (accept(s, '>'))
		set_arithmetic(s, TRI_OP_SHR);
	else
		set_operator(s, TRI_OP_GREATER);
}

static void scan_ampersand(struct tri_scanner *s)
{
	s->at++;
	if (accept(s, '&'))
		set_operator(s, TRI_OP_AND_AND);
	else if (accept(s, '^'))
		set_arithmetic(s, TRI_OP_AND_NOT);
	else
		set_arithmetic(s, TRI_OP_AND);
}

// Everything that is neither blank, name nor literal. Says whether a token was found: comments
// and invalid characters give none.
static bool scan_other(struct tri_scanner *s, int32_t rune, bool newline_ends)
{
	switch (rune) {
	case '(':
		set_simple(s, TRI_TOKEN_LPAREN);
		return true;
	case ')':
		set_closing(s, TRI_TOKEN_RPAREN);
		return true;
	case '[':
		set_simple(s, TRI_TOKEN_LBRACK);
		return true;
	case ']':
		set_closing(s, TRI_TOKEN_RBRACK);
		return true;
	case '{':
		set_simple(s, TRI_TOKEN_LBRACE);
		return true;
	case '}':
		set_closing(s, TRI_TOKEN_RBRACE);
		return true;
	case ',':
		set_simple(s, TRI_TOKEN_COMMA);
		return true;
	case ';':
		s->at++;
		set_semicolon(s, "semicolon");
		return true;
	case '\n':
		s->at++;
		set_semicolon(s, "newline");
		return true;
	case RUNE_EOF:
		if (newline_ends)
			set_semicolon(s, "EOF");
		else
			s->token = TRI_TOKEN_EOF;
		return true;
	case '.':
		scan_dot(s);
		return true;
	case ':':
		set_simple(s, TRI_TOKEN_COLON);
		if (accept(s, '='))
			s->token = TRI_TOKEN_DEFINE;
		return true;
	case '=':
		set_simple(s, TRI_TOKEN_ASSIGN);
		if (accept(s, '='))
			set_operator(s, TRI_OP_EQUAL);
		return true;
	case '!':
		s->at++;
		set_operator(s, accept(s, '=') ? TRI_OP_NOT_EQUAL : TRI_OP_NOT);
		return true;
	case '~':
		s->at++;
		set_operator(s, TRI_OP_TILDE);
		return true;
	case '+':
		s->at++;
		set_additive(s, '+', TRI_OP_ADD);
		return true;
	case '-':
		s->at++;
		set_additive(s, '-', TRI_OP_SUB);
		return true;
	case '*':
		s->at++;
		set_arithmetic(s, TRI_OP_MUL);
		if (s->token == TRI_TOKEN_OPERATOR)
			s->token = TRI_TOKEN_STAR;
		return true;
	case '%':
		s->at++;
		set_arithmetic(s, TRI_OP_REM);
		return true;
	case '^':
		s->at++;
		set_arithmetic(s, TRI_OP_XOR);
		return true;
	case '|':
		s->at++;
		if (accept(s, '|'))
			set_operator(s, TRI_OP_OR_OR);
		else
			set_arithmetic(s, TRI_OP_OR);
		return true;
	case '&':
		scan_ampersand(s);
		return true;
	case '<':
		scan_less(s);
		return true;
	case '>':
		scan_greater(s);
		return true;
	case '/':
		s->at++;
		if (accept(s, '/')) {
			skip_line_comment(s);
			return false;
		}
		if (accept(s, '*')) {
			if (!skip_block_comment(s) || !newline_ends)
				return false;
			set_semicolon(s, "newline");
			return true;
		}
		set_arithmetic(s, TRI_OP_DIV);
		return true;
	default:
		report(s, s->at, "invalid character %s", describe(rune).text);
		skip(s);
		return false;
	}
}

void tri_scanner_init(struct tri_scanner *scanner, const char *text, uint32_t length, struct tri_name_table *names)
{
	memset(scanner, 0, sizeof *scanner);
	scanner->text = scanner->at = text;
	scanner->end = text + length;
	scanner->names = names;
}

void tri_scanner_abandon(struct tri_scanner *scanner)
{
	scanner->at = scanner->end;
	scanner->offset = offset_of(scanner, scanner->end);
	scanner->token = TRI_TOKEN_EOF;
	scanner->newline_ends = false;
}

// Behind a string or rune that begins at `at`, NULL when it has no end.
static const char *skip_quoted(const char *at, const char *end)
{
	char quote = *at++;
	while (at < end && *at != quote) {
		if (quote != '`' && *at == '\n')
			return NULL;
		at += quote != '`' && *at == '\\' ? 2 : 1;
	}
	return at < end ? at + 1 : NULL;
}

// Behind a comment, NULL when it has no end or says where lines come from. `at` if it is no comment.
static const char *skip_comment(const char *at, const char *end)
{
	static const char line[] = "line ";
	if (end - at < 2 || (at[1] != '/' && at[1] != '*'))
		return at;
	if ((size_t)(end - at) >= 2 + strlen(line) && memcmp(at + 2, line, strlen(line)) == 0)
		return NULL;
	if (at[1] == '/')
		return memchr(at, '\n', (size_t)(end - at));
	const char *close = memmem(at + 2, (size_t)(end - at) - 2, "*/", 2);
	return close != NULL ? close + 2 : NULL;
}

bool tri_scanner_skip_block(struct tri_scanner *s)
{
	static const bool stops[256] = {['{'] = true, ['}'] = true, ['"'] = true, ['`'] = true, ['\''] = true, ['/'] = true, ['\0'] = true};
	uint32_t depth = 1;
	const char *at = s->at;
	for (;;) {
		while (!stops[(unsigned char)*at])
			at++;
		const char *next = at + 1;
		switch (*at) {
		case '{':
			depth++;
			break;
		case '}':
			if (--depth > 0)
				break;
			s->at = at;
			s->newline_ends = false;
			tri_scanner_next(s);
			return true;
		case '/':
			next = skip_comment(at, s->end);
			next = next == at ? at + 1 : next;
			break;
		case '\0':
			next = NULL; // the end, or a byte that the scanner complains about
			break;
		default:
			next = skip_quoted(at, s->end);
		}
		if (next == NULL)
			return false;
		at = next;
	}
}

void tri_scanner_next(struct tri_scanner *s)
{
	bool newline_ends = s->newline_ends;
	s->newline_ends = false;
	for (;;) {
		while (*s->at == ' ' || *s->at == '\t' || *s->at == '\r' || (*s->at == '\n' && !newline_ends))
			s->at++;
		size_t size = 1;
		int32_t rune = (unsigned char)*s->at;
		if (!is_plain(*s->at)) {
			rune = settle(s, &size);
			if (rune == ' ' || rune == '\t' || rune == '\r' || (rune == '\n' && !newline_ends))
				continue;
		}
		s->offset = offset_of(s, s->at);
		if (rune >= 0x80 || is_class(rune, IN_NAME)) {
			if (is_class(rune, IS_DIGIT))
				scan_number(s, false);
			else
				scan_name(s);
			return;
		}
		if (rune == '"') {
			scan_string(s);
			return;
		}
		if (rune == '\'') {
			scan_rune(s);
			return;
		}
		if (rune == '`') {
			scan_raw_string(s);
			return;
		}
		if (scan_other(s, rune, newline_ends))
			return;
	}
}
