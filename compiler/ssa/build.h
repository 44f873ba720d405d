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
	bool is_length[MAX_WORDS];
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
	enum {
		VARIABLE_WORDS,
		VARIABLE_SLOT,
		VARIABLE_POINTER /* word first_word points to it */,
		VARIABLE_AREA /* incoming arguments */
	} kind;
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

struct deferred {
	struct tri_ssa_slot *record;
	struct tri_ssa_value *function; // what the record holds
	struct tri_symbol *code;        // or NULL
};

// Conversions of pointers in the arithmetic that is at hand, and what they converted.
struct ssa_originals {
	TRI_VECTOR(const struct tri_node *) conversions;
	TRI_VECTOR(struct tri_ssa_value *) pointers;
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
	struct tri_map shapes;              // type -> struct shape
	struct tri_ssa_block *fallthrough;
	struct tri_ssa_value *results[4]; // of the last runtime call
	uint32_t context_word;
	struct tri_map labels;       // LABEL -> its block
	struct tri_map append_rooms; // build_append.c
	// The function's second form: the room that its caller gives, until something was made there. Else there is none.
	bool has_room;
	uint32_t room_word;
	// Calls deferred so far, where every return knows which these are: each DEFER is a statement of the function's own
	// list, and nothing jumps about. Then they need no look at the goroutine's list.
	bool knows_deferred;
	TRI_VECTOR(struct deferred) deferred;
	bool defers_in_heap; // some of the records so far, which can be used again
	// A call whose result in memory may stay in the outgoing area: it is copied away before anything else is called.
	const struct tri_node *unsettled;
	struct ssa_originals *originals;      // or NULL (build_checks.c)
	const struct tri_node *checked_later; // a conversion whose result is sliced: how much of it is used is known after it
};

// build.c
struct variable *ssa_builder_variable(struct builder *b, struct tri_ir_var *var);
uint32_t ssa_builder_new_words(struct builder *b, const struct shape *shape);
struct tri_ssa_value *ssa_builder_read(struct builder *b, uint32_t word);
void ssa_builder_write(struct builder *b, uint32_t word, struct tri_ssa_value *value);
struct place ssa_builder_variable_place(struct builder *b, struct tri_ir_var *var);
void ssa_builder_declare(struct builder *b, struct tri_ir_var *var, bool zero);
void ssa_builder_return(struct builder *b, struct tri_node *node);

// build_block.c: blocks and plain values
struct tri_ssa_block *ssa_new_block(struct builder *b);
struct tri_ssa_block *ssa_new_cold_block(struct builder *b);
void ssa_start_block(struct builder *b, struct tri_ssa_block *block);      // all edges to it exist
void ssa_start_open_block(struct builder *b, struct tri_ssa_block *block); // more edges come later
void ssa_seal_block(struct tri_ssa_block *block);
bool ssa_block_is_sealed(const struct tri_ssa_block *block);
struct tri_map *ssa_block_definitions(struct tri_ssa_block *block);
void ssa_jump_to(struct builder *b, struct tri_ssa_block *target); // leaves the builder in an unreachable block
void ssa_branch_on(struct builder *b, struct tri_ssa_value *condition, struct tri_ssa_block *yes, struct tri_ssa_block *no,
				   enum tri_ssa_likely likely);
void ssa_end_unreachable(struct builder *b);
struct tri_ssa_value *ssa_emit0(struct builder *b, enum tri_ssa_op op, enum tri_ssa_type type);
struct tri_ssa_value *ssa_emit1(struct builder *b, enum tri_ssa_op op, enum tri_ssa_type type, struct tri_ssa_value *x);
struct tri_ssa_value *ssa_emit2(struct builder *b, enum tri_ssa_op op, enum tri_ssa_type type, struct tri_ssa_value *x,
								struct tri_ssa_value *y);
struct tri_ssa_value *ssa_emit3(struct builder *b, enum tri_ssa_op op, enum tri_ssa_type type, struct tri_ssa_value *x,
								struct tri_ssa_value *y, struct tri_ssa_value *z);
struct tri_ssa_value *ssa_constant(struct builder *b, enum tri_ssa_type type, int64_t integer);
struct tri_ssa_value *ssa_constant_float(struct builder *b, enum tri_ssa_type type, double number);
struct tri_ssa_value *ssa_symbol_address(struct builder *b, struct tri_symbol *symbol, int64_t offset);
struct tri_ssa_value *ssa_slot_address(struct builder *b, struct tri_ssa_slot *slot, int64_t offset);
struct tri_ssa_value *ssa_add_offset(struct builder *b, struct tri_ssa_value *pointer, int64_t offset);
struct tri_ssa_value *ssa_nil_check(struct builder *b, struct tri_ssa_value *pointer);
// The value's truth as a phi-free diamond is needed rarely; these give a fresh word for joins.
uint32_t ssa_new_word(struct builder *b, enum tri_ssa_type type);

