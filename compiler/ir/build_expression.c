// Expressions: names, operators, indexing, dereferences, literals of functions and constants.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

bool tri_ir_is_blank(const struct tri_expr *expr)
{
	expr = tri_expr_unparen(expr);
	return expr->kind == TRI_EXPR_NAME && strcmp(tri_as_name_expr(expr)->name->text, "_") == 0;
}

// ---- Names and constants -------------------------------------------------------------------------------

static struct tri_node *constant(struct function_builder *b, struct tri_expr *expr)
{
	struct tri_node *node = tri_ir_literal(b, expr->pos, expr->type, expr->constant);
	node->source = expr;
	return node;
}

static struct tri_node *object_value(struct function_builder *b, struct tri_object *object, struct tri_expr *expr)
{
	if (object->kind == TRI_OBJECT_FUNCTION && object->type->as.function.type_parameters.count > 0)
		return tri_ir_generic_function(b, expr);
	switch (object->kind) {
	case TRI_OBJECT_VARIABLE:
		if (object->is_package_level) {
			struct tri_node *node = tri_ir_node(b, TRI_NODE_GLOBAL, expr->pos, object->type);
			node->global = tri_ir_global_for(b->package, object);
			return node;
		}
		if (object->ir == NULL)
			tri_ice("variable %s used before it is declared", object->name->text);
		return tri_ir_local(b, tri_ir_view(b, object->ir, expr->pos), expr->pos);
	case TRI_OBJECT_FUNCTION: {
		struct tri_node *node = tri_ir_node(b, TRI_NODE_FUNCTION, expr->pos, object->type);
		node->function = tri_ir_function_for(b->package, object);
		return node;
	}
	case TRI_OBJECT_NIL:
		return tri_ir_literal(b, expr->pos, expr->type, NULL);
	default:
		tri_ice("object %s is no value", object->name->text);
	}
}

// ---- Operators -------------------------------------------------------------------------------------------

static bool is_comparison(enum tri_operator operator) { return operator>= TRI_OP_EQUAL && operator<= TRI_OP_GREATER_EQUAL; }

static bool is_nil(const struct tri_node *node) { return node->op == TRI_NODE_LITERAL && node->value == NULL; }

// nil takes the other operand's type, unless it was converted to one of another sort: error(nil) is no pointer.
static void take_type(struct tri_node *nil, struct tri_type *type)
{
	if (tri_type_is(nil->type, TRI_IS_UNTYPED) || tri_type_is_interface(nil->type) == tri_type_is_interface(type))
		nil->type = type;
}

struct tri_node *tri_ir_compare(struct function_builder *b, enum tri_operator operator, tri_pos pos, struct tri_type *type,
								struct tri_node *x, struct tri_node *y)
{
	if (is_nil(x) && !is_nil(y))
		take_type(x, y->type);
	else if (is_nil(y))
		take_type(y, x->type);
	bool x_interface = tri_type_is_interface(x->type), y_interface = tri_type_is_interface(y->type);
	if (x_interface != y_interface) {
		if (x_interface)
			y = tri_ir_convert_implicitly(b, y, x->type);
		else
			x = tri_ir_convert_implicitly(b, x, y->type);
	} else if (!tri_type_identical(x->type, y->type)) {
		// Channels of different direction, named and unnamed types; of two interfaces one has the other's methods.
		if (x_interface && !tri_type_implements(b->package->universe, y->type, x->type, NULL))
			x = tri_ir_convert_implicitly(b, x, y->type);
		else
			y = tri_ir_convert_implicitly(b, y, x->type);
	}
	struct tri_node *node = tri_ir_node(b, TRI_NODE_COMPARE, pos, type);
	node->operator=(uint8_t) operator;
	node->x = x;
	node->y = y;
	return node;
}

static void add_to_concatenation(struct function_builder *b, struct tri_node *node, struct tri_node *part)
{
	if (part->op != TRI_NODE_CONCATENATE) {
		tri_vector_push(b->arena, &node->list, part);
		return;
	}
	for (uint32_t i = 0; i < part->list.count; i++)
		tri_vector_push(b->arena, &node->list, part->list.items[i]);
}

static struct tri_node *with_operand_type(struct function_builder *b, struct tri_node *node, struct tri_type *type)
{
	return tri_type_is(node->type, TRI_IS_UNTYPED) ? tri_ir_convert_implicitly(b, node, type) : node;
}

