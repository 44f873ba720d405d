// Where expressions begin and end.
#include "compiler/syntax/syntax.h"

tri_pos tri_expr_start(const struct tri_expr *expr)
{
	for (;;) {
		const struct tri_expr *first = NULL; // what stands further to the left
		switch (expr->kind) {
		case TRI_EXPR_COMPOSITE:
			first = tri_as_composite_expr(expr)->type_expr;
			break;
		case TRI_EXPR_KEY_VALUE:
			first = tri_as_key_value_expr(expr)->key;
			break;
		case TRI_EXPR_SELECTOR:
			first = tri_as_selector_expr(expr)->operand;
			break;
		case TRI_EXPR_INDEX:
			first = tri_as_index_expr(expr)->operand;
			break;
		case TRI_EXPR_ASSERT:
			first = tri_as_assert_expr(expr)->operand;
			break;
		case TRI_EXPR_TYPE_SWITCH_GUARD: {
			const struct tri_type_switch_guard *guard = tri_as_type_switch_guard(expr);
			first = guard->name != NULL ? &guard->name->base : guard->operand;
			break;
		}
		case TRI_EXPR_BINARY:
			first = tri_as_binary_expr(expr)->left;
			break;
		case TRI_EXPR_CALL:
			first = tri_as_call_expr(expr)->function;
			break;
		case TRI_EXPR_LIST:
			if (tri_as_list_expr(expr)->elements.count > 0)
				first = tri_as_list_expr(expr)->elements.items[0];
			break;
		default:
			break;
		}
		if (first == NULL)
			return expr->pos;
		expr = first;
	}
}

static const struct tri_expr *last_field_type(const tri_field_list *fields)
{
	return fields->count == 0 ? NULL : fields->items[fields->count - 1]->type_expr;
}

static const struct tri_expr *last_expr(const tri_expr_list *list) { return list->count == 0 ? NULL : list->items[list->count - 1]; }

tri_pos tri_expr_end(const struct tri_expr *expr)
{
	for (;;) {
		const struct tri_expr *last = NULL; // what stands further to the right
		switch (expr->kind) {
		case TRI_EXPR_NAME:
			return expr->pos + tri_as_name_expr(expr)->name->length;
		case TRI_EXPR_LITERAL:
			return expr->pos + tri_as_literal_expr(expr)->length;
		case TRI_EXPR_COMPOSITE:
			return tri_as_composite_expr(expr)->rbrace;
		case TRI_EXPR_FUNCTION_LITERAL:
			return tri_as_function_expr(expr)->body->rbrace;
		case TRI_EXPR_KEY_VALUE:
			last = tri_as_key_value_expr(expr)->value;
			break;
		case TRI_EXPR_PAREN:
			last = tri_as_paren_expr(expr)->inner;
			break;
		case TRI_EXPR_SELECTOR:
			last = &tri_as_selector_expr(expr)->selected->base;
			break;
		case TRI_EXPR_INDEX:
			last = tri_as_index_expr(expr)->index;
			break;
		case TRI_EXPR_SLICE: {
			const struct tri_slice_expr *slice = tri_as_slice_expr(expr);
			last = slice->operand;
			for (int i = 0; i < 3; i++)
				if (slice->index[i] != NULL)
					last = slice->index[i];
			break;
		}
		case TRI_EXPR_ASSERT:
			last = tri_as_assert_expr(expr)->type_expr;
			break;
		case TRI_EXPR_TYPE_SWITCH_GUARD:
			last = tri_as_type_switch_guard(expr)->operand;
			break;
		case TRI_EXPR_UNARY:
			last = tri_as_unary_expr(expr)->operand;
			break;
		case TRI_EXPR_BINARY:
			last = tri_as_binary_expr(expr)->right;
			break;
		case TRI_EXPR_CALL:
			last = last_expr(&tri_as_call_expr(expr)->arguments);
			if (last == NULL)
				last = tri_as_call_expr(expr)->function;
			break;
		case TRI_EXPR_LIST:
			last = last_expr(&tri_as_list_expr(expr)->elements);
			break;
		case TRI_EXPR_ARRAY_TYPE:
			last = tri_as_array_type(expr)->element;
			break;
		case TRI_EXPR_SLICE_TYPE:
			last = tri_as_slice_type(expr)->element;
			break;
		case TRI_EXPR_DOTS_TYPE:
			last = tri_as_dots_type(expr)->element;
			break;
		case TRI_EXPR_STRUCT_TYPE:
			last = last_field_type(&tri_as_struct_type(expr)->fields);
			break;
		case TRI_EXPR_INTERFACE_TYPE:
			last = last_field_type(&tri_as_interface_type(expr)->methods);
			break;
		case TRI_EXPR_FUNCTION_TYPE:
			last = last_field_type(&tri_as_function_type(expr)->results);
			if (last == NULL)
				last = last_field_type(&tri_as_function_type(expr)->parameters);
			break;
		case TRI_EXPR_MAP_TYPE:
			last = tri_as_map_type(expr)->element;
			break;
		case TRI_EXPR_CHAN_TYPE:
			last = tri_as_chan_type(expr)->element;
			break;
		default:
			break;
		}
		if (last == NULL)
			return expr->pos;
		expr = last;
	}
}

const struct tri_expr *tri_expr_unparen(const struct tri_expr *expr)
{
	while (expr->kind == TRI_EXPR_PAREN)
		expr = tri_as_paren_expr(expr)->inner;
	return expr;
}
