// Which flags #cgo lines may give to the C compiler: others could have it run whatever a package brings along. They are
// those that the go command takes, and so are the messages. Nothing is linked here: libraries are only looked at by name.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

#include <regex.h>
#include <stdlib.h>

// Extended regular expressions of whole flags. What is behind "@" is a file of more flags, even at the beginning of an
// argument, and a comma behind -W begins one more flag.
#define NAME "[A-Za-z_][A-Za-z0-9_]*"
#define VALUE "[^@-].*"
#define PART "[^,@-][^,]*"
#define LANGUAGE \
	"(c(-header)?|cpp-output|(objective-)?c\\+\\+(-header|-cpp-output)?|objective-c(-header|-cpp-output)?|assembler(-with-cpp)?)"

static const char *const of_both[] = {
	"-([FO]" VALUE "|O|v|pthread|g(" VALUE ")?|-?stdlib=" VALUE ")",
	"-f(no-)?(pic|PIC|pie|PIE|openmp(-simd)?)|-fsanitize=" VALUE,
	"-m(abi|arch|cpu|float-abi|fpu|simd|tls-dialect|tune)=" VALUE "|-mcmodel=[0-9a-z-]+",
	"-m(no-)?(relax|strict-align|lsx|lasx|frecipe|div32|lam-bh|lamcas|ld-seq-sa)",
	"-m(threads|windows|(soft|single|double)-float|macosx-.+|(ios-simulator|iphoneos)-version-min=.+)",
};

static const char *const of_compiler[] = {
	"-[DU]" NAME "|-D" NAME "=[^@-]*|-Wp,-U" NAME "|-Wp,-D" NAME "(=[^@,-]*)?",
	"-(I" VALUE "|W|W[^@,]+|Wa,-mbig-obj|w|x" LANGUAGE ")",
	"-(ansi|pedantic(-errors)?|pipe|no-canonical-prefixes|-static|-param=ssp-buffer-size=[0-9]*|-?std=" VALUE ")",
	"-f(no-)?(asynchronous-unwind-tables|blocks|common|constant-cfstrings|eliminate-unused-debug-types|exceptions|fast-math|fat-lto-"
	"objects)",
	"-f(no-)?(inline-functions|keep-inline-dllexport|lto|modules|objc-(arc|legacy-dispatch|nonfragile-abi)|omit-frame-pointer|permissive)",
	"-f(no-)?(plt|rtti|split-stack|stack-.+|strict-aliasing|use-linker-plugin|visibility-inlines-hidden)",
	"-f(no-(builtin-[a-zA-Z0-9_]*|canonical-system-headers)|unsigned-char|diagnostics-show-note-include-stack|template-depth-.+)",
	"-f((debug|file)-prefix-map=[^@]+=[^@]+|(macro-backtrace-limit|message-length|visibility)=.+|input-charset=" VALUE ")",
	"-f(sanitize-undefined-strip-path-components=-?[0-9]+|tls-model=((global|local)-dynamic|(initial|local)-exec))",
	"-m(32|64|arm|thumb(-interwork)?|nop-fun-dllimport|fpmath=[0-9a-z,+]*|large-data-threshold=[0-9]+)",
	"-m(no-)?(v?aes|avx[0-9a-z.]*|ms-bitfields|sse[0-9.]*|ssse3|stack-.+)|-m(tv|watch)os(-simulator)?-version-min=.+",
};

static const char *const of_linker[] = {
	"-l[^@:=/\\-][^:=/\\]*|-L" VALUE,
	"-(pic|PIC|pie|PIE|rdynamic|shared|flat_namespace|headerpad_max_install_names|-?static[-a-z0-9+]*)",
	"-Wl,--(no-)?(allow-multiple-definition|allow-shlib-undefined|as-needed|export-dynamic|warn-[^,]+)",
	"-Wl,--((dis|en)able-new-dtags|(start|end)-group|no-undefined|(push|pop)-state|hash-style=(sysv|gnu|both))",
	"-Wl,-(B(dynamic|static|symbolic-functions)|berok|O[0-9]+|d[ny]|E|s|headerpad_max_install_names|search_paths_first|-?static)",
	"-Wl,-(e[=,][a-zA-Z0-9]+|framework," PART "|(rpath(-link)?|syslibroot|undefined)[=,]" PART "|sectcreate(," PART "){3})",
	"-Wl,-(R[,=]?[^@,=-][^,@]*|-just-symbols[=,][^,@-][^,@]*|-?unresolved-symbols=[^,]+|-?wrap[=,]" PART ")",
	"-Wl,-?-subsystem,(native|windows|console|posix|xbox)|-Wl(,-z,(relro|now|(no)?execstack))+",
	"([a-zA-Z0-9_/]|\\./).*\\.(a|o|obj|dll|dylib|lib|so|tbd)", // files
};

