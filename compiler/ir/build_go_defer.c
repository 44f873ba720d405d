// go and defer: every call becomes a call of a function without parameters and results. What has to be
// evaluated at the statement goes into temporaries, which the wrapper captures.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

struct wrapping {
	struct function_builder *b;
	struct function_builder wrapper;
	TRI_VECTOR(struct tri_node **) operands; // evaluated at the statement, in order
};

static bool is_pointer_to_integer(const struct tri_node *node)
{
	if (node->op != TRI_NODE_CONVERT)
		return false;
	struct tri_type *from = tri_type_underlying(node->x->type), *to = tri_type_underlying(node->type);
	return from->kind == TRI_TYPE_BASIC && from->as.basic.kind == TRI_BASIC_UNSAFE_POINTER && to->kind == TRI_TYPE_BASIC &&
		   to->as.basic.kind == TRI_BASIC_UINTPTR;
}

static void visit(struct wrapping *wrapping, struct tri_node **operand)
{
	struct tri_node *node = *operand;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_LITERAL: // the same at any time
	case TRI_NODE_ZERO:
	case TRI_NODE_FUNCTION:
		return;
	case TRI_NODE_NEW:
		if (node->x == NULL)
			return;
		break;
	case TRI_NODE_CONVERT:
		// The pointer is what must be kept.
		if (is_pointer_to_integer(node)) {
			visit(wrapping, &node->x);
			return;
		}
		break;
	case TRI_NODE_ARRAY_LITERAL:
	case TRI_NODE_SLICE_LITERAL:
	case TRI_NODE_STRUCT_LITERAL:
		for (uint32_t i = 0; i < node->list.count; i++)
			visit(wrapping, &node->list.items[i]->y);
		return;
	default:
		break;
	}
	tri_vector_push(wrapping->b->arena, &wrapping->operands, operand);
}

static void visit_operands(struct wrapping *wrapping, struct tri_node *call)
{
	if (call->op == TRI_NODE_CALL_INTERFACE) {
		struct tri_node **receiver = &call->x;
		tri_vector_push(wrapping->b->arena, &wrapping->operands, receiver);
	} else if (call->x != NULL) {
		visit(wrapping, &call->x);
	}
	if (call->y != NULL)
		visit(wrapping, &call->y);
	for (uint32_t i = 0; i < call->list.count; i++)
		visit(wrapping, &call->list.items[i]);
}

// All operands are evaluated before any is stored, as one parallel assignment.
static void evaluate_operands(struct wrapping *wrapping, tri_pos pos)
{
	struct function_builder *b = wrapping->b;
	if (wrapping->operands.count == 0)
		return;
	struct tri_node *assign = tri_ir_node(b, TRI_NODE_ASSIGN_PARALLEL, pos, NULL);
	assign->define = assign->implicit = true; // the temporaries are not declared in Go's sense
	for (uint32_t i = 0; i < wrapping->operands.count; i++) {
		struct tri_node *value = *wrapping->operands.items[i];
		bool has_place = value->op != TRI_NODE_LOCAL && value->op != TRI_NODE_GLOBAL; // names have only their declaration's
		struct tri_ir_var *var = tri_ir_temporary(b, value->type, has_place ? value->pos : pos);
		tri_ir_emit_declare(b, var, pos);
		struct tri_node *place = tri_ir_local(b, var, pos);
		tri_vector_push(b->arena, &assign->list, place);
		tri_vector_push(b->arena, &assign->other, value);
		*wrapping->operands.items[i] = tri_ir_local(&wrapping->wrapper, tri_ir_view(&wrapping->wrapper, var, var->pos), pos);
	}
	if (assign->list.count == 1) {
		assign->op = TRI_NODE_ASSIGN;
		assign->x = assign->list.items[0];
		assign->y = assign->other.items[0];
		assign->list.count = assign->other.count = 0;
	}
	tri_ir_emit(b, assign);
}

