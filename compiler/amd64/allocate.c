// Register allocation: linear scan over live ranges with holes, splitting lifetimes where registers run
// out or are clobbered (Wimmer and Mössenböck, "Optimized Interval Splitting in a Linear Scan Register
// Allocator", 2005; for SSA form: Wimmer and Franz, 2010).
//
// Every call clobbers every register, so what lives across a call is in its spill slot there, and the
// frame map of the call needs to name slots only. A part of a lifetime is either in one register or in
// the slot; transitions happen before an instruction (even position) or, from register to slot only, while
// it executes (odd position: the store is made before it, the instruction still reads the register).
// A value is stored once, at its definition, unless all its transitions to memory lie in cold code.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/internal.h"

#define FOREVER UINT32_MAX

struct allocator {
	struct machine_function *function;
	struct tri_arena *arena;
	TRI_VECTOR(struct interval *) unhandled; // binary heap by start
	TRI_VECTOR(struct interval *) active, inactive;
	uint32_t position;
};

static uint32_t start_of(const struct interval *interval) { return interval->ranges.items[0].from; }
static uint32_t end_of(const struct interval *interval) { return interval->ranges.items[interval->ranges.count - 1].to; }

// ---- Unhandled heap: earliest start first, then lowest virtual register ---------------------------

static bool comes_before(const struct interval *a, const struct interval *b)
{
	return start_of(a) != start_of(b) ? start_of(a) < start_of(b) : a->vreg < b->vreg;
}

static void push_unhandled(struct allocator *allocator, struct interval *interval)
{
	tri_vector_push(allocator->arena, &allocator->unhandled, interval);
	struct interval **heap = allocator->unhandled.items;
	uint32_t at = allocator->unhandled.count - 1;
	while (at > 0 && comes_before(heap[at], heap[(at - 1) / 2])) {
		struct interval *other = heap[at];
		heap[at] = heap[(at - 1) / 2];
		heap[(at - 1) / 2] = other;
		at = (at - 1) / 2;
	}
}

static struct interval *pop_unhandled(struct allocator *allocator)
{
	struct interval **heap = allocator->unhandled.items;
	struct interval *first = heap[0];
	uint32_t count = --allocator->unhandled.count;
	heap[0] = heap[count];
	for (uint32_t at = 0;;) {
		uint32_t child = 2 * at + 1;
		if (child >= count)
			break;
		if (child + 1 < count && comes_before(heap[child + 1], heap[child]))
			child++;
		if (!comes_before(heap[child], heap[at]))
			break;
		struct interval *other = heap[at];
		heap[at] = heap[child];
		heap[child] = other;
		at = child;
	}
	return first;
}

// ---- Questions about intervals -----------------------------------------------------------------

static bool covers(const struct interval *interval, uint32_t position)
{
	for (uint32_t i = 0; i < interval->ranges.count; i++) {
		if (position < interval->ranges.items[i].from)
			return false;
		if (position < interval->ranges.items[i].to)
			return true;
	}
	return false;
}

static uint32_t first_intersection(const struct interval *a, const struct interval *b)
{
	uint32_t i = 0, k = 0;
	while (i < a->ranges.count && k < b->ranges.count) {
		struct range x = a->ranges.items[i], y = b->ranges.items[k];
		uint32_t from = x.from > y.from ? x.from : y.from, to = x.to < y.to ? x.to : y.to;
		if (from < to)
			return from;
		if (x.to <= y.to)
			i++;
		else
			k++;
	}
	return FOREVER;
}

// First use at or after `position` of at least the given kind.
static uint32_t next_use(const struct interval *interval, uint32_t position, enum use_kind kind)
{
	for (uint32_t i = 0; i < interval->uses.count; i++) {
		if (interval->uses.items[i].position >= position && interval->uses.items[i].kind >= kind)
			return interval->uses.items[i].position;
	}
	return FOREVER;
}

