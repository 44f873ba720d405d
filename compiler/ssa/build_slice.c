// Slices: slicing, copy, make, clear, conversions to arrays; package unsafe's functions.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

struct bound {
	struct tri_ssa_value *value; // NULL: not given
	bool is_unsigned;
};

static void slice_check(struct builder *b, struct bound index, struct tri_ssa_value *limit, enum entry failure, enum entry failure_unsigned)
{
	if (ssa_is_const(index.value) && ssa_is_const(limit) && index.value->integer >= 0 && index.value->integer <= limit->integer)
		return;
	struct tri_ssa_value *inside = ssa_emit2(b, TRI_SSA_LE_U, TRI_SSA_BOOL, index.value, limit);
	ssa_check(b, inside, index.is_unsigned ? failure_unsigned : failure, index.value, limit);
}

static struct bound bound_of(struct builder *b, struct tri_node *node, const struct operand *value)
{
	if (!node)
		return (struct bound){0};
	return (struct bound){ssa_to_int(b, value->words[0], node->type), ssa_is_unsigned(node->type)};
}

struct operand ssa_slice_expression(struct builder *b, struct tri_node *node)
{
	struct tri_node *nodes[4] = {node->x};
	struct tri_node *parts[3] = {node->y, node->z, node->list.count ? node->list.items[0] : NULL};
	struct operand values[4];
	uint32_t count = 1;
	for (int i = 0; i < 3; i++)
		if (parts[i])
			nodes[count++] = parts[i];
	bool checked_later = parts[2] && ssa_checks_pointers(b) && ssa_is_from_unsafe(node->x);
	if (checked_later)
		b->checked_later = node->x;
	ssa_expressions(b, nodes, count, values);
	struct bound low, high, max;
	uint32_t next = 1;
	low = bound_of(b, parts[0], parts[0] ? &values[next++] : NULL);
	high = bound_of(b, parts[1], parts[1] ? &values[next++] : NULL);
	max = bound_of(b, parts[2], parts[2] ? &values[next++] : NULL);

	struct tri_type *type = ssa_underlying(node->x->type);
	struct tri_ssa_value *data = values[0].words[0], *length, *capacity;
	bool string = ssa_is_string(type), slice = type->kind == TRI_TYPE_SLICE;
	int64_t size = 1;
	if (slice) {
		length = values[0].words[1];
		capacity = values[0].words[2];
	} else if (string) {
		length = capacity = values[0].words[1];
	} else {
		struct tri_type *array = ssa_underlying(type->as.pointer.element);
		data = ssa_nil_check(b, data);
		length = capacity = ssa_constant(b, TRI_SSA_I64, array->as.array.length);
	}
	if (!string) {
		struct tri_type *element = slice ? type->as.slice.element : ssa_underlying(type->as.pointer.element)->as.array.element;
		tri_type_layout(element);
		size = element->size;
	}
	bool bounded = node->bounded;
	struct tri_ssa_value *from = low.value ? low.value : ssa_constant(b, TRI_SSA_I64, 0), *to = high.value ? high.value : length,
						 *end = capacity;
	if (max.value) {
		end = max.value;
		if (!bounded) {
			slice_check(b, max, capacity, slice ? ENTRY_panicSlice3Acap : ENTRY_panicSlice3Alen,
						slice ? ENTRY_panicSlice3AcapU : ENTRY_panicSlice3AlenU);
			slice_check(b, high, end, ENTRY_panicSlice3B, ENTRY_panicSlice3BU);
			if (low.value)
				slice_check(b, low, to, ENTRY_panicSlice3C, ENTRY_panicSlice3CU);
		}
	} else if (!bounded) {
		if (high.value)
			slice_check(b, high, capacity, slice ? ENTRY_panicSliceAcap : ENTRY_panicSliceAlen,
						slice ? ENTRY_panicSliceAcapU : ENTRY_panicSliceAlenU);
		if (low.value)
			slice_check(b, low, to, ENTRY_panicSliceB, ENTRY_panicSliceBU);
	}
	if (checked_later)
		ssa_check_alignment(b, data, ssa_underlying(type->as.pointer.element)->as.array.element, end);
	struct tri_ssa_value *new_length = to, *new_capacity = end;
	if (!ssa_is_const_of(from, 0)) {
		new_length = ssa_emit2(b, TRI_SSA_SUB, TRI_SSA_I64, to, from);
		new_capacity = string || end == to ? new_length : ssa_emit2(b, TRI_SSA_SUB, TRI_SSA_I64, end, from);
		// An empty rest must not point behind its array, into what may be another object: the offset is masked away.
		struct tri_ssa_value *offset = size == 1 ? from : ssa_emit2(b, TRI_SSA_MUL, TRI_SSA_I64, from, ssa_constant(b, TRI_SSA_I64, size));
		struct tri_ssa_value *negative = ssa_emit1(b, TRI_SSA_NEG, TRI_SSA_I64, new_capacity);
		struct tri_ssa_value *mask = ssa_emit2(b, TRI_SSA_SHR_S, TRI_SSA_I64, negative, ssa_constant(b, TRI_SSA_I8, 63));
		data = ssa_emit2(b, TRI_SSA_ADD, TRI_SSA_PTR, data, ssa_emit2(b, TRI_SSA_AND, TRI_SSA_I64, offset, mask));
	}
	if (string)
		return ssa_operand_of2(node->type, data, new_length);
	return ssa_operand_of3(node->type, data, new_length, new_capacity);
}

