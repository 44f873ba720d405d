// What is known of the variables of a function that promises not to allocate, or of one that it calls: which constants they
// hold, which functions, and whose memory they lead to.
//
// A slice may be grown by append for nothing as long as its array has room, which is for whoever provides the array to see to.
// So it matters where a slice comes from: *own* is what began in the promised function or in one that it calls, with nothing
// or an array of its own making; somebody else's is what comes out of parameters, package variables and what they lead to. An array
// variable that is sliced counts as somebody else's: its size was chosen for what is put into it. Parameters of functions that
// the promised one calls are own when the arguments are.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/promise_internal.h"

enum { MOST_FLAGS = 32 }; // parameters that flags are known of

struct promise_values { // what a variable, or a part of it, is given; NULL entries: not known
	TRI_VECTOR(const struct tri_node *) list;
};

// ---- What variables are given ------------------------------------------------------------------------

static const struct tri_node *whole_of(const struct tri_node *place)
{
	while (place != NULL &&
		   (place->op == TRI_NODE_FIELD || (place->op == TRI_NODE_INDEX && tri_type_underlying(place->x->type)->kind == TRI_TYPE_ARRAY)))
		place = place->x;
	return place;
}

static void give(struct promise_checker *k, struct promise_function *function, const struct tri_node *place, const struct tri_node *value)
{
	const struct tri_node *whole = whole_of(place);
	if (whole == NULL || whole->op != TRI_NODE_LOCAL || (whole != place && !tri_type_has_pointers(place->type)))
		return;
	const struct tri_ir_var *var = tri_escape_canonical(whole->var);
	struct promise_values *values = tri_map_get(&function->values, TRI_KEY(var));
	if (values == NULL) {
		values = TRI_NEW(k->arena, struct promise_values);
		tri_map_put(k->arena, &function->values, TRI_KEY(var), values);
	}
	tri_vector_push(k->arena, &values->list, value);
}

static const struct tri_node *slice_with_capacity(const struct tri_node *condition)
{
	if (condition == NULL)
		return NULL;
	if (condition->op == TRI_NODE_CAP)
		return condition->x;
	const struct tri_node *found = slice_with_capacity(condition->x);
	return found != NULL ? found : slice_with_capacity(condition->y);
}

struct growth_search {
	struct promise_checker *k;
	struct promise_function *function;
	const struct tri_node *slice;
};

static void find_growth(void *context, struct tri_node *node)
{
	struct growth_search *search = context;
	if (node->op == TRI_NODE_MAKE_SLICE)
		tri_map_put(search->k->arena, &search->function->growth, TRI_KEY(node), (void *)(uintptr_t)search->slice);
	tri_escape_each_child(node, find_growth, context);
}

struct giving {
	struct promise_checker *k;
	struct promise_function *function;
};

static void find_values(void *context, struct tri_node *node)
{
	struct giving *giving = context;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_ASSIGN:
		give(giving->k, giving->function, node->x, node->y);
		break;
	case TRI_NODE_ASSIGN_PARALLEL:
		for (uint32_t i = 0; i < node->list.count; i++)
			give(giving->k, giving->function, node->list.items[i], node->other.items[i]);
		break;
	case TRI_NODE_ASSIGN_TUPLE: {
		const struct tri_node *value = node->x;
		while (value->op == TRI_NODE_STATEMENT_EXPR)
			value = value->x;
		bool inlined = value->op == TRI_NODE_INLINED_CALL;
		for (uint32_t i = 0; i < node->list.count; i++)
			give(giving->k, giving->function, node->list.items[i],
				 inlined && i < value->list.count ? value->list.items[i]
				 : value->op == TRI_NODE_CALL     ? value
												  : NULL);
		break;
	}
	case TRI_NODE_RANGE:
		give(giving->k, giving->function, node->y, NULL);
		give(giving->k, giving->function, node->z, NULL);
		break;
	case TRI_NODE_CLOSURE:
		for (uint32_t i = 0; i < node->function->body.count; i++)
			find_values(context, node->function->body.items[i]);
		break;
	case TRI_NODE_IF: {
		struct growth_search search = {giving->k, giving->function, slice_with_capacity(node->x)};
		for (uint32_t i = 0; search.slice != NULL && i < node->body.count; i++)
			find_growth(&search, node->body.items[i]);
		break;
	}
	default:
		break;
	}
	tri_escape_each_child(node, find_values, context);
}

struct promise_function *tri_promise_function(struct promise_checker *k, const struct tri_ir_func *function)
{
	struct promise_function *known = tri_map_get(&k->functions, TRI_KEY(function));
	if (known != NULL)
		return known;
	known = TRI_NEW(k->arena, struct promise_function);
	tri_map_put(k->arena, &k->functions, TRI_KEY(function), known);
	struct giving giving = {.k = k, .function = known};
	for (uint32_t i = 0; i < function->body.count; i++)
		find_values(&giving, function->body.items[i]);
	return known;
}

