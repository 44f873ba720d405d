// The runtime's tables: functions, lines, inlined calls, frame maps, global roots, package initialisers.
// Layouts: abi/function.h.
#define TRI_COMPILER_OBJECT_IMPLEMENTATION
#include "compiler/object/internal.h"

struct tri_object_file *tri_object_new(struct tri_arena *arena, struct tri_ir_package *package)
{
	struct tri_object_file *object = TRI_NEW(arena, struct tri_object_file);
	object->arena = arena;
	object->path = package->package->path;
	object->package = package;
	object->symbols = package->symbols;
	object->sources = package->sources;
	return object;
}

struct tri_symbol *object_local(struct tri_object_file *object, enum tri_symbol_kind kind, uint32_t align)
{
	struct tri_symbol *symbol = tri_symbol_printf(object->symbols, "go:local.%u", object->counter++);
	symbol->kind = kind;
	symbol->local = true;
	symbol->align = align;
	return symbol;
}

void object_attach(struct tri_object_file *object, const char *section, struct tri_symbol *contents, struct tri_symbol *leader)
{
	struct attachment attachment = {section, contents, leader};
	contents->section = section;
	tri_vector_push(object->arena, &object->attachments, attachment);
}

struct tri_symbol *object_text(struct tri_object_file *object, const char *text)
{
	return tri_symbol_string(object->symbols, text, strlen(text) + 1);
}

void object_put_unsigned(struct tri_buffer *buffer, uint64_t value)
{
	do {
		uint8_t byte = value & 0x7f;
		value >>= 7;
		tri_buffer_append_byte(buffer, (char)(byte | (value ? 0x80 : 0)));
	} while (value);
}

void object_put_signed(struct tri_buffer *buffer, int64_t value)
{
	for (;;) {
		uint8_t byte = value & 0x7f;
		value >>= 7;
		bool last = (value == 0 && !(byte & 0x40)) || (value == -1 && (byte & 0x40));
		tri_buffer_append_byte(buffer, (char)(byte | (last ? 0 : 0x80)));
		if (last)
			return;
	}
}

// ---- Lines -------------------------------------------------------------------------------------

struct line_writer {
	struct tri_object_file *object;
	TRI_VECTOR(const char *) files;
	TRI_VECTOR(struct tri_inline_site *) sites;
};

static uint32_t file_index(struct line_writer *writer, const char *path)
{
	for (uint32_t i = 0; i < writer->files.count; i++) {
		if (strcmp(writer->files.items[i], path) == 0)
			return i;
	}
	tri_vector_push(writer->object->arena, &writer->files, path);
	return writer->files.count - 1;
}

// Traces name files absolutely, unless a //line directive renamed them.
static const char *trace_path(const struct tri_location *place)
{
	if (!place->file)
		return "?";
	if (place->path && place->path[0] == '\0') // a //line directive without a file
		return "??";
	return place->path && strcmp(place->path, place->file->display_path) != 0 ? place->path : place->file->recorded;
}

// Index + 1 of an inlined call; its parents are numbered before it.
static uint32_t site_index(struct line_writer *writer, struct tri_inline_site *site)
{
	if (!site)
		return 0;
	for (uint32_t i = 0; i < writer->sites.count; i++) {
		if (writer->sites.items[i] == site)
			return i + 1;
	}
	site_index(writer, site->parent);
	tri_vector_push(writer->object->arena, &writer->sites, site);
	return writer->sites.count;
}

