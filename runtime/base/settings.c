// Settings from the environment: GOGC, GOTRACEBACK, GODEBUG, TRICOLOR_DEBUG. Unknown names are
// ignored, as Go ignores them.
#include "runtime/base/base.h"

#include <stdlib.h>

struct tri_settings tri_settings;
struct tri_process tri_process;

struct row {
	const char *name;
	int32_t *value;
};

static const struct row godebug_rows[] = {
#define X(field, name) {name, &tri_settings.field},
	TRI_GODEBUG_SETTINGS(X)
#undef X
};
static const struct row debug_rows[] = {
#define X(field, name) {name, &tri_settings.field},
	TRI_DEBUG_SETTINGS(X)
#undef X
};

// "name=number,name=number"; a name alone means 1.
static void parse(const char *text, const struct row *rows, size_t count)
{
	while (text && *text) {
		const char *end = strchr(text, ',');
		size_t length = end ? (size_t)(end - text) : strlen(text);
		const char *equals = memchr(text, '=', length);
		size_t name_length = equals ? (size_t)(equals - text) : length;
		for (size_t i = 0; i < count; i++) {
			if (strlen(rows[i].name) == name_length && memcmp(rows[i].name, text, name_length) == 0)
				*rows[i].value = equals ? (int32_t)strtol(equals + 1, NULL, 10) : 1;
		}
		text = end ? end + 1 : NULL;
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
	parse(getenv("GODEBUG"), godebug_rows, TRI_COUNT(godebug_rows));
	parse(getenv("TRICOLOR_DEBUG"), debug_rows, TRI_COUNT(debug_rows));
	if (!TRI_DEBUG) {
		tri_settings.collect_always = 0;
		tri_settings.move_stacks = 0;
		tri_settings.poison = 0;
		tri_settings.verify_marks = 0;
		tri_settings.fail_commit = 0;
	}
}
