// The lines of GODEBUG=gctrace=1 and scavtrace=1, in Go's format:
//   gc # @#s #%: #+#+# ms clock, #+#/#/#+# ms cpu, #->#-># MB, # MB goal, # MB stacks, # MB globals, # P
//   scav # KiB work (bg), # KiB work (eager), # KiB now, #% util
// The three clock phases are sweep termination, mark and scan, mark termination.
#include <stdarg.h>
#include <stdio.h>

#include "runtime/observe/observe.h"
#include "runtime/base/base.h"
#include "runtime/heap/heap.h"

static int64_t program_start;

// A line is written at once: what the program prints does not fall into it.
struct line {
	char text[320];
	size_t length;
};

TRI_PRINTF(2, 3) static void put(struct line *line, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(line->text + line->length, sizeof line->text - line->length, format, arguments);
	va_end(arguments);
	if (length > 0)
		line->length += (size_t)length < sizeof line->text - line->length ? (size_t)length : sizeof line->text - line->length - 1;
}

// Milliseconds with two significant digits below ten, as Go prints durations here.
static void put_ms(struct line *line, int64_t nanoseconds)
{
	if (nanoseconds >= 10000000) {
		put(line, "%lld", (long long)(nanoseconds / 1000000));
		return;
	}
	int64_t microseconds = nanoseconds / 1000;
	if (microseconds == 0) {
		put(line, "0");
		return;
	}
	int digits = 3;
	while (microseconds >= 100) {
		microseconds /= 10;
		digits--;
	}
	char text[8] = "";
	int64_t scale = digits == 3 ? 1000 : digits == 2 ? 100 : digits == 1 ? 10 : 1;
	int64_t whole = microseconds / scale, rest = microseconds % scale;
	put(line, "%lld", (long long)whole);
	if (digits > 0 && scale > 1) {
		int length = 0;
		for (int64_t place = scale / 10; place > 0; place /= 10)
			text[length++] = (char)('0' + rest / place % 10);
		text[length] = 0;
		put(line, ".%s", text);
	}
}

// What was given back to the system since the last such line: by the monitor, slowly, and at once because of a limit or by
// request; what is given back in all; and how much of what is kept holds spans.
static void print_scavenged(void)
{
	static uint64_t told_background, told_eager;
	struct tri_heap_figures figures;
	tri_heap_figures(&figures);
	uint64_t kept = figures.span_bytes + figures.idle_bytes - figures.released_bytes;
	tri_print("scav %llu KiB work (bg), %llu KiB work (eager), %llu KiB now, %llu%% util\n",
			  (unsigned long long)((figures.scavenged_background - told_background) >> 10),
			  (unsigned long long)((figures.scavenged_eager - told_eager) >> 10), (unsigned long long)(figures.released_bytes >> 10),
			  (unsigned long long)(kept ? figures.span_bytes * 100 / kept : 0));
	told_background = figures.scavenged_background;
	told_eager = figures.scavenged_eager;
}

// Go's line (runtime, gctrace): number, time since start, share of the processors' time, wall time of the three phases,
// processor time of them with marking split into assists, workers and idle ones, heap at start, at end, marked, goal.
static void observe_cycle(const struct tri_gc_report *report)
{
	tri_observe_profile_take();
	if (tri_settings.scavtrace)
		print_scavenged();
	if (!tri_settings.gctrace)
		return;
	int64_t sweep_termination = report->mark_start - report->start, mark = report->mark_done - report->mark_start,
			mark_termination = report->end - report->mark_done;
	int64_t since = (report->start - program_start) / 1000000;
	struct line line = {.length = 0};
	put(&line, "gc %u @%lld.%03llds %d%%: ", report->number, (long long)(since / 1000), (long long)(since % 1000),
		(int)(report->utilisation * 100));
	put_ms(&line, sweep_termination);
	put(&line, "+");
	put_ms(&line, mark);
	put(&line, "+");
	put_ms(&line, mark_termination);
	put(&line, " ms clock, ");
	put_ms(&line, sweep_termination * report->processors);
	put(&line, "+");
	put_ms(&line, report->cpu_assist);
	put(&line, "/");
	put_ms(&line, report->cpu_dedicated + report->cpu_fractional);
	put(&line, "/");
	put_ms(&line, report->cpu_idle);
	put(&line, "+");
	put_ms(&line, mark_termination * report->processors);
	put(&line, " ms cpu, %llu->%llu->%llu MB, %llu MB goal, %llu MB stacks, %llu MB globals, %d P%s\n",
		(unsigned long long)(report->heap_at_start >> 20), (unsigned long long)(report->heap_at_end >> 20),
		(unsigned long long)(report->live_marked >> 20), (unsigned long long)(report->goal >> 20),
		(unsigned long long)(report->stack_bytes >> 20), (unsigned long long)(report->global_bytes >> 20), report->processors,
		report->cause == TRI_GC_FORCED ? " (forced)" : "");
	tri_print("%s", line.text);
}

void tri_observe_init(int64_t start_time)
{
	program_start = start_time;
	tri_gc_report_hook = observe_cycle;
	tri_gc_mark_end_hook = tri_observe_profile_mark_ended;
}
