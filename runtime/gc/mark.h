// Internal to gc/: the state of a marking worker.
#ifndef TRI_RUNTIME_MARK_H
#define TRI_RUNTIME_MARK_H

#include "runtime/gc/gc.h"
#include "runtime/heap/span.h"

struct tri_gc_work { // a grey object, or a piece of a large one
	uintptr_t base;
	size_t bytes;
	const struct tri_layout *layout;
};

enum {
	TRI_GC_AHEAD = 16,        // grey objects between prefetch and scan
	TRI_GC_PIECE = 128 << 10, // large objects are scanned in pieces of so many bytes
};

struct tri_gc_marker {
	struct tri_gc_work *stack; // grey objects; mapped memory, grown by mapping anew
	size_t count, capacity;
	struct tri_gc_work ahead[TRI_GC_AHEAD]; // prefetched, a ring
	uint32_t ahead_first, ahead_count;
	uint64_t marked_bytes, marked_objects, scanned_words;
};

void tri_gc_drain(struct tri_gc_marker *marker);
void tri_gc_verify(void); // verify.c: marks again with another traversal and compares
extern uint32_t tri_gc_source_count;
extern struct tri_gc_root_source tri_gc_sources[];

#endif
