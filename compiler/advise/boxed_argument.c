// An argument that is converted to an interface for each call. Where all calls pass one type, the parameter can have that;
// a function that does not look at the type can have a type parameter; and a value that stays the same for all iterations of
// a loop can be converted before it.
#define TRI_ADVISE_INTERNAL
#include "compiler/advise/internal.h"

struct boxing {
	struct advise_node *value, *call;
	const struct tri_function_decl *callee; // in the file, or NULL
	const struct tri_field *parameter;      // that it is passed as
	uint32_t index;                         // of the argument, and of the parameter unless that is variadic
	bool variadic;
};

static bool is_interface_written(const struct tri_expr *type_expr)
{
	return type_expr != NULL && type_expr->type != NULL && tri_type_is_interface(type_expr->type);
}

// The function that is called, when the file declares it.
static const struct tri_function_decl *callee_of(const struct adviser *a, const struct advise_node *call)
{
	const struct tri_expr *function = tri_expr_unparen(tri_as_call_expr(call->expr)->function);
	const struct tri_object *object = NULL;
	if (function->kind == TRI_EXPR_NAME)
		object = tri_as_name_expr(function)->object;
	else if (function->kind == TRI_EXPR_SELECTOR && tri_as_selector_expr(function)->selection != NULL &&
			 tri_as_selector_expr(function)->selection->kind == TRI_SELECT_METHOD_VALUE)
		object = tri_as_selector_expr(function)->selection->object;
	if (object == NULL || object->kind != TRI_OBJECT_FUNCTION || object->function == NULL)
		return NULL;
	return tri_advise_name_at(a, object->function->name->base.pos) != NULL ? object->function : NULL;
}

static bool find_boxing(struct adviser *a, struct boxing *boxing)
{
	const struct tri_node *node = a->decision->node;
	if (node == NULL || node->op != TRI_NODE_CONVERT_INTERFACE)
		return false;
	boxing->value = tri_advise_node_of(a, node->source);
	boxing->call = boxing->value != NULL ? boxing->value->parent : NULL;
	if (!tri_advise_is_expr(boxing->call, TRI_EXPR_CALL) || tri_as_call_expr(boxing->call->expr)->has_dots)
		return false;
	const tri_expr_list *arguments = &tri_as_call_expr(boxing->call->expr)->arguments;
	while (boxing->index < arguments->count && arguments->items[boxing->index] != boxing->value->expr)
		boxing->index++;
	if (boxing->index == arguments->count)
		return false; // what is called
	boxing->callee = callee_of(a, boxing->call);
	if (boxing->callee == NULL)
		return true;
	const tri_field_list *parameters = &boxing->callee->signature->parameters;
	if (parameters->count == 0)
		return false;
	boxing->parameter = parameters->items[boxing->index < parameters->count ? boxing->index : parameters->count - 1];
	boxing->variadic = boxing->parameter->type_expr->kind == TRI_EXPR_DOTS_TYPE;
	return true;
}

static struct tri_type *argument_type(const struct tri_expr *expr)
{
	// What a constant became when it was converted is not known here.
	return expr->type == NULL || expr->mode == TRI_MODE_CONSTANT || expr->mode == TRI_MODE_NIL || tri_type_is_interface(expr->type)
			   ? NULL
			   : expr->type;
}

// Do all calls in the file pass the same type there? NULL: no, or it is used otherwise.
static struct tri_type *common_type(const struct adviser *a, const struct boxing *boxing)
{
	struct tri_type *common = NULL;
	const struct tri_object *function = boxing->callee->name->object;
	for (const struct advise_node *use = tri_advise_next_use(a, function, NULL); use != NULL; use = tri_advise_next_use(a, function, use)) {
		const struct advise_node *callee = use;
		if (tri_advise_is_decl(use->parent, TRI_DECL_FUNCTION))
			continue;
		if (tri_advise_is_expr(use->parent, TRI_EXPR_SELECTOR) && use->parent->start != use->start)
			callee = use->parent;
		const struct advise_node *call = callee->parent;
		if (!tri_advise_is_expr(call, TRI_EXPR_CALL) || tri_as_call_expr(call->expr)->function != callee->expr)
			return NULL;
		const struct tri_call_expr *expr = tri_as_call_expr(call->expr);
		uint32_t end = boxing->variadic ? expr->arguments.count : boxing->index + 1;
		uint32_t first = boxing->variadic ? boxing->callee->signature->parameters.count - 1 : boxing->index;
		if (expr->has_dots || end > expr->arguments.count)
			return NULL;
		for (uint32_t i = first; i < end; i++) {
			struct tri_type *type = argument_type(expr->arguments.items[i]);
			if (type == NULL || (common != NULL && !tri_type_identical(common, type)))
				return NULL;
			common = type;
		}
	}
	return common;
}

