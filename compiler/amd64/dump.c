// Text form of machine code with its allocation, for -d=amd64.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/internal.h"

static const char *const op_names[] = {
#define X(tag) #tag,
	MACHINE_OPS(X)
#undef X
};
static const char *const register_names[REGISTER_COUNT] = {
	"rax",  "rcx",  "rdx",  "rbx",  "rsp",  "rbp",  "rsi",  "rdi",  "r8",   "r9",   "r10",   "r11",   "r12",   "r13",   "r14",   "r15",
	"xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15",
};

static void print_location(struct tri_buffer *out, struct location location)
{
	switch (location.kind) {
	case LOCATION_REGISTER:
		tri_buffer_append_c(out, register_names[location.reg]);
		break;
	case LOCATION_SPILL:
		tri_buffer_printf(out, "[v%u]", location.vreg);
		break;
	case LOCATION_IMMEDIATE:
		tri_buffer_printf(out, "%lld", (long long)location.immediate);
		break;
	case LOCATION_SYMBOL:
		tri_buffer_append_c(out, location.symbol->name);
		break;
	case LOCATION_NONE:
		tri_buffer_append_c(out, "?");
	}
}

static void print_vreg(const struct machine_function *function, struct tri_buffer *out, uint32_t vreg, uint32_t position)
{
	tri_buffer_printf(out, "v%u", vreg);
	struct interval *part = amd64_part_at(function, vreg, position);
	if (part && part->location.kind != LOCATION_NONE) {
		tri_buffer_append_byte(out, ':');
		print_location(out, part->location);
	}
}

static void print_address(const struct machine_function *function, struct tri_buffer *out, const struct address *address, uint32_t position)
{
	static const char *const bases[] = {"", "", "slot", "arguments", "outgoing", "spill", "g"};
	tri_buffer_append_byte(out, '[');
	if (address->kind == BASE_VREG)
		print_vreg(function, out, address->base, position);
	else
		tri_buffer_append_c(out, bases[address->kind]);
	if (address->slot)
		tri_buffer_printf(out, "%u", address->slot->id);
	if (address->symbol)
		tri_buffer_printf(out, " %s", address->symbol->name);
	if (address->index) {
		tri_buffer_append_c(out, " + ");
		print_vreg(function, out, address->index, position);
		tri_buffer_printf(out, "*%d", 1 << address->scale);
	}
	tri_buffer_printf(out, " %+lld]", (long long)address->displacement);
}

static void print_operand(const struct machine_function *function, struct tri_buffer *out, const struct instruction *instruction,
						  const struct operand *operand)
{
	if (operand->kind == OPERAND_NONE)
		return;
	tri_buffer_append_c(out, ", ");
	switch (operand->kind) {
	case OPERAND_VREG:
		print_vreg(function, out, operand->vreg, instruction->position);
		break;
	case OPERAND_IMMEDIATE:
		tri_buffer_printf(out, "%lld", (long long)operand->immediate);
		break;
	case OPERAND_SYMBOL:
		tri_buffer_printf(out, "%s%+lld", operand->symbol->name, (long long)operand->immediate);
		break;
	default:
		print_address(function, out, &instruction->mem, instruction->position);
	}
}

static void print_moves(struct tri_buffer *out, const char *label, const struct move *moves, uint32_t count)
{
	if (count == 0)
		return;
	tri_buffer_printf(out, "      %s", label);
	for (uint32_t i = 0; i < count; i++) {
		tri_buffer_append_c(out, i ? ", " : " ");
		print_location(out, moves[i].to);
		tri_buffer_append_c(out, " = ");
		print_location(out, moves[i].from);
	}
	tri_buffer_append_byte(out, '\n');
}

void amd64_dump(const struct machine_function *function, const char *title, struct tri_buffer *out)
{
	tri_buffer_printf(out, "%s: frame %d, spills %d\n", title, function->frame_size, function->spill_size / 8);
	for (uint32_t b = 0; b < function->blocks.count; b++) {
		const struct machine_block *block = function->blocks.items[b];
		tri_buffer_printf(out, "  block %u [%u,%u)%s depth %u ->", b, block->from, block->to, block->is_cold ? " cold" : "",
						  block->loop_depth);
		for (uint32_t s = 0; s < block->successors.count; s++)
			tri_buffer_printf(out, " %u", block->successors.items[s]->index);
		tri_buffer_append_byte(out, '\n');
		for (uint32_t i = 0; i < block->phis.count; i++) {
			tri_buffer_append_c(out, "      phi ");
			print_vreg(function, out, block->phis.items[i].dst, block->from);
			tri_buffer_append_byte(out, '\n');
		}
		print_moves(out, "enter:", block->entry_moves.items, block->entry_moves.count);
		for (const struct instruction *instruction = block->first; instruction; instruction = instruction->next) {
			print_moves(out, "move:", instruction->moves_before.items, instruction->moves_before.count);
			if (instruction == block->last)
				print_moves(out, "leave:", block->exit_moves.items, block->exit_moves.count);
			tri_buffer_printf(out, "    %4u %s.%u", instruction->position, op_names[instruction->op], instruction->width);
			if (instruction->dst) {
				tri_buffer_append_byte(out, ' ');
				print_vreg(function, out, instruction->dst, instruction->position + 1);
				tri_buffer_append_c(out, " =");
			}
			if (instruction->symbol)
				tri_buffer_printf(out, " %s", instruction->symbol->name);
			print_operand(function, out, instruction, &instruction->a);
			print_operand(function, out, instruction, &instruction->b);
			print_operand(function, out, instruction, &instruction->c);
			print_operand(function, out, instruction, &instruction->d);
			bool access = instruction->op == MACHINE_LOAD || instruction->op == MACHINE_STORE || instruction->op == MACHINE_LEA ||
						  instruction->op == MACHINE_ALU_MEMORY || instruction->op == MACHINE_NIL_CHECK;
			if (access) {
				tri_buffer_append_byte(out, ' ');
				print_address(function, out, &instruction->mem, instruction->position);
			}
			for (uint32_t i = 0; i < instruction->fixed_use_count; i++) {
				tri_buffer_printf(out, " %s<-", register_names[instruction->fixed_uses[i].reg]);
				if (instruction->fixed_uses[i].vreg)
					print_vreg(function, out, instruction->fixed_uses[i].vreg, instruction->position);
			}
			for (uint32_t i = 0; i < instruction->fixed_def_count; i++) {
				tri_buffer_append_c(out, " ");
				print_vreg(function, out, instruction->fixed_defs[i].vreg, instruction->position + 1);
				tri_buffer_printf(out, "<-%s", register_names[instruction->fixed_defs[i].reg]);
			}
			tri_buffer_append_byte(out, '\n');
		}
	}
}
