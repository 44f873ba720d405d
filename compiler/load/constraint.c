// Which files belong to a build: by their names (x_linux_amd64.go) and by their //go:build lines.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

// Systems and machines that Go knows or knew: names of files may end in them.
static const char *const known_systems[] = {"aix",   "android", "darwin", "dragonfly", "freebsd", "hurd",    "illumos", "ios",     "js",
											"linux", "nacl",    "netbsd", "openbsd",   "plan9",   "solaris", "wasip1",  "windows", "zos"};
static const char *const known_machines[] = {"386",     "amd64",  "amd64p32", "arm",      "armbe",     "arm64",       "arm64be", "loong64",
											 "mips",    "mipsle", "mips64",   "mips64le", "mips64p32", "mips64p32le", "ppc",     "ppc64",
											 "ppc64le", "riscv",  "riscv64",  "s390",     "s390x",     "sparc",       "sparc64", "wasm"};

// Tags that hold for linux/amd64 and Go 1.26, apart from go1.1 to go1.26: the target, Go's own kind of compiler, and
// the experiments that are on by default.
static const char *const fixed_tags[] = {"linux", "gc", "unix", "goexperiment.randomizedheapbase64"};
static const char *const machine_tags[] = {"amd64", "amd64.v1"};
static const char *const pretended_tags[] = {"generic64"};
static const char *const experiment_tags[] = {"goexperiment.regabiwrappers", "goexperiment.regabiargs", "goexperiment.dwarf5",
											  "goexperiment.greenteagc"};

static bool is_one_of(const char *text, size_t length, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(list[i]) == length && memcmp(list[i], text, length) == 0)
			return true;
	}
	return false;
}

static bool is_release(const char *tag, size_t length)
{
	if (length < 5 || length > 6 || memcmp(tag, "go1.", 4) != 0 || tag[4] == '0')
		return false;
	int minor = 0;
	for (size_t i = 4; i < length; i++) {
		if (tag[i] < '0' || tag[i] > '9')
			return false;
		minor = minor * 10 + (tag[i] - '0');
	}
	return minor <= TRI_LOAD_GO_MINOR;
}

static bool in_list(const char *list, const char *tag, size_t length)
{
	while (list != NULL && *list != '\0') {
		size_t item = strcspn(list, ", ");
		if (item == length && memcmp(list, tag, length) == 0)
			return true;
		list += item + (list[item] != '\0');
	}
	return false;
}

bool tri_load_tag_holds(const struct load_tags *tags, const char *tag, size_t length)
{
	static const char old_boring[] = "boringcrypto", boring[] = "goexperiment.boringcrypto";
	if (length == strlen(old_boring) && memcmp(tag, old_boring, length) == 0) {
		tag = boring;
		length = strlen(boring);
	}
	if (tags->pretends ? is_one_of(tag, length, pretended_tags, TRI_COUNT(pretended_tags))
					   : is_one_of(tag, length, machine_tags, TRI_COUNT(machine_tags)))
		return true;
	if (!tags->generates && is_one_of(tag, length, experiment_tags, TRI_COUNT(experiment_tags)))
		return true;
	if (tags->uses_c && length == 3 && memcmp(tag, "cgo", 3) == 0)
		return true;
	return is_one_of(tag, length, fixed_tags, TRI_COUNT(fixed_tags)) || is_release(tag, length) || in_list(tags->given, tag, length) ||
		   in_list(tags->own, tag, length);
}

// ---- Names ---------------------------------------------------------------------------------------------

bool tri_load_name_fits(const char *name, const struct load_tags *tags)
{
	size_t length = strcspn(name, ".");
	const char *words[3] = {0}; // the last ones, the last first
	size_t lengths[3] = {0};
	size_t end = length, count = 0;
	for (size_t i = length; i > 0 && count < 3; i--) {
		if (name[i - 1] != '_')
			continue;
		words[count] = name + i;
		lengths[count++] = end - i;
		end = i - 1;
	}
	// What stands before the first underscore is no word.
	const char **word = words;
	size_t *word_length = lengths;
	if (count > 0 && lengths[0] == 4 && memcmp(words[0], "test", 4) == 0) {
		word++;
		word_length++;
		count--;
	} else if (count == 3) {
		count = 2;
	}
	if (count == 0)
		return true;
	bool machine = is_one_of(word[0], word_length[0], known_machines, TRI_COUNT(known_machines));
	bool system = is_one_of(word[0], word_length[0], known_systems, TRI_COUNT(known_systems));
	if (machine && count > 1 && is_one_of(word[1], word_length[1], known_systems, TRI_COUNT(known_systems)))
		return tri_load_tag_holds(tags, word[0], word_length[0]) && tri_load_tag_holds(tags, word[1], word_length[1]);
	return (!machine && !system) || tri_load_tag_holds(tags, word[0], word_length[0]);
}

