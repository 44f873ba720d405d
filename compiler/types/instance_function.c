// Functions of instances: a generic function's declaration copied, with types in the place of its type parameters.
//
// The checked tree is copied whole: every expression's type is substituted, local variables become new objects, constants
// of a parameter's type take the type that the argument has, methods of type parameters become those of their
// arguments. What results is a tree as the checker leaves it for a function that is not generic, so later stages need
// to know nothing of generics. The original is not changed, and shares what does not depend on types.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

struct copier {
	struct tri_universe *universe;
	struct tri_arena *arena;
	const struct tri_package *package; // where the function is declared
	const tri_type_list *parameters;
	struct tri_type *const *arguments;
	struct tri_map objects;    // local variable -> its copy
	struct tri_map statements; // statement -> its copy, for the targets of branches
	TRI_VECTOR(struct tri_branch_stmt *) branches;
};

static struct tri_expr *copy_expr(struct copier *k, const struct tri_expr *expr);
static struct tri_stmt *copy_stmt(struct copier *k, const struct tri_stmt *stmt);

#define COPY(k, type, original) ((type *)copy_bytes(k, original, sizeof(type)))

static void *copy_bytes(struct copier *k, const void *original, size_t size)
{
	void *copy = tri_arena_alloc(k->arena, size);
	memcpy(copy, original, size);
	return copy;
}

// ---- Types and objects -----------------------------------------------------------------------

static struct tri_type *copy_type(struct copier *k, struct tri_type *type)
{
	return type ? tri_type_substitute(k->universe, type, k->parameters->items, k->arguments, k->parameters->count) : NULL;
}

static struct tri_object *copy_object(struct copier *k, struct tri_object *object)
{
	if (!object || object->kind != TRI_OBJECT_VARIABLE || object->is_package_level)
		return object;
	struct tri_object *copy = tri_map_get(&k->objects, TRI_KEY(object));
	if (copy)
		return copy;
	copy = COPY(k, struct tri_object, object);
	copy->type = copy_type(k, object->type);
	copy->ir = NULL;
	tri_map_put(k->arena, &k->objects, TRI_KEY(object), copy);
	return copy;
}

static struct tri_object **copy_objects(struct copier *k, struct tri_object **objects, uint32_t count)
{
	struct tri_object **copies = TRI_NEW_ARRAY(k->arena, struct tri_object *, count);
	for (uint32_t i = 0; i < count; i++)
		copies[i] = copy_object(k, objects[i]);
	return copies;
}

// A signature whose parameters are the variables of a body that is copied too.
static struct tri_type *copy_signature(struct copier *k, const struct tri_type *signature)
{
	struct tri_type *copy = tri_type_new(k->universe, TRI_TYPE_FUNCTION);
	copy->as.function = signature->as.function;
	copy->as.function.receiver = copy_object(k, signature->as.function.receiver);
	copy->as.function.parameters = copy_objects(k, signature->as.function.parameters, signature->as.function.parameter_count);
	copy->as.function.results = copy_objects(k, signature->as.function.results, signature->as.function.result_count);
	copy->as.function.type_parameters = copy->as.function.receiver_type_parameters = (tri_type_list){0};
	return copy;
}

static struct tri_type **copy_types(struct copier *k, struct tri_type **types, uint32_t count)
{
	struct tri_type **copies = count > 0 ? TRI_NEW_ARRAY(k->arena, struct tri_type *, count) : NULL;
	for (uint32_t i = 0; i < count; i++)
		copies[i] = copy_type(k, types[i]);
	return copies;
}

// ---- Expressions -----------------------------------------------------------------------------

static tri_expr_list copy_list(struct copier *k, const tri_expr_list *list)
{
	tri_expr_list copies = {0};
	for (uint32_t i = 0; i < list->count; i++)
		tri_vector_push(k->arena, &copies, copy_expr(k, list->items[i]));
	return copies;
}

