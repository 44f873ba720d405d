// Interface calls whose receiver surely holds values of one type become calls of that type's method.
//
// The type is found by following conversions, assertions and all assignments to the local variables on the way: a variable
// that is only ever given values of one type holds one, or nil. Assignments are collected when a function's variable is
// first asked for, and again from the code that inlining brings afterwards.
#define TRI_INLINE_INTERNAL
#include "compiler/ir/inline_internal.h"
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

// What a variable is given: `node`, result number `result` of it when that is a call with several, or something of `type`
// of which no more is known.
struct assignment {
	const struct tri_node *node;
	struct tri_type *type;
	uint32_t result;
	bool is_result;
};

struct assignments {
	TRI_VECTOR(struct assignment) list;
};

static struct tri_ir_var *canonical(struct tri_ir_var *var)
{
	while (var->class == TRI_VAR_CAPTURE && var->outer)
		var = var->outer;
	return var;
}

// ---- Collecting ------------------------------------------------------------------------------

static void assign(struct tri_inliner *inliner, const struct tri_node *place, struct assignment assignment)
{
	if (!place || place->op != TRI_NODE_LOCAL || !tri_type_is_interface(place->var->type))
		return;
	const struct tri_ir_var *var = canonical(place->var);
	if (var->class != TRI_VAR_LOCAL)
		return;
	const struct tri_node *node = assignment.node;
	if (node && !assignment.is_result && node->op == TRI_NODE_LITERAL && !node->value)
		return; // nil
	struct assignments *all = tri_map_get(&inliner->assignments, TRI_KEY(var));
	if (!all) {
		all = TRI_NEW(inliner->scratch, struct assignments);
		tri_map_put(inliner->scratch, &inliner->assignments, TRI_KEY(var), all);
	}
	tri_vector_push(inliner->scratch, &all->list, assignment);
}

static void assign_node(struct tri_inliner *inliner, const struct tri_node *place, const struct tri_node *node)
{
	assign(inliner, place, (struct assignment){.node = node});
}

static void assign_type(struct tri_inliner *inliner, const struct tri_node *place, struct tri_type *type)
{
	assign(inliner, place, (struct assignment){.type = type});
}

static const struct tri_node *behind_statements(const struct tri_node *node)
{
	while (node->op == TRI_NODE_STATEMENT_EXPR)
		node = node->x;
	return node;
}

static void assign_tuple(struct tri_inliner *inliner, const struct tri_node *statement)
{
	const struct tri_node *value = behind_statements(statement->x);
	for (uint32_t i = 0; i < statement->list.count; i++) {
		const struct tri_node *place = statement->list.items[i];
		switch ((enum tri_node_op)value->op) {
		case TRI_NODE_TYPE_ASSERT:
			if (i == 0)
				assign_node(inliner, place, value);
			break;
		case TRI_NODE_CALL:
		case TRI_NODE_CALL_CLOSURE:
		case TRI_NODE_CALL_INTERFACE:
		case TRI_NODE_INLINED_CALL:
			assign(inliner, place, (struct assignment){.node = value, .result = i, .is_result = true});
			break;
		default:
			if (value->type && value->type->kind == TRI_TYPE_TUPLE && i < value->type->as.tuple.count)
				assign_type(inliner, place, value->type->as.tuple.types[i]);
		}
	}
}

static void assign_range(struct tri_inliner *inliner, const struct tri_node *range)
{
	struct tri_type *type = tri_type_underlying(range->x->type);
	if (type->kind == TRI_TYPE_POINTER)
		type = tri_type_underlying(type->as.pointer.element);
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_ARRAY:
		assign_type(inliner, range->z, type->as.array.element);
		break;
	case TRI_TYPE_SLICE:
		assign_type(inliner, range->z, type->as.slice.element);
		break;
	case TRI_TYPE_CHAN:
		assign_type(inliner, range->y, type->as.chan.element);
		break;
	case TRI_TYPE_MAP:
		assign_type(inliner, range->y, type->as.map.key);
		assign_type(inliner, range->z, type->as.map.element);
		break;
	default: // numbers and characters
		break;
	}
}

static void collect(void *context, struct tri_node **slot);

static void collect_function(struct tri_inliner *inliner, struct tri_ir_func *function)
{
	if (tri_map_put(inliner->scratch, &inliner->collected, TRI_KEY(function), function))
		return;
	for (uint32_t i = 0; i < function->body.count; i++)
		collect(inliner, &function->body.items[i]);
}

