// Type descriptors and method tables, in the layout of Go 1.26's internal/abi (abi/type.h).
//
// Code and data refer to "type:<key>" and "go:itab.<key>,<key>"; this writer defines what is referred to, which
// may refer to more. Methods in descriptors need functions (wrappers, equality), which the caller compiles and
// then calls again. Descriptors are weak: every object that needs one has it, the linker keeps one.
#define TRI_COMPILER_OBJECT_IMPLEMENTATION
#include "compiler/object/internal.h"
#include "compiler/syntax/unicode.h"

struct writer {
	struct tri_object_file *object;
	struct tri_symbol_table *symbols;
	struct tri_ir_package *package;
};

static struct tri_symbol *type_symbol(struct writer *writer, struct tri_type *type) { return tri_ssa_type_symbol(writer->package, type); }

static uint32_t hash_text(const char *text)
{
	uint32_t hash = 2166136261u;
	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 16777619u;
	return hash;
}

static bool is_exported(const char *name)
{
	unsigned char first = (unsigned char)name[0];
	if (first < 0x80)
		return first >= 'A' && first <= 'Z';
	int32_t rune;
	return tri_utf8_decode(name, strlen(name), &rune) > 0 && tri_rune_is_upper(rune);
}

static const char *path_of(const struct tri_object *object) { return object->package ? object->package->path : NULL; }

// The package that the name of a method has to tell: none for exported ones and those of the descriptor's own package. Package
// reflect takes a name with a package for one that it cannot promote.
static const char *package_in_name(const struct tri_object *method, const char *own)
{
	if (is_exported(method->name->text))
		return NULL;
	const char *path = path_of(method);
	return own && path && strcmp(own, path) == 0 ? NULL : path;
}

// A name as descriptors hold it: flags, length, bytes, tag, package path.
static struct tri_symbol *name_symbol(struct writer *writer, const char *text, const char *tag, uint32_t tag_length,
									  const char *package_path, bool exported, bool embedded)
{
	struct tri_buffer bytes = {0};
	tri_buffer_append_byte(&bytes, (char)((exported ? 1 : 0) | (tag_length ? 2 : 0) | (package_path ? 4 : 0) | (embedded ? 8 : 0)));
	object_put_unsigned(&bytes, strlen(text));
	tri_buffer_append_c(&bytes, text);
	if (tag_length) {
		object_put_unsigned(&bytes, tag_length);
		tri_buffer_append(&bytes, tag, tag_length);
	}
	struct tri_symbol *symbol;
	if (package_path) {
		symbol = object_local(writer->object, TRI_SYMBOL_RODATA, 1);
		tri_symbol_put_bytes(writer->symbols, symbol, 0, bytes.data, bytes.length);
		tri_symbol_put_address(writer->symbols, symbol, bytes.length, TRI_RELOC_ABS32,
							   name_symbol(writer, package_path, NULL, 0, NULL, false, false), 0);
	} else {
		symbol = tri_symbol_string(writer->symbols, bytes.data, bytes.length);
	}
	tri_buffer_free(&bytes);
	return symbol;
}

