// Type identity.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

// Pairs of interfaces being compared: an interface may mention itself in a method's signature, and
// such a pair is identical unless a difference is found elsewhere.
struct interface_pair {
	const struct tri_type *a, *b;
	const struct interface_pair *outer;
};

static bool identical(struct tri_type *a, struct tri_type *b, bool ignore_tags, const struct interface_pair *outer);

static bool identical_tag(const struct tri_struct_field *a, const struct tri_struct_field *b)
{
	return a->tag_length == b->tag_length && (a->tag_length == 0 || memcmp(a->tag, b->tag, a->tag_length) == 0);
}

static bool identical_structs(struct tri_type *a, struct tri_type *b, bool ignore_tags, const struct interface_pair *outer)
{
	if (a->as.structure.field_count != b->as.structure.field_count)
		return false;
	for (uint32_t i = 0; i < a->as.structure.field_count; i++) {
		const struct tri_struct_field *f = &a->as.structure.fields[i], *g = &b->as.structure.fields[i];
		if (f->embedded != g->embedded || (!ignore_tags && !identical_tag(f, g)) ||
			!tri_same_identifier(f->name, f->package, g->name, g->package) || !identical(f->type, g->type, ignore_tags, outer))
			return false;
	}
	return true;
}

static bool identical_variables(struct tri_object **a, struct tri_object **b, uint32_t count, bool ignore_tags,
								const struct interface_pair *outer)
{
	for (uint32_t i = 0; i < count; i++)
		if (!identical(a[i]->type, b[i]->type, ignore_tags, outer))
			return false;
	return true;
}

// Generic signatures are identical when they are with b's type parameters renamed to a's.
static bool identical_generic(struct tri_type *a, struct tri_type *b, bool ignore_tags, const struct interface_pair *outer)
{
	const tri_type_list *to = &a->as.function.type_parameters, *from = &b->as.function.type_parameters;
	struct tri_universe *universe = tri_lazy_begin(b->home);
	bool result = true;
	for (uint32_t i = 0; i < to->count && result; i++) {
		struct tri_type *bound = tri_type_substitute(universe, from->items[i]->as.parameter.constraint, from->items, to->items, to->count);
		result = identical(to->items[i]->as.parameter.constraint, bound, ignore_tags, outer);
	}
	if (result) {
		struct tri_object **parameters =
			tri_substitute_objects(universe, b->as.function.parameters, b->as.function.parameter_count, from->items, to->items, to->count);
		struct tri_object **results =
			tri_substitute_objects(universe, b->as.function.results, b->as.function.result_count, from->items, to->items, to->count);
		result = identical_variables(a->as.function.parameters, parameters, a->as.function.parameter_count, ignore_tags, outer) &&
				 identical_variables(a->as.function.results, results, a->as.function.result_count, ignore_tags, outer);
	}
	tri_lazy_end(b->home);
	return result;
}

static bool identical_functions(struct tri_type *a, struct tri_type *b, bool ignore_tags, const struct interface_pair *outer)
{
	if (a->as.function.type_parameters.count != b->as.function.type_parameters.count)
		return false;
	if (a->as.function.type_parameters.count > 0 && a->as.function.variadic == b->as.function.variadic &&
		a->as.function.parameter_count == b->as.function.parameter_count && a->as.function.result_count == b->as.function.result_count)
		return identical_generic(a, b, ignore_tags, outer);
	return a->as.function.variadic == b->as.function.variadic && a->as.function.parameter_count == b->as.function.parameter_count &&
		   a->as.function.result_count == b->as.function.result_count &&
		   identical_variables(a->as.function.parameters, b->as.function.parameters, a->as.function.parameter_count, ignore_tags, outer) &&
		   identical_variables(a->as.function.results, b->as.function.results, a->as.function.result_count, ignore_tags, outer);
}

