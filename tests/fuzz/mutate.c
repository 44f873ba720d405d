// Go files with small mistakes, made from right ones, through the front end.
//
//     mutate [-n COUNT] [-seed SEED] [-seconds SECONDS] [-keep FOLDER] FILE...
//     mutate -n 0 FILE...          the files as they are
//
// COUNT mutants (10000) of the files, each compiled in this process or, more exactly, in a child that goes on from one
// to the next until something ends it: a crash, a sanitizer's report, an internal error, or SECONDS (5) of
// processor time with one file. The parent then writes the culprit to FOLDER (the working folder) and starts a child for the rest.
// A mutant depends on its number, SEED and the files alone. The last line is "N passed, N failed, N skipped".
//
// Mutations: tokens left out, doubled, swapped, replaced by others of the file, of another file or of a list; the start
// of one file joined to the end of another; the end cut off.
#include "tests/fuzz/compile_text.h"

#include <ctype.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

struct text {
	char *bytes;
	size_t length;
};

struct token {
	size_t start, length;
	bool meaningful; // neither space nor comment
};

struct source {
	const char *path;
	struct text text;
	struct token *tokens;
	size_t token_count;
};

struct settings {
	struct source *sources;
	size_t source_count;
	uint64_t seed;
	uint32_t count;
	unsigned seconds;
	const char *keep;
	bool exact; // each file four times, for the ways of running it
};

static void *checked(void *pointer)
{
	if (pointer == NULL) {
		fputs("mutate: out of memory\n", stderr);
		exit(2);
	}
	return pointer;
}

// ---- Random numbers (splitmix64) -----------------------------------------------------------------

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static size_t below(uint64_t *state, size_t limit) { return limit == 0 ? 0 : (size_t)(next_random(state) % limit); }

// ---- Tokens: as much of Go's grammar of them as cutting needs ------------------------------------------

static size_t token_length(const char *text, size_t left)
{
	unsigned char first = (unsigned char)text[0];
	size_t length = 1;
	if (first == '/' && left > 1 && text[1] == '/') {
		while (length < left && text[length] != '\n')
			length++;
	} else if (first == '/' && left > 1 && text[1] == '*') {
		length = 2;
		while (length < left && !(text[length - 1] == '*' && text[length] == '/' && length > 2))
			length++;
		length += length < left;
	} else if (first == '"' || first == '\'' || first == '`') {
		while (length < left && text[length] != (char)first && (first == '`' || text[length] != '\n'))
			length += text[length] == '\\' && first != '`' && length + 1 < left ? 2 : 1;
		length += length < left;
	} else if (isalnum(first) || first == '_' || first >= 0x80) {
		while (length < left && (isalnum((unsigned char)text[length]) || text[length] == '_' || (unsigned char)text[length] >= 0x80))
			length++;
	} else if (isspace(first)) {
		while (length < left && isspace((unsigned char)text[length]))
			length++;
	} else {
		static const char *const operators[] = {"<<=", ">>=", "&^=", "...", "&&", "||", "<-", "++", "--", "==", "!=", "<=", ">=",
												":=",  "+=",  "-=",  "*=",  "/=", "%=", "&=", "|=", "^=", "<<", ">>", "&^"};
		for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
			if (strlen(operators[i]) <= left && strncmp(text, operators[i], strlen(operators[i])) == 0)
				return strlen(operators[i]);
	}
	return length;
}

static void split(struct source *source)
{
	const struct text *text = &source->text;
	source->tokens = checked(calloc(text->length + 1, sizeof *source->tokens));
	for (size_t at = 0; at < text->length;) {
		size_t length = token_length(text->bytes + at, text->length - at);
		bool comment = text->bytes[at] == '/' && length > 1 && (text->bytes[at + 1] == '/' || text->bytes[at + 1] == '*');
		source->tokens[source->token_count++] = (struct token){at, length, !comment && !isspace((unsigned char)text->bytes[at])};
		at += length;
	}
}

// ---- Mutants -----------------------------------------------------------------------------------------

// Of the whole language; what the files do not have is not found by exchanging their own tokens alone.
static const char *const pool[] = {
	"(",
	")",
	"{",
	"}",
	"[",
	"]",
	",",
	";",
	":",
	".",
	"...",
	"=",
	":=",
	"==",
	"!=",
	"<",
	"<=",
	"+",
	"-",
	"*",
	"/",
	"%",
	"&",
	"|",
	"^",
	"<<",
	">>",
	"&^",
	"!",
	"<-",
	"++",
	"+=",
	"&&",
	"||",
	"~",
	"0",
	"1",
	"-1",
	"1.5",
	"2i",
	"'a'",
	"\"s\"",
	"1e400",
	"0x",
	"1<<70",
	"nil",
	"true",
	"iota",
	"_",
	"int",
	"string",
	"float64",
	"complex128",
	"uint8",
	"error",
	"any",
	"comparable",
	"struct{}",
	"[]int",
	"map[string]int",
	"chan",
	"func()",
	"interface{}",
	"break",
	"continue",
	"fallthrough",
	"goto",
	"return",
	"if",
	"for",
	"switch",
	"select",
	"case",
	"default",
	"defer",
	"go",
	"range",
	"var",
	"const",
	"type",
	"func",
	"package",
	"import",
	"else",
	"len",
	"cap",
	"make",
	"new",
	"append",
	"copy",
	"delete",
	"panic",
	"recover",
	"min",
	"max",
	"clear",
	"[T any]",
	"[int]",
	"unsafe.Pointer",
	"unsafe.Sizeof(x)",
	"[...]int{1: 2}",
	"func(yield func(int) bool)",
};

