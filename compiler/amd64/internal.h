// Internal to compiler/amd64: machine instructions over virtual registers, and what the stages of
// the back end (select, liveness, allocate, resolve, frame, emit) hand to each other.
#ifndef TRI_AMD64_INTERNAL_H
#define TRI_AMD64_INTERNAL_H
#ifndef TRI_COMPILER_AMD64_IMPLEMENTATION
#error "compiler/amd64/internal.h is private to compiler/amd64"
#endif

#include "abi/call.h"
#include "abi/function.h"
#include "abi/goroutine.h"
#include "compiler/amd64/amd64.h"

// ---- Registers -------------------------------------------------------------------------------
// Hardware numbers; XMM registers follow at 16.

enum {
	RAX,
	RCX,
	RDX,
	RBX,
	RSP,
	RBP,
	RSI,
	RDI,
	R8,
	R9,
	R10,
	R11,
	R12,
	R13,
	R14,
	R15,
	XMM0 = 16,
	XMM15 = 31,
	REGISTER_COUNT = 32,
	NO_REGISTER = 255,
	SCRATCH = R11,
	FLOAT_SCRATCH = XMM15,
};

#define INTEGER_REGISTERS \
	(1u << RAX | 1u << RCX | 1u << RDX | 1u << RBX | 1u << RSI | 1u << RDI | 1u << R8 | 1u << R9 | 1u << R10 | 1u << R12 | 1u << R13 | \
	 1u << R15)
#define FLOAT_REGISTERS 0x7fff0000u

static inline bool is_float_register(unsigned reg) { return reg >= XMM0; }

// ---- Machine instructions --------------------------------------------------------------------
// Operands are virtual registers, immediates or one memory reference. An operand may end up in a
// register, in its spill slot or be rematerialised; emit.c copes with all three through the scratch
// registers. Only address components are certain to be in registers.

// X(tag): what emit.c does with each is described there.
#define MACHINE_OPS(X) \
	X(MOVE)          /* dst = a */ \
	X(LOAD)          /* dst = [mem], width; sign: sign-extend to 8 bytes, else zero-extended */ \
	X(STORE)         /* [mem] = a */ \
	X(LEA)           /* dst = &mem */ \
	X(ALU)           /* dst = a op b: alu tells */ \
	X(ALU_MEMORY)    /* [mem] = [mem] op a */ \
	X(MULTIPLY)      /* dst = a * b */ \
	X(MULTIPLY_HIGH) /* dst = high half of a * b; sign */ \
	X(MULTIPLY_WIDE) /* dst = high half of a * b, fixed_defs[0] = low half, unsigned */ \
	X(ADD_CARRY)     /* dst = a op b and the carry c; fixed_defs[0] = carry; alu: add or sub */ \
	X(DIVIDE)        /* dst = a / b; sign; remainder: the remainder instead */ \
	X(DIVIDE_WIDE)   /* dst = (a:b) / c, unsigned */ \
	X(NEGATE) \
	X(COMPLEMENT) \
	X(SHIFT)  /* dst = a shift b; alu: 4 shl 5 shr 7 sar 0 rol; go_shift */ \
	X(EXTEND) /* dst = a widened from `width`; sign */ \
	X(BIT_SCAN_FORWARD) \
	X(BIT_SCAN_REVERSE) \
	X(POPULATION) \
	X(BYTE_SWAP) \
	X(SET)    /* dst = a cc b */ \
	X(CHOOSE) /* dst = (a cc b) ? c : d */ \
	X(BRANCH) /* if (a cc b) goto targets[0] else targets[1] */ \
	X(JUMP) \
	X(TABLE_JUMP) \
	X(FLOAT_ALU) /* dst = a op b */ \
	X(FLOAT_NEGATE) \
	X(SQUARE_ROOT) \
	X(ROUND)        /* dst = a rounded; alu: the mode */ \
	X(MULTIPLY_ADD) /* dst = a * b + c */ \
	X(FLOAT_MINMAX) /* Go's rules; remainder: max */ \
	X(INT_TO_FLOAT) /* from a (width from_width, signed or not) */ \
	X(FLOAT_TO_INT) \
	X(FLOAT_TO_FLOAT) \
	X(BITCAST) /* between register classes */ \
	X(NIL_CHECK) \
	X(ZERO_MEMORY)      /* c bytes at [mem] */ \
	X(COPY_MEMORY)      /* c bytes from [from] to [mem] */ \
	X(EXCHANGE)         /* dst = [mem], [mem] = a, as one */ \
	X(EXCHANGE_ADD)     /* dst = [mem], [mem] = [mem] + a, as one */ \
	X(COMPARE_EXCHANGE) /* dst = [mem] == a; if so [mem] = b, as one */ \
	X(ATOMIC_UPDATE)    /* [mem] = [mem] op a, as one: alu tells */ \
	X(ATOMIC_FETCH)     /* dst = [mem], [mem] = dst op a, as one */ \
	X(PREFETCH) \
	X(KEEP_ALIVE) \
	X(SLOT_LIVE) \
	X(ALLOCATE) /* dst = a zeroed object of layout `symbol`, c bytes; a safepoint that clobbers nothing */ \
	X(BARRIER)  /* while marking, shades what barrier tells; what follows up to BARRIER_END is not interrupted */ \
	X(BARRIER_END) \
	X(ENTRY) /* defines the argument registers */ \
	X(CALL) \
	X(TAIL_CALL) /* leaves the frame and jumps: what it calls returns to the caller */ \
	X(RETURN) \
	X(TRAP)

