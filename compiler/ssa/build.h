// Shared between the files of the SSA builder; not for others.
//
// How the builder works: it walks the typed tree once and emits values into the current block. A Go value is an
// `struct operand`: up to four machine words, or an address when it is larger. Scalars and small aggregates whose
// address nobody takes live in numbered words; reading and writing words constructs SSA form on the fly (Braun et
// al., 2013) with one change: a phi's arguments are looked up after the whole body is built, from a work list, so
// that no recursion follows the program's shape.
#ifndef TRI_COMPILER_SSA_BUILD_H
#define TRI_COMPILER_SSA_BUILD_H

#include "compiler/ssa/internal.h"

enum { MAX_WORDS = 4 };

// How a type's values are held.
struct shape {
	bool in_memory;
	uint8_t count;
	uint8_t types[MAX_WORDS];
	bool is_type_word[MAX_WORDS]; // of an interface: points outside the heap, never needs a barrier
	int64_t offsets[MAX_WORDS];
};

// A Go value. In memory: not to be changed between evaluation and use; whoever keeps it longer copies it.
struct operand {
	struct tri_type *type;
	bool in_memory;
	uint32_t count;
	struct tri_ssa_value *words[MAX_WORDS];
	struct tri_ssa_value *address;
	int64_t offset;
};

// Where an assignment goes.
struct place {
	enum { PLACE_BLANK, PLACE_WORDS, PLACE_MEMORY } kind;
	struct tri_type *type;
	uint32_t first_word;
	struct tri_ssa_value *address;
	int64_t offset;
};

struct variable {
	enum { VARIABLE_WORDS, VARIABLE_SLOT, VARIABLE_POINTER /* word first_word points to it */, VARIABLE_AREA /* incoming arguments */ } kind;
	uint32_t first_word;
	int64_t offset;
	struct tri_ssa_slot *slot;
	struct tri_ssa_slot *pointer_slot; // heap results of functions that defer: a copy of the pointer
};

struct targets { // of break and continue; node->ssa of the statement
	struct tri_ssa_block *leave, *next;
};

enum entry {
#define ENTRY(name, arguments, results, flags) ENTRY_##name,
#include "abi/entry.def"
#undef ENTRY
	ENTRY_COUNT
};

struct builder {
	struct tri_arena *arena;
	struct tri_ir_package *package;
	struct tri_universe *universe;
	struct tri_ir_func *source;
	struct tri_ssa_func *function;
	struct tri_ssa_block *block; // where values go; after a jump: a block nothing reaches
	struct tri_ssa_pos pos;
	TRI_VECTOR(uint8_t) word_types;
	struct ssa_value_list pending_phis; // integer: the word
	struct tri_map shapes; // type -> struct shape
	struct tri_ssa_block *fallthrough;
	struct tri_ssa_value *results[4]; // of the last runtime call
	uint32_t context_word;
};

// build.c
struct variable *builder_variable(struct builder *b, struct tri_ir_var *var);
uint32_t builder_new_words(struct builder *b, const struct shape *shape);
struct tri_ssa_value *builder_read(struct builder *b, uint32_t word);
void builder_write(struct builder *b, uint32_t word, struct tri_ssa_value *value);
struct place builder_variable_place(struct builder *b, struct tri_ir_var *var);
void builder_declare(struct builder *b, struct tri_ir_var *var, bool zero);
void builder_return(struct builder *b, struct tri_node *node);

