// Maps: access, assignment, deletion, creation, literals, iteration. The functions behind them are those of internal/runtime/maps,
// with variants for small keys and for strings that take the key by value.
#define TRI_SSA_INTERNAL
#include "compiler/ssa/build.h"

enum {
	MAP_WORDS = 6, // internal/runtime/maps.Map
	MAP_SEED = 8,
	MAP_GROUP = 16,
	ITERATOR_WORDS = 12, // internal/runtime/maps.Iter
	ITERATOR_KEY = 0,
	ITERATOR_ELEMENT = 8,
	SMALL_MAP = 8,      // entries that one group holds
	ZERO_VALUE = 1024,  // bytes of runtime.zeroVal, which stands for elements that are missing
	LOOP_MINIMUM = 26,  // constant entries of a literal that are added by a loop
	STACK_GROUP = 4096, // bytes
};
static const uint64_t EMPTY_GROUP = UINT64_C(0x8080808080808080);
static const uint16_t MAP_POINTERS = 1 << 2, ITERATOR_POINTERS = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 9 | 1 << 10;

bool ssa_is_map_element(const struct tri_node *node)
{
	return node->op == TRI_NODE_INDEX && node->x && ssa_type_has_kind(node->x->type, TRI_TYPE_MAP);
}

static struct tri_map_layout layout_of(struct builder *b, struct tri_type *map) { return tri_map_layout(b->universe, map); }

// A frame slot of so many words; the words whose bits are set are pointers.
static struct tri_ssa_value *word_slot(struct builder *b, uint32_t words, uint16_t pointers, struct tri_type **type)
{
	struct tri_struct_field fields[ITERATOR_WORDS] = {0};
	const struct tri_name *name = tri_name_intern_c(b->universe->names, "w");
	for (uint32_t i = 0; i < words; i++) {
		fields[i].name = name;
		fields[i].type = b->universe->basic[pointers >> i & 1 ? TRI_BASIC_UNSAFE_POINTER : TRI_BASIC_UINTPTR];
	}
	*type = tri_type_struct_of(b->universe, fields, words);
	tri_type_layout(*type);
	return ssa_temporary(b, *type, true);
}

// ---- Keys ------------------------------------------------------------------------------------

// The key as a variant's function takes it: its word in `words`, or two, or its address.
static void key_words(struct builder *b, enum tri_map_variant variant, struct operand *key, struct tri_type *key_type,
					  struct tri_ssa_value *words[2])
{
	key->type = key_type;
	words[1] = NULL;
	if (variant == TRI_MAP_ANY) {
		words[0] = ssa_spill(b, key);
		return;
	}
	if (variant == TRI_MAP_STRING) {
		words[0] = key->words[0];
		words[1] = key->words[1];
		return;
	}
	uint8_t wanted = variant == TRI_MAP_32 ? TRI_SSA_I32 : variant == TRI_MAP_64 ? TRI_SSA_I64 : TRI_SSA_PTR;
	struct tri_ssa_value *word = key->words[0];
	if (key->in_memory || key->count != 1 || word->type != wanted) // several small parts
		word = ssa_emit1(b, TRI_SSA_LOAD, wanted, ssa_spill(b, key));
	words[0] = variant == TRI_MAP_32 ? ssa_emit1(b, TRI_SSA_EXTEND_U, TRI_SSA_I64, word) : word;
}

static struct tri_ssa_value *as_integer(struct builder *b, struct tri_ssa_value *word)
{
	return word->type == TRI_SSA_PTR ? ssa_emit1(b, TRI_SSA_BITCAST, TRI_SSA_I64, word) : word;
}

// The map and the key of an index expression. A key that is only looked at may share the bytes it is converted from.
static void map_and_key(struct builder *b, struct tri_node *map, struct tri_node *key, bool looks_only, struct operand values[2])
{
	struct tri_type *key_type = ssa_underlying(map->type)->as.map.key;
	struct tri_node *nodes[2] = {map, key};
	if (looks_only)
		ssa_borrow_strings(b, nodes, 2, values);
	else
		ssa_expressions(b, nodes, 2, values);
	values[1].type = key_type;
}

