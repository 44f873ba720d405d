// Calls, closures, method values, go, defer, print.
#define TRI_SSA_INTERNAL
#include "abi/goroutine.h"
#include "compiler/ssa/build.h"

static void add_word(struct builder *b, struct tri_ssa_value *call_value, struct tri_ssa_value *word, const struct tri_ssa_abi_word *where)
{
	tri_vector_push(b->arena, &call_value->call->argument_words, *where);
	tri_ssa_add_argument(b->function, call_value, word);
}

// Words of a value in leaf order, loaded when it lives in memory.
static uint32_t leaf_words(struct builder *b, const struct operand *value, struct tri_ssa_value **words)
{
	struct tri_ssa_leaf leaves[TRI_SSA_MAX_LEAVES];
	uint32_t count;
	tri_ssa_type_leaves(value->type, leaves, &count);
	for (uint32_t i = 0; i < count; i++) {
		if (!value->in_memory) {
			words[i] = value->words[i];
			continue;
		}
		words[i] = ssa_emit1(b, TRI_SSA_LOAD, leaves[i].type, value->address);
		words[i]->integer = value->offset + leaves[i].offset;
	}
	return count;
}

void ssa_emit_call(struct builder *b, struct tri_ssa_call *how, struct tri_ssa_value *target, const struct tri_ssa_abi *abi,
				   const struct operand *arguments, struct operand *results)
{
	how->outgoing_size = abi->stack_size;
	b->function->has_calls = true;
	TRI_VECTOR(struct tri_ssa_value *) words = {0};
	for (uint32_t i = 0; i < abi->parameter_count; i++) {
		if (!abi->parameters[i].in_registers)
			continue;
		struct tri_ssa_value *leaves[TRI_SSA_MAX_LEAVES];
		uint32_t count = leaf_words(b, &arguments[i], leaves);
		for (uint32_t w = 0; w < count; w++)
			tri_vector_push(b->arena, &words, leaves[w]);
	}
	// Large stores may themselves be calls, so values come first and the outgoing area last.
	for (uint32_t i = 0; i < abi->parameter_count; i++) {
		if (abi->parameters[i].in_registers || abi->parameters[i].type->size == 0)
			continue;
		struct tri_ssa_value *area = ssa_emit0(b, TRI_SSA_OUTGOING_AREA, TRI_SSA_PTR);
		area->integer = abi->parameters[i].stack_offset;
		area->non_nil = true;
		struct operand value = arguments[i];
		value.type = abi->parameters[i].type;
		ssa_store(b, area, 0, &value);
	}
	struct tri_ssa_value *call_value = ssa_emit0(b, TRI_SSA_CALL, TRI_SSA_VOID);
	call_value->call = how;
	if (target)
		tri_ssa_add_argument(b->function, call_value, target);
	uint32_t next = 0;
	for (uint32_t i = 0; i < abi->parameter_count; i++)
		for (uint32_t w = 0; abi->parameters[i].in_registers && w < abi->parameters[i].word_count; w++)
			add_word(b, call_value, words.items[next++], &abi->parameters[i].words[w]);
	// Register results directly behind the call, then those on the stack.
	struct tri_ssa_value **received = TRI_NEW_ARRAY(b->arena, struct tri_ssa_value *, abi->result_count * TRI_SSA_MAX_LEAVES + 1);
	for (uint32_t i = 0; i < abi->result_count; i++)
		for (uint32_t w = 0; abi->results[i].in_registers && w < abi->results[i].word_count; w++) {
			tri_vector_push(b->arena, &how->result_words, abi->results[i].words[w]);
			struct tri_ssa_value *word = ssa_emit1(b, TRI_SSA_RESULT, abi->results[i].words[w].type, call_value);
			word->integer = abi->results[i].words[w].register_index;
			received[i * TRI_SSA_MAX_LEAVES + w] = word;
		}
	for (uint32_t i = 0; i < abi->result_count; i++) {
		const struct tri_ssa_abi_value *where = &abi->results[i];
		const struct shape *shape = ssa_shape_of(b, where->type);
		struct operand result = {.type = where->type, .count = shape->count, .in_memory = shape->in_memory};
		struct tri_ssa_value **leaf = &received[i * TRI_SSA_MAX_LEAVES];
		if (!where->in_registers) {
			struct tri_ssa_value *area = ssa_emit0(b, TRI_SSA_OUTGOING_AREA, TRI_SSA_PTR);
			area->integer = where->stack_offset;
			area->non_nil = true;
			result = ssa_load(b, where->type, area, 0);
			if (!how->result_stays)
				result = ssa_settle(b, &result);
		} else if (shape->in_memory) {
			result.address = ssa_temporary(b, where->type, false);
			struct tri_ssa_leaf leaves[TRI_SSA_MAX_LEAVES];
			uint32_t count;
			tri_ssa_type_leaves(where->type, leaves, &count);
			for (uint32_t w = 0; w < count; w++)
				ssa_emit2(b, TRI_SSA_STORE, TRI_SSA_VOID, result.address, leaf[w])->integer = leaves[w].offset;
		} else {
			for (uint32_t w = 0; w < shape->count; w++) {
				result.words[w] = leaf[w];
				leaf[w]->is_length = shape->is_length[w];
			}
		}
		results[i] = result;
	}
}

