// Assignments and variable declarations.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

// One place of an assignment: an expression, a variable that the statement declares, or blank.
struct target {
	struct tri_expr *expr;
	struct tri_object *declared; // or NULL
	struct tri_type *type;       // NULL: blank
};

static struct target target_of(struct tri_expr *expr, bool define)
{
	struct target target = {.expr = expr};
	if (tri_ir_is_blank(expr))
		return target;
	target.type = expr->type;
	if (expr->kind == TRI_EXPR_NAME) {
		struct tri_object *object = tri_as_name_expr(expr)->object;
		if (object->kind == TRI_OBJECT_VARIABLE)
			target.type = object->type;
		if (define && object->pos == expr->pos)
			target.declared = object;
	}
	return target;
}

static struct tri_node *place_of(struct function_builder *b, const struct target *target)
{
	if (target->type == NULL)
		return NULL;
	if (target->declared != NULL)
		return tri_ir_local(b, target->declared->ir, target->expr->pos);
	return tri_ir_place(b, target->expr);
}

static void declare_targets(struct function_builder *b, const struct target *targets, uint32_t count, tri_pos pos)
{
	for (uint32_t i = 0; i < count; i++) {
		if (targets[i].declared != NULL)
			tri_ir_emit_declare(b, tri_ir_declare_object(b, targets[i].declared), pos);
	}
}

static struct tri_node *value_for(struct function_builder *b, struct tri_expr *expr, struct tri_type *type)
{
	struct tri_node *value = tri_ir_expression(b, expr);
	if (type != NULL)
		return tri_ir_convert_implicitly(b, value, type);
	// Assigned to blank: an untyped value still needs a type.
	if (value->type != NULL && value->type->kind == TRI_TYPE_BASIC && value->type->as.basic.kind == TRI_BASIC_UNTYPED_BOOL)
		value->type = tri_ir_basic(b, TRI_BASIC_BOOL);
	return value;
}

static void assign_single(struct function_builder *b, const struct target *target, struct tri_expr *right, bool define, tri_pos pos)
{
	struct tri_node *assign = tri_ir_node(b, TRI_NODE_ASSIGN, pos, NULL);
	assign->define = define && target->declared != NULL;
	if (target->declared != NULL) {
		assign->y = value_for(b, right, target->type);
		declare_targets(b, target, 1, pos);
		assign->x = place_of(b, target);
	} else {
		assign->x = place_of(b, target);
		assign->y = value_for(b, right, target->type);
	}
	tri_ir_emit(b, assign);
}

static void assign_parallel(struct function_builder *b, const struct target *targets, uint32_t count, const tri_expr_list *right,
							bool define, tri_pos pos)
{
	struct tri_node *assign = tri_ir_node(b, TRI_NODE_ASSIGN_PARALLEL, pos, NULL);
	assign->define = define;
	for (uint32_t i = 0; i < count; i++) {
		// Declared variables come into being with the statement; places are built first, as they are evaluated first.
		struct tri_node *place = targets[i].declared == NULL ? place_of(b, &targets[i]) : NULL;
		tri_vector_push(b->arena, &assign->list, place);
	}
	for (uint32_t i = 0; i < count; i++) {
		struct tri_node *value = value_for(b, right->items[i], targets[i].type);
		tri_vector_push(b->arena, &assign->other, value);
	}
	declare_targets(b, targets, count, pos);
	for (uint32_t i = 0; i < count; i++) {
		if (targets[i].declared != NULL)
			assign->list.items[i] = place_of(b, &targets[i]);
	}
	tri_ir_emit(b, assign);
}

