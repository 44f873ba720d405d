// Goroutine stacks: where they come from, how they are walked, how they move.
#ifndef TRI_RUNTIME_STACK_H
#define TRI_RUNTIME_STACK_H

#include "abi/function.h"
#include "abi/goroutine.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TRI_STACK_MINIMUM = 2048,
	TRI_STACK_POOLED = 128 << 10,       // up to here powers of two from pools
	TRI_STACK_RESERVE_FROM = 256 << 10, // from here one reserved range that grows in place
};
#define TRI_STACK_LIMIT ((uint64_t)1000000000)
extern int64_t tri_stack_limit;             // TRI_STACK_LIMIT, or what debug.SetMaxStack said
#define TRI_STACK_RANGE ((uint64_t)1 << 29) // what fits under the limit by doubling

// ---- Memory (memory.c) ---------------------------------------------------------------------------
enum { TRI_STACK_ORDERS = 7 }; // 2 KiB to 128 KiB

// Free stacks of one processor, by order; used by its owner without a lock.
struct tri_stack_cache {
	void *pieces[TRI_STACK_ORDERS];
	uint32_t counts[TRI_STACK_ORDERS];
};

// Sets low, high, guard. `cache` NULL: from the shared pools.
void tri_stack_alloc(struct tri_g *g, size_t size, struct tri_stack_cache *cache);
void tri_stack_free(struct tri_g *g, struct tri_stack_cache *cache);
void tri_stack_cache_flush(struct tri_stack_cache *cache); // back to the shared pools
void tri_stack_set_guard(struct tri_g *g);
uint64_t tri_stack_bytes(void); // in use by goroutines; what ranges have above TRI_STACK_RESERVE_FROM does not count
bool tri_stack_has_ranges(void);
uint64_t tri_stack_range_storage(const struct tri_g *g); // that rest, for the stack of one that does not run
uint64_t tri_stack_mapped_bytes(void);                   // got from the system
// A range stack at rest: storage below what is in use (and a little more) goes back to the system.
void tri_stack_trim(struct tri_g *g);

// ---- Usual depth (learn.c) -----------------------------------------------------------------------
// What goroutines started at one place came to need: the size to start the next one with.
size_t tri_stack_usual_size(uintptr_t created_at);
void tri_stack_note_size(uintptr_t created_at, size_t size); // when one ends

// ---- Functions (functions.c) ---------------------------------------------------------------------
void tri_functions_init(void);                                 // checks the order of the function table
const struct tri_function_info *tri_function_at(uintptr_t pc); // NULL: not compiled code

struct tri_frame_place { // a source position, innermost inlined call first
	const char *function, *file;
	uint32_t line;
	uint32_t next_inline; // pass to get the place it was inlined into; 0 = outermost
};
// `pc` is the address of an instruction (for a return address: minus one) or a mark. `inline_index` 0: innermost.
bool tri_function_place(const struct tri_function_info *info, uintptr_t pc, uint32_t inline_index, struct tri_frame_place *place);

// The mark that stands for what the inlined call was inlined into (abi/function.h).
uintptr_t tri_function_mark(const struct tri_function_info *info, uint32_t inline_index);
uint64_t tri_function_read_unsigned(const uint8_t **at); // a uleb128 of the tables
// What traces print of the arguments (abi/function.h, enum tri_argument_place); NULL: nothing is known of them.
const uint8_t *tri_function_arguments(const struct tri_function_info *info);

// ---- Walking (unwind.c) --------------------------------------------------------------------------

struct tri_frame {
	const struct tri_function_info *info;
	uintptr_t pc;        // return address, or the instruction itself when `faulted` or `at_entry`
	uintptr_t sp;        // RSP in the body; at_entry: address of the caller's return address
	bool at_entry;       // no frame exists yet
	bool faulted;        // stopped by a signal: its registers are gone
	bool interrupted;    // stopped by a signal that keeps its registers: what it holds is anybody's guess
	bool unentered;      // interrupted where it has no frame yet, or none any more
	const void *context; // at_entry: the closure that is being called
};
// The innermost frame of a goroutine that is not running Go code; false when it has none.
bool tri_frame_first(const struct tri_g *g, struct tri_frame *frame);
bool tri_frame_next(struct tri_frame *frame); // to its caller; false at the outermost
// Whether the return address lies at sp: nothing was pushed yet, or never is.
bool tri_frame_is_bare(const struct tri_frame *frame);

// The words of a frame that hold pointers: bit i of `bits` = word at base + 8*i, `words` of them; frame words, then
// incoming stack arguments. False: the frame is dead (see unwind.c), nothing in it counts.
struct tri_frame_words {
	uintptr_t *base;
	const uint8_t *bits;   // NULL: every word may be one, to be read conservatively
	uint32_t first, words; // bits [first, first+words)
	const uint8_t *live;   // of those, what is used without anybody having its address; the same bits
	const uint8_t *starts; // words that begin a stack object (abi/function.h), numbered from `base`; NULL: there are none
};
// Two pieces: [0] the frame, [1] the incoming arguments.
bool tri_frame_words(const struct tri_frame *frame, struct tri_frame_words pieces[2]);

// ---- Arguments (arguments.c) ---------------------------------------------------------------------
// The arguments of a frame's function as traces show them, without parentheses: 0x5, {0xc000012345, 0x3}, _.
void tri_frame_print_arguments(const struct tri_frame *frame);

// ---- Moving (move.c) -----------------------------------------------------------------------------
// Gives the goroutine a stack of `size` bytes and corrects every pointer into the old one. `at_entry`: it
// stands in morestack, with argument registers saved in g.
void tri_stack_move(struct tri_g *g, size_t size, bool at_entry, struct tri_stack_cache *cache);
// Lets the scheduler correct what it holds about a parked goroutine: pointers in [low, high) get delta.
extern void (*tri_stack_move_hook)(struct tri_g *g, uintptr_t low, uintptr_t high, intptr_t delta);

#endif
