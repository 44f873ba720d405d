// Static initialisation: package variables whose initial values are known get them in the object file.
//
// Constants, addresses of other package variables, func values, and literals made of these qualify, all of
// an initialiser or nothing. What literals point to becomes data symbols of its own. The statement leaves
// the init function; escape analysis never sees it.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

struct static_init {
	struct tri_ir_package *package;
	struct tri_symbol_table *symbols;
	uint32_t temporaries;
};

// A place in a data symbol.
struct data_place {
	struct tri_symbol *symbol;
	uint64_t offset;
};

static const struct tri_node *skip_conversions(const struct tri_node *node);

// ---- Is it known? ----------------------------------------------------------------------------------------

static bool same_representation(struct tri_type *a, struct tri_type *b)
{
	a = tri_type_underlying(a);
	b = tri_type_underlying(b);
	if (a == b || tri_type_identical(a, b))
		return true;
	if (a->kind == TRI_TYPE_BASIC || b->kind == TRI_TYPE_BASIC)
		return (a->kind == TRI_TYPE_POINTER && b->kind == TRI_TYPE_BASIC && b->as.basic.kind == TRI_BASIC_UNSAFE_POINTER) ||
		       (b->kind == TRI_TYPE_POINTER && a->kind == TRI_TYPE_BASIC && a->as.basic.kind == TRI_BASIC_UNSAFE_POINTER);
	return a->kind == b->kind && (a->kind == TRI_TYPE_POINTER || a->kind == TRI_TYPE_CHAN);
}

static const struct tri_node *skip_conversions(const struct tri_node *node)
{
	while (node->op == TRI_NODE_CONVERT && same_representation(node->type, node->x->type))
		node = node->x;
	return node;
}

// The package variable that a place is a part of, and where in it; false when that is not known.
static bool global_place(const struct tri_node *node, const struct tri_node **global, uint64_t *offset)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_GLOBAL:
		*global = node;
		*offset = 0;
		return true;
	case TRI_NODE_FIELD: {
		if (!global_place(node->x, global, offset))
			return false;
		tri_type_layout(node->x->type);
		struct tri_type *type = tri_type_underlying(node->x->type);
		tri_type_layout(type);
		*offset += (uint64_t)type->as.structure.offsets[node->index];
		return true;
	}
	case TRI_NODE_INDEX: {
		struct tri_type *type = tri_type_underlying(node->x->type);
		int64_t index;
		if (type->kind != TRI_TYPE_ARRAY || node->y->op != TRI_NODE_LITERAL || !tri_constant_int64(node->y->value, &index))
			return false;
		if (index < 0 || index >= type->as.array.length || !global_place(node->x, global, offset))
			return false;
		tri_type_layout(node->type);
		*offset += (uint64_t)(index * node->type->size);
		return true;
	}
	default:
		return false;
	}
}

static bool is_static(const struct tri_node *node);

static bool elements_are_static(const struct tri_node *node)
{
	for (uint32_t i = 0; i < node->list.count; i++) {
		if (!is_static(node->list.items[i]->y))
			return false;
	}
	return true;
}

static bool is_static(const struct tri_node *node)
{
	node = skip_conversions(node);
	const struct tri_node *global;
	uint64_t offset;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_LITERAL:
		return node->value == NULL || tri_constant_kind(node->value) != TRI_CONSTANT_COMPLEX;
	case TRI_NODE_ZERO:
	case TRI_NODE_FUNCTION:
		return true;
	case TRI_NODE_CLOSURE:
		return node->function->captures.count == 0;
	case TRI_NODE_ADDRESS:
		return global_place(node->x, &global, &offset);
	case TRI_NODE_ADDRESS_LITERAL:
		return node->x->op != TRI_NODE_MAP_LITERAL && is_static(node->x);
	case TRI_NODE_STRUCT_LITERAL:
	case TRI_NODE_ARRAY_LITERAL:
	case TRI_NODE_SLICE_LITERAL:
		return elements_are_static(node);
	case TRI_NODE_CONVERT_INTERFACE:
		return !tri_type_is_interface(node->x->type) && is_static(node->x);
	default:
		return false;
	}
}

static bool is_zero(const struct tri_node *node)
{
	node = skip_conversions(node);
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_ZERO:
		return true;
	case TRI_NODE_LITERAL: {
		if (node->value == NULL)
			return true;
		size_t length;
		int64_t integer;
		switch (tri_constant_kind(node->value)) {
		case TRI_CONSTANT_BOOL:
			return !tri_constant_bool_value(node->value);
		case TRI_CONSTANT_STRING:
			return tri_constant_string_value(node->value, &length), length == 0;
		case TRI_CONSTANT_INT:
			return tri_constant_int64(node->value, &integer) && integer == 0;
		default:
			return tri_constant_sign(node->value) == 0;
		}
	}
	case TRI_NODE_STRUCT_LITERAL:
	case TRI_NODE_ARRAY_LITERAL:
		for (uint32_t i = 0; i < node->list.count; i++) {
			if (!is_zero(node->list.items[i]->y))
				return false;
		}
		return true;
	default:
		return false;
	}
}

