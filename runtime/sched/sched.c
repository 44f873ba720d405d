// The run queue, goroutine life, parking, stack growth requests.
#include "runtime/sched/sched.h"
#include "abi/call.h"
#include "runtime/stack/stack.h"

struct tri_processor tri_processor;
struct tri_goroutine *tri_all_goroutines;

static uint64_t last_id;

struct tri_goroutine *tri_goroutine_new(void *closure, uintptr_t created_at)
{
	struct tri_processor *processor = &tri_processor;
	struct tri_goroutine *goroutine = processor->dead;
	if (goroutine) {
		processor->dead = goroutine->next;
	} else {
		goroutine = tri_permanent_alloc(sizeof *goroutine);
		goroutine->all_next = tri_all_goroutines;
		tri_all_goroutines = goroutine;
	}
	struct tri_g *g = &goroutine->abi;
	if (g->stack_high == 0)
		tri_stack_alloc(g, TRI_STACK_MINIMUM);
	goroutine->id = ++last_id;
	goroutine->parent_id = processor->current ? processor->current->id : 0;
	goroutine->created_at = created_at;
	goroutine->state = TRI_GOROUTINE_WAITING;
	goroutine->wait_reason = TRI_WAIT_NONE;
	goroutine->at_entry = false;
	goroutine->next = NULL;
	goroutine->signal = 0;
	g->defers = g->panics = NULL;
	g->context = closure;
	g->bp = 0;
	// tri_asm_run returns to the start code; its `call` then finds RSP aligned as a body's.
	g->sp = g->stack_high - 8 - 16;
	*(uintptr_t *)g->sp = (uintptr_t)tri_asm_goroutine_start;
	return goroutine;
}

void tri_sched_ready(struct tri_goroutine *goroutine)
{
	struct tri_processor *processor = &tri_processor;
	tri_debug_check(goroutine->state != TRI_GOROUTINE_RUNNABLE);
	goroutine->state = TRI_GOROUTINE_RUNNABLE;
	goroutine->next = NULL;
	if (processor->queue_last)
		processor->queue_last->next = goroutine;
	else
		processor->queue_first = goroutine;
	processor->queue_last = goroutine;
}

void tri_sched_next(void)
{
	struct tri_processor *processor = &tri_processor;
	struct tri_goroutine *goroutine = processor->queue_first;
	if (!goroutine) {
		processor->current = NULL;
		tri_fatal("all goroutines are asleep - deadlock!");
	}
	processor->queue_first = goroutine->next;
	if (!processor->queue_first)
		processor->queue_last = NULL;
	goroutine->next = NULL;
	goroutine->state = TRI_GOROUTINE_RUNNING;
	processor->current = goroutine;
	bool at_entry = goroutine->at_entry;
	goroutine->at_entry = false;
	tri_asm_run(&goroutine->abi, at_entry);
}

void tri_sched_park(enum tri_wait_reason reason)
{
	struct tri_goroutine *goroutine = tri_current();
	goroutine->state = TRI_GOROUTINE_WAITING;
	goroutine->wait_reason = (uint8_t)reason;
	tri_sched_next();
}

void tri_sched_exit(void)
{
	struct tri_processor *processor = &tri_processor;
	struct tri_goroutine *goroutine = processor->current;
	goroutine->state = TRI_GOROUTINE_DEAD;
	goroutine->abi.context = NULL;
	goroutine->abi.sp = 0;
	// A stack of the usual size stays with the structure for the next goroutine.
	if (goroutine->abi.stack_high - goroutine->abi.stack_low > TRI_STACK_MINIMUM || (TRI_DEBUG && tri_settings.move_stacks))
		tri_stack_free(&goroutine->abi);
	goroutine->next = processor->dead;
	processor->dead = goroutine;
	tri_sched_next();
}

// ---- Stack growth --------------------------------------------------------------------------------

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

enum { DEEP = 16 << 10 };

void tri_stack_more(struct tri_g *g)
{
	struct tri_goroutine *goroutine = (struct tri_goroutine *)g;
	struct tri_frame frame;
	if (!tri_frame_first(g, &frame) || !frame.at_entry)
		tri_throw("runtime: morestack called from outside a function's entry");
	size_t size = g->stack_high - g->stack_low, used = g->stack_high - g->sp;
	size_t needed = used + frame.info->frame_size + TRI_ABI_STACK_RESERVE + 2 * TRI_ABI_STACK_SMALL + 64;
	bool enough = needed <= size;
	// In the mode that moves at every entry the guard can't say who is asked to make room: some entries do.
	static size_t asked;
	bool yields = !(TRI_DEBUG && tri_settings.move_stacks) || (tri_processor.queue_first && ++asked % 64 == 0);
	if (enough && yields) {
		// Only asked to make room for others.
		tri_stack_set_guard(g);
		goroutine->at_entry = true;
		goroutine->state = TRI_GOROUTINE_WAITING;
		tri_sched_ready(goroutine);
		tri_sched_next();
	}
	size_t grown = enough ? size : size * 2;
	while (grown < needed)
		grown *= 2;
	if (grown > TRI_STACK_LIMIT || needed > TRI_STACK_RANGE) {
		tri_print("runtime: goroutine stack exceeds %llu-byte limit\n", (unsigned long long)TRI_STACK_LIMIT);
		tri_print("runtime: sp=%p stack=[%p, %p]\n", (void *)g->sp, (void *)g->stack_low, (void *)g->stack_high);
		tri_fatal("stack overflow");
	}
	// Moving a deep stack at each of its entries would take quadratic time: the deeper, the rarer.
	static size_t entries;
	if (!(TRI_DEBUG && tri_settings.move_stacks && enough && used > DEEP && ++entries % (used / DEEP * 8)))
		tri_stack_move(g, grown, true);
	if (TRI_DEBUG && tri_settings.move_stacks)
		*(uintptr_t *)g->sp = after_check(frame.info);
	tri_asm_run(g, true);
}
