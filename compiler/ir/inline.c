// Inlining of small functions.
//
// First, bottom up over the components of the call graph, each function's cost is counted (inline_cost.c) and a copy
// of the body of those that are small enough is kept. Then, again bottom up, calls are replaced (inline_copy.c), those
// within an inlined body too, until no call is left that may be. The order of both is that of Go's compiler, since it
// shows in -m.
#define TRI_INLINE_INTERNAL
#include "compiler/ir/inline_internal.h"
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

#include <stdlib.h>

typedef TRI_VECTOR(struct tri_ir_func *) function_list;

// ---- Components of the call graph ------------------------------------------------------------

struct search {
	struct tri_inliner *inliner;
	struct tri_map ids;
	uint32_t next;
	function_list stack;
	void (*analyse)(struct tri_inliner *inliner, struct tri_ir_func *const *functions, uint32_t count);
};

struct search_frame {
	struct search *search;
	uintptr_t least;
};

static uintptr_t search_visit(struct search *s, struct tri_ir_func *function);

static void search_function(struct search_frame *frame, struct tri_ir_func *function)
{
	if (!function || !function->has_body || function->owner != frame->search->inliner->package)
		return;
	uintptr_t id = search_visit(frame->search, function);
	if (id < frame->least)
		frame->least = id;
}

static void search_node(void *context, struct tri_node **slot)
{
	struct tri_node *node = *slot;
	if (node->function && node->op != TRI_NODE_INLINED_CALL)
		search_function(context, node->function);
	tri_node_each(node, search_node, context);
}

static uintptr_t search_visit(struct search *s, struct tri_ir_func *function)
{
	uintptr_t known = (uintptr_t)tri_map_get(&s->ids, TRI_KEY(function));
	if (known)
		return known;
	uintptr_t id = ++s->next;
	tri_map_put(s->inliner->scratch, &s->ids, TRI_KEY(function), (void *)id);
	struct search_frame frame = {s, ++s->next};
	tri_vector_push(s->inliner->scratch, &s->stack, function);
	for (uint32_t i = 0; i < function->body.count; i++)
		search_node(&frame, &function->body.items[i]);
	if ((frame.least == id || frame.least == id + 1) && !function->is_closure) {
		uint32_t start = s->stack.count;
		do {
			start--;
			tri_map_put(s->inliner->scratch, &s->ids, TRI_KEY(s->stack.items[start]), (void *)UINTPTR_MAX);
		} while (s->stack.items[start] != function);
		uint32_t count = s->stack.count - start;
		struct tri_ir_func **block = TRI_NEW_ARRAY(s->inliner->scratch, struct tri_ir_func *, count);
		memcpy(block, s->stack.items + start, count * sizeof *block);
		s->stack.count = start;
		s->analyse(s->inliner, block, count);
	}
	return frame.least;
}

static void bottom_up(struct tri_inliner *inliner, const function_list *functions,
					  void (*analyse)(struct tri_inliner *, struct tri_ir_func *const *, uint32_t))
{
	struct search s = {.inliner = inliner, .analyse = analyse};
	for (uint32_t i = 0; i < functions->count; i++)
		if (!functions->items[i]->is_closure)
			(void)search_visit(&s, functions->items[i]);
}

// ---- What is called --------------------------------------------------------------------------

static void note_definition(struct tri_inliner *inliner, const struct tri_node *statement)
{
	if (statement->op == TRI_NODE_ASSIGN && statement->define && statement->x && statement->x->op == TRI_NODE_LOCAL)
		tri_map_put(inliner->scratch, &inliner->definitions, TRI_KEY(statement->x->var), statement->y);
	if (statement->op == TRI_NODE_ASSIGN_PARALLEL && statement->define)
		for (uint32_t i = 0; i < statement->list.count; i++)
			if (statement->list.items[i] && statement->list.items[i]->op == TRI_NODE_LOCAL)
				tri_map_put(inliner->scratch, &inliner->definitions, TRI_KEY(statement->list.items[i]->var), statement->other.items[i]);
}

static void find_definitions(void *context, struct tri_node **slot)
{
	note_definition(context, *slot);
	tri_node_each(*slot, find_definitions, context);
}

static void find_function_definitions(struct tri_inliner *inliner, struct tri_ir_func *function)
{
	if (tri_map_put(inliner->scratch, &inliner->defined, TRI_KEY(function), function))
		return;
	for (uint32_t i = 0; i < function->body.count; i++)
		find_definitions(inliner, &function->body.items[i]);
}

static bool same_representation(const struct tri_node *conversion)
{
	struct tri_type *from = tri_type_underlying(conversion->x->type), *to = tri_type_underlying(conversion->type);
	return from && to && from->kind == to->kind && from->kind != TRI_TYPE_BASIC;
}

