// Inlining: copying a function's body into a caller.
//
// The body kept for substitution shares its variables with the function it was copied from. Substituting copies it
// again: parameters, results and locals become locals of the caller; captures of an inlined literal become the
// variables captured; literals within become functions of their own, with the caller around them. A return assigns the
// results and goes to a label behind the body.
#define TRI_INLINE_INTERNAL
#include "compiler/ir/inline_internal.h"
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

struct copier {
	struct tri_inliner *inliner;
	struct tri_ir_package *package;
	struct tri_arena *arena;      // of variables and functions
	struct tri_arena *trees;      // of nodes and their lists: those of kept bodies last as long as the functions
	struct tri_ir_func *function; // whose code the copy becomes; NULL: a pristine copy
	struct tri_inline_site *site;
	struct tri_map variables;               // old -> new
	struct tri_map nodes;                   // statements that branches may lead to, old -> new
	TRI_VECTOR(struct tri_node *) branches; // copied, their targets still the old ones
	// Returns of the inlined function itself; a literal's own stay.
	bool replace_returns;
	struct tri_ir_func *callee;
	struct tri_node *end_label;
	bool end_used;
	bool delay_results; // the only return declares the results
};

static tri_node_list copy_list(struct copier *c, const tri_node_list *list);
static tri_node_list copy_statements(struct copier *c, const tri_node_list *list);
static struct tri_node *copy_node(struct copier *c, const struct tri_node *node);

static struct tri_node *new_node(struct copier *c, enum tri_node_op op, tri_pos pos, struct tri_type *type)
{
	struct tri_node *node = tri_node_new(c->package, op, pos);
	node->type = type;
	node->inline_site = c->site;
	return node;
}

static struct tri_node *local_node(struct copier *c, struct tri_ir_var *var, tri_pos pos)
{
	struct tri_node *node = new_node(c, TRI_NODE_LOCAL, pos, var->type);
	node->var = var;
	return node;
}

static struct tri_ir_var *copy_variable(struct copier *c, const struct tri_ir_var *old, struct tri_ir_func *function,
										enum tri_var_class class)
{
	struct tri_ir_var *var = TRI_NEW(c->arena, struct tri_ir_var);
	memcpy(var, old, offsetof(struct tri_ir_var, escape)); // what stages note, other threads may be writing
	var->class = (uint8_t) class;
	var->function = function;
	var->escape = var->ssa = NULL;
	if (old->is_kept) {
		var->address_taken = old->kept_address_taken;
		var->reassigned = old->kept_reassigned;
		var->by_value = old->kept_by_value;
		var->is_kept = false;
	}
	if (c->site && !var->inline_site)
		var->inline_site = c->site;
	tri_map_put(c->inliner->scratch, &c->variables, TRI_KEY(old), var);
	return var;
}

static void add_variable(struct copier *c, struct tri_ir_func *function, struct tri_ir_var *var)
{
	switch ((enum tri_var_class)var->class) {
	case TRI_VAR_PARAMETER:
		tri_vector_push(c->arena, &function->parameters, var);
		break;
	case TRI_VAR_RESULT:
		tri_vector_push(c->arena, &function->results, var);
		break;
	case TRI_VAR_CAPTURE:
		tri_vector_push(c->arena, &function->captures, var);
		break;
	case TRI_VAR_LOCAL:
		tri_vector_push(c->arena, &function->locals, var);
		break;
	}
	var->index = function->parameters.count + function->results.count + function->captures.count + function->locals.count - 1;
}

// A local of the caller for a variable of the callee.
static struct tri_ir_var *caller_local(struct copier *c, const struct tri_ir_var *old)
{
	struct tri_ir_var *var = copy_variable(c, old, c->function, TRI_VAR_LOCAL);
	var->is_receiver = false;
	add_variable(c, c->function, var);
	return var;
}

// Variables of the function copied from that were not met yet are its locals; others are shared.
static struct tri_ir_var *map_variable(struct copier *c, struct tri_ir_var *old)
{
	struct tri_ir_var *var = tri_map_get(&c->variables, TRI_KEY(old));
	if (var)
		return var;
	if (c->function && c->replace_returns && old->function == c->callee && old->class == TRI_VAR_LOCAL)
		return caller_local(c, old);
	return old;
}

// ---- Function literals -----------------------------------------------------------------------

// What stands before the number in the name of a literal in `outer`.
static const char *kind_of_literal(const struct tri_ir_func *literal, const struct tri_ir_func *outer)
{
	static const char *const kinds[] = {"-range", ".gowrap", ".deferwrap"};
	size_t end = strlen(literal->short_name);
	while (end > 0 && literal->short_name[end - 1] >= '0' && literal->short_name[end - 1] <= '9')
		end--;
	for (size_t i = 0; i < TRI_COUNT(kinds); i++) {
		size_t length = strlen(kinds[i]);
		if (end >= length && memcmp(literal->short_name + end - length, kinds[i], length) == 0)
			return kinds[i];
	}
	return outer->is_closure ? "." : ".func";
}

