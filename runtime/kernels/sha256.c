// Blocks of SHA-256 by the processor's own rounds (FIPS 180-4; Gulley, Gopal, Yap, Feghali, Guilford, Wolrich, "Intel SHA Extensions",
// 2013).
//
// One instruction does two rounds; the state is held as (a b e f) and (c d g h), highest word first, which change places with every two
// rounds. Another two instructions make four words of the message schedule from the sixteen before.
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/kernels/kernels.h"

#define SHA __attribute__((target("sha,sse4.1,ssse3")))

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
static const uint32_t round_constants[64] __attribute__((aligned(16))) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
	0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
	0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
	0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
	0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
	0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// Rounds 4i to 4i+3; `now` holds their words of the schedule.
#define ROUNDS(i, now) \
	do { \
		__m128i words = _mm_add_epi32(now, _mm_load_si128((const __m128i *)round_constants + (i))); \
		cdgh = _mm_sha256rnds2_epu32(cdgh, abef, words); \
		abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(words, 0x0e)); \
	} while (0)
// The words of four rounds, and with them those that come sixteen words later, which replace them.
#define ROUNDS_AND_SCHEDULE(i, now, next, after, last) \
	do { \
		ROUNDS(i, now); \
		now = _mm_add_epi32(_mm_sha256msg1_epu32(now, next), _mm_alignr_epi8(last, after, 4)); \
		now = _mm_sha256msg2_epu32(now, last); \
	} while (0)

void tri_kernel_sha256(uint32_t *state, const uint8_t *at, size_t blocks) SHA;

// kernel(state *[8]uint32, at *byte, blocks int)
KERNEL("crypto/internal/fips140/sha256.kernel", tri_kernel_sha256, "")
void tri_kernel_sha256(uint32_t *state, const uint8_t *at, size_t blocks)
{
	const __m128i swap = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
	__m128i *places = (__m128i *)(void *)state;
	__m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128(places), 0xb1), efgh = _mm_shuffle_epi32(_mm_loadu_si128(places + 1), 0x1b);
	__m128i abef = _mm_alignr_epi8(cdab, efgh, 8), cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);
	for (; blocks > 0; blocks--, at += 64) {
		const __m128i *data = (const __m128i *)(const void *)at;
		__m128i abef_before = abef, cdgh_before = cdgh;
		__m128i w0 = _mm_shuffle_epi8(_mm_loadu_si128(data), swap), w1 = _mm_shuffle_epi8(_mm_loadu_si128(data + 1), swap);
		__m128i w2 = _mm_shuffle_epi8(_mm_loadu_si128(data + 2), swap), w3 = _mm_shuffle_epi8(_mm_loadu_si128(data + 3), swap);
		ROUNDS_AND_SCHEDULE(0, w0, w1, w2, w3);
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
		ROUNDS(12, w0);
		ROUNDS(13, w1);
		ROUNDS(14, w2);
		ROUNDS(15, w3);
		abef = _mm_add_epi32(abef, abef_before);
		cdgh = _mm_add_epi32(cdgh, cdgh_before);
	}
	__m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128(places, _mm_blend_epi16(feba, dchg, 0xf0));
	_mm_storeu_si128(places + 1, _mm_alignr_epi8(dchg, feba, 8));
}
