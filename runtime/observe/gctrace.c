// The lines of GODEBUG=gctrace=1 and scavtrace=1, in Go's format:
//   gc # @#s #%: #+#+# ms clock, #+#/#/#+# ms cpu, #->#-># MB, # MB goal, # MB stacks, # MB globals, # P
//   scav # KiB work (bg), # KiB work (eager), # KiB now, #% util
// The three clock phases are sweep termination, mark and scan, mark termination.
#include "runtime/observe/observe.h"
#include "runtime/base/base.h"
#include "runtime/heap/heap.h"

static int64_t program_start;

// Milliseconds with two significant digits below ten, as Go prints durations here.
static void print_ms(int64_t nanoseconds)
{
	if (nanoseconds >= 10000000) {
		tri_print("%lld", (long long)(nanoseconds / 1000000));
		return;
	}
	int64_t microseconds = nanoseconds / 1000;
	if (microseconds == 0) {
		tri_print("0");
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
	tri_print("%lld", (long long)whole);
	if (digits > 0 && scale > 1) {
		int length = 0;
		for (int64_t place = scale / 10; place > 0; place /= 10)
			text[length++] = (char)('0' + rest / place % 10);
		text[length] = 0;
		tri_print(".%s", text);
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
	tri_print("gc %u @%lld.%03llds %d%%: ", report->number, (long long)(since / 1000), (long long)(since % 1000),
			  (int)(report->utilisation * 100));
	print_ms(sweep_termination);
	tri_print("+");
	print_ms(mark);
	tri_print("+");
	print_ms(mark_termination);
	tri_print(" ms clock, ");
	print_ms(sweep_termination * report->processors);
	tri_print("+");
	print_ms(report->cpu_assist);
	tri_print("/");
	print_ms(report->cpu_dedicated + report->cpu_fractional);
	tri_print("/");
	print_ms(report->cpu_idle);
	tri_print("+");
	print_ms(mark_termination * report->processors);
	tri_print(" ms cpu, %llu->%llu->%llu MB, %llu MB goal, %llu MB stacks, %llu MB globals, %d P%s\n",
			  (unsigned long long)(report->heap_at_start >> 20), (unsigned long long)(report->heap_at_end >> 20),
			  (unsigned long long)(report->live_marked >> 20), (unsigned long long)(report->goal >> 20),
			  (unsigned long long)(report->stack_bytes >> 20), (unsigned long long)(report->global_bytes >> 20), report->processors,
			  report->cause == TRI_GC_FORCED ? " (forced)" : "");
}

void tri_observe_init(int64_t start_time)
{
	program_start = start_time;
	tri_gc_report_hook = observe_cycle;
	tri_gc_mark_end_hook = tri_observe_profile_mark_ended;
}
