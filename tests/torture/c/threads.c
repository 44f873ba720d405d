// Random object graphs, one for each thread, with a shadow of integers in memory from malloc; threads that come and go;
// objects that lie in registered roots, in handles, in arrays and only in local variables; a table that all threads
// exchange objects through.
#include "common.h"

#include <pthread.h>

enum { EDGES = 4, ROOTS = 16, TABLE = 256 };

struct vertex {
	uint64_t id, proof;
	struct vertex *edge[EDGES];
	struct vertex **more; // an array of EDGES, sometimes
};
static tri_type vertex_type =
	TRI_TYPE(struct vertex, TRI_FIELD(struct vertex, edge[0]), TRI_FIELD(struct vertex, edge[1]), TRI_FIELD(struct vertex, edge[2]),
			 TRI_FIELD(struct vertex, edge[3]), TRI_FIELD(struct vertex, more));

struct shared {
	uint64_t id, proof;
	struct shared *previous;
	uint64_t depth;
	char *text;
};
static tri_type shared_type = TRI_TYPE(struct shared, TRI_FIELD(struct shared, previous), TRI_FIELD(struct shared, text));
static struct shared *table[TABLE]; // a registered root; words that change atomically

struct graph {
	uint64_t random;
	struct vertex *roots[ROOTS]; // a registered root while the thread lives
	int64_t shadow_roots[ROOTS];
	int32_t *shadow; // EDGES for each vertex, -1: none; those of `more` begin after EDGES
	size_t made, limit;
};

static struct vertex *same(struct graph *graph, struct vertex *vertex, int64_t id)
{
	if (!vertex) {
		require(id == -1, id, graph->made);
		return NULL;
	}
	require(vertex->proof == mix(vertex->id), vertex->id, id);
	require((int64_t)vertex->id == id, vertex->id, id);
	return vertex;
}

static struct vertex **slot_of(struct vertex *vertex, size_t edge)
{
	return edge < EDGES ? &vertex->edge[edge] : &vertex->more[edge - EDGES];
}

static size_t edge_count(const struct vertex *vertex) { return vertex->more ? 2 * EDGES : EDGES; }

static int32_t *shadow_of(struct graph *graph, uint64_t id, size_t edge) { return &graph->shadow[id * 2 * EDGES + edge]; }

static struct vertex *walk(struct graph *graph)
{
	size_t at = random_below(&graph->random, ROOTS);
	struct vertex *vertex = same(graph, graph->roots[at], graph->shadow_roots[at]);
	for (size_t steps = random_below(&graph->random, 12); vertex && steps > 0; steps--) {
		size_t edge = random_below(&graph->random, edge_count(vertex));
		struct vertex *next = same(graph, *slot_of(vertex, edge), *shadow_of(graph, vertex->id, edge));
		if (!next)
			break;
		vertex = next;
	}
	return vertex;
}

static void set_edge(struct graph *graph, struct vertex *from, size_t edge, struct vertex *to)
{
	tri_store(slot_of(from, edge), to);
	*shadow_of(graph, from->id, edge) = to ? (int32_t)to->id : -1;
}

static struct vertex *make(struct graph *graph)
{
	struct vertex *vertex = tri_new(&vertex_type);
	vertex->id = graph->made++;
	vertex->proof = mix(vertex->id);
	if (random_below(&graph->random, 3) == 0)
		tri_store(&vertex->more, tri_new_pointers(EDGES));
	return vertex;
}

static void churn(uint64_t *random, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *bytes = tri_new_bytes(1 + random_below(random, random_below(random, 40) == 0 ? 100000 : 300));
		memset(bytes, 0xee, 1);
		void **pointers = tri_new_pointers(1 + random_below(random, 30));
		tri_store(&pointers[0], bytes);
	}
}

