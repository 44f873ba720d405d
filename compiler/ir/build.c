// From a checked package to the typed tree.
//
// One tri_ir_func per function, method and function literal. What the language leaves implicit becomes
// nodes: conversions of assignments, addresses and dereferences of receivers, steps through embedded
// fields, packed variadic arguments, temporaries for tuples, iterations' own loop variables, wrappers of
// go and defer statements. Statements that an expression needs before its value hang on STATEMENT_EXPR.
//
// The files: build_function.c variables, captures and literals; build_statement.c, build_assign.c,
// build_loop.c, build_switch.c, build_go_defer.c statements; build_expression.c, build_selector.c,
// build_call.c, build_builtin.c, build_literal.c, build_conversion.c expressions; this file the package.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

void tri_ir_unsupported(struct tri_ir_package *package, tri_pos pos, const char *what)
{
	tri_diag_error(package->unsupported, pos, "NotSupported", "%s not supported yet", what);
}

// ---- Names -------------------------------------------------------------------------------------------

// Types declared in functions are numbered: several may have the same name.
static const char *type_name(struct tri_ir_package *package, const struct tri_type *named)
{
	const char *name = named->as.named.object->name->text;
	uint32_t index = named->as.named.local_index;
	if (index > 0)
		name = tri_arena_printf(package->arena, "%s\xc2\xb7%u", name, index);
	if (named->as.named.origin != NULL)
		name = tri_arena_printf(package->arena, "%s%s", name,
								tri_ir_type_arguments(package, named->as.named.arguments, named->as.named.argument_count));
	return name;
}

void tri_ir_method_names(struct tri_ir_package *package, struct tri_type *receiver, const struct tri_name *method, const char **symbol,
						 const char **short_name)
{
	receiver = tri_type_unalias(receiver);
	bool pointer = receiver->kind == TRI_TYPE_POINTER;
	struct tri_type *base = pointer ? tri_type_unalias(receiver->as.pointer.element) : receiver;
	const char *type, *path;
	if (base->kind == TRI_TYPE_NAMED) {
		const struct tri_object *object = base->as.named.object;
		path = object->package != NULL ? object->package->path : "go";
		type = type_name(package, base);
	} else {
		path = "go";
		type = tri_type_key(package->universe, base);
	}
	*short_name = tri_arena_printf(package->arena, pointer ? "(*%s).%s" : "%s.%s", type, method->text);
	*symbol = tri_arena_printf(package->arena, "%s.%s", path, *short_name);
}

// ---- Functions and globals -----------------------------------------------------------------------------

struct tri_ir_func *tri_ir_new_function(struct tri_ir_package *package, const char *symbol, const char *short_name, tri_pos pos,
										struct tri_type *signature)
{
	struct tri_ir_func *function = TRI_NEW(package->arena, struct tri_ir_func);
	function->symbol = symbol;
	function->short_name = short_name;
	function->package = package->package;
	function->owner = package;
	function->pos = function->end_pos = pos;
	function->signature = signature;
	return function;
}

bool tri_ir_note_literal(struct tri_ir_package *package, const char *symbol)
{
	const struct tri_name *name = tri_name_intern_c(package->universe->names, symbol);
	return tri_map_put(package->arena, &package->literal_symbols, TRI_KEY(name), (void *)(uintptr_t)name) == NULL;
}

static const struct tri_name *result_name(struct tri_ir_package *package, const struct tri_object *object, uint32_t index)
{
	if (object->name == NULL || object->name->length == 0 || strcmp(object->name->text, "_") == 0)
		return tri_name_printf(package->universe->names, "~r%u", index);
	return object->name;
}

static void declare_parameter(struct tri_ir_package *package, struct tri_ir_func *function, struct tri_object *object, bool is_receiver)
{
	const struct tri_name *name = object->name;
	if (name == NULL || name->length == 0)
		name = tri_name_intern_c(package->universe->names, "_");
	struct tri_ir_var *var = tri_ir_new_variable(package, function, TRI_VAR_PARAMETER, name, object->type, object->pos);
	var->object = object;
	var->is_receiver = is_receiver;
	var->address_taken = object->address_taken;
	var->reassigned = object->reassigned;
	object->ir = var;
}

