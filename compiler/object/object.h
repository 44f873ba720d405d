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

// Adds the tables that depend on everything else. When all code and types are there, before the object is written or
// becomes part of a program; once.
void tri_object_finish(struct tri_object_file *object);

// Writes the ELF relocatable file of a package. False and errno on a failed write; the file is then removed.
bool tri_object_write_elf(struct tri_object_file *object, const char *path);

// A finished object as a file of our own form, for the build cache: it can take part in a program again, without being
// compiled. False and errno on a failed write. What is read is NULL when the file is not there or is no such file.
bool tri_object_save(const struct tri_object_file *object, const char *path);
struct tri_object_file *tri_object_load(struct tri_arena *arena, struct tri_name_table *names, const char *path);

struct tri_program_string { // the value of a string variable, whatever its package says
	const char *name, *value;
	uint32_t length; // 0: up to the first NUL
};

// A program's packages as one relocatable file, without what nothing refers to.
struct tri_program_options {
	struct tri_object_file *const *objects; // finished; the runtime and imports first: the order of initialisation
	uint32_t object_count;
	const char *library;                      // the runtime's archive: it needs symbols and defines others
	const struct tri_program_string *strings; // of variables that the program may have
	uint32_t string_count;
	const char *version, *build_information; // for `go version -m`; NULL: nothing is said
	size_t build_information_length;
	bool hides_folder; // where it was compiled is not told to debuggers
	const char *output;
};
// False: the message says why, a line for each symbol that is missing (program_at_fault) or what could not be written.
bool tri_object_write_program(struct tri_arena *arena, const struct tri_program_options *options, struct tri_buffer *message,
							  bool *program_at_fault);

struct tri_link_options {
	const char *output;        // replaced atomically
	const char *const *inputs; // objects and archives, in order
	uint32_t input_count;
	bool strip_debug; // -ldflags=-w
	bool verbose;     // -x: print the command
	// What the program is known by: by its inputs, so that the linker need not read all that it wrote. Zeros: not known.
	uint64_t identity[2];
};
// Runs the system linker. On failure its messages are in `message`, and no output file is left.
bool tri_object_link(const struct tri_link_options *options, struct tri_buffer *message);

#endif
