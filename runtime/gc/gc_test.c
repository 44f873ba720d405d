// Unit tests of allocator and collector: hand-made type descriptors, roots in C arrays, and a random mutator
// whose graph is checked after every collection.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on
#include "runtime/gc/test_world.h"
#include "runtime/heap/span.h"

#include <stdio.h>

// A store as the compiler makes it: a cycle may be under way, driven by this thread's assists.
static void store(uintptr_t *slot, uintptr_t value)
{
	if (tri_gc_is_marking()) {
		tri_gc_shade(mutator, *slot);
		tri_gc_shade(mutator, value);
	}
	*slot = value;
}

static int set_up(void **state)
{
	(void)state;
	tri_settings_init();
	tri_settings.poison = 1;
	tri_settings.verify_marks = 1;
	test_world_set_up();
	return 0;
}

static int clear_roots(void **state)
{
	(void)state;
	for (unsigned i = 0; i < TEST_ROOTS; i++)
		store(&roots[i], 0);
	return 0;
}

// ---- Types -------------------------------------------------------------------------------------

static const uint8_t both = 3, first = 1, second = 2, third = 4;
static const struct tri_rtype pair_type = {.size = 16, .pointer_bytes = 16, .mask = (uint8_t *)&both, .kind = TRI_KIND_STRUCT};
static const struct tri_rtype number_pointer_type = {.size = 16, .pointer_bytes = 16, .mask = (uint8_t *)&second, .kind = TRI_KIND_STRUCT};
static const struct tri_rtype string_like_type = {.size = 16, .pointer_bytes = 8, .mask = (uint8_t *)&first, .kind = TRI_KIND_STRUCT};
static const struct tri_rtype triple_type = {.size = 24, .pointer_bytes = 24, .mask = (uint8_t *)&third, .kind = TRI_KIND_STRUCT};
static const struct tri_rtype byte_type = {.size = 1, .kind = TRI_KIND_UINT8};

// ---- Tests -------------------------------------------------------------------------------------

static void sizes_round_as_go_rounds(void **state)
{
	(void)state;
	assert_int_equal(tri_heap_rounded_size(1, false), 8);
	assert_int_equal(tri_heap_rounded_size(33, false), 48);
	assert_int_equal(tri_heap_rounded_size(1025, false), 1152);
	assert_int_equal(tri_heap_rounded_size(32768, false), 32768);
	assert_int_equal(tri_heap_rounded_size(32769, false), 40960);
	// Above 512 bytes a header of 8 bytes shows in the capacity.
	assert_int_equal(tri_heap_rounded_size(512, true), 512);
	assert_int_equal(tri_heap_rounded_size(520, true), 568);
	for (unsigned class = 1; class < TRI_SIZE_CLASS_COUNT; class ++) {
		assert_int_equal(tri_size_class(tri_class_sizes[class]), class);
		if (class > 1)
			assert_int_equal(tri_size_class(tri_class_sizes[class - 1] + 1), class);
		assert_true(tri_class_pages[class] * TRI_PAGE_SIZE / tri_class_sizes[class] <= 1024);
	}
}

static void memory_is_zero_and_apart(void **state)
{
	(void)state;
	char *previous = NULL;
	for (size_t size = 1; size < 200000; size = size * 5 / 4 + 1) {
		unsigned char *object = tri_heap_alloc(mutator, &byte_type, size);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(object[i], 0);
		memset(object, 0x5a, size);
		assert_ptr_not_equal(object, previous);
		size_t found_size;
		struct tri_span *span;
		// Pointers into the object find it; tiny ones share a slot.
		void *found = tri_heap_find_object((uintptr_t)object + size - 1, &found_size, &span);
		assert_non_null(found);
		assert_true((char *)found <= (char *)object && (char *)object + size <= (char *)found + found_size);
		previous = (char *)object;
	}
}

static void reachable_stays_unreachable_goes(void **state)
{
	(void)state;
	uintptr_t *list = NULL;
	for (int i = 0; i < 100000; i++) {
		uintptr_t *node = tri_heap_alloc(mutator, &pair_type, 1);
		store(&node[0], (uintptr_t)list);
		list = node;
		tri_heap_alloc(mutator, &pair_type, 1); // garbage
		store(&roots[0], (uintptr_t)list);
	}
	tri_gc_collect(mutator, TRI_GC_FORCED);
	int length = 0;
	for (uintptr_t *node = (uintptr_t *)roots[0]; node; node = (uintptr_t *)node[0])
		length++;
	assert_int_equal(length, 100000);
	uint64_t live = tri_heap.live;
	assert_true(live >= 1600000 && live < 1700000);
	store(&roots[0], 0);
	tri_gc_collect(mutator, TRI_GC_FORCED);
	assert_true(tri_heap.live < 100000);
	tri_pages_check();
}

static void only_pointer_words_count(void **state)
{
	(void)state;
	uintptr_t *holder = tri_heap_alloc(mutator, &number_pointer_type, 1);
	store(&roots[0], (uintptr_t)holder);
	uintptr_t *target = tri_heap_alloc(mutator, &pair_type, 1), *other = tri_heap_alloc(mutator, &pair_type, 1);
	holder[0] = (uintptr_t)target; // a number that looks like a pointer
	store(&holder[1], (uintptr_t)other);
	store(&other[0], (uintptr_t)holder); // a cycle
	target[0] = 1;
	tri_gc_collect(mutator, TRI_GC_FORCED);
	size_t size;
	struct tri_span *span;
	assert_null(tri_heap_find_object((uintptr_t)target, &size, &span));
	assert_ptr_equal(tri_heap_find_object((uintptr_t)other, &size, &span), other);
}

