// Character classes by binary search in generated range tables, and UTF-8.
#include "compiler/syntax/unicode.h"

#include "compiler/base/base.h"
#include "compiler/syntax/unicode_ranges.def"

struct range {
	int32_t first, last;
};

#define X(first, last) {first, last},
static const struct range letters[] = {TRI_UNICODE_LETTER(X)};
static const struct range digits[] = {TRI_UNICODE_DIGIT(X)};
static const struct range upper_case[] = {TRI_UNICODE_UPPER(X)};
static const struct range printable[] = {TRI_UNICODE_PRINTABLE(X)};
#undef X

static bool contains(const struct range *ranges, size_t count, int32_t rune)
{
	size_t low = 0, high = count; // the first range that ends at or after the rune
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (ranges[middle].last < rune)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && ranges[low].first <= rune;
}

bool tri_rune_is_letter(int32_t rune) { return contains(letters, TRI_COUNT(letters), rune); }

bool tri_rune_is_digit(int32_t rune) { return contains(digits, TRI_COUNT(digits), rune); }

bool tri_rune_is_upper(int32_t rune) { return contains(upper_case, TRI_COUNT(upper_case), rune); }

bool tri_rune_is_printable(int32_t rune) { return contains(printable, TRI_COUNT(printable), rune); }

size_t tri_utf8_decode(const char *text, size_t length, int32_t *rune)
{
	const unsigned char *bytes = (const unsigned char *)text;
	int32_t first = bytes[0];
	if (first < 0x80) {
		*rune = first;
		return 1;
	}
	size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	if (first < 0xc2 || first > 0xf4 || length < size)
		return 0;
	int32_t value = first & (0x7f >> size);
	for (size_t i = 1; i < size; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (bytes[i] & 0x3f);
	}
	static const int32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	if (value < smallest[size] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return 0;
	*rune = value;
	return size;
}

size_t tri_utf8_encode(int32_t rune, char *out)
{
	if (rune < 0x80) {
		out[0] = (char)rune;
		return 1;
	}
	size_t size = rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
	for (size_t i = size - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (rune & 0x3f));
		rune >>= 6;
	}
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	out[0] = (char)(lead[size] | rune);
	return size;
}
