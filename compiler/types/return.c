// Terminating statements: does a function with results always end in a return?
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

static bool terminates(struct tri_checker *c, const struct tri_stmt *stmt, const struct tri_name *label);

// Is there a break out of the statement: an unlabelled one (when `implicit`), or one with its label?
static bool has_break(const struct tri_stmt *stmt, const struct tri_name *label, bool implicit);

static bool list_has_break(const tri_stmt_list *list, const struct tri_name *label, bool implicit)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (has_break(list->items[i], label, implicit))
			return true;
	return false;
}

static bool has_break(const struct tri_stmt *stmt, const struct tri_name *label, bool implicit)
{
	if (!stmt)
		return false;
	switch ((enum tri_stmt_kind)stmt->kind) {
	case TRI_STMT_LABELED:
		return has_break(tri_as_labeled_stmt(stmt)->body, label, implicit);
	case TRI_STMT_BRANCH: {
		const struct tri_branch_stmt *branch = tri_as_branch_stmt(stmt);
		if (branch->token != TRI_TOKEN_BREAK)
			return false;
		return branch->label ? branch->label->name == label : implicit;
	}
	case TRI_STMT_BLOCK:
		return list_has_break(&tri_as_block_stmt(stmt)->list, label, implicit);
	case TRI_STMT_IF: {
		const struct tri_if_stmt *if_stmt = tri_as_if_stmt(stmt);
		return has_break(&if_stmt->then_block->base, label, implicit) || has_break(if_stmt->else_stmt, label, implicit);
	}
	case TRI_STMT_SWITCH: {
		const struct tri_switch_stmt *switch_stmt = tri_as_switch_stmt(stmt);
		for (uint32_t i = 0; label && i < switch_stmt->clauses.count; i++)
			if (list_has_break(&switch_stmt->clauses.items[i]->body, label, false))
				return true;
		return false;
	}
	case TRI_STMT_SELECT: {
		const struct tri_select_stmt *select_stmt = tri_as_select_stmt(stmt);
		for (uint32_t i = 0; label && i < select_stmt->clauses.count; i++)
			if (list_has_break(&select_stmt->clauses.items[i]->body, label, false))
				return true;
		return false;
	}
	case TRI_STMT_FOR:
		return label && has_break(&tri_as_for_stmt(stmt)->body->base, label, false);
	case TRI_STMT_EMPTY:
	case TRI_STMT_EXPR:
	case TRI_STMT_SEND:
	case TRI_STMT_DECL:
	case TRI_STMT_ASSIGN:
	case TRI_STMT_CALL:
	case TRI_STMT_RETURN:
	case TRI_STMT_RANGE:
		break;
	}
	return false;
}

static bool list_terminates(struct tri_checker *c, const tri_stmt_list *list)
{
	for (uint32_t i = list->count; i-- > 0;)
		if (list->items[i]->kind != TRI_STMT_EMPTY)
			return terminates(c, list->items[i], NULL);
	return false;
}

static bool clause_terminates(struct tri_checker *c, const tri_stmt_list *body, const struct tri_name *label)
{
	return list_terminates(c, body) && !list_has_break(body, label, true);
}

static bool terminates(struct tri_checker *c, const struct tri_stmt *stmt, const struct tri_name *label)
{
	switch ((enum tri_stmt_kind)stmt->kind) {
	case TRI_STMT_LABELED:
		return terminates(c, tri_as_labeled_stmt(stmt)->body, tri_as_labeled_stmt(stmt)->label->name);
	case TRI_STMT_EXPR:
		return c->env.panic_calls && tri_map_has(c->env.panic_calls, TRI_KEY(tri_expr_unparen(tri_as_expr_stmt(stmt)->expr)));
	case TRI_STMT_RETURN:
		return true;
	case TRI_STMT_BRANCH: {
		int token = tri_as_branch_stmt(stmt)->token;
		return token == TRI_TOKEN_GOTO || token == TRI_TOKEN_FALLTHROUGH;
	}
	case TRI_STMT_BLOCK:
		return list_terminates(c, &tri_as_block_stmt(stmt)->list);
	case TRI_STMT_IF: {
		const struct tri_if_stmt *if_stmt = tri_as_if_stmt(stmt);
		return if_stmt->else_stmt && terminates(c, &if_stmt->then_block->base, NULL) && terminates(c, if_stmt->else_stmt, NULL);
	}
	case TRI_STMT_SWITCH: {
		const struct tri_switch_stmt *switch_stmt = tri_as_switch_stmt(stmt);
		bool has_default = false;
		for (uint32_t i = 0; i < switch_stmt->clauses.count; i++) {
			const struct tri_case_clause *clause = switch_stmt->clauses.items[i];
			has_default = has_default || !clause->cases;
			if (!clause_terminates(c, &clause->body, label))
				return false;
		}
		return has_default;
	}
	case TRI_STMT_SELECT: {
		const struct tri_select_stmt *select_stmt = tri_as_select_stmt(stmt);
		for (uint32_t i = 0; i < select_stmt->clauses.count; i++)
			if (!clause_terminates(c, &select_stmt->clauses.items[i]->body, label))
				return false;
		return true;
	}
	case TRI_STMT_FOR: {
		const struct tri_for_stmt *for_stmt = tri_as_for_stmt(stmt);
		bool is_range = for_stmt->init && for_stmt->init->kind == TRI_STMT_RANGE;
		return !is_range && !for_stmt->condition && !has_break(&for_stmt->body->base, label, true);
	}
	case TRI_STMT_EMPTY:
	case TRI_STMT_SEND:
	case TRI_STMT_DECL:
	case TRI_STMT_ASSIGN:
	case TRI_STMT_CALL:
	case TRI_STMT_RANGE:
		break;
	}
	return false;
}

bool tri_check_is_terminating(struct tri_checker *c, struct tri_block_stmt *body) { return list_terminates(c, &body->list); }
