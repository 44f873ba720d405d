// Expressions and statements as Go's compiler words them in -m: short forms ("func literal", "&T{...}"), what was
// not written left out.
#include "compiler/ir/ir.h"

#include <stdio.h>

struct printer {
	struct tri_buffer *out;
	const struct tri_package *relative_to;
};

// How tightly an operation binds; an operand that binds less is parenthesised.
enum {
	PRECEDENCE_OR = 1,
	PRECEDENCE_AND,
	PRECEDENCE_SEND,
	PRECEDENCE_COMPARE,
	PRECEDENCE_ADD,
	PRECEDENCE_MULTIPLY,
	PRECEDENCE_UNARY,
	PRECEDENCE_PRIMARY
};

static void print(struct printer *p, const struct tri_node *node, int precedence);

static void put(struct printer *p, const char *text) { tri_buffer_append_c(p->out, text); }

static void put_type(struct printer *p, struct tri_type *type) { tri_type_print_compiler(type, p->relative_to, p->out); }

static void put_name(struct printer *p, const struct tri_name *name)
{
	put(p, name->text[0] == '~' && name->text[1] == 'b' ? "_" : name->text);
}

static void put_variable(struct printer *p, const struct tri_ir_var *var)
{
	const struct tri_package *package = var->object ? var->object->package : NULL;
	if (var->name->text[0] == '#') // made for the code where it is written
		package = var->inline_site ? var->inline_site->callee->package : var->function->package;
	if (package && package != p->relative_to && var->name->text[0] != '~')
		tri_buffer_printf(p->out, "%s.", package->name->text);
	put_name(p, var->name);
}

// What the builder added is not printed.
static const struct tri_node *written(const struct tri_node *node)
{
	while (node && node->implicit && node->x &&
		   (node->op == TRI_NODE_ADDRESS || node->op == TRI_NODE_DEREF || node->op == TRI_NODE_CONVERT ||
			node->op == TRI_NODE_CONVERT_INTERFACE))
		node = node->x;
	return node;
}

static int node_precedence(const struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_DEREF:
	case TRI_NODE_ADDRESS:
	case TRI_NODE_NEGATE:
	case TRI_NODE_NOT:
	case TRI_NODE_COMPLEMENT:
	case TRI_NODE_RECEIVE:
		return PRECEDENCE_UNARY;
	case TRI_NODE_ARITHMETIC:
		return tri_operator_precedence((enum tri_operator)node->operator) == 5 ? PRECEDENCE_MULTIPLY : PRECEDENCE_ADD;
	case TRI_NODE_CONCATENATE: // Go's table leaves it out: always parenthesised within an operator
		return 0;
	case TRI_NODE_ADDRESS_LITERAL:
	case TRI_NODE_CLOSURE:
	case TRI_NODE_INLINED_CALL:
		return 0;
	case TRI_NODE_COMPARE:
		return PRECEDENCE_COMPARE;
	case TRI_NODE_AND_AND:
		return PRECEDENCE_AND;
	case TRI_NODE_OR_OR:
		return PRECEDENCE_OR;
	default:
		return PRECEDENCE_PRIMARY;
	}
}

static void print_list(struct printer *p, const tri_node_list *list, uint32_t from)
{
	for (uint32_t i = from; i < list->count; i++) {
		put(p, i > from ? ", " : "");
		print(p, list->items[i], 0);
	}
}

