// SSA form of one function, the passes over it, and how it is built from the typed tree.
//
// A function is blocks of ordered values. PURE values may sit anywhere that their arguments
// dominate; values with effects keep their order within the block (memory is not a value here).
// Go variables that are scalars, strings, slices, interfaces, small structs and arrays live in SSA
// values, one per machine word; all else, and whatever has its address taken, lives in frame slots.
#ifndef TRI_COMPILER_SSA_H
#define TRI_COMPILER_SSA_H

#include "compiler/base/base.h"
#include "compiler/ir/ir.h"
#include "compiler/symbol/symbol.h"

enum tri_ssa_op {
#define OP(tag, arguments, flags, text) TRI_SSA_##tag,
#include "compiler/ssa/ops.def"
#undef OP
	TRI_SSA_OP_COUNT // machine operations of a back end are numbered from here
};

enum tri_ssa_op_flag {
	TRI_SSA_FLAG_PURE = 1,
	TRI_SSA_FLAG_READ = 2,
	TRI_SSA_FLAG_WRITE = 4,
	TRI_SSA_FLAG_TRAP = 8,
	TRI_SSA_FLAG_CALL = 16,
	TRI_SSA_FLAG_COMMUTE = 32,
};

struct tri_ssa_op_info {
	const char *name;
	int8_t arguments;
	uint8_t flags;
};
extern const struct tri_ssa_op_info tri_ssa_ops[TRI_SSA_OP_COUNT];

// Machine types. PTR is a word the collector and the stack mover must know of (interior and nil
// pointers included); I64 is one they must not.
enum tri_ssa_type {
	TRI_SSA_VOID,
	TRI_SSA_BOOL,
	TRI_SSA_I8,
	TRI_SSA_I16,
	TRI_SSA_I32,
	TRI_SSA_I64,
	TRI_SSA_PTR,
	TRI_SSA_F32,
	TRI_SSA_F64,
};
static inline uint32_t tri_ssa_type_size(enum tri_ssa_type type)
{
	static const uint8_t sizes[] = {0, 1, 1, 2, 4, 8, 8, 4, 8};
	return sizes[type];
}
static inline bool tri_ssa_type_is_float(enum tri_ssa_type type) { return type >= TRI_SSA_F32; }

// A position and the inlined calls around it.
struct tri_ssa_pos {
	tri_pos pos;
	struct tri_inline_site *site;
	bool is_statement; // DWARF is_stmt
};

struct tri_ssa_block;

struct tri_ssa_value {
	uint16_t op;        // enum tri_ssa_op, or a machine operation
	uint8_t type;       // enum tri_ssa_type
	bool go_shift;      // shifts: count not known to be below the width
	bool non_nil;       // PTR known not to be nil
	bool is_length;     // I64 that is a length or capacity in memory: at least 0, at most 2^48
	bool fresh;         // PTR to an object allocated in this function with no safepoint since (barrier elision keeps it)
	uint32_t id;        // dense per function
	uint32_t use_count; // kept by tri_ssa_add_argument and friends; recomputed by tri_ssa_count_uses
	struct tri_ssa_block *block;
	struct tri_ssa_value *previous, *next; // order within the block
	TRI_VECTOR(struct tri_ssa_value *) arguments;
	int64_t integer;
	double number;
	struct tri_symbol *symbol;
	struct tri_ssa_slot *slot;
	struct tri_ssa_call *call;
	struct tri_ssa_pos pos;
	void *machine; // back end
};

enum tri_ssa_block_kind {
	TRI_SSA_BLOCK_JUMP,        // one successor
	TRI_SSA_BLOCK_IF,          // control (BOOL): successor 0 when true, 1 when false
	TRI_SSA_BLOCK_RETURN,      // results are in `results` (register words, ABI order); stack results already stored
	TRI_SSA_BLOCK_UNREACHABLE, // after a call that does not return
	TRI_SSA_BLOCK_SWITCH,      // control (I64) in [0, successor count): jump table; always in range
};

enum tri_ssa_likely { TRI_SSA_UNKNOWN, TRI_SSA_LIKELY /* successor 0 */, TRI_SSA_UNLIKELY };

