// Package os/signal. A handler notes a signal that the program asked for and writes to an eventfd, on which the goroutine of
// os/signal waits through the poller. Signals arrive at the program's first thread: the others block them.
#define _GNU_SOURCE
#include "runtime/go/hooks.h"
#include "runtime/sched/netpoll.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { LIMIT = 65 };

static _Atomic uint64_t wanted, pending, ignored; // bit n-1: signal n
static int event_fd = -1;
static struct tri_poll_descriptor *descriptor;
static _Atomic bool waiting;                              // the goroutine of os/signal has nothing to hand out
static struct tri_lock lock = TRI_LOCK_INIT(TIMER_STATE); // guards changes of what signals do
static struct sigaction before[LIMIT];                    // what each did before it was first changed
static uint64_t changed;

uint32_t tri_go_signal_next(void);
uint64_t tri_go_signal_idle(void);
void tri_go_signal_enable(uint32_t number);
void tri_go_signal_disable(uint32_t number);
void tri_go_signal_ignore(uint32_t number);
uint64_t tri_go_signal_ignored(uint32_t number);

static uint64_t bit(uint32_t number) { return (uint64_t)1 << (number - 1); }

// Faults, preemption, profiles (of a SIGPROF nobody is told, as in Go) and calls on all threads are the runtime's; two cannot be
// caught; two are the C library's.
static bool is_ours(uint32_t number)
{
	return number == 0 || number >= LIMIT || number == SIGSEGV || number == SIGBUS || number == SIGFPE || number == SIGURG ||
		   number == SIGPROF || number == TRI_SIGNAL_ALL_THREADS || number == SIGKILL || number == SIGSTOP || number == 32 || number == 33;
}

static void handle(int number)
{
	int saved = errno;
	uint64_t one = 1;
	atomic_fetch_or(&pending, bit((uint32_t)number));
	if (write(event_fd, &one, sizeof one) < 0 && errno != EAGAIN)
		tri_throw("runtime: a signal cannot be handed over (error %d)", errno);
	errno = saved;
}

bool tri_go_signal_send(uint32_t number)
{
	if (atomic_load(&ignored) & bit(number))
		return true;
	if (!(atomic_load(&wanted) & bit(number)))
		return false;
	handle((int)number);
	return true;
}

static void begin(void)
{
	tri_assert_held(&lock);
	if (event_fd >= 0)
		return;
	int error = 0;
	event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	descriptor = event_fd >= 0 ? tri_poll_open(event_fd, &error) : NULL;
	if (!descriptor)
		tri_throw("runtime: no descriptor for signals (error %d)", error ? error : errno);
}

// The next signal; 0 after having waited.
uint32_t tri_go_signal_next(void)
{
	tri_lock(&lock);
	begin();
	tri_unlock(&lock);
	uint64_t count, set = atomic_load(&pending);
	if (set) {
		uint32_t number = (uint32_t)__builtin_ctzll(set) + 1;
		atomic_store(&waiting, false);
		atomic_fetch_and(&pending, ~bit(number));
		return number;
	}
	tri_poll_reset(descriptor, TRI_POLL_READ);
	if (read(event_fd, &count, sizeof count) > 0 || atomic_load(&pending))
		return 0;
	atomic_store(&waiting, true);
	tri_poll_park(descriptor, TRI_POLL_READ, true);
	return 0;
}

// Whether everything that came has been handed out.
uint64_t tri_go_signal_idle(void) { return event_fd < 0 || (atomic_load(&pending) == 0 && atomic_load(&waiting)); }

static void change(uint32_t number, void (*handler)(int))
{
	tri_assert_held(&lock);
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK | SA_RESTART}, old;
	sigfillset(&action.sa_mask);
	sigaction((int)number, &action, &old);
	if (!(changed & bit(number)))
		before[number] = old;
	changed |= bit(number);
}

void tri_go_signal_enable(uint32_t number)
{
	if (is_ours(number))
		return;
	tri_lock(&lock);
	begin();
	atomic_fetch_or(&wanted, bit(number));
	atomic_fetch_and(&ignored, ~bit(number));
	change(number, handle);
	tri_unlock(&lock);
}

void tri_go_signal_disable(uint32_t number)
{
	if (is_ours(number))
		return;
	tri_lock(&lock);
	atomic_fetch_and(&wanted, ~bit(number));
	atomic_fetch_and(&ignored, ~bit(number));
	if (changed & bit(number))
		sigaction((int)number, &before[number], NULL);
	tri_unlock(&lock);
}

void tri_go_signal_ignore(uint32_t number)
{
	if (is_ours(number))
		return;
	tri_lock(&lock);
	atomic_fetch_and(&wanted, ~bit(number));
	atomic_fetch_or(&ignored, bit(number));
	change(number, SIG_IGN);
	tri_unlock(&lock);
}

uint64_t tri_go_signal_ignored(uint32_t number)
{
	if (number == 0 || number >= LIMIT)
		return 0;
	struct sigaction action;
	return (atomic_load(&ignored) & bit(number)) || (sigaction((int)number, NULL, &action) == 0 && action.sa_handler == SIG_IGN);
}
