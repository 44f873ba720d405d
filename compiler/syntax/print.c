// Expressions as error messages quote them: on one line, bodies of functions and elements of
// composite literals as "…". Spacing is that of Go's compiler, not that of gofmt.
#define TRI_SYNTAX_INTERNAL
#include "compiler/syntax/parser.h"

// No message is read to the end of an expression nested deeper than this.
enum { DEEPEST_PRINTED = 500 };

struct printer {
	struct tri_buffer *out;
	int depth;
};

static void put(struct printer *printer, const char *text) { tri_buffer_append_c(printer->out, text); }

static void put_name(struct printer *printer, const struct tri_name_expr *name)
{
	tri_buffer_append(printer->out, name->name->text, name->name->length);
}

static void put_expr(struct printer *printer, const struct tri_expr *expr);

static void put_list(struct printer *printer, const tri_expr_list *list)
{
	for (uint32_t i = 0; i < list->count; i++) {
		put(printer, i > 0 ? ", " : "");
		put_expr(printer, list->items[i]);
	}
}

// Neighbours that were declared together share their type expression.
static bool shares_type(const tri_field_list *fields, uint32_t i)
{
	return i + 1 < fields->count && fields->items[i]->name != NULL && fields->items[i + 1]->name != NULL &&
		   fields->items[i]->type_expr == fields->items[i + 1]->type_expr;
}

static void put_parameters(struct printer *printer, const tri_field_list *fields)
{
	put(printer, "(");
	for (uint32_t i = 0; i < fields->count; i++) {
		const struct tri_field *field = fields->items[i];
		put(printer, i > 0 ? ", " : "");
		if (field->name != NULL)
			put_name(printer, field->name);
		if (shares_type(fields, i))
			continue;
		put(printer, field->name != NULL ? " " : "");
		put_expr(printer, field->type_expr);
	}
	put(printer, ")");
}

static void put_signature(struct printer *printer, const struct tri_function_type *type)
{
	put_parameters(printer, &type->parameters);
	if (type->results.count == 0)
		return;
	put(printer, " ");
	if (type->results.count == 1 && type->results.items[0]->name == NULL)
		put_expr(printer, type->results.items[0]->type_expr);
	else
		put_parameters(printer, &type->results);
}

static void put_struct(struct printer *printer, const struct tri_struct_type *type)
{
	put(printer, "struct{");
	for (uint32_t i = 0; i < type->fields.count; i++) {
		const struct tri_field *field = type->fields.items[i];
		if (field->name != NULL)
			put_name(printer, field->name);
		if (shares_type(&type->fields, i)) {
			put(printer, ", ");
			continue;
		}
		put(printer, field->name != NULL ? " " : "");
		put_expr(printer, field->type_expr);
		if (field->tag != NULL) {
			put(printer, " ");
			put_expr(printer, &field->tag->base);
		}
		put(printer, i + 1 < type->fields.count ? "; " : "");
	}
	put(printer, "}");
}

static void put_interface(struct printer *printer, const struct tri_interface_type *type)
{
	put(printer, "interface{");
	for (uint32_t i = 0; i < type->methods.count; i++) {
		const struct tri_field *method = type->methods.items[i];
		put(printer, i > 0 ? "; " : "");
		if (method->name != NULL) {
			put_name(printer, method->name);
			put_signature(printer, tri_as_function_type(method->type_expr));
		} else {
			put_expr(printer, method->type_expr);
		}
	}
	put(printer, "}");
}

static void put_channel(struct printer *printer, const struct tri_chan_type *type)
{
	if (type->direction == TRI_CHAN_RECEIVE_ONLY)
		put(printer, "<-");
	put(printer, type->direction == TRI_CHAN_SEND_ONLY ? "chan<- " : "chan ");
	// chan (<-chan T) is not the same as chan<- chan T.
	bool paren = type->direction == TRI_CHAN_BOTH && type->element->kind == TRI_EXPR_CHAN_TYPE &&
				 tri_as_chan_type(type->element)->direction == TRI_CHAN_RECEIVE_ONLY;
	put(printer, paren ? "(" : "");
	put_expr(printer, type->element);
	put(printer, paren ? ")" : "");
}

