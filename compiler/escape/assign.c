// Places, assignments, and those assignments that change nothing.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

// Evaluates the operands of a place; the result is the sink for what is stored there. A store through a
// pointer goes to the heap as far as lifetimes are concerned: nothing is known of what it points to.
struct escape_sink tri_escape_place(struct escape_walk *walk, struct tri_node *place)
{
	struct escape_batch *batch = walk->batch;
	struct escape_sink heap = tri_escape_into(&batch->heap), mutator = tri_escape_into(&batch->mutator);
	if (place == NULL)
		return tri_escape_into(&batch->blank);
	switch ((enum tri_node_op)place->op) {
	case TRI_NODE_LOCAL:
		if (tri_escape_is_blank(place->var))
			return tri_escape_into(&batch->blank);
		return tri_escape_into(tri_escape_location_of(place->var));
	case TRI_NODE_GLOBAL:
		return heap;
	case TRI_NODE_FIELD:
		return tri_escape_place(walk, place->x);
	case TRI_NODE_INDEX: {
		struct tri_type *type = tri_type_underlying(place->x->type);
		if (type->kind == TRI_TYPE_MAP) {
			tri_escape_discard(walk, place->x);
			tri_escape_store_in_heap(walk, place->y, "key of map put", place);
			return heap;
		}
		tri_escape_discard(walk, place->y);
		if (type->kind == TRI_TYPE_ARRAY)
			return tri_escape_place(walk, place->x);
		tri_escape_expression(walk, mutator, place->x);
		return heap;
	}
	case TRI_NODE_DEREF:
	case TRI_NODE_FIELD_POINTER: {
		tri_escape_expression(walk, mutator, place->x);
		struct escape_location *target = tri_escape_target(walk, place->x, place->type);
		return target != NULL ? tri_escape_into(target) : heap;
	}
	case TRI_NODE_STATEMENT_EXPR:
		tri_escape_statements(walk, &place->body);
		return tri_escape_place(walk, place->x);
	default:
		tri_ice("escape: %s is no place", tri_node_ops[place->op].tag);
	}
}

void tri_escape_store_in_heap(struct escape_walk *walk, struct tri_node *value, const char *why, const struct tri_node *where)
{
	tri_escape_expression(walk, tri_escape_note(walk->batch, tri_escape_into(&walk->batch->heap), where, why), value);
}

// What a loop gives its variables is copied into ones that the iteration has for itself; they belong to the loop statement.
static bool is_copy_for_iteration(const struct tri_node *where)
{
	return where->op == TRI_NODE_ASSIGN && where->define && where->y != NULL && where->y->op == TRI_NODE_LOCAL &&
		   where->y->var->is_temporary && where->x != NULL && !where->x->var->is_temporary;
}

// Marks what the sinks lead to as assigned again, unless `where` is its definition. A range statement
// assigns its variables in every iteration.
void tri_escape_mark_reassigned(const struct escape_sink *sinks, uint32_t count, const struct tri_node *where)
{
	for (uint32_t i = 0; i < count; i++) {
		struct escape_location *location = sinks[i].to;
		if (location->var != NULL && location->definition == where && where->op != TRI_NODE_RANGE && !is_copy_for_iteration(where))
			continue;
		location->reassigned = true;
	}
}

void tri_escape_assign(struct escape_walk *walk, struct tri_node *const *places, struct tri_node *const *values, uint32_t place_count,
					   uint32_t value_count, const char *why, struct tri_node *where)
{
	struct escape_batch *batch = walk->batch;
	struct escape_sink small[8], *sinks = small;
	if (place_count > TRI_COUNT(small))
		sinks = TRI_NEW_ARRAY(batch->arena, struct escape_sink, place_count);
	for (uint32_t i = 0; i < place_count; i++)
		sinks[i] = tri_escape_place(walk, places[i]);
	for (uint32_t i = 0; i < place_count && i < value_count; i++) {
		struct escape_sink sink = sinks[i];
		if (places[i] != NULL && tri_ir_is_header_data(places[i])) { // stores a pointer
			tri_escape_uintptr(walk, tri_escape_note(batch, tri_escape_into(&batch->heap), where, why), values[i]);
			continue;
		}
		if (places[i] != NULL && tri_escape_is_self_assignment(places[i], values[i])) {
			if (batch->options->report > 0 && !tri_escape_is_quiet(walk->function))
				tri_diag_note(batch->package->diags, tri_escape_node_pos(where), "%s ignoring self-assignment in %s",
							  tri_escape_function_text(batch, walk->function), tri_escape_node_text(batch, where));
			sink = tri_escape_into(&batch->blank);
		}
		tri_escape_expression(walk, tri_escape_note(batch, sink, where, why), values[i]);
	}
	tri_escape_mark_reassigned(sinks, place_count, where);
}

