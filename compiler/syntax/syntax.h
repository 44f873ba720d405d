// The syntax tree of Go 1.26 and the parser that makes it.
//
// In: a source file. Out: struct tri_file, allocated from the caller's arena, and diagnostics.
// Node positions follow Go's compiler (cmd/compile/internal/syntax): an operation stands at its
// operator, a call at its opening parenthesis, a selector at its dot and so on, since
// the columns of -m and of type errors are observable. tri_expr_start gives the leftmost position.
//
// Every node begins with a tagged header; the struct for a tag is named after it, and
// tri_as_<tag>() is the checked downcast. The type checker writes its results into the fields
// marked "types:"; nothing else changes a tree after parsing.
#ifndef TRI_COMPILER_SYNTAX_H
#define TRI_COMPILER_SYNTAX_H

#include "compiler/base/base.h"
#include "compiler/source/source.h"
#include "compiler/syntax/token.h"

struct tri_type;      // types/types.h
struct tri_object;    // types/types.h
struct tri_constant;  // types/constant.h
struct tri_selection; // types/types.h
struct tri_scope;     // types/types.h

// ---- Expressions (types are expressions too) ------------------------------------------------

#define TRI_EXPR_KINDS(X) \
	X(bad_expr, BAD_EXPR) \
	X(name_expr, NAME) \
	X(literal_expr, LITERAL) \
	X(composite_expr, COMPOSITE) \
	X(key_value_expr, KEY_VALUE) \
	X(function_expr, FUNCTION_LITERAL) \
	X(paren_expr, PAREN) \
	X(selector_expr, SELECTOR) \
	X(index_expr, INDEX) \
	X(slice_expr, SLICE) \
	X(assert_expr, ASSERT) \
	X(type_switch_guard, TYPE_SWITCH_GUARD) \
	X(unary_expr, UNARY) \
	X(binary_expr, BINARY) \
	X(call_expr, CALL) \
	X(list_expr, LIST) \
	X(array_type, ARRAY_TYPE) \
	X(slice_type, SLICE_TYPE) \
	X(dots_type, DOTS_TYPE) \
	X(struct_type, STRUCT_TYPE) \
	X(interface_type, INTERFACE_TYPE) \
	X(function_type, FUNCTION_TYPE) \
	X(map_type, MAP_TYPE) \
	X(chan_type, CHAN_TYPE)

enum tri_expr_kind {
#define X(name, tag) TRI_EXPR_##tag,
	TRI_EXPR_KINDS(X)
#undef X
};

// What an expression denotes. The order is not significant.
enum tri_operand_mode {
	TRI_MODE_INVALID,  // not checked, or an error was reported
	TRI_MODE_NO_VALUE, // call without results
	TRI_MODE_BUILTIN,
	TRI_MODE_TYPE,
	TRI_MODE_CONSTANT,
	TRI_MODE_VARIABLE,  // addressable
	TRI_MODE_MAP_INDEX, // assignable, not addressable, comma-ok form exists
	TRI_MODE_VALUE,
	TRI_MODE_NIL,      // untyped nil
	TRI_MODE_COMMA_OK, // value whose comma-ok form exists (assert, receive)
	TRI_MODE_PACKAGE,
};

struct tri_expr {
	uint8_t kind;       // enum tri_expr_kind
	uint8_t mode;       // types: enum tri_operand_mode
	bool shift_operand; // types: untyped left operand of a non-constant shift, must become an integer
	bool comma_ok;      // types: used in a two-value context; `type` is then still the first value's type
	tri_pos pos;
	struct tri_type *type;         // types: final type (untyped constants converted), a tuple for calls with several results
	struct tri_constant *constant; // types: value when mode is CONSTANT, converted to `type`
};

typedef TRI_VECTOR(struct tri_expr *) tri_expr_list;

struct tri_bad_expr {
	struct tri_expr base;
};

struct tri_name_expr { // identifier, use or definition; "_" included
	struct tri_expr base;
	const struct tri_name *name;
	struct tri_object *object; // types: what it defines or refers to (NULL for "_" and for a type switch's symbolic variable)
	// types: of a use of a generic function (f, f[int], p.F: there `selected`), all its type arguments, given or inferred
	struct tri_type **type_arguments;
	uint32_t type_argument_count;
};

