// System calls that concern one thread and are meant for the process (Setuid and its kin): every thread makes them.
//
// The calling thread goes first; if it fails there, nobody else makes it. The others are interrupted by a signal, one after the
// other in no order, wherever they are: the handler makes the call and says so. No thread can begin meanwhile, as one that is
// begun by a thread that has made the call not yet would be missed.
#define _GNU_SOURCE
#include "runtime/sched/internal.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LIMIT = 1 << 14 };

static struct tri_lock lock = TRI_LOCK_INIT(LEAF); // one call at a time
static const struct tri_all_threads_call *_Atomic under_way;
static _Atomic uint32_t done_count;
static _Atomic int32_t done[LIMIT]; // thread ids
static _Atomic bool differs;

static struct tri_all_threads_call make(const struct tri_all_threads_call *call)
{
	struct tri_all_threads_call made = *call;
	register uintptr_t fourth __asm__("r10") = call->arguments[3];
	register uintptr_t fifth __asm__("r8") = call->arguments[4];
	register uintptr_t sixth __asm__("r9") = call->arguments[5];
	uintptr_t first = call->number, second = call->arguments[2];
	__asm__ volatile("syscall"
					 : "+a"(first), "+d"(second)
					 : "D"(call->arguments[0]), "S"(call->arguments[1]), "r"(fourth), "r"(fifth), "r"(sixth)
					 : "rcx", "r11", "memory");
	bool failed = first > (uintptr_t)-4096;
	made.results[0] = failed ? (uintptr_t)-1 : first;
	made.results[1] = failed ? 0 : second;
	made.error = failed ? -first : 0;
	return made;
}

static void handle(int number)
{
	(void)number;
	const struct tri_all_threads_call *call = atomic_load(&under_way);
	if (!call)
		return;
	struct tri_all_threads_call made = make(call);
	if (made.results[0] != call->results[0] || made.results[1] != call->results[1] || made.error)
		atomic_store(&differs, true);
	uint32_t at = atomic_fetch_add(&done_count, 1);
	if (at < LIMIT)
		atomic_store(&done[at], (int32_t)syscall(SYS_gettid));
}

static bool has_done(int32_t thread)
{
	uint32_t count = atomic_load(&done_count);
	for (uint32_t i = 0; i < count && i < LIMIT; i++) {
		if (atomic_load(&done[i]) == thread)
			return true;
	}
	return false;
}

// A thread that ends before the signal reaches it needs no call.
static void interrupt(int32_t thread)
{
	pid_t process = getpid();
	if (syscall(SYS_tgkill, process, thread, TRI_SIGNAL_ALL_THREADS) != 0)
		return;
	while (!has_done(thread) && syscall(SYS_tgkill, process, thread, 0) == 0)
		sched_yield();
}

void tri_all_threads_init(void)
{
	struct sigaction action = {.sa_handler = handle, .sa_flags = SA_ONSTACK | SA_RESTART};
	sigfillset(&action.sa_mask);
	sigaction(TRI_SIGNAL_ALL_THREADS, &action, NULL);
}

static void call_others(const struct tri_all_threads_call *call)
{
	DIR *threads = opendir("/proc/self/task");
	if (!threads)
		tri_throw("runtime: the list of threads cannot be read (error %d)", errno);
	atomic_store(&done_count, 0);
	atomic_store(&under_way, call);
	int32_t self = gettid();
	for (struct dirent *entry; (entry = readdir(threads)) != NULL;) {
		int32_t thread = (int32_t)strtol(entry->d_name, NULL, 10);
		if (thread != 0 && thread != self)
			interrupt(thread);
	}
	atomic_store(&under_way, NULL);
	closedir(threads);
}

// The goroutine rests: whoever wants to stop the world need not wait for it.
void tri_sched_call_on_all_threads(struct tri_all_threads_call *call)
{
	struct tri_all_threads_call made;
	tri_sched_rest_begin(false);
	while (!tri_try_lock(&lock)) // not by sleeping: its owner waits for this thread, too
		sched_yield();
	tri_threads_hold();
	made = make(call);
	if (made.error == 0)
		call_others(&made);
	tri_threads_release();
	tri_unlock(&lock);
	if (atomic_load(&differs))
		tri_fatal("AllThreadsSyscall6 results differ between threads; runtime corrupted");
	tri_sched_rest_end();
	*call = made;
}
