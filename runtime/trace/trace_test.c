// Traces without a program: tables by generation, samples, what a reader is told and when.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on
#include "runtime/trace/internal.h"

#include <stdio.h>

// What is there to read: "h" the header, a letter for each batch ("e" events, "t" stacks, "s" strings, "c" samples, "y" the
// clocks), "." the end of a generation's bytes, "/" a generation, "$" the end.
static char told[1 << 12];
static size_t samples_read;

static void skip_number(const uint8_t **at)
{
	while (*(*at)++ & 0x80)
		;
}

static char batch(const uint8_t *bytes, size_t length)
{
	const uint8_t *at = bytes + 1;
	for (int i = 0; i < 4; i++)
		skip_number(&at);
	switch (*at) {
	case TRI_TRACE_CPU_SAMPLES:
		for (at++; at < bytes + length; samples_read++) {
			assert_int_equal(*at++, TRI_TRACE_CPU_SAMPLE);
			for (int i = 0; i < 5; i++)
				skip_number(&at);
		}
		return 'c';
	case TRI_TRACE_STRINGS:
		return 's';
	case TRI_TRACE_STACKS:
		return 't';
	case TRI_TRACE_SYNC:
		return 'y';
	}
	return 'e';
}

static const char *read_all(void)
{
	size_t count = 0;
	for (;;) {
		const void *bytes = NULL;
		size_t length = 0;
		char letter = 0;
		assert_true(count < sizeof told - 1);
		switch (tri_trace_next(&bytes, &length)) {
		case TRI_TRACE_READ_BYTES:
			letter = length == 16 && memcmp(bytes, "go 1.26 trace", 13) == 0 ? 'h' : length == 1 ? '.' : batch(bytes, length);
			break;
		case TRI_TRACE_READ_GENERATION:
			letter = '/';
			break;
		case TRI_TRACE_READ_END:
			letter = '$';
			break;
		case TRI_TRACE_READ_NOTHING:
		case TRI_TRACE_READ_TAKEN:
			told[count] = 0;
			return told;
		}
		told[count++] = letter;
	}
}

static void advance(bool stop)
{
	tri_lock(&tri_trace_outside_lock);
	tri_trace_advance(stop);
	if (!stop)
		tri_trace_sync();
	tri_unlock(&tri_trace_outside_lock);
	tri_trace_complete();
	read_all(); // else no next one may begin
}

static void begin(void)
{
	tri_trace_prepare();
	tri_trace_begin();
	tri_trace_sync();
}

static void end(void)
{
	advance(true);
	tri_trace_end();
}

static void test_reading(void **state)
{
	(void)state;
	assert_string_equal(read_all(), "h"); // nothing is traced yet
	assert_string_equal(read_all(), "");
	begin();
	assert_string_equal(read_all(), "hy");
	advance(false);
	assert_string_equal(told, "./y");
	advance(true);
	assert_string_equal(told, ".$h"); // the next reader's
	assert_string_equal(read_all(), "");
	tri_trace_end();
	begin();
	assert_string_equal(read_all(), "hy");
	end();
	assert_string_equal(told, ".$h");
}

static void test_strings_are_forgotten(void **state)
{
	(void)state;
	begin();
	read_all();
	for (int round = 0; round < 4; round++) {
		char name[32];
		for (uint64_t i = 1; i <= 5000; i++) {
			snprintf(name, sizeof name, "%d %20d", round, (int)i);
			assert_int_equal(tri_trace_text(name), i);
		}
		assert_int_equal(tri_trace_text(name), 5000);
		snprintf(name, sizeof name, "%d %20d", round, 17);
		assert_int_equal(tri_trace_text(name), 17);
		advance(false);
		assert_string_equal(told, "ss./y");
		// While this one is written, the next has names of its own.
		assert_int_equal(tri_trace_text("other"), 1);
		advance(false);
		assert_string_equal(told, "s./y");
	}
	end();
}

static void test_stacks_are_carried(void **state)
{
	(void)state;
	const uintptr_t pcs[] = {100, 200}, others[] = {100, 300};
	begin();
	struct tri_trace_entry *one = tri_trace_stack(pcs, 2, 0, 0), *two = tri_trace_stack(others, 2, 0, 0);
	assert_ptr_equal(one, tri_trace_stack(pcs, 2, 0, 0));
	assert_ptr_not_equal(one, two);
	assert_null(tri_trace_stack(pcs, 0, 0, 0));
	for (int i = 0; i < 5; i++) {
		tri_lock(&tri_trace_outside_lock);
		tri_trace_advance(false);
		struct tri_trace_entry *before = two;
		two = tri_trace_carry(before);
		assert_ptr_not_equal(two, before);
		assert_ptr_equal(two, tri_trace_carry(before));
		tri_unlock(&tri_trace_outside_lock);
		tri_trace_complete();
		read_all();
		assert_int_equal(tri_trace_number(two), 1); // the other one is forgotten
		assert_ptr_equal(two, tri_trace_stack(others, 2, 0, 0));
	}
	end();
}

static void test_samples_find_room(void **state)
{
	(void)state;
	const uintptr_t pcs[] = {100};
	begin();
	samples_read = 0;
	for (int i = 0; i < 5000; i++) {
		tri_trace_sample(1, 0, 1, pcs, 1);
		if (i % 100 == 0) // the monitor does so
			tri_trace_samples_poll();
	}
	end();
	assert_int_equal(samples_read, 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_strings_are_forgotten),
		cmocka_unit_test(test_stacks_are_carried),
		cmocka_unit_test(test_samples_find_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
