// Settings from the environment: GOGC, GOTRACEBACK, GODEBUG, TRICOLOR_DEBUG. Unknown names in the first ones are ignored, as
// Go ignores them; those in TRICOLOR_DEBUG are told of, since what looks for mistakes must not do so in name only.
#include "runtime/base/base.h"

#include <stdlib.h>

struct tri_settings tri_settings;
struct tri_process tri_process;

struct row {
	const char *name;
	int32_t *value;
};

#define X(field, name) {name, &tri_settings.field},
static const struct row godebug_rows[] = {TRI_GODEBUG_SETTINGS(X)};
static const struct row hostile_rows[] = {TRI_HOSTILE_SETTINGS(X)};
static const struct row debug_rows[] = {TRI_DEBUG_SETTINGS(X)};
#undef X

static void tell(const char *text) { tri_write_error(text, strlen(text)); }

static void tell_names(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		tell(" ");
		tell(rows[i].name);
	}
}

// "name=number"; a name alone means 1. False: there is no such name.
static bool set(const char *item, size_t length, const struct row *rows, size_t count)
{
	const char *equals = memchr(item, '=', length);
	size_t name_length = equals ? (size_t)(equals - item) : length;
	for (size_t i = 0; i < count; i++) {
		if (strlen(rows[i].name) != name_length || memcmp(rows[i].name, item, name_length) != 0)
			continue;
		*rows[i].value = equals ? (int32_t)strtol(equals + 1, NULL, 10) : 1;
		return true;
	}
	return false;
}

static void parse_godebug(const char *text)
{
	for (size_t length; text && *text; text += length + (text[length] == ',')) {
		length = strcspn(text, ",");
		(void)set(text, length, godebug_rows, TRI_COUNT(godebug_rows));
	}
}

static void parse_debug(const char *text)
{
	for (size_t length; text && *text; text += length + (text[length] == ',')) {
		length = strcspn(text, ",");
		if (length == 0 || set(text, length, debug_rows, TRI_COUNT(debug_rows)))
			continue;
		bool known = set(text, length, hostile_rows, TRI_COUNT(hostile_rows));
		if (known && TRI_DEBUG)
			continue;
		tell("tricolor: TRICOLOR_DEBUG=");
		tri_write_error(text, length);
		if (known) {
			tell(" works in programs that were built with TRICOLOR_RUNTIME=debug\n");
			continue;
		}
		tell(" is unknown; there are");
		tell_names(hostile_rows, TRI_COUNT(hostile_rows));
		tell_names(debug_rows, TRI_COUNT(debug_rows));
		tell("\n");
	}
}

// What follows "name=" in "name=word,name=word", or NULL.
static const char *find_word(const char *text, const char *name)
{
	size_t length = strlen(name);
	while (text && *text) {
		if (strncmp(text, name, length) == 0 && text[length] == '=')
			return text + length + 1;
		text = strchr(text, ',');
		text = text ? text + 1 : NULL;
	}
	return NULL;
}

struct tri_traceback tri_settings_traceback(const char *text)
{
	static const struct {
		const char *name;
		struct tri_traceback value;
	} named[] = {
		{"none", {0, false, false}}, {"single", {1, false, false}}, {"", {1, false, false}},
		{"all", {1, true, false}},   {"system", {2, true, false}},  {"crash", {2, true, true}},
	};
	for (size_t i = 0; i < TRI_COUNT(named); i++) {
		if (strcmp(text, named[i].name) == 0)
			return named[i].value;
	}
	char *end;
	long level = strtol(text, &end, 10);
	return (struct tri_traceback){*end == 0 && level >= 0 ? (level > 2 ? 2 : (int32_t)level) : 0, true, false};
}

void tri_settings_init(void)
{
	tri_settings.gc_percent = 100;
	const char *percent = getenv("GOGC");
	if (percent && strcmp(percent, "off") == 0) {
		tri_settings.gc_percent = -1;
	} else if (percent && *percent) {
		char *end;
		long value = strtol(percent, &end, 10);
		if (*end == 0 && value >= 0 && value < INT32_MAX)
			tri_settings.gc_percent = (int32_t)value;
	}
	const char *traceback = getenv("GOTRACEBACK");
	tri_settings.traceback = tri_settings_traceback(traceback ? traceback : "");
	const char *strategy = find_word(getenv("GODEBUG"), "gc");
	if (strategy && strncmp(strategy, "greentea", 8) == 0)
		tri_settings.gc_strategy = TRI_GC_STRATEGY_SPANS;
	else if (strategy && strncmp(strategy, "object", 6) == 0)
		tri_settings.gc_strategy = TRI_GC_STRATEGY_OBJECTS;
	parse_godebug(getenv("GODEBUG"));
	parse_debug(getenv("TRICOLOR_DEBUG"));
	if (!TRI_DEBUG) {
		tri_settings.collect_always = 0;
		tri_settings.move_stacks = 0;
		tri_settings.poison = 0;
		tri_settings.verify_marks = 0;
		tri_settings.fail_commit = 0;
	}
}
