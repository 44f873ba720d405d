// What the compiler expects of the processor, looked at once at the start: SSE4.2 and POPCNT (x86-64-v2) without asking,
// fused multiply-add when the flag says so.
#include "runtime/base/base.h"

uint8_t tri_cpu_has_fma; // read by compiled code (compiler/ssa/build_intrinsic.c)

void tri_cpu_init(void)
{
	__builtin_cpu_init();
	if (!__builtin_cpu_supports("sse4.2") || !__builtin_cpu_supports("popcnt"))
		tri_throw("this program needs a processor with SSE4.2 and POPCNT (x86-64-v2)");
	tri_cpu_has_fma = __builtin_cpu_supports("fma") != 0;
}