struct piece {
	const char *bytes;
	size_t length;
};

static const struct token *random_token(const struct source *source, uint64_t *state)
{
	for (int tries = 0; tries < 100; tries++) {
		const struct token *token = &source->tokens[below(state, source->token_count)];
		if (token->meaningful)
			return token;
	}
	return source->tokens;
}

static struct piece piece_of(const struct source *source, const struct token *token)
{
	return (struct piece){source->text.bytes + token->start, token->length};
}

// Names and keywords, numbers, texts, signs.
static int kind_of(const struct source *source, size_t token)
{
	unsigned char first = (unsigned char)source->text.bytes[source->tokens[token].start];
	if (isdigit(first))
		return 1;
	if (isalpha(first) || first == '_' || first >= 0x80)
		return 2;
	return first == '"' || first == '\'' || first == '`' ? 3 : 4;
}

static void change_one(const struct settings *settings, const struct source *source, struct piece *pieces, uint64_t *state)
{
	size_t at = (size_t)(random_token(source, state) - source->tokens), other = (size_t)(random_token(source, state) - source->tokens);
	switch (below(state, 11)) {
	case 0:
	case 1:
		pieces[at].length = 0;
		break;
	case 2: { // twice: in place of the space behind it, if there is one
		if (at + 1 < source->token_count)
			pieces[at + 1] = pieces[at];
		break;
	}
	case 3: {
		struct piece saved = pieces[at];
		pieces[at] = pieces[other];
		pieces[other] = saved;
		break;
	}
	case 4:
	case 5:
	case 6:
	case 7:
	case 8: // by one of its kind: likely to be read on to the types
		for (int tries = 0; tries < 20 && kind_of(source, other) != kind_of(source, at); tries++)
			other = (size_t)(random_token(source, state) - source->tokens);
		pieces[at] = piece_of(source, &source->tokens[other]);
		break;
	case 9: {
		const struct source *from = &settings->sources[below(state, settings->source_count)];
		if (from->token_count > 0)
			pieces[at] = piece_of(from, random_token(from, state));
		break;
	}
	default: {
		const char *word = pool[below(state, sizeof pool / sizeof *pool)];
		pieces[at] = (struct piece){word, strlen(word)};
	}
	}
}

static struct text join(const struct piece *pieces, size_t count)
{
	size_t length = 0;
	for (size_t i = 0; i < count; i++)
		length += pieces[i].length;
	struct text result = {checked(malloc(length + 1)), length};
	char *end = result.bytes;
	for (size_t i = 0; i < count; i++) {
		memcpy(end, pieces[i].bytes, pieces[i].length);
		end += pieces[i].length;
	}
	return result;
}

static struct text mutant(const struct settings *settings, uint32_t number, const struct source **from)
{
	if (settings->exact) {
		*from = &settings->sources[number / 4];
		const struct piece whole = {(*from)->text.bytes, (*from)->text.length};
		return join(&whole, 1);
	}
	uint64_t state = settings->seed * 0x100000001b3 + number;
	next_random(&state);
	const struct source *source = &settings->sources[below(&state, settings->source_count)];
	*from = source;
	if (source->token_count == 0)
		return join(NULL, 0);
	const struct source *tail = source;
	size_t head_count = source->token_count, tail_from = source->token_count;
	size_t kind = below(&state, 20);
	if (kind == 0) {
		head_count = below(&state, source->token_count);
	} else if (kind <= 2) {
		tail = &settings->sources[below(&state, settings->source_count)];
		head_count = below(&state, source->token_count);
		tail_from = below(&state, tail->token_count);
	}
	size_t tail_count = tail->token_count - tail_from;
	struct piece *pieces = checked(calloc(source->token_count + tail_count + 1, sizeof *pieces));
	for (size_t i = 0; i < source->token_count; i++)
		pieces[i] = piece_of(source, &source->tokens[i]);
	if (kind > 1)
		for (size_t changes = 1 + below(&state, below(&state, 3) == 0 ? 12 : 3); changes > 0; changes--)
			change_one(settings, source, pieces, &state);
	for (size_t i = 0; i < tail_count; i++)
		pieces[head_count + i] = piece_of(tail, &tail->tokens[tail_from + i]);
	struct text result = join(pieces, head_count + tail_count);
	if (kind == 0 && result.length > 0 && below(&state, 2) == 0) // in the middle of a token too
		result.length -= below(&state, result.length < 20 ? result.length : 20);
	free(pieces);
	return result;
}

