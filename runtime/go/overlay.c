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
	tri_fatal_trace_hook(false);
	tri_go_exit(2);
}

TRI_NORETURN void tri_go_throw(const char *text, int64_t length) { tri_fatal("%.*s", (int)length, text); }

int64_t tri_go_signalnumber(void) { return tri_current()->signal; }

int64_t tri_go_signaladdress(void) { return (int64_t)tri_current()->signal_address; }

void tri_go_printsignal(void)
{
	struct tri_goroutine *goroutine = tri_current();
	const char *text = goroutine->signal == SIGSEGV  ? "SIGSEGV: segmentation violation"
					   : goroutine->signal == SIGBUS ? "SIGBUS: bus error"
													 : "SIGFPE: floating-point exception";
	if (goroutine->signal)
		tri_print("[signal %s code=0x%x addr=0x%llx pc=0x%llx]\n", text, (unsigned)goroutine->signal_code,
				  (unsigned long long)goroutine->signal_address, (unsigned long long)goroutine->signal_pc);
}

extern const struct tri_package_init __start_tri_inits[] __attribute__((weak)), __stop_tri_inits[] __attribute__((weak));

uintptr_t tri_go_runinits(int64_t index) { return __start_tri_inits + index < __stop_tri_inits ? __start_tri_inits[index].function : 0; }
