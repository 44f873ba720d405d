// test -json: what a test program writes as a stream of events, one object a line, as the go command's test2json makes them.
//
// Test programs that run with -test.v=test2json put a mark before the lines that tell of tests; once one was seen, lines without it
// are output, whatever they look like. The result of a test is told once nothing can follow that belongs to it: results of its
// subtests are printed behind its own, and indented.
#define _GNU_SOURCE // memmem
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/test_events.h"
#include "compiler/driver/internal.h"

#include <stdlib.h>
#include <time.h>

enum { MARK = 0x16 };

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static char *copy_of(const char *text, size_t length)
{
	char *copy = strndup(text, length);
	if (copy == NULL)
		tri_ice("out of memory");
	return copy;
}

// ---- Writing ---------------------------------------------------------------------------------------------

static void put_time(struct tri_buffer *out)
{
	struct timespec time;
	struct tm local;
	char day[32], zone[8];
	clock_gettime(CLOCK_REALTIME, &time);
	localtime_r(&time.tv_sec, &local);
	strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &local);
	strftime(zone, sizeof zone, "%z", &local); // +0100
	tri_buffer_printf(out, "{\"Time\":\"%s.%09ld", day, time.tv_nsec);
	if (local.tm_gmtoff == 0)
		tri_buffer_printf(out, "Z\"");
	else
		tri_buffer_printf(out, "%.3s:%s\"", zone, zone + 3);
}

// Bytes of the UTF-8 sequence at `text`; 0: it is none.
static size_t sequence_length(const uint8_t *text, size_t length)
{
	static const struct {
		uint8_t mask, bits, low, high; // of the second byte
		uint8_t size;
	} forms[] = {{0x80, 0, 0, 0, 1},          {0xff, 0xe0, 0xa0, 0xbf, 3}, {0xff, 0xed, 0x80, 0x9f, 3}, {0xff, 0xf0, 0x90, 0xbf, 4},
				 {0xff, 0xf4, 0x80, 0x8f, 4}, {0xf0, 0xe0, 0x80, 0xbf, 3}, {0xfc, 0xf0, 0x80, 0xbf, 4}, {0xe0, 0xc0, 0x80, 0xbf, 2}};
	for (size_t i = 0; i < TRI_COUNT(forms); i++) {
		if ((text[0] & forms[i].mask) != forms[i].bits)
			continue;
		size_t size = forms[i].size;
		if (size > length || (size == 2 && text[0] < 0xc2) || (size > 1 && (text[1] < forms[i].low || text[1] > forms[i].high)))
			return 0;
		for (size_t k = 2; k < size; k++) {
			if ((text[k] & 0xc0) != 0x80)
				return 0;
		}
		return size;
	}
	return 0;
}

static void put_text(struct tri_buffer *out, const char *name, const char *text, size_t length)
{
	static const char escapes[][3] = {"\"\"", "\\\\", "\nn", "\rr", "\tt", "\bb", "\ff"};
	tri_buffer_printf(out, ",\"%s\":\"", name);
	for (size_t i = 0; i < length;) {
		size_t size = sequence_length((const uint8_t *)text + i, length - i), escape = 0;
		while (escape < TRI_COUNT(escapes) && escapes[escape][0] != text[i])
			escape++;
		if (escape < TRI_COUNT(escapes))
			tri_buffer_printf(out, "\\%c", escapes[escape][1]);
		else if (size == 0)
			tri_buffer_printf(out, "\\ufffd");
		else if ((uint8_t)text[i] < ' ' || strchr("<>&", text[i]) != NULL)
			tri_buffer_printf(out, "\\u%04x", (unsigned)(uint8_t)text[i]);
		else
			tri_buffer_append(out, text + i, size);
		i += size > 0 ? size : 1;
	}
	tri_buffer_append_byte(out, '"');
}

static void put_elapsed(struct tri_buffer *out, double seconds) { tri_buffer_printf(out, ",\"Elapsed\":%.*g", 9, seconds); }

