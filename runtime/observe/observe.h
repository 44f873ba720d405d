// What the runtime says of itself: the gctrace line, counters, allocation by place.
#ifndef TRI_RUNTIME_OBSERVE_H
#define TRI_RUNTIME_OBSERVE_H

#include "runtime/gc/gc.h"
#include <stddef.h>
#include <stdint.h>

struct tri_gc_report { // times in nanoseconds (monotonic), sizes in bytes
	enum tri_gc_cause cause;
	int64_t start, stopped, mark_start, mark_end, end;
	int64_t mark_cpu;
	uint64_t live_before, live_marked, live_after, goal, stack_bytes, global_bytes;
	int processors;
};

void tri_observe_init(int64_t start_time);
// Counts the cycle and prints its line when GODEBUG=gctrace=1.
void tri_observe_gc(const struct tri_gc_report *report);

// Set by whoever owns them.
extern uint64_t (*tri_observe_stack_bytes_hook)(void);
extern uint64_t tri_observe_global_bytes;
uint64_t tri_observe_stack_bytes(void);
uint64_t tri_observe_root_bytes(void); // stacks and globals

struct tri_gc_statistics {
	uint32_t cycles, forced_cycles;
	uint64_t pause_total; // nanoseconds
	uint64_t pauses[256]; // ring; cycle n at (n + 255) % 256
	uint64_t pause_ends[256];
};
extern struct tri_gc_statistics tri_gc_statistics;

// Allocation by place (TRICOLOR_DEBUG=allocsites=1): counted by return address, written at exit to the file
// that TRICOLOR_ALLOCSITES names, a line "file:line objects bytes function" for each source line.
void tri_observe_site(uintptr_t pc, size_t bytes);
void tri_observe_write_sites(void);
// Supplied by the symboliser; false when the address is in no compiled function.
struct tri_site_place {
	const char *function, *file;
	uint32_t line;
};
extern bool (*tri_observe_locate_hook)(uintptr_t pc, struct tri_site_place *place);

#endif
