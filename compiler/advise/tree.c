// The syntax tree of a file as a list of nodes that know their parents and where they begin and end in the text.
#define TRI_ADVISE_INTERNAL
#include "compiler/advise/internal.h"

struct builder {
	struct adviser *a;
	struct advise_node *parent;
};

static void add_expr(struct builder *b, const struct tri_expr *expr);
static void add_stmt(struct builder *b, const struct tri_stmt *stmt);
static void add_decl(struct builder *b, const struct tri_decl *decl);

static struct advise_node *open_node(struct builder *b, enum advise_what what, uint8_t kind, tri_pos pos)
{
	struct advise_node *node = TRI_NEW(b->a->arena, struct advise_node);
	*node = (struct advise_node){.what = (uint8_t)what, .kind = kind, .parent = b->parent, .start = pos, .end = pos};
	node->index = b->a->nodes.count;
	tri_vector_push(b->a->arena, &b->a->nodes, node);
	b->parent = node;
	return node;
}

static void close_node(struct builder *b, struct advise_node *node)
{
	node->behind = b->a->nodes.count;
	b->parent = node->parent;
	if (node->parent == NULL)
		return;
	if (node->start < node->parent->start)
		node->parent->start = node->start;
	if (node->end > node->parent->end)
		node->parent->end = node->end;
}

// Behind the first `wanted` at or after the position, comments apart.
static tri_pos behind(const struct adviser *a, tri_pos pos, char wanted)
{
	const char *text = a->source->text;
	for (uint32_t at = tri_advise_offset(a, pos); at < a->source->length; at++) {
		if (text[at] == wanted)
			return a->source->base + at + 2;
		const char *end = NULL;
		if (text[at] == '/' && text[at + 1] == '/')
			end = strchr(text + at, '\n');
		else if (text[at] == '/' && text[at + 1] == '*')
			end = strstr(text + at + 2, "*/");
		if (end != NULL)
			at = (uint32_t)(end - text);
	}
	return pos;
}

static void add_list(struct builder *b, const tri_expr_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		add_expr(b, list->items[i]);
}

// Names that share a type share its expression.
static void add_fields(struct builder *b, const tri_field_list *fields)
{
	for (uint32_t i = 0; i < fields->count; i++) {
		const struct tri_field *field = fields->items[i];
		if (field->name != NULL)
			add_expr(b, &field->name->base);
		if (i + 1 == fields->count || fields->items[i + 1]->type_expr != field->type_expr)
			add_expr(b, field->type_expr);
	}
}

static void add_statements(struct builder *b, const tri_stmt_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		add_stmt(b, list->items[i]);
}

