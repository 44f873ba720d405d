// Interface values: boxing, assertions, type switches.
#define TRI_SSA_INTERNAL
#include "abi/type.h"
#include "compiler/ssa/build.h"

static bool has_methods(struct tri_type *interface)
{
	uint32_t count;
	tri_interface_methods(ssa_underlying(interface), &count);
	return count != 0;
}

struct tri_ssa_value *ssa_dynamic_type(struct builder *b, const struct operand *value)
{
	if (!has_methods(value->type))
		return value->words[0];
	uint32_t word = ssa_new_word(b, TRI_SSA_PTR);
	struct tri_ssa_block *present = ssa_new_block(b), *end = ssa_new_block(b);
	ssa_builder_write(b, word, value->words[0]);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, value->words[0], ssa_constant(b, TRI_SSA_PTR, 0)), present, end,
				  TRI_SSA_LIKELY);
	ssa_start_block(b, present);
	struct tri_ssa_value *type = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_PTR, value->words[0]);
	type->integer = 8;
	ssa_builder_write(b, word, type);
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	return ssa_builder_read(b, word);
}

struct tri_ssa_value *ssa_has_type(struct builder *b, const struct operand *value, struct tri_type *type)
{
	struct tri_symbol *symbol =
		has_methods(value->type) ? tri_ssa_itab_symbol(b->package, type, value->type) : tri_ssa_type_symbol(b->package, type);
	return ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, value->words[0], ssa_symbol_address(b, symbol, 0));
}

// The words of a value that is stored in the data word itself.
struct operand ssa_unbox(struct builder *b, const struct operand *value, struct tri_type *type)
{
	tri_type_layout(type);
	if (type->size == 0)
		return ssa_zero_operand(b, type);
	if (tri_type_is_direct_interface(type)) {
		struct operand result = ssa_operand_of(type, value->words[1]);
		return result;
	}
	struct tri_ssa_value *address = value->words[1];
	if (!ssa_shape_of(b, type)->in_memory)
		return ssa_load(b, type, address, 0);
	return ssa_load(b, type, address, 0);
}

static struct tri_symbol *small_values(struct builder *b)
{
	struct tri_symbol *symbol = tri_symbol_get(b->package->symbols, "runtime.staticuint64s");
	if (symbol->kind == TRI_SYMBOL_UNDEFINED) {
		symbol->kind = TRI_SYMBOL_RODATA;
		symbol->weak = true;
		symbol->align = 8;
		for (uint64_t i = 0; i < 256; i++)
			tri_symbol_put64(b->package->symbols, symbol, 8 * i, i);
	}
	return symbol;
}

// A constant in read-only data; NULL when the operand is none.
static struct tri_ssa_value *constant_box(struct builder *b, const struct operand *value)
{
	if (value->in_memory || !value->count)
		return NULL;
	struct tri_symbol_table *table = b->package->symbols;
	const struct shape *shape = ssa_shape_of(b, value->type);
	uint8_t bytes[64] = {0};
	bool any_symbol = false;
	for (uint32_t i = 0; i < value->count; i++) {
		struct tri_ssa_value *word = value->words[i];
		if (word->op == TRI_SSA_CONST) {
			memcpy(bytes + shape->offsets[i], &word->integer, tri_ssa_type_size(word->type));
		} else if (word->op == TRI_SSA_CONST_FLOAT) {
			float narrow = (float)word->number;
			memcpy(bytes + shape->offsets[i], word->type == TRI_SSA_F32 ? (void *)&narrow : (void *)&word->number,
				   tri_ssa_type_size(word->type));
		} else if (word->op == TRI_SSA_SYMBOL && ssa_is_string(value->type)) {
			any_symbol = true;
		} else {
			return NULL;
		}
	}
	tri_type_layout(value->type);
	if (!any_symbol)
		return ssa_symbol_address(b, tri_symbol_string(table, (const char *)bytes, (size_t)value->type->size), 0);
	struct tri_ssa_value *data = value->words[0];
	struct tri_symbol *symbol = tri_symbol_printf(table, "%s.string%u.%lld.%lld", b->package->package->path, data->symbol->id,
												  (long long)data->integer, (long long)value->words[1]->integer);
	if (symbol->kind == TRI_SYMBOL_UNDEFINED) {
		symbol->kind = TRI_SYMBOL_RODATA;
		symbol->local = true;
		symbol->align = 8;
		tri_symbol_put_address(table, symbol, 0, TRI_RELOC_ABS64, data->symbol, data->integer);
		tri_symbol_put64(table, symbol, 8, (uint64_t)value->words[1]->integer);
	}
	return ssa_symbol_address(b, symbol, 0);
}

