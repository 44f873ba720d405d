// Names of what the code refers to: type descriptors, itabs, static func values.
#define TRI_SSA_INTERNAL
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
