// Internal to gc/: markers, the queue of grey objects, the state of a cycle.
#ifndef TRI_RUNTIME_GC_INTERNAL_H
#define TRI_RUNTIME_GC_INTERNAL_H

#include "runtime/gc/gc.h"
#include "runtime/heap/span.h"

enum {
	TRI_GC_FOUND = 16,        // pointers between their discovery and the look at their marks
	TRI_GC_AHEAD = 16,        // grey objects between prefetch and scan
	TRI_GC_CHUNK = 510,       // addresses in a chunk of the queue: 4 KiB
	TRI_GC_SPANS = 2048,      // spans that wait in a marker
	TRI_GC_PIECE = 128 << 10, // large objects are scanned in pieces of so many bytes
};

struct tri_gc_chunk {
	struct tri_gc_chunk *next;
	uint64_t count;
	// Base addresses of grey small objects, a piece of a large one being two: end, address | 1; or base addresses of
	// spans; or pointers whose marks nobody has looked at.
	uintptr_t items[TRI_GC_CHUNK];
};
_Static_assert(sizeof(struct tri_gc_chunk) == 4096, "a page");

struct tri_gc_found { // a small object
	_Atomic uint8_t *mark;
	uintptr_t base; // of the object; marking span by span, of its span
	tri_page page;
};

struct tri_gc_grey {
	uintptr_t base;
	tri_page page;
};

// A marker belongs to one thread at a time.
struct tri_gc_marker {
	struct tri_gc_chunk *chunk; // grey objects, newest on top; chunk->next: older ones of this marker
	uint32_t found_first, found_count, ahead_first, ahead_count;
	struct tri_gc_found found[TRI_GC_FOUND];
	struct tri_gc_grey ahead[TRI_GC_AHEAD];
	uint32_t span_first, span_count;
	uintptr_t spans[TRI_GC_SPANS];   // marking span by span: bases, first in, first out
	struct tri_gc_chunk *more_spans; // what did not fit
	// Since they were last added to the cycle's totals.
	uint64_t marked_bytes, marked_objects, scanned_bytes;
	struct tri_gc_marker *next; // of those not in use
};

// work.c: the shared queue
void tri_gc_chunk_push_slow(struct tri_gc_marker *marker, uintptr_t item);
bool tri_gc_chunk_pop_slow(struct tri_gc_marker *marker, uintptr_t *item);
static inline void tri_gc_chunk_push(struct tri_gc_marker *marker, uintptr_t item)
{
	struct tri_gc_chunk *chunk = marker->chunk;
	if (TRI_LIKELY(chunk && chunk->count < TRI_GC_CHUNK - 1)) // two free places: a pair is never split
		chunk->items[chunk->count++] = item;
	else
		tri_gc_chunk_push_slow(marker, item);
}
static inline bool tri_gc_chunk_pop(struct tri_gc_marker *marker, uintptr_t *item)
{
	struct tri_gc_chunk *chunk = marker->chunk;
	if (TRI_UNLIKELY(!chunk || chunk->count == 0))
		return tri_gc_chunk_pop_slow(marker, item);
	*item = chunk->items[--chunk->count];
	return true;
}
bool tri_gc_take_shared(struct tri_gc_marker *marker); // a chunk from the others
// Pointers nobody has looked at yet, for whoever takes from the shared queue; false: enough of them wait there.
bool tri_gc_give_pointers(const uintptr_t *pointers, uint32_t count);
void tri_gc_publish(struct tri_gc_marker *marker);    // everything it holds becomes the others'; counters too
void tri_gc_share_some(struct tri_gc_marker *marker); // when others look for work
bool tri_gc_shared_is_empty(void);
struct tri_gc_marker *tri_gc_marker_get(void);
void tri_gc_marker_put(struct tri_gc_marker *marker); // publishes

// mark.c
// Scans until about `bytes` were scanned, or nothing is left in the marker; bytes scanned.
uint64_t tri_gc_drain(struct tri_gc_marker *marker, uint64_t bytes);
size_t tri_gc_piece_period(uintptr_t base);       // bytes after which the mask of the large object begins anew
void tri_gc_settle(struct tri_gc_marker *marker); // pointers just found become grey objects in its queue

