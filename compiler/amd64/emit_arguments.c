// What traces print of a function's arguments: their machine words in the order of the source, nested as in their types, each with
// the place where it can be read while the function runs. Limits are those of Go's traces.
//
// A place counts only where it certainly holds the argument: the incoming stack area always, a variable's own slot from the store
// at the entry on (then it shows what the variable was set to last), a spill slot until something else may be put there. Nothing
// is stored for the sake of traces.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "abi/call.h"
#include "abi/function.h"
#include "compiler/amd64/emit.h"

enum {
	MOST_WORDS = 10,
	MOST_NESTED = 5,
	FARTHEST = 0xf0, // in Go's frame of arguments
};

struct writer {
	struct emitter *emitter;
	struct tri_code *code;
	uint32_t words; // written so far
	// The parameter at work:
	const struct tri_ssa_abi_value *value;
	const struct tri_ssa_slot *slot; // or NULL
	int64_t go_offset;               // in Go's frame of arguments
	struct tri_ssa_leaf leaves[TRI_SSA_MAX_LEAVES];
	uint32_t leaf_count;
};

static void put_byte(struct writer *writer, uint8_t byte) { tri_vector_push(writer->emitter->arena, &writer->code->arguments, byte); }

static void put_number(struct writer *writer, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		put_byte(writer, (uint8_t)(value | 0x80));
	put_byte(writer, (uint8_t)value);
}

static void put_place(struct writer *writer, int64_t size, enum tri_argument_place place)
{
	put_byte(writer, (uint8_t)(__builtin_ctzll((uint64_t)size) + 4 * place));
}

// ---- Where code is -----------------------------------------------------------------------------

// Offset of the first instruction at or behind a position.
static uint32_t code_at(const struct writer *writer, uint32_t position)
{
	const struct machine_function *function = writer->emitter->function;
	uint32_t index = (position + 1) / 2;
	return index < function->by_position.count ? function->by_position.items[index]->code_offset : writer->emitter->encoder.offset;
}

// The position from which on the slot of `vreg` may hold something else; UINT32_MAX: never.
static uint32_t reused_at(const struct machine_function *function, uint32_t vreg)
{
	uint32_t slot = vreg_of(function, vreg)->spill_slot, at = UINT32_MAX;
	for (uint32_t other = 1; other < function->vregs.count; other++) {
		const struct virtual_register *info = vreg_of(function, other);
		if (other != vreg && info->spilled && info->spill_slot == slot && info->interval->ranges.items[0].from < at)
			at = info->interval->ranges.items[0].from;
	}
	// What a jump back leads to from there comes after it too.
	for (bool changed = at != UINT32_MAX; changed;) {
		changed = false;
		for (uint32_t i = 0; i < function->blocks.count; i++) {
			const struct machine_block *block = function->blocks.items[i];
			for (uint32_t s = 0; block->to > at && s < block->successors.count; s++) {
				if (block->successors.items[s]->from < at) {
					at = block->successors.items[s]->from;
					changed = true;
				}
			}
		}
	}
	return at;
}

// ---- Words ---------------------------------------------------------------------------------------

static bool write_from(struct writer *writer, int64_t size, int64_t offset, uint32_t start)
{
	put_place(writer, size, TRI_ARGUMENT_FROM);
	put_number(writer, (uint64_t)offset);
	put_number(writer, start);
	return true;
}

struct ranges {
	TRI_VECTOR(struct tri_code_range) list; // ascending
};

static void add_range(struct writer *writer, struct ranges *ranges, uint32_t start, uint32_t end)
{
	if (start >= end)
		return;
	if (ranges->list.count > 0 && tri_vector_last(&ranges->list).end >= start) {
		struct tri_code_range *last = &tri_vector_last(&ranges->list);
		last->end = end > last->end ? end : last->end;
		return;
	}
	tri_vector_push(writer->emitter->arena, &ranges->list, ((struct tri_code_range){start, end}));
}

