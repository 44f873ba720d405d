// The CPU profile: see cpu_profile.c.
#ifndef TRI_RUNTIME_CPU_PROFILE_H
#define TRI_RUNTIME_CPU_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

enum { TRI_CPU_DEPTH = 64 };

struct tri_cpu_sample {
	int64_t time;
	void *labels; // of the goroutine
	uint32_t depth;
	uintptr_t pcs[TRI_CPU_DEPTH]; // as return addresses, innermost first
};
bool tri_cpu_profile_start(int32_t hz); // false: it is on
void tri_cpu_profile_stop(void);
// One reader: the oldest sample, or NULL; it is the reader's until it is taken.
const struct tri_cpu_sample *tri_cpu_profile_next(void);
void tri_cpu_profile_taken(void);
uint64_t tri_cpu_profile_lost(void); // samples for which there was no room since the last call

struct tri_machine;
void tri_cpu_profile_thread_begins(struct tri_machine *machine, int thread_id);
void tri_cpu_profile_thread_ends(struct tri_machine *machine);

#endif
