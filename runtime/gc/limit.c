// The soft memory limit (Go 1.19's design): the heap's goal is what the limit leaves after everything else that the
// runtime holds. When the live heap does not fit, the collector would run without end: a leaky bucket lets it have half
// of the processors' time, and beyond that mutators do not help and the heap may exceed the limit.
//
// GOMEMLIMIT is a number of bytes with an optional unit, "off", a percentage of the cgroup's limit ("80%") or "auto", which
// is 90 %; the last two are read again while the program runs.
#include "runtime/gc/internal.h"

#include <stdio.h>
#include <stdlib.h>

_Atomic int64_t tri_gc_memory_limit = INT64_MAX;

static int cgroup_percent; // 0: a fixed limit
static struct {
	double fill, capacity; // nanoseconds
	_Atomic uint32_t on;
} bucket = {0, 1e8, 0};

static bool parse_size(const char *text, int64_t *bytes)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 10);
	static const struct {
		const char *unit;
		unsigned shift;
	} units[] = {{"", 0}, {"B", 0}, {"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}};
	if (end == text)
		return false;
	for (unsigned i = 0; i < TRI_COUNT(units); i++) {
		if (strcmp(end, units[i].unit) == 0) {
			*bytes = value > (unsigned long long)INT64_MAX >> units[i].shift ? INT64_MAX : (int64_t)(value << units[i].shift);
			return true;
		}
	}
	return false;
}

static int64_t cgroup_limit(void)
{
	static const char *const files[] = {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"};
	for (unsigned i = 0; i < TRI_COUNT(files); i++) {
		FILE *file = fopen(files[i], "re");
		if (!file)
			continue;
		long long bytes = 0;
		int read = fscanf(file, "%lld", &bytes);
		fclose(file);
		if (read == 1 && bytes > 0 && bytes < (long long)1 << 60)
			return bytes;
	}
	return INT64_MAX;
}

static int64_t from_cgroup(void)
{
	int64_t limit = cgroup_limit();
	return limit == INT64_MAX ? limit : limit / 100 * cgroup_percent;
}

void tri_gc_limit_init(void)
{
	const char *text = getenv("GOMEMLIMIT");
	if (!text || !*text || strcmp(text, "off") == 0)
		return;
	int64_t limit = INT64_MAX;
	size_t length = strlen(text);
	if (strcmp(text, "auto") == 0) {
		cgroup_percent = 90;
		limit = from_cgroup();
	} else if (text[length - 1] == '%') {
		char *end;
		long percent = strtol(text, &end, 10);
		if (end != text + length - 1 || percent < 1 || percent > 100)
			tri_fatal("malformed GOMEMLIMIT; see `go doc runtime/debug.SetMemoryLimit`");
		cgroup_percent = (int)percent;
		limit = from_cgroup();
	} else if (!parse_size(text, &limit)) {
		tri_fatal("malformed GOMEMLIMIT; see `go doc runtime/debug.SetMemoryLimit`");
	}
	atomic_store(&tri_gc_memory_limit, limit);
}

// What the runtime holds beside the heap's spans.
static uint64_t beside_heap(void)
{
	struct tri_heap_figures figures;
	tri_heap_figures(&figures);
	uint64_t stacks, globals;
	tri_gc_world.root_bytes(&stacks, &globals);
	enum { PROGRAM = 2 << 20 }; // code, data, C stacks
	return figures.table_bytes + figures.span_structures_mapped + figures.slot_bytes_mapped + stacks + globals + PROGRAM;
}

// Bytes of spans that were not handed out when the heap was at its largest: free slots, which other layouts cannot use.
static uint64_t fragmentation;

void tri_gc_limit_marked(uint64_t handed_out)
{
	if (atomic_load(&tri_gc_memory_limit) == INT64_MAX)
		return;
	struct tri_heap_figures figures;
	tri_heap_figures(&figures);
	fragmentation = figures.span_bytes > handed_out ? figures.span_bytes - handed_out : 0;
}

uint64_t tri_gc_limit_goal(uint64_t marked)
{
	(void)marked;
	int64_t limit = atomic_load(&tri_gc_memory_limit);
	if (limit == INT64_MAX) {
		atomic_store(&tri_heap_memory_limit, UINT64_MAX);
		return UINT64_MAX;
	}
	uint64_t beside = beside_heap(), room = (uint64_t)limit > beside ? (uint64_t)limit - beside : 0;
	atomic_store(&tri_heap_memory_limit, room);
	room = room > fragmentation ? room - fragmentation : 0;
	// Headroom for what the estimate misses: spans that become partly free, runs in slots.
	uint64_t headroom = room / 100 * 10;
	if (headroom < (uint64_t)1 << 20)
		headroom = (uint64_t)1 << 20;
	return room > headroom ? room - headroom : 0;
}

bool tri_gc_limiter_on(void) { return atomic_load_explicit(&bucket.on, memory_order_relaxed) != 0; }

void tri_gc_limiter_account(int64_t gc_nanoseconds, int64_t total_nanoseconds)
{
	// Half of the time drains away.
	bucket.fill += (double)gc_nanoseconds - (double)(total_nanoseconds - gc_nanoseconds);
	double capacity = bucket.capacity * tri_gc_world.processor_count();
	if (bucket.fill < 0)
		bucket.fill = 0;
	if (bucket.fill > capacity)
		bucket.fill = capacity;
	atomic_store_explicit(&bucket.on, bucket.fill >= capacity, memory_order_relaxed);
}

void tri_gc_limit_monitor(int64_t now)
{
	enum { EVERY = 1000000000 };
	static int64_t looked_at;
	if (cgroup_percent == 0 || now - looked_at < EVERY)
		return;
	looked_at = now;
	int64_t limit = from_cgroup();
	if (limit != atomic_exchange(&tri_gc_memory_limit, limit))
		tri_gc_pacer_update();
}

int64_t tri_gc_set_memory_limit(int64_t bytes)
{
	int64_t old = atomic_load(&tri_gc_memory_limit);
	if (bytes < 0)
		return old;
	cgroup_percent = 0;
	atomic_store(&tri_gc_memory_limit, bytes);
	tri_gc_pacer_update();
	return old;
}
