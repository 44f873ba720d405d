// Static initialisation: package variables whose initial values are known get them in the object file.
//
// Constants, addresses of other package variables, func values, literals made of these, and copies of
// variables that have such a value and that nothing can have changed yet. What literals point to becomes
// data symbols of its own. The parts of a literal that are not known are assigned by statements in the init
// function. Escape analysis sees those alone.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

struct static_init {
	struct tri_ir_package *package;
	struct tri_symbol_table *symbols;
	uint32_t temporaries;
	struct tri_map values;          // struct tri_ir_global -> its static initial value, a node
	struct tri_map literals;        // SLICE_LITERAL, ADDRESS_LITERAL, STRING_TO_BYTES node -> its data, which copies share
	bool anything_may_have_changed; // an earlier initialiser calls something
	bool without_addresses; // of package variables and the like, in what is told of decisions: as Go's compiler keeps them out of the data
							// of the packages whose data is checked when a program starts
	tri_node_list *body;    // statements of init
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

enum { LARGEST_DATA = 1 << 30 };

// Whether a literal is small enough to be written to the object file.
static bool fits(const struct tri_node *literal)
{
	struct tri_type *type = tri_type_underlying(literal->type);
	struct tri_type *value = literal->op == TRI_NODE_SLICE_LITERAL ? type->as.slice.element : type;
	tri_type_layout(value);
	int64_t count = literal->op == TRI_NODE_SLICE_LITERAL ? literal->index : 1;
	return value->size >= 0 && (value->size == 0 || count <= LARGEST_DATA / value->size);
}

static bool is_static(const struct static_init *init, const struct tri_node *node);

// The value that a package variable was given statically, when a copy of it is as good.
static const struct tri_node *static_copy(const struct static_init *init, const struct tri_node *node)
{
	if (init->anything_may_have_changed)
		return NULL;
	return tri_map_get(&init->values, TRI_KEY(node->global));
}

static bool elements_are_static(const struct static_init *init, const struct tri_node *node)
{
	for (uint32_t i = 0; i < node->list.count; i++) {
		if (!is_static(init, node->list.items[i]->y))
			return false;
	}
	return true;
}

// Whether it is an address, or data with one, in whole; parts of structs and arrays are looked at one by one.
static bool holds_addresses(const struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_LITERAL:
		return tri_type_is(node->type, TRI_IS_STRING);
	case TRI_NODE_ZERO:
	case TRI_NODE_STRUCT_LITERAL:
	case TRI_NODE_ARRAY_LITERAL:
		return false;
	default:
		return true;
	}
}

