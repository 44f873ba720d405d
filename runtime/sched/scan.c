// Scanning a goroutine that is held: what the runtime keeps for it, its registers, its frames; what C may hold for it is
// read conservatively.
//
// The stack's own objects, variables whose address somebody has, are traced like the heap's: pointers into the stack are
// noted, and an object is looked at when one leads into it. Its words are read conservatively, since an address behind an
// object's end, or one that nobody uses any more, leads into a neighbour which may hold leftovers. Frames are scanned from the
// innermost outwards, which is the way that nearly all pointers into a stack go: one walk is enough then.
#include "abi/call.h"
#include "runtime/sched/internal.h"

struct stack_scan {
	struct tri_gc_marker *marker;
	uintptr_t low, size; // the words of the frames, innermost first; addresses [low, low+size)
	uintptr_t frame;     // where the frame that is being scanned begins
	bool again;          // an object of a frame that was scanned already has been found
	uint64_t *found;     // a bit for each word: something points to it
	size_t found_count;
	uint64_t *scanned; // a bit for each first word of an object
};

static inline bool has_bit(const uint64_t *bits, size_t bit) { return bits[bit / 64] >> (bit % 64) & 1; }
static inline void set_bit(uint64_t *bits, size_t bit) { bits[bit / 64] |= (uint64_t)1 << (bit % 64); }

// True when the word points into the stack.
static inline bool note(struct stack_scan *scan, uintptr_t word)
{
	uintptr_t distance = word - scan->low;
	if (distance >= scan->size)
		return false;
	if (!has_bit(scan->found, distance / 8)) {
		set_bit(scan->found, distance / 8);
		scan->found_count++;
		scan->again |= word < scan->frame;
	}
	return true;
}

static void mark_words(struct stack_scan *scan, const uintptr_t *words, size_t count)
{
	for (size_t i = 0; i < count && scan->size > 0; i++)
		note(scan, __atomic_load_n(&words[i], __ATOMIC_RELAXED));
	tri_gc_mark_conservative(scan->marker, words, words + count);
}

static void mark_range(struct stack_scan *scan, uintptr_t low, uintptr_t high)
{
	low = (low + 7) & ~(uintptr_t)7;
	if (low < high)
		mark_words(scan, (const uintptr_t *)low, (high - low) / 8);
}

static inline void mark_pointer(struct stack_scan *scan, uintptr_t pointer)
{
	if (pointer && !note(scan, pointer))
		tri_gc_mark_pointer(scan->marker, pointer);
}

// ---- Frames --------------------------------------------------------------------------------------

static void mark_piece(struct stack_scan *scan, const struct tri_frame_words *piece)
{
	if (!piece->bits) {
		mark_words(scan, piece->base, piece->words);
		return;
	}
	const uintptr_t *base = piece->base - piece->first;
	uint32_t end = piece->first + piece->words;
	for (uint32_t bit = piece->first & ~7u; bit < end; bit += 8) {
		unsigned live = piece->live[bit / 8];
		if (bit < piece->first)
			live &= 0xffu << (piece->first - bit);
		if (bit + 8 > end)
			live &= 0xffu >> (bit + 8 - end);
		for (; live; live &= live - 1)
			mark_pointer(scan, base[bit + (unsigned)__builtin_ctz(live)]);
	}
}

// ---- Stack objects -------------------------------------------------------------------------------

static inline bool map_bit(const uint8_t *map, uint32_t bit) { return map[bit / 8] >> (bit % 8) & 1; }

// The first word of the object that `word` belongs to; false: it belongs to none.
static inline bool start_of(const struct tri_frame_words *piece, uint32_t word, uint32_t *start)
{
	uint32_t byte = word / 8;
	unsigned starts = piece->starts[byte] & 0xffu >> (7 - word % 8);
	while (!starts && byte > 0)
		starts = piece->starts[--byte];
	if (!starts)
		return false;
	*start = byte * 8 + 31 - (unsigned)__builtin_clz(starts);
	return true;
}

// The first object's start at `word` or behind it, or the frame's end.
static inline uint32_t next_start(const struct tri_frame_words *piece, uint32_t word)
{
	if (word >= piece->words)
		return piece->words;
	uint32_t byte = word / 8, end = (piece->words + 7) / 8;
	unsigned starts = piece->starts[byte] & 0xffu << (word % 8);
	while (!starts && ++byte < end)
		starts = piece->starts[byte];
	return starts ? byte * 8 + (unsigned)__builtin_ctz(starts) : piece->words;
}