struct tri_literal_expr {
	struct tri_expr base;
	uint8_t literal_kind; // enum tri_literal_kind
	bool bad;             // a syntax error was reported
	const char *text;     // as written, NUL-terminated (raw strings without \r)
	uint32_t length;
};

struct tri_composite_expr {
	struct tri_expr base;
	struct tri_expr *type_expr; // NULL: elided inside another literal
	tri_expr_list elements;     // key_value_expr or value
	uint32_t key_count;
	tri_pos rbrace;
	// types: `base.type` is the literal's type; when `&` was elided (element type *T) it is the
	// pointer type, and elided_pointer is set.
	bool elided_pointer;
};

struct tri_key_value_expr {
	struct tri_expr base;
	struct tri_expr *key, *value;
	struct tri_object *field; // types: in struct literals
};

struct tri_function_expr {
	struct tri_expr base;
	struct tri_function_type *signature;
	struct tri_block_stmt *body;
};

struct tri_paren_expr {
	struct tri_expr base;
	struct tri_expr *inner;
};

struct tri_selector_expr {
	struct tri_expr base;
	struct tri_expr *operand;
	struct tri_name_expr *selected;
	struct tri_selection *selection; // types: NULL for package-qualified names (selected->object is then set)
};

struct tri_index_expr { // X[Index]; several indices (a list_expr) only for instantiation
	struct tri_expr base;
	struct tri_expr *operand, *index;
	// types: a generic function's or type's instantiation, base.mode/type tell which
	struct tri_type **type_arguments;
	uint32_t type_argument_count;
};

struct tri_slice_expr { // X[low:high:max], absent parts NULL
	struct tri_expr base;
	struct tri_expr *operand;
	struct tri_expr *index[3];
	bool full; // three-index form
};

struct tri_assert_expr { // X.(T)
	struct tri_expr base;
	struct tri_expr *operand, *type_expr;
};

struct tri_type_switch_guard { // [name :=] X.(type)
	struct tri_expr base;
	struct tri_name_expr *name; // or NULL
	struct tri_expr *operand;
};

struct tri_unary_expr { // + - ! ^ * (indirection or pointer type) & ~ <- (receive)
	struct tri_expr base;
	uint8_t operator; // enum tri_operator
	struct tri_expr *operand;
};

struct tri_binary_expr {
	struct tri_expr base;
	uint8_t operator; // enum tri_operator
	struct tri_expr *left, *right;
};

struct tri_call_expr { // call, conversion or builtin (function->mode tells after checking)
	struct tri_expr base;
	struct tri_expr *function;
	tri_expr_list arguments;
	bool has_dots; // f(x...)
	// types: inferred or explicit type arguments of a generic callee
	struct tri_type **type_arguments;
	uint32_t type_argument_count;
};

struct tri_list_expr { // a, b, c: left or right side of assignments, several indices
	struct tri_expr base;
	tri_expr_list elements;
};

struct tri_array_type {
	struct tri_expr base;
	struct tri_expr *length; // NULL: [...]T
	struct tri_expr *element;
};

struct tri_slice_type {
	struct tri_expr base;
	struct tri_expr *element;
};

struct tri_dots_type { // ...T of a last parameter
	struct tri_expr base;
	struct tri_expr *element;
};

// A struct field, interface element, parameter or result. `name a, b T` gives two fields that
// share one type_expr pointer.
struct tri_field {
	tri_pos pos;
	struct tri_name_expr *name; // NULL: embedded field, unnamed parameter, embedded interface element
	struct tri_expr *type_expr;
	struct tri_literal_expr *tag; // struct fields
	bool embedded;                // struct fields: name is NULL
	struct tri_object *object;    // types
};

typedef TRI_VECTOR(struct tri_field *) tri_field_list;

struct tri_struct_type {
	struct tri_expr base;
	tri_field_list fields;
};

