// Internal to compiler/types: the checker's state and what its files offer each other.
#ifndef TRI_COMPILER_TYPES_INTERNAL_H
#define TRI_COMPILER_TYPES_INTERNAL_H

#ifndef TRI_TYPES_INTERNAL
#error "compiler/types/internal.h belongs to compiler/types alone"
#endif

#include "compiler/types/types.h"

// ---- Types without a checker (types.c, identical.c, lookup.c, universe.c) ---------------------

struct tri_type *tri_type_new(struct tri_universe *universe, enum tri_type_kind kind);
// Around what is computed of a type when asked for: gives the copy of the universe to make it with, under the lock when
// other threads may see the type.
struct tri_universe *tri_lazy_begin(struct tri_universe *home);
void tri_lazy_end(struct tri_universe *home);
int tri_basic_flags(enum tri_basic_kind kind);
int64_t tri_basic_size(enum tri_basic_kind kind);
const char *tri_basic_name(enum tri_basic_kind kind);
const char *tri_builtin_name(enum tri_builtin builtin);
bool tri_type_is_kind(struct tri_type *type, enum tri_basic_kind kind); // underlying basic of that kind
bool tri_type_is_valid(struct tri_type *type);                          // neither missing nor the invalid type
bool tri_type_is_untyped(struct tri_type *type);
bool tri_type_identical_ignoring_tags(struct tri_type *a, struct tri_type *b);
struct tri_type *tri_type_default(struct tri_universe *universe, struct tri_type *type); // of an untyped type
bool tri_name_is_exported(const struct tri_name *name);
bool tri_same_identifier(const struct tri_name *a, const struct tri_package *a_package, const struct tri_name *b,
						 const struct tri_package *b_package);
// "func", "slice" ... for composite types, "" for basic ones.
const char *tri_type_composite_kind(struct tri_type *type);
// *T gives T and sets `pointer`; anything else itself.
struct tri_type *tri_type_dereference(struct tri_type *type, bool *pointer);
// Under a pointer to an array, the array; else the type itself (underlying).
struct tri_type *tri_type_array_behind(struct tri_type *type);
bool tri_type_is_interface_pointer(struct tri_type *type);

// Why a lookup found nothing.
enum tri_lookup_failure { TRI_LOOKUP_FOUND, TRI_LOOKUP_MISSING, TRI_LOOKUP_AMBIGUOUS, TRI_LOOKUP_POINTER_RECEIVER };

struct tri_lookup {
	enum tri_lookup_failure failure;
	struct tri_object *object;
	uint32_t *path; // as in tri_selection
	uint32_t path_length;
	bool indirect;
};

// `addressable`: the operand is a variable, so methods with pointer receivers count. `fold_case`: any spelling.
struct tri_lookup tri_lookup_in(struct tri_arena *arena, struct tri_type *type, bool addressable, const struct tri_package *from,
								const struct tri_name *name, bool fold_case);
struct tri_object *tri_interface_find(struct tri_type *interface, const struct tri_package *from, const struct tri_name *name,
									  bool fold_case);
// Into the order of tri_interface_methods; of equal ones the first declared comes first.
void tri_methods_sort(struct tri_object **methods, uint32_t count);
bool tri_name_equal_fold(const struct tri_name *a, const struct tri_name *b);

// As tri_type_print, with the place of type parameters that hide predeclared names.
void tri_type_print_located(struct tri_type *type, const struct tri_package *relative_to, struct tri_diags *diags, struct tri_buffer *out);
// func (a int) string; parameter names optional.
void tri_signature_print(struct tri_type *signature, const struct tri_package *relative_to, bool names, struct tri_buffer *out);
// "var x int", "func f()", as error messages describe objects.
void tri_object_print(struct tri_object *object, const struct tri_package *relative_to, struct tri_buffer *out);

// ---- Generics without a checker ----------------------------------------------------------------

