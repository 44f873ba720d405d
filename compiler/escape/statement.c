// Statements: loop depths, declarations, and the flows that statements cause.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

// ---- Labels ------------------------------------------------------------------------------------
// A label counts as the head of a loop when a goto further down jumps back to it.

struct label_search {
	struct escape_walk *walk;
	struct tri_map seen;
};

static void find_looping_labels(void *context, struct tri_node *node)
{
	struct label_search *search = context;
	struct tri_arena *arena = search->walk->batch->arena;
	if (node->op == TRI_NODE_LABEL)
		tri_map_put(arena, &search->seen, TRI_KEY(node), node);
	else if (node->op == TRI_NODE_GOTO && tri_map_has(&search->seen, TRI_KEY(node->target)))
		tri_map_put(arena, &search->walk->looping_labels, TRI_KEY(node->target), node);
	tri_escape_each_child(node, find_looping_labels, search);
}

void tri_escape_body(struct escape_batch *batch, struct tri_ir_func *function)
{
	struct escape_walk walk = {.batch = batch, .function = function, .loop_depth = 1};
	tri_escape_function(batch->arena, function)->phase = ESCAPE_STARTED;
	if (function->has_goto) {
		struct label_search search = {.walk = &walk};
		for (uint32_t i = 0; i < function->body.count; i++)
			find_looping_labels(&search, function->body.items[i]);
	}
	tri_escape_statements(&walk, &function->body);
}

// ---- Statements --------------------------------------------------------------------------------

static void declare(struct escape_walk *walk, struct tri_ir_var *var)
{
	if (!tri_escape_is_blank(var))
		tri_escape_location_of(var)->loop_depth = walk->loop_depth;
}

// As a list of statements, but a looping label in it has no effect beyond it.
static void block(struct escape_walk *walk, const tri_node_list *list)
{
	int32_t depth = walk->loop_depth;
	tri_escape_statements(walk, list);
	walk->loop_depth = depth;
}

static void range(struct escape_walk *walk, struct tri_node *node)
{
	struct escape_batch *batch = walk->batch;
	// The operand is evaluated before the loop and lives until it ends.
	struct escape_location *operand = tri_escape_new_location(walk, NULL, NULL, true);
	tri_escape_expression(walk, tri_escape_into(operand), node->x);

	// The variables are there before the first iteration: those that somebody could tell from one iteration to the next have
	// copies, declared in the body.
	if (node->define) {
		if (node->y != NULL && node->y->op == TRI_NODE_LOCAL)
			declare(walk, node->y->var);
		if (node->z != NULL && node->z->op == TRI_NODE_LOCAL)
			declare(walk, node->z->var);
	}
	walk->loop_depth++;
	struct escape_sink sinks[2] = {tri_escape_place(walk, node->y), tri_escape_place(walk, node->z)};
	if (tri_type_underlying(node->x->type)->kind == TRI_TYPE_ARRAY)
		tri_escape_flow(batch, tri_escape_note(batch, sinks[1], node, "range"), operand);
	else
		tri_escape_flow(batch, tri_escape_deref(batch, sinks[1], node, "range-deref"), operand);
	tri_escape_mark_reassigned(sinks, 2, node);
	block(walk, &node->body);
	walk->loop_depth--;
}

static void type_switch(struct escape_walk *walk, struct tri_node *node)
{
	struct escape_batch *batch = walk->batch;
	struct escape_sink *sinks = TRI_NEW_ARRAY(batch->arena, struct escape_sink, node->list.count + 1);
	uint32_t count = 0;
	for (uint32_t i = 0; i < node->list.count; i++) {
		struct tri_node *clause = node->list.items[i];
		if (clause->var == NULL)
			continue;
		declare(walk, clause->var);
		if (tri_escape_is_blank(clause->var) || !tri_escape_has_pointers(walk->batch, clause->var->type))
			continue;
		struct escape_sink sink = tri_escape_into(tri_escape_location_of(clause->var));
		sinks[count++] = tri_escape_unbox(batch, sink, clause->var->type, clause, "switch case");
	}
	tri_escape_expression(walk, tri_escape_tee(walk, sinks, count), node->x);
	for (uint32_t i = 0; i < node->list.count; i++)
		block(walk, &node->list.items[i]->body);
}

