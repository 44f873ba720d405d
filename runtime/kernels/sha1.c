// Blocks of SHA-1 by the processor's own rounds (FIPS 180-4; Gulley, Gopal, Yap, Feghali, Guilford, Wolrich, "Intel SHA Extensions", 2013).
//
// One instruction does four rounds on (a b c d), highest word first; e of the next four rounds is the a of those before, rotated, and is
// added to the first word of the schedule. Three instructions make four words of the schedule from the sixteen before.
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/kernels/kernels.h"

#define SHA __attribute__((target("sha,sse4.1,ssse3")))

// Rounds 4i to 4i+3; `now` holds their words of the schedule, `e` the state before the last four rounds.
#define ROUNDS(i, now) \
	do { \
		__m128i words = _mm_sha1nexte_epu32(e, now); \
		e = abcd; \
		abcd = _mm_sha1rnds4_epu32(abcd, words, (i) / 5); \
	} while (0)
// The same, and the words that come sixteen words later, which replace those of now.
#define ROUNDS_AND_SCHEDULE(i, now, next, after, last) \
	do { \
		ROUNDS(i, now); \
		now = _mm_sha1msg2_epu32(_mm_xor_si128(_mm_sha1msg1_epu32(now, next), after), last); \
	} while (0)

void tri_kernel_sha1(uint32_t *state, const uint8_t *at, size_t blocks) SHA;

// kernel(state *[5]uint32, at *byte, blocks int)
KERNEL("crypto/sha1.kernel", tri_kernel_sha1, "")
void tri_kernel_sha1(uint32_t *state, const uint8_t *at, size_t blocks)
{
	const __m128i swap = _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
	__m128i *place = (__m128i *)(void *)state;
	__m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128(place), 0x1b), last_e = _mm_set_epi32((int)state[4], 0, 0, 0);
	for (; blocks > 0; blocks--, at += 64) {
		const __m128i *data = (const __m128i *)(const void *)at;
		__m128i before = abcd, e;
		__m128i w0 = _mm_shuffle_epi8(_mm_loadu_si128(data), swap), w1 = _mm_shuffle_epi8(_mm_loadu_si128(data + 1), swap);
		__m128i w2 = _mm_shuffle_epi8(_mm_loadu_si128(data + 2), swap), w3 = _mm_shuffle_epi8(_mm_loadu_si128(data + 3), swap);
		// The first e is not rotated any more.
		e = abcd;
		abcd = _mm_sha1rnds4_epu32(abcd, _mm_add_epi32(last_e, w0), 0);
		w0 = _mm_sha1msg2_epu32(_mm_xor_si128(_mm_sha1msg1_epu32(w0, w1), w2), w3);
		ROUNDS_AND_SCHEDULE(1, w1, w2, w3, w0);
		ROUNDS_AND_SCHEDULE(2, w2, w3, w0, w1);
		ROUNDS_AND_SCHEDULE(3, w3, w0, w1, w2);
		ROUNDS_AND_SCHEDULE(4, w0, w1, w2, w3);
		ROUNDS_AND_SCHEDULE(5, w1, w2, w3, w0);
		ROUNDS_AND_SCHEDULE(6, w2, w3, w0, w1);
		ROUNDS_AND_SCHEDULE(7, w3, w0, w1, w2);
		ROUNDS_AND_SCHEDULE(8, w0, w1, w2, w3);
		ROUNDS_AND_SCHEDULE(9, w1, w2, w3, w0);
		ROUNDS_AND_SCHEDULE(10, w2, w3, w0, w1);
		ROUNDS_AND_SCHEDULE(11, w3, w0, w1, w2);
		ROUNDS_AND_SCHEDULE(12, w0, w1, w2, w3);
		ROUNDS_AND_SCHEDULE(13, w1, w2, w3, w0);
		ROUNDS_AND_SCHEDULE(14, w2, w3, w0, w1);
		ROUNDS_AND_SCHEDULE(15, w3, w0, w1, w2);
		ROUNDS(16, w0);
		ROUNDS(17, w1);
		ROUNDS(18, w2);
		ROUNDS(19, w3);
		last_e = _mm_sha1nexte_epu32(e, last_e);
		abcd = _mm_add_epi32(abcd, before);
	}
	_mm_storeu_si128(place, _mm_shuffle_epi32(abcd, 0x1b));
	state[4] = (uint32_t)_mm_extract_epi32(last_e, 3);
}