static bool identical_interfaces(struct tri_type *a, struct tri_type *b, bool ignore_tags, const struct interface_pair *outer)
{
	for (const struct interface_pair *p = outer; p; p = p->outer)
		if ((p->a == a && p->b == b) || (p->a == b && p->b == a))
			return true;
	struct interface_pair here = {a, b, outer};
	uint32_t a_count = 0, b_count = 0;
	struct tri_object **a_methods = tri_interface_methods(a, &a_count), **b_methods = tri_interface_methods(b, &b_count);
	if (a_count != b_count || !tri_type_set_same_terms(a, b))
		return false;
	for (uint32_t i = 0; i < a_count; i++)
		if (!tri_same_identifier(a_methods[i]->name, a_methods[i]->package, b_methods[i]->name, b_methods[i]->package) ||
			!identical(a_methods[i]->type, b_methods[i]->type, ignore_tags, &here))
			return false;
	return true;
}

// As sets of terms; the order and overlaps do not matter.
static bool identical_unions(struct tri_type *a, struct tri_type *b)
{
	for (int side = 0; side < 2; side++) {
		const struct tri_type *x = side ? b : a, *y = side ? a : b;
		for (uint32_t i = 0; i < x->as.sum.count; i++) {
			const struct tri_type_term *term = &x->as.sum.terms[i];
			bool found = false;
			for (uint32_t j = 0; j < y->as.sum.count && !found; j++)
				found = (y->as.sum.terms[j].tilde || !term->tilde) && tri_terms_overlap(&y->as.sum.terms[j], term);
			if (!found)
				return false;
		}
	}
	return true;
}

static bool identical(struct tri_type *a, struct tri_type *b, bool ignore_tags, const struct interface_pair *outer)
{
	a = tri_type_unalias(a);
	b = tri_type_unalias(b);
	if (a == b)
		return true;
	if (!a || !b || a->kind != b->kind)
		return false;
	switch ((enum tri_type_kind)a->kind) {
	case TRI_TYPE_BASIC:
		return a->as.basic.kind == b->as.basic.kind; // byte and uint8, rune and int32
	case TRI_TYPE_POINTER:
		return identical(a->as.pointer.element, b->as.pointer.element, ignore_tags, outer);
	case TRI_TYPE_SLICE:
		return identical(a->as.slice.element, b->as.slice.element, ignore_tags, outer);
	case TRI_TYPE_ARRAY:
		// An unknown length (an error was reported) equals any.
		return (a->as.array.length < 0 || b->as.array.length < 0 || a->as.array.length == b->as.array.length) &&
			   identical(a->as.array.element, b->as.array.element, ignore_tags, outer);
	case TRI_TYPE_STRUCT:
		return identical_structs(a, b, ignore_tags, outer);
	case TRI_TYPE_FUNCTION:
		return identical_functions(a, b, ignore_tags, outer);
	case TRI_TYPE_INTERFACE:
		return identical_interfaces(a, b, ignore_tags, outer);
	case TRI_TYPE_MAP:
		return identical(a->as.map.key, b->as.map.key, ignore_tags, outer) &&
			   identical(a->as.map.element, b->as.map.element, ignore_tags, outer);
	case TRI_TYPE_CHAN:
		return a->as.chan.direction == b->as.chan.direction && identical(a->as.chan.element, b->as.chan.element, ignore_tags, outer);
	case TRI_TYPE_TUPLE:
		if (a->as.tuple.count != b->as.tuple.count)
			return false;
		for (uint32_t i = 0; i < a->as.tuple.count; i++)
			if (!identical(a->as.tuple.types[i], b->as.tuple.types[i], ignore_tags, outer))
				return false;
		return true;
	case TRI_TYPE_NAMED: // one declaration, one type; or instances of one generic type
		if (a->as.named.object != b->as.named.object || a->as.named.argument_count != b->as.named.argument_count)
			return false;
		for (uint32_t i = 0; i < a->as.named.argument_count; i++)
			if (!identical(a->as.named.arguments[i], b->as.named.arguments[i], false, NULL))
				return false;
		return true;
	case TRI_TYPE_UNION:
		return identical_unions(a, b);
	case TRI_TYPE_ALIAS:
	case TRI_TYPE_PARAMETER:
		break;
	}
	return false;
}

bool tri_type_identical(struct tri_type *a, struct tri_type *b) { return identical(a, b, false, NULL); }

bool tri_type_identical_ignoring_tags(struct tri_type *a, struct tri_type *b) { return identical(a, b, true, NULL); }