// What is live has been marked with the frame.
static void scan_object(struct stack_scan *scan, const struct tri_frame_words *piece, uint32_t from, uint32_t to)
{
	for (uint32_t byte = from / 8; byte * 8 < to; byte++) {
		unsigned words = piece->bits[byte] & ~(unsigned)piece->live[byte] & 0xff;
		if (byte == from / 8)
			words &= 0xffu << (from % 8);
		if (byte * 8 + 8 > to)
			words &= 0xffu >> (byte * 8 + 8 - to);
		for (; words; words &= words - 1)
			mark_words(scan, &piece->base[byte * 8 + (unsigned)__builtin_ctz(words)], 1);
	}
}

static void scan_found(struct stack_scan *scan, const struct tri_frame_words *piece)
{
	size_t first = ((uintptr_t)piece->base - scan->low) / 8, end = first + piece->words;
	uint32_t behind = 0; // the object that was looked at last
	for (size_t at = first & ~(size_t)63; at < end; at += 64) {
		uint64_t found = scan->found[at / 64];
		if (at < first)
			found &= ~(uint64_t)0 << (first - at);
		if (at + 64 > end)
			found &= ~(uint64_t)0 >> (at + 64 - end);
		for (; found; found &= found - 1) {
			uint32_t word = (uint32_t)(at - first) + (uint32_t)__builtin_ctzll(found), start;
			if (word < behind || !start_of(piece, word, &start))
				continue;
			behind = next_start(piece, word + 1);
			if (has_bit(scan->scanned, first + start))
				continue;
			set_bit(scan->scanned, first + start);
			scan_object(scan, piece, start, behind);
		}
	}
}

static void scan_objects(struct stack_scan *scan, const struct tri_frame_words *piece)
{
	size_t before;
	do { // an object may point to one before it
		before = scan->found_count;
		scan_found(scan, piece);
	} while (scan->found_count != before);
}

// Words of objects that nothing was found to point to are not used any more.
static void poison_objects(const struct stack_scan *scan, const struct tri_frame_words *piece)
{
	size_t first = ((uintptr_t)piece->base - scan->low) / 8;
	for (uint32_t from = next_start(piece, 0), to; from < piece->words; from = to) {
		to = next_start(piece, from + 1);
		for (uint32_t word = from; word < to && !has_bit(scan->scanned, first + from); word++) {
			if (map_bit(piece->bits, word) && !map_bit(piece->live, word))
				memset(&piece->base[word], 0xdb, sizeof piece->base[word]);
		}
	}
}

// ---- All frames ----------------------------------------------------------------------------------

static void mark_entry_registers(struct stack_scan *scan, const struct tri_g *g, const struct tri_frame *frame)
{
	if (frame->info->flags & TRI_FUNCTION_MADE) {
		mark_words(scan, g->integer_registers, TRI_ABI_INTEGER_REGISTERS); // whose arguments they are is not known here
		return;
	}
	for (unsigned i = 0; i < TRI_ABI_INTEGER_REGISTERS; i++) {
		if (frame->info->entry_pointers >> i & 1)
			mark_pointer(scan, g->integer_registers[i]);
	}
}

static void scan_frames(struct stack_scan *scan, const struct tri_g *g)
{
	struct tri_frame frame;
	if (!tri_frame_first(g, &frame))
		return;
	if (frame.at_entry)
		mark_entry_registers(scan, g, &frame);
	do {
		struct tri_frame_words pieces[2];
		if (!tri_frame_words(&frame, pieces))
			continue;
		scan->frame = frame.sp;
		mark_piece(scan, &pieces[0]);
		mark_piece(scan, &pieces[1]);
		if (pieces[0].starts)
			scan_objects(scan, &pieces[0]);
	} while (tri_frame_next(&frame));
}

static void poison_frames(const struct stack_scan *scan, const struct tri_g *g)
{
	struct tri_frame frame;
	if (!tri_frame_first(g, &frame))
		return;
	do {
		struct tri_frame_words pieces[2];
		if (tri_frame_words(&frame, pieces) && pieces[0].starts)
			poison_objects(scan, &pieces[0]);
	} while (tri_frame_next(&frame));
}

// ---- Goroutines ----------------------------------------------------------------------------------

