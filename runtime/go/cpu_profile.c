// The CPU profile as package runtime/pprof reads it: records of words (length, time, count, program counters), one label each.
#include "runtime/go/hooks.h"
#include "runtime/go/places.h"
#include "runtime/sched/cpu_profile.h"

enum { HEADER = 3, LONGEST = HEADER + 4 * TRI_CPU_DEPTH };

int64_t tri_go_cpu_profile(int64_t hz);
struct tri_words2 tri_go_cpu_read(uint64_t *words, int64_t word_count, void **labels, int64_t label_count);

// Starts it, or stops it (0); 0: it is on already.
int64_t tri_go_cpu_profile(int64_t hz)
{
	if (hz > 0)
		return tri_cpu_profile_start((int32_t)hz);
	tri_cpu_profile_stop();
	return 1;
}

// Fills both with as many records as there are and fit; words and records written.
struct tri_words2 tri_go_cpu_read(uint64_t *words, int64_t word_count, void **labels, int64_t label_count)
{
	int64_t used = 0, records = 0;
	const struct tri_cpu_sample *sample;
	uint64_t lost = tri_cpu_profile_lost();
	if (lost) {
		const uint64_t record[] = {HEADER + 1, (uint64_t)tri_nanotime(), 0, lost};
		memcpy(words, record, sizeof record);
		used = HEADER + 1;
		labels[records++] = NULL;
	}
	while (records < label_count && word_count - used >= LONGEST && (sample = tri_cpu_profile_next()) != NULL) {
		uint64_t *record = words + used;
		int64_t depth = 0;
		for (uint32_t i = 0; i < sample->depth; i++)
			depth += tri_go_expand(sample->pcs[i], (uintptr_t *)record + HEADER + depth, LONGEST - HEADER - depth);
		record[0] = (uint64_t)(HEADER + depth);
		record[1] = (uint64_t)sample->time;
		record[2] = 1;
		tri_gc_barrier(tri_mutator(), &labels[records], sample->labels);
		labels[records++] = sample->labels;
		used += HEADER + depth;
		tri_cpu_profile_taken();
	}
	return (struct tri_words2){(uintptr_t)used, (uintptr_t)records};
}