static struct tri_ssa_abi *callee_abi(struct builder *b, const struct tri_ir_func *callee, bool with_room)
{
	uint32_t parameters = callee->parameters.count, results = callee->results.count;
	struct tri_type *signature = callee->signature ? ssa_underlying(callee->signature) : NULL;
	bool declared_only =
		!parameters && !results && signature && (signature->as.function.parameter_count || signature->as.function.result_count);
	if (declared_only) {
		parameters = signature->as.function.parameter_count;
		results = signature->as.function.result_count;
	}
	struct tri_type **types = TRI_NEW_ARRAY(b->arena, struct tri_type *, parameters + results + 2);
	uint32_t count = 0;
	for (uint32_t i = 0; i < parameters; i++)
		types[count++] = declared_only ? signature->as.function.parameters[i]->type : callee->parameters.items[i]->type;
	if (with_room)
		types[count++] = b->universe->basic[TRI_BASIC_UNSAFE_POINTER];
	for (uint32_t i = 0; i < results; i++)
		types[count + i] = declared_only ? signature->as.function.results[i]->type : callee->results.items[i]->type;
	return tri_ssa_abi_assign_types(b->arena, types, count, types + count, results);
}

// Arguments in evaluation order; a single call with several results may stand for all of them.
static struct operand *arguments_of(struct builder *b, struct tri_node *node, struct tri_node *first, struct operand *first_value,
									uint32_t wanted)
{
	uint32_t extra = first ? 1 : 0;
	if (node->list.count == 1 && wanted > 1 && node->list.items[0]->type && node->list.items[0]->type->kind == TRI_TYPE_TUPLE) {
		if (first)
			*first_value = ssa_expression(b, first);
		struct operand *several;
		ssa_tuple(b, node->list.items[0], &several);
		return several;
	}
	uint32_t count = node->list.count;
	struct tri_node **nodes = TRI_NEW_ARRAY(b->arena, struct tri_node *, count + 1);
	struct operand *values = TRI_NEW_ARRAY(b->arena, struct operand, count + 2);
	if (first)
		nodes[0] = first;
	for (uint32_t i = 0; i < count; i++)
		nodes[i + extra] = node->list.items[i];
	ssa_expressions(b, nodes, count + extra, values);
	if (first)
		*first_value = values[0];
	return values + extra;
}

void ssa_call_function(struct builder *b, const struct tri_ir_func *callee, const struct operand *arguments, struct operand *results)
{
	struct tri_ssa_call *how = TRI_NEW(b->arena, struct tri_ssa_call);
	how->kind = TRI_SSA_CALL_SYMBOL;
	how->symbol = tri_symbol_get(b->package->symbols, callee->symbol);
	ssa_emit_call(b, how, NULL, callee_abi(b, callee, false), arguments, results);
}

static uint32_t call_intrinsic(struct builder *b, struct tri_node *node, struct operand **results)
{
	const struct tri_ir_func *callee = node->function;
	struct operand *arguments = arguments_of(b, node, NULL, NULL, callee->parameters.count);
	*results = TRI_NEW_ARRAY(b->arena, struct operand, callee->results.count + 1);
	ssa_intrinsic(b, callee, arguments, *results);
	return callee->results.count;
}

