// Type inference: the type arguments that a call, or the assignment of a generic function, leaves out.
//
// Typed operands are unified with the types of their parameters. Then constraints are: a type set with one type in it, or one
// underlying type, and the methods it asks for, tell more; this repeats while anything new comes out. Parameters that
// only untyped constants were passed for get the default type of the largest kind. Last, what was inferred in terms
// of other parameters is simplified until none is mentioned any more.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

struct infer {
	struct tri_checker *c;
	struct tri_inference *in;
	struct tri_unifier unifier;
	struct tri_type **parameters;
	uint32_t count;
};

static void fail(struct infer *k, tri_pos pos, const char *message)
{
	k->in->error_pos = pos;
	k->in->error = message;
}

static const char *parameter_names(struct tri_checker *c, struct tri_type *const *parameters, uint32_t count)
{
	struct tri_buffer names = {0};
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			tri_buffer_append_c(&names, count == 2 ? " and " : i + 1 == count ? ", and " : ", ");
		tri_buffer_append_c(&names, parameters[i]->as.parameter.object->name->text);
	}
	const char *text = tri_arena_strdup(c->arena, names.data ? names.data : "", names.length);
	tri_buffer_free(&names);
	return text;
}

static struct tri_type **inferred(const struct infer *k)
{
	struct tri_type **types = TRI_NEW_ARRAY(k->c->arena, struct tri_type *, k->count);
	for (uint32_t i = 0; i < k->count; i++)
		types[i] = tri_unifier_at(&k->unifier, i);
	return types;
}

static void report_mismatch(struct infer *k, struct tri_type *parameter, const struct tri_operand *operand)
{
	struct tri_checker *c = k->c;
	tri_pos pos = tri_expr_start(operand->expr);
	struct tri_type **types = inferred(k);
	bool none = true;
	for (uint32_t i = 0; i < k->count; i++)
		none = none && !types[i];
	const char *type = TRI_T(operand->type), *expr = TRI_E(operand->expr), *wanted = TRI_T(parameter);
	if (none) {
		fail(k, pos,
			 tri_arena_printf(c->arena, "type %s of %s does not match %s (cannot infer %s)", type, expr, wanted,
							  parameter_names(c, k->parameters, k->count)));
		return;
	}
	struct tri_type *known = tri_type_substitute(c->universe, parameter, k->parameters, types, k->count);
	if (known == parameter)
		fail(k, pos, tri_arena_printf(c->arena, "type %s of %s does not match %s", type, expr, wanted));
	else if (k->in->reverse)
		fail(k, pos, tri_arena_printf(c->arena, "inferred type %s for %s does not match type %s of %s", TRI_T(known), wanted, type, expr));
	else
		fail(k, pos, tri_arena_printf(c->arena, "type %s of %s does not match inferred type %s for %s", type, expr, TRI_T(known), wanted));
}

// ---- From operands ---------------------------------------------------------------------------

// Those that are untyped and passed for a type parameter are left in `untyped`.
static bool use_operands(struct infer *k, struct tri_bits *untyped)
{
	for (uint32_t i = 0; i < k->in->operand_count; i++) {
		const struct tri_operand *operand = &k->in->operands[i];
		struct tri_type *parameter = k->in->parameter_types[i];
		if (operand->mode == TRI_MODE_INVALID)
			continue;
		if (!tri_type_mentions(parameter, k->parameters, k->count) && !tri_type_mentions(operand->type, k->parameters, k->count))
			continue;
		if (!tri_type_is_untyped(operand->type)) {
			if (!tri_unify(&k->unifier, parameter, operand->type, TRI_UNIFY_ASSIGN)) {
				report_mismatch(k, parameter, operand);
				return false;
			}
		} else if (parameter->kind == TRI_TYPE_PARAMETER && operand->mode != TRI_MODE_NIL) {
			tri_bits_add(untyped, i);
		}
	}
	return true;
}

static int64_t parameter_index(const struct infer *k, const struct tri_type *parameter)
{
	for (uint32_t i = 0; i < k->count; i++)
		if (k->parameters[i] == parameter)
			return i;
	return -1;
}

static bool use_untyped(struct infer *k, const struct tri_bits *untyped)
{
	struct tri_type **largest = TRI_NEW_ARRAY(k->c->arena, struct tri_type *, k->count);
	for (uint32_t i = 0; i < k->in->operand_count; i++) {
		if (!tri_bits_has(untyped, i))
			continue;
		int64_t index = parameter_index(k, k->in->parameter_types[i]);
		if (index < 0 || tri_unifier_at(&k->unifier, (uint32_t)index))
			continue;
		const struct tri_operand *operand = &k->in->operands[i];
		struct tri_type *type = largest[index] ? tri_check_larger_untyped(largest[index], operand->type) : operand->type;
		if (!type) {
			struct tri_checker *c = k->c;
			fail(k, tri_expr_start(operand->expr),
				 tri_arena_printf(c->arena, "mismatched types %s and %s (cannot infer %s)", TRI_T(largest[index]), TRI_T(operand->type),
								  TRI_T(k->parameters[index])));
			return false;
		}
		largest[index] = type;
	}
	for (uint32_t i = 0; i < k->count; i++)
		if (largest[i])
			k->unifier.types[k->unifier.handles[i]] = tri_type_default(k->c->universe, largest[i]);
	return true;
}