static struct tri_ssa_value *bits_of(struct builder *b, struct tri_ssa_value *word)
{
	if (word->type == TRI_SSA_F32)
		return ssa_emit1(b, TRI_SSA_BITCAST, TRI_SSA_I32, word);
	if (word->type == TRI_SSA_F64)
		return ssa_emit1(b, TRI_SSA_BITCAST, TRI_SSA_I64, word);
	return word;
}

static struct tri_ssa_value *box_always(struct builder *b, const struct operand *value)
{
	struct tri_ssa_value *object = ssa_new_object(b, value->type);
	ssa_store(b, object, 0, value);
	return object;
}

// A number below 256 has its box in a table.
static struct tri_ssa_value *box_number(struct builder *b, const struct operand *value)
{
	struct tri_ssa_value *bits = bits_of(b, value->words[0]);
	if (bits->type != TRI_SSA_I64)
		bits = ssa_emit1(b, TRI_SSA_EXTEND_U, TRI_SSA_I64, bits);
	uint32_t word = ssa_new_word(b, TRI_SSA_PTR);
	struct tri_ssa_block *small = ssa_new_block(b), *large = ssa_new_block(b), *end = ssa_new_block(b);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_LT_U, TRI_SSA_BOOL, bits, ssa_constant(b, TRI_SSA_I64, 256)), small, large, TRI_SSA_UNKNOWN);
	ssa_start_block(b, small);
	struct tri_ssa_value *scaled = ssa_emit2(b, TRI_SSA_SHL, TRI_SSA_I64, bits, ssa_constant(b, TRI_SSA_I8, 3));
	ssa_builder_write(b, word, ssa_emit2(b, TRI_SSA_ADD, TRI_SSA_PTR, ssa_symbol_address(b, small_values(b), 0), scaled));
	ssa_jump_to(b, end);
	ssa_start_block(b, large);
	ssa_builder_write(b, word, box_always(b, value));
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	return ssa_builder_read(b, word);
}

// The empty string and the nil slice share a box of zeros.
static struct tri_ssa_value *box_sequence(struct builder *b, const struct operand *value)
{
	bool is_string = ssa_is_string(value->type);
	struct tri_ssa_value *decides = value->words[is_string ? 1 : 0];
	uint32_t word = ssa_new_word(b, TRI_SSA_PTR);
	struct tri_ssa_block *filled = ssa_new_block(b), *end = ssa_new_block(b);
	ssa_builder_write(b, word, ssa_symbol_address(b, tri_symbol_get(b->package->symbols, "runtime.zeroVal"), 0));
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, decides, ssa_constant(b, decides->type, 0)), filled, end, TRI_SSA_LIKELY);
	ssa_start_block(b, filled);
	ssa_builder_write(b, word, box_always(b, value));
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	return ssa_builder_read(b, word);
}