// `sites` becomes the number of inlined calls.
static struct tri_symbol *line_table(struct tri_object_file *object, const struct tri_code *code, uint32_t *start_line, uint32_t *sites)
{
	struct line_writer writer = {.object = object};
	struct tri_buffer stream = {0};
	uint32_t offset = 0;
	int64_t line = 0;
	const struct tri_source_set *sources = object->sources;
	for (uint32_t i = 0; i < code->lines.count; i++) {
		struct tri_location place = tri_source_locate(sources, code->lines.items[i].pos.pos);
		if (i > 0 && code->lines.items[i].offset == offset)
			continue; // a zero delta would end the stream
		object_put_unsigned(&stream, code->lines.items[i].offset - offset);
		object_put_signed(&stream, (int64_t)place.line - line);
		object_put_unsigned(&stream, file_index(&writer, trace_path(&place)));
		object_put_signed(&stream, site_index(&writer, code->lines.items[i].pos.site));
		offset = code->lines.items[i].offset;
		line = place.line;
	}
	object_put_unsigned(&stream, 0);
	*start_line = 0;
	if (code->source && code->source->pos != TRI_NO_POS)
		*start_line = tri_source_locate(sources, code->source->pos).line;
	uint32_t site_count = writer.sites.count;
	*sites = site_count;
	struct tri_symbol *table = object_local(object, TRI_SYMBOL_RODATA, 4);
	// Call sites may name files that no row does: number them before the file table is laid out.
	for (uint32_t i = 0; i < site_count; i++) {
		struct tri_location place = tri_source_locate(sources, writer.sites.items[i]->call_pos);
		file_index(&writer, trace_path(&place));
	}
	struct tri_symbol_table *symbols = object->symbols;
	tri_symbol_put32(symbols, table, 0, writer.files.count);
	tri_symbol_put32(symbols, table, 4, site_count);
	tri_symbol_put32(symbols, table, 8, (uint32_t)stream.length);
	uint64_t at = 12;
	for (uint32_t i = 0; i < writer.files.count; i++, at += 4)
		tri_symbol_put_address(symbols, table, at, TRI_RELOC_ABS32, object_text(object, writer.files.items[i]), 0);
	for (uint32_t i = 0; i < site_count; i++, at += 16) {
		struct tri_inline_site *site = writer.sites.items[i];
		struct tri_location place = tri_source_locate(sources, site->call_pos);
		tri_symbol_put_address(symbols, table, at, TRI_RELOC_ABS32, object_text(object, site->callee->symbol), 0);
		tri_symbol_put32(symbols, table, at + 4, site_index(&writer, site->parent));
		tri_symbol_put32(symbols, table, at + 8, file_index(&writer, trace_path(&place)));
		tri_symbol_put32(symbols, table, at + 12, place.line);
	}
	tri_symbol_put_bytes(symbols, table, at, stream.data, stream.length);
	tri_symbol_put_bytes(symbols, table, at + stream.length, code->arguments.items, code->arguments.count);
	tri_buffer_free(&stream);
	return table;
}

// ---- Frame maps --------------------------------------------------------------------------------

static void pack_bits(const struct tri_bits *bits, uint8_t *bytes)
{
	for (uint32_t bit = 0; bit < bits->bit_count; bit++) {
		if (tri_bits_has(bits, bit))
			bytes[bit / 8] |= (uint8_t)(1 << (bit % 8));
	}
}

static struct tri_symbol *frame_maps(struct tri_object_file *object, const struct tri_code *code)
{
	struct tri_symbol *maps = object_local(object, TRI_SYMBOL_RODATA, 4);
	struct tri_symbol_table *symbols = object->symbols;
	uint32_t count = code->safepoints.count, frame_words = code->frame_size / 8;
	uint32_t map_bytes = (frame_words + code->argument_words + 7) / 8, bytes = code->has_objects ? 2 * map_bytes : map_bytes;
	tri_symbol_put32(symbols, maps, 0, count);
	uint32_t end = 4 + count * (uint32_t)sizeof(struct tri_frame_map_entry);
	TRI_VECTOR(uint32_t) distinct = {0}; // offsets of bitmaps written so far
	uint8_t *bitmap = TRI_NEW_ARRAY(object->arena, uint8_t, bytes + 1);
	if (code->has_objects) {
		pack_bits(&code->slot_starts, bitmap);
		tri_symbol_put_bytes(symbols, maps, end, bitmap, (frame_words + 7) / 8);
		end += (frame_words + 7) / 8;
	}
	for (uint32_t i = 0; i < count; i++) {
		const struct tri_code_safepoint *safepoint = &code->safepoints.items[i];
		memset(bitmap, 0, bytes + 1);
		pack_bits(&safepoint->map, bitmap);
		if (code->has_objects)
			pack_bits(&safepoint->live, bitmap + map_bytes);
		uint32_t offset = 0;
		for (uint32_t k = 0; k < distinct.count && !offset; k++) {
			if (memcmp(maps->data.items + distinct.items[k], bitmap, bytes) == 0)
				offset = distinct.items[k];
		}
		if (!offset) {
			offset = end;
			// At least a byte each, so that distinct maps have distinct offsets.
			tri_symbol_put_bytes(symbols, maps, offset, bitmap, bytes ? bytes : 1);
			end += bytes ? bytes : 1;
			tri_vector_push(object->arena, &distinct, offset);
		}
		tri_symbol_put32(symbols, maps, 4 + (uint64_t)i * 8, safepoint->return_offset);
		tri_symbol_put32(symbols, maps, 8 + (uint64_t)i * 8, offset);
	}
	return maps;
}

