// Internal to compiler/escape: the graph and the walk that builds it.
#ifndef TRI_COMPILER_ESCAPE_INTERNAL_H
#define TRI_COMPILER_ESCAPE_INTERNAL_H

#ifndef TRI_ESCAPE_INTERNAL
#error "compiler/escape/internal.h is private to compiler/escape"
#endif

#include "compiler/escape/escape.h"

// Results beyond this many are not told apart in summaries: what flows to them counts as leaked to the heap.
enum { TRI_ESCAPE_SUMMARY_RESULTS = 5 };

// Limits of what may live in a frame, in bytes.
enum {
	TRI_ESCAPE_MAX_DECLARED = 128 * 1024,  // variables with a declaration
	TRI_ESCAPE_MAX_IMPLICIT = 64 * 1024,   // new, &T{}, make, closures
	TRI_ESCAPE_SMALL_DECLARED = 64 * 1024, // the same with -smallframes
	TRI_ESCAPE_SMALL_IMPLICIT = 16 * 1024,
};

enum escape_attribute {
	ESCAPE_ESCAPES = 1,  // its address outlives it: must be on the heap
	ESCAPE_PERSISTS = 2, // its address outlives the statement
	ESCAPE_MUTATES = 4,  // memory reachable from it may be written through it
	ESCAPE_CALLS = 8,    // closures reachable from it may be called, their results untracked
	ESCAPE_ALL = 15,
};

// How a parameter's value leaves: fewest dereferences on any path, -1 where there is none.
struct escape_leaks {
	int8_t heap, mutator, callee;
	int8_t results[TRI_ESCAPE_SUMMARY_RESULTS];
};

// Why an edge exists: the expressions it went through, outermost first. Kept for -m=2 only.
struct escape_note {
	struct escape_note *next;
	const struct tri_node *node; // one of node and var is set
	const struct tri_ir_var *var;
	const char *why;
};

struct escape_location;

struct escape_edge { // the value of `source`, dereferenced `derefs` times, flows here; -1: its address does
	struct escape_location *source;
	int32_t derefs;
	struct escape_note *notes;
};

// A variable, an allocating expression, or (both NULL) something that only exists in the graph.
struct escape_location {
	struct tri_node *node;
	struct tri_ir_var *var;
	struct tri_ir_func *function;
	TRI_VECTOR(struct escape_edge) edges; // incoming
	int32_t loop_depth;                   // of the declaration
	uint32_t id;                          // for dumps
	uint32_t result_index;                // results: 1 and up; else 0
	uint8_t attributes;                   // enum escape_attribute
	bool is_parameter, is_result;
	bool captured;   // by a closure seen so far
	bool reassigned; // after its definition and the first capture
	bool address_taken;
	struct escape_leaks leaks; // parameters
	// Makers (result_room.c): the results, one bit each, that its address reaches; whether anything else keeps it
	uint8_t returned;
	bool kept_elsewhere;
	// The only assignment when that is the definition (static_value.c)
	struct tri_node *definition, *defined_value;
	bool not_constant; // assigned elsewhere or its address is taken
	// Of the walk that came here last (solve.c)
	int32_t derefs;                       // fewest from the root, >= -1
	uint32_t walk;                        // which walk set derefs
	uint32_t queued_in_walk;              // the walk whose queue it is in, or 0
	bool queued;                          // to be a root
	uint32_t explained;                   // guards explanations against cycles
	struct tri_escape_decision *decision; // with the way to the heap, when decisions are recorded
	bool leaves;                          // that it does is recorded
	struct tri_escape_decision *leak;     // parameters: the way to the heap, when those are recorded
	int32_t leak_derefs;                  // of it
	struct escape_location *kept_by;      // which outlives it and has its address; NULL when it is in a frame
	struct escape_location *toward;       // next step to the root, by edge number toward_edge of that location
	uint32_t toward_edge;
};

enum escape_phase { ESCAPE_UNSEEN, ESCAPE_PLANNED, ESCAPE_STARTED, ESCAPE_SUMMARISED };

// function->escape
struct escape_function {
	enum escape_phase phase;
	bool results_lost; // closures: may be called where its results are not tracked
	uint32_t visit;    // components.c
};

// Where a value goes: into `to`, after `derefs` dereferences.
struct escape_sink {
	struct escape_location *to;
	int32_t derefs;
	struct escape_note *notes;
	bool takes_address; // the context takes the address, whether or not it is stored
};

struct escape_closure { // a closure expression and the sink of its captured values
	struct escape_sink sink;
	struct tri_node *node;
};