static struct tri_ssa_value *box(struct builder *b, struct tri_node *node, const struct operand *value)
{
	struct tri_type *type = value->type;
	tri_type_layout(type);
	if (type->size == 0)
		return ssa_symbol_address(b, tri_symbol_get(b->package->symbols, "runtime.zerobase"), 0);
	if (tri_type_is_direct_interface(type)) {
		if (!value->in_memory)
			return value->words[0];
		struct tri_ssa_value *word = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_PTR, value->address);
		word->integer = value->offset;
		return word;
	}
	struct tri_ssa_value *fixed = constant_box(b, value);
	if (fixed)
		return fixed;
	if (!value->in_memory && value->count == 1 && type->size == 1) {
		struct tri_ssa_value *number = ssa_emit1(b, TRI_SSA_EXTEND_U, TRI_SSA_I64, value->words[0]);
		struct tri_ssa_value *scaled = ssa_emit2(b, TRI_SSA_SHL, TRI_SSA_I64, number, ssa_constant(b, TRI_SSA_I8, 3));
		return ssa_emit2(b, TRI_SSA_ADD, TRI_SSA_PTR, ssa_symbol_address(b, small_values(b), 0), scaled);
	}
	if (node->placement == TRI_PLACE_STACK) {
		struct tri_ssa_value *address = ssa_temporary(b, type, false);
		ssa_store(b, address, 0, value);
		return address;
	}
	if (!value->in_memory && value->count == 1 && !tri_type_has_pointers(type) && type->size == type->align)
		return box_number(b, value);
	if (!value->in_memory && (ssa_is_string(type) || ssa_underlying(type)->kind == TRI_TYPE_SLICE))
		return box_sequence(b, value);
	return box_always(b, value);
}

static struct tri_ssa_value *itab_word(struct builder *b, struct tri_ssa_value *itab, int64_t offset, enum tri_ssa_type type)
{
	struct tri_ssa_value *word = ssa_emit1(b, TRI_SSA_LOAD, type, itab);
	word->integer = offset;
	return word;
}

// What the runtime answered last for a pair of this hash (abi/type.h); never nil.
static struct tri_ssa_value *cached_itab(struct builder *b, struct tri_ssa_value *wanted, struct tri_ssa_value *type)
{
	struct tri_ssa_value *hash = ssa_emit2(b, TRI_SSA_ADD, TRI_SSA_I64, ssa_emit1(b, TRI_SSA_BITCAST, TRI_SSA_I64, type),
										   ssa_emit1(b, TRI_SSA_BITCAST, TRI_SSA_I64, wanted));
	hash = ssa_emit2(b, TRI_SSA_SHR_U, TRI_SSA_I64, hash, ssa_constant(b, TRI_SSA_I8, TRI_ITAB_CACHE_SHIFT));
	hash = ssa_emit2(b, TRI_SSA_AND, TRI_SSA_I64, hash, ssa_constant(b, TRI_SSA_I64, TRI_ITAB_CACHE_SIZE - 1));
	hash = ssa_emit2(b, TRI_SSA_SHL, TRI_SSA_I64, hash, ssa_constant(b, TRI_SSA_I8, 3));
	struct tri_ssa_value *cache = ssa_symbol_address(b, tri_symbol_get(b->package->symbols, "tri_itab_cache"), 0);
	struct tri_ssa_value *itab = itab_word(b, ssa_emit2(b, TRI_SSA_ADD, TRI_SSA_PTR, cache, hash), 0, TRI_SSA_PTR);
	itab->non_nil = true;
	return itab;
}