enum machine_op {
#define X(tag) MACHINE_##tag,
	MACHINE_OPS(X)
#undef X
};

enum alu_op {
	ALU_ADD = 0,
	ALU_OR = 1,
	ALU_ADD_CARRY = 2,
	ALU_SUB_BORROW = 3,
	ALU_AND = 4,
	ALU_SUB = 5,
	ALU_XOR = 6,
	ALU_CMP = 7,
	ALU_TEST = 8
};
enum { SHIFT_ROL = 0, SHIFT_SHL = 4, SHIFT_SHR = 5, SHIFT_SAR = 7 };

// Condition codes, hardware encoding; the float pairs need a parity test.
enum condition {
	CC_O = 0,
	CC_NO = 1,
	CC_B = 2,
	CC_AE = 3,
	CC_E = 4,
	CC_NE = 5,
	CC_BE = 6,
	CC_A = 7,
	CC_S = 8,
	CC_P = 10,
	CC_NP = 11,
	CC_L = 12,
	CC_GE = 13,
	CC_LE = 14,
	CC_G = 15,
	CC_FLOAT_EQ = 16, // ZF and not PF
	CC_FLOAT_NE = 17, // not ZF or PF
};
enum condition invert_condition(enum condition condition);

enum operand_kind {
	OPERAND_NONE,
	OPERAND_VREG,
	OPERAND_IMMEDIATE,
	OPERAND_SYMBOL /* 32-bit address of symbol+immediate */,
	OPERAND_MEMORY
};

struct operand {
	enum operand_kind kind;
	uint32_t vreg;
	int64_t immediate;
	struct tri_symbol *symbol;
};

enum address_base {
	BASE_VREG,
	BASE_NONE,
	BASE_SLOT,
	BASE_ARGUMENTS /* RBP+16 */,
	BASE_OUTGOING /* RSP */,
	BASE_SPILL /* of vreg `base`, made by emit */,
	BASE_G
};

struct address {
	enum address_base kind;
	uint32_t base, index; // virtual registers, 0 = none
	uint8_t scale;        // log2
	int64_t displacement;
	struct tri_symbol *symbol; // added
	struct tri_ssa_slot *slot;
};

struct barrier {
	struct address *places; // the pointers that lie there are shaded
	struct operand *values; // and these
	uint32_t place_count, value_count;
};

struct fixed_operand {
	uint32_t vreg; // 0: `value` is an immediate or symbol
	uint8_t reg;
	struct operand value;
};

struct instruction {
	uint8_t op;    // enum machine_op
	uint8_t width; // bytes of the operation
	uint8_t from_width;
	uint8_t alu, condition, targets_count;
	bool is_float;                        // operands are floats (compare), or dst is
	bool sign, remainder, go_shift, test; // test: compare by TEST
	bool bit_test;                        // compare by BT: bit b (modulo the width) of a is the carry
	bool takes_carry, leaves_carry;       // ADD_CARRY: the carry is in the processor's flag, not (only) in a register
	bool non_zero;                        // bit scans: the operand is
	bool in_use_before;                   // SLOT_LIVE: not the first of the slot in this call of the function, perhaps (frame.c)
	uint32_t dst;                         // virtual register
	struct operand a, b, c, d;
	struct address mem;               // of the operand of kind MEMORY, or the instruction's own
	struct address from;              // COPY_MEMORY: the source
	struct fixed_operand *fixed_uses; // CALL, RETURN
	struct fixed_operand *fixed_defs; // CALL, ENTRY
	uint32_t fixed_use_count, fixed_def_count;
	struct tri_ssa_call *call;
	struct tri_symbol *symbol;
	struct barrier *barrier;
	struct machine_block **targets;
	uint32_t clobbers;       // registers whose contents are lost, once the operands are read
	uint32_t early_clobbers; // those that no operand may be in
	uint32_t position;       // even; definitions happen at position + 1
	uint32_t code_offset;    // of its code, moves before it included
	struct tri_ssa_pos pos;
	struct instruction *previous, *next;
	// Moves to be done together before this instruction (allocation, resolution).
	TRI_VECTOR(struct move) moves_before;
	struct tri_bits *live_slots;      // safepoints: pointer words of slots that are live behind it (frame.c)
	struct tri_bits *used_slots;      // those, and the words of stack objects that may be in use
	TRI_VECTOR(uint32_t) live_spills; // safepoints: pointer virtual registers in their spill slots
};

