// Flags in the go command's style, and -d items.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char tri_driver_debug_help[] =
	"  -d=syntax           the syntax tree\n"
	"  -d=checker          the type checker's errors alone, as found, after syntax errors too; for its tests\n"
	"  -d=despite          packages are checked though what they import has errors\n"
	"  -d=ir               the typed tree, after escape analysis\n"
	"  -d=escape           the graphs of escape analysis\n"
	"  -d=checkptr[=2]     conversions with unsafe.Pointer are checked when the program runs; 2: and in the heap\n"
	"  -d=escapemutationscalls  -m says of parameters whether they are written through, or called\n"
	"  -d=goplacement      values are placed where Go's compiler places them, never better\n"
	"  -d=advice           the changes that `tricolor why` tries, and what came of them\n"
	"  -d=ssa/PASS+PASS    SSA after these passes; ssa/all: after each\n"
	"  -d=disable/PASS     leaves a pass out\n"
	"  -d=amd64/STAGE      the back end's stages\n"
	"  -d=verify           checks the tree and SSA after each pass, and the registers\n"
	"  -d=time             the time that loading, checking and passes take\n"
	"  -d=debugruntime     links the runtime with checks and hostile modes\n";

// ---- -d --------------------------------------------------------------------------------------------------

static const char *find_item(const char *list, const char *name, bool prefix, size_t *length)
{
	size_t name_length = strlen(name);
	while (list != NULL && *list != '\0') {
		size_t item = strcspn(list, ",");
		if (item >= name_length && strncmp(list, name, name_length) == 0 && (prefix || item == name_length)) {
			*length = item;
			return list;
		}
		list += item;
		if (*list == ',')
			list++;
	}
	return NULL;
}

bool tri_driver_debug_flag(const struct tri_build_options *options, const char *name)
{
	size_t length;
	return find_item(options->debug, name, false, &length) != NULL;
}

const char *tri_driver_debug_value(const struct tri_build_options *options, struct tri_arena *arena, const char *prefix)
{
	size_t length, skip = strlen(prefix);
	const char *item = find_item(options->debug, prefix, true, &length);
	return item != NULL ? tri_arena_strdup(arena, item + skip, length - skip) : NULL;
}

int tri_driver_debug_level(const struct tri_build_options *options, const char *name)
{
	size_t length = strlen(name), item_length;
	for (const char *item = options->debug; item != NULL && *item != '\0'; item += item_length + (item[item_length] == ',')) {
		item_length = strcspn(item, ",");
		if (item_length < length || strncmp(item, name, length) != 0)
			continue;
		if (item_length == length)
			return 1;
		if (item[length] == '=')
			return atoi(item + length + 1);
	}
	return -1;
}

static bool debug_item_known(const char *item, size_t length)
{
	static const char *const words[] = {"syntax",      "checker", "despite", "ir",           "escape",   "advice",
										"goplacement", "verify",  "time",    "debugruntime", "checkptr", "escapemutationscalls",
										"zerocopy" /* always so */};
	static const char *const prefixes[] = {"ssa/", "disable/", "amd64/", "checkptr=", "escapemutationscalls="};
	for (size_t i = 0; i < TRI_COUNT(words); i++) {
		if (strlen(words[i]) == length && strncmp(item, words[i], length) == 0)
			return true;
	}
	for (size_t i = 0; i < TRI_COUNT(prefixes); i++) {
		size_t behind = strlen(prefixes[i]);
		bool is_number = prefixes[i][behind - 1] == '=';
		if (length > behind && strncmp(item, prefixes[i], behind) == 0 &&
			(!is_number || strspn(item + behind, "0123456789") == length - behind))
			return true;
	}
	return false;
}

static bool set_debug(struct tri_build_options *options, const char *value, const char **problem)
{
	size_t length;
	for (const char *item = value; *item != '\0'; item += length + (item[length] == ',')) {
		length = strcspn(item, ",");
		if (!debug_item_known(item, length)) {
			*problem = "unknown item of -d; see `tricolor help debug`";
			return false;
		}
	}
	options->debug = value;
	if (find_item(value, "debugruntime", false, &length) != NULL)
		options->debug_runtime = true;
	return true;
}

