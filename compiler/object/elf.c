// The ELF relocatable file.
//
// Ordinary symbols are laid end to end in .text, .rodata, .data, .bss and tri_types. A weak symbol gets a
// section of its own in a COMDAT group, together with what is attached to it, so that the linker keeps one
// definition of several. Local symbols do not appear in the symbol table: relocations to them go through the
// section symbol. The output depends on nothing but the symbols and their order.
#define TRI_COMPILER_OBJECT_IMPLEMENTATION
#include "compiler/object/internal.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct section {
	const char *name;
	uint32_t type;
	uint64_t flags, align, size; // size: NOBITS; else data.length
	struct tri_buffer data;
	TRI_VECTOR(Elf64_Rela) relocations;
	struct tri_symbol *leader; // of the group it is in
	uint32_t index;            // in the file
	uint32_t section_symbol;   // symbol table index
	uint32_t link, info, entry_size;
	uint32_t name_offset;
	uint64_t file_offset;
};

struct placed { // hangs on tri_symbol.object
	struct section *section;
	uint64_t offset;
	uint32_t symbol_index; // 0: none
};

struct group {
	struct tri_symbol *leader;
	struct section *section; // SHT_GROUP
	TRI_VECTOR(struct section *) members;
};

struct elf {
	struct tri_object_file *object;
	struct tri_arena *arena;
	TRI_VECTOR(struct section *) sections; // in file order, [0] null
	TRI_VECTOR(struct group *) groups;
	struct tri_map group_of; // leader -> group
	struct section *text, *rodata, *data, *bss, *types;
	struct tri_buffer strings, section_names;
	TRI_VECTOR(Elf64_Sym) symbols;
};

static struct section *new_section(struct elf *elf, const char *name, uint32_t type, uint64_t flags, uint64_t align)
{
	struct section *section = TRI_NEW(elf->arena, struct section);
	section->name = name;
	section->type = type;
	section->flags = flags;
	section->align = align;
	tri_vector_push(elf->arena, &elf->sections, section);
	return section;
}

static struct group *group_for(struct elf *elf, struct tri_symbol *leader)
{
	struct group *group = tri_map_get(&elf->group_of, TRI_KEY(leader));
	if (group)
		return group;
	group = TRI_NEW(elf->arena, struct group);
	group->leader = leader;
	tri_map_put(elf->arena, &elf->group_of, TRI_KEY(leader), group);
	tri_vector_push(elf->arena, &elf->groups, group);
	return group;
}

static struct section *grouped_section(struct elf *elf, const char *name, uint32_t type, uint64_t flags, uint64_t align,
									   struct tri_symbol *leader)
{
	struct section *section = new_section(elf, name, type, flags | (leader ? SHF_GROUP : 0), align);
	section->leader = leader;
	if (leader) {
		struct group *group = group_for(elf, leader);
		tri_vector_push(elf->arena, &group->members, section);
	}
	return section;
}

static void pad(struct tri_buffer *buffer, uint64_t align, char fill)
{
	while (align > 1 && buffer->length % align)
		tri_buffer_append_byte(buffer, fill);
}

// Puts the symbol's bytes into the section; its relocations follow when every symbol has its place.
static void place(struct elf *elf, struct tri_symbol *symbol, struct section *section, uint64_t prefix)
{
	struct placed *placed = TRI_NEW(elf->arena, struct placed);
	placed->section = section;
	uint64_t align = symbol->align ? symbol->align : 1;
	if (section->align < align)
		section->align = align;
	if (section->type == SHT_NOBITS) {
		section->size = (section->size + align - 1) / align * align;
		placed->offset = section->size;
		section->size += symbol->size ? symbol->size : 1;
	} else {
		pad(&section->data, align, section->flags & SHF_EXECINSTR ? (char)0xcc : 0);
		for (uint64_t i = 0; i < prefix; i++)
			tri_buffer_append_byte(&section->data, 0);
		placed->offset = section->data.length;
		tri_buffer_append(&section->data, symbol->data.items, symbol->data.count);
		if (symbol->size > symbol->data.count) {
			for (uint64_t i = symbol->data.count; i < symbol->size; i++)
				tri_buffer_append_byte(&section->data, 0);
		}
	}
	symbol->object = placed;
}

