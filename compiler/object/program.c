// A program: the objects of its packages as one file, without what nothing refers to.
//
// Each package has a symbol table of its own. Names that several define or mention are brought together: the *chosen*
// definition of a name is a strong one if there is any, else the first. From the entry points (what the runtime's library
// wants, the initialisers) everything that is referred to is marked *live*; the others are left out. A function without a
// body is a name that nobody defines: an error only when it is live.
//
// Rows of the runtime's tables belong to the symbol that they describe (struct attachment) and share its fate. They are
// written in the order of the symbols, so that tables ascend as the addresses do.
#define TRI_COMPILER_OBJECT_IMPLEMENTATION
#include "compiler/object/internal.h"

#include <errno.h>

typedef TRI_VECTOR(struct attachment *) attachment_list;

struct program {
	struct tri_arena *arena;
	const struct tri_program_options *options;
	struct tri_object_file file; // what is written
	struct object_archive library;
	struct tri_map definitions; // name -> chosen symbol
	struct tri_map attachments; // leader -> attachment_list *
	// Methods that nobody may call: references whose condition no live symbol has, so far
	TRI_VECTOR(struct tri_relocation *) waiting;
	bool by_reflection;                       // any method may be called
	TRI_VECTOR(struct tri_symbol *) unmarked; // live, what they refer to still to be looked at
	struct tri_map referrers;                 // undefined name -> the symbol that mentions it first
	struct tri_buffer *message;
	bool failed;
};

// ---- Choosing ------------------------------------------------------------------------------------------

// Strings with the same bytes are one wherever they come from.
static bool is_private(const struct tri_symbol *symbol)
{
	static const char string[] = "go:string.";
	return symbol->local && strncmp(symbol->name, string, sizeof string - 1) != 0;
}

enum rank { RANK_UNDEFINED, RANK_EMPTY, RANK_WEAK, RANK_STRONG };

static enum rank rank_of(const struct tri_symbol *symbol)
{
	if (symbol->kind == TRI_SYMBOL_UNDEFINED)
		return RANK_UNDEFINED;
	if (!symbol->weak && !symbol->local)
		return RANK_STRONG;
	return symbol->kind == TRI_SYMBOL_BSS ? RANK_EMPTY : RANK_WEAK;
}

static void choose(struct program *program, struct tri_symbol *symbol)
{
	struct tri_symbol *chosen = tri_map_get(&program->definitions, TRI_KEY(symbol->name));
	enum rank rank = rank_of(symbol);
	if (chosen == NULL || rank > rank_of(chosen)) {
		tri_map_put(program->arena, &program->definitions, TRI_KEY(symbol->name), symbol);
	} else if (rank == RANK_STRONG && rank_of(chosen) == RANK_STRONG) {
		tri_buffer_printf(program->message, "duplicated definition of symbol %s\n", symbol->name);
		program->failed = true;
	}
}

static void choose_definitions(struct program *program)
{
	for (uint32_t i = 0; i < program->options->object_count; i++) {
		struct tri_object_file *object = program->options->objects[i];
		for (uint32_t j = 0; j < object->symbols->list.count; j++) {
			if (!is_private(object->symbols->list.items[j]))
				choose(program, object->symbols->list.items[j]);
		}
		for (uint32_t j = 0; j < object->attachments.count; j++) {
			struct attachment *attachment = &object->attachments.items[j];
			attachment_list *list = tri_map_get(&program->attachments, TRI_KEY(attachment->leader));
			if (list == NULL) {
				list = tri_arena_alloc(program->arena, sizeof *list);
				tri_map_put(program->arena, &program->attachments, TRI_KEY(attachment->leader), list);
			}
			tri_vector_push(program->arena, list, attachment);
		}
	}
}

// What the library defines is not defined again: the standard library has Go forms of some of the runtime's functions.
static void prefer_library(struct program *program)
{
	for (uint32_t i = 0; i < program->definitions.count; i++) {
		struct tri_symbol *symbol = program->definitions.entries[i].value;
		if (symbol->local || rank_of(symbol) == RANK_UNDEFINED || !tri_map_has(&program->library.defined, TRI_KEY(symbol->name)))
			continue;
		symbol->kind = TRI_SYMBOL_UNDEFINED;
		symbol->relocations.count = 0;
		tri_map_put(program->arena, &program->attachments, TRI_KEY(symbol), NULL);
	}
}

