// Debug information for gdb, perf and addr2line: DWARF 4 with one compile unit, a subprogram for each function,
// the line table, and call frame information (.debug_frame).
//
// The runtime does not read any of this; it has its own tables. Weak functions are referred to by symbol, so
// that copies dropped by the linker describe the one that stayed.
#define TRI_COMPILER_OBJECT_IMPLEMENTATION
#include "compiler/object/internal.h"

#include <unistd.h>

// The numbers of DWARF 4, sections 7.5 to 7.25.
enum {
	DW_TAG_compile_unit = 0x11,
	DW_TAG_subprogram = 0x2e,
	DW_AT_name = 0x03,
	DW_AT_stmt_list = 0x10,
	DW_AT_low_pc = 0x11,
	DW_AT_high_pc = 0x12,
	DW_AT_language = 0x13,
	DW_AT_comp_dir = 0x1b,
	DW_AT_producer = 0x25,
	DW_AT_decl_file = 0x3a,
	DW_AT_decl_line = 0x3b,
	DW_AT_external = 0x3f,
	DW_AT_frame_base = 0x40,
	DW_AT_ranges = 0x55,
	DW_FORM_addr = 0x01,
	DW_FORM_data4 = 0x06,
	DW_FORM_string = 0x08,
	DW_FORM_data1 = 0x0b,
	DW_FORM_udata = 0x0f,
	DW_FORM_sec_offset = 0x17,
	DW_FORM_exprloc = 0x18,
	DW_FORM_flag_present = 0x19,
	DW_LANG_Go = 0x16,
	DW_OP_call_frame_cfa = 0x9c,
	DW_LNS_copy = 1,
	DW_LNS_advance_pc = 2,
	DW_LNS_advance_line = 3,
	DW_LNS_set_file = 4,
	DW_LNE_end_sequence = 1,
	DW_LNE_set_address = 2,
	DW_CFA_advance_loc4 = 0x04,
	DW_CFA_def_cfa = 0x0c,
	DW_CFA_def_cfa_register = 0x0d,
	DW_CFA_def_cfa_offset = 0x0e,
	DW_CFA_offset = 0x80,
	DW_CFA_restore = 0xc0,
	DW_CFA_nop = 0,
	REGISTER_RBP = 6,
	REGISTER_RSP = 7,
	REGISTER_RETURN = 16,
};

struct debug {
	struct tri_object_file *object;
	struct tri_symbol *info, *abbreviations, *lines, *frames, *ranges;
};

static uint64_t end_of(const struct tri_symbol *symbol) { return symbol->data.count; }

static void put8(struct debug *debug, struct tri_symbol *symbol, uint8_t value)
{
	tri_symbol_put8(debug->object->symbols, symbol, end_of(symbol), value);
}

static void put32(struct debug *debug, struct tri_symbol *symbol, uint32_t value)
{
	tri_symbol_put32(debug->object->symbols, symbol, end_of(symbol), value);
}

static void put16(struct debug *debug, struct tri_symbol *symbol, uint16_t value)
{
	tri_symbol_put16(debug->object->symbols, symbol, end_of(symbol), value);
}

static void put_text(struct debug *debug, struct tri_symbol *symbol, const char *text)
{
	tri_symbol_put_bytes(debug->object->symbols, symbol, end_of(symbol), text, strlen(text) + 1);
}

static void put_address(struct debug *debug, struct tri_symbol *symbol, struct tri_symbol *target, int64_t addend)
{
	tri_symbol_put_address(debug->object->symbols, symbol, end_of(symbol), TRI_RELOC_ABS64, target, addend);
}

static void put_offset(struct debug *debug, struct tri_symbol *symbol, struct tri_symbol *section)
{
	tri_symbol_put_address(debug->object->symbols, symbol, end_of(symbol), TRI_RELOC_ABS32, section, 0);
}

static void put_unsigned(struct debug *debug, struct tri_symbol *symbol, uint64_t value)
{
	struct tri_buffer bytes = {0};
	object_put_unsigned(&bytes, value);
	tri_symbol_put_bytes(debug->object->symbols, symbol, end_of(symbol), bytes.data, bytes.length);
	tri_buffer_free(&bytes);
}

static void put_signed(struct debug *debug, struct tri_symbol *symbol, int64_t value)
{
	struct tri_buffer bytes = {0};
	object_put_signed(&bytes, value);
	tri_symbol_put_bytes(debug->object->symbols, symbol, end_of(symbol), bytes.data, bytes.length);
	tri_buffer_free(&bytes);
}

