// tricolor why: one decision told as a story, and the smallest known change that would make it another.
//
// A change is only proposed after the changed text has been analysed, in memory, and the value stays in the frame there.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"

#include <stdio.h>
#include <stdlib.h>

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

static const char *words_for(const char *why)
{
	for (size_t i = 0; i < TRI_COUNT(reasons); i++) {
		if (strcmp(reasons[i].why, why) == 0)
			return reasons[i].words;
	}
	return why;
}

static bool is_result(const char *name) { return name[0] == '~' && name[1] == 'r'; }

static const char *ending_for(const struct tri_escape_step *last)
{
	if (is_result(last->to))
		return "What a function returns is used when its frame is gone.";
	if (strcmp(last->to, "{storage for func literal}") == 0)
		return "The function literal lives longer, and has to find it.";
	if (strcmp(last->to, "{heap}") != 0)
		return NULL;
	const struct tri_escape_reason *reason = last->reasons.count > 0 ? &tri_vector_last(&last->reasons) : NULL;
	const char *why = reason != NULL ? reason->why : "";
	if (reason != NULL && strcmp(why, "call parameter") == 0 && strncmp(reason->text, "append(", 7) == 0)
		return "The array that append puts it in may live in the heap.";
	for (size_t i = 0; i < TRI_COUNT(endings); i++) {
		if (strcmp(endings[i].why, why) == 0)
			return endings[i].ending;
	}
	return "It is used where the frame may be gone.";
}

// ---- The place asked for ----------------------------------------------------------------------------

struct why_place {
	char *path; // absolute, from malloc
	uint32_t line, column;
};

struct why_search {
	const struct why_place *place;
	struct driver_build *build;
	TRI_VECTOR(const struct tri_escape_decision *) found;
	uint32_t heap_count, unknown_count; // of those found: in the heap, of unknown size
};

static bool parse_place(const char *text, struct why_place *place)
{
	unsigned line = 0, column = 0;
	const char *end = strstr(text, ".go:");
	if (end == NULL || sscanf(end, ".go:%u:%u", &line, &column) < 1 || line == 0)
		return false;
	char *path = strndup(text, (size_t)(end - text) + 3);
	place->path = path != NULL ? realpath(path, NULL) : NULL;
	free(path);
	place->line = line;
	place->column = column;
	return true;
}

static bool is_at(const struct driver_build *build, const struct tri_escape_decision *decision, const struct why_place *place)
{
	struct tri_location at = tri_source_locate(build->sources, decision->pos);
	if (at.file == NULL || at.file->path == NULL || at.line != place->line || (place->column != 0 && at.column != place->column))
		return false;
	char *path = realpath(at.file->path, NULL);
	bool same = path != NULL && strcmp(path, place->path) == 0;
	free(path);
	return same;
}

static bool has_unknown_size(const struct tri_escape_decision *decision)
{
	return decision->node != NULL && decision->node->op == TRI_NODE_MAKE_SLICE && !decision->heap &&
		   (decision->node->y != NULL ? decision->node->y : decision->node->x)->op != TRI_NODE_LITERAL;
}

static void search_decisions(struct driver_build *build, void *context)
{
	struct why_search *search = context;
	search->build = build;
	for (uint32_t u = 0; u < build->unit_count; u++) {
		const struct driver_unit *unit = &build->units[u];
		for (uint32_t i = 0; i < unit->decisions.count; i++) {
			const struct tri_escape_decision *decision = unit->decisions.items[i];
			if (!is_at(build, decision, search->place))
				continue;
			tri_vector_push(build->arena, &search->found, decision);
			search->heap_count += decision->heap;
			search->unknown_count += has_unknown_size(decision);
		}
	}
}

// ---- Telling it -------------------------------------------------------------------------------------

static void print_source_line(const struct tri_location *at)
{
	if (at->file == NULL || at->line == 0 || at->line > at->file->line_offsets.count)
		return;
	const char *line = at->file->text + at->file->line_offsets.items[at->line - 1];
	printf("%6u | %.*s\n", at->line, (int)strcspn(line, "\r\n"), line);
}