static bool write_spilled(struct writer *writer, int64_t size, uint32_t vreg)
{
	const struct machine_function *function = writer->emitter->function;
	const struct virtual_register *info = vreg_of(function, vreg);
	if (!info->interval || !info->spilled)
		return false;
	int64_t offset = emit_spill(writer->emitter, vreg).displacement;
	uint32_t end = code_at(writer, UINT32_MAX - 1);
	struct ranges ranges = {0};
	if (info->store_at_definition) {
		uint32_t reused = reused_at(function, vreg), start = code_at(writer, info->definition->next->position);
		if (reused == UINT32_MAX)
			return write_from(writer, size, offset, start);
		add_range(writer, &ranges, start, code_at(writer, reused));
	} else {
		for (const struct interval *part = info->interval; part; part = part->next_part) {
			for (uint32_t i = 0; part->location.kind == LOCATION_SPILL && i < part->ranges.count; i++) {
				struct range range = part->ranges.items[i];
				add_range(writer, &ranges, code_at(writer, range.from & ~1u), range.to == UINT32_MAX ? end : code_at(writer, range.to));
			}
		}
	}
	if (ranges.list.count == 0)
		return false;
	put_place(writer, size, TRI_ARGUMENT_WITHIN);
	put_number(writer, (uint64_t)offset);
	put_number(writer, ranges.list.count);
	uint32_t at = 0;
	for (uint32_t i = 0; i < ranges.list.count; i++) {
		put_number(writer, ranges.list.items[i].start - at);
		put_number(writer, ranges.list.items[i].end - ranges.list.items[i].start);
		at = ranges.list.items[i].end;
	}
	return true;
}

// The parameter's own slot, if the entry block fills it.
static bool write_in_slot(struct writer *writer, int64_t size, int64_t offset)
{
	const struct machine_function *function = writer->emitter->function;
	const struct tri_ssa_slot *slot = writer->slot;
	bool is_used = false;
	for (uint32_t i = 0; i < function->source->slots.count && !is_used; i++)
		is_used = function->source->slots.items[i] == slot;
	if (!is_used)
		return false;
	for (const struct instruction *store = function->blocks.items[0]->first; store && store->next; store = store->next) {
		if (store->mem.kind != BASE_SLOT || store->mem.slot != slot || store->mem.index)
			continue;
		int64_t width = store->op == MACHINE_STORE ? store->width : store->op == MACHINE_COPY_MEMORY ? store->c.immediate : 0;
		int64_t from = store->mem.displacement;
		if (from <= offset && offset + size <= from + width)
			return write_from(writer, size, slot->frame_offset + offset, store->next->code_offset);
	}
	return false;
}

static bool write_from_register(struct writer *writer, int64_t size, int64_t offset)
{
	static const uint8_t integer_registers[] = {
#define X(index, name, number) number,
		TRI_ABI_INTEGER_ARGUMENTS(X)
#undef X
	};
	const struct instruction *entry = writer->emitter->function->blocks.items[0]->first;
	uint32_t leaf = 0;
	while (leaf < writer->leaf_count && writer->leaves[leaf].offset != offset)
		leaf++;
	if (leaf >= writer->value->word_count || !entry || entry->op != MACHINE_ENTRY)
		return false;
	const struct tri_ssa_abi_word *word = &writer->value->words[leaf];
	unsigned reg = tri_ssa_type_is_float(word->type) ? XMM0 + word->register_index : integer_registers[word->register_index];
	for (uint32_t i = 0; i < entry->fixed_def_count; i++) {
		if (entry->fixed_defs[i].reg == reg)
			return write_spilled(writer, size, entry->fixed_defs[i].vreg);
	}
	return false;
}

static void write_word(struct writer *writer, int64_t size, int64_t offset)
{
	writer->words++;
	if (writer->go_offset + offset >= FARTHEST) {
		put_byte(writer, TRI_ARGUMENT_HIDDEN);
		return;
	}
	if (writer->slot && write_in_slot(writer, size, offset))
		return;
	if (!writer->value->in_registers) {
		put_place(writer, size, TRI_ARGUMENT_INCOMING);
		put_number(writer, (uint64_t)(writer->value->stack_offset + offset));
	} else if (!write_from_register(writer, size, offset)) {
		put_place(writer, size, TRI_ARGUMENT_NOWHERE);
	}
}

