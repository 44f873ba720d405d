// Ranging over a function: the body of the loop becomes a function of its own, which the iterator calls.
//
//	for x := range f { body }
//
// becomes
//
//	state := READY
//	f(func(x T) bool {
//		if state != READY { state = RUNNING; panic }
//		state = RUNNING
//		body
//		state = READY
//		return true
//	})
//	if state == RUNNING { panic: the iterator stopped a panic of the body }
//	state = EXHAUSTED
//
// with `continue` as the last two statements of the body and `break` as { state = DONE; return false }.
//
// Leaving for anywhere else - an outer loop, a label, the end of the function around - goes through a variable that
// the loops of one nest share: the statement notes its number there and breaks; behind the call of each loop
// on the way its number is looked for, and either its target is in reach, or the body around is left as well. The
// values of a return are stored in the function's results first. A deferred call is added to the list that the function
// around has set up for the nest.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

enum { STATE_DONE, STATE_READY, STATE_RUNNING, STATE_EXHAUSTED, STATE_MISSING_PANIC }; // runtime.panicrangestate's

enum { LEAVE_FUNCTION = -1 };

struct range_exit {
	struct tri_branch_stmt *stmt; // NULL: return
	int64_t number;
};

// Loops over functions, one in the other, and what they share.
struct range_nest {
	struct function_builder *around; // where the outermost loop stands
	struct tri_ir_var *number;       // of the way out that is being taken, 0: none; NULL while nothing needs it
	struct tri_ir_var *deferred;     // the list of the nest's deferred calls; NULL while nothing needs it
	int64_t last_number;
};

struct range_body {
	struct tri_for_stmt *loop;
	struct range_nest *nest;
	uint32_t index; // among the loops over functions of the function as written
	struct tri_ir_var *state;
	TRI_VECTOR(struct range_exit) exits;
};

struct function_builder *tri_ir_written_function(struct function_builder *b)
{
	while (b->range_body != NULL)
		b = b->outer;
	return b;
}

static struct tri_node *use(struct function_builder *b, struct tri_ir_var *var, tri_pos pos)
{
	return tri_ir_local(b, tri_ir_view(b, var, pos), pos);
}

static void assign(struct function_builder *b, struct tri_ir_var *var, struct tri_node *value, bool define, tri_pos pos)
{
	struct tri_node *node = tri_ir_node(b, TRI_NODE_ASSIGN, pos, NULL);
	node->define = define;
	node->x = use(b, var, pos);
	node->y = value;
	tri_ir_emit(b, node);
}

static struct tri_node *integer(struct function_builder *b, int64_t value, tri_pos pos)
{
	return tri_ir_integer(b, pos, tri_ir_basic(b, TRI_BASIC_INT), value);
}

static struct tri_node *compare(struct function_builder *b, enum tri_operator operator, struct tri_ir_var * var, int64_t value, tri_pos pos)
{
	return tri_ir_compare(b, operator, pos, tri_ir_basic(b, TRI_BASIC_BOOL), use(b, var, pos), integer(b, value, pos));
}

// A variable of the compiler's that bodies use, with the name that -m gives it.
static struct tri_ir_var *shared_variable(struct function_builder *b, const char *name, struct tri_type *type, bool changes, tri_pos pos)
{
	struct tri_ir_var *var = tri_ir_temporary(b, type, pos);
	var->name = tri_name_intern_c(b->package->universe->names, name);
	var->reassigned = changes; // then bodies hold its address
	return var;
}

static void return_from_body(struct function_builder *b, int64_t state, bool go_on, tri_pos pos)
{
	assign(b, b->range_body->state, integer(b, state, pos), false, pos);
	struct tri_node *node = tri_ir_node(b, TRI_NODE_RETURN, pos, NULL);
	struct tri_node *value = tri_ir_boolean(b, pos, go_on);
	tri_vector_push(b->arena, &node->list, value);
	tri_ir_emit(b, node);
}

static bool same_exit(const struct range_exit *exit, const struct tri_branch_stmt *stmt)
{
	if (exit->stmt == NULL || stmt == NULL)
		return exit->stmt == stmt;
	return exit->stmt->token == stmt->token && exit->stmt->target == stmt->target;
}

