// Hashing of map keys: the runtime has functions for what is a single word or string, structs and arrays get one each.
//
// Parts that lie next to each other and are equal when their bytes are, are hashed at once. Blank fields count for nothing, as in
// comparisons.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

// func(p unsafe.Pointer, h uintptr) uintptr, or with the size as a third parameter; the body is the caller's business.
static struct tri_ir_func *new_function(struct tri_ir_package *package, const struct tri_name *symbol, bool with_size)
{
	static const char *const names[] = {"p", "h", "size"};
	struct tri_type *word = package->universe->basic[TRI_BASIC_UINTPTR];
	struct tri_type *parameters[] = {package->universe->basic[TRI_BASIC_UNSAFE_POINTER], word, word}, *results[] = {word};
	uint32_t count = with_size ? 3 : 2;
	struct tri_type *signature = tri_type_function_of(package->universe, parameters, count, results, 1, false);
	struct tri_ir_func *function = tri_ir_new_function(package, symbol->text, symbol->text, TRI_NO_POS, signature);
	for (uint32_t i = 0; i < count; i++)
		tri_ir_new_variable(package, function, TRI_VAR_PARAMETER, tri_name_intern_c(package->universe->names, names[i]), parameters[i],
							TRI_NO_POS);
	tri_ir_new_variable(package, function, TRI_VAR_RESULT, tri_name_intern_c(package->universe->names, "~r0"), word, TRI_NO_POS);
	tri_map_put(package->arena, &package->made_functions, TRI_KEY(symbol), function);
	return function;
}

// A function of the runtime: one declaration a package.
static struct tri_ir_func *runtime_function(struct tri_ir_package *package, const char *symbol, bool with_size)
{
	const struct tri_name *name = tri_name_intern_c(package->universe->names, symbol);
	struct tri_ir_func *function = tri_map_get(&package->made_functions, TRI_KEY(name));
	return function != NULL ? function : new_function(package, name, with_size);
}

static const char *memory_hash(int64_t size)
{
	switch (size) {
	case 0:
		return "runtime.memhash0";
	case 1:
		return "runtime.memhash8";
	case 2:
		return "runtime.memhash16";
	case 4:
		return "runtime.memhash32";
	case 8:
		return "runtime.memhash64";
	case 16:
		return "runtime.memhash128";
	default:
		return NULL;
	}
}

static const char *runtime_hash(struct tri_type *type)
{
	struct tri_type *under = tri_type_underlying(type);
	if (tri_type_is_plain_memory(type))
		return memory_hash(type->size);
	if (under->kind == TRI_TYPE_INTERFACE) {
		uint32_t count;
		tri_interface_methods(under, &count);
		return count > 0 ? "runtime.interhash" : "runtime.nilinterhash";
	}
	if (under->kind != TRI_TYPE_BASIC)
		return NULL;
	switch (under->as.basic.kind) {
	case TRI_BASIC_STRING:
		return "runtime.strhash";
	case TRI_BASIC_FLOAT32:
		return "runtime.f32hash";
	case TRI_BASIC_FLOAT64:
		return "runtime.f64hash";
	case TRI_BASIC_COMPLEX64:
		return "runtime.c64hash";
	case TRI_BASIC_COMPLEX128:
		return "runtime.c128hash";
	default:
		return NULL;
	}
}

struct hash_builder {
	struct function_builder b;
	struct tri_ir_var *key, *hash;
};

// hash = function(address, hash, size)
static void add_part(struct hash_builder *h, struct tri_ir_func *function, struct tri_node *address, int64_t size)
{
	struct function_builder *b = &h->b;
	struct tri_type *word = tri_ir_basic(b, TRI_BASIC_UINTPTR);
	struct tri_node *call = tri_ir_node(b, TRI_NODE_CALL, TRI_NO_POS, word), *hash = tri_ir_local(b, h->hash, TRI_NO_POS);
	call->function = function;
	tri_vector_push(b->arena, &call->list, address);
	tri_vector_push(b->arena, &call->list, hash);
	if (size >= 0) {
		struct tri_node *count = tri_ir_integer(b, TRI_NO_POS, word, size);
		tri_vector_push(b->arena, &call->list, count);
	}
	struct tri_node *assign = tri_ir_node(b, TRI_NODE_ASSIGN, TRI_NO_POS, NULL);
	assign->x = tri_ir_local(b, h->hash, TRI_NO_POS);
	assign->y = call;
	h->hash->reassigned = true;
	tri_ir_emit(b, assign);
}

static void add_memory(struct hash_builder *h, struct tri_node *address, int64_t size)
{
	const char *known = memory_hash(size);
	if (size == 0)
		return;
	if (known != NULL)
		add_part(h, runtime_function(h->b.package, known, false), address, -1);
	else
		add_part(h, runtime_function(h->b.package, "runtime.memhash", true), address, size);
}

static struct tri_node *offset_address(struct hash_builder *h, struct tri_node *offset)
{
	struct tri_node *address = tri_ir_unary(&h->b, TRI_NODE_UNSAFE_ADD, TRI_NO_POS, h->key->type, tri_ir_local(&h->b, h->key, TRI_NO_POS));
	address->y = offset;
	return address;
}

