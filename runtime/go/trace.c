// Execution traces of Go programs: what runtime/trace and package runtime link to.
#include "runtime/go/hooks.h"
#include "runtime/go/native.h"
#include "runtime/sched/traced.h"

void tri_go_trace_begin(void);
uint64_t tri_go_trace_advance(bool stop);
void tri_go_trace_end(void);
void tri_go_trace_next(void);
uint64_t tri_go_tracing(void);
void tri_go_trace_task(uint64_t id, uint64_t parent, const char *name, int64_t length);
void tri_go_trace_task_end(uint64_t id);
void tri_go_trace_region(uint64_t id, uint64_t mode, const char *name, int64_t length);
void tri_go_trace_log(uint64_t id, const char *category, int64_t category_length, const char *message, int64_t message_length);

static const char *native_name(uintptr_t pc)
{
	struct tri_native native;
	if (pc + 1 >= (uintptr_t)tri_asm_goroutine_start && pc + 1 <= (uintptr_t)tri_asm_goroutine_return)
		return ""; // nobody called the goroutine's function
	return tri_native_at(pc, &native) ? native.name : NULL;
}

void tri_go_trace_begin(void)
{
	tri_trace_native_hook = native_name;
	tri_traced_begin();
}

uint64_t tri_go_trace_advance(bool stop) { return tri_traced_advance(stop); }

void tri_go_trace_end(void) { tri_trace_end(); }

uint64_t tri_go_tracing(void) { return tri_is_tracing(); }

// (what, bytes, how many); with nothing to read, once the goroutine has waited.
void tri_go_trace_next(void)
{
	const void *bytes = NULL;
	size_t length = 0;
	uint32_t seen = atomic_load(&tri_trace_readable);
	bool taken = atomic_load(&tri_traced_reader) != NULL;
	enum tri_trace_read what = taken ? TRI_TRACE_READ_TAKEN : tri_trace_next(&bytes, &length);
	tri_hook_results(what, (uintptr_t)bytes, length);
	if (what == TRI_TRACE_READ_NOTHING)
		tri_traced_wait_readable(seen);
}

// ---- What the program says -----------------------------------------------------------------------------------------------

enum { WITHOUT_CALLER = 1 }; // of package runtime/trace, which is left out of stacks

void tri_go_trace_task(uint64_t id, uint64_t parent, const char *name, int64_t length)
{
	if (tri_is_tracing())
		tri_traced_user(TRI_TRACE_TASK_BEGIN, (uint64_t[]){id, parent, tri_trace_string(name, (size_t)length)}, 3, WITHOUT_CALLER);
}

void tri_go_trace_task_end(uint64_t id)
{
	if (tri_is_tracing())
		tri_traced_user(TRI_TRACE_TASK_END, &id, 1, 0);
}

void tri_go_trace_region(uint64_t id, uint64_t mode, const char *name, int64_t length)
{
	if (tri_is_tracing())
		tri_traced_user(mode == 0 ? TRI_TRACE_REGION_BEGIN : TRI_TRACE_REGION_END, (uint64_t[]){id, tri_trace_string(name, (size_t)length)},
						2, WITHOUT_CALLER);
}

void tri_go_trace_log(uint64_t id, const char *category, int64_t category_length, const char *message, int64_t message_length)
{
	if (tri_is_tracing())
		tri_traced_user(
			TRI_TRACE_LOG,
			(uint64_t[]){id, tri_trace_string(category, (size_t)category_length), tri_trace_message(message, (size_t)message_length)}, 3,
			WITHOUT_CALLER);
}