static inline bool is_safepoint(const struct instruction *instruction)
{
	return instruction->op == MACHINE_CALL || instruction->op == MACHINE_ALLOCATE;
}

// A place a value can be.
enum location_kind { LOCATION_NONE, LOCATION_REGISTER, LOCATION_SPILL, LOCATION_IMMEDIATE, LOCATION_SYMBOL };
struct location {
	enum location_kind kind;
	uint8_t reg;
	uint32_t vreg;     // SPILL: whose slot
	int64_t immediate; // IMMEDIATE, SYMBOL
	struct tri_symbol *symbol;
};
struct move {
	struct location from, to;
	uint8_t type; // enum tri_ssa_type
};

struct machine_block {
	uint32_t index; // in layout order
	struct tri_ssa_block *source;
	struct instruction *first, *last;
	struct machine_block *targets[2]; // successors (more in TABLE_JUMP's targets)
	TRI_VECTOR(struct machine_block *) successors, predecessors;
	struct tri_bits live_in, live_out; // virtual registers
	uint32_t from, to;                 // positions [from, to)
	TRI_VECTOR(struct phi) phis;
	bool is_cold, is_loop_header;
	struct machine_block *loop_end; // of the first block of an innermost loop: its last one; else NULL
	struct machine_block *loop;     // header of the innermost loop it is in; NULL: none
	// Of a loop's header: that of the loop around, and the loop's first and last block in layout order, cold ones aside.
	struct machine_block *outer_loop, *loop_first, *loop_last;
	uint32_t code_end; // offset behind its code
	uint32_t loop_depth;
	uint32_t code_offset;
	// What the edges into it (single predecessor) and out of it (single successor) move.
	TRI_VECTOR(struct move) entry_moves, exit_moves;
};

struct phi {
	uint32_t dst;
	struct operand *sources; // one per predecessor, in the block's predecessor order
};

struct virtual_register {
	uint8_t type;              // enum tri_ssa_type
	uint32_t hint;             // virtual register whose register is preferred
	uint8_t hint_register;     // or a hardware register; NO_REGISTER = none
	bool hint_is_cold;         // only cold code wants that one
	struct interval *interval; // first part
	struct interval *recent;   // amd64_part_at's last answer
	bool spilled;              // some part is in memory
	bool store_at_definition;  // otherwise stores stand where the splits are, all in cold code
	int32_t spill_offset;      // from RSP
	uint32_t spill_slot;       // colour + 1
	struct instruction *definition;
	struct machine_block *definition_block;
	bool is_phi;
};

struct range {
	uint32_t from, to; // [from, to)
};

enum use_kind { USE_ANY, USE_SHOULD, USE_MUST };
struct use {
	uint32_t position;
	enum use_kind kind;
};

// A virtual register's lifetime or a part of it with one location.
struct interval {
	uint32_t vreg;
	TRI_VECTOR(struct range) ranges; // ascending, disjoint
	TRI_VECTOR(struct use) uses;     // ascending
	struct location location;
	struct interval *next_part;
	uint32_t cursor; // first range that does not end before the allocator's position
};

struct machine_function {
	struct tri_arena *arena; // the SSA function's
	struct tri_ssa_func *source;
	const struct tri_amd64_options *options;
	TRI_VECTOR(struct machine_block *) blocks;              // layout order
	TRI_VECTOR(struct virtual_register) vregs;              // [0] unused
	TRI_VECTOR(struct instruction *) by_position;           // instruction at position / 2
	TRI_VECTOR(uint32_t) clobber_positions[REGISTER_COUNT]; // ascending
	int32_t frame_size, spill_base, spill_size;
	bool needs_frame;
	uint32_t *slot_words; // by slot id: number of its first word in frame.c's bit sets
	uint32_t slot_word_count;
	struct tri_bits zeroed_at_entry;  // slot words that the prologue clears
	struct tri_bits zeroed_when_live; // slot words that SLOT_LIVE clears
	bool has_objects;                 // at some call a stack object may be in use without being live
};

