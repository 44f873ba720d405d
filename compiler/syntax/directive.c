// Comments that mean something: //line and /*line*/, //go:build, //go:linkname and the pragmas that
// stand above a declaration.
//
// Pragmas wait in the parser until the next declaration takes them. One that no declaration takes,
// or a declaration of the wrong kind, is misplaced. That is for the compiler to complain about;
// without check_branches (formatters, syntax checks) directives are recorded but not judged.
#define TRI_SYNTAX_INTERNAL
#include "compiler/syntax/parser.h"

#include <stdlib.h>

#include "compiler/syntax/unicode.h"

enum directive_group {
	ABOVE_FUNCTION = 1,
	ABOVE_PACKAGE = 2,  // go:build
	ABOVE_VARIABLE = 4, // go:embed
};

// Who may use a directive.
enum directive_user { ANYBODY, RUNTIME, STANDARD_LIBRARY };

#define BIT(tag) (1u << TRI_PRAGMA_BIT_##tag)

// Directives above functions; those without bits are known to Go and mean nothing here.
static const struct {
	const char *verb;
	uint32_t bits;
	uint8_t group, user;
} known_directives[] = {
	{"go:build", 0, ABOVE_PACKAGE, ANYBODY},
	{"go:noescape", BIT(NOESCAPE), ABOVE_FUNCTION, ANYBODY},
	{"go:noinline", BIT(NOINLINE), ABOVE_FUNCTION, ANYBODY},
	{"go:nosplit", BIT(NOSPLIT), ABOVE_FUNCTION, ANYBODY},
	{"go:norace", BIT(NORACE), ABOVE_FUNCTION, ANYBODY},
	{"go:nocheckptr", BIT(NOCHECKPTR), ABOVE_FUNCTION, ANYBODY},
	{"go:registerparams", 0, ABOVE_FUNCTION, ANYBODY},
	{"go:cgo_unsafe_args", BIT(CGO_UNSAFE_ARGS), ABOVE_FUNCTION, ANYBODY},
	{"go:systemstack", BIT(SYSTEMSTACK), ABOVE_FUNCTION, RUNTIME},
	{"go:nowritebarrier", BIT(NOWRITEBARRIER), ABOVE_FUNCTION, RUNTIME},
	{"go:nowritebarrierrec", BIT(NOWRITEBARRIER), ABOVE_FUNCTION, RUNTIME},
	{"go:yeswritebarrierrec", BIT(YESWRITEBARRIERREC), ABOVE_FUNCTION, RUNTIME},
	{"go:uintptrkeepalive", BIT(UINTPTRKEEPALIVE), ABOVE_FUNCTION, STANDARD_LIBRARY},
	{"go:uintptrescapes", BIT(UINTPTRESCAPES) | BIT(UINTPTRKEEPALIVE), ABOVE_FUNCTION, ANYBODY},
	{"tricolor:noalloc", BIT(NOALLOC), ABOVE_FUNCTION, ANYBODY},
};

struct slice {
	const char *text;
	uint32_t length;
};

static bool equals(struct slice slice, const char *text)
{
	return strlen(text) == slice.length && memcmp(text, slice.text, slice.length) == 0;
}

static bool has_prefix(struct slice slice, const char *prefix)
{
	size_t length = strlen(prefix);
	return slice.length >= length && memcmp(prefix, slice.text, length) == 0;
}

static bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\v' || byte == '\f'; }

static struct slice trim(struct slice slice)
{
	while (slice.length > 0 && is_blank(slice.text[0])) {
		slice.text++;
		slice.length--;
	}
	while (slice.length > 0 && is_blank(slice.text[slice.length - 1]))
		slice.length--;
	return slice;
}

// ---- //line ------------------------------------------------------------------------------------

enum { LARGEST_LINE = 1 << 30 };

// Splits ":digits" off the end. Gives the offset behind the last colon, 0 when there is none, and
// whether a number stands there.
static uint32_t split_number(struct slice text, uint64_t *number, bool *is_number)
{
	uint32_t colon = text.length;
	while (colon > 0 && text.text[colon - 1] != ':')
		colon--;
	*number = 0;
	*is_number = colon > 0 && colon < text.length;
	for (uint32_t i = colon; i < text.length && *is_number; i++) {
		if (text.text[i] < '0' || text.text[i] > '9' || *number > UINT64_MAX / 20)
			*is_number = false;
		else
			*number = *number * 10 + (uint64_t)(text.text[i] - '0');
	}
	return colon;
}