// What the machine's C code holds while the goroutine rests (or waits, an attached thread).
static void scan_rest(struct stack_scan *scan, const struct tri_machine *machine)
{
	mark_words(scan, machine->rest_registers, TRI_COUNT(machine->rest_registers));
	mark_range(scan, machine->rest[0].low, machine->rest[0].high);
	mark_range(scan, machine->rest[1].low, machine->rest[1].high);
}

// Of all kinds.
static void scan_structure(struct stack_scan *scan, const struct tri_goroutine *goroutine)
{
	mark_words(scan, (const uintptr_t *)&goroutine->wake_value, 1);
	mark_words(scan, (const uintptr_t *)&goroutine->waiter.element, 1);
	mark_words(scan, (const uintptr_t *)goroutine->words, TRI_COUNT(goroutine->words));
	for (const struct tri_waiter *waiter = goroutine->waiters; waiter; waiter = waiter->next_case) {
		mark_words(scan, (const uintptr_t *)&waiter->element, 1);
		mark_words(scan, (const uintptr_t *)&waiter->channel, 1);
	}
}

static void scan_c_code(struct stack_scan *scan, const struct tri_goroutine *goroutine, uint32_t state)
{
	if (goroutine->kind == TRI_KIND_C_THREAD) {
		if (goroutine->machine)
			scan_rest(scan, goroutine->machine);
		return;
	}
	mark_words(scan, (const uintptr_t *)&goroutine->c_argument, 1);
	if (state == TRI_GOROUTINE_RESTING)
		scan_rest(scan, goroutine->machine);
	else
		mark_range(scan, goroutine->c_sp, goroutine->abi.stack_high);
}

static void scan_registers(struct stack_scan *scan, const struct tri_goroutine *goroutine)
{
	const struct tri_g *g = &goroutine->abi;
	mark_words(scan, (const uintptr_t *)&g->context, 1);
	mark_words(scan, (const uintptr_t *)&g->defers, 1);
	mark_words(scan, (const uintptr_t *)&g->panics, 1);
	mark_words(scan, g->result, TRI_COUNT(g->result));
	if (goroutine->registers_live) {
		mark_words(scan, g->integer_registers, TRI_COUNT(g->integer_registers));
		mark_words(scan, g->extra_registers, TRI_COUNT(g->extra_registers));
		mark_words(scan, (const uintptr_t *)g->float_registers, TRI_COUNT(g->float_registers));
	}
	if (g->interrupt) {
		mark_words(scan, g->interrupt->integer, TRI_COUNT(g->interrupt->integer));
		mark_words(scan, (const uintptr_t *)g->interrupt->floats, 2 * TRI_COUNT(g->interrupt->floats));
	}
}

enum { NEAR_BITS = 128 }; // words of 64 bits, twice: enough for a stack of 64 KiB

void tri_scan_held(struct tri_goroutine *goroutine, struct tri_gc_marker *marker)
{
	const struct tri_g *g = &goroutine->abi;
	struct stack_scan scan = {.marker = marker};
	goroutine->abi.spare_defers = NULL;
	uint32_t state = atomic_load(&goroutine->state) & ~(uint32_t)TRI_GOROUTINE_SCANNED;
	if (goroutine->kind != TRI_KIND_GO_CODE) {
		scan_structure(&scan, goroutine);
		scan_c_code(&scan, goroutine, state);
		return;
	}
	scan.low = (g->interrupt ? g->interrupt->integer[4] : g->sp) & ~(uintptr_t)7;
	if (scan.low != 0)
		scan.size = g->stack_high - scan.low;
	uint64_t near[2 * NEAR_BITS], *bits = near;
	size_t words = scan.size / 512 + 1, mapped = 0;
	if (words > NEAR_BITS) {
		mapped = (2 * words * sizeof *bits + 4095) & ~(size_t)4095;
		bits = tri_os_reserve(mapped, 4096);
		if (!bits || !tri_os_commit(bits, mapped))
			tri_throw("out of memory (scanning a stack of %zu bytes)", (size_t)scan.size);
	} else {
		memset(near, 0, 2 * words * sizeof *near);
	}
	scan.found = bits;
	scan.scanned = bits + words;
	do {
		scan.again = false;
		scan.frame = 0;
		scan_structure(&scan, goroutine);
		if (state == TRI_GOROUTINE_RESTING)
			scan_rest(&scan, goroutine->machine);
		scan_registers(&scan, goroutine);
		scan_frames(&scan, g);
	} while (scan.again);
	if (TRI_DEBUG && tri_settings.poison)
		poison_frames(&scan, g);
	if (mapped)
		tri_os_unmap(bits, mapped);
}
