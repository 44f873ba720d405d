// What the heap says of itself, and giving memory back in the background.
//
// Scavenging follows Go's rule: what exceeds the goal for the heap by a tenth is returned, slowly enough to cost about
// a hundredth of one processor's time.
#include "runtime/heap/internal.h"

_Atomic uint64_t tri_heap_retain_goal = UINT64_MAX;
static _Atomic uint64_t background_pages, background_time; // of what the monitor released
static _Atomic uint64_t eager_time;                        // of what was released because of a limit or by request

void tri_heap_figures(struct tri_heap_figures *figures)
{
	memset(figures, 0, sizeof *figures);
	for (unsigned class = 0; class < TRI_SIZE_CLASS_COUNT; class ++) {
		figures->by_size[class].size = tri_class_sizes[class];
		figures->by_size[class].mallocs = atomic_load(&tri_heap_counters.dead_mallocs[class]);
		figures->by_size[class].frees = atomic_load(&tri_heap_counters.frees_by_class[class]);
	}
	uint64_t tiny = atomic_load(&tri_heap_counters.dead_tiny), unused_bytes = 0;
	figures->total_allocated = atomic_load(&tri_heap_counters.dead_bytes);
	tri_lock(&tri_mutators_lock);
	for (const struct tri_mutator *mutator = tri_mutators; mutator; mutator = mutator->next) {
		for (unsigned class = 0; class < TRI_SIZE_CLASS_COUNT; class ++)
			figures->by_size[class].mallocs += atomic_load(&mutator->allocated_objects[class]);
		figures->total_allocated += atomic_load(&mutator->allocated_bytes);
		tiny += atomic_load(&mutator->tiny_objects);
		// What lies unused in runs has not been handed out yet.
		for (uint32_t i = 0; i < mutator->active_count; i++) {
			uint32_t index = mutator->active_slots[i];
			const struct tri_layout *layout = tri_heap.slot_layouts[index];
			uint64_t left = mutator->slots[index].limit - mutator->slots[index].cursor +
							(uint64_t)__builtin_popcountll(tri_pending(mutator, index)->free) * layout->object_size;
			unused_bytes += left;
			figures->by_size[layout->size_class].mallocs -= left / layout->object_size;
		}
		figures->slot_bytes += sizeof *mutator + mutator->active_count * (sizeof(struct tri_slot) + sizeof(void *));
		figures->slot_bytes_mapped += sizeof *mutator + mutator->active_count * (sizeof(struct tri_slot) + sizeof(void *));
	}
	tri_unlock(&tri_mutators_lock);
	figures->total_allocated -= unused_bytes;
	for (unsigned class = 0; class < TRI_SIZE_CLASS_COUNT; class ++) {
		figures->mallocs += figures->by_size[class].mallocs;
		figures->frees += figures->by_size[class].frees;
	}
	figures->tiny_allocs = tiny;
	figures->mallocs += tiny;
	figures->frees += tiny; // as Go counts: tiny ones share a block whose end is what is counted
	figures->large_mallocs = figures->by_size[0].mallocs;
	figures->large_frees = figures->by_size[0].frees;
	figures->large_bytes_allocated = atomic_load(&tri_heap_counters.allocated_large_bytes);
	figures->large_bytes_freed = atomic_load(&tri_heap_counters.freed_large_bytes);
	uint64_t live = figures->large_bytes_allocated - figures->large_bytes_freed;
	for (unsigned class = 1; class < TRI_SIZE_CLASS_COUNT; class ++)
		live += (figures->by_size[class].mallocs - figures->by_size[class].frees) * tri_class_sizes[class];
	figures->live = live;
	figures->span_bytes = tri_pages_figures.in_use << TRI_PAGE_SHIFT;
	figures->idle_bytes = (tri_pages_figures.free_dirty + tri_pages_figures.free_clean) << TRI_PAGE_SHIFT;
	figures->released_bytes = tri_pages_figures.free_clean << TRI_PAGE_SHIFT;
	figures->scavenged_background = atomic_load(&background_pages) << TRI_PAGE_SHIFT;
	uint64_t released = tri_pages_figures.released << TRI_PAGE_SHIFT;
	figures->scavenged_eager = released > figures->scavenged_background ? released - figures->scavenged_background : 0;
	figures->background_time = atomic_load(&background_time);
	figures->eager_time = atomic_load(&eager_time);
	figures->mapped_bytes = tri_pages_figures.mapped << TRI_PAGE_SHIFT;
	figures->span_structures = atomic_load(&tri_heap_counters.spans) * (sizeof(struct tri_span) + 32);
	figures->span_structures_mapped = tri_pages_figures.span_structures * (sizeof(struct tri_span) + 32);
	figures->table_bytes = tri_pages_figures.mapped * (sizeof(tri_page) + sizeof(struct tri_span *)) +
						   tri_pages_figures.mark_blocks * (TRI_MARK_BLOCK + (tri_heap.scanned_used ? sizeof(uint64_t) : 0));
}

uint64_t tri_heap_scavenge(uint64_t bytes)
{
	return tri_pages_release_eagerly((bytes + TRI_PAGE_SIZE - 1) >> TRI_PAGE_SHIFT) << TRI_PAGE_SHIFT;
}

uint64_t tri_pages_release_eagerly(uint64_t pages)
{
	int64_t start = tri_nanotime();
	uint64_t released = tri_pages_release(pages);
	atomic_fetch_add(&eager_time, (uint64_t)(tri_nanotime() - start));
	return released;
}

void tri_heap_background_step(int64_t now)
{
	enum { STEP = 10000000, SHARE = 100, CHUNK_PAGES = 64 };
	static int64_t allowed_from;
	if (now < allowed_from)
		return;
	uint64_t goal = atomic_load_explicit(&tri_heap_retain_goal, memory_order_relaxed);
	if (goal == UINT64_MAX)
		return;
	goal += goal / 10;
	int64_t start = tri_nanotime();
	while (((tri_pages_figures.in_use + tri_pages_figures.free_dirty) << TRI_PAGE_SHIFT) > goal && tri_pages_figures.free_dirty > 0) {
		uint64_t released = tri_pages_release(CHUNK_PAGES);
		atomic_fetch_add(&background_pages, released);
		if (released == 0 || tri_nanotime() - start > STEP / SHARE)
			break;
	}
	// A step that took longer than its share waits until it has earned it.
	int64_t taken = tri_nanotime() - start;
	atomic_fetch_add(&background_time, (uint64_t)taken);
	allowed_from = now + taken * SHARE;
}
