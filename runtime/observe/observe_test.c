// MemStats' equations after all kinds of allocation, and what the heap profile counts when: as of the last completed mark.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on
#include "runtime/gc/test_world.h"
#include "runtime/heap/span.h"
#include "runtime/observe/encode.h"
#include "runtime/observe/observe.h"
#include "runtime/special/special.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

static void stack_bytes(uint64_t *in_use, uint64_t *mapped)
{
	*in_use = 2048;
	*mapped = 65536;
}
static uint64_t goroutine_count(void) { return 3; }

// The place of the next allocation, as the profile is told.
static uintptr_t place;
static uint32_t callers(uintptr_t *pcs, uint32_t limit)
{
	assert_true(limit >= 2);
	pcs[0] = place;
	pcs[1] = 0x500000;
	return 2;
}

static int set_up(void **state)
{
	(void)state;
	tri_settings_init();
	test_world_set_up();
	tri_gc_set_percent(-1); // collections happen where the tests say
	tri_special_init();
	tri_observe_init(tri_nanotime());
	tri_observe_world = (struct tri_observe_world){test_world_stop, test_world_nothing, stack_bytes, goroutine_count};
	tri_observe_callers_hook = callers;
	tri_observe_profile_start(1); // before the first allocation: runs already handed out would not be sampled
	return 0;
}

static void check_equations(struct tri_mem_stats *stats)
{
	tri_observe_stats(stats);
	assert_int_equal(stats->sys, stats->heap_sys + stats->stack_sys + stats->mspan_sys + stats->mcache_sys + stats->buck_hash_sys +
									 stats->gc_sys + stats->other_sys);
	assert_int_equal(stats->heap_sys, stats->heap_inuse + stats->heap_idle);
	assert_int_equal(stats->alloc, stats->heap_alloc);
	assert_int_equal(stats->heap_objects, stats->mallocs - stats->frees);
	assert_true(stats->heap_alloc <= stats->heap_inuse);
	assert_true(stats->heap_alloc <= stats->total_alloc);
	assert_true(stats->heap_released <= stats->heap_idle);
	assert_true(stats->mspan_inuse <= stats->mspan_sys);
	assert_true(stats->mcache_inuse <= stats->mcache_sys);
	assert_true(stats->stack_inuse <= stats->stack_sys);
	uint64_t small = 0, small_objects = 0;
	for (unsigned i = 1; i < TRI_COUNT(stats->by_size); i++) {
		assert_true(stats->by_size[i].frees <= stats->by_size[i].mallocs);
		assert_int_equal(stats->by_size[i].size, tri_class_sizes[i]);
		small_objects += stats->by_size[i].mallocs - stats->by_size[i].frees;
		small += (stats->by_size[i].mallocs - stats->by_size[i].frees) * stats->by_size[i].size;
	}
	assert_true(small <= stats->heap_alloc && small_objects <= stats->heap_objects);
	uint64_t pauses = 0;
	for (uint32_t i = 0; i < stats->num_gc && i < 256; i++)
		pauses += stats->pause_ns[i];
	if (stats->num_gc <= 256)
		assert_int_equal(pauses, stats->pause_total_ns);
	if (stats->num_gc > 0)
		assert_int_equal(stats->last_gc, stats->pause_end[(stats->num_gc + 255) % 256]);
}

