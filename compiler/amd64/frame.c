// Frame slots and the layout of the frame: which pointer words of which slots each call's map names,
// what has to be cleared so that a map never names garbage, and where everything lies.
//
// Words are numbered over all slots that hold pointers. A word is *initialised* where every path from the
// entry has written it (SLOT_LIVE makes it undefined again), and *live* where a later instruction may read it
// directly, or may take its slot's address: what is done through the address counts as done then.
//
// The slots whose address is taken are the frame's *stack objects*. They may be in use for as long as somebody has
// their address, which only the collector can tell. So each call has two maps: what may be in use, that is all live
// words and those of objects that have been touched, for the stack's mover; and what is live, where the collector
// begins. It looks at an object's words when it finds a pointer into the object (runtime/sched/scan.c).
//
// A word that is named at a call without being initialised is cleared at the entry. If it is live, it is cleared at
// SLOT_LIVE too where its slot was in use before: the old contents may have been freed.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/internal.h"

struct slot_flow {
	struct machine_function *function;
	bool *address_taken;                       // by slot id
	struct tri_bits *init_in, *init_out;       // by block index: written on every path
	struct tri_bits *touched_in, *touched_out; // touched on some path (address-taken slots)
	struct tri_bits *live_in, *live_out;       // read later
	// Where a frame is entered at its deferred return, any instruction that may panic went before: what all of them
	// found initialised, what some found touched.
	struct tri_bits panic_init, panic_touched;
	const struct tri_bits *panic_live; // what is live there; NULL: there is no deferred return
};

static bool tracked(const struct tri_ssa_slot *slot) { return slot && slot->has_pointers; }

static void find_taken_addresses(struct slot_flow *flow)
{
	struct machine_function *function = flow->function;
	for (uint32_t i = 0; i < function->source->slots.count; i++) {
		struct tri_ssa_slot *slot = function->source->slots.items[i];
		flow->address_taken[slot->id] = slot->always_live;
	}
	for (uint32_t i = 0; i < function->by_position.count; i++) {
		struct instruction *instruction = function->by_position.items[i];
		if (instruction->op == MACHINE_LEA && instruction->mem.kind == BASE_SLOT)
			flow->address_taken[instruction->mem.slot->id] = true;
	}
}

// Calls back for each word of `slot` that [offset, offset+size) covers entirely (or touches).
static void each_word(struct slot_flow *flow, const struct tri_ssa_slot *slot, int64_t offset, int64_t size, bool partial,
					  void (*apply)(struct tri_bits *bits, uint32_t word), struct tri_bits *bits)
{
	uint32_t count = (uint32_t)((slot->size + 7) / 8), first = flow->function->slot_words[slot->id];
	for (uint32_t word = 0; word < count; word++) {
		int64_t from = (int64_t)word * 8, to = from + 8;
		bool inside = partial ? offset < to && offset + size > from : offset <= from && offset + size >= to;
		if (inside && tri_bits_has(&slot->pointer_mask, word))
			apply(bits, first + word);
	}
}

static void add_word(struct tri_bits *bits, uint32_t word) { tri_bits_add(bits, word); }
static void remove_word(struct tri_bits *bits, uint32_t word) { tri_bits_remove(bits, word); }

// The slot range an instruction writes as a whole, or reads.
static bool written_range(const struct instruction *instruction, struct tri_ssa_slot **slot, int64_t *offset, int64_t *size)
{
	if (instruction->mem.kind != BASE_SLOT || instruction->mem.index || !tracked(instruction->mem.slot))
		return false;
	*slot = instruction->mem.slot;
	*offset = instruction->mem.displacement;
	switch (instruction->op) {
	case MACHINE_STORE:
		*size = instruction->width;
		return true;
	case MACHINE_ZERO_MEMORY:
	case MACHINE_COPY_MEMORY:
		*size = instruction->c.immediate;
		return true;
	default:
		return false;
	}
}

