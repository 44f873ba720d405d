// //tricolor:noalloc: a function's promise that neither it nor what it calls takes memory from the heap.
//
// Each function has its facts, found once from its tree after all decisions: what in it may allocate, what it calls, and
// calls of which the target is not known. A promise is checked by walking from its function over the calls; whatever may
// allocate is reported with the way there.
//
// What counts
//   - values and variables that are placed in the heap, and values in the frame that need more room than it has for them:
//     slices of unknown size, strings put together, maps that grow;
//   - append to a slice that the function began itself. Appending to somebody else's - a parameter, a field - takes memory
//     only beyond its capacity, which is theirs to provide;
//   - not the operand of panic: what a program does while it fails is not what the promise is about.
// A parameter that is a function is the caller's: it is whoever passes a function literal that may be said to call it.
// What package runtime does for a program is not looked into; its functions that allocate are listed.
//
// Branches that are not taken for the constants that a call passes do not count: one function often serves several others
// that differ in a flag.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/promise_internal.h"

enum { MOST_REPORTS = 3 }; // of one promise

// ---- Facts --------------------------------------------------------------------------------------------

static void add_fact(struct promise_checker *k, const struct tri_node *node, struct tri_ir_func *callee, const char *what)
{
	struct promise_fact *fact = TRI_NEW(k->arena, struct promise_fact);
	*fact = (struct promise_fact){.node = node, .callee = callee, .what = what};
	if (callee != NULL)
		fact->flags = node->op == TRI_NODE_CLOSURE ? tri_promise_capture_flags(k, node) : tri_promise_call_flags(k, node);
	*k->current->end = fact;
	k->current->end = &fact->next;
}

static const char *text_of(struct promise_checker *k, const struct tri_node *node)
{
	struct tri_buffer text = {0};
	tri_node_print(node, k->package->package, &text);
	const char *copy = tri_arena_strdup(k->arena, text.data != NULL ? text.data : "", text.length);
	tri_buffer_free(&text);
	return copy;
}

static void wrong(struct promise_checker *k, const struct tri_node *node, const char *what)
{
	add_fact(k, node, NULL, tri_arena_printf(k->arena, "%s %s", text_of(k, node), what));
}

static const char *qualified_name(struct promise_checker *k, const struct tri_ir_func *function)
{
	if (function->package == NULL || function->package == k->package->package)
		return function->short_name;
	return tri_arena_printf(k->arena, "%s.%s", function->package->path, function->short_name);
}

static bool is_of_runtime(const struct tri_ir_func *function)
{
	return strcmp(function->package->path, "runtime") == 0 || strncmp(function->package->path, "internal/runtime/", 17) == 0;
}

static void call_function(struct promise_checker *k, const struct tri_node *node)
{
	struct tri_ir_func *function = node->function;
	const char *path = function->package->path, *name = tri_arena_printf(k->arena, "%s.%s", path, function->short_name);
	if (tri_promise_hook_allocates(name))
		add_fact(k, node, NULL, tri_arena_printf(k->arena, "%s allocates", qualified_name(k, function)));
	else if (function->has_body && !is_of_runtime(function))
		add_fact(k, node, function, NULL);
	else if (!is_of_runtime(function) && !tri_promise_hook_is_harmless(path, name))
		add_fact(k, node, NULL,
				 tri_arena_printf(k->arena, "%s is not written in Go: it is not known whether it allocates", function->short_name));
}

static void call(struct promise_checker *k, const struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_CALL:
		if (node->function->intrinsic != 0)
			break;
		call_function(k, node);
		break;
	case TRI_NODE_CALL_CLOSURE:
		if (!tri_promise_is_known_function(k, node->x))
			add_fact(k, node, NULL, tri_arena_printf(k->arena, "it is not known which function %s calls", text_of(k, node->x)));
		break;
	case TRI_NODE_CALL_INTERFACE:
		add_fact(k, node, NULL,
				 tri_arena_printf(k->arena, "it is not known which method %s.%s calls", text_of(k, node->x),
								  node->object != NULL ? node->object->name->text : "?"));
		break;
	default:
		break;
	}
}

