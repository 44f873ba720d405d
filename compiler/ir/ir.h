// The typed tree: what the type checker understood, with everything implicit made explicit
// (conversions, dereferences, promoted fields, receivers, packed variadic arguments), still in
// Go's terms so that decisions can be explained in Go's words.
//
// In: a checked package. Out: struct tri_ir_package. Inlining and escape analysis work on it in
// place; the SSA builder reads it. ops.def lists the operations and their operands.
#ifndef TRI_COMPILER_IR_H
#define TRI_COMPILER_IR_H

#include "compiler/base/base.h"
#include "compiler/source/source.h"
#include "compiler/symbol/symbol.h"
#include "compiler/types/types.h"

enum tri_node_op {
#define OP(tag, class, text, operands) TRI_NODE_##tag,
#include "compiler/ir/ops.def"
#undef OP
	TRI_NODE_OP_COUNT
};

enum tri_node_class { TRI_NODE_CLASS_E, TRI_NODE_CLASS_S, TRI_NODE_CLASS_A };

struct tri_node_op_info {
	const char *tag, *text;
	enum tri_node_class class;
};
extern const struct tri_node_op_info tri_node_ops[TRI_NODE_OP_COUNT];

// Where a value lives: written by escape analysis, read by the SSA builder.
enum tri_placement {
	TRI_PLACE_UNDECIDED, // builder: treat as HEAP
	TRI_PLACE_STACK,
	TRI_PLACE_HEAP,
	TRI_PLACE_CALLER, // HEAP, unless the caller gives room for its results (escape/result_room.c)
};

struct tri_node;
typedef TRI_VECTOR(struct tri_node *) tri_node_list;

// The chain of calls a node was inlined through; NULL when it stands in its own function.
struct tri_inline_site {
	struct tri_inline_site *parent; // the call was itself in inlined code
	struct tri_ir_func *callee;
	tri_pos call_pos;
	uint32_t index; // unique within the function being compiled
};

struct tri_node {
	uint8_t op;        // enum tri_node_op
	uint8_t operator;  // enum tri_operator: ARITHMETIC, COMPARE, ASSIGN_OP
	uint8_t placement; // enum tri_placement: class A nodes, DEFER; CALL: of what it makes in room that it is given
	bool comma_ok, has_dots, is_variadic, is_default, define;
	bool bounded;            // INDEX, SLICE: proven in range; shifts: count known below the width
	bool implicit;           // not written by the user (conversion inserted by assignment etc.): -m and diagnostics differ
	bool zero_copy;          // STRING_TO_BYTES, written by escape analysis: the result is never modified, it may share the string's bytes
	uint8_t dictionary_cost; // CALL, where package->shapes: nodes that the dictionary in it counts for the inliner
	tri_pos pos;
	struct tri_inline_site *inline_site;
	struct tri_type *type; // expressions; NULL for no value
	struct tri_node *x, *y, *z;
	tri_node_list list, body, other;
	int64_t index;
	struct tri_ir_var *var;
	struct tri_ir_func *function;
	struct tri_constant *value;
	union {
		struct tri_ir_global *global; // GLOBAL
		const struct tri_name *name;  // LABEL, GOTO
	};
	struct tri_node *target;       // BREAK, CONTINUE, GOTO
	struct tri_object *object;     // method of CALL_INTERFACE and METHOD_VALUE, field of FIELD; for messages
	const struct tri_expr *source; // the expression as written, for messages; NULL when made up
	void *ssa;                     // private to that stage
};
// There are millions of them, and arenas hand out multiples of 16 bytes.
_Static_assert(sizeof(struct tri_node) == 176, "a larger node costs memory and time in everything that walks trees");

enum tri_var_class {
	TRI_VAR_LOCAL,
	TRI_VAR_PARAMETER,
	TRI_VAR_RESULT,
	TRI_VAR_CAPTURE /* inside a closure: its view of an outer variable */
};

struct tri_ir_var {
	const struct tri_name *name; // never NULL; made-up ones begin with '.' or '~' (results: ~r0)
	struct tri_type *type;
	tri_pos pos;
	uint8_t class;      // enum tri_var_class
	bool address_taken; // &v, sliced array, pointer-receiver call, captured by reference
	bool reassigned;    // assigned other than by its declaration
	bool by_value;      // CAPTURE: the closure holds a copy; else it holds the address
	bool used;          // referenced at all
	// As they were when the function's body was kept for inlining, which later stages of its own package must not change.
	bool is_kept, kept_address_taken, kept_reassigned, kept_by_value;
	bool is_receiver;
	bool heap;                           // escape analysis: moved to heap
	bool is_temporary;                   // made by the compiler: no -m line of its own
	struct tri_ir_func *function;        // where it is declared
	struct tri_ir_var *outer;            // CAPTURE: the variable in the enclosing function (itself possibly a CAPTURE)
	uint32_t index;                      // among its function's variables
	int32_t loop_depth;                  // of the declaration
	struct tri_object *object;           // the checker's, or NULL
	struct tri_inline_site *inline_site; // variables of inlined code: the call, as in struct tri_node
	void *escape, *ssa;                  // private to those stages
};

