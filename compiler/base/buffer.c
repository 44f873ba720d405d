// Text buffers and the internal compiler error.
#define TRI_BASE_INTERNAL
#include "compiler/base/base.h"
#include "compiler/base/internal.h"

#include <stdio.h>
#include <stdlib.h>

// Makes room for `extra` more bytes and the terminating NUL.
static void reserve(struct tri_buffer *buffer, size_t extra)
{
	if (extra >= SIZE_MAX / 4 - buffer->length)
		tri_base_out_of_memory(extra);
	size_t needed = buffer->length + extra + 1;
	if (needed <= buffer->capacity)
		return;
	size_t capacity = buffer->capacity < 64 ? 64 : buffer->capacity * 2;
	if (capacity < needed)
		capacity = needed;
	buffer->data = tri_base_realloc(buffer->data, capacity);
	buffer->capacity = capacity;
}

void tri_buffer_append(struct tri_buffer *buffer, const void *bytes, size_t length)
{
	reserve(buffer, length);
	if (length != 0)
		memcpy(buffer->data + buffer->length, bytes, length);
	buffer->length += length;
	buffer->data[buffer->length] = '\0';
}

void tri_buffer_append_c(struct tri_buffer *buffer, const char *text) { tri_buffer_append(buffer, text, strlen(text)); }

void tri_buffer_append_byte(struct tri_buffer *buffer, char byte)
{
	reserve(buffer, 1);
	buffer->data[buffer->length++] = byte;
	buffer->data[buffer->length] = '\0';
}

void tri_buffer_vprintf(struct tri_buffer *buffer, const char *format, va_list arguments)
{
	va_list again;
	va_copy(again, arguments);
	reserve(buffer, 0);
	size_t room = buffer->capacity - buffer->length;
	int length = vsnprintf(buffer->data + buffer->length, room, format, arguments);
	if (length < 0)
		tri_ice("unprintable format: %s", format);
	if ((size_t)length >= room) {
		reserve(buffer, (size_t)length);
		vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
	}
	va_end(again);
	buffer->length += (size_t)length;
}

void tri_buffer_printf(struct tri_buffer *buffer, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	tri_buffer_vprintf(buffer, format, arguments);
	va_end(arguments);
}

void tri_buffer_free(struct tri_buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct tri_buffer){0};
}

void tri_ice_at(const char *file, int line, const char *format, ...)
{
	fprintf(stderr, "tricolor: internal compiler error: %s:%d: ", file, line);
	va_list arguments;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\nThis is a mistake in tricolor, not in your program. Please report it together with the source "
					"that was being compiled.\n");
	exit(2);
}
