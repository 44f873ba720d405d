// The CPU profile: who runs when a thread has used up another period of processor time.
//
// Each machine has a timer over its thread's processor time, whose signal comes to that thread. The handler walks the stack it
// interrupted: frames of C by their chain of frame pointers down to where the system stack begins, then the goroutine's frames by
// the function table. It only reads, checks what it reads against the bounds of the stack, and stops at the first word that
// makes no sense; `growing` says when a stack is being moved. What it found goes to a ring that Go code empties (runtime/go).
//
// Labels are objects of the heap. A sample's come from its goroutine, which is a root as the ring is, and a goroutine's
// labels are shaded when they change or it ends while marking: so the ring never holds any that were freed.
#define _GNU_SOURCE
#include "runtime/sched/cpu_profile.h"
#include "runtime/sched/internal.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>

enum { RING = 1 << 12 };
static const int64_t second = 1000000000;

struct ring {
	_Atomic uint64_t first, last;   // samples taken out ever, put in ever
	_Atomic uint64_t lost;          // there was no room for
	_Atomic uint32_t being_written; // a handler has it; guards writing
	struct tri_cpu_sample samples[RING];
};

static struct tri_lock lock = TRI_LOCK_INIT(LEAF); // guards timers and starting and stopping
static struct ring *ring;                          // made by the first profile
static _Atomic int32_t rate;                       // samples in a second; 0: off

// ---- Walking, in the handler -------------------------------------------------------------------------------

struct walk {
	uintptr_t *pcs;
	uint32_t count, limit;
};

static void add(struct walk *walk, uintptr_t pc)
{
	if (walk->count < walk->limit)
		walk->pcs[walk->count++] = pc;
}

extern char runtime_sigpanic[] __asm__("runtime.sigpanic") __attribute__((weak));

// From the frame whose callee returns to `pc`, with the body's RSP at `sp`.
static void walk_go(struct walk *walk, const struct tri_g *g, uintptr_t pc, uintptr_t sp)
{
	bool faulted = false;
	while (walk->count < walk->limit && tri_is_text(pc)) {
		add(walk, faulted ? pc + 1 : pc);
		const struct tri_function_info *info = tri_function_at(faulted ? pc : pc - 1);
		if (!info)
			return;
		uintptr_t at = sp + (faulted && (info->flags & TRI_FUNCTION_FRAMELESS) ? 0 : info->frame_size + 8);
		if (!tri_is_in_stack(g, at))
			return;
		faulted = runtime_sigpanic && info->entry == (uintptr_t)runtime_sigpanic;
		pc = *(const uintptr_t *)at;
		sp = at + 8;
	}
}

// Go code, or assembly that runs on its stack, was interrupted at `pc`.
static void walk_interrupted(struct walk *walk, const struct tri_g *g, uintptr_t pc, uintptr_t sp, uintptr_t bp)
{
	add(walk, pc + 1);
	uintptr_t at = tri_interrupted_return(g, pc, sp, bp);
	if (at)
		walk_go(walk, g, *(const uintptr_t *)at, at + 8);
}

// C on the machine's system stack, down to its beginning; the last address lies in an entry stub if Go code came here.
static void walk_c(struct walk *walk, uintptr_t pc, uintptr_t sp, uintptr_t bp, uintptr_t high)
{
	add(walk, pc + 1);
	while (bp >= sp && bp + 16 <= high && bp % 8 == 0) {
		uintptr_t caller = ((const uintptr_t *)bp)[1];
		if (!tri_is_text(caller))
			return;
		add(walk, caller);
		sp = bp + 16;
		bp = *(const uintptr_t *)bp;
	}
}

