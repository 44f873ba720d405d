// The bodies of `for b.Loop()`, where b is a *testing.B: what their statements compute is kept, although nobody may use it, since a
// benchmark measures it. As in Go's compiler, that is the variables which are assigned to, the results of calls whose results are
// not used, and the arguments of calls without results. The calls are inlined as elsewhere.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

bool tri_ir_is_bench_loop(const struct tri_node *loop)
{
	const struct tri_node *condition = loop->x;
	return condition != NULL && condition->op == TRI_NODE_CALL && strcmp(condition->function->symbol, "testing.(*B).Loop") == 0;
}

static void report(struct function_builder *b, tri_pos pos, const char *what)
{
	struct tri_ir_kept kept = {pos, what};
	tri_vector_push(b->package->arena, &b->package->kept, kept);
}

static void report_variable(struct function_builder *b, const struct tri_node *node, tri_pos pos)
{
	if (node->op == TRI_NODE_GLOBAL)
		report(b, pos, node->global->symbol);
	else
		report(b, pos, tri_arena_printf(b->package->arena, "%s.%s", b->package->package->path, node->var->name->text));
}

static void keep(struct function_builder *b, const struct tri_node *variable, tri_pos pos)
{
	struct tri_node *node = tri_ir_node(b, TRI_NODE_KEEP, pos, NULL);
	node->x = tri_ir_local(b, variable->var, pos);
	tri_ir_emit(b, node);
}

// The variable that a place is in, or whose address or value leads there; NULL: another kind of place.
static struct tri_node *variable_of(struct tri_node *place)
{
	while (place != NULL) {
		switch ((enum tri_node_op)place->op) {
		case TRI_NODE_LOCAL:
		case TRI_NODE_GLOBAL:
			return place;
		case TRI_NODE_FIELD:
		case TRI_NODE_FIELD_POINTER:
		case TRI_NODE_INDEX:
		case TRI_NODE_SLICE:
		case TRI_NODE_CONVERT:
		case TRI_NODE_CONVERT_INTERFACE:
		case TRI_NODE_ADDRESS:
			place = place->x;
			break;
		default:
			return NULL;
		}
	}
	return NULL;
}

// What is assigned to. Package variables are kept anyway.
static void keep_place(struct function_builder *b, struct tri_node *place, tri_pos pos)
{
	struct tri_node *variable = variable_of(place);
	if (variable != NULL) {
		report_variable(b, variable, pos);
	} else if (place->op == TRI_NODE_DEREF) {
		report(b, pos, "dereference");
		variable = variable_of(place->x);
	}
	if (variable != NULL && variable->op == TRI_NODE_LOCAL)
		keep(b, variable, pos);
}

// A variable for a result.
static struct tri_node *result_variable(struct function_builder *b, struct tri_type *type, tri_pos pos)
{
	struct tri_ir_var *variable = tri_ir_temporary(b, type, pos);
	tri_ir_emit_declare(b, variable, pos);
	return tri_ir_local(b, variable, pos);
}

// Made by the builder for the statement before or after it.
static bool is_hidden(const struct tri_node *place) { return place->op == TRI_NODE_LOCAL && place->var->is_temporary; }

static void keep_single(struct function_builder *b, struct tri_node *node)
{
	bool hidden = node->x != NULL && is_hidden(node->x);
	if (node->x == NULL && node->y->type != NULL) {
		node->x = result_variable(b, node->y->type, node->pos);
		node->define = true;
	}
	tri_ir_emit(b, node);
	if (node->x != NULL && !hidden)
		keep_place(b, node->x, node->pos);
}

static void keep_several(struct function_builder *b, struct tri_node *node)
{
	for (uint32_t i = 0; i < node->list.count; i++) {
		if (node->list.items[i] != NULL)
			continue;
		struct tri_type *type = node->op == TRI_NODE_ASSIGN_TUPLE ? node->x->type->as.tuple.types[i] : node->other.items[i]->type;
		node->list.items[i] = result_variable(b, type, node->pos);
	}
	tri_ir_emit(b, node);
	for (uint32_t i = 0; i < node->list.count; i++)
		keep_place(b, node->list.items[i], node->pos);
}

static bool is_call(const struct tri_node *node)
{
	return node->op == TRI_NODE_CALL || node->op == TRI_NODE_CALL_CLOSURE || node->op == TRI_NODE_CALL_INTERFACE;
}

