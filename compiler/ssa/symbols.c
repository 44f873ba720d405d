// Names of what the code refers to: type descriptors, itabs, static func values.
#define TRI_SSA_INTERNAL
#include "abi/function.h"
#include "abi/mutator.h"
#include "compiler/ssa/internal.h"

struct tri_symbol *tri_ssa_type_symbol(struct tri_ir_package *package, struct tri_type *type)
{
	type = tri_type_unalias(type);
	struct tri_symbol *symbol = tri_symbol_printf(package->symbols, "type:%s", tri_type_key(package->universe, type));
	if (!symbol->type)
		symbol->type = type;
	return symbol;
}

struct tri_symbol *tri_ssa_itab_symbol(struct tri_ir_package *package, struct tri_type *concrete, struct tri_type *interface)
{
	concrete = tri_type_unalias(concrete);
	interface = tri_type_unalias(interface);
	const char *concrete_key = tri_type_key(package->universe, concrete);
	struct tri_symbol *symbol =
		tri_symbol_printf(package->symbols, "go:itab.%s,%s", concrete_key, tri_type_key(package->universe, interface));
	if (!symbol->type) {
		symbol->type = concrete;
		symbol->interface_type = interface;
	}
	return symbol;
}

struct tri_symbol *tri_ssa_method_mark(struct tri_ir_package *package, const struct tri_object *method)
{
	const char *name = method->name->text;
	bool is_local = (name[0] >= 'a' && name[0] <= 'z') || name[0] == '_';
	const char *path = is_local && method->package != NULL ? method->package->path : "";
	const char *type = tri_type_key(package->universe, method->type);
	return tri_symbol_mark(package->symbols, tri_arena_printf(package->symbols->arena, "go:calls.%s.%s %s", path, name, type));
}

struct tri_symbol *tri_ssa_function_value_symbol(struct tri_ir_package *package, const struct tri_ir_func *function)
{
	struct tri_symbol *symbol = tri_symbol_printf(package->symbols, "%s·f", function->symbol);
	if (symbol->kind == TRI_SYMBOL_UNDEFINED) {
		symbol->kind = TRI_SYMBOL_RODATA;
		symbol->weak = true;
		symbol->align = 8;
		tri_symbol_put_address(package->symbols, symbol, 0, TRI_RELOC_ABS64, tri_symbol_get(package->symbols, function->symbol), 0);
	}
	return symbol;
}

static uint32_t class_size(int64_t size)
{
#define SIZE_CLASS(number, bytes, pages) \
	if (size <= (bytes)) \
		return (bytes);
#include "abi/size_classes.def"
#undef SIZE_CLASS
	tri_ice("no size class for %lld bytes", (long long)size);
}

struct tri_symbol *tri_ssa_layout_symbol(struct tri_ir_package *package, struct tri_type *type, int64_t count)
{
	tri_type_layout(type);
	int64_t size;
	if (count < 0 || __builtin_mul_overflow(type->size, count, &size) || size <= 0 || size > TRI_LAYOUT_INLINE_LIMIT)
		return NULL;
	uint64_t mask = 0;
	if (tri_type_has_pointers(type)) {
		struct tri_bits bits = tri_bits_new(package->arena, TRI_LAYOUT_INLINE_LIMIT / 8);
		for (int64_t i = 0; i < count; i++)
			tri_type_pointer_mask(type, i * type->size, &bits);
		mask = bits.words[0];
	}
	uint32_t slot = class_size(size);
	struct tri_symbol *symbol = tri_symbol_printf(package->symbols, "tri.layout.%u.%llx", slot, (unsigned long long)mask);
	if (symbol->kind == TRI_SYMBOL_UNDEFINED) {
		symbol->kind = TRI_SYMBOL_SECTION;
		symbol->section = TRI_SECTION_LAYOUTS;
		symbol->weak = true;
		symbol->align = sizeof(struct tri_layout_descriptor);
		tri_symbol_put32(package->symbols, symbol, offsetof(struct tri_layout_descriptor, size), slot);
		tri_symbol_put32(package->symbols, symbol, offsetof(struct tri_layout_descriptor, flags), 0);
		tri_symbol_put64(package->symbols, symbol, offsetof(struct tri_layout_descriptor, mask), mask);
	}
	return symbol;
}