void tri_ir_declare_parameters(struct tri_ir_package *package, struct tri_ir_func *function, struct tri_object *receiver)
{
	struct tri_type *signature = tri_type_underlying(function->signature);
	if (receiver != NULL)
		declare_parameter(package, function, receiver, true);
	for (uint32_t i = 0; i < signature->as.function.parameter_count; i++)
		declare_parameter(package, function, signature->as.function.parameters[i], false);
	for (uint32_t i = 0; i < signature->as.function.result_count; i++) {
		struct tri_object *object = signature->as.function.results[i];
		struct tri_ir_var *var =
			tri_ir_new_variable(package, function, TRI_VAR_RESULT, result_name(package, object, i), object->type, object->pos);
		var->object = object;
		var->address_taken = object->address_taken;
		var->reassigned = object->reassigned;
		object->ir = var;
	}
}

static bool is_own(const struct tri_ir_package *package, const struct tri_object *object)
{
	return object->package == package->package && object->instance == NULL;
}

// A function of a finished package that did not come with it: nothing is known but its name.
static struct tri_ir_func *foreign_function(struct tri_ir_package *package, struct tri_object *object, const char *symbol,
											const char *short_name)
{
	struct tri_ir_func *function = tri_ir_new_function(package, symbol, short_name, object->pos, object->type);
	function->package = object->package;
	function->object = object;
	function->owner = NULL;
	if (object->function != NULL && object->function->base.pragma != NULL)
		function->pragmas = object->function->base.pragma->bits;
	tri_ir_find_intrinsic(function);
	return function;
}

static struct tri_ir_func *own_function(struct tri_ir_package *package, struct tri_object *object, const char *symbol,
										const char *short_name)
{
	struct tri_ir_func *function = tri_ir_new_function(package, symbol, short_name, object->pos, object->type);
	function->object = object;
	function->decl = object->function;
	function->has_body = object->function != NULL && object->function->body != NULL;
	if (object->function != NULL && object->function->base.pragma != NULL)
		function->pragmas = object->function->base.pragma->bits;
	object->ir = function;
	tri_ir_find_intrinsic(function);
	tri_ir_declare_parameters(package, function, tri_type_underlying(object->type)->as.function.receiver);
	return function;
}

struct tri_ir_func *tri_ir_function_for(struct tri_ir_package *package, struct tri_object *object)
{
	if (object->instance != NULL && package->shapes)
		object = tri_ir_shaped_method(package, object);
	bool own = is_own(package, object);
	struct tri_ir_func *function = own || object->instance == NULL ? object->ir : NULL;
	if (function == NULL && !own)
		function = tri_map_get(&package->foreign, TRI_KEY(object));
	if (function != NULL)
		return function;
	struct tri_object *receiver = tri_type_underlying(object->type)->as.function.receiver;
	const char *symbol, *short_name;
	const char *path = object->package != NULL ? object->package->path : "";
	if (receiver != NULL && receiver->type != NULL) {
		tri_ir_method_names(package, receiver->type, object->name, &symbol, &short_name);
	} else {
		short_name = object->name->text;
		symbol = tri_arena_printf(package->arena, "%s.%s", path, short_name);
	}
	if (object->linkname != NULL)
		symbol = object->linkname;
	if (own)
		return own_function(package, object, symbol, short_name);
	if (object->instance != NULL)
		function = tri_ir_instance(package, symbol, short_name, object, NULL, 0);
	else
		function = foreign_function(package, object, symbol, short_name);
	tri_map_put(package->arena, &package->foreign, TRI_KEY(object), function);
	return function;
}

static const char *global_symbol(const struct tri_ir_package *package, const struct tri_object *object)
{
	if (object->linkname != NULL)
		return object->linkname;
	return tri_arena_printf(package->arena, "%s.%s", object->package->path, object->name->text);
}

// Variables of other packages are this one's own to look at, as their storage is named in each symbol table.
struct tri_ir_global *tri_ir_global_for(struct tri_ir_package *package, struct tri_object *object)
{
	bool own = is_own(package, object);
	struct tri_ir_global *global = own ? object->ir : tri_map_get(&package->foreign, TRI_KEY(object));
	if (global != NULL)
		return global;
	global = TRI_NEW(package->arena, struct tri_ir_global);
	global->symbol = global_symbol(package, object);
	global->type = object->type;
	global->object = object;
	global->package = object->package;
	global->pos = object->pos;
	tri_type_layout(global->type);
	// All that has no size is in one place.
	global->data = tri_symbol_get(package->symbols, global->type->size == 0 ? "runtime.zerobase" : global->symbol);
	if (own)
		object->ir = global;
	else
		tri_map_put(package->arena, &package->foreign, TRI_KEY(object), global);
	return global;
}

