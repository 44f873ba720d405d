// Preemption. A request poisons the stack guard of the machine's goroutine, so that its next function entry or its
// next way out of C asks the runtime, and sends the thread a signal, for code that calls nothing.
//
// In Go code the handler stops the goroutine at the very instruction, if that is in a function's body and not in an
// unsafe range (abi/function.h): it moves the registers to an interrupt record and makes the thread continue in
// `interrupted` on the scheduler's stack. In C code of the runtime it does nothing: the way out of C looks. In C
// code of a C goroutine or an attached thread it waits in the handler until nobody holds the goroutine any more,
// unless the thread is inside the library, which then looks when the operation ends.
#define _GNU_SOURCE
#include "abi/function.h"
#include "runtime/sched/internal.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { SIGNAL = SIGURG }; // Go's choice: nobody misses one too many of these

extern const struct tri_unsafe_range __start_tri_unsafe[] __attribute__((weak)), __stop_tri_unsafe[] __attribute__((weak));

void tri_preempt(struct tri_machine *machine)
{
	struct tri_goroutine *goroutine = machine->current;
	if (!goroutine)
		return; // in the scheduler, which looks by itself
	if (goroutine->kind == TRI_KIND_GO_CODE)
		__atomic_store_n(&goroutine->abi.stack_guard, UINTPTR_MAX, __ATOMIC_SEQ_CST);
	if (atomic_exchange(&machine->signalled, 1) == 0)
		syscall(SYS_tgkill, getpid(), machine->thread_id, SIGNAL);
}

static bool in_unsafe_range(uintptr_t pc)
{
	size_t low = 0, high = (size_t)(__stop_tri_unsafe - __start_tri_unsafe);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (__start_tri_unsafe[middle].end <= pc)
			low = middle + 1;
		else
			high = middle;
	}
	return low < (size_t)(__stop_tri_unsafe - __start_tri_unsafe) && __start_tri_unsafe[low].start <= pc;
}

// Whether a function that was interrupted has set up the frame that its table describes.
static bool has_frame(const struct tri_function_info *info, uintptr_t pc, uintptr_t sp, uintptr_t bp)
{
	static const uint8_t move_rbp[] = {0x48, 0x89, 0xe5}; // between `push rbp` and the end of `mov rbp, rsp`
	return sp + info->frame_size == bp && memcmp((const void *)pc, move_rbp, sizeof move_rbp) != 0;
}

// Whether the goroutine stands in a function's body, where its frame is whole, and may be stopped there.
bool tri_can_interrupt(const struct tri_goroutine *goroutine, const void *signal_context)
{
	const greg_t *registers = ((const ucontext_t *)signal_context)->uc_mcontext.gregs;
	uintptr_t pc = (uintptr_t)registers[REG_RIP], sp = (uintptr_t)registers[REG_RSP];
	const struct tri_g *g = &goroutine->abi;
	if ((uintptr_t)registers[REG_R14] != (uintptr_t)goroutine || sp - g->stack_low >= g->stack_high - g->stack_low)
		return false;
	const struct tri_function_info *info = tri_function_at(pc);
	return info && !(info->flags & (TRI_FUNCTION_ASSEMBLY | TRI_FUNCTION_CONSERVATIVE)) &&
		   has_frame(info, pc, sp, (uintptr_t)registers[REG_RBP]) && !in_unsafe_range(pc);
}

// What lies between is code, or data that nobody jumps to.
extern char __executable_start[] __attribute__((weak)), etext[] __attribute__((weak));

bool tri_is_text(uintptr_t pc) { return pc >= (uintptr_t)__executable_start && pc < (uintptr_t)etext; }

bool tri_is_in_stack(const struct tri_g *g, uintptr_t at) { return at >= g->stack_low && at + 8 <= g->stack_high && at % 8 == 0; }

bool tri_is_go_return(uintptr_t pc)
{
	return (pc >= (uintptr_t)tri_asm_goroutine_start && pc <= (uintptr_t)tri_asm_goroutine_return) ||
		   (tri_is_text(pc) && tri_function_at(pc - 1));
}

uintptr_t tri_interrupted_return(const struct tri_g *g, uintptr_t pc, uintptr_t sp, uintptr_t bp)
{
	enum { NEAR = 4 }; // words that may have been pushed before there is a frame
	const struct tri_function_info *info = tri_function_at(pc);
	if (info && has_frame(info, pc, sp, bp) && tri_is_in_stack(g, bp + 8) && tri_is_go_return(((const uintptr_t *)bp)[1]))
		return bp + 8;
	for (uintptr_t at = sp; at < sp + NEAR * sizeof at && tri_is_in_stack(g, at); at += sizeof at) {
		if (tri_is_go_return(*(const uintptr_t *)at))
			return at;
	}
	return 0;
}

// On the scheduler's stack, behind the handler.
static TRI_NORETURN void interrupted(void)
{
	struct tri_machine *machine = tri_thread_machine;
	tri_interrupt_supply(machine);
	tri_sched_preempted(machine);
}

