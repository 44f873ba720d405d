// Internal to observe/: protobuf's wire format, tables that number things, gzip.
#ifndef TRI_RUNTIME_ENCODE_H
#define TRI_RUNTIME_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tri_encoder { // malloc'ed; `failed` once memory was out, and then nothing is written
	uint8_t *bytes;
	size_t length, capacity;
	bool failed;
};
void tri_encode_number(struct tri_encoder *encoder, uint32_t field, uint64_t value); // zero is left out
void tri_encode_bytes(struct tri_encoder *encoder, uint32_t field, const void *bytes, size_t length);
void tri_encode_packed(struct tri_encoder *encoder, uint32_t field, const uint64_t *values, size_t count);
size_t tri_encode_begin(struct tri_encoder *encoder, uint32_t field); // a nested message; the mark is for its end
void tri_encode_end(struct tri_encoder *encoder, size_t mark);
bool tri_encoder_write_gzip(const struct tri_encoder *encoder, const char *path);
void tri_encoder_free(struct tri_encoder *encoder);

struct tri_encoder_table { // key bytes -> 1, 2, 3 ... in order of first appearance; zero memory is an empty one
	struct tri_encoder_entry **chains;
	size_t capacity;
	uint64_t count;
};
uint64_t tri_encoder_intern(struct tri_encoder_table *table, const void *key, size_t length, bool *fresh);
void tri_encoder_table_free(struct tri_encoder_table *table);

#endif