struct tri_interface_type {
	struct tri_expr base;
	tri_field_list methods; // method: name set, type_expr a function_type; else embedded element (unions are BINARY '|', ~T UNARY)
};

struct tri_function_type {
	struct tri_expr base;
	tri_field_list parameters, results;
	struct tri_scope *scope; // types: holds receiver, parameters, results
};

struct tri_map_type {
	struct tri_expr base;
	struct tri_expr *key, *element;
};

enum tri_chan_direction { TRI_CHAN_BOTH, TRI_CHAN_SEND_ONLY, TRI_CHAN_RECEIVE_ONLY };

struct tri_chan_type {
	struct tri_expr base;
	uint8_t direction; // enum tri_chan_direction
	struct tri_expr *element;
};

// ---- Statements ------------------------------------------------------------------------------

#define TRI_STMT_KINDS(X) \
	X(empty_stmt, EMPTY) \
	X(labeled_stmt, LABELED) \
	X(block_stmt, BLOCK) \
	X(expr_stmt, EXPR) \
	X(send_stmt, SEND) \
	X(decl_stmt, DECL) \
	X(assign_stmt, ASSIGN) \
	X(branch_stmt, BRANCH) \
	X(call_stmt, CALL) \
	X(return_stmt, RETURN) \
	X(if_stmt, IF) \
	X(for_stmt, FOR) \
	X(switch_stmt, SWITCH) \
	X(select_stmt, SELECT) \
	X(range_clause, RANGE)

enum tri_stmt_kind {
#define X(name, tag) TRI_STMT_##tag,
	TRI_STMT_KINDS(X)
#undef X
};

struct tri_stmt {
	uint8_t kind; // enum tri_stmt_kind
	tri_pos pos;
};

typedef TRI_VECTOR(struct tri_stmt *) tri_stmt_list;

struct tri_empty_stmt {
	struct tri_stmt base;
};

struct tri_labeled_stmt {
	struct tri_stmt base;
	struct tri_name_expr *label;
	struct tri_stmt *body;
};

struct tri_block_stmt {
	struct tri_stmt base;
	tri_stmt_list list;
	tri_pos rbrace;
};

struct tri_expr_stmt {
	struct tri_stmt base;
	struct tri_expr *expr;
};

struct tri_send_stmt {
	struct tri_stmt base;
	struct tri_expr *channel, *value;
};

struct tri_decl_stmt {
	struct tri_stmt base;
	TRI_VECTOR(struct tri_decl *) decls;
};

struct tri_assign_stmt { // =, :=, op=, ++ and -- (right is then NULL and operator + or -)
	struct tri_stmt base;
	struct tri_expr *left, *right; // list_expr for several
	uint8_t operator;              // enum tri_operator, TRI_OP_NONE for plain assignment
	bool define;                   // :=
	bool increment;                // x++ / x--
};

struct tri_branch_stmt { // break, continue, fallthrough, goto
	struct tri_stmt base;
	uint8_t token;               // enum tri_token
	struct tri_name_expr *label; // or NULL
	struct tri_stmt *target;     // parser or types: for break/continue the for/switch/select statement; for goto the labeled_stmt
};

struct tri_call_stmt { // go, defer
	struct tri_stmt base;
	uint8_t token;         // TRI_TOKEN_GO or TRI_TOKEN_DEFER
	struct tri_expr *call; // a call_expr, or anything after an error was reported
};

struct tri_return_stmt {
	struct tri_stmt base;
	struct tri_expr *results; // NULL, one, or a list_expr
};

struct tri_if_stmt {
	struct tri_stmt base;
	struct tri_stmt *init; // or NULL
	struct tri_expr *condition;
	struct tri_block_stmt *then_block;
	struct tri_stmt *else_stmt; // NULL, if_stmt or block_stmt
};

struct tri_for_stmt {
	struct tri_stmt base;
	bool one_variable;     // types: iterations share the variables that the loop declares, as before Go 1.22
	struct tri_stmt *init; // NULL, simple statement, or range_clause
	struct tri_expr *condition;
	struct tri_stmt *post;
	struct tri_block_stmt *body;
};

