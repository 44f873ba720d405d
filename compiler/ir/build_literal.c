// Composite literals.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

static struct tri_node *keyed(struct function_builder *b, struct tri_node *value, int64_t index)
{
	struct tri_node *node = tri_ir_node(b, TRI_NODE_KEYED, value->pos, NULL);
	node->index = index;
	node->y = value;
	return node;
}

static uint32_t field_index(struct tri_type *type, const struct tri_object *field)
{
	for (uint32_t i = 0; i < type->as.structure.field_count; i++) {
		if (type->as.structure.fields[i].object == field)
			return i;
	}
	// A struct type with type parameters in it has other fields in an instance, of the same names.
	for (uint32_t i = 0; i < type->as.structure.field_count; i++) {
		if (type->as.structure.fields[i].name == field->name)
			return i;
	}
	tri_ice("field %s is not in its struct", field->name->text);
}

// Blank fields stay zero; what they are given is evaluated all the same.
static struct tri_node *discarded(struct function_builder *b, struct tri_node *value)
{
	struct tri_node *zero = tri_ir_node(b, TRI_NODE_ZERO, value->pos, value->type);
	if (value->op == TRI_NODE_LITERAL)
		return zero;
	tri_node_list statements = {0};
	struct tri_node *assign = tri_ir_node(b, TRI_NODE_ASSIGN, value->pos, NULL);
	assign->y = value;
	tri_vector_push(b->arena, &statements, assign);
	return tri_ir_with_statements(b, &statements, zero);
}

static void struct_elements(struct function_builder *b, struct tri_node *node, struct tri_composite_expr *expr, struct tri_type *type)
{
	for (uint32_t i = 0; i < expr->elements.count; i++) {
		struct tri_expr *element = expr->elements.items[i];
		uint32_t index = i;
		if (element->kind == TRI_EXPR_KEY_VALUE) {
			struct tri_key_value_expr *pair = tri_as_key_value_expr(element);
			index = field_index(type, pair->field);
			element = pair->value;
		}
		struct tri_node *value = tri_ir_expression_as(b, element, type->as.structure.fields[index].type);
		if (strcmp(type->as.structure.fields[index].name->text, "_") == 0)
			value = discarded(b, value);
		struct tri_node *entry = keyed(b, value, index);
		tri_vector_push(b->arena, &node->list, entry);
	}
}

// Returns the length: one more than the highest index.
static int64_t indexed_elements(struct function_builder *b, struct tri_node *node, struct tri_composite_expr *expr,
								struct tri_type *element_type)
{
	int64_t next = 0, length = 0;
	for (uint32_t i = 0; i < expr->elements.count; i++) {
		struct tri_expr *element = expr->elements.items[i];
		if (element->kind == TRI_EXPR_KEY_VALUE) {
			struct tri_key_value_expr *pair = tri_as_key_value_expr(element);
			if (!tri_constant_int64(pair->key->constant, &next))
				tri_ice("index of a literal is no integer");
			element = pair->value;
		}
		struct tri_node *entry = keyed(b, tri_ir_expression_as(b, element, element_type), next++);
		tri_vector_push(b->arena, &node->list, entry);
		if (next > length)
			length = next;
	}
	return length;
}

static void map_elements(struct function_builder *b, struct tri_node *node, struct tri_composite_expr *expr, struct tri_type *type)
{
	for (uint32_t i = 0; i < expr->elements.count; i++) {
		struct tri_key_value_expr *pair = tri_as_key_value_expr(expr->elements.items[i]);
		struct tri_node *entry = tri_ir_node(b, TRI_NODE_KEYED, pair->base.pos, NULL);
		entry->x = tri_ir_expression_as(b, pair->key, type->as.map.key);
		entry->y = tri_ir_expression_as(b, pair->value, type->as.map.element);
		tri_vector_push(b->arena, &node->list, entry);
	}
}

struct tri_node *tri_ir_composite(struct function_builder *b, struct tri_composite_expr *expr)
{
	struct tri_type *type = expr->base.type;
	if (expr->elided_pointer)
		type = tri_type_underlying(type)->as.pointer.element;
	struct tri_type *underlying = tri_type_underlying(type);
	struct tri_node *node = tri_ir_node(b, TRI_NODE_STRUCT_LITERAL, expr->base.pos, type);
	switch ((enum tri_type_kind)underlying->kind) {
	case TRI_TYPE_STRUCT:
		struct_elements(b, node, expr, underlying);
		break;
	case TRI_TYPE_ARRAY:
		node->op = TRI_NODE_ARRAY_LITERAL;
		indexed_elements(b, node, expr, underlying->as.array.element);
		break;
	case TRI_TYPE_SLICE:
		node->op = TRI_NODE_SLICE_LITERAL;
		node->index = indexed_elements(b, node, expr, underlying->as.slice.element);
		break;
	case TRI_TYPE_MAP:
		node->op = TRI_NODE_MAP_LITERAL;
		map_elements(b, node, expr, underlying);
		break;
	default:
		tri_ice("composite literal of type kind %u", underlying->kind);
	}
	if (!expr->elided_pointer)
		return node;
	struct tri_node *address = tri_ir_unary(b, TRI_NODE_ADDRESS_LITERAL, expr->base.pos, expr->base.type, node);
	address->implicit = true;
	return address;
}