static enum tri_kind kind_of(struct tri_type *type)
{
	static const uint8_t basic[TRI_BASIC_COUNT] = {
		[TRI_BASIC_BOOL] = TRI_KIND_BOOL,           [TRI_BASIC_INT] = TRI_KIND_INT,
		[TRI_BASIC_INT8] = TRI_KIND_INT8,           [TRI_BASIC_INT16] = TRI_KIND_INT16,
		[TRI_BASIC_INT32] = TRI_KIND_INT32,         [TRI_BASIC_INT64] = TRI_KIND_INT64,
		[TRI_BASIC_UINT] = TRI_KIND_UINT,           [TRI_BASIC_UINT8] = TRI_KIND_UINT8,
		[TRI_BASIC_UINT16] = TRI_KIND_UINT16,       [TRI_BASIC_UINT32] = TRI_KIND_UINT32,
		[TRI_BASIC_UINT64] = TRI_KIND_UINT64,       [TRI_BASIC_UINTPTR] = TRI_KIND_UINTPTR,
		[TRI_BASIC_FLOAT32] = TRI_KIND_FLOAT32,     [TRI_BASIC_FLOAT64] = TRI_KIND_FLOAT64,
		[TRI_BASIC_COMPLEX64] = TRI_KIND_COMPLEX64, [TRI_BASIC_COMPLEX128] = TRI_KIND_COMPLEX128,
		[TRI_BASIC_STRING] = TRI_KIND_STRING,       [TRI_BASIC_UNSAFE_POINTER] = TRI_KIND_UNSAFE_POINTER,
	};
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_BASIC:
		return basic[type->as.basic.kind];
	case TRI_TYPE_POINTER:
		return TRI_KIND_POINTER;
	case TRI_TYPE_SLICE:
		return TRI_KIND_SLICE;
	case TRI_TYPE_ARRAY:
		return TRI_KIND_ARRAY;
	case TRI_TYPE_STRUCT:
		return TRI_KIND_STRUCT;
	case TRI_TYPE_FUNCTION:
		return TRI_KIND_FUNC;
	case TRI_TYPE_INTERFACE:
		return TRI_KIND_INTERFACE;
	case TRI_TYPE_MAP:
		return TRI_KIND_MAP;
	case TRI_TYPE_CHAN:
		return TRI_KIND_CHAN;
	default:
		return TRI_KIND_INVALID;
	}
}

static struct tri_symbol *func_value(struct writer *writer, const char *function)
{
	struct tri_symbol *symbol = tri_symbol_printf(writer->symbols, "%s·f", function);
	if (symbol->kind == TRI_SYMBOL_UNDEFINED) {
		symbol->kind = TRI_SYMBOL_RODATA;
		symbol->weak = true;
		symbol->align = 8;
		tri_symbol_put_address(writer->symbols, symbol, 0, TRI_RELOC_ABS64, tri_symbol_get(writer->symbols, function), 0);
	}
	return symbol;
}

static struct tri_symbol *equal_function(struct writer *writer, struct tri_type *type)
{
	struct tri_type *under = tri_type_underlying(type);
	if (tri_type_is_plain_memory(type)) {
		switch (type->size) {
		case 0:
			return func_value(writer, "runtime.memequal0");
		case 1:
			return func_value(writer, "runtime.memequal8");
		case 2:
			return func_value(writer, "runtime.memequal16");
		case 4:
			return func_value(writer, "runtime.memequal32");
		case 8:
			return func_value(writer, "runtime.memequal64");
		case 16:
			return func_value(writer, "runtime.memequal128");
		default:
			break;
		}
	} else if (under->kind == TRI_TYPE_INTERFACE) {
		uint32_t count;
		tri_interface_methods(under, &count);
		return func_value(writer, count ? "runtime.interequal" : "runtime.nilinterequal");
	} else if (under->kind == TRI_TYPE_BASIC) {
		switch (under->as.basic.kind) {
		case TRI_BASIC_STRING:
			return func_value(writer, "runtime.strequal");
		case TRI_BASIC_FLOAT32:
			return func_value(writer, "runtime.f32equal");
		case TRI_BASIC_FLOAT64:
			return func_value(writer, "runtime.f64equal");
		case TRI_BASIC_COMPLEX64:
			return func_value(writer, "runtime.c64equal");
		case TRI_BASIC_COMPLEX128:
			return func_value(writer, "runtime.c128equal");
		default:
			break;
		}
	}
	return func_value(writer, tri_ir_equal_function(writer->package, type)->symbol);
}

static struct tri_symbol *pointer_mask(struct writer *writer, struct tri_type *type, bool *on_demand)
{
	uint32_t words = (uint32_t)(type->pointer_bytes / 8);
	enum { LARGEST = 2048 * 8 };
	if (words > LARGEST && tri_type_underlying(type)->kind == TRI_TYPE_ARRAY) {
		*on_demand = true;
		struct tri_symbol *slot = object_local(writer->object, TRI_SYMBOL_BSS, 8);
		slot->size = 8;
		return slot;
	}
	struct tri_bits bits = tri_bits_new(writer->object->arena, (uint32_t)((type->size + 7) / 8));
	tri_type_pointer_mask(type, 0, &bits);
	struct tri_buffer bytes = {0};
	for (uint32_t word = 0; word < words; word += 8) {
		uint8_t byte = 0;
		for (uint32_t k = 0; k < 8 && word + k < words; k++)
			byte |= (uint8_t)(tri_bits_has(&bits, word + k) << k);
		tri_buffer_append_byte(&bytes, (char)byte);
	}
	struct tri_symbol *symbol = tri_symbol_string(writer->symbols, bytes.data, bytes.length);
	tri_buffer_free(&bytes);
	return symbol;
}