// A constant of a parameter's type was checked against all its types; now it is rounded to one.
static void convert_constant(struct copier *k, struct tri_expr *expr)
{
	const struct tri_type *under = tri_type_underlying(expr->type);
	struct tri_constant *value = NULL;
	if (under && under->kind == TRI_TYPE_BASIC && tri_constant_representable(k->arena, expr->constant, under->as.basic.kind, &value) &&
		value)
		expr->constant = value;
}

static void set_size_constant(struct copier *k, struct tri_expr *expr, int64_t value)
{
	expr->mode = TRI_MODE_CONSTANT;
	expr->constant = tri_constant_int(k->arena, value);
}

// Sizes that depended on type parameters are constants now.
static void compute_size(struct copier *k, struct tri_call_expr *call)
{
	const struct tri_expr *function = tri_expr_unparen(call->function);
	if (call->base.mode != TRI_MODE_VALUE || function->mode != TRI_MODE_BUILTIN || call->arguments.count != 1)
		return;
	const struct tri_object *builtin = function->kind == TRI_EXPR_NAME       ? tri_as_name_expr(function)->object
									   : function->kind == TRI_EXPR_SELECTOR ? tri_as_selector_expr(function)->selected->object
																			 : NULL;
	const struct tri_expr *argument = tri_expr_unparen(call->arguments.items[0]);
	if (!builtin)
		return;
	if (builtin->builtin == TRI_BUILTIN_UNSAFE_SIZEOF || builtin->builtin == TRI_BUILTIN_UNSAFE_ALIGNOF) {
		tri_type_layout(argument->type);
		set_size_constant(k, &call->base, builtin->builtin == TRI_BUILTIN_UNSAFE_SIZEOF ? argument->type->size : argument->type->align);
	} else if (builtin->builtin == TRI_BUILTIN_UNSAFE_OFFSETOF) {
		const struct tri_selection *selection = tri_as_selector_expr(argument)->selection;
		struct tri_type *type = selection->receiver;
		int64_t offset = 0;
		for (uint32_t i = 0; i < selection->path_length; i++) {
			struct tri_type *structure = tri_type_underlying(type);
			tri_type_layout(structure);
			offset += structure->as.structure.offsets[selection->path[i]];
			type = structure->as.structure.fields[selection->path[i]].type;
		}
		set_size_constant(k, &call->base, offset);
	}
}

static void copy_selection(struct copier *k, struct tri_selector_expr *selector)
{
	struct tri_selection *selection = COPY(k, struct tri_selection, selector->selection);
	struct tri_type *receiver = selection->receiver;
	selection->receiver = copy_type(k, receiver);
	selector->selection = selection;
	if (selection->kind == TRI_SELECT_FIELD || selection->receiver == receiver)
		return;
	// A method of the parameter's constraint, or of an instance: now of the type itself.
	struct tri_selection found;
	if (tri_type_is_shape(selection->receiver))
		return; // a shape has no methods: which one is meant is known where the program runs
	if (!tri_lookup_field_or_method(k->universe, selection->receiver, k->package, selector->selected->name, &found))
		tri_ice("instance of %s has no method %s", tri_type_string(k->arena, receiver, NULL), selector->selected->name->text);
	selection->object = selector->selected->object = found.object;
	selection->path = found.path;
	selection->path_length = found.path_length;
	selection->indirect = found.indirect;
}

// Keys of struct literals name the fields of the new type.
static void copy_fields(struct copier *k, struct tri_composite_expr *literal)
{
	struct tri_type *under = tri_type_underlying(literal->base.type);
	if (literal->elided_pointer && under && under->kind == TRI_TYPE_POINTER)
		under = tri_type_underlying(under->as.pointer.element);
	bool is_struct = under && under->kind == TRI_TYPE_STRUCT;
	for (uint32_t i = 0; i < literal->elements.count; i++) {
		if (literal->elements.items[i]->kind != TRI_EXPR_KEY_VALUE) {
			literal->elements.items[i] = copy_expr(k, literal->elements.items[i]);
			continue;
		}
		struct tri_key_value_expr *pair = COPY(k, struct tri_key_value_expr, literal->elements.items[i]);
		literal->elements.items[i] = &pair->base;
		pair->value = copy_expr(k, pair->value);
		if (!is_struct) {
			pair->key = copy_expr(k, pair->key);
			continue;
		}
		for (uint32_t f = 0; f < under->as.structure.field_count; f++)
			if (under->as.structure.fields[f].name == pair->field->name)
				pair->field = under->as.structure.fields[f].object;
		pair->key = &COPY(k, struct tri_name_expr, tri_as_name_expr(pair->key))->base;
		tri_as_name_expr(pair->key)->object = pair->field;
	}
}

