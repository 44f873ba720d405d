// Variables, captures and function literals.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

enum { MAX_CAPTURED_BY_VALUE = 128 };

struct tri_ir_var *tri_ir_new_variable(struct tri_ir_package *package, struct tri_ir_func *function, enum tri_var_class class,
									   const struct tri_name *name, struct tri_type *type, tri_pos pos)
{
	struct tri_ir_var *var = TRI_NEW(package->arena, struct tri_ir_var);
	var->name = name;
	var->type = type;
	var->pos = pos;
	var->class = (uint8_t) class;
	var->function = function;
	var->used = true;
	switch (class) {
	case TRI_VAR_PARAMETER:
		tri_vector_push(package->arena, &function->parameters, var);
		break;
	case TRI_VAR_RESULT:
		tri_vector_push(package->arena, &function->results, var);
		break;
	case TRI_VAR_CAPTURE:
		tri_vector_push(package->arena, &function->captures, var);
		break;
	case TRI_VAR_LOCAL:
		tri_vector_push(package->arena, &function->locals, var);
		break;
	}
	var->index = function->parameters.count + function->results.count + function->captures.count + function->locals.count - 1;
	return var;
}

struct tri_ir_var *tri_ir_temporary(struct function_builder *b, struct tri_type *type, tri_pos pos)
{
	// Numbered by what the function declares before it, since -m prints these names too.
	uint32_t number = b->function->parameters.count + b->function->results.count + b->function->locals.count + b->spared;
	const struct tri_name *name = tri_name_printf(b->package->universe->names, ".autotmp_%u", number);
	struct tri_ir_var *var = tri_ir_new_variable(b->package, b->function, TRI_VAR_LOCAL, name, type, pos);
	var->is_temporary = true;
	var->loop_depth = b->loop_depth;
	return var;
}

struct tri_ir_var *tri_ir_declare_object(struct function_builder *b, struct tri_object *object)
{
	struct tri_ir_var *var = tri_ir_new_variable(b->package, b->function, TRI_VAR_LOCAL, object->name, object->type, object->pos);
	var->object = object;
	var->address_taken = object->address_taken;
	var->reassigned = object->reassigned;
	var->loop_depth = b->loop_depth;
	object->ir = var;
	return var;
}

static bool is_captured_by_value(struct tri_ir_var *var)
{
	if (var->address_taken || var->reassigned)
		return false;
	tri_type_layout(var->type);
	return var->type->size >= 0 && var->type->size <= MAX_CAPTURED_BY_VALUE;
}

// A function inside sees the variable through a capture of each function literal between.
struct tri_ir_var *tri_ir_view(struct function_builder *b, struct tri_ir_var *var, tri_pos pos)
{
	if (var->function == b->function)
		return var;
	tri_assert(b->outer != NULL);
	struct tri_ir_var *outer = tri_ir_view(b->outer, var, pos);
	for (uint32_t i = 0; i < b->function->captures.count; i++) {
		if (b->function->captures.items[i]->outer == outer)
			return b->function->captures.items[i];
	}
	struct tri_ir_var *capture = tri_ir_new_variable(b->package, b->function, TRI_VAR_CAPTURE, var->name, var->type, pos);
	capture->outer = outer;
	capture->object = var->object;
	capture->by_value = outer->class == TRI_VAR_CAPTURE ? outer->by_value : is_captured_by_value(outer);
	return capture;
}

void tri_ir_build_body(struct function_builder *b, struct tri_block_stmt *body)
{
	b->function->end_pos = body->rbrace;
	tri_ir_statements(b, &body->list);
}

struct tri_node *tri_ir_make_closure(struct function_builder *outer, struct function_builder *b, tri_pos pos)
{
	struct tri_node *node = tri_ir_node(outer, TRI_NODE_CLOSURE, pos, b->function->signature);
	node->function = b->function;
	for (uint32_t i = 0; i < b->function->captures.count; i++) {
		const struct tri_ir_var *capture = b->function->captures.items[i];
		struct tri_node *operand = tri_ir_local(outer, capture->outer, pos);
		if (!capture->by_value) {
			struct tri_type *type = tri_type_pointer_to(outer->package->universe, capture->type);
			operand = tri_ir_unary(outer, TRI_NODE_ADDRESS, pos, type, operand);
			operand->implicit = true;
			struct tri_ir_var *declared = capture->outer;
			while (declared->class == TRI_VAR_CAPTURE)
				declared = declared->outer;
			declared->address_taken = true;
		}
		tri_vector_push(outer->arena, &node->list, operand);
	}
	return node;
}