// a + b + c has its operands on the left: the spine is walked in a loop, since programs contain long ones.
static struct tri_node *binary(struct function_builder *b, struct tri_binary_expr *outer)
{
	TRI_VECTOR(struct tri_binary_expr *) spine = {0};
	struct tri_expr *left = &outer->base;
	while (left->kind == TRI_EXPR_BINARY && left->mode != TRI_MODE_CONSTANT) {
		struct tri_binary_expr *expr = tri_as_binary_expr(left);
		tri_vector_push(b->arena, &spine, expr);
		left = expr->left;
	}
	struct tri_node *x = tri_ir_expression(b, left);
	while (spine.count > 0) {
		struct tri_binary_expr *expr = spine.items[--spine.count];
		tri_pos pos = expr->base.pos;
		enum tri_operator operator=(enum tri_operator) expr->operator;
		if (operator== TRI_OP_AND_AND || operator== TRI_OP_OR_OR) {
			struct tri_node *node = tri_ir_node(b, operator== TRI_OP_AND_AND ? TRI_NODE_AND_AND : TRI_NODE_OR_OR, pos, expr->base.type);
			// The right operand is evaluated on demand: its statements belong to it alone.
			tri_node_list *statements = b->statements, own = {0};
			b->statements = &own;
			struct tri_node *y = tri_ir_expression(b, expr->right);
			b->statements = statements;
			node->x = x;
			node->y = tri_ir_with_statements(b, &own, y);
			x = node;
			continue;
		}
		struct tri_node *y = tri_ir_expression(b, expr->right);
		if (is_comparison(operator)) {
			x = tri_ir_compare(b, operator, pos, expr->base.type, x, y);
		} else if (operator== TRI_OP_ADD && tri_type_is(expr->base.type, TRI_IS_STRING)) {
			struct tri_node *node = tri_ir_node(b, TRI_NODE_CONCATENATE, pos, expr->base.type);
			add_to_concatenation(b, node, x);
			add_to_concatenation(b, node, y);
			x = node;
		} else {
			struct tri_node *node = tri_ir_node(b, TRI_NODE_ARITHMETIC, pos, expr->base.type);
			node->operator= expr->operator;
			node->x = with_operand_type(b, x, expr->base.type);
			node->y = operator== TRI_OP_SHL || operator== TRI_OP_SHR ? with_operand_type(b, y, tri_ir_basic(b, TRI_BASIC_UINT))
																	 : with_operand_type(b, y, expr->base.type);
			x = node;
		}
		x->source = &expr->base;
	}
	return x;
}

static struct tri_node *address_of(struct function_builder *b, struct tri_unary_expr *expr)
{
	struct tri_expr *operand = (struct tri_expr *)(uintptr_t)tri_expr_unparen(expr->operand);
	if (operand->kind == TRI_EXPR_COMPOSITE)
		return tri_ir_unary(b, TRI_NODE_ADDRESS_LITERAL, expr->base.pos, expr->base.type, tri_ir_expression(b, operand));
	return tri_ir_unary(b, TRI_NODE_ADDRESS, expr->base.pos, expr->base.type, tri_ir_expression(b, operand));
}

static struct tri_node *unary(struct function_builder *b, struct tri_unary_expr *expr)
{
	tri_pos pos = expr->base.pos;
	struct tri_type *type = expr->base.type;
	switch ((enum tri_operator)expr->operator) {
	case TRI_OP_ADD:
		return tri_ir_expression(b, expr->operand);
	case TRI_OP_SUB:
		return tri_ir_unary(b, TRI_NODE_NEGATE, pos, type, tri_ir_expression(b, expr->operand));
	case TRI_OP_NOT:
		return tri_ir_unary(b, TRI_NODE_NOT, pos, type, tri_ir_expression(b, expr->operand));
	case TRI_OP_XOR:
		return tri_ir_unary(b, TRI_NODE_COMPLEMENT, pos, type, tri_ir_expression(b, expr->operand));
	case TRI_OP_MUL:
		return tri_ir_unary(b, TRI_NODE_DEREF, pos, type, tri_ir_expression(b, expr->operand));
	case TRI_OP_AND:
		return address_of(b, expr);
	case TRI_OP_RECEIVE:
		if (b->communication != &expr->base)
			return tri_ir_unary(b, TRI_NODE_RECEIVE, pos, type, tri_ir_expression(b, expr->operand));
		b->received = tri_ir_unary(b, TRI_NODE_RECEIVE, pos, type, tri_ir_own_expression(b, expr->operand));
		return b->received;
	default:
		tri_ice("unary operator %u", expr->operator);
	}
}

