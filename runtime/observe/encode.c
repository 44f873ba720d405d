// Protobuf's wire format (developers.google.com/protocol-buffers/docs/encoding), as far as profiles need it.
#include "runtime/observe/encode.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { VARINT = 0, LENGTH_DELIMITED = 2 };

static void put(struct tri_encoder *encoder, const void *bytes, size_t length)
{
	if (encoder->failed)
		return;
	if (encoder->length + length > encoder->capacity) {
		size_t capacity = encoder->capacity ? encoder->capacity * 2 : 4096;
		while (capacity < encoder->length + length)
			capacity *= 2;
		uint8_t *grown = realloc(encoder->bytes, capacity);
		if (!grown) {
			encoder->failed = true;
			return;
		}
		encoder->bytes = grown;
		encoder->capacity = capacity;
	}
	if (length > 0)
		memcpy(encoder->bytes + encoder->length, bytes, length);
	encoder->length += length;
}

static size_t varint(uint8_t out[10], uint64_t value)
{
	size_t length = 0;
	do {
		out[length++] = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
		value >>= 7;
	} while (value);
	return length;
}

static void put_varint(struct tri_encoder *encoder, uint64_t value)
{
	uint8_t bytes[10];
	put(encoder, bytes, varint(bytes, value));
}

void tri_encode_number(struct tri_encoder *encoder, uint32_t field, uint64_t value)
{
	if (value == 0)
		return;
	put_varint(encoder, (uint64_t)field << 3 | VARINT);
	put_varint(encoder, value);
}

void tri_encode_bytes(struct tri_encoder *encoder, uint32_t field, const void *bytes, size_t length)
{
	put_varint(encoder, (uint64_t)field << 3 | LENGTH_DELIMITED);
	put_varint(encoder, length);
	put(encoder, bytes, length);
}

size_t tri_encode_begin(struct tri_encoder *encoder, uint32_t field)
{
	put_varint(encoder, (uint64_t)field << 3 | LENGTH_DELIMITED);
	return encoder->length;
}

// The length goes before the message, whose bytes move up by what it takes.
void tri_encode_end(struct tri_encoder *encoder, size_t mark)
{
	uint8_t bytes[10];
	size_t body = encoder->length - mark, length = varint(bytes, body);
	put(encoder, bytes, length);
	if (encoder->failed)
		return;
	memmove(encoder->bytes + mark + length, encoder->bytes + mark, body);
	memcpy(encoder->bytes + mark, bytes, length);
}

void tri_encode_packed(struct tri_encoder *encoder, uint32_t field, const uint64_t *values, size_t count)
{
	size_t mark = tri_encode_begin(encoder, field);
	for (size_t i = 0; i < count; i++)
		put_varint(encoder, values[i]);
	tri_encode_end(encoder, mark);
}

bool tri_encoder_write_gzip(const struct tri_encoder *encoder, const char *path)
{
	if (encoder->failed)
		return false;
	gzFile file = gzopen(path, "wb");
	if (!file)
		return false;
	bool written = true;
	for (size_t at = 0; at < encoder->length && written;) {
		size_t piece = encoder->length - at < (1u << 30) ? encoder->length - at : 1u << 30;
		written = gzwrite(file, encoder->bytes + at, (unsigned)piece) == (int)piece;
		at += piece;
	}
	return gzclose(file) == Z_OK && written;
}

void tri_encoder_free(struct tri_encoder *encoder) { free(encoder->bytes); }

// ---- Tables ----------------------------------------------------------------------------------------

struct tri_encoder_entry {
	struct tri_encoder_entry *next;
	uint64_t id;
	size_t length;
	uint8_t key[];
};

static size_t hash_of(const uint8_t *key, size_t length)
{
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ key[i]) * 1099511628211u;
	return (size_t)(hash ^ hash >> 32);
}

static void rehash(struct tri_encoder_table *table)
{
	size_t capacity = table->capacity ? table->capacity * 4 : 256;
	struct tri_encoder_entry **chains = calloc(capacity, sizeof(struct tri_encoder_entry *));
	if (!chains)
		return;
	for (size_t i = 0; i < table->capacity; i++) {
		for (struct tri_encoder_entry *entry = table->chains[i]; entry;) {
			struct tri_encoder_entry *next = entry->next;
			struct tri_encoder_entry **chain = &chains[hash_of(entry->key, entry->length) & (capacity - 1)];
			entry->next = *chain;
			*chain = entry;
			entry = next;
		}
	}
	free(table->chains);
	table->chains = chains;
	table->capacity = capacity;
}

uint64_t tri_encoder_intern(struct tri_encoder_table *table, const void *key, size_t length, bool *fresh)
{
	*fresh = false;
	if (table->count >= table->capacity)
		rehash(table);
	if (table->capacity == 0)
		return 1;
	struct tri_encoder_entry **chain = &table->chains[hash_of(key, length) & (table->capacity - 1)];
	for (struct tri_encoder_entry *entry = *chain; entry; entry = entry->next) {
		if (entry->length == length && memcmp(entry->key, key, length) == 0)
			return entry->id;
	}
	struct tri_encoder_entry *entry = malloc(sizeof *entry + length);
	if (!entry)
		return 1;
	entry->id = ++table->count;
	entry->length = length;
	memcpy(entry->key, key, length);
	entry->next = *chain;
	*chain = entry;
	*fresh = true;
	return entry->id;
}

void tri_encoder_table_free(struct tri_encoder_table *table)
{
	for (size_t i = 0; i < table->capacity; i++) {
		for (struct tri_encoder_entry *entry = table->chains[i]; entry;) {
			struct tri_encoder_entry *next = entry->next;
			free(entry);
			entry = next;
		}
	}
	free(table->chains);
}
