// Which advice there is, and in which order it is tried.
#define TRI_ADVISE_INTERNAL
#include "compiler/advise/internal.h"

static void (*const kinds[])(struct adviser *a) = {
	tri_advise_format,        tri_advise_bounded_size,     tri_advise_capture,          tri_advise_method_value,
	tri_advise_part_of_array, tri_advise_pointer_in_slice, tri_advise_returned_pointer, tri_advise_boxed_argument,
};

static const struct tri_file *file_of(const struct tri_package *package, const struct tri_source_file *source)
{
	for (uint32_t i = 0; i < package->files.count; i++) {
		if (package->files.items[i]->source == source)
			return package->files.items[i];
	}
	return NULL;
}

// Where it is written, which is somewhere else than where it is reported when inlining brought it.
static tri_pos written_at(const struct tri_escape_decision *decision)
{
	if (decision->var != NULL)
		return decision->var->object != NULL ? decision->var->object->pos : TRI_NO_POS;
	return decision->node != NULL && decision->node->source != NULL ? decision->node->source->pos : TRI_NO_POS;
}

// All advice takes loops to be what goes back; where goto may, none is given.
static bool has_goto(const struct adviser *a, tri_pos pos)
{
	for (uint32_t i = 0; i < a->nodes.count; i = a->nodes.items[i]->behind) {
		const struct advise_node *decl = a->nodes.items[i];
		if (pos < decl->start || pos >= decl->end)
			continue;
		for (uint32_t j = i; j < decl->behind; j++) {
			const struct advise_node *node = a->nodes.items[j];
			if (tri_advise_is_stmt(node, TRI_STMT_BRANCH) && tri_as_branch_stmt(node->stmt)->token == TRI_TOKEN_GOTO)
				return true;
		}
	}
	return false;
}

void tri_advise(struct tri_arena *arena, const struct tri_package *package, const struct tri_source_set *sources,
				const struct tri_escape_decision *decision, tri_advice_list *list)
{
	struct adviser adviser = {.arena = arena, .package = package, .sources = sources, .decision = decision, .list = list};
	tri_pos pos = written_at(decision);
	adviser.source = pos != TRI_NO_POS ? tri_source_locate(sources, pos).file : NULL;
	adviser.file = adviser.source != NULL ? file_of(package, adviser.source) : NULL;
	if (adviser.file == NULL || adviser.source->directives.count > 0)
		return; // the place is another package's, or not what was written
	tri_advise_build_tree(&adviser);
	if (has_goto(&adviser, pos))
		return;
	for (size_t i = 0; i < TRI_COUNT(kinds); i++) {
		adviser.draft = NULL;
		kinds[i](&adviser);
	}
}
