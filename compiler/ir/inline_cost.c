// Inlining: which functions are small enough, counted as Go's compiler counts its tree.
//
// Every node costs one. What that compiler's tree has and this one has not (names in declarations, literal wrappers)
// is added, what it has not (conversions that change nothing) is free, so that both draw the line at the same functions.
#define TRI_INLINE_INTERNAL
#include "compiler/ir/inline_internal.h"

#include "compiler/source/goroot.h"

struct counter {
	struct tri_inliner *inliner;
	const struct tri_ir_func *function;
	int32_t cost, most;
	bool nodes_only;    // nothing for calls, whatever makes inlining impossible
	const char *reason; // what makes inlining impossible
	bool big_caller;
};

static void count(struct counter *k, const struct tri_node *node);

static void count_list(struct counter *k, const tri_node_list *list)
{
	for (uint32_t i = 0; i < list->count && !k->reason; i++)
		if (list->items[i])
			count(k, list->items[i]);
}

static bool declares_next(const tri_node_list *list, uint32_t declaration)
{
	const struct tri_ir_var *var = list->items[declaration]->var;
	if (list->items[declaration]->implicit) // of a range clause
		return true;
	for (uint32_t i = declaration + 1; i < list->count; i++) {
		const struct tri_node *next = list->items[i];
		if (next->op == TRI_NODE_DECLARE)
			continue;
		if (!next->define)
			return false;
		if (next->op == TRI_NODE_ASSIGN && next->x && next->x->op == TRI_NODE_LOCAL && next->x->var == var)
			return true;
		if (next->op == TRI_NODE_ASSIGN_PARALLEL || next->op == TRI_NODE_ASSIGN_TUPLE)
			for (uint32_t j = 0; j < next->list.count; j++)
				if (next->list.items[j] && next->list.items[j]->op == TRI_NODE_LOCAL && next->list.items[j]->var == var)
					return true;
	}
	return false;
}

// What a loop gives its variables is copied into those of the iteration where they are captured or their addresses taken,
// which Go's compiler does later.
static bool is_copy_for_iteration(const struct tri_node *node)
{
	return node->op == TRI_NODE_ASSIGN && node->define && node->y && node->y->op == TRI_NODE_LOCAL && node->y->var->is_temporary &&
		   node->x && !node->x->var->is_temporary;
}

static void count_statements(struct counter *k, const tri_node_list *list)
{
	for (uint32_t i = 0; i < list->count && !k->reason; i++) {
		const struct tri_node *node = list->items[i];
		bool declares = node->op == TRI_NODE_DECLARE && i + 1 < list->count;
		if (declares && is_copy_for_iteration(list->items[i + 1]) && list->items[i + 1]->x->var == node->var)
			i++;
		else if (node->op == TRI_NODE_DECLARE)
			k->cost += declares_next(list, i) ? 2 : 4; // var x T is an assignment of zero as well
		else
			count(k, node);
	}
}

static void count_children(struct counter *k, const struct tri_node *node)
{
	if (node->x)
		count(k, node->x);
	if (node->y)
		count(k, node->y);
	if (node->z)
		count(k, node->z);
	count_list(k, &node->list);
	count_statements(k, &node->body);
	count_statements(k, &node->other);
}

static bool is_method(const struct tri_ir_func *function)
{
	return function->object && function->object->type->kind == TRI_TYPE_FUNCTION && function->object->type->as.function.receiver;
}

// Calls that cost no more than an operation, though that does not follow from the bodies: loads and stores of whole numbers
// byte by byte become one instruction, and the others are meant to be no hindrance.
static bool is_cheap(const struct tri_ir_func *function)
{
	static const char *const numbers[] = {"Uint64", "Uint32", "Uint16"};
	if (!function->package)
		return false;
	const char *path = function->package->path, *name = function->short_name;
	if (strcmp(path, "internal/abi") == 0)
		return strcmp(name, "NoEscape") == 0;
	if (strcmp(path, "runtime") == 0)
		return strcmp(name, "heapBits.nextArena") == 0;
	if (strcmp(path, "encoding/binary") == 0 && (strncmp(name, "littleEndian.", 13) == 0 || strncmp(name, "bigEndian.", 10) == 0))
		name = strchr(name, '.') + 1;
	else if (strcmp(path, "internal/byteorder") == 0 && (strncmp(name, "LE", 2) == 0 || strncmp(name, "BE", 2) == 0))
		name += 2;
	else
		return false;
	if (strncmp(name, "Put", 3) == 0)
		name += 3;
	else if (strncmp(name, "Append", 6) == 0)
		name += 6;
	for (size_t i = 0; i < TRI_COUNT(numbers); i++) {
		if (strcmp(name, numbers[i]) == 0)
			return true;
	}
	return false;
}