static void add_exit(struct function_builder *b, struct range_exit exit)
{
	struct range_body *body = b->range_body;
	for (uint32_t i = 0; i < body->exits.count; i++) {
		if (body->exits.items[i].number == exit.number)
			return;
	}
	tri_vector_push(b->arena, &body->exits, exit);
}

static void leave(struct function_builder *b, struct tri_branch_stmt *stmt, tri_pos pos)
{
	struct range_body *body = b->range_body;
	struct range_nest *nest = body->nest;
	if (nest->number == NULL)
		nest->number = shared_variable(nest->around, "#next", tri_ir_basic(b, TRI_BASIC_INT), true, pos);
	struct range_exit exit = {.stmt = stmt, .number = LEAVE_FUNCTION};
	if (stmt != NULL) {
		exit.number = 0;
		for (uint32_t i = 0; i < body->exits.count && exit.number == 0; i++) {
			if (same_exit(&body->exits.items[i], stmt))
				exit.number = body->exits.items[i].number;
		}
		if (exit.number == 0)
			exit.number = ++nest->last_number;
	}
	add_exit(b, exit);
	assign(b, nest->number, integer(b, exit.number, pos), false, pos);
	return_from_body(b, STATE_DONE, false, pos);
}

static bool is_in_body(const struct tri_for_stmt *loop, const struct tri_stmt *target)
{
	return target->pos >= loop->body->base.pos && target->pos <= loop->body->rbrace;
}

bool tri_ir_range_body_branch(struct function_builder *b, struct tri_branch_stmt *stmt)
{
	if (b->range_body == NULL || stmt->token == TRI_TOKEN_FALLTHROUGH)
		return false;
	const struct tri_for_stmt *loop = b->range_body->loop;
	tri_pos pos = stmt->base.pos;
	if (stmt->target == &loop->base && stmt->token == TRI_TOKEN_CONTINUE)
		return_from_body(b, STATE_READY, true, pos);
	else if (stmt->target == &loop->base && stmt->token == TRI_TOKEN_BREAK)
		return_from_body(b, STATE_DONE, false, pos);
	else if (is_in_body(loop, stmt->target))
		return false;
	else
		leave(b, stmt, pos);
	return true;
}

bool tri_ir_range_body_return(struct function_builder *b, const tri_node_list *values, tri_pos pos)
{
	if (b->range_body == NULL)
		return false;
	struct tri_ir_func *function = tri_ir_written_function(b)->function;
	if (values->count > 0) {
		struct tri_node *node = tri_ir_node(b, TRI_NODE_ASSIGN_PARALLEL, pos, NULL);
		for (uint32_t i = 0; i < values->count; i++) {
			function->results.items[i]->reassigned = true;
			struct tri_node *place = use(b, function->results.items[i], pos);
			tri_vector_push(b->arena, &node->list, place);
		}
		node->other = *values;
		if (values->count == 1) {
			node->op = TRI_NODE_ASSIGN;
			node->x = node->list.items[0];
			node->y = values->items[0];
			node->list.count = node->other.count = 0;
		}
		tri_ir_emit(b, node);
	}
	leave(b, NULL, pos);
	return true;
}

const struct tri_ir_func *tri_ir_returning_function(struct function_builder *b) { return tri_ir_written_function(b)->function; }

struct tri_node *tri_ir_range_body_defer(struct function_builder *b, tri_pos pos)
{
	if (b->range_body == NULL) {
		b->function->has_defer = true;
		return NULL;
	}
	struct tri_ir_func *function = tri_ir_written_function(b)->function;
	function->has_defer = function->has_range_defer = true;
	struct range_nest *nest = b->range_body->nest;
	if (nest->deferred == NULL)
		nest->deferred = shared_variable(nest->around, "#defers", tri_ir_basic(b, TRI_BASIC_UNSAFE_POINTER), false, pos);
	return use(b, nest->deferred, pos);
}

// ---- The loop --------------------------------------------------------------------------------------------

static void raise(struct function_builder *b, struct tri_node *state, tri_pos pos)
{
	struct tri_node *call = tri_ir_unary(b, TRI_NODE_RANGE_PANIC, pos, NULL, state);
	tri_ir_emit(b, tri_ir_unary(b, TRI_NODE_EXPRESSION, pos, NULL, call));
}

