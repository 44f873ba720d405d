// Finalizers, cleanups, weak pointers and profile records on a world of one mutator that collects when told.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on
#include "runtime/gc/test_world.h"
#include "runtime/heap/span.h"
#include "runtime/special/special.h"

static int set_up(void **state)
{
	(void)state;
	tri_settings_init();
	tri_settings.poison = 1;
	test_world_set_up();
	tri_gc_set_percent(-1); // collections happen where the tests say
	tri_special_init();
	return 0;
}

static uint32_t calls, order[8];
static uintptr_t revived;

static void run_queue(void)
{
	struct tri_special_call call;
	while (tri_special_take(mutator, &call)) {
		if (call.finalizer)
			call.finalizer(call.object, call.argument);
		else
			call.cleanup(call.argument);
	}
	assert_true(tri_special_queue_is_empty());
}

static int clear(void **state)
{
	(void)state;
	memset(roots, 0, sizeof roots);
	revived = 0;
	tri_gc_collect(mutator, TRI_GC_FORCED);
	run_queue();
	tri_gc_collect(mutator, TRI_GC_FORCED);
	run_queue();
	calls = 0;
	return 0;
}

static void note(void *argument) { order[calls++] = (uint32_t)(uintptr_t)argument; }

static void finalize(void *object, void *argument)
{
	revived = (uintptr_t)object;
	note(argument);
}

static void collect(void)
{
	tri_gc_collect(mutator, TRI_GC_FORCED);
	run_queue();
}

static bool is_allocated(uintptr_t address)
{
	size_t size;
	struct tri_span *span;
	return tri_heap_find_object(address, &size, &span) != NULL;
}

static uintptr_t *new_pair(void) { return tri_heap_alloc_pointers(mutator, 16); }

static void finalizer_runs_once_and_revives(void **state)
{
	(void)state;
	uintptr_t *object = new_pair();
	roots[0] = (uintptr_t)object;
	assert_true(tri_special_finalizer_set(object, finalize, (void *)7));
	assert_false(tri_special_finalizer_set(object, finalize, (void *)8)); // one per object
	collect();
	assert_int_equal(calls, 0);
	roots[0] = 0;
	collect();
	assert_int_equal(calls, 1);
	assert_int_equal(order[0], 7);
	assert_int_equal(revived, (uintptr_t)object);
	assert_true(is_allocated(revived)); // for this cycle
	collect();
	assert_int_equal(calls, 1);
	assert_false(is_allocated(revived));
}

static void finalizer_can_be_removed(void **state)
{
	(void)state;
	uintptr_t *object = new_pair();
	assert_true(tri_special_finalizer_set(object, finalize, NULL));
	assert_true(tri_special_finalizer_set(object, NULL, NULL));
	collect();
	assert_int_equal(calls, 0);
	assert_false(is_allocated((uintptr_t)object));
}

// What an object with a finalizer leads to stays whole until it has run, so finalizers run from the outside in.
static void finalizers_run_in_order_of_dependency(void **state)
{
	(void)state;
	uintptr_t *outer = new_pair(), *inner = new_pair(), *plain = new_pair();
	outer[0] = (uintptr_t)inner;
	inner[1] = (uintptr_t)plain;
	tri_special_finalizer_set(inner, finalize, (void *)2);
	tri_special_finalizer_set(outer, finalize, (void *)1);
	collect();
	assert_int_equal(calls, 1);
	assert_int_equal(order[0], 1);
	assert_true(is_allocated((uintptr_t)plain));
	collect();
	assert_int_equal(calls, 2);
	assert_int_equal(order[1], 2);
	assert_false(is_allocated((uintptr_t)outer));
	assert_true(is_allocated((uintptr_t)plain));
	collect();
	assert_false(is_allocated((uintptr_t)plain));
}

static void finalizer_in_a_cycle_never_runs(void **state)
{
	(void)state;
	uintptr_t *object = new_pair();
	object[0] = (uintptr_t)object;
	tri_special_finalizer_set(object, finalize, NULL);
	collect();
	collect();
	assert_int_equal(calls, 0);
	assert_true(is_allocated((uintptr_t)object));
	object[0] = 0;
	collect();
	assert_int_equal(calls, 1);
}

static void cleanups_run_after_the_end(void **state)
{
	(void)state;
	uintptr_t *object = new_pair(), *argument = new_pair();
	roots[0] = (uintptr_t)object;
	uint64_t first = tri_special_cleanup_add(object, note, (void *)1);
	assert_int_not_equal(first, 0);
	tri_special_cleanup_add(object, note, (void *)2);
	uint64_t stopped = tri_special_cleanup_add((char *)object + 8, note, (void *)3);
	tri_special_cleanup_add(object, note, argument); // kept alive until it has been used
	tri_special_cleanup_stop(stopped);
	tri_special_cleanup_stop(stopped);
	collect();
	assert_int_equal(calls, 0);
	assert_true(is_allocated((uintptr_t)argument));
	roots[0] = 0;
	collect();
	assert_int_equal(calls, 3);
	uint32_t seen = 0;
	for (uint32_t i = 0; i < calls; i++)
		seen |= order[i] <= 3 ? 1u << order[i] : 1;
	assert_int_equal(seen, 1 | 2 | 4);
	assert_false(is_allocated((uintptr_t)object)); // not revived
	collect();
	assert_false(is_allocated((uintptr_t)argument));
	static int outside;
	assert_int_equal(tri_special_cleanup_add(&outside, note, NULL), 0);
}