// The race detector has to see the calls of sync/atomic.
static bool is_operation(const struct tri_ir_package *package, const struct tri_ir_func *function)
{
	return function->intrinsic_counted && !(package->race && strcmp(function->package->path, "sync/atomic") == 0);
}

static void count_call(struct counter *k, const struct tri_node *node)
{
	if (node->op == TRI_NODE_CALL && !k->nodes_only &&
		(node->function->intrinsic == TRI_INTRINSIC_CALLER_PC || node->function->intrinsic == TRI_INTRINSIC_CALLER_SP)) {
		k->reason = tri_arena_printf(k->inliner->package->arena, "call to %s", node->function->short_name); // asks of the physical caller
		return;
	}
	struct tri_ir_func *callee = k->nodes_only ? NULL : tri_inline_callee(k->inliner, k->function, node);
	int32_t extra = k->nodes_only ? 0 : k->inliner->options->cheap_calls ? TRI_INLINE_CHEAP_CALL_COST : TRI_INLINE_CALL_COST;
	k->cost += node->op == TRI_NODE_CALL ? 2 : 1; // the call and its callee's name
	if (node->op == TRI_NODE_CALL && is_method(node->function))
		k->cost--; // a method's name is free
	if (node->op == TRI_NODE_CALL_INTERFACE)
		k->cost++; // the selector
	if (node->op == TRI_NODE_CALL_CLOSURE && node->x->op == TRI_NODE_LOCAL &&
		(node->x->var->class == TRI_VAR_PARAMETER || node->x->var->class == TRI_VAR_CAPTURE) && !k->nodes_only &&
		extra > TRI_INLINE_PARAMETER_CALL_COST)
		extra = TRI_INLINE_PARAMETER_CALL_COST;
	if (node->op == TRI_NODE_CALL && (is_cheap(node->function) || is_operation(k->inliner->package, node->function)))
		extra = 0;
	else if (callee && tri_inline_call_allowed(k->inliner, k->function, node, callee, k->big_caller, false, false))
		extra = callee->inline_cost;
	k->cost += extra;
	k->cost += node->dictionary_cost;
	if (node->x)
		count(k, node->x);
	count_list(k, &node->list);
}

// int, uint and uintptr are the 64-bit kinds under another name.
static enum tri_basic_kind sized_kind(enum tri_basic_kind kind)
{
	return kind == TRI_BASIC_INT ? TRI_BASIC_INT64 : kind == TRI_BASIC_UINT || kind == TRI_BASIC_UINTPTR ? TRI_BASIC_UINT64 : kind;
}

static bool changes_nothing(const struct tri_node *conversion)
{
	if (!conversion->implicit && tri_type_is(conversion->type, TRI_IS_FLOAT))
		return false; // rounds
	struct tri_type *from = tri_type_underlying(conversion->x->type), *to = tri_type_underlying(conversion->type);
	if (!from || !to || from->kind != TRI_TYPE_BASIC || to->kind != TRI_TYPE_BASIC)
		return true;
	return sized_kind(from->as.basic.kind) == sized_kind(to->as.basic.kind) || from->as.basic.kind == TRI_BASIC_UNSAFE_POINTER ||
		   to->as.basic.kind == TRI_BASIC_UNSAFE_POINTER;
}

// A field of a variable, or of what it points to, at the same address.
static bool is_first_field_of_name(const struct tri_node *node)
{
	if ((node->op != TRI_NODE_FIELD && node->op != TRI_NODE_FIELD_POINTER) ||
		(node->x->op != TRI_NODE_LOCAL && node->x->op != TRI_NODE_GLOBAL))
		return false;
	struct tri_type *type = tri_type_underlying(node->x->type);
	if (type->kind == TRI_TYPE_POINTER)
		type = tri_type_underlying(type->as.pointer.element);
	tri_type_layout(type);
	return type->kind == TRI_TYPE_STRUCT && type->as.structure.offsets[node->index] == 0;
}

static bool is_same_name(const struct tri_node *a, const struct tri_node *b)
{
	return a->op == b->op && ((a->op == TRI_NODE_LOCAL && a->var == b->var) || (a->op == TRI_NODE_GLOBAL && a->global == b->global));
}