// type_set.c. Those on interfaces take the underlying type.
void tri_interface_complete(struct tri_type *interface);        // computes the type set
bool tri_interface_is_method_set(struct tri_type *interface);   // neither terms nor comparable
bool tri_interface_is_unrestricted(struct tri_type *interface); // all types
bool tri_interface_is_empty_set(struct tri_type *interface);
bool tri_interface_is_comparable(struct tri_type *interface);     // all its types are, strictly
bool tri_type_set_within(struct tri_type *a, struct tri_type *b); // a's terms within b's
bool tri_type_set_same_terms(struct tri_type *a, struct tri_type *b);
enum { TRI_MOST_UNION_TERMS = 100 };
uint32_t tri_union_term_count(struct tri_arena *arena, struct tri_type *type); // in normal form
bool tri_terms_overlap(const struct tri_type_term *x, const struct tri_type_term *y);
bool tri_term_includes(const struct tri_type_term *term, struct tri_type *type);
int tri_method_name_compare(const struct tri_name *a, const struct tri_package *a_package, const struct tri_name *b,
							const struct tri_package *b_package);

// The specific types of a type parameter: those its type set lists, or one that is NULL when it lists none. Any other
// type is its own.
struct tri_specific {
	const struct tri_type_term *terms;
	struct tri_type *only; // when terms is NULL
	uint32_t count;
};
struct tri_specific tri_type_specific(struct tri_type *type);
static inline struct tri_type *tri_specific_type(const struct tri_specific *specific, uint32_t index)
{
	return specific->terms ? specific->terms[index].type : specific->only;
}
static inline struct tri_type *tri_specific_under(const struct tri_specific *specific, uint32_t index)
{
	return tri_type_underlying(tri_specific_type(specific, index));
}
bool tri_type_all_are(struct tri_type *type, int basic_flags); // every specific type is a basic one with any of the flags
bool tri_type_strictly_comparable(struct tri_type *type);      // without panics

// The underlying type that all specific types have in common (of channels the most restricted), NULL when there is none.
struct tri_type *tri_type_common_underlying(struct tri_type *type);

// substitute.c, instantiate.c
struct tri_object **tri_substitute_objects(struct tri_universe *universe, struct tri_object **objects, uint32_t count,
										   struct tri_type *const *parameters, struct tri_type *const *arguments, uint32_t parameter_count);
// Whether the type mentions one of the parameters (NULL: any at all).
bool tri_type_mentions(struct tri_type *type, struct tri_type *const *parameters, uint32_t count);
struct tri_type *tri_instance_underlying(struct tri_type *instance);
void tri_instance_method_resolve(struct tri_object *method); // gives it its type when the generic one's is known

// ---- The checker ------------------------------------------------------------------------------

#define X(code) TRI_CODE_##code,
enum tri_code {
#include "compiler/types/codes.def"
	TRI_CODE_COUNT
};
#undef X

// The result of checking an expression. Several operands may share an expression (f() with several results).
struct tri_operand {
	enum tri_operand_mode mode;
	enum tri_builtin builtin;
	struct tri_expr *expr;
	struct tri_type *type;
	struct tri_constant *constant;
};

// What a generic function is assigned to, for inference: a function type, and how messages call it.
struct tri_target {
	struct tri_type *signature;
	const char *description;
};

// How an expression may stand as a statement.
enum tri_expr_use { TRI_USE_CONVERSION, TRI_USE_EXPRESSION, TRI_USE_STATEMENT };

// What the source says of a package-level object or method.
struct tri_declaration {
	struct tri_scope *file_scope;
	int go_minor; // language version of its file
	bool version_by_file;
	struct tri_object **left; // of `var a, b = f()`, else NULL
	uint32_t left_count;
	struct tri_expr *type_expr, *value;
	bool inherited; // a constant's value repeats an earlier line's
	const struct tri_constant *iota;
	struct tri_type_decl *type_decl;
	struct tri_function_decl *function_decl;
	struct tri_map dependencies; // package-level constants, variables, functions mentioned: object -> object
};

typedef TRI_VECTOR(struct tri_object *) tri_object_list;

