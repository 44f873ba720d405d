// Values: how evaluating an expression makes its operands flow into a sink.
//
// Every operand is visited even where its value goes nowhere, since evaluating it may store or allocate.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/internal.h"

void tri_escape_discard(struct escape_walk *walk, struct tri_node *node)
{
	if (node != NULL)
		tri_escape_expression(walk, tri_escape_into(&walk->batch->blank), node);
}

void tri_escape_discard_list(struct escape_walk *walk, const tri_node_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		tri_escape_discard(walk, list->items[i]);
}

static bool holds_pointers(const struct escape_batch *batch, const struct tri_node *node)
{
	struct tri_type *type = node->type;
	if (type != NULL && type->kind == TRI_TYPE_TUPLE && node->op == TRI_NODE_TYPE_ASSERT)
		type = type->as.tuple.types[0]; // "v, ok": ok is no pointer
	return type != NULL && (type->kind == TRI_TYPE_TUPLE || tri_escape_has_pointers(batch, type));
}

static bool is_uintptr(struct tri_type *type)
{
	struct tri_type *underlying = tri_type_underlying(type);
	return underlying->kind == TRI_TYPE_BASIC && underlying->as.basic.kind == TRI_BASIC_UINTPTR;
}

static bool is_unsafe_pointer(struct tri_type *type)
{
	struct tri_type *underlying = tri_type_underlying(type);
	return underlying->kind == TRI_TYPE_BASIC && underlying->as.basic.kind == TRI_BASIC_UNSAFE_POINTER;
}

// unsafe.Pointer(arithmetic): a pointer that was turned into a number within the same expression still flows.
void tri_escape_uintptr(struct escape_walk *walk, struct escape_sink sink, struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_FIELD_POINTER:
		if (tri_ir_is_header_data(node))
			tri_escape_expression(walk, tri_escape_deref(walk->batch, sink, node, "reflect.Header.Data"), node->x);
		else
			tri_escape_discard(walk, node->x);
		break;
	case TRI_NODE_STATEMENT_EXPR:
		tri_escape_statements(walk, &node->body);
		tri_escape_uintptr(walk, sink, node->x);
		break;
	case TRI_NODE_CONVERT:
		if (is_unsafe_pointer(node->x->type))
			tri_escape_expression(walk, sink, node->x);
		else
			tri_escape_discard(walk, node->x);
		break;
	case TRI_NODE_NEGATE:
	case TRI_NODE_COMPLEMENT:
		tri_escape_uintptr(walk, sink, node->x);
		break;
	case TRI_NODE_ARITHMETIC:
		tri_escape_uintptr(walk, sink, node->x);
		if (node->operator== TRI_OP_SHL || node->operator== TRI_OP_SHR || !is_uintptr(node->y->type))
			tri_escape_discard(walk, node->y);
		else
			tri_escape_uintptr(walk, sink, node->y);
		break;
	default:
		tri_escape_discard(walk, node);
	}
}

// Elements of composite literals.
static void elements(struct escape_walk *walk, struct escape_sink sink, struct tri_node *literal, const char *why)
{
	for (uint32_t i = 0; i < literal->list.count; i++) {
		struct tri_node *element = literal->list.items[i];
		if (element->op == TRI_NODE_KEYED)
			element = element->y;
		tri_escape_expression(walk, tri_escape_note(walk->batch, sink, literal, why), element);
	}
}

// The dereference of a pointer to an array that indexing implies, as a node of its own for explanations.
static struct tri_node *implied_deref(struct escape_walk *walk, struct tri_node *pointer)
{
	struct tri_node *node = tri_node_new(walk->batch->package, TRI_NODE_DEREF, pointer->pos);
	node->inline_site = pointer->inline_site;
	node->x = pointer;
	node->type = tri_type_underlying(pointer->type)->as.pointer.element;
	node->implicit = true;
	return node;
}

