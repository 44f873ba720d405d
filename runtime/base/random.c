// Random numbers that nobody can guess: the ChaCha8 stream under a key from the kernel, a stream for each thread.
//
// Four blocks are computed at once, a lane of a vector each. The first bytes of each batch are the next batch's key, so that what was
// handed out cannot be computed from what lies in memory later.
#include "runtime/base/base.h"

#include <errno.h>
#include <sys/random.h>

typedef uint32_t lanes __attribute__((vector_size(16)));

enum { KEY_WORDS = 8, LANES = 4, BATCH_WORDS = 16 * LANES, BATCH = (BATCH_WORDS - KEY_WORDS) / 2 };

struct stream {
	bool seeded;
	uint32_t left; // of numbers, taken from the end
	uint32_t key[KEY_WORDS];
	uint64_t numbers[BATCH];
};

static void seed(struct stream *stream)
{
	for (size_t got = 0; got < sizeof stream->key;) {
		ssize_t length = getrandom((char *)stream->key + got, sizeof stream->key - got, 0);
		if (length > 0)
			got += (size_t)length;
		else if (errno != EINTR)
			tri_throw("the kernel has no random numbers");
	}
	stream->seeded = true;
}

#define ROTATE(x, by) ((x) << (by) | (x) >> (32 - (by)))
#define QUARTER(a, b, c, d) \
	a += b, d = ROTATE(d ^ a, 16), c += d, b = ROTATE(b ^ c, 12), a += b, d = ROTATE(d ^ a, 8), c += d, b = ROTATE(b ^ c, 7)

static void refill(struct stream *stream)
{
	static const uint32_t constants[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
	lanes x[16];
	for (int i = 0; i < 4; i++)
		x[i] = (lanes){0} + constants[i];
	for (int i = 0; i < KEY_WORDS; i++)
		x[4 + i] = (lanes){0} + stream->key[i];
	x[12] = (lanes){0, 1, 2, 3}; // the blocks' numbers
	x[13] = x[14] = x[15] = (lanes){0};
	for (int round = 0; round < 8; round += 2) {
		for (int i = 0; i < 4; i++)
			QUARTER(x[i], x[4 + i], x[8 + i], x[12 + i]);
		for (int i = 0; i < 4; i++)
			QUARTER(x[i], x[4 + (i + 1) % 4], x[8 + (i + 2) % 4], x[12 + (i + 3) % 4]);
	}
	for (int i = 0; i < KEY_WORDS; i++)
		x[4 + i] += stream->key[i];
	for (int i = 0; i < 4; i++)
		x[i] += constants[i];
	memcpy(stream->key, x, sizeof stream->key);
	memcpy(stream->numbers, (const char *)x + sizeof stream->key, sizeof stream->numbers);
	stream->left = BATCH;
}

uint64_t tri_random(void)
{
	static __thread struct stream stream;
	if (stream.left == 0) {
		if (!stream.seeded)
			seed(&stream);
		refill(&stream);
	}
	uint64_t number = stream.numbers[--stream.left];
	stream.numbers[stream.left] = 0;
	return number;
}