// ---- Writing it ------------------------------------------------------------------------------------------

static void write(struct static_init *init, struct data_place place, const struct tri_node *node);

static int64_t size_of(struct tri_type *type)
{
	tri_type_layout(type);
	return type->size;
}

// A data symbol for a value of the type; `constant`: nothing may write to it.
static struct tri_symbol *new_data(struct static_init *init, struct tri_type *type, bool constant)
{
	struct tri_symbol *symbol = tri_symbol_printf(init->symbols, "%s..stmp_%u", init->package->package->path, init->temporaries++);
	int64_t size = size_of(type);
	symbol->kind = constant ? TRI_SYMBOL_RODATA : TRI_SYMBOL_DATA;
	symbol->local = true;
	symbol->align = type->align > 0 ? (uint32_t)type->align : 1;
	tri_symbol_put8(init->symbols, symbol, size > 0 ? (uint64_t)size - 1 : 0, 0);
	if (!constant && tri_type_has_pointers(type)) {
		symbol->pointer_mask = tri_bits_new(init->package->arena, (uint32_t)((size + 7) / 8));
		tri_type_pointer_mask(type, 0, &symbol->pointer_mask);
	}
	return symbol;
}

static void put_integer(struct static_init *init, struct data_place place, int64_t size, uint64_t value)
{
	switch (size) {
	case 1:
		tri_symbol_put8(init->symbols, place.symbol, place.offset, (uint8_t)value);
		break;
	case 2:
		tri_symbol_put16(init->symbols, place.symbol, place.offset, (uint16_t)value);
		break;
	case 4:
		tri_symbol_put32(init->symbols, place.symbol, place.offset, (uint32_t)value);
		break;
	default:
		tri_symbol_put64(init->symbols, place.symbol, place.offset, value);
	}
}

static void put_address(struct static_init *init, struct data_place place, struct tri_symbol *target, uint64_t addend)
{
	tri_symbol_put_address(init->symbols, place.symbol, place.offset, TRI_RELOC_ABS64, target, (int64_t)addend);
}

static void write_constant(struct static_init *init, struct data_place place, const struct tri_constant *value, struct tri_type *type)
{
	int64_t size = size_of(type);
	if (tri_type_is(type, TRI_IS_FLOAT)) {
		uint64_t bits = 0;
		if (size == 4) {
			float number = tri_constant_float32(value);
			uint32_t small;
			memcpy(&small, &number, sizeof small);
			bits = small;
		} else {
			double number = tri_constant_float64(value);
			memcpy(&bits, &number, sizeof bits);
		}
		put_integer(init, place, size, bits);
		return;
	}
	switch (tri_constant_kind(value)) {
	case TRI_CONSTANT_BOOL:
		put_integer(init, place, 1, tri_constant_bool_value(value));
		break;
	case TRI_CONSTANT_STRING: {
		size_t length;
		const char *bytes = tri_constant_string_value(value, &length);
		if (length > 0)
			put_address(init, place, tri_symbol_string(init->symbols, bytes, length), 0);
		place.offset += 8;
		put_integer(init, place, 8, length);
		break;
	}
	default: {
		int64_t number;
		uint64_t bits = 0;
		if (tri_constant_int64(value, &number))
			bits = (uint64_t)number;
		else if (!tri_constant_uint64(value, &bits))
			tri_ice("constant does not fit its type");
		put_integer(init, place, size, bits);
	}
	}
}

static struct tri_symbol *type_symbol(struct static_init *init, struct tri_type *type)
{
	type = tri_type_unalias(type);
	struct tri_symbol *symbol = tri_symbol_printf(init->symbols, "type:%s", tri_type_key(init->package->universe, type));
	if (symbol->type == NULL)
		symbol->type = type;
	return symbol;
}

static struct tri_symbol *itab_symbol(struct static_init *init, struct tri_type *concrete, struct tri_type *interface)
{
	concrete = tri_type_unalias(concrete);
	interface = tri_type_unalias(interface);
	struct tri_symbol *symbol =
		tri_symbol_printf(init->symbols, "go:itab.%s,%s", tri_type_key(init->package->universe, concrete),
	                          tri_type_key(init->package->universe, interface));
	if (symbol->type == NULL) {
		symbol->type = concrete;
		symbol->interface_type = interface;
	}
	return symbol;
}

// The static func value: a word that holds the code's address.
static struct tri_symbol *function_value(struct static_init *init, const struct tri_ir_func *function)
{
	struct tri_symbol *symbol = tri_symbol_printf(init->symbols, "%s\xc2\xb7" "f", function->symbol);
	if (symbol->kind == TRI_SYMBOL_UNDEFINED) {
		symbol->kind = TRI_SYMBOL_RODATA;
		symbol->weak = true;
		symbol->align = 8;
		tri_symbol_put_address(init->symbols, symbol, 0, TRI_RELOC_ABS64, tri_symbol_get(init->symbols, function->symbol), 0);
	}
	return symbol;
}