// A method of a nil interface panics at the statement, not when the call is made.
static void check_receiver(struct function_builder *b, const struct tri_node *call, tri_pos pos)
{
	if (call->op != TRI_NODE_CALL_INTERFACE)
		return;
	struct tri_ir_var *receiver = call->x->var->outer;
	struct tri_node *check = tri_ir_unary(b, TRI_NODE_NIL_CHECK, pos, NULL, tri_ir_local(b, receiver, pos));
	check->implicit = true;
	tri_ir_emit(b, tri_ir_unary(b, TRI_NODE_EXPRESSION, pos, NULL, check));
}

static struct tri_node *wrap(struct function_builder *b, struct tri_node *call, bool is_go, tri_pos pos)
{
	struct tri_ir_package *package = b->package;
	struct function_builder *written = tri_ir_written_function(b);
	uint32_t number = ++written->go_defers;
	const char *suffix = is_go ? "gowrap" : "deferwrap";
	const char *symbol = tri_arena_printf(package->arena, "%s.%s%u", written->function->symbol, suffix, number);
	const char *short_name = tri_arena_printf(package->arena, "%s.%s%u", written->function->short_name, suffix, number);
	struct tri_type *signature = tri_type_function_of(package->universe, NULL, 0, NULL, 0, false);
	struct tri_ir_func *function = tri_ir_new_function(package, symbol, short_name, pos, signature);
	function->is_closure = function->is_go_defer_wrapper = true;
	function->package = b->function->package;
	tri_ir_note_literal(package, function->symbol);
	function->has_body = true;
	function->outer = b->function;
	tri_vector_push(package->arena, &b->function->closures, function);
	tri_vector_push(package->arena, &package->functions, function);

	struct wrapping wrapping = {.b = b};
	wrapping.wrapper =
		(struct function_builder){.package = package, .arena = b->arena, .outer = b, .function = function, .statements = &function->body};
	visit_operands(&wrapping, call);
	evaluate_operands(&wrapping, pos);
	check_receiver(b, call, pos);
	struct tri_node *statement = tri_ir_node(b, TRI_NODE_EXPRESSION, call->pos, NULL);
	statement->x = call;
	tri_ir_emit(&wrapping.wrapper, statement);
	return tri_ir_make_closure(b, &wrapping.wrapper, pos);
}

static bool is_plain(const struct tri_node *call)
{
	if (call->op != TRI_NODE_CALL_CLOSURE && call->op != TRI_NODE_CALL)
		return false;
	return call->list.count == 0 && call->type == NULL;
}

void tri_ir_go_or_defer(struct function_builder *b, struct tri_call_stmt *stmt)
{
	bool is_go = stmt->token == TRI_TOKEN_GO;
	tri_pos pos = stmt->base.pos;
	struct tri_expr *expr = (struct tri_expr *)(uintptr_t)tri_expr_unparen(stmt->call);
	struct tri_node *call = tri_ir_expression(b, expr);
	// What the call needs first is evaluated at the statement.
	while (call->op == TRI_NODE_STATEMENT_EXPR) {
		for (uint32_t i = 0; i < call->body.count; i++)
			tri_ir_emit(b, call->body.items[i]);
		call = call->x;
	}
	struct tri_node *node = tri_ir_node(b, is_go ? TRI_NODE_GO : TRI_NODE_DEFER, pos, NULL);
	struct tri_node *callee;
	if (!is_plain(call)) {
		callee = wrap(b, call, is_go, pos);
	} else if (call->op == TRI_NODE_CALL) {
		callee = tri_ir_node(b, TRI_NODE_FUNCTION, call->pos, call->function->signature);
		callee->function = call->function;
	} else {
		callee = call->x;
	}
	node->x = tri_ir_unary(b, TRI_NODE_CALL_CLOSURE, call->pos, NULL, callee);
	if (!is_go)
		node->y = tri_ir_range_body_defer(b, pos);
	tri_ir_emit(b, node);
}
