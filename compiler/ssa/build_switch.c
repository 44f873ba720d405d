// switch on values: in order, or by binary search and jump tables when every case is a constant integer or string.
#define TRI_SSA_INTERNAL
#include <stdlib.h>

#include "compiler/ssa/build.h"

enum { SEARCH_MINIMUM = 5, LINEAR = 3, TABLE_MINIMUM = 8 };

struct integer_case {
	int64_t value;
	struct tri_ssa_block *body;
};

struct search {
	struct builder *b;
	struct tri_ssa_value *tag; // I64
	bool is_unsigned;
	struct integer_case *cases;
	struct tri_ssa_block *otherwise;
};

static int compare_signed(const void *x, const void *y)
{
	int64_t a = ((const struct integer_case *)x)->value, c = ((const struct integer_case *)y)->value;
	return a < c ? -1 : a > c;
}

static int compare_unsigned(const void *x, const void *y)
{
	uint64_t a = (uint64_t)((const struct integer_case *)x)->value, c = (uint64_t)((const struct integer_case *)y)->value;
	return a < c ? -1 : a > c;
}

static void jump_table(struct search *search, uint32_t low, uint32_t high, uint64_t span)
{
	struct builder *b = search->b;
	struct tri_ssa_value *index =
		ssa_emit2(b, TRI_SSA_SUB, TRI_SSA_I64, search->tag, ssa_constant(b, TRI_SSA_I64, search->cases[low].value));
	struct tri_ssa_block *table = ssa_new_block(b);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_LE_U, TRI_SSA_BOOL, index, ssa_constant(b, TRI_SSA_I64, (int64_t)span)), table, search->otherwise,
				  TRI_SSA_UNKNOWN);
	ssa_start_block(b, table);
	table->kind = TRI_SSA_BLOCK_SWITCH;
	table->control = index;
	index->use_count++;
	table->pos = b->pos;
	uint32_t next = low;
	for (uint64_t i = 0; i <= span; i++) {
		bool hit = next < high && (uint64_t)search->cases[next].value - (uint64_t)search->cases[low].value == i;
		tri_ssa_add_edge(b->function, table, hit ? search->cases[next++].body : search->otherwise);
	}
	ssa_start_block(b, ssa_new_block(b));
}

static void search_range(struct search *search, uint32_t low, uint32_t high)
{
	struct builder *b = search->b;
	uint32_t count = high - low;
	uint64_t span = (uint64_t)search->cases[high - 1].value - (uint64_t)search->cases[low].value;
	if (count >= TABLE_MINIMUM && span / 10 < count) {
		jump_table(search, low, high, span);
		return;
	}
	if (count <= LINEAR) {
		for (uint32_t i = low; i < high; i++) {
			struct tri_ssa_block *next = i + 1 == high ? search->otherwise : ssa_new_block(b);
			struct tri_ssa_value *same =
				ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, search->tag, ssa_constant(b, TRI_SSA_I64, search->cases[i].value));
			ssa_branch_on(b, same, search->cases[i].body, next, TRI_SSA_UNKNOWN);
			if (i + 1 < high)
				ssa_start_block(b, next);
		}
		return;
	}
	uint32_t middle = low + count / 2;
	struct tri_ssa_block *lower = ssa_new_block(b), *upper = ssa_new_block(b);
	struct tri_ssa_value *less = ssa_emit2(b, search->is_unsigned ? TRI_SSA_LT_U : TRI_SSA_LT_S, TRI_SSA_BOOL, search->tag,
										   ssa_constant(b, TRI_SSA_I64, search->cases[middle].value));
	ssa_branch_on(b, less, lower, upper, TRI_SSA_UNKNOWN);
	ssa_start_block(b, lower);
	search_range(search, low, middle);
	ssa_start_block(b, upper);
	search_range(search, middle, high);
}

static bool constant_case(const struct tri_node *value, bool unsigned_tag, int64_t *result)
{
	if (value->op != TRI_NODE_LITERAL || !value->value)
		return false;
	uint64_t large;
	if (tri_constant_int64(value->value, result))
		return true;
	if (!unsigned_tag || !tri_constant_uint64(value->value, &large))
		return false;
	*result = (int64_t)large;
	return true;
}