static struct tri_block_stmt *copy_block(struct copier *k, const struct tri_block_stmt *block)
{
	return tri_as_block_stmt(copy_stmt(k, &block->base));
}

static struct tri_expr *copy_kind(struct copier *k, const struct tri_expr *expr)
{
	switch ((enum tri_expr_kind)expr->kind) {
	case TRI_EXPR_BAD_EXPR:
		return &COPY(k, struct tri_bad_expr, expr)->base;
	case TRI_EXPR_NAME: {
		struct tri_name_expr *copy = COPY(k, struct tri_name_expr, expr);
		copy->object = copy_object(k, copy->object);
		copy->type_arguments = copy_types(k, copy->type_arguments, copy->type_argument_count);
		return &copy->base;
	}
	case TRI_EXPR_LITERAL:
		return &COPY(k, struct tri_literal_expr, expr)->base;
	case TRI_EXPR_COMPOSITE: {
		struct tri_composite_expr *copy = COPY(k, struct tri_composite_expr, expr);
		copy->base.type = copy_type(k, expr->type);
		copy->elements = (tri_expr_list){0};
		for (uint32_t i = 0; i < tri_as_composite_expr(expr)->elements.count; i++)
			tri_vector_push(k->arena, &copy->elements, tri_as_composite_expr(expr)->elements.items[i]);
		copy_fields(k, copy);
		return &copy->base;
	}
	case TRI_EXPR_KEY_VALUE: {
		struct tri_key_value_expr *copy = COPY(k, struct tri_key_value_expr, expr);
		copy->key = copy_expr(k, copy->key);
		copy->value = copy_expr(k, copy->value);
		return &copy->base;
	}
	case TRI_EXPR_FUNCTION_LITERAL: {
		struct tri_function_expr *copy = COPY(k, struct tri_function_expr, expr);
		copy->signature = COPY(k, struct tri_function_type, copy->signature);
		copy->base.type = copy->signature->base.type = copy_signature(k, expr->type);
		copy->body = copy_block(k, copy->body);
		return &copy->base;
	}
	case TRI_EXPR_PAREN: {
		struct tri_paren_expr *copy = COPY(k, struct tri_paren_expr, expr);
		copy->inner = copy_expr(k, copy->inner);
		return &copy->base;
	}
	case TRI_EXPR_SELECTOR: {
		struct tri_selector_expr *copy = COPY(k, struct tri_selector_expr, expr);
		copy->operand = copy_expr(k, copy->operand);
		copy->selected = tri_as_name_expr(copy_expr(k, &copy->selected->base));
		if (copy->selection)
			copy_selection(k, copy);
		return &copy->base;
	}
	case TRI_EXPR_INDEX: {
		struct tri_index_expr *copy = COPY(k, struct tri_index_expr, expr);
		copy->operand = copy_expr(k, copy->operand);
		copy->index = copy_expr(k, copy->index);
		copy->type_arguments = copy_types(k, copy->type_arguments, copy->type_argument_count);
		return &copy->base;
	}
	case TRI_EXPR_SLICE: {
		struct tri_slice_expr *copy = COPY(k, struct tri_slice_expr, expr);
		copy->operand = copy_expr(k, copy->operand);
		for (int i = 0; i < 3; i++)
			copy->index[i] = copy_expr(k, copy->index[i]);
		return &copy->base;
	}
	case TRI_EXPR_ASSERT: {
		struct tri_assert_expr *copy = COPY(k, struct tri_assert_expr, expr);
		copy->operand = copy_expr(k, copy->operand);
		copy->type_expr = copy_expr(k, copy->type_expr);
		return &copy->base;
	}
	case TRI_EXPR_TYPE_SWITCH_GUARD: {
		struct tri_type_switch_guard *copy = COPY(k, struct tri_type_switch_guard, expr);
		copy->operand = copy_expr(k, copy->operand);
		return &copy->base;
	}
	case TRI_EXPR_UNARY: {
		struct tri_unary_expr *copy = COPY(k, struct tri_unary_expr, expr);
		copy->operand = copy_expr(k, copy->operand);
		return &copy->base;
	}
	case TRI_EXPR_BINARY: {
		struct tri_binary_expr *copy = COPY(k, struct tri_binary_expr, expr);
		copy->left = copy_expr(k, copy->left);
		copy->right = copy_expr(k, copy->right);
		return &copy->base;
	}
	case TRI_EXPR_CALL: {
		struct tri_call_expr *copy = COPY(k, struct tri_call_expr, expr);
		copy->function = copy_expr(k, copy->function);
		copy->arguments = copy_list(k, &tri_as_call_expr(expr)->arguments);
		copy->type_arguments = copy_types(k, copy->type_arguments, copy->type_argument_count);
		copy->base.type = copy_type(k, expr->type);
		compute_size(k, copy);
		return &copy->base;
	}
	case TRI_EXPR_LIST: {
		struct tri_list_expr *copy = COPY(k, struct tri_list_expr, expr);
		copy->elements = copy_list(k, &tri_as_list_expr(expr)->elements);
		return &copy->base;
	}
	case TRI_EXPR_ARRAY_TYPE: // what types are made of no longer matters, only what they are
		return &COPY(k, struct tri_array_type, expr)->base;
	case TRI_EXPR_SLICE_TYPE:
		return &COPY(k, struct tri_slice_type, expr)->base;
	case TRI_EXPR_DOTS_TYPE:
		return &COPY(k, struct tri_dots_type, expr)->base;
	case TRI_EXPR_STRUCT_TYPE:
		return &COPY(k, struct tri_struct_type, expr)->base;
	case TRI_EXPR_INTERFACE_TYPE:
		return &COPY(k, struct tri_interface_type, expr)->base;
	case TRI_EXPR_FUNCTION_TYPE:
		return &COPY(k, struct tri_function_type, expr)->base;
	case TRI_EXPR_MAP_TYPE:
		return &COPY(k, struct tri_map_type, expr)->base;
	case TRI_EXPR_CHAN_TYPE:
		return &COPY(k, struct tri_chan_type, expr)->base;
	}
	tri_ice("expression kind %u", expr->kind);
}