// Sizes are not converted in Go's tree.
static const struct tri_node *unconverted(const struct tri_node *node)
{
	return node && node->op == TRI_NODE_CONVERT && node->implicit ? node->x : node;
}

static int32_t blanks(const tri_node_list *places)
{
	int32_t number = 0;
	for (uint32_t i = 0; i < places->count; i++)
		number += places->items[i] == NULL;
	return number;
}

static bool is_pointer_to_array(const struct tri_node *node)
{
	struct tri_type *under = tri_type_underlying(node->type);
	return under && under->kind == TRI_TYPE_POINTER;
}

static bool is_zero(const struct tri_node *node)
{
	int64_t value = 1;
	return node->op == TRI_NODE_LITERAL && node->value && tri_constant_int64(node->value, &value) && value == 0;
}

// Elements written with their index.
static int32_t written_keys(const struct tri_node *node)
{
	int32_t keys = 0;
	if (!node->source || node->source->kind != TRI_EXPR_COMPOSITE)
		return 0;
	const struct tri_composite_expr *literal = tri_as_composite_expr(node->source);
	for (uint32_t i = 0; i < literal->elements.count; i++)
		keys += literal->elements.items[i]->kind == TRI_EXPR_KEY_VALUE;
	return keys;
}

// A clause's receive always has two places in Go's tree; with two names it goes through temporaries. What it
// declares stands at the head of the body.
static void count_select(struct counter *k, const struct tri_node *node)
{
	k->cost++;
	for (uint32_t i = 0; i < node->list.count && !k->reason; i++) {
		const struct tri_node *clause = node->list.items[i], *receive = clause->x;
		k->cost++;
		if (receive) {
			count(k, receive);
			k->cost += receive->op == TRI_NODE_ASSIGN ? 1 : receive->op == TRI_NODE_EXPRESSION ? 3 : 0;
			if (receive->op == TRI_NODE_ASSIGN_TUPLE && receive->define)
				k->cost += 9;
		}
		count_statements(k, &clause->body);
		for (uint32_t j = 0; receive && receive->define && j < clause->body.count && clause->body.items[j]->op == TRI_NODE_DECLARE; j++)
			k->cost -= 2;
	}
}

static void count_if(struct counter *k, const struct tri_node *node)
{
	k->cost++;
	if (node->x->op == TRI_NODE_LITERAL && node->x->value) { // one branch only is ever compiled
		count_statements(k, tri_constant_bool_value(node->x->value) ? &node->body : &node->other);
		return;
	}
	count_children(k, node);
}

// The body of a loop over a function is assigned to a variable before it is passed.
static bool is_range_body(const struct tri_ir_func *function)
{
	const char *suffix = strrchr(function->short_name, '-');
	return suffix && strncmp(suffix, "-range", 6) == 0;
}

static bool has_constant_length(struct tri_type *type)
{
	type = tri_type_underlying(type);
	if (type->kind == TRI_TYPE_POINTER)
		type = tri_type_underlying(type->as.pointer.element);
	return type->kind == TRI_TYPE_ARRAY;
}

static bool is_forbidding(const struct tri_node *node)
{
	return node->op == TRI_NODE_RECOVER || node->op == TRI_NODE_GO || node->op == TRI_NODE_DEFER || node->op == TRI_NODE_DEFER_LIST;
}

