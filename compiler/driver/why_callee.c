// A flow that ends in a call: which function it is, which of its parameters the value becomes, and where that goes.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

// ---- Which parameter -----------------------------------------------------------------------------------

struct argument_search {
	const struct tri_node *node;
	const struct tri_ir_var *var;
	bool found;
};

static const struct tri_ir_var *declared(const struct tri_ir_var *var)
{
	while (var->class == TRI_VAR_CAPTURE && var->outer != NULL)
		var = var->outer;
	return var;
}

static void search(void *context, struct tri_node **child)
{
	struct argument_search *s = context;
	struct tri_node *node = *child;
	s->found = s->found || (s->node != NULL && node == s->node) ||
			   (s->var != NULL && node->op == TRI_NODE_LOCAL && declared(node->var) == declared(s->var));
	if (!s->found)
		tri_node_each(node, search, s);
}

static bool mentions(struct tri_node *argument, const struct tri_node *node, const struct tri_ir_var *var)
{
	struct argument_search s = {.node = node, .var = var};
	search(&s, &argument);
	return s.found;
}

static bool leaks_to_heap(const struct tri_ir_func *function, uint32_t index)
{
	const struct tri_escape_summary *summary = function->escape_summary;
	return summary != NULL && index < summary->parameter_count && summary->parameters[index].heap >= 0;
}

// The argument that the value is part of, as far as the expressions on its way tell; else the only one that can be meant.
static const struct tri_ir_var *parameter_of(const struct tri_escape_step *step, const struct tri_node *call,
											 const struct tri_ir_func *callee)
{
	const struct tri_ir_var *only = NULL;
	uint32_t count = 0;
	for (uint32_t i = 0; i < call->list.count && i < callee->parameters.count; i++) {
		if (!leaks_to_heap(callee, i))
			continue;
		bool is_it = mentions(call->list.items[i], step->node, step->var);
		for (uint32_t k = 0; k + 1 < step->reasons.count && !is_it; k++)
			is_it = step->reasons.items[k].node != NULL && mentions(call->list.items[i], step->reasons.items[k].node, NULL);
		if (is_it)
			return callee->parameters.items[i];
		only = callee->parameters.items[i];
		count++;
	}
	return count == 1 ? only : NULL;
}

static const struct tri_escape_decision *leak_of(const struct driver_build *build, const struct tri_ir_var *parameter)
{
	for (uint32_t u = 0; u < build->unit_count; u++) {
		for (uint32_t i = 0; i < build->units[u].leaks.count; i++) {
			if (build->units[u].leaks.items[i]->var == parameter)
				return build->units[u].leaks.items[i];
		}
	}
	return NULL;
}

// ---- Which function ------------------------------------------------------------------------------------

static const char *name_of(const struct driver_build *build, const struct tri_ir_func *function)
{
	const struct tri_package *package = function->package;
	for (uint32_t u = 0; u < build->unit_count; u++) {
		if (build->units[u].package->is_named && build->units[u].package->types == package)
			return function->short_name;
	}
	if (package == NULL || package->name == NULL)
		return function->short_name;
	return tri_arena_printf(build->arena, "%s.%s", package->name->text, function->short_name);
}

static const struct tri_ir_func *static_callee(const struct tri_node *call)
{
	if (call->op == TRI_NODE_CALL)
		return call->function;
	if (call->op == TRI_NODE_CALL_CLOSURE && (call->x->op == TRI_NODE_FUNCTION || call->x->op == TRI_NODE_CLOSURE))
		return call->x->function;
	return NULL;
}

struct driver_callee tri_driver_find_callee(const struct driver_build *build, const struct tri_escape_decision *decision)
{
	struct driver_callee callee = {.kind = DRIVER_CALLEE_NONE};
	if (decision->steps.count == 0)
		return callee;
	const struct tri_escape_step *last = &decision->steps.items[decision->steps.count - 1];
	if (last->reasons.count == 0 || strcmp(last->to, "{heap}") != 0)
		return callee;
	const struct tri_escape_reason *reason = &tri_vector_last(&last->reasons);
	if (strcmp(reason->why, "call parameter") != 0 || reason->node == NULL)
		return callee;
	const struct tri_node *call = reason->node;
	if (call->op == TRI_NODE_CALL_INTERFACE) {
		callee.kind = DRIVER_CALLEE_METHOD;
		return callee;
	}
	if (call->op != TRI_NODE_CALL && call->op != TRI_NODE_CALL_CLOSURE)
		return callee; // append and other builtins
	callee.kind = DRIVER_CALLEE_UNKNOWN;
	callee.function = static_callee(call);
	if (callee.function == NULL)
		return callee;
	callee.kind = callee.function->has_body ? DRIVER_CALLEE_KNOWN : DRIVER_CALLEE_WITHOUT_GO;
	callee.name = name_of(build, callee.function);
	callee.parameter = parameter_of(last, call, callee.function);
	if (callee.parameter != NULL)
		callee.leak = leak_of(build, callee.parameter);
	return callee;
}

enum { MOST_CALLEES = 6 };

bool tri_driver_next_callee(const struct driver_build *build, const struct tri_escape_decision *decision, uint32_t depth,
							struct driver_callee *callee)
{
	if (depth == MOST_CALLEES)
		return false;
	*callee = tri_driver_find_callee(build, decision);
	return callee->leak != NULL && callee->leak->steps.count > 0 && callee->leak != decision;
}