// Several values from one expression. In Go's terms, an inlined call is its body and as many single assignments.
static void assign_tuple(struct escape_walk *walk, struct tri_node *node)
{
	struct escape_batch *batch = walk->batch;
	uint32_t count = node->list.count;
	struct tri_node *value = node->x;
	while (value->op == TRI_NODE_STATEMENT_EXPR) {
		tri_escape_statements(walk, &value->body);
		value = value->x;
	}
	switch ((enum tri_node_op)value->op) {
	case TRI_NODE_TYPE_ASSERT:
		tri_escape_assign(walk, node->list.items, &value, count, 1, "assign-pair-dot-type", node);
		break;
	case TRI_NODE_INDEX:
		tri_escape_assign(walk, node->list.items, &value, count, 1, "assign-pair-mapr", node);
		break;
	case TRI_NODE_RECEIVE:
		tri_escape_assign(walk, node->list.items, &value, count, 1, "assign-pair-receive", node);
		break;
	case TRI_NODE_INLINED_CALL:
		tri_escape_statements(walk, &value->body);
		tri_escape_assign(walk, node->list.items, value->list.items, count, value->list.count, "assign-pair", node);
		break;
	default: {
		struct escape_sink *sinks = TRI_NEW_ARRAY(batch->arena, struct escape_sink, count + 1);
		for (uint32_t i = 0; i < count; i++)
			sinks[i] = tri_escape_place(walk, node->list.items[i]);
		tri_escape_call(walk, sinks, count, value);
		tri_escape_mark_reassigned(sinks, count, node);
	}
	}
}

static void flow_to_result(struct escape_walk *walk, struct tri_ir_var *result, struct escape_location *source, struct tri_node *where)
{
	struct escape_sink sink = tri_escape_into(tri_escape_location_of(result));
	tri_escape_flow(walk->batch, tri_escape_note(walk->batch, sink, where, "return"), source);
}

static void return_statement(struct escape_walk *walk, struct tri_node *node)
{
	struct escape_batch *batch = walk->batch;
	struct tri_ir_func *function = walk->function;
	uint32_t count = function->results.count;
	struct escape_sink *sinks = TRI_NEW_ARRAY(batch->arena, struct escape_sink, count + 1);
	for (uint32_t i = 0; i < count; i++)
		sinks[i] = tri_escape_into(tri_escape_location_of(function->results.items[i]));

	struct tri_node *only = node->list.count == 1 ? node->list.items[0] : NULL;
	if (only != NULL && count > 1) {
		// A tuple goes through temporaries.
		struct escape_sink *temporaries = TRI_NEW_ARRAY(batch->arena, struct escape_sink, count);
		for (uint32_t i = 0; i < count; i++)
			temporaries[i] = tri_escape_into(tri_escape_new_location(walk, NULL, NULL, true));
		while (only->op == TRI_NODE_STATEMENT_EXPR) {
			tri_escape_statements(walk, &only->body);
			only = only->x;
		}
		if (only->op == TRI_NODE_TYPE_ASSERT || only->op == TRI_NODE_INDEX || only->op == TRI_NODE_RECEIVE)
			tri_escape_expression(walk, temporaries[0], only);
		else
			tri_escape_call(walk, temporaries, count, only);
		for (uint32_t i = 0; i < count; i++) {
			if (tri_escape_has_pointers(walk->batch, function->results.items[i]->type))
				flow_to_result(walk, function->results.items[i], temporaries[i].to, node);
		}
	} else {
		for (uint32_t i = 0; i < node->list.count && i < count; i++)
			tri_escape_expression(walk, tri_escape_note(batch, sinks[i], node, "return"), node->list.items[i]);
	}
	tri_escape_mark_reassigned(sinks, count, node);
}

