// Variables with //go:embed: their contents become data of the program.
//
// A string or a slice of bytes holds one file. An embed.FS is a pointer to a slice of {name, data string; hash [16]byte}: the
// files and the folders they lie in (a name with a slash at its end), sorted by folder, then by name.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_SIZE = 48, FILE_DATA = 16, SLICE_SIZE = 24 }; // of embed.FS

struct embedding {
	struct driver_unit *unit;
	struct tri_symbol_table *symbols;
	struct tri_symbol *variable;
	TRI_VECTOR(const char *) names;
};

struct driver_bytes tri_driver_read_embedded(struct driver_build *build, const struct tri_load_package *package, const char *name)
{
	const char *path = tri_arena_printf(build->arena, "%s/%s", package->folder, name);
	const struct tri_name *key = tri_name_intern_c(build->names, path);
	struct driver_bytes *file = tri_map_get(&build->embedded, TRI_KEY(key));
	if (file == NULL) {
		file = TRI_NEW(build->arena, struct driver_bytes);
		*file = tri_driver_read_file(build->arena, path);
		if (file->bytes != NULL)
			tri_map_put(build->arena, &build->embedded, TRI_KEY(key), file);
	}
	return *file;
}

// The bytes of a file as a symbol; NULL after an error. They were read when the package's key was made: what is cached is
// what the key says, whatever happens to the file meanwhile.
static struct tri_symbol *file_symbol(struct embedding *e, const char *name, bool writable, uint64_t *length)
{
	struct driver_build *build = e->unit->build;
	const char *path = tri_arena_printf(e->unit->arena, "%s/%s", e->unit->package->folder, name);
	struct tri_symbol *symbol = tri_symbol_printf(e->symbols, "go:embed.%s.%s", writable ? e->variable->name : "", name);
	const struct driver_bytes *known = tri_map_get(&build->embedded, TRI_KEY(tri_name_intern_c(build->names, path)));
	struct driver_bytes file = known != NULL ? *known : tri_driver_read_file(e->unit->arena, path);
	if (file.bytes == NULL) {
		tri_diag_error(&e->unit->diags, e->unit->package->embeds.items[0].embed->pattern_pos, "BadDirective", "cannot embed %s: %s", path,
					   strerror(errno));
		return NULL;
	}
	*length = file.size;
	if (symbol->kind == TRI_SYMBOL_UNDEFINED) {
		symbol->kind = writable ? TRI_SYMBOL_DATA : TRI_SYMBOL_RODATA;
		symbol->local = true;
		symbol->data.items = (uint8_t *)(uintptr_t)file.bytes;
		symbol->data.count = symbol->data.capacity = (uint32_t)file.size;
		symbol->size = file.size;
	}
	return symbol;
}

static void put_file(struct embedding *e, struct tri_symbol *into, uint64_t offset, const char *name, bool writable, bool with_capacity)
{
	uint64_t length = 0;
	struct tri_symbol *bytes = file_symbol(e, name, writable, &length);
	if (bytes != NULL && length > 0)
		tri_symbol_put_address(e->symbols, into, offset, TRI_RELOC_ABS64, bytes, 0);
	else
		tri_symbol_put64(e->symbols, into, offset, 0);
	tri_symbol_put64(e->symbols, into, offset + 8, length);
	if (with_capacity)
		tri_symbol_put64(e->symbols, into, offset + 16, length);
}

// ---- embed.FS ------------------------------------------------------------------------------------------

static size_t folder_length(const char *name, size_t length)
{
	while (length > 0 && name[length - 1] != '/')
		length--;
	return length;
}