static void index_expression(struct escape_walk *walk, struct escape_sink sink, struct tri_node *node)
{
	struct escape_batch *batch = walk->batch;
	struct tri_type *type = tri_type_underlying(node->x->type);
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_MAP:
		tri_escape_discard(walk, node->x);
		break;
	case TRI_TYPE_ARRAY:
		tri_escape_expression(walk, tri_escape_note(batch, sink, node, "fixed-array-index-of"), node->x);
		break;
	case TRI_TYPE_POINTER:
		sink = tri_escape_note(batch, sink, node, "fixed-array-index-of");
		if (tri_escape_explains(batch))
			sink = tri_escape_deref(batch, sink, implied_deref(walk, node->x), "indirection");
		else
			sink = tri_escape_shift(sink, 1);
		tri_escape_expression(walk, sink, node->x);
		break;
	default:
		tri_escape_expression(walk, tri_escape_deref(batch, sink, node, "dot of pointer"), node->x);
	}
	tri_escape_discard(walk, node->y);
}

static void closure(struct escape_walk *walk, struct escape_sink sink, struct tri_node *node)
{
	struct escape_batch *batch = walk->batch;
	struct escape_closure entry = {.sink = tri_escape_spill(walk, sink, node), .node = node};
	tri_vector_push(batch->arena, &batch->closures, entry);
	struct tri_ir_func *function = node->function;
	if (!tri_escape_is_closure(function))
		return;
	for (uint32_t i = 0; i < function->captures.count; i++) {
		struct escape_location *location = tri_escape_location_of(function->captures.items[i]);
		if (location->captured)
			continue;
		location->captured = true;
		// Straight-line assignments before the first capture do not force a capture by reference.
		if (location->loop_depth == walk->loop_depth)
			location->reassigned = false;
	}
	tri_escape_body(batch, function);
}

// -d=checkptr=2: where objects in the heap begin and end is known, in frames it is not.
static bool is_kept_for_checks(const struct escape_walk *walk, const struct tri_node *conversion)
{
	enum { IN_HEAP = 2 };
	return walk->batch->package->check_pointers >= IN_HEAP && !(walk->function->pragmas & 1u << TRI_PRAGMA_BIT_NOCHECKPTR) &&
		   is_unsafe_pointer(conversion->type) && tri_type_underlying(conversion->x->type)->kind == TRI_TYPE_POINTER;
}