// ---- Functions ----------------------------------------------------------------------------------------

struct function_search {
	struct promise_checker *k;
	struct tri_map seen;
	bool found; // a function
};

// Is every value that may end up in the expression a parameter's, or a function that is known?
static bool all_functions(struct function_search *search, const struct tri_node *node)
{
	for (;;) {
		switch ((enum tri_node_op)node->op) {
		case TRI_NODE_CONVERT:
		case TRI_NODE_STATEMENT_EXPR:
			node = node->x;
			continue;
		case TRI_NODE_INLINED_CALL:
			if (node->list.count != 1)
				return false;
			node = node->list.items[0];
			continue;
		case TRI_NODE_LOCAL: {
			struct tri_ir_var *var = tri_escape_canonical(node->var);
			search->found = search->found || var->class == TRI_VAR_PARAMETER;
			if (var->class == TRI_VAR_PARAMETER && !var->reassigned)
				return true;
			if (tri_map_put(search->k->arena, &search->seen, TRI_KEY(var), var))
				return true; // decided by its other values
			const struct promise_values *values = tri_map_get(&tri_promise_function(search->k, var->function)->values, TRI_KEY(var));
			if (values == NULL)
				return var->class == TRI_VAR_PARAMETER;
			for (uint32_t i = 0; i < values->list.count; i++) {
				if (values->list.items[i] == NULL || !all_functions(search, values->list.items[i]))
					return false;
			}
			return true;
		}
		default:
			search->found = true;
			return node->op == TRI_NODE_CLOSURE || node->op == TRI_NODE_FUNCTION;
		}
	}
}

bool tri_promise_is_known_function(struct promise_checker *k, const struct tri_node *node)
{
	struct function_search search = {.k = k};
	return all_functions(&search, node) && search.found; // else there is only nil
}

// ---- Whose memory -------------------------------------------------------------------------------------

struct origin_search {
	struct promise_checker *k;
	struct tri_map seen;
	bool own, others;
};

static void find_origin(struct origin_search *search, const struct tri_node *node);

static void parameter_origin(struct origin_search *search, const struct tri_ir_var *seen_as, const struct tri_ir_var *var)
{
	const struct promise_facts *at = search->k->current;
	bool own = false;
	if (var->function == at->function)
		own = var->index < MOST_FLAGS && (at->flags.own >> var->index & 1) != 0;
	for (uint32_t i = 0; seen_as != var && i < at->function->captures.count && i < MOST_FLAGS; i++) {
		if (at->function->captures.items[i] == seen_as)
			own = (at->flags.captured >> i & 1) != 0;
	}
	search->own = search->own || own;
	search->others = search->others || !own;
}

static void variable_origin(struct origin_search *search, struct tri_ir_var *seen_as)
{
	struct tri_ir_var *var = tri_escape_canonical(seen_as);
	if (tri_map_put(search->k->arena, &search->seen, TRI_KEY(var), var))
		return; // decided by its other values
	bool is_parameter = var->class == TRI_VAR_PARAMETER;
	if (is_parameter)
		parameter_origin(search, seen_as, var);
	const struct promise_values *values = tri_map_get(&tri_promise_function(search->k, var->function)->values, TRI_KEY(var));
	if (values == NULL) {
		search->own = search->own || !is_parameter; // it begins with nothing
		return;
	}
	for (uint32_t i = 0; i < values->list.count; i++) {
		if (values->list.items[i] == NULL)
			search->own = true;
		else
			find_origin(search, values->list.items[i]);
	}
}

// A struct leads where its parts do.
static void literal_origin(struct origin_search *search, const struct tri_node *literal)
{
	bool any = false;
	for (uint32_t i = 0; i < literal->list.count; i++) {
		const struct tri_node *value = literal->list.items[i]->y;
		if (value == NULL || !tri_type_has_pointers(value->type))
			continue;
		any = true;
		find_origin(search, value);
	}
	search->own = search->own || !any;
}