// ---- Parts of values ---------------------------------------------------------------------------------------

static struct tri_node *index_expression(struct function_builder *b, struct tri_index_expr *expr)
{
	struct tri_node *x = tri_ir_expression(b, expr->operand);
	struct tri_type *type = tri_type_underlying(x->type);
	struct tri_node *node = tri_ir_unary(b, TRI_NODE_INDEX, expr->base.pos, expr->base.type, x);
	if (type->kind == TRI_TYPE_MAP)
		node->y = tri_ir_expression_as(b, expr->index, type->as.map.key);
	else
		node->y = with_operand_type(b, tri_ir_expression(b, expr->index), tri_ir_basic(b, TRI_BASIC_INT));
	return node;
}

static struct tri_node *slice_bound(struct function_builder *b, struct tri_expr *expr)
{
	return expr == NULL ? NULL : with_operand_type(b, tri_ir_expression(b, expr), tri_ir_basic(b, TRI_BASIC_INT));
}

static struct tri_node *slice_expression(struct function_builder *b, struct tri_slice_expr *expr)
{
	struct tri_node *x = tri_ir_expression(b, expr->operand);
	if (tri_type_underlying(x->type)->kind == TRI_TYPE_ARRAY) {
		x = tri_ir_unary(b, TRI_NODE_ADDRESS, expr->base.pos, tri_type_pointer_to(b->package->universe, x->type), x);
		x->implicit = true;
	}
	struct tri_node *node = tri_ir_unary(b, TRI_NODE_SLICE, expr->base.pos, expr->base.type, x);
	node->y = slice_bound(b, expr->index[0]);
	node->z = slice_bound(b, expr->index[1]);
	if (expr->index[2] != NULL) {
		struct tri_node *most = slice_bound(b, expr->index[2]);
		tri_vector_push(b->arena, &node->list, most);
	}
	return node;
}

bool tri_ir_may_hold(struct function_builder *b, struct tri_type *interface, struct tri_type *type)
{
	return tri_type_is_interface(type) || tri_type_implements(b->package->universe, type, interface, NULL);
}

static struct tri_node *build(struct function_builder *b, struct tri_expr *expr)
{
	switch ((enum tri_expr_kind)expr->kind) {
	case TRI_EXPR_NAME: {
		struct tri_object *object = tri_as_name_expr(expr)->object;
		if (object == NULL)
			tri_ice("name %s without an object", tri_as_name_expr(expr)->name->text);
		return object_value(b, object, expr);
	}
	case TRI_EXPR_PAREN:
		return tri_ir_expression(b, tri_as_paren_expr(expr)->inner);
	case TRI_EXPR_COMPOSITE:
		return tri_ir_composite(b, tri_as_composite_expr(expr));
	case TRI_EXPR_FUNCTION_LITERAL:
		return tri_ir_function_literal(b, tri_as_function_expr(expr));
	case TRI_EXPR_SELECTOR: {
		struct tri_selector_expr *selector = tri_as_selector_expr(expr);
		if (selector->selection == NULL)
			return object_value(b, selector->selected->object, expr);
		return tri_ir_selector(b, selector);
	}
	case TRI_EXPR_INDEX:
		if (tri_as_index_expr(expr)->type_argument_count > 0)
			return tri_ir_generic_function(b, expr);
		return index_expression(b, tri_as_index_expr(expr));
	case TRI_EXPR_SLICE:
		return slice_expression(b, tri_as_slice_expr(expr));
	case TRI_EXPR_ASSERT: {
		struct tri_assert_expr *assertion = tri_as_assert_expr(expr);
		struct tri_node *x = tri_ir_expression(b, assertion->operand);
		if (!tri_ir_may_hold(b, x->type, expr->type)) // there is no itab to compare with, but a type always
			x = tri_ir_convert_implicitly(b, x, b->package->universe->any_type);
		return tri_ir_unary(b, TRI_NODE_TYPE_ASSERT, expr->pos, expr->type, x);
	}
	case TRI_EXPR_UNARY:
		return unary(b, tri_as_unary_expr(expr));
	case TRI_EXPR_BINARY:
		return binary(b, tri_as_binary_expr(expr));
	case TRI_EXPR_CALL:
		return tri_ir_call(b, tri_as_call_expr(expr));
	default:
		tri_ice("expression kind %u is no value", expr->kind);
	}
}

