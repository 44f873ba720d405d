// What hashing is keyed with: random numbers that the kernel gave this process.
#include "runtime/base/base.h"

#include <sys/auxv.h>

uint64_t tri_hash_secret[4];

static uint64_t scramble(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void tri_hash_init(void)
{
	uint64_t given[2] = {0};
	const void *bytes = (const void *)(uintptr_t)getauxval(AT_RANDOM);
	if (bytes != NULL)
		memcpy(given, bytes, sizeof given);
	uint64_t state = given[0];
	for (size_t i = 0; i < TRI_COUNT(tri_hash_secret); i++) {
		tri_hash_secret[i] = scramble(&state) | 1; // never zero, which would absorb what it is multiplied with
		state ^= given[1];
	}
}