static void put_type(struct writer *writer, struct tri_symbol *symbol, uint64_t offset, struct tri_type *type)
{
	tri_symbol_put_address(writer->symbols, symbol, offset, TRI_RELOC_ABS64, type_symbol(writer, type), 0);
}

static void put_slice(struct writer *writer, struct tri_symbol *symbol, uint64_t offset, struct tri_symbol *data, int64_t addend,
					  uint64_t count)
{
	tri_symbol_put_address(writer->symbols, symbol, offset, TRI_RELOC_ABS64, data, addend);
	tri_symbol_put64(writer->symbols, symbol, offset + 8, count);
	tri_symbol_put64(writer->symbols, symbol, offset + 16, count);
}

// The group of slots is known to the allocator alone: its descriptor says no more than size and pointers.
static struct tri_symbol *group_symbol(struct writer *writer, struct tri_type *map, struct tri_type *group)
{
	struct tri_symbol_table *symbols = writer->symbols;
	struct tri_symbol *symbol = tri_symbol_printf(symbols, "type:map.group.%s", tri_type_key(writer->package->universe, map));
	if (symbol->kind != TRI_SYMBOL_UNDEFINED)
		return symbol;
	symbol->kind = TRI_SYMBOL_TYPE;
	symbol->weak = true;
	symbol->align = 16;
	struct tri_buffer text = {0};
	tri_buffer_append_c(&text, "*map.group[");
	tri_type_print_runtime(map->as.map.key, &text);
	tri_buffer_append_c(&text, "]");
	tri_type_print_runtime(map->as.map.element, &text);
	bool on_demand = false;
	struct tri_symbol *mask = group->pointer_bytes > 0 ? pointer_mask(writer, group, &on_demand) : NULL;
	tri_symbol_put64(symbols, symbol, 0, (uint64_t)group->size);
	tri_symbol_put64(symbols, symbol, 8, (uint64_t)group->pointer_bytes);
	tri_symbol_put32(symbols, symbol, 16, hash_text(symbol->name));
	tri_symbol_put8(symbols, symbol, 20, TRI_TFLAG_EXTRA_STAR);
	tri_symbol_put8(symbols, symbol, 21, (uint8_t)group->align);
	tri_symbol_put8(symbols, symbol, 22, (uint8_t)group->align);
	tri_symbol_put8(symbols, symbol, 23, TRI_KIND_STRUCT);
	tri_symbol_put64(symbols, symbol, 24, 0);
	tri_symbol_put64(symbols, symbol, 32, 0);
	if (mask)
		tri_symbol_put_address(symbols, symbol, 32, TRI_RELOC_ABS64, mask, 0);
	tri_symbol_put_address(symbols, symbol, 40, TRI_RELOC_ABS32, name_symbol(writer, text.data, NULL, 0, NULL, false, false), 0);
	tri_buffer_free(&text);
	tri_symbol_put32(symbols, symbol, 44, 0);
	// No package and no fields.
	for (uint64_t at = sizeof(struct tri_rtype); at < sizeof(struct tri_struct_rtype); at += 8)
		tri_symbol_put64(symbols, symbol, at, 0);
	return symbol;
}

