// The name table: equal texts share one struct tri_name.
//
// The table is split by hash into shards, each with its own lock, arena and open-addressed slots,
// so that parser threads rarely wait for each other. Names never move and are never removed.
#define TRI_BASE_INTERNAL
#include "compiler/base/base.h"
#include "compiler/base/internal.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { SHARD_BITS = 4, SHARD_COUNT = 1 << SHARD_BITS, FIRST_SLOTS = 256 };

struct shard {
	pthread_mutex_t lock; // guards everything below
	struct tri_arena *arena;
	const struct tri_name **slots; // NULL = free; a power of two of them, at most three quarters used
	uint32_t slot_count, count;
};

struct tri_name_table {
	struct shard shards[SHARD_COUNT];
};

struct tri_name_table *tri_name_table_new(void)
{
	struct tri_name_table *table = tri_base_calloc(1, sizeof *table);
	for (size_t i = 0; i < SHARD_COUNT; i++) {
		struct shard *shard = &table->shards[i];
		pthread_mutex_init(&shard->lock, NULL);
		shard->arena = tri_arena_new();
		shard->slot_count = FIRST_SLOTS;
		shard->slots = tri_base_calloc(FIRST_SLOTS, sizeof *shard->slots);
	}
	return table;
}

void tri_name_table_free(struct tri_name_table *table)
{
	if (table == NULL)
		return;
	for (size_t i = 0; i < SHARD_COUNT; i++) {
		struct shard *shard = &table->shards[i];
		tri_arena_free(shard->arena);
		free(shard->slots);
		pthread_mutex_destroy(&shard->lock);
	}
	free(table);
}

// Eight bytes a step; the seed and multiplier only have to be odd and irregular.
static uint64_t hash_text(const char *text, size_t length)
{
	uint64_t hash = 0x9e3779b97f4a7c15u ^ length;
	while (length >= 8) {
		uint64_t word;
		memcpy(&word, text, 8);
		hash = (hash ^ word) * 0xff51afd7ed558ccdu;
		hash ^= hash >> 29;
		text += 8;
		length -= 8;
	}
	uint64_t tail = 0;
	if (length != 0)
		memcpy(&tail, text, length);
	return tri_base_mix(hash ^ tail);
}

// The slot that holds the text or, when absent, the free one where it belongs. Lock held.
static const struct tri_name **find_slot(const struct shard *shard, const char *text, size_t length, uint32_t hash)
{
	uint32_t mask = shard->slot_count - 1;
	for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
		const struct tri_name *name = shard->slots[i];
		if (name == NULL || (name->hash == hash && name->length == length && memcmp(name->text, text, length) == 0))
			return &shard->slots[i];
	}
}

// Lock held.
static void double_slots(struct shard *shard)
{
	const struct tri_name **old = shard->slots;
	uint32_t old_count = shard->slot_count;
	shard->slot_count = old_count * 2;
	shard->slots = tri_base_calloc(shard->slot_count, sizeof *shard->slots);
	for (uint32_t i = 0; i < old_count; i++)
		if (old[i] != NULL)
			*find_slot(shard, old[i]->text, old[i]->length, old[i]->hash) = old[i];
	free(old);
}

const struct tri_name *tri_name_intern(struct tri_name_table *table, const char *text, size_t length)
{
	if (length > UINT32_MAX / 2)
		tri_base_out_of_memory(length);
	if (length == 0)
		text = "";
	uint64_t wide_hash = hash_text(text, length);
	uint32_t hash = (uint32_t)wide_hash;
	struct shard *shard = &table->shards[wide_hash >> (64 - SHARD_BITS)];

	pthread_mutex_lock(&shard->lock);
	const struct tri_name **slot = find_slot(shard, text, length, hash);
	if (*slot == NULL) {
		if (shard->count >= shard->slot_count / 4 * 3) {
			double_slots(shard);
			slot = find_slot(shard, text, length, hash);
		}
		struct tri_name *name = tri_arena_alloc(shard->arena, sizeof *name + length + 1);
		name->length = (uint32_t)length;
		name->hash = hash;
		memcpy(name->text, text, length);
		*slot = name;
		shard->count++;
	}
	const struct tri_name *result = *slot;
	pthread_mutex_unlock(&shard->lock);
	return result;
}

const struct tri_name *tri_name_intern_c(struct tri_name_table *table, const char *text)
{
	return tri_name_intern(table, text, strlen(text));
}

const struct tri_name *tri_name_printf(struct tri_name_table *table, const char *format, ...)
{
	struct tri_buffer buffer = {0};
	va_list arguments;
	va_start(arguments, format);
	tri_buffer_vprintf(&buffer, format, arguments);
	va_end(arguments);
	const struct tri_name *name = tri_name_intern(table, buffer.data, buffer.length);
	tri_buffer_free(&buffer);
	return name;
}
