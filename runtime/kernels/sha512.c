// Blocks of SHA-512 (FIPS 180-4), two at a time: the message schedules of both are made together, in the halves of 256-bit registers, four
// words of them while four rounds are done of the first, and kept for the second (Gueron and Krasnov, "Simultaneous Hashing of Multiple
// Messages", 2012, has the idea). Rounds rotate without a copy (BMI2).
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/kernels/kernels.h"

#define WIDE __attribute__((target("avx2,bmi2")))
#define WIDE_INLINE static inline __attribute__((always_inline)) WIDE

// The first 64 bits of the fractional parts of the cube roots of the first 80 primes.
static const uint64_t round_constants[80] __attribute__((aligned(32))) = {
	0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538, 0x59f111f1b605d019,
	0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
	0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3,
	0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65, 0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
	0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
	0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
	0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b, 0xa2bfe8a14cf10364, 0xa81a664bbc423001,
	0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
	0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb,
	0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
	0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c, 0xd186b8c721c0c207,
	0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
	0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a,
	0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

WIDE_INLINE uint64_t rotate(uint64_t value, int by) { return value >> by | value << (64 - by); }

WIDE_INLINE __m256i rotate_words(__m256i value, int by)
{
	return _mm256_or_si256(_mm256_srli_epi64(value, by), _mm256_slli_epi64(value, 64 - by));
}

// Two words of the schedule in each half: those sixteen words behind `a`; b, e, f and h are what lies 2, 8, 10 and 14 words behind it.
WIDE_INLINE __m256i schedule(__m256i a, __m256i b, __m256i e, __m256i f, __m256i h)
{
	__m256i next = _mm256_alignr_epi8(b, a, 8); // one word on
	__m256i small = _mm256_xor_si256(_mm256_xor_si256(rotate_words(next, 1), rotate_words(next, 8)), _mm256_srli_epi64(next, 7));
	__m256i large = _mm256_xor_si256(_mm256_xor_si256(rotate_words(h, 19), rotate_words(h, 61)), _mm256_srli_epi64(h, 6));
	return _mm256_add_epi64(_mm256_add_epi64(a, small), _mm256_add_epi64(_mm256_alignr_epi8(f, e, 8), large));
}

// `word` is the schedule's, with the round's constant. What is d becomes the next round's e, h its a: the caller renames.
#define ROUND(a, b, c, d, e, f, g, h, word) \
	do { \
		uint64_t sum = (h) + (word) + ((rotate(e, 14) ^ rotate(e, 18)) ^ rotate(e, 41)) + (((e) & (f)) ^ (~(e) & (g))); \
		(d) += sum; \
		(h) = sum + ((rotate(a, 28) ^ rotate(a, 34)) ^ rotate(a, 39)) + (((a) & (b)) | ((c) & ((a) | (b)))); \
	} while (0)
#define TWO_ROUNDS(a, b, c, d, e, f, g, h, words) \
	do { \
		ROUND(a, b, c, d, e, f, g, h, (words)[0]); \
		ROUND(h, a, b, c, d, e, f, g, (words)[1]); \
	} while (0)

// Eight rounds at a time, as after eight the names are right again; `words(i)` are those of rounds i and i + 1.
#define EIGHT_ROUNDS(words) \
	do { \
		TWO_ROUNDS(a, b, c, d, e, f, g, h, (words)); \
		TWO_ROUNDS(g, h, a, b, c, d, e, f, (words) + STEP); \
		TWO_ROUNDS(e, f, g, h, a, b, c, d, (words) + 2 * STEP); \
		TWO_ROUNDS(c, d, e, f, g, h, a, b, (words) + 3 * STEP); \
	} while (0)

void tri_kernel_sha512(uint64_t *state, const uint8_t *at, size_t blocks) WIDE;

enum { STEP = 4 }; // two words of the first block, two of the second

// kernel(state *[8]uint64, at *byte, blocks int)
KERNEL("crypto/internal/fips140/sha512.kernel", tri_kernel_sha512, "")
void tri_kernel_sha512(uint64_t *state, const uint8_t *at, size_t blocks)
{
	const __m256i swap = _mm256_broadcastsi128_si256(_mm_set_epi8(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
	uint64_t words[40 * STEP] __attribute__((aligned(32)));
	for (; blocks > 0;) {
		// An odd last block is paired with itself.
		const uint8_t *second = blocks > 1 ? at + 128 : at;
		__m256i w[8];
		uint64_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
#define CONSTANT(pair) _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)(const void *)(round_constants + 2 * (pair))))
#define KEEP(pair, value) _mm256_store_si256((__m256i *)(void *)(words + STEP * (pair)), _mm256_add_epi64(value, CONSTANT(pair)))
		for (int i = 0; i < 8; i++) {
			__m256i both = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)(at + 16 * i))),
												   _mm_loadu_si128((const __m128i *)(const void *)(second + 16 * i)), 1);
			w[i] = _mm256_shuffle_epi8(both, swap);
			KEEP(i, w[i]);
		}
		for (int pair = 0; pair < 32; pair += 8) {
#define NEXT(i) \
	w[i] = schedule(w[i], w[((i) + 1) % 8], w[((i) + 4) % 8], w[((i) + 5) % 8], w[((i) + 7) % 8]); \
	KEEP(pair + 8 + (i), w[i])
			NEXT(0);
			NEXT(1);
			NEXT(2);
			NEXT(3);
			EIGHT_ROUNDS(words + STEP * pair);
			NEXT(4);
			NEXT(5);
			NEXT(6);
			NEXT(7);
			EIGHT_ROUNDS(words + STEP * (pair + 4));
		}
		EIGHT_ROUNDS(words + STEP * 32);
		EIGHT_ROUNDS(words + STEP * 36);
		a = state[0] += a, b = state[1] += b, c = state[2] += c, d = state[3] += d;
		e = state[4] += e, f = state[5] += f, g = state[6] += g, h = state[7] += h;
		if (blocks == 1)
			break;
		for (int pair = 0; pair < 40; pair += 4)
			EIGHT_ROUNDS(words + 2 + STEP * pair);
		state[0] += a, state[1] += b, state[2] += c, state[3] += d;
		state[4] += e, state[5] += f, state[6] += g, state[7] += h;
		at += 256, blocks -= 2;
	}
}
