// Internal to compiler/object: the object in the making, shared by the writers of tables, descriptors,
// debug information and ELF.
#ifndef TRI_OBJECT_INTERNAL_H
#define TRI_OBJECT_INTERNAL_H
#ifndef TRI_COMPILER_OBJECT_IMPLEMENTATION
#error "compiler/object/internal.h is private to compiler/object"
#endif

#include "abi/function.h"
#include "abi/type.h"
#include "compiler/object/object.h"

// Bytes for a named section that belong with a symbol: if the linker drops that symbol's definition (another
// object has the same), it drops these too.
struct attachment {
	const char *section;
	struct tri_symbol *contents; // local, SECTION kind: bytes and relocations
	struct tri_symbol *leader;   // NULL: stays always
};

// ---- archive.c: the symbols that a library defines and those that it wants, as interned names
struct object_archive {
	struct tri_map defined, wanted;
};
bool object_read_archive(struct tri_arena *arena, struct tri_name_table *names, const char *path, struct object_archive *archive,
						 struct tri_buffer *message);

// What the debugger is told of a function.
struct object_line {
	uint32_t offset, line, file; // `file`: of tri_object_file.files
};

struct object_code {
	struct tri_symbol *symbol;
	const char *name;                                // the function's, whichever of its forms this is
	uint32_t file, line;                             // of its declaration; line 0: none
	uint32_t push_offset, frame_offset, grow_offset; // as in struct tri_code
	TRI_VECTOR(struct tri_code_framed) framed;
	TRI_VECTOR(struct object_line) lines;
};

struct tri_object_file {
	struct tri_arena *arena;
	const char *path; // import path
	struct tri_symbol_table *symbols;
	const struct tri_source_set *sources;
	struct tri_ir_package *package; // NULL: the object comes from a file
	TRI_VECTOR(const char *) files; // source files that lines name
	TRI_VECTOR(struct object_code *) code;
	struct tri_map unsafe; // text symbol -> struct tri_code with ranges that must not be interrupted
	TRI_VECTOR(struct attachment) attachments;
	uint32_t counter;  // names of made-up local symbols
	bool hides_folder; // debuggers are not told where it was compiled
	bool is_program;   // all objects of a program in one: every symbol is defined once
	bool has_tables;   // object_write_tables was here
};

struct tri_symbol *object_local(struct tri_object_file *object, enum tri_symbol_kind kind, uint32_t align);
void object_attach(struct tri_object_file *object, const char *section, struct tri_symbol *contents, struct tri_symbol *leader);
struct tri_symbol *object_text(struct tri_object_file *object, const char *text); // NUL-terminated, shared
void object_write_dwarf(struct tri_object_file *object);                          // dwarf.c
void object_write_tables(struct tri_object_file *object);                         // tables.c: once, when all code is there
bool object_write_file(struct tri_object_file *object, const char *path);         // elf.c: symbols and attachments as they are
void object_put_unsigned(struct tri_buffer *buffer, uint64_t value);              // LEB128
void object_put_signed(struct tri_buffer *buffer, int64_t value);

#endif
