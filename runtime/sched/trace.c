// Goroutine traces in Go's format:
//   goroutine 1 [chan receive]:
//   main.f(0x5, {0xc000012345, 0x3})
//   	/path/x.go:12 +0x1d
// "(...)" stands for the arguments of calls that were inlined. Frames of package runtime and of compiler-made
// wrappers are left out unless the level (GOTRACEBACK) is 2, but for those that explain how the others came to run.
#include "runtime/sched/bubble.h"
#include "runtime/sched/internal.h"
#include "runtime/stack/stack.h"
#include "runtime/observe/observe.h"

#include <execinfo.h>
#include <signal.h>
#include <unistd.h>

static const char *const wait_texts[] = {
#define X(tag, text) text,
	TRI_WAIT_REASONS(X)
#undef X
};

const char *tri_wait_text(enum tri_wait_reason reason) { return reason == TRI_WAIT_NONE ? "" : wait_texts[reason]; }

static bool is_runtime(const char *name) { return strncmp(name, "runtime.", 8) == 0; }

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++) {
		if (strcmp(name, *names) == 0)
			return true;
	}
	return false;
}

// Exported functions of package runtime, and exported methods of exported types: runtime.GC, runtime.(*Frames).Next.
static bool is_exported(const char *name)
{
	const char *type = name + 8, *dot = strrchr(type, '.');
	const char *function = dot ? dot + 1 : type;
	if (dot && strncmp(type, "(*", 2) == 0)
		type += 2;
	return *function >= 'A' && *function <= 'Z' && *type >= 'A' && *type <= 'Z';
}

// `callee` is what the frame calls, NULL for the innermost; `is_first`: no frame has been shown yet.
static bool is_shown(const char *name, bool is_wrapper, const char *callee, bool is_first)
{
	static const char *const raises[] = {"runtime.gopanic", "runtime.sigpanic", "runtime.panicwrap", NULL};
	static const char *const runners[] = {"runtime.runFinalizers", "runtime.runCleanups", NULL};
	if (is_wrapper && !(callee && is_one_of(callee, raises)))
		return false;
	if (strcmp(name, "runtime.gopanic") == 0)
		return !is_first; // the one that ends the program says nothing new
	if (strcmp(name, "runtime.Stack") == 0)
		return false; // who asks for a trace is not told of that
	return !is_runtime(name) || is_exported(name) || is_one_of(name, runners);
}

// Type arguments can be long, and are left out: main.f[...].
static void print_name(const char *name)
{
	const char *open = strchr(name, '['), *close = strrchr(name, ']');
	if (open != NULL && close != NULL && open < close)
		tri_print("%.*s[...]%s", (int)(open - name), name, close + 1);
	else
		tri_print("%s", name);
}

static void print_function(const struct tri_frame *frame, const struct tri_frame_place *place, bool is_inlined, bool all)
{
	const struct tri_function_info *info = frame->info;
	print_name(strcmp(place->function, "runtime.gopanic") == 0 ? "panic" : place->function);
	tri_print("(");
	if (is_inlined)
		tri_print("...");
	else if (!(info->flags & TRI_FUNCTION_NO_ARGUMENTS))
		tri_frame_print_arguments(frame);
	tri_print(")\n\t%s:%u", place->file, place->line);
	if (!is_inlined && frame->pc > info->entry)
		tri_print(" +0x%x", (unsigned)(frame->pc - info->entry));
	if (!is_inlined && all) {
		uintptr_t end = tri_frame_is_bare(frame) ? frame->sp + 8 : frame->sp + info->frame_size + 16;
		tri_print(" fp=0x%llx sp=0x%llx pc=0x%llx", (unsigned long long)end, (unsigned long long)frame->sp, (unsigned long long)frame->pc);
	}
	tri_print("\n");
}

// A stack overflow has far too many frames: the first and the last fifty functions tell the story, inlined ones counted by
// themselves. One walk prints the first and keeps the frames of the last; there may be millions in between, of few kinds.
enum { HEAD = 50, TAIL = 50, KINDS = 64 };

struct kept_frame {
	struct tri_frame frame;
	const char *callee;
	int before; // functions shown before its own
};

struct frame_kind { // what was found for a return address that many frames have
	uintptr_t pc;
	const char *callee, *outermost;
	int shown;
};

struct trace {
	bool all;
	int shown;
	uint32_t kept_count;
	struct kept_frame kept[TAIL];
	struct frame_kind kinds[KINDS];
};

// The functions of a frame that are to be shown; prints those whose number is in [from, to), numbered from `at`. `*callee`
// becomes the outermost of them.
static int frame_functions(const struct tri_frame *frame, bool all, const char **callee, int at, int from, int to)
{
	const struct tri_function_info *info = frame->info;
	uintptr_t pc = frame->at_entry ? info->entry : frame->faulted || frame->interrupted ? frame->pc : frame->pc - 1;
	struct tri_frame_place place;
	uint32_t inlined = 0;
	int count = 0;
	do {
		tri_function_place(info, pc, inlined, &place);
		bool is_inlined = place.next_inline != 0;
		bool is_wrapper = !is_inlined && (info->flags & TRI_FUNCTION_WRAPPER);
		bool shown = all || is_shown(place.function, is_wrapper, *callee, at + count == 0);
		inlined = place.next_inline;
		*callee = place.function;
		if (!shown)
			continue;
		if (at + count >= from && at + count < to)
			print_function(frame, &place, is_inlined, all);
		count++;
	} while (inlined);
	return count;
}