// Operations that stand for calls of certain functions of std (intrinsics.def).
enum tri_intrinsic {
	TRI_INTRINSIC_NONE,
	TRI_INTRINSIC_ATOMIC_LOAD,
	TRI_INTRINSIC_ATOMIC_STORE,
	TRI_INTRINSIC_ATOMIC_STORE_NO_BARRIER,
	TRI_INTRINSIC_ATOMIC_EXCHANGE,
	TRI_INTRINSIC_ATOMIC_ADD,
	TRI_INTRINSIC_ATOMIC_COMPARE_EXCHANGE,
	TRI_INTRINSIC_ATOMIC_COMPARE_EXCHANGE_NO_BARRIER,
	TRI_INTRINSIC_ATOMIC_AND,
	TRI_INTRINSIC_ATOMIC_OR,
	TRI_INTRINSIC_TRAILING_ZEROS,
	TRI_INTRINSIC_BIT_LENGTH,
	TRI_INTRINSIC_POPULATION,
	TRI_INTRINSIC_BYTE_SWAP,
	TRI_INTRINSIC_ROTATE_LEFT,
	TRI_INTRINSIC_MULTIPLY_WIDE,
	TRI_INTRINSIC_MULTIPLY_CHECKED,
	TRI_INTRINSIC_ADD_CARRY,
	TRI_INTRINSIC_SUBTRACT_BORROW,
	TRI_INTRINSIC_DIVIDE_WIDE,
	TRI_INTRINSIC_BOOL_TO_BYTE,
	TRI_INTRINSIC_CHOOSE,
	TRI_INTRINSIC_SQUARE_ROOT,
	TRI_INTRINSIC_ROUND_TO_EVEN,
	TRI_INTRINSIC_ROUND_DOWN,
	TRI_INTRINSIC_ROUND_UP,
	TRI_INTRINSIC_ROUND_TO_ZERO,
	TRI_INTRINSIC_MULTIPLY_ADD,
	TRI_INTRINSIC_CALLER_PC,
	TRI_INTRINSIC_CALLER_SP,
	TRI_INTRINSIC_CLOSURE_POINTER,
	TRI_INTRINSIC_PREFETCH,
	TRI_INTRINSIC_KEEP_ALIVE,
	TRI_INTRINSIC_NOTHING,
	TRI_INTRINSIC_BYTES_AS_STRING,
	TRI_INTRINSIC_FUNCTION_ADDRESS,
	TRI_INTRINSIC_SYSTEM_CALL,
};

struct tri_ir_func {
	const char *symbol;           // link name: "main.f", "main.(*T).m", "main.f.func1", "type:.eq.main.T"
	const char *short_name;       // as -m prints it: "f", "(*T).m", "f.func1"
	struct tri_package *package;  // where it is written: that of a generic function for its instances
	struct tri_ir_package *owner; // which compiles it; finished when it is not the package at hand
	tri_pos pos, end_pos;
	struct tri_type *signature;
	TRI_VECTOR(struct tri_ir_var *) parameters; // receiver first; every one present, blank ones too
	TRI_VECTOR(struct tri_ir_var *) results;
	TRI_VECTOR(struct tri_ir_var *) captures; // closures: class CAPTURE, in closure object order
	TRI_VECTOR(struct tri_ir_var *) locals;   // all others, inlined ones included
	tri_node_list body;
	bool has_body;          // false: external symbol (assembly, C, other package)
	uint8_t intrinsic;      // enum tri_intrinsic: what calls of it become
	bool intrinsic_counted; // Go's compiler replaces its calls as well
	bool is_closure, is_wrapper, is_method_value_wrapper, is_go_defer_wrapper;
	bool is_instance; // of generic code: several packages may have the same
	bool has_defer, has_recover, has_goto;
	bool has_range_defer;                      // a loop over a function defers calls: its records are of two kinds
	uint32_t pragmas;                          // 1 << enum tri_pragma_bit
	struct tri_ir_func *outer;                 // function a closure is written in
	struct tri_ir_dictionary *dictionary;      // instances, where package->shapes (dictionary.c)
	struct tri_ir_func *shaped;                // an instance that only calls this one for shapes, where package->shapes
	const struct tri_ir_func *copy_of;         // closures copied by inlining: the one that was written; else NULL
	uint32_t copy_depth;                       // how many copies it is away from that
	struct tri_inline_site *copy_site;         // copies of literals: the inlined call that brought it; NULL: none
	TRI_VECTOR(struct tri_ir_func *) closures; // written directly in this one
	struct tri_object *object;                 // declared functions
	struct tri_function_decl *decl;
	// Inliner's results
	bool can_inline;
	int32_t inline_cost;
	tri_node_list inline_body; // pristine copy to substitute, when can_inline
	const char *no_inline_reason;
	bool inline_checked; // the above are decided
	TRI_VECTOR(struct tri_inline_site *) inline_sites;
	// Escape analysis' summary for callers
	struct tri_escape_summary *escape_summary;
	void *escape, *ssa;
};

