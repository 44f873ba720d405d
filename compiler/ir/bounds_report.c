// -m: which indexes of arrays and constant strings need no check because of what they are, whatever comes before them.
//
// Go's compiler says so while it lowers a function, after all decisions. Many more checks are left out later (ssa/bounds.c), by both
// compilers, and neither speaks of those.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

struct bounds_report {
	struct tri_ir_package *package;
};

static bool small_constant(const struct tri_node *node, int64_t *value)
{
	return node->op == TRI_NODE_LITERAL && node->value != NULL && tri_constant_kind(node->value) == TRI_CONSTANT_INT &&
		   tri_constant_int64(node->value, value) && *value >= INT32_MIN && *value <= INT32_MAX;
}

// x & 15, x % 16 and the like, of a type of so many bits.
static bool operation_is_below(const struct tri_node *node, bool is_signed, int64_t *bits, int64_t limit)
{
	int64_t value = -1;
	switch (node->operator) {
	case TRI_OP_AND:
		if (!small_constant(node->x, &value) && !small_constant(node->y, &value))
			return false;
		return value >= 0 && value < limit;
	case TRI_OP_AND_NOT:
		if (!small_constant(node->x, &value)) {
			if (!small_constant(node->y, &value))
				return false;
			value = ~value;
			if (!is_signed && *bits < 64)
				value &= (INT64_C(1) << *bits) - 1;
		}
		return value >= 0 && value < limit;
	case TRI_OP_REM:
		return !is_signed && small_constant(node->y, &value) && value >= 0 && value <= limit;
	case TRI_OP_DIV:
		if (!is_signed && small_constant(node->y, &value)) {
			for (; *bits > 0 && value >= 2; value >>= 1)
				--*bits;
		}
		return false;
	case TRI_OP_SHR:
		if (is_signed || !small_constant(node->y, &value))
			return false;
		if (value > *bits)
			return true;
		*bits -= value;
		return false;
	default:
		return false;
	}
}

static bool is_below(const struct tri_node *node, int64_t limit)
{
	if (!tri_type_is(node->type, TRI_IS_INTEGER))
		return false;
	tri_type_layout(node->type);
	bool is_signed = !tri_type_is(node->type, TRI_IS_UNSIGNED);
	int64_t bits = 8 * node->type->size;
	if (node->op == TRI_NODE_ARITHMETIC && operation_is_below(node, is_signed, &bits, limit))
		return true;
	return !is_signed && bits <= 62 && INT64_C(1) << bits <= limit;
}

// The number of elements when the type or the constant tells it; -1 otherwise.
static int64_t known_length(const struct tri_node *x)
{
	struct tri_type *type = tri_type_underlying(x->type);
	if (type->kind == TRI_TYPE_POINTER)
		type = tri_type_underlying(type->as.pointer.element);
	if (type->kind == TRI_TYPE_ARRAY)
		return type->as.array.length;
	size_t length;
	if (x->op != TRI_NODE_LITERAL || x->value == NULL || tri_constant_kind(x->value) != TRI_CONSTANT_STRING)
		return -1;
	return tri_constant_string_value(x->value, &length), (int64_t)length;
}

static tri_pos report_pos(const struct tri_node *node)
{
	tri_pos pos = node->pos;
	for (const struct tri_inline_site *site = node->inline_site; site != NULL; site = site->parent)
		pos = site->call_pos;
	return pos;
}

static void visit(void *context, struct tri_node **slot)
{
	const struct bounds_report *report = context;
	struct tri_node *node = *slot;
	if (node->op == TRI_NODE_CLOSURE || tri_node_is_leaf(node)) // a literal's body has its turn
		return;
	if (node->op == TRI_NODE_APPEND) { // elements are lowered another way, of which nothing is said
		if (node->x != NULL)
			visit(context, &node->x);
		for (uint32_t i = 0; i < node->list.count; i++) {
			if (node->list.items[i]->op == TRI_NODE_INDEX)
				tri_node_each(node->list.items[i], visit, context);
			else
				visit(context, &node->list.items[i]);
		}
		return;
	}
	tri_node_each(node, visit, context);
	if (node->op != TRI_NODE_INDEX || node->bounded || node->y->op == TRI_NODE_LITERAL)
		return;
	int64_t length = known_length(node->x);
	if (length >= 0 && is_below(node->y, length) && report_pos(node) != TRI_NO_POS)
		tri_diag_note(report->package->diags, report_pos(node), "index bounds check elided");
}

static void report_function(struct bounds_report *report, struct tri_ir_func *function)
{
	for (uint32_t i = 0; i < function->body.count; i++)
		visit(report, &function->body.items[i]);
	for (uint32_t i = function->closures.count; i-- > 0;)
		report_function(report, function->closures.items[i]);
}

void tri_ir_report_bounds(struct tri_ir_package *package)
{
	struct bounds_report report = {.package = package};
	for (uint32_t i = 0; i < package->functions.count; i++) {
		if (!package->functions.items[i]->is_closure)
			report_function(&report, package->functions.items[i]);
	}
}
