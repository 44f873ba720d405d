// Checks of the typed tree, between stages: operands that an operation needs, types, whose variables are used,
// where branches lead. A violation is an internal compiler error that names the function and the node.
#include "compiler/ir/ir.h"

struct verifier {
	const struct tri_ir_func *function;
	const struct tri_ir_package *package;
};

TRI_NORETURN static void fail(const struct verifier *verifier, const struct tri_node *node, const char *what)
{
	struct tri_location place = tri_source_locate(verifier->package->sources, node->pos);
	tri_ice("typed tree of %s: %s at %s:%u:%u: %s", verifier->function->symbol, tri_node_ops[node->op].tag, place.path, place.line,
			place.column, what);
}

enum operand { NEEDS_X = 1, NEEDS_Y = 2, NEEDS_TYPE = 4, NEEDS_VAR = 8, NEEDS_FUNCTION = 16, NEEDS_TARGET = 32, NEEDS_GLOBAL = 64 };

static int needs(enum tri_node_op op)
{
	switch (op) {
	case TRI_NODE_LITERAL:
	case TRI_NODE_ZERO:
	case TRI_NODE_TYPE:
	case TRI_NODE_STRUCT_LITERAL:
	case TRI_NODE_ARRAY_LITERAL:
	case TRI_NODE_SLICE_LITERAL:
	case TRI_NODE_MAP_LITERAL:
	case TRI_NODE_CONCATENATE:
	case TRI_NODE_MIN:
	case TRI_NODE_MAX:
	case TRI_NODE_NEW:
	case TRI_NODE_DEFER_LIST:
		return NEEDS_TYPE;
	case TRI_NODE_LOCAL:
		return NEEDS_TYPE | NEEDS_VAR;
	case TRI_NODE_DECLARE:
		return NEEDS_VAR;
	case TRI_NODE_GLOBAL:
		return NEEDS_TYPE | NEEDS_GLOBAL;
	case TRI_NODE_FUNCTION:
	case TRI_NODE_CLOSURE:
		return NEEDS_TYPE | NEEDS_FUNCTION;
	case TRI_NODE_METHOD_VALUE:
		return NEEDS_TYPE | NEEDS_FUNCTION | NEEDS_X;
	case TRI_NODE_CALL:
		return NEEDS_FUNCTION;
	case TRI_NODE_CALL_CLOSURE:
	case TRI_NODE_CALL_INTERFACE:
	case TRI_NODE_CLEAR:
	case TRI_NODE_CLOSE:
	case TRI_NODE_NIL_CHECK:
	case TRI_NODE_RANGE_PANIC:
	case TRI_NODE_PANIC:
	case TRI_NODE_EXPRESSION:
	case TRI_NODE_KEEP:
	case TRI_NODE_GO:
	case TRI_NODE_DEFER:
	case TRI_NODE_IF:
	case TRI_NODE_RANGE:
	case TRI_NODE_TYPE_SWITCH:
	case TRI_NODE_ASSIGN_TUPLE:
	case TRI_NODE_STATEMENT_EXPR:
		return NEEDS_X;
	case TRI_NODE_FIELD:
	case TRI_NODE_FIELD_POINTER:
	case TRI_NODE_DEREF:
	case TRI_NODE_ADDRESS:
	case TRI_NODE_ADDRESS_LITERAL:
	case TRI_NODE_SLICE:
	case TRI_NODE_NEGATE:
	case TRI_NODE_NOT:
	case TRI_NODE_COMPLEMENT:
	case TRI_NODE_CONVERT:
	case TRI_NODE_CONVERT_INTERFACE:
	case TRI_NODE_BYTES_TO_STRING:
	case TRI_NODE_RUNES_TO_STRING:
	case TRI_NODE_RUNE_TO_STRING:
	case TRI_NODE_STRING_TO_BYTES:
	case TRI_NODE_STRING_TO_RUNES:
	case TRI_NODE_SLICE_TO_ARRAY:
	case TRI_NODE_SLICE_TO_ARRAY_POINTER:
	case TRI_NODE_TYPE_ASSERT:
	case TRI_NODE_LEN:
	case TRI_NODE_CAP:
	case TRI_NODE_APPEND:
	case TRI_NODE_MOVE_TO_HEAP:
	case TRI_NODE_MAKE_SLICE:
	case TRI_NODE_RECEIVE:
		return NEEDS_X | NEEDS_TYPE;
	case TRI_NODE_INDEX:
	case TRI_NODE_ARITHMETIC:
	case TRI_NODE_COMPARE:
	case TRI_NODE_AND_AND:
	case TRI_NODE_OR_OR:
		return NEEDS_X | NEEDS_Y | NEEDS_TYPE;
	case TRI_NODE_ASSIGN_OP:
	case TRI_NODE_SEND:
	case TRI_NODE_COPY:
		return NEEDS_X | NEEDS_Y;
	case TRI_NODE_ASSIGN:
	case TRI_NODE_KEYED:
		return NEEDS_Y;
	case TRI_NODE_BREAK:
	case TRI_NODE_CONTINUE:
	case TRI_NODE_GOTO:
		return NEEDS_TARGET;
	default:
		return 0;
	}
}