static void print_rune(struct printer *p, int64_t rune)
{
	char quoted[64];
	static const char plain[] = "\aa\bb\ff\nn\rr\tt\vv\\\\''";
	for (size_t i = 0; i + 1 < sizeof plain; i += 2)
		if (rune == plain[i]) {
			tri_buffer_printf(p->out, "'\\%c'", plain[i + 1]);
			return;
		}
	if (rune >= 0x20 && rune < 0x7F) {
		tri_buffer_printf(p->out, "'%c'", (int)rune);
	} else if (rune < 0x80) {
		tri_buffer_printf(p->out, "'\\x%02x'", (unsigned)rune);
	} else {
		// As a string literal holds it.
		struct tri_arena *arena = tri_arena_new();
		int length = snprintf(quoted, sizeof quoted, "\"\\U%08x\"", (unsigned)rune);
		struct tri_constant *text = tri_constant_from_literal(arena, TRI_LITERAL_STRING, quoted, (size_t)length);
		size_t size = 0;
		const char *bytes = text ? tri_constant_string_value(text, &size) : "";
		put(p, "'");
		tri_buffer_append(p->out, bytes, size);
		put(p, "'");
		tri_arena_free(arena);
	}
}

// The type is shown where the value does not imply it.
static bool is_default_type(const struct tri_node *node)
{
	const struct tri_type *type = node->type;
	if (!type || type->kind != TRI_TYPE_BASIC)
		return false;
	switch (tri_constant_kind(node->value)) {
	case TRI_CONSTANT_BOOL:
		return type->as.basic.kind == TRI_BASIC_BOOL || type->as.basic.kind == TRI_BASIC_UNTYPED_BOOL;
	case TRI_CONSTANT_STRING:
		return type->as.basic.kind == TRI_BASIC_STRING || type->as.basic.kind == TRI_BASIC_UNTYPED_STRING;
	case TRI_CONSTANT_INT:
		return type->as.basic.kind == TRI_BASIC_INT || type->as.basic.kind == TRI_BASIC_UNTYPED_INT;
	case TRI_CONSTANT_FLOAT:
		return type->as.basic.kind == TRI_BASIC_FLOAT64 || type->as.basic.kind == TRI_BASIC_UNTYPED_FLOAT;
	case TRI_CONSTANT_COMPLEX:
		return type->as.basic.kind == TRI_BASIC_COMPLEX128 || type->as.basic.kind == TRI_BASIC_UNTYPED_COMPLEX;
	case TRI_CONSTANT_UNKNOWN:
		break;
	}
	return true;
}

static void print_literal(struct printer *p, const struct tri_node *node)
{
	if (!node->value) {
		put(p, "nil");
		return;
	}
	int64_t value = 0;
	bool is_rune = node->type && node->type->kind == TRI_TYPE_BASIC &&
				   ((node->type->as.basic.kind == TRI_BASIC_INT32 && node->type->as.basic.second_name) ||
					node->type->as.basic.kind == TRI_BASIC_UNTYPED_RUNE);
	if (is_rune && tri_constant_int64(node->value, &value) && value >= 0 && value <= 0x10FFFF) {
		print_rune(p, value);
		return;
	}
	bool shown = !is_default_type(node);
	if (shown) {
		put_type(p, node->type);
		put(p, "(");
	}
	tri_constant_print(node->value, false, p->out);
	put(p, shown ? ")" : "");
}

static void print_composite(struct printer *p, const struct tri_node *node)
{
	if (node->is_variadic) {
		put(p, "... argument");
		return;
	}
	put_type(p, node->type);
	put(p, node->list.count > 0 ? "{...}" : "{}");
}

static void print_conversion(struct printer *p, const struct tri_node *node)
{
	const struct tri_type *type = node->type ? tri_type_unalias(node->type) : NULL;
	bool named = type && (type->kind == TRI_TYPE_NAMED || type->kind == TRI_TYPE_BASIC ||
						  (type->kind == TRI_TYPE_INTERFACE && type->as.interface.is_any));
	put(p, named ? "" : "(");
	put_type(p, node->type);
	put(p, named ? "(" : ")(");
	print(p, node->x, 0);
	put(p, ")");
}

