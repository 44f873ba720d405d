// The order of analysis: strongly connected components of the call graph, callees first.
//
// A closure belongs to the component of the function that it is written in; a function literal that captures
// nothing is a function like any other. Each function stands for two
// numbers of the depth-first search, one for being reached and one for where its own search starts, so
// that a lone function is told from one that reaches itself.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

void tri_escape_each_child(struct tri_node *node, void (*visit)(void *context, struct tri_node *child), void *context)
{
	if (tri_node_is_leaf(node))
		return;
	bool statements_first = node->op == TRI_NODE_STATEMENT_EXPR || node->op == TRI_NODE_INLINED_CALL;
	const tri_node_list *lists[] = {&node->list, &node->body, &node->other};
	struct tri_node *operands[] = {node->x, node->y, node->z};
	for (uint32_t i = 0; statements_first && i < node->body.count; i++)
		visit(context, node->body.items[i]);
	for (uint32_t i = 0; i < TRI_COUNT(operands); i++) {
		if (operands[i] != NULL)
			visit(context, operands[i]);
	}
	for (uint32_t k = 0; k < TRI_COUNT(lists); k++) {
		if (lists[k] == &node->body && statements_first)
			continue;
		for (uint32_t i = 0; i < lists[k]->count; i++) {
			if (lists[k]->items[i] != NULL)
				visit(context, lists[k]->items[i]);
		}
	}
}

struct escape_function *tri_escape_function(struct tri_arena *arena, struct tri_ir_func *function)
{
	if (function->escape == NULL)
		function->escape = TRI_NEW(arena, struct escape_function);
	return function->escape;
}

struct component_search {
	struct tri_arena *arena;
	struct tri_ir_package *package;
	escape_component_visitor *visit;
	void *context;
	uint32_t numbered;
	TRI_VECTOR(struct tri_ir_func *) stack;
};

struct reach { // while searching one function
	struct component_search *search;
	uint32_t lowest; // number reached
};

static uint32_t visit_function(struct component_search *search, struct tri_ir_func *function);

static void reach_function(struct reach *reach, struct tri_ir_func *function)
{
	struct component_search *search = reach->search;
	if (function == NULL || function->owner != search->package)
		return;
	uint32_t number = visit_function(search, function);
	if (number < reach->lowest)
		reach->lowest = number;
}

// func init() is called by the package's initialisation alone, which learns nothing from it.
static bool is_init_function(const struct tri_ir_func *function)
{
	return function->object != NULL && function->parameters.count == 0 && strcmp(function->object->name->text, "init") == 0;
}

static void visit_node(void *context, struct tri_node *node)
{
	struct reach *reach = context;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_CALL:
		if (!is_init_function(node->function))
			reach_function(reach, node->function);
		break;
	case TRI_NODE_FUNCTION:
	case TRI_NODE_CLOSURE:
		reach_function(reach, node->function);
		break;
	case TRI_NODE_METHOD_VALUE:
		if (!tri_type_is_interface(node->x->type) && node->object != NULL)
			reach_function(reach, tri_ir_function_for(reach->search->package, node->object));
		break;
	default:
		break;
	}
	tri_escape_each_child(node, visit_node, reach);
}

static uint32_t visit_function(struct component_search *search, struct tri_ir_func *function)
{
	struct escape_function *state = tri_escape_function(search->arena, function);
	if (state->visit != 0)
		return state->visit;
	uint32_t own = ++search->numbered;
	state->visit = own;
	struct reach reach = {.search = search, .lowest = ++search->numbered};
	tri_vector_push(search->arena, &search->stack, function);
	for (uint32_t i = 0; i < function->body.count; i++)
		visit_node(&reach, function->body.items[i]);

	if ((reach.lowest == own || reach.lowest == own + 1) && !tri_escape_is_closure(function)) {
		// The root of a component: everything above it on the stack. From now on its functions must not lower
		// what others reach.
		uint32_t start = search->stack.count;
		do {
			start--;
			((struct escape_function *)search->stack.items[start]->escape)->visit = UINT32_MAX;
		} while (search->stack.items[start] != function);
		uint32_t count = search->stack.count - start;
		search->stack.count = start;
		search->visit(search->context, search->stack.items + start, count);
	}
	return reach.lowest;
}

// What is not written in Go has no calls, but callers want to know of it.
static void visit_functions_without_body(struct component_search *search)
{
	const struct tri_package *package = search->package->package;
	for (uint32_t i = 0; i < package->objects.count; i++) {
		struct tri_object *object = package->objects.items[i];
		if (object->kind != TRI_OBJECT_FUNCTION || object->function == NULL || object->function->body != NULL)
			continue;
		if (object->type->as.function.type_parameters.count == 0 && object->type->as.function.receiver_type_parameters.count == 0)
			visit_function(search, tri_ir_function_for(search->package, object));
	}
}

void tri_escape_visit_components(struct tri_arena *arena, struct tri_ir_package *package, escape_component_visitor *visit, void *context)
{
	struct component_search search = {.arena = arena, .package = package, .visit = visit, .context = context};
	// Closures are found where they are created, or are dead. Of the other function literals, those of declared
	// functions come last.
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < package->functions.count; i++) {
			struct tri_ir_func *function = package->functions.items[i];
			bool late = function->is_closure && function->outer != package->init;
			if (!tri_escape_is_closure(function) && late == (pass == 1))
				visit_function(&search, function);
		}
		if (pass == 0)
			visit_functions_without_body(&search);
	}
}
