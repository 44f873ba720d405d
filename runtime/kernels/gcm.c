// Galois/counter mode of AES (NIST SP 800-38D; Gueron and Kounavis, "Intel Carry-Less Multiplication Instruction and its Usage for
// Computing the GCM Mode", 2010; RFC 8452, appendix A, on how GHASH becomes a product of plain words).
//
// A block read backwards is a polynomial whose lowest bit stands for x^127. With the hash's key multiplied by x once, GHASH's product is
// then that of POLYVAL: the carry-less product of the words divided by x^128, modulo x^128 + x^127 + x^126 + x^121 + 1. The division is two
// steps of Montgomery's, each a product with the upper half of the polynomial. Eight blocks are multiplied by the key's powers from the
// eighth down and reduced together; the processor works on the next eight blocks of the cipher meanwhile, which depend on nothing.
#include "runtime/kernels/aes.h"
#include "runtime/kernels/kernels.h"

// What Go holds of it: overlay/crypto/internal/fips140/aes/gcm.
struct hash_key {
	uint8_t powers[16][16]; // from the sixteenth power of the key down to the first
	uint8_t sums[8][16];    // from the eighth power down: the sum of its two words, in both
	uint64_t rounds;
};
struct state {
	uint8_t counter[16], sum[16];
};

// An unreduced product in three parts: the low words', the high words', and the one between.
struct product {
	__m128i low, high, middle;
};

AES_INLINE __m128i swap_words(__m128i value) { return _mm_shuffle_epi32(value, 0x4e); }

// Karatsuba's way: three products instead of four.
AES_INLINE void add_product(struct product *product, __m128i value, const struct hash_key *key, size_t power)
{
	__m128i by = load_block(key->powers[16 - power]), sum = _mm_xor_si128(value, swap_words(value));
	product->low = _mm_xor_si128(product->low, _mm_clmulepi64_si128(value, by, 0x00));
	product->high = _mm_xor_si128(product->high, _mm_clmulepi64_si128(value, by, 0x11));
	product->middle = _mm_xor_si128(product->middle, _mm_clmulepi64_si128(sum, load_block(key->sums[8 - power]), 0x00));
}

AES_INLINE __m128i reduce(struct product product)
{
	const __m128i polynomial = _mm_set_epi64x(0, (long long)0xc200000000000000);
	__m128i middle = _mm_xor_si128(product.middle, _mm_xor_si128(product.low, product.high));
	__m128i low = _mm_xor_si128(product.low, _mm_slli_si128(middle, 8));
	__m128i high = _mm_xor_si128(product.high, _mm_srli_si128(middle, 8));
	low = _mm_xor_si128(swap_words(low), _mm_clmulepi64_si128(low, polynomial, 0x00));
	low = _mm_xor_si128(swap_words(low), _mm_clmulepi64_si128(low, polynomial, 0x00));
	return _mm_xor_si128(high, low);
}

AES_INLINE __m128i multiply(__m128i value, const struct hash_key *key, size_t power)
{
	struct product product = {_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128()};
	add_product(&product, value, key, power);
	return reduce(product);
}

AES_INLINE __m128i hash_block(__m128i sum, __m128i block, const struct hash_key *key)
{
	return multiply(_mm_xor_si128(sum, reverse_block(block)), key, 1);
}

// The blocks are b0 to b7 of the caller, as they lie in memory.
#define HASH_EIGHT(sum, key) \
	do { \
		struct product product = {_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128()}; \
		add_product(&product, _mm_xor_si128(sum, reverse_block(b0)), key, 8); \
		add_product(&product, reverse_block(b1), key, 7); \
		add_product(&product, reverse_block(b2), key, 6); \
		add_product(&product, reverse_block(b3), key, 5); \
		add_product(&product, reverse_block(b4), key, 4); \
		add_product(&product, reverse_block(b5), key, 3); \
		add_product(&product, reverse_block(b6), key, 2); \
		add_product(&product, reverse_block(b7), key, 1); \
		sum = reduce(product); \
	} while (0)

// The first bytes of a block, and zeros behind them.
AES_INLINE __m128i load_part(const uint8_t *at, size_t size)
{
	uint8_t part[16] = {0};
	__builtin_memcpy(part, at, size);
	return load_block(part);
}