static void print_field(struct printer *p, const struct tri_node *node)
{
	print(p, node->x, PRECEDENCE_PRIMARY);
	struct tri_type *type = node->x->type;
	if (node->op == TRI_NODE_FIELD_POINTER && type) {
		struct tri_type *pointer = tri_type_underlying(type);
		type = pointer->kind == TRI_TYPE_POINTER ? pointer->as.pointer.element : type;
	}
	struct tri_type *under = tri_type_underlying(type);
	put(p, ".");
	if (under && under->kind == TRI_TYPE_STRUCT && node->index < under->as.structure.field_count)
		put(p, under->as.structure.fields[node->index].name->text);
}

// In an expression the package stands with the receiver's type: (*bytes.Buffer).Len.
static void put_function(struct printer *p, const struct tri_ir_func *function)
{
	const char *name = function->short_name;
	if (function->package && function->package != p->relative_to) {
		bool pointer = name[0] == '(' && name[1] == '*';
		tri_buffer_printf(p->out, "%s%s.", pointer ? "(*" : "", function->package->name->text);
		name += pointer ? 2 : 0;
	}
	put(p, name);
}

// A method that is surely the one meant shows as a function whose first argument is the receiver.
// The method of a shape that is called: an entry of the dictionary, as a function whose first parameter is the receiver.
static void print_dictionary_entry(struct printer *p, const struct tri_node *call)
{
	static const char prefix[] = "func(";
	struct tri_buffer text = {0};
	struct printer type = {.out = &text, .relative_to = p->relative_to};
	put_type(&type, call->x->type);
	const struct tri_inline_site *site = call->inline_site;
	const struct tri_package *package = site != NULL ? site->callee->package : NULL;
	const char *rest = text.length > sizeof prefix - 1 ? text.data + sizeof prefix - 1 : ")";
	put(p, "(func(");
	put_type(p, call->list.items[0]->type);
	tri_buffer_printf(p->out, "%s%.*s)(&%s%s.dict[0])", rest[0] == ')' ? "" : ", ",
					  (int)(text.data != NULL ? text.length - (sizeof prefix - 1) : 1), rest,
					  package != NULL && package != p->relative_to ? package->name->text : "",
					  package != NULL && package != p->relative_to ? "." : "");
	tri_buffer_free(&text);
}

static void print_call(struct printer *p, const struct tri_node *node)
{
	if (node->op == TRI_NODE_CALL) {
		put_function(p, node->function);
	} else if (node->x->op == TRI_NODE_DICTIONARY) {
		print_dictionary_entry(p, node);
	} else {
		print(p, node->x, PRECEDENCE_PRIMARY);
		if (node->op == TRI_NODE_CALL_INTERFACE)
			tri_buffer_printf(p->out, ".%s", node->object ? node->object->name->text : "?");
	}
	put(p, "(");
	// Packed variadic arguments are printed as the packing, which was not written either.
	print_list(p, &node->list, 0);
	put(p, node->has_dots ? "...)" : ")");
}

static void print_make(struct printer *p, const struct tri_node *node)
{
	put(p, "make(");
	put_type(p, node->type);
	if (node->x) {
		put(p, ", ");
		print(p, node->x, 0);
	}
	if (node->y) {
		put(p, ", ");
		print(p, node->y, 0);
	}
	put(p, ")");
}

static void print_builtin(struct printer *p, const struct tri_node *node, const char *name)
{
	tri_buffer_printf(p->out, "%s(", name);
	if (node->x)
		print(p, node->x, 0);
	if (node->y) {
		put(p, ", ");
		print(p, node->y, 0);
	}
	if (node->x && node->list.count > 0)
		put(p, ", ");
	print_list(p, &node->list, 0);
	put(p, node->has_dots ? "...)" : ")");
}

static void print_slice(struct printer *p, const struct tri_node *node)
{
	print(p, node->x, PRECEDENCE_PRIMARY);
	put(p, "[");
	if (node->y)
		print(p, node->y, 0);
	put(p, ":");
	if (node->z)
		print(p, node->z, 0);
	if (node->list.count > 0) {
		put(p, ":");
		print(p, node->list.items[0], 0);
	}
	put(p, "]");
}