// main.f.g.func2: in main, through calls of f and g, main's second literal. Bodies of loops over functions and wrappers of go
// and defer statements keep their kind, deferwrap2, and have numbers of their own.
static void name_literal(struct copier *c, const struct tri_ir_func *outer, const struct tri_ir_func *old, struct tri_ir_func *function)
{
	struct tri_buffer text = {0};
	const struct tri_inline_site *chain[64];
	uint32_t depth = 0, number = 1;
	for (const struct tri_inline_site *site = c->site; site && depth < TRI_COUNT(chain); site = site->parent)
		chain[depth++] = site;
	while (depth-- > 0)
		tri_buffer_printf(&text, ".%s", chain[depth]->callee->short_name);
	const char *kind = kind_of_literal(old, outer);
	for (uint32_t i = 0; i < outer->closures.count; i++)
		number += kind_of_literal(outer->closures.items[i], outer) == kind;
	tri_buffer_append_c(&text, kind);
	do {
		function->symbol = tri_arena_printf(c->arena, "%s%s%u", outer->symbol, text.data, number);
		function->short_name = tri_arena_printf(c->arena, "%s%s%u", outer->short_name, text.data, number++);
	} while (!tri_ir_note_literal(c->package, function->symbol));
	tri_buffer_free(&text);
}

static struct tri_ir_func *copy_literal(struct copier *c, const struct tri_ir_func *old)
{
	struct tri_ir_func *function = TRI_NEW(c->arena, struct tri_ir_func);
	*function = *old;
	memset(&function->parameters, 0, sizeof function->parameters);
	memset(&function->results, 0, sizeof function->results);
	memset(&function->captures, 0, sizeof function->captures);
	memset(&function->locals, 0, sizeof function->locals);
	memset(&function->closures, 0, sizeof function->closures);
	memset(&function->inline_body, 0, sizeof function->inline_body);
	function->can_inline = false;
	function->copy_of = old->copy_of ? old->copy_of : old;
	function->copy_depth = old->copy_depth + 1;
	function->copy_site = c->site;
	struct tri_ir_func *outer = c->function;
	if (outer) {
		function->outer = outer;
		function->package = outer->package;
		function->owner = c->package;
		function->inline_checked = false;
		function->escape = function->escape_summary = NULL;
		name_literal(c, outer, old, function);
		tri_vector_push(c->arena, &outer->closures, function);
		tri_vector_push(c->arena, &c->package->functions, function);
	}
	struct copier inner = {
		.inliner = c->inliner,
		.package = c->package,
		.arena = c->arena,
		.trees = c->trees,
		.function = outer ? function : NULL,
	};
	for (uint32_t i = 0; i < old->parameters.count; i++)
		add_variable(&inner, function, copy_variable(&inner, old->parameters.items[i], function, TRI_VAR_PARAMETER));
	for (uint32_t i = 0; i < old->results.count; i++)
		add_variable(&inner, function, copy_variable(&inner, old->results.items[i], function, TRI_VAR_RESULT));
	for (uint32_t i = 0; i < old->captures.count; i++) {
		struct tri_ir_var *capture = copy_variable(&inner, old->captures.items[i], function, TRI_VAR_CAPTURE);
		capture->outer = map_variable(c, old->captures.items[i]->outer);
		add_variable(&inner, function, capture);
	}
	for (uint32_t i = 0; i < old->locals.count; i++)
		add_variable(&inner, function, copy_variable(&inner, old->locals.items[i], function, TRI_VAR_LOCAL));
	function->body = copy_statements(&inner, &old->body);
	for (uint32_t i = 0; i < inner.branches.count; i++) {
		struct tri_node *target = tri_map_get(&inner.nodes, TRI_KEY(inner.branches.items[i]->target));
		if (target)
			inner.branches.items[i]->target = target;
	}
	return function;
}

// ---- Nodes -----------------------------------------------------------------------------------

static struct tri_node *copy_shallow(struct copier *c, const struct tri_node *node)
{
	struct tri_node *copy = TRI_NEW(c->trees, struct tri_node);
	*copy = *node;
	copy->ssa = NULL;
	if (c->site && !copy->inline_site)
		copy->inline_site = c->site;
	if (node->op == TRI_NODE_GLOBAL && node->global->object)
		copy->global = tri_ir_global_for(c->package, node->global->object);
	return copy;
}