// `text` is what follows "line " up to the end of the comment; `after` the offset where the next
// characters are positioned by the directive.
static void set_line(struct tri_parser *p, struct slice text, uint32_t after)
{
	uint32_t text_offset = (uint32_t)(text.text - p->source->text);
	uint64_t line = 0, column = 0, number;
	bool is_number, has_column;
	uint32_t last = split_number(text, &number, &is_number);
	if (last == 0)
		return; // an ordinary comment
	if (!is_number) {
		tri_parser_error(p, tri_parser_pos_at(p, text_offset + last), "invalid line number: %.*s", (int)(text.length - last),
						 text.text + last);
		return;
	}
	uint32_t line_at = last;
	line = number;
	struct slice head = {text.text, last - 1};
	uint32_t before = split_number(head, &number, &has_column);
	if (has_column) {
		column = line;
		line = number;
		line_at = before;
		if (column == 0 || column > LARGEST_LINE) {
			tri_parser_error(p, tri_parser_pos_at(p, text_offset + last), "invalid column number: %.*s", (int)(text.length - last),
							 text.text + last);
			return;
		}
		text.length = last - 1;
	}
	if (line == 0 || line > LARGEST_LINE) {
		tri_parser_error(p, tri_parser_pos_at(p, text_offset + line_at), "invalid line number: %.*s", (int)(text.length - line_at),
						 text.text + line_at);
		return;
	}

	struct tri_line_directive directive = {.offset = after, .line = (uint32_t)line, .column = (uint32_t)column};
	if (line_at == 1 && has_column) // no name given: the same file
		directive.path = p->source->directives.count > 0 ? tri_vector_last(&p->source->directives).path : p->source->display_path;
	else
		directive.path = tri_arena_strdup(p->arena, text.text, line_at - 1);
	if (!p->options->again)
		tri_vector_push(p->arena, &p->source->directives, directive);
}

// ---- //go:build --------------------------------------------------------------------------------
// The least Go version that a constraint implies: that of its go1.N tags, where any other tag may
// be true or false.

enum { LARGEST_CONSTRAINT = 1000, NO_VERSION = -1 };

struct constraint {
	const char *at, *end;
	uint32_t size;
	bool failed;
};

static int constraint_or(struct constraint *c, bool negated);

static bool constraint_accept(struct constraint *c, const char *token)
{
	while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
		c->at++;
	size_t length = strlen(token);
	if ((size_t)(c->end - c->at) < length || memcmp(c->at, token, length) != 0)
		return false;
	c->at += length;
	return true;
}

static int constraint_tag(struct constraint *c, bool negated)
{
	const char *start = c->at;
	while (c->at < c->end) {
		int32_t rune;
		size_t size = tri_utf8_decode(c->at, (size_t)(c->end - c->at), &rune);
		if (size == 0 || (!tri_rune_is_letter(rune) && !tri_rune_is_digit(rune) && rune != '_' && rune != '.'))
			break;
		c->at += size;
	}
	struct slice tag = {start, (uint32_t)(c->at - start)};
	if (tag.length == 0)
		c->failed = true;
	if (negated || !has_prefix(tag, "go1"))
		return NO_VERSION;
	if (tag.length == 3)
		return 0;
	if (tag.length == 4 || tag.length > 8 || tag.text[3] != '.')
		return NO_VERSION;
	int version = 0;
	for (uint32_t i = 4; i < tag.length; i++) {
		if (tag.text[i] < '0' || tag.text[i] > '9')
			return NO_VERSION;
		version = version * 10 + (tag.text[i] - '0');
	}
	return version;
}

static int constraint_not(struct constraint *c, bool negated)
{
	if (++c->size > LARGEST_CONSTRAINT) {
		c->failed = true;
		return NO_VERSION;
	}
	if (constraint_accept(c, "!"))
		negated = !negated;
	if (!constraint_accept(c, "("))
		return constraint_tag(c, negated);
	int version = constraint_or(c, negated);
	if (!constraint_accept(c, ")"))
		c->failed = true;
	return version;
}

static int constraint_and(struct constraint *c, bool negated)
{
	int version = constraint_not(c, negated);
	while (!c->failed && constraint_accept(c, "&&")) {
		int other = constraint_not(c, negated);
		version = (version > other) != negated ? version : other;
	}
	return version;
}

static int constraint_or(struct constraint *c, bool negated)
{
	int version = constraint_and(c, negated);
	while (!c->failed && constraint_accept(c, "||")) {
		int other = constraint_and(c, negated);
		version = (version < other) != negated ? version : other;
	}
	return version;
}

// `text` is what follows "go:build".
static void set_go_version(struct tri_parser *p, struct slice text)
{
	if ((text.length > 0 && !is_blank(text.text[0])) || p->options->again)
		return;
	text = trim(text);
	struct constraint c = {.at = text.text, .end = text.text + text.length};
	int version = constraint_or(&c, false);
	constraint_accept(&c, "");
	if (c.failed || c.at != c.end)
		return;
	if (version == NO_VERSION)
		p->source->go_version = NULL;
	else if (version == 0)
		p->source->go_version = "go1";
	else
		p->source->go_version = tri_arena_printf(p->arena, "go1.%d", version);
}

