// What callers need to know of a package's functions, kept in the build cache beside its object: which may be inlined at what
// cost, and where their parameters' values go. A package found there gets a tree, for its inline bodies, but neither
// inlining nor escape analysis of its own. Which bodies others may need is told by a bit for each declaration of a function:
// the others are not even looked at.
//
// The file is a header, the bits, and a row for each function, in the machine's byte order: it belongs to one compiler.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include "compiler/escape/escape.h"

enum { DECISIONS_MAGIC = 0x64697274 };

struct decisions_header {
	uint32_t magic, count, declared, unused;
	uint64_t size; // of all that follows
};

struct decisions_row { // then the symbol's text, then for each parameter heap, mutator, callee and results
	uint32_t symbol_length;
	int32_t inline_cost;
	uint16_t parameters, results;
	uint8_t can_inline, has_summary, results_in_room;
};

static bool has_body(const struct tri_ir_func *function)
{
	return function->has_body || (function->decl != NULL && function->decl->body_left_out);
}

// Calls `visit` for the functions that others may call: declared ones, instances, and all that has code.
static void each_function(struct tri_ir_package *ir, void (*visit)(void *context, struct tri_ir_func *function), void *context)
{
	for (uint32_t i = 0; i < ir->functions.count; i++)
		visit(context, ir->functions.items[i]);
	for (uint32_t i = 0; i < ir->package->objects.count; i++) {
		struct tri_object *object = ir->package->objects.items[i];
		struct tri_ir_func *function = object->kind == TRI_OBJECT_FUNCTION ? object->ir : NULL;
		if (function != NULL && !has_body(function))
			visit(context, function);
	}
	for (uint32_t i = 0; i < ir->left_out.count; i++)
		visit(context, ir->left_out.items[i]);
}

// Linkname gives functions without a body the names of others in the same package.
static const char *row_name(const struct tri_ir_package *ir, const struct tri_ir_func *function)
{
	return has_body(function) ? function->symbol : tri_arena_printf(ir->arena, "~%s", function->symbol);
}

// ---- Writing -------------------------------------------------------------------------------------------

struct decisions_writer {
	const struct tri_ir_package *ir;
	struct decisions_header header;
	struct tri_buffer bits, rows;
};

static bool is_generic(const struct tri_object *object)
{
	const struct tri_type *type = object->type;
	return type->as.function.type_parameters.count > 0 || type->as.function.receiver_type_parameters.count > 0;
}

// Types that functions declare are numbered in the order in which they are met, so all or none must be.
static bool others_need(const struct tri_function_decl *decl)
{
	const struct tri_object *object = decl->name->object;
	const struct tri_ir_func *function = object != NULL ? object->ir : NULL;
	return object == NULL || decl->declares_types || is_generic(object) || (function != NULL && function->can_inline);
}

static void write_bits(struct decisions_writer *writer)
{
	const struct tri_package *package = writer->ir->package;
	for (uint32_t i = 0; i < package->files.count; i++) {
		for (uint32_t j = 0; j < package->files.items[i]->decls.count; j++) {
			const struct tri_decl *decl = package->files.items[i]->decls.items[j];
			if (decl->kind != TRI_DECL_FUNCTION)
				continue;
			uint32_t number = writer->header.declared++;
			if (number % 8 == 0)
				tri_buffer_append_byte(&writer->bits, 0);
			if (others_need(tri_as_function_decl(decl)))
				writer->bits.data[number / 8] = (char)((uint8_t)writer->bits.data[number / 8] | 1u << number % 8);
		}
	}
}

static void write_row(void *context, struct tri_ir_func *function)
{
	struct decisions_writer *writer = context;
	const struct tri_escape_summary *summary = function->escape_summary;
	const char *name = row_name(writer->ir, function);
	struct decisions_row row = {
		.symbol_length = (uint32_t)strlen(name),
		.inline_cost = function->inline_cost,
		.can_inline = function->can_inline,
		.has_summary = summary != NULL,
		.results_in_room = summary != NULL ? summary->results_in_room : 0,
		.parameters = summary != NULL ? (uint16_t)summary->parameter_count : 0,
		.results = summary != NULL ? (uint16_t)summary->result_count : 0,
	};
	tri_buffer_append(&writer->rows, &row, sizeof row);
	tri_buffer_append(&writer->rows, name, row.symbol_length);
	for (uint32_t i = 0; i < row.parameters; i++) {
		const struct tri_escape_leak *leak = &summary->parameters[i];
		const int8_t first[] = {leak->heap, leak->mutator, leak->callee};
		tri_buffer_append(&writer->rows, first, sizeof first);
		tri_buffer_append(&writer->rows, leak->results, row.results);
	}
	writer->header.count++;
}

void tri_driver_write_decisions(struct driver_unit *unit, struct tri_buffer *out)
{
	struct decisions_writer writer = {.ir = unit->ir, .header = {.magic = DECISIONS_MAGIC}};
	write_bits(&writer);
	each_function(unit->ir, write_row, &writer);
	writer.header.size = writer.bits.length + writer.rows.length;
	tri_buffer_append(out, &writer.header, sizeof writer.header);
	tri_buffer_append(out, writer.bits.data, writer.bits.length);
	tri_buffer_append(out, writer.rows.data, writer.rows.length);
	tri_buffer_free(&writer.bits);
	tri_buffer_free(&writer.rows);
}

