// Collections without end while C goroutines hand objects over, yield and sleep: each collection asks each of them to stop,
// at any instruction, the switches of stacks among them.
#include "common.h"

#include <pthread.h>

struct item {
	uint64_t id, proof;
	struct item *before;
};
static tri_type item_type = TRI_TYPE(struct item, TRI_FIELD(struct item, before));
struct parcel {
	struct item *item;
};
static tri_type parcel_type = TRI_TYPE(struct parcel, TRI_FIELD(struct parcel, item));
struct ring {
	tri_channel *in, *out;
	uint64_t number;
};
static tri_type ring_type = TRI_TYPE(struct ring, TRI_FIELD(struct ring, in), TRI_FIELD(struct ring, out));

static _Atomic bool over;

static void *collect(void *unused)
{
	(void)unused;
	while (!over)
		tri_collect();
	return NULL;
}

// Each item that comes in goes out as a new one with the old one behind it, the one before that forgotten.
static void pass_on(void *argument)
{
	struct ring *ring = argument;
	uint64_t random = random_stream(ring->number);
	for (;;) {
		struct parcel parcel = {0};
		if (tri_channel_receive(ring->in, &parcel) == TRI_ERROR_CLOSED)
			break;
		struct item *item = parcel.item;
		require(item->proof == mix(item->id) && (!item->before || item->before->proof == mix(item->before->id)), item->id, ring->number);
		struct item *next = tri_new(&item_type);
		next->id = item->id + 1;
		next->proof = mix(next->id);
		tri_store(&item->before, NULL);
		tri_store(&next->before, item);
		size_t what = random_below(&random, 64);
		if (what == 0)
			tri_sleep(1000);
		else if (what < 8)
			tri_yield();
		require(tri_channel_send(ring->out, &(struct parcel){next}) == TRI_ERROR_OK, next->id, ring->number);
	}
	tri_channel_close(ring->out);
}

int main(void)
{
	enum { STATIONS = 32, IN_FLIGHT = 40 };
	tri_channel *first = tri_channel_new(&parcel_type, 0), *last = first;
	for (uint64_t i = 0; i < STATIONS; i++) {
		struct ring *ring = tri_new(&ring_type);
		tri_store(&ring->in, last);
		last = tri_channel_new(&parcel_type, 1 + i % 3);
		tri_store(&ring->out, last);
		ring->number = i;
		require(tri_go(pass_on, ring, 0) == TRI_ERROR_OK, i, 0);
	}
	pthread_t collector;
	require(pthread_create(&collector, NULL, collect, NULL) == 0, 0, 0);
	for (uint64_t i = 0, back = 0; back < times(30000);) {
		if (i - back < IN_FLIGHT) {
			struct parcel parcel = {tri_new(&item_type)};
			parcel.item->id = i * STATIONS * 2;
			parcel.item->proof = mix(parcel.item->id);
			require(tri_channel_send(first, &parcel) == TRI_ERROR_OK, i, back);
			i++;
			continue;
		}
		struct parcel parcel = {0};
		require(tri_channel_receive(last, &parcel) == TRI_ERROR_OK, i, back);
		uint64_t id = back * STATIONS * 2 + STATIONS;
		require(parcel.item->id == id && parcel.item->proof == mix(id), parcel.item->id, id);
		back++;
	}
	tri_channel_close(first);
	over = true;
	pthread_join(collector, NULL);
	puts("ok");
	return 0;
}
