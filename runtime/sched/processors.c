// How many processors there are, making them, changing their number.
#define _GNU_SOURCE
#include "runtime/sched/internal.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { MAX_PROCESSORS = 4096 };

// The CPUs this process may run on.
static uint32_t available_cpus(void)
{
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof set, &set) != 0)
		return 1;
	int count = CPU_COUNT(&set);
	return count < 1 ? 1 : (uint32_t)count;
}

// The cgroup's CPU bandwidth, as Go counts it since 1.25: rounded up, at least 2; 0 without a limit.
static uint32_t cgroup_cpus(void)
{
	FILE *file = fopen("/sys/fs/cgroup/cpu.max", "re");
	if (!file)
		return 0;
	long long quota = 0, period = 0;
	int read = fscanf(file, "%lld %lld", &quota, &period);
	fclose(file);
	if (read != 2 || quota <= 0 || period <= 0)
		return 0;
	long long count = (quota + period - 1) / period;
	return count < 2 ? 2 : (uint32_t)count;
}

static uint32_t wanted(void)
{
	const char *text = getenv("GOMAXPROCS");
	if (text) {
		char *end;
		long value = strtol(text, &end, 10);
		if (*end == 0 && value > 0)
			return value > MAX_PROCESSORS ? MAX_PROCESSORS : (uint32_t)value;
	}
	uint32_t cpus = available_cpus(), limit = cgroup_cpus();
	return limit > 0 && limit < cpus ? limit : cpus;
}

static struct tri_processor *new_processor(uint32_t id)
{
	struct tri_processor *processor = tri_permanent_alloc(sizeof *processor);
	processor->id = id;
	processor->random = id * 2654435761u + 1;
	processor->mutator = tri_mutator_new();
	processor->mutator->owner = processor;
	tri_timers_init(&processor->timers);
	return processor;
}

// World stopped (or not yet started). New ones are idle.
static void set_count(uint32_t count)
{
	tri_lock(&tri_sched.lock);
	tri_sched_clock();
	for (uint32_t i = 0; i < count; i++) {
		bool fresh = !tri_sched.processors[i];
		if (fresh)
			tri_sched.processors[i] = new_processor(i);
		if (i >= tri_sched.processor_count) {
			tri_sched.processors[i]->status_before = TRI_PROCESSOR_IDLE;
			tri_processor_idle_put(tri_sched.processors[i]);
			if (atomic_load(&tri_sched.stopping))
				atomic_store(&tri_sched.processors[i]->status, TRI_PROCESSOR_STOPPED);
		}
	}
	tri_sched.processor_count = count;
	atomic_store(&tri_sched.limit, count);
	tri_unlock(&tri_sched.lock);
}

bool tri_sched_may_spin(void)
{
	uint32_t limit = atomic_load(&tri_sched.limit);
	return limit > 1 && limit > atomic_load(&tri_sched.idle_count) + atomic_load(&tri_sched.spinning) + 1 &&
		   tri_queue_is_empty(tri_thread_machine->processor);
}

int tri_sched_processor_id(void) { return (int)tri_thread_machine->processor->id; }

// World stopped. What the processor runs makes room at once; the machine of a system call will not find its processor.
static void take_away(struct tri_processor *processor)
{
	if (processor->status_before == TRI_PROCESSOR_RUNNING) {
		processor->retires = true;
		atomic_store(&processor->wants_yield, 1);
		return;
	}
	if (processor->status_before == TRI_PROCESSOR_IDLE) {
		struct tri_processor **at = &tri_sched.idle_processors;
		while (*at != processor)
			at = &(*at)->next_idle;
		*at = processor->next_idle;
		atomic_fetch_sub(&tri_sched.idle_count, 1);
	}
	tri_queue_give_all(processor);
	atomic_store(&processor->machine, NULL);
	processor->status_before = TRI_PROCESSOR_IDLE;
	atomic_fetch_add(&tri_sched.retired_count, 1);
}

static void give_back(struct tri_processor *processor)
{
	if (processor->retires) {
		processor->retires = false;
		return;
	}
	atomic_fetch_sub(&tri_sched.retired_count, 1);
	tri_processor_idle_put(processor);
	atomic_store(&processor->status, TRI_PROCESSOR_STOPPED);
}

int tri_sched_set_processors(int count)
{
	int before = (int)atomic_load(&tri_sched.limit);
	if (count < 1 || count == before)
		return before;
	if (count > MAX_PROCESSORS)
		count = MAX_PROCESSORS;
	tri_sched_stop_world("GOMAXPROCS");
	uint32_t known = tri_sched.processor_count, limit = atomic_load(&tri_sched.limit);
	tri_lock(&tri_sched.lock);
	tri_sched_clock();
	for (uint32_t i = (uint32_t)count; i < limit; i++)
		take_away(tri_sched.processors[i]);
	for (uint32_t i = limit; i < known && i < (uint32_t)count; i++)
		give_back(tri_sched.processors[i]);
	atomic_store(&tri_sched.limit, (uint32_t)count);
	tri_unlock(&tri_sched.lock);
	if ((uint32_t)count > known)
		set_count((uint32_t)count);
	if (tri_is_tracing())
		tri_traced_processors((uint32_t)count);
	tri_sched_start_world();
	struct tri_machine *machine = tri_thread_machine;
	if (machine->processor && machine->processor->retires && machine->current->kind == TRI_KIND_GO_CODE)
		__atomic_store_n(&machine->current->abi.stack_guard, UINTPTR_MAX, __ATOMIC_RELAXED); // it makes room on its way out of C
	tri_machine_wake_one();
	return before;
}

static void init(uint32_t count)
{
	tri_sched.processors =
		mmap(NULL, MAX_PROCESSORS * sizeof(void *), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (tri_sched.processors == MAP_FAILED)
		tri_throw("runtime: cannot reserve address space for processors");
	tri_heap_init();
	set_count(count);
	tri_roots_init();
	tri_preempt_init();
}

void tri_sched_init(void) { init(wanted()); }

void tri_sched_init_library(int processors)
{
	tri_sched.library = true;
	init(processors > 0 ? (uint32_t)(processors > MAX_PROCESSORS ? MAX_PROCESSORS : processors) : wanted());
}

static void *main_closure;

static void run_main(void)
{
	struct tri_goroutine *goroutine = tri_goroutine_new(main_closure, 0);
	atomic_store_explicit(&goroutine->state, TRI_GOROUTINE_RUNNABLE, memory_order_release);
	tri_execute(tri_thread_machine, goroutine);
}

void tri_sched_main(void *closure)
{
	struct tri_machine *machine = tri_machine_new();
	machine->is_first = true;
	tri_machine_adopt_thread(machine);
	tri_lock(&tri_sched.lock);
	tri_sched.machine_count++;
	struct tri_processor *processor = tri_processor_idle_get();
	tri_unlock(&tri_sched.lock);
	tri_processor_acquire(machine, processor);
	main_closure = closure;
	tri_asm_machine_start(&machine->system_sp, run_main);
}