struct tri_ir_global {  // package variable
	const char *symbol; // "main.x"
	struct tri_type *type;
	struct tri_object *object; // NULL: made by the compiler (static temporaries)
	struct tri_package *package;
	tri_pos pos;
	tri_node_list static_init; // unused by later stages once `data` is made
	struct tri_symbol *data;   // its storage, with initial contents when they are known
};

struct tri_ir_dictionary_use { // a function for shapes, and the type arguments it stands for
	struct tri_ir_func *shaped;
	struct tri_type *const *arguments;
};

struct tri_ir_kept { // something that the body of a loop over testing.B.Loop computes and keeps
	tri_pos pos;
	const char *what;
};

struct tri_ir_package {
	struct tri_arena *arena;
	struct tri_arena *trees; // nodes of function bodies and their lists, which nobody else needs: tri_ir_release_trees
	struct tri_universe *universe;
	struct tri_package *package;
	const struct tri_source_set *sources;
	struct tri_symbol_table *symbols;
	TRI_VECTOR(struct tri_ir_func *) functions;  // every function with a body, closures included, in source order
	TRI_VECTOR(struct tri_ir_func *) intrinsics; // declared without a body, which is one operation
	TRI_VECTOR(struct tri_ir_func *) left_out;   // whose bodies are
	TRI_VECTOR(struct tri_ir_global *) globals;
	struct tri_map instances; // functions of generic code by interned symbol
	// Generic code has instances for shapes, as in Go's compiler: for what is said of decisions. No code is made of it then.
	bool shapes;
	// What the compiler adds to find mistakes. Functions that see to that, or can't have it, are not inlined then.
	bool race;              // decisions as with the race detector
	uint8_t check_pointers; // 1: conversions between unsafe.Pointer and others are checked; 2: and what is converted to it is in the heap
	struct tri_map used_dictionaries;                         // by function and arguments, interned
	TRI_VECTOR(struct tri_ir_dictionary_use) dictionary_uses; // that were not followed yet
	TRI_VECTOR(struct tri_ir_kept) kept;                      // bench_loop.c, for -m=2
	struct tri_map requested;                                 // types whose parts' methods were asked for
	TRI_VECTOR(struct tri_ir_func *) unbuilt;                 // instances whose bodies are not built yet
	struct tri_map foreign;                                   // objects of other packages, and methods of instances -> function or global
	struct tri_map literal_symbols;                           // of function literals, interned
	struct tri_map made_functions;                            // wrappers and the like by interned symbol
	uint32_t inlined;                                         // functions that inlining has seen
	// "<path>.init": dynamic initialisers in order, then the init functions. NULL where bodies are left out.
	struct tri_ir_func *init;
	struct tri_diags *diags;
	struct tri_diags *unsupported; // errors that only matter when code is wanted: what later stages can't do yet
};

// Builds the tree of a checked package. Those that it imports come first: their functions are then found with what
// callers know of them (summary, inline body), and are only read. Language that later stages do not
// support yet is built where that is easy, with an error "X is not supported yet" in `unsupported`.
// Of a package that was compiled before the tree holds what others need of it.
struct tri_ir_package *tri_ir_build(struct tri_arena *arena, struct tri_universe *universe, struct tri_package *package,
									struct tri_symbol_table *symbols, struct tri_diags *diags, bool shapes);