// What changes with the declaration or function being checked.
struct tri_environment {
	struct tri_declaration *declaration; // collects dependencies, or NULL
	struct tri_scope *scope;
	struct tri_scope *function_scope; // of the innermost function being checked, or NULL
	const struct tri_constant *iota;  // inside constant declarations
	tri_pos error_pos;                // where to report errors of an inherited constant value
	struct tri_type *signature;       // of the function being checked
	bool in_type_parameters;          // a list of type parameters is being declared
	tri_object_list *locals;          // variables it declared, to find the unused ones
	struct tri_map *panic_calls;      // call_expr of panic(...): they end a statement list
	bool has_call_or_receive;         // len(x) and cap(x) are then not constant
	int go_minor;
	bool version_by_file; // a //go:build line of the file set go_minor
};

struct tri_checker;
typedef void tri_action(struct tri_checker *c, void *data);

struct tri_delayed {
	tri_action *action;
	void *data;
	int go_minor;
	bool version_by_file;
};

struct tri_interface_literal {
	struct tri_type *type;
	tri_pos pos;
};

struct tri_sized_type {
	struct tri_type *type;
	tri_pos pos;
};

struct tri_checker {
	struct tri_universe *universe;
	struct tri_arena *arena;
	struct tri_package *package;
	struct tri_diags *diags;
	const struct tri_check_options *options;
	struct tri_environment env;
	struct tri_map declarations; // object -> struct tri_declaration *
	struct tri_map methods;      // type object -> tri_object_list *: methods not yet attached to their type
	struct tri_map dot_imports;  // file scope -> struct tri_map of objects seen through dot imports -> package name object
	tri_object_list objects;     // keys of `declarations` in source order
	tri_object_list path;        // objects being declared, outermost first
	tri_object_list imports;
	tri_object_list without_body;                        // functions
	TRI_VECTOR(struct tri_interface_literal) interfaces; // every interface type in the source
	TRI_VECTOR(struct tri_delayed) delayed;
	TRI_VECTOR(struct tri_sized_type) sized_types;
	tri_type_list named_types;           // to be completed at the end
	tri_type_list type_parameters;       // likewise
	struct tri_monomorphic *monomorphic; // who instantiates whom; made when first needed
	struct tri_map local_type_counts;    // name -> number of local types of that name
	struct tri_map instance_objects;     // instance -> an object in its place, where a cycle is reported
	struct tri_map finite;               // named types: itself when of finite size, NULL when not
	struct tri_map valid;                // named types known not to contain themselves
	const struct tri_name *blank, *init, *main, *dot;
	bool passes_over_values; // of package variables whose type is known without them
	bool error_reported;
};

// errors.c
void tri_check_error(struct tri_checker *c, tri_pos pos, enum tri_code code, const char *format, ...) TRI_PRINTF(4, 5);
const char *tri_check_operand_text(struct tri_checker *c, const struct tri_operand *x);
const char *tri_check_expr_text(struct tri_checker *c, const struct tri_expr *expr);
const char *tri_check_type_text(struct tri_checker *c, struct tri_type *type);
const char *tri_check_constant_text(struct tri_checker *c, const struct tri_constant *constant);
const char *tri_check_object_text(struct tri_checker *c, struct tri_object *object);
const char *tri_check_pos_text(struct tri_checker *c, tri_pos pos);
const char *tri_check_function_text(struct tri_checker *c, struct tri_object *function);
// "\n\tfile:line:col: other declaration of x", or "" without a position.
const char *tri_check_other_declaration(struct tri_checker *c, const struct tri_object *object);
// False, after an error, when the language version is older than 1.`minor`.
const char *tri_check_version_hint(struct tri_checker *c);
bool tri_check_version(struct tri_checker *c, tri_pos at, int minor, const char *format, ...) TRI_PRINTF(4, 5);
#define TRI_X(x) tri_check_operand_text(c, (x))
#define TRI_E(e) tri_check_expr_text(c, (e))
#define TRI_T(t) tri_check_type_text(c, (t))

// check.c
void tri_check_later(struct tri_checker *c, tri_action *action, void *data);
void tri_check_delayed(struct tri_checker *c, uint32_t from);
static inline struct tri_type *tri_check_basic(struct tri_checker *c, enum tri_basic_kind kind) { return c->universe->basic[kind]; }

