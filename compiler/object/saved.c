// An object as a file of the build cache: its symbols, what is attached to them, and lines for the debugger.
//
// A header, then arrays of fixed-size records, then bytes. Records name each other by index and texts by offset. The file
// belongs to one compiler (the cache's key says which), so nothing in it is versioned; it is checked for being whole, since a
// machine may have stopped half-way, and is mapped, not copied: symbols' data lie in the mapping, private to the process.
#define TRI_COMPILER_OBJECT_IMPLEMENTATION
#include "compiler/object/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SAVED_MAGIC = 0x6f697274, END_MAGIC = 0x646e6574 };

struct saved_header {
	uint32_t magic;
	uint32_t symbol_count, relocation_count, attachment_count, code_count, line_count, framed_count, file_count;
	uint32_t path, unused;
	uint64_t text_size, data_size;
	uint64_t size; // of the file
};

struct saved_symbol {
	uint32_t name, name_length; // names of strings hold NUL bytes
	uint8_t kind, weak, local, unused;
	uint32_t align;
	uint64_t size, data;
	uint32_t data_count, relocation_count;
	uint32_t section; // text + 1, or 0
	uint32_t unused_too;
};

struct saved_relocation {
	uint32_t offset, kind, target, condition; // condition: index + 1
	int64_t addend;
};

struct saved_attachment {
	uint32_t section, contents, leader; // leader: index + 1
};

struct saved_code {
	uint32_t symbol, name /* text + 1, or 0: the symbol's */, file, line, push_offset, frame_offset, grow_offset, framed_count, line_count;
};

// ---- Writing -------------------------------------------------------------------------------------------

struct saver {
	const struct tri_object_file *object;
	struct saved_header header;
	struct tri_buffer symbols, relocations, attachments, code, lines, framed, files, texts, data;
};

static uint32_t add_text(struct saver *saver, const char *text, size_t length)
{
	uint32_t offset = (uint32_t)saver->texts.length;
	tri_buffer_append(&saver->texts, text, length);
	tri_buffer_append_byte(&saver->texts, 0);
	return offset;
}

static uint32_t add_c_text(struct saver *saver, const char *text) { return add_text(saver, text, strlen(text)); }

static size_t name_length(const struct tri_symbol *symbol)
{
	// Names are interned: the text is the tail of its struct tri_name.
	return ((const struct tri_name *)(const void *)(symbol->name - offsetof(struct tri_name, text)))->length;
}

static void save_symbol(struct saver *saver, const struct tri_symbol *symbol)
{
	struct saved_symbol row = {
		.name = add_text(saver, symbol->name, name_length(symbol)),
		.name_length = (uint32_t)name_length(symbol),
		.kind = (uint8_t)symbol->kind,
		.weak = symbol->weak,
		.local = symbol->local,
		.align = symbol->align,
		.size = symbol->size,
		.data = saver->data.length,
		.data_count = symbol->data.count,
		.relocation_count = symbol->relocations.count,
		.section = symbol->section != NULL ? add_c_text(saver, symbol->section) + 1 : 0,
	};
	tri_buffer_append(&saver->data, symbol->data.items, symbol->data.count);
	tri_buffer_append(&saver->symbols, &row, sizeof row);
	for (uint32_t i = 0; i < symbol->relocations.count; i++) {
		const struct tri_relocation *relocation = &symbol->relocations.items[i];
		const struct tri_symbol *condition = relocation->condition;
		struct saved_relocation saved = {relocation->offset, relocation->kind, relocation->target->id,
										 condition != NULL ? condition->id + 1 : 0, relocation->addend};
		tri_buffer_append(&saver->relocations, &saved, sizeof saved);
	}
	saver->header.relocation_count += symbol->relocations.count;
}

static void save_code(struct saver *saver, const struct object_code *code)
{
	uint32_t name = code->name != code->symbol->name ? add_c_text(saver, code->name) + 1 : 0;
	struct saved_code row = {
		code->symbol->id, name, code->file, code->line, code->push_offset, code->frame_offset, code->grow_offset, code->framed.count,
		code->lines.count};
	tri_buffer_append(&saver->code, &row, sizeof row);
	tri_buffer_append(&saver->lines, code->lines.items, code->lines.count * sizeof code->lines.items[0]);
	tri_buffer_append(&saver->framed, code->framed.items, code->framed.count * sizeof code->framed.items[0]);
	saver->header.line_count += code->lines.count;
	saver->header.framed_count += code->framed.count;
}