static struct tri_node *copy_node(struct copier *c, const struct tri_node *node)
{
	if (!node)
		return NULL;
	struct tri_node *copy = copy_shallow(c, node);
	if (tri_node_ops[node->op].class == TRI_NODE_CLASS_S)
		tri_map_put(c->inliner->scratch, &c->nodes, TRI_KEY(node), copy);
	if (node->var)
		copy->var = map_variable(c, node->var);
	if (node->op == TRI_NODE_CLOSURE)
		copy->function = copy_literal(c, node->function);
	copy->x = copy_node(c, node->x);
	copy->y = copy_node(c, node->y);
	copy->z = copy_node(c, node->z);
	copy->list = copy_list(c, &node->list);
	copy->body = copy_statements(c, &node->body);
	copy->other = node->op == TRI_NODE_IF ? copy_statements(c, &node->other) : copy_list(c, &node->other);
	if (node->target)
		tri_vector_push(c->inliner->scratch, &c->branches, copy);
	return copy;
}

static tri_node_list copy_list(struct copier *c, const tri_node_list *list)
{
	tri_node_list copy = {0};
	for (uint32_t i = 0; i < list->count; i++)
		tri_vector_push(c->trees, &copy, copy_node(c, list->items[i]));
	return copy;
}

// return a, b: assigns the result variables and leaves the body.
static void copy_return(struct copier *c, const struct tri_node *node, tri_node_list *out, bool last)
{
	tri_node_list values = copy_list(c, &node->list);
	uint32_t count = c->callee->results.count;
	if (values.count > 0) {
		struct tri_node *assign;
		for (uint32_t i = 0; c->delay_results && i < count; i++) {
			struct tri_ir_var *var = map_variable(c, c->callee->results.items[i]);
			struct tri_node *declaration = new_node(c, TRI_NODE_DECLARE, node->pos, NULL);
			declaration->var = var;
			var->reassigned = false;
			tri_vector_push(c->trees, out, declaration);
		}
		if (count == 1) {
			assign = new_node(c, TRI_NODE_ASSIGN, node->pos, NULL);
			assign->x = local_node(c, map_variable(c, c->callee->results.items[0]), node->pos);
			assign->y = values.items[0];
		} else {
			assign = new_node(c, values.count == 1 ? TRI_NODE_ASSIGN_TUPLE : TRI_NODE_ASSIGN_PARALLEL, node->pos, NULL);
			for (uint32_t i = 0; i < count; i++)
				tri_vector_push(c->trees, &assign->list, local_node(c, map_variable(c, c->callee->results.items[i]), node->pos));
			if (values.count == 1)
				assign->x = values.items[0];
			else
				assign->other = values;
		}
		assign->define = c->delay_results;
		assign->implicit = true; // shown as an assignment, part of a pair
		tri_vector_push(c->trees, out, assign);
	}
	if (last)
		return;
	struct tri_node *leave = new_node(c, TRI_NODE_GOTO, node->pos, NULL);
	leave->target = c->end_label;
	leave->name = c->end_label->name;
	tri_vector_push(c->trees, out, leave);
	c->end_used = true;
}

static tri_node_list copy_statements(struct copier *c, const tri_node_list *list)
{
	tri_node_list copy = {0};
	for (uint32_t i = 0; i < list->count; i++) {
		const struct tri_node *node = list->items[i];
		if (node && node->op == TRI_NODE_RETURN && c->replace_returns)
			copy_return(c, node, &copy, list == &c->callee->inline_body && i + 1 == list->count);
		else
			tri_vector_push(c->trees, &copy, copy_node(c, node));
	}
	return copy;
}

static void keep_variable(struct tri_ir_var *var)
{
	var->is_kept = true;
	var->kept_address_taken = var->address_taken;
	var->kept_reassigned = var->reassigned;
	var->kept_by_value = var->by_value;
}

static void keep_variables(const struct tri_ir_func *function)
{
	for (uint32_t i = 0; i < function->parameters.count; i++)
		keep_variable(function->parameters.items[i]);
	for (uint32_t i = 0; i < function->results.count; i++)
		keep_variable(function->results.items[i]);
	for (uint32_t i = 0; i < function->captures.count; i++)
		keep_variable(function->captures.items[i]);
	for (uint32_t i = 0; i < function->locals.count; i++)
		keep_variable(function->locals.items[i]);
}

tri_node_list tri_inline_pristine_copy(struct tri_inliner *inliner, const struct tri_ir_func *function)
{
	keep_variables(function);
	struct copier c = {.inliner = inliner, .package = inliner->package, .arena = inliner->package->arena, .trees = inliner->package->arena};
	tri_node_list copy = copy_statements(&c, &function->body);
	for (uint32_t i = 0; i < c.branches.count; i++) {
		struct tri_node *target = tri_map_get(&c.nodes, TRI_KEY(c.branches.items[i]->target));
		if (target)
			c.branches.items[i]->target = target;
	}
	return copy;
}