// Functions that call each other, with their closures.
struct escape_batch {
	struct tri_arena *arena;
	struct tri_ir_package *package;
	const struct tri_escape_options *options;
	TRI_VECTOR(struct tri_ir_func *) functions;
	TRI_VECTOR(struct escape_location *) locations; // in the order of creation, which is that of reports
	TRI_VECTOR(struct escape_closure) closures;
	struct escape_location heap, mutator, callee, blank;
	// The second time, stores through pointers of which the target is known go there (target.c).
	bool precise;
	bool has_known_targets;
	struct tri_map spills; // nodes -> their locations, when precise
	uint32_t explanations;
	bool has_other_memory;             // a package of the runtime, with memory that the collector knows nothing of
	struct tri_escape_decision *story; // whose steps are being explained
};

// The walk through one function body.
struct escape_walk {
	struct escape_batch *batch;
	struct tri_ir_func *function;
	int32_t loop_depth;            // 1 outside loops
	const struct tri_node *unused; // the value of `_ = value`
	struct tri_map looping_labels; // LABEL nodes that a later goto jumps back to
};

// ---- graph.c
struct escape_location *tri_escape_new_location(struct escape_walk *walk, struct tri_node *node, struct tri_ir_var *var, bool persists);
struct tri_ir_var *tri_escape_canonical(struct tri_ir_var *var); // sees through captures
struct escape_location *tri_escape_location_of(struct tri_ir_var *var);
struct escape_sink tri_escape_into(struct escape_location *location);
struct escape_sink tri_escape_note(struct escape_batch *batch, struct escape_sink sink, const struct tri_node *where, const char *why);
struct escape_sink tri_escape_note_var(struct escape_batch *batch, struct escape_sink sink, const struct tri_ir_var *where,
									   const char *why);
struct escape_sink tri_escape_shift(struct escape_sink sink, int32_t delta);
struct escape_sink tri_escape_deref(struct escape_batch *batch, struct escape_sink sink, const struct tri_node *where, const char *why);
struct escape_sink tri_escape_address(struct escape_batch *batch, struct escape_sink sink, const struct tri_node *where, const char *why);
struct escape_sink tri_escape_unbox(struct escape_batch *batch, struct escape_sink sink, struct tri_type *type,
									const struct tri_node *where,
									const char *why); // taking a `type` out of an interface
void tri_escape_flow(struct escape_batch *batch, struct escape_sink sink, struct escape_location *source);
struct escape_sink tri_escape_tee(struct escape_walk *walk, const struct escape_sink *sinks, uint32_t count);
struct escape_sink tri_escape_later(struct escape_walk *walk, struct escape_sink sink);
// A location for what `node` allocates; its address flows to `sink`, values stored in it go to the result.
struct escape_sink tri_escape_spill(struct escape_walk *walk, struct escape_sink sink, struct tri_node *node);

// Whether values of the type lead to the heap. Pointers to what is said not to be in it don't.
bool tri_escape_has_pointers(const struct escape_batch *batch, struct tri_type *type);

// ---- statement.c
void tri_escape_body(struct escape_batch *batch, struct tri_ir_func *function);
void tri_escape_statements(struct escape_walk *walk, const tri_node_list *list);

// ---- expression.c
void tri_escape_expression(struct escape_walk *walk, struct escape_sink sink, struct tri_node *node);
// A number that may be a pointer.
void tri_escape_uintptr(struct escape_walk *walk, struct escape_sink sink, struct tri_node *node);
void tri_escape_discard(struct escape_walk *walk, struct tri_node *node);
void tri_escape_discard_list(struct escape_walk *walk, const tri_node_list *list);

// ---- assign.c
struct escape_sink tri_escape_place(struct escape_walk *walk, struct tri_node *place);
void tri_escape_assign(struct escape_walk *walk, struct tri_node *const *places, struct tri_node *const *values, uint32_t place_count,
					   uint32_t value_count, const char *why, struct tri_node *where);
void tri_escape_store_in_heap(struct escape_walk *walk, struct tri_node *value, const char *why, const struct tri_node *where);
void tri_escape_mark_reassigned(const struct escape_sink *sinks, uint32_t count, const struct tri_node *where);
bool tri_escape_is_self_assignment(const struct tri_node *place, const struct tri_node *value);

// ---- target.c
// What a store through the pointer is known to write to, or NULL.
struct escape_location *tri_escape_target(struct escape_walk *walk, struct tri_node *pointer, struct tri_type *stored);

// ---- call.c
// `sinks`: one per result, or NULL when results are unused. Builtins have one.
void tri_escape_call(struct escape_walk *walk, const struct escape_sink *sinks, uint32_t sink_count, struct tri_node *call);
void tri_escape_go_or_defer(struct escape_walk *walk, struct tri_node *node);
void tri_escape_method_value(struct escape_walk *walk, struct escape_sink sink, struct tri_node *node);

// ---- exclusive.c
void tri_escape_move_slices(struct tri_arena *scratch, struct tri_ir_package *package, struct tri_ir_func *function);

