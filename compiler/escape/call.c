// Calls: arguments flow to parameters of functions in the same batch, and as the summary says otherwise.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

static void argument(struct escape_walk *walk, struct escape_sink sink, struct tri_node *call, struct tri_node *value)
{
	tri_escape_expression(walk, tri_escape_note(walk->batch, sink, call, "call parameter"), value);
}

static struct escape_sink heap(const struct escape_walk *walk) { return tri_escape_into(&walk->batch->heap); }
static struct escape_sink mutator(const struct escape_walk *walk) { return tri_escape_into(&walk->batch->mutator); }
static struct escape_sink blank(const struct escape_walk *walk) { return tri_escape_into(&walk->batch->blank); }

// The sink for what is passed as parameter `index` of `callee` (NULL: unknown), whose results go to `sinks`.
static struct escape_sink parameter_sink(struct escape_walk *walk, struct tri_ir_func *callee, uint32_t index,
										 const struct escape_sink *sinks, uint32_t sink_count)
{
	struct escape_batch *batch = walk->batch;
	if (callee == NULL)
		return heap(walk);
	if (tri_escape_in_batch(callee)) {
		if (index >= callee->parameters.count || tri_escape_is_blank(callee->parameters.items[index]))
			return blank(walk);
		return tri_escape_into(tri_escape_location_of(callee->parameters.items[index]));
	}
	struct escape_leaks leaks = tri_escape_parameter_leaks(callee, index);
	struct escape_sink targets[3 + TRI_ESCAPE_SUMMARY_RESULTS];
	uint32_t count = 0;
	if (leaks.heap >= 0)
		targets[count++] = tri_escape_shift(heap(walk), leaks.heap);
	if (leaks.mutator >= 0)
		targets[count++] = tri_escape_shift(mutator(walk), leaks.mutator);
	if (leaks.callee >= 0)
		targets[count++] = tri_escape_shift(tri_escape_into(&batch->callee), leaks.callee);
	for (uint32_t i = 0; sinks != NULL && i < TRI_ESCAPE_SUMMARY_RESULTS && i < sink_count; i++) {
		if (leaks.results[i] >= 0)
			targets[count++] = tri_escape_shift(sinks[i], leaks.results[i]);
	}
	return tri_escape_tee(walk, targets, count);
}

static bool is_pointer_made_integer(const struct tri_node *node)
{
	if (node->op != TRI_NODE_CONVERT)
		return false;
	struct tri_type *from = tri_type_underlying(node->x->type), *to = tri_type_underlying(node->type);
	return from->kind == TRI_TYPE_BASIC && from->as.basic.kind == TRI_BASIC_UNSAFE_POINTER && to->kind == TRI_TYPE_BASIC &&
		   to->as.basic.kind == TRI_BASIC_UINTPTR;
}

// Functions marked go:uintptrescapes keep pointers that they were given as numbers.
static void escape_integers(struct escape_walk *walk, struct tri_ir_func *callee, struct tri_node *value)
{
	if (callee == NULL || !(callee->pragmas & (1u << TRI_PRAGMA_BIT_UINTPTRESCAPES)))
		return;
	if (value->op == TRI_NODE_SLICE_LITERAL) {
		for (uint32_t i = 0; i < value->list.count; i++)
			escape_integers(walk, callee, value->list.items[i]->y);
	} else if (is_pointer_made_integer(value)) {
		tri_escape_expression(walk, tri_escape_note(walk->batch, heap(walk), value, "//go:uintptrescapes"), value->x);
	}
}

static bool holds_non_string_pointers(struct tri_type *type)
{
	type = tri_type_underlying(type);
	if (!tri_type_has_pointers(type) || tri_type_is(type, TRI_IS_STRING))
		return false;
	if (type->kind == TRI_TYPE_ARRAY)
		return holds_non_string_pointers(type->as.array.element);
	if (type->kind != TRI_TYPE_STRUCT)
		return true;
	for (uint32_t i = 0; i < type->as.structure.field_count; i++) {
		if (holds_non_string_pointers(type->as.structure.fields[i].type))
			return true;
	}
	return false;
}

// internal/abi.EscapeNonString(v): whoever hashes v by its pointers needs what they point to in the heap, strings apart.
static bool is_escape_non_string(const struct tri_ir_func *callee)
{
	static const char prefix[] = "EscapeNonString[";
	return callee != NULL && callee->is_instance && callee->package != NULL && strcmp(callee->package->path, "internal/abi") == 0 &&
		   strncmp(callee->short_name, prefix, sizeof prefix - 1) == 0;
}