// ---- Elements ---------------------------------------------------------------------------------

void ssa_move_elements(struct builder *b, struct tri_type *element, struct tri_ssa_value *to, struct tri_ssa_value *from,
					   struct tri_ssa_value *count)
{
	tri_type_layout(element);
	if (element->size == 0)
		return;
	if (tri_type_has_pointers(element)) {
		ENTRY_CALL(b, typedslicecopy, ssa_type_address(b, element), to, count, from, count);
		return;
	}
	struct tri_ssa_value *bytes =
		element->size == 1 ? count : ssa_emit2(b, TRI_SSA_MUL, TRI_SSA_I64, count, ssa_constant(b, TRI_SSA_I64, element->size));
	ENTRY_CALL(b, memmove, to, from, bytes);
}

void ssa_clear_elements(struct builder *b, struct tri_type *element, struct tri_ssa_value *from, struct tri_ssa_value *count)
{
	struct tri_ssa_value *bytes =
		element->size == 1 ? count : ssa_emit2(b, TRI_SSA_MUL, TRI_SSA_I64, count, ssa_constant(b, TRI_SSA_I64, element->size));
	if (tri_type_has_pointers(element))
		ENTRY_CALL(b, memclrHasPointers, from, bytes);
	else
		ENTRY_CALL(b, memclrNoHeapPointers, from, bytes);
}

struct operand ssa_copy(struct builder *b, struct tri_node *node)
{
	struct operand values[2];
	ssa_expressions(b, (struct tri_node *const[]){node->x, node->y}, 2, values);
	struct tri_type *element = ssa_element_of(node->x->type);
	struct tri_ssa_value *shorter = ssa_emit2(b, TRI_SSA_LT_S, TRI_SSA_BOOL, values[0].words[1], values[1].words[1]);
	struct tri_ssa_value *count = ssa_emit3(b, TRI_SSA_SELECT, TRI_SSA_I64, shorter, values[0].words[1], values[1].words[1]);
	struct tri_ssa_block *differ = ssa_new_block(b), *end = ssa_new_block(b);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, values[0].words[0], values[1].words[0]), differ, end, TRI_SSA_LIKELY);
	ssa_start_block(b, differ);
	ssa_move_elements(b, element, values[0].words[0], values[1].words[0], count);
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	return ssa_operand_of(b->universe->basic[TRI_BASIC_INT], count);
}