struct tri_ssa_block {
	uint32_t id; // dense per function
	uint8_t kind, likely;
	struct tri_ssa_value *first, *last; // phis first
	struct tri_ssa_value *control;
	TRI_VECTOR(struct tri_ssa_value *) results;
	TRI_VECTOR(struct tri_ssa_block *) successors, predecessors;
	struct tri_ssa_pos pos; // of the branch
	// Analyses; valid after tri_ssa_dominators / tri_ssa_loops until blocks change.
	struct tri_ssa_block *dominator;
	uint32_t dominator_enter, dominator_leave; // a dominates b iff a.enter <= b.enter && b.leave <= a.leave
	uint32_t loop_depth;
	struct tri_ssa_block *loop_header; // innermost
	bool is_cold;                      // panics and slow paths: laid out last
	void *machine;
};

// A piece of the frame with an address.
struct tri_ssa_slot {
	uint32_t id;
	int64_t size, align;
	struct tri_bits pointer_mask; // one bit per word
	bool has_pointers;
	bool address_taken;    // its address goes somewhere else than directly into LOAD/STORE/ZERO_MEMORY/COPY_MEMORY
	bool always_live;      // named in every map (e.g. captured by a deferred closure); zeroed at entry
	bool zero_at_entry;    // pointer words are cleared by the prologue (set by the frame map pass)
	const char *name;      // variable, for DWARF and dumps
	struct tri_type *type; // or NULL
	int64_t frame_offset;  // from RSP in the body; assigned by the back end
};

// Modes of ROUND, numbered as the machine does.
enum tri_ssa_round { TRI_SSA_ROUND_TO_EVEN, TRI_SSA_ROUND_DOWN, TRI_SSA_ROUND_UP, TRI_SSA_ROUND_TO_ZERO };

enum tri_ssa_call_kind {
	TRI_SSA_CALL_SYMBOL,
	TRI_SSA_CALL_CLOSURE /* argument 0: closure object, in R10; its code is `symbol` or, if that is NULL, at [0] */,
	TRI_SSA_CALL_CODE /* argument 0: code pointer */,
	TRI_SSA_CALL_SYSTEM /* of the kernel: arguments are its number and six words, results RAX and RDX */
};

// Where one machine word of an argument or result travels.
struct tri_ssa_abi_word {
	uint8_t type; // enum tri_ssa_type
	bool in_register;
	uint8_t register_index; // within its class's sequence (abi/call.h)
	int32_t stack_offset;   // in the argument area, when not in a register
};

// ABI assignment of a signature: words of each parameter and result in order, flattened.
struct tri_ssa_abi {
	struct tri_ssa_abi_value {
		struct tri_type *type;
		struct tri_ssa_abi_word *words; // NULL: a memory value at stack_offset
		uint32_t word_count;
		bool in_registers;
		int32_t stack_offset;
	} * parameters, *results;
	uint32_t parameter_count, result_count;
	int32_t stack_argument_size; // bytes, multiple of 8
	int32_t stack_size;          // arguments and results
};

// Whether argument 0 of the CALL says whom to call.
static inline bool tri_ssa_call_has_target(enum tri_ssa_call_kind kind)
{
	return kind == TRI_SSA_CALL_CLOSURE || kind == TRI_SSA_CALL_CODE;
}

struct tri_ssa_call {
	enum tri_ssa_call_kind kind;
	struct tri_symbol *symbol;
	TRI_VECTOR(struct tri_ssa_abi_word) argument_words; // one per value argument (after the code/closure one), all in registers
	TRI_VECTOR(struct tri_ssa_abi_word) result_words;   // register results; RESULT's integer + class selects among them
	int32_t outgoing_size;                              // bytes of outgoing area this call uses
	bool is_leaf;                                       // runtime assembly leaf: not a safepoint, still clobbers all registers
	bool no_return;
	bool result_stays;    // builder: the result on the stack is used at once
	bool is_defer_return; // its map also serves frames resumed after a panic
};

