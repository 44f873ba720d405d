// A histogram of durations: buckets that double from 128 ns on, each in four equal parts, as package runtime/metrics shows them.
// Anybody adds at any time; a reader may miss what is being added.
#ifndef TRI_RUNTIME_HISTOGRAM_H
#define TRI_RUNTIME_HISTOGRAM_H

#include <stdatomic.h>
#include <stdint.h>

enum {
	TRI_HISTOGRAM_LOWEST = 9,   // durations of fewer bits lie in the first bucket
	TRI_HISTOGRAM_HIGHEST = 48, // durations of so many bits or more in the last
	TRI_HISTOGRAM_PARTS = 4,
	TRI_HISTOGRAM_COUNTS = (TRI_HISTOGRAM_HIGHEST - TRI_HISTOGRAM_LOWEST + 1) * TRI_HISTOGRAM_PARTS + 2,
};

struct tri_histogram {
	_Atomic uint64_t counts[TRI_HISTOGRAM_COUNTS]; // the first: negative ones, the last: too long ones
};

static inline void tri_histogram_add(struct tri_histogram *histogram, int64_t nanoseconds)
{
	unsigned index = 0;
	if (nanoseconds >= 0) {
		unsigned bits = nanoseconds ? 64 - (unsigned)__builtin_clzll((unsigned long long)nanoseconds) : 0;
		unsigned bucket = bits < TRI_HISTOGRAM_LOWEST ? 0 : bits - TRI_HISTOGRAM_LOWEST + 1;
		unsigned shift = (bits < TRI_HISTOGRAM_LOWEST ? TRI_HISTOGRAM_LOWEST : bits) - 3;
		index = bits >= TRI_HISTOGRAM_HIGHEST ? TRI_HISTOGRAM_COUNTS - 1
											  : 1 + bucket * TRI_HISTOGRAM_PARTS + (unsigned)(nanoseconds >> shift) % TRI_HISTOGRAM_PARTS;
	}
	atomic_fetch_add_explicit(&histogram->counts[index], 1, memory_order_relaxed);
}

// The lower bounds of the buckets in seconds, and behind them the upper bound of the last.
static inline void tri_histogram_bounds(double bounds[TRI_HISTOGRAM_COUNTS + 1])
{
	unsigned at = 0;
	bounds[at++] = -__builtin_inf();
	for (unsigned bits = TRI_HISTOGRAM_LOWEST - 1; bits < TRI_HISTOGRAM_HIGHEST; bits++) {
		uint64_t lowest = bits < TRI_HISTOGRAM_LOWEST ? 0 : (uint64_t)1 << (bits - 1);
		unsigned shift = (bits < TRI_HISTOGRAM_LOWEST ? TRI_HISTOGRAM_LOWEST : bits) - 3;
		for (uint64_t part = 0; part < TRI_HISTOGRAM_PARTS; part++)
			bounds[at++] = (double)(lowest | part << shift) / 1e9;
	}
	bounds[at++] = (double)((uint64_t)1 << (TRI_HISTOGRAM_HIGHEST - 1)) / 1e9;
	bounds[at] = __builtin_inf();
}

#endif