// A slice that does not escape, of a size known only when it runs: in the frame when it is small.
static struct operand small_or_heap_slice(struct builder *b, struct tri_node *node, struct tri_type *element, struct tri_ssa_value *length,
										  struct tri_ssa_value *capacity)
{
	int64_t most = SSA_SLICE_ROOM / element->size;
	uint32_t word = ssa_new_word(b, TRI_SSA_PTR);
	struct tri_ssa_block *fits = ssa_new_block(b), *small = ssa_new_block(b), *large = ssa_new_block(b), *end = ssa_new_block(b);
	struct tri_ssa_slot *slot = tri_ssa_new_slot(b->function, tri_type_array_of(b->universe, element, most), NULL);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_LE_U, TRI_SSA_BOOL, capacity, ssa_constant(b, TRI_SSA_I64, most)), fits, large, TRI_SSA_UNKNOWN);
	ssa_start_block(b, fits);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_LE_U, TRI_SSA_BOOL, length, capacity), small, large, TRI_SSA_LIKELY);
	ssa_start_block(b, small);
	struct tri_ssa_value *live = ssa_emit0(b, TRI_SSA_SLOT_LIVE, TRI_SSA_VOID);
	live->slot = slot;
	struct tri_ssa_value *address = ssa_slot_address(b, slot, 0);
	ssa_zero_memory(b, slot->type, address, 0);
	ssa_builder_write(b, word, address);
	ssa_jump_to(b, end);
	ssa_start_block(b, large);
	ssa_builder_write(b, word, ENTRY_CALL(b, makeslice, ssa_type_address(b, element), length, capacity));
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	return ssa_operand_of3(node->type, ssa_builder_read(b, word), length, capacity);
}

struct operand ssa_make_slice(struct builder *b, struct tri_node *node)
{
	struct tri_type *element = ssa_element_of(node->type);
	struct tri_node *nodes[2] = {node->x, node->y};
	struct operand values[2];
	ssa_expressions(b, nodes, node->y ? 2 : 1, values);
	struct tri_ssa_value *length = ssa_to_int(b, values[0].words[0], node->x->type);
	struct tri_ssa_value *capacity = node->y ? ssa_to_int(b, values[1].words[0], node->y->type) : length;
	tri_type_layout(element);
	// A capacity that became known here only, by propagation, may be anything: what is wrong or large is makeslice's.
	if (node->placement == TRI_PLACE_STACK && ssa_is_const(capacity) && capacity->integer >= 0 &&
		(element->size == 0 || capacity->integer <= SSA_LARGEST_SLICE / element->size) &&
		(!ssa_is_const(length) || (length->integer >= 0 && length->integer <= capacity->integer))) {
		if (!ssa_is_const(length)) {
			struct tri_ssa_value *zero = ssa_constant(b, TRI_SSA_I64, 0);
			ssa_check(b, ssa_emit2(b, TRI_SSA_LE_S, TRI_SSA_BOOL, zero, length), ENTRY_panicmakeslicelen, NULL, NULL);
			ssa_check(b, ssa_emit2(b, TRI_SSA_LE_S, TRI_SSA_BOOL, length, capacity), ENTRY_panicmakeslicecap, NULL, NULL);
		}
		struct tri_ssa_value *address = ssa_temporary(b, tri_type_array_of(b->universe, element, capacity->integer), true);
		return ssa_operand_of3(node->type, address, length, capacity);
	}
	if (node->placement == TRI_PLACE_STACK && element->size > 0 && element->size <= SSA_SLICE_ROOM)
		return small_or_heap_slice(b, node, element, length, capacity);
	if (ssa_is_const(capacity) && ssa_is_const(length) && length->integer >= 0 && length->integer <= capacity->integer) {
		struct tri_ssa_value *small = ssa_new_small(b, element, capacity->integer);
		if (small)
			return ssa_operand_of3(node->type, small, length, capacity);
	}
	struct tri_ssa_value *data = ENTRY_CALL(b, makeslice, ssa_type_address(b, element), length, capacity);
	data->non_nil = true;
	return ssa_operand_of3(node->type, data, length, capacity);
}

void ssa_clear_slice(struct builder *b, struct tri_node *node)
{
	struct operand slice = ssa_expression(b, node->x);
	struct tri_type *element = ssa_element_of(node->x->type);
	tri_type_layout(element);
	ssa_clear_elements(b, element, slice.words[0], slice.words[1]);
}

