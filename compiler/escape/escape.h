// Escape analysis: decides for every variable and every allocating expression whether it lives on
// the stack or the heap, and remembers why.
//
// The functions of a package are analysed in strongly connected components of the call graph, callees
// first. Each becomes a graph of locations (variables, allocations, results, the heap) with edges
// "value flows from A to B with n dereferences" (-1: its address flows). A location whose address
// reaches one that outlives it is moved to the heap. What flows from parameters to results and to the
// heap is the function's summary, used at calls.
#ifndef TRI_COMPILER_ESCAPE_H
#define TRI_COMPILER_ESCAPE_H

#include "compiler/ir/ir.h"

// One expression on the way of a value: what it is and what it does, outermost first.
struct tri_escape_reason {
	const char *text, *why;
	tri_pos pos;
	const struct tri_node *node; // the expression; NULL for a variable
};

// A value, dereferenced `derefs` times (-1: its address), becomes part of another.
struct tri_escape_step {
	const char *to, *from;
	const struct tri_node *node;  // what the value is of: an expression,
	const struct tri_ir_var *var; // or a variable; neither: something in between
	int32_t derefs;
	TRI_VECTOR(struct tri_escape_reason) reasons;
};

enum tri_escape_kind {
	TRI_ESCAPE_VALUE,   // of a variable or an expression: where it lives
	TRI_ESCAPE_LEAVES,  // a local slice or string that outlives the call: its array stays, wherever that is
	TRI_ESCAPE_LEAKS,   // a parameter: what is passed outlives the call
	TRI_ESCAPE_CHANNEL, // the following are always in the heap, or may need it while they run
	TRI_ESCAPE_GOROUTINE,
	TRI_ESCAPE_DEFERRED, // a record of a deferred call
	TRI_ESCAPE_MAP_GROWS,
	TRI_ESCAPE_STRING_GROWS, // s += t
};

// Where a variable or the value of an expression lives, and the way that forced it to the heap.
struct tri_escape_decision {
	uint8_t kind; // enum tri_escape_kind
	tri_pos pos;
	const char *text, *function;
	const struct tri_node *node;  // the expression or statement, or NULL
	const struct tri_ir_var *var; // or the variable
	bool heap;
	bool is_kept;                       // `heap` is Go's answer; here it is in the frame, by the more precise analysis
	bool in_loop;                       // made in each iteration
	bool is_content;                    // of a parameter that leaks: what it leads to does, not its own value
	const struct tri_inline_site *site; // inlining brought it there; else NULL
	TRI_VECTOR(struct tri_escape_step) steps;
};

typedef TRI_VECTOR(struct tri_escape_decision *) tri_escape_decisions;

struct tri_escape_gain {
	uint32_t heap;  // variables and expressions that Go's compiler places in the heap
	uint32_t kept;  // those of them that are in the frame
	uint32_t rooms; // calls that give room for their result (result_room.c)
};

struct tri_escape_options {
	int report;                   // -m level: 1 decisions, 2 and more the flow that led to each
	bool dump;                    // -d=escape: graphs
	bool small_frames;            // lower limits for what may be in a frame
	bool report_uses;             // -m says of parameters too whether they are written through or called
	tri_escape_decisions *record; // decisions are added here, or NULL; from the package's arena
	tri_escape_decisions *leaks;  // and the ways of parameters to the heap here, with `var` the parameter, or NULL
	// Go's compiler takes whatever is stored through a pointer to be stored in the heap. With this, what is placed where follows
	// from a second, more precise analysis, and only reports, records and summaries are those of the first.
	bool precise;
	struct tri_escape_gain *gain; // what that came to is added here, and reported, or NULL
	struct tri_buffer *graph;     // the graphs as JSON, an object a line, are added here, or NULL (docs/decisions.md)
};

// Writes node->placement, var->heap, function->escape_summary; reports go to package->diags as notes.
void tri_escape_analyse(struct tri_ir_package *package, const struct tri_escape_options *options);

// Checks what functions of the package promise with //tricolor:noalloc, after the analysis of it and of all that it imports.
// What breaks a promise is an error.
void tri_escape_check_promises(struct tri_ir_package *package);

// What callers know of a function: for each parameter, the smallest dereference count with which it
// flows to the heap, to a mutation, to a call, and to each result (-1: no flow).
struct tri_escape_summary {
	uint32_t parameter_count, result_count;
	uint8_t results_in_room; // a bit each: strings that the function makes in room that its caller may give (result_room.c)
	struct tri_escape_leak {
		int8_t heap, mutator, callee;
		int8_t *results; // result_count entries
	} * parameters;
};

#endif