// By folder, then by what stands behind it.
static int compare_names(const void *left, const void *right)
{
	const char *a = *(const char *const *)left, *b = *(const char *const *)right;
	size_t a_length = strlen(a), b_length = strlen(b);
	a_length -= a[a_length - 1] == '/';
	b_length -= b[b_length - 1] == '/';
	size_t a_folder = folder_length(a, a_length), b_folder = folder_length(b, b_length);
	// The folder of a name at the top is ".".
	const char *a_text = a_folder > 0 ? a : "./", *b_text = b_folder > 0 ? b : "./";
	size_t a_size = a_folder > 0 ? a_folder - 1 : 1, b_size = b_folder > 0 ? b_folder - 1 : 1;
	int order = memcmp(a_text, b_text, a_size < b_size ? a_size : b_size);
	if (order != 0 || a_size != b_size)
		return order != 0 ? order : a_size < b_size ? -1 : 1;
	return strcmp(a + a_folder, b + b_folder);
}

static void add_name(struct embedding *e, const char *name, size_t length)
{
	const char *copy = tri_arena_strdup(e->unit->arena, name, length);
	for (uint32_t i = 0; i < e->names.count; i++) {
		if (strcmp(e->names.items[i], copy) == 0)
			return;
	}
	tri_vector_push(e->unit->arena, &e->names, copy);
}

static void add_with_folders(struct embedding *e, const char *name)
{
	size_t length = strlen(name);
	add_name(e, name, length);
	for (size_t folder = folder_length(name, length); folder > 0; folder = folder_length(name, folder - 1))
		add_name(e, name, folder);
}

static void fill_file_system(struct embedding *e)
{
	struct tri_symbol *files = tri_symbol_printf(e->symbols, "go:embed.files.%s", e->variable->name);
	if (e->names.count > 1)
		qsort(e->names.items, e->names.count, sizeof e->names.items[0], compare_names);
	files->kind = TRI_SYMBOL_RODATA;
	files->local = true;
	files->align = 8;
	tri_symbol_put_address(e->symbols, files, 0, TRI_RELOC_ABS64, files, SLICE_SIZE);
	tri_symbol_put64(e->symbols, files, 8, e->names.count);
	tri_symbol_put64(e->symbols, files, 16, e->names.count);
	for (uint32_t i = 0; i < e->names.count; i++) {
		const char *name = e->names.items[i];
		uint64_t at = SLICE_SIZE + (uint64_t)i * FILE_SIZE;
		tri_symbol_put64(e->symbols, files, at + FILE_SIZE - 8, 0);
		tri_symbol_put_address(e->symbols, files, at, TRI_RELOC_ABS64, tri_symbol_string(e->symbols, name, strlen(name)), 0);
		tri_symbol_put64(e->symbols, files, at + 8, strlen(name));
		if (name[strlen(name) - 1] != '/')
			put_file(e, files, at + FILE_DATA, name, false, false);
	}
	tri_symbol_put_address(e->symbols, e->variable, 0, TRI_RELOC_ABS64, files, 0);
}

// ---- Variables -----------------------------------------------------------------------------------------

void tri_driver_fill_embeds(struct driver_unit *unit)
{
	const struct tri_load_package *package = unit->package;
	for (uint32_t i = 0; i < package->embeds.count;) {
		const struct tri_embed_decl *decl = package->embeds.items[i].decl;
		const struct tri_object *object = tri_as_var_decl(decl->decl)->names.items[0]->object;
		struct embedding e = {.unit = unit, .symbols = unit->ir->symbols};
		e.variable = tri_symbol_printf(e.symbols, "%s.%s", unit->package->types->path, object->name->text);
		for (; i < package->embeds.count && package->embeds.items[i].decl == decl; i++) {
			for (uint32_t k = 0; k < package->embeds.items[i].files.count; k++)
				add_with_folders(&e, package->embeds.items[i].files.items[k]);
		}
		enum tri_embed_kind kind = tri_type_embed_kind(object->type);
		const char *first = package->embeds.items[i - 1].files.count > 0 ? package->embeds.items[i - 1].files.items[0] : NULL;
		e.variable->kind = TRI_SYMBOL_DATA;
		if (kind == TRI_EMBED_FILES)
			fill_file_system(&e);
		else if (first != NULL)
			put_file(&e, e.variable, 0, first, kind == TRI_EMBED_BYTES, kind == TRI_EMBED_BYTES);
	}
}
