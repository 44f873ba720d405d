// print and println: straight to standard error, in Go's forms. Between printlock and printunlock output is
// gathered, so that one statement is one write.
#include "runtime/lang/lang.h"

#include <math.h>
#include <stdio.h>

static char gathered[4096];
static size_t gathered_length;
static int lock_depth;

static void flush(void)
{
	tri_write_error(gathered, gathered_length);
	gathered_length = 0;
}

static void put(const char *bytes, size_t length)
{
	if (length > sizeof gathered - gathered_length)
		flush();
	if (length > sizeof gathered) {
		tri_write_error(bytes, length);
		return;
	}
	memcpy(gathered + gathered_length, bytes, length);
	gathered_length += length;
	if (lock_depth == 0)
		flush();
}

void tri_go_printlock(void) { lock_depth++; }

void tri_go_printunlock(void)
{
	if (--lock_depth == 0)
		flush();
}

void tri_go_printpanicdone(void)
{
	lock_depth = 0;
	flush();
}

void tri_go_printstring(const char *text, int64_t length) { put(text, (size_t)length); }
void tri_go_printsp(void) { put(" ", 1); }
void tri_go_printnl(void) { put("\n", 1); }
void tri_go_printbool(uint64_t value) { value & 1 ? put("true", 4) : put("false", 5); }

void tri_go_printint(int64_t value)
{
	char text[32];
	put(text, (size_t)snprintf(text, sizeof text, "%lld", (long long)value));
}

void tri_go_printuint(uint64_t value)
{
	char text[32];
	put(text, (size_t)snprintf(text, sizeof text, "%llu", (unsigned long long)value));
}

void tri_go_printhex(uint64_t value)
{
	char text[32];
	put(text, (size_t)snprintf(text, sizeof text, "0x%llx", (unsigned long long)value));
}

void tri_go_printpointer(uintptr_t value) { tri_go_printhex(value); }

// Seven digits, sign, exponent of at least three digits: +1.500000e+000. The digits come from repeated
// multiplication, as Go's do, so the last one may differ from correct rounding.
void tri_go_printfloat64(double value)
{
	enum { DIGITS = 7 };
	if (isnan(value)) {
		put("NaN", 3);
		return;
	}
	if (isinf(value)) {
		put(value > 0 ? "+Inf" : "-Inf", 4);
		return;
	}
	char text[DIGITS + 8];
	text[0] = signbit(value) ? '-' : '+';
	int exponent = 0;
	if (value != 0) {
		if (value < 0)
			value = -value;
		while (value >= 10) {
			exponent++;
			value /= 10;
		}
		while (value < 1) {
			exponent--;
			value *= 10;
		}
		double half = 5;
		for (int i = 0; i < DIGITS; i++)
			half /= 10;
		value += half;
		if (value >= 10) {
			exponent++;
			value /= 10;
		}
	} else {
		value = 0;
	}
	for (int i = 0; i < DIGITS; i++) {
		int digit = (int)value;
		text[i + 2] = (char)('0' + digit);
		value = (value - digit) * 10;
	}
	text[1] = text[2];
	text[2] = '.';
	text[DIGITS + 2] = 'e';
	text[DIGITS + 3] = exponent < 0 ? '-' : '+';
	if (exponent < 0)
		exponent = -exponent;
	text[DIGITS + 4] = (char)('0' + exponent / 100);
	text[DIGITS + 5] = (char)('0' + exponent / 10 % 10);
	text[DIGITS + 6] = (char)('0' + exponent % 10);
	put(text, DIGITS + 7);
}

void tri_go_printslice(uintptr_t data, int64_t length, int64_t capacity)
{
	char text[96];
	put(text, (size_t)snprintf(text, sizeof text, "[%lld/%lld]0x%llx", (long long)length, (long long)capacity, (unsigned long long)data));
}

void tri_go_printeface(uintptr_t type, uintptr_t data)
{
	char text[64];
	put(text, (size_t)snprintf(text, sizeof text, "(0x%llx,0x%llx)", (unsigned long long)type, (unsigned long long)data));
}

void tri_go_printiface(uintptr_t itab, uintptr_t data) { tri_go_printeface(itab, data); }
