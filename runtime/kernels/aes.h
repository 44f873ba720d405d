// AES by the processor's rounds, for the files that use it: eight blocks at a time. Takes the same time for all keys and data.
#ifndef TRI_KERNELS_AES_H
#define TRI_KERNELS_AES_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define AES __attribute__((target("aes,pclmul,sse4.1,ssse3")))
#define AES_INLINE static inline __attribute__((always_inline)) AES

// X(0) to X(7)
#define EIGHT(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)

AES_INLINE __m128i load_block(const void *at) { return _mm_loadu_si128((const __m128i *)at); }

AES_INLINE void store_block(void *at, __m128i block) { _mm_storeu_si128((__m128i *)at, block); }

AES_INLINE __m128i reverse_block(__m128i block)
{
	return _mm_shuffle_epi8(block, _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
}

// `keys` are rounds + 1 blocks.
AES_INLINE __m128i encrypt_block(const uint8_t *keys, size_t rounds, __m128i block)
{
	block = _mm_xor_si128(block, load_block(keys));
	for (size_t round = 1; round < rounds; round++)
		block = _mm_aesenc_si128(block, load_block(keys + 16 * round));
	return _mm_aesenclast_si128(block, load_block(keys + 16 * rounds));
}

// Encrypts b0 to b7, variables of the caller.
#define ENCRYPT_EIGHT(keys, rounds) \
	do { \
		__m128i round_key = load_block(keys); \
		EIGHT(FIRST_ROUND) \
		for (size_t round = 1; round < (rounds); round++) { \
			round_key = load_block((keys) + 16 * round); \
			EIGHT(MIDDLE_ROUND) \
		} \
		round_key = load_block((keys) + 16 * (rounds)); \
		EIGHT(LAST_ROUND) \
	} while (0)
#define FIRST_ROUND(i) b##i = _mm_xor_si128(b##i, round_key);
#define MIDDLE_ROUND(i) b##i = _mm_aesenc_si128(b##i, round_key);
#define LAST_ROUND(i) b##i = _mm_aesenclast_si128(b##i, round_key);

#endif