static bool try_search(struct builder *b, struct tri_node *node, const struct operand *tag, struct tri_ssa_block **bodies,
					   struct tri_ssa_block *otherwise)
{
	if (!tri_type_is(node->x->type, TRI_IS_INTEGER) || tri_type_is(node->x->type, TRI_IS_FLOAT))
		return false;
	bool unsigned_tag = ssa_is_unsigned(node->x->type);
	uint32_t count = 0;
	for (uint32_t i = 0; i < node->list.count; i++)
		count += node->list.items[i]->list.count;
	if (count < SEARCH_MINIMUM)
		return false;
	struct integer_case *cases = TRI_NEW_ARRAY(b->arena, struct integer_case, count);
	uint32_t next = 0;
	for (uint32_t i = 0; i < node->list.count; i++)
		for (uint32_t j = 0; j < node->list.items[i]->list.count; j++) {
			if (!constant_case(node->list.items[i]->list.items[j], unsigned_tag, &cases[next].value))
				return false;
			cases[next++].body = bodies[i];
		}
	qsort(cases, count, sizeof *cases, unsigned_tag ? compare_unsigned : compare_signed);
	for (uint32_t i = 1; i < count; i++)
		if (cases[i].value == cases[i - 1].value)
			return false;
	struct search search = {b, ssa_to_int(b, tag->words[0], node->x->type), unsigned_tag, cases, otherwise};
	search_range(&search, 0, count);
	return true;
}

// ---- Strings ---------------------------------------------------------------------------------

// Cases are told apart by length first, then by the byte in which those of one length differ most.

struct string_case {
	const char *bytes;
	int64_t length;
	struct tri_node *node;
	struct tri_ssa_block *body;
};

struct string_search {
	struct builder *b;
	const struct operand *tag;
	struct tri_ssa_block *otherwise;
};

static int compare_lengths(const void *x, const void *y)
{
	const struct string_case *a = x, *c = y;
	return a->length < c->length ? -1 : a->length > c->length;
}

static int compare_strings(const void *x, const void *y)
{
	const struct string_case *a = x, *c = y;
	int order = compare_lengths(x, y);
	return order != 0 || a->length == 0 ? order : memcmp(a->bytes, c->bytes, (size_t)a->length);
}

// The cases have one length, which the tag has too.
static void search_equal_lengths(struct string_search *search, struct string_case *cases, uint32_t count)
{
	struct builder *b = search->b;
	int64_t length = cases[0].length;
	if (count <= LINEAR || length == 0) {
		for (uint32_t i = 0; i < count; i++) {
			struct tri_ssa_block *next = i + 1 == count ? search->otherwise : ssa_new_block(b);
			struct operand value = ssa_expression(b, cases[i].node), tag = *search->tag;
			tag.words[1] = ssa_constant(b, TRI_SSA_I64, length);
			ssa_branch_on(b, ssa_compare(b, TRI_OP_EQUAL, &tag, &value), cases[i].body, next, TRI_SSA_UNKNOWN);
			if (i + 1 < count)
				ssa_start_block(b, next);
		}
		return;
	}
	uint32_t most = 0, counts[256];
	int64_t place = 0;
	for (int64_t at = 0; at < length; at++) {
		uint32_t different = 0;
		memset(counts, 0, sizeof counts);
		for (uint32_t i = 0; i < count; i++)
			different += counts[(uint8_t)cases[i].bytes[at]]++ == 0;
		if (different > most) {
			most = different;
			place = at;
		}
	}
	struct integer_case *bytes = TRI_NEW_ARRAY(b->arena, struct integer_case, most);
	struct string_case *sorted = TRI_NEW_ARRAY(b->arena, struct string_case, count);
	uint32_t *ends = TRI_NEW_ARRAY(b->arena, uint32_t, most), next = 0, groups = 0;
	for (int byte = 0; byte < 256; byte++) {
		uint32_t first = next;
		for (uint32_t i = 0; i < count; i++)
			if ((uint8_t)cases[i].bytes[place] == byte)
				sorted[next++] = cases[i];
		if (next == first)
			continue;
		bytes[groups] = (struct integer_case){byte, ssa_new_block(b)};
		ends[groups++] = next;
	}
	struct tri_ssa_value *loaded = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_I8, search->tag->words[0]);
	loaded->integer = place;
	struct search by_byte = {b, ssa_emit1(b, TRI_SSA_EXTEND_U, TRI_SSA_I64, loaded), true, bytes, search->otherwise};
	search_range(&by_byte, 0, groups);
	for (uint32_t i = 0, first = 0; i < groups; first = ends[i++]) {
		ssa_start_block(b, bytes[i].body);
		search_equal_lengths(search, sorted + first, ends[i] - first);
	}
}

