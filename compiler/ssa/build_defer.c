// defer and recover: records in the frame, pushed and popped inline.
#define TRI_SSA_INTERNAL
#include "abi/goroutine.h"
#include "compiler/ssa/build.h"

// The goroutine structure, as a pointer that loads and stores take.
static struct tri_ssa_value *current_goroutine(struct builder *b)
{
	struct tri_ssa_value *g = ssa_emit1(b, TRI_SSA_BITCAST, TRI_SSA_PTR, ssa_emit0(b, TRI_SSA_CURRENT_G, TRI_SSA_I64));
	g->non_nil = true;
	return g;
}

// What defer records call their frame: the lowest address of its body.
static struct tri_ssa_value *frame_identity(struct builder *b)
{
	struct tri_ssa_value *address = ssa_emit0(b, TRI_SSA_OUTGOING_AREA, TRI_SSA_PTR);
	address->non_nil = true;
	return address;
}

void ssa_defer_statement(struct builder *b, struct tri_node *node)
{
	struct tri_node *value = node->x->x;
	if (!node->y && node->placement != TRI_PLACE_STACK && value->op == TRI_NODE_CLOSURE && value->placement != TRI_PLACE_STACK &&
		value->function->captures.count > 0) {
		ENTRY_CALL(b, deferprocHeap, ssa_deferred_closure(b, value)); // one object for both
		return;
	}
	struct tri_ssa_value *function = ssa_scalar(b, value);
	if (node->y) {
		ENTRY_CALL(b, deferprocat, function, ssa_scalar(b, node->y));
		return;
	}
	if (node->placement != TRI_PLACE_STACK) {
		ENTRY_CALL(b, deferproc, function);
		b->defers_in_heap = true;
		return;
	}
	struct tri_type *word = b->universe->basic[TRI_BASIC_UNSAFE_POINTER];
	struct tri_ssa_slot *slot = tri_ssa_new_slot(b->function, tri_type_array_of(b->universe, word, TRI_SSA_DEFER_RECORD_WORDS), NULL);
	slot->always_live = true;
	// The record goes to the front of the goroutine's list; both lie outside of the heap.
	struct tri_ssa_value *record = ssa_slot_address(b, slot, 0), *list = current_goroutine(b);
	struct tri_ssa_value *first = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_PTR, list);
	first->integer = TRI_G_DEFERS;
	struct tri_ssa_value *words[TRI_SSA_DEFER_RECORD_WORDS] = {first, function, frame_identity(b)};
	for (int64_t i = 0; i < TRI_SSA_DEFER_RECORD_WORDS; i++)
		ssa_emit2(b, TRI_SSA_STORE, TRI_SSA_VOID, record, words[i])->integer = 8 * i;
	ssa_emit2(b, TRI_SSA_STORE, TRI_SSA_VOID, list, record)->integer = TRI_G_DEFERS;
	bool is_known = value->op == TRI_NODE_CLOSURE || value->op == TRI_NODE_FUNCTION;
	struct deferred deferred = {slot, function, is_known ? tri_symbol_get(b->package->symbols, value->function->symbol) : NULL};
	tri_vector_push(b->arena, &b->deferred, deferred);
}

static void call_deferred(struct builder *b, struct tri_ssa_value *function, struct tri_symbol *code)
{
	struct tri_ssa_call *how = TRI_NEW(b->arena, struct tri_ssa_call);
	how->kind = TRI_SSA_CALL_CLOSURE;
	how->symbol = code;
	struct operand none;
	ssa_emit_call(b, how, function, tri_ssa_abi_assign_types(b->arena, NULL, 0, NULL, 0), NULL, &none);
}

// The records at the front of the list are this frame's, in order.
static void run_known(struct builder *b)
{
	for (uint32_t i = b->deferred.count; i-- > 0;) {
		struct deferred *deferred = &b->deferred.items[i];
		struct tri_ssa_value *record = ssa_slot_address(b, deferred->record, 0);
		struct tri_ssa_value *link = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_PTR, record), *function = deferred->function;
		ssa_emit2(b, TRI_SSA_STORE, TRI_SSA_VOID, current_goroutine(b), link)->integer = TRI_G_DEFERS;
		if (function->op == TRI_SSA_SLOT) {
			function = ssa_slot_address(b, function->slot, function->integer);
		} else if (function->op == TRI_SSA_SYMBOL) {
			function = ssa_symbol_address(b, function->symbol, function->integer);
		} else {
			function = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_PTR, record);
			function->integer = TRI_SSA_DEFER_RECORD_FUNCTION;
		}
		call_deferred(b, function, deferred->code);
	}
}

