// Building SSA from the typed tree: functions, their parameters, variables and results.
//
// How the rest is divided: build_block.c blocks and values, build_memory.c whole Go values, build_expression.c and
// the files named after what they build. build.h says how values are held.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

// ---- Words -----------------------------------------------------------------------------------

uint32_t ssa_builder_new_words(struct builder *b, const struct shape *shape)
{
	uint32_t first = b->word_types.count;
	for (uint32_t i = 0; i < shape->count; i++)
		tri_vector_push(b->arena, &b->word_types, shape->types[i]);
	return first;
}

void ssa_builder_write(struct builder *b, uint32_t word, struct tri_ssa_value *value)
{
	if (value->type != b->word_types.items[word])
		tri_ice("word of machine type %u written with %u in %s", b->word_types.items[word], value->type, b->source->symbol);
	tri_map_put(b->arena, ssa_block_definitions(b->block), word, value);
}

static struct tri_ssa_value *at_block_start(struct builder *b, struct tri_ssa_block *block, enum tri_ssa_op op, uint8_t type)
{
	struct tri_ssa_value *value = tri_ssa_new_value(b->function, op, type, block->first ? block->first->pos : b->pos);
	value->pos.is_statement = false;
	tri_ssa_insert_behind_phis(block, value);
	return value;
}

static struct tri_ssa_value *read_in(struct builder *b, struct tri_ssa_block *start, uint32_t word)
{
	struct tri_ssa_value *value;
	struct tri_ssa_block *block = start;
	for (;;) {
		value = tri_map_get(ssa_block_definitions(block), word);
		if (value)
			break;
		bool sealed = ssa_block_is_sealed(block);
		if (sealed && block->predecessors.count == 1) {
			block = block->predecessors.items[0];
			continue;
		}
		uint8_t type = b->word_types.items[word];
		if (sealed && block->predecessors.count == 0) {
			// Never assigned on this path: any value will do.
			value = at_block_start(b, block, tri_ssa_type_is_float(type) ? TRI_SSA_CONST_FLOAT : TRI_SSA_CONST, type);
		} else {
			value = at_block_start(b, block, TRI_SSA_PHI, type);
			value->integer = word;
			tri_vector_push(b->arena, &b->pending_phis, value);
		}
		tri_map_put(b->arena, ssa_block_definitions(block), word, value);
		break;
	}
	// What was found at the end of the chain holds for every block on it.
	for (struct tri_ssa_block *between = start; between != block; between = between->predecessors.items[0])
		tri_map_put(b->arena, ssa_block_definitions(between), word, value);
	return value;
}

struct tri_ssa_value *ssa_builder_read(struct builder *b, uint32_t word) { return read_in(b, b->block, word); }

static void complete_phis(struct builder *b)
{
	for (uint32_t i = 0; i < b->function->blocks.count; i++)
		ssa_seal_block(b->function->blocks.items[i]);
	while (b->pending_phis.count) {
		struct tri_ssa_value *phi = b->pending_phis.items[--b->pending_phis.count];
		uint32_t word = (uint32_t)phi->integer;
		phi->integer = 0;
		for (uint32_t p = 0; p < phi->block->predecessors.count; p++)
			tri_ssa_add_argument(b->function, phi, read_in(b, phi->block->predecessors.items[p], word));
		// Only unreachable blocks can lose all their predecessors.
		if (!phi->arguments.count) {
			phi->op = tri_ssa_type_is_float(phi->type) ? TRI_SSA_CONST_FLOAT : TRI_SSA_CONST;
			tri_ssa_move_behind_phis(phi);
		}
	}
}

// ---- Variables -------------------------------------------------------------------------------

struct variable *ssa_builder_variable(struct builder *b, struct tri_ir_var *var)
{
	if (var->ssa)
		return var->ssa;
	struct variable *variable = TRI_NEW(b->arena, struct variable);
	var->ssa = variable;
	const struct shape *shape = ssa_shape_of(b, var->type);
	bool result_needs_memory = var->class == TRI_VAR_RESULT && var->function == b->source && b->source->has_defer;
	if (var->heap) {
		variable->kind = VARIABLE_POINTER;
		variable->first_word = ssa_new_word(b, TRI_SSA_PTR);
	} else if (shape->in_memory || var->address_taken || result_needs_memory) {
		variable->kind = VARIABLE_SLOT;
		variable->slot = tri_ssa_new_slot(b->function, var->type, var->name->text);
	} else {
		variable->kind = VARIABLE_WORDS;
		variable->first_word = ssa_builder_new_words(b, shape);
	}
	return variable;
}