struct operand ssa_slice_to_array(struct builder *b, struct tri_node *node)
{
	struct operand slice = ssa_expression(b, node->x);
	bool pointer = node->op == TRI_NODE_SLICE_TO_ARRAY_POINTER;
	struct tri_type *array = pointer ? ssa_underlying(node->type)->as.pointer.element : node->type;
	int64_t length = ssa_underlying(array)->as.array.length;
	struct tri_ssa_value *wanted = ssa_constant(b, TRI_SSA_I64, length);
	ssa_check(b, ssa_emit2(b, TRI_SSA_LE_U, TRI_SSA_BOOL, wanted, slice.words[1]), ENTRY_panicSliceConvert, slice.words[1], wanted);
	if (pointer)
		return ssa_operand_of(node->type, slice.words[0]);
	if (length == 0)
		return ssa_zero_operand(b, node->type);
	struct operand value = ssa_load(b, node->type, slice.words[0], 0);
	return ssa_settle(b, &value);
}

// ---- Package unsafe --------------------------------------------------------------------------

struct operand ssa_unsafe_builtin(struct builder *b, struct tri_node *node)
{
	struct operand values[2];
	ssa_expressions(b, (struct tri_node *const[]){node->x, node->y}, node->y ? 2 : 1, values);
	struct tri_ssa_value *pointer = values[0].words[0];
	if (node->op == TRI_NODE_UNSAFE_SLICE_DATA || node->op == TRI_NODE_UNSAFE_STRING_DATA)
		return ssa_operand_of(node->type, pointer);
	struct tri_ssa_value *number = ssa_to_int(b, values[1].words[0], node->y->type);
	bool checks = ssa_checks_pointers(b);
	if (checks && node->op == TRI_NODE_UNSAFE_ADD) {
		struct tri_ssa_value *address = ssa_emit1(b, TRI_SSA_BITCAST, TRI_SSA_I64, pointer);
		ssa_check_arithmetic(b, ssa_emit2(b, TRI_SSA_ADD, TRI_SSA_I64, address, number), &pointer, 1);
	}
	if (node->op == TRI_NODE_UNSAFE_ADD)
		return ssa_operand_of(node->type, ssa_emit2(b, TRI_SSA_ADD, TRI_SSA_PTR, pointer, number));
	bool string = node->op == TRI_NODE_UNSAFE_STRING;
	int64_t size = 1;
	if (!string) {
		struct tri_type *element = ssa_element_of(node->type);
		tri_type_layout(element);
		size = element->size;
	}
	// Length in range, its bytes not past the end of the address space, and no nil pointer to something.
	struct tri_ssa_value *zero = ssa_constant(b, TRI_SSA_I64, 0);
	int64_t most = size ? INT64_MAX / size : INT64_MAX;
	ssa_check(b, ssa_emit2(b, TRI_SSA_LE_U, TRI_SSA_BOOL, number, ssa_constant(b, TRI_SSA_I64, most)),
			  string ? ENTRY_panicunsafestringlen : ENTRY_panicunsafeslicelen, NULL, NULL);
	struct tri_ssa_value *bytes = size == 1 ? number : ssa_emit2(b, TRI_SSA_MUL, TRI_SSA_I64, number, ssa_constant(b, TRI_SSA_I64, size));
	struct tri_ssa_value *address = ssa_emit1(b, TRI_SSA_BITCAST, TRI_SSA_I64, pointer);
	struct tri_ssa_block *empty = ssa_new_block(b), *some = ssa_new_block(b), *end = ssa_new_block(b);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, number, zero), empty, some, TRI_SSA_UNLIKELY);
	ssa_start_block(b, some);
	ssa_check(b, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, address, ssa_constant(b, TRI_SSA_I64, 0)),
			  string ? ENTRY_panicunsafestringnilptr : ENTRY_panicunsafeslicenilptr, NULL, NULL);
	struct tri_ssa_value *room = ssa_emit1(b, TRI_SSA_NEG, TRI_SSA_I64, address);
	ssa_check(b, ssa_emit2(b, TRI_SSA_LE_U, TRI_SSA_BOOL, bytes, room), string ? ENTRY_panicunsafestringlen : ENTRY_panicunsafeslicelen,
			  NULL, NULL);
	ssa_jump_to(b, end);
	ssa_start_block(b, empty);
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	if (checks)
		ssa_check_made_slice(b, pointer, string ? NULL : ssa_element_of(node->type), number);
	return string ? ssa_operand_of2(node->type, pointer, number) : ssa_operand_of3(node->type, pointer, number, number);
}
