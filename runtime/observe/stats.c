// Go's MemStats, from the heap's figures, the collector's totals and what the system gave.
//
// The equations between the fields (sys is the sum of the *_sys, heap_sys = heap_inuse + heap_idle, heap_objects = mallocs - frees) are
// checked by a test. The world is stopped for the time of reading; nothing in that grows with the heap.
#include "runtime/gc/gc.h"
#include "runtime/observe/observe.h"
#include "runtime/heap/heap.h"

struct tri_observe_world tri_observe_world;

void tri_observe_stats(struct tri_mem_stats *stats)
{
	struct tri_heap_figures heap;
	struct tri_gc_totals gc;
	tri_observe_figures(stats, &heap, &gc);
}

void tri_observe_figures(struct tri_mem_stats *stats, struct tri_heap_figures *heap_out, struct tri_gc_totals *gc_out)
{
	struct tri_heap_figures heap;
	struct tri_gc_totals gc;
	uint64_t stack_inuse, stack_mapped;
	tri_observe_world.stop("read mem stats");
	tri_heap_figures(&heap);
	tri_gc_totals(&gc);
	tri_observe_world.stack_bytes(&stack_inuse, &stack_mapped);
	uint64_t goroutines = tri_observe_world.goroutine_count();
	tri_observe_world.start();
	*stats = (struct tri_mem_stats){
		.alloc = heap.live,
		.total_alloc = heap.total_allocated,
		.mallocs = heap.mallocs,
		.frees = heap.frees,
		.heap_alloc = heap.live,
		.heap_inuse = heap.span_bytes,
		.heap_idle = heap.idle_bytes,
		.heap_sys = heap.span_bytes + heap.idle_bytes,
		.heap_released = heap.released_bytes,
		.heap_objects = heap.mallocs - heap.frees,
		.stack_inuse = stack_inuse,
		.stack_sys = stack_mapped,
		.mspan_inuse = heap.span_structures,
		.mspan_sys = heap.span_structures_mapped,
		.mcache_inuse = heap.slot_bytes,
		.mcache_sys = heap.slot_bytes_mapped,
		.buck_hash_sys = tri_observe_profile_bytes(),
		.gc_sys = heap.table_bytes,
		.next_gc = gc.next_goal,
		.last_gc = gc.last_end,
		.pause_total_ns = gc.pause_total,
		.num_gc = gc.cycles,
		.num_forced_gc = gc.forced_cycles,
		.gc_cpu_fraction = gc.cpu_fraction,
		.enable_gc = true,
		.goroutines = goroutines,
	};
	uint64_t permanent = tri_permanent_bytes(), known = stats->mspan_sys + stats->mcache_sys + stats->buck_hash_sys;
	stats->other_sys = permanent > known ? permanent - known : 0;
	stats->sys =
		stats->heap_sys + stats->stack_sys + stats->mspan_sys + stats->mcache_sys + stats->buck_hash_sys + stats->gc_sys + stats->other_sys;
	memcpy(stats->pause_ns, gc.pauses, sizeof stats->pause_ns);
	memcpy(stats->pause_end, gc.pause_ends, sizeof stats->pause_end);
	for (unsigned i = 0; i < TRI_COUNT(stats->by_size); i++) {
		stats->by_size[i].size = heap.by_size[i].size;
		stats->by_size[i].mallocs = heap.by_size[i].mallocs;
		stats->by_size[i].frees = heap.by_size[i].frees;
	}
	*heap_out = heap;
	*gc_out = gc;
}