static void write_map(struct writer *writer, struct tri_symbol *symbol, struct tri_type *map)
{
	struct tri_symbol_table *symbols = writer->symbols;
	struct tri_map_layout layout = tri_map_layout(writer->package->universe, map);
	put_type(writer, symbol, offsetof(struct tri_map_rtype, key), map->as.map.key);
	put_type(writer, symbol, offsetof(struct tri_map_rtype, element), map->as.map.element);
	tri_symbol_put_address(symbols, symbol, offsetof(struct tri_map_rtype, group), TRI_RELOC_ABS64, group_symbol(writer, map, layout.group),
						   0);
	tri_symbol_put_address(symbols, symbol, offsetof(struct tri_map_rtype, hasher), TRI_RELOC_ABS64,
						   func_value(writer, tri_ir_hash_function(writer->package, map->as.map.key)->symbol), 0);
	tri_symbol_put64(symbols, symbol, offsetof(struct tri_map_rtype, group_size), (uint64_t)layout.group->size);
	tri_symbol_put64(symbols, symbol, offsetof(struct tri_map_rtype, slot_size), (uint64_t)layout.slot->size);
	tri_symbol_put64(symbols, symbol, offsetof(struct tri_map_rtype, element_offset), (uint64_t)layout.element_offset);
	unsigned flags = (layout.needs_key_update ? TRI_MAP_NEED_KEY_UPDATE : 0) | (layout.hash_may_panic ? TRI_MAP_HASH_MIGHT_PANIC : 0) |
					 (layout.indirect_key ? TRI_MAP_INDIRECT_KEY : 0) | (layout.indirect_element ? TRI_MAP_INDIRECT_ELEM : 0);
	tri_symbol_put32(symbols, symbol, offsetof(struct tri_map_rtype, flags), flags);
	tri_symbol_put32(symbols, symbol, offsetof(struct tri_map_rtype, flags) + 4, 0);
}

// The part that depends on the kind. Returns the offset behind it; `tail` is what follows the uncommon part.
static uint64_t write_kind(struct writer *writer, struct tri_symbol *symbol, struct tri_type *type)
{
	struct tri_symbol_table *symbols = writer->symbols;
	struct tri_universe *universe = writer->package->universe;
	struct tri_type *under = tri_type_underlying(type);
	switch (kind_of(under)) {
	case TRI_KIND_ARRAY:
		put_type(writer, symbol, 48, under->as.array.element);
		put_type(writer, symbol, 56, tri_type_slice_of(universe, under->as.array.element));
		tri_symbol_put64(symbols, symbol, 64, (uint64_t)under->as.array.length);
		return sizeof(struct tri_array_rtype);
	case TRI_KIND_CHAN: {
		static const uint8_t directions[] = {[TRI_CHAN_BOTH] = 3, [TRI_CHAN_SEND_ONLY] = 2, [TRI_CHAN_RECEIVE_ONLY] = 1};
		put_type(writer, symbol, 48, under->as.chan.element);
		tri_symbol_put64(symbols, symbol, 56, directions[under->as.chan.direction]);
		return sizeof(struct tri_chan_rtype);
	}
	case TRI_KIND_FUNC:
		tri_symbol_put16(symbols, symbol, 48, (uint16_t)under->as.function.parameter_count);
		tri_symbol_put16(symbols, symbol, 50, (uint16_t)(under->as.function.result_count | (under->as.function.variadic ? 0x8000 : 0)));
		tri_symbol_put32(symbols, symbol, 52, 0);
		return 56;
	case TRI_KIND_INTERFACE: {
		uint32_t count;
		struct tri_object **methods = tri_interface_methods(under, &count);
		const char *own = type->kind == TRI_TYPE_NAMED ? path_of(type->as.named.object) : NULL, *path = own;
		for (uint32_t i = 0; i < count && !path; i++) {
			if (!is_exported(methods[i]->name->text))
				path = path_of(methods[i]);
		}
		if (path)
			tri_symbol_put_address(symbols, symbol, 48, TRI_RELOC_ABS64, name_symbol(writer, path, NULL, 0, NULL, false, false), 0);
		else
			tri_symbol_put64(symbols, symbol, 48, 0);
		struct tri_symbol *list = object_local(writer->object, TRI_SYMBOL_RODATA, 4);
		for (uint32_t i = 0; i < count; i++) {
			bool exported = is_exported(methods[i]->name->text);
			tri_symbol_put_address(symbols, list, (uint64_t)i * 8, TRI_RELOC_ABS32,
								   name_symbol(writer, methods[i]->name->text, NULL, 0, package_in_name(methods[i], own), exported, false),
								   0);
			tri_symbol_put_address(symbols, list, (uint64_t)i * 8 + 4, TRI_RELOC_ABS32, type_symbol(writer, methods[i]->type), 0);
		}
		if (count == 0)
			tri_symbol_put8(symbols, list, 0, 0);
		put_slice(writer, symbol, 56, list, 0, count);
		return sizeof(struct tri_interface_rtype);
	}
	case TRI_KIND_POINTER:
		put_type(writer, symbol, 48, under->as.pointer.element);
		return sizeof(struct tri_pointer_rtype);
	case TRI_KIND_SLICE:
		put_type(writer, symbol, 48, under->as.slice.element);
		return sizeof(struct tri_slice_rtype);
	case TRI_KIND_STRUCT: {
		uint32_t count = under->as.structure.field_count;
		const char *path = NULL;
		struct tri_symbol *list = object_local(writer->object, TRI_SYMBOL_RODATA, 8);
		tri_type_layout(under);
		for (uint32_t i = 0; i < count; i++) {
			struct tri_struct_field *field = &under->as.structure.fields[i];
			bool exported = is_exported(field->name->text);
			if (!exported && field->package)
				path = field->package->path;
			tri_symbol_put_address(symbols, list, (uint64_t)i * 24, TRI_RELOC_ABS64,
								   name_symbol(writer, field->name->text, field->tag, field->tag_length, NULL, exported, field->embedded),
								   0);
			put_type(writer, list, (uint64_t)i * 24 + 8, field->type);
			tri_symbol_put64(symbols, list, (uint64_t)i * 24 + 16, (uint64_t)under->as.structure.offsets[i]);
		}
		if (count == 0)
			tri_symbol_put8(symbols, list, 0, 0);
		if (path)
			tri_symbol_put_address(symbols, symbol, 48, TRI_RELOC_ABS64, name_symbol(writer, path, NULL, 0, NULL, false, false), 0);
		else
			tri_symbol_put64(symbols, symbol, 48, 0);
		put_slice(writer, symbol, 56, list, 0, count);
		return sizeof(struct tri_struct_rtype);
	}
	case TRI_KIND_MAP:
		write_map(writer, symbol, under);
		return sizeof(struct tri_map_rtype);
	default:
		return sizeof(struct tri_rtype);
	}
}

