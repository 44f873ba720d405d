// Internal to sched/: a processor's timers.
#ifndef TRI_RUNTIME_TIMERS_H
#define TRI_RUNTIME_TIMERS_H

#include "runtime/sched/sched.h"

// A 4-ary heap by deadline, guarded by `lock`.
struct tri_timer_heap {
	struct tri_lock lock; // rank TIMERS
	struct tri_timer **timers;
	uint32_t count, capacity;
	bool closed;           // nothing runs its timers any more: it takes none
	_Atomic int64_t first; // the earliest deadline, 0 without timers: read without the lock
};
void tri_timers_init(struct tri_timer_heap *heap);
void tri_timers_close(struct tri_timer_heap *heap);                 // for good: its timers are in no heap, its memory serves others
int64_t tri_timers_check(struct tri_timer_heap *heap, int64_t now); // runs what is due; the next deadline, or 0

#endif
