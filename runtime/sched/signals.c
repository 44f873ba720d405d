// Faults in Go code become Go panics: the handler, on its own stack, makes the goroutine look as if the
// faulting instruction had called runtime.sigpanic. Faults anywhere else are fatal.
#define _GNU_SOURCE
#include "runtime/sched/internal.h"
#include "runtime/stack/stack.h"

#include <signal.h>
#include <ucontext.h>

extern char runtime_sigpanic[] __asm__("runtime.sigpanic") __attribute__((weak));

static void handle_fault(int signal, siginfo_t *info, void *opaque)
{
	ucontext_t *context = opaque;
	greg_t *registers = context->uc_mcontext.gregs;
	uintptr_t pc = (uintptr_t)registers[REG_RIP];
	struct tri_goroutine *goroutine = tri_current();
	const struct tri_function_info *function = tri_function_at(pc);
	if (!goroutine || (uintptr_t)registers[REG_R14] != (uintptr_t)goroutine || !runtime_sigpanic) {
		function = NULL;
	} else if (!function) {
		// A leaf of the runtime's assembly that Go code called: it uses no stack, so the fault belongs to
		// the instruction behind the call.
		uintptr_t caller = *(const uintptr_t *)registers[REG_RSP];
		if ((uintptr_t)registers[REG_RSP] - goroutine->abi.stack_low < goroutine->abi.stack_high - goroutine->abi.stack_low &&
			tri_function_at(caller)) {
			function = tri_function_at(caller);
			pc = caller;
			registers[REG_RSP] += 8;
		}
	}
	if (!function || info->si_code <= 0) // somebody sent it
		tri_end_by_signal(signal, info, opaque);
	goroutine->signal = signal;
	goroutine->signal_address = signal == SIGFPE ? 0 : (uintptr_t)info->si_addr;
	goroutine->signal_code = info->si_code;
	goroutine->signal_pc = pc;
	registers[REG_RSP] -= 8;
	*(uintptr_t *)registers[REG_RSP] = pc;
	registers[REG_RIP] = (greg_t)(uintptr_t)runtime_sigpanic;
}

static void ignore_signal(int signal) { (void)signal; }

void tri_signals_init(void)
{
	struct sigaction action = {.sa_sigaction = handle_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	sigemptyset(&action.sa_mask);
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE};
	for (unsigned i = 0; i < TRI_COUNT(faults); i++)
		sigaction(faults[i], &action, NULL);
	// Nothing happens at these unless the program asks for them. A write to a broken pipe returns an error; os decides what
	// follows. Not SIG_IGN, which children would inherit.
	struct sigaction nothing = {.sa_handler = ignore_signal, .sa_flags = SA_ONSTACK | SA_RESTART};
	sigemptyset(&nothing.sa_mask);
	static const int ignored[] = {SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGIO, SIGPWR};
	for (unsigned i = 0; i < TRI_COUNT(ignored); i++)
		sigaction(ignored[i], &nothing, NULL);
	for (int number = 35; number < NSIG; number++)
		sigaction(number, &nothing, NULL);
	tri_all_threads_init();
	tri_quit_init();
}
