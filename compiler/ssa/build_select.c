// select statements.
//
// The channels and the values to send are evaluated in source order, before anything else. Statements without a
// clause, with one, or with one and a default have operations of their own; the others hand the runtime a table of
// (channel, element) pairs in the frame, those that send before those that receive, and branch on the number that
// comes back. What is received lies in a frame slot until its clause assigns it: the RECEIVE node of a chosen clause
// then stands for that slot.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

struct communication {
	struct tri_node *clause;
	struct tri_node *receive; // NULL: sends
	struct tri_ssa_value *channel;
	struct tri_ssa_value *element;  // address of the value to send, or where the received one goes; nil when nobody wants it
	struct tri_ssa_value *received; // BOOL: it was sent, rather than made up because the channel is closed
	struct tri_ssa_block *body;
	uint32_t index; // in the table
};

static struct tri_node *receive_of(struct tri_node *statement)
{
	struct tri_node *value = statement->op == TRI_NODE_ASSIGN ? statement->y : statement->x;
	while (value->op != TRI_NODE_RECEIVE)
		value = value->x;
	return value;
}

// Is the received value itself (not only whether there was one) assigned?
static bool wants_value(const struct tri_node *statement)
{
	if (statement->op == TRI_NODE_ASSIGN_TUPLE)
		return statement->list.items[0] != NULL;
	return statement->op == TRI_NODE_ASSIGN && (statement->x != NULL || statement->y->op != TRI_NODE_RECEIVE);
}

static void evaluate(struct builder *b, struct communication *communication)
{
	struct tri_node *statement = communication->clause->x;
	if (statement->op == TRI_NODE_SEND) {
		struct operand values[2];
		ssa_expressions(b, (struct tri_node *const[]){statement->x, statement->y}, 2, values);
		communication->channel = values[0].words[0];
		struct operand value = ssa_settle(b, &values[1]);
		value.type = ssa_element_of(statement->x->type);
		communication->element = ssa_spill(b, &value);
		return;
	}
	communication->receive = receive_of(statement);
	communication->channel = ssa_scalar(b, communication->receive->x);
}

// Channels of all clauses are known: places for what is received.
static void make_room(struct builder *b, struct communication *communication)
{
	if (!communication->receive)
		return;
	struct tri_type *element = ssa_element_of(communication->receive->x->type);
	communication->element = wants_value(communication->clause->x) ? ssa_temporary(b, element, true) : ssa_constant(b, TRI_SSA_PTR, 0);
}

static void assign_received(struct builder *b, struct communication *communication)
{
	struct tri_node *receive = communication->receive, *statement = communication->clause->x;
	if (statement->op == TRI_NODE_EXPRESSION)
		return;
	struct operand *values = TRI_NEW_ARRAY(b->arena, struct operand, 2);
	struct tri_type *element = ssa_element_of(receive->x->type);
	if (wants_value(statement))
		values[0] = ssa_load(b, element, communication->element, 0);
	else
		values[0] = ssa_zero_operand(b, element);
	if (receive->comma_ok)
		values[1] = ssa_operand_of(b->universe->basic[TRI_BASIC_BOOL], communication->received);
	receive->ssa = values;
	tri_node_list statements = {.items = &communication->clause->x, .count = 1, .capacity = 1};
	ssa_statements(b, &statements);
}

static void clause_body(struct builder *b, struct communication *communication, struct tri_ssa_block *leave)
{
	const tri_node_list *body = &communication->clause->body;
	uint32_t before = (uint32_t)communication->clause->index;
	tri_node_list rest = *body;
	if (before > 0) {
		tri_node_list head = {.items = body->items, .count = before, .capacity = before};
		ssa_statements(b, &head);
		rest.items += before;
		rest.count -= before;
		rest.capacity = rest.count;
	}
	if (communication->receive)
		assign_received(b, communication);
	ssa_statements(b, &rest);
	ssa_jump_to(b, leave);
}

static struct tri_ssa_value *is_true(struct builder *b, struct tri_ssa_value *word)
{
	struct tri_ssa_value *low = ssa_emit1(b, TRI_SSA_TRUNCATE, TRI_SSA_I8, word);
	return ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, low, ssa_constant(b, TRI_SSA_I8, 0));
}

// One clause without default: the operation itself.
static void single(struct builder *b, struct communication *communication, struct tri_ssa_block *leave)
{
	make_room(b, communication);
	b->pos.pos = communication->clause->pos;
	if (!communication->receive)
		ENTRY_CALL(b, chansend1, communication->channel, communication->element);
	else if (communication->receive->comma_ok)
		communication->received = ENTRY_CALL_BOOL(b, chanrecv2, communication->channel, communication->element);
	else
		ENTRY_CALL(b, chanrecv1, communication->channel, communication->element);
	clause_body(b, communication, leave);
}