// scope.c
struct tri_scope *tri_check_open_scope(struct tri_checker *c);
void tri_check_close_scope(struct tri_checker *c);
struct tri_object *tri_check_new_object(struct tri_checker *c, enum tri_object_kind kind, tri_pos pos, const struct tri_name *name,
										struct tri_type *type);
// Enters the object unless its name is taken (error) or blank; `name_expr` may be NULL.
void tri_check_declare(struct tri_checker *c, struct tri_scope *scope, struct tri_name_expr *name_expr, struct tri_object *object,
					   tri_pos scope_start);
struct tri_object *tri_check_lookup(struct tri_checker *c, const struct tri_name *name);
// Objects of other packages, and predeclared ones, are not written to.
static inline void tri_check_mark_used(const struct tri_checker *c, struct tri_object *object)
{
	if (object->package == c->package)
		object->used = true;
}

// resolve.c
void tri_check_collect_objects(struct tri_checker *c);
void tri_check_package_objects(struct tri_checker *c);
void tri_check_unused_imports(struct tri_checker *c);
void tri_check_arity(struct tri_checker *c, tri_pos pos, struct tri_name_expr **names, uint32_t name_count, tri_expr_list values,
					 bool constant_decl, bool inherited);
tri_expr_list tri_check_unpack_list(struct tri_checker *c, struct tri_expr *expr);

// declaration.c
void tri_check_object(struct tri_checker *c, struct tri_object *object);
void tri_check_push(struct tri_checker *c, struct tri_object *object);
void tri_check_pop(struct tri_checker *c);
int64_t tri_check_path_index(struct tri_checker *c, const struct tri_object *object); // -1: not on the path
void tri_check_cycle_error(struct tri_checker *c, struct tri_object **cycle, uint32_t count, uint32_t start);
uint32_t tri_check_first_in_source(struct tri_object **cycle, uint32_t count);
void tri_check_collect_methods(struct tri_checker *c, struct tri_object *type_object);
void tri_check_declaration_stmt(struct tri_checker *c, struct tri_decl_stmt *stmt);
void tri_check_add_dependency(struct tri_checker *c, struct tri_object *object);

// cycle.c
void tri_check_direct_cycles(struct tri_checker *c);
bool tri_check_finite_size(struct tri_checker *c, struct tri_type *type);
// Interfaces that mention themselves in their methods without a name in between.
void tri_check_anonymous_cycles(struct tri_checker *c);
void tri_check_valid_type(struct tri_checker *c, struct tri_type *named);

// size.c
// Notes a type written in the source, to see at the end that it fits the address space.
void tri_check_note_size(struct tri_checker *c, struct tri_type *type, tri_pos pos);
void tri_check_sizes(struct tri_checker *c);

// type_expression.c
struct tri_type *tri_check_type(struct tri_checker *c, struct tri_expr *expr);
// As above for the type of a variable: constraint interfaces are reported.
struct tri_type *tri_check_variable_type(struct tri_checker *c, struct tri_expr *expr);
struct tri_type *tri_check_declared_type(struct tri_checker *c, struct tri_expr *expr, struct tri_object *defined);
void tri_check_valid_variable_type(struct tri_checker *c, struct tri_expr *expr, struct tri_type *type);
void tri_check_identifier(struct tri_checker *c, struct tri_operand *x, struct tri_name_expr *expr, bool want_type);

// The type may be generic; one that is not is an error, which `cause` explains.
struct tri_type *tri_check_generic_type(struct tri_checker *c, struct tri_expr *expr, const char **cause);

// type_set.c
// What a specific type must fulfil: NULL, or why it does not. `under` is NULL where there is no specific type.
typedef const char *tri_condition(struct tri_checker *c, struct tri_type *type, struct tri_type *under, const void *data);
// As tri_type_common_underlying; says why there is none, or what condition a type does not fulfil.
struct tri_type *tri_check_common(struct tri_checker *c, struct tri_type *type, tri_condition *condition, const void *data,
								  const char **cause);