// Most assertions ask for a pair that was asked for before: the answer lies in a cache that is looked at in place.
static struct tri_ssa_value *assert_itab(struct builder *b, struct tri_type *to, struct tri_ssa_value *type, bool comma_ok)
{
	struct tri_ssa_value *wanted = ssa_type_address(b, to);
	uint32_t result = ssa_new_word(b, TRI_SSA_PTR);
	struct tri_ssa_block *same_type = ssa_new_block(b), *hit = ssa_new_block(b), *miss = ssa_new_cold_block(b), *end = ssa_new_block(b);
	struct tri_ssa_value *cached = cached_itab(b, wanted, type);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, itab_word(b, cached, 8, TRI_SSA_PTR), type), same_type, miss, TRI_SSA_LIKELY);
	ssa_start_block(b, same_type);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, itab_word(b, cached, 0, TRI_SSA_PTR), wanted), hit, miss, TRI_SSA_LIKELY);
	ssa_start_block(b, hit);
	struct tri_ssa_value *lacks =
		ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, itab_word(b, cached, 24, TRI_SSA_I64), ssa_constant(b, TRI_SSA_I64, 0));
	if (comma_ok) {
		ssa_builder_write(b, result, ssa_emit3(b, TRI_SSA_SELECT, TRI_SSA_PTR, lacks, ssa_constant(b, TRI_SSA_PTR, 0), cached));
	} else {
		struct tri_ssa_block *has = ssa_new_block(b);
		ssa_branch_on(b, lacks, miss, has, TRI_SSA_UNLIKELY);
		ssa_start_block(b, has);
		ssa_builder_write(b, result, cached);
	}
	ssa_jump_to(b, end);
	ssa_start_block(b, miss);
	ssa_builder_write(b, result, comma_ok ? ENTRY_CALL(b, typeAssert2, wanted, type) : ENTRY_CALL(b, typeAssert, wanted, type));
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	return ssa_builder_read(b, result);
}

struct operand ssa_convert_interface(struct builder *b, struct tri_node *node)
{
	struct operand value = ssa_expression(b, node->x);
	struct tri_type *from = node->x->type, *to = node->type;
	if (!tri_type_is_interface(from)) {
		struct tri_symbol *symbol = has_methods(to) ? tri_ssa_itab_symbol(b->package, from, to) : tri_ssa_type_symbol(b->package, from);
		value.type = from;
		struct tri_ssa_value *data = box(b, node, &value);
		return ssa_operand_of2(to, ssa_symbol_address(b, symbol, 0), data);
	}
	if (!has_methods(to) || tri_type_identical(from, to)) {
		struct tri_ssa_value *first = has_methods(to) ? value.words[0] : ssa_dynamic_type(b, &value);
		return ssa_operand_of2(to, first, value.words[1]);
	}
	struct tri_ssa_value *type = ssa_dynamic_type(b, &value);
	uint32_t word = ssa_new_word(b, TRI_SSA_PTR);
	struct tri_ssa_block *present = ssa_new_block(b), *end = ssa_new_block(b);
	ssa_builder_write(b, word, ssa_constant(b, TRI_SSA_PTR, 0));
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, type, ssa_constant(b, TRI_SSA_PTR, 0)), present, end, TRI_SSA_LIKELY);
	ssa_start_block(b, present);
	ssa_builder_write(b, word, assert_itab(b, to, type, false));
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	return ssa_operand_of2(to, ssa_builder_read(b, word), value.words[1]);
}

// To an interface type: the itab (or type) word, nil when it does not implement it. The type is known to be non-nil.
static struct tri_ssa_value *new_table(struct builder *b, struct tri_type *to, struct tri_ssa_value *type, bool comma_ok)
{
	return has_methods(to) ? assert_itab(b, to, type, comma_ok) : type;
}

static uint32_t assert_to_interface(struct builder *b, struct tri_node *node, const struct operand *value, struct operand *results)
{
	struct tri_type *to = node->comma_ok ? results[0].type : node->type;
	struct tri_ssa_value *type = ssa_dynamic_type(b, value);
	struct tri_ssa_value *nil = ssa_constant(b, TRI_SSA_PTR, 0);
	struct tri_ssa_value *present = ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, type, nil);
	if (!node->comma_ok) {
		ssa_check(b, present, ENTRY_panicnildottype, ssa_type_address(b, to), NULL);
		results[0] = ssa_operand_of2(to, new_table(b, to, type, false), value->words[1]);
		return 1;
	}
	uint32_t table = ssa_new_word(b, TRI_SSA_PTR), data = ssa_new_word(b, TRI_SSA_PTR);
	struct tri_ssa_block *lookup = ssa_new_block(b), *found = ssa_new_block(b), *end = ssa_new_block(b);
	ssa_builder_write(b, table, nil);
	ssa_builder_write(b, data, ssa_constant(b, TRI_SSA_PTR, 0));
	ssa_branch_on(b, present, lookup, end, TRI_SSA_LIKELY);
	ssa_start_block(b, lookup);
	struct tri_ssa_value *word = new_table(b, to, type, true);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, word, ssa_constant(b, TRI_SSA_PTR, 0)), found, end, TRI_SSA_UNKNOWN);
	ssa_start_block(b, found);
	ssa_builder_write(b, table, word);
	ssa_builder_write(b, data, value->words[1]);
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	results[0] = ssa_operand_of2(to, ssa_builder_read(b, table), ssa_builder_read(b, data));
	results[1] = ssa_operand_of(b->universe->basic[TRI_BASIC_BOOL],
								ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, results[0].words[0], ssa_constant(b, TRI_SSA_PTR, 0)));
	return 2;
}

