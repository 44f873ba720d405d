// What the dictionaries of instances name, for what is said of decisions (package->shapes).
//
// Code for shapes is given a dictionary with the types that it stands for. Go's compiler makes methods for every instance of a
// generic type that a dictionary names, as they may be called through an interface: whoever makes F[T] makes the methods of
// instances that F[go.shape.T], and what that calls, puts into interfaces. So each function for shapes notes the types that it
// boxes and what it calls, in terms of its shapes; for each list of type arguments that it is used with, these are
// followed with the arguments in the shapes' places.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

struct dictionary_callee {       // in terms of the shapes of whoever calls
	struct tri_object *function; // generic, with `arguments`; or NULL:
	struct tri_type *receiver;   // the method `name` of this instance
	const struct tri_name *name;
	struct tri_type *const *arguments;
	uint32_t count;
};

struct tri_ir_dictionary { // of a function for shapes
	struct tri_type *const *shapes;
	uint32_t count;
	tri_type_list boxed;
	TRI_VECTOR(struct dictionary_callee) callees;
};

struct tri_ir_dictionary *tri_ir_new_dictionary(struct tri_ir_package *package, struct tri_object *instance,
												struct tri_type *const *arguments, uint32_t count)
{
	struct tri_ir_dictionary *dictionary = TRI_NEW(package->arena, struct tri_ir_dictionary);
	const struct tri_type *receiver = instance->instance;
	dictionary->shapes = arguments != NULL ? arguments : receiver != NULL ? receiver->as.named.arguments : NULL;
	dictionary->count = arguments != NULL ? count : receiver != NULL ? receiver->as.named.argument_count : 0;
	return dictionary;
}

// ---- Notes -----------------------------------------------------------------------------------

static struct tri_ir_dictionary *dictionary_of(const struct function_builder *b)
{
	while (b->outer != NULL)
		b = b->outer;
	return b->package->shapes ? b->function->dictionary : NULL;
}

void tri_ir_note_boxed(const struct function_builder *b, struct tri_type *type)
{
	struct tri_ir_dictionary *dictionary = dictionary_of(b);
	if (dictionary != NULL && tri_type_has_shape(type))
		tri_vector_push(b->package->arena, &dictionary->boxed, type);
}

void tri_ir_note_generic_use(const struct function_builder *b, const struct tri_name_expr *name)
{
	struct tri_ir_dictionary *dictionary = dictionary_of(b);
	if (dictionary == NULL)
		return;
	struct dictionary_callee callee = {.function = name->object, .arguments = name->type_arguments, .count = name->type_argument_count};
	tri_vector_push(b->package->arena, &dictionary->callees, callee);
}

void tri_ir_note_method_call(const struct function_builder *b, const struct tri_node *call)
{
	struct tri_ir_dictionary *dictionary = dictionary_of(b);
	if (dictionary == NULL || call->function->object == NULL || call->list.count == 0 || call->list.items[0] == NULL)
		return;
	struct tri_type *receiver = tri_type_unalias(call->list.items[0]->type);
	if (receiver->kind == TRI_TYPE_POINTER)
		receiver = tri_type_unalias(receiver->as.pointer.element);
	if (receiver->kind != TRI_TYPE_NAMED || receiver->as.named.origin == NULL || !tri_type_has_shape(receiver))
		return;
	struct dictionary_callee callee = {.receiver = receiver, .name = call->function->object->name};
	tri_vector_push(b->package->arena, &dictionary->callees, callee);
}

// ---- Uses ------------------------------------------------------------------------------------

void tri_ir_use_dictionary(struct tri_ir_package *package, struct tri_ir_func *shaped, struct tri_type *const *arguments, uint32_t count)
{
	if (shaped->dictionary == NULL || shaped->dictionary->count != count)
		return;
	const struct tri_name *key =
		tri_name_printf(package->universe->names, "%s %s", shaped->symbol, tri_ir_type_arguments(package, arguments, count));
	if (tri_map_put(package->arena, &package->used_dictionaries, TRI_KEY(key), shaped) != NULL)
		return;
	struct tri_ir_dictionary_use use = {.shaped = shaped, .arguments = arguments};
	tri_vector_push(package->arena, &package->dictionary_uses, use);
}

static void follow(struct tri_ir_package *package, const struct tri_ir_dictionary *dictionary, struct tri_type *const *arguments,
				   const struct dictionary_callee *callee)
{
	struct tri_universe *universe = package->universe;
	if (callee->function != NULL) {
		struct tri_type **own = TRI_NEW_ARRAY(package->arena, struct tri_type *, callee->count);
		for (uint32_t i = 0; i < callee->count; i++)
			own[i] = tri_type_replace_shapes(universe, callee->arguments[i], dictionary->shapes, arguments, dictionary->count);
		struct tri_ir_func *shaped = tri_ir_find_shaped(package, callee->function, own, callee->count);
		if (shaped != NULL)
			tri_ir_use_dictionary(package, shaped, own, callee->count);
		return;
	}
	struct tri_type *receiver = tri_type_replace_shapes(universe, callee->receiver, dictionary->shapes, arguments, dictionary->count);
	for (uint32_t i = 0; i < tri_named_method_count(receiver); i++) {
		struct tri_object *method = tri_named_method(receiver, i);
		if (method->name != callee->name)
			continue;
		struct tri_ir_func *shaped = tri_ir_function_for(package, method);
		tri_ir_use_dictionary(package, shaped, receiver->as.named.arguments, receiver->as.named.argument_count);
	}
}

void tri_ir_follow_dictionaries(struct tri_ir_package *package)
{
	// Those that come meanwhile may be of functions without a body yet.
	uint32_t count = package->dictionary_uses.count;
	if (count == 0)
		return;
	for (uint32_t i = 0; i < count; i++) {
		struct tri_ir_dictionary_use use = package->dictionary_uses.items[i];
		const struct tri_ir_dictionary *dictionary = use.shaped->dictionary;
		for (uint32_t k = 0; k < dictionary->boxed.count; k++) {
			struct tri_type *type = dictionary->boxed.items[k];
			tri_ir_request_methods(package,
								   tri_type_replace_shapes(package->universe, type, dictionary->shapes, use.arguments, dictionary->count));
		}
		for (uint32_t k = 0; k < dictionary->callees.count; k++)
			follow(package, dictionary, use.arguments, &dictionary->callees.items[k]);
	}
	package->dictionary_uses.count -= count;
	memmove(package->dictionary_uses.items, package->dictionary_uses.items + count,
			package->dictionary_uses.count * sizeof package->dictionary_uses.items[0]);
}