static void write_interface(struct static_init *init, struct data_place place, const struct tri_node *node)
{
	struct tri_type *concrete = node->x->type;
	uint32_t methods;
	tri_interface_methods(node->type, &methods);
	put_address(init, place, methods == 0 ? type_symbol(init, concrete) : itab_symbol(init, concrete, node->type), 0);
	place.offset += 8;
	if (tri_type_is_direct_interface(concrete)) {
		write(init, place, node->x);
		return;
	}
	// Boxed values never change.
	struct tri_symbol *box = new_data(init, concrete, true);
	write(init, (struct data_place){.symbol = box}, node->x);
	put_address(init, place, box, 0);
}

static void write_elements(struct static_init *init, struct data_place place, const struct tri_node *node, struct tri_type *element)
{
	uint64_t size = (uint64_t)size_of(element);
	for (uint32_t i = 0; i < node->list.count; i++) {
		const struct tri_node *entry = node->list.items[i];
		struct data_place at = {.symbol = place.symbol, .offset = place.offset + (uint64_t)entry->index * size};
		write(init, at, entry->y);
	}
}

static void write_slice(struct static_init *init, struct data_place place, const struct tri_node *node)
{
	struct tri_type *element = tri_type_underlying(node->type)->as.slice.element;
	struct tri_symbol *array = new_data(init, tri_type_array_of(init->package->universe, element, node->index), false);
	write_elements(init, (struct data_place){.symbol = array}, node, element);
	put_address(init, place, array, 0);
	place.offset += 8;
	put_integer(init, place, 8, (uint64_t)node->index);
	place.offset += 8;
	put_integer(init, place, 8, (uint64_t)node->index);
}

static void write(struct static_init *init, struct data_place place, const struct tri_node *node)
{
	node = skip_conversions(node);
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_ZERO:
		break;
	case TRI_NODE_LITERAL:
		if (node->value != NULL)
			write_constant(init, place, node->value, node->type);
		break;
	case TRI_NODE_FUNCTION:
	case TRI_NODE_CLOSURE:
		put_address(init, place, function_value(init, node->function), 0);
		break;
	case TRI_NODE_ADDRESS: {
		const struct tri_node *global = NULL;
		uint64_t offset = 0;
		if (!global_place(node->x, &global, &offset))
			tri_ice("static address is not static");
		put_address(init, place, global->global->data, offset);
		break;
	}
	case TRI_NODE_ADDRESS_LITERAL: {
		struct tri_symbol *data = new_data(init, node->x->type, false);
		write(init, (struct data_place){.symbol = data}, node->x);
		put_address(init, place, data, 0);
		break;
	}
	case TRI_NODE_STRUCT_LITERAL: {
		struct tri_type *type = tri_type_underlying(node->type);
		tri_type_layout(type);
		for (uint32_t i = 0; i < node->list.count; i++) {
			const struct tri_node *entry = node->list.items[i];
			struct data_place at = {.symbol = place.symbol, .offset = place.offset + (uint64_t)type->as.structure.offsets[entry->index]};
			write(init, at, entry->y);
		}
		break;
	}
	case TRI_NODE_ARRAY_LITERAL:
		write_elements(init, place, node, tri_type_underlying(node->type)->as.array.element);
		break;
	case TRI_NODE_SLICE_LITERAL:
		write_slice(init, place, node);
		break;
	case TRI_NODE_CONVERT_INTERFACE:
		write_interface(init, place, node);
		break;
	default:
		tri_ice("static value %s", tri_node_ops[node->op].tag);
	}
}

static bool initialize(struct static_init *init, const struct tri_node *statement)
{
	if (statement->op != TRI_NODE_ASSIGN || statement->x == NULL || statement->x->op != TRI_NODE_GLOBAL || !is_static(statement->y))
		return false;
	const struct tri_ir_global *global = statement->x->global;
	struct tri_symbol *data = global->data;
	if (data->kind != TRI_SYMBOL_BSS)
		return false;
	if (is_zero(statement->y))
		return true;
	data->kind = TRI_SYMBOL_DATA;
	tri_symbol_put8(init->symbols, data, data->size - 1, 0);
	write(init, (struct data_place){.symbol = data}, statement->y);
	return true;
}

void tri_ir_static_init(struct tri_ir_package *package)
{
	struct static_init init = {.package = package, .symbols = package->symbols};
	tri_node_list *body = &package->init->body;
	uint32_t kept = 0;
	for (uint32_t i = 0; i < body->count; i++) {
		if (!initialize(&init, body->items[i]))
			body->items[kept++] = body->items[i];
	}
	body->count = kept;
}
