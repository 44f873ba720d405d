// The start of a program: the runtime's parts in order, then goroutine 1, which runs runtime.main of the
// overlay.
#include "runtime/observe/observe.h"
#include "runtime/sched/sched.h"
#include "runtime/stack/stack.h"

extern char runtime_main[] __asm__("runtime.main");

int main(void)
{
	static struct tri_func_value start;
	tri_settings_init();
	tri_observe_init(tri_nanotime());
	tri_functions_init();
	tri_trace_init();
	tri_heap_init();
	tri_processor.cache = tri_heap_cache_new();
	tri_roots_init();
	tri_signals_init();
	start.code = runtime_main;
	tri_sched_ready(tri_goroutine_new(&start, 0));
	tri_asm_start();
}