static bool is_static(const struct static_init *init, const struct tri_node *node)
{
	node = skip_conversions(node);
	const struct tri_node *global;
	uint64_t offset;
	if (init->without_addresses && holds_addresses(node))
		return false;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_LITERAL:
		return true;
	case TRI_NODE_ZERO:
	case TRI_NODE_FUNCTION:
		return true;
	case TRI_NODE_GLOBAL:
		return static_copy(init, node) != NULL;
	case TRI_NODE_CLOSURE:
		return node->function->captures.count == 0;
	case TRI_NODE_ADDRESS:
		return global_place(node->x, &global, &offset);
	case TRI_NODE_ADDRESS_LITERAL:
		return node->x->op != TRI_NODE_MAP_LITERAL && is_static(init, node->x);
	case TRI_NODE_STRUCT_LITERAL:
	case TRI_NODE_ARRAY_LITERAL:
	case TRI_NODE_SLICE_LITERAL:
		return fits(node) && elements_are_static(init, node);
	case TRI_NODE_STRING_TO_BYTES:
		return node->x->op == TRI_NODE_LITERAL;
	case TRI_NODE_CONVERT_INTERFACE:
		return !tri_type_is_interface(node->x->type) && is_static(init, node->x);
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

// The data that a literal points to; `*fresh`: still to be filled.
static struct tri_symbol *literal_data(struct static_init *init, const struct tri_node *literal, struct tri_type *type, bool *fresh)
{
	struct tri_symbol *symbol = tri_map_get(&init->literals, TRI_KEY(literal));
	*fresh = symbol == NULL;
	if (symbol == NULL) {
		symbol = new_data(init, type, false);
		tri_map_put(init->package->arena, &init->literals, TRI_KEY(literal), symbol);
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

static void put_float(struct static_init *init, struct data_place place, int64_t size, const struct tri_constant *value)
{
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
}

static void write_constant(struct static_init *init, struct data_place place, const struct tri_constant *value, struct tri_type *type)
{
	int64_t size = size_of(type);
	if (tri_type_is(type, TRI_IS_FLOAT)) {
		put_float(init, place, size, value);
		return;
	}
	if (tri_type_is(type, TRI_IS_COMPLEX)) {
		struct tri_arena *arena = init->package->arena;
		put_float(init, place, size / 2, tri_constant_real(arena, value));
		place.offset += (uint64_t)size / 2;
		put_float(init, place, size / 2, tri_constant_imag(arena, value));
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
	struct tri_symbol *symbol = tri_symbol_printf(init->symbols, "go:itab.%s,%s", tri_type_key(init->package->universe, concrete),
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
	struct tri_symbol *symbol = tri_symbol_printf(init->symbols,
												  "%s\xc2\xb7"
												  "f",
												  function->symbol);
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
	bool fresh;
	struct tri_symbol *array = literal_data(init, node, tri_type_array_of(init->package->universe, element, node->index), &fresh);
	if (fresh)
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
	case TRI_NODE_GLOBAL:
		write(init, place, static_copy(init, node));
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
		bool fresh;
		struct tri_symbol *data = literal_data(init, node, node->x->type, &fresh);
		if (fresh)
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
	case TRI_NODE_STRING_TO_BYTES: {
		struct tri_type *element = tri_type_underlying(node->type)->as.slice.element;
		size_t length;
		const char *bytes = tri_constant_string_value(node->x->value, &length);
		bool fresh;
		struct tri_symbol *array = literal_data(init, node, tri_type_array_of(init->package->universe, element, (int64_t)length), &fresh);
		if (fresh)
			tri_symbol_put_bytes(init->symbols, array, 0, bytes, length);
		put_address(init, place, array, 0);
		put_integer(init, (struct data_place){place.symbol, place.offset + 8}, 8, length);
		put_integer(init, (struct data_place){place.symbol, place.offset + 16}, 8, length);
		break;
	}
	case TRI_NODE_CONVERT_INTERFACE:
		write_interface(init, place, node);
		break;
	default:
		tri_ice("static value %s", tri_node_ops[node->op].tag);
	}
}

// ---- Literals that are known in part ---------------------------------------------------------------------

static struct tri_node *new_node(struct static_init *init, enum tri_node_op op, tri_pos pos, struct tri_type *type)
{
	struct tri_node *node = tri_node_new(init->package, op, pos);
	node->type = type;
	return node;
}

// A nameless package variable for what a literal points to.
static struct tri_node *new_global(struct static_init *init, struct tri_type *type, tri_pos pos)
{
	struct tri_ir_global *global = TRI_NEW(init->package->arena, struct tri_ir_global);
	global->data = new_data(init, type, false);
	global->symbol = global->data->name;
	global->type = type;
	global->package = init->package->package;
	global->pos = pos;
	tri_vector_push(init->package->arena, &init->package->globals, global);
	struct tri_node *node = new_node(init, TRI_NODE_GLOBAL, pos, type);
	node->global = global;
	return node;
}

static struct tri_node *part(struct static_init *init, struct tri_node *whole, enum tri_node_op op, const struct tri_node *entry)
{
	struct tri_node *node = new_node(init, op, entry->pos, entry->y->type);
	node->x = whole;
	if (op == TRI_NODE_FIELD) {
		node->index = entry->index;
		node->object = tri_type_underlying(whole->type)->as.structure.fields[entry->index].object;
		node->type = tri_type_underlying(whole->type)->as.structure.fields[entry->index].type;
	} else {
		node->type = tri_type_underlying(whole->type)->as.array.element;
		node->y = new_node(init, TRI_NODE_LITERAL, entry->pos, init->package->universe->basic[TRI_BASIC_INT]);
		node->y->value = tri_constant_int(init->package->arena, entry->index);
		node->bounded = true;
	}
	return node;
}

static bool is_divisible(const struct static_init *init, const struct tri_node *node)
{
	if (init->without_addresses && holds_addresses(node))
		return false;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_STRUCT_LITERAL:
	case TRI_NODE_ARRAY_LITERAL:
	case TRI_NODE_SLICE_LITERAL:
		return fits(node);
	case TRI_NODE_ADDRESS_LITERAL:
		return node->x->op != TRI_NODE_MAP_LITERAL && fits(node->x);
	case TRI_NODE_CONVERT_INTERFACE:
		// The value's own storage is assigned. A pointer is the interface's second word, of which there is no such place.
		return !tri_type_is_interface(node->x->type) && !tri_type_has_shape(node->x->type) &&
			   (init->package->shapes || !tri_type_is_direct_interface(node->x->type));
	default:
		return false;
	}
}

static void initialize_parts(struct static_init *init, struct data_place place, struct tri_node *target, struct tri_node *node);

static void initialize_elements(struct static_init *init, struct data_place place, struct tri_node *target, const struct tri_node *node)
{
	uint64_t size = (uint64_t)size_of(tri_type_underlying(target->type)->as.array.element);
	for (uint32_t i = 0; i < node->list.count; i++) {
		const struct tri_node *entry = node->list.items[i];
		struct data_place at = {.symbol = place.symbol, .offset = place.offset + (uint64_t)entry->index * size};
		initialize_parts(init, at, part(init, target, TRI_NODE_INDEX, entry), entry->y);
	}
}

// Writes what is known of `node`, and assigns the rest to `target`, which denotes the same place.
static void initialize_parts(struct static_init *init, struct data_place place, struct tri_node *target, struct tri_node *node)
{
	if (is_static(init, node)) {
		write(init, place, node);
		return;
	}
	if (!is_divisible(init, node)) {
		struct tri_node *assign = new_node(init, TRI_NODE_ASSIGN, node->pos, NULL);
		assign->x = target;
		assign->y = node;
		tri_vector_push(init->package->trees, init->body, assign);
		return;
	}
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_STRUCT_LITERAL: {
		struct tri_type *type = tri_type_underlying(node->type);
		tri_type_layout(type);
		for (uint32_t i = 0; i < node->list.count; i++) {
			const struct tri_node *entry = node->list.items[i];
			struct data_place at = {.symbol = place.symbol, .offset = place.offset + (uint64_t)type->as.structure.offsets[entry->index]};
			initialize_parts(init, at, part(init, target, TRI_NODE_FIELD, entry), entry->y);
		}
		break;
	}
	case TRI_NODE_ARRAY_LITERAL:
		initialize_elements(init, place, target, node);
		break;
	case TRI_NODE_SLICE_LITERAL: {
		struct tri_type *element = tri_type_underlying(node->type)->as.slice.element;
		struct tri_node *array = new_global(init, tri_type_array_of(init->package->universe, element, node->index), node->pos);
		struct tri_symbol *data = array->global->data;
		put_address(init, place, data, 0);
		put_integer(init, (struct data_place){place.symbol, place.offset + 8}, 8, (uint64_t)node->index);
		put_integer(init, (struct data_place){place.symbol, place.offset + 16}, 8, (uint64_t)node->index);
		initialize_elements(init, (struct data_place){.symbol = data}, array, node);
		break;
	}
	case TRI_NODE_CONVERT_INTERFACE: {
		uint32_t methods;
		tri_interface_methods(node->type, &methods);
		struct tri_type *concrete = node->x->type;
		struct tri_node *box = new_global(init, concrete, node->pos);
		put_address(init, place, methods == 0 ? type_symbol(init, concrete) : itab_symbol(init, concrete, node->type), 0);
		put_address(init, (struct data_place){place.symbol, place.offset + 8}, box->global->data, 0);
		initialize_parts(init, (struct data_place){.symbol = box->global->data}, box, node->x);
		break;
	}
	default: {
		struct tri_node *pointed = new_global(init, node->x->type, node->pos);
		put_address(init, place, pointed->global->data, 0);
		initialize_parts(init, (struct data_place){.symbol = pointed->global->data}, pointed, node->x);
	}
	}
}

static void note_calls(void *context, struct tri_node **child)
{
	bool *calls = context;
	switch ((enum tri_node_op)(*child)->op) {
	case TRI_NODE_CALL:
	case TRI_NODE_CALL_CLOSURE:
	case TRI_NODE_CALL_INTERFACE:
	case TRI_NODE_INLINED_CALL:
		*calls = true;
		break;
	default:
		tri_node_each(*child, note_calls, context);
	}
}

// Puts values that may be known in the place of inlined calls, in the parts of an initial value that are looked at one by one.
static void replace_inlined_calls(struct static_init *init, struct tri_node **slot)
{
	struct tri_node *node = *slot;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_INLINED_CALL: {
		struct tri_node *value = tri_ir_inlined_value(init->package, node);
		if (value != NULL && (is_static(init, value) || is_divisible(init, value)))
			*slot = value;
		break;
	}
	case TRI_NODE_CONVERT:
	case TRI_NODE_CONVERT_INTERFACE:
	case TRI_NODE_ADDRESS_LITERAL:
		replace_inlined_calls(init, &node->x);
		break;
	case TRI_NODE_STRUCT_LITERAL:
	case TRI_NODE_ARRAY_LITERAL:
	case TRI_NODE_SLICE_LITERAL:
		for (uint32_t i = 0; i < node->list.count; i++)
			replace_inlined_calls(init, &node->list.items[i]->y);
		break;
	default:
		break;
	}
}

// Literals of names and constants, and their addresses.
static bool is_without_effect(const struct tri_node *node)
{
	node = skip_conversions(node);
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_LITERAL:
	case TRI_NODE_ZERO:
	case TRI_NODE_GLOBAL:
	case TRI_NODE_FUNCTION:
		return true;
	case TRI_NODE_NEW:
		return node->x == NULL;
	case TRI_NODE_CONVERT_INTERFACE:
	case TRI_NODE_ADDRESS_LITERAL:
		return is_without_effect(node->x);
	case TRI_NODE_STRUCT_LITERAL:
	case TRI_NODE_ARRAY_LITERAL:
	case TRI_NODE_SLICE_LITERAL:
		for (uint32_t i = 0; i < node->list.count; i++) {
			if (!is_without_effect(node->list.items[i]->y))
				return false;
		}
		return true;
	default:
		return false;
	}
}

