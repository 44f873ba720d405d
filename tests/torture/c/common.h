// What the torture programs of the C library share: random numbers, checks, the amount of work.
#ifndef TORTURE_COMMON_H
#define TORTURE_COMMON_H

#include "tricolor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// -DSEED, -DWORK: where the random numbers begin, and how much work there is (100: about a second).
#ifndef SEED
#define SEED 1
#endif
#ifndef WORK
#define WORK 100
#endif

static inline uint64_t mix(uint64_t id) { return (id ^ 0x5bd1e995) * 0x9e3779b97f4a7c15u; }

static inline uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state * 0x2545f4914f6cdd1du;
}

static inline size_t random_below(uint64_t *state, size_t n) { return (size_t)((random_next(state) >> 33) % n); }

static inline uint64_t random_stream(uint64_t stream)
{
	uint64_t state = mix(SEED) + (stream + 1) * 0xd1342543de82ef95u;
	return state ? state : 1;
}

static inline size_t times(size_t n) { return (n * WORK + 99) / 100; }

#define require(condition, a, b) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "torture: %s:%d: %s (%lld, %lld)\n", __FILE__, __LINE__, #condition, (long long)(a), (long long)(b)); \
			abort(); \
		} \
	} while (0)

#endif