// ---- Positions for the debugger ------------------------------------------------------------------

static uint32_t debug_file(struct tri_object_file *object, tri_pos pos, uint32_t *line)
{
	struct tri_location place = tri_source_locate(object->sources, pos);
	const char *path = trace_path(&place);
	*line = place.line;
	for (uint32_t i = object->files.count; i > 0; i--) { // mostly the last
		if (strcmp(object->files.items[i - 1], path) == 0)
			return i - 1;
	}
	tri_vector_push(object->arena, &object->files, path);
	return object->files.count - 1;
}

// Of the function, whichever of its forms this is.
static const char *name_of(const struct tri_code *code)
{
	const char *symbol = code->symbol->name;
	return code->source && strcmp(code->source->symbol, symbol) != 0 ? code->source->symbol : symbol;
}

static void add_debug_lines(struct tri_object_file *object, const struct tri_code *code)
{
	struct object_code *rows = TRI_NEW(object->arena, struct object_code);
	rows->symbol = code->symbol;
	rows->name = name_of(code);
	rows->push_offset = code->push_offset;
	rows->frame_offset = code->frame_offset;
	rows->grow_offset = code->grow_offset;
	for (uint32_t i = 0; i < code->framed.count; i++)
		tri_vector_push(object->arena, &rows->framed, code->framed.items[i]);
	rows->file = debug_file(object, code->source ? code->source->pos : TRI_NO_POS, &rows->line);
	for (uint32_t i = 0; i < code->lines.count; i++) {
		struct object_line row = {.offset = code->lines.items[i].offset};
		row.file = debug_file(object, code->lines.items[i].pos.pos, &row.line);
		tri_vector_push(object->arena, &rows->lines, row);
	}
	tri_vector_push(object->arena, &object->code, rows);
}

void tri_object_add_code(struct tri_object_file *object, struct tri_code *code)
{
	struct tri_symbol_table *symbols = object->symbols;
	if (code->source && tri_ir_is_shared(code->source))
		code->symbol->weak = true;
	add_debug_lines(object, code);
	if (code->unsafe.count > 0)
		tri_map_put(object->arena, &object->unsafe, TRI_KEY(code->symbol), code);
	uint32_t flags = code->flags;
	if (strcmp(object->path, "runtime") == 0)
		flags |= TRI_FUNCTION_RUNTIME;
	uint32_t start_line, sites, size = code->symbol->data.count;
	struct tri_symbol *lines = line_table(object, code, &start_line, &sites);
	// A byte more than there are marks: with 1 added, as to return addresses, the last one is no other function's entry.
	for (uint32_t i = 0; sites > 0 && i <= sites; i++)
		tri_symbol_put8(symbols, code->symbol, size + i, 0xcc); // int3: nobody comes here
	struct tri_symbol *row = object_local(object, TRI_SYMBOL_SECTION, 4);
	tri_symbol_put_address(symbols, row, offsetof(struct tri_function_info, entry), TRI_RELOC_ABS32, code->symbol, 0);
	tri_symbol_put32(symbols, row, offsetof(struct tri_function_info, size), size);
	tri_symbol_put_address(symbols, row, offsetof(struct tri_function_info, name), TRI_RELOC_ABS32, object_text(object, name_of(code)), 0);
	tri_symbol_put32(symbols, row, offsetof(struct tri_function_info, frame_size), code->frame_size);
	tri_symbol_put_address(symbols, row, offsetof(struct tri_function_info, lines), TRI_RELOC_ABS32, lines, 0);
	tri_symbol_put_address(symbols, row, offsetof(struct tri_function_info, maps), TRI_RELOC_ABS32, frame_maps(object, code), 0);
	tri_symbol_put16(symbols, row, offsetof(struct tri_function_info, entry_pointers), code->entry_pointers);
	tri_symbol_put16(symbols, row, offsetof(struct tri_function_info, flags), (uint16_t)flags);
	tri_symbol_put16(symbols, row, offsetof(struct tri_function_info, argument_words), code->argument_words);
	tri_symbol_put16(symbols, row, offsetof(struct tri_function_info, reserved), 0);
	tri_symbol_put32(symbols, row, offsetof(struct tri_function_info, defer_return), code->defer_return);
	tri_symbol_put32(symbols, row, offsetof(struct tri_function_info, start_line), start_line);
	object_attach(object, TRI_SECTION_FUNCTIONS, row, code->symbol);
}

