// CPU samples on their way into a trace. A signal handler takes a slot of a ring, fills it, and says that it is full; what was
// taken in a generation is written at its end, or when half of the slots are full.
#include "runtime/trace/internal.h"

enum { SLOTS = 1024, DEPTH = 64 };

enum { FREE, FILLING, FULL, BEING_WRITTEN };
static struct sample {
	_Atomic uint32_t state;
	uint32_t depth;
	uint64_t time, thread, processor, goroutine, generation;
	uintptr_t pcs[DEPTH];
} samples[SLOTS];
static _Atomic uint32_t next_slot, full_count;

void tri_trace_sample(uint64_t thread, uint64_t processor, uint64_t goroutine, const uintptr_t *pcs, uint32_t depth)
{
	if (!tri_is_tracing())
		return;
	struct sample *sample = &samples[atomic_fetch_add_explicit(&next_slot, 1, memory_order_relaxed) % SLOTS];
	uint32_t state = FREE;
	if (!atomic_compare_exchange_strong(&sample->state, &state, FILLING))
		return;
	sample->time = (uint64_t)tri_nanotime();
	sample->generation = tri_trace_generation();
	sample->thread = thread;
	sample->processor = processor;
	sample->goroutine = goroutine;
	sample->depth = depth < DEPTH ? depth : DEPTH;
	memcpy(sample->pcs, pcs, sample->depth * sizeof *pcs);
	atomic_fetch_add_explicit(&full_count, 1, memory_order_relaxed);
	atomic_store(&sample->state, FULL);
}

// Those of the generation, and with `older` of the ones before, whose handlers were late.
static void write(uint64_t generation, bool older)
{
	struct tri_trace_writer writer = {NULL, TRI_TRACE_NO_THREAD};
	for (unsigned i = 0; i < SLOTS; i++) {
		struct sample *sample = &samples[i];
		uint32_t state = FULL;
		if (atomic_load(&sample->state) != FULL || sample->generation > generation || (sample->generation < generation && !older))
			continue;
		if (!atomic_compare_exchange_strong(&sample->state, &state, BEING_WRITTEN))
			continue;
		uint64_t stack = tri_trace_stack_in(sample->pcs, sample->depth, generation);
		struct tri_trace_buffer *buffer = tri_trace_room(&writer, 1 + 5 * TRI_TRACE_NUMBER, generation, TRI_TRACE_CPU_SAMPLES);
		tri_trace_put_byte(buffer, TRI_TRACE_CPU_SAMPLE);
		tri_trace_put_number(buffer, sample->time);
		tri_trace_put_number(buffer, sample->thread);
		tri_trace_put_number(buffer, sample->processor);
		tri_trace_put_number(buffer, sample->goroutine);
		tri_trace_put_number(buffer, stack);
		atomic_store(&sample->state, FREE);
		atomic_fetch_sub_explicit(&full_count, 1, memory_order_relaxed);
	}
	tri_trace_flush(&writer);
}

void tri_trace_samples_write(uint64_t generation) { write(generation, true); }

void tri_trace_samples_poll(void)
{
	if (atomic_load_explicit(&full_count, memory_order_relaxed) < SLOTS / 2)
		return;
	tri_lock(&tri_trace_outside_lock); // no generation ends meanwhile
	if (tri_is_tracing())
		write(tri_trace_generation(), false);
	tri_unlock(&tri_trace_outside_lock);
}
