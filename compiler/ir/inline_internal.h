// Internal to the inline*.c files.
#ifndef TRI_COMPILER_IR_INLINE_INTERNAL_H
#define TRI_COMPILER_IR_INLINE_INTERNAL_H

#ifndef TRI_INLINE_INTERNAL
#error "inline_internal.h belongs to the inline*.c files"
#endif

#include "compiler/ir/ir.h"

enum {
	TRI_INLINE_BUDGET = 80,                             // nodes a function may have to be inlined
	TRI_INLINE_CALL_COST = 57,                          // what a call that stays adds to its own nodes
	TRI_INLINE_CHEAP_CALL_COST = 1,                     // with -l=4
	TRI_INLINE_PARAMETER_CALL_COST = 17,                // of a function parameter: inlining may make it known
	TRI_INLINE_CLOSURE_BUDGET = 10 * TRI_INLINE_BUDGET, // of a function literal called once
	TRI_INLINE_BIG_FUNCTION = 5000,                     // nodes from which on little is inlined into a function
	TRI_INLINE_BIG_FUNCTION_BUDGET = 20,
};

struct tri_inliner {
	struct tri_ir_package *package;
	struct tri_arena *scratch; // of what only the inliner knows
	const struct tri_inline_options *options;
	struct tri_map definitions;              // variable -> the value of its only assignment
	struct tri_map defined;                  // functions whose definitions these are
	struct tri_map assignments;              // devirtualise.c: interface variable -> what it is given
	struct tri_map collected;                // functions whose assignments these are
	struct tri_map uses;                     // callee -> number of static calls seen so far
	struct tri_map states;                   // function -> struct caller_state
	TRI_VECTOR(struct tri_ir_func *) copied; // literals that came with inlined bodies
};

// The function a call surely reaches, NULL when not known. Decides its inlinability when it is a literal.
struct tri_ir_func *tri_inline_callee(struct tri_inliner *inliner, const struct tri_ir_func *caller, const struct tri_node *call);
// Where -m reports of a node: the outermost call when it was inlined.
tri_pos tri_inline_report_pos(const struct tri_node *node);
// What an expression surely is: conversions that change nothing and variables assigned once looked through.
const struct tri_node *tri_inline_static_value(struct tri_inliner *inliner, const struct tri_node *node);
// Decides whether calls of the function may be replaced by its body, and keeps a copy for that.
void tri_inline_check(struct tri_inliner *inliner, struct tri_ir_func *function);
bool tri_inline_is_big(struct tri_inliner *inliner, const struct tri_ir_func *function);
// Whether the call may be replaced here: cost, and no function within itself.
bool tri_inline_call_allowed(struct tri_inliner *inliner, const struct tri_ir_func *caller, const struct tri_node *call,
							 struct tri_ir_func *callee, bool big_caller, bool called_once, bool report);

// Makes an interface call whose receiver's type is known a call of the method.
void tri_inline_devirtualise(struct tri_inliner *inliner, struct tri_node *call);
// Code has come to the function.
void tri_inline_collect_assignments(struct tri_inliner *inliner, const struct tri_ir_func *caller, struct tri_node *inlined);

// A deep copy that shares variables and functions; literals within are copied too (not registered anywhere).
tri_node_list tri_inline_pristine_copy(struct tri_inliner *inliner, const struct tri_ir_func *function);
// Turns `call` into an INLINED_CALL in place.
void tri_inline_substitute(struct tri_inliner *inliner, struct tri_ir_func *caller, struct tri_node *call, struct tri_ir_func *callee);

#endif