// ---- Substitution ----------------------------------------------------------------------------

static void declare(struct copier *c, tri_node_list *out, struct tri_ir_var *var, tri_pos pos, struct tri_node *value)
{
	struct tri_node *declaration = new_node(c, TRI_NODE_DECLARE, pos, NULL);
	declaration->var = var;
	tri_vector_push(c->trees, out, declaration);
	if (!value)
		return;
	struct tri_node *assign = new_node(c, TRI_NODE_ASSIGN, pos, NULL);
	assign->define = true;
	assign->x = local_node(c, var, pos);
	assign->y = value;
	tri_vector_push(c->trees, out, assign);
}

struct return_count {
	uint32_t count;
	bool without_values;
};

static void count_returns(void *context, struct tri_node **slot)
{
	struct return_count *returns = context;
	if ((*slot)->op == TRI_NODE_RETURN) {
		returns->count++;
		returns->without_values = returns->without_values || (*slot)->list.count == 0;
	}
	tri_node_each(*slot, count_returns, context);
}

// With one return and results without names, the results need not exist before it.
static bool can_delay_results(const struct tri_ir_func *callee)
{
	struct return_count returns = {0};
	for (uint32_t i = 0; i < callee->inline_body.count; i++) {
		struct tri_node *statement = callee->inline_body.items[i];
		count_returns(&returns, &statement);
	}
	if (returns.count != 1 || returns.without_values)
		return false;
	for (uint32_t i = 0; i < callee->results.count; i++) {
		const char *name = callee->results.items[i]->name->text;
		if (name[0] != '~' && name[0] != '_')
			return false;
	}
	return true;
}

void tri_inline_substitute(struct tri_inliner *inliner, struct tri_ir_func *caller, struct tri_node *call, struct tri_ir_func *callee)
{
	struct tri_inline_site *site = TRI_NEW(inliner->package->arena, struct tri_inline_site);
	site->parent = call->inline_site;
	site->callee = callee;
	site->call_pos = call->pos;
	site->index = caller->inline_sites.count;
	tri_vector_push(inliner->package->arena, &caller->inline_sites, site);

	struct copier copier = {
		.inliner = inliner,
		.package = inliner->package,
		.arena = inliner->package->arena,
		.trees = inliner->package->trees,
		.function = caller,
		.site = site,
		.replace_returns = true,
		.callee = callee,
	};
	struct copier *c = &copier;
	const struct tri_name *label_name = tri_name_printf(inliner->package->universe->names, ".inlined%u", site->index);
	c->end_label = new_node(c, TRI_NODE_LABEL, call->pos, NULL);
	c->end_label->name = label_name;

	// Inside an inlined literal, what it captured are the caller's own variables.
	for (uint32_t i = 0; i < callee->captures.count; i++)
		tri_map_put(c->inliner->scratch, &c->variables, TRI_KEY(callee->captures.items[i]), callee->captures.items[i]->outer);

	caller->has_goto |= callee->has_goto;
	struct tri_node *inlined = new_node(c, TRI_NODE_INLINED_CALL, call->pos, call->type);
	inlined->function = callee;
	inlined->source = call->source;
	inlined->inline_site = site;
	c->delay_results = can_delay_results(callee);
	const struct tri_node *function = call->x;
	while (function && function->op == TRI_NODE_CONVERT)
		function = function->x;
	if (call->op == TRI_NODE_CALL_CLOSURE && function->op == TRI_NODE_INLINED_CALL)
		for (uint32_t i = 0; i < function->body.count; i++)
			tri_vector_push(c->trees, &inlined->body, function->body.items[i]);
	for (uint32_t i = 0; i < callee->results.count; i++) {
		struct tri_ir_var *result = caller_local(c, callee->results.items[i]);
		if (!c->delay_results)
			declare(c, &inlined->body, result, call->pos, NULL);
	}
	for (uint32_t i = 0; i < callee->parameters.count; i++)
		declare(c, &inlined->body, caller_local(c, callee->parameters.items[i]), call->pos, call->list.items[i]);
	tri_node_list body = copy_statements(c, &callee->inline_body);
	for (uint32_t i = 0; i < c->branches.count; i++) {
		struct tri_node *target = tri_map_get(&c->nodes, TRI_KEY(c->branches.items[i]->target));
		if (target)
			c->branches.items[i]->target = target;
	}
	for (uint32_t i = 0; i < body.count; i++)
		tri_vector_push(c->trees, &inlined->body, body.items[i]);
	if (c->end_used)
		tri_vector_push(c->trees, &inlined->body, c->end_label);
	for (uint32_t i = 0; i < callee->results.count; i++)
		tri_vector_push(c->trees, &inlined->list, local_node(c, map_variable(c, callee->results.items[i]), call->pos));
	*call = *inlined;
}
