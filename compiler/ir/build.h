// Internal to compiler/ir: the builder's state and what its files offer each other.
#ifndef TRI_COMPILER_IR_BUILD_H
#define TRI_COMPILER_IR_BUILD_H

#ifndef TRI_IR_INTERNAL
#error "compiler/ir/build.h is private to compiler/ir"
#endif

#include "compiler/ir/ir.h"

// The function being built. Functions around a literal are reached through `outer`.
struct function_builder {
	struct tri_ir_package *package;
	struct tri_arena *arena;
	struct function_builder *outer;
	struct tri_ir_func *function;
	tri_node_list *statements;                  // where statements go
	struct tri_map targets;                     // struct tri_stmt (loop, switch, select, labeled) -> its node
	uint32_t literals, go_defers, range_bodies; // numbers of the last function literal, go or defer wrapper, body of a loop
	uint32_t spared;                            // temporaries that Go's compiler has and this one does without
	struct range_body *range_body;              // of a function that is the body of a loop over a function; else NULL
	int32_t loop_depth;
	const struct tri_expr *communication; // receive expression of the select clause being built
	struct tri_node *received;            // its node
};

// ---- build.c
struct tri_ir_func *tri_ir_new_function(struct tri_ir_package *package, const char *symbol, const char *short_name, tri_pos pos,
										struct tri_type *signature);
// A function literal's name; false: it is another's.
bool tri_ir_note_literal(struct tri_ir_package *package, const char *symbol);
// Parameters and results of a function from its signature. `receiver`: of a method, or NULL.
void tri_ir_declare_parameters(struct tri_ir_package *package, struct tri_ir_func *function, struct tri_object *receiver);
// "main.T.m" and "T.m" for a method of the (pointer to the) named or unnamed type.
void tri_ir_method_names(struct tri_ir_package *package, struct tri_type *receiver, const struct tri_name *method, const char **symbol,
						 const char **short_name);
void tri_ir_unsupported(struct tri_ir_package *package, tri_pos pos, const char *what);
struct tri_ir_global *tri_ir_global_for(struct tri_ir_package *package, struct tri_object *object);

struct tri_ir_func *tri_ir_function_instance(struct tri_ir_package *package, struct tri_object *object, struct tri_type *const *arguments,
											 uint32_t count);
// ---- build_shape.c: instances as Go's compiler has them, for analysis (package->shapes)
struct tri_name_expr;
// What a use of a generic function with type arguments names; `signature` is its type.
struct tri_ir_func *tri_ir_shaped_function(struct tri_ir_package *package, const struct tri_name_expr *name, struct tri_type *signature);
// The function for an instance's method as an interface value has it: the one without a dictionary.
struct tri_ir_func *tri_ir_method_of_instance(struct tri_ir_package *package, struct tri_object *method);
// An instance's method as that of the instance for shapes.
struct tri_object *tri_ir_shaped_method(struct tri_ir_package *package, struct tri_object *method);
// The method of an instance will be listed in a descriptor.
void tri_ir_request_method(struct tri_ir_package *package, struct tri_object *method);
// x.m(...), where x is of a shape: m is found in the dictionary.
struct tri_node *tri_ir_dictionary_call(struct function_builder *b, struct tri_node *x, struct tri_call_expr *expr);
// What the dictionary that a call of an instance is given counts.
void tri_ir_set_dictionary(struct tri_node *call, const struct function_builder *b);
// What is instantiated for these type arguments, if it was: the function for their shapes.
struct tri_ir_func *tri_ir_find_shaped(struct tri_ir_package *package, struct tri_object *object, struct tri_type *const *arguments,
									   uint32_t count);
// ---- dictionary.c
// Of an instance: a function with these shapes for arguments, or (NULL) a method.
struct tri_ir_dictionary *tri_ir_new_dictionary(struct tri_ir_package *package, struct tri_object *instance,
												struct tri_type *const *arguments, uint32_t count);
// In the function at hand: a value of the type goes into an interface; a generic function is named; a method of an instance is called.
void tri_ir_note_boxed(const struct function_builder *b, struct tri_type *type);
void tri_ir_note_generic_use(const struct function_builder *b, const struct tri_name_expr *name);
void tri_ir_note_method_call(const struct function_builder *b, const struct tri_node *call);
// The function for shapes is used with these type arguments.
void tri_ir_use_dictionary(struct tri_ir_package *package, struct tri_ir_func *shaped, struct tri_type *const *arguments, uint32_t count);
// Asks for the methods of what was noted, with the arguments of all uses; the functions' bodies are built.
void tri_ir_follow_dictionaries(struct tri_ir_package *package);
// ---- static_call.c
// What an inlined call of a function that only returns an expression gives, as an expression; NULL when it is more than that.
struct tri_node *tri_ir_inlined_value(struct tri_ir_package *package, const struct tri_node *call);
// ---- build_function.c
struct tri_ir_var *tri_ir_new_variable(struct tri_ir_package *package, struct tri_ir_func *function, enum tri_var_class class,
									   const struct tri_name *name, struct tri_type *type, tri_pos pos);