// type_parameter.c, union_type.c
// Declares the parameters in the current scope, then their constraints.
void tri_check_type_parameters(struct tri_checker *c, tri_type_list *parameters, const tri_field_list *fields);
struct tri_type *tri_check_declare_parameter(struct tri_checker *c, struct tri_name_expr *name, uint32_t index, tri_pos scope_start);
struct tri_type *tri_check_union(struct tri_checker *c, struct tri_expr *expr); // A|B, ~A, or one type

// instantiate_check.c
// The types of a list; false after an error.
bool tri_check_type_list(struct tri_checker *c, tri_expr_list list, struct tri_type **types);
struct tri_type *tri_check_instantiated_type(struct tri_checker *c, struct tri_index_expr *expr);
// Do the arguments satisfy the parameters' constraints? The index of the first that does not and why, else -1.
int64_t tri_check_arguments_satisfy(struct tri_checker *c, const tri_type_list *parameters, struct tri_type **arguments,
									const char **cause);
// The signature with its type parameters replaced; the use `expr` is annotated, and the arguments are verified later.
struct tri_type *tri_check_instantiate_signature(struct tri_checker *c, tri_pos pos, struct tri_expr *expr, struct tri_type *signature,
												 struct tri_type **arguments, tri_expr_list list);
// x is a generic function, `index` its explicit instantiation or NULL. Missing arguments are inferred from the target,
// unless `infer` is false: then they are returned in *partial (count in *partial_count) and x stays generic.
bool tri_check_instantiate_function(struct tri_checker *c, const struct tri_target *target, tri_pos pos, struct tri_operand *x,
									struct tri_index_expr *index, bool infer, struct tri_type ***partial, uint32_t *partial_count);

// unify.c
enum tri_unify_mode {
	TRI_UNIFY_ASSIGN = 1, // types of an assignment: inexact at the top, elements exact
	TRI_UNIFY_EXACT = 2,  // identical, given suitable arguments
};
struct tri_unifier {
	struct tri_checker *c;
	struct tri_type *const *parameters;
	uint32_t *handles;       // parameter -> its place in `types`; joined parameters share one
	struct tri_type **types; // inferred, NULL while unknown
	uint32_t count;
	int depth;
	bool interface_inference; // since Go 1.21
};
struct tri_unifier tri_unifier_new(struct tri_checker *c, struct tri_type *const *parameters, struct tri_type *const *arguments,
								   uint32_t count);
bool tri_unify(struct tri_unifier *u, struct tri_type *x, struct tri_type *y, unsigned mode);
static inline struct tri_type *tri_unifier_at(const struct tri_unifier *u, uint32_t index) { return u->types[u->handles[index]]; }

// infer.c
struct tri_inference {
	tri_pos pos;                       // of the call or use
	tri_type_list parameters;          // all to be found, those of generic arguments included
	tri_type_list arguments;           // known ones, NULL or missing where unknown
	struct tri_type **parameter_types; // of the function, one for each operand
	struct tri_operand *operands;
	uint32_t operand_count;
	bool reverse;      // the operand is the target of an assignment
	tri_pos error_pos; // out: where and why it failed; error NULL when an error was reported elsewhere
	const char *error;
};
// All type arguments, or NULL.
struct tri_type **tri_check_infer(struct tri_checker *c, struct tri_inference *inference);
// New type parameters in the place of `parameters`, with their constraints: uses within their own function are told apart.
tri_type_list tri_check_rename_parameters(struct tri_checker *c, const tri_type_list *parameters);

// monomorphic.c: functions and types must not instantiate themselves with ever larger types.
void tri_check_record_instance(struct tri_checker *c, tri_pos pos, const tri_type_list *parameters, struct tri_type **arguments,
							   tri_expr_list list);
void tri_check_same_parameter(struct tri_checker *c, struct tri_type *receiver_parameter, struct tri_type *parameter);
void tri_check_instance_cycles(struct tri_checker *c);