static bool try_string_search(struct builder *b, struct tri_node *node, const struct operand *tag, struct tri_ssa_block **bodies,
							  struct tri_ssa_block *otherwise)
{
	if (!ssa_is_string(node->x->type))
		return false;
	uint32_t count = 0, next = 0, groups = 0;
	for (uint32_t i = 0; i < node->list.count; i++)
		count += node->list.items[i]->list.count;
	if (count < SEARCH_MINIMUM)
		return false;
	struct string_case *cases = TRI_NEW_ARRAY(b->arena, struct string_case, count);
	for (uint32_t i = 0; i < node->list.count; i++)
		for (uint32_t j = 0; j < node->list.items[i]->list.count; j++) {
			struct tri_node *value = node->list.items[i]->list.items[j];
			if (value->op != TRI_NODE_LITERAL || !value->value)
				return false;
			size_t length;
			const char *bytes = tri_constant_string_value(value->value, &length);
			cases[next++] = (struct string_case){bytes, (int64_t)length, value, bodies[i]};
		}
	qsort(cases, count, sizeof *cases, compare_strings);
	for (uint32_t i = 1; i < count; i++)
		if (compare_strings(&cases[i - 1], &cases[i]) == 0)
			return false;
	struct integer_case *lengths = TRI_NEW_ARRAY(b->arena, struct integer_case, count);
	uint32_t *starts = TRI_NEW_ARRAY(b->arena, uint32_t, count + 1);
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0 && cases[i].length == cases[i - 1].length)
			continue;
		starts[groups] = i;
		lengths[groups++] = (struct integer_case){cases[i].length, ssa_new_block(b)};
	}
	starts[groups] = count;
	struct search by_length = {b, tag->words[1], true, lengths, otherwise};
	search_range(&by_length, 0, groups);
	struct string_search search = {b, tag, otherwise};
	for (uint32_t i = 0; i < groups; i++) {
		ssa_start_block(b, lengths[i].body);
		search_equal_lengths(&search, cases + starts[i], starts[i + 1] - starts[i]);
	}
	return true;
}

static bool all_constant(const struct tri_node *node)
{
	for (uint32_t i = 0; i < node->list.count; i++)
		for (uint32_t j = 0; j < node->list.items[i]->list.count; j++)
			if (node->list.items[i]->list.items[j]->op != TRI_NODE_LITERAL)
				return false;
	return true;
}

void ssa_switch_statement(struct builder *b, struct tri_node *node)
{
	struct operand tag = {0};
	if (node->x) {
		if (all_constant(node))
			ssa_borrow_strings(b, &node->x, 1, &tag);
		else
			tag = ssa_expression(b, node->x);
		tag = ssa_settle(b, &tag);
		tag.type = node->x->type;
	}
	struct targets *targets = TRI_NEW(b->arena, struct targets);
	node->ssa = targets;
	targets->leave = ssa_new_block(b);
	uint32_t count = node->list.count;
	struct tri_ssa_block **bodies = TRI_NEW_ARRAY(b->arena, struct tri_ssa_block *, count + 1);
	struct tri_ssa_block *otherwise = targets->leave;
	for (uint32_t i = 0; i < count; i++) {
		bodies[i] = ssa_new_block(b);
		if (node->list.items[i]->is_default)
			otherwise = bodies[i];
	}
	if (!node->x || !(try_search(b, node, &tag, bodies, otherwise) || try_string_search(b, node, &tag, bodies, otherwise))) {
		for (uint32_t i = 0; i < count; i++) {
			struct tri_node *clause = node->list.items[i];
			for (uint32_t j = 0; j < clause->list.count; j++) {
				struct tri_ssa_block *next = ssa_new_block(b);
				if (!node->x) {
					ssa_condition(b, clause->list.items[j], bodies[i], next, TRI_SSA_UNKNOWN);
				} else {
					struct operand value = ssa_expression(b, clause->list.items[j]);
					ssa_branch_on(b, ssa_compare(b, TRI_OP_EQUAL, &tag, &value), bodies[i], next, TRI_SSA_UNKNOWN);
				}
				ssa_start_block(b, next);
			}
		}
		ssa_jump_to(b, otherwise);
	}
	struct tri_ssa_block *outer = b->fallthrough;
	for (uint32_t i = 0; i < count; i++) {
		ssa_start_block(b, bodies[i]);
		b->fallthrough = i + 1 < count ? bodies[i + 1] : targets->leave;
		ssa_statements(b, &node->list.items[i]->body);
		ssa_jump_to(b, targets->leave);
	}
	b->fallthrough = outer;
	ssa_start_block(b, targets->leave);
}
