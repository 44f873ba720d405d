// The indented dump of a tree: one node a line with its kind, place and own facts, children below.
#include "compiler/syntax/syntax.h"

struct dumper {
	const struct tri_source_set *sources;
	struct tri_buffer *out;
	int indent;
};

static const char *const expr_kinds[] = {
#define X(name, tag) #name,
	TRI_EXPR_KINDS(X)
#undef X
};
static const char *const stmt_kinds[] = {
#define X(name, tag) #name,
	TRI_STMT_KINDS(X)
#undef X
};
static const char *const decl_kinds[] = {
#define X(name, tag) #name,
	TRI_DECL_KINDS(X)
#undef X
};

static void start_line(struct dumper *d, const char *role)
{
	for (int i = 0; i < d->indent; i++)
		tri_buffer_append_c(d->out, ". ");
	if (role != NULL)
		tri_buffer_printf(d->out, "%s: ", role);
}

static void put_node(struct dumper *d, const char *role, const char *kind, tri_pos pos)
{
	struct tri_location location = tri_source_locate(d->sources, pos);
	start_line(d, role);
	tri_buffer_printf(d->out, "%s @%u:%u", kind, location.line, location.column);
}

static void put_text(struct dumper *d, const char *text, uint32_t length)
{
	tri_buffer_append_byte(d->out, ' ');
	for (uint32_t i = 0; i < length; i++) {
		if (text[i] == '\n')
			tri_buffer_append_c(d->out, "\\n");
		else
			tri_buffer_append_byte(d->out, text[i]);
	}
}

static void put_fact(struct dumper *d, bool holds, const char *text)
{
	if (holds)
		tri_buffer_printf(d->out, " %s", text);
}

static void dump_expr(struct dumper *d, const char *role, const struct tri_expr *expr);
static void dump_stmt(struct dumper *d, const char *role, const struct tri_stmt *stmt);

static void dump_list(struct dumper *d, const char *role, const tri_expr_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		dump_expr(d, role, list->items[i]);
}

static void dump_stmts(struct dumper *d, const tri_stmt_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		dump_stmt(d, NULL, list->items[i]);
}

static void dump_fields(struct dumper *d, const char *role, const tri_field_list *fields)
{
	for (uint32_t i = 0; i < fields->count; i++) {
		const struct tri_field *field = fields->items[i];
		put_node(d, role, "field", field->pos);
		if (field->name != NULL)
			put_text(d, field->name->name->text, field->name->name->length);
		put_fact(d, field->embedded, "embedded");
		if (field->tag != NULL)
			put_text(d, field->tag->text, field->tag->length);
		// A type that the field before shows already is not repeated.
		bool shared = i > 0 && fields->items[i - 1]->type_expr == field->type_expr;
		put_fact(d, shared, "same type");
		tri_buffer_append_byte(d->out, '\n');
		if (shared)
			continue;
		d->indent++;
		dump_expr(d, NULL, field->type_expr);
		d->indent--;
	}
}

static void put_expr_facts(struct dumper *d, const struct tri_expr *expr)
{
	static const char *const directions[] = {"both", "send", "receive"};
	switch (expr->kind) {
	case TRI_EXPR_NAME:
		put_text(d, tri_as_name_expr(expr)->name->text, tri_as_name_expr(expr)->name->length);
		break;
	case TRI_EXPR_LITERAL:
		put_text(d, tri_as_literal_expr(expr)->text, tri_as_literal_expr(expr)->length);
		break;
	case TRI_EXPR_UNARY:
		tri_buffer_printf(d->out, " %s", tri_operator_text((enum tri_operator)tri_as_unary_expr(expr)->operator));
		break;
	case TRI_EXPR_BINARY:
		tri_buffer_printf(d->out, " %s", tri_operator_text((enum tri_operator)tri_as_binary_expr(expr)->operator));
		break;
	case TRI_EXPR_CALL:
		put_fact(d, tri_as_call_expr(expr)->has_dots, "...");
		break;
	case TRI_EXPR_SLICE:
		put_fact(d, tri_as_slice_expr(expr)->full, "full");
		break;
	case TRI_EXPR_CHAN_TYPE:
		tri_buffer_printf(d->out, " %s", directions[tri_as_chan_type(expr)->direction]);
		break;
	default:
		break;
	}
}

