// Removes assignments to variables that nothing reads, before the analysis, so that what they would have
// stored does not count as used. Inlining leaves many such: parameters and results that the call ignores.
//
// Only values whose evaluation has no effect are dropped. A value that waits to be dropped is visited when
// its variable turns out to be used after all.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

struct dead_assignment {
	struct tri_node *statement, **place, **value;
};

struct local_use {
	bool used;
	TRI_VECTOR(struct dead_assignment) assignments;
};

struct dead_search {
	struct tri_arena *arena;
	struct tri_ir_package *package;
	struct tri_map uses;                         // canonical variable -> struct local_use
	TRI_VECTOR(struct dead_assignment) discards; // parts of parallel assignments to blank
};

static void visit(void *context, struct tri_node *node);

static bool has_effects(const struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_LITERAL:
	case TRI_NODE_ZERO:
	case TRI_NODE_LOCAL:
	case TRI_NODE_GLOBAL:
	case TRI_NODE_FUNCTION:
	case TRI_NODE_CLOSURE:
		return false;
	default:
		return true;
	}
}

static struct local_use *use_of(struct dead_search *search, struct tri_ir_var *var)
{
	struct local_use *use = tri_map_get(&search->uses, TRI_KEY(var));
	if (use == NULL) {
		use = TRI_NEW(search->arena, struct local_use);
		tri_map_put(search->arena, &search->uses, TRI_KEY(var), use);
	}
	return use;
}

static void use(struct dead_search *search, struct tri_ir_var *var)
{
	var = tri_escape_canonical(var);
	if (var->class != TRI_VAR_LOCAL && var->class != TRI_VAR_PARAMETER)
		return;
	struct local_use *local = use_of(search, var);
	if (local->used)
		return;
	local->used = true;
	for (uint32_t i = 0; i < local->assignments.count; i++)
		visit(search, *local->assignments.items[i].value);
	local->assignments.count = 0;
}

static void assignment(struct dead_search *search, struct tri_node *statement, struct tri_node **place, struct tri_node **value,
					   bool blank_discards)
{
	struct dead_assignment entry = {.statement = statement, .place = place, .value = value};
	if (*place == NULL) {
		if (blank_discards && !has_effects(*value))
			tri_vector_push(search->arena, &search->discards, entry);
		else
			visit(search, *value);
		return;
	}
	if ((*place)->op != TRI_NODE_LOCAL) {
		visit(search, *place);
		visit(search, *value);
		return;
	}
	struct tri_ir_var *var = tri_escape_canonical((*place)->var);
	if ((var->class == TRI_VAR_LOCAL || var->class == TRI_VAR_PARAMETER) && !has_effects(*value)) {
		struct local_use *local = use_of(search, var);
		if (!local->used) {
			tri_vector_push(search->arena, &local->assignments, entry);
			return;
		}
	}
	visit(search, *value);
}

static void visit(void *context, struct tri_node *node)
{
	struct dead_search *search = context;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_LOCAL:
		use(search, node->var);
		break;
	case TRI_NODE_DECLARE:
		break;
	case TRI_NODE_CLOSURE:
		for (uint32_t i = 0; i < node->function->captures.count; i++)
			use(search, node->function->captures.items[i]);
		for (uint32_t i = 0; i < node->function->body.count; i++)
			visit(search, node->function->body.items[i]);
		break;
	case TRI_NODE_ASSIGN:
		assignment(search, node, &node->x, &node->y, false);
		break;
	case TRI_NODE_ASSIGN_PARALLEL: {
		// When every place is blank, the values are meant to be evaluated.
		bool any_named = false;
		for (uint32_t i = 0; i < node->list.count; i++)
			any_named |= node->list.items[i] != NULL;
		for (uint32_t i = 0; i < node->list.count; i++)
			assignment(search, node, &node->list.items[i], &node->other.items[i], any_named);
		break;
	}
	default:
		tri_escape_each_child(node, visit, search);
	}
}

static void drop(struct dead_search *search, const struct dead_assignment *dead)
{
	struct tri_node *zero = tri_node_new(search->package, TRI_NODE_LITERAL, dead->statement->pos);
	zero->inline_site = dead->statement->inline_site;
	zero->type = search->package->universe->basic[TRI_BASIC_INT];
	zero->value = tri_constant_int(search->package->arena, 0);
	*dead->place = NULL;
	*dead->value = zero;
	if (dead->statement->op == TRI_NODE_ASSIGN)
		dead->statement->define = false;
}

void tri_escape_remove_dead_locals(struct tri_arena *arena, struct tri_ir_package *package, struct tri_ir_func *function)
{
	struct dead_search search = {.arena = arena, .package = package};
	for (uint32_t i = 0; i < function->body.count; i++)
		visit(&search, function->body.items[i]);
	for (uint32_t i = 0; i < search.uses.count; i++) {
		const struct local_use *local = search.uses.entries[i].value;
		for (uint32_t k = 0; k < local->assignments.count; k++)
			drop(&search, &local->assignments.items[k]);
	}
	for (uint32_t i = 0; i < search.discards.count; i++)
		drop(&search, &search.discards.items[i]);
}