static void reads_of(struct slot_flow *flow, const struct instruction *instruction, struct tri_bits *bits)
{
	const struct address *mem = &instruction->mem;
	bool reads = instruction->op != MACHINE_STORE && instruction->op != MACHINE_ZERO_MEMORY && instruction->op != MACHINE_COPY_MEMORY &&
				 instruction->op != MACHINE_SLOT_LIVE;
	if (reads && mem->kind == BASE_SLOT && tracked(mem->slot)) {
		if (mem->index || instruction->op == MACHINE_LEA || instruction->op == MACHINE_KEEP_ALIVE)
			each_word(flow, mem->slot, 0, mem->slot->size, true, add_word, bits);
		else
			each_word(flow, mem->slot, mem->displacement, 8, true, add_word, bits);
	}
	if (instruction->op == MACHINE_COPY_MEMORY && instruction->from.kind == BASE_SLOT && tracked(instruction->from.slot))
		each_word(flow, instruction->from.slot, instruction->from.index ? 0 : instruction->from.displacement,
				  instruction->from.index ? instruction->from.slot->size : instruction->c.immediate, true, add_word, bits);
}

static void step_forward(struct slot_flow *flow, const struct instruction *instruction, struct tri_bits *init, struct tri_bits *touched)
{
	struct tri_ssa_slot *slot;
	int64_t offset, size;
	const struct address *addresses[] = {&instruction->mem, &instruction->from};
	if (instruction->op == MACHINE_SLOT_LIVE) {
		if (tracked(instruction->mem.slot))
			each_word(flow, instruction->mem.slot, 0, instruction->mem.slot->size, true, remove_word, init);
		return;
	}
	for (unsigned i = 0; i < TRI_COUNT(addresses); i++) {
		if (addresses[i]->kind == BASE_SLOT && tracked(addresses[i]->slot))
			each_word(flow, addresses[i]->slot, 0, addresses[i]->slot->size, true, add_word, touched);
	}
	if (written_range(instruction, &slot, &offset, &size))
		each_word(flow, slot, offset, size, false, add_word, init);
}

static bool may_fault(const struct address *address)
{
	return (address->kind == BASE_VREG && address->base) || (address->kind == BASE_NONE && address->symbol == NULL && address->index);
}

static bool may_panic(const struct instruction *instruction)
{
	if (instruction->op == MACHINE_LEA)
		return false;
	return is_safepoint(instruction) || may_fault(&instruction->mem) || may_fault(&instruction->from);
}

// Where a panic may leave the instruction for the deferred return.
static void add_panic(const struct slot_flow *flow, const struct instruction *instruction, struct tri_bits *live)
{
	if (flow->panic_live && may_panic(instruction))
		tri_bits_union(live, flow->panic_live);
}

static void step_backward(struct slot_flow *flow, const struct instruction *instruction, struct tri_bits *live)
{
	struct tri_ssa_slot *slot;
	int64_t offset, size;
	if (instruction->op == MACHINE_SLOT_LIVE && tracked(instruction->mem.slot))
		each_word(flow, instruction->mem.slot, 0, instruction->mem.slot->size, true, remove_word, live);
	else if (written_range(instruction, &slot, &offset, &size))
		each_word(flow, slot, offset, size, false, remove_word, live);
	reads_of(flow, instruction, live);
}

static bool copy_if_changed(struct tri_bits *to, const struct tri_bits *from)
{
	uint32_t words = (to->bit_count + 63) / 64;
	bool changed = false;
	for (uint32_t i = 0; i < words; i++) {
		changed |= to->words[i] != from->words[i];
		to->words[i] = from->words[i];
	}
	return changed;
}