// ---- Pragmas -----------------------------------------------------------------------------------

// Only the compiler complains.
static void complain(struct tri_parser *p, tri_pos pos, const char *format, ...) TRI_PRINTF(3, 4);
static void complain(struct tri_parser *p, tri_pos pos, const char *format, ...)
{
	if (!p->options->check_branches)
		return;
	va_list arguments;
	va_start(arguments, format);
	tri_diag_verror(p->diags, pos, "BadDirective", format, arguments);
	va_end(arguments);
	p->directive_error_count++;
}

static void add_pending(struct tri_parser *p, tri_pos pos, uint32_t group)
{
	struct tri_pending_directive pending = {pos, group};
	tri_vector_push(p->arena, &p->pending, pending);
}

// Splits off up to four words; gives how many there are.
static uint32_t split_words(struct slice text, struct slice words[4])
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < text.length && count < 4;) {
		if (is_blank(text.text[i])) {
			i++;
			continue;
		}
		uint32_t start = i;
		while (i < text.length && !is_blank(text.text[i]))
			i++;
		words[count++] = (struct slice){text.text + start, i - start};
	}
	return count;
}

static void add_linkname(struct tri_parser *p, tri_pos pos, struct slice text)
{
	struct slice words[4];
	uint32_t count = split_words(text, words);
	if (count != 2 && count != 3) {
		complain(p, pos, "usage: //go:linkname localname [linkname]");
		return;
	}
	struct tri_linkname linkname = {.pos = pos, .local = tri_name_intern(p->names, words[1].text, words[1].length)};
	if (count == 3)
		linkname.remote = tri_arena_strdup(p->arena, words[2].text, words[2].length);
	tri_vector_push(p->arena, &p->file->linknames, linkname);
}

static void add_pragma(struct tri_parser *p, tri_pos pos, struct slice text)
{
	struct slice verb = text;
	for (uint32_t i = 0; i < text.length; i++) {
		if (text.text[i] == ' ') {
			verb.length = i;
			break;
		}
	}
	// Importing a function from a named library is open to all, other uses of C only to generated code.
	struct slice words[4];
	bool library = has_prefix(text, "go:cgo_import_dynamic ") && split_words(text, words) == 4;
	if (has_prefix(text, "go:cgo_") && !library && !p->options->standard_library)
		complain(p, pos, "//%.*s only allowed in cgo-generated code", (int)text.length, text.text);
	for (size_t i = 0; i < TRI_COUNT(known_directives); i++) {
		if (!equals(verb, known_directives[i].verb))
			continue;
		uint8_t user = known_directives[i].user;
		if (user == RUNTIME && !p->options->runtime_package)
			complain(p, pos, "//%s only allowed in runtime", known_directives[i].verb);
		if (user == STANDARD_LIBRARY && !p->options->standard_library)
			complain(p, pos, "//%s is only allowed in the standard library", known_directives[i].verb);
		p->pragma_bits |= known_directives[i].bits;
		add_pending(p, pos, known_directives[i].group);
		return;
	}
	// To Go's compiler all of ours are comments; a promise with a slip of the pen must not go unnoticed here.
	if (has_prefix(text, "tricolor:"))
		complain(p, pos, "unknown directive //%.*s: there is only //tricolor:noalloc", (int)verb.length, verb.text);
}

// Takes one pattern off the front of `rest`, which does not begin with a blank; false when its quotes are wrong.
static bool take_pattern(struct tri_parser *p, struct slice *rest, const char **pattern)
{
	char quote = rest->text[0];
	uint32_t end = 1;
	if (quote != '"' && quote != '`') {
		while (end < rest->length && !is_blank(rest->text[end]))
			end++;
		*pattern = tri_arena_strdup(p->arena, rest->text, end);
	} else {
		while (end < rest->length && rest->text[end] != quote)
			end += quote == '"' && rest->text[end] == '\\' ? 2 : 1;
		if (end >= rest->length)
			return false;
		struct tri_buffer text = {0};
		for (uint32_t i = 1; i < end; i++) {
			// Escapes of file names are those of the quote and the backslash.
			i += quote == '"' && rest->text[i] == '\\';
			tri_buffer_append_byte(&text, rest->text[i]);
		}
		*pattern = tri_arena_strdup(p->arena, text.data != NULL ? text.data : "", text.length);
		tri_buffer_free(&text);
		end++;
		if (end < rest->length && !is_blank(rest->text[end]))
			return false;
	}
	rest->text += end;
	rest->length -= end;
	return true;
}