static void write_abbreviations(struct debug *debug)
{
	static const uint8_t unit[] = {1,
								   DW_TAG_compile_unit,
								   1,
								   DW_AT_producer,
								   DW_FORM_string,
								   DW_AT_language,
								   DW_FORM_data1,
								   DW_AT_name,
								   DW_FORM_string,
								   DW_AT_comp_dir,
								   DW_FORM_string,
								   DW_AT_low_pc,
								   DW_FORM_addr,
								   DW_AT_ranges,
								   DW_FORM_sec_offset,
								   DW_AT_stmt_list,
								   DW_FORM_sec_offset,
								   0,
								   0};
	static const uint8_t function[] = {2,
									   DW_TAG_subprogram,
									   0,
									   DW_AT_name,
									   DW_FORM_string,
									   DW_AT_low_pc,
									   DW_FORM_addr,
									   DW_AT_high_pc,
									   DW_FORM_data4,
									   DW_AT_decl_file,
									   DW_FORM_udata,
									   DW_AT_decl_line,
									   DW_FORM_udata,
									   DW_AT_frame_base,
									   DW_FORM_exprloc,
									   DW_AT_external,
									   DW_FORM_flag_present,
									   0,
									   0,
									   0};
	tri_symbol_put_bytes(debug->object->symbols, debug->abbreviations, 0, unit, sizeof unit);
	tri_symbol_put_bytes(debug->object->symbols, debug->abbreviations, sizeof unit, function, sizeof function);
}

static void write_info(struct debug *debug)
{
	struct tri_symbol *info = debug->info;
	char folder[4096];
	put32(debug, info, 0); // length, below
	put16(debug, info, 4);
	put_offset(debug, info, debug->abbreviations);
	put8(debug, info, 8); // address size
	put_unsigned(debug, info, 1);
	put_text(debug, info, "tricolor");
	put8(debug, info, DW_LANG_Go);
	put_text(debug, info, debug->object->path);
	put_text(debug, info, !debug->object->hides_folder && getcwd(folder, sizeof folder) ? folder : ".");
	tri_symbol_put64(debug->object->symbols, info, end_of(info), 0);
	put_offset(debug, info, debug->ranges);
	put_offset(debug, info, debug->lines);
	for (uint32_t i = 0; i < debug->object->code.count; i++) {
		const struct object_code *code = debug->object->code.items[i];
		put_unsigned(debug, info, 2);
		// Breakpoints are asked for by the function's name, whichever of its forms is there.
		put_text(debug, info, code->name);
		put_address(debug, info, code->symbol, 0);
		put32(debug, info, code->symbol->data.count);
		put_unsigned(debug, info, code->line > 0 ? code->file + 1 : 0);
		put_unsigned(debug, info, code->line);
		put_unsigned(debug, info, 1);
		put8(debug, info, DW_OP_call_frame_cfa);
		put_address(debug, debug->ranges, code->symbol, 0);
		put_address(debug, debug->ranges, code->symbol, code->symbol->data.count);
	}
	put8(debug, info, 0); // end of the unit's children
	tri_symbol_put32(debug->object->symbols, info, 0, (uint32_t)(end_of(info) - 4));
	for (unsigned i = 0; i < 16; i++)
		put8(debug, debug->ranges, 0);
}

static void write_sequence(struct tri_buffer *program, const struct object_code *code)
{
	uint32_t file = 1, offset = 0;
	int64_t line = 1;
	for (uint32_t i = 0; i < code->lines.count; i++) {
		uint32_t new_line = code->lines.items[i].line, new_file = code->lines.items[i].file + 1;
		if (code->lines.items[i].offset > offset) {
			tri_buffer_append_byte(program, DW_LNS_advance_pc);
			object_put_unsigned(program, code->lines.items[i].offset - offset);
			offset = code->lines.items[i].offset;
		}
		if (new_file != file) {
			tri_buffer_append_byte(program, DW_LNS_set_file);
			object_put_unsigned(program, new_file);
			file = new_file;
		}
		if (new_line != line) {
			tri_buffer_append_byte(program, DW_LNS_advance_line);
			object_put_signed(program, (int64_t)new_line - line);
			line = new_line;
		}
		tri_buffer_append_byte(program, DW_LNS_copy);
	}
	tri_buffer_append_byte(program, DW_LNS_advance_pc);
	object_put_unsigned(program, code->symbol->data.count - offset);
	tri_buffer_append_byte(program, 0);
	object_put_unsigned(program, 1);
	tri_buffer_append_byte(program, DW_LNE_end_sequence);
}

static void write_lines(struct debug *debug)
{
	struct tri_symbol *lines = debug->lines;
	struct tri_symbol_table *symbols = debug->object->symbols;
	struct tri_buffer *programs = TRI_NEW_ARRAY(debug->object->arena, struct tri_buffer, debug->object->code.count + 1);
	for (uint32_t i = 0; i < debug->object->code.count; i++)
		write_sequence(&programs[i], debug->object->code.items[i]);
	static const uint8_t operand_counts[] = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};
	put32(debug, lines, 0);
	put16(debug, lines, 4);
	uint64_t header_length_at = end_of(lines);
	put32(debug, lines, 0);
	put8(debug, lines, 1); // smallest instruction
	put8(debug, lines, 1); // operations per instruction
	put8(debug, lines, 1); // is_stmt at first
	put8(debug, lines, (uint8_t)-5);
	put8(debug, lines, 14);
	put8(debug, lines, sizeof operand_counts + 1);
	tri_symbol_put_bytes(symbols, lines, end_of(lines), operand_counts, sizeof operand_counts);
	put8(debug, lines, 0); // no folders: names are whole paths
	for (uint32_t i = 0; i < debug->object->files.count; i++) {
		put_text(debug, lines, debug->object->files.items[i]);
		put8(debug, lines, 0);
		put8(debug, lines, 0);
		put8(debug, lines, 0);
	}
	put8(debug, lines, 0);
	tri_symbol_put32(symbols, lines, header_length_at, (uint32_t)(end_of(lines) - header_length_at - 4));
	for (uint32_t i = 0; i < debug->object->code.count; i++) {
		put8(debug, lines, 0);
		put_unsigned(debug, lines, 9);
		put8(debug, lines, DW_LNE_set_address);
		put_address(debug, lines, debug->object->code.items[i]->symbol, 0);
		tri_symbol_put_bytes(symbols, lines, end_of(lines), programs[i].data, programs[i].length);
		tri_buffer_free(&programs[i]);
	}
	tri_symbol_put32(symbols, lines, 0, (uint32_t)(end_of(lines) - 4));
}

