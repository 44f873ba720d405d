// Type sets: what an interface's methods and embedded elements leave of all types.
//
// The type set of an interface is the intersection of those of its elements: types that have the methods, limited by
// terms (T or ~T) when there are any, or to comparable types. Term lists are kept in normal form: no term covers another.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

#include <stdlib.h>

// ---- Terms -----------------------------------------------------------------------------------

struct terms {
	TRI_VECTOR(struct tri_type_term) list;
	bool all; // every type; `list` is empty then
};

static bool disjoint(const struct tri_type_term *x, const struct tri_type_term *y)
{
	struct tri_type *x_type = y->tilde ? tri_type_underlying(x->type) : x->type;
	struct tri_type *y_type = x->tilde ? tri_type_underlying(y->type) : y->type;
	return !tri_type_identical(x_type, y_type);
}

bool tri_terms_overlap(const struct tri_type_term *x, const struct tri_type_term *y) { return !disjoint(x, y); }

static bool covers(const struct tri_type_term *x, const struct tri_type_term *y) { return !disjoint(x, y) && (x->tilde || !y->tilde); }

bool tri_term_includes(const struct tri_type_term *term, struct tri_type *type)
{
	return tri_type_identical(term->type, term->tilde ? tri_type_underlying(type) : type);
}

static void add_term(struct tri_arena *arena, struct terms *terms, struct tri_type_term term)
{
	if (terms->all)
		return;
	uint32_t place = terms->list.count;
	for (uint32_t i = 0; i < terms->list.count; i++) {
		if (covers(&terms->list.items[i], &term))
			return;
		if (place == terms->list.count && covers(&term, &terms->list.items[i]))
			place = i;
	}
	if (place == terms->list.count) {
		tri_vector_push(arena, &terms->list, term);
		return;
	}
	terms->list.items[place] = term;
	uint32_t kept = place + 1;
	for (uint32_t i = place + 1; i < terms->list.count; i++)
		if (!covers(&term, &terms->list.items[i]))
			terms->list.items[kept++] = terms->list.items[i];
	terms->list.count = kept;
}

static struct terms intersect(struct tri_arena *arena, const struct terms *a, const struct terms *b)
{
	if (a->all)
		return *b;
	if (b->all)
		return *a;
	struct terms result = {.all = false};
	for (uint32_t i = 0; i < a->list.count; i++)
		for (uint32_t j = 0; j < b->list.count; j++) {
			const struct tri_type_term *x = &a->list.items[i], *y = &b->list.items[j];
			if (!disjoint(x, y))
				add_term(arena, &result, !x->tilde || y->tilde ? *x : *y);
		}
	return result;
}

bool tri_type_set_within(struct tri_type *a, struct tri_type *b)
{
	if (!b->as.interface.has_terms)
		return true;
	if (!a->as.interface.has_terms)
		return false;
	for (uint32_t i = 0; i < a->as.interface.term_count; i++) {
		bool covered = false;
		for (uint32_t j = 0; j < b->as.interface.term_count && !covered; j++)
			covered = covers(&b->as.interface.terms[j], &a->as.interface.terms[i]);
		if (!covered)
			return false;
	}
	return true;
}

bool tri_type_set_same_terms(struct tri_type *a, struct tri_type *b)
{
	return a->as.interface.comparable_constraint == b->as.interface.comparable_constraint && tri_type_set_within(a, b) &&
		   tri_type_set_within(b, a);
}

// ---- Interfaces ------------------------------------------------------------------------------

int tri_method_name_compare(const struct tri_name *a, const struct tri_package *a_package, const struct tri_name *b,
							const struct tri_package *b_package)
{
	bool a_exported = tri_name_is_exported(a), b_exported = tri_name_is_exported(b);
	if (a_exported != b_exported)
		return a_exported ? -1 : 1;
	int order = a == b ? 0 : strcmp(a->text, b->text);
	if (order == 0 && !a_exported && a_package && b_package)
		order = strcmp(a_package->path, b_package->path);
	return order;
}

static int compare_methods(const void *a, const void *b)
{
	const struct tri_object *x = *(struct tri_object *const *)a, *y = *(struct tri_object *const *)b;
	int order = tri_method_name_compare(x->name, x->package, y->name, y->package);
	return order != 0 ? order : (x->pos > y->pos) - (x->pos < y->pos);
}

void tri_methods_sort(struct tri_object **methods, uint32_t count)
{
	if (count > 1)
		qsort(methods, count, sizeof *methods, compare_methods);
}

typedef TRI_VECTOR(struct tri_object *) method_list;

static void add_methods(struct tri_arena *arena, method_list *all, struct tri_object *const *methods, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		bool known = false;
		for (uint32_t j = 0; j < all->count && !known; j++)
			known = tri_same_identifier(all->items[j]->name, all->items[j]->package, methods[i]->name, methods[i]->package);
		if (!known)
			tri_vector_push(arena, all, methods[i]);
	}
}