struct place ssa_builder_variable_place(struct builder *b, struct tri_ir_var *var)
{
	struct variable *variable = ssa_builder_variable(b, var);
	struct place place = {.kind = PLACE_MEMORY, .type = var->type};
	switch (variable->kind) {
	case VARIABLE_WORDS:
		place.kind = PLACE_WORDS;
		place.first_word = variable->first_word;
		break;
	case VARIABLE_SLOT:
		place.address = ssa_slot_address(b, variable->slot, 0);
		break;
	case VARIABLE_POINTER:
		place.address = ssa_builder_read(b, variable->first_word);
		place.offset = variable->offset;
		break;
	case VARIABLE_AREA:
		place.address = ssa_emit0(b, TRI_SSA_ARGUMENT_AREA, TRI_SSA_PTR);
		place.address->integer = variable->offset;
		place.address->non_nil = true;
		break;
	}
	return place;
}

static void slot_live(struct builder *b, struct tri_ssa_slot *slot)
{
	struct tri_ssa_value *live = ssa_emit0(b, TRI_SSA_SLOT_LIVE, TRI_SSA_VOID);
	live->slot = slot;
}

void ssa_builder_declare(struct builder *b, struct tri_ir_var *var, bool zero)
{
	struct variable *variable = ssa_builder_variable(b, var);
	switch (variable->kind) {
	case VARIABLE_WORDS:
		if (zero) {
			struct operand value = ssa_zero_operand(b, var->type);
			ssa_write_words(b, variable->first_word, &value);
		}
		break;
	case VARIABLE_SLOT:
		slot_live(b, variable->slot);
		if (zero)
			ssa_zero_memory(b, var->type, ssa_slot_address(b, variable->slot, 0), 0);
		break;
	case VARIABLE_POINTER:
		ssa_builder_write(b, variable->first_word, ssa_new_object(b, var->type));
		break;
	case VARIABLE_AREA:
		break;
	}
}

// ---- Entry -----------------------------------------------------------------------------------

static struct operand incoming(struct builder *b, const struct tri_ssa_abi_value *value)
{
	struct operand result = {.type = value->type};
	const struct shape *shape = ssa_shape_of(b, value->type);
	if (!value->in_registers) {
		struct tri_ssa_value *area = ssa_emit0(b, TRI_SSA_ARGUMENT_AREA, TRI_SSA_PTR);
		area->integer = value->stack_offset;
		area->non_nil = true;
		return ssa_load(b, value->type, area, 0);
	}
	struct tri_ssa_value *words[TRI_SSA_MAX_LEAVES];
	for (uint32_t i = 0; i < value->word_count; i++) {
		words[i] = ssa_emit0(b, TRI_SSA_ARGUMENT, value->words[i].type);
		words[i]->integer = value->words[i].register_index;
		if (value->words[i].type == TRI_SSA_PTR)
			b->function->entry_pointers |= (uint16_t)(1u << value->words[i].register_index);
	}
	if (!shape->in_memory) {
		result.count = shape->count;
		for (uint32_t i = 0; i < shape->count; i++) {
			result.words[i] = words[i];
			words[i]->is_length = shape->is_length[i];
		}
		return result;
	}
	// More words than the builder keeps in values.
	struct tri_ssa_leaf leaves[TRI_SSA_MAX_LEAVES];
	uint32_t count;
	tri_ssa_type_leaves(value->type, leaves, &count);
	result.in_memory = true;
	result.address = ssa_temporary(b, value->type, false);
	for (uint32_t i = 0; i < count; i++) {
		struct tri_ssa_value *stored = ssa_emit2(b, TRI_SSA_STORE, TRI_SSA_VOID, result.address, words[i]);
		stored->integer = leaves[i].offset;
	}
	return result;
}