static uint32_t assert_to_concrete(struct builder *b, struct tri_node *node, const struct operand *value, struct operand *results)
{
	struct tri_type *to = node->comma_ok ? results[0].type : node->type;
	struct tri_type *from = node->x->type;
	if (node->implicit) // of a call that is no interface call any more: nil panics as it would
		ssa_nil_check(b, value->words[0]);
	struct tri_ssa_value *same = ssa_has_type(b, value, to);
	struct tri_ssa_block *good = ssa_new_block(b), *end;
	if (!node->comma_ok) {
		struct tri_ssa_block *bad = ssa_new_cold_block(b);
		ssa_branch_on(b, same, good, bad, TRI_SSA_LIKELY);
		ssa_start_block(b, bad);
		if (has_methods(from))
			ENTRY_CALL(b, panicdottypeI, value->words[0], ssa_type_address(b, to), ssa_type_address(b, from));
		else
			ENTRY_CALL(b, panicdottypeE, value->words[0], ssa_type_address(b, to), ssa_type_address(b, from));
		ssa_end_unreachable(b);
		ssa_start_block(b, good);
		results[0] = ssa_unbox(b, value, to);
		return 1;
	}
	struct tri_ssa_block *bad = ssa_new_block(b);
	end = ssa_new_block(b);
	const struct shape *shape = ssa_shape_of(b, to);
	uint32_t words = ssa_builder_new_words(b, shape), ok = ssa_new_word(b, TRI_SSA_BOOL);
	struct tri_ssa_value *memory = shape->in_memory ? ssa_temporary(b, to, false) : NULL;
	ssa_branch_on(b, same, good, bad, TRI_SSA_UNKNOWN);
	ssa_start_block(b, good);
	struct operand found = ssa_unbox(b, value, to);
	if (memory)
		ssa_store(b, memory, 0, &found);
	else
		ssa_write_words(b, words, &found);
	ssa_builder_write(b, ok, ssa_constant(b, TRI_SSA_BOOL, 1));
	ssa_jump_to(b, end);
	ssa_start_block(b, bad);
	if (memory) {
		ssa_zero_memory(b, to, memory, 0);
	} else {
		struct operand zero = ssa_zero_operand(b, to);
		ssa_write_words(b, words, &zero);
	}
	ssa_builder_write(b, ok, ssa_constant(b, TRI_SSA_BOOL, 0));
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	results[0] = memory ? ssa_load(b, to, memory, 0) : ssa_read_words(b, to, words);
	results[1] = ssa_operand_of(b->universe->basic[TRI_BASIC_BOOL], ssa_builder_read(b, ok));
	return 2;
}

uint32_t ssa_type_assert(struct builder *b, struct tri_node *node, struct operand *results)
{
	struct operand value = ssa_expression(b, node->x);
	if (node->comma_ok)
		results[0].type = node->type->as.tuple.types[0];
	struct tri_type *to = node->comma_ok ? results[0].type : node->type;
	return tri_type_is_interface(to) ? assert_to_interface(b, node, &value, results) : assert_to_concrete(b, node, &value, results);
}

// ---- Type switches ---------------------------------------------------------------------------