static void solve(struct slot_flow *flow)
{
	struct machine_function *function = flow->function;
	struct tri_arena *arena = function->arena;
	uint32_t blocks = function->blocks.count, count = function->slot_word_count, words = (count + 63) / 64;
	struct tri_bits **sets[] = {&flow->init_in, &flow->init_out, &flow->touched_in, &flow->touched_out, &flow->live_in, &flow->live_out};
	for (unsigned i = 0; i < TRI_COUNT(sets); i++) {
		*sets[i] = TRI_NEW_ARRAY(arena, struct tri_bits, blocks);
		for (uint32_t b = 0; b < blocks; b++)
			(*sets[i])[b] = tri_bits_new(arena, count);
	}
	// "On every path" starts from everything, but for blocks that nothing precedes.
	for (uint32_t b = 0; b < blocks; b++)
		memset(flow->init_out[b].words, 0xff, words * 8);
	struct tri_bits init = tri_bits_new(arena, count), touched = tri_bits_new(arena, count);
	struct tri_bits panic_init = tri_bits_new(arena, count), panic_touched = tri_bits_new(arena, count);
	flow->panic_init = tri_bits_new(arena, count);
	flow->panic_touched = tri_bits_new(arena, count);
	memset(flow->panic_init.words, 0xff, words * 8);
	for (bool changed = true; changed;) {
		changed = false;
		memset(panic_init.words, 0xff, words * 8);
		memset(panic_touched.words, 0, words * 8);
		for (uint32_t b = 0; b < blocks; b++) {
			struct machine_block *block = function->blocks.items[b];
			memset(init.words, block->predecessors.count > 0 ? 0xff : 0, words * 8);
			memset(touched.words, 0, words * 8);
			if (block->source && block->source == function->source->defer_return_block) {
				copy_if_changed(&init, &flow->panic_init);
				copy_if_changed(&touched, &flow->panic_touched);
			}
			for (uint32_t p = 0; p < block->predecessors.count; p++) {
				uint32_t index = block->predecessors.items[p]->index;
				for (uint32_t w = 0; w < words; w++) {
					init.words[w] &= flow->init_out[index].words[w];
					touched.words[w] |= flow->touched_out[index].words[w];
				}
			}
			copy_if_changed(&flow->init_in[b], &init);
			copy_if_changed(&flow->touched_in[b], &touched);
			for (struct instruction *instruction = block->first; instruction; instruction = instruction->next) {
				for (uint32_t w = 0; w < words && may_panic(instruction); w++) {
					panic_init.words[w] &= init.words[w];
					panic_touched.words[w] |= touched.words[w];
				}
				step_forward(flow, instruction, &init, &touched);
			}
			changed |= copy_if_changed(&flow->init_out[b], &init);
			changed |= copy_if_changed(&flow->touched_out[b], &touched);
		}
		changed |= copy_if_changed(&flow->panic_init, &panic_init);
		changed |= copy_if_changed(&flow->panic_touched, &panic_touched);
	}
	for (uint32_t b = 0; b < blocks; b++) {
		const struct machine_block *block = function->blocks.items[b];
		if (block->source && block->source == function->source->defer_return_block)
			flow->panic_live = &flow->live_in[b];
	}
	struct tri_bits live = tri_bits_new(arena, count);
	for (bool changed = true; changed;) {
		changed = false;
		for (uint32_t b = blocks; b-- > 0;) {
			struct machine_block *block = function->blocks.items[b];
			memset(live.words, 0, words * 8);
			for (uint32_t s = 0; s < block->successors.count; s++)
				tri_bits_union(&live, &flow->live_in[block->successors.items[s]->index]);
			copy_if_changed(&flow->live_out[b], &live);
			for (struct instruction *instruction = block->last; instruction; instruction = instruction->previous) {
				add_panic(flow, instruction, &live);
				step_backward(flow, instruction, &live);
			}
			changed |= copy_if_changed(&flow->live_in[b], &live);
		}
	}
}

// Before SLOT_LIVE: whether its slot may hold what was put there the last time round.
static bool was_in_use(const struct slot_flow *flow, const struct tri_ssa_slot *slot, const struct tri_bits *touched)
{
	uint32_t first = flow->function->slot_words[slot->id];
	for (uint32_t word = 0; word < (uint32_t)((slot->size + 7) / 8); word++) {
		if (tri_bits_has(touched, first + word))
			return true;
	}
	return false;
}