static void statement(struct escape_walk *walk, struct tri_node *node)
{
	struct escape_batch *batch = walk->batch;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_BREAK:
	case TRI_NODE_CONTINUE:
	case TRI_NODE_FALLTHROUGH:
	case TRI_NODE_GOTO:
		break;
	case TRI_NODE_LABEL:
		if (tri_map_has(&walk->looping_labels, TRI_KEY(node)))
			walk->loop_depth++;
		break;
	case TRI_NODE_BLOCK:
		tri_escape_statements(walk, &node->body);
		break;
	case TRI_NODE_DECLARE:
		declare(walk, node->var);
		break;
	case TRI_NODE_IF:
		tri_escape_discard(walk, node->x);
		block(walk, &node->body);
		block(walk, &node->other);
		break;
	case TRI_NODE_FOR:
		walk->loop_depth++;
		tri_escape_discard(walk, node->x);
		if (node->y != NULL)
			statement(walk, node->y);
		block(walk, &node->body);
		walk->loop_depth--;
		break;
	case TRI_NODE_RANGE:
		range(walk, node);
		break;
	case TRI_NODE_SWITCH:
		tri_escape_discard(walk, node->x);
		for (uint32_t i = 0; i < node->list.count; i++) {
			tri_escape_discard_list(walk, &node->list.items[i]->list);
			block(walk, &node->list.items[i]->body);
		}
		break;
	case TRI_NODE_TYPE_SWITCH:
		type_switch(walk, node);
		break;
	case TRI_NODE_SELECT:
		for (uint32_t i = 0; i < node->list.count; i++) {
			if (node->list.items[i]->x != NULL)
				statement(walk, node->list.items[i]->x);
			block(walk, &node->list.items[i]->body);
		}
		break;
	case TRI_NODE_KEEP:
		break;
	case TRI_NODE_SEND:
		tri_escape_discard(walk, node->x);
		tri_escape_store_in_heap(walk, node->y, "send", node);
		break;
	case TRI_NODE_ASSIGN:
	case TRI_NODE_ASSIGN_OP:
		walk->unused = node->x == NULL ? node->y : NULL;
		tri_escape_assign(walk, &node->x, &node->y, 1, 1, node->op == TRI_NODE_ASSIGN && node->implicit ? "assign-pair" : "assign", node);
		break;
	case TRI_NODE_ASSIGN_PARALLEL:
		tri_escape_assign(walk, node->list.items, node->other.items, node->list.count, node->other.count, "assign-pair", node);
		break;
	case TRI_NODE_ASSIGN_TUPLE:
		assign_tuple(walk, node);
		break;
	case TRI_NODE_RETURN:
		return_statement(walk, node);
		break;
	case TRI_NODE_GO:
	case TRI_NODE_DEFER:
		tri_escape_go_or_defer(walk, node);
		break;
	case TRI_NODE_EXPRESSION:
		switch ((enum tri_node_op)node->x->op) {
		case TRI_NODE_CALL:
		case TRI_NODE_CALL_CLOSURE:
		case TRI_NODE_CALL_INTERFACE:
		case TRI_NODE_INLINED_CALL:
			tri_escape_call(walk, NULL, 0, node->x);
			break;
		default:
			tri_escape_discard(walk, node->x);
		}
		break;
	default:
		if (tri_node_ops[node->op].class != TRI_NODE_CLASS_S)
			tri_escape_expression(walk, tri_escape_into(&batch->blank), node);
		else
			tri_ice("escape: statement %s", tri_node_ops[node->op].tag);
	}
}

void tri_escape_statements(struct escape_walk *walk, const tri_node_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		statement(walk, list->items[i]);
}