static struct tri_expr *copy_expr(struct copier *k, const struct tri_expr *expr)
{
	if (!expr)
		return NULL;
	struct tri_expr *copy = copy_kind(k, expr);
	if (expr->kind != TRI_EXPR_FUNCTION_LITERAL)
		copy->type = copy_type(k, expr->type);
	if (copy->mode == TRI_MODE_CONSTANT && copy->constant && copy->type != expr->type)
		convert_constant(k, copy);
	return copy;
}

// ---- Statements ------------------------------------------------------------------------------

static tri_stmt_list copy_stmts(struct copier *k, const tri_stmt_list *list)
{
	tri_stmt_list copies = {0};
	for (uint32_t i = 0; i < list->count; i++)
		tri_vector_push(k->arena, &copies, copy_stmt(k, list->items[i]));
	return copies;
}

static struct tri_stmt *copy_declarations(struct copier *k, const struct tri_decl_stmt *stmt)
{
	struct tri_decl_stmt *copy = COPY(k, struct tri_decl_stmt, stmt);
	memset(&copy->decls, 0, sizeof copy->decls);
	for (uint32_t i = 0; i < stmt->decls.count; i++) {
		struct tri_decl *decl = stmt->decls.items[i];
		if (decl->kind == TRI_DECL_VAR) {
			struct tri_var_decl *variable = COPY(k, struct tri_var_decl, decl);
			memset(&variable->names, 0, sizeof variable->names);
			for (uint32_t n = 0; n < tri_as_var_decl(decl)->names.count; n++) {
				struct tri_expr *name = copy_expr(k, &tri_as_var_decl(decl)->names.items[n]->base);
				tri_vector_push(k->arena, &variable->names, tri_as_name_expr(name));
			}
			variable->type_expr = copy_expr(k, variable->type_expr);
			variable->values = copy_expr(k, variable->values);
			decl = &variable->base;
		}
		tri_vector_push(k->arena, &copy->decls, decl);
	}
	return &copy->base;
}

