// A line where no memory is taken may still have to do with some: variables are mentioned there, and what was made elsewhere passes by.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

struct related_search {
	const struct driver_build *build;
	const struct driver_unit *unit;
	tri_pos start, end; // of the line
	tri_pos at;         // asked for in it; 0: anything
	driver_story_list *found;
};

static bool is_asked_for(const struct related_search *s, tri_pos pos, size_t length)
{
	if (pos < s->start || pos >= s->end)
		return false;
	return s->at == 0 || (pos <= s->at && s->at < pos + length);
}

static void add(struct related_search *s, const struct tri_escape_decision *decision)
{
	for (uint32_t i = 0; i < s->found->count; i++) {
		const struct tri_escape_decision *known = s->found->items[i].decision;
		if (known == decision || (decision->var != NULL && known->var == decision->var))
			return;
	}
	const struct driver_story story = {.decision = decision};
	tri_vector_push(s->build->arena, s->found, story);
}

// ---- What passes by ------------------------------------------------------------------------------------

static void find_passing(struct related_search *s, const tri_escape_decisions *decisions)
{
	for (uint32_t i = 0; i < decisions->count; i++) {
		const struct tri_escape_decision *decision = decisions->items[i];
		for (uint32_t k = 0; k < decision->steps.count; k++) {
			for (uint32_t r = 0; r < decision->steps.items[k].reasons.count; r++) {
				if (is_asked_for(s, decision->steps.items[k].reasons.items[r].pos, 1))
					add(s, decision);
			}
		}
	}
}

// ---- Variables -----------------------------------------------------------------------------------------

static const struct tri_escape_decision *decision_of(const tri_escape_decisions *decisions, const struct tri_ir_var *var)
{
	for (uint32_t i = 0; i < decisions->count; i++) {
		if (decisions->items[i]->var == var && decisions->items[i]->kind != TRI_ESCAPE_LEAVES)
			return decisions->items[i];
	}
	return NULL;
}

static void add_variable(struct related_search *s, const struct tri_ir_var *var)
{
	while (var->class == TRI_VAR_CAPTURE && var->outer != NULL)
		var = var->outer;
	char first = var->name->text[0];
	if (var->is_temporary || first == '.' || first == '~' || first == '#' || (first == '_' && var->name->length == 1))
		return;
	const struct tri_escape_decision *known = decision_of(&s->unit->decisions, var);
	if (known == NULL)
		known = decision_of(&s->unit->leaks, var);
	if (known == NULL) {
		struct tri_escape_decision *stays = TRI_NEW(s->build->arena, struct tri_escape_decision);
		*stays = (struct tri_escape_decision){
			.kind = TRI_ESCAPE_VALUE,
			.pos = var->pos,
			.text = var->name->text,
			.function = var->function->short_name,
			.var = var,
		};
		known = stays;
	}
	add(s, known);
}

static void find_variables(void *context, struct tri_node **child)
{
	struct related_search *s = context;
	struct tri_node *node = *child;
	if (node->op == TRI_NODE_LOCAL && node->inline_site == NULL && is_asked_for(s, node->pos, node->var->name->length))
		add_variable(s, node->var);
	tri_node_each(node, find_variables, s);
}

static bool is_written_at(const struct related_search *s, const struct tri_ir_var *var)
{
	return var->inline_site == NULL && is_asked_for(s, var->pos, var->name->length);
}

static void find_in_function(struct related_search *s, struct tri_ir_func *function)
{
	if (function->copy_of != NULL || function->is_wrapper || function->is_method_value_wrapper)
		return;
	for (uint32_t i = 0; i < function->parameters.count; i++) {
		if (is_written_at(s, function->parameters.items[i]))
			add_variable(s, function->parameters.items[i]);
	}
	for (uint32_t i = 0; i < function->locals.count; i++) {
		if (is_written_at(s, function->locals.items[i]))
			add_variable(s, function->locals.items[i]);
	}
	for (uint32_t i = 0; i < function->body.count; i++)
		find_variables(s, &function->body.items[i]);
}

void tri_driver_find_related(const struct driver_build *build, const struct tri_source_file *file, uint32_t line, uint32_t column,
							 driver_story_list *found)
{
	if (line == 0 || line > file->line_offsets.count)
		return;
	struct related_search s = {.build = build, .found = found, .start = file->base + 1 + file->line_offsets.items[line - 1]};
	s.end = line < file->line_offsets.count ? file->base + 1 + file->line_offsets.items[line] : file->base + 1 + file->length;
	if (column > 0)
		s.at = s.start + column - 1;
	for (uint32_t u = 0; u < build->unit_count; u++) {
		s.unit = &build->units[u];
		if (!s.unit->package->is_named || s.unit->ir == NULL)
			continue;
		find_passing(&s, &s.unit->decisions);
		for (uint32_t i = 0; i < s.unit->ir->functions.count; i++)
			find_in_function(&s, s.unit->ir->functions.items[i]);
		if (found->count == 0)
			find_passing(&s, &s.unit->leaks);
	}
}