static void count(struct counter *k, const struct tri_node *node)
{
	if (k->reason || (k->cost > k->most && (k->inliner->options->report < 2 || k->nodes_only)))
		return;
	if (k->nodes_only && (is_forbidding(node) || node->op == TRI_NODE_CLOSURE)) {
		k->cost++;
		if (node->op != TRI_NODE_CLOSURE)
			count_children(k, node);
		return;
	}
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_CALL:
	case TRI_NODE_CALL_CLOSURE:
	case TRI_NODE_CALL_INTERFACE:
		count_call(k, node);
		return;
	case TRI_NODE_CONVERT:
		k->cost += changes_nothing(node) ? 0 : 1;
		count(k, node->x);
		return;
	case TRI_NODE_TYPE:
	case TRI_NODE_FALLTHROUGH:
		return;
	case TRI_NODE_CONVERT_INTERFACE:
		k->cost +=
			tri_type_is_interface(node->x->type) && tri_type_identical(tri_type_underlying(node->x->type), tri_type_underlying(node->type))
				? 0
				: 1;
		count(k, node->x);
		return;
	case TRI_NODE_RANGE_PANIC: // a call by name
		k->cost += 2;
		count_children(k, node);
		return;
	case TRI_NODE_RETURN: // an instance returns several results through variables
		k->cost += 1 + (k->function->shaped && k->function->results.count > 1 ? 4 * (int32_t)k->function->results.count + 1 : 0);
		count_children(k, node);
		return;
	case TRI_NODE_TYPE_ASSERT: // to a shape: through the dictionary
		k->cost += 1 + (tri_type_has_shape(node->type) ? 6 : 0);
		count(k, node->x);
		return;
	case TRI_NODE_NEW:
		k->cost += 1 + (tri_type_has_shape(node->type) ? 5 : 0);
		if (node->x)
			count(k, node->x);
		return;
	case TRI_NODE_DICTIONARY: // the address of an element
		k->cost += 4;
		return;
	case TRI_NODE_EXPRESSION:
	case TRI_NODE_BLOCK:
	case TRI_NODE_KEYED:
	case TRI_NODE_STATEMENT_EXPR:
		count_children(k, node);
		return;
	case TRI_NODE_MAKE_CHAN:
	case TRI_NODE_MAKE_MAP: // without a size that is zero
		k->cost += node->x ? 1 : 2;
		if (node->x)
			count(k, unconverted(node->x));
		return;
	case TRI_NODE_MAKE_SLICE:
		k->cost++;
		count(k, unconverted(node->x));
		if (node->y)
			count(k, unconverted(node->y));
		return;
	case TRI_NODE_ASSIGN_TUPLE:
	case TRI_NODE_ASSIGN_PARALLEL: // blank is a name
		k->cost += 1 + blanks(&node->list);
		count_children(k, node);
		return;
	case TRI_NODE_STRUCT_LITERAL: // its elements are nodes of their own
		k->cost += 1 + (int32_t)node->list.count;
		count_children(k, node);
		return;
	case TRI_NODE_MAP_LITERAL:
		k->cost += 1 + (int32_t)node->list.count;
		count_children(k, node);
		return;
	case TRI_NODE_SLICE_LITERAL:
	case TRI_NODE_METHOD_VALUE:
		k->cost += 2 + 2 * written_keys(node);
		count_children(k, node);
		return;
	case TRI_NODE_CLOSURE:
		k->cost += is_range_body(node->function) ? 21 : 16;
		return;
	case TRI_NODE_PANIC: // is made cheap: what panics should not keep a function from being inlined
		k->cost += node->x->op == TRI_NODE_CONVERT_INTERFACE && node->x->implicit ? 1 : 2;
		count(k, node->x);
		return;
	case TRI_NODE_RECOVER:
		k->reason = "call to recover";
		return;
	case TRI_NODE_GO:
		k->reason = "unhandled op GO";
		return;
	case TRI_NODE_DEFER_LIST:
		k->reason = "defer call in range func";
		return;
	case TRI_NODE_DEFER:
		k->reason = "unhandled op DEFER";
		return;
	case TRI_NODE_ADDRESS:
		k->cost += is_first_field_of_name(node->x) ? -1 : 1;
		count(k, node->x);
		return;
	case TRI_NODE_DEREF: {
		const struct tri_node *pointer = node->x;
		while (pointer->op == TRI_NODE_CONVERT && changes_nothing(pointer))
			pointer = pointer->x;
		k->cost += pointer->op == TRI_NODE_ADDRESS ? 0 : 1;
		count(k, node->x);
		return;
	}
	case TRI_NODE_INDEX:
		k->cost += is_pointer_to_array(node->x) ? 2 : 1;
		count_children(k, node);
		return;
	case TRI_NODE_SLICE:
		k->cost += node->y && is_zero(node->y) ? 0 : 1;
		if (node->z && node->z->op == TRI_NODE_LEN && is_same_name(node->z->x, node->x))
			k->cost -= 2;
		count_children(k, node);
		return;
	case TRI_NODE_IF:
		count_if(k, node);
		return;
	case TRI_NODE_ASSIGN:
		k->cost += node->x ? 1 : 2; // blank is a name
		count_children(k, node);
		return;
	case TRI_NODE_RANGE:
		k->cost += 1 + (node->define ? 2 * ((node->y != NULL) + (node->z != NULL)) : 0) + (node->z && !node->y); // a blank key
		if (!node->z && has_constant_length(node->x->type)) {
			k->cost++; // the length is all that is needed
			if (node->y)
				count(k, node->y);
			count_statements(k, &node->body);
			return;
		}
		count_children(k, node);
		return;
	case TRI_NODE_FUNCTION: // a method expression is free
		k->cost += is_method(node->function) ? 0 : 1;
		return;
	case TRI_NODE_ARRAY_LITERAL:
		k->cost += 1 + 2 * written_keys(node);
		count_children(k, node);
		return;
	case TRI_NODE_SELECT:
		count_select(k, node);
		return;
	case TRI_NODE_TYPE_SWITCH: {
		bool has_variable = false;
		for (uint32_t i = 0; i < node->list.count; i++) {
			has_variable = has_variable || node->list.items[i]->var;
			k->cost += node->list.items[i]->var != NULL;
		}
		k->cost += has_variable ? 3 : 2;
		count_children(k, node);
		return;
	}
	default:
		k->cost++;
		count_children(k, node);
	}
}