// Arguments other than variables and constants are computed before, so that they can be kept.
static void settle_arguments(struct function_builder *b, tri_node_list *arguments, tri_node_list *kept, tri_pos pos)
{
	for (uint32_t i = 0; i < arguments->count; i++) {
		struct tri_node **argument = &arguments->items[i];
		if ((*argument)->op == TRI_NODE_KEYED)
			argument = &(*argument)->y;
		if ((*argument)->op == TRI_NODE_SLICE_LITERAL && (*argument)->is_variadic) {
			settle_arguments(b, &(*argument)->list, kept, pos);
			continue;
		}
		struct tri_node *variable = variable_of(*argument);
		if (variable != NULL)
			report_variable(b, variable, pos);
		else
			report(b, pos, "function arg");
		if (variable == NULL && !tri_node_is_leaf(*argument) && (*argument)->type != NULL) {
			struct tri_ir_var *settled = tri_ir_emit_temporary(b, *argument, (*argument)->pos);
			*argument = tri_ir_local(b, settled, (*argument)->pos);
			variable = *argument;
		}
		if (variable != NULL && variable->op == TRI_NODE_LOCAL)
			tri_vector_push(b->arena, kept, variable);
	}
}

static void keep_call(struct function_builder *b, struct tri_node *statement)
{
	struct tri_node *call = statement->x;
	tri_node_list kept = {0};
	if (call->type == NULL) {
		settle_arguments(b, &call->list, &kept, statement->pos);
		tri_ir_emit(b, statement);
	} else {
		bool is_tuple = call->type->kind == TRI_TYPE_TUPLE;
		struct tri_node *assign = tri_ir_node(b, is_tuple ? TRI_NODE_ASSIGN_TUPLE : TRI_NODE_ASSIGN, statement->pos, NULL);
		assign->define = true;
		for (uint32_t i = 0; is_tuple && i < call->type->as.tuple.count; i++) {
			struct tri_node *result = result_variable(b, call->type->as.tuple.types[i], statement->pos);
			tri_vector_push(b->arena, &assign->list, result);
			tri_vector_push(b->arena, &kept, result);
		}
		if (is_tuple) {
			assign->x = call;
		} else {
			assign->x = result_variable(b, call->type, statement->pos);
			assign->y = call;
			tri_vector_push(b->arena, &kept, assign->x);
		}
		tri_ir_emit(b, assign);
		report(b, statement->pos, is_tuple ? "function results" : "function result");
	}
	for (uint32_t i = 0; i < kept.count; i++)
		keep(b, kept.items[i], statement->pos);
}

static void keep_statement(struct function_builder *b, struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_ASSIGN:
	case TRI_NODE_ASSIGN_OP:
		keep_single(b, node);
		return;
	case TRI_NODE_ASSIGN_PARALLEL:
	case TRI_NODE_ASSIGN_TUPLE:
		keep_several(b, node);
		return;
	case TRI_NODE_EXPRESSION:
		if (is_call(node->x))
			keep_call(b, node);
		else
			tri_ir_emit(b, node);
		return;
	case TRI_NODE_IF:
	case TRI_NODE_BLOCK:
	case TRI_NODE_RANGE:
		tri_ir_keep_results(b, &node->body);
		tri_ir_keep_results(b, &node->other);
		break;
	case TRI_NODE_FOR:
		if (!tri_ir_is_bench_loop(node)) // it has been done
			tri_ir_keep_results(b, &node->body);
		break;
	case TRI_NODE_SWITCH:
	case TRI_NODE_TYPE_SWITCH:
	case TRI_NODE_SELECT:
		for (uint32_t i = 0; i < node->list.count; i++)
			tri_ir_keep_results(b, &node->list.items[i]->body);
		break;
	default:
		break;
	}
	tri_ir_emit(b, node);
}

void tri_ir_keep_results(struct function_builder *b, tri_node_list *body)
{
	tri_node_list *statements = b->statements, kept = {0};
	b->statements = &kept;
	b->loop_depth++;
	for (uint32_t i = 0; i < body->count; i++)
		keep_statement(b, body->items[i]);
	b->loop_depth--;
	b->statements = statements;
	*body = kept;
}