// Runtime calls: results land in b->results; the first is returned (the call itself when there is none).
struct tri_ssa_value *ssa_entry_call(struct builder *b, enum entry entry, struct tri_ssa_value *const *arguments);
#define ENTRY_CALL(b, name, ...) ssa_entry_call((b), ENTRY_##name, (struct tri_ssa_value *const[]){__VA_ARGS__, NULL})
#define ENTRY_CALL_BOOL(b, name, ...) ssa_entry_bool((b), ENTRY_CALL(b, name, __VA_ARGS__))
struct tri_ssa_value *ssa_entry_bool(struct builder *b, struct tri_ssa_value *result);
// Continues where `condition` holds; else calls the entry point, which does not return.
void ssa_check(struct builder *b, struct tri_ssa_value *condition, enum entry failure, struct tri_ssa_value *x, struct tri_ssa_value *y);

// build_memory.c: shapes, loads, stores
const struct shape *ssa_shape_of(struct builder *b, struct tri_type *type);
uint8_t ssa_scalar_type(struct tri_type *type); // of a type of one word
struct operand ssa_operand_of(struct tri_type *type, struct tri_ssa_value *word);
struct operand ssa_operand_of2(struct tri_type *type, struct tri_ssa_value *first, struct tri_ssa_value *second);
struct operand ssa_operand_of3(struct tri_type *type, struct tri_ssa_value *first, struct tri_ssa_value *second,
							   struct tri_ssa_value *third);
struct operand ssa_zero_operand(struct builder *b, struct tri_type *type);
struct operand ssa_load(struct builder *b, struct tri_type *type, struct tri_ssa_value *address, int64_t offset);
// initialising: the memory is known to hold zeros or nothing and is not seen by anyone else
void ssa_store(struct builder *b, struct tri_ssa_value *address, int64_t offset, const struct operand *value);
void ssa_zero_memory(struct builder *b, struct tri_type *type, struct tri_ssa_value *address, int64_t offset);
bool ssa_is_frame_address(const struct tri_ssa_value *address);
struct operand ssa_read_place(struct builder *b, const struct place *place);
void ssa_write_place(struct builder *b, const struct place *place, const struct operand *value);
struct operand ssa_settle(struct builder *b, const struct operand *value); // in memory: copies to a temporary of its own
struct operand ssa_field_of(struct builder *b, const struct operand *value, struct tri_type *structure, int64_t index);
struct tri_ssa_value *ssa_temporary(struct builder *b, struct tri_type *type, bool zero); // address of a new frame slot
struct tri_ssa_value *ssa_spill(struct builder *b, const struct operand *value);          // address of memory that holds it
struct tri_ssa_value *ssa_new_object(struct builder *b, struct tri_type *type);
// `count` zeroed elements, allocated inline; NULL when they are too many for that, or take no space.
struct tri_ssa_value *ssa_new_small(struct builder *b, struct tri_type *type, int64_t count);
struct tri_ssa_value *ssa_type_address(struct builder *b, struct tri_type *type);
void ssa_write_words(struct builder *b, uint32_t first, const struct operand *value);
struct operand ssa_read_words(struct builder *b, struct tri_type *type, uint32_t first);
static inline struct tri_type *ssa_underlying(struct tri_type *type) { return tri_type_underlying(type); }
struct tri_type *ssa_element_of(struct tri_type *type); // of pointer, slice, array, chan
bool ssa_type_has_kind(struct tri_type *type, enum tri_type_kind kind);
bool ssa_is_unsigned(struct tri_type *type);
bool ssa_is_string(struct tri_type *type);
bool ssa_is_float(struct tri_type *type);
struct tri_ssa_value *ssa_to_int(struct builder *b, struct tri_ssa_value *value, struct tri_type *type); // extended to I64

// What is made until ssa_leave_position is the node's: it has its position, and a panic in it is told there.
static inline struct tri_ssa_pos ssa_enter_position(struct builder *b, const struct tri_node *node)
{
	struct tri_ssa_pos outer = b->pos;
	if (node->pos)
		b->pos.pos = node->pos;
	b->pos.site = node->inline_site;
	return outer;
}
// The statement's first instruction may have been among it.
static inline void ssa_leave_position(struct builder *b, struct tri_ssa_pos outer)
{
	outer.is_statement = b->pos.is_statement;
	b->pos = outer;
}

// build_expression.c
struct operand ssa_expression(struct builder *b, struct tri_node *node);
struct tri_ssa_value *ssa_scalar(struct builder *b, struct tri_node *node);
void ssa_expression_into(struct builder *b, struct tri_node *node, const struct place *place, bool zeroed);
void ssa_effect(struct builder *b, struct tri_node *node); // value unused
void ssa_condition(struct builder *b, struct tri_node *node, struct tri_ssa_block *yes, struct tri_ssa_block *no,
				   enum tri_ssa_likely likely);
