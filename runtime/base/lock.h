// Locks, one-shot events, and the order in which locks are taken.
//
// The order is a graph, runtime/base/lock_ranks.def: a row names a lock and the locks that may be held when it
// is taken. Debug builds check every acquisition against it; release builds compile the check away. Locks are
// short critical sections of C code on system stacks: the holder never parks a goroutine, never allocates from
// the collected heap, and is never stopped by the collector (signals do not preempt C code).
#ifndef TRI_RUNTIME_LOCK_H
#define TRI_RUNTIME_LOCK_H

#include "runtime/base/base.h"

enum tri_lock_rank {
#define LOCK_RANK(tag, after, guards) TRI_RANK_##tag,
#include "runtime/base/lock_ranks.def"
#undef LOCK_RANK
	TRI_RANK_COUNT
};

// 0 free, 1 held, 2 held with waiters. Spins shortly, then sleeps on a futex. Zero memory is a valid free lock of
// rank LEAF.
struct tri_lock {
	_Atomic uint32_t state;
	uint32_t rank; // enum tri_lock_rank
};
#define TRI_LOCK_INIT(tag) \
	{ \
		0, TRI_RANK_##tag \
	}

void tri_lock_slow(struct tri_lock *lock);
void tri_unlock_slow(struct tri_lock *lock);
#if TRI_DEBUG
void tri_lock_rank_acquire(const struct tri_lock *lock); // throws when the order is broken
void tri_lock_rank_release(const struct tri_lock *lock);
bool tri_lock_is_held(const struct tri_lock *lock); // by this thread
#define tri_assert_held(lock) tri_check(tri_lock_is_held(lock))
#else
#define tri_lock_rank_acquire(lock) ((void)0)
#define tri_lock_rank_release(lock) ((void)0)
#define tri_assert_held(lock) ((void)0)
#endif

static inline void tri_lock(struct tri_lock *lock)
{
	tri_lock_rank_acquire(lock);
	uint32_t free = 0;
	if (TRI_UNLIKELY(!atomic_compare_exchange_strong_explicit(&lock->state, &free, 1, memory_order_acquire, memory_order_relaxed)))
		tri_lock_slow(lock);
}

static inline bool tri_try_lock(struct tri_lock *lock)
{
	uint32_t free = 0;
	if (!atomic_compare_exchange_strong_explicit(&lock->state, &free, 1, memory_order_acquire, memory_order_relaxed))
		return false;
	tri_lock_rank_acquire(lock);
	return true;
}

static inline void tri_unlock(struct tri_lock *lock)
{
	tri_lock_rank_release(lock);
	if (TRI_UNLIKELY(atomic_exchange_explicit(&lock->state, 0, memory_order_release) == 2))
		tri_unlock_slow(lock);
}

// Sleeps while *word == expected; `nanoseconds` < 0: without limit. Spurious returns happen. Safe in signal handlers.
void tri_futex_wait(_Atomic uint32_t *word, uint32_t expected, int64_t nanoseconds);
void tri_futex_wake(_Atomic uint32_t *word, int count);

// One-shot event: wait returns once wake was called since the last clear.
struct tri_note {
	_Atomic uint32_t set;
};
static inline void tri_note_clear(struct tri_note *note) { atomic_store(&note->set, 0); }
void tri_note_wake(struct tri_note *note);
bool tri_note_wait(struct tri_note *note, int64_t nanoseconds); // false: time is up

#endif