static void initialize(struct static_init *init, struct tri_node *statement)
{
	struct tri_arena *arena = init->package->arena;
	bool is_variable = statement->op == TRI_NODE_ASSIGN && statement->x != NULL && statement->x->op == TRI_NODE_GLOBAL;
	struct tri_symbol *data = is_variable ? statement->x->global->data : NULL;
	if (is_variable && !init->without_addresses)
		replace_inlined_calls(init, &statement->y);
	if (is_variable && data->kind == TRI_SYMBOL_BSS && data->size <= LARGEST_DATA &&
		(is_static(init, statement->y) || is_divisible(init, statement->y))) {
		bool whole = is_static(init, statement->y);
		if (whole)
			tri_map_put(arena, &init->values, TRI_KEY(statement->x->global), statement->y);
		if (whole && is_zero(statement->y))
			return;
		data->kind = TRI_SYMBOL_DATA;
		tri_symbol_put8(init->symbols, data, data->size - 1, 0);
		uint32_t before = init->body->count;
		initialize_parts(init, (struct data_place){.symbol = data}, statement->x, statement->y);
		for (uint32_t i = before; i < init->body->count; i++)
			note_calls(&init->anything_may_have_changed, &init->body->items[i]);
		return;
	}
	// var _ T = value: nothing is left of it but what evaluating it may do.
	if (init->package->shapes && statement->op == TRI_NODE_ASSIGN && statement->x == NULL && is_without_effect(statement->y))
		return;
	note_calls(&init->anything_may_have_changed, &statement);
	tri_vector_push(init->package->trees, init->body, statement);
}

void tri_ir_static_init(struct tri_ir_package *package)
{
	tri_node_list old = package->init->body;
	package->init->body = (tri_node_list){0};
	struct static_init init = {.package = package, .symbols = package->symbols, .body = &package->init->body};
	const char *path = package->package->path;
	init.without_addresses =
		package->shapes && (strcmp(path, "crypto/internal/fips140") == 0 || strncmp(path, "crypto/internal/fips140/", 24) == 0);
	for (uint32_t i = 0; i < old.count; i++)
		initialize(&init, old.items[i]);
}