// ---- Expressions -----------------------------------------------------------------------------------------

enum { LARGEST_EXPRESSION = 1000 };

struct expression {
	const char *at, *end;
	const char *token;
	size_t token_length;
	const struct load_tags *tags;
	uint32_t size;
	const char *problem;
	bool is_tag;
};

static bool is_tag_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_' || byte == '.' ||
		   (unsigned char)byte >= 0x80;
}

static void next_token(struct expression *e)
{
	while (e->at < e->end && (*e->at == ' ' || *e->at == '\t'))
		e->at++;
	e->token = e->at;
	e->token_length = 0;
	e->is_tag = false;
	if (e->at == e->end || e->problem != NULL)
		return;
	if (*e->at == '(' || *e->at == ')' || *e->at == '!') {
		e->token_length = 1;
	} else if (*e->at == '&' || *e->at == '|') {
		if (e->at + 1 == e->end || e->at[1] != *e->at) {
			e->problem = *e->at == '&' ? "invalid syntax at &" : "invalid syntax at |";
			return;
		}
		e->token_length = 2;
	} else {
		while (e->at + e->token_length < e->end && is_tag_byte(e->at[e->token_length]))
			e->token_length++;
		e->is_tag = true;
		if (e->token_length == 0) {
			e->problem = "invalid syntax";
			return;
		}
	}
	e->at += e->token_length;
}

static bool is_token(const struct expression *e, const char *text)
{
	return strlen(text) == e->token_length && memcmp(text, e->token, e->token_length) == 0;
}

static bool evaluate_or(struct expression *e);

static bool evaluate_not(struct expression *e)
{
	if (++e->size > LARGEST_EXPRESSION) {
		e->problem = "build expression too large";
		return false;
	}
	if (is_token(e, "!")) {
		next_token(e);
		if (is_token(e, "!")) {
			e->problem = "double negation not allowed";
			return false;
		}
		return !evaluate_not(e);
	}
	if (is_token(e, "(")) {
		next_token(e);
		bool value = evaluate_or(e);
		if (e->problem == NULL && !is_token(e, ")"))
			e->problem = "missing close paren";
		next_token(e);
		return value;
	}
	if (!e->is_tag) {
		if (e->problem == NULL)
			e->problem = e->token_length == 0 ? "unexpected end of expression" : "unexpected token";
		return false;
	}
	bool value = tri_load_tag_holds(e->tags, e->token, e->token_length);
	next_token(e);
	return value;
}

static bool evaluate_and(struct expression *e)
{
	bool value = evaluate_not(e);
	while (e->problem == NULL && is_token(e, "&&")) {
		next_token(e);
		bool right = evaluate_not(e);
		value = value && right;
	}
	return value;
}

static bool evaluate_or(struct expression *e)
{
	bool value = evaluate_and(e);
	while (e->problem == NULL && is_token(e, "||")) {
		next_token(e);
		bool right = evaluate_and(e);
		value = value || right;
	}
	return value;
}

static bool evaluate(const char *text, size_t length, const struct load_tags *tags, const char **problem)
{
	struct expression e = {.at = text, .end = text + length, .tags = tags};
	next_token(&e);
	bool value = evaluate_or(&e);
	if (e.problem == NULL && e.token_length != 0)
		e.problem = "unexpected token after expression";
	*problem = e.problem;
	return e.problem == NULL && value;
}