// ---- From constraints ------------------------------------------------------------------------

// The one type of a parameter's type set (*single), or the underlying type its types have in common.
static struct tri_type_term core_term(struct tri_type *parameter, bool *single)
{
	*single = false;
	struct tri_specific specific = tri_type_specific(parameter);
	if (!specific.terms)
		return (struct tri_type_term){NULL, false};
	if (specific.count == 1) {
		*single = true;
		return specific.terms[0];
	}
	bool tilde = false;
	for (uint32_t i = 0; i < specific.count; i++)
		tilde = tilde || specific.terms[i].tilde;
	return (struct tri_type_term){tri_type_common_underlying(parameter), tilde};
}

static bool exactly_unifies(void *data, struct tri_type *a, struct tri_type *b) { return tri_unify(data, a, b, TRI_UNIFY_EXACT); }

static bool use_constraint(struct infer *k, uint32_t index)
{
	struct tri_checker *c = k->c;
	struct tri_type *parameter = k->parameters[index], *known = tri_unifier_at(&k->unifier, index);
	bool single = false;
	struct tri_type_term core = core_term(parameter, &single);
	if (core.type && known) {
		if (!tri_unify(&k->unifier, known, core.type, 0)) {
			fail(k, k->in->pos,
				 tri_arena_printf(c->arena, "%s (type %s) does not satisfy %s", TRI_T(parameter), TRI_T(known),
								  TRI_T(parameter->as.parameter.constraint)));
			return false;
		}
	} else if (core.type && single && !core.tilde) {
		k->unifier.types[k->unifier.handles[index]] = core.type;
	}
	if (!known || tri_type_mentions(known, k->parameters, k->count))
		return true;
	const struct tri_equivalence equivalence = {exactly_unifies, &k->unifier};
	const char *cause = "";
	if (tri_check_has_all_methods(c, known, tri_parameter_interface(parameter), true, &equivalence, &cause))
		return true;
	fail(k, k->in->pos,
		 tri_arena_printf(c->arena, "%s (type %s) does not satisfy %s %s", TRI_T(parameter), TRI_T(known),
						  TRI_T(parameter->as.parameter.constraint), cause));
	return false;
}

static uint32_t unknowns(const struct infer *k)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < k->count; i++)
		count += !tri_unifier_at(&k->unifier, i);
	return count;
}

static bool use_constraints(struct infer *k)
{
	for (;;) {
		uint32_t before = unknowns(k);
		for (uint32_t i = 0; i < k->count; i++)
			if (!use_constraint(k, i))
				return false;
		if (unknowns(k) == before)
			return true;
	}
}

// ---- Simplification --------------------------------------------------------------------------

// A parameter whose type leads back to itself has none: replacing it would never end.
struct cycles {
	const struct infer *k;
	struct tri_type **types;
	struct tri_map active;
};

static void walk(struct cycles *w, struct tri_type *type);

static void walk_objects(struct cycles *w, struct tri_object **objects, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		walk(w, objects[i]->type);
}

static void walk_parts(struct cycles *w, struct tri_type *type)
{
	switch ((enum tri_type_kind)type->kind) {
	case TRI_TYPE_ARRAY:
		walk(w, type->as.array.element);
		break;
	case TRI_TYPE_SLICE:
		walk(w, type->as.slice.element);
		break;
	case TRI_TYPE_POINTER:
		walk(w, type->as.pointer.element);
		break;
	case TRI_TYPE_CHAN:
		walk(w, type->as.chan.element);
		break;
	case TRI_TYPE_MAP:
		walk(w, type->as.map.key);
		walk(w, type->as.map.element);
		break;
	case TRI_TYPE_STRUCT:
		for (uint32_t i = 0; i < type->as.structure.field_count; i++)
			walk(w, type->as.structure.fields[i].type);
		break;
	case TRI_TYPE_FUNCTION:
		walk_objects(w, type->as.function.parameters, type->as.function.parameter_count);
		walk_objects(w, type->as.function.results, type->as.function.result_count);
		break;
	case TRI_TYPE_INTERFACE:
		walk_objects(w, type->as.interface.methods.items, type->as.interface.methods.count);
		for (uint32_t i = 0; i < type->as.interface.embedded.count; i++)
			walk(w, type->as.interface.embedded.items[i]);
		break;
	case TRI_TYPE_UNION:
		for (uint32_t i = 0; i < type->as.sum.count; i++)
			walk(w, type->as.sum.terms[i].type);
		break;
	case TRI_TYPE_NAMED:
		for (uint32_t i = 0; i < type->as.named.argument_count; i++)
			walk(w, type->as.named.arguments[i]);
		break;
	case TRI_TYPE_PARAMETER: {
		int64_t index = parameter_index(w->k, type);
		if (index >= 0 && w->types[index])
			walk(w, w->types[index]);
		break;
	}
	case TRI_TYPE_BASIC:
	case TRI_TYPE_ALIAS:
	case TRI_TYPE_TUPLE:
		break;
	}
}