static struct tri_symbol *chosen_for(const struct program *program, struct tri_symbol *symbol)
{
	return is_private(symbol) ? symbol : tri_map_get(&program->definitions, TRI_KEY(symbol->name));
}

static struct tri_symbol *find(const struct program *program, const char *name)
{
	const struct tri_name *interned = tri_name_intern_c(program->file.symbols->names, name);
	return tri_map_get(&program->definitions, TRI_KEY(interned->text));
}

// ---- Marking -------------------------------------------------------------------------------------------

static void mark(struct program *program, struct tri_symbol *symbol)
{
	if (symbol->live)
		return;
	symbol->live = true;
	tri_vector_push(program->arena, &program->unmarked, symbol);
}

static bool holds(const struct program *program, const struct tri_relocation *relocation)
{
	return relocation->condition == NULL || program->by_reflection || chosen_for(program, relocation->condition)->live;
}

static void mark_references(struct program *program, const struct tri_symbol *symbol)
{
	for (uint32_t i = 0; i < symbol->relocations.count; i++) {
		if (!holds(program, &symbol->relocations.items[i])) {
			tri_vector_push(program->arena, &program->waiting, &symbol->relocations.items[i]);
			continue;
		}
		struct tri_symbol *target = symbol->relocations.items[i].target;
		struct tri_symbol *chosen = chosen_for(program, target);
		target->resolved = chosen != target ? chosen : NULL;
		if (chosen->kind == TRI_SYMBOL_UNDEFINED && !tri_map_has(&program->referrers, TRI_KEY(chosen)))
			tri_map_put(program->arena, &program->referrers, TRI_KEY(chosen), (void *)(uintptr_t)symbol);
		mark(program, chosen);
	}
}

static void mark_reachable(struct program *program)
{
	while (program->unmarked.count > 0) {
		const struct tri_symbol *symbol = program->unmarked.items[--program->unmarked.count];
		mark_references(program, symbol);
		const attachment_list *list = tri_map_get(&program->attachments, TRI_KEY(symbol));
		for (uint32_t i = 0; list != NULL && i < list->count; i++)
			mark_references(program, list->items[i]->contents);
	}
}

// Those that turn a method's number or name into something that can be called.
static bool finds_methods(const struct program *program)
{
	static const char *const names[] = {"reflect.Value.Method", "reflect.Value.MethodByName", "reflect.(*rtype).Method",
										"reflect.(*rtype).MethodByName"};
	for (uint32_t i = 0; i < TRI_COUNT(names); i++) {
		const struct tri_symbol *symbol = find(program, names[i]);
		if (symbol != NULL && symbol->live)
			return true;
	}
	return false;
}

// Type descriptors and method tables refer to methods, but those are live only if a live function calls a method of that name
// and type through an interface, or finds methods by reflection. Each method that becomes live may call others.
static void mark_all(struct program *program)
{
	mark_reachable(program);
	for (bool again = true; again;) {
		again = false;
		program->by_reflection = program->by_reflection || finds_methods(program);
		uint32_t count = program->waiting.count, kept = 0;
		struct tri_relocation **waiting = program->waiting.items;
		program->waiting.items = NULL;
		program->waiting.count = program->waiting.capacity = 0;
		for (uint32_t i = 0; i < count; i++) {
			if (!holds(program, waiting[i])) {
				waiting[kept++] = waiting[i];
				continue;
			}
			struct tri_symbol *target = waiting[i]->target, *chosen = chosen_for(program, target);
			target->resolved = chosen != target ? chosen : NULL;
			mark(program, chosen);
			again = true;
		}
		mark_reachable(program);
		for (uint32_t i = 0; i < kept; i++)
			tri_vector_push(program->arena, &program->waiting, waiting[i]);
	}
}

// A method that is not there has the address of a function that says so.
static void replace_missing_methods(struct program *program)
{
	struct tri_symbol *missing = find(program, "runtime.unreachableMethod");
	for (uint32_t i = 0; i < program->waiting.count; i++)
		program->waiting.items[i]->target = missing;
}

static void mark_entries(struct program *program)
{
	for (uint32_t i = 0; i < program->library.wanted.count; i++) {
		struct tri_symbol *symbol = tri_map_get(&program->definitions, program->library.wanted.entries[i].key);
		if (symbol != NULL && symbol->kind != TRI_SYMBOL_UNDEFINED)
			mark(program, symbol);
	}
}

// ---- Initialisers --------------------------------------------------------------------------------------

