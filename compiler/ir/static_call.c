// Inlined calls in the initial values of package variables: var ErrX = errors.New("x").
//
// When the inlined body only returns an expression, the call is that expression with the arguments in place of the
// parameters, which may be known where the statements of the body are not.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

enum { MOST_PARAMETERS = 16 };

struct substitution {
	struct tri_ir_package *package;
	uint32_t count;
	struct {
		const struct tri_ir_var *parameter;
		struct tri_node *argument;
		uint32_t uses;
	} rows[MOST_PARAMETERS];
};

static bool has_effects(const struct tri_node *node);

static void find_effects(void *context, struct tri_node **child)
{
	bool *found = context;
	*found = *found || has_effects(*child);
}

// May evaluating it call something, change something, or panic?
static bool has_effects(const struct tri_node *node)
{
	bool found = false;
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_LITERAL:
	case TRI_NODE_ZERO:
	case TRI_NODE_LOCAL:
	case TRI_NODE_GLOBAL:
	case TRI_NODE_FUNCTION:
	case TRI_NODE_TYPE:
	case TRI_NODE_METHOD_VALUE:
	case TRI_NODE_CLOSURE:
		return false;
	case TRI_NODE_FIELD:
	case TRI_NODE_ADDRESS:
	case TRI_NODE_NEGATE:
	case TRI_NODE_NOT:
	case TRI_NODE_COMPLEMENT:
	case TRI_NODE_CONCATENATE:
	case TRI_NODE_COMPARE:
	case TRI_NODE_AND_AND:
	case TRI_NODE_OR_OR:
	case TRI_NODE_CONVERT:
	case TRI_NODE_CONVERT_INTERFACE:
	case TRI_NODE_BYTES_TO_STRING:
	case TRI_NODE_RUNES_TO_STRING:
	case TRI_NODE_RUNE_TO_STRING:
	case TRI_NODE_STRING_TO_BYTES:
	case TRI_NODE_STRING_TO_RUNES:
	case TRI_NODE_LEN:
	case TRI_NODE_CAP:
	case TRI_NODE_NEW:
	case TRI_NODE_STRUCT_LITERAL:
	case TRI_NODE_ARRAY_LITERAL:
	case TRI_NODE_SLICE_LITERAL:
	case TRI_NODE_MAP_LITERAL:
	case TRI_NODE_ADDRESS_LITERAL:
	case TRI_NODE_KEYED:
	case TRI_NODE_COMPLEX:
	case TRI_NODE_REAL:
	case TRI_NODE_IMAG:
		break;
	case TRI_NODE_ARITHMETIC:
		if (node->operator== TRI_OP_DIV || node->operator== TRI_OP_REM)
			return true;
		break;
	default:
		return true;
	}
	tri_node_each((struct tri_node *)(uintptr_t)node, find_effects, &found);
	return found;
}

// Gives the same value each time.
static bool may_repeat(const struct tri_node *node)
{
	while (node->op == TRI_NODE_CONVERT || node->op == TRI_NODE_FIELD)
		node = node->x;
	return node->op == TRI_NODE_LITERAL || node->op == TRI_NODE_ZERO || node->op == TRI_NODE_GLOBAL || node->op == TRI_NODE_FUNCTION;
}

static void copy_list(struct substitution *s, tri_node_list *list)
{
	tri_node_list copy = {0};
	for (uint32_t i = 0; i < list->count; i++)
		tri_vector_push(s->package->trees, &copy, list->items[i]);
	*list = copy;
}

static struct tri_node *substitute(struct substitution *s, const struct tri_node *node);

static bool substitute_list(struct substitution *s, tri_node_list *list)
{
	copy_list(s, list);
	for (uint32_t i = 0; i < list->count; i++) {
		if (list->items[i] != NULL && (list->items[i] = substitute(s, list->items[i])) == NULL)
			return false;
	}
	return true;
}

// A copy with arguments for parameters; NULL when there is something in it that can't be copied.
static struct tri_node *substitute(struct substitution *s, const struct tri_node *node)
{
	if (node->op == TRI_NODE_LOCAL) {
		for (uint32_t i = 0; i < s->count; i++) {
			if (s->rows[i].parameter == node->var) {
				s->rows[i].uses++;
				return s->rows[i].argument;
			}
		}
		return NULL;
	}
	if (node->op == TRI_NODE_INLINED_CALL) {
		struct tri_node *value = tri_ir_inlined_value(s->package, node);
		return value != NULL ? substitute(s, value) : NULL;
	}
	if (node->body.count > 0 || node->other.count > 0 || (node->op == TRI_NODE_CLOSURE && node->function->captures.count > 0))
		return NULL;
	struct tri_node *copy = TRI_NEW(s->package->trees, struct tri_node);
	*copy = *node;
	if ((node->x != NULL && (copy->x = substitute(s, node->x)) == NULL) ||
		(node->y != NULL && (copy->y = substitute(s, node->y)) == NULL) ||
		(node->z != NULL && (copy->z = substitute(s, node->z)) == NULL) || !substitute_list(s, &copy->list))
		return NULL;
	return copy;
}

static bool is_definition(const tri_node_list *body, uint32_t at)
{
	if (at + 1 >= body->count || body->items[at]->op != TRI_NODE_DECLARE)
		return false;
	const struct tri_node *assign = body->items[at + 1];
	return assign->op == TRI_NODE_ASSIGN && assign->define && assign->x != NULL && assign->x->op == TRI_NODE_LOCAL &&
		   assign->x->var == body->items[at]->var;
}

struct tri_node *tri_ir_inlined_value(struct tri_ir_package *package, const struct tri_node *call)
{
	const tri_node_list *body = &call->body;
	if (call->op != TRI_NODE_INLINED_CALL || call->list.count != 1 || body->count % 2 != 0 || body->count / 2 > MOST_PARAMETERS + 1)
		return NULL;
	struct substitution s = {.package = package};
	for (uint32_t i = 0; i < body->count; i += 2) {
		if (!is_definition(body, i))
			return NULL;
		const struct tri_ir_var *var = body->items[i]->var;
		struct tri_node *value = body->items[i + 1]->y;
		if (i + 2 == body->count) {
			if (call->list.items[0]->op != TRI_NODE_LOCAL || call->list.items[0]->var != var)
				return NULL;
			struct tri_node *result = substitute(&s, value);
			for (uint32_t k = 0; k < s.count && result != NULL; k++) {
				if (s.rows[k].uses > 1 && !may_repeat(s.rows[k].argument))
					return NULL;
			}
			return result;
		}
		// An argument may itself be such a call.
		struct tri_node *inner = value->op == TRI_NODE_INLINED_CALL ? tri_ir_inlined_value(package, value) : NULL;
		if (inner != NULL)
			value = inner;
		if (var->address_taken || has_effects(value))
			return NULL;
		s.rows[s.count].parameter = var;
		s.rows[s.count++].argument = value;
	}
	return NULL;
}
