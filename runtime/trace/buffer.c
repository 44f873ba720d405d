// Writing events into batches, and handing these to the reader.
#include "runtime/trace/internal.h"

#include <time.h>

_Atomic uint32_t tri_tracing, tri_trace_readable;
struct tri_lock tri_trace_outside_lock = TRI_LOCK_INIT(TRACE_OUTSIDE);
struct tri_lock tri_trace_lock = TRI_LOCK_INIT(TRACE);
struct tri_trace_writer tri_trace_outside = {.thread = TRI_TRACE_NO_THREAD};

static const uint8_t argument_counts[] = {
#define EVENT(tag, number, arguments) [number] = arguments,
#include "runtime/trace/events.def"
#undef EVENT
};

static _Atomic uint64_t generation; // of the session that runs or was last; never 0 once one has begun

// Guarded by tri_trace_lock.
static struct {
	struct {
		struct tri_trace_buffer *first, *last;
	} full[2]; // by generation % 2
	struct tri_trace_buffer *empty, *reading;
	uint64_t read_generation, complete_generation; // the one being read; the last with nothing more to come
	bool to_read;                                  // from a trace's beginning until all of it has been read
	bool header_read, end_read, stopped;
} shared;

uint64_t tri_trace_generation(void) { return atomic_load_explicit(&generation, memory_order_relaxed); }

// ---- Bytes ---------------------------------------------------------------------------------------------------------------

void tri_trace_put_byte(struct tri_trace_buffer *buffer, uint8_t byte) { buffer->bytes[buffer->used++] = byte; }

void tri_trace_put_number(struct tri_trace_buffer *buffer, uint64_t number)
{
	uint8_t *at = buffer->bytes + buffer->used;
	for (; number >= 0x80; number >>= 7)
		*at++ = (uint8_t)(number | 0x80);
	*at++ = (uint8_t)number;
	buffer->used = (uint32_t)(at - buffer->bytes);
}

void tri_trace_put_bytes(struct tri_trace_buffer *buffer, const void *bytes, size_t count)
{
	memcpy(buffer->bytes + buffer->used, bytes, count);
	buffer->used += (uint32_t)count;
}

// ---- Batches -------------------------------------------------------------------------------------------------------------

static struct tri_trace_buffer *new_buffer(void)
{
	tri_lock(&tri_trace_lock);
	struct tri_trace_buffer *buffer = shared.empty;
	if (buffer)
		shared.empty = buffer->next;
	tri_unlock(&tri_trace_lock);
	if (buffer)
		return buffer;
	buffer = tri_os_reserve(sizeof *buffer, 4096);
	if (!buffer || !tri_os_commit(buffer, sizeof *buffer))
		tri_throw("runtime: cannot allocate memory for a trace");
	return buffer;
}

static void begin_batch(struct tri_trace_buffer *buffer, uint64_t thread, uint64_t of_generation)
{
	buffer->next = NULL;
	buffer->generation = of_generation;
	buffer->used = 0;
	buffer->last_time = (uint64_t)tri_nanotime();
	tri_trace_put_byte(buffer, TRI_TRACE_BATCH);
	tri_trace_put_number(buffer, of_generation);
	tri_trace_put_number(buffer, thread);
	tri_trace_put_number(buffer, buffer->last_time);
	buffer->size_at = buffer->used;
	buffer->used += TRI_TRACE_NUMBER;
}

void tri_trace_flush(struct tri_trace_writer *writer)
{
	struct tri_trace_buffer *buffer = writer->buffer;
	if (!buffer)
		return;
	writer->buffer = NULL;
	uint32_t size = buffer->used - buffer->size_at - TRI_TRACE_NUMBER;
	for (uint32_t i = 0; i < TRI_TRACE_NUMBER; i++, size >>= 7)
		buffer->bytes[buffer->size_at + i] = (uint8_t)((size & 0x7f) | (i < TRI_TRACE_NUMBER - 1 ? 0x80 : 0));
	tri_lock(&tri_trace_lock);
	unsigned which = buffer->generation % 2;
	if (shared.full[which].last)
		shared.full[which].last->next = buffer;
	else
		shared.full[which].first = buffer;
	shared.full[which].last = buffer;
	tri_unlock(&tri_trace_lock);
	atomic_fetch_add(&tri_trace_readable, 1);
}

struct tri_trace_buffer *tri_trace_room(struct tri_trace_writer *writer, size_t size, uint64_t of_generation, uint8_t first)
{
	if (writer->buffer && writer->buffer->used + size > sizeof writer->buffer->bytes)
		tri_trace_flush(writer);
	if (!writer->buffer) {
		writer->buffer = new_buffer();
		begin_batch(writer->buffer, writer->thread, of_generation);
		if (first)
			tri_trace_put_byte(writer->buffer, first);
	}
	return writer->buffer;
}

static void put_time(struct tri_trace_buffer *buffer)
{
	uint64_t now = (uint64_t)tri_nanotime();
	if (now <= buffer->last_time)
		now = buffer->last_time + 1;
	tri_trace_put_number(buffer, now - buffer->last_time);
	buffer->last_time = now;
}

