// From symbols to files: type descriptors, runtime tables, DWARF, the ELF object, the link.
#ifndef TRI_COMPILER_OBJECT_H
#define TRI_COMPILER_OBJECT_H

#include "compiler/amd64/amd64.h"
#include "compiler/ir/ir.h"
#include "compiler/symbol/symbol.h"

struct tri_object_file; // one package's object in the making

struct tri_object_file *tri_object_new(struct tri_arena *arena, struct tri_ir_package *package);
// Function table, line table and frame maps of a compiled function (abi/function.h), DWARF entries.
void tri_object_add_code(struct tri_object_file *object, struct tri_code *code);

// Writes the descriptors and itabs that are referenced by name but not yet defined, with all they refer to.
// New functions that they need (wrappers, equality) are made through ir.h and appear in
// package->functions; returns how many were added. To be repeated until it returns 0.
uint32_t tri_object_write_types(struct tri_object_file *object);

// Table of package initialisers (main package only).
void tri_object_add_inits(struct tri_object_file *object, const char *const *package_paths, uint32_t count);

// Writes the ELF relocatable file. False and errno on a failed write; the file is then removed.
bool tri_object_write_elf(struct tri_object_file *object, const char *path);

struct tri_link_options {
	const char *output;        // replaced atomically
	const char *const *inputs; // objects and archives, in order
	uint32_t input_count;
	bool strip_debug; // -ldflags=-w
	bool verbose;     // -x: print the command
};
// Runs the system linker. On failure its messages are in `message`, and no output file is left.
bool tri_object_link(const struct tri_link_options *options, struct tri_buffer *message);

#endif
