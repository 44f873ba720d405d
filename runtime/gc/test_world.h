// For unit tests above the collector: a world of one mutator, which is always at a safepoint when it calls the collector, and
// TEST_ROOTS words that are roots.
#pragma once
#include "runtime/base/base.h"
#include "runtime/gc/gc.h"
#include "runtime/heap/heap.h"

enum { TEST_ROOTS = 64 };
static struct tri_mutator *mutator;
static uintptr_t roots[TEST_ROOTS];

static uint32_t test_world_one(void *context)
{
	(void)context;
	return 1;
}

static void test_world_scan(void *context, uint32_t unit, struct tri_gc_marker *marker)
{
	(void)context;
	(void)unit;
	for (unsigned i = 0; i < TEST_ROOTS; i++)
		tri_gc_mark_pointer(marker, roots[i]);
}

static void test_world_stop(const char *reason) { (void)reason; }
static void test_world_nothing(void) {}
static bool test_world_no(void) { return false; }
static void test_world_pause(int64_t nanoseconds) { (void)nanoseconds; }
static int test_world_processors(void) { return 1; }
static int test_world_none(void) { return 0; }
static void test_world_root_bytes(uint64_t *stacks, uint64_t *globals) { *stacks = *globals = 0; }
static void test_world_visit(void (*visit)(struct tri_mutator *mutator, void *context), void *context) { visit(mutator, context); }

// The heap, the mutator, the collector with this world and these roots; tri_settings_init and what the test sets come before.
static inline void test_world_set_up(void)
{
	tri_heap_init();
	mutator = tri_mutator_new();
	static const struct tri_gc_world world = {.stop = test_world_stop,
											  .start = test_world_nothing,
											  .visit_mutators = test_world_visit,
											  .processor_count = test_world_processors,
											  .outside_count = test_world_none,
											  .root_bytes = test_world_root_bytes,
											  .wake_workers = test_world_nothing,
											  .rest_begin = test_world_nothing,
											  .rest_end = test_world_nothing,
											  .safepoint = test_world_nothing,
											  .safepoint_wanted = test_world_no,
											  .pause = test_world_pause};
	tri_gc_init(&world);
	static const struct tri_gc_root_source source = {"test", test_world_one, test_world_scan, NULL};
	tri_gc_add_root_source(&source);
}