// Room for a package variable, zero until static initialisation says otherwise.
static void define_global(struct tri_ir_package *package, struct tri_object *object)
{
	struct tri_ir_global *global = tri_ir_global_for(package, object);
	tri_vector_push(package->arena, &package->globals, global);
	if (global->type->size == 0)
		return;
	struct tri_symbol *data = global->data;
	data->kind = TRI_SYMBOL_BSS;
	data->weak = object->linkname != NULL; // another package may have the same variable, and its value
	data->size = global->type->size > 0 ? (uint64_t)global->type->size : 0;
	data->align = global->type->align > 0 ? (uint32_t)global->type->align : 1;
	if (tri_type_has_pointers(global->type)) {
		data->pointer_mask = tri_bits_new(package->arena, (uint32_t)((data->size + 7) / 8));
		tri_type_pointer_mask(global->type, 0, &data->pointer_mask);
	}
}

// ---- Initialisation --------------------------------------------------------------------------------------

static struct function_builder new_builder(struct tri_ir_package *package, struct tri_ir_func *function)
{
	return (struct function_builder){.package = package, .arena = package->trees, .function = function, .statements = &function->body};
}

static void initialize(struct function_builder *b, const struct tri_initializer *step)
{
	struct tri_ir_package *package = b->package;
	if (step->left_count == 1) {
		struct tri_object *object = step->left[0];
		bool blank = object == NULL || strcmp(object->name->text, "_") == 0;
		struct tri_node *value = object != NULL ? tri_ir_expression_as(b, step->right, object->type) : tri_ir_expression(b, step->right);
		struct tri_node *assign = tri_ir_node(b, TRI_NODE_ASSIGN, step->pos, NULL);
		if (!blank) {
			assign->x = tri_ir_node(b, TRI_NODE_GLOBAL, step->pos, object->type);
			assign->x->global = tri_ir_global_for(package, object);
		}
		assign->y = value;
		tri_ir_emit(b, assign);
		return;
	}
	tri_node_list values = tri_ir_unpack(b, step->right);
	for (uint32_t i = 0; i < step->left_count && i < values.count; i++) {
		struct tri_object *object = step->left[i];
		if (object == NULL || strcmp(object->name->text, "_") == 0)
			continue;
		struct tri_node *assign = tri_ir_node(b, TRI_NODE_ASSIGN, step->pos, NULL);
		assign->x = tri_ir_node(b, TRI_NODE_GLOBAL, step->pos, object->type);
		assign->x->global = tri_ir_global_for(package, object);
		assign->y = tri_ir_convert_implicitly(b, values.items[i], object->type);
		tri_ir_emit(b, assign);
	}
}

// "<path>.init": initialisers in dependency order, then the init functions.
static void build_init(struct tri_ir_package *package)
{
	struct tri_package *checked = package->package;
	struct tri_type *signature = tri_type_function_of(package->universe, NULL, 0, NULL, 0, false);
	tri_pos pos = checked->files.count > 0 ? checked->files.items[0]->package_name->base.pos : TRI_NO_POS;
	const char *symbol = tri_arena_printf(package->arena, "%s.init", checked->path);
	struct tri_ir_func *init = tri_ir_new_function(package, symbol, "init", pos, signature);
	init->has_body = true;
	package->init = init;
	tri_vector_push(package->arena, &package->functions, init);
	struct function_builder b = new_builder(package, init);
	for (uint32_t i = 0; i < checked->initializers.count; i++)
		initialize(&b, &checked->initializers.items[i]);
	for (uint32_t i = 0; i < checked->init_functions.count; i++) {
		struct tri_object *object = checked->init_functions.items[i];
		struct tri_node *call = tri_ir_node(&b, TRI_NODE_CALL, object->pos, NULL);
		call->function = tri_ir_function_for(package, object);
		struct tri_node *statement = tri_ir_node(&b, TRI_NODE_EXPRESSION, object->pos, NULL);
		statement->x = call;
		tri_ir_emit(&b, statement);
	}
}

