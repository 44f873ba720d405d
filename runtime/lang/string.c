// Strings: concatenation, conversions to and from bytes and runes.
//
// Entry points that take a buffer write the result there when it fits: escape analysis found that it does not
// outlive the caller's frame.
#include "runtime/lang/lang.h"

enum { BUFFER = 32, RUNE_ERROR = 0xfffd, RUNE_MAX = 0x10ffff };

static char *string_memory(char *buffer, int64_t length)
{
	return buffer && length <= BUFFER ? buffer : tri_lang_alloc_plain((size_t)length);
}

struct tri_string tri_go_concatstrings(char *buffer, const struct tri_string *strings, int64_t count)
{
	int64_t total = 0, filled = 0, only = 0;
	for (int64_t i = 0; i < count; i++) {
		if (strings[i].length == 0)
			continue;
		if (__builtin_add_overflow(total, strings[i].length, &total))
			tri_throw("string concatenation too long");
		filled++;
		only = i;
	}
	if (filled == 0)
		return (struct tri_string){0};
	// A single piece is the result, unless it lies in a frame that the result must outlive. The buffer may be in the frame of the
	// caller's caller, which lies higher: then what is below it may be in the caller's own.
	const struct tri_g *g = &tri_current()->abi;
	bool in_stack = (uintptr_t)strings[only].data - g->stack_low < g->stack_high - g->stack_low;
	if (filled == 1 && (!in_stack || (buffer && strings[only].data > buffer)))
		return strings[only];
	char *data = string_memory(buffer, total), *at = data;
	for (int64_t i = 0; i < count; i++) {
		memcpy(at, strings[i].data, (size_t)strings[i].length);
		at += strings[i].length;
	}
	return (struct tri_string){data, total};
}

// Strings of one byte lie in the boxes of small numbers.
static struct tri_string one_byte(uint8_t byte) { return (struct tri_string){(const char *)&tri_static_integers[byte], 1}; }

struct tri_string tri_go_slicebytetostring(char *buffer, const char *bytes, int64_t length)
{
	if (length == 0)
		return (struct tri_string){0};
	if (length == 1)
		return one_byte((uint8_t)bytes[0]);
	char *data = string_memory(buffer, length);
	memcpy(data, bytes, (size_t)length);
	return (struct tri_string){data, length};
}

// Results of three words go through the goroutine.
static void return_slice(void *data, int64_t length, int64_t capacity)
{
	uintptr_t *result = tri_current()->abi.result;
	result[0] = (uintptr_t)data;
	result[1] = (uintptr_t)length;
	result[2] = (uintptr_t)capacity;
}

void tri_go_stringtoslicebyte(char *buffer, const char *text, int64_t length)
{
	if (length == 0) {
		return_slice(buffer ? buffer : tri_zero_base, 0, buffer ? BUFFER : 0);
		return;
	}
	if (buffer && length <= BUFFER) {
		memset(buffer + length, 0, (size_t)(BUFFER - length));
		memcpy(buffer, text, (size_t)length);
		return_slice(buffer, length, BUFFER);
		return;
	}
	int64_t capacity = (int64_t)tri_heap_rounded_size((size_t)length, false);
	char *data = tri_lang_alloc_plain((size_t)capacity);
	memcpy(data, text, (size_t)length);
	return_slice(data, length, capacity);
}

static unsigned encode(char *out, int32_t rune)
{
	uint32_t c = (uint32_t)rune;
	if (c > RUNE_MAX || (c >= 0xd800 && c < 0xe000))
		c = RUNE_ERROR;
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

// Decodes the rune at `text`; an invalid byte is RUNE_ERROR of width 1.
static unsigned decode(const char *text, int64_t length, int32_t *rune)
{
	const uint8_t *bytes = (const uint8_t *)text;
	uint32_t first = bytes[0];
	*rune = RUNE_ERROR;
	if (first < 0x80) {
		*rune = (int32_t)first;
		return 1;
	}
	unsigned width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	if (first < 0xc2 || first > 0xf4 || length < (int64_t)width)
		return 1;
	uint32_t value = first & (0x7fu >> width);
	for (unsigned i = 1; i < width; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 1;
		value = value << 6 | (bytes[i] & 0x3f);
	}
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	if (value < smallest[width] || value > RUNE_MAX || (value >= 0xd800 && value < 0xe000))
		return 1;
	*rune = (int32_t)value;
	return width;
}

struct tri_words2 tri_go_decoderune(const char *text, int64_t length, int64_t at)
{
	int32_t rune;
	unsigned width = decode(text + at, length - at, &rune);
	return (struct tri_words2){(uintptr_t)(intptr_t)rune, (uintptr_t)(at + (int64_t)width)};
}

int64_t tri_go_countrunes(const char *text, int64_t length)
{
	int64_t count = 0;
	int32_t rune;
	for (int64_t at = 0; at < length; count++)
		at += decode(text + at, length - at, &rune);
	return count;
}

void tri_go_stringtoslicerune(int32_t *buffer, const char *text, int64_t length)
{
	int64_t count = tri_go_countrunes(text, length), capacity;
	int32_t *runes;
	if (buffer && count <= BUFFER) {
		memset(buffer, 0, BUFFER * sizeof *buffer);
		runes = buffer;
		capacity = BUFFER;
	} else {
		capacity = (int64_t)(tri_heap_rounded_size((size_t)count * 4, false) / 4);
		runes = count > 0 ? tri_lang_alloc_plain((size_t)capacity * 4) : (int32_t *)tri_zero_base;
	}
	int64_t n = 0;
	for (int64_t at = 0; at < length;)
		at += decode(text + at, length - at, &runes[n++]);
	return_slice(runes, count, capacity);
}

struct tri_string tri_go_slicerunetostring(char *buffer, const int32_t *runes, int64_t count, int64_t capacity)
{
	(void)capacity;
	char scratch[4];
	int64_t total = 0;
	for (int64_t i = 0; i < count; i++)
		total += encode(scratch, runes[i]);
	if (total == 0)
		return (struct tri_string){0};
	char *data = string_memory(buffer, total), *at = data;
	for (int64_t i = 0; i < count; i++)
		at += encode(at, runes[i]);
	return (struct tri_string){data, total};
}

struct tri_string tri_go_intstring(char *buffer, int64_t value)
{
	char text[4];
	unsigned length = encode(text, value < 0 || value > RUNE_MAX ? RUNE_ERROR : (int32_t)value);
	if (length == 1)
		return one_byte((uint8_t)text[0]);
	char *data = buffer ? buffer : tri_lang_alloc_plain(length);
	memcpy(data, text, length);
	return (struct tri_string){data, length};
}
