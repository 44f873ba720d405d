// Reads the text form that dump.c writes. Tests of passes are written in it.
#define TRI_SSA_INTERNAL
#include <stdio.h>
#include <stdlib.h>

#include "compiler/ssa/internal.h"

struct parser {
	struct tri_arena *arena;
	struct tri_ssa_func *function;
	const char *at;
	uint32_t line;
	struct tri_buffer *error;
	bool failed;
	struct tri_map blocks, values; // by number
	struct tri_symbol_table *symbols;
};

static void fail(struct parser *parser, const char *message)
{
	if (!parser->failed)
		tri_buffer_printf(parser->error, "line %u: %s near '%.20s'", parser->line, message, parser->at);
	parser->failed = true;
}

static void skip_blanks(struct parser *parser)
{
	while (*parser->at == ' ' || *parser->at == '\t')
		parser->at++;
}

static bool take(struct parser *parser, const char *word)
{
	skip_blanks(parser);
	size_t length = strlen(word);
	if (strncmp(parser->at, word, length) != 0)
		return false;
	parser->at += length;
	return true;
}

static bool at_end_of_line(struct parser *parser)
{
	skip_blanks(parser);
	return *parser->at == '\n' || *parser->at == 0;
}

static void end_line(struct parser *parser)
{
	if (!at_end_of_line(parser))
		fail(parser, "unexpected text");
	while (*parser->at && *parser->at != '\n')
		parser->at++;
	while (*parser->at == '\n') {
		parser->at++;
		parser->line++;
		const char *ahead = parser->at;
		while (*ahead == ' ' || *ahead == '\t')
			ahead++;
		if (*ahead != '\n')
			break;
		parser->at = ahead;
	}
}

static int64_t number(struct parser *parser)
{
	skip_blanks(parser);
	char *end;
	long long result = strtoll(parser->at, &end, 0);
	if (end == parser->at)
		fail(parser, "number expected");
	parser->at = end;
	return result;
}

static struct tri_ssa_block *block_of(struct parser *parser, int64_t id)
{
	struct tri_ssa_block *block = tri_map_get(&parser->blocks, (uintptr_t)id);
	if (!block) {
		block = TRI_NEW(parser->arena, struct tri_ssa_block);
		block->id = (uint32_t)id;
		if (parser->function->next_block_id <= block->id)
			parser->function->next_block_id = block->id + 1;
		tri_map_put(parser->arena, &parser->blocks, (uintptr_t)id, block);
	}
	return block;
}

static struct tri_ssa_value *value_of(struct parser *parser, int64_t id)
{
	struct tri_ssa_value *value = tri_map_get(&parser->values, (uintptr_t)id);
	if (!value) {
		value = TRI_NEW(parser->arena, struct tri_ssa_value);
		value->id = (uint32_t)id;
		if (parser->function->next_value_id <= value->id)
			parser->function->next_value_id = value->id + 1;
		tri_map_put(parser->arena, &parser->values, (uintptr_t)id, value);
	}
	return value;
}

static uint8_t type(struct parser *parser)
{
	static const char *const names[] = {"void", "bool", "i8", "i16", "i32", "i64", "ptr", "f32", "f64"};
	for (unsigned i = 0; i < TRI_COUNT(names); i++)
		if (take(parser, names[i]))
			return (uint8_t)i;
	fail(parser, "type expected");
	return 0;
}

static struct tri_symbol *symbol(struct parser *parser)
{
	const char *start = ++parser->at;
	while (*parser->at && *parser->at != '"' && *parser->at != '\n')
		parser->at++;
	struct tri_symbol *result = tri_symbol_get(parser->symbols, tri_arena_strdup(parser->arena, start, (size_t)(parser->at - start)));
	if (*parser->at == '"')
		parser->at++;
	return result;
}

static struct tri_ssa_abi_word word(struct parser *parser)
{
	struct tri_ssa_abi_word result = {.type = type(parser), .in_register = true};
	if (!take(parser, ":"))
		fail(parser, "':' expected");
	result.register_index = (uint8_t)number(parser);
	return result;
}