// The older form: blanks separate alternatives, commas what must hold together.
static bool evaluate_plus_build(const char *text, size_t length, const struct load_tags *tags)
{
	bool any = false;
	for (size_t i = 0; i < length;) {
		while (i < length && (text[i] == ' ' || text[i] == '\t'))
			i++;
		bool all = true, words = false;
		while (i < length && text[i] != ' ' && text[i] != '\t') {
			bool negated = text[i] == '!';
			i += negated;
			size_t start = i;
			while (i < length && is_tag_byte(text[i]))
				i++;
			words = true;
			if (i == start || tri_load_tag_holds(tags, text + start, i - start) == negated)
				all = false;
			if (i < length && text[i] == ',')
				i++;
			else if (i < length && text[i] != ' ' && text[i] != '\t')
				i++;
		}
		any = any || (words && all);
	}
	return any;
}

// ---- Headers ---------------------------------------------------------------------------------------------

struct span {
	const char *text;
	size_t length;
};

static struct span trim(struct span s)
{
	while (s.length > 0 && strchr(" \t\r\n\v\f", s.text[0]) != NULL && s.text[0] != '\0') {
		s.text++;
		s.length--;
	}
	while (s.length > 0 && strchr(" \t\r\n\v\f", s.text[s.length - 1]) != NULL && s.text[s.length - 1] != '\0')
		s.length--;
	return s;
}

static bool starts(struct span s, const char *prefix) { return s.length >= strlen(prefix) && memcmp(s.text, prefix, strlen(prefix)) == 0; }

static bool is_build_line(struct span line, const char *word, struct span *rest)
{
	if (!starts(line, word))
		return false;
	size_t length = strlen(word);
	if (line.length > length && line.text[length] != ' ' && line.text[length] != '\t')
		return false;
	*rest = trim((struct span){line.text + length, line.length - length});
	return true;
}

// // +build, with any blanks between.
static bool is_plus_build(struct span line, struct span *rest)
{
	if (!starts(line, "//"))
		return false;
	return is_build_line(trim((struct span){line.text + 2, line.length - 2}), "+build", rest);
}

struct header {
	const struct load_tags *tags;
	struct span build_line;
	bool has_build_line;
	bool ended;        // something other than a // comment was seen
	bool in_comment;   // a block comment
	bool plus_fits;    // lines of the older form that count so far
	bool pending_plus; // and of those that count if an empty line follows
	const char *problem;
};

// False when the line holds text outside of comments.
static bool is_comment_line(struct header *h, struct span line)
{
	while (line.length > 0) {
		if (h->in_comment) {
			const char *close = memmem(line.text, line.length, "*/", 2);
			if (close == NULL)
				return true;
			h->in_comment = false;
			line = trim((struct span){close + 2, line.length - (size_t)(close + 2 - line.text)});
		} else if (starts(line, "//")) {
			return true;
		} else if (starts(line, "/*")) {
			h->in_comment = true;
			line = trim((struct span){line.text + 2, line.length - 2});
		} else {
			return false;
		}
	}
	return true;
}

bool tri_load_header_fits(const char *text, size_t length, const struct load_tags *tags, const char **problem)
{
	struct header h = {.tags = tags, .plus_fits = true, .pending_plus = true};
	*problem = NULL;
	const char *end = text + length;
	if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		text += 3;
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		struct span line = trim((struct span){text, (size_t)((newline != NULL ? newline : end) - text)});
		text = newline != NULL ? newline + 1 : end;
		if (line.length == 0) {
			if (!h.ended)
				h.plus_fits = h.plus_fits && h.pending_plus;
			continue;
		}
		if (!starts(line, "//"))
			h.ended = true;
		struct span rest;
		if (!h.in_comment && is_build_line(line, "//go:build", &rest)) {
			if (h.has_build_line) {
				*problem = "multiple //go:build comments";
				return false;
			}
			h.has_build_line = true;
			h.build_line = rest;
		} else if (!h.ended && is_plus_build(line, &rest)) {
			h.pending_plus = h.pending_plus && evaluate_plus_build(rest.text, rest.length, tags);
		}
		if (!is_comment_line(&h, line))
			break;
	}
	if (!h.has_build_line)
		return h.plus_fits;
	return evaluate(h.build_line.text, h.build_line.length, tags, problem);
}
