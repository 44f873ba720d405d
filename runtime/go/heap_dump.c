// runtime/debug.WriteHeapDump: everything in the heap and what leads there, in Go's format ("go1.7 heap dump"): records that begin
// with their kind, of numbers in base 128 and strings with their lengths. The world is stopped while it is written.
//
// Types are those that method tables name. What Go says of a finalizer's parameter and object types is not known here, and 0.
#include "runtime/go/hooks.h"
#include "runtime/heap/span.h"
#include "runtime/special/special.h"
#include "runtime/stack/stack.h"

#include <errno.h>
#include <unistd.h>

enum record {
	RECORD_END,
	RECORD_OBJECT,
	RECORD_OTHER_ROOT,
	RECORD_TYPE,
	RECORD_GOROUTINE,
	RECORD_FRAME,
	RECORD_PARAMETERS,
	RECORD_FINALIZER,
	RECORD_METHOD_TABLE,
	RECORD_THREAD,
	RECORD_MEM_STATS,
	RECORD_QUEUED_FINALIZER,
	RECORD_DATA,
	RECORD_BSS,
	RECORD_DEFER,
	RECORD_PANIC,
	RECORD_PROFILE,
	RECORD_SAMPLE,
};
enum { FIELD_END, FIELD_POINTER };

struct dump {
	int fd;
	size_t used;
	uint8_t buffer[16 << 10];
};

void tri_go_heap_dump(uintptr_t fd, const char *version, int64_t version_length, int64_t processors);
struct tri_string tri_go_typestring(const struct tri_rtype *type);
struct tri_string tri_go_typepackage(const struct tri_rtype *type);
extern const struct tri_global_root __start_tri_roots[] __attribute__((weak)), __stop_tri_roots[] __attribute__((weak));
extern char data_start[] __asm__("__data_start"), data_end[] __asm__("_edata"), bss_start[] __asm__("__bss_start"),
	bss_end[] __asm__("_end");

// ---- Writing -------------------------------------------------------------------------------------------------------------

// An error is not told, as Go does.
static void write_all(int fd, const uint8_t *bytes, size_t count)
{
	while (count > 0) {
		ssize_t written = write(fd, bytes, count);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return;
		bytes += written;
		count -= (size_t)written;
	}
}

static void flush(struct dump *dump)
{
	write_all(dump->fd, dump->buffer, dump->used);
	dump->used = 0;
}

static void put_bytes(struct dump *dump, const void *bytes, size_t count)
{
	if (count > sizeof dump->buffer - dump->used)
		flush(dump);
	if (count > sizeof dump->buffer) {
		write_all(dump->fd, bytes, count);
		return;
	}
	memcpy(dump->buffer + dump->used, bytes, count);
	dump->used += count;
}

static void put(struct dump *dump, uint64_t number)
{
	uint8_t bytes[10];
	size_t count = 0;
	for (; number >= 0x80; number >>= 7)
		bytes[count++] = (uint8_t)(number | 0x80);
	bytes[count++] = (uint8_t)number;
	put_bytes(dump, bytes, count);
}

static void put_memory(struct dump *dump, uintptr_t from, size_t size)
{
	put(dump, size);
	put_bytes(dump, (const void *)from, size);
}

static void put_text(struct dump *dump, const char *text) { put_memory(dump, (uintptr_t)text, strlen(text)); }

static void put_pointer(struct dump *dump, const void *pointer) { put(dump, (uintptr_t)pointer); }

static void put_field(struct dump *dump, uint64_t offset)
{
	put(dump, FIELD_POINTER);
	put(dump, offset);
}

static bool bit_of(const uint8_t *bits, size_t bit) { return bits[bit / 8] >> (bit % 8) & 1; }

// ---- The heap ------------------------------------------------------------------------------------------------------------

static void put_object(void *opaque, uintptr_t object, size_t size, const struct tri_layout *layout)
{
	struct dump *dump = opaque;
	put(dump, RECORD_OBJECT);
	put(dump, object);
	put_memory(dump, object, size);
	for (size_t word = 0; layout->has_pointers && word < size / 8; word++) {
		if (bit_of(layout->period_mask, word % layout->period_words))
			put_field(dump, word * 8);
	}
	put(dump, FIELD_END);
}

static void put_method_table(void *opaque, const struct tri_itab *itab)
{
	struct dump *dump = opaque;
	const struct tri_rtype *type = itab->type;
	struct tri_string name = tri_go_typestring(type), package = {0};
	if (type->flags & TRI_TFLAG_NAMED)
		package = tri_go_typepackage(type);
	put(dump, RECORD_TYPE);
	put_pointer(dump, type);
	put(dump, type->size);
	// A named type with its package's path instead of that one's name.
	const char *dot = package.length > 0 ? memchr(name.data, '.', (size_t)name.length) : NULL;
	size_t before = dot ? (size_t)(dot - name.data) : 0;
	put(dump, (uint64_t)name.length - before + (dot ? (uint64_t)package.length : 0));
	if (dot)
		put_bytes(dump, package.data, (size_t)package.length);
	put_bytes(dump, name.data + before, (size_t)name.length - before);
	put(dump, !(type->flags & TRI_TFLAG_DIRECT_INTERFACE) || type->pointer_bytes > 0);
	put(dump, RECORD_METHOD_TABLE);
	put_pointer(dump, itab);
	put_pointer(dump, type);
}

