// Internal to the promise*.c files.
#ifndef TRI_COMPILER_ESCAPE_PROMISE_INTERNAL_H
#define TRI_COMPILER_ESCAPE_PROMISE_INTERNAL_H

#include "compiler/escape/internal.h"

// What is known of a function's parameters where it is called, a bit each. There are different facts for different flags.
struct promise_flags {
	uint32_t known, set; // true or false
	uint32_t own;        // what they hold or point to, the promised function or one that it calls began itself
	uint32_t captured;   // the same of captured variables, by their order
};

struct promise_fact {
	struct promise_fact *next;
	const struct tri_node *node;
	struct tri_ir_func *callee; // called, or NULL: `what` is wrong
	struct promise_flags flags; // of the call
	const char *what;
};

struct promise_facts { // of a function, for certain flags
	struct promise_facts *next;
	const struct tri_ir_func *function;
	struct promise_flags flags;
	struct promise_fact *first, **end;
	bool walked; // of the promise at hand
};

struct promise_function {
	struct promise_facts *facts;
	struct tri_map values; // variable -> struct promise_values
	struct tri_map growth; // MAKE_SLICE under a condition that asks for the capacity of a slice -> that slice
};

struct promise_checker {
	struct tri_arena *arena;
	struct tri_ir_package *package;
	struct tri_map functions; // -> struct promise_function
	struct promise_facts *current;
};

// ---- promise_hooks.c: functions without a body, by their package's path, a dot and their name
bool tri_promise_hook_allocates(const char *name);
bool tri_promise_hook_is_harmless(const char *package, const char *name);

// ---- promise_values.c
struct promise_function *tri_promise_function(struct promise_checker *k, const struct tri_ir_func *function);
// 1: true, 0: false, -1: not known.
int tri_promise_flag(struct promise_checker *k, const struct tri_node *node);
struct promise_flags tri_promise_call_flags(struct promise_checker *k, const struct tri_node *call);
struct promise_flags tri_promise_capture_flags(struct promise_checker *k, const struct tri_node *closure);
// Whether the slice is one that the function began itself, or one that its caller did.
bool tri_promise_is_own(struct promise_checker *k, const struct tri_node *slice);
// make in place of append: only beyond the capacity of a slice that is somebody else's.
bool tri_promise_is_growth(struct promise_checker *k, const struct tri_node *make);
bool tri_promise_is_known_function(struct promise_checker *k, const struct tri_node *node);

#endif