// All the same: they take an argument, which they run or write to.
static const char *const never_of_both[] = {"-gen-.*|-gnat.*"};
static const char *const never_of_linker[] = {
	"-l(to_library|azy_(library|framework)|oad_hidden|ibrary(-path)?(=.*)?)|-Wl,--warn-backrefs-exclude",
};

// The next word is theirs.
static const char *const followed_of_compiler[] = {"-arch",      "-D",       "-U",        "-I",       "-F",
												   "-framework", "-include", "-isysroot", "-isystem", "-x"};
static const char *const followed_of_linker[] = {
	"-arch", "-F", "-l", "-L", "-framework", "-isysroot", "-Wl,-framework", "-Wl,-rpath", "-Wl,-R", "-Wl,--just-symbols", "-Wl,-undefined",
};

struct flag_rules {
	bool linker;
	regex_t valid, never, language;
	regex_t allow, disallow; // of the environment
	bool has_allow, has_disallow;
};

static void add_table(struct tri_buffer *out, const char *const *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		tri_buffer_printf(out, "%s%s", out->length > 0 ? "|" : "", table[i]);
}

static bool compile(regex_t *regex, const char *text)
{
	struct tri_buffer whole = {0};
	tri_buffer_printf(&whole, "^(%s)$%c", text, '\0');
	int problem = regcomp(regex, whole.data, REG_EXTENDED | REG_NOSUB);
	tri_buffer_free(&whole);
	return problem == 0;
}

static void compile_tables(regex_t *regex, const char *const *table, size_t count, const char *const *more, size_t more_count)
{
	struct tri_buffer text = {0};
	add_table(&text, table, count);
	add_table(&text, more, more_count);
	tri_buffer_append_byte(&text, '\0');
	if (!compile(regex, text.data))
		tri_ice("flags of #cgo lines: %s", text.data);
	tri_buffer_free(&text);
}

static bool matches(const regex_t *regex, const char *flag) { return regexec(regex, flag, 0, NULL, 0) == 0; }

// Of a kind that Go's regular expressions have and these do not: it would be understood as something else.
static bool is_beyond(const char *text)
{
	for (; *text != '\0'; text++) {
		if (text[0] == '\\' &&
			((text[1] >= '0' && text[1] <= '9') || (text[1] >= 'A' && text[1] <= 'Z') || (text[1] >= 'a' && text[1] <= 'z')))
			return true;
		if ((text[0] == '(' || text[0] == '*' || text[0] == '+' || text[0] == '?' || text[0] == '}') && text[1] == '?')
			return true;
		text += text[0] == '\\' && text[1] != '\0';
	}
	return false;
}

static const char *read_override(struct tri_arena *arena, const char *name, const char *what, regex_t *regex, bool *has)
{
	const char *variable = tri_arena_printf(arena, "CGO_%s_%s", name, what), *text = getenv(variable);
	if (text == NULL || text[0] == '\0')
		return NULL;
	*has = !is_beyond(text) && compile(regex, text);
	return *has ? NULL : tri_arena_printf(arena, "parsing $%s: `%s` is not understood", variable, text);
}

// It cannot be taken for a flag, or for a file of flags.
static bool is_safe(const char *word)
{
	unsigned char c = (unsigned char)word[0];
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '_' || c == '/' || c >= 0x80;
}

static bool is_followed(const struct flag_rules *rules, const char *flag)
{
	const char *const *table = rules->linker ? followed_of_linker : followed_of_compiler;
	size_t count = rules->linker ? TRI_COUNT(followed_of_linker) : TRI_COUNT(followed_of_compiler);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(table[i], flag) == 0)
			return true;
	}
	return false;
}