static void equations_hold(void **state)
{
	(void)state;
	struct tri_mem_stats stats;
	uint64_t allocated = 0, collections = 0;
	uint32_t seed = 1;
	for (int i = 0; i < 60000; i++) {
		seed = seed * 1103515245 + 12345;
		// Some tiny, most small, some large.
		size_t size = i % 100 == 0 ? 40000 + seed % 200000 : i % 3 == 0 ? 1 + seed % 15 : 16 + (seed >> 8) % 3000;
		void *object = i % 2 ? tri_heap_alloc_plain(mutator, size) : tri_heap_alloc_pointers(mutator, (size + 7) & ~(size_t)7);
		allocated += size;
		roots[seed >> 16 & (TEST_ROOTS - 1)] = (uintptr_t)object;
		if (i % 5000 == 0) {
			tri_gc_collect(mutator, i % 10000 ? TRI_GC_FORCED : TRI_GC_HEAP);
			collections++;
		}
		if (i % 500 == 0)
			check_equations(&stats);
	}
	assert_int_equal(stats.num_gc, collections);
	assert_int_equal(stats.num_forced_gc, collections / 2);
	assert_true(stats.total_alloc >= allocated && stats.total_alloc < allocated * 5 / 4);
	assert_int_equal(stats.goroutines, 3);
	tri_gc_free_os_memory(mutator);
	check_equations(&stats);
	assert_int_equal(stats.heap_idle, stats.heap_released);
}

static void counts_are_exact(void **state)
{
	(void)state;
	struct tri_mem_stats before, after;
	memset(roots, 0, sizeof roots);
	tri_gc_collect(mutator, TRI_GC_FORCED);
	check_equations(&before);
	for (int i = 0; i < 1000; i++)
		roots[0] = (uintptr_t)tri_heap_alloc_pointers(mutator, 96);
	check_equations(&after);
	assert_int_equal(after.mallocs - before.mallocs, 1000);
	assert_int_equal(after.total_alloc - before.total_alloc, 96000);
	assert_int_equal(after.heap_alloc - before.heap_alloc, 96000);
	tri_gc_collect(mutator, TRI_GC_FORCED);
	check_equations(&after);
	assert_int_equal(after.frees - before.frees, 999);
	assert_int_equal(after.heap_alloc - before.heap_alloc, 96);
}

// ---- The profile, read back ------------------------------------------------------------------------

struct reader {
	const uint8_t *at, *end;
};

static uint64_t number(struct reader *reader)
{
	uint64_t value = 0;
	for (unsigned shift = 0;; shift += 7) {
		assert_true(reader->at < reader->end);
		uint8_t byte = *reader->at++;
		value |= (uint64_t)(byte & 127) << shift;
		if (byte < 128)
			return value;
	}
}

// The next field: its number; its value, or what it holds. False at the end.
static bool field(struct reader *reader, uint32_t *tag, uint64_t *value, struct reader *inside)
{
	if (reader->at == reader->end)
		return false;
	uint64_t key = number(reader);
	*tag = (uint32_t)(key >> 3);
	*value = number(reader);
	*inside = (struct reader){0};
	if ((key & 7) == 2) {
		*inside = (struct reader){reader->at, reader->at + *value};
		assert_true(inside->end <= reader->end);
		reader->at = inside->end;
	} else {
		assert_int_equal(key & 7, 0);
	}
	return true;
}

static uint8_t profile[1 << 20];

// The four values of the samples whose innermost address is `pc`, added up.
static void values_at(uintptr_t pc, uint64_t values[4])
{
	char path[] = "/tmp/observe_testXXXXXX";
	int file = mkstemp(path);
	assert_true(file >= 0);
	close(file);
	assert_true(tri_observe_heap_profile(path));
	gzFile zipped = gzopen(path, "rb");
	int length = gzread(zipped, profile, sizeof profile);
	assert_int_equal(gzclose(zipped), Z_OK);
	unlink(path);
	assert_true(length > 0);
	uint64_t wanted = 0, value;
	uint32_t tag;
	struct reader inside;
	enum { SAMPLE = 2, LOCATION = 4 };
	for (struct reader all = {profile, profile + length}; field(&all, &tag, &value, &inside);) {
		if (tag != LOCATION)
			continue;
		uint64_t id = 0, address = 0;
		struct reader ignored;
		for (uint32_t part; field(&inside, &part, &value, &ignored);) {
			id = part == 1 ? value : id;
			address = part == 3 ? value : address;
		}
		if (address == pc - 1)
			wanted = id;
	}
	memset(values, 0, 4 * sizeof *values);
	for (struct reader all = {profile, profile + length}; wanted && field(&all, &tag, &value, &inside);) {
		if (tag != SAMPLE)
			continue;
		struct reader list, numbers = {0};
		uint64_t innermost = 0;
		for (uint32_t part; field(&inside, &part, &value, &list);) {
			if (part == 1)
				innermost = number(&list);
			if (part == 2)
				numbers = list;
		}
		for (unsigned i = 0; i < 4 && innermost == wanted; i++)
			values[i] += number(&numbers);
	}
}

