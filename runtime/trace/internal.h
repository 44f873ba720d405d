// Internal to trace/.
#ifndef TRI_RUNTIME_TRACE_INTERNAL_H
#define TRI_RUNTIME_TRACE_INTERNAL_H

#include "runtime/trace/trace.h"

enum {
	TRI_TRACE_BUFFER = 64 << 10,
	TRI_TRACE_NUMBER = 10, // bytes of the longest number
	TRI_TRACE_LONGEST_STRING = 1 << 10,
	TRI_TRACE_HEADER = 1 + 4 * TRI_TRACE_NUMBER,
};

// A batch in the making: its header is complete but for the size, which has all of its ten bytes.
struct tri_trace_buffer {
	struct tri_trace_buffer *next;
	uint64_t generation, last_time;
	uint32_t used, size_at;
	uint8_t bytes[TRI_TRACE_BUFFER - 32];
};

// buffer.c
extern struct tri_lock tri_trace_lock; // queues and tables
// Room for `size` bytes more in a batch of the writer's; a new batch begins when there is none, with `first` unless that is 0.
struct tri_trace_buffer *tri_trace_room(struct tri_trace_writer *writer, size_t size, uint64_t generation, uint8_t first);
void tri_trace_put_byte(struct tri_trace_buffer *buffer, uint8_t byte);
void tri_trace_put_number(struct tri_trace_buffer *buffer, uint64_t number);
void tri_trace_put_bytes(struct tri_trace_buffer *buffer, const void *bytes, size_t count);

// tables.c
void tri_trace_tables_write(uint64_t generation);
void tri_trace_messages_flush(void); // tri_trace_outside_lock is held
uint64_t tri_trace_stack_in(const uintptr_t *pcs, uint32_t depth, uint64_t generation);
void tri_trace_tables_free(void);

// samples.c
void tri_trace_samples_write(uint64_t generation);

#endif