static void dump_expr_children(struct dumper *d, const struct tri_expr *expr)
{
	switch ((enum tri_expr_kind)expr->kind) {
	case TRI_EXPR_BAD_EXPR:
	case TRI_EXPR_NAME:
	case TRI_EXPR_LITERAL:
		break;
	case TRI_EXPR_COMPOSITE:
		dump_expr(d, "type", tri_as_composite_expr(expr)->type_expr);
		dump_list(d, NULL, &tri_as_composite_expr(expr)->elements);
		break;
	case TRI_EXPR_KEY_VALUE:
		dump_expr(d, "key", tri_as_key_value_expr(expr)->key);
		dump_expr(d, "value", tri_as_key_value_expr(expr)->value);
		break;
	case TRI_EXPR_FUNCTION_LITERAL:
		dump_expr(d, "signature", &tri_as_function_expr(expr)->signature->base);
		dump_stmt(d, "body", &tri_as_function_expr(expr)->body->base);
		break;
	case TRI_EXPR_PAREN:
		dump_expr(d, NULL, tri_as_paren_expr(expr)->inner);
		break;
	case TRI_EXPR_SELECTOR:
		dump_expr(d, "operand", tri_as_selector_expr(expr)->operand);
		dump_expr(d, "selected", &tri_as_selector_expr(expr)->selected->base);
		break;
	case TRI_EXPR_INDEX:
		dump_expr(d, "operand", tri_as_index_expr(expr)->operand);
		dump_expr(d, "index", tri_as_index_expr(expr)->index);
		break;
	case TRI_EXPR_SLICE:
		dump_expr(d, "operand", tri_as_slice_expr(expr)->operand);
		dump_expr(d, "low", tri_as_slice_expr(expr)->index[0]);
		dump_expr(d, "high", tri_as_slice_expr(expr)->index[1]);
		dump_expr(d, "max", tri_as_slice_expr(expr)->index[2]);
		break;
	case TRI_EXPR_ASSERT:
		dump_expr(d, "operand", tri_as_assert_expr(expr)->operand);
		dump_expr(d, "type", tri_as_assert_expr(expr)->type_expr);
		break;
	case TRI_EXPR_TYPE_SWITCH_GUARD:
		if (tri_as_type_switch_guard(expr)->name != NULL)
			dump_expr(d, "name", &tri_as_type_switch_guard(expr)->name->base);
		dump_expr(d, "operand", tri_as_type_switch_guard(expr)->operand);
		break;
	case TRI_EXPR_UNARY:
		dump_expr(d, NULL, tri_as_unary_expr(expr)->operand);
		break;
	case TRI_EXPR_BINARY:
		dump_expr(d, "left", tri_as_binary_expr(expr)->left);
		dump_expr(d, "right", tri_as_binary_expr(expr)->right);
		break;
	case TRI_EXPR_CALL:
		dump_expr(d, "function", tri_as_call_expr(expr)->function);
		dump_list(d, "argument", &tri_as_call_expr(expr)->arguments);
		break;
	case TRI_EXPR_LIST:
		dump_list(d, NULL, &tri_as_list_expr(expr)->elements);
		break;
	case TRI_EXPR_ARRAY_TYPE:
		dump_expr(d, "length", tri_as_array_type(expr)->length);
		dump_expr(d, "element", tri_as_array_type(expr)->element);
		break;
	case TRI_EXPR_SLICE_TYPE:
		dump_expr(d, "element", tri_as_slice_type(expr)->element);
		break;
	case TRI_EXPR_DOTS_TYPE:
		dump_expr(d, "element", tri_as_dots_type(expr)->element);
		break;
	case TRI_EXPR_STRUCT_TYPE:
		dump_fields(d, NULL, &tri_as_struct_type(expr)->fields);
		break;
	case TRI_EXPR_INTERFACE_TYPE:
		dump_fields(d, NULL, &tri_as_interface_type(expr)->methods);
		break;
	case TRI_EXPR_FUNCTION_TYPE:
		dump_fields(d, "parameter", &tri_as_function_type(expr)->parameters);
		dump_fields(d, "result", &tri_as_function_type(expr)->results);
		break;
	case TRI_EXPR_MAP_TYPE:
		dump_expr(d, "key", tri_as_map_type(expr)->key);
		dump_expr(d, "element", tri_as_map_type(expr)->element);
		break;
	case TRI_EXPR_CHAN_TYPE:
		dump_expr(d, "element", tri_as_chan_type(expr)->element);
		break;
	}
}

// NULL prints nothing.
static void dump_expr(struct dumper *d, const char *role, const struct tri_expr *expr)
{
	if (expr == NULL)
		return;
	put_node(d, role, expr_kinds[expr->kind], expr->pos);
	put_expr_facts(d, expr);
	tri_buffer_append_byte(d->out, '\n');
	d->indent++;
	dump_expr_children(d, expr);
	d->indent--;
}

