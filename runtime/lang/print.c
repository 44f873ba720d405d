// print and println: straight to standard error, in Go's forms. Between printlock and printunlock output is
// gathered, so that one statement is one write.
#include "runtime/lang/lang.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// Held by a goroutine from printlock to printunlock, which nest; guards what is gathered.
static _Atomic(struct tri_goroutine *) owner;
static int lock_depth;
static char gathered[4096];
static size_t gathered_length;

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

// Who finds it taken lets others run and tries again before it continues.
static void try_again(struct tri_goroutine *goroutine)
{
	struct tri_goroutine *nobody = NULL;
	if (atomic_compare_exchange_strong(&owner, &nobody, goroutine)) {
		lock_depth = 1;
		return;
	}
	goroutine->before_resume = try_again;
	tri_sched_yield();
}

void tri_go_printlock(void)
{
	struct tri_goroutine *goroutine = tri_current();
	if (atomic_load_explicit(&owner, memory_order_relaxed) == goroutine)
		lock_depth++;
	else
		try_again(goroutine);
}

void tri_go_printunlock(void)
{
	if (--lock_depth == 0) {
		flush();
		atomic_store_explicit(&owner, NULL, memory_order_release);
	}
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

// The shortest digits that read back as the same number, with an exponent below 10^-4 and from 10^6 on: what
// strconv's format 'g' gives for precision -1.
static void print_shortest(double value, bool single)
{
	if (isnan(value)) {
		put("NaN", 3);
		return;
	}
	if (isinf(value)) {
		put(value > 0 ? "+Inf" : "-Inf", 4);
		return;
	}
	char digits[40];
	int precision = 0;
	for (; precision < 17; precision++) {
		snprintf(digits, sizeof digits, "%.*e", precision, value);
		if (single ? strtof(digits, NULL) == (float)value : strtod(digits, NULL) == value)
			break;
	}
	char *e = strchr(digits, 'e');
	int exponent = atoi(e + 1), count = precision + 1;
	*e = 0;
	// "-d.ddd" without sign and point.
	const char *at = digits;
	char plain[24];
	int length = 0;
	if (*at == '-') {
		put("-", 1);
		at++;
	}
	for (; *at; at++) {
		if (*at != '.')
			plain[length++] = *at;
	}
	enum { LIMIT = 6 };
	char text[64];
	int written = 0;
	if (exponent < -4 || exponent >= LIMIT) {
		text[written++] = plain[0];
		if (count > 1)
			text[written++] = '.';
		for (int i = 1; i < count; i++)
			text[written++] = plain[i];
		written += snprintf(text + written, sizeof text - (size_t)written, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
	} else if (exponent < 0) {
		written = snprintf(text, sizeof text, "0.%.*s%.*s", -exponent - 1, "0000", count, plain);
	} else {
		for (int i = 0; i <= exponent || i < count; i++) {
			if (i == exponent + 1)
				text[written++] = '.';
			text[written++] = i < count ? plain[i] : '0';
		}
	}
	put(text, (size_t)written);
}

void tri_go_printfloat64(double value) { print_shortest(value, false); }
void tri_go_printfloat32(float value) { print_shortest((double)value, true); }

static void print_complex(double real, double imaginary, bool single)
{
	put("(", 1);
	print_shortest(real, single);
	// Infinity has its sign already, NaN has none.
	if (!signbit(imaginary) || isnan(imaginary))
		put("+", isinf(imaginary) ? 0 : 1);
	print_shortest(imaginary, single);
	put("i)", 2);
}

void tri_go_printcomplex128(double real, double imaginary) { print_complex(real, imaginary, false); }
void tri_go_printcomplex64(float real, float imaginary) { print_complex((double)real, (double)imaginary, true); }

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