static void add_interface_terms(struct tri_arena *arena, struct terms *terms, struct tri_type *interface)
{
	if (!interface->as.interface.has_terms)
		*terms = (struct terms){.all = true};
	for (uint32_t i = 0; i < interface->as.interface.term_count; i++)
		add_term(arena, terms, interface->as.interface.terms[i]);
}

static struct terms union_terms(struct tri_arena *arena, struct tri_type *type, bool *final)
{
	struct terms terms = {.all = false};
	for (uint32_t i = 0; i < type->as.sum.count; i++) {
		const struct tri_type_term *term = &type->as.sum.terms[i];
		struct tri_type *under = tri_type_underlying(term->type);
		if (!under) {
			*final = false;
		} else if (under->kind == TRI_TYPE_INTERFACE) {
			tri_interface_complete(under);
			*final = *final && under->as.interface.complete;
			add_interface_terms(arena, &terms, under);
		} else if (tri_type_is_valid(under) && (!term->tilde || tri_type_identical(under, term->type))) {
			add_term(arena, &terms, *term);
		}
	}
	return terms;
}

uint32_t tri_union_term_count(struct tri_arena *arena, struct tri_type *type)
{
	bool final = true;
	struct terms terms = union_terms(arena, type, &final);
	return terms.list.count;
}

static void keep_comparable(struct terms *terms)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < terms->list.count; i++)
		if (tri_type_strictly_comparable(terms->list.items[i].type))
			terms->list.items[kept++] = terms->list.items[i];
	terms->list.count = kept;
}

static void compute(struct tri_arena *arena, struct tri_type *type)
{
	bool final = !type->as.interface.unfinished, comparable = false;
	method_list all = {0};
	struct terms terms = {.all = true};
	add_methods(arena, &all, type->as.interface.methods.items, type->as.interface.methods.count);
	for (uint32_t i = 0; i < type->as.interface.embedded.count; i++) {
		struct tri_type *embedded = type->as.interface.embedded.items[i], *under = tri_type_underlying(embedded);
		if (!under) {
			final = false;
			continue;
		}
		if (!tri_type_is_valid(under))
			continue;
		struct terms more = {.all = false};
		if (under->kind == TRI_TYPE_INTERFACE) {
			tri_interface_complete(under);
			final = final && under->as.interface.complete;
			add_methods(arena, &all, under->as.interface.all_methods, under->as.interface.all_method_count);
			comparable = comparable || under->as.interface.comparable_constraint;
			add_interface_terms(arena, &more, under);
		} else if (under->kind == TRI_TYPE_UNION) {
			more = union_terms(arena, under, &final);
		} else {
			struct tri_type_term term = {embedded, false};
			add_term(arena, &more, term);
		}
		terms = intersect(arena, &terms, &more);
	}
	if (comparable && !terms.all) {
		// The list may be another interface's.
		struct terms own = {.all = false};
		for (uint32_t i = 0; i < terms.list.count; i++)
			tri_vector_push(arena, &own.list, terms.list.items[i]);
		keep_comparable(&own);
		terms = own;
		comparable = false;
	}
	tri_methods_sort(all.items, all.count);
	type->as.interface.all_methods = all.items;
	type->as.interface.all_method_count = all.count;
	type->as.interface.has_terms = !terms.all;
	type->as.interface.terms = terms.list.items;
	type->as.interface.term_count = terms.list.count;
	type->as.interface.comparable_constraint = comparable;
	// While a part is still being declared the answer is provisional.
	atomic_store_explicit(&type->as.interface.complete, final, memory_order_release);
}

void tri_interface_complete(struct tri_type *type)
{
	if (atomic_load_explicit(&type->as.interface.complete, memory_order_acquire))
		return;
	struct tri_universe *universe = tri_lazy_begin(type->home);
	if (!type->as.interface.complete && !type->as.interface.computing) { // else it embeds itself, an error elsewhere
		type->as.interface.computing = true;
		compute(universe->arena, type);
		type->as.interface.computing = false;
	}
	tri_lazy_end(type->home);
}

struct tri_object **tri_interface_methods(struct tri_type *interface, uint32_t *count)
{
	*count = 0;
	struct tri_type *type = tri_type_underlying(interface);
	if (!type || type->kind != TRI_TYPE_INTERFACE)
		return NULL;
	tri_interface_complete(type);
	*count = type->as.interface.all_method_count;
	return type->as.interface.all_methods;
}

bool tri_interface_is_method_set(struct tri_type *interface)
{
	tri_interface_complete(interface);
	return !interface->as.interface.has_terms && !interface->as.interface.comparable_constraint;
}

