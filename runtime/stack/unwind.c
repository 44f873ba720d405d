// Walking a goroutine's stack by the function table: a body's frame size says where the return address is.
//
// A goroutine that a signal stopped to preempt it stands anywhere in its innermost body; no map describes that
// place, so that frame is read conservatively, its callers as usual.
//
// A frame that faulted has lost its registers, and no map describes that place. It is dead unless it
// has deferred calls: it can only be continued at the code that runs them, so the map of that call holds.
#include "runtime/stack/stack.h"
#include "runtime/base/base.h"

extern char tri_asm_goroutine_start[], tri_asm_goroutine_return[];
extern char runtime_sigpanic[] __asm__("runtime.sigpanic") __attribute__((weak));
extern char runtime_morestack[] __asm__("runtime.morestack");

static bool find(struct tri_frame *frame)
{
	// Below the outermost function, or not started yet.
	if (frame->pc >= (uintptr_t)tri_asm_goroutine_start && frame->pc <= (uintptr_t)tri_asm_goroutine_return)
		return false;
	frame->info = tri_function_at(frame->faulted || frame->at_entry ? frame->pc : frame->pc - 1);
	if (!frame->info)
		tri_throw("runtime: unexpected return pc %p on a goroutine's stack", (void *)frame->pc);
	return true;
}

// In the mode that moves stacks at every entry a goroutine continues behind the stack check that led to morestack:
// `jbe grow`, where grow is the call of morestack at the function's end.
static bool is_behind_check(const struct tri_function_info *info, uintptr_t pc)
{
	const uint8_t *code = (const uint8_t *)pc;
	if (pc < (uintptr_t)info->entry + 10 || code[-6] != 0x0f || code[-5] != 0x86)
		return false;
	int32_t distance;
	memcpy(&distance, code - 4, sizeof distance);
	return pc + (uintptr_t)(intptr_t)distance == (uintptr_t)info->entry + info->size - 10;
}

bool tri_frame_first(const struct tri_g *g, struct tri_frame *frame)
{
	if (g->interrupt) {
		*frame = (struct tri_frame){
			.pc = g->interrupt->pc, .sp = g->interrupt->integer[4], .interrupted = true, .unentered = g->interrupt->is_unentered};
		frame->info = tri_function_at(frame->pc);
		if (!frame->info)
			tri_throw("runtime: goroutine interrupted at unknown pc %p", (void *)frame->pc);
		return true;
	}
	if (g->sp == 0)
		return false;
	*frame = (struct tri_frame){.pc = *(const uintptr_t *)g->sp, .sp = g->sp + 8, .context = g->context};
	const struct tri_function_info *starting = tri_function_at(frame->pc);
	if (starting && starting->entry == frame->pc) {
		// Made to continue at the start of a function (a panic raised by another goroutine).
		frame->info = starting;
		frame->at_entry = true;
		return true;
	}
	if (!find(frame))
		return false;
	// In morestack: the return address lies behind the code proper, at `jmp entry`.
	const struct tri_function_info *info = frame->info;
	frame->at_entry = frame->pc == (uintptr_t)info->entry + info->size - 5 && *(const uint8_t *)frame->pc == 0xe9 &&
					  *(const int32_t *)(frame->pc - 4) + frame->pc == (uintptr_t)runtime_morestack;
	if (TRI_DEBUG && tri_settings.move_stacks && is_behind_check(info, frame->pc))
		frame->at_entry = true;
	return true;
}

bool tri_frame_is_bare(const struct tri_frame *frame)
{
	return frame->at_entry || frame->unentered || (frame->faulted && (frame->info->flags & TRI_FUNCTION_FRAMELESS));
}

bool tri_frame_next(struct tri_frame *frame)
{
	uintptr_t return_at = tri_frame_is_bare(frame) ? frame->sp : frame->sp + frame->info->frame_size + 8;
	bool was_sigpanic = runtime_sigpanic && frame->info->entry == (uintptr_t)runtime_sigpanic;
	frame->pc = *(const uintptr_t *)return_at;
	frame->sp = return_at + 8;
	frame->at_entry = frame->interrupted = frame->unentered = false;
	frame->faulted = was_sigpanic;
	return find(frame);
}

static const uint8_t *map_for(const struct tri_frame_maps *maps, uint32_t offset, bool or_next)
{
	uint32_t low = 0, high = maps->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (maps->entries[middle].return_offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == maps->count || (!or_next && maps->entries[low].return_offset != offset))
		return NULL;
	return (const uint8_t *)maps + maps->entries[low].bitmap;
}

struct made_function { // what reflect.makeFuncImpl and reflect.methodValue begin with
	uintptr_t code;
	const void *stack;
	uintptr_t argument_bytes;
};

static void conservative_words(const struct tri_frame *frame, struct tri_frame_words pieces[2])
{
	const struct tri_function_info *info = frame->info;
	const struct made_function *made = NULL;
	if (info->flags & TRI_FUNCTION_MADE)
		made = frame->at_entry ? frame->context : *(const struct made_function *const *)frame->sp;
	uintptr_t arguments = frame->at_entry ? frame->sp + 8 : frame->sp + info->frame_size + 16;
	pieces[0] = (struct tri_frame_words){.base = (uintptr_t *)frame->sp, .words = frame->at_entry ? 0 : info->frame_size / 8};
	pieces[1] = (struct tri_frame_words){.base = (uintptr_t *)arguments, .words = made ? (uint32_t)(made->argument_bytes / 8) : 0};
}

bool tri_frame_words(const struct tri_frame *frame, struct tri_frame_words pieces[2])
{
	const struct tri_function_info *info = frame->info;
	if (info->flags & TRI_FUNCTION_CONSERVATIVE) {
		conservative_words(frame, pieces);
		return true;
	}
	if (frame->interrupted) {
		pieces[0] = (struct tri_frame_words){.base = (uintptr_t *)frame->sp, .words = info->frame_size / 8};
		pieces[1] = (struct tri_frame_words){.base = (uintptr_t *)(frame->sp + info->frame_size + 16), .words = info->argument_words};
		return true;
	}
	const struct tri_frame_maps *maps = (const struct tri_frame_maps *)(uintptr_t)info->maps;
	uint32_t offset = frame->at_entry ? 0 : (uint32_t)(frame->pc - info->entry);
	bool resumable = frame->faulted && info->defer_return != 0;
	if (frame->faulted && !resumable)
		return false;
	const uint8_t *bits = maps ? map_for(maps, resumable ? info->defer_return : offset, resumable) : NULL;
	if (!bits)
		tri_throw("runtime: no frame map for %s+%u", (const char *)(uintptr_t)info->name, offset);
	uint32_t words = info->frame_size / 8;
	const uint8_t *live = bits, *starts = NULL;
	if (info->flags & TRI_FUNCTION_OBJECTS) {
		live += (words + info->argument_words + 7) / 8;
		starts = (const uint8_t *)&maps->entries[maps->count];
	}
	pieces[0] = (struct tri_frame_words){(uintptr_t *)frame->sp, bits, 0, frame->at_entry ? 0 : words, live, starts};
	uintptr_t arguments = frame->at_entry ? frame->sp + 8 : frame->sp + info->frame_size + 16;
	pieces[1] = (struct tri_frame_words){(uintptr_t *)arguments, bits, words, info->argument_words, live, NULL};
	return true;
}
