// What Go programs may ask of the collector and the clock: the functions behind runtime.GC and package runtime/debug.
#include "runtime/gc/gc.h"
#include "runtime/lang/lang.h"
#include "runtime/observe/observe.h"

int64_t tri_go_nanotime(void) { return tri_nanotime(); }
uint64_t tri_go_cpu_ticks(void) { return __builtin_ia32_rdtsc(); }

void tri_go_collect(void)
{
	tri_gc_collect(tri_mutator(), TRI_GC_FORCED);
	tri_observe_profile_swept();
}

void tri_go_freememory(void) { tri_gc_free_os_memory(tri_mutator()); }

int64_t tri_go_setpercent(int64_t percent) { return tri_gc_set_percent((int32_t)percent); }

int64_t tri_go_setlimit(int64_t bytes) { return tri_gc_set_memory_limit(bytes); }

// In the order of runtime/debug.ReadGCStats: pauses, newest first, then when they ended, then the end of the last
// collection (wall clock), their number and the sum of all pauses. `out` has room for twice 256 and three words.
int64_t tri_go_gcpauses(uint64_t *out)
{
	struct tri_gc_totals totals;
	tri_gc_totals(&totals);
	uint32_t kept = totals.cycles < TRI_COUNT(totals.pauses) ? totals.cycles : TRI_COUNT(totals.pauses);
	for (uint32_t i = 0; i < kept; i++) {
		uint32_t slot = (totals.cycles - 1 - i) % TRI_COUNT(totals.pauses);
		out[i] = totals.pauses[slot];
		out[kept + i] = totals.pause_ends[slot];
	}
	out[2 * kept] = totals.last_end;
	out[2 * kept + 1] = totals.cycles;
	out[2 * kept + 2] = totals.pause_total;
	return 2 * (int64_t)kept + 3;
}