static void begin_event(struct driver_test_events *events, struct tri_buffer *out, const char *action, const char *test)
{
	put_time(out);
	put_text(out, "Action", action, strlen(action));
	put_text(out, "Package", events->package, strlen(events->package));
	if (test != NULL && test[0] != '\0')
		put_text(out, "Test", test, strlen(test));
}

static void end_event(struct tri_buffer *out)
{
	tri_buffer_append(out, "}\n", 2);
	fwrite(out->data, 1, out->length, stdout);
	fflush(stdout);
	tri_buffer_free(out);
}

static void write_event(struct driver_test_events *events, const char *action, const char *test)
{
	struct tri_buffer out = {0};
	begin_event(events, &out, action, test);
	end_event(&out);
}

static void write_output(struct driver_test_events *events, const char *text, size_t length)
{
	struct tri_buffer out = {0};
	if (length == 0)
		return;
	begin_event(events, &out, "output", events->test);
	put_text(&out, "Output", text, length);
	end_event(&out);
}

// ---- Lines -----------------------------------------------------------------------------------------------

static void set_test(struct driver_test_events *events, const char *name, size_t length)
{
	free(events->test);
	events->test = copy_of(name, length);
}

// Tells the results of tests that are nested as deeply, or deeper.
static void flush_results(struct driver_test_events *events, uint32_t depth)
{
	set_test(events, "", 0);
	while (events->result_count > depth) {
		struct driver_test_result *result = &events->results[--events->result_count];
		struct tri_buffer out = {0};
		begin_event(events, &out, result->action, result->test);
		if (result->seconds >= 0)
			put_elapsed(&out, result->seconds);
		end_event(&out);
		free(result->test);
	}
}

static bool take_prefix(const char **text, size_t *length, const char *prefix)
{
	size_t size = strlen(prefix);
	if (*length < size || memcmp(*text, prefix, size) != 0)
		return false;
	*text += size;
	*length -= size;
	return true;
}

static void push_result(struct driver_test_events *events, const char *action, char *test, double seconds)
{
	events->results = realloc(events->results, (events->result_count + 1) * sizeof *events->results);
	if (events->results == NULL)
		tri_ice("out of memory");
	events->results[events->result_count++] = (struct driver_test_result){action, test, seconds};
}

// "--- PASS: TestName (0.05s)", indented by four blanks for each test around it.
static bool take_result(struct driver_test_events *events, const char *line, size_t length, bool marked)
{
	static const struct {
		const char *prefix, *action;
	} kinds[] = {{"--- PASS: ", "pass"}, {"--- FAIL: ", "fail"}, {"--- SKIP: ", "skip"}, {"--- BENCH: ", "bench"}};
	const char *text = line;
	size_t rest = length, kind = 0;
	uint32_t depth = 0;
	while (take_prefix(&text, &rest, "    "))
		depth++;
	while (kind < TRI_COUNT(kinds) && !take_prefix(&text, &rest, kinds[kind].prefix))
		kind++;
	if (kind == TRI_COUNT(kinds)) {
		// Output of a test stands as deeply as its subtests' results.
		if (depth > 0 && depth <= events->result_count)
			set_test(events, events->results[depth - 1].test, strlen(events->results[depth - 1].test));
		return false;
	}
	if (events->result_count < depth)
		return false;
	while (rest > 0 && (text[rest - 1] == '\n' || text[rest - 1] == '\r'))
		rest--;
	double seconds = -1;
	const char *time = memmem(text, rest, " (", 2);
	if (time != NULL) {
		seconds = strtod(time + 2, NULL);
		rest = (size_t)(time - text);
	}
	events->needs_mark = marked;
	flush_results(events, depth);
	push_result(events, kinds[kind].action, copy_of(text, rest), seconds);
	set_test(events, text, rest);
	write_output(events, line, length);
	return true;
}

