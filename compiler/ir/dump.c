// The typed tree of a function as indented text, for -d=ir and -d=escape.
#include "compiler/ir/ir.h"

struct dumper {
	struct tri_buffer *out;
	const struct tri_ir_func *function;
	const struct tri_source_set *sources;
};

static void dump_node(struct dumper *d, const struct tri_node *node, int depth, const char *label);

static void dump_list(struct dumper *d, const tri_node_list *list, int depth, const char *label)
{
	for (uint32_t i = 0; i < list->count; i++) {
		if (list->items[i])
			dump_node(d, list->items[i], depth, label);
		else
			tri_buffer_printf(d->out, "%*s%s: _\n", depth * 2, "", label);
	}
}

static void dump_variable(struct dumper *d, const struct tri_ir_var *var)
{
	tri_buffer_printf(d->out, " %s#%u", var->name->text, var->index);
	if (var->function != d->function)
		tri_buffer_printf(d->out, " (of %s)", var->function ? var->function->short_name : "nothing");
}

static void dump_attributes(struct dumper *d, const struct tri_node *node)
{
	static const char *const placements[] = {"", " stack", " heap", " caller"};
	_Static_assert(TRI_COUNT(placements) == TRI_PLACE_CALLER + 1, "a name for each place");
	if (node->operator)
		tri_buffer_printf(d->out, " %s", tri_operator_text((enum tri_operator)node->operator));
	if (node->var)
		dump_variable(d, node->var);
	if (node->function)
		tri_buffer_printf(d->out, " %s", node->function->symbol);
	if (node->op == TRI_NODE_GLOBAL)
		tri_buffer_printf(d->out, " %s", node->global->symbol);
	if (node->value) {
		tri_buffer_append_c(d->out, " ");
		tri_constant_print(node->value, false, d->out);
	}
	if (node->op == TRI_NODE_LABEL || node->op == TRI_NODE_GOTO)
		tri_buffer_printf(d->out, " %s", node->name->text);
	if (node->index)
		tri_buffer_printf(d->out, " [%lld]", (long long)node->index);
	tri_buffer_append_c(d->out, placements[node->placement]);
	const struct {
		bool set;
		const char *name;
	} flags[] = {{node->comma_ok, "comma_ok"}, {node->has_dots, "dots"},   {node->is_variadic, "variadic"}, {node->is_default, "default"},
				 {node->define, "define"},     {node->bounded, "bounded"}, {node->implicit, "implicit"},    {node->zero_copy, "zero_copy"}};
	for (size_t i = 0; i < TRI_COUNT(flags); i++)
		if (flags[i].set)
			tri_buffer_printf(d->out, " %s", flags[i].name);
	if (node->type) {
		tri_buffer_append_c(d->out, " : ");
		tri_type_print(node->type, d->function->package, d->out);
	}
	if (node->pos && d->sources) {
		struct tri_location at = tri_source_locate(d->sources, node->pos);
		tri_buffer_printf(d->out, " @%u:%u", at.line, at.column);
	}
	if (node->inline_site)
		tri_buffer_printf(d->out, " inlined %u", node->inline_site->index);
}

static void dump_node(struct dumper *d, const struct tri_node *node, int depth, const char *label)
{
	tri_buffer_printf(d->out, "%*s%s%s%s", depth * 2, "", label, *label ? ": " : "", tri_node_ops[node->op].tag);
	dump_attributes(d, node);
	tri_buffer_append_c(d->out, "\n");
	if (node->x)
		dump_node(d, node->x, depth + 1, "x");
	if (node->y)
		dump_node(d, node->y, depth + 1, "y");
	if (node->z)
		dump_node(d, node->z, depth + 1, "z");
	dump_list(d, &node->list, depth + 1, "list");
	dump_list(d, &node->body, depth + 1, "body");
	dump_list(d, &node->other, depth + 1, "other");
}

static void dump_variables(struct dumper *d, const char *title, struct tri_ir_var *const *variables, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct tri_ir_var *var = variables[i];
		tri_buffer_printf(d->out, "  %s %s#%u ", title, var->name->text, var->index);
		tri_type_print(var->type, d->function->package, d->out);
		tri_buffer_printf(d->out, "%s%s%s%s\n", var->address_taken ? " address-taken" : "", var->reassigned ? " reassigned" : "",
						  var->class == TRI_VAR_CAPTURE ? var->by_value ? " by-value" : " by-reference" : "", var->heap ? " heap" : "");
	}
}

void tri_ir_dump_func(const struct tri_ir_func *function, const struct tri_source_set *sources, struct tri_buffer *out)
{
	struct dumper d = {out, function, sources};
	tri_buffer_printf(out, "func %s", function->symbol);
	if (function->can_inline)
		tri_buffer_printf(out, " (can be inlined, cost %d)", function->inline_cost);
	tri_buffer_append_c(out, "\n");
	dump_variables(&d, "parameter", function->parameters.items, function->parameters.count);
	dump_variables(&d, "result", function->results.items, function->results.count);
	dump_variables(&d, "capture", function->captures.items, function->captures.count);
	dump_variables(&d, "local", function->locals.items, function->locals.count);
	dump_list(&d, &function->body, 1, "");
}
