// Blocks, plain values, checks and runtime calls: the builder's vocabulary.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

struct entry_info {
	const char *symbol, *arguments, *results;
	int flags;
};

enum { ENTRY_FLAG_C = 0, ENTRY_FLAG_GO = 0, ENTRY_FLAG_MAYPARK = 0, ENTRY_FLAG_LEAF = 1, ENTRY_FLAG_NORETURN = 2 };

static const struct entry_info entries[ENTRY_COUNT] = {
#define C ENTRY_FLAG_C
#define GO ENTRY_FLAG_GO
#define LEAF ENTRY_FLAG_LEAF
#define NORETURN ENTRY_FLAG_NORETURN
#define MAYPARK ENTRY_FLAG_MAYPARK
#define ENTRY(name, arguments, results, flags) {"runtime." #name, arguments, results, flags},
#include "abi/entry.def"
#undef ENTRY
#undef C
#undef GO
#undef LEAF
#undef NORETURN
#undef MAYPARK
};

// What the builder knows of a block; in block->machine until the function is built.
struct block_state {
	struct tri_map definitions; // word -> value at the end of the block
	bool sealed;
};

static struct tri_ssa_block *make_block(struct builder *b)
{
	struct tri_ssa_block *block = tri_ssa_new_block(b->function, TRI_SSA_BLOCK_UNREACHABLE);
	block->machine = TRI_NEW(b->arena, struct block_state);
	return block;
}

struct tri_ssa_block *ssa_new_block(struct builder *b) { return make_block(b); }

struct tri_ssa_block *ssa_new_cold_block(struct builder *b)
{
	struct tri_ssa_block *block = make_block(b);
	block->is_cold = true;
	return block;
}

void ssa_seal_block(struct tri_ssa_block *block) { ((struct block_state *)block->machine)->sealed = true; }

bool ssa_block_is_sealed(const struct tri_ssa_block *block) { return ((const struct block_state *)block->machine)->sealed; }

struct tri_map *ssa_block_definitions(struct tri_ssa_block *block) { return &((struct block_state *)block->machine)->definitions; }

void ssa_start_block(struct builder *b, struct tri_ssa_block *block)
{
	ssa_seal_block(block);
	b->block = block;
}

void ssa_start_open_block(struct builder *b, struct tri_ssa_block *block) { b->block = block; }

static void start_dead_block(struct builder *b) { ssa_start_block(b, make_block(b)); }

void ssa_jump_to(struct builder *b, struct tri_ssa_block *target)
{
	b->block->kind = TRI_SSA_BLOCK_JUMP;
	b->block->pos = b->pos;
	tri_ssa_add_edge(b->function, b->block, target);
	start_dead_block(b);
}

void ssa_branch_on(struct builder *b, struct tri_ssa_value *condition_value, struct tri_ssa_block *yes, struct tri_ssa_block *no,
				   enum tri_ssa_likely likely)
{
	b->block->kind = TRI_SSA_BLOCK_IF;
	b->block->control = condition_value;
	condition_value->use_count++;
	b->block->likely = (uint8_t)likely;
	b->block->pos = b->pos;
	tri_ssa_add_edge(b->function, b->block, yes);
	tri_ssa_add_edge(b->function, b->block, no);
	start_dead_block(b);
}

void ssa_end_unreachable(struct builder *b)
{
	b->block->kind = TRI_SSA_BLOCK_UNREACHABLE;
	b->block->pos = b->pos;
	start_dead_block(b);
}

struct tri_ssa_value *ssa_emit0(struct builder *b, enum tri_ssa_op op, enum tri_ssa_type type)
{
	struct tri_ssa_value *value = tri_ssa_new_value(b->function, op, type, b->pos);
	b->pos.is_statement = false;
	tri_ssa_append(b->block, value);
	return value;
}

struct tri_ssa_value *ssa_emit1(struct builder *b, enum tri_ssa_op op, enum tri_ssa_type type, struct tri_ssa_value *x)
{
	struct tri_ssa_value *value = ssa_emit0(b, op, type);
	tri_ssa_add_argument(b->function, value, x);
	return value;
}

struct tri_ssa_value *ssa_emit2(struct builder *b, enum tri_ssa_op op, enum tri_ssa_type type, struct tri_ssa_value *x,
								struct tri_ssa_value *y)
{
	struct tri_ssa_value *value = ssa_emit1(b, op, type, x);
	tri_ssa_add_argument(b->function, value, y);
	return value;
}

struct tri_ssa_value *ssa_emit3(struct builder *b, enum tri_ssa_op op, enum tri_ssa_type type, struct tri_ssa_value *x,
								struct tri_ssa_value *y, struct tri_ssa_value *z)
{
	struct tri_ssa_value *value = ssa_emit2(b, op, type, x, y);
	tri_ssa_add_argument(b->function, value, z);
	return value;
}

struct tri_ssa_value *ssa_constant(struct builder *b, enum tri_ssa_type type, int64_t integer)
{
	struct tri_ssa_value *value = ssa_emit0(b, TRI_SSA_CONST, type);
	value->integer = ssa_normalise(integer, type);
	return value;
}

struct tri_ssa_value *ssa_constant_float(struct builder *b, enum tri_ssa_type type, double number)
{
	struct tri_ssa_value *value = ssa_emit0(b, TRI_SSA_CONST_FLOAT, type);
	value->number = type == TRI_SSA_F32 ? (double)(float)number : number;
	return value;
}

struct tri_ssa_value *ssa_symbol_address(struct builder *b, struct tri_symbol *symbol, int64_t offset)
{
	struct tri_ssa_value *value = ssa_emit0(b, TRI_SSA_SYMBOL, TRI_SSA_PTR);
	value->symbol = symbol;
	value->integer = offset;
	value->non_nil = true;
	return value;
}

