// Checksums of package hash/crc32: folding by carry-less multiplication (Gopal, Ozturk, Guilford, Wolrich, Feghali, Dixon, Karakoyunlu,
// "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009), for two polynomials, 16 or 64 bytes at a
// time; and the CRC32 instruction on three streams for processors without.
//
// Bits are reflected: the first bit of the data is the lowest, and stands for the highest power of x. A product of reflected words
// lies one bit too low, so constants are powers of x modulo the polynomial, reflected in 33 bits.
//
// Moving 128 bits ahead by d bits takes two products: the first word by x^(d+32), the second by x^(d-32).
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/kernels/kernels.h"

#define NARROW __attribute__((target("pclmul,sse4.2")))
#define WIDE __attribute__((target("pclmul,sse4.2,avx512f,avx512vl,vpclmulqdq")))

// For each distance what the first word of 128 bits is multiplied by, and the second.
struct fold_constants {
	uint64_t by_2048[2], by_512[2], by_128[2];
};

static const struct fold_constants ieee = {{0x11542778a, 0x1322d1430}, {0x154442bd4, 0x1c6e41596}, {0x1751997d0, 0x0ccaa009e}};
static const struct fold_constants castagnoli = {{0x0dcb17aa4, 0x0b9e02b86}, {0x0740eef02, 0x09e4addf8}, {0x0f20c0dfe, 0x14cd00bd6}};

static inline __attribute__((always_inline)) NARROW __m128i load(const uint8_t *at)
{
	return _mm_loadu_si128((const __m128i *)(const void *)at);
}

static inline __attribute__((always_inline)) NARROW __m128i fold(__m128i value, __m128i by, __m128i next)
{
	__m128i first = _mm_clmulepi64_si128(value, by, 0x00), second = _mm_clmulepi64_si128(value, by, 0x11);
	return _mm_xor_si128(_mm_xor_si128(first, second), next);
}

// The checksum of 128 bits behind which nothing follows.
static inline __attribute__((always_inline)) NARROW uint32_t last_ieee(__m128i value)
{
	const __m128i low = _mm_set_epi64x(0, 0xffffffff), by_128 = load((const uint8_t *)ieee.by_128);
	const __m128i by_64 = _mm_set_epi64x(0, 0x163cd6124);             // x^64
	const __m128i barrett = _mm_set_epi64x(0x1f7011641, 0x1db710641); // x^64 divided by the polynomial, the polynomial
	value = _mm_xor_si128(_mm_srli_si128(value, 8), _mm_clmulepi64_si128(value, by_128, 0x10));
	value = _mm_xor_si128(_mm_srli_si128(value, 4), _mm_clmulepi64_si128(_mm_and_si128(value, low), by_64, 0x00));
	__m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(value, low), barrett, 0x10);
	__m128i product = _mm_clmulepi64_si128(_mm_and_si128(quotient, low), barrett, 0x00);
	return (uint32_t)_mm_extract_epi32(_mm_xor_si128(value, product), 1);
}

static inline __attribute__((always_inline)) NARROW uint32_t last_castagnoli(__m128i value)
{
	uint64_t sum = _mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(value));
	return (uint32_t)_mm_crc32_u64(sum, (uint64_t)_mm_extract_epi64(value, 1));
}

uint32_t tri_kernel_crc32_ieee(uint32_t sum, const uint8_t *at, size_t size) NARROW;
uint32_t tri_kernel_crc32_ieee_wide(uint32_t sum, const uint8_t *at, size_t size) WIDE;
uint32_t tri_kernel_crc32_castagnoli(uint32_t sum, const uint8_t *at, size_t size) NARROW;
uint32_t tri_kernel_crc32_castagnoli_wide(uint32_t sum, const uint8_t *at, size_t size) WIDE;

// ieee16(sum uint32, at *byte, size int) uint32: at least 64 bytes, a multiple of 16. Sums are inverted, as the algorithm has them inside.
KERNEL("hash/crc32.ieee16", tri_kernel_crc32_ieee, "i")
uint32_t tri_kernel_crc32_ieee(uint32_t sum, const uint8_t *at, size_t size)
{
	const __m128i by_512 = load((const uint8_t *)ieee.by_512), by_128 = load((const uint8_t *)ieee.by_128);
	__m128i a = _mm_xor_si128(load(at), _mm_cvtsi32_si128((int)sum)), b = load(at + 16), c = load(at + 32), d = load(at + 48);
	for (at += 64, size -= 64; size >= 64; at += 64, size -= 64) {
		a = fold(a, by_512, load(at));
		b = fold(b, by_512, load(at + 16));
		c = fold(c, by_512, load(at + 32));
		d = fold(d, by_512, load(at + 48));
	}
	a = fold(fold(fold(a, by_128, b), by_128, c), by_128, d);
	for (; size > 0; at += 16, size -= 16)
		a = fold(a, by_128, load(at));
	return last_ieee(a);
}

