// Offsets in type descriptors. An offset is an absolute address, since executables lie below 2 GiB; what reflect makes lies
// in the heap: it has a negative number, and this table keeps it alive.
#include "abi/function.h"
#include "runtime/lang/lang.h"

#include <stdlib.h>

enum { FIRST_ADDED = -2, ADDED_LIMIT = 1 << 20 };

static struct tri_lock lock = TRI_LOCK_INIT(LEAF); // guards adding
static uintptr_t *_Atomic added;                   // by FIRST_ADDED - offset; reserved at once, never moves
static _Atomic uint32_t added_count;

static uint32_t unit_count(void *context)
{
	(void)context;
	return 1;
}

static void scan_unit(void *context, uint32_t unit, struct tri_gc_marker *marker)
{
	(void)context;
	(void)unit;
	uintptr_t *all = atomic_load(&added);
	tri_gc_mark_conservative(marker, all, all + atomic_load(&added_count));
}

static uintptr_t *begin(void)
{
	tri_assert_held(&lock);
	uintptr_t *all = tri_os_reserve(ADDED_LIMIT * sizeof *all, 4096);
	if (!all || !tri_os_commit(all, ADDED_LIMIT * sizeof *all))
		tri_throw("runtime: cannot allocate memory");
	atomic_store(&added, all);
	static const struct tri_gc_root_source source = {"types made by reflect", unit_count, scan_unit, NULL};
	tri_gc_add_root_source(&source);
	return all;
}

int32_t tri_lang_add_offset(uintptr_t pointer)
{
	tri_lock(&lock);
	uintptr_t *all = atomic_load(&added);
	if (!all)
		all = begin();
	uint32_t count = atomic_load(&added_count), at = 0;
	while (at < count && all[at] != pointer)
		at++;
	if (at == count) {
		if (count == ADDED_LIMIT)
			tri_throw("runtime: too many types made by reflect");
		all[at] = pointer;
		atomic_store(&added_count, count + 1);
	}
	tri_unlock(&lock);
	// The caller's stack may have been scanned, and this table too.
	if (tri_gc_is_marking())
		tri_gc_shade(tri_mutator(), pointer);
	return FIRST_ADDED - (int32_t)at;
}

uintptr_t tri_lang_offset(int32_t offset)
{
	if (offset >= 0)
		return (uint32_t)offset;
	uint32_t at = (uint32_t)(FIRST_ADDED - offset);
	return at < atomic_load(&added_count) ? atomic_load(&added)[at] : 0;
}

// ---- Descriptors by text ---------------------------------------------------------------------------

extern const uint32_t __start_tri_typelinks[] __attribute__((weak)), __stop_tri_typelinks[] __attribute__((weak));

struct tri_string tri_go_typestring(const struct tri_rtype *type);

static int by_text(const void *x, const void *y)
{
	struct tri_string a = tri_go_typestring((const struct tri_rtype *)(uintptr_t) * (const uint32_t *)x);
	struct tri_string b = tri_go_typestring((const struct tri_rtype *)(uintptr_t) * (const uint32_t *)y);
	int order = memcmp(a.data, b.data, (size_t)(a.length < b.length ? a.length : b.length));
	return order != 0 ? order : a.length < b.length ? -1 : a.length > b.length;
}

const int32_t *tri_lang_typelinks(int64_t *count)
{
	static int32_t *sorted; // guarded by lock
	size_t rows = (size_t)(__stop_tri_typelinks - __start_tri_typelinks);
	tri_lock(&lock);
	if (!sorted && rows > 0) {
		sorted = tri_permanent_alloc(rows * sizeof *sorted);
		memcpy(sorted, __start_tri_typelinks, rows * sizeof *sorted);
		qsort(sorted, rows, sizeof *sorted, by_text);
	}
	tri_unlock(&lock);
	*count = (int64_t)rows;
	return sorted;
}