static void try_single(struct builder *b, struct communication *communication, struct tri_node *fallback, struct tri_ssa_block *leave)
{
	make_room(b, communication);
	b->pos.pos = communication->clause->pos;
	struct tri_ssa_value *selected;
	if (!communication->receive) {
		selected = ENTRY_CALL_BOOL(b, selectnbsend, communication->channel, communication->element);
	} else {
		struct tri_ssa_value *first = ENTRY_CALL(b, selectnbrecv, communication->element, communication->channel);
		struct tri_ssa_value *second = b->results[1];
		selected = is_true(b, first);
		communication->received = is_true(b, second);
	}
	struct tri_ssa_block *chosen = ssa_new_block(b), *otherwise = ssa_new_block(b);
	ssa_branch_on(b, selected, chosen, otherwise, TRI_SSA_UNKNOWN);
	ssa_start_block(b, chosen);
	clause_body(b, communication, leave);
	ssa_start_block(b, otherwise);
	ssa_statements(b, &fallback->body);
	ssa_jump_to(b, leave);
}

static void several(struct builder *b, struct communication *communications, uint32_t count, struct tri_node *fallback,
					struct tri_ssa_block *leave)
{
	uint32_t sends = 0, next_send = 0;
	for (uint32_t i = 0; i < count; i++)
		sends += communications[i].receive == NULL;
	uint32_t next_receive = sends;
	for (uint32_t i = 0; i < count; i++) {
		make_room(b, &communications[i]);
		communications[i].index = communications[i].receive ? next_receive++ : next_send++;
	}
	struct tri_type *pointer = b->universe->basic[TRI_BASIC_UNSAFE_POINTER], *half = b->universe->basic[TRI_BASIC_UINT16];
	struct tri_ssa_value *table = ssa_temporary(b, tri_type_array_of(b->universe, pointer, 2 * (int64_t)count), false);
	struct tri_ssa_value *order = ssa_temporary(b, tri_type_array_of(b->universe, half, 2 * (int64_t)count), false);
	for (uint32_t i = 0; i < count; i++) {
		struct tri_ssa_value *words[] = {communications[i].channel, communications[i].element};
		for (uint32_t w = 0; w < 2; w++)
			ssa_emit2(b, TRI_SSA_STORE, TRI_SSA_VOID, table, words[w])->integer = 16 * (int64_t)communications[i].index + 8 * w;
	}
	struct tri_ssa_value *index = ENTRY_CALL(b, selectgo, table, order, ssa_constant(b, TRI_SSA_I64, sends),
											 ssa_constant(b, TRI_SSA_I64, count - sends), ssa_constant(b, TRI_SSA_I64, fallback == NULL));
	struct tri_ssa_value *received = is_true(b, b->results[1]);
	if (fallback) {
		struct tri_ssa_block *none = ssa_new_block(b), *next = ssa_new_block(b);
		ssa_branch_on(b, ssa_emit2(b, TRI_SSA_LT_S, TRI_SSA_BOOL, index, ssa_constant(b, TRI_SSA_I64, 0)), none, next, TRI_SSA_UNKNOWN);
		ssa_start_block(b, none);
		ssa_statements(b, &fallback->body);
		ssa_jump_to(b, leave);
		ssa_start_block(b, next);
	}
	for (uint32_t i = 0; i < count; i++) {
		communications[i].body = ssa_new_block(b);
		communications[i].received = received;
		if (i + 1 == count) {
			ssa_jump_to(b, communications[i].body);
			break;
		}
		struct tri_ssa_block *next = ssa_new_block(b);
		struct tri_ssa_value *number = ssa_constant(b, TRI_SSA_I64, communications[i].index);
		ssa_branch_on(b, ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, index, number), communications[i].body, next, TRI_SSA_UNKNOWN);
		ssa_start_block(b, next);
	}
	for (uint32_t i = 0; i < count; i++) {
		ssa_start_block(b, communications[i].body);
		clause_body(b, &communications[i], leave);
	}
}

void ssa_select_statement(struct builder *b, struct tri_node *node)
{
	struct targets *targets = TRI_NEW(b->arena, struct targets);
	node->ssa = targets;
	targets->leave = ssa_new_block(b);
	struct communication *communications = TRI_NEW_ARRAY(b->arena, struct communication, node->list.count + 1);
	struct tri_node *fallback = NULL;
	uint32_t count = 0;
	for (uint32_t i = 0; i < node->list.count; i++) {
		struct tri_node *clause = node->list.items[i];
		if (clause->is_default) {
			fallback = clause;
			continue;
		}
		communications[count].clause = clause;
		evaluate(b, &communications[count++]);
	}
	if (count == 0 && fallback) {
		ssa_statements(b, &fallback->body);
		ssa_jump_to(b, targets->leave);
	} else if (count == 0) {
		ENTRY_CALL(b, block, NULL);
		ssa_end_unreachable(b);
	} else if (count == 1 && !fallback) {
		single(b, &communications[0], targets->leave);
	} else if (count == 1) {
		try_single(b, &communications[0], fallback, targets->leave);
	} else {
		several(b, communications, count, fallback, targets->leave);
	}
	ssa_start_block(b, targets->leave);
}
