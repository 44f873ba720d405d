// tricolor test: flags of the build, flags of the test programs, and packages, in any order, as with go test.
#define _GNU_SOURCE // asprintf
#include "cmd/tricolor/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Flags that the test programs take, there as -test.NAME; with a value, or alone.
static const struct {
	const char *name;
	bool takes_value, unsupported;
} test_flags[] = {
	{"run", true},
	{"skip", true},
	{"v", false},
	{"short", false},
	{"count", true},
	{"bench", true},
	{"benchmem", false},
	{"benchtime", true},
	{"cpu", true},
	{"parallel", true},
	{"failfast", false},
	{"fullpath", false},
	{"list", true},
	{"shuffle", true},
	{"outputdir", true},
	{"memprofile", true},
	{"memprofilerate", true},
	{"blockprofile", true},
	{"blockprofilerate", true},
	{"cpuprofile", true},
	{"mutexprofile", true},
	{"mutexprofilefraction", true},
	{"trace", true},
	// What stands behind these is not there yet.
	{"fuzz", true, true},
	{"fuzztime", true, true},
	{"fuzzminimizetime", true, true},
	{"artifacts", false, true},
	{"cover", false, true},
	{"coverprofile", true, true},
	{"covermode", true, true},
	{"coverpkg", true, true},
};

void command_print_test_flags(FILE *out)
{
	fputs("  -c                compile only, into PACKAGE.test\n"
		  "  -json             what happens, as JSON, one event a line\n"
		  "  -timeout DURATION default: 10m; 0: none\n\n"
		  "and those of the test programs, as `go test` takes them:\n",
		  out);
	for (size_t i = 0, column = 0; i < TRI_COUNT(test_flags); i++) {
		if (!test_flags[i].unsupported)
			fprintf(out, "%s-%s", column++ % 8 == 0 ? "\n  " : " ", test_flags[i].name);
	}
	fputc('\n', out);
}

static bool is_name(const char *text, size_t length, const char *name)
{
	return strlen(name) == length && strncmp(text, name, length) == 0;
}

bool command_is_test_flag(const char *text)
{
	text += text[1] == '-' ? 2 : 1;
	size_t length = strcspn(text, "=");
	for (size_t i = 0; i < TRI_COUNT(test_flags); i++) {
		if (is_name(text, length, test_flags[i].name))
			return true;
	}
	return is_name(text, length, "timeout") || is_name(text, length, "vet") || is_name(text, length, "json");
}

struct arguments {
	char **list;
	int count, next;
};

// The value behind "-name=" or in the next argument; NULL: there is none.
static const char *value_of(struct arguments *from, const char *equals)
{
	if (equals != NULL)
		return equals + 1;
	return from->next < from->count ? from->list[from->next++] : NULL;
}

// Seconds of "10m", "1h30m", "500ms"; -1: not a duration.
static long parse_seconds(const char *text)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}};
	double total = 0;
	if (strcmp(text, "0") == 0)
		return 0;
	while (*text != '\0') {
		char *end;
		double number = strtod(text, &end);
		size_t length = strspn(end, "nusmh"), unit = 0;
		while (unit < TRI_COUNT(units) && (strlen(units[unit].name) != length || strncmp(units[unit].name, end, length) != 0))
			unit++;
		if (end == text || unit == TRI_COUNT(units))
			return -1;
		total += number * units[unit].seconds;
		text = end + length;
	}
	return total < 1e9 ? (long)(total + 0.999) : -1;
}

static void add(struct tri_test_options *test, char *argument) { test->arguments[test->argument_count++] = argument; }

static char *printed(const char *format, const char *name, const char *value)
{
	char *text;
	if (asprintf(&text, format, name, value) < 0)
		tri_ice("out of memory");
	return text;
}

// A flag of the test programs, at from->next. False: it is none; *problem when it is wrong.
static bool take_test_flag(struct tri_test_options *test, struct arguments *from, const char **problem)
{
	const char *text = from->list[from->next];
	text += text[1] == '-' ? 2 : 1;
	if (strncmp(text, "test.", 5) == 0)
		text += 5;
	size_t length = strcspn(text, "=");
	const char *equals = text[length] == '=' ? text + length : NULL;
	for (size_t i = 0; i < TRI_COUNT(test_flags); i++) {
		const char *name = test_flags[i].name;
		if (!is_name(text, length, name))
			continue;
		if (test_flags[i].unsupported) {
			*problem = "not supported yet";
			return false;
		}
		from->next++;
		const char *value = equals != NULL ? equals + 1 : "true";
		if (test_flags[i].takes_value && (value = value_of(from, equals)) == NULL) {
			*problem = "flag needs an argument";
			return false;
		}
		add(test, printed("-test.%s=%s", name, value));
		if ((name[0] == 'v' && strcmp(value, "false") != 0) || strcmp(name, "bench") == 0 || strcmp(name, "list") == 0)
			test->shows_passed = true;
		return true;
	}
	return false;
}