static void add_embeds(struct tri_parser *p, tri_pos pos, struct slice text)
{
	uint32_t before = p->embeds.count;
	for (text = trim(text); text.length > 0; text = trim(text)) {
		struct tri_embed embed = {.pos = pos, .pattern_pos = tri_parser_pos_at(p, (uint32_t)(text.text - p->source->text))};
		if (!take_pattern(p, &text, &embed.pattern)) {
			complain(p, pos, "invalid quoted string in //go:embed: %.*s", (int)text.length, text.text);
			p->embeds.count = before;
			break;
		}
		tri_vector_push(p->arena, &p->embeds, embed);
	}
	if (p->embeds.count > before)
		add_pending(p, pos, ABOVE_VARIABLE);
	else
		complain(p, pos, "usage: //go:embed pattern...");
}

static bool is_alone_on_line(const struct tri_parser *p, uint32_t offset)
{
	const char *text = p->source->text;
	while (offset > 0 && (text[offset - 1] == ' ' || text[offset - 1] == '\t' || text[offset - 1] == '\r'))
		offset--;
	return offset == 0 || text[offset - 1] == '\n';
}

void tri_parser_directive(struct tri_parser *p, uint32_t offset, uint32_t length)
{
	struct slice text = {p->source->text + offset + 2, length - 2};
	bool block = text.text[-1] == '*';
	if (block)
		text.length -= 2;
	else if (text.length > 0 && text.text[text.length - 1] == '\r')
		text.length--;

	if (has_prefix(text, "line ")) {
		struct slice rest = {text.text + 5, text.length - 5};
		if (block)
			set_line(p, rest, offset + length);
		else if (offset == 0 || p->source->text[offset - 1] == '\n')
			set_line(p, rest, offset + length + 1);
		return;
	}

	if (p->before_package && has_prefix(text, "go:build"))
		set_go_version(p, (struct slice){text.text + 8, text.length - 8});
	tri_pos pos = tri_parser_pos_at(p, offset + 2);
	if (!is_alone_on_line(p, offset)) {
		complain(p, pos, "misplaced compiler directive");
		return;
	}
	if (has_prefix(text, "go:linkname ")) {
		add_linkname(p, pos, text);
	} else if (equals(text, "go:embed") || has_prefix(text, "go:embed ")) {
		add_embeds(p, pos, (struct slice){text.text + 8, text.length - 8});
	} else {
		add_pragma(p, pos, text);
	}
}

static void misplaced(struct tri_parser *p, const struct tri_pending_directive *pending, bool at_once)
{
	const char *kind = pending->group == ABOVE_VARIABLE ? "go:embed" : "compiler";
	if (at_once) {
		complain(p, pending->pos, "misplaced %s directive", kind);
		return;
	}
	struct tri_misplaced_directive directive = {pending->pos, kind};
	tri_vector_push(p->arena, &p->file->misplaced_directives, directive);
}

// Reports what may not stand above a thing of the given group, at once or when types are right, and forgets all.
static uint32_t settle_pending(struct tri_parser *p, uint32_t group, bool at_once)
{
	for (uint32_t i = 0; i < p->pending.count; i++) {
		const struct tri_pending_directive *pending = &p->pending.items[i];
		if (pending->group != group)
			misplaced(p, pending, at_once);
	}
	uint32_t bits = p->pragma_bits;
	p->pending.count = 0;
	p->pragma_bits = 0;
	return bits;
}

struct tri_pragma *tri_parser_take_pragma(struct tri_parser *p, enum tri_decl_kind kind)
{
	uint32_t group = kind == TRI_DECL_FUNCTION ? ABOVE_FUNCTION : kind == TRI_DECL_VAR ? ABOVE_VARIABLE : 0;
	uint32_t bits = settle_pending(p, group, false);
	struct tri_pragma *pragma = NULL;
	if (bits != 0 || (group == ABOVE_VARIABLE && p->embeds.count > 0)) {
		pragma = TRI_NEW(p->arena, struct tri_pragma);
		pragma->bits = bits;
	}
	for (uint32_t i = 0; i < p->embeds.count && group == ABOVE_VARIABLE; i++)
		tri_vector_push(p->arena, &pragma->embeds, p->embeds.items[i]);
	p->embeds.count = 0;
	return pragma;
}

void tri_parser_take_package_pragma(struct tri_parser *p) { settle_pending(p, ABOVE_PACKAGE, false); }

void tri_parser_drop_pragma(struct tri_parser *p)
{
	if (p->pending.count > 0)
		settle_pending(p, 0, true);
	p->embeds.count = 0;
}
