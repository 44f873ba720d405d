// fmt.Sprintf of one integer, and its kin: package strconv formats it without an interface value.
#define TRI_ADVISE_INTERNAL
#include "compiler/advise/internal.h"

#include <stdio.h>

struct format_call {
	const char *before, *after; // the verb in the format, as written; empty for fmt.Sprint
	size_t before_length, after_length;
	char verb;
};

// "x%dy" with one verb and nothing that package fmt or the quoting would change in the rest.
static bool read_format(const struct tri_expr *expr, struct format_call *call)
{
	if (expr->kind != TRI_EXPR_LITERAL || tri_as_literal_expr(expr)->text[0] != '"')
		return false;
	const struct tri_literal_expr *literal = tri_as_literal_expr(expr);
	const char *verb = memchr(literal->text, '%', literal->length), *end = literal->text + literal->length - 1;
	if (verb == NULL || verb + 1 >= end || memchr(verb + 1, '%', (size_t)(end - verb - 1)) != NULL)
		return false;
	*call = (struct format_call){.before = literal->text + 1, .before_length = (size_t)(verb - literal->text - 1), .verb = verb[1]};
	call->after = verb + 2;
	call->after_length = (size_t)(end - verb - 2);
	return true;
}

static int base_of(char verb)
{
	static const struct {
		char verb;
		int base;
	} bases[] = {{'d', 10}, {'v', 10}, {'x', 16}, {'o', 8}, {'b', 2}};
	for (size_t i = 0; i < TRI_COUNT(bases); i++) {
		if (bases[i].verb == verb)
			return bases[i].base;
	}
	return 0;
}

// The call of package strconv; NULL for what it does not format in the same way.
static const char *conversion(struct adviser *a, const struct advise_node *value, int base)
{
	struct tri_type *type = tri_type_unalias(value->expr->type);
	// A named type may say itself how it is formatted.
	if (type->kind != TRI_TYPE_BASIC || !tri_type_is(type, TRI_IS_INTEGER) || tri_type_is(type, TRI_IS_UNTYPED))
		return NULL;
	// Among several arguments gofmt sets operators without blanks.
	enum tri_basic_kind kind = type->as.basic.kind;
	bool converted = kind != TRI_BASIC_INT64 && kind != TRI_BASIC_UINT64, alone = kind == TRI_BASIC_INT && base == 10;
	if (tri_advise_is_expr(value, TRI_EXPR_BINARY) && !converted && !alone)
		return NULL;
	const char *text = tri_advise_node_text(a, value);
	if (tri_type_is(type, TRI_IS_UNSIGNED))
		return kind == TRI_BASIC_UINT64 ? tri_arena_printf(a->arena, "strconv.FormatUint(%s, %d)", text, base)
										: tri_arena_printf(a->arena, "strconv.FormatUint(uint64(%s), %d)", text, base);
	if (kind == TRI_BASIC_INT && base == 10)
		return tri_arena_printf(a->arena, "strconv.Itoa(%s)", text);
	return kind == TRI_BASIC_INT64 ? tri_arena_printf(a->arena, "strconv.FormatInt(%s, %d)", text, base)
								   : tri_arena_printf(a->arena, "strconv.FormatInt(int64(%s), %d)", text, base);
}

// The sum of strings in the place of the call: gofmt's blanks depend on where it stands. NULL: it does not fit there.
static const char *with_rest(struct adviser *a, const struct advise_node *place, const struct format_call *call, const char *number)
{
	if (call->before_length + call->after_length == 0)
		return number;
	const struct advise_node *parent = place->parent;
	bool tight = false;
	if (tri_advise_is_expr(parent, TRI_EXPR_CALL))
		tight = tri_as_call_expr(parent->expr)->arguments.count > 1;
	else if (parent == NULL || (parent->what == ADVISE_EXPR && parent->kind != TRI_EXPR_PAREN))
		return NULL;
	const char *plus = tight ? "+" : " + ";
	struct tri_buffer text = {0};
	if (call->before_length > 0)
		tri_buffer_printf(&text, "\"%.*s\"%s", (int)call->before_length, call->before, plus);
	tri_buffer_append_c(&text, number);
	if (call->after_length > 0)
		tri_buffer_printf(&text, "%s\"%.*s\"", plus, (int)call->after_length, call->after);
	const char *copy = tri_arena_strdup(a->arena, text.data, text.length);
	tri_buffer_free(&text);
	return copy;
}

static bool is_fmt_needed_elsewhere(const struct adviser *a, const struct advise_node *call)
{
	for (uint32_t i = 0; i < a->nodes.count; i++) {
		const struct tri_object *object = tri_advise_object(a->nodes.items[i]);
		if (object != NULL && object->kind == TRI_OBJECT_PACKAGE_NAME && strcmp(object->imported->path, "fmt") == 0 &&
			!tri_advise_contains(call, a->nodes.items[i]))
			return true;
	}
	return false;
}

static bool shadows(const struct adviser *a, const char *package)
{
	for (uint32_t i = 0; i < a->nodes.count; i++) {
		const struct tri_object *object = tri_advise_object(a->nodes.items[i]);
		if (object != NULL && object->kind != TRI_OBJECT_PACKAGE_NAME && object->kind != TRI_OBJECT_FIELD &&
			strcmp(object->name->text, package) == 0)
			return true;
	}
	return false;
}

void tri_advise_format(struct adviser *a)
{
	const struct tri_node *node = a->decision->node;
	if (node == NULL || (node->op != TRI_NODE_CONVERT_INTERFACE && node->op != TRI_NODE_SLICE_LITERAL))
		return;
	struct advise_node *value = node->op == TRI_NODE_CONVERT_INTERFACE ? tri_advise_node_of(a, node->source) : NULL;
	const struct advise_node *call = value != NULL ? value->parent : NULL;
	bool formatted = tri_advise_is_package_function(call, "fmt", "Sprintf"), plain = tri_advise_is_package_function(call, "fmt", "Sprint");
	if ((!formatted && !plain) || tri_as_call_expr(call->expr)->arguments.count != (formatted ? 2 : 1) || shadows(a, "strconv"))
		return;
	struct format_call format = {.before = "", .after = "", .verb = 'd'};
	if (formatted && (value == tri_advise_operand(a, call, 0) || !read_format(tri_as_call_expr(call->expr)->arguments.items[0], &format)))
		return;
	int base = base_of(format.verb);
	const char *number = base != 0 ? conversion(a, value, base) : NULL;
	const char *text = number != NULL ? with_rest(a, call, &format, number) : NULL;
	if (text == NULL)
		return;
	tri_advise_begin(a, TRI_ADVICE_FEWER, "format the number with package strconv, which takes it as it is");
	tri_advise_replace(a, call->start, call->end, text);
	if (tri_advise_import(a, "strconv", is_fmt_needed_elsewhere(a, call) ? NULL : "fmt"))
		tri_advise_finish(a);
}