static void add_expr(struct builder *b, const struct tri_expr *expr)
{
	if (expr == NULL)
		return;
	struct advise_node *node = open_node(b, ADVISE_EXPR, expr->kind, expr->pos);
	node->expr = expr;
	switch ((enum tri_expr_kind)expr->kind) {
	case TRI_EXPR_BAD_EXPR:
		break;
	case TRI_EXPR_NAME:
		node->end = expr->pos + tri_as_name_expr(expr)->name->length;
		break;
	case TRI_EXPR_LITERAL:
		node->end = expr->pos + tri_as_literal_expr(expr)->length;
		break;
	case TRI_EXPR_COMPOSITE:
		add_expr(b, tri_as_composite_expr(expr)->type_expr);
		add_list(b, &tri_as_composite_expr(expr)->elements);
		node->end = tri_as_composite_expr(expr)->rbrace + 1;
		break;
	case TRI_EXPR_KEY_VALUE:
		add_expr(b, tri_as_key_value_expr(expr)->key);
		add_expr(b, tri_as_key_value_expr(expr)->value);
		break;
	case TRI_EXPR_FUNCTION_LITERAL:
		add_expr(b, &tri_as_function_expr(expr)->signature->base);
		add_stmt(b, &tri_as_function_expr(expr)->body->base);
		node->end = tri_as_function_expr(expr)->body->rbrace + 1;
		break;
	case TRI_EXPR_PAREN:
		add_expr(b, tri_as_paren_expr(expr)->inner);
		node->end = behind(b->a, node->end, ')');
		break;
	case TRI_EXPR_SELECTOR:
		add_expr(b, tri_as_selector_expr(expr)->operand);
		add_expr(b, &tri_as_selector_expr(expr)->selected->base);
		break;
	case TRI_EXPR_INDEX:
		add_expr(b, tri_as_index_expr(expr)->operand);
		add_expr(b, tri_as_index_expr(expr)->index);
		node->end = behind(b->a, node->end, ']');
		break;
	case TRI_EXPR_SLICE:
		add_expr(b, tri_as_slice_expr(expr)->operand);
		for (int i = 0; i < 3; i++)
			add_expr(b, tri_as_slice_expr(expr)->index[i]);
		node->end = behind(b->a, node->end, ']');
		break;
	case TRI_EXPR_ASSERT:
		add_expr(b, tri_as_assert_expr(expr)->operand);
		add_expr(b, tri_as_assert_expr(expr)->type_expr);
		node->end = behind(b->a, node->end, ')');
		break;
	case TRI_EXPR_TYPE_SWITCH_GUARD:
		if (tri_as_type_switch_guard(expr)->name != NULL)
			add_expr(b, &tri_as_type_switch_guard(expr)->name->base);
		add_expr(b, tri_as_type_switch_guard(expr)->operand);
		node->end = behind(b->a, node->end, ')');
		break;
	case TRI_EXPR_UNARY:
		add_expr(b, tri_as_unary_expr(expr)->operand);
		break;
	case TRI_EXPR_BINARY:
		add_expr(b, tri_as_binary_expr(expr)->left);
		add_expr(b, tri_as_binary_expr(expr)->right);
		break;
	case TRI_EXPR_CALL:
		add_expr(b, tri_as_call_expr(expr)->function);
		add_list(b, &tri_as_call_expr(expr)->arguments);
		node->end = behind(b->a, node->end, ')');
		break;
	case TRI_EXPR_LIST:
		add_list(b, &tri_as_list_expr(expr)->elements);
		break;
	case TRI_EXPR_ARRAY_TYPE:
		add_expr(b, tri_as_array_type(expr)->length);
		add_expr(b, tri_as_array_type(expr)->element);
		break;
	case TRI_EXPR_SLICE_TYPE:
		add_expr(b, tri_as_slice_type(expr)->element);
		break;
	case TRI_EXPR_DOTS_TYPE:
		add_expr(b, tri_as_dots_type(expr)->element);
		break;
	case TRI_EXPR_STRUCT_TYPE:
		add_fields(b, &tri_as_struct_type(expr)->fields);
		node->end = behind(b->a, node->end, '}');
		break;
	case TRI_EXPR_INTERFACE_TYPE:
		add_fields(b, &tri_as_interface_type(expr)->methods);
		node->end = behind(b->a, node->end, '}');
		break;
	case TRI_EXPR_FUNCTION_TYPE:
		add_fields(b, &tri_as_function_type(expr)->parameters);
		add_fields(b, &tri_as_function_type(expr)->results);
		break;
	case TRI_EXPR_MAP_TYPE:
		add_expr(b, tri_as_map_type(expr)->key);
		add_expr(b, tri_as_map_type(expr)->element);
		break;
	case TRI_EXPR_CHAN_TYPE:
		add_expr(b, tri_as_chan_type(expr)->element);
		break;
	}
	close_node(b, node);
}

static void add_clause(struct builder *b, tri_pos pos, const struct tri_expr *cases, const struct tri_stmt *comm, const tri_stmt_list *body)
{
	struct advise_node *node = open_node(b, ADVISE_CLAUSE, 0, pos);
	add_expr(b, cases);
	add_stmt(b, comm);
	add_statements(b, body);
	close_node(b, node);
}