static void place_symbol(struct elf *elf, struct tri_symbol *symbol)
{
	uint64_t prefix = symbol->kind == TRI_SYMBOL_TYPE ? sizeof(struct tri_type_prefix) : 0;
	struct {
		const char *name;
		uint32_t type;
		uint64_t flags;
		struct section *common;
	} form;
	switch (symbol->kind) {
	case TRI_SYMBOL_TEXT:
		form.name = ".text", form.type = SHT_PROGBITS, form.flags = SHF_ALLOC | SHF_EXECINSTR, form.common = elf->text;
		break;
	case TRI_SYMBOL_RODATA:
		form.name = ".rodata", form.type = SHT_PROGBITS, form.flags = SHF_ALLOC, form.common = elf->rodata;
		break;
	case TRI_SYMBOL_DATA:
		form.name = ".data", form.type = SHT_PROGBITS, form.flags = SHF_ALLOC | SHF_WRITE, form.common = elf->data;
		break;
	case TRI_SYMBOL_BSS:
		form.name = ".bss", form.type = SHT_NOBITS, form.flags = SHF_ALLOC | SHF_WRITE, form.common = elf->bss;
		break;
	case TRI_SYMBOL_TYPE:
		form.name = TRI_SECTION_TYPES, form.type = SHT_PROGBITS, form.flags = SHF_ALLOC | SHF_WRITE, form.common = elf->types;
		break;
	default:
		return;
	}
	struct section *section = form.common;
	if (symbol->weak && !symbol->local && !elf->object->is_program)
		section = grouped_section(elf, form.name, form.type, form.flags, symbol->align, symbol);
	place(elf, symbol, section, prefix);
}

// ---- Symbols -----------------------------------------------------------------------------------

static uint32_t add_string(struct tri_buffer *strings, const char *text)
{
	uint32_t offset = (uint32_t)strings->length;
	tri_buffer_append(strings, text, strlen(text) + 1);
	return offset;
}

static void add_symbols(struct elf *elf)
{
	struct tri_symbol_table *table = elf->object->symbols;
	Elf64_Sym none = {0};
	tri_vector_push(elf->arena, &elf->symbols, none);
	tri_buffer_append_byte(&elf->strings, 0);
	for (uint32_t i = 1; i < elf->sections.count; i++) {
		struct section *section = elf->sections.items[i];
		Elf64_Sym symbol = {.st_info = ELF64_ST_INFO(STB_LOCAL, STT_SECTION)};
		symbol.st_shndx = (uint16_t)i; // groups come later and shift this: see number_sections
		section->section_symbol = elf->symbols.count;
		tri_vector_push(elf->arena, &elf->symbols, symbol);
	}
	for (uint32_t i = 0; i < table->list.count; i++) {
		struct tri_symbol *symbol = table->list.items[i];
		struct placed *placed = symbol->object;
		if (symbol->local || symbol->kind == TRI_SYMBOL_MARK || (symbol->kind == TRI_SYMBOL_SECTION && !symbol->weak))
			continue;
		if (!placed) {
			placed = TRI_NEW(elf->arena, struct placed);
			symbol->object = placed;
		}
		Elf64_Sym entry = {.st_name = add_string(&elf->strings, symbol->name)};
		unsigned type = symbol->kind == TRI_SYMBOL_TEXT ? STT_FUNC : symbol->kind == TRI_SYMBOL_UNDEFINED ? STT_NOTYPE : STT_OBJECT;
		bool weak = symbol->weak && !elf->object->is_program;
		entry.st_info = (unsigned char)ELF64_ST_INFO(weak ? STB_WEAK : STB_GLOBAL, type);
		entry.st_value = placed->offset;
		entry.st_size = symbol->kind == TRI_SYMBOL_UNDEFINED ? 0 : symbol->size;
		placed->symbol_index = elf->symbols.count;
		tri_vector_push(elf->arena, &elf->symbols, entry);
	}
}