static void put_slice_expr(struct printer *printer, const struct tri_slice_expr *slice)
{
	put_expr(printer, slice->operand);
	put(printer, "[");
	for (int i = 0; i < 3; i++) {
		if (i == 1 || (i == 2 && slice->index[2] != NULL))
			put(printer, ":");
		if (slice->index[i] != NULL)
			put_expr(printer, slice->index[i]);
	}
	put(printer, "]");
}

// A chain of operators is as deep as it is long, so its left sides are not left to recursion.
static void put_binary(struct printer *printer, const struct tri_binary_expr *last)
{
	struct tri_buffer chain = {0}; // of pointers to the operations, from the last to the first
	for (const struct tri_binary_expr *binary = last;; binary = tri_as_binary_expr(binary->left)) {
		tri_buffer_append(&chain, &binary, sizeof(const struct tri_binary_expr *));
		if (binary->left->kind != TRI_EXPR_BINARY) {
			put_expr(printer, binary->left);
			break;
		}
	}
	while (chain.length > 0) {
		const struct tri_binary_expr *binary;
		chain.length -= sizeof binary;
		memcpy(&binary, chain.data + chain.length, sizeof binary);
		tri_buffer_printf(printer->out, " %s ", tri_operator_text((enum tri_operator)binary->operator));
		put_expr(printer, binary->right);
	}
	tri_buffer_free(&chain);
}

static void put_any(struct printer *printer, const struct tri_expr *expr)
{
	switch ((enum tri_expr_kind)expr->kind) {
	case TRI_EXPR_BAD_EXPR:
		put(printer, "<bad expr>");
		break;
	case TRI_EXPR_NAME:
		put_name(printer, tri_as_name_expr(expr));
		break;
	case TRI_EXPR_LITERAL:
		tri_buffer_append(printer->out, tri_as_literal_expr(expr)->text, tri_as_literal_expr(expr)->length);
		break;
	case TRI_EXPR_COMPOSITE:
		if (tri_as_composite_expr(expr)->type_expr != NULL)
			put_expr(printer, tri_as_composite_expr(expr)->type_expr);
		put(printer, tri_as_composite_expr(expr)->elements.count > 0 ? "{…}" : "{}");
		break;
	case TRI_EXPR_KEY_VALUE:
		put_expr(printer, tri_as_key_value_expr(expr)->key);
		put(printer, ": ");
		put_expr(printer, tri_as_key_value_expr(expr)->value);
		break;
	case TRI_EXPR_FUNCTION_LITERAL:
		put_expr(printer, &tri_as_function_expr(expr)->signature->base);
		put(printer, tri_as_function_expr(expr)->body->list.count > 0 ? " {…}" : " {}");
		break;
	case TRI_EXPR_PAREN:
		put(printer, "(");
		put_expr(printer, tri_as_paren_expr(expr)->inner);
		put(printer, ")");
		break;
	case TRI_EXPR_SELECTOR:
		put_expr(printer, tri_as_selector_expr(expr)->operand);
		put(printer, ".");
		put_name(printer, tri_as_selector_expr(expr)->selected);
		break;
	case TRI_EXPR_INDEX:
		put_expr(printer, tri_as_index_expr(expr)->operand);
		put(printer, "[");
		put_expr(printer, tri_as_index_expr(expr)->index);
		put(printer, "]");
		break;
	case TRI_EXPR_SLICE:
		put_slice_expr(printer, tri_as_slice_expr(expr));
		break;
	case TRI_EXPR_ASSERT:
		put_expr(printer, tri_as_assert_expr(expr)->operand);
		put(printer, ".(");
		put_expr(printer, tri_as_assert_expr(expr)->type_expr);
		put(printer, ")");
		break;
	case TRI_EXPR_TYPE_SWITCH_GUARD:
		if (tri_as_type_switch_guard(expr)->name != NULL) {
			put_name(printer, tri_as_type_switch_guard(expr)->name);
			put(printer, " := ");
		}
		put_expr(printer, tri_as_type_switch_guard(expr)->operand);
		put(printer, ".(type)");
		break;
	case TRI_EXPR_UNARY:
		put(printer, tri_operator_text((enum tri_operator)tri_as_unary_expr(expr)->operator));
		put_expr(printer, tri_as_unary_expr(expr)->operand);
		break;
	case TRI_EXPR_BINARY:
		put_binary(printer, tri_as_binary_expr(expr));
		break;
	case TRI_EXPR_CALL:
		put_expr(printer, tri_as_call_expr(expr)->function);
		put(printer, "(");
		put_list(printer, &tri_as_call_expr(expr)->arguments);
		put(printer, tri_as_call_expr(expr)->has_dots ? "...)" : ")");
		break;
	case TRI_EXPR_LIST:
		put_list(printer, &tri_as_list_expr(expr)->elements);
		break;
	case TRI_EXPR_ARRAY_TYPE:
		put(printer, "[");
		if (tri_as_array_type(expr)->length != NULL)
			put_expr(printer, tri_as_array_type(expr)->length);
		else
			put(printer, "...");
		put(printer, "]");
		put_expr(printer, tri_as_array_type(expr)->element);
		break;
	case TRI_EXPR_SLICE_TYPE:
		put(printer, "[]");
		put_expr(printer, tri_as_slice_type(expr)->element);
		break;
	case TRI_EXPR_DOTS_TYPE:
		put(printer, "...");
		put_expr(printer, tri_as_dots_type(expr)->element);
		break;
	case TRI_EXPR_STRUCT_TYPE:
		put_struct(printer, tri_as_struct_type(expr));
		break;
	case TRI_EXPR_INTERFACE_TYPE:
		put_interface(printer, tri_as_interface_type(expr));
		break;
	case TRI_EXPR_FUNCTION_TYPE:
		put(printer, "func");
		put_signature(printer, tri_as_function_type(expr));
		break;
	case TRI_EXPR_MAP_TYPE:
		put(printer, "map[");
		put_expr(printer, tri_as_map_type(expr)->key);
		put(printer, "]");
		put_expr(printer, tri_as_map_type(expr)->element);
		break;
	case TRI_EXPR_CHAN_TYPE:
		put_channel(printer, tri_as_chan_type(expr));
		break;
	}
}