struct tri_range_clause {
	struct tri_stmt base;
	struct tri_expr *left; // NULL, one, or list_expr of two
	bool define;
	struct tri_expr *operand;
};

struct tri_case_clause {
	tri_pos pos;
	struct tri_expr *cases; // NULL: default; one or list_expr
	tri_stmt_list body;
	tri_pos colon;
	struct tri_object *implicit_object; // types: the variable a type switch declares in this clause, or NULL
};

struct tri_switch_stmt { // tag is a type_switch_guard in type switches
	struct tri_stmt base;
	struct tri_stmt *init;
	struct tri_expr *tag; // or NULL
	TRI_VECTOR(struct tri_case_clause *) clauses;
	tri_pos rbrace;
};

struct tri_comm_clause {
	tri_pos pos;
	struct tri_stmt *comm; // NULL: default; send, expr (receive) or assign
	tri_stmt_list body;
	tri_pos colon;
};

struct tri_select_stmt {
	struct tri_stmt base;
	TRI_VECTOR(struct tri_comm_clause *) clauses;
	tri_pos rbrace;
};

// ---- Declarations ----------------------------------------------------------------------------

#define TRI_DECL_KINDS(X) \
	X(import_decl, IMPORT) \
	X(const_decl, CONST) \
	X(type_decl, TYPE) \
	X(var_decl, VAR) \
	X(function_decl, FUNCTION)

enum tri_decl_kind {
#define X(name, tag) TRI_DECL_##tag,
	TRI_DECL_KINDS(X)
#undef X
};

struct tri_decl {
	uint8_t kind; // enum tri_decl_kind
	tri_pos pos;
	// Declarations of one parenthesised group share this; NULL outside groups. Identity only.
	struct tri_group *group;
	struct tri_pragma *pragma; // //go: directives directly above, or NULL
};

struct tri_group {
	tri_pos pos;
};

struct tri_import_decl {
	struct tri_decl base;
	struct tri_name_expr *local_name; // NULL, ".", "_" or a name
	struct tri_literal_expr *path;
};

struct tri_const_decl {
	struct tri_decl base;
	TRI_VECTOR(struct tri_name_expr *) names;
	struct tri_expr *type_expr; // or NULL
	struct tri_expr *values;    // NULL: repeat the previous group member's; list_expr for several
	int64_t iota;               // index within its group
};

struct tri_type_decl {
	struct tri_decl base;
	struct tri_name_expr *name;
	tri_field_list type_parameters;
	bool alias;
	struct tri_expr *type_expr;
};

struct tri_var_decl {
	struct tri_decl base;
	TRI_VECTOR(struct tri_name_expr *) names;
	struct tri_expr *type_expr; // or NULL
	struct tri_expr *values;    // or NULL
};

struct tri_function_decl {
	struct tri_decl base;
	struct tri_field *receiver; // or NULL
	struct tri_name_expr *name;
	tri_field_list type_parameters;
	struct tri_function_type *signature;
	struct tri_block_stmt *body; // NULL: declared without body, or it is left out
	bool declares_types;         // in the body
	bool body_left_out;          // what was compiled of it is there already, and nobody looks at it again
};

// //go:xxx directives, as a set plus the linknames.
#define TRI_PRAGMAS(X) \
	X(NOESCAPE, "go:noescape") \
	X(NOINLINE, "go:noinline") \
	X(NOSPLIT, "go:nosplit") \
	X(SYSTEMSTACK, "go:systemstack") \
	X(NOWRITEBARRIER, "go:nowritebarrier") \
	X(UINTPTRKEEPALIVE, "go:uintptrkeepalive") \
	X(UINTPTRESCAPES, "go:uintptrescapes") \
	X(YESWRITEBARRIERREC, "go:yeswritebarrierrec") \
	X(CGO_UNSAFE_ARGS, "go:cgo_unsafe_args") \
	X(NORACE, "go:norace") \
	X(NOCHECKPTR, "go:nocheckptr") \
	X(NOALLOC, "tricolor:noalloc")