// if condition { ... }: statements go into the branch until `end_if`.
static tri_node_list *begin_if(struct function_builder *b, struct tri_node *condition, tri_pos pos)
{
	struct tri_node *node = tri_ir_unary(b, TRI_NODE_IF, pos, NULL, condition);
	tri_ir_emit(b, node);
	tri_node_list *statements = b->statements;
	b->statements = &node->body;
	return statements;
}

static void end_if(struct function_builder *b, tri_node_list *statements) { b->statements = statements; }

static void split_places(struct tri_range_clause *clause, struct tri_expr *places[2])
{
	places[0] = clause->left;
	places[1] = NULL;
	if (clause->left != NULL && clause->left->kind == TRI_EXPR_LIST) {
		const tri_expr_list *list = &tri_as_list_expr(clause->left)->elements;
		places[0] = list->items[0];
		places[1] = list->count > 1 ? list->items[1] : NULL;
	}
	for (int i = 0; i < 2; i++) {
		if (places[i] != NULL && tri_ir_is_blank(places[i]))
			places[i] = NULL;
	}
}

// The parameters of the body: the loop's variables where it declares them; other places are assigned first thing.
static void take_values(struct function_builder *b, struct tri_range_clause *clause, tri_pos pos)
{
	struct tri_type *signature = tri_type_underlying(b->function->signature);
	struct tri_expr *places[2];
	split_places(clause, places);
	struct tri_node *node = tri_ir_node(b, TRI_NODE_ASSIGN_PARALLEL, pos, NULL);
	for (uint32_t i = 0; i < signature->as.function.parameter_count; i++) {
		struct tri_type *type = signature->as.function.parameters[i]->type;
		struct tri_expr *place = i < 2 ? places[i] : NULL;
		struct tri_object *object = place != NULL && clause->define ? tri_as_name_expr(place)->object : NULL;
		const struct tri_name *name = object != NULL ? object->name : tri_name_printf(b->package->universe->names, "#p%u", i + 1);
		tri_pos declared = object != NULL ? object->pos : place != NULL ? place->pos : pos;
		struct tri_ir_var *var = tri_ir_new_variable(b->package, b->function, TRI_VAR_PARAMETER, name, type, declared);
		if (object != NULL) {
			var->object = object;
			var->address_taken = object->address_taken;
			var->reassigned = object->reassigned;
			object->ir = var;
		} else if (place != NULL) {
			struct tri_node *to = tri_ir_place(b, place);
			struct tri_node *value = tri_ir_convert_implicitly(b, tri_ir_local(b, var, pos), place->type);
			tri_vector_push(b->arena, &node->list, to);
			tri_vector_push(b->arena, &node->other, value);
		}
	}
	if (node->list.count > 0)
		tri_ir_emit(b, node);
}

static struct tri_node *build_body(struct function_builder *outer, struct tri_for_stmt *loop, struct tri_range_clause *clause,
								   struct range_body *body, struct tri_type *type)
{
	struct tri_ir_package *package = outer->package;
	tri_pos pos = loop->base.pos;
	const struct tri_ir_func *owner = tri_ir_written_function(outer)->function;
	const char *symbol = tri_arena_printf(package->arena, "%s-range%u", owner->symbol, body->index);
	const char *short_name = tri_arena_printf(package->arena, "%s-range%u", owner->short_name, body->index);
	struct tri_ir_func *function = tri_ir_new_function(package, symbol, short_name, pos, tri_type_underlying(type));
	function->is_closure = function->has_body = true;
	function->package = outer->function->package;
	tri_ir_note_literal(package, function->symbol);
	function->outer = outer->function;
	tri_vector_push(package->arena, &outer->function->closures, function);
	tri_vector_push(package->arena, &package->functions, function);
	struct function_builder builder = {
		.package = package, .arena = outer->arena, .outer = outer, .function = function, .statements = &function->body, .range_body = body};
	struct function_builder *b = &builder;
	struct tri_ir_var *state = body->state;
	tri_ir_new_variable(package, function, TRI_VAR_RESULT, tri_name_intern_c(package->universe->names, "~r0"),
						tri_ir_basic(b, TRI_BASIC_BOOL), pos);
	tri_node_list statements = {0}; // the places' own, behind the check
	b->statements = &statements;
	take_values(b, clause, pos);
	b->statements = &function->body;
	struct tri_ir_var *found = tri_ir_emit_temporary(b, use(b, state, pos), pos);
	assign(b, state, integer(b, STATE_RUNNING, pos), false, pos);
	tri_node_list *after = begin_if(b, compare(b, TRI_OP_NOT_EQUAL, found, STATE_READY, pos), pos);
	raise(b, tri_ir_local(b, found, pos), pos);
	end_if(b, after);
	for (uint32_t i = 0; i < statements.count; i++)
		tri_ir_emit(b, statements.items[i]);
	tri_ir_build_body(b, loop->body);
	return_from_body(b, STATE_READY, true, loop->body->rbrace);
	return tri_ir_make_closure(outer, b, pos);
}

