// The -S listing: disassembly (capstone) with source positions, symbols for relocations, and the frame
// map of each call.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/internal.h"

#include <capstone/capstone.h>

static const struct tri_relocation *relocation_in(const struct tri_symbol *symbol, uint64_t from, uint64_t to)
{
	for (uint32_t i = 0; i < symbol->relocations.count; i++) {
		if (symbol->relocations.items[i].offset >= from && symbol->relocations.items[i].offset < to)
			return &symbol->relocations.items[i];
	}
	return NULL;
}

static void print_map(const struct tri_code *code, uint32_t offset, struct tri_buffer *out)
{
	for (uint32_t i = 0; i < code->safepoints.count; i++) {
		const struct tri_code_safepoint *safepoint = &code->safepoints.items[i];
		if (safepoint->return_offset != offset || offset == 0)
			continue;
		tri_buffer_append_c(out, "\t\t\t; live:");
		bool any = false;
		for (uint32_t word = 0; word < safepoint->map.bit_count; word++) {
			if (!tri_bits_has(&safepoint->map, word))
				continue;
			any = true;
			if (word < code->frame_size / 8)
				tri_buffer_printf(out, " [rsp+%u]%s", word * 8,
								  code->has_objects && !tri_bits_has(&safepoint->live, word) ? "*" : ""); // if reached
			else
				tri_buffer_printf(out, " arg+%u", (word - code->frame_size / 8) * 8);
		}
		tri_buffer_append_c(out, any ? "\n" : " nothing\n");
	}
}

void amd64_listing(const struct machine_function *function, const struct tri_code *code, struct tri_buffer *out)
{
	const struct tri_symbol *symbol = code->symbol;
	tri_buffer_printf(out, "%s: %u bytes, frame %u, %u argument words\n", symbol->name, symbol->data.count, code->frame_size,
					  code->argument_words);
	csh handle;
	if (cs_open(CS_ARCH_X86, CS_MODE_64, &handle) != CS_ERR_OK) {
		tri_buffer_append_c(out, "\t(no disassembler)\n");
		return;
	}
	cs_insn *instruction = cs_malloc(handle);
	const uint8_t *bytes = symbol->data.items;
	size_t left = symbol->data.count;
	uint64_t address = 0;
	uint32_t line = 0;
	while (left > 0 && cs_disasm_iter(handle, &bytes, &left, &address, instruction)) {
		while (line < code->lines.count && code->lines.items[line].offset <= instruction->address) {
			struct tri_location place = tri_source_locate(function->source->package->sources, code->lines.items[line].pos.pos);
			tri_buffer_printf(out, "\t; %s:%u\n", place.path ? place.path : "?", place.line);
			line++;
		}
		tri_buffer_printf(out, "\t%04llx\t%s\t%s", (unsigned long long)instruction->address, instruction->mnemonic, instruction->op_str);
		const struct tri_relocation *relocation = relocation_in(symbol, instruction->address, address);
		if (relocation)
			tri_buffer_printf(out, "\t; %s", relocation->target->name);
		tri_buffer_append_byte(out, '\n');
		print_map(code, (uint32_t)address, out);
	}
	cs_free(instruction, 1);
	cs_close(&handle);
}