static void enter_parameters(struct builder *b)
{
	struct tri_ir_func *source = b->source;
	struct tri_ssa_abi *abi = b->function->abi;
	b->function->argument_pointer_mask = tri_bits_new(b->arena, (uint32_t)(abi->stack_argument_size / 8) + 1);
	// Registers first: nothing may come between entry and the ARGUMENT values but each other.
	struct operand *values = TRI_NEW_ARRAY(b->arena, struct operand, source->parameters.count + 1), room;
	struct tri_ssa_abi_value *room_place = b->has_room ? &abi->parameters[source->parameters.count] : NULL;
	if (room_place && room_place->in_registers)
		room = incoming(b, room_place);
	for (uint32_t i = 0; i < source->parameters.count; i++)
		if (abi->parameters[i].in_registers && !ssa_shape_of(b, source->parameters.items[i]->type)->in_memory)
			values[i] = incoming(b, &abi->parameters[i]);
	for (uint32_t i = 0; i < source->parameters.count; i++)
		if (abi->parameters[i].in_registers && ssa_shape_of(b, source->parameters.items[i]->type)->in_memory)
			values[i] = incoming(b, &abi->parameters[i]);
	b->function->parameter_slots = TRI_NEW_ARRAY(b->arena, struct tri_ssa_slot *, source->parameters.count + 1);
	for (uint32_t i = 0; i < source->parameters.count; i++) {
		struct tri_ir_var *var = source->parameters.items[i];
		struct tri_ssa_abi_value *where = &abi->parameters[i];
		if (!where->in_registers) {
			if (var->type->size && tri_type_has_pointers(var->type))
				tri_type_pointer_mask(var->type, where->stack_offset, &b->function->argument_pointer_mask);
			if (ssa_shape_of(b, var->type)->in_memory && !var->heap && !var->reassigned && !var->address_taken) {
				struct variable *variable = TRI_NEW(b->arena, struct variable);
				variable->kind = VARIABLE_AREA;
				variable->offset = where->stack_offset;
				var->ssa = variable;
				continue;
			}
			values[i] = incoming(b, where);
		}
		struct variable *variable = ssa_builder_variable(b, var);
		if (variable->kind == VARIABLE_SLOT && values[i].in_memory && values[i].address->op == TRI_SSA_SLOT) {
			variable->slot = values[i].address->slot; // already in a slot of its own
			variable->slot->name = var->name->text;
			b->function->parameter_slots[i] = variable->slot;
			continue;
		}
		b->function->parameter_slots[i] = variable->kind == VARIABLE_SLOT ? variable->slot : NULL;
		ssa_builder_declare(b, var, false);
		struct place place = ssa_builder_variable_place(b, var);
		ssa_write_place(b, &place, &values[i]);
	}
	if (room_place) {
		if (!room_place->in_registers) {
			tri_type_pointer_mask(room_place->type, room_place->stack_offset, &b->function->argument_pointer_mask);
			room = incoming(b, room_place);
		}
		b->room_word = ssa_new_word(b, TRI_SSA_PTR);
		ssa_builder_write(b, b->room_word, room.words[0]);
	}
}

static int64_t align_up(int64_t value, int64_t align) { return align > 1 ? (value + align - 1) / align * align : value; }

static void enter_captures(struct builder *b)
{
	struct tri_ir_func *source = b->source;
	if (!source->captures.count)
		return;
	struct tri_ssa_value *context = ssa_emit0(b, TRI_SSA_CONTEXT, TRI_SSA_PTR);
	context->non_nil = true;
	b->function->uses_context = true;
	b->context_word = ssa_new_word(b, TRI_SSA_PTR);
	ssa_builder_write(b, b->context_word, context);
	int64_t offset = 8;
	for (uint32_t i = 0; i < source->captures.count; i++) {
		struct tri_ir_var *var = source->captures.items[i];
		struct variable *variable = TRI_NEW(b->arena, struct variable);
		var->ssa = variable;
		tri_type_layout(var->type);
		if (!var->by_value) {
			offset = align_up(offset, 8);
			variable->kind = VARIABLE_POINTER;
			variable->first_word = ssa_new_word(b, TRI_SSA_PTR);
			struct tri_ssa_value *pointer = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_PTR, context);
			pointer->integer = offset;
			pointer->non_nil = true;
			ssa_builder_write(b, variable->first_word, pointer);
			offset += 8;
			continue;
		}
		offset = align_up(offset, var->type->align);
		const struct shape *shape = ssa_shape_of(b, var->type);
		if (shape->in_memory || var->address_taken || var->reassigned) {
			variable->kind = VARIABLE_POINTER;
			variable->first_word = b->context_word;
			variable->offset = offset;
		} else {
			variable->kind = VARIABLE_WORDS;
			variable->first_word = ssa_builder_new_words(b, shape);
			struct operand value = ssa_load(b, var->type, context, offset);
			ssa_write_words(b, variable->first_word, &value);
		}
		offset += var->type->size;
	}
}

// ---- Leaving ---------------------------------------------------------------------------------