bool tri_interface_is_unrestricted(struct tri_type *interface)
{
	return tri_interface_is_method_set(interface) && interface->as.interface.all_method_count == 0;
}

bool tri_interface_is_empty_set(struct tri_type *interface)
{
	tri_interface_complete(interface);
	return interface->as.interface.has_terms && interface->as.interface.term_count == 0;
}

bool tri_interface_is_comparable(struct tri_type *interface)
{
	tri_interface_complete(interface);
	if (!interface->as.interface.has_terms)
		return interface->as.interface.comparable_constraint;
	for (uint32_t i = 0; i < interface->as.interface.term_count; i++)
		if (!tri_type_strictly_comparable(interface->as.interface.terms[i].type))
			return false;
	return true;
}

// ---- Type parameters -------------------------------------------------------------------------

bool tri_type_is_parameter(struct tri_type *type)
{
	struct tri_type *actual = tri_type_unalias(type);
	return actual && actual->kind == TRI_TYPE_PARAMETER;
}

struct tri_type *tri_parameter_interface(struct tri_type *parameter)
{
	struct tri_type *empty = tri_type_unalias(parameter->home->any_type);
	struct tri_type *bound = parameter->as.parameter.constraint;
	if (!bound || tri_type_is_parameter(bound)) // not known yet, or an error
		return empty;
	struct tri_type *under = tri_type_underlying(bound);
	if (!tri_type_is_valid(under))
		return empty;
	if (under->kind == TRI_TYPE_INTERFACE)
		return under;
	// [P T] means [P interface{T}].
	struct tri_universe *universe = tri_lazy_begin(parameter->home);
	if (parameter->as.parameter.constraint == bound) {
		struct tri_type *interface = tri_type_new(universe, TRI_TYPE_INTERFACE);
		interface->as.interface.implicit = true;
		tri_vector_push(universe->arena, &interface->as.interface.embedded, bound);
		parameter->as.parameter.constraint = interface;
	}
	tri_lazy_end(parameter->home);
	return parameter->as.parameter.constraint;
}

struct tri_specific tri_type_specific(struct tri_type *type)
{
	struct tri_type *actual = tri_type_unalias(type);
	if (!actual || actual->kind != TRI_TYPE_PARAMETER)
		return (struct tri_specific){.only = type, .count = 1};
	struct tri_type *interface = tri_parameter_interface(actual);
	tri_interface_complete(interface);
	if (interface->as.interface.term_count == 0)
		return (struct tri_specific){.count = 1};
	return (struct tri_specific){.terms = interface->as.interface.terms, .count = interface->as.interface.term_count};
}

bool tri_type_all_are(struct tri_type *type, int basic_flags)
{
	struct tri_specific specific = tri_type_specific(type);
	for (uint32_t i = 0; i < specific.count; i++)
		if (!tri_type_is(tri_specific_type(&specific, i), basic_flags))
			return false;
	return true;
}

struct tri_type *tri_check_common(struct tri_checker *c, struct tri_type *type, tri_condition *condition, const void *data,
								  const char **cause)
{
	struct tri_specific specific = tri_type_specific(type);
	struct tri_type *first = NULL, *common = NULL;
	for (uint32_t i = 0; i < specific.count; i++) {
		struct tri_type *t = tri_specific_type(&specific, i), *under = tri_specific_under(&specific, i);
		const char *conflict = condition ? condition(c, t, under, data) : NULL;
		if (conflict) {
			*cause = conflict;
			return NULL;
		}
		if (!under) {
			conflict = "no specific type";
		} else if (!common) {
			first = t;
			common = under;
		} else if (common->kind == TRI_TYPE_CHAN && under->kind == TRI_TYPE_CHAN) {
			if (!tri_type_identical(common->as.chan.element, under->as.chan.element)) {
				conflict = "channels %s and %s have different element types";
			} else if (common->as.chan.direction != under->as.chan.direction) {
				if (common->as.chan.direction == TRI_CHAN_BOTH) { // the restricted one
					first = t;
					common = under;
				} else if (under->as.chan.direction != TRI_CHAN_BOTH) {
					conflict = "channels %s and %s have conflicting directions";
				}
			}
		} else if (!tri_type_identical(common, under)) {
			conflict = "%s and %s have different underlying types";
		}
		if (!conflict)
			continue;
		if (cause && !under) {
			*cause = conflict;
		} else if (cause) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			*cause = tri_arena_printf(c->arena, conflict, TRI_T(first), TRI_T(t));
#pragma GCC diagnostic pop
		}
		return NULL;
	}
	return common;
}

struct tri_type *tri_type_common_underlying(struct tri_type *type) { return tri_check_common(NULL, type, NULL, NULL, NULL); }