// ---- Reading -------------------------------------------------------------------------------------------

struct decisions_reader {
	struct driver_unit *unit;
	struct tri_map rows; // symbol, interned -> its row
	bool complete;       // every function has one
};

static size_t row_size(const struct decisions_row *row)
{
	return sizeof *row + row->symbol_length + (size_t)row->parameters * (3u + row->results);
}

// NULL: it is no such file, or not all of it.
static const char *find_bits(const char *bytes, size_t size, struct decisions_header *header)
{
	if (size < sizeof *header)
		return NULL;
	memcpy(header, bytes, sizeof *header);
	bool good = header->magic == DECISIONS_MAGIC && header->size == size - sizeof *header && (header->declared + 7u) / 8 <= header->size;
	return good ? bytes + sizeof *header : NULL;
}

// Rows lie where they lie: they are copied to be looked at.
static bool find_rows(struct decisions_reader *reader, const char *bytes, size_t size)
{
	struct decisions_header header;
	const char *at = find_bits(bytes, size, &header), *end = bytes + size;
	if (at == NULL)
		return false;
	at += (header.declared + 7) / 8;
	struct tri_arena *arena = reader->unit->arena;
	for (uint32_t i = 0; i < header.count; i++) {
		struct decisions_row row;
		if ((size_t)(end - at) < sizeof row)
			return false;
		memcpy(&row, at, sizeof row);
		if ((size_t)(end - at) < row_size(&row))
			return false;
		const struct tri_name *name = tri_name_intern(reader->unit->build->names, at + sizeof row, row.symbol_length);
		tri_map_put(arena, &reader->rows, TRI_KEY(name), (void *)(uintptr_t)at);
		at += row_size(&row);
	}
	return at == end;
}

static struct tri_escape_summary *read_summary(struct tri_arena *arena, const struct decisions_row *row, const char *leaks)
{
	struct tri_escape_summary *summary = TRI_NEW(arena, struct tri_escape_summary);
	summary->parameter_count = row->parameters;
	summary->result_count = row->results;
	summary->results_in_room = row->results_in_room;
	summary->parameters = TRI_NEW_ARRAY(arena, struct tri_escape_leak, row->parameters + 1u);
	for (uint32_t i = 0; i < row->parameters; i++) {
		struct tri_escape_leak *leak = &summary->parameters[i];
		leak->heap = (int8_t)leaks[0];
		leak->mutator = (int8_t)leaks[1];
		leak->callee = (int8_t)leaks[2];
		leak->results = TRI_NEW_ARRAY(arena, int8_t, row->results + 1u);
		memcpy(leak->results, leaks + 3, row->results);
		leaks += 3 + row->results;
	}
	return summary;
}

static void find_row(void *context, struct tri_ir_func *function)
{
	struct decisions_reader *reader = context;
	const struct tri_name *name = tri_name_intern_c(reader->unit->build->names, row_name(reader->unit->ir, function));
	reader->complete = reader->complete && tri_map_has(&reader->rows, TRI_KEY(name));
}

static void read_row(void *context, struct tri_ir_func *function)
{
	struct decisions_reader *reader = context;
	const struct tri_name *name = tri_name_intern_c(reader->unit->build->names, row_name(reader->unit->ir, function));
	const char *bytes = tri_map_get(&reader->rows, TRI_KEY(name));
	struct decisions_row row;
	memcpy(&row, bytes, sizeof row);
	function->inline_checked = true;
	function->can_inline = row.can_inline;
	function->inline_cost = row.inline_cost;
	if (row.has_summary)
		function->escape_summary = read_summary(reader->unit->arena, &row, bytes + sizeof row + row.symbol_length);
	if (row.can_inline)
		tri_ir_keep_inline_body(reader->unit->ir, function);
}

bool tri_driver_read_decisions(struct driver_unit *unit, const char *bytes, size_t size)
{
	struct decisions_reader reader = {.unit = unit, .complete = true};
	if (!find_rows(&reader, bytes, size))
		return false;
	each_function(unit->ir, find_row, &reader);
	if (reader.complete)
		each_function(unit->ir, read_row, &reader);
	return reader.complete;
}

static uint32_t count_functions(const struct tri_load_package *package)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < package->files.count; i++) {
		for (uint32_t j = 0; j < package->files.items[i]->decls.count; j++)
			count += package->files.items[i]->decls.items[j]->kind == TRI_DECL_FUNCTION;
	}
	return count;
}

bool tri_driver_find_kept_bodies(struct driver_bytes decisions, struct tri_load_package *package)
{
	struct decisions_header header;
	const char *bits = find_bits(decisions.bytes, decisions.size, &header);
	if (bits == NULL || header.declared != count_functions(package))
		return false;
	package->kept_bodies = (const uint8_t *)bits;
	return true;
}
