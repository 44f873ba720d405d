// The strings and stacks that a generation's events refer to, and how they are written at its end.
#include "runtime/stack/stack.h"
#include "runtime/trace/internal.h"

static uint64_t last_message;                                               // messages are numbered from the top
static struct tri_trace_writer string_writer = {NULL, TRI_TRACE_NO_THREAD}; // messages as they come, guarded by tri_trace_outside_lock

const char *(*tri_trace_native_hook)(uintptr_t pc);

// ---- Strings -------------------------------------------------------------------------------------------------------------

static uint64_t string_in(const char *text, size_t length, uint64_t generation)
{
	if (length == 0)
		return 0;
	if (length > TRI_TRACE_LONGEST_STRING)
		length = TRI_TRACE_LONGEST_STRING;
	return tri_trace_enter(TRI_TRACE_STRING_TABLE, generation, text, (uint32_t)length)->number;
}

uint64_t tri_trace_string(const char *text, size_t length) { return string_in(text, length, tri_trace_generation()); }

uint64_t tri_trace_text(const char *text) { return tri_trace_string(text, strlen(text)); }

static void put_string(struct tri_trace_writer *writer, uint64_t generation, uint64_t number, const void *text, size_t length)
{
	struct tri_trace_buffer *buffer = tri_trace_room(writer, 1 + 2 * TRI_TRACE_NUMBER + length, generation, TRI_TRACE_STRINGS);
	tri_trace_put_byte(buffer, TRI_TRACE_STRING);
	tri_trace_put_number(buffer, number);
	tri_trace_put_number(buffer, length);
	tri_trace_put_bytes(buffer, text, length);
}

uint64_t tri_trace_message(const char *text, size_t length)
{
	enum { APART = 1 << 30 }; // strings that are kept have lower numbers
	if (length == 0)
		return 0;
	if (length > TRI_TRACE_LONGEST_STRING)
		length = TRI_TRACE_LONGEST_STRING;
	tri_lock(&tri_trace_outside_lock);
	uint64_t number = APART + ++last_message;
	put_string(&string_writer, tri_trace_generation(), number, text, length);
	tri_unlock(&tri_trace_outside_lock);
	return number;
}

// ---- Stacks --------------------------------------------------------------------------------------------------------------

enum { WHOLE = UINT32_MAX }; // as `skip`: with what runs the program's main

struct stack { // an entry's content
	uintptr_t from;
	uint64_t skip;
	uintptr_t pcs[TRI_TRACE_STACK_DEPTH];
};

static struct tri_trace_entry *stack_in(const uintptr_t *pcs, uint32_t depth, uint32_t skip, uintptr_t from, uint64_t generation)
{
	if (depth == 0)
		return NULL;
	if (depth > TRI_TRACE_STACK_DEPTH)
		depth = TRI_TRACE_STACK_DEPTH;
	struct stack stack;
	stack.from = from;
	stack.skip = skip;
	memcpy(stack.pcs, pcs, depth * sizeof *pcs);
	return tri_trace_enter(TRI_TRACE_STACK_TABLE, generation, &stack, (uint32_t)(offsetof(struct stack, pcs) + depth * sizeof *pcs));
}

struct tri_trace_entry *tri_trace_stack(const uintptr_t *pcs, uint32_t depth, uint32_t skip, uintptr_t from)
{
	return stack_in(pcs, depth, skip, from, tri_trace_generation());
}

uint64_t tri_trace_stack_in(const uintptr_t *pcs, uint32_t depth, uint64_t generation)
{
	return tri_trace_number(stack_in(pcs, depth, WHOLE, 0, generation));
}

struct place {
	uintptr_t pc; // every frame has its own, inlined ones too
	uint64_t function, file, line;
};

// Type arguments are left out, as in other traces.
static uint64_t function_name(const char *name, uint64_t generation)
{
	const char *open = strchr(name, '['), *close = strrchr(name, ']');
	char shown[TRI_TRACE_LONGEST_STRING];
	size_t before, after;
	if (!open || !close || (before = (size_t)(open - name)) + (after = strlen(close + 1)) + 5 > sizeof shown)
		return string_in(name, strlen(name), generation);
	memcpy(shown, name, before);
	memcpy(shown + before, "[...]", 5);
	memcpy(shown + before + 5, close + 1, after);
	return string_in(shown, before + 5 + after, generation);
}

