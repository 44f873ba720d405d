// Goroutines in C: trees built on mapped stacks, handed over channels, in selects and between threads; blocking regions,
// sleeps, cleanups and weak pointers while collections run.
#include "common.h"

#include <pthread.h>
#include <time.h>

struct tree {
	uint64_t id, proof;
	struct tree *left, *right;
};
static tri_type tree_type = TRI_TYPE(struct tree, TRI_FIELD(struct tree, left), TRI_FIELD(struct tree, right));
struct parcel {
	struct tree *tree;
	uint64_t depth;
};
static tri_type parcel_type = TRI_TYPE(struct parcel, TRI_FIELD(struct parcel, tree));
static tri_type number_type = TRI_TYPE_PLAIN(uint64_t);

static struct tree *grow(uint64_t id, uint64_t depth)
{
	struct tree *tree = tri_new(&tree_type);
	tree->id = id;
	tree->proof = mix(id);
	if (depth > 0) {
		tri_store(&tree->left, grow(2 * id, depth - 1));
		tri_store(&tree->right, grow(2 * id + 1, depth - 1));
	}
	return tree;
}

static uint64_t count(const struct tree *tree, uint64_t id)
{
	if (!tree)
		return 0;
	require(tree->id == id && tree->proof == mix(id), tree->id, id);
	return 1 + count(tree->left, 2 * id) + count(tree->right, 2 * id + 1);
}

struct station {
	tri_channel *in, *other, *out, *done;
	uint64_t number;
};
static tri_type station_type = TRI_TYPE(struct station, TRI_FIELD(struct station, in), TRI_FIELD(struct station, other),
										TRI_FIELD(struct station, out), TRI_FIELD(struct station, done));

// Takes trees from either channel, checks them, and sends a new one of the same depth on.
static void work(void *argument)
{
	struct station *station = argument;
	uint64_t random = random_stream(station->number), seen = 0;
	for (;;) {
		struct parcel parcel = {0};
		struct tri_case cases[] = {{station->in, &parcel, false}, {station->other, &parcel, false}};
		enum tri_error error;
		require(tri_select(cases, 2, true, &error) >= 0, station->number, seen);
		if (error == TRI_ERROR_CLOSED)
			break;
		require(count(parcel.tree, 1) == ((uint64_t)2 << parcel.depth) - 1, parcel.depth, seen);
		parcel.tree = grow(1, parcel.depth);
		if (random_below(&random, 50) == 0)
			tri_sleep((int64_t)random_below(&random, 20000));
		if (random_below(&random, 20) == 0)
			tri_yield();
		require(tri_channel_send(station->out, &parcel) == TRI_ERROR_OK, station->number, seen);
		seen++;
	}
	require(tri_channel_send(station->done, &seen) == TRI_ERROR_OK, station->number, seen);
}

static uint64_t cleaned; // atomic

static void clean(void *argument)
{
	(void)argument;
	__atomic_fetch_add(&cleaned, 1, __ATOMIC_RELAXED);
}

static void *watch(void *argument) // a thread that is mostly in blocking regions
{
	uint64_t random = random_stream((uint64_t)(uintptr_t)argument);
	enum { KEPT = 64 };
	tri_weak weak[KEPT] = {0};
	for (size_t i = 0; i < times(3000); i++) {
		struct tree *tree = grow(1, random_below(&random, 4));
		size_t at = random_below(&random, KEPT);
		if (weak[at]) {
			struct tree *old = tri_weak_get(weak[at]);
			if (old)
				require(old->proof == mix(1), i, at);
			tri_weak_free(weak[at]);
		}
		weak[at] = tri_weak_new(tree);
		require(tri_weak_get(weak[at]) == tree, i, at);
		if (i % 16 == 0)
			tri_cleanup_add(tree, clean, NULL);
		if (i % 64 == 0) {
			tri_blocking_begin();
			struct timespec moment = {0, 20000};
			nanosleep(&moment, NULL);
			tri_blocking_end();
		}
		count(tree, 1);
	}
	return NULL;
}

int main(void)
{
	enum { STATIONS = 40 };
	tri_channel *first = tri_channel_new(&parcel_type, 8), *second = tri_channel_new(&parcel_type, 0),
				*out = tri_channel_new(&parcel_type, 4), *done = tri_channel_new(&number_type, 1);
	for (uint64_t i = 0; i < STATIONS; i++) {
		struct station *station = tri_new(&station_type);
		tri_store(&station->in, i % 2 ? first : second);
		tri_store(&station->other, i % 2 ? second : first);
		tri_store(&station->out, out);
		tri_store(&station->done, done);
		station->number = i;
		require(tri_go(work, station, 0) == TRI_ERROR_OK, i, 0);
	}
	pthread_t watchers[2];
	for (uintptr_t i = 0; i < 2; i++)
		pthread_create(&watchers[i], NULL, watch, (void *)(1000 + i));
	uint64_t random = random_stream(99), sent = 0, received = 0, total = times(6000);
	while (received < total) {
		struct parcel parcel = {0}, answer = {0};
		parcel.depth = random_below(&random, 7);
		parcel.tree = grow(1, parcel.depth);
		struct tri_case cases[] = {
			{out, &answer, false}, {sent < total ? first : NULL, &parcel, true}, {sent < total ? second : NULL, &parcel, true}};
		enum tri_error error;
		int which = tri_select(cases, 3, true, &error);
		require(error == TRI_ERROR_OK, which, sent);
		if (which == 0) {
			require(count(answer.tree, 1) == ((uint64_t)2 << answer.depth) - 1, answer.depth, received);
			received++;
		} else {
			sent++;
		}
	}
	tri_channel_close(first);
	tri_channel_close(second);
	uint64_t seen = 0;
	for (int i = 0; i < STATIONS; i++) {
		uint64_t one = 0;
		require(tri_channel_receive(done, &one) == TRI_ERROR_OK, i, 0);
		seen += one;
	}
	require(seen == total, seen, total);
	for (int i = 0; i < 2; i++)
		pthread_join(watchers[i], NULL);
	for (int i = 0; i < 100 && !__atomic_load_n(&cleaned, __ATOMIC_RELAXED); i++) {
		tri_collect();
		tri_sleep(1000000);
	}
	require(__atomic_load_n(&cleaned, __ATOMIC_RELAXED) > 0, 0, 0);
	fputs("ok\n", stderr);
	return 0;
}
