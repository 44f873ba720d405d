// Link symbols: code and data in the making, with relocations, before they become an object file.
//
// One table per package being compiled. Data symbols are filled by the IR stage (package variables,
// literals), by the type descriptor writer and by the back end; object/ turns the table into ELF.
#ifndef TRI_COMPILER_SYMBOL_H
#define TRI_COMPILER_SYMBOL_H

#include "compiler/base/base.h"

enum tri_symbol_kind {
	TRI_SYMBOL_UNDEFINED, // referenced, defined elsewhere
	TRI_SYMBOL_TEXT,
	TRI_SYMBOL_RODATA,  // constant, without relocations or with (non-PIE: both stay read-only)
	TRI_SYMBOL_DATA,    // initialised, writable, pointer-free unless pointer_mask
	TRI_SYMBOL_BSS,     // zero
	TRI_SYMBOL_TYPE,    // type descriptor with its prefix: section tri_types
	TRI_SYMBOL_MARK,    // has no contents: that something of the program refers to it says something (object/program.c)
	TRI_SYMBOL_SECTION, // contents of the named section (tables that the runtime finds by __start_/__stop_); local, or weak
};

enum tri_relocation_kind {
	TRI_RELOC_ABS64,  // S + A
	TRI_RELOC_ABS32,  // zero-extended absolute address
	TRI_RELOC_PC32,   // S + A - P (A is usually -4)
	TRI_RELOC_CALL32, // call or jump target
	TRI_RELOC_NONE,   // nothing is written, but the target is referred to
};

struct tri_relocation {
	uint32_t offset; // where in the symbol's bytes
	enum tri_relocation_kind kind;
	struct tri_symbol *target;
	int64_t addend;
	struct tri_symbol *condition; // refers to the target only in programs that have this mark; NULL: always
};

struct tri_symbol {
	const char *name; // link name; unique in the table
	enum tri_symbol_kind kind;
	bool weak;           // the same definition may come from several objects: COMDAT
	bool local;          // not visible outside the object
	const char *section; // SECTION kind
	uint32_t align;
	uint64_t size; // BSS: bytes; else data.count
	TRI_VECTOR(uint8_t) data;
	TRI_VECTOR(struct tri_relocation) relocations;
	// DATA and BSS that hold pointers: one bit per word (becomes a tri_global_root)
	struct tri_bits pointer_mask;
	// "type:..." symbols: what type they describe; "go:itab...." symbols: concrete type and interface. Set by
	// whoever refers to them first (tri_ssa_type_symbol, tri_ssa_itab_symbol); the descriptor writer reads them.
	struct tri_type *type, *interface_type;
	uint32_t id;
	void *object;                // object writer's private use
	struct tri_symbol *resolved; // the same symbol's definition in another table (object/program.c); NULL: this one
	bool live;                   // belongs to the program
};

struct tri_symbol_table {
	struct tri_arena *arena;
	struct tri_map by_name; // of interned names
	struct tri_name_table *names;
	TRI_VECTOR(struct tri_symbol *) list; // in order of creation
};

struct tri_symbol_table *tri_symbol_table_new(struct tri_arena *arena, struct tri_name_table *names);
// Finds or creates (UNDEFINED).
struct tri_symbol *tri_symbol_get(struct tri_symbol_table *table, const char *name);
struct tri_symbol *tri_symbol_printf(struct tri_symbol_table *table, const char *format, ...) TRI_PRINTF(2, 3);
// Read-only bytes; equal contents share one symbol.
struct tri_symbol *tri_symbol_string(struct tri_symbol_table *table, const char *bytes, size_t length);

// Writing contents; offsets past the end extend the data with zeros.
void tri_symbol_put8(struct tri_symbol_table *table, struct tri_symbol *symbol, uint64_t offset, uint8_t value);
void tri_symbol_put16(struct tri_symbol_table *table, struct tri_symbol *symbol, uint64_t offset, uint16_t value);
void tri_symbol_put32(struct tri_symbol_table *table, struct tri_symbol *symbol, uint64_t offset, uint32_t value);
void tri_symbol_put64(struct tri_symbol_table *table, struct tri_symbol *symbol, uint64_t offset, uint64_t value);
void tri_symbol_put_bytes(struct tri_symbol_table *table, struct tri_symbol *symbol, uint64_t offset, const void *bytes, size_t length);
void tri_symbol_put_address(struct tri_symbol_table *table, struct tri_symbol *symbol, uint64_t offset, enum tri_relocation_kind kind,
							struct tri_symbol *target, int64_t addend);
// The same in programs that have the mark `condition`; in others something else is written (object/program.c).
void tri_symbol_put_address_if(struct tri_symbol_table *table, struct tri_symbol *condition, struct tri_symbol *symbol, uint64_t offset,
							   enum tri_relocation_kind kind, struct tri_symbol *target);
// A mark of that name, and what has it.
struct tri_symbol *tri_symbol_mark(struct tri_symbol_table *table, const char *name);
void tri_symbol_add_mark(struct tri_symbol_table *table, struct tri_symbol *symbol, struct tri_symbol *mark);

#endif