static void value_line(struct parser *parser, struct tri_ssa_block *block)
{
	struct tri_ssa_value *value = value_of(parser, number(parser));
	if (value->block)
		fail(parser, "defined twice");
	value->type = type(parser);
	if (!take(parser, "="))
		fail(parser, "'=' expected");
	skip_blanks(parser);
	size_t length = strspn(parser->at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
	uint16_t op = 0;
	while (op < TRI_SSA_OP_COUNT && !(strlen(tri_ssa_ops[op].name) == length && !memcmp(tri_ssa_ops[op].name, parser->at, length)))
		op++;
	if (op == TRI_SSA_OP_COUNT)
		fail(parser, "unknown operation");
	parser->at += length;
	value->op = op;
	if (op == TRI_SSA_CALL)
		value->call = TRI_NEW(parser->arena, struct tri_ssa_call);
	tri_ssa_append(block, value);
	while (!parser->failed && !at_end_of_line(parser)) {
		if (*parser->at == '"') {
			*(value->call ? &value->call->symbol : &value->symbol) = symbol(parser);
		} else if (*parser->at == '#') {
			char *end;
			value->number = strtod(parser->at + 1, &end);
			parser->at = end;
		} else if (take(parser, "[")) {
			value->integer = number(parser);
			if (!take(parser, "]"))
				fail(parser, "']' expected");
		} else if (take(parser, "slot")) {
			int64_t index = number(parser);
			if (index < 0 || index >= parser->function->slots.count)
				fail(parser, "no such slot");
			else
				value->slot = parser->function->slots.items[index];
		} else if (take(parser, "go_shift")) {
			value->go_shift = true;
		} else if (take(parser, "non_nil")) {
			value->non_nil = true;
		} else if (take(parser, "fresh")) {
			value->fresh = true;
		} else if (take(parser, "v")) {
			tri_ssa_add_argument(parser->function, value, value_of(parser, number(parser)));
		} else if (!value->call) {
			fail(parser, "unexpected text");
		} else if (take(parser, "closure")) {
			value->call->kind = TRI_SSA_CALL_CLOSURE;
		} else if (take(parser, "system")) {
			value->call->kind = TRI_SSA_CALL_SYSTEM;
		} else if (take(parser, "code")) {
			value->call->kind = TRI_SSA_CALL_CODE;
		} else if (take(parser, "args=")) {
			do
				tri_vector_push(parser->arena, &value->call->argument_words, word(parser));
			while (take(parser, ","));
		} else if (take(parser, "results=")) {
			do
				tri_vector_push(parser->arena, &value->call->result_words, word(parser));
			while (take(parser, ","));
		} else if (take(parser, "outgoing=")) {
			value->call->outgoing_size = (int32_t)number(parser);
		} else if (take(parser, "leaf")) {
			value->call->is_leaf = true;
		} else if (take(parser, "noreturn")) {
			value->call->no_return = true;
		} else if (take(parser, "defer_return")) {
			value->call->is_defer_return = true;
		} else {
			fail(parser, "unexpected text");
		}
	}
}

static void slot_line(struct parser *parser)
{
	struct tri_ssa_slot *slot = tri_ssa_new_slot(parser->function, NULL, NULL);
	number(parser);
	if (take(parser, "\"")) {
		const char *start = parser->at;
		while (*parser->at && *parser->at != '"')
			parser->at++;
		slot->name = tri_arena_strdup(parser->arena, start, (size_t)(parser->at - start));
		take(parser, "\"");
	}
	slot->align = 8;
	while (!parser->failed && !at_end_of_line(parser)) {
		if (take(parser, "size=")) {
			slot->size = number(parser);
			slot->pointer_mask = tri_bits_new(parser->arena, (uint32_t)((slot->size + 7) / 8));
		} else if (take(parser, "align=")) {
			slot->align = number(parser);
		} else if (take(parser, "pointers=")) {
			slot->has_pointers = true;
			for (uint32_t i = 0; *parser->at == '0' || *parser->at == '1'; i++)
				if (*parser->at++ == '1' && i < slot->pointer_mask.bit_count)
					tri_bits_add(&slot->pointer_mask, i);
		} else if (take(parser, "taken")) {
			slot->address_taken = true;
		} else if (take(parser, "live")) {
			slot->always_live = true;
		} else {
			fail(parser, "unexpected text");
		}
	}
}

// The branch that ends a block; false when the line is none.
static bool branch_line(struct parser *parser, struct tri_ssa_block *block)
{
	static const char *const kinds[] = {"jump", "if", "return", "unreachable", "switch"};
	uint8_t kind = 0;
	while (kind < TRI_COUNT(kinds) && !take(parser, kinds[kind]))
		kind++;
	if (kind == TRI_COUNT(kinds))
		return false;
	block->kind = kind;
	while (!parser->failed && !at_end_of_line(parser)) {
		if (take(parser, "likely")) {
			block->likely = TRI_SSA_LIKELY;
		} else if (take(parser, "unlikely")) {
			block->likely = TRI_SSA_UNLIKELY;
		} else if (take(parser, "v")) {
			struct tri_ssa_value *value = value_of(parser, number(parser));
			value->use_count++;
			if (kind == TRI_SSA_BLOCK_RETURN)
				tri_vector_push(parser->arena, &block->results, value);
			else
				block->control = value;
		} else {
			tri_vector_push(parser->arena, &block->successors, block_of(parser, number(parser)));
		}
	}
	return true;
}

struct tri_ssa_func *tri_ssa_parse(struct tri_arena *arena, struct tri_name_table *names, const char *text, struct tri_buffer *error)
{
	struct tri_ssa_func *function = TRI_NEW(arena, struct tri_ssa_func);
	function->arena = arena;
	struct parser parser = {.arena = arena, .function = function, .at = text, .line = 1, .error = error};
	parser.symbols = tri_symbol_table_new(arena, names);
	function->package = TRI_NEW(arena, struct tri_ir_package);
	function->package->arena = arena;
	function->package->symbols = parser.symbols;
	while (*parser.at == '\n')
		parser.at++, parser.line++;
	if (!take(&parser, "func"))
		fail(&parser, "'func' expected");
	skip_blanks(&parser);
	size_t length = strcspn(parser.at, "\n");
	function->symbol = tri_symbol_get(parser.symbols, tri_arena_strdup(arena, parser.at, length));
	parser.at += length;
	end_line(&parser);
	struct tri_ssa_block *block = NULL;
	while (!parser.failed && *parser.at) {
		if (take(&parser, "slot ")) {
			slot_line(&parser);
		} else if (take(&parser, "block")) {
			block = block_of(&parser, number(&parser));
			tri_vector_push(arena, &function->blocks, block);
			block->is_cold = take(&parser, "cold");
			if (take(&parser, "defer_return"))
				function->defer_return_block = block;
			if (take(&parser, "<-"))
				while (!parser.failed && !at_end_of_line(&parser))
					tri_vector_push(arena, &block->predecessors, block_of(&parser, number(&parser)));
		} else if (!block) {
			fail(&parser, "'block' expected");
		} else if (take(&parser, "v")) {
			value_line(&parser, block);
		} else if (!branch_line(&parser, block)) {
			fail(&parser, "unexpected text");
		}
		if (!parser.failed)
			end_line(&parser);
	}
	if (!parser.failed && !function->blocks.count)
		fail(&parser, "no blocks");
	if (parser.failed)
		return NULL;
	function->entry = function->blocks.items[0];
	for (uint32_t b = 0; b < function->blocks.count; b++)
		for (struct tri_ssa_value *value = function->blocks.items[b]->first; value; value = value->next)
			if (value->op == TRI_SSA_CALL)
				function->has_calls = true;
	return function;
}