// ---- Relocations -------------------------------------------------------------------------------

static void add_relocations(struct elf *elf, const struct tri_symbol *symbol, struct section *section, uint64_t base)
{
	static const uint32_t kinds[] = {[TRI_RELOC_ABS64] = R_X86_64_64,
									 [TRI_RELOC_ABS32] = R_X86_64_32,
									 [TRI_RELOC_PC32] = R_X86_64_PC32,
									 [TRI_RELOC_CALL32] = R_X86_64_PLT32};
	for (uint32_t i = 0; i < symbol->relocations.count; i++) {
		const struct tri_relocation *relocation = &symbol->relocations.items[i];
		if (relocation->kind == TRI_RELOC_NONE)
			continue;
		const struct tri_symbol *symbol_there = relocation->target->resolved ? relocation->target->resolved : relocation->target;
		const struct placed *target = symbol_there->object;
		if (!target)
			tri_ice("relocation in %s to %s, which has no place", symbol->name, relocation->target->name);
		Elf64_Rela rela = {.r_offset = base + relocation->offset, .r_addend = relocation->addend};
		uint32_t index = target->symbol_index;
		if (index == 0) {
			index = target->section->section_symbol;
			rela.r_addend += (int64_t)target->offset;
		}
		rela.r_info = ELF64_R_INFO(index, kinds[relocation->kind]);
		tri_vector_push(elf->arena, &section->relocations, rela);
	}
}

// ---- The file ----------------------------------------------------------------------------------

static struct section *attachment_section(struct elf *elf, const struct attachment *attachment)
{
	bool debug = attachment->section[0] == '.';
	struct tri_symbol *leader = attachment->leader;
	if (leader && (!leader->weak || elf->object->is_program))
		leader = NULL;
	// Rows without a group share one section.
	if (!leader) {
		for (uint32_t i = 1; i < elf->sections.count; i++) {
			struct section *section = elf->sections.items[i];
			if (!section->leader && strcmp(section->name, attachment->section) == 0)
				return section;
		}
	}
	// The function table is sorted at start if need be, so it is writable.
	uint64_t flags = debug ? 0 : SHF_ALLOC | (strcmp(attachment->section, TRI_SECTION_FUNCTIONS) == 0 ? SHF_WRITE : 0);
	return grouped_section(elf, attachment->section, SHT_PROGBITS, flags, attachment->contents->align, leader);
}

static bool write_all(FILE *file, const void *bytes, size_t length) { return length == 0 || fwrite(bytes, 1, length, file) == length; }

static bool write_padding(FILE *file, uint64_t *at, uint64_t align)
{
	while (*at % align) {
		if (fputc(0, file) == EOF)
			return false;
		++*at;
	}
	return true;
}

static bool write_file(struct elf *elf, FILE *file, uint32_t section_names_index)
{
	uint64_t at = sizeof(Elf64_Ehdr);
	for (uint32_t i = 1; i < elf->sections.count; i++) {
		struct section *section = elf->sections.items[i];
		uint64_t align = section->align ? section->align : 1;
		at = (at + align - 1) / align * align;
		section->file_offset = at;
		if (section->type != SHT_NOBITS)
			at += section->data.length;
	}
	uint64_t headers_at = (at + 7) / 8 * 8;
	Elf64_Ehdr header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
						 .e_type = ET_REL,
						 .e_machine = EM_X86_64,
						 .e_version = EV_CURRENT,
						 .e_shoff = headers_at,
						 .e_ehsize = sizeof(Elf64_Ehdr),
						 .e_shentsize = sizeof(Elf64_Shdr)};
	bool extended = elf->sections.count >= SHN_LORESERVE;
	header.e_shnum = extended ? 0 : (uint16_t)elf->sections.count;
	header.e_shstrndx = section_names_index >= SHN_LORESERVE ? SHN_XINDEX : (uint16_t)section_names_index;
	if (!write_all(file, &header, sizeof header))
		return false;
	at = sizeof header;
	for (uint32_t i = 1; i < elf->sections.count; i++) {
		struct section *section = elf->sections.items[i];
		if (!write_padding(file, &at, section->align ? section->align : 1))
			return false;
		if (section->type == SHT_NOBITS)
			continue;
		if (!write_all(file, section->data.data, section->data.length))
			return false;
		at += section->data.length;
	}
	if (!write_padding(file, &at, 8))
		return false;
	for (uint32_t i = 0; i < elf->sections.count; i++) {
		struct section *section = elf->sections.items[i];
		Elf64_Shdr entry = {.sh_name = section->name_offset,
							.sh_type = section->type,
							.sh_flags = section->flags,
							.sh_offset = section->file_offset,
							.sh_size = section->type == SHT_NOBITS ? section->size : section->data.length,
							.sh_link = section->link,
							.sh_info = section->info,
							.sh_addralign = section->align,
							.sh_entsize = section->entry_size};
		if (i == 0 && extended) {
			entry.sh_size = elf->sections.count;
			entry.sh_link = section_names_index >= SHN_LORESERVE ? section_names_index : 0;
		}
		if (!write_all(file, &entry, sizeof entry))
			return false;
	}
	return true;
}

