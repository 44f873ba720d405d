// Program counters and what they stand for. A program counter given to Go code is a return address, or that of the mark of an
// inlined call (abi/function.h) behind the function's code, for what that call was inlined into: every frame has one of its own,
// and subtracting 1 gives the place of the call.
#include "runtime/go/hooks.h"
#include "runtime/go/native.h"
#include "runtime/go/places.h"
#include "runtime/stack/stack.h"

struct symbol { // the overlay's symbol
	const char *function;
	int64_t function_length;
	const char *file;
	int64_t file_length;
	int64_t line, start_line;
	uintptr_t entry;
	const struct tri_function_info *info;
	bool inlined;
};

int64_t tri_go_callers(int64_t skip, uintptr_t *pcs, int64_t limit);
uint64_t tri_go_symbolize(uintptr_t pc, struct symbol *to);
void tri_go_functionsymbol(const struct tri_function_info *info, struct symbol *to);
int64_t tri_go_stacktrace(char *to, int64_t limit, bool all);
int64_t tri_go_goroutine_stacks(uintptr_t *records, int64_t count, int64_t size, void **labels);

// Where a goroutine's first function returns to: to Go code a frame of its own, which ends a goroutine.
static bool is_start(uintptr_t pc) { return pc >= (uintptr_t)tri_asm_goroutine_start && pc <= (uintptr_t)tri_asm_goroutine_return; }

// What is no compiled code has no positions: it is the runtime, one way or another.
static void fill_native(struct symbol *to, const char *name, uintptr_t entry)
{
	static const char file[] = "runtime/amd64/entry.c";
	*to = (struct symbol){.function = name,
						  .function_length = (int64_t)strlen(name),
						  .file = file,
						  .file_length = sizeof file - 1,
						  .line = 1,
						  .start_line = 1,
						  .entry = entry};
}

int64_t tri_go_stack(const struct tri_g *g, int64_t skip, uintptr_t *pcs, int64_t limit)
{
	struct tri_frame frame;
	int64_t count = 0;
	if (!tri_frame_first(g, &frame))
		return 0;
	do {
		bool exact = frame.faulted || frame.at_entry || frame.interrupted;
		uintptr_t pc = exact ? frame.pc : frame.pc - 1;
		struct tri_frame_place place = {0};
		do {
			uint32_t depth = place.next_inline;
			tri_function_place(frame.info, pc, depth, &place);
			if (place.next_inline == 0 && (frame.info->flags & TRI_FUNCTION_WRAPPER))
				break;
			if (skip-- > 0)
				continue;
			if (count == limit)
				return count;
			pcs[count++] = depth ? tri_function_mark(frame.info, depth) + 1 : pc + 1;
		} while (place.next_inline != 0);
	} while (tri_frame_next(&frame));
	if (is_start(frame.pc) && skip <= 0 && count < limit)
		pcs[count++] = frame.pc;
	return count;
}

int64_t tri_go_callers(int64_t skip, uintptr_t *pcs, int64_t limit) { return tri_go_stack(&tri_current()->abi, skip, pcs, limit); }

static void fill(struct symbol *to, const struct tri_function_info *info, const struct tri_frame_place *place)
{
	to->function = place->function;
	to->function_length = (int64_t)strlen(place->function);
	to->file = place->file;
	to->file_length = (int64_t)strlen(place->file);
	to->line = place->line;
	to->start_line = place->next_inline ? 0 : info->start_line;
	to->entry = info->entry;
	to->info = info;
	to->inlined = place->next_inline != 0;
}

uint64_t tri_go_symbolize(uintptr_t pc, struct symbol *to)
{
	const struct tri_function_info *info = tri_function_at(pc);
	struct tri_frame_place place;
	struct tri_native native;
	if (is_start(pc)) {
		fill_native(to, "runtime.goexit", (uintptr_t)tri_asm_goroutine_start);
		return 1;
	}
	if (pc == 0)
		return 0;
	if (!info) {
		if (!tri_native_at(pc, &native))
			return 0;
		fill_native(to, native.name, native.entry);
		return 1;
	}
	tri_function_place(info, pc, 0, &place);
	fill(to, info, &place);
	return 1;
}

void tri_go_functionsymbol(const struct tri_function_info *info, struct symbol *to)
{
	struct tri_frame_place place;
	tri_function_place(info, info->entry, 0, &place);
	place.function = (const char *)(uintptr_t)info->name;
	place.next_inline = 0;
	fill(to, info, &place);
}

// ---- Traces as text ----------------------------------------------------------------------------------------