static struct tri_node *comma_ok(struct function_builder *b, struct tri_node *node)
{
	struct tri_node *value = node;
	while (value->op == TRI_NODE_STATEMENT_EXPR)
		value = value->x;
	struct tri_type *types[] = {node->type, tri_ir_basic(b, TRI_BASIC_BOOL)};
	value->comma_ok = true;
	node->type = value->type = tri_type_tuple_of(b->package->universe, types, 2);
	return node;
}

enum { LARGEST_VALUE = 1 << 30 }; // displacements within a value are 32-bit
#define LARGEST_LITERAL (INT64_C(1) << 34)

static void check_supported(struct function_builder *b, const struct tri_node *node)
{
	struct tri_type *type = node->type;
	if (type == NULL || type->kind == TRI_TYPE_TUPLE)
		return;
	tri_ir_request_methods(b->package, type);
	tri_type_layout(type);
	if (type->sized && (type->size < 0 || type->size > LARGEST_VALUE))
		tri_ir_unsupported(b->package, node->pos, "values of more than 1 GB are");
	if (node->op == TRI_NODE_SLICE_LITERAL) {
		struct tri_type *element = tri_type_underlying(type)->as.slice.element;
		tri_type_layout(element);
		if (element->size > 0 && node->index > LARGEST_LITERAL / element->size)
			tri_ir_unsupported(b->package, node->pos, "slice literals of more than 16 GB are");
	}
}

struct tri_node *tri_ir_expression(struct function_builder *b, struct tri_expr *expr)
{
	struct tri_node *node;
	if (expr->mode == TRI_MODE_CONSTANT && expr->constant != NULL)
		node = constant(b, expr);
	else if (expr->mode == TRI_MODE_NIL)
		node = tri_ir_literal(b, expr->pos, expr->type, NULL);
	else
		node = build(b, expr);
	if (node->source == NULL)
		node->source = expr;
	check_supported(b, node);
	if (expr->comma_ok && expr->kind != TRI_EXPR_PAREN)
		node = comma_ok(b, node);
	return node;
}

struct tri_node *tri_ir_expression_as(struct function_builder *b, struct tri_expr *expr, struct tri_type *type)
{
	return tri_ir_convert_implicitly(b, tri_ir_expression(b, expr), type);
}

struct tri_node *tri_ir_place(struct function_builder *b, struct tri_expr *expr)
{
	return tri_ir_is_blank(expr) ? NULL : tri_ir_expression(b, (struct tri_expr *)(uintptr_t)tri_expr_unparen(expr));
}

struct tri_node *tri_ir_with_statements(struct function_builder *b, tri_node_list *statements, struct tri_node *value)
{
	if (statements->count == 0)
		return value;
	struct tri_node *node = tri_ir_unary(b, TRI_NODE_STATEMENT_EXPR, value->pos, value->type, value);
	node->body = *statements;
	return node;
}

tri_node_list tri_ir_unpack(struct function_builder *b, struct tri_expr *expr)
{
	struct tri_node *value = tri_ir_expression(b, expr);
	tri_node_list values = {0};
	if (value->type == NULL || value->type->kind != TRI_TYPE_TUPLE) {
		tri_vector_push(b->arena, &values, value);
		return values;
	}
	struct tri_node *assign = tri_ir_unary(b, TRI_NODE_ASSIGN_TUPLE, expr->pos, NULL, value);
	assign->define = true;
	for (uint32_t i = 0; i < value->type->as.tuple.count; i++) {
		struct tri_ir_var *var = tri_ir_temporary(b, value->type->as.tuple.types[i], expr->pos);
		tri_ir_emit_declare(b, var, expr->pos);
		struct tri_node *place = tri_ir_local(b, var, expr->pos), *use = tri_ir_local(b, var, expr->pos);
		tri_vector_push(b->arena, &assign->list, place);
		tri_vector_push(b->arena, &values, use);
	}
	tri_ir_emit(b, assign);
	return values;
}