static void print_unary(struct printer *p, const struct tri_node *node, const char *operator)
{
	put(p, operator);
	const struct tri_node *operand = written(node->x);
	if (operand && operand->op == node->op && node->op != TRI_NODE_DEREF)
		put(p, " ");
	print(p, node->x, PRECEDENCE_UNARY + 1);
}

static void print_binary(struct printer *p, const struct tri_node *node, const char *operator)
{
	int precedence = node_precedence(node);
	print(p, node->x, precedence);
	tri_buffer_printf(p->out, " %s ", operator);
	print(p, node->y, precedence + 1);
}

static bool defines(const struct tri_node *statement, const struct tri_ir_var *var)
{
	if (!statement->define)
		return false;
	if (statement->op == TRI_NODE_ASSIGN)
		return statement->x && statement->x->op == TRI_NODE_LOCAL && statement->x->var == var;
	for (uint32_t i = 0; i < statement->list.count; i++)
		if (statement->list.items[i] && statement->list.items[i]->op == TRI_NODE_LOCAL && statement->list.items[i]->var == var)
			return true;
	return false;
}

// A declaration shows as the definition that follows it, or as what Go makes of it, an assignment of the zero value.
static void print_statements(struct printer *p, const tri_node_list *list)
{
	uint32_t shown = 0;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct tri_node *node = list->items[i];
		uint32_t next = i + 1;
		while (node->op == TRI_NODE_DECLARE && next < list->count && list->items[next]->op == TRI_NODE_DECLARE)
			next++;
		if (node->op == TRI_NODE_DECLARE && node->implicit)
			continue;
		if (node->op == TRI_NODE_DECLARE && next < list->count && defines(list->items[next], node->var))
			continue;
		if (node->op == TRI_NODE_BLOCK && node->body.count == 0)
			continue;
		put(p, shown++ > 0 ? "; " : "");
		print(p, node, 0);
	}
}

static void print_block(struct printer *p, const tri_node_list *list)
{
	put(p, " { ");
	print_statements(p, list);
	put(p, " }");
}

static void print_statement(struct printer *p, const struct tri_node *node)
{
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_DECLARE:
		tri_buffer_printf(p->out, "%s = <nil>", node->var->name->text);
		return;
	case TRI_NODE_ASSIGN:
		if (node->x)
			print(p, node->x, 0);
		else
			put(p, "_");
		put(p, node->define && !node->implicit ? " := " : " = ");
		print(p, node->y, 0);
		return;
	case TRI_NODE_ASSIGN_OP:
		print(p, node->x, 0);
		if (node->implicit) {
			put(p, node->operator== TRI_OP_ADD ? "++" : "--");
			return;
		}
		tri_buffer_printf(p->out, " %s= ", tri_operator_text((enum tri_operator)node->operator));
		print(p, node->y, 0);
		return;
	case TRI_NODE_ASSIGN_PARALLEL:
	case TRI_NODE_ASSIGN_TUPLE:
		for (uint32_t i = 0; i < node->list.count; i++) {
			put(p, i > 0 ? ", " : "");
			if (node->list.items[i])
				print(p, node->list.items[i], 0);
			else
				put(p, "_");
		}
		put(p, node->define && !node->implicit ? " := " : " = ");
		if (node->op == TRI_NODE_ASSIGN_TUPLE)
			print(p, node->x, 0);
		else
			print_list(p, &node->other, 0);
		return;
	case TRI_NODE_EXPRESSION:
		print(p, node->x, 0);
		return;
	case TRI_NODE_KEEP:
		put(p, "runtime.KeepAlive(");
		print(p, node->x, 0);
		put(p, ")");
		return;
	case TRI_NODE_SEND:
		print(p, node->x, PRECEDENCE_SEND);
		put(p, " <- ");
		print(p, node->y, PRECEDENCE_SEND + 1);
		return;
	case TRI_NODE_RETURN:
		put(p, "return ");
		print_list(p, &node->list, 0);
		return;
	case TRI_NODE_IF:
		put(p, "if ");
		print(p, node->x, 0);
		print_block(p, &node->body);
		if (node->other.count > 0) {
			put(p, " else");
			print_block(p, &node->other);
		}
		return;
	case TRI_NODE_FOR:
	case TRI_NODE_RANGE:
		put(p, "for loop");
		return;
	case TRI_NODE_SWITCH:
	case TRI_NODE_TYPE_SWITCH:
		put(p, "switch statement");
		return;
	case TRI_NODE_SELECT:
		put(p, "select statement");
		return;
	case TRI_NODE_BREAK:
	case TRI_NODE_CONTINUE:
	case TRI_NODE_FALLTHROUGH:
		put(p, tri_node_ops[node->op].text);
		return;
	case TRI_NODE_GOTO:
		tri_buffer_printf(p->out, "goto %s", node->name ? node->name->text : "");
		return;
	case TRI_NODE_LABEL:
		tri_buffer_printf(p->out, "%s: ", node->name ? node->name->text : "");
		return;
	case TRI_NODE_GO:
	case TRI_NODE_DEFER:
		tri_buffer_printf(p->out, "%s ", tri_node_ops[node->op].text);
		print(p, node->x, 0);
		return;
	case TRI_NODE_BLOCK:
		// A block that only holds a statement's init part shows as that statement.
		if (node->implicit && node->body.count > 0)
			print(p, tri_vector_last(&node->body), 0);
		else
			print_statements(p, &node->body);
		return;
	default:
		put(p, tri_node_ops[node->op].text);
	}
}

