// Unit tests of the compiler's base library.
#include "compiler/base/base.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void test_arena(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	size_t total = 0;
	unsigned char *previous = NULL;
	for (size_t size = 0; size < 3000; size += 7) {
		unsigned char *block = tri_arena_alloc(arena, size);
		assert_non_null(block);
		assert_int_equal((uintptr_t)block % 16, 0);
		assert_ptr_not_equal(block, previous);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(block[i], 0);
		memset(block, 0xa5, size);
		total += size;
		previous = block;
	}
	unsigned char *large = tri_arena_alloc(arena, 5 << 20);
	assert_int_equal(large[(5 << 20) - 1], 0);
	assert_true(tri_arena_used(arena) >= total + (5 << 20));
	assert_string_equal(tri_arena_printf(arena, "%d-%s", 42, "x"), "42-x");
	assert_string_equal(tri_arena_strdup(arena, "hello", 4), "hell");
	tri_arena_free(arena);
	tri_arena_free(NULL);
}

static void test_vector(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	TRI_VECTOR(int) numbers = {0};
	for (int i = 0; i < 1000; i++)
		tri_vector_push(arena, &numbers, i * 3);
	assert_int_equal(numbers.count, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(numbers.items[i], i * 3);
	assert_int_equal(tri_vector_last(&numbers), 2997);
	tri_arena_free(arena);
}

static void test_names(void **state)
{
	(void)state;
	struct tri_name_table *table = tri_name_table_new();
	const struct tri_name *x = tri_name_intern_c(table, "x");
	assert_ptr_equal(x, tri_name_intern(table, "xyz", 1));
	assert_ptr_not_equal(x, tri_name_intern_c(table, "X"));
	assert_int_equal(tri_name_intern(table, NULL, 0)->length, 0);
	const struct tri_name *nul = tri_name_intern(table, "a\0b", 3);
	assert_int_equal(nul->length, 3);
	assert_ptr_not_equal(nul, tri_name_intern(table, "a\0c", 3));
	const struct tri_name *names[20000];
	for (int i = 0; i < 20000; i++)
		names[i] = tri_name_printf(table, "name%d", i);
	for (int i = 0; i < 20000; i++) {
		char text[32];
		snprintf(text, sizeof text, "name%d", i);
		assert_ptr_equal(names[i], tri_name_intern_c(table, text));
		assert_string_equal(names[i]->text, text);
	}
	tri_name_table_free(table);
}

struct intern_job {
	struct tri_name_table *table;
	const struct tri_name *names[5000];
};

static void *intern_many(void *argument)
{
	struct intern_job *job = argument;
	for (int i = 0; i < 5000; i++)
		job->names[i] = tri_name_printf(job->table, "shared%d", i);
	return NULL;
}

static void test_names_from_threads(void **state)
{
	(void)state;
	static struct intern_job jobs[4];
	struct tri_name_table *table = tri_name_table_new();
	pthread_t threads[4];
	for (int i = 0; i < 4; i++) {
		jobs[i].table = table;
		assert_int_equal(pthread_create(&threads[i], NULL, intern_many, &jobs[i]), 0);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (int i = 1; i < 4; i++)
		assert_memory_equal(jobs[0].names, jobs[i].names, sizeof jobs[0].names);
	tri_name_table_free(table);
}

static void test_map(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	struct tri_map map = {0};
	assert_null(tri_map_get(&map, 0));
	assert_false(tri_map_has(&map, 7));
	int values[3000];
	for (uintptr_t i = 0; i < 3000; i++)
		assert_null(tri_map_put(arena, &map, i * 4096, &values[i]));
	assert_int_equal(map.count, 3000);
	assert_ptr_equal(tri_map_put(arena, &map, 0, &values[9]), &values[0]);
	assert_ptr_equal(tri_map_get(&map, 0), &values[9]);
	for (uintptr_t i = 1; i < 3000; i++) {
		assert_ptr_equal(tri_map_get(&map, i * 4096), &values[i]);
		assert_false(tri_map_has(&map, i * 4096 + 1));
		assert_int_equal(map.entries[i].key, i * 4096);
	}
	assert_null(tri_map_put(arena, &map, 5, NULL));
	assert_true(tri_map_has(&map, 5));
	tri_arena_free(arena);
}

static void test_bits(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	struct tri_bits a = tri_bits_new(arena, 130), b = tri_bits_new(arena, 130);
	tri_bits_add(&a, 0);
	tri_bits_add(&b, 129);
	assert_true(tri_bits_union(&a, &b));
	assert_false(tri_bits_union(&a, &b));
	assert_true(tri_bits_has(&a, 129));
	assert_false(tri_bits_has(&a, 64));
	tri_bits_remove(&a, 129);
	assert_false(tri_bits_has(&a, 129));
	tri_arena_free(arena);
}

static void test_buffer(void **state)
{
	(void)state;
	struct tri_buffer buffer = {0};
	for (int i = 0; i < 1000; i++) {
		tri_buffer_printf(&buffer, "%d,", i);
		assert_int_equal(strlen(buffer.data), buffer.length);
	}
	assert_int_equal(buffer.length, 3890);
	tri_buffer_append_byte(&buffer, 'x');
	tri_buffer_append(&buffer, "yz", 2);
	assert_string_equal(buffer.data + 3890, "xyz");
	tri_buffer_append(&buffer, NULL, 0);
	assert_int_equal(buffer.length, 3893);
	tri_buffer_free(&buffer);
	tri_buffer_append(&buffer, NULL, 0);
	assert_string_equal(buffer.data, "");
	tri_buffer_free(&buffer);
}

// An internal compiler error says where it happened, asks for a report and exits with 2.
static void test_ice(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], 2);
		tri_assert(1 + 1 == 3);
		_exit(0);
	}
	close(ends[1]);
	char text[1024] = {0};
	size_t length = 0;
	ssize_t got;
	while (length < sizeof text - 1 && (got = read(ends[0], text + length, sizeof text - 1 - length)) > 0)
		length += (size_t)got;
	close(ends[0]);
	int status = 0;
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 2);
	assert_non_null(strstr(text, "internal compiler error: "));
	assert_non_null(strstr(text, "base_test.c:"));
	assert_non_null(strstr(text, "assertion failed: 1 + 1 == 3"));
	assert_non_null(strstr(text, "Please report"));
}

static void test_sha256(void **state)
{
	(void)state;
	static const struct {
		const char *text, *digest;
	} rows[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	for (size_t i = 0; i < TRI_COUNT(rows); i++) {
		uint8_t digest[32];
		char text[65];
		tri_sha256(rows[i].text, strlen(rows[i].text), digest);
		for (int k = 0; k < 32; k++)
			snprintf(text + 2 * k, 3, "%02x", digest[k]);
		assert_string_equal(text, rows[i].digest);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena),  cmocka_unit_test(test_vector),
		cmocka_unit_test(test_names),  cmocka_unit_test(test_names_from_threads),
		cmocka_unit_test(test_map),    cmocka_unit_test(test_bits),
		cmocka_unit_test(test_buffer), cmocka_unit_test(test_ice),
		cmocka_unit_test(test_sha256),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
