// What functions of the library are called in profiles (native.def).
#ifndef TRI_RUNTIME_NATIVE_H
#define TRI_RUNTIME_NATIVE_H

#include <stdbool.h>
#include <stdint.h>

struct tri_native {
	const char *name; // for ever
	uintptr_t entry;
};
bool tri_native_at(uintptr_t pc, struct tri_native *to); // false: in no known function

#endif
