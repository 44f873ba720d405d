// Literals known at compile time, as bytes of a symbol.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

static bool put_string(struct tri_ir_package *package, const struct tri_constant *value, struct tri_symbol *symbol, int64_t offset)
{
	size_t length;
	const char *bytes = tri_constant_string_value(value, &length);
	if (!length)
		return true;
	tri_symbol_put_address(package->symbols, symbol, (uint64_t)offset, TRI_RELOC_ABS64, tri_symbol_string(package->symbols, bytes, length),
						   0);
	tri_symbol_put64(package->symbols, symbol, (uint64_t)offset + 8, length);
	return true;
}

static void put_complex(struct tri_ir_package *package, const struct tri_constant *value, bool single, struct tri_symbol *symbol,
						uint64_t offset)
{
	const struct tri_constant *parts[] = {tri_constant_real(package->arena, value), tri_constant_imag(package->arena, value)};
	for (uint64_t i = 0; i < 2; i++) {
		float narrow = tri_constant_float32(parts[i]);
		double wide = tri_constant_float64(parts[i]);
		uint32_t narrow_bits;
		uint64_t wide_bits;
		memcpy(&narrow_bits, &narrow, sizeof narrow_bits);
		memcpy(&wide_bits, &wide, sizeof wide_bits);
		if (single)
			tri_symbol_put32(package->symbols, symbol, offset + 4 * i, narrow_bits);
		else
			tri_symbol_put64(package->symbols, symbol, offset + 8 * i, wide_bits);
	}
}

static bool put_literal(struct tri_ir_package *package, struct tri_node *node, struct tri_symbol *symbol, int64_t offset)
{
	struct tri_type *type = ssa_underlying(node->type);
	if (!node->value)
		return true;
	if (type->kind != TRI_TYPE_BASIC)
		return false;
	if (tri_type_is(type, TRI_IS_COMPLEX)) {
		put_complex(package, node->value, ssa_scalar_type(type) == TRI_SSA_F32, symbol, (uint64_t)offset);
		return true;
	}
	int64_t number = 0;
	uint64_t large = 0;
	switch (tri_constant_kind(node->value)) {
	case TRI_CONSTANT_STRING:
		return put_string(package, node->value, symbol, offset);
	case TRI_CONSTANT_BOOL:
		number = tri_constant_bool_value(node->value);
		break;
	default:
		if (ssa_is_float(type)) {
			double wide = tri_constant_float64(node->value);
			float narrow = tri_constant_float32(node->value);
			uint32_t bits = 0;
			memcpy(&bits, &narrow, 4);
			memcpy(&number, &wide, 8);
			if (ssa_scalar_type(type) == TRI_SSA_F32)
				number = bits;
		} else if (!tri_constant_int64(node->value, &number) && tri_constant_uint64(node->value, &large)) {
			number = (int64_t)large;
		}
		break;
	}
	switch (tri_ssa_type_size(ssa_scalar_type(type))) {
	case 1:
		tri_symbol_put8(package->symbols, symbol, (uint64_t)offset, (uint8_t)number);
		break;
	case 2:
		tri_symbol_put16(package->symbols, symbol, (uint64_t)offset, (uint16_t)number);
		break;
	case 4:
		tri_symbol_put32(package->symbols, symbol, (uint64_t)offset, (uint32_t)number);
		break;
	default:
		tri_symbol_put64(package->symbols, symbol, (uint64_t)offset, (uint64_t)number);
		break;
	}
	return true;
}

// With symbol NULL: only says whether it can be done.
bool ssa_static_data(struct tri_ir_package *package, struct tri_node *node, struct tri_symbol *symbol, int64_t offset)
{
	struct tri_type *type = ssa_underlying(node->type);
	switch (node->op) {
	case TRI_NODE_ZERO:
		return true;
	case TRI_NODE_LITERAL:
		if (!symbol)
			return !node->value || type->kind == TRI_TYPE_BASIC;
		return put_literal(package, node, symbol, offset);
	case TRI_NODE_STRUCT_LITERAL:
		tri_type_layout(type);
		for (uint32_t i = 0; i < node->list.count; i++)
			if (!ssa_static_data(package, node->list.items[i]->y, symbol, offset + type->as.structure.offsets[node->list.items[i]->index]))
				return false;
		return true;
	case TRI_NODE_ARRAY_LITERAL:
		tri_type_layout(type->as.array.element);
		for (uint32_t i = 0; i < node->list.count; i++)
			if (!ssa_static_data(package, node->list.items[i]->y, symbol,
								 offset + type->as.array.element->size * node->list.items[i]->index))
				return false;
		return true;
	case TRI_NODE_FUNCTION:
		if (symbol)
			tri_symbol_put_address(package->symbols, symbol, (uint64_t)offset, TRI_RELOC_ABS64,
								   tri_ssa_function_value_symbol(package, node->function), 0);
		return true;
	default:
		return false;
	}
}