static bool is_plain_defer(const struct tri_node *node) { return node->op == TRI_NODE_DEFER && node->placement == TRI_PLACE_STACK; }

static void find_defer(void *context, struct tri_node **child)
{
	bool *found = context;
	if ((*child)->op == TRI_NODE_INLINED_CALL) // nothing that defers is inlined, and its labels are its own
		return;
	*found |= (*child)->op == TRI_NODE_DEFER || (*child)->op == TRI_NODE_LABEL;
	if (!*found)
		tri_node_each(*child, find_defer, context);
}

enum { KNOWN_LIMIT = 8 }; // calls repeated at each return

bool ssa_knows_deferred(const struct tri_ir_func *source)
{
	uint32_t count = 0;
	bool other = source->has_range_defer;
	for (uint32_t i = 0; i < source->body.count && !other; i++) {
		struct tri_node *node = source->body.items[i];
		if (!node)
			continue;
		if (is_plain_defer(node)) {
			count++;
			tri_node_each(node, find_defer, &other);
		} else {
			find_defer(&other, &node);
		}
	}
	return !other && count <= KNOWN_LIMIT;
}

// Runs what this frame deferred: the records at the front of the list that name the frame.
void ssa_run_deferred(struct builder *b)
{
	if (b->knows_deferred) {
		run_known(b);
		return;
	}
	struct tri_ssa_block *header = ssa_new_block(b), *mine = ssa_new_block(b), *run = ssa_new_block(b), *end = ssa_new_block(b);
	ssa_jump_to(b, header);
	ssa_start_open_block(b, header);
	struct tri_ssa_value *list = current_goroutine(b);
	struct tri_ssa_value *record = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_PTR, list);
	record->integer = TRI_G_DEFERS;
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, record, ssa_constant(b, TRI_SSA_PTR, 0)), mine, end, TRI_SSA_LIKELY);
	ssa_start_block(b, mine);
	struct tri_ssa_value *frame = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_PTR, record);
	frame->integer = 16;
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, frame, frame_identity(b)), run, end, TRI_SSA_UNKNOWN);
	ssa_start_block(b, run);
	struct tri_ssa_value *function = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_PTR, record);
	function->integer = TRI_SSA_DEFER_RECORD_FUNCTION;
	struct tri_ssa_value *link = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_PTR, record);
	ssa_emit2(b, TRI_SSA_STORE, TRI_SSA_VOID, list, link)->integer = TRI_G_DEFERS;
	if (b->defers_in_heap)
		ENTRY_CALL(b, freedefer, record, function);
	call_deferred(b, function, NULL);
	ssa_jump_to(b, header);
	ssa_seal_block(header);
	ssa_start_block(b, end);
}

// recover is a call only while the goroutine panics.
struct operand ssa_recover(struct builder *b, struct tri_node *node)
{
	uint32_t type = ssa_new_word(b, TRI_SSA_PTR), data = ssa_new_word(b, TRI_SSA_PTR);
	struct tri_ssa_block *panicking = ssa_new_cold_block(b), *end = ssa_new_block(b);
	ssa_builder_write(b, type, ssa_constant(b, TRI_SSA_PTR, 0));
	ssa_builder_write(b, data, ssa_constant(b, TRI_SSA_PTR, 0));
	struct tri_ssa_value *newest = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_PTR, current_goroutine(b));
	newest->integer = TRI_G_PANICS;
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, newest, ssa_constant(b, TRI_SSA_PTR, 0)), panicking, end, TRI_SSA_UNLIKELY);
	ssa_start_block(b, panicking);
	ENTRY_CALL(b, gorecover, NULL);
	ssa_builder_write(b, type, b->results[0]);
	ssa_builder_write(b, data, b->results[1]);
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	return ssa_operand_of2(node->type, ssa_builder_read(b, type), ssa_builder_read(b, data));
}
