// Which symbols a static library defines and which it wants, read from the symbol tables of its members.
#define TRI_COMPILER_OBJECT_IMPLEMENTATION
#include "compiler/object/internal.h"

#include <ar.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct reader {
	struct tri_arena *arena;
	struct tri_name_table *names;
	struct object_archive *archive;
};

static void read_symbols(struct reader *reader, const Elf64_Sym *symbols, size_t count, const char *texts)
{
	for (size_t i = 0; i < count; i++) {
		if (ELF64_ST_BIND(symbols[i].st_info) == STB_LOCAL)
			continue;
		const struct tri_name *name = tri_name_intern_c(reader->names, texts + symbols[i].st_name);
		struct tri_map *map = symbols[i].st_shndx == SHN_UNDEF ? &reader->archive->wanted : &reader->archive->defined;
		tri_map_put(reader->arena, map, TRI_KEY(name->text), (void *)(uintptr_t)name);
	}
}

// The members are written by the compiler that built the library: their headers are taken at their word, but for sizes.
static bool read_member(struct reader *reader, const char *bytes, size_t size)
{
	const Elf64_Ehdr *header = (const void *)bytes;
	if (size < sizeof *header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
		return true; // no object
	if (header->e_shoff > size || (size - header->e_shoff) / sizeof(Elf64_Shdr) < header->e_shnum)
		return false;
	const Elf64_Shdr *sections = (const void *)(bytes + header->e_shoff);
	for (unsigned i = 0; i < header->e_shnum; i++) {
		if (sections[i].sh_type != SHT_SYMTAB)
			continue;
		if (sections[i].sh_link >= header->e_shnum || sections[i].sh_offset + sections[i].sh_size > size)
			return false;
		read_symbols(reader, (const void *)(bytes + sections[i].sh_offset), sections[i].sh_size / sizeof(Elf64_Sym),
					 bytes + sections[sections[i].sh_link].sh_offset);
	}
	return true;
}

static bool read_members(struct reader *reader, const char *bytes, size_t size)
{
	if (size < SARMAG || memcmp(bytes, ARMAG, SARMAG) != 0)
		return false;
	for (size_t at = SARMAG; at + sizeof(struct ar_hdr) <= size;) {
		const struct ar_hdr *header = (const void *)(bytes + at);
		at += sizeof *header;
		size_t length = strtoul(header->ar_size, NULL, 10);
		if (length > size - at)
			return false;
		bool is_table = header->ar_name[0] == '/' && (header->ar_name[1] == ' ' || header->ar_name[1] == '/');
		// Objects lie at even addresses only; their fields may be misaligned.
		if (!is_table) {
			char *aligned = tri_arena_alloc(reader->arena, length + 1);
			memcpy(aligned, bytes + at, length);
			if (!read_member(reader, aligned, length))
				return false;
		}
		at += length + (length & 1);
	}
	return true;
}

bool object_read_archive(struct tri_arena *arena, struct tri_name_table *names, const char *path, struct object_archive *archive,
						 struct tri_buffer *message)
{
	struct reader reader = {arena, names, archive};
	struct stat status;
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0 || fstat(descriptor, &status) != 0) {
		tri_buffer_printf(message, "cannot read %s: %s\n", path, strerror(errno));
		if (descriptor >= 0)
			close(descriptor);
		return false;
	}
	void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
	close(descriptor);
	bool good = bytes != MAP_FAILED && read_members(&reader, bytes, (size_t)status.st_size);
	if (bytes != MAP_FAILED)
		munmap(bytes, (size_t)status.st_size);
	if (!good)
		tri_buffer_printf(message, "%s is no library that can be read\n", path);
	return good;
}