static bool take_own_flag(struct tri_test_options *test, struct arguments *from, const char **problem)
{
	const char *text = from->list[from->next];
	text += text[1] == '-' ? 2 : 1;
	if (strcmp(text, "c") == 0) {
		from->next++;
		test->only_compiles = true;
		return true;
	}
	if (strcmp(text, "json") == 0 || strcmp(text, "json=true") == 0) {
		from->next++;
		test->events = true;
		return true;
	}
	if (strncmp(text, "vet=", 4) == 0 || strcmp(text, "vet") == 0) {
		from->next++;
		if (strcmp(text, "vet=off") != 0)
			*problem = "there is no vet here; -vet=off says so";
		return *problem == NULL;
	}
	if (strncmp(text, "timeout", 7) != 0 || (text[7] != '=' && text[7] != '\0'))
		return false;
	from->next++;
	const char *value = value_of(from, text[7] == '=' ? text + 7 : NULL);
	test->timeout = value;
	test->timeout_seconds = value != NULL ? parse_seconds(value) : -1;
	if (test->timeout_seconds < 0)
		*problem = "should be a duration like 30s or 5m";
	return *problem == NULL;
}

static bool has_argument(const struct tri_test_options *test, const char *prefix)
{
	for (uint32_t i = 0; i < test->argument_count; i++) {
		if (strncmp(test->arguments[i], prefix, strlen(prefix)) == 0)
			return true;
	}
	return false;
}

static bool has_profile(const struct tri_test_options *test)
{
	static const char *const files[] = {
		"-test.cpuprofile=", "-test.memprofile=", "-test.blockprofile=", "-test.mutexprofile=", "-test.trace="};
	for (size_t i = 0; i < TRI_COUNT(files); i++) {
		if (has_argument(test, files[i]))
			return true;
	}
	return false;
}

// A flag that the tests declare themselves, if they do: -name or -name=value, when no command here has one of that name. (Where the
// value is an argument of its own, it is behind -args.)
static bool is_own_flag_of_tests(const char *argument)
{
	const char *text = argument + (argument[1] == '-' ? 2 : 1);
	return strspn(text, "-=") == 0 && text[0] != '\0' && tri_driver_flag_kind(TRI_COMMAND_TEST, argument) == TRI_FLAG_UNKNOWN;
}

static int parse(struct tri_build_options *options, struct tri_test_options *test, const char **inputs, struct arguments *from)
{
	while (from->next < from->count) {
		const char *argument = from->list[from->next], *problem = NULL;
		if (strcmp(argument, "-args") == 0 || strcmp(argument, "--args") == 0) {
			from->next++;
			break;
		}
		if (argument[0] != '-' || argument[1] == '\0') {
			inputs[options->input_count++] = argument;
			from->next++;
			continue;
		}
		if (strcmp(argument, "-h") == 0 || strcmp(argument, "-help") == 0 || strcmp(argument, "--help") == 0) {
			command_usage("test", false);
			return TRI_EXIT_OK;
		}
		if (take_own_flag(test, from, &problem) || (problem == NULL && take_test_flag(test, from, &problem)) ||
			(problem == NULL && tri_driver_parse_flag(TRI_COMMAND_TEST, options, from->list, from->count, &from->next, &problem)))
			continue;
		if (problem == NULL && is_own_flag_of_tests(argument)) {
			add(test, from->list[from->next]);
			from->next++;
			continue;
		}
		fprintf(stderr, "tricolor test: %s: %s\n", argument, problem != NULL ? problem : "unknown flag");
		return TRI_EXIT_FAILURE;
	}
	if (test->events)
		add(test, printed("-test.%s=%s", "v", "test2json"));
	// Test programs run in their packages' folders; what they write belongs here.
	if (!has_argument(test, "-test.outputdir=") && has_profile(test)) {
		char *folder = getcwd(NULL, 0);
		add(test, printed("-test.%s=%s", "outputdir", folder != NULL ? folder : "."));
		free(folder);
	}
	while (from->next < from->count)
		add(test, from->list[from->next++]);
	return -1;
}

int command_test(int count, char **arguments)
{
	enum { DEFAULT_TIMEOUT = 600 };
	struct tri_build_options options = {.goal = TRI_BUILD_EXECUTABLE};
	struct tri_test_options test = {.timeout = "10m", .timeout_seconds = DEFAULT_TIMEOUT};
	arguments = command_with_environment(TRI_COMMAND_TEST, &count, arguments);
	if (arguments == NULL)
		return TRI_EXIT_FAILURE;
	struct arguments from = {.list = arguments, .count = count, .next = 1};
	const char **inputs = calloc((size_t)count + 1, sizeof *inputs);
	test.arguments = calloc((size_t)count + 3, sizeof *test.arguments);
	if (inputs == NULL || test.arguments == NULL)
		tri_ice("out of memory");
	int status = parse(&options, &test, inputs, &from);
	if (status < 0) {
		options.inputs = inputs;
		// As the go command, which is in "local directory mode" without packages, and passes benchmarks' results on as they come.
		test.streams = options.input_count == 0 || has_argument(&test, "-test.bench=");
		status = tri_driver_test(&options, &test);
	}
	free(inputs);
	free(test.arguments);
	return status;
}