static void save_all(struct saver *saver)
{
	const struct tri_object_file *object = saver->object;
	saver->header = (struct saved_header){
		.magic = SAVED_MAGIC,
		.symbol_count = object->symbols->list.count,
		.attachment_count = object->attachments.count,
		.code_count = object->code.count,
		.file_count = object->files.count,
		.path = add_c_text(saver, object->path),
	};
	for (uint32_t i = 0; i < object->symbols->list.count; i++)
		save_symbol(saver, object->symbols->list.items[i]);
	for (uint32_t i = 0; i < object->attachments.count; i++) {
		const struct attachment *attachment = &object->attachments.items[i];
		struct saved_attachment row = {add_c_text(saver, attachment->section), attachment->contents->id,
									   attachment->leader != NULL ? attachment->leader->id + 1 : 0};
		tri_buffer_append(&saver->attachments, &row, sizeof row);
	}
	for (uint32_t i = 0; i < object->code.count; i++)
		save_code(saver, object->code.items[i]);
	for (uint32_t i = 0; i < object->files.count; i++) {
		uint32_t text = add_c_text(saver, object->files.items[i]);
		tri_buffer_append(&saver->files, &text, sizeof text);
	}
	saver->header.text_size = saver->texts.length;
	saver->header.data_size = saver->data.length;
}

bool tri_object_save(const struct tri_object_file *object, const char *path)
{
	struct saver saver = {.object = object};
	save_all(&saver);
	// The widest records first, so that each array is aligned.
	struct tri_buffer *parts[] = {&saver.symbols, &saver.relocations, &saver.attachments, &saver.code, &saver.lines,
								  &saver.framed,  &saver.files,       &saver.texts,       &saver.data};
	saver.header.size = sizeof saver.header + sizeof(uint32_t);
	for (size_t i = 0; i < TRI_COUNT(parts); i++)
		saver.header.size += parts[i]->length;
	const uint32_t end = END_MAGIC;
	FILE *file = fopen(path, "wbe");
	bool good = file != NULL && fwrite(&saver.header, sizeof saver.header, 1, file) == 1;
	for (size_t i = 0; i < TRI_COUNT(parts); i++) {
		good = good && (parts[i]->length == 0 || fwrite(parts[i]->data, parts[i]->length, 1, file) == 1);
		tri_buffer_free(parts[i]);
	}
	good = good && fwrite(&end, sizeof end, 1, file) == 1;
	int problem = errno;
	if (file != NULL && fclose(file) != 0) {
		problem = errno;
		good = false;
	}
	errno = problem;
	return good;
}

// ---- Reading -------------------------------------------------------------------------------------------

struct loader {
	struct tri_object_file *object;
	struct saved_header *header;
	struct saved_symbol *symbols;
	struct saved_relocation *relocations;
	struct saved_attachment *attachments;
	struct saved_code *code;
	struct object_line *lines;
	struct tri_code_framed *framed;
	uint32_t *files;
	char *texts;
	uint8_t *data;
};

static bool find_parts(struct loader *loader, char *bytes, uint64_t size)
{
	struct saved_header *header = loader->header = (void *)bytes;
	if (size < sizeof *header || header->magic != SAVED_MAGIC || header->size != size)
		return false;
	char *at = bytes + sizeof *header;
	loader->symbols = (void *)at;
	at += header->symbol_count * sizeof *loader->symbols;
	loader->relocations = (void *)at;
	at += header->relocation_count * sizeof *loader->relocations;
	loader->attachments = (void *)at;
	at += header->attachment_count * sizeof *loader->attachments;
	loader->code = (void *)at;
	at += header->code_count * sizeof *loader->code;
	loader->lines = (void *)at;
	at += header->line_count * sizeof *loader->lines;
	loader->framed = (void *)at;
	at += header->framed_count * sizeof *loader->framed;
	loader->files = (void *)at;
	at += header->file_count * sizeof *loader->files;
	loader->texts = at;
	loader->data = (void *)(at + header->text_size);
	uint32_t end;
	if ((uint64_t)(at - bytes) + header->text_size + header->data_size + sizeof end != size)
		return false;
	memcpy(&end, bytes + size - sizeof end, sizeof end);
	return end == END_MAGIC;
}