static void arrays_repeat_the_mask(void **state)
{
	(void)state;
	enum { COUNTS = 5 };
	static const size_t counts[COUNTS] = {3, 50, 1000, 3000, 100000};
	for (unsigned c = 0; c < COUNTS; c++) {
		uintptr_t *array = tri_heap_alloc(mutator, &triple_type, counts[c]);
		store(&roots[0], (uintptr_t)array);
		for (size_t i = 0; i < counts[c]; i += counts[c] / 3) {
			uintptr_t *kept = tri_heap_alloc(mutator, &pair_type, 1), *lost = tri_heap_alloc(mutator, &pair_type, 1);
			store(&array[i * 3 + 2], (uintptr_t)kept);
			array[i * 3 + 1] = ~(uintptr_t)lost; // so that the test itself finds it again
		}
		tri_gc_collect(mutator, TRI_GC_FORCED);
		for (size_t i = 0; i < counts[c]; i += counts[c] / 3) {
			size_t size;
			struct tri_span *span;
			assert_non_null(tri_heap_find_object(array[i * 3 + 2], &size, &span));
			assert_null(tri_heap_find_object(~array[i * 3 + 1], &size, &span));
		}
	}
}

static void pointers_past_the_end_are_harmless(void **state)
{
	(void)state;
	char *large = tri_heap_alloc(mutator, &byte_type, 100000);
	store(&roots[0], (uintptr_t)large);
	store(&roots[1], (uintptr_t)large + 13 * TRI_PAGE_SIZE); // behind the span
	store(&roots[2], tri_heap.high);
	store(&roots[3], tri_heap.low - 8);
	tri_gc_collect(mutator, TRI_GC_FORCED);
	size_t size;
	struct tri_span *span;
	assert_ptr_equal(tri_heap_find_object((uintptr_t)large + 99999, &size, &span), large);
}

// A random mutator. Each object carries a serial number, which a table outside the heap knows too.
static uint64_t seed = 20260101;

static uint32_t next_random(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

static void check_graph(uintptr_t object, int depth)
{
	// { next, number } of string_like_type, or { left, right } pairs ending in them.
	if (!object || depth == 0)
		return;
	size_t size;
	struct tri_span *span;
	assert_ptr_equal(tri_heap_find_object(object, &size, &span), (void *)object);
	assert_int_equal(((uintptr_t *)object)[1] ^ object, 0x123456789abcdef0u);
	check_graph(((uintptr_t *)object)[0], depth - 1);
}

static void random_mutation_keeps_the_graph(void **state)
{
	(void)state;
	printf("seed %llu\n", (unsigned long long)seed);
	for (int step = 0; step < 400000; step++) {
		uint32_t at = next_random(TEST_ROOTS);
		switch (next_random(8)) {
		case 0:
			store(&roots[at], 0);
			break;
		case 1:
			store(&roots[at], roots[next_random(TEST_ROOTS)]);
			break;
		case 2: // pointer-free memory of a random size, dropped at once
			memset(tri_heap_alloc(mutator, &byte_type, next_random(3000) + 1), 0x77, 1);
			break;
		default: {
			uintptr_t *object = tri_heap_alloc(mutator, &string_like_type, 1);
			store(&object[0], roots[next_random(TEST_ROOTS)]);
			object[1] = (uintptr_t)object ^ 0x123456789abcdef0u;
			store(&roots[at], (uintptr_t)object);
		}
		}
		if (step % 50000 == 0) {
			tri_gc_collect(mutator, TRI_GC_FORCED);
			for (unsigned i = 0; i < TEST_ROOTS; i++)
				check_graph(roots[i], 1000);
			tri_pages_check();
		}
	}
}

static void trigger_follows_the_percentage(void **state)
{
	(void)state;
	tri_gc_collect(mutator, TRI_GC_FORCED);
	int32_t old = tri_gc_set_percent(50);
	assert_int_equal(old, 100);
	// Cycles start between half of the way to the goal and all of it.
	assert_in_range(tri_heap.trigger, (uint64_t)1 << 20, (uint64_t)2 << 20);
	tri_gc_set_percent(-1);
	assert_int_equal(tri_heap.trigger, UINT64_MAX);
	tri_gc_set_percent(100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_round_as_go_rounds),
		cmocka_unit_test_setup(memory_is_zero_and_apart, clear_roots),
		cmocka_unit_test_setup(reachable_stays_unreachable_goes, clear_roots),
		cmocka_unit_test_setup(only_pointer_words_count, clear_roots),
		cmocka_unit_test_setup(arrays_repeat_the_mask, clear_roots),
		cmocka_unit_test_setup(pointers_past_the_end_are_harmless, clear_roots),
		cmocka_unit_test_setup(random_mutation_keeps_the_graph, clear_roots),
		cmocka_unit_test_setup(trigger_follows_the_percentage, clear_roots),
	};
	return cmocka_run_group_tests(tests, set_up, NULL);
}