static int functions_of(struct trace *trace, const struct tri_frame *frame, const char **callee)
{
	struct frame_kind *kind = &trace->kinds[(frame->pc >> 2) % KINDS];
	bool is_usual = trace->shown >= HEAD && !frame->at_entry && !frame->faulted && !frame->interrupted;
	if (is_usual && kind->pc == frame->pc && kind->callee == *callee) {
		*callee = kind->outermost;
		return kind->shown;
	}
	const char *before = *callee;
	int shown = frame_functions(frame, trace->all, callee, trace->shown, 0, HEAD);
	if (is_usual)
		*kind = (struct frame_kind){frame->pc, before, *callee, shown};
	return shown;
}

static int print_frames(const struct tri_goroutine *goroutine, bool all)
{
	struct trace trace = {.all = all};
	struct tri_frame frame;
	const char *callee = NULL;
	if (!tri_frame_first(&goroutine->abi, &frame))
		return 0;
	do {
		struct kept_frame kept = {frame, callee, trace.shown};
		int shown = functions_of(&trace, &frame, &callee);
		trace.shown += shown;
		if (shown > 0 && trace.shown > HEAD)
			trace.kept[trace.kept_count++ % TAIL] = kept;
	} while (tri_frame_next(&frame));
	int tail = trace.shown - TAIL > HEAD ? trace.shown - TAIL : HEAD;
	if (tail > HEAD)
		tri_print("...%d frames elided...\n", tail - HEAD);
	for (uint32_t i = trace.kept_count > TAIL ? trace.kept_count - TAIL : 0; i < trace.kept_count; i++) {
		struct kept_frame *kept = &trace.kept[i % TAIL];
		frame_functions(&kept->frame, all, &kept->callee, kept->before, tail, trace.shown);
	}
	return trace.shown;
}

static void print_creator(const struct tri_goroutine *goroutine, bool all)
{
	const struct tri_function_info *info = goroutine->created_at ? tri_function_at(goroutine->created_at - 1) : NULL;
	struct tri_frame_place place;
	if (!info || !tri_function_place(info, goroutine->created_at - 1, 0, &place) || !(all || is_shown(place.function, false, NULL, false)))
		return;
	tri_print("created by ");
	print_name(place.function);
	if (goroutine->parent_id)
		tri_print(" in goroutine %llu", (unsigned long long)goroutine->parent_id);
	tri_print("\n\t%s:%u +0x%x\n", place.file, place.line, (unsigned)(goroutine->created_at - info->entry));
}

static void print_stack(const struct tri_goroutine *goroutine, bool all)
{
	if (goroutine->kind != TRI_KIND_GO_CODE) {
		tri_print("\t(C code)\n");
		return;
	}
	uint32_t state = atomic_load(&goroutine->state);
	if (state == TRI_GOROUTINE_RUNNING && goroutine != tri_current())
		tri_print("\tgoroutine running on other thread; stack unavailable\n");
	else if (print_frames(goroutine, all) == 0 && !all)
		print_frames(goroutine, true);
	print_creator(goroutine, all);
}

// What a goroutine does; one that was stopped for the trace ran until then.
static const char *state_text(const struct tri_goroutine *goroutine)
{
	switch (atomic_load(&goroutine->state) & ~(uint32_t)TRI_GOROUTINE_SCANNED) {
	case TRI_GOROUTINE_WAITING:
		return wait_texts[goroutine->wait_reason];
	case TRI_GOROUTINE_RESTING:
		return goroutine->abi.interrupt ? "running" : "syscall";
	case TRI_GOROUTINE_RUNNING:
		return "running";
	default:
		return goroutine->machine ? "running" : "runnable";
	}
}

static void print_header(const struct tri_goroutine *goroutine, const char *state, bool all)
{
	static const int64_t minute = 60000000000;
	const struct tri_machine *machine = goroutine->machine;
	tri_print("goroutine %llu", (unsigned long long)goroutine->id);
	if (all && machine)
		tri_print(" gp=%p m=%d mp=%p", (const void *)goroutine, machine->thread_id - getpid(), (const void *)machine);
	else if (all)
		tri_print(" gp=%p m=nil", (const void *)goroutine);
	tri_print(" [%s%s", state, goroutine->bubble && goroutine->bubble_idle ? " (durable)" : "");
	int64_t since = goroutine->waiting_since, waited = since ? (tri_nanotime() - since) / minute : 0;
	if (waited >= 1)
		tri_print(", %lld minutes", (long long)waited);
	tri_print("%s", goroutine->locked_to ? ", locked to thread" : "");
	if (goroutine->bubble)
		tri_print(", synctest bubble %llu", (unsigned long long)goroutine->bubble->id);
	tri_print("]:\n");
}