static bool is_map_element(const struct tri_node *place)
{
	return place != NULL && place->op == TRI_NODE_INDEX && tri_type_underlying(place->x->type)->kind == TRI_TYPE_MAP;
}

static void assigned(struct promise_checker *k, const struct tri_node *place)
{
	if (is_map_element(place))
		wrong(k, place, "may make the map grow");
}

static bool is_boxed_for_nothing(const struct tri_node *node)
{
	struct tri_type *type = node->x->type;
	tri_type_layout(type);
	return tri_type_is_interface(type) || tri_type_is_direct_interface(type) || node->x->op == TRI_NODE_LITERAL || type->size <= 1;
}

static void allocation(struct promise_checker *k, const struct tri_node *node)
{
	bool heap = node->placement != TRI_PLACE_STACK;
	int64_t size;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_CONVERT_INTERFACE:
		if (heap && !is_boxed_for_nothing(node))
			wrong(k, node, "escapes to heap");
		break;
	case TRI_NODE_CLOSURE:
		if (heap && node->function->captures.count > 0)
			wrong(k, node, "escapes to heap");
		add_fact(k, node, node->function, NULL);
		break;
	case TRI_NODE_APPEND:
		if (tri_promise_is_own(k, node->x))
			wrong(k, node, "may need a new array: the slice is the function's own");
		break;
	case TRI_NODE_MAKE_CHAN:
		wrong(k, node, "escapes to heap");
		break;
	case TRI_NODE_MAKE_SLICE: {
		const struct tri_node *count = node->y != NULL ? node->y : node->x;
		bool constant = count->op == TRI_NODE_LITERAL && count->value != NULL && tri_constant_int64(count->value, &size);
		if (tri_promise_is_growth(k, node))
			break;
		if (heap)
			wrong(k, node, "escapes to heap");
		else if (!constant)
			wrong(k, node, "has a size that is not known");
		break;
	}
	case TRI_NODE_CONCATENATE:
	case TRI_NODE_BYTES_TO_STRING:
	case TRI_NODE_RUNES_TO_STRING:
	case TRI_NODE_STRING_TO_RUNES:
		wrong(k, node, heap ? "escapes to heap" : "needs memory when it is long");
		break;
	case TRI_NODE_RUNE_TO_STRING:
		if (heap)
			wrong(k, node, "escapes to heap");
		break;
	case TRI_NODE_STRING_TO_BYTES:
		if (!node->zero_copy)
			wrong(k, node, heap ? "escapes to heap" : "needs memory when it is long");
		break;
	default:
		if (heap)
			wrong(k, node, "escapes to heap");
	}
}

static void visit(struct promise_checker *k, const struct tri_node *node);

static bool leaves(const struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_RETURN:
	case TRI_NODE_GOTO:
	case TRI_NODE_BREAK:
	case TRI_NODE_CONTINUE:
		return true;
	case TRI_NODE_EXPRESSION:
		return node->x->op == TRI_NODE_PANIC;
	default:
		return false;
	}
}

// False: what comes after is never reached, up to a label.
static bool visit_statements(struct promise_checker *k, const tri_node_list *list)
{
	bool reached = true;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct tri_node *node = list->items[i];
		if (!reached && node->op != TRI_NODE_LABEL)
			continue;
		int flag = node->op == TRI_NODE_IF ? tri_promise_flag(k, node->x) : -1;
		if (flag < 0)
			visit(k, node);
		reached = flag < 0 ? !leaves(node) : visit_statements(k, flag ? &node->body : &node->other);
	}
	return reached;
}

// A string that is converted from bytes only to be compared or looked up shares them.
static bool only_looks(const struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_COMPARE:
		return true;
	case TRI_NODE_INDEX:
		return is_map_element(node);
	case TRI_NODE_SWITCH:
		for (uint32_t i = 0; i < node->list.count; i++) {
			for (uint32_t j = 0; j < node->list.items[i]->list.count; j++) {
				if (node->list.items[i]->list.items[j]->op != TRI_NODE_LITERAL)
					return false;
			}
		}
		return true;
	default:
		return false;
	}
}

// append(s, make([]T, n)...) writes zeros and makes no slice.
static bool is_appended_zeros(const struct tri_node *node)
{
	return node->op == TRI_NODE_APPEND && node->has_dots && node->list.count == 1 && node->list.items[0]->op == TRI_NODE_MAKE_SLICE &&
		   node->list.items[0]->y == NULL;
}

