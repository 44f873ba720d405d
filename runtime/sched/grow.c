// What a function's entry asks for when it finds too little stack: more of it, or, when the guard was poisoned to get
// the goroutine's attention, an answer to who poisoned it.
#include "abi/call.h"
#include "runtime/sched/internal.h"

TRI_NORETURN void tri_stack_more(struct tri_g *g); // from morestack

// Behind the entry's stack check, for continuing without checking again (the mode that moves at every entry).
static uintptr_t after_check(const struct tri_function_info *info)
{
	const uint8_t *code = (const uint8_t *)(uintptr_t)info->entry;
	for (unsigned at = 4; at < 20; at++) {
		if (code[at] != 0x0f || code[at + 1] != 0x86)
			continue;
		int32_t distance;
		memcpy(&distance, code + at + 2, sizeof distance);
		if ((uintptr_t)code + at + 6 + (uintptr_t)(intptr_t)distance == (uintptr_t)info->entry + info->size - 10)
			return (uintptr_t)code + at + 6;
	}
	tri_throw("no stack check at the entry of %s", (const char *)(uintptr_t)info->name);
}

static TRI_NORETURN void overflow(const struct tri_g *g)
{
	tri_print("runtime: goroutine stack exceeds %lld-byte limit\n", (long long)tri_stack_limit);
	tri_print("runtime: sp=%p stack=[%p, %p]\n", (void *)g->sp, (void *)g->stack_low, (void *)g->stack_high);
	tri_throw("stack overflow");
}

// The mode that moves the stack at every entry. Moving a deep stack at each of its entries would take quadratic time:
// the deeper, the rarer, but always when it has to grow.
static TRI_NORETURN void always_move(struct tri_machine *machine, struct tri_goroutine *goroutine, const struct tri_function_info *info,
									 size_t size, size_t used)
{
	enum { DEEP = 16 << 10, WHOLE = 1 << 22, STEP = 1 << 20 };
	static _Atomic uint64_t entries, moves;
	struct tri_g *g = &goroutine->abi;
	uint64_t distance = tri_hostile_distance(atomic_load_explicit(&moves, memory_order_relaxed), WHOLE, STEP);
	if (used > DEEP)
		distance *= used / DEEP * 8;
	if (size > g->stack_high - g->stack_low || atomic_fetch_add_explicit(&entries, 1, memory_order_relaxed) % distance == 0) {
		tri_stack_move(g, size, true, &machine->processor->stacks);
		atomic_fetch_add_explicit(&moves, 1, memory_order_relaxed);
	}
	*(uintptr_t *)g->sp = after_check(info);
	goroutine->at_entry = true;
	// The guard can't say who is asked to make room: all entries look.
	tri_sched_preempted(machine);
}

void tri_stack_more(struct tri_g *g)
{
	struct tri_machine *machine = tri_thread_machine;
	struct tri_goroutine *goroutine = (struct tri_goroutine *)g;
	struct tri_frame frame;
	if (!tri_frame_first(g, &frame) || !frame.at_entry)
		tri_throw("runtime: morestack called from outside a function's entry");
	size_t size = g->stack_high - g->stack_low, used = g->stack_high - g->sp;
	size_t needed = used + frame.info->frame_size + TRI_ABI_STACK_RESERVE + 2 * TRI_ABI_STACK_SMALL + 64;
	size_t grown = size;
	while (grown < needed)
		grown *= 2;
	if ((grown > size && (int64_t)grown > tri_stack_limit) || (int64_t)needed > tri_stack_limit || needed > TRI_STACK_RANGE)
		overflow(g);
	if (TRI_DEBUG && tri_settings.move_stacks)
		always_move(machine, goroutine, frame.info, grown, used);
	if (grown > size) {
		machine->growing = frame.info->entry;
		tri_stack_move(g, grown, true, &machine->processor->stacks);
		machine->growing = 0;
	}
	goroutine->at_entry = true;
	tri_sched_preempted(machine);
}