static void put_special(void *opaque, enum tri_special_kind kind, uintptr_t object, const void *argument)
{
	struct dump *dump = opaque;
	if (kind == TRI_SPECIAL_PROFILE)
		return;
	put(dump, kind == TRI_SPECIAL_FINALIZER ? RECORD_FINALIZER : RECORD_QUEUED_FINALIZER);
	put(dump, object);
	put_pointer(dump, argument);
	put_pointer(dump, *(void *const *)argument);
	put(dump, 0);
	put(dump, 0);
}

// ---- Globals -------------------------------------------------------------------------------------------------------------

static void put_segment(struct dump *dump, enum record record, uintptr_t start, uintptr_t end)
{
	put(dump, record);
	put(dump, start);
	put_memory(dump, start, end - start);
	for (const struct tri_global_root *root = __start_tri_roots; root < __stop_tri_roots; root++) {
		for (uint32_t word = 0; root->address - start < end - start && word < root->words; word++) {
			if (bit_of((const uint8_t *)(uintptr_t)root->mask, word))
				put_field(dump, root->address - start + (uint64_t)word * 8);
		}
	}
	put(dump, FIELD_END);
}

// ---- Goroutines ----------------------------------------------------------------------------------------------------------

// Go's numbers.
static uint64_t status_of(const struct tri_goroutine *goroutine)
{
	enum { GO_RUNNABLE = 1, GO_RUNNING = 2, GO_SYSCALL = 3, GO_WAITING = 4 };
	switch (atomic_load(&goroutine->state) & ~(uint32_t)TRI_GOROUTINE_SCANNED) {
	case TRI_GOROUTINE_RUNNABLE:
		return GO_RUNNABLE;
	case TRI_GOROUTINE_RUNNING:
		return GO_RUNNING;
	case TRI_GOROUTINE_RESTING:
		return goroutine == tri_current() ? GO_RUNNING : GO_SYSCALL;
	}
	return GO_WAITING;
}

static void put_words(struct dump *dump, const struct tri_frame_words *piece, uintptr_t low)
{
	const uintptr_t *base = piece->bits ? piece->base - piece->first : piece->base;
	uint32_t first = piece->bits ? piece->first : 0;
	for (uint32_t word = first; word < first + piece->words; word++) {
		if (!piece->bits || bit_of(piece->bits, word))
			put_field(dump, (uintptr_t)(base + word) - low);
	}
}

// Frames from the innermost outwards. One reaches to the next one's beginning, and holds what it passes to the one before.
static void put_frames(struct dump *dump, const struct tri_goroutine *goroutine)
{
	struct tri_frame frame, next;
	struct tri_frame_words arguments = {0};
	if (!tri_frame_first(&goroutine->abi, &frame))
		return;
	uintptr_t below = 0;
	bool more = true;
	for (uint64_t depth = 0; more; depth++) {
		next = frame;
		more = tri_frame_next(&next);
		uintptr_t end = more ? next.sp : goroutine->abi.stack_high;
		struct tri_frame_words pieces[2] = {0};
		bool is_known = tri_frame_words(&frame, pieces);
		put(dump, RECORD_FRAME);
		put(dump, frame.sp);
		put(dump, depth);
		put(dump, below);
		put_memory(dump, frame.sp, end - frame.sp);
		put(dump, frame.info->entry);
		put(dump, frame.pc);
		put(dump, is_known ? frame.pc : 0);
		put_text(dump, (const char *)(uintptr_t)frame.info->name);
		put_words(dump, &arguments, frame.sp);
		if (is_known)
			put_words(dump, &pieces[0], frame.sp);
		put(dump, FIELD_END);
		arguments = is_known ? pieces[1] : (struct tri_frame_words){0};
		below = frame.sp;
		frame = next;
	}
}

static void put_deferred(struct dump *dump, const struct tri_goroutine *goroutine)
{
	for (const struct tri_defer *record = goroutine->abi.defers; record; record = record->link) {
		put(dump, RECORD_DEFER);
		put_pointer(dump, record);
		put_pointer(dump, goroutine);
		put_pointer(dump, record->frame);
		put(dump, 0);
		put_pointer(dump, record->fn);
		put_pointer(dump, record->fn ? *(void *const *)record->fn : NULL);
		put_pointer(dump, record->link);
	}
	const struct panic { // the overlay's _panic begins so
		const struct panic *link;
		struct tri_eface value;
	} *panic = goroutine->abi.panics;
	for (; panic; panic = panic->link) {
		put(dump, RECORD_PANIC);
		put_pointer(dump, panic);
		put_pointer(dump, goroutine);
		put_pointer(dump, panic->value.type);
		put_pointer(dump, panic->value.data);
		put(dump, 0);
		put_pointer(dump, panic->link);
	}
}