// mark_span.c
extern bool tri_gc_by_span; // of the cycle under way; changes only while the world is stopped
void tri_gc_span_choose(uint64_t live);
void tri_gc_span_init(void);
void tri_gc_span_find(struct tri_gc_marker *marker, uintptr_t pointer);
// A small object's mark has been fetched: marks it, and queues its span (found->base).
void tri_gc_span_grey(struct tri_gc_marker *marker, const struct tri_gc_found *found);
uint64_t tri_gc_span_scan(struct tri_gc_marker *marker, uintptr_t base); // bytes scanned
bool tri_gc_more_spans(struct tri_gc_marker *marker);                    // what did not fit into the queue moves there; false: nothing
void tri_gc_span_put_slow(struct tri_gc_marker *marker, uintptr_t base);
static inline void tri_gc_span_put(struct tri_gc_marker *marker, uintptr_t base)
{
	if (TRI_LIKELY(marker->span_count < TRI_GC_SPANS))
		marker->spans[(marker->span_first + marker->span_count++) % TRI_GC_SPANS] = base;
	else
		tri_gc_span_put_slow(marker, base);
}

// roots.c
void tri_gc_roots_begin(void);                       // world stopped
bool tri_gc_root_next(struct tri_gc_marker *marker); // scans one unit; false: none left to take
bool tri_gc_roots_left(void);
bool tri_gc_roots_done(void); // all have been scanned

// cycle.c
enum tri_gc_phase { TRI_GC_OFF, TRI_GC_MARK };
struct tri_gc_cycle {
	_Atomic uint32_t phase;
	_Atomic uint32_t busy;      // somebody changes the phase
	_Atomic uint32_t workers;   // that hold grey objects or units of roots
	_Atomic uint64_t entered;   // how often one came
	_Atomic uint32_t seeking;   // workers that look for work
	_Atomic uint32_t dedicated; // workers of that kind
	_Atomic uint32_t running;   // workers that are no assists
	_Atomic uint32_t called;    // an assist has work to share, and has woken a processor
	_Atomic uint64_t number;    // cycles ended
	_Atomic uint64_t started;   // cycles begun
	// Totals of the cycle, added to when a marker publishes.
	_Atomic uint64_t marked_bytes, marked_objects, scanned_bytes;
	_Atomic int64_t credit; // bytes that workers scanned beyond anybody's debt
	_Atomic int64_t cpu[4]; // nanoseconds by enum tri_gc_worker; [0]: assists
	uint64_t live_at_start;
	int64_t mark_start;
	struct tri_gc_report report;
};
extern struct tri_gc_cycle tri_gc_cycle;
extern struct tri_gc_world tri_gc_world;
void tri_gc_start(struct tri_mutator *mutator, enum tri_gc_cause cause);
bool tri_gc_try_finish(struct tri_mutator *mutator); // everything is marked: ends the mark phase

// pacer.c
struct tri_gc_pacer {
	_Atomic int32_t percent;
	_Atomic uint64_t goal;         // bytes of heap
	_Atomic uint64_t assist_ratio; // bytes to scan per byte handed out, a double's bits
	double cons_mark[4];           // bytes allocated per byte scanned at equal time, of the last cycles
	uint64_t last_scanned, last_marked;
	uint64_t triggered_at; // live bytes when the mark under way began
};
extern struct tri_gc_pacer tri_gc_pacer;
void tri_gc_pacer_init(void);
void tri_gc_pacer_started(void);                // a mark begins
void tri_gc_pacer_ended(uint64_t marked_bytes); // a mark ended: next goal and trigger (world stopped)
void tri_gc_pacer_update(void);                 // settings changed
void tri_gc_pacer_revise(void);                 // while marking: the assist ratio

// limit.c
extern _Atomic int64_t tri_gc_memory_limit;
void tri_gc_limit_init(void);
void tri_gc_limit_monitor(int64_t now);
uint64_t tri_gc_limit_goal(uint64_t marked);   // the heap that the memory limit leaves room for
void tri_gc_limit_marked(uint64_t handed_out); // a mark has ended, the world is stopped; bytes before it
bool tri_gc_limiter_on(void);                  // the collector has had its half of the processors: no assists
void tri_gc_limiter_account(int64_t gc_nanoseconds, int64_t total_nanoseconds);

void tri_gc_verify(void); // verify.c

#endif