static struct tri_node *part_address(struct hash_builder *h, int64_t offset)
{
	if (offset == 0)
		return tri_ir_local(&h->b, h->key, TRI_NO_POS);
	return offset_address(h, tri_ir_integer(&h->b, TRI_NO_POS, tri_ir_basic(&h->b, TRI_BASIC_INT), offset));
}

static void hash_struct(struct hash_builder *h, struct tri_type *type)
{
	struct tri_type *under = tri_type_underlying(type);
	tri_type_layout(under);
	const int64_t *offsets = under->as.structure.offsets;
	uint32_t count = under->as.structure.field_count;
	for (uint32_t i = 0; i < count;) {
		struct tri_struct_field *field = &under->as.structure.fields[i];
		if (strcmp(field->name->text, "_") == 0) {
			i++;
			continue;
		}
		int64_t start = offsets[i], end = start;
		if (!tri_type_is_plain_memory(field->type)) {
			add_part(h, tri_ir_hash_function(h->b.package, field->type), part_address(h, start), -1);
			i++;
			continue;
		}
		for (; i < count && offsets[i] == end; i++) {
			field = &under->as.structure.fields[i];
			if (strcmp(field->name->text, "_") == 0 || !tri_type_is_plain_memory(field->type))
				break;
			tri_type_layout(field->type);
			end += field->type->size;
		}
		add_memory(h, part_address(h, start), end - start);
	}
}

//	for i := 0; i < length; i++ { hash = function(&key[i], hash) }
static void hash_array(struct hash_builder *h, struct tri_type *type)
{
	struct function_builder *b = &h->b;
	struct tri_type *under = tri_type_underlying(type), *element = under->as.array.element, *integer = tri_ir_basic(b, TRI_BASIC_INT);
	tri_type_layout(element);
	struct tri_ir_var *index = tri_ir_emit_temporary(b, tri_ir_integer(b, TRI_NO_POS, integer, 0), TRI_NO_POS);
	index->reassigned = true;
	struct tri_node *loop = tri_ir_node(b, TRI_NODE_FOR, TRI_NO_POS, NULL);
	loop->x = tri_ir_compare(b, TRI_OP_LESS, TRI_NO_POS, tri_ir_basic(b, TRI_BASIC_BOOL), tri_ir_local(b, index, TRI_NO_POS),
							 tri_ir_integer(b, TRI_NO_POS, integer, under->as.array.length));
	loop->y = tri_ir_node(b, TRI_NODE_ASSIGN_OP, TRI_NO_POS, NULL);
	loop->y->operator= TRI_OP_ADD;
	loop->y->x = tri_ir_local(b, index, TRI_NO_POS);
	loop->y->y = tri_ir_integer(b, TRI_NO_POS, integer, 1);
	tri_node_list *statements = b->statements;
	b->statements = &loop->body;
	struct tri_node *offset = tri_ir_unary(b, TRI_NODE_ARITHMETIC, TRI_NO_POS, integer, tri_ir_local(b, index, TRI_NO_POS));
	offset->operator= TRI_OP_MUL;
	offset->y = tri_ir_integer(b, TRI_NO_POS, integer, element->size);
	add_part(h, tri_ir_hash_function(b->package, element), offset_address(h, offset), -1);
	b->statements = statements;
	tri_ir_emit(b, loop);
}

struct tri_ir_func *tri_ir_hash_function(struct tri_ir_package *package, struct tri_type *type)
{
	type = tri_type_unalias(type);
	tri_type_layout(type);
	const char *runtime = runtime_hash(type);
	if (runtime != NULL)
		return runtime_function(package, runtime, false);
	bool plain = tri_type_is_plain_memory(type);
	const char *symbol = plain ? tri_arena_printf(package->arena, "type:.hashmem%lld", (long long)type->size)
							   : tri_arena_printf(package->arena, "type:.hash.%s", tri_type_key(package->universe, type));
	const struct tri_name *name = tri_name_intern_c(package->universe->names, symbol);
	struct tri_ir_func *function = tri_map_get(&package->made_functions, TRI_KEY(name));
	if (function != NULL)
		return function;
	function = new_function(package, name, false);
	function->has_body = function->is_wrapper = true;
	tri_vector_push(package->arena, &package->functions, function);
	struct hash_builder h = {
		.b = {.package = package, .arena = package->trees, .function = function, .statements = &function->body},
		.key = function->parameters.items[0],
		.hash = function->parameters.items[1],
	};
	if (plain)
		add_memory(&h, part_address(&h, 0), type->size);
	else if (tri_type_underlying(type)->kind == TRI_TYPE_STRUCT)
		hash_struct(&h, type);
	else if (tri_type_underlying(type)->kind == TRI_TYPE_ARRAY)
		hash_array(&h, type);
	else
		tri_ice("no hash for keys of type %s", tri_type_key(package->universe, type));
	struct tri_node *result = tri_ir_node(&h.b, TRI_NODE_RETURN, TRI_NO_POS, NULL), *value = tri_ir_local(&h.b, h.hash, TRI_NO_POS);
	tri_vector_push(package->trees, &result->list, value);
	tri_ir_emit(&h.b, result);
	return function;
}