void tri_interrupt_fill(struct tri_interrupt *record, const void *signal_context)
{
	static const int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
								  REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
	const ucontext_t *context = signal_context;
	const greg_t *registers = context->uc_mcontext.gregs;
	for (unsigned i = 0; i < 16; i++)
		record->integer[i] = (uintptr_t)registers[order[i]];
	record->pc = (uintptr_t)registers[REG_RIP];
	record->is_unentered = false;
	record->flags = (uintptr_t)registers[REG_EFL];
	memcpy(record->floats, context->uc_mcontext.fpregs->_xmm, sizeof record->floats);
	record->mxcsr = context->uc_mcontext.fpregs->mxcsr;
}

static void interrupt(struct tri_machine *machine, struct tri_goroutine *goroutine, ucontext_t *context)
{
	struct tri_interrupt *record = machine->spare_interrupts;
	machine->spare_interrupts = record->next;
	greg_t *registers = context->uc_mcontext.gregs;
	tri_interrupt_fill(record, context);
	goroutine->abi.interrupt = record;
	goroutine->abi.sp = record->integer[4];
	registers[REG_RSP] = (greg_t)(goroutine->abi.system_sp - 8);
	registers[REG_RIP] = (greg_t)(uintptr_t)interrupted;
}

// C code of the program: the thread waits here while somebody holds its goroutine or the world is stopped.
static void wait_in_handler(struct tri_machine *machine, struct tri_goroutine *goroutine, const ucontext_t *context)
{
	uintptr_t sp = (uintptr_t)context->uc_mcontext.gregs[REG_RSP], here = (uintptr_t)__builtin_frame_address(0);
	enum { RED_ZONE = 128 };
	machine->rest[0].low = sp - RED_ZONE;
	machine->rest[0].high = goroutine->abi.stack_high;
	machine->rest[1].low = machine->rest[1].high = 0;
	uintptr_t signal_stack = (uintptr_t)machine->signal_stack;
	if (signal_stack && here - signal_stack < TRI_SIGNAL_STACK_SIZE) {
		// The registers lie in the signal's frame on the other stack.
		machine->rest[1].low = here;
		machine->rest[1].high = signal_stack + TRI_SIGNAL_STACK_SIZE;
	} else {
		machine->rest[0].low = here;
	}
	memset(machine->rest_registers, 0, sizeof machine->rest_registers);
	machine->rest_depth = 1;
	atomic_store(&goroutine->state, TRI_GOROUTINE_RESTING);
	if (machine->processor)
		tri_safepoint(machine);
	machine->rest_depth = 0;
	tri_goroutine_set_state(goroutine, TRI_GOROUTINE_RESTING, TRI_GOROUTINE_RUNNING);
}

static void handle(int signal, siginfo_t *info, void *opaque)
{
	(void)signal;
	(void)info;
	struct tri_machine *machine = tri_thread_machine;
	if (!machine)
		return;
	atomic_store(&machine->signalled, 0);
	int saved = errno;
	struct tri_goroutine *goroutine = machine->current;
	if (goroutine && goroutine == tri_thread_goroutine) {
		if (goroutine->kind == TRI_KIND_GO_CODE) {
			if (machine->spare_interrupts && atomic_load(&goroutine->state) == TRI_GOROUTINE_RUNNING &&
				!machine->processor->mutator->pinned && tri_can_interrupt(goroutine, opaque))
				interrupt(machine, goroutine, opaque);
		} else if (tri_thread_operations || (machine->processor && atomic_load(&machine->processor->wants_yield))) {
			tri_thread_pending = 1; // the end of the operation, or of the next
		} else if (atomic_load(&goroutine->state) == TRI_GOROUTINE_RUNNING) {
			wait_in_handler(machine, goroutine, opaque);
		}
	}
	errno = saved;
}

// Called outside the handler, so that the handler finds records.
void tri_interrupt_supply(struct tri_machine *machine)
{
	if (machine->spare_interrupts)
		return;
	struct tri_interrupt *record = tri_permanent_alloc(sizeof *record);
	record->next = NULL;
	machine->spare_interrupts = record;
}

void tri_preempt_init(void)
{
	struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
	sigemptyset(&action.sa_mask);
	sigaddset(&action.sa_mask, SIGPROF); // would find the goroutine in a handler
	tri_quit_block(&action.sa_mask);
	sigaction(SIGNAL, &action, NULL);
}

void tri_sched_operation_pending(void)
{
	do {
		tri_thread_pending = 0;
		// What a handler would have done had it come now; it must not come in the middle of this.
		tri_thread_operations = 1;
		atomic_signal_fence(memory_order_seq_cst);
		struct tri_machine *machine = tri_thread_machine;
		tri_goroutine_rest_begin();
		if (machine->processor)
			tri_safepoint(machine);
		tri_goroutine_rest_end();
		if (machine->processor && atomic_load(&machine->processor->wants_yield))
			tri_sched_yield_c();
		atomic_signal_fence(memory_order_seq_cst);
		tri_thread_operations = 0;
	} while (tri_thread_pending);
}