static bool is_untyped(const struct tri_type *type)
{
	return type->kind == TRI_TYPE_BASIC && type->as.basic.kind >= TRI_BASIC_UNTYPED_BOOL;
}

static void check_types(const struct verifier *verifier, const struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_COMPARE:
		if (!tri_type_identical(node->x->type, node->y->type) && !is_untyped(node->x->type) && !is_untyped(node->y->type))
			fail(verifier, node, "operands of different types");
		break;
	case TRI_NODE_ASSIGN:
		if (node->x != NULL && node->y->type != NULL && !tri_type_identical(node->x->type, node->y->type))
			fail(verifier, node, "place and value of different types");
		break;
	case TRI_NODE_ASSIGN_PARALLEL:
		if (node->list.count != node->other.count)
			fail(verifier, node, "places and values differ in number");
		for (uint32_t i = 0; i < node->list.count; i++) {
			if (node->list.items[i] != NULL && !tri_type_identical(node->list.items[i]->type, node->other.items[i]->type))
				fail(verifier, node, "place and value of different types");
		}
		break;
	case TRI_NODE_ASSIGN_TUPLE: {
		const struct tri_type *type = node->x->type;
		if (type == NULL || type->kind != TRI_TYPE_TUPLE || type->as.tuple.count != node->list.count)
			fail(verifier, node, "not as many values as places");
		break;
	}
	case TRI_NODE_RETURN:
		if (node->list.count == verifier->function->results.count) {
			for (uint32_t i = 0; i < node->list.count; i++) {
				if (!tri_type_identical(node->list.items[i]->type, verifier->function->results.items[i]->type))
					fail(verifier, node, "value and result of different types");
			}
		}
		break;
	case TRI_NODE_CALL: {
		const struct tri_ir_func *callee = node->function;
		if (node->list.count != callee->parameters.count)
			fail(verifier, node, "arguments and parameters differ in number");
		for (uint32_t i = 0; i < node->list.count; i++) {
			if (!tri_type_identical(node->list.items[i]->type, callee->parameters.items[i]->type))
				fail(verifier, node, "argument and parameter of different types");
		}
		break;
	}
	case TRI_NODE_CLOSURE:
		if (node->list.count != node->function->captures.count)
			fail(verifier, node, "operands and captures differ in number");
		break;
	default:
		break;
	}
}

static void check_node(void *context, struct tri_node **child)
{
	const struct verifier *verifier = context;
	struct tri_node *node = *child;
	int need = needs((enum tri_node_op)node->op);
	if ((need & NEEDS_X) && node->x == NULL)
		fail(verifier, node, "operand x is missing");
	if ((need & NEEDS_Y) && node->y == NULL)
		fail(verifier, node, "operand y is missing");
	if ((need & NEEDS_TYPE) && node->type == NULL)
		fail(verifier, node, "no type");
	if ((need & NEEDS_FUNCTION) && node->function == NULL)
		fail(verifier, node, "no function");
	if ((need & NEEDS_GLOBAL) && node->global == NULL)
		fail(verifier, node, "no package variable");
	if ((need & NEEDS_TARGET) && node->target == NULL)
		fail(verifier, node, "no target");
	if (need & NEEDS_VAR) {
		if (node->var == NULL)
			fail(verifier, node, "no variable");
		if (node->var->function != verifier->function)
			fail(verifier, node, "variable of another function");
		if (node->op == TRI_NODE_LOCAL && !tri_type_identical(node->type, node->var->type))
			fail(verifier, node, "type differs from the variable's");
	}
	if (node->op == TRI_NODE_LITERAL && is_untyped(node->type) && node->value != NULL)
		fail(verifier, node, "untyped constant");
	check_types(verifier, node);
	tri_node_each(node, check_node, context);
}

void tri_ir_verify(const struct tri_ir_package *package)
{
	for (uint32_t i = 0; i < package->functions.count; i++) {
		struct tri_ir_func *function = package->functions.items[i];
		struct verifier verifier = {.function = function, .package = package};
		for (uint32_t k = 0; k < function->body.count; k++)
			check_node(&verifier, &function->body.items[k]);
	}
}