static void visit_operands(struct promise_checker *k, const struct tri_node *node)
{
	bool statements_first = node->op == TRI_NODE_STATEMENT_EXPR || node->op == TRI_NODE_INLINED_CALL;
	const struct tri_node *operands[] = {node->x, node->y, node->z};
	if (statements_first)
		(void)visit_statements(k, &node->body);
	for (size_t i = 0; i < TRI_COUNT(operands); i++) {
		if (operands[i] != NULL && operands[i]->op == TRI_NODE_BYTES_TO_STRING && only_looks(node))
			visit(k, operands[i]->x);
		else if (operands[i] != NULL)
			visit(k, operands[i]);
	}
	for (uint32_t i = 0; i < node->list.count; i++) {
		if (is_appended_zeros(node))
			visit(k, node->list.items[i]->x);
		else if (node->list.items[i] != NULL)
			visit(k, node->list.items[i]);
	}
	if (!statements_first)
		(void)visit_statements(k, &node->body);
	if (node->op == TRI_NODE_IF) {
		(void)visit_statements(k, &node->other);
		return;
	}
	for (uint32_t i = 0; i < node->other.count; i++) {
		if (node->other.items[i] != NULL)
			visit(k, node->other.items[i]);
	}
}

static void visit(struct promise_checker *k, const struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_PANIC:
		return;
	case TRI_NODE_DECLARE:
		if (node->var->heap)
			add_fact(k, node, NULL, tri_arena_printf(k->arena, "moved to heap: %s", node->var->name->text));
		break;
	case TRI_NODE_GO:
		add_fact(k, node, NULL, "a goroutine is started");
		break;
	case TRI_NODE_DEFER:
		if (node->placement == TRI_PLACE_HEAP)
			add_fact(k, node, NULL, "deferred calls are kept in the heap");
		break;
	case TRI_NODE_FUNCTION:
		if (node->function->has_body && !is_of_runtime(node->function))
			add_fact(k, node, node->function, NULL);
		break;
	case TRI_NODE_ASSIGN_OP:
		if (tri_type_is(node->x->type, TRI_IS_STRING))
			add_fact(k, node, NULL, tri_arena_printf(k->arena, "%s += needs memory", text_of(k, node->x)));
		assigned(k, node->x);
		break;
	case TRI_NODE_ASSIGN:
		assigned(k, node->x);
		break;
	case TRI_NODE_RANGE:
		assigned(k, node->y);
		assigned(k, node->z);
		break;
	case TRI_NODE_ASSIGN_PARALLEL:
	case TRI_NODE_ASSIGN_TUPLE:
		for (uint32_t i = 0; i < node->list.count; i++)
			assigned(k, node->list.items[i]);
		break;
	default:
		// Strings put together have no place of their own that is decided, but need memory like any other.
		if (tri_node_ops[node->op].class == TRI_NODE_CLASS_A || node->op == TRI_NODE_CONCATENATE)
			allocation(k, node);
		else
			call(k, node);
	}
	visit_operands(k, node);
}

static struct promise_facts *facts_of(struct promise_checker *k, const struct tri_ir_func *function, struct promise_flags flags)
{
	struct promise_function *entry = tri_promise_function(k, function);
	for (struct promise_facts *facts = entry->facts; facts != NULL; facts = facts->next) {
		if (memcmp(&facts->flags, &flags, sizeof flags) == 0)
			return facts;
	}
	struct promise_facts *facts = TRI_NEW(k->arena, struct promise_facts), *outer = k->current;
	*facts = (struct promise_facts){.next = entry->facts, .function = function, .flags = flags};
	facts->end = &facts->first;
	entry->facts = k->current = facts;
	for (uint32_t i = 0; i < function->parameters.count; i++) {
		if (function->parameters.items[i]->heap)
			add_fact(k, NULL, NULL, tri_arena_printf(k->arena, "moved to heap: %s", function->parameters.items[i]->name->text));
	}
	(void)visit_statements(k, &function->body);
	k->current = outer;
	return facts;
}

