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

// table.c
enum tri_trace_table { TRI_TRACE_STRING_TABLE, TRI_TRACE_STACK_TABLE, TRI_TRACE_TABLES };
struct tri_trace_entry {
	struct tri_trace_entry *_Atomic below[4];
	struct tri_trace_entry *before;  // the one entered before it
	struct tri_trace_entry *carried; // the same one in the next generation, once somebody needs it; changed while the world is stopped
	uint64_t hash, number;           // the number is its generation's
	uint32_t size;                   // bytes of content
	_Alignas(8) uint8_t content[];
};
// The entry with that content, in the table of a generation that has not been written.
struct tri_trace_entry *tri_trace_enter(enum tri_trace_table which, uint64_t generation, const void *content, uint32_t size);
// Of a generation that has ended: nobody enters anything but who asks.
const struct tri_trace_entry *tri_trace_last_entry(enum tri_trace_table which, uint64_t generation);
void tri_trace_tables_forget(uint64_t generation);
void tri_trace_tables_free(void);

// tables.c
void tri_trace_tables_write(uint64_t generation); // and forgets them
void tri_trace_messages_flush(void);              // tri_trace_outside_lock is held
uint64_t tri_trace_stack_in(const uintptr_t *pcs, uint32_t depth, uint64_t generation);

// samples.c
void tri_trace_samples_write(uint64_t generation);

#endif