static void store_results(struct builder *b, const struct operand *values)
{
	struct tri_ssa_abi *abi = b->function->abi;
	struct tri_ssa_block *block = b->block;
	for (uint32_t i = 0; i < abi->result_count; i++) {
		struct tri_ssa_abi_value *where = &abi->results[i];
		if (where->in_registers)
			continue;
		struct tri_ssa_value *area = ssa_emit0(b, TRI_SSA_ARGUMENT_AREA, TRI_SSA_PTR);
		area->integer = where->stack_offset;
		ssa_store(b, area, 0, &values[i]);
	}
	for (uint32_t i = 0; i < abi->result_count; i++) {
		struct tri_ssa_abi_value *where = &abi->results[i];
		if (!where->in_registers)
			continue;
		struct tri_ssa_leaf leaves[TRI_SSA_MAX_LEAVES];
		uint32_t count;
		tri_ssa_type_leaves(where->type, leaves, &count);
		for (uint32_t w = 0; w < count; w++) {
			struct tri_ssa_value *word =
				values[i].in_memory ? ssa_emit1(b, TRI_SSA_LOAD, leaves[w].type, values[i].address) : values[i].words[w];
			if (values[i].in_memory)
				word->integer = values[i].offset + leaves[w].offset;
			tri_vector_push(b->arena, &block->results, word);
			word->use_count++;
		}
	}
	block->kind = TRI_SSA_BLOCK_RETURN;
	block->pos = b->pos;
}

static struct tri_ssa_value *defer_return(struct builder *b)
{
	struct tri_ssa_value *value = ENTRY_CALL(b, deferreturn, NULL);
	value->call->is_defer_return = true;
	return value;
}

void ssa_builder_return(struct builder *b, struct tri_node *node)
{
	struct tri_ir_func *source = b->source;
	uint32_t count = source->results.count;
	struct operand *values = TRI_NEW_ARRAY(b->arena, struct operand, count + 1);
	if (node && node->list.count == 1 && count != 1) {
		struct operand *several;
		uint32_t got = ssa_tuple(b, node->list.items[0], &several);
		tri_assert(got == count);
		memcpy(values, several, sizeof *values * count);
	} else if (node && node->list.count) {
		tri_assert(node->list.count == count);
		ssa_expressions(b, node->list.items, count, values);
	} else {
		for (uint32_t i = 0; i < count; i++) {
			struct place place = ssa_builder_variable_place(b, source->results.items[i]);
			values[i] = ssa_read_place(b, &place);
		}
	}
	// Results in memory that deferred calls may still change are stored, then read again.
	bool explicit = node && node->list.count;
	bool any_memory = false;
	for (uint32_t i = 0; i < count; i++)
		any_memory |= ssa_builder_variable(b, source->results.items[i])->kind != VARIABLE_WORDS;
	if (explicit && source->has_defer && any_memory) {
		if (count > 1)
			for (uint32_t i = 0; i < count; i++)
				values[i] = ssa_settle(b, &values[i]);
		for (uint32_t i = 0; i < count; i++) {
			struct place place = ssa_builder_variable_place(b, source->results.items[i]);
			ssa_write_place(b, &place, &values[i]);
		}
	}
	if (source->has_defer) {
		if (source->has_range_defer)
			defer_return(b);
		else
			ssa_run_deferred(b);
		for (uint32_t i = 0; i < count; i++) {
			struct place place = ssa_builder_variable_place(b, source->results.items[i]);
			values[i] = ssa_read_place(b, &place);
		}
	}
	store_results(b, values);
	ssa_start_block(b, ssa_new_block(b));
}

static void declare_results(struct builder *b)
{
	for (uint32_t i = 0; i < b->source->results.count; i++) {
		struct tri_ir_var *var = b->source->results.items[i];
		struct variable *variable = ssa_builder_variable(b, var);
		ssa_builder_declare(b, var, true);
		if (!b->source->has_defer)
			continue;
		if (variable->kind == VARIABLE_SLOT)
			variable->slot->always_live = true;
		if (variable->kind == VARIABLE_POINTER) {
			variable->pointer_slot = tri_ssa_new_slot(b->function, b->universe->basic[TRI_BASIC_UNSAFE_POINTER], NULL);
			variable->pointer_slot->always_live = true;
			ssa_emit2(b, TRI_SSA_STORE, TRI_SSA_VOID, ssa_slot_address(b, variable->pointer_slot, 0),
					  ssa_builder_read(b, variable->first_word));
		}
	}
}