// build_block.c: blocks and plain values
struct tri_ssa_block *new_block(struct builder *b);
struct tri_ssa_block *new_cold_block(struct builder *b);
void start_block(struct builder *b, struct tri_ssa_block *block); // all edges to it exist
void start_open_block(struct builder *b, struct tri_ssa_block *block); // more edges come later
void seal_block(struct tri_ssa_block *block);
bool block_is_sealed(const struct tri_ssa_block *block);
struct tri_map *block_definitions(struct tri_ssa_block *block);
void jump_to(struct builder *b, struct tri_ssa_block *target); // leaves the builder in an unreachable block
void branch_on(struct builder *b, struct tri_ssa_value *condition, struct tri_ssa_block *yes, struct tri_ssa_block *no, enum tri_ssa_likely likely);
void end_unreachable(struct builder *b);
struct tri_ssa_value *emit0(struct builder *b, enum tri_ssa_op op, enum tri_ssa_type type);
struct tri_ssa_value *emit1(struct builder *b, enum tri_ssa_op op, enum tri_ssa_type type, struct tri_ssa_value *x);
struct tri_ssa_value *emit2(struct builder *b, enum tri_ssa_op op, enum tri_ssa_type type, struct tri_ssa_value *x, struct tri_ssa_value *y);
struct tri_ssa_value *emit3(struct builder *b, enum tri_ssa_op op, enum tri_ssa_type type, struct tri_ssa_value *x, struct tri_ssa_value *y, struct tri_ssa_value *z);
struct tri_ssa_value *constant(struct builder *b, enum tri_ssa_type type, int64_t integer);
struct tri_ssa_value *constant_float(struct builder *b, enum tri_ssa_type type, double number);
struct tri_ssa_value *symbol_address(struct builder *b, struct tri_symbol *symbol, int64_t offset);
struct tri_ssa_value *slot_address(struct builder *b, struct tri_ssa_slot *slot, int64_t offset);
struct tri_ssa_value *add_offset(struct builder *b, struct tri_ssa_value *pointer, int64_t offset);
struct tri_ssa_value *nil_check(struct builder *b, struct tri_ssa_value *pointer);
// The value's truth as a phi-free diamond is needed rarely; these give a fresh word for joins.
uint32_t new_word(struct builder *b, enum tri_ssa_type type);

// Runtime calls: results land in b->results; the first is returned (the call itself when there is none).
struct tri_ssa_value *entry_call(struct builder *b, enum entry entry, struct tri_ssa_value *const *arguments);
#define ENTRY_CALL(b, name, ...) entry_call((b), ENTRY_##name, (struct tri_ssa_value *const[]){__VA_ARGS__, NULL})
#define ENTRY_CALL_BOOL(b, name, ...) entry_bool((b), ENTRY_CALL(b, name, __VA_ARGS__))
struct tri_ssa_value *entry_bool(struct builder *b, struct tri_ssa_value *result);
// Continues where `condition` holds; else calls the entry point, which does not return.
void check(struct builder *b, struct tri_ssa_value *condition, enum entry failure, struct tri_ssa_value *x, struct tri_ssa_value *y);

// build_memory.c: shapes, loads, stores
const struct shape *shape_of(struct builder *b, struct tri_type *type);
uint8_t scalar_type(struct tri_type *type); // of a type of one word
struct operand operand_of(struct tri_type *type, struct tri_ssa_value *word);
struct operand operand_of2(struct tri_type *type, struct tri_ssa_value *first, struct tri_ssa_value *second);
struct operand operand_of3(struct tri_type *type, struct tri_ssa_value *first, struct tri_ssa_value *second, struct tri_ssa_value *third);
struct operand zero_operand(struct builder *b, struct tri_type *type);
struct operand load(struct builder *b, struct tri_type *type, struct tri_ssa_value *address, int64_t offset);
// initialising: the memory is known to hold zeros or nothing and is not seen by anyone else
void store(struct builder *b, struct tri_ssa_value *address, int64_t offset, const struct operand *value);
void zero_memory(struct builder *b, struct tri_type *type, struct tri_ssa_value *address, int64_t offset);
bool is_frame_address(const struct tri_ssa_value *address);
struct operand read_place(struct builder *b, const struct place *place);
void write_place(struct builder *b, const struct place *place, const struct operand *value);
struct operand settle(struct builder *b, const struct operand *value); // in memory: copies to a temporary of its own
struct operand field_of(struct builder *b, const struct operand *value, struct tri_type *structure, int64_t index);
struct tri_ssa_value *temporary(struct builder *b, struct tri_type *type, bool zero); // address of a new frame slot
struct tri_ssa_value *spill(struct builder *b, const struct operand *value); // address of memory that holds it
struct tri_ssa_value *new_object(struct builder *b, struct tri_type *type);
struct tri_ssa_value *type_address(struct builder *b, struct tri_type *type);
void write_words(struct builder *b, uint32_t first, const struct operand *value);
struct operand read_words(struct builder *b, struct tri_type *type, uint32_t first);
static inline struct tri_type *underlying(struct tri_type *type) { return tri_type_underlying(type); }
struct tri_type *element_of(struct tri_type *type); // of pointer, slice, array, chan
bool type_has_kind(struct tri_type *type, enum tri_type_kind kind);
bool is_unsigned(struct tri_type *type);
bool is_string(struct tri_type *type);
bool is_float(struct tri_type *type);
struct tri_ssa_value *to_int(struct builder *b, struct tri_ssa_value *value, struct tri_type *type); // extended to I64

