// Labels and branches of a function body.
//
// One walk over the statements, block by block, keeps the enclosing statements that break and
// continue may mean, declares labels, and collects the gotos whose label has not been seen yet.
// Such a forward goto travels outwards with the end of each block until a label of that name turns
// up in a block that encloses it. It may not jump over a variable declaration in that block:
// when one comes, all gotos that are then waiting are marked.
#define TRI_SYNTAX_INTERNAL
#include "compiler/syntax/parser.h"

struct block {
	const struct block *parent;
	tri_pos start;
	const struct tri_labeled_stmt *labeled; // the label in front of the statement that this is the body of
};

struct label {
	const struct block *block; // where it is declared
	struct tri_labeled_stmt *stmt;
	bool used;
};

struct waiting_goto {
	struct tri_branch_stmt *stmt;
	tri_pos jumps_over; // first place of a declaration that it passed in the current block
	const char *variable;
};

typedef TRI_VECTOR(struct waiting_goto) goto_list;

struct checker {
	struct tri_parser *parser;
	struct tri_map labels; // name -> struct label
};

// What an unlabelled branch means.
struct context {
	struct tri_stmt *breaks, *continues;
	int32_t clause; // index of the enclosing switch clause, when the list is one's body; else -1
};

static const char *place_text(const struct checker *c, tri_pos pos) { return tri_diag_place(c->parser->diags, pos); }

static struct label *find_label(const struct checker *c, const struct tri_name *name) { return tri_map_get(&c->labels, TRI_KEY(name)); }

static struct label *declare(struct checker *c, const struct block *block, struct tri_labeled_stmt *stmt)
{
	const struct tri_name *name = stmt->label->name;
	struct label *label = find_label(c, name);
	if (label != NULL) {
		tri_parser_error_of_kind(c->parser, stmt->label->base.pos, "DuplicateLabel", "label %s already defined at %s", name->text,
								 place_text(c, label->stmt->label->base.pos));
		return label;
	}
	label = TRI_NEW(c->parser->arena, struct label);
	label->block = block;
	label->stmt = stmt;
	tri_map_put(c->parser->arena, &c->labels, TRI_KEY(name), label);
	return label;
}

// ---- Single branches ---------------------------------------------------------------------------

static void check_labelled_break_or_continue(struct checker *c, const struct block *block, struct tri_branch_stmt *stmt)
{
	const char *keyword = tri_token_text((enum tri_token)stmt->token);
	const char *name = stmt->label->name->text;
	struct label *label = find_label(c, stmt->label->name);
	if (label == NULL) {
		tri_parser_error_of_kind(c->parser, stmt->label->base.pos, "UndeclaredLabel", "%s label not defined: %s", keyword, name);
		return;
	}
	label->used = true;
	while (block != NULL && block->labeled != label->stmt)
		block = block->parent;
	struct tri_stmt *target = block == NULL ? NULL : label->stmt->body;
	bool valid = target != NULL && (target->kind == TRI_STMT_FOR || (stmt->token == TRI_TOKEN_BREAK &&
																	 (target->kind == TRI_STMT_SWITCH || target->kind == TRI_STMT_SELECT)));
	if (valid)
		stmt->target = target;
	else
		tri_parser_error_of_kind(c->parser, stmt->label->base.pos, "MisplacedLabel", "invalid %s label %s", keyword, name);
}

static void check_fallthrough(struct checker *c, const struct context *context, struct tri_branch_stmt *stmt, bool last)
{
	const char *problem = "fallthrough statement out of place";
	if (context->breaks != NULL && context->breaks->kind == TRI_STMT_SWITCH) {
		const struct tri_switch_stmt *outer = tri_as_switch_stmt(context->breaks);
		if (outer->tag != NULL && outer->tag->kind == TRI_EXPR_TYPE_SWITCH_GUARD)
			problem = "cannot fallthrough in type switch";
		else if (context->clause >= 0 && last && (uint32_t)context->clause + 1 == outer->clauses.count)
			problem = "cannot fallthrough final case in switch";
		else if (context->clause >= 0 && last)
			return;
	}
	tri_parser_error_of_kind(c->parser, stmt->base.pos, "MisplacedFallthrough", "%s", problem);
}