// struct_type.c, interface_type.c, signature.c
struct tri_type *tri_check_struct_type(struct tri_checker *c, struct tri_struct_type *expr);
struct tri_type *tri_check_interface_type(struct tri_checker *c, struct tri_interface_type *expr, struct tri_object *defined);
// Fills `signature`, which may have been handed out already.
void tri_check_function_type(struct tri_checker *c, struct tri_type *signature, struct tri_field *receiver,
							 const tri_field_list *type_parameters, struct tri_function_type *expr);
struct tri_expr *tri_check_receiver_base(struct tri_expr *expr, bool *pointer);

// expression.c
enum tri_expr_use tri_check_raw(struct tri_checker *c, struct tri_operand *x, struct tri_expr *expr, struct tri_type *hint);
// As above; the result may be a generic function or type.
enum tri_expr_use tri_check_raw_generic(struct tri_checker *c, struct tri_operand *x, struct tri_expr *expr);
// An uninstantiated function or type is an error, but for a function that the target instantiates.
void tri_check_not_generic(struct tri_checker *c, const struct tri_target *target, struct tri_operand *x);
struct tri_target tri_check_target(struct tri_type *type, const char *description);
void tri_check_expr_for(struct tri_checker *c, const struct tri_target *target, struct tri_operand *x, struct tri_expr *expr);
void tri_check_expr(struct tri_checker *c, struct tri_operand *x, struct tri_expr *expr);
void tri_check_expr_with_hint(struct tri_checker *c, struct tri_operand *x, struct tri_expr *expr, struct tri_type *hint);
void tri_check_expr_or_type(struct tri_checker *c, struct tri_operand *x, struct tri_expr *expr);
void tri_check_generic_expr_or_type(struct tri_checker *c, struct tri_operand *x, struct tri_expr *expr);
// One expression that may have several results; *count operands from the arena. With `allow_comma_ok` a
// second boolean operand is added where the form exists, and *comma_ok set.
struct tri_operand *tri_check_multi(struct tri_checker *c, struct tri_expr *expr, bool allow_comma_ok, uint32_t *count, bool *comma_ok);
struct tri_operand *tri_check_expr_list(struct tri_checker *c, tri_expr_list list, uint32_t *count);
void tri_check_single_value(struct tri_checker *c, struct tri_operand *x);
enum { TRI_EXCLUDE_NO_VALUE = 1 << TRI_MODE_NO_VALUE, TRI_EXCLUDE_BUILTIN = 1 << TRI_MODE_BUILTIN, TRI_EXCLUDE_TYPE = 1 << TRI_MODE_TYPE };
void tri_check_exclude(struct tri_checker *c, struct tri_operand *x, unsigned modes);
void tri_check_record(struct tri_checker *c, struct tri_operand *x);
void tri_check_record_comma_ok(struct tri_expr *expr);
// Evaluates for its errors and uses only; whether it was valid.
bool tri_check_use(struct tri_checker *c, struct tri_expr *expr);
bool tri_check_use_left(struct tri_checker *c, struct tri_expr *expr);
bool tri_check_use_list(struct tri_checker *c, tri_expr_list list);
void tri_check_type_assertion(struct tri_checker *c, struct tri_expr *expr, struct tri_operand *x, struct tri_type *type, bool type_switch);
struct tri_type *tri_check_chan_element(struct tri_checker *c, tri_pos pos, struct tri_operand *x, bool receive);
void tri_check_mark_address_taken(struct tri_expr *expr);
void tri_check_mark_reassigned(struct tri_expr *expr);

// untyped.c
void tri_check_update_type(struct tri_checker *c, struct tri_expr *expr, struct tri_type *type, bool final);
// The type an untyped operand takes in a context of type `target`, NULL (and the code) when it can't.
struct tri_type *tri_check_implicit_type(struct tri_checker *c, struct tri_operand *x, struct tri_type *target, struct tri_constant **value,
										 enum tri_code *code);