static bool is_pointer_made_integer(const struct tri_node *node)
{
	return node->op == TRI_NODE_CONVERT && ssa_type_has_kind(node->x->type, TRI_TYPE_BASIC) &&
		   ssa_underlying(node->x->type)->as.basic.kind == TRI_BASIC_UNSAFE_POINTER && tri_type_is(node->type, TRI_IS_INTEGER);
}

// Evaluates the arguments of a function that is marked go:uintptrkeepalive or go:uintptrescapes: what they point to lives until it
// returns, though it is given numbers.
static void keep_pointers(struct builder *b, const tri_node_list *list, struct ssa_value_list *pointers)
{
	for (uint32_t i = 0; i < list->count; i++) {
		struct tri_node *node = list->items[i]->op == TRI_NODE_KEYED ? list->items[i]->y : list->items[i];
		if (node->op == TRI_NODE_SLICE_LITERAL && node->is_variadic) {
			keep_pointers(b, &node->list, pointers);
			continue;
		}
		bool pointer = is_pointer_made_integer(node);
		if (!pointer && !ssa_has_call(node))
			continue;
		struct tri_node *evaluated = pointer ? node->x : node;
		struct operand value = ssa_expression(b, evaluated), *kept = TRI_NEW(b->arena, struct operand);
		*kept = ssa_settle(b, &value);
		evaluated->ssa = kept;
		if (pointer)
			tri_vector_push(b->arena, pointers, kept->words[0]);
	}
}

// unique.Make(string(bytes)): it only looks for the string, and copies one that is new.
static bool only_looks_up(const struct tri_node *call)
{
	const struct tri_ir_func *callee = call->function;
	return callee->is_instance && strcmp(callee->package->path, "unique") == 0 && strncmp(callee->short_name, "Make[", 5) == 0 &&
		   call->list.items[0]->op == TRI_NODE_BYTES_TO_STRING && call->list.items[0]->placement == TRI_PLACE_STACK;
}

uint32_t ssa_call(struct builder *b, struct tri_node *node, struct operand **results)
{
	struct tri_ssa_call *how = TRI_NEW(b->arena, struct tri_ssa_call);
	struct tri_ssa_value *target = NULL;
	struct tri_ssa_abi *abi;
	struct operand *arguments, first = {0};
	struct ssa_value_list pointers = {0};
	how->result_stays = b->unsettled == node;
	b->unsettled = NULL;
	if (node->op == TRI_NODE_CALL && node->function->intrinsic)
		return call_intrinsic(b, node, results);
	if (node->op == TRI_NODE_CALL) {
		bool gives_room = node->placement == TRI_PLACE_STACK || (node->placement == TRI_PLACE_CALLER && b->has_room);
		how->kind = TRI_SSA_CALL_SYMBOL;
		how->symbol =
			tri_symbol_get(b->package->symbols, gives_room ? tri_ssa_symbol_with_room(b->arena, node->function) : node->function->symbol);
		abi = callee_abi(b, node->function, gives_room);
		if (node->function->pragmas & (1u << TRI_PRAGMA_BIT_UINTPTRKEEPALIVE | 1u << TRI_PRAGMA_BIT_UINTPTRESCAPES))
			keep_pointers(b, &node->list, &pointers);
		uint32_t count = abi->parameter_count - gives_room;
		if (count == 1 && only_looks_up(node)) {
			arguments = TRI_NEW(b->arena, struct operand);
			ssa_borrow_strings(b, node->list.items, 1, arguments);
		} else {
			arguments = arguments_of(b, node, NULL, NULL, count);
		}
		if (gives_room) {
			struct operand *others = arguments;
			arguments = TRI_NEW_ARRAY(b->arena, struct operand, count + 1);
			memcpy(arguments, others, sizeof *others * count);
			arguments[count] = ssa_operand_of(abi->parameters[count].type, ssa_string_room(b, node->placement));
		}
	} else if (node->op == TRI_NODE_CALL_CLOSURE) {
		how->kind = TRI_SSA_CALL_CLOSURE;
		abi = tri_ssa_abi_assign(b->arena, NULL, node->x->type);
		arguments = arguments_of(b, node, node->x, &first, abi->parameter_count);
		target = first.words[0]; // fetching its code address is the nil check
	} else {
		how->kind = TRI_SSA_CALL_CODE;
		uint32_t count;
		struct tri_object **methods = tri_interface_methods(ssa_underlying(node->x->type), &count);
		tri_assert(node->index >= 0 && node->index < count);
		tri_vector_push(b->arena, &b->function->called_methods, tri_ssa_method_mark(b->package, methods[node->index]));
		struct tri_type *pointer = b->universe->basic[TRI_BASIC_UNSAFE_POINTER];
		abi = tri_ssa_abi_assign(b->arena, pointer, methods[node->index]->type);
		struct operand *others = arguments_of(b, node, node->x, &first, abi->parameter_count - 1);
		arguments = TRI_NEW_ARRAY(b->arena, struct operand, abi->parameter_count);
		memcpy(arguments + 1, others, sizeof *others * (abi->parameter_count - 1));
		struct tri_ssa_value *itab = ssa_nil_check(b, first.words[0]);
		target = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_I64, itab);
		target->integer = 24 + 8 * node->index;
		arguments[0] = ssa_operand_of(pointer, first.words[1]);
	}
	*results = TRI_NEW_ARRAY(b->arena, struct operand, abi->result_count + 1);
	ssa_emit_call(b, how, target, abi, arguments, *results);
	for (uint32_t i = 0; i < pointers.count; i++)
		ssa_emit1(b, TRI_SSA_KEEP_ALIVE, TRI_SSA_VOID, pointers.items[i]);
	return abi->result_count;
}

