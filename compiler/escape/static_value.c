// Variables that are assigned once, by their definition: what a call through one calls, and the constants
// that one stands for.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

// ---- Finding definitions -------------------------------------------------------------------------

static struct tri_ir_var *place_variable(struct tri_node *place)
{
	return place != NULL && place->op == TRI_NODE_LOCAL && !tri_escape_is_blank(place->var) ? place->var : NULL;
}

static void record_definition(struct tri_node *statement, struct tri_node *place, struct tri_node *value, struct tri_node *const *list,
							  uint32_t run_start, uint32_t end)
{
	struct tri_ir_var *var = place_variable(place);
	if (var == NULL || var->class == TRI_VAR_CAPTURE)
		return;
	bool directly = true; // no other definition since the declaration
	for (uint32_t i = end; i-- > run_start;) {
		if (list[i]->op != TRI_NODE_DECLARE) {
			directly = false;
			continue;
		}
		if (list[i]->var != var)
			continue;
		struct escape_location *location = tri_escape_location_of(var);
		if (location->definition == NULL && (directly || !var->reassigned)) {
			location->definition = statement;
			location->defined_value = value;
		}
		return;
	}
}

// A definition follows its variable's declaration with nothing but declarations and definitions between.
static void definitions_in_list(const tri_node_list *statements)
{
	uint32_t run_start = 0;
	for (uint32_t i = 0; i < statements->count; i++) {
		struct tri_node *statement = statements->items[i];
		if (statement->op == TRI_NODE_DECLARE)
			continue;
		if (!statement->define) {
			run_start = i + 1;
			continue;
		}
		switch ((enum tri_node_op)statement->op) {
		case TRI_NODE_ASSIGN:
			record_definition(statement, statement->x, statement->y, statements->items, run_start, i);
			break;
		case TRI_NODE_ASSIGN_PARALLEL:
			for (uint32_t k = 0; k < statement->list.count; k++)
				record_definition(statement, statement->list.items[k], statement->other.items[k], statements->items, run_start, i);
			break;
		case TRI_NODE_ASSIGN_TUPLE: {
			const struct tri_node *value = statement->x;
			for (uint32_t k = 0; k < statement->list.count; k++) {
				struct tri_node *part = value->op == TRI_NODE_INLINED_CALL && k < value->list.count ? value->list.items[k] : NULL;
				record_definition(statement, statement->list.items[k], part, statements->items, run_start, i);
			}
			break;
		}
		default:
			run_start = i + 1;
		}
	}
}

static void find_definitions(void *context, struct tri_node *node)
{
	definitions_in_list(&node->body);
	if (node->op == TRI_NODE_IF)
		definitions_in_list(&node->other);
	if (node->op == TRI_NODE_CLOSURE) {
		struct tri_ir_func *function = node->function;
		if (!tri_escape_is_closure(function))
			return; // looked at by itself
		definitions_in_list(&function->body);
		for (uint32_t i = 0; i < function->body.count; i++)
			find_definitions(context, function->body.items[i]);
		return;
	}
	tri_escape_each_child(node, find_definitions, context);
}

// The variable of which the place is a part.
static struct tri_ir_var *outer_variable(struct tri_node *place)
{
	while (place != NULL) {
		if (place->op == TRI_NODE_FIELD)
			place = place->x;
		else if (place->op == TRI_NODE_INDEX && tri_type_underlying(place->x->type)->kind == TRI_TYPE_ARRAY)
			place = place->x;
		else if (place->op == TRI_NODE_STATEMENT_EXPR)
			place = place->x;
		else
			break;
	}
	return place_variable(place);
}

static void assigned(struct tri_node *place, const struct tri_node *by)
{
	struct tri_ir_var *var = outer_variable(place);
	if (var == NULL)
		return;
	struct escape_location *location = tri_escape_location_of(var);
	if (by == NULL || by != location->definition)
		location->not_constant = true;
}

static void find_assignments(void *context, struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_ASSIGN:
	case TRI_NODE_ASSIGN_OP:
		assigned(node->x, node);
		break;
	case TRI_NODE_ASSIGN_PARALLEL:
	case TRI_NODE_ASSIGN_TUPLE:
		for (uint32_t i = 0; i < node->list.count; i++)
			assigned(node->list.items[i], node);
		break;
	case TRI_NODE_RANGE:
		assigned(node->y, NULL);
		assigned(node->z, NULL);
		break;
	case TRI_NODE_ADDRESS:
		assigned(node->x, NULL);
		break;
	case TRI_NODE_CLOSURE:
		for (uint32_t i = 0; tri_escape_is_closure(node->function) && i < node->function->body.count; i++)
			find_assignments(context, node->function->body.items[i]);
		return; // its operands are captures, not uses
	default:
		break;
	}
	tri_escape_each_child(node, find_assignments, context);
}

void tri_escape_find_definitions(struct tri_ir_func *function)
{
	definitions_in_list(&function->body);
	for (uint32_t i = 0; i < function->body.count; i++)
		find_definitions(NULL, function->body.items[i]);
	for (uint32_t i = 0; i < function->body.count; i++)
		find_assignments(NULL, function->body.items[i]);
}

// ---- Using them ------------------------------------------------------------------------------------

static int basic_representation(struct tri_type *type)
{
	struct tri_type *underlying = tri_type_underlying(type);
	if (underlying->kind != TRI_TYPE_BASIC)
		return -1;
	switch (underlying->as.basic.kind) {
	case TRI_BASIC_INT:
		return TRI_BASIC_INT64;
	case TRI_BASIC_UINT:
	case TRI_BASIC_UINTPTR:
		return TRI_BASIC_UINT64;
	default:
		return (int)underlying->as.basic.kind;
	}
}