// ---- Flags -----------------------------------------------------------------------------------------------

enum {
	B = 1 << TRI_COMMAND_BUILD,
	R = 1 << TRI_COMMAND_RUN,
	C = 1 << TRI_COMMAND_CHECK,
	L = 1 << TRI_COMMAND_LIST,
	T = 1 << TRI_COMMAND_TEST,
	W = 1 << TRI_COMMAND_WHY,
	QUIET_SHIFT = 8,
};
#define QUIET(commands) ((commands) << QUIET_SHIFT)

enum flag {
#define FLAG(tag, name, value, commands, help) FLAG_##tag,
#include "compiler/driver/flags.def"
	FLAG_COUNT
};

static const struct {
	const char *name, *value;
	uint32_t commands;
	const char *help;
} flags[FLAG_COUNT] = {
#define FLAG(tag, name, value, commands, help) {name, value, commands, help},
#include "compiler/driver/flags.def"
};

static const struct {
	const char *name, *reason;
} refused[] = {
#define REFUSED(name, reason) {name, reason},
#include "compiler/driver/flags.def"
};

void tri_driver_print_flags(enum tri_command command, FILE *out)
{
	enum { WIDTH = 20 };
	for (size_t i = 0; i < FLAG_COUNT; i++) {
		if ((flags[i].commands >> command & 1) == 0 || flags[i].help[0] == '\0')
			continue;
		bool optional = flags[i].value[0] == '=', none = flags[i].value[0] == '\0';
		int written = fprintf(out, "  -%s%s%s%s", flags[i].name, optional ? "[" : none ? "" : " ", flags[i].value, optional ? "]" : "");
		if (written >= WIDTH)
			written = (putc('\n', out), 0);
		fprintf(out, "%*s%s\n", WIDTH - written, "", flags[i].help);
	}
}

static bool is_flag_of(enum tri_command command, int flag)
{
	return ((flags[flag].commands | flags[flag].commands >> QUIET_SHIFT) >> command & 1) != 0;
}

static bool apply(enum tri_command command, struct tri_build_options *options, enum flag flag, const char *value, const char **problem);

// -gcflags='-m -l': the compiler's own flags, separated by blanks.
static bool apply_compiler_flags(struct tri_build_options *options, const char *value, const char **problem)
{
	bool is_for_all = strncmp(value, "all=", 4) == 0;
	if (is_for_all)
		value += 4;
	int report_before = options->report;
	const char *debug_before = options->debug;
	options->report = 0;
	while (*value != '\0') {
		size_t length = strcspn(value, " ");
		if (length == 0) {
			value++;
			continue;
		}
		char *word = strndup(value, length);
		if (word == NULL)
			tri_ice("out of memory");
		// Words that only say how cmd/compile should work have no meaning here.
		static const char *const ignored[] = {"-c=1", "-nolocalimports"};
		bool known = false;
		for (size_t i = 0; i < TRI_COUNT(ignored); i++)
			known |= strcmp(word, ignored[i]) == 0;
		if (!known) {
			char *arguments[] = {word, NULL};
			int index = 0;
			known = tri_driver_parse_flag(TRI_COMMAND_BUILD, options, arguments, 1, &index, problem);
			if (!known && *problem == NULL)
				*problem = word[0] != '-' && strchr(word, '=') != NULL ? "-gcflags takes flags for all packages, no pattern of packages"
																	   : "unknown flag in -gcflags";
		}
		if (options->debug < word || options->debug > word + length)
			free(word); // else it holds what -d asked for, and lives on
		if (!known)
			return false;
		value += length;
	}
	if (options->report > 0)
		options->reports_all = is_for_all;
	else
		options->report = report_before;
	if (options->debug != debug_before)
		options->checks_all = is_for_all;
	return true;
}