// ---- Closures --------------------------------------------------------------------------------

static void add_field(struct builder *b, struct tri_struct_field *fields, uint32_t *count, struct tri_type *type)
{
	fields[*count] =
		(struct tri_struct_field){.name = tri_name_printf(b->universe->names, "X%u", *count), .type = type, .package = b->package->package};
	++*count;
}

// A type with the layout of a closure object: code, then the captured values; behind as many pointers as are asked for.
static struct tri_type *closure_type(struct builder *b, uint32_t pointers, const struct operand *captured, uint32_t count)
{
	struct tri_struct_field *fields = TRI_NEW_ARRAY(b->arena, struct tri_struct_field, pointers + count + 1);
	uint32_t filled = 0;
	while (filled < pointers)
		add_field(b, fields, &filled, b->universe->basic[TRI_BASIC_UNSAFE_POINTER]);
	add_field(b, fields, &filled, b->universe->basic[TRI_BASIC_UINTPTR]);
	for (uint32_t i = 0; i < count; i++)
		add_field(b, fields, &filled, captured[i].type);
	struct tri_type *type = tri_type_struct_of(b->universe, fields, filled);
	tri_type_layout(type);
	return type;
}

static struct tri_ssa_value *closure_object(struct builder *b, struct tri_node *node, uint32_t pointers, const struct operand *values,
											uint32_t count)
{
	struct tri_type *type = closure_type(b, pointers, values, count);
	struct tri_ssa_value *object = node->placement == TRI_PLACE_STACK ? ssa_temporary(b, type, false) : ssa_new_object(b, type);
	struct tri_ssa_value *code = ssa_symbol_address(b, tri_symbol_get(b->package->symbols, node->function->symbol), 0);
	ssa_emit2(b, TRI_SSA_STORE, TRI_SSA_VOID, object, ssa_emit1(b, TRI_SSA_BITCAST, TRI_SSA_I64, code))->integer = 8 * (int64_t)pointers;
	for (uint32_t i = 0; i < count; i++)
		ssa_store(b, object, type->as.structure.offsets[pointers + 1 + i], &values[i]);
	return object;
}

static struct tri_ssa_value *closure_behind(struct builder *b, struct tri_node *node, uint32_t pointers)
{
	struct tri_ir_func *function = node->function;
	struct operand *values = TRI_NEW_ARRAY(b->arena, struct operand, node->list.count);
	tri_assert(node->list.count == function->captures.count);
	for (uint32_t i = 0; i < node->list.count; i++) {
		struct tri_node *captured = node->list.items[i];
		if (captured->op == TRI_NODE_LOCAL && !function->captures.items[i]->by_value) {
			struct place place = ssa_place_of(b, captured);
			tri_assert(place.kind == PLACE_MEMORY);
			values[i] = ssa_operand_of(b->universe->basic[TRI_BASIC_UNSAFE_POINTER], ssa_add_offset(b, place.address, place.offset));
		} else {
			values[i] = ssa_expression(b, captured);
			if (!function->captures.items[i]->by_value)
				values[i].type = b->universe->basic[TRI_BASIC_UNSAFE_POINTER];
		}
	}
	return closure_object(b, node, pointers, values, node->list.count);
}

