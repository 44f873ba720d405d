// Nodes: the table of operations, creation, and visiting operands.
#include "compiler/ir/ir.h"

const struct tri_node_op_info tri_node_ops[TRI_NODE_OP_COUNT] = {
#define OP(tag, class, text, operands) {#tag, text, TRI_NODE_CLASS_##class},
#include "compiler/ir/ops.def"
#undef OP
};

struct tri_node *tri_node_new(struct tri_ir_package *package, enum tri_node_op op, tri_pos pos)
{
	struct tri_node *node = TRI_NEW(package->trees, struct tri_node);
	node->op = (uint8_t)op;
	node->pos = pos;
	return node;
}

static void each_in_list(tri_node_list *list, void (*visit)(void *context, struct tri_node **child), void *context)
{
	for (uint32_t i = 0; i < list->count; i++) {
		if (list->items[i] != NULL)
			visit(context, &list->items[i]);
	}
}

void tri_node_each(struct tri_node *node, void (*visit)(void *context, struct tri_node **child), void *context)
{
	if (tri_node_is_leaf(node))
		return;
	bool statements_first = node->op == TRI_NODE_STATEMENT_EXPR || node->op == TRI_NODE_INLINED_CALL;
	if (statements_first)
		each_in_list(&node->body, visit, context);
	struct tri_node **operands[] = {&node->x, &node->y, &node->z};
	for (size_t i = 0; i < TRI_COUNT(operands); i++) {
		if (*operands[i] != NULL)
			visit(context, operands[i]);
	}
	each_in_list(&node->list, visit, context);
	if (!statements_first)
		each_in_list(&node->body, visit, context);
	each_in_list(&node->other, visit, context);
}

bool tri_ir_is_header_data(const struct tri_node *node)
{
	if (node->op != TRI_NODE_FIELD_POINTER)
		return false;
	struct tri_type *pointer = tri_type_underlying(node->x->type);
	struct tri_type *header = pointer->kind == TRI_TYPE_POINTER ? tri_type_unalias(pointer->as.pointer.element) : NULL;
	if (header == NULL || header->kind != TRI_TYPE_NAMED || header->as.named.object->package == NULL ||
		strcmp(header->as.named.object->package->path, "reflect") != 0)
		return false;
	const char *name = header->as.named.object->name->text;
	if (strcmp(name, "SliceHeader") != 0 && strcmp(name, "StringHeader") != 0)
		return false;
	return strcmp(tri_type_underlying(header)->as.structure.fields[node->index].name->text, "Data") == 0;
}
