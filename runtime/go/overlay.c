// C functions behind the overlay's Go part of package runtime (overlay_entry.def).
#include "runtime/lang/lang.h"
#include "runtime/stack/stack.h"

#include <stdlib.h>
#include <signal.h>
#include <unistd.h>

struct tri_g *tri_go_getg(void) { return &tri_current()->abi; }

void *tri_go_callerframe(int64_t skip)
{
	// The first frame is the Go function that asks.
	struct tri_frame frame;
	if (!tri_frame_first(&tri_current()->abi, &frame))
		tri_throw("callerframe: no frame");
	for (; skip > 0; skip--) {
		if (!tri_frame_next(&frame))
			tri_throw("callerframe: not so many callers");
	}
	return (void *)frame.sp;
}

struct tri_words2 tri_go_callername(int64_t skip)
{
	struct tri_frame frame;
	bool found = tri_frame_first(&tri_current()->abi, &frame);
	for (; found && skip > 0; skip--)
		found = tri_frame_next(&frame);
	const char *name = found ? (const char *)(uintptr_t)frame.info->name : "";
	return (struct tri_words2){(uintptr_t)name, strlen(name)};
}

// ---- Recovery ------------------------------------------------------------------------------------

extern char runtime_gopanic[] __asm__("runtime.gopanic") __attribute__((weak));

// Functions that call another in the name of their caller.
static bool is_go_between(const struct tri_frame *frame)
{
	static const char *const names[] = {"runtime.deferreturn",     "runtime.reflectcall", "reflect.callMethod",
										"reflect.methodValueCall", "reflect.callReflect", "reflect.makeFuncStub"};
	for (size_t i = 0; i < TRI_COUNT(names); i++)
		if (strcmp((const char *)(uintptr_t)frame->info->name, names[i]) == 0)
			return true;
	return false;
}

// How many functions stand in the frame at its call, the inlined ones included and wrappers left out.
static uint32_t functions_in(const struct tri_frame *frame)
{
	if (is_go_between(frame))
		return 0;
	uint32_t count = frame->info->flags & TRI_FUNCTION_WRAPPER ? 0 : 1;
	struct tri_frame_place place = {0};
	while (tri_function_place(frame->info, frame->pc - 1, place.next_inline, &place) && place.next_inline != 0)
		count++;
	return count;
}

void *tri_go_deferringframe(void)
{
	struct tri_frame frame; // the first is gorecover's
	if (!tri_frame_first(&tri_current()->abi, &frame))
		return NULL;
	uint32_t between = 0;
	while (between < 2 && tri_frame_next(&frame)) {
		if (frame.info->entry == (uintptr_t)runtime_gopanic)
			return between == 1 ? (void *)frame.sp : NULL;
		between += functions_in(&frame);
	}
	return NULL;
}

// Leaves the frames above the one whose body's stack pointer is `sp`, which continues at `pc` (0: behind its call).
static TRI_NORETURN void continue_at(uintptr_t sp, bool deferred_return)
{
	struct tri_g *g = &tri_current()->abi;
	struct tri_frame frame;
	if (!tri_frame_first(g, &frame))
		tri_throw("recovery: no frame");
	while (frame.sp != sp || frame.at_entry)
		if (!tri_frame_next(&frame))
			tri_throw("recovery: frame not found");
	if (deferred_return && frame.info->defer_return == 0)
		tri_throw("recovery: %s has no deferred calls", (const char *)(uintptr_t)frame.info->name);
	g->sp = sp - 8;
	g->bp = sp + frame.info->frame_size;
	// The word below the body is where the calls it makes put their return address.
	*(uintptr_t *)g->sp = deferred_return ? (uintptr_t)frame.info->entry + frame.info->defer_return : frame.pc;
	tri_asm_run(g, false);
}

TRI_NORETURN void tri_go_recoverframe(void *frame) { continue_at((uintptr_t)frame, true); }

TRI_NORETURN void tri_go_continueframe(void *frame) { continue_at((uintptr_t)frame, false); }

void tri_go_clearsignal(void) { tri_current()->signal = 0; }

void *tri_go_atomicload(void *_Atomic *from) { return atomic_load(from); }

bool tri_go_atomicswap(void *_Atomic *at, void *old, void *new)
{
	if (tri_gc_is_marking()) {
		tri_gc_shade(tri_mutator(), (uintptr_t)old);
		tri_gc_shade(tri_mutator(), (uintptr_t) new);
	}
	return atomic_compare_exchange_strong(at, &old, new);
}

TRI_NORETURN void tri_go_exit(int64_t status)
{
	tri_observe_write_sites();
	if (tri_observe_profile_wanted_at_exit()) {
		// What is garbage by now should not look like live memory: two cycles, as the profile is always one behind.
		for (int i = 0; i < 2 && status == 0; i++)
			tri_gc_collect(tri_mutator(), TRI_GC_FORCED);
		tri_observe_profile_at_exit();
	}
	_exit((int)status);
}

TRI_NORETURN void tri_go_fatalpanic(void)
{
	tri_fatal_trace_hook(TRI_END_PANIC);
	if (tri_settings.traceback.crash)
		tri_end_process();
	tri_go_exit(2);
}

TRI_NORETURN void tri_go_throw(const char *text, int64_t length) { tri_throw("%.*s", (int)length, text); }

int64_t tri_go_signalnumber(void) { return tri_current()->signal; }

int64_t tri_go_signaladdress(void) { return (int64_t)tri_current()->signal_address; }

extern const struct tri_package_init __start_tri_inits[] __attribute__((weak)), __stop_tri_inits[] __attribute__((weak));

uintptr_t tri_go_runinits(int64_t index) { return __start_tri_inits + index < __stop_tri_inits ? __start_tri_inits[index].function : 0; }
