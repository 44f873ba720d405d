// Memory from Linux. Reserved ranges are PROT_NONE mappings that cost nothing; committing makes them
// accessible and the kernel supplies zero pages at the first touch.
#define _GNU_SOURCE
#include "runtime/base/base.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

void *tri_os_reserve(size_t size, size_t align)
{
	size_t extra = align > 4096 ? align : 0;
	char *mapped = mmap(NULL, size + extra, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (mapped == MAP_FAILED)
		return NULL;
	if (extra == 0)
		return mapped;
	char *aligned = (char *)(((uintptr_t)mapped + align - 1) & ~(align - 1));
	if (aligned > mapped)
		munmap(mapped, (size_t)(aligned - mapped));
	size_t behind = (size_t)(mapped + size + extra - (aligned + size));
	if (behind > 0)
		munmap(aligned + size, behind);
	return aligned;
}

size_t tri_os_address_limit(void)
{
	struct rlimit limit;
	return getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? (size_t)limit.rlim_cur : SIZE_MAX;
}

bool tri_os_commit(void *address, size_t size)
{
	static _Atomic int32_t calls;
	if (TRI_DEBUG && tri_settings.fail_commit > 0 && atomic_fetch_add(&calls, 1) >= tri_settings.fail_commit)
		return false;
	return mprotect(address, size, PROT_READ | PROT_WRITE) == 0;
}

void tri_os_release(void *address, size_t size)
{
	// DONTNEED rather than FREE: memory statistics then show it at once.
	madvise(address, size, MADV_DONTNEED);
}

void tri_os_unmap(void *address, size_t size) { munmap(address, size); }

void tri_os_protect(void *address, size_t size) { mprotect(address, size, PROT_NONE); }

uint64_t tri_os_resident_bytes(void)
{
	char text[128];
	int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return 0;
	ssize_t length = read(file, text, sizeof text - 1);
	close(file);
	if (length <= 0)
		return 0;
	text[length] = 0;
	char *end;
	strtoull(text, &end, 10);
	return strtoull(end, NULL, 10) * 4096;
}

// Chunks of permanent memory; only the start-up thread and holders of the caller's own lock get here
// in this version, so a simple spin lock is enough.
static atomic_flag permanent_lock = ATOMIC_FLAG_INIT;
static _Atomic uint64_t permanent_bytes;
static char *permanent_next, *permanent_end; // guarded by permanent_lock

void *tri_permanent_alloc(size_t size)
{
	enum { CHUNK = 1 << 20 };
	size = (size + 15) & ~(size_t)15;
	while (atomic_flag_test_and_set_explicit(&permanent_lock, memory_order_acquire))
		__builtin_ia32_pause();
	if (size > (size_t)(permanent_end - permanent_next)) {
		size_t chunk = size > CHUNK ? (size + 4095) & ~(size_t)4095 : CHUNK;
		char *memory = mmap(NULL, chunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (memory == MAP_FAILED)
			tri_throw("runtime: cannot allocate memory");
		permanent_next = memory;
		atomic_fetch_add_explicit(&permanent_bytes, chunk, memory_order_relaxed);
		permanent_end = memory + chunk;
	}
	void *result = permanent_next;
	permanent_next += size;
	atomic_flag_clear_explicit(&permanent_lock, memory_order_release);
	return result;
}

uint64_t tri_permanent_bytes(void) { return atomic_load_explicit(&permanent_bytes, memory_order_relaxed); }

static int64_t clock_nanoseconds(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t tri_nanotime(void) { return clock_nanoseconds(CLOCK_MONOTONIC); }

int64_t tri_process_cpu_time(void) { return clock_nanoseconds(CLOCK_PROCESS_CPUTIME_ID); }