// ---- What only concerns running code and the collector --------------------------------------------

static void add_unsafe_ranges(struct tri_object_file *object, const struct tri_code *code)
{
	struct tri_symbol *rows = object_local(object, TRI_SYMBOL_SECTION, 4);
	for (uint32_t i = 0; i < code->unsafe.count; i++) {
		uint64_t at = i * sizeof(struct tri_unsafe_range);
		tri_symbol_put_address(object->symbols, rows, at, TRI_RELOC_ABS32, code->symbol, code->unsafe.items[i].start);
		tri_symbol_put_address(object->symbols, rows, at + 4, TRI_RELOC_ABS32, code->symbol, code->unsafe.items[i].end);
	}
	object_attach(object, TRI_SECTION_UNSAFE, rows, code->symbol);
}

// Ranges have to ascend in the program, so their rows follow the order in which symbols are placed: those in the
// common text section first.
static void write_unsafe_ranges(struct tri_object_file *object)
{
	uint32_t count = object->symbols->list.count;
	for (int weak = 0; weak < 2; weak++) {
		for (uint32_t i = 0; i < count; i++) {
			const struct tri_symbol *symbol = object->symbols->list.items[i];
			const struct tri_code *code = symbol->weak == weak ? tri_map_get(&object->unsafe, TRI_KEY(symbol)) : NULL;
			if (code)
				add_unsafe_ranges(object, code);
		}
	}
}

static void write_layouts(struct tri_object_file *object)
{
	uint32_t count = object->symbols->list.count;
	for (uint32_t i = 0; i < count; i++) {
		struct tri_symbol *symbol = object->symbols->list.items[i];
		if (symbol->kind == TRI_SYMBOL_SECTION && symbol->weak)
			object_attach(object, symbol->section, symbol, symbol);
	}
}

// ---- Roots ----------------------------------------------------------------------

static void write_roots(struct tri_object_file *object)
{
	struct tri_symbol_table *symbols = object->symbols;
	uint32_t count = symbols->list.count; // the tables made here hold no pointers to collected memory
	for (uint32_t i = 0; i < count; i++) {
		struct tri_symbol *symbol = symbols->list.items[i];
		if ((symbol->kind != TRI_SYMBOL_DATA && symbol->kind != TRI_SYMBOL_BSS) || symbol->pointer_mask.bit_count == 0)
			continue;
		uint32_t words = 0;
		for (uint32_t bit = 0; bit < symbol->pointer_mask.bit_count; bit++) {
			if (tri_bits_has(&symbol->pointer_mask, bit))
				words = bit + 1;
		}
		if (words == 0)
			continue;
		struct tri_symbol *mask = object_local(object, TRI_SYMBOL_RODATA, 1);
		for (uint32_t bit = 0; bit < words; bit += 8) {
			uint8_t byte = 0;
			for (uint32_t k = 0; k < 8 && bit + k < words; k++)
				byte |= (uint8_t)(tri_bits_has(&symbol->pointer_mask, bit + k) << k);
			tri_symbol_put8(symbols, mask, bit / 8, byte);
		}
		struct tri_symbol *row = object_local(object, TRI_SYMBOL_SECTION, 4);
		tri_symbol_put_address(symbols, row, 0, TRI_RELOC_ABS32, symbol, 0);
		tri_symbol_put32(symbols, row, 4, words);
		tri_symbol_put_address(symbols, row, 8, TRI_RELOC_ABS32, mask, 0);
		tri_symbol_put32(symbols, row, 12, 0);
		object_attach(object, TRI_SECTION_ROOTS, row, symbol);
	}
}

void object_write_tables(struct tri_object_file *object)
{
	if (object->has_tables)
		return;
	object->has_tables = true;
	write_roots(object);
	write_unsafe_ranges(object);
	write_layouts(object);
}

void tri_object_finish(struct tri_object_file *object) { object_write_tables(object); }