static bool set_colour(struct tri_build_options *options, const char *value, const char **problem)
{
	if (value == NULL || strcmp(value, "always") == 0)
		options->colour = TRI_COLOUR_ALWAYS;
	else if (strcmp(value, "never") == 0)
		options->colour = TRI_COLOUR_NEVER;
	else if (strcmp(value, "auto") == 0)
		options->colour = TRI_COLOUR_AUTOMATIC;
	else
		*problem = "always, never or auto";
	return *problem == NULL;
}

enum { NEWEST_LANGUAGE = 26 };

static bool set_language(struct tri_build_options *options, const char *value, const char **problem)
{
	char *end;
	long minor = strncmp(value, "go1.", 4) == 0 && value[4] >= '0' && value[4] <= '9' ? strtol(value + 4, &end, 10) : -1;
	if (minor < 0 || *end != '\0')
		*problem = "should be something like go1.12";
	else if (minor > NEWEST_LANGUAGE)
		*problem = "newer than the language that tricolor compiles, go1.26";
	else
		options->go_minor = (int)minor;
	return *problem == NULL;
}

static bool apply(enum tri_command command, struct tri_build_options *options, enum flag flag, const char *value, const char **problem)
{
	switch (flag) {
	case FLAG_OUTPUT:
		options->output = value;
		return true;
	case FLAG_REPORT:
		if (value != NULL && strcmp(value, "tricolor") == 0) {
			options->report = 1;
			options->report_gain = true;
			return true;
		}
		options->report = value != NULL ? atoi(value) : options->report + 1;
		return true;
	case FLAG_LISTING:
		options->listing = true;
		return true;
	case FLAG_NO_INLINE:
		options->no_inline = value == NULL || atoi(value) == 1;
		options->cheap_calls = value != NULL && atoi(value) == 4;
		return true;
	case FLAG_SMALL_FRAMES:
		options->small_frames = true;
		return true;
	case FLAG_RACE:
		options->race = true;
		return true;
	case FLAG_ALL_ERRORS:
		options->all_errors = true;
		return true;
	case FLAG_VERBOSE:
		options->verbose = true;
		return true;
	case FLAG_JSON:
		options->json = true;
		return true;
	case FLAG_HTML:
		options->html = true;
		return true;
	case FLAG_SARIF:
		options->sarif = true;
		return true;
	case FLAG_COLOUR:
		return set_colour(options, value, problem);
	case FLAG_COMPILER_FLAGS:
		options->compiler_flags = value;
		return apply_compiler_flags(options, value, problem);
	case FLAG_LINKER_FLAGS:
		options->linker_flags = value;
		return true;
	case FLAG_BUILD_MODE:
		if (strcmp(value, "package") == 0)
			options->goal = TRI_BUILD_OBJECT;
		else if (strcmp(value, "exe") != 0 && strcmp(value, "default") != 0)
			*problem = "this -buildmode is not supported yet";
		return *problem == NULL;
	case FLAG_PACKAGE_PATH:
		if (value[0] != '\0' && value[strspn(value, "0123456789")] == '\0')
			options->thread_count = (uint32_t)atoi(value);
		else if (command == TRI_COMMAND_BUILD || command == TRI_COMMAND_CHECK)
			options->package_path = value;
		else
			*problem = "should be a number";
		return *problem == NULL;
	case FLAG_TAGS:
		options->tags = value;
		return true;
	case FLAG_MODULE_MODE:
		if (strcmp(value, "mod") != 0 && strcmp(value, "vendor") != 0 && strcmp(value, "readonly") != 0)
			*problem = "should be mod, vendor or readonly";
		options->module_mode = value;
		return *problem == NULL;
	case FLAG_TESTS:
		options->tests = true;
		return true;
	case FLAG_DEPENDENCIES:
		options->dependencies = true;
		return true;
	case FLAG_FOLDER:
		if (chdir(value) != 0)
			*problem = strerror(errno);
		return *problem == NULL;
	case FLAG_THREADS:
		options->thread_count = (uint32_t)atoi(value);
		return true;
	case FLAG_LANGUAGE:
		return set_language(options, value, problem);
	case FLAG_DEBUG:
		return set_debug(options, value, problem);
	case FLAG_SYNTAX:
		options->goal = TRI_BUILD_SYNTAX;
		return true;
	case FLAG_COMPLETE:
		options->allow_no_body = value != NULL && strcmp(value, "false") == 0;
		return true;
	case FLAG_STANDARD_LIBRARY:
		options->standard_library = true;
		return true;
	case FLAG_RUNTIME_PACKAGE:
		options->runtime_package = true;
		return true;
	case FLAG_VERBOSE_PACKAGES:
		options->names_packages = true;
		return true;
	case FLAG_ALL_PACKAGES:
		options->anew = true;
		return true;
	case FLAG_TRIM_PATH:
		options->trim_paths = value == NULL || strcmp(value, "false") != 0;
		return true;
	case FLAG_FORMAT:
		options->format = value;
		return true;
	case FLAG_EXECUTE:
		options->execute = value;
		return true;
	case FLAG_VERSION_CONTROL:
		if (value == NULL || (strcmp(value, "auto") != 0 && strcmp(value, "false") != 0))
			*problem = "what version control says is not supported yet";
		return *problem == NULL;
	case FLAG_PROFILE_GUIDED:
		if (strcmp(value, "auto") != 0 && strcmp(value, "off") != 0)
			*problem = "profiles are not used yet";
		return *problem == NULL;
	case FLAG_COMPILER:
		if (strcmp(value, "gc") != 0)
			*problem = "there is no other compiler";
		return *problem == NULL;
	case FLAG_WRITABLE_MODULES: // nothing is fetched
	case FLAG_NO_OPTIMISATION:  // decisions are the same; code is optimised all the same
		return true;
	case FLAG_COUNT:
		break;
	}
	tri_ice("flag %d", (int)flag);
}