static void walk(struct cycles *w, struct tri_type *type)
{
	type = tri_type_unalias(type);
	if (!type)
		return;
	if (tri_map_get(&w->active, TRI_KEY(type))) {
		int64_t index = type->kind == TRI_TYPE_PARAMETER ? parameter_index(w->k, type) : -1;
		if (index >= 0)
			w->types[index] = NULL;
		return;
	}
	tri_map_put(w->k->c->arena, &w->active, TRI_KEY(type), type);
	walk_parts(w, type);
	tri_map_put(w->k->c->arena, &w->active, TRI_KEY(type), NULL);
}

static struct tri_type **simplify(struct infer *k)
{
	struct tri_checker *c = k->c;
	struct tri_type **types = inferred(k);
	struct cycles cycles = {.k = k, .types = types};
	for (uint32_t i = 0; i < k->count; i++)
		walk(&cycles, k->parameters[i]);
	for (bool changed = true; changed;) {
		changed = false;
		for (uint32_t i = 0; i < k->count; i++) {
			bool given = i < k->in->arguments.count && k->in->arguments.items[i];
			if (!types[i] || given)
				continue;
			struct tri_type *type = tri_type_substitute(c->universe, types[i], k->parameters, types, k->count);
			if (type == types[i])
				continue;
			// A generic function passed as an argument, now instantiated.
			if (type->kind == TRI_TYPE_FUNCTION && type->as.function.type_parameters.count > 0 &&
				!tri_type_mentions(type, k->parameters, k->count))
				type->as.function.type_parameters = (tri_type_list){0};
			types[i] = type;
			changed = true;
		}
	}
	for (uint32_t i = 0; i < k->count; i++)
		if (!types[i] || tri_type_mentions(types[i], k->parameters, k->count)) {
			const struct tri_object *object = k->parameters[i]->as.parameter.object;
			fail(k, k->in->pos,
				 tri_arena_printf(c->arena, "cannot infer %s (declared at %s)", object->name->text, tri_check_pos_text(c, object->pos)));
			return NULL;
		}
	return types;
}

struct tri_type **tri_check_infer(struct tri_checker *c, struct tri_inference *in)
{
	struct infer k = {.c = c, .in = in, .parameters = in->parameters.items, .count = in->parameters.count};
	for (uint32_t i = 0; i < in->operand_count; i++)
		if (in->operands[i].mode == TRI_MODE_INVALID)
			return NULL;
	while (in->arguments.count < k.count)
		tri_vector_push(c->arena, &in->arguments, NULL);
	bool complete = true;
	for (uint32_t i = 0; i < k.count; i++)
		complete = complete && in->arguments.items[i];
	if (complete)
		return in->arguments.items;
	// Arguments that were given are used at once, so that operands are judged by assignment where no inference is needed.
	struct tri_type **types = TRI_NEW_ARRAY(c->arena, struct tri_type *, in->operand_count);
	for (uint32_t i = 0; i < in->operand_count; i++)
		types[i] = tri_type_substitute(c->universe, in->parameter_types[i], k.parameters, in->arguments.items, k.count);
	in->parameter_types = types;
	k.unifier = tri_unifier_new(c, k.parameters, in->arguments.items, k.count);
	struct tri_bits untyped = tri_bits_new(c->arena, in->operand_count + 1);
	if (!use_operands(&k, &untyped) || !use_constraints(&k) || !use_untyped(&k, &untyped))
		return NULL;
	return simplify(&k);
}

tri_type_list tri_check_rename_parameters(struct tri_checker *c, const tri_type_list *parameters)
{
	tri_type_list renamed = {0};
	for (uint32_t i = 0; i < parameters->count; i++) {
		struct tri_type *parameter = tri_type_new(c->universe, TRI_TYPE_PARAMETER);
		parameter->as.parameter = parameters->items[i]->as.parameter;
		tri_vector_push(c->arena, &renamed, parameter);
	}
	for (uint32_t i = 0; i < parameters->count; i++)
		renamed.items[i]->as.parameter.constraint = tri_type_substitute(c->universe, parameters->items[i]->as.parameter.constraint,
																		parameters->items, renamed.items, parameters->count);
	return renamed;
}