static void load_symbols(struct loader *loader, struct tri_name_table *names)
{
	struct tri_symbol_table *table = loader->object->symbols;
	uint32_t count = loader->header->symbol_count;
	struct tri_symbol *symbols = TRI_NEW_ARRAY(table->arena, struct tri_symbol, count);
	struct tri_relocation *relocations = TRI_NEW_ARRAY(table->arena, struct tri_relocation, loader->header->relocation_count);
	for (uint32_t i = 0; i < loader->header->relocation_count; i++) {
		const struct saved_relocation *row = &loader->relocations[i];
		relocations[i] = (struct tri_relocation){row->offset, (enum tri_relocation_kind)row->kind, &symbols[row->target], row->addend,
												 row->condition != 0 ? &symbols[row->condition - 1] : NULL};
	}
	table->list.items = TRI_NEW_ARRAY(table->arena, struct tri_symbol *, count);
	table->list.count = table->list.capacity = count;
	for (uint32_t i = 0; i < count; i++) {
		const struct saved_symbol *row = &loader->symbols[i];
		struct tri_symbol *symbol = table->list.items[i] = &symbols[i];
		symbol->name = tri_name_intern(names, loader->texts + row->name, row->name_length)->text;
		symbol->kind = (enum tri_symbol_kind)row->kind;
		symbol->weak = row->weak;
		symbol->local = row->local;
		symbol->section = row->section != 0 ? loader->texts + row->section - 1 : NULL;
		symbol->align = row->align;
		symbol->size = row->size;
		symbol->id = i;
		symbol->data.items = loader->data + row->data;
		symbol->data.count = symbol->data.capacity = row->data_count;
		symbol->relocations.items = relocations;
		symbol->relocations.count = symbol->relocations.capacity = row->relocation_count;
		relocations += row->relocation_count;
	}
}

static void load_rest(struct loader *loader)
{
	struct tri_object_file *object = loader->object;
	struct tri_symbol **symbols = object->symbols->list.items;
	for (uint32_t i = 0; i < loader->header->attachment_count; i++) {
		const struct saved_attachment *row = &loader->attachments[i];
		struct attachment attachment = {loader->texts + row->section, symbols[row->contents],
										row->leader != 0 ? symbols[row->leader - 1] : NULL};
		tri_vector_push(object->arena, &object->attachments, attachment);
	}
	struct object_line *lines = loader->lines;
	struct tri_code_framed *framed = loader->framed;
	for (uint32_t i = 0; i < loader->header->code_count; i++) {
		const struct saved_code *row = &loader->code[i];
		struct object_code *code = TRI_NEW(object->arena, struct object_code);
		code->symbol = symbols[row->symbol];
		code->name = row->name != 0 ? loader->texts + row->name - 1 : code->symbol->name;
		code->file = row->file;
		code->line = row->line;
		code->push_offset = row->push_offset;
		code->frame_offset = row->frame_offset;
		code->grow_offset = row->grow_offset;
		code->framed.items = framed;
		code->framed.count = code->framed.capacity = row->framed_count;
		framed += row->framed_count;
		code->lines.items = lines;
		code->lines.count = code->lines.capacity = row->line_count;
		lines += row->line_count;
		tri_vector_push(object->arena, &object->code, code);
	}
	for (uint32_t i = 0; i < loader->header->file_count; i++)
		tri_vector_push(object->arena, &object->files, loader->texts + loader->files[i]);
}

struct tri_object_file *tri_object_load(struct tri_arena *arena, struct tri_name_table *names, const char *path)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	if (descriptor < 0)
		return NULL;
	void *bytes = MAP_FAILED;
	if (fstat(descriptor, &status) == 0 && status.st_size > 0) // stays mapped as long as the process
		bytes = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0);
	close(descriptor);
	if (bytes == MAP_FAILED)
		return NULL;
	struct loader loader = {0};
	if (!find_parts(&loader, bytes, (uint64_t)status.st_size)) {
		munmap(bytes, (size_t)status.st_size);
		return NULL;
	}
	loader.object = TRI_NEW(arena, struct tri_object_file);
	loader.object->arena = arena;
	loader.object->path = loader.texts + loader.header->path;
	loader.object->symbols = tri_symbol_table_new(arena, names);
	loader.object->has_tables = true;
	load_symbols(&loader, names);
	load_rest(&loader);
	return loader.object;
}