static void print_goroutine(const struct tri_goroutine *goroutine, const char *state, bool all)
{
	tri_print("\n");
	print_header(goroutine, state, all);
	print_stack(goroutine, all);
}

void tri_print_goroutine(const struct tri_goroutine *goroutine, bool all_frames)
{
	print_goroutine(goroutine, state_text(goroutine), all_frames);
}

void tri_trace_others(const struct tri_goroutine *current, bool all_frames, bool hold)
{
	uint64_t slots = tri_goroutine_slots();
	for (uint64_t i = 0; i < slots; i++) {
		struct tri_goroutine *goroutine = tri_goroutine_at(i);
		if (!goroutine || goroutine == current || (goroutine->is_system && !all_frames))
			continue;
		uint32_t state = atomic_load(&goroutine->state);
		while (hold && !(state & TRI_GOROUTINE_SCANNED) && state != TRI_GOROUTINE_RUNNING && state != TRI_GOROUTINE_DEAD &&
			   !atomic_compare_exchange_weak(&goroutine->state, &state, state | TRI_GOROUTINE_SCANNED))
			;
		if (state != TRI_GOROUTINE_DEAD)
			tri_print_goroutine(goroutine, all_frames);
	}
}

void tri_print_stacks(bool all)
{
	const struct tri_goroutine *current = tri_current();
	print_header(current, "running", false);
	print_stack(current, false);
	if (all)
		tri_trace_others(current, false, false);
}

// The fault that led here.
static void print_signal(const struct tri_goroutine *goroutine)
{
	if (goroutine && goroutine->kind == TRI_KIND_GO_CODE && goroutine->signal)
		tri_print("[signal %s code=0x%x addr=0x%llx pc=0x%llx]\n", tri_signal_text(goroutine->signal), (unsigned)goroutine->signal_code,
				  (unsigned long long)goroutine->signal_address, (unsigned long long)goroutine->signal_pc);
}

static void trace(enum tri_end end)
{
	const struct tri_traceback *wanted = &tri_settings.traceback;
	const struct tri_goroutine *current = tri_current();
	bool all_frames = wanted->level > 1 || end == TRI_END_THROW;
	print_signal(current);
	if (wanted->level == 0 && end != TRI_END_THROW)
		return;
	if (tri_sched.processor_count > 1)
		tri_sched_freeze(); // stacks that change cannot be read
	if (current)
		print_goroutine(current, "running", all_frames);
	if (!current || wanted->all || end != TRI_END_PANIC) // else one goroutine is to blame
		tri_trace_others(current, all_frames, false);
}

static bool locate(uintptr_t pc, struct tri_site_place *site)
{
	const struct tri_function_info *info = tri_function_at(pc);
	struct tri_frame_place place;
	if (!info || !tri_function_place(info, pc, 0, &place))
		return false;
	*site = (struct tri_site_place){place.function, place.file, place.line};
	return true;
}

static bool place(uintptr_t pc, uint32_t inlined, struct tri_site_place *site, uint32_t *next)
{
	const struct tri_function_info *info = tri_function_at(pc);
	struct tri_frame_place frame_place;
	if (!info || !tri_function_place(info, pc, inlined, &frame_place))
		return false;
	*site = (struct tri_site_place){frame_place.function, frame_place.file, frame_place.line};
	*next = frame_place.next_inline;
	return true;
}

// Return addresses of the calling goroutine, which stands in C: its Go frames, or all its C frames.
static uint32_t callers(uintptr_t *pcs, uint32_t limit)
{
	const struct tri_goroutine *goroutine = tri_current();
	uint32_t count = 0;
	if (!goroutine)
		return 0;
	if (goroutine->kind == TRI_KIND_GO_CODE) {
		struct tri_frame frame;
		if (!tri_frame_first(&goroutine->abi, &frame))
			return 0;
		// How Go code came here: the library's function, and the stub that called it.
		uintptr_t stub = ((const uintptr_t *)goroutine->abi.system_sp)[-1];
		pcs[count++] = (uintptr_t)tri_heap_alloc + 1;
		pcs[count++] = stub;
		do {
			pcs[count++] = frame.pc;
		} while (count < limit && tri_frame_next(&frame));
		if (count < limit && frame.pc >= (uintptr_t)tri_asm_goroutine_start && frame.pc <= (uintptr_t)tri_asm_goroutine_return)
			pcs[count++] = frame.pc;
		return count;
	}
	void *addresses[128];
	int depth = backtrace(addresses, 128);
	for (int i = 0; i < depth && count < limit; i++)
		pcs[count++] = (uintptr_t)addresses[i];
	return count;
}

void tri_trace_init(bool go_code)
{
	tri_fatal_trace_hook = trace;
	tri_observe_locate_hook = locate;
	tri_observe_callers_hook = callers;
	if (go_code)
		tri_observe_place_hook = place;
}
