// The table of link symbols of one package; see symbol.h.
#include "compiler/symbol/symbol.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct tri_symbol_table *tri_symbol_table_new(struct tri_arena *arena, struct tri_name_table *names)
{
	struct tri_symbol_table *table = TRI_NEW(arena, struct tri_symbol_table);
	table->arena = arena;
	table->names = names;
	return table;
}

static struct tri_symbol *get(struct tri_symbol_table *table, const char *name, size_t length)
{
	const struct tri_name *interned = tri_name_intern(table->names, name, length);
	struct tri_symbol *symbol = tri_map_get(&table->by_name, TRI_KEY(interned));
	if (symbol)
		return symbol;
	symbol = TRI_NEW(table->arena, struct tri_symbol);
	symbol->name = interned->text;
	symbol->align = 1;
	symbol->id = table->list.count;
	tri_map_put(table->arena, &table->by_name, TRI_KEY(interned), symbol);
	tri_vector_push(table->arena, &table->list, symbol);
	return symbol;
}

struct tri_symbol *tri_symbol_get(struct tri_symbol_table *table, const char *name) { return get(table, name, strlen(name)); }

struct tri_symbol *tri_symbol_printf(struct tri_symbol_table *table, const char *format, ...)
{
	struct tri_buffer buffer = {0};
	va_list arguments;
	va_start(arguments, format);
	tri_buffer_vprintf(&buffer, format, arguments);
	va_end(arguments);
	struct tri_symbol *symbol = get(table, buffer.data, buffer.length);
	tri_buffer_free(&buffer);
	return symbol;
}

// The name holds the contents themselves behind a prefix that no Go symbol has, so interning the name
// is what shares equal contents; the object writer shows only a numbered name for local symbols.
struct tri_symbol *tri_symbol_string(struct tri_symbol_table *table, const char *bytes, size_t length)
{
	struct tri_buffer buffer = {0};
	tri_buffer_append_c(&buffer, "go:string.");
	tri_buffer_append(&buffer, bytes, length);
	struct tri_symbol *symbol = get(table, buffer.data, buffer.length);
	tri_buffer_free(&buffer);
	if (symbol->kind != TRI_SYMBOL_UNDEFINED)
		return symbol;
	symbol->kind = TRI_SYMBOL_RODATA;
	symbol->local = true;
	tri_symbol_put_bytes(table, symbol, 0, bytes, length);
	if (length == 0)
		tri_symbol_put8(table, symbol, 0, 0); // an address of its own
	return symbol;
}

// Makes the data at least `end` bytes long.
static void extend(struct tri_symbol_table *table, struct tri_symbol *symbol, uint64_t end)
{
	if (end > UINT32_MAX)
		tri_ice("symbol %s of %llu bytes", symbol->name, (unsigned long long)end);
	if (end > symbol->data.capacity) {
		uint64_t capacity = symbol->data.capacity ? (uint64_t)symbol->data.capacity * 2 : 32;
		if (capacity < end)
			capacity = end;
		if (capacity > UINT32_MAX)
			capacity = UINT32_MAX;
		uint8_t *data = TRI_NEW_ARRAY(table->arena, uint8_t, capacity);
		if (symbol->data.count > 0)
			memcpy(data, symbol->data.items, symbol->data.count);
		symbol->data.items = data;
		symbol->data.capacity = (uint32_t)capacity;
	}
	if (end > symbol->data.count) {
		memset(symbol->data.items + symbol->data.count, 0, end - symbol->data.count);
		symbol->data.count = (uint32_t)end;
	}
	if (symbol->size < symbol->data.count)
		symbol->size = symbol->data.count;
}

void tri_symbol_put_bytes(struct tri_symbol_table *table, struct tri_symbol *symbol, uint64_t offset, const void *bytes, size_t length)
{
	if (length == 0)
		return;
	extend(table, symbol, offset + length);
	memcpy(symbol->data.items + offset, bytes, length);
}

void tri_symbol_put8(struct tri_symbol_table *table, struct tri_symbol *symbol, uint64_t offset, uint8_t value)
{
	extend(table, symbol, offset + 1);
	symbol->data.items[offset] = value;
}

// Little-endian, whatever the host.
static void put(struct tri_symbol_table *table, struct tri_symbol *symbol, uint64_t offset, uint64_t value, unsigned size)
{
	extend(table, symbol, offset + size);
	for (unsigned i = 0; i < size; i++)
		symbol->data.items[offset + i] = (uint8_t)(value >> (8 * i));
}

void tri_symbol_put16(struct tri_symbol_table *table, struct tri_symbol *symbol, uint64_t offset, uint16_t value)
{
	put(table, symbol, offset, value, 2);
}

void tri_symbol_put32(struct tri_symbol_table *table, struct tri_symbol *symbol, uint64_t offset, uint32_t value)
{
	put(table, symbol, offset, value, 4);
}

void tri_symbol_put64(struct tri_symbol_table *table, struct tri_symbol *symbol, uint64_t offset, uint64_t value)
{
	put(table, symbol, offset, value, 8);
}

void tri_symbol_put_address(struct tri_symbol_table *table, struct tri_symbol *symbol, uint64_t offset, enum tri_relocation_kind kind,
							struct tri_symbol *target, int64_t addend)
{
	put(table, symbol, offset, 0, kind == TRI_RELOC_ABS64 ? 8 : 4);
	struct tri_relocation relocation = {.offset = (uint32_t)offset, .kind = kind, .target = target, .addend = addend};
	tri_vector_push(table->arena, &symbol->relocations, relocation);
}

void tri_symbol_put_address_if(struct tri_symbol_table *table, struct tri_symbol *condition, struct tri_symbol *symbol, uint64_t offset,
							   enum tri_relocation_kind kind, struct tri_symbol *target)
{
	tri_symbol_put_address(table, symbol, offset, kind, target, 0);
	tri_vector_last(&symbol->relocations).condition = condition;
}

struct tri_symbol *tri_symbol_mark(struct tri_symbol_table *table, const char *name)
{
	struct tri_symbol *mark = tri_symbol_get(table, name);
	mark->kind = TRI_SYMBOL_MARK;
	mark->weak = true;
	return mark;
}

void tri_symbol_add_mark(struct tri_symbol_table *table, struct tri_symbol *symbol, struct tri_symbol *mark)
{
	struct tri_relocation relocation = {.kind = TRI_RELOC_NONE, .target = mark};
	tri_vector_push(table->arena, &symbol->relocations, relocation);
}