static struct tri_stmt *copy_switch(struct copier *k, const struct tri_switch_stmt *stmt)
{
	struct tri_switch_stmt *copy = COPY(k, struct tri_switch_stmt, stmt);
	tri_map_put(k->arena, &k->statements, TRI_KEY(stmt), copy);
	copy->init = copy_stmt(k, copy->init);
	copy->tag = copy_expr(k, copy->tag);
	memset(&copy->clauses, 0, sizeof copy->clauses);
	for (uint32_t i = 0; i < stmt->clauses.count; i++) {
		struct tri_case_clause *clause = COPY(k, struct tri_case_clause, stmt->clauses.items[i]);
		clause->cases = copy_expr(k, clause->cases);
		clause->implicit_object = copy_object(k, clause->implicit_object);
		clause->body = copy_stmts(k, &stmt->clauses.items[i]->body);
		tri_vector_push(k->arena, &copy->clauses, clause);
	}
	return &copy->base;
}

static struct tri_stmt *copy_select(struct copier *k, const struct tri_select_stmt *stmt)
{
	struct tri_select_stmt *copy = COPY(k, struct tri_select_stmt, stmt);
	tri_map_put(k->arena, &k->statements, TRI_KEY(stmt), copy);
	memset(&copy->clauses, 0, sizeof copy->clauses);
	for (uint32_t i = 0; i < stmt->clauses.count; i++) {
		struct tri_comm_clause *clause = COPY(k, struct tri_comm_clause, stmt->clauses.items[i]);
		clause->comm = copy_stmt(k, clause->comm);
		clause->body = copy_stmts(k, &stmt->clauses.items[i]->body);
		tri_vector_push(k->arena, &copy->clauses, clause);
	}
	return &copy->base;
}

static struct tri_stmt *copy_for(struct copier *k, const struct tri_for_stmt *stmt)
{
	struct tri_for_stmt *copy = COPY(k, struct tri_for_stmt, stmt);
	tri_map_put(k->arena, &k->statements, TRI_KEY(stmt), copy);
	copy->init = copy_stmt(k, copy->init);
	copy->condition = copy_expr(k, copy->condition);
	copy->post = copy_stmt(k, copy->post);
	copy->body = copy_block(k, copy->body);
	return &copy->base;
}