static void find_origin(struct origin_search *search, const struct tri_node *node)
{
	for (;;) {
		switch ((enum tri_node_op)node->op) {
		case TRI_NODE_SLICE:
			if (node->x->op == TRI_NODE_ADDRESS) {
				search->others = true;
				return;
			}
			node = node->x;
			continue;
		case TRI_NODE_CONVERT:
		case TRI_NODE_STATEMENT_EXPR:
		case TRI_NODE_APPEND:
		case TRI_NODE_MOVE_TO_HEAP:
		case TRI_NODE_FIELD:
		case TRI_NODE_FIELD_POINTER:
		case TRI_NODE_DEREF:
		case TRI_NODE_INDEX:
		case TRI_NODE_ADDRESS:
		case TRI_NODE_ADDRESS_LITERAL:
			node = node->x;
			continue;
		case TRI_NODE_INLINED_CALL:
			if (node->list.count != 1) {
				search->own = true;
				return;
			}
			node = node->list.items[0];
			continue;
		case TRI_NODE_LOCAL:
			variable_origin(search, node->var);
			return;
		case TRI_NODE_STRUCT_LITERAL:
			literal_origin(search, node);
			return;
		case TRI_NODE_MAKE_SLICE: {
			const struct tri_node *grown =
				tri_map_get(&tri_promise_function(search->k, search->k->current->function)->growth, TRI_KEY(node));
			if (grown == NULL) {
				search->own = true;
				return;
			}
			node = grown;
			continue;
		}
		case TRI_NODE_GLOBAL:
		case TRI_NODE_CALL: // which is looked at itself
		case TRI_NODE_CALL_CLOSURE:
		case TRI_NODE_CALL_INTERFACE:
		case TRI_NODE_TYPE_ASSERT:
		case TRI_NODE_RECEIVE:
			search->others = true;
			return;
		default:
			search->own = true;
			return;
		}
	}
}

bool tri_promise_is_own(struct promise_checker *k, const struct tri_node *slice)
{
	struct origin_search search = {.k = k};
	find_origin(&search, slice);
	return search.own || !search.others;
}

bool tri_promise_is_growth(struct promise_checker *k, const struct tri_node *make)
{
	const struct tri_node *grown = tri_map_get(&tri_promise_function(k, k->current->function)->growth, TRI_KEY(make));
	return grown != NULL && !tri_promise_is_own(k, grown);
}

// ---- Flags --------------------------------------------------------------------------------------------

int tri_promise_flag(struct promise_checker *k, const struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_LITERAL:
		return node->value != NULL && tri_constant_kind(node->value) == TRI_CONSTANT_BOOL ? tri_constant_bool_value(node->value) : -1;
	case TRI_NODE_NOT: {
		int x = tri_promise_flag(k, node->x);
		return x < 0 ? x : !x;
	}
	case TRI_NODE_AND_AND: {
		int x = tri_promise_flag(k, node->x), y = tri_promise_flag(k, node->y);
		return x == 0 || y == 0 ? 0 : x == 1 && y == 1 ? 1 : -1;
	}
	case TRI_NODE_OR_OR: {
		int x = tri_promise_flag(k, node->x), y = tri_promise_flag(k, node->y);
		return x == 1 || y == 1 ? 1 : x == 0 && y == 0 ? 0 : -1;
	}
	case TRI_NODE_LOCAL: {
		const struct tri_ir_var *var = node->var;
		if (var->reassigned || var->address_taken || !tri_type_is(var->type, TRI_IS_BOOLEAN))
			return -1;
		if (var->class == TRI_VAR_PARAMETER) {
			if (var->index >= MOST_FLAGS || !(k->current->flags.known & 1u << var->index))
				return -1;
			return (k->current->flags.set & 1u << var->index) != 0;
		}
		const struct promise_values *values = tri_map_get(&tri_promise_function(k, var->function)->values, TRI_KEY(var));
		bool single = var->class == TRI_VAR_LOCAL && values != NULL && values->list.count == 1 && values->list.items[0] != NULL;
		return single ? tri_promise_flag(k, values->list.items[0]) : -1;
	}
	default:
		return -1;
	}
}

struct promise_flags tri_promise_call_flags(struct promise_checker *k, const struct tri_node *call)
{
	struct promise_flags flags = {0};
	const struct tri_ir_func *callee = call->function;
	for (uint32_t i = 0; call->op == TRI_NODE_CALL && i < call->list.count && i < callee->parameters.count; i++) {
		uint32_t index = callee->parameters.items[i]->index;
		if (index < MOST_FLAGS && tri_type_has_pointers(call->list.items[i]->type) && tri_promise_is_own(k, call->list.items[i]))
			flags.own |= 1u << index;
		int flag = index < MOST_FLAGS ? tri_promise_flag(k, call->list.items[i]) : -1;
		if (flag < 0)
			continue;
		flags.known |= 1u << index;
		flags.set |= (uint32_t)flag << index;
	}
	return flags;
}

struct promise_flags tri_promise_capture_flags(struct promise_checker *k, const struct tri_node *closure)
{
	struct promise_flags flags = {0};
	for (uint32_t i = 0; i < closure->list.count && i < MOST_FLAGS; i++) {
		if (tri_type_has_pointers(closure->list.items[i]->type) && tri_promise_is_own(k, closure->list.items[i]))
			flags.captured |= 1u << i;
	}
	return flags;
}