// ---- Stages ----------------------------------------------------------------------------------

void amd64_select(struct machine_function *function);           // select.c
void amd64_number(struct machine_function *function);           // liveness.c: positions, clobbers
void amd64_liveness(struct machine_function *function);         // live_in, live_out, intervals
void amd64_allocate(struct machine_function *function);         // allocate.c
void amd64_resolve(struct machine_function *function);          // resolve.c: moves on splits and edges
void amd64_check_allocation(struct machine_function *function); // check.c
bool amd64_frame(struct machine_function *function); // false after reporting that it is too large // frame.c: slot liveness, layout
struct tri_code *amd64_emit(struct tri_arena *arena, struct machine_function *function); // emit.c
void amd64_dump(const struct machine_function *function, const char *title, struct tri_buffer *out);
void amd64_listing(const struct machine_function *function, const struct tri_code *code, struct tri_buffer *out);

// Enumerates the registers an instruction reads: calls back with the kind of use.
typedef void amd64_use_visitor(void *context, uint32_t vreg, enum use_kind kind);
void amd64_each_use(const struct instruction *instruction, amd64_use_visitor *visit, void *context);

// The block whose instructions stand around a position.
struct machine_block *amd64_block_at(const struct machine_function *function, uint32_t position);

// The part of a virtual register that covers a position, or starts it (definitions).
struct interval *amd64_part_at(const struct machine_function *function, uint32_t vreg, uint32_t position);
struct location amd64_location_at(const struct machine_function *function, uint32_t vreg, uint32_t position);

static inline struct virtual_register *vreg_of(const struct machine_function *function, uint32_t vreg)
{
	return &function->vregs.items[vreg];
}
static inline uint32_t register_class(enum tri_ssa_type type) { return tri_ssa_type_is_float(type) ? FLOAT_REGISTERS : INTEGER_REGISTERS; }

// ---- Encoder (encode.c) ----------------------------------------------------------------------

struct encoder {
	struct tri_symbol_table *table;
	struct tri_symbol *symbol;
	uint32_t offset; // bytes written
};

struct memory {          // a hardware address
	uint8_t base, index; // NO_REGISTER = none
	uint8_t scale;
	int64_t displacement;
	struct tri_symbol *symbol;
};

void encode_byte(struct encoder *encoder, uint8_t byte);
void encode_word32(struct encoder *encoder, uint32_t word);
// Legacy-encoded instruction with a register field and a register or memory operand.
// `opcode`: up to three bytes, most significant first (0x0fb6); prefix: 0, 0x66, 0xf2, 0xf3.
// width 1 makes SPL..DIL reachable; width 8 sets REX.W; width 2 adds 0x66.
void encode_rr(struct encoder *encoder, uint8_t prefix, uint32_t opcode, unsigned width, unsigned reg, unsigned rm);
// `trailing`: bytes of immediate that follow.
void encode_rm(struct encoder *encoder, uint8_t prefix, uint32_t opcode, unsigned width, unsigned reg, const struct memory *memory);
void encode_vex(struct encoder *encoder, uint8_t opcode, unsigned reg, unsigned second, unsigned rm, const struct memory *memory);
void encode_move(struct encoder *encoder, unsigned width, unsigned to, unsigned from); // same class
void encode_move_immediate(struct encoder *encoder, unsigned to, int64_t value, bool keep_flags);
void encode_move_symbol(struct encoder *encoder, unsigned to, struct tri_symbol *symbol, int64_t addend);
void encode_alu_rr(struct encoder *encoder, enum alu_op alu, unsigned width, unsigned to, unsigned from);
void encode_alu_rm(struct encoder *encoder, enum alu_op alu, unsigned width, unsigned to, const struct memory *memory);
void encode_alu_mr(struct encoder *encoder, enum alu_op alu, unsigned width, const struct memory *memory, unsigned from);
void encode_alu_ri(struct encoder *encoder, enum alu_op alu, unsigned width, unsigned to, int64_t value);
void encode_alu_mi(struct encoder *encoder, enum alu_op alu, unsigned width, const struct memory *memory, int64_t value);
void encode_load(struct encoder *encoder, unsigned width, bool sign, bool is_float, unsigned to, const struct memory *memory);
void encode_store(struct encoder *encoder, unsigned width, bool is_float, const struct memory *memory, unsigned from);
void encode_store_immediate(struct encoder *encoder, unsigned width, const struct memory *memory, int64_t value);
void encode_relocation(struct encoder *encoder, enum tri_relocation_kind kind, struct tri_symbol *target, int64_t addend);

#endif
