// The start of a Go program: the runtime's parts in order, then goroutine 1, which runs runtime.main of the overlay.
#include "runtime/observe/observe.h"
#include "runtime/sched/internal.h"
#include "runtime/special/special.h"

extern char runtime_main[] __asm__("runtime.main");

int main(int argument_count, char **arguments, char **environment)
{
	static struct tri_func_value start;
	tri_process = (struct tri_process){argument_count, arguments, environment, {{0}}};
	pthread_sigmask(SIG_SETMASK, NULL, &tri_process.signal_mask);
	tri_settings_init();
	tri_cpu_init();
	tri_hash_init();
	tri_observe_init(tri_nanotime());
	tri_functions_init();
	tri_trace_init(true);
	tri_sched_init();
	tri_signals_init();
	tri_special_init();
	tri_observe_profile_init();
	start.code = runtime_main;
	tri_sched_main(&start);
}
