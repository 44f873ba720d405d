// Parallel moves: all sources are read before any destination is written.
//
// A move whose destination no other pending move reads is done at once. When only cycles remain, one
// source is copied to a scratch register (R11, XMM15) and the cycle is broken there. Copies from memory
// to memory go through the other one. No
// instruction leaves flags to another one, so moves may change them.
#define TRI_COMPILER_AMD64_IMPLEMENTATION
#include "compiler/amd64/emit.h"

struct place { // a location with spill slots resolved to their colour
	enum location_kind kind;
	uint32_t number;
};

static struct place place_of(struct emitter *emitter, struct location location)
{
	struct place place = {location.kind, location.reg};
	if (location.kind == LOCATION_SPILL)
		place.number = vreg_of(emitter->function, location.vreg)->spill_slot;
	return place;
}

static bool same(struct place a, struct place b)
{
	return a.kind == b.kind && a.number == b.number && (a.kind == LOCATION_REGISTER || a.kind == LOCATION_SPILL);
}

static void one_move(struct emitter *emitter, const struct move *move, unsigned scratch)
{
	struct encoder *encoder = &emitter->encoder;
	bool is_float = tri_ssa_type_is_float(move->type);
	struct location from = move->from, to = move->to;
	if (to.kind == LOCATION_REGISTER) {
		switch (from.kind) {
		case LOCATION_REGISTER:
			if (is_float_register(to.reg) == is_float_register(from.reg))
				encode_move(encoder, 8, to.reg, from.reg);
			else if (is_float_register(to.reg))
				encode_rr(encoder, 0x66, 0x0f6e, 8, to.reg & 15, from.reg);
			else
				encode_rr(encoder, 0x66, 0x0f7e, 8, from.reg & 15, to.reg);
			return;
		case LOCATION_SPILL: {
			struct memory memory = emit_spill(emitter, from.vreg);
			encode_load(encoder, 8, false, is_float, to.reg, &memory);
			return;
		}
		case LOCATION_IMMEDIATE:
			if (is_float)
				encode_rr(encoder, 0, 0x0f57, 4, to.reg & 15, to.reg & 15); // only zero is immediate
			else
				encode_move_immediate(encoder, to.reg, from.immediate, emitter->flag_in_use);
			return;
		case LOCATION_SYMBOL:
			encode_move_symbol(encoder, to.reg, from.symbol, from.immediate);
			return;
		default:
			tri_ice("move from nowhere");
		}
	}
	tri_assert(to.kind == LOCATION_SPILL);
	struct memory memory = emit_spill(emitter, to.vreg);
	switch (from.kind) {
	case LOCATION_REGISTER:
		encode_store(encoder, 8, is_float_register(from.reg), &memory, from.reg);
		return;
	case LOCATION_SPILL: {
		struct memory source = emit_spill(emitter, from.vreg);
		encode_load(encoder, 8, false, is_float_register(scratch), scratch, &source);
		encode_store(encoder, 8, is_float_register(scratch), &memory, scratch);
		return;
	}
	case LOCATION_IMMEDIATE:
		if (from.immediate == (int32_t)from.immediate) {
			encode_store_immediate(encoder, 8, &memory, from.immediate);
		} else {
			encode_store_immediate(encoder, 4, &memory, (int32_t)from.immediate);
			memory.displacement += 4;
			encode_store_immediate(encoder, 4, &memory, (int32_t)(from.immediate >> 32));
		}
		return;
	case LOCATION_SYMBOL:
		encode_rm(encoder, 0, 0xc7, 8, 0, &memory);
		encode_relocation(encoder, TRI_RELOC_ABS32, from.symbol, from.immediate);
		return;
	default:
		tri_ice("move from nowhere");
	}
}

void emit_parallel_moves(struct emitter *emitter, const struct move *moves, uint32_t count)
{
	if (count == 0)
		return;
	struct move small[32];
	struct move *pending = count <= TRI_COUNT(small) ? small : TRI_NEW_ARRAY(emitter->function->arena, struct move, count);
	uint32_t left = 0;
	unsigned scratch = SCRATCH; // free for copies; the last cycle that was broken may occupy the other one
	for (uint32_t i = 0; i < count; i++) {
		if (!same(place_of(emitter, moves[i].from), place_of(emitter, moves[i].to)))
			pending[left++] = moves[i];
	}
	while (left > 0) {
		bool progress = false;
		for (uint32_t i = 0; i < left; i++) {
			struct place to = place_of(emitter, pending[i].to);
			bool blocked = false;
			for (uint32_t k = 0; k < left && !blocked; k++)
				blocked = k != i && same(place_of(emitter, pending[k].from), to);
			if (blocked)
				continue;
			one_move(emitter, &pending[i], scratch);
			pending[i] = pending[--left];
			progress = true;
			i--;
		}
		if (progress)
			continue;
		// Only cycles: free one destination by moving its present contents aside. Cycles never mix classes
		// in registers, and a scratch register is in use by at most one broken cycle at a time.
		struct move *first = &pending[0];
		struct location aside = {.kind = LOCATION_REGISTER};
		struct place freed = place_of(emitter, first->to);
		aside.reg = first->to.kind == LOCATION_REGISTER && is_float_register(first->to.reg) ? FLOAT_SCRATCH : SCRATCH;
		struct move save = {first->to, aside, aside.reg == FLOAT_SCRATCH ? TRI_SSA_F64 : TRI_SSA_I64};
		scratch = aside.reg == SCRATCH ? FLOAT_SCRATCH : SCRATCH;
		one_move(emitter, &save, scratch);
		for (uint32_t k = 0; k < left; k++) {
			if (same(place_of(emitter, pending[k].from), freed))
				pending[k].from = aside;
		}
	}
}