static const char *impossible(const struct tri_ir_package *package, const struct tri_ir_func *function)
{
	static const struct {
		enum tri_pragma_bit bit;
		const char *reason;
	} pragmas[] = {
		{TRI_PRAGMA_BIT_NOINLINE, "marked go:noinline"},
		{TRI_PRAGMA_BIT_CGO_UNSAFE_ARGS, "marked go:cgo_unsafe_args"},
		{TRI_PRAGMA_BIT_UINTPTRKEEPALIVE, "marked as having a keep-alive uintptr argument"},
		{TRI_PRAGMA_BIT_UINTPTRESCAPES, "marked as having an escaping uintptr argument"},
		{TRI_PRAGMA_BIT_YESWRITEBARRIERREC, "marked go:yeswritebarrierrec"},
	};
	for (size_t i = 0; i < TRI_COUNT(pragmas); i++)
		if (function->pragmas & 1u << pragmas[i].bit)
			return pragmas[i].reason;
	if (package->race && function->pragmas & 1u << TRI_PRAGMA_BIT_NORACE)
		return "marked go:norace with -race compilation";
	if (package->check_pointers > 0 && function->pragmas & 1u << TRI_PRAGMA_BIT_NOCHECKPTR)
		return "marked go:nocheckptr";
	return function->has_body ? NULL : "no function body";
}

// Instances of another package's code are named with that package.
static const char *qualifier(const struct tri_inliner *inliner, const struct tri_ir_func *function)
{
	if (!function->package || function->package == inliner->package->package)
		return "";
	return tri_arena_printf(inliner->package->arena, "%s.", function->package->name->text);
}

static void report(struct tri_inliner *inliner, const struct tri_ir_func *function)
{
	struct tri_diags *diags = inliner->package->diags;
	tri_pos pos = function->decl ? function->decl->base.pos : function->pos;
	if (function->can_inline && inliner->options->report == 1) {
		tri_diag_note(diags, pos, "can inline %s%s", qualifier(inliner, function), function->short_name);
	} else if (function->can_inline && inliner->options->report > 1) {
		struct tri_buffer text = {0};
		if (function->parameters.count > 0 && function->parameters.items[0]->is_receiver) {
			tri_buffer_append_c(&text, "method(");
			tri_type_print_compiler(function->parameters.items[0]->type, inliner->package->package, &text);
			tri_buffer_append_c(&text, ") ");
		}
		tri_type_print_compiler(function->signature, inliner->package->package, &text);
		tri_buffer_append_c(&text, " { ");
		tri_node_print_statements(&function->body, inliner->package->package, &text);
		tri_diag_note(diags, pos, "can inline %s%s with cost %d as: %s }", qualifier(inliner, function), function->short_name,
					  function->inline_cost, text.data);
		tri_buffer_free(&text);
	} else if (!function->can_inline && inliner->options->report > 1) {
		tri_diag_note(diags, pos, "cannot inline %s%s: %s", qualifier(inliner, function), function->short_name, function->no_inline_reason);
	}
}

// Counted as for the cost, but without what calls add.
bool tri_inline_is_big(struct tri_inliner *inliner, const struct tri_ir_func *function)
{
	struct counter k = {.inliner = inliner, .function = function, .most = TRI_INLINE_BIG_FUNCTION, .nodes_only = true};
	count_statements(&k, &function->body);
	return k.cost >= TRI_INLINE_BIG_FUNCTION;
}

enum { DEEPEST_COPY = 5 };