static void print_step(const struct driver_build *build, const struct tri_escape_step *step, uint32_t *number)
{
	for (uint32_t i = 0; i < step->reasons.count; i++) {
		const struct tri_escape_reason *reason = &step->reasons.items[i];
		struct tri_location at = tri_source_locate(build->sources, reason->pos);
		printf("  %u. %s: %s\n     %s:%u:%u\n", ++*number, words_for(reason->why), reason->text, at.path, at.line, at.column);
	}
}

static void print_story(const struct driver_build *build, const struct tri_escape_decision *decision)
{
	struct tri_location at = tri_source_locate(build->sources, decision->pos);
	printf("%s:%u:%u: %s %s in %s\n\n", at.path, at.line, at.column, decision->text,
		   !decision->heap         ? "stays in the frame"
		   : decision->var != NULL ? "is moved to the heap"
								   : "is placed in the heap",
		   decision->function);
	print_source_line(&at);
	if (!decision->heap) {
		puts("\nNothing that outlives the call keeps its address.");
		return;
	}
	putchar('\n');
	uint32_t number = 0;
	for (uint32_t i = 0; i < decision->steps.count; i++) {
		const struct tri_escape_step *step = &decision->steps.items[i];
		if (i > 0)
			printf("  %s now leads to it, and\n", step->from);
		print_step(build, step, &number);
	}
	const char *ending = decision->steps.count > 0 ? ending_for(&decision->steps.items[decision->steps.count - 1]) : NULL;
	if (ending != NULL)
		printf("\n%s\n", ending);
	else if (decision->steps.count > 0)
		printf("\n%s lives longer than it.\n", decision->steps.items[decision->steps.count - 1].to);
}

// ---- The same as JSON --------------------------------------------------------------------------------

static void add_place(const struct driver_build *build, tri_pos pos, struct tri_buffer *out)
{
	struct tri_location at = tri_source_locate(build->sources, pos);
	tri_buffer_append_c(out, "\"file\":");
	tri_diag_print_json_text(at.path, out);
	tri_buffer_printf(out, ",\"line\":%u,\"column\":%u", at.line, at.column);
}

static void add_text(const char *name, const char *text, struct tri_buffer *out)
{
	tri_buffer_printf(out, ",\"%s\":", name);
	tri_diag_print_json_text(text, out);
}

// One object a line: the decision, and the steps of the way with their reasons, outermost expression first.
static void print_json(const struct driver_build *build, const struct tri_escape_decision *decision)
{
	struct tri_buffer out = {0};
	tri_buffer_append_c(&out, "{");
	add_place(build, decision->pos, &out);
	add_text("what", decision->text, &out);
	add_text("function", decision->function, &out);
	tri_buffer_printf(&out, ",\"variable\":%s,\"heap\":%s,\"steps\":[", decision->var != NULL ? "true" : "false",
					  decision->heap ? "true" : "false");
	for (uint32_t i = 0; i < decision->steps.count; i++) {
		const struct tri_escape_step *step = &decision->steps.items[i];
		tri_buffer_printf(&out, "%s{\"derefs\":%d", i > 0 ? "," : "", step->derefs);
		add_text("from", step->from, &out);
		add_text("to", step->to, &out);
		tri_buffer_append_c(&out, ",\"reasons\":[");
		for (uint32_t k = 0; k < step->reasons.count; k++) {
			tri_buffer_append_c(&out, k > 0 ? ",{" : "{");
			add_place(build, step->reasons.items[k].pos, &out);
			add_text("expression", step->reasons.items[k].text, &out);
			add_text("why", step->reasons.items[k].why, &out);
			tri_buffer_append_c(&out, "}");
		}
		tri_buffer_append_c(&out, "]}");
	}
	printf("%s]}\n", out.data);
	tri_buffer_free(&out);
}

// ---- Changes ----------------------------------------------------------------------------------------

struct change {
	struct tri_buffer text; // of the whole file
	struct tri_buffer line; // the changed line
	const char *note;       // what else changed, or NULL
	uint32_t before;        // the line is a new one, before this one; 0: it replaces the decision's
};

typedef bool change_maker(const struct driver_build *build, const struct tri_escape_decision *decision, struct change *change);

static const char *line_start(const struct tri_location *at) { return at->file->text + at->file->line_offsets.items[at->line - 1]; }

