// Conversions, those written and those that assignment implies.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"
#include "compiler/syntax/unicode.h"

static bool is_byte_slice(struct tri_type *underlying)
{
	if (underlying->kind != TRI_TYPE_SLICE)
		return false;
	struct tri_type *element = tri_type_underlying(underlying->as.slice.element);
	return element->kind == TRI_TYPE_BASIC && element->as.basic.kind == TRI_BASIC_UINT8;
}

static bool is_rune_slice(struct tri_type *underlying)
{
	if (underlying->kind != TRI_TYPE_SLICE)
		return false;
	struct tri_type *element = tri_type_underlying(underlying->as.slice.element);
	return element->kind == TRI_TYPE_BASIC && element->as.basic.kind == TRI_BASIC_INT32;
}

static bool is_untyped(struct tri_type *type) { return type->kind == TRI_TYPE_BASIC && tri_type_is(type, TRI_IS_UNTYPED); }

struct tri_node *tri_ir_convert_implicitly(struct function_builder *b, struct tri_node *node, struct tri_type *type)
{
	if (type == NULL || node->type == NULL || node->type == type)
		return node;
	bool same_sort = is_untyped(node->type) || tri_type_is_interface(node->type) || !tri_type_is_interface(type);
	if (node->op == TRI_NODE_LITERAL && node->value == NULL && same_sort) { // nil; an interface that holds a nil pointer is not nil
		node->type = type;
		return node;
	}
	if (is_untyped(node->type) && !tri_type_is_interface(type)) {
		// What comparisons yield, and constants: the value is the same.
		node->type = type;
		return node;
	}
	if (is_untyped(node->type) && tri_type_is(node->type, TRI_IS_BOOLEAN))
		node->type = tri_ir_basic(b, TRI_BASIC_BOOL);
	if (tri_type_identical(node->type, type))
		return node;
	if (node->op == TRI_NODE_LITERAL && !tri_type_is_interface(type)) {
		node->type = type;
		return node;
	}
	enum tri_node_op op = tri_type_is_interface(type) ? TRI_NODE_CONVERT_INTERFACE : TRI_NODE_CONVERT;
	struct tri_node *conversion = tri_ir_unary(b, op, node->source != NULL ? node->source->pos : node->pos, type, node);
	if (op == TRI_NODE_CONVERT_INTERFACE)
		tri_ir_note_boxed(b, node->type);
	conversion->implicit = true;
	conversion->source = node->source;
	return conversion;
}

static enum tri_node_op conversion_op(struct tri_type *from, struct tri_type *to)
{
	if (tri_type_is_interface(to))
		return tri_type_identical(from, to) ? TRI_NODE_CONVERT : TRI_NODE_CONVERT_INTERFACE;
	from = tri_type_underlying(from);
	to = tri_type_underlying(to);
	if (tri_type_is(to, TRI_IS_STRING)) {
		if (is_byte_slice(from))
			return TRI_NODE_BYTES_TO_STRING;
		if (is_rune_slice(from))
			return TRI_NODE_RUNES_TO_STRING;
		if (tri_type_is(from, TRI_IS_INTEGER))
			return TRI_NODE_RUNE_TO_STRING;
	}
	if (tri_type_is(from, TRI_IS_STRING)) {
		if (is_byte_slice(to))
			return TRI_NODE_STRING_TO_BYTES;
		if (is_rune_slice(to))
			return TRI_NODE_STRING_TO_RUNES;
	}
	if (from->kind == TRI_TYPE_SLICE) {
		if (to->kind == TRI_TYPE_ARRAY)
			return TRI_NODE_SLICE_TO_ARRAY;
		if (to->kind == TRI_TYPE_POINTER && tri_type_underlying(to->as.pointer.element)->kind == TRI_TYPE_ARRAY)
			return TRI_NODE_SLICE_TO_ARRAY_POINTER;
	}
	return TRI_NODE_CONVERT;
}

// []rune("constant") is a literal of its runes.
static struct tri_node *rune_literal(struct function_builder *b, const struct tri_node *text, struct tri_type *type, tri_pos pos)
{
	struct tri_node *slice = tri_ir_node(b, TRI_NODE_SLICE_LITERAL, pos, type);
	struct tri_type *element = tri_type_underlying(type)->as.slice.element;
	size_t length;
	const char *bytes = tri_constant_string_value(text->value, &length);
	for (size_t at = 0; at < length;) {
		int32_t rune;
		size_t size = tri_utf8_decode(bytes + at, length - at, &rune);
		if (size == 0) // a byte that is none of UTF-8
			rune = 0xfffd;
		at += size > 0 ? size : 1;
		struct tri_node *keyed = tri_ir_node(b, TRI_NODE_KEYED, pos, NULL);
		keyed->index = slice->index++;
		keyed->y = tri_ir_integer(b, pos, element, rune);
		tri_vector_push(b->arena, &slice->list, keyed);
	}
	return slice;
}

struct tri_node *tri_ir_conversion(struct function_builder *b, struct tri_node *node, struct tri_type *type, tri_pos pos)
{
	if (node->op == TRI_NODE_LITERAL && node->value == NULL) {
		// nil as bytes or runes is what string(nil) converts.
		struct tri_type *from = type;
		if (tri_type_is(type, TRI_IS_STRING))
			from = node->type;
		else if (tri_type_is_interface(type))
			return tri_ir_literal(b, pos, type, NULL);
		return tri_ir_unary(b, conversion_op(from, type), pos, type, tri_ir_literal(b, node->pos, from, NULL));
	}
	if (is_untyped(node->type) && tri_type_is(node->type, TRI_IS_BOOLEAN))
		node->type = tri_type_is_interface(type) ? tri_ir_basic(b, TRI_BASIC_BOOL) : type;
	// In instances constants are converted to types that were parameters: the value is one of those.
	if (node->op == TRI_NODE_LITERAL && tri_type_is(node->type, TRI_IS_NUMERIC) && tri_type_is(type, TRI_IS_NUMERIC)) {
		node->type = type;
		return node;
	}
	enum tri_node_op op = conversion_op(node->type, type);
	if (op == TRI_NODE_CONVERT_INTERFACE)
		tri_ir_note_boxed(b, node->type);
	if (op == TRI_NODE_STRING_TO_RUNES && node->op == TRI_NODE_LITERAL)
		return rune_literal(b, node, type, pos);
	return tri_ir_unary(b, op, pos, type, node);
}