static void weak_pointers_read_nil_at_the_end(void **state)
{
	(void)state;
	uintptr_t *object = new_pair();
	roots[0] = (uintptr_t)object;
	uint64_t weak = tri_special_weak_new(object), inside = tri_special_weak_new(&object[1]);
	collect();
	assert_ptr_equal(tri_special_weak_get(mutator, weak), object);
	assert_ptr_equal(tri_special_weak_get(mutator, inside), &object[1]);
	roots[0] = 0;
	collect();
	assert_null(tri_special_weak_get(mutator, weak));
	assert_null(tri_special_weak_get(mutator, inside));
	tri_special_weak_free(weak);
	tri_special_weak_free(inside);
	assert_null(tri_special_weak_get(mutator, weak));
}

// A finalizer that revives its object finds the weak pointers to it cleared; cleanups wait for the real end.
static void weak_pointers_do_not_come_back(void **state)
{
	(void)state;
	uintptr_t *object = new_pair();
	uint64_t weak = tri_special_weak_new(object);
	tri_special_finalizer_set(object, finalize, (void *)1);
	tri_special_cleanup_add(object, note, (void *)2);
	collect();
	assert_int_equal(calls, 1);
	assert_true(is_allocated((uintptr_t)object));
	assert_null(tri_special_weak_get(mutator, weak));
	roots[0] = revived;
	collect();
	assert_int_equal(calls, 1);
	assert_null(tri_special_weak_get(mutator, weak));
	roots[0] = 0;
	collect();
	assert_int_equal(calls, 2);
	assert_int_equal(order[1], 2);
	tri_special_weak_free(weak);
}

// Between the mark and the sweep of its span a dead object must not come back, nor a live one be missed at any moment.
static void weak_pointers_before_the_sweep(void **state)
{
	(void)state;
	enum { COUNT = 3000 };
	static uint64_t weak[COUNT];
	uintptr_t *array = tri_heap_alloc_pointers(mutator, COUNT * 8);
	roots[0] = (uintptr_t)array;
	for (unsigned i = 0; i < COUNT; i++) {
		uintptr_t *object = new_pair();
		weak[i] = tri_special_weak_new(object);
		if (i % 3)
			array[i] = (uintptr_t)object;
	}
	tri_gc_collect(mutator, TRI_GC_HEAP); // leaves the sweep to do
	assert_int_not_equal(atomic_load(&tri_heap.unswept_spans), 0);
	do {
		for (unsigned i = 0; i < COUNT; i++)
			assert_ptr_equal(tri_special_weak_get(mutator, weak[i]), array[i]);
	} while (tri_heap_sweep_one() > 0);
	for (unsigned i = 0; i < COUNT; i++)
		tri_special_weak_free(weak[i]);
}

static uint64_t freed_bytes;
static void record_freed(void *record, uint64_t size)
{
	assert_ptr_equal(record, &freed_bytes);
	freed_bytes += size;
}

static void profile_records_hear_of_the_end(void **state)
{
	(void)state;
	tri_special_profile_hook = record_freed;
	uintptr_t *small = new_pair();
	char *large = tri_heap_alloc_plain(mutator, 100000);
	roots[0] = (uintptr_t)large;
	tri_special_profile_add(small, &freed_bytes, 16);
	tri_special_profile_add(large, &freed_bytes, 100000);
	collect();
	assert_int_equal(freed_bytes, 16);
	roots[0] = 0;
	collect();
	assert_int_equal(freed_bytes, 100016);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(finalizer_runs_once_and_revives, clear),
		cmocka_unit_test_setup(finalizer_can_be_removed, clear),
		cmocka_unit_test_setup(finalizers_run_in_order_of_dependency, clear),
		cmocka_unit_test_setup(finalizer_in_a_cycle_never_runs, clear),
		cmocka_unit_test_setup(cleanups_run_after_the_end, clear),
		cmocka_unit_test_setup(weak_pointers_read_nil_at_the_end, clear),
		cmocka_unit_test_setup(weak_pointers_do_not_come_back, clear),
		cmocka_unit_test_setup(weak_pointers_before_the_sweep, clear),
		cmocka_unit_test_setup(profile_records_hear_of_the_end, clear),
	};
	return cmocka_run_group_tests(tests, set_up, NULL);
}