// The text with [from, to) replaced.
static void replace(struct change *change, const struct tri_location *at, const char *from, const char *to, const char *replacement)
{
	const char *text = at->file->text, *line = line_start(at);
	tri_buffer_append(&change->text, text, (size_t)(from - text));
	tri_buffer_append_c(&change->text, replacement);
	tri_buffer_append(&change->text, to, at->file->length - (size_t)(to - text));
	tri_buffer_append(&change->line, line, (size_t)(from - line));
	tri_buffer_append_c(&change->line, replacement);
	tri_buffer_append(&change->line, to, strcspn(to, "\r\n"));
}

static const char *matching_parenthesis(const char *open)
{
	int depth = 0;
	for (const char *at = open; *at != '\0' && *at != '\n'; at++) {
		depth += (*at == '(') - (*at == ')');
		if (depth == 0)
			return at;
	}
	return NULL;
}

// fmt.Sprintf("%d", x): strconv formats an integer without an interface value.
static bool format_with_strconv(const struct driver_build *build, const struct tri_escape_decision *decision, struct change *change)
{
	static const char call[] = "fmt.Sprintf(\"%d\", ";
	struct tri_location at = tri_source_locate(build->sources, decision->pos);
	if (decision->node == NULL || decision->node->op != TRI_NODE_CONVERT_INTERFACE ||
		!tri_type_is(decision->node->x->type, TRI_IS_INTEGER) || tri_type_is(decision->node->x->type, TRI_IS_UNSIGNED))
		return false;
	const char *line = line_start(&at), *here = line + at.column - 1, *start = strstr(line, call);
	if (start == NULL || start + sizeof call - 1 != here)
		return false;
	const char *end = matching_parenthesis(start + strlen("fmt.Sprintf"));
	const char *import = strstr(at.file->text, "\"fmt\"");
	if (end == NULL || import == NULL || import > start || memchr(here, ',', (size_t)(end - here)) != NULL)
		return false;
	struct tri_buffer replacement = {0};
	struct tri_type *type = tri_type_unalias(decision->node->x->type);
	bool is_int = type->kind == TRI_TYPE_BASIC && type->as.basic.kind == TRI_BASIC_INT;
	tri_buffer_printf(&replacement, is_int ? "strconv.Itoa(%.*s)" : "strconv.FormatInt(int64(%.*s), 10)", (int)(end - here), here);
	replace(change, &at, start, end + 1, replacement.data);
	tri_buffer_free(&replacement);
	// The import: in the place of fmt's when nothing else needs that.
	bool alone = strstr(change->text.data, "fmt.") == NULL, has_strconv = strstr(at.file->text, "\"strconv\"") != NULL;
	if (has_strconv && !alone)
		return true;
	if (has_strconv)
		return false;
	struct tri_buffer with_import = {0};
	size_t offset = (size_t)(import - at.file->text);
	const char *group = strstr(at.file->text, "import (");
	bool grouped = group != NULL && group < import;
	tri_buffer_append(&with_import, change->text.data, offset);
	tri_buffer_append_c(&with_import, alone ? "\"strconv\"" : grouped ? "\"fmt\"; \"strconv\"" : "\"fmt\"; import \"strconv\"");
	tri_buffer_append_c(&with_import, change->text.data + offset + strlen("\"fmt\""));
	tri_buffer_free(&change->text);
	change->text = with_import;
	change->note = alone ? "with import \"strconv\" instead of \"fmt\"" : "with import \"strconv\"";
	return true;
}

