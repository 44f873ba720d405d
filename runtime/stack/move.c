// Moving a stack: the used part is copied to the top of the new one, then every word that the frame maps name
// as a pointer, every saved frame pointer, and what the goroutine structure itself holds is corrected if it
// points into the old stack. Nothing else can point there, since escape analysis keeps stack addresses out of
// the heap and out of other stacks; but for defer records in the heap, which name the frame they belong to.
#include "runtime/stack/stack.h"
#include "runtime/base/base.h"

void (*tri_stack_move_hook)(struct tri_g *g, uintptr_t low, uintptr_t high, intptr_t delta);

struct correction {
	uintptr_t low, high; // old stack
	intptr_t delta;
};

static inline void correct(const struct correction *correction, uintptr_t *word)
{
	if (*word - correction->low < correction->high - correction->low)
		*word += (uintptr_t)correction->delta;
}

static void correct_words(const struct correction *correction, const struct tri_frame_words *piece)
{
	uintptr_t *base = piece->base - piece->first;
	uint32_t end = piece->first + piece->words;
	for (uint32_t bit = piece->first & ~7u; piece->bits && bit < end; bit += 8) {
		unsigned words = piece->bits[bit / 8];
		if (bit < piece->first)
			words &= 0xffu << (piece->first - bit);
		if (bit + 8 > end)
			words &= 0xffu >> (bit + 8 - end);
		for (; words; words &= words - 1)
			correct(correction, &base[bit + (unsigned)__builtin_ctz(words)]);
	}
}

static void correct_frames(const struct tri_g *g, const struct correction *correction)
{
	struct tri_frame frame;
	if (!tri_frame_first(g, &frame))
		return;
	do {
		struct tri_frame_words pieces[2];
		if (tri_frame_words(&frame, pieces)) {
			correct_words(correction, &pieces[0]);
			correct_words(correction, &pieces[1]);
		}
		if (!tri_frame_is_bare(&frame))
			correct(correction, (uintptr_t *)(frame.sp + frame.info->frame_size));
	} while (tri_frame_next(&frame));
}

// The records in frames have been corrected with their frames; the list runs through both kinds.
static void correct_heap_defers(const struct tri_g *g, const struct correction *correction)
{
	for (struct tri_defer *record = g->defers; record; record = record->link) {
		if ((uintptr_t)record - g->stack_low < g->stack_high - g->stack_low)
			continue;
		correct(correction, (uintptr_t *)&record->link);
		correct(correction, (uintptr_t *)&record->frame);
	}
}

void tri_stack_move(struct tri_g *g, size_t size, bool at_entry, struct tri_stack_cache *cache)
{
	tri_check(!g->interrupt);
	struct tri_g old = *g;
	size_t used = old.stack_high - old.sp;
	tri_stack_alloc(g, size, cache);
	tri_debug_check(used + 128 < g->stack_high - g->stack_low);
	memcpy((void *)(g->stack_high - used), (const void *)old.sp, used);
	struct correction correction = {old.stack_low, old.stack_high, (intptr_t)(g->stack_high - old.stack_high)};
	correct(&correction, &g->sp);
	correct(&correction, &g->bp);
	correct(&correction, (uintptr_t *)&g->defers);
	correct(&correction, (uintptr_t *)&g->panics);
	if (at_entry) {
		struct tri_frame frame;
		if (tri_frame_first(g, &frame)) {
			for (unsigned i = 0; i < 9; i++) {
				if (frame.info->entry_pointers >> i & 1)
					correct(&correction, &g->integer_registers[i]);
			}
		}
		correct(&correction, (uintptr_t *)&g->context);
	}
	correct_frames(g, &correction);
	correct_heap_defers(g, &correction);
	if (tri_stack_move_hook)
		tri_stack_move_hook(g, old.stack_low, old.stack_high, correction.delta);
	tri_stack_free(&old, cache);
}
