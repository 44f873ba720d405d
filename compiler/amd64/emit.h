// Internal to compiler/amd64: what the files of the emitter share.
#ifndef TRI_AMD64_EMIT_H
#define TRI_AMD64_EMIT_H
#include "compiler/amd64/internal.h"

struct fixup {                    // a displacement to patch when block offsets are known
	uint32_t at;                  // of the displacement's first byte
	struct machine_block *target; // NULL: `local`
	uint32_t local_offset;
	bool is_short;
};

struct slow_path { // of an ALLOCATE or BARRIER, emitted behind the function's blocks
	const struct instruction *instruction;
	uint32_t branch;    // offset of the displacement that leads there
	uint32_t return_to; // where it goes on
};

struct emitter {
	struct encoder encoder;
	struct machine_function *function;
	struct tri_code *code;
	struct tri_arena *arena;            // of the result
	struct machine_block *block, *next; // being emitted; what follows it in memory
	TRI_VECTOR(struct fixup) fixups;
	bool *long_branch; // by branch number: needs a 32-bit displacement
	uint32_t branch_count, branch_capacity;
	struct tri_ssa_pos last_pos;
	bool has_last_pos;
	TRI_VECTOR(struct table) tables;
	TRI_VECTOR(struct slow_path) slow_paths;
	bool frameless;
	bool flag_in_use;      // the carry flag is read by an instruction to come
	uint32_t unsafe_start; // of the range that a BARRIER opened
};

struct table { // jump table to fill in
	struct tri_symbol *symbol;
	struct machine_block *source;
};

// ---- Places (emit.c) ---------------------------------------------------------------------------
struct location emit_use_location(struct emitter *emitter, const struct instruction *instruction, uint32_t vreg);
unsigned emit_dst(struct emitter *emitter, const struct instruction *instruction); // register of the result
struct memory emit_spill(struct emitter *emitter, uint32_t vreg);
struct memory emit_memory(struct emitter *emitter, const struct instruction *instruction, const struct address *address);
// The register an operand is in; loaded or made in `scratch` when it is elsewhere.
unsigned emit_operand(struct emitter *emitter, const struct instruction *instruction, const struct operand *operand, unsigned scratch);
// True when the operand is in memory (its own or a spill slot); the address is then in `memory`.
bool emit_is_memory(struct emitter *emitter, const struct instruction *instruction, const struct operand *operand, struct memory *memory);
// The register an operand is in, or NO_REGISTER.
unsigned emit_is_register(struct emitter *emitter, const struct instruction *instruction, const struct operand *operand);
bool emit_reads_register(struct emitter *emitter, const struct instruction *instruction, const struct address *address, unsigned reg);
void emit_parallel_moves(struct emitter *emitter, const struct move *moves, uint32_t count); // emit_moves.c

// ---- Branches ----------------------------------------------------------------------------------
// Where a jump to the block ends up: an empty block that only jumps on is skipped.
struct machine_block *amd64_final_target(struct machine_block *block);
void emit_jump_to(struct emitter *emitter, int condition, struct machine_block *target); // condition -1: always
// Short forward jumps within one instruction: returns a mark for emit_land.
uint32_t emit_skip(struct emitter *emitter, int condition);
void emit_land(struct emitter *emitter, uint32_t mark);

// ---- Instructions --------------------------------------------------------------------------------
void emit_compare(struct emitter *emitter, const struct instruction *instruction);
void emit_integer(struct emitter *emitter, const struct instruction *instruction); // emit_integer.c
void emit_wide(struct emitter *emitter, const struct instruction *instruction);    // emit_wide.c
void emit_float(struct emitter *emitter, const struct instruction *instruction);   // emit_float.c
void emit_access(struct emitter *emitter, const struct instruction *instruction);  // emit_memory.c
void emit_atomic(struct emitter *emitter, const struct instruction *instruction);  // emit_atomic.c
void emit_control(struct emitter *emitter, const struct instruction *instruction); // emit_control.c
// Frame map of the call just emitted.
void emit_safepoint(struct emitter *emitter, const struct instruction *call); // emit.c
void emit_zero(struct emitter *emitter, struct memory memory, int64_t size);
void emit_collector(struct emitter *emitter, const struct instruction *instruction); // emit_collector.c
void emit_slow_paths(struct emitter *emitter);
// What traces print of the function's arguments, once its code is final (emit_arguments.c).
void emit_describe_arguments(struct emitter *emitter);
void emit_note_position(struct emitter *emitter, struct tri_ssa_pos pos);

#endif
