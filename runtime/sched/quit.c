// SIGQUIT ends a Go program with a trace of every goroutine and exit status 2.
//
// The handler runs on whichever thread the signal found, the others go on: a goroutine that runs elsewhere has no stack to
// show, as in Go; one that does not run is held for good before its stack is read.
#define _GNU_SOURCE
#include "runtime/sched/internal.h"

#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

static const struct {
	const char *name;
	int number;
} registers[] = {
	{"rax", REG_RAX}, {"rbx", REG_RBX}, {"rcx", REG_RCX}, {"rdx", REG_RDX}, {"rdi", REG_RDI}, {"rsi", REG_RSI},
	{"rbp", REG_RBP}, {"rsp", REG_RSP}, {"r8", REG_R8},   {"r9", REG_R9},   {"r10", REG_R10}, {"r11", REG_R11},
	{"r12", REG_R12}, {"r13", REG_R13}, {"r14", REG_R14}, {"r15", REG_R15}, {"rip", REG_RIP}, {"rflags", REG_EFL},
};

static void quit(int signal, siginfo_t *info, void *opaque)
{
	(void)signal;
	static atomic_flag quitting = ATOMIC_FLAG_INIT;
	if (atomic_flag_test_and_set(&quitting)) {
		for (;;)
			pause();
	}
	const greg_t *values = ((const ucontext_t *)opaque)->uc_mcontext.gregs;
	struct tri_goroutine *current = tri_current();
	uint32_t state = current ? atomic_load(&current->state) & ~(uint32_t)TRI_GOROUTINE_SCANNED : TRI_GOROUTINE_DEAD;
	if (state != TRI_GOROUTINE_RUNNING && state != TRI_GOROUTINE_RESTING)
		current = NULL; // this thread has just left it
	tri_print("SIGQUIT: quit\nPC=0x%llx m=%d sigcode=%d\n", (unsigned long long)values[REG_RIP], gettid() - getpid(), info->si_code);
	if (tri_settings.traceback == 0)
		_exit(2);
	if (current && current->kind == TRI_KIND_GO_CODE) {
		static struct tri_interrupt here;
		uintptr_t sp = (uintptr_t)values[REG_RSP];
		bool in_go = sp - current->abi.stack_low < current->abi.stack_high - current->abi.stack_low;
		if (in_go && tri_can_interrupt(current, opaque)) {
			tri_interrupt_fill(&here, opaque);
			current->abi.interrupt = &here;
		}
		if (in_go && !current->abi.interrupt) // between two frames
			tri_print("\ngoroutine %llu [running]:\n\tstack unavailable at this instruction\n", (unsigned long long)current->id);
		else
			tri_print_goroutine(current, true);
	}
	tri_trace_others(current, true, true);
	tri_print("\n");
	for (unsigned i = 0; i < TRI_COUNT(registers); i++)
		tri_print("%-7s0x%llx\n", registers[i].name, (unsigned long long)values[registers[i].number]);
	_exit(2);
}

void tri_quit_init(void)
{
	struct sigaction action = {.sa_sigaction = quit, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	sigemptyset(&action.sa_mask);
	sigaction(SIGQUIT, &action, NULL);
}