static uint32_t take_stack(const struct tri_machine *machine, const struct tri_goroutine *goroutine, const ucontext_t *context,
						   uintptr_t *pcs, uint32_t limit)
{
	struct walk walk = {pcs, 0, limit};
	uintptr_t pc = (uintptr_t)context->uc_mcontext.gregs[REG_RIP], sp = (uintptr_t)context->uc_mcontext.gregs[REG_RSP],
			  bp = (uintptr_t)context->uc_mcontext.gregs[REG_RBP];
	bool goes = goroutine && goroutine->kind == TRI_KIND_GO_CODE;
	bool steady = machine->growing == 0;
	if (goes && steady && tri_is_in_stack(&goroutine->abi, sp & ~(uintptr_t)7)) {
		walk_interrupted(&walk, &goroutine->abi, pc, sp, bp);
		return walk.count;
	}
	// Preempted, and not in the scheduler yet.
	const struct tri_interrupt *interrupt = goes ? goroutine->abi.interrupt : NULL;
	if (interrupt) {
		walk_interrupted(&walk, &goroutine->abi, interrupt->pc, interrupt->integer[4], interrupt->integer[5]);
		return walk.count;
	}
	enum { SYSTEM_STACK = 8 << 20 };
	bool own_stack = sp < machine->system_sp && machine->system_sp - sp < SYSTEM_STACK;
	if (own_stack)
		walk_c(&walk, pc, sp, bp, machine->system_sp);
	else
		add(&walk, pc + 1);
	// The goroutine has noted where it left Go code.
	uintptr_t left = goes && steady ? goroutine->abi.sp : 0;
	if (own_stack && left && tri_is_in_stack(&goroutine->abi, left) && tri_is_go_return(*(const uintptr_t *)left))
		walk_go(&walk, &goroutine->abi, *(const uintptr_t *)left, left + 8);
	if (!steady)
		add(&walk, machine->growing + 1);
	return walk.count;
}

static void write_sample(const struct tri_machine *machine, const void *context)
{
	if (atomic_load(&rate) == 0) // meanwhile; who stopped the profile relies on it that nobody writes
		return;
	const struct tri_goroutine *goroutine = machine->current;
	if (goroutine != tri_thread_goroutine)
		goroutine = NULL;
	uint64_t last = atomic_load_explicit(&ring->last, memory_order_relaxed);
	if (last - atomic_load_explicit(&ring->first, memory_order_acquire) == RING) {
		atomic_fetch_add_explicit(&ring->lost, 1, memory_order_relaxed);
		return;
	}
	struct tri_cpu_sample *sample = &ring->samples[last % RING];
	sample->time = tri_nanotime();
	sample->labels = goroutine ? goroutine->words[TRI_WORD_LABELS] : NULL;
	sample->depth = take_stack(machine, goroutine, context, sample->pcs, TRI_CPU_DEPTH);
	if (tri_is_tracing())
		tri_trace_sample((uint64_t)machine->thread_id, machine->trace.processor ? machine->trace.processor->id : TRI_TRACE_NO_PROCESSOR,
						 goroutine ? goroutine->id : 0, sample->pcs, sample->depth);
	atomic_store_explicit(&ring->last, last + 1, memory_order_release);
}

static void handle(int signal, siginfo_t *info, void *opaque)
{
	(void)signal;
	(void)info;
	const struct tri_machine *machine = tri_thread_machine;
	if (!machine || atomic_load_explicit(&rate, memory_order_relaxed) == 0 || !ring)
		return;
	int saved = errno;
	// Other threads' handlers; this one's come one after the other.
	for (uint32_t nobody = 0; !atomic_compare_exchange_weak(&ring->being_written, &nobody, 1); nobody = 0)
		__builtin_ia32_pause();
	write_sample(machine, opaque);
	atomic_store(&ring->being_written, 0);
	errno = saved;
}

// ---- Timers ------------------------------------------------------------------------------------------------