struct operand ssa_closure(struct builder *b, struct tri_node *node)
{
	if (!node->function->captures.count)
		return ssa_operand_of(node->type, ssa_symbol_address(b, tri_ssa_function_value_symbol(b->package, node->function), 0));
	return ssa_operand_of(node->type, closure_behind(b, node, 0));
}

struct tri_ssa_value *ssa_deferred_closure(struct builder *b, struct tri_node *node)
{
	struct tri_ssa_value *object = closure_behind(b, node, TRI_SSA_DEFER_RECORD_WORDS);
	struct tri_ssa_value *closure = ssa_add_offset(b, object, 8 * TRI_SSA_DEFER_RECORD_WORDS);
	ssa_emit2(b, TRI_SSA_STORE, TRI_SSA_VOID, object, closure)->integer = 8; // what it defers
	return object;
}

struct operand ssa_method_value(struct builder *b, struct tri_node *node)
{
	struct operand receiver = ssa_expression(b, node->x);
	if (tri_type_is_interface(node->x->type))
		ssa_nil_check(b, receiver.words[0]);
	return ssa_operand_of(node->type, closure_object(b, node, 0, &receiver, 1));
}

void ssa_go_statement(struct builder *b, struct tri_node *node)
{
	struct tri_ssa_value *function = ssa_scalar(b, node->x->x);
	ENTRY_CALL(b, newproc, function);
}

// ---- print -----------------------------------------------------------------------------------

static void print_one(struct builder *b, const struct operand *value)
{
	struct tri_type *type = ssa_underlying(value->type);
	struct tri_ssa_value *word = value->count ? value->words[0] : NULL;
	switch (type->kind) {
	case TRI_TYPE_BASIC:
		if (tri_type_is(type, TRI_IS_BOOLEAN))
			ENTRY_CALL(b, printbool, ssa_emit1(b, TRI_SSA_EXTEND_U, TRI_SSA_I64, word));
		else if (tri_type_is(type, TRI_IS_STRING))
			ENTRY_CALL(b, printstring, word, value->words[1]);
		else if (tri_type_is(type, TRI_IS_FLOAT))
			word->type == TRI_SSA_F64 ? ENTRY_CALL(b, printfloat64, word) : ENTRY_CALL(b, printfloat32, word);
		else if (ssa_is_complex(type))
			word->type == TRI_SSA_F64 ? ENTRY_CALL(b, printcomplex128, word, value->words[1])
									  : ENTRY_CALL(b, printcomplex64, word, value->words[1]);
		else if (word->type == TRI_SSA_PTR)
			ENTRY_CALL(b, printpointer, word);
		else if (ssa_is_unsigned(type))
			ENTRY_CALL(b, printuint, ssa_to_int(b, word, type));
		else
			ENTRY_CALL(b, printint, ssa_to_int(b, word, type));
		break;
	case TRI_TYPE_SLICE:
		ENTRY_CALL(b, printslice, word, value->words[1], value->words[2]);
		break;
	case TRI_TYPE_INTERFACE: {
		uint32_t count;
		tri_interface_methods(type, &count);
		if (count)
			ENTRY_CALL(b, printiface, word, value->words[1]);
		else
			ENTRY_CALL(b, printeface, word, value->words[1]);
		break;
	}
	default:
		ENTRY_CALL(b, printpointer, word);
		break;
	}
}

void ssa_print_call(struct builder *b, struct tri_node *node)
{
	struct operand *values = TRI_NEW_ARRAY(b->arena, struct operand, node->list.count + 1);
	ssa_expressions(b, node->list.items, node->list.count, values);
	ENTRY_CALL(b, printlock, NULL);
	for (uint32_t i = 0; i < node->list.count; i++) {
		if (i && node->op == TRI_NODE_PRINTLN)
			ENTRY_CALL(b, printsp, NULL);
		print_one(b, &values[i]);
	}
	if (node->op == TRI_NODE_PRINTLN)
		ENTRY_CALL(b, printnl, NULL);
	ENTRY_CALL(b, printunlock, NULL);
}
