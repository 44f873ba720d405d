// The C side of what the standard library links to (hooks.def), where one file needs another's.
#ifndef TRI_RUNTIME_GO_HOOKS_H
#define TRI_RUNTIME_GO_HOOKS_H

#include "runtime/lang/lang.h"

// What the stub hands over as three result words.
static inline void tri_hook_results(uintptr_t first, uintptr_t second, uintptr_t third)
{
	uintptr_t *result = tri_current()->abi.result;
	result[0] = first;
	result[1] = second;
	result[2] = third;
}

// ---- semaphore.c
extern _Atomic uint64_t tri_go_mutex_wait; // nanoseconds for which goroutines waited for mutexes

// ---- contention.c
void tri_go_mutex_event(int64_t nanoseconds, int64_t skip); // the current goroutine let one go on that had waited so long

// ---- signals.c
// As if the signal had come; false: the program neither asked for it nor ignores it.
bool tri_go_signal_send(uint32_t number);

#endif