// ---- Self-assignments --------------------------------------------------------------------------

static const struct tri_node *skip_no_op(const struct tri_node *node)
{
	while (node->op == TRI_NODE_CONVERT && tri_escape_is_no_op_conversion(node))
		node = node->x;
	return node;
}

static bool same_literal(const struct tri_node *a, const struct tri_node *b)
{
	if (a->value == NULL || b->value == NULL)
		return a->value == b->value;
	if (tri_constant_kind(a->value) != tri_constant_kind(b->value))
		return false;
	return tri_constant_compare(TRI_OP_EQUAL, a->value, b->value);
}

// Do both denote the same value, whichever is evaluated, without effects?
static bool same_expression(const struct tri_node *a, const struct tri_node *b)
{
	a = skip_no_op(a);
	b = skip_no_op(b);
	if (a->op != b->op || !tri_type_identical(a->type, b->type))
		return false;
	switch ((enum tri_node_op)a->op) {
	case TRI_NODE_LOCAL:
		return a->var == b->var;
	case TRI_NODE_GLOBAL:
		return a->global == b->global;
	case TRI_NODE_FIELD:
	case TRI_NODE_FIELD_POINTER:
		return a->index == b->index && same_expression(a->x, b->x);
	case TRI_NODE_DEREF:
	case TRI_NODE_NOT:
	case TRI_NODE_COMPLEMENT:
	case TRI_NODE_NEGATE:
		return same_expression(a->x, b->x);
	case TRI_NODE_CONVERT:
		return tri_type_is(a->type, TRI_IS_NUMERIC | TRI_IS_BOOLEAN) && same_expression(a->x, b->x);
	case TRI_NODE_INDEX:
		return same_expression(a->x, b->x) && same_expression(a->y, b->y);
	case TRI_NODE_ARITHMETIC:
		return a->operator== b->operator&& same_expression(a->x, b->x) && same_expression(a->y, b->y);
	case TRI_NODE_LITERAL:
		return same_literal(a, b);
	default:
		return false;
	}
}

static bool may_affect_memory(const struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_LOCAL:
	case TRI_NODE_GLOBAL:
	case TRI_NODE_LITERAL:
	case TRI_NODE_ZERO:
		return false;
	case TRI_NODE_ARITHMETIC:
	case TRI_NODE_INDEX:
		return may_affect_memory(node->x) || may_affect_memory(node->y);
	case TRI_NODE_CONVERT:
	case TRI_NODE_LEN:
	case TRI_NODE_CAP:
	case TRI_NODE_NOT:
	case TRI_NODE_COMPLEMENT:
	case TRI_NODE_NEGATE:
	case TRI_NODE_FIELD:
	case TRI_NODE_FIELD_POINTER:
	case TRI_NODE_DEREF:
		return may_affect_memory(node->x);
	default:
		return true;
	}
}

// The variable that the node dereferences directly (*v, v.f through a pointer), or NULL.
static struct tri_ir_var *dereferenced_variable(const struct tri_node *node)
{
	if ((node->op == TRI_NODE_DEREF || node->op == TRI_NODE_FIELD_POINTER) && node->x->op == TRI_NODE_LOCAL)
		return node->x->var;
	return NULL;
}

// b.buf = b.buf[i:j] stores no pointer that was not there. Slicing an array that lies in *b itself would
// make b point to itself, so that does not count.
static bool is_reslice_of_itself(const struct tri_node *place, const struct tri_node *value)
{
	struct tri_ir_var *base = dereferenced_variable(place);
	if (base == NULL || value->op != TRI_NODE_SLICE || value->x->op == TRI_NODE_ADDRESS)
		return false;
	return dereferenced_variable(value->x) == base;
}

bool tri_escape_is_self_assignment(const struct tri_node *place, const struct tri_node *value)
{
	if (value == NULL)
		return false;
	if (is_reslice_of_itself(place, value))
		return true;
	// v.x = v.y, v.x[i] = v.x[j]: both sides belong to one object, so no lifetime changes.
	bool place_is_field = place->op == TRI_NODE_FIELD || place->op == TRI_NODE_FIELD_POINTER;
	if (place_is_field && value->op == place->op)
		return same_expression(place->x, value->x);
	if (place->op == TRI_NODE_INDEX && value->op == TRI_NODE_INDEX) {
		if (may_affect_memory(place->y) || may_affect_memory(value->y))
			return false;
		return same_expression(place->x, value->x);
	}
	return false;
}