struct tri_ir_var *tri_ir_temporary(struct function_builder *b, struct tri_type *type, tri_pos pos);
struct tri_ir_var *tri_ir_declare_object(struct function_builder *b, struct tri_object *object); // a local variable
// The variable as seen from the function being built, through captures where needed.
struct tri_ir_var *tri_ir_view(struct function_builder *b, struct tri_ir_var *var, tri_pos pos);
struct tri_node *tri_ir_function_literal(struct function_builder *b, struct tri_function_expr *expr);
void tri_ir_build_body(struct function_builder *b, struct tri_block_stmt *body);
struct tri_node *tri_ir_make_closure(struct function_builder *outer, struct function_builder *b, tri_pos pos); // of a finished body

// ---- Nodes
struct tri_node *tri_ir_node(struct function_builder *b, enum tri_node_op op, tri_pos pos, struct tri_type *type);
struct tri_node *tri_ir_unary(struct function_builder *b, enum tri_node_op op, tri_pos pos, struct tri_type *type, struct tri_node *x);
struct tri_node *tri_ir_local(struct function_builder *b, struct tri_ir_var *var, tri_pos pos);
struct tri_node *tri_ir_literal(struct function_builder *b, tri_pos pos, struct tri_type *type, struct tri_constant *value);
struct tri_node *tri_ir_integer(struct function_builder *b, tri_pos pos, struct tri_type *type, int64_t value);
struct tri_node *tri_ir_boolean(struct function_builder *b, tri_pos pos, bool value);
struct tri_type *tri_ir_basic(struct function_builder *b, enum tri_basic_kind kind);
void tri_ir_emit(struct function_builder *b, struct tri_node *statement);
void tri_ir_emit_declare(struct function_builder *b, struct tri_ir_var *var, tri_pos pos);
// DECLARE and a defining ASSIGN; returns the variable.
struct tri_ir_var *tri_ir_emit_temporary(struct function_builder *b, struct tri_node *value, tri_pos pos);

// ---- build_expression.c
struct tri_node *tri_ir_expression(struct function_builder *b, struct tri_expr *expr);
struct tri_node *tri_ir_expression_as(struct function_builder *b, struct tri_expr *expr,
									  struct tri_type *type); // converted as by assignment
// Whether the interface can have that dynamic type. Only in instances of generic code may it not.
bool tri_ir_may_hold(struct function_builder *b, struct tri_type *interface, struct tri_type *type);
struct tri_node *tri_ir_place(struct function_builder *b, struct tri_expr *expr); // NULL for blank
bool tri_ir_is_blank(const struct tri_expr *expr);
struct tri_node *tri_ir_compare(struct function_builder *b, enum tri_operator operator, tri_pos pos, struct tri_type *type,
								struct tri_node *x, struct tri_node *y);
// A multi-valued expression into fresh temporaries, through statements; converted to `types` where not NULL.
tri_node_list tri_ir_unpack(struct function_builder *b, struct tri_expr *expr);
// An expression whose statements stay with it (a STATEMENT_EXPR when there are any): it is evaluated in its turn.
struct tri_node *tri_ir_own_expression(struct function_builder *b, const struct tri_expr *expr);
// Runs `build` with statements collected; wraps the result in a STATEMENT_EXPR when there were any.
struct tri_node *tri_ir_with_statements(struct function_builder *b, tri_node_list *statements, struct tri_node *value);

// ---- bench_loop.c
bool tri_ir_is_bench_loop(const struct tri_node *loop); // for b.Loop() of package testing
void tri_ir_keep_results(struct function_builder *b, tri_node_list *body);

// ---- wrappers.c
// The type of a call: NULL without results, a tuple of several.
struct tri_type *tri_ir_result_type(struct tri_ir_package *package, struct tri_type *signature);

// ---- build_instance.c
// The instance with that symbol, to be built later; `arguments` of a generic function, or `object` is an instance's method.
void tri_ir_find_intrinsic(struct tri_ir_func *function); // intrinsics.c
struct tri_ir_func *tri_ir_instance(struct tri_ir_package *package, const char *symbol, const char *short_name, struct tri_object *object,
									struct tri_type *const *arguments, uint32_t count);