static const struct tri_expr *written_interface(const struct boxing *boxing)
{
	const struct tri_expr *type = boxing->parameter->type_expr;
	return boxing->variadic ? tri_as_dots_type(type)->element : type;
}

static bool shares_type(const struct boxing *boxing)
{
	const tri_field_list *parameters = &boxing->callee->signature->parameters;
	uint32_t sharing = 0;
	for (uint32_t i = 0; i < parameters->count; i++)
		sharing += parameters->items[i]->type_expr == boxing->parameter->type_expr;
	return sharing > 1;
}

static bool is_exported(const struct tri_function_decl *decl)
{
	return decl->name->name->text[0] >= 'A' && decl->name->name->text[0] <= 'Z';
}

static void with_its_type(struct adviser *a, const struct boxing *boxing, struct tri_type *type)
{
	const struct advise_node *written = tri_advise_node_of(a, written_interface(boxing));
	if (written == NULL)
		return;
	tri_advise_begin(a, TRI_ADVICE_FEWER, "give the parameter the type that all calls pass");
	if (is_exported(boxing->callee))
		a->draft->warning = "other packages that call it may pass other types";
	tri_advise_replace(a, written->start, written->end, tri_type_string(a->arena, type, a->package));
	tri_advise_finish(a);
}

static void with_type_parameter(struct adviser *a, const struct boxing *boxing)
{
	const struct advise_node *written = tri_advise_node_of(a, written_interface(boxing));
	const struct advise_node *name = tri_advise_node_of(a, &boxing->callee->name->base);
	if (written == NULL || name == NULL || boxing->callee->receiver != NULL || boxing->callee->type_parameters.count > 0)
		return;
	const char *parameter = tri_advise_fresh_name(a, name->parent, "T");
	if (parameter == NULL)
		return;
	tri_advise_begin(a, TRI_ADVICE_FEWER, "give the function a type parameter: it does not look at the type");
	if (is_exported(boxing->callee))
		a->draft->warning = "other packages may use it as a value of its type, which a generic function cannot be";
	tri_advise_replace(a, name->end, name->end, tri_arena_printf(a->arena, "[%s %s]", parameter, tri_advise_node_text(a, written)));
	tri_advise_replace(a, written->start, written->end, parameter);
	tri_advise_finish(a);
}

static void before_the_loop(struct adviser *a, const struct boxing *boxing)
{
	const struct tri_object *object = tri_advise_local(boxing->value);
	const struct advise_node *outermost = NULL;
	for (struct advise_node *loop = tri_advise_loop(boxing->value); object != NULL && loop != NULL; loop = tri_advise_loop(loop)) {
		if (!tri_advise_is_invariant(a, object, loop, true))
			break;
		outermost = loop;
	}
	if (outermost == NULL)
		return;
	if (tri_advise_is_stmt(outermost->parent, TRI_STMT_LABELED))
		outermost = outermost->parent;
	const char *wish = tri_arena_printf(a->arena, "%sBoxed", object->name->text);
	const char *name = tri_advise_fresh_name(a, tri_advise_declared_function(boxing->value), wish);
	if (name == NULL)
		return;
	const char *type = tri_type_string(a->arena, a->decision->node->type, a->package);
	const char *format = type[0] == '*' || strchr(type, ' ') != NULL ? "%s := (%s)(%s)" : "%s := %s(%s)";
	tri_advise_begin(a, TRI_ADVICE_LESS_OFTEN, "convert it before the loop");
	struct tri_buffer line = {0};
	tri_buffer_printf(&line, format[6] == '(' ? "%s := (%s)(%s)" : "%s := %s(%s)", name, type, object->name->text);
	const char *text = tri_arena_strdup(a->arena, line.data, line.length);
	tri_buffer_free(&line);
	tri_advise_replace(a, boxing->value->start, boxing->value->end, name);
	if (tri_advise_insert_line(a, outermost, text))
		tri_advise_finish(a);
}

void tri_advise_boxed_argument(struct adviser *a)
{
	struct boxing boxing = {0};
	if (!find_boxing(a, &boxing))
		return;
	if (boxing.callee != NULL && is_interface_written(written_interface(&boxing))) {
		struct tri_type *type = common_type(a, &boxing);
		if (type != NULL && !shares_type(&boxing))
			with_its_type(a, &boxing, type);
		if (!shares_type(&boxing))
			with_type_parameter(a, &boxing);
	}
	before_the_loop(a, &boxing);
}