// Literals of package variables are called init.func1; within a declared function f.func1, within that f.func1.1.
struct tri_node *tri_ir_function_literal(struct function_builder *outer, struct tri_function_expr *expr)
{
	struct tri_ir_package *package = outer->package;
	struct function_builder *written = tri_ir_written_function(outer);
	const struct tri_ir_func *owner = written->function;
	bool global = owner == package->init;
	const char *separator = owner->is_closure ? "." : ".func";
	uint32_t number = ++written->literals;
	const char *short_name = global ? tri_arena_printf(package->arena, "init.func%u", number)
									: tri_arena_printf(package->arena, "%s%s%u", owner->short_name, separator, number);
	const char *symbol = tri_arena_printf(package->arena, "%s%s%u", owner->symbol, separator, number);
	struct tri_ir_func *function = tri_ir_new_function(package, symbol, short_name, expr->base.pos, expr->base.type);
	function->is_closure = true;
	function->package = outer->function->package;
	tri_ir_note_literal(package, function->symbol);
	function->has_body = true;
	function->outer = outer->function;
	tri_vector_push(package->arena, &outer->function->closures, function);
	tri_vector_push(package->arena, &package->functions, function);
	tri_ir_declare_parameters(package, function, NULL);
	struct function_builder b = {
		.package = package, .arena = outer->arena, .outer = outer, .function = function, .statements = &function->body};
	tri_ir_build_body(&b, expr->body);
	return tri_ir_make_closure(outer, &b, expr->base.pos);
}

// ---- Nodes -------------------------------------------------------------------------------------------

struct tri_node *tri_ir_node(struct function_builder *b, enum tri_node_op op, tri_pos pos, struct tri_type *type)
{
	struct tri_node *node = tri_node_new(b->package, op, pos);
	node->type = type;
	tri_ir_request_methods(b->package, type);
	return node;
}

struct tri_node *tri_ir_unary(struct function_builder *b, enum tri_node_op op, tri_pos pos, struct tri_type *type, struct tri_node *x)
{
	struct tri_node *node = tri_ir_node(b, op, pos, type);
	node->x = x;
	return node;
}

struct tri_node *tri_ir_local(struct function_builder *b, struct tri_ir_var *var, tri_pos pos)
{
	struct tri_node *node = tri_ir_node(b, TRI_NODE_LOCAL, pos, var->type);
	node->var = var;
	return node;
}

struct tri_node *tri_ir_literal(struct function_builder *b, tri_pos pos, struct tri_type *type, struct tri_constant *value)
{
	struct tri_node *node = tri_ir_node(b, TRI_NODE_LITERAL, pos, type);
	node->value = value;
	return node;
}

struct tri_node *tri_ir_integer(struct function_builder *b, tri_pos pos, struct tri_type *type, int64_t value)
{
	return tri_ir_literal(b, pos, type, tri_constant_int(b->package->arena, value));
}

struct tri_node *tri_ir_boolean(struct function_builder *b, tri_pos pos, bool value)
{
	return tri_ir_literal(b, pos, tri_ir_basic(b, TRI_BASIC_BOOL), tri_constant_bool(b->package->arena, value));
}

struct tri_type *tri_ir_basic(struct function_builder *b, enum tri_basic_kind kind) { return b->package->universe->basic[kind]; }

void tri_ir_emit(struct function_builder *b, struct tri_node *statement) { tri_vector_push(b->arena, b->statements, statement); }

void tri_ir_emit_declare(struct function_builder *b, struct tri_ir_var *var, tri_pos pos)
{
	struct tri_node *node = tri_ir_node(b, TRI_NODE_DECLARE, pos, NULL);
	node->var = var;
	tri_ir_emit(b, node);
}

struct tri_ir_var *tri_ir_emit_temporary(struct function_builder *b, struct tri_node *value, tri_pos pos)
{
	struct tri_ir_var *var = tri_ir_temporary(b, value->type, pos);
	tri_ir_emit_declare(b, var, pos);
	struct tri_node *assign = tri_ir_node(b, TRI_NODE_ASSIGN, pos, NULL);
	assign->define = true;
	assign->x = tri_ir_local(b, var, pos);
	assign->y = value;
	tri_ir_emit(b, assign);
	return var;
}
