// GCBench, after the benchmark by John Ellis and Pete Kovac, modified by Hans Boehm: trees built top down (a node is old
// when its children are stored into it) and bottom up, of growing depth, beside a long-lived tree and a large array without
// pointers. Written anew.
#include "memory.h"

struct node {
	struct node *left, *right;
	int32_t i, j;
};
NODE_TYPE(node_type, struct node, FIELD(struct node, left), FIELD(struct node, right));

enum { STRETCH_DEPTH = 18, LONG_LIVED_DEPTH = 16, ARRAY_LENGTH = 500000, MIN_DEPTH = 4, MAX_DEPTH = 16, ROUNDS = 4 };

static long tree_size(int depth) { return (1L << (depth + 1)) - 1; }
static long iterations(int depth) { return 2 * tree_size(STRETCH_DEPTH) / tree_size(depth); }

static void populate(int depth, struct node *node)
{
	if (depth <= 0)
		return;
	STORE(node->left, NEW(node_type, struct node));
	STORE(node->right, NEW(node_type, struct node));
	populate(depth - 1, node->left);
	populate(depth - 1, node->right);
}

static struct node *make(int depth)
{
	struct node *left = depth > 0 ? make(depth - 1) : NULL, *right = depth > 0 ? make(depth - 1) : NULL;
	struct node *node = NEW(node_type, struct node);
	STORE(node->left, left);
	STORE(node->right, right);
	return node;
}

static void drop(struct node *node)
{
	if (!FREES || !node)
		return;
	drop(node->left);
	drop(node->right);
	FREE(node);
}

static void construct(int depth)
{
	long count = iterations(depth);
	for (long i = 0; i < count; i++) {
		struct node *tree = NEW(node_type, struct node);
		populate(depth, tree);
		drop(tree);
	}
	for (long i = 0; i < count; i++)
		drop(make(depth));
}

int main(void)
{
	heap_start();
	int64_t begin = now();
	for (int round = 0; round < ROUNDS; round++) {
		drop(make(STRETCH_DEPTH));
		struct node *long_lived = NEW(node_type, struct node);
		populate(LONG_LIVED_DEPTH, long_lived);
		double *array = NEW_DOUBLES(ARRAY_LENGTH);
		for (int i = 0; i < ARRAY_LENGTH / 2; i++)
			array[i] = 1.0 / (i + 1);
		for (int depth = MIN_DEPTH; depth <= MAX_DEPTH; depth += 2)
			construct(depth);
		if (!long_lived->left || array[1000] != 1.0 / 1001)
			return 1;
		drop(long_lived);
		FREE(array);
	}
	printf("METRIC seconds %.3f\n", (double)(now() - begin) / 1e9);
	report_pauses();
	return 0;
}