// ---- Types -----------------------------------------------------------------------------------------

static bool write_type(struct writer *writer, struct tri_type *type, int64_t offset, uint32_t depth);

// What a type consists of; -1: of nothing, it is one word.
static int64_t component_count(const struct tri_type *type)
{
	switch (type->kind) {
	case TRI_TYPE_STRUCT:
		return type->as.structure.field_count;
	case TRI_TYPE_ARRAY:
		return type->as.array.length;
	case TRI_TYPE_SLICE:
		return 3;
	case TRI_TYPE_INTERFACE:
		return 2;
	case TRI_TYPE_BASIC:
		switch (type->as.basic.kind) {
		case TRI_BASIC_STRING:
		case TRI_BASIC_COMPLEX64:
		case TRI_BASIC_COMPLEX128:
			return 2;
		default:
			return -1;
		}
	default:
		return -1;
	}
}

static bool limit_reached(struct writer *writer)
{
	if (writer->words < MOST_WORDS)
		return false;
	put_byte(writer, TRI_ARGUMENT_ELLIPSIS);
	return true;
}

static bool write_component(struct writer *writer, struct tri_type *type, int64_t index, int64_t offset, uint32_t depth)
{
	if (type->kind == TRI_TYPE_STRUCT)
		return write_type(writer, type->as.structure.fields[index].type, offset + type->as.structure.offsets[index], depth);
	if (type->kind == TRI_TYPE_ARRAY)
		return write_type(writer, type->as.array.element, offset + index * type->as.array.element->size, depth);
	if (limit_reached(writer))
		return false;
	int64_t size = type->kind == TRI_TYPE_BASIC ? type->size / 2 : 8;
	write_word(writer, size, offset + index * size);
	return true;
}

// False: the limit was reached, nothing may follow.
static bool write_type(struct writer *writer, struct tri_type *type, int64_t offset, uint32_t depth)
{
	type = tri_type_underlying(type);
	tri_type_layout(type);
	if (limit_reached(writer))
		return false;
	int64_t count = component_count(type);
	if (count < 0) {
		write_word(writer, type->size, offset);
		return true;
	}
	put_byte(writer, TRI_ARGUMENT_OPEN);
	if (++depth >= MOST_NESTED) {
		put_byte(writer, TRI_ARGUMENT_ELLIPSIS);
		writer->words++;
	} else if (count == 0) {
		writer->words++;
	}
	for (int64_t i = 0; depth < MOST_NESTED && i < count; i++) {
		if (!write_component(writer, type, i, offset, depth))
			break;
	}
	put_byte(writer, TRI_ARGUMENT_CLOSE);
	return true;
}

void emit_describe_arguments(struct emitter *emitter)
{
	struct tri_ssa_func *source = emitter->function->source;
	struct writer writer = {.emitter = emitter, .code = emitter->code};
	if (emitter->code->flags & TRI_FUNCTION_NO_ARGUMENTS)
		return;
	if (!source->source || !source->abi) {
		put_byte(&writer, TRI_ARGUMENT_ELLIPSIS);
		put_byte(&writer, TRI_ARGUMENT_END);
		return;
	}
	// Go keeps room for what travels in registers behind the stack arguments and results.
	int64_t spill_area = source->abi->stack_size;
	for (uint32_t i = 0; i < source->source->parameters.count; i++) {
		struct tri_ssa_abi_value *value = &source->abi->parameters[i];
		tri_type_layout(value->type);
		writer.value = value;
		writer.slot = source->parameter_slots ? source->parameter_slots[i] : NULL;
		writer.leaf_count = 0;
		writer.go_offset = value->stack_offset;
		if (value->in_registers) {
			tri_ssa_type_leaves(value->type, writer.leaves, &writer.leaf_count);
			int64_t align = value->type->align > 1 ? value->type->align : 1;
			spill_area = (spill_area + align - 1) / align * align;
			writer.go_offset = spill_area;
			spill_area += value->type->size;
		}
		if (!write_type(&writer, value->type, 0, 0))
			break;
	}
	put_byte(&writer, TRI_ARGUMENT_END);
}