bool tri_object_write_elf(struct tri_object_file *object, const char *path)
{
	tri_object_finish(object);
	object_write_dwarf(object);
	return object_write_file(object, path);
}

bool object_write_file(struct tri_object_file *object, const char *path)
{
	struct elf elf = {.object = object, .arena = object->arena};
	new_section(&elf, "", SHT_NULL, 0, 0);
	elf.text = new_section(&elf, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 16);
	elf.rodata = new_section(&elf, ".rodata", SHT_PROGBITS, SHF_ALLOC, 8);
	elf.data = new_section(&elf, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8);
	elf.bss = new_section(&elf, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 8);
	elf.types = new_section(&elf, TRI_SECTION_TYPES, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 16);
	struct tri_symbol_table *table = object->symbols;
	for (uint32_t i = 0; i < table->list.count; i++)
		place_symbol(&elf, table->list.items[i]);
	for (uint32_t i = 0; i < object->attachments.count; i++) {
		const struct attachment *attachment = &object->attachments.items[i];
		place(&elf, attachment->contents, attachment_section(&elf, attachment), 0);
	}
	add_symbols(&elf);
	for (uint32_t i = 0; i < table->list.count; i++) {
		struct tri_symbol *symbol = table->list.items[i];
		struct placed *placed = symbol->object;
		if (placed && placed->section)
			add_relocations(&elf, symbol, placed->section, placed->offset);
	}
	// Groups must precede their members in the file.
	TRI_VECTOR(struct section *) ordered = {0};
	tri_vector_push(elf.arena, &ordered, elf.sections.items[0]);
	for (uint32_t i = 0; i < elf.groups.count; i++) {
		struct section *section = TRI_NEW(elf.arena, struct section);
		*section = (struct section){.name = ".group", .type = SHT_GROUP, .align = 4, .entry_size = 4};
		elf.groups.items[i]->section = section;
		tri_vector_push(elf.arena, &ordered, section);
	}
	uint32_t plain_count = elf.sections.count;
	for (uint32_t i = 1; i < plain_count; i++) {
		struct section *section = elf.sections.items[i];
		section->index = ordered.count;
		tri_vector_push(elf.arena, &ordered, section);
	}
	struct section *relocation_sections_first = NULL;
	(void)relocation_sections_first;
	uint32_t symtab_index = 0;
	TRI_VECTOR(struct section *) relocation_sections = {0};
	for (uint32_t i = 1; i < plain_count; i++) {
		struct section *section = elf.sections.items[i];
		if (section->relocations.count == 0)
			continue;
		struct section *rela = TRI_NEW(elf.arena, struct section);
		*rela = (struct section){.name = tri_arena_printf(elf.arena, ".rela%s", section->name),
								 .type = SHT_RELA,
								 .flags = SHF_INFO_LINK | (section->leader ? SHF_GROUP : 0),
								 .align = 8,
								 .entry_size = sizeof(Elf64_Rela),
								 .info = section->index,
								 .leader = section->leader};
		tri_buffer_append(&rela->data, section->relocations.items, section->relocations.count * sizeof(Elf64_Rela));
		rela->index = ordered.count;
		tri_vector_push(elf.arena, &ordered, rela);
		tri_vector_push(elf.arena, &relocation_sections, rela);
		if (rela->leader) {
			struct group *group = group_for(&elf, rela->leader);
			tri_vector_push(elf.arena, &group->members, rela);
		}
	}
	elf.sections.items = ordered.items;
	elf.sections.count = ordered.count;
	elf.sections.capacity = ordered.capacity;
	struct section *note = new_section(&elf, ".note.GNU-stack", SHT_PROGBITS, 0, 1);
	(void)note;
	struct section *symtab = new_section(&elf, ".symtab", SHT_SYMTAB, 0, 8);
	symtab_index = elf.sections.count - 1;
	struct section *extended = new_section(&elf, ".symtab_shndx", SHT_SYMTAB_SHNDX, 0, 4);
	struct section *strtab = new_section(&elf, ".strtab", SHT_STRTAB, 0, 1);
	uint32_t strtab_index = elf.sections.count - 1;
	struct section *shstrtab = new_section(&elf, ".shstrtab", SHT_STRTAB, 0, 1);
	uint32_t shstrtab_index = elf.sections.count - 1;
	symtab->entry_size = sizeof(Elf64_Sym);
	symtab->link = strtab_index;
	extended->entry_size = 4;
	extended->link = symtab_index;
	for (uint32_t i = 0; i < relocation_sections.count; i++)
		relocation_sections.items[i]->link = symtab_index;
	// Section numbers of symbols, now that they are known.
	uint32_t *numbers = TRI_NEW_ARRAY(elf.arena, uint32_t, elf.symbols.count);
	uint32_t first_global = 1;
	for (uint32_t i = 1; i < elf.sections.count; i++) {
		struct section *section = elf.sections.items[i];
		if (section->section_symbol) {
			numbers[section->section_symbol] = i;
			if (section->section_symbol >= first_global)
				first_global = section->section_symbol + 1;
		}
	}
	for (uint32_t i = 0; i < table->list.count; i++) {
		struct placed *placed = table->list.items[i]->object;
		if (placed && placed->symbol_index && placed->section)
			numbers[placed->symbol_index] = placed->section->index;
	}
	for (uint32_t i = 0; i < elf.symbols.count; i++) {
		bool wide = numbers[i] >= SHN_LORESERVE;
		elf.symbols.items[i].st_shndx = wide ? SHN_XINDEX : (uint16_t)numbers[i];
		uint32_t extended_number = wide ? numbers[i] : 0;
		tri_buffer_append(&extended->data, &extended_number, sizeof extended_number);
	}
	symtab->info = first_global;
	tri_buffer_append(&symtab->data, elf.symbols.items, elf.symbols.count * sizeof(Elf64_Sym));
	strtab->data = elf.strings;
	for (uint32_t i = 0; i < elf.groups.count; i++) {
		struct group *group = elf.groups.items[i];
		struct placed *leader = group->leader->object;
		group->section->link = symtab_index;
		group->section->info = leader->symbol_index;
		uint32_t flag = GRP_COMDAT;
		tri_buffer_append(&group->section->data, &flag, sizeof flag);
		for (uint32_t k = 0; k < group->members.count; k++)
			tri_buffer_append(&group->section->data, &group->members.items[k]->index, sizeof(uint32_t));
	}
	for (uint32_t i = 0; i < elf.sections.count; i++)
		elf.sections.items[i]->name_offset = add_string(&shstrtab->data, elf.sections.items[i]->name);
	FILE *file = fopen(path, "wb");
	if (!file)
		return false;
	bool written = write_file(&elf, file, shstrtab_index);
	int error = errno;
	if (fclose(file) != 0) {
		written = false;
		error = errno;
	}
	for (uint32_t i = 0; i < elf.sections.count; i++)
		tri_buffer_free(&elf.sections.items[i]->data);
	if (!written) {
		struct stat status;
		if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
			unlink(path);
		errno = error;
	}
	return written;
}