// Why a flag of the go command is not there; NULL when nothing is known of it.
static const char *refusal(const char *name, size_t length)
{
	for (size_t i = 0; i < TRI_COUNT(refused); i++) {
		if (strlen(refused[i].name) == length && strncmp(refused[i].name, name, length) == 0)
			return refused[i].reason;
	}
	return NULL;
}

bool tri_driver_parse_flag(enum tri_command command, struct tri_build_options *options, char **arguments, int argument_count, int *index,
						   const char **problem)
{
	const char *text = arguments[*index];
	*problem = NULL;
	if (text[0] != '-' || text[1] == '\0')
		return false;
	text += text[1] == '-' ? 2 : 1;
	size_t length = strcspn(text, "=");
	const char *value = text[length] == '=' ? text + length + 1 : NULL;
	for (int flag = 0; flag < FLAG_COUNT; flag++) {
		if (strlen(flags[flag].name) != length || strncmp(flags[flag].name, text, length) != 0)
			continue;
		if (!is_flag_of(command, flag)) {
			*problem = refusal(text, length);
			if (*problem == NULL)
				*problem = "not a flag of this command; see its -h";
			return false;
		}
		++*index;
		bool takes_value = flags[flag].value[0] != '\0' && flags[flag].value[0] != '=';
		if (takes_value && value == NULL) {
			if (*index >= argument_count) {
				*problem = "flag needs an argument";
				return false;
			}
			value = arguments[(*index)++];
		}
		return apply(command, options, (enum flag)flag, value, problem);
	}
	*problem = refusal(text, length);
	return false;
}

enum tri_flag_kind tri_driver_flag_kind(enum tri_command command, const char *text)
{
	text += text[0] == '-';
	text += text[0] == '-';
	size_t length = strcspn(text, "=");
	for (int flag = 0; flag < FLAG_COUNT; flag++) {
		if (strlen(flags[flag].name) == length && strncmp(flags[flag].name, text, length) == 0)
			return is_flag_of(command, flag) || refusal(text, length) != NULL ? TRI_FLAG_OWN : TRI_FLAG_OTHER;
	}
	return refusal(text, length) != NULL ? TRI_FLAG_OWN : TRI_FLAG_UNKNOWN;
}
