// Signals that end a Go program with a trace of every goroutine and exit status 2: SIGQUIT, and those that say that something
// is broken (SIGABRT, SIGTRAP, ...; a fault that somebody sent, or that happened outside of Go code).
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

static const struct {
	int number;
	const char *text;
	bool is_fault; // raised by an instruction: sched/signals.c has its handler
} signals[] = {
	{SIGQUIT, "SIGQUIT: quit", false},
	{SIGILL, "SIGILL: illegal instruction", false},
	{SIGTRAP, "SIGTRAP: trace trap", false},
	{SIGABRT, "SIGABRT: abort", false},
	{SIGSTKFLT, "SIGSTKFLT: stack fault", false},
	{SIGSYS, "SIGSYS: bad system call", false},
	{SIGSEGV, "SIGSEGV: segmentation violation", true},
	{SIGBUS, "SIGBUS: bus error", true},
	{SIGFPE, "SIGFPE: floating-point exception", true},
};

const char *tri_signal_text(int number)
{
	for (unsigned i = 0; i < TRI_COUNT(signals); i++) {
		if (signals[i].number == number)
			return signals[i].text;
	}
	return "unknown signal";
}

// As many bytes as an instruction can have, but none of the next page, which may be missing.
static void print_instruction(uintptr_t pc)
{
	tri_print("instruction bytes:");
	for (uintptr_t at = pc; at < pc + 16 && at >> 12 == pc >> 12; at++)
		tri_print(" 0x%x", *(const uint8_t *)at);
	tri_print("\n");
}

static void print_current(struct tri_goroutine *current, void *opaque)
{
	static struct tri_interrupt here;
	const greg_t *values = ((const ucontext_t *)opaque)->uc_mcontext.gregs;
	uintptr_t pc = (uintptr_t)values[REG_RIP], sp = (uintptr_t)values[REG_RSP];
	bool in_go = sp - current->abi.stack_low < current->abi.stack_high - current->abi.stack_low;
	// A handler of ours was about to begin: there is nothing to go by.
	const struct tri_machine *machine = tri_thread_machine;
	bool in_handler = machine && sp - (uintptr_t)machine->signal_stack < TRI_SIGNAL_STACK_SIZE;
	uintptr_t return_at = in_go ? tri_interrupted_return(&current->abi, pc, sp, (uintptr_t)values[REG_RBP]) : 0;
	const struct tri_function_info *info = tri_function_at(pc);
	if (return_at && info) {
		tri_interrupt_fill(&here, opaque);
		here.is_unentered = return_at != (uintptr_t)values[REG_RBP] + 8 || return_at != sp + info->frame_size + 8;
		here.integer[4] = here.is_unentered ? return_at : sp;
		current->abi.interrupt = &here;
	} else if (return_at) {
		current->abi.sp = return_at; // a helper without a frame was called there
	}
	// In C the goroutine has noted where it left Go code; nothing holds of that while it is being continued.
	const struct tri_g *g = &current->abi;
	bool has_left = !in_go && tri_is_in_stack(g, g->sp) && tri_is_go_return(*(const uintptr_t *)g->sp);
	if (in_handler || !(return_at || g->interrupt || has_left))
		tri_print("\ngoroutine %llu [running]:\n\tstack unavailable at this instruction\n", (unsigned long long)current->id);
	else
		tri_print_goroutine(current, true);
}

void tri_end_by_signal(int number, siginfo_t *info, void *opaque)
{
	static _Atomic(int) dying; // thread id
	int self = gettid(), nobody = 0;
	if (!atomic_compare_exchange_strong(&dying, &nobody, self)) {
		if (nobody == self) // failing while failing
			_exit(3);
		for (;;)
			pause();
	}
	const greg_t *values = ((const ucontext_t *)opaque)->uc_mcontext.gregs;
	struct tri_goroutine *current = tri_current();
	uint32_t state = current ? atomic_load(&current->state) & ~(uint32_t)TRI_GOROUTINE_SCANNED : TRI_GOROUTINE_DEAD;
	if (state != TRI_GOROUTINE_RUNNING && state != TRI_GOROUTINE_RESTING)
		current = NULL; // this thread has just left it
	tri_print("%s\nPC=0x%llx m=%d sigcode=%d", tri_signal_text(number), (unsigned long long)values[REG_RIP], self - getpid(),
			  info->si_code);
	if (number == SIGSEGV || number == SIGBUS)
		tri_print(" addr=0x%llx", (unsigned long long)(uintptr_t)info->si_addr);
	tri_print("\n");
	if (number == SIGILL || number == SIGFPE)
		print_instruction((uintptr_t)values[REG_RIP]);
	if (current && current->kind == TRI_KIND_GO_CODE)
		print_current(current, opaque);
	tri_trace_others(current, true, true);
	tri_print("\n");
	for (unsigned i = 0; i < TRI_COUNT(registers); i++)
		tri_print("%-7s0x%llx\n", registers[i].name, (unsigned long long)values[registers[i].number]);
	tri_end_process();
}

void tri_quit_block(sigset_t *mask)
{
	for (unsigned i = 0; i < TRI_COUNT(signals); i++) {
		if (!signals[i].is_fault)
			sigaddset(mask, signals[i].number);
	}
}

void tri_quit_init(void)
{
	struct sigaction action = {.sa_sigaction = tri_end_by_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	sigemptyset(&action.sa_mask);
	for (unsigned i = 0; i < TRI_COUNT(signals); i++) {
		if (!signals[i].is_fault)
			sigaction(signals[i].number, &action, NULL);
	}
}