static void add_initialisers(struct program *program)
{
	struct tri_object_file *file = &program->file;
	for (uint32_t i = 0; i < program->options->object_count; i++) {
		const char *path = program->options->objects[i]->path;
		struct tri_symbol *init = find(program, tri_arena_printf(program->arena, "%s.init", path));
		if (init == NULL || init->kind == TRI_SYMBOL_UNDEFINED)
			continue;
		struct tri_symbol *row = object_local(file, TRI_SYMBOL_SECTION, 4);
		tri_symbol_put_address(file->symbols, row, 0, TRI_RELOC_ABS32, init, 0);
		tri_symbol_put_address(file->symbols, row, 4, TRI_RELOC_ABS32, object_text(file, path), 0);
		object_attach(file, TRI_SECTION_INITS, row, NULL);
		mark(program, init);
	}
}

// ---- Strings -------------------------------------------------------------------------------------------

static void set_strings(struct program *program)
{
	struct tri_symbol_table *symbols = program->file.symbols;
	for (uint32_t i = 0; i < program->options->string_count; i++) {
		const struct tri_program_string *string = &program->options->strings[i];
		struct tri_symbol *variable = find(program, string->name);
		bool is_variable = variable != NULL && (variable->kind == TRI_SYMBOL_BSS || variable->kind == TRI_SYMBOL_DATA);
		if (!is_variable || variable->size != 16)
			continue; // not part of the program, or no string
		size_t length = string->length > 0 ? string->length : strlen(string->value);
		struct tri_symbol *bytes = tri_symbol_printf(symbols, "go:set.%u", i);
		bytes->kind = TRI_SYMBOL_RODATA;
		bytes->local = true;
		tri_symbol_put_bytes(symbols, bytes, 0, string->value, length);
		variable->kind = TRI_SYMBOL_DATA;
		variable->relocations.count = 0;
		tri_symbol_put64(symbols, variable, 0, 0);
		if (length > 0)
			tri_symbol_put_address(symbols, variable, 0, TRI_RELOC_ABS64, bytes, 0);
		tri_symbol_put64(symbols, variable, 8, length);
	}
}

// ---- Build information ---------------------------------------------------------------------------------

static void put_text(struct tri_buffer *out, const char *text, size_t length)
{
	object_put_unsigned(out, length);
	tri_buffer_append(out, text, length);
}

// Go's tools look through the data for a mark at a multiple of 16 bytes; 32 behind it begin two texts with their lengths.
static void add_build_information(struct program *program)
{
	enum { MARK_SIZE = 32, INLINE_TEXTS = 2, ALIGN = 16, POINTER_SIZE = 8 };
	static const char mark[] = "\xff Go buildinf:";
	const struct tri_program_options *options = program->options;
	if (options->version == NULL || options->build_information == NULL)
		return;
	struct tri_buffer bytes = {0};
	tri_buffer_append_c(&bytes, mark);
	tri_buffer_append_byte(&bytes, POINTER_SIZE);
	tri_buffer_append_byte(&bytes, INLINE_TEXTS);
	while (bytes.length < MARK_SIZE)
		tri_buffer_append_byte(&bytes, 0);
	put_text(&bytes, options->version, strlen(options->version));
	put_text(&bytes, options->build_information, options->build_information_length);
	struct tri_symbol *symbol = object_local(&program->file, TRI_SYMBOL_DATA, ALIGN);
	tri_symbol_put_bytes(program->file.symbols, symbol, 0, bytes.data, bytes.length);
	tri_buffer_free(&bytes);
}

// ---- Missing symbols -----------------------------------------------------------------------------------

static void report_missing(struct program *program)
{
	for (uint32_t i = 0; i < program->definitions.count; i++) {
		struct tri_symbol *symbol = program->definitions.entries[i].value;
		if (!symbol->live || symbol->kind != TRI_SYMBOL_UNDEFINED || tri_map_has(&program->library.defined, TRI_KEY(symbol->name)))
			continue;
		const struct tri_symbol *referrer = tri_map_get(&program->referrers, TRI_KEY(symbol));
		bool is_named = referrer != NULL && !is_private(referrer);
		tri_buffer_printf(program->message,
						  "%s%s%s is not defined: it has no body in Go (assembly is not compiled), and the runtime does not have it\n",
						  is_named ? referrer->name : "", is_named ? ": " : "", symbol->name);
		program->failed = true;
	}
}

// ---- Writing -------------------------------------------------------------------------------------------