// In a table of addresses that the runtime finds the symbol by.
static void add_row(struct writer *writer, const char *section, struct tri_symbol *symbol)
{
	struct tri_symbol *row = object_local(writer->object, TRI_SYMBOL_SECTION, 4);
	tri_symbol_put_address(writer->symbols, row, 0, TRI_RELOC_ABS32, symbol, 0);
	object_attach(writer->object, section, row, symbol);
}

// What reflect looks up before it makes a type of its own.
static bool is_composite(enum tri_kind kind)
{
	return kind == TRI_KIND_ARRAY || kind == TRI_KIND_CHAN || kind == TRI_KIND_FUNC || kind == TRI_KIND_MAP || kind == TRI_KIND_POINTER ||
		   kind == TRI_KIND_SLICE || kind == TRI_KIND_STRUCT;
}

static void write_type(struct writer *writer, struct tri_symbol *symbol)
{
	struct tri_symbol_table *symbols = writer->symbols;
	struct tri_type *type = tri_type_unalias(symbol->type);
	struct tri_type *under = tri_type_underlying(type);
	tri_type_layout(type);
	symbol->kind = TRI_SYMBOL_TYPE;
	symbol->weak = true;
	symbol->align = 16;
	uint32_t method_count = 0;
	struct tri_method *methods = under->kind == TRI_TYPE_INTERFACE ? NULL : tri_method_set(writer->package->universe, type, &method_count);
	bool named = type->kind == TRI_TYPE_NAMED || type->kind == TRI_TYPE_BASIC;
	bool is_unsafe = type->kind == TRI_TYPE_BASIC && type->as.basic.kind == TRI_BASIC_UNSAFE_POINTER; // a name of package unsafe
	bool uncommon = type->kind == TRI_TYPE_NAMED || method_count > 0 || is_unsafe;
	bool direct = tri_type_is_direct_interface(type), comparable = tri_type_comparable(type), on_demand = false;
	struct tri_symbol *mask = type->pointer_bytes > 0 ? pointer_mask(writer, type, &on_demand) : NULL;
	unsigned flags = (uncommon ? TRI_TFLAG_UNCOMMON : 0) | (named ? TRI_TFLAG_NAMED : 0) | (direct ? TRI_TFLAG_DIRECT_INTERFACE : 0) |
					 (comparable && tri_type_is_plain_memory(type) ? TRI_TFLAG_REGULAR_MEMORY : 0) |
					 (on_demand ? TRI_TFLAG_MASK_ON_DEMAND : 0);
	struct tri_buffer text = {0};
	if (type->kind != TRI_TYPE_POINTER) {
		flags |= TRI_TFLAG_EXTRA_STAR;
		tri_buffer_append_byte(&text, '*');
	}
	tri_type_print_runtime(type, &text);
	// A pointer without a name counts as exported when what it points to is.
	struct tri_type *counted = type->kind == TRI_TYPE_POINTER ? tri_type_unalias(type->as.pointer.element) : type;
	bool exported = is_unsafe || (counted->kind == TRI_TYPE_NAMED && is_exported(counted->as.named.object->name->text));
	tri_symbol_put64(symbols, symbol, 0, (uint64_t)type->size);
	tri_symbol_put64(symbols, symbol, 8, (uint64_t)type->pointer_bytes);
	tri_symbol_put32(symbols, symbol, 16, hash_text(tri_type_key(writer->package->universe, type)));
	tri_symbol_put8(symbols, symbol, 20, (uint8_t)flags);
	tri_symbol_put8(symbols, symbol, 21, (uint8_t)type->align);
	tri_symbol_put8(symbols, symbol, 22, (uint8_t)type->align);
	tri_symbol_put8(symbols, symbol, 23, (uint8_t)kind_of(under));
	tri_symbol_put64(symbols, symbol, 24, 0);
	if (comparable)
		tri_symbol_put_address(symbols, symbol, 24, TRI_RELOC_ABS64, equal_function(writer, type), 0);
	tri_symbol_put64(symbols, symbol, 32, 0);
	if (mask)
		tri_symbol_put_address(symbols, symbol, 32, TRI_RELOC_ABS64, mask, 0);
	tri_symbol_put_address(symbols, symbol, 40, TRI_RELOC_ABS32, name_symbol(writer, text.data, NULL, 0, NULL, exported, false), 0);
	tri_buffer_free(&text);
	tri_symbol_put32(symbols, symbol, 44, 0);
	struct tri_type *pointer = tri_type_pointer_to(writer->package->universe, type);
	struct tri_symbol *pointer_symbol = tri_symbol_printf(symbols, "type:%s", tri_type_key(writer->package->universe, pointer));
	// Who has a T by reflection may ask for the methods of *T, which reflect cannot make.
	uint32_t pointer_methods = 0;
	if (type->kind == TRI_TYPE_STRUCT ||
		(type->kind == TRI_TYPE_NAMED && under->kind != TRI_TYPE_INTERFACE && under->kind != TRI_TYPE_POINTER))
		tri_method_set(writer->package->universe, pointer, &pointer_methods);
	if (pointer_methods > 0)
		pointer_symbol = type_symbol(writer, pointer);
	if (pointer_symbol->type)
		tri_symbol_put_address(symbols, symbol, 44, TRI_RELOC_ABS32, pointer_symbol, 0);
	if (type->kind != TRI_TYPE_NAMED && is_composite(kind_of(under)))
		add_row(writer, TRI_SECTION_TYPELINKS, symbol);
	uint64_t at = write_kind(writer, symbol, type);
	uint64_t uncommon_at = at;
	if (uncommon)
		at += sizeof(struct tri_uncommon);
	if (under->kind == TRI_TYPE_FUNCTION) {
		for (uint32_t i = 0; i < under->as.function.parameter_count; i++, at += 8)
			put_type(writer, symbol, at, under->as.function.parameters[i]->type);
		for (uint32_t i = 0; i < under->as.function.result_count; i++, at += 8)
			put_type(writer, symbol, at, under->as.function.results[i]->type);
	}
	if (!uncommon)
		return;
	uint32_t exported_count = 0;
	while (exported_count < method_count && is_exported(methods[exported_count].function->name->text))
		exported_count++;
	const char *path = type->kind == TRI_TYPE_NAMED ? path_of(type->as.named.object) : is_unsafe ? "unsafe" : NULL;
	if (!path && under->kind == TRI_TYPE_POINTER && under->as.pointer.element->kind == TRI_TYPE_NAMED)
		path = path_of(under->as.pointer.element->as.named.object);
	tri_symbol_put32(symbols, symbol, uncommon_at, 0);
	if (path)
		tri_symbol_put_address(symbols, symbol, uncommon_at, TRI_RELOC_ABS32, name_symbol(writer, path, NULL, 0, NULL, false, false), 0);
	tri_symbol_put16(symbols, symbol, uncommon_at + 4, (uint16_t)method_count);
	tri_symbol_put16(symbols, symbol, uncommon_at + 6, (uint16_t)exported_count);
	tri_symbol_put32(symbols, symbol, uncommon_at + 8, (uint32_t)(at - uncommon_at));
	tri_symbol_put32(symbols, symbol, uncommon_at + 12, 0);
	for (uint32_t i = 0; i < method_count; i++, at += sizeof(struct tri_rmethod)) {
		struct tri_object *method = methods[i].function;
		bool method_exported = is_exported(method->name->text);
		struct tri_ir_func *by_word = tri_ir_method_wrapper(writer->package, type, &methods[i], true);
		struct tri_ir_func *direct_call = tri_ir_method_wrapper(writer->package, type, &methods[i], false);
		tri_symbol_put_address(symbols, symbol, at, TRI_RELOC_ABS32,
							   name_symbol(writer, method->name->text, NULL, 0, package_in_name(method, path), method_exported, false), 0);
		tri_symbol_put_address(symbols, symbol, at + 4, TRI_RELOC_ABS32, type_symbol(writer, method->type), 0);
		struct tri_symbol *called = tri_ssa_method_mark(writer->package, method);
		tri_symbol_put_address_if(symbols, called, symbol, at + 8, TRI_RELOC_ABS32, tri_symbol_get(symbols, by_word->symbol));
		tri_symbol_put_address_if(symbols, called, symbol, at + 12, TRI_RELOC_ABS32, tri_symbol_get(symbols, direct_call->symbol));
	}
}