// ---- Access ----------------------------------------------------------------------------------

// Zeros that stand for elements larger than the runtime's.
static struct tri_ssa_value *large_zero(struct builder *b, int64_t size)
{
	int64_t rounded = ZERO_VALUE;
	while (rounded < size)
		rounded *= 2;
	struct tri_symbol *symbol = tri_symbol_printf(b->package->symbols, "go:map.zero.%lld", (long long)rounded);
	if (symbol->kind == TRI_SYMBOL_UNDEFINED) {
		symbol->kind = TRI_SYMBOL_BSS;
		symbol->weak = true;
		symbol->align = 16;
		symbol->size = (uint64_t)rounded;
	}
	return ssa_symbol_address(b, symbol, 0);
}

// The element's address, or that of zeros; in b->results[1] whether it is there.
static struct tri_ssa_value *element_address(struct builder *b, struct tri_node *node, bool comma_ok)
{
	struct tri_type *map_type = ssa_underlying(node->x->type), *element = map_type->as.map.element;
	struct operand values[2];
	map_and_key(b, node->x, node->y, true, values);
	struct tri_map_layout layout = layout_of(b, map_type);
	struct tri_ssa_value *key[2], *type = ssa_type_address(b, map_type), *map = values[0].words[0];
	key_words(b, layout.variant, &values[1], map_type->as.map.key, key);
	tri_type_layout(element);
	if (element->size > ZERO_VALUE) {
		struct tri_ssa_value *zero = large_zero(b, element->size);
		return comma_ok ? ENTRY_CALL(b, mapaccess2_fat, type, map, key[0], zero) : ENTRY_CALL(b, mapaccess1_fat, type, map, key[0], zero);
	}
	switch (layout.variant) {
	case TRI_MAP_32:
		return comma_ok ? ENTRY_CALL(b, mapaccess2_fast32, type, map, key[0]) : ENTRY_CALL(b, mapaccess1_fast32, type, map, key[0]);
	case TRI_MAP_64:
	case TRI_MAP_POINTER:
		key[0] = as_integer(b, key[0]);
		return comma_ok ? ENTRY_CALL(b, mapaccess2_fast64, type, map, key[0]) : ENTRY_CALL(b, mapaccess1_fast64, type, map, key[0]);
	case TRI_MAP_STRING:
		return comma_ok ? ENTRY_CALL(b, mapaccess2_faststr, type, map, key[0], key[1])
						: ENTRY_CALL(b, mapaccess1_faststr, type, map, key[0], key[1]);
	default:
		return comma_ok ? ENTRY_CALL(b, mapaccess2, type, map, key[0]) : ENTRY_CALL(b, mapaccess1, type, map, key[0]);
	}
}

static struct operand borrow_part(struct builder *b, struct tri_node *node)
{
	if (node->op == TRI_NODE_FIELD) {
		struct operand whole = borrow_part(b, node->x);
		return ssa_field_of(b, &whole, node->x->type, node->index);
	}
	struct tri_ssa_value *address = element_address(b, node, false);
	address->non_nil = true;
	return ssa_load(b, ssa_underlying(node->x->type)->as.map.element, address, 0);
}

bool ssa_is_map_part(const struct tri_node *node)
{
	while (node->op == TRI_NODE_FIELD && !node->ssa)
		node = node->x;
	return !node->ssa && ssa_is_map_element(node);
}

struct operand ssa_map_part(struct builder *b, struct tri_node *node)
{
	struct operand part = borrow_part(b, node);
	part = ssa_settle(b, &part); // the next operation on the map may change it
	part.type = node->type;
	return part;
}