enum { ALLOC_OBJECTS, ALLOC_SPACE, INUSE_OBJECTS, INUSE_SPACE };

static void profile_is_as_of_the_last_mark(void **state)
{
	(void)state;
	uint64_t values[4];
	place = 0x401000;
	for (unsigned i = 0; i < 10; i++)
		roots[i] = (uintptr_t)tri_heap_alloc_pointers(mutator, 64);
	for (unsigned i = 0; i < 30; i++)
		tri_heap_alloc_pointers(mutator, 64);
	place = 0x402000;
	values_at(0x401000, values);
	assert_int_equal(values[ALLOC_OBJECTS], 0); // no mark has looked at them
	tri_gc_collect(mutator, TRI_GC_FORCED);
	values_at(0x401000, values);
	assert_int_equal(values[ALLOC_OBJECTS], 0); // what is dead of them was only being found
	tri_gc_collect(mutator, TRI_GC_FORCED);
	values_at(0x401000, values);
	assert_int_equal(values[ALLOC_OBJECTS], 40);
	assert_int_equal(values[ALLOC_SPACE], 2560);
	assert_int_equal(values[INUSE_OBJECTS], 10);
	assert_int_equal(values[INUSE_SPACE], 640);
	memset(roots, 0, sizeof roots);
	tri_gc_collect(mutator, TRI_GC_FORCED);
	tri_gc_collect(mutator, TRI_GC_FORCED);
	values_at(0x401000, values);
	assert_int_equal(values[ALLOC_OBJECTS], 40);
	assert_int_equal(values[INUSE_OBJECTS], 0);
}

// However collections and allocations lie, nothing is counted as freed before it is counted as allocated.
static void frees_do_not_overtake(void **state)
{
	(void)state;
	uint64_t values[4];
	place = 0x403000;
	for (unsigned round = 0; round < 50; round++) {
		for (unsigned i = 0; i < 100; i++)
			roots[i % TEST_ROOTS] = (uintptr_t)tri_heap_alloc_pointers(mutator, 32 + round % 5 * 16);
		tri_gc_collect(mutator, round % 3 ? TRI_GC_HEAP : TRI_GC_FORCED);
		values_at(0x403000, values);
		assert_true(values[INUSE_OBJECTS] <= values[ALLOC_OBJECTS]);
		assert_true(values[INUSE_SPACE] <= values[ALLOC_SPACE]);
	}
}

// Sampled counts are scaled to what they stand for.
static void samples_stand_for_all(void **state)
{
	(void)state;
	uint64_t values[4];
	tri_observe_profile_start(8192);
	place = 0x404000;
	for (unsigned i = 0; i < 200000; i++)
		tri_heap_alloc_pointers(mutator, 128);
	for (int i = 0; i < 2; i++)
		tri_gc_collect(mutator, TRI_GC_FORCED);
	values_at(0x404000, values);
	assert_in_range(values[ALLOC_SPACE], 200000 * 128 * 9 / 10, 200000 * 128 * 11 / 10);
	assert_in_range(values[ALLOC_OBJECTS], 180000, 220000);
	assert_int_equal(values[INUSE_OBJECTS], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equations_hold),        cmocka_unit_test(counts_are_exact),      cmocka_unit_test(profile_is_as_of_the_last_mark),
		cmocka_unit_test(frees_do_not_overtake), cmocka_unit_test(samples_stand_for_all),
	};
	return cmocka_run_group_tests(tests, set_up, NULL);
}