static void pad_entry(struct debug *debug, uint64_t start)
{
	while ((end_of(debug->frames) - start) % 8 != 4)
		put8(debug, debug->frames, DW_CFA_nop);
	tri_symbol_put32(debug->object->symbols, debug->frames, start, (uint32_t)(end_of(debug->frames) - start - 4));
}

static void advance(struct debug *debug, uint32_t from, uint32_t to)
{
	put8(debug, debug->frames, DW_CFA_advance_loc4);
	put32(debug, debug->frames, to - from);
}

static void frame_begins(struct debug *debug, uint32_t from, uint32_t pushed, uint32_t framed)
{
	advance(debug, from, pushed);
	put8(debug, debug->frames, DW_CFA_def_cfa_offset);
	put_unsigned(debug, debug->frames, 16);
	put8(debug, debug->frames, DW_CFA_offset | REGISTER_RBP);
	put_unsigned(debug, debug->frames, 2);
	advance(debug, pushed, framed);
	put8(debug, debug->frames, DW_CFA_def_cfa_register);
	put_unsigned(debug, debug->frames, REGISTER_RBP);
}

static void frame_ends(struct debug *debug, uint32_t from, uint32_t to)
{
	advance(debug, from, to);
	put8(debug, debug->frames, DW_CFA_def_cfa);
	put_unsigned(debug, debug->frames, REGISTER_RSP);
	put_unsigned(debug, debug->frames, 8);
	put8(debug, debug->frames, DW_CFA_restore | REGISTER_RBP);
}

static void write_frames(struct debug *debug)
{
	struct tri_symbol *frames = debug->frames;
	put32(debug, frames, 0);
	put32(debug, frames, 0xffffffff); // a common entry
	put8(debug, frames, 1);
	put8(debug, frames, 0);
	put_unsigned(debug, frames, 1);
	put_signed(debug, frames, -8);
	put8(debug, frames, REGISTER_RETURN);
	put8(debug, frames, DW_CFA_def_cfa);
	put_unsigned(debug, frames, REGISTER_RSP);
	put_unsigned(debug, frames, 8);
	put8(debug, frames, DW_CFA_offset | REGISTER_RETURN);
	put_unsigned(debug, frames, 1);
	pad_entry(debug, 0);
	for (uint32_t i = 0; i < debug->object->code.count; i++) {
		const struct object_code *code = debug->object->code.items[i];
		uint64_t start = end_of(frames);
		put32(debug, frames, 0);
		put_offset(debug, frames, frames);
		put_address(debug, frames, code->symbol, 0);
		tri_symbol_put64(debug->object->symbols, frames, end_of(frames), code->symbol->data.count);
		uint32_t at = 0;
		for (uint32_t k = 0; k < code->framed.count; k++) {
			const struct tri_code_framed *framed = &code->framed.items[k];
			frame_begins(debug, at, framed->pushed, framed->framed);
			frame_ends(debug, framed->framed, at = framed->end);
		}
		if (code->push_offset)
			frame_begins(debug, 0, code->push_offset, code->frame_offset);
		if (code->grow_offset) // the call of morestack behind the body has no frame
			frame_ends(debug, code->frame_offset, code->grow_offset);
		pad_entry(debug, start);
	}
}

void object_write_dwarf(struct tri_object_file *object)
{
	struct debug debug = {.object = object};
	struct {
		struct tri_symbol **symbol;
		const char *section;
	} sections[] = {
		{&debug.info, ".debug_info"},    {&debug.abbreviations, ".debug_abbrev"}, {&debug.lines, ".debug_line"},
		{&debug.frames, ".debug_frame"}, {&debug.ranges, ".debug_ranges"},
	};
	for (unsigned i = 0; i < TRI_COUNT(sections); i++) {
		*sections[i].symbol = object_local(object, TRI_SYMBOL_SECTION, 1);
		object_attach(object, sections[i].section, *sections[i].symbol, NULL);
	}
	debug.frames->align = 8;
	write_abbreviations(&debug);
	write_info(&debug);
	write_lines(&debug);
	write_frames(&debug);
}