// build_expression.c
struct operand expression(struct builder *b, struct tri_node *node);
struct tri_ssa_value *scalar(struct builder *b, struct tri_node *node);
void expression_into(struct builder *b, struct tri_node *node, const struct place *place, bool zeroed);
void effect(struct builder *b, struct tri_node *node); // value unused
void condition(struct builder *b, struct tri_node *node, struct tri_ssa_block *yes, struct tri_ssa_block *no, enum tri_ssa_likely likely);
// Those with calls first, in order, then the others: what Go's compiler does.
void expressions(struct builder *b, struct tri_node *const *nodes, uint32_t count, struct operand *values);
bool has_call(const struct tri_node *node);
struct operand arithmetic(struct builder *b, enum tri_operator operator, struct tri_type *type, const struct operand *x, const struct operand *y,
                          struct tri_type *count_type, bool bounded, const struct tri_node *divisor);
struct operand convert_number(struct builder *b, const struct operand *value, struct tri_type *to);
uint32_t tuple(struct builder *b, struct tri_node *node, struct operand **values);

// build_place.c
bool is_memory_place(struct builder *b, const struct tri_node *node);
void prepare_place(struct builder *b, struct tri_node *node);
struct place place_of(struct builder *b, struct tri_node *node);
struct tri_ssa_value *index_value(struct builder *b, struct tri_node *index, bool *is_unsigned_index);
void bounds_check(struct builder *b, struct tri_ssa_value *index, struct tri_ssa_value *length, bool is_unsigned_index);
struct tri_ssa_value *element_address(struct builder *b, struct tri_ssa_value *data, struct tri_ssa_value *index, int64_t size, int64_t *offset);

// build_compare.c
struct tri_ssa_value *compare(struct builder *b, enum tri_operator operator, const struct operand *x, const struct operand *y);

// build_call.c
uint32_t call(struct builder *b, struct tri_node *node, struct operand **results);
void emit_call(struct builder *b, struct tri_ssa_call *how, struct tri_ssa_value *target, const struct tri_ssa_abi *abi,
               const struct operand *arguments, struct operand *results);
void go_statement(struct builder *b, struct tri_node *node);
void defer_statement(struct builder *b, struct tri_node *node);
void print_call(struct builder *b, struct tri_node *node);
struct operand closure(struct builder *b, struct tri_node *node);
struct operand method_value(struct builder *b, struct tri_node *node);

// build_interface.c
struct operand convert_interface(struct builder *b, struct tri_node *node);
uint32_t type_assert(struct builder *b, struct tri_node *node, struct operand *results);
struct tri_ssa_value *dynamic_type(struct builder *b, const struct operand *value); // the *rtype word, nil for nil
struct tri_ssa_value *has_type(struct builder *b, const struct operand *value, struct tri_type *type); // concrete
struct operand unbox(struct builder *b, const struct operand *value, struct tri_type *type);
void type_switch(struct builder *b, struct tri_node *node);

// build_string.c
struct operand string_constant(struct builder *b, struct tri_type *type, const char *bytes, size_t length);
struct operand concatenate(struct builder *b, struct tri_node *node);
struct operand concatenate_operands(struct builder *b, struct tri_type *type, struct operand *values, uint32_t count, bool in_frame);
struct operand convert_string(struct builder *b, struct tri_node *node);

// build_slice.c
struct operand slice_expression(struct builder *b, struct tri_node *node);
struct operand append(struct builder *b, struct tri_node *node);
struct operand copy(struct builder *b, struct tri_node *node);
struct operand make_slice(struct builder *b, struct tri_node *node);
void clear_slice(struct builder *b, struct tri_node *node);
struct operand slice_to_array(struct builder *b, struct tri_node *node);
struct operand unsafe_builtin(struct builder *b, struct tri_node *node);

// build_composite.c
struct operand composite(struct builder *b, struct tri_node *node);
void composite_into(struct builder *b, struct tri_node *node, struct tri_ssa_value *address, int64_t offset, bool zeroed);
struct operand slice_literal(struct builder *b, struct tri_node *node);
struct operand address_literal(struct builder *b, struct tri_node *node);

// build_statement.c
void statements(struct builder *b, const tri_node_list *list);
void switch_statement(struct builder *b, struct tri_node *node);
void range_statement(struct builder *b, struct tri_node *node);
void assign_statement(struct builder *b, struct tri_node *node);

// static_data.c
bool static_data(struct tri_ir_package *package, struct tri_node *node, struct tri_symbol *symbol, int64_t offset);

#endif