// The tuple's values go straight into the places where no conversion is needed, else through temporaries.
static void assign_tuple(struct function_builder *b, const struct target *targets, uint32_t count, struct tri_expr *right, bool define,
						 tri_pos pos)
{
	struct tri_node *assign = tri_ir_node(b, TRI_NODE_ASSIGN_TUPLE, pos, NULL);
	assign->define = define;
	for (uint32_t i = 0; i < count; i++) {
		struct tri_node *place = targets[i].declared == NULL ? place_of(b, &targets[i]) : NULL;
		tri_vector_push(b->arena, &assign->list, place);
	}
	assign->x = tri_ir_expression(b, right);
	struct tri_type *tuple = assign->x->type;
	tri_assert(tuple != NULL && tuple->kind == TRI_TYPE_TUPLE && tuple->as.tuple.count == count);
	declare_targets(b, targets, count, pos);
	struct tri_ir_var **converted = TRI_NEW_ARRAY(b->arena, struct tri_ir_var *, count);
	bool any_converted = false;
	for (uint32_t i = 0; i < count; i++) {
		if (targets[i].declared != NULL)
			assign->list.items[i] = place_of(b, &targets[i]);
		if (targets[i].type == NULL || tri_type_identical(tuple->as.tuple.types[i], targets[i].type)) {
			b->spared++;
			continue;
		}
		any_converted = true;
		converted[i] = tri_ir_temporary(b, tuple->as.tuple.types[i], pos);
		tri_ir_emit_declare(b, converted[i], pos);
	}
	if (!any_converted) {
		tri_ir_emit(b, assign);
		return;
	}
	struct tri_node **places = TRI_NEW_ARRAY(b->arena, struct tri_node *, count);
	for (uint32_t i = 0; i < count; i++) {
		places[i] = assign->list.items[i];
		if (converted[i] != NULL)
			assign->list.items[i] = tri_ir_local(b, converted[i], pos);
	}
	tri_ir_emit(b, assign);
	for (uint32_t i = 0; i < count; i++) {
		if (converted[i] == NULL)
			continue;
		struct tri_node *single = tri_ir_node(b, TRI_NODE_ASSIGN, pos, NULL);
		single->x = places[i];
		single->y = tri_ir_convert_implicitly(b, tri_ir_local(b, converted[i], pos), targets[i].type);
		tri_ir_emit(b, single);
	}
}

void tri_ir_assign_list(struct function_builder *b, struct tri_expr *const *left, uint32_t count, struct tri_expr *right, bool define,
						tri_pos pos)
{
	struct target *targets = TRI_NEW_ARRAY(b->arena, struct target, count);
	for (uint32_t i = 0; i < count; i++)
		targets[i] = target_of(left[i], define);
	if (right->kind == TRI_EXPR_LIST)
		assign_parallel(b, targets, count, &tri_as_list_expr(right)->elements, define, pos);
	else if (count > 1)
		assign_tuple(b, targets, count, right, define, pos);
	else
		assign_single(b, targets, right, define, pos);
}

static void assign_operation(struct function_builder *b, struct tri_assign_stmt *stmt)
{
	struct tri_node *node = tri_ir_node(b, TRI_NODE_ASSIGN_OP, stmt->base.pos, NULL);
	node->operator= stmt->operator;
	node->x = tri_ir_place(b, stmt->left);
	bool shift = stmt->operator== TRI_OP_SHL || stmt->operator== TRI_OP_SHR;
	if (stmt->right == NULL) {
		node->y = tri_ir_integer(b, stmt->base.pos, node->x->type, 1);
		if (tri_type_is(node->x->type, TRI_IS_FLOAT | TRI_IS_COMPLEX))
			node->y->value = tri_constant_double(b->package->arena, 1);
		node->implicit = true;
	} else {
		node->y = tri_ir_expression(b, stmt->right);
		if (!shift)
			node->y = tri_ir_convert_implicitly(b, node->y, node->x->type);
		else if (tri_type_is(node->y->type, TRI_IS_UNTYPED))
			node->y = tri_ir_convert_implicitly(b, node->y, tri_ir_basic(b, TRI_BASIC_UINT));
	}
	tri_ir_emit(b, node);
}

void tri_ir_assign(struct function_builder *b, struct tri_assign_stmt *stmt)
{
	if (stmt->operator!= TRI_OP_NONE || stmt->increment) {
		assign_operation(b, stmt);
	} else if (stmt->left->kind == TRI_EXPR_LIST) {
		const tri_expr_list *left = &tri_as_list_expr(stmt->left)->elements;
		tri_ir_assign_list(b, left->items, left->count, stmt->right, stmt->define, stmt->base.pos);
	} else {
		tri_ir_assign_list(b, &stmt->left, 1, stmt->right, stmt->define, stmt->base.pos);
	}
}

void tri_ir_variable_declaration(struct function_builder *b, struct tri_var_decl *decl)
{
	uint32_t count = decl->names.count;
	if (decl->values != NULL) {
		struct tri_expr **left = TRI_NEW_ARRAY(b->arena, struct tri_expr *, count);
		for (uint32_t i = 0; i < count; i++) {
			left[i] = &decl->names.items[i]->base;
			struct tri_object *object = decl->names.items[i]->object;
			if (object != NULL)
				left[i]->type = object->type;
		}
		tri_ir_assign_list(b, left, count, decl->values, true, decl->base.pos);
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (tri_ir_is_blank(&decl->names.items[i]->base))
			continue;
		struct tri_object *object = decl->names.items[i]->object;
		tri_ir_emit_declare(b, tri_ir_declare_object(b, object), object->pos);
	}
}
