// Goroutine traces in Go's format:
//   goroutine 1 [chan receive]:
//   main.f(...)
//   	/path/x.go:12 +0x1d
// Argument values are not printed: "(...)" stands for them. Frames of package runtime and of compiler-made
// wrappers are left out unless GOTRACEBACK=system, but for the call of panic.
#include "runtime/sched/internal.h"
#include "runtime/stack/stack.h"
#include "runtime/observe/observe.h"

#include <execinfo.h>

static const char *const wait_texts[] = {
#define X(tag, text) text,
	TRI_WAIT_REASONS(X)
#undef X
};

static bool is_runtime(const char *name) { return strncmp(name, "runtime.", 8) == 0; }

// Type arguments can be long, and are left out: main.f[...].
static void print_name(const char *name)
{
	const char *open = strchr(name, '['), *close = strrchr(name, ']');
	if (open != NULL && close != NULL && open < close)
		tri_print("%.*s[...]%s", (int)(open - name), name, close + 1);
	else
		tri_print("%s", name);
}

// `shown` counts the frames printed so far: the frames that raised a panic, innermost, are not told; a panic
// further out is, as "panic".
static void print_frame(const struct tri_frame *frame, bool all, int *shown)
{
	const struct tri_function_info *info = frame->info;
	uintptr_t pc = frame->faulted || frame->at_entry || frame->interrupted ? frame->pc : frame->pc - 1;
	struct tri_frame_place place;
	uint32_t inlined = 0;
	do {
		tri_function_place(info, pc, inlined, &place);
		bool is_inlined = place.next_inline != 0;
		bool is_panic = strcmp(place.function, "runtime.gopanic") == 0;
		bool hidden = (is_runtime(place.function) && !(is_panic && *shown > 0)) || (!is_inlined && (info->flags & TRI_FUNCTION_WRAPPER));
		inlined = place.next_inline;
		if (hidden && !all)
			continue;
		const char *arguments = !is_inlined && (info->flags & TRI_FUNCTION_NO_ARGUMENTS) ? "()" : "(...)";
		print_name(is_panic ? "panic" : place.function);
		tri_print("%s\n\t%s:%u", arguments, place.file, place.line);
		if (is_inlined)
			tri_print("\n");
		else
			tri_print(" +0x%x\n", (unsigned)(frame->pc - info->entry));
		++*shown;
	} while (inlined);
}

static void print_stack(const struct tri_goroutine *goroutine, bool all)
{
	enum { HEAD = 50, TAIL = 50 };
	struct tri_frame frame;
	int printed = 0;
	if (goroutine->kind != TRI_KIND_GO_CODE) {
		tri_print("\t(C code)\n");
		return;
	}
	uint32_t state = atomic_load(&goroutine->state);
	if (state == TRI_GOROUTINE_RUNNING && goroutine != tri_current()) {
		tri_print("\tgoroutine running on other thread; stack unavailable\n");
	} else if (tri_frame_first(&goroutine->abi, &frame)) {
		// A stack overflow has far too many frames: the first and the last fifty tell the story.
		int total = 1;
		struct tri_frame counting = frame;
		while (tri_frame_next(&counting))
			total++;
		int index = 0;
		do {
			if (total > HEAD + TAIL && index >= HEAD && index < total - TAIL) {
				if (index == HEAD)
					tri_print("...%d frames elided...\n", total - HEAD - TAIL);
			} else {
				print_frame(&frame, all, &printed);
			}
			index++;
		} while (tri_frame_next(&frame));
	}
	if (goroutine->created_at) {
		const struct tri_function_info *info = tri_function_at(goroutine->created_at - 1);
		struct tri_frame_place place;
		if (info && tri_function_place(info, goroutine->created_at - 1, 0, &place) && !is_runtime(place.function))
			tri_print("created by %s in goroutine %llu\n\t%s:%u +0x%x\n", place.function, (unsigned long long)goroutine->parent_id,
					  place.file, place.line, (unsigned)(goroutine->created_at - info->entry));
	}
}

static void print_goroutine(const struct tri_goroutine *goroutine, const char *state, bool all)
{
	tri_print("\ngoroutine %llu [%s]:\n", (unsigned long long)goroutine->id, state);
	print_stack(goroutine, all);
}

void tri_print_goroutine(const struct tri_goroutine *goroutine, bool all_frames)
{
	uint32_t state = atomic_load(&goroutine->state) & ~(uint32_t)TRI_GOROUTINE_SCANNED;
	print_goroutine(goroutine,
					state == TRI_GOROUTINE_WAITING   ? wait_texts[goroutine->wait_reason]
					: state == TRI_GOROUTINE_RUNNING ? "running"
					: state == TRI_GOROUTINE_RESTING ? goroutine->abi.interrupt ? "running" : "syscall"
													 : "runnable",
					all_frames);
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
	tri_print("goroutine %llu [running]:\n", (unsigned long long)current->id);
	print_stack(current, false);
	if (all)
		tri_trace_others(current, false, false);
}

static void trace(bool runtime_frames_too)
{
	bool all_frames = tri_settings.traceback >= 2;
	(void)runtime_frames_too;
	if (tri_settings.traceback == 0)
		return;
	const struct tri_goroutine *current = tri_current();
	if (tri_sched.processor_count > 1)
		tri_sched_freeze(); // stacks that change cannot be read
	if (current)
		print_goroutine(current, "running", all_frames);
	if (!current || tri_settings.traceback >= 2) // else one goroutine is to blame
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
		do {
			if (!is_runtime((const char *)(uintptr_t)frame.info->name))
				pcs[count++] = frame.pc;
		} while (count < limit && tri_frame_next(&frame));
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