// The larger of two untyped types, as constant expressions mix them; NULL when they don't.
struct tri_type *tri_check_larger_untyped(struct tri_type *x, struct tri_type *y);
void tri_check_convert_untyped(struct tri_checker *c, struct tri_operand *x, struct tri_type *target);
// Gives an untyped operand the type and value (or NULL) that tri_check_implicit_type found.
void tri_check_give_type(struct tri_checker *c, struct tri_operand *x, struct tri_type *type, struct tri_constant *value);
void tri_check_overflow(struct tri_checker *c, struct tri_operand *x, tri_pos operator_pos);
void tri_check_representable(struct tri_checker *c, struct tri_operand *x, struct tri_type *basic);
bool tri_constant_representable(struct tri_arena *arena, const struct tri_constant *value, enum tri_basic_kind kind,
								struct tri_constant **rounded);
void tri_check_invalid_conversion(struct tri_checker *c, enum tri_code code, struct tri_operand *x, struct tri_type *target);

// binary.c
void tri_check_unary(struct tri_checker *c, struct tri_operand *x, struct tri_unary_expr *expr);
// `expr` is NULL for assignment operations.
void tri_check_binary(struct tri_checker *c, struct tri_operand *x, struct tri_expr *expr, struct tri_expr *left, struct tri_expr *right,
					  enum tri_operator operator);
void tri_check_comparison(struct tri_checker *c, struct tri_operand *x, struct tri_operand *y, enum tri_operator operator,
						  bool switch_case);
void tri_check_match_types(struct tri_checker *c, struct tri_operand *x, struct tri_operand *y);

// literal.c, index.c, selector.c, call.c, builtin.c, conversion.c
void tri_check_basic_literal(struct tri_checker *c, struct tri_operand *x, struct tri_literal_expr *expr);
void tri_check_function_literal(struct tri_checker *c, struct tri_operand *x, struct tri_function_expr *expr);
void tri_check_composite_literal(struct tri_checker *c, struct tri_operand *x, struct tri_composite_expr *expr, struct tri_type *hint);
// True when x is a generic function: the caller instantiates it.
bool tri_check_index_expr(struct tri_checker *c, struct tri_operand *x, struct tri_index_expr *expr);
void tri_check_slice_expr(struct tri_checker *c, struct tri_operand *x, struct tri_slice_expr *expr);
// An index: its type (invalid after an error) and its value when constant, else -1. `most` < 0: no bound.
struct tri_type *tri_check_index(struct tri_checker *c, struct tri_expr *expr, int64_t most, int64_t *value);
bool tri_check_valid_index(struct tri_checker *c, struct tri_operand *x, enum tri_code code, const char *what, bool allow_negative);
void tri_check_selector(struct tri_checker *c, struct tri_operand *x, struct tri_selector_expr *expr, bool want_type);
const char *tri_check_lookup_error(struct tri_checker *c, struct tri_type *type, const struct tri_name *selected, struct tri_object *object,
								   bool struct_literal);
enum tri_expr_use tri_check_call(struct tri_checker *c, struct tri_operand *x, struct tri_call_expr *call);
// The operands of a call. Some may be generic functions, with some of their type arguments.
struct tri_call_operands {
	struct tri_operand *items;
	uint32_t count;
	tri_type_list *partial; // for each operand, or NULL
};
// Matches operands with parameters. A generic signature is instantiated: `explicit_arguments` are those of its type
// arguments that `list` gives, the rest is inferred. The signature called; the generic one after an error.
struct tri_type *tri_check_arguments(struct tri_checker *c, struct tri_call_expr *call, struct tri_type *signature,
									 tri_type_list explicit_arguments, tri_expr_list list, struct tri_call_operands *operands);