enum tri_pragma_bit {
#define X(tag, text) TRI_PRAGMA_BIT_##tag,
	TRI_PRAGMAS(X)
#undef X
		TRI_PRAGMA_BIT_COUNT
};

// A pattern of a //go:embed directive.
struct tri_embed {
	tri_pos pos;         // of the directive
	tri_pos pattern_pos; // of the pattern as written
	const char *pattern; // quotes taken off
};

struct tri_pragma {
	uint32_t bits; // 1 << enum tri_pragma_bit
	TRI_VECTOR(struct tri_embed) embeds;
};

struct tri_embed_decl { // a variable with //go:embed above it
	struct tri_decl *decl;
	bool in_function;
};

struct tri_linkname { // //go:linkname local [remote]
	tri_pos pos;
	const struct tri_name *local;
	const char *remote; // NULL: one-argument form
};

struct tri_misplaced_directive {
	tri_pos pos;
	const char *kind; // "compiler", "go:embed"
};

struct tri_file {
	struct tri_source_file *source;
	struct tri_name_expr *package_name;
	TRI_VECTOR(struct tri_decl *) decls;
	TRI_VECTOR(struct tri_linkname) linknames;
	TRI_VECTOR(struct tri_embed_decl) embed_decls;
	// Directives that do not fit what they stand above. They are reported when the types of the package are right.
	TRI_VECTOR(struct tri_misplaced_directive) misplaced_directives;
	tri_pos eof;
	uint32_t local_type_count; // types that are declared in function bodies
	bool had_errors;
	bool unread; // the package clause was wrong: nothing behind it was read
};

// Checked downcasts: tri_as_call_expr(e) and so on.
#define X(name, tag) \
	struct tri_##name; \
	static inline struct tri_##name *tri_as_##name(const struct tri_expr *expr) \
	{ \
		tri_assert(expr->kind == TRI_EXPR_##tag); \
		return (struct tri_##name *)(uintptr_t)expr; \
	}
TRI_EXPR_KINDS(X)
#undef X
#define X(name, tag) \
	static inline struct tri_##name *tri_as_##name(const struct tri_stmt *stmt) \
	{ \
		tri_assert(stmt->kind == TRI_STMT_##tag); \
		return (struct tri_##name *)(uintptr_t)stmt; \
	}
TRI_STMT_KINDS(X)
#undef X
#define X(name, tag) \
	static inline struct tri_##name *tri_as_##name(const struct tri_decl *decl) \
	{ \
		tri_assert(decl->kind == TRI_DECL_##tag); \
		return (struct tri_##name *)(uintptr_t)decl; \
	}
TRI_DECL_KINDS(X)
#undef X

struct tri_parse_options {
	// The compiler's checks beyond the grammar: misplaced break, continue, goto, labels (branch targets
	// are filled in) and //go: directives. Without it a file is judged as gofmt judges it.
	bool check_branches;
	// Function bodies are passed over and left empty, for packages whose declarations alone are wanted. What is wrong in
	// such a body is not found.
	bool skip_bodies;
	bool again;            // the file was parsed before: what it says of itself is in its source already
	bool runtime_package;  // directives for the runtime alone are allowed
	bool standard_library; // and those for the standard library
};

// Parses one file. Errors go to `diags` (code "Syntax"); the tree returned covers what could be
// understood and is never NULL. Nesting depth is bounded (error, not a crash).
struct tri_file *tri_parse_file(struct tri_arena *arena, struct tri_name_table *names, struct tri_source_file *source,
								struct tri_diags *diags, const struct tri_parse_options *options);

tri_pos tri_expr_start(const struct tri_expr *expr);
tri_pos tri_expr_end(const struct tri_expr *expr);
const struct tri_expr *tri_expr_unparen(const struct tri_expr *expr);
// The expression in Go's short form (function bodies and long literals as "…"), as error messages quote it.
void tri_expr_print(const struct tri_expr *expr, struct tri_buffer *out);
// Indented dump of the tree for -d=syntax.
void tri_file_dump(const struct tri_file *file, const struct tri_source_set *sources, struct tri_buffer *out);

#endif