void ssa_map_lookup(struct builder *b, struct tri_node *node, struct operand *values)
{
	struct tri_type *element = ssa_underlying(node->x->type)->as.map.element;
	struct tri_ssa_value *address = element_address(b, node, true);
	struct tri_ssa_value *found = ssa_entry_bool(b, b->results[1]);
	address->non_nil = true;
	struct operand value = ssa_load(b, element, address, 0);
	values[0] = ssa_settle(b, &value);
	values[1] = ssa_operand_of(b->universe->basic[TRI_BASIC_BOOL], found);
}

// ---- Assignment and deletion -----------------------------------------------------------------

static struct place assign_at(struct builder *b, struct tri_type *map_type, struct tri_ssa_value *map, struct operand *key)
{
	struct tri_map_layout layout = layout_of(b, map_type);
	struct tri_ssa_value *words[2], *type = ssa_type_address(b, map_type), *address;
	key_words(b, layout.variant, key, map_type->as.map.key, words);
	switch (layout.variant) {
	case TRI_MAP_32:
		address = ENTRY_CALL(b, mapassign_fast32, type, map, words[0]);
		break;
	case TRI_MAP_64:
		address = ENTRY_CALL(b, mapassign_fast64, type, map, words[0]);
		break;
	case TRI_MAP_POINTER:
		address = ENTRY_CALL(b, mapassign_fast64ptr, type, map, words[0]);
		break;
	case TRI_MAP_STRING:
		address = ENTRY_CALL(b, mapassign_faststr, type, map, words[0], words[1]);
		break;
	default:
		address = ENTRY_CALL(b, mapassign, type, map, words[0]);
		break;
	}
	address->non_nil = true;
	return (struct place){.kind = PLACE_MEMORY, .type = map_type->as.map.element, .address = address};
}

// Adds the key if it is not there. The place is good until the next operation on the map.
struct place ssa_map_place(struct builder *b, struct tri_node *node)
{
	struct operand values[2];
	map_and_key(b, node->x, node->y, false, values);
	return assign_at(b, ssa_underlying(node->x->type), values[0].words[0], &values[1]);
}

// Naming the same place, and finding it has no effect.
static bool is_same_place(const struct tri_node *x, const struct tri_node *y)
{
	while (y->op == TRI_NODE_CONVERT && y->implicit)
		y = y->x;
	if (x->op != y->op)
		return false;
	switch (x->op) {
	case TRI_NODE_LOCAL:
		return x->var == y->var;
	case TRI_NODE_GLOBAL:
		return x->global == y->global;
	case TRI_NODE_LITERAL:
		return x->value && y->value && tri_type_identical(x->type, y->type) && tri_constant_kind(x->value) == tri_constant_kind(y->value) &&
			   tri_constant_compare(TRI_OP_EQUAL, x->value, y->value);
	case TRI_NODE_FIELD:
	case TRI_NODE_FIELD_POINTER:
		return x->index == y->index && is_same_place(x->x, y->x);
	case TRI_NODE_DEREF:
		return is_same_place(x->x, y->x);
	case TRI_NODE_INDEX:
		return ssa_is_map_element(x) && ssa_is_map_element(y) && is_same_place(x->x, y->x) && is_same_place(x->y, y->y);
	default:
		return false;
	}
}

static void keep_value(struct builder *b, struct tri_node *node, struct operand value)
{
	struct operand *kept = TRI_NEW(b->arena, struct operand);
	*kept = value;
	node->ssa = kept;
}