const struct tri_node *tri_inline_static_value(struct tri_inliner *inliner, const struct tri_node *node)
{
	for (int depth = 0; depth < 100; depth++) {
		if (node->op == TRI_NODE_CONVERT && same_representation(node)) {
			node = node->x;
			continue;
		}
		if (node->op == TRI_NODE_INLINED_CALL && node->list.count == 1) {
			node = node->list.items[0];
			continue;
		}
		if (node->op != TRI_NODE_LOCAL)
			return node;
		struct tri_ir_var *var = node->var;
		while (var->class == TRI_VAR_CAPTURE && var->outer)
			var = var->outer;
		const struct tri_node *value = tri_map_get(&inliner->definitions, TRI_KEY(var));
		if (var->class != TRI_VAR_LOCAL || var->reassigned || var->address_taken || !value)
			return node;
		node = value;
	}
	return node;
}

struct tri_ir_func *tri_inline_callee(struct tri_inliner *inliner, const struct tri_ir_func *caller, const struct tri_node *call)
{
	if (call->op == TRI_NODE_CALL)
		return call->function;
	if (call->op != TRI_NODE_CALL_CLOSURE)
		return NULL;
	const struct tri_node *value = tri_inline_static_value(inliner, call->x);
	if (value->op == TRI_NODE_FUNCTION)
		return value->function;
	if (value->op != TRI_NODE_CLOSURE)
		return NULL;
	struct tri_ir_func *literal = value->function;
	if (literal->captures.count > 0 && literal->captures.items[0]->outer->function != caller)
		return NULL; // its variables are not this function's
	if (!inliner->options->disabled)
		tri_inline_check(inliner, literal);
	return literal;
}

tri_pos tri_inline_report_pos(const struct tri_node *node)
{
	tri_pos pos = node->pos;
	for (const struct tri_inline_site *site = node->inline_site; site; site = site->parent)
		pos = site->call_pos;
	return pos;
}

// ---- Editing ---------------------------------------------------------------------------------

struct call_site {
	struct tri_node *call;
	struct tri_ir_func *callee; // resolved, NULL when not known
	bool resolved;
};

struct caller_state {
	struct tri_inliner *inliner;
	struct tri_ir_func *function;
	TRI_VECTOR(struct call_site) calls; // operands before the calls that use them
	bool big;
};

static bool is_call(const struct tri_node *node)
{
	return node->op == TRI_NODE_CALL || node->op == TRI_NODE_CALL_CLOSURE || node->op == TRI_NODE_CALL_INTERFACE;
}

static void mark_calls(void *context, struct tri_node **slot)
{
	struct caller_state *state = context;
	struct tri_node *node = *slot;
	if (node->op == TRI_NODE_GO || node->op == TRI_NODE_DEFER) {
		// The call itself runs later or elsewhere and stays.
		tri_node_each(node->x, mark_calls, context);
		return;
	}
	tri_node_each(node, mark_calls, context);
	if (!is_call(node))
		return;
	struct call_site site = {.call = node};
	tri_vector_push(state->inliner->scratch, &state->calls, site);
}

static uint32_t resolve(struct caller_state *state, uint32_t index)
{
	struct tri_inliner *inliner = state->inliner;
	struct call_site *site = &state->calls.items[index];
	if (!is_call(site->call))
		return 0;
	if (!site->callee) {
		tri_inline_devirtualise(inliner, site->call);
		struct tri_ir_func *callee = tri_inline_callee(inliner, state->function, site->call);
		site = &state->calls.items[index];
		if (!callee)
			return 0;
		site->callee = callee;
		uintptr_t uses = (uintptr_t)tri_map_get(&inliner->uses, TRI_KEY(callee)) + 1;
		tri_map_put(inliner->scratch, &inliner->uses, TRI_KEY(callee), (void *)uses);
	}
	return (uint32_t)(uintptr_t)tri_map_get(&inliner->uses, TRI_KEY(site->callee));
}

// What a callee's expression does must not be lost; a name or a literal does nothing, and of an inlined call the
// statements are kept.
static bool callee_is_plain(const struct tri_node *call)
{
	if (call->op == TRI_NODE_CALL)
		return true;
	const struct tri_node *x = call->x;
	while (x->op == TRI_NODE_CONVERT)
		x = x->x;
	return x->op == TRI_NODE_INLINED_CALL || x->op == TRI_NODE_LOCAL || x->op == TRI_NODE_CLOSURE || x->op == TRI_NODE_FUNCTION;
}

static void note_inlined(struct tri_inliner *inliner, struct tri_node *inlined)
{
	for (uint32_t i = 0; i < inlined->body.count; i++)
		find_definitions(inliner, &inlined->body.items[i]);
}