struct tri_ssa_func {
	struct tri_arena *arena; // the function's own; freed after its code is written
	struct tri_ir_package *package;
	struct tri_ir_func *source;
	struct tri_symbol *symbol;
	struct tri_ssa_abi *abi;                   // incoming
	TRI_VECTOR(struct tri_ssa_block *) blocks; // entry first
	TRI_VECTOR(struct tri_ssa_slot *) slots;
	struct tri_ssa_block *entry;
	struct tri_ssa_block *defer_return_block; // runs deferred calls, then returns; NULL without defer
	uint32_t next_value_id, next_block_id;
	int32_t outgoing_size;                          // largest of all calls
	TRI_VECTOR(struct tri_symbol *) called_methods; // marks of methods that are called through interfaces
	bool has_calls, uses_context;
	uint16_t entry_pointers;               // abi/function.h
	struct tri_ssa_slot **parameter_slots; // of parameters that were given one, even if it is no longer in use; else NULL
	// Pointer words of the incoming stack arguments
	struct tri_bits argument_pointer_mask;
};

// ---- Building --------------------------------------------------------------------------------

// From the typed tree (after escape analysis). Never fails: what can't be compiled was diagnosed earlier.
// `with_room`: the function's second form, with a pointer to room for its results behind its parameters.
struct tri_ssa_func *tri_ssa_build(struct tri_arena *arena, struct tri_ir_package *package, struct tri_ir_func *function, bool with_room);
// Of the second form; it is told apart from the first only by those who call it.
const char *tri_ssa_symbol_with_room(struct tri_arena *arena, const struct tri_ir_func *function);

// Go's ABIInternal assignment for a signature (receiver first).
struct tri_ssa_abi *tri_ssa_abi_assign(struct tri_arena *arena, struct tri_type *receiver, struct tri_type *signature);

// The same for listed types: methods' receivers first among the parameters.
struct tri_ssa_abi *tri_ssa_abi_assign_types(struct tri_arena *arena, struct tri_type *const *parameters, uint32_t parameter_count,
											 struct tri_type *const *results, uint32_t result_count);
// The leaves of a type that can travel in registers, in order: machine type and offset. False: only in memory.
struct tri_ssa_leaf {
	uint8_t type;      // enum tri_ssa_type
	bool is_type_word; // first word of an interface
	bool is_length;    // of a string or of a slice whose elements take space
	int64_t offset;
};
enum { TRI_SSA_MAX_LEAVES = 24 };
bool tri_ssa_type_leaves(struct tri_type *type, struct tri_ssa_leaf *leaves, uint32_t *count);

// A defer record in a frame (abi/goroutine.h): words link, func value, frame pointer.
enum { TRI_SSA_DEFER_RECORD_WORDS = 3, TRI_SSA_DEFER_RECORD_FUNCTION = 8 };

// Types and itabs whose descriptors the code refers to: the driver has them written.
// (Names: "type:<tri_type_key>", "go:itab.<concrete key>,<interface key>".)
struct tri_symbol *tri_ssa_type_symbol(struct tri_ir_package *package, struct tri_type *type);
// The mark of functions that call a method of that name and type through an interface.
struct tri_symbol *tri_ssa_method_mark(struct tri_ir_package *package, const struct tri_object *method);
// A static func value: one word, the address of the code ("main.f·f").
struct tri_symbol *tri_ssa_function_value_symbol(struct tri_ir_package *package, const struct tri_ir_func *function);
// The layout descriptor of `count` elements that are allocated inline (abi/mutator.h); NULL when there is nothing to allocate or it
// is too large for that. The first word of its data is the size of the slot.
struct tri_symbol *tri_ssa_layout_symbol(struct tri_ir_package *package, struct tri_type *type, int64_t count);
struct tri_symbol *tri_ssa_itab_symbol(struct tri_ir_package *package, struct tri_type *concrete, struct tri_type *interface);

// ---- Editing ---------------------------------------------------------------------------------