// m[string(bytes)] op= v, a counter mostly: the string is only made when the key is not there yet.
static struct place counted_place(struct builder *b, struct tri_node *element)
{
	struct tri_type *map_type = ssa_underlying(element->x->type);
	struct operand values[2];
	map_and_key(b, element->x, element->y, true, values);
	struct tri_ssa_value *map = values[0].words[0], *data = values[1].words[0], *length = values[1].words[1];
	uint32_t address = ssa_new_word(b, TRI_SSA_PTR);
	struct tri_ssa_block *missing = ssa_new_block(b), *end = ssa_new_block(b), *present = ssa_new_block(b);
	struct tri_ssa_value *found = ENTRY_CALL(b, mapaccess2_faststr, ssa_type_address(b, map_type), map, data, length);
	ssa_builder_write(b, address, found);
	ssa_branch_on(b, ssa_entry_bool(b, b->results[1]), present, missing, TRI_SSA_LIKELY);
	ssa_start_block(b, present);
	ssa_jump_to(b, end);
	ssa_start_block(b, missing);
	ENTRY_CALL(b, slicebytetostring, ssa_constant(b, TRI_SSA_PTR, 0), data, length);
	struct operand key = ssa_operand_of2(map_type->as.map.key, b->results[0], b->results[1]);
	ssa_builder_write(b, address, assign_at(b, map_type, map, &key).address);
	ssa_jump_to(b, end);
	ssa_start_block(b, end);
	return (struct place){.kind = PLACE_MEMORY, .type = map_type->as.map.element, .address = ssa_builder_read(b, address)};
}

// m[k] = v; m[k] op= v; m[k] = append(m[k], ...). Whatever may panic comes before the key is added.
void ssa_map_assign(struct builder *b, struct tri_node *node)
{
	struct tri_node *element = node->x, *right = node->y;
	struct tri_type *map_type = ssa_underlying(element->x->type), *type = map_type->as.map.element;
	if (ssa_has_call(element) || ssa_has_call(right))
		ssa_prepare_place(b, element);
	if (node->op == TRI_NODE_ASSIGN && right->op == TRI_NODE_APPEND && is_same_place(element, right->x)) {
		for (uint32_t i = 0; i < right->list.count; i++) {
			struct operand value = ssa_expression(b, right->list.items[i]);
			keep_value(b, right->list.items[i], ssa_settle(b, &value));
		}
		struct place place = ssa_map_place(b, element);
		keep_value(b, right->x, ssa_load(b, type, place.address, 0));
		struct operand value = ssa_expression(b, right);
		value.type = type;
		ssa_store(b, place.address, 0, &value);
		return;
	}
	struct operand value = ssa_expression(b, right);
	if (node->op == TRI_NODE_ASSIGN) {
		struct place place = ssa_map_place(b, element);
		value.type = type;
		ssa_store(b, place.address, 0, &value);
		return;
	}
	bool divides = node->operator== TRI_OP_DIV || node->operator== TRI_OP_REM;
	struct operand values[2];
	bool counts = !divides && element->y->op == TRI_NODE_BYTES_TO_STRING && !element->y->ssa;
	counts = counts && layout_of(b, map_type).variant == TRI_MAP_STRING;
	if (!counts)
		map_and_key(b, element->x, element->y, false, values);
	if (divides) {
		keep_value(b, element->x, values[0]);
		keep_value(b, element->y, ssa_settle(b, &values[1]));
		struct operand left = ssa_map_part(b, element);
		value = ssa_arithmetic(b, node->operator, type, &left, &value, right->type, node->bounded, right);
		struct place place = assign_at(b, map_type, values[0].words[0], &values[1]);
		value.type = type;
		ssa_store(b, place.address, 0, &value);
		return;
	}
	struct place place = counts ? counted_place(b, element) : assign_at(b, map_type, values[0].words[0], &values[1]);
	struct operand left = ssa_load(b, type, place.address, 0);
	value = ssa_arithmetic(b, node->operator, type, &left, &value, right->type, node->bounded, right);
	value.type = type;
	ssa_store(b, place.address, 0, &value);
}

void ssa_map_delete(struct builder *b, struct tri_node *node)
{
	struct tri_type *map_type = ssa_underlying(node->x->type);
	struct operand values[2];
	map_and_key(b, node->x, node->y, true, values);
	struct tri_map_layout layout = layout_of(b, map_type);
	struct tri_ssa_value *key[2], *type = ssa_type_address(b, map_type), *map = values[0].words[0];
	key_words(b, layout.variant, &values[1], map_type->as.map.key, key);
	switch (layout.variant) {
	case TRI_MAP_32:
		ENTRY_CALL(b, mapdelete_fast32, type, map, key[0]);
		break;
	case TRI_MAP_64:
	case TRI_MAP_POINTER:
		ENTRY_CALL(b, mapdelete_fast64, type, map, as_integer(b, key[0]));
		break;
	case TRI_MAP_STRING:
		ENTRY_CALL(b, mapdelete_faststr, type, map, key[0], key[1]);
		break;
	default:
		ENTRY_CALL(b, mapdelete, type, map, key[0]);
		break;
	}
}

