// The process: arguments and environment, system calls, fork, randomness, the sizes of things.
#define _GNU_SOURCE
#include "runtime/go/hooks.h"
#include "runtime/stack/stack.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

TRI_NORETURN void tri_go_exit(int64_t status);
TRI_NORETURN void tri_go_fatal(const char *text, int64_t length);
void tri_go_nothing(void);
void tri_go_arguments(void);
void tri_go_environment(void);
int64_t tri_go_page_size(void);
void tri_go_sigpipe(void);
void tri_go_before_fork(void);
void tri_go_before_exec(void);
void tri_go_after_exec(void);
void tri_go_after_fork(void);
void tri_go_after_fork_in_child(void);
uint64_t tri_go_gettimeofday(struct timeval *to);
void tri_go_all_threads_call(struct tri_all_threads_call *call);
TRI_NORETURN void tri_go_cgo_caller(void);
void tri_go_entersyscall(void);
void tri_go_exitsyscall(void);
struct tri_words2 tri_go_fcntl(int32_t fd, int32_t command, int32_t argument);
struct tri_words2 tri_go_vgetrandom(void);
uint64_t tri_go_rand(void);
uint64_t tri_go_randn(uint32_t limit);
TRI_NORETURN void tri_go_gosched(void);
int64_t tri_go_goroutine_count(void);
int64_t tri_go_cpu_count(void);
int64_t tri_go_thread_count(void);
int64_t tri_go_gomaxprocs(int64_t count);
void tri_go_read_memstats(struct tri_mem_stats *to);
const void *tri_go_static_integers(void);
struct tri_string tri_go_getenv(const char *name, int64_t length);
void tri_go_breakpoint(void);
int64_t tri_go_write(uintptr_t fd, const void *bytes, int32_t count);
int64_t tri_go_set_max_stack(int64_t bytes);
int64_t tri_go_set_max_threads(int64_t count);
void tri_go_set_traceback(const char *level, int64_t length);
int64_t tri_go_set_crash_fd(int64_t fd);
void tri_go_lock_thread(void);
void tri_go_unlock_thread(void);

void tri_go_fatal(const char *text, int64_t length) { tri_fatal("%.*s", (int)length, text); }

void tri_go_nothing(void) {}

// ---- Arguments and environment ---------------------------------------------------------------------------

static const uint8_t string_mask = 1;
static const struct tri_rtype string_type = {
	.size = 16, .pointer_bytes = 8, .align = 8, .field_align = 8, .kind = TRI_KIND_STRING, .mask = (uint8_t *)(uintptr_t)&string_mask};

static void strings(char **all, int64_t count)
{
	struct tri_string *copy = count > 0 ? tri_heap_alloc(tri_mutator(), &string_type, (size_t)count) : NULL;
	for (int64_t i = 0; i < count; i++)
		copy[i] = (struct tri_string){all[i], (int64_t)strlen(all[i])};
	tri_hook_results((uintptr_t)copy, (uintptr_t)count, (uintptr_t)count);
}

void tri_go_arguments(void) { strings(tri_process.arguments, tri_process.argument_count); }

void tri_go_environment(void)
{
	int64_t count = 0;
	while (tri_process.environment[count])
		count++;
	strings(tri_process.environment, count);
}

int64_t tri_go_page_size(void) { return getpagesize(); }

// ---- The end ---------------------------------------------------------------------------------------------

// A write to a broken pipe on standard output or standard error: ends the program, unless it deals with the signal itself.
void tri_go_sigpipe(void)
{
	if (tri_go_signal_send(SIGPIPE))
		return;
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t set;
	sigaction(SIGPIPE, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	raise(SIGPIPE);
	_exit(2);
}

// ---- System calls ----------------------------------------------------------------------------------------
// Between the two the goroutine's machine is in the kernel, or in the few instructions around it, which keep to the frame that
// stands at the call of entersyscall. Its stack is scanned from there.

void tri_go_entersyscall(void) { tri_sched_rest_begin(false); }

void tri_go_exitsyscall(void) { tri_sched_rest_end(); }

struct tri_words2 tri_go_fcntl(int32_t fd, int32_t command, int32_t argument)
{
	int result = fcntl(fd, command, argument);
	return (struct tri_words2){(uintptr_t)result, result < 0 ? (uintptr_t)errno : 0};
}

// getrandom(2) in the vdso, which is not used here: the caller makes the system call.
struct tri_words2 tri_go_vgetrandom(void) { return (struct tri_words2){(uintptr_t)-1, 0}; }

uint64_t tri_go_gettimeofday(struct timeval *to) { return gettimeofday(to, NULL) == 0 ? 0 : (uint64_t)errno; }

void tri_go_all_threads_call(struct tri_all_threads_call *call) { tri_sched_call_on_all_threads(call); }

void tri_go_cgo_caller(void) { tri_throw("syscall.cgocaller in a program without cgo"); }

// ---- Fork ------------------------------------------------------------------------------------------------
// The child of vfork goes on in Go code on the same stacks while the parent's thread stands still. It must not be interrupted,
// must not look at what others ask of its goroutine, and must not grow the stack.

enum { CHILD_STACK = 16 << 10 };
static __thread sigset_t mask_before_fork, mask_before_exec;

// The function that forks may have written addresses of its variables into arguments for the kernel, as numbers, which its
// frame map does not name (syscall.cloneArgs).
static void correct_numbers(const struct tri_g *g, uintptr_t low, uintptr_t high, intptr_t delta)
{
	struct tri_frame frame;
	if (!tri_frame_first(g, &frame))
		return;
	uintptr_t *words = (uintptr_t *)frame.sp;
	for (size_t i = 0; i < frame.info->frame_size / sizeof *words; i++) {
		if (words[i] - low < high - low)
			words[i] += (uintptr_t)delta;
	}
}

void tri_go_before_fork(void)
{
	struct tri_g *g = &tri_current()->abi;
	uintptr_t low = g->stack_low, high = g->stack_high;
	size_t size = high - low;
	if (g->sp - low < CHILD_STACK) {
		while (size < high - g->sp + CHILD_STACK)
			size *= 2;
		tri_stack_move(g, size, false, NULL);
		correct_numbers(g, low, high, (intptr_t)(g->stack_high - high));
	}
	tri_mutator()->pinned++;
	sigset_t all;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &mask_before_fork);
}