static void collect(void *context, struct tri_node **slot)
{
	struct tri_inliner *inliner = context;
	struct tri_node *node = *slot;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_ASSIGN:
		assign_node(inliner, node->x, node->y);
		break;
	case TRI_NODE_ASSIGN_PARALLEL:
		for (uint32_t i = 0; i < node->list.count; i++)
			assign_node(inliner, node->list.items[i], node->other.items[i]);
		break;
	case TRI_NODE_ASSIGN_TUPLE:
		assign_tuple(inliner, node);
		break;
	case TRI_NODE_RANGE:
		assign_range(inliner, node);
		break;
	case TRI_NODE_TYPE_SWITCH:
		for (uint32_t i = 0; i < node->list.count; i++) {
			struct tri_node place = {.op = TRI_NODE_LOCAL, .var = node->list.items[i]->var};
			if (place.var)
				assign_node(inliner, &place, node->x);
		}
		break;
	case TRI_NODE_CLOSURE:
		collect_function(inliner, node->function);
		break;
	default:
		break;
	}
	tri_node_each(node, collect, context);
}

void tri_inline_collect_assignments(struct tri_inliner *inliner, const struct tri_ir_func *caller, struct tri_node *inlined)
{
	if (!tri_map_has(&inliner->collected, TRI_KEY(caller)))
		return;
	for (uint32_t i = 0; i < inlined->body.count; i++)
		collect(inliner, &inlined->body.items[i]);
}

// ---- The type of a value ---------------------------------------------------------------------

struct type_search {
	struct tri_inliner *inliner;
	struct tri_map seen; // variables
};

// `*known`: the value has the type, or is nil where the type is NULL. Not known: NULL.
static struct tri_type *concrete_type(struct type_search *search, const struct tri_node *node, bool *known);

static struct tri_type *assigned_type(struct type_search *search, const struct assignment *assignment, bool *known)
{
	const struct tri_node *node = assignment->node;
	struct tri_type *type = assignment->type;
	if (assignment->is_result) {
		if (node->op == TRI_NODE_INLINED_CALL && assignment->result < node->list.count)
			return concrete_type(search, node->list.items[assignment->result], known);
		type = node->type && node->type->kind == TRI_TYPE_TUPLE ? node->type->as.tuple.types[assignment->result] : node->type;
	} else if (node) {
		return concrete_type(search, node, known);
	}
	*known = type && !tri_type_is_interface(type);
	return *known ? type : NULL;
}

// Go's compiler has one representation of each defined type, and may have several of a type literal, which it then takes
// for different ones.
static bool is_same_type(struct tri_type *a, struct tri_type *b)
{
	a = tri_type_unalias(a);
	b = tri_type_unalias(b);
	if (a->kind == TRI_TYPE_POINTER && b->kind == TRI_TYPE_POINTER)
		return is_same_type(a->as.pointer.element, b->as.pointer.element);
	return a == b || (a->kind == TRI_TYPE_NAMED && tri_type_identical(a, b));
}

static struct tri_type *variable_type(struct type_search *search, struct tri_ir_var *var, bool *known)
{
	struct tri_inliner *inliner = search->inliner;
	*known = false;
	bool address_taken = var->object ? var->object->address_taken : var->address_taken;
	if (var->class != TRI_VAR_LOCAL || address_taken)
		return NULL;
	*known = true;
	if (tri_map_put(inliner->scratch, &search->seen, TRI_KEY(var), var))
		return NULL; // given to itself
	collect_function(inliner, var->function);
	const struct assignments *all = tri_map_get(&inliner->assignments, TRI_KEY(var));
	struct tri_type *type = NULL;
	for (uint32_t i = 0; all && i < all->list.count; i++) {
		struct tri_type *given = assigned_type(search, &all->list.items[i], known);
		if (!*known)
			return NULL;
		if (given && type && !is_same_type(given, type)) {
			*known = false;
			return NULL;
		}
		type = given ? given : type;
	}
	return type;
}

static struct tri_type *concrete_type(struct type_search *search, const struct tri_node *node, bool *known)
{
	*known = false;
	for (;;) {
		struct tri_type *type = node->type;
		if (type && type->kind == TRI_TYPE_TUPLE)
			type = type->as.tuple.types[0];
		if (!type)
			return NULL;
		if (!tri_type_is_interface(type)) {
			*known = true;
			return type;
		}
		switch ((enum tri_node_op)node->op) {
		case TRI_NODE_CONVERT:
		case TRI_NODE_CONVERT_INTERFACE:
		case TRI_NODE_STATEMENT_EXPR:
		case TRI_NODE_TYPE_ASSERT:
			node = node->x;
			continue;
		case TRI_NODE_INLINED_CALL:
			if (node->list.count != 1)
				return NULL;
			node = node->list.items[0];
			continue;
		case TRI_NODE_LOCAL:
			return variable_type(search, canonical(node->var), known);
		default:
			return NULL;
		}
	}
}

