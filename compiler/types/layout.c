// Sizes, alignments, field offsets and pointer masks on amd64, as Go's compiler lays types out.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

enum { WORD = 8 };
#define MOST_BYTES ((int64_t)1 << 50) // the address space a type may fill

static int64_t align_up(int64_t value, int64_t align) { return (value + align - 1) / align * align; }

static void compute(struct tri_type *type);

static void layout_array(struct tri_type *type)
{
	struct tri_type *element = type->as.array.element;
	compute(element);
	type->align = element->align;
	int64_t length = type->as.array.length < 0 ? 0 : type->as.array.length;
	if (element->size < 0 || (element->size > 0 && length > (MOST_BYTES - 1) / element->size)) {
		type->size = -1;
		return;
	}
	type->size = length * element->size;
	if (length > 0 && element->pointer_bytes > 0)
		type->pointer_bytes = (length - 1) * element->size + element->pointer_bytes;
}

static void layout_struct(struct tri_type *type)
{
	uint32_t count = type->as.structure.field_count;
	int64_t offset = 0;
	type->align = 1;
	for (uint32_t i = 0; i < count; i++) {
		struct tri_type *field = type->as.structure.fields[i].type;
		compute(field);
		if (field->size < 0) {
			type->size = -1;
			return;
		}
		offset = align_up(offset, field->align);
		type->as.structure.offsets[i] = offset;
		if (field->align > type->align)
			type->align = field->align;
		if (field->pointer_bytes > 0)
			type->pointer_bytes = offset + field->pointer_bytes;
		offset += field->size;
		if (offset > MOST_BYTES) {
			type->size = -1;
			return;
		}
	}
	// The address of a last field without size must not be that of what follows the struct.
	if (count > 0 && offset > 0 && type->as.structure.fields[count - 1].type->size == 0)
		offset++;
	type->size = align_up(offset, type->align);
}

// Package runtime marks types whose values never lie in the heap with a field of a type of internal/runtime/sys; pointers to
// them are none for the collector.
static bool is_not_in_heap(struct tri_type *type)
{
	type = tri_type_unalias(type);
	if (type->kind == TRI_TYPE_NAMED) {
		const struct tri_object *object = type->as.named.object;
		if (object->package && strcmp(object->name->text, "nih") == 0 && strcmp(object->package->path, "internal/runtime/sys") == 0)
			return true;
		type = tri_type_underlying(type);
	}
	if (type && type->kind == TRI_TYPE_ARRAY)
		return is_not_in_heap(type->as.array.element);
	if (!type || type->kind != TRI_TYPE_STRUCT)
		return false;
	for (uint32_t i = 0; i < type->as.structure.field_count; i++)
		if (is_not_in_heap(type->as.structure.fields[i].type))
			return true;
	return false;
}

// False while the type is incomplete.
static bool compute_parts(struct tri_type *type)
{
	if (type->kind == TRI_TYPE_NAMED || type->kind == TRI_TYPE_ALIAS) {
		struct tri_type *under = tri_type_underlying(type);
		if (!under)
			return false;
		compute(under);
		type->size = under->size;
		type->align = under->align;
		type->pointer_bytes = under->pointer_bytes;
		return true;
	}
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_BASIC: {
		enum tri_basic_kind kind = type->as.basic.kind;
		type->size = tri_basic_size(kind);
		type->align = type->size == 0 ? 1 : type->size > WORD ? WORD : type->size;
		if (kind == TRI_BASIC_COMPLEX64)
			type->align = 4;
		if (kind == TRI_BASIC_STRING || kind == TRI_BASIC_UNSAFE_POINTER)
			type->pointer_bytes = WORD;
		break;
	}
	case TRI_TYPE_POINTER:
		type->size = type->align = WORD;
		type->pointer_bytes = is_not_in_heap(type->as.pointer.element) ? 0 : WORD;
		break;
	case TRI_TYPE_FUNCTION:
	case TRI_TYPE_MAP:
	case TRI_TYPE_CHAN:
		type->size = type->align = type->pointer_bytes = WORD;
		break;
	case TRI_TYPE_SLICE:
		type->size = 3 * WORD;
		type->align = type->pointer_bytes = WORD;
		break;
	case TRI_TYPE_INTERFACE:
		type->size = type->pointer_bytes = 2 * WORD;
		type->align = WORD;
		break;
	case TRI_TYPE_ARRAY:
		layout_array(type);
		break;
	case TRI_TYPE_STRUCT:
		layout_struct(type);
		break;
	case TRI_TYPE_NAMED:
	case TRI_TYPE_ALIAS:
	case TRI_TYPE_TUPLE:
	case TRI_TYPE_PARAMETER:
	case TRI_TYPE_UNION:
		break;
	}
	return true;
}