struct clause {
	struct tri_node *node;
	struct tri_ssa_block *body;
};

static void bind(struct builder *b, struct tri_ir_var *var, const struct operand *value)
{
	ssa_builder_declare(b, var, false);
	struct place place = ssa_builder_variable_place(b, var);
	struct operand typed = *value;
	typed.type = var->type;
	ssa_write_place(b, &place, &typed);
}

void ssa_type_switch(struct builder *b, struct tri_node *node)
{
	struct operand value = ssa_expression(b, node->x);
	value.type = node->x->type;
	struct targets *targets = TRI_NEW(b->arena, struct targets);
	node->ssa = targets;
	targets->leave = ssa_new_block(b);
	struct clause *clauses = TRI_NEW_ARRAY(b->arena, struct clause, node->list.count + 1);
	struct clause *fallback = NULL;
	struct tri_ssa_value *type = NULL;
	// The type word is needed by cases that are interfaces.
	for (uint32_t i = 0; i < node->list.count && !type; i++)
		for (uint32_t j = 0; j < node->list.items[i]->list.count && !type; j++) {
			struct tri_node *candidate = node->list.items[i]->list.items[j];
			if (candidate->op == TRI_NODE_TYPE && tri_type_is_interface(candidate->type))
				type = ssa_dynamic_type(b, &value);
		}
	for (uint32_t i = 0; i < node->list.count; i++) {
		struct tri_node *clause = node->list.items[i];
		clauses[i] = (struct clause){clause, ssa_new_block(b)};
		if (clause->is_default)
			fallback = &clauses[i];
		bool single = clause->list.count == 1 && clause->var;
		for (uint32_t j = 0; j < clause->list.count; j++) {
			struct tri_node *candidate = clause->list.items[j];
			struct tri_ssa_block *next = ssa_new_block(b), *matched = single ? ssa_new_block(b) : clauses[i].body;
			struct operand bound = value;
			struct tri_ssa_value *nil = ssa_constant(b, TRI_SSA_PTR, 0);
			if (candidate->op != TRI_NODE_TYPE) {
				ssa_branch_on(b, ssa_emit2(b, TRI_SSA_EQ, TRI_SSA_BOOL, value.words[0], nil), matched, next, TRI_SSA_UNKNOWN);
				if (single)
					ssa_start_block(b, matched);
			} else if (tri_type_is_interface(candidate->type)) {
				struct tri_ssa_block *lookup = has_methods(candidate->type) ? ssa_new_block(b) : matched;
				ssa_branch_on(b, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, type, nil), lookup, next, TRI_SSA_UNKNOWN);
				struct tri_ssa_value *table = type;
				if (has_methods(candidate->type)) {
					ssa_start_block(b, lookup);
					table = assert_itab(b, candidate->type, type, true);
					ssa_branch_on(b, ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, table, ssa_constant(b, TRI_SSA_PTR, 0)), matched, next,
								  TRI_SSA_UNKNOWN);
				}
				if (single)
					ssa_start_block(b, matched);
				bound = ssa_operand_of2(candidate->type, table, value.words[1]);
			} else {
				ssa_branch_on(b, ssa_has_type(b, &value, candidate->type), matched, next, TRI_SSA_UNKNOWN);
				if (single) {
					ssa_start_block(b, matched);
					bound = ssa_unbox(b, &value, candidate->type);
				}
			}
			if (single) {
				bind(b, clause->var, &bound);
				ssa_jump_to(b, clauses[i].body);
			}
			ssa_start_block(b, next);
		}
	}
	ssa_jump_to(b, fallback ? fallback->body : targets->leave);
	for (uint32_t i = 0; i < node->list.count; i++) {
		struct tri_node *clause = clauses[i].node;
		ssa_start_block(b, clauses[i].body);
		if (clause->var && clause->list.count != 1)
			bind(b, clause->var, &value);
		ssa_statements(b, &clause->body);
		ssa_jump_to(b, targets->leave);
	}
	ssa_start_block(b, targets->leave);
}