// ---- The package -------------------------------------------------------------------------------------------

static void build_function(struct tri_ir_package *package, struct tri_ir_func *function)
{
	struct function_builder b = new_builder(package, function);
	tri_ir_build_body(&b, function->decl->body);
}

static void add_function(struct tri_ir_package *package, struct tri_function_decl *decl, struct tri_object *object)
{
	if (object == NULL || object->type->as.function.type_parameters.count > 0 ||
		object->type->as.function.receiver_type_parameters.count > 0)
		return; // generic code is built for its instances only
	struct tri_ir_func *function = tri_ir_function_for(package, object);
	if (decl->body_left_out) {
		tri_vector_push(package->arena, &package->left_out, function);
		return;
	}
	if (!function->has_body) {
		if (function->intrinsic && object->linkname == NULL)
			tri_vector_push(package->arena, &package->intrinsics, function);
		return;
	}
	tri_vector_push(package->arena, &package->functions, function);
	build_function(package, function);
}

struct tri_ir_package *tri_ir_build(struct tri_arena *arena, struct tri_universe *universe, struct tri_package *package,
									struct tri_symbol_table *symbols, struct tri_diags *diags, bool shapes)
{
	struct tri_ir_package *ir = TRI_NEW(arena, struct tri_ir_package);
	ir->arena = arena;
	ir->trees = tri_arena_new_within(arena);
	ir->universe = universe;
	ir->package = package;
	ir->sources = diags->sources;
	ir->symbols = symbols;
	ir->shapes = shapes;
	ir->diags = diags;
	ir->unsupported = TRI_NEW(arena, struct tri_diags);
	*ir->unsupported = (struct tri_diags){.arena = arena, .sources = diags->sources};

	uint32_t inits = 0;
	for (uint32_t i = 0; i < package->init_functions.count; i++) {
		struct tri_ir_func *function = tri_ir_function_for(ir, package->init_functions.items[i]);
		function->short_name = tri_arena_printf(arena, "init.%u", inits);
		function->symbol = tri_arena_printf(arena, "%s.init.%u", package->path, inits++);
	}
	for (uint32_t i = 0; i < package->objects.count && !package->compiled_before; i++) {
		struct tri_object *object = package->objects.items[i];
		if (object->kind == TRI_OBJECT_VARIABLE && strcmp(object->name->text, "_") != 0)
			define_global(ir, object);
	}
	if (!package->compiled_before)
		build_init(ir); // reports on it come before all others
	for (uint32_t f = 0; f < package->files.count; f++) {
		struct tri_file *file = package->files.items[f];
		for (uint32_t d = 0; d < file->decls.count; d++) {
			if (file->decls.items[d]->kind != TRI_DECL_FUNCTION)
				continue;
			struct tri_function_decl *decl = tri_as_function_decl(file->decls.items[d]);
			add_function(ir, decl, decl->name->object);
		}
	}
	(void)tri_ir_build_instances(ir);
	return ir;
}

uint32_t tri_ir_build_instances(struct tri_ir_package *package)
{
	uint32_t count = 0;
	do {
		for (; count < package->unbuilt.count; count++) { // grows meanwhile
			tri_vector_push(package->arena, &package->functions, package->unbuilt.items[count]);
			build_function(package, package->unbuilt.items[count]);
		}
		tri_ir_follow_dictionaries(package);
	} while (count < package->unbuilt.count || package->dictionary_uses.count > 0);
	package->unbuilt.count = 0;
	return count;
}

void tri_ir_release_trees(struct tri_ir_package *package)
{
	for (uint32_t i = 0; i < package->functions.count; i++)
		package->functions.items[i]->body = (tri_node_list){0};
	for (uint32_t i = 0; i < package->globals.count; i++)
		package->globals.items[i]->static_init = (tri_node_list){0};
	tri_arena_clear(package->trees);
}

bool tri_ir_is_shared(const struct tri_ir_func *function)
{
	for (; function != NULL; function = function->outer) {
		if (function->is_wrapper || function->is_instance)
			return true;
	}
	return false;
}