// ---- Promises -----------------------------------------------------------------------------------------

struct promise_step { // on the way from the promise
	const struct promise_step *from;
	const struct tri_node *node;
	struct tri_ir_func *callee;
	struct promise_flags flags;
};

struct promise_walk {
	struct promise_checker *k;
	struct tri_ir_func *promised;
	TRI_VECTOR(const struct promise_step *) steps; // the nearest first
	TRI_VECTOR(struct promise_facts *) walked;
	uint32_t reports;
};

static tri_pos place_of(const struct tri_node *node, const struct tri_ir_func *function)
{
	return node != NULL ? node->pos : function->pos;
}

static const char *place_text(struct promise_walk *walk, tri_pos pos)
{
	struct tri_location place = tri_source_locate(walk->k->package->sources, pos);
	return tri_arena_printf(walk->k->arena, "%s:%u:%u", place.path, place.line, place.column);
}

static void report(struct promise_walk *walk, const struct promise_step *step, const struct tri_ir_func *function,
				   const struct promise_fact *fact)
{
	if (walk->reports++ >= MOST_REPORTS)
		return;
	struct tri_buffer way = {0};
	const struct tri_node *first = fact->node;
	const char *lines[64];
	uint32_t count = 0;
	tri_pos place = place_of(fact->node, function);
	for (const struct promise_step *s = step; s != NULL; s = s->from) {
		if (count < TRI_COUNT(lines))
			lines[count++] =
				tri_arena_printf(walk->k->arena, "\n\t%s calls %s", place_text(walk, s->node->pos), qualified_name(walk->k, s->callee));
		first = s->node;
	}
	while (count > 0)
		tri_buffer_append_c(&way, lines[--count]);
	if (step != NULL || (fact->node != NULL && fact->node->inline_site != NULL))
		tri_buffer_printf(&way, "\n\t%s %s", place_text(walk, place), fact->what);
	tri_pos pos = first != NULL ? tri_escape_node_pos(first) : walk->promised->pos;
	tri_diag_error(walk->k->package->diags, pos, "PromisedNoAlloc", "%s is promised not to allocate: %s%s", walk->promised->short_name,
				   fact->what, way.data != NULL ? way.data : "");
	tri_buffer_free(&way);
}

static void enter(struct promise_walk *walk, const struct promise_step *step, struct tri_ir_func *function, struct promise_flags flags)
{
	struct promise_facts *facts = facts_of(walk->k, function, flags);
	if (facts->walked)
		return;
	facts->walked = true;
	tri_vector_push(walk->k->arena, &walk->walked, facts);
	for (const struct promise_fact *fact = facts->first; fact != NULL; fact = fact->next) {
		if (fact->callee == NULL) {
			report(walk, step, function, fact);
			continue;
		}
		struct promise_step *next = TRI_NEW(walk->k->arena, struct promise_step);
		*next = (struct promise_step){.from = step, .node = fact->node, .callee = fact->callee, .flags = fact->flags};
		tri_vector_push(walk->k->arena, &walk->steps, next);
	}
}

static void check_promise(struct promise_checker *k, struct tri_ir_func *function)
{
	struct promise_walk walk = {.k = k, .promised = function};
	enter(&walk, NULL, function, (struct promise_flags){0});
	for (uint32_t i = 0; i < walk.steps.count && walk.reports < MOST_REPORTS; i++) // grows meanwhile
		enter(&walk, walk.steps.items[i], walk.steps.items[i]->callee, walk.steps.items[i]->flags);
	for (uint32_t i = 0; i < walk.walked.count; i++)
		walk.walked.items[i]->walked = false;
}

void tri_escape_check_promises(struct tri_ir_package *package)
{
	struct tri_arena *arena = NULL;
	struct promise_checker checker = {.package = package};
	for (uint32_t i = 0; i < package->functions.count; i++) {
		struct tri_ir_func *function = package->functions.items[i];
		if (!(function->pragmas & (1u << TRI_PRAGMA_BIT_NOALLOC)) || function->is_closure || function->is_wrapper)
			continue;
		if (arena == NULL)
			checker.arena = arena = tri_arena_new();
		check_promise(&checker, function);
	}
	if (arena != NULL)
		tri_arena_free(arena);
}