static uint32_t lower_bound(const uint32_t *items, uint32_t count, uint32_t value)
{
	uint32_t low = 0, high = count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (items[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

// First position at which `reg` is clobbered while the interval lives through it: an odd one is where a result is written,
// an even one where operands are read.
static uint32_t first_clobber(const struct allocator *allocator, const struct interval *interval, unsigned reg)
{
	const uint32_t *items = allocator->function->clobber_positions[reg].items;
	uint32_t count = allocator->function->clobber_positions[reg].count;
	for (uint32_t i = 0; i < interval->ranges.count; i++) {
		struct range range = interval->ranges.items[i];
		uint32_t at = lower_bound(items, count, range.from + (range.from & 1));
		if (at < count && items[at] < range.to)
			return items[at];
	}
	return FOREVER;
}

// ---- Splitting and spilling ------------------------------------------------------------------

// The part from `position` on becomes an interval of its own. There must be something on both sides.
static struct interval *split_at(struct allocator *allocator, struct interval *interval, uint32_t position)
{
	tri_assert(position > start_of(interval) && position < end_of(interval));
	struct interval *rest = TRI_NEW(allocator->arena, struct interval);
	rest->vreg = interval->vreg;
	// Intervals are split from their front on, so the rest keeps the arrays and the front, which is short, is copied.
	uint32_t kept = 0;
	while (interval->ranges.items[kept].to <= position)
		kept++;
	rest->ranges.items = interval->ranges.items + kept;
	rest->ranges.count = rest->ranges.capacity = interval->ranges.count - kept;
	struct range cut = interval->ranges.items[kept];
	struct range *front = TRI_NEW_ARRAY(allocator->arena, struct range, kept + 1);
	memcpy(front, interval->ranges.items, kept * sizeof *front);
	interval->ranges.items = front;
	interval->ranges.capacity = kept + 1;
	if (cut.from < position) {
		front[kept++] = (struct range){cut.from, position};
		rest->ranges.items[0].from = position;
	}
	interval->ranges.count = kept;
	uint32_t kept_uses = 0;
	while (kept_uses < interval->uses.count && interval->uses.items[kept_uses].position < position)
		kept_uses++;
	rest->uses.count = rest->uses.capacity = interval->uses.count - kept_uses;
	if (rest->uses.count > 0)
		rest->uses.items = interval->uses.items + kept_uses;
	interval->uses.count = interval->uses.capacity = kept_uses;
	rest->next_part = interval->next_part;
	interval->next_part = rest;
	return rest;
}

// Where to load a spilled value again that is used at `use`: out of loops that contain no call before it.
static uint32_t reload_position(struct allocator *allocator, const struct interval *interval, uint32_t from, uint32_t use)
{
	struct machine_function *function = allocator->function;
	struct machine_block *block = amd64_block_at(function, use);
	uint32_t best = use, depth = block->loop_depth;
	// Registers are all lost at calls; RBX stands for them, as nothing else clobbers it.
	const uint32_t *calls = function->clobber_positions[RBX].items;
	uint32_t call_count = function->clobber_positions[RBX].count;
	for (uint32_t i = block->index;; i--) {
		struct machine_block *candidate = function->blocks.items[i];
		if (candidate->from <= from || candidate->is_cold != block->is_cold || candidate->loop_depth < depth)
			break;
		uint32_t at = lower_bound(calls, call_count, candidate->from);
		if (at < call_count && calls[at] < use)
			break;
		if (!covers(interval, candidate->from))
			break;
		// The first block of a loop in the layout: loading here puts the load on the edges into it.
		if (i > 0 && function->blocks.items[i - 1]->loop_depth < candidate->loop_depth) {
			best = candidate->from;
			depth = candidate->loop_depth - 1;
			if (depth == 0)
				break;
		}
		if (i == 0)
			break;
	}
	return best;
}

// The interval is in memory from its start; the part from its next use that wants a register on is
// allocated again.
static void spill(struct allocator *allocator, struct interval *interval, bool skip_first_use)
{
	uint32_t start = start_of(interval);
	interval->location = (struct location){.kind = LOCATION_SPILL, .vreg = interval->vreg};
	vreg_of(allocator->function, interval->vreg)->spilled = true;
	// A use at the very start that no register was found for is satisfied from memory.
	uint32_t use = next_use(interval, skip_first_use ? start + 1 : start, USE_SHOULD);
	tri_assert(use > start);
	if (use == FOREVER)
		return;
	uint32_t at = reload_position(allocator, interval, start, use);
	if (at < end_of(interval))
		push_unhandled(allocator, split_at(allocator, interval, at));
}

// Where best to part with a register that is lost at `position`: before the loops that the interval does not use it in up to
// there, or each iteration would load it again.
static uint32_t leave_position(struct allocator *allocator, const struct interval *interval, uint32_t position)
{
	struct machine_block *block = amd64_block_at(allocator->function, position);
	if (!block->loop || block->is_cold)
		return position;
	uint32_t best = position, last_use = start_of(interval);
	for (uint32_t i = 0; i < interval->uses.count && interval->uses.items[i].position < position; i++)
		last_use = interval->uses.items[i].position;
	for (const struct machine_block *loop = block->loop; loop && loop->loop_first; loop = loop->outer_loop) {
		uint32_t start = loop->loop_first->from;
		if (start <= last_use + 1 || start > position || !covers(interval, start))
			break;
		best = start;
	}
	return best;
}

// Takes the register away from an interval that holds it, from `position` on.
static void evict(struct allocator *allocator, struct interval *interval, uint32_t position)
{
	if (position >= end_of(interval))
		return;
	if (position <= start_of(interval)) {
		spill(allocator, interval, false);
		return;
	}
	struct interval *rest = split_at(allocator, interval, leave_position(allocator, interval, position));
	if (next_use(interval, start_of(interval), USE_ANY) >= start_of(rest)) { // loaded for nothing
		interval->location = (struct location){.kind = LOCATION_SPILL, .vreg = interval->vreg};
		vreg_of(allocator->function, interval->vreg)->spilled = true;
	}
	spill(allocator, rest, false);
}

// ---- Choosing a register -----------------------------------------------------------------------

static unsigned hinted_register(struct allocator *allocator, const struct interval *interval)
{
	const struct virtual_register *info = vreg_of(allocator->function, interval->vreg);
	if (info->hint_register != NO_REGISTER)
		return info->hint_register;
	for (uint32_t other = info->hint, steps = 0; other && steps < 4; steps++) {
		const struct virtual_register *hint = vreg_of(allocator->function, other);
		struct interval *part = hint->interval;
		for (struct interval *next = part; next && next->ranges.items[0].from <= allocator->position; next = next->next_part)
			part = next;
		if (part && part->location.kind == LOCATION_REGISTER)
			return part->location.reg;
		if (hint->hint_register != NO_REGISTER)
			return hint->hint_register;
		other = hint->hint == interval->vreg ? 0 : hint->hint;
	}
	return NO_REGISTER;
}

// Short encodings and argument registers first; the last ones rarely.
static const uint8_t preference[] = {RAX, RCX, RDX, RSI, RDI, RBX, R8, R9, R10, R12, R15, R13, 16, 17,
									 18,  19,  20,  21,  22,  23,  24, 25, 26,  27,  28,  29,  30};

static bool try_free(struct allocator *allocator, struct interval *current)
{
	uint32_t class = register_class(vreg_of(allocator->function, current->vreg)->type);
	uint32_t free_until[REGISTER_COUNT];
	for (unsigned reg = 0; reg < REGISTER_COUNT; reg++)
		free_until[reg] = class >> reg & 1 ? FOREVER : 0;
	for (uint32_t i = 0; i < allocator->active.count; i++)
		free_until[allocator->active.items[i]->location.reg] = 0;
	for (uint32_t i = 0; i < allocator->inactive.count; i++) {
		struct interval *other = allocator->inactive.items[i];
		unsigned reg = other->location.reg;
		if (free_until[reg] == 0)
			continue;
		uint32_t meets = first_intersection(other, current);
		if (meets < free_until[reg])
			free_until[reg] = meets;
	}
	uint32_t start = start_of(current), end = end_of(current);
	unsigned best = NO_REGISTER;
	uint32_t best_until = 0;
	for (uint32_t i = 0; i < TRI_COUNT(preference); i++) {
		unsigned reg = preference[i];
		if (free_until[reg] == 0)
			continue;
		uint32_t clobber = first_clobber(allocator, current, reg);
		if (clobber < free_until[reg])
			free_until[reg] = clobber;
		if (free_until[reg] > best_until) {
			best_until = free_until[reg];
			best = reg;
		}
	}
	unsigned hinted = hinted_register(allocator, current);
	if (hinted != NO_REGISTER && (class >> hinted & 1) && (free_until[hinted] >= end || free_until[hinted] == best_until))
		best = hinted;
	if (best == NO_REGISTER)
		return false;
	uint32_t until = free_until[best];
	if (until >= end) {
		current->location = (struct location){.kind = LOCATION_REGISTER, .reg = (uint8_t)best};
		return true;
	}
	bool clobbered = first_clobber(allocator, current, best) == until;
	uint32_t at = clobbered ? until : until & ~1u;
	if (at <= start)
		at = until;
	if (at <= start)
		return false;
	uint32_t earlier = leave_position(allocator, current, at);
	if (earlier > start)
		at = earlier;
	// Worth taking only if something is read or written before it is lost.
	if (next_use(current, start, USE_ANY) >= at)
		return false;
	current->location = (struct location){.kind = LOCATION_REGISTER, .reg = (uint8_t)best};
	struct interval *rest = split_at(allocator, current, at);
	if (at & 1)
		spill(allocator, rest, false);
	else
		push_unhandled(allocator, rest);
	return true;
}

// The phis of a block all start where its first instruction is, and so do parts that were split off there: no instruction makes
// them, so they can be in memory until they are read.
static bool may_start_in_memory(const struct allocator *allocator, const struct interval *interval)
{
	const struct virtual_register *info = vreg_of(allocator->function, interval->vreg);
	return info->interval != interval || info->is_phi;
}

// Is the next use in the loop around `start`, and the other's behind it?
static bool is_loops_own(const struct allocator *allocator, uint32_t start, uint32_t use, uint32_t other_use)
{
	const struct machine_block *block = amd64_block_at(allocator->function, start);
	if (block->is_cold || !block->loop || !block->loop->loop_last)
		return false;
	uint32_t end = block->loop->loop_last->to;
	return use < end && other_use >= end;
}

static void allocate_blocked(struct allocator *allocator, struct interval *current)
{
	uint32_t class = register_class(vreg_of(allocator->function, current->vreg)->type);
	uint32_t start = start_of(current);
	uint32_t needed_at[REGISTER_COUNT];
	for (unsigned reg = 0; reg < REGISTER_COUNT; reg++)
		needed_at[reg] = class >> reg & 1 ? FOREVER : 0;
	for (uint32_t i = 0; i < allocator->active.count; i++) {
		struct interval *other = allocator->active.items[i];
		uint32_t use = next_use(other, start & ~1u, USE_SHOULD);
		if (start_of(other) >= start && (use <= start || !may_start_in_memory(allocator, other)))
			use = 0;
		if (use < needed_at[other->location.reg])
			needed_at[other->location.reg] = use;
	}
	for (uint32_t i = 0; i < allocator->inactive.count; i++) {
		struct interval *other = allocator->inactive.items[i];
		if (needed_at[other->location.reg] == 0 || first_intersection(other, current) == FOREVER)
			continue;
		uint32_t use = next_use(other, start, USE_SHOULD);
		if (use < needed_at[other->location.reg])
			needed_at[other->location.reg] = use;
	}
	unsigned best = NO_REGISTER;
	uint32_t best_use = 0;
	for (uint32_t i = 0; i < TRI_COUNT(preference); i++) {
		unsigned reg = preference[i];
		if (needed_at[reg] == 0)
			continue;
		uint32_t clobber = first_clobber(allocator, current, reg);
		if (clobber <= start)
			continue;
		uint32_t use = needed_at[reg];
		if (use > best_use) {
			best_use = use;
			best = reg;
		}
	}
	uint32_t must = next_use(current, start, USE_MUST);
	uint32_t wanted = next_use(current, start, USE_SHOULD);
	bool now = must != FOREVER && must <= (start | 1u);
	bool for_loop =
		best != NO_REGISTER && is_loops_own(allocator, start, wanted, best_use) && first_clobber(allocator, current, best) > wanted;
	if (!now && (best == NO_REGISTER || wanted >= best_use || (wanted > start && !for_loop))) {
		spill(allocator, current, wanted == start);
		return;
	}
	if (best == NO_REGISTER)
		tri_ice("%s: out of registers at position %u", allocator->function->source->symbol->name, start);
	current->location = (struct location){.kind = LOCATION_REGISTER, .reg = (uint8_t)best};
	uint32_t clobber = first_clobber(allocator, current, best);
	if (clobber < end_of(current)) {
		struct interval *rest = split_at(allocator, current, clobber);
		if (clobber & 1)
			spill(allocator, rest, false);
		else
			push_unhandled(allocator, rest);
	}
	for (uint32_t i = 0; i < allocator->active.count;) {
		struct interval *other = allocator->active.items[i];
		if (other->location.reg != best) {
			i++;
			continue;
		}
		allocator->active.items[i] = tri_vector_last(&allocator->active);
		allocator->active.count--;
		evict(allocator, other, start);
	}
	for (uint32_t i = 0; i < allocator->inactive.count;) {
		struct interval *other = allocator->inactive.items[i];
		uint32_t meets = other->location.reg == best ? first_intersection(other, current) : FOREVER;
		if (meets == FOREVER) {
			i++;
			continue;
		}
		// In a hole now: what follows the hole is allocated again.
		uint32_t at = FOREVER;
		for (uint32_t k = 0; k < other->ranges.count && at == FOREVER; k++) {
			if (other->ranges.items[k].from > start)
				at = other->ranges.items[k].from;
		}
		tri_assert(at != FOREVER);
		push_unhandled(allocator, split_at(allocator, other, at));
		allocator->inactive.items[i] = tri_vector_last(&allocator->inactive);
		allocator->inactive.count--;
	}
}

static void advance(struct allocator *allocator, uint32_t position)
{
	allocator->position = position;
	for (uint32_t i = 0; i < allocator->active.count;) {
		struct interval *interval = allocator->active.items[i];
		bool ended = end_of(interval) <= position;
		if (!ended && covers(interval, position)) {
			i++;
			continue;
		}
		allocator->active.items[i] = tri_vector_last(&allocator->active);
		allocator->active.count--;
		if (!ended)
			tri_vector_push(allocator->arena, &allocator->inactive, interval);
	}
	for (uint32_t i = 0; i < allocator->inactive.count;) {
		struct interval *interval = allocator->inactive.items[i];
		bool ended = end_of(interval) <= position;
		if (!ended && !covers(interval, position)) {
			i++;
			continue;
		}
		allocator->inactive.items[i] = tri_vector_last(&allocator->inactive);
		allocator->inactive.count--;
		if (!ended)
			tri_vector_push(allocator->arena, &allocator->active, interval);
	}
}

// ---- Where spilled values are stored ------------------------------------------------------------

static void choose_store_places(struct machine_function *function)
{
	for (uint32_t vreg = 1; vreg < function->vregs.count; vreg++) {
		struct virtual_register *info = vreg_of(function, vreg);
		if (!info->spilled)
			continue;
		bool only_cold = info->definition_block && !info->definition_block->is_cold;
		for (struct interval *part = info->interval; part && only_cold; part = part->next_part) {
			if (part->location.kind != LOCATION_SPILL)
				continue;
			for (uint32_t i = 0; i < part->ranges.count; i++) {
				struct range range = part->ranges.items[i];
				for (uint32_t b = amd64_block_at(function, range.from)->index;
					 b < function->blocks.count && function->blocks.items[b]->from < range.to; b++) {
					if (!function->blocks.items[b]->is_cold && function->blocks.items[b]->to > function->blocks.items[b]->from)
						only_cold = false;
				}
			}
		}
		info->store_at_definition = !only_cold;
	}
}

void amd64_allocate(struct machine_function *function)
{
	struct allocator allocator = {.function = function, .arena = function->arena};
	for (uint32_t vreg = 1; vreg < function->vregs.count; vreg++) {
		if (vreg_of(function, vreg)->interval)
			push_unhandled(&allocator, vreg_of(function, vreg)->interval);
	}
	while (allocator.unhandled.count > 0) {
		struct interval *current = pop_unhandled(&allocator);
		advance(&allocator, start_of(current));
		if (!try_free(&allocator, current))
			allocate_blocked(&allocator, current);
		if (current->location.kind == LOCATION_REGISTER)
			tri_vector_push(allocator.arena, &allocator.active, current);
	}
	choose_store_places(function);
}
