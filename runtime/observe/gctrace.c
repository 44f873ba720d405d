// The gctrace line, in Go's format:
//   gc # @#s #%: #+#+# ms clock, #+#/#/#+# ms cpu, #->#-># MB, # MB goal, # MB stacks, # MB globals, # P
// The three clock phases are sweep termination, mark and scan, mark termination.
#include "runtime/observe/observe.h"
#include "runtime/base/base.h"

struct tri_gc_statistics tri_gc_statistics;
static int64_t program_start, gc_cpu_total;

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

static void observe_cycle(const struct tri_gc_report *report)
{
	struct tri_gc_statistics *statistics = &tri_gc_statistics;
	statistics->cycles++;
	statistics->forced_cycles += report->cause == TRI_GC_FORCED;
	uint64_t pause = (uint64_t)(report->end - report->stopped);
	statistics->pause_total += pause;
	statistics->pauses[(statistics->cycles + 255) % 256] = pause;
	statistics->pause_ends[(statistics->cycles + 255) % 256] = (uint64_t)report->end;
	int64_t sweep_termination = report->mark_start - report->start, mark = report->mark_end - report->mark_start,
			mark_termination = report->end - report->mark_end;
	gc_cpu_total += sweep_termination + report->mark_cpu + mark_termination;
	if (!tri_settings.gctrace)
		return;
	int64_t elapsed = report->end - program_start;
	int64_t share = elapsed > 0 ? gc_cpu_total * 100 / (elapsed * report->processors) : 0;
	tri_print("gc %u @%lld.%03llds %lld%%: ", statistics->cycles, (long long)((report->start - program_start) / 1000000000),
			  (long long)((report->start - program_start) / 1000000 % 1000), (long long)share);
	print_ms(sweep_termination);
	tri_print("+");
	print_ms(mark);
	tri_print("+");
	print_ms(mark_termination);
	tri_print(" ms clock, ");
	print_ms(sweep_termination);
	tri_print("+0/");
	print_ms(report->mark_cpu);
	tri_print("/0+");
	print_ms(mark_termination);
	tri_print(" ms cpu, %llu->%llu->%llu MB, %llu MB goal, %llu MB stacks, %llu MB globals, %d P%s\n",
			  (unsigned long long)(report->live_before >> 20), (unsigned long long)(report->live_after >> 20),
			  (unsigned long long)(report->live_marked >> 20), (unsigned long long)(report->goal >> 20),
			  (unsigned long long)(report->stack_bytes >> 20), (unsigned long long)(report->global_bytes >> 20), report->processors,
			  report->cause == TRI_GC_FORCED ? " (forced)" : "");
}

void tri_observe_init(int64_t start_time)
{
	program_start = start_time;
	tri_gc_report_hook = observe_cycle;
}