static void start_timer(struct tri_machine *machine)
{
	tri_assert_held(&lock);
	clockid_t clock;
	int32_t hz = atomic_load(&rate);
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGPROF};
	event._sigev_un._tid = machine->thread_id;
	if (hz == 0 || machine->has_cpu_timer || machine->thread_id == 0 || pthread_getcpuclockid(machine->thread, &clock) != 0 ||
		timer_create(clock, &event, &machine->cpu_timer) != 0)
		return;
	machine->has_cpu_timer = true;
	// The first one comes at any time: short-lived threads are seen as often as they should be.
	int64_t period = second / hz, first = 1 + (int64_t)(tri_random() % (uint64_t)period);
	struct itimerspec times = {{period / second, period % second}, {first / second, first % second}};
	timer_settime(machine->cpu_timer, 0, &times, NULL);
}

static void stop_timer(struct tri_machine *machine)
{
	tri_assert_held(&lock);
	if (machine->has_cpu_timer)
		timer_delete(machine->cpu_timer);
	machine->has_cpu_timer = false;
}

void tri_cpu_profile_thread_begins(struct tri_machine *machine, int thread_id)
{
	tri_lock(&lock);
	machine->thread_id = thread_id;
	start_timer(machine);
	tri_unlock(&lock);
}

void tri_cpu_profile_thread_ends(struct tri_machine *machine)
{
	tri_lock(&lock);
	stop_timer(machine);
	machine->thread_id = 0;
	tri_unlock(&lock);
}

// ---- The ring as a root ------------------------------------------------------------------------------------

static uint32_t unit_count(void *context)
{
	(void)context;
	return ring ? 1 : 0;
}

static void scan(void *context, uint32_t unit, struct tri_gc_marker *marker)
{
	(void)context;
	(void)unit;
	uint64_t last = atomic_load_explicit(&ring->last, memory_order_acquire);
	for (uint64_t i = atomic_load_explicit(&ring->first, memory_order_relaxed); i != last; i++)
		tri_gc_mark_pointer(marker, (uintptr_t)ring->samples[i % RING].labels);
}

// ---- Interface ---------------------------------------------------------------------------------------------

bool tri_cpu_profile_start(int32_t hz)
{
	static const struct tri_gc_root_source source = {"CPU profile", unit_count, scan, NULL};
	if (atomic_load(&rate) != 0)
		return false;
	if (!ring) {
		struct ring *made = mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (made == MAP_FAILED)
			tri_throw("runtime: no memory for the CPU profile");
		tri_sched_stop_world("CPU profile");
		tri_gc_add_root_source(&source);
		ring = made;
		tri_sched_start_world();
	}
	struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
	sigemptyset(&action.sa_mask);
	sigaddset(&action.sa_mask, SIGURG); // would find the goroutine in a handler
	tri_quit_block(&action.sa_mask);
	sigaction(SIGPROF, &action, NULL);
	tri_lock(&lock);
	atomic_store(&rate, hz);
	for (struct tri_machine *machine = atomic_load(&tri_sched.machines); machine; machine = machine->next)
		start_timer(machine);
	tri_unlock(&lock);
	return true;
}

void tri_cpu_profile_stop(void)
{
	tri_lock(&lock);
	atomic_store(&rate, 0);
	for (struct tri_machine *machine = atomic_load(&tri_sched.machines); machine; machine = machine->next)
		stop_timer(machine);
	tri_unlock(&lock);
	if (!ring)
		return;
	// A handler that saw the old rate may still be writing.
	for (uint32_t nobody = 0; !atomic_compare_exchange_weak(&ring->being_written, &nobody, 1); nobody = 0)
		__builtin_ia32_pause();
	atomic_store(&ring->being_written, 0);
}

uint64_t tri_cpu_profile_lost(void) { return ring ? atomic_exchange(&ring->lost, 0) : 0; }

const struct tri_cpu_sample *tri_cpu_profile_next(void)
{
	if (!ring || atomic_load_explicit(&ring->first, memory_order_relaxed) == atomic_load_explicit(&ring->last, memory_order_acquire))
		return NULL;
	return &ring->samples[atomic_load_explicit(&ring->first, memory_order_relaxed) % RING];
}

void tri_cpu_profile_taken(void) { atomic_fetch_add_explicit(&ring->first, 1, memory_order_release); }