void ssa_map_clear(struct builder *b, struct tri_node *map)
{
	struct tri_ssa_value *value = ssa_scalar(b, map);
	ENTRY_CALL(b, mapclear, ssa_type_address(b, ssa_underlying(map->type)), value);
}

// ---- Creation --------------------------------------------------------------------------------

// `hint`: entries to make room for; NULL: none.
static struct tri_ssa_value *new_map(struct builder *b, struct tri_type *map_type, struct tri_ssa_value *hint, bool in_frame)
{
	bool small = !hint || (ssa_is_const(hint) && hint->integer <= SMALL_MAP);
	struct tri_map_layout layout = layout_of(b, map_type);
	struct tri_ssa_value *map = ssa_constant(b, TRI_SSA_PTR, 0);
	if (in_frame) {
		struct tri_type *type;
		map = word_slot(b, MAP_WORDS, MAP_POINTERS, &type);
	}
	if (!small)
		return ENTRY_CALL(b, makemap, ssa_type_address(b, map_type), hint, map);
	if (!in_frame)
		return ENTRY_CALL(b, makemap_small, NULL);
	ssa_emit2(b, TRI_SSA_STORE, TRI_SSA_VOID, map, ENTRY_CALL(b, rand, NULL))->integer = MAP_SEED;
	if (layout.group->size <= STACK_GROUP) {
		struct tri_ssa_value *group = ssa_temporary(b, layout.group, true);
		ssa_emit2(b, TRI_SSA_STORE, TRI_SSA_VOID, group, ssa_constant(b, TRI_SSA_I64, (int64_t)EMPTY_GROUP));
		ssa_emit2(b, TRI_SSA_STORE, TRI_SSA_VOID, map, group)->integer = MAP_GROUP;
	}
	return map;
}

struct operand ssa_make_map(struct builder *b, struct tri_node *node)
{
	struct tri_ssa_value *hint = node->x ? ssa_to_int(b, ssa_scalar(b, node->x), node->x->type) : NULL;
	return ssa_operand_of(node->type, new_map(b, ssa_underlying(node->type), hint, node->placement == TRI_PLACE_STACK));
}

static bool is_constant_entry(struct builder *b, const struct tri_node *entry)
{
	return ssa_static_data(b->package, entry->x, NULL, 0) && ssa_static_data(b->package, entry->y, NULL, 0);
}

static struct tri_ssa_value *constant_array(struct builder *b, struct tri_node *literal, bool keys, uint32_t count, struct tri_type *type)
{
	tri_type_layout(type);
	struct tri_symbol *symbol = ssa_literal_symbol(b, type->size * count);
	int64_t at = 0;
	for (uint32_t i = 0; i < literal->list.count; i++) {
		struct tri_node *entry = literal->list.items[i];
		if (!is_constant_entry(b, entry))
			continue;
		ssa_static_data(b->package, keys ? entry->x : entry->y, symbol, at);
		at += type->size;
	}
	return ssa_symbol_address(b, symbol, 0);
}