// builtin.c, builtin_complex.c, builtin_unsafe.c
struct tri_builtin_call {
	struct tri_call_expr *call;
	struct tri_operand *arguments; // evaluated, but for those that are not all values
	uint32_t count;
};
void tri_check_set_constant(struct tri_checker *c, struct tri_operand *x, struct tri_constant *value, enum tri_basic_kind kind);
bool tri_check_complex(struct tri_checker *c, struct tri_operand *x, struct tri_builtin_call *b);
bool tri_check_complex_part(struct tri_checker *c, struct tri_operand *x, bool real);
bool tri_check_offsetof(struct tri_checker *c, struct tri_operand *x, struct tri_builtin_call *b);
bool tri_check_sizeof(struct tri_checker *c, struct tri_operand *x, bool size);
bool tri_check_unsafe(struct tri_checker *c, struct tri_operand *x, struct tri_builtin_call *b, enum tri_builtin builtin);
bool tri_check_builtin(struct tri_checker *c, struct tri_operand *x, struct tri_call_expr *call, enum tri_builtin builtin);
void tri_check_conversion(struct tri_checker *c, struct tri_operand *x, struct tri_type *type);

// assignable.c
bool tri_check_assignable(struct tri_checker *c, struct tri_operand *x, struct tri_type *type, const char **cause, enum tri_code *code);
// When two methods' signatures match: when they are identical, or can be made so by inference.
struct tri_equivalence {
	bool (*same)(void *data, struct tri_type *a, struct tri_type *b);
	void *data;
};
extern const struct tri_equivalence tri_identity;
// Whether V has T's methods. `is_static`: an interface V must have them all now; else it may at run time.
bool tri_check_has_all_methods(struct tri_checker *c, struct tri_type *v, struct tri_type *t, bool is_static,
							   const struct tri_equivalence *equivalence, const char **cause);
// `constraint`: V is a type argument that must satisfy T, which comparable types do more easily.
bool tri_check_implements(struct tri_checker *c, struct tri_type *v, struct tri_type *t, bool constraint, const char **cause);
const char *tri_check_interface_pointer_text(struct tri_checker *c, struct tri_type *type); // why it has no methods
// Why values of the type can't be compared; "" when there is nothing to add.
const char *tri_check_incomparable_cause(struct tri_checker *c, struct tri_type *type);

// assignment.c
// Can x be assigned to `type` (NULL: to a variable that takes its type)? Gives untyped operands their type.
void tri_check_assignment(struct tri_checker *c, struct tri_operand *x, struct tri_type *type, const char *context);
void tri_check_init_constant(struct tri_checker *c, struct tri_object *left, struct tri_operand *x);
void tri_check_init_variable(struct tri_checker *c, struct tri_object *left, struct tri_operand *x, const char *context);
void tri_check_init_variables(struct tri_checker *c, struct tri_object **left, uint32_t count, tri_expr_list right,
							  struct tri_stmt *return_stmt);
void tri_check_assign_variable(struct tri_checker *c, struct tri_expr *left, struct tri_expr *right, struct tri_operand *x,
							   const char *context);
void tri_check_assign_variables(struct tri_checker *c, tri_expr_list left, tri_expr_list right);
void tri_check_short_declaration(struct tri_checker *c, tri_pos pos, tri_expr_list left, tri_expr_list right);
const char *tri_check_types_summary(struct tri_checker *c, struct tri_type *const *types, uint32_t count, bool variadic, bool has_dots);

// statement.c, switch.c, range.c, return.c
void tri_check_function_body(struct tri_checker *c, struct tri_declaration *declaration, struct tri_type *signature,
							 struct tri_scope *scope, struct tri_block_stmt *body, const struct tri_constant *iota);
void tri_check_stmt(struct tri_checker *c, struct tri_stmt *stmt);
void tri_check_stmt_list(struct tri_checker *c, tri_stmt_list list);
void tri_check_switch(struct tri_checker *c, struct tri_switch_stmt *stmt);
void tri_check_select(struct tri_checker *c, struct tri_select_stmt *stmt);
void tri_check_range(struct tri_checker *c, struct tri_for_stmt *stmt, struct tri_range_clause *clause);
bool tri_check_is_terminating(struct tri_checker *c, struct tri_block_stmt *body);

// directive.c
void tri_check_apply_linknames(struct tri_checker *c);
// What directives demand of the declarations below them; when types are right.
void tri_check_directives(struct tri_checker *c);

// initorder.c
void tri_check_init_order(struct tri_checker *c);

#endif
