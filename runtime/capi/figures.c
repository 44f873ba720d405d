// Statistics, profiles, dumps, metrics.
#include "runtime/capi/internal.h"
#include "runtime/observe/observe.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

_Static_assert(sizeof(struct tri_stats) == sizeof(struct tri_mem_stats), "the public structure is the runtime's");
_Static_assert(offsetof(struct tri_stats, goroutines) == offsetof(struct tri_mem_stats, goroutines), "field by field");
_Static_assert(offsetof(struct tri_stats, pause_end) == offsetof(struct tri_mem_stats, pause_end), "field by field");

void tri_stats(struct tri_stats *stats)
{
	tri_capi_enter("tri_stats");
	tri_observe_stats((struct tri_mem_stats *)stats);
	tri_capi_leave();
}

enum tri_error tri_heap_profile(const char *path)
{
	tri_capi_enter("tri_heap_profile");
	bool written = tri_observe_heap_profile(path);
	tri_capi_leave();
	return written ? TRI_ERROR_OK : TRI_ERROR_FILE;
}

void tri_goroutine_dump(int descriptor)
{
	static const char *const states[] = {"dead", "runnable", "running", "waiting", "syscall"};
	static const char *const kinds[] = {"Go", "C goroutine", "thread"};
	static const char *const reasons[] = {
#define X(tag, text) text,
		TRI_WAIT_REASONS(X)
#undef X
	};
	tri_capi_enter("tri_goroutine_dump");
	for (uint64_t i = 0; i < tri_goroutine_slots(); i++) {
		const struct tri_goroutine *goroutine = tri_goroutine_at(i);
		uint32_t state = atomic_load(&goroutine->state) & ~(uint32_t)TRI_GOROUTINE_SCANNED;
		if (state != TRI_GOROUTINE_DEAD)
			dprintf(descriptor, "goroutine %llu [%s]: %s%s\n", (unsigned long long)goroutine->id,
					state == TRI_GOROUTINE_WAITING ? reasons[goroutine->wait_reason] : states[state], kinds[goroutine->kind],
					goroutine == tri_current() ? ", the caller" : "");
	}
	tri_capi_leave();
}

// ---- Prometheus's text format ----------------------------------------------------------------------
// X(name, type, help, value): the names are those of Go's own collector, so that dashboards fit.
#define METRICS(X) \
	X("go_goroutines", "gauge", "Number of goroutines that currently exist.", (double)stats.goroutines) \
	X("go_memstats_alloc_bytes", "gauge", "Bytes of live and not yet swept objects.", (double)stats.alloc) \
	X("go_memstats_alloc_bytes_total", "counter", "Bytes allocated, even if freed.", (double)stats.total_alloc) \
	X("go_memstats_sys_bytes", "gauge", "Bytes obtained from the system.", (double)stats.sys) \
	X("go_memstats_mallocs_total", "counter", "Objects allocated.", (double)stats.mallocs) \
	X("go_memstats_frees_total", "counter", "Objects freed.", (double)stats.frees) \
	X("go_memstats_heap_alloc_bytes", "gauge", "Heap bytes allocated and still in use.", (double)stats.heap_alloc) \
	X("go_memstats_heap_sys_bytes", "gauge", "Heap bytes obtained from the system.", (double)stats.heap_sys) \
	X("go_memstats_heap_idle_bytes", "gauge", "Heap bytes waiting to be used.", (double)stats.heap_idle) \
	X("go_memstats_heap_inuse_bytes", "gauge", "Heap bytes in spans.", (double)stats.heap_inuse) \
	X("go_memstats_heap_released_bytes", "gauge", "Heap bytes given back to the system.", (double)stats.heap_released) \
	X("go_memstats_heap_objects", "gauge", "Objects in the heap.", (double)stats.heap_objects) \
	X("go_memstats_stack_inuse_bytes", "gauge", "Bytes of stacks in use.", (double)stats.stack_inuse) \
	X("go_memstats_stack_sys_bytes", "gauge", "Bytes obtained from the system for stacks.", (double)stats.stack_sys) \
	X("go_memstats_mspan_inuse_bytes", "gauge", "Bytes of span structures in use.", (double)stats.mspan_inuse) \
	X("go_memstats_mcache_inuse_bytes", "gauge", "Bytes of allocation slots in use.", (double)stats.mcache_inuse) \
	X("go_memstats_gc_sys_bytes", "gauge", "Bytes of the collector's tables.", (double)stats.gc_sys) \
	X("go_memstats_other_sys_bytes", "gauge", "Bytes of other runtime memory.", (double)stats.other_sys) \
	X("go_memstats_next_gc_bytes", "gauge", "Heap size at which the next collection ends.", (double)stats.next_gc) \
	X("go_memstats_last_gc_time_seconds", "gauge", "Seconds since 1970 of the last collection.", (double)stats.last_gc / 1e9) \
	X("go_memstats_gc_cpu_fraction", "gauge", "Share of the processors' time that collecting took.", stats.gc_cpu_fraction) \
	X("go_gc_cycles_total", "counter", "Collections.", (double)stats.num_gc) \
	X("go_gc_pauses_seconds_total", "counter", "Time for which the world was stopped.", (double)stats.pause_total_ns / 1e9)

struct text {
	char *buffer;
	size_t size, length;
};

static void append(struct text *text, const char *format, ...) TRI_PRINTF(2, 3);
static void append(struct text *text, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	size_t room = text->length < text->size ? text->size - text->length : 0;
	int length = vsnprintf(room ? text->buffer + text->length : NULL, room, format, arguments);
	va_end(arguments);
	if (length > 0)
		text->length += (size_t)length;
}

size_t tri_metrics(char *buffer, size_t size)
{
	struct tri_stats stats;
	tri_stats(&stats);
	struct text text = {buffer, size, 0};
#define X(name, type, help, value) append(&text, "# HELP %s %s\n# TYPE %s %s\n%s %.17g\n", name, help, name, type, name, value);
	METRICS(X)
#undef X
	return text.length;
}