// What is known of a type appears all at once, when `sized` is set: other threads look at finished types without a lock.
static void compute(struct tri_type *type)
{
	// A type met again is recursive, which is an error elsewhere.
	if (type->sized || type->sizing)
		return;
	type->sizing = true;
	type->size = 0;
	type->align = 1;
	type->pointer_bytes = 0;
	bool known = compute_parts(type);
	type->sizing = false;
	atomic_store_explicit(&type->sized, known, memory_order_release);
}

void tri_type_layout(struct tri_type *type)
{
	if (atomic_load_explicit(&type->sized, memory_order_acquire))
		return;
	// One lock for all layouts: parts may belong to other packages. It guards `sizing` and what is not sized yet.
	(void)tri_lazy_begin(type->home->late);
	compute(type);
	tri_lazy_end(type->home->late);
}

bool tri_type_has_pointers(struct tri_type *type)
{
	tri_type_layout(type);
	return type->pointer_bytes > 0;
}

bool tri_type_is_direct_interface(struct tri_type *type)
{
	if (tri_type_underlying(type) == NULL)
		return false;
	tri_type_layout(type);
	return type->size == WORD && type->pointer_bytes == WORD;
}

void tri_type_pointer_mask(struct tri_type *type, int64_t base_offset, struct tri_bits *bits)
{
	struct tri_type *under = tri_type_underlying(type);
	if (!under || !tri_type_has_pointers(under))
		return;
	uint32_t word = (uint32_t)(base_offset / WORD);
	switch ((enum tri_type_kind)under->kind) {
	case TRI_TYPE_BASIC:
	case TRI_TYPE_POINTER:
	case TRI_TYPE_FUNCTION:
	case TRI_TYPE_MAP:
	case TRI_TYPE_CHAN:
	case TRI_TYPE_SLICE:
		tri_bits_add(bits, word);
		break;
	case TRI_TYPE_INTERFACE: // the type word counts as a pointer too
		tri_bits_add(bits, word);
		tri_bits_add(bits, word + 1);
		break;
	case TRI_TYPE_ARRAY:
		for (int64_t i = 0; i < under->as.array.length; i++)
			tri_type_pointer_mask(under->as.array.element, base_offset + i * under->as.array.element->size, bits);
		break;
	case TRI_TYPE_STRUCT:
		for (uint32_t i = 0; i < under->as.structure.field_count; i++)
			tri_type_pointer_mask(under->as.structure.fields[i].type, base_offset + under->as.structure.offsets[i], bits);
		break;
	case TRI_TYPE_NAMED:
	case TRI_TYPE_ALIAS:
	case TRI_TYPE_TUPLE:
	case TRI_TYPE_PARAMETER:
	case TRI_TYPE_UNION:
		break;
	}
}

bool tri_type_holds_interface(struct tri_type *type)
{
	type = tri_type_underlying(type);
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_INTERFACE:
		return true;
	case TRI_TYPE_ARRAY:
		return tri_type_holds_interface(type->as.array.element);
	case TRI_TYPE_STRUCT:
		for (uint32_t i = 0; i < type->as.structure.field_count; i++) {
			if (tri_type_holds_interface(type->as.structure.fields[i].type))
				return true;
		}
		return false;
	default:
		return false;
	}
}

bool tri_type_is_plain_memory(struct tri_type *type)
{
	type = tri_type_underlying(type);
	switch (type->kind) {
	case TRI_TYPE_BASIC:
		return !tri_type_is(type, TRI_IS_FLOAT | TRI_IS_COMPLEX | TRI_IS_STRING);
	case TRI_TYPE_POINTER:
	case TRI_TYPE_CHAN:
	case TRI_TYPE_FUNCTION:
	case TRI_TYPE_MAP:
		return true;
	case TRI_TYPE_ARRAY:
		return tri_type_is_plain_memory(type->as.array.element);
	case TRI_TYPE_STRUCT: {
		tri_type_layout(type);
		int64_t end = 0;
		for (uint32_t i = 0; i < type->as.structure.field_count; i++) {
			struct tri_struct_field *field = &type->as.structure.fields[i];
			if (!tri_type_is_plain_memory(field->type) || type->as.structure.offsets[i] != end || !strcmp(field->name->text, "_"))
				return false;
			tri_type_layout(field->type);
			end += field->type->size;
		}
		return end == type->size;
	}
	default:
		return false;
	}
}
