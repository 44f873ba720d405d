// Decisions in words: verdicts, the steps of a flow, what made the heap necessary, and what else there is to know.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <stdio.h>

static const struct {
	const char *why, *words; // as escape analysis names the reason; what to tell
} reasons[] = {
	{"address-of", "its address is taken"},
	{"spill", "the expression gives its address"},
	{"return", "it is returned"},
	{"assign", "it is assigned"},
	{"assign-pair", "it is assigned"},
	{"captured by a closure", "a function literal captures it"},
	{"reference", "by reference: it is assigned later on, or its address is taken, or it is large"},
	{"call parameter", "it is passed to a call"},
	{"interface-converted", "it is converted to an interface, which points to a copy"},
	{"slice-literal-element", "it becomes an element of a slice"},
	{"array literal element", "it becomes an element of an array"},
	{"struct literal element", "it becomes a field"},
	{"map literal key", "it becomes a key of a map"},
	{"map literal value", "it becomes an element of a map"},
	{"key of map put", "it becomes a key of a map"},
	{"send", "it is sent on a channel"},
	{"dot", "a field of it is taken"},
	{"dot of pointer", "what it points to is read"},
	{"indirection", "what it points to is read"},
	{"range", "a loop goes over it"},
	{"range-deref", "a loop goes over what it points to"},
	{"slice", "it is sliced"},
	{"appendee slice", "its elements may be copied into a new array"},
	{"appended slice...", "its elements are appended"},
	{"copied slice", "its elements are copied"},
	{"switch case", "a type switch takes it out of an interface"},
};

static const struct {
	const char *why, *ending; // of the last reason before the heap
} endings[] = {
	{"call parameter", "Whoever is called may keep it."},
	{"assign", "It is stored where it may be used after the function has returned."},
	{"assign-pair", "It is stored where it may be used after the function has returned."},
	{"send", "Whoever receives it may use it at any time."},
	{"too large for stack", "A frame holds variables of at most 128 KB, and values without a name of at most 64 KB."},
	{"captured by a closure", "The function literal itself lives in the heap."},
	{"reference", "The function literal itself lives in the heap."},
	{"interface-converted", "The interface value goes where it may be used after the function has returned."},
};

const char *tri_driver_words_for_reason(const char *why)
{
	for (size_t i = 0; i < TRI_COUNT(reasons); i++) {
		if (strcmp(reasons[i].why, why) == 0)
			return reasons[i].words;
	}
	return why;
}

static bool is_op(const struct tri_escape_decision *decision, enum tri_node_op op)
{
	return decision->node != NULL && decision->node->op == op;
}

static bool is_result(const char *name) { return name[0] == '~' && name[1] == 'r'; }

static const char *ending_in_call(const struct driver_build *build, const struct driver_callee *callee)
{
	switch (callee->kind) {
	case DRIVER_CALLEE_NONE:
		break;
	case DRIVER_CALLEE_UNKNOWN:
		return "The function is a value: whichever it is may keep it.";
	case DRIVER_CALLEE_METHOD:
		return "The method is that of any type the interface value may have, and may keep it.";
	case DRIVER_CALLEE_WITHOUT_GO:
		return tri_arena_printf(build->arena, "%s is not written in Go, and no //go:noescape promises that it keeps nothing.",
								callee->name);
	case DRIVER_CALLEE_KNOWN: {
		if (callee->parameter == NULL)
			return tri_arena_printf(build->arena, "%s may keep it.", callee->name);
		bool is_content = callee->leak != NULL && callee->leak->is_content;
		return tri_arena_printf(build->arena,
								is_content ? "%s keeps what its parameter %s leads to." : "%s keeps what is passed as its %s.",
								callee->name, callee->parameter->name->text);
	}
	}
	return NULL;
}

