// A collection, phase by phase:
//   sweep termination   what the previous mark left unswept is swept; the world stops; caches are flushed
//   mark                roots of every source, then everything reachable (the world stays stopped in this version)
//   mark termination    the next trigger is set; every span becomes unswept
//   sweep               lazily, by allocation; the world runs
//
// The trigger: the heap may grow by GOGC percent of what survived plus the roots (stacks, globals), at least
// to 4 MiB times GOGC/100 (Go's rule since 1.18).
#include "runtime/gc/mark.h"

enum { MAX_SOURCES = 16 };
struct tri_gc_root_source tri_gc_sources[MAX_SOURCES];
uint32_t tri_gc_source_count;
uint32_t tri_gc_barrier_enabled;
void (*tri_gc_report_hook)(const struct tri_gc_report *report);

static struct tri_gc_world world;
static struct tri_gc_marker marker;
static int32_t gc_percent = 100;
static bool collecting;

void tri_gc_add_root_source(const struct tri_gc_root_source *source)
{
	tri_check(tri_gc_source_count < MAX_SOURCES);
	tri_gc_sources[tri_gc_source_count++] = *source;
}

static void set_trigger(void)
{
	uint64_t stacks = 0, globals = 0;
	world.root_bytes(&stacks, &globals);
	uint64_t root_bytes = stacks + globals;
	if (gc_percent < 0) {
		tri_heap.trigger = UINT64_MAX;
		return;
	}
	uint64_t minimum = ((uint64_t)4 << 20) * (uint64_t)gc_percent / 100, growth;
	if (__builtin_mul_overflow(tri_heap.live + root_bytes, (uint64_t)gc_percent, &growth))
		growth = UINT64_MAX;
	uint64_t goal = tri_heap.live + growth / 100;
	tri_heap.trigger = goal > minimum ? goal : minimum;
}

int32_t tri_gc_set_percent(int32_t percent)
{
	int32_t old = gc_percent;
	gc_percent = percent < 0 ? -1 : percent;
	set_trigger();
	return old;
}

static void reach_trigger(void) { tri_gc_collect(TRI_GC_HEAP); }

void tri_gc_init(const struct tri_gc_world *provided)
{
	world = *provided;
	gc_percent = tri_settings.gc_percent;
	set_trigger();
	tri_heap_trigger_hook = reach_trigger;
}

static void scan_roots(void)
{
	for (uint32_t i = 0; i < tri_gc_source_count; i++) {
		struct tri_gc_root_source *source = &tri_gc_sources[i];
		uint32_t count = source->unit_count(source->context);
		for (uint32_t unit = 0; unit < count; unit++) {
			source->scan_unit(source->context, unit, &marker);
			// What a stack reaches is still in the cache.
			tri_gc_drain(&marker);
		}
	}
}

void tri_gc_collect(enum tri_gc_cause cause)
{
	if (collecting) // an allocation of the collector's own callers: the cycle under way serves them
		return;
	collecting = true;
	struct tri_gc_report report = {.cause = cause, .start = tri_nanotime()};
	tri_sweep_all();
	report.stopped = tri_nanotime();
	world.stop("GC");
	tri_caches_flush();
	report.live_before = tri_heap.live;
	report.goal = tri_heap.trigger;
	report.mark_start = tri_nanotime();
	int64_t cpu_before = tri_process_cpu_time();
	marker.marked_bytes = marker.marked_objects = marker.scanned_words = 0;
	scan_roots();
	tri_gc_drain(&marker);
	report.mark_cpu = tri_process_cpu_time() - cpu_before;
	report.mark_end = tri_nanotime();
	if (TRI_DEBUG && tri_settings.verify_marks)
		tri_gc_verify();
	report.live_marked = marker.marked_bytes;
	tri_heap.live = marker.marked_bytes;
	report.live_after = marker.marked_bytes;
	world.root_bytes(&report.stack_bytes, &report.global_bytes);
	set_trigger();
	tri_sweep_start();
	report.processors = world.processor_count();
	report.end = tri_nanotime();
	world.start();
	collecting = false;
	if (tri_gc_report_hook)
		tri_gc_report_hook(&report);
	if (cause == TRI_GC_FORCED)
		tri_sweep_all();
}

// ---- Write barrier -----------------------------------------------------------------------------
// Yuasa's deletion barrier with Dijkstra's insertion barrier (Go proposal 17503): both the overwritten
// and the new pointer are shaded. Marking stops the world in this version, so the flag is never set while
// Go code runs; the entry points do what they promise.

void tri_gc_barrier(void **slot, void *value)
{
	if (!tri_gc_barrier_enabled)
		return;
	tri_gc_mark_pointer(&marker, (uintptr_t)*slot);
	tri_gc_mark_pointer(&marker, (uintptr_t)value);
}

void tri_gc_barrier_bulk(void *to, const void *from, uint32_t words, const uint8_t *mask)
{
	if (!tri_gc_barrier_enabled)
		return;
	size_t size;
	struct tri_span *span;
	uintptr_t base = (uintptr_t)tri_heap_find_object((uintptr_t)to, &size, &span);
	for (uint32_t i = 0; i < words; i++) {
		bool pointer;
		if (mask) {
			pointer = mask[i / 8] >> (i % 8) & 1;
		} else if (base) {
			uint32_t word = (uint32_t)(((uintptr_t)to - base) / 8 + i) % span->layout->period_words;
			pointer = span->layout->has_pointers && (span->layout->period_mask[word / 8] >> (word % 8) & 1);
		} else {
			return; // not in the heap: a stack or a global
		}
		if (!pointer)
			continue;
		tri_gc_mark_pointer(&marker, ((const uintptr_t *)to)[i]);
		if (from)
			tri_gc_mark_pointer(&marker, ((const uintptr_t *)from)[i]);
	}
}
