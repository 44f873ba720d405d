// The amd64 back end: instruction selection, register allocation over live ranges, frame layout,
// frame maps, encoding.
//
// In: an optimised SSA function. Out: its text symbol with code and relocations, and the rows the
// runtime and the debugger need (abi/function.h; DWARF).
#ifndef TRI_COMPILER_AMD64_H
#define TRI_COMPILER_AMD64_H

#include "compiler/ssa/ssa.h"

// One row of the line table, also used for DWARF.
struct tri_code_line {
	uint32_t offset;
	struct tri_ssa_pos pos;
};

struct tri_code_variable { // for DWARF: a variable that lives in a frame slot all the time
	const char *name;
	struct tri_type *type;
	int32_t frame_base_offset; // from the CFA (address just above the return address)
	bool is_parameter;
};

struct tri_code_safepoint {
	uint32_t return_offset; // 0: entry map
	struct tri_bits map;    // frame words, then incoming argument words
	struct tri_bits live;   // of these, what is used whoever has its address; only where the code has objects
};

struct tri_code_range { // offsets [start, end)
	uint32_t start, end;
};

struct tri_code_framed { // offsets behind `push rbp`, behind `mov rbp, rsp` and behind the call
	uint32_t pushed, framed, end;
};

// Everything about one compiled function that does not fit in its text symbol.
struct tri_code {
	struct tri_symbol *symbol;
	struct tri_ir_func *source;
	uint32_t frame_size;
	uint16_t entry_pointers, flags, argument_words;
	uint32_t defer_return;
	TRI_VECTOR(struct tri_code_line) lines;
	TRI_VECTOR(struct tri_code_safepoint) safepoints;
	bool has_objects;            // stack objects (abi/function.h)
	struct tri_bits slot_starts; // then: frame words that begin a slot
	TRI_VECTOR(struct tri_code_variable) variables;
	TRI_VECTOR(uint8_t) arguments;            // what traces print of them (abi/function.h)
	TRI_VECTOR(struct tri_code_range) unsafe; // not to be interrupted; ascending
	// Offsets in the prologue for call frame information: after push rbp; after mov rbp,rsp
	uint32_t push_offset, frame_offset;
	TRI_VECTOR(struct tri_code_framed) framed; // frameless functions: calls that do not return; ascending
	uint32_t grow_offset;                      // of the call of morestack behind the body; 0 = none
};

struct tri_amd64_options {
	bool listing; // -S: Intel-syntax listing with positions appended to listing_out
	struct tri_buffer *listing_out;
	bool check_live; // verify register allocation by an independent symbolic walk
	const char *dump;
	struct tri_buffer *dump_out;
};

// `arena` holds the result (the package's arena); the SSA function may be freed afterwards.
// NULL after an error in the package's diagnostics: the frame is too large.
struct tri_code *tri_amd64_compile(struct tri_arena *arena, struct tri_ssa_func *function, const struct tri_amd64_options *options);

#endif