// "=== RUN   TestName"
static bool take_update(struct driver_test_events *events, const char *line, size_t length, bool marked)
{
	static const struct {
		const char *prefix, *action;
	} kinds[] = {{"=== RUN   ", "run"},  {"=== PAUSE ", "pause"}, {"=== CONT  ", "cont"}, {"=== NAME  ", NULL}, {"=== PASS  ", "pass"},
				 {"=== FAIL  ", "fail"}, {"=== SKIP  ", "skip"},  {"=== ATTR  ", "attr"}, {"=== NAME\n", NULL}};
	const char *text = line;
	size_t rest = length, kind = 0;
	while (kind < TRI_COUNT(kinds) && !take_prefix(&text, &rest, kinds[kind].prefix))
		kind++;
	if (kind == TRI_COUNT(kinds))
		return false;
	while (rest > 0 && (text[rest - 1] == '\n' || text[rest - 1] == '\r' || text[rest - 1] == ' '))
		rest--;
	events->needs_mark = marked;
	flush_results(events, 0);
	const char *action = kinds[kind].action;
	if (action == NULL) { // whose output follows
		set_test(events, text, rest);
		return true;
	}
	struct tri_buffer out = {0};
	bool is_attribute = strcmp(action, "attr") == 0, is_pause = strcmp(action, "pause") == 0;
	size_t name = is_attribute ? (size_t)((const char *)memchr(text, ' ', rest) - text) : rest;
	if (is_attribute && memchr(text, ' ', rest) == NULL)
		name = rest;
	set_test(events, text, name);
	if (is_pause)
		write_output(events, line, length);
	begin_event(events, &out, action, events->test);
	if (name < rest) {
		const char *key = text + name + 1;
		size_t left = rest - name - 1;
		const char *blank = memchr(key, ' ', left);
		size_t size = blank != NULL ? (size_t)(blank - key) : left;
		put_text(&out, "Key", key, size);
		put_text(&out, "Value", key + size + (blank != NULL), left - size - (blank != NULL));
	}
	end_event(&out);
	if (!is_pause)
		write_output(events, line, length);
	return true;
}

static bool is_line(const char *line, size_t length, const char *text)
{
	return length > 0 && line[length - 1] == '\n' && length - 1 == strlen(text) && memcmp(line, text, length - 1) == 0;
}

static void handle_line(struct driver_test_events *events, const char *line, size_t length)
{
	bool marked = length > 0 && line[0] == MARK;
	if (events->needs_mark && !marked) {
		write_output(events, line, length);
		return;
	}
	line += marked;
	length -= marked;
	const char *text = line;
	size_t rest = length;
	bool passed = is_line(line, length, "PASS"), failed = is_line(line, length, "FAIL") || take_prefix(&text, &rest, "FAIL\t");
	if (passed || failed) {
		flush_results(events, 0);
		events->needs_mark = marked;
		write_output(events, line, length);
		events->outcome = passed ? "pass" : "fail";
		return;
	}
	if (!take_update(events, line, length, marked) && !take_result(events, line, length, marked))
		write_output(events, line, length);
}

// ---- A package ---------------------------------------------------------------------------------------------

void driver_test_events_begin(struct driver_test_events *events, const char *package)
{
	*events = (struct driver_test_events){.package = package, .begin = now(), .test = copy_of("", 0)};
	write_event(events, "start", NULL);
}

void driver_test_events_feed(struct driver_test_events *events, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		// A mark begins a line even where the test did not end the last one.
		if (bytes[i] == MARK && events->line.length > 0) {
			handle_line(events, events->line.data, events->line.length);
			events->line.length = 0;
		}
		tri_buffer_append_byte(&events->line, bytes[i]);
		if (bytes[i] == '\n') {
			handle_line(events, events->line.data, events->line.length);
			events->line.length = 0;
		}
	}
}

void driver_test_events_end(struct driver_test_events *events, const char *outcome)
{
	struct tri_buffer out = {0};
	write_output(events, events->line.data, events->line.length);
	flush_results(events, 0);
	begin_event(events, &out, outcome, NULL);
	put_elapsed(&out, (double)(long)((now() - events->begin) * 1e3 + 0.5) / 1e3);
	end_event(&out);
	tri_buffer_free(&events->line);
	free(events->test);
	free(events->results);
}