void tri_kernel_gcm_begin(struct hash_key *key, const uint8_t *keys) AES;
void tri_kernel_gcm_hash(const struct hash_key *key, struct state *state, const uint8_t *at, size_t size) AES;
void tri_kernel_gcm_encrypt(const struct hash_key *key, const uint8_t *keys, struct state *state, uint8_t *to, const uint8_t *from,
							size_t size) AES;
void tri_kernel_gcm_decrypt(const struct hash_key *key, const uint8_t *keys, struct state *state, uint8_t *to, const uint8_t *from,
							size_t size) AES;

// begin(key *hashKey, keys *uint32): the powers; key.rounds is known.
KERNEL("crypto/internal/fips140/aes/gcm.begin", tri_kernel_gcm_begin, "")
void tri_kernel_gcm_begin(struct hash_key *key, const uint8_t *keys)
{
	uint64_t words[2];
	store_block(words, reverse_block(encrypt_block(keys, key->rounds, _mm_setzero_si128())));
	uint64_t carry = words[1] >> 63; // times x
	words[1] = (words[1] << 1 | words[0] >> 63) ^ (-carry & 0xc200000000000000);
	words[0] = words[0] << 1 ^ carry;
	__m128i power = load_block(words);
	for (size_t i = 1; i <= 16; i++) {
		store_block(key->powers[16 - i], power);
		if (i <= 8)
			store_block(key->sums[8 - i], _mm_xor_si128(power, swap_words(power)));
		power = multiply(power, key, 1);
	}
}

// hash(key *hashKey, state *state, at *byte, size int): zeros are added to the last block.
KERNEL("crypto/internal/fips140/aes/gcm.hash", tri_kernel_gcm_hash, "")
void tri_kernel_gcm_hash(const struct hash_key *key, struct state *state, const uint8_t *at, size_t size)
{
	__m128i sum = reverse_block(load_block(state->sum));
#define READ(i) __m128i b##i = load_block(at + 16 * (i));
	for (; size >= 128; at += 128, size -= 128) {
		EIGHT(READ)
		HASH_EIGHT(sum, key);
	}
#undef READ
	for (; size >= 16; at += 16, size -= 16)
		sum = hash_block(sum, load_block(at), key);
	if (size > 0)
		sum = hash_block(sum, load_part(at, size), key);
	store_block(state->sum, reverse_block(sum));
}

// A counter is held backwards: its 32 bits that count are the lowest.
#define COUNT(i) __m128i b##i = reverse_block(_mm_add_epi32(counter, _mm_cvtsi32_si128(i)));
#define COMBINE(i) b##i = _mm_xor_si128(b##i, load_block(from + 16 * (i)));
#define WRITE(i) store_block(to + 16 * (i), b##i);

// encrypt(key *hashKey, keys *uint32, state *state, to, from *byte, size int): all but the last call are of whole blocks.
KERNEL("crypto/internal/fips140/aes/gcm.encrypt", tri_kernel_gcm_encrypt, "")
void tri_kernel_gcm_encrypt(const struct hash_key *key, const uint8_t *keys, struct state *state, uint8_t *to, const uint8_t *from,
							size_t size)
{
	__m128i sum = reverse_block(load_block(state->sum)), counter = reverse_block(load_block(state->counter));
	const __m128i one = _mm_cvtsi32_si128(1), eight = _mm_cvtsi32_si128(8);
	size_t rounds = key->rounds;
	for (; size >= 128; to += 128, from += 128, size -= 128) {
		EIGHT(COUNT)
		counter = _mm_add_epi32(counter, eight);
		ENCRYPT_EIGHT(keys, rounds);
		EIGHT(COMBINE)
		EIGHT(WRITE)
		HASH_EIGHT(sum, key);
	}
	for (; size > 0; counter = _mm_add_epi32(counter, one)) {
		__m128i block = encrypt_block(keys, rounds, reverse_block(counter));
		size_t part = size < 16 ? size : 16;
		if (part == 16) {
			block = _mm_xor_si128(block, load_block(from));
			store_block(to, block);
		} else {
			uint8_t bytes[16];
			store_block(bytes, _mm_xor_si128(block, load_part(from, part)));
			__builtin_memcpy(to, bytes, part);
			block = load_part(bytes, part);
		}
		sum = hash_block(sum, block, key);
		to += part, from += part, size -= part;
	}
	store_block(state->sum, reverse_block(sum));
	store_block(state->counter, reverse_block(counter));
}