void tri_inline_check(struct tri_inliner *inliner, struct tri_ir_func *function)
{
	if (function->inline_checked || function->owner != inliner->package)
		return;
	function->inline_checked = true;
	if (function->is_wrapper || function->is_method_value_wrapper || (function->object && strcmp(function->object->name->text, "_") == 0) ||
		function == inliner->package->init)
		return;
	function->no_inline_reason = impossible(inliner->package, function);
	// Literals that return each other would be copied for ever.
	if (function->copy_depth > DEEPEST_COPY)
		function->no_inline_reason = "repeated recursive cycle";
	if (!function->no_inline_reason) {
		struct counter k = {
			.inliner = inliner,
			.function = function,
			.most = function->is_closure ? TRI_INLINE_CLOSURE_BUDGET : TRI_INLINE_BUDGET,
			.big_caller = tri_inline_is_big(inliner, function),
		};
		count_statements(&k, &function->body);
		function->inline_cost = k.cost;
		if (k.reason)
			function->no_inline_reason = k.reason;
		else if (k.cost > k.most)
			function->no_inline_reason =
				tri_arena_printf(inliner->package->arena, "function too complex: cost %d exceeds budget %d", k.cost, k.most);
	}
	if (!function->no_inline_reason) {
		function->can_inline = true;
		function->inline_body = tri_inline_pristine_copy(inliner, function);
	}
	report(inliner, function);
}

static const struct tri_ir_func *as_written(const struct tri_ir_func *function) { return function->copy_of ? function->copy_of : function; }

static bool chain_has_position(const struct tri_inline_site *site, tri_pos pos)
{
	for (; site; site = site->parent)
		if (site->call_pos == pos)
			return true;
	return false;
}

// The call stands in code that came from itself: inlined there, or in a literal that an inlined call brought.
static bool is_recursive(const struct tri_ir_func *caller, const struct tri_node *call)
{
	if (chain_has_position(call->inline_site, call->pos))
		return true;
	for (; caller; caller = caller->outer)
		if (chain_has_position(caller->copy_site, call->pos))
			return true;
	return false;
}

// What checks must not see from within, or would have to see as the call that it is.
static bool is_instrumented_away(const struct tri_ir_package *package, const struct tri_ir_func *callee)
{
	static const char *const synchronised[] = {"sync", "sync/atomic", "internal/sync", "internal/runtime/atomic"};
	if ((!package->race && package->check_pointers == 0) || callee->package == NULL)
		return false;
	const char *path = callee->package->path;
	if (package->check_pointers > 0) {
		// Their results are numbers that become pointers in the same expression only as long as they are calls.
		bool gives_address = strcmp(callee->short_name, "Value.UnsafeAddr") == 0 || strcmp(callee->short_name, "Value.Pointer") == 0;
		if (tri_is_runtime_package(path) || (gives_address && strcmp(path, "reflect") == 0))
			return true;
	}
	for (size_t i = 0; package->race && i < TRI_COUNT(synchronised); i++) {
		if (strcmp(synchronised[i], path) == 0)
			return true;
	}
	return package->race && tri_is_runtime_package(path) && strcmp(path, "internal/bytealg") != 0;
}

bool tri_inline_call_allowed(struct tri_inliner *inliner, const struct tri_ir_func *caller, const struct tri_node *call,
							 struct tri_ir_func *callee, bool big_caller, bool called_once, bool report_it)
{
	if (!callee->can_inline || is_instrumented_away(inliner->package, callee))
		return false;
	// The init functions are called one after the other by the package's own, and stay functions.
	if (caller == inliner->package->init && callee->object && strcmp(callee->object->name->text, "init") == 0 &&
		callee->object->type->as.function.receiver == NULL)
		return false;
	int32_t most = big_caller ? TRI_INLINE_BIG_FUNCTION_BUDGET : TRI_INLINE_BUDGET;
	if (callee->is_closure) {
		most *= 2;
		if (called_once && most < TRI_INLINE_CLOSURE_BUDGET)
			most = TRI_INLINE_CLOSURE_BUDGET;
	}
	if (callee->inline_cost > most)
		return false;
	if (call->pos != TRI_NO_POS && is_recursive(caller, call))
		return false;
	for (const struct tri_inline_site *site = call->inline_site; site; site = site->parent)
		if (as_written(site->callee) == as_written(callee)) {
			if (report_it && inliner->options->report > 1)
				tri_diag_note(inliner->package->diags, tri_inline_report_pos(call), "cannot inline %s into %s: repeated recursive cycle",
							  callee->short_name, caller->short_name);
			return false;
		}
	return true;
}