static bool is_valid_next(const struct flag_rules *rules, const char *flag, const char *next)
{
	if (strcmp(flag, "-x") == 0)
		return matches(&rules->language, next);
	if (strncmp(flag, "-Wl,", 4) == 0) // -Wl,-framework -Wl,Name
		return (strncmp(next, "-Wl,", 4) == 0 && is_safe(next + 4) && strchr(next + 4, ',') == NULL) ||
			   (strcmp(flag, "-Wl,-R") == 0 && is_safe(next));
	if (strcmp(flag, "-l") == 0)
		return is_safe(next) && strpbrk(next, ":=/\\") == NULL;
	bool in_root = strcmp(flag, "-I") == 0 && (next[0] == '=' || strncmp(next, "$SYSROOT", 8) == 0) && is_safe(next + 1);
	return is_safe(next) || in_root;
}

// "-Wl,--push-state,--as-needed": more than one of the linker's.
static bool is_valid_list(struct tri_arena *arena, const struct flag_rules *rules, const char *flag)
{
	static const char beginning[] = "-Wl,--push-state,";
	if (!rules->linker || strncmp(flag, beginning, strlen(beginning)) != 0)
		return false;
	for (const char *at = flag + strlen("-Wl"); *at != '\0';) {
		size_t length = strcspn(at + 1, ",");
		const char *one = tri_arena_printf(arena, "-Wl,%.*s", (int)length, at + 1);
		if (!matches(&rules->valid, one) || matches(&rules->never, one))
			return false;
		at += 1 + length;
	}
	return true;
}

static bool is_forbidden(const struct flag_rules *rules, const char *flag)
{
	if (rules->has_disallow && matches(&rules->disallow, flag))
		return true;
	return !(rules->has_allow && matches(&rules->allow, flag)) && matches(&rules->never, flag);
}

static const char *check_all(struct tri_arena *arena, const struct flag_rules *rules, const char *name, const tri_load_strings *flags)
{
	for (uint32_t i = 0; i < flags->count; i++) {
		const char *flag = flags->items[i], *next = i + 1 < flags->count ? flags->items[i + 1] : NULL, *shown = "";
		bool joined_forbidden = rules->linker && next != NULL && strcmp(flag, "-l") == 0 &&
								is_forbidden(rules, tri_arena_printf(arena, "%s%s", flag, next)); // as gcc has it
		if (!is_forbidden(rules, flag)) {
			if ((rules->has_allow && matches(&rules->allow, flag)) || matches(&rules->valid, flag) || is_valid_list(arena, rules, flag))
				continue;
			if (!joined_forbidden && is_followed(rules, flag)) {
				if (next != NULL && is_valid_next(rules, flag, next)) {
					i++;
					continue;
				}
				shown = next != NULL ? tri_arena_printf(arena, " %s", next) : " without argument";
			}
		}
		return tri_arena_printf(arena, "invalid flag in #cgo %s: %s%s (see https://go.dev/s/invalidflag)", name, flag, shown);
	}
	return NULL;
}

const char *tri_load_check_cgo_flags(struct tri_arena *arena, const char *name, const tri_load_strings *flags)
{
	if (flags->count == 0)
		return NULL;
	struct flag_rules rules = {.linker = strcmp(name, "LDFLAGS") == 0};
	const char *problem = read_override(arena, name, "ALLOW", &rules.allow, &rules.has_allow);
	if (problem == NULL)
		problem = read_override(arena, name, "DISALLOW", &rules.disallow, &rules.has_disallow);
	if (problem == NULL) {
		compile_tables(&rules.valid, of_both, TRI_COUNT(of_both), rules.linker ? of_linker : of_compiler,
					   rules.linker ? TRI_COUNT(of_linker) : TRI_COUNT(of_compiler));
		compile_tables(&rules.never, never_of_both, TRI_COUNT(never_of_both), never_of_linker,
					   rules.linker ? TRI_COUNT(never_of_linker) : 0);
		compile_tables(&rules.language, (const char *const[]){LANGUAGE}, 1, NULL, 0);
		problem = check_all(arena, &rules, name, flags);
		regfree(&rules.valid);
		regfree(&rules.never);
		regfree(&rules.language);
	}
	if (rules.has_allow)
		regfree(&rules.allow);
	if (rules.has_disallow)
		regfree(&rules.disallow);
	return problem;
}