static bool native_place(uintptr_t pc, uint64_t generation, struct place *place, bool callable_only, bool unknown_too)
{
	const char *name = tri_trace_native_hook ? tri_trace_native_hook(pc - 1) : NULL;
	if (!name && unknown_too) { // the kernel's, for example
		*place = (struct place){.pc = pc};
		return true;
	}
	if (!name || !*name || (callable_only && strncmp(name, "runtime.", 8) != 0))
		return false;
	static const char file[] = "runtime/amd64/entry.c";
	*place = (struct place){pc, string_in(name, strlen(name), generation), string_in(file, sizeof file - 1, generation), 1};
	return true;
}

// What package runtime calls is nothing that programs know of.
static bool enters_from_runtime(uintptr_t pc)
{
	const struct tri_function_info *info = tri_function_at(pc - 1);
	struct tri_frame_place place;
	if (!info)
		return false;
	tri_function_place(info, pc - 1, 0, &place);
	return strncmp(place.function, "runtime.", 8) == 0;
}

static uint32_t resolve(const struct stack *stack, uint32_t depth, uint64_t generation, struct place *places)
{
	enum { INLINE_SHIFT = 32 };
	uint32_t count = 0;
	bool whole = stack->skip == WHOLE;
	uint64_t skip = whole ? 0 : stack->skip;
	if (stack->from && !enters_from_runtime(stack->pcs[0]) && native_place(stack->from, generation, &places[0], true, false))
		count++;
	for (uint32_t i = 0; i < depth && count < TRI_TRACE_STACK_DEPTH; i++) {
		uintptr_t pc = stack->pcs[i];
		const struct tri_function_info *info = tri_function_at(pc - 1);
		if (!info) {
			if (native_place(pc, generation, &places[count], false, whole))
				count++;
			continue;
		}
		struct tri_frame_place place = {0};
		do {
			uint32_t inlined = place.next_inline;
			tri_function_place(info, pc - 1, inlined, &place);
			if (place.next_inline == 0 && (info->flags & TRI_FUNCTION_WRAPPER))
				break;
			if (skip > 0) {
				skip--;
				continue;
			}
			// What runs the program's own main is said of no goroutine.
			if (!whole && place.next_inline == 0 && i == depth - 1 && count > 0 && strcmp(place.function, "runtime.main") == 0)
				break;
			places[count++] = (struct place){pc | (uintptr_t)inlined << INLINE_SHIFT, function_name(place.function, generation),
											 string_in(place.file, strlen(place.file), generation), place.line};
		} while (place.next_inline != 0 && count < TRI_TRACE_STACK_DEPTH);
	}
	return count;
}

static void write_stacks(uint64_t generation)
{
	struct tri_trace_writer writer = {NULL, TRI_TRACE_NO_THREAD};
	struct place places[TRI_TRACE_STACK_DEPTH];
	const struct tri_trace_entry *entry = tri_trace_last_entry(TRI_TRACE_STACK_TABLE, generation);
	for (; entry; entry = entry->before) {
		struct stack stack;
		memcpy(&stack, entry->content, entry->size);
		uint32_t count = resolve(&stack, (uint32_t)((entry->size - offsetof(struct stack, pcs)) / sizeof(uintptr_t)), generation, places);
		struct tri_trace_buffer *buffer =
			tri_trace_room(&writer, 1 + (2 + 4 * (size_t)count) * TRI_TRACE_NUMBER, generation, TRI_TRACE_STACKS);
		tri_trace_put_byte(buffer, TRI_TRACE_STACK);
		tri_trace_put_number(buffer, entry->number);
		tri_trace_put_number(buffer, count);
		for (uint32_t i = 0; i < count; i++) {
			tri_trace_put_number(buffer, places[i].pc);
			tri_trace_put_number(buffer, places[i].function);
			tri_trace_put_number(buffer, places[i].file);
			tri_trace_put_number(buffer, places[i].line);
		}
	}
	tri_trace_flush(&writer);
}

static void write_strings(uint64_t generation)
{
	struct tri_trace_writer writer = {NULL, TRI_TRACE_NO_THREAD};
	const struct tri_trace_entry *entry = tri_trace_last_entry(TRI_TRACE_STRING_TABLE, generation);
	for (; entry; entry = entry->before)
		put_string(&writer, generation, entry->number, entry->content, entry->size);
	tri_trace_flush(&writer);
}

void tri_trace_messages_flush(void) { tri_trace_flush(&string_writer); }

void tri_trace_tables_write(uint64_t generation)
{
	write_stacks(generation); // names are strings
	write_strings(generation);
	tri_trace_tables_forget(generation);
}