const char *tri_driver_ending(const struct driver_build *build, const struct tri_escape_decision *decision)
{
	if (decision->steps.count == 0)
		return NULL;
	const struct tri_escape_step *last = &decision->steps.items[decision->steps.count - 1];
	const struct tri_escape_reason *reason = last->reasons.count > 0 ? &tri_vector_last(&last->reasons) : NULL;
	const char *why = reason != NULL ? reason->why : "";
	if (is_result(last->to) || strcmp(why, "return") == 0)
		return "What a function returns is used when its frame is gone.";
	if (strcmp(last->to, "{storage for func literal}") == 0)
		return "The function literal lives longer, and has to find it.";
	if (strcmp(last->to, "{heap}") != 0)
		return "That lives longer than it.";
	if (reason == NULL && is_op(decision, TRI_NODE_CLOSURE))
		return "It runs later: in a goroutine, or as one of any number of deferred calls.";
	if (reason != NULL && strcmp(why, "call parameter") == 0 && strncmp(reason->text, "append(", 7) == 0)
		return "The array that append puts it in may live in the heap.";
	struct driver_callee callee = tri_driver_find_callee(build, decision);
	const char *in_call = ending_in_call(build, &callee);
	if (in_call != NULL)
		return in_call;
	for (size_t i = 0; i < TRI_COUNT(endings); i++) {
		if (strcmp(endings[i].why, why) == 0)
			return endings[i].ending;
	}
	return "It is used where the frame may be gone.";
}

// ---- Verdicts -----------------------------------------------------------------------------------------

bool tri_driver_has_unknown_size(const struct tri_escape_decision *decision)
{
	return decision->kind == TRI_ESCAPE_VALUE && is_op(decision, TRI_NODE_MAKE_SLICE) && !decision->heap &&
		   (decision->node->y != NULL ? decision->node->y : decision->node->x)->op != TRI_NODE_LITERAL;
}

// An interface value of it needs no copy, or shares one that is part of the program.
static bool is_boxed_for_nothing(const struct tri_node *node)
{
	struct tri_type *type = node->x->type;
	tri_type_layout(type);
	return tri_type_is_interface(type) || tri_type_is_direct_interface(type) || node->x->op == TRI_NODE_LITERAL || type->size <= 1;
}

static bool is_for_nothing(const struct tri_escape_decision *decision)
{
	if (decision->kind != TRI_ESCAPE_VALUE || decision->node == NULL)
		return false;
	if (decision->node->op == TRI_NODE_CONVERT_INTERFACE)
		return is_boxed_for_nothing(decision->node);
	if (decision->node->op == TRI_NODE_CLOSURE)
		return decision->node->function->captures.count == 0;
	return decision->node->op == TRI_NODE_STRING_TO_BYTES && decision->node->zero_copy;
}

bool tri_driver_takes_heap(const struct tri_escape_decision *decision)
{
	if (decision->kind == TRI_ESCAPE_LEAVES || decision->kind == TRI_ESCAPE_LEAKS || is_for_nothing(decision))
		return false;
	return (decision->heap && !decision->is_kept) || is_op(decision, TRI_NODE_APPEND);
}

const char *tri_driver_verdict(const struct tri_escape_decision *decision)
{
	switch ((enum tri_escape_kind)decision->kind) {
	case TRI_ESCAPE_LEAVES:
		return "refers to an array that outlives the call";
	case TRI_ESCAPE_LEAKS:
		return decision->is_content ? "leads to what is kept beyond the call" : "is kept beyond the call";
	case TRI_ESCAPE_CHANNEL:
		return "is placed in the heap";
	case TRI_ESCAPE_GOROUTINE:
		return "gets a stack of its own";
	case TRI_ESCAPE_DEFERRED:
		return "is kept in the heap until it runs";
	case TRI_ESCAPE_MAP_GROWS:
		return "may make the map grow, in the heap,";
	case TRI_ESCAPE_STRING_GROWS:
		return "becomes a new string in the heap";
	case TRI_ESCAPE_VALUE:
		break;
	}
	if (is_for_nothing(decision))
		return "needs no memory";
	if (is_op(decision, TRI_NODE_APPEND))
		return "takes a new array from the heap when the old one is full";
	if (!decision->heap)
		return "stays in the frame";
	if (decision->is_kept)
		return "stays in the frame, where Go moves it to the heap,";
	if (is_op(decision, TRI_NODE_CONVERT_INTERFACE))
		return "is copied to the heap, for an interface,";
	return decision->var != NULL ? "is moved to the heap" : "is placed in the heap";
}