struct tri_ssa_block *tri_ssa_new_block(struct tri_ssa_func *function, enum tri_ssa_block_kind kind);
// Edges are ordered on both sides. Where one block branches to another twice, the n-th edge among the successors
// is the n-th among the predecessors.
void tri_ssa_add_edge(struct tri_ssa_func *function, struct tri_ssa_block *from, struct tri_ssa_block *to);
// Takes the edge out, with the phi arguments that travelled along it.
void tri_ssa_remove_edge(struct tri_ssa_block *from, uint32_t successor);
// Lets the edge end in `to`, which gets a predecessor more (its phis are the caller's business).
void tri_ssa_redirect_edge(struct tri_ssa_func *function, struct tri_ssa_block *from, uint32_t successor, struct tri_ssa_block *to);
// Position of the edge among the target's predecessors.
uint32_t tri_ssa_edge_index(const struct tri_ssa_block *from, uint32_t successor);
struct tri_ssa_value *tri_ssa_new_value(struct tri_ssa_func *function, enum tri_ssa_op op, enum tri_ssa_type type,
										struct tri_ssa_pos pos); // in no block yet
void tri_ssa_append(struct tri_ssa_block *block, struct tri_ssa_value *value);
void tri_ssa_insert_before(struct tri_ssa_value *place, struct tri_ssa_value *value);
void tri_ssa_insert_after(struct tri_ssa_value *place, struct tri_ssa_value *value);
void tri_ssa_insert_behind_phis(struct tri_ssa_block *block, struct tri_ssa_value *value);
void tri_ssa_move_behind_phis(struct tri_ssa_value *phi); // one that becomes something else: only phis stand among phis
void tri_ssa_remove(struct tri_ssa_value *value);         // for good: its arguments lose a use
void tri_ssa_detach(struct tri_ssa_value *value);         // to be put elsewhere
void tri_ssa_add_argument(struct tri_ssa_func *function, struct tri_ssa_value *value, struct tri_ssa_value *argument);
void tri_ssa_set_argument(struct tri_ssa_value *value, uint32_t index, struct tri_ssa_value *argument);
// Walks the whole function. Passes that replace many values turn them into copies instead (tri_ssa_make_copy).
void tri_ssa_replace_all_uses(struct tri_ssa_func *function, struct tri_ssa_value *old, struct tri_ssa_value *replacement);
// The value becomes COPY of `source`; tri_ssa_remove_copies takes copies out of all arguments.
void tri_ssa_make_copy(struct tri_ssa_func *function, struct tri_ssa_value *value, struct tri_ssa_value *source);
void tri_ssa_remove_copies(struct tri_ssa_func *function);
static inline struct tri_ssa_value *tri_ssa_resolve(struct tri_ssa_value *value)
{
	while (value->op == TRI_SSA_COPY)
		value = value->arguments.items[0];
	return value;
}
struct tri_ssa_slot *tri_ssa_new_slot(struct tri_ssa_func *function, struct tri_type *type, const char *name);
void tri_ssa_count_uses(struct tri_ssa_func *function);
// Roots are the entry and defer_return_block, which dominate nothing in common: a frame is entered at the latter
// after a panic, with no register valid. Blocks that no root reaches get dominator_enter 0 and are dominated by none.
void tri_ssa_dominators(struct tri_ssa_func *function);
static inline bool tri_ssa_dominates(const struct tri_ssa_block *a, const struct tri_ssa_block *b)
{
	return a->dominator_enter != 0 && a->dominator_enter <= b->dominator_enter && b->dominator_leave <= a->dominator_leave;
}
void tri_ssa_remove_unreachable(struct tri_ssa_func *function);
void tri_ssa_loops(struct tri_ssa_func *function);

// ---- Passes ----------------------------------------------------------------------------------

struct tri_ssa_pass_options {
	const char *dump;    // -d=ssa/PASS[+PASS...] or "all": printed to dump_out after the pass
	const char *disable; // -d=disable/PASS
	bool verify;         // after each pass
	bool time;
	struct tri_buffer *dump_out;
};
// Machine-independent passes in table order (ssa/passes.c), ordering constraints checked at first use.
void tri_ssa_optimise(struct tri_ssa_func *function, const struct tri_ssa_pass_options *options);
void tri_ssa_verify(const struct tri_ssa_func *function, const char *after);
void tri_ssa_dump(const struct tri_ssa_func *function, struct tri_buffer *out);
// Reads the dump format back (tests of passes are written as text).
// NULL, with the line and the problem in `error`, when the text is none. `names` must outlive the function.
struct tri_ssa_func *tri_ssa_parse(struct tri_arena *arena, struct tri_name_table *names, const char *text, struct tri_buffer *error);

#endif