static bool edit(struct caller_state *state, uint32_t index)
{
	struct tri_inliner *inliner = state->inliner;
	uint32_t uses = resolve(state, index);
	struct call_site *site = &state->calls.items[index];
	if (uses == 0 || !site->callee->has_body || !callee_is_plain(site->call) || inliner->options->disabled)
		return false;
	struct tri_ir_func *callee = site->callee;
	struct tri_node *call = site->call;
	if (call->op == TRI_NODE_CALL && callee->intrinsic)
		return false;
	if (!tri_inline_call_allowed(inliner, state->function, call, callee, state->big, uses == 1 && callee->is_closure, true))
		return false;
	// Generated code has no place to report at, and where Go's compiler has an instruction nothing was inlined.
	if (inliner->options->report > 0 && tri_inline_report_pos(call) != TRI_NO_POS && !callee->intrinsic_counted &&
		!tri_ir_is_within_intrinsic(call->inline_site)) {
		const char *package = callee->package && callee->package != inliner->package->package ? callee->package->name->text : NULL;
		tri_diag_note(inliner->package->diags, tri_inline_report_pos(call), "inlining call to %s%s%s", package ? package : "",
					  package ? "." : "", callee->short_name);
	}
	uint32_t functions = inliner->package->functions.count;
	tri_inline_substitute(inliner, state->function, call, callee);
	note_inlined(inliner, call);
	tri_inline_collect_assignments(inliner, state->function, call);
	for (uint32_t i = functions; i < inliner->package->functions.count; i++)
		find_function_definitions(inliner, inliner->package->functions.items[i]);
	tri_node_each(call, mark_calls, state);
	for (uint32_t i = functions; i < inliner->package->functions.count; i++)
		tri_vector_push(inliner->scratch, &inliner->copied, inliner->package->functions.items[i]);
	return true;
}

static struct caller_state *state_of(struct tri_inliner *inliner, struct tri_ir_func *function)
{
	struct caller_state *state = tri_map_get(&inliner->states, TRI_KEY(function));
	if (state)
		return state;
	state = TRI_NEW(inliner->scratch, struct caller_state);
	state->inliner = inliner;
	state->function = function;
	state->big = !inliner->options->disabled && tri_inline_is_big(inliner, function);
	if (state->big && inliner->options->report > 1)
		tri_diag_note(inliner->package->diags, function->decl ? function->decl->base.pos : function->pos,
					  "function %s considered 'big'; reducing max cost of inlinees", function->short_name);
	tri_map_put(inliner->scratch, &inliner->states, TRI_KEY(function), state);
	find_function_definitions(inliner, function);
	for (uint32_t i = 0; i < function->body.count; i++)
		mark_calls(state, &function->body.items[i]);
	return state;
}

static void edit_component(struct tri_inliner *inliner, struct tri_ir_func *const *functions, uint32_t count)
{
	bool changed = true;
	while (changed) {
		changed = false;
		for (uint32_t f = 0; f < count; f++) {
			struct caller_state *state = state_of(inliner, functions[f]);
			// Calls that inlining brings are looked at together, after those that were there.
			for (uint32_t from = 0, to = state->calls.count; from < to;) {
				for (uint32_t i = from; i < to; i++)
					changed = edit(state, i) || changed;
				from = to;
				to = state->calls.count;
				for (uint32_t i = from; i < to; i++)
					(void)resolve(state, i);
			}
		}
	}
}

static void check_component(struct tri_inliner *inliner, struct tri_ir_func *const *functions, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		tri_inline_check(inliner, functions[i]);
}

// Functions whose literals call each other's functions would be copied into one another for ever.
enum { MOST_NESTED_COPIES = 4 };

static uint32_t copies_around(const struct tri_ir_func *function)
{
	uint32_t count = 0;
	for (; function; function = function->outer)
		count += function->copy_of != NULL;
	return count;
}

void tri_ir_inline(struct tri_ir_package *package, const struct tri_inline_options *options)
{
	struct tri_inliner inliner = {.package = package, .scratch = tri_arena_new(), .options = options};
	function_list functions = {0};
	for (uint32_t i = 0; i < package->kept.count && package->inlined == 0 && options->report > 1; i++)
		tri_diag_note(package->diags, package->kept.items[i].pos, "%s will be kept alive", package->kept.items[i].what);
	if (package->init && package->inlined == 0)
		tri_vector_push(inliner.scratch, &functions, package->init);
	for (uint32_t i = package->inlined; i < package->functions.count; i++)
		if (package->functions.items[i] != package->init)
			tri_vector_push(inliner.scratch, &functions, package->functions.items[i]);
	for (uint32_t i = 0; i < functions.count; i++)
		find_function_definitions(&inliner, functions.items[i]);
	if (!options->disabled)
		bottom_up(&inliner, &functions, check_component);
	for (uint32_t i = 0; i < functions.count; i++) {
		struct caller_state *state = state_of(&inliner, functions.items[i]);
		for (uint32_t j = 0; j < state->calls.count; j++)
			(void)resolve(state, j);
	}
	bottom_up(&inliner, &functions, edit_component);
	// Go's compiler inlines nothing into literals that inlining brought. Code is better for it, decisions are told as Go's.
	for (uint32_t i = 0; !package->shapes && i < inliner.copied.count; i++) { // may grow
		if (copies_around(inliner.copied.items[i]) <= MOST_NESTED_COPIES)
			edit_component(&inliner, &inliner.copied.items[i], 1);
	}
	package->inlined = package->functions.count;
	tri_arena_free(inliner.scratch);
}

void tri_ir_keep_inline_body(struct tri_ir_package *package, struct tri_ir_func *function)
{
	const struct tri_inline_options options = {0};
	struct tri_inliner inliner = {.package = package, .scratch = package->trees, .options = &options};
	function->inline_body = tri_inline_pristine_copy(&inliner, function);
}
