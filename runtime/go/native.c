// Functions that are not compiled Go code, for profiles: which one an address lies in, by the symbol table of the program's file,
// read when it is first asked for, and what it is called (native.def). A program that was stripped has no such names.
#include "runtime/go/native.h"
#include "runtime/base/base.h"
#include "runtime/base/lock.h"

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct function {
	uintptr_t start, end;
	const char *name, *file; // in the mapped file; `file` of static functions alone
	const char *shown;       // NULL until it is asked for
};

static struct tri_lock lock = TRI_LOCK_INIT(LEAF);
static struct function *functions; // by address; written once, under the lock
static size_t function_count;
static bool was_read; // guarded by lock

static int by_address(const void *left, const void *right)
{
	const struct function *a = left, *b = right;
	return a->start < b->start ? -1 : a->start > b->start;
}

static void collect(const char *file, size_t size, const Elf64_Shdr *table, const Elf64_Shdr *strings)
{
	if (table->sh_offset + table->sh_size > size || strings->sh_offset + strings->sh_size > size)
		return;
	const Elf64_Sym *symbols = (const Elf64_Sym *)(const void *)(file + table->sh_offset);
	size_t count = table->sh_size / sizeof *symbols;
	functions = malloc(count * sizeof *functions);
	const char *text = file + strings->sh_offset, *source = NULL;
	for (size_t i = 0; functions && i < count; i++) {
		unsigned type = ELF64_ST_TYPE(symbols[i].st_info);
		const char *name = text + symbols[i].st_name;
		if (type == STT_FILE)
			source = name;
		if (type != STT_FUNC || symbols[i].st_size == 0)
			continue;
		bool is_local = ELF64_ST_BIND(symbols[i].st_info) == STB_LOCAL;
		functions[function_count++] =
			(struct function){symbols[i].st_value, symbols[i].st_value + symbols[i].st_size, name, is_local ? source : NULL, NULL};
	}
	qsort(functions, function_count, sizeof *functions, by_address);
}

static void read_program(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat status;
	if (fd < 0)
		return;
	char *file = fstat(fd, &status) == 0 ? mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	close(fd);
	if (file == MAP_FAILED)
		return;
	size_t size = (size_t)status.st_size;
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)(const void *)file;
	if (size < sizeof *header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
		header->e_shoff + header->e_shnum * sizeof(Elf64_Shdr) > size)
		return;
	const Elf64_Shdr *sections = (const Elf64_Shdr *)(const void *)(file + header->e_shoff);
	for (unsigned i = 0; i < header->e_shnum; i++) {
		if (sections[i].sh_type == SHT_SYMTAB && sections[i].sh_link < header->e_shnum)
			collect(file, size, &sections[i], &sections[sections[i].sh_link]);
	}
}

static struct function *function_at(uintptr_t pc)
{
	size_t low = 0, high = function_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (functions[middle].end <= pc)
			low = middle + 1;
		else
			high = middle;
	}
	return low < function_count && functions[low].start <= pc ? &functions[low] : NULL;
}

enum by { NAME, PREFIX, FILE };

static const struct {
	enum by by;
	const char *text, *name;
} rows[] = {
#define NATIVE(by, text, name) {by, text, name},
#include "runtime/go/native.def"
#undef NATIVE
};

static bool fits(size_t row, const struct function *function)
{
	const char *text = rows[row].text;
	switch (rows[row].by) {
	case NAME:
		return strcmp(function->name, text) == 0;
	case PREFIX:
		return strncmp(function->name, text, strlen(text)) == 0;
	case FILE:
		return function->file && strcmp(function->file, text) == 0;
	}
	return false;
}

// Entry stubs of other packages have their names; std's are told by what comes before the dot.
static bool is_go_name(const char *name)
{
	static const char *const packages[] = {"runtime.", "sync.", "time.", "reflect.", "os.", "syscall."};
	for (size_t i = 0; i < TRI_COUNT(packages); i++) {
		if (strncmp(name, packages[i], strlen(packages[i])) == 0)
			return true;
	}
	return strchr(name, '/') != NULL;
}

static const char *name_of(const struct function *function)
{
	for (size_t i = 0; i < TRI_COUNT(rows); i++) {
		if (fits(i, function))
			return rows[i].name;
	}
	if (is_go_name(function->name))
		return function->name;
	static const char package[] = "runtime.";
	size_t before = sizeof package - 1, length = strlen(function->name);
	char *text = malloc(before + length + 1);
	if (!text)
		return "runtime";
	memcpy(text, package, before);
	memcpy(text + before, function->name, length + 1);
	return text;
}

bool tri_native_at(uintptr_t pc, struct tri_native *to)
{
	tri_lock(&lock);
	if (!was_read)
		read_program();
	was_read = true;
	struct function *function = function_at(pc);
	if (function && !function->shown)
		function->shown = name_of(function);
	if (function)
		*to = (struct tri_native){function->shown, function->start};
	tri_unlock(&lock);
	return function != NULL;
}