static bool is_letter_or_digit(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// A bound of the variable that the lines above give: "n > 64" before a return, or min(..., 64).
static unsigned long bound_above(const struct tri_location *at, const char *name, size_t length)
{
	const char *text = at->file->text, *start = line_start(at);
	unsigned long bound = 0;
	while (start > text && strncmp(start, "\nfunc ", 6) != 0) // of this function
		start--;
	for (const char *here = start; here < line_start(at); here++) {
		if ((here > text && is_letter_or_digit(here[-1])) || strncmp(here, name, length) != 0)
			continue;
		const char *after = here + length;
		unsigned long value = 0;
		int used = 0;
		if (sscanf(after, " > %lu %n", &value, &used) == 1 && used > 0 && after[used] == '{') {
			const char *body = after + used + 1 + strspn(after + used + 1, " \t\r\n");
			if (strncmp(body, "return", 6) == 0 || strncmp(body, "panic", 5) == 0)
				bound = value;
		} else if (strncmp(after, " := min(", 8) == 0) {
			const char *comma = strchr(after, ',');
			if (comma != NULL && sscanf(comma, ", %lu) %n", &value, &used) == 1)
				bound = value;
		} else if (strncmp(after, " := ", 4) == 0 || strncmp(after, " = ", 3) == 0) {
			bound = 0;
		}
	}
	return bound;
}

// make([]T, n), where n is at most a small constant: an array of that size, sliced.
static bool make_of_constant_size(const struct driver_build *build, const struct tri_escape_decision *decision, struct change *change)
{
	enum { LARGEST = 1024 };
	const struct tri_node *node = decision->node;
	if (node == NULL || node->op != TRI_NODE_MAKE_SLICE || node->y != NULL || node->x->op != TRI_NODE_LOCAL)
		return false;
	struct tri_location at = tri_source_locate(build->sources, decision->pos);
	const char *make = strstr(line_start(&at), "make("), *end = make != NULL ? matching_parenthesis(make + 4) : NULL;
	const struct tri_name *name = node->x->var->name;
	unsigned long bound = bound_above(&at, name->text, name->length);
	if (end == NULL || bound == 0 || bound > LARGEST || (size_t)(end - make) < name->length + 8 ||
		strncmp(end - name->length, name->text, name->length) != 0)
		return false;
	struct tri_buffer replacement = {0};
	tri_buffer_printf(&replacement, "%.*s%lu)[:%s]", (int)(end - name->length - make), make, bound, name->text);
	replace(change, &at, make, end + 1, replacement.data);
	tri_buffer_free(&replacement);
	return true;
}

// Is the variable given a value anywhere but where it is declared, as far as the text shows?
static bool may_be_assigned(const char *text, const char *name, size_t length)
{
	for (const char *here = strstr(text, name); here != NULL; here = strstr(here + 1, name)) {
		const char *after = here + length;
		if ((here > text && (is_letter_or_digit(here[-1]) || here[-1] == '.')) || is_letter_or_digit(*after))
			continue;
		if (here > text && here[-1] == '&')
			return true;
		after += strspn(after, " \t");
		if ((after[0] == '=' && after[1] != '=') || (after[0] == '+' && after[1] == '+') || (after[0] == '-' && after[1] == '-') ||
			(after[0] != '\0' && strchr("+-*/%&|^", after[0]) != NULL && after[1] == '='))
			return true;
	}
	return false;
}

// A variable that a function literal captures by reference though nobody assigns it any more: a copy is captured by value.
static bool copy_before_capture(const struct driver_build *build, const struct tri_escape_decision *decision, struct change *change)
{
	if (decision->var == NULL || decision->steps.count == 0 || decision->steps.items[0].reasons.count < 2)
		return false;
	const struct tri_escape_reason *capture = &decision->steps.items[0].reasons.items[0];
	const struct tri_escape_reason *last = &tri_vector_last(&decision->steps.items[0].reasons);
	bool captured = strcmp(capture->why, "captured by a closure") == 0 || strcmp(capture->why, "reference") == 0;
	const struct tri_name *name = decision->var->name;
	struct tri_location at = tri_source_locate(build->sources, captured ? capture->pos : last->pos);
	if (!captured || at.file == NULL || may_be_assigned(at.file->text, name->text, name->length))
		return false;
	// The statement that the literal is part of begins at the nearest line above, or this one, that ends with "{".
	while (at.line > 1) {
		const char *line = line_start(&at);
		size_t length = strcspn(line, "\r\n");
		if (length > 0 && line[length - 1] == '{' && strstr(line, "func(") != NULL && strstr(line, "func(") < line + length)
			break;
		at.line--;
	}
	const char *line = line_start(&at);
	size_t indent = strspn(line, " \t");
	struct tri_buffer copy = {0};
	tri_buffer_printf(&copy, "%.*s%s := %s\n", (int)indent, line, name->text, name->text);
	tri_buffer_append(&change->text, at.file->text, (size_t)(line - at.file->text));
	tri_buffer_append_c(&change->text, copy.data);
	tri_buffer_append(&change->text, line, at.file->length - (size_t)(line - at.file->text));
	tri_buffer_append(&change->line, copy.data, copy.length - 1);
	tri_buffer_free(&copy);
	change->before = at.line;
	return true;
}

static change_maker *const makers[] = {format_with_strconv, make_of_constant_size, copy_before_capture};

// Whether the changed text compiles, and nothing at the place needs the heap any more that did before.
static bool is_better(const struct why_search *before, const struct tri_build_options *options, const struct change *change,
					  const struct tri_escape_decision *decision)
{
	struct tri_build_options changed = *options;
	changed.replaced_path = before->place->path;
	changed.replaced_text = change->text.data;
	changed.quiet = true;
	struct why_place line = *before->place;
	line.column = 0;
	struct why_search whole = {.place = &line}, after = {.place = &line};
	search_decisions(before->build, &whole);
	if (tri_driver_visit_decisions(&changed, search_decisions, &after) != TRI_EXIT_OK)
		return false;
	if (decision->heap)
		return after.heap_count < whole.heap_count;
	return after.unknown_count < whole.unknown_count && after.heap_count <= whole.heap_count;
}

static void propose(const struct why_search *search, const struct tri_build_options *options, const struct tri_escape_decision *decision)
{
	struct tri_location at = tri_source_locate(search->build->sources, decision->pos);
	for (size_t i = 0; i < TRI_COUNT(makers); i++) {
		struct change change = {0};
		if (makers[i](search->build, decision, &change) && is_better(search, options, &change, decision)) {
			if (change.before != 0)
				at.line = change.before;
			const char *old = line_start(&at);
			printf("\nThis change keeps it out of the heap (the changed program was analysed):\n\n");
			if (change.before != 0)
				printf("    + %s\n      %.*s\n", change.line.data, (int)strcspn(old, "\r\n"), old);
			else
				printf("    - %.*s\n    + %s\n", (int)strcspn(old, "\r\n"), old, change.line.data);
			if (change.note != NULL)
				printf("      %s\n", change.note);
		}
		tri_buffer_free(&change.text);
		tri_buffer_free(&change.line);
	}
}

// ---- The command ------------------------------------------------------------------------------------

struct tell {
	struct why_search search;
	const struct tri_build_options *options;
};

static void tell(struct driver_build *build, void *context)
{
	struct tell *t = context;
	search_decisions(build, &t->search);
	for (uint32_t i = 0; i < t->search.found.count; i++) {
		const struct tri_escape_decision *decision = t->search.found.items[i];
		if (t->options->json) {
			print_json(build, decision);
			continue;
		}
		if (i > 0)
			putchar('\n');
		print_story(build, decision);
		if (has_unknown_size(decision))
			puts("Its size is not known, so there is only room for a small one: a larger one is made in the heap.");
		propose(&t->search, t->options, decision);
	}
	fflush(stdout);
}

int tri_driver_why(const struct tri_build_options *options, const char *text)
{
	struct why_place place = {0};
	if (!parse_place(text, &place)) {
		tri_driver_message("%s is not FILE.go:LINE or FILE.go:LINE:COLUMN", text);
		return TRI_EXIT_FAILURE;
	}
	if (place.path == NULL) {
		tri_driver_message("cannot find the file of %s", text);
		return TRI_EXIT_FAILURE;
	}
	struct tri_build_options own = *options;
	own.goal = TRI_BUILD_ANALYSIS;
	own.record_decisions = true;
	const char *file = place.path;
	if (own.input_count == 0) {
		own.inputs = &file;
		own.input_count = 1;
	}
	struct tell t = {.search = {.place = &place}, .options = &own};
	int status = tri_driver_visit_decisions(&own, tell, &t);
	if (status == TRI_EXIT_OK && t.search.found.count == 0) {
		tri_driver_message("nothing at %s is given a place in memory: name the line of a variable or of an expression that allocates",
						   text);
		status = TRI_EXIT_SOURCE_ERROR;
	}
	free(place.path);
	return status;
}
