// What code compiled with -d=checkptr asks about pointers that package unsafe made. What is wrong is a mistake of the program that
// cannot be recovered from, told in Go's words.
#include "runtime/lang/lang.h"

extern char data_start[] __attribute__((weak)), _edata[] __attribute__((weak));
extern char __start_tri_types[] __attribute__((weak)), __stop_tri_types[] __attribute__((weak));
extern char __bss_start[] __attribute__((weak)), _end[] __attribute__((weak));

enum {
	IN_NOTHING, // known
	IN_STACK,   // addresses that no object has
};
enum { SMALLEST_ADDRESS = 4096 };

// What the address is in; the same for all addresses within one object. Stacks and each part of the program's data count as one.
static uintptr_t object_at(uintptr_t address)
{
	const struct tri_g *g = &tri_current()->abi;
	if (address >= g->stack_low && address < g->stack_high)
		return IN_STACK;
	uintptr_t object = tri_heap_slot_at(address); // free or not: behind an object is not in it
	if (object != 0)
		return object;
	if (address >= (uintptr_t)__start_tri_types && address < (uintptr_t)__stop_tri_types)
		return IN_NOTHING; // reflect reaches types by offsets from elsewhere
	if (address >= (uintptr_t)data_start && address < (uintptr_t)_edata)
		return (uintptr_t)data_start;
	if (address >= (uintptr_t)__bss_start && address < (uintptr_t)_end)
		return (uintptr_t)__bss_start;
	return IN_NOTHING;
}

static bool straddles(uintptr_t address, uint64_t size)
{
	if (size <= 1)
		return false;
	uintptr_t last;
	return __builtin_add_overflow(address, size - 1, &last) || object_at(address) != object_at(last);
}

void tri_go_checkptrAlignment(uintptr_t pointer, const struct tri_rtype *type, uint64_t count)
{
	if (pointer == 0)
		return;
	if (type->pointer_bytes != 0 && (pointer & (type->align - 1u)) != 0)
		tri_throw("checkptr: misaligned pointer conversion");
	if (straddles(pointer, type->size * count))
		tri_throw("checkptr: converted pointer straddles multiple allocations");
}

void tri_go_checkptrArithmetic(uintptr_t pointer, const uintptr_t *originals, uint64_t count)
{
	if (pointer > 0 && pointer < SMALLEST_ADDRESS)
		tri_throw("checkptr: pointer arithmetic computed bad pointer value");
	uintptr_t object = object_at(pointer);
	if (object == IN_NOTHING)
		return;
	for (uint64_t i = 0; i < count; i++) {
		if (object_at(originals[i]) == object)
			return;
	}
	tri_throw("checkptr: pointer arithmetic result points to invalid allocation");
}

void tri_go_checkptrSlice(uintptr_t pointer, const struct tri_rtype *type, uint64_t length)
{
	if (straddles(pointer, type->size * length))
		tri_throw("checkptr: unsafe.Slice result straddles multiple allocations");
}

void tri_go_checkptrString(uintptr_t pointer, uint64_t length)
{
	if (straddles(pointer, length))
		tri_throw("checkptr: unsafe.String result straddles multiple allocations");
}
