// Locks and one-shot events over futexes; the order of locks, checked in debug builds.
#define _GNU_SOURCE
#include "runtime/base/lock.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void tri_futex_wait(_Atomic uint32_t *word, uint32_t expected, int64_t nanoseconds)
{
	int saved = errno;
	struct timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};
	syscall(SYS_futex, word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, expected, nanoseconds < 0 ? NULL : &time, NULL, 0);
	errno = saved;
}

void tri_futex_wake(_Atomic uint32_t *word, int count)
{
	int saved = errno;
	syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, NULL, NULL, 0);
	errno = saved;
}

// ---- Locks ---------------------------------------------------------------------------------------

enum { SPINS = 100 };

void tri_lock_slow(struct tri_lock *lock)
{
	for (int i = 0; i < SPINS; i++) {
		uint32_t free = 0;
		if (atomic_load_explicit(&lock->state, memory_order_relaxed) == 0 &&
			atomic_compare_exchange_strong_explicit(&lock->state, &free, 1, memory_order_acquire, memory_order_relaxed))
			return;
		__builtin_ia32_pause();
	}
	// From here on the lock counts as contended until an unlock finds nobody asleep.
	while (atomic_exchange_explicit(&lock->state, 2, memory_order_acquire) != 0)
		tri_futex_wait(&lock->state, 2, -1);
}

void tri_unlock_slow(struct tri_lock *lock) { tri_futex_wake(&lock->state, 1); }

// ---- Notes ---------------------------------------------------------------------------------------

void tri_note_wake(struct tri_note *note)
{
	if (atomic_exchange(&note->set, 1) == 0)
		tri_futex_wake(&note->set, 1);
}

bool tri_note_wait(struct tri_note *note, int64_t nanoseconds)
{
	int64_t end = nanoseconds < 0 ? 0 : tri_nanotime() + nanoseconds;
	while (atomic_load(&note->set) == 0) {
		int64_t left = -1;
		if (nanoseconds >= 0 && (left = end - tri_nanotime()) <= 0)
			return atomic_load(&note->set) != 0;
		tri_futex_wait(&note->set, 0, left);
	}
	return true;
}

// ---- Order ---------------------------------------------------------------------------------------
#if TRI_DEBUG

static const char *const names[TRI_RANK_COUNT] = {
#define LOCK_RANK(tag, after, guards) #tag,
#include "runtime/base/lock_ranks.def"
#undef LOCK_RANK
};
static const char *const direct[TRI_RANK_COUNT] = {
#define LOCK_RANK(tag, after, guards) after,
#include "runtime/base/lock_ranks.def"
#undef LOCK_RANK
};

// may_hold[r]: bit s is set when a lock of rank s may be held while one of rank r is taken. Built once, before the
// second thread exists; the same bits result if two threads build it.
static uint64_t may_hold[TRI_RANK_COUNT];
static _Atomic bool built;
_Static_assert(TRI_RANK_COUNT <= 64, "one word per row");

static uint64_t parse_row(uint32_t rank)
{
	uint64_t bits = 0;
	for (const char *at = direct[rank]; *at;) {
		size_t length = strcspn(at, " ");
		uint32_t found = TRI_RANK_COUNT;
		for (uint32_t other = 0; other <= rank; other++) {
			if (strlen(names[other]) == length && memcmp(names[other], at, length) == 0)
				found = other;
		}
		if (found == TRI_RANK_COUNT)
			tri_throw("lock_ranks.def: row %s names no row above it at \"%s\"", names[rank], at);
		bits |= (uint64_t)1 << found;
		if (found != rank)
			bits |= may_hold[found];
		at += length;
		at += strspn(at, " ");
	}
	return bits;
}

static void build(void)
{
	for (uint32_t rank = 0; rank < TRI_RANK_COUNT; rank++)
		may_hold[rank] = parse_row(rank);
	atomic_store(&built, true);
}

enum { MAX_HELD = 64 };
static __thread const struct tri_lock *held[MAX_HELD];
static __thread int held_count;

static uint32_t rank_of(const struct tri_lock *lock) { return lock->rank ? lock->rank : TRI_RANK_LEAF; }

void tri_lock_rank_acquire(const struct tri_lock *lock)
{
	if (!atomic_load(&built))
		build();
	for (int i = 0; i < held_count; i++) {
		if (!(may_hold[rank_of(lock)] >> rank_of(held[i]) & 1)) {
			int count = held_count;
			held_count = 0; // printing takes locks
			tri_throw("lock order: %s is taken while %s is held (%d locks held)", names[rank_of(lock)], names[rank_of(held[i])], count);
		}
	}
	if (held_count == MAX_HELD)
		tri_throw("lock order: a thread holds %d locks", MAX_HELD);
	held[held_count++] = lock;
}

void tri_lock_rank_release(const struct tri_lock *lock)
{
	for (int i = held_count - 1; i >= 0; i--) {
		if (held[i] == lock) {
			memmove(held + i, held + i + 1, (size_t)(held_count - i - 1) * sizeof held[0]);
			held_count--;
			return;
		}
	}
	tri_throw("a lock of rank %s is released that this thread does not hold", names[rank_of(lock)]);
}

bool tri_lock_is_held(const struct tri_lock *lock)
{
	for (int i = 0; i < held_count; i++) {
		if (held[i] == lock)
			return true;
	}
	return false;
}
#endif