struct tri_ssa_value *ssa_slot_address(struct builder *b, struct tri_ssa_slot *slot, int64_t offset)
{
	struct tri_ssa_value *value = ssa_emit0(b, TRI_SSA_SLOT, TRI_SSA_PTR);
	value->slot = slot;
	value->integer = offset;
	value->non_nil = true;
	return value;
}

struct tri_ssa_value *ssa_add_offset(struct builder *b, struct tri_ssa_value *pointer, int64_t offset)
{
	if (offset == 0)
		return pointer;
	if (pointer->op == TRI_SSA_SLOT)
		return ssa_slot_address(b, pointer->slot, pointer->integer + offset);
	if (pointer->op == TRI_SSA_SYMBOL)
		return ssa_symbol_address(b, pointer->symbol, pointer->integer + offset);
	struct tri_ssa_value *value = ssa_emit2(b, TRI_SSA_ADD, TRI_SSA_PTR, pointer, ssa_constant(b, TRI_SSA_I64, offset));
	value->non_nil = pointer->non_nil;
	return value;
}

struct tri_ssa_value *ssa_nil_check(struct builder *b, struct tri_ssa_value *pointer)
{
	if (pointer->non_nil)
		return pointer;
	struct tri_ssa_value *value = ssa_emit1(b, TRI_SSA_NIL_CHECK, TRI_SSA_PTR, pointer);
	value->non_nil = true;
	return value;
}

uint32_t ssa_new_word(struct builder *b, enum tri_ssa_type type)
{
	tri_vector_push(b->arena, &b->word_types, (uint8_t)type);
	return b->word_types.count - 1;
}

static uint8_t letter_type(char letter)
{
	return letter == 'p' ? TRI_SSA_PTR : letter == 'd' ? TRI_SSA_F64 : letter == 'f' ? TRI_SSA_F32 : TRI_SSA_I64;
}

// The words of an entry's signature, aggregates spelled out.
static uint32_t spell(const char *signature, char *words)
{
	uint32_t count = 0;
	for (; *signature; signature++) {
		const char *letters = *signature == 's' ? "pi" : *signature == 'l' ? "pii" : *signature == 'e' ? "pp" : NULL;
		if (!letters)
			words[count++] = *signature;
		else
			while (*letters)
				words[count++] = *letters++;
	}
	return count;
}

static struct tri_ssa_call *entry_record(struct builder *b, enum entry entry)
{
	const struct entry_info *info = &entries[entry];
	struct tri_ssa_call *record = TRI_NEW(b->arena, struct tri_ssa_call);
	record->kind = TRI_SSA_CALL_SYMBOL;
	record->symbol = tri_symbol_get(b->package->symbols, info->symbol);
	record->is_leaf = (info->flags & ENTRY_FLAG_LEAF) != 0;
	record->no_return = (info->flags & ENTRY_FLAG_NORETURN) != 0;
	char words[16];
	uint32_t count = spell(info->arguments, words), integers = 0, floats = 0;
	for (uint32_t i = 0; i < count; i++) {
		uint8_t type = letter_type(words[i]);
		struct tri_ssa_abi_word word = {
			.type = type, .in_register = true, .register_index = (uint8_t)(tri_ssa_type_is_float(type) ? floats++ : integers++)};
		tri_vector_push(b->arena, &record->argument_words, word);
	}
	count = spell(info->results, words);
	for (uint32_t i = 0; i < count; i++) {
		struct tri_ssa_abi_word word = {.type = letter_type(words[i]), .in_register = true, .register_index = (uint8_t)i};
		tri_vector_push(b->arena, &record->result_words, word);
	}
	b->function->has_calls = true;
	return record;
}

struct tri_ssa_value *ssa_entry_call(struct builder *b, enum entry entry, struct tri_ssa_value *const *arguments)
{
	struct tri_ssa_call *record = entry_record(b, entry);
	for (uint32_t i = 0; i < record->argument_words.count; i++)
		if (!arguments[i] || arguments[i]->type != record->argument_words.items[i].type)
			tri_ice("argument %u of %s has the wrong type", i, record->symbol->name);
	struct tri_ssa_value *call_value = ssa_emit0(b, TRI_SSA_CALL, TRI_SSA_VOID);
	call_value->call = record;
	for (uint32_t i = 0; i < record->argument_words.count; i++)
		tri_ssa_add_argument(b->function, call_value, arguments[i]);
	for (uint32_t i = 0; i < record->result_words.count; i++) {
		b->results[i] = ssa_emit1(b, TRI_SSA_RESULT, record->result_words.items[i].type, call_value);
		b->results[i]->integer = i;
	}
	return record->result_words.count ? b->results[0] : call_value;
}

// Only the low byte of a result that is a truth value is defined.
struct tri_ssa_value *ssa_entry_bool(struct builder *b, struct tri_ssa_value *result)
{
	struct tri_ssa_value *byte = ssa_emit1(b, TRI_SSA_TRUNCATE, TRI_SSA_I8, result);
	return ssa_emit2(b, TRI_SSA_NE, TRI_SSA_BOOL, byte, ssa_constant(b, TRI_SSA_I8, 0));
}

void ssa_check(struct builder *b, struct tri_ssa_value *condition_value, enum entry failure, struct tri_ssa_value *x,
			   struct tri_ssa_value *y)
{
	struct tri_ssa_block *good = ssa_new_block(b), *bad = ssa_new_cold_block(b);
	ssa_branch_on(b, condition_value, good, bad, TRI_SSA_LIKELY);
	ssa_start_block(b, bad);
	ssa_entry_call(b, failure, (struct tri_ssa_value *const[]){x, y, NULL});
	ssa_end_unreachable(b);
	ssa_start_block(b, good);
}