void tri_trace_write(struct tri_trace_writer *writer, enum tri_trace_event event, const uint64_t *arguments)
{
	unsigned count = argument_counts[event];
	struct tri_trace_buffer *buffer = tri_trace_room(writer, 1 + (count + 1) * TRI_TRACE_NUMBER, tri_trace_generation(), 0);
	tri_trace_put_byte(buffer, (uint8_t)event);
	put_time(buffer);
	for (unsigned i = 0; i < count; i++)
		tri_trace_put_number(buffer, arguments[i]);
}

// ---- Generations ---------------------------------------------------------------------------------------------------------

void tri_trace_prepare(void) { atomic_fetch_add(&generation, 1); }

void tri_trace_begin(void)
{
	tri_lock(&tri_trace_lock);
	shared.read_generation = tri_trace_generation();
	shared.complete_generation = 0;
	shared.to_read = true;
	shared.header_read = shared.end_read = shared.stopped = false;
	tri_unlock(&tri_trace_lock);
	atomic_store(&tri_tracing, 1);
}

void tri_trace_advance(bool stop)
{
	tri_assert_held(&tri_trace_outside_lock);
	tri_trace_flush(&tri_trace_outside);
	tri_trace_messages_flush();
	tri_lock(&tri_trace_lock);
	shared.stopped = stop;
	tri_unlock(&tri_trace_lock);
	if (stop)
		atomic_store(&tri_tracing, 0);
	else
		atomic_fetch_add(&generation, 1);
}

void tri_trace_sync(void)
{
	struct tri_trace_writer writer = {NULL, TRI_TRACE_NO_THREAD};
	struct tri_trace_buffer *buffer = tri_trace_room(&writer, 1 + 6 * TRI_TRACE_NUMBER, tri_trace_generation(), TRI_TRACE_SYNC);
	struct timespec wall;
	clock_gettime(CLOCK_REALTIME, &wall);
	tri_trace_put_byte(buffer, TRI_TRACE_FREQUENCY);
	tri_trace_put_number(buffer, 1000000000);
	tri_trace_put_byte(buffer, TRI_TRACE_CLOCK_SNAPSHOT);
	put_time(buffer);
	tri_trace_put_number(buffer, buffer->last_time);
	tri_trace_put_number(buffer, (uint64_t)wall.tv_sec);
	tri_trace_put_number(buffer, (uint64_t)wall.tv_nsec);
	tri_trace_flush(&writer);
}

void tri_trace_complete(void)
{
	uint64_t ended = atomic_load(&tri_tracing) ? tri_trace_generation() - 1 : tri_trace_generation();
	tri_trace_samples_write(ended);
	tri_trace_tables_write(ended);
	tri_lock(&tri_trace_lock);
	shared.complete_generation = ended;
	tri_unlock(&tri_trace_lock);
	atomic_fetch_add(&tri_trace_readable, 1);
}

void tri_trace_end(void)
{
	tri_lock(&tri_trace_lock);
	struct tri_trace_buffer *buffer = shared.empty;
	shared.empty = NULL;
	tri_unlock(&tri_trace_lock);
	while (buffer) {
		struct tri_trace_buffer *next = buffer->next;
		tri_os_unmap(buffer, sizeof *buffer);
		buffer = next;
	}
	tri_trace_tables_free();
}

// ---- Reading -------------------------------------------------------------------------------------------------------------

static enum tri_trace_read next_locked(const void **bytes, size_t *length)
{
	static const char header[16] = "go 1.26 trace\0\0";
	static const uint8_t end = TRI_TRACE_END_OF_GENERATION;
	if (shared.reading) {
		shared.reading->next = shared.empty;
		shared.empty = shared.reading;
		shared.reading = NULL;
	}
	if (!shared.header_read) { // said also to who reads before there is a trace, and again when it begins
		shared.header_read = true;
		*bytes = header;
		*length = sizeof header;
		return TRI_TRACE_READ_BYTES;
	}
	if (!shared.to_read)
		return TRI_TRACE_READ_NOTHING;
	unsigned which = shared.read_generation % 2;
	struct tri_trace_buffer *buffer = shared.full[which].first;
	if (buffer) {
		shared.full[which].first = buffer->next;
		if (!buffer->next)
			shared.full[which].last = NULL;
		shared.reading = buffer;
		*bytes = buffer->bytes;
		*length = buffer->used;
		return TRI_TRACE_READ_BYTES;
	}
	if (shared.complete_generation != shared.read_generation)
		return TRI_TRACE_READ_NOTHING;
	if (!shared.end_read) {
		shared.end_read = true;
		*bytes = &end;
		*length = 1;
		return TRI_TRACE_READ_BYTES;
	}
	shared.end_read = false;
	if (shared.stopped) {
		shared.to_read = shared.header_read = false;
		return TRI_TRACE_READ_END;
	}
	shared.read_generation++;
	return TRI_TRACE_READ_GENERATION;
}

enum tri_trace_read tri_trace_next(const void **bytes, size_t *length)
{
	tri_lock(&tri_trace_lock);
	enum tri_trace_read result = next_locked(bytes, length);
	tri_unlock(&tri_trace_lock);
	return result;
}