bool tri_escape_is_no_op_conversion(const struct tri_node *node)
{
	int from = basic_representation(node->x->type), to = basic_representation(node->type);
	if (from == TRI_BASIC_UNSAFE_POINTER || to == TRI_BASIC_UNSAFE_POINTER)
		return true;
	return from == to;
}

struct tri_node *tri_escape_static_value(struct tri_node *node)
{
	for (;;) {
		struct tri_node *next = NULL;
		switch ((enum tri_node_op)node->op) {
		case TRI_NODE_CONVERT:
			if (tri_escape_is_no_op_conversion(node))
				next = node->x;
			break;
		case TRI_NODE_STATEMENT_EXPR:
			next = node->x;
			break;
		case TRI_NODE_INLINED_CALL:
			if (node->list.count == 1)
				next = node->list.items[0];
			break;
		case TRI_NODE_LOCAL: {
			struct tri_ir_var *var = tri_escape_canonical(node->var);
			if (var->class != TRI_VAR_LOCAL || var->escape == NULL)
				break;
			const struct escape_location *location = var->escape;
			if (!location->not_constant)
				next = location->defined_value;
			break;
		}
		default:
			break;
		}
		if (next == NULL)
			return node;
		node = next;
	}
}

struct tri_ir_func *tri_escape_static_callee(struct tri_node *callee)
{
	const struct tri_node *value = tri_escape_static_value(callee);
	return value->op == TRI_NODE_CLOSURE || value->op == TRI_NODE_FUNCTION ? value->function : NULL;
}

// Puts the literal in place of an operand of the location's node. When evaluating the operand may have
// effects, the node becomes a statement expression that still does.
static void replace_operand(struct escape_batch *batch, struct escape_location *location, struct tri_node **operand,
							struct tri_node *literal)
{
	struct tri_node *old = *operand, *node = location->node;
	*operand = literal;
	if (old->op == TRI_NODE_LOCAL || old->op == TRI_NODE_LITERAL)
		return;
	struct tri_node *copy = TRI_NEW(batch->package->trees, struct tri_node);
	*copy = *node;
	struct tri_node *effect = tri_node_new(batch->package, TRI_NODE_ASSIGN, old->pos);
	effect->inline_site = old->inline_site;
	effect->y = old;
	*node = (struct tri_node){.op = TRI_NODE_STATEMENT_EXPR,
							  .pos = copy->pos,
							  .inline_site = copy->inline_site,
							  .type = copy->type,
							  .implicit = copy->implicit,
							  .source = copy->source,
							  .x = copy};
	tri_vector_push(batch->package->arena, &node->body, effect);
	location->node = copy;
}

static struct tri_node *new_literal(struct escape_batch *batch, const struct tri_node *where, struct tri_type *type,
									struct tri_constant *value)
{
	struct tri_node *literal = tri_node_new(batch->package, TRI_NODE_LITERAL, where->pos);
	literal->inline_site = where->inline_site;
	literal->type = type;
	literal->value = value;
	return literal;
}

static void make_constant_size(struct escape_batch *batch, struct escape_location *location)
{
	struct tri_node *node = location->node, **size = node->y != NULL ? &node->y : &node->x;
	if ((*size)->op == TRI_NODE_LITERAL)
		return;
	struct tri_node *value = tri_escape_static_value(*size);
	if (value->op == TRI_NODE_LITERAL && value->value != NULL && tri_constant_kind(value->value) == TRI_CONSTANT_INT) {
		if (tri_constant_sign(value->value) >= 0)
			replace_operand(batch, location, size, new_literal(batch, node, (*size)->type, value->value));
	} else if (value->op == TRI_NODE_LEN) {
		const struct tri_node *slice = tri_escape_static_value(value->x);
		if (slice->op == TRI_NODE_SLICE_LITERAL)
			replace_operand(batch, location, size,
							new_literal(batch, node, batch->package->universe->basic[TRI_BASIC_INT],
										tri_constant_int(batch->package->arena, slice->index)));
	}
}

static bool constant_fits_type(const struct tri_constant *value, struct tri_type *type)
{
	switch (tri_constant_kind(value)) {
	case TRI_CONSTANT_BOOL:
		return tri_type_is(type, TRI_IS_BOOLEAN);
	case TRI_CONSTANT_STRING:
		return tri_type_is(type, TRI_IS_STRING);
	case TRI_CONSTANT_INT:
		return tri_type_is(type, TRI_IS_INTEGER);
	case TRI_CONSTANT_FLOAT:
		return tri_type_is(type, TRI_IS_FLOAT);
	default:
		return false;
	}
}

// Go's compiler knows no constants in function literals that inlining brings to the initial values of package variables.
static bool is_copied_to_init(const struct escape_batch *batch, const struct tri_ir_func *function)
{
	if (!batch->package->shapes || !function->is_closure || function->copy_of == NULL)
		return false;
	while (function->outer != NULL)
		function = function->outer;
	return function == batch->package->init;
}

void tri_escape_use_constants(struct escape_batch *batch, struct escape_location *location)
{
	struct tri_node *node = location->node;
	if (node == NULL || is_copied_to_init(batch, location->function))
		return;
	if (node->op == TRI_NODE_MAKE_SLICE) {
		make_constant_size(batch, location);
	} else if (node->op == TRI_NODE_CONVERT_INTERFACE && node->x->op != TRI_NODE_LITERAL && !tri_type_is_interface(node->x->type)) {
		const struct tri_node *value = tri_escape_static_value(node->x);
		if (value->op == TRI_NODE_LITERAL && value->value != NULL && constant_fits_type(value->value, node->x->type))
			replace_operand(batch, location, &node->x, new_literal(batch, node, node->x->type, value->value));
	}
}
