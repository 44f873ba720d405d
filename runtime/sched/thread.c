// Attached threads: threads of the program that use the heap. Each gets a machine, a goroutine of kind C_THREAD and a
// mutator of its own, and no processor; it is stopped and scanned by signal.
#define _GNU_SOURCE
#include "runtime/sched/cpu_profile.h"
#include "runtime/sched/internal.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

static struct tri_machine *spare_machines; // of threads that detached; guarded by sched.lock

static bool own_stack(uintptr_t *low, uintptr_t *high)
{
	pthread_attr_t attributes;
	void *address;
	size_t size;
	if (pthread_getattr_np(pthread_self(), &attributes) != 0)
		return false;
	bool known = pthread_attr_getstack(&attributes, &address, &size) == 0;
	pthread_attr_destroy(&attributes);
	*low = (uintptr_t)address;
	*high = (uintptr_t)address + size;
	return known;
}

bool tri_sched_attach(void)
{
	if (tri_thread_machine)
		return true;
	uintptr_t low, high;
	if (!own_stack(&low, &high))
		return false;
	tri_lock(&tri_sched.lock);
	struct tri_machine *machine = spare_machines;
	if (machine)
		spare_machines = machine->next_idle;
	tri_unlock(&tri_sched.lock);
	if (!machine)
		machine = tri_machine_new();
	struct tri_mutator *mutator = tri_mutator_new();
	tri_machine_adopt_thread(machine);
	struct tri_goroutine *goroutine = tri_goroutine_new_thread();
	goroutine->abi.stack_low = low;
	goroutine->abi.stack_high = high;
	goroutine->abi.mutator = mutator;
	goroutine->machine = machine;
	mutator->owner = machine;
	machine->system_sp = high;
	machine->current = goroutine;
	machine->rest_depth = 0;
	tri_thread_operations = tri_thread_pending = 0;
	atomic_store(&goroutine->held_for, 0);
	// Who stops the world looks at attached threads under the lock; one that comes during a stop waits for its end.
	for (;;) {
		tri_lock(&tri_sched.lock);
		if (!atomic_load(&tri_sched.stopping)) {
			atomic_store(&goroutine->state, TRI_GOROUTINE_RUNNING);
			machine->thread_goroutine = goroutine;
			atomic_fetch_add(&tri_sched.attached, 1);
			tri_unlock(&tri_sched.lock);
			break;
		}
		uint32_t epoch = atomic_load(&tri_sched.world_epoch);
		tri_unlock(&tri_sched.lock);
		tri_futex_wait(&tri_sched.world_epoch, epoch, 1000000);
	}
	tri_thread_goroutine = goroutine;
	tri_thread_mutator = mutator;
	return true;
}

void tri_sched_detach(void)
{
	struct tri_machine *machine = tri_thread_machine;
	if (!machine || !machine->thread_goroutine)
		return;
	struct tri_goroutine *goroutine = machine->thread_goroutine;
	tri_sched_operation_begin();
	tri_cpu_profile_thread_ends(machine);
	struct tri_mutator *mutator = tri_thread_mutator;
	tri_gc_barrier_flush(mutator);
	tri_mutator_free(mutator);
	for (;;) {
		tri_lock(&tri_sched.lock);
		// A stop that counts this thread has to end first.
		if (!atomic_load(&tri_sched.stopping) && atomic_load(&goroutine->held_for) == 0)
			break;
		tri_unlock(&tri_sched.lock);
		tri_goroutine_rest_begin();
		__builtin_ia32_pause();
		tri_goroutine_rest_end();
	}
	machine->thread_goroutine = NULL;
	machine->current = NULL;
	tri_thread_goroutine = NULL;
	tri_thread_mutator = NULL;
	tri_thread_machine = NULL;
	atomic_fetch_sub(&tri_sched.attached, 1);
	if (machine->signal_stack) {
		stack_t off = {.ss_flags = SS_DISABLE};
		sigaltstack(&off, NULL);
		munmap(machine->signal_stack, TRI_SIGNAL_STACK_SIZE);
		machine->signal_stack = NULL;
	}
	tri_thread_operations = tri_thread_pending = 0;
	machine->next_idle = spare_machines;
	spare_machines = machine;
	tri_unlock(&tri_sched.lock);
	goroutine->abi.stack_low = goroutine->abi.stack_high = 0;
	goroutine->abi.mutator = NULL;
	tri_goroutine_free_thread(goroutine);
}
