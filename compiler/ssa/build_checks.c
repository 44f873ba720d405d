// Checks of what package unsafe makes of pointers (-d=checkptr), at the conversions and builtins themselves:
//
//   (*T)(p)            a T is there: aligned where it holds pointers, and within one object
//   unsafe.Pointer(n)  points into the object that one of the pointers in the arithmetic n pointed into, if it points into any
//   unsafe.Slice(p, n), unsafe.String(p, n)   all of it is within one object
//
// The runtime (runtime/lang/checkptr.c) knows objects; what is wrong ends the program, as in Go.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

bool ssa_checks_pointers(const struct builder *b)
{
	return b->package->check_pointers > 0 && !(b->source->pragmas & 1u << TRI_PRAGMA_BIT_NOCHECKPTR);
}

static bool is_basic(struct tri_type *type, enum tri_basic_kind kind)
{
	type = ssa_underlying(type);
	return type->kind == TRI_TYPE_BASIC && type->as.basic.kind == kind;
}

bool ssa_is_from_unsafe(const struct tri_node *conversion)
{
	return conversion->op == TRI_NODE_CONVERT && is_basic(conversion->x->type, TRI_BASIC_UNSAFE_POINTER) &&
		   ssa_type_has_kind(conversion->type, TRI_TYPE_POINTER);
}

bool ssa_is_number_to_unsafe(const struct tri_node *conversion)
{
	return is_basic(conversion->type, TRI_BASIC_UNSAFE_POINTER) && is_basic(conversion->x->type, TRI_BASIC_UINTPTR);
}

void ssa_check_alignment(struct builder *b, struct tri_ssa_value *pointer, struct tri_type *element, struct tri_ssa_value *count)
{
	tri_type_layout(element);
	if (element->align == 1 && (element->size <= 1 || count == NULL))
		return; // a byte is everywhere
	if (count == NULL)
		count = ssa_constant(b, TRI_SSA_I64, 1);
	ENTRY_CALL(b, checkptrAlignment, pointer, ssa_type_address(b, element), count);
}

void ssa_check_made_slice(struct builder *b, struct tri_ssa_value *pointer, struct tri_type *element, struct tri_ssa_value *length)
{
	if (element != NULL)
		ENTRY_CALL(b, checkptrSlice, pointer, ssa_type_address(b, element), length);
	else
		ENTRY_CALL(b, checkptrString, pointer, length);
}

// ---- Arithmetic ------------------------------------------------------------------------------

void ssa_check_arithmetic(struct builder *b, struct tri_ssa_value *number, struct tri_ssa_value *const *originals, uint32_t count)
{
	struct tri_type *pointer = b->universe->basic[TRI_BASIC_UNSAFE_POINTER];
	struct tri_ssa_value *list = ssa_constant(b, TRI_SSA_PTR, 0);
	if (count > 0)
		list = ssa_temporary(b, tri_type_array_of(b->universe, pointer, count), false);
	for (uint32_t i = 0; i < count; i++) {
		struct operand original = ssa_operand_of(pointer, originals[i]);
		ssa_store(b, list, (int64_t)i * 8, &original);
	}
	ENTRY_CALL(b, checkptrArithmetic, number, list, ssa_constant(b, TRI_SSA_I64, count));
}

// Pointers may be added to, subtracted from, and rounded with &^; these are the conversions of those that are.
static void find_originals(struct builder *b, const struct tri_node *node, struct ssa_originals *originals)
{
	if (node->op == TRI_NODE_CONVERT && is_basic(node->x->type, TRI_BASIC_UNSAFE_POINTER)) {
		tri_vector_push(b->arena, &originals->conversions, node);
		return;
	}
	if (node->op != TRI_NODE_ARITHMETIC || (node->operator!= TRI_OP_ADD && node->operator!= TRI_OP_SUB && node->operator!= TRI_OP_AND_NOT))
		return;
	find_originals(b, node->x, originals);
	if (node->operator== TRI_OP_ADD)
		find_originals(b, node->y, originals);
}

void ssa_note_original(struct builder *b, const struct tri_node *conversion, struct tri_ssa_value *pointer)
{
	for (uint32_t i = 0; b->originals != NULL && i < b->originals->conversions.count; i++) {
		if (b->originals->conversions.items[i] == conversion)
			tri_vector_push(b->arena, &b->originals->pointers, pointer);
	}
}

struct operand ssa_checked_number_to_pointer(struct builder *b, struct tri_node *node)
{
	// What a function returns, reflect.Value.Pointer above all, and the field Data of reflect's headers are pointers.
	bool is_call = node->x->op == TRI_NODE_CALL || node->x->op == TRI_NODE_CALL_CLOSURE || node->x->op == TRI_NODE_CALL_INTERFACE;
	bool is_exempt = is_call || tri_ir_is_header_data(node->x);
	struct ssa_originals originals = {0}, *outer = b->originals;
	if (!is_exempt) {
		find_originals(b, node->x, &originals);
		b->originals = &originals;
	}
	struct operand number = ssa_expression(b, node->x);
	b->originals = outer;
	// The number is no pointer yet: nothing must take it for one while it may be a wrong one.
	if (!is_exempt)
		ssa_check_arithmetic(b, number.words[0], originals.pointers.items, originals.pointers.count);
	number = ssa_convert_number(b, &number, node->type);
	number.type = node->type;
	return number;
}