static bool is_in_reach(const struct function_builder *b, const struct range_exit *exit)
{
	if (b->range_body == NULL)
		return true;
	const struct tri_for_stmt *loop = b->range_body->loop;
	return exit->stmt != NULL && (exit->stmt->target == &loop->base || is_in_body(loop, exit->stmt->target));
}

// Behind the call: goes on to where the body wanted to.
static void take_exits(struct function_builder *b, const struct range_body *body, tri_pos pos)
{
	struct tri_ir_var *number = body->nest->number;
	bool further = false;
	for (uint32_t i = 0; i < body->exits.count; i++) {
		const struct range_exit *exit = &body->exits.items[i];
		if (!is_in_reach(b, exit)) {
			add_exit(b, *exit);
			further = true;
			continue;
		}
		tri_node_list *after = begin_if(b, compare(b, TRI_OP_EQUAL, number, exit->number, pos), pos);
		if (exit->stmt == NULL) {
			tri_ir_emit(b, tri_ir_node(b, TRI_NODE_RETURN, pos, NULL));
		} else {
			assign(b, number, integer(b, 0, pos), false, pos);
			tri_ir_branch(b, exit->stmt);
		}
		end_if(b, after);
	}
	if (further) {
		tri_node_list *after = begin_if(b, compare(b, TRI_OP_NOT_EQUAL, number, 0, pos), pos);
		return_from_body(b, STATE_DONE, false, pos);
		end_if(b, after);
	}
}

void tri_ir_range_function(struct function_builder *b, struct tri_for_stmt *loop, struct tri_range_clause *clause)
{
	tri_pos pos = loop->base.pos;
	struct tri_node *outer = tri_ir_node(b, TRI_NODE_BLOCK, pos, NULL);
	outer->implicit = true;
	tri_node_list *statements = b->statements;
	b->statements = &outer->body;

	struct tri_node *call = tri_ir_call_without_arguments(b, clause->operand, pos);
	struct tri_type *type = tri_type_underlying(clause->operand->type)->as.function.parameters[0]->type;
	struct range_nest own = {.around = b};
	struct range_body body = {.loop = loop, .nest = b->range_body != NULL ? b->range_body->nest : &own};
	body.index = ++tri_ir_written_function(b)->range_bodies;
	body.state = shared_variable(b, tri_arena_printf(b->arena, "#state%u", body.index), tri_ir_basic(b, TRI_BASIC_INT), true, pos);
	tri_ir_emit_declare(b, body.state, pos);
	assign(b, body.state, integer(b, STATE_READY, pos), true, pos);
	struct tri_node *closure = tri_ir_convert_implicitly(b, build_body(b, loop, clause, &body, type), type);
	tri_vector_push(b->arena, &call->list, closure);
	if (own.number != NULL) {
		tri_ir_emit_declare(b, own.number, pos);
		assign(b, own.number, integer(b, 0, pos), true, pos);
	}
	if (own.deferred != NULL) {
		tri_ir_emit_declare(b, own.deferred, pos);
		assign(b, own.deferred, tri_ir_node(b, TRI_NODE_DEFER_LIST, pos, own.deferred->type), true, pos);
	}
	tri_ir_emit(b, tri_ir_unary(b, TRI_NODE_EXPRESSION, pos, NULL, call));

	tri_node_list *after = begin_if(b, compare(b, TRI_OP_EQUAL, body.state, STATE_RUNNING, pos), pos);
	raise(b, integer(b, STATE_MISSING_PANIC, pos), pos);
	end_if(b, after);
	assign(b, body.state, integer(b, STATE_EXHAUSTED, pos), false, pos);
	take_exits(b, &body, pos);
	b->statements = statements;
	tri_ir_emit(b, outer);
}