static void add_stmt(struct builder *b, const struct tri_stmt *stmt)
{
	if (stmt == NULL)
		return;
	struct advise_node *node = open_node(b, ADVISE_STMT, stmt->kind, stmt->pos);
	node->stmt = stmt;
	switch ((enum tri_stmt_kind)stmt->kind) {
	case TRI_STMT_EMPTY:
	case TRI_STMT_BRANCH:
		break;
	case TRI_STMT_LABELED:
		add_expr(b, &tri_as_labeled_stmt(stmt)->label->base);
		add_stmt(b, tri_as_labeled_stmt(stmt)->body);
		break;
	case TRI_STMT_BLOCK:
		add_statements(b, &tri_as_block_stmt(stmt)->list);
		node->end = tri_as_block_stmt(stmt)->rbrace + 1;
		break;
	case TRI_STMT_EXPR:
		add_expr(b, tri_as_expr_stmt(stmt)->expr);
		break;
	case TRI_STMT_SEND:
		add_expr(b, tri_as_send_stmt(stmt)->channel);
		add_expr(b, tri_as_send_stmt(stmt)->value);
		break;
	case TRI_STMT_DECL:
		for (uint32_t i = 0; i < tri_as_decl_stmt(stmt)->decls.count; i++)
			add_decl(b, tri_as_decl_stmt(stmt)->decls.items[i]);
		break;
	case TRI_STMT_ASSIGN:
		add_expr(b, tri_as_assign_stmt(stmt)->left);
		add_expr(b, tri_as_assign_stmt(stmt)->right);
		break;
	case TRI_STMT_CALL:
		add_expr(b, tri_as_call_stmt(stmt)->call);
		break;
	case TRI_STMT_RETURN:
		add_expr(b, tri_as_return_stmt(stmt)->results);
		break;
	case TRI_STMT_IF:
		add_stmt(b, tri_as_if_stmt(stmt)->init);
		add_expr(b, tri_as_if_stmt(stmt)->condition);
		add_stmt(b, &tri_as_if_stmt(stmt)->then_block->base);
		add_stmt(b, tri_as_if_stmt(stmt)->else_stmt);
		break;
	case TRI_STMT_FOR:
		add_stmt(b, tri_as_for_stmt(stmt)->init);
		add_expr(b, tri_as_for_stmt(stmt)->condition);
		add_stmt(b, tri_as_for_stmt(stmt)->post);
		add_stmt(b, &tri_as_for_stmt(stmt)->body->base);
		break;
	case TRI_STMT_SWITCH: {
		const struct tri_switch_stmt *choice = tri_as_switch_stmt(stmt);
		add_stmt(b, choice->init);
		add_expr(b, choice->tag);
		for (uint32_t i = 0; i < choice->clauses.count; i++)
			add_clause(b, choice->clauses.items[i]->pos, choice->clauses.items[i]->cases, NULL, &choice->clauses.items[i]->body);
		node->end = choice->rbrace + 1;
		break;
	}
	case TRI_STMT_SELECT: {
		const struct tri_select_stmt *choice = tri_as_select_stmt(stmt);
		for (uint32_t i = 0; i < choice->clauses.count; i++)
			add_clause(b, choice->clauses.items[i]->pos, NULL, choice->clauses.items[i]->comm, &choice->clauses.items[i]->body);
		node->end = choice->rbrace + 1;
		break;
	}
	case TRI_STMT_RANGE:
		add_expr(b, tri_as_range_clause(stmt)->left);
		add_expr(b, tri_as_range_clause(stmt)->operand);
		break;
	}
	close_node(b, node);
}

static void add_decl(struct builder *b, const struct tri_decl *decl)
{
	struct advise_node *node = open_node(b, ADVISE_DECL, decl->kind, decl->pos);
	node->decl = decl;
	switch ((enum tri_decl_kind)decl->kind) {
	case TRI_DECL_IMPORT:
		break;
	case TRI_DECL_CONST:
		add_expr(b, tri_as_const_decl(decl)->type_expr);
		add_expr(b, tri_as_const_decl(decl)->values);
		break;
	case TRI_DECL_TYPE:
		add_fields(b, &tri_as_type_decl(decl)->type_parameters);
		add_expr(b, tri_as_type_decl(decl)->type_expr);
		break;
	case TRI_DECL_VAR: {
		const struct tri_var_decl *variable = tri_as_var_decl(decl);
		for (uint32_t i = 0; i < variable->names.count; i++)
			add_expr(b, &variable->names.items[i]->base);
		add_expr(b, variable->type_expr);
		add_expr(b, variable->values);
		break;
	}
	case TRI_DECL_FUNCTION: {
		const struct tri_function_decl *function = tri_as_function_decl(decl);
		if (function->receiver != NULL) {
			if (function->receiver->name != NULL)
				add_expr(b, &function->receiver->name->base);
			add_expr(b, function->receiver->type_expr);
		}
		add_expr(b, &function->name->base);
		add_fields(b, &function->type_parameters);
		add_expr(b, &function->signature->base);
		if (function->body != NULL)
			add_stmt(b, &function->body->base);
		break;
	}
	}
	close_node(b, node);
}

void tri_advise_build_tree(struct adviser *a)
{
	struct builder builder = {.a = a};
	for (uint32_t i = 0; i < a->file->decls.count; i++)
		add_decl(&builder, a->file->decls.items[i]);
}

struct advise_node *tri_advise_node_of(const struct adviser *a, const struct tri_expr *expr)
{
	for (uint32_t i = 0; expr != NULL && i < a->nodes.count; i++) {
		if (a->nodes.items[i]->expr == expr)
			return a->nodes.items[i];
	}
	return NULL;
}

struct advise_node *tri_advise_name_at(const struct adviser *a, tri_pos pos)
{
	for (uint32_t i = 0; i < a->nodes.count; i++) {
		if (a->nodes.items[i]->start == pos && tri_advise_is_expr(a->nodes.items[i], TRI_EXPR_NAME))
			return a->nodes.items[i];
	}
	return NULL;
}

const char *tri_advise_text(struct adviser *a, tri_pos start, tri_pos end)
{
	return tri_arena_strdup(a->arena, a->source->text + tri_advise_offset(a, start), end - start);
}

const char *tri_advise_node_text(struct adviser *a, const struct advise_node *node) { return tri_advise_text(a, node->start, node->end); }