// Of one that does not leak to the heap.
static const char *remark_on_parameter(const struct tri_ir_var *parameter)
{
	const struct tri_ir_func *function = parameter->function;
	const struct tri_escape_summary *summary = function->escape_summary;
	if (!tri_type_has_pointers(parameter->type))
		return NULL;
	for (uint32_t i = 0; summary != NULL && i < summary->parameter_count; i++) {
		for (uint32_t k = 0; function->parameters.items[i] == parameter && k < summary->result_count; k++) {
			if (summary->parameters[i].results[k] >= 0)
				return "It becomes part of what is returned: it is for the callers to say where it may live.";
		}
	}
	return "What callers pass may be in their frames.";
}

const char *tri_driver_remark(const struct tri_escape_decision *decision)
{
	static const char *const of_kinds[] = {
		[TRI_ESCAPE_LEAVES] = "As long as a part of an array is used, all of it stays.",
		[TRI_ESCAPE_LEAKS] = "What callers pass has to be where it outlives them: what they take the address of is moved to the heap.",
		[TRI_ESCAPE_CHANNEL] = "Channels always live there: goroutines share them, and each may outlive the others.",
		[TRI_ESCAPE_GOROUTINE] =
			"The stack has 2 KB at least. What the function literal captures lives in the heap, since the new goroutine "
			"may outlive this call; ended goroutines' stacks are used again.",
		[TRI_ESCAPE_DEFERRED] = "A deferred call in a loop may be one of any number, for which a frame has no room.",
		[TRI_ESCAPE_MAP_GROWS] =
			"A map's entries beyond the first eight live in the heap, wherever the map itself does. A size given to make "
			"takes the memory at once.",
		[TRI_ESCAPE_STRING_GROWS] =
			"Strings do not change: each time all bytes are copied to a new one. A strings.Builder, or a []byte, grows "
			"in place most times.",
	};
	if (decision->kind != TRI_ESCAPE_VALUE)
		return of_kinds[decision->kind];
	if (decision->is_kept && !is_op(decision, TRI_NODE_APPEND))
		return "Go's compiler does not look where the pointer leads that it is stored through. Here that is known, and lives no longer.";
	if (decision->var != NULL && decision->var->class == TRI_VAR_PARAMETER && !decision->heap)
		return remark_on_parameter(decision->var);
	if (decision->node == NULL)
		return NULL;
	if (is_for_nothing(decision)) {
		switch ((enum tri_node_op)decision->node->op) {
		case TRI_NODE_CLOSURE:
			return "It captures nothing: there is one of it, which is part of the program.";
		case TRI_NODE_STRING_TO_BYTES:
			return "Nobody writes to the bytes: the slice shares those of the string.";
		default:
			return "A pointer, a constant and a single byte are converted to an interface without a copy.";
		}
	}
	switch ((enum tri_node_op)decision->node->op) {
	case TRI_NODE_APPEND:
		return "The new array is for more elements than are appended, so that the next ones find room. make with a capacity takes the "
			   "memory at once; a constant one can be in the frame.";
	case TRI_NODE_MAKE_SLICE:
		if (tri_driver_has_unknown_size(decision))
			return "Its size is not known, so there is only room for 32 bytes: a larger one is made in the heap.";
		return NULL;
	case TRI_NODE_MAKE_MAP:
		return decision->heap ? NULL : "The map and its first eight entries are there; when it grows, its entries are in the heap.";
	case TRI_NODE_CONCATENATE:
	case TRI_NODE_BYTES_TO_STRING:
	case TRI_NODE_STRING_TO_BYTES:
		return decision->heap ? NULL : "There is room for 32 bytes: what is longer is put in the heap.";
	case TRI_NODE_RUNES_TO_STRING:
		return decision->heap ? NULL : "There is room for 32 bytes: what is longer is put in the heap.";
	case TRI_NODE_STRING_TO_RUNES:
		return decision->heap ? NULL : "There is room for 32 runes: more are put in the heap.";
	default:
		return NULL;
	}
}

const char *tri_driver_advice_purpose(const struct tri_advice *advice)
{
	switch (advice->aim) {
	case TRI_ADVICE_FEWER:
		return "keep it out of the heap";
	case TRI_ADVICE_LESS_OFTEN:
		return "put it in the heap once, not in each iteration";
	case TRI_ADVICE_KNOWN_SIZE:
		return "have room for it in the frame";
	case TRI_ADVICE_KEEP_LESS:
		return "let the rest of the array go";
	}
	return "";
}

// ---- The whole story ----------------------------------------------------------------------------------

