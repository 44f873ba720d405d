// Roots: units of all sources, claimed one by one by workers and assists.
#include "runtime/gc/internal.h"

enum { MAX_SOURCES = 16 };
static struct tri_gc_root_source sources[MAX_SOURCES];
static uint32_t source_count;
static struct {
	uint32_t total;
	_Atomic uint32_t next, done;
} progress[MAX_SOURCES];

void tri_gc_add_root_source(const struct tri_gc_root_source *source)
{
	tri_check(source_count < MAX_SOURCES);
	sources[source_count++] = *source;
}

void tri_gc_roots_begin(void)
{
	for (uint32_t i = 0; i < source_count; i++) {
		progress[i].total = sources[i].unit_count(sources[i].context);
		atomic_store(&progress[i].next, 0);
		atomic_store(&progress[i].done, 0);
	}
}

bool tri_gc_root_next(struct tri_gc_marker *marker)
{
	for (uint32_t i = 0; i < source_count; i++) {
		if (atomic_load_explicit(&progress[i].next, memory_order_relaxed) >= progress[i].total)
			continue;
		uint32_t unit = atomic_fetch_add(&progress[i].next, 1);
		if (unit >= progress[i].total)
			continue;
		sources[i].scan_unit(sources[i].context, unit, marker);
		tri_gc_settle(marker);
		atomic_fetch_add(&progress[i].done, 1);
		if (tri_gc_roots_done())
			atomic_store(&tri_gc_stacks_black, atomic_load(&tri_gc_barrier_enabled));
		return true;
	}
	return false;
}

bool tri_gc_roots_left(void)
{
	for (uint32_t i = 0; i < source_count; i++) {
		if (atomic_load_explicit(&progress[i].next, memory_order_relaxed) < progress[i].total)
			return true;
	}
	return false;
}

bool tri_gc_roots_done(void)
{
	for (uint32_t i = 0; i < source_count; i++) {
		if (atomic_load(&progress[i].done) < progress[i].total)
			return false;
	}
	return true;
}