// Those with calls first, in order, then the others: what Go's compiler does.
void ssa_expressions(struct builder *b, struct tri_node *const *nodes, uint32_t count, struct operand *values);
bool ssa_has_call(const struct tri_node *node);
struct operand ssa_arithmetic(struct builder *b, enum tri_operator operator, struct tri_type * type, const struct operand *x,
							  const struct operand *y, struct tri_type *count_type, bool bounded, const struct tri_node *divisor);
struct operand ssa_convert_number(struct builder *b, const struct operand *value, struct tri_type *to);
uint32_t ssa_tuple(struct builder *b, struct tri_node *node, struct operand **values);

// build_checks.c: pointers that package unsafe makes
bool ssa_checks_pointers(const struct builder *b);
bool ssa_is_from_unsafe(const struct tri_node *conversion);      // to a pointer
bool ssa_is_number_to_unsafe(const struct tri_node *conversion); // uintptr to unsafe.Pointer
struct operand ssa_checked_number_to_pointer(struct builder *b, struct tri_node *node);
void ssa_note_original(struct builder *b, const struct tri_node *conversion, struct tri_ssa_value *pointer);
void ssa_check_arithmetic(struct builder *b, struct tri_ssa_value *number, struct tri_ssa_value *const *originals, uint32_t count);
void ssa_check_alignment(struct builder *b, struct tri_ssa_value *pointer, struct tri_type *element, struct tri_ssa_value *count);
void ssa_check_made_slice(struct builder *b, struct tri_ssa_value *pointer, struct tri_type *element, struct tri_ssa_value *length);

// build_defer.c
void ssa_defer_statement(struct builder *b, struct tri_node *node);
void ssa_run_deferred(struct builder *b);
bool ssa_knows_deferred(const struct tri_ir_func *source);
struct operand ssa_recover(struct builder *b, struct tri_node *node);

// build_complex.c
bool ssa_is_complex(struct tri_type *type);
struct operand ssa_complex_constant(struct builder *b, struct tri_type *type, const struct tri_constant *value);
struct operand ssa_convert_complex(struct builder *b, const struct operand *value, struct tri_type *to);
struct operand ssa_negate_complex(struct builder *b, const struct operand *value);
struct operand ssa_complex_arithmetic(struct builder *b, enum tri_operator operator, struct tri_type * type, const struct operand *x,
									  const struct operand *y);
struct operand ssa_complex_builtin(struct builder *b, struct tri_node *node);

// build_place.c
bool ssa_is_memory_place(struct builder *b, const struct tri_node *node);
void ssa_prepare_place(struct builder *b, struct tri_node *node);
struct place ssa_place_of(struct builder *b, struct tri_node *node);
struct tri_ssa_value *ssa_index_value(struct builder *b, struct tri_node *index, bool *is_unsigned_index);
void ssa_bounds_check(struct builder *b, struct tri_ssa_value *index, struct tri_ssa_value *length, bool is_unsigned_index);
struct tri_ssa_value *ssa_element_address(struct builder *b, struct tri_ssa_value *data, struct tri_ssa_value *index, int64_t size,
										  int64_t *offset);

// build_compare.c
struct tri_ssa_value *ssa_compare(struct builder *b, enum tri_operator operator, const struct operand * x, const struct operand *y);

// build_call.c
uint32_t ssa_call(struct builder *b, struct tri_node *node, struct operand **results);
void ssa_emit_call(struct builder *b, struct tri_ssa_call *how, struct tri_ssa_value *target, const struct tri_ssa_abi *abi,
				   const struct operand *arguments, struct operand *results);
void ssa_go_statement(struct builder *b, struct tri_node *node);
void ssa_print_call(struct builder *b, struct tri_node *node);
struct operand ssa_closure(struct builder *b, struct tri_node *node);
struct tri_ssa_value *ssa_deferred_closure(struct builder *b, struct tri_node *node); // with captures; behind a record that names it
struct operand ssa_method_value(struct builder *b, struct tri_node *node);

void ssa_call_function(struct builder *b, const struct tri_ir_func *callee, const struct operand *arguments, struct operand *results);

// build_intrinsic.c
void ssa_intrinsic(struct builder *b, const struct tri_ir_func *function, const struct operand *arguments, struct operand *results);

// build_interface.c
struct operand ssa_convert_interface(struct builder *b, struct tri_node *node);
uint32_t ssa_type_assert(struct builder *b, struct tri_node *node, struct operand *results);
struct tri_ssa_value *ssa_dynamic_type(struct builder *b, const struct operand *value);                    // the *rtype word, nil for nil
struct tri_ssa_value *ssa_has_type(struct builder *b, const struct operand *value, struct tri_type *type); // concrete
struct operand ssa_unbox(struct builder *b, const struct operand *value, struct tri_type *type);
void ssa_type_switch(struct builder *b, struct tri_node *node);