static void put_goroutine(struct dump *dump, const struct tri_goroutine *goroutine)
{
	put(dump, RECORD_GOROUTINE);
	put_pointer(dump, goroutine);
	put(dump, goroutine->abi.sp);
	put(dump, goroutine->id);
	put(dump, goroutine->created_at);
	put(dump, status_of(goroutine));
	put(dump, goroutine->is_system);
	put(dump, 0);
	put(dump, (uint64_t)goroutine->waiting_since);
	put_text(dump, tri_wait_text(goroutine->wait_reason));
	put_pointer(dump, goroutine->abi.context);
	put_pointer(dump, goroutine->machine);
	put_pointer(dump, goroutine->abi.defers);
	put_pointer(dump, goroutine->abi.panics);
	put_frames(dump, goroutine);
	put_deferred(dump, goroutine);
}

static void put_thread(void *opaque, const struct tri_machine *machine, uint64_t number, int thread_id)
{
	struct dump *dump = opaque;
	put(dump, RECORD_THREAD);
	put_pointer(dump, machine);
	put(dump, number);
	put(dump, (uint64_t)thread_id);
}

// ---- Figures and the profile -----------------------------------------------------------------------------------------------

static void put_stats(struct dump *dump, const struct tri_mem_stats *stats)
{
	// In the order of Go's structure, which is this one's.
	const uint64_t *first = &stats->alloc;
	put(dump, RECORD_MEM_STATS);
	for (const uint64_t *at = first; at <= &stats->pause_total_ns; at++)
		put(dump, *at);
	for (unsigned i = 0; i < TRI_COUNT(stats->pause_ns); i++)
		put(dump, stats->pause_ns[i]);
	put(dump, stats->num_gc);
}

static void put_record(void *opaque, const struct tri_observe_record *record)
{
	struct dump *dump = opaque;
	put(dump, RECORD_PROFILE);
	put_pointer(dump, record->itself);
	put(dump, record->size);
	put(dump, record->depth);
	for (uint32_t i = 0; i < record->depth; i++) {
		const struct tri_function_info *info = tri_function_at(record->stack[i] - 1);
		struct tri_frame_place place = {.function = "?", .file = "?"};
		if (info) {
			do // the function itself, not what is inlined there
				tri_function_place(info, record->stack[i] - 1, place.next_inline, &place);
			while (place.next_inline != 0);
		}
		put_text(dump, place.function);
		put_text(dump, place.file);
		put(dump, place.line);
	}
	put(dump, record->allocated_objects);
	put(dump, record->freed_objects);
}

static void put_sample(void *opaque, enum tri_special_kind kind, uintptr_t object, const void *argument)
{
	struct dump *dump = opaque;
	if (kind != TRI_SPECIAL_PROFILE)
		return;
	put(dump, RECORD_SAMPLE);
	put(dump, object);
	put_pointer(dump, argument);
}

// ---- All of it -------------------------------------------------------------------------------------------------------------

void tri_go_heap_dump(uintptr_t fd, const char *version, int64_t version_length, int64_t processors)
{
	static const char header[] = "go1.7 heap dump\n";
	struct dump dump = {.fd = (int)fd};
	struct tri_mem_stats stats;
	tri_observe_stats(&stats);
	tri_heap_sweep_all();
	tri_sched_stop_world("write heap dump");
	tri_heap_sweep_all();
	tri_heap_sweep_slots_stopped();
	put_bytes(&dump, header, sizeof header - 1);
	put(&dump, RECORD_PARAMETERS);
	put(&dump, 0); // little-endian
	put(&dump, sizeof(void *));
	put(&dump, tri_heap.low);
	put(&dump, atomic_load(&tri_heap.high));
	put_text(&dump, "amd64");
	put_memory(&dump, (uintptr_t)version, (size_t)version_length);
	put(&dump, (uint64_t)processors);
	tri_lang_each_itab(put_method_table, &dump);
	tri_heap_each_object(put_object, &dump);
	const struct tri_goroutine *goroutine;
	for (uint64_t i = 0; (goroutine = tri_goroutine_at(i)) != NULL; i++) {
		if (atomic_load(&goroutine->state) != TRI_GOROUTINE_DEAD && goroutine->kind == TRI_KIND_GO_CODE)
			put_goroutine(&dump, goroutine);
	}
	tri_sched_each_thread(put_thread, &dump);
	put_segment(&dump, RECORD_DATA, (uintptr_t)data_start, (uintptr_t)data_end);
	put_segment(&dump, RECORD_BSS, (uintptr_t)bss_start, (uintptr_t)bss_end);
	tri_special_each(put_special, &dump);
	put_stats(&dump, &stats);
	tri_observe_each_record(put_record, &dump);
	tri_special_each(put_sample, &dump);
	put(&dump, RECORD_END);
	flush(&dump);
	tri_sched_start_world();
}