// ---- Calls -----------------------------------------------------------------------------------

// Nodes made for a call stand where the call does.
static void place_with(struct tri_node *node, const struct tri_node *call, const struct tri_node *end)
{
	for (; node != end; node = node->x) {
		node->pos = call->pos;
		node->inline_site = call->inline_site;
	}
}

static void report(struct tri_inliner *inliner, const struct tri_node *call, const char *before, struct tri_type *type)
{
	tri_pos pos = tri_inline_report_pos(call);
	if (inliner->options->report == 0 || pos == TRI_NO_POS)
		return;
	struct tri_buffer receiver = {0}, text = {0};
	tri_node_print(call->x, inliner->package->package, &receiver);
	tri_type_print_compiler(type, inliner->package->package, &text);
	tri_diag_note(inliner->package->diags, pos, "%sdevirtualizing %s.%s to %s", before, receiver.data, call->object->name->text, text.data);
	tri_buffer_free(&receiver);
	tri_buffer_free(&text);
}

// A method of a type with shapes would need a dictionary, which the interface value does not have.
static bool involves_shapes(struct tri_inliner *inliner, const struct tri_node *call, struct tri_type *type)
{
	if (tri_type_is_shape(type))
		return true;
	bool receiver = tri_type_has_shape(type);
	if (!receiver && !tri_type_has_shape(call->x->type))
		return false;
	tri_pos pos = tri_inline_report_pos(call);
	if (inliner->options->report > 0 && pos != TRI_NO_POS) {
		struct tri_buffer text = {0}, shaped = {0};
		tri_node_print(call, inliner->package->package, &text);
		tri_type_print_compiler(receiver ? type : call->x->type, inliner->package->package, &shaped);
		tri_diag_note(inliner->package->diags, pos, "cannot devirtualize %s: shaped %s %s", text.data, receiver ? "receiver" : "interface",
					  shaped.data);
		tri_buffer_free(&text);
		tri_buffer_free(&shaped);
	}
	return true;
}

// i.M(), where i surely holds a T or nil, becomes i.(T).M(). When T has M from an embedded interface it stays an interface
// call, of that one.
void tri_inline_devirtualise(struct tri_inliner *inliner, struct tri_node *call)
{
	if (call->op != TRI_NODE_CALL_INTERFACE || !call->object)
		return;
	struct type_search search = {.inliner = inliner};
	bool known;
	struct tri_type *type = concrete_type(&search, call->x, &known);
	struct tri_object *missing;
	if (!known || !type || !tri_type_implements(inliner->package->universe, type, call->x->type, &missing) ||
		involves_shapes(inliner, call, type))
		return;
	struct tri_selection selection;
	if (!tri_lookup_field_or_method(inliner->package->universe, type, call->object->package, call->object->name, &selection) ||
		selection.kind == TRI_SELECT_FIELD)
		return;
	struct function_builder builder = {.package = inliner->package, .arena = inliner->package->trees};
	struct tri_node *asserted = tri_node_new(inliner->package, TRI_NODE_TYPE_ASSERT, call->pos);
	asserted->x = call->x;
	asserted->type = type;
	asserted->implicit = true; // nil panics as in an interface call
	asserted->inline_site = call->inline_site;
	struct tri_node *receiver = tri_ir_follow(&builder, asserted, selection.path, selection.path_length, call->pos);
	bool partially = tri_type_is_interface(receiver->type);
	if (!partially)
		receiver = tri_ir_receiver(&builder, receiver, selection.object);
	place_with(receiver, call, asserted);
	report(inliner, call, partially ? "partially " : "", type);
	call->object = selection.object;
	if (partially) {
		call->x = receiver;
		call->index = tri_ir_interface_method_index(receiver->type, selection.object);
		return;
	}
	tri_node_list arguments = {0};
	tri_vector_push(inliner->package->trees, &arguments, receiver);
	for (uint32_t i = 0; i < call->list.count; i++)
		tri_vector_push(inliner->package->trees, &arguments, call->list.items[i]);
	call->op = TRI_NODE_CALL;
	call->function = tri_ir_method_of_instance(inliner->package, selection.object);
	if (call->function->shaped) { // perhaps new
		(void)tri_ir_build_instances(inliner->package);
		tri_inline_check(inliner, call->function->shaped);
		tri_inline_check(inliner, call->function);
	}
	call->x = NULL;
	call->index = 0;
	call->list = arguments;
}