// decrypt: the same.
KERNEL("crypto/internal/fips140/aes/gcm.decrypt", tri_kernel_gcm_decrypt, "")
void tri_kernel_gcm_decrypt(const struct hash_key *key, const uint8_t *keys, struct state *state, uint8_t *to, const uint8_t *from,
							size_t size)
{
	__m128i sum = reverse_block(load_block(state->sum)), counter = reverse_block(load_block(state->counter));
	const __m128i one = _mm_cvtsi32_si128(1), eight = _mm_cvtsi32_si128(8);
	size_t rounds = key->rounds;
	for (; size >= 128; to += 128, from += 128, size -= 128) {
		{
#define READ(i) __m128i b##i = load_block(from + 16 * (i));
			EIGHT(READ)
#undef READ
			HASH_EIGHT(sum, key);
		}
		EIGHT(COUNT)
		counter = _mm_add_epi32(counter, eight);
		ENCRYPT_EIGHT(keys, rounds);
		EIGHT(COMBINE)
		EIGHT(WRITE)
	}
	for (; size > 0; counter = _mm_add_epi32(counter, one)) {
		__m128i block = encrypt_block(keys, rounds, reverse_block(counter));
		size_t part = size < 16 ? size : 16;
		__m128i hidden = part == 16 ? load_block(from) : load_part(from, part);
		sum = hash_block(sum, hidden, key);
		uint8_t bytes[16];
		store_block(bytes, _mm_xor_si128(block, hidden));
		__builtin_memcpy(to, bytes, part);
		to += part, from += part, size -= part;
	}
	store_block(state->sum, reverse_block(sum));
	store_block(state->counter, reverse_block(counter));
}

// ---- Four blocks in a register -------------------------------------------------------------------

#define WIDE __attribute__((target("aes,pclmul,sse4.1,ssse3,avx512f,avx512bw,avx512vl,vaes,vpclmulqdq")))
#define WIDE_INLINE static inline __attribute__((always_inline)) WIDE
#define FOUR(X) X(0) X(1) X(2) X(3)

WIDE_INLINE __m512i load_four(const uint8_t *at) { return _mm512_loadu_si512(at); }

WIDE_INLINE __m512i in_all(__m128i block) { return _mm512_broadcast_i32x4(block); }

WIDE_INLINE __m512i reverse_four(__m512i blocks)
{
	return _mm512_shuffle_epi8(blocks, in_all(_mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)));
}

WIDE_INLINE __m512i xor_three(__m512i a, __m512i b, __m512i c) { return _mm512_ternarylogic_epi64(a, b, c, 0x96); }

WIDE_INLINE __m128i sum_of_four(__m512i blocks)
{
	__m256i two = _mm256_xor_si256(_mm512_castsi512_si256(blocks), _mm512_extracti64x4_epi64(blocks, 1));
	return _mm_xor_si128(_mm256_castsi256_si128(two), _mm256_extracti128_si256(two, 1));
}