// ---- Running -----------------------------------------------------------------------------------------

// What the child tells the parent.
struct progress {
	uint32_t number; // being compiled
	uint32_t valid;  // mutants without errors so far
};

// Processor time: the machine may be busy with other things.
static void set_alarm(unsigned seconds)
{
	struct itimerval timer = {.it_value.tv_sec = seconds};
	setitimer(ITIMER_PROF, &timer, NULL);
}

static void run_from(const struct settings *settings, uint32_t first, volatile struct progress *progress)
{
	for (uint32_t number = first; number < settings->count; number++) {
		progress->number = number;
		const struct source *from;
		struct text text = mutant(settings, number, &from);
		set_alarm(settings->seconds);
		if (fuzz_compile_text(text.bytes, text.length, number % 4 == 3 ? FUZZ_AFTER_SYNTAX_ERRORS : FUZZ_ANALYSE) == 0)
			progress->valid++;
		set_alarm(0);
		free(text.bytes);
	}
	progress->number = settings->count;
}

static void keep_culprit(const struct settings *settings, uint32_t number, int status)
{
	const struct source *from;
	struct text text = mutant(settings, number, &from);
	char path[4096];
	snprintf(path, sizeof path, "%s/mutant-%llu-%u.go", settings->keep, (unsigned long long)settings->seed, number);
	FILE *file = fopen(path, "wb");
	if (file != NULL) {
		fwrite(text.bytes, 1, text.length, file);
		fclose(file);
	}
	free(text.bytes);
	const char *what = WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF ? "takes too long" : "ended the compiler";
	printf("FAIL %s (of %s): %s, %s %d%s\n", path, from->path, what, WIFSIGNALED(status) ? "signal" : "exit status",
		   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), number % 4 == 3 ? " (types are checked after syntax errors)" : "");
	fflush(stdout);
}

static int run_all(const struct settings *settings)
{
	volatile struct progress *progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (progress == MAP_FAILED) {
		perror("mutate");
		return 2;
	}
	uint32_t failed = 0;
	for (uint32_t next = 0; next < settings->count;) {
		pid_t child = fork();
		if (child == 0) {
			run_from(settings, next, progress);
			_exit(0);
		}
		int status;
		if (child < 0 || waitpid(child, &status, 0) < 0) {
			perror("mutate");
			return 2;
		}
		next = progress->number;
		if (next < settings->count) {
			keep_culprit(settings, next++, status);
			failed++;
		}
	}
	printf("%u of the mutants are valid programs\n", progress->valid);
	printf("%u passed, %u failed, 0 skipped\n", settings->count - failed, failed);
	return failed > 0;
}

static bool read_source(const char *path, struct source *source)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL || fseek(file, 0, SEEK_END) != 0)
		return false;
	long size = ftell(file);
	rewind(file);
	source->path = path;
	source->text.bytes = checked(malloc((size_t)size + 1));
	source->text.length = fread(source->text.bytes, 1, (size_t)size, file);
	fclose(file);
	split(source);
	return true;
}

// The driver gives the stages 1 GiB; exec makes the main thread's stack anew.
static void enlarge_stack(char **arguments)
{
	struct rlimit limit;
	const rlim_t wanted = (rlim_t)1 << 30;
	if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= wanted || getenv("FUZZ_STACK") != NULL)
		return;
	limit.rlim_cur = wanted;
	setenv("FUZZ_STACK", "1", 1);
	if (setrlimit(RLIMIT_STACK, &limit) == 0)
		execv("/proc/self/exe", arguments);
	perror("mutate: cannot enlarge the stack");
}

int main(int count, char **arguments)
{
	enlarge_stack(arguments);
	struct settings settings = {.count = 10000, .seed = 1, .seconds = 5, .keep = "."};
	int at = 1;
	for (; at + 1 < count && arguments[at][0] == '-'; at += 2) {
		const char *value = arguments[at + 1];
		if (strcmp(arguments[at], "-n") == 0)
			settings.count = (uint32_t)strtoul(value, NULL, 10);
		else if (strcmp(arguments[at], "-seed") == 0)
			settings.seed = strtoull(value, NULL, 10);
		else if (strcmp(arguments[at], "-seconds") == 0)
			settings.seconds = (unsigned)strtoul(value, NULL, 10);
		else if (strcmp(arguments[at], "-keep") == 0)
			settings.keep = value;
		else
			break;
	}
	if (at >= count || arguments[at][0] == '-') {
		fputs("usage: mutate [-n COUNT] [-seed SEED] [-seconds SECONDS] [-keep FOLDER] FILE...\n", stderr);
		return 2;
	}
	settings.sources = checked(calloc((size_t)(count - at), sizeof *settings.sources));
	for (; at < count; at++) {
		if (!read_source(arguments[at], &settings.sources[settings.source_count])) {
			perror(arguments[at]);
			return 2;
		}
		settings.source_count++;
	}
	if (settings.count == 0) {
		settings.exact = true;
		settings.count = (uint32_t)settings.source_count * 4;
	}
	return run_all(&settings);
}
