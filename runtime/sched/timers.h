// Internal to sched/: a processor's timers.
#ifndef TRI_RUNTIME_TIMERS_H
#define TRI_RUNTIME_TIMERS_H

#include "runtime/sched/sched.h"

// A 4-ary heap by deadline, guarded by `lock`.
struct tri_timer_heap {
	struct tri_lock lock; // rank TIMERS
	struct tri_timer **timers;
	uint32_t count, capacity;
	_Atomic int64_t first; // the earliest deadline, 0 without timers: read without the lock
};
void tri_timers_init(struct tri_timer_heap *heap);
int64_t tri_timers_check(struct tri_timer_heap *heap, int64_t now); // runs what is due; the next deadline, or 0

#endif