// build_string.c
struct operand ssa_string_constant(struct builder *b, struct tri_type *type, const char *bytes, size_t length);
struct operand ssa_concatenate(struct builder *b, struct tri_node *node);
// As ssa_expressions, but strings that are converted from bytes may share them: whoever asks is done with them before
// anything can change those.
void ssa_borrow_strings(struct builder *b, struct tri_node *const *nodes, uint32_t count, struct operand *values);
struct operand ssa_concatenate_operands(struct builder *b, struct tri_type *type, struct operand *values, uint32_t count,
										enum tri_placement placement);
enum { SSA_STRING_ROOM = 32 }; // bytes; a string that needs more is made in the heap
// Where a string of that placement goes if it fits; nil: it goes to the heap.
struct tri_ssa_value *ssa_string_room(struct builder *b, enum tri_placement placement);
struct operand ssa_convert_string(struct builder *b, struct tri_node *node);

// build_append.c
struct operand ssa_append(struct builder *b, struct tri_node *node);
struct operand ssa_move_to_heap(struct builder *b, struct tri_node *node);

// build_slice.c
enum {
	SSA_SLICE_ROOM = 32,          // bytes in the frame for a slice whose size is not known
	SSA_LARGEST_SLICE = 64 << 10, // in the frame, as escape analysis has it
};
// `count` elements, in the frame or not; both places may overlap.
void ssa_move_elements(struct builder *b, struct tri_type *element, struct tri_ssa_value *to, struct tri_ssa_value *from,
					   struct tri_ssa_value *count);
void ssa_clear_elements(struct builder *b, struct tri_type *element, struct tri_ssa_value *from, struct tri_ssa_value *count);
struct operand ssa_slice_expression(struct builder *b, struct tri_node *node);
struct operand ssa_copy(struct builder *b, struct tri_node *node);
struct operand ssa_make_slice(struct builder *b, struct tri_node *node);
void ssa_clear_slice(struct builder *b, struct tri_node *node);
struct operand ssa_slice_to_array(struct builder *b, struct tri_node *node);
struct operand ssa_unsafe_builtin(struct builder *b, struct tri_node *node);

// build_map.c
bool ssa_is_map_element(const struct tri_node *node); // m[k]
bool ssa_is_map_part(const struct tri_node *node);    // m[k], m[k].f, not evaluated yet
struct operand ssa_map_part(struct builder *b, struct tri_node *node);
void ssa_map_lookup(struct builder *b, struct tri_node *node, struct operand *values); // with comma-ok
struct place ssa_map_place(struct builder *b, struct tri_node *node);                  // to be assigned at once
void ssa_map_assign(struct builder *b, struct tri_node *node);                         // ASSIGN, ASSIGN_OP
void ssa_map_delete(struct builder *b, struct tri_node *node);
void ssa_map_clear(struct builder *b, struct tri_node *map);
struct operand ssa_make_map(struct builder *b, struct tri_node *node);
struct operand ssa_map_literal(struct builder *b, struct tri_node *node);
struct tri_ssa_value *ssa_map_iterator(struct builder *b, struct tri_type *map_type, struct tri_ssa_value *map);
struct tri_ssa_value *ssa_map_iterator_key(struct builder *b, struct tri_ssa_value *iterator);
struct tri_ssa_value *ssa_map_iterator_element(struct builder *b, struct tri_ssa_value *iterator);
void ssa_map_iterator_advance(struct builder *b, struct tri_ssa_value *iterator);

// build_composite.c
struct tri_symbol *ssa_literal_symbol(struct builder *b, int64_t size); // read-only, zeroed
struct operand ssa_composite(struct builder *b, struct tri_node *node);
void ssa_composite_into(struct builder *b, struct tri_node *node, struct tri_ssa_value *address, int64_t offset, bool zeroed);
struct operand ssa_slice_literal(struct builder *b, struct tri_node *node);
struct operand ssa_address_literal(struct builder *b, struct tri_node *node);

// build_statement.c
void ssa_statements(struct builder *b, const tri_node_list *list);
void ssa_switch_statement(struct builder *b, struct tri_node *node);
void ssa_range_statement(struct builder *b, struct tri_node *node);
void ssa_assign_statement(struct builder *b, struct tri_node *node);

// build_select.c
void ssa_select_statement(struct builder *b, struct tri_node *node);

// static_data.c
bool ssa_static_data(struct tri_ir_package *package, struct tri_node *node, struct tri_symbol *symbol, int64_t offset);

#endif