static void call_function(struct escape_walk *walk, const struct escape_sink *sinks, uint32_t sink_count, struct tri_node *call)
{
	struct escape_batch *batch = walk->batch;
	struct tri_ir_func *callee = NULL;
	if (call->op == TRI_NODE_CALL)
		callee = call->function;
	else if (call->op == TRI_NODE_CALL_CLOSURE)
		callee = tri_escape_static_callee(call->x);

	if (sinks != NULL && callee != NULL && tri_escape_in_batch(callee)) {
		for (uint32_t i = 0; i < callee->results.count && i < sink_count; i++) {
			struct tri_ir_var *result = callee->results.items[i];
			struct escape_sink sink = sinks[i];
			if (!tri_escape_has_pointers(batch, result->type))
				sink.to = &batch->blank;
			tri_escape_flow(batch, sink, tri_escape_location_of(result));
		}
	}
	if (call->op == TRI_NODE_CALL_CLOSURE) {
		// An unknown callee's results may come from a closure that flows here; remember to treat its results
		// as lost when they are used.
		struct escape_sink sink = blank(walk);
		for (uint32_t i = 0; callee == NULL && sinks != NULL && i < sink_count; i++) {
			if (sinks[i].to != &batch->blank) {
				sink = tri_escape_note(batch, tri_escape_into(&batch->callee), call, "callee operand");
				break;
			}
		}
		tri_escape_expression(walk, sink, call->x);
	} else if (call->op == TRI_NODE_CALL_INTERFACE) {
		argument(walk, heap(walk), call, call->x);
	} else if (callee != NULL) {
		tri_escape_call_with_room(walk, sinks, sink_count, call);
	}
	for (uint32_t i = 0; i < call->list.count; i++) {
		struct tri_node *value = call->list.items[i];
		escape_integers(walk, callee, value);
		if (is_escape_non_string(callee)) {
			argument(walk, holds_non_string_pointers(value->type) ? heap(walk) : blank(walk), call, value);
			continue;
		}
		argument(walk, parameter_sink(walk, callee, i, sinks, sink_count), call, value);
	}
}

static void append(struct escape_walk *walk, struct escape_sink result, struct tri_node *call)
{
	struct escape_batch *batch = walk->batch;
	bool pointers = tri_escape_has_pointers(walk->batch, tri_type_underlying(call->type)->as.slice.element);
	// The old slice may be the result; or its elements are copied into a new one, about which nothing is
	// known: they flow to the heap.
	struct escape_sink pair[2] = {result, mutator(walk)};
	struct escape_sink old = tri_escape_tee(walk, pair, 2);
	if (pointers) {
		struct escape_sink with_elements[2] = {old, tri_escape_deref(batch, heap(walk), call, "appendee slice")};
		old = tri_escape_tee(walk, with_elements, 2);
	}
	argument(walk, old, call, call->x);
	if (call->has_dots) {
		struct tri_node *added = call->list.items[0];
		struct tri_type *type = tri_type_underlying(added->type);
		struct escape_sink sink = blank(walk);
		if (type->kind == TRI_TYPE_SLICE && tri_escape_has_pointers(walk->batch, type->as.slice.element))
			sink = tri_escape_deref(batch, heap(walk), call, "appended slice...");
		argument(walk, sink, call, added);
	} else {
		for (uint32_t i = 0; i < call->list.count; i++)
			argument(walk, heap(walk), call, call->list.items[i]);
	}
	// The new backing store. It is never shared between iterations, so it counts as outside all loops.
	tri_escape_spill(walk, result, call).to->loop_depth = 0;
}

static void copy(struct escape_walk *walk, struct tri_node *call)
{
	struct escape_batch *batch = walk->batch;
	argument(walk, mutator(walk), call, call->x);
	struct tri_type *type = tri_type_underlying(call->y->type);
	struct escape_sink sink = blank(walk);
	if (type->kind == TRI_TYPE_SLICE && tri_escape_has_pointers(walk->batch, type->as.slice.element))
		sink = tri_escape_deref(batch, heap(walk), call, "copied slice");
	argument(walk, sink, call, call->y);
}