void tri_escape_expression(struct escape_walk *walk, struct escape_sink sink, struct tri_node *node)
{
	struct escape_batch *batch = walk->batch;
	if (node == NULL)
		return;
	if (node->op == TRI_NODE_STATEMENT_EXPR) {
		tri_escape_statements(walk, &node->body);
		tri_escape_expression(walk, sink, node->x);
		return;
	}
	if (sink.derefs >= 0 && !holds_pointers(batch, node))
		sink.to = &batch->blank;

	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_LITERAL:
	case TRI_NODE_ZERO:
	case TRI_NODE_GLOBAL:
	case TRI_NODE_FUNCTION:
	case TRI_NODE_TYPE:
	case TRI_NODE_DICTIONARY:
		break;
	case TRI_NODE_LOCAL:
		tri_escape_flow(batch, sink, tri_escape_location_of(node->var));
		break;
	case TRI_NODE_NEGATE:
	case TRI_NODE_NOT:
	case TRI_NODE_COMPLEMENT:
	case TRI_NODE_RECEIVE:
		tri_escape_discard(walk, node->x);
		break;
	case TRI_NODE_ARITHMETIC:
	case TRI_NODE_COMPARE:
	case TRI_NODE_AND_AND:
	case TRI_NODE_OR_OR:
		tri_escape_discard(walk, node->x);
		tri_escape_discard(walk, node->y);
		break;
	case TRI_NODE_ADDRESS:
		tri_escape_expression(walk, tri_escape_address(batch, sink, node, "address-of"), node->x);
		break;
	case TRI_NODE_DEREF:
		tri_escape_expression(walk, tri_escape_deref(batch, sink, node, "indirection"), node->x);
		break;
	case TRI_NODE_FIELD:
		tri_escape_expression(walk, tri_escape_note(batch, sink, node, "dot"), node->x);
		break;
	case TRI_NODE_FIELD_POINTER:
		tri_escape_expression(walk, tri_escape_deref(batch, sink, node, "dot of pointer"), node->x);
		break;
	case TRI_NODE_TYPE_ASSERT: {
		struct tri_type *type = node->type;
		if (type->kind == TRI_TYPE_TUPLE)
			type = type->as.tuple.types[0];
		tri_escape_expression(walk, tri_escape_unbox(batch, sink, type, node, "dot"), node->x);
		break;
	}
	case TRI_NODE_INDEX:
		index_expression(walk, sink, node);
		break;
	case TRI_NODE_SLICE:
		tri_escape_expression(walk, tri_escape_note(batch, sink, node, "slice"), node->x);
		tri_escape_discard(walk, node->y);
		tri_escape_discard(walk, node->z);
		tri_escape_discard_list(walk, &node->list);
		break;
	case TRI_NODE_CONVERT:
		if (is_kept_for_checks(walk, node))
			tri_escape_store_in_heap(walk, node->x, "conversion to unsafe.Pointer", node);
		else if (is_unsafe_pointer(node->type) && is_uintptr(node->x->type))
			tri_escape_uintptr(walk, sink, node->x);
		else
			tri_escape_expression(walk, sink, node->x);
		break;
	case TRI_NODE_CONVERT_INTERFACE:
		if (!tri_type_is_interface(node->x->type) && !tri_type_is_direct_interface(node->x->type))
			sink = tri_escape_spill(walk, sink, node);
		tri_escape_expression(walk, tri_escape_note(batch, sink, node, "interface-converted"), node->x);
		break;
	case TRI_NODE_SLICE_TO_ARRAY:
		tri_escape_expression(walk, tri_escape_deref(batch, sink, node, "slice-to-array"), node->x);
		break;
	case TRI_NODE_SLICE_TO_ARRAY_POINTER:
		tri_escape_expression(walk, sink, node->x);
		break;
	case TRI_NODE_NEW:
		tri_escape_expression(walk, tri_escape_spill(walk, sink, node), node->x);
		break;
	case TRI_NODE_MAKE_SLICE:
	case TRI_NODE_MAKE_MAP:
		tri_escape_spill(walk, sink, node);
		tri_escape_discard(walk, node->x);
		tri_escape_discard(walk, node->y);
		break;
	case TRI_NODE_MAKE_CHAN:
		node->placement = TRI_PLACE_HEAP;
		tri_escape_discard(walk, node->x);
		break;
	case TRI_NODE_METHOD_VALUE:
		tri_escape_method_value(walk, sink, node);
		break;
	case TRI_NODE_ADDRESS_LITERAL:
		tri_escape_expression(walk, tri_escape_spill(walk, sink, node), node->x);
		break;
	case TRI_NODE_ARRAY_LITERAL:
		elements(walk, sink, node, "array literal element");
		break;
	case TRI_NODE_SLICE_LITERAL:
		elements(walk, tri_escape_spill(walk, sink, node), node, "slice-literal-element");
		break;
	case TRI_NODE_STRUCT_LITERAL:
		elements(walk, sink, node, "struct literal element");
		break;
	case TRI_NODE_MAP_LITERAL:
		tri_escape_spill(walk, sink, node);
		for (uint32_t i = 0; i < node->list.count; i++) {
			tri_escape_store_in_heap(walk, node->list.items[i]->x, "map literal key", node);
			tri_escape_store_in_heap(walk, node->list.items[i]->y, "map literal value", node);
		}
		break;
	case TRI_NODE_CLOSURE:
		closure(walk, sink, node);
		break;
	case TRI_NODE_BYTES_TO_STRING:
	case TRI_NODE_RUNES_TO_STRING:
	case TRI_NODE_RUNE_TO_STRING:
	case TRI_NODE_STRING_TO_BYTES:
	case TRI_NODE_STRING_TO_RUNES:
		tri_escape_spill(walk, sink, node);
		tri_escape_discard(walk, node->x);
		break;
	case TRI_NODE_CONCATENATE:
		tri_escape_spill(walk, sink, node);
		tri_escape_discard_list(walk, &node->list);
		break;
	default:
		tri_escape_call(walk, &sink, 1, node);
	}
}
