// The twin of latency.go on the C library: the same heap, the same steps, the same report.
#define _GNU_SOURCE
#include "tricolor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	NODES = 14 << 20,
	RECENT = 1 << 16,
	STEPS = 40 << 20,
	LONG_STEP = 10000,
	WINDOW = 10000000,
	WINDOWS = 1 << 16,
	PARKED = 100,
};

struct node {
	struct node *edge[6];
	int64_t id, mark;
};
static tri_type node_type =
	TRI_TYPE(struct node, TRI_FIELD(struct node, edge[0]), TRI_FIELD(struct node, edge[1]), TRI_FIELD(struct node, edge[2]),
			 TRI_FIELD(struct node, edge[3]), TRI_FIELD(struct node, edge[4]), TRI_FIELD(struct node, edge[5]));
static tri_type byte_type = TRI_TYPE_PLAIN(uint64_t);

static uint64_t state = 88172645463325252u;

static size_t random_below(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (size_t)((state >> 32) * n >> 32);
}

static int64_t now_nanoseconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static struct node **all, **ring; // registered roots
static tri_channel *gate;

static void parked(void *argument)
{
	(void)argument;
	tri_channel_receive(gate, NULL);
}

int main(void)
{
	TRI_ROOT(all);
	TRI_ROOT(ring);
	TRI_ROOT(gate);
	tri_store(&all, tri_new_pointers(NODES));
	tri_store(&ring, tri_new_pointers(RECENT));
	for (size_t i = 0; i < NODES; i++) {
		tri_store(&all[i], tri_new(&node_type));
		all[i]->id = (int64_t)i;
	}
	for (size_t i = 0; i < NODES; i++) {
		for (int e = 0; e < 6; e++)
			tri_store(&all[i]->edge[e], all[random_below(NODES)]);
	}
	tri_store(&gate, tri_channel_new(&byte_type, 0));
	for (int i = 0; i < PARKED; i++)
		tri_go(parked, NULL, 0);
	static struct tri_stats stats;
	tri_stats(&stats);
	uint32_t before = stats.num_gc;

	uint64_t took[64] = {0};
	int64_t *lost = calloc(WINDOWS, sizeof *lost), start = now_nanoseconds(), last = start, sum = 0;
	for (size_t i = 0; i < STEPS; i++) {
		struct node *garbage = tri_new(&node_type);
		garbage->id = (int64_t)i;
		for (int e = 0; e < 3; e++)
			tri_store(&garbage->edge[e], all[random_below(NODES)]);
		struct node *old = ring[i % RECENT];
		if (old)
			sum += old->id;
		tri_store(&ring[i % RECENT], garbage);
		struct node *node = all[random_below(NODES)];
		tri_store(&node->edge[i % 6], all[random_below(NODES)]);
		node->mark++;

		int64_t now = now_nanoseconds(), step = now - last;
		took[step > 1 ? 63 - __builtin_clzll((uint64_t)step) : 0]++;
		if (step > LONG_STEP) {
			for (int64_t at = last; at < now;) {
				int64_t window = (at - start) / WINDOW, end = start + (window + 1) * WINDOW;
				if (end > now)
					end = now;
				if (window < WINDOWS)
					lost[window] += end - at;
				at = end;
			}
		}
		last = now;
	}
	int64_t total = last - start;
	tri_stats(&stats);
	for (uint32_t i = 0; i < stats.num_gc - before && i < 256; i++)
		printf("pause %llu\n", (unsigned long long)stats.pause_ns[(stats.num_gc + 255 - i) % 256]);
	for (int b = 0; b < 64; b++) {
		if (took[b])
			printf("step %d %llu\n", b, (unsigned long long)took[b]);
	}
	for (int64_t w = 0; w < total / WINDOW && w < WINDOWS; w++)
		printf("window %lld\n", (long long)lost[w]);
	printf("wall %lld\ncycles %u\nsum %lld\n", (long long)total, stats.num_gc - before, (long long)sum);
	return 0;
}
