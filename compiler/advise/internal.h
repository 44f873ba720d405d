// Internal to compiler/advise: the tree as a list of nodes with their parents, questions about it, and edits.
#ifndef TRI_COMPILER_ADVISE_INTERNAL_H
#define TRI_COMPILER_ADVISE_INTERNAL_H

#ifndef TRI_ADVISE_INTERNAL
#error "compiler/advise/internal.h is private to compiler/advise"
#endif

#include "compiler/advise/advise.h"

enum advise_what { ADVISE_EXPR, ADVISE_STMT, ADVISE_DECL, ADVISE_CLAUSE };

// An expression, statement or declaration, or a clause of a switch or select.
struct advise_node {
	uint8_t what, kind; // enum advise_what; the kind of expression, statement or declaration
	const struct tri_expr *expr;
	const struct tri_stmt *stmt;
	const struct tri_decl *decl;
	struct advise_node *parent;
	uint32_t index, behind; // its own among all, and of the first that is not within it
	tri_pos start, end;     // end: behind its last byte
};

struct adviser {
	struct tri_arena *arena;
	const struct tri_package *package;
	const struct tri_source_set *sources;
	const struct tri_file *file;
	const struct tri_source_file *source;
	const struct tri_escape_decision *decision;
	TRI_VECTOR(struct advise_node *) nodes; // in source order, parents before what is in them
	tri_advice_list *list;
	struct tri_advice *draft; // being made
};

// Positions count from one.
static inline uint32_t tri_advise_offset(const struct adviser *a, tri_pos pos) { return pos - a->source->base - 1; }

// ---- tree.c
void tri_advise_build_tree(struct adviser *a);
struct advise_node *tri_advise_node_of(const struct adviser *a, const struct tri_expr *expr); // NULL: not in this file
struct advise_node *tri_advise_name_at(const struct adviser *a, tri_pos pos);
const char *tri_advise_text(struct adviser *a, tri_pos start, tri_pos end);
const char *tri_advise_node_text(struct adviser *a, const struct advise_node *node);
static inline bool tri_advise_is_expr(const struct advise_node *node, enum tri_expr_kind kind)
{
	return node != NULL && node->what == ADVISE_EXPR && node->kind == kind;
}
static inline bool tri_advise_is_stmt(const struct advise_node *node, enum tri_stmt_kind kind)
{
	return node != NULL && node->what == ADVISE_STMT && node->kind == kind;
}
static inline bool tri_advise_is_decl(const struct advise_node *node, enum tri_decl_kind kind)
{
	return node != NULL && node->what == ADVISE_DECL && node->kind == kind;
}
static inline bool tri_advise_contains(const struct advise_node *outer, const struct advise_node *inner)
{
	return outer->index <= inner->index && inner->index < outer->behind;
}

// ---- questions.c
const struct tri_object *tri_advise_object(const struct advise_node *node); // of a name; else NULL
struct tri_object *tri_advise_local(const struct advise_node *node);        // of the name of a local variable or parameter
struct advise_node *tri_advise_next_use(const struct adviser *a, const struct tri_object *object, const struct advise_node *after);
struct advise_node *tri_advise_function(const struct advise_node *node); // the function literal or declaration around it
struct advise_node *tri_advise_declared_function(const struct advise_node *node);
struct advise_node *tri_advise_outer_statement(const struct advise_node *node); // the one that stands in a list of statements
struct advise_node *tri_advise_loop(const struct advise_node *node);            // around it in its function, or NULL
struct advise_node *tri_advise_declaration(const struct adviser *a, const struct tri_object *object); // the name that declares it
// Whether the name, or a part of what it names, gets another value there.
bool tri_advise_is_assigned(const struct advise_node *name);
bool tri_advise_is_address_taken(const struct advise_node *name);
bool tri_advise_is_defined_by(const struct advise_node *name); // it is on the left of := or in a var declaration
// Whether the variable's value, parts included, is the same whenever the loop's body runs, as far as names show.
bool tri_advise_is_invariant(const struct adviser *a, const struct tri_object *object, const struct advise_node *loop, bool parts);
const struct advise_node *tri_advise_right_side(const struct adviser *a, const struct advise_node *name); // what it is defined as, alone
bool tri_advise_is_builtin(const struct advise_node *call, enum tri_builtin builtin);
bool tri_advise_is_package_function(const struct advise_node *call, const char *package, const char *function);
struct advise_node *tri_advise_operand(const struct adviser *a, const struct advise_node *call, uint32_t index); // of a call; NULL: none
// A name like `wish` that the function does not use yet.
const char *tri_advise_fresh_name(struct adviser *a, const struct advise_node *within, const char *wish);
int64_t tri_advise_size(struct tri_type *type);

// ---- edits.c
void tri_advise_begin(struct adviser *a, enum tri_advice_aim aim, const char *summary);
void tri_advise_replace(struct adviser *a, tri_pos start, tri_pos end, const char *text);
// A line of its own before the statement, as far in as that is; false when something else stands before it on its line.
bool tri_advise_insert_line(struct adviser *a, const struct advise_node *before, const char *text);
// The file is to import the path; `unused`, or NULL, is not needed any more.
bool tri_advise_import(struct adviser *a, const char *path, const char *unused);
bool tri_advise_imports(const struct adviser *a, const char *path);
void tri_advise_finish(struct adviser *a); // the draft becomes advice

// ---- a file each
void tri_advise_returned_pointer(struct adviser *a);
void tri_advise_boxed_argument(struct adviser *a);
void tri_advise_capture(struct adviser *a);
void tri_advise_bounded_size(struct adviser *a);
void tri_advise_pointer_in_slice(struct adviser *a);
void tri_advise_method_value(struct adviser *a);
void tri_advise_format(struct adviser *a);
void tri_advise_part_of_array(struct adviser *a);

#endif