// A goto whose label is declared in this block or an enclosing one is resolved; others wait.
static void check_goto(struct checker *c, const struct block *block, struct tri_branch_stmt *stmt, goto_list *waiting)
{
	struct label *label = find_label(c, stmt->label->name);
	if (label != NULL) {
		label->used = true;
		while (block != NULL && block != label->block)
			block = block->parent;
		if (block != NULL) {
			stmt->target = &label->stmt->base;
			return;
		}
	}
	struct waiting_goto entry = {.stmt = stmt};
	tri_vector_push(c->parser->arena, waiting, entry);
}

static void check_branch(struct checker *c, const struct block *block, const struct context *context, struct tri_branch_stmt *stmt,
						 bool last, goto_list *waiting)
{
	if (stmt->token == TRI_TOKEN_GOTO) {
		check_goto(c, block, stmt, waiting);
	} else if (stmt->token == TRI_TOKEN_FALLTHROUGH) {
		check_fallthrough(c, context, stmt, last);
	} else if (stmt->label != NULL) {
		check_labelled_break_or_continue(c, block, stmt);
	} else if (stmt->token == TRI_TOKEN_BREAK) {
		stmt->target = context->breaks;
		if (stmt->target == NULL)
			tri_parser_error_of_kind(c->parser, stmt->base.pos, "MisplacedBreak", "break is not in a loop, switch, or select");
	} else {
		stmt->target = context->continues;
		if (stmt->target == NULL)
			tri_parser_error_of_kind(c->parser, stmt->base.pos, "MisplacedContinue", "continue is not in a loop");
	}
}

// ---- Blocks ------------------------------------------------------------------------------------

static void pass_declaration(struct checker *c, goto_list *waiting, tri_pos pos, const struct tri_expr *name)
{
	if (waiting->count == 0)
		return;
	struct tri_buffer text = {0};
	tri_expr_print(name, &text);
	const char *variable = tri_arena_strdup(c->parser->arena, text.data, text.length);
	tri_buffer_free(&text);
	for (uint32_t i = 0; i < waiting->count; i++) {
		waiting->items[i].jumps_over = pos;
		waiting->items[i].variable = variable;
	}
}

// The waiting gotos that mean this label have arrived.
static void resolve_waiting(struct checker *c, goto_list *waiting, struct label *label, struct tri_labeled_stmt *stmt)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < waiting->count; i++) {
		struct waiting_goto entry = waiting->items[i];
		if (entry.stmt->label->name != stmt->label->name) {
			waiting->items[kept++] = entry;
			continue;
		}
		entry.stmt->target = &stmt->base;
		label->used = true;
		if (entry.jumps_over != TRI_NO_POS)
			tri_parser_error_of_kind(c->parser, entry.stmt->label->base.pos, "JumpOverDecl", "goto %s jumps over declaration of %s at %s",
									 stmt->label->name->text, entry.variable, place_text(c, entry.jumps_over));
	}
	waiting->count = kept;
}

static void check_list(struct checker *c, const struct block *parent, struct context context, const struct tri_labeled_stmt *labeled,
					   tri_pos start, const tri_stmt_list *list, goto_list *waiting);

// An inner block of `block`: its gotos that still wait afterwards wait here, having passed nothing.
static void check_inner(struct checker *c, const struct block *block, struct context context, const struct tri_labeled_stmt *labeled,
						tri_pos start, const tri_stmt_list *list, goto_list *waiting)
{
	goto_list inner = {0};
	check_list(c, block, context, labeled, start, list, &inner);
	for (uint32_t i = 0; i < inner.count; i++) {
		struct waiting_goto entry = {.stmt = inner.items[i].stmt};
		tri_vector_push(c->parser->arena, waiting, entry);
	}
}

static void check_if(struct checker *c, const struct block *block, struct context context, const struct tri_labeled_stmt *labeled,
					 struct tri_if_stmt *stmt, goto_list *waiting)
{
	context.clause = -1;
	check_inner(c, block, context, labeled, stmt->then_block->base.pos, &stmt->then_block->list, waiting);
	if (stmt->else_stmt != NULL) {
		tri_stmt_list list = {.items = &stmt->else_stmt, .count = 1, .capacity = 1};
		check_inner(c, block, context, labeled, stmt->else_stmt->pos, &list, waiting);
	}
}

static void check_declarations(struct checker *c, const struct tri_decl_stmt *stmt, goto_list *waiting)
{
	for (uint32_t i = 0; i < stmt->decls.count; i++) {
		if (stmt->decls.items[i]->kind != TRI_DECL_VAR)
			continue;
		const struct tri_var_decl *variable = tri_as_var_decl(stmt->decls.items[i]);
		pass_declaration(c, waiting, variable->base.pos, &variable->names.items[0]->base);
		return;
	}
}