static inline __attribute__((always_inline)) WIDE __m512i load_wide(const uint8_t *at) { return _mm512_loadu_si512(at); }

static inline __attribute__((always_inline)) WIDE __m512i fold_wide(__m512i value, __m512i by, __m512i next)
{
	__m512i first = _mm512_clmulepi64_epi128(value, by, 0x00), second = _mm512_clmulepi64_epi128(value, by, 0x11);
	return _mm512_ternarylogic_epi64(first, second, next, 0x96);
}

// At least 256 bytes, a multiple of 16: folded to 128 bits.
static inline __attribute__((always_inline)) WIDE __m128i fold_all(const struct fold_constants *constants, uint32_t sum, const uint8_t *at,
																   size_t size)
{
	const __m512i by_2048 = _mm512_broadcast_i32x4(load((const uint8_t *)constants->by_2048));
	const __m512i by_512 = _mm512_broadcast_i32x4(load((const uint8_t *)constants->by_512));
	const __m128i by_128 = load((const uint8_t *)constants->by_128);
	__m512i a = _mm512_xor_si512(load_wide(at), _mm512_zextsi128_si512(_mm_cvtsi32_si128((int)sum)));
	__m512i b = load_wide(at + 64), c = load_wide(at + 128), d = load_wide(at + 192);
	for (at += 256, size -= 256; size >= 256; at += 256, size -= 256) {
		a = fold_wide(a, by_2048, load_wide(at));
		b = fold_wide(b, by_2048, load_wide(at + 64));
		c = fold_wide(c, by_2048, load_wide(at + 128));
		d = fold_wide(d, by_2048, load_wide(at + 192));
	}
	a = fold_wide(fold_wide(fold_wide(a, by_512, b), by_512, c), by_512, d);
	for (; size >= 64; at += 64, size -= 64)
		a = fold_wide(a, by_512, load_wide(at));
	__m128i value = fold(_mm512_extracti32x4_epi32(a, 0), by_128, _mm512_extracti32x4_epi32(a, 1));
	value = fold(fold(value, by_128, _mm512_extracti32x4_epi32(a, 2)), by_128, _mm512_extracti32x4_epi32(a, 3));
	for (; size > 0; at += 16, size -= 16)
		value = fold(value, by_128, load(at));
	return value;
}

// ieee64(sum uint32, at *byte, size int) uint32: at least 256 bytes, a multiple of 16.
KERNEL("hash/crc32.ieee64", tri_kernel_crc32_ieee_wide, "i")
uint32_t tri_kernel_crc32_ieee_wide(uint32_t sum, const uint8_t *at, size_t size) { return last_ieee(fold_all(&ieee, sum, at, size)); }

// castagnoli64(sum uint32, at *byte, size int) uint32: at least 256 bytes, a multiple of 16.
KERNEL("hash/crc32.castagnoli64", tri_kernel_crc32_castagnoli_wide, "i")
uint32_t tri_kernel_crc32_castagnoli_wide(uint32_t sum, const uint8_t *at, size_t size)
{
	return last_castagnoli(fold_all(&castagnoli, sum, at, size));
}

static inline uint64_t word_at(const uint8_t *at)
{
	uint64_t word;
	__builtin_memcpy(&word, at, 8);
	return word;
}

// The instruction takes three cycles, but begins each cycle: so three thirds of a stretch are summed side by side. A sum moves ahead
// over `bytes` when it is multiplied by x^(8*bytes - 33) and the product is summed, which multiplies by x^33 more.
enum { STREAM = 256 };
static const uint64_t stream_ahead[2] = {0xb9e02b86, 0xdd7e3b0c}; // over one stream, over two

static inline __attribute__((always_inline)) NARROW uint64_t move_ahead(uint64_t sum, uint64_t by)
{
	__m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)sum), _mm_cvtsi64_si128((long long)by), 0x00);
	return _mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(product));
}

// castagnoli8(sum uint32, at *byte, size int) uint32: any number of bytes.
KERNEL("hash/crc32.castagnoli8", tri_kernel_crc32_castagnoli, "i")
uint32_t tri_kernel_crc32_castagnoli(uint32_t start, const uint8_t *at, size_t size)
{
	uint64_t sum = start;
	for (; size >= 3 * STREAM; at += 3 * STREAM, size -= 3 * STREAM) {
		uint64_t second = 0, third = 0;
		for (size_t i = 0; i < STREAM; i += 8) {
			sum = _mm_crc32_u64(sum, word_at(at + i));
			second = _mm_crc32_u64(second, word_at(at + STREAM + i));
			third = _mm_crc32_u64(third, word_at(at + 2 * STREAM + i));
		}
		sum = move_ahead(sum, stream_ahead[1]) ^ move_ahead(second, stream_ahead[0]) ^ third;
	}
	for (; size >= 8; at += 8, size -= 8)
		sum = _mm_crc32_u64(sum, word_at(at));
	for (; size > 0; at++, size--)
		sum = _mm_crc32_u8((uint32_t)sum, *at);
	return (uint32_t)sum;
}