static void step(struct graph *graph)
{
	uint64_t *random = &graph->random;
	switch (random_below(random, 8)) {
	case 0:
	case 1:
	case 2: {
		struct vertex *vertex = make(graph);
		for (size_t edge = 0; edge < edge_count(vertex); edge++) {
			if (random_below(random, 3) > 0)
				set_edge(graph, vertex, edge, walk(graph));
		}
		struct vertex *from = walk(graph);
		if (from && random_below(random, 4) > 0) {
			set_edge(graph, from, random_below(random, edge_count(from)), vertex);
		} else {
			size_t at = random_below(random, ROOTS);
			tri_store(&graph->roots[at], vertex);
			graph->shadow_roots[at] = (int64_t)vertex->id;
		}
		break;
	}
	case 3:
	case 4: {
		struct vertex *from = walk(graph), *to = walk(graph);
		if (from && to)
			set_edge(graph, from, random_below(random, edge_count(from)), to);
		break;
	}
	case 5: {
		struct vertex *from = walk(graph);
		if (from)
			set_edge(graph, from, random_below(random, edge_count(from)), NULL);
		break;
	}
	case 6: { // the only pointer is in a local variable, or in a handle
		struct vertex *from = walk(graph);
		if (!from)
			break;
		size_t edge = random_below(random, edge_count(from));
		struct vertex *hidden = *slot_of(from, edge);
		int64_t id = *shadow_of(graph, from->id, edge);
		tri_handle handle = random_below(random, 2) ? tri_handle_new(hidden) : 0;
		set_edge(graph, from, edge, NULL);
		churn(random, random_below(random, 10));
		if (handle) {
			hidden = tri_handle_get(handle);
			tri_handle_free(handle);
		}
		same(graph, hidden, id);
		struct vertex *to = walk(graph);
		if (to)
			set_edge(graph, to, random_below(random, EDGES), hidden);
		break;
	}
	default: {
		struct vertex *vertex = walk(graph);
		size_t at = random_below(random, ROOTS);
		tri_store(&graph->roots[at], vertex);
		graph->shadow_roots[at] = vertex ? (int64_t)vertex->id : -1;
		break;
	}
	}
}

static void look(const struct shared *shared)
{
	for (; shared; shared = shared->previous) {
		require(shared->proof == mix(shared->id), shared->id, shared->depth);
		require(strlen(shared->text) == shared->id % 13, shared->id, shared->depth);
	}
}

static void exchange(uint64_t *random, uint64_t number)
{
	size_t at = random_below(random, TABLE);
	struct shared *old = __atomic_load_n(&table[at], __ATOMIC_ACQUIRE);
	look(old);
	struct shared *fresh = tri_new(&shared_type);
	fresh->id = number;
	fresh->proof = mix(number);
	char text[16] = "abcdefghijkl";
	text[number % 13] = 0;
	tri_store(&fresh->text, tri_new_string(text));
	if (old && old->depth < 10) {
		tri_store(&fresh->previous, old);
		fresh->depth = old->depth + 1;
	}
	tri_store(&table[random_below(random, TABLE)], fresh);
}

static void *run(void *argument)
{
	uint64_t number = (uint64_t)(uintptr_t)argument;
	struct graph *graph = calloc(1, sizeof *graph);
	graph->random = random_stream(number);
	graph->limit = times(1000 + random_below(&graph->random, 8000));
	graph->shadow = malloc(graph->limit * 2 * EDGES * sizeof *graph->shadow);
	memset(graph->shadow, 0xff, graph->limit * 2 * EDGES * sizeof *graph->shadow);
	memset(graph->shadow_roots, 0xff, sizeof graph->shadow_roots);
	require(tri_root_add(graph->roots, sizeof graph->roots) == TRI_ERROR_OK, number, 0);
	for (uint64_t i = 0; graph->made < graph->limit; i++) {
		step(graph);
		if (i % 8 == 0)
			exchange(&graph->random, number << 32 | i);
	}
	for (size_t i = 0; i < times(20000); i++)
		walk(graph);
	require(tri_root_remove(graph->roots) == TRI_ERROR_OK, number, 1);
	require(tri_root_remove(graph->roots) == TRI_ERROR_ROOT_UNKNOWN, number, 2);
	free(graph->shadow);
	free(graph);
	return NULL;
}

int main(void)
{
	enum { THREADS = 5, GENERATIONS = 4 };
	require(TRI_ROOT(table) == TRI_ERROR_OK, 0, 0);
	for (uint64_t generation = 0; generation < GENERATIONS; generation++) {
		pthread_t threads[THREADS];
		for (uint64_t i = 0; i < THREADS; i++)
			pthread_create(&threads[i], NULL, run, (void *)(uintptr_t)(generation * THREADS + i));
		for (int i = 0; i < THREADS; i++)
			pthread_join(threads[i], NULL);
		tri_collect();
	}
	for (int i = 0; i < TABLE; i++)
		look(table[i]);
	fputs("ok\n", stderr);
	return 0;
}