static void check_statement(struct checker *c, const struct block *block, const struct context *outer, struct tri_stmt *stmt, bool last,
							goto_list *waiting)
{
	const struct tri_labeled_stmt *labeled = NULL;
	while (stmt->kind == TRI_STMT_LABELED) {
		struct tri_labeled_stmt *outer_label = tri_as_labeled_stmt(stmt);
		labeled = NULL;
		if (outer_label->label->name != c->parser->blank) {
			resolve_waiting(c, waiting, declare(c, block, outer_label), outer_label);
			labeled = outer_label;
		}
		stmt = outer_label->body;
	}

	struct context context = {outer->breaks, outer->continues, -1};
	switch (stmt->kind) {
	case TRI_STMT_BRANCH:
		check_branch(c, block, outer, tri_as_branch_stmt(stmt), last, waiting);
		break;
	case TRI_STMT_DECL:
		check_declarations(c, tri_as_decl_stmt(stmt), waiting);
		break;
	case TRI_STMT_ASSIGN:
		if (tri_as_assign_stmt(stmt)->define)
			pass_declaration(c, waiting, stmt->pos, tri_as_assign_stmt(stmt)->left);
		break;
	case TRI_STMT_BLOCK:
		check_inner(c, block, context, labeled, stmt->pos, &tri_as_block_stmt(stmt)->list, waiting);
		break;
	case TRI_STMT_IF:
		check_if(c, block, context, labeled, tri_as_if_stmt(stmt), waiting);
		break;
	case TRI_STMT_FOR: {
		const struct tri_block_stmt *body = tri_as_for_stmt(stmt)->body;
		context.breaks = context.continues = stmt;
		check_inner(c, block, context, labeled, body->base.pos, &body->list, waiting);
		break;
	}
	case TRI_STMT_SWITCH: {
		const struct tri_switch_stmt *inner = tri_as_switch_stmt(stmt);
		context.breaks = stmt;
		for (uint32_t i = 0; i < inner->clauses.count; i++) {
			context.clause = (int32_t)i;
			check_inner(c, block, context, labeled, inner->clauses.items[i]->pos, &inner->clauses.items[i]->body, waiting);
		}
		break;
	}
	case TRI_STMT_SELECT: {
		const struct tri_select_stmt *inner = tri_as_select_stmt(stmt);
		context.breaks = stmt;
		for (uint32_t i = 0; i < inner->clauses.count; i++)
			check_inner(c, block, context, labeled, inner->clauses.items[i]->pos, &inner->clauses.items[i]->body, waiting);
		break;
	}
	default:
		break;
	}
}

static void check_list(struct checker *c, const struct block *parent, struct context context, const struct tri_labeled_stmt *labeled,
					   tri_pos start, const tri_stmt_list *list, goto_list *waiting)
{
	// Labels refer to their block even after its end.
	struct block *block = TRI_NEW(c->parser->arena, struct block);
	*block = (struct block){parent, start, labeled};
	uint32_t count = list->count; // without empty statements at the end: fallthrough is last before them too
	while (count > 0 && list->items[count - 1]->kind == TRI_STMT_EMPTY)
		count--;
	for (uint32_t i = 0; i < count; i++)
		check_statement(c, block, &context, list->items[i], i + 1 == count, waiting);
}

void tri_parser_check_branches(struct tri_parser *p, struct tri_block_stmt *body)
{
	struct checker c = {.parser = p};
	goto_list waiting = {0};
	check_list(&c, NULL, (struct context){.clause = -1}, NULL, body->base.pos, &body->list, &waiting);

	for (uint32_t i = 0; i < waiting.count; i++) {
		const struct tri_name_expr *name = waiting.items[i].stmt->label;
		struct label *label = find_label(&c, name->name);
		if (label == NULL) {
			tri_parser_error_of_kind(p, name->base.pos, "UndeclaredLabel", "label %s not defined", name->name->text);
			continue;
		}
		label->used = true;
		tri_parser_error_of_kind(p, name->base.pos, "JumpIntoBlock", "goto %s jumps into block starting at %s", name->name->text,
								 place_text(&c, label->block->start));
	}
	for (uint32_t i = 0; i < c.labels.count; i++) {
		const struct label *label = c.labels.entries[i].value;
		if (!label->used)
			tri_parser_error_of_kind(p, label->stmt->label->base.pos, "UnusedLabel", "label %s defined and not used",
									 label->stmt->label->name->text);
	}
}