static void dump_decl(struct dumper *d, const struct tri_decl *decl)
{
	put_node(d, NULL, decl_kinds[decl->kind], decl->pos);
	put_fact(d, decl->group != NULL, "grouped");
	if (decl->pragma != NULL)
		tri_buffer_printf(d->out, " pragmas 0x%x", decl->pragma->bits);
	if (decl->kind == TRI_DECL_TYPE)
		put_fact(d, tri_as_type_decl(decl)->alias, "alias");
	tri_buffer_append_byte(d->out, '\n');
	d->indent++;
	switch ((enum tri_decl_kind)decl->kind) {
	case TRI_DECL_IMPORT: {
		const struct tri_import_decl *import = tri_as_import_decl(decl);
		if (import->local_name != NULL)
			dump_expr(d, "name", &import->local_name->base);
		if (import->path != NULL)
			dump_expr(d, "path", &import->path->base);
		break;
	}
	case TRI_DECL_CONST: {
		const struct tri_const_decl *constant = tri_as_const_decl(decl);
		for (uint32_t i = 0; i < constant->names.count; i++)
			dump_expr(d, "name", &constant->names.items[i]->base);
		dump_expr(d, "type", constant->type_expr);
		dump_expr(d, "values", constant->values);
		break;
	}
	case TRI_DECL_TYPE:
		dump_expr(d, "name", &tri_as_type_decl(decl)->name->base);
		dump_fields(d, "type parameter", &tri_as_type_decl(decl)->type_parameters);
		dump_expr(d, "type", tri_as_type_decl(decl)->type_expr);
		break;
	case TRI_DECL_VAR: {
		const struct tri_var_decl *variable = tri_as_var_decl(decl);
		for (uint32_t i = 0; i < variable->names.count; i++)
			dump_expr(d, "name", &variable->names.items[i]->base);
		dump_expr(d, "type", variable->type_expr);
		dump_expr(d, "values", variable->values);
		break;
	}
	case TRI_DECL_FUNCTION: {
		const struct tri_function_decl *function = tri_as_function_decl(decl);
		tri_field_list receiver = {.items = (struct tri_field **)(uintptr_t)&function->receiver, .count = function->receiver != NULL};
		dump_fields(d, "receiver", &receiver);
		dump_expr(d, "name", &function->name->base);
		dump_fields(d, "type parameter", &function->type_parameters);
		dump_expr(d, "signature", &function->signature->base);
		if (function->body != NULL)
			dump_stmt(d, "body", &function->body->base);
		break;
	}
	}
	d->indent--;
}

static void dump_switch(struct dumper *d, const struct tri_switch_stmt *stmt)
{
	dump_stmt(d, "init", stmt->init);
	dump_expr(d, "tag", stmt->tag);
	for (uint32_t i = 0; i < stmt->clauses.count; i++) {
		const struct tri_case_clause *clause = stmt->clauses.items[i];
		put_node(d, NULL, clause->cases != NULL ? "case" : "default", clause->pos);
		tri_buffer_append_byte(d->out, '\n');
		d->indent++;
		dump_expr(d, "cases", clause->cases);
		dump_stmts(d, &clause->body);
		d->indent--;
	}
}

static void dump_select(struct dumper *d, const struct tri_select_stmt *stmt)
{
	for (uint32_t i = 0; i < stmt->clauses.count; i++) {
		const struct tri_comm_clause *clause = stmt->clauses.items[i];
		put_node(d, NULL, clause->comm != NULL ? "case" : "default", clause->pos);
		tri_buffer_append_byte(d->out, '\n');
		d->indent++;
		dump_stmt(d, "communication", clause->comm);
		dump_stmts(d, &clause->body);
		d->indent--;
	}
}

static void put_stmt_facts(struct dumper *d, const struct tri_stmt *stmt)
{
	switch (stmt->kind) {
	case TRI_STMT_ASSIGN: {
		const struct tri_assign_stmt *assign = tri_as_assign_stmt(stmt);
		const char *operator= tri_operator_text((enum tri_operator)assign->operator);
		if (assign->increment)
			tri_buffer_printf(d->out, " %s%s", operator, operator);
		else
			tri_buffer_printf(d->out, " %s=", assign->define ? ":" : operator);
		break;
	}
	case TRI_STMT_BRANCH: {
		const struct tri_branch_stmt *branch = tri_as_branch_stmt(stmt);
		tri_buffer_printf(d->out, " %s", tri_token_text((enum tri_token)branch->token));
		if (branch->target != NULL) {
			struct tri_location target = tri_source_locate(d->sources, branch->target->pos);
			tri_buffer_printf(d->out, " to %s @%u:%u", stmt_kinds[branch->target->kind], target.line, target.column);
		}
		break;
	}
	case TRI_STMT_CALL:
		tri_buffer_printf(d->out, " %s", tri_token_text((enum tri_token)tri_as_call_stmt(stmt)->token));
		break;
	case TRI_STMT_RANGE:
		put_fact(d, tri_as_range_clause(stmt)->define, "define");
		break;
	default:
		break;
	}
}