static struct tri_stmt *copy_stmt(struct copier *k, const struct tri_stmt *stmt)
{
	if (!stmt)
		return NULL;
	switch ((enum tri_stmt_kind)stmt->kind) {
	case TRI_STMT_EMPTY:
		return &COPY(k, struct tri_empty_stmt, stmt)->base;
	case TRI_STMT_LABELED: {
		struct tri_labeled_stmt *copy = COPY(k, struct tri_labeled_stmt, stmt);
		tri_map_put(k->arena, &k->statements, TRI_KEY(stmt), copy);
		copy->body = copy_stmt(k, copy->body);
		return &copy->base;
	}
	case TRI_STMT_BLOCK: {
		struct tri_block_stmt *copy = COPY(k, struct tri_block_stmt, stmt);
		tri_map_put(k->arena, &k->statements, TRI_KEY(stmt), copy);
		copy->list = copy_stmts(k, &tri_as_block_stmt(stmt)->list);
		return &copy->base;
	}
	case TRI_STMT_EXPR: {
		struct tri_expr_stmt *copy = COPY(k, struct tri_expr_stmt, stmt);
		copy->expr = copy_expr(k, copy->expr);
		return &copy->base;
	}
	case TRI_STMT_SEND: {
		struct tri_send_stmt *copy = COPY(k, struct tri_send_stmt, stmt);
		copy->channel = copy_expr(k, copy->channel);
		copy->value = copy_expr(k, copy->value);
		return &copy->base;
	}
	case TRI_STMT_DECL:
		return copy_declarations(k, tri_as_decl_stmt(stmt));
	case TRI_STMT_ASSIGN: {
		struct tri_assign_stmt *copy = COPY(k, struct tri_assign_stmt, stmt);
		copy->left = copy_expr(k, copy->left);
		copy->right = copy_expr(k, copy->right);
		return &copy->base;
	}
	case TRI_STMT_BRANCH: {
		struct tri_branch_stmt *copy = COPY(k, struct tri_branch_stmt, stmt);
		tri_vector_push(k->arena, &k->branches, copy);
		return &copy->base;
	}
	case TRI_STMT_CALL: {
		struct tri_call_stmt *copy = COPY(k, struct tri_call_stmt, stmt);
		copy->call = copy_expr(k, copy->call);
		return &copy->base;
	}
	case TRI_STMT_RETURN: {
		struct tri_return_stmt *copy = COPY(k, struct tri_return_stmt, stmt);
		copy->results = copy_expr(k, copy->results);
		return &copy->base;
	}
	case TRI_STMT_IF: {
		struct tri_if_stmt *copy = COPY(k, struct tri_if_stmt, stmt);
		copy->init = copy_stmt(k, copy->init);
		copy->condition = copy_expr(k, copy->condition);
		copy->then_block = copy_block(k, copy->then_block);
		copy->else_stmt = copy_stmt(k, copy->else_stmt);
		return &copy->base;
	}
	case TRI_STMT_FOR:
		return copy_for(k, tri_as_for_stmt(stmt));
	case TRI_STMT_SWITCH:
		return copy_switch(k, tri_as_switch_stmt(stmt));
	case TRI_STMT_SELECT:
		return copy_select(k, tri_as_select_stmt(stmt));
	case TRI_STMT_RANGE: {
		struct tri_range_clause *copy = COPY(k, struct tri_range_clause, stmt);
		copy->left = copy_expr(k, copy->left);
		copy->operand = copy_expr(k, copy->operand);
		return &copy->base;
	}
	}
	tri_ice("statement kind %u", stmt->kind);
}

// ---- Functions -------------------------------------------------------------------------------

struct tri_object *tri_function_instance(struct tri_universe *universe, struct tri_object *function, struct tri_type *const *arguments)
{
	struct tri_object *generic = function->instance ? function->origin : function;
	if (function->instance)
		arguments = function->instance->as.named.arguments;
	struct copier k = {
		.universe = universe,
		.arena = universe->arena,
		.package = generic->package,
		.parameters = tri_function_type_parameters(generic),
		.arguments = arguments,
	};
	struct tri_object *copy = COPY(&k, struct tri_object, generic);
	copy->ir = NULL;
	copy->origin = generic;
	copy->instance = function->instance;
	copy->type = copy_signature(&k, generic->type);
	if (!generic->function)
		return copy;
	struct tri_function_decl *decl = COPY(&k, struct tri_function_decl, generic->function);
	decl->type_parameters = (tri_field_list){0};
	decl->signature = COPY(&k, struct tri_function_type, decl->signature);
	decl->signature->base.type = copy->type;
	if (decl->body)
		decl->body = copy_block(&k, decl->body);
	for (uint32_t i = 0; i < k.branches.count; i++)
		if (k.branches.items[i]->target)
			k.branches.items[i]->target = tri_map_get(&k.statements, TRI_KEY(k.branches.items[i]->target));
	copy->function = decl;
	copy->decl = &decl->base;
	return copy;
}
