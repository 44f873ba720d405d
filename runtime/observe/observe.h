// What the runtime says of itself: the gctrace line, counters, allocation by place.
#ifndef TRI_RUNTIME_OBSERVE_H
#define TRI_RUNTIME_OBSERVE_H

#include "runtime/gc/gc.h"
#include <stddef.h>
#include <stdint.h>

// Listens to the collector: counts cycles, prints a line for each when GODEBUG=gctrace=1.
void tri_observe_init(int64_t start_time);

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