void tri_escape_call(struct escape_walk *walk, const struct escape_sink *sinks, uint32_t sink_count, struct tri_node *call)
{
	struct escape_sink result = sinks != NULL && sink_count > 0 ? sinks[0] : blank(walk);
	switch ((enum tri_node_op)call->op) {
	case TRI_NODE_CALL:
	case TRI_NODE_CALL_CLOSURE:
	case TRI_NODE_CALL_INTERFACE:
		call_function(walk, sinks, sink_count, call);
		break;
	case TRI_NODE_INLINED_CALL:
		tri_escape_statements(walk, &call->body);
		for (uint32_t i = 0; i < call->list.count; i++)
			tri_escape_expression(walk, i < sink_count && sinks != NULL ? sinks[i] : blank(walk), call->list.items[i]);
		break;
	case TRI_NODE_APPEND:
		append(walk, result, call);
		break;
	case TRI_NODE_COPY:
		copy(walk, call);
		break;
	case TRI_NODE_PANIC:
		argument(walk, heap(walk), call, call->x);
		break;
	case TRI_NODE_CLEAR:
		argument(walk, mutator(walk), call, call->x);
		break;
	case TRI_NODE_MIN:
	case TRI_NODE_MAX:
		for (uint32_t i = 0; i < call->list.count; i++)
			argument(walk, result, call, call->list.items[i]);
		break;
	case TRI_NODE_PRINT:
	case TRI_NODE_PRINTLN:
		tri_escape_discard_list(walk, &call->list);
		break;
	case TRI_NODE_UNSAFE_ADD:
	case TRI_NODE_UNSAFE_SLICE:
	case TRI_NODE_UNSAFE_STRING:
	case TRI_NODE_UNSAFE_SLICE_DATA:
	case TRI_NODE_UNSAFE_STRING_DATA:
		argument(walk, result, call, call->x);
		tri_escape_discard(walk, call->y);
		break;
	case TRI_NODE_LEN:
	case TRI_NODE_CAP:
	case TRI_NODE_REAL:
	case TRI_NODE_IMAG:
	case TRI_NODE_COMPLEX:
	case TRI_NODE_CLOSE:
	case TRI_NODE_DELETE:
	case TRI_NODE_RECOVER:
	case TRI_NODE_NIL_CHECK:
	case TRI_NODE_RANGE_PANIC:
	case TRI_NODE_WRAPPER_PANIC:
	case TRI_NODE_DEFER_LIST:
		tri_escape_discard(walk, call->x);
		tri_escape_discard(walk, call->y);
		break;
	default:
		tri_ice("escape: %s is no expression", tri_node_ops[call->op].tag);
	}
}

void tri_escape_go_or_defer(struct escape_walk *walk, struct tri_node *node)
{
	struct escape_sink sink = heap(walk);
	node->placement = TRI_PLACE_HEAP;
	if (node->op == TRI_NODE_DEFER && node->y == NULL && walk->loop_depth == 1) {
		// Runs before the function returns, and at most once: neither record nor closure need outlive the frame.
		sink = tri_escape_later(walk, blank(walk));
		node->placement = TRI_PLACE_STACK;
	}
	if (node->y != NULL)
		tri_escape_discard(walk, node->y);
	struct tri_node *call = node->x;
	if (call->op == TRI_NODE_CALL_CLOSURE)
		tri_escape_expression(walk, sink, call->x);
	else
		tri_ice("escape: go or defer of %s", tri_node_ops[call->op].tag);
}

// The receiver flows into the closure, and where the method makes it flow; the results of a later call are unknown.
void tri_escape_method_value(struct escape_walk *walk, struct escape_sink sink, struct tri_node *node)
{
	struct escape_batch *batch = walk->batch;
	struct escape_sink targets[2];
	targets[1] = tri_escape_spill(walk, sink, node);
	struct tri_ir_func *method = NULL;
	if (!tri_type_is_interface(node->x->type) && node->object != NULL)
		method = tri_ir_function_for(batch->package, node->object);
	uint32_t result_count = method != NULL ? method->results.count : 0;
	struct escape_sink *results = TRI_NEW_ARRAY(batch->arena, struct escape_sink, result_count + 1);
	for (uint32_t i = 0; i < result_count; i++)
		results[i] = heap(walk);
	targets[0] = parameter_sink(walk, method, 0, results, result_count);
	tri_escape_expression(walk, tri_escape_tee(walk, targets, 2), node->x);
}
