// The universe: predeclared types, constants and functions, and package unsafe.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

struct basic_row {
	const char *name;
	int64_t size;
	int flags;
};

static const struct basic_row basic_rows[TRI_BASIC_COUNT] = {
#define X(tag, name, size, flags) {name, size, flags},
	TRI_BASIC_TYPES(X)
#undef X
};

static const char *const builtin_names[TRI_BUILTIN_COUNT] = {
#define X(tag, name) name,
	TRI_BUILTINS(X)
#undef X
};

int tri_basic_flags(enum tri_basic_kind kind) { return basic_rows[kind].flags; }

int64_t tri_basic_size(enum tri_basic_kind kind) { return basic_rows[kind].size; }

const char *tri_basic_name(enum tri_basic_kind kind) { return basic_rows[kind].name; }

const char *tri_builtin_name(enum tri_builtin builtin) { return builtin_names[builtin]; }

static struct tri_object *declare(struct tri_universe *universe, struct tri_scope *scope, enum tri_object_kind kind, const char *name,
								  struct tri_type *type)
{
	struct tri_object *object = TRI_NEW(universe->arena, struct tri_object);
	object->kind = (uint8_t)kind;
	object->name = tri_name_intern_c(universe->names, name);
	object->type = type;
	object->scope = scope;
	tri_map_put(universe->arena, &scope->names, TRI_KEY(object->name), object);
	return object;
}

static struct tri_type *new_basic(struct tri_universe *universe, enum tri_basic_kind kind)
{
	struct tri_type *type = tri_type_new(universe, TRI_TYPE_BASIC);
	type->as.basic.kind = kind;
	tri_type_layout(type);
	return type;
}

static struct tri_type *new_interface(struct tri_universe *universe)
{
	struct tri_type *type = tri_type_new(universe, TRI_TYPE_INTERFACE);
	return type;
}

static struct tri_type *declare_named(struct tri_universe *universe, const char *name, struct tri_type *underlying)
{
	struct tri_type *type = tri_type_new(universe, TRI_TYPE_NAMED);
	type->as.named.underlying = underlying;
	type->as.named.object = declare(universe, universe->scope, TRI_OBJECT_TYPE, name, type);
	return type;
}

static void declare_types(struct tri_universe *universe)
{
	for (int kind = 0; kind < TRI_BASIC_COUNT; kind++) {
		universe->basic[kind] = new_basic(universe, (enum tri_basic_kind)kind);
		if (kind != TRI_BASIC_INVALID && kind != TRI_BASIC_UNSAFE_POINTER && !(basic_rows[kind].flags & TRI_IS_UNTYPED))
			declare(universe, universe->scope, TRI_OBJECT_TYPE, basic_rows[kind].name, universe->basic[kind]);
	}
	universe->byte_type = new_basic(universe, TRI_BASIC_UINT8);
	universe->rune_type = new_basic(universe, TRI_BASIC_INT32);
	universe->byte_type->as.basic.second_name = true;
	universe->rune_type->as.basic.second_name = true;
	declare(universe, universe->scope, TRI_OBJECT_TYPE, "byte", universe->byte_type);
	declare(universe, universe->scope, TRI_OBJECT_TYPE, "rune", universe->rune_type);

	universe->empty_interface = new_interface(universe);
	universe->any_type = tri_type_new(universe, TRI_TYPE_ALIAS);
	universe->any_type->as.alias.actual = new_interface(universe);
	universe->any_type->as.alias.actual->as.interface.is_any = true;
	universe->any_type->as.alias.object = declare(universe, universe->scope, TRI_OBJECT_TYPE, "any", universe->any_type);

	struct tri_type *error = new_interface(universe);
	universe->error_type = declare_named(universe, "error", error);
	struct tri_object *method = TRI_NEW(universe->arena, struct tri_object);
	method->kind = TRI_OBJECT_FUNCTION;
	method->name = tri_name_intern_c(universe->names, "Error");
	method->type = tri_type_function_of(universe, NULL, 0, &universe->basic[TRI_BASIC_STRING], 1, false);
	method->type->as.function.receiver = TRI_NEW(universe->arena, struct tri_object);
	method->type->as.function.receiver->kind = TRI_OBJECT_VARIABLE;
	method->type->as.function.receiver->is_receiver = true;
	method->type->as.function.receiver->type = universe->error_type;
	tri_vector_push(universe->arena, &error->as.interface.methods, method);
	uint32_t count = 0;
	(void)tri_interface_methods(error, &count);

	struct tri_type *comparable = new_interface(universe);
	comparable->as.interface.comparable_constraint = true;
	comparable->as.interface.complete = true;
	universe->comparable_type = declare_named(universe, "comparable", comparable);
}

