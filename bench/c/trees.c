// Binary trees: many short-lived nodes beside one long-lived tree; the C twin of the Go program of that name.
#include "memory.h"

struct node {
	struct node *left, *right;
};
NODE_TYPE(node_type, struct node, FIELD(struct node, left), FIELD(struct node, right));

static struct node *build(int depth)
{
	struct node *node = NEW(node_type, struct node);
	if (depth > 0) {
		STORE(node->left, build(depth - 1));
		STORE(node->right, build(depth - 1));
	}
	return node;
}

static long count(const struct node *node) { return node->left ? 1 + count(node->left) + count(node->right) : 1; }

static void drop(struct node *node)
{
	if (!FREES)
		return;
	if (node->left) {
		drop(node->left);
		drop(node->right);
	}
	FREE(node);
}

int main(void)
{
	enum { MAX_DEPTH = 18 };
	heap_start();
	int64_t begin = now();
	struct node *stretch = build(MAX_DEPTH + 1);
	printf("stretch %ld\n", count(stretch));
	drop(stretch);
	stretch = NULL;
	struct node *kept = build(MAX_DEPTH);
	for (int depth = 4; depth <= MAX_DEPTH; depth += 2) {
		int rounds = 1 << (MAX_DEPTH - depth + 4);
		long total = 0;
		for (int i = 0; i < rounds; i++) {
			struct node *tree = build(depth);
			total += count(tree);
			drop(tree);
		}
		printf("%d trees of depth %d: %ld nodes\n", rounds, depth, total);
	}
	printf("kept %ld\n", count(kept));
	printf("METRIC seconds %.3f\n", (double)(now() - begin) / 1e9);
	report_pauses();
	return 0;
}