// Sixteen blocks, as they lie in memory.
WIDE_INLINE __m128i hash_sixteen(__m128i sum, const struct hash_key *key, __m512i b0, __m512i b1, __m512i b2, __m512i b3)
{
	__m512i low = _mm512_setzero_si512(), high = low, middle = low;
	b0 = _mm512_xor_si512(reverse_four(b0), _mm512_zextsi128_si512(sum));
	b1 = reverse_four(b1), b2 = reverse_four(b2), b3 = reverse_four(b3);
#define ADD_PRODUCT(i) \
	{ \
		__m512i by = load_four(key->powers[4 * (i)]); \
		low = _mm512_xor_si512(low, _mm512_clmulepi64_epi128(b##i, by, 0x00)); \
		high = _mm512_xor_si512(high, _mm512_clmulepi64_epi128(b##i, by, 0x11)); \
		middle = xor_three(middle, _mm512_clmulepi64_epi128(b##i, by, 0x01), _mm512_clmulepi64_epi128(b##i, by, 0x10)); \
	}
	FOUR(ADD_PRODUCT)
	return reduce((struct product){sum_of_four(low), sum_of_four(high), sum_of_four(xor_three(low, high, middle))});
}

// Counters of four times four blocks, encrypted: c0 to c3 of the caller, whose `counters` are the next ones.
#define WIDE_COUNT(i) __m512i c##i = reverse_four(_mm512_add_epi32(counters, in_all(_mm_cvtsi32_si128(4 * (i)))));
#define WIDE_FIRST(i) c##i = _mm512_xor_si512(c##i, round_key);
#define WIDE_ROUND(i) c##i = _mm512_aesenc_epi128(c##i, round_key);
#define WIDE_LAST(i) c##i = _mm512_aesenclast_epi128(c##i, round_key);
#define NEXT_COUNTERS(keys, rounds) \
	FOUR(WIDE_COUNT) \
	counters = _mm512_add_epi32(counters, in_all(_mm_cvtsi32_si128(16))); \
	__m512i round_key = in_all(load_block(keys)); \
	FOUR(WIDE_FIRST) \
	for (size_t round = 1; round < (rounds); round++) { \
		round_key = in_all(load_block((keys) + 16 * round)); \
		FOUR(WIDE_ROUND) \
	} \
	round_key = in_all(load_block((keys) + 16 * (rounds))); \
	FOUR(WIDE_LAST)
#define WIDE_READ(i) __m512i b##i = load_four(from + 64 * (i));
#define WIDE_COMBINE(i) b##i = _mm512_xor_si512(b##i, c##i);
#define WIDE_WRITE(i) _mm512_storeu_si512(to + 64 * (i), b##i);

WIDE_INLINE __m512i first_counters(const struct state *state)
{
	__m512i steps = _mm512_set_epi32(0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0);
	return _mm512_add_epi32(in_all(reverse_block(load_block(state->counter))), steps);
}

WIDE_INLINE void end_wide(struct state *state, __m128i sum, __m512i counters)
{
	store_block(state->sum, reverse_block(sum));
	store_block(state->counter, reverse_block(_mm512_castsi512_si128(counters)));
}

void tri_kernel_gcm_encrypt_wide(const struct hash_key *key, const uint8_t *keys, struct state *state, uint8_t *to, const uint8_t *from,
								 size_t size) WIDE;
void tri_kernel_gcm_decrypt_wide(const struct hash_key *key, const uint8_t *keys, struct state *state, uint8_t *to, const uint8_t *from,
								 size_t size) WIDE;

// encryptWide(key *hashKey, keys *uint32, state *state, to, from *byte, size int): a multiple of 256 bytes.
KERNEL("crypto/internal/fips140/aes/gcm.encryptWide", tri_kernel_gcm_encrypt_wide, "")
void tri_kernel_gcm_encrypt_wide(const struct hash_key *key, const uint8_t *keys, struct state *state, uint8_t *to, const uint8_t *from,
								 size_t size)
{
	__m128i sum = reverse_block(load_block(state->sum));
	__m512i counters = first_counters(state);
	for (size_t rounds = key->rounds; size > 0; to += 256, from += 256, size -= 256) {
		NEXT_COUNTERS(keys, rounds)
		FOUR(WIDE_READ)
		FOUR(WIDE_COMBINE)
		FOUR(WIDE_WRITE)
		sum = hash_sixteen(sum, key, b0, b1, b2, b3);
	}
	end_wide(state, sum, counters);
}

// decryptWide: the same.
KERNEL("crypto/internal/fips140/aes/gcm.decryptWide", tri_kernel_gcm_decrypt_wide, "")
void tri_kernel_gcm_decrypt_wide(const struct hash_key *key, const uint8_t *keys, struct state *state, uint8_t *to, const uint8_t *from,
								 size_t size)
{
	__m128i sum = reverse_block(load_block(state->sum));
	__m512i counters = first_counters(state);
	for (size_t rounds = key->rounds; size > 0; to += 256, from += 256, size -= 256) {
		NEXT_COUNTERS(keys, rounds)
		FOUR(WIDE_READ)
		sum = hash_sixteen(sum, key, b0, b1, b2, b3);
		FOUR(WIDE_COMBINE)
		FOUR(WIDE_WRITE)
	}
	end_wide(state, sum, counters);
}