static void record_calls(struct slot_flow *flow)
{
	struct machine_function *function = flow->function;
	struct tri_arena *arena = function->arena;
	uint32_t count = function->slot_word_count, words = (count + 63) / 64;
	struct tri_bits objects = tri_bits_new(arena, count), always = tri_bits_new(arena, count);
	for (uint32_t i = 0; i < function->source->slots.count; i++) {
		struct tri_ssa_slot *slot = function->source->slots.items[i];
		if (!tracked(slot))
			continue;
		if (slot->always_live)
			each_word(flow, slot, 0, slot->size, true, add_word, &always);
		else if (flow->address_taken[slot->id])
			each_word(flow, slot, 0, slot->size, true, add_word, &objects);
	}
	struct tri_bits init = tri_bits_new(arena, count), touched = tri_bits_new(arena, count), live = tri_bits_new(arena, count);
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		struct machine_block *block = function->blocks.items[b];
		copy_if_changed(&live, &flow->live_out[b]);
		for (struct instruction *instruction = block->last; instruction; instruction = instruction->previous) {
			add_panic(flow, instruction, &live);
			if (is_safepoint(instruction)) {
				instruction->live_slots = TRI_NEW(arena, struct tri_bits);
				*instruction->live_slots = tri_bits_new(arena, count);
				copy_if_changed(instruction->live_slots, &live);
			}
			step_backward(flow, instruction, &live);
		}
		copy_if_changed(&init, &flow->init_in[b]);
		copy_if_changed(&touched, &flow->touched_in[b]);
		for (struct instruction *instruction = block->first; instruction; instruction = instruction->next) {
			if (is_safepoint(instruction)) {
				struct tri_bits *direct = instruction->live_slots, *used = TRI_NEW(arena, struct tri_bits);
				*used = tri_bits_new(arena, count);
				for (uint32_t w = 0; w < words; w++) {
					uint64_t in_objects = touched.words[w] & objects.words[w];
					uint64_t found = direct->words[w] & ~always.words[w] & (~objects.words[w] | touched.words[w]);
					direct->words[w] = found | always.words[w];
					used->words[w] = direct->words[w] | in_objects;
					function->zeroed_at_entry.words[w] |= used->words[w] & ~init.words[w];
					function->zeroed_when_live.words[w] |= found & ~init.words[w];
					function->has_objects |= used->words[w] != direct->words[w];
				}
				instruction->used_slots = used;
			} else if (instruction->op == MACHINE_SLOT_LIVE && tracked(instruction->mem.slot)) {
				instruction->in_use_before = was_in_use(flow, instruction->mem.slot, &touched);
			}
			step_forward(flow, instruction, &init, &touched);
		}
	}
}

static int64_t round_up(int64_t value, int64_t align) { return (value + align - 1) / align * align; }

enum { LARGEST_FRAME = 1 << 30 };

// No stack is large enough: the program's error.
static void report_large_frame(const struct machine_function *function, int64_t size)
{
	struct tri_ssa_func *source = function->source;
	tri_diag_error(source->package->diags, source->source->pos, "FrameTooLarge",
				   "stack frame too large (>1GB): %lld MB locals + %d MB args", (long long)(size >> 20), source->abi->stack_size >> 20);
}

static bool lay_out(struct machine_function *function)
{
	int64_t offset = round_up(function->source->outgoing_size, 8);
	function->spill_base = (int32_t)offset;
	offset += function->spill_size;
	for (uint32_t i = 0; i < function->source->slots.count; i++) {
		struct tri_ssa_slot *slot = function->source->slots.items[i];
		int64_t align = slot->align < 8 ? 8 : slot->align;
		offset = round_up(offset, align > 16 ? 16 : align);
		slot->frame_offset = offset;
		offset += slot->size;
	}
	offset = round_up(offset, 16);
	if (offset > LARGEST_FRAME || function->source->abi->stack_size > LARGEST_FRAME) {
		report_large_frame(function, offset);
		return false;
	}
	function->frame_size = (int32_t)offset;
	return true;
}

bool amd64_frame(struct machine_function *function)
{
	struct tri_ssa_func *source = function->source;
	struct slot_flow flow = {.function = function};
	uint32_t ids = 0;
	for (uint32_t i = 0; i < source->slots.count; i++) {
		if (source->slots.items[i]->id >= ids)
			ids = source->slots.items[i]->id + 1;
	}
	flow.address_taken = TRI_NEW_ARRAY(function->arena, bool, ids + 1);
	function->slot_words = TRI_NEW_ARRAY(function->arena, uint32_t, ids + 1);
	for (uint32_t i = 0; i < source->slots.count; i++) {
		struct tri_ssa_slot *slot = source->slots.items[i];
		function->slot_words[slot->id] = function->slot_word_count;
		if (tracked(slot))
			function->slot_word_count += (uint32_t)((slot->size + 7) / 8);
	}
	function->zeroed_at_entry = tri_bits_new(function->arena, function->slot_word_count);
	function->zeroed_when_live = tri_bits_new(function->arena, function->slot_word_count);
	if (function->slot_word_count > 0) {
		find_taken_addresses(&flow);
		solve(&flow);
		record_calls(&flow);
	}
	return lay_out(function);
}