// Where a frame continues after a panic that one of its deferred calls stopped: everything needed is in the frame.
static void build_defer_return_block(struct builder *b)
{
	struct tri_ssa_block *block = ssa_new_block(b);
	ssa_start_block(b, block);
	b->function->defer_return_block = block;
	defer_return(b);
	struct operand *values = TRI_NEW_ARRAY(b->arena, struct operand, b->source->results.count + 1);
	for (uint32_t i = 0; i < b->source->results.count; i++) {
		struct tri_ir_var *var = b->source->results.items[i];
		struct variable *variable = ssa_builder_variable(b, var);
		if (variable->kind == VARIABLE_POINTER) {
			struct tri_ssa_value *pointer = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_PTR, ssa_slot_address(b, variable->pointer_slot, 0));
			values[i] = ssa_load(b, var->type, pointer, 0);
		} else {
			struct place place = ssa_builder_variable_place(b, var);
			values[i] = ssa_read_place(b, &place);
		}
	}
	store_results(b, values);
}

// The function that an operation is where it is used as a value.
static void intrinsic_body(struct builder *b)
{
	struct tri_ir_func *source = b->source;
	struct operand *arguments = TRI_NEW_ARRAY(b->arena, struct operand, source->parameters.count + 1);
	struct operand *results = TRI_NEW_ARRAY(b->arena, struct operand, source->results.count + 1);
	for (uint32_t i = 0; i < source->parameters.count; i++) {
		struct place place = ssa_builder_variable_place(b, source->parameters.items[i]);
		arguments[i] = ssa_read_place(b, &place);
	}
	ssa_intrinsic(b, source, arguments, results);
	store_results(b, results);
	ssa_start_block(b, ssa_new_block(b));
}

static void outgoing_sizes(struct tri_ssa_func *function)
{
	for (uint32_t i = 0; i < function->blocks.count; i++)
		for (struct tri_ssa_value *value = function->blocks.items[i]->first; value; value = value->next)
			if (value->op == TRI_SSA_CALL) {
				function->has_calls = true;
				if (value->call->outgoing_size > function->outgoing_size)
					function->outgoing_size = value->call->outgoing_size;
			}
}

const char *tri_ssa_symbol_with_room(struct tri_arena *arena, const struct tri_ir_func *function)
{
	return tri_arena_printf(arena, "%s~room", function->symbol);
}

static void forget(struct tri_ir_var *const *variables, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		variables[i]->ssa = NULL;
}

struct tri_ssa_func *tri_ssa_build(struct tri_arena *arena, struct tri_ir_package *package, struct tri_ir_func *source, bool with_room)
{
	struct tri_ssa_func *function = TRI_NEW(arena, struct tri_ssa_func);
	function->arena = arena;
	function->package = package;
	function->source = source;
	function->symbol = tri_symbol_get(package->symbols, with_room ? tri_ssa_symbol_with_room(arena, source) : source->symbol);
	struct builder builder = {.arena = arena, .package = package, .universe = package->universe, .source = source, .function = function};
	struct builder *b = &builder;
	b->pos.pos = source->pos;
	b->pos.is_statement = true;

	b->has_room = with_room;
	// The other form may have been built before.
	forget(source->parameters.items, source->parameters.count);
	forget(source->results.items, source->results.count);
	forget(source->locals.items, source->locals.count);

	uint32_t parameters = source->parameters.count, results = source->results.count;
	struct tri_type **types = TRI_NEW_ARRAY(arena, struct tri_type *, parameters + results + 2);
	for (uint32_t i = 0; i < parameters; i++)
		types[i] = source->parameters.items[i]->type;
	if (with_room)
		types[parameters++] = package->universe->basic[TRI_BASIC_UNSAFE_POINTER];
	for (uint32_t i = 0; i < results; i++)
		types[parameters + i] = source->results.items[i]->type;
	function->abi = tri_ssa_abi_assign_types(arena, types, parameters, types + parameters, results);

	ssa_start_block(b, ssa_new_block(b));
	function->entry = b->block;
	enter_captures(b);
	enter_parameters(b);
	// The body starts in a block of its own: a loop may lead back to its start, never to the entry.
	struct tri_ssa_block *body = ssa_new_block(b);
	declare_results(b);
	ssa_jump_to(b, body);
	ssa_start_block(b, body);
	b->knows_deferred = ssa_knows_deferred(source);
	if (source->has_body || !source->intrinsic)
		ssa_statements(b, &source->body);
	else
		intrinsic_body(b);
	b->pos.pos = source->end_pos ? source->end_pos : source->pos;
	b->pos.site = NULL;
	b->pos.is_statement = true;
	ssa_builder_return(b, NULL);
	b->block->kind = TRI_SSA_BLOCK_UNREACHABLE;
	if (source->has_defer)
		build_defer_return_block(b);
	complete_phis(b);
	for (uint32_t i = 0; i < function->blocks.count; i++)
		function->blocks.items[i]->machine = NULL;
	tri_ssa_remove_unreachable(function);
	outgoing_sizes(function);
	ssa_mark_slots(function);
	return function;
}
