// The character classes of Unicode that Go's rules mention, and UTF-8.
#ifndef TRI_COMPILER_UNICODE_H
#define TRI_COMPILER_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// As unicode.IsLetter, IsDigit, IsUpper and IsPrint.
bool tri_rune_is_letter(int32_t rune);
bool tri_rune_is_digit(int32_t rune);
bool tri_rune_is_upper(int32_t rune);
bool tri_rune_is_printable(int32_t rune);

// Decodes the first code point of a non-empty text. Gives its length in bytes, or 0 when the text
// does not begin with valid UTF-8 (overlong forms, surrogates and cut sequences are not valid).
size_t tri_utf8_decode(const char *text, size_t length, int32_t *rune);
// Writes up to 4 bytes and returns how many. The rune must be a valid code point.
size_t tri_utf8_encode(int32_t rune, char *out);

#endif
