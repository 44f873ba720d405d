// -m: which indexes of arrays and constant strings need no check because of what they are, whatever comes before them.
//
// Go's compiler says so while it lowers a function, after all decisions. Many more checks are left out later (ssa/bounds.c), by both
// compilers, and neither speaks of those.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

struct bounds_report {
	struct tri_ir_package *package;
};

// ---- What an index is at most ----------------------------------------------------------------------------

// An index that is at most so much needs no check below a greater length. Nothing is known of operands but constants, and
// the estimate is only as sharp as Go's, whose answers these have to be:
//
//   - constants count when they fit into 32 bits;
//   - the first of two constants is the mask;
//   - quotients are known to whole bits: x / 10 is taken for x / 8;
//   - more is shifted out than there is: not even an array without elements needs a check then.
static const int64_t ANYTHING = INT64_MAX, LESS_THAN_NOTHING = -1;

static int64_t ones(int64_t bits)
{
	enum { LARGEST = 62 }; // the next is no int64_t
	return bits <= LARGEST ? (INT64_C(1) << bits) - 1 : ANYTHING;
}

static bool small_constant(const struct tri_node *node, int64_t *value)
{
	return node->op == TRI_NODE_LITERAL && node->value != NULL && tri_constant_kind(node->value) == TRI_CONSTANT_INT &&
		   tri_constant_int64(node->value, value) && *value >= INT32_MIN && *value <= INT32_MAX;
}

// Of x & y and x &^ y, the bits that can be set; -1, all of them, when no operand tells.
static int64_t mask_of(const struct tri_node *node)
{
	int64_t constant;
	if (small_constant(node->x, &constant))
		return constant;
	if (!small_constant(node->y, &constant))
		return -1;
	return node->operator== TRI_OP_AND ? constant : ~constant;
}

// Of a quotient, a remainder or a shift to the right by a constant, of an unsigned number of so many bits.
static int64_t most_of_less(enum tri_operator operator, int64_t bits, int64_t constant)
{
	if (operator== TRI_OP_REM)
		return constant - 1;
	if (operator== TRI_OP_DIV)
		for (; bits > 0 && constant > 1; constant /= 2)
			bits--;
	else
		bits -= constant;
	return bits < 0 ? LESS_THAN_NOTHING : ones(bits);
}

static int64_t most_of(const struct tri_node *node)
{
	tri_type_layout(node->type);
	bool is_unsigned = tri_type_is(node->type, TRI_IS_UNSIGNED);
	int64_t bits = 8 * node->type->size, constant;
	int64_t most = is_unsigned ? ones(bits) : ANYTHING, less = ANYTHING;
	if (node->op != TRI_NODE_ARITHMETIC)
		return most;
	switch (node->operator) {
	case TRI_OP_AND:
	case TRI_OP_AND_NOT:
		less = mask_of(node);
		if (less < 0) // the sign's bit is among them, which small types without a sign do not have
			less = most == ANYTHING || node->operator== TRI_OP_AND ? ANYTHING : less & most;
		break;
	case TRI_OP_REM:
	case TRI_OP_DIV:
	case TRI_OP_SHR:
		if (is_unsigned && small_constant(node->y, &constant) && constant >= 0)
			less = most_of_less(node->operator, bits, constant);
		break;
	default:
		break;
	}
	return less < most ? less : most;
}

// ---- Which indexes ---------------------------------------------------------------------------------------

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
	if (length >= 0 && tri_type_is(node->y->type, TRI_IS_INTEGER) && most_of(node->y) < length && report_pos(node) != TRI_NO_POS)
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