static void print(struct printer *p, const struct tri_node *node, int precedence)
{
	node = written(node);
	if (!node) {
		put(p, "<nil>");
		return;
	}
	if (tri_node_ops[node->op].class == TRI_NODE_CLASS_S) {
		print_statement(p, node);
		return;
	}
	if (precedence > node_precedence(node)) {
		put(p, "(");
		print(p, node, 0);
		put(p, ")");
		return;
	}
	switch ((enum tri_node_op)node->op) {
	case TRI_NODE_LITERAL:
		print_literal(p, node);
		return;
	case TRI_NODE_ZERO:
		put_type(p, node->type);
		put(p, "{}");
		return;
	case TRI_NODE_LOCAL:
		put_variable(p, node->var);
		return;
	case TRI_NODE_GLOBAL:
		if (!node->global->object) {
			put(p, node->global->symbol);
			return;
		}
		if (node->global->package != p->relative_to)
			tri_buffer_printf(p->out, "%s.", node->global->package->name->text);
		put(p, node->global->object->name->text);
		return;
	case TRI_NODE_FUNCTION:
		put_function(p, node->function);
		return;
	case TRI_NODE_CLOSURE:
		put(p, "func literal");
		return;
	case TRI_NODE_METHOD_VALUE:
		print(p, node->x, PRECEDENCE_PRIMARY);
		tri_buffer_printf(p->out, ".%s", node->object ? node->object->name->text : "?");
		return;
	case TRI_NODE_FIELD:
	case TRI_NODE_FIELD_POINTER:
		print_field(p, node);
		return;
	case TRI_NODE_DEREF:
		print_unary(p, node, "*");
		return;
	case TRI_NODE_ADDRESS:
		print_unary(p, node, "&");
		return;
	case TRI_NODE_NEGATE:
		print_unary(p, node, "-");
		return;
	case TRI_NODE_NOT:
		print_unary(p, node, "!");
		return;
	case TRI_NODE_COMPLEMENT:
		print_unary(p, node, "^");
		return;
	case TRI_NODE_RECEIVE:
		print_unary(p, node, "<-");
		return;
	case TRI_NODE_INDEX:
		print(p, node->x, PRECEDENCE_PRIMARY);
		put(p, "[");
		print(p, node->y, 0);
		put(p, "]");
		return;
	case TRI_NODE_SLICE:
		print_slice(p, node);
		return;
	case TRI_NODE_ARITHMETIC:
	case TRI_NODE_COMPARE:
		print_binary(p, node, tri_operator_text((enum tri_operator)node->operator));
		return;
	case TRI_NODE_AND_AND:
		print_binary(p, node, "&&");
		return;
	case TRI_NODE_OR_OR:
		print_binary(p, node, "||");
		return;
	case TRI_NODE_CONCATENATE:
		for (uint32_t i = 0; i < node->list.count; i++) {
			put(p, i > 0 ? " + " : "");
			print(p, node->list.items[i], 0);
		}
		return;
	case TRI_NODE_CONVERT:
	case TRI_NODE_CONVERT_INTERFACE:
	case TRI_NODE_BYTES_TO_STRING:
	case TRI_NODE_RUNES_TO_STRING:
	case TRI_NODE_RUNE_TO_STRING:
	case TRI_NODE_STRING_TO_BYTES:
	case TRI_NODE_STRING_TO_RUNES:
	case TRI_NODE_SLICE_TO_ARRAY:
	case TRI_NODE_SLICE_TO_ARRAY_POINTER:
		print_conversion(p, node);
		return;
	case TRI_NODE_TYPE_ASSERT:
		print(p, node->x, PRECEDENCE_PRIMARY);
		put(p, ".(");
		put_type(p, node->comma_ok && node->type->kind == TRI_TYPE_TUPLE ? node->type->as.tuple.types[0] : node->type);
		put(p, ")");
		return;
	case TRI_NODE_CALL:
	case TRI_NODE_CALL_CLOSURE:
	case TRI_NODE_CALL_INTERFACE:
		print_call(p, node);
		return;
	case TRI_NODE_INLINED_CALL:
		if (node->list.count == 1) {
			print(p, node->list.items[0], 0);
			return;
		}
		put(p, "(");
		print_list(p, &node->list, 0);
		put(p, ")");
		return;
	case TRI_NODE_STATEMENT_EXPR:
		print(p, node->x, 0);
		return;
	case TRI_NODE_NEW:
		if (node->x) {
			print_builtin(p, node, "new");
			return;
		}
		put(p, "new(");
		if (tri_type_has_shape(node->type)) // known where it runs
			put(p, "<node DYNAMICTYPE>");
		else
			put_type(p, node->type->kind == TRI_TYPE_POINTER ? node->type->as.pointer.element : node->type);
		put(p, ")");
		return;
	case TRI_NODE_MAKE_SLICE:
	case TRI_NODE_MAKE_CHAN:
	case TRI_NODE_MAKE_MAP:
		print_make(p, node);
		return;
	case TRI_NODE_STRUCT_LITERAL:
	case TRI_NODE_ARRAY_LITERAL:
	case TRI_NODE_SLICE_LITERAL:
	case TRI_NODE_MAP_LITERAL:
		print_composite(p, node);
		return;
	case TRI_NODE_ADDRESS_LITERAL:
		put(p, "&");
		print(p, node->x, 0);
		return;
	case TRI_NODE_KEYED:
		if (node->x) {
			print(p, node->x, 0);
			put(p, ":");
		}
		print(p, node->y, 0);
		return;
	case TRI_NODE_TYPE:
		put_type(p, node->type);
		return;
	default:
		print_builtin(p, node, tri_node_ops[node->op].text);
	}
}

void tri_node_print(const struct tri_node *node, const struct tri_package *relative_to, struct tri_buffer *out)
{
	struct printer p = {out, relative_to};
	print(&p, node, 0);
}

void tri_node_print_statements(const tri_node_list *list, const struct tri_package *relative_to, struct tri_buffer *out)
{
	struct printer printer = {.relative_to = relative_to, .out = out};
	print_statements(&printer, list);
}

void tri_ir_variable_print(const struct tri_ir_var *var, const struct tri_package *relative_to, struct tri_buffer *out)
{
	struct printer printer = {.relative_to = relative_to, .out = out};
	put_variable(&printer, var);
}