static void put_expr(struct printer *printer, const struct tri_expr *expr)
{
	if (printer->depth >= DEEPEST_PRINTED) {
		put(printer, "…");
		return;
	}
	printer->depth++;
	put_any(printer, expr);
	printer->depth--;
}

void tri_expr_print(const struct tri_expr *expr, struct tri_buffer *out)
{
	struct printer printer = {.out = out};
	put_expr(&printer, expr);
}

void tri_parser_print_stmt(const struct tri_stmt *stmt, struct tri_buffer *out)
{
	struct printer printer = {.out = out};
	switch (stmt->kind) {
	case TRI_STMT_EXPR:
		put_expr(&printer, tri_as_expr_stmt(stmt)->expr);
		break;
	case TRI_STMT_SEND:
		put_expr(&printer, tri_as_send_stmt(stmt)->channel);
		put(&printer, " <- ");
		put_expr(&printer, tri_as_send_stmt(stmt)->value);
		break;
	case TRI_STMT_ASSIGN: {
		const struct tri_assign_stmt *assign = tri_as_assign_stmt(stmt);
		const char *operator= tri_operator_text((enum tri_operator)assign->operator);
		put_expr(&printer, assign->left);
		if (assign->increment) {
			tri_buffer_printf(out, "%s%s", operator, operator);
		} else {
			tri_buffer_printf(out, " %s= ", assign->define ? ":" : operator);
			put_expr(&printer, assign->right);
		}
		break;
	}
	default:
		tri_ice("statement of kind %d is not a simple one", stmt->kind);
	}
}