// For packages of which all is decided and no code is wanted: gives the memory of function bodies back. Importers see
// what they may use of it, summaries and inline bodies.
void tri_ir_release_trees(struct tri_ir_package *package);
// Builds the bodies of instances that were asked for since; returns how many there were. They are new functions.
uint32_t tri_ir_build_instances(struct tri_ir_package *package);
// Makes instances of generic functions with //tricolor:noalloc that have none.
void tri_ir_add_promised_instances(struct tri_ir_package *package);
// Whether other packages may define the function too: wrappers, instances, and what is written or copied into those.
bool tri_ir_is_shared(const struct tri_ir_func *function);

struct tri_inline_options {
	bool disabled;    // -l
	bool cheap_calls; // -l=4: a call costs no more than an operation
	int report;       // -m level: 1 "can inline f", "inlining call to f"; 2 adds costs and reasons
};
// Code that came with an inlined call of a function that Go's compiler replaces by an operation: nothing is said of it.
bool tri_ir_is_within_intrinsic(const struct tri_inline_site *site);
// Works on the functions that are new since the last time.
void tri_ir_inline(struct tri_ir_package *package, const struct tri_inline_options *options);

// Keeps the body of a function of which it is known already that it may be inlined.
void tri_ir_keep_inline_body(struct tri_ir_package *package, struct tri_ir_func *function);

// -m: "index bounds check elided", after all decisions.
void tri_ir_report_bounds(struct tri_ir_package *package);

// Static initialisation: after inlining, before escape analysis. Turns initialisers of package variables that are
// known at compile time into symbol contents; removes them from init.
void tri_ir_static_init(struct tri_ir_package *package);

// Functions nobody wrote, made on demand when a type descriptor or a method value needs them; added to
// package->functions once per symbol (they are weak: other packages may make the same).
struct tri_ir_func *tri_ir_method_wrapper(struct tri_ir_package *package, struct tri_type *receiver, const struct tri_method *method,
										  bool interface_receiver_word); // the one-word-receiver form for itabs
// The function behind x.m: takes the receiver from its closure.
struct tri_ir_func *tri_ir_method_value_wrapper(struct tri_ir_package *package, struct tri_type *receiver, struct tri_object *method);
struct tri_ir_func *tri_ir_equal_function(struct tri_ir_package *package, struct tri_type *type); // func(p, q unsafe.Pointer) bool
// The function that hashes keys of the type, func(p unsafe.Pointer, seed uintptr) uintptr: made here, or the runtime's.
struct tri_ir_func *tri_ir_hash_function(struct tri_ir_package *package, struct tri_type *type);

// The function for a checked function object: this package's, or an external declaration.
struct tri_ir_func *tri_ir_function_for(struct tri_ir_package *package, struct tri_object *object);

struct tri_node *tri_node_new(struct tri_ir_package *package, enum tri_node_op op, tri_pos pos);
// Most nodes are leaves; seeing that takes one load.
static inline bool tri_node_is_leaf(const struct tri_node *node)
{
	const uint64_t leaves =
		1ull << TRI_NODE_LITERAL | 1ull << TRI_NODE_ZERO | 1ull << TRI_NODE_LOCAL | 1ull << TRI_NODE_GLOBAL | 1ull << TRI_NODE_FUNCTION;
	_Static_assert(TRI_NODE_FUNCTION < 64, "leaves are the first operations");
	return (node->op < 64 && (leaves >> node->op & 1) != 0) || node->op == TRI_NODE_DECLARE;
}
// Calls `visit` on each direct operand slot, in evaluation order.
void tri_node_each(struct tri_node *node, void (*visit)(void *context, struct tri_node **child), void *context);
// p.Data of a *reflect.SliceHeader or *reflect.StringHeader: a pointer although its type is uintptr.
bool tri_ir_is_header_data(const struct tri_node *node);
// The expression as Go's compiler prints it in -m output ("make([]int, n)", "&T{...}", "func literal").
void tri_node_print(const struct tri_node *node, const struct tri_package *relative_to, struct tri_buffer *out);
// The variable's name, with that of its package when inlining brought it from another.
void tri_ir_variable_print(const struct tri_ir_var *var, const struct tri_package *relative_to, struct tri_buffer *out);
// Statements on one line, as "can inline f ... as" shows a body.
void tri_node_print_statements(const tri_node_list *list, const struct tri_package *relative_to, struct tri_buffer *out);
// Whole function as an indented tree, for -d=ir and -d=escape.
void tri_ir_dump_func(const struct tri_ir_func *function, const struct tri_source_set *sources, struct tri_buffer *out);
// Checks types, operand shapes, variable ownership of every node (verify mode); tri_ice on a violation.
void tri_ir_verify(const struct tri_ir_package *package);

#endif
