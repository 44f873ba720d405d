// The words for signals that package syscall of Go has, which every locale gets and which are not all those of the C library.
#define _GNU_SOURCE // WCOREDUMP
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <signal.h>
#include <sys/wait.h>

// Of those that end a process.
static const char *const words[] = {
	[SIGHUP] = "hangup",
	[SIGINT] = "interrupt",
	[SIGQUIT] = "quit",
	[SIGILL] = "illegal instruction",
	[SIGTRAP] = "trace/breakpoint trap",
	[SIGABRT] = "aborted",
	[SIGBUS] = "bus error",
	[SIGFPE] = "floating point exception",
	[SIGKILL] = "killed",
	[SIGUSR1] = "user defined signal 1",
	[SIGSEGV] = "segmentation fault",
	[SIGUSR2] = "user defined signal 2",
	[SIGPIPE] = "broken pipe",
	[SIGALRM] = "alarm clock",
	[SIGTERM] = "terminated",
	[SIGSTKFLT] = "stack fault",
	[SIGXCPU] = "CPU time limit exceeded",
	[SIGXFSZ] = "file size limit exceeded",
	[SIGVTALRM] = "virtual timer expired",
	[SIGPROF] = "profiling timer expired",
	[SIGIO] = "I/O possible",
	[SIGPWR] = "power failure",
	[SIGSYS] = "bad system call",
};

void tri_driver_print_signal(FILE *out, int status)
{
	int number = WTERMSIG(status);
	const char *core = WCOREDUMP(status) ? " (core dumped)" : "";
	if ((size_t)number < TRI_COUNT(words) && words[number] != NULL)
		fprintf(out, "signal: %s%s\n", words[number], core);
	else
		fprintf(out, "signal: signal %d%s\n", number, core);
}