// *T's descriptor is found through T's, if the program has both.
static void link_pointer_types(struct program *program)
{
	static const char pointer[] = "type:*";
	const uint32_t offset = offsetof(struct tri_rtype, pointer_to_this);
	uint32_t count = program->definitions.count;
	for (uint32_t i = 0; i < count; i++) {
		struct tri_symbol *symbol = program->definitions.entries[i].value;
		if (!symbol->live || symbol->kind != TRI_SYMBOL_TYPE || strncmp(symbol->name, pointer, sizeof pointer - 1) != 0)
			continue;
		struct tri_symbol *element = find(program, tri_arena_printf(program->arena, "type:%s", symbol->name + sizeof pointer - 1));
		bool has_pointer = element == NULL || !element->live || element->kind != TRI_SYMBOL_TYPE;
		for (uint32_t k = 0; !has_pointer && k < element->relocations.count; k++)
			has_pointer = element->relocations.items[k].offset == offset;
		if (!has_pointer)
			tri_symbol_put_address(program->file.symbols, element, offset, TRI_RELOC_ABS32, symbol, 0);
	}
}

static bool belongs(const struct program *program, struct tri_symbol *symbol)
{
	return symbol->live && symbol->kind != TRI_SYMBOL_MARK && chosen_for(program, symbol) == symbol;
}

static void take_symbol(struct program *program, struct tri_symbol *symbol)
{
	struct tri_object_file *file = &program->file;
	tri_vector_push(file->symbols->arena, &file->symbols->list, symbol);
	const attachment_list *list = tri_map_get(&program->attachments, TRI_KEY(symbol));
	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		struct attachment attachment = *list->items[i];
		attachment.leader = NULL;
		if (attachment.contents != symbol)
			tri_vector_push(file->symbols->arena, &file->symbols->list, attachment.contents);
		tri_vector_push(file->arena, &file->attachments, attachment);
	}
}

// The program has one list of files.
static void take_code(struct program *program, const struct tri_object_file *object)
{
	struct tri_object_file *file = &program->file;
	uint32_t first_file = file->files.count;
	for (uint32_t i = 0; i < object->files.count; i++)
		tri_vector_push(file->arena, &file->files, object->files.items[i]);
	for (uint32_t i = 0; i < object->code.count; i++) {
		struct object_code *code = object->code.items[i];
		if (!belongs(program, code->symbol))
			continue;
		code->file += first_file;
		for (uint32_t k = 0; k < code->lines.count; k++)
			code->lines.items[k].file += first_file;
		tri_vector_push(file->arena, &file->code, code);
	}
}

static void take_live(struct program *program)
{
	for (uint32_t i = 0; i < program->options->object_count; i++) {
		const struct tri_object_file *object = program->options->objects[i];
		for (uint32_t j = 0; j < object->symbols->list.count; j++) {
			if (belongs(program, object->symbols->list.items[j]))
				take_symbol(program, object->symbols->list.items[j]);
		}
		take_code(program, object);
	}
}

bool tri_object_write_program(struct tri_arena *arena, const struct tri_program_options *options, struct tri_buffer *message,
							  bool *program_at_fault)
{
	const struct tri_object_file *last = options->objects[options->object_count - 1];
	struct program program = {.arena = arena, .options = options, .message = message};
	program.file = (struct tri_object_file){
		.arena = arena,
		.path = last->path,
		.symbols = tri_symbol_table_new(arena, last->symbols->names),
		.is_program = true,
		.hides_folder = options->hides_folder,
	};
	*program_at_fault = false;
	if (!object_read_archive(arena, program.file.symbols->names, options->library, &program.library, message))
		return false;
	choose_definitions(&program);
	prefer_library(&program);
	set_strings(&program);
	mark_entries(&program);
	add_initialisers(&program);
	struct tri_symbol *missing = find(&program, "runtime.unreachableMethod");
	program.by_reflection = missing == NULL;
	if (missing != NULL)
		mark(&program, missing);
	mark_all(&program);
	replace_missing_methods(&program);
	report_missing(&program);
	if (program.failed) {
		*program_at_fault = true;
		return false;
	}
	link_pointer_types(&program);
	add_build_information(&program);
	take_live(&program);
	object_write_dwarf(&program.file);
	if (object_write_file(&program.file, options->output))
		return true;
	tri_buffer_printf(message, "cannot write %s: %s\n", options->output, strerror(errno));
	return false;
}
