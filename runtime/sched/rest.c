// Rest: a goroutine whose machine is in C and promises to leave the goroutine's stacks alone, so that they may be
// scanned; and, in a system call, its processor with them. On the way back the machine takes its processor again
// if it is still there, else it waits for one.
#include "runtime/sched/internal.h"

// Called by the assembly of tri_goroutine_rest_begin and tri_sched_rest_begin with the callee-saved registers and
// the stack pointer of the caller.
void tri_goroutine_rest_begin_noted(uintptr_t long_call, const uintptr_t registers[6], uintptr_t sp);
void tri_rest_begin_noted(uintptr_t long_call, const uintptr_t registers[6], uintptr_t sp);

void tri_goroutine_rest_begin_noted(uintptr_t long_call, const uintptr_t registers[6], uintptr_t sp)
{
	(void)long_call;
	struct tri_machine *machine = tri_thread_machine;
	struct tri_goroutine *goroutine = tri_current();
	if (!goroutine || machine->rest_depth++ > 0)
		return;
	memcpy(machine->rest_registers, registers, sizeof machine->rest_registers);
	machine->rest[0].low = sp;
	machine->rest[0].high = goroutine->kind == TRI_KIND_C_STACK ? goroutine->abi.stack_high : machine->system_sp;
	machine->rest[1].low = machine->rest[1].high = 0;
	atomic_store_explicit(&goroutine->state, TRI_GOROUTINE_RESTING, memory_order_release);
}

void tri_goroutine_rest_end(void)
{
	struct tri_goroutine *goroutine = tri_current();
	if (goroutine && --tri_thread_machine->rest_depth == 0)
		tri_goroutine_set_state(goroutine, TRI_GOROUTINE_RESTING, TRI_GOROUTINE_RUNNING);
}

void tri_rest_begin_noted(uintptr_t long_call, const uintptr_t registers[6], uintptr_t sp)
{
	struct tri_machine *machine = tri_thread_machine;
	struct tri_processor *processor = machine->processor;
	if (processor && tri_is_tracing())
		tri_traced_rest_begin(machine);
	tri_goroutine_rest_begin_noted(long_call, registers, sp);
	if (!processor)
		return;
	atomic_fetch_add(&tri_sched.resting, 1);
	tri_thread_mutator = NULL;
	atomic_store(&processor->status, TRI_PROCESSOR_RESTING);
	uint32_t resting = TRI_PROCESSOR_RESTING;
	if (long_call && atomic_compare_exchange_strong(&processor->status, &resting, TRI_PROCESSOR_RUNNING)) {
		if (tri_is_tracing())
			tri_traced_release(machine);
		machine->processor = NULL;
		tri_machine_hand_off(processor);
	}
}

// Called with sched.lock held: a processor that would become idle goes to a machine that waits for one.
bool tri_processor_grant(struct tri_processor *processor)
{
	tri_assert_held(&tri_sched.lock);
	struct tri_machine *machine = tri_sched.waiting_first;
	if (!machine)
		return false;
	tri_sched.waiting_first = machine->next_idle;
	if (!tri_sched.waiting_first)
		tri_sched.waiting_last = NULL;
	atomic_fetch_sub(&tri_sched.waiting_count, 1);
	machine->granted = processor;
	atomic_store(&processor->machine, machine);
	atomic_store(&processor->status, TRI_PROCESSOR_RUNNING);
	tri_note_wake(&machine->note);
	return true;
}

void tri_machine_wait_for_processor(struct tri_machine *machine)
{
	tri_lock(&tri_sched.lock);
	struct tri_processor *processor = tri_processor_idle_get();
	if (!processor) {
		tri_note_clear(&machine->note);
		machine->granted = NULL;
		machine->next_idle = NULL;
		if (tri_sched.waiting_last)
			tri_sched.waiting_last->next_idle = machine;
		else
			tri_sched.waiting_first = machine;
		tri_sched.waiting_last = machine;
		atomic_fetch_add(&tri_sched.waiting_count, 1);
	}
	tri_unlock(&tri_sched.lock);
	if (!processor) {
		tri_note_wait(&machine->note, -1);
		processor = machine->granted;
	}
	tri_processor_acquire(machine, processor);
}

void tri_sched_rest_end(void)
{
	struct tri_machine *machine = tri_thread_machine;
	struct tri_processor *processor = machine->processor;
	bool had_one = machine->thread_goroutine == NULL;
	if (processor) {
		for (;;) {
			uint32_t resting = TRI_PROCESSOR_RESTING;
			bool taken = atomic_load(&processor->machine) == machine &&
						 atomic_compare_exchange_strong(&processor->status, &resting, TRI_PROCESSOR_RUNNING);
			if (atomic_load(&processor->machine) != machine) { // the monitor took it; it may rest for another by now
				if (taken)
					atomic_store(&processor->status, TRI_PROCESSOR_RESTING);
				machine->processor = processor = NULL;
				break;
			}
			if (taken) {
				tri_thread_mutator = processor->mutator;
				break;
			}
			__builtin_ia32_pause(); // held for a moment, or the world is stopped
			if (atomic_load(&tri_sched.stopping))
				tri_futex_wait(&tri_sched.world_epoch, atomic_load(&tri_sched.world_epoch), 50000);
		}
	}
	if (had_one) {
		if (!processor)
			tri_machine_wait_for_processor(machine);
		atomic_fetch_sub(&tri_sched.resting, 1);
	}
	tri_goroutine_rest_end();
	if (machine->processor && tri_is_tracing())
		tri_traced_rest_end(machine);
	struct tri_goroutine *goroutine = tri_current();
	if (goroutine && machine->processor && goroutine->kind == TRI_KIND_GO_CODE) {
		// Perhaps another processor's.
		extern char __start_tri_layouts[] __attribute__((weak));
		goroutine->abi.mutator = machine->processor->mutator;
		goroutine->abi.slots = (uintptr_t)machine->processor->mutator->slots - (uintptr_t)__start_tri_layouts;
	}
}
