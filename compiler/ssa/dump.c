// The text form of a function. parse.c reads it back, so whatever is printed here must be complete.
//
//   func main.f
//   slot 0 "x" size=16 align=8 pointers=10 taken live
//   block 0 cold
//     v1 ptr = ARGUMENT 0
//     v2 i64 = LOAD v1 [8]
//     v3 void = CALL "runtime.growslice" (v1 v2) args=ptr:0,i64:1 results=ptr:0 outgoing=0 leaf noreturn
//     v4 i64 = PHI v2 v5
//   if v7 1 2 likely
#define TRI_SSA_INTERNAL
#include "compiler/ssa/internal.h"

static const char *const type_names[] = {"void", "bool", "i8", "i16", "i32", "i64", "ptr", "f32", "f64"};

static void print_words(struct tri_buffer *out, const char *label, const struct tri_ssa_abi_word *words, uint32_t count)
{
	if (!count)
		return;
	tri_buffer_printf(out, " %s=", label);
	for (uint32_t i = 0; i < count; i++)
		tri_buffer_printf(out, "%s%s:%u", i ? "," : "", type_names[words[i].type], words[i].register_index);
}

static void print_value(const struct tri_ssa_value *value, struct tri_buffer *out)
{
	if (value->op < TRI_SSA_OP_COUNT)
		tri_buffer_printf(out, "  v%u %s = %s", value->id, type_names[value->type], tri_ssa_ops[value->op].name);
	else
		tri_buffer_printf(out, "  v%u %s = machine%u", value->id, type_names[value->type], value->op - TRI_SSA_OP_COUNT);
	if (value->call && value->call->kind == TRI_SSA_CALL_CLOSURE)
		tri_buffer_append_c(out, " closure");
	if (value->call && value->call->kind == TRI_SSA_CALL_SYSTEM)
		tri_buffer_append_c(out, " system");
	if (value->call && value->call->kind == TRI_SSA_CALL_CODE)
		tri_buffer_append_c(out, " code");
	for (uint32_t i = 0; i < value->arguments.count; i++)
		tri_buffer_printf(out, " v%u", value->arguments.items[i]->id);
	if (value->op == TRI_SSA_CONST_FLOAT)
		tri_buffer_printf(out, " #%a", value->number);
	if (value->symbol)
		tri_buffer_printf(out, " \"%s\"", value->symbol->name);
	if (value->call && value->call->symbol)
		tri_buffer_printf(out, " \"%s\"", value->call->symbol->name);
	if (value->slot)
		tri_buffer_printf(out, " slot%u", value->slot->id);
	if (value->integer || value->op == TRI_SSA_CONST || value->op == TRI_SSA_ARGUMENT || value->op == TRI_SSA_RESULT)
		tri_buffer_printf(out, " [%lld]", (long long)value->integer);
	if (value->go_shift)
		tri_buffer_append_c(out, " go_shift");
	if (value->non_nil)
		tri_buffer_append_c(out, " non_nil");
	if (value->fresh)
		tri_buffer_append_c(out, " fresh");
	if (value->call) {
		print_words(out, "args", value->call->argument_words.items, value->call->argument_words.count);
		print_words(out, "results", value->call->result_words.items, value->call->result_words.count);
		if (value->call->outgoing_size)
			tri_buffer_printf(out, " outgoing=%d", value->call->outgoing_size);
		if (value->call->is_leaf)
			tri_buffer_append_c(out, " leaf");
		if (value->call->no_return)
			tri_buffer_append_c(out, " noreturn");
		if (value->call->is_defer_return)
			tri_buffer_append_c(out, " defer_return");
	}
	tri_buffer_append_byte(out, '\n');
}

void tri_ssa_dump(const struct tri_ssa_func *function, struct tri_buffer *out)
{
	tri_buffer_printf(out, "func %s\n", function->symbol ? function->symbol->name : "?");
	for (uint32_t i = 0; i < function->slots.count; i++) {
		const struct tri_ssa_slot *slot = function->slots.items[i];
		tri_buffer_printf(out, "slot %u \"%s\" size=%lld align=%lld", slot->id, slot->name ? slot->name : "", (long long)slot->size,
						  (long long)slot->align);
		if (slot->has_pointers) {
			tri_buffer_append_c(out, " pointers=");
			for (int64_t w = 0; w < (slot->size + 7) / 8 && w < 64; w++)
				tri_buffer_append_byte(out, tri_bits_has(&slot->pointer_mask, (uint32_t)w) ? '1' : '0');
		}
		if (slot->address_taken)
			tri_buffer_append_c(out, " taken");
		if (slot->always_live)
			tri_buffer_append_c(out, " live");
		tri_buffer_append_byte(out, '\n');
	}
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		const struct tri_ssa_block *block = function->blocks.items[b];
		tri_buffer_printf(out, "block %u", block->id);
		if (block->is_cold)
			tri_buffer_append_c(out, " cold");
		if (block == function->defer_return_block)
			tri_buffer_append_c(out, " defer_return");
		if (block->predecessors.count) {
			tri_buffer_append_c(out, " <-");
			for (uint32_t i = 0; i < block->predecessors.count; i++)
				tri_buffer_printf(out, " %u", block->predecessors.items[i]->id);
		}
		tri_buffer_append_byte(out, '\n');
		for (const struct tri_ssa_value *value = block->first; value; value = value->next)
			print_value(value, out);
		static const char *const kinds[] = {"jump", "if", "return", "unreachable", "switch"};
		tri_buffer_append_c(out, kinds[block->kind]);
		if (block->control)
			tri_buffer_printf(out, " v%u", block->control->id);
		for (uint32_t i = 0; i < block->results.count; i++)
			tri_buffer_printf(out, " v%u", block->results.items[i]->id);
		for (uint32_t i = 0; i < block->successors.count; i++)
			tri_buffer_printf(out, " %u", block->successors.items[i]->id);
		if (block->likely)
			tri_buffer_append_c(out, block->likely == TRI_SSA_LIKELY ? " likely" : " unlikely");
		tri_buffer_append_byte(out, '\n');
	}
}
