// The arguments of a frame as traces print them, word by word, from the places that the compiler knew of. A word that may not be
// there any more has a question mark behind it, as in Go's traces; one that is nowhere is "_".
#include "runtime/stack/stack.h"
#include "runtime/base/base.h"

struct place {
	uintptr_t base;  // of the frame, or of the incoming stack arguments; 0: there is none
	bool is_certain; // what is there is the argument
	uint64_t offset;
};

static bool is_within(const uint8_t **at, uint32_t code_offset)
{
	uint64_t count = tri_function_read_unsigned(at), position = 0;
	bool found = false;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t start = position + tri_function_read_unsigned(at);
		position = start + tri_function_read_unsigned(at);
		found |= code_offset >= start && code_offset < position;
	}
	return found;
}

static struct place read_place(const struct tri_frame *frame, uint8_t kind, const uint8_t **at)
{
	bool is_bare = tri_frame_is_bare(frame), is_exact = frame->faulted || frame->at_entry || frame->interrupted;
	uint32_t code_offset = (uint32_t)(frame->pc - frame->info->entry) - !is_exact;
	struct place place = {.base = is_bare ? 0 : frame->sp};
	if (kind == TRI_ARGUMENT_NOWHERE)
		return (struct place){0};
	place.offset = tri_function_read_unsigned(at);
	switch (kind) {
	case TRI_ARGUMENT_INCOMING:
		place.base = is_bare ? frame->sp + 8 : frame->sp + frame->info->frame_size + 16;
		place.is_certain = true;
		break;
	case TRI_ARGUMENT_FROM:
		place.is_certain = code_offset >= tri_function_read_unsigned(at);
		break;
	default:
		place.is_certain = is_within(at, code_offset);
	}
	return place;
}

static void print_word(const struct tri_frame *frame, uint8_t description, const uint8_t **at)
{
	struct place place = read_place(frame, description / 4, at);
	if (place.base == 0) {
		tri_print("_");
		return;
	}
	uint64_t value = 0;
	memcpy(&value, (const void *)(place.base + place.offset), (size_t)1 << description % 4);
	tri_print("0x%llx%s", (unsigned long long)value, place.is_certain ? "" : "?");
}

void tri_frame_print_arguments(const struct tri_frame *frame)
{
	const uint8_t *at = tri_function_arguments(frame->info);
	if (!at) {
		tri_print("...");
		return;
	}
	uint8_t description = TRI_ARGUMENT_OPEN;
	while (*at != TRI_ARGUMENT_END) {
		bool is_first = description == TRI_ARGUMENT_OPEN;
		description = *at++;
		if (description == TRI_ARGUMENT_CLOSE) {
			tri_print("}");
			continue;
		}
		if (!is_first)
			tri_print(", ");
		if (description == TRI_ARGUMENT_OPEN)
			tri_print("{");
		else if (description == TRI_ARGUMENT_ELLIPSIS)
			tri_print("...");
		else if (description == TRI_ARGUMENT_HIDDEN)
			tri_print("_");
		else
			print_word(frame, description, &at);
	}
}
