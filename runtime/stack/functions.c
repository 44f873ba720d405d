// The function table (abi/function.h): from an address to the function, and to source positions.
#include "runtime/stack/stack.h"
#include "runtime/base/base.h"

#include <stdlib.h>

extern struct tri_function_info __start_tri_functions[] __attribute__((weak)), __stop_tri_functions[] __attribute__((weak));

static size_t function_count;

static int by_entry(const void *left, const void *right)
{
	const struct tri_function_info *a = left, *b = right;
	return a->entry < b->entry ? -1 : a->entry > b->entry;
}

void tri_functions_init(void)
{
	function_count = (size_t)(__stop_tri_functions - __start_tri_functions);
	for (size_t i = 1; i < function_count; i++) {
		if (__start_tri_functions[i].entry < __start_tri_functions[i - 1].entry) {
			// The linker kept only some of the weak functions: their rows may be out of order.
			qsort(__start_tri_functions, function_count, sizeof *__start_tri_functions, by_entry);
			break;
		}
	}
}

const struct tri_function_info *tri_function_at(uintptr_t pc)
{
	size_t low = 0, high = function_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (__start_tri_functions[middle].entry <= pc)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return NULL;
	const struct tri_function_info *info = &__start_tri_functions[low - 1];
	return pc - info->entry < info->size ? info : NULL;
}

static uint64_t read_unsigned(const uint8_t **at)
{
	uint64_t value = 0;
	for (unsigned shift = 0;; shift += 7) {
		uint8_t byte = *(*at)++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return value;
	}
}

static int64_t read_signed(const uint8_t **at)
{
	uint64_t value = 0;
	for (unsigned shift = 0;;) {
		uint8_t byte = *(*at)++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
		if (!(byte & 0x80)) {
			if ((byte & 0x40) && shift < 64)
				value |= ~(uint64_t)0 << shift;
			return (int64_t)value;
		}
	}
}

static const char *text_at(uint32_t address) { return (const char *)(uintptr_t)address; }

bool tri_function_place(const struct tri_function_info *info, uintptr_t pc, uint32_t inline_index, struct tri_frame_place *place)
{
	const struct tri_line_table *table = (const struct tri_line_table *)(uintptr_t)info->lines;
	place->function = text_at(info->name);
	place->file = "?";
	place->line = info->start_line;
	place->next_inline = 0;
	if (!table)
		return false;
	const uint32_t *files = table->words;
	const struct tri_inline_call *inlines = (const struct tri_inline_call *)(files + table->file_count);
	if (inline_index > 0) {
		const struct tri_inline_call *call = &inlines[inline_index - 1];
		place->file = text_at(files[call->call_file]);
		place->line = call->call_line;
		place->next_inline = call->parent;
		if (call->parent)
			place->function = text_at(inlines[call->parent - 1].name);
		return true;
	}
	const uint8_t *at = (const uint8_t *)(inlines + table->inline_count), *end = at + table->stream_size;
	uint64_t offset = 0, file = 0;
	int64_t line = 0, inlined = 0;
	bool first = true;
	while (at < end) {
		uint64_t delta = read_unsigned(&at);
		if (delta == 0 && !first)
			break;
		if (!first && offset + delta > pc - info->entry)
			break;
		offset += delta;
		line += read_signed(&at);
		file = read_unsigned(&at);
		inlined = read_signed(&at);
		first = false;
	}
	if (first || file >= table->file_count)
		return false;
	place->file = text_at(files[file]);
	place->line = (uint32_t)line;
	if (inlined > 0 && (uint64_t)inlined <= table->inline_count) {
		place->next_inline = (uint32_t)inlined;
		place->function = text_at(inlines[inlined - 1].name);
	}
	return true;
}