static void write_itab(struct writer *writer, struct tri_symbol *symbol)
{
	struct tri_symbol_table *symbols = writer->symbols;
	uint32_t wanted_count, method_count;
	struct tri_object **wanted = tri_interface_methods(tri_type_underlying(symbol->interface_type), &wanted_count);
	struct tri_method *methods = tri_method_set(writer->package->universe, symbol->type, &method_count);
	symbol->kind = TRI_SYMBOL_RODATA;
	symbol->weak = true;
	symbol->align = 8;
	put_type(writer, symbol, 0, symbol->interface_type);
	put_type(writer, symbol, 8, symbol->type);
	tri_symbol_put32(symbols, symbol, 16, hash_text(tri_type_key(writer->package->universe, symbol->type)));
	tri_symbol_put32(symbols, symbol, 20, 0);
	uint32_t at = 0;
	for (uint32_t i = 0; i < wanted_count; i++) {
		while (at < method_count && (methods[at].function->name != wanted[i]->name ||
									 (!is_exported(wanted[i]->name->text) && methods[at].function->package != wanted[i]->package)))
			at++;
		if (at == method_count)
			tri_ice("%s: no method %s", symbol->name, wanted[i]->name->text);
		struct tri_ir_func *function = tri_ir_method_wrapper(writer->package, symbol->type, &methods[at], true);
		tri_symbol_put_address_if(symbols, tri_ssa_method_mark(writer->package, wanted[i]), symbol, 24 + (uint64_t)i * 8, TRI_RELOC_ABS64,
								  tri_symbol_get(symbols, function->symbol));
	}
	add_row(writer, TRI_SECTION_ITABS, symbol);
}

uint32_t tri_object_write_types(struct tri_object_file *object)
{
	struct writer writer = {object, object->symbols, object->package};
	uint32_t before = object->package->functions.count;
	// The list grows while it is walked, and a symbol that was only named may get its type later.
	for (bool wrote = true; wrote;) {
		wrote = false;
		for (uint32_t i = 0; i < object->symbols->list.count; i++) {
			struct tri_symbol *symbol = object->symbols->list.items[i];
			if (symbol->kind != TRI_SYMBOL_UNDEFINED || !symbol->type)
				continue;
			if (symbol->interface_type)
				write_itab(&writer, symbol);
			else
				write_type(&writer, symbol);
			wrote = true;
		}
	}
	return object->package->functions.count - before;
}