// Predeclared without a package, else in it.
static void declare_builtin(struct tri_universe *universe, struct tri_package *package, enum tri_builtin builtin)
{
	struct tri_object *object = declare(universe, package ? package->scope : universe->scope, TRI_OBJECT_BUILTIN, builtin_names[builtin],
										universe->basic[TRI_BASIC_INVALID]);
	object->builtin = builtin;
	object->package = package;
}

struct tri_universe *tri_universe_new(struct tri_arena *arena, struct tri_name_table *names)
{
	struct tri_universe *universe = TRI_NEW(arena, struct tri_universe);
	universe->arena = arena;
	universe->names = names;
	universe->late = TRI_NEW(arena, struct tri_universe);
	universe->next_type_id = TRI_NEW(arena, _Atomic uint32_t);
	universe->scope = TRI_NEW(arena, struct tri_scope);
	declare_types(universe);

	struct tri_type *untyped_bool = universe->basic[TRI_BASIC_UNTYPED_BOOL];
	declare(universe, universe->scope, TRI_OBJECT_CONSTANT, "true", untyped_bool)->constant = tri_constant_bool(arena, true);
	declare(universe, universe->scope, TRI_OBJECT_CONSTANT, "false", untyped_bool)->constant = tri_constant_bool(arena, false);
	// iota's value comes from the constant declaration around it.
	declare(universe, universe->scope, TRI_OBJECT_CONSTANT, "iota", universe->basic[TRI_BASIC_UNTYPED_INT])->constant =
		tri_constant_int(arena, 0);
	declare(universe, universe->scope, TRI_OBJECT_NIL, "nil", universe->basic[TRI_BASIC_UNTYPED_NIL]);

	struct tri_package *package = TRI_NEW(arena, struct tri_package);
	package->path = "unsafe";
	package->name = tri_name_intern_c(names, "unsafe");
	package->scope = TRI_NEW(arena, struct tri_scope);
	package->scope->parent = universe->scope;
	package->is_unsafe = package->complete = true;
	universe->unsafe_package = package;
	declare(universe, package->scope, TRI_OBJECT_TYPE, "Pointer", universe->basic[TRI_BASIC_UNSAFE_POINTER])->package = package;
	for (int builtin = 0; builtin < TRI_BUILTIN_COUNT; builtin++) {
		bool is_unsafe = builtin >= TRI_BUILTIN_UNSAFE_ADD;
		if (builtin != TRI_BUILTIN_ASSERT && builtin != TRI_BUILTIN_TRACE)
			declare_builtin(universe, is_unsafe ? package : NULL, (enum tri_builtin)builtin);
	}
	universe->shape_package = TRI_NEW(arena, struct tri_package);
	universe->shape_package->path = "go.shape";
	universe->shape_package->name = tri_name_intern_c(names, "go.shape");
	universe->finished = true;
	struct tri_universe *late = universe->late;
	*late = *universe;
	late->arena = tri_arena_new_within(arena);
	return universe;
}

struct tri_universe *tri_universe_for_package(const struct tri_universe *universe, struct tri_arena *arena)
{
	struct tri_universe *copy = TRI_NEW(arena, struct tri_universe);
	*copy = *universe;
	copy->arena = arena;
	copy->instances = (struct tri_map){0};
	copy->shapes = (struct tri_map){0};
	copy->finished = false;
	return copy;
}

void tri_universe_declare_test_functions(struct tri_universe *universe)
{
	declare_builtin(universe, NULL, TRI_BUILTIN_ASSERT);
	declare_builtin(universe, NULL, TRI_BUILTIN_TRACE);
}
