// Internal to capi/: what its files share.
#ifndef TRI_RUNTIME_CAPI_INTERNAL_H
#define TRI_RUNTIME_CAPI_INTERNAL_H

#define TRI_NO_INLINE // this is where the functions are
#include "include/tricolor.h"
#include "runtime/heap/heap.h"
#include "runtime/sched/sched.h"

TRI_API void tri_store_marking(void **slot, void *value); // of tricolor.h's inlined paths

struct tri_layout;

// Misuse that cannot be survived: names the call, aborts.
TRI_NORETURN void tri_capi_fail(const char *call, const char *format, ...) TRI_PRINTF(2, 3);

void tri_capi_enter_slow(const char *call);
// Every function that touches the heap stands between these: signals only note their request meanwhile.
static inline void tri_capi_enter(const char *call)
{
	if (TRI_UNLIKELY(!tri_thread_goroutine))
		tri_capi_enter_slow(call);
	tri_sched_operation_begin();
}
static inline void tri_capi_leave(void) { tri_sched_operation_end(); }

// The type's layout, made and checked at the first use; aborts for a wrong one.
struct tri_layout *tri_capi_layout(tri_type *type, const char *call);
const struct tri_rtype *tri_capi_rtype(tri_type *type, const char *call);

void tri_capi_roots_init(void);

#endif