void tri_go_after_fork(void)
{
	pthread_sigmask(SIG_SETMASK, &mask_before_fork, NULL);
	if (--tri_mutator()->pinned == 0)
		tri_sched_unpinned();
}

// The child has a copy of the handlers, which would run here before exec removes them.
void tri_go_after_fork_in_child(void)
{
	for (int signal = 1; signal < NSIG; signal++) {
		struct sigaction action;
		if (sigaction(signal, NULL, &action) == 0 && action.sa_handler != SIG_IGN && action.sa_handler != SIG_DFL) {
			action = (struct sigaction){.sa_handler = SIG_DFL};
			sigaction(signal, &action, NULL);
		}
	}
	pthread_sigmask(SIG_SETMASK, &tri_process.signal_mask, NULL);
}

// What is blocked stays so over exec; threads other than the first block what the program should get.
void tri_go_before_exec(void) { pthread_sigmask(SIG_SETMASK, &tri_process.signal_mask, &mask_before_exec); }

void tri_go_after_exec(void) { pthread_sigmask(SIG_SETMASK, &mask_before_exec, NULL); }

// ---- Randomness ------------------------------------------------------------------------------------------

uint64_t tri_go_rand(void) { return tri_random(); }

uint64_t tri_go_randn(uint32_t limit) { return (tri_go_rand() >> 32) * limit >> 32; }

// ---- Small ones --------------------------------------------------------------------------------------------

const void *tri_go_static_integers(void) { return tri_static_integers; }

struct tri_string tri_go_getenv(const char *name, int64_t length)
{
	for (char **at = tri_process.environment; *at; at++) {
		if (strncmp(*at, name, (size_t)length) == 0 && (*at)[length] == '=')
			return (struct tri_string){*at + length + 1, (int64_t)strlen(*at + length + 1)};
	}
	return (struct tri_string){0};
}

void tri_go_breakpoint(void) { __asm__ volatile("int3"); }

int64_t tri_go_write(uintptr_t fd, const void *bytes, int32_t count) { return write((int)fd, bytes, (size_t)count); }

int64_t tri_go_set_max_stack(int64_t bytes)
{
	int64_t before = tri_stack_limit;
	tri_stack_limit = bytes;
	return before;
}

int64_t tri_go_set_max_threads(int64_t count)
{
	int64_t before = tri_sched_thread_limit;
	tri_sched_thread_limit = count;
	return before;
}

// As far as it exceeds what the environment says.
void tri_go_set_traceback(const char *level, int64_t length)
{
	char text[16];
	if (length < (int64_t)sizeof text) {
		memcpy(text, level, (size_t)length);
		text[length] = 0;
		struct tri_traceback wanted = tri_settings_traceback(text), *now = &tri_settings.traceback;
		*now = (struct tri_traceback){wanted.level > now->level ? wanted.level : now->level, wanted.all || now->all,
									  wanted.crash || now->crash};
	}
}

int64_t tri_go_set_crash_fd(int64_t fd)
{
	int64_t before = tri_crash_fd;
	tri_crash_fd = (int)fd;
	return before;
}

// ---- Goroutines and figures --------------------------------------------------------------------------------

void tri_go_gosched(void) { tri_sched_yield(); }

void tri_go_lock_thread(void) { tri_sched_lock_thread(); }

void tri_go_unlock_thread(void) { tri_sched_unlock_thread(); }

int64_t tri_go_goroutine_count(void) { return (int64_t)tri_goroutine_count(); }

int64_t tri_go_thread_count(void)
{
	struct tri_sched_figures figures;
	tri_sched_figures(&figures, false);
	return (int64_t)figures.threads;
}

int64_t tri_go_cpu_count(void)
{
	static int64_t count; // of the start, as Go has it
	cpu_set_t set;
	if (count == 0)
		count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : sysconf(_SC_NPROCESSORS_ONLN);
	return count;
}

int64_t tri_go_gomaxprocs(int64_t count) { return tri_sched_set_processors(count > INT32_MAX ? INT32_MAX : count < 0 ? 0 : (int)count); }

// runtime.MemStats has 61 sizes, and nothing behind them.
void tri_go_read_memstats(struct tri_mem_stats *to)
{
	enum { SIZES = 61 };
	struct tri_mem_stats now;
	tri_observe_stats(&now);
	memcpy(to, &now, offsetof(struct tri_mem_stats, by_size) + SIZES * sizeof now.by_size[0]);
}