static void dump_stmt_children(struct dumper *d, const struct tri_stmt *stmt)
{
	switch ((enum tri_stmt_kind)stmt->kind) {
	case TRI_STMT_EMPTY:
		break;
	case TRI_STMT_LABELED:
		dump_expr(d, "label", &tri_as_labeled_stmt(stmt)->label->base);
		dump_stmt(d, NULL, tri_as_labeled_stmt(stmt)->body);
		break;
	case TRI_STMT_BLOCK:
		dump_stmts(d, &tri_as_block_stmt(stmt)->list);
		break;
	case TRI_STMT_EXPR:
		dump_expr(d, NULL, tri_as_expr_stmt(stmt)->expr);
		break;
	case TRI_STMT_SEND:
		dump_expr(d, "channel", tri_as_send_stmt(stmt)->channel);
		dump_expr(d, "value", tri_as_send_stmt(stmt)->value);
		break;
	case TRI_STMT_DECL:
		for (uint32_t i = 0; i < tri_as_decl_stmt(stmt)->decls.count; i++)
			dump_decl(d, tri_as_decl_stmt(stmt)->decls.items[i]);
		break;
	case TRI_STMT_ASSIGN:
		dump_expr(d, "left", tri_as_assign_stmt(stmt)->left);
		dump_expr(d, "right", tri_as_assign_stmt(stmt)->right);
		break;
	case TRI_STMT_BRANCH:
		if (tri_as_branch_stmt(stmt)->label != NULL)
			dump_expr(d, "label", &tri_as_branch_stmt(stmt)->label->base);
		break;
	case TRI_STMT_CALL:
		dump_expr(d, NULL, tri_as_call_stmt(stmt)->call);
		break;
	case TRI_STMT_RETURN:
		dump_expr(d, NULL, tri_as_return_stmt(stmt)->results);
		break;
	case TRI_STMT_IF: {
		const struct tri_if_stmt *if_stmt = tri_as_if_stmt(stmt);
		dump_stmt(d, "init", if_stmt->init);
		dump_expr(d, "condition", if_stmt->condition);
		dump_stmt(d, "then", &if_stmt->then_block->base);
		dump_stmt(d, "else", if_stmt->else_stmt);
		break;
	}
	case TRI_STMT_FOR: {
		const struct tri_for_stmt *for_stmt = tri_as_for_stmt(stmt);
		dump_stmt(d, "init", for_stmt->init);
		dump_expr(d, "condition", for_stmt->condition);
		dump_stmt(d, "post", for_stmt->post);
		dump_stmt(d, "body", &for_stmt->body->base);
		break;
	}
	case TRI_STMT_SWITCH:
		dump_switch(d, tri_as_switch_stmt(stmt));
		break;
	case TRI_STMT_SELECT:
		dump_select(d, tri_as_select_stmt(stmt));
		break;
	case TRI_STMT_RANGE:
		dump_expr(d, "left", tri_as_range_clause(stmt)->left);
		dump_expr(d, "operand", tri_as_range_clause(stmt)->operand);
		break;
	}
}

// NULL prints nothing.
static void dump_stmt(struct dumper *d, const char *role, const struct tri_stmt *stmt)
{
	if (stmt == NULL)
		return;
	put_node(d, role, stmt_kinds[stmt->kind], stmt->pos);
	put_stmt_facts(d, stmt);
	tri_buffer_append_byte(d->out, '\n');
	d->indent++;
	dump_stmt_children(d, stmt);
	d->indent--;
}

void tri_file_dump(const struct tri_file *file, const struct tri_source_set *sources, struct tri_buffer *out)
{
	struct dumper d = {.sources = sources, .out = out};
	tri_buffer_printf(out, "file %s package %s\n", file->source->display_path, file->package_name->name->text);
	d.indent = 1;
	for (uint32_t i = 0; i < file->decls.count; i++)
		dump_decl(&d, file->decls.items[i]);
	for (uint32_t i = 0; i < file->linknames.count; i++) {
		put_node(&d, NULL, "linkname", file->linknames.items[i].pos);
		const char *remote = file->linknames.items[i].remote;
		tri_buffer_printf(out, " %s%s%s\n", file->linknames.items[i].local->text, remote != NULL ? " " : "", remote != NULL ? remote : "");
	}
}