int64_t tri_go_stacktrace(char *to, int64_t limit, bool all)
{
	if (all)
		tri_sched_stop_world("stack trace");
	tri_print_sink.at = to;
	tri_print_sink.end = to + limit;
	tri_print_stacks(all);
	int64_t length = tri_print_sink.at - to;
	tri_print_sink.at = tri_print_sink.end = NULL;
	if (all)
		tri_sched_start_world();
	return length;
}

// Stacks of `size` words each, followed by zeros when they are shorter, and labels if wanted; returns how many goroutines there are.
int64_t tri_go_goroutine_stacks(uintptr_t *records, int64_t count, int64_t size, void **labels)
{
	int64_t found = 0;
	tri_sched_stop_world("goroutine profile");
	const struct tri_goroutine *goroutine;
	for (uint64_t i = 0; (goroutine = tri_goroutine_at(i)) != NULL; i++) {
		if (atomic_load(&goroutine->state) == TRI_GOROUTINE_DEAD || goroutine->is_system || goroutine->kind != TRI_KIND_GO_CODE)
			continue;
		if (found < count) {
			uintptr_t *record = records + found * size;
			int64_t depth = tri_go_stack(&goroutine->abi, 0, record, size);
			memset(record + depth, 0, (size_t)(size - depth) * sizeof *record);
			if (labels) {
				tri_gc_barrier(tri_mutator(), &labels[found], goroutine->words[TRI_WORD_LABELS]);
				labels[found] = goroutine->words[TRI_WORD_LABELS];
			}
		}
		found++;
	}
	tri_sched_start_world();
	return found;
}

int64_t tri_go_expand(uintptr_t return_address, uintptr_t *pcs, int64_t limit)
{
	const struct tri_function_info *info = tri_function_at(return_address - 1);
	struct tri_frame_place place = {0};
	int64_t count = 0;
	do {
		uint32_t depth = place.next_inline;
		if (info)
			tri_function_place(info, return_address - 1, depth, &place);
		if (info && place.next_inline == 0 && (info->flags & TRI_FUNCTION_WRAPPER))
			break;
		if (count < limit)
			pcs[count++] = depth ? tri_function_mark(info, depth) + 1 : return_address;
	} while (place.next_inline != 0);
	return count;
}

int64_t tri_go_expand_inlined(uintptr_t pc, uintptr_t *pcs, int64_t limit);

// What the call at `pc` is inlined into.
int64_t tri_go_expand_inlined(uintptr_t pc, uintptr_t *pcs, int64_t limit)
{
	const struct tri_function_info *info = tri_function_at(pc - 1);
	struct tri_frame_place place;
	int64_t count = 0;
	if (!info)
		return 0;
	tri_function_place(info, pc - 1, 0, &place);
	while (place.next_inline != 0 && count < limit) {
		uint32_t depth = place.next_inline;
		tri_function_place(info, pc - 1, depth, &place);
		pcs[count++] = tri_function_mark(info, depth) + 1;
	}
	return count;
}

// ---- The heap profile ----------------------------------------------------------------------------------------

struct mem_counts { // the overlay's memCounts
	int64_t allocated_bytes, freed_bytes, allocated_objects, freed_objects;
};

struct mem_records {
	struct mem_counts *counts;
	uintptr_t *stacks;
	int64_t found, limit, depth;
	bool all;
};

// The profile's stacks have one address for all that was inlined at one place.
static void add_record(void *opaque, const struct tri_observe_record *record)
{
	struct mem_records *records = opaque;
	if (!records->all && record->allocated_objects == record->freed_objects)
		return;
	if (records->found < records->limit) {
		uintptr_t *stack = records->stacks + records->found * records->depth;
		int64_t depth = 0;
		for (uint32_t i = 0; i < record->depth; i++)
			depth += tri_go_expand(record->stack[i], stack + depth, records->depth - depth);
		if (depth < records->depth)
			stack[depth] = 0;
		records->counts[records->found] = (struct mem_counts){(int64_t)record->allocated_bytes, (int64_t)record->freed_bytes,
															  (int64_t)record->allocated_objects, (int64_t)record->freed_objects};
	}
	records->found++;
}

int64_t tri_go_mem_profile(struct mem_counts *counts, uintptr_t *stacks, int64_t limit, int64_t depth, bool all);
void tri_go_main_begins(void);

void tri_go_main_begins(void) { tri_observe_profile_main_begins(tri_mutator()); }

int64_t tri_go_mem_profile(struct mem_counts *counts, uintptr_t *stacks, int64_t limit, int64_t depth, bool all)
{
	struct mem_records records = {counts, stacks, 0, limit, depth, all};
	tri_observe_each_record(add_record, &records);
	return records.found;
}