// for i := 0; i < count; i++ { map[keys[i]] = elements[i] }
static void add_constant_entries(struct builder *b, struct tri_node *literal, struct tri_ssa_value *map, uint32_t count)
{
	struct tri_type *map_type = ssa_underlying(literal->type), *key_type = map_type->as.map.key, *element = map_type->as.map.element;
	struct tri_ssa_value *keys = constant_array(b, literal, true, count, key_type);
	struct tri_ssa_value *elements = constant_array(b, literal, false, count, element);
	uint32_t counter = ssa_new_word(b, TRI_SSA_I64);
	struct tri_ssa_block *header = ssa_new_block(b), *body = ssa_new_block(b), *end = ssa_new_block(b);
	ssa_builder_write(b, counter, ssa_constant(b, TRI_SSA_I64, 0));
	ssa_jump_to(b, header);
	ssa_start_open_block(b, header);
	struct tri_ssa_value *index = ssa_builder_read(b, counter);
	ssa_branch_on(b, ssa_emit2(b, TRI_SSA_LT_S, TRI_SSA_BOOL, index, ssa_constant(b, TRI_SSA_I64, count)), body, end, TRI_SSA_LIKELY);
	ssa_start_block(b, body);
	int64_t key_offset = 0, element_offset = 0;
	struct tri_ssa_value *key_address = ssa_element_address(b, keys, index, key_type->size, &key_offset);
	struct operand key = ssa_load(b, key_type, key_address, key_offset);
	struct place place = assign_at(b, map_type, map, &key);
	struct tri_ssa_value *element_from = ssa_element_address(b, elements, index, element->size, &element_offset);
	struct operand value = ssa_load(b, element, element_from, element_offset);
	ssa_store(b, place.address, 0, &value);
	ssa_builder_write(b, counter, ssa_emit2(b, TRI_SSA_ADD, TRI_SSA_I64, index, ssa_constant(b, TRI_SSA_I64, 1)));
	ssa_jump_to(b, header);
	ssa_seal_block(header);
	ssa_start_block(b, end);
}

struct operand ssa_map_literal(struct builder *b, struct tri_node *node)
{
	struct tri_type *map_type = ssa_underlying(node->type);
	uint32_t count = node->list.count, constants = 0;
	struct tri_ssa_value *map = new_map(b, map_type, ssa_constant(b, TRI_SSA_I64, count), node->placement == TRI_PLACE_STACK);
	for (uint32_t i = 0; i < count; i++)
		constants += is_constant_entry(b, node->list.items[i]);
	bool by_loop = constants >= LOOP_MINIMUM;
	if (by_loop)
		add_constant_entries(b, node, map, constants);
	for (uint32_t i = 0; i < count; i++) {
		struct tri_node *entry = node->list.items[i];
		if (by_loop && is_constant_entry(b, entry))
			continue;
		struct operand values[2];
		ssa_expressions(b, (struct tri_node *const[]){entry->x, entry->y}, 2, values);
		struct place place = assign_at(b, map_type, map, &values[0]);
		values[1].type = map_type->as.map.element;
		ssa_store(b, place.address, 0, &values[1]);
	}
	return ssa_operand_of(node->type, map);
}

// ---- Iteration -------------------------------------------------------------------------------

struct tri_ssa_value *ssa_map_iterator(struct builder *b, struct tri_type *map_type, struct tri_ssa_value *map)
{
	struct tri_type *type;
	struct tri_ssa_value *iterator = word_slot(b, ITERATOR_WORDS, ITERATOR_POINTERS, &type);
	ENTRY_CALL(b, mapIterStart, ssa_type_address(b, ssa_underlying(map_type)), map, iterator);
	return iterator;
}

// nil at the end
struct tri_ssa_value *ssa_map_iterator_key(struct builder *b, struct tri_ssa_value *iterator)
{
	struct tri_ssa_value *key = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_PTR, iterator);
	key->integer = ITERATOR_KEY;
	return key;
}

struct tri_ssa_value *ssa_map_iterator_element(struct builder *b, struct tri_ssa_value *iterator)
{
	struct tri_ssa_value *element = ssa_emit1(b, TRI_SSA_LOAD, TRI_SSA_PTR, iterator);
	element->integer = ITERATOR_ELEMENT;
	element->non_nil = true;
	return element;
}

void ssa_map_iterator_advance(struct builder *b, struct tri_ssa_value *iterator) { ENTRY_CALL(b, mapIterNext, iterator); }