static void print_source_line(const struct tri_location *at)
{
	if (at->file == NULL || at->line == 0 || at->line > at->file->line_offsets.count)
		return;
	const char *line = at->file->text + at->file->line_offsets.items[at->line - 1];
	printf("%6u | %.*s\n", at->line, (int)strcspn(line, "\r\n"), line);
}

// Of a function that is called, steps at one place are one: there inlined calls are many.
struct steps_print {
	const struct driver_build *build;
	uint32_t number;
	bool brief;
	tri_pos last; // printed
};

static void print_steps(struct steps_print *print, const struct tri_escape_decision *decision)
{
	for (uint32_t i = 0; i < decision->steps.count; i++) {
		const struct tri_escape_step *step = &decision->steps.items[i];
		bool has_begun = i == 0;
		for (uint32_t k = 0; k < step->reasons.count; k++) {
			const struct tri_escape_reason *reason = &step->reasons.items[k];
			bool is_end = i + 1 == decision->steps.count && k + 1 == step->reasons.count;
			if (print->brief && reason->pos == print->last && !is_end)
				continue;
			if (!has_begun && strcmp(step->from, "{temp}") != 0)
				printf("  %s now leads to it, and\n", step->from);
			has_begun = true;
			struct tri_location at = tri_source_locate(print->build->sources, reason->pos);
			printf("  %u. %s: %s\n     %s:%u:%u\n", ++print->number, tri_driver_words_for_reason(reason->why), reason->text, at.path,
				   at.line, at.column);
			print->last = reason->pos;
		}
	}
	printf("\n%s\n", tri_driver_ending(print->build, decision));
}

static void print_advice(const struct tri_advice *advice)
{
	struct tri_buffer diff = {0};
	tri_advice_print_diff(advice, "    ", &diff);
	printf("\nTo %s, %s.\nThe changed program was analysed:\n\n%s", tri_driver_advice_purpose(advice), advice->summary,
		   diff.data != NULL ? diff.data : "");
	if (advice->warning != NULL)
		printf("\nBut %s.\n", advice->warning);
	tri_buffer_free(&diff);
}

static void print_inlining(const struct driver_build *build, const struct tri_escape_decision *decision)
{
	const struct tri_inline_site *site = decision->site;
	tri_pos written = decision->var != NULL ? decision->var->pos : decision->node != NULL ? decision->node->pos : TRI_NO_POS;
	if (site == NULL || written == TRI_NO_POS)
		return;
	struct tri_location at = tri_source_locate(build->sources, written);
	printf("\nIt came with %s, which is inlined here: %s:%u:%u\n", site->callee->short_name, at.path, at.line, at.column);
}

// What the function that is called does with it, and those that it calls in turn.
static void print_callees(struct steps_print *print, const struct tri_escape_decision *decision)
{
	struct driver_callee callee;
	for (uint32_t depth = 0; tri_driver_next_callee(print->build, decision, depth, &callee); depth++) {
		decision = callee.leak;
		printf("\nIn %s %s%s goes on:\n\n", callee.name, decision->is_content ? "what it finds behind " : "", decision->text);
		print_steps(print, decision);
	}
}

void tri_driver_tell_story(const struct driver_build *build, const struct driver_story *story)
{
	const struct tri_escape_decision *decision = story->decision;
	struct tri_location at = tri_source_locate(build->sources, decision->pos);
	printf("%s:%u:%u: %s %s in %s\n\n", at.path, at.line, at.column, decision->text, tri_driver_verdict(decision), decision->function);
	print_source_line(&at);
	print_inlining(build, decision);
	bool silent = is_for_nothing(decision);
	bool stays = !decision->heap && decision->kind == TRI_ESCAPE_VALUE && !silent;
	if (stays && decision->var != NULL && !decision->var->address_taken)
		puts("\nNobody takes its address.");
	else if (stays)
		puts("\nNothing that outlives the call keeps its address.");
	if (decision->steps.count > 0 && !silent) {
		putchar('\n');
		struct steps_print print = {.build = build};
		print_steps(&print, decision);
		print.brief = true;
		print_callees(&print, decision);
	}
	const char *remark = tri_driver_remark(decision);
	if (remark != NULL)
		printf("%s%s\n", decision->steps.count == 0 && (decision->heap || silent) ? "\n" : "", remark);
	if (story->advice != NULL)
		print_advice(story->advice);
}