// ---- result_room.c
bool tri_escape_is_maker(const struct escape_location *location);
void tri_escape_keep_maker(struct escape_location *maker, const struct escape_location *keeper); // which outlives it
bool tri_escape_may_use_room(const struct escape_batch *batch, const struct escape_location *location);
uint8_t tri_escape_results_in_room(const struct escape_batch *batch, const struct tri_ir_func *function);
// The location of what a call may make in the room that it is given.
void tri_escape_call_with_room(struct escape_walk *walk, const struct escape_sink *sinks, uint32_t sink_count, struct tri_node *call);

// ---- static_value.c
void tri_escape_find_definitions(struct tri_ir_func *function);
struct tri_node *tri_escape_static_value(struct tri_node *node);
struct tri_ir_func *tri_escape_static_callee(struct tri_node *callee); // NULL when not known
bool tri_escape_is_no_op_conversion(const struct tri_node *node);
// Replaces a constant variable by its value where that lets an allocation stay in the frame.
void tri_escape_use_constants(struct escape_batch *batch, struct escape_location *location);

// ---- solve.c
void tri_escape_solve(struct escape_batch *batch);
bool tri_escape_contains_closure(const struct tri_ir_func *outer, const struct tri_ir_func *inner);

// ---- explain.c
bool tri_escape_explains(const struct escape_batch *batch); // reasons are wanted
void tri_escape_record(struct escape_batch *batch, struct escape_location *location, bool escapes);
// The variable's slice or string is used by what outlives the call.
void tri_escape_record_leaving(struct escape_batch *batch, struct escape_location *root, struct escape_location *location);
// What takes memory in the function without being a location.
void tri_escape_record_others(struct escape_batch *batch, struct tri_ir_func *function);
tri_pos tri_escape_node_pos(const struct tri_node *node); // the outermost call when inlined
tri_pos tri_escape_var_pos(const struct tri_ir_var *var);
tri_pos tri_escape_location_pos(const struct escape_location *location);
const char *tri_escape_var_text(struct escape_batch *batch, const struct tri_ir_var *var);
const char *tri_escape_function_text(struct escape_batch *batch,
									 const struct tri_ir_func *function); // with its package when that is another
const char *tri_escape_node_text(struct escape_batch *batch, const struct tri_node *node);
const char *tri_escape_location_text(struct escape_batch *batch, const struct escape_location *location); // "x", "&T{...}"
void tri_escape_explain_escape(struct escape_batch *batch, struct escape_location *root, struct escape_location *location);
void tri_escape_explain_direct(struct escape_batch *batch, struct escape_location *to, struct escape_location *source, int32_t derefs,
							   const struct escape_note *notes);
void tri_escape_explain_leak(struct escape_batch *batch, struct escape_location *root, struct escape_location *location, int32_t derefs);
const char *tri_escape_end_text(struct escape_batch *batch, const struct escape_location *location); // "{storage for &T{...}}"
void tri_escape_dump(struct escape_batch *batch, struct tri_buffer *out);

// ---- graph_json.c
void tri_escape_write_graph(struct escape_batch *batch, struct tri_buffer *out);

// ---- summary.c
void tri_escape_add_leak(int8_t *slot, int32_t derefs); // keeps the smaller
void tri_escape_no_leaks(struct escape_leaks *leaks);
void tri_escape_summarise(struct escape_batch *batch, struct tri_ir_func *function);
// What a call of an already summarised function does with parameter `index`.
struct escape_leaks tri_escape_parameter_leaks(const struct tri_ir_func *function, uint32_t index);

// ---- components.c
typedef void escape_component_visitor(void *context, struct tri_ir_func *const *functions, uint32_t count);
void tri_escape_visit_components(struct tri_arena *arena, struct tri_ir_package *package, escape_component_visitor *visit, void *context);
struct escape_function *tri_escape_function(struct tri_arena *arena, struct tri_ir_func *function); // made at first use
void tri_escape_each_child(struct tri_node *node, void (*visit)(void *context, struct tri_node *child), void *context);

// ---- dead_locals.c
void tri_escape_remove_dead_locals(struct tri_arena *arena, struct tri_ir_package *package, struct tri_ir_func *function);

// ---- escape.c
bool tri_escape_in_batch(const struct tri_ir_func *function); // not summarised yet: its parameters and results are locations
// Why a location can't be in a frame whatever flows; NULL when it can.
const char *tri_escape_heap_reason(const struct escape_batch *batch, const struct escape_location *location);
// A function literal that captures something: analysed with the function around it.
bool tri_escape_is_closure(const struct tri_ir_func *function);
bool tri_escape_is_blank(const struct tri_ir_var *var);
bool tri_escape_is_quiet(const struct tri_ir_func *function); // made by the compiler: nothing is reported

#endif
