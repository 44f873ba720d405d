// A graph that is rewired while it is searched: worker goroutines change edges, the main thread counts what it can
// reach. Cycles are no trouble to a collector.
#include <stdint.h>
#include <stdio.h>
#include <tricolor.h>

enum { EDGES = 4, NODES = 20000, WORKERS = 4, CHANGES = 100000 };

struct node {
	struct node *edges[EDGES];
	uint64_t visited; // number of the search that saw it last
};
static tri_type node_type = TRI_TYPE(struct node, TRI_FIELD(struct node, edges[0]), TRI_FIELD(struct node, edges[1]),
									 TRI_FIELD(struct node, edges[2]), TRI_FIELD(struct node, edges[3]));
static tri_type number_type = TRI_TYPE_PLAIN(int);

static struct node **nodes;   // an array of pointers in the heap, kept by a root
static tri_channel *finished; // likewise

static uint32_t next_random(uint32_t *state) { return (*state = *state * 1664525 + 1013904223) >> 8; }

static void rewire(void *argument)
{
	uint32_t random = (uint32_t)(uintptr_t)argument;
	for (int i = 0; i < CHANGES; i++) {
		struct node *from = nodes[next_random(&random) % NODES];
		tri_store(&from->edges[next_random(&random) % EDGES], nodes[next_random(&random) % NODES]);
		// Now and then a node is replaced; the old one lives on while edges lead to it.
		if (i % 16 == 0) {
			struct node *fresh = tri_new(&node_type);
			tri_store(&fresh->edges[0], from);
			tri_store(&nodes[next_random(&random) % NODES], fresh);
		}
	}
	int done = 1;
	tri_channel_send(finished, &done);
}

// Depth first with a stack in the heap's own memory.
static size_t reach(struct node *start, uint64_t search)
{
	size_t count = 0, depth = 0, room = 1 << 20;
	struct node **stack = tri_new_pointers(room);
	tri_store(&stack[depth++], start);
	while (depth > 0) {
		struct node *node = stack[--depth];
		if (!node || node->visited == search)
			continue;
		node->visited = search;
		count++;
		for (int i = 0; i < EDGES && depth < room; i++)
			tri_store(&stack[depth++], node->edges[i]);
	}
	return count;
}

int main(void)
{
	TRI_ROOT(nodes);
	TRI_ROOT(finished);
	tri_store(&nodes, tri_new_pointers(NODES));
	tri_store(&finished, tri_channel_new(&number_type, 0));
	for (int i = 0; i < NODES; i++)
		tri_store(&nodes[i], tri_new(&node_type));
	for (uintptr_t i = 0; i < WORKERS; i++)
		tri_go(rewire, (void *)(i + 1), 0);
	int done = 0, value;
	uint64_t search = 0;
	size_t most = 0;
	while (done < WORKERS) {
		size_t count = reach(nodes[0], ++search);
		if (count > most)
			most = count;
		while (tri_channel_try_receive(finished, &value) == TRI_ERROR_OK)
			done += value;
	}
	struct tri_stats stats;
	tri_collect();
	tri_stats(&stats);
	printf("workers finished: %d\n", done);
	printf("searched while they worked: %s\n", search > 0 ? "yes" : "no");
	printf("collections: %s\n", stats.num_gc > 0 ? "some" : "none");
	return 0;
}
