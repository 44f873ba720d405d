// AES of package crypto/internal/fips140/aes: round keys, single blocks, counter mode (FIPS 197, NIST SP 800-38A; Gueron, "Intel Advanced
// Encryption Standard (AES) New Instructions Set", 2010).
#include "runtime/kernels/aes.h"
#include "runtime/kernels/kernels.h"

void tri_kernel_aes_expand(size_t rounds, const uint32_t *key, uint32_t *encrypting, uint32_t *decrypting) AES;
void tri_kernel_aes_encrypt(size_t rounds, const uint8_t *keys, uint8_t *to, const uint8_t *from) AES;
void tri_kernel_aes_decrypt(size_t rounds, const uint8_t *keys, uint8_t *to, const uint8_t *from) AES;

AES_INLINE uint32_t substitute(uint32_t word)
{
	return (uint32_t)_mm_cvtsi128_si32(_mm_aeskeygenassist_si128(_mm_set1_epi32((int)word), 0));
}

// expandKernel(rounds int, key *byte, encrypting, decrypting *uint32). Words are as they lie in memory. Decryption uses the keys from the
// last to the first, with the inverse of the columns' mixing done to all but the two outer ones.
KERNEL("crypto/internal/fips140/aes.expandKernel", tri_kernel_aes_expand, "")
void tri_kernel_aes_expand(size_t rounds, const uint32_t *key, uint32_t *encrypting, uint32_t *decrypting)
{
	size_t words = rounds - 6;
	__builtin_memcpy(encrypting, key, 4 * words);
	uint32_t constant = 1;
	for (size_t i = words, place = 0; i < 4 * (rounds + 1); i++, place = place + 1 == words ? 0 : place + 1) {
		uint32_t word = encrypting[i - 1];
		if (place == 0) {
			word = substitute(word);
			word = (word >> 8 | word << 24) ^ constant;
			constant = constant << 1 ^ (constant >> 7) * 0x11b;
		} else if (place == 4 && words == 8) {
			word = substitute(word);
		}
		encrypting[i] = encrypting[i - words] ^ word;
	}
	for (size_t round = 0; round <= rounds; round++) {
		__m128i block = load_block(encrypting + 4 * (rounds - round));
		store_block(decrypting + 4 * round, round == 0 || round == rounds ? block : _mm_aesimc_si128(block));
	}
}

// encryptKernel(rounds int, keys *uint32, to, from *byte)
KERNEL("crypto/internal/fips140/aes.encryptKernel", tri_kernel_aes_encrypt, "")
void tri_kernel_aes_encrypt(size_t rounds, const uint8_t *keys, uint8_t *to, const uint8_t *from)
{
	store_block(to, encrypt_block(keys, rounds, load_block(from)));
}

// decryptKernel(rounds int, keys *uint32, to, from *byte)
KERNEL("crypto/internal/fips140/aes.decryptKernel", tri_kernel_aes_decrypt, "")
void tri_kernel_aes_decrypt(size_t rounds, const uint8_t *keys, uint8_t *to, const uint8_t *from)
{
	__m128i block = _mm_xor_si128(load_block(from), load_block(keys));
	for (size_t round = 1; round < rounds; round++)
		block = _mm_aesdec_si128(block, load_block(keys + 16 * round));
	store_block(to, _mm_aesdeclast_si128(block, load_block(keys + 16 * rounds)));
}

// counter<n>(rounds int, keys *uint32, to, from *byte, low, high uint64): `from` with the encrypted values of a counter of 128 bits that
// begins at high:low. All is read before anything is written.
#define COUNT(i) __m128i b##i = reverse_block(_mm_set_epi64x((long long)(high + (low + (i) < low)), (long long)(low + (i))));
#define READ(i) b##i = _mm_xor_si128(b##i, load_block(from + 16 * (i)));
#define WRITE(i) store_block(to + 16 * (i), b##i);

#define COUNTER(n, BLOCKS) \
	void tri_kernel_aes_counter##n(size_t rounds, const uint8_t *keys, uint8_t *to, const uint8_t *from, uint64_t low, uint64_t high) AES; \
	KERNEL("crypto/internal/fips140/aes.counter" #n, tri_kernel_aes_counter##n, "") \
	void tri_kernel_aes_counter##n(size_t rounds, const uint8_t *keys, uint8_t *to, const uint8_t *from, uint64_t low, uint64_t high) \
	{ \
		BLOCKS(COUNT) \
		__m128i round_key = load_block(keys); \
		BLOCKS(FIRST_ROUND) \
		for (size_t round = 1; round < rounds; round++) { \
			round_key = load_block(keys + 16 * round); \
			BLOCKS(MIDDLE_ROUND) \
		} \
		round_key = load_block(keys + 16 * rounds); \
		BLOCKS(LAST_ROUND) \
		BLOCKS(READ) \
		BLOCKS(WRITE) \
	}
#define ONE(X) X(0)
#define TWO(X) X(0) X(1)
#define FOUR(X) X(0) X(1) X(2) X(3)

COUNTER(1, ONE)
COUNTER(2, TWO)
COUNTER(4, FOUR)
COUNTER(8, EIGHT)