struct tri_node *tri_ir_generic_function(struct function_builder *b, struct tri_expr *expr); // a use: f, f[int], p.F
const char *tri_ir_type_arguments(struct tri_ir_package *package, struct tri_type *const *arguments, uint32_t count);
// A value of the type occurs: methods of the instances it is made of will be needed.
void tri_ir_request_methods(struct tri_ir_package *package, struct tri_type *type);

// ---- build_conversion.c
struct tri_node *tri_ir_convert_implicitly(struct function_builder *b, struct tri_node *node, struct tri_type *type);
struct tri_node *tri_ir_conversion(struct function_builder *b, struct tri_node *node, struct tri_type *type, tri_pos pos);

// ---- build_selector.c
struct tri_node *tri_ir_selector(struct function_builder *b, struct tri_selector_expr *expr);
// `x` followed along embedded fields.
struct tri_node *tri_ir_follow(struct function_builder *b, struct tri_node *x, const uint32_t *path, uint32_t length, tri_pos pos);
struct tri_node *tri_ir_field(struct function_builder *b, struct tri_node *x, uint32_t index, tri_pos pos);
// The receiver as the method takes it: its address or what it points to.
struct tri_node *tri_ir_receiver(struct function_builder *b, struct tri_node *x, const struct tri_object *method);
bool tri_ir_has_pointer_receiver(const struct tri_object *method);
uint32_t tri_ir_interface_method_index(struct tri_type *interface, const struct tri_object *method);

// ---- build_call.c, build_builtin.c, build_literal.c
struct tri_node *tri_ir_call(struct function_builder *b, struct tri_call_expr *expr);
// A call of the function or method with no arguments yet; what it needs first is emitted.
struct tri_node *tri_ir_call_without_arguments(struct function_builder *b, struct tri_expr *function, tri_pos pos);
struct tri_node *tri_ir_builtin(struct function_builder *b, struct tri_call_expr *expr, enum tri_builtin builtin);
struct tri_node *tri_ir_composite(struct function_builder *b, struct tri_composite_expr *expr);

// ---- build_statement.c, build_assign.c, build_loop.c, build_switch.c, build_go_defer.c
void tri_ir_statement(struct function_builder *b, struct tri_stmt *stmt);
void tri_ir_statements(struct function_builder *b, const tri_stmt_list *list);
void tri_ir_into(struct function_builder *b, tri_node_list *target, const tri_stmt_list *list);
void tri_ir_assign(struct function_builder *b, struct tri_assign_stmt *stmt);
// Assigns `count` places, or declares objects, from `right`.
void tri_ir_assign_list(struct function_builder *b, struct tri_expr *const *left, uint32_t count, struct tri_expr *right, bool define,
						tri_pos pos);
void tri_ir_variable_declaration(struct function_builder *b, struct tri_var_decl *decl);
void tri_ir_for(struct function_builder *b, struct tri_for_stmt *stmt);
void tri_ir_switch(struct function_builder *b, struct tri_switch_stmt *stmt);
void tri_ir_select(struct function_builder *b, struct tri_select_stmt *stmt);
void tri_ir_go_or_defer(struct function_builder *b, struct tri_call_stmt *stmt);
void tri_ir_branch(struct function_builder *b, struct tri_branch_stmt *stmt);
// ---- build_range_function.c
void tri_ir_range_function(struct function_builder *b, struct tri_for_stmt *loop, struct tri_range_clause *clause);
// The function, or function literal, that code belongs to as it was written: functions in it are named after that.
struct function_builder *tri_ir_written_function(struct function_builder *b);
// In the body of such a loop: emit what leaves it. False: the statement is as elsewhere.
bool tri_ir_range_body_branch(struct function_builder *b, struct tri_branch_stmt *stmt);
bool tri_ir_range_body_return(struct function_builder *b, const tri_node_list *values, tri_pos pos);
// The function whose results a return statement gives.
const struct tri_ir_func *tri_ir_returning_function(struct function_builder *b);
// A defer statement is being built: the list it adds to, NULL for its function's own.
struct tri_node *tri_ir_range_body_defer(struct function_builder *b, tri_pos pos);
// 1: always true, -1: always false, 0: not known at compile time.
int tri_ir_static_condition(const struct tri_expr *condition);
struct tri_node *tri_ir_target(struct function_builder *b, struct tri_stmt *stmt, enum tri_node_op op); // made at first use

#endif
